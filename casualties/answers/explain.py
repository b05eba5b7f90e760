"""Where one total comes from, report by report (design, section 5)."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ..core.counted import Reason
from ..core.entries import PROVED
from ..core.known import Knowing, Known
from ..core.running import Running, Work, work_out
from ..core.spans import NEVER
from ..core.starts import Role
from ..display import counted, number, plural, stated
from ..model import clocks
from ..model.clocks import Moment
from ..model.errors import LedgerError
from ..model.frames import ordered
from ..model.schema import SERIES, Basis, Kind
from .asked import day_of, matching
from .words import Words, Write

_WHY = {
    Basis.SUMMED: "summed from the last total and what came after it",
    Basis.BACKED_OUT: "worked back from a later total",
    Basis.FLOOR: "a floor: what was itemised, with time between that nobody counted",
    Basis.CEILING: "a ceiling: a later total less what was itemised after this day",
}
#: What stands in a text for the report in a row.
Mark: TypeAlias = Callable[[int], str]
#: Terms of a sum beyond so many are not told one by one.
_TERMS = 12
#: So many reports that are left out are told.
_ASIDE = 5


@dataclass(frozen=True)
class Explanation:
    """One total, told report by report; print it, or read `reports`.

    Attributes
    ----------
    text : str
        What :func:`print` shows.
    reports : DataFrame
        The reports that the text speaks of, with the columns of a report and `role`
        (``total``, ``from``, ``counted``, ``replaced``, ``denial``, ``left out``, ``early``,
        ``silent``, ``retraction`` or ``other source``).
    """

    text: str
    reports: pd.DataFrame

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


class _Teller(Words):
    """Writes about the reports of some series as known at a clock."""

    def __init__(
        self, known: Known, live: np.ndarray, series: np.ndarray, mark: Mark | None = None,
        write: Write = stated,
    ) -> None:  # fmt: skip
        super().__init__(known.record, write)
        self._mark = mark
        record, cut = known.record, known.cut
        self.known, self.live = known, live
        self.told: dict[int, str] = {}
        #: Reports that bound a stated number otherwise than its own report does.
        self.bounding: list[int] = []
        # What replaced what, who denies what, and what came back, of these series.
        mine = np.zeros(len(record.series_table), bool)
        mine[series] = True
        steps = record.replacements
        of = np.flatnonzero(mine[record.series[steps.old]] & (record.rank[steps.new] < cut))
        old, new = steps.old[of][::-1], steps.new[of][::-1]
        explicit = steps.explicit[of][::-1]
        self._after = dict(zip(new[~explicit], old[~explicit], strict=True))
        self._revising = dict(zip(new[explicit], old[explicit], strict=True))
        denial, about = known.denials
        self._denied: dict[int, list[int]] = {}
        for place in np.flatnonzero(mine[record.series[about]]):
            self._denied.setdefault(int(about[place]), []).append(int(denial[place]))
        spans = record.spans
        back = mine[record.series[spans.row]] & (spans.row_born < cut) & (spans.row_ended >= cut)
        back &= live[spans.row]
        self._back = dict(zip(spans.row[back], record.order[spans.row_born[back]], strict=True))

    def cell(self, row: int, column: str) -> str:
        """Return a name or a text of a report."""
        reports = self.record.reports
        if column in reports.texts:
            return str(reports.texts[column].array[row])
        return str(reports.words[column][reports.codes[column][row]])

    def name(self, row: int, role: str) -> str:
        """Return the name of a report, which from now on is told of."""
        self.told.setdefault(int(row), role)
        return self._mark(int(row)) if self._mark else str(self.cell(row, "report_id"))

    def number(self, row: int) -> str:
        """Write the number of a report as it was stated."""
        return self.say(np.array([row]))[0]

    def speaker(self, row: int) -> str:
        """Say who spoke, and who relayed it; of one source alone, only that."""
        if self._mark:
            return "this source"
        via = self.cell(row, "via")
        return self.cell(row, "source") + (f" via {via}" if via else "")

    def history(self, row: int) -> str:
        """Say what the report replaced or came back after, and who denies it."""
        told = ""
        if row in self._revising:
            old, reason = self._revising[row], self.cell(row, "reason")
            why = f" ({reason})" if reason else ""
            told = f", revising {self.number(old)} in {self.name(old, 'replaced')}{why}"
        elif row in self._after:
            old = self._after[row]
            told = f", after {self.number(old)} in {self.name(old, 'replaced')}"
        if row in self._back:
            by = int(self._back[row])
            again = f", in force again since {self.name(by, 'retraction')}"
            if by in self._revising:
                gone = self._revising[by]
                again += f" withdrew {self.number(gone)} in {self.name(gone, 'replaced')}"
            told = again if row in self._after else told + again
        said = [
            f"{self.cell(denial, 'source')} ({self.name(denial, 'denial')})"
            for denial in self._denied.get(row, ())
        ]
        return told + (f", denied by {'; '.join(said)}" if said else "")

    def named(self, row: int, role: str) -> str:
        """Name a report with what it replaced and who denies it."""
        return f"({self.name(row, role)}{self.history(row)})"

    def counts(self, row: int, role: str) -> str:
        """Write the number and days of a report, and name it."""
        return f"{self.cite(np.array([row]))[0]} {self.named(row, role)}"


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
    found = _found(known, wanted, series)
    others = _same_thing(known, series)
    teller = _Teller(known, found.live, np.append(others, series))
    lines = [found.head(known, series), *found.lines(teller)]
    lines += _no_part(teller, series, found.through)
    lines += _others(teller, others, found.through)
    told = sorted(teller.told, key=lambda row: record.rank[row])
    frame = record.frame.iloc[told].reset_index(drop=True)
    frame.insert(1, "role", pd.Series([teller.told[row] for row in told], dtype="str"))
    return Explanation("\n".join(lines), frame)


def grounds(
    known: Known, series: int, mark: Mark, write: Write
) -> tuple[list[str], dict[int, str], list[int]]:
    """Return what the headline of a series rests on: as :func:`explain`, of this source alone.

    Parameters
    ----------
    known : Known
        The reports known at a clock.
    series : int
        Number of the series, which must have a headline.
    mark : callable
        Takes the row of a report and returns what stands for it in the text.
    write : callable
        Takes the value, low, high and qualifier of a report and returns the number in words.

    Returns
    -------
    lines : list of str
        The explanation without its first line and without what other sources say.
    rows : dict of int to str
        The reports that it speaks of, and the role of each.
    bounding : list of int
        Those that bound a stated number otherwise than its own report does.
    """
    found = _found(known, None, series)
    teller = _Teller(known, found.live, np.array([series]), mark, write)
    lines = [*found.lines(teller), *_no_part(teller, series, found.through)]
    return lines, teller.told, teller.bounding


@dataclass(frozen=True)
class _Found:
    """One running total, with all that it was worked out from."""

    live: np.ndarray
    work: Work
    at: int
    here: int
    carried: bool
    through: np.datetime64
    stock: bool

    def head(self, known: Known, series: int) -> str:
        """Write the number, its day, the clock and the bounds."""
        total = self.work.found.total[self.at]
        bounds = _bounds_on(self.work.found, self.at, self.carried, stock=self.stock)
        return (
            f"{number(total)} {counted(known.record.series_table.iloc[series])} · through "
            f"{self.through}, as known {clocks.show(known.clock, known.tz)}" + _limits(*bounds)
        )

    def lines(self, teller: _Teller) -> list[str]:
        """Write what the number rests on."""
        last = f"  carried forward from {_day(self.here)}, the last day with a report"
        return [last] * self.carried + _OneTotal(teller, self.work, self.at).lines()


def _found(known: Known, wanted: int | None, series: int) -> _Found:
    record, live = known.record, known.live
    rows = record.lines.rows
    rows = rows[(record.series[rows] == series) & live[rows]]
    work = work_out(record, np.zeros(len(rows), np.int64), rows, 1)
    found = work.found
    upto = np.arange(len(found.day)) if wanted is None else np.flatnonzero(found.day <= wanted)
    if not len(upto):
        _refuse(known, record.series_table.iloc[series], found.day, wanted)
    at = int(upto[-1])
    here = int(found.day[at])
    carried = wanted is not None and here < wanted
    through = np.datetime64(wanted if carried else here, "D")
    return _Found(live, work, at, here, carried, through, bool(record.stock[found.row[at]]))


def _bounds_on(found: Running, at: int, carried: bool, *, stock: bool) -> tuple[int, int, bool]:
    """Return low, high and whether there is no high, on the day of a row or carried from it."""
    low, high, limitless = int(found.low[at]), int(found.high[at]), bool(found.open[at])
    if not carried:
        return low, high, limitless
    # Until the next row there were at most as many as it says, if it says so (rules 8 and 9).
    if stock or at + 1 == len(found.day) or found.open[at + 1]:
        return 0 if stock else low, 0, True
    high = int(found.high[at + 1])
    return min(low, high), max(high, int(found.total[at])), False


def _limits(low: int, high: int, limitless: bool) -> str:
    if limitless:
        return f" (at least {number(low)})" if low else " (with no bounds)"
    return "" if low == high else f" ({number(low)}–{number(high)})"


def _day(day: int) -> str:
    return str(np.datetime64(int(day), "D"))


class _OneTotal:
    """Tells one running total from the entries that it rests on."""

    def __init__(self, teller: _Teller, work: Work, at: int) -> None:
        self.teller, self.record = teller, teller.record
        self.c, self.e, self.found, self.at = work.counted, work.entries, work.found, at
        self.day, self.row = int(self.found.day[at]), int(self.found.row[at])
        self.basis = Basis(int(self.found.basis[at]))
        self.stock = bool(self.record.stock[self.row])
        here = np.flatnonzero((self.e.row >= 0) & (self.e.day == self.day))
        #: The last entry of the day; none for the day before a count that is worked back.
        self.place = int(here[-1]) if len(here) else -1

    def lines(self) -> list[str]:
        """Write what the total rests on, what bounds it, and what is left out of it."""
        if self.basis == Basis.STATED:
            lines = [f"  stated by {self.teller.speaker(self.row)} "
                     f"{self.teller.named(self.row, 'total')}", *self._itemised(),
                     *self._bounds()]  # fmt: skip
        elif self.place >= 0 and self.e.kind[self.place] == PROVED:
            lines = self._proved()
        elif self.basis in (Basis.BACKED_OUT, Basis.CEILING):
            lines = [f"  {_WHY[self.basis]}", self._back()]
        else:
            left = int(self.e.left[self.place])
            terms = self._terms(left, self._steps(left, self.place + 1))
            lines = [f"  {_WHY[self.basis]}", f"  = {terms}", *self._running(left)]
        if self.stock:
            lines.append("  those counted may return, so that no other day bounds this number")
        return lines + self._aside()

    # -- terms -------------------------------------------------------------------------------

    def _steps(self, left: int, stop: int) -> list[int]:
        """Return the increments after an anchor; of steps of one count only the longest."""
        e = self.e
        some = [i for i in range(left + 1, stop) if e.kind[i] in (Kind.PERIOD, Kind.MORE)]
        last = {int(e.start[i]): i for i in some if e.kind[i] == Kind.PERIOD}
        return [i for i in some if e.kind[i] == Kind.MORE or last[int(e.start[i])] == i]

    def _term(self, i: int) -> str:
        """Write an increment; a total that restarts is one."""
        row, e = int(self.e.row[i]), self.e
        if self.record.kind[row] != Kind.TOTAL:
            return self.teller.counts(row, "counted")
        return (
            f"{self.teller.number(row)} counted anew from {_day(e.start[i])} to {_day(e.day[i])} "
            f"{self.teller.named(row, 'counted')}"
        )

    def _anchor(self, i: int) -> str:
        """Write what a sum starts from."""
        row, until = int(self.e.row[i]), _day(self.e.day[i])
        if row < 0:
            return f"0 through {until}, before the count began"
        if self.e.kind[i] == PROVED:
            least = number(self.e.low[i])
            return f"at least {least} through {until}, by {self.teller.counts(row, 'left out')}"
        return self.teller.counts(row, "from")

    def _terms(self, left: int, increments: list[int]) -> str:
        terms = [self._anchor(left)] if left >= 0 else []
        if len(increments) > _TERMS:
            middle = increments[3:-3]
            total = number(self.e.value[middle].sum())
            terms += [self._term(i) for i in increments[:3]]
            terms.append(f"{total} in {len(middle)} further reports")
            increments = increments[-3:]
        return "\n    + ".join(terms + [self._term(i) for i in increments])

    def _itemised(self) -> list[str]:
        """Write what the reports before a stated total add up to."""
        left = int(self.e.earlier[self.place])
        if left < 0 or not self.found.explained[self.at]:
            return []
        rest = int(self.found.unexplained[self.at])
        why = "+ {} that nobody itemised" if rest > 0 else "− {} that no report explains"
        more = f" {why.format(number(abs(rest)))}" if rest else ""
        return [f"  = {self._terms(left, self._steps(left, self.place))}{more}"]

    def _back(self) -> str:
        """Write the later total, and what is taken away from it."""
        e, ceiling = self.e, self.basis == Basis.CEILING
        # The row of the day before a count names the total itself.
        of = np.flatnonzero((e.row == self.row) & (e.kind == Kind.TOTAL))
        right = int(e.right[self.place] if self.place >= 0 else of[0])
        text = self.teller.counts(int(e.row[right]), "from")
        for i in range(right):
            if e.day[i] <= self.day or e.kind[i] not in (Kind.PERIOD, Kind.MORE):
                continue
            if ceiling and e.kind[i] == Kind.MORE:
                continue
            part = int(e.back["value"][i])
            whole = "" if part == e.value[i] else f"{number(part)} of "
            text += f" − {whole}{self._term(i)}"
        return f"  = {text}"

    def _proved(self) -> list[str]:
        """Tell a floor that a count proves though it is left out of the sum."""
        record, e, found = self.record, self.e, self.found
        row, floor = self.row, int(e.low[self.place])
        first = _day(record.start[row])
        before = floor - int(record.low[row])
        why = self._why_left_out(np.flatnonzero(self.c.row == row))[0]
        lines = [f"  a floor: {self.teller.counts(row, 'left out')} proves it; it is not added, as "
                 f"it {why}"]  # fmt: skip
        earlier = np.flatnonzero(found.day[: self.at] < record.start[row])
        base = int(found.low[earlier[-1]]) if len(earlier) else 0
        if before != base:
            lines.append("  = a floor of an earlier day, which this one does not pass")
        elif before:
            lines.append(f"  = at least {number(before)} before {first} "
                         f"+ {number(record.low[row])}")  # fmt: skip
        return lines

    # -- bounds --------------------------------------------------------------------------------

    def _bounds(self) -> list[str]:
        """Tell bounds of a stated total that are not those stated."""
        record, e, row = self.record, self.e, self.row
        lines = []
        low, left = int(e.low[self.place]), int(e.earlier[self.place])
        if low > record.low[row] and left >= 0:
            self.teller.bounding += [int(e.row[left])] * bool(e.row[left] >= 0)
            since = low - int(e.low[left])
            further = f", and {number(since)} more since" if since > 0 else ""
            lines.append(
                f"  at least {number(low)}: so many were counted by {_day(e.day[left])} already"
                f"{self._cited(int(e.row[left]))}{further}"
            )
        later = np.flatnonzero((self.c.reason == Reason.SO_FAR) & (self.c.because == row))
        if len(later):
            self.teller.bounding += self.c.row[later].tolist()
            which = "; ".join(self.teller.counts(int(r), "left out") for r in self.c.row[later])
            limits = (
                "no upper bound" if self.found.open[self.at]
                else f"{number(self.found.low[self.at])} to {number(self.found.high[self.at])}"
            )  # fmt: skip
            lines.append(
                f"  {limits}: later came {which}, and how much of it this number holds is not said"
            )
        role = int(self.c.role[np.flatnonzero(self.c.row == row)[0]])
        if role in (Role.SLIP, Role.LATE):
            start = _day(record.since[row])
            lines.append(f"  no upper bound: it says that it counts from {start}, which does not "
                         "fit the other totals")  # fmt: skip
        return lines

    def _cited(self, row: int) -> str:
        return f" ({self.teller.name(row, 'from')})" if row >= 0 else ""

    def _running(self, left: int) -> list[str]:
        """Tell why a sum without a gap has no upper bound."""
        if self.basis != Basis.SUMMED or not self.found.open[self.at] or self.stock:
            return []
        c, e = self.c, self.e
        some = set(e.row[self._steps(left, self.place + 1)].tolist())
        vague = [row for row, so_far in zip(c.row, c.vague, strict=True) if so_far and row in some]
        which = "; ".join(self.teller.name(int(row), "counted") for row in vague)
        return (
            [f"  no upper bound: {which} was first said before its day was over"] if vague else []
        )

    # -- left out --------------------------------------------------------------------------------

    def _aside(self) -> list[str]:
        """Tell the counts of these days that are left out, and why."""
        c, after = self.c, int(self.found.since[self.at])
        out = (c.reason != Reason.COUNTED) & (c.day > after) & (c.start <= self.day)
        at = np.array(
            [i for i in np.flatnonzero(out) if int(c.row[i]) not in self.teller.told], int
        )
        why = self._why_left_out(at)
        lines = [
            f"  left out: {self.teller.counts(int(c.row[i]), 'left out')} {how}"
            for i, how in zip(at[:_ASIDE], why[:_ASIDE], strict=True)
        ]
        if len(at) > _ASIDE:
            lines.append(f"  … and {plural(len(at) - _ASIDE, 'further report')} left out")
        return lines

    def _why_left_out(self, at: np.ndarray) -> list[str]:
        c = self.c
        since = np.where(c.since < NEVER, c.since, 0)[c.seg[at]]
        return self.teller.left_out(c.reason[at], c.because[at], since)


def _no_part(teller: _Teller, series: int, through: np.datetime64) -> list[str]:
    """Tell the reports of the series that are of days that had not begun, or give no number."""
    record, last = teller.record, through.astype(np.int64)
    mine = np.flatnonzero((record.series == series) & teller.live)
    early = mine[record.early[mine] & record.numbered[mine]][:_ASIDE].tolist()
    silent = mine[~record.numbered[mine] & (record.day[mine] == last)][:_ASIDE].tolist()
    return [
        f"  early: {teller.counts(row, 'early')} was published before that day had begun, and "
        "enters nothing"
        for row in early
    ] + [
        f"  no number was given {dates} in {teller.name(row, 'silent')}"
        for row, dates in zip(silent, teller.dates(np.array(silent, int)), strict=True)
    ]


def _same_thing(known: Known, series: int) -> np.ndarray:
    """Return the other series that count the same thing, whatever their source and definition."""
    table = known.record.series_table
    same = np.ones(len(table), bool)
    for column in SERIES:
        if column not in ("source", "definition"):
            codes = table[column].cat.codes.to_numpy()
            same &= codes == codes[series]
    same[series] = False
    return np.flatnonzero(same)


def _others(teller: _Teller, others: np.ndarray, through: np.datetime64) -> list[str]:
    """Tell what other sources say of the same thing, through the same day or before."""
    record = teller.record
    wanted = np.zeros(len(record.series_table), bool)
    wanted[others] = True
    mine = wanted[record.series] & teller.live & (record.day <= through.astype(np.int64))
    rows = np.flatnonzero(mine & ~record.early)
    # Of each series its last total, or, if it has none, its last report.
    total = (record.kind[rows] == Kind.TOTAL) & record.numbered[rows]
    rows = rows[ordered(record.series[rows], total, record.day[rows], record.rank[rows])]
    rows = rows[np.flatnonzero(np.diff(record.series[rows], append=-1))]
    sources, definitions = (record.reports.told(c, rows) for c in ("source", "definition"))
    return [
        f"  another source: {source}{f' ({definition})' if definition else ''} "
        f"{f'says {said}' if record.numbered[row] else 'gave no number'} {dates} "
        f"{teller.named(row, 'other source')}"
        for row, source, definition, said, dates in zip(
            rows.tolist(), sources, definitions, teller.say(rows), teller.dates(rows), strict=True
        )
    ]


def _refuse(known: Known, names: pd.Series, days: np.ndarray, wanted: int | None) -> None:
    clock = "" if known.known_at is None else f" as known {clocks.show(known.known_at, known.tz)}"
    first = f"; the first day with one is {np.datetime64(int(days[0]), 'D')}" if len(days) else ""
    until = "" if wanted is None else f" through {np.datetime64(wanted, 'D')}"
    msg = f"no number of {counted(names)} by {names['source']}{until}{clock}{first}"
    raise LedgerError(msg)
