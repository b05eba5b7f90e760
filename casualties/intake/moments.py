"""Reading columns of instants and of calendar days, whole columns at once where they are plain."""

import datetime as dt
import re
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import Problems, shorten
from .cells import RowsOf, distinct
from .written import in_several_orders, is_ambiguous, to_iso


def read_moments(
    column: pd.Series | None,
    name: str,
    size: int,
    tz: str,
    dates: tuple[str, ...],
    problems: Problems,
) -> np.ndarray:
    """Read a column of instants in UTC (with a `tz`) or of calendar days (`tz` empty).

    `dates` are the orders and formats in which the caller says that dates are written. A naive
    datetime at midnight is a bare date, whatever the other cells are.
    """
    if column is None:
        return np.full(size, clocks.NAT)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        mixed = False
        found, odd = _read_stamps(column, tz)
        cells = column.iloc[odd].astype(object).to_numpy()
        codes = np.full(size, -1, np.int32)
        codes[odd] = np.arange(len(odd))
        read = np.full(len(odd), clocks.NAT)
    else:
        codes, cells = distinct(column)
        texts = np.ones(len(cells), bool)
        if pd.api.types.infer_dtype(cells, skipna=False) != "string":
            texts[:] = [isinstance(cell, str) for cell in cells]
        read = np.full(len(cells), clocks.NAT)
        mixed = not dates and in_several_orders(cells[texts])
        if dates:  # the caller's word comes first, even where ISO text could be read
            cells = np.array([_written(cell, dates) for cell in cells], object)
        if texts.any():
            read[texts] = clocks.read_iso(cells[texts], tz, days=not tz)
        found = np.append(read, clocks.NAT)[codes]
    # What could not be read at once is read by itself, or told with the reason why not.
    rows_of = RowsOf(codes)
    for code in np.flatnonzero(np.isnat(read)):
        cell = cells[code]
        if isinstance(cell, str) and not cell.strip():
            continue
        plain = _bare(cell if mixed else _written(cell, dates))
        if dates and not tz and isinstance(plain, str) and _TIMED.fullmatch(plain.strip()):
            plain = plain.strip()[:10]  # the caller says that it is a day
        moment, why = clocks.read_instant(plain, tz) if tz else clocks.read_day(plain)
        if why and not dates and isinstance(cell, str) and (mixed or is_ambiguous(cell)):
            why = f"say which comes first, dates='dmy', 'mdy' or 'ymd', or {why}"
        if (
            why
            and not dates
            and not tz
            and isinstance(cell, str)
            and _TIMED.fullmatch(cell.strip())
        ):
            why = f"it has a time of day: dates='ymd' reads the day of it, or {why}"
        rows = rows_of(code)
        found[rows] = moment
        if why:
            for row in rows:
                problems.add(row, name, cell, f"cannot read {name} {shorten(cell)}", why)
    return found


#: A day with a time of day, which is a day where the caller says so.
_TIMED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*", re.ASCII)
_GMT = re.compile(r"(\d)\s?(?:GMT|UTC)$", re.ASCII)


def _written(cell: Any, dates: tuple[str, ...]) -> Any:
    """Return a text that is a date of another form as ISO text, anything else as it is."""
    if not isinstance(cell, str):
        return cell
    cell = _GMT.sub(r"\1Z", cell.strip())
    return to_iso(cell, dates) or cell


def _bare(cell: Any) -> Any:
    """Return a naive datetime at midnight as the date that it is."""
    if isinstance(cell, np.datetime64) and not np.isnat(cell):
        cell = pd.Timestamp(cell)
    if isinstance(cell, dt.datetime) and cell.tzinfo is None and not pd.isna(cell):
        stamp = pd.Timestamp(cell)
        return stamp.date() if stamp == stamp.normalize() else cell
    return cell


def _read_stamps(column: pd.Series, tz: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a datetime column at once; return it with the positions that need a closer look."""
    missing = column.isna().to_numpy()
    aware = column.dt.tz is not None
    naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if aware else column
    plain = np.asarray(naive.values)
    values = plain.view(np.int64)  # what is missing is the least of numbers
    first, last = (int(d.astype(plain.dtype).astype(np.int64)) for d in (clocks.FIRST, clocks.LAST))
    unit: Any = np.datetime_data(plain.dtype)[0]
    day = int(clocks.DAY / np.timedelta64(1, unit))
    inside = (values >= first) & (values <= last)
    if not tz:
        inside &= np.zeros(len(plain), bool) if aware else values % day == 0
    found = plain.astype("M8[us]")
    if not inside.all():
        found[~inside] = clocks.NAT
    if tz and not aware:
        bare = found == found.astype("M8[D]")  # pandas keeps dates as midnights
        days = clocks.day_ends(found[bare], tz)
        if tz != "UTC":
            local = pd.DatetimeIndex(found).tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
            found = clocks.utc_values(local)
        found[bare] = days
    return found, np.flatnonzero(np.isnat(found) & ~missing)
