"""CSV files: the fields as text, as they stand; nothing is guessed."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..model.errors import LedgerError, both, refuse_repeated
from .whole import writable

#: What may separate the fields; the first of those that occur equally often.
_MARKS = ",;\t|"
#: How a text begins that a spreadsheet may take for a formula.
_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


def parse(data: bytes, path: Any, encoding: str) -> pd.DataFrame:
    """Return the fields of a text with a header, as text; `path` is what errors name.

    Blank rows, and blank columns without a name, are left out. The other rows keep their labels,
    and the other columns without a name are called after their place.

    Raises
    ------
    LedgerError
        If the text is not in this encoding, a row has not as many fields as the header, or a
        column is named twice.
    """
    names, *rows = [fields for _, fields in _rows(data, path, encoding)] or [[]]
    if not any(name.strip() for name in names):
        what = "the file is empty, or the first line is blank; it must name the columns"
        raise LedgerError.of(path, what)
    refuse_repeated(filter(None, names), str(path))
    if odd := [row for row, fields in enumerate(rows) if len(fields) != len(names)]:
        size, also = len(rows[odd[0]]), f"; in all {len(odd):,} rows do not fit"
        which = "fewer" if size < len(names) else "more"
        msg = f"{path}: row {odd[0]} has {which} fields than the header ({size}, not {len(names)})"
        msg += f"{also * (len(odd) > 1)}; every row needs as many fields as the header: delete a "
        msg += "title above the names and a note below the table, and resolve a merge conflict of "
        msg += "git; a text with a comma (or what else separates) needs quotes"
        raise LedgerError(msg)
    filled = {row: fields for row, fields in enumerate(rows) if any(fields)}
    columns = [name or f"Unnamed: {place}" for place, name in enumerate(names)]
    table = pd.DataFrame([*filled.values()], [*filled], columns, dtype="str")
    nameless = [column for column, name in zip(columns, names, strict=True) if not name]
    return table.drop(columns=[column for column in nameless if (table[column] == "").all()])


def line_numbers(data: bytes, encoding: str) -> list[int]:
    """Return the line of a text in which each row below the header begins."""
    return [line for line, _ in _rows(data, "", encoding)][1:]


def _rows(data: bytes, path: Any, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each row of a text begins, and its fields; blank lines are none.

    What separates the fields is the mark that occurs most often in the first line, outside quotes.
    """
    try:
        "".encode(encoding)  # whatever the text is in, it must be one
        text = _decoded(data, encoding)
    except LookupError as error:
        msg = f"{path}: unknown encoding {encoding!r}; use a name such as 'utf-8' or 'cp1252'"
        raise LedgerError(msg) from error
    except UnicodeError as error:
        option = both("encoding='cp1252'", "--encoding cp1252")
        msg = f"{path}: not {encoding} text; save it as UTF-8, or say which it is, as in "
        msg += f"{option}: of Western Europe; 'cp1250' Central, 'cp1251' Cyrillic, 'utf-16' Excel's"
        raise LedgerError(msg) from error
    head = re.sub(r'"(?:[^"]|"")*"?', "", re.split("[\r\n]", text, maxsplit=1)[0])
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a field may hold a page
    file = io.StringIO(text, newline="")
    rows, line = csv.reader(file, delimiter=max(_MARKS, key=head.count), strict=True), 1
    try:
        for fields in rows:
            if fields:
                yield line, fields
            line = rows.line_num + 1
    except csv.Error as error:
        what = f"not a CSV file from line {line} on ({error}); mend the quotes: a quote may not be "
        what += "closed, or not be doubled within a text"
        raise LedgerError.of(path, what) from error


def _decoded(data: bytes, encoding: str) -> str:
    """Return bytes as text: in UTF-8 where they can be, as hardly any text of another encoding can.

    So a file is read alike before and after it was saved anew. UTF-16 may look like ASCII.
    """
    if not data.isascii():
        with contextlib.suppress(UnicodeError):
            return data.decode("utf-8-sig")
    return data.decode(encoding).removeprefix("\ufeff")


def written(reports: pd.DataFrame, tz: str, *, spreadsheet_safe: bool = False) -> str:
    """Return reports as CSV; see :meth:`Ledger.to_csv`."""
    table = writable(reports, tz)
    texts = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
    # Only quoted fields keep a carriage return.
    returns = any(table[c].astype("str").str.contains("\r", regex=False).any() for c in texts)
    if spreadsheet_safe:  # a cell that begins so may be taken for a formula
        odd = [c for c in texts if table[c].astype("str").str.startswith(_FORMULAS).any()]
        table[odd] = table[odd].map(_inert)
        table.columns = table.columns.map(_inert)
    quoting: Any = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    return table.to_csv(index=False, lineterminator="\n", quoting=quoting)


def _inert(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
