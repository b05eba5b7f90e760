"""The reports that enter totals, in the order in which they are summed, and which are live."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..model.frames import ordered
from ..model.schema import Kind

if TYPE_CHECKING:
    from .record import Record

#: A rank that never comes, in the smaller numbers that a clock compares.
_NEVER = np.iinfo(np.int32).max


class Lines:
    """The reports that enter totals, in the order of their series, day and place in the day.

    That order is the same at every clock; a snapshot only leaves lines out.
    """

    def __init__(self, record: "Record") -> None:
        self.record = record
        # Rule 3: period counts first, then totals and `more` by standing; at the same instant
        # the total includes the `more`.
        later = record.kind != Kind.PERIOD
        order = ordered(
            record.series, record.day, later, np.where(later, record.said, 0),
            record.kind == Kind.TOTAL, record.rank[record.chain], record.nth,
        )  # fmt: skip
        self.rows = order if record.sums.all() else order[record.sums[order]]

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the lines of each series begin, and where the last ones end."""
        series = self.record.series[self.rows]
        return np.searchsorted(series, np.arange(len(self.record.series_table) + 1))

    @cached_property
    def _spans(self) -> tuple[np.ndarray, np.ndarray]:
        spans = self.record.spans
        born, ended = (
            np.minimum(ranks[self.rows], _NEVER).astype(np.int32)
            for ranks in (spans.born, spans.ended)
        )
        return born, ended

    def live(self, cut: int) -> np.ndarray:
        """Whether each line is live when `cut` reports are public."""
        record, (born, ended) = self.record, self._spans
        live = born < cut
        live &= ended >= cut
        spans = record.spans
        again = spans.row[(spans.row_born < cut) & (spans.row_ended >= cut)]
        live[record.place[again[record.sums[again]]]] = True
        if record.restarting.any():
            apart = np.flatnonzero(record.restarting[self.rows])
            live[apart] = record.live(cut)[self.rows[apart]]
        return live
