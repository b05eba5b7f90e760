"""What stands on a page, and at which clocks: rows of cells, which are HTML.

A cell is made of texts by :func:`words` and those below it, which escape them.
"""

import base64
import gzip
import json
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
#: What stands somewhere: its order, its cells, from which clock on and until before which.
Found: TypeAlias = tuple[Any, Cells, int, int]


class Row(NamedTuple):
    """A row of a table, or a sentence, that stands at some clocks and not at others.

    Attributes
    ----------
    cells : tuple of str
        What it says, as HTML; of a sentence one.
    lives : list of (int, int)
        When it says so, ascending: from a place among the page's clocks, until before another.
    """

    cells: Cells
    lives: list[tuple[int, int]]

    def stands(self, place: int) -> bool:
        """Whether it stands at a clock."""
        return any(begin <= place < end for begin, end in self.lives)


def lasting(found: Iterable[Found]) -> list[Row]:
    """Join what says the same on end into rows, by their order, then by when they first stand.

    Of one order and the same cells, the earlier comes first.
    """
    rows: dict[tuple[Any, Cells], Row] = {}
    for order, cells, begin, end in found:
        row = rows.setdefault((order, cells), Row(cells, []))
        if row.lives and row.lives[-1][1] == begin:
            row.lives[-1] = (row.lives[-1][0], end)
        else:
            row.lives.append((begin, end))
    keys = sorted(rows, key=lambda key: (key[0], rows[key].lives[0]))
    return [rows[key] for key in keys]


def counted_out(counts: Iterable[int], say: Any) -> list[Row]:
    """Return how many there are at each clock, where there are any, as `say` writes it."""
    return lasting((0, say(n), place, place + 1) for place, n in enumerate(counts) if n)


# -- cells ----------------------------------------------------------------------------------------

_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
#: A word that is written from the right, and several with what joins them.
_WORD = f"[{_LETTERS}][{_LETTERS}\u200c\u200d]*"
_RIGHT = re.compile(f"({_WORD}(?:[ 0-9'\".,:;،؛·/–-]+(?:\\({_WORD}(?: {_WORD})*\\)|{_WORD}))*)")
#: A link to a report: its number on the page, and its text.
REF = re.compile(r"<a href=#r(\d+)>(\[\d+\])</a>")


def words(text: str) -> str:
    """Return text escaped; words from the right stand apart, so that the rest keeps its order.

    >>> words("by \u05d0\u05d1 \u05d2, 3") == "by <bdi>\u05d0\u05d1 \u05d2</bdi>, 3"
    True
    """
    parts = enumerate(_RIGHT.split(visible(text)))
    return "".join(f"<bdi>{plain(one)}</bdi>" if n % 2 else plain(one) for n, one in parts)


def small(text: str) -> str:
    """Write a second line of a cell, if there is one."""
    return f"<small>{words(text)}</small>" if text else ""


def refs(reports: Sequence[int], most: int = 4) -> str:
    """Write links to reports; of many, to the first, and how many more there are."""
    shown = reports if len(reports) <= most + 1 else reports[:most]
    links = ", ".join(f"<a href=#r{one + 1}>[{one + 1}]</a>" for one in shown)
    left = len(reports) - len(shown)
    return f"{links} and {left:,} more" if left else links


def table(
    name: str, rows: Iterable[str], pool: str, about: str = "", *, hidden: bool = False
) -> str:
    """Return a table, whose caption tells what it is `about`; `pool` says whose rows it holds.

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
    """Return a part of the page, as ``parts.html`` has it, with what is said in it (HTML)."""
    return _parts()[name].substitute(said)


# -- for the script --------------------------------------------------------------------------------


def packed(rows: Sequence[Row], last: int, texts: dict[str, int]) -> list[Any]:
    """Return what the script needs of the rows of a pool, whose cells are numbers of `texts`.

    In order: a number of rows that stand in the page at all clocks; ``[lives]`` of one that stands
    there but not always; ``[lives, cells]`` of one that does not. Lives are clocks in turns, from
    and until.
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


def dumps(what: Any) -> str:
    """Write JSON that cannot end the element it stands in."""
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def zipped(text: str) -> str:
    """Return text compressed, in letters."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


# -- days and instants -----------------------------------------------------------------------------


def day(value: Any) -> str:
    """Write a day."""
    at = pd.Timestamp(np.datetime64(value, "D") if isinstance(value, int) else value)
    return f"{at.day} {at.month_name()} {at.year}"


def instant(value: Any, tz: str, end: str = "") -> str:
    """Write an instant; that of a whole day is the day, after what stands for its `end`."""
    at, clock = local(value, tz)
    return f"{day(at)}, {clock}" if clock else end + day(at)


def through(date: Any, at: Any = "") -> str:
    """Say through which day a number counts."""
    return f"by {at[:5]} on {day(date)}" if at else f"through {day(date)}"


CALENDAR = Calendar(day, partial(instant, end="the end of "))
