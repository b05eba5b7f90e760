"""What stands on a page, and at which clocks: rows of cells, each with its lives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias


class Ref(NamedTuple):
    """A report, by its place among those of the page; leads to it."""

    report: int


class Small(NamedTuple):
    """A second line of a cell."""

    text: str


class More(NamedTuple):
    """What is opened on demand."""

    pieces: tuple["str | Ref", ...]


Piece: TypeAlias = str | Ref | Small | More
Cell: TypeAlias = tuple[Piece, ...]
Cells: TypeAlias = tuple[Cell, ...]
#: From a clock on, and until before another: places among the page's clocks.
Life: TypeAlias = tuple[int, int]


@dataclass
class Row:
    """A row of a table, or a sentence, that stands at some clocks and not at others.

    Attributes
    ----------
    cells : tuple
        What it says.
    lives : list of (int, int)
        When it says so, ascending.
    """

    cells: Cells
    lives: list[Life] = field(default_factory=list)

    def stands(self, place: int) -> bool:
        """Whether it stands at a clock."""
        return any(begin <= place < end for begin, end in self.lives)


def lasting(found: Iterable[tuple[Any, Cells, int, int]]) -> list[Row]:
    """Join what says the same on end into rows.

    Parameters
    ----------
    found : iterable of (order, cells, begin, end)
        What stands at the clocks ``begin <= place < end``. Of one order and the same cells, the
        earlier comes first.

    Returns
    -------
    list of Row
        By `order`, then by when they first stand.
    """
    rows: dict[tuple[Any, Cells], Row] = {}
    for order, cells, begin, end in found:
        if begin >= end:
            continue
        row = rows.setdefault((order, cells), Row(cells))
        if row.lives and row.lives[-1][1] == begin:
            row.lives[-1] = (row.lives[-1][0], end)
        else:
            row.lives.append((begin, end))
    keys = sorted(rows, key=lambda key: (key[0], rows[key].lives[0]))
    return [rows[key] for key in keys]


def line(*texts: str) -> Cells:
    """Return a sentence as cells."""
    return tuple((text,) for text in texts)


def refs(reports: Sequence[int], most: int = 4) -> Cell:
    """Return links to reports; of many, the first and how many more there are."""
    shown = reports if len(reports) <= most + 1 else reports[:most]
    pieces: list[Piece] = []
    for place, report in enumerate(shown):
        pieces += [", ", Ref(report)] if place else [Ref(report)]
    if len(shown) < len(reports):
        pieces.append(f" and {len(reports) - len(shown):,} more")
    return tuple(pieces)
