"""What comes to the door again: a scraper's hourly copy, and rows that are entered anew."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import LedgerError
from ..model.frames import heads, ordered
from ..model.reports import Reports
from ..model.schema import COLUMNS, COUNTS, DAYS, FIGURE, SERIES, Action, Kind
from . import links
from .cells import hashed
from .door import read_reports
from .options import Options
from .table import put

#: What may differ where the same is said again.
_BESIDE = ("report_id", "reported_at", "url", "note", "archived")


def said_anew(reports: Reports, before: int) -> np.ndarray:
    """Return which reports to keep: those before a row, and of the others what is said anew.

    A plain report is left out if the last one of its figure says the same, word for word. What
    adds up (a `more`, an incident) and what another report refers to is kept.
    """
    frame = reports.frame
    texts = frame.astype(object).mask(frame.isna(), "").astype(str)
    said = [name for name in frame.columns if name not in _BESIDE]
    same, figure = (hashed(*(texts[name] for name in names)) for names in (said, FIGURE))
    order = ordered(figure, reports.reported.view(np.int64))
    again = np.zeros(len(reports), bool)
    again[order] = ~heads(same[order])
    again[:before] = False
    again[reports.target[reports.target >= 0]] = False
    adds = np.isin(reports.fixed["kind"], [Kind.MORE, Kind.INCIDENT])
    return ~again | adds | (reports.fixed["action"] != Action.REPORT)


def corrected(reports: Reports, report_id: str, columns: Mapping[str, Any]) -> Reports:
    """Return reports with one as it should have been entered; see :meth:`Ledger.correct_entry`."""
    table = reports.frame.astype(object)
    row = (table["report_id"] == report_id).to_numpy(bool)
    reported = clocks.local_days(reports.reported[row], reports.tz)
    if "reported_at" in columns and (reports.days["period_end"][row] == reported).all():
        columns = {"period_end": None, **columns}  # a default follows what it came from
    if "value" in columns or "qualifier" in columns:
        blank = ["low", "high", "qualifier"] if "value" in columns else ["low", "high"]
        columns = {**dict.fromkeys(blank), **columns}
    for name, cell in columns.items():
        put(table, name, row, cell)
    return entered(table, reports)


def renamed(reports: Reports, columns: Mapping[str, Mapping[str, str]]) -> Reports:
    """Return reports with names changed throughout; see :meth:`Ledger.rename`."""
    table = reports.frame.astype(object)
    for name, new in columns.items():
        if not isinstance(new, Mapping) or not all(isinstance(w, str) for w in new.values()):
            msg = f"{name} takes old names and new ones, such as {{'MoH': 'Ministry'}}"
            raise LedgerError(msg)
        words = list(reports.words[name])
        for old in new:
            if old not in words:
                raise LedgerError.from_unknown(old, words, name)
        table[name] = table[name].map(lambda word, new=new: new.get(word, word))
    return entered(table, reports)


def entered(table: pd.DataFrame, reports: Reports) -> Reports:
    """Return a changed table of all reports as it comes through the door once more.

    What a linked report took from the one that it is about, it takes again.
    """
    # A revise with the very number that its chain said last was left blank, and follows it still.
    last, names = links.said_before(reports), [*COUNTS, "qualifier"]
    was, new = (
        of[names].astype(object).where(of[names].notna(), None).map(repr).to_numpy(object)
        for of in (reports.frame, table)
    )
    same = (last >= 0) & ((new == was) & (was == was[last])).all(axis=1)
    table.loc[same & (reports.fixed["action"] == Action.REVISE), names] = None
    linked = np.flatnonzero(reports.target >= 0)
    about, denies = reports.target[linked], reports.fixed["action"][linked] == Action.DENY
    for name in (*SERIES, "via", "kind", *DAYS):
        said, cells = (of[name].to_numpy(object) for of in (reports.frame, table))
        # What was not changed just now; but who denies is the denial's own.
        taken = (said[linked] == said[about]) & (cells[linked] == said[linked])
        table.loc[linked[taken & ~(denies & (name == "source"))], name] = None
    extras = {name: None for name in table.columns if name not in COLUMNS}
    return read_reports(table, reports.tz, Options(columns=extras))
