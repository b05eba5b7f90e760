"""How somebody's table is to be read: whose columns are whose, and what their cells mean."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..model.counts import parse_count
from ..model.errors import LedgerError, unknown
from ..model.schema import COLUMNS
from .written import ORDERS

#: Their column and the report's that it is; ``None`` keeps it as an extra one.
Columns: TypeAlias = Mapping[str, str | None]
#: How vague words are coded: inclusive bounds, ``None`` for unbounded.
Words: TypeAlias = Mapping[str, tuple[int | None, int | None]]


@dataclass(frozen=True)
class Options:
    """What the caller says about a table; see :class:`casualties.Ledger`."""

    columns: Columns = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    na: frozenset[str] = frozenset()
    dates: str = ""
    #: Columns that may not be blank, beside those that never may.
    needs: tuple[str, ...] = ()
    #: What a report's column is called where it is not by `columns`: one name, or one a row.
    called: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        columns: Columns | None = None,
        words: Words | None = None,
        na: str | Collection[str] = (),
        dates: str | None = None,
        needs: tuple[str, ...] = (),
    ) -> "Options":
        """Make options of what a caller passed, or raise a :class:`LedgerError`."""
        for theirs, ours in (columns or {}).items():
            if ours is None and theirs in COLUMNS:
                msg = (
                    f"columns={{{theirs!r}: None}} would keep it as an extra column, but "
                    f"{theirs!r} is a column of a report; rename it in the table"
                )
                raise LedgerError(msg)
            if ours is not None and ours not in COLUMNS:
                msg = f"columns={{{theirs!r}: …}}: {unknown('column', ours, [*COLUMNS])}"
                raise LedgerError(msg)
        try:
            for word in words or {}:
                parse_count(word, words)
        except (ValueError, TypeError) as error:
            raise LedgerError(str(error)) from error
        if dates is not None and dates not in ORDERS and "%" not in dates:
            msg = f"dates={dates!r}: use 'dmy', 'mdy', 'ymd' or a format such as '%d/%m/%y %H:%M'"
            raise LedgerError(msg)
        blank = frozenset(word.strip().casefold() for word in ([na] if isinstance(na, str) else na))
        return cls(dict(columns or {}), dict(words or {}), blank, dates or "", needs)

    @property
    def kept(self) -> frozenset[str]:
        """Their columns that are extra ones, however near to a report's their names are."""
        return frozenset(theirs for theirs, ours in self.columns.items() if ours is None)

    @property
    def theirs(self) -> dict[str, Any]:
        """Columns of a report with what they are called in the table."""
        return {ours: theirs for theirs, ours in self.renamed.items()} | dict(self.called)

    @property
    def renamed(self) -> dict[str, str]:
        """Their columns with the report's that each one is."""
        return {theirs: ours for theirs, ours in self.columns.items() if ours is not None}


def check_keywords(names: Iterable[str], allowed: Iterable[str] = COLUMNS) -> None:
    """Raise if a keyword is no column of a report: it would be data by accident."""
    for name in names:
        if name not in allowed:
            raise LedgerError.from_unknown(name, [*allowed], "column")
