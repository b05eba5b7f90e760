"""Archives as they are read: a table with a row for every version of a figure, or copies in turn.

A copy comes through the door, and what it says of each figure is compared with what stands::

    copy of 6 May      5 May: 10                 5 May: 10 is new
    copy of 7 May      5 May: 12, 6 May: 3       5 May: 12 is changed, 6 May: 3 is new
    copy of 8 May      6 May: 3                  5 May is gone

All of it is one table of versions in the end, as somebody may publish it, and is read as one.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import LedgerError, Problems, both, in_one_sentence, shorten
from ..model.frames import Arrays, heads, ordered
from ..model.reports import Reports, as_text
from ..model.schema import COLUMNS, COUNTS, DAYS, FIGURE, KINDS, NAMES, SERIES, Action
from ..words import instant, plural
from .cells import ADDS_UP, blanks, hashed, is_whole
from .door import ADDING, entered, read_reports
from .links import name_reports, refuse_mixture
from .numbers import states
from .options import Options
from .table import Wide, check_wide, fill, lengthened, named, put, to_pandas, without_na

#: What a copy cannot say itself: its history is told by the copies.
_OWN = ("report_id", "action", "refers_to")


@dataclass(frozen=True)
class Archive:
    """How somebody's archive is laid out."""

    given: Mapping[str, Any]  #: columns of a report, each a column's name or else a constant
    wide: Wide  #: the columns of numbers, and what each one counts
    options: Options
    tz: str
    id: str = ""  #: a column whose names tell rows apart as well, as of incidents
    on_bad: str = "raise"  #: what to do with what cannot be read

    def page(
        self, frame: pd.DataFrame, needed: Sequence[str]
    ) -> tuple[pd.DataFrame, Mapping[str, Any]]:
        """Return a table under a report's names, and what its columns are called.

        It must have the columns `needed` of a report, and one of numbers.
        """
        check_wide(self.wide, frame.columns)
        table, called = named(frame, self.options)
        used = {*self.wide, *(called[ours] for ours in (*needed, "value") if ours in called)}
        words = {o: w for o, w in self.given.items() if _is_column(frame, o, w, used)}
        table = table.assign(**{ours: frame[theirs] for ours, theirs in words.items()})
        table = table.drop(columns={*words.values()} - {*words}, errors="ignore")
        number = [] if {*table.columns} & self.wide.keys() else [*self.wide][:1]
        for ours in filter(None, (*needed, *number, self.id)):
            if ours not in table.columns:
                name = (self.options.names_of(ours) or [ours])[0]
                place = f"no column {name!r} in the table; it has"
                raise LedgerError.from_missing_column(place, frame.columns, name)
        table = without_na(table, self.options.na, self.wide)
        ids = table[self.id] if self.id else pd.Series([])
        odd = blanks(ids) | np.array([is_whole(str(name)) for name in ids], bool)
        for row in table.index[np.flatnonzero(odd)[:1]]:
            msg = f"no id in row {row}, column {self.id!r}; it may not be blank, and {ADDS_UP}"
            raise LedgerError(msg)
        return table, called | words

    @property
    def apart(self) -> list[str]:
        """The words that would tell the figures of a copy that is read from those to come.

        In a later copy such a word may turn out to be a column.
        """
        return [n for n in self.given if n in FIGURE and n not in ("source", "kind")]

    def versions(
        self, page: pd.DataFrame, called: Mapping[str, Any], row: np.ndarray, part: np.ndarray,
        *, apart: bool = False,
    ) -> tuple["Versions", str]:  # fmt: skip
        """Return what numbers of a page say, each by its row and its column of numbers.

        Some may be left out; then it is said how many, and why the first is. No two may be of one
        figure at one turn; in a table of versions, no two that add up.
        """
        table = lengthened(page, self.wide, row, part).astype(object)
        for name, word in self.given.items():  # the words that are no columns
            if name not in called:
                later = apart and name in self.apart
                fill(table, name, COLUMNS[name] if later else word)
        numbers = np.array([called.get(name, name) for name in self.wide], object)

        def read(rows: np.ndarray) -> Versions:
            options = replace(self.options, called={**called, "value": numbers[part[rows]]})
            reports = read_reports(table.iloc[rows], self.tz, options)
            return Versions.of(reports, row[rows], part[rows], self.id)

        every, why = np.arange(len(table)), ""
        try:
            found = read(every)
        except LedgerError as error:
            if self.on_bad != "skip_rows" or -1 in error.places:
                raise
            why = f"{plural(len(error.places), 'row')} left out: {in_one_sentence(error.told)}"
            found = read(np.delete(every, sorted(error.places)))
        once = found if apart else found.take(found.adds & states(found.reports))
        once.refuse_twice(page.index[once.row], numbers[once.part])
        return found, why


