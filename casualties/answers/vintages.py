"""Every total as it was known at every instant."""

import numpy as np
import pandas as pd

from ..core.events import Events
from ..core.known import Knowing
from ..core.record import Record
from ..core.running import Running, running
from ..model import clocks
from ..model.errors import LedgerError
from ..model.frames import day_column, pack, unpack
from ..model.schema import SERIES

#: How many cells a matrix of vintages may have.
MAX_CELLS = 50_000_000


def vintages(self: Knowing) -> pd.DataFrame:
    """Return every total as it was known at every instant.

    Returns
    -------
    DataFrame
        Rows: `date` (and the series columns, if there is more than one series). Columns: the
        instants at which something was reported (UTC). Cells: the total then known (Int64).

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
    series, days, seen = _all_rows(record, events, len(instants))
    matrix = np.zeros((len(days), len(instants)), np.int64)
    filled = np.zeros(matrix.shape, bool)
    column = np.searchsorted(instants, events.instant)
    # A vintage holds for its series until the series' next event.
    ends = np.full(events.size, len(instants))
    again = np.flatnonzero(events.series[1:] == events.series[:-1])
    ends[again] = column[again + 1]
    for event, found in seen:
        at = np.searchsorted(pack(series, days), pack(events.series[event], found.day))
        span = ends[event] - column[event]
        row = np.repeat(at, span)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(span) - span, span)
        place = np.repeat(column[event], span) + offset
        matrix[row, place] = np.repeat(found.total, span)
        filled[row, place] = True
    dates = day_column(days)
    present = np.unique(series)
    index: pd.Index = pd.DatetimeIndex(dates, name="date")
    if len(present) > 1:
        names = record.series_columns(series)
        index = pd.MultiIndex.from_arrays(
            [*(names[c].astype("str") for c in SERIES), dates], names=[*SERIES, "date"]
        )
    columns = pd.DatetimeIndex(clocks.utc_column(instants), name="reported_at")
    data = {
        place: pd.arrays.IntegerArray(matrix[:, place].copy(), ~filled[:, place])
        for place in range(len(instants))
    }
    out = pd.DataFrame(data, index=index)
    out.columns = columns
    return out


def _all_rows(
    record: Record, events: Events, instants: int
) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, Running]]]:
    """Return every series and day that ever has a total, and the totals at each event."""
    everything = np.arange(events.size)
    start, stop = (events.line_starts[events.series + step] for step in (0, 1))
    stop = stop if len(events.lines) else start
    highest = _most_days(record, events)
    if highest * instants > MAX_CELLS:
        msg = (
            f"the matrix of vintages would have about {highest:,} rows and {instants:,} columns; "
            "choose fewer series with where(), or use history(), which keeps only the changes"
        )
        raise LedgerError(msg)
    seen: list[tuple[np.ndarray, Running]] = []
    keys = [np.zeros(0, np.int64)]
    if events.size and len(events.lines):
        since = events.since(record)
        done = 0
        for chosen, seg, rows in events.windows(everything, start, stop):
            found = running(record, seg, rows, since[done : done + len(chosen)])
            done += len(chosen)
            event = chosen[found.seg]
            seen.append((event, found))
            keys.append(np.unique(pack(events.series[event], found.day)))
    key = np.unique(np.concatenate(keys))
    return *unpack(key), seen


def _most_days(record: Record, events: Events) -> int:
    """Return about how many rows a matrix of vintages has: one a series and day reported."""
    rows = events.lines
    return len(np.unique(pack(record.series[rows], record.day[rows])))
