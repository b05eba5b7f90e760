"""When each report and each denial stood, up to the clock of the ledger."""

import numpy as np
import pandas as pd

from ..core.known import Knowing, Known
from ..core.live import Stretches


def lives(known: Known) -> pd.DataFrame:
    """Return when each known report was live: not yet replaced or withdrawn.

    Returns
    -------
    DataFrame
        A row per report and stretch of time, ordered by both: `row` (int, the report's row in the
        record), `since` (datetime64, UTC: when it came to stand) and `until` (when that ended,
        ``NaT`` if it has not). A stretch of no length is left out.
    """
    return _instants(known, known.kept.live)


def denials(known: Known) -> pd.DataFrame:
    """Return when each denial stood.

    Its columns are those of :func:`lives`, and `about`, the row of the report denied. A denial does
    not stand before that report is public.
    """
    denial, about = known.record.denied
    pairs = pd.DataFrame({"row": denial, "about": about})
    out = pairs.merge(_instants(known, known.kept.denials), on="row", sort=False)
    reported = known.record.reported[out["about"].to_numpy()]
    out["since"] = np.maximum(out["since"].to_numpy(), reported)
    return out[known.public[out["about"].to_numpy()]].reset_index(drop=True)


def denied(self: Knowing) -> pd.DataFrame:
    """Return the reports that stand denied: a row a denial, in the order of the denials.

    The columns are those of a report and `denied_by` (str, who denies it); `reported_at` is that
    of the denial.
    """
    frame, pairs = self._known.record.frame, denials(self._known)
    pairs = pairs[pairs["until"].isna()]
    found = frame.iloc[pairs["about"]].assign(
        denied_by=frame["source"].iloc[pairs["row"]].astype("str").to_numpy(),
        reported_at=pairs["since"].dt.tz_localize("UTC").array,
    )  # fmt: skip
    return found.sort_values("reported_at", kind="stable")


def _instants(known: Known, stood: Stretches) -> pd.DataFrame:
    """Return stretches of ranks as stretches of time, of the reports known."""
    record, gone = known.record, stood.ended < known.cut
    since = record.reported[record.order[stood.born]]
    until = record.reported[record.order[np.where(gone, stood.ended, 0)]]
    until[~gone] = np.datetime64("NaT", "us")
    keep = (stood.born < known.cut) & (~gone | (since < until))
    return pd.DataFrame({"row": stood.row[keep], "since": since[keep], "until": until[keep]})
