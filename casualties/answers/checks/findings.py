"""Findings as arrays: many are collected at once, and only those that are shown are put in words.

A check says what it found as columns, one element a finding, with the sentence that tells it. So
it costs what its arrays cost, however much it finds::

    "{old.cite} was revised to {row.say}"        old  12  40
                                                 row  15  41

What stands at several clocks is found at all of them in one go: beside each row stands the clock
at which it is looked at, by its place among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import getitem
from typing import Any, TypeAlias

import numpy as np

from ...core.known import Known
from ...core.live import Steps, Stretches
from ...core.record import change_of
from ...model.counts import Words
from ...model.frames import NEVER, Arrays, heads, ordered, ragged
from ...model.schema import CODES, SERIES, SEVERITIES, Code, Kind, Severity
from ...words import ISO, Calendar, number
from ..cited import Cited
from ..tally import read_parts

#: Two arrays, side by side.
Pairs: TypeAlias = tuple[np.ndarray, np.ndarray]
#: Stands for no number among those found and expected, and for no report.
NONE = -1
#: The day of what has none; numpy reads it as not a time.
NO_DAY = np.iinfo(np.int64).min
#: More doubts or notes than this of one code in one series are one finding.
MOST = 5

#: How the number of grouped findings is written.
_GROUPED = {
    Code.FALLS: "totals may be lower than earlier ones",
    Code.PARTS: "totals may be lower than their parts",
    Code.CLASH: "counts are given twice at one instant",
    Code.RELAYS: "numbers are lower by another relay",
    Code.RESTART: "totals say that they count from a later day",
    Code.REPEATED: "announcements may be counted twice",
    Code.ALIKE: "groups of names differ only by case, spacing, signs, notes or Unicode form",
    Code.CUMULATIVE: "runs of counts never fall",
    Code.RESTATED: "instants changed far more figures than others",
    Code.OVERLAP: "counts add nothing",
    Code.DISAGREE: "days on which sources disagree",
    Code.FLIPS: "numbers went and came back",
    Code.JUMP: "steps are out of proportion",
    Code.QUOTE: "numbers are not in their quotes",
    Code.DENIED: "live numbers are denied",
    Code.SILENT: "reports give no number",
}
#: Which of them is told, if not the largest.
_TOLD = {Code.ALIKE: "the first", Code.QUOTE: "the last", Code.SILENT: "the last"}
#: The columns of :meth:`Ledger.check`.
SHOWN = ["severity", "code", "message", "date", "found", "expected", "report_ids", *SERIES]
#: The numbers of a finding: `size` chooses the one that is told of many, `group` says of which.
_NUMBERS = ["severity", "code", "series", "day", "found", "expected", "size", "group", "clock"]


@dataclass
class Seen(Arrays):
    """Reports at the clocks at which they are looked at, by clock."""

    clock: np.ndarray  #: the place of the clock
    row: np.ndarray

    def apart(self, said: np.ndarray) -> np.ndarray:
        """Return what is said of the reports, numbers from 0, as numbers that clocks do not share.

        Their order is that of the clocks, then that of what is said.
        """
        return apart(self.clock, said[self.row])


@dataclass
class Moves(Steps):
    """Replacements at the clocks at which they are known, by clock, and how each is called."""

    clock: np.ndarray
    change: np.ndarray


class Findings(Cited):
    """Collects findings at some clocks, ascending, and writes those that are shown.

    `parts` are the categories that do not overlap, as for a tally; `words` tells which numbers
    vague words in a quotation hold, `calendar` how days are written.
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
        self._texts: dict[tuple[str, str], str] = {}
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
        """Return the clocks at which stretches of ranks stand: clock and place, by clock."""
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
        clock, at = self.between(self.record.rank[every.by])
        return Moves(**vars(every.take(at)), clock=clock, change=change[at])

    # -- what is found -------------------------------------------------------------------------

    def add(
        self, code: Code, sentence: str, clock: Any, named: Mapping[str, Any], **cells: Any
    ) -> None:
        """Note findings of one code.

        Parameters
        ----------
        code : Code
            What they are about.
        clock : array or list of int
            The place of the clock at which each is found.
        sentence : str
            What tells each of them. `{row.cite}` is what :meth:`Cited.texts` writes of the report
            in `row`, or of each of those in it; `{size:,}` a cell as it is.
        named : mapping of arrays or lists
            The reports that each finding names, in this order: the row of one (-1: none), or the
            rows of several. Its `series`, `day` and `found` (its number) are those of `row`.
        **cells
            What the sentence tells beside those named, or functions that write it of the first, the
            second finding and so on; and, where they do not follow from `row`,
            `series`, `day`, `found` and `expected` (the numbers that do not fit, ``NONE`` for
            none), `severity`, `size` (to choose the one that is told of many, else `found`),
            `group` (what they are about, else the series) and `about` (the reports that each is
            about, where these are of several series).
        """
        told: dict[str, Any] = {**named, **cells}
        record, row = self.record, np.asarray(told["row"], np.int64)
        if not len(row):
            return
        given: dict[str, Any] = {
            "severity": code.severity, "code": code, "series": record.series[row],
            "day": record.day[row], "found": record.best[row], "expected": NONE, "clock": clock,
        } | told  # fmt: skip
        given = {"size": given["found"], "group": given["series"]} | given
        numbers = np.stack([np.broadcast_to(given[name], len(row)) for name in _NUMBERS])
        numbers = numbers.astype(np.int64)
        given |= dict(zip(_NUMBERS, numbers, strict=True))
        self._batches.append((sentence, [*named], given, numbers))

    def rows(self) -> list[tuple[int, tuple[Any, ...]]]:
        """Return what is shown, by clock, worst first: ``SHOWN`` of each; days are numbers."""
        if not self._batches:
            return []
        every = np.concatenate([numbers for *_, numbers in self._batches], axis=1)
        sizes = np.array([len(numbers.T) for *_, numbers in self._batches], np.int64)
        of, nth = ragged(0 * sizes, sizes)
        out = []
        for at, *many in _shown(dict(zip(_NUMBERS, every, strict=True))):
            sentence, named, cells, _ = self._batches[of[at]]
            told = {
                name: each(nth[at]) if callable(each) else each[nth[at]]
                for name, each in cells.items()
            }
            ids = (name for reports in named for name in self.each(told[reports], "report_id"))
            severity, code, series, day, found, expected, _, _, clock = every[:, at].tolist()
            codes = self.codes[self.record.series[told["about"]] if "about" in told else [series]]
            same = np.where((codes == codes[0]).all(axis=0), codes[0], NONE)  # a name that all have
            out.append((clock, (
                SEVERITIES[severity], CODES[code], self._message(code, sentence, told, *many), day,
                found, expected, "; ".join(dict.fromkeys(ids)), *map(getitem, self._words, same),
            )))  # fmt: skip
        return out

    def _message(
        self, code: int, sentence: str, told: dict[str, Any], times: int, first: int, last: int
    ) -> str:
        """Write the sentence of a finding, which may stand for many."""
        # At many clocks mostly the same findings stand.
        said = sentence, repr(told | {"clock": None})
        if said not in self._texts:
            self._texts[said] = self.tell(sentence, told)
        text = self._texts[said]
        if times == 1:
            return text
        span = (
            " from {} to {}".format(*self.days(np.array([first, last]))) if first != NO_DAY else ""
        )
        which = _TOLD.get(Code(code), "the largest")
        return f"{number(times)} {_GROUPED[Code(code)]}{span}; {which}: {text}"


