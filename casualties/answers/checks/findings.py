"""Findings as arrays: many are collected at once, and only those that are shown are put in words.

A check says what it found as columns, one element a finding, with the sentence that tells it. So
it costs what its arrays cost, however much it finds::

    "{old.cite} was revised to {row.say}"        old  12  40
                                                 row  15  41
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from string import Formatter
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...core.known import Known
from ...model.counts import Words as CountWords
from ...model.frames import heads, ordered, ragged
from ...model.schema import CODES, SERIES, SEVERITIES, Code, Severity
from ...words import ISO, Calendar, listed, number
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
#: The numbers of a finding, in the order in which they are kept.
_NUMBERS = ("severity", "code", "series", "day", "found", "expected", "size", "group")

T = TypeVar("T")


class Several(NamedTuple):
    """Reports, some for each finding: those from its `start` to its `stop`."""

    rows: np.ndarray
    start: np.ndarray
    stop: np.ndarray

    @classmethod
    def alike(cls, rows: np.ndarray, *keys: np.ndarray, least: int = 2) -> "Several":
        """Put together the rows that have equal keys, where they are `least` or more."""
        order = ordered(*keys)
        start, stop = runs(heads(*(key[order] for key in keys)))
        keep = stop - start >= least
        return cls(rows[order], start[keep], stop[keep])

    @property
    def first(self) -> np.ndarray:
        """The first report of each finding."""
        return self.rows[self.start]

    @property
    def last(self) -> np.ndarray:
        """The last report of each finding."""
        return self.rows[self.stop - 1]

    @property
    def size(self) -> np.ndarray:
        """How many reports each finding has."""
        return self.stop - self.start

    def of(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the reports of chosen findings, as pairs of a place among these and a row."""
        at, place = ragged(self.start[chosen], self.stop[chosen])
        return at, self.rows[place]


#: What a sentence tells of each finding: a report, several, or a number or a text.
Cells = np.ndarray | Several | list[str]


@dataclass
class _Batch:
    """Findings told by one sentence."""

    sentence: str
    cells: dict[str, Cells]
    named: list[str]  #: the cells whose reports are named, in their order
    numbers: np.ndarray  #: a row for each of ``_NUMBERS``
    names: np.ndarray | None  #: codes of the series columns, where these are not of one series


