"""Texts that fit where they are drawn: measured whenever a figure is laid out or drawn.

What a chart needs around its axes depends on its part of the figure, which does not change while a
layout engine moves the axes. Above stand title, small line and key; to the right the names and
numbers of lines, or below all of it where there is no room beside.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from .sheet import Sheet

#: Points between the axes and what is written around them.
GAP = 5.0
#: The shares of its part of the figure that the ends of lines, and all texts of rows, may take.
MOST_ENDS, MOST_ROWS = 0.36, 0.68


class Anchor(Artist):
    """Draws the key and the list; ties a sheet to its axes, so that clearing them clears it."""

    def __init__(self, sheet: "Sheet") -> None:
        super().__init__()
        self.sheet = sheet
        self.state: Any = None
        self.set_zorder(-100)  # drawn first
        self.set_clip_on(False)

    def get_tightbbox(self, renderer: Any = None) -> Any:
        """Put the texts in place before a layout engine measures them."""
        return fit(self.sheet, renderer or root_of(self.sheet.ax)._get_renderer(), last=False)

    def draw(self, renderer: Any) -> None:
        """Put the texts in place where the axes are now, and draw the legends."""
        ax = self.sheet.ax
        state = (ax.bbox.bounds, ax.viewLim.bounds, root_of(ax).dpi, len(ax.lines), type(renderer))
        if state != self.state:  # a file is drawn twice
            fit(self.sheet, renderer, last=True)
            self.state = state
        for found in self.get_children():
            found.draw(renderer)

    def get_children(self) -> list[Artist]:
        """Return the legends, which may be made anew while the axes are drawn."""
        found = [legend for _, legend in self.sheet.legends.values()]
        return [legend for legend in found if legend is not None and legend.axes is not None]


def sheets_of(ax: Axes) -> list["Sheet"]:
    """Return the sheet of axes that a chart was drawn on."""
    return [child.sheet for child in ax.artists if isinstance(child, Anchor)]


def root_of(ax: Axes) -> Any:
    """Return the figure that the axes are drawn in, also from within a subfigure."""
    figure: Any = ax.figure
    while getattr(figure, "figure", figure) not in (figure, None):
        figure = figure.figure
    return figure


def cell_of(ax: Axes) -> tuple[float, float]:
    """Return how large a part of the figure is the axes' own, in points."""
    root = root_of(ax)
    wide, tall = (72 * size / root.dpi for size in (ax.figure.bbox.width, ax.figure.bbox.height))
    spec: Any = ax.get_subplotspec()
    if spec is None:
        where = ax.get_position(original=True)
        return wide * where.width, tall * where.height
    while spec is not None:
        grid = spec.get_gridspec()
        wide, tall = wide * len(spec.colspan) / grid.ncols, tall * len(spec.rowspan) / grid.nrows
        top = spec.get_topmost_subplotspec()
        spec = None if top is spec else top
    return wide, tall


#: The widths of words that were measured: many stand in every chart of a grid.
_WIDTHS: dict[Any, float] = {}


class Ruler:
    """Measures texts, in points."""

    def __init__(self, ax: Axes, renderer: Any) -> None:
        self.renderer, self.scale = renderer, root_of(ax).dpi / 72

    def wide(self, text: str, like: Text) -> float:
        """Return the width of a line in the type of another."""
        font = like.get_fontproperties()
        how = hash(font), type(self.renderer), self.scale
        if len(_WIDTHS) > 50_000:
            _WIDTHS.clear()
        wide = 0.0
        for word in re.split("( )", text or " "):
            if (key := (word, how)) not in _WIDTHS:
                pixels = self.renderer.get_text_width_height_descent(word, font, False)[0]
                _WIDTHS[key] = pixels / self.renderer.points_to_pixels(1)
            wide += _WIDTHS[key]
        return wide

    def wrap(self, text: str, like: Text, room: float) -> list[str]:
        """Break a text between words into lines; only a word alone may be longer than the room."""
        lines = [""]
        for word in re.split(" (?!·)", text):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.wide(longer, like) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def rows(
        self, names: Sequence[str], numbers: Sequence[str], like: Text, wide: float
    ) -> tuple[list[list[str]], float]:
        """Break the names of rows into lines beside their numbers; return the share of type too.

        Numbers and single words are never broken: type is smaller where these have no room.
        """
        beside = max(1.0, *(self.wide(number, like) for number in numbers))
        share = min(1.0, 0.42 * wide / beside)
        room = MOST_ROWS * wide / share - beside
        lines = [self.wrap(name, like, room) for name in names]
        widest = max(1.0, *(self.wide(line, like) for name in lines for line in name))
        return lines, share * min(1.0, room / widest)

    def fill(self, parts: list[str], like: Text, room: float, most: int) -> list[str]:
        """Write parts on so many lines; none is cut, and those without room are left out."""
        kept: list[str] = []
        lines: list[str] = []
        for part in parts:
            longer = self.wrap(" · ".join([*kept, part]), like, room)
            if len(longer) <= most:
                kept, lines = [*kept, part], longer
        return lines


