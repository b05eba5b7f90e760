"""Successive copies of a table: what each says anew, what it changes and what it no longer says.

Time follows the cells that changed. A copy is laid beside the one before it, from its first row
and from its last as far as the keys are the same; what is left between is looked up by its key.
Only rows whose number is written otherwise than before come through the door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import MAX_COUNT, is_blank
from ..model.errors import LedgerError
from ..model.reports import Reports
from ..model.schema import COLUMNS, COUNTS, KINDS, SERIES, Kind, Qualifier
from .cells import blanks
from .door import read_reports
from .named import is_column, need
from .options import Options, check_keywords
from .pages import BESIDE, KEY, Page, alike_rows, cells_of, keys_written, same, without_missing
from .table import Wide, fill, to_pandas

#: What a copy cannot say itself: it holds what stands, and its history is told by the copies.
_OWN = ("report_id", "action", "refers_to")


#: What no cell is.
_NEVER = object()


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
    ids : str
        A column whose names tell rows apart as well, such as that of incidents; ``""`` for none.
    """

    def __init__(
        self, given: Mapping[str, Any], wide: Wide, options: Options, tz: str, ids: str = ""
    ) -> None:
        self._ids, self._key = ids, (*KEY, ids) if ids else KEY
        self._given, self._options, self._tz = dict(given), options, tz
        self._wide = list(wide)
        self._words = {
            name: np.array([names.get(name) for names in wide.values()], object)
            for name in sorted({name for names in wide.values() for name in names})
        }
        check_keywords(self._words, [name for name in COLUMNS if name != "value"])
        self._named: set[str] = set()  # columns of a report whose word has been a column
        self._before = Page({}, [np.empty(0)] * len(wide), pd.Index([]), set(), self._key)
        self._entry = np.empty(0, np.int64)  # of each row of the copy before
        self._entries: dict[tuple[Any, ...], int] = {}  # by the key of a row as it is written
        self._cells = np.empty((0, len(wide), 1 + len(BESIDE)), object)  # by entry and number
        self._figure = np.empty((0, len(wide)), np.int64)  # by entry and number, -1: silent
        self._figures: dict[tuple[Any, ...], int] = {}  # by the key of a figure as it is meant
        self._said = np.empty((0, 1 + 2 * len(COUNTS)), np.int64)  # by figure
        self._speaks = np.empty(0, bool)
        self._looked_at: set[frozenset[str]] = set()
        self._seen: set[str] = set()  # every column of every copy
        self._standing: list[list[str]] = []
        self._told: list[pd.DataFrame] = []
        self._size = self._rows = 0

    def __len__(self) -> int:
        """Return how many rows the last copy has."""
        return self._rows

    def read(
        self, copy: Any, at: np.datetime64, label: str, note: str = ""
    ) -> tuple[int, int, int, list[str]]:
        """Read one copy; return how many figures are new, changed and gone, and what it lacks.

        Raises
        ------
        LedgerError
            If the copy cannot be read or contradicts itself; then nothing of it is kept.
        """
        page, lacking = self._page(to_pandas(copy), label)
        self._rows = len(page)
        if not len(page):  # nothing is withdrawn by a copy that says nothing
            return 0, 0, 0, lacking
        unsaid = np.array([column not in page.names for column in self._wide])
        here, there, rest = self._beside(page)
        entry = self._find(page, here, there, rest)
        touched = self._touched(page, here, there, rest, entry)
        touched[:, unsaid] = False
        row, part = np.nonzero(touched)
        cells = page.take(row)
        cells["value"] = self._values(page, row, part)
        cells |= {name: words[part] for name, words in self._words.items()}
        speaking = self._speaking(cells)
        figure = self._figure[entry]
        known = figure[row, part][speaking]
        spoken = {name: column[speaking] for name, column in cells.items()}
        labels, called = page.labels[row[speaking]], part[speaking]
        number, fresh, said, reported = self._read(spoken, known, labels, called, at, label)
        figure[row, part] = -1
        figure[row[speaking], part[speaking]] = number
        self._refuse_twice(figure, page, label)
        # The copy is good: from here on it is kept.
        self._seen |= page.names
        self._before, self._entry = page, entry
        self._figure[entry[row], part] = figure[row, part]
        for place, name in enumerate(("value", *BESIDE)):
            self._cells[entry[row], part, place] = without_missing(cells.get(name), len(row))
        self._figures |= fresh
        self._said = _longer(self._said, len(self._figures), 0)
        self._speaks = _longer(self._speaks, len(self._figures), False)
        self._standing += [[] for _ in fresh]
        new = ~self._speaks[number]
        changed = ~new & (self._said[number] != said).any(axis=1)
        self._said[number], self._speaks[number] = said, True
        present = np.zeros(len(self._figures), bool)
        present[figure[figure >= 0]] = True
        kept = self._figure[:, unsaid]
        present[kept[kept >= 0]] = True  # those of a column that is not there stand
        gone = np.flatnonzero(self._speaks & ~present)
        self._speaks[gone] = False
        told = np.flatnonzero(new | changed)
        self._tell(
            {name: column[told] for name, column in spoken.items()},
            [f"{row} of {label}" for row in labels[told]],
            number[told],
            changed[told],
            reported[told],
            note,
        )
        self._withdraw(gone, at, label, note)
        return int(new.sum()), int(changed.sum()), len(gone), lacking

    def lacks(self, columns: list[str]) -> str:
        """Return in words what a copy did not say."""
        numbers = [name for name in columns if name in self._wide and name in self._seen]
        others = [name for name in columns if name not in numbers]
        told = []
        if not len(self):
            told.append("no rows: what was said before stands")
        if numbers:
            told.append(f"no column {', '.join(map(repr, numbers))}: its numbers stand")
        if others:
            told.append(f"no column {', '.join(map(repr, others))}: blank here")
        return "; ".join(told)

    def reports(self) -> pd.DataFrame:
        """Return what was told, as a table for the door.

        Raises
        ------
        LedgerError
            If a column that was named is in no copy.
        """
        for theirs in (*self._options.renamed, *self._options.kept, *self._wide):
            if self._seen and theirs not in self._seen:
                place = f"no copy has a column {theirs!r}; they have"
                raise LedgerError.from_missing_column(place, sorted(self._seen), theirs)
        table = pd.concat(self._told) if self._told else pd.DataFrame()
        table = table.reindex(columns=[*dict.fromkeys([*COLUMNS, *table.columns])])
        for name, value in self._given.items():
            if name not in self._named:
                fill(table, name, value)
        return table

    # -- one copy ----------------------------------------------------------------------------

    def _page(self, copy: pd.DataFrame, label: str) -> tuple[Page, list[str]]:
        """Return a copy with a report's names for its columns, and the columns that it lacks.

        A word that has been a column is one: a copy that lacks it is blank there.
        """
        copy = copy.rename(columns=dict(self._options.aliases))
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
        need(copy, "date", self._given["period_end"], label)
        if self._ids:
            need(copy, "id", self._ids, label)
            if (blank := np.flatnonzero(blanks(copy[self._ids]))).size:
                msg = (
                    f"{label}: no id in row {copy.index[blank[0]]}, column {self._ids!r}; what "
                    "tells rows apart may not be blank"
                )
                raise LedgerError(msg)
        if not names & {*self._wide}:
            need(copy, "value", self._wide[0], label)
        lacking = [str(self._given[ours]) for ours in sorted(self._named - chosen.keys())]
        lacking += [theirs for theirs in self._options.renamed if theirs not in names]
        lacking += [column for column in self._wide if column not in names]
        columns = {
            ours: cells_of(copy[theirs]) for ours, theirs in chosen.items() if theirs in names
        }
        apart = {*chosen.values(), *used, *_OWN, "value"}
        for name in copy.columns:
            if name not in apart:
                columns.setdefault(name, cells_of(copy[name]))
        blank = np.full(len(copy), None, object)
        numbers = [cells_of(copy[name]) if name in names else blank for name in self._wide]
        return Page(columns, numbers, copy.index, names, self._key), lacking

    def _now_named(self, ours: str) -> None:
        """Note that a word is a column; copies before that lacked it were blank there."""
        if ours in self._named:
            return
        self._named.add(ours)
        if ours in KEY and self._figures:
            place, default = KEY.index(ours), COLUMNS[ours]
            self._figures = {
                (*key[:place], default, *key[place + 1 :]): number
                for key, number in self._figures.items()
            }

    def _beside(self, page: Page) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return rows, those of the copy before with the same keys in order, and what is left."""
        size, last = len(page), len(self._before)
        most, head, tail = min(size, last), 0, 0
        keys = [
            name for name in self._key
            if name in page.columns or name in self._before.columns
        ]  # fmt: skip
        if most:
            alike = alike_rows(page, slice(0, most), self._before, slice(0, most), keys)
            head = most if alike.all() else int(np.argmin(alike))
        if head < most:
            first, end = slice(last - most, last), slice(size - most, size)
            alike = alike_rows(page, end, self._before, first, keys)[::-1]
            tail = min(most - head, most if alike.all() else int(np.argmin(alike)))
        here = np.r_[np.arange(head), np.arange(size - tail, size)]
        there = np.r_[np.arange(head), np.arange(last - tail, last)]
        return here, there, np.arange(head, size - tail)

    def _find(
        self, page: Page, here: np.ndarray, there: np.ndarray, rest: np.ndarray
    ) -> np.ndarray:
        """Return the entry of each row; equal keys within one copy are told apart by their turn."""
        entry = np.empty(len(page), np.int64)
        entry[here] = self._entry[there]
        if len(rest):
            entry[rest] = self._look_up(keys_written(page, rest))
            if len(np.unique(entry)) < len(entry):
                keys: list[tuple[Any, ...]] = []
                turn: dict[tuple[Any, ...], int] = {}
                for key in keys_written(page, np.arange(len(page))):
                    turn[key] = turn.get(key, -1) + 1
                    keys.append((*key, turn[key]) if turn[key] else key)
                entry = self._look_up(keys)
        self._cells = _longer(self._cells, len(self._entries), _NEVER)
        self._figure = _longer(self._figure, len(self._entries), -1)
        return entry

    def _look_up(self, keys: Sequence[tuple[Any, ...]]) -> np.ndarray:
        known = self._entries
        try:
            return np.array([known.setdefault(key, len(known)) for key in keys], np.int64)
        except TypeError as error:
            msg = f"a cell that tells figures apart is no text, number or date ({error})"
            raise LedgerError(msg) from error

    def _touched(
        self,
        page: Page,
        here: np.ndarray,
        there: np.ndarray,
        rest: np.ndarray,
        entry: np.ndarray,
    ) -> np.ndarray:
        """Return which numbers are not written as they were, by row and column of numbers."""
        touched = np.zeros((len(page), len(self._wide)), bool)
        beside = [name for name in BESIDE if name in page.columns or name in self._before.columns]
        alike = alike_rows(page, here, self._before, there, beside)
        for place, numbers in enumerate(page.numbers):
            touched[here, place] = ~(
                alike & same(numbers[here], self._before.numbers[place][there])
            )
            if not len(rest):
                continue
            cells = self._cells[entry[rest], place]
            columns = [numbers, *(page.columns.get(name) for name in BESIDE)]
            for said, column in zip(cells.T, columns, strict=True):
                now = without_missing(None if column is None else column[rest], len(rest))
                touched[rest, place] |= np.asarray(now != said, bool)
            # What was gone from the copy before is told again, however it is written.
            figure = self._figure[entry[rest], place]
            touched[rest, place] |= (figure >= 0) & ~np.append(self._speaks, True)[figure]
        return touched

    def _values(self, page: Page, row: np.ndarray, part: np.ndarray) -> np.ndarray:
        value = np.empty(len(row), object)
        for place, numbers in enumerate(page.numbers):
            mine = part == place
            value[mine] = np.asarray(numbers[row[mine]], object)
        return value

    def _speaking(self, cells: Mapping[str, np.ndarray]) -> np.ndarray:
        """Whether rows say a number."""
        silent = blanks(pd.Series(cells["value"], dtype=object), self._options.na)
        if "low" in cells:
            silent &= blanks(pd.Series(cells["low"], dtype=object), self._options.na)
        return ~silent

    def _read(
        self,
        cells: Mapping[str, np.ndarray],
        known: np.ndarray,
        labels: pd.Index,
        part: np.ndarray,
        at: np.datetime64,
        label: str,
    ) -> tuple[np.ndarray, dict[tuple[Any, ...], int], np.ndarray, np.ndarray]:
        """Return the figure of each row, the figures that are fresh, what is said of them and when.

        A plain number of a `known` figure is read at once, everything else comes to the door.
        """
        qualified = {*BESIDE, "reported_at"} & {*cells, *self._given}
        plain = np.array([-1 if qualified else _whole(cell) for cell in cells["value"]], np.int64)
        # Names of columns are looked at when they first come.
        quick = (known >= 0) & (plain >= 0) & (frozenset(cells) in self._looked_at)
        number, reported = known.copy(), np.full(len(known), at)
        said = np.ones((len(known), 1 + 2 * len(COUNTS)), np.int64)
        said[:, 0], said[:, 2::2] = Qualifier.EXACT, plain[:, None]
        fresh: dict[tuple[Any, ...], int] = {}
        slow = np.flatnonzero(~quick)
        if len(slow):
            columns = {name: column[slow] for name, column in cells.items()}
            table = pd.DataFrame(columns, labels[slow], dtype=object)
            reports = self._come_in(table, part[slow], at, label)
            self._looked_at.add(frozenset(cells))
            size = len(self._figures)
            number[slow] = [
                self._figures[key]
                if key in self._figures
                else fresh.setdefault(key, size + len(fresh))
                for key in _keys_meant(reports, self._ids)
            ]
            said[slow], reported[slow] = _numbers(reports), reports.reported
        return number, fresh, said, reported

    def _come_in(
        self, table: pd.DataFrame, part: np.ndarray, at: np.datetime64, label: str
    ) -> Reports:
        """Return rows as reports, or raise with every problem of the copy."""
        for name, value in self._given.items():
            if name not in self._named:
                fill(table, name, value)
        if "reported_at" not in table.columns:
            table["reported_at"] = pd.Timestamp(at).tz_localize("UTC")
        called = {ours: self._given[ours] for ours in ("period_end", *self._named)}
        called["value"] = np.array(self._wide, object)[part]
        return read_reports(table, self._tz, replace(self._options, called=called), label)

    def _refuse_twice(self, figure: np.ndarray, page: Page, label: str) -> None:
        """Raise if two numbers of a copy are the same figure's."""
        row, part = np.nonzero(figure >= 0)
        numbers = figure[row, part]
        if not (np.bincount(numbers) > 1).any():
            return
        order = np.argsort(numbers, kind="stable")
        twice = np.flatnonzero(np.diff(numbers[order]) == 0)
        one, two = (int(order[twice[0] + step]) for step in (0, 1))
        day = str(page.columns["period_end"][row[one]])[:10]
        more = f", and {len(twice) - 1:,} more such pairs" if len(twice) > 1 else ""
        msg = (
            f"{label}: two rows for one figure of {day}: rows {page.labels[row[one]]} and "
            f"{page.labels[row[two]]}, column {self._wide[part[two]]!r}{more}; add what tells "
            "them apart (side, category, definition), or, for a list of incidents, id=…"
        )
        raise LedgerError(msg)

    # -- what came of it ---------------------------------------------------------------------

    def _tell(
        self,
        cells: dict[str, np.ndarray],
        labels: list[str],
        number: np.ndarray,
        changed: np.ndarray,
        reported: np.ndarray,
        note: str,
    ) -> None:
        if not len(number):
            return
        names = self._names(len(number))
        # Another number of an incident is a correction; that of a total replaces it by itself.
        kinds = cells.get("kind", np.full(len(number), self._given.get("kind"), object))
        revises = changed & (kinds == KINDS[Kind.INCIDENT])
        about = [
            self._standing[one][0] if old else "" for one, old in zip(number, revises, strict=True)
        ]
        for figure, name, old in zip(number.tolist(), names, revises, strict=True):
            if not old:
                self._standing[figure].append(name)
        if revises.any():
            cells |= {"action": np.where(revises, "revise", "report").astype(object),
                      "refers_to": np.array(about, object)}  # fmt: skip
        cells |= {"report_id": np.array(names, object), "reported_at": _instants(reported)}
        if note:
            own = cells.get("note", np.full(len(number), "", object))
            cells["note"] = np.array(
                [note if is_blank(text) else f"{text}; {note}" for text in own], object
            )
        self._told.append(pd.DataFrame(cells, labels, dtype=object))

    def _withdraw(self, gone: np.ndarray, at: np.datetime64, label: str, note: str) -> None:
        """Write a retraction of every report of the figures that are gone which still stands."""
        about = [name for figure in gone for name in self._standing[figure]]
        for figure in gone:
            self._standing[figure] = []
        if not about:
            return
        columns: dict[str, Any] = {"report_id": self._names(len(about)), "refers_to": about}
        columns |= {"action": "retract", "reported_at": _instants(np.full(len(about), at))}
        columns |= {"note": note} if note else {}
        labels = [f"that is gone from {label}"] * len(about)
        self._told.append(pd.DataFrame(columns, labels, dtype=object))

    def _names(self, size: int) -> list[str]:
        names = [f"r{self._size + place}" for place in range(1, size + 1)]
        self._size += size
        return names


def _instants(utc: np.ndarray) -> np.ndarray:
    stamps = [pd.Timestamp(at).tz_localize("UTC") for at in np.unique(utc)]
    return np.array(stamps, object)[np.searchsorted(np.unique(utc), utc)]


def _whole(cell: Any) -> int:
    """Return a cell that is a plain whole number of people, else -1."""
    if isinstance(cell, str):
        cell = cell.strip()
        cell = int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 15 else -1
    elif isinstance(cell, float):
        cell = int(cell) if cell.is_integer() else -1
    elif not isinstance(cell, int | np.integer) or isinstance(cell, bool):
        return -1
    return int(cell) if 0 <= cell <= MAX_COUNT else -1


def _keys_meant(reports: Reports, ids: str) -> list[tuple[Any, ...]]:
    """Return what tells figures apart, as it is meant."""
    columns: list[Any] = [
        reports.words[name].to_numpy(object)[reports.codes[name]] for name in SERIES
    ]
    columns.append(np.array(KINDS, object)[reports.fixed["kind"]])
    columns += [reports.days[name].astype("M8[D]").astype(np.int64) for name in KEY[-2:]]
    if ids:
        columns.append(reports.extras[ids].astype(str).to_numpy(object))
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
