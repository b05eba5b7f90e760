"""What every chart shares: axes, titles, labels that do not overlap, and the words under them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

from ..display import plural, shorten
from ..model import clocks
from ..model.errors import LedgerError
from ..model.schema import SERIES

if TYPE_CHECKING:
    from ..ledger import Ledger

#: Lines beyond this many are drawn muted.
MOST_LINES = 8
_MARKERS = "osD^vPX*"
_DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), "-")


def axes(ax: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure that pyplot does not hold open."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    figure, new = plt.subplots()
    # Room for the title and two small lines under it, and for the dates below.
    line = rcParams["font.size"] / 72 / figure.get_figheight()
    # A small figure keeps a tenth of its height for the data.
    line = min(line, 0.9 / 8.8)
    figure.subplots_adjust(top=1 - 4.6 * line, bottom=4.2 * line)
    new.casualties_own = True
    return new


def style(place: int) -> dict[str, Any]:
    """Return colour, marker and dash of one line, told apart in grey as well."""
    colours = rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])
    return {
        "color": colours[place % len(colours)],
        "marker": _MARKERS[place % len(_MARKERS)],
        "linestyle": _DASHES[place % len(_DASHES)],
    }


def small_size() -> float:
    """Size of the smallest type, in points."""
    return FontProperties(size="x-small").get_size_in_points()


def literal(text: Text) -> Text:
    """Draw a text as it stands: dollar signs and carets are not mathematics."""
    text.set_parse_math(False)
    return text


#: A label says first who speaks, then what tells the line from the others of that source.
_LABEL_ORDER = ("source", "definition", "outcome", "side", "category", "event")


def widen_left(ax: Axes, words: Sequence[str], size: str = "medium", most: float = 0.42) -> int:
    """Make room for words left of new axes, at most this share; return how many letters fit."""
    figure = figure_of(ax)
    letter = 0.56 * FontProperties(size=size).get_size_in_points() / 72 / figure.get_figwidth()
    pad = 1.4 * rcParams["font.size"] / 72 / figure.get_figwidth()
    longest = max((len(part) for word in words for part in word.split("\n")), default=0)
    if getattr(ax, "casualties_own", False):
        left = min(max((longest + 1) * letter + pad, rcParams["figure.subplot.left"]), most)
        figure.subplots_adjust(left=left)
    room = (ax.get_window_extent().x0 / figure.bbox.width - pad) / letter
    return max(8, int(room))


def common(names: pd.DataFrame) -> tuple[str, list[str]]:
    """Return what all series count, in words, and the columns in which they differ.

    The event, which often has a long name, goes into the small line (see :func:`event_of`).
    """
    differs = [c for c in SERIES if names[c].nunique() > 1]
    words = []
    for column in ("outcome", "side", "category", "definition"):
        if column in differs or names.empty:
            continue
        word = str(names[column].iloc[0])
        if word not in ("", "all"):
            words.append(word)
    title = " · ".join(words) or "Reported figures"
    return title[:1].upper() + title[1:], differs


def lower(words: str) -> str:
    """Write words as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def event_of(names: pd.DataFrame) -> str:
    """Return the event that all series are about, ``""`` if there are several."""
    return str(names["event"].iloc[0]) if names["event"].nunique() == 1 else ""


def labels_of(names: pd.DataFrame, differs: Sequence[str], most: int = 46) -> list[str]:
    """Return a short label for each series: only what tells it from the others."""
    columns = [c for c in _LABEL_ORDER if c in differs] or ["source"]
    rows = names[columns].astype("str").to_dict("records")
    labels = [" · ".join(w for w in row.values() if w not in ("", "all")) or "all" for row in rows]
    return [shorten(label, most) for label in labels]


