"""What is said between reports: what one refers to and takes from it, and how a series counts.

At the door the new reports stand below those of the ledger, whose `target` is known;
`problems.base` is the first of the new ones.
"""

import itertools

import numpy as np
import pandas as pd

from ..model.errors import SHOWN, LedgerError, Problems, nearest, shorten
from ..model.frames import grouped, ordered
from ..model.reports import Reports
from ..model.schema import ACTIONS, COUNTS, DAYS, KINDS, SERIES, Action, Kind, Qualifier
from .numbers import settle, states


def roots(target: np.ndarray, action: np.ndarray) -> np.ndarray:
    """Return the first report of the chain that each report is in (README, rule 1).

    A denial begins a chain of its own, in which it may be retracted.
    """
    linked = (target >= 0) & (action != Action.DENY)
    return _followed(np.where(linked, target, np.arange(len(target))))


def _followed(step: np.ndarray) -> np.ndarray:
    """Return where each row leads in the end; one that leads to itself is an end."""
    while not np.array_equal(further := step[step], step):
        step = further
    return step


def name_reports(ids: pd.Series, unnamed: np.ndarray, before: pd.Series) -> pd.Series:
    """Name the unnamed ``r1``, ``r2``, … by position, or by the next number that is free."""
    blank, last = np.flatnonzero(unnamed), len(before) + len(ids)
    if not len(blank):
        return ids
    taken = {*before, *ids[~unnamed]}
    free = (name for n in itertools.count(last + 1) if (name := f"r{n}") not in taken)
    given = ids.to_numpy(object, copy=True)
    names = [f"r{n}" for n in (blank + len(before) + 1).tolist()]
    given[blank] = [next(free) if name in taken else name for name in names]
    return pd.Series(given, dtype="str")


