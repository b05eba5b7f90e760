"""Where one total comes from, report by report (design, section 5)."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ..core.conflicts import ruled_out
from ..core.headlines import day_end
from ..core.known import Knowing, Known
from ..core.running import tips_of
from ..core.statements import Statement
from ..core.tips import Tips
from ..core.work import Row, Work
from ..model.clocks import Moment
from ..model.errors import LedgerError, both
from ..model.frames import ordered
from ..model.schema import SERIES, Basis, Kind
from ..words import ISO, Calendar, counted, instant, number, plural
from .asked import day_of, matching
from .cited import Cited

#: What stands in a text for the report in a row.
Mark: TypeAlias = Callable[[int], str]
#: Terms of a sum beyond so many are not told one by one.
_TERMS = 12
#: So many reports that are left out are told.
_ASIDE = 5


@dataclass(frozen=True)
class Explanation:
    """One total, told report by report, with their quotations; print it, or read `reports`.

    Attributes
    ----------
    text : str
        What :func:`print` shows.
    reports : DataFrame
        The reports that the text speaks of, with the columns of a report and `role`
        (``total``, ``from``, ``counted``, ``bounds``, ``against``, ``replaced``, ``denial``,
        ``early``, ``silent``, ``retraction`` or ``other source``).
    """

    text: str
    reports: pd.DataFrame

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


class _Teller(Cited):
    """Writes about the reports of some series as known at a clock."""

    def __init__(
        self, known: Known, live: np.ndarray, series: np.ndarray, mark: Mark | None = None,
        calendar: Calendar = ISO,
    ) -> None:  # fmt: skip
        super().__init__(known.record, calendar)
        self._mark = mark
        record, cut = known.record, known.cut
        self.known, self.live = known, live
        self.told: dict[int, str] = {}
        # What replaced what, who denies what, and what came back, of these series.
        mine = np.zeros(len(record.series_table), bool)
        mine[series] = True
        steps = known.steps
        of = np.flatnonzero(mine[record.series[steps.old]])
        old, new = steps.old[of][::-1], steps.new[of][::-1]
        explicit = steps.explicit[of][::-1]
        self._after = dict(zip(new[~explicit], old[~explicit], strict=True))
        self._revising = dict(zip(new[explicit], old[explicit], strict=True))
        denial, about = known.denials
        self._denied: dict[int, list[int]] = {}
        for place in np.flatnonzero(mine[record.series[about]]):
            self._denied.setdefault(int(about[place]), []).append(int(denial[place]))
        stretches = known.kept.live
        back = mine[record.series[stretches.row]] & (stretches.born > record.rank[stretches.row])
        back &= (stretches.born < cut) & (stretches.ended >= cut)
        self._back = dict(zip(stretches.row[back], record.order[stretches.born[back]], strict=True))

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
    28 killed · through 2020-09-28 14:00 UTC, as known 2020-09-28 14:00 UTC
      stated by Ministry (a)
    """
    known = self._known
    for column in series:
        if column not in SERIES:
            raise LedgerError.from_unknown(column, SERIES, "series column")
    left = np.intersect1d(known.series, known.record.series[matching(known.record, series)])
    if len(left) != 1:
        names = known.record.series_table.take(left)
        open_columns = [c for c in SERIES if names[c].nunique() > 1]
        one = both("explain() tells of one", "one is told of at a time")
        msg = f"{plural(len(left), 'series')} match; {one}"
        if len(left) > 1:
            options = [f"{c}={names[c].astype('str').iat[0]!r}" for c in open_columns]
            how = both(f"as in explain({', '.join(options)})", f"with --where {options[0]}")
            msg += f": choose by {', '.join(open_columns)}, {how}"
        raise LedgerError(msg)
    return _explain(known, None if date is None else day_of(date), int(left[0]))


def _explain(known: Known, wanted: int | None, series: int) -> Explanation:
    record = known.record
    found = _found(known, wanted, series)
    others = _same_thing(known, series)
    teller = _Teller(known, found.live, np.append(others, series))
    lines = [found.head(known, series), *found.lines(teller)]
    lines += _no_part(teller, series, found.through)
    lines += [*_others(teller, others, found.through), *_evidence(teller)]
    told = sorted(teller.told, key=lambda row: record.rank[row])
    frame = record.frame.iloc[told].reset_index(drop=True)
    frame.insert(1, "role", pd.Series([teller.told[row] for row in told], dtype="str"))
    return Explanation("\n".join(lines), frame)


