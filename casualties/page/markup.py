"""What stands on a page, and at which clocks: rows of cells, as HTML and for the script."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from ..words import Calendar, plain, visible


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
    links: list[str | Ref] = [piece for one in shown for piece in (", ", Ref(one))][1:]
    left = len(reports) - len(shown)
    return (*links, f" and {left:,} more") if left else tuple(links)


# -- as HTML --------------------------------------------------------------------------------------

_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
#: A word that is written from the right, and several with what joins them; as in the script.
_WORD = f"[{_LETTERS}][{_LETTERS}\u200c\u200d]*"
_RIGHT = re.compile(f"({_WORD}(?:[ 0-9'\".,:;،؛·/–-]+(?:\\({_WORD}(?: {_WORD})*\\)|{_WORD}))*)")


def words(text: str) -> str:
    """Return text escaped; words from the right stand apart, so that the rest keeps its order.

    >>> words("by \u05d0\u05d1 \u05d2, 3") == "by <bdi>\u05d0\u05d1 \u05d2</bdi>, 3"
    True
    """
    parts = enumerate(_RIGHT.split(visible(text)))
    return "".join(f"<bdi>{plain(one)}</bdi>" if n % 2 else plain(one) for n, one in parts)


@dataclass(frozen=True)
class Markup:
    """Writes rows as they stand at the page's own clock, the place `last`.

    Links lead only to the reports that the page lists. Rows and cells are not closed, as HTML
    allows: the next one closes them.
    """

    listed: set[int]
    last: int

    def piece(self, piece: Piece, about: str = "") -> str:
        """Return a piece of a cell; `about` says what it is that is explained."""
        if isinstance(piece, Ref):
            name = f"[{piece.report + 1}]"
            listed = piece.report in self.listed
            return f'<a href="#r{piece.report + 1}">{name}</a>' if listed else name
        if isinstance(piece, Small):
            return f"<small>{words(piece.text)}</small>"
        if isinstance(piece, Struck):
            return f"<s>{words(piece.text)}</s>"
        if isinstance(piece, More):
            inner = "".join(map(self.piece, piece.pieces))
            name = f' aria-label="explained: {plain(about)}"'
            return f"<details><summary{name}>explained</summary><p>{inner}</p></details>"
        return words(piece)

    def cell(self, cell: Cell, about: str = "") -> str:
        """Return what a cell holds."""
        return "".join(self.piece(piece, about) for piece in cell)

    def line(self, cell: Cell) -> str:
        """Return what a cell holds as one line of text, small print after a comma."""
        parts = (f"<small>, {words(p.text)}</small>" if isinstance(p, Small) else self.piece(p)
                 for p in cell)  # fmt: skip
        return "".join(parts)

    def row(self, row: Row) -> str:
        """Return a row of a table."""
        # Of the number not what is in small print.
        about = "; ".join(_said(cell) for cell in (row.cells[1][:1], row.cells[0]))
        head, *rest = (self.cell(cell, about) for cell in row.cells)
        tail = "".join(f"<td>{text}" for text in rest)
        return f"<tr{self.born(row)}><th scope=row>{head}{tail}"

    def born(self, row: Row) -> str:
        """Return since when a row stands, where that is all there is to say."""
        begin = row.lives[0][0]
        return f" data-b={begin}" if begin and row.stays(self.last) else ""

    def rows(self, rows: Sequence[Row]) -> str:
        """Return the rows of a table that stand."""
        return "\n".join(self.row(row) for row in rows if row.stands(self.last))

    def table(
        self, name: str, body: str, head: Sequence[str], caption: str, *, pool: str,
        hidden: bool = False,
    ) -> str:  # fmt: skip
        """Return a table; `pool` says whose rows its body holds."""
        columns = "".join(f"<th scope=col>{plain(text)}" for text in head)
        quiet = ' class="unseen"' if hidden else ""
        return (
            f'<table class="{name}"><caption{quiet}>{plain(caption)}</caption>'
            f"<thead><tr>{columns}</thead>\n<tbody {pool}>{body}</tbody></table>"
        )


def _said(cell: Cell) -> str:
    """Return the words of a cell."""
    texts = (f", {p.text}" if isinstance(p, Small) else p for p in cell)
    return "".join(
        p.text if isinstance(p, Struck) else p for p in texts if isinstance(p, str | Struck)
    )


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


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


def day(value: Any) -> str:
    """Write a day."""
    at = pd.Timestamp(np.datetime64(value, "D") if isinstance(value, int) else value)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def instant(value: Any, tz: str) -> str:
    """Write an instant."""
    at = pd.Timestamp(value)
    at = (at.tz_localize("UTC") if at.tzinfo is None else at).tz_convert(tz)
    if (at + pd.Timedelta(1, "s")).date() > at.date():
        return day(at)
    return f"{day(at)}, {at:%H:%M}" + (f":{at:%S}" if at.second else "")


def through(date: Any, at: Any = "") -> str:
    """Say through which day a number counts."""
    return f"by {at[:5]} on {day(date)}" if at else f"through {day(date)}"


def _moment(value: Any, tz: str) -> str:
    """Write an instant as it stands after "at"."""
    text = instant(value, tz)
    return text if "," in text else f"the end of {text}"


CALENDAR = Calendar(day, _moment)
