"""What replaced what, and how each change is called (design, section 3)."""

import numpy as np

from ..model.schema import Action
from .known import Known
from .record import NEVER, Record


def replacements(known: Known) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return old and new report of every replacement known at `cut`, and whether it was explicit.

    Explicit ones are each step of a chain. Implicit ones end a report that was still live.
    """
    record = known.record
    explicit = np.flatnonzero((record.chain_next >= 0) & ~record.denial)
    explicit = explicit[record.rank[record.chain_next[explicit]] < known.cut]
    ends = np.where(record.chain_next >= 0, record.rank[record.chain_next], NEVER)
    when = np.where(record.newer >= 0, record.rank[record.newer], NEVER)
    implicit = np.flatnonzero((when < known.cut) & (when < ends) & (record.born < when))
    old = np.r_[explicit, implicit]
    new = np.r_[record.chain_next[explicit], record.newer[implicit]]
    stated = np.r_[np.ones(len(explicit), bool), np.zeros(len(implicit), bool)]
    order = np.lexsort((record.rank[old], record.rank[new]))
    return old[order], new[order], stated[order]


def change_of(record: Record, old: np.ndarray, new: np.ndarray, explicit: np.ndarray) -> np.ndarray:
    """Name each replacement ``retracted``, ``revised``, ``reaffirmed`` or ``updated``."""
    # The day was not over when the old report came out on or before the last day it covers.
    unfinished = record.reported_day[old] <= record.day[old]
    return np.select(
        [record.action[new] == Action.RETRACT, explicit, record.same_count(old, new), unfinished],
        ["retracted", "revised", "reaffirmed", "updated"],
        "revised",
    ).astype(object)