def head(ax: Axes, title: str, small: str) -> None:
    """Write the title and the small line under it, broken or cut to the width of the figure."""
    size = float(ax.title.get_fontsize())
    for old in [t for t in ax.texts if t.get_gid() == "casualties-small"]:
        old.remove()
    note = ax.annotate(
        small, (0, 1), (0, 0.55 * size), xycoords="axes fraction", textcoords="offset points",
        fontsize=0.75 * size, alpha=0.8, gid="casualties-small", annotation_clip=False,
    )  # fmt: skip
    literal(note)
    # Texts are a little wider at some resolutions than at others.
    room = 0.96 * (figure_of(ax).bbox.x1 - ax.get_window_extent().x0)
    _break(note, small.split(" · "), room)
    lines = note.get_text().count("\n")
    literal(ax.set_title(title, loc="left", pad=(1.9 + 0.95 * lines) * size, fontweight="bold"))
    _fit(_left_title(ax), room)


def figure_of(ax: Axes) -> Any:
    """Return the figure that the axes are drawn in, also from within a subfigure."""
    figure = ax.figure
    while getattr(figure, "figure", figure) is not figure:
        figure = figure.figure
    return figure


def _break(text: Text, parts: list[str], room: float) -> None:
    """Lay out parts on at most two lines, the second cut to fit."""
    most = len(parts)
    text.set_text(" · ".join(parts))
    while most > 1 and extent(text).width > room:
        most -= 1
        text.set_text(" · ".join(parts[:most]))
    rest = " · ".join(parts[most:])
    _fit(text, room)
    first = text.get_text()
    if rest:
        text.set_text(rest)
        _fit(text, room)
        text.set_text(f"{first}\n{text.get_text()}")


def _left_title(ax: Axes) -> Text:
    title: Text = ax._left_title if hasattr(ax, "_left_title") else ax.title
    return title


def _fit(text: Text, room: float, least: int = 8) -> None:
    full, most = text.get_text(), len(text.get_text())
    while most > least and extent(text).width > room:
        most = min(most - 1, int(most * max(room / extent(text).width, 0.5)))
        text.set_text(shorten(full, most))


def extent(text: Text) -> Bbox:
    """Return the box of a text in pixels."""
    return text.get_window_extent(renderer(text.figure))


def renderer(figure: Any) -> Any:
    """Return the renderer that texts of a figure are measured with."""
    root: Figure = figure.figure if hasattr(figure, "figure") and figure.figure else figure
    return (
        root.canvas.get_renderer() if hasattr(root.canvas, "get_renderer") else root._get_renderer()
    )


def count_axis(axis: Any, top: float = 0) -> None:
    """Whole numbers with thousands separators, as many as fit beside each other up to `top`."""
    bins: int | str = "auto"
    if top:
        wide = 0.75 * float(rcParams["font.size"]) * (len(f"{top:,.0f}") + 2)
        room = axis.axes.get_window_extent().width / figure_of(axis.axes).dpi * 72
        bins = max(1, min(9, int(room / wide)))
    axis.set_major_locator(MaxNLocator(nbins=bins, integer=True, min_n_ticks=1 if top else 2))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def date_axis(ax: Axes, numbers: np.ndarray, pad_days: float = 0.5) -> None:
    """Concise dates for numbers of days, with room around a single one."""
    first, last = float(np.min(numbers)), float(np.max(numbers))
    if last - first < 2 * pad_days:
        first, last = first - pad_days, last + pad_days
    margin = 0.03 * (last - first)
    ax.set_xlim(first - margin, last + margin)
    width = ax.get_window_extent().width / max(float(rcParams["font.size"]), 1)
    locator = mdates.AutoDateLocator(minticks=2, maxticks=max(3, min(8, int(width / 7))))
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def label_lines(ax: Axes, ends: list[tuple[float, str, dict[str, Any]]], muted: int) -> None:
    """Label lines at their right end where there is room, else in a legend.

    Parameters
    ----------
    ends : list of (height, label, style)
        The height at which each line ends, in data units.
    muted : int
        How many further lines are drawn without a label of their own.
    """
    if not ends or (len(ends) == 1 and not muted):
        return
    if muted:
        grey = {"color": "0.6", "marker": "", "linestyle": "-"}
        ends = [*ends, (float("nan"), f"{muted} more in grey", grey)]
    if getattr(ax, "casualties_own", False):
        figure_of(ax).subplots_adjust(right=0.66)
    if not _direct(ax, ends):
        if getattr(ax, "casualties_own", False):
            figure_of(ax).subplots_adjust(right=0.9)
        handles = [Line2D([], [], **look, label=text) for _, text, look in ends]
        size = "small" if len(ends) <= 5 else "x-small"
        legend = ax.legend(handles=handles, loc="best", fontsize=size, framealpha=0.7)
        for text in legend.get_texts():
            literal(text)


