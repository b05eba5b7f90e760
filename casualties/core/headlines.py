"""The headline of a series, or its number through a day, each time something is reported."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from ..model import clocks
from ..model.frames import NEVER
from ..model.reports import FEW
from ..model.schema import Cause, Change
from .known import Known, all_at_once
from .record import change_of
from .statements import Row
from .work import Work


@dataclass(slots=True)
class Event:
    """An instant at which what the reports of a series say changed."""

    instant: int  #: microseconds, UTC
    work: Work  #: the reports as known then
    steps: list[tuple[int, int, int]]  #: old and new report of each replacement, and its change
    stood: set[int]  #: of a list: the reports of these steps that entered totals until then


@dataclass(slots=True)
class Span:
    """The number through a day, followed from one instant to another."""

    begin: int  #: this instant itself is left out
    end: int
    day: int
    report: int  #: that states the number at the begin, -1 for none
    now: Row | None = None  #: what stands through the day
    eve: Row | None = None  #: what stands through the day before
    updated: int = 0  #: see :meth:`Walk.recounted`
    explained: bool = False


class Walk:
    """The reports of a ledger up to a clock, to be followed series by series.

    Only the series that are given can be followed, or all of them.
    """

    def __init__(self, known: Known, series: np.ndarray | None = None) -> None:
        record, entries = known.record, known.kept.entries
        self.known, self.record, self.entries = known, record, entries
        #: The instant of each rank, numbered in order; after all others for what never came.
        self._moment = np.append(record.moment, len(record))
        self._born = self._moment[entries.born]
        self._ended = self._moment[np.minimum(entries.ended, len(record))]
        self._speaks_of = record.speaks_of.astype("M8[us]").view(np.int64)
        self._reported = record.reported.astype("M8[us]").view(np.int64)
        steps = known.steps
        if series is not None:
            steps = steps.take(np.isin(record.series[steps.old], series))
        change = change_of(record, steps.old, steps.new, steps.explicit)
        self._steps: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        moment = self._moment[record.rank[steps.by]]
        columns = record.series[steps.old], moment, steps.old, steps.new, change
        for number, when, *step in zip(*(column.tolist() for column in columns), strict=True):
            self._steps.setdefault((number, when), []).append(tuple(step))

    @all_at_once()
    def recounted(
        self, series: int, asked: list[tuple[int, int, int, int]]
    ) -> list[tuple[int, int, bool]]:
        """Follow the number through a day between two instants, for each that is asked.

        Parameters
        ----------
        series : int
            Number of the series.
        asked : list of (int, int, int, int)
            The first four fields of a :class:`Span` each.

        Returns
        -------
        list of (int, int, bool)
            The number through the day after the last event, 0 for none; what of its steps is
            called `new` or `updated`, less what the day before rose by at the same instants; and
            whether a fall since that day has its reason. Where a revise has moved the report to a
            later day, that day is meant.
        """
        spans = [Span(*question) for question in asked]
        ends = ends_of({day for span in spans for day in (span.day - 1, span.day)}, self.known.tz)
        waiting, active = sorted(spans, key=lambda span: -span.begin), list[Span]()
        following = [*self.instants(series)[1:], NEVER + 1]
        for event, next_ in zip(self.events(series), following, strict=True):
            while waiting and waiting[-1].begin < next_:
                active.append(waiting.pop())
            active = [span for span in active if event.instant <= span.end]
            days = {day for span in active for day in (span.day - 1, span.day)}
            rows = {day: event.work.through(day, ends[day]) for day in days}
            for span in active:
                self._follow(span, event, rows[span.day], rows[span.day - 1])
                if next_ > span.end:
                    self._finish(span, event.work)
        return [(number_of(span.now), span.updated, span.explained) for span in spans]

    def _follow(self, span: Span, event: Event, now: Row | None, eve: Row | None) -> None:
        """Take the numbers through a day, and the day before, as they are after an event."""
        was = span.now
        if span.begin < event.instant and was and now and differs(was, now):
            if self.cause(event, was, now) in (Cause.NEW, Cause.UPDATED):
                rose = eve.number - span.eve.number if eve and span.eve else 0
                span.updated += max(0, now.number - was.number - max(0, rose))
        span.now, span.eve = now, eve

    def _finish(self, span: Span, work: Work) -> None:
        """See, after the last event of a span, whether its report moved and a fall is explained."""
        if (moved := self._moved(work, span.report, span.day)) is not None:
            span.day, span.updated = moved, 0
            span.now = work.through(moved, day_end(moved, self.known.tz))
        if number_of(work.tip()) < number_of(span.now):
            span.explained = self._fell_for_a_reason(work, span.day)

    def _moved(self, work: Work, row: int, day: int) -> int | None:
        """Return the later day that a revise has moved a report to, `None` where none has."""
        record = self.record
        if row < 0:
            return None
        began, standing = int(record.began[row]), int(record.rank[record.chain[row]])
        for is_total in (False, True):  # a revise may change the kind, too
            reading = began, is_total, standing
            place = bisect_left(work.told, reading, key=lambda report: report.reading)
            for report in work.told[place : place + 1]:
                moved = report.reading == reading and report.row != row and report.day > day
                if moved and work.holds(report.row, report.instant):
                    return report.day
        return None

    def headlines(self, series: int, instants: list[int]) -> list[Row | None]:
        """Return the headline of a series after the events at some of its instants."""
        wanted = set(instants)
        return [event.work.tip() for event in self.events(series) if event.instant in wanted]

    def _fell_for_a_reason(self, work: Work, day: int) -> bool:
        """Whether the last cut is of a later day, and gives a reason or is "so many fewer"."""
        tip = work.tip()
        cut = work.numbers.cuts[-1][0] if tip and tip.day != day and work.numbers.cuts else None
        if cut is None or cut.told.day <= day:
            return False
        return cut.fewer or bool(self.record.reports.texts["reason"].iat[cut.told.row])

    def instants(self, series: int) -> list[int]:
        """Return the instants of the events of a series."""
        return [int(self.record.instants[moment]) for moment in sorted(self._changes(series))]

    def _changes(self, series: int) -> dict[int, list[int]]:
        """Return the places of the entries of a series that come or go at each instant."""
        begin, end = self.entries.starts[series : series + 2].tolist()
        limit = int(self._moment[self.known.cut - 1]) if self.known.cut else -1
        changes: dict[int, list[int]] = {}
        lives = zip(self._born[begin:end].tolist(), self._ended[begin:end].tolist(), strict=True)
        for place, (born, ended) in enumerate(lives, begin):
            if born < ended and born <= limit:
                changes.setdefault(born, []).append(place)
                if ended <= limit:
                    changes.setdefault(ended, []).append(place)
        return changes

    def events(self, series: int) -> Iterator[Event]:
        """Yield the instants at which what a series says changed, in order."""
        changes, instants = self._changes(series), self.record.instants
        begin, end = self.entries.starts[series : series + 2].tolist()
        told = self.entries.told(np.arange(begin, end))
        work, standing = Work(), list[int]()  # the entries that stand, in reading order
        for moment in sorted(changes):
            first = len(standing)  # the place from which on they change
            for entry in changes[moment]:
                place = bisect_left(standing, entry)
                if entry in standing[place : place + 1]:
                    del standing[place]
                else:
                    standing.insert(place, entry)
                first = min(first, place)
            steps = self._steps.get((series, moment), [])
            rows = [row for step in steps if work.listed for row in step[:2]]
            stood = {row for row in rows if work.holds(row, int(self._speaks_of[row]))}
            work.tell([told[entry - begin] for entry in standing[first:]], first)
            yield Event(int(instants[moment]), work, steps, stood)
        if len(self.record) > FEW:  # while it is kept, :func:`running.work_of` takes the work over
            work.state = np.array(standing, np.int64).tobytes()
            self.known.kept.made["work", series] = work

    def cause(self, event: Event, was: Row | None, now: Row | None) -> Cause:
        """Return why the number changed at an event."""
        record = self.record
        changes = {step[-1] for step in event.steps if self._on_path(event, step, was, now)}
        named = next((Cause[change.name] for change in _NAMED if change in changes), None)
        if now is None or (was is not None and now.number < was.number):
            if named in (Cause.RETRACTED, Cause.RELAYED, Cause.REVISED):
                return named
            if now is None or was is None:
                return Cause.FELL
            by = now.by
            if by is None and now.path and now.path[0].fewer and now.path[0].at[0] == now.at:
                by = now.path[0]  # the "so many fewer" that ends the sum
            if by is not None and record.reports.texts["reason"].iat[by.told.row]:
                return Cause.REVISED
            return Cause.UNCLEAR if _overlap(was, now) or now.day < was.day else Cause.FELL
        if was is not None and now.day > was.day and self._reported[now.row] == event.instant:
            if now.row not in {new for _, new, _ in event.steps}:
                return Cause.NEW
        return Cause.NEW if named is None else named

    def _on_path(
        self, event: Event, step: tuple[int, int, int], was: Row | None, now: Row | None
    ) -> bool:
        """Whether the number before or now rests on the old or new report of a step.

        The number of a list rests on all its incidents up to then.
        """
        work, reports = event.work, [(row, int(self._speaks_of[row])) for row in step[:2]]
        if not work.listed:
            numbers = [number for number in (was, now) if number is not None]
            return any(number.rests_on(*report) for number in numbers for report in reports)
        return any(
            (was is not None and instant <= was.at and row in event.stood)
            or (now is not None and instant <= now.at and work.holds(row, instant))
            for row, instant in reports
        )


#: The changes that a cause is named after; of several the first of these.
_NAMED = (Change.RETRACTED, Change.RELAYED, Change.REVISED, Change.UPDATED)


def _overlap(was: Row, now: Row) -> bool:
    """Whether the bounds of two numbers overlap."""
    return (was.high is None or now.low <= was.high) and (now.high is None or was.low <= now.high)


@dataclass(slots=True)
class Step:
    """A change of a number at an instant; `None` stands for no number."""

    series: int
    instant: int
    was: Row | None
    now: Row | None
    cause: Cause


def steps(known: Known, day: int | None = None, series: np.ndarray | None = None) -> list[Step]:
    """Return the headline of every series, or its number through a day, each time it changed."""
    walk, found = Walk(known, series), list[Step]()
    for number in (known.series if series is None else series).tolist():
        state = day, len(walk.instants(number))
        found += known.kept.once("steps", number, state, partial(_steps, walk, number, day))
    return found


def _steps(walk: Walk, series: int, day: int | None) -> list[Step]:
    end = 0 if day is None else day_end(day, walk.known.tz)
    was: Row | None = None
    found = list[Step]()
    for event in walk.events(series):
        now = event.work.tip() if day is None else event.work.through(day, end)
        if differs(was, now):
            cause = walk.cause(event, was, now) if found else Cause.FIRST
            found.append(Step(series, event.instant, was, now, cause))
        was = now
    for step in found:
        if step.now is not None:
            step.now.forget()
    return found


def differs(was: Row | None, now: Row | None) -> bool:
    """Whether a number is another, or stands through another day."""
    if was is None or now is None:
        return was is not now
    return (was.through, was.at, was.number, was.low, was.high) != (
        now.through, now.at, now.number, now.low, now.high,
    )  # fmt: skip


def number_of(row: Row | None) -> int:
    """Return the number of a row, 0 where there is none."""
    return 0 if row is None else row.number


def ends_of(days: Collection[int], tz: str) -> dict[int, int]:
    """Return the instants at which days end, in microseconds, UTC."""
    ends = clocks.day_ends(np.array([*days], "M8[D]").astype("M8[us]"), tz)
    return dict(zip(days, ends.astype("M8[us]").view(np.int64).tolist(), strict=True))


@lru_cache(maxsize=65536)
def day_end(day: int, tz: str) -> int:
    """Return the instant at which a day ends, in microseconds, UTC."""
    return ends_of([day], tz)[day]
