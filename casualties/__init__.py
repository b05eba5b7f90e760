"""Reported casualty figures with their sources, their times and their revisions."""

from .archives import from_snapshots, from_vintages
from .counts import Count, parse_count
from .datasets import list_datasets, load_dataset
from .io import read_csv, read_json, read_parquet
from .ledger import Ledger
from .ledger import reconcile_ledgers as reconcile
from .reconcile import Highest, Latest, Lowest, Prefer
from .schema import LedgerError

__version__ = "0.1.0"

__all__ = [
    "Count",
    "Highest",
    "Latest",
    "Ledger",
    "LedgerError",
    "Lowest",
    "Prefer",
    "from_snapshots",
    "from_vintages",
    "list_datasets",
    "load_dataset",
    "parse_count",
    "read_csv",
    "read_json",
    "read_parquet",
    "reconcile",
]
