"""The number at events where only counts that never overlap follow the last total, at any size.

There the number is the total and what was said since (rules 3 to 6): a sum, so that a long series
of counts is not added up anew at each of its events.
"""

import numpy as np

from ..model.frames import ordered
from ..model.schema import Kind
from .events import Events
from .record import Record
from .spans import NEVER, heads, least_to_come, most_so_far, sums_above


def last_totals(record: Record, events: Events, at: np.ndarray, newest: np.ndarray) -> np.ndarray:
    """Return the stretch of the last total at events of which the above holds, else -1.

    The total is a stop (:mod:`casualties.core.stops`). What follows is of one kind: period counts
    of which none overlaps another, or `more` said after all that the total may hold.
    """
    rows = events.lines
    kind, series, day = record.kind[rows], record.series[rows], record.day[rows]
    totals, period = np.flatnonzero(kind == Kind.TOTAL), np.flatnonzero(kind == Kind.PERIOD)
    found = events.cover_max(totals, totals)[at]
    some = np.flatnonzero((found >= 0) & (found < newest))
    stop, end = found[some], newest[some] + 1

    def within(lines: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return how many of some stretches stand from one place to another."""
        return np.searchsorted(lines, end) - np.searchsorted(lines, start)

    start = record.start[rows[period]]
    clash = heads(series[period], start, day[period])
    clash[1:] &= series[period[1:]] == series[period[:-1]]
    clash[1:] &= start[1:] <= day[period[:-1]]
    clash[:1] = False
    periods = within(period, stop, end)
    plain = record.stops[record.place[rows[stop]]]
    plain &= within(period[clash], stop, end) == 0
    more = np.flatnonzero(kind == Kind.MORE)
    mores = within(more, stop, end)
    plain &= (periods == 0) | (mores == 0)
    if len(more):
        said = np.where(kind == Kind.MORE, 2 * record.said[rows], NEVER)
        earliest = np.append(least_to_come(said, heads(series)), NEVER)[stop + 1]
        total = rows[stop]
        stood, told = record.first_said[total], record.said[total]
        plain &= (mores == 0) | (np.where(stood < told, 2 * stood, 2 * told - 1) < earliest)
        # A count that ends on a running total's day may raise its high.
        first, last = (np.searchsorted(events.line_days, events.line_days[stop], s)
                       for s in ("left", "right"))  # fmt: skip
        plain &= (mores == 0) | ~record.so_far[total] | (within(period, first, last) == 0)
    out = np.full(len(at), -1)
    out[some[plain]] = stop[plain]
    return out


def after_totals(
    record: Record, events: Events, at: np.ndarray, newest: np.ndarray, total: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the numbers at events, given the last total of each and the newest stretch."""
    rows, kind = events.lines, record.kind[events.lines]
    line = np.flatnonzero(kind != Kind.TOTAL)
    row = rows[line]
    limitless = record.open[row] | record.so_far[row]
    length = np.where(kind[line] == Kind.PERIOD, record.day[row] - record.start[row] + 1, 0)
    weights = np.stack([record.best[row], record.low[row], np.where(limitless, 0, record.high[row]),
                        limitless, length])  # fmt: skip
    first, last = events.first[line], events.last[line]
    # Of the `more` of one day each says that the day is known: together as long as one is live.
    more = line[kind[line] == Kind.MORE]
    more = more[ordered(events.line_days[more], events.first[more])]
    day, until = events.line_days[more], events.last[more]
    most = most_so_far(until, heads(day))
    new = heads(day)
    new[1:] |= events.first[more][1:] > most[:-1]
    begin = np.flatnonzero(new)
    known = np.zeros((5, len(begin)), np.int64)
    known[4] = 1
    until = np.maximum.reduceat(until, begin) if len(begin) else until
    weights = np.concatenate([weights, known], axis=1)
    place = np.append(line, more[begin])
    first, last = np.append(first, events.first[more[begin]]), np.append(last, until)
    value, low, high, limits, covered = sums_above(
        np.append(first, last), np.append(place, place), np.append(weights, -weights, axis=1),
        at, total,
    )  # fmt: skip

    stated, newest = rows[total], rows[newest]
    day, stock = record.day[newest], record.stock[newest]
    whole = (covered == day - record.day[stated]) & (limits == 0) & ~record.open[stated]
    # A count that starts the day after a running total leaves the rest of that day.
    whole &= ~record.so_far[stated] | (record.kind[newest] == Kind.MORE)
    return {
        "day": day,
        "total": record.best[stated] + value,
        "low": np.where(stock, 0, record.low[stated] + low),
        "high": np.where(whole & ~stock, record.high[stated] + high, NEVER),
        "since": record.day[stated],
        "until": day,
    }
