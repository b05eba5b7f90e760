"""Archives: a table with a row for every version of a figure, or successive copies of a table.

A copy comes through the door, and what it says of each figure is compared with what stands::

    copy of 6 May      5 May: 10                 5 May: 10 is new
    copy of 7 May      5 May: 12, 6 May: 3       5 May: 12 is changed, 6 May: 3 is new
    copy of 8 May      6 May: 3                  5 May is gone

The versions of all copies make a table such as somebody else publishes, and are told the same way.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import LedgerError, Problems, both, in_one_sentence, naming
from ..model.frames import Arrays, heads, ordered
from ..model.reports import Reports, as_text
from ..model.schema import COUNTS, DAYS, NAMES, SERIES, Action
from ..words import instant, plural
from .cells import blanks, hashed
from .door import ADDING, read_reports
from .links import refuse_mixture
from .numbers import states
from .options import Options
from .table import Wide, check_wide, fill, lengthened, named, to_pandas, without_na

#: Columns that no copy and no version can give: how they are linked follows from their figures.
OWN = ("report_id", "action", "refers_to")


@dataclass(frozen=True)
class Archive:
    """How somebody's archive is laid out."""

    given: Mapping[str, Any]  #: for columns of a report, a column's name or else a constant
    wide: Wide  #: the columns of numbers, and what each one counts
    options: Options
    tz: str
    id: str = ""  #: a column whose names tell figures apart, such as those of incidents
    on_bad: str = "raise"  #: what to do with a copy or a row that cannot be read

    def page(
        self, frame: pd.DataFrame, needed: Sequence[str]
    ) -> tuple[pd.DataFrame, Mapping[str, Any]]:
        """Return a table with its columns named as a report's, and what each was called in it.

        It must have the columns `needed` of a report, and one of numbers.
        """
        check_wide(self.wide, frame.columns)
        table, called = named(frame, self.options)
        used = {*self.wide, *(called[ours] for ours in (*needed, "value") if ours in called)}
        columns = {o: word for o, word in self.given.items() if _is_column(frame, o, word, used)}
        table = table.assign(**{ours: frame[theirs] for ours, theirs in columns.items()})
        table = table.drop(columns={*columns.values()} - {*columns}, errors="ignore")
        number = [] if {*table.columns} & self.wide.keys() else [*self.wide][:1]
        for ours in filter(None, (*needed, *number, self.id)):
            if ours not in table.columns:
                name = (self.options.names_of(ours) or [ours])[0]
                place = f"no column {name!r} in the table; it has"
                raise LedgerError.from_missing_column(place, frame.columns, name)
        table = without_na(table, self.options.na, self.wide)
        return table, called | columns

    def versions(
        self, page: pd.DataFrame, called: Mapping[str, Any], row: np.ndarray, part: np.ndarray,
        *, copy: bool = False,
    ) -> tuple["Versions", str]:  # fmt: skip
        """Read numbers of a page, each given by its row and its place in `wide`.

        Also returns why the first row that was left out cannot be read, if there is one. In a
        `copy` no two numbers may be of one figure; in a table of versions no two of one instant
        that add up.
        """
        table = lengthened(page, self.wide, row, part).astype(object)
        for name, word in self.given.items():
            if name not in called:  # it is a constant
                fill(table, name, word)
        numbers = np.array([called.get(name, name) for name in self.wide], object)

        def read(rows: np.ndarray) -> Versions:
            names = {**called, "value": numbers[part[rows]], self.id: self.id}
            options = replace(self.options, called=names, id=self.id)
            reports = read_reports(table.iloc[rows], self.tz, options)
            found = Versions.of(reports, row[rows], part[rows], self.id)
            unique = np.ones(len(rows), bool) if copy else found.adds & states(reports)
            found.refuse_twice(unique, page.index[found.row], numbers[found.part], self.id)
            return found

        rows, why = np.arange(len(table)), ""
        while True:
            try:
                return read(rows), why
            except LedgerError as error:
                if self.on_bad != "skip_rows" or min(error.places, default=-1) < 0:
                    raise
                rows, why = np.delete(rows, [*error.places]), why or in_one_sentence(error.told)


