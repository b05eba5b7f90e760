"""Reports put in words: their numbers as stated, the days they cover."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from ..core.record import Record
from ..display import stated
from ..model import clocks
from ..model.schema import COUNTS, QUALIFIERS, Kind

#: How the days covered are written: of a `more`, a total, one day, several, and "so many fewer".
_DATES = ("more by {1}", "through {1}", "on {1}", "within {0} to {1}", "by {1}")

#: Writes a value, its low and high (``None``: not stated) and its qualifier.
Write: TypeAlias = Callable[[int | None, int | None, int | None, str], str]


class Words:
    """Writes about the reports of a record; each method takes rows and returns texts."""

    def __init__(self, record: Record, write: Write = stated) -> None:
        self.record, self._write = record, write

    def say(self, rows: np.ndarray) -> list[str]:
        """Write the numbers of reports as they were stated."""
        reports = self.record.reports
        says = [QUALIFIERS[code] for code in reports.fixed["qualifier"][rows].tolist()]
        counts = (reports.counts(name, rows) for name in COUNTS)
        return [self._write(*cells) for cells in zip(*counts, says, strict=True)]

    def sources(self, rows: np.ndarray) -> list[str]:
        """Name the sources of reports."""
        return self.record.reports.told("source", rows)

    def series_names(self, series: np.ndarray) -> list[str]:
        """Name the side and category of series."""
        table = self.record.series_table[["side", "category"]].take(series).astype("str")
        return [
            " · ".join(word for word in words if word != "all") or "all"
            for words in zip(table["side"], table["category"], strict=True)
        ]

    def instants(self, rows: np.ndarray) -> list[str]:
        """Write when reports became public."""
        return [clocks.show(at, self.record.tz) for at in self.record.reported[rows]]

    def dates(self, rows: np.ndarray) -> list[str]:
        """Write the days that reports cover, as in "through the 5th"."""
        record = self.record
        kind, start, end = record.kind[rows], record.start[rows], record.day[rows]
        fewer = (kind == Kind.MORE) & (record.best[rows] < 0)
        how = np.select(
            [fewer, kind == Kind.MORE, kind == Kind.TOTAL, start == end], [4, 0, 1, 2], 3
        )
        return [
            _DATES[which].format(first, last)
            for which, first, last in zip(how.tolist(), days(start), days(end), strict=True)
        ]

    def cite(self, rows: np.ndarray) -> list[str]:
        """Write numbers and days of reports; nothing for -1."""
        return [
            f"{value} {dates}" if row >= 0 else ""
            for row, value, dates in zip(rows, self.say(rows), self.dates(rows), strict=True)
        ]


def days(values: np.ndarray) -> list[str]:
    """Write numbers of days as calendar days."""
    return values.astype("M8[D]").astype(str).tolist()


def numbers(values: np.ndarray) -> list[str]:
    """Write counts with thousands separators."""
    return [f"{value:,}" for value in values.tolist()]


def listed(words: Sequence[str]) -> str:
    """Write a list of words as a sentence does.

    >>> listed(["10", "12", "15"])
    '10, 12 and 15'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
