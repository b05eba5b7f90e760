"""A report that speaks for its chain, as the numbers that running totals are made of."""

from dataclasses import dataclass

import numpy as np

from ..model.schema import Kind, Qualifier
from .record import Record


@dataclass(slots=True, eq=False)
class Told:
    """A report that speaks for its chain, as numbers."""

    reading: tuple[int, bool, int]  #: by standing; of one instant, totals include the rest
    row: int
    kind: int
    figure: int  #: what it may replace: its series, kind and dates; -1 for nothing
    usable: bool  #: whether it enters totals; else it only replaces
    standing: int  #: rank of the first report of its chain
    instant: int  #: that it speaks of
    day: int
    start: int | None  #: first day covered, of a count and of a total that gives one
    eve: int  #: the instant before its first day
    number: int
    low: int  #: 0 where it gives none
    high: int | None
    low_given: bool
    says: int  #: a :class:`Qualifier`
    ranged: bool  #: whether it gives a range without a number of its own
    stock: bool
    gone: bool  #: whether its chain was withdrawn, so that it says nothing any longer

    @property
    def adds(self) -> int:
        """Its number in a sum: a ceiling adds its low."""
        return self.low if self.ceiling else self.number

    @property
    def takes_away(self) -> bool:
        """Whether it is a `more` below zero."""
        return self.kind == Kind.MORE and self.number < 0

    @property
    def ceiling(self) -> bool:
        """Whether it says at most how many."""
        return self.says in (Qualifier.AT_MOST, Qualifier.LESS_THAN)


def tell(record: Record, rows: np.ndarray, gone: np.ndarray) -> list[Told]:
    """Return some reports as numbers, in the order given; `gone` says which are withdrawn."""
    standing, kind = record.rank[record.chain[rows]], record.kind[rows]
    reports, none = record.reports, np.full(len(rows), None)
    given = ~np.isnat(reports.days["period_start"][rows]) | (kind == Kind.PERIOD)
    low, is_total = record.low[rows], kind == Kind.TOTAL
    reading = zip(record.said[rows].tolist(), is_total.tolist(), standing.tolist(), strict=True)
    columns = (
        rows, kind, record.figure[rows], record.sums[rows], standing,
        record.speaks_of[rows].astype("M8[us]").view(np.int64), record.day[rows],
        np.where(given, record.start[rows], none),
        record.eve[rows].astype("M8[us]").view(np.int64), record.best[rows],
        np.where(kind == Kind.MORE, low, np.maximum(low, 0)),
        np.where(record.open[rows], none, record.high[rows]), reports.stated["low"][rows],
        reports.fixed["qualifier"][rows], ~reports.stated["value"][rows], record.stock[rows], gone,
    )  # fmt: skip
    cells = zip(*(column.tolist() for column in columns), strict=True)
    return [Told(read, *cell) for read, cell in zip(reading, cells, strict=True)]
