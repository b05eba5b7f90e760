"""One file a question; each answer is a function of the reports known at a clock."""

from . import (
    bridge,
    checks,
    citations,
    compare,
    edits,
    explain,
    history,
    increments,
    revisions,
    series,
    tally,
    totals,
    vintages,
)

__all__ = [
    "bridge",
    "checks",
    "citations",
    "compare",
    "edits",
    "explain",
    "history",
    "increments",
    "revisions",
    "series",
    "tally",
    "totals",
    "vintages",
]
