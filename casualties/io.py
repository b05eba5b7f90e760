"""Reading and writing ledgers as files: CSV, JSON records, Parquet.

A file is written whole or not at all: to a temporary file beside it, flushed, then renamed.
"""

import contextlib
import csv
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import clocks
from .fields import read_fields, refuse_repeated
from .schema import CATEGORICAL, COLUMNS, DAYS, LedgerError, nearest

if TYPE_CHECKING:
    from .ledger import Ledger

_PARQUET = "Parquet needs pyarrow: pip install 'casualties[parquet]'"


def read_csv(
    path: str | os.PathLike[str],
    *,
    tz: str = "UTC",
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8-sig",
    **fixed: Any,
) -> "Ledger":
    r"""Read a ledger from a CSV file with a header.

    Parameters
    ----------
    path : path
        The file.
    tz : str, default "UTC"
        IANA name of the time zone that naive instants are in.
    columns : mapping of str to str, optional
        Names of columns in the file and the column of a report that each one is.
    encoding : str, default "utf-8-sig"
        UTF-8 with or without a byte order mark.
    **fixed
        Columns that are the same in every row.

    Returns
    -------
    Ledger

    Raises
    ------
    LedgerError
        If the file is not such a table, or with every problem of its rows. Rows are counted
        from 0, the first below the header.

    Examples
    --------
    >>> import casualties as cas, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "deaths.csv"
    >>> _ = file.write_text("Day,Deaths\n2024-05-06,about 300\n")
    >>> ledger = cas.read_csv(
    ...     file,
    ...     columns={"Deaths": "value", "Day": "reported_at"},
    ...     source="Ministry",
    ...     kind="total",
    ... )
    >>> ledger.reports["qualifier"].item()
    'about'
    """
    return _ledger(read_fields(path, encoding), path, tz, columns, fixed)


def read_json(
    path: str | os.PathLike[str],
    *,
    tz: str = "UTC",
    columns: Mapping[str, str] | None = None,
    **fixed: Any,
) -> "Ledger":
    """Read a ledger from a JSON file: a list of objects, one a report, in UTF-8.

    Parameters and errors are those of :func:`read_csv`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.json"
    >>> import casualties as cas
    >>> _ = file.write_text('[{"value": "at least 300", "reported_at": "2024-05-06"}]')
    >>> cas.read_json(file, source="Ministry", kind="total").reports["low"].tolist()
    [300]
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        records = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        msg = f"{path}: not JSON in UTF-8 ({error}); a ledger is a list of objects, one a report"
        raise LedgerError(msg) from error
    if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
        msg = f"{path}: not a list of objects; a ledger is written [{{...}}, {{...}}], one a report"
        raise LedgerError(msg)
    return _ledger(pd.DataFrame(records, dtype=object), path, tz, columns, fixed)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, or refuse one that says something twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"{twice!r} is said twice in one object"
        raise ValueError(msg)
    return found


def read_parquet(
    path: str | os.PathLike[str],
    *,
    tz: str = "UTC",
    columns: Mapping[str, str] | None = None,
    **fixed: Any,
) -> "Ledger":
    """Read a ledger from a Parquet file (extra ``parquet``).

    Parameters and errors are those of :func:`read_csv`.

    Examples
    --------
    >>> import casualties as cas
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.parquet"
    >>> cas.load_dataset("karabakh_2020").to_parquet(file)
    >>> cas.read_parquet(file, tz="Asia/Yerevan") == cas.load_dataset("karabakh_2020")
    True
    """
    _need_pyarrow()
    try:
        if Path(path).is_dir():
            table = pd.read_parquet(path)
        else:
            with open(path, "rb") as file:  # opened once: another may be writing a new one
                table = pd.read_parquet(file)
    except (ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        msg = f"{path}: not a Parquet file ({str(error).splitlines()[0]}); write it again"
        raise LedgerError(msg) from error
    if not len(table.columns):
        msg = f"{path}: no columns in it; a ledger has a column for each thing a report says"
        raise LedgerError(msg)
    return _ledger(table, path, tz, columns, fixed)


def _ledger(
    table: pd.DataFrame,
    path: Any,
    tz: str,
    columns: Mapping[str, str] | None,
    fixed: Mapping[str, Any],
) -> "Ledger":
    from .ledger import Ledger

    names = [str(name) for name in table.columns]
    for theirs in columns or {}:
        if theirs not in names:
            hint = nearest(theirs, names)
            msg = f"{path}: no column {theirs!r} in the file; it has {', '.join(names[:20])}"
            raise LedgerError(msg + (f". {hint}" if hint else ""))
    table = table.rename(columns=dict(columns or {}))
    refuse_repeated(path, [str(name) for name in table.columns])
    for name in table.columns:
        if name not in COLUMNS and isinstance(table[name].dtype, pd.StringDtype | np.dtype):
            with contextlib.suppress(ValueError, TypeError):
                table[name] = pd.to_numeric(table[name])
    return Ledger._read(table, tz=tz, where=str(path), fixed=fixed)


def writable(reports: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Return reports as text and whole numbers: ISO days, instants local to `tz` with offset."""
    out = reports.copy()
    for column in DAYS:
        days = np.asarray(out[column].values, "M8[D]")
        out[column] = np.where(np.isnat(days), "", np.datetime_as_string(days))
    out["reported_at"] = _instants(clocks.utc_values(pd.DatetimeIndex(out["reported_at"])), tz)
    for column in CATEGORICAL:
        out[column] = out[column].astype("str")
    return out