class Findings(Cited):
    """Collects findings, and writes those that are shown.

    `words` tells which numbers vague words in a quotation hold, `calendar` how days are written.
    """

    def __init__(
        self, known: Known, calendar: Calendar = ISO, words: CountWords | None = None
    ) -> None:
        super().__init__(known.record, calendar)
        self.known, self.words = known, words
        self.batches: list[_Batch] = []
        table = known.record.series_table
        #: Codes of the names of each series, a column each.
        self.codes = np.stack([table[c].cat.codes.to_numpy(np.int64) for c in SERIES], axis=1)

    def always(self, make: Callable[[Known], T]) -> T:
        """Return what a function makes of the ledger, whatever the clock: a page asks at many."""
        known = self.known if len(self.known) == len(self.record) else self.known.at(None)
        return self.known.kept.once(make.__name__, NONE, None, partial(make, known))

    def add(
        self,
        code: Code,
        sentence: str,
        named: dict[str, Cells],
        *,
        about: Several | None = None,
        **cells: Cells | int,
    ) -> None:
        """Note findings of one code.

        Parameters
        ----------
        code : Code
            What they are about.
        sentence : str
            What tells each of them. `{row.cite}` is what :meth:`Cited.texts` writes of the report
            in `row`, `{size:,}` a cell as it is.
        named : dict of ndarray of int or Several
            The reports that each finding names, in this order; -1 is none. Its `series`, `day` and
            `found` (its number) are those of `row`.
        about : Several, optional
            The reports that it is about, where these are of several series.
        **cells
            What the sentence tells beside those named; and, where they do not follow from `row`,
            `series`, `day`, `found` and `expected` (the numbers that do not fit, ``NONE`` for
            none), `severity`, `size` (to choose the one that is told of many, else the latest) and
            `group` (what they are about, else the series).
        """
        record, every = self.record, {**named, **cells}
        row = every["row"]
        assert isinstance(row, np.ndarray)
        if not len(row):
            return
        told: dict[str, Any] = {
            "severity": code.severity, "code": code, "series": record.series[row],
            "day": record.day[row], "found": record.best[row], "expected": NONE,
        } | every  # fmt: skip
        told = {"size": told["day"], "group": told["series"]} | told
        names = None
        if about is not None:
            at, rows = about.of(np.arange(len(row)))
            codes = self.codes[record.series[rows]].T
            names = np.stack([_common(of, at, len(row)) for of in codes], axis=1)
        columns = [np.broadcast_to(np.asarray(told[name], np.int64), len(row)) for name in _NUMBERS]
        told |= dict(zip(_NUMBERS, columns, strict=True))
        self.batches.append(_Batch(sentence, told, list(named), np.stack(columns), names))

    def columns(self) -> dict[str, np.ndarray]:
        """Return what is shown, worst first, as columns of a table; days are numbers."""
        sizes = [batch.numbers.shape[1] for batch in self.batches]
        of, place = ragged(np.zeros(len(sizes), np.int64), np.array(sizes, np.int64))
        every = np.concatenate(
            [np.zeros((len(_NUMBERS), 0), int), *(b.numbers for b in self.batches)], axis=1
        )
        shown, times, first, last = _grouped(**dict(zip(_NUMBERS, every, strict=True)))
        severity, code, series, day, found, expected = every[:6, shown]
        texts, ids = np.full((2, len(shown)), "", object)
        names = self.codes[series]
        for at, batch in enumerate(self.batches):
            mine = np.flatnonzero(of[shown] == at)
            if len(mine):
                chosen = place[shown[mine]]
                texts[mine] = self._told(batch, chosen)
                ids[mine] = self._named(batch, chosen)
                names[mine] = names[mine] if batch.names is None else batch.names[chosen]
        for at in np.flatnonzero(times > 1).tolist():
            what, which = _GROUPED[Code(code[at])]
            days = self.days(np.array([first[at], last[at]])) if first[at] != NO_DAY else []
            span = " from {} to {}".format(*days) if days else ""
            texts[at] = f"{number(times[at])} {what}{span}; {which}: {texts[at]}"
        words = [self.record.series_table[name].cat.categories for name in SERIES]
        return {
            "severity": np.array(SEVERITIES, object)[severity],
            "code": np.array(CODES, object)[code],
            "message": texts, "date": day, "found": found, "expected": expected, "report_ids": ids,
        } | {
            name: np.append(of.to_numpy(object), "")[codes]
            for name, of, codes in zip(SERIES, words, names.T, strict=True)
        }  # fmt: skip

    def _told(self, batch: _Batch, chosen: np.ndarray) -> list[str]:
        """Write the sentence of chosen findings."""
        fields = {field for _, field, _, _ in Formatter().parse(batch.sentence) if field}
        columns = {field.replace(".", "_"): self._cells(batch, field, chosen) for field in fields}
        sentence = re.sub(r"\{(\w+)\.(\w+)\}", r"{\1_\2}", batch.sentence)
        if not columns:
            return [sentence] * len(chosen)
        return [
            sentence.format(**dict(zip(columns, cells, strict=True)))
            for cells in zip(*columns.values(), strict=True)
        ]

    def _cells(self, batch: _Batch, field: str, chosen: np.ndarray) -> list[Any]:
        """Return what stands in one place of the sentence."""
        name, _, what = field.partition(".")
        cells = batch.cells[name]
        if isinstance(cells, list):
            return [cells[place] for place in chosen.tolist()]
        if not isinstance(cells, Several):
            return self.texts(cells[chosen], what) if what else cells[chosen].tolist()
        at, rows = cells.of(chosen)
        texts: list[dict[str, None]] = [{} for _ in chosen]
        for place, text in zip(at.tolist(), self.texts(rows, what), strict=True):
            texts[place][text] = None
        return [listed([*each]) or "what stood before" for each in texts]

    def _named(self, batch: _Batch, chosen: np.ndarray) -> list[str]:
        """Join the names of the reports that chosen findings name."""
        pairs = []
        for name in batch.named:
            cells = batch.cells[name]
            of = cells.of(chosen) if isinstance(cells, Several) else (
                np.arange(len(chosen)), np.asarray(cells)[chosen]
            )  # fmt: skip
            pairs.append(np.stack(of))
        at, row = np.concatenate(pairs, axis=1)
        order = ordered(at)
        at, row = at[order], row[order]
        named = zip(at[row >= 0].tolist(), self.texts(row[row >= 0], "report_id"), strict=True)
        out = [""] * len(chosen)
        for place, mine in groupby(named, key=itemgetter(0)):
            out[place] = "; ".join(dict.fromkeys(name for _, name in mine))
        return out


def _grouped(
    severity: np.ndarray, code: np.ndarray, series: np.ndarray, day: np.ndarray,
    size: np.ndarray, group: np.ndarray, **_: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Return which findings are shown, how many each stands for, and their first and last day."""
    order = ordered(severity, code, group, -size, day)
    severity, code, series, day = severity[order], code[order], series[order], day[order]
    start, stop = runs(new := heads(severity, code, group[order]))
    run = np.cumsum(new) - 1
    together = ((stop - start)[run] > MOST) & (severity > Severity.CONTRADICTION)
    first = np.minimum.reduceat(day, start)[run] if len(start) else day
    last = np.maximum.reduceat(day, start)[run] if len(start) else day
    times = np.where(together, (stop - start)[run], 1)
    keep = np.flatnonzero(new | ~together)
    keep = keep[ordered(*(key[keep] for key in (severity, code, series, day)))]
    return order[keep], times[keep], first[keep], last[keep]


def runs(new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where runs start and stop, from the heads of them."""
    start = np.flatnonzero(new)
    return start, np.r_[start[1:], len(new)][: len(start)]


def _common(values: np.ndarray, group: np.ndarray, size: int) -> np.ndarray:
    """Return the value that all elements of each group have, -1 where they differ."""
    least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, NONE)
    np.minimum.at(least, group, values)
    np.maximum.at(most, group, values)
    return np.where(least == most, most, NONE)
