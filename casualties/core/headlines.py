"""The headline of every series at every event, by the kernel where it must be."""

import numpy as np

from ..model.schema import Kind
from .additive import adds_up, sum_after
from .events import Events
from .record import Record
from .running import running


def headlines(record: Record, events: Events, day: int | None) -> dict[str, np.ndarray]:
    """Return the headline (or the number for `day`) at every event.

    Keys: ``known`` (whether there is a number), ``total``, ``low``, ``high``, ``open``, ``day``.
    """
    lines, size = events.lines, events.size
    out = {name: np.zeros(size, np.int64) for name in ("total", "low", "high", "day")}
    out |= {name: np.zeros(size, bool) for name in ("known", "open")}
    if not size or not len(lines):
        return out
    here = np.arange(len(lines))
    total = record.kind[lines] == Kind.TOTAL
    upto = np.ones(len(lines), bool) if day is None else record.day[lines] <= day
    left = events.cover_max(np.flatnonzero(total & upto), here[total & upto])

    # Where what follows the last total only has to be added up, it is.
    easy = adds_up(record, events, anchored=day is None)[events.series]
    sum_after(record, events, np.flatnonzero(easy), left, upto, out)

    # The others: from the last total up to the day (or the first line) to the next one after it
    # (or the last live line).
    asked = np.flatnonzero(~easy)
    if not len(asked):
        return out
    left = left[asked]
    line_starts = events.line_starts[events.series[asked]]
    start = np.where(left >= 0, left, line_starts)
    # A wide period count that begins by the day can keep others from being counted.
    matters = upto if day is None else upto | (record.start[lines] <= day)
    stop = events.cover_max(np.flatnonzero(matters), here[matters])[asked] + 1
    if day is not None:
        later = np.flatnonzero(total & ~upto)
        right = len(lines) - events.cover_max(later, len(lines) - later)[asked]
        stop = np.where(right < len(lines) + 1, right + 1, stop)
    since = events.since(record)[asked]
    done = 0
    for chosen, seg, rows in events.windows(asked, start, stop):
        found = running(record, seg, rows, since[done : done + len(chosen)])
        done += len(chosen)
        if day is not None:
            found = found.take(found.day <= day)
        last = found.take(found.last)
        at = chosen[last.seg]
        out["known"][at] = True
        for name in ("total", "low", "high", "open", "day"):
            out[name][at] = getattr(last, name)
    return out
