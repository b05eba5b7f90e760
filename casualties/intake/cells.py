"""Reading columns: each distinct cell is read once. A blank cell is missing, or text of blanks."""

import re
import shlex
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.counts import is_blank
from ..model.errors import Problems, both, shorten, unknown
from ..model.schema import VOCABULARY, WHOLE, plainly

T = TypeVar("T")
#: The remedy for a row of a list that is the sum of the others.
ADDS_UP = "drop a row that adds up the others"
#: What a cell means, what is wrong with it (``""``: nothing) and how to mend it.
Meant: TypeAlias = tuple[T, str, str]

_WHOLE_FLOAT = re.compile(r"^([+-]?\d+)\.0+$")
#: Half a character, which UTF-8 has no way to write.
_HALF = re.compile("[\ud800-\udfff]")


def distinct(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct cells of a column, and the code of each row's cell (-1: missing).

    A column of "5", "about 7", "5" has the codes 0, 1, 0 and the cells "5", "about 7".
    """
    mixed = column.dtype == object and pd.api.types.infer_dtype(column) == "mixed-integer"
    try:
        if mixed and any(isinstance(cell, bool) for cell in column):
            raise TypeError  # True is 1 to whoever compares them
        codes, cells = pd.factorize(column)
    except TypeError:  # unhashable cells, such as lists: each is its own
        missing = column.isna().to_numpy()
        codes, cells = np.where(missing, -1, np.cumsum(~missing) - 1), pd.Index(column[~missing])
    return codes.astype(np.int32), np.asarray(cells, dtype=object)


def read_each(
    column: pd.Series, name: str, read: Callable[[Any], Meant[T]], problems: Problems
) -> tuple[np.ndarray, list[T]]:
    """Return codes as :func:`distinct`, and what each distinct cell means; note what is wrong."""
    codes, cells = distinct(column)
    found = [read(cell) for cell in cells]
    note_each(codes, cells, [(what, remedy) for _, what, remedy in found], name, problems)
    return codes, [meant for meant, _, _ in found]


def note_each(
    codes: np.ndarray, cells: np.ndarray, wrong: list[tuple[str, str]], name: str,
    problems: Problems,
) -> None:  # fmt: skip
    """Note in each row what is `wrong` with its cell: the problem and the remedy of each cell."""
    bad = np.array([what != "" for what, _ in wrong] + [False])
    for row in np.flatnonzero(bad[codes]) if bad.any() else ():
        problems.add(row, name, cells[codes[row]], *wrong[codes[row]])


def hashed(*columns: Iterable[Any]) -> np.ndarray:
    """Return a hash of each row, made of how its cells are written."""
    rows = zip(*(map(repr, column) for column in columns), strict=True)
    return np.array([*map(hash, rows)], np.int64)


def blanks(column: pd.Series, na: Collection[str] = ()) -> np.ndarray:
    """Return which cells of a column are blank: missing, text of blanks, or one of `na`."""
    codes, cells = distinct(column)
    blank = [is_blank(cell) or (bool(na) and in_one_form(cell) in na) for cell in cells]
    return np.array([*blank, True], bool)[codes]


def in_one_form(cell: Any) -> str:
    """Return a cell as every file would write it, in lower case: `na` names blanks so.

    >>> in_one_form(" N/A "), in_one_form(999), in_one_form(999.0), in_one_form("999.0")
    ('n/a', '999', '999', '999')
    """
    return _WHOLE_FLOAT.sub(r"\1", (clocks.written(cell)[0] or str(cell)).strip().casefold())


def as_names(
    codes: np.ndarray, texts: list[str], default: str | None
) -> tuple[np.ndarray, pd.Index]:
    """Return sorted names, the default among them, and the code of each row's name (-1: blank).

    `codes` are those of :func:`distinct`; `texts` are the names of its cells, some of them twice.
    """
    words = sorted({*texts, default or ""})
    place = {word: code for code, word in enumerate(words)} | {"": -1}
    places = np.array([*(place[text] for text in texts), -1], np.int32)
    return places[codes], pd.Index(words, dtype="str")


def read_text(cell: Any, name: str) -> Meant[str]:
    """Return a cell as text, ``""`` if it is blank."""
    number = isinstance(cell, int | np.integer) and not isinstance(cell, bool)
    if number and name not in VOCABULARY:
        return str(cell), "", ""
    if not isinstance(cell, str):
        why = f"is a {type(cell).__name__}, not text"
    elif "\0" in cell:
        why = "holds a NUL character"
    elif _HALF.search(cell):
        why = "holds half a character that no file can keep"
    else:
        return (cell if cell.strip() else ""), "", ""
    return "", f"{name} {shorten(cell)} {why}", "write it as text"


def read_own(cell: Any, name: str) -> Meant[str]:
    """Refuse what no file can keep in an extra column; other cells of it stay as they are."""
    return read_text(cell, name) if isinstance(cell, str) and _HALF.search(cell) else ("", "", "")


def read_word(cell: Any, name: str) -> Meant[int]:
    """Return the place of a word in the vocabulary of its column, -1 for a blank."""
    word, what, remedy = read_text(cell, name)
    allowed = VOCABULARY[name]
    if word and word not in allowed:
        what, remedy = unknown(name, word, allowed).split("; ", 1)
    return (allowed.index(word) if word in allowed else -1), what, remedy


def read_name(cell: Any, name: str, whole: frozenset[str]) -> Meant[str]:
    """Return a name; a word for the whole is ``all`` if it is among `whole`, else it is refused."""
    word, what, remedy = read_text(cell, name)
    if word in ("", "all") or name not in ("side", "category"):
        return word, what, remedy
    if plainly(word) in whole:
        return "all", "", ""
    if plainly(word) in WHOLE:
        what = f"{name} {word!r} means the whole"
        remedy = both(f"whole={word!r}", f"--whole {shlex.quote(word)}") + " reads it as 'all' "
        remedy += "where a table is read, else write 'all'; as a part it counts everybody twice"
    return word, what, remedy


def is_whole(name: str) -> bool:
    """Whether the name of a row is a word for the whole; names such as "IND2024" are soon passed.

    >>> is_whole("Total 2024"), is_whole("IND2024")
    (True, False)
    """
    return (" " in name or not name[-1:].isdigit()) and plainly(name) in WHOLE
