"""Cells, tables and folds as HTML; the script makes the same of the rows of other clocks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..formats.html import plain
from ..words import visible
from .pieces import Cell, More, Piece, Ref, Row, Small, Struck

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
        return f"<tr{self._born(row)}><th scope=row>{head}{tail}"

    def _born(self, row: Row) -> str:
        """Return since when a row stands, where that is all there is to say."""
        begin = row.lives[0][0]
        return f" data-b={begin}" if begin and row.stays(self.last) else ""

    def rows(self, rows: Sequence[Row]) -> str:
        """Return the rows of a table that stand."""
        return "\n".join(self.row(row) for row in rows if row.stands(self.last))

    def sentences(self, name: str, rows: Sequence[Row], *, large: bool = False) -> str:
        """Return sentences that change with the clock, what each begins with large."""
        shown = []
        for row in rows:
            if row.stands(self.last):
                head, *rest = (self.cell(cell) for cell in row.cells)
                first = f"<strong>{head}</strong>" if large else head
                shown.append(f"<p{self._born(row)}>{' '.join([first, *rest])}</p>")
        kind = ' class="lead"' if large else ""
        return f'<div{kind} data-pool="{name}">{"".join(shown)}</div>'

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

    def folded(
        self, name: str, rows: Sequence[Row], head: Sequence[str], caption: str,
        *, most: int, noun: str, none: str, hidden: bool = False,
    ) -> str:  # fmt: skip
        """Return a table of which so many rows stand open at each clock, the others folded."""
        now = [row for row in rows if row.stands(self.last)]
        kind = name.partition("-")[0]
        pool = f'data-pool="{name}" data-most="{most}"'
        shown = self.table(kind, self.rows(now[:most]), head, caption, pool=pool, hidden=hidden)
        text = (
            f'<p data-none="{name}"{_hidden(bool(now))}>{plain(none)}</p>'
            f'<div data-any="{name}"{_hidden(not now or not most)}>{shown}</div>'
        )
        if len(rows) > most:
            inner = self.table(
                kind, self.rows(now[most:]), head, caption, pool=f'data-rest="{name}"',
                hidden=hidden or most > 0,
            )  # fmt: skip
            count = max(len(now) - most, 0)
            text += (
                f'<details class="fold" data-any="{name}+"{_hidden(not count)}><summary>{noun}: '
                f'<span data-count="{name}+">{count:,}</span></summary>'
                f"{inner}</details>"
            )
        return text


def _said(cell: Cell) -> str:
    """Return the words of a cell."""
    texts = (f", {p.text}" if isinstance(p, Small) else p for p in cell)
    return "".join(
        p.text if isinstance(p, Struck) else p for p in texts if isinstance(p, str | Struck)
    )


def _hidden(yes: bool) -> str:
    return " hidden" if yes else ""
