"""The instants at which each series had a report, and which reports were live at each.

Nothing changes between events. A report is live in *stretches* of events: mostly one, more where
it came back to life.
"""

from collections.abc import Iterator

import numpy as np

from ..model.frames import ordered, pack
from ..model.schema import Action
from .known import Known
from .record import Record
from .replacing import bracketed
from .spans import covering, heads, spread


class Events:
    """The events of every series up to a clock, by series and time.

    `lines`, `first` and `last` are the stretches in which reports that enter totals were live
    (``first <= event < last``), in the order of the lines of the record.
    """

    def __init__(self, known: Known) -> None:
        record, rows = known.record, known.rows
        rows = rows[ordered(record.series[rows], record.rank[rows])]
        series, instant = record.series[rows], record.reported[rows]
        new = heads(series, instant)
        self.series, self.instant = series[new], instant[new]
        self.size = len(self.series)
        count = np.arange(len(record.series_table) + 1)
        self.starts = np.searchsorted(self.series, count)
        self.of = np.full(len(record), -1, np.int64)  #: event of each report
        self.of[rows] = np.cumsum(new) - 1

        parts = [self._spans(record, known.cut)]
        if record.restarting.any():
            parts.append(self._restarting(record, rows, new))
        found = np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
        if len(record.spans.row) or len(parts) > 1:  # else they are in order
            found = found[:, ordered(record.place[found[0]], found[1])]
        self.lines, self.first, self.last = found
        self.line_starts = np.searchsorted(record.series[self.lines], count)
        #: Series and day of each stretch in one number, ascending.
        self.line_days = pack(record.series[self.lines], record.day[self.lines])

    def _spans(self, record: Record, cut: int) -> np.ndarray:
        """Return row, first and last event of what was live, series with restarts apart."""
        spans, lines = record.spans, record.lines.rows
        again = record.sums[spans.row]
        row = np.concatenate([lines, spans.row[again]])
        born = np.concatenate([spans.born[lines], spans.row_born[again]])
        ended = np.concatenate([spans.ended[lines], spans.row_ended[again]])
        lived = (born < cut) & ~record.restarting[row]
        row, born, ended = row[lived], born[lived], ended[lived]
        first, last = self.of[record.order[born]], self.starts[record.series[row] + 1]
        gone = ended < cut
        last[gone] = self.of[record.order[ended[gone]]]
        # What begins and ends at one instant is never seen.
        return np.stack([row, first, last])[:, first < last]

    def _restarting(self, record: Record, rows: np.ndarray, new: np.ndarray) -> np.ndarray:
        """Return the same for series whose totals may restart: event by event."""
        begin = np.flatnonzero(new)
        series_begin = np.searchsorted(record.series[rows], self.series)
        end = np.append(begin, len(rows))[1:]
        at = np.flatnonzero(record.restarting[rows[begin]])
        parts = [np.zeros((2, 0), np.int64)]
        for one, stop, seg, member in spread(series_begin[at], end[at]):
            event, row = at[one:stop][seg], rows[member]
            until = record.rank[rows[end[event] - 1]]
            force = (record.action[row] != Action.RETRACT) & (record.mended_at[row] > until)
            seg, event, row = seg[force], event[force], row[force]
            live = bracketed(record, seg, row)[0] & record.sums[row]
            parts.append(np.stack([row, event])[:, live])
        row, event = np.concatenate(parts, axis=1)
        order = ordered(row, event)
        row, event = row[order], event[order]
        begin = np.flatnonzero(heads(row, event - np.arange(len(event))))
        end = np.append(begin[1:], len(row))[: len(begin)]
        return np.stack([row[begin], event[begin], event[end - 1] + 1])

    def cover_max(self, lines: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return, per event, the largest key of the given stretches that are live (-1: none)."""
        return covering(self.first[lines], self.last[lines], keys, self.size)

    def live(self, line: np.ndarray, event: np.ndarray) -> np.ndarray:
        """Whether stretches are live at events."""
        return (self.first[line] <= event) & (event < self.last[line])

    def windows(
        self, events: np.ndarray, start: np.ndarray, stop: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Lay out the live stretches from `start` to `stop` of each event, a chunk at a time.

        Yields the events of the chunk, the segment of each stretch in it and its report.
        """
        for begin, end, seg, line in spread(start, stop):
            event = events[begin:end]
            live = self.live(line, event[seg])
            yield event, seg[live], self.lines[line[live]]
