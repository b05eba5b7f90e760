"""Linked reports at the door: what a revise, retract or deny refers to, and what it copies."""

import numpy as np
import pandas as pd

from ..model.errors import SHOWN, Problems, nearest, shorten
from ..model.frames import ordered
from ..model.reports import Reports
from ..model.schema import ACTIONS, SERIES, Action, Qualifier
from .numbers import Counts
from .texts import Names


def named(before: Reports, ids: pd.Series, refers: pd.Series) -> np.ndarray:
    """Return the rows of earlier reports that new ones need beside them, in order.

    These are the reports that they refer to, with their chains (from which a revise takes its
    number), and those whose names they use again.
    """
    wanted = pd.concat([ids, refers], ignore_index=True)
    found = before.texts["report_id"].isin(wanted[wanted != ""]).to_numpy(bool)
    if (refers != "").any():
        root = roots(before.target, before.fixed["action"])
        whole = np.zeros(len(before), bool)
        whole[root[found]] = True
        found = found | whole[root]
    return np.flatnonzero(found)


def roots(target: np.ndarray, action: np.ndarray) -> np.ndarray:
    """Return the first report of the chain that each report is in (design, section 3).

    A denial begins a chain of its own, in which it may be retracted.
    """
    root = np.arange(len(target))
    linked = np.flatnonzero((target >= 0) & (action != Action.DENY))
    root[linked] = target[linked]
    while len(linked):
        further = root[root[linked]]
        moved = further != root[linked]
        root[linked] = further
        linked = linked[moved]
    return root


def name_reports(ids: pd.Series, unnamed: np.ndarray, before: pd.Series | None = None) -> pd.Series:
    """Name the unnamed ``r1``, ``r2``, … by position, or by the next number that is free."""
    blank = np.flatnonzero(unnamed)
    if not len(blank):
        return ids
    old = 0 if before is None else len(before)
    names = "r" + pd.Series(np.arange(old + 1, old + len(ids) + 1)).astype("str")
    if len(blank) == len(ids) and (before is None or not before.isin(names).any()):
        return names
    given = ids.to_numpy(object, copy=True)
    taken, spare = {*given.tolist(), *([] if before is None else before)}, old + len(ids)
    for row in blank:
        name = names.iat[int(row)]
        while name in taken:
            spare += 1
            name = f"r{spare}"
        given[row] = name
        taken.add(name)
    return pd.Series(given, dtype="str")


