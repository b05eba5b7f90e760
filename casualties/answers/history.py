"""The headline each time it changed, and why (design, section 5)."""

import numpy as np
import pandas as pd

from ..core.headlines import steps
from ..core.known import Knowing
from ..core.rows import at_column, id_column
from ..core.spans import NEVER
from ..core.tip import Tip
from ..model import clocks
from ..model.clocks import Moment
from ..model.frames import count_column, day_column
from ..model.schema import CAUSES, Basis
from .asked import day_of


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
        and `report_id`. A number that was withdrawn leaves a row without one. Causes are defined
        in section 5 of the design, as the README tells.

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
    known, record = self._known, self._known.record
    found = steps(known, None if date is None else day_of(date))
    now = [step.now or NOTHING for step in found]
    was = [step.was or NOTHING for step in found]
    gone = np.array([step.now is None for step in found], bool)
    fresh = np.array([step.was is None for step in found], bool)
    columns = record.series_columns(np.array([step.series for step in found], np.int64))
    out = pd.DataFrame(columns)
    instants = np.array([step.instant for step in found], np.int64)
    out["reported_at"] = clocks.instant_column(instants.view("M8[us]"), known.tz)

    def numbers(name: str, tips: list[Tip] = now) -> np.ndarray:
        return np.array([NEVER if (x := getattr(t, name)) is None else x for t in tips], np.int64)

    day = numbers("through")
    out["date"] = day_column(day, gone)
    out["at"] = at_column(numbers("instant").view("M8[us]"), day, known.tz, gone)
    out["total"], out["low"] = (count_column(numbers(name), gone) for name in ("number", "low"))
    high = numbers("high")
    out["high"] = count_column(high, gone | (high == NEVER))
    change = numbers("number") - numbers("number", was)
    out["change"] = count_column(change, gone | fresh)
    causes = np.array([step.cause for step in found], np.int64)
    out["cause"] = pd.Categorical.from_codes(causes, pd.Index(CAUSES))
    carried = numbers("basis") == Basis.CARRIED
    out["report_id"] = id_column(record, np.where(carried, -1, numbers("row")))
    return out


#: Stands for a number that is gone.
NOTHING = Tip(0, 0, 0, 0, 0, Basis.STATED, -1, None, 0, 0, None, False)