def look_up(ids: pd.Series, refers: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row with each report's name, and with each name referred to (-1: none)."""
    codes = pd.factorize(pd.concat([ids, refers], ignore_index=True))[0]
    first = np.full(len(codes), -1)
    first[codes[len(ids) - 1 :: -1]] = np.arange(len(ids) - 1, -1, -1)
    return first[codes[: len(ids)]], first[codes[len(ids) :]]


def find_targets(reports: Reports, unnamed: np.ndarray, problems: Problems) -> None:
    """Put the row that each new linked report refers to in `target`, where nothing is wrong.

    A name that a report of the same table was given here, because it is `unnamed`, is wrong: a row
    inserted above would change what it names.
    """
    action, reported = reports.fixed["action"], reports.reported
    ids, refers = reports.texts["report_id"], reports.texts["refers_to"]
    every = np.arange(len(ids))
    new = every >= problems.base
    pointing, linked = new & (refers != "").to_numpy(bool), new & (action > Action.REPORT)
    rows, about = np.flatnonzero(pointing & linked), np.full(len(ids), -1)
    namesake, about[rows] = look_up(ids, refers.iloc[rows])
    for row in np.flatnonzero(namesake < every).tolist():
        label, name = problems.label(namesake[row]), ids.iat[row]
        whose = "this ledger" if namesake[row] < problems.base else f"row {label}"
        what = f"report_id {shorten(name)} of {whose} is used again"
        remedy = "give each report a name of its own; leave it out where a row has several numbers"
        problems.add(row, "report_id", name, what, remedy)
    lost = pointing & linked & (about < 0)
    automatic = (about >= 0) & unnamed[about]
    # An instant that could not be read is told already, and links nothing.
    read = (about >= 0) & ~automatic & ~np.isnat(reported) & ~np.isnat(reported[about])
    # Ties are read in ledger order, so what is referred to must also stand first.
    rank = np.argsort(ordered(reported.view(np.int64)))
    early = read & (rank <= rank[about])
    denies, denied = action == Action.DENY, action[about] == Action.DENY
    withdraws, withdrawn = action == Action.RETRACT, action[about] == Action.RETRACT
    odd = read & ~early & ((denied & ~withdraws) | (denies & withdrawn))
    for mask, column, what, remedy in (
        (pointing & ~linked, "refers_to", "a plain report refers to {name}",
         "say action revise, retract or deny"),
        (linked & ~pointing, "refers_to", "a {verb} that refers to nothing",
         "give the report_id it is about in refers_to"),
        (lost, "refers_to", "refers_to {name} is no report",
         "give the report_id of a report of this ledger{near}"),
        (automatic, "refers_to",
         "refers_to {name} is an automatic name, which another row would change",
         "give the report that it is about a report_id of its own"),
        (early, "reported_at",
         "this {verb} of {name} is older than what it is about, or listed before it",
         "mend reported_at or refers_to, or put it after"),
        (odd, "refers_to", "a {verb} cannot refer to a {whom} ({name})",
         "refer to the report with the number; a deny can be retracted"),
    ):  # fmt: skip
        for place, row in enumerate(np.flatnonzero(mask).tolist()):
            name, verb, whom = refers.iat[row], ACTIONS[action[row]], ACTIONS[action[about[row]]]
            quick = "{near}" in remedy and place < SHOWN and len(ids) <= 10_000
            near = nearest(name, ids) if quick else ""
            cell = str(reported[row]) if column == "reported_at" else name
            said = what.format(name=shorten(name), verb=verb, whom=whom)
            problems.add(row, column, cell, said, remedy.format(near=f". {near}" if near else ""))
    good = read & ~(early | odd)
    reports.target[good] = about[good]


def fill_linked(reports: Reports, problems: Problems) -> None:
    """Complete every new linked report from what it refers to, in place.

    A revise takes what it leaves blank, except `reason`, `url` and `note`, which belong to the
    statement that made them, and its number (:func:`fill_numbers`). A retract and a deny take
    what they are about.
    """
    rows = problems.base + np.flatnonzero(reports.target[problems.base :] >= 0)
    action, about = reports.fixed["action"][rows], reports.target[rows]
    silent, words = action >= Action.RETRACT, reports.words | {"kind": pd.Index(KINDS)}
    columns = {c: reports.codes[c] for c in (*SERIES, "via")} | {"kind": reports.fixed["kind"]}
    for column, cells in (columns | {c: reports.days[c] for c in DAYS}).items():
        blank = np.isnat(cells[rows]) if column in DAYS else cells[rows] < 0
        # The first that fills it, of what it refers to, what that refers to, and so on.
        source = np.arange(len(cells))
        source[rows[blank]] = about[blank]
        cells[rows] = cells[_followed(source)[rows]]
        differs = ~blank & (cells[rows] != cells[about]) & (column != "via")
        if column == "source":  # who denies is the denial's own
            differs &= action != Action.DENY
        elif column not in SERIES:  # a revise may move its dates or kind
            differs &= silent
        remedy = "leave it blank"
        if column in SERIES:
            remedy += f": another {column} is another series, or retract the old one and add a new"
        for place in np.flatnonzero(differs):
            cell = cells[rows[place]]
            word = str(cell.astype("M8[D]")) if column in DAYS else words[column][cell]
            name = reports.texts["report_id"].iat[int(about[place])]
            what = f"this {ACTIONS[action[place]]} of {name!r} says {column} {word!r}"
            problems.add(rows[place], column, word, what, remedy)


def fill_numbers(reports: Reports, problems: Problems) -> None:
    """Complete the numbers of the new revisions, in place.

    One that gives none of value, low and high takes all three and the qualifier from the last
    member of its chain that carries a number, so that a revise after a retract restores. With a
    qualifier of its own it takes the value, and works the bounds out anew. One that gives any of
    the three takes none of them.
    """
    action, qualifier = reports.fixed["action"], reports.fixed["qualifier"]
    revises, own = action == Action.REVISE, qualifier >= 0
    odd = np.flatnonzero(revises & (action[roots(reports.target, action)] == Action.DENY))
    what = "a revise of a denial that was retracted"
    problems.add(odd, "refers_to", None, what, "refer to the report with the number")
    blank = revises & ~states(reports) & (np.arange(len(own)) >= problems.base)
    last = said_before(reports)
    rows = np.flatnonzero(blank & own & (last >= 0))
    ranged = qualifier[last[rows]] == Qualifier.RANGE
    odd = rows[ranged & (qualifier[rows] != Qualifier.RANGE)]
    what = "a revise that gives a qualifier alone, of a range"
    problems.add(odd, "qualifier", None, what, "give the value, or leave the qualifier blank")
    _copy(reports, rows, last[rows], ("value",))
    _copy(reports, rows[ranged], last[rows[ranged]], ("low", "high"))
    settle(reports, states(reports) & revises)
    last = said_before(reports)
    rows = np.flatnonzero(blank & ~own & (last >= 0))
    _copy(reports, rows, last[rows], COUNTS)
    qualifier[rows] = qualifier[last[rows]]


def said_before(reports: Reports) -> np.ndarray:
    """Return the report that gave the last number before each one in its chain; -1: none."""
    action = reports.fixed["action"]
    root = roots(reports.target, action)
    # Chain by chain, in order of time (ties in ledger order).
    order = ordered(root, reports.reported.view(np.int64))
    stating = (states(reports) & (action < Action.RETRACT))[order]
    place = np.maximum.accumulate(np.where(stating, np.arange(len(order)), -1))
    found = np.append(order, -1)[np.append(-1, place)[:-1]]
    last = np.empty(len(order), np.int64)
    last[order] = np.where(root[found] == root[order], found, -1)
    return last


def _copy(reports: Reports, rows: np.ndarray, source: np.ndarray, names: tuple[str, ...]) -> None:
    """Copy numbers to `rows` from the rows that are their `source`."""
    for columns in (reports.number, reports.stated):
        for name in names:
            columns[name][rows] = columns[name][source]


def odd_kinds(reports: Reports) -> dict[int, str]:
    """Return the first report of each series that is counted in another way than its first one.

    A series is counted by incidents or by the other kinds (README, rule 11); with what is
    wrong with each.
    """
    kind, action = reports.fixed["kind"], reports.fixed["action"]
    if not (kind == Kind.INCIDENT).any():
        return {}
    rows = np.flatnonzero((action[roots(reports.target, action)] != Action.DENY) & (kind >= 0))
    series = grouped(*(reports.codes[column][rows].astype(np.int64) + 1 for column in SERIES))
    incident = kind[rows] == Kind.INCIDENT
    _, first = np.unique(series, return_index=True)
    odd = np.flatnonzero(incident != incident[first][series])
    _, first_odd = np.unique(series[odd], return_index=True)
    told = {}
    for row in rows[odd[first_odd]].tolist():
        how = "otherwise" if kind[row] == Kind.INCIDENT else "by its incidents"
        told[row] = f"kind {KINDS[kind[row]]!r} in a series that is counted {how}"
    return told


_ONE = "a list of incidents is added up: give it a definition of its own, or say one kind for all"


def check_kinds(reports: Reports, problems: Problems) -> None:
    """Note the first row of each series that is counted in another way than its first one."""
    for row, what in odd_kinds(reports).items():
        problems.add(row, "kind", KINDS[reports.fixed["kind"][row]], what, _ONE)


def refuse_mixture(reports: Reports) -> None:
    """Raise where a series of reports that were put together is counted in both ways."""
    for row, what in odd_kinds(reports).items():
        which, source = (reports.told(c, np.array([row]))[0] for c in ("report_id", "source"))
        msg = f"report {which!r} of {source}: {what}; {_ONE}"
        raise LedgerError(msg)
