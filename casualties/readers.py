"""Reading ledgers from files: CSV, JSON records, Parquet, Excel."""

import contextlib
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from .formats import csv, excel, json, parquet
from .intake.options import Options
from .ledger import Ledger
from .model.errors import LedgerError
from .model.frames import typed
from .model.schema import COLUMNS


def read_csv(
    path: str | os.PathLike[str], *, tz: str = "UTC", encoding: str = "utf-8-sig", **said: Any
) -> Ledger:
    r"""Read a ledger from a CSV file with a header.

    Parameters
    ----------
    path : path
        The file; its fields may be separated by commas, semicolons or tabs.
    tz, **said
        As for :class:`Ledger`.
    encoding : str, default "utf-8-sig"
        Of a file that is not in UTF-8, such as "cp1252". What can be read as UTF-8 is.

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
    >>> _ = file.write_text("Day;Killed;Hurt\n6/5/2024;about 300;dozens\n")
    >>> ledger = cas.read_csv(
    ...     file,
    ...     columns={"Day": "reported_at"},
    ...     value={"Killed": {"outcome": "killed"}, "Hurt": {"outcome": "wounded"}},
    ...     words={"dozens": (24, None)},
    ...     dates="dmy",
    ...     source="Ministry",
    ...     kind="total",
    ... )
    >>> ledger.reports[["outcome", "value", "qualifier"]].values.tolist()
    [['killed', 300, 'about'], ['wounded', 24, 'at_least']]
    """
    data = Path(path).read_bytes()  # read once: another may be writing a new one
    lines = partial(csv.line_numbers, data, encoding)
    return _ledger(csv.parse(data, path, encoding), path, tz, said, lines)


def read_json(path: str | os.PathLike[str], *, tz: str = "UTC", **said: Any) -> Ledger:
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
    return _ledger(json.parse(Path(path).read_bytes(), path), path, tz, said)


def read_parquet(path: str | os.PathLike[str], *, tz: str = "UTC", **said: Any) -> Ledger:
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
    return _ledger(parquet.read(path), path, tz, said)


def read_excel(
    path: str | os.PathLike[str], *, sheet: str | None = None, tz: str = "UTC", **said: Any
) -> Ledger:
    """Read a ledger from a sheet of an Excel workbook (extra ``excel``).

    Parameters
    ----------
    path : path
        An ``.xlsx`` file. The first row that is not empty names the columns. What a cell
        holds is read, not how it is shown: 0.4 as a percentage is 0.4. Comments are not read.
    sheet : str, optional
        The name of the sheet. Of several sheets one must be named.
    tz, **said
        As for :class:`Ledger`.

    Raises
    ------
    LedgerError
        If the file is no workbook or the sheet is not there; for merged cells, what is struck
        through or shown with a sign (10 as "10+"), errors, and formulas without a result; or with
        every problem of its rows, which have the numbers of the sheet.

    Examples
    --------
    >>> import casualties as cas
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.xlsx"
    >>> cas.load_dataset("karabakh_2020").to_excel(file)
    >>> cas.read_excel(file, tz="Asia/Yerevan") == cas.load_dataset("karabakh_2020")
    True
    """
    table = excel.read(path, sheet)
    return _ledger(table, path, tz, said, lambda: {row: row for row in table.index})


def _ledger(
    table: pd.DataFrame, path: Any, tz: str, said: dict[str, Any], lines: Any = None
) -> Ledger:
    """Make a ledger of the table in a file; in extra columns, texts of numbers become numbers."""
    options, constants = Options.split(said)
    options = replace(options, lines=lines)
    value = constants.get("value")
    if {*COLUMNS} <= {*table.columns}:  # a file that a ledger wrote: all other columns are extra
        extras: dict[str, str | None] = {n: None for n in table.columns if n not in COLUMNS}
        options = replace(options, columns={**extras, **options.columns})
    ours = {*COLUMNS, *(value if isinstance(value, dict) else ()), *options.columns}
    for name in table.columns:
        if (name not in ours or name in options.kept) and table[name].dtype in ("str", object):
            table[name] = _as_numbers(table[name])
    try:
        return Ledger._read(table, tz, options, constants)
    except LedgerError as error:
        raise LedgerError.of(path, error.told, error.problems) from None


def _as_numbers(column: pd.Series) -> pd.Series:
    """Return a column of texts as numbers, if each text is how Python writes a number."""
    if any(isinstance(_as_number(cell), str) for cell in column):
        return column
    return typed(pd.Series([*map(_as_number, column)], column.index, dtype=object))


def _as_number(cell: Any) -> Any:
    """Return a text as the number that Python writes so, ``None`` for a blank one."""
    for read in (int, float) if isinstance(cell, str) else ():
        with contextlib.suppress(ValueError):
            number = read(cell)
            if str(number) == cell != "nan" and (read is float or abs(number) < 2**63):
                return number
    return None if isinstance(cell, str) and not cell else cell
