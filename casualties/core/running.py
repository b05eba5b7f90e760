"""The running totals of every series at a clock (design, section 4)."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from ..model import clocks
from ..model.schema import Basis
from .known import Known
from .rows import Rows
from .side_by_side import side_by_side
from .spans import NEVER
from .tips import Tips
from .work import Row, Work


def tips_of(known: Known, series: int) -> Tips:
    """Return the reports of a series as known at the clock, and what they give."""
    places = known.standing(series)
    return known.kept.once(
        "tips", series, places.tobytes(), lambda: Tips(known.tz, known.kept.entries.told(places))
    )


def worked_out(known: Known) -> Iterator[tuple[int, Tips, Work | None]]:
    """Yield each series that is worked out by itself, its reports, and all that led to its totals.

    Of a list that is `None`. The running totals of all series are kept on the way.
    """
    apart, rows = side_by_side(known)
    found: list[tuple[int, ...]] = []
    for series in known.series[~apart[known.series]].tolist():
        tips = tips_of(known, series)
        work = None if tips.listed else tips.work()
        found += known.kept.once("rows", series, tips, partial(_rows, series, tips, work))
        yield series, tips, work
    known.totals = rows.merged(Rows.of(found))


def totals(known: Known) -> Rows:
    """Return the running totals of every series."""
    if known.totals is None:
        for _ in worked_out(known):
            pass
    assert known.totals is not None
    return known.totals


def _rows(series: int, tips: Tips, work: Work | None) -> list[tuple[int, ...]]:
    rows = tips.rows() if work is None else work.rows()
    return [_numbers(series, row) for row in rows]


def _numbers(series: int, row: Row) -> tuple[int, ...]:
    stand = row.stand
    high = NEVER if stand.high is None else stand.high
    rest = NEVER if row.unexplained is None else row.unexplained
    return (
        series, row.day, row.at, stand.number, stand.low, high, int(stand.basis), rest, row.row,
    )  # fmt: skip


def every_day(known: Known) -> Rows:
    """Carry each total forward to the days without a row of their own (section 4.8)."""
    found = totals(known)
    step = np.ones(len(found), np.int64)
    step[:-1] = np.where(found.series[1:] == found.series[:-1], np.diff(found.day), 1)
    out = found.take(np.repeat(np.arange(len(found)), step))
    ahead = np.arange(len(out)) - np.repeat(np.cumsum(step) - step, step)
    out.day = out.day + ahead
    carried = np.flatnonzero(ahead > 0)
    ends = clocks.day_ends(out.day.astype("M8[D]").astype("M8[us]"), known.tz)
    out.instant[carried] = ends[carried]
    out.basis[carried], out.row[carried], out.explained[carried] = Basis.CARRIED, -1, False
    ends = ends.astype("M8[us]").view(np.int64)
    for series in np.unique(out.series[carried]).tolist():
        tips = tips_of(known, series)
        if tips.listed:
            continue  # a list counts them all, so that between two days there are no more
        work = tips.work()
        for place in carried[out.series[carried] == series].tolist():
            low, high = work.bounds_at(int(ends[place]))
            out.low[place], out.high[place] = low, NEVER if high is None else high
    return out
