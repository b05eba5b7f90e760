"""How somebody's table is to be read: whose columns are whose, and what their cells mean."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..model.counts import Words, parse_count
from ..model.errors import LedgerError, both, naming, one_or_more, shorten, unknown
from ..model.schema import COLUMNS, plainly
from .dates import ORDERS

#: Their column and the report's that it is; ``None`` keeps it as an extra one.
Columns: TypeAlias = Mapping[str, str | None]
#: What a format of dates must have.
_YEAR, _DAY = re.compile("%[-#]?[YyGcx]"), re.compile("%[-#]?[djcx]")


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
    #: What the table is (a path), said first in errors, and the lines of its rows by their labels.
    where: str = ""
    lines: Callable[[], Any] | None = None
    #: What a report's column is called in the table: one name, or one a row.
    called: Mapping[str, Any] = field(default_factory=dict)
    #: The report's columns that the table lacks, and a word for all rows fills.
    filled: frozenset[str] = frozenset()

    @classmethod
    def split(cls, said: Mapping[str, Any]) -> tuple["Options", dict[str, Any]]:
        """Return what keywords say of a table, and the others: columns of a report."""
        fixed = dict(said)
        columns, words = (
            {} if (mapping := fixed.pop(name, None)) is None else mapping
            for name in ("columns", "words")
        )
        for name, mapping in (("columns", columns), ("words", words)):
            if not isinstance(mapping, Mapping):
                msg = f"{name} is a mapping, and cannot be {shorten(mapping)}"
                raise LedgerError(msg)
        na, whole, dates = (one_or_more(n, fixed.pop(n, None)) for n in ("na", "whole", "dates"))
        thousands = fixed.pop("thousands", "")
        for theirs, ours in columns.items():
            if ours is None and theirs in COLUMNS:
                msg = (
                    f"{naming(theirs, None)} would keep it as an extra column, but "
                    f"{theirs!r} is a column of a report; rename it in the table"
                )
                raise LedgerError(msg)
            if ours is not None and ours not in COLUMNS:
                place = both(f"columns={{{theirs!r}: …}}", f"--column {theirs}=…")
                msg = f"{place}: {unknown('column', ours, [*COLUMNS])}"
                raise LedgerError(msg)
        try:
            for word in words:
                parse_count(word, words)
            parse_count("1", None, thousands)
        except LedgerError:
            raise
        except (ValueError, TypeError, AttributeError) as error:
            raise LedgerError(str(error)) from error
        for order in dates:
            if order not in ORDERS and "%" not in order:
                msg = (
                    f"{both('dates=', '--dates ')}{order!r}: use 'dmy', 'mdy', 'ymd' or a format "
                    "such as '%d/%m/%y %H:%M', or several of them in a list"
                )
                raise LedgerError(msg)
            lacks = "year" if not _YEAR.search(order) else "day" if not _DAY.search(order) else ""
            if "%" in order and lacks:
                msg = (
                    f"{both('dates=', '--dates ')}{order!r} has no {lacks}, which nobody may guess"
                )
                raise LedgerError(msg)
        blank = frozenset(word.strip().casefold() for word in na)
        everybody = frozenset(map(plainly, whole)) - {""}
        return cls(dict(columns), dict(words), blank, dates, everybody, thousands), fixed

    @property
    def kept(self) -> frozenset[str]:
        """Their columns that are extra ones, however near to a report's their names are."""
        return frozenset(theirs for theirs, ours in self.columns.items() if ours is None)

    def names_of(self, ours: str) -> list[str]:
        """Return what a report's column may be called in the table."""
        return [theirs for theirs, meant in self.columns.items() if meant == ours]

    def found_in(self, names: Collection[Any]) -> dict[str, list[str]]:
        """Return the columns of a report with those of a table that they are.

        Raises
        ------
        LedgerError
            If two are the same column, and not a day and a time to be joined.
        """
        found: dict[str, list[str]] = {}
        for theirs, ours in self.columns.items():
            if ours is not None and theirs in names:
                found.setdefault(ours, []).append(theirs)
        for ours, several in found.items():
            most = 2 if ours == "reported_at" else 1  # a day and a time
            if (ours in names and ours not in several) or len(several) > most:
                raise LedgerError.from_repeated_column(ours, self.where)
        return found


def check_keywords(names: Iterable[str], allowed: Iterable[str] = COLUMNS) -> None:
    """Raise if a keyword is no column of a report: it would be data by accident."""
    for name in names:
        if name not in allowed:
            raise LedgerError.from_unknown(name, [*allowed], "column")
