"""The ledger: a set of reports and a clock, over the modules that do the work."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from . import checks, clocks, display, explain, history, io, reconcile, revisions, totals
from .book import Book
from .clocks import Moment
from .door import Reports, as_frame, read_reports
from .schema import COLUMNS, NAMES, SERIES, LedgerError, count_column, nearest, tidy, unknown

if TYPE_CHECKING:
    from .plotting import Plot

P = ParamSpec("P")
T = TypeVar("T")


class Ledger:
    """A set of reported figures and a clock; all it answers, it answers as known at that clock.

    A ledger is never changed: every method returns something new.

    Parameters
    ----------
    reports : DataFrame, list of dict, or dict of columns
        One row a report. Only `source`, `reported_at`, `kind` and (for ``kind="period"``) a
        period are required; the README lists all columns and their defaults. Extra columns are
        kept untouched.
    tz : str, default "UTC"
        IANA name of the time zone that naive instants are in and whose calendar days are meant.
    **fixed
        Columns that are the same in every row.

    Raises
    ------
    LedgerError
        With every problem of the table at once, in ``.problems``.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.Ledger(
    ...     {"value": [59, 58], "reported_at": ["2020-09-28 14:00", "2020-09-28 15:36"]},
    ...     tz="Asia/Yerevan",
    ...     source="Karabakh defence ministry",
    ...     kind="total",
    ... )
    >>> ledger.totals()[["date", "total"]]
            date  total
    0 2020-09-28     58
    >>> ledger.as_of("2020-09-28 15:00").totals()[["date", "total"]]
            date  total
    0 2020-09-28     59
    """

    def __init__(self, reports: Reports, *, tz: str = "UTC", **fixed: Any) -> None:
        self._set(_open(reports, tz, "", fixed), None)

    @classmethod
    def _read(
        cls, table: pd.DataFrame, *, tz: str, where: str, fixed: Mapping[str, Any]
    ) -> "Ledger":
        """Make a ledger of a table read from a file, which errors name first."""
        return cls._of(_open(table, tz, where, fixed), None)

    def _set(self, book: Book, known_at: np.datetime64 | None) -> None:
        vars(self).update(_book=book, _known_at=known_at, _cut=book.cut(known_at))

    @classmethod
    def _of(cls, book: Book, known_at: np.datetime64 | None) -> "Ledger":
        ledger = cls.__new__(cls)
        ledger._set(book, known_at)
        return ledger

    _book: Book
    _known_at: np.datetime64 | None
    _cut: int

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a ledger is never changed, so {name!r} cannot be set; its methods return new ones"
        raise AttributeError(msg)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self._book.frame, self._book.tz, self._known_at)

    # -- what it holds -----------------------------------------------------------------------

    @property
    def reports(self) -> pd.DataFrame:
        """The reports known at the clock, in ledger order: a copy, with every column filled in."""
        known = self._book.rank < self._cut
        return tidy(self._book.frame.loc[known].reset_index(drop=True).copy())

    @property
    def tz(self) -> str:
        """IANA name of the time zone of the ledger."""
        return self._book.tz

    @property
    def known_at(self) -> pd.Timestamp | None:
        """The clock, local to `tz`; ``None`` is no limit."""
        if self._known_at is None:
            return None
        return pd.Timestamp(self._known_at).tz_localize("UTC").tz_convert(self.tz)

    def __len__(self) -> int:
        """Return how many reports are known at the clock."""
        return self._cut

    # -- another ledger ----------------------------------------------------------------------

    def as_of(self, when: Moment) -> "Ledger":
        """Return the ledger with its clock set back.

        Parameters
        ----------
        when : str, date, datetime or Timestamp
            A naive moment is local to `tz`; a bare date means the end of that day. A later
            clock than the current one changes nothing.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> len(ledger.as_of("2020-09-27")) < len(ledger)
        True
        """
        try:
            clock = clocks.query_instant(when, self.tz)
        except ValueError as error:
            raise LedgerError(str(error)) from error
        if self._known_at is not None:
            clock = min(clock, self._known_at)
        return self._of(self._book, clock)

    def where(self, **columns: Any) -> "Ledger":
        """Return the series whose columns equal the value or are in the list.

        Parameters
        ----------
        **columns
            `event`, `side`, `category`, `outcome`, `definition` or `source`, each a value or a
            list of values. Revisions and denials of the chosen series come along.

        Raises
        ------
        LedgerError
            For a column that is not one of these, and for a value that no series of the ledger
            has at any clock, with the nearest ones.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> ledger.where(source="AFP", category="civilian").series()["side"].tolist()
        ['Armenian side', 'Azerbaijan', 'all']
        """
        keep = self._matching(columns)
        if keep.all():
            return self
        rows = keep[self._book.series]
        frame = tidy(self._book.frame.loc[rows].reset_index(drop=True))
        return self._of(Book(frame, self.tz), self._known_at)

    def _matching(self, columns: Mapping[str, Any]) -> np.ndarray:
        """Whether each series of the ledger has these values."""
        table = self._book.series_table
        keep = np.ones(len(table), bool)
        for column, wanted in columns.items():
            if column not in SERIES:
                raise LedgerError(unknown("series column", column, SERIES))
            single = isinstance(wanted, str) or not hasattr(wanted, "__iter__")
            values = [wanted] if single else list(wanted)
            words = list(table[column].cat.categories)
            for value in values:
                if value not in words:
                    raise LedgerError(unknown(column, value, words))
            keep &= table[column].isin(values).to_numpy()
        return keep

    def append(self, reports: Reports, **fixed: Any) -> "Ledger":
        """Return a ledger with more reports, and the same clock.

        Parameters
        ----------
        reports : DataFrame, list of dict, or dict of columns
            As for :class:`Ledger`; they may refer to reports of this one by `report_id`.
        **fixed
            Columns that are the same in every new row.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.Ledger([], tz="UTC")
        >>> ledger = ledger.append(
        ...     [{"value": "at least 3", "reported_at": "2024-05-06"}], source="Police", kind="total"
        ... )
        >>> len(ledger)
        1
        """
        if isinstance(reports, dict) and not any(
            isinstance(value, list | tuple | np.ndarray | pd.Series) for value in reports.values()
        ):
            reports = [reports]
        frame = read_reports(as_frame(reports, fixed), self.tz, before=self._book.frame)
        return self._of(Book(frame, self.tz), self._known_at)

    def revise(
        self, report_id: str, value: Any, *, reported_at: Moment, reason: str = "", **columns: Any
    ) -> "Ledger":
        """Return a ledger in which `report_id` is revised to `value`.

        Parameters
        ----------
        report_id : str
            The report that is corrected; it stays in the ledger.
        value : int or str
            The new number, in any notation of :func:`parse_count`.
        reported_at : str, date, datetime or Timestamp
            When the correction became public.
        reason : str, optional
            Why it was corrected.
        **columns
            Other columns of the correction; the rest is copied from what it revises, except
            `reason`, `url` and `note`.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.Ledger(
        ...     [{"report_id": "first", "value": 28, "reported_at": "2020-09-28 14:00"}],
        ...     source="Ministry",
        ...     kind="total",
        ... )
        >>> mended = ledger.revise("first", 27, reported_at="2020-09-28 15:36")
        >>> mended.revisions()["delta"].tolist()
        [-1]
        """
        self._known(report_id)
        row = {"value": value, "reported_at": reported_at, "reason": reason}
        return self._link("revise", report_id, row | columns)

    def retract(self, report_id: str, *, reported_at: Moment, reason: str = "") -> "Ledger":
        """Return a ledger in which `report_id` is withdrawn without another number.

        See Also
        --------
        revise : replace it with another number.
        """
        row = {"reported_at": reported_at, "reason": reason}
        return self._link("retract", report_id, row)

    def deny(
        self, report_id: str, *, source: str, reported_at: Moment, note: str = ""
    ) -> "Ledger":
        """Return a ledger in which `source` denies `report_id`; the number stays, marked."""
        row = {"source": source, "reported_at": reported_at, "note": note}
        return self._link("deny", report_id, row)

    def _link(self, action: str, report_id: str, row: dict[str, Any]) -> "Ledger":
        self._known(report_id)
        return self.append([{"action": action, "refers_to": report_id} | row])

    def _known(self, report_id: str) -> None:
        ids = self._book.frame.loc[self._book.rank < self._cut, "report_id"]
        if report_id not in set(ids):
            hint = nearest(report_id, ids.tail(10_000))
            msg = f"no report {report_id!r} is known in this ledger" + (f". {hint}" if hint else "")
            raise LedgerError(msg)

    # -- what it answers ---------------------------------------------------------------------

    def series(self) -> pd.DataFrame:
        """Return a row a series: what each source counts.

        Returns
        -------
        DataFrame
            The series columns, `reports` (how many, denials apart), `revisions` (how many
            figures were revised or retracted), `first_reported` and `last_reported` (UTC),
            `first_date` and `last_date` (days covered) and `latest` (the headline total, Int64).
        """
        book = self._book
        known = np.flatnonzero((book.rank < self._cut) & ~book.denial)
        groups = book.series[known]
        series = np.unique(groups)
        out = pd.DataFrame(book.series_columns(series))
        out["reports"] = count_column(np.bincount(groups, minlength=len(book.series_table))[series])
        old, new, explicit = revisions.replacements(book, self._cut)
        change = revisions.change_of(book, old, new, explicit)
        mended = book.series[old[(change == "revised") | (change == "retracted")]]
        mends = np.bincount(mended, minlength=len(book.series_table))[series]
        out["revisions"] = count_column(mends)
        frame = book.frame.iloc[known]
        for name, column in (("reported", "reported_at"), ("date", "period_end")):
            span = frame[column].groupby(groups).agg(["min", "max"])
            out[f"first_{name}"], out[f"last_{name}"] = span["min"].array, span["max"].array
        found = totals.snapshot(book, self._cut)
        latest = pd.Series(found.total[found.last], index=found.seg[found.last], dtype="Int64")
        out["latest"] = latest.reindex(series).array
        return out

    def current(self) -> pd.DataFrame:
        """Return the live reports: those that nothing known at the clock has replaced.

        Returns
        -------
        DataFrame
            The columns of `reports`, plus `denied_by` (str): who denies the number, joined by
            ``"; "``, ``""`` if nobody.
        """
        return revisions.current(self._book, self._cut)

    def revisions(self) -> pd.DataFrame:
        """Return a row a replacement of one figure by another.

        Returns
        -------
        DataFrame
            The series columns, `kind`, `period_start`, `period_end`, `change` (``revised``,
            ``updated``, ``reaffirmed`` or ``retracted``), `old_id`, `new_id`, `old`, `new`,
            `delta` (new − old), `reported_at` of the new one (UTC), `lag` (its days after
            `period_end`), `explicit` (whether it says what it replaces) and `reason`.
        """
        return revisions.revisions(self._book, self._cut)

    def revision_summary(self, within: float = 0.2) -> pd.DataFrame:
        """Return how far each count moved: a row per series, kind and period.

        Parameters
        ----------
        within : float, default 0.2
            A number is near the latest if it differs by at most this share of the latest.

        Returns
        -------
        DataFrame
            The series columns, `kind`, `period_start`, `period_end`, `n_revisions` (changes of
            value), `first`, `latest`, `min`, `max`, `median`, `spread` (max − min), `rel_spread`
            (spread / max, missing when max is 0), `min_lag` and `max_lag` (days after
            `period_end`) and `lag_near_latest` (the lag from which all reports were near).
        """
        if not within >= 0:
            msg = f"within is a share of the latest value and cannot be {within!r}; try 0.2"
            raise LedgerError(msg)
        return revisions.summary(self._book, self._cut, within)

    def totals(self, freq: str | None = None) -> pd.DataFrame:
        """Return the running total of every series by day covered, as known at the clock.

        Parameters
        ----------
        freq : {None, "D"}
            ``"D"`` carries each total forward to the days between.

        Returns
        -------
        DataFrame
            The series columns, `date`, `total`, `low` and `high` (Int64, inclusive; ``<NA>``
            is unbounded), `basis` (``stated``, ``summed``, ``backed_out``, ``floor``,
            ``ceiling`` or ``carried``) and `unexplained` (stated − what the reports before it
            add up to). One row per series and day; the README explains the rules.
        """
        return totals.totals(self._book, self._cut, freq)

    def history(self, date: Moment | None = None) -> pd.DataFrame:
        """Return the headline of every series each time it changed.

        Parameters
        ----------
        date : str or date, optional
            Follow the total through this day instead of the last one.

        Returns
        -------
        DataFrame
            The series columns, `reported_at` (UTC), `date`, `total`, `low`, `high`, `change`
            (new − old) and `cause` (``first``, ``new``, ``updated``, ``revised`` or
            ``retracted``). A number that was withdrawn leaves a row without one.
        """
        day = None if date is None else self._day(date)
        return history.history(self._book, self._cut, day)

    def vintages(self) -> pd.DataFrame:
        """Return every total as it was known at every instant.

        Returns
        -------
        DataFrame
            Rows: `date` (and the series columns, if there is more than one series). Columns: the
            instants at which something was reported (UTC). Cells: the total then known (Int64).

        Raises
        ------
        LedgerError
            If the matrix would have more than fifty million cells.
        """
        return history.vintages(self._book, self._cut)

    def compare(self) -> pd.DataFrame:
        """Return what several sources say of the same thing, each carried forward.

        Returns
        -------
        DataFrame
            A row per thing (the series columns without `source`) and day with at least two
            sources: `date`, `sources` (how many), `lowest`, `lowest_source`, `highest`,
            `highest_source`, `spread` (highest − lowest), `ratio` (highest / lowest, missing
            when the lowest is 0) and `agree` (whether all bounds overlap).
        """
        return reconcile.compare(totals.totals(self._book, self._cut))

    def tally(
        self,
        by: str | tuple[str, ...] | list[str] = ("event", "outcome"),
        choose: reconcile.Policy | None = None,
    ) -> pd.DataFrame:
        """Return the toll across parts, without double counting.

        The parts are the (side, category) pairs with neither column ``all``.

        Parameters
        ----------
        by : sequence of str, default ("event", "outcome")
            Series columns that make a group.
        choose : callable, optional
            How to choose between several claims for one part: :class:`Prefer`, :class:`Latest`,
            :class:`Lowest`, :class:`Highest`, or any function that takes the sources' totals for
            a part (the columns of `totals` and `reported_at`, each source carried forward) and
            returns one row a day.

        Returns
        -------
        DataFrame
            The columns of `by`, `date`, `total`, `low`, `high` (Int64; ``<NA>`` is unbounded),
            `parts` (how many have a number) and `missing` (those without one, by name). A row
            for every day on which a part changes; with a part missing the total is a floor.

        Raises
        ------
        LedgerError
            If a part has several claims and `choose` is not given.
        """
        found = totals.snapshot(self._book, self._cut)
        frame = totals.totals_frame(self._book, found)
        reported = self._book.frame["reported_at"].take(found.row)
        frame["reported_at"] = reported.reset_index(drop=True)
        known = (self._book.rank < self._cut) & ~self._book.denial
        series = np.unique(self._book.series[known])
        names = self._book.series_table.take(series)
        by = (by,) if isinstance(by, str) else tuple(by)
        return reconcile.tally(frame, names, by, choose)

    def reconcile(self, start: Moment, end: Moment) -> pd.DataFrame:
        """Return why each headline changed between two clocks.

        The same as ``cas.reconcile(self.as_of(start), self.as_of(end))``.
        """
        return reconcile_ledgers(self.as_of(start), self.as_of(end))

    def check(self) -> pd.DataFrame:
        """Return what does not add up; nothing is changed or hidden.

        Returns
        -------
        DataFrame
            A row a finding, worst first: `severity` (``contradiction``, ``doubt`` or ``note``),
            `code`, `message`, `date`, `found`, `expected` (Int64), `report_ids` (joined by
            ``"; "``) and the series columns. The README lists the codes.
        """
        return checks.check(self._book, self._cut)

    def explain(self, date: Moment | None = None, **series: Any) -> explain.Explanation:
        """Return where one total comes from, report by report; print it.

        Parameters
        ----------
        date : str or date, optional
            The day covered; default the last one with a total.
        **series
            Series columns that leave one series, as in :meth:`where`.

        Raises
        ------
        LedgerError
            If not exactly one series is left, or it has no number through that day.
        """
        book = self._book
        known = np.unique(book.series[(book.rank < self._cut) & ~book.denial])
        left = known[self._matching(series)[known]]
        if len(left) != 1:
            names = book.series_table.take(left)
            open_columns = [c for c in SERIES if names[c].nunique() > 1]
            msg = f"{display.plural(len(left), 'series')} match; explain() tells of one"
            if len(left) > 1:
                options = [f"{c}={names[c].astype('str').iat[0]!r}" for c in open_columns]
                msg += f": choose by {', '.join(open_columns)}, as in explain({', '.join(options)})"
            raise LedgerError(msg)
        day = None if date is None else self._day(date)
        return explain.explain(book, self._cut, self._known_at, day, int(left[0]))

    def _day(self, date: Moment) -> np.datetime64:
        try:
            return clocks.query_day(date)
        except ValueError as error:
            raise LedgerError(str(error)) from error

    @property
    def plot(self) -> "Plot":
        """The charts: ``totals``, ``history``, ``vintages``, ``revisions``, ``sources``, ``reconcile``."""
        from .plotting import Plot

        return Plot(self)

    # -- files -------------------------------------------------------------------------------

    def to_csv(self, path: str | os.PathLike[str], *, spreadsheet_safe: bool = False) -> None:
        """Write the known reports to a CSV file, whole or not at all.

        Parameters
        ----------
        path : path
            The file; :func:`read_csv` with the same `tz` gives an equal ledger.
        spreadsheet_safe : bool, default False
            Put an apostrophe before texts that a spreadsheet would run as a formula. Such a file
            no longer gives an equal ledger.
        """
        io.write_csv(self.reports, self.tz, path, spreadsheet_safe=spreadsheet_safe)

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Write the known reports to a JSON file (records, UTF-8), whole or not at all."""
        io.write_json(self.reports, self.tz, path)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write the known reports to a Parquet file (extra ``parquet``), whole or not at all."""
        io.write_parquet(self.reports, path)

    # -- how it behaves ----------------------------------------------------------------------

    def pipe(
        self, function: Callable[Concatenate["Ledger", P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return ``function(self, ...)``, for chains of calls."""
        return function(self, *args, **kwargs)

    def __eq__(self, other: object) -> bool:
        """Whether both have the same time zone and know the same reports, in the same order."""
        if not isinstance(other, Ledger):
            return NotImplemented
        return (
            self.tz == other.tz
            and len(self) == len(other)
            and _same(self.reports, other.reports)
        )

    __hash__ = None  # type: ignore[assignment]

    def _parts(self) -> tuple[list[str], pd.DataFrame, int]:
        reports = self.reports
        known = (self._book.rank < self._cut) & ~self._book.denial
        series = len(np.unique(self._book.series[known]))
        lines = display.header(reports, series, self.tz, self._known_at)
        table = display.overview(reports, self.tz)
        return lines, table, len(reports) - len(table)

    def __repr__(self) -> str:
        return display.as_text(*self._parts())

    def _repr_html_(self) -> str:
        return display.as_html(*self._parts())


