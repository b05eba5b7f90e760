"""Findings as arrays: many are collected at once, and only those that are shown are put in words.

A check gives a sentence, and columns with one element a finding that fill it. So it costs what its
arrays cost, however much it finds::

    "{old.cite} was revised to {row.say}"        old  12  40
                                                 row  15  41

A check looks at several clocks in one go: each report is there once for every clock at which it
stands, and `clock` says for which, by the place among the clocks::

    clock  0  1  1  2  2
    row    7  7  8  7  9
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import getitem
from typing import Any

import numpy as np

from ...core.known import Known
from ...core.live import Steps, Stretches
from ...core.record import change_of
from ...model.counts import Words
from ...model.frames import NEVER, Arrays, Pairs, heads, ordered, ragged
from ...model.schema import CODES, SERIES, SEVERITIES, Code, Kind, Severity, severity_of
from ...words import ISO, Calendar, number
from ..cited import Cited
from ..tally import read_parts

#: Stands for no number, found or expected, and for no report.
NONE = -1
#: The day of a finding without one; numpy reads it as not a time.
NO_DAY = np.iinfo(np.int64).min
#: More doubts or notes than this of one code in one series are one finding.
MOST = 5
#: The columns of :meth:`Ledger.check`.
SHOWN = ["severity", "code", "message", "date", "found", "expected", "report_ids", *SERIES]
#: The numbers of a finding. Those of one `group` may be shown as one, that of the largest `size`.
_NUMBERS = ["severity", "code", "series", "day", "found", "expected", "size", "group", "clock"]


@dataclass
class Seen(Arrays):
    """Reports, once for each clock at which they are looked at, ordered by clock."""

    clock: np.ndarray  #: the place of the clock
    row: np.ndarray

    def per_clock(self, numbers: np.ndarray) -> np.ndarray:
        """Return numbers of the reports, such as their series, so that no two clocks share one."""
        return per_clock(self.clock, numbers[self.row])


@dataclass
class Moves(Steps):
    """Replacements, once for each clock at which they are known, and how each is called."""

    clock: np.ndarray
    change: np.ndarray


class Findings(Cited):
    """Collects findings at some clocks, ascending, and writes those that are shown.

    `parts` are the categories that do not overlap, as for a tally; `words` are the numbers that
    vague words of a quotation stand for.
    """

    def __init__(
        self, clocks: Sequence[Known], parts: str | Sequence[str] | None, calendar: Calendar = ISO,
        words: Words | None = None,
    ) -> None:  # fmt: skip
        self.clocks, self.known, self.words = clocks, clocks[-1], words
        super().__init__(self.known.record, calendar)
        self.parts = read_parts(parts, self.record.series_table)
        self._cuts = np.array([known.cut for known in clocks])
        self._batches: list[tuple[str, list[str], dict[str, Any], np.ndarray]] = []
        table = self.record.series_table
        #: Codes of the names of each series, a column each.
        self.codes = np.stack([table[c].cat.codes.to_numpy(np.int64) for c in SERIES], axis=1)
        self._words = [[*table[c].cat.categories, ""] for c in SERIES]

    # -- what is known at which clock ----------------------------------------------------------

    def at(self, stood: Stretches) -> Seen:
        """Return the reports that stand at each clock."""
        clock, place = self.between(stood.born, stood.ended)
        return Seen(clock, stood.row[place])

    def between(self, born: np.ndarray, ended: np.ndarray | int = NEVER) -> Pairs:
        """Return pairs of clock and place of a stretch of ranks that stands then, by clock."""
        begin, end = (np.searchsorted(self._cuts, rank, side="right") for rank in (born, ended))
        place, clock = ragged(begin, np.asarray(end))
        order = ordered(clock)
        return clock[order], place[order]

    @cached_property
    def public(self) -> Seen:
        """The reports that are public at each clock, in ledger order."""
        return Seen(*self.between(self.record.rank))

    @cached_property
    def live(self) -> Seen:
        """The live reports at each clock, in ledger order."""
        return self.at(self.known.kept.live)

    def of(self, *kinds: Kind) -> Seen:
        """Return the live reports of some kinds that enter totals, in ledger order."""
        row, record = self.live.row, self.record
        return self.live.take(record.usable[row] & np.isin(record.kind[row], kinds))

    @cached_property
    def moves(self) -> Moves:
        """Every replacement that is known."""
        every = self.known.steps
        change = change_of(self.record, every.old, every.new, every.explicit)
        clock, place = self.between(self.record.rank[every.by])
        return Moves(**vars(every.take(place)), clock=clock, change=change[place])

    # -- what is found -------------------------------------------------------------------------

    def add(
        self, code: Code, sentence: str, clock: Any, named: Mapping[str, Any], **cells: Any
    ) -> None:
        """Note findings of one code.

        Parameters
        ----------
        code : Code
            Their code.
        sentence : str
            What tells each of them. `{row.cite}` is what :meth:`Cited.texts` writes of the report
            in `row`, or of each of the reports in it; `{size:,}` is a cell as it is.
        clock : array or list of int
            The place of the clock at which each is found.
        named : mapping of arrays or lists
            The reports that `report_ids` names, in this order: of each finding the row of one (-1
            for none), or the rows of several.
        **cells
            Further columns that the sentence tells, or functions that write the cell of a finding
            given its number. A column `row` must be among these or among those named: from that
            report `series`, `day` and `found` (its number) are taken unless they are given, too.
            Of `expected` the default is ``NONE``, of `severity` that of the code, of `size` (the
            largest of many is told) `found`, of `group` (only findings of one are shown as one)
            the series. `about` are the reports of each finding, if they are of several series.
        """
        told: dict[str, Any] = {**named, **cells}
        record, row = self.record, np.asarray(told["row"], np.int64)
        if not len(row):
            return
        given: dict[str, Any] = {
            "severity": severity_of(code), "code": code, "series": record.series[row],
            "day": record.day[row], "found": record.best[row], "expected": NONE, "clock": clock,
        } | told  # fmt: skip
        given = {"size": given["found"], "group": given["series"]} | given
        numbers = np.stack([np.broadcast_to(given[name], len(row)) for name in _NUMBERS])
        numbers = numbers.astype(np.int64)
        given |= dict(zip(_NUMBERS, numbers, strict=True))
        self._batches.append((sentence, [*named], given, numbers))

    def rows(self) -> list[tuple[int, tuple[Any, ...]]]:
        """Return what is shown, by clock, worst first: ``SHOWN`` of each.

        Days are numbers, and the names of reports are apart.
        """
        if not self._batches:
            return []
        every = np.concatenate([numbers for *_, numbers in self._batches], axis=1)
        sizes = np.array([len(numbers.T) for *_, numbers in self._batches], np.int64)
        batch, nth = ragged(0 * sizes, sizes)
        out = []
        for place, *many in _shown(dict(zip(_NUMBERS, every, strict=True))):
            sentence, named, columns, _ = self._batches[batch[place]]
            told = {
                name: column(nth[place]) if callable(column) else column[nth[place]]
                for name, column in columns.items()
            }
            ids = (name for reports in named for name in self.each(told[reports], "report_id"))
            severity, code, series, day, found, expected, _, _, clock = every[:, place].tolist()
            same = self.codes[series]
            if "about" in told:  # only a name that all have
                codes = self.codes[self.record.series[told["about"]]]
                same = np.where((codes == codes[0]).all(axis=0), codes[0], NONE)
            out.append((clock, (
                SEVERITIES[severity], CODES[code], self._message(sentence, told, *many), day,
                found, expected, tuple(dict.fromkeys(ids)), *map(getitem, self._words, same),
            )))  # fmt: skip
        return out

    def _message(
        self, sentence: str, told: dict[str, Any], times: int, first: int, last: int, ranked: int
    ) -> str:
        """Write the sentence of a finding, which may stand for many."""
        text = self.tell(sentence, told)
        if times == 1:
            return text
        days = np.array([first, last])
        span = "" if first == NO_DAY else " from {} to {}".format(*self.days(days))
        which = "largest" if ranked else "first"
        return f"{number(times)} findings of this kind{span}; the {which}: {text}"


def _shown(every: Mapping[str, np.ndarray]) -> Iterator[tuple[int, ...]]:
    """Yield which are shown, how many each stands for, first and last day, if it is the largest.

    More than ``MOST`` of one kind and group are shown as one, unless they are contradictions::

        group  0  0  0  0  0  0  1        shown  the largest of group 0, standing for 6
        size   3  9  1  1  2  1  4               that of group 1, standing for 1
    """
    kind = (every["clock"] * len(SEVERITIES) + every["severity"]) * len(CODES) + every["code"]
    order = ordered(kind, every["group"], -every["size"], every["day"])
    columns = (every[name][order] for name in ("severity", "series", "day", "group", "size"))
    kind, (severity, series, day, group, size) = kind[order], columns
    new = heads(kind, group)
    run, start = np.cumsum(new) - 1, np.flatnonzero(new)
    times = np.bincount(run)[run]
    together = (times > MOST) & (severity > Severity.CONTRADICTION)
    first, last = (extreme.reduceat(day, start)[run] for extreme in (np.minimum, np.maximum))
    keep = np.flatnonzero(new | ~together)
    keep = keep[ordered(kind[keep], series[keep], day[keep])]
    ranked = size > np.minimum.reduceat(size, start)[run]
    shown = order, np.where(together, times, 1), first, last, ranked
    return zip(*(column[keep].tolist() for column in shown), strict=True)


def split_by(rows: np.ndarray, *keys: np.ndarray) -> list[list[int]]:
    """Return lists of the rows that have equal keys, ordered by key."""
    order = ordered(*keys)
    edges = np.flatnonzero(heads(*(key[order] for key in keys)))[1:]
    return [alike.tolist() for alike in np.split(rows[order], edges) if len(alike)]


def per_clock(clock: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return numbers (from 0) so that no two clocks share one, ordered by clock, then number."""
    return clock * (int(numbers.max(initial=0)) + 1) + numbers


def sum_by(key: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return, for each element, the sum of the values that have its key (whole numbers from 0)."""
    return np.bincount(key, values)[key].astype(np.int64) if len(key) else key
