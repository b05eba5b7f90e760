"""Tables of versions, a row for every version of a figure; and how archives are laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, both, in_one_sentence, shorten
from ..model.frames import Arrays, heads, ordered
from ..model.reports import Reports
from ..model.schema import COLUMNS, COUNTS, DAYS, FIGURE, KINDS, NAMES, SERIES, Action, Kind
from .cells import blanks, hashed
from .door import read_reports
from .numbers import states
from .options import Options
from .table import Wide, check_wide, fill, lengthened, named, to_pandas, without_na

#: What a withdrawal takes from the row of an archive that is empty.
_OF_THE_EMPTY = ("reason", "url", "note", "quote", "archived", "via", "reported_at")
_LINKS = ("report_id", "action", "refers_to")


@dataclass(frozen=True)
class Archive:
    """How somebody's archive is laid out."""

    given: Mapping[str, Any]  #: columns of a report, each a column's name or else a constant
    wide: Wide  #: the columns of numbers, and what each one counts
    options: Options
    tz: str
    id: str = ""  #: a column whose names tell rows apart as well, as of incidents

    def page(
        self, frame: pd.DataFrame, needed: Sequence[str]
    ) -> tuple[pd.DataFrame, dict[str, str]]:
        """Return a table under a report's names, and what its columns are called.

        It must have the columns `needed` of a report, and one of numbers.
        """
        check_wide(self.wide, frame.columns)
        table, called = named(frame, self.options)
        used = {*self.wide, *(called[ours] for ours in (*needed, "value") if ours in called)}
        words = {o: w for o, w in self.given.items() if _is_column(frame, o, w, used)}
        table = table.assign(**{ours: frame[theirs] for ours, theirs in words.items()})
        table = table.drop(columns={*words.values()} - {*words}, errors="ignore")
        numbers = [] if {*table.columns} & self.wide.keys() else [*self.wide][:1]
        for ours in (*needed, *numbers, *([self.id] if self.id else [])):
            if ours not in table.columns:
                keyword = {"period_end": "date", "reported_at": "reported_at", self.id: "id"}
                word = keyword.get(ours, "value")
                name = (self.options.names_of(ours) or [ours])[0]
                said = both(f"{word}=", f"--{word.replace('_', '-')} ") + repr(name)
                place = f"{said} is no column of the table, which has"
                raise LedgerError.from_missing_column(place, frame.columns, name)
        table = without_na(table, self.options.na, self.wide)
        if self.id and (blank := np.flatnonzero(blanks(table[self.id]))).size:
            msg = f"no id in row {table.index[blank[0]]}, column {self.id!r}; it may not be blank"
            raise LedgerError(msg)
        return table, called | words

    def fill(self, table: pd.DataFrame, called: Mapping[str, Any], *, apart: bool = False) -> None:
        """Put the words that are no columns where a table is blank.

        Of a copy that is read `apart` from those to come, in which a word may turn out to be a
        column, the words that would tell its figures from theirs are left out.
        """
        for name, word in self.given.items():
            if name not in called:
                plain = apart and name in FIGURE and name not in ("source", "kind")
                fill(table, name, COLUMNS[name] if plain else word)

    def read(
        self, table: pd.DataFrame, called: Mapping[str, Any], part: np.ndarray, *, skip: bool
    ) -> tuple[Reports, np.ndarray, str]:
        """Return rows as reports, and which are read; where some may be left out, why the first is.

        `part` is the column of numbers that each is of.
        """
        numbers = np.array([called.get(name, name) for name in self.wide], object)

        def read(rows: np.ndarray) -> Reports:
            names = {**called, "value": numbers[part[rows]]}
            options = replace(self.options, called=names)
            return read_reports(table.iloc[rows], self.tz, options)

        every = np.arange(len(table))
        try:
            return read(every), every, ""
        except LedgerError as error:
            if not skip or -1 in error.places:
                raise
            good = np.delete(every, sorted(error.places))
            return read(good), good, in_one_sentence(error.told)

    def refuse_twice(
        self, versions: "Versions", table: pd.DataFrame, called: Mapping[str, Any]
    ) -> None:
        """Raise where two rows of a table, at one turn, are of one figure."""
        again = pd.DataFrame({"figure": versions.figure, "turn": versions.turn}).duplicated()
        if again.any():
            second = int(np.argmax(again))
            first = int(np.argmax(versions.figure == versions.figure[second]))
            rows = [table.index[versions.row[of]] for of in (first, second)]
            day = str(table["period_end"].iloc[versions.row[second]])[:10]
            name = [*self.wide][versions.part[second]]
            more = f", and {again.sum() - 1:,} more such pairs" if again.sum() > 1 else ""
            msg = (
                f"two rows for one figure of {day}: rows {rows[0]} and {rows[1]}, column "
                f"{called.get(name, name)!r}{more}; add what tells them apart (side, category, "
                f"definition), or, for a list of incidents, {both('id=…', '--id …')}"
            )
            raise LedgerError(msg)


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
        msg = (
            f"{ours}={word!r} names a column of the table, whose {shorten(column.iloc[0])} is no "
            f"{ours}; rename that column if the constant was meant"
        )
        raise LedgerError(msg)
    return True


