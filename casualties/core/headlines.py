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


@dataclass
class Asked:
    """The events asked, and where among the stretches of their series the answers lie."""

    at: np.ndarray
    day: np.ndarray  #: the last day asked about, ``NEVER`` for all
    after: np.ndarray  #: the first stretch beyond that day
    newest: np.ndarray  #: the last live stretch, -1 for none
    last: np.ndarray  #: the last live one that is not beyond that day

    def take(self, some: np.ndarray) -> "Asked":
        """Return some of the questions."""
        return Asked(**{name: array[some] for name, array in vars(self).items()})


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
    every, series = np.arange(len(events.lines)), events.series[at]
    newest = events.cover_max(every, every)[at]
    if day is None:
        asked = Asked(at, np.full(len(at), NEVER), events.line_starts[series + 1], newest, newest)
    else:
        after = np.searchsorted(events.line_days, pack(series, day), side="right")
        asked = Asked(at, day, after, newest, last_live(events, at, after, every))
    manner = record.manner[series]
    told = np.flatnonzero((manner == Manner.TOTALS) & (asked.last >= 0))
    out.put(told, **_stated(record, events.lines[asked.last[told]]))
    summed = np.flatnonzero((manner == Manner.SUMS) & (asked.last >= 0))
    if len(summed):
        row = events.lines[asked.last[summed]]
        total, low = _sums(record, events, at[summed], asked.after[summed], day is None)
        out.put(
            summed, day=record.day[row], total=total, low=np.where(record.stock[row], 0, low),
            high=NEVER, since=-NEVER, until=record.day[row],
        )  # fmt: skip
    if day is not None:
        _carry_totals(record, events, asked, told, out)
    mixed = np.flatnonzero((manner == Manner.MIXED) & (newest >= 0))
    if len(mixed):
        mixed = mixed[~_by_tails(record, events, asked.take(mixed), mixed, out)]
    if len(mixed):
        _by_kernel(record, events, asked.take(mixed), mixed, out)
    return out


def _stated(record: Record, row: np.ndarray) -> dict[str, np.ndarray]:
    """Return numbers as totals state them."""
    day = record.day[row]
    high = np.where(record.open[row], NEVER, record.high[row])
    return {"day": day, "total": record.best[row], "low": record.low[row], "high": high,
            "since": day, "until": day}  # fmt: skip


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
    record: Record, events: Events, asked: Asked, told: np.ndarray, out: Headlines
) -> None:
    """Bound carried totals by the next one (rule 8)."""
    carried = told[out.day[told] < asked.day[told]]
    following = _next_row(events, asked.take(carried))
    high = np.full(len(carried), NEVER)
    some = following >= 0
    high[some] = _stated(record, events.lines[following[some]])["high"]
    _carry(out, carried, high, record.stock[events.lines[asked.last[carried]]])


def _next_row(events: Events, asked: Asked) -> np.ndarray:
    """Return the last live stretch of the next day that has one, -1 for none."""
    every = np.arange(len(events.lines))
    found = next_live(events, asked.at, asked.after, asked.newest, every)
    some = np.flatnonzero(found >= 0)
    end = np.searchsorted(events.line_days, events.line_days[found[some]], side="right")
    found[some] = last_live(events, asked.at[some], end, every)
    return found


def _carry(out: Headlines, at: np.ndarray, next_high: np.ndarray, stock: np.ndarray) -> None:
    low = np.minimum(out.low[at], next_high)
    high = np.maximum(out.total[at], next_high)
    out.low[at], out.high[at] = np.where(stock, 0, low), np.where(stock, NEVER, high)


def _by_tails(
    record: Record, events: Events, asked: Asked, these: np.ndarray, out: Headlines
) -> np.ndarray:
    """Fill in numbers that are a total and what was said since; return which are."""
    total = last_totals(record, events, asked.at, asked.last, asked.newest)
    found = total >= 0
    asked, these, total = asked.take(found), these[found], total[found]
    out.put(these, **after_totals(record, events, asked.at, asked.last, total))
    carried = np.flatnonzero((out.day[these] < asked.day) & (asked.day < NEVER))
    if len(carried):
        following = _next_row(events, asked.take(carried))
        high = np.full(len(carried), NEVER)
        bound = np.flatnonzero(following >= 0)
        some = carried[bound]
        high[bound] = after_totals(record, events, asked.at[some], following[bound], total[some])[
            "high"
        ]
        _carry(out, these[carried], high, record.stock[events.lines[total[carried]]])
    return found


def _by_kernel(
    record: Record, events: Events, asked: Asked, these: np.ndarray, out: Headlines
) -> None:
    """Fill in numbers worked out by the kernel from the live stretches of each window."""
    through = bool((asked.day < NEVER).all())
    start, stop = windows(
        record, events, asked.at, asked.newest, asked.after, asked.after if through else None
    )
    done = 0
    for chosen, seg, rows in events.windows(asked.at, start, stop):
        here = slice(done, done + len(chosen))
        place, until = these[here], asked.day[here]
        done += len(chosen)
        found = running(record, seg, rows, len(chosen))
        last = np.flatnonzero(found.day <= until[found.seg])
        last = last[np.append(np.diff(found.seg[last]) != 0, True)[: len(last)]]
        one = place[found.seg[last]]
        out.put(
            one, day=found.day[last], total=found.total[last], low=found.low[last],
            high=np.where(found.open[last], NEVER, found.high[last]),
            since=found.since[last], until=found.until[last],
        )  # fmt: skip
        if through:
            carried = found.day[last] < until[found.seg[last]]
            _carry(out, one[carried], _next_high(found, last[carried]),
                   record.stock[found.row[last[carried]]])  # fmt: skip


def _next_high(found: Running, at: np.ndarray) -> np.ndarray:
    """Return the upper bound of the row after each one of the same segment."""
    after = np.minimum(at + 1, len(found.seg) - 1)
    bound = (after > at) & (found.seg[after] == found.seg[at]) & ~found.open[after]
    return np.where(bound, found.high[after], NEVER)
