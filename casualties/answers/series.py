"""A row a series: what each source counts."""

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.replacements import change_of, replacements
from ..core.snapshot import snapshot
from ..model.frames import count_column
from ..model.schema import Change


def series(self: Knowing) -> pd.DataFrame:
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
    known, record = self._known, self._known.record
    rows, size = known.rows, len(record.series_table)
    groups = record.series[rows]
    present = np.unique(groups)
    out = pd.DataFrame(record.series_columns(present))
    out["reports"] = count_column(np.bincount(groups, minlength=size)[present])
    found = replacements(known)
    change = change_of(record, found.old, found.new, found.explicit)
    changed = (change == Change.REVISED) | (change == Change.RETRACTED)
    mended = record.series[found.old[changed]]
    out["revisions"] = count_column(np.bincount(mended, minlength=size)[present])
    frame = record.frame.iloc[rows]
    for name, column in (("reported", "reported_at"), ("date", "period_end")):
        span = frame[column].groupby(groups).agg(["min", "max"])
        out[f"first_{name}"], out[f"last_{name}"] = span["min"].array, span["max"].array
    totals = snapshot(known)
    latest = pd.Series(totals.total[totals.last], index=totals.seg[totals.last], dtype="Int64")
    out["latest"] = latest.reindex(present).array
    return out
