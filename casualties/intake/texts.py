"""Reading columns of names that repeat, and of texts. A blank is missing or text of blanks only."""

from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import Problems, shorten
from .cells import RowsOf, distinct


class Names:
    """A column of names as codes into its distinct words; -1 is blank, -2 unusable.

    Codes that are the same in every row may be held once, and then cannot be written to.
    """

    def __init__(self, codes: np.ndarray, words: list[str]) -> None:
        self.codes, self.words = codes, words

    def __add__(self, other: "Names") -> "Names":
        words = list(dict.fromkeys([*self.words, *other.words]))
        place = {word: code for code, word in enumerate(words)}
        codes = []
        for part in (self, other):
            table = np.array([*(place[word] for word in part.words), -2, -1], np.int32)
            codes.append(_look_up(table, part.codes))
        return Names(np.concatenate(codes), words)

    @property
    def same(self) -> bool:
        """Whether the codes of all rows are held as one."""
        return _held_once(self.codes)

    def own(self) -> np.ndarray:
        """Return the codes to be written to."""
        if not self.codes.flags.writeable:
            self.codes = self.codes.copy()
        return self.codes

    def fill(self, rows: np.ndarray, word: str) -> None:
        """Put `word` where `rows` are blank; in every row where nothing is said in any."""
        blank = self.codes == -1 if self.same else rows & (self.codes == -1)
        if blank.any():
            if word not in self.words:
                self.words.append(word)
            code = self.words.index(word)
            if self.same:
                self.codes = np.broadcast_to(np.int32(code), len(rows))
            else:
                self.own()[blank] = code

    def recode(self, allowed: tuple[str, ...]) -> None:
        """Turn the codes into positions in a fixed vocabulary; unusable ones become -1."""
        places = [allowed.index(word) if word in allowed else -1 for word in self.words]
        # The two last places answer the codes -2 and -1.
        self.codes = _look_up(np.array([*places, -1, -1], np.int32), self.codes)
        self.words = list(allowed)

    def fixed(self, allowed: tuple[str, ...], default: int) -> np.ndarray:
        """Return positions in a fixed vocabulary, `default` where there is none."""
        self.recode(allowed)
        return _look_up(np.array([*range(len(allowed)), default], np.int32), self.codes)

    def settled(self) -> tuple[np.ndarray, pd.Index]:
        """Return codes and the used words, sorted."""
        some = self.codes[:1] if self.same else self.codes
        used = np.flatnonzero(np.bincount(some, minlength=len(self.words)))
        order = sorted(used.tolist(), key=lambda code: self.words[code])
        place = np.zeros(len(self.words) + 1, np.int32)
        place[order] = np.arange(len(order))
        codes = _look_up(place, self.codes)
        return codes, pd.Index([self.words[code] for code in order], dtype="str")


def _held_once(codes: np.ndarray) -> bool:
    return len(codes) > 0 and codes.strides == (0,)


def _look_up(table: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return what a table says of each code; what is held once stays so."""
    if _held_once(codes):
        return np.broadcast_to(table[codes[0]], len(codes))
    found: np.ndarray = table[codes]
    return found


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
        return Names(np.broadcast_to(np.int32(-1), size), [])
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
    return Names(_look_up(place, codes), list(words))


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
