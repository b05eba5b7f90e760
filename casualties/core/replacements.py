"""What replaced what, and how each change is called (design, section 3)."""

import numpy as np

from ..model.schema import Action, Change
from .known import Known
from .record import Record
from .replacing import Replacements


def replacements(known: Known) -> Replacements:
    """Return every replacement that is known."""
    every = known.record.replacements
    return every.take(known.record.rank[every.new] < known.cut)


def change_of(record: Record, old: np.ndarray, new: np.ndarray, explicit: np.ndarray) -> np.ndarray:
    """Name each replacement, a :class:`Change` each."""
    # The day went on: the old report came out on or before the last day it covers, and the new one
    # no later than the day after it.
    updated = ~explicit & (record.best[new] >= record.best[old])
    updated &= record.reported_day[old] <= record.day[old]
    updated &= record.reported_day[new] <= record.day[old] + 1
    return np.select(
        [record.action[new] == Action.RETRACT, record.same_count(old, new), updated],
        [Change.RETRACTED, Change.REAFFIRMED, Change.UPDATED],
        Change.REVISED,
    )
