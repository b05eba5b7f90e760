"""JSON files: a list of objects, one a report, in UTF-8."""

import codecs
import json
import os
from functools import partial
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO, Any

import pandas as pd

from ..intake.table import to_pandas
from ..model.errors import LedgerError
from ..model.schema import COLUMNS, COUNTS
from .texts import lines, pieces
from .whole import write_whole

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the objects of a file as a table of cells."""
    data = Path(path).read_bytes()
    table = _by_arrow(data)
    if table is not None:
        return table
    try:
        records = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        msg = f"{path}: not JSON in UTF-8 ({error}); a ledger is a list of objects, one a report"
        raise LedgerError(msg) from error
    if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
        msg = f"{path}: not a list of objects; a ledger is written [{{...}}, {{...}}], one a report"
        raise LedgerError(msg)
    return pd.DataFrame(records, dtype=object)


def _by_arrow(data: bytes) -> pd.DataFrame | None:
    """Return the table of a file that is written as :func:`write` does, where pyarrow can read it.

    That is an object a line, of a report's columns, all named in the first: whole numbers and text.
    Anything else is ``None``, to be read as JSON is and to be told what is wrong with it.
    """
    try:
        import pyarrow as pa
        from pyarrow import json as arrow
    except ImportError:
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    begin, end, mark = data.find(b"[") + 1, data.rfind(b"]"), b"},\n{"
    first = data.find(mark, begin)
    around = data[: begin - 1] + data[end + 1 :]
    if not 0 < begin <= first < end or around.strip(b" \t\r\n"):
        return None
    try:
        names = json.loads(data[begin : first + 1].decode("utf-8"))
        if not isinstance(names, dict) or not names or not names.keys() <= {*COLUMNS}:
            return None
        if not data.isascii():
            data.decode("utf-8")
        kinds = {name: pa.int64() if name in COUNTS else pa.string() for name in names}
        options = arrow.ParseOptions(pa.schema(kinds), unexpected_field_behavior="error")
        lines = data.replace(mark, b"}\n{")
        objects = pa.py_buffer(lines)[begin : lines.rfind(b"]")]
        table = arrow.read_json(pa.BufferReader(objects), parse_options=options)
    except (ValueError, RecursionError, pa.ArrowException):
        return None
    # Lines without a comma between them are no JSON, nor is a comma within a line.
    return to_pandas(table) if len(table) == data.count(mark) + 1 else None


def parse_nested(data: bytes, path: Any, records: str) -> pd.DataFrame:
    """Return objects within a text as a table, fields of objects in them under dotted names.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    path
        What errors name.
    records : str
        Where the list of objects is: ``""``, or the names on the way to it, ``"data.days"``.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        msg = f"{path}: not JSON in UTF-8 ({error})"
        raise LedgerError(msg) from error
    for name in records.split(".") if records else ():
        if not isinstance(found, dict) or name not in found:
            place = f"{path}: no {name!r} on the way to records={records!r}; there is"
            names = list(found) if isinstance(found, dict) else [f"a {type(found).__name__}"]
            raise LedgerError.from_missing_column(place, names, name)
        found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        some = f" in it: {', '.join(list(found)[:10])}" if isinstance(found, dict) else ""
        msg = f"{path}: not a list of objects; say where they are, records='data.days'{some}"
        raise LedgerError(msg)
    return pd.DataFrame([_flat(row) for row in found], dtype=object)


def _flat(row: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, cell in row.items():
        flat |= _flat(cell, f"{above}{name}.") if isinstance(cell, dict) else {above + name: cell}
    return flat


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, or refuse one that says something twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"{twice!r} is said twice in one object"
        raise ValueError(msg)
    return found


def write(reports: pd.DataFrame, tz: str, path: str | os.PathLike[str]) -> None:
    """Write reports as JSON records; see :meth:`Ledger.to_json`."""
    write_whole(path, lambda file: _write_rows(reports, tz, file))


def _write_rows(reports: pd.DataFrame, tz: str, file: IO[str]) -> None:
    """Write an object a report, without its blank cells, each different cell of a column once.

    The first names every column, so that none is missing when all of its cells are blank.
    """
    if not len(reports):
        file.write("[]\n")
        return
    mark = "[\n"
    for place, cells in enumerate(pieces(reports, tz)):
        columns: list[str | list[str]] = ["{"]
        for nth, (name, column) in enumerate(cells.items()):
            head = ("" if not nth else ", ") + _ENCODER.encode(name) + ": "
            columns.append(column.written(partial(_pair, head)))
        rows = lines([*columns, "}"])
        if not place:
            next(rows)
            file.write(mark + _ENCODER.encode({n: _json(c.first) for n, c in cells.items()}))
            mark = ",\n"
        file.writelines(mark + row for row in rows)
    file.write("\n]\n")


def _pair(head: str, cell: Any) -> str:
    """Write a name and a cell; nothing for a blank one."""
    if _blank(cell):
        return ""
    return head + (
        encode_basestring(cell) if isinstance(cell, str) else _ENCODER.encode(_json(cell))
    )


def _blank(cell: Any) -> bool:
    return (
        cell == ""
        if isinstance(cell, str)
        else bool(pd.api.types.is_scalar(cell) and pd.isna(cell))
    )


def _json(cell: Any) -> Any:
    if _blank(cell):
        return None
    if isinstance(cell, str | bool | int | float | list | dict):
        return cell
    return str(cell)