def fit(sheet: "Sheet", renderer: Any, *, last: bool) -> Bbox:
    """Put all texts of a chart in place, to be measured or, at last, drawn; return their place."""
    ax = sheet.ax
    ruler = Ruler(ax, renderer)
    # A figure that is saved tightly has grown since an engine measured it.
    if not last or sheet.cell is None or root_of(ax).get_layout_engine() is None:
        sheet.cell = cell_of(ax)
    cell, box = sheet.cell, ax.get_window_extent()
    size = (box.width / ruler.scale, box.height / ruler.scale)
    room = _room(sheet, box, ruler.scale, last=last)
    for axis, locator in sheet.counts:
        across = axis.axis_name == "x"
        each = sheet.small.get_fontsize() * (5.5 if across else 2.6)
        locator.set_params(nbins=int(np.clip(size[0 if across else 1] / each, 1, 7)))
    if sheet.columns:  # in narrow columns their names are turned
        labels, (low, high) = ax.get_xticklabels(), ax.get_xlim()
        most = max(ruler.wide(label.get_text(), label) for label in labels)
        ax.tick_params(axis="x", rotation=90 * (most + 3 > size[0] / (high - low)))
    if sheet.rows:
        _rows(sheet, ruler, cell)
    right, beside = _ends(sheet, ruler, cell, size, room["right"])
    entries = [] if beside else [
        (end.look, said(end.name, end.texts[0])) for end in sheet.ends if end.look
    ]  # fmt: skip
    # What stands below the axes is measured where something is listed under it, or it was turned.
    axes = [ax.yaxis, ax.xaxis] if entries or sheet.columns else [ax.yaxis]
    ticks = [axis.get_tightbbox(renderer) for axis in axes if axis.get_visible()]
    around = Bbox.union([box, *(found for found in ticks if found is not None)])
    left, bottom = (around.x0 - box.x0) / ruler.scale, (around.y0 - box.y0) / ruler.scale
    sheet.sides = (left, right)
    left, end = _column(sheet, renderer)
    wide = size[0] + end - left
    above = max(GAP, (around.y1 - box.y1) / ruler.scale + 1)  # half a number may stand over them
    listed, below = _legend(sheet, "list", entries, ruler, wide, room["below"] - GAP)
    if listed is not None:
        below += GAP
        listed.set_bbox_to_anchor((left, bottom - below), sheet.points(0, 0))
    top = _head(sheet, ruler, cell, (left, wide), room["top"], above)
    if last:
        _points(sheet, ruler)
    sheet.reserved = {"top": top, "right": right, "below": below}
    top, right, below = (points * ruler.scale for points in (top, right, below))
    first = min(around.x0, box.x0 + left * ruler.scale)
    return Bbox.from_extents(first, around.y0 - below, box.x1 + right, box.y1 + top)


def _column(sheet: "Sheet", renderer: Any) -> tuple[float, float]:
    """Return how far to the left and right stands what the charts of one column write."""
    spec, found = sheet.ax.get_subplotspec(), [sheet.sides or (0.0, 0.0)]
    for ax in sheet.ax.figure.axes if spec is not None else ():
        other = ax.get_subplotspec()
        if other is not None and other.get_gridspec() is spec.get_gridspec():
            inside = other.colspan == spec.colspan
            for beside in (a.sheet for a in ax.artists if inside and isinstance(a, Anchor)):
                if beside.sides is None and beside.rows:  # the names of rows reach out furthest
                    fit(beside, renderer, last=False)
                found.append(beside.sides or (0.0, 0.0))
    return min(left for left, _ in found), max(right for _, right in found)


