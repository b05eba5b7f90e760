"""Tables of versions, a row for every version of a figure; and how archives are laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, both, in_one_sentence, refuse_repeated, shorten
from ..model.frames import day_numbers, grouped, ordered
from ..model.reports import Reports
from ..model.schema import COLUMNS, COUNTS, DAYS, KINDS, NAMES, SERIES, Action, Kind
from .cells import blanks
from .door import read_reports
from .numbers import states
from .options import Options
from .table import Wide, check_wide, fill, to_pandas, without_na

#: What a withdrawal takes from the row of an archive that is empty.
_OF_THE_EMPTY = ("reason", "url", "note", "quote", "archived", "via")


@dataclass(frozen=True)
class Archive:
    """How somebody's archive is laid out."""

    given: Mapping[str, Any]  #: columns of a report, each a column's name or else a constant
    wide: Wide  #: the columns of numbers, and what each one counts
    options: Options
    tz: str
    id: str = ""  #: a column whose names tell rows apart as well, as of incidents

    def page(
        self, frame: pd.DataFrame, where: str, needed: Mapping[str, str]
    ) -> tuple[pd.DataFrame, dict[str, str]]:
        """Return a table under a report's names, and what its columns are called.

        Parameters
        ----------
        frame : DataFrame
            The table.
        where : str
            What it is, said first in an error.
        needed : mapping of str to str
            Columns of a report that it must have, with the keywords that name them.
        """
        options = replace(self.options, where=where)
        refuse_repeated(frame.columns, where)
        head = f"{where}: " if where else ""
        check_wide(self.wide, frame.columns, head)
        called = {ours: theirs[0] for ours, theirs in options.found_in(frame.columns).items()}
        used = {*self.wide, *(called[ours] for ours in needed if ours in called)}
        for ours, word in self.given.items():
            if _is_column(frame, ours, word, used):
                called[ours] = word
        for ours, keyword in needed.items():
            if ours not in called and (ours != "value" or "value" in options.columns.values()):
                name = (options.names_of(ours) or [ours])[0]
                said = both(f"{keyword}=", f"--{keyword.replace('_', '-')} ") + repr(name)
                place = f"{head}{said} is no column of the table, which has"
                raise LedgerError.from_missing_column(place, frame.columns, name)
        columns = {ours: frame[theirs] for ours, theirs in called.items()}
        for name in frame.columns:
            if name not in called.values():
                columns.setdefault(str(name), frame[name])
        if not columns.keys() & self.wide.keys():
            name = next(iter(self.wide))
            place = (
                f"{head}{both('value=', '--value ')}{name!r} is no column of the table, which has"
            )
            raise LedgerError.from_missing_column(place, frame.columns, name)
        table = without_na(pd.DataFrame(columns, frame.index), self.options.na, self.wide)
        if self.id:
            self._check_ids(table, head)
        return table, called

    def _check_ids(self, table: pd.DataFrame, head: str) -> None:
        """Raise where what tells rows apart is not there."""
        if self.id not in table.columns:
            place = f"{head}{both('id=', '--id ')}{self.id!r} is no column of the table, which has"
            raise LedgerError.from_missing_column(place, table.columns, self.id)
        if (blank := np.flatnonzero(blanks(table[self.id]))).size:
            msg = (
                f"{head}no id in row {table.index[blank[0]]}, column {self.id!r}; what tells rows "
                "apart may not be blank"
            )
            raise LedgerError(msg)

    def melted(self, table: pd.DataFrame, row: np.ndarray, part: np.ndarray) -> pd.DataFrame:
        """Return some numbers of a table, by row and column of numbers, a row each."""
        long = table.drop(columns=[*self.wide], errors="ignore").iloc[row].astype(object)
        value = np.full(len(row), None, object)
        for place, name in enumerate(self.wide):
            if name in table.columns:
                value[part == place] = table[name].iloc[row[part == place]].astype(object)
        long["value"] = value
        for name in sorted({name for names in self.wide.values() for name in names}):
            words = [names.get(name) for names in self.wide.values()]
            long[name] = np.array(words, object)[part]
        return long

    def fill(self, table: pd.DataFrame, called: Mapping[str, Any]) -> None:
        """Put the words that are no columns where a table is blank."""
        for name, word in self.given.items():
            if name not in called:
                fill(table, name, word)

    def read(
        self, table: pd.DataFrame, called: Mapping[str, Any], where: str = "", *, checked: bool
    ) -> Reports:
        """Return rows as reports, filled in place.

        Columns that are `checked` are extra ones, whatever their names are.
        """
        self.fill(table, called)
        options = replace(self.options, called=called, where=where)
        return read_reports(table, self.tz, _checked(options, table) if checked else options)


