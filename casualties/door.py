"""The door: every table of reports is read, checked and completed here, once (design, section 2).

What comes in may be text, numbers or dates of any kind; what goes out is one table with the
columns and dtypes of a report, every default filled in. All problems are raised together.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from . import clocks, links
from .columns import Names, RowsOf, read_counts, read_moments, read_names, read_texts
from .schema import (
    CATEGORICAL,
    COLUMNS,
    DAYS,
    NAMES,
    REQUIRED,
    TEXTS,
    VOCABULARY,
    LedgerError,
    Problems,
    count_column,
    day_column,
    nearest,
    unknown,
)

Reports: TypeAlias = pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any]


def as_frame(reports: Reports, fixed: Mapping[str, Any]) -> pd.DataFrame:
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
        msg = f"column {repeated[0]!r} occurs more than once; keep one of them"
        raise LedgerError(msg)
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


def read_reports(
    table: pd.DataFrame, tz: str, where: str = "", before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check and complete a table of reports.

    Parameters
    ----------
    table : DataFrame
        As :func:`as_frame` returns it; its index labels name the rows in error messages.
    tz : str
        The time zone that naive instants are in, and whose calendar the days covered follow.
    where : str, optional
        What the table is (a path), said first in an error message.
    before : DataFrame, optional
        Reports that passed the door already, which the new ones join and may refer to.

    Returns
    -------
    DataFrame
        The columns of a report in order, then the extra columns untouched; a new ``RangeIndex``.

    Raises
    ------
    LedgerError
        With every problem that was found.
    """
    base = 0 if before is None else len(before)
    problems = Problems(table.index, base)
    problems.shift = base
    _check_columns(table, problems)
    parsed = _Parsed(table, tz, problems)
    _check_required(table, parsed, problems)
    problems.shift = 0
    if before is not None:
        parsed = _Parsed(before, tz, problems) + parsed
    names, texts, days = parsed.names, parsed.texts, parsed.days
    action = names["action"].fixed(VOCABULARY["action"], default=0)
    ids = texts["report_id"] = links.name_reports(texts["report_id"])
    target = links.find_targets(action, ids, texts["refers_to"], parsed.reported, problems)

    roots = target < 0
    for column in NAMES:
        default = COLUMNS[column]
        if default is not None:
            names[column].fill(roots, default)
    names["kind"].recode(VOCABULARY["kind"])
    names["qualifier"].recode(VOCABULARY["qualifier"])
    kind, qualifier = names["kind"].codes, names["qualifier"].codes
    parsed.counts.settle(np.flatnonzero(roots), qualifier)
    _default_days(roots, kind, days, parsed.reported, tz)
    links.fill_linked(action, target, names, parsed.counts, days, ids, problems)
    _check_periods(kind, days, target, ids, problems)
    parsed.counts.check(qualifier, action, problems)
    problems.raise_any(where)

    filled: dict[str, Any] = {}
    for column in COLUMNS:
        if column in NAMES:
            filled[column] = names[column].categorical()
        elif column in VOCABULARY:
            codes = action if column == "action" else names[column].codes
            filled[column] = pd.Categorical.from_codes(codes, list(VOCABULARY[column]))
        elif column in TEXTS:
            filled[column] = texts[column]
        elif column in DAYS:
            filled[column] = day_column(days[column])
        elif column == "reported_at":
            filled[column] = clocks.utc_column(parsed.reported)
        else:
            filled[column] = count_column(*parsed.counts.column(column))
    return pd.DataFrame(filled | _extras(table, before), copy=False)


class _Parsed:
    """The columns of one table, each read by itself."""

    def __init__(self, table: pd.DataFrame, tz: str, problems: Problems) -> None:
        size = len(table)
        self.names = {c: read_names(table.get(c), c, size, problems) for c in CATEGORICAL}
        for column in VOCABULARY:
            _check_vocabulary(self.names[column], column, problems)
        self.texts = {c: read_texts(table.get(c), c, size, problems) for c in TEXTS}
        self.counts = read_counts(table, self.names["qualifier"], size, problems)
        self.days = {c: read_moments(table.get(c), c, size, "", problems) for c in DAYS}
        self.reported = read_moments(table.get("reported_at"), "reported_at", size, tz, problems)

    def __add__(self, other: "_Parsed") -> "_Parsed":
        joined = object.__new__(_Parsed)
        joined.names = {c: self.names[c] + other.names[c] for c in CATEGORICAL}
        joined.texts = {
            c: pd.concat([self.texts[c], other.texts[c]], ignore_index=True) for c in TEXTS
        }
        joined.counts = self.counts + other.counts
        joined.days = {c: np.r_[self.days[c], other.days[c]] for c in DAYS}
        joined.reported = np.r_[self.reported, other.reported]
        return joined


