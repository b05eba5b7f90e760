"""Reported casualty figures with their sources, their times and their revisions."""

from typing import TYPE_CHECKING

from .answers.bridge import reconcile
from .answers.edits import edits
from .answers.policies import Prefer
from .archives import from_snapshots, from_vintages
from .datasets import describe_dataset, list_datasets, load_dataset
from .ledger import Ledger
from .model.counts import parse_count
from .model.errors import LedgerError
from .model.schema import report_schema
from .readers import read_csv, read_excel, read_json, read_parquet
from .repositories import from_git
from .together import concat

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        """Look the version up when somebody asks: it takes as long as a tenth of the import."""
        if name == "__version__":
            from importlib import metadata

            try:
                return metadata.version("casualties")
            except metadata.PackageNotFoundError:  # a source tree that is not installed
                return "unknown"
        msg = f"module 'casualties' has no attribute {name!r}"
        raise AttributeError(msg)


__all__ = [
    "Ledger",
    "LedgerError",
    "Prefer",
    "concat",
    "describe_dataset",
    "edits",
    "from_git",
    "from_snapshots",
    "from_vintages",
    "list_datasets",
    "load_dataset",
    "parse_count",
    "read_csv",
    "read_excel",
    "read_json",
    "read_parquet",
    "reconcile",
    "report_schema",
]

# Errors, help and pickles name the package, not the room where a name happens to live.
for _name in __all__:
    globals()[_name].__module__ = __name__


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