def _checked(options: Options, table: pd.DataFrame) -> Options:
    """Return options for which every other column is an extra one, whatever its name is."""
    return replace(options, columns={str(name): None for name in table if name not in COLUMNS})


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
    wrong = (ours == "kind" and not column.isin([*KINDS, ""]).all()) or (
        ours in NAMES and pd.api.types.is_numeric_dtype(column.dtype) and len(column) > 0
    )
    if wrong:
        msg = (
            f"{ours}={word!r} names a column of the table, whose values "
            f"({shorten(column.iloc[0])}, …) are not a {ours}; rename that column if the constant "
            "was meant"
        )
        raise LedgerError(msg)
    return True


def read_vintages(
    frame: Any, archive: Archive, *, compact: bool, on_bad: str
) -> tuple[Reports, list[int], str]:
    """Return the rows of a table of versions as reports, which were left out, and why the first.

    An empty number after a number is a retraction of every report of that figure since the last
    empty one; an empty number with none before it declines to say.
    """
    if on_bad not in ("raise", "skip_rows"):
        raise LedgerError.from_unknown(on_bad, ["raise", "skip_rows"], "on_bad")
    needed = {"period_end": "date", "reported_at": "reported_at", "value": "value"}
    table, called = archive.page(to_pandas(frame), "", needed)
    row, part = (places.ravel() for places in np.indices((len(table), len(archive.wide))))
    table = archive.melted(table, row, part)
    numbers = np.array([called.get(name, name) for name in archive.wide], object)
    bad, why = list[int](), ""
    try:
        reports = archive.read(table, {**called, "value": numbers[part]}, checked=False)
    except LedgerError as error:
        if on_bad == "raise" or -1 in error.places:
            raise
        bad, why = sorted(error.places), in_one_sentence(error.told)
        table, part = table.iloc[np.delete(np.arange(len(table)), bad)].copy(), np.delete(part, bad)
        reports = archive.read(table, {**called, "value": numbers[part]}, checked=False)
    figure, turn = figures(reports, archive.id), reports.reported.view(np.int64)
    numbered = states(reports)
    listed = np.flatnonzero(numbered & (reports.fixed["kind"] == Kind.INCIDENT))
    again = pd.DataFrame({"figure": figure[listed], "turn": turn[listed]})
    if len(second := np.flatnonzero(again.duplicated())):  # neither is a version of the other
        first = listed[(again == again.iloc[second[0]]).all(axis=1)][:2]
        day = str(reports.days["period_end"][first[0]])[:10]
        raise LedgerError(twice(day, table.index[first], numbers[part[first[1]]], len(second)))
    told = Told(reports, figure, turn, numbered, compact)
    return told.reports(table, archive), bad, why


def twice(day: str, rows: Sequence[Any], column: str, pairs: int) -> str:
    """Say that two rows are of one figure, where only one can be."""
    more = f", and {pairs - 1:,} more such pairs" if pairs > 1 else ""
    return (
        f"two rows for one figure of {day}: rows {rows[0]} and {rows[1]}, column {column!r}{more}; "
        "add what tells them apart (side, category, definition), or, for a list of incidents, "
        + both("id=…", "--id …")
    )