def _extras(table: pd.DataFrame, before: pd.DataFrame | None) -> dict[str, pd.Series]:
    """Return the columns that are not a report's, untouched."""
    parts = [table] if before is None else [before, table]
    extras = [part[[c for c in part.columns if c not in COLUMNS]] for part in parts]
    if len(extras) == 2 and not extras[1].shape[1]:  # nothing said: missing, of the same dtype
        extras[1] = extras[1].reindex(columns=extras[0].columns)
    joined = extras[0].reset_index(drop=True)
    if len(extras) == 2:
        joined = pd.concat([e.astype(object) for e in extras], ignore_index=True)
        joined = joined.infer_objects()
    return {str(column): joined[column] for column in joined.columns}


def _check_columns(table: pd.DataFrame, problems: Problems) -> None:
    present = set(table.columns)
    if not present:
        return
    strangers = [column for column in table.columns if column not in COLUMNS]
    linked = "refers_to" in present and "action" in present
    for column in REQUIRED:
        if column in present or (column in ("source", "kind") and linked):
            continue
        near = nearest(column, strangers)
        if near:
            stranger = near.split("'")[1]
            what, remedy = f"unknown column {stranger!r}: did you mean {column!r}?", ""
        else:
            what = f"missing column {column!r}"
            remedy = "add it, or give it once for all rows as a keyword"
        problems.add(-1, column, None, what, remedy)


def _check_vocabulary(names: Names, column: str, problems: Problems) -> None:
    allowed, rows_of = VOCABULARY[column], RowsOf(names.codes)
    for code, name in enumerate(names.words):
        if name not in allowed:
            what, remedy = unknown(column, name, allowed).split("; ", 1)
            rows = rows_of(code)
            for row in rows:
                problems.add(row, column, name, what, remedy)
            names.codes[rows] = -2  # stated, but not to be used


def _check_required(table: pd.DataFrame, parsed: _Parsed, problems: Problems) -> None:
    """Note required cells that are blank; linked reports may read `source` and `kind` elsewhere."""
    action = parsed.names["action"]
    own, denying = (
        np.array([word in said for word in [*action.words, None, "report"]])[action.codes]
        for said in (("report",), ("deny",))
    )
    blank = {
        "source": (parsed.names["source"].codes == -1) & (own | denying),
        "kind": (parsed.names["kind"].codes == -1) & own,
        "reported_at": np.isnat(parsed.reported),
    }
    remedy = {
        "source": "say who asserts the number (for a deny, who denies it)",
        "kind": "say total, period or more",
        "reported_at": "say when it became public",
    }
    told = problems.cells()
    for column, rows in blank.items():
        if (-1, column) in told:
            continue  # the whole column is missing: said once
        for row in np.flatnonzero(rows):
            if (int(row) + problems.shift, column) not in told:
                problems.add(row, column, None, f"no {column}", remedy[column])


def _default_days(
    roots: np.ndarray,
    kind: np.ndarray,
    days: dict[str, np.ndarray],
    reported: np.ndarray,
    tz: str,
) -> None:
    start, end = days["period_start"], days["period_end"]
    period = roots & (kind == 1)
    one = period & np.isnat(end)
    end[one] = start[one]
    one = period & np.isnat(start)
    start[one] = end[one]
    one = roots & (kind != 1) & np.isnat(end)
    end[one] = clocks.local_days(reported[one], tz)


def _check_periods(
    kind: np.ndarray,
    days: dict[str, np.ndarray],
    target: np.ndarray,
    ids: pd.Series,
    problems: Problems,
) -> None:
    start, end = days["period_start"], days["period_end"]
    told = problems.cells()
    undated = (kind == 1) & (np.isnat(start) | np.isnat(end))
    # What is copied from a report without its days is that report's problem.
    for row in np.flatnonzero(undated & ~((target >= 0) & undated[target])):
        if not {(row, "period_start"), (row, "period_end")} & told:
            what = "a period count without its days"
            problems.add(row, "period_end", None, what, "give period_start, period_end or both")
    for row in np.flatnonzero(end < start):
        first, last = (np.datetime_as_string(d[row], "D") for d in (start, end))
        what = f"period_end {last} is before period_start {first}"
        problems.add(row, "period_end", last, what, f"swap or mend the dates of {ids.iat[row]!r}")
