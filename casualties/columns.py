"""Reading one column of a table at a time, whole columns at once, for the door.

Each distinct cell is read once. A blank is a missing value or text of blanks only.
"""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from . import clocks
from .counts import MAX_COUNT, Count, parse_count
from .schema import COUNTS, QUALIFIERS, Problems, shorten


class Names:
    """A column of names as codes into its distinct words; -1 is blank, -2 unusable."""

    def __init__(self, codes: np.ndarray, words: list[str]) -> None:
        self.codes, self.words = codes, words

    def __add__(self, other: "Names") -> "Names":
        words = list(dict.fromkeys([*self.words, *other.words]))
        place = {word: code for code, word in enumerate(words)}
        codes = [
            np.array([*(place[word] for word in part.words), -2, -1], np.int32)[part.codes]
            for part in (self, other)
        ]
        return Names(np.concatenate(codes), words)

    def fill(self, rows: np.ndarray, word: str) -> None:
        """Put `word` where `rows` are blank."""
        blank = rows & (self.codes == -1)
        if blank.any():
            if word not in self.words:
                self.words.append(word)
            self.codes[blank] = self.words.index(word)

    def recode(self, allowed: tuple[str, ...]) -> None:
        """Turn the codes into positions in a fixed vocabulary; unusable ones become -1."""
        places = [allowed.index(word) if word in allowed else -1 for word in self.words]
        # The two last places answer the codes -2 and -1.
        self.codes = np.array([*places, -1, -1], np.int32)[self.codes]
        self.words = list(allowed)

    def fixed(self, allowed: tuple[str, ...], default: int) -> np.ndarray:
        """Return positions in a fixed vocabulary, `default` where there is none."""
        self.recode(allowed)
        return np.where(self.codes < 0, default, self.codes)

    def categorical(self) -> pd.Categorical:
        """Return the column with its used words, sorted, as categories."""
        used = np.flatnonzero(np.bincount(self.codes, minlength=len(self.words)))
        order = sorted(used.tolist(), key=lambda code: self.words[code])
        place = np.zeros(len(self.words) + 1, np.int32)
        place[order] = np.arange(len(order))
        words = pd.Index([self.words[code] for code in order], dtype="str")
        return pd.Categorical.from_codes(place[self.codes], words)


class RowsOf:
    """The rows of each code; sorted once, when the first is asked for."""

    def __init__(self, codes: np.ndarray) -> None:
        self._codes = codes
        self._order: np.ndarray | None = None

    def __call__(self, code: int | np.integer[Any]) -> np.ndarray:
        """Return the rows of one code, in order."""
        if self._order is None:
            self._order = np.argsort(self._codes, kind="stable")
            self._sorted = self._codes[self._order]
        first, last = np.searchsorted(self._sorted, np.array([code, code + 1]))
        return self._order[first:last]


