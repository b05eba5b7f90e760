"""Successive copies of a table.

A copy comes through the door, and what it says of each figure is compared with what stands::

    copy of 6 May      5 May: 10                 5 May: 10 is new
    copy of 7 May      5 May: 12, 6 May: 3       5 May: 12 is changed, 6 May: 3 is new
    copy of 8 May      6 May: 3                  5 May is gone

All of it is one table of versions in the end, as somebody may publish it, and is read as one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import LedgerError, in_one_sentence
from ..model.reports import Reports
from ..model.schema import COLUMNS
from .again import entered
from .cells import blanks
from .door import read_reports
from .links import refuse_mixture
from .releases import Archive, Versions, tell
from .table import put, to_pandas

#: What a copy cannot say itself: its history is told by the copies.
_OWN = ("report_id", "action", "refers_to")


@dataclass
class Copy:
    """What is told of one copy."""

    label: str
    note: str = ""
    at: np.datetime64 = clocks.NAT
    rows: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    skipped: bool = False
    why: str = ""  #: why it was skipped, or some of its rows
    names: frozenset[str] | None = None  #: its columns, of one that was read


class Copies:
    """Copies as they come: what is new, changed and gone in each."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.copies: list[Copy] = []
        self._called: dict[str, str] = {}
        self._stand: Versions | None = None
        self._told: list[Versions] = []

    @contextmanager
    def another(self, label: str, note: str = "") -> Iterator[Copy]:
        """Take what is read of a copy; what is wrong with it is raised, or leaves it out."""
        copy = Copy(label, note)
        self.copies.append(copy)
        try:
            yield copy
        except LedgerError as error:
            if self._archive.on_bad == "raise":
                msg = f"{label}: {error.told}"
                raise LedgerError(msg, error.problems) from error
            copy.rows, copy.skipped, copy.why = 0, True, in_one_sentence(error.told)

    def read(self, frame: Any, copy: Copy) -> None:
        """Lay a copy beside the one before it."""
        archive, table = self._archive, to_pandas(frame)
        copy.rows = len(table)
        if not len(table):  # nothing is withdrawn by a copy that says nothing
            copy.why = "no rows: what was said before stands"
            return
        page, called = archive.page(table, ("period_end",))
        self._called |= called  # a column, whether or not this copy can be read
        page = page.drop(columns=[*_OWN], errors="ignore")
        if "reported_at" not in page:
            page["reported_at"] = pd.Timestamp(copy.at).tz_localize("UTC")
        no = np.zeros(len(page), bool)
        lower = ~blanks(page["low"]) if "low" in page else no
        filled = [lower | ~blanks(page[n]) if n in page else no for n in archive.wide]
        part, row = np.nonzero(filled)
        there, copy.why = archive.versions(page, called, row, part, apart=True)
        copy.names = frozenset(table.columns)
        self._compare(there, [p for p, n in enumerate(archive.wide) if n not in page], copy)

    def _compare(self, there: Versions, absent: list[int], copy: Copy) -> None:
        """Keep what is new, changed and gone in a copy, and let what it says stand.

        The numbers of the columns that are `absent` stand; and where rows were left out, what seems
        to be gone may be in those.
        """
        stand, turn = self._stand or there.take(np.zeros(0, np.int64)), len(self.copies)
        before = pd.Index(stand.figure).get_indexer(there.figure)
        told = (before < 0) | (np.append(stand.says, 0)[before] != there.says)
        missing = ~np.isin(stand.figure, there.figure)
        withdrawn = missing & ~np.isin(stand.part, absent) & (not copy.why)
        copy.new, copy.vanished = int((before < 0).sum()), int(withdrawn.sum())
        copy.changed = int(told.sum()) - copy.new
        rest = stand.take(missing & ~withdrawn)
        self._stand = Versions.concat([there, rest]) if len(rest.row) else there
        if told.any() or withdrawn.any():
            gone = stand.take(withdrawn).emptied(copy.at, self._archive.id)
            versions = Versions.concat([there.take(told), gone])
            texts = versions.reports.texts
            notes = ["; ".join(filter(None, (note, copy.note))) for note in texts["note"]]
            texts["note"] = pd.Series(notes, dtype="str")
            self._told.append(replace(versions, turn=np.full(len(notes), turn)))

    def reports(self) -> Reports:
        """Return the reports that the copies make.

        Raises
        ------
        LedgerError
            If a column that was named is in no copy, or what they say cannot be put together.
        """
        self._refuse_unseen()
        archive = self._archive
        if not self._told:
            return read_reports(pd.DataFrame(), archive.tz, archive.options)
        reports = tell(Versions.concat(self._told))
        table = reports.frame.astype(object)
        if words := [name for name in archive.apart if name not in self._called]:
            for name in words:  # no copy has such a column: the word is a constant
                blank = table[name].isna() | (table[name] == COLUMNS[name])
                put(table, name, blank.to_numpy(bool), archive.given[name])
            reports = entered(table, reports)
        refuse_mixture(reports)
        return reports

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
