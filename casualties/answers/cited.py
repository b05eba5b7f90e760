"""Reports of a record in words: their numbers as stated, who speaks, the days they cover."""

import re
from collections import defaultdict
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..core.record import Record
from ..model.errors import shorten
from ..model.schema import COUNTS, QUALIFIERS, Kind
from ..words import ISO, Calendar, listed, printed, stated

#: How days covered are written: those of a `more`, of a total, one day, several days, and those
#: of a `more` below zero.
_DATES = ("more by {1}", "through {1}", "on {1}", "within {0} to {1}", "by {1}")

#: So many reports are written about at once.
_STRETCH = 64


class Cited:
    """Writes about the reports of a record; each method takes rows and returns texts."""

    def __init__(self, record: Record, calendar: Calendar = ISO) -> None:
        self.record, self.calendar = record, calendar
        #: Texts of so many reports on end, by what they say and the place of the stretch.
        self._written: dict[tuple[str, int], list[str]] = {}

    def texts(self, rows: np.ndarray, what: str) -> list[str]:
        """Write `what` is asked of reports: a method of that name does, or it is a text column."""
        write = getattr(self, what, None)
        found: list[str] = write(rows) if write else self.record.reports.told(what, rows)
        return found

    def each(self, reports: Any, what: str) -> list[str]:
        """Write about a report, or about each of several, each text once; -1 is no report.

        Where they are `days`, the numbers are days, which may lie before 1970.
        """
        numbers = np.atleast_1d(np.asarray(reports, np.int64))
        if what == "days":
            return self.days(numbers)
        return [*dict.fromkeys(self._text(row, what) for row in numbers.tolist() if row >= 0)]

    def _text(self, row: int, what: str) -> str:
        """Write about a report; those around it, which are likely next, cost little more."""
        stretch, place = divmod(row, _STRETCH)
        if (what, stretch) not in self._written:
            begin, end = row - place, min(row - place + _STRETCH, len(self.record))
            self._written[what, stretch] = self.texts(np.arange(begin, end), what)
        return self._written[what, stretch][place]

    def tell(self, sentence: str, told: Mapping[str, Any]) -> str:
        """Fill a sentence: `{row.cite}` cites the report, or each of the reports, in `row`."""
        cells = defaultdict[str, SimpleNamespace](SimpleNamespace)
        for name, what in re.findall(r"{(\w+)\.(\w+)", sentence):
            texts = self.each(told[name], what)
            setattr(cells[name], what, listed(texts) if texts else "what stood before")
        return sentence.format(**{**told, **cells})

    def say(self, rows: np.ndarray) -> list[str]:
        """Write the numbers of reports as they were stated."""
        reports = self.record.reports
        says = [QUALIFIERS[code] for code in reports.fixed["qualifier"][rows].tolist()]
        counts = (reports.counts(name, rows) for name in COUNTS)
        return [stated(*cells) for cells in zip(*counts, says, strict=True)]

    def printed(self, total: int, low: int, high: int | None, row: int | None = None) -> str:
        """Write the number of an answer; `row` is the report that states it, if one does."""
        said: dict[str, Any] = {"total": total, "low": low, "high": high}
        if row is not None:
            reports, rows = self.record.reports, np.array([row])
            said["value"] = reports.counts("value", rows)[0]
            said["qualifier"] = QUALIFIERS[int(reports.fixed["qualifier"][row])]
        return printed(said)

    def instants(self, rows: np.ndarray) -> list[str]:
        """Write when reports became public."""
        return [self.calendar.instant(at, self.record.tz) for at in self.record.reported[rows]]

    def relays(self, rows: np.ndarray) -> list[str]:
        """Write who relayed reports, as in " via AFP"; nothing where nobody is named."""
        return [f" via {via}" if via else "" for via in self.record.reports.told("via", rows)]

    def quotes(self, rows: np.ndarray) -> list[str]:
        """Write what reports quote, shortened for a message."""
        return [shorten(quote, 120) for quote in self.record.reports.told("quote", rows)]

    def days(self, values: np.ndarray) -> list[str]:
        """Write numbers of days as calendar days."""
        day = {value: self.calendar.day(value) for value in np.unique(values).tolist()}
        return [day[value] for value in values.tolist()]

    def begins(self, rows: np.ndarray) -> list[str]:
        """Write the first days that reports cover."""
        return self.days(self.record.start[rows])

    def ends(self, rows: np.ndarray) -> list[str]:
        """Write the last days that reports cover."""
        return self.days(self.record.day[rows])

    def dates(self, rows: np.ndarray) -> list[str]:
        """Write the days that reports cover, as in "through the 5th"."""
        record = self.record
        kind, start, end = record.kind[rows], record.start[rows], record.day[rows]
        more = kind == Kind.MORE
        fewer = more & ((record.best[rows] < 0) | ~record.numbered[rows])  # or it says no number
        how = np.select([fewer, more, kind == Kind.TOTAL, start == end], [4, 0, 1, 2], 3)
        days = zip(how.tolist(), self.begins(rows), self.ends(rows), strict=True)
        return [_DATES[which].format(first, last) for which, first, last in days]

    def cite(self, rows: np.ndarray) -> list[str]:
        """Write numbers and days of reports, as in "59 through the 5th"."""
        cited = zip(self.say(rows), self.dates(rows), strict=True)
        return [f"{number} {dates}" for number, dates in cited]
