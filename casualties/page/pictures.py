"""The pictures of a page: the library's own charts, drawn once, as known at the page's clock."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from ..model import clocks
from ..model.schema import SERIES
from ..plots import captions, colors
from ..plots.prepare import floats, names_of, split
from ..plots.sheet import Anchor
from .known import Facts
from .svg import inline

#: So many pictures are drawn at the most.
MOST = 2
_SIZE = (8.4, 4.0)
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "casualties"}


@dataclass(frozen=True)
class Line:
    """A line of a picture: whose, its colour, and the first clock that knows a number of it."""

    name: str
    color: str
    born: int


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, what it says in words, and where each clock stands in it.

    `places` are in its own units, from the left; `box` is left, top, right and bottom of what
    covers all that came after a clock. What stands `above` the cover, marks and labels of points,
    says itself from which clock on. `born` is the first clock that knows a report of it.
    """

    title: str
    svg: str
    above: str
    words: str
    places: list[float]
    box: tuple[float, float, float, float]
    lines: list[Line]
    born: int


def pictures(facts: Facts) -> tuple[list[Picture], list[str]]:
    """Draw who said what when of what is reported on most, and how the number of one source moved.

    Returns
    -------
    pictures : list of Picture
        The claims of a thing that several sources count; the history of a number that changed.
    others : list of str
        What has reports enough for one and is not drawn.
    """
    steps = facts.history.loc[facts.history["total"].notna(), "series"].value_counts().to_dict()
    things: dict[tuple[str, ...], list[int]] = {}
    for series in facts.series:
        if steps.get(series):
            things.setdefault(facts.thing(series)[:4], []).append(series)
    wanted: list[tuple[str, str, dict[str, str]]] = []
    for mine in things.values():
        names = facts.names[mine[0]]
        if len(mine) > 1:
            same = {name: names[name] for name in ("event", "side", "category", "outcome")}
            what = facts.what(mine[0]).removesuffix(f" · {names['definition']}")
            wanted.append(("claims", f"{what}: who said what, when", same))
        most = max(mine, key=lambda one: steps[one])
        if steps[most] > 1:
            text = f"{facts.what(most)}, by {facts.source(most)}: its number, report by report"
            wanted.append(("history", text, facts.names[most]))
    order: dict[str, str] = {}
    drawn = [_draw(facts, place, order, *one) for place, one in enumerate(wanted[:MOST])]
    return drawn, [title for _, title, _ in wanted[MOST:]]


def _draw(
    facts: Facts, place: int, order: dict[str, str], chart: str, title: str, names: dict[str, str]
) -> Picture:
    """Draw a chart; `order` has the colours of the sources so far, and gets those of the new."""
    part: Any = facts.ledger.where(**names)
    clock = facts.ledger.known_at
    part = part if clock is None else part.as_of(clock)
    with style.context(["default", _STYLE]), warnings.catch_warnings():
        # Letters that matplotlib's font lacks are drawn by the reader's own.
        warnings.filterwarnings("ignore", "Glyph")
        figure = Figure(figsize=_SIZE)
        FigureCanvasSVG(figure)
        # The texts take what they need of the whole figure, as in a chart of its own.
        ax = figure.subplots()
        figure.subplots_adjust(0.015, 0.015, 0.985, 0.985)
        # A source has one colour in all pictures, and no other source of them has it.
        for name in _sources(facts, part):
            order.setdefault(name, colors.own(len(order)))
        getattr(part.plot, chart)(ax=ax, title="", subtitle="", colors=order)
        (sheet,) = (child.sheet for child in ax.get_children() if isinstance(child, Anchor))
        # Where clocks are put back, an hour is told twice.
        local = np.maximum.accumulate(
            date2num(clocks.local_times(facts.times.instants, facts.times.tz))
        )
        for note in sheet.notes:
            from_ = int(np.searchsorted(local, note.x - 1e-9))
            note.text.set_gid(f"note-{from_}")
            note.leader.set_gid(f"leader-{from_}")
        file = io.StringIO()
        figure.savefig(file, format="svg")
        tall, scale = _SIZE[1] * 72, 72 / figure.dpi
        x0, y0, x1, y1 = (float(v) * scale for v in ax.get_window_extent().extents)
        at = ax.transData.transform(np.c_[local, np.zeros(len(local))])[:, 0] * scale
    box = (x0, tall - y1, x1, tall - y0)
    places = [round(min(max(float(x), x0), x1), 1) for x in at]
    svg, above = inline(file.getvalue(), f"p{place}-", box, at)
    # The page's clock, not that of the last report drawn.
    words = ax.alt_text.replace(
        captions.known(part, captions.words(None)), f"as known {facts.times.label}"
    )
    mine = [facts.by_name[name] for name in _series(part)]
    born = min(facts.born_of[one][0] for one in mine if one in facts.born_of)
    return Picture(title, svg, above, words, places, box, _lines(facts, mine, sheet.lines), born)


def _series(part: Any) -> list[tuple[str, ...]]:
    """Return the names of the series of a ledger in the order in which charts draw them."""
    frame = part.history()
    groups = split(frame.assign(y=floats(frame["total"])))
    return [tuple(names) for names in names_of(groups).to_numpy().tolist()]


def _sources(facts: Facts, part: Any) -> list[str]:
    """Return the sources of a ledger, those that are drawn in colour before the others."""
    return list(dict.fromkeys(facts.source(facts.by_name[name]) for name in _series(part)))


def _lines(facts: Facts, mine: list[int], drawn: list[dict[str, Any]]) -> list[Line]:
    """Return the lines of a picture in colour, by name, and a last one for all those in grey."""
    history = facts.history[facts.history["total"].notna()]
    born = history.groupby("series")["born"].min().to_dict()
    shown = {facts.by_name[tuple(str(line["names"][c]) for c in SERIES)]: str(line["color"])
             for line in drawn}  # fmt: skip
    several = len({facts.source(one) for one in shown}) < len(shown)
    out = [
        Line(facts.source(one) + (f", {d}" if several and (d := facts.names[one]["definition"])
                                  else ""), color, int(born[one]))
        for one, color in shown.items()
    ]  # fmt: skip
    grey = [int(born[one]) for one in mine if one not in shown]
    return [*out, Line("others", "#999999", min(grey))] if grey else out
