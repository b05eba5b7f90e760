"""Successive copies of a table.

A copy comes through the door, and what it says of each figure is compared with what stands::

    copy of 6 May      5 May: 10                 5 May: 10 is new
    copy of 7 May      5 May: 12, 6 May: 3       5 May: 12 is changed, 6 May: 3 is new
    copy of 8 May      6 May: 3                  5 May is gone

All of it is one table of versions in the end, as somebody may publish it, and is read as one.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import is_blank
from ..model.errors import LedgerError, in_one_sentence
from ..model.reports import Reports
from ..words import plural
from .cells import blanks
from .door import read_reports
from .releases import Archive, Versions, tell
from .table import lengthened, to_pandas

#: What a copy cannot say itself: its history is told by the copies.
_OWN = ("report_id", "action", "refers_to")
#: What to do with what cannot be read.
ON_BAD = ("raise", "skip", "skip_rows")


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
    why: str = ""  #: why it was skipped, or some of its rows
    names: frozenset[str] | None = None  #: its columns, of one that was read


class Copies:
    """Copies as they come: what is new, changed and gone in each."""

    def __init__(self, archive: Archive, on_bad: str) -> None:
        if on_bad not in ON_BAD:
            raise LedgerError.from_unknown(on_bad, ON_BAD, "on_bad")
        self._archive, self._on_bad = archive, on_bad
        self.copies: list[Copy] = []
        self._called: dict[str, str] = {}
        self._stand: Versions | None = None
        self._tables: list[pd.DataFrame] = []
        self._versions: list[Versions] = []

    def leave(self, copy: Copy, error: LedgerError) -> None:
        """Leave a copy out, or raise what is wrong with it."""
        if self._on_bad == "raise":
            msg = f"{copy.label}: {error.told}"
            raise LedgerError(msg, error.problems) from error
        why = in_one_sentence(error.told)
        self.copies.append(replace(copy, rows=0, skipped=True, why=why, names=None))

    def add(self, frame: Any, copy: Copy) -> None:
        """Lay a copy beside the one before it."""
        try:
            table = to_pandas(frame)
            copy.rows = len(table)
            if len(table):
                page, called = self._archive.page(table, ("period_end",))
                self._called |= called  # a column, whether or not this copy can be read
                page = page.drop(columns=[*_OWN], errors="ignore")
                there, long = self._read(page, called, copy)
                copy.names = frozenset(table.columns)
                self._compare(page, there, long, copy)
            else:  # nothing is withdrawn by a copy that says nothing
                copy.why = "no rows: what was said before stands"
        except LedgerError as error:
            self.leave(copy, error)
        else:
            self.copies.append(copy)

    def _read(
        self, page: pd.DataFrame, called: dict[str, str], copy: Copy
    ) -> tuple[Versions, pd.DataFrame]:
        """Return what a copy says, and its numbers as they are written, a row each."""
        archive = self._archive
        lower = ~blanks(page["low"]) if "low" in page else np.zeros(len(page), bool)
        filled = [
            lower | ~blanks(page[name]) if name in page else np.zeros(len(page), bool)
            for name in archive.wide
        ]
        part, row = np.nonzero(filled)
        long = lengthened(page, archive.wide, row, part).astype(object)
        if "reported_at" not in long:
            long["reported_at"] = pd.Timestamp(copy.at).tz_localize("UTC")
        table = long.copy()
        archive.fill(table, called, apart=True)
        skip = self._on_bad == "skip_rows"
        reports, good, why = archive.read(table, called, part, skip=skip)
        if bad := len(table) - len(good):
            copy.why = f"{plural(bad, 'row')} left out: {why}"
        there = Versions.of(reports, row[good], part[good], archive.id)
        archive.refuse_twice(there, page, called)
        return there, long.iloc[good]

    def _compare(self, page: pd.DataFrame, there: Versions, long: pd.DataFrame, copy: Copy) -> None:
        """Keep what is new, changed and gone in a copy, and let what it says stand."""
        stand, turn = self._stand or there.take(np.zeros(0, np.int64)), len(self.copies)
        before = pd.Index(stand.figure).get_indexer(there.figure)
        told = (before < 0) | (np.append(stand.says, 0)[before] != there.says)
        # The numbers of a column that is not there stand; and where rows were left out, what seems
        # to be gone may be in those.
        absent = [p for p, name in enumerate(self._archive.wide) if name not in page.columns]
        missing = ~np.isin(stand.figure, there.figure)
        withdrawn = missing & ~np.isin(stand.part, absent) & (not copy.why)
        copy.new, copy.vanished = int((before < 0).sum()), int(withdrawn.sum())
        copy.changed = int(told.sum()) - copy.new
        self._stand = Versions.concat([there, stand.take(missing & ~withdrawn)])
        if not (told.any() or withdrawn.any()):
            return
        came, gone = long[told], stand.take(withdrawn)
        stamp = pd.Timestamp(copy.at).tz_localize("UTC")
        table = came.astype(object)
        if copy.vanished:
            away = pd.DataFrame({"reported_at": stamp}, range(copy.vanished), dtype=object)
            columns = table.columns.union(away.columns, sort=False)
            table = pd.concat([of.reindex(columns=columns) for of in (table, away)])
        own = table["note"] if "note" in table.columns else [""] * len(table)
        notes = [[str(text) for text in (note, copy.note) if not is_blank(text)] for note in own]
        table["note"] = pd.Series(map("; ".join, notes), table.index, dtype=object)
        labels = [f"{row} of {copy.label}" for row in came.index]
        labels += [f"that is gone from {copy.label}"] * copy.vanished
        self._tables.append(table.set_axis(pd.Index(labels, dtype=object)))
        gone = replace(gone, numbered=gone.numbered & False)
        versions = Versions.concat([there.take(told), gone])
        self._versions.append(replace(versions, turn=np.full(len(labels), turn)))

    def reports(self) -> Reports:
        """Return the reports that the copies make.

        Raises
        ------
        LedgerError
            If a column that was named is in no copy, or what they say cannot be put together.
        """
        self._refuse_unseen()
        archive = self._archive
        if not self._tables:
            return read_reports(pd.DataFrame(), archive.tz, archive.options)
        table = pd.concat(self._tables)
        archive.fill(table, self._called)
        return tell(table, Versions.concat(self._versions), archive)

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
        return "; ".join(filter(None, [*told, copy.why]))

    def _refuse_unseen(self) -> None:
        """Raise if a column that was named is in no copy."""
        seen = frozenset[str]().union(*(copy.names for copy in self.copies if copy.names))
        options = self._archive.options
        for theirs in (*options.columns, *self._archive.wide) if seen else ():
            same = {theirs, *options.names_of(options.columns.get(theirs) or "")}
            if not seen & same and theirs not in self._called:
                place = f"no copy has a column {theirs!r}; they have"
                raise LedgerError.from_missing_column(place, sorted(seen), theirs)