def figures(reports: Reports, id: str) -> np.ndarray:
    """Return the number of the figure that each report is of."""
    columns = [reports.codes[name] for name in SERIES] + [reports.fixed["kind"]]
    columns += [day_numbers(reports.days[name]) for name in DAYS]
    if id:
        columns.append(pd.factorize(reports.extras[id].astype(str))[0])
    return grouped(*columns)


class Told:
    """What is said of each figure in turn.

    Parameters
    ----------
    reports : Reports
        A row each time that something was said of a figure.
    figure, turn : ndarray
        The number of the figure, and when: of one turn, in the order of the rows.
    numbered : ndarray
        Whether the row gives a number; else it is empty, or the figure is gone.
    compact : bool
        Whether a number that is said again is left out.
    """

    def __init__(
        self,
        reports: Reports,
        figure: np.ndarray,
        turn: np.ndarray,
        numbered: np.ndarray,
        compact: bool,
    ) -> None:
        self._reports, plain = reports, reports.fixed["action"] == Action.REPORT
        order = ordered(figure, turn)
        new, old = order[1:], order[:-1]
        follows = (figure[new] == figure[old]) & plain[new] & plain[old]
        self.keep = np.ones(len(order), bool)
        if compact:
            self.keep[new] = ~(follows & _same(reports, new, old))
        #: Rows with another number than the one before of the figure, which stood.
        self.changed = new[follows & numbered[new] & numbered[old] & self.keep[new]]
        # Another number of an incident corrects the first since it is there; of others, it is the
        # newer one that counts.
        again = np.append(False, follows & numbered[new] & numbered[old])
        first = np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
        self._about = np.full(len(order), -1)
        incident = again & (reports.fixed["kind"][order] == Kind.INCIDENT)
        self._about[order[incident]] = order[first[incident]]
        # The next empty one of the same figure, looking from the end.
        line = order[(plain & self.keep)[order]]
        place = np.where(numbered[line], len(line), np.arange(len(line)))
        after = np.minimum.accumulate(place[::-1])[::-1]
        inside = numbered[line] & (after < len(line))
        inside[inside] = figure[line[after[inside]]] == figure[line[inside]]
        inside &= self._about[line] < 0
        #: Pairs of a report with a number and the empty row that withdraws it.
        self.withdrawn, self.empty = line[inside], line[after[inside]]

    def reports(self, table: pd.DataFrame, archive: Archive) -> Reports:
        """Return the reports: those kept, and a retraction of each that was withdrawn."""
        keep = self.keep.copy()
        keep[self.empty] = False
        revises = np.flatnonzero(keep & (self._about >= 0))
        if keep.all() and not len(revises):
            return self._reports
        gone = table.iloc[self.empty]
        gone = gone.drop(columns=[c for c in COLUMNS if c in gone and c not in _OF_THE_EMPTY])
        stamps = pd.Series(self._reports.reported[self.empty]).dt.tz_localize("UTC")
        rows = np.r_[np.flatnonzero(keep), self.empty]
        order = np.argsort(rows, kind="stable")
        names = self._reports.texts["report_id"].to_numpy(object, copy=True)
        if "report_id" not in table.columns:
            places = np.argsort(order)[: int(keep.sum())]
            names[keep] = [f"r{place + 1}" for place in places.tolist()]
        gone = gone.assign(
            reported_at=stamps.astype(object).to_numpy(),
            refers_to=names[self.withdrawn],
            action="retract",
        )
        table = table.assign(report_id=names)
        if len(revises):
            action, about = (np.full(len(table), None, object) for _ in range(2))
            action[revises], about[revises] = "revise", names[self._about[revises]]
            table = table.assign(action=action, refers_to=about)
        whole = pd.concat([table[keep].astype(object), gone.astype(object)]).iloc[order]
        return read_reports(whole, archive.tz, _checked(replace(archive.options, needs=()), whole))


def _same(reports: Reports, new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """Whether reports say the same number."""
    same = reports.fixed["qualifier"][new] == reports.fixed["qualifier"][old]
    for name in COUNTS:
        stated, number = reports.stated[name], reports.number[name]
        same &= (stated[new] == stated[old]) & (~stated[new] | (number[new] == number[old]))
    return same
