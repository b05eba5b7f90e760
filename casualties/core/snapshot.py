"""The running totals of every series at a clock, and their frame."""

import numpy as np
import pandas as pd

from ..model.frames import count_column, day_column
from ..model.schema import BASES, Basis
from .known import Known
from .record import Record
from .rows import Rows
from .running import Work, running, work_out
from .spans import NEVER


def snapshot(known: Known) -> Rows:
    """Return the running totals of every series; the segments are the series.

    Only series whose counts neither stand by themselves nor are all added need the kernel.
    """
    record, lines = known.record, known.record.lines
    live = lines.live(known.cut)
    found = record.plain.at(live)
    mixed = lines.rows[np.flatnonzero(live & ~record.plain.mine)]
    if not len(mixed):
        return found
    worked_out = running(record, record.series[mixed], mixed, len(record.series_table))
    return found.beside(worked_out, len(record.series_table))


def workings(known: Known) -> Work:
    """Return the same with what was worked out on the way: what is left out and why."""
    record, rows = known.record, known.lines
    return work_out(record, record.series[rows], rows, len(record.series_table))


def every_day(record: Record, found: Rows) -> Rows:
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


def totals_frame(record: Record, found: Rows) -> pd.DataFrame:
    """Return the columns of ``totals`` for rows of the kernel whose segments are series."""
    columns = record.series_columns(found.seg)
    columns["date"] = day_column(found.day)
    columns["total"] = count_column(found.total)
    columns["low"] = count_column(found.low)
    columns["high"] = count_column(found.high, found.open)
    basis = pd.Categorical.from_codes(found.basis, pd.Index(BASES), validate=False)
    columns["basis"] = pd.Series(basis, copy=False)
    columns["unexplained"] = count_column(found.unexplained, ~found.explained)
    return pd.DataFrame(columns, copy=False)
