"""The fields of a CSV file as text, each where it stands in its row; nothing is guessed.

With pyarrow a well-formed file is read in parallel; any other goes to the parser of pandas, which
reads the same and says what is wrong.
"""

import csv
import io
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from .schema import LedgerError


def read_fields(path: Any, encoding: str) -> pd.DataFrame:
    """Return the fields of a CSV file with a header, as text.

    Raises
    ------
    LedgerError
        If the text is not in this encoding, a row has not as many fields as the header, or a
        column is named twice.
    """
    data = Path(path).read_bytes()
    try:
        names = next(csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding, newline="")), [])
        if not names:
            msg = f"{path}: the file is empty; the first line must name the columns"
            raise LedgerError(msg)
        refuse_repeated(path, names)
        utf8 = encoding.lower().replace("_", "-") in ("utf-8", "utf-8-sig")
        table = _in_parallel(data, names) if utf8 else None
        return _one_by_one(path, data, encoding, names) if table is None else table
    except LookupError as error:
        msg = f"{path}: unknown encoding {encoding!r}; use a name such as 'utf-8' or 'cp1252'"
        raise LedgerError(msg) from error
    except UnicodeError as error:
        msg = f"{path}: not {encoding} text ({error.reason if hasattr(error, 'reason') else error})"
        msg += "; save it as UTF-8, or say encoding='cp1252' or the like"
        raise LedgerError(msg) from error
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error) as error:
        msg = f"{path}: {str(error).strip()}; every row needs as many fields as the header"
        raise LedgerError(msg) from error


def _in_parallel(data: bytes, names: list[str]) -> pd.DataFrame | None:
    """Read a well-formed file with pyarrow; ``None`` if it is not one, or pyarrow is not here."""
    try:
        import pyarrow as pa
        from pyarrow import csv as reader
    except ImportError:
        return None
    # A lone carriage return is a line end to one parser and text to the other.
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    # A quote that is never closed swallows what follows: here a last row that is known.
    end = b",".join([b"\x01"] * len(names))
    text = pa.string()
    try:
        table = reader.read_csv(
            pa.BufferReader(b"\n".join((data, end))),
            parse_options=reader.ParseOptions(newlines_in_values=True),
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


def _one_by_one(path: Any, data: bytes, encoding: str, names: list[str]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        table = pd.read_csv(
            io.BytesIO(data), dtype=str, keep_default_na=False, encoding=encoding, index_col=False
        )
    # A field that is not there reads like an empty one, so where the last one is empty in some
    # row, the fields are counted.
    if len(table) and (table.iloc[:, -1] == "").any():
        rows = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding, newline=""))
        sizes = [len(row) for row in rows if row][1:]
        short = [place for place, size in enumerate(sizes) if size < len(names)]
        if short:
            more = f", and so have {len(short) - 1} more rows" if len(short) > 1 else ""
            msg = f"{path}: row {short[0]} has fewer fields than the header{more}"
            raise LedgerError(msg + "; every row needs as many fields as the header")
    return table


def refuse_repeated(path: Any, names: Iterable[str]) -> None:
    """Raise if a column is named twice."""
    seen = set()
    for name in names:
        if name in seen:
            msg = f"{path}: column {name!r} occurs more than once; keep one of them"
            raise LedgerError(msg)
        seen.add(name)
