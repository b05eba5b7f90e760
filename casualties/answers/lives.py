"""What stood when, at every clock up to the ledger's own: reports and denials."""

import numpy as np
import pandas as pd

from ..core.known import Knowing, Known
from ..core.live import Stretches


def lives(known: Known) -> pd.DataFrame:
    """Return when each known report was live: nothing known had replaced or withdrawn it.

    Returns
    -------
    DataFrame
        A row per report and stretch, by report and time: `row` (int, that of the record), `since`
        (datetime64, UTC: the instant by which it came to stand) and `until` (the one that ended
        it, ``NaT`` where none has). A stretch of no length is left out.
    """
    return _instants(known, known.kept.live)


def denials(known: Known) -> pd.DataFrame:
    """Return when each denial stood: the columns of :func:`lives`, and `about`, the row denied."""
    denial, about = known.record.denied
    pairs = pd.DataFrame({"row": denial, "about": about})
    out = pairs.merge(_instants(known, known.kept.denials), on="row", sort=False)
    told = known.record.reported[out["about"].to_numpy()]
    out["since"] = np.maximum(out["since"].to_numpy(), told)
    return out[known.public[out["about"].to_numpy()]].reset_index(drop=True)


def denied(self: Knowing) -> pd.DataFrame:
    """Return the reports that stand denied, one for each denial, in the order of the denials.

    Columns of reports, `denied_by` (str: who denies it) and, in place of its own, `reported_at`
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
    """Return stretches of ranks as stretches of time."""
    record, gone = known.record, stood.ended < known.cut
    since = record.reported[record.order[stood.born]]
    until = record.reported[record.order[np.where(gone, stood.ended, 0)]]
    until[~gone] = np.datetime64("NaT", "us")
    keep = (stood.born < known.cut) & (~gone | (since < until))
    return pd.DataFrame({"row": stood.row[keep], "since": since[keep], "until": until[keep]})
