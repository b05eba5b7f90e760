"""JSON files: a list of objects, one a report, in UTF-8."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, both
from .whole import writable


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the objects of a file as a table of cells: texts, whole numbers, or anything."""
    remedy = "a ledger is a list of objects, [{...}, {...}], one a report"
    return pd.DataFrame(_objects(Path(path).read_bytes(), path, remedy), dtype=object)


def parse_nested(data: bytes, path: Any, records: str) -> pd.DataFrame:
    """Return a list of objects as a table; the fields of an object in one have dotted names.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    path
        What errors name.
    records : str
        Where the list of objects is: ``""``, or the names on the way to it, ``"data.days"``.
    """
    remedy = "say where they are, " + both("records='data.days'", "--records data.days")
    rows = _objects(data, path, remedy, records)
    return pd.DataFrame([_flat(row) for row in rows], dtype=object)


def _objects(data: bytes, path: Any, remedy: str, records: str = "") -> list[dict[str, Any]]:
    """Read the objects of a list strictly: in UTF-8, no name twice in one object."""
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise LedgerError.of(path, f"not JSON in UTF-8 ({error})") from error
    for name in records.split(".") if records else ():
        if not isinstance(found, dict) or name not in found:
            way = both(f"records={records!r}", f"--records {records}")
            place = f"{path}: no {name!r} on the way to {way}; there is"
            there = list(found) if isinstance(found, dict) else [f"a {type(found).__name__}"]
            raise LedgerError.from_missing_column(place, there, name)
        found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        names = f"; in it are {', '.join(list(found)[:10])}" if isinstance(found, dict) else ""
        raise LedgerError.of(path, f"not a list of objects; {remedy}{names}")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; one that has a name twice is refused."""
    names = [name for name, _ in pairs]
    if len({*names}) < len(names):
        msg = f"{max(names, key=names.count)!r} is said twice in one object"
        raise ValueError(msg)
    return dict(pairs)


def _flat(row: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Return an object whose objects are replaced by their fields, ``{"a.b": 1}``."""
    flat: dict[str, Any] = {}
    for name, cell in row.items():
        flat |= _flat(cell, f"{above}{name}.") if isinstance(cell, dict) else {above + name: cell}
    return flat


def written(reports: pd.DataFrame, tz: str) -> str:
    """Return reports as JSON records, an object a line; see :meth:`Ledger.to_json`.

    Blank cells are left out, but in the first object: it names every column, also one that is
    blank in all reports.
    """
    table = writable(reports, tz)
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    columns = {str(name): list(map(_cell, table[name].astype(object))) for name in table.columns}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    rows[1:] = [{name: cell for name, cell in row.items() if cell is not None} for row in rows[1:]]
    return "[\n" + ",\n".join(map(encode, rows)) + "\n]\n" if rows else "[]\n"


def _cell(cell: Any) -> Any:
    """Return a cell as JSON can hold it; ``None`` for a blank one."""
    if isinstance(cell, str):
        return cell or None
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return None
    cell = cell.item() if isinstance(cell, np.generic) else cell
    return cell if isinstance(cell, bool | int | float | list | dict) else str(cell)
