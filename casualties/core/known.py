"""The reports known at a clock: what every answer is asked of."""

from typing import Protocol

import numpy as np

from ..model.reports import Reports
from .record import Record


class Known:
    """The reports of a record that were public at a clock (``None``: no limit)."""

    def __init__(self, record: Record, known_at: np.datetime64 | None) -> None:
        self.record, self.known_at = record, known_at
        self.cut = record.cut(known_at)

    def __len__(self) -> int:
        return self.cut

    @property
    def tz(self) -> str:
        """The time zone of the ledger."""
        return self.record.tz

    @property
    def public(self) -> np.ndarray:
        """Whether each report is known."""
        return self.record.rank < self.cut

    @property
    def reports(self) -> Reports:
        """The known reports, in ledger order."""
        every = self.record.reports
        return every if self.cut == len(every) else every.take(np.flatnonzero(self.public))

    @property
    def rows(self) -> np.ndarray:
        """The known reports that are about a count: denials, and what withdraws them, apart."""
        return np.flatnonzero(self.public & ~self.record.denial)

    @property
    def live(self) -> np.ndarray:
        """Whether each report is live: nothing known has replaced it."""
        return self.record.live(self.cut)

    @property
    def lines(self) -> np.ndarray:
        """The live reports that enter totals, in the order in which they are summed."""
        lines = self.record.lines
        return lines.rows[lines.live(self.cut)]

    @property
    def series(self) -> np.ndarray:
        """The numbers of the series that have a known report, ascending."""
        return np.unique(self.record.series[self.rows])

    @property
    def denials(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of standing denial and report denied, in the order of the denials."""
        record = self.record
        denial, report = record.denied
        keep = (record.rank[denial] < self.cut) & (record.mended_at[denial] >= self.cut)
        keep &= record.rank[report] < self.cut
        return denial[keep], report[keep]

    @property
    def clock(self) -> np.datetime64 | None:
        """The clock, or, where it has no limit, the instant of the last report."""
        if self.known_at is not None or not self.cut:
            return self.known_at
        return self.record.reported[self.record.order[-1]]


class Knowing(Protocol):
    """What answers are bound to: a ledger, of which they need only what it knows."""

    _known: Known
