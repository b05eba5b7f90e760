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

    It is this clock's until the next one is asked for: only what differs is worked out anew.
    """
    places, mine = known.standing(series), known.kept.mine
    work: Work | None = mine.pop(("work", series), None)  # what is broken off is lost
    if work is None or not work.whole:
        work = Work()
    if work.state != (state := places.tobytes()):
        before = np.frombuffer(work.state, places.dtype)
        both = min(len(before), len(places))
        same = int(np.append(before[:both] == places[:both], False).argmin())
        work.tell(known.kept.entries.told(places[same:]), same)
        work.state = state
    mine["work", series] = work
    return work


def worked_out(known: Known) -> Iterator[tuple[int, Work]]:
    """Yield each series that is worked out by itself, and all that led to its totals.

    The running totals of all series are kept on the way.
    """
    if anew := known.totals is None:
        known.side_by_side, rows = side_by_side(known)
    found: list[tuple[int, ...]] = []
    for series in known.series[~known.side_by_side[known.series]].tolist():
        work = work_of(known, series)
        if anew:
            found += known.kept.once("rows", series, work.state, partial(_rows, series, work))
        yield series, work
    if anew:
        every = Rows.concat([rows, Rows.of(found)])
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
    found = totals(known)
    step = np.ones(len(found), np.int64)
    step[:-1] = np.where(found.series[1:] == found.series[:-1], np.diff(found.day), 1)
    out = found.take(np.repeat(np.arange(len(found)), step))
    ahead = np.arange(len(out)) - np.repeat(np.cumsum(step) - step, step)
    out.day = out.day + ahead
    carried = np.flatnonzero(ahead > 0)
    ends = clocks.day_ends(out.day.astype("M8[D]").astype("M8[us]"), known.tz)
    out.instant[carried] = ends[carried]
    out.basis[carried], out.row[carried], out.unexplained[carried] = Basis.CARRIED, -1, NEVER
    ends = ends.astype("M8[us]").view(np.int64)
    for series in np.unique(out.series[carried]).tolist():
        work = work_of(known, series)
        if work.listed and not work.unknown:
            continue  # a list counts them all, so that between two days there are no more
        for place in carried[out.series[carried] == series].tolist():
            low, high = work.bounds_at(int(ends[place]))
            out.low[place], out.high[place] = low, NEVER if high is None else high
    return out