def _is_column(frame: pd.DataFrame, ours: str, word: Any, used: set[str]) -> bool:
    """Whether the word given for a column of a report is the name of a column of the table.

    A column that is `used` for a day, an instant or the number is not the kind as well: with
    ``value="total"``, the kind ``total`` is a constant.

    Raises
    ------
    LedgerError
        If a constant was probably meant, but names a column.
    """
    if not isinstance(word, str) or word not in frame.columns or (ours == "kind" and word in used):
        return False
    column = frame[word].dropna()
    if ours in (*NAMES, "kind") and len(column) and pd.api.types.is_numeric_dtype(column.dtype):
        msg = f"{ours}={word!r} names a column of the table, which holds numbers; rename that "
        msg += "column if the constant was meant"
        raise LedgerError(msg)
    return True


@dataclass(frozen=True)
class Versions(Arrays):
    """Versions of figures, an entry each: what a table says of a figure at an instant."""

    reports: Reports  #: what it says; an empty version has no number
    row: np.ndarray  #: the row of the table that it was read from
    part: np.ndarray  #: its place among the columns of numbers
    figure: np.ndarray  #: a hash that names the figure
    says: np.ndarray  #: a hash of its number
    turn: np.ndarray  #: its instant, or the number of its copy: versions are told in this order

    @classmethod
    def of(cls, reports: Reports, row: np.ndarray, part: np.ndarray, id: str) -> "Versions":
        """Return reports as versions, each with the row and the column of numbers it is from."""
        every = np.arange(len(reports))
        figure = [reports.told(name, every) for name in SERIES] + [reports.fixed["kind"].tolist()]
        figure += [reports.days[name].tolist() for name in DAYS]
        figure += [reports.extras[id].map(as_text)] if id else []
        says = [reports.counts(name, every) for name in COUNTS]
        number = hashed(reports.fixed["qualifier"].tolist(), *says)
        return cls(reports, row, part, hashed(*figure), number, reports.reported.view(np.int64))

    @property
    def adds(self) -> np.ndarray:
        """Whether each adds up with others of its figure, so that only a revise replaces it."""
        return np.isin(self.reports.fixed["kind"], ADDING)

    def refuse_twice(
        self, unique: np.ndarray, labels: pd.Index, numbers: np.ndarray, id: str
    ) -> None:
        """Raise if two of the `unique` are of one figure and turn.

        The error names the label and the column of numbers of each.
        """
        problems = Problems(labels, {"value": numbers})
        remedy = "add what tells them apart (side, category, definition), or, for a list of "
        remedy += f"incidents, {both('id=…', '--id …')}"
        remedy = f"give each of them an id of its own in column {id!r}" if id else remedy
        rows = np.flatnonzero(unique)
        said = pd.DataFrame({"figure": self.figure[rows], "turn": self.turn[rows]})
        for row in rows[said.duplicated(keep=False)]:
            day = str(self.reports.days["period_end"][row])[:10]
            problems.add(row, "value", None, f"two rows for one figure of {day}", remedy)
        problems.raise_any()

    def emptied(self, since: np.datetime64, id: str) -> "Versions":
        """Return empty versions of the same figures: since that instant they are gone."""
        every, reports = np.arange(len(self.row)), self.reports
        blank = replace(
            reports,
            texts=dict.fromkeys(reports.texts, pd.Series("", every, dtype="str")),
            stated={name: there & False for name, there in reports.stated.items()},
            number={name: number * 0 for name, number in reports.number.items()},
            reported=np.full(len(every), since),
            extras=reports.extras[[name for name in reports.extras if name == id]],
        )
        return replace(self, reports=blank)


