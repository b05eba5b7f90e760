"""What does not add up within a series: what the running totals do not believe (design, 8)."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np

from ...core.conflicts import not_adding_up, ruled_out
from ...core.known import Known
from ...core.running import worked_out
from ...core.statements import Statement
from ...core.tips import Tips
from ...core.work import Work
from ...model.schema import Code, Kind, Qualifier, Severity
from ...words import listed
from .findings import NONE, Findings

#: So many falls of one series, and perhaps its numbers are no totals.
_OFTEN = 3


def sums(found: Findings, known: Known) -> None:
    """Note what was come upon in working out the running totals."""
    told = _Told(found, known)
    for series, tips, work in worked_out(known):
        if work is not None:
            of_one = partial(told.of_one, series, tips, work)
            told.take(known.kept.once("sums", series, tips, of_one))
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

    def of_one(self, series: int, tips: Tips, work: Work) -> list[list[_One]]:
        """Return what is found in one series, code by code."""
        told = _Told(self.found, self.known)
        told._restarts(series, work)
        told._arithmetic(series, tips, work)
        told._falls(series, work)
        told._overlaps(series, tips, work)
        return told.kinds

    @property
    def kinds(self) -> list[list[_One]]:
        """The findings, code by code."""
        return [self.arithmetic, self.falls, self.restarts, self.overlaps]

    def take(self, kinds: list[list[_One]]) -> None:
        """Add what was found in one series."""
        for mine, more in zip(self.kinds, kinds, strict=True):
            mine += more

    def _arithmetic(self, series: int, tips: Tips, work: Work) -> None:
        for one in work.belief.refused:
            self._cannot_be(series, tips, one, ruled_out(work.belief, one))
        if work.stock or not any(one.kind == Kind.MORE for one in work.belief.believed):
            return  # all that is believed adds up, but for what a `more` adds at most
        cuts = {id(cut) for cut, _ in work.belief.cuts}
        for (before, stood), (place, total) in pairwise(self._standing(work)):
            if total.fewer or id(total) in cuts or place == before:
                continue  # another count begins
            if others := not_adding_up(work.belief, total, before, stood):
                self._cannot_be(series, tips, total, others)

    @staticmethod
    def _standing(work: Work) -> list[tuple[int, Statement]]:
        """Return the places with a number of their own, and who says it, in order."""
        stale, origin = set(map(id, work.belief.stale)), work.belief.origin
        every = [(p, one) for p, one in work.totals.items() if id(one) not in stale]
        if origin is not None and work.origin is not None and origin not in work.totals:
            since = [one for _, one in every if one.told.eve == work.origin[0]]
            every += [(origin, one) for one in since[:1]]
        return sorted(every, key=lambda pair: pair[0])

    def _cannot_be(self, series: int, tips: Tips, one: Statement, others: list[Statement]) -> None:
        """Note a report, and the smallest set of those that rule it out."""
        rows = [other.told.row for other in others]
        for other in (*others, one):
            if other.told.kind == Kind.MORE:
                rows += sorted(row for row, _ in tips.base_of(other.told))
        rows = list(dict.fromkeys([one.told.row, *rows]))
        number = one.told.number
        self.arithmetic.append(
            _One(series, one.told.day, rows, number, NONE, Severity.CONTRADICTION, number,
                 (one.told.row, rows[1:], one.anchors))
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
    def _falls_of(self) -> Counter[int]:
        """How many falls without a reason each series has."""
        return Counter(one.series for one in self.falls if not one.words[1])

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

    def _overlaps(self, series: int, tips: Tips, work: Work) -> None:
        idle = work.adding_nothing()
        if idle:  # but for what another `more` adds to
            terms = [one.told for row in work.rows() for one in work.terms(row.place)]
            added_to = tips.beneath(one for one in terms if one.kind == Kind.MORE)
            idle = [(one, others) for one, others in idle if one.told.row not in added_to]
        across = [
            (one, [max((cut for cut, _ in work.belief.cuts if cut.at <= one.at),
                       key=lambda cut: cut.at)])
            for one in work.belief.across
        ]  # fmt: skip
        for one, others in (*idle, *across):
            rows = [one.told.row, *(other.told.row for other in others)]
            number = one.told.number
            self.overlaps.append(
                _One(series, one.told.day, rows, number, NONE, Severity.DOUBT, number,
                     (one.told.row, rows[1:], one in work.belief.across))
            )  # fmt: skip

    # -- messages --------------------------------------------------------------------------------

    def note(self) -> None:
        """Note what was found."""
        self._add(Code.ARITHMETIC, self.arithmetic, lambda one: (
            f"{self._cite(one.words[0])} cannot be true beside {self._list(one.words[1])}"
            f"{'' if one.words[2] else '; it is not believed'}"
        ))  # fmt: skip
        self._add(Code.FALLS, self.falls, self._fall)
        self._add(Code.RESTART, self.restarts, self._restart)
        self._add(Code.OVERLAP, self.overlaps, self._overlap)

    def _cite(self, row: object) -> str:
        return self.found.cite(np.array([row]))[0]

    def _list(self, rows: object) -> str:
        return listed(self.found.cite(np.array(rows, np.int64))) if rows else "what stood before"

    def _fall(self, one: _One) -> str:
        higher, lower = self.found.cite(np.array(one.rows))
        sure, reason = one.words
        how = "is" if sure else "may be"
        why = f"; the reason given: {reason}" if reason else (
            ", and no report says that it was revised"
        )  # fmt: skip
        often = not reason and self._falls_of[one.series] >= _OFTEN
        daily = "; if these are counts of single days, say kind='period'" if often else ""
        return f"{lower} {how} lower than {higher}{why}{daily}"

    def _overlap(self, one: _One) -> str:
        row, others, across = one.words
        if across:
            return (
                f"{self._cite(row)} counts across {self._list(others)}, which is less than was "
                "said before; it is left out"
            )
        return (
            f"{self._cite(row)} bounds the total and adds nothing to it beside {self._list(others)}"
        )

    def _restart(self, one: _One) -> str:
        anew, start, had = one.words
        what, day = self._cite(one.rows[1]), self.found.calendar.day(start)
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
