"""What does not add up: findings, not repairs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core.known import Knowing, Known
from ...model.counts import Words, parse_count
from ...model.frames import day_column
from ...model.schema import CODES, SERIES, SEVERITIES
from ...words import Calendar, part
from .archive import MOVES
from .findings import NONE, SHOWN, Findings
from .odd import ODD_REPORTS
from .sources import claims
from .sums import sums


def check(
    self: Knowing, words: Words | None = None, parts: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Return what does not add up; nothing is changed or hidden.

    Parameters
    ----------
    words : mapping of str to int, (low, high) or str, optional
        How vague words were coded when the counts were read, as in :class:`Ledger`: with
        ``{"a dozen": 12}`` the quote "a dozen people" holds 12.
    parts : str or list of str, optional
        Categories that do not overlap, as for :meth:`Ledger.tally`; by default civilian and
        military.

    Returns
    -------
    DataFrame
        A row a finding, worst first: `severity` (``contradiction``, ``doubt`` or ``note``) and
        `code` (categories), `message`, `date`, `found`, `expected` (Int64), `report_ids` (joined by
        ``"; "``) and the series columns, blank where the series of a finding differ in them. More
        than five doubts or notes of one code in one series are one finding. The README lists the
        codes.

    Raises
    ------
    LedgerError
        If `words` are no mapping of words to counts, or `parts` no categories.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = {"value": [58, 45], "reported_at": ["2020-09-28", "2020-09-29"]}
    >>> cas.Ledger(rows, source="Ministry", kind="total").check()[["severity", "code", "date"]]
            severity   code       date
    0  contradiction  falls 2020-09-29
    """
    parse_count("0", words)  # refuses what are no words
    found = _rows(Findings([self._known], parts, words=words))
    out = pd.DataFrame([row for _, row in found], columns=SHOWN)
    for name, of in (("severity", SEVERITIES), ("code", CODES)):
        out[name] = pd.Categorical(out[name], of)
    out["date"] = day_column(out["date"].to_numpy(np.int64).astype("M8[D]"))
    for name in ("found", "expected"):
        out[name] = out[name].astype("Int64").mask(out[name] == NONE)
    out["report_ids"] = out["report_ids"].map("; ".join)
    # But for names that look alike, a message says first which side or category it is about.
    place = [part(filter(None, names)) for names in zip(out["side"], out["category"], strict=True)]
    apart = out["code"].ne("alike") & ~out["message"].str.startswith("'") & (np.array(place) != "")
    out["message"] = out["message"].mask(apart, np.array(place, object) + ": " + out["message"])
    out = out.astype(dict.fromkeys(("message", "report_ids", *SERIES), "str"))
    return out.astype(dict.fromkeys(SERIES, "category"))


def _rows(found: Findings) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the rows of :func:`check` at some clocks, as :meth:`Findings.rows` does."""
    for note in (sums, *ODD_REPORTS, *MOVES, claims):
        note(found)
    return found.rows()


def findings_between(
    clocks: Sequence[Known], calendar: Calendar, parts: str | Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return every finding that stands at some of the clocks.

    Parameters
    ----------
    clocks : sequence of Known
        The reports of one ledger as known at each of the clocks, ascending.
    calendar : Calendar
        How days are written.
    parts : str or list of str, optional
        As for :func:`check`.

    Returns
    -------
    list of dict
        Columns of :meth:`Ledger.check` (`date` as a number of days, `report_ids` as a tuple), and
        `places`, those of the clocks at which it stands.
    """
    out: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, row in _rows(Findings(clocks, parts, calendar)) if clocks else ():
        out[row].append(place)
    return [dict(zip(SHOWN, row, strict=True)) | {"places": places} for row, places in out.items()]