def as_reports(versions: Versions, *, compact: bool = False) -> Reports:
    """Return versions as reports; an empty version retracts what its figure said before.

    Parameters
    ----------
    versions : Versions
        All versions of all figures.
    compact : bool
        Whether to leave out a number that is said again.
    """
    rows, about, gone = _changes(versions, compact)
    place = np.full(len(versions.row), -1)
    place[rows] = np.arange(len(rows))
    reports, linked = versions.reports.take(rows), about >= 0
    action, target = reports.fixed["action"], np.where(linked, place[about], -1)
    action[linked] = np.where(gone, Action.RETRACT, Action.REVISE)[linked]
    ids = pd.Series([f"r{n}" for n in range(1, len(rows) + 1)], dtype="str")
    refers = pd.Series(np.where(linked, ids.to_numpy(object)[target], ""), dtype="str")
    for row in np.flatnonzero(linked & (reports.reported < reports.reported[target]))[:1]:
        first, then = (instant(reports.reported[n], reports.tz) for n in (target[row], row))
        msg = f"{refers[row]!r}, reported {first}, is {'gone' if gone[row] else 'corrected'} by "
        raise LedgerError(msg + f"{then}; mend reported_at")
    return replace(
        reports, target=target, texts=reports.texts | {"report_id": ids, "refers_to": refers}
    )