def _is_column(frame: pd.DataFrame, ours: str, word: Any, used: set[str]) -> bool:
    """Whether what was said of a report's column is the name of a column.

    A column that is `used` for the day or the number is not the kind: with ``value="total"``, the
    kind ``total`` is a constant.

    Raises
    ------
    LedgerError
        If a constant was probably meant, but names a column.
    """
    if not isinstance(word, str) or word not in frame.columns or (ours == "kind" and word in used):
        return False
    column = frame[word].dropna()
    wrong = ours in NAMES and pd.api.types.is_numeric_dtype(column.dtype)
    if len(column) and (wrong or (ours == "kind" and not column.isin([*KINDS, ""]).all())):
        msg = f"{ours}={word!r} names a column of the table, whose {shorten(column.iloc[0])} is no "
        msg += f"{ours}; rename that column if the constant was meant"
        raise LedgerError(msg)
    return True


@dataclass(frozen=True)
class Versions(Arrays):
    """What a table says of each figure in turn."""

    reports: Reports  #: what it says; of an empty figure, no number
    row: np.ndarray  #: of the table, and the column of numbers
    part: np.ndarray
    figure: np.ndarray  #: hashes: which figure it is of, and what it says
    says: np.ndarray
    turn: np.ndarray  #: when; of one turn, in the order of the rows

    @classmethod
    def of(cls, reports: Reports, row: np.ndarray, part: np.ndarray, id: str) -> "Versions":
        """Return what reports say, each read from a row and a column of numbers."""
        every = np.arange(len(reports))
        figure = [reports.told(name, every) for name in SERIES] + [reports.fixed["kind"].tolist()]
        figure += [reports.days[name].tolist() for name in DAYS]
        figure += [reports.extras[id].map(as_text)] if id else []
        says = [reports.counts(name, every) for name in COUNTS]
        # What is about another report is no version of its figure.
        plain = reports.fixed["action"] == Action.REPORT
        figures = np.where(plain, hashed(*figure), every)
        said = hashed(reports.fixed["qualifier"].tolist(), *says)
        return cls(reports, row, part, figures, said, reports.reported.view(np.int64))

    @property
    def adds(self) -> np.ndarray:
        """Whether it adds up with others of its figure, so that only a revise replaces it."""
        return np.isin(self.reports.fixed["kind"], ADDING)

    def refuse_twice(self, labels: pd.Index, numbers: np.ndarray) -> None:
        """Raise where two rows, by their labels and columns, are of one figure at one turn."""
        problems, figures = Problems(labels, {"value": numbers}), self.figure.tolist()
        first = dict(zip(figures[::-1], labels[::-1], strict=True))
        remedy = "add what tells them apart (side, category, definition), or, for a list of "
        remedy += f"incidents, {both('id=…', '--id …')}"
        again = pd.DataFrame({"figure": figures, "turn": self.turn}).duplicated()
        for row in np.flatnonzero(again).tolist():
            day = str(self.reports.days["period_end"][row])[:10]
            what = f"two rows for one figure of {day}, row {first[figures[row]]} and that"
            problems.add(row, "value", None, what, remedy)
        problems.raise_any()

    def emptied(self, at: np.datetime64, id: str) -> "Versions":
        """Return the figures as rows that say nothing of them but that they are gone."""
        every, reports = np.arange(len(self.row)), self.reports
        blank = replace(
            reports,
            texts=dict.fromkeys(reports.texts, pd.Series("", every, dtype="str")),
            stated={name: there & False for name, there in reports.stated.items()},
            number={name: number * 0 for name, number in reports.number.items()},
            reported=np.full(len(every), at),
            extras=reports.extras[[name for name in reports.extras if name == id]],
        )
        return replace(self, reports=blank)


