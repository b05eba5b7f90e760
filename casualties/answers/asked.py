"""Reading what a question names: a day, a moment, a stretch of days, the series it is about."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..core.record import Record
from ..model import clocks
from ..model.clocks import Moment
from ..model.errors import LedgerError, refuse_unknown, unknown
from ..model.frames import day_column
from ..model.schema import SERIES


def day_of(date: Moment) -> int:
    """Read the day that a question is about, as a number of days."""
    return int(clocks.query_day(date).astype("M8[D]").astype(np.int64))


#: The kinds of stretches: what pandas calls their frequency, and their periods.
_PERIODS = {"D": "D", "W": "W-SUN", "MS": "M", "QS": "Q", "YS": "Y"}


def read_freq(freq: str) -> str:
    """Return `freq` if it names a kind of stretch, as pandas does; refuse it otherwise."""
    refuse_unknown([freq], [*_PERIODS], "freq (days, weeks from Monday, months, quarters, years)")
    return freq


def stretch(day: np.ndarray, freq: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last day of the stretch that each day (a number) is in."""
    periods = pd.PeriodIndex(day_column(day).dt.to_period(_PERIODS[freq]))
    return periods.asfreq("D", "START").asi8, periods.asfreq("D", "END").asi8


def matching(record: Record, columns: Mapping[str, Any]) -> np.ndarray:
    """Whether each report has the given values in the given columns.

    By a series column whole series are found. By `via` or a column of one's own reports are found,
    with all that revises or denies the same thing; a blank cell of such a column holds ``""``.

    Raises
    ------
    LedgerError
        For a column that is none of the series columns, `via` and the extra columns, and for a
        value that no report has, whatever the clock.
    """
    keep, extras = np.ones(len(record), bool), record.reports.extras
    for column, wanted in columns.items():
        values = list(wanted) if pd.api.types.is_list_like(wanted) else [wanted]
        refuse_unknown([column], [*SERIES, "via", *extras.columns], "column")
        cells = (record.series_table if column in SERIES else record.frame)[column].astype(object)
        cells = cells.where(cells.notna(), "")
        try:
            words = [*cells.unique()]
        except TypeError as error:
            msg = f"{column} holds lists or the like, by which no reports can be chosen"
            raise LedgerError(msg) from error
        for value in values:
            if (pd.api.types.is_scalar(value) and pd.isna(value)) or value not in words:
                words = [word for word in words if column in SERIES or word != ""]
                if alike := [word for word in words if str(word) == str(value)]:
                    kind = type(alike[0]).__name__
                    msg = f"{column} holds values of type {kind}: {alike[0]!r} is meant"
                    raise LedgerError(msg)
                raise LedgerError(unknown(column, value, sorted(words, key=str)))
        found = cells.isin(values).to_numpy(bool)
        if column in SERIES:
            keep &= found[record.series]
        else:  # whole chains, with their denials
            keep &= np.isin(record.about, record.about[found])
    return keep
