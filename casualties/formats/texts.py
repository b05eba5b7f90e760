"""Reports as a table of text and whole numbers, for formats that know nothing else."""

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.schema import CATEGORICAL, DAYS


def writable(reports: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Return reports as text and whole numbers: ISO days, instants local to `tz` with offset."""
    out = reports.copy()
    for column in DAYS:
        days = np.asarray(out[column].values, "M8[D]")
        out[column] = np.where(np.isnat(days), "", np.datetime_as_string(days))
    out["reported_at"] = _instants(clocks.utc_values(pd.DatetimeIndex(out["reported_at"])), tz)
    for column in CATEGORICAL:
        out[column] = out[column].astype("str")
    return out


def _instants(utc: np.ndarray, tz: str) -> np.ndarray:
    local = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(tz).tz_localize(None)
    minutes = (np.asarray(local.values, "M8[us]") - utc) / np.timedelta64(1, "m")
    odd = minutes != np.round(minutes)  # local mean time: written in UTC
    minutes = np.where(odd, 0, minutes).astype(np.int64)
    shown = utc + minutes.astype("m8[m]")
    fine = bool((shown.astype("M8[s]") != shown).any())
    text = np.datetime_as_string(shown, "us" if fine else "s").astype(object)
    offsets = np.array(
        [
            f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}"
            for m in np.unique(minutes)
        ],
        dtype=object,
    )
    return text + offsets[np.searchsorted(np.unique(minutes), minutes)] if len(utc) else text
