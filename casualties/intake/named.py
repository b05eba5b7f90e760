"""Words that name a column of somebody's archive, or else are constants."""

from collections.abc import Collection
from typing import Any

import pandas as pd

from ..model.errors import LedgerError, shorten
from ..model.schema import KINDS, NAMES


def is_column(frame: pd.DataFrame, ours: str, said: Any, used: Collection[str]) -> bool:
    """Whether what was said of a report's column is the name of a column.

    A column that is `used` for the day or the number is not the kind: with ``value="total"``, the
    kind ``total`` is a constant.

    Raises
    ------
    LedgerError
        If a constant was probably meant, but names a column.
    """
    if not isinstance(said, str) or said not in frame.columns:
        return False
    if ours == "kind" and said in used:
        return False
    column = frame[said].dropna()
    wrong = (ours == "kind" and not column.isin([*KINDS, ""]).all()) or (
        ours in NAMES and pd.api.types.is_numeric_dtype(column.dtype) and len(column) > 0
    )
    if wrong:
        msg = (
            f"{ours}={said!r} names a column of the table, whose values "
            f"({shorten(column.iloc[0])}, …) are not a {ours}; rename that column if the constant "
            "was meant"
        )
        raise LedgerError(msg)
    return True


def need(frame: pd.DataFrame, ours: str, theirs: Any, where: str = "") -> None:
    """Raise if a column is not there."""
    if theirs not in frame.columns:
        head = f"{where}: " if where else ""
        place = f"{head}{ours}={theirs!r} is no column of the table, which has"
        raise LedgerError.from_missing_column(place, frame.columns, theirs)
