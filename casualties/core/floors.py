"""Floors: what a count that is left out of the running total still proves (section 4, rule 6)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..model.frames import ordered, pack
from ..model.schema import Kind
from .counted import Counted, Reason
from .record import Record
from .spans import heads, most_so_far

if TYPE_CHECKING:
    from .running import Running


@dataclass
class Floors:
    """Days through which there were at least so many, by segment and day."""

    seg: np.ndarray
    day: np.ndarray
    total: np.ndarray
    row: np.ndarray  #: the report that proves it
    past: np.ndarray  #: how many totals are of an earlier day, in all

    def take(self, keep: np.ndarray) -> "Floors":
        """Return the chosen floors, each no lower than those before it since the last total."""
        seg, day, total, row, past = (array[keep] for array in vars(self).values())
        return Floors(seg, day, most_so_far(total, heads(seg, past)), row, past)


def find_floors(record: Record, c: Counted, found: "Running") -> Floors | None:
    """Return the floors above the rows without floors; ``None`` if there are none."""
    at = np.flatnonzero((c.reason > Reason.SO_FAR) & (c.kind == Kind.PERIOD) & ~c.unproven)
    at = at[~record.stock[c.row[at]]]
    if not len(at):
        return None
    seg, day = c.seg[at], _last_day(c, at)
    rows = pack(found.seg, found.day)
    whose = np.append(found.seg, -1)

    def upto(days: np.ndarray, of: np.ndarray) -> np.ndarray:
        """Look up the last row through a day, 0 where there is none."""
        place = np.searchsorted(rows, pack(seg, days), side="right") - 1
        return np.where(whose[place] == seg, np.append(of, 0)[place], 0)

    total = c.low[at] + upto(c.start[at] - 1, found.low)
    stated = np.flatnonzero(c.kind == Kind.TOTAL)
    totals = pack(c.seg[stated], c.day[stated])
    past = np.searchsorted(totals, pack(seg, day), side="right")
    own = np.append(totals, -1)[past - 1] == pack(seg, day)
    stands = ~own & (upto(day, found.total) < total)
    if not stands.any():
        return None
    cells = [a[stands] for a in (seg, day, total, c.row[at], past)]
    # The highest of each day.
    seg, day, total, row, _ = cells
    order = ordered(seg, day, total, record.rank[row])
    order = order[np.r_[heads(seg[order], day[order])[1:], True]]
    return Floors(*(array[order] for array in cells))


def _last_day(c: Counted, at: np.ndarray) -> np.ndarray:
    """Return the last day of each count, or of the counted one that it lies in.

    Of steps, the shortest that holds it.
    """
    kept = np.flatnonzero((c.reason == Reason.COUNTED) & (c.kind == Kind.PERIOD))
    day = c.day[at]
    if not len(kept):
        return day
    kept = kept[ordered(c.seg[kept], c.start[kept], c.day[kept])]
    new = heads(c.seg[kept], c.start[kept])
    group = np.cumsum(new) - 1
    first = kept[new]
    mine = np.searchsorted(pack(c.seg[first], c.start[first]), pack(c.seg[at], day), "right") - 1
    ends = pack(group, c.day[kept])
    step = np.minimum(np.searchsorted(ends, pack(np.maximum(mine, 0), day)), len(kept) - 1)
    holds = (mine >= 0) & (c.seg[first[mine]] == c.seg[at]) & (group[step] == mine)
    holds &= c.day[kept[step]] >= day
    return np.where(holds, c.day[kept[step]], day)
