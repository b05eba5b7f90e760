"""Which reports two ledgers do not share (design, section 7)."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..model.frames import tidy
from ..model.reports import as_text
from ..model.schema import COLUMNS
from .asked import two_ledgers

EDITS = ("added", "removed", "edited")

#: An id that a table without ids was given: inserting a row changes what it names.
_AUTOMATIC = r"r\d+"


def edits(before: Knowing, after: Knowing) -> pd.DataFrame:
    """Return the reports that were added, removed and edited between two ledgers.

    A report is never edited; a file of reports may be. Reports are the same if they have the same
    `report_id`; those with automatic ids (``r1``, ``r2``, …), if all their other columns are.

    Parameters
    ----------
    before, after : Ledger
        Two ledgers, say yesterday's file and today's.

    Returns
    -------
    DataFrame
        A row per report: `edit` (``added``, ``removed`` or ``edited``), `changed` (str, each
        column that was edited with its old and its new cell, joined by ``"; "``) and the columns
        of the report: as it is after, or was before if it was removed. In the order of `edit`,
        then of the ledgers.

    Raises
    ------
    LedgerError
        If one of the two is no ledger.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = {"report_id": ["a", "b"], "value": [28, 59], "reported_at": "2020-09-28"}
    >>> before = cas.Ledger(rows, source="Ministry", kind="total")
    >>> rows = {"report_id": ["a", "c"], "value": [27, 59], "reported_at": "2020-09-28"}
    >>> after = cas.Ledger(rows, source="Ministry", kind="total")
    >>> cas.edits(before, after)[["edit", "report_id", "changed"]]
          edit report_id         changed
    0    added         c
    1  removed         b
    2   edited         a  value: 28 → 27; low: 28 → 27; high: 28 → 27
    """
    before_, after_ = (known.reports for known in two_ledgers(before, after))
    # Both in one table, the instants in the zone of the later ledger.
    every, size = replace(before_, tz=after_.tz).append(after_).frame, len(before_)
    text = _texts(every)
    key = _keys(text, np.arange(len(every)) < size)
    old, new = np.arange(size), np.arange(size, len(every))
    place = pd.Index(key[old]).get_indexer(key[new])
    was, now = old[place[place >= 0]], new[place >= 0]
    text = text.drop(columns="report_id")
    cells = text.to_numpy(object)
    differ = cells[was] != cells[now]
    edited = differ.any(axis=1)
    kinds = [new[place < 0], np.setdiff1d(old, was), now[edited]]
    changed = [""] * (len(kinds[0]) + len(kinds[1])) + [
        "; ".join(
            f"{text.columns[at]}: {cells[a, at] or 'blank'} → {cells[b, at] or 'blank'}"
            for at in np.flatnonzero(mask).tolist()
        )
        for a, b, mask in zip(was[edited], now[edited], differ[edited], strict=True)
    ]
    out = tidy(every.iloc[np.concatenate(kinds)].reset_index(drop=True))
    codes = np.repeat(np.arange(len(EDITS)), [len(rows) for rows in kinds])
    out.insert(0, "edit", pd.Series(pd.Categorical.from_codes(codes, pd.Index(EDITS))))
    out.insert(1, "changed", pd.Series(changed, dtype="str"))
    return out


def _texts(reports: pd.DataFrame) -> pd.DataFrame:
    """Return every cell as text; what is missing is blank."""
    # Extra columns are read from files as this or that: 3 and 3.0 say the same.
    return pd.DataFrame({
        name: column.astype("str").where(column.notna(), "")
        if name in COLUMNS else column.map(as_text).astype("str")
        for name, column in reports.items()
    })  # fmt: skip


def _keys(text: pd.DataFrame, before: np.ndarray) -> np.ndarray:
    """Return what tells each report from the others of its ledger."""
    keys = text["report_id"].to_numpy(object).copy()
    rows = np.flatnonzero(text["report_id"].str.fullmatch(_AUTOMATIC))
    said = text.iloc[rows].groupby([c for c in text if c != "report_id"], sort=False).ngroup()
    nth = said.groupby([before[rows], said]).cumcount()
    keys[rows] = (said * (len(text) + 1) + nth).to_numpy(object)
    return keys