def reconcile_ledgers(before: Ledger, after: Ledger) -> pd.DataFrame:
    """Return why each headline changed between two ledgers, say yesterday's file and today's.

    Parameters
    ----------
    before, after : Ledger
        Two ledgers, or one at two clocks.

    Returns
    -------
    DataFrame
        A row a series: the series columns, `opening_date`, `opening`, `revised` (the same days
        recounted), `new` (later days), `unexplained` (a fall over later days), `closing` and
        `closing_date`. ``opening + revised + new + unexplained == closing`` in every row; a
        series absent before opens at 0, one absent after closes at 0.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(source="AFP", side="all", category="all")
    >>> ledger = ledger.where(event="Nagorno-Karabakh 2020")
    >>> columns = ["opening", "revised", "new", "unexplained", "closing"]
    >>> before, after = ledger.as_of("2020-09-28 15:00"), ledger.as_of("2020-09-28 16:00")
    >>> cas.reconcile(before, after)[columns].values.tolist()
    [[68, -1, 0, 0, 67]]
    """
    for which, given in (("before", before), ("after", after)):
        if not isinstance(given, Ledger):
            msg = f"{which} is a {type(given).__name__}, not a Ledger; read it with cas.read_csv()"
            raise LedgerError(msg)
    return reconcile.bridge(before.totals(), after.totals())


def _open(reports: Reports, tz: str, where: str, fixed: Mapping[str, Any]) -> Book:
    try:
        clocks.zone(tz)
    except ValueError as error:
        raise LedgerError(str(error)) from error
    return Book(read_reports(as_frame(reports, fixed), tz, where), tz)


def _rebuild(
    cls: type[Ledger], frame: pd.DataFrame, tz: str, known_at: np.datetime64 | None
) -> Ledger:
    return cls._of(Book(frame, tz), known_at)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables of reports say the same, extra columns compared as text."""
    if set(one.columns) != set(other.columns):
        return False
    for column in one.columns:
        mine, theirs = one[column], other[column]
        if column in NAMES:
            mine, theirs = mine.astype("str"), theirs.astype("str")
        if column in COLUMNS:
            if not mine.equals(theirs):
                return False
        elif [_plain(cell) for cell in mine] != [_plain(cell) for cell in theirs]:
            return False
    return True


def _plain(cell: Any) -> str:
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return "" if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell)
