"""The headline each time it changed, and why (design, section 5)."""

import numpy as np
import pandas as pd

from ..core.events import Events
from ..core.headlines import Headlines, headlines
from ..core.known import Knowing, Known
from ..core.replacements import change_of, replacements
from ..core.spans import NEVER
from ..model import clocks
from ..model.clocks import Moment
from ..model.frames import count_column, day_column
from ..model.schema import CAUSES, Cause, Change
from .asked import day_of


def history(self: Knowing, date: Moment | None = None) -> pd.DataFrame:
    """Return the headline of every series each time it changed.

    Parameters
    ----------
    date : str or date, optional
        Follow the total through this day instead of the last one.

    Returns
    -------
    DataFrame
        The series columns, `reported_at` (in the ledger's zone), `date`, `total`, `low`, `high`,
        `change` (new − old) and `cause` (categorical: ``first``, ``new``, ``updated``,
        ``revised``, ``retracted`` or ``fell``). A number that was withdrawn leaves a row without
        one. Causes are defined in section 5 of the design, as the README tells.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ledger.as_of("2020-09-28 16:00").history()[["total", "change", "cause"]]
       total  change    cause
    0     16    <NA>    first
    1     31      15  updated
    2     59      28      new
    3     58      -1  revised
    """
    known, record = self._known, self._known.record
    events = Events(known)
    day = None if date is None else np.full(events.size, day_of(date))
    now = headlines(record, events, day=day)
    began = np.zeros(events.size, bool)
    began[events.starts[:-1][events.starts[:-1] < events.starts[1:]]] = True
    was = now.take(np.maximum(np.arange(events.size) - 1, 0))
    was.known &= ~began
    covered = (was.day, now.day) if day is None else (day, day)
    different = covered[0] != covered[1]
    for name in ("total", "low", "high"):
        different |= getattr(was, name) != getattr(now, name)
    at = np.flatnonzero((was.known != now.known) | (was.known & now.known & different))
    cause = causes(known, events, np.arange(events.size), was, now)[at]
    # The first number of a series is said once.
    series = events.series[at]
    cause[np.unique(series, return_index=True)[1]] = Cause.FIRST
    gone = ~now.known[at]
    out = pd.DataFrame(record.series_columns(series))
    out["reported_at"] = clocks.instant_column(events.instant[at], known.tz)
    out["date"] = day_column(covered[1][at], gone)
    out["total"], out["low"] = (count_column(v[at], gone) for v in (now.total, now.low))
    out["high"] = count_column(now.high[at], gone | (now.high[at] == NEVER))
    out["change"] = count_column((now.total - was.total)[at], gone | ~was.known[at])
    out["cause"] = pd.Categorical.from_codes(cause, pd.Index(CAUSES))
    return out


def causes(
    known: Known, events: Events, at: np.ndarray, was: Headlines, now: Headlines
) -> np.ndarray:
    """Return why numbers changed at events `at`, which ascend: a :class:`Cause` each.

    `was` and `now` are the numbers before and after each of these events.
    """
    record, found = known.record, replacements(known)
    change = change_of(record, found.old, found.new, found.explicit)
    step, asked = _place(at, events.of[found.new], events.size)
    old, new, change = found.old[asked], found.new[asked], change[asked]
    # Only replacements count whose old or new report ends where the old or new number rests.
    rests = np.zeros(len(step), bool)
    for number in (was, now):
        for row in (old, new):
            inside = number.since[step] <= record.day[row]
            inside &= record.day[row] <= number.until[step]
            rests |= number.known[step] & inside
    flags = {}
    for name in (Change.RETRACTED, Change.REVISED, Change.UPDATED):
        flags[name] = np.zeros(len(at), bool)
        flags[name][step[rests & (change == name)]] = True
    # The day moved on by a report that replaces nothing.
    lines = np.flatnonzero(events.live(np.arange(len(events.lines)), events.of[events.lines]))
    fresh = np.zeros(len(record), bool)
    fresh[events.lines[lines]] = True
    fresh[found.new] = False
    rows = np.flatnonzero(fresh)
    step, asked = _place(at, events.of[rows], events.size)
    furthest = np.full(len(at), -NEVER)
    np.maximum.at(furthest, step, record.day[rows[asked]])
    both = was.known & now.known
    moved = both & (now.day > was.day) & (furthest > was.day)
    lower = ~now.known | (both & (now.total < was.total))
    return np.select(
        [
            flags[Change.RETRACTED] & (lower | ~moved),
            flags[Change.REVISED] & (lower | ~moved),
            lower,
            flags[Change.UPDATED] & ~moved,
        ],
        [Cause.RETRACTED, Cause.REVISED, Cause.FELL, Cause.UPDATED],
        Cause.NEW,
    )


def _place(at: np.ndarray, asked: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where the events asked for (-1: none) stand in `at`, and which of them do."""
    place = np.full(size + 1, -1, np.int64)
    place[at] = np.arange(len(at))
    found = np.flatnonzero(place[asked] >= 0)
    return place[asked[found]], found
