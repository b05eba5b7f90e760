"""Rows of a page, with the clocks at which they stand, and their cells, which are HTML.

The functions from :func:`words` on make cells of texts, and escape the texts.
"""

import base64
import gzip
import re
from collections.abc import Iterable, Sequence
from functools import cache, partial
from importlib.resources import files
from string import Template
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from ..words import Calendar, local, plain, visible

Cells: TypeAlias = tuple[str, ...]
#: Cells that stand at some clocks: their order, they, from which clock on, until before which.
Found: TypeAlias = tuple[Any, Cells, int, int]


class Row(NamedTuple):
    """A row of a table, or a sentence, that stands at some clocks and not at others.

    Attributes
    ----------
    cells : tuple of str
        What it says, as HTML; of a sentence one.
    lives : list of (int, int)
        At which clocks, ascending: from the place of one, until before that of another.
    """

    cells: Cells
    lives: list[tuple[int, int]]

    def stands(self, place: int) -> bool:
        """Whether it stands at a clock."""
        return any(begin <= place < end for begin, end in self.lives)


def lasting(found: Iterable[Found]) -> list[Row]:
    """Join cells of the same words and order into rows, sorted by order, then by first clock.

    Stretches that follow each other become one::

        (0, A, 2, 3), (0, A, 3, 4), (0, A, 6, 7)   ->   Row(A, [(2, 4), (6, 7)])
    """
    rows: dict[tuple[Any, Cells], Row] = {}
    for order, cells, begin, end in found:
        row = rows.setdefault((order, cells), Row(cells, []))
        if row.lives and row.lives[-1][1] == begin:
            row.lives[-1] = (row.lives[-1][0], end)
        else:
            row.lives.append((begin, end))
    return [rows[key] for key in sorted(rows, key=lambda key: (key[0], rows[key].lives[0]))]


# -- cells ----------------------------------------------------------------------------------------

_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
#: A word written from right to left, and several of them with what joins them.
_WORD = f"[{_LETTERS}][{_LETTERS}\u200c\u200d]*"
_RIGHT = re.compile(f"({_WORD}(?:[ 0-9'\".,:;،؛·/–-]+(?:\\({_WORD}(?: {_WORD})*\\)|{_WORD}))*)")
#: A link to a report: its number on the page, and its text.
REF = re.compile(r"<a href=#r(\d+)>(\[\d+\])</a>")


def words(text: str) -> str:
    """Return text escaped; words from right to left stand apart, so that the rest keeps its order.

    >>> words("by \u05d0\u05d1 \u05d2, 3") == "by <bdi>\u05d0\u05d1 \u05d2</bdi>, 3"
    True
    """
    parts = enumerate(_RIGHT.split(visible(text)))
    return "".join(f"<bdi>{plain(text)}</bdi>" if n % 2 else plain(text) for n, text in parts)


def small(text: str) -> str:
    """Write a second line of a cell, if there is one."""
    return f"<small>{words(text)}</small>" if text else ""


def refs(reports: Sequence[int], most: int = 4) -> str:
    """Write links to reports; of many, to the first, and how many more there are."""
    shown = reports if len(reports) <= most + 1 else reports[:most]
    links = ", ".join(f"<a href=#r{report + 1}>[{report + 1}]</a>" for report in shown)
    left = len(reports) - len(shown)
    return f"{links} and {left:,} more" if left else links


def table(
    name: str, rows: Iterable[str], pool: str, about: str = "", *, hidden: bool = False
) -> str:
    """Return a table, with a caption `about` something; `pool` tells the script its rows.

    Rows and cells are not closed, as HTML allows: the next one closes them.
    """
    head = part(f"{name}_head", about=plain(about), quiet=' class="unseen"' * hidden)
    return part("table", name=name, head=head, pool=pool, body="\n".join(rows))


@cache
def asset(name: str) -> str:
    """Return what a file of the page holds."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _parts() -> dict[str, Template]:
    pieces = re.split(r"<!-- (\w+) -->\n", asset("parts.html"))[1:]
    bodies = (Template(body.rstrip("\n")) for body in pieces[1::2])
    return dict(zip(pieces[::2], bodies, strict=True))


def part(name: str, /, **said: Any) -> str:
    """Return a part of ``parts.html`` with its blanks filled, by HTML."""
    return _parts()[name].substitute(said)


# -- for the script --------------------------------------------------------------------------------


def packed(rows: Sequence[Row], last: int, texts: dict[str, int]) -> list[Any]:
    """Return what the script needs of the rows of a pool, in their order.

    A number stands for so many rows that are in the page and stand at all clocks, ``[lives]`` for
    one in the page that does not, ``[lives, cells]`` for one that is not in the page. Cells are
    numbers of `texts`; lives are clocks, in turn from and until before::

        3, [[2, 9]], [[0, 4, 6, 7], [12, 5, 13]]
    """
    out: list[Any] = []
    for row in rows:
        lives = [place for life in row.lives for place in life]
        if not row.stands(last):
            out.append([lives, [texts.setdefault(cell, len(texts)) for cell in row.cells]])
        elif row.lives != [(0, last + 1)]:
            out.append([lives])
        elif out and isinstance(out[-1], int):
            out[-1] += 1
        else:
            out.append(1)
    return out


def zipped(text: str) -> str:
    """Return text compressed, as base64."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


# -- days and instants -----------------------------------------------------------------------------


def day(value: Any) -> str:
    """Write a day."""
    date = pd.Timestamp(np.datetime64(value, "D") if isinstance(value, int) else value)
    return f"{date.day} {date.month_name()} {date.year}"


def instant(value: Any, tz: str, end: str = "") -> str:
    """Write an instant; of the end of a day the day alone, after the words `end`."""
    stamp, clock = local(value, tz)
    return f"{day(stamp)}, {clock}" if clock else end + day(stamp)


def through(date: Any, at: Any = "") -> str:
    """Say through which day a number counts."""
    return f"by {at.removesuffix(':00')} on {day(date)}" if at else f"through {day(date)}"


CALENDAR = Calendar(day, partial(instant, end="the end of "))
