"""A row a series: what each source counts."""

import numpy as np
import pandas as pd

from ..core.changes import change_of
from ..core.known import Knowing
from ..core.running import totals as running_totals
from ..model.frames import count_column
from ..model.schema import Change


def series(self: Knowing) -> pd.DataFrame:
    """Return a row a series: what each source counts.

    Returns
    -------
    DataFrame
        The series columns, `reports` (how many, denials apart), `revisions` (how many
        figures were revised or retracted), `first_reported` and `last_reported`,
        `first_date` and `last_date` (of the days that its live numbers cover), and the headline
        with its bounds: `latest`, `low` and `high` (Int64).

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 16:00")
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
    found = known.steps
    change = change_of(record, found.old, found.new, found.explicit)
    changed = (change == Change.REVISED) | (change == Change.RETRACTED)
    mended = record.series[found.old[changed]]
    out["revisions"] = count_column(np.bincount(mended, minlength=size)[present])
    for name, column, of in (
        ("reported", "reported_at", rows), ("date", "period_end", known.counted)
    ):  # fmt: skip
        cells = record.frame[column].iloc[of]
        span = cells.groupby(record.series[of]).agg(["min", "max"]).reindex(present)
        out[f"first_{name}"], out[f"last_{name}"] = span["min"].array, span["max"].array
    totals = running_totals(known)
    last = totals.last
    place = np.full(size, -1)
    place[totals.series[last]] = last
    at = place[present]
    for name, values in (("latest", totals.total), ("low", totals.low), ("high", totals.high)):
        missing = (at < 0) | (np.append(totals.open, True)[at] & (name == "high"))
        out[name] = count_column(np.append(values, 0)[at], missing)
    return out