def grounds(
    known: Known, series: int, mark: Mark, calendar: Calendar
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
    calendar : Calendar
        How days are written.

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
    teller = _Teller(known, found.live, np.array([series]), mark, calendar)
    lines = [*found.lines(teller), *_no_part(teller, series, found.through)]
    bounding = [row for row, role in teller.told.items() if role in ("bounds", "against")]
    return lines, teller.told, bounding


@dataclass(frozen=True)
class _Found:
    """One running total, with all that it was worked out from."""

    live: np.ndarray
    tips: Tips
    work: Work | None  #: `None` of a list of incidents
    row: Row
    low: int
    high: int | None
    through: np.datetime64
    carried: bool
    whole: bool  #: whether the number speaks of the whole day

    def head(self, known: Known, series: int) -> str:
        """Write the number, its day, the clock and the bounds."""
        until = f"{self.through}"
        if not self.whole and not self.carried:
            until = instant(np.datetime64(self.row.at, "us"), known.tz)
        stand = self.row.stand
        stated = stand.basis == Basis.STATED and not self.carried
        by = stand.by.told.row if stand.by and stated else None
        told = Cited(known.record).printed(stand.number, self.low, self.high, by)
        return (
            f"{told} {counted(known.record.series_table.iloc[series])} · "
            f"through {until}, as known {instant(known.clock, known.tz)}"
        )

    def lines(self, teller: _Teller) -> list[str]:
        """Write what the number rests on."""
        last = teller.calendar.day(self.row.day)
        head = [f"  carried forward from {last}, the last day with a report"] * self.carried
        if self.work is None:
            return head + _listed(teller, self.tips, self.row)
        lines = head + _OneTotal(teller, self.tips, self.work, self.row).lines()
        if self.carried and self.high is not None:
            after = self.work.from_on(day_end(int(self.through.astype(np.int64)), teller.record.tz))
            path = self.work.belief.path(after, high=True)
            told = "; ".join(teller.counts(one.told.row, "bounds") for one in path)
            lines.append(f"  at most {number(self.high)} by then: {told}")
        return lines


def _found(known: Known, wanted: int | None, series: int) -> _Found:
    tips = tips_of(known, series)
    work = None if tips.listed else tips.work()
    every = tips.rows() if work is None else work.rows()
    rows = [row for row in every if wanted is None or row.day <= wanted]
    if not rows:
        days = np.array([row.day for row in every], np.int64)
        _refuse(known, known.record.series_table.iloc[series], days, wanted)
    row = rows[-1]
    carried = wanted is not None and row.day < wanted
    low, high = row.stand.low, row.stand.high
    through = np.datetime64(wanted if wanted is not None and carried else row.day, "D")
    if carried and work is not None:
        low, high = work.bounds_at(day_end(int(through.astype(np.int64)), known.tz))
    whole = row.at == day_end(row.day, known.tz)
    return _Found(known.live, tips, work, row, low, high, through, carried, whole)


def _listed(teller: _Teller, tips: Tips, row: Row) -> list[str]:
    """Tell the number of a list of incidents."""
    ended = [one.row for one in tips.told if one.usable and not one.gone and one.day <= row.day]
    terms = [teller.counts(one, "counted") for one in ended[-_TERMS:]]
    more = f"{plural(len(ended) - _TERMS, 'earlier incident')} + " * (len(ended) > _TERMS)
    return ["  the incidents of a list, added up", f"  = {more}{' + '.join(terms)}"]


class _OneTotal:
    """Tells one running total from the statements that it rests on."""

    def __init__(self, teller: _Teller, tips: Tips, work: Work, row: Row) -> None:
        self.teller, self.tips, self.work, self.row = teller, tips, work, row
        self.stand, self.terms = row.stand, work.terms(row.place)
        for one in work.belief.refused:
            if one.told.instant == row.at:
                teller.told.setdefault(one.told.row, "against")

    def lines(self) -> list[str]:
        """Write what the total rests on, what bounds it, and what contradicts it."""
        by, basis = self.stand.by, self.stand.basis
        if by is not None:
            said = f"{self.teller.named(by.told.row, 'total')}"
            lines = [f"  stated by {self.teller.speaker(by.told.row)} {said}"]
            if basis == Basis.FLOOR:
                lines.append(f"  raised to {number(self.stand.number)}: {self._path(high=False)}")
        elif basis == Basis.FLOOR:
            lines = ["  a floor: what was itemised, with time between that nobody counted",
                     f"  = {self._sum()}"]  # fmt: skip
        elif self.work.joined[self.row.place] is None and self.work.back[self.row.place] is None:
            lines = [f"  derived: the reports leave no other number: {self._told(self.terms)}"]
        else:
            lines = [f"  derived: {self._how()}", f"  = {self._sum()}"]
        if self.work.stock:
            lines.append("  those counted may return, so that no other day bounds this number")
        else:
            lines += self._itemised()
            if basis != Basis.DERIVED or self.stand.low != self.stand.high:
                lines += [*self._low(), *self._high()]
        return lines + self._against()

    def _how(self) -> str:
        back = self.work.joined[self.row.place] is None
        if back:
            return "worked back from a later total"
        return "the last total and what came after it, without a gap"

    # -- the number --------------------------------------------------------------------------

    def _sum(self) -> str:
        """Write the terms of a sum, or of a later total less what came before it."""
        if len(self.terms) == 1 and self.terms[0].fewer:
            return f"{self._base(self.terms[0])}, {self._term(self.terms[0])}"
        back = self.work.joined[self.row.place] is None and self.stand.basis == Basis.DERIVED
        return self._added(self.terms, back=back)

    def _added(self, terms: list[Statement], *, back: bool = False) -> str:
        """Write a total, or what was said before, and the counts that are added to it."""
        first = [] if not terms else terms[:1] if terms[0].anchors else []
        rest = terms[len(first) :]
        told = [self._term(one) for one in rest[-_TERMS:]]
        if len(rest) > _TERMS:
            told.insert(0, f"{plural(len(rest) - _TERMS, 'earlier count')}")
        start = [self.teller.counts(one.told.row, "from") for one in first]
        if not first and rest and rest[0].told.kind == Kind.MORE:
            start = [self._base(rest[0])]
        elif not first and self.work.joined[self.row.place] is not None:
            start = [
                f"0 through {self.teller.calendar.day(self._since() - 1)}, before the count began"
            ]
        return (" − " if back else " + ").join([*start, *told])

    def _since(self) -> int:
        return min(one.told.start for one in self.work.statements if one.told.start is not None)

    def _term(self, one: Statement) -> str:
        """Write a count; a total that restarts is one."""
        row = one.told.row
        if one.told.kind != Kind.TOTAL:
            return self.teller.counts(row, "counted")
        first, last = map(self.teller.calendar.day, (one.told.start or 0, one.told.day))
        return (
            f"{self.teller.number(row)} counted anew from {first} to {last} "
            f"{self.teller.named(row, 'counted')}"
        )

    def _base(self, more: Statement) -> str:
        """Write what was said before a `more`."""
        if more.said is None:
            return "0, as nothing was said before"
        rank = self.teller.record.rank
        rows = sorted((row for row, _ in self.tips.base_of(more.told)), key=lambda row: rank[row])
        names = [self.teller.named(row, "from") for row in rows[-_TERMS:]]
        if len(rows) > _TERMS:
            names.insert(0, plural(len(rows) - _TERMS, "earlier report"))
        from_ = "; ".join(names)
        said = more.said
        if len(rows) == 1 and said.number == self.teller.record.best[rows[0]]:
            return f"{self.teller.number(rows[0])} said before {from_}"
        told = self.teller.printed(said.number, said.low, said.high)
        return f"{told} by then, worked out from {from_}"

    def _itemised(self) -> list[str]:
        """Tell how a stated total compares with the counts since the total before it."""
        if self.row.unexplained is None or self.stand.by is None:
            return []
        rest, due = self.row.unexplained, self.stand.number - self.row.unexplained
        if any(cut.at == self.work.points[self.row.place] for cut, _ in self.work.belief.cuts):
            if self.stand.high is None or self.stand.high >= due:
                return []  # it may be no less
            return [f"  {number(abs(rest))} fewer than the {number(due)} that stood before"]
        terms = self._added(self.work.itemised(self.row.place))
        if not rest:
            return [f"  as the counts since the total before it say: {terms}"]
        how = f"{number(abs(rest))} {'more' if rest > 0 else 'fewer'}"
        due_ = f"the {number(due)} that the counts since the total before it make"
        return [f"  {how} than {due_}: {terms}"]

    # -- bounds --------------------------------------------------------------------------------

    def _told(self, some: list[Statement]) -> str:
        every = [self.teller.counts(one.told.row, "bounds") for one in some[:_TERMS]]
        more = [f"and {len(some) - _TERMS} more"] if len(some) > _TERMS else []
        return "; ".join([*every, *more])

    def _path(self, *, high: bool) -> str:
        return self._told(self.work.belief.path(self.row.place, high=high))

    def _low(self) -> list[str]:
        """Tell what bounds the number from below, where that is not the number itself."""
        stand, belief, place = self.stand, self.work.belief, self.row.place
        if stand.basis == Basis.FLOOR and stand.low == stand.number:
            return []
        if place in belief.caps and stand.low == belief.caps[place][0] < belief.low[place]:
            cut = belief.caps[place][1].told.row
            return [
                f"  at least {number(stand.low)}: a later total is lower, "
                f"{self.teller.counts(cut, 'bounds')}"
            ]
        own = stand.by is not None and stand.low == stand.by.told.low
        if own or stand.low != belief.low[place] or not stand.low:
            return []
        path = belief.path(place, high=False)
        return [] if path == self.terms else [f"  at least {number(stand.low)}: {self._told(path)}"]

    def _high(self) -> list[str]:
        """Tell what bounds the number from above, or that nothing does."""
        stand, belief, place = self.stand, self.work.belief, self.row.place
        by = stand.by
        if by is not None and by in belief.stale:
            return ["  no upper bound: later reports say more of an earlier day"]
        if stand.high is None:
            slip = by is not None and by.high is None and by.told.high is not None
            return ["  no upper bound: from when it counts does not fit the other totals"] * slip
        own = by is not None and stand.high == by.told.high
        if own or stand.high != belief.high[place]:
            return []
        path = belief.path(place, high=True)
        return [] if path == self.terms else [f"  at most {number(stand.high)}: {self._told(path)}"]

    # -- what contradicts it -------------------------------------------------------------------

    def _against(self) -> list[str]:
        """Tell the counts of this instant that are not believed, and what rules them out."""
        work, lines = self.work, []
        for cut, highest in work.belief.cuts:
            if cut.at == work.points[self.row.place] and highest is not None:
                reason = self.teller.cell(cut.told.row, "reason")
                sure = cut.high is not None and cut.high < highest.low
                higher = self.teller.counts(highest.told.row, "against")
                lines.append(
                    f"  it {'is' if sure else 'may be'} lower than {higher}: "
                    + (f"the reason given: {reason}" if reason else "no report says why")
                )
        refused = [one for one in work.belief.refused if one.told.instant == self.row.at]
        for one in refused[:_ASIDE]:
            others = ruled_out(work.belief, one)
            told = "; ".join(self.teller.counts(o.told.row, "bounds") for o in others)
            lines.append(
                f"  not believed: {self.teller.counts(one.told.row, 'against')}, which cannot be "
                f"true beside {told}"
            )
        if len(refused) > _ASIDE:
            lines.append(f"  … and {plural(len(refused) - _ASIDE, 'further report')}")
        return lines


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


def _evidence(teller: _Teller) -> list[str]:
    """Quote the reports that the number rests on, and tell where kept copies of them are."""
    lines = []
    rank = teller.record.rank
    for row, role in sorted(teller.told.items(), key=lambda told: rank[told[0]]):
        quote, archived = teller.cell(row, "quote"), teller.cell(row, "archived")
        said = [f"“{quote}”"] * bool(quote) + [f"kept copy: {archived}"] * bool(archived)
        if said and role in ("total", "from", "counted", "bounds"):
            lines.append(f"  {teller.cell(row, 'report_id')}: {'; '.join(said)}")
    return lines


def _refuse(known: Known, names: pd.Series, days: np.ndarray, wanted: int | None) -> None:
    clock = "" if known.known_at is None else f" as known {instant(known.known_at, known.tz)}"
    first = f"; the first day with one is {np.datetime64(int(days[0]), 'D')}" if len(days) else ""
    until = "" if wanted is None else f" through {np.datetime64(wanted, 'D')}"
    msg = f"no number of {counted(names)} by {names['source']}{until}{clock}{first}"
    raise LedgerError(msg)
