"""The running totals of every series at a clock, and their frame."""

import numpy as np
import pandas as pd

from ..model.frames import count_column, day_column
from ..model.schema import BASES, Basis
from .known import Known
from .record import Record
from .running import Running, Work, running, work_out
from .spans import NEVER


def snapshot(known: Known) -> Running:
    """Return the running totals of every series; the segments are the series."""
    record, rows = known.record, known.lines
    return running(record, record.series[rows], rows, len(record.series_table))


def workings(known: Known) -> Work:
    """Return the same with what was worked out on the way: what is left out and why."""
    record, rows = known.record, known.lines
    return work_out(record, record.series[rows], rows, len(record.series_table))


def every_day(record: Record, found: Running) -> Running:
    """Carry each total forward to the days without a row of their own (section 4, rule 8)."""
    same = np.r_[found.seg[1:] == found.seg[:-1], False] if len(found.seg) else found.seg > 0
    step = np.where(same, np.r_[found.day[1:], 0] - found.day, 1) if len(same) else found.day
    source = np.repeat(np.arange(len(found.seg)), step)
    first = np.r_[0, np.cumsum(step)[:-1]] if len(step) else step
    ahead = np.arange(len(source)) - np.repeat(first, step)
    out = found.take(source)
    out.day = out.day + ahead
    carried = ahead > 0
    out.basis = np.where(carried, Basis.CARRIED, out.basis)
    out.explained = out.explained & ~carried
    # Until the next row there were at most as many as it says, if it says so.
    following = np.minimum(source + 1, len(found.seg) - 1)
    high = np.where(found.open[following], NEVER, found.high[following])
    out.low = np.where(carried, np.minimum(out.low, high), out.low)
    out.high = np.where(carried, np.maximum(out.total, high), out.high)
    stock = carried & record.stock[out.row]
    out.low, out.high = np.where(stock, 0, out.low), np.where(stock, NEVER, out.high)
    out.open = np.where(carried, out.high == NEVER, out.open)
    return out


def totals_frame(record: Record, found: Running) -> pd.DataFrame:
    """Return the columns of ``totals`` for rows of the kernel whose segments are series."""
    out = pd.DataFrame(record.series_columns(found.seg))
    out["date"] = day_column(found.day)
    out["total"] = count_column(found.total)
    out["low"] = count_column(found.low)
    out["high"] = count_column(found.high, found.open)
    out["basis"] = pd.Categorical.from_codes(found.basis, pd.Index(BASES))
    out["unexplained"] = count_column(found.unexplained, ~found.explained)
    return out
