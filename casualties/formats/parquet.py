"""Parquet files, by pyarrow (extra ``parquet``)."""

import os
from pathlib import Path

import pandas as pd

from ..model.errors import LedgerError
from .whole import write_whole

_PARQUET = "Parquet needs pyarrow: pip install 'casualties[parquet]'"


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the table in a file."""
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
    return table


def write(reports: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write reports as Parquet; see :meth:`Ledger.to_parquet`."""
    _need_pyarrow()
    write_whole(path, lambda file: reports.to_parquet(file, index=False), binary=True)


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ImportError(_PARQUET) from error
