"""Successive copies of a table: what each says anew, what it changes and what it no longer says.

Time follows the cells that changed. A copy is laid beside the one before it, from its first row
and from its last as far as the keys are the same; what is left between is looked up by its key.
Only rows whose number is written otherwise than before come through the door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError
from ..model.reports import Reports
from ..model.schema import COLUMNS, COUNTS, KINDS, SERIES
from .cells import blanks
from .door import read_reports
from .named import is_column, need
from .options import Options
from .table import Wide, fill, to_pandas

#: What tells one figure of a copy from another, and what is said of it beside its value.
_KEY = (*SERIES, "kind", "period_start", "period_end")
_BESIDE = ("low", "high", "qualifier")
#: What a copy cannot say itself: it holds what stands, and its history is told by the copies.
_OWN = ("report_id", "action", "refers_to")


class Copies:
    """The copies read so far: what stands in the last one, and the reports that came of them.

    Parameters
    ----------
    given : mapping of str to object
        Columns of a report, each the name of a column of the copies or else a constant.
    wide : mapping of str to mapping
        The columns of numbers, with the columns of a report that each one stands for.
    options : Options
        What the caller says about the tables.
    tz : str
        The time zone of naive instants.
    """

    def __init__(self, given: Mapping[str, Any], wide: Wide, options: Options, tz: str) -> None:
        self._given, self._wide, self._options, self._tz = dict(given), dict(wide), options, tz
        self._named: set[str] = set()  # columns of a report whose word has been a column
        self._before = pd.DataFrame()  # the copy before, with the entry of each of its rows
        self._entry = np.empty(0, np.int64)
        self._entries: dict[tuple[Any, ...], int] = {}  # by the key of a row as it is written
        self._cells = np.empty((0, len(wide), 1 + len(_BESIDE)), object)  # by entry and number
        self._figure = np.empty((0, len(wide)), np.int64)  # by entry and number, -1: silent
        self._figures: dict[tuple[Any, ...], int] = {}  # by the key of a figure as it is meant
        self._said = np.empty((0, 2 * len(COUNTS) + 1), np.int64)  # by figure
        self._speaks = np.empty(0, bool)
        self._standing: list[list[str]] = []
        self._told: list[pd.DataFrame] = []
        self._size = 0

    def read(
        self, copy: Any, at: np.datetime64, label: str, note: str = ""
    ) -> tuple[int, int, int, list[str]]:
        """Read one copy; return how many figures are new, changed and gone, and what it lacks.

        Raises
        ------
        LedgerError
            If the copy cannot be read or contradicts itself; then nothing of it is kept.
        """
        table, lacking = self._table(to_pandas(copy), label)
        if table.equals(self._before):
            return 0, 0, 0, lacking
        here, there, rest = self._beside(table)
        entry = self._find(table, here, there, rest)
        touched = self._touched(table, here, there, rest, entry)
        row, part = np.nonzero(touched)
        rows = self._rows(table, row, part)
        silent = blanks(rows["value"], self._options.na)
        speaking = ~(silent & blanks(rows["low"]) if "low" in rows.columns else silent)
        called = np.array(list(self._wide), object)[part[speaking]]
        said = self._said_by(rows[speaking], called, at, label)
        number, fresh = self._number(_keys(said))
        figure = self._figure[entry]
        figure[touched] = -1
        figure[row[speaking], part[speaking]] = number
        self._refuse_twice(figure, table, label)
        # The copy is good: from here on it is kept.
        self._figures |= fresh
        self._said = _longer(self._said, len(self._figures), 0)
        self._speaks = _longer(self._speaks, len(self._figures), False)
        self._standing += [[] for _ in fresh]
        self._before, self._entry = table, entry
        self._figure[entry[row], part] = figure[row, part]
        self._cells[entry[row], part] = _objects(rows.reindex(columns=["value", *_BESIDE]))
        numbers = _numbers(said)
        new = ~self._speaks[number]
        changed = ~new & (self._said[number] != numbers).any(axis=1)
        self._said[number], self._speaks[number] = numbers, True
        present = np.zeros(len(self._figures), bool)
        present[figure[figure >= 0]] = True
        gone = np.flatnonzero(self._speaks & ~present)
        self._speaks[gone] = False
        self._tell(rows[speaking], said, new | changed, number, note)
        self._withdraw(gone, at, note)
        return int(new.sum()), int(changed.sum()), len(gone), lacking

    @property
    def rows(self) -> int:
        """How many rows the last copy has."""
        return len(self._before)

    def reports(self) -> pd.DataFrame:
        """Return what was told, as a table for the door."""
        table = pd.concat(self._told, ignore_index=True) if self._told else pd.DataFrame()
        table = table.reindex(columns=[*dict.fromkeys([*COLUMNS, *table.columns])])
        for name, value in self._given.items():
            if name not in self._named:
                fill(table, name, value)
        return table

    # -- one copy ----------------------------------------------------------------------------

    def _table(self, copy: pd.DataFrame, label: str) -> tuple[pd.DataFrame, list[str]]:
        """Return a copy with a report's names for its columns, and the columns that it lacks.

        A word that has been a column is one: a copy that lacks it is blank there.
        """
        repeated = copy.columns[copy.columns.duplicated()]
        if len(repeated):
            raise LedgerError.from_repeated_column(repeated[0], label)
        names = set(copy.columns)
        chosen = {ours: theirs for theirs, ours in self._options.renamed.items()}
        used = {*self._wide, self._given["period_end"]}
        for ours, said in self._given.items():
            if is_column(copy, ours, said, used):
                chosen[ours] = said
                self._now_named(ours)
        lacking = [str(self._given[ours]) for ours in sorted(self._named - chosen.keys())]
        lacking += [theirs for theirs in self._options.renamed if theirs not in names]
        need(copy, "date", self._given["period_end"], label)
        if not names & self._wide.keys():
            need(copy, "value", next(iter(self._wide)), label)
        lacking += [column for column in self._wide if column not in names]
        columns = {ours: copy[theirs] for ours, theirs in chosen.items() if theirs in names}
        for name in copy.columns:
            if name not in {*chosen.values(), *used} and name not in _OWN and name != "value":
                columns.setdefault(name, copy[name])
        for place, column in enumerate(self._wide):
            columns[_part(place)] = copy[column] if column in names else None
        return pd.DataFrame(columns, index=copy.index), lacking

    def _now_named(self, ours: str) -> None:
        """Note that a word is a column; copies before that lacked it were blank there."""
        if ours in self._named:
            return
        self._named.add(ours)
        if ours in _KEY and self._figures:
            place = _KEY.index(ours)
            default = COLUMNS[ours]
            self._figures = {
                (*key[:place], default, *key[place + 1 :]): number
                for key, number in self._figures.items()
            }

    def _beside(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return rows, those of the copy before with the same keys in order, and what is left."""
        size, last = len(table), len(self._before)
        most = min(size, last)
        keys = [c for c in _KEY if c in table.columns or c in self._before.columns]
        if any(c not in table.columns or c not in self._before.columns for c in keys):
            most = 0
        head = tail = 0
        if most:
            first, end = slice(0, most), slice(size - most, size)
            alike = _alike(table, first, self._before, slice(0, most), keys)
            head = most if alike.all() else int(np.argmin(alike))
            alike = _alike(table, end, self._before, slice(last - most, last), keys)[::-1]
            tail = min(most - head, most if alike.all() else int(np.argmin(alike)))
        here = np.r_[np.arange(head), np.arange(size - tail, size)]
        there = np.r_[np.arange(head), np.arange(last - tail, last)]
        return here, there, np.arange(head, size - tail)

    def _find(
        self, table: pd.DataFrame, here: np.ndarray, there: np.ndarray, rest: np.ndarray
    ) -> np.ndarray:
        """Return the entry of each row; equal keys within one copy are told apart by their turn."""
        entry = np.empty(len(table), np.int64)
        entry[here] = self._entry[there]
        entry[rest] = self._look_up(_keys_written(table.iloc[rest]))
        if len(rest) and len(np.unique(entry)) < len(entry):
            keys: list[tuple[Any, ...]] = []
            turn: dict[tuple[Any, ...], int] = {}
            for key in _keys_written(table):
                turn[key] = turn.get(key, -1) + 1
                keys.append((*key, turn[key]) if turn[key] else key)
            entry = self._look_up(keys)
        self._cells = _longer(self._cells, len(self._entries), _NEVER)
        self._figure = _longer(self._figure, len(self._entries), -1)
        return entry

    def _look_up(self, keys: Sequence[tuple[Any, ...]]) -> np.ndarray:
        known = self._entries
        return np.array([known.setdefault(key, len(known)) for key in keys], np.int64)

    def _touched(
        self,
        table: pd.DataFrame,
        here: np.ndarray,
        there: np.ndarray,
        rest: np.ndarray,
        entry: np.ndarray,
    ) -> np.ndarray:
        """Return which numbers are not written as they were, by row and column of numbers."""
        touched = np.zeros((len(table), len(self._wide)), bool)
        columns = [c for c in _BESIDE if c in table.columns or c in self._before.columns]
        for place in range(len(self._wide)):
            said = [_part(place), *columns]
            if len(here):
                alike = _alike(table, here, self._before, there, said)
                touched[here, place] = ~alike
            cells = _objects(table.iloc[rest].reindex(columns=[_part(place), *_BESIDE]))
            touched[rest, place] = _unlike(cells, self._cells[entry[rest], place]).any(axis=1)
            # What was gone from the copy before is told again, however it is written.
            figure = self._figure[entry[rest], place]
            touched[rest, place] |= (figure >= 0) & ~np.append(self._speaks, True)[figure]
        return touched

    def _rows(self, table: pd.DataFrame, row: np.ndarray, part: np.ndarray) -> pd.DataFrame:
        """Return the rows that say touched numbers, with the columns that each stands for."""
        parts = [_part(place) for place in range(len(self._wide))]
        rows = table.drop(columns=parts).iloc[row]
        value = np.empty(len(row), object)
        for place, name in enumerate(parts):
            value[part == place] = _objects(table[[name]].iloc[row[part == place]])[:, 0]
        rows["value"] = value
        for name in {name for names in self._wide.values() for name in names}:
            words = np.array([names.get(name) for names in self._wide.values()], object)
            rows[name] = words[part]
        return rows

    def _said_by(
        self, rows: pd.DataFrame, called: np.ndarray, at: np.datetime64, label: str
    ) -> Reports:
        """Return rows as reports, or raise with every problem of the copy."""
        table = rows.copy()
        for name, value in self._given.items():
            if name not in self._named:
                fill(table, name, value)
        if "reported_at" not in table.columns:
            table["reported_at"] = pd.Timestamp(at).tz_localize("UTC")
        names = {ours: self._given[ours] for ours in ("period_end", *self._named)}
        options = replace(self._options, called=names | {"value": called})
        return read_reports(table, self._tz, options, label)

    def _number(self, keys: list[tuple[Any, ...]]) -> tuple[np.ndarray, dict[tuple[Any, ...], int]]:
        """Return the number of each figure, and the figures that are not known yet."""
        fresh: dict[tuple[Any, ...], int] = {}
        known, size = self._figures, len(self._figures)
        numbers = [
            known[key] if key in known else fresh.setdefault(key, size + len(fresh)) for key in keys
        ]
        return np.array(numbers, np.int64), fresh

    def _refuse_twice(self, figure: np.ndarray, table: pd.DataFrame, label: str) -> None:
        """Raise if two numbers of a copy are the same figure's."""
        row, part = np.nonzero(figure >= 0)
        numbers = figure[row, part]
        order = np.argsort(numbers, kind="stable")
        twice = np.flatnonzero(np.diff(numbers[order]) == 0)
        if not len(twice):
            return
        one, two = (int(order[twice[0] + step]) for step in (0, 1))
        columns = list(self._wide)
        day = str(table["period_end"].iloc[row[one]])[:10]
        more = f", and {len(twice) - 1:,} more such pairs" if len(twice) > 1 else ""
        msg = (
            f"{label} has two rows for one figure of {day}: rows {table.index[row[one]]} and "
            f"{table.index[row[two]]}, column {columns[part[two]]!r}{more}; add what tells them "
            "apart (side, category, definition)"
        )
        raise LedgerError(msg)

    def _tell(
        self, rows: pd.DataFrame, said: Reports, told: np.ndarray, number: np.ndarray, note: str
    ) -> None:
        chosen = np.flatnonzero(told)
        if not len(chosen):
            return
        chunk = rows.iloc[chosen].astype(object)
        chunk["report_id"] = self._names(len(chosen))
        instants = pd.Series(said.reported[chosen]).dt.tz_localize("UTC")
        chunk["reported_at"] = np.array(instants.astype(object))
        if note:
            own = chunk["note"] if "note" in chunk.columns else pd.Series("", chunk.index)
            chunk["note"] = own.fillna("").astype(str).add("; ").str.removeprefix("; ") + note
        for figure, name in zip(number[chosen], chunk["report_id"], strict=True):
            self._standing[figure].append(name)
        self._told.append(chunk)

    def _withdraw(self, gone: np.ndarray, at: np.datetime64, note: str) -> None:
        """Write a retraction of every report of the figures that are gone which still stands."""
        about = [name for figure in gone for name in self._standing[figure]]
        for figure in gone:
            self._standing[figure] = []
        if not about:
            return
        columns: dict[str, Any] = {"report_id": self._names(len(about)), "refers_to": about}
        columns |= {"action": "retract", "reported_at": pd.Timestamp(at).tz_localize("UTC")}
        columns |= {"note": note} if note else {}
        self._told.append(pd.DataFrame(columns).astype(object))

    def _names(self, size: int) -> list[str]:
        names = [f"r{self._size + place}" for place in range(1, size + 1)]
        self._size += size
        return names


