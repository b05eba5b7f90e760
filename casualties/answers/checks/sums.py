"""What does not add up within a series: what the running totals do not believe (design, 8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ...core.conflicts import ruled_out
from ...core.known import Known
from ...core.statements import Point, Statement
from ...core.tips import Tips
from ...core.work import Work
from ...model.schema import Code, Kind, Qualifier, Severity
from ..words import days, listed, numbers
from .findings import NONE, Findings


def sums(found: Findings, known: Known) -> None:
    """Note what was come upon in working out the running totals."""
    told = _Told(found, known)
    for series in known.series.tolist():
        told.series(series)
    told.note()


@dataclass
class _One:
    """A finding: its reports, the numbers found and expected, and what its message needs."""

    series: int
    day: int
    rows: list[int]
    found: int
    expected: int
    severity: Severity
    size: int
    words: tuple[object, ...]


class _Told:
    """Collects what is found, series by series, and notes it code by code."""

    def __init__(self, found: Findings, known: Known) -> None:
        self.found, self.known = found, known
        self.arithmetic: list[_One] = []
        self.falls: list[_One] = []
        self.restarts: list[_One] = []
        self.overlaps: list[_One] = []

    def series(self, series: int) -> None:
        """Look at one series."""
        told = self.known.told(series)
        if not told or told[0].kind == Kind.INCIDENT:
            return
        tips = Tips(self.known.tz)
        tips.tell(told)
        work = tips.work()
        self._restarts(series, work)
        self._arithmetic(series, tips, work)
        self._unmatched(series, work)
        self._falls(series, work)
        self._overlaps(series, work)

    def _arithmetic(self, series: int, tips: Tips, work: Work) -> None:
        for one in work.belief.refused:
            others = ruled_out(work.belief, one)
            rows = [other.told.row for other in others]
            for other in (*others, one):
                if other.told.kind == Kind.MORE:
                    rows += sorted(row for row, _ in tips.base_of(other.told))
            rows = list(dict.fromkeys([one.told.row, *rows]))
            number = one.told.number
            self.arithmetic.append(
                _One(series, one.told.day, rows, number, NONE, Severity.CONTRADICTION, number,
                     (one.told.row, rows[1:]))
            )  # fmt: skip

    def _unmatched(self, series: int, work: Work) -> None:
        """Note totals above what the counts since the last one, with no gap, add up to.

        What a count of some days says at most is believed or not like the count; of "26 more" it
        is not used where it contradicts, so that only a `more` leaves such a total.
        """
        belief = work.belief
        counts = [
            one for one in belief.believed
            if not one.anchors and one.linked and one.start is not None and one.high is not None
        ]  # fmt: skip
        if work.stock or not any(one.kind == Kind.MORE for one in counts):
            return
        counts.sort(key=lambda one: one.at)
        stale = set(map(id, belief.stale))
        firm = [one for one in work.statements if one.anchors and id(one) not in stale]
        firm.sort(key=lambda one: (one.at, one.standing))
        for before, total in pairwise(firm):
            cut = any(before.at < one.at <= total.at for one, _ in belief.cuts)
            if before.at == total.at or before.high is None or total.fewer or cut:
                continue
            most: dict[Point, tuple[int, tuple[int, ...]]] = {
                before.at: (before.high, (before.told.row,))
            }
            for one in counts:
                if one.start in most and one.at <= total.at:
                    number, rows = most[one.start]
                    made = number + (one.high or 0), (*rows, one.told.row)
                    most[one.at] = min(most.get(one.at, made), made)
            number, rows = most.get(total.at, (total.low, ()))
            if total.low > number:
                self.arithmetic.append(
                    _One(series, total.told.day, [total.told.row, *rows], total.told.number,
                         number, Severity.CONTRADICTION, total.low - number,
                         (total.told.row, list(rows)))
                )  # fmt: skip

    def _falls(self, series: int, work: Work) -> None:
        pairs = [
            (cut, top) for cut, top in work.belief.cuts
            if top is not None and not self._lowered(cut.told.row)
        ]  # fmt: skip
        for stale in work.belief.stale:
            above = [
                one for one in work.statements
                if one.anchors and one.at < stale.at and one.standing > stale.standing
                and stale.high is not None and one.low > stale.high
            ]  # fmt: skip
            pairs.append((stale, max(above, key=lambda one: one.low)))
        for lower, higher in pairs:
            high = lower.high
            if high is None and lower.told.says == Qualifier.ABOUT:
                high = 5 * lower.told.number // 4  # as where sources disagree
            sure = high is not None and high < higher.low
            reason = self.found.record.reports.texts["reason"].iat[lower.told.row]
            severity = Severity.CONTRADICTION if sure else Severity.DOUBT
            severity = Severity.NOTE if reason else severity
            self.falls.append(
                _One(series, lower.told.day, [higher.told.row, lower.told.row], lower.told.number,
                     higher.low, severity, higher.low - lower.told.number, (sure, reason))
            )  # fmt: skip

    @cached_property
    def _said_more(self) -> np.ndarray:
        """The largest number that each chain has said, by its first report."""
        record, known = self.found.record, self.known
        said = np.flatnonzero(known.public & record.numbered & ~record.denial)
        most = np.full(len(record), NONE)
        np.maximum.at(most, record.chain[said], record.best[said])
        return most

    def _lowered(self, row: int) -> bool:
        """Whether a revision lowered a total: an explicit cut."""
        record = self.found.record
        return bool(self._said_more[record.chain[row]] > record.best[row])

    def _restarts(self, series: int, work: Work) -> None:
        origin = work.origin[0] if work.origin else None
        begun: dict[int, list[Statement]] = {}
        for one in work.statements:
            start = one.told.start
            if one.told.kind == Kind.TOTAL and start is not None and one.told.eve != origin:
                begun.setdefault(start, []).append(one)
        for start, totals in begun.items():
            one = min(totals, key=lambda total: total.told.day)
            before = [
                o for o in work.statements
                if o.told.day < start and o.told.kind == Kind.TOTAL and o.kind == Kind.TOTAL
            ]  # fmt: skip
            had = max(before, key=lambda o: o.at).told.row if before else NONE
            number = one.told.number
            expected = NONE if had == NONE else int(self.found.record.best[had])
            rows = [had, one.told.row, *(o.told.row for o in totals if o is not one)]
            self.restarts.append(
                _One(series, one.told.day, rows, number, expected, Severity.DOUBT, number,
                     (one.kind == Kind.PERIOD, start, had))
            )  # fmt: skip

    def _overlaps(self, series: int, work: Work) -> None:
        across = [
            (one, [max((cut for cut, _ in work.belief.cuts if cut.at <= one.at),
                       key=lambda cut: cut.at)])
            for one in work.belief.across
        ]  # fmt: skip
        for one, others in (*work.adding_nothing(), *across):
            rows = [one.told.row, *(other.told.row for other in others)]
            number = one.told.number
            self.overlaps.append(
                _One(series, one.told.day, rows, number, NONE, Severity.DOUBT, number,
                     (one.told.row, rows[1:], one in work.belief.across))
            )  # fmt: skip

    # -- messages --------------------------------------------------------------------------------

    def note(self) -> None:
        """Note what was found."""
        self._add(Code.ARITHMETIC, self.arithmetic, self._cannot_be)
        self._add(Code.FALLS, self.falls, self._fall)
        self._add(Code.RESTART, self.restarts, self._restart)
        self._add(Code.OVERLAP, self.overlaps, self._overlap)

    def _cite(self, row: object) -> str:
        return self.found.cite(np.array([row]))[0]

    def _list(self, rows: object) -> str:
        return listed(self.found.cite(np.array(rows, np.int64))) if rows else "what stood before"

    def _cannot_be(self, one: _One) -> str:
        row, others = one.words
        if one.expected != NONE:
            most = numbers(np.array([one.expected]))[0]
            return f"{self._cite(row)} is more than the {most} that {self._list(others)} make"
        return f"{self._cite(row)} cannot be true beside {self._list(others)}; it is not believed"

    def _fall(self, one: _One) -> str:
        higher, lower = self.found.cite(np.array(one.rows))
        sure, reason = one.words
        how = "is" if sure else "may be"
        why = f"; the reason given: {reason}" if reason else (
            ", and no report says that it was revised"
        )  # fmt: skip
        return f"{lower} {how} lower than {higher}{why}"

    def _overlap(self, one: _One) -> str:
        row, others, across = one.words
        if across:
            return (
                f"{self._cite(row)} counts across {self._list(others)}, which is less than was "
                "said before; it is left out"
            )
        return (
            f"{self._cite(row)} bounds the total and adds nothing to it; what says it already: "
            f"{self._list(others)}"
        )

    def _restart(self, one: _One) -> str:
        anew, start, had = one.words
        what, day = self._cite(one.rows[1]), days(np.array([start]))[0]
        before = f"after {self._cite(had)}" if had != NONE else "after earlier counts"
        if anew:
            return f"{what} counts from {day}, {before}; it is added to that"
        return f"{what} counts from {day}, {before}: from when it counts is not known"

    def _add(self, code: Code, ones: list[_One], write: Callable[[_One], str]) -> None:
        at = np.repeat(np.arange(len(ones)), [len(one.rows) for one in ones])

        def tell(chosen: np.ndarray) -> Iterable[str]:
            return [write(ones[place]) for place in chosen.tolist()]

        def column(name: str) -> np.ndarray:
            return np.array([getattr(one, name) for one in ones], np.int64)

        rows = np.array([row for one in ones for row in one.rows], np.int64)
        self.found.add(
            code, column("day"), column("series"), (at, rows), tell, found=column("found"),
            expected=column("expected"), severity=column("severity"), size=column("size"),
        )  # fmt: skip
