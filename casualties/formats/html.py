"""Pages of HTML, whole and self-contained: everything escaped, no script, nothing loaded."""

import html
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .whole import write_whole

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { line-height: 1.2 }
h2 { margin-top: 2.5rem; border-top: 1px solid #999; padding-top: 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: 0.9rem; margin: 0.5rem 0 1.5rem }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0 }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.7rem 0.2rem 0 }
tr + tr td, thead + tbody td { border-top: 1px solid #ddd }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
pre { white-space: pre-wrap; background: #f5f5f5; padding: 0.7rem }
:target { background: #ffefb0 }
""".strip()


@dataclass(frozen=True)
class Link:
    """Text that leads to a page of the web, or to a mark of this one (``#name``)."""

    text: str
    to: str


@dataclass(frozen=True)
class Mark:
    """Text that links lead to."""

    text: str
    name: str


Piece: TypeAlias = str | Link | Mark
Cell: TypeAlias = Piece | Sequence[Piece]


def plain(text: object) -> str:
    """Return text escaped; what cannot be printed becomes a sign for it."""
    shown = "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "\ufffd"
                    for c in str(text))  # fmt: skip
    return html.escape(shown, quote=True)


def piece(what: Piece) -> str:
    """Return a piece of a cell as HTML; a link to anything but the web is text."""
    if isinstance(what, Link):
        if what.to.startswith("#"):
            return f'<a href="{plain(what.to)}">{plain(what.text)}</a>'
        if what.to.casefold().startswith(("https://", "http://")):
            return f'<a href="{plain(what.to)}" rel="noopener noreferrer">{plain(what.text)}</a>'
        return plain(what.text)
    if isinstance(what, Mark):
        return f'<span id="{plain(what.name)}">{plain(what.text)}</span>'
    return plain(what)


def heading(text: str, level: int, name: str = "") -> str:
    """Return a heading that links may lead to."""
    mark = f' id="{plain(name)}"' if name else ""
    return f"<h{level}{mark}>{plain(text)}</h{level}>"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{plain(text)}</p>"


def verbatim(text: str) -> str:
    """Return text whose lines are kept."""
    return f"<pre>{plain(text)}</pre>"


def table(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], numbers: Sequence[str] = (),
    caption: str = "",
) -> str:  # fmt: skip
    """Return a table, `numbers` to the right; columns that are all blank are left out."""
    every = [["".join(_joined(cell)) for cell in row] for row in rows]
    shown = [n for n in range(len(head)) if any(row[n] for row in every)]
    right = [' class="number"' if head[n] in numbers else "" for n in range(len(head))]
    names = "".join(f'<th scope="col"{right[n]}>{plain(head[n])}</th>' for n in shown)
    body = "\n".join(
        "<tr>" + "".join(f"<td{right[n]}>{row[n]}</td>" for n in shown) + "</tr>" for row in every
    )
    said = f"<caption>{plain(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide"><table>{said}<thead><tr>{names}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _joined(cell: Cell) -> Iterable[str]:
    if isinstance(cell, str | Link | Mark):
        yield piece(cell)
        return
    yield ", ".join(piece(part) for part in cell)


def document(title: str, parts: Iterable[str]) -> str:
    """Return a page, which loads nothing and runs nothing."""
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{plain(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def write(text: str, path: str | os.PathLike[str]) -> None:
    """Write a page, whole or not at all."""
    write_whole(path, lambda file: file.write(text))
