"""Columns of the frames handed out, and the keys that sort and find rows in them."""

import numpy as np
import pandas as pd

from .schema import NAMES


def count_column(values: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return whole numbers as an ``Int64`` column, ``<NA>`` where `missing`."""
    gone = np.zeros(len(values), bool) if missing is None else missing
    data = np.where(gone, 0, values).astype(np.int64, copy=False)
    return pd.Series(pd.arrays.IntegerArray(data, gone.copy()), copy=False)


def day_column(days: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return days, or numbers of days, as a ``datetime64`` column."""
    dates = days if days.dtype.kind == "M" else days.astype("M8[D]")
    dates = dates.astype("M8[us]")
    if missing is not None:
        dates[missing] = np.datetime64("NaT", "us")
    return pd.Series(dates, copy=False)


def day_numbers(days: np.ndarray) -> np.ndarray:
    """Return days as numbers of days, as kernels take them."""
    return days.astype("M8[D]").astype(np.int64)


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the names that no row uses from the categories, so that later reports leave no trace."""
    for column in NAMES:
        if column in frame.columns:
            cat = frame[column].cat
            codes, words = used(cat.codes.to_numpy(), cat.categories)
            if len(words) < len(cat.categories):
                frame[column] = pd.Categorical.from_codes(codes, words)
    return frame


def used(codes: np.ndarray, words: pd.Index) -> tuple[np.ndarray, pd.Index]:
    """Return codes and the words that they use."""
    found = np.bincount(codes, minlength=len(words)) > 0
    return (np.cumsum(found) - 1)[codes], words[found]


# Series and day in one number: days of 1678 to 2261 fit in 22 bits once they are above zero.
_BITS, _SHIFT = 22, 1 << 20
#: A day before all others, so that it begins a group.
EARLIEST = -_SHIFT


def pack(series: np.ndarray, day: np.ndarray | int) -> np.ndarray:
    """Return one number for each pair of series (or other group) and day, in their order."""
    return (series << _BITS) + day + _SHIFT


def unpack(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the series and days that were packed."""
    return key >> _BITS, (key & ((1 << _BITS) - 1)) - _SHIFT