def _direct(ax: Axes, ends: list[tuple[float, str, dict[str, Any]]]) -> bool:
    box = ax.get_window_extent()
    low, high = box.y0, box.y1
    heights = [ax.transData.transform((0, y))[1] if np.isfinite(y) else low for y, _, _ in ends]
    drawn = []
    for (_, text, look), y in zip(ends, heights, strict=True):
        note = ax.annotate(
            text, (1, 0), (6, 0), xycoords="axes fraction", textcoords="offset points",
            color=look["color"], fontsize="small", va="center", annotation_clip=False,
        )  # fmt: skip
        literal(note)
        # A long label is cut to the room beside the axes, down to a dozen letters.
        room = figure_of(ax).bbox.x1 - 4 - extent(note).x0
        if room > 0:
            _fit(note, 0.97 * room, least=min(len(text), 12))
        drawn.append((y, note))
    tall = max(extent(note).height for _, note in drawn) * 1.1
    root = figure_of(ax)
    wide = max(extent(note).x1 for _, note in drawn)
    others = [a.get_window_extent() for a in root.axes if a is not ax]
    blocked = any(o.x0 > box.x0 and o.x0 < wide and o.y0 < high and o.y1 > low for o in others)
    if tall * len(drawn) > high - low or wide > root.bbox.x1 - 2 or blocked:
        for _, note in drawn:
            note.remove()
        return False
    # From the top down, then back up from the bottom, so that none overlaps or leaves the axes.
    drawn.sort(key=lambda pair: -pair[0])
    places = np.clip([y for y, _ in drawn], low + tall / 2, high - tall / 2)
    for i in range(1, len(places)):
        places[i] = min(places[i], places[i - 1] - tall)
    floor = low + tall / 2
    for i in range(len(places) - 1, -1, -1):
        places[i] = max(places[i], floor)
        floor = places[i] + tall
    for (_, note), y in zip(drawn, places, strict=True):
        note.xy = (1, (y - low) / (high - low))
    return True


def place_labels(
    ax: Axes, points: list[tuple[Any, float, str, Any]], size: str = "small"
) -> list[Text]:
    """Write labels near points, each where it hides no other; those without room are left out."""
    taken: list[Bbox] = [
        extent(t) for t in ax.texts if t.get_text() and t.get_gid() != "casualties-small"
    ]
    curve = [line.get_transform().transform(line.get_xydata()) for line in ax.get_lines()]
    curve = [points for points in curve if len(points)]
    corners = np.concatenate(curve) if curve else np.zeros((0, 2))
    box = ax.get_window_extent()
    drawn = []
    for x, y, text, colour in points:
        note = ax.annotate(
            text, (x, y), (0, 0), textcoords="offset points", ha="center", va="center",
            fontsize=size, color=colour, annotation_clip=False,
            bbox={"boxstyle": "round,pad=0.1", "fc": rcParams["axes.facecolor"], "ec": "none",
                  "alpha": 0.7},
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "alpha": 0.6},
        )  # fmt: skip
        literal(note)
        # The first place that hides no text and no corner of a line; else one that hides no text.
        free = [place for place in _PLACES if _fits(note, place, box, taken)]
        clear = [place for place in free if not _hides(note, place, corners)]
        if not free:
            note.remove()
            continue
        note.set_position((clear or free)[0])
        taken.append(extent(note))
        drawn.append(note)
    return drawn


