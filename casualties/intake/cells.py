"""The distinct cells of a column, so that each is read once, and the rows of each."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import is_blank


class RowsOf:
    """The rows of each code; sorted once, when the first is asked for."""

    def __init__(self, codes: np.ndarray) -> None:
        self._codes = codes
        self._order: np.ndarray | None = None

    def __call__(self, code: int | np.integer[Any]) -> np.ndarray:
        """Return the rows of one code, in order."""
        if self._order is None:
            self._order = np.argsort(self._codes, kind="stable")
            self._sorted = self._codes[self._order]
        first, last = np.searchsorted(self._sorted, np.array([code, code + 1]))
        return self._order[first:last]


def distinct(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return codes (-1 for missing) and the distinct cells of a column, as objects."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = np.asarray(column.cat.categories, dtype=object)
        return column.cat.codes.to_numpy(np.int32), words
    ends: list[Any] = column.iloc[[0, -1]].tolist() if len(column) else [None, None]
    if isinstance(column.dtype, pd.StringDtype) and isinstance(ends[0], str) and len({*ends}) == 1:
        if (column == ends[0]).to_numpy(bool, na_value=False).all():
            return np.broadcast_to(np.int32(0), len(column)), np.array(ends[:1], object)
    try:
        codes, cells = pd.factorize(column)
    except TypeError:  # unhashable cells, such as lists: each is its own
        missing = column.isna().to_numpy()
        codes = np.where(missing, -1, np.cumsum(~missing) - 1)
        return codes.astype(np.int32), column[~missing].to_numpy(object)
    return codes.astype(np.int32), np.asarray(cells, dtype=object)


def blanks(column: pd.Series, na: Collection[str] = ()) -> np.ndarray:
    """Return which cells of a column are blank: missing, text of blanks, or one of `na`."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.isna().to_numpy(bool)
    codes, cells = distinct(column)
    blank = [
        is_blank(cell) or (isinstance(cell, str) and cell.strip().casefold() in na)
        for cell in cells
    ]
    return np.array([*blank, True])[codes]
