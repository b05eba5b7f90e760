"""Why the headline of each series changed between two ledgers (design, section 7)."""

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.snapshot import snapshot, totals_frame
from ..model.errors import LedgerError
from ..model.frames import count_column
from ..model.schema import SERIES



def reconcile(before: Knowing, after: Knowing) -> pd.DataFrame:
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
        if not hasattr(given, "_known"):
            msg = f"{which} is a {type(given).__name__}, not a Ledger; read it with cas.read_csv()"
            raise LedgerError(msg)
    known = before._known, after._known
    return bridge(*(totals_frame(each.record, snapshot(each)) for each in known))


def bridge(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return why the headline of each series changed between two tables of totals.

    See :func:`casualties.reconcile`.
    """
    keys = list(SERIES)
    sides = [frame.assign(**{c: frame[c].astype("str") for c in keys}) for frame in (before, after)]
    heads = [
        side.groupby(keys, sort=True).tail(1).set_index(keys)[["date", "total"]] for side in sides
    ]
    index = heads[0].index.union(heads[1].index, sort=True)
    opening, closing = (head.reindex(index) for head in heads)
    ends = [opening["date"], closing["date"]]
    # The total through the day of the opening, and through that of the closing, as known after.
    same = _through(sides[1], index, ends[0])
    last = _through(sides[1], index, ends[1])
    start = opening["total"].fillna(0).to_numpy(np.int64)
    growth = last - same
    end = closing["total"].fillna(0).to_numpy(np.int64)
    out = index.to_frame(index=False)
    for column in keys:
        out[column] = out[column].astype("category")
    out["opening_date"] = ends[0].to_numpy("M8[us]")
    out["opening"] = count_column(start)
    out["revised"] = count_column(same - start)
    out["new"] = count_column(np.maximum(growth, 0))
    out["unexplained"] = count_column(np.minimum(growth, 0))
    out["closing"] = count_column(end)
    out["closing_date"] = ends[1].to_numpy("M8[us]")
    return out


def _through(totals: pd.DataFrame, index: pd.MultiIndex, dates: pd.Series) -> np.ndarray:
    """Return the total of each series through a day, carried forward; 0 before its first."""
    codes = index.get_indexer(pd.MultiIndex.from_frame(totals[list(SERIES)]))
    day = totals["date"].to_numpy("M8[D]").astype(np.int64)
    order = np.lexsort((day, codes))
    wanted = dates.to_numpy("M8[D]")
    missing = np.isnat(wanted)
    key = packed(codes[order], day[order])
    series = np.arange(len(index))
    place = (
        np.searchsorted(key, packed(series, np.where(missing, 0, wanted.astype(np.int64))), "right")
        - 1
    )
    found = (place >= 0) & ~missing
    source = order[np.where(found, place, 0)] if len(order) else np.zeros(len(index), np.int64)
    if len(order):
        found &= codes[source] == series
    total = (
        totals["total"].to_numpy(np.int64)[source] if len(order) else np.zeros(len(index), np.int64)
    )
    return np.where(found, total, 0)
