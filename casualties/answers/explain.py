"""Where one total comes from, report by report (design, section 5)."""

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.known import Knowing, Known
from ..core.record import Record
from ..core.running import Entries, Running, connect, work_out
from ..display import counted, day, number, plural, stated
from ..model import clocks
from ..model.clocks import Moment
from ..model.errors import LedgerError
from ..model.schema import BASES, SERIES, Basis, Kind
from .asked import day_of, matching

_WHY = {
    "stated": "stated by",
    "summed": "summed from the last total and what came after it",
    "backed_out": "worked back from a later total",
    "floor": "a floor: what was itemised, with days that nobody counted between",
    "ceiling": "a ceiling: a later total less what was itemised after this day",
    "carried": "carried forward",
}


@dataclass(frozen=True)
class Explanation:
    """One total, told report by report; print it, or read `reports`.

    Attributes
    ----------
    text : str
        What :func:`print` shows.
    reports : DataFrame
        The reports that the text speaks of, with the columns of a report and `role`
        (``total``, ``from``, ``counted``, ``replaced``, ``denial`` or ``other source``).
    """

    text: str
    reports: pd.DataFrame

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


class _Teller:
    """Writes about the reports of some series as known at a clock."""

    def __init__(self, known: Known, series: np.ndarray) -> None:
        self.record = record = known.record
        self.table = record.frame
        self.told: dict[int, str] = {}
        # What replaced what, of these series: looked through once.
        mine = np.flatnonzero(np.isin(record.series, series) & ~record.denial)
        found = record.replacements
        about = np.flatnonzero(~found.explicit & np.isin(record.series[found.old], series))[::-1]
        self._after = dict(zip(found.new[about], found.old[about], strict=True))
        chained = mine[record.chain_next[mine] >= 0]
        self._revising = dict(zip(record.chain_next[chained], chained, strict=True))
        denial, about = known.denials
        self._denied: dict[int, list[int]] = {}
        for place in np.flatnonzero(np.isin(record.series[about], series)):
            self._denied.setdefault(int(about[place]), []).append(int(denial[place]))

    def cell(self, row: int, column: str) -> Any:
        """Return one cell of a report."""
        return self.table[column].iat[row]

    def name(self, row: int, role: str) -> str:
        """Return the name of a report, which from now on is told of."""
        self.told.setdefault(int(row), role)
        return str(self.cell(row, "report_id"))

    def number(self, row: int) -> str:
        """Write the number of a report as it was stated."""
        value, low, high, says = (
            self.cell(row, column) for column in ("value", "low", "high", "qualifier")
        )
        return stated(value, low, high, says)

    def speaker(self, row: int) -> str:
        """Say who spoke, and who relayed it."""
        via = self.cell(row, "via")
        return self.cell(row, "source") + (f" via {via}" if via else "")

    def before(self, row: int) -> str:
        """Say what the report replaced: its own chain, or an older figure for the same days."""
        if row in self._revising:
            old, verb, reason = self._revising[row], "revising", self.cell(row, "reason")
        elif row in self._after:
            old, verb, reason = self._after[row], "after", ""
        else:
            return ""
        why = f" ({reason})" if reason else ""
        return f", {verb} {self.number(old)} in {self.name(old, 'replaced')}{why}"

    def denials(self, row: int) -> str:
        """Say who denies the report."""
        said = [
            f"{self.cell(denial, 'source')} ({self.name(denial, 'denial')})"
            for denial in self._denied.get(row, ())
        ]
        return f", denied by {'; '.join(said)}" if said else ""

    def cite(self, row: int, role: str) -> str:
        """Name a report with what it replaced and who denies it."""
        return f"({self.name(row, role)}{self.before(row)}{self.denials(row)})"


