"""What the caller says of a table: which column of a report each is, and how cells are read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypeAlias

from ..model.counts import Words, parse_count
from ..model.errors import LedgerError, both, naming, one_or_more, refuse_unknown, unknown
from ..model.schema import COLUMNS, plainly
from .cells import in_one_form
from .dates import ORDERS

#: For a column of the table, which column of a report it is; ``None`` keeps it as an extra one.
Columns: TypeAlias = Mapping[str, str | None]
#: What a format of dates must hold: a year, a month and a day.
_WHOLE_DATE = re.compile("(?=.*%[-#]?[YyGcx])(?=.*%[-#]?[mbBjcxV])(?=.*%[-#]?[djcxuw])")


@dataclass(frozen=True)
class Options:
    """What the caller says about a table; see :class:`casualties.Ledger`."""

    columns: Columns = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    na: frozenset[str] = frozenset()
    dates: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()
    thousands: str = ""
    #: Columns of a report, each with a column of the table that is another one of a report as well.
    also: Mapping[str, str] = field(default_factory=dict)
    #: Columns that may not be blank in this table, beside those that may in none.
    needs: tuple[str, ...] = ()
    #: A column of one's own whose names tell reports apart; it may not be blank.
    id: str = ""
    #: Returns the lines of the file in which the table's rows begin, by their labels.
    lines: Callable[[], Any] | None = None
    #: What a report's column is called in the table: one name, or one a row.
    called: Mapping[str, Any] = field(default_factory=dict)
    #: Columns of a report that the table lacks and a constant fills.
    filled: frozenset[str] = frozenset()

    @classmethod
    def split(cls, said: Mapping[str, Any]) -> tuple["Options", dict[str, Any]]:
        """Split keywords into the options of a table, and the constants for columns of a report."""
        given = dict(said)
        columns, words = (given.pop(name, None) for name in ("columns", "words"))
        if not isinstance(columns, Mapping | None):
            raise LedgerError.from_wrong(columns, "columns is a mapping")
        columns = columns or {}
        whole, dates = (one_or_more(name, given.pop(name, None)) for name in ("whole", "dates"))
        na = one_or_more("na", given.pop("na", None), str | Real)
        thousands = given.pop("thousands", "")
        # A column that is several of a report: the first is its own, the others are `also` it.
        several = {n: [*o] for n, o in columns.items() if isinstance(o, list | tuple) and o}
        columns = {n: several[n][0] if n in several else o for n, o in columns.items()}
        also = {ours: theirs for theirs, meant in several.items() for ours in meant[1:]}
        for ours, theirs in [*((o, n) for n, o in columns.items()), *also.items()]:
            if ours is None and theirs in COLUMNS:
                msg = f"{naming(theirs, None)}: it is a column of a report; rename it in the table"
                raise LedgerError(msg)
            if ours is not None and ours not in COLUMNS:
                place = both(f"columns={{{theirs!r}: …}}", f"--column {theirs}=…")
                own = "; a column of one's own keeps its name, and is not named here"
                raise LedgerError.of(place, unknown("column", ours, [*COLUMNS]) + own)
        parse_count("1", words, thousands)  # refuses what these may not be
        for order in dates:
            if order not in ORDERS and not _WHOLE_DATE.match(order):
                msg = f"{both('dates=', '--dates ')}{order!r}: use 'dmy', 'mdy', 'ymd', or a "
                msg += "format of day, month and year, such as '%d/%m/%y': nobody may guess them"
                raise LedgerError(msg)
        blank = frozenset(map(in_one_form, na))
        everybody = frozenset(map(plainly, whole)) - {""}
        return cls(columns, dict(words or {}), blank, dates, everybody, thousands, also), given

    @property
    def kept(self) -> frozenset[str]:
        """Columns of the table that the caller keeps as extra ones, whatever they are called."""
        return frozenset(theirs for theirs, ours in self.columns.items() if ours is None)

    def names_of(self, ours: str) -> list[str]:
        """Return the names that a column of a report may have in the table."""
        also = [self.also[ours]] if ours in self.also else []
        return [theirs for theirs, meant in self.columns.items() if meant == ours] + also


def check_keywords(names: Iterable[str], allowed: Iterable[str] = COLUMNS) -> None:
    """Raise if a keyword is no column of a report: it would be data by accident."""
    refuse_unknown(names, [*allowed], "column")
