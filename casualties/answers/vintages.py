"""Every total as it was known at every instant."""

import numpy as np
import pandas as pd

from ..core.headlines import Walk
from ..core.known import Knowing, Known
from ..core.spans import NEVER, heads
from ..model import clocks
from ..model.errors import LedgerError, both
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
    instants = np.unique(record.reported[known.public])
    cells = _cells(known)
    keys, row = np.unique(np.array([cell[0] for cell in cells], np.int64), return_inverse=True)
    _refuse_too_large(len(keys), len(instants))
    # Each number holds from its instant on, until another takes its place.
    at = np.searchsorted(instants, np.array([cell[1] for cell in cells], "M8[us]"))
    order = np.lexsort((at, row))
    row, at = row[order], at[order]
    value = np.array([NEVER if cell[2] is None else cell[2] for cell in cells], np.int64)[order]
    until = np.where(heads(np.append(row, -1))[1:], len(instants), np.append(at, 0)[1:])
    place = np.repeat(np.arange(len(row)), until - at)
    column = np.arange(len(place)) - np.repeat(np.cumsum(until - at) - (until - at), until - at)
    column += at[place]
    matrix = np.full((len(instants), len(keys)), NEVER)
    matrix[column, row[place]] = value[place]
    series, days = unpack(keys)
    dates = day_column(days)
    index: pd.Index = pd.DatetimeIndex(dates, name="date")
    if len(np.unique(series)) > 1:
        names = record.series_columns(series)
        index = pd.MultiIndex.from_arrays(
            [*(names[c].astype("str") for c in SERIES), dates], names=[*SERIES, "date"]
        )
    empty = matrix == NEVER
    matrix[empty] = 0
    columns = [pd.arrays.IntegerArray(*cells) for cells in zip(matrix, empty, strict=True)]
    out = pd.DataFrame(dict(enumerate(columns)), index=index, copy=False)
    out.columns = pd.DatetimeIndex(clocks.instant_column(instants, known.tz), name="reported_at")
    return out


def _cells(known: Known) -> list[tuple[int, int, int | None]]:
    """Return series and day, instant and number of each cell that changed; `None`: none left."""
    walk, found = Walk(known), list[tuple[int, int, int | None]]()
    for series in known.series.tolist():
        now: dict[int, int] = {}
        for event in walk.events(series):
            first, last, rows = event.tips.changed_rows()
            then = {row.day: row.stand.number for row in rows}
            for day in [day for day in now if first <= day <= last and day not in then]:
                del now[day]
                found.append((key(series, day), event.instant, None))
            for day, number in then.items():
                if now.get(day) != number:
                    now[day] = number
                    found.append((key(series, day), event.instant, number))
    return found


def key(series: int, day: int) -> int:
    """Return one number for a series and a day."""
    return int(pack(np.array([series]), day)[0])


def _refuse_too_large(rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        msg = (
            f"the matrix of vintages would have about {rows:,} rows and {columns:,} columns; "
            f"choose fewer series {both('with where()', 'with --where COLUMN=VALUE')}, or use "
            "history(), which keeps only the changes"
        )
        raise LedgerError(msg)
