"""The running totals of every series at a clock (design, section 4)."""

from bisect import bisect_right
from dataclasses import replace
from operator import attrgetter

import numpy as np

from ..model import clocks
from ..model.schema import Basis, Kind
from .incidents import incident_rows
from .known import Known
from .rows import Rows
from .spans import NEVER
from .statements import Told
from .tips import Tips
from .work import Row, Work


def told_at(known: Known, series: int) -> list[Told]:
    """Return the reports of a series that speak at the clock, or are withdrawn, in reading order."""
    entries = known.kept.entries
    begin, end = entries.starts[series : series + 2].tolist()
    stands = (entries.born[begin:end] < known.cut) & (entries.ended[begin:end] >= known.cut)
    return [entries.told[begin + place] for place in np.flatnonzero(stands).tolist()]


def work_of(known: Known, series: int) -> Work:
    """Return what the reports of a series give at the clock, with all that led to it."""
    tips = Tips(known.tz)
    tips.tell(told_at(known, series))
    return tips.work()


def totals(known: Known) -> Rows:
    """Return the running totals of every series."""
    found: list[tuple[int, ...]] = []
    for series in known.series.tolist():
        told = told_at(known, series)
        if told and told[0].kind == Kind.INCIDENT:
            found += [row_of(series, row) for row in incident_rows(told)]
        elif told:
            tips = Tips(known.tz)
            tips.tell(told)
            found += [row_of(series, row) for row in tips.work().rows()]
    return Rows.of(found)


def row_of(series: int, row: Row) -> tuple[int, ...]:
    """Return a row as the numbers of :class:`Rows`."""
    stand = row.stand
    high = NEVER if stand.high is None else stand.high
    rest = NEVER if row.unexplained is None else row.unexplained
    return (
        series, row.day, row.at, stand.number, stand.low, high, int(stand.basis), rest, row.row,
    )  # fmt: skip
