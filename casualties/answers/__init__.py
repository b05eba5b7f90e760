"""One file a question; each answer is a function of the reports known at a clock."""

from . import (
    bridge,
    checks,
    compare,
    explain,
    history,
    policies,
    revisions,
    series,
    tally,
    totals,
    vintages,
)

__all__ = [
    "bridge",
    "checks",
    "compare",
    "explain",
    "history",
    "policies",
    "revisions",
    "series",
    "tally",
    "totals",
    "vintages",
]
