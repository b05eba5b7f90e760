"""What is wrong, where, which are allowed, the nearest one and how to mend it, all in one go."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

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

    @classmethod
    def from_unknown(cls, name: Any, allowed: Sequence[Any], what: str) -> "LedgerError":
        """Make the error about a name that is not one of those allowed."""
        return cls(unknown(what, name, allowed))

    @classmethod
    def from_missing_column(cls, place: str, columns: Iterable[Any], name: str) -> "LedgerError":
        """Make the error about a column that a table does not have; `place` begins the sentence."""
        names = [str(column) for column in columns]
        hint = nearest(name, names)
        msg = f"{place} {', '.join(names[:20])}"
        return cls(msg + (f". {hint}" if hint else ""))

    @classmethod
    def from_repeated_column(cls, name: str, where: str = "") -> "LedgerError":
        """Make the error about a column that is named twice."""
        head = f"{where}: " if where else ""
        return cls(f"{head}column {name!r} occurs more than once; keep one of them")


class Problems:
    """Collects every problem of a table, to be raised together.

    Rows are counted from the first one that is looked at; those before `base` passed the door
    already, so that nothing is wrong with them. `columns` says what columns of a report are called
    in the table, where their name is another: one name, or one for each row.
    """

    def __init__(
        self,
        labels: Sequence[Any] | pd.Index,
        base: int = 0,
        columns: Mapping[str, Any] | None = None,
    ) -> None:
        self.labels, self.base = labels, base
        self._theirs = dict(columns or {})
        #: Added to the rows that are noted, while only the new ones are looked at.
        self.shift = base
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
        if column in self._theirs:
            theirs = self._theirs[column]
            theirs = theirs if isinstance(theirs, str) else theirs[row - self.base]
            place += f", column {theirs!r}" if place else ""
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
