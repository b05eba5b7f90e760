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
    try:
        codes, cells = pd.factorize(column)
    except TypeError:  # unhashable cells, such as lists: each is its own
        missing = column.isna().to_numpy()
        codes = np.where(missing, -1, np.cumsum(~missing) - 1)
        return codes.astype(np.int32), column[~missing].to_numpy(object)
    return codes.astype(np.int32), np.asarray(cells, dtype=object)


def few(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return codes and cells as :func:`distinct`; texts that hardly repeat stand for themselves."""
    if hardly_repeats(column):
        return np.arange(len(column), dtype=np.int32), column.to_numpy(object)
    return distinct(column)


def hardly_repeats(column: pd.Series) -> bool:
    """Whether a column is of texts that mostly differ."""
    return (
        pd.api.types.infer_dtype(column, skipna=False) == "string"
        and column.iloc[:1000].nunique() > 500
    )


def held_by_arrow(texts: pd.Series) -> tuple[np.ndarray, np.ndarray] | None:
    """Return where each text begins (and the last ends) among all their bytes, and the bytes.

    ``None`` where Arrow does not hold them, or some are missing.
    """
    if getattr(texts.dtype, "storage", "") != "pyarrow" or not len(texts):
        return None
    import pyarrow as pa

    held = pa.array(texts)
    whole = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
    wide = np.int64 if pa.types.is_large_string(whole.type) else np.int32
    _, edges, letters = whole.buffers()
    if whole.null_count or letters is None:
        return None
    edge = np.frombuffer(edges, wide)[whole.offset : whole.offset + len(whole) + 1]
    return edge, np.frombuffer(letters, np.uint8)


def letters_of(texts: pd.Series) -> np.ndarray | None:
    """Return the bytes of texts of one length, a row each; ``None`` for others."""
    held = held_by_arrow(texts)
    if held is None:
        return None
    edge, letters = held
    size = int(edge[1] - edge[0])
    if not size or (np.diff(edge) != size).any():
        return None
    return letters[edge[0] : edge[-1]].reshape(len(texts), size)


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
