"""What says again what was said before: a scraper's hourly copy (design, section 5)."""

import numpy as np
import pandas as pd

from ..model.reports import Reports
from ..model.schema import FIGURE, Action, Kind

#: What may differ where the same is said again.
_BESIDE = ("report_id", "reported_at", "url", "note", "archived")


def said_anew(reports: Reports, before: int) -> np.ndarray:
    """Return which reports to keep: those before a row, and of the others what is said anew.

    A plain report is left out if the last one of its figure says the same, word for word. What
    adds up (a `more`, an incident) and what another report refers to is kept.
    """
    frame = reports.frame
    same = _joined(frame[[name for name in frame.columns if name not in _BESIDE]])
    figure = _joined(frame[list(FIGURE)])
    keep = np.ones(len(reports), bool)
    kept = np.zeros(len(reports), bool)
    kept[reports.target[reports.target >= 0]] = True
    adds = np.isin(reports.fixed["kind"], [Kind.MORE, Kind.INCIDENT])
    last: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in np.argsort(reports.reported, kind="stable").tolist():
        plain = reports.fixed["action"][row] == Action.REPORT
        if row >= before and plain and not kept[row] and not adds[row]:
            keep[row] = last.get(figure[row]) != same[row]
        last[figure[row]] = same[row]
    return keep


def _joined(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the cells of each row as texts, blank where they are missing."""
    cells = frame.astype(object).to_numpy(copy=True)
    cells[frame.isna().to_numpy()] = ""
    return [tuple(map(str, row)) for row in cells]
