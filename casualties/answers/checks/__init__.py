"""What does not add up: findings, not repairs (design, section 8)."""

import pandas as pd

from ...core.known import Knowing, Known
from ...core.totals import totals
from ...display import stated
from ...model.schema import CODES, SEVERITIES, Code
from ..words import Write
from .archive import moves
from .findings import Findings
from .odd import odd_reports
from .sources import claims
from .sums import sums

#: Each code with how bad it is at worst.
SEVERITY = {word: SEVERITIES[code.severity] for word, code in zip(CODES, Code, strict=True)}


def check(self: Knowing) -> pd.DataFrame:
    """Return what does not add up; nothing is changed or hidden.

    Returns
    -------
    DataFrame
        A row a finding, worst first: `severity` (``contradiction``, ``doubt`` or ``note``) and
        `code` (categories), `message`, `date`, `found`, `expected` (Int64), `report_ids` (joined
        by ``"; "``) and the series columns, blank where several series differ. More than five
        doubts or notes of one code in one series are one finding. The README lists the codes.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = {"value": [58, 45], "reported_at": ["2020-09-28", "2020-09-29"]}
    >>> cas.Ledger(rows, source="Ministry", kind="total").check()[["severity", "code", "date"]]
            severity   code       date
    0  contradiction  falls 2020-09-29
    """
    return findings(self._known).frame()


def findings(known: Known, write: Write = stated) -> Findings:
    """Return what does not add up, its numbers written in a certain way."""
    found = Findings(known, write)
    sums(found, known)
    odd_reports(found, known)
    moves(found, known)
    claims(found, totals(known))
    return found
