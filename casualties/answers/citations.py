"""Where the reports can be read: a list of citations."""

import pandas as pd

from ..core.known import Knowing
from ..model.frames import count_column, tidy


def citations(self: Knowing) -> pd.DataFrame:
    """Return where the known reports can be read: a row per source, relay and page.

    Returns
    -------
    DataFrame
        `source`, `via`, `url`, `first_reported`, `last_reported` (in the ledger's zone),
        `reports` (how many, Int64), `archived` and `quote` (the kept copies and the quotations of
        these reports, each once, divided by ``" | "``), the first reported first. A denial stands
        under who denies.

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
    out = (
        frame.groupby(said, observed=True, sort=False)
        .agg(
            first_reported=("reported_at", "min"),
            last_reported=("reported_at", "max"),
            reports=("reported_at", "size"),
            archived=("archived", _each_once),
            quote=("quote", _each_once),
        )
        .reset_index()
    )
    out["reports"] = count_column(out["reports"].to_numpy())
    out = out.sort_values(["first_reported", "last_reported"], kind="stable")
    return out.astype({"archived": "str", "quote": "str"}).reset_index(drop=True)


def _each_once(texts: pd.Series) -> str:
    """Join the texts of some reports, each once, in their order."""
    return " | ".join(text for text in dict.fromkeys(texts) if text)
