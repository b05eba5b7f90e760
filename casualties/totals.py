"""Running totals as known at a clock: frames over the kernel in :mod:`casualties.running`."""

import numpy as np
import pandas as pd

from .book import Book
from .running import BASES, CARRIED, Running, first_since, running
from .schema import LedgerError, count_column, day_column


def snapshot(book: Book, cut: int) -> Running:
    """Return the running totals of every series when `cut` reports are public."""
    rows = book.lines.live(cut)
    seg = book.series[rows]
    return running(book, seg, rows, first_since(book, seg, rows, len(book.series_table)))


def totals(book: Book, cut: int, freq: str | None = None) -> pd.DataFrame:
    """Return running totals by day covered; see :meth:`Ledger.totals`."""
    if freq not in (None, "D"):
        msg = f"freq {freq!r} is not known; use None (days with reports) or 'D' (every day)"
        raise LedgerError(msg)
    found = snapshot(book, cut)
    return totals_frame(book, found if freq is None else every_day(found))


def every_day(found: Running) -> Running:
    """Carry each total forward to the days without a row of their own."""
    same = np.r_[found.seg[1:] == found.seg[:-1], False] if len(found.seg) else found.seg > 0
    step = np.where(same, np.r_[found.day[1:], 0] - found.day, 1) if len(same) else found.day
    source = np.repeat(np.arange(len(found.seg)), step)
    first = np.r_[0, np.cumsum(step)[:-1]] if len(step) else step
    ahead = np.arange(len(source)) - np.repeat(first, step)
    out = found.take(source)
    out.day = out.day + ahead
    carried = ahead > 0
    out.basis = np.where(carried, CARRIED, out.basis)
    out.explained = out.explained & ~carried
    return out


def totals_frame(book: Book, found: Running) -> pd.DataFrame:
    """Return the columns of ``totals`` for rows of the kernel whose segments are series."""
    out = pd.DataFrame(book.series_columns(found.seg))
    out["date"] = date_column(found.day)
    out["total"] = count_column(found.total)
    out["low"] = count_column(found.low)
    out["high"] = count_column(found.high, found.open)
    out["basis"] = pd.Categorical.from_codes(found.basis, list(BASES))
    out["unexplained"] = count_column(found.unexplained, ~found.explained)
    return out


def date_column(day: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return numbers of days as a column of dates."""
    dates = day.astype("M8[D]").astype("M8[us]")
    if missing is not None:
        dates[missing] = np.datetime64("NaT", "us")
    return day_column(dates)
