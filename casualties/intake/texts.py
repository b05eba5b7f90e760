"""Reading columns of names that repeat, and of texts. A blank is missing or text of blanks only."""

from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import Problems, shorten
from .cells import RowsOf, distinct


class Names:
    """A column of names as codes into its distinct words; -1 is blank, -2 unusable."""

    def __init__(self, codes: np.ndarray, words: list[str]) -> None:
        self.codes, self.words = codes, words

    def __add__(self, other: "Names") -> "Names":
        words = list(dict.fromkeys([*self.words, *other.words]))
        place = {word: code for code, word in enumerate(words)}
        codes = [
            np.array([*(place[word] for word in part.words), -2, -1], np.int32)[part.codes]
            for part in (self, other)
        ]
        return Names(np.concatenate(codes), words)

    def fill(self, rows: np.ndarray, word: str) -> None:
        """Put `word` where `rows` are blank."""
        blank = rows & (self.codes == -1)
        if blank.any():
            if word not in self.words:
                self.words.append(word)
            self.codes[blank] = self.words.index(word)

    def recode(self, allowed: tuple[str, ...]) -> None:
        """Turn the codes into positions in a fixed vocabulary; unusable ones become -1."""
        places = [allowed.index(word) if word in allowed else -1 for word in self.words]
        # The two last places answer the codes -2 and -1.
        self.codes = np.array([*places, -1, -1], np.int32)[self.codes]
        self.words = list(allowed)

    def fixed(self, allowed: tuple[str, ...], default: int) -> np.ndarray:
        """Return positions in a fixed vocabulary, `default` where there is none."""
        self.recode(allowed)
        return np.where(self.codes < 0, default, self.codes)

    def settled(self) -> tuple[np.ndarray, pd.Index]:
        """Return codes and the used words, sorted."""
        used = np.flatnonzero(np.bincount(self.codes, minlength=len(self.words)))
        order = sorted(used.tolist(), key=lambda code: self.words[code])
        place = np.zeros(len(self.words) + 1, np.int32)
        place[order] = np.arange(len(order))
        return place[self.codes], pd.Index([self.words[code] for code in order], dtype="str")


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


def read_names(column: pd.Series | None, name: str, size: int, problems: Problems) -> Names:
    """Read a column of names that repeat."""
    if column is None:
        return Names(np.full(size, -1, np.int32), [])
    codes, cells = distinct(column)
    words: dict[str, int] = {}
    place, rows_of = np.full(len(cells) + 1, -1, np.int32), RowsOf(codes)
    for code, cell in enumerate(cells):
        text, why = _read_text(cell)
        if why:
            place[code] = -2
            for row in rows_of(code):
                problems.add(row, name, cell, f"{name} {shorten(cell)} {why}", "write it as text")
        elif text is not None:
            place[code] = words.setdefault(text, len(words))
    return Names(place[codes], list(words))


def read_texts(column: pd.Series | None, name: str, size: int, problems: Problems) -> pd.Series:
    """Read a column of texts of which most differ; blanks become ``""``."""
    if column is None:
        return pd.Series("", index=range(size), dtype="str")
    if getattr(column.dtype, "storage", "") == "pyarrow":  # kept as it is, whatever its size
        texts = column.fillna("").astype("str").reset_index(drop=True)
        if not texts.str.contains("\0", regex=False).any():
            return texts
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
