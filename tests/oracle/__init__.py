"""A slow, literal second reading of the design, one file a section.

Plain dicts, dataclasses and loops, one clock at a time; it shares no code with the library.
"""

from oracle.bridge import changes, edits, increments, reconcile
from oracle.checks import Finding, check, findings
from oracle.headlines import history, vintages
from oracle.live import early, known, live
from oracle.parts import compare, tally
from oracle.record import SERIES, Report, complete, instant
from oracle.revised import deniers, revision_rows, revision_summary, revisions
from oracle.rows import believed, every_day, totals

__all__ = [
    "SERIES", "Finding", "Report", "believed", "changes", "check", "compare", "complete",
    "deniers", "early", "edits", "every_day", "findings", "history", "increments", "instant",
    "known", "live", "reconcile", "revision_rows", "revision_summary", "revisions", "tally",
    "totals", "vintages",
]  # fmt: skip
