"""Reading what a question names: a day, a moment, the series it is about."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.record import Record
from ..model import clocks
from ..model.clocks import Moment
from ..model.errors import LedgerError
from ..model.schema import SERIES


def day_of(date: Moment) -> int:
    """Read the day that a question is about, as a number of days."""
    try:
        return int(clocks.query_day(date).astype("M8[D]").astype(np.int64))
    except ValueError as error:
        raise LedgerError(str(error)) from error


def instant_of(when: Moment, tz: str) -> np.datetime64:
    """Read the moment that a question is about."""
    try:
        return clocks.query_instant(when, tz)
    except ValueError as error:
        raise LedgerError(str(error)) from error


def matching(record: Record, columns: Mapping[str, Any]) -> np.ndarray:
    """Whether each series of a ledger has these values, whatever the clock.

    Raises
    ------
    LedgerError
        For a column that does not make a series, and for a value that no series has.
    """
    table = record.series_table
    keep = np.ones(len(table), bool)
    for column, wanted in columns.items():
        if column not in SERIES:
            raise LedgerError.from_unknown(column, SERIES, "series column")
        single = isinstance(wanted, str) or not hasattr(wanted, "__iter__")
        values = [wanted] if single else list(wanted)
        words = list(table[column].cat.categories)
        for value in values:
            if value not in words:
                raise LedgerError.from_unknown(value, words, column)
        keep &= table[column].isin(values).to_numpy()
    return keep
