"""Every total as it was known at every instant."""

import numpy as np
import pandas as pd

from ..core.events import Events
from ..core.known import Knowing
from ..core.manner import Manner
from ..core.record import Record
from ..core.running import running
from ..core.spans import NEVER, heads, lay_out
from ..core.windows import windows
from ..model import clocks
from ..model.errors import LedgerError
from ..model.frames import EARLIEST, day_column, pack, unpack
from ..model.schema import SERIES

#: How many cells a matrix of vintages may have.
MAX_CELLS = 50_000_000


def vintages(self: Knowing) -> pd.DataFrame:
    """Return every total as it was known at every instant.

    Returns
    -------
    DataFrame
        Rows: `date` (and the series columns, if there is more than one series). Columns: the
        instants at which something was reported, in the ledger's zone. Cells: the total then
        known (Int64).

    Raises
    ------
    LedgerError
        If the matrix would have more than fifty million cells.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> matrix = ledger.as_of("2020-09-28 16:00").vintages()
    >>> matrix.iloc[:, -2:].astype(object).to_numpy().tolist()
    [[31, 31], [59, 58]]
    """
    known, record = self._known, self._known.record
    events = Events(known)
    instants = np.unique(record.reported[known.public])
    keys, steps = _births_and_deaths(record, events, instants)
    matrix, filled = (np.zeros((len(instants), len(keys)), kind) for kind in (np.int64, np.int32))
    for cells, (column, row, value) in zip((matrix, filled), steps, strict=True):
        np.add.at(cells, (column, row), value)
        np.cumsum(cells, axis=0, out=cells)
    series, days = unpack(keys)
    _sum_up(record, series, matrix)
    dates = day_column(days)
    present = np.unique(series)
    index: pd.Index = pd.DatetimeIndex(dates, name="date")
    if len(present) > 1:
        names = record.series_columns(series)
        index = pd.MultiIndex.from_arrays(
            [*(names[c].astype("str") for c in SERIES), dates], names=[*SERIES, "date"]
        )
    empty = filled == 0
    matrix[empty] = 0
    columns = [pd.arrays.IntegerArray(*cells) for cells in zip(matrix, empty, strict=True)]
    out = pd.DataFrame(dict(enumerate(columns)), index=index, copy=False)
    out.columns = pd.DatetimeIndex(clocks.instant_column(instants, known.tz), name="reported_at")
    return out


#: Places in the matrix (column, row) and what is added from there on.
Steps = tuple[np.ndarray, np.ndarray, np.ndarray]


def _births_and_deaths(
    record: Record, events: Events, instants: np.ndarray
) -> tuple[np.ndarray, tuple[Steps, Steps]]:
    """Return the rows of the matrix, and where numbers begin and cease to be in each.

    A number holds from one event of its series to another.
    """
    manner = record.manner
    plain = np.flatnonzero(manner[record.series[events.lines]] != Manner.MIXED)
    parts = [
        (
            events.line_days[plain], record.best[events.lines[plain]],
            events.first[plain], events.last[plain],
        )
    ]  # fmt: skip
    _refuse_too_large(len(np.unique(events.line_days)), len(instants))
    if len(plain) < len(events.lines):
        parts.append(_by_kernel(record, events))
    key, value, first, last = (np.concatenate(part) for part in zip(*parts, strict=True))
    # An event that is the last of its series holds to the end.
    column = np.append(np.searchsorted(instants, events.instant), len(instants))
    ends = column[
        np.where(heads(np.append(events.series, -1)), events.size, np.arange(events.size + 1))
    ]
    start, stop = column[first], ends[last]
    keys, row = np.unique(key, return_inverse=True)
    dies = stop < len(instants)
    places = np.concatenate([start, stop[dies]]), np.concatenate([row, row[dies]])
    return keys, (
        (*places, np.concatenate([value, -value[dies]])),
        (*places, np.repeat([1, -1], [len(start), dies.sum()])),
    )


def _by_kernel(
    record: Record, events: Events
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return key, number, first and last event of what needs the whole kernel.

    It is asked anew at every event, from the last stop before all that changes to the first after.
    """
    mixed = record.manner[events.series] == Manner.MIXED
    least, most = np.full(events.size + 1, NEVER), np.full(events.size + 1, -NEVER)
    lines = np.arange(len(events.lines))
    ended = events.last < events.starts[events.series[events.first] + 1]
    # From when a total counts, it says of all days before.
    since = record.since[events.lines] < NEVER
    begin = np.where(since, pack(record.series[events.lines], EARLIEST), events.line_days)
    for event, line in ((events.first, lines), (events.last[ended], lines[ended])):
        np.minimum.at(least, event, begin[line])
        np.maximum.at(most, event, events.line_days[line])
    at = np.flatnonzero(mixed & (least[:-1] < NEVER))
    newest = events.cover_max(lines, lines)[at]
    below = np.searchsorted(events.line_days, least[at])
    above = np.searchsorted(events.line_days, most[at], side="right")
    start, stop = windows(record, events, at, newest, below, above)
    # The first and last day that each event asks anew. A window ends early only where a stop begins
    # it; else all of the series is asked, with the day before its first line.
    series, days = events.series[at], np.append(events.line_days, 0)
    begin, end = pack(series, EARLIEST), pack(series + 1, EARLIEST) - 1
    cut = stop <= newest
    begin = np.where(cut | (start > events.line_starts[series]), days[start], begin)
    end = np.where(cut, days[stop - 1], end)
    parts, done = [], 0
    for chosen, seg, rows in events.windows(at, start, stop):
        found = running(record, seg, rows, len(chosen))
        key, asked = pack(series[done + found.seg], found.day), done + found.seg
        mine = key >= begin[asked]
        parts.append((key[mine], found.total[mine], asked[mine]))
        done += len(chosen)
    key, value, asked = (np.concatenate(part) for part in zip(*parts, strict=True))
    # A number holds until the next event that asks its day anew.
    keys, row = np.unique(key, return_inverse=True)
    again, place = lay_out(np.searchsorted(keys, begin), np.searchsorted(keys, end, side="right"))
    steps = np.sort(place * len(at) + again)
    steps = np.append(steps, -1)[np.searchsorted(steps, row * len(at) + asked, side="right")]
    last = events.starts[series[asked] + 1]
    return key, value, at[asked], np.where(steps // len(at) == row, at[steps % len(at)], last)


def _sum_up(record: Record, series: np.ndarray, matrix: np.ndarray) -> None:
    """Turn counts into running totals, in place, where all counts are added."""
    for one in np.flatnonzero(record.manner == Manner.SUMS):
        begin, end = np.searchsorted(series, [one, one + 1])
        np.cumsum(matrix[:, begin:end], axis=1, out=matrix[:, begin:end])


def _refuse_too_large(rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        msg = (
            f"the matrix of vintages would have about {rows:,} rows and {columns:,} columns; "
            "choose fewer series with where(), or use history(), which keeps only the changes"
        )
        raise LedgerError(msg)
