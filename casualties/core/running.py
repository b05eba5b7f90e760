"""The running totals of every series at a clock."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from ..model import clocks
from ..model.frames import NEVER, ordered
from ..model.schema import Basis
from .known import Known
from .rows import Rows, cells
from .side_by_side import side_by_side
from .work import Work


def work_of(known: Known, series: int) -> Work:
    """Return the reports of a series as known at the clock, and what they give.

    The next clock that is asked for takes the work over, and only what differs is worked out anew.
    """
    places, made = known.standing(series), known.kept.made
    work: Work | None = made.pop(("work", series), None)  # lost if it is broken off
    if work is None or not work.whole:
        work = Work()
    if work.state != (state := places.tobytes()):
        before = np.frombuffer(work.state, places.dtype)
        both = min(len(before), len(places))
        same = int(np.append(before[:both] == places[:both], False).argmin())
        work.tell(known.kept.entries.told(places[same:]), same)
        work.state = state
    made["work", series] = work
    return work


def worked_out(known: Known) -> Iterator[tuple[int, Work]]:
    """Yield each series that is worked out by itself, and its work.

    When all are yielded, the running totals of every series are kept with what is known.
    """
    if anew := known.totals is None:
        known.side_by_side, rows = side_by_side(known)
    by_itself: list[tuple[int, ...]] = []
    for series in known.series[~known.side_by_side[known.series]].tolist():
        work = work_of(known, series)
        if anew:
            by_itself += known.kept.once("rows", series, work.state, partial(_rows, series, work))
        yield series, work
    if anew:
        every = Rows.concat([rows, Rows.of(by_itself)])
        known.totals = every.take(ordered(every.series, every.day))


def totals(known: Known) -> Rows:
    """Return the running totals of every series."""
    if known.totals is None:
        for _ in worked_out(known):
            pass
    assert known.totals is not None
    return known.totals


def _rows(series: int, work: Work) -> list[tuple[int, ...]]:
    return [cells(series, row) for row in work.rows()]


def every_day(known: Known) -> Rows:
    """Carry each total forward to the days without a row of their own (rule 9)."""
    stated = totals(known)
    days = np.ones(len(stated), np.int64)  # how many days each row stands for
    days[:-1] = np.where(stated.series[1:] == stated.series[:-1], np.diff(stated.day), 1)
    rows = stated.take(np.repeat(np.arange(len(stated)), days))
    ahead = np.arange(len(rows)) - np.repeat(np.cumsum(days) - days, days)
    rows.day = rows.day + ahead
    carried = np.flatnonzero(ahead > 0)
    ends = clocks.day_ends(rows.day.astype("M8[D]").astype("M8[us]"), known.tz)
    rows.instant[carried] = ends[carried]
    rows.basis[carried], rows.row[carried], rows.unexplained[carried] = Basis.CARRIED, -1, NEVER
    ends = ends.astype("M8[us]").view(np.int64)
    for series in np.unique(rows.series[carried]).tolist():
        work = work_of(known, series)
        if work.listed and not work.unknown:
            continue  # a list counts all incidents: between two of its days there are no more
        for place in carried[rows.series[carried] == series].tolist():
            low, high = work.bounds_at(int(ends[place]))
            rows.low[place], rows.high[place] = low, NEVER if high is None else high
    return rows
