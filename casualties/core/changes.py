"""How each replacement of one report by another is called (design, section 3)."""

import numpy as np

from ..model.schema import Action, Change
from .record import Record

_A_DAY = np.timedelta64(1, "D")


def change_of(record: Record, old: np.ndarray, new: np.ndarray, explicit: np.ndarray) -> np.ndarray:
    """Name each replacement, a :class:`Change` each."""
    # The day went on: the old report came out on or before the last day it covers, and the new one
    # no later than the day after it.
    updated = ~explicit & (record.best[new] >= record.best[old])
    updated &= record.reported_day[old] <= record.day[old]
    updated &= record.reported_day[new] <= record.day[old] + 1
    # Two relays of one statement differ, and nobody said that the source revised.
    via, words = record.reports.codes["via"], record.reports.words["via"]
    told = np.append(words != "", False)[via[new]]
    relayed = ~explicit & (record.best[new] < record.best[old]) & told & (via[old] != via[new])
    relayed &= record.numbered[old] & record.numbered[new]
    relayed &= np.abs(record.reported[new] - record.reported[old]) <= _A_DAY
    return np.select(
        [record.action[new] == Action.RETRACT, record.same_count(old, new), updated, relayed],
        [Change.RETRACTED, Change.REAFFIRMED, Change.UPDATED, Change.RELAYED],
        Change.REVISED,
    )


def overlapping(record: Record, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether the bounds of pairs of reports overlap."""
    apart = ~record.open[one] & (record.high[one] < record.low[other])
    apart |= ~record.open[other] & (record.high[other] < record.low[one])
    return ~apart
