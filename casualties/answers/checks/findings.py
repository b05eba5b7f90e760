"""Findings as arrays: many are collected at once, and only those that are shown are put in words.

Checks say what they found as columns, one element a finding, with a function that writes the
messages of the few that are shown. So a check costs what its arrays cost, however much it finds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ...core.known import Known
from ...core.spans import heads
from ...model.counts import Words as CountWords
from ...model.frames import count_column, day_column, ordered, used
from ...model.schema import CODES, SERIES, SEVERITIES, Code, Severity
from ...words import ISO, Calendar, number
from ..cited import Cited

#: Stands for no number among those found and expected, and for no report.
NONE = -1
#: The day of what has none; numpy reads it as not a time.
NO_DAY = np.iinfo(np.int64).min
#: More doubts or notes than this of one code in one series are one finding.
MOST = 5

#: How the number of grouped findings is written, and which of them is told.
_GROUPED = {
    Code.FALLS: ("totals may be lower than earlier ones", "the largest fall"),
    Code.PARTS: ("totals may be lower than their parts", "the largest difference"),
    Code.CLASH: ("counts are given twice at one instant", "the largest difference"),
    Code.RELAYS: ("numbers are lower by another relay", "the largest difference"),
    Code.RESTART: ("totals say that they count from a later day", "the largest"),
    Code.REPEATED: ("announcements may be counted twice", "the largest"),
    Code.ALIKE: ("groups of names differ only by case, spacing or Unicode form", "the first"),
    Code.CUMULATIVE: ("runs of counts never fall", "the longest"),
    Code.RESTATED: ("instants changed far more figures than others", "the largest"),
    Code.OVERLAP: ("counts add nothing", "the largest"),
    Code.DISAGREE: ("days on which sources disagree", "the largest difference"),
    Code.FLIPS: ("numbers went and came back", "the largest difference"),
    Code.JUMP: ("steps are out of proportion", "the largest"),
    Code.QUOTE: ("numbers are not in their quotes", "the last"),
    Code.DENIED: ("live numbers are denied", "the largest"),
    Code.SILENT: ("reports give no number", "the last"),
}

#: Rows of reports named by findings, as pairs: place of the finding, report.
Pairs = tuple[np.ndarray, np.ndarray]
T = TypeVar("T")


class Ever:
    """What is worked out of a ledger once for all of its clocks, up to the one it is known at.

    `words` tells which numbers vague words in a quotation hold, `calendar` how days are written.
    """

    def __init__(
        self, known: Known, words: CountWords | None = None, calendar: Calendar = ISO
    ) -> None:
        self.known, self.words, self.calendar = known, words, calendar
        self._made: dict[Callable[..., Any], Any] = {}

    def once(self, make: Callable[[Known], T]) -> T:
        """Return what a function makes of the ledger."""
        if make not in self._made:
            self._made[make] = make(self.known)
        made: T = self._made[make]
        return made


@dataclass
class _Batch:
    """Findings of one code, one element each."""

    code: Code
    series: np.ndarray
    day: np.ndarray
    found: np.ndarray
    expected: np.ndarray
    severity: np.ndarray
    size: np.ndarray  #: how large each is, to choose the one that is told of many
    group: np.ndarray  #: those of one group are told together where they are many
    names: np.ndarray | None  #: codes of the series columns, -1 where several
    reports: Pairs
    tell: Callable[[np.ndarray], Iterable[str]]

    def __len__(self) -> int:
        return len(self.day)


class Findings(Cited):
    """Collects findings, and writes those that are shown."""

    def __init__(self, known: Known, ever: Ever) -> None:
        super().__init__(known.record, ever.calendar)
        self.known, self.ever = known, ever
        self.batches: list[_Batch] = []
        #: Codes of the names of each series, a column each.
        self.codes = ever.once(_series_codes)

    def add(
        self,
        code: Code,
        day: np.ndarray,
        series: np.ndarray,
        reports: Pairs,
        tell: Callable[[np.ndarray], Iterable[str]],
        *,
        found: np.ndarray | int = NONE,
        expected: np.ndarray | int = NONE,
        severity: np.ndarray | None = None,
        size: np.ndarray | None = None,
        group: np.ndarray | None = None,
        names: np.ndarray | None = None,
    ) -> None:
        """Note findings of one code.

        Parameters
        ----------
        code : Code
            What they are about.
        day, series : ndarray of int
            Last day covered and number of the series.
        reports : pair of ndarray
            Place of the finding and row of a report that it names, in the order of both.
        tell : callable
            Takes places of findings and writes their messages.
        found, expected : ndarray of int, optional
            The numbers that do not fit, ``NONE`` for none.
        severity : ndarray of int, optional
            Where it is not that of the code.
        size : ndarray of int, optional
            How large each is; by default the latest is told of many.
        group : ndarray of int, optional
            What they are about, where that is not a series.
        names : ndarray of int, optional
            Codes of the series columns where a finding is about several series, -1 where these
            differ.
        """
        count = len(day)
        if not count:
            return

        def whole(values: np.ndarray | int) -> np.ndarray:
            return np.broadcast_to(np.asarray(values, np.int64), count)

        self.batches.append(
            _Batch(
                code,
                whole(series),
                whole(day),
                whole(found),
                whole(expected),
                whole(code.severity if severity is None else severity),
                whole(day if size is None else size),
                whole(series if group is None else group),
                names,
                reports,
                tell,
            )
        )

    # -- the frame ---------------------------------------------------------------------------

    def _column(self, name: str) -> np.ndarray:
        parts = [getattr(batch, name) for batch in self.batches]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def shown(self) -> "Shown":
        """Return the findings that are shown, worst first."""
        sizes = [len(batch) for batch in self.batches]
        batch = np.repeat(np.arange(len(sizes)), sizes)
        place = np.arange(len(batch)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        code = np.array([b.code for b in self.batches], np.int64)[batch]
        day, series, severity = (self._column(name) for name in ("day", "series", "severity"))
        shown, times, first, last = _grouped(
            severity, code, self._column("group"), self._column("size"), day
        )
        order = ordered(severity[shown], code[shown], series[shown], day[shown])
        shown, times, first, last = (a[order] for a in (shown, times, first, last))

        texts = self._told(batch, place, shown)
        many = np.flatnonzero(times > 1)
        dated = many[first[many] != NO_DAY]
        days = zip(self.days(first[dated]), self.days(last[dated]), strict=True)
        spans = dict(zip(dated.tolist(), days, strict=True))
        for at in many.tolist():
            what, which = _GROUPED[Code(code[shown[at]])]
            span = " from {} to {}".format(*spans[at]) if at in spans else ""
            texts[at] = f"{number(times[at])} {what}{span}; {which}: {texts[at]}"
        found, expected = (self._column(name)[shown] for name in ("found", "expected"))
        return Shown(
            severity[shown], code[shown], texts, day[shown], found, expected,
            self._named(batch, place, shown), self._names(batch, place, series, shown),
            [self.record.series_table[column].cat.categories for column in SERIES],
        )  # fmt: skip

    def _told(self, batch: np.ndarray, place: np.ndarray, shown: np.ndarray) -> np.ndarray:
        texts = np.full(len(shown), "", object)
        for at, one in enumerate(self.batches):
            mine = np.flatnonzero(batch[shown] == at)
            if len(mine):
                texts[mine] = list(one.tell(place[shown[mine]]))
        return texts

    def _named(self, batch: np.ndarray, place: np.ndarray, shown: np.ndarray) -> np.ndarray:
        """Join the names of the reports that each finding names."""
        ids = self.record.reports.texts["report_id"]
        out = np.full(len(shown), "", object)
        for at, one in enumerate(self.batches):
            mine = np.flatnonzero(batch[shown] == at)
            to = np.full(len(one), NONE)
            to[place[shown[mine]]] = mine
            finding, row = one.reports
            keep = (to[finding] >= 0) & (row >= 0)
            finding, row = to[finding[keep]], row[keep]
            named = zip(finding.tolist(), ids.take(row).tolist(), strict=True)
            for finding_at, pairs in groupby(named, key=itemgetter(0)):
                out[finding_at] = "; ".join(dict.fromkeys(name for _, name in pairs))
        return out

    def _names(
        self, batch: np.ndarray, place: np.ndarray, series: np.ndarray, shown: np.ndarray
    ) -> np.ndarray:
        """Return the codes of the series columns, a row each, -1 where several series differ."""
        batch, place = batch[shown], place[shown]
        codes = self.codes[series[shown]]
        for at, one in enumerate(self.batches):
            if one.names is not None:
                codes[batch == at] = one.names[place[batch == at]]
        return codes


@dataclass
class Shown:
    """The findings that are shown, one element each."""

    severity: np.ndarray
    code: np.ndarray
    message: np.ndarray
    day: np.ndarray
    found: np.ndarray
    expected: np.ndarray
    report_ids: np.ndarray
    names: np.ndarray  #: codes of the series columns, a row each, -1 for none
    words: list[pd.Index]  #: what these stand for, column by column

    def frame(self) -> pd.DataFrame:
        """Return them as a table."""
        columns = {}
        for column, codes, words in zip(SERIES, self.names.T, self.words, strict=True):
            several = codes < 0  # words are sorted: a blank one stands first
            if several.any() and words[0] != "":
                words, codes = words.insert(0, ""), codes + 1
            codes = np.where(several, 0, codes)
            columns[column] = pd.Series(pd.Categorical.from_codes(*used(codes, words)))
        return pd.DataFrame(
            {
                "severity": pd.Categorical.from_codes(self.severity, pd.Index(SEVERITIES)),
                "code": pd.Categorical.from_codes(self.code, pd.Index(CODES)),
                "message": pd.Series(self.message, dtype="str"),
                "date": day_column(self.day.astype("M8[D]")),
                "found": count_column(self.found, self.found == NONE),
                "expected": count_column(self.expected, self.expected == NONE),
                "report_ids": pd.Series(self.report_ids, dtype="str"),
                **columns,
            }
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Return severity, code, message, number of the day, reports and names of each."""
        names = [
            np.where(codes < 0, "", words.to_numpy(object)[codes]) if len(words) else codes
            for codes, words in zip(self.names.T, self.words, strict=True)
        ]
        columns = (
            np.array(SEVERITIES, object)[self.severity], np.array(CODES, object)[self.code],
            self.message, self.day, self.report_ids, *names,
        )  # fmt: skip
        return list(zip(*(column.tolist() for column in columns), strict=True))


