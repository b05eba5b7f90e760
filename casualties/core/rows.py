"""Rows of running totals as arrays side by side: what every answer is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.frames import NEVER, Arrays, count_column, day_column, heads
from ..model.schema import BASES, Basis
from .record import Record
from .statements import Row


@dataclass
class Rows(Arrays):
    """Running totals: one element per series and day, ordered by both.

    ======  ===  =======  =====  ===  =====  ======  ===
    series  day  instant  total  low  high   basis   row
    ======  ===  =======  =====  ===  =====  ======  ===
    0       27   end      31     31   31     stated  0
    0       28   14:00    59     59   NEVER  floor   1
    ======  ===  =======  =====  ===  =====  ======  ===
    """

    series: np.ndarray
    day: np.ndarray  #: the day that is counted through
    instant: np.ndarray  #: the moment of it that the number speaks of, UTC
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray  #: ``NEVER`` where there is none
    basis: np.ndarray
    unexplained: np.ndarray  #: ``NEVER`` where there is none
    row: np.ndarray  #: the report that states it, or the last one of its day; -1 for none

    @classmethod
    def of(cls, rows: Sequence[tuple[int, ...]]) -> Self:
        """Make rows of what :func:`cells` returns."""
        series, day, instant, *rest = np.array(rows, np.int64).reshape(-1, 9).T
        return cls(series, day, instant.astype("M8[us]"), *rest)

    def __len__(self) -> int:
        return len(self.day)

    @property
    def open(self) -> np.ndarray:
        """Whether there is no upper bound."""
        return self.high == NEVER

    @property
    def last(self) -> np.ndarray:
        """Position of the last row of each series: the headline."""
        return np.flatnonzero(np.append(heads(self.series)[1:], len(self.series) > 0))

    def frame(self, record: Record) -> pd.DataFrame:
        """Return the columns of ``totals``."""
        columns = record.series_columns(self.series)
        columns["date"] = day_column(self.day)
        columns["at"] = _at_column(self.instant, self.day, record.tz)
        columns["total"], columns["low"] = count_column(self.total), count_column(self.low)
        columns["high"] = count_column(self.high, self.open)
        basis = pd.Categorical.from_codes(self.basis, pd.Index(BASES), validate=False)
        columns["basis"] = pd.Series(basis, copy=False)
        columns["unexplained"] = count_column(self.unexplained, self.unexplained == NEVER)
        names = record.reports.texts["report_id"].take(np.maximum(self.row, 0))
        names = names.reset_index(drop=True).astype("str")
        columns["report_id"] = names.where(self.row >= 0, "")
        return pd.DataFrame(columns, copy=False)


def cells(series: int, row: Row) -> tuple[int, ...]:
    """Return a running total of a series as one element of each column of :class:`Rows`."""
    high = NEVER if row.high is None else row.high
    rest = NEVER if row.unexplained is None else row.unexplained
    by = -1 if row.basis == Basis.CARRIED else row.row
    return series, row.through, row.at, row.number, row.low, high, int(row.basis), rest, by


def _at_column(instant: np.ndarray, day: np.ndarray, tz: str) -> pd.Series:
    """Return the local times of instants as text, ``""`` for the end of their day."""
    ends = clocks.day_ends(day.astype("M8[D]").astype("M8[us]"), tz)
    inside = np.flatnonzero(instant != ends)
    times = np.full(len(instant), "", object)
    local = pd.DatetimeIndex(clocks.local_times(instant[inside], tz))
    times[inside] = [moment.isoformat() for moment in local.time]
    return pd.Series(times, dtype="str")