def read_vintages(
    frame: Any, archive: Archive, *, compact: bool, on_bad: str
) -> tuple[Reports, int, str]:
    """Return a table of versions as reports, how many rows were left out, and why the first.

    An empty number after a number is a retraction of every report of that figure since the last
    empty one; an empty number with none before it declines to say.
    """
    if on_bad not in ("raise", "skip_rows"):
        raise LedgerError.from_unknown(on_bad, ["raise", "skip_rows"], "on_bad")
    page, called = archive.page(to_pandas(frame), ("period_end", "reported_at"))
    row, part = np.nonzero(np.ones((len(page), len(archive.wide)), bool))
    table = lengthened(page, archive.wide, row, part).astype(object)
    archive.fill(table, called)
    reports, good, why = archive.read(table, called, part, skip=on_bad == "skip_rows")
    bad, table = len(table) - len(good), table.iloc[good].copy()
    if "report_id" in table:
        table["report_id"] = reports.texts["report_id"].array  # those without a name have one now
    versions = Versions.of(reports, row[good], part[good], archive.id)
    # Neither of two incidents is a version of the other.
    archive.refuse_twice(versions.take(versions.listed & versions.numbered), page, called)
    return tell(table, versions, archive, compact=compact), bad, why


@dataclass(frozen=True)
class Versions(Arrays):
    """What a table says of each figure in turn."""

    row: np.ndarray  #: of the table, and the column of numbers
    part: np.ndarray
    figure: np.ndarray  #: hashes: which figure it is of, and what it says
    says: np.ndarray
    numbered: np.ndarray  #: whether there is a number; else the figure is empty
    listed: np.ndarray  #: whether it is an incident of a list
    turn: np.ndarray  #: when; of one turn, in the order of the rows

    @classmethod
    def of(cls, reports: Reports, row: np.ndarray, part: np.ndarray, id: str) -> "Versions":
        """Return what reports say, each read from a row and a column of numbers."""
        every, kind = np.arange(len(reports)), reports.fixed["kind"]
        figure = [reports.told(name, every) for name in SERIES] + [kind.tolist()]
        figure += [reports.days[name].tolist() for name in DAYS]
        figure += [reports.extras[id].astype(str)] if id else []
        says = [reports.counts(name, every) for name in COUNTS]
        # What is about another report is no version of its figure.
        plain = reports.fixed["action"] == Action.REPORT
        return cls(
            row,
            part,
            np.where(plain, hashed(*figure), every),
            hashed(reports.fixed["qualifier"].tolist(), *says),
            states(reports),
            kind == Kind.INCIDENT,
            reports.reported.view(np.int64),
        )


def tell(
    table: pd.DataFrame, versions: Versions, archive: Archive, *, compact: bool = False
) -> Reports:
    """Return what is said of each figure in turn as reports, and retractions of what is empty.

    Parameters
    ----------
    table : DataFrame
        A row each time that something was said of a figure.
    versions : Versions
        What each row says.
    archive : Archive
        How the table is laid out.
    compact : bool
        Whether a number that is said again is left out.
    """
    keep, about, withdrawn, empty = _changes(versions, compact)
    rows = np.r_[np.flatnonzero(keep), empty]
    order = np.argsort(rows, kind="stable")
    columns = {name: np.full(len(table), None, object) for name in _LINKS}
    columns |= {name: table[name].to_numpy(object, copy=True) for name in _LINKS if name in table}
    names = columns["report_id"]
    if "report_id" not in table:
        names[keep] = [f"r{place + 1}" for place in np.argsort(order)[: keep.sum()].tolist()]
    revises = keep & (about >= 0)
    columns["action"][revises], columns["refers_to"][revises] = "revise", names[about[revises]]
    gone = table.iloc[empty]
    gone = gone[[name for name in gone if name not in COLUMNS or name in _OF_THE_EMPTY]]
    gone = gone.assign(action="retract", refers_to=names[withdrawn])
    if archive.id:
        gone[archive.id] = table[archive.id].to_numpy(object)[withdrawn]
    whole = pd.concat([table.assign(**columns)[keep], gone.astype(object)]).iloc[order]
    extras = {str(name): None for name in whole if name not in COLUMNS}  # whatever their names are
    options = replace(archive.options, columns=extras, needs=())
    return read_reports(whole, archive.tz, options)


def _changes(
    versions: Versions, compact: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return which versions to keep, what each revises (-1: nothing), and what withdraws what.

    The last two are pairs: a version with a number, and the empty one that withdraws it.
    """
    order = ordered(versions.figure, versions.turn)
    line = versions.take(order)
    figure, numbered, place = line.figure, line.numbered, np.arange(len(order))
    kept = heads(figure, line.says) | (not compact)
    # Another number of an incident corrects the first since it is there; of others, it is the
    # newer one that counts.
    again = numbered & np.append(False, numbered)[:-1] & ~heads(figure)
    first = np.maximum.accumulate(np.where(again, 0, place))
    corrects = again & line.listed
    # The next empty one of the same figure, looking from the end.
    after = np.minimum.accumulate(np.where(numbered, len(order), place)[::-1])[::-1]
    inside = numbered & kept & ~corrects & (after < len(order))
    inside[inside] = figure[after[inside]] == figure[inside]
    withdrawn, empty = order[inside], order[after[inside]]
    keep, about = np.empty(len(order), bool), np.empty(len(order), np.int64)
    keep[order], about[order] = kept, np.where(corrects, order[first], -1)
    keep[empty] = False
    return keep, about, withdrawn, empty
