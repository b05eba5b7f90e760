"""Running totals by day covered (design, section 4)."""

import pandas as pd

from ..core.known import Knowing
from ..core.running import every_day
from ..core.running import totals as running_totals
from ..model.errors import LedgerError, both, shorten


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
        last of its day, ``""`` for none). One row per series and day; the README explains the
        rules, which are those of section 4 of the design.

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
    if freq is not None and not (isinstance(freq, str) and freq == "D"):
        days = both("None (days with reports) or 'D' (every day)", "D (every day), or leave it out")
        msg = f"freq {shorten(freq)} is not known; use {days}"
        raise LedgerError(msg)
    known = self._known
    found = running_totals(known) if freq is None else every_day(known)
    return found.frame(known.record)
