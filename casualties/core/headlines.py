"""The headline of series at events, or the number through a day (design, sections 4 and 5)."""

from dataclasses import dataclass

import numpy as np

from ..model.frames import pack
from .events import Events
from .manner import Manner
from .record import Record
from .running import Running, running
from .spans import NEVER, sums_above
from .tails import after_totals, last_totals
from .windows import last_live, next_live, windows


@dataclass
class Headlines:
    """Numbers at events: one element an event asked."""

    known: np.ndarray  #: whether there is a number
    day: np.ndarray  #: day that it covers
    total: np.ndarray  #: 0 where there is none, as in all that follow
    low: np.ndarray
    high: np.ndarray  #: ``NEVER`` where unbounded
    since: np.ndarray  #: the number rests on reports that end from this day …
    until: np.ndarray  #: … to this one

    def take(self, keep: np.ndarray) -> "Headlines":
        """Return the chosen elements."""
        return Headlines(**{name: array[keep] for name, array in vars(self).items()})

    def put(self, at: np.ndarray, **values: np.ndarray | int | bool) -> None:
        """Write numbers at some elements."""
        self.known[at] = True
        for name, array in values.items():
            getattr(self, name)[at] = array


def headlines(
    record: Record,
    events: Events,
    at: np.ndarray | None = None,
    day: np.ndarray | None = None,
) -> Headlines:
    """Return the headline of each event's series then, or its number through a day.

    Parameters
    ----------
    at : ndarray of int, optional
        The events asked, ascending; all if not given.
    day : ndarray of int, optional
        The day of each; the last one with a number if not given. A number is carried forward to
        its day by rule 8.
    """
    at = np.arange(events.size) if at is None else at
    out = Headlines(np.zeros(len(at), bool), *(np.zeros(len(at), np.int64) for _ in range(6)))
    if not len(at) or not len(events.lines):
        return out
    manner = record.manner[events.series[at]]
    here = np.arange(len(events.lines))
    # The first stretch after the day.
    after = (
        events.line_starts[events.series[at] + 1]
        if day is None
        else np.searchsorted(events.line_days, pack(events.series[at], day), side="right")
    )
    newest = events.cover_max(here, here)[at]
    last = newest if day is None else last_live(events, at, after, here)
    known = last >= 0
    told = np.flatnonzero((manner == Manner.TOTALS) & known)
    row = events.lines[last[told]]
    out.put(
        told, day=record.day[row], total=record.best[row], low=record.low[row],
        high=np.where(record.open[row], NEVER, record.high[row]),
        since=record.day[row], until=record.day[row],
    )  # fmt: skip
    summed = np.flatnonzero((manner == Manner.SUMS) & known)
    if len(summed):
        total, low = _sums(record, events, at[summed], after[summed], day is None)
        row = events.lines[last[summed]]
        out.put(
            summed, day=record.day[row], total=total, low=np.where(record.stock[row], 0, low),
            high=NEVER, since=-NEVER, until=record.day[row],
        )  # fmt: skip
    if day is not None:
        _carry_totals(record, events, at, told, after, day, out)
    mixed = np.flatnonzero((manner == Manner.MIXED) & (newest >= 0))
    if len(mixed):
        tail = _by_tails(record, events, at, mixed, last, after, newest, day, out)
        mixed = np.setdiff1d(mixed, tail, assume_unique=True)
    if len(mixed):
        above = None if day is None else after[mixed]
        start, stop = windows(record, events, at[mixed], newest[mixed], after[mixed], above)
        day = None if day is None else day[mixed]
        _by_kernel(record, events, at, mixed, start, stop, day, out)
    return out


