"""The number of each series by day covered, each time it changed, and both at once."""

import numpy as np
import pandas as pd

from ..core.headlines import Walk, steps
from ..core.known import Knowing, Known
from ..core.rows import Rows, cells
from ..core.running import every_day
from ..core.running import totals as running_totals
from ..core.statements import Row
from ..model import clocks
from ..model.clocks import Moment
from ..model.errors import LedgerError, refuse_unknown
from ..model.frames import NEVER, count_column, day_column
from ..model.schema import CAUSES, SERIES, Basis
from .asked import day_of

#: Stands for a total that is no longer there.
GONE = -1
#: How many cells a matrix of vintages may have.
MAX_CELLS = 50_000_000


def totals(self: Knowing, freq: str | None = None) -> pd.DataFrame:
    """Return the running total of every series by day covered, as known at the clock.

    Parameters
    ----------
    freq : {None, "D"}
        ``"D"`` carries each total forward to the days between.

    Returns
    -------
    DataFrame
        The series columns, `date` (datetime64, the day counted through), `at` (text: the local
        time of that day that the number speaks of, ``""`` for the whole day), `total`, `low` and
        `high` (Int64, inclusive; ``<NA>`` is unbounded), `basis` (``stated``, ``derived``,
        ``floor`` or ``carried``), `unexplained` (Int64: stated − what the counts since the total
        before it would make it) and `report_id` (text: the report that states the number, or the
        last of its day, ``""`` for none). One row per series and day; the README tells the rules
        under "How totals are rebuilt".

    Raises
    ------
    LedgerError
        If `freq` is neither.

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
    if freq is not None:
        refuse_unknown([freq], ["D"], "freq of totals")
    known = self._known
    return (running_totals(known) if freq is None else every_day(known)).frame(known.record)


def history(self: Knowing, date: Moment | None = None) -> pd.DataFrame:
    """Return the headline of every series each time it changed.

    Parameters
    ----------
    date : str or date, optional
        Follow the total through this day instead of the last one.

    Returns
    -------
    DataFrame
        The series columns, `reported_at` (in the ledger's zone), `date`, `at`, `total`, `low` and
        `high` (as in :meth:`totals`), `change` (new − old), `cause` (categorical: ``first``,
        ``new``, ``updated``, ``revised``, ``retracted``, ``relayed``, ``fell`` or ``unclear``)
        and `report_id`. A number that was withdrawn leaves a row without one. The README has a
        table of the causes.

    Raises
    ------
    LedgerError
        If `date` is no day.

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
    return stepwise(self._known, None if date is None else day_of(date))[[*SERIES, *_COLUMNS]]


#: The cells, later blank, of a number that was withdrawn.
_NOTHING = Row(0, 0, 0, Basis.STATED, None)
#: The columns of a history, after those of the series.
_COLUMNS = "reported_at date at total low high change cause report_id".split()


def stepwise(
    known: Known, day: int | None = None, series: np.ndarray | None = None
) -> pd.DataFrame:
    """Return the columns of :meth:`Ledger.history`, of all series or some, and two more.

    These are `series`, its number, and `row`, the report that states the number in its words, -1
    for none.
    """
    found = steps(known, day, series)
    rows = Rows.of([cells(step.series, step.now or _NOTHING) for step in found])
    out, gone = rows.frame(known.record), np.array([step.now is None for step in found], bool)
    out["series"], out["row"] = rows.series, np.where(rows.basis == Basis.STATED, rows.row, -1)
    for name in ("date", "total", "low", "high"):
        out[name] = out[name].mask(gone)
    out["at"] = out["at"].mask(gone, "")
    was = np.array([step.was.number if step.was else NEVER for step in found], np.int64)
    out["change"] = out["total"] - count_column(was, was == NEVER)
    causes = np.array([step.cause for step in found], np.int64)
    out["cause"] = pd.Categorical.from_codes(causes, pd.Index(CAUSES))
    instants = np.array([step.instant for step in found], np.int64).view("M8[us]")
    out["reported_at"] = clocks.instant_column(instants, known.tz)
    return out


def vintages(self: Knowing) -> pd.DataFrame:
    """Return every total as it was known at every instant.

    Returns
    -------
    DataFrame
        Rows: `date` (and the series columns, if there is more than one series). Columns: the
        instants at which something was reported, in the ledger's zone. Cells: the total then
        known (Int64).

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
    known, record = self._known, self._known.record
    instants = np.unique(record.reported[known.public])
    names = ["series", "date", "reported_at", "total"]
    cells = pd.DataFrame(np.array(_cells(known), np.int64).reshape(-1, 4), columns=names)
    days = len(cells.drop_duplicates(names[:2]))
    if days * len(instants) > MAX_CELLS:
        msg = f"a matrix of {days:,} rows and {len(instants):,} columns is too large; choose fewer "
        msg += "series with where(), or use history(), which keeps only the changes"
        raise LedgerError(msg)
    # Each number holds from its instant on, until another takes its place.
    out = cells.pivot_table(index=names[:2], columns="reported_at", values="total", aggfunc="first")
    out = out.reindex(columns=instants.astype("M8[us]").view(np.int64)).ffill(axis=1)
    out = out.mask(out == GONE).astype("Int64")
    series, day = (out.index.get_level_values(level).to_numpy(np.int64) for level in (0, 1))
    index = record.series_table.take(series).astype("str").assign(date=day_column(day).array)
    single = len(np.unique(series)) < 2
    out.index = pd.DatetimeIndex(index["date"]) if single else pd.MultiIndex.from_frame(index)
    out.columns = pd.DatetimeIndex(clocks.instant_column(instants, known.tz), name="reported_at")
    return out


def _cells(known: Known) -> list[tuple[int, int, int, int]]:
    """Return series, day, instant and number of each cell that changed; ``GONE`` is no number."""
    walk, found = Walk(known), list[tuple[int, int, int, int]]()
    for series in known.series.tolist():
        now: dict[int, int] = {}
        for event in walk.events(series):
            first, rows = event.work.changed_rows()
            then = {row.day: row.number for row in rows}
            gone = [day for day in now if first <= day and day not in then]
            for day, number in (then | dict.fromkeys(gone, GONE)).items():
                if now.get(day) != number:
                    now[day] = number
                    found.append((series, day, event.instant, number))
    return found
