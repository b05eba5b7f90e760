"""Tables of arrays, columns of the frames handed out, and the keys that sort and find rows."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Self, TypeAlias

import numpy as np
import pandas as pd

from .clocks import NAT
from .schema import NAMES

#: Two arrays, side by side.
Pairs: TypeAlias = tuple[np.ndarray, np.ndarray]


class Arrays:
    """A dataclass as a table: each field holds a column, or several, of one entry a row.

    Columns are arrays, Series, frames, other `Arrays`, or mappings of names to columns. A field of
    another type belongs to the table as a whole.
    """

    def take(self, rows: np.ndarray) -> Self:
        """Return the rows of these numbers, or of a mask."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return replace(self, **_of_rows(named, rows))  # type: ignore[type-var]

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of several tables, one below the other."""
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        joined = {name: _joined([getattr(part, name) for part in parts]) for name in names}
        return replace(parts[0], **joined)  # type: ignore[type-var]


def _of_rows(field: Any, rows: np.ndarray) -> Any:
    if isinstance(field, Mapping):
        return {name: _of_rows(column, rows) for name, column in field.items()}
    if isinstance(field, Arrays):
        return field.take(rows)
    if isinstance(field, pd.Series | pd.DataFrame):
        return field.iloc[rows].reset_index(drop=True)
    return field[rows] if isinstance(field, np.ndarray) else field


def _joined(parts: list[Any]) -> Any:
    first = parts[0]
    if isinstance(first, Mapping):
        return {name: _joined([part[name] for part in parts]) for name in first}
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    if isinstance(first, Arrays):
        return first.concat(parts)
    if isinstance(first, pd.Series):
        return pd.concat(parts, ignore_index=True)
    if isinstance(first, pd.DataFrame):  # what one frame does not have is missing there
        return pd.concat([f.astype(object) for f in parts], ignore_index=True).apply(typed)
    return first


def typed(cells: pd.Series) -> pd.Series:
    """Return objects as a column of the type that all have, if that changes no cell.

    Whole numbers beside blanks stay whole; pandas would make floats of them.

    >>> typed(pd.Series([2**60 + 1, None], dtype=object)).tolist()
    [1152921504606846977, <NA>]
    """
    kind = pd.api.types.infer_dtype(cells)
    try:
        if kind == "integer" and cells.isna().any():
            return cells.astype("Int64")
        inexact = kind == "mixed-integer-float" and any(n != float(n) for n in cells.dropna())
        return cells if inexact else cells.infer_objects()
    except (OverflowError, UnicodeEncodeError):  # too large, or half a character
        return cells


def count_column(values: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return whole numbers as an ``Int64`` column, ``<NA>`` where `missing`."""
    gone = np.zeros(len(values), bool) if missing is None else missing.copy()
    data = np.where(gone, 0, values).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(data, gone), copy=False)


def day_column(days: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return days, or numbers of days, as a ``datetime64`` column."""
    dates = days.astype("M8[D]").astype("M8[us]")
    if missing is not None:
        dates[missing] = NAT
    return pd.Series(dates, copy=False)


def day_numbers(days: np.ndarray) -> np.ndarray:
    """Return days as numbers of days, as kernels take them."""
    return days.astype("M8[D]").astype(np.int64)


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the categories that no row uses, so that later reports leave no trace, in place."""
    for column in NAMES:
        if column in frame.columns:
            cat = frame[column].cat
            frame[column] = pd.Categorical.from_codes(*used(cat.codes.to_numpy(), cat.categories))
    return frame


def used(codes: np.ndarray, words: pd.Index) -> tuple[np.ndarray, pd.Index]:
    """Return codes and words without the words that no code uses; -1 stays.

    >>> codes, words = used(np.array([2, -1, 0]), pd.Index(["a", "b", "c"]))
    >>> codes.tolist(), words.tolist()
    ([1, -1, 0], ['a', 'c'])
    """
    found = np.bincount(codes + 1, minlength=len(words) + 1)[1:] > 0
    return np.append(np.cumsum(found) - 1, -1)[codes].astype(codes.dtype), words[found]


def ordered(*keys: np.ndarray) -> np.ndarray:
    """Return the order of rows by whole numbers, the first key the most important.

    Ties keep their order.
    """
    return np.lexsort(keys[::-1])


def grouped(*keys: np.ndarray) -> np.ndarray:
    """Return the group of each row: equal keys make one, numbered in the order of the keys.

    >>> grouped(np.array([7, 5, 7]))
    array([1, 0, 1])
    """
    order = ordered(*keys)
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(heads(*(key[order] for key in keys))) - 1
    return number


# Series and day in one number: days of 1678 to 2261 fit in 22 bits once they are above zero.
_BITS, _SHIFT = 22, 1 << 20


def pack(series: np.ndarray, day: np.ndarray | int) -> np.ndarray:
    """Return one number for each pair of series (or other group) and day, in their order."""
    return (series << _BITS) + day + _SHIFT


def unpack(key: np.ndarray) -> Pairs:
    """Return the series and days that were packed."""
    return key >> _BITS, (key & ((1 << _BITS) - 1)) - _SHIFT


#: A rank or a day that never comes, and a bound that does not bind.
NEVER = np.iinfo(np.int64).max


def heads(*keys: np.ndarray) -> np.ndarray:
    """Whether each element begins a new run of equal keys.

    >>> heads(np.array([5, 5, 7, 5]))
    array([ True, False,  True,  True])
    """
    new = np.ones(len(keys[0]), bool)
    if len(new):
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def ragged(start: np.ndarray, stop: np.ndarray) -> Pairs:
    """Lay out the numbers from each `start` up to its `stop`, and the place of each pair.

    >>> ragged(np.array([3, 9]), np.array([5, 10]))
    (array([0, 0, 1]), array([3, 4, 9]))
    """
    size = np.maximum(stop - start, 0)
    pair = np.repeat(np.arange(len(size)), size)
    return pair, np.arange(len(pair)) - np.repeat(np.cumsum(size) - size - start, size)


def matches(left: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> Pairs:
    """Return the row in each table of every two rows with equal keys, in the order of the left.

    >>> matches([np.array([5, 7])], [np.array([7, 7, 5])])
    (array([0, 1, 1]), array([2, 0, 1]))
    """
    key, size = grouped(*map(np.append, left, right)), len(left[0])
    order = ordered(key[size:])
    edges = (np.searchsorted(key[size:][order], key[:size], end) for end in ("left", "right"))
    row, nth = ragged(*edges)
    return row, order[nth]


def most_so_far(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the running maximum of each run, which begins where `new` says."""
    return pd.Series(values).groupby(np.cumsum(new)).cummax().to_numpy()


def least_to_come(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the running minimum from the end of each run back."""
    return pd.Series(values[::-1]).groupby(np.cumsum(new)[::-1]).cummin().to_numpy()[::-1]