def _sums(
    record: Record,
    events: Events,
    at: np.ndarray,
    after: np.ndarray,
    headline: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sum of numbers and of lows of all that is live at events before a place."""
    rows = events.lines
    values = np.stack([record.best[rows], record.low[rows]])
    if headline:  # all that is live
        steps = np.zeros((2, events.size + 1), np.int64)
        for each, value in zip(steps, values, strict=True):
            np.add.at(each, events.first, value)
            np.subtract.at(each, events.last, value)
        total, low = np.cumsum(steps, axis=1)[:, at]
        return total, low
    # Counted from the end, what stands before a place is above it.
    from_end = len(rows) - np.arange(len(rows))
    total, low = sums_above(
        np.append(events.first, events.last), np.append(from_end, from_end),
        np.append(values, -values, axis=1), at, len(rows) - after,
    )  # fmt: skip
    return total, low


def _carry_totals(
    record: Record,
    events: Events,
    at: np.ndarray,
    told: np.ndarray,
    after: np.ndarray,
    day: np.ndarray,
    out: Headlines,
) -> None:
    """Bound carried totals by the next one (rule 8)."""
    carried = told[out.day[told] < day[told]]
    high = np.full(len(carried), NEVER)
    place, stop = after[carried], events.line_starts[events.series[at[carried]] + 1]
    todo = np.flatnonzero(place < stop)
    while len(todo):
        live = events.live(place[todo], at[carried[todo]])
        row = events.lines[place[todo[live]]]
        high[todo[live]] = np.where(record.open[row], NEVER, record.high[row])
        todo = todo[~live]
        place[todo] += 1
        todo = todo[place[todo] < stop[todo]]
    stock = record.stock[events.lines[events.line_starts[events.series[at[carried]]]]]
    _carry(out, carried, high, stock)


def _carry(out: Headlines, at: np.ndarray, next_high: np.ndarray, stock: np.ndarray) -> None:
    low = np.minimum(out.low[at], next_high)
    high = np.maximum(out.total[at], next_high)
    out.low[at], out.high[at] = np.where(stock, 0, low), np.where(stock, NEVER, high)


def _by_tails(
    record: Record,
    events: Events,
    at: np.ndarray,
    these: np.ndarray,
    last: np.ndarray,
    after: np.ndarray,
    newest: np.ndarray,
    day: np.ndarray | None,
    out: Headlines,
) -> np.ndarray:
    """Fill in numbers that are a total and what was said since; return where."""
    # The stretch whose row comes next bounds a number that is carried to its day.
    following = np.full(len(these), -1)
    if day is not None:
        event, every = at[these], np.arange(len(events.lines))
        found = next_live(events, event, after[these], newest[these], every)
        some = np.flatnonzero((found >= 0) & (last[these] >= 0))
        end = np.searchsorted(events.line_days, events.line_days[found[some]], side="right")
        following[some] = last_live(events, event[some], end, every)
    total = last_totals(record, events, at[these], last[these], newest[these])
    tail = np.flatnonzero(total >= 0)
    these, total, following = these[tail], total[tail], following[tail]
    out.put(these, **after_totals(record, events, at[these], last[these], total))
    if day is not None:
        carried = np.flatnonzero(out.day[these] < day[these])
        high = np.full(len(carried), NEVER)
        bound = np.flatnonzero(following[carried] >= 0)
        some = carried[bound]
        after_these = after_totals(record, events, at[these[some]], following[some], total[some])
        high[bound] = after_these["high"]
        _carry(out, these[carried], high, record.stock[events.lines[total[carried]]])
    return these


def _by_kernel(
    record: Record,
    events: Events,
    at: np.ndarray,
    these: np.ndarray,
    start: np.ndarray,
    stop: np.ndarray,
    day: np.ndarray | None,
    out: Headlines,
) -> None:
    """Fill in numbers worked out by the kernel from the live stretches of each window."""
    done = 0
    for chosen, seg, rows in events.windows(at[these], start, stop):
        until = None if day is None else day[done : done + len(chosen)]
        asked = these[done : done + len(chosen)]
        done += len(chosen)
        found = running(record, seg, rows, len(chosen))
        last = np.arange(len(found.seg))
        if until is not None:
            last = last[found.day <= until[found.seg]]
        if not len(last):
            continue
        last = last[np.append(np.diff(found.seg[last]) != 0, True)]
        one = asked[found.seg[last]]
        out.put(
            one, day=found.day[last], total=found.total[last], low=found.low[last],
            high=np.where(found.open[last], NEVER, found.high[last]),
            since=found.since[last], until=found.until[last],
        )  # fmt: skip
        if until is not None:
            carried = found.day[last] < until[found.seg[last]]
            _carry(out, one[carried], _next_high(found, last[carried]),
                   record.stock[found.row[last[carried]]])  # fmt: skip


def _next_high(found: Running, at: np.ndarray) -> np.ndarray:
    """Return the upper bound of the row after each one of the same segment."""
    after = np.minimum(at + 1, len(found.seg) - 1)
    bound = (after > at) & (found.seg[after] == found.seg[at]) & ~found.open[after]
    return np.where(bound, found.high[after], NEVER)
