"""The number at events where only counts that never overlap follow the last total, at any size.

There the number is the total and what was said since (rules 3 to 6): a sum, so that a long series
of counts is not added up anew at each of its events.
"""

import numpy as np

from ..model.frames import ordered
from ..model.schema import Kind
from .events import Events
from .manner import overlaps
from .record import Record
from .spans import NEVER, heads, least_to_come, most_so_far, sums_above


def last_totals(
    record: Record, events: Events, at: np.ndarray, last: np.ndarray, newest: np.ndarray
) -> np.ndarray:
    """Return the stretch of the last total at events of which the above holds, else -1.

    It is a stop (:mod:`casualties.core.stops`), and not beyond the `last` stretch asked about. What
    comes after it, up to the `newest`, is of one kind: period counts of which none overlaps, or
    `more` said after all that the total may hold.
    """
    rows = events.lines
    kind = record.kind[rows]
    total, period, more = (
        np.flatnonzero(kind == one) for one in (Kind.TOTAL, Kind.PERIOD, Kind.MORE)
    )
    found = events.cover_max(total, total)[at]
    some = np.flatnonzero((found >= 0) & (found <= last))
    stop, end = found[some], newest[some] + 1
    stated = rows[stop]

    def within(lines: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return how many of some stretches stand from one place to another."""
        return np.searchsorted(lines, end) - np.searchsorted(lines, start)

    odd = period[overlaps(record, rows[period])]
    plain = record.stops[record.place[stated]] & (within(odd, stop, end) == 0)
    # A count that ends on a running total's day may raise its high.
    begin = np.searchsorted(events.line_days, events.line_days[stop])
    plain &= ~record.so_far[stated] | (within(period, begin, stop) == 0)
    if len(more):
        mores = within(more, stop, end)
        plain &= (within(period, stop, end) == 0) | (mores == 0)
        said = np.where(kind == Kind.MORE, 2 * record.said[rows], NEVER)
        earliest = np.append(least_to_come(said, heads(record.series[rows])), NEVER)[stop + 1]
        stood, told = record.first_said[stated], record.said[stated]
        plain &= (mores == 0) | (np.where(stood < told, 2 * stood, 2 * told - 1) < earliest)
    out = np.full(len(at), -1)
    out[some[plain]] = stop[plain]
    return out


def after_totals(
    record: Record, events: Events, at: np.ndarray, last: np.ndarray, total: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the numbers at events through the day of the `last` stretch, given their last total.

    That stretch is the last one of its day that is live then.
    """
    rows, kind = events.lines, record.kind[events.lines]
    line = np.flatnonzero(kind != Kind.TOTAL)
    row = rows[line]
    limitless = record.open[row] | record.so_far[row]
    length = np.where(kind[line] == Kind.PERIOD, record.day[row] - record.start[row] + 1, 0)
    weights = np.stack([record.best[row], record.low[row], np.where(limitless, 0, record.high[row]),
                        limitless, length])  # fmt: skip
    # Of the `more` of one day each says that the day is known: together as long as one is live.
    more = line[kind[line] == Kind.MORE]
    more = more[ordered(events.line_days[more], events.first[more])]
    day, ends = events.line_days[more], events.last[more]
    most = most_so_far(ends, heads(day))
    new = heads(day)
    new[1:] |= events.first[more][1:] > most[:-1]
    begin = np.flatnonzero(new)
    known = np.zeros((5, len(begin)), np.int64)
    known[4] = 1
    weights = np.concatenate([weights, known], axis=1)
    place = np.append(line, np.searchsorted(events.line_days, day[begin]))
    first = np.append(events.first[line], events.first[more[begin]])
    until = np.append(events.last[line], np.maximum.reduceat(ends, begin) if len(begin) else ends)
    # What was born less what ended, above the total less above the last stretch.
    sums = sums_above(
        np.append(first, until), np.append(place, place), np.append(weights, -weights, axis=1),
        np.append(at, at), np.append(total, last),
    )  # fmt: skip
    value, low, high, limits, covered = sums[:, : len(at)] - sums[:, len(at) :]

    stated, row = rows[total], rows[last]
    day = record.day[row]
    whole = (covered == day - record.day[stated]) & (limits == 0) & ~record.open[stated]
    # A count that starts the day after a running total leaves the rest of that day.
    whole &= ~record.so_far[stated] | (record.kind[row] != Kind.PERIOD)
    stock = record.stock[row] & (total < last)
    return {
        "day": day,
        "total": record.best[stated] + value,
        "low": np.where(stock, 0, record.low[stated] + low),
        "high": np.where(whole & ~stock, record.high[stated] + high, NEVER),
        "since": record.day[stated],
        "until": day,
    }
