"""A slow, literal second reading of the design, one file a section.

Plain dicts, dataclasses and loops, one clock at a time; it shares no code with the library.
"""

from oracle.bridge import changes, edits, increments, reconcile
from oracle.checks import Finding, check, findings
from oracle.headlines import history, vintages
from oracle.parts import compare, tally
from oracle.record import SERIES, Number, Report, complete, instant
from oracle.replaced import early, known, live
from oracle.revised import deniers, revision_rows, revision_summary, revisions
from oracle.running import every_day, totals

__all__ = [
    "SERIES",
    "Finding",
    "Number",
    "Report",
    "changes",
    "check",
    "compare",
    "complete",
    "deniers",
    "early",
    "edits",
    "every_day",
    "findings",
    "history",
    "increments",
    "instant",
    "known",
    "live",
    "reconcile",
    "revision_rows",
    "revision_summary",
    "revisions",
    "tally",
    "totals",
    "vintages",
]