def _room(sheet: "Sheet", box: Any, scale: float, *, last: bool) -> dict[str, float]:
    """Return the points there are around the axes: more than enough while an engine asks."""
    root = root_of(sheet.ax)
    if sheet.ax.get_subplotspec() is not None and root.get_layout_engine() is not None:
        given = sheet.reserved if last else {}
        return {side: given.get(side, 1e4) + 0.5 for side in ("top", "right", "below")}
    below = box.y0 - root.bbox.y0 - 3 * scale * sheet.size
    sides = {"top": root.bbox.y1 - box.y1, "right": root.bbox.x1 - box.x1, "below": below}
    return {side: points / scale - 2 for side, points in sides.items()}


def _rows(sheet: "Sheet", ruler: Ruler, cell: tuple[float, float]) -> None:
    """Write names beside rows: in lines, and in smaller type where these or numbers lack room."""
    like, letter = sheet.small, float(sheet.small.get_fontsize())
    long, short = ([end.texts[which] for end in sheet.ends] for which in (0, -1))
    names, beside = (max(ruler.wide(text, like) for text in texts) for texts in (sheet.rows, long))
    roomy = names + beside <= MOST_ROWS * cell[0]
    shown = long if roomy else short
    lines, share = ruler.rows(sheet.rows, shown, like, cell[0])
    most, rows = max(map(len, lines)), len(lines)
    high = 0.34 * cell[1] if most == 1 else sheet.tall / (1.2 * most + 0.2)
    size = min(high / rows, share * letter)
    for end, text in zip(sheet.ends, shown, strict=True):
        end.text.set_fontsize(size)
        end.shown = text
    sheet.name_rows(["\n".join(name) for name in lines], size)


def _ends(
    sheet: "Sheet", ruler: Ruler, cell: tuple[float, float], size: tuple[float, float], room: float
) -> tuple[float, bool]:
    """Write names and numbers at the ends of lines; return their width and whether they fit."""
    ends = [end for end in sheet.ends if end.text.axes is not None]
    for end in ends:
        end.show(visible=False)
    if not ends:
        return 0.0, True
    like, named = ends[0].text, len(sheet.ends) > 1 or sheet.muted > 0
    line, most = 1.25 * float(like.get_fontsize()), MOST_ENDS * cell[0]
    if sheet.rows or not named:
        texts = [[end.shown] for end in ends]
    else:  # a number is never broken; what has no room in three lines is listed below
        whole = [said(end.name, end.shown.replace(" ", "\u00a0")) for end in ends]
        texts = [ruler.wrap(text, like, most) for text in whole]
    wide = GAP + 3 + max(ruler.wide(text, like) for lines in texts for text in lines)
    tall = line * np.array([len(lines) for lines in texts])
    if not sheet.rows and (
        wide > room + 1 or (named and wide > most + GAP + 3) or max(tall) > 3 * line
        or (named and tall.sum() > 0.45 * cell[1])
    ):  # fmt: skip
        return 0.0, not named
    box = sheet.ax.get_window_extent()
    heights = np.array([sheet.ax.transData.transform((end.x, end.y))[1] for end in ends])
    heights = (heights - box.y0) / ruler.scale
    if not sheet.rows:
        heights = _apart(np.clip(heights, 0, size[1]), tall, size[1])
    for end, lines, y in zip(ends, texts, heights.tolist(), strict=True):
        end.put(lines, GAP + 1, y, ruler)
        end.show(visible=-1 <= y <= size[1] + 1)
    return wide, True


def said(name: str, number: str) -> str:
    """Join a name and a number so that both can be read."""
    return f"{name}{':' if name[-1:].isdigit() else ''} {number}".strip()


