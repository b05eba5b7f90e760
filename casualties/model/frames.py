"""Columns of the frames handed out, and the keys that sort and find rows in them."""

import numpy as np
import pandas as pd

from .clocks import NAT
from .schema import NAMES


def count_column(values: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return whole numbers as an ``Int64`` column, ``<NA>`` where `missing`."""
    data = values.astype(np.int64)
    gone = np.zeros(len(values), bool) if missing is None else missing.copy()
    if missing is not None:
        data *= ~gone
    return pd.Series(pd.arrays.IntegerArray(data, gone), copy=False)


#: A day in microseconds.
_DAY = 86_400_000_000


def day_column(days: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return days, or numbers of days, as a ``datetime64`` column."""
    dates = days.astype("M8[us]") if days.dtype.kind == "M" else (days * _DAY).view("M8[us]")
    if missing is not None:
        dates[missing] = NAT
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


#: Fewer rows than this are sorted key by key: there is nothing to win.
_FEW = 500


def ordered(*keys: np.ndarray) -> np.ndarray:
    """Return the order of rows by whole numbers, the first key the most important.

    Ties keep their order. As many keys as fit in one number with the row's own are sorted at once,
    those that are less important before the others.
    """
    size = len(keys[0])
    if size < _FEW:
        return np.lexsort(keys[::-1])
    bits = (size - 1).bit_length()
    passes: list[list[tuple[np.ndarray, int, int]]] = [[]]
    room = 63 - bits
    for key in reversed(keys):
        least, most = int(key.min()), int(key.max())
        width = (most - least).bit_length()
        if width > 63:
            return np.lexsort(keys[::-1])
        parts = [(key, least, width)]
        if width > 63 - bits:
            high = (key - least) >> 32
            parts = [((key - least) & ((1 << 32) - 1), 0, 32), (high, 0, width - 32)]
        for part in parts:
            if part[2] > room:
                passes.append([])
                room = 63 - bits
            passes[-1].insert(0, part)
            room -= part[2]
    order = here = np.arange(size)
    for these in passes:
        packed = np.zeros(size, np.int64)
        for key, least, width in these:
            packed <<= width
            packed += key
            packed -= least
        if order is not here:
            packed = packed[order]
        packed <<= bits
        packed += here
        packed.sort()
        packed &= (1 << bits) - 1
        order = packed if order is here else order[packed]
    return order


def grouped(*keys: np.ndarray) -> np.ndarray:
    """Return the number of each row's group of equal keys; groups are numbered in order."""
    widths = [int(key.max(initial=0)).bit_length() for key in keys]
    if sum(widths) < 64 and all(key.min(initial=0) >= 0 for key in keys):
        packed = np.zeros(len(keys[0]), np.int64)
        for key, width in zip(keys, widths, strict=True):
            packed <<= width
            packed += key
        keys = (packed,)
    order = ordered(*keys)
    new = np.zeros(len(order), bool)
    for key in keys:
        key = key[order]
        new[1:] |= key[1:] != key[:-1]
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new)
    return number


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
