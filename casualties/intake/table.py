"""Anything that holds a table, as a DataFrame with a report's names for its columns."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd

from ..model.errors import LedgerError
from ..model.schema import COLUMNS, SERIES
from .cells import blanks
from .options import Options, check_keywords


class Arrow(Protocol):
    """What can hand over its table as Arrow: Polars, pyarrow, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class Exchanged(Protocol):
    """What can hand over its table by the dataframe interchange protocol."""

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> Any: ...


Table: TypeAlias = (
    pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any] | Arrow | Exchanged
)
#: For a wide table: each column of numbers, with the columns of a report that it stands for.
Wide: TypeAlias = Mapping[str, Mapping[str, Any]]

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
    constants = dict(fixed)
    table = to_pandas(reports)
    _refuse_repeated(table, where)
    names = table.columns
    wide = constants.pop("value") if isinstance(constants.get("value"), Mapping) else {}
    for theirs in (*options.columns, *wide):
        ours = options.columns.get(theirs)
        if len(names) and theirs not in names and not (ours and options.called_so(ours, names)):
            place = f"{head}no column {theirs!r} in the table; it has"
            raise LedgerError.from_missing_column(place, names, theirs)
    if len(parts := options.called_so("reported_at", names)) == 2:
        table = _joined(table, parts)
    table = table.rename(columns=options.renamed)
    _refuse_repeated(table, where)
    for name, value in constants.items():
        if isinstance(value, str) and value in table.columns and value not in wide:
            msg = (
                f"{head}{name}={value!r} also names a column of the table; if the column is meant, "
                f"say columns={{{value!r}: {name!r}}}, if the word is, rename the column"
            )
            raise LedgerError(msg)
    for column, said in wide.items():
        if not isinstance(said, Mapping):
            msg = f"value={{{column!r}: …}} says what it counts, as in {{'outcome': 'killed'}}"
            raise LedgerError(msg)
        same = next((other for other, its in wide.items() if its == said and other != column), "")
        if same:
            msg = (
                f"{head}value={{…}} says the same of {column!r} and {same!r}; tell them apart by "
                "outcome, side, category or definition"
            )
            raise LedgerError(msg)
        for name, value in said.items():
            if isinstance(value, str) and value in names and value not in wide:
                msg = (
                    f"{head}value={{{column!r}: {{{name!r}: {value!r}}}}} also names a column of "
                    f"the table; rename that column if the word {value!r} is meant"
                )
                raise LedgerError(msg)
    if not len(table) and not len(names):  # no reports need no columns
        return table
    for column in table.columns if options.na else ():
        if column in COLUMNS or column in wide:
            table[column] = _without(table[column], options.na)
    if wide:
        table = melt(table, wide, head)
    for name in sorted(constants, key="action".__ne__):  # the action says what the others fill
        fill(table, name, constants[name])
    return table


_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:Z|GMT|UTC|[+-]\d{2}:?\d{2}))?", re.ASCII)


def _joined(table: pd.DataFrame, parts: list[str]) -> pd.DataFrame:
    """Return a table in which a column of days and one of times are one column of texts."""
    texts = [
        [_text_of(cell) for cell in table[name].astype(object).where(table[name].notna(), "")]
        for name in parts
    ]
    if all(_TIME.fullmatch(text) for text in texts[0] if text):
        parts, texts = parts[::-1], texts[::-1]
    joined = [
        f"{day} {time.zfill(5) if ':' in time[:2] else time}" if time else day
        for day, time in zip(*texts, strict=True)
    ]
    table = table.drop(columns=parts[1])
    return table.assign(**{parts[0]: pd.Series(joined, table.index, dtype=object)})


def _text_of(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell).strip()


def to_pandas(table: Any) -> pd.DataFrame:
    """Return anything that holds a table as a new DataFrame whose columns have text for names."""
    if isinstance(table, pd.DataFrame):
        frame = table.copy(deep=False)
        for place, dtype in enumerate(frame.dtypes):
            if isinstance(dtype, pd.ArrowDtype):
                import pyarrow as pa

                plain = pa.array(table.iloc[:, place]).to_pandas(types_mapper=_whole)
                frame.isetitem(place, plain.array)
    elif hasattr(table, "__arrow_c_stream__") or hasattr(table, "__dataframe__"):
        frame = _from_arrow(table)
    else:
        try:
            frame = pd.DataFrame(table)
        except UnicodeEncodeError:  # half a character somewhere: the row is named when it is read
            frame = pd.DataFrame(table, dtype=object)
        except (ValueError, TypeError) as error:
            msg = f"cannot make a table of these reports ({error}); pass a DataFrame or dicts"
            raise LedgerError(msg) from error
    frame.columns = pd.Index([str(name) for name in frame.columns], dtype=object)
    return frame


