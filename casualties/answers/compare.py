"""What several sources say of the same thing and day."""

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.snapshot import snapshot, totals_frame
from ..model.frames import count_column, tidy
from ..model.schema import SERIES
from .carried import carry

_THING = [column for column in SERIES if column != "source"]


def compare(self: Knowing) -> pd.DataFrame:
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
    totals = totals_frame(self._known.record, snapshot(self._known))
    thing = totals.groupby(_THING, observed=True, sort=True).ngroup().to_numpy()
    claims = carry(totals, thing)
    by = ["group", "date"]
    grouped = claims.groupby(by, sort=True)
    low, high = (
        claims.loc[grouped["total"].idxmin()],
        claims.loc[grouped["total"].idxmax()],
    )
    out = low[_THING].reset_index(drop=True)
    out["date"] = low["date"].to_numpy()
    out["sources"] = count_column(grouped["source"].size().to_numpy(np.int64))
    for name, rows in (("lowest", low), ("highest", high)):
        out[name] = rows["total"].array
        out[f"{name}_source"] = rows["source"].astype("str").array
    out["spread"] = out["highest"] - out["lowest"]
    share = out["highest"] / out["lowest"].where(out["lowest"] > 0)
    out["ratio"] = share.astype("Float64")
    top = claims["high"].astype("Float64").fillna(np.inf).groupby([claims[b] for b in by]).min()
    bottom = claims["low"].astype("Float64").groupby([claims[b] for b in by]).max()
    out["agree"] = (bottom <= top).to_numpy(bool)
    return tidy(out[out["sources"] > 1].reset_index(drop=True))
