"""What stands on a page, and at which clocks: rows of cells, each with its lives."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from ..words import visible


class Ref(NamedTuple):
    """A report, by its place among those of the page; leads to it."""

    report: int


class Small(NamedTuple):
    """A second line of a cell."""

    text: str


class Struck(NamedTuple):
    """A number that is withdrawn, or denied by its own source."""

    text: str


class More(NamedTuple):
    """What is opened on demand."""

    pieces: tuple["str | Ref", ...]


Piece: TypeAlias = str | Ref | Small | Struck | More
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

    def stays(self, last: int) -> bool:
        """Whether it stands to the end once it stands."""
        return len(self.lives) == 1 and self.lives[0][1] == last + 1


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


# -- for the script --------------------------------------------------------------------------------


class Packed:
    """Rows as compact JSON: each text once, reports as numbers below 0.

    A pool is a list of, in order: a number of rows that stand in the page and need nothing said;
    ``[lives]`` of one that stands there but not always; ``[lives, cells]`` of one that does not.
    Lives are clocks in turns, from and until. A cell is a piece or a list of them: the number of
    a text, ``-1 - report``, ``[0, text]`` for small print, ``[1, …]`` for what is opened on
    demand, ``[2, text]`` for what is struck.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        self.texts: dict[str, int] = {}

    def pool(self, rows: Sequence[Row]) -> list[Any]:
        """Pack the rows of a pool."""
        out: list[Any] = []
        for row in rows:
            lives = [place for life in row.lives for place in life]
            if not row.stands(self.last):
                out.append([lives, [self._cell(cell) for cell in row.cells]])
            elif not row.stays(self.last):
                out.append([lives])
            elif out and isinstance(out[-1], int):
                out[-1] += 1
            else:
                out.append(1)
        return out

    def text(self, text: str) -> int:
        """Return the number of a text."""
        return self.texts.setdefault(visible(text), len(self.texts))

    def _cell(self, cell: Cell) -> Any:
        pieces = [self._piece(piece) for piece in cell]
        return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], int) else pieces

    def _piece(self, piece: Piece) -> Any:
        if isinstance(piece, Ref):
            return -1 - piece.report
        if isinstance(piece, More):
            return [1, *map(self._piece, piece.pieces)]
        if isinstance(piece, str):
            return self.text(piece)
        return [2 if isinstance(piece, Struck) else 0, self.text(piece.text)]


def dumps(what: Mapping[str, Any]) -> str:
    """Write JSON that cannot end the element it stands in."""
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