#: What no cell is.
_NEVER = object()


def _part(place: int) -> str:
    """Return the name under which a copy keeps a column of numbers."""
    return f"\0{place}"


def _objects(table: pd.DataFrame) -> np.ndarray:
    """Return cells as objects, ``None`` where they are missing."""
    out = np.empty(table.shape, object)
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        out[:, place] = column.astype(object).where(column.notna(), None)
    return out


def _unlike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(one != other, bool)


def _alike(
    one: pd.DataFrame, rows: Any, other: pd.DataFrame, there: Any, columns: list[str]
) -> np.ndarray:
    """Whether rows of two copies are written alike in some columns; what is missing is alike."""
    size = len(one.iloc[rows])
    alike = np.ones(size, bool)
    for name in columns:
        if name not in one.columns or name not in other.columns:
            return np.zeros(size, bool)
        mine = pd.Series(one[name].array[rows])
        theirs = pd.Series(other[name].array[there])
        if mine.dtype != theirs.dtype or isinstance(mine.dtype, pd.CategoricalDtype):
            mine, theirs = mine.astype(object), theirs.astype(object)
        same = (mine == theirs).to_numpy(dtype=bool, na_value=False)
        alike &= same | (mine.isna() & theirs.isna()).to_numpy()
    return alike


def _keys_written(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = [
        table[name].astype(object).where(table[name].notna(), None)
        if name in table.columns
        else repeat(None, len(table))
        for name in _KEY
    ]
    return list(zip(*columns, strict=True))


def _keys(reports: Reports) -> list[tuple[Any, ...]]:
    """Return what tells figures apart, as it is meant."""
    columns: list[Any] = [
        reports.words[name].to_numpy(object)[reports.codes[name]] for name in SERIES
    ]
    columns.append(np.array(KINDS, object)[reports.fixed["kind"]])
    columns += [reports.days[name].astype("M8[D]").astype(np.int64) for name in _KEY[-2:]]
    return list(zip(*columns, strict=True))


def _numbers(reports: Reports) -> np.ndarray:
    """Return what reports say, a row each."""
    columns = [reports.fixed["qualifier"].astype(np.int64)]
    for name in COUNTS:
        columns += [reports.stated[name], np.where(reports.stated[name], reports.number[name], 0)]
    return np.column_stack(columns).astype(np.int64)


def _longer(array: np.ndarray, size: int, value: Any) -> np.ndarray:
    """Return an array with room for more rows, which hold one value."""
    if len(array) >= size:
        return array
    more = np.empty((size - len(array), *array.shape[1:]), array.dtype)
    more[...] = value
    return np.concatenate([array, more])
