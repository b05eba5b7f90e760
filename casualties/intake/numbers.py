"""Reading the columns `value`, `low` and `high`: counts as people write them."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import MAX_COUNT, Count, parse_count
from ..model.errors import Problems, shorten
from ..model.schema import ACTIONS, COUNTS, QUALIFIERS, Action, Kind, Qualifier
from .cells import RowsOf, distinct
from .options import Options
from .texts import Names

#: Whether a value with each qualifier has a lower and an upper bound.
_FLOORED = np.isin(QUALIFIERS, ("exact", "at_least", "more_than"))
_CAPPED = np.isin(QUALIFIERS, ("exact", "at_most", "less_than"))


class Counts:
    """The columns `value`, `low` and `high`: whole numbers, and which of them were stated."""

    def __init__(self, size: int) -> None:
        self.number = {name: np.zeros(size, np.int64) for name in COUNTS}
        self.stated = {name: np.zeros(size, bool) for name in COUNTS}

    def __add__(self, other: "Counts") -> "Counts":
        joined = Counts(0)
        for name in COUNTS:
            joined.number[name] = np.r_[self.number[name], other.number[name]]
            joined.stated[name] = np.r_[self.stated[name], other.stated[name]]
        return joined

    def since(self, first: int) -> "Counts":
        """Return the rows from one on."""
        rest = Counts(0)
        rest.number = {name: number[first:] for name, number in self.number.items()}
        rest.stated = {name: stated[first:] for name, stated in self.stated.items()}
        return rest

    def settle(self, rows: np.ndarray, qualifier: np.ndarray) -> None:
        """Give the rows of a mask their default qualifier and the bounds that it implies."""
        value, low, high = (self.stated[name] for name in COUNTS)
        blank = rows & (qualifier < 0)
        np.copyto(qualifier, Qualifier.EXACT, where=blank)
        np.copyto(qualifier, Qualifier.RANGE, where=blank & ~value & (low | high))
        for name, limited, beyond, step in (
            ("low", _FLOORED, Qualifier.MORE_THAN, 1), ("high", _CAPPED, Qualifier.LESS_THAN, -1)
        ):  # fmt: skip
            implied = rows & value & ~self.stated[name] & limited[qualifier]
            np.copyto(self.number[name], self.number["value"], where=implied)
            self.number[name][implied & (qualifier == beyond)] += step
            self.stated[name] |= implied

    def any(self) -> np.ndarray:
        """Whether each row states a value or a bound."""
        return self.stated["value"] | self.stated["low"] | self.stated["high"]

    def copy(self, rows: np.ndarray, source: np.ndarray, names: tuple[str, ...]) -> None:
        """Copy numbers to `rows` from the rows that are their `source`."""
        for name in names:
            self.number[name][rows] = self.number[name][source]
            self.stated[name][rows] = self.stated[name][source]

    def check(
        self, qualifier: np.ndarray, action: np.ndarray, kind: np.ndarray, problems: Problems
    ) -> None:
        """Note the rows whose numbers do not make a count."""
        value, low, high = (self.stated[name] for name in COUNTS)
        told = problems.rows()
        below = np.zeros(len(kind), bool)
        for name in COUNTS:
            negative = self.stated[name] & (self.number[name] < 0) & (kind != Kind.MORE)
            for row in np.flatnonzero(negative & ~below):
                least = int(self.number[name][row])
                what, remedy = f"{name} {least} is negative", "a count of people starts at 0"
                problems.add(row, name, least, what, f"{remedy}; 'so many fewer' is kind 'more'")
            below |= negative
        ranged = qualifier == Qualifier.RANGE
        number = self.number
        tests = {
            "low": (
                (
                    ranged & ~low & ~below,
                    "a range without its lower bound",
                    "give low, and high if known",
                ),
                (
                    ~ranged & ~value & (low | high) & ~below,
                    "bounds without a value",
                    "give the value, or say qualifier='range'",
                ),
            ),
            "high": (
                (
                    (qualifier == Qualifier.LESS_THAN) & value & (number["value"] == 0),
                    "less than 0 people",
                    "say qualifier='exact' for none",
                ),
            ),
        }
        for column, kinds in tests.items():
            for rows, what, remedy in kinds:
                for row in np.flatnonzero(rows & (action < Action.RETRACT)):
                    if row not in told:
                        cell = int(number[column][row]) if self.stated[column][row] else None
                        problems.add(row, column, cell, what, remedy)
        for row in np.flatnonzero((value | low | high) & (action >= Action.RETRACT)):
            what = f"a {ACTIONS[action[row]]} carries no number"
            remedy = "leave value, low and high blank; another number is a report or a revise"
            cell = int(number["value"][row]) if value[row] else None
            problems.add(row, "value", cell, what, remedy)


def read_counts(
    table: pd.DataFrame, qualifier: Names, size: int, options: Options, problems: Problems
) -> Counts:
    """Read the columns of counts; a qualifier or bounds written in the value are taken from it."""
    counts = Counts(size)
    for name in COUNTS:
        if name in table.columns:
            _read_count(table[name], name, counts, qualifier, options, problems)
    return counts


def _read_count(
    column: pd.Series,
    name: str,
    counts: Counts,
    qualifier: Names,
    options: Options,
    problems: Problems,
) -> None:
    plain = pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_float_dtype(column.dtype)
    if plain and options.thousands and pd.api.types.is_float_dtype(column.dtype):
        what = f"column {name!r} holds decimals, where thousands={options.thousands!r}"
        problems.add(-1, name, None, what, "read it as text: dtype=str")
        return
    if plain:
        missing = column.isna().to_numpy()
        number = column.to_numpy(np.float64, na_value=0.0) if missing.any() else column.to_numpy()
        number = np.where(missing, 0, number)
        with np.errstate(invalid="ignore"):
            whole = (np.abs(number) <= MAX_COUNT) & (number == np.floor(number))
        given = whole & ~missing  # a blank bound leaves what the value said
        counts.number[name][given] = number[given].astype(np.int64)
        counts.stated[name][given] = True
        for row in np.flatnonzero(~whole):
            _refuse(row, name, column.iloc[row], problems)
        return
    codes, cells = distinct(column)
    read: list[Count | None] = []
    rows_of = RowsOf(codes)
    for code, cell in enumerate(cells):
        blank = isinstance(cell, str) and not cell.strip()
        count, why = (None, None) if blank else _read_cell(cell, name, options)
        read.append(count)
        if count is None and not blank:
            for row in rows_of(code):
                if why is None:
                    _refuse(row, name, cell, problems)
                else:
                    what, _, remedy = why.partition("; ")
                    problems.add(row, name, cell, f"{name} {what}", remedy)
    _place(codes, cells, read, name, counts, qualifier, problems)


def _read_cell(cell: Any, name: str, options: Options) -> tuple[Count | None, str | None]:
    if isinstance(cell, Count):
        return cell, None
    if isinstance(cell, str):
        try:
            count = parse_count(cell, options.words, options.thousands)
        except ValueError as error:
            return None, str(error)
        if name != "value" and count.qualifier != "exact":
            return None, f"{shorten(cell)} is not one number; {name} is a plain inclusive bound"
        return count, None
    number = isinstance(cell, int | float | Decimal | np.integer | np.floating)
    if isinstance(cell, bool) or not number:
        return None, f"{shorten(cell)} is a {type(cell).__name__}, not a count; write a number"
    if not -MAX_COUNT <= cell <= MAX_COUNT or cell != int(cell):
        return None, None
    return Count(int(cell), int(cell), int(cell), "exact"), None


def _refuse(row: int | np.integer[Any], name: str, cell: Any, problems: Problems) -> None:
    if not -MAX_COUNT <= cell <= MAX_COUNT:
        what, remedy = f"is more than {MAX_COUNT:,}", "no count of people is"
    else:
        what, remedy = "is not whole", "write a whole number of people"
    problems.add(row, name, cell, f"{name} {cell} {what}", remedy)


def _place(
    codes: np.ndarray,
    cells: np.ndarray,
    read: list[Count | None],
    name: str,
    counts: Counts,
    qualifier: Names,
    problems: Problems,
) -> None:
    """Put counts where they were stated; a plain number leaves the qualifier column to speak."""
    nothing = Count(None, None, None, "exact")
    found = [nothing if count is None else count for count in [*read, None]]
    says = np.array([count.qualifier != "exact" for count in found]) & (name == "value")
    parts = {name: np.array([count.value for count in found], object)}
    if says.any():
        for part in ("low", "high"):
            bound = np.array([getattr(count, part) for count in found], object)
            bound[~says] = None
            parts[part] = bound
    for part, values in parts.items():
        given = np.array([value is not None for value in values])
        rows = given[codes]
        counts.number[part][rows] = np.where(given, values, np.int64(0)).astype(np.int64)[codes][
            rows
        ]
        counts.stated[part][rows] = True
    if not says.any():
        return
    words = [*dict.fromkeys([*qualifier.words, *(count.qualifier for count in found)])]
    qualifier.words[:] = words
    code = np.array([words.index(count.qualifier) for count in found])[codes]
    rows = says[codes]
    clash = rows & (qualifier.codes >= 0) & (qualifier.codes != code)
    for row in np.flatnonzero(clash):
        other = words[qualifier.codes[row]]
        what = f"value {shorten(cells[codes[row]])} says {words[code[row]]}"
        remedy = "leave one of them out"
        problems.add(row, "qualifier", other, f"{what}, qualifier says {other!r}", remedy)
    qualifier.own()[rows] = code[rows]
