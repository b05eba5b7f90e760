"""Reported casualty figures with their sources, their times and their revisions."""

from .counts import Count, parse_count
from .ledger import Ledger
from .schema import LedgerError

__version__ = "0.1.0"

__all__ = [
    "Count",
    "Ledger",
    "LedgerError",
    "parse_count",
]
