"""The headline each time it changed, and why (design, section 5)."""

import numpy as np
import pandas as pd

from ..core.events import Events
from ..core.headlines import headlines
from ..core.known import Knowing, Known
from ..core.replacements import change_of, replacements
from ..model import clocks
from ..model.clocks import Moment
from ..model.frames import count_column, day_column
from ..model.schema import Action
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
        The series columns, `reported_at` (UTC), `date`, `total`, `low`, `high`, `change`
        (new − old) and `cause` (``first``, ``new``, ``updated``, ``revised`` or
        ``retracted``). A number that was withdrawn leaves a row without one.

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
    day = None if date is None else day_of(date)
    now = headlines(record, events, day)
    if day is not None:
        now["day"] = np.full(events.size, day)
    began = np.zeros(events.size, bool)
    began[events.starts[:-1][events.starts[:-1] < events.starts[1:]]] = True

    def before(values: np.ndarray) -> np.ndarray:
        return np.r_[values[:1], values[:-1]]

    was_known = before(now["known"]) & ~began
    different = np.zeros(events.size, bool)
    for name in ("total", "low", "high", "open", "day"):
        different |= now[name] != before(now[name])
    shown = (now["known"] != was_known) | (now["known"] & was_known & different)
    # The first number of a series may come after others were withdrawn: `first` is said once.
    ever = np.cumsum(now["known"]) - now["known"]
    ever -= ever[events.starts[events.series]] if events.size else 0
    flags = causes(known, events)
    later = flags["new"] & (now["day"] > before(now["day"])) & was_known & now["known"]
    cause = np.select(
        [ever == 0, later, flags["retracted"], flags["revised"], flags["updated"]],
        ["first", "new", "retracted", "revised", "updated"],
        "new",
    )
    at = np.flatnonzero(shown)
    gone = ~now["known"][at]
    out = pd.DataFrame(record.series_columns(events.series[at]))
    out["reported_at"] = clocks.utc_column(events.instant[at])
    out["date"] = day_column(now["day"][at], gone)
    out["total"], out["low"] = (count_column(now[name][at], gone) for name in ("total", "low"))
    out["high"] = count_column(now["high"][at], gone | now["open"][at])
    steps = (now["total"] - before(now["total"]))[at]
    out["change"] = count_column(steps, gone | ~was_known[at])
    out["cause"] = pd.Series(cause[at].astype(object), dtype="str")
    return out


def causes(known: Known, events: Events) -> dict[str, np.ndarray]:
    """Return, for every event, what kinds of change its reports made."""
    record = known.record
    old, new, explicit = replacements(known)
    change = change_of(record, old, new, explicit)
    flags = {}
    for name in ("retracted", "revised", "updated"):
        flags[name] = np.zeros(events.size, bool)
        flags[name][events.of[new[change == name]]] = True
    fresh = (events.of >= 0) & (record.action < Action.RETRACT)
    fresh[new] = False
    flags["new"] = np.zeros(events.size, bool)
    flags["new"][events.of[fresh]] = True
    return flags
