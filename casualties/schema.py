"""The columns of a report, their vocabulary, and the errors that name what is wrong with a table.

Reading and completing a table is in :mod:`casualties.door`.
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

#: What makes a series: what one source counts.
SERIES = ("event", "side", "category", "outcome", "definition", "source")

KINDS = ("total", "period", "more")
QUALIFIERS = ("exact", "about", "at_least", "more_than", "at_most", "less_than", "range")
ACTIONS = ("report", "revise", "retract", "deny")
VOCABULARY = {"kind": KINDS, "qualifier": QUALIFIERS, "action": ACTIONS}

#: Every column of a report, in order, with its default (``None``: no default, or a computed one).
COLUMNS: dict[str, str | None] = {
    "report_id": None,
    "event": "",
    "side": "all",
    "category": "all",
    "outcome": "killed",
    "definition": "",
    "source": None,
    "via": "",
    "kind": None,
    "value": None,
    "qualifier": "exact",
    "low": None,
    "high": None,
    "period_start": None,
    "period_end": None,
    "reported_at": None,
    "action": "report",
    "refers_to": "",
    "reason": "",
    "url": "",
    "note": "",
}
NAMES = ("event", "side", "category", "outcome", "definition", "source", "via")
TEXTS = ("report_id", "refers_to", "reason", "url", "note")
COUNTS = ("value", "low", "high")
DAYS = ("period_start", "period_end")
CATEGORICAL = (*NAMES, "kind", "qualifier", "action")
REQUIRED = ("source", "reported_at", "kind")

#: How many problems an error message shows.
SHOWN = 20


class LedgerError(ValueError):
    """Something about the reports, or about a question put to a ledger, that must be mended first.

    Attributes
    ----------
    problems : pandas.DataFrame
        One row a problem: ``row`` (the label of the row), ``column``, ``value`` (as it was given)
        and ``problem`` (what is wrong and how to mend it). Empty for a question that was wrong.

    Examples
    --------
    >>> import casualties as cas
    >>> try:
    ...     cas.Ledger([{"value": -5, "reported_at": "2024-05-06"}], source="AFP", kind="total")
    ... except cas.LedgerError as error:
    ...     error.problems[["row", "column", "value"]]
      row column value
    0   0  value    -5
    """

    def __init__(self, message: str, problems: pd.DataFrame | None = None) -> None:
        super().__init__(message)
        columns = ["row", "column", "value", "problem"]
        self.problems = pd.DataFrame(columns=columns) if problems is None else problems

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.problems)


class Problems:
    """Collects every problem of a table, to be raised together."""

    def __init__(self, labels: Sequence[Any], base: int = 0) -> None:
        self.labels, self.base = labels, base
        #: Added to the rows that are noted: where the table being read begins.
        self.shift = 0
        self._found: list[tuple[int, str, Any, str, str]] = []

    def add(
        self, row: int | np.integer[Any], column: str, value: Any, what: str, remedy: str = ""
    ) -> None:
        """Note a problem of one row (-1: of the whole table)."""
        place = int(row) + self.shift if row >= 0 else -1
        self._found.append((place, column, value, what, remedy))

    def rows(self) -> set[int]:
        """Positions of the rows that have a problem."""
        return {row for row, *_ in self._found}

    def cells(self) -> set[tuple[int, str]]:
        """Row and column of every problem."""
        return {(row, column) for row, column, *_ in self._found}

    def raise_any(self, where: str = "") -> None:
        """Raise one :class:`LedgerError` for all that was found."""
        if not self._found:
            return
        found = sorted(self._found, key=lambda problem: problem[0])
        lines = [self._line(*problem) for problem in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"… and {len(found) - SHOWN:,} more: see .problems of this error")
        head = f"{where}: " if where else ""
        if len(found) == 1:
            message = head + lines[0]
        else:
            message = f"{head}{len(found):,} problems\n" + "\n".join(f"  {line}" for line in lines)
        table = pd.DataFrame(
            {
                "row": pd.Series([self.label(p[0]) for p in found], dtype=object),
                "column": [p[1] for p in found],
                "value": pd.Series([p[2] for p in found], dtype=object),
                "problem": [f"{p[3]}; {p[4]}" if p[4] else p[3] for p in found],
            }
        )
        raise LedgerError(message, table)

    def label(self, row: int) -> Any:
        """Return the label of a row, ``None`` if it is none of the table being read."""
        return self.labels[row - self.base] if row >= self.base else None

    def _line(self, row: int, column: str, value: Any, what: str, remedy: str) -> str:
        place = f" in row {self.label(row)}" if row >= self.base else ""
        return f"{what}{place}" + (f"; {remedy}" if remedy else "")


def shorten(value: Any, most: int = 60) -> str:
    """Write a value for an error message, on one line and not too long."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(name: Any, allowed: Iterable[Any]) -> str:
    """Write "Did you mean …?" for the nearest allowed name, or nothing if none is near."""
    near = {str(a).casefold(): str(a) for a in allowed}
    close = difflib.get_close_matches(str(name).casefold()[:200], list(near), 1, 0.6)
    return f"Did you mean {near[close[0]]!r}?" if close else ""


def unknown(what: str, name: Any, allowed: Sequence[Any]) -> str:
    """Write the message about a name that is not one of those allowed."""
    some = ", ".join(str(a) for a in allowed[:10]) or "none"
    more = f", … ({len(allowed):,} in all)" if len(allowed) > 10 else ""
    hint = nearest(name, allowed)
    return f"unknown {what} {shorten(name)}; use one of {some}{more}" + (
        f". {hint}" if hint else ""
    )


def count_column(values: np.ndarray, missing: np.ndarray | None = None) -> pd.Series:
    """Return whole numbers as an ``Int64`` column, ``<NA>`` where `missing`."""
    gone = np.zeros(len(values), bool) if missing is None else missing
    data = np.where(gone, 0, values).astype(np.int64, copy=False)
    return pd.Series(pd.arrays.IntegerArray(data, gone.copy()), copy=False)


def day_column(days: np.ndarray) -> pd.Series:
    """Return days as a ``datetime64`` column."""
    return pd.Series(days.astype("M8[us]"), copy=False)


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the names that no row uses from the categories, so that later reports leave no trace."""
    for column in NAMES:
        if column in frame.columns:
            words = frame[column].cat
            codes = words.codes.to_numpy()
            used = np.bincount(codes, minlength=len(words.categories)) > 0
            if not used.all():
                place = np.cumsum(used) - 1
                frame[column] = pd.Categorical.from_codes(place[codes], words.categories[used])
    return frame
