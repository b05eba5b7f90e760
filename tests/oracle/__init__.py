"""A slow, literal second reading of the design, one file a section.

Plain dicts, dataclasses and loops, one clock at a time; it shares no code with the library.
"""

from oracle.record import SERIES, Number, Report, complete, instant
from oracle.replaced import early, live
from oracle.running import every_day, totals

__all__ = [
    "SERIES",
    "Number",
    "Report",
    "complete",
    "early",
    "every_day",
    "instant",
    "live",
    "totals",
]
