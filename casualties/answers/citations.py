"""Where the reports can be read: a list of citations."""

import pandas as pd

from ..core.known import Knowing
from ..model.frames import count_column, tidy


def citations(self: Knowing) -> pd.DataFrame:
    """Return where the known reports can be read: a row per source, relay and page.

    Returns
    -------
    DataFrame
        `source`, `via`, `url`, `first_reported`, `last_reported` (in the ledger's zone) and
        `reports` (how many, Int64), the first reported first. A denial stands under who denies.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [
    ...     {"value": 5, "reported_at": "2024-05-06", "url": "https://example.org/a"},
    ...     {"value": 7, "reported_at": "2024-05-07", "url": "https://example.org/b"},
    ... ]
    >>> ledger = cas.Ledger(rows, source="Ministry", via="AFP", kind="total")
    >>> ledger.citations()[["source", "via", "url", "reports"]]
         source  via                    url  reports
    0  Ministry  AFP  https://example.org/a        1
    1  Ministry  AFP  https://example.org/b        1
    """
    known = self._known
    frame = tidy(known.record.frame.loc[known.public].reset_index(drop=True).copy())
    said = ["source", "via", "url"]
    groups = frame.groupby(said, observed=True, sort=False)["reported_at"]
    out = groups.agg(first_reported="min", last_reported="max", reports="size").reset_index()
    out["reports"] = count_column(out["reports"].to_numpy())
    out = out.sort_values(["first_reported", "last_reported"], kind="stable")
    return out[[*said, "first_reported", "last_reported", "reports"]].reset_index(drop=True)
