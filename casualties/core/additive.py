"""Headlines of series whose increments only have to be added to the last total, added up."""

import numpy as np

from ..model.schema import KINDS, Kind
from .events import Events, spread
from .record import Record


def adds_up(record: Record, events: Events, *, anchored: bool) -> np.ndarray:
    """Whether the headline of each series is a total and the increments after it, at any time.

    That is so where days never overlap, and there are no totals or (`anchored`) increments of one
    kind only, so that days without a count can be told by their number.
    """
    lines = events.lines
    series, kind = record.series[lines], record.kind[lines]
    has = np.zeros((len(KINDS), len(record.series_table)), bool)
    has[kind, series] = True
    easy = ~has[Kind.TOTAL] | (anchored & ~(has[Kind.PERIOD] & has[Kind.MORE]))
    period = lines[kind == Kind.PERIOD]
    key = np.unique(
        np.stack([record.series[period], record.start[period], record.day[period]]), axis=1
    )
    clash = (key[0, 1:] == key[0, :-1]) & (key[1, 1:] <= key[2, :-1])
    easy[key[0, 1:][clash]] = False
    return easy


def sum_after(
    record: Record,
    events: Events,
    at: np.ndarray,
    left: np.ndarray,
    upto: np.ndarray,
    out: dict[str, np.ndarray],
) -> None:
    """Add the live increments after the last total to it, at the events `at`.

    Events in a row with the same last total are a *run*; each increment enters a run at one event
    and leaves it at another.
    """
    if not len(at):
        return
    lines = events.lines
    new = np.r_[True, (np.diff(events.series[at]) != 0) | (np.diff(left[at]) != 0)]
    begin, end = at[new], np.r_[at[1:][new[1:]], at[-1] + 1]
    base = left[begin]
    start = np.where(base >= 0, base + 1, events.line_starts[events.series[begin]])
    some = np.flatnonzero(upto)
    stop = np.maximum.reduceat(events.cover_max(some, some)[at], np.flatnonzero(new)) + 1
    sums = {name: np.zeros(events.size + 1, np.int64) for name in ("best", "low", "high", "open")}
    sums |= {name: np.zeros(events.size + 1, np.int64) for name in ("count", "days")}
    latest = np.full(events.size, -1)
    for one, _, seg, line in spread(start, stop):
        run, row = one + seg, lines[line]
        first, last = (
            np.maximum(events.first[line], begin[run]),
            np.minimum(events.last[line], end[run]),
        )
        # A period count that began by the day of the total straddles it.
        period = record.kind[row] == Kind.PERIOD
        after = (base[run] < 0) | ~period | (record.start[row] > record.day[lines[base[run]]])
        keep = np.flatnonzero((first < last) & upto[line] & after)
        first, last, row, period = first[keep], last[keep], row[keep], period[keep]
        counted = {name: getattr(record, name)[row] for name in ("best", "low", "high", "open")}
        counted |= {"count": np.ones(len(row), np.int64)}
        counted |= {"days": np.where(period, record.day[row] - record.start[row] + 1, 0)}
        for name, values in counted.items():
            np.add.at(sums[name], first, values)
            np.subtract.at(sums[name], last, values)
        np.maximum(latest, events.highest(first, last, line[keep]), out=latest)
    added = {name: np.cumsum(values)[:-1][at] for name, values in sums.items()}
    anchor, latest = left[at], latest[at]
    stated = anchor >= 0
    row = lines[anchor]
    last_day = record.day[lines[np.maximum(latest, anchor)]]
    whole = stated & ((added["days"] == 0) | (added["days"] == last_day - record.day[row]))
    is_open = ~whole | record.open[row] | (added["open"] > 0)
    out["known"][at] = stated | (added["count"] > 0)
    out["total"][at] = np.where(stated, record.best[row], 0) + added["best"]
    out["low"][at] = np.where(stated, record.low[row], 0) + added["low"]
    out["high"][at] = np.where(is_open, 0, record.high[row] + added["high"])
    out["open"][at] = out["known"][at] & is_open
    out["day"][at] = np.where(out["known"][at], last_day, 0)
