"""Texts that fit where they are drawn: measured whenever a figure is laid out or drawn.

What a chart needs around its axes depends on its part of the figure, which does not change while a
layout engine moves the axes. Above stand title, small line and key; to the right the names and
numbers of lines, or below all of it where there is no room beside.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from .captions import cut

if TYPE_CHECKING:
    from .sheet import Note, Sheet

#: Points between the axes and what is written around them.
GAP = 5.0
#: The shares of its part of the figure that the ends of lines, and all texts of rows, may take.
MOST_ENDS, MOST_ROWS = 0.36, 0.68
_ENOUGH = 1e4


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


def laid_out(ax: Axes) -> bool:
    """Whether an engine makes room for what stands around the axes."""
    engine = root_of(ax).get_layout_engine()
    placed = ax.get_subplotspec() is not None
    return placed and engine is not None and not isinstance(engine, PlaceHolderLayoutEngine)


class Ruler:
    """Measures texts, in points."""

    def __init__(self, ax: Axes, renderer: Any, memory: dict[Any, float]) -> None:
        self.renderer, self.memory = renderer, memory
        self.scale = root_of(ax).dpi / 72

    def wide(self, text: str, like: Text) -> float:
        """Return the width of a line in the type of another."""
        key = text, like.get_fontsize(), like.get_fontweight(), type(self.renderer), self.scale
        if key not in self.memory:
            font = like.get_fontproperties()
            pixels = self.renderer.get_text_width_height_descent(text or " ", font, False)[0]
            self.memory[key] = pixels / self.renderer.points_to_pixels(1)
        return self.memory[key]

    def wrap(self, text: str, like: Text, room: float, most: int) -> list[str]:
        """Break a text between words into so many lines at the most; what is left is cut."""
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if not lines[-1] or self.wide(longer, like) <= room:
                lines[-1] = longer
            elif len(lines) < most:
                lines.append(word)
            else:
                lines[-1] += " …"
                break
        return [self.names([line], like, room)[0] for line in lines]

    def fill(self, parts: list[str], like: Text, room: float, most: int) -> list[str]:
        """Write parts on so many lines at the most; none is cut, and those without room left out.

        One that is too long for a line goes on in the next.
        """
        lines: list[str] = []
        for part in parts:
            longer = f"{lines[-1]} · {part}" if lines else part
            if lines and self.wide(longer, like) <= room:
                lines[-1] = longer
                continue
            wrapped = self.wrap(part, like, room, 9)
            if len(lines) + len(wrapped) > most or any("…" in line for line in wrapped):
                continue
            lines += wrapped
        return lines

    def names(self, texts: list[str], like: Text, room: float) -> list[str]:
        """Shorten names to so many points, where they agree."""
        most = max((len(text) for text in texts), default=0)
        short = list(texts)
        while most > 3 and (wide := max(self.wide(text, like) for text in short)) > room:
            most = max(3, min(most - 1, int(most * max(room / wide, 0.5))))
            short = cut(texts, most)
        return short


def fit(sheet: "Sheet", renderer: Any, *, last: bool) -> Bbox:
    """Put all texts of a chart in place, to be measured or, at last, drawn; return their place."""
    ax = sheet.ax
    ruler = Ruler(ax, renderer, sheet.memory)
    cell, box = cell_of(ax), ax.get_window_extent()
    size = (box.width / ruler.scale, box.height / ruler.scale)
    room = _room(sheet, ruler, box, last=last)
    _ticks(sheet, ruler, cell, size)
    right, beside = _ends(sheet, ruler, cell, size, room["right"])
    ticks = [axis.get_tightbbox(renderer) for axis in (ax.yaxis, ax.xaxis) if axis.get_visible()]
    around = Bbox.union([box, *(found for found in ticks if found is not None)])
    left, bottom = ((around.x0 - box.x0) / ruler.scale, (around.y0 - box.y0) / ruler.scale)
    sides = (min(left, 0.0), size[0] + right)
    above = max(
        GAP, (around.y1 - box.y1) / ruler.scale + 1
    )  # half a number may stand over the axes
    sheet.reserved = {
        "top": _head(sheet, ruler, cell, sides, room["top"], above),
        "right": right,
        "below": _below(sheet, ruler, sides, room["below"], bottom, beside),
    }
    if last:
        _points(sheet, ruler, size)
    grown = {side: points * ruler.scale for side, points in sheet.reserved.items()}
    return Bbox.from_extents(around.x0, around.y0 - grown["below"], box.x1 + grown["right"],
                             box.y1 + grown["top"])  # fmt: skip


def _room(sheet: "Sheet", ruler: Ruler, box: Any, *, last: bool) -> dict[str, float]:
    """Return the points there are around the axes: more than enough while an engine asks."""
    if laid_out(sheet.ax):
        given = sheet.reserved if last else {}
        return {side: given.get(side, _ENOUGH) + 0.5 for side in ("top", "right", "below")}
    whole = root_of(sheet.ax).bbox
    ticks = sheet.ax.xaxis.get_tightbbox(ruler.renderer)
    bottom = ticks.y0 if ticks else box.y0
    sides = {"top": whole.y1 - box.y1, "right": whole.x1 - box.x1, "below": bottom - whole.y0}
    return {side: points / ruler.scale - 2 for side, points in sides.items()}


def _ticks(
    sheet: "Sheet", ruler: Ruler, cell: tuple[float, float], size: tuple[float, float]
) -> None:
    """As many ticks as fit beside each other, and names as long as there is room."""
    ax = sheet.ax
    letter = sheet.small.get_fontsize()
    if sheet.dates is not None:
        most = int(np.clip(size[0] / (5.2 * letter), 3, 9))
        sheet.dates.maxticks = dict.fromkeys(sheet.dates.maxticks, most)
        # Where the axes are narrow the name of the axis joins the year and month.
        label = ax.xaxis.label
        word = sheet.date_words.word if sheet.date_words is not None else ""
        wide = ruler.wide(word, label) + 10 * letter
        narrow = bool(word) and wide > size[0]
        if sheet.date_words is not None:
            sheet.date_words.joined = narrow and wide - 2 * letter < size[0]
        label.set_visible(not narrow)
    for axis, locator in sheet.counts:
        across = axis.axis_name == "x"
        digits = len(f"{max(np.abs(axis.get_view_interval())):,.0f}")
        each = letter * (3.0 + 0.55 * digits if across else 2.6)
        locator.set_params(nbins=int(np.clip(size[0 if across else 1] / each, 1, 7)))
    labels = ax.get_xticklabels() if sheet.column_names else []
    if labels:
        wide = max(ruler.wide(name, labels[0]) for _, name in sheet.column_names)
        each = size[0] / max(abs(np.diff(ax.get_xlim())[0]), 1e-9)
        for label in labels:
            label.set_rotation(90 if wide + 3 > each else 0)
    if sheet.rows:
        low, high = sorted(ax.get_ylim())
        beside = max((ruler.wide(t, sheet.small) for t in _row_texts(sheet, ruler)), default=0.0)
        # Smaller type where rows are narrow, or numbers would leave no room for what they are of.
        line = min(letter, 0.8 * size[1] / max(high - low, 1),
                   letter * 0.42 * cell[0] / max(beside, 1.0))  # fmt: skip
        room = max(MOST_ROWS * cell[0] * letter / line - beside, 0.2 * cell[0])
        ax.tick_params(axis="y", labelsize=line)
        sheet.name_rows(ruler.names(sheet.rows, sheet.small, room))
        for end in sheet.ends:
            end.text.set_fontsize(line)


def _row_texts(sheet: "Sheet", ruler: Ruler) -> list[str]:
    """Return what is written beside rows, the short texts where the long have no room."""
    names = max(ruler.wide(name, sheet.small) for name in sheet.rows)
    wide = max((ruler.wide(end.texts[0], sheet.small) for end in sheet.ends), default=0.0)
    which = 0 if wide + names <= MOST_ROWS * cell_of(sheet.ax)[0] else -1
    return [end.texts[which] for end in sheet.ends]


def _ends(
    sheet: "Sheet", ruler: Ruler, cell: tuple[float, float], size: tuple[float, float], room: float
) -> tuple[float, bool]:
    """Write names and numbers at the ends of lines; return their width and whether they fit."""
    ends = [end for end in sheet.ends if end.text.axes is not None]
    for end in ends:
        end.show(False)
    if not ends:
        return 0.0, True
    like = ends[0].text
    named = len(sheet.ends) > 1 or sheet.muted > 0
    line = 1.25 * float(like.get_fontsize())
    if sheet.rows:
        texts = [[text] for text in _row_texts(sheet, ruler)]
        texts = [text for text, end in zip(texts, sheet.ends, strict=True) if end in ends]
    elif named:
        # A number is never broken or cut; what has no room in three lines is listed below.
        most = MOST_ENDS * cell[0]
        texts = [
            [text.replace("\u00a0", " ") for text in ruler.wrap(
                said(end.name, end.texts[0].replace(" ", "\u00a0")), like, most, 3)]
            for end in ends
        ]  # fmt: skip
        short = any("…" in text for lines in texts for text in lines)
        if short or sum(map(len, texts)) * line > min(0.55 * cell[1], size[1] + 1):
            return 0.0, False
    else:
        texts = [[ends[0].texts[0]]]
    share = float(like.get_fontsize()) / sheet.small.get_fontsize()
    wide = share * max(ruler.wide(text, sheet.small) for lines in texts for text in lines)
    if wide + GAP + 3 > room + 1 and not sheet.rows:
        return 0.0, not named
    box = sheet.ax.get_window_extent()
    heights = np.array([
        (sheet.ax.transData.transform((end.x, end.y))[1] - box.y0) / ruler.scale for end in ends
    ])  # fmt: skip
    if not sheet.rows:
        tall = np.array([line * len(lines) for lines in texts])
        heights = _apart(np.clip(np.nan_to_num(heights), 0, size[1]), tall, size[1])
    for end, lines, y in zip(ends, texts, heights, strict=True):
        end.put("\n".join(lines), GAP + 1, float(y), ruler)
        end.show(-1 <= y <= size[1] + 1)
    return GAP + 3 + wide, True


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
    sheet: "Sheet", ruler: Ruler, cell: tuple[float, float], sides: tuple[float, float],
    limit: float, gap: float,
) -> float:  # fmt: skip
    """Stack key, small line and title above the axes; return the points they need."""
    left, wide = sides[0], sides[1] - sides[0]
    title, small = sheet.title, sheet.small
    line = 1.35 * float(small.get_fontsize())
    top = 0.0
    lines: list[str] = []
    if title is not None and title.axes is not None and sheet.title_text:
        # Where two lines have no room for all of it, smaller ones may.
        for share in (1.0, 0.84, 0.72):
            title.set_fontsize(sheet.title_size * share)
            each = 1.25 * float(title.get_fontsize())
            most = int(np.clip((limit - gap) / each, 1, 2))
            lines = ruler.wrap(sheet.title_text, title, wide, most)
            if "…" not in lines[-1]:
                break
        top = len(lines) * each
    rest = limit - gap - top - 2
    most = min(max(int(0.1 * cell[1] / line), 1), 3, int(max(rest, 0) / line))
    under = ruler.fill(sheet.parts, small, wide, most) if small.axes is not None else []
    rest = min(rest - line * len(under) - 3 * bool(under), max(0.13 * cell[1], 2 * line))
    entries = [*sheet.keys.values()] if sheet.key else []
    key, tall = sheet.legend("key", entries, ruler, wide, rest + 1)
    y = gap
    if key is not None:
        key.set_bbox_to_anchor((left, y - 1), sheet.points(0, 1))
        y += tall + 2
    small.set(text="\n".join(under), visible=bool(under), x=left, y=y, va="bottom")
    y += line * len(under) + (3 if under else 0)
    if lines and title is not None:
        box = sheet.ax.get_window_extent()
        title.set_text("\n".join(lines))
        title.set_position((left * ruler.scale / box.width, 1 + y * ruler.scale / box.height))
        y += top
    sheet.lift(y if y > gap else 0.0)
    return y if y > gap else 0.0


def _below(
    sheet: "Sheet", ruler: Ruler, sides: tuple[float, float], limit: float, bottom: float,
    beside: bool,
) -> float:  # fmt: skip
    """List below the chart the names and numbers that have no room beside it."""
    entries = [] if beside else [
        (line["handle"], said(line["name"], line["end"].texts[0] if line["end"] else ""))
        for line in sheet.lines if line["handle"] is not None
    ]  # fmt: skip
    listed, tall = sheet.legend("list", entries, ruler, sides[1] - sides[0], limit - GAP)
    if listed is None:
        return 0.0
    listed.set_bbox_to_anchor((sides[0], bottom - GAP - tall), sheet.points(0, 0))
    return tall + GAP


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
        widths = [
            max(ruler.wide(str(text), like) for text in column) + 1.9 * size
            for column in np.array_split(np.array(texts), number)
        ]
        if sum(widths) + 1.1 * size * (number - 1) <= wide:
            return number
    return 1


def legend(
    ax: Axes, entries: list[tuple[Any, str]], ruler: Ruler, like: Text, wide: float, room: float,
    *, first: bool,
) -> Legend | None:  # fmt: skip
    """Return a legend in as many columns as have room, of its first or last entries that do."""
    size = float(like.get_fontsize())
    columns = columns_of([text for _, text in entries], ruler, like, wide)
    many = max(int(room / size), 0) * columns
    entries = entries[:many] if first else entries[max(len(entries) - many, 0) :]
    lines = [
        "\n".join(ruler.wrap(text, like, wide - 1.9 * size, 2)) if columns == 1 else text
        for _, text in entries
    ]
    # In one column a text of two lines takes the room of two.
    while columns == 1 and 1.3 * size * sum(1 + line.count("\n") for line in lines) > room + size:
        gone = -1 if first else 0
        del entries[gone], lines[gone]
    if not entries:
        return None
    found = Legend(ax, [handle for handle, _ in entries], ["x"] * len(entries), ncols=columns,
                   prop={"size": size}, **LEGEND)  # fmt: skip
    found.set_in_layout(False)
    write(found, lines, like.get_color())
    return found


def write(found: Legend, lines: list[str], color: Any) -> None:
    """Write the texts of a legend as they stand."""
    for text, line in zip(found.get_texts(), lines, strict=True):
        text.set(parse_math=False, text=line, color=color)


#: Where a label may stand around its point, in points, the nearest first.
_PLACES = [
    (0, 13), (0, -13), (-26, 14), (26, -13), (-26, -13), (26, 14), (0, 26), (-30, 30), (14, 42),
    (-14, 42), (34, 28), (30, -28), (-30, -28), (0, -30), (0, 58),
]  # fmt: skip


def _points(sheet: "Sheet", ruler: Ruler, size: tuple[float, float]) -> None:
    """Write the labels of points, each where it hides no other; the others stay hidden."""
    notes = [note for note in sheet.notes if note.text.axes is not None]
    if not notes:
        return
    box = sheet.ax.get_window_extent()
    lines = [line for line in sheet.ax.get_lines() if line.get_visible() and len(line.get_xdata())]
    edges = [_corners(line, box, ruler.scale) for line in lines]
    corners = np.concatenate([*edges, np.zeros((0, 2))])
    taken: list[np.ndarray] = []
    for note in notes:
        at = (sheet.ax.transData.transform((note.x, note.y)) - (box.x0, box.y0)) / ruler.scale
        best, least = None, np.inf
        inside = bool(np.isfinite(at).all() and (at >= -1).all() and (at <= np.add(size, 1)).all())
        for text, place, rank in _places(note, ruler, at, size[0]) if inside else ():
            half = np.array([ruler.wide(text, note.text) / 2 + 1, 0.62 * note.text.get_fontsize()])
            mine = np.r_[place - half, place + half]
            out = mine[0] < -1 or mine[1] < 0 or mine[2] > size[0] or mine[3] > size[1]
            if out or any(_overlap(mine, other) for other in taken):
                continue
            hides = ((corners > mine[:2]) & (corners < mine[2:])).all(axis=1).sum()
            if 6.0 * hides + rank < least:
                best, least = (text, place, mine), 6.0 * hides + rank
        note.text.set_visible(best is not None)
        note.leader.set_visible(False)
        if best is not None:
            note.put(best[0], best[1], at)
            taken.append(best[2])


def _places(note: "Note", ruler: Ruler, at: np.ndarray, across: float) -> Any:
    """Yield texts with their places around a point, the best first."""
    text = next((t for t in note.texts if ruler.wide(t, note.text) < across - 6), note.texts[-1])
    far = max(ruler.wide(text, note.text) / 2 - 14, 0)
    for rank, (dx, dy) in enumerate(note.places or _PLACES):
        aside = np.sign(dx) * far if abs(dx) >= 20 else 0.0
        yield text, np.add(at, (dx + aside, dy)), rank


def _corners(line: Any, box: Any, scale: float) -> np.ndarray:
    """Return points along a line, some three points apart, in points from the axes' corner."""
    path = line.get_transform().transform(line.get_xydata())
    path = (path[np.isfinite(path).all(axis=1)] - (box.x0, box.y0)) / scale
    if line.get_marker() not in ("", "None", None) and len(path):
        around = np.array([(0, 0), (0, 4), (0, -4), (4, 0), (-4, 0)])
        return np.asarray((path[:400, None] + around).reshape(-1, 2))
    if len(path) < 2 or len(path) > 400:
        return np.asarray(path)
    if line.get_drawstyle() == "steps-post":
        path = np.repeat(path, 2, axis=0)
        path = np.column_stack([path[1:, 0], path[:-1, 1]])
    many = [
        np.linspace(a, b, int(np.clip(np.hypot(*(b - a)) / 3, 2, 200))) for a, b in pairwise(path)
    ]
    return np.concatenate(many)


def _overlap(first: np.ndarray, second: np.ndarray) -> bool:
    return bool((first[:2] < second[2:]).all() and (second[:2] < first[2:]).all())
