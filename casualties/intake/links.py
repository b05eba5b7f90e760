"""Links between reports: what each refers to, and takes from it; and how a series is counted.

At the door the new reports stand below those of the ledger, whose `target` is known already;
`problems.base` is the row of the first new one.
"""

import itertools

import numpy as np
import pandas as pd

from ..model.errors import SHOWN, Problems, nearest, shorten
from ..model.frames import grouped, ordered
from ..model.reports import Reports
from ..model.schema import ACTIONS, COUNTS, DAYS, KINDS, SERIES, Action, Kind, Qualifier
from .numbers import settle, states


def roots(target: np.ndarray, action: np.ndarray) -> np.ndarray:
    """Return the first report of the chain that each report is in (README, rule 1).

    A denial begins a chain of its own, in which it may be retracted::

        row      0       1        2        3     4
        action   report  revise   retract  deny  retract
        target   -1      0        1        0     3
        root     0       0        0        3     3
    """
    linked = (target >= 0) & (action != Action.DENY)
    return _followed(np.where(linked, target, np.arange(len(target))))


def _followed(step: np.ndarray) -> np.ndarray:
    """Follow each row's `step` to another row until it ends at one that leads to itself."""
    while not np.array_equal(further := step[step], step):
        step = further
    return step


def name_reports(ids: pd.Series, before: pd.Series) -> pd.Series:
    """Name the unnamed ``r1``, ``r2``, … by their place, or by the next number that is free.

    `before` holds the names of the reports that stand above.
    """
    taken, size = {*before, *ids}, len(before) + len(ids)
    free = (name for n in itertools.count(size + 1) if (name := f"r{n}") not in taken)
    own = (f"r{place}" for place in range(len(before) + 1, size + 1))
    pairs = zip(ids, own, strict=True)
    given = [name or (next(free) if place in taken else place) for name, place in pairs]
    return pd.Series(given, dtype="str")


