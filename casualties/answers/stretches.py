"""Stretches of the calendar: days, weeks from Monday to Sunday, months, quarters and years."""

import numpy as np

from ..model.errors import LedgerError, unknown

#: The months in each kind of stretch; days and weeks have none.
_MONTHS = {"D": 0, "W": 0, "MS": 1, "QS": 3, "YS": 12}


def read_freq(freq: str) -> str:
    """Check the name of a kind of stretch; they are those of pandas."""
    allowed = list(_MONTHS)
    if not isinstance(freq, str) or freq not in allowed:
        msg = unknown("freq", freq, allowed)
        msg += " (days, weeks from Monday, months, quarters, years)"
        raise LedgerError(msg)
    return freq


def stretch(day: np.ndarray, freq: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last day of the stretch that each day (a number) is in."""
    if freq == "D":
        return day, day
    if freq == "W":
        # Day 0 was a Thursday.
        monday = day - (day + 3) % 7
        return monday, monday + 6
    months = _MONTHS[freq]
    month = day.astype("M8[D]").astype("M8[M]").astype(np.int64) // months * months
    first, following = (
        m.astype("M8[M]").astype("M8[D]").astype(np.int64) for m in (month, month + months)
    )
    return first, following - 1
