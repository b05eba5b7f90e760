"""CSV files: the fields as text, as they stand; nothing is guessed."""

import csv
import io
import re
import warnings
from typing import Any

import pandas as pd

from ..model.errors import LedgerError, both, refuse_repeated
from .whole import writable

#: What may separate the fields; the first of those that occur equally often.
_MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
#: How a text begins that a spreadsheet may take for a formula.
_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


def parse(data: bytes, path: Any, encoding: str) -> pd.DataFrame:
    """Return the fields of a text with a header, as text; `path` is what errors name.

    Raises
    ------
    LedgerError
        If the text is not in this encoding, a row has not as many fields as the header, or a
        column is named twice.
    """
    text, mark, _ = _text(data, path, encoding)
    if (place := text.find("\0")) >= 0:  # the parser of pandas may end a field there
        line = text.count("\n", 0, place) + 1
        raise LedgerError.of(path, f"line {line} holds a NUL character; save it again as text")
    names: list[str] = next(_rows(text, mark), [])
    if not any(name.strip() for name in names):
        which = "first line is blank" if text.strip() else "file is empty"
        raise LedgerError.of(path, f"the {which}; the first line must name the columns")
    refuse_repeated(filter(None, names), str(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO(text), dtype=str, keep_default_na=False, index_col=False, sep=mark
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        _refuse_ragged(text, mark, path)
        msg = f"{path}: not a CSV file ({str(error).strip()}); mend the quotes of the last rows"
        raise LedgerError(msg) from error
    # A field that is not there reads like an empty one; so if the last field of a row is empty,
    # the fields of all rows are counted.
    if (table.iloc[:, -1] == "").any():
        _refuse_ragged(text, mark, path)
    # Blank rows, and blank columns without a name, are left out. The other rows keep their labels,
    # and the other columns without a name are called after their place.
    filled = table != ""
    kept = filled.any().to_numpy() | (pd.Index(names, dtype=object) != "")
    table.columns = pd.Index([name or f"Unnamed: {n}" for n, name in enumerate(names)])
    return table.loc[filled.any(axis=1), kept]


def _text(data: bytes, path: Any, encoding: str) -> tuple[str, str, int]:
    """Return a text, the mark between its fields, and how many lines stand above its header.

    A first line "sep=;", as spreadsheets write it, says the mark. Else it is the one that occurs
    most often in the header, outside quotes; a comma if none does.
    """
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except LookupError as error:
        msg = f"{path}: unknown encoding {encoding!r}; use a name such as 'utf-8' or 'cp1252'"
        raise LedgerError(msg) from error
    except UnicodeError as error:
        msg = f"{path}: not {encoding} text ({error.reason if hasattr(error, 'reason') else error})"
        which = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        option = both(f"encoding={which!r}", f"--encoding {which}")
        msg += f"; save it as UTF-8, or say which it is: {option}; 'cp1252' is Western Europe's, "
        msg += "'cp1250' Central Europe's, 'cp1251' Cyrillic, 'cp1256' Arabic"
        raise LedgerError(msg) from error
    head, *rest = re.split(r"\r\n|\r|\n", text, maxsplit=1)
    if sep := re.fullmatch(r'"?sep=([,;\t|])"?', head):
        return "".join(rest), sep[1], 1
    return text, max(_MARKS, key=re.sub(r'"(?:[^"]|"")*"?', "", head).count), 0


def _rows(text: str, mark: str) -> Any:
    """Read the rows of a text one after the other."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a field may hold a page
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def line_numbers(data: bytes, encoding: str) -> list[int]:
    """Return the line of a text in which each row below the header begins."""
    text, mark, last = _text(data, "", encoding)
    rows, above, begins = _rows(text, mark), last, []
    for row in rows:
        begins += [last + 1] if row else []
        last = rows.line_num + above
    return begins[1:]


def _refuse_ragged(text: str, mark: str, path: Any) -> None:
    """Raise if a row has more or fewer fields than the header."""
    size, *sizes = (len(row) for row in _rows(text, mark) if row)
    odd = [row for row, fields in enumerate(sizes) if fields != size]
    if odd:
        if re.search(r"^[<>]{7}(?: |$)", text, re.MULTILINE):
            raise LedgerError.of(path, "a merge conflict of git stands in it; resolve it first")
        which = "fewer" if sizes[odd[0]] < size else "more"
        also = f"; {len(odd) - 1:,} more rows do not fit either" if len(odd) > 1 else ""
        if 2 * len(odd) > len(sizes) > 1:
            also += "; does a title stand above the line that names the columns? delete it"
        also += "; a quote may not be closed" * (text.count('"') % 2)
        msg = f"row {odd[0]} has {which} fields than the header ({sizes[odd[0]]}, not {size}){also}"
        msg += "; every row needs as many fields as the header: delete a note below the table; "
        raise LedgerError.of(path, f"{msg}a text with a {_MARKS[mark]} needs quotes")


def written(reports: pd.DataFrame, tz: str, *, spreadsheet_safe: bool = False) -> str:
    """Return reports as CSV; see :meth:`Ledger.to_csv`."""
    table = writable(reports, tz)
    texts = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
    # Only quoted fields keep a carriage return.
    returns = any(table[c].astype("str").str.contains("\r", regex=False).any() for c in texts)
    if spreadsheet_safe:  # a cell that begins so may be taken for a formula
        table[texts] = table[texts].map(_inert)
        table.columns = table.columns.map(_inert)
    quoting: Any = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    return table.to_csv(index=False, lineterminator="\n", quoting=quoting)


def _inert(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