def _from_arrow(table: Any) -> pd.DataFrame:
    try:
        import pyarrow as pa
        from pyarrow import interchange
    except ImportError as error:
        name = type(table).__module__.partition(".")[0]
        msg = f"a table of {name} needs pyarrow: pip install 'casualties[parquet]'"
        raise ImportError(msg) from error
    try:
        if hasattr(table, "__arrow_c_stream__"):
            arrow = pa.table(table)
        else:
            arrow = interchange.from_dataframe(table)
    except (pa.ArrowInvalid, TypeError, ValueError, NotImplementedError) as error:
        msg = f"cannot make a table of this {type(table).__name__} ({error}); pass a DataFrame"
        raise LedgerError(msg) from error
    return arrow.to_pandas(types_mapper=_whole, ignore_metadata=True)


def _whole(kind: Any) -> Any:
    """Return the dtype of Arrow's whole numbers, of which some may be missing."""
    from pyarrow import types

    if not types.is_integer(kind):
        return None
    return pd.UInt64Dtype() if types.is_uint64(kind) else pd.Int64Dtype()


def _refuse_repeated(table: pd.DataFrame, where: str) -> None:
    repeated = table.columns[table.columns.duplicated()].unique()
    if len(repeated):
        raise LedgerError.from_repeated_column(repeated[0], where)


def _without(column: pd.Series, na: frozenset[str]) -> pd.Series:
    """Return a column in which the words of the caller's choice are blank."""
    gone = blanks(column, na)
    return column.astype(object).mask(gone, None) if gone.any() else column


def melt(table: pd.DataFrame, wide: Wide, head: str = "", *, every: bool = False) -> pd.DataFrame:
    """Return a table with a row for each number of a wide one, in the order of its rows.

    A blank cell of a row that has a number elsewhere is no report, unless `every` one is. A row
    without any number, and a row about another report, is one report.
    """
    said = sorted({name for names in wide.values() for name in names})
    check_keywords(said, [name for name in COLUMNS if name != "value"])
    for name in (*said, "value"):
        if name in table.columns:
            msg = (
                f"{head}column {name!r} is in the table, and value={{…}} says it too; drop one of "
                "them"
            )
            raise LedgerError(msg)
    filled = np.column_stack([~blanks(table[column]) for column in wide])
    filled[~filled.any(axis=1), 0] = True
    filled |= every
    row, place = np.nonzero(filled)
    long = table.drop(columns=list(wide)).iloc[row]
    numbers = np.column_stack([table[column].astype(object) for column in wide])
    columns: dict[str, Any] = {"value": numbers[row, place]}
    for name in said:
        constants = np.array([names.get(name) for names in wide.values()], dtype=object)
        columns[name] = constants[place]
    if "action" in long.columns:  # what it is about says what is counted
        about = long["action"].isin(["revise", "retract", "deny"]).to_numpy(bool)
        for name in said:
            columns[name][about] = None
    return long.assign(**columns)


def fill(table: pd.DataFrame, name: str, value: Any) -> None:
    """Put a keyword's value where its column is blank, unless a linked report takes another."""
    empty = blanks(table[name]) if name in table.columns else np.ones(len(table), bool)
    if "action" in table.columns and name in (*_TAKEN, *_NUMBERS):
        action = table["action"]
        keep = action.isin(["revise", "retract", "deny"])
        if name in _NUMBERS:
            keep = action.isin(["retract", "deny"])
        elif name == "source":  # who denies is the denial's own
            keep = action.isin(["revise", "retract"])
        empty = empty & ~keep.to_numpy(bool)
    if name not in table.columns and isinstance(value, str):
        table[name] = pd.Categorical.from_codes(np.where(empty, 0, -1), pd.Index([value]))
        return
    cells = np.full(len(table), None, object)
    if name in table.columns:
        if not empty.any():
            return
        cells[:] = table[name].astype(object)
    cells[empty] = pd.Series([value] * int(empty.sum()), dtype=object)
    table[name] = pd.Series(cells, table.index, dtype=object)
