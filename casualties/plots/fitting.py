"""Texts that fit where they are drawn: wrapped, shortened and put in place."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox, ScaledTranslation

from .captions import cut

if TYPE_CHECKING:
    from .sheet import Sheet

#: Points between the axes and what is written above or beside them.
GAP = 5.0
#: The share of its part of a figure that a chart's head, names and end labels may take.
MOST_HEAD, MOST_NAMES, MOST_ENDS = 0.38, 0.42, 0.34


def root_of(ax: Axes) -> Any:
    """Return the figure that the axes are drawn in, also from within a subfigure."""
    figure = ax.figure
    while getattr(figure, "figure", figure) not in (figure, None):
        figure = figure.figure
    return figure


class Ruler:
    """Measures texts, in points."""

    def __init__(self, figure: Any, renderer: Any, memory: dict[Any, float]) -> None:
        self.renderer = figure._get_renderer() if renderer is None else renderer
        self.scale = figure.dpi / 72
        self.memory = memory  # widths measured before

    def size(self, text: str, like: Text) -> tuple[float, float]:
        """Return width and height of a text in the type of another."""
        lines = text.split("\n")
        tall = float(like.get_fontsize()) * (1.2 + 1.3 * (len(lines) - 1))
        return max(self._width(line or " ", like) for line in lines), tall

    def _width(self, line: str, like: Text) -> float:
        font = like.get_fontproperties()
        key = line, font, type(self.renderer), self.scale
        if key not in self.memory:
            if len(self.memory) > 4000:
                self.memory.clear()
            wide = self.renderer.get_text_width_height_descent(line, font, False)[0]
            self.memory[line, font.copy(), *key[2:]] = wide / self.renderer.points_to_pixels(1)
        return self.memory[key]

    def tall(self, text: Text) -> float:
        """Return the height of a text as it stands."""
        return float(text.get_window_extent(self.renderer).height) / self.scale

    def wrap(self, text: str, like: Text, room: float, most: int) -> str:
        """Break a text into at most so many lines of so many points, the last one cut."""
        full = self.size(text, like)[0]
        if full <= room:
            return text
        letters = max(int(len(text) * room / max(full, 1)) + 3, 4)
        while letters > 3:
            lines = textwrap.wrap(text, letters, break_long_words=True) or [text]
            if len(lines) > most:
                rest = " ".join(lines[most - 1 :])
                lines = [*lines[: most - 1], cut([rest], letters)[0]]
            if self.size("\n".join(lines), like)[0] <= room:
                return "\n".join(lines)
            letters -= 1
        return cut([text], 3)[0]

    def names(self, texts: Sequence[str], like: Text, room: float) -> list[str]:
        """Shorten names to so many points, where they agree."""
        most = max((len(text) for text in texts), default=0)
        short = list(texts)
        while most > 3 and max((self.size(text, like)[0] for text in short), default=0) > room:
            wide = max(self.size(text, like)[0] for text in short)
            most = max(3, min(most - 1, int(most * max(room / wide, 0.5))))
            short = cut(texts, most)
        return short


def fit(
    sheet: "Sheet", ruler: Ruler, room: tuple[float, float], *, points: bool = True
) -> tuple[float, float]:
    """Put all texts of a chart in place; return the points they need to the right and above."""
    ax = sheet.ax
    box = ax.get_window_extent()
    size = (box.width / ruler.scale, box.height / ruler.scale)
    _ticks(sheet, ruler, size, room)
    right, direct = _ends(sheet, ruler, size, room)
    left = 0.0
    if sheet.flush:
        names = ax.yaxis.get_tightbbox(ruler.renderer)
        left = min((names.x0 - box.x0) / ruler.scale, 0.0) if names else 0.0
    above = _head(sheet, ruler, left, size[0] + right, room[1], direct)
    sheet.room, sheet.beside = room, right
    if points:
        _points(sheet, ruler, size)
    return right, above


def _ticks(
    sheet: "Sheet", ruler: Ruler, size: tuple[float, float], room: tuple[float, float]
) -> None:
    """As many ticks as fit beside each other, and names as long as there is room."""
    ax = sheet.ax
    if sheet.dates is not None:
        each = _tick_size(sheet, ax.xaxis)
        most = int(np.clip(size[0] / (4.2 * each), 3, 9))
        sheet.dates.maxticks = dict.fromkeys(sheet.dates.maxticks, most)
        # Where the axes are narrow the name of the axis joins the year and month.
        label = ax.xaxis.label
        words = ruler.size(label.get_text(), label)[0] if sheet.date_words.word else 0.0
        narrow = words > 0 and words + 8 * each > size[0]
        sheet.date_words.joined = narrow
        label.set_visible(not narrow)
    if sheet.column_names:
        _columns(sheet, ruler, size)
    for axis, locator in sheet.counts:
        across = axis.axis_name == "x"
        letters = 3.8 + 0.6 * len(f"{max(np.abs(axis.get_view_interval())):,.0f}")
        each = _tick_size(sheet, axis) * (letters * 0.75 if across else 2.6)
        locator.set_params(nbins=int(np.clip(size[0 if across else 1] / each, 1, 8)))
    if sheet.rows:
        like = ax.yaxis.get_ticklabels()[0] if ax.yaxis.get_ticklabels() else sheet.subtitle
        low, high = sorted(ax.get_ylim())
        tall = size[1] / (high - low)
        most_lines = max(len(row) for row in sheet.rows)
        rows = sheet.rows
        if most_lines * 1.35 * like.get_fontsize() > tall:
            rows, most_lines = [[", ".join(t for t in row if t)] for row in rows], 1
        # Where even one line has no room, every second or third row is named.
        every = max(1, int(np.ceil(1.25 * like.get_fontsize() / tall)))
        rows = [row if i % every == 0 else [""] * len(row) for i, row in enumerate(rows)]
        parts = [[row[i] if i < len(row) else "" for row in rows] for i in range(most_lines)]
        short = [ruler.names(part, like, MOST_NAMES * room[0]) for part in parts]
        sheet.name_rows(["\n".join(t for t in row if t) for row in zip(*short, strict=True)])


def _columns(sheet: "Sheet", ruler: Ruler, size: tuple[float, float]) -> None:
    """Turn the names of columns where they would run into each other."""
    labels = sheet.ax.get_xticklabels()
    if labels:
        wide = max(ruler.size(name, labels[0])[0] for _, name in sheet.column_names)
        low, high = sheet.ax.get_xlim()
        upright = wide + 3 > size[0] / max(abs(high - low), 1e-9)
        for label in labels:
            label.set_rotation(90 if upright else 0)


def _tick_size(sheet: "Sheet", axis: Any) -> float:
    if axis.axis_name not in sheet.tick_sizes:
        labels = axis.get_ticklabels()
        sheet.tick_sizes[axis.axis_name] = float(labels[0].get_fontsize()) if labels else 10.0
    return sheet.tick_sizes[axis.axis_name]


def _ends(
    sheet: "Sheet", ruler: Ruler, size: tuple[float, float], room: tuple[float, float],
    limit: float = np.inf,
) -> tuple[float, bool]:  # fmt: skip
    """Write names and numbers at the ends of lines; return their width and whether they fit."""
    ends = [end for end in sheet.ends if end.text.axes is not None]
    for end in ends:
        end.text.set_visible(False)
    if not ends:
        return 0.0, len(sheet.ends) == 0
    named = len(sheet.ends) > 1 or sheet.muted > 0
    like = ends[0].text
    most = min(MOST_ENDS * room[0], limit - GAP - 3)
    line = like.get_fontsize() * 1.3
    fits = most >= 6 * line and len(ends) * line <= size[1]
    if named and fits:
        lines = 2 if len(ends) * 2 * line <= size[1] else 1
        # Names are shortened together, so that they stay apart.
        wide = ruler.names([end.name for end in ends], like, 1.7 * most if lines > 1 else most)
        texts = [
            ruler.wrap(_said(name, end.number), like, most, lines)
            for name, end in zip(wide, ends, strict=True)
        ]
        texts = [
            text if end.number in text or lines == 1 else f"{text}\n{end.number}"
            for text, end in zip(texts, ends, strict=True)
        ]
    elif not named and ruler.size(ends[0].number, like)[0] < limit - GAP:
        texts = [end.number for end in ends]
    else:
        return 0.0, not named
    extents = [ruler.size(text, like) for text in texts]
    tall = [extent[1] * 1.04 for extent in extents]
    if sum(tall) > size[1] and named:
        return 0.0, False
    box = sheet.ax.get_window_extent()
    heights = np.array([
        (sheet.ax.transData.transform((end.x, end.y))[1] - box.y0) / ruler.scale for end in ends
    ])  # fmt: skip
    heights = np.clip(np.nan_to_num(heights), 0, size[1])
    for end, text, y in zip(ends, texts, _apart(heights, np.array(tall), size[1]), strict=True):
        end.text.set(text=text, x=GAP + 1, y=y, visible=True)
    return GAP + 3 + max(extent[0] for extent in extents), True


def _said(name: str, number: str) -> str:
    """Join a name and a number so that both can be read."""
    return f"{name}{':' if name[-1:].isdigit() else ''} {number}".strip()


def _apart(heights: np.ndarray, tall: np.ndarray, top: float) -> np.ndarray:
    """Move labels up and down until none overlaps another or leaves the axes."""
    order = np.argsort(-heights, kind="stable")
    y, t = heights[order].copy(), tall[order]
    y = np.minimum(y, np.maximum(top - t / 2, t / 2))
    for i in range(1, len(y)):
        y[i] = min(y[i], y[i - 1] - (t[i] + t[i - 1]) / 2)
    floor = 0.0
    for i in range(len(y) - 1, -1, -1):
        y[i] = max(y[i], floor + t[i] / 2)
        floor = y[i] + t[i] / 2
    back = np.empty_like(y)
    back[order] = y
    return back


def settle(sheet: "Sheet", renderer: Any) -> None:
    """Take back what would leave the figure or touch its neighbours, once all is in its place.

    A layout engine measures before it moves the axes: narrower ones need more lines.
    """
    if sheet.head is None:
        return
    ax = sheet.ax
    ruler = Ruler(root_of(ax), renderer, sheet.memory)
    box = ax.get_window_extent()
    top, side = _spare(ax, ruler, box)
    left, wide, tall, direct, above = sheet.head
    if sheet.beside > side + 0.5:
        size = (box.width / ruler.scale, box.height / ruler.scale)
        right, direct = _ends(sheet, ruler, size, sheet.room, limit=side)
        _head(sheet, ruler, left, size[0] + right, tall, direct, limit=top)
    elif above > top + 0.5:
        _head(sheet, ruler, left, wide, tall, direct, limit=top)


def _spare(ax: Axes, ruler: Ruler, box: Bbox) -> tuple[float, float]:
    """Return how many points there are above and to the right of axes as they stand."""
    right, top = ax.figure.bbox.x1, ax.figure.bbox.y1
    others = [text.get_window_extent(ruler.renderer) for text in ax.figure.texts if text.get_text()]
    for other in ax.figure.axes:
        if other is not ax and other.get_visible() and other.get_subplotspec() is not None:
            for axis in (other.xaxis, other.yaxis):
                around = axis.get_tightbbox(ruler.renderer) if axis.get_visible() else None
                others += [around] if around is not None else []
            others.append(other.get_window_extent())
    for found in others:
        if found.y0 > box.y1 and found.x0 < box.x1 and found.x1 > box.x0:
            top = min(top, found.y0)
        elif found.x0 > box.x1 and found.y0 < box.y1 and found.y1 > box.y0:
            right = min(right, found.x0)
    return (top - box.y1) / ruler.scale, (right - box.x1) / ruler.scale


def _head(
    sheet: "Sheet", ruler: Ruler, left: float, right: float, tall: float, direct: bool,
    limit: float = np.inf,
) -> float:  # fmt: skip
    """Stack key, small line and title above the axes; return the points they need."""
    wide, most = right - left, min(MOST_HEAD * tall, limit - GAP - 4)
    title = sheet.title if sheet.title is not None and sheet.title.axes is not None else None
    small = sheet.subtitle
    line = 1.3 * small.get_fontsize()
    rows, row = _key(sheet, ruler, left, wide, direct, None)
    head = 0.0
    if title is not None and sheet.title_text:
        two = 2.6 * title.get_fontsize()
        lines = 2 if two < 0.17 * tall and two + line + min(rows, 1) * row < most else 1
        # Lines are broken after a point in the middle, not before it.
        text = ruler.wrap(sheet.title_text.replace(" ·", "\u00a0·"), title, wide, lines)
        title.set_text(text.replace("\u00a0", " "))
        head = ruler.tall(title)
    text = _small(sheet, ruler, wide, most - head - min(rows, 2) * row)
    small.set(text=text, visible=bool(text))
    under = ruler.tall(small) + 3 if text else 0.0
    spare = int((most - head - under) / row) if row else 0
    rows, row = _key(sheet, ruler, left, wide, direct, max(spare, 0 if limit < np.inf else 1))
    y = GAP + (rows * row + 2 if rows else 0.0)
    if text:
        small.set(x=left, y=y, verticalalignment="bottom")
        y += under
    box = sheet.ax.get_window_extent()
    if head and title is not None:
        title.set_position((left * ruler.scale / box.width, 1 + y * ruler.scale / box.height))
        y += head + 2
    for other, place in sheet.titles:
        # A title that was there before is lifted above the key, unless it was changed since.
        if y > GAP and other.axes is not None and other.get_text():
            up = ScaledTranslation(0, y / 72, sheet.ax.figure.dpi_scale_trans)
            other.set_transform(place + up)
            y += ruler.tall(other)
    y = y if y > GAP else 0.0
    sheet.head = (left, right, tall, direct, y)
    return y


def _small(sheet: "Sheet", ruler: Ruler, wide: float, room: float) -> str:
    """Return the small line in as many lines as there is room for."""
    small = sheet.subtitle
    line = 1.3 * small.get_fontsize()
    if small.axes is None or not sheet.small or room < line:
        return ""
    text = _parts(ruler, sheet.small, small, wide)
    if sheet.remark:
        text += "\n" + ruler.wrap(sheet.remark, small, wide, 2)
    if (text.count("\n") + 1) * line > room:
        text = ruler.wrap(" · ".join(sheet.small[:2]), small, wide, 1)
    return text


def _parts(ruler: Ruler, parts: Sequence[str], like: Text, room: float) -> str:
    """Lay out parts on at most two lines, broken between them where it can be."""
    first = len(parts)
    while first > 1 and ruler.size(" · ".join(parts[:first]), like)[0] > room:
        first -= 1
    lines = [" · ".join(parts[:first]), " · ".join(parts[first:])]
    return "\n".join(ruler.wrap(line, like, room, 1) for line in lines if line)


def _key(
    sheet: "Sheet", ruler: Ruler, left: float, wide: float, direct: bool, most: int | None
) -> tuple[int, float]:
    """Lay the key out in rows above the axes; return how many rows and how tall each is."""
    for entry in sheet.entries.values():
        entry.show(False)
    shown = [
        entry for entry in sorted(sheet.entries.values(), key=lambda entry: entry.rank)
        if sheet.key and entry.text.axes is not None and (not entry.of_line or not direct)
    ]  # fmt: skip
    sheet.more.set_visible(False)
    if not shown:
        return 0, 0.0
    like = shown[0].text
    size = float(like.get_fontsize())
    row, space = 1.35 * size, 0.9 * size
    place = np.full((len(shown), 2), np.nan)
    short = [
        ruler.names([entry.name], like, max(wide - (entry.wide + 0.6) * size, 2 * size))[0]
        for entry in shown
    ]
    x, rows = 0.0, 0
    for i, (entry, text) in enumerate(zip(shown, short, strict=True)):
        across = entry.wide * size + 0.4 * size + ruler.size(text, like)[0]
        if x > 0 and x + across > wide:
            x, rows = 0.0, rows + 1
        place[i] = x, rows
        x += across + space
    rows += 1
    if most is None or most == 0:
        return rows if most is None else 0, row
    kept = [entry for entry, at in zip(shown, place, strict=True) if at[1] < most]
    rows = min(rows, most)
    names = sum(entry.of_line for entry in shown)
    if len(kept) < names:
        # Names that have no room are counted; the room for that is the last name's.
        while len(kept) > 1:
            kept.pop()
            text = sheet.say["more names"].format(n=names - len(kept))
            x, at = place[len(kept)]
            if x + ruler.size(text, sheet.more)[0] <= wide:
                sheet.more.set(text=text, x=left + x, visible=True,
                               y=GAP + (rows - 0.4 - at) * row)  # fmt: skip
                break
    for i, entry in enumerate(kept):
        entry.text.set_text(short[i])
        entry.put(left + place[i][0], GAP + (rows - 1 - place[i][1]) * row, size)
        entry.show(True)
    return rows, row


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
    corners = np.concatenate(edges) if edges else np.zeros((0, 2))
    taken: list[np.ndarray] = []
    for note in notes:
        at = (sheet.ax.transData.transform((note.x, note.y)) - (box.x0, box.y0)) / ruler.scale
        best, least = None, np.inf
        inside = bool(np.isfinite(at).all() and (at >= -1).all() and (at <= np.add(size, 1)).all())
        for text, x, y, rank in _places(sheet, ruler, note, at, size) if inside else ():
            wide, tall = ruler.size(text, note.text)
            mine = np.array([x - wide / 2 - 1, y - tall / 2, x + wide / 2 + 1, y + tall / 2])
            out = mine[0] < -1 or mine[1] < 0 or mine[2] > size[0] or mine[3] > size[1]
            if out or any(_overlap(mine, other) for other in taken):
                continue
            hides = 0 if note.span else np.sum(
                (corners[:, 0] > mine[0]) & (corners[:, 0] < mine[2])
                & (corners[:, 1] > mine[1]) & (corners[:, 1] < mine[3])
            )  # fmt: skip
            if 6.0 * hides + rank < least:
                best, least = (text, x, y, mine), 6.0 * hides + rank
        note.show(best is not None)
        if best is not None:
            text, x, y, mine = best
            note.text.set(text=text, x=x, y=y)
            taken.append(mine)
            note.lead(at, (x, y), mine[3] - mine[1])


def _places(
    sheet: "Sheet", ruler: Ruler, note: Any, at: np.ndarray, size: tuple[float, float]
) -> Iterator[tuple[str, float, float, int]]:
    """Yield texts with their places, the best first: around a point, or within a row."""
    if note.span is None:
        text = next((t for t in note.full if ruler.size(t, note.text)[0] < size[0] - 6),
                    note.full[-1])  # fmt: skip
        wide = ruler.size(text, note.text)[0]
        for rank, (dx, dy) in enumerate(note.places or _PLACES):
            far = max(wide / 2 - 14, 0) if abs(dx) >= 20 else 0.0
            yield text, at[0] + dx + np.sign(dx) * far, at[1] + dy, rank
        return
    box, across = sheet.ax.get_window_extent(), sheet.ax.transData.transform
    ends = [(across((end, note.y))[0] - box.x0) / ruler.scale for end in note.span]
    low, high = sorted(sheet.ax.get_ylim())
    line = 1.3 * float(note.text.get_fontsize())
    for rank, text in enumerate(note.full):
        half = ruler.size(text, note.text)[0] / 2 + 3
        if size[1] / (high - low) > 2.2 * line:
            yield text, float(np.clip(at[0], half, max(size[0] - half, half))), at[1] + 11, rank
        else:  # beside what is drawn, so that a text never seems to belong to another row
            yield text, max(ends) + half + note.beside, at[1], 2 * rank
            yield text, min(ends) - half - 8, at[1], 2 * rank + 1


def _corners(line: Any, box: Bbox, scale: float) -> np.ndarray:
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


def _overlap(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])
