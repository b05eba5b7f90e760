"""Reading ledgers from files: CSV, JSON records, Parquet."""

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .formats import csv, json, parquet
from .intake.options import Options
from .ledger import Ledger
from .model.schema import COLUMNS


def read_csv(
    path: str | os.PathLike[str],
    *,
    tz: str = "UTC",
    columns: Mapping[str, str | None] | None = None,
    encoding: str = "utf-8-sig",
    **fixed: Any,
) -> Ledger:
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
    return _ledger(csv.read(path, encoding), path, tz, columns, fixed)


def read_json(
    path: str | os.PathLike[str],
    *,
    tz: str = "UTC",
    columns: Mapping[str, str | None] | None = None,
    **fixed: Any,
) -> Ledger:
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
    return _ledger(json.read(path), path, tz, columns, fixed)


def read_parquet(
    path: str | os.PathLike[str],
    *,
    tz: str = "UTC",
    columns: Mapping[str, str | None] | None = None,
    **fixed: Any,
) -> Ledger:
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
    return _ledger(parquet.read(path), path, tz, columns, fixed)


def _ledger(
    table: pd.DataFrame,
    path: Any,
    tz: str,
    columns: Mapping[str, str | None] | None,
    fixed: Mapping[str, Any],
) -> Ledger:
    options = Options.of(columns)
    for name in table.columns:
        if name not in COLUMNS and isinstance(table[name].dtype, pd.StringDtype | np.dtype):
            with contextlib.suppress(ValueError, TypeError):
                table[name] = pd.to_numeric(table[name])
    return Ledger._read(table, tz, str(path), options, fixed)
