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
from ..plots import colors
from ..plots.prepare import source_order
from .known import Facts
from .svg import inline

#: So many pictures are drawn at the most.
MOST = 2
_SIZE = (8.4, 4.0)
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "casualties"}


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, what it says in words, and where each clock stands in it.

    `places` are in its own units, from the left; `box` is left, top, right and bottom of what
    covers all that came after a clock.
    """

    title: str
    svg: str
    words: str
    places: list[float]
    box: tuple[float, float, float, float]


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
            text = f"{facts.what(most)}: the number of {facts.source(most)} by when it was reported"
            wanted.append(("history", text, facts.names[most]))
    drawn = [_draw(facts, place, *one) for place, one in enumerate(wanted[:MOST])]
    return drawn, [title for _, title, _ in wanted[MOST:]]


def _draw(facts: Facts, place: int, chart: str, title: str, names: dict[str, str]) -> Picture:
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
        # A source has the colour that it has in charts of the whole ledger.
        order = {name: colors.own(rank) for rank, name in enumerate(source_order(facts.ledger))}
        getattr(part.plot, chart)(ax=ax, title="", subtitle="", colors=order)
        file = io.StringIO()
        figure.savefig(file, format="svg")
        tall, scale = _SIZE[1] * 72, 72 / figure.dpi
        x0, y0, x1, y1 = (float(v) * scale for v in ax.get_window_extent().extents)
        local = date2num(clocks.local_times(facts.times.instants, facts.times.tz))
        at = ax.transData.transform(np.c_[local, np.zeros(len(local))])[:, 0] * scale
    box = (x0, tall - y1, x1, tall - y0)
    places = [round(min(max(float(x), x0), x1), 1) for x in at]
    return Picture(title, inline(file.getvalue(), f"p{place}-", box), ax.alt_text, places, box)