def _changes(versions: Versions, compact: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which versions to tell, which version each is about (-1: none), and which are gone.

    An empty version is told once for each version with a number that it withdraws. The versions of
    one figure, sorted by their turn::

        number      –   3   5   –   7
        withdrawn       *   *           of a total, by the empty version after them
        first       0   1   1   3   4   the version that a `more` or an incident corrects
    """
    order = ordered(versions.figure, versions.turn)
    in_turn = versions.take(order)
    figure, numbered, place = in_turn.figure, states(in_turn.reports), np.arange(len(order))
    kept = heads(figure, in_turn.says) | (not compact)
    # Of a figure that adds up, a further number corrects the first one; of others it replaces it.
    again = numbered & np.append(False, numbered)[:-1] & ~heads(figure)
    first = np.maximum.accumulate(np.where(again, 0, place))
    corrects = again & in_turn.adds
    # The next empty version of the same figure, looking from the end.
    after = np.minimum.accumulate(np.where(numbered, len(order), place)[::-1])[::-1]
    withdrawn = numbered & kept & ~corrects & (after < len(order))
    withdrawn[withdrawn] = figure[after[withdrawn]] == figure[withdrawn]
    empty = after[withdrawn]
    kept[empty] = False
    rows = np.r_[order[kept], order[empty]]
    about = np.r_[np.where(corrects, order[first], -1)[kept], order[withdrawn]]
    gone = np.repeat([False, True], [kept.sum(), len(empty)])
    by_row = np.argsort(rows, kind="stable")
    return rows[by_row], about[by_row], gone[by_row]


@dataclass
class Copy:
    """A copy of a table: what was counted in it, and what went wrong."""

    label: str  #: what errors call it
    note: str = ""  #: what the reports of it note
    at: np.datetime64 = clocks.NAT
    rows: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    skipped: bool = False
    left_out: int = 0  #: how many of its rows could not be read
    why: str = ""  #: why it or its rows were left out, and which columns it lacks


class Copies:
    """Copies that are read one by one: what is new, changed and gone in each."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.copies: list[Copy] = []
        self._called: dict[str, str] = {}  # columns of a report that some copy has, under what name
        self._constant = set[str]()  # columns of a report that are constants, as far as is known
        self._seen = set[str]()  # the columns of all copies
        self._form: set[str] | None = None  # the columns that said what the last copy counts
        self._standing: Versions | None = None  # the last version of each figure
        self._versions: list[Versions] = []  # what is new, changed or gone, copy by copy

    @contextmanager
    def another(self, label: str, note: str = "") -> Iterator[Copy]:
        """Begin a copy, to be read within the context; an error there is raised, or skips it."""
        copy = Copy(label, note)
        self.copies.append(copy)
        try:
            yield copy
        except LedgerError as error:
            if self._archive.on_bad == "raise":
                raise LedgerError.of(label, error.told, error.problems) from error
            copy.rows, copy.skipped, copy.why = 0, True, in_one_sentence(error.told)

    def read(self, frame: Any, copy: Copy) -> None:
        """Read a copy and compare it with what stands."""
        archive, table = self._archive, to_pandas(frame)
        copy.rows = len(table)
        if not len(table):  # nothing is withdrawn by a copy that says nothing
            copy.why = "no rows: what was said before stands"
            return
        page, called = archive.page(table, ("period_end",))
        absent = [name for name in archive.wide if name not in page]
        told = [f"no column {name!r}: what it said stands" for name in absent]
        asked = {ours: name for name, ours in archive.options.columns.items() if ours in SERIES}
        gone = [name for ours, name in (asked | self._called).items() if ours not in page]
        told += [f"no column {name!r}: blank here" for name in gone]
        form = {*SERIES} & {*page.columns}
        moved = self._form is not None and form != self._form
        told += ["other columns say what is counted: what was said before stands"] * moved
        # These are columns, whether or not this copy can be read.
        self._called |= called
        self._seen.update(table.columns)
        self._constant |= archive.given.keys() - self._called.keys()
        page = page.drop(columns=[*OWN], errors="ignore")
        if "reported_at" not in page:
            page["reported_at"] = pd.Timestamp(copy.at).tz_localize("UTC")
        none = np.zeros(len(page), bool)
        bounded = ~blanks(page["low"]) if "low" in page else none
        filled = [bounded | ~blanks(page[n]) if n in page else none for n in archive.wide]
        part, row = np.nonzero(filled)
        now, why = archive.versions(page, self._called, row, part, copy=True)
        copy.left_out = len(row) - len(now.row)
        told += [f"{plural(copy.left_out, 'row')} left out: {why}"] * bool(copy.left_out)
        copy.why = "; ".join(told)
        kept = [place for place, name in enumerate(archive.wide) if name in absent]
        self._compare(now, kept, copy, moved=moved)
        self._form = form

    def _compare(self, now: Versions, kept: list[int], copy: Copy, *, moved: bool) -> None:
        """Keep what is new, changed and gone in a copy, and let what it says stand.

        Numbers of the columns that are `kept` go on to stand. So does everything where rows were
        left out: what seems to be gone may be in those rows. Where other columns say what is
        counted (`moved`), figures of the copies before are not compared with those of later ones.
        """
        old = self._standing or now.take(np.zeros(0, np.int64))
        before = pd.Index(old.figure).get_indexer(now.figure)
        new = before < 0
        differs = new | (np.append(old.says, 0)[before] != now.says)
        missing = ~np.isin(old.figure, now.figure)
        withdrawn = missing & ~np.isin(old.part, kept) & (not copy.left_out) & (not moved)
        copy.new, copy.vanished = int(new.sum()), int(withdrawn.sum())
        copy.changed = int(differs.sum()) - copy.new
        rest = old.take(missing & ~withdrawn & (not moved))
        self._standing = Versions.concat([now, rest]) if len(rest.row) else now
        if differs.any() or withdrawn.any():
            gone = old.take(withdrawn).emptied(copy.at, self._archive.id)
            versions = Versions.concat([now.take(differs), gone])
            texts = versions.reports.texts
            notes = ["; ".join(filter(None, (note, copy.note))) for note in texts["note"]]
            texts["note"] = pd.Series(notes, dtype="str")
            self._versions.append(replace(versions, turn=np.full(len(notes), len(self.copies))))

    def reports(self) -> Reports:
        """Return the reports that the copies make.

        Raises
        ------
        LedgerError
            If a column that was named is in no copy, or what they say cannot be put together.
        """
        archive = self._archive
        for theirs in (*archive.options.columns, *archive.wide) if self._seen else ():
            ours = archive.options.columns.get(theirs, theirs)
            if theirs not in self._seen and ours not in self._called:
                place = f"no copy has a column {theirs!r}; they have"
                raise LedgerError.from_missing_column(place, sorted(self._seen), theirs)
        for ours in sorted(self._constant & self._called.keys()):
            word = archive.given[ours]
            msg = f"{ours}={word!r} names a column of some copies, but of none before them; say "
            msg += f"{naming(word, ours)} if the column is meant, else rename it"
            raise LedgerError(msg)
        if not self._versions:
            return read_reports(pd.DataFrame(), archive.tz, archive.options)
        reports = as_reports(Versions.concat(self._versions))
        refuse_mixture(reports)
        return reports