def tell(versions: Versions, *, compact: bool = False, named: bool = False) -> Reports:
    """Return what is said of each figure in turn as reports, and retractions of what is empty.

    Parameters
    ----------
    versions : Versions
        What was said, each time.
    compact : bool
        Whether a number that is said again is left out.
    named : bool
        Whether the reports have names of their own.
    """
    rows, about, gone = _changes(versions, compact)
    place = np.full(len(versions.row), -1)
    place[rows] = np.arange(len(rows))
    reports, linked = versions.reports.take(rows), about >= 0
    action, target = reports.fixed["action"], np.where(linked, place[about], reports.target)
    action[linked] = np.where(gone, Action.RETRACT, Action.REVISE)[linked]
    if ((action != Action.REPORT) & (target < 0)).any():
        msg = "a row refers to one that says nothing, or nothing new; leave such a row out"
        raise LedgerError(msg)
    ids = name_reports(reports.texts["report_id"], gone | (not named), pd.Series(dtype="str"))
    refers = pd.Series(np.where(target < 0, "", ids.to_numpy(object)[target]), dtype="str")
    for row in np.flatnonzero(linked & (reports.reported < reports.reported[target]))[:1]:
        first, then = (instant(reports.reported[of], reports.tz) for of in (target[row], row))
        what = f"{refers[row]!r}, reported {first}, is {'gone' if gone[row] else 'corrected'} by"
        raise LedgerError.of(what, f"{then}; mend reported_at")
    return replace(
        reports, target=target, texts=reports.texts | {"report_id": ids, "refers_to": refers}
    )


def _changes(versions: Versions, compact: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the versions to tell, what each is about (-1: nothing), and whether it is gone.

    An empty one is told once for each version with a number that it withdraws.
    """
    order = ordered(versions.figure, versions.turn)
    line = versions.take(order)
    figure, numbered, place = line.figure, states(line.reports), np.arange(len(order))
    kept = heads(figure, line.says) | (not compact)
    # Another number of what adds up corrects the first since it is there; of others, it is the
    # newer one that counts.
    again = numbered & np.append(False, numbered)[:-1] & ~heads(figure)
    first = np.maximum.accumulate(np.where(again, 0, place))
    corrects = again & line.adds
    # The next empty one of the same figure, looking from the end.
    after = np.minimum.accumulate(np.where(numbered, len(order), place)[::-1])[::-1]
    inside = numbered & kept & ~corrects & (after < len(order))
    inside[inside] = figure[after[inside]] == figure[inside]
    empty = after[inside]
    kept[empty] = False
    rows = np.r_[order[kept], order[empty]]
    about = np.r_[np.where(corrects, order[first], -1)[kept], order[inside]]
    gone = np.repeat([False, True], [kept.sum(), len(empty)])
    by_row = np.argsort(rows, kind="stable")
    return rows[by_row], about[by_row], gone[by_row]


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
                raise LedgerError.of(label, error.told, error.problems) from error
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
        archive = self._archive
        seen = frozenset[str]().union(*(copy.names for copy in self.copies if copy.names))
        for theirs in (*archive.options.columns, *archive.wide) if seen else ():
            same = archive.options.names_of(archive.options.columns.get(theirs) or "")
            if not seen & {theirs, *same} and theirs not in self._called:
                place = f"no copy has a column {theirs!r}; they have"
                raise LedgerError.from_missing_column(place, sorted(seen), theirs)
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