def distinct(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return codes (-1 for missing) and the distinct cells of a column, as objects."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        cells = np.asarray(column.cat.categories, dtype=object)
        return column.cat.codes.to_numpy(np.int32), cells
    try:
        codes, cells = pd.factorize(column)
    except TypeError:  # unhashable cells, such as lists: each is its own
        missing = column.isna().to_numpy()
        codes = np.where(missing, -1, np.cumsum(~missing) - 1)
        return codes.astype(np.int32), column[~missing].to_numpy(object)
    return codes.astype(np.int32), np.asarray(cells, dtype=object)


def _few(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return codes and cells as :func:`distinct`; texts that hardly repeat stand for themselves."""
    some = column.iloc[:1000]
    if pd.api.types.infer_dtype(column, skipna=False) == "string" and some.nunique() > 500:
        return np.arange(len(column), dtype=np.int32), column.to_numpy(object)
    return distinct(column)


def _read_text(cell: Any) -> tuple[str | None, str]:
    """Return a cell as text (``None``: blank) with the reason why it is not text."""
    if isinstance(cell, int | np.integer) and not isinstance(cell, bool):
        return str(cell), ""
    if not isinstance(cell, str):
        return None, f"is a {type(cell).__name__}, not text"
    if not cell.strip():
        return None, ""
    if "\0" in cell:
        return None, "holds a NUL character"
    try:
        cell.encode()
    except UnicodeEncodeError:
        return None, "holds half a character that no file can keep"
    return cell, ""


def read_names(column: pd.Series | None, name: str, size: int, problems: Problems) -> Names:
    """Read a column of names that repeat."""
    if column is None:
        return Names(np.full(size, -1, np.int32), [])
    codes, cells = distinct(column)
    words: dict[str, int] = {}
    place, rows_of = np.full(len(cells) + 1, -1, np.int32), RowsOf(codes)
    for code, cell in enumerate(cells):
        text, why = _read_text(cell)
        if why:
            place[code] = -2
            for row in rows_of(code):
                problems.add(row, name, cell, f"{name} {shorten(cell)} {why}", "write it as text")
        elif text is not None:
            place[code] = words.setdefault(text, len(words))
    return Names(place[codes], list(words))


def read_texts(column: pd.Series | None, name: str, size: int, problems: Problems) -> pd.Series:
    """Read a column of texts of which most differ; blanks become ``""``."""
    if column is None:
        return pd.Series("", index=range(size), dtype="str")
    if getattr(column.dtype, "storage", "") == "pyarrow":  # kept as it is, whatever its size
        texts = column.fillna("").astype("str").reset_index(drop=True)
        if not texts.str.contains("\0", regex=False).any():
            return texts
    cells = np.array(column.astype(object).where(column.notna(), ""), dtype=object)
    if pd.api.types.infer_dtype(cells) in ("string", "empty"):
        try:
            if "\0" not in "\n".join(cells.tolist()).encode().decode():
                return pd.Series(cells, dtype="str")
        except UnicodeEncodeError:
            pass  # found below, row by row
    for row, cell in enumerate(cells):
        text, why = _read_text(cell)
        cells[row] = text or ""
        if why:
            problems.add(row, name, cell, f"{name} {shorten(cell)} {why}", "write it as text")
    return pd.Series(cells, dtype="str")


def read_moments(
    column: pd.Series | None, name: str, size: int, tz: str, problems: Problems
) -> np.ndarray:
    """Read a column of instants in UTC (with a `tz`) or of calendar days (`tz` empty)."""
    if column is None:
        return np.full(size, clocks.NAT)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        found, odd = _read_stamps(column, tz)
        cells = column.iloc[odd].astype(object).to_numpy()
        codes = np.full(size, -1, np.int32)
        codes[odd] = np.arange(len(odd))
        read = np.full(len(odd), clocks.NAT)
    else:
        codes, cells = _few(column)
        texts = np.ones(len(cells), bool)
        if pd.api.types.infer_dtype(cells, skipna=False) != "string":
            texts[:] = [isinstance(cell, str) for cell in cells]
        read = np.full(len(cells), clocks.NAT)
        if texts.any():
            read[texts] = clocks.read_iso(cells[texts], tz, days=not tz)
        found = np.append(read, clocks.NAT)[codes]
    # What could not be read at once is read by itself, or told with the reason why not.
    rows_of = RowsOf(codes)
    for code in np.flatnonzero(np.isnat(read)):
        cell = cells[code]
        if isinstance(cell, str) and not cell.strip():
            continue
        moment, why = clocks.read_instant(cell, tz) if tz else clocks.read_day(cell)
        rows = rows_of(code)
        found[rows] = moment
        if why:
            for row in rows:
                problems.add(row, name, cell, f"cannot read {name} {shorten(cell)}", why)
    return found


def _read_stamps(column: pd.Series, tz: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a datetime column at once; return it with the positions that need a closer look."""
    missing = column.isna().to_numpy()
    aware = column.dt.tz is not None
    naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if aware else column
    plain = np.asarray(naive.values)
    inside = ~missing & (plain >= clocks.FIRST) & (plain <= clocks.LAST)
    if not tz:
        inside &= np.zeros(len(plain), bool) if aware else plain == plain.astype("M8[D]")
    found = np.full(len(plain), clocks.NAT)
    np.copyto(found, plain.astype("M8[us]"), where=inside)
    if tz and not aware and tz != "UTC":
        local = pd.DatetimeIndex(found).tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
        found = clocks.utc_values(local)
    return found, np.flatnonzero(np.isnat(found) & ~missing)


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

    def column(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of a column and where they are missing."""
        return self.number[name], ~self.stated[name]

    def settle(self, rows: np.ndarray, qualifier: np.ndarray) -> None:
        """Give `rows` their default qualifier and the bounds that it implies."""
        value, low, high = (self.stated[name][rows] for name in COUNTS)
        blank = qualifier[rows] < 0
        ranged = QUALIFIERS.index("range")
        qualifier[rows[blank]] = np.where(~value & (low | high), ranged, 0)[blank]
        says = qualifier[rows]
        number = self.number["value"][rows]
        lower = value & ~low & _FLOORED[says]
        upper = value & ~high & _CAPPED[says]
        self.number["low"][rows[lower]] = (number + (says == 3))[lower]
        self.number["high"][rows[upper]] = (number - (says == 5))[upper]
        self.stated["low"][rows[lower]] = True
        self.stated["high"][rows[upper]] = True

    def copy(self, rows: np.ndarray, target: np.ndarray, names: tuple[str, ...]) -> None:
        """Copy numbers to `rows` from their `target`, where none are stated."""
        for name in names:
            blank = ~self.stated[name][rows]
            self.number[name][rows[blank]] = self.number[name][target[blank]]
            self.stated[name][rows[blank]] = self.stated[name][target[blank]]

    def check(self, qualifier: np.ndarray, action: np.ndarray, problems: Problems) -> None:
        """Note the rows whose numbers do not make a count."""
        value, low, high = (self.stated[name] for name in COUNTS)
        told = problems.rows()
        ranged = qualifier == QUALIFIERS.index("range")
        number = self.number
        backwards = ~value & low & high & (number["low"] > number["high"])
        tests = {
            "low": (
                (ranged & ~low, "a range without its lower bound", "give low, and high if known"),
                (
                    backwards,
                    "low is above high",
                    "swap the bounds, or give the value they should hold",
                ),
                (
                    ~ranged & ~value & (low | high),
                    "bounds without a value",
                    "give the value, or say qualifier='range'",
                ),
            ),
            "high": (
                (
                    (qualifier == 5) & value & (number["value"] == 0),
                    "less than 0 people",
                    "say qualifier='exact' for none",
                ),
            ),
        }
        for column, kinds in tests.items():
            for rows, what, remedy in kinds:
                for row in np.flatnonzero(rows & (action < 2)):
                    if row not in told:
                        cell = int(number[column][row]) if self.stated[column][row] else None
                        problems.add(row, column, cell, what, remedy)
        for row in np.flatnonzero((value | low | high) & (action >= 2)):
            what = f"a {('retract', 'deny')[action[row] - 2]} carries no number"
            remedy = "leave value, low and high blank; another number is a report or a revise"
            cell = int(number["value"][row]) if value[row] else None
            problems.add(row, "value", cell, what, remedy)


def read_counts(table: pd.DataFrame, qualifier: Names, size: int, problems: Problems) -> Counts:
    """Read the columns of counts; a qualifier or bounds written in the value are taken from it."""
    counts = Counts(size)
    for name in COUNTS:
        if name in table.columns:
            _read_count(table[name], name, counts, qualifier, problems)
    return counts


def _read_count(
    column: pd.Series, name: str, counts: Counts, qualifier: Names, problems: Problems
) -> None:
    plain = pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_float_dtype(column.dtype)
    if plain:
        missing = column.isna().to_numpy()
        number = column.to_numpy(np.float64, na_value=0.0) if missing.any() else column.to_numpy()
        number = np.where(missing, 0, number)
        with np.errstate(invalid="ignore"):
            whole = (number >= 0) & (number <= MAX_COUNT) & (number == np.floor(number))
        counts.number[name][whole] = number[whole].astype(np.int64)
        counts.stated[name][:] = whole & ~missing
        for row in np.flatnonzero(~whole):
            _refuse(row, name, column.iloc[row], problems)
        return
    codes, cells = distinct(column)
    read: list[Count | None] = []
    rows_of = RowsOf(codes)
    for code, cell in enumerate(cells):
        blank = isinstance(cell, str) and not cell.strip()
        count, why = (None, None) if blank else _read_cell(cell, name)
        read.append(count)
        if count is None and not blank:
            for row in rows_of(code):
                if why is None:
                    _refuse(row, name, cell, problems)
                else:
                    what, _, remedy = why.partition("; ")
                    problems.add(row, name, cell, f"{name} {what}", remedy)
    _place(codes, cells, read, name, counts, qualifier, problems)


def _read_cell(cell: Any, name: str) -> tuple[Count | None, str | None]:
    if isinstance(cell, Count):
        return cell, None
    if isinstance(cell, str):
        try:
            count = parse_count(cell)
        except ValueError as error:
            return None, str(error)
        if name != "value" and count.qualifier != "exact":
            return None, f"{shorten(cell)} is not one number; {name} is a plain inclusive bound"
        return count, None
    number = isinstance(cell, int | float | Decimal | np.integer | np.floating)
    if isinstance(cell, bool) or not number:
        return None, f"{shorten(cell)} is a {type(cell).__name__}, not a count; write a number"
    if not 0 <= cell <= MAX_COUNT or cell != int(cell):
        return None, None
    return Count(int(cell), int(cell), int(cell), "exact"), None


def _refuse(row: int | np.integer[Any], name: str, cell: Any, problems: Problems) -> None:
    if cell < 0:
        what, remedy = "is negative", "a count of people starts at 0"
    elif cell > MAX_COUNT:
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
    qualifier.codes[rows] = code[rows]
