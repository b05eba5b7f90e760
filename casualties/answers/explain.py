"""Where one total comes from, report by report."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd

from ..core.headlines import day_end
from ..core.known import Knowing, Known
from ..core.running import work_of
from ..core.statements import Node, Row, Statement
from ..core.work import Work
from ..model.clocks import Moment
from ..model.errors import LedgerError, both, refuse_unknown
from ..model.frames import ordered
from ..model.schema import SERIES, Basis, Kind
from ..words import ISO, Calendar, counted, instant, listed, number, plural
from .asked import day_of, matching
from .checks.sums import contradictions
from .cited import Cited

#: Given the row of a report, what stands for it in the text.
Mark: TypeAlias = Callable[[int], str]
#: So many reports of a kind are told one by one, others are counted.
_MOST = 12


@dataclass(frozen=True)
class Explanation:
    """One total, told report by report, with their quotations; print it, or read `reports`.

    Attributes
    ----------
    text : str
        What :func:`print` shows.
    reports : DataFrame
        The reports that the text speaks of, with the columns of a report and `role`
        (``total``, ``from``, ``bounds``, ``against``, ``replaced``, ``denial``,
        ``early``, ``silent``, ``retraction`` or ``other source``).
    """

    text: str
    reports: pd.DataFrame

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


class _Teller(Cited):
    """Tells what a running total rests on: the last one of a series through the day `wanted`."""

    def __init__(
        self, known: Known, series: int, wanted: int | None = None, mark: Mark | None = None,
        calendar: Calendar = ISO,
    ) -> None:  # fmt: skip
        super().__init__(known.record, calendar)
        self.known, self.series, self._mark, self._steps = known, series, mark, known.steps
        self.roles: dict[int, str] = {}  #: of each report that is told of
        self.work = work_of(known, series)
        self.numbers, every = self.work.numbers, self.work.rows()
        rows = [row for row in every if wanted is None or row.day <= wanted]
        if not rows:
            names = self.record.series_table.iloc[series]
            msg = f"no number of {counted(names)} by {names['source']}"
            msg += "" if wanted is None else f" through {calendar.day(wanted)}"
            msg += f", as known {instant(known.clock, known.tz)}"
            msg += f"; the first day with one is {calendar.day(every[0].day)}" if every else ""
            raise LedgerError(msg)
        self.row, self.node = rows[-1], cast("Node", rows[-1].node)  # no node in a list
        self.day = self.row.day if wanted is None else wanted
        self.carried, self.end = self.day > self.row.day, day_end(self.day, known.tz)
        self.shown = self.row
        if self.carried:
            self.shown = self.row.carried(self.day, self.end, *self.work.bounds_at(self.end))

    # -- reports -----------------------------------------------------------------------------------

    def cell(self, row: int, what: str) -> str:
        """Return one of the texts about a report."""
        return self.texts(np.array([row]), what)[0]

    def name(self, row: int, role: str) -> str:
        """Return the name of a report, and note that it is told of."""
        self.roles.setdefault(int(row), role)
        return self._mark(int(row)) if self._mark else self.cell(row, "report_id")

    def named(self, row: int, role: str) -> str:
        """Name a report with what it replaced or came back after, and who denies it."""
        parts, steps, live = [self.name(row, role)], self._steps, self.known.kept.live
        stands = (live.row == row) & (live.born < self.known.cut) & (live.ended >= self.known.cut)
        by = next(iter(self.record.order[live.born[stands]].tolist()), row)
        replaced = np.flatnonzero(steps.new == by).tolist()
        for nth in sorted(replaced, key=lambda nth: not steps.explicit[nth])[:1]:
            old, reason = int(steps.old[nth]), self.cell(by, "reason")
            how = "revising" if steps.explicit[nth] else "after"
            if by != row:
                how = f"in force again since {self.name(by, 'retraction')}, in place of"
            said = f"{how} {self.cell(old, 'say')} in {self.name(old, 'replaced')}"
            parts.append(said + (f" ({reason})" if reason else ""))
        denials, about = self.known.denials
        for denial in denials[about == row].tolist():
            parts.append(f"denied by {self.cell(denial, 'source')} ({self.name(denial, 'denial')})")
        return f"({', '.join(parts)})"

    def cited(self, row: int, role: str) -> str:
        """Write the number and days of a report, and name it."""
        return f"{self.cell(row, 'say')} {self.cell(row, 'dates')} {self.named(row, role)}"

    def citing(self, path: Sequence[Statement], role: str, sign: str = "; ") -> str:
        """Cite the statements of a path or sum; before a first `more` what it adds to."""

        def cite(statement: Statement) -> str:
            row, kind = statement.told.row, statement.told.kind
            said = self.cited(row, role) + self._wider(statement)
            if kind == Kind.TOTAL != statement.kind:
                anew = "anew " if statement.kind == Kind.PERIOD else ""
                said += f", counted {anew}from {self.cell(row, 'begins')}"
            if kind == Kind.MORE and (statement.anchors or statement is path[0]):
                said = f"{self._base(statement)}{', ' if statement.anchors else ' + '}{said}"
            return said

        return sign.join(_some(path, cite))

    def _wider(self, total: Statement) -> str:
        """Cite what widens a total: what was told later of an earlier time."""
        wider = _some(total.widened, lambda more: self.cited(more.row, "bounds"))
        return f", widened by {listed(wider)}" if wider else ""

    def _base(self, more: Statement) -> str:
        """Write what was said before a `more`, and name what that and its low rest on."""
        said, work, rank = more.said, self.work, self.record.rank
        if said is None:
            return "0, as nothing that stands was said before"
        rows = work.base_of(more.told)
        by = said.by.told.row if said.by and said.basis == Basis.STATED else None
        how = "said before" if rows == {by} else "by then, worked out from"
        if said.low < said.number:
            before = Work(work.told[: work.told.index(more.told)]).numbers
            low = before.path(before.holding(said.at), high=False)
            rows |= {statement.told.row for statement in low}
        # A sum of nothing rests on no report: then those of its instant are named.
        rows = rows or {told.row for told in work.live.get(said.at, ())}
        names = _some(sorted(rows, key=lambda r: rank[r]), lambda row: self.named(row, "from"))
        return f"{self.written(said)} {how} {'; '.join(names)}"

    def written(self, stand: Row) -> str:
        """Write the number of a row as it may be printed."""
        states = stand.by.told.row if stand.by and stand.basis == Basis.STATED else None
        return self.printed(stand.number, stand.low, stand.high, states)

    # -- the number --------------------------------------------------------------------------------

    def head(self) -> str:
        """Write the number, its day, the clock and the bounds."""
        tz, stand, until = self.known.tz, self.row, ISO.day(self.day)
        if stand.at != self.end and not self.carried:
            until = instant(np.datetime64(stand.at, "us"), tz)
        what = counted(self.record.series_table.iloc[self.series])
        shown, clock = self.written(self.shown), instant(self.known.clock, tz)
        return f"{shown} {what} · through {until}, as known {clock}"

    def lines(self) -> list[str]:
        """Write what the number rests on, what bounds it, and what has no part in it."""
        last, record = self.calendar.day(self.row.day), self.record
        lines = [f"carried forward from {last}, the last day with a number"] * self.carried
        if self.work.listed:
            incidents = (told.row for told in self.work.told if told.usable and not told.gone)
            rows = [row for row in incidents if self.record.day[row] <= self.row.day]
            terms = _some(rows, lambda row: self.cited(row, "from"))
            lines += ["the incidents of a list, added up", f"= {' + '.join(terms)}"]
        else:
            lines += self._total()
            if self.carried and (most := self.shown.high) is not None:
                path = self.numbers.path(self.numbers.from_on(self.end), high=True)
                lines.append(f"at most {number(most)} by then: {self.citing(path, 'bounds')}")
        live = (record.series == self.series) & self.known.live
        early = np.flatnonzero(live & record.early & record.numbered)
        then = record.day <= self.day if self.work.listed else record.day == self.day
        silent = np.flatnonzero(live & ~record.numbered & then)
        why = "was published before that day had begun, and enters nothing"
        lines += _some(early.tolist(), lambda row: f"early: {self.cited(row, 'early')} {why}")
        lines += _some(silent.tolist(), lambda row: self.cited(row, "silent"))
        return [f"  {line}" for line in lines]

    def _total(self) -> list[str]:
        """Tell where a total comes from, unless it is that of a list."""
        stand, by = self.row, self.row.by
        terms = [by] if by else self.numbers.terms(self.node)
        if by:
            row = by.told.row
            who = self.cell(row, "source") + self.cell(row, "relays")
            line = f"stated by {'this source' if self._mark else who} {self.named(row, 'total')}"
            said = "" if stand.number == by.number else f" as {self.cell(row, 'say')}"
            lines = [line + said + self._wider(by)]
        else:
            lines = self._made(terms)
        if self.numbers.stock:
            lines.append("those counted may return, so that no other day bounds this number")
        elif stand.basis != Basis.DERIVED or stand.low != stand.high:
            lines += self._bounds(terms)
        return lines + self._against()

    def _made(self, terms: list[Statement]) -> list[str]:
        """Tell of what terms a number is made that no report states."""
        how, stock = "derived, as no report states it", self.numbers.stock
        if self.row.basis == Basis.FLOOR:
            how = f"a floor: what the reports add up to; there may be {'fewer or ' * stock}more"
        if not terms:
            reports = [self.cited(told.row, "from") for told in self.work.live[self.row.at]]
            return [how, f"= 0, as no number is added by {listed(reports)}"]
        first, *rest = (term.number for term in terms)
        ahead = terms[0].anchors and terms[0].at > self.node.key  # it is worked back from
        if self.row.number == first + (-sum(rest) if ahead else sum(rest)):
            return [how, f"= {self.citing(terms, 'from', ' − ' if ahead else ' + ')}"]
        return [how, f"from {self.citing(terms, 'from')}"]

    # -- bounds, and what contradicts the number ---------------------------------------------------

    def _bounds(self, terms: list[Statement]) -> list[str]:
        """Tell what bounds the number, where neither its own report nor its `terms` do."""
        stand, node, by, lines = self.row, self.node, self.row.by, list[str]()
        cap, low, own, why = self.numbers.cap(node), node.low, by and by.told, ""
        paths = [self.numbers.path(node, high=high) for high in (False, True)]
        if cap is not None and cap[0] < low:
            low, paths[0], why = cap[0], [cap[1]], "a later total is lower, "
        if stand.low and stand.low == low != (own and own.low) and paths[0] != terms:
            lines.append(f"at least {number(stand.low)}: {why}{self.citing(paths[0], 'bounds')}")
        if stand.low < low and not (by and by.stale):
            lines.append(f"at least {number(stand.low)}, as what is not believed allows so few")
        if stand.high and stand.high == node.most != (own and own.high) and paths[1] != terms:
            lines.append(f"at most {number(stand.high)}: {self.citing(paths[1], 'bounds')}")
        return lines

    def _against(self) -> list[str]:
        """Tell what contradicts reports of this instant, as :func:`check` does."""
        every = contradictions(self.record, self.work, np.full(len(self.record), -1))
        then = self.record.speaks_of.astype("M8[us]").view(np.int64) == self.row.at
        found = [
            (sentence, {"row": row, "others": others})
            for _, sentence, _, row, others, *_ in every if then[row]
        ]  # fmt: skip
        return _some(found, lambda finding: self.tell(*finding))

    def cite(self, rows: np.ndarray) -> list[str]:
        """Write numbers and days of reports, and name them."""
        return [self.cited(row, "against") for row in rows]

    # -- what else is told -------------------------------------------------------------------------

    def beside(self) -> list[str]:
        """Tell what other sources say of the same thing, through the same day or before."""
        record = self.record
        names = record.series_table.drop(columns=["source", "definition"]).astype("str")
        alike = (names == names.iloc[self.series]).all(axis=1).to_numpy(bool)
        beside = alike[record.series] & (record.series != self.series)
        rows = np.flatnonzero(beside & self.known.live & ~record.early & (record.day <= self.day))
        # The last total of each series or, if it has none, its last report.
        total = (record.kind[rows] == Kind.TOTAL) & record.numbered[rows]
        rows = rows[ordered(record.series[rows], total, record.day[rows], record.rank[rows])]
        lines = []
        for row in rows[np.flatnonzero(np.diff(record.series[rows], append=-1))].tolist():
            who = " · ".join(filter(None, (self.cell(row, "source"), self.cell(row, "definition"))))
            lines.append(f"  another source, {who}: {self.cited(row, 'other source')}")
        return lines

    def evidence(self) -> list[str]:
        """Quote the reports that the number rests on, and tell where kept copies of them are."""
        lines = []
        for row in self.rows():
            texts = ("“{}”", self.cell(row, "quote")), ("kept copy: {}", self.cell(row, "archived"))
            parts = [form.format(text) for form, text in texts if text]
            if parts and self.roles[row] in ("total", "from", "bounds"):
                lines.append(f"  {self.cell(row, 'report_id')}: {'; '.join(parts)}")
        return lines

    def rows(self) -> list[int]:
        """Return the reports that are told of, in the order of publication."""
        return sorted(self.roles, key=lambda row: self.record.rank[row])


def _some(every: Sequence[Any], tell: Callable[[Any], str]) -> list[str]:
    """Tell the first things of many, and how many more there are."""
    left = len(every) - _MOST
    return [*map(tell, every[:_MOST])] + [plural(left, "further report")] * (left > 0)


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
    refuse_unknown(series, SERIES, "series column")
    left = np.intersect1d(known.series, known.record.series[matching(known.record, series)])
    if not len(known):
        msg = "no report is known at the clock of this ledger, so that there is nothing to explain"
        raise LedgerError(msg)
    if len(left) != 1:
        msg = f"{plural(len(left), 'series')} match; one is told of at a time"
        if len(left):
            names = known.record.series_table.take(left).astype("str")
            apart = names.loc[:, names.nunique() > 1].iloc[0]
            options = [f"{column}={name!r}" for column, name in apart.items()]
            how = both(f"as in explain({', '.join(options)})", f"with --where {options[0]}")
            msg += f": choose by {', '.join(apart.index)}, {how}"
        raise LedgerError(msg)
    teller = _Teller(known, int(left[0]), None if date is None else day_of(date))
    lines = [teller.head(), *teller.lines(), *teller.beside(), *teller.evidence()]
    rows = teller.rows()
    frame = known.record.frame.iloc[rows].reset_index(drop=True)
    frame.insert(1, "role", pd.Series([teller.roles[row] for row in rows], dtype="str"))
    return Explanation("\n".join(lines), frame)


def grounds(
    known: Known, series: int, mark: Mark, calendar: Calendar
) -> tuple[list[str], dict[int, str], list[int]]:
    """Return what the headline of a series rests on, as :func:`explain` tells it.

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
        The reports in it that bound the number, or contradict it.
    """
    teller = _Teller(known, series, mark=mark, calendar=calendar)
    lines = teller.lines()
    bounding = [row for row, role in teller.roles.items() if role in ("bounds", "against")]
    return lines, teller.roles, bounding