def explain(self: Knowing, date: Moment | None = None, **series: Any) -> Explanation:
    """Return where one total comes from, report by report; print it.

    Parameters
    ----------
    date : str or date, optional
        The day covered; default the last one with a total.
    **series
        Series columns that leave one series, as in :meth:`where`.

    Raises
    ------
    LedgerError
        If not exactly one series is left, or it has no number through that day.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
    >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
    >>> print(ledger.explain())
    28 killed · through 2020-09-28, as known 2020-09-28 14:00 UTC
      stated by Ministry (a)
    """
    known = self._known
    left = known.series[matching(known.record, series)[known.series]]
    if len(left) != 1:
        names = known.record.series_table.take(left)
        open_columns = [c for c in SERIES if names[c].nunique() > 1]
        msg = f"{plural(len(left), 'series')} match; explain() tells of one"
        if len(left) > 1:
            options = [f"{c}={names[c].astype('str').iat[0]!r}" for c in open_columns]
            msg += f": choose by {', '.join(open_columns)}, as in explain({', '.join(options)})"
        raise LedgerError(msg)
    return _explain(known, None if date is None else day_of(date), int(left[0]))


def _explain(known: Known, wanted: int | None, series: int) -> Explanation:
    record = known.record
    rows = known.lines
    seg = record.series[rows]
    rows, seg = rows[seg == series], np.zeros((seg == series).sum(), np.int64)
    work = work_out(record, seg, rows, 1)
    found = work.found
    upto = np.flatnonzero(found.day <= wanted) if wanted is not None else np.arange(len(found.day))
    names = record.series_table.iloc[series]
    if not len(upto):
        _refuse(known, names, found.day, wanted)
    at = int(upto[-1])
    here = int(found.day[at])
    carried = wanted is not None and here < wanted
    through = np.datetime64(wanted if carried else here, "D")
    others = _same_thing(record, series)
    teller = _Teller(known, np.append(others, series))
    limits = "" if found.low[at] == found.total[at] == found.high[at] else (
        f" (at least {number(found.low[at])})" if found.open[at]
        else f" ({number(found.low[at])}–{number(found.high[at])})"
    )  # fmt: skip
    lines = [
        f"{number(found.total[at])} {counted(names)} · through {through}, "
        f"as known {clocks.show(known.clock, record.tz)}{limits}"
    ]
    if carried:
        lines.append(
            f"  carried forward from {np.datetime64(here, 'D')}, the last day with a report"
        )
    e = connect(record, work.counted)
    lines += _whence(teller, e, found, at)
    lines += _others(teller, known, others, through)
    told = sorted(teller.told, key=lambda row: record.rank[row])
    frame = record.frame.iloc[told].reset_index(drop=True)
    frame.insert(1, "role", pd.Series([teller.told[row] for row in told], dtype="str"))
    return Explanation("\n".join(lines), frame)


def _whence(teller: _Teller, e: Entries, found: Running, at: int) -> list[str]:
    """Tell the anchor and the increments that one running total rests on."""
    basis, here = BASES[found.basis[at]], int(found.day[at])
    on_day = np.flatnonzero((e.row >= 0) & (e.day <= here))
    lines = []
    if basis == "stated":
        row = int(found.row[at])
        lines.append(f"  stated by {teller.speaker(row)} {teller.cite(row, 'total')}")
        place = int(np.flatnonzero(e.row == row)[0])
        between = _increments(e, e.left[place - 1] if place else -1, place)
        if len(between) or (place and e.left[place - 1] >= 0):
            first = int(e.left[place - 1]) if place else -1
            sums = _terms(teller, e, first, between)
            if sums and found.explained[at]:
                rest = int(found.unexplained[at])
                more = (
                    ""
                    if not rest
                    else (f" {'+' if rest > 0 else '−'} {number(abs(rest))} that nobody itemised")
                )
                lines.append(f"  = {sums}{more}")
        return lines
    lines.append(f"  {_WHY[basis]}")
    if found.basis[at] == Basis.BACKED_OUT or basis == "ceiling":
        after = np.flatnonzero((e.day > here) & (e.kind == Kind.TOTAL) & (e.row >= 0))
        right = int(after[0])
        later = [i for i in range(right) if e.day[i] > here and e.kind[i] != Kind.TOTAL]
        row = int(e.row[right])
        text = f"{teller.number(row)} through {np.datetime64(int(e.day[right]), 'D')} "
        text += teller.cite(row, "from")
        for i in later:
            text += f" − {_term(teller, e, i)}"
        lines.append(f"  = {text}")
        return lines
    place = int(on_day[-1])
    first = int(e.left[place])
    lines.append(f"  = {_terms(teller, e, first, _increments(e, first, place + 1))}")
    return lines


