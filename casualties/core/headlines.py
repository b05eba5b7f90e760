"""The headline of a series, or its number through a day, each time something is reported."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from ..model import clocks
from ..model.frames import NEVER
from ..model.schema import Cause, Change
from .known import Known
from .record import change_of
from .statements import Row
from .work import Work


@dataclass(slots=True)
class Event:
    """An instant at which what the reports of a series say changed."""

    instant: int  #: microseconds, UTC
    work: Work  #: the reports as known then
    steps: list[tuple[int, int, int]]  #: old and new report of each replacement, and its change
    stood: set[int]  #: of a list, the reports of these that had entered totals until then


class Walk:
    """The reports of a ledger, to be followed series by series up to a clock; `some` or all."""

    def __init__(self, known: Known, some: np.ndarray | None = None) -> None:
        record, kept = known.record, known.kept
        self.known, self.record, self.entries = known, record, kept.entries
        #: The instant of each rank, numbered in order; after all others for what never came.
        self._moment = np.append(record.moment, len(record))
        entries = self.entries
        self._born = self._moment[entries.born]
        self._ended = self._moment[np.minimum(entries.ended, len(record))]
        self._speaks_of = record.speaks_of.astype("M8[us]").view(np.int64)
        steps = known.steps
        if some is not None:
            steps = steps.take(np.isin(record.series[steps.old], some))
        change = change_of(record, steps.old, steps.new, steps.explicit)
        self._steps: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        series, moment = record.series[steps.old], self._moment[record.rank[steps.by]]
        for who, when, *step in zip(
            series.tolist(), moment.tolist(), steps.old.tolist(), steps.new.tolist(),
            change.tolist(), strict=True,
        ):  # fmt: skip
            self._steps.setdefault((who, when), []).append(tuple(step))

    def recounted(
        self, series: int, asked: list[tuple[int, int, int, int]]
    ) -> list[tuple[int, int, bool]]:
        """Follow the number through a day, between two instants, for each that is asked.

        Parameters
        ----------
        series : int
            Number of the series.
        asked : list of (int, int, int, int)
            Two instants, the first of which is left out, a day, and the report that stood then
            (-1: none). Where a revise has moved that report to a later day, that day is followed.

        Returns
        -------
        list of (int, int, bool)
            The number through the day after the last event, 0 for none; what of its steps is
            called `new` or `updated`, less what the day before rose by at the same instants; and
            whether a fall since that day has its reason.
        """
        ends = ends_of({day for _, _, d, _ in asked for day in (d - 1, d)}, self.known.tz)
        stood: list[tuple[Row | None, Row | None]] = [(None, None)] * len(asked)
        updated, explained = [0] * len(asked), [False] * len(asked)
        instants = [*self.instants(series), NEVER + 1]
        waiting = sorted(range(len(asked)), key=lambda at: -asked[at][0])
        active: list[int] = []
        for place, event in enumerate(self.events(series)):
            now_, next_ = instants[place : place + 2]
            while waiting and asked[waiting[-1]][0] < next_:
                active.append(waiting.pop())
            active = [at for at in active if now_ <= asked[at][1]]
            days = {d for at in active for d in (asked[at][2], asked[at][2] - 1)}
            there = {d: event.work.through(d, ends[d]) for d in days}
            for at in active:
                begin, end, day, row = asked[at]
                now = there[day], there[day - 1]
                was, eve = stood[at]
                if begin < now_ and was is not None and now[0] is not None and differs(was, now[0]):
                    if self.cause(event, was, now[0]) in (Cause.NEW, Cause.UPDATED):
                        rose = now[1].number - eve.number if now[1] and eve else 0
                        step = now[0].number - was.number
                        updated[at] += max(0, step - max(0, rose))
                stood[at] = now[0], now[1]
                if next_ > end and (moved := self._moved(event.work, row, day)) is not None:
                    day, updated[at] = moved, 0
                    stood[at] = event.work.through(day, day_end(day, self.known.tz)), None
                now = stood[at]
                if next_ > end and number_of(event.work.tip()) < number_of(now[0]):
                    explained[at] = self._fell_for_a_reason(event.work, day)
        return [
            (number_of(tip), up, why)
            for (tip, _), up, why in zip(stood, updated, explained, strict=True)
        ]

    def _moved(self, work: Work, row: int, day: int) -> int | None:
        """Return the later day that a revise has moved a report to."""
        record = self.record
        if row < 0 or not record.linked[record.chain[row]]:
            return None
        said, standing = int(record.said[row]), int(record.rank[record.chain[row]])
        for is_total in (False, True):  # a revise may change the kind, too
            reading = said, is_total, standing
            place = bisect_left(work.told, reading, key=lambda one: one.reading)
            for one in work.told[place : place + 1]:
                moved = one.reading == reading and one.row != row and one.day > day
                if moved and work.holds(one.row, one.instant):
                    return one.day
        return None

    def headlines(self, series: int, at: list[int]) -> list[Row | None]:
        """Return the headline of a series after the events at some of its instants."""
        wanted = set(at)
        return [event.work.tip() for event in self.events(series) if event.instant in wanted]

    def _fell_for_a_reason(self, work: Work, day: int) -> bool:
        """Whether the last cut after a day says why it is lower, or is "so many fewer"."""
        last = work.tip()
        cut = work.numbers.cuts[-1][0] if last and last.day != day and work.numbers.cuts else None
        if cut is None or cut.told.day <= day:
            return False
        return cut.fewer or bool(self.record.reports.texts["reason"].iat[cut.told.row])

    def instants(self, series: int) -> list[int]:
        """Return the instants of the events of a series."""
        return [int(self.record.instants[moment]) for moment in sorted(self._changes(series))]

    def _changes(self, series: int) -> dict[int, list[int]]:
        """Return the entries that come or go at each instant of a series."""
        begin, end = self.entries.starts[series : series + 2].tolist()
        limit = int(self._moment[self.known.cut - 1]) if self.known.cut else -1
        changes: dict[int, list[int]] = {}
        for place, born, ended in zip(
            range(begin, end), self._born[begin:end].tolist(), self._ended[begin:end].tolist(),
            strict=True,
        ):  # fmt: skip
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
        work, mine = Work(), list[int]()
        for moment in sorted(changes):
            least = len(mine)
            for place in changes[moment]:
                at = bisect_left(mine, place)
                if at < len(mine) and mine[at] == place:
                    del mine[at]
                else:
                    insort(mine, place)
                least = min(least, at)
            steps = self._steps.get((series, moment), [])
            rows = [row for step in steps if work.listed for row in step[:2]]
            stood = {row for row in rows if work.holds(row, int(self._speaks_of[row]))}
            work.tell([told[place - begin] for place in mine[least:]], least)
            yield Event(int(instants[moment]), work, steps, stood)

    def cause(self, event: Event, was: Row | None, now: Row | None) -> Cause:
        """Return why the number changed at an event."""
        record = self.record
        found = {step[-1] for step in event.steps if self._on_path(event, step, was, now)}
        named = next((Cause[change.name] for change in _NAMED if change in found), None)
        if now is None or (was is not None and now.number < was.number):
            if named in (Cause.RETRACTED, Cause.RELAYED, Cause.REVISED):
                return named
            if now is None or was is None:
                return Cause.FELL
            by = now.by
            if by is None and now.path and now.path[0].fewer and now.path[0].at[0] == now.at:
                by = now.path[0]
            if by is not None and record.reports.texts["reason"].iat[by.told.row]:
                return Cause.REVISED
            return Cause.UNCLEAR if _overlap(was, now) or now.day < was.day else Cause.FELL
        replaces = {new for _, new, _ in event.steps}
        said_now = record.reported[now.row] == np.datetime64(event.instant, "us")
        if was is not None and now.day > was.day and said_now and now.row not in replaces:
            return Cause.NEW
        return Cause.NEW if named is None else named

    def _on_path(
        self, event: Event, step: tuple[int, int, int], was: Row | None, now: Row | None
    ) -> bool:
        """Whether a number rests, or rested, on a report of a step; in a list on all by its day."""
        work, rows = event.work, [(row, int(self._speaks_of[row])) for row in step[:2]]
        if not work.listed:
            tips = [tip for tip in (was, now) if tip is not None]
            return any(tip.rests_on(row, at) for tip in tips for row, at in rows)
        return any(
            (was is not None and at <= was.at and row in event.stood)
            or (now is not None and at <= now.at and work.holds(row, at))
            for row, at in rows
        )


#: How changes are called as causes, the first that there is.
_NAMED = (Change.RETRACTED, Change.RELAYED, Change.REVISED, Change.UPDATED)


def _overlap(was: Row, now: Row) -> bool:
    """Whether the bounds of two numbers overlap."""
    return (was.high is None or now.low <= was.high) and (now.high is None or was.low <= now.high)


@dataclass(slots=True)
class Step:
    """A number from an instant on; `now` is `None` where it is gone."""

    series: int
    instant: int
    was: Row | None
    now: Row | None
    cause: Cause


def steps(known: Known, day: int | None = None, series: np.ndarray | None = None) -> list[Step]:
    """Return the headline of every series, or its number through a day, each time it changed."""
    walk, found = Walk(known, series), list[Step]()
    for one in (known.series if series is None else series).tolist():
        state = day, len(walk.instants(one))
        found += known.kept.once("steps", one, state, partial(_steps, walk, one, day))
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
    return found


def differs(was: Row | None, now: Row | None) -> bool:
    """Whether a number is another, or stands through another day."""
    if was is None or now is None:
        return was is not now
    return (was.through, was.at, was.number, was.low, was.high) != (
        now.through, now.at, now.number, now.low, now.high,
    )  # fmt: skip


def number_of(tip: Row | None) -> int:
    """Return the number of a tip, 0 where there is none."""
    return 0 if tip is None else tip.number


def ends_of(days: Collection[int], tz: str) -> dict[int, int]:
    """Return the instants at which days end, in microseconds, UTC."""
    ends = clocks.day_ends(np.array([*days], "M8[D]").astype("M8[us]"), tz)
    return dict(zip(days, ends.astype("M8[us]").view(np.int64).tolist(), strict=True))


@lru_cache(maxsize=65536)
def day_end(day: int, tz: str) -> int:
    """Return the instant at which a day ends, in microseconds, UTC."""
    return ends_of([day], tz)[day]
