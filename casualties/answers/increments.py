"""How many in each stretch of the days covered (design, section 7)."""

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..model.frames import count_column, day_column, pack, tidy
from .claims import UNBOUNDED, Claims, begins, claims_of, rows_of, series_of
from .stretches import read_freq, stretch


def increments(self: Knowing, freq: str | None = None) -> pd.DataFrame:
    """Return how many there were in each stretch of the days covered: what *occurred*.

    Parameters
    ----------
    freq : {None, "D", "W", "MS", "QS", "YS"}
        Without it, one row between successive rows of :meth:`Ledger.totals`; with it, one per
        calendar stretch (days, weeks from Monday to Sunday, months, quarters, years).

    Returns
    -------
    DataFrame
        The series columns, `start` and `end` (datetime64, first and last day), `value` (total
        through the end less the total through the day before the start, Int64), `low` and
        `high` (low − previous high and high − previous low, Int64, not below 0 but for a fall or
        a stock; ``<NA>`` where a bound is) and `complete` (bool, whether both totals have a row
        of their own, each on the last day of a stretch). A fall is negative and stays so.
        Stretches in which nothing was counted are one interval with the next one that has a
        number. The values of a series add up to its last total less its first.

    Raises
    ------
    LedgerError
        If `freq` is not one of these.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ledger.as_of("2020-09-30").increments()[["start", "end", "value", "low", "high"]]
           start        end  value  low  high
    0 2020-09-28 2020-09-28     53   53    53
    1 2020-09-29 2020-09-30     20   20    20
    """
    rows = rows_of(self._known)
    table = series_of(rows)
    totals = claims_of(rows, table)
    first_of_series = begins(totals.series)
    again = np.flatnonzero(~first_of_series)
    # The rows whose numbers are compared, and the day through which each of them speaks.
    day, last = totals.day.copy(), totals.day
    if freq is not None:
        first, last = stretch(day, read_freq(freq))
        # The last row of a stretch tells its number; the first row of a series begins the count.
        day[again] = last[again]
        key = pack(totals.series[again], first[again])
        again = again[np.r_[key[1:] != key[:-1], True][: len(key)]]
    rows_told = np.sort(np.r_[np.flatnonzero(first_of_series), again])
    before = rows_told[np.searchsorted(rows_told, again) - 1]
    start, end = day[before] + 1, day[again]

    value = totals.total[again] - totals.total[before]
    (low, high), (low_before, high_before) = (
        _bounds(totals, row, day[row]) for row in (again, before)
    )
    least, most = low - high_before, high - low_before
    free = (value < 0) | totals.stock[again]
    out = table.take(totals.series[again]).reset_index(drop=True)
    out["start"], out["end"] = (day_column(d.astype("M8[D]")) for d in (start, end))
    out["value"] = count_column(value)
    least, most = (np.where(free, bound, np.maximum(bound, 0)) for bound in (least, most))
    out["low"] = count_column(least, high_before == UNBOUNDED)
    out["high"] = count_column(most, high == UNBOUNDED)
    out["complete"] = (totals.day[again] == end) & (totals.day[before] == last[before])
    return tidy(out)


def _bounds(totals: Claims, row: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of rows as they hold through a day (design, section 4, rule 8)."""
    low, high, total = totals.low[row], totals.high[row], totals.total[row]
    carried = totals.day[row] < day
    if not carried.any():
        return low, high
    following = np.minimum(row + 1, len(totals.day) - 1)
    known = (totals.series[following] == totals.series[row]) & (following > row)
    known &= ~totals.stock[row]
    next_high = np.where(known, totals.high[following], UNBOUNDED)
    low = np.where(carried, np.where(totals.stock[row], 0, np.minimum(low, next_high)), low)
    return low, np.where(carried, np.maximum(next_high, total), high)
