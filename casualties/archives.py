"""Ledgers from other people's archives: tables of versions, and successive copies of a table."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from .intake.options import Options, check_keywords
from .intake.releases import OWN, Archive, Copies, as_reports
from .intake.table import Table, Wide, to_pandas
from .ledger import Ledger
from .model import clocks
from .model.clocks import Moment
from .model.errors import LedgerError, both, refuse_unknown
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
    id: str = "",
    compact: bool = False,
    on_bad: Literal["raise", "skip_rows"] = "raise",
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
        that column. `source` and `kind` must be given, or be columns of the table; a kind is
        ``"total"`` (so far), ``"period"``, ``"more"`` or ``"incident"``. Other columns are kept, a
        report's under its name, the rest as extra ones.
    tz
        As for :class:`Ledger`, whose other keywords are taken as well.
    id : str, optional
        As for :func:`from_snapshots`. Without it, two incidents, or two ``"more"``, of the same
        days and version are an error; of another version the later one corrects the earlier.
    compact : bool, default False
        Leave out repeats of an unchanged number, which are otherwise kept as reaffirmations.
    on_bad : {"raise", "skip_rows"}
        Whether a row that cannot be read is an error or costs that row; :attr:`Ledger.intake` then
        says how many, and why the first. If no row can be read, that is an error.

    Returns
    -------
    Ledger

    Raises
    ------
    LedgerError
        If a column is missing, a constant was probably meant but names a column, or two incidents
        (or two ``"more"``) cannot be told apart.

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
    named = {"date": date, "reported_at": reported_at, "value": value}
    archive = laid_out(named, {"source": source, "kind": kind} | said, tz, id, on_bad)
    page, called = archive.page(to_pandas(frame), ("period_end", "reported_at"))
    for name in (name for name in OWN if name in page):
        msg = f"column {name!r}: how versions are linked follows from their figures; leave it out"
        raise LedgerError(msg)
    row, part = np.nonzero(np.ones((len(page), len(archive.wide)), bool))
    versions, why = archive.versions(page, called, row, part)
    reports = as_reports(versions, compact=compact)
    if on_bad == "raise":
        return Ledger._from(reports)
    bad = len(row) - len(versions.row)
    if bad == len(row) > 0:
        msg = f"no row could be read (of {bad:,}); the first: {why}"
        raise LedgerError(msg)
    intake = pd.DataFrame({"reports": [len(reports)], "skipped": [bad]}, dtype="Int64")
    return Ledger._from(reports, intake=intake.assign(why=why))


def from_snapshots(
    snapshots: Mapping[Any, Table] | Iterable[tuple[Moment, Table]],
    *,
    date: str | None = None,
    value: str | Wide | None = None,
    source: str | None = None,
    kind: str | None = None,
    tz: str = "UTC",
    id: str = "",
    on_bad: Literal["raise", "skip", "skip_rows"] = "raise",
    **said: Any,
) -> Ledger:
    """Make a ledger of successive full copies of a table.

    A new or changed number becomes a report, one that vanished (or is blank) a retraction of every
    report of it that still stands, an unchanged one nothing. Only the last copy and the changes
    are kept in memory, so an iterable may read its copies one by one. A table that shows only its
    latest days would withdraw the older ones: put such copies in one table and read it with
    :func:`from_vintages`, which withdraws only what is blank.

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
        column which an earlier one has is blank there; one that only later copies have is named by
        `columns`. Other columns are kept, a report's under its name, the rest as extra ones, with
        what they held when the number was new.
    tz
        As for :class:`Ledger`, whose other keywords are taken as well.
    id : str, optional
        The column whose names tell the rows of a list apart, such as ``"event_id"``, where several
        incidents are of one day and place; it is kept as an extra column.
    on_bad : {"raise", "skip", "skip_rows"}
        What to do with a copy that cannot be read or contradicts itself: raise an error that names
        the copy, the row and the column, or leave it out. With ``"skip_rows"`` a row that cannot be
        read costs that row, and two rows for one figure cost both; its number stands as it was, and
        what is gone from such a copy is withdrawn only when a later one is read whole.
        :attr:`Ledger.intake` says which and why. If nothing at all can be read, that is an error.

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
    named, said = {"date": date, "value": value}, {"source": source, "kind": kind} | said
    archive = laid_out(named, said, tz, id, on_bad, "skip")
    copies = Copies(archive)
    pairs = snapshots.items() if isinstance(snapshots, Mapping) else snapshots
    last: Any = clocks.FIRST
    for pair in pairs if isinstance(pairs, Iterable) else [pairs]:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            meant = "snapshots are copies with the instant of each, {'2024-05-06': table, …}"
            raise LedgerError.from_wrong(snapshots, meant)
        when, frame = pair
        with copies.another(f"the copy of {when}") as copy:
            copy.at = clocks.read_moment(when, "moment", tz)
            if copy.at <= last:
                msg = "it is not later than the one before: oldest first"
                raise LedgerError(msg)
            last = copy.at
            copies.read(frame, copy)
    return ledger_of(copies, archive)


