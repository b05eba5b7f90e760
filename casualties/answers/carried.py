"""Carrying the totals of several series forward to the days that one of them has."""

import numpy as np
import pandas as pd

from ..model.frames import pack
from ..model.schema import SERIES


def carry(totals: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """Carry each series forward to every day on which another one of its group has a row.

    Parameters
    ----------
    totals : DataFrame
        Rows of ``totals``, by series and date.
    group : ndarray of int
        The group that each row belongs to.

    Returns
    -------
    DataFrame
        The rows of `totals` with repeats of earlier rows, and the column `group`; by group, date
        and series.
    """
    if totals.empty:
        return totals.assign(group=group)
    date = totals["date"].to_numpy("M8[D]").astype(np.int64)
    series = totals.groupby(list(SERIES), observed=True, sort=False).ngroup().to_numpy()
    days = pd.DataFrame({"group": group, "date": date}).drop_duplicates()
    first = pd.DataFrame({"group": group, "series": series, "first": date})
    first = first.groupby(["group", "series"], as_index=False)["first"].min()
    grid = days.merge(first, on="group")
    grid = grid[grid["date"] >= grid["first"]]
    # The last row of the series on or before the day.
    order = np.lexsort((date, series))
    key, wanted = packed(series[order], date[order]), packed(grid["series"], grid["date"])
    source = order[np.searchsorted(key, wanted, side="right") - 1]
    out = totals.iloc[source].reset_index(drop=True)
    out["group"] = grid["group"].to_numpy()
    out["date"] = grid["date"].to_numpy().astype("M8[D]").astype("M8[us]")
    out["_series"] = grid["series"].to_numpy()
    return out.sort_values(["group", "date", "_series"], ignore_index=True).drop(columns="_series")


def packed(series: np.ndarray | pd.Series, day: np.ndarray | pd.Series) -> np.ndarray:
    """Return one number for each pair of series and day."""
    return pack(np.asarray(series, np.int64), np.asarray(day, np.int64))