def look_up(ids: pd.Series, refers: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row that has each name of `ids`, and each name of `refers` (-1: none)."""
    names = ids.drop_duplicates()
    index, first = pd.Index(names), np.append(names.index, -1)
    return first[index.get_indexer(ids)], first[index.get_indexer(refers)]


def find_targets(reports: Reports, unnamed: np.ndarray, problems: Problems) -> None:
    """Set the `target` of each new linked report whose reference is right; note what is wrong.

    A reference to an `unnamed` report of the same table is wrong: its automatic name would change
    with a row inserted above it.
    """
    action, reported = reports.fixed["action"], reports.reported
    ids, refers = reports.texts["report_id"], reports.texts["refers_to"]
    place = np.arange(len(ids))
    new = place >= problems.base
    pointing, linked = new & (refers != "").to_numpy(bool), new & (action > Action.REPORT)
    rows, about = np.flatnonzero(pointing & linked), np.full(len(ids), -1)
    namesake, about[rows] = look_up(ids, refers.iloc[rows])
    for row in np.flatnonzero(namesake < place).tolist():
        name = ids.iat[row]
        what = f"report_id {shorten(name)} is used again"
        remedy = "give each report a name of its own; leave it out where a row has several numbers"
        problems.add(row, "report_id", name, what, remedy)
    lost = pointing & linked & (about < 0)
    automatic = (about >= 0) & unnamed[about]
    # A report whose instant could not be read is not linked; that problem is noted already.
    read = (about >= 0) & ~automatic & ~np.isnat(reported) & ~np.isnat(reported[about])
    # At one instant the ledger's order counts, so the report referred to must stand first.
    rank = np.argsort(ordered(reported.view(np.int64)))
    early = read & (rank <= rank[about])
    denies, denied = action == Action.DENY, action[about] == Action.DENY
    withdraws, withdrawn = action == Action.RETRACT, action[about] == Action.RETRACT
    odd = read & ~early & ((denied & ~withdraws) | (denies & withdrawn))
    for mask, column, what, remedy in (
        (new & (pointing != linked), "refers_to", "a {verb} that refers to {name}",
         "say action revise, retract or deny, and in refers_to the report_id that it is about"),
        (lost, "refers_to", "refers_to {name} is no report",
         "give the report_id of a report of this ledger{near}"),
        (automatic, "refers_to",
         "refers_to {name} is an automatic name", "another row would change it: give the report "
         "that it is about a report_id of its own"),
        (early, "reported_at",
         "this {verb} of {name} is older than what it is about, or listed before it",
         "mend reported_at (a date without a time is the end of its day) or refers_to, or put it "
         "after"),
        (odd, "refers_to", "a {verb} cannot refer to a {whom} ({name})",
         "refer to the report with the number; a deny can be retracted"),
    ):  # fmt: skip
        for count, row in enumerate(np.flatnonzero(mask).tolist()):
            name, verb, whom = refers.iat[row], ACTIONS[action[row]], ACTIONS[action[about[row]]]
            quick = "{near}" in remedy and count < SHOWN and len(ids) <= 10_000
            near = nearest(name, ids) if quick else ""
            cell = str(reported[row]) if column == "reported_at" else name
            text = what.format(name=shorten(name) if name else "nothing", verb=verb, whom=whom)
            problems.add(row, column, cell, text, remedy.format(near=f". {near}" if near else ""))
    good = read & ~(early | odd)
    reports.target[good] = about[good]


def fill_linked(reports: Reports, problems: Problems) -> None:
    """Fill in the names, kind and days of every new linked report, in place.

    What a linked report leaves blank is that of the report it refers to. Its texts are its own;
    :func:`fill_numbers` fills in the numbers.
    """
    rows = problems.base + np.flatnonzero(reports.target[problems.base :] >= 0)
    action, about = reports.fixed["action"][rows], reports.target[rows]
    silent, words = action >= Action.RETRACT, reports.words | {"kind": pd.Index(KINDS)}
    columns = {c: reports.codes[c] for c in (*SERIES, "via")} | {"kind": reports.fixed["kind"]}
    for column, cells in (columns | {c: reports.days[c] for c in DAYS}).items():
        blank = np.isnat(cells[rows]) if column in DAYS else cells[rows] < 0
        # The report referred to may be blank as well; then the one that it refers to says.
        source = np.arange(len(cells))
        source[rows[blank]] = about[blank]
        cells[rows] = cells[_followed(source)[rows]]
        differs = ~blank & (cells[rows] != cells[about]) & (column != "via")
        if column == "source":  # a denial has its own source
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
    """Fill in the numbers of the new revisions, in place.

    A revision that gives any of value, low and high takes none of them. One that gives none takes
    all three, and the qualifier, from the last report of its chain with a number; so a revise after
    a retract restores. One with a qualifier of its own takes the value, and its bounds follow.
    """
    action, qualifier = reports.fixed["action"], reports.fixed["qualifier"]
    revises, own = action == Action.REVISE, qualifier >= 0
    odd = np.flatnonzero(revises & (action[roots(reports.target, action)] == Action.DENY))
    what = "a revise of a denial that was retracted"
    problems.add(odd, "refers_to", None, what, "refer to the report with the number")
    blank = revises & ~states(reports) & (np.arange(len(own)) >= problems.base)
    last = said_before(reports)
    # Those with a qualifier of their own first: their numbers may be taken by the others.
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
    """Return for each report the last one before it in its chain that gave a number; -1: none."""
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
    """Copy numbers into `rows`, each from the row in `source`."""
    for columns in (reports.number, reports.stated):
        for name in names:
            columns[name][rows] = columns[name][source]


def check_kinds(reports: Reports, problems: Problems) -> None:
    """Note each series that mixes incidents with the other kinds.

    The row is the first that is counted otherwise than the first of its series (README, rule 11).
    """
    kind, action = reports.fixed["kind"], reports.fixed["action"]
    if not (kind == Kind.INCIDENT).any():
        return
    rows = np.flatnonzero((action[roots(reports.target, action)] != Action.DENY) & (kind >= 0))
    series = grouped(*(reports.codes[column][rows].astype(np.int64) + 1 for column in SERIES))
    listed = pd.Series(kind[rows] == Kind.INCIDENT)
    odd = np.flatnonzero(listed != listed.groupby(series).transform("first"))
    _, first = np.unique(series[odd], return_index=True)
    remedy = "a list of incidents is added up: give it a definition of its own, or say one kind for"
    for row in rows[odd[first]].tolist():
        how = "otherwise" if kind[row] == Kind.INCIDENT else "by its incidents"
        what = f"kind {KINDS[kind[row]]!r} in a series that is counted {how}"
        problems.add(row, "kind", KINDS[kind[row]], what, f"{remedy} all")


def refuse_mixture(reports: Reports) -> None:
    """Raise if a series mixes incidents with the other kinds, as reports put together may."""
    problems = Problems(reports.texts["report_id"].tolist())
    check_kinds(reports, problems)
    problems.raise_any()
