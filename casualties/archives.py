"""Ledgers from other people's archives: tables of vintages, and successive copies of a table."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from .intake.options import check_keywords
from .ledger import Ledger
from .model.clocks import read_instant
from .model.errors import LedgerError, shorten
from .model.schema import COLUMNS, KINDS, NAMES

#: What tells one count of a snapshot from another.
_KEY = ("event", "side", "category", "outcome", "definition", "source", "kind", "period_start")


def from_vintages(
    frame: pd.DataFrame,
    *,
    date: str,
    reported_at: str,
    value: str,
    source: str,
    kind: str = "total",
    tz: str = "UTC",
    compact: bool = False,
    **columns: Any,
) -> Ledger:
    """Make a ledger of a version archive: one row per series, day and version.

    Parameters
    ----------
    frame : DataFrame
        Such as an ALFRED release table or an epidemiological archive (epiprocess).
    date, reported_at, value : str
        Names of columns: the day covered, when the version became public, the number. A missing
        value is a report that declines to say.
    source, kind, **columns
        Names of columns of `frame`, or else constants: an argument that names an existing column
        is that column.
    tz : str, default "UTC"
        Time zone of naive instants.
    compact : bool, default False
        Leave out repeats of an unchanged number, which are otherwise kept as reaffirmations.

    Returns
    -------
    Ledger

    Raises
    ------
    LedgerError
        If a column is missing, or a constant was probably meant but names a column.

    Examples
    --------
    >>> import casualties as cas, pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"day": "2024-05-06", "version": ["2024-05-07", "2024-05-09"], "deaths": [12, 10]}
    ... )
    >>> ledger = cas.from_vintages(
    ...     frame, date="day", reported_at="version", value="deaths", source="CDC"
    ... )
    >>> ledger.totals()["total"].tolist(), ledger.as_of("2024-05-07").totals()["total"].tolist()
    ([10], [12])
    """
    check_keywords(columns)
    for name, column in (("date", date), ("reported_at", reported_at), ("value", value)):
        _need(frame, name, column)
    table = {
        "period_end": frame[date],
        "reported_at": frame[reported_at],
        "value": frame[value],
    }
    for name, given in {"source": source, "kind": kind, **columns}.items():
        table[name] = _resolve(frame, name, given, (date, reported_at, value))
    ledger = Ledger(pd.DataFrame(table, index=frame.index), tz=tz)
    if compact:
        changes = ledger.revisions()
        repeats = changes.loc[changes["change"] == "reaffirmed", "new_id"]
        reports = ledger.reports
        ledger = Ledger(reports[~reports["report_id"].isin(repeats)], tz=tz)
    return ledger


def _need(frame: pd.DataFrame, name: str, column: str) -> None:
    if column not in frame.columns:
        place = f"{name}={column!r} is no column of the table, which has"
        raise LedgerError.from_missing_column(place, frame.columns, column)


def _resolve(frame: pd.DataFrame, name: str, given: Any, used: tuple[str, ...]) -> Any:
    """Return the column that an argument names, or the constant that it is.

    A column that is `used` for the date or the number is not the kind: with ``value="total"``,
    the kind ``total`` is a constant.
    """
    if not isinstance(given, str) or given not in frame.columns:
        return given
    if name == "kind" and given in used:
        return given
    column = frame[given]
    wrong = (name == "kind" and not column.isin(KINDS).all()) or (
        name in NAMES and pd.api.types.is_numeric_dtype(column.dtype)
    )
    if wrong:
        msg = (
            f"{name}={given!r} names a column of the table, whose values "
            f"({shorten(column.iloc[0]) if len(column) else 'none'}, …) are not a {name}; "
            "rename that column if the constant was meant"
        )
        raise LedgerError(msg)
    return column


def from_snapshots(
    snapshots: Mapping[Any, pd.DataFrame] | Iterable[tuple[Any, pd.DataFrame]],
    *,
    date: str,
    value: str | Mapping[str, Mapping[str, str]],
    source: str,
    kind: str = "total",
    tz: str = "UTC",
    **columns: Any,
) -> Ledger:
    """Make a ledger of successive full copies of a table.

    A new or changed cell becomes a report, one that vanished (or is blank) a retract, an
    unchanged one nothing. Only the last copy and the changes are kept in memory, so an iterable
    may read its copies one by one.

    Parameters
    ----------
    snapshots : mapping or iterable of (instant, DataFrame)
        The copies with the instant of each, oldest first.
    date : str
        The column of the day covered.
    value : str or mapping
        The column of the number, or for a wide table each such column with the series columns it
        stands for: ``{"killed_cum": {"outcome": "killed"}, "hurt_cum": {"outcome": "wounded"}}``.
    source, kind, **columns
        Names of columns, or else constants, as in :func:`from_vintages`.
    tz : str, default "UTC"
        Time zone of naive instants.

    Returns
    -------
    Ledger

    Raises
    ------
    LedgerError
        If the copies are out of order, a column is missing, or one copy has two rows for a count.

    Examples
    --------
    >>> import casualties as cas, pandas as pd
    >>> monday = pd.DataFrame({"day": ["2024-05-05", "2024-05-06"], "dead": [10, 14]})
    >>> tuesday = pd.DataFrame({"day": ["2024-05-05", "2024-05-06"], "dead": [10, 13]})
    >>> ledger = cas.from_snapshots(
    ...     {"2024-05-06": monday, "2024-05-07": tuesday}, date="day", value="dead", source="MoH"
    ... )
    >>> ledger.revisions()[["old", "new", "delta"]].values.tolist()
    [[14, 13, -1]]
    """
    check_keywords(columns)
    pairs = snapshots.items() if isinstance(snapshots, Mapping) else snapshots
    wide = {value: {}} if isinstance(value, str) else value
    given = {"source": source, "kind": kind, **columns}
    state: dict[tuple[Any, ...], tuple[tuple[Any, ...], str]] = {}
    rows: list[dict[str, Any]] = []
    last = None
    for instant, frame in pairs:
        at, why = read_instant(instant, tz)
        if why or (last is not None and at <= last):
            msg = f"cannot place the copy of {instant}: " + (why or "give the copies oldest first")
            raise LedgerError(msg)
        last = at
        _need(frame, "date", date)
        seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for column, names in wide.items():
            _need(frame, "value", column)
            _collect(seen, frame, date, column, given, names, instant)
        for key, said in seen.items():
            if key not in state or state[key][0] != said:
                name = f"r{len(rows) + 1}"
                row = dict(zip((*_KEY, "period_end"), key, strict=True))
                row |= dict(zip(("value", "low", "high", "qualifier"), said, strict=True))
                rows.append(row | {"report_id": name, "action": "report", "reported_at": instant})
                state[key] = (said, name)
        for key in [key for key in state if key not in seen]:
            rows.append(
                {
                    "report_id": f"r{len(rows) + 1}",
                    "action": "retract",
                    "refers_to": state.pop(key)[1],
                    "reported_at": instant,
                }
            )
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return Ledger(table, tz=tz)


def _collect(
    seen: dict[tuple[Any, ...], tuple[Any, ...]],
    frame: pd.DataFrame,
    date: str,
    value: str,
    given: Mapping[str, Any],
    constants: Mapping[str, str],
    instant: Any,
) -> None:
    """Read the cells of one column of a copy: what each counts, and what it says."""

    def cells(name: str) -> list[Any]:
        if name in constants:
            return [constants[name]] * len(frame)
        found = _resolve(frame, name, given.get(name), (date, value))
        return found.tolist() if isinstance(found, pd.Series) else [found] * len(frame)

    said = {"value": frame[value].tolist()}
    for name in ("low", "high", "qualifier"):
        said[name] = cells(name)
    keys = [cells(name) for name in _KEY]
    days = [str(cell)[:10] if not pd.isna(cell) else None for cell in frame[date]]
    for *key, day, number, low, high, qualifier in zip(*keys, days, *said.values(), strict=True):
        number = _plain(number)
        if number is None and _plain(low) is None:
            continue
        place = (*(_plain(cell) for cell in key), day)
        if place in seen:
            words = ", ".join(str(cell) for cell in place if cell not in (None, ""))
            msg = f"the copy of {instant} has two rows for {words}; add what tells them apart"
            raise LedgerError(msg)
        seen[place] = (number, _plain(low), _plain(high), _plain(qualifier))


def _plain(cell: Any) -> Any:
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return None
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
