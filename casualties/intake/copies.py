"""Successive copies of a table.

A copy is laid beside the one before it by hashes of its cells, each with what tells its figure
apart. What came and what went become one table of versions::

    copy of 6 May      5 May: 10                 +  5 May: 10    6 May
    copy of 7 May      5 May: 12, 6 May: 3       +  5 May: 12    7 May
                                                 +  6 May: 3     7 May
    copy of 8 May      6 May: 3                  −  5 May        8 May

That comes through the door once, all copies together, and what it says of each figure in turn
becomes reports and retractions.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import is_blank
from ..model.errors import LedgerError, Problems, in_one_sentence
from ..model.frames import grouped, ordered
from ..model.reports import Reports
from ..model.schema import FIGURE
from .cells import blanks
from .door import read_reports
from .releases import Archive, Told, figures, twice
from .table import check_columns, to_pandas

#: What is said of a figure beside its value.
_BESIDE = ("low", "high", "qualifier")
#: What a copy cannot say itself: its history is told by the copies.
_OWN = ("report_id", "action", "refers_to")
#: What to do with what cannot be read.
ON_BAD = ("raise", "skip", "skip_rows")
_NEEDED = {"period_end": "date", "value": "value"}


@dataclass
class Copy:
    """What is told of one copy."""

    at: np.datetime64
    label: str
    note: str = ""
    rows: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    skipped: bool = False
    why: str = ""
    left_out: str = ""  #: which of its rows, and why
    names: frozenset[str] | None = None  #: its columns, of one that was read


class Copies:
    """Copies as they come: what came and what went in each, by the hashes of its cells."""

    def __init__(self, archive: Archive, on_bad: str) -> None:
        if on_bad not in ON_BAD:
            raise LedgerError.from_unknown(on_bad, ON_BAD, "on_bad")
        self._archive, self._on_bad = archive, on_bad
        self._key = (*FIGURE, archive.id) if archive.id else FIGURE
        self.copies: list[Copy] = []
        self._called: dict[str, str] = {}
        self._looked_at: set[frozenset[str]] = set()
        self._standing = pd.DataFrame({"cell": np.empty(0, np.uint64), "part": 0})
        self._came: list[pd.DataFrame] = []
        self._went: list[tuple[int, np.ndarray]] = []

    def leave(self, copy: Copy, why: str) -> None:
        """Leave a copy out, or raise."""
        why = why.removeprefix(f"{copy.label}: ").removeprefix(copy.label).strip()
        if self._on_bad == "raise":
            msg = f"{copy.label}: {why}"
            raise LedgerError(msg)
        why = in_one_sentence(why)
        self.copies.append(replace(copy, rows=0, skipped=True, why=why, names=None))

    def add(self, frame: Any, copy: Copy) -> None:
        """Lay a copy beside the one before it."""
        try:
            table = to_pandas(frame)
            copy.rows = len(table)
            if not len(table):  # nothing is withdrawn by a copy that says nothing
                copy.why = "no rows: what was said before stands"
                self.copies.append(copy)
                return
            page, called = self._archive.page(table, copy.label, _NEEDED)
            page = page.drop(columns=[*_OWN], errors="ignore")
            self._check(page, copy)
            self._called |= called
            cells = self._hashed(page)
            came = ~cells["cell"].isin(self._standing["cell"]).to_numpy()
            rows, parts = cells["row"].to_numpy()[came], cells["part"].to_numpy()[came]
            long = self._archive.melted(page, rows, parts)
            long[_CELL], long[_PART] = cells["cell"].to_numpy()[came], parts
            long[_ROW], long[_COPY], long[_GONE] = page.index[rows], len(self.copies), False
            bad = self._unread(long, copy)
            cells = cells.drop(index=np.flatnonzero(came)[bad])
            self._refuse_twice(page, cells)
        except LedgerError as error:
            self.leave(copy, error.told)
            return
        copy.names = frozenset(table.columns)
        if not bad.all():
            self._came.append(long[~bad])
        # The numbers of a column that is not there stand.
        absent = [p for p, name in enumerate(self._archive.wide) if name not in page.columns]
        stays, old = self._standing["part"].isin(absent), self._standing["cell"]
        self._went.append((len(self.copies), old[~stays & ~old.isin(cells["cell"])].to_numpy()))
        self._standing = pd.concat([cells[["cell", "part"]], self._standing[stays]])
        self.copies.append(copy)

    def _unread(self, long: pd.DataFrame, copy: Copy) -> np.ndarray:
        """Return which rows of a copy cannot be read, and tell it; or raise."""
        bad = np.zeros(len(long), bool)
        if self._on_bad == "raise" or not len(long):  # all copies are read together, at the end
            return bad
        try:
            self._read(long, copy)
        except LedgerError as error:
            if self._on_bad == "skip" or -1 in error.places:
                raise
            bad[[*error.places]] = True
            many = f"{bad.sum():,} {'row' if bad.sum() == 1 else 'rows'}"
            why = error.told.removeprefix(f"{copy.label}: ")
            copy.left_out = f"{many} left out: {in_one_sentence(why)}"
        return bad

    def _check(self, page: pd.DataFrame, copy: Copy) -> None:
        """Raise where the columns of a copy cannot be read."""
        names = frozenset(page.columns) - {*self._archive.wide}
        if names not in self._looked_at:  # names of columns are looked at when they first come
            problems = Problems([], where=copy.label)
            known = {*names, *self._archive.given, "reported_at", "value"}
            check_columns([*known], self._archive.options, problems)
            problems.raise_any()
            self._looked_at.add(names)

    def _hashed(self, page: pd.DataFrame) -> pd.DataFrame:
        """Return the cells that hold a number: `row`, `part` (which column of numbers) and hashes.

        `figure` is of what tells the figure apart, `cell` of that and of what is said of it.
        """
        lines = [np.zeros(len(page), np.uint64)]
        for names in (self._key, _BESIDE):
            line = lines[-1]
            for name in names:
                line = line * _PRIME
                if name in page.columns and name not in self._archive.wide:
                    line ^= _hash_of(page[name])
            lines.append(line)
        lower = np.zeros(len(page), bool)
        if "low" in page.columns and "low" not in self._archive.wide:
            lower = ~blanks(page["low"])
        found = []
        for part, name in enumerate(self._archive.wide):
            if name in page.columns:
                row = np.flatnonzero(lower | ~blanks(page[name]))
                cell = (lines[2] * _PRIME ^ _hash_of(page[name])) * _PRIME + part + 1
                figure = lines[1] * _PRIME + part + 1
                cells = {"row": row, "part": part, "cell": cell[row], "figure": figure[row]}
                found.append(pd.DataFrame(cells))
        return pd.concat(found, ignore_index=True)

    def _refuse_twice(self, page: pd.DataFrame, cells: pd.DataFrame) -> None:
        """Raise where two rows of a copy are of one figure."""
        again = cells[cells["figure"].duplicated()]
        if len(again):
            rows = cells.loc[cells["figure"] == again["figure"].iloc[0], "row"].iloc[:2]
            day = str(page["period_end"].iloc[rows.iloc[0]])[:10]
            name = [*self._archive.wide][again["part"].iloc[0]]
            labels = tuple(page.index[rows])
            raise LedgerError(twice(day, labels, self._called.get(name, name), len(again)))

    # -- all copies together -----------------------------------------------------------------

    def reports(self) -> Reports:
        """Return the reports that the copies make, and tell in `copies` what each one said.

        Raises
        ------
        LedgerError
            If a column that was named is in no copy, or with what is wrong with the first bad one.
        """
        self._refuse_unseen()
        table = self._versions()
        if not len(table):
            return read_reports(table, self._archive.tz, self._archive.options)
        try:
            reports = self._read(table)
        except LedgerError as error:  # the first copy that is bad is told by itself
            first = int(table[_COPY].iloc[min(error.places)]) if -1 not in error.places else None
            if first is not None:
                new = (table[_COPY] == first) & ~table[_GONE].astype(bool)
                self._read(table[new], self.copies[first])
            raise
        figure = figures(reports, self._archive.id)
        self._refuse_doubled(table, figure)
        gone = table[_GONE].to_numpy(bool)
        copy = self._last_word(table[_COPY].to_numpy(int), gone, figure)
        rows = np.flatnonzero(copy >= 0)
        at = np.array([c.at for c in self.copies], "M8[us]")
        reports = replace(reports, reported=np.where(gone, at[copy], reports.reported)).take(rows)
        table, gone, copy = self._noted(table.iloc[rows]), gone[rows], copy[rows]
        told = Told(reports, figure[rows], copy, ~gone, compact=True)
        for place, c in enumerate(self.copies):
            c.changed = int((copy[told.changed] == place).sum())
            c.new = int((copy[told.keep & ~gone] == place).sum()) - c.changed
            c.vanished = len(np.unique(told.empty[copy[told.empty] == place]))
        table = table.drop(columns=[*_OURS])
        self._archive.fill(table, self._called)
        return told.reports(table, self._archive)

    def why(self, copy: Copy) -> str:
        """Return in words what a copy did not say, or why it was left out."""
        if copy.names is None:
            return copy.why
        before = self.copies[: self.copies.index(copy)]
        told = []
        for name in self._archive.wide.keys() - self._called.keys() - copy.names:
            had = any(name in other.names for other in before if other.names)
            told.append(f"no column {name!r}: {'its numbers stand' if had else 'blank here'}")
        for ours, theirs in self._called.items():
            if not copy.names & {theirs, *self._archive.options.names_of(ours)}:
                told.append(f"no column {theirs!r}: blank here")
        return "; ".join([*told, copy.left_out] if copy.left_out else told)

    def _refuse_unseen(self) -> None:
        """Raise if a column that was named is in no copy."""
        seen = frozenset[str]().union(*(copy.names for copy in self.copies if copy.names))
        options = self._archive.options
        for theirs in (*options.columns, *self._archive.wide) if seen else ():
            same = {theirs, *options.names_of(options.columns.get(theirs) or "")}
            if not seen & same and theirs not in self._called:
                place = f"no copy has a column {theirs!r}; they have"
                raise LedgerError.from_missing_column(place, sorted(seen), theirs)

    def _versions(self) -> pd.DataFrame:
        """Return what came and what went, copy by copy, a row each."""
        if not self._came:
            return pd.DataFrame()
        came = pd.concat(self._came)
        cells = pd.Index(came[_CELL])
        first = ~cells.duplicated()
        cell = np.concatenate([cells for _, cells in self._went])
        place = np.flatnonzero(first)[cells[first].get_indexer(cell)]
        kept = [name for name in (*self._key, *_OURS) if name in came.columns]
        went = came[kept].iloc[place].assign(**{_GONE: True})
        went[_COPY] = np.repeat([n for n, _ in self._went], [len(cells) for _, cells in self._went])
        return self._in_order(pd.concat([came, went.astype(object)]))

    @staticmethod
    def _in_order(table: pd.DataFrame) -> pd.DataFrame:
        order = np.lexsort((table[_GONE].astype(bool), table[_COPY].astype(int)))
        return table.iloc[order]

    def _read(self, table: pd.DataFrame, of: Copy | None = None) -> Reports:
        """Return versions as reports; `of` one copy, named in errors."""
        table = table.copy() if of else self._noted(table)
        if of:
            table.index = pd.Index(table[_ROW])
            if "reported_at" not in table.columns:
                table["reported_at"] = pd.Timestamp(of.at).tz_localize("UTC")
        numbers = [self._called.get(name, name) for name in self._archive.wide]
        called = {**self._called, "value": np.array(numbers, object)[table[_PART].to_numpy(int)]}
        where = of.label if of else ""
        return self._archive.read(table.drop(columns=[*_OURS]), called, where, checked=True)

    def _noted(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return versions with the instants, notes and labels of their copies."""
        gone = table[_GONE].to_numpy(bool)
        copies = [self.copies[n] for n in table[_COPY]]
        stamps = {c.at: pd.Timestamp(c.at).tz_localize("UTC") for c in self.copies}
        said = np.array([stamps[c.at] for c in copies], object)
        if "reported_at" in table.columns:
            said = np.where(gone, said, table["reported_at"])
        own = table["note"].tolist() if "note" in table.columns else [None] * len(table)
        notes = [
            c.note if is_blank(text) else "; ".join(filter(None, (str(text), c.note)))
            for text, c in zip(own, copies, strict=True)
        ]
        # As they are: a text that no file can keep is told by the door.
        kept = {"reported_at": said, "note": notes}
        table = table.assign(
            **{n: pd.Series(v, table.index, dtype=object) for n, v in kept.items()}
        )
        table.index = pd.Index([
            f"that is gone from {c.label}" if away else f"{row} of {c.label}"
            for row, away, c in zip(table[_ROW], gone, copies, strict=True)
        ])  # fmt: skip
        return table

    def _refuse_doubled(self, table: pd.DataFrame, figure: np.ndarray) -> None:
        """Raise where two rows of one copy are of one figure, though they are not written alike."""
        copy, gone = table[_COPY].to_numpy(int), table[_GONE].to_numpy(bool)
        order = ordered(figure, copy, ~gone)
        many = pd.Series(np.where(gone, -1, 1)[order]).groupby(figure[order]).cumsum().to_numpy()
        doubled = order[many > 1]
        if len(doubled):
            last = doubled[np.argmin(copy[doubled])]
            first = np.flatnonzero((figure == figure[last]) & ~gone & (copy <= copy[last]))[-2:]
            name = [*self._archive.wide][table[_PART].iloc[last]]
            rows = tuple(self._noted(table.iloc[first]).index)
            day, column = str(table["period_end"].iloc[last])[:10], self._called.get(name, name)
            raise LedgerError(twice(day, rows, column, len(doubled)))

    def _last_word(self, copy: np.ndarray, gone: np.ndarray, figure: np.ndarray) -> np.ndarray:
        """Return the copy of each version, -1 for what is gone only from where it is written anew.

        What is gone from a copy of which rows were left out may stand in them: it is gone from the
        next one that was read whole.
        """
        copy = copy.copy()
        key = grouped(figure, copy)
        copy[gone & np.isin(key, key[~gone])] = -1
        whole = [c.names is not None and not c.left_out for c in self.copies]
        place = np.where(whole, np.arange(len(whole)), len(whole))
        after = np.minimum.accumulate(place[::-1])[::-1]
        for row in np.flatnonzero(gone & (copy >= 0) & ~np.array(whole)[copy]).tolist():
            later = copy[(figure == figure[row]) & (copy > copy[row])]
            there = after[copy[row]]
            copy[row] = -1 if there == len(whole) or (later <= there).any() else there
        return copy


#: Columns that versions have beside those of a report: what came and what went, and where.
_OURS = _CELL, _COPY, _PART, _ROW, _GONE = "\0cell", "\0copy", "\0part", "\0row", "\0gone"
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def _hash_of(column: pd.Series) -> np.ndarray:
    """Return a hash of each cell as it is written; 0 where it is missing."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column):
        column = column.astype("float64")
    try:
        found = pd.util.hash_pandas_object(column, index=False).to_numpy()
    except (TypeError, ValueError):  # lists, or what no file can keep
        found = pd.util.hash_pandas_object(column.map(repr), index=False).to_numpy()
    return np.where(column.isna().to_numpy(), np.uint64(0), found)
