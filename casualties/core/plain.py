"""Running totals of series that need no kernel (see :mod:`casualties.core.manner`), at any clock.

What a line says does not depend on the clock, only whether it is live. So all that its row may need
is laid out once, in the order of the lines, and a clock chooses from it and sums it.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..model.schema import Basis, Kind
from .manner import Manner
from .rows import Rows
from .spans import NEVER, heads

if TYPE_CHECKING:
    from .record import Record


class Plain:
    """The lines of a record as they are summed where all counts are, or where the last stands."""

    def __init__(self, record: "Record") -> None:
        rows = record.lines.rows
        manner = record.manner[record.series[rows]]
        self._starts = record.lines.starts
        self.mine = manner != Manner.MIXED  #: whether each line is of a series without a kernel
        self._adds = manner == Manner.SUMS
        self._any_adds, self._any_stated = self._adds.any(), (manner == Manner.TOTALS).any()
        self._basis = np.where(self._adds, Basis.FLOOR, Basis.STATED).astype(np.int8)
        self._row, self._day = rows, record.day[rows].astype(np.int32)
        number, low = record.best, record.low
        self._number = number[rows]
        self._low = self._number if low is number else low[rows]
        self._open = record.open[rows] | self._adds
        self._high = (
            np.where(self._open, NEVER, record.high[rows])
            if self._any_stated
            else np.broadcast_to(np.int64(NEVER), len(rows))
        )
        # Rule 9: of a stock, a sum says nothing but itself.
        stock = record.stock[rows] & self._adds
        self._stock = stock if stock.any() else None
        since = record.since[rows] < NEVER
        self._since = since if since.any() else None
        # Several `more` of one day have one row.
        shared = ~heads(record.series[rows], self._day) & (record.kind[rows] == Kind.MORE)
        self._shared = bool((shared & self._adds).any())

    def at(self, live: np.ndarray) -> Rows:
        """Return the running totals of these series, given which lines are live."""
        at = np.flatnonzero(live & self.mine)
        ends = np.searchsorted(at, self._starts)
        size = np.diff(ends)
        head = ends[:-1][size > 0]
        number = self._number[at]
        total, low = number, number if self._low is self._number else self._low[at]
        if self._any_adds:
            adds = self._adds[at] if self._any_stated else None
            exact = low is number
            total = _summed(number, adds, head)
            low = total.copy() if exact else _summed(low, adds, head)
            if self._stock is not None:
                low[self._stock[at]] = 0
        seg = np.repeat(np.arange(len(size)), size)
        found = Rows(
            seg, self._day[at].astype(np.int64), total, low, self._high[at], self._open[at],
            self._basis[at], *self._unexplained(at, number, head), self._row[at],
        )  # fmt: skip
        if not self._shared:
            return found
        return found.take(np.r_[heads(seg, found.day)[1:], True][: len(seg)])

    def _unexplained(
        self, at: np.ndarray, number: np.ndarray, head: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rule 7: a total less the one before it, or less the origin."""
        rest, known = np.zeros(len(at), np.int64), np.zeros(len(at), bool)
        if self._any_stated and len(at):
            rest[1:] = number[1:] - number[:-1]
            known[:] = True
            known[head] = False
            if self._since is not None:
                began = np.logical_or.reduceat(self._since[at], head)
                known[head], rest[head] = began, number[head]
            known &= ~self._adds[at]
            rest[~known] = 0
        return rest, known


def _summed(values: np.ndarray, adds: np.ndarray | None, head: np.ndarray) -> np.ndarray:
    """Return the sums from each of `head` on, where values are added (``None``: all are)."""
    sums = values.copy() if adds is None else np.where(adds, values, 0)
    if len(head):
        whole = np.add.reduceat(sums, head)
        sums[head[1:]] -= whole[:-1]
        np.cumsum(sums, out=sums)
    return sums if adds is None else np.where(adds, sums, values)
