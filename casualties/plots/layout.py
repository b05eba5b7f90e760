"""Texts that fit where they are drawn: measured each time a figure is drawn or laid out.

matplotlib asks the locator of axes for their place before it draws them and before any layout
engine measures them. Here the texts are wrapped, shortened and put in place; and where no layout
engine makes room for them, the axes give way within their own part of the figure.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.transforms import Bbox, TransformedBbox

from .fitting import Ruler, fit, root_of

if TYPE_CHECKING:
    from .sheet import Sheet


class Locator:
    """Gives axes their place, and their texts theirs."""

    def __init__(self, sheet: "Sheet", before: Any) -> None:
        self.sheet, self.before = sheet, before
        self.margins = np.zeros(4)  # left, bottom, right, top: pixels given way

    def get_subplotspec(self) -> Any:
        """Return the place in the grid, which tight layout asks the locator for."""
        return self.sheet.ax.get_subplotspec()

    def __call__(self, ax: Axes, renderer: Any) -> Bbox:
        """Return the place of the axes, in shares of the figure."""
        where = self.before(ax, renderer) if self.before else ax.get_position(original=True)
        if self.sheet.anchor.axes is not ax:  # the axes were cleared
            return where
        root = root_of(ax)
        ruler = Ruler(root, renderer, self.sheet.memory)
        engine = root.get_layout_engine()
        ax.apply_aspect(where)
        if engine is not None and not isinstance(engine, PlaceHolderLayoutEngine):
            fit(self.sheet, ruler, _share(ax))
            return where
        cell = _cell(ax, where, ruler)
        frame = ax.figure.transSubfigure
        box = whole = TransformedBbox(where, frame).frozen()
        size = (cell.width / ruler.scale, cell.height / ruler.scale)
        self.margins = np.zeros(4)
        for _ in range(3):
            need = fit(self.sheet, ruler, size, points=False)
            sides = _sides(ax, ruler, box, np.array(need) * ruler.scale)
            over = np.array([cell.x0 - sides[0], cell.y0 - sides[1], sides[2] - cell.x1,
                             sides[3] - cell.y1])  # fmt: skip
            self.margins = np.maximum(self.margins + over, 0.0)
            wide = np.maximum(self.margins, _others(ax, self))
            wide[[0, 2]] *= min(1.0, 0.75 * whole.width / max(wide[0] + wide[2], 1e-9))
            wide[[1, 3]] *= min(1.0, 0.75 * whole.height / max(wide[1] + wide[3], 1e-9))
            smaller = Bbox.from_extents(
                whole.x0 + wide[0], whole.y0 + wide[1], whole.x1 - wide[2], whole.y1 - wide[3]
            )
            still = np.allclose(smaller.extents, box.extents, atol=0.5)
            box = smaller
            ax.apply_aspect(TransformedBbox(box, frame.inverted()).frozen())
            if still:
                break
        fit(self.sheet, ruler, size)
        return TransformedBbox(box, frame.inverted()).frozen()


def _sides(ax: Axes, ruler: Ruler, box: Bbox, need: np.ndarray) -> np.ndarray:
    """Return how far axes at a place reach with their ticks and texts, in pixels."""
    left, bottom, right, top = box.extents
    for axis in (ax.xaxis, ax.yaxis):
        around = axis.get_tightbbox(ruler.renderer) if axis.get_visible() else None
        if around is not None:
            left, bottom = min(left, around.x0), min(bottom, around.y0)
            right, top = max(right, around.x1), max(top, around.y1)
    return np.array([left, bottom, max(right, box.x1 + need[0]), max(top, box.y1 + need[1])])


def _neighbours(ax: Axes) -> list[Axes]:
    mine = ax.get_subplotspec()
    return [
        other for other in ax.figure.axes
        if other is not ax and other.get_visible() and other.get_subplotspec() is not None
        and mine is not None and other.get_subplotspec() != mine
    ]  # fmt: skip


def _cell(ax: Axes, where: Bbox, ruler: Ruler) -> Bbox:
    """Return the part of the figure that belongs to the axes, in pixels.

    To the left and below it reaches to the neighbours' axes, above and to the right to what
    their ticks leave.
    """
    frame, pad = ax.figure.transSubfigure, 3 * ruler.scale
    me = TransformedBbox(where, frame)
    left, bottom, right, top = ax.figure.bbox.padded(-pad).extents
    for other in _neighbours(ax):
        box = TransformedBbox(other.get_position(original=True), frame)
        beside = box.y0 < me.y1 - 1 and box.y1 > me.y0 + 1
        over = box.x0 < me.x1 - 1 and box.x1 > me.x0 + 1
        if beside and box.x1 <= me.x0 + 1:
            left = max(left, box.x1 + pad)
        elif beside and box.x0 >= me.x1 - 1:
            ticks = other.yaxis.get_tightbbox(ruler.renderer)
            right = min(right, max((ticks.x0 if ticks else box.x0) - pad, me.x1))
        elif over and box.y1 <= me.y0 + 1:
            bottom = max(bottom, box.y1 + pad)
        elif over and box.y0 >= me.y1 - 1:
            ticks = other.xaxis.get_tightbbox(ruler.renderer)
            top = min(top, max((ticks.y0 if ticks else box.y0) - pad, me.y1))
    return Bbox.from_extents(left, bottom, right, top)


def _others(ax: Axes, mine: Locator) -> np.ndarray:
    """Return what the other charts of the grid give way.

    All keep one height, and those of a column begin and end at the same places.
    """
    spec = ax.get_subplotspec()
    found = [np.zeros(4)]
    for other in _neighbours(ax):
        locator = other.get_axes_locator()
        if isinstance(locator, Locator) and spec is not None and locator is not mine:
            theirs = other.get_subplotspec()
            if theirs is not None and theirs.get_gridspec() is spec.get_gridspec():
                column = list(theirs.colspan) == list(spec.colspan)
                found.append(np.where([column, True, column, True], locator.margins, 0.0))
    return np.max(found, axis=0)


def _share(ax: Axes) -> tuple[float, float]:
    """Return about how large a part of the figure the axes have under a layout engine."""
    box = ax.figure.bbox
    wide, tall = 72 * box.width / root_of(ax).dpi, 72 * box.height / root_of(ax).dpi
    spec = ax.get_subplotspec()
    while spec is not None:
        grid = spec.get_gridspec()
        wide *= len(spec.colspan) / grid.ncols
        tall *= len(spec.rowspan) / grid.nrows
        top = spec.get_topmost_subplotspec()
        spec = None if top is spec else top
    return wide, tall