def ledger_of(copies: Copies, archive: Archive) -> Ledger:
    """Return the ledger of copies, if at least one of them could be read."""
    reports, every = copies.reports(), copies.copies
    instants = np.array([copy.at for copy in every], "M8[us]")
    intake = pd.DataFrame({"when": clocks.instant_column(instants, archive.tz)})
    for name in ("rows", "new", "changed", "vanished"):
        intake[name] = pd.array([getattr(copy, name) for copy in every], "Int64")
    intake["skipped"] = np.array([copy.skipped for copy in every], bool)
    intake["why"] = pd.Series([copy.why for copy in every], dtype="str")
    told = [copy for copy in every if copy.skipped or copy.rows]
    if told and not len(reports) and all(copy.skipped or copy.left_out for copy in told):
        msg = f"no copy could be read (of {len(intake):,}); the first: {told[0].why}"
        raise LedgerError(msg)
    return Ledger._from(reports, intake=intake)


def laid_out(
    named: Mapping[str, Any], said: Mapping[str, Any], tz: str, id: str, on_bad: str, *ways: str
) -> Archive:
    """Return how an archive is laid out.

    Parameters
    ----------
    named : mapping of str to str, mapping or None
        The keywords ``date``, ``reported_at`` and ``value``, each with the column that it names.
    said : mapping
        The other keywords: options, and columns of a report, each a column's name or a constant.
    tz, id, on_bad
        As for :func:`from_snapshots`.
    *ways
        What `on_bad` may be beside ``"raise"`` and ``"skip_rows"``.
    """
    clocks.check_zone(tz)
    ways = ("raise", *ways, "skip_rows")
    refuse_unknown([on_bad], ways, "on_bad")
    if not isinstance(id, str) or id in COLUMNS:
        msg = f"id={id!r} is no column of the table's own, under another name than a report's"
        raise LedgerError(msg)
    options, given = Options.split({name: word for name, word in said.items() if word is not None})
    check_keywords(given)
    columns, also = dict(options.columns), dict(options.also)
    wide: Wide = {"value": {}}
    for keyword, word in named.items():
        ours = "period_end" if keyword == "date" else keyword
        if word is None or (isinstance(word, str | Mapping) and not word):
            if not options.names_of(ours):
                how = both(f"{keyword}=…, or columns={{…: {ours!r}}}", f"--{keyword} …")
                msg = f"say which column holds the {keyword}: {how}"
                msg += "; melt a table with a column for each day first" * (keyword == "date")
                raise LedgerError(msg)
        elif isinstance(word, str):
            also |= {ours: word} if columns.setdefault(word, ours) != ours else {}
        elif isinstance(word, Mapping) and keyword == "value":
            wide = word
        else:
            raise LedgerError.from_wrong(word, f"{keyword} names a column")
    options = replace(options, columns=columns, also=also, needs=("period_end",))
    if "kind" not in given and not options.names_of("kind"):
        how = both("kind=", "--kind ")
        msg = f"say what is counted: {how}'total' (so far), 'period', 'more' or 'incident'"
        raise LedgerError(msg)
    return Archive(given, wide, options, tz, id, on_bad)
