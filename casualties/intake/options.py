"""How somebody's table is to be read: whose columns are whose, and what their cells mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..model.errors import LedgerError, unknown
from ..model.schema import COLUMNS

#: How vague words are coded: inclusive bounds, ``None`` for unbounded.
Words: TypeAlias = Mapping[str, tuple[int | None, int | None]]


@dataclass(frozen=True)
class Options:
    """What the caller says about a table; see :class:`casualties.Ledger`."""

    #: Their column and the report's that it is; ``None`` keeps it as an extra one.
    columns: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Mapping[str, str | None] | None = None) -> "Options":
        """Make options of what a caller passed, or raise a :class:`LedgerError`."""
        for theirs, ours in (columns or {}).items():
            if ours is None and theirs in COLUMNS:
                msg = (
                    f"columns={{{theirs!r}: None}} would keep it as an extra column, but "
                    f"{theirs!r} is a column of a report; rename it in the table"
                )
                raise LedgerError(msg)
            if ours is not None and ours not in COLUMNS:
                msg = f"columns={{{theirs!r}: …}}: {_no_column(ours)}"
                raise LedgerError(msg)
        return cls(dict(columns or {}))

    @property
    def kept(self) -> frozenset[str]:
        """Their columns that are extra ones, however near to a report's their names are."""
        return frozenset(theirs for theirs, ours in self.columns.items() if ours is None)

    @property
    def renamed(self) -> dict[str, str]:
        """Their columns with the report's that each one is."""
        return {theirs: ours for theirs, ours in self.columns.items() if ours is not None}


def check_keywords(names: Iterable[str], allowed: Iterable[str] = COLUMNS) -> None:
    """Raise if a keyword is no column of a report: it would be data by accident."""
    for name in names:
        if name not in allowed:
            raise LedgerError(_no_column(name, [*allowed]))


def _no_column(name: Any, allowed: list[str] | None = None) -> str:
    return unknown("column", name, [*COLUMNS] if allowed is None else allowed)