def _apart(heights: np.ndarray, tall: np.ndarray, top: float) -> np.ndarray:
    """Move labels up and down until none overlaps another or leaves the axes."""
    order = np.argsort(-heights, kind="stable")
    t = tall[order]
    # How far down each must stand at least, and the lowest that leaves room for those below.
    steps = np.cumsum(t) - t / 2
    highest = np.minimum.accumulate(np.minimum(heights[order], top - t / 2) + steps) - steps
    out = np.empty(len(heights))
    out[order] = np.maximum(highest, t.sum() - steps)
    return out


def _head(
    sheet: "Sheet", ruler: Ruler, cell: tuple[float, float], side: tuple[float, float],
    limit: float, gap: float,
) -> float:  # fmt: skip
    """Stack key, small line and title above the axes; return the points they need."""
    (left, wide), small, title = side, sheet.small, sheet.title
    line, each = (1.3 * float(text.get_fontsize()) for text in (small, title))
    lines = ruler.wrap(sheet.title_text, title, wide) if sheet.own_title() else []
    rest = limit - gap - each * len(lines)
    most = int(min(max(0.1 * cell[1] / line, 1), 3, max(rest, 0) / line))
    under = ruler.fill(sheet.parts, small, wide, most) if small.axes is not None else []
    rest = min(rest - line * len(under) - 3, max(0.13 * cell[1], 2 * line))
    entries = list(sheet.keys.values()) if sheet.key else []
    key, y = _legend(sheet, "key", entries, ruler, wide, rest)
    y += gap
    if key is not None:
        key.set_bbox_to_anchor((left, gap), sheet.points(0, 1))
        y += 3
    small.set(text="\n".join(under), visible=bool(under), x=left, y=y)
    y += line * len(under) + 3 * bool(under)
    if title.get_text() == sheet.wrote:
        sheet.wrote = "\n".join(lines)
        title.set(text=sheet.wrote, x=left * ruler.scale / sheet.ax.get_window_extent().width)
    ax: Any = sheet.ax
    ax._set_title_offset_trans(y)
    top = y + each * len(lines)
    return top if top > gap else 0.0


# -- legends ---------------------------------------------------------------------------------

#: How legends are set, in sizes of their type: in lines, without a frame.
LEGEND: dict[str, Any] = {
    "loc": "lower left", "frameon": False, "borderpad": 0, "borderaxespad": 0, "handlelength": 1.5,
    "handletextpad": 0.4, "columnspacing": 1.1, "labelspacing": 0.25,
    "handler_map": {tuple: HandlerTuple(ndivide=1, pad=0)},
}  # fmt: skip


def columns_of(texts: list[str], ruler: Ruler, like: Text, wide: float) -> int:
    """Return in how many columns a legend of these texts has room."""
    size = float(like.get_fontsize())
    for number in range(len(texts), 1, -1):
        columns = np.array_split(np.array(texts), number)
        widths = [max(ruler.wide(str(text), like) for text in column) for column in columns]
        if sum(widths) + size * (3.0 * number - 1.1) <= wide:
            return number
    return 1


def legend(
    make: Callable[..., Legend], entries: Sequence[tuple[Any, str]], color: Any, **how: Any
) -> Legend:
    """Make a legend of looks over each other and texts, which are written as they stand."""
    marks = [tuple(Line2D([0], [0], **look) for look in looks) for looks, _ in entries]
    found = make(handles=marks, labels=["x"] * len(marks), **LEGEND | how)
    for text, (_, line) in zip(found.get_texts(), entries, strict=True):
        text.set(parse_math=False, text=line, color=color)  # dollar signs are not mathematics
    return found


def _legend(
    sheet: "Sheet", name: str, entries: list[tuple[Any, str]], ruler: Ruler, wide: float,
    room: float,
) -> tuple[Legend | None, float]:  # fmt: skip
    """Return the key or the list and its height in points; made anew where it changed.

    In as many columns as have room; of the key the last entries that do, of the list the first.
    """
    had, found = sheet.legends.get(name, (None, None))
    if found is not None and found.axes is None:  # somebody removed it
        return None, 0.0
    like, texts = sheet.small, [text for _, text in entries]
    size = float(like.get_fontsize())
    columns = columns_of(texts, ruler, like, wide)
    lines = ["\n".join(ruler.wrap(text, like, wide - 1.9 * size)) for text in texts]
    rows = int(max(room / size + 0.25, 0) / 1.25)
    while entries and sum(1 + line.count("\n") for line in lines) > rows * columns:
        rest = slice(None, -1) if name == "list" else slice(1, None)
        entries, lines = entries[rest], lines[rest]
    if had != (columns, lines, ruler.scale):
        found = None
        if entries:
            looks = [look for look, _ in entries]
            found = legend(partial(Legend, sheet.ax), [*zip(looks, lines, strict=True)], sheet.ink,
                           ncols=columns, prop={"size": size})  # fmt: skip
            found.set_in_layout(False)
            found._remove_method = _forget
        sheet.legends[name] = (columns, lines, ruler.scale), found
    if found is None:
        return None, 0.0
    return found, float(found.get_window_extent(ruler.renderer).height) / ruler.scale


