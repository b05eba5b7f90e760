"""A series is counted by incidents or by the other kinds (design, section 4.10)."""

import numpy as np

from ..model.errors import LedgerError, Problems
from ..model.frames import grouped
from ..model.reports import Reports
from ..model.schema import KINDS, SERIES, Action, Kind
from .links import roots
from .texts import Names


def one_way_of_counting(
    names: dict[str, Names],
    action: np.ndarray,
    target: np.ndarray,
    problems: Problems,
    before: Reports | None,
) -> None:
    """Note each series that would be counted by incidents and by other kinds, at its first odd row.

    Parameters
    ----------
    names : dict of str to Names
        The completed columns of names of a table.
    action, target : ndarray
        What each report does, and the row that it refers to (-1: none).
    problems : Problems
        Takes what is found.
    before : Reports or None
        The reports that the new ones join.
    """
    kind = names["kind"].codes
    counts = action[roots(target, action)] != Action.DENY
    series = {column: names[column] for column in SERIES}
    offset = 0
    if before is not None:
        offset = len(before)
        kind = np.r_[before.fixed["kind"], kind]
        counts = np.r_[_counts(before), counts]
        if (kind == Kind.INCIDENT).any():
            series = {c: _of(before, c) + names[c] for c in SERIES}
    for row in _odd(series, kind, counts):
        word = KINDS[kind[row]]
        problems.add(row - offset, "kind", word, f"kind {word!r} in {_WHERE[word]}", _REMEDY)


def refuse_mixture(reports: Reports) -> None:
    """Raise where a series of reports that were put together is counted in both ways."""
    series = {column: _of(reports, column) for column in SERIES}
    odd = _odd(series, reports.fixed["kind"], _counts(reports))
    if len(odd):
        which, source = (reports.told(c, odd[:1])[0] for c in ("report_id", "source"))
        word = KINDS[reports.fixed["kind"][odd[0]]]
        msg = f"report {which!r} of {source}: kind {word!r} in {_WHERE[word]}; {_REMEDY}"
        raise LedgerError(msg)


_OTHERWISE = "a series that is counted by its incidents"
_WHERE = {word: _OTHERWISE for word in KINDS} | {"incident": "a series that is counted otherwise"}
_REMEDY = (
    "a list of incidents is added up: give it a definition of its own, or say one kind for all"
)


def _counts(reports: Reports) -> np.ndarray:
    """Whether each report is about a count, and not a denial or about one."""
    action = reports.fixed["action"]
    return action[roots(reports.target, action)] != Action.DENY


def _of(reports: Reports, column: str) -> Names:
    return Names(reports.codes[column], list(reports.words[column]))


def _odd(series: dict[str, Names], kind: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the first report of each series that is counted in another way than its first one."""
    if not (kind == Kind.INCIDENT).any():
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(counts & (kind >= 0))
    group = grouped(*(series[column].codes[rows].astype(np.int64) + 2 for column in SERIES))
    incident = kind[rows] == Kind.INCIDENT
    _, first = np.unique(group, return_index=True)
    odd = np.flatnonzero(incident != incident[first][group])
    _, first_odd = np.unique(group[odd], return_index=True)
    return rows[odd[first_odd]]
