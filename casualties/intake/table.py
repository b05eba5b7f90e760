"""Anything that holds a table, as a DataFrame with text for column names."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from ..model.errors import LedgerError, nearest
from ..model.schema import COLUMNS

Table: TypeAlias = pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any]


def as_frame(reports: Table, fixed: Mapping[str, Any]) -> pd.DataFrame:
    """Return a new table of the reports, with the columns that are the same in every row."""
    try:
        table = (
            reports.copy(deep=False) if isinstance(reports, pd.DataFrame) else pd.DataFrame(reports)
        )
    except UnicodeEncodeError:  # half a character somewhere: the row is named when it is read
        table = pd.DataFrame(reports, dtype=object)
    except (ValueError, TypeError) as error:
        msg = f"cannot make a table of these reports ({error}); pass a DataFrame or a list of dicts"
        raise LedgerError(msg) from error
    table.columns = pd.Index([str(name) for name in table.columns], dtype=object)
    repeated = table.columns[table.columns.duplicated()].unique()
    if len(repeated):
        raise LedgerError.from_repeated_column(repeated[0])
    nothing = not len(table) and not len(table.columns)  # no reports need no columns
    for name, value in fixed.items():
        hint = nearest(name, COLUMNS)
        if name not in COLUMNS and hint:
            msg = f"unknown column {name!r}. {hint}"
            raise LedgerError(msg)
        if name in table.columns:
            msg = f"column {name!r} is in the table and also given once for all; drop one of them"
            raise LedgerError(msg)
        if not nothing:
            table[name] = [value] * len(table)
    return table
