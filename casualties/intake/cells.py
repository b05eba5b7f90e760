"""Reading columns of names and of texts. A blank is missing, or text of blanks only."""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import is_blank
from ..model.errors import Problems, shorten


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
    try:
        codes, cells = pd.factorize(column)
    except TypeError:  # unhashable cells, such as lists: each is its own
        missing = column.isna().to_numpy()
        codes, cells = np.where(missing, -1, np.cumsum(~missing) - 1), pd.Index(column[~missing])
    return codes.astype(np.int32), np.asarray(cells, dtype=object)


def hashed(*columns: Iterable[Any]) -> np.ndarray:
    """Return a hash of what each row holds, as it is written."""
    rows = zip(*(map(repr, column) for column in columns), strict=True)
    return np.array([*map(hash, rows)], np.int64)


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


def read_names(
    column: pd.Series | None, name: str, size: int, problems: Problems
) -> tuple[np.ndarray, pd.Index]:
    """Read a column of names that repeat: codes (-1 for a blank) into the names, sorted."""
    if column is None:
        return np.full(size, -1, np.int32), pd.Index([], dtype="str")
    codes, cells = distinct(column)
    texts, rows_of = [], RowsOf(codes)
    for code, cell in enumerate(cells):
        text, why = _read_text(cell)
        texts.append(text)
        if why:
            problems.add(
                rows_of(code), name, cell, f"{name} {shorten(cell)} {why}", "write it as text"
            )
    words = sorted({text for text in texts if text is not None})
    place = {word: code for code, word in enumerate(words)}
    codes_of = np.array([*(-1 if text is None else place[text] for text in texts), -1], np.int32)
    return codes_of[codes], pd.Index(words, dtype="str")


def filled(
    codes: np.ndarray, words: pd.Index, rows: np.ndarray, word: str
) -> tuple[np.ndarray, pd.Index]:
    """Return names, with `word` where some rows are blank."""
    blank = rows & (codes == -1)
    if not blank.any():
        return codes, words
    more = words.union(pd.Index([word], dtype="str"))
    codes = np.append(more.get_indexer(words), -1).astype(np.int32)[codes]
    codes[blank] = more.get_loc(word)
    return codes, more


def read_texts(column: pd.Series | None, name: str, size: int, problems: Problems) -> pd.Series:
    """Read a column of texts of which most differ; blanks become ``""``."""
    if column is None:
        return pd.Series("", index=range(size), dtype="str")
    cells = np.array(column.astype(object).where(column.notna(), ""), dtype=object)
    if pd.api.types.infer_dtype(cells) in ("string", "empty"):
        try:
            if "\0" not in "\n".join(cells.tolist()).encode().decode():
                return pd.Series(cells, dtype="str")
        except UnicodeEncodeError:
            pass  # found below, row by row
    for row, cell in enumerate(cells):
        text, why = _read_text(cell)
        cells[row] = text or ""
        if why:
            problems.add(row, name, cell, f"{name} {shorten(cell)} {why}", "write it as text")
    return pd.Series(cells, dtype="str")


def _read_text(cell: Any) -> tuple[str | None, str]:
    """Return a cell as text (``None``: blank) with the reason why it is not text."""
    if isinstance(cell, int | np.integer) and not isinstance(cell, bool):
        return str(cell), ""
    if not isinstance(cell, str):
        return None, f"is a {type(cell).__name__}, not text"
    if not cell.strip():
        return None, ""
    if "\0" in cell:
        return None, "holds a NUL character"
    try:
        cell.encode()
    except UnicodeEncodeError:
        return None, "holds half a character that no file can keep"
    return cell, ""
