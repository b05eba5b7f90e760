"""The rows of every other clock as compact numbers and texts for the script."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..formats.html import clean
from .markup import simple
from .rows import Cell, More, Ref, Row, Small
from .times import Times


class Embedded:
    """Packs rows: each text once, reports as numbers below 0, what a row shares with none as lists.

    A pool is a list of, in order: a number of rows that stand in the page and need nothing said;
    ``[lives]`` of one that stands there but not always; ``[lives, cells]`` of one that does not.
    Lives are clocks in turns, from and until. A cell is a piece or a list of them: the number of
    a text, ``-1 - report``, ``[0, text]`` for small print, ``[1, …]`` for what is opened on demand.
    """

    def __init__(self, times: Times) -> None:
        self.times, self.last = times, len(times) - 1
        self.texts: dict[str, int] = {}
        self.pools: dict[str, list[Any]] = {}

    def add(self, name: str, rows: Sequence[Row]) -> None:
        """Pack the rows of a pool."""
        out: list[Any] = []
        for row in rows:
            if row.stands(self.last):
                if not simple(row, self.last):
                    out.append([_flat(row)])
                elif out and isinstance(out[-1], int):
                    out[-1] += 1
                else:
                    out.append(1)
            else:
                out.append([_flat(row), [self._cell(cell) for cell in row.cells]])
        self.pools[name] = out

    def _cell(self, cell: Cell) -> Any:
        pieces = [self._piece(piece) for piece in cell]
        return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], int) else pieces

    def _piece(self, piece: Any) -> Any:
        if isinstance(piece, Ref):
            return -1 - piece.report
        if isinstance(piece, Small):
            return [0, self._text(piece.text)]
        if isinstance(piece, More):
            return [1, *map(self._piece, piece.pieces)]
        return self._text(piece)

    def _text(self, text: str) -> int:
        return self.texts.setdefault(clean(text), len(self.texts))

    def json(self, pictures: Sequence[Sequence[float]], recent: Sequence[tuple[int, int]]) -> str:
        """Return all of it as JSON that cannot end the element it stands in.

        `pictures` says where each clock stands in each picture, `recent` which step of which
        number was the last, and the ones before it.
        """
        return dumps(
            {
                "times": self.times.labels, "texts": list(self.texts), "pools": self.pools,
                "pictures": pictures, "recent": recent,
            }
        )  # fmt: skip


def dumps(what: Mapping[str, Any]) -> str:
    """Write JSON that is safe within an element of a script."""
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _flat(row: Row) -> list[int]:
    return [place for life in row.lives for place in life]
