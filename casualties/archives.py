"""Ledgers from other people's archives: tables of vintages, and successive copies of a table."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from .core.record import Record
from .intake.copies import Copies
from .intake.door import read_reports
from .intake.options import Columns, Options, check_keywords
from .intake.table import Table, Wide
from .intake.vintages import read_vintages
from .ledger import Ledger
from .model import clocks
from .model.clocks import Moment
from .model.errors import LedgerError, shorten
from .model.frames import count_column
from .model.schema import COLUMNS


def from_vintages(
    frame: Table,
    *,
    date: str | None = None,
    reported_at: str | None = None,
    value: str | Wide | None = None,
    source: str | None = None,
    kind: str | None = None,
    tz: str = "UTC",
    compact: bool = False,
    **said: Any,
) -> Ledger:
    """Make a ledger of a version archive: one row per figure and version.

    Parameters
    ----------
    frame : DataFrame, or what :class:`Ledger` takes
        Such as an ALFRED release table or an epidemiological archive (epiprocess).
    date, reported_at, value : str
        Names of columns: the day covered, when the version became public, the number; `columns`
        may name them as well. For a wide table `value` says what each column of numbers counts,
        as for :class:`Ledger`. An empty number after a number is a retraction of what was said of
        that figure; with none before it, it is a report that declines to say.
    source, kind, **said
        Names of columns of `frame`, or else constants: a string that names an existing column is
        that column. Other columns are kept, a report's under its name, the rest as extra ones.
    tz
        As for :class:`Ledger`, whose other keywords are taken as well.
    compact : bool, default False
        Leave out repeats of an unchanged number, which are otherwise kept as reaffirmations.

    Returns
    -------
    Ledger

    Raises
    ------
    LedgerError
        If a column is missing, or a constant was probably meant but names a column.

    Examples
    --------
    >>> import casualties as cas, pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"day": "2024-05-06", "version": ["2024-05-07", "2024-05-09"], "deaths": [12, 10]}
    ... )
    >>> ledger = cas.from_vintages(
    ...     frame, date="day", reported_at="version", value="deaths", source="CDC",
    ...     kind="total",
    ... )
    >>> ledger.totals()["total"].tolist(), ledger.as_of("2024-05-07").totals()["total"].tolist()
    ([10], [12])
    """
    wide, given, options = given_columns(tz, said, date, value, source, kind)
    given["reported_at"] = _one("reported_at", reported_at, options.renamed, "reported_at")
    reports = read_vintages(frame, given, wide, options, tz, compact=compact)
    return Ledger._of(Record(reports), None)


def from_snapshots(
    snapshots: Mapping[Any, Table] | Iterable[tuple[Moment, Table]],
    *,
    date: str | None = None,
    value: str | Wide | None = None,
    source: str | None = None,
    kind: str | None = None,
    tz: str = "UTC",
    id: str = "",
    on_bad: Literal["raise", "skip"] = "raise",
    **said: Any,
) -> Ledger:
    """Make a ledger of successive full copies of a table.

    A new or changed number becomes a report, one that vanished (or is blank) a retraction of every
    report of it that still stands, an unchanged one nothing. Only the last copy and the changes
    are kept in memory, so an iterable may read its copies one by one.

    Parameters
    ----------
    snapshots : mapping or iterable of (instant, DataFrame)
        The copies with the instant of each, oldest first; a bare date is the end of that day.
        Whatever :class:`Ledger` takes is a copy.
    date : str
        The column of the day covered; `columns` may name it as well.
    value : str or mapping
        The column of the number, or for a wide table each such column with the columns of a
        report that it stands for:
        ``{"killed_cum": {"outcome": "killed"}, "hurt_cum": {"outcome": "wounded"}}``.
    source, kind, **said
        Names of columns, or else constants, as in :func:`from_vintages`. A copy that lacks a
        column which another one has is blank there. Other columns are kept, a report's under its
        name, the rest as extra ones, with what they held when the number was new.
    tz
        As for :class:`Ledger`, whose other keywords are taken as well.
    id : str, optional
        The column whose names tell the rows of a list apart, such as ``"event_id"``, where several
        incidents are of one day and place; it is kept as an extra column.
    on_bad : {"raise", "skip"}
        What to do with a copy that cannot be read or contradicts itself: raise an error that names
        the copy, the row and the column, or leave it out; :attr:`Ledger.intake` says which and why.

    Returns
    -------
    Ledger
        Its :attr:`Ledger.intake` has one row a copy: what was new, changed and vanished.

    Raises
    ------
    LedgerError
        If the copies are out of order, a column is missing, one copy has two rows for a count, or
        a cell cannot be read.

    Examples
    --------
    >>> import casualties as cas, pandas as pd
    >>> monday = pd.DataFrame({"day": ["2024-05-05", "2024-05-06"], "dead": [10, 14]})
    >>> tuesday = pd.DataFrame({"day": ["2024-05-05", "2024-05-06"], "dead": [10, 13]})
    >>> ledger = cas.from_snapshots(
    ...     {"2024-05-06": monday, "2024-05-07": tuesday}, date="day", value="dead", source="MoH",
    ...     kind="total",
    ... )
    >>> ledger.revisions()[["old", "new", "delta"]].values.tolist()
    [[14, 13, -1]]
    >>> ledger.intake[["rows", "new", "changed", "vanished"]].values.tolist()
    [[2, 2, 0, 0], [2, 0, 1, 0]]
    """
    wide, given, options = given_columns(tz, said, date, value, source, kind)
    reading = Reading(given, wide, options, tz, on_bad, id)
    pairs = snapshots.items() if isinstance(snapshots, Mapping) else snapshots
    if not isinstance(pairs, Iterable):
        msg = f"snapshots are copies with the instant of each, and cannot be {shorten(pairs)}"
        raise LedgerError(msg)
    last = None
    for when, copy in pairs:
        label = f"the copy of {when}"
        at, why = clocks.read_instant(when, tz)
        if why or (last is not None and at <= last):
            reading.leave(at, label, why or "it is not later than the one before: oldest first")
            continue
        last = at
        reading.read(copy, at, label)
    return refuse_none_read(reading.ledger())


def refuse_none_read(ledger: Ledger) -> Ledger:
    """Return a ledger of copies, if at least one of them could be read."""
    told = ledger.intake
    if told is not None and len(told) and told["skipped"].all():
        msg = f"no copy could be read (of {len(told):,}); the first: {told['why'].iloc[0]}"
        raise LedgerError(msg)
    return ledger


class Reading:
    """Copies read one after the other into a ledger, with a row told of each."""

    def __init__(
        self,
        given: Mapping[str, Any],
        wide: Wide,
        options: Options,
        tz: str,
        on_bad: str,
        ids: str = "",
    ) -> None:
        if on_bad not in ("raise", "skip"):
            raise LedgerError.from_unknown(on_bad, ["raise", "skip"], "on_bad")
        self._copies = Copies(given, wide, options, tz, ids)
        self._options, self._tz = options, tz
        self._skip = on_bad == "skip"
        self._told: list[tuple[Any, ...]] = []

    def read(self, copy: Any, at: np.datetime64, label: str, note: str = "") -> None:
        """Read one copy; a bad one is left out or raised."""
        try:
            new, changed, gone, lacking = self._copies.read(copy, at, label, note)
        except LedgerError as error:
            if not self._skip and str(error).startswith(label):
                raise
            self.leave(at, label, str(error))
            return
        why = self._copies.lacks(lacking)
        self._told.append((at, len(self._copies), new, changed, gone, False, why))

    def leave(self, at: np.datetime64, label: str, why: str) -> None:
        """Leave a copy out, or raise."""
        why = why.removeprefix(f"{label}: ").removeprefix(label).strip()
        if not self._skip:
            msg = f"{label}: {why}"
            raise LedgerError(msg)
        self._told.append((at, 0, 0, 0, 0, True, why))

    def note(self, at: np.datetime64, label: str, why: str) -> None:
        """Note an instant at which there was no copy, which is not bad."""
        self._told.append((at, 0, 0, 0, 0, True, f"{label}: {why}"))

    def ledger(self) -> Ledger:
        """Return the ledger of what was read."""
        table = self._copies.reports()
        extras = {name: None for name in table.columns if name not in COLUMNS}
        options = replace(self._options, columns=extras, needs=(), called={})
        told = pd.DataFrame(
            self._told, columns=["when", "rows", "new", "changed", "vanished", "skipped", "why"]
        )
        instants = np.array([row[0] for row in self._told], "M8[us]")
        told["when"] = clocks.instant_column(instants, self._tz)
        for name in ("rows", "new", "changed", "vanished"):
            told[name] = count_column(told[name].to_numpy(np.int64))
        told["skipped"] = told["skipped"].astype(bool)
        return Ledger._of(Record(read_reports(table, self._tz, options)), None, told)


def given_columns(
    tz: str,
    said: Mapping[str, Any],
    date: str | None,
    value: str | Wide | None,
    source: str | None,
    kind: str | None,
) -> tuple[Wide, dict[str, Any], Options]:
    """Return the columns of numbers, what was said of the others, and the options."""
    try:
        clocks.zone(tz)
    except ValueError as error:
        raise LedgerError(str(error)) from error
    options, fixed = Options.split(said, ("period_end",))
    check_keywords(fixed)
    first: dict[str, str] = {}
    aliases = {}
    for theirs, ours in options.renamed.items():
        if first.setdefault(ours, theirs) != theirs:
            aliases[theirs] = first[ours]
    named: dict[str, Any] = {"date": date, "value": {} if isinstance(value, Mapping) else value}
    for name, word in named.items():
        if word is not None and not isinstance(word, str | dict):
            msg = f"{name} names a column, and cannot be {shorten(word)}"
            raise LedgerError(msg)
    if isinstance(value, Mapping) and not value:
        msg = "value={} names no column; say which one holds the number"
        raise LedgerError(msg)
    if not isinstance(value, Mapping):
        value = {_one("value", value, options.renamed, "value"): {}}
    renamed = {
        theirs: ours
        for theirs, ours in options.columns.items()
        if ours != "value" and theirs not in aliases
    }
    given = {"period_end": _one("date", date, renamed, "period_end"), "source": source}
    given |= {"kind": kind, **fixed}
    given = {name: word for name, word in given.items() if word is not None}
    if "kind" not in given and "kind" not in renamed.values():
        msg = (
            "say what is counted: kind='total' (how many so far), 'period' (within a day) or 'more'"
        )
        raise LedgerError(msg)
    return value, given, replace(options, columns=renamed, aliases=aliases)


def _one(keyword: str, said: str | None, columns: Columns, ours: str) -> str:
    """Return the column that a keyword names, or that `columns` says is a report's."""
    if said is not None:
        return said
    found = [theirs for theirs, mine in columns.items() if mine == ours]
    if not found:
        msg = f"say which column it is: {keyword}=…, or columns={{…: {ours!r}}}"
        raise LedgerError(msg)
    return found[0]