def _forget(_: Artist) -> None:
    """Remove a legend: it is drawn no more, as it has no axes from now on."""


# -- labels of points ------------------------------------------------------------------------

#: Where a label may stand around its point, in points, the nearest first.
PLACES = [
    (0, 13), (0, -13), (-26, 14), (26, -13), (-26, -13), (26, 14), (0, 26), (-30, 30), (14, 42),
    (-14, 42), (34, 28), (30, -28), (-30, -28), (0, -30), (0, 58),
]  # fmt: skip


def _points(sheet: "Sheet", ruler: Ruler) -> None:
    """Write the labels of points, each where it hides least; those without room stay hidden."""
    ax, scale = sheet.ax, ruler.scale
    inner = ax.get_window_extent().padded(scale)
    lines = [line for line in ax.get_lines() if line.get_visible() and len(line.get_xdata())]
    paths = [(line, line.get_transform().transform_path(line.get_path())) for line in lines]
    upright = _upright(sheet, scale)
    taken: list[Bbox] = []
    for note in (note for note in sheet.notes if note.axes is not None):
        x, y = ax.transData.transform(note.xy)
        text = next((t for t in note.texts if ruler.wide(t, note) < inner.width / scale - 8), "")
        half = np.array([ruler.wide(text, note) / 2 + 1, 0.62 * note.get_fontsize()])
        best, least = None, np.inf
        for rank, (dx, dy) in enumerate(note.places if text and inner.contains(x, y) else ()):
            dx += np.sign(dx) * max(half[0] - 15, 0) * (abs(dx) >= 20)
            low, high = ([x, y] + scale * (np.array([dx, dy]) + sign * half) for sign in (-1, 1))
            box = Bbox([low, high])
            if not (inner.containsx(low[0]) and inner.containsx(high[0])
                    and inner.containsy(low[1]) and inner.containsy(high[1])):  # fmt: skip
                continue
            if any(box.overlaps(other) for other in taken):
                continue
            hides = sum(_crossed(line, path, box) for line, path in paths)
            apart = (upright[:, 1] < box.min) | (upright[:, 0] > box.max)
            hides += 2 * int((~apart.any(axis=1)).sum())
            if 6.0 * hides + rank < least:
                best, least = (dx, dy, box), 6.0 * hides + rank
        note.set(visible=best is not None, text=text)
        if best is not None:
            note.set_position(best[:2])
            taken.append(best[2])
            note.arrow_patch.set_visible(abs(best[1]) > 17)


def _upright(sheet: "Sheet", scale: float) -> np.ndarray:
    """Return the two corners of each whisker and stem: lines along an axis, in pixels."""
    to_pixels = sheet.ax.transData.transform
    found = [np.empty((0, 2, 2))]
    for ranges in (c for c in sheet.ax.collections if isinstance(c, LineCollection)):
        found += [to_pixels(ends)[np.newaxis] for ends in ranges.get_segments()]
    for at, reach in sheet.stems:
        foot = to_pixels(np.column_stack(at))
        found.append(np.stack([foot, foot + scale * reach], axis=1))
    return np.sort(np.concatenate(found), axis=1)


def _crossed(line: Line2D, path: Any, box: Bbox) -> int:
    """Return how many marks of a line, or whether the line itself, lie within a box."""
    if line.get_linestyle() == "None":
        return int(box.count_contains(path.vertices))
    return 2 * int(path.intersects_bbox(box, filled=False))
