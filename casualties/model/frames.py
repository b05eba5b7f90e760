"""Tables of arrays, columns of the frames handed out, and the keys that sort and find rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from .clocks import NAT
from .schema import NAMES


class Arrays:
    """Base of dataclasses of columns: arrays, Series, frames or mappings of them, one entry a row.

    What a field holds beside these belongs to the table as a whole.
    """

    def take(self, rows: np.ndarray) -> Self:
        """Return some rows, by their numbers or by a mask."""
        return self._made(lambda columns: _of_rows(columns[0], rows), [self])

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of several tables, one below the other."""
        return parts[0]._made(_below_another, parts)

    def _made(self, change: Callable[[list[Any]], Any], parts: Sequence[Self]) -> Self:
        """Return a table with each column made of those of some tables."""
        made: dict[str, Any] = {}
        for field in fields(self):  # type: ignore[arg-type]
            columns = [getattr(part, field.name) for part in parts]
            if isinstance(columns[0], _COLUMN):
                made[field.name] = change(columns)
            elif isinstance(columns[0], Mapping):
                made[field.name] = {
                    name: change([of[name] for of in columns]) if isinstance(own, _COLUMN) else own
                    for name, own in columns[0].items()
                }
        return replace(self, **made)  # type: ignore[type-var]


_COLUMN = (np.ndarray, pd.Series, pd.DataFrame)


def _of_rows(column: Any, rows: np.ndarray) -> Any:
    if isinstance(column, np.ndarray):
        return column[rows]
    return column.iloc[rows].reset_index(drop=True)


def _below_another(columns: list[Any]) -> Any:
    if isinstance(columns[0], np.ndarray):
        return np.concatenate(columns)
    if isinstance(columns[0], pd.Series):
        return pd.concat(columns, ignore_index=True)
    # What one frame does not have is missing there.
    return pd.concat([f.astype(object) for f in columns], ignore_index=True).infer_objects()


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
    """Return codes and the words that they use; -1 stays."""
    found = np.bincount(codes + 1, minlength=len(words) + 1)[1:] > 0
    return np.append(np.cumsum(found) - 1, -1)[codes].astype(codes.dtype), words[found]


def ordered(*keys: np.ndarray) -> np.ndarray:
    """Return the order of rows by whole numbers, the first key the most important.

    Ties keep their order. As many keys as fit in one number with the row's own are sorted at once,
    those that are less important before the others: some ten times as fast as ``lexsort``.
    """
    size = len(keys[0])
    room = 63 - max(size - 1, 1).bit_length()
    least = [int(key.min(initial=0)) for key in keys]
    widths = [
        (int(key.max(initial=0)) - low).bit_length() for key, low in zip(keys, least, strict=True)
    ]
    if max(widths) > room:
        return np.lexsort(keys[::-1])
    order, last = np.arange(size), len(keys)
    while last:
        first, packed = last, np.zeros(size, np.int64)
        while first and sum(widths[first - 1 : last]) <= room:
            first -= 1
        for place in range(first, last):
            packed = (packed << widths[place]) - least[place] + keys[place]
        packed = (packed[order] << 63 - room) + np.arange(size)
        packed.sort()
        order = order[packed & (1 << 63 - room) - 1]
        last = first
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


#: A rank or a day that never comes, and a bound that does not bind.
NEVER = np.iinfo(np.int64).max


def heads(*keys: np.ndarray) -> np.ndarray:
    """Whether each element begins a new run of equal keys."""
    new = np.ones(len(keys[0]), bool)
    if len(new):
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def ragged(start: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lay out the numbers from each `start` to its `stop`: the place of each pair, the number."""
    size = np.maximum(stop - start, 0)
    pair = np.repeat(np.arange(len(size)), size)
    return pair, np.arange(len(pair)) - np.repeat(np.cumsum(size) - size - start, size)


def most_so_far(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the running maximum of each run, which begins where `new` says."""
    if not len(values):
        return values
    # Each run is shifted above the one before it, so that the maximum starts anew there.
    least, run = int(values.min()), np.cumsum(new) - 1
    span = int(values.max()) - least + 1
    if span * (int(run[-1]) + 2) >= 1 << 62:
        levels, rank = np.unique(values, return_inverse=True)
        return levels[most_so_far(rank, new)]
    shift = run * span - least
    return np.maximum.accumulate(values + shift) - shift


def least_to_come(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the running minimum from the end of each run back."""
    return -most_so_far(-values[::-1], np.r_[new[1:], True][::-1][: len(new)])[::-1]