def look_up(ids: pd.Series, refers: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row with each report's name, and with each name referred to (-1: none)."""
    codes = pd.factorize(pd.concat([ids, refers], ignore_index=True))[0]
    first = np.full(len(codes), -1)
    first[codes[len(ids) - 1 :: -1]] = np.arange(len(ids) - 1, -1, -1)
    return first[codes[: len(ids)]], first[codes[len(ids) :]]


def find_targets(
    action: np.ndarray,
    ids: pd.Series,
    refers: pd.Series,
    unnamed: np.ndarray,
    reported: np.ndarray,
    problems: Problems,
    before: pd.Series | None,
) -> np.ndarray:
    """Return the row that each linked report refers to, -1 where there is none or it is wrong.

    Names used twice are noted as well, and a name that a report of the same table was given here
    because it is `unnamed`: a row inserted above would change what it names. The reports before
    the base of `problems` are linked already; `before` names every report of their ledger.
    """
    target = np.full(len(ids), -1, np.int64)
    new = np.arange(len(ids)) >= problems.base
    pointing, linked = new & (refers != "").to_numpy(bool), new & (action > Action.REPORT)
    rows = np.flatnonzero(pointing & linked)
    namesake, found = look_up(ids, refers.iloc[rows])
    for row in np.flatnonzero(namesake < np.arange(len(ids))):
        first, name = namesake[row], ids.iat[int(row)]
        whose = f"row {problems.label(first)}" if first >= problems.base else "this ledger"
        what = f"report_id {shorten(name)} of {whose} is used again"
        problems.add(row, "report_id", name, what, "give each report a name of its own")
    for row in np.flatnonzero(pointing & ~linked):
        what = f"a plain report refers to {shorten(refers.iat[int(row)])}"
        problems.add(
            row, "refers_to", refers.iat[int(row)], what, "say action revise, retract or deny"
        )
    for row in np.flatnonzero(~pointing & linked):
        what = f"a {ACTIONS[action[row]]} that refers to nothing"
        problems.add(row, "refers_to", "", what, "give the report_id it is about in refers_to")
    for place, row in enumerate(rows[found < 0]):
        name = refers.iat[int(row)]
        # Looking for the nearest of many names is slow: only for the first, which are shown.
        every = ids.iloc[problems.base :]
        every = every if before is None else pd.concat([before, every])
        near = nearest(name, every) if place < SHOWN and len(every) <= 10_000 else ""
        remedy = "give the report_id of a report of this ledger" + (f". {near}" if near else "")
        problems.add(row, "refers_to", name, f"refers_to {shorten(name)} is no report", remedy)
    rows, found = rows[found >= 0], found[found >= 0]
    for row in rows[unnamed[found]]:
        name = refers.iat[int(row)]
        what = f"refers_to {shorten(name)} is an automatic name, which another row would change"
        remedy = "give the report that it is about a report_id of its own"
        problems.add(row, "refers_to", name, what, remedy)
    rows, found = rows[~unnamed[found]], found[~unnamed[found]]
    # An instant that could not be read is told already, and links nothing.
    dated = ~np.isnat(reported[rows]) & ~np.isnat(reported[found])
    rows, found = rows[dated], found[dated]
    target[rows] = found
    # Ties are read in ledger order, so what is referred to must also stand first.
    when, then = reported[rows], reported[found]
    early = (when < then) | ((when == then) & (rows <= found))
    for row, older in zip(rows[early], found[early], strict=True):
        verb = ACTIONS[action[row]]
        same = reported[row] == reported[older]
        what = f"this {verb} of {shorten(refers.iat[int(row)])} is " + (
            "listed before it, at the same instant" if same else "older than what it is about"
        )
        remedy = "put it after, or mend reported_at" if same else "mend reported_at or refers_to"
        problems.add(row, "reported_at", str(reported[row]), what, remedy)
    other = (action[found] == Action.DENY) & (action[rows] != Action.RETRACT)
    other |= (action[rows] == Action.DENY) & (action[found] == Action.RETRACT)
    for row in rows[other & ~early]:
        verb, what_is = ACTIONS[action[row]], ACTIONS[action[target[row]]]
        what = f"a {verb} cannot refer to a {what_is} ({shorten(refers.iat[int(row)])})"
        remedy = "refer to the report with the number; a deny can be retracted"
        problems.add(row, "refers_to", refers.iat[int(row)], what, remedy)
    target[rows[early | other]] = -1
    return target


def fill_linked(
    action: np.ndarray,
    target: np.ndarray,
    names: dict[str, Names],
    days: dict[str, np.ndarray],
    ids: pd.Series,
    problems: Problems,
) -> None:
    """Complete every linked report from what it refers to, in place, older ones first.

    A revise takes what it leaves blank, except `reason`, `url` and `note`, which belong to the
    statement that made them, and its number (:func:`fill_numbers`). A retract and a deny take
    what they are about.
    """
    pending = np.flatnonzero(target >= 0)
    done = target < 0
    while len(pending):
        ready = done[target[pending]]
        rows = pending[ready]
        _fill(rows, target[rows], action[rows], names, days, ids, problems)
        done[rows] = True
        pending = pending[~ready]


def _fill(
    rows: np.ndarray,
    target: np.ndarray,
    action: np.ndarray,
    names: dict[str, Names],
    days: dict[str, np.ndarray],
    ids: pd.Series,
    problems: Problems,
) -> None:
    silent = action >= Action.RETRACT
    for column in (*SERIES, "via", "kind"):
        if names[column].same:
            continue  # they say the same
        codes = names[column].own()
        mine, theirs = codes[rows], codes[target]
        differs = (mine >= 0) & (mine != theirs)
        if column == "via":
            differs[:] = False
        elif column == "source":
            differs &= action != Action.DENY
        elif column == "kind":
            differs &= silent
        for place in np.flatnonzero(differs):
            word, verb = names[column].words[mine[place]], ACTIONS[action[place]]
            what = f"this {verb} of {ids.iat[target[place]]!r} says {column} {word!r}"
            problems.add(rows[place], column, word, what, _remedy(column))
        codes[rows] = np.where(mine == -1, theirs, mine)
    for column, values in days.items():
        mine, theirs = values[rows], values[target]
        for place in np.flatnonzero(silent & ~np.isnat(mine) & (mine != theirs)):
            day = np.datetime_as_string(mine[place], "D")
            what = (
                f"this {ACTIONS[action[place]]} of {ids.iat[target[place]]!r} says {column} {day}"
            )
            problems.add(rows[place], column, day, what, "leave it blank")
        values[rows] = np.where(np.isnat(mine), theirs, mine)


def _remedy(column: str) -> str:
    if column in SERIES:
        return (
            f"another {column} is another series: leave it blank, "
            "or retract the old report and add a new one"
        )
    return "leave it blank"


def fill_numbers(
    action: np.ndarray,
    root: np.ndarray,
    reported: np.ndarray,
    qualifier: np.ndarray,
    counts: Counts,
    first: int,
    problems: Problems,
) -> None:
    """Complete the numbers of the revisions from row `first` on, in place (design, section 2).

    One that gives none of value, low and high takes all three and the qualifier from the last
    member of its chain that carries a number, so that a revise after a retract restores. With a
    qualifier of its own it takes the value, and works the bounds out anew. One that gives any of
    the three takes none of them.
    """
    for row in np.flatnonzero((action == Action.REVISE) & (action[root] == Action.DENY)):
        what = "a revise of a denial that was retracted"
        problems.add(row, "refers_to", None, what, "refer to the report with the number")
    states, own = counts.any() & (action < Action.RETRACT), qualifier >= 0
    blank = (action == Action.REVISE) & ~states & (np.arange(len(root)) >= first)
    if not blank.any():
        return
    # Chain by chain, in order of time (ties in ledger order): what came last before each row.
    order = ordered(root, reported.view(np.int64))
    stating = _last(states, order, root)
    rows = np.flatnonzero(blank & own & (stating >= 0))
    source = stating[rows]
    ranged = qualifier[source] == Qualifier.RANGE
    for row in rows[ranged & (qualifier[rows] != Qualifier.RANGE)]:
        what = "a revise that gives a qualifier alone, of a range"
        problems.add(row, "qualifier", None, what, "give the value, or leave the qualifier blank")
    counts.copy(rows, source, ("value",))
    counts.copy(rows[ranged], source[ranged], ("low", "high"))
    settled = np.zeros(len(root), bool)
    settled[rows] = True
    counts.settle(settled, qualifier)
    settled |= states
    speaking = _last(settled, order, root)
    rows = np.flatnonzero(blank & ~own & (speaking >= 0))
    counts.copy(rows, speaking[rows], ("value", "low", "high"))
    qualifier[rows] = qualifier[speaking[rows]]


def _last(chosen: np.ndarray, order: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the last chosen row at or before each row of its group in `order`; -1: none."""
    place = np.where(chosen[order], np.arange(len(order)), -1)
    place = np.maximum.accumulate(place) if len(place) else place
    found = np.where(place >= 0, order[place], -1)
    found[group[found] != group[order]] = -1
    last = np.empty(len(order), np.int64)
    last[order] = found
    return last
