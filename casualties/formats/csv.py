"""CSV files: the fields as text, each where it stands in its row; nothing is guessed.

With pyarrow a well-formed file is read in parallel; any other goes to the parser of pandas, which
reads the same and says what is wrong.
"""

import csv
import io
import os
import re
import warnings
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, both, refuse_repeated
from .whole import writable, write_whole

#: What may separate the fields; of equals, the first.
_MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
#: How a cell begins that a spreadsheet may run.
_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


def parse(data: bytes, path: Any, encoding: str) -> pd.DataFrame:
    """Return the fields of a text with a header, as text; `path` is what errors name.

    Raises
    ------
    LedgerError
        If the text is not in this encoding, a row has not as many fields as the header, or a
        column is named twice.
    """
    name = encoding.lower().replace("_", "-")
    try:
        data, mark = _separator(data, encoding)
        names = next(_fields(data, encoding, mark), [])
        if not names:
            msg = f"{path}: the file is empty; the first line must name the columns"
            raise LedgerError(msg)
        refuse_repeated(filter(None, names), str(path))
        if not name.startswith(("utf-16", "utf-32")):
            _refuse_nul(path, data)
        table = _in_parallel(data, names, mark) if name in ("utf-8", "utf-8-sig") else None
        table = _one_by_one(path, data, encoding, names, mark) if table is None else table
        return _without_blanks(table, names)
    except LookupError as error:
        msg = f"{path}: unknown encoding {encoding!r}; use a name such as 'utf-8' or 'cp1252'"
        raise LedgerError(msg) from error
    except UnicodeError as error:
        msg = f"{path}: not {encoding} text ({error.reason if hasattr(error, 'reason') else error})"
        msg += f"; save it as UTF-8, or say {_encodings(data)}"
        raise LedgerError(msg) from error
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error) as error:
        _refuse_ragged(path, data, encoding, names, mark)
        msg = f"{path}: not a CSV file ({str(error).strip()}); mend the quotes of the last rows"
        raise LedgerError(msg) from error


