"""Texts that fit where they are drawn: broken into lines before a layout engine measures them.

How much room they may take depends on the axes' part of the figure, their cell: it stays the same
while a layout engine moves the axes. Above the axes stand title, small line and key; to the right
the names and numbers of lines, or in a list below where they have no room beside.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from .captions import joined

if TYPE_CHECKING:
    from .sheet import Sheet

#: Points between the axes and what is written around them.
GAP = 5.0
#: The shares of a cell's width that texts to the right of the axes and names of rows may take.
MOST_ENDS, MOST_NAMES = 0.36, 0.3


def is_laid_out(ax: Any) -> bool:
    """Whether an engine makes the room that texts around the axes need."""
    return ax.get_subplotspec() is not None and ax.figure.get_layout_engine() is not None


def cell_of(ax: Axes) -> Any:
    """Return width and height of the cell of axes, their part of the figure, in points."""
    spec, size = ax.get_subplotspec(), 72 / ax.figure.dpi * ax.figure.bbox.size
    if spec is None:
        return size * ax.get_position(original=True).size
    engine = ax.figure.get_layout_engine()
    if engine is not None and engine.adjust_compatible and spec.get_gridspec().ncols > 1:
        size = size * (0.8, 0.85)  # it sets all axes apart by the widest texts of any two
    for part in {spec, spec.get_topmost_subplotspec()}:
        grid = part.get_gridspec()
        size = size * (len(part.colspan) / grid.ncols, len(part.rowspan) / grid.nrows)
    return size


#: The widths of lines already measured: many stand in every chart of a grid.
_WIDTHS: dict[Any, float] = {}


def width(text: str, like: Text) -> float:
    """Return the width of a line in the type of another, in points."""
    font, figure = like.get_fontproperties(), like.figure
    line = text, hash(font), type(figure.canvas), figure.dpi
    if line not in _WIDTHS:
        if len(_WIDTHS) > 50_000:
            _WIDTHS.clear()
        renderer: Any = figure._get_renderer()
        pixels = renderer.get_text_width_height_descent(text, font, ismath=False)[0]
        _WIDTHS[line] = pixels / renderer.points_to_pixels(1)
    return _WIDTHS[line]


def widest(texts: Sequence[str], like: Text) -> float:
    """Return the width of the widest of several lines."""
    return max((width(text, like) for text in texts), default=0.0)


def wrap(text: str, like: Text, room: float) -> list[str]:
    """Break a text between words and behind arrows; a word alone may be longer than the room."""
    first, *rest = re.split("((?<=→)| (?!·))", text)
    lines = [first]
    for gap, word in zip(rest[::2], rest[1::2], strict=True):
        longer = lines[-1] + gap + word
        if width(longer, like) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def lines_of_rows(name: str, text: str, like: Text, wide: float) -> tuple[list[str], list[str]]:
    """Break the name of a row, and the text at its end, into lines."""
    return wrap(name, like, MOST_NAMES * wide), wrap(text, like, MOST_ENDS * wide)


def fill(parts: Sequence[str], like: Text, room: float, most: int) -> list[str]:
    """Write on at most so many lines the first parts that have room."""
    lines = wrap(" · ".join(parts), like, room) if parts else []
    return lines if len(lines) <= most else fill(parts[:-1], like, room, most)


def fit(sheet: "Sheet", *, first: bool = False) -> Bbox:
    """Break all texts of a chart into lines that have room; return the box that they need.

    At `first`, before a layout engine has moved the axes, they are narrower than they will be.
    """
    ax, scale = sheet.ax, sheet.scale
    box, whole = ax.get_window_extent(), ax.figure.bbox
    size = box.size / scale
    if sheet.measured is not None:  # in a figure that is saved tightly, and has grown, too
        cell, right, top, below = sheet.measured
    elif is_laid_out(ax):
        cell, right, top, below = cell_of(ax), 1e4, 1e4, 1e4  # an engine makes the room
    else:
        right, top = (whole.max - box.max) / scale - 2
        cell, below = cell_of(ax), (box.y0 - whole.y0) / scale - 3 * sheet.size - 2
    # Such an engine measures twice and keeps the larger: the first time as little as can be.
    again = first and is_laid_out(ax) and not ax.figure.get_layout_engine().adjust_compatible
    if sheet.columns:
        _write_columns(sheet, max(size[0], 0.9 * cell[0]) if again else size[0])
    if sheet.rows:
        names = ["\n".join(lines_of_rows(name, "", sheet.small, cell[0])[0]) for name in sheet.rows]
        ax.set_yticks(-np.arange(len(names)), names, parse_math=False, fontsize=sheet.size)
    ends = sheet.ends = [end for end in sheet.ends if end.text.axes is not None]
    right = _break_ends(sheet, cell, right)
    listed = [([end.look], joined(end.name, end.said) + end.fate)
              for end in ends if end.look and not end.lines]  # fmt: skip
    if sheet.notes and not again:  # to know which labels have no room
        _place_labels(sheet)
    listed += [([note.look], note.listed)
               for note in sheet.notes if note.hidden and note.listed and note.axes]  # fmt: skip
    ticks = [axis.get_tightbbox() for axis in (ax.yaxis, ax.xaxis) if axis.get_visible()]
    around = Bbox.union([box, *(found for found in ticks if found is not None)])
    (left, bottom), (_, over) = (around.min - box.min) / scale, around.max - box.max
    sheet.sides = left, right
    left, end = _column_sides(sheet)
    wide = max(size[0] + end - left, cell[0] if again else 0.0)
    below = _legend(sheet, "list", listed, wide, below - GAP, (left, bottom - GAP))
    below += GAP * (below > 0)
    gap = max(GAP, over / scale + 1)  # half a number may stand over the axes
    top = _head(sheet, cell, (left, wide), top, gap)
    sheet.measured = cell, right + 0.5, top + 0.5, below + 0.5
    first = min(around.x0, box.x0 + left * scale)
    right, top = box.max + scale * np.array([right, top])
    return Bbox.from_extents(first, around.y0 - below * scale, right, top)


def place(sheet: "Sheet") -> None:
    """Put the texts at the ends of lines where the axes are now."""
    ax, scale = sheet.ax, sheet.scale
    box = ax.get_window_extent()
    ends = ax.transData.transform(np.reshape([(end.x, end.y) for end in sheet.ends], (-1, 2)))
    heights, high = (ends[:, 1] - box.y0) / scale, box.height / scale
    tall = np.array([end.tall for end in sheet.ends])
    heights = _moved_apart(np.clip(heights, 0, high), tall, high)
    for end, y in zip(sheet.ends, heights.tolist(), strict=True):
        end.put(y, visible=-1 <= y <= high + 1)


def _column_sides(sheet: "Sheet") -> tuple[float, float]:
    """Return how far texts reach to the left and right in all charts of one column of a grid."""
    spec, found = sheet.ax.get_subplotspec(), [sheet.sides]
    for ax in sheet.ax.figure.axes if spec is not None else ():
        theirs, beside = ax.get_subplotspec(), type(sheet).of(ax)
        if beside and theirs is not None and theirs.colspan == spec.colspan:
            found.append(beside.sides)
    return min(left for left, _ in found), max(right for _, right in found)


def _write_columns(sheet: "Sheet", wide: float) -> None:
    """Write numbers and names under columns, turned where a word is wider than its column."""
    (low, high), like = sheet.ax.get_xlim(), sheet.small
    places, names, numbers = zip(*sheet.columns, strict=True)
    room = wide / (high - low) - 3
    turned = widest(" ".join([*names, *numbers]).split(), like) > room
    texts = [f"{name} {n}" if turned else "\n".join([*wrap(n, like, room), name])
             for name, n in zip(names, numbers, strict=True)]  # fmt: skip
    sheet.ax.set_xticks(places, texts, rotation=90 * turned, parse_math=False, fontsize=sheet.size)


def _break_ends(sheet: "Sheet", cell: Any, room: float) -> float:
    """Break the texts at the ends of lines and rows; return their width, 0 if they have no room."""
    ends = sheet.ends
    named = len(ends) > 1 or sheet.muted > 0 or sheet.named
    most = MOST_ENDS * cell[0] if named or sheet.rows else 1e4
    for end in ends:
        end.whole = joined(end.name if named else "", end.said)
        end.lines = wrap(end.whole, end.text, most)
    if all(end.lines == [""] for end in ends):  # one series of bars has no need of a name
        return 0.0
    wide = GAP + 3 + max(widest(end.lines, end.text) for end in ends)
    crowded = sum(end.tall for end in ends) > 0.5 * cell[1]
    long = wide > min(room + 1, most + GAP + 3) or max(len(end.lines) for end in ends) > 3
    if not sheet.rows and (crowded or long):
        for end in ends:
            end.lines = []
        return 0.0
    return wide


def _moved_apart(heights: np.ndarray, tall: np.ndarray, top: float) -> np.ndarray:
    """Move labels up and down until none overlaps another or leaves the axes."""
    order = np.argsort(-heights, kind="stable")
    tall = tall[order]
    # Each below those above it; and then so high that those below it have room.
    steps = np.cumsum(tall) - tall / 2
    highest = np.minimum.accumulate(np.minimum(heights[order], top - tall / 2) + steps) - steps
    out = np.empty(len(heights))
    out[order] = np.maximum(highest, tall.sum() - steps)
    return out


def _head(sheet: "Sheet", cell: Any, side: tuple[float, float], limit: float, gap: float) -> float:
    """Stack key, small line and title above the axes; return the points they need."""
    (left, wide), small, title = side, sheet.small, sheet.title
    line, each = (1.3 * float(text.get_fontsize()) for text in (small, title))
    lines = wrap(sheet.title_text, title, wide) if sheet.own_title() else []
    if lines:  # where an engine measures it, too
        title.set_x(left * sheet.scale / sheet.ax.get_window_extent().width)
    rest = limit - gap - each * len(lines)
    most = int(min(max(0.1 * cell[1] / line, 1), 3, max(rest, 0) / line))
    under = fill(sheet.parts, small, wide, most) if small.axes is not None else []
    rest = min(rest - line * len(under) - 3, max(0.13 * cell[1], 2 * line))
    entries = list(sheet.keys.values()) if sheet.key else []
    y = _legend(sheet, "key", entries, wide, rest, (left, gap))
    y += gap + 3 * (y > 0)
    small.set(text="\n".join(under), x=left, y=y)
    y += line * len(under) + 3 * bool(under)
    if title.get_text() == sheet.wrote:
        sheet.wrote = "\n".join(lines)
        title.set_text(sheet.wrote)
    sheet.ax._set_title_offset_trans(y)
    top = y + each * len(lines)
    return top if top > gap else 0.0


# -- legends ---------------------------------------------------------------------------------

#: How legends are set, in sizes of their type: in lines, without a frame.
LEGEND: dict[str, Any] = {
    "frameon": False, "numpoints": 1, "borderpad": 0, "borderaxespad": 0, "handlelength": 1.5,
    "handletextpad": 0.4, "columnspacing": 1.1, "labelspacing": 0.25,
    "handler_map": {tuple: HandlerTuple(ndivide=1, pad=0)},
}  # fmt: skip


def columns_of(texts: list[str], like: Text, wide: float) -> int:
    """Return in how many columns a legend of these texts has room."""
    size = float(like.get_fontsize())
    return max(1, int((wide + size) / (widest(texts, like) + 3 * size)))


def legend(on: Any, entries: Sequence[tuple[Any, str]], color: Any, **how: Any) -> Legend:
    """Make a legend: each entry is a list of looks, drawn over each other, and its text."""
    marks = [tuple(Line2D([0], [0], **look) for look in looks) for looks, _ in entries]
    found = Legend(on, marks, ["x"] * len(marks), **LEGEND | how)
    for text, (_, line) in zip(found.get_texts(), entries, strict=True):
        text.set(parse_math=False, text=line, color=color)  # dollar signs are not mathematics
    return found


def _legend(
    sheet: "Sheet", name: str, entries: list[tuple[Any, str]], wide: float, room: float,
    where: tuple[float, float],
) -> float:  # fmt: skip
    """Put the key above or the list below, made anew if it changed; return its height in points.

    It has as many columns as fit. Without room for all, the key keeps its last entries, the list
    its first.
    """
    found, above = sheet.legends.get(name), name == "key"
    if found is not None and found.axes is None:  # somebody removed it
        return 0.0
    like, size = sheet.small, float(sheet.small.get_fontsize())
    columns = columns_of([text for _, text in entries], like, wide)
    entries = [(look, "\n".join(wrap(text, like, wide - 1.9 * size)))
               for look, text in entries]  # fmt: skip
    rows = int(max(room / size + 0.25, 0) / 1.25)
    while sum(1 + text.count("\n") for _, text in entries) > rows * columns:
        entries = entries[1:] if above else entries[:-1]
    sheet.legends.pop(name, None)
    if not entries:
        return 0.0
    made_of = repr((entries, columns, size))
    if found is None or found.made_of != made_of:
        found = legend(sheet.ax, entries, sheet.ink, ncols=columns, prop={"size": size},
                       loc="lower left" if above else "upper left")  # fmt: skip
        found.set_in_layout(False)
        # Matplotlib takes the axes from a removed legend, and so it is drawn no more.
        found._remove_method, found.made_of = (lambda _: None), made_of
    found.set_bbox_to_anchor(where, sheet.points(0, above))
    sheet.legends[name] = found
    return float(found.get_window_extent().height) / sheet.scale


# -- labels of points ------------------------------------------------------------------------

#: Where a label may stand around its point, in points, the nearest first.
PLACES = [(0, 13), (0, -13), (-26, 14), (26, -13), (-26, -13), (26, 14), (0, 26), (0, -28)]


def _place_labels(sheet: "Sheet") -> None:
    """Put each label of a point where it hides no mark and no line crosses it, or list it below.

    A line through a number would strike it through, as if it was withdrawn.
    """
    ax, scale = sheet.ax, sheet.scale
    inner = ax.get_window_extent().padded(scale)
    marks, lines, taken = _obstacles(sheet)
    for note in (note for note in sheet.notes if note.axes is not None):
        point = ax.transData.transform(note.xy)
        half = np.array([width(note.get_text(), note) / 2 + 1, 0.62 * note.get_fontsize()])
        seen = note.hidden = inner.contains(*point)
        for dx, dy in note.places if seen else ():
            away = dx + np.sign(dx) * max(half[0] - 15, 0), dy
            box = Bbox([point + scale * (away - half), point + scale * (away + half)])
            inside = inner.contains(*box.min) and inner.contains(*box.max)
            if (
                inside and not box.padded(2 * scale).count_contains(marks)
                and not any(box.overlaps(other) for other in taken)
                and not any(line.intersects_bbox(box, filled=False) for line in lines)
            ):  # fmt: skip
                note.set_position(away)
                note.hidden = False
                taken.append(box)
                if note.strike is not None:  # its number, at the end
                    left = box.x1 - scale * (1 + width(note.number, note))
                    note.strike.set_data([left, box.x1 - scale], [(box.y0 + box.y1) / 2] * 2)
                break
        note.set_visible(seen and not note.hidden)


def _obstacles(sheet: "Sheet") -> tuple[np.ndarray, list[Path], list[Bbox]]:
    """Return what labels had better not hide: points of marks, lines; and never: whiskers."""
    points, paths, ends = [np.empty((0, 2))], list[Path](), list[Path]()
    for line in sheet.ax.get_lines():
        if line.get_visible() and line.get_in_layout() and len(line.get_xdata()):
            path = line.get_transform().transform_path(line.get_path())
            if line.get_linestyle() != "None":
                paths.append(path)
                continue
            marker = line.get_marker()  # of stems, a path that reaches from their foot
            reach = marker.vertices if isinstance(marker, Path) else np.zeros((1, 2))
            reach = 0.5 * line.get_markersize() * sheet.scale * reach
            points.append((path.vertices[:, None] + reach).reshape(-1, 2))
    for ranges in (c for c in sheet.ax.collections if isinstance(c, LineCollection)):
        ends += map(ranges.get_transform().transform_path, ranges.get_paths())
    return np.concatenate(points), paths, [path.get_extents() for path in ends]
