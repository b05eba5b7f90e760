"""Reported casualty figures with their sources, their times and their revisions."""

from typing import TYPE_CHECKING

__all__ = [
    "Ledger", "LedgerError", "Prefer", "concat", "describe_dataset", "edits", "from_git",
    "from_snapshots", "from_vintages", "list_datasets", "load_dataset", "parse_count", "read_csv",
    "read_excel", "read_json", "read_parquet", "reconcile", "report_schema",
]  # fmt: skip

if TYPE_CHECKING:
    from .public import *

    __version__: str
else:

    def __getattr__(name: str) -> object:
        """Import all that is public when somebody asks: the help of the shell needs no pandas."""
        if name == "__version__":
            from importlib import metadata

            try:
                return metadata.version("casualties")
            except metadata.PackageNotFoundError:  # a source tree that is not installed
                return "unknown"
        if name not in __all__:
            msg = f"module 'casualties' has no attribute {name!r}"
            raise AttributeError(msg)
        from . import public

        for each in __all__:
            found = globals()[each] = getattr(public, each)
            # Errors, help and pickles name the package, not the room where a name happens to live.
            found.__module__ = __name__
        return globals()[name]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
