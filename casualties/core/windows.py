"""Which stretches of a series the kernel needs, to say what it has to say at an event."""

import numpy as np

from .events import Events
from .record import Record


def last_live(events: Events, at: np.ndarray, after: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return the last of some stretches of each event's series that is live before a place.

    -1 for none. Where one place is asked of every event of a series, that is one question; else
    the places are walked back from.
    """
    series, begin = events.series[at], events.line_starts[events.series[at]]
    asked = np.zeros(len(events.line_starts), np.int64)
    asked[series] = after
    if (asked[series] == after).all():
        before = some[some < np.repeat(asked[:-1], np.diff(events.line_starts))[some]]
        found: np.ndarray = events.cover_max(before, before)[at]
        return found
    place = np.searchsorted(some, after) - 1
    begin = np.searchsorted(some, begin)
    todo = np.flatnonzero(place >= begin)
    while len(todo):
        todo = todo[~events.live(some[place[todo]], at[todo])]
        place[todo] -= 1
        todo = todo[place[todo] >= begin[todo]]
    return np.where(place >= begin, some[place] if len(some) else -1, -1)


def next_live(
    events: Events, at: np.ndarray, after: np.ndarray, newest: np.ndarray, some: np.ndarray
) -> np.ndarray:
    """Return the first of some stretches that is live from a place on, -1 for none."""
    place = np.searchsorted(some, after)
    end = np.searchsorted(some, newest, side="right")
    todo = np.flatnonzero(place < end)
    while len(todo):
        todo = todo[~events.live(some[place[todo]], at[todo])]
        place[todo] += 1
        todo = todo[place[todo] < end[todo]]
    return np.where(place < end, np.append(some, -1)[place], -1)


def windows(
    record: Record,
    events: Events,
    at: np.ndarray,
    newest: np.ndarray,
    below: np.ndarray,
    above: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return where the stretches needed at each event begin and end.

    They are needed from the last stop that stands before the place `below` and, where there is one,
    to the first from `above` on, if that is given: where there is none before, a later total may
    say from when the series counts. Nothing beyond the `newest` live one is looked at.
    """
    stops = np.flatnonzero(record.stops[record.place[events.lines]])
    start, end = events.line_starts[events.series[at]], newest + 1
    if not len(stops):
        return start, end
    last = last_live(events, at, below, stops)
    known = np.flatnonzero(last >= 0)
    start[known] = np.searchsorted(events.line_days, events.line_days[last[known]])
    if above is not None:
        following = next_live(events, at[known], above[known], newest[known], stops)
        days = events.line_days[following[following >= 0]]
        end[known[following >= 0]] = np.searchsorted(events.line_days, days, side="right")
    return start, end
