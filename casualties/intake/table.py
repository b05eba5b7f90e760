"""Anything that holds a table, as a DataFrame with a report's names for its columns."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ..model.errors import LedgerError
from ..model.schema import SERIES
from .cells import blanks
from .options import Options, check_keywords

Table: TypeAlias = pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any]

#: What a linked report takes from the one it is about, so that no keyword fills it in.
_TAKEN = (*SERIES, "kind", "period_start", "period_end")
_NUMBERS = ("value", "qualifier", "low", "high")


def as_frame(
    reports: Table, options: Options, fixed: Mapping[str, Any], where: str = ""
) -> pd.DataFrame:
    """Return a new table of the reports; `fixed` columns fill every row that is left blank.

    What the table is (a path) is said first in an error message.
    """
    head = f"{where}: " if where else ""
    check_keywords(fixed)
    table = _frame(reports)
    _refuse_repeated(table, where)
    names = table.columns
    for theirs in options.columns:
        if len(names) and theirs not in names:
            place = f"{head}no column {theirs!r} in the table; it has"
            raise LedgerError.from_missing_column(place, names, theirs)
    table = table.rename(columns=options.renamed)
    _refuse_repeated(table, where)
    for name, value in fixed.items():
        if isinstance(value, str) and value in table.columns:
            msg = (
                f"{head}{name}={value!r} also names a column of the table; if the column is meant, "
                f"say columns={{{value!r}: {name!r}}}, if the word is, rename the column"
            )
            raise LedgerError(msg)
    if len(table) or len(names):  # no reports need no columns
        for name in sorted(fixed, key="action".__ne__):  # the action says what the others fill
            _fill(table, name, fixed[name])
    return table


def _frame(reports: Table) -> pd.DataFrame:
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
    return table


def _refuse_repeated(table: pd.DataFrame, where: str) -> None:
    repeated = table.columns[table.columns.duplicated()].unique()
    if len(repeated):
        raise LedgerError.from_repeated_column(repeated[0], where)


def _fill(table: pd.DataFrame, name: str, value: Any) -> None:
    """Put a keyword's value where its column is blank, unless a linked report takes another."""
    fill = blanks(table[name]) if name in table.columns else np.ones(len(table), bool)
    if "action" in table.columns and name in (*_TAKEN, *_NUMBERS):
        action = table["action"]
        keep = action.isin(["revise", "retract", "deny"])
        if name in _NUMBERS:
            keep = action.isin(["retract", "deny"])
        elif name == "source":  # who denies is the denial's own
            keep = action.isin(["revise", "retract"])
        fill &= ~keep.to_numpy(bool)
    if name not in table.columns and isinstance(value, str):
        table[name] = pd.Categorical.from_codes(np.where(fill, 0, -1), [value])
        return
    cells = np.full(len(table), None, object)
    if name in table.columns:
        if not fill.any():
            return
        cells[:] = table[name].astype(object)
    cells[fill] = pd.Series([value] * int(fill.sum()), dtype=object)
    table[name] = pd.Series(cells, table.index, dtype=object)
