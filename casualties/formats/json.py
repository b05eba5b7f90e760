"""JSON files: a list of objects, one a report, in UTF-8."""

import json
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError
from .whole import writable


def parse(data: bytes, path: Any) -> pd.DataFrame:
    """Return a list of objects as a table of cells: texts, whole numbers, or anything.

    It is read strictly: in UTF-8, no name twice in one object. `path` is what errors name.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise LedgerError.of(path, f"not JSON in UTF-8 ({error})") from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        what = "not a list of objects; a ledger is a list of objects, [{...}, {...}], one a report"
        if isinstance(found, dict):
            names = ", ".join([*found][:10])
            what += f"; in it are {names}: give the list in it to Ledger, or by read= of archives"
        raise LedgerError.of(path, what)
    return pd.DataFrame(found, dtype=object)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; one that has a name twice is refused."""
    names = [name for name, _ in pairs]
    if len({*names}) < len(names):
        msg = f"{max(names, key=names.count)!r} is said twice in one object"
        raise ValueError(msg)
    return dict(pairs)


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
