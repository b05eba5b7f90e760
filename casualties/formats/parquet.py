"""Parquet files, by pyarrow (extra ``parquet``)."""

import io
import os
from pathlib import Path

import pandas as pd

from ..model.errors import LedgerError, needed

_EXTRA = ("pyarrow", "Parquet", "parquet")


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the table in a file, or in the files of a directory."""
    needed(*_EXTRA)
    # A file is read at once: it may be replaced meanwhile.
    source = path if Path(path).is_dir() else io.BytesIO(Path(path).read_bytes())
    try:
        table = pd.read_parquet(source)
    except (ValueError, OSError) as error:
        msg = f"{path}: not a Parquet file ({str(error).splitlines()[0]}); write it again"
        raise LedgerError(msg) from error
    if not len(table.columns):
        what = "no columns in it; a ledger has one for each thing a report says"
        raise LedgerError.of(path, what)
    return table


def written(reports: pd.DataFrame) -> bytes:
    """Return reports as Parquet; see :meth:`Ledger.to_parquet`."""
    needed(*_EXTRA)
    try:
        return reports.to_parquet(None, index=False)
    except (ValueError, TypeError, OverflowError, NotImplementedError) as error:
        for name in reports.columns if len(reports.columns) > 1 else ():
            written(reports[[name]])  # raises for the one that cannot be written
        msg = f"column {reports.columns[0]!r}: {error.args[0]}; in Parquet all cells of a column "
        msg += "are of one type: make them texts, or use CSV or JSON"
        raise LedgerError(msg) from error
