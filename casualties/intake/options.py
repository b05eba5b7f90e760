"""How somebody's table is to be read: whose columns are whose, and what their cells mean."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..model.counts import Words, parse_count
from ..model.errors import LedgerError, shorten, unknown
from ..model.schema import COLUMNS
from .written import ORDERS

#: Their column and the report's that it is; ``None`` keeps it as an extra one.
Columns: TypeAlias = Mapping[str, str | None]


@dataclass(frozen=True)
class Options:
    """What the caller says about a table; see :class:`casualties.Ledger`."""

    columns: Columns = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    na: frozenset[str] = frozenset()
    dates: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()
    thousands: str = ""
    #: Columns that may not be blank, beside those that never may.
    needs: tuple[str, ...] = ()
    #: Further names of a column that copies of a table have under one of several names.
    aliases: Mapping[str, str] = field(default_factory=dict)
    #: What a report's column is called where it is not by `columns`: one name, or one a row.
    called: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def split(
        cls, said: Mapping[str, Any], needs: tuple[str, ...] = ()
    ) -> tuple["Options", dict[str, Any]]:
        """Return what keywords say of a table, and the others: columns of a report."""
        fixed = dict(said)
        columns, words = (_mapping(name, fixed.pop(name, None)) for name in ("columns", "words"))
        na, whole, dates = (_words(name, fixed.pop(name, None)) for name in _SEVERAL)
        thousands = fixed.pop("thousands", "")
        for theirs, ours in columns.items():
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
            for word in words:
                parse_count(word, words)
            parse_count("1", None, thousands)
        except (ValueError, TypeError, AttributeError) as error:
            raise LedgerError(str(error)) from error
        for order in dates:
            if order not in ORDERS and "%" not in order:
                msg = (
                    f"dates={order!r}: use 'dmy', 'mdy', 'ymd' or a format such as "
                    "'%d/%m/%y %H:%M', or several of them in a list"
                )
                raise LedgerError(msg)
        blank = frozenset(word.strip().casefold() for word in na)
        all_of_it = frozenset(map(plainly, whole)) - {""}
        made = cls(dict(columns), dict(words), blank, dates, all_of_it, thousands, needs)
        return made, fixed

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

    def called_so(self, ours: str, there: Collection[Any]) -> list[str]:
        """Return which of a table's columns are one of a report's."""
        return [theirs for theirs, mine in self.renamed.items() if mine == ours and theirs in there]


_SEVERAL = ("na", "whole", "dates")


def _mapping(name: str, said: Any) -> Mapping[str, Any]:
    """Return a mapping, empty where none was given."""
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        msg = f"{name} is a mapping, and cannot be {shorten(said)}"
        raise LedgerError(msg)
    return said


def plainly(word: str) -> str:
    """Return a word without signs and capitals, as words for the whole are compared."""
    return " ".join(re.sub(r"[^\w\s]", " ", word).split()).casefold()


def _words(name: str, said: Any) -> tuple[str, ...]:
    """Return a word or several as a tuple."""
    if said is None or isinstance(said, str):
        return (said,) if said else ()
    if not isinstance(said, Collection) or not all(isinstance(word, str) for word in said):
        msg = f"{name} is a word or a list of words, and cannot be {shorten(said)}"
        raise LedgerError(msg)
    return tuple(said)


def check_keywords(names: Iterable[str], allowed: Iterable[str] = COLUMNS) -> None:
    """Raise if a keyword is no column of a report: it would be data by accident."""
    for name in names:
        if name not in allowed:
            raise LedgerError.from_unknown(name, [*allowed], "column")