def _increments(e: Entries, first: int, stop: int) -> list[int]:
    return [i for i in range(first + 1, stop) if e.kind[i] != Kind.TOTAL]


def _term(teller: _Teller, e: Entries, i: int) -> str:
    row, days = int(e.row[i]), np.datetime64(int(e.day[i]), "D")
    when = f"on {days}"
    if e.kind[i] == Kind.PERIOD and e.start[i] < e.day[i]:
        when = f"for {np.datetime64(int(e.start[i]), 'D')} to {days}"
    elif e.kind[i] != Kind.PERIOD:
        when = f"more by {days}"
    return f"{teller.number(row)} {when} {teller.cite(row, 'counted')}"


def _terms(teller: _Teller, e: Entries, first: int, increments: list[int]) -> str:
    terms = []
    if first >= 0:
        through = np.datetime64(int(e.day[first]), "D")
        if e.row[first] >= 0:
            row = int(e.row[first])
            terms.append(f"{teller.number(row)} through {through} {teller.cite(row, 'from')}")
        else:
            terms.append(f"0 through {through}, before the count began")
    if len(increments) > 12:
        shown = [_term(teller, e, i) for i in increments[:3]]
        middle = increments[3:-3]
        total = number(e.value[middle].sum())
        shown.append(f"{total} in {len(middle)} further reports")
        shown += [_term(teller, e, i) for i in increments[-3:]]
        terms += shown
    else:
        terms += [_term(teller, e, i) for i in increments]
    return "\n    + ".join(terms)


def _same_thing(record: Record, series: int) -> np.ndarray:
    """Return the other series that count the same thing, whatever their source and definition."""
    table = record.series_table
    same = np.ones(len(table), bool)
    for column in SERIES:
        if column not in ("source", "definition"):
            codes = table[column].cat.codes.to_numpy()
            same &= codes == codes[series]
    same[series] = False
    return np.flatnonzero(same)


def _others(teller: _Teller, known: Known, others: np.ndarray, through: np.datetime64) -> list[str]:
    """Tell what other sources say of the same thing, through the same day or before."""
    record = known.record
    mine = np.flatnonzero(
        np.isin(record.series, others) & known.live & (record.day <= through.astype(np.int64))
    )
    # Of each series its last total, or, if it has none, its last report.
    total = record.kind[mine] == Kind.TOTAL
    mine = mine[np.lexsort((record.rank[mine], record.day[mine], total, record.series[mine]))]
    last = np.flatnonzero(np.diff(record.series[mine], append=-1))
    lines = []
    for row in mine[last].tolist():
        definition = teller.cell(row, "definition")
        how = f" ({definition})" if definition else ""
        until = day(teller.cell(row, "period_end"))
        says = "gave no number" if not record.numbered[row] else f"says {teller.number(row)}"
        lines.append(
            f"  another source: {teller.cell(row, 'source')}{how} {says} through {until} "
            f"{teller.cite(row, 'other source')}"
        )
    return lines


def _refuse(known: Known, names: pd.Series, days: np.ndarray, wanted: int | None) -> None:
    clock = "" if known.known_at is None else f" as known {clocks.show(known.known_at, known.tz)}"
    first = f"; the first day with one is {np.datetime64(int(days[0]), 'D')}" if len(days) else ""
    until = "" if wanted is None else f" through {np.datetime64(wanted, 'D')}"
    msg = f"no number of {counted(names)} by {names['source']}{until}{clock}{first}"
    raise LedgerError(msg)
