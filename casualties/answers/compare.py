"""What several sources say of the same thing (design, section 5)."""

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..model.frames import count_column, day_column, ordered, pack, tidy, unpack
from ..model.schema import SERIES
from .claims import (
    UNBOUNDED,
    begins,
    carried,
    claims_of,
    distinct,
    least_by_then,
    read_age,
    rows_of,
    series_of,
)

THING = [column for column in SERIES if column != "source"]


def compare(self: Knowing, max_age: int | None = None) -> pd.DataFrame:
    """Return what several sources say of the same thing, each carried forward.

    Parameters
    ----------
    max_age : int, optional
        For how many days after the day it covers a claim is carried forward; without limit if
        not given.

    Returns
    -------
    DataFrame
        A row per thing (the series columns without `source`) and day covered by at least one of
        at least two claims in force: `date`, `sources` (how many), `lowest`, `lowest_source`,
        `highest`, `highest_source`, `spread` (highest − lowest), `ratio` (highest / lowest,
        missing when the lowest is 0), `agree` (whether a count that never falls allows all of
        them, "about" being a quarter off either way; ``<NA>`` where only a claim of an earlier
        day, which has no upper bound by now, makes it doubtful) and `oldest` (day covered by the
        stalest claim). Counts are Int64, days datetime64, `ratio` Float64, `agree` boolean.

    Raises
    ------
    LedgerError
        If `max_age` is no number of days.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    >>> both = ["Karabakh defence ministry", "Azerbaijan defence ministry"]
    >>> ledger = ledger.where(source=both, category="military", side="Armenian side")
    >>> claims = ledger.compare(max_age=0)
    >>> claims[["lowest", "highest", "highest_source", "agree"]]
       lowest  highest               highest_source  agree
    0      31      550  Azerbaijan defence ministry  False
    """
    age, rows = read_age(max_age), rows_of(self._known)
    table = series_of(rows)
    claims = claims_of(rows, table)
    thing = table.groupby(THING, observed=True, sort=True).ngroup().to_numpy(np.int64)
    of_claim = thing[claims.series] if len(table) else claims.series
    claim, slot = carried(claims, of_claim, slots := distinct(pack(of_claim, claims.day)), age)
    # By day; within a day by series, so that ties go to the source first by name.
    order = ordered(slot, claim)
    claim, slot = claim[order], slot[order]
    several = np.bincount(slot, minlength=len(slots))[slot] > 1
    claim, slot = claim[several], slot[several]
    first = np.flatnonzero(begins(slot))
    number = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(slot)]))
    day = unpack(slots[slot[first]])[1]

    total = claims.total[claim]
    old = claims.day[claim] < day[number]
    proved = least_by_then(number, claims.instant[claim], claims.least[claim], claims.stock[claim])
    apart = ~old & (proved > claims.most[claim])
    # Only because an old claim without a high would make it so: that is not known.
    unsure = np.where(old, claims.most[claim], UNBOUNDED)
    unsure = _over(np.minimum, unsure, first) < _over(np.maximum, claims.least[claim], first)
    ends = {
        "lowest": _where_first(total == _over(np.minimum, total, first)[number], first),
        "highest": _where_first(total == _over(np.maximum, total, first)[number], first),
    }
    out = table.loc[claims.series[claim[first]], THING].reset_index(drop=True)
    out["date"] = day_column(day.astype("M8[D]"))
    out["sources"] = count_column(np.bincount(number, minlength=len(first)))
    for name, at in ends.items():
        out[name] = count_column(total[at])
        source = table["source"].astype("str").take(claims.series[claim[at]])
        out[f"{name}_source"] = source.astype("str").array
    out["spread"] = out["highest"] - out["lowest"]
    share = out["highest"] / out["lowest"].where(out["lowest"] > 0)
    out["ratio"] = share.astype("Float64")
    agree = ~_over(np.logical_or, apart, first)
    out["agree"] = pd.Series(agree, dtype="boolean").mask(agree & unsure)
    out["oldest"] = day_column(_over(np.minimum, claims.day[claim], first).astype("M8[D]"))
    return tidy(out)


def _over(function: np.ufunc, values: np.ndarray, first: np.ndarray) -> np.ndarray:
    return function.reduceat(values, first) if len(first) else values[:0]


def _where_first(true: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return, for each run of values, the place of the first that is true."""
    return _over(np.minimum, np.where(true, np.arange(len(true)), UNBOUNDED), first)