def _shown(every: Mapping[str, np.ndarray]) -> Iterator[tuple[int, ...]]:
    """Yield which findings are shown, how many each stands for, and their first and last day."""
    kind = (every["clock"] * len(SEVERITIES) + every["severity"]) * len(CODES) + every["code"]
    order = ordered(kind, every["group"], -every["size"], every["day"])
    said = (every[name][order] for name in ("severity", "series", "day", "group"))
    kind, (severity, series, day, group) = kind[order], said
    new = heads(kind, group)
    run, start = np.cumsum(new) - 1, np.flatnonzero(new)
    times = np.bincount(run)[run]
    together = (times > MOST) & (severity > Severity.CONTRADICTION)
    first, last = (of.reduceat(day, start)[run] for of in (np.minimum, np.maximum))
    keep = np.flatnonzero(new | ~together)
    keep = keep[ordered(kind[keep], series[keep], day[keep])]
    cells = order, np.where(together, times, 1), first, last
    return zip(*(of[keep].tolist() for of in cells), strict=True)


def lists(rows: np.ndarray, *keys: np.ndarray) -> list[list[int]]:
    """Put together the rows that have equal keys, by the keys."""
    order = ordered(*keys)
    edges = np.flatnonzero(heads(*(key[order] for key in keys)))[1:]
    return [each.tolist() for each in np.split(rows[order], edges) if len(each)]


def apart(clock: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return numbers from 0 as others that clocks do not share, as :meth:`Seen.apart`."""
    return clock * (int(numbers.max(initial=0)) + 1) + numbers


def same(key: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sum of the values that have the same key, a number of a group, at each of them."""
    return np.bincount(key, values)[key].astype(np.int64) if len(key) else key
