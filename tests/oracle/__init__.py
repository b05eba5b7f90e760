"""A slow, literal second reading of the rules, one file a subject.

Plain tuples, dataclasses and loops, one clock at a time; it shares no code with the library.
"""

from oracle import record
from oracle.bridge import changes, increments, reconcile
from oracle.checks import check
from oracle.headlines import history, vintages
from oracle.live import deniers, known, live, revision_rows, revision_summary
from oracle.parts import compare, tally
from oracle.record import SERIES, complete
from oracle.rows import every_day, totals

__all__ = [
    "SERIES", "changes", "check", "compare", "complete", "deniers", "every_day", "history",
    "increments", "known", "live", "reconcile", "record", "revision_rows", "revision_summary",
    "tally", "totals", "vintages",
]  # fmt: skip
