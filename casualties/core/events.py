"""The instants at which each series had a report, and which reports were live at each.

Nothing changes between events, and the reports that a number rests on are few: the last total and
what came after it. So the kernel of running totals is run on those few reports, for many events
side by side.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from .known import Known
from .record import NEVER, Record

#: How many reports are laid side by side at once; bounds the memory of a history.
CHUNK = 2_000_000


class Events:
    """The instants at which each series had a report, up to a clock, by series and time.

    `first` and `last` give, for each line of the book, the events at which it was live
    (``first <= event < last``).
    """

    def __init__(self, known: Known) -> None:
        record, cut = known.record, known.cut
        rows = known.rows
        rows = rows[np.lexsort((record.rank[rows], record.series[rows]))]
        series, instant = record.series[rows], record.reported[rows]
        new = np.ones(len(rows), bool)
        new[1:] = (series[1:] != series[:-1]) | (instant[1:] != instant[:-1])
        self.series, self.instant = series[new], instant[new]
        self.size = len(self.series)
        count = len(record.series_table)
        self.starts = np.searchsorted(self.series, np.arange(count + 1))
        self.of = np.full(len(record), -1, np.int64)
        self.of[rows] = np.cumsum(new) - 1

        lines = record.lines
        begun = lines.rows[lines.born < cut]
        first, last = self.of[begun], self.starts[record.series[begun] + 1]
        ended = record.replaced_at[begun]
        gone = ended < cut
        last[gone] = self.of[record.order[ended[gone]]]
        # A correction of what had already been replaced is never live.
        lived = first < last
        self.lines, self.first, self.last = begun[lived], first[lived], last[lived]
        self.line_starts = np.searchsorted(record.series[self.lines], np.arange(count + 1))

    def cover_max(self, lines: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return, per event, the largest key of the given lines that are live then (-1: none)."""
        return self.highest(self.first[lines], self.last[lines], keys)

    def highest(self, first: np.ndarray, last: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return, per event, the largest key of the spans ``first <= event < last`` (-1: none).

        Each span of events is covered by two overlapping spans whose length is a power of two;
        maxima are then handed down from long spans to short ones.
        """
        best = np.full(self.size, -1, np.int64)
        if not len(first):
            return best
        level = np.frexp(last - first)[1] - 1
        for step in range(int(level.max()), -1, -1):
            at = level == step
            np.maximum.at(best, first[at], keys[at])
            np.maximum.at(best, last[at] - (1 << step), keys[at])
            if step:
                half = 1 << (step - 1)
                down = best.copy()
                np.maximum(down[half:], best[:-half], out=down[half:])
                best = down
        return best

    def since(self, record: Record) -> np.ndarray:
        """Return, per event, the earliest day that a live total counts from (see the kernel)."""
        far = 1 << 40
        given = np.flatnonzero(record.since[self.lines] < NEVER)
        earliest = self.cover_max(given, far - record.since[self.lines[given]])
        return np.where(earliest < 0, NEVER, far - earliest)

    def windows(
        self, events: np.ndarray, start: np.ndarray, stop: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Lay out the live lines from `start` to `stop` of each event, a chunk at a time.

        Yields the events of the chunk, the segment of each line in it and the line's report.
        """
        for begin, end, seg, line in spread(start, stop):
            event = events[begin:end][seg]
            live = (self.first[line] <= event) & (event < self.last[line])
            yield events[begin:end], seg[live], self.lines[line[live]]


def spread(
    start: np.ndarray, stop: np.ndarray
) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Lay out the numbers from each `start` to its `stop`, a chunk at a time.

    Yields where the chunk begins and ends, and for every number in it the place of its pair within
    the chunk and the number itself.
    """
    length = np.maximum(stop - start, 0)
    part = (np.cumsum(length) - length) // CHUNK
    edges = np.r_[0, np.flatnonzero(np.diff(part)) + 1, len(start)]
    for begin, end in pairwise(edges):
        size = length[begin:end]
        seg = np.repeat(np.arange(end - begin), size)
        offset = np.cumsum(size) - size
        yield begin, end, seg, np.arange(len(seg)) - np.repeat(offset - start[begin:end], size)