def _instants(utc: np.ndarray, tz: str) -> np.ndarray:
    local = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(tz).tz_localize(None)
    minutes = (np.asarray(local.values, "M8[us]") - utc) / np.timedelta64(1, "m")
    odd = minutes != np.round(minutes)  # local mean time: written in UTC
    minutes = np.where(odd, 0, minutes).astype(np.int64)
    shown = utc + minutes.astype("m8[m]")
    fine = bool((shown.astype("M8[s]") != shown).any())
    text = np.datetime_as_string(shown, "us" if fine else "s").astype(object)
    offsets = np.array(
        [
            f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}"
            for m in np.unique(minutes)
        ],
        dtype=object,
    )
    return text + offsets[np.searchsorted(np.unique(minutes), minutes)] if len(utc) else text


def write_csv(
    reports: pd.DataFrame, tz: str, path: str | os.PathLike[str], *, spreadsheet_safe: bool
) -> None:
    """Write reports as CSV; see :meth:`Ledger.to_csv`."""
    table = writable(reports, tz)
    if spreadsheet_safe:
        for column in table.columns:
            if pd.api.types.is_string_dtype(table[column]) and column != "reported_at":
                risky = table[column].str.startswith(("=", "+", "-", "@", "\t", "\r"), na=False)
                table[column] = table[column].where(~risky, "'" + table[column])
    # Only quoted fields keep a carriage return.
    texts = [c for c in table.columns if pd.api.types.is_string_dtype(table[c])]
    returns = any(table[c].str.contains("\r", regex=False, na=False).any() for c in texts)
    quoting = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    write_whole(
        path, lambda file: table.to_csv(file, index=False, lineterminator="\n", quoting=quoting)
    )


def write_json(reports: pd.DataFrame, tz: str, path: str | os.PathLike[str]) -> None:
    """Write reports as JSON records; see :meth:`Ledger.to_json`."""
    records = [
        {name: _json(cell) for name, cell in row.items() if not _blank(cell)}
        for row in writable(reports, tz).to_dict("records")
    ]
    body = ",\n".join(json.dumps(row, ensure_ascii=False) for row in records)
    write_whole(path, lambda file: file.write(f"[\n{body}\n]\n" if records else "[]\n"))


def write_parquet(reports: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write reports as Parquet; see :meth:`Ledger.to_parquet`."""
    _need_pyarrow()
    write_whole(path, lambda file: reports.to_parquet(file, index=False), binary=True)


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise LedgerError(_PARQUET) from error


def _blank(cell: Any) -> bool:
    return (
        cell == ""
        if isinstance(cell, str)
        else bool(pd.api.types.is_scalar(cell) and pd.isna(cell))
    )


def _json(cell: Any) -> Any:
    if isinstance(cell, str | bool | int | float | list | dict):
        return cell
    return str(cell)


def write_whole(
    path: str | os.PathLike[str], write: Callable[[IO[Any]], object], *, binary: bool = False
) -> None:
    """Write a file so that at every moment either the old or the new one is there, whole."""
    path = Path(path)
    mode = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8", "newline": ""}
    with tempfile.NamedTemporaryFile(
        dir=path.parent,
        prefix=f".{path.name}.",
        suffix=".part",
        delete=False,
        **mode,  # type: ignore[call-overload]
    ) as file:
        try:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                os.chmod(file.name, path.stat().st_mode & 0o777)
            else:
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(file.name, 0o666 & ~mask)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(file.name)
            raise
