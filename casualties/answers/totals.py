"""Running totals by day covered (design, section 4)."""

import pandas as pd

from ..core.known import Knowing
from ..core.snapshot import every_day, snapshot, totals_frame
from ..model.errors import LedgerError


def totals(self: Knowing, freq: str | None = None) -> pd.DataFrame:
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
    if freq not in (None, "D"):
        msg = f"freq {freq!r} is not known; use None (days with reports) or 'D' (every day)"
        raise LedgerError(msg)
    found = snapshot(self._known)
    return totals_frame(
        self._known.record, found if freq is None else every_day(self._known.record, found)
    )