_PLACES = [
    (0, 13), (-30, 14), (0, 26), (-30, 30), (12, 42), (12, 58), (34, 26), (0, -13), (30, -12),
    (30, -28),
]  # fmt: skip


def _fits(note: Text, place: tuple[float, float], box: Bbox, taken: list[Bbox]) -> bool:
    note.set_position(place)
    mine = extent(note)
    inside = box.x0 <= mine.x0 and mine.x1 <= box.x1 and box.y0 <= mine.y0 and mine.y1 <= box.y1
    return inside and not any(mine.overlaps(other) for other in taken)


def _hides(note: Text, place: tuple[float, float], corners: np.ndarray) -> bool:
    note.set_position(place)
    mine = extent(note)
    x, y = corners[:, 0], corners[:, 1]
    return bool(((mine.x0 <= x) & (x <= mine.x1) & (mine.y0 <= y) & (y <= mine.y1)).any())


def beside(ax: Axes, text: str, x: float, y: float) -> None:
    """Write a line over a point, within the axes."""
    note = ax.annotate(
        text, (x, y), (0, 11), textcoords="offset points", fontsize="x-small", ha="left",
        annotation_clip=False,
    )  # fmt: skip
    literal(note)
    box = ax.get_window_extent()
    _fit(note, 0.96 * box.width)
    over = extent(note).x1 - (box.x1 - 10)
    if over > 0:
        note.set_position((-over * 72 / figure_of(ax).dpi, 11))


class Drawing:
    """What the charts of a ledger share: what is known, of whom, and when there is nothing."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger

    def _known(self) -> str:
        ledger = self._ledger
        clock = ledger._known.known_at
        if clock is None and len(ledger):
            clock = clocks.utc_values(pd.DatetimeIndex([ledger.reports["reported_at"].max()]))[0]
        return "nothing known" if clock is None else f"as known {clocks.show(clock, ledger.tz)}"

    def _small(self, frame: pd.DataFrame, reports: int) -> str:
        names = list(dict.fromkeys(frame["source"].astype("str")))
        event = event_of(frame)
        listed = ", ".join(shorten(name, 40) for name in names[:3])
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        about = f"{shorten(event, 40)}, " if event else ""
        return f"{about}{self._known()} · {listed}{more} · {plural(reports, 'report')}"

    def _need(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Refuse to draw nothing."""
        frame = frame[frame["total"].notna()]
        if len(frame):
            return frame
        whole = self._ledger._of(self._ledger._known.record, None)
        first = whole.history()
        first = first.loc[first["total"].notna(), "reported_at"]
        when = (
            f"; the first is at {clocks.show(first.min(), self._ledger.tz)}" if len(first) else ""
        )
        msg = f"no report {self._known()} has a number{when}"
        raise LedgerError(msg)

    def _one(self, names: pd.DataFrame, chart: str, columns: list[str]) -> None:
        """Refuse a chart of one thing for several."""
        several = [c for c in columns if names[c].nunique() > 1]
        if several:
            first = str(names[several[0]].astype("str").iloc[0])
            msg = (
                f"plot.{chart}() shows one thing at a time, but here are several by "
                f"{', '.join(several)}; choose with where({several[0]}={first!r})"
            )
            raise LedgerError(msg)

    def _groups(self, frame: pd.DataFrame) -> tuple[str, list[tuple[str, pd.DataFrame]], int]:
        """Split into lines, the largest first, and say how many of them are muted."""
        groups = [group for _, group in frame.groupby(list(SERIES), observed=True, sort=False)]
        groups.sort(key=lambda group: -int(group["total"].iloc[-1]))
        names = pd.DataFrame([group.iloc[0][list(SERIES)] for group in groups])
        title, differs = common(names)
        labels = labels_of(names, differs)
        muted = max(len(groups) - MOST_LINES, 0)
        return title, list(zip(labels, groups, strict=True)), muted

    def _local(self, instants: pd.Series) -> np.ndarray:
        local = instants.dt.tz_convert(self._ledger.tz).dt.tz_localize(None)
        return np.asarray(local.values, "M8[us]")
