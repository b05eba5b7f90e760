"""Where one total comes from, report by report."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
import pandas as pd

from ..core.headlines import day_end
from ..core.known import Knowing, Known
from ..core.running import work_of
from ..core.statements import Node, Statement
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
T = TypeVar("T")
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
        (``total``, ``from``, ``counted``, ``bounds``, ``against``, ``replaced``, ``denial``,
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
        bounds = self.row.low, self.row.high
        self.low, self.high = self.work.bounds_at(self.end) if self.carried else bounds

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
        again = (live.row == row) & (live.born > self.record.rank[row])
        again &= (live.born < self.known.cut) & (live.ended >= self.known.cut)
        replaced = sorted(np.flatnonzero(steps.new == row), key=lambda nth: not steps.explicit[nth])
        for nth in replaced[:1]:
            how, reason = "revising" if steps.explicit[nth] else "after", self.cell(row, "reason")
            if steps.explicit[nth] or not again.any():
                parts.append(f"{how} {self._old(steps.old[nth])}{f' ({reason})' if reason else ''}")
        for retraction in self.record.order[live.born[again]].tolist():
            parts.append(f"in force again since {self.name(retraction, 'retraction')}")
            for withdrawn in steps.old[steps.new == retraction][:1].tolist():
                parts[-1] += f" withdrew {self._old(withdrawn)}"
        denials, about = self.known.denials
        for denial in denials[about == row].tolist():
            parts.append(f"denied by {self.cell(denial, 'source')} ({self.name(denial, 'denial')})")
        return f"({', '.join(parts)})"

    def _old(self, row: int) -> str:
        return f"{self.cell(row, 'say')} in {self.name(row, 'replaced')}"

    def cited(self, row: int, role: str) -> str:
        """Write the number and days of a report, and name it."""
        return f"{self.cell(row, 'say')} {self.cell(row, 'dates')} {self.named(row, role)}"

    def citing(self, path: Sequence[Statement]) -> str:
        """Cite the statements on the path of a bound; before a first `more` what it adds to."""

        def cite(statement: Statement) -> str:
            anchors = statement.anchors
            begins = statement.told.kind == Kind.MORE and (anchors or statement is path[0])
            base = self._base(statement) + (", " if anchors else " + ") if begins else ""
            mores = [more.row for more in statement.widened]
            wider = _first(mores, lambda row: self.cited(row, "bounds"))
            said = base + self.cited(statement.told.row, "bounds")
            return said + (f", widened by {listed(wider)}" if wider else "")

        return "; ".join(_first(path, cite))

    # -- the number --------------------------------------------------------------------------------

    def head(self) -> str:
        """Write the number, its day, the clock and the bounds."""
        tz, stand, until = self.known.tz, self.row, ISO.day(self.day)
        if stand.at != self.end and not self.carried:
            until = instant(np.datetime64(stand.at, "us"), tz)
        by = stand.by if stand.basis == Basis.STATED and not self.carried else None
        shown = self.printed(stand.number, self.low, self.high, by.told.row if by else None)
        what = counted(self.record.series_table.iloc[self.series])
        return f"{shown} {what} · through {until}, as known {instant(self.known.clock, tz)}"

    def lines(self) -> list[str]:
        """Write what the number rests on, what bounds it, and what has no part in it."""
        last, record = self.calendar.day(self.row.day), self.record
        lines = [f"carried forward from {last}, the last day with a report"] * self.carried
        if self.work.listed:
            incidents = (told for told in self.work.told if told.usable and not told.gone)
            rows = [incident.row for incident in incidents if incident.day <= self.row.day]
            terms = _last(rows, "earlier incident", lambda row: self.cited(row, "counted"))
            lines += ["the incidents of a list, added up", f"= {' + '.join(terms)}"]
        else:
            lines += self._total()
            if self.carried and self.high is not None:
                path = self.numbers.path(self.numbers.from_on(self.end), high=True)
                lines.append(f"at most {number(self.high)} by then: {self.citing(path)}")
        live = (record.series == self.series) & self.known.live
        early = np.flatnonzero(live & record.early & record.numbered)
        then = record.day <= self.day if self.work.listed else record.day == self.day
        silent = np.flatnonzero(live & ~record.numbered & then)
        why = "was published before that day had begun, and enters nothing"
        lines += _first(early.tolist(), lambda row: f"early: {self.cited(row, 'early')} {why}")
        lines += _first(silent.tolist(), lambda row: self.cited(row, "silent"))
        return [f"  {line}" for line in lines]

    def _total(self) -> list[str]:
        """Tell where a total comes from, unless it is that of a list."""
        node, numbers, stand = self.node, self.numbers, self.row
        terms = numbers.terms(node)
        for refused in numbers.refusals:
            if refused.told.instant == stand.at:
                self.roles[refused.told.row] = "against"
        lines = self._stated(stand.by) if stand.by else self._made(terms)
        if numbers.stock:
            lines.append("those counted may return, so that no other day bounds this number")
        else:
            lines += self._itemised()
            if stand.basis != Basis.DERIVED or stand.low != stand.high:
                lines += self._bounds(terms)
        total = stand.by or (terms[0] if terms and terms[0].anchors else None)
        wider = [self.cited(more.row, "bounds") for more in total.widened] if total else []
        lines += _first(wider, lambda more: f"wider since {more} was told of an earlier time")
        return lines + self._against()

    def _stated(self, by: Statement) -> list[str]:
        """Tell who states the number, and what moves it."""
        row, shown = by.told.row, number(self.row.number)
        who = self.cell(row, "source") + self.cell(row, "relays")
        lines = [f"stated by {'this source' if self._mark else who} {self.named(row, 'total')}"]
        if by.told.ranged and self.row.number != by.told.number:
            lines[0] += f" as {self.cell(row, 'say')}, moved into what the other reports say"
        if self.row.basis == Basis.FLOOR:
            path = self.numbers.path(self.node, high=False)
            lines.append(f"raised to {shown}: {self.citing(path)}")
        return lines

    def _made(self, terms: list[Statement]) -> list[str]:
        """Tell of what terms a number is made that no report states."""
        joined, floor = self.node.sums.joined is not None, self.row.basis == Basis.FLOOR
        if not floor and not joined and self.numbers.back(self.node) is None:
            return [f"derived: the reports leave no other number: {self.citing(terms)}"]
        alone = bool(terms) and terms[0].fewer and terms[0].said is None
        before = "what was said before" if alone else "the last total"
        how = (
            "a floor: what the reports add up to; there may be more" if floor
            else f"derived: {before} and what came after it, without a gap" if joined
            else "derived: worked back from a later total"
        )  # fmt: skip
        if floor and not terms:
            reports = [self.cited(told.row, "from") for told in self.work.live[self.row.at]]
            return [how, f"= 0, as no number is added by {listed(reports)}"]
        return [how, f"= {self._added(terms, ' + ' if floor or joined else ' − ')}"]

    def _added(self, terms: list[Statement], sign: str = " + ") -> str:
        """Write a total, or what was said before, and the counts that are added to it."""
        first = terms[0] if terms else None
        rest, start = terms[1:] if first and first.anchors else terms, list[str]()
        if first and first.told.kind == Kind.MORE:
            start = [self._base(first) + (f", {self._term(first)}" if first.fewer else "")]
        elif first and first.anchors:
            start = [self.cited(first.told.row, "from") + self._by_then(first)]
        elif self.node.sums.joined is not None:
            since = min(s.told.start for s in self.numbers.statements if s.told.start is not None)
            start = [f"0 through {self.calendar.day(since - 1)}, before the count began"]
        return sign.join([*start, *_last(rest, "earlier count", self._term)])

    def _by_then(self, total: Statement) -> str:
        """Write what a total stands for beside the other reports, if that is another number."""
        stand = self.numbers.stand(total.node)
        later = total.node.total is not total or total.at > self.node.key
        if later or stand.number == total.number:
            return ""
        return f" (by then {self.printed(stand.number, stand.low, stand.high)})"

    def _term(self, count: Statement) -> str:
        """Write a count, or a total that restarts, which counts as one."""
        cited = self.cited(count.told.row, "counted")
        if count.told.kind == Kind.TOTAL:
            cited += f", counted anew from {self.cell(count.told.row, 'begins')}"
        return cited

    def _base(self, more: Statement) -> str:
        """Write what was said before a `more`."""
        said, rank = more.said, self.record.rank
        if said is None:
            if any(told.gone and told.standing < more.told.standing for told in self.work.told):
                return "0, as what was said before is withdrawn"
            return "0, as nothing was said of days so early"
        # A sum of nothing rests on no report: then those of its instant are named.
        base = self.work.base_of(more.told) or {t.row for t in self.work.live.get(said.at, ())}
        rows = sorted(base, key=lambda row: rank[row])
        from_ = "; ".join(_last(rows, "earlier report", lambda row: self.named(row, "from")))
        states = said.by.told.row if said.by and said.basis == Basis.STATED else None
        shown = self.printed(said.number, said.low, said.high, states)
        if rows == [states]:
            return f"{shown} said before {from_}"
        return f"{shown} by then" + (f", worked out from {from_}" if rows else "")

    def _itemised(self) -> list[str]:
        """Tell how a stated total compares with the counts since the total before it."""
        rest, total = self.row.unexplained, self.node.total
        if rest is None or total is None or self.row.by is None:
            return []
        counts, due = self.numbers.itemised(self.node), total.number - rest
        since, _ = self.numbers.since(self.node)
        counts += [count for count in since[::-1] if count.told.ceiling and count not in counts]
        how = "more" if rest > 0 else "fewer"
        if not total.told.ranged:  # from a range nobody knows how many
            how = f"{number(abs(rest))} {how}"
        if total.cuts:
            surely = total.high is not None and total.high < due
            return [f"{how} than the {number(due)} that stood before"] * surely
        fits = total.low <= due and (total.high is None or due <= total.high)
        made = f"{number(due)} that the counts since the total before it make"
        line = f"this allows the {made}" if fits else f"{how} than the {made}"
        line += ", and within their bounds" if not fits and self._within(counts, total) else ""
        line = line if rest else "as the counts since the total before it say"
        return [line + (f": {self._added(counts)}" if counts else "")]

    def _within(self, counts: list[Statement], total: Statement) -> bool:
        """Whether the bounds of a total meet those of what the counts before it add up to."""
        stand, low, high = None, 0, 0.0
        if counts:
            first = counts[0]
            stand = self.numbers.stand(first.node) if first.anchors else first.said
            counts = counts[first.anchors :]
        if stand is not None:
            low, high = stand.low, inf if stand.high is None else stand.high
        low += sum(count.told.low for count in counts)
        high += sum(inf if count.told.high is None else count.told.high for count in counts)
        return low <= (inf if total.high is None else total.high) and total.low <= high

    # -- bounds, and what contradicts the number ---------------------------------------------------

    def _bounds(self, terms: list[Statement]) -> list[str]:
        """Tell what bounds the number, where neither its own report nor its `terms` do."""
        stand, node, by, cap = self.row, self.node, self.row.by, self.numbers.cap(self.node)
        proved = stand.basis == Basis.FLOOR and stand.low == stand.number == node.sums.stands[0]
        low, own, lines = None if proved else stand.low or None, by and by.told, list[str]()
        if cap is not None and not proved and stand.low == cap[0] < node.low:
            lower = self.citing([cap[1]])
            lines.append(f"at least {number(stand.low)}: a later total is lower, {lower}")
        for how, bound, of_node, of_report in (
            ("at least", low, node.low, own and own.low),
            ("at most", stand.high, node.most, own and own.high),
        ):
            if bound is None or bound != of_node or bound == of_report:
                continue
            path, least = self.numbers.path(node, high=how == "at most"), how == "at least"
            beneath = self._beneath(path) if least else []
            if path != terms or beneath:
                lines.append(f"{how} {number(bound)}: {self.citing(path)}")
            if beneath:
                lines[-1] += f"; at least as many as that were said before in {listed(beneath)}"
        if by and not by.stale and by.told.high is not None and stand.high is by.high is None:
            lines.append("no upper bound: from when it counts does not fit the other totals")
        return lines

    def _beneath(self, path: list[Statement]) -> list[str]:
        """Cite what the low rests on, but not the number, of what was said before a `more`."""
        more, said = (path[0].told, path[0].said) if path else (None, None)
        if more is None or said is None or said.low >= said.number:
            return []
        before = Work(self.work.told[: self.work.told.index(more)]).numbers
        low = before.path(before.holding(said.at), high=False)
        rows = {statement.told.row for statement in low} - self.work.base_of(more)
        return _first(sorted(rows), lambda row: self.cited(row, "bounds"))

    def _against(self) -> list[str]:
        """Tell what contradicts reports of this instant, as :func:`check` does."""
        every = contradictions(self.record, self.work, np.full(len(self.record), -1))
        then = self.record.speaks_of.astype("M8[us]").view(np.int64) == self.row.at
        found = [
            (sentence, {"row": row, "others": others})
            for _, sentence, _, row, others, *_ in every if then[row]
        ]  # fmt: skip
        return _first(found, lambda finding: self.tell(*finding))

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
            who = self.cell(row, "source"), self.cell(row, "definition")
            claim = self.cited(row, "other source")
            lines.append(f"  another source, {' · '.join(filter(None, who))}: {claim}")
        return lines

    def evidence(self) -> list[str]:
        """Quote the reports that the number rests on, and tell where kept copies of them are."""
        lines = []
        for row in self.rows():
            texts = ("“{}”", self.cell(row, "quote")), ("kept copy: {}", self.cell(row, "archived"))
            parts = [form.format(text) for form, text in texts if text]
            if parts and self.roles[row] in ("total", "from", "counted", "bounds"):
                lines.append(f"  {self.cell(row, 'report_id')}: {'; '.join(parts)}")
        return lines

    def rows(self) -> list[int]:
        """Return the reports that are told of, in the order of publication."""
        return sorted(self.roles, key=lambda row: self.record.rank[row])


def _first(every: Sequence[T], tell: Callable[[T], str]) -> list[str]:
    """Tell the first things of many, and how many more there are."""
    left = len(every) - _MOST
    return [tell(one) for one in every[:_MOST]] + [f"and {left:,} more"] * (left > 0)


def _last(every: list[T], noun: str, tell: Callable[[T], str]) -> list[str]:
    """Say how many things there are before the last ones, and tell those."""
    left = len(every) - _MOST
    return [plural(left, noun)] * (left > 0) + [tell(one) for one in every[-_MOST:]]


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
    if not len(known.series):
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
