"""One copy of a table by its columns, and how its rows are told from those of another copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from ..model.schema import SERIES

#: What tells one figure of a copy from another, and what is said of it beside its value.
KEY = (*SERIES, "kind", "period_start", "period_end")
BESIDE = ("low", "high", "qualifier")


@dataclass
class Page:
    """A copy by its columns, under a report's names and those of its columns of numbers."""

    columns: dict[str, Any]  #: arrays of any kind, as pandas keeps them
    numbers: list[Any]  #: one for each column of numbers
    labels: pd.Index
    names: set[str]  #: what the columns are called in the copy
    key: tuple[str, ...] = KEY  #: the columns that tell its figures apart

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return the cells of some rows as objects."""
        return {name: np.asarray(cells[rows], object) for name, cells in self.columns.items()}


def cells_of(column: pd.Series) -> Any:
    """Return a column as the array that it is kept in."""
    cells = column.array
    return cells.to_numpy() if isinstance(cells, pd.arrays.NumpyExtensionArray) else cells


def without_missing(cells: Any, size: int) -> np.ndarray:
    """Return cells as objects, ``None`` where they are missing."""
    if cells is None:
        return np.full(size, None, object)
    out = np.array(cells, object)
    out[np.asarray(pd.isna(cells), bool)] = None
    return out


def same(one: Any, other: Any) -> np.ndarray:
    """Whether cells of two columns are written alike; what is missing in both is alike."""
    kept = one.dtype == other.dtype and one.dtype != object
    if not kept or isinstance(one.dtype, pd.CategoricalDtype):
        one, other = (without_missing(cells, len(cells)) for cells in (one, other))
    equal = pd.array(one == other, dtype="boolean").to_numpy(bool, na_value=False)
    return np.asarray(equal | (pd.isna(one) & pd.isna(other)), bool)


def alike_rows(one: Page, rows: Any, other: Page, there: Any, columns: Sequence[str]) -> np.ndarray:
    """Whether rows of two copies are written alike in some columns."""
    alike = np.ones(len(one.labels[rows]), bool)
    for name in columns:
        if name not in one.columns or name not in other.columns:
            return np.zeros(len(alike), bool)
        alike &= same(one.columns[name][rows], other.columns[name][there])
    return alike


def keys_written(page: Page, rows: np.ndarray) -> list[tuple[Any, ...]]:
    """Return what tells rows apart, as it is written."""
    columns = [
        without_missing(page.columns[name][rows], len(rows)).tolist()
        if name in page.columns
        else repeat(None, len(rows))
        for name in page.key
    ]
    return list(zip(*columns, strict=True))
