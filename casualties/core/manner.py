"""How each series is counted, at any clock: what decides how much work its totals are."""

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from ..model.schema import KINDS, Kind
from .spans import NEVER, heads

if TYPE_CHECKING:
    from .record import Record


class Manner(IntEnum):
    """How the reports of a series add up."""

    MIXED = 0  #: by the whole kernel
    TOTALS = 1  #: the last total is the number
    SUMS = 2  #: all counts are added


def overlaps(record: "Record", period: np.ndarray) -> np.ndarray:
    """Whether period counts, in the order of lines, begin within the one before: other dates."""
    series, start, day = record.series[period], record.start[period], record.day[period]
    found = heads(series, start, day)
    found[:1] = False
    found[1:] &= (series[1:] == series[:-1]) & (start[1:] <= day[:-1])
    return found


def several_starts(record: "Record") -> np.ndarray:
    """Whether totals of each series begin to count on different days."""
    size, rows = len(record.series_table), record.lines.rows
    given = rows[record.since[rows] < NEVER]
    first, last = np.full(size, NEVER), np.full(size, -NEVER)
    np.minimum.at(first, record.series[given], record.since[given])
    np.maximum.at(last, record.series[given], record.since[given])
    return first < last


def manner_of(record: "Record") -> np.ndarray:
    """Return the :class:`Manner` of each series.

    Only totals, firm ones that begin to count on one day, need no kernel; nor do increments of
    one kind that never overlap: without a total there is a gap before the first.
    """
    rows, size = record.lines.rows, len(record.series_table)
    series, kind = record.series[rows], record.kind[rows]
    has = np.zeros((len(KINDS), size), bool)
    has[kind, series] = True
    vague = np.zeros(size, bool)
    vague[series[(kind == Kind.TOTAL) & (record.low[rows] < record.best[rows])]] = True
    odd = several_starts(record)
    odd[record.series[record.restarting]] = True
    period = rows[kind == Kind.PERIOD]
    overlapping = np.zeros(size, bool)
    overlapping[record.series[period[overlaps(record, period)]]] = True
    totals = ~has[Kind.PERIOD] & ~has[Kind.MORE] & ~vague & ~odd
    sums = ~has[Kind.TOTAL] & ~(has[Kind.PERIOD] & has[Kind.MORE]) & ~overlapping
    return np.select([totals, sums], [Manner.TOTALS, Manner.SUMS], Manner.MIXED)