def _grouped(
    severity: np.ndarray, code: np.ndarray, group: np.ndarray, size: np.ndarray, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return which findings are shown, how many each stands for, and their first and last day."""
    order = ordered(severity, code, group, -size, day)
    key = [array[order] for array in (severity, code, group)]
    new = heads(*key)
    start = np.flatnonzero(new)
    count = np.diff(np.r_[start, len(order)])
    run = np.cumsum(new) - 1
    together = (count[run] > MOST) & (key[0] > Severity.CONTRADICTION)
    keep = new | ~together
    days_ = day[order]
    first = np.minimum.reduceat(days_, start)[run] if len(start) else days_
    last = np.maximum.reduceat(days_, start)[run] if len(start) else days_
    times = np.where(together, count[run], 1)
    return order[keep], times[keep], first[keep], last[keep]


# -- small things that checks share ---------------------------------------------------------------


def _series_codes(known: Known) -> np.ndarray:
    """Return the codes of the names of each series, a column each."""
    table = known.record.series_table
    return np.stack([table[column].cat.codes.to_numpy(np.int64) for column in SERIES], axis=1)


def beside(*columns: np.ndarray) -> Pairs:
    """Name the same number of reports in each finding: one column of rows each."""
    rows = np.stack(columns, axis=1)
    return np.repeat(np.arange(len(rows)), rows.shape[1]), rows.reshape(-1)


def runs(new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where runs start and stop, from the heads of them."""
    start = np.flatnonzero(new)
    return start, np.r_[start[1:], len(new)][: len(start)]


def common(values: np.ndarray, group: np.ndarray, size: int) -> np.ndarray:
    """Return the value that all elements of each group have, -1 where they differ."""
    least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, NONE)
    np.minimum.at(least, group, values)
    np.maximum.at(most, group, values)
    return np.where(least == most, most, NONE)
