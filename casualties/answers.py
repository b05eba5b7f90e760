"""What a ledger answers: thin methods over the modules that do the work."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import checks, clocks, display, explain, history, reconcile, revisions, totals
from .book import Book
from .clocks import Moment
from .schema import SERIES, LedgerError, count_column, tidy, unknown

if TYPE_CHECKING:
    from .plotting import Plot


class Answers:
    """The questions that need only the reports and the clock."""

    _book: Book
    _known_at: np.datetime64 | None
    _cut: int

    @property
    def reports(self) -> pd.DataFrame:
        """The reports known at the clock, in ledger order: a copy, with every column filled in.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> ledger.as_of("2020-09-28 15:00").reports[["report_id", "value", "kind"]].tail(1)
                                      report_id  value   kind
        16  afp-2020-09-28-armenian-civilians-2      2  total
        """
        known = self._book.rank < self._cut
        return tidy(self._book.frame.loc[known].reset_index(drop=True).copy())

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

    # -- what it answers ---------------------------------------------------------------------

    def series(self) -> pd.DataFrame:
        """Return a row a series: what each source counts.

        Returns
        -------
        DataFrame
            The series columns, `reports` (how many, denials apart), `revisions` (how many
            figures were revised or retracted), `first_reported` and `last_reported` (UTC),
            `first_date` and `last_date` (days covered) and `latest` (the headline total, Int64).

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> ledger.where(source="AFP", category="civilian").series()[["side", "reports", "latest"]]
                    side  reports  latest
        0  Armenian side        2       2
        1     Azerbaijan        2       7
        2            all        2       9
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

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> ledger = ledger.deny("a", source="Rival", reported_at="2020-09-29")
        >>> ledger.current()[["report_id", "value", "denied_by"]]
          report_id  value denied_by
        0         a     28     Rival
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ledger.as_of("2020-09-28 16:00").revisions()[["old", "new", "delta", "change"]]
           old  new  delta   change
        0   16   31     15  updated
        1   28   27     -1  revised
        2   59   58     -1  revised
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> moved = ledger.where(source="AFP").revision_summary()
        >>> moved[moved["n_revisions"] > 0][["first", "latest", "spread"]].values.tolist()[0]
        [68, 67, 1]
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ledger.as_of("2020-09-28 16:00").totals()[["date", "total", "basis"]]
                date  total   basis
        0 2020-09-27     31  stated
        1 2020-09-28     58  stated
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ledger.as_of("2020-09-28 16:00").history()[["total", "change", "cause"]]
           total  change    cause
        0     16    <NA>    first
        1     31      15  updated
        2     59      28      new
        3     58      -1  revised
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> matrix = ledger.as_of("2020-09-28 16:00").vintages()
        >>> matrix.iloc[:, -2:].astype(object).to_numpy().tolist()
        [[31, 31], [59, 58]]
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> claims = ledger.as_of("2020-09-28 20:00").compare()
        >>> claims.loc[~claims["agree"], ["lowest", "highest", "highest_source"]].head(1)
           lowest  highest               highest_source
        0      31      550  Azerbaijan defence ministry
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

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"side": "A", "value": 58}, {"side": "B", "value": "at least 7"}]
        >>> ledger = cas.Ledger(
        ...     rows, category="civilian", source="AFP", kind="total", reported_at="2020-09-28"
        ... )
        >>> ledger.tally()[["total", "low", "high", "parts"]]
           total  low  high  parts
        0     65   65  <NA>      2
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

    def check(self) -> pd.DataFrame:
        """Return what does not add up; nothing is changed or hidden.

        Returns
        -------
        DataFrame
            A row a finding, worst first: `severity` (``contradiction``, ``doubt`` or ``note``),
            `code`, `message`, `date`, `found`, `expected` (Int64), `report_ids` (joined by
            ``"; "``) and the series columns. The README lists the codes.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = {"value": [58, 45], "reported_at": ["2020-09-28", "2020-09-29"]}
        >>> cas.Ledger(rows, source="Ministry", kind="total").check()[["severity", "code", "date"]]
                severity   code       date
        0  contradiction  falls 2020-09-29
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

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> print(ledger.explain())
        28 killed · through 2020-09-28, as known 2020-09-28 14:00 UTC
          stated by Ministry (a)
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
        """The charts: `totals`, `history`, `vintages`, `revisions`, `sources`, `reconcile`.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ledger.plot.history().get_xlabel()
        'reported'
        """
        from .plotting import Plot

        return Plot(self)  # type: ignore[arg-type]
