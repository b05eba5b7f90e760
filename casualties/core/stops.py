"""Totals past which nothing of an earlier day speaks, so that what follows needs no more.

A number after such a total is worked out from the total and what is live of its day and later
days, by the rules of section 4 as from all that is live. So a history need not sum from the first
day at each of its events.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..model.frames import pack
from ..model.schema import Kind
from .manner import several_starts
from .spans import heads, most_so_far

if TYPE_CHECKING:
    from .record import Record


def find_stops(record: "Record") -> np.ndarray:
    """Whether each line is such a total, whatever else is live.

    It is firm, so that no earlier bound narrows it; no count of its series straddles it, so that
    none proves a floor across it; its series counts from one day, so that no start is odd; and no
    total of an earlier day was said later, so that none leaves out a `more` that it does not.
    """
    rows = record.lines.rows
    series, day, kind = record.series[rows], record.day[rows], record.kind[rows]
    total = np.flatnonzero(kind == Kind.TOTAL)
    stops = np.zeros(len(rows), bool)
    if not len(total):
        return stops
    told = rows[total]
    good = (record.low[told] >= record.best[told]) & ~record.restarting[told]

    good &= ~several_starts(record)[series[total]]

    with_more = np.zeros(len(record.series_table), bool)
    with_more[series[kind == Kind.MORE]] = True
    # Whether a count that ends on its day straddles another total decides whether it holds a
    # `more`, so beside one it straddles this too; so does a `more` of its day, which may have the
    # day's row.
    other = np.flatnonzero(kind != Kind.TOTAL)
    start = np.where(kind == Kind.PERIOD, record.start[rows], day)[other]
    beside = with_more[series[other]] & ((start < day[other]) | (kind[other] == Kind.MORE))
    after = day[other] + beside
    days = pack(series[total], day[total])
    inside = np.zeros(len(total) + 1, np.int64)
    for edge, step in ((start, 1), (after, -1)):
        np.add.at(inside, np.searchsorted(days, pack(series[other], edge)), step)
    good &= np.cumsum(inside)[:-1] == 0

    at = np.flatnonzero(with_more[series[total]])
    if len(at):
        stood, said = record.first_said[told[at]], record.said[told[at]]
        level = np.where(stood < said, 2 * stood, 2 * said - 1)
        good[at] &= level == most_so_far(level, heads(series[total[at]]))
    stops[total[good]] = True
    return stops