def _separator(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return what follows a spreadsheet's first line "sep=;", and what separates the fields.

    That is the mark which the header has most of outside quotes, a comma where none is.
    """
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as text:
        head = re.split(r"[\r\n]", text.readline(1_000_000), maxsplit=1)[0]
    said = re.fullmatch(r'"?sep=(?P<mark>.)"?', head.lstrip("\ufeff"))
    if said and said["mark"] in _MARKS:
        lines = data.decode(encoding).splitlines(keepends=True)[1:]
        return "".join(lines).encode(encoding.removesuffix("-sig")), said["mark"]
    plain = re.sub(r'"(?:[^"]|"")*"?', "", head)
    return data, max(_MARKS, key=plain.count)


def _encodings(data: bytes) -> str:
    """Say what the encoding of a text that is not UTF-8 may be."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return both("encoding='utf-16'", "--encoding utf-16") + ", as its first bytes do"
    western = both("encoding='cp1252'", "--encoding cp1252")
    return (
        f"which it is: {western} (Western Europe), 'cp1250' (Central Europe), 'cp1251' "
        "(Cyrillic), 'cp1256' (Arabic) or the like"
    )


def _fields(data: bytes, encoding: str, mark: str) -> Iterator[list[str]]:
    """Read the rows of a file one after the other."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    return iter(csv.reader(text, delimiter=mark))


def line_numbers(whole: bytes, encoding: str) -> list[int]:
    """Return the line of a text in which each row below the header begins."""
    data, mark = _separator(whole, encoding)
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    rows, begun, last = csv.reader(text, delimiter=mark), [], 0
    for row in rows:
        begun += [last + 1] if row else []
        last = rows.line_num
    return [line + (data is not whole) for line in begun[1:]]


def _in_parallel(data: bytes, names: list[str], mark: str) -> pd.DataFrame | None:
    """Read a well-formed file with pyarrow; ``None`` if it is not one, or pyarrow is not here."""
    try:
        import pyarrow as pa
        from pyarrow import csv as reader
    except ImportError:
        return None
    if len({*names}) < len(names):  # several without a name
        return None
    # A lone carriage return is a line end to one parser and text to the other.
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    # A quote that is never closed swallows what follows: here a last row that is known.
    end = mark.encode().join([b"\x01"] * len(names))
    text = pa.string()
    try:
        table = reader.read_csv(
            pa.BufferReader(b"\n".join((data, end))),
            parse_options=reader.ParseOptions(delimiter=mark, newlines_in_values=True),
            convert_options=reader.ConvertOptions(
                column_types=dict.fromkeys(names, text),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    last = table.slice(table.num_rows - 1).to_pylist()
    if table.column_names != names or last != [dict.fromkeys(names, "\x01")]:
        return None
    return table.slice(0, table.num_rows - 1).to_pandas()


def _one_by_one(path: Any, data: bytes, encoding: str, names: list[str], mark: str) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        table = pd.read_csv(
            io.BytesIO(data),
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            index_col=False,
            sep=mark,
        )
    # A field that is not there reads like an empty one, so where the last one is empty in some
    # row, the fields are counted.
    if len(table) and (table.iloc[:, -1] == "").any():
        _refuse_ragged(path, data, encoding, names, mark)
    return table


def _without_blanks(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a table without the blank rows, and the blank columns without a name, of a sheet.

    The other rows keep their labels; a column without a name is called after its place.
    """
    blank = np.arange(len(table))
    for place in range(len(names)):
        blank = blank[(table.iloc[blank, place] == "").to_numpy(bool)]
    table = table.drop(table.index[blank]) if len(blank) else table
    kept = [place for place, name in enumerate(names) if name or (table.iloc[:, place] != "").any()]
    table.columns = pd.Index([name or f"Unnamed: {n}" for n, name in enumerate(names)])
    return table if len(kept) == len(names) else table.iloc[:, kept]


def _refuse_ragged(path: Any, data: bytes, encoding: str, names: list[str], mark: str) -> None:
    """Raise if a row has more or fewer fields than the header."""
    sizes = [len(row) for row in _fields(data, encoding, mark) if row][1:]
    odd = [place for place, size in enumerate(sizes) if size != len(names)]
    if odd:
        which = "fewer" if sizes[odd[0]] < len(names) else "more"
        also = f"; {len(odd) - 1:,} more rows do not fit either" if len(odd) > 1 else ""
        if 2 * len(odd) > len(sizes) > 1:
            also += "; does a title stand above the line that names the columns? delete it"
        msg = (
            f"{path}: row {odd[0]} has {which} fields than the header ({sizes[odd[0]]}, not "
            f"{len(names)}){also}; every row needs as many fields as the header, and a text with a "
            f"{_MARKS[mark]} needs quotes"
        )
        raise LedgerError(msg)


def _refuse_nul(path: Any, data: bytes) -> None:
    """Raise if there is a NUL, at which a parser may end a field without a word."""
    place = data.find(b"\0")
    if place >= 0:
        line = data.count(b"\n", 0, place) + 1
        msg = f"{path}: line {line} holds a NUL character; a table of text has none: save it again"
        raise LedgerError(msg)


def write(
    reports: pd.DataFrame, tz: str, path: str | os.PathLike[str], *, spreadsheet_safe: bool
) -> None:
    """Write reports as CSV; see :meth:`Ledger.to_csv`."""
    write_whole(path, lambda file: put(reports, tz, file, spreadsheet_safe=spreadsheet_safe))


def put(reports: pd.DataFrame, tz: str, file: IO[str], *, spreadsheet_safe: bool = False) -> None:
    """Write reports as CSV to an open file."""
    table = writable(reports, tz)
    texts = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
    if spreadsheet_safe:  # a cell that begins so may be taken for a formula
        some = [c for c in texts if table[c].astype("str").str.startswith(_FORMULAS).any()]
        table[some] = table[some].map(_inert)
    # Only quoted fields keep a carriage return.
    returns = any(table[c].astype("str").str.contains("\r", regex=False).any() for c in texts)
    quoting: Any = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    head = [_inert(c) if spreadsheet_safe else c for c in table.columns]
    table.to_csv(file, index=False, header=head, lineterminator="\n", quoting=quoting)


def _inert(cell: Any) -> Any:
    text = isinstance(cell, str) and cell.startswith(_FORMULAS)
    return "'" + cell if text else cell
