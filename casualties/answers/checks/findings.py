"""Findings as arrays: many are collected at once, and only those that are shown are put in words.

A check says what it found as columns, one element a finding, with the sentence that tells it. So
it costs what its arrays cost, however much it finds::

    "{old.cite} was revised to {row.say}"        old  12  40
                                                 row  15  41
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from string import Formatter
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from ...core.known import Known
from ...model.counts import Words as CountWords
from ...model.frames import grouped, heads, ordered, ragged
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
    Code.ALIKE: (
        "groups of names differ only by case, spacing, hyphens, notes or Unicode form",
        "the first",
    ),
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
#: What is told of each finding: the row of a report, the rows of several, or a number or a text.
Cells: TypeAlias = np.ndarray | Sequence[Any]


class _Batch(NamedTuple):
    """Findings told by one sentence."""

    sentence: str
    cells: dict[str, Cells]
    named: list[str]  #: the cells whose reports are named, in their order
    numbers: np.ndarray  #: a row for each of ``_NUMBERS``
    names: np.ndarray  #: codes of the series columns


class _Sentence(Formatter):
    """Puts into `{row.cite}` what stands under that name, without asking `row` for anything."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs[field_name], field_name


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
        named: Mapping[str, Cells],
        *,
        about: Sequence[np.ndarray | list[int]] | None = None,
        **cells: Any,
    ) -> None:
        """Note findings of one code.

        Parameters
        ----------
        code : Code
            What they are about.
        sentence : str
            What tells each of them. `{row.cite}` is what :meth:`Cited.texts` writes of the report
            in `row`, or of each of those in it; `{size:,}` a cell as it is.
        named : mapping of ndarray of int or list of lists of int
            The reports that each finding names, in this order; -1 is none. Its `series`, `day` and
            `found` (its number) are those of `row`.
        about : list of ndarray or of list, optional
            The reports that each is about, where these are of several series.
        **cells
            What the sentence tells beside those named; and, where they do not follow from `row`,
            `series`, `day`, `found` and `expected` (the numbers that do not fit, ``NONE`` for
            none), `severity`, `size` (to choose the one that is told of many, else the latest) and
            `group` (what they are about, else the series).
        """
        told: dict[str, Any] = {**named, **cells}
        record, row = self.record, np.asarray(told["row"], np.int64)
        if not len(row):
            return
        given: dict[str, Any] = {
            "severity": code.severity, "code": code, "series": record.series[row],
            "day": record.day[row], "found": record.best[row], "expected": NONE,
        } | told  # fmt: skip
        told = {"size": given["day"], "group": given["series"]} | given
        columns = [np.broadcast_to(told[name], len(row)) for name in _NUMBERS]
        numbers = np.stack(columns).astype(np.int64)
        told |= dict(zip(_NUMBERS, numbers, strict=True))
        names = self.codes[told["series"]]
        if about is not None:  # a name that all have
            every = (self.codes[record.series[rows]] for rows in about)
            names = np.array([np.where((of == of[0]).all(axis=0), of[0], NONE) for of in every])
        self.batches.append(_Batch(sentence, told, list(named), numbers, names))

    def columns(self) -> dict[str, np.ndarray]:
        """Return what is shown, worst first, as columns of a table; days are numbers."""
        none = np.zeros((len(_NUMBERS), 0), np.int64)
        every = np.concatenate([none, *(batch.numbers for batch in self.batches)], axis=1)
        sizes = np.array([batch.numbers.shape[1] for batch in self.batches], np.int64)
        of, place = ragged(0 * sizes, sizes)
        shown, times, first, last = _grouped(**dict(zip(_NUMBERS, every, strict=True)))
        severity, code, series, day, found, expected = every[:6, shown]
        texts, ids = np.full((2, len(shown)), "", object)
        names = self.codes[series]
        for at, batch in enumerate(self.batches):
            mine = np.flatnonzero(of[shown] == at)
            chosen = place[shown[mine]]
            texts[mine], ids[mine] = self._told(batch, chosen), self._named(batch, chosen)
            names[mine] = batch.names[chosen]
        for at in np.flatnonzero(times > 1).tolist():
            what, which = _GROUPED[Code(code[at])]
            days = self.days(np.array([first[at], last[at]])) if first[at] != NO_DAY else []
            span = " from {} to {}".format(*days) if days else ""
            texts[at] = f"{number(times[at])} {what}{span}; {which}: {texts[at]}"
        words = (self.record.series_table[name].cat.categories for name in SERIES)
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
        columns: dict[str, list[Any]] = {}
        for field in {field for _, field, *_ in Formatter().parse(batch.sentence) if field}:
            name, _, what = field.partition(".")
            columns[field] = [batch.cells[name][place] for place in chosen.tolist()]
            if what:
                each = self._each(columns[field], what)
                columns[field] = [listed(texts) or "what stood before" for texts in each]
        return [
            _Sentence().vformat(batch.sentence, (), dict(zip(columns, cells, strict=True)))
            for cells in zip(*columns.values(), strict=True)
        ]

    def _named(self, batch: _Batch, chosen: np.ndarray) -> list[str]:
        """Join the names of the reports that chosen findings name."""
        cells = ([batch.cells[name][place] for place in chosen.tolist()] for name in batch.named)
        ids = zip(*(self._each(rows, "report_id") for rows in cells), strict=True)
        return ["; ".join(dict.fromkeys(chain(*each))) for each in ids]

    def _each(self, cells: list[Any], what: str) -> list[list[str]]:
        """Write about the report, or each of the reports, of some findings, each text once."""
        rows = [[row for row in np.atleast_1d(cell).tolist() if row != NONE] for cell in cells]
        texts = iter(self.texts(np.array([*chain(*rows)], np.int64), what))
        return [[*dict.fromkeys(next(texts) for _ in each)] for each in rows]


def _grouped(
    severity: np.ndarray, code: np.ndarray, series: np.ndarray, day: np.ndarray,
    size: np.ndarray, group: np.ndarray, **_: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Return which findings are shown, how many each stands for, and their first and last day."""
    order = ordered(severity, code, group, -size, day)
    severity, code, series, day = severity[order], code[order], series[order], day[order]
    new = heads(severity, code, group[order])
    start, run = np.flatnonzero(new), np.cumsum(new) - 1
    times = np.bincount(run)[run]
    together = (times > MOST) & (severity > Severity.CONTRADICTION)
    first, last = (
        of.reduceat(day, start)[run] if len(day) else day for of in (np.minimum, np.maximum)
    )
    keep = np.flatnonzero(new | ~together)
    keep = keep[ordered(*(key[keep] for key in (severity, code, series, day)))]
    return order[keep], np.where(together, times, 1)[keep], first[keep], last[keep]


def alike(rows: np.ndarray, *keys: np.ndarray, least: int = 2) -> list[list[int]]:
    """Put together the rows that have equal keys, where they are `least` or more, by the keys."""
    group = grouped(*keys)
    some = np.flatnonzero(np.bincount(group)[group] >= least)
    some = some[ordered(group[some])]
    edges = np.flatnonzero(np.diff(group[some])) + 1
    return [each.tolist() for each in np.split(rows[some], edges) if len(each)]


def ends(groups: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last of each group."""
    pairs = np.array([(each[0], each[-1]) for each in groups], np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
