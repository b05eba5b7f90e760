"""What the charts on one pair of axes share: their lines, key, labels and words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist, ArtistInspector
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import (
    AutoLocator,
    FixedFormatter,
    FixedLocator,
    MaxNLocator,
    NullFormatter,
    ScalarFormatter,
    StrMethodFormatter,
)
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from ..model.errors import LedgerError, nearest
from ..model.schema import SERIES
from ..words import clean
from . import captions, colors
from .date_axis import Dates, Days
from .fitting import Ruler, cell_of, fit, legend, root_of
from .saving import Spot, tell

if TYPE_CHECKING:
    from ..ledger import Ledger

    class Chart(Axes):
        """The axes given, with what the picture says in words, and the frame that was drawn."""

        alt_text: str
        data: pd.DataFrame


class Options(TypedDict, total=False):
    """What every chart takes besides its own parameters; any other keyword is for its lines."""

    by: str | None
    title: str | None
    subtitle: str | None
    labels: Mapping[str, str] | None
    colors: Mapping[str, Any] | None
    highlight: str | None
    since: Any
    until: Any
    key: bool
    texts: Mapping[str, str] | None
    color: Any
    linewidth: float
    linestyle: Any
    alpha: float
    zorder: float
    rasterized: bool
    gid: str


#: In this order the key explains the marks; the first ones go where there is no room for all.
_ORDER = (
    "stated derived after rest whole part first known latest claims range ceiling unbounded about "
    "missing declined fell down arrow withdrawn denied muted"
).split()
#: What is no keyword of a line, with its default.
OWN = {"title": None, "subtitle": None, "labels": None, "colors": None, "highlight": None,
       "since": None, "until": None, "key": True, "texts": None}  # fmt: skip


class Anchor(Artist):
    """Draws nothing; ties a sheet to its axes, so that clearing them clears it."""

    sheet: "Sheet"

    def get_tightbbox(self, renderer: Any = None) -> Any:
        """Put the texts in place before a layout engine measures them."""
        return fit(self.sheet, renderer or root_of(self.sheet.ax)._get_renderer(), last=False)

    def draw(self, renderer: Any) -> None:
        """Put the texts in place where the axes are now, and draw the legends. Drawn first."""
        fit(self.sheet, renderer, last=True)
        for found in self.get_children():
            found.draw(renderer)

    def get_children(self) -> list[Artist]:
        """Return the legends, which may be made anew while the axes are drawn."""
        found = [legend for _, legend in self.sheet.legends.values() if legend is not None]
        return [legend for legend in found if legend.axes is not None]


class End:
    """What is written to the right of a line's end or a row: a name and a number, or a text."""

    def __init__(
        self, x: float, y: float, texts: Sequence[str], text: Text, strike: Line2D | None
    ) -> None:
        self.x, self.y, self.text, self.strike, self.name = x, y, text, strike, ""
        self.texts = list(texts)

    def show(self, visible: bool) -> None:
        """Show or hide the text."""
        self.text.set_visible(visible)
        if self.strike is not None:
            self.strike.set_visible(visible)

    def put(self, text: str, x: float, y: float, ruler: Ruler) -> None:
        """Write a text from a place on; strike its number through if it does not stand."""
        self.text.set(text=text, x=x, y=y)
        if self.strike is not None:
            number = next((t for t in self.texts if text.endswith(t)), text)
            first = x + ruler.wide(text, self.text) - ruler.wide(number, self.text)
            wide = ruler.wide(number.partition(" · ")[0], self.text)
            self.strike.set_data([first - 1, first + wide + 1], [y, y])


class Note:
    """The label of a point, with a thin line to it where it stands apart."""

    def __init__(self, x: float, y: float, texts: list[str], text: Text, leader: Line2D,
                 places: list[tuple[float, float]] | None) -> None:  # fmt: skip
        self.x, self.y, self.texts, self.text, self.leader = x, y, texts, text, leader
        self.places = places

    def put(self, text: str, place: np.ndarray, at: np.ndarray) -> None:
        """Write a text at its place, for the point at another."""
        self.text.set(text=text, x=place[0], y=place[1])
        up = place[1] - at[1]
        if abs(up) > 17:
            edge = place[1] - np.sign(up) * 0.62 * self.text.get_fontsize()
            self.leader.set_data([at[0], place[0]], [at[1] + np.sign(up) * 5, edge])
            self.leader.set_visible(True)


class Sheet:
    """The charts of one pair of axes; found again there by a second call."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.lines: list[dict[str, Any]] = []
        self.names: list[pd.DataFrame] = []
        self.clocks: list[str] = []
        self.ends: list[End] = []
        self.notes: list[Note] = []
        self.keys: dict[str, tuple[Any, str]] = {}
        self.legends: dict[str, tuple[Any, Legend | None]] = {}
        self.rows: list[str] = []
        self.counts: list[tuple[Any, MaxNLocator]] = []
        self.dates: Days | None = None
        self.date_words: Dates | None = None
        self.column_names: list[tuple[float, str]] = []
        self.spots: list[Spot] = []
        self.data: list[pd.DataFrame] = []
        self.key, self.muted = True, 0
        #: Type is smaller where the axes' part of a figure is.
        self.share = float(np.clip(min(np.divide(cell_of(ax), (290, 210))), 0.6, 1.0))
        self.size = self.share * FontProperties(size="small").get_size_in_points()
        if self.share < 1.0:
            ax.tick_params(labelsize=1.1 * self.size)
            for axis in (ax.xaxis, ax.yaxis):
                axis.get_offset_text().set_fontsize(1.1 * self.size)
        #: So many lines are named and in colour; where there is little room fewer.
        self.most = int(np.clip(cell_of(ax)[1] / self.share / 42, 3, colors.MOST_LINES))
        self.say: Mapping[str, str] = captions.WORDS
        self.memory: dict[Any, float] = {}
        self.reserved: dict[str, float] = {}
        self.reach = {"x": [np.inf, 1.0], "y": [np.inf, 1.0]}
        self.parts: list[str] = []
        self.told: list[str] = []
        self.given: dict[str, Any] = {}
        self.labels: dict[str, str] = {}
        self.colors: Mapping[str, Any] | None = None
        # What the axes had before is honoured: titles stand above the key.
        had = [ax.get_title(loc=side) for side in ("left", "center", "right")]
        self.titles = [
            (child, child.get_transform()) for child in ax.get_children()
            if isinstance(child, Text) and child.get_text() and child.get_text() in had
            and child not in ax.texts
        ]  # fmt: skip
        self.title: Text | None = None
        self.title_text, self.title_size = "", 12.0
        self.foreign = {_hex(line.get_color()) for line in ax.get_lines()}
        for side in ("top", "right", "left") if not self.foreign else ():
            ax.spines[side].set_visible(False)
        self.anchor = Anchor()
        self.anchor.sheet = self
        self.anchor.set_zorder(-100)
        self.anchor.set_clip_on(False)
        ax.add_artist(self.anchor)
        self.small = self.text(self.points(0, 1), colors.quiet(ax, inside=False))
        root = root_of(ax)
        if root.get_layout_engine() is None and ax.get_subplotspec() is not None:
            root.set_layout_engine("constrained")

    @classmethod
    def on(
        cls, ax: Axes | None, options: Mapping[str, Any], size: tuple[float, float] | None = None
    ) -> tuple["Sheet", dict[str, Any]]:
        """Return the sheet of the axes given, or of a new figure's, and the keywords of lines."""
        style = {name: value for name, value in options.items() if name not in OWN}
        _check(style)
        colors.check(options.get("colors"))
        say = captions.words(options.get("texts"))
        if ax is None:
            import matplotlib.pyplot as plt

            ax = plt.subplots(figsize=size, layout="constrained")[1]
        found = [child.sheet for child in ax.get_children() if isinstance(child, Anchor)]
        sheet = found[0] if found else cls(ax)
        sheet.say, sheet.key = say, bool(options.get("key", True))
        sheet.labels |= dict(options.get("labels") or {})
        sheet.colors = options.get("colors")
        sheet.given |= {
            name: str(options[name]) for name in ("title", "subtitle")
            if options.get(name) is not None
        }  # fmt: skip
        return sheet, style

    # -- artists -----------------------------------------------------------------------------

    def points(self, x: float, y: float) -> Transform:
        """Return the transform of points counted from a corner of the axes."""
        corner = ScaledTranslation(x, y, self.ax.transAxes)
        return Affine2D().scale(1 / 72) + self.ax.figure.dpi_scale_trans + corner

    def text(self, where: Transform, color: Any, **more: Any) -> Text:
        """Return a new text that is drawn as it stands: dollar signs are not mathematics."""
        text = self.ax.text(0, 0, "", transform=where, color=color, fontsize=self.size,
                            visible=False, **more)  # fmt: skip
        text.set_parse_math(False)
        text.set_in_layout(False)
        return text

    def _line(self, where: Transform, **look: Any) -> Line2D:
        """Return a line around a text, which is none of the lines of the data."""
        line = Line2D([], [], transform=where, visible=False, **look)
        line.set_clip_on(False)
        line.set_in_layout(False)
        self.ax.add_artist(line)
        return line

    def explain(self, mark: str, look: Any, text: str | None = None) -> None:
        """Explain a mark in the key, once: `look` is a line, or several on top of each other."""
        looks = look if isinstance(look, list) else [look]
        handles = tuple(Line2D([0], [0], **one) for one in looks)
        words = clean(self.say[f"key {mark}"] if text is None else text)
        kept = self.keys | {mark: (handles[0] if len(handles) == 1 else handles, words)}
        order = {name: place for place, name in enumerate(_ORDER)}
        self.keys = dict(sorted(kept.items(), key=lambda pair: order.get(pair[0], 0)))

    def legend(
        self, name: str, entries: list[tuple[Any, str]], ruler: Ruler, wide: float, room: float
    ) -> tuple[Legend | None, float]:
        """Return the legend of this name and its height in points; made anew where it changed."""
        asked = [text for _, text in entries], round(wide), int(min(room, 999) / 8), ruler.scale
        had, found = self.legends.get(name, (None, None))
        if had != asked and (found is None or found.axes is not None):  # else somebody removed it
            found = legend(self.ax, entries, ruler, self.small_ink(), wide, room,
                           first=name == "list")  # fmt: skip
            if found is not None:
                found._remove_method = _forget
            self.legends[name] = asked, found
        if found is None or found.axes is None:
            return None, 0.0
        return found, float(found.get_window_extent(ruler.renderer).height) / ruler.scale

    def small_ink(self) -> Text:
        """Return a small text in ink, to write others like it."""
        like = Text(fontproperties=self.small.get_fontproperties())
        like.set_color(colors.ink(self.ax, inside=False))
        return like

    def end(self, x: float, y: float, texts: Sequence[str], color: Any, *,
            struck: bool = False) -> End:  # fmt: skip
        """Add what is written to the right of a line's end or of a row."""
        where = self.points(1, 0)
        strike = self._line(where, color=color, linewidth=1.0) if struck else None
        texts = [clean(text) for text in texts]
        made = End(x, y, texts, self.text(where, color, va="center"), strike)
        self.ends.append(made)
        return made

    def note(
        self, x: float, y: float, full: str, color: Any, *, short: str = "",
        places: list[tuple[float, float]] | None = None,
    ) -> None:  # fmt: skip
        """Add the label of a point; `short` where room is short."""
        under = colors.behind(self.ax, inside=True)
        box = {"boxstyle": "square,pad=0.05", "ec": "none", "alpha": 0.75, "fc": under}
        color = colors.readable(color, under)
        text = self.text(self.points(0, 0), color, ha="center", va="center", zorder=4.5, bbox=box)
        leader = self._line(self.points(0, 0), color=color, linewidth=0.6, alpha=0.7, gid="leader")
        texts = [clean(t) for t in (full, short) if t]
        self.notes.append(Note(x, y, texts, text, leader, places))

    def lift(self, points: float) -> None:
        """Lift the titles that were there above what stands over the axes."""
        for title, place in self.titles:
            if title.axes is not None and title.get_text():
                up = ScaledTranslation(0, points / 72, self.ax.figure.dpi_scale_trans)
                title.set_transform(place + up)

    # -- axes --------------------------------------------------------------------------------

    def grid(self, axis: str) -> None:
        """Draw thin grid lines, unless the caller did."""
        tone = colors.mixed(self.ax, colors.quiet(self.ax), 0.3, inside=True)
        self.ax.grid(visible=True, axis=axis, color=tone, linewidth=0.6)
        self.ax.set_axisbelow(True)
        self.ax.tick_params(axis=axis, length=0)

    def reserve(self, x: Any, *, least: float) -> None:
        """Make room for dates and their marks, without fixing the limits."""
        x = np.asarray(x, np.float64)
        low, high = np.nanmin(x), np.nanmax(x)
        pad = max(0.03 - self.ax.margins()[0], 0) * (high - low)
        if high - low < 2 * least:
            middle, pad = (low + high) / 2, 0.0
            low, high = middle - least, middle + least
        self.ax.update_datalim([(low - pad, 0), (high + pad, 0)], updatey=False)

    def count_limits(self, values: Any, *, across: bool = False, bars: bool = False) -> None:
        """Let the axis of counts begin at 0, with a margin where a mark (no bar) lies at 0."""
        ax, values = self.ax, np.asarray(values, np.float64)
        values = values[np.isfinite(values)]
        axis = ax.xaxis if across else ax.yaxis
        scale, reach = axis.get_scale(), self.reach[axis.axis_name]
        # What an earlier call drew counts as well, and what others draw on shared axes may.
        low, top = reach[:] = [values.min(initial=reach[0]), values.max(initial=reach[1])]
        shared = ax.get_shared_x_axes() if across else ax.get_shared_y_axes()
        alone = len(shared.get_siblings(ax)) == 1
        if scale == "linear":
            marked = (low <= 0.015 * top or not alone) and not bars
            floor = 1.15 * low - 0.05 * top if low < 0 else -0.035 * top if marked else 0.0
            ceiling = 1.1 * top
        else:
            floor, ceiling = (low / 1.4 if low > 0 else 0.0), top * 1.6
        pair = [(floor, floor), (ceiling, ceiling)]
        ax.update_datalim(pair, updatex=across, updatey=not across)
        stick = self.anchor.sticky_edges.x if across else self.anchor.sticky_edges.y
        stick[:] = [0.0] if scale == "linear" and floor == 0.0 else []  # margins end there
        self.numbers(across=across)

    def numbers(self, *, across: bool = False) -> None:
        """Write whole numbers beside or below the axes, and grid lines with them."""
        axis = self.ax.xaxis if across else self.ax.yaxis
        scale = axis.get_scale()
        if isinstance(axis.get_major_formatter(), ScalarFormatter) or scale != "linear":
            axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            if scale != "linear":
                axis.set_minor_formatter(NullFormatter())
        if scale == "linear" and type(axis.get_major_locator()) is AutoLocator:
            locator = MaxNLocator(nbins=7, integer=True, min_n_ticks=2, steps=[1, 2, 2.5, 5, 10])
            axis.set_major_locator(locator)
            self.counts.append((axis, locator))
        self.grid("x" if across else "y")

    def date_axis(self, name: str = "", *, instants: bool = False) -> None:
        """Write concise dates below the axes."""
        axis = self.ax.xaxis
        if self.dates is None and type(axis.get_major_locator()) is AutoLocator:
            self.dates = Days(instants=instants)
            axis.set_major_locator(self.dates)
            self.date_words = Dates(self.dates)
            axis.set_major_formatter(self.date_words)
        if name and not self.ax.get_xlabel():
            self.ax.set_xlabel(name, loc="left", fontsize=self.size)
            if self.date_words is not None:
                self.date_words.word = name

    def room_for_rows(self, wanted: int) -> int:
        """Return how many rows have room for a line each."""
        spare = 0.55 * cell_of(self.ax)[1] - 10
        return max(1, min(wanted, int(spare / (1.35 * self.size)) - len(self.rows)))

    def place_rows(self, names: Sequence[str]) -> np.ndarray:
        """Add rows with their names; return their places, from the top down."""
        first = len(self.rows)
        self.rows = [*self.rows, *names]
        y = -np.arange(first, len(self.rows), dtype=float)
        axis = self.ax.yaxis
        axis.set_major_locator(FixedLocator(list(-np.arange(len(self.rows), dtype=float))))
        self.name_rows(self.rows)
        self.ax.tick_params(axis="y", labelsize=self.size, length=0)
        self.ax.update_datalim([(0, 0.6), (0, y[-1] - 0.6)], updatex=False)
        return y

    def name_rows(self, names: Sequence[str]) -> None:
        """Write the names of the rows."""
        if list(names) != getattr(self, "_named", None):
            self._named = list(names)
            self.ax.yaxis.set_major_formatter(FixedFormatter(list(names)))
            for tick in self.ax.yaxis.get_major_ticks(len(names)):
                tick.label1.set_parse_math(False)

    # -- lines and words ---------------------------------------------------------------------

    def taken(self) -> set[str]:
        """Return the colours that the axes already show."""
        return {_hex(line["color"]) for line in self.lines} | self.foreign

    def line(self, names: Mapping[Any, Any] | None, color: str, look: dict[str, Any] | None,
             end: End | None) -> None:  # fmt: skip
        """Note that a line is drawn, for its label beside the axes or in the list below."""
        handle = None if look is None else Line2D([0], [0], color=color, **look)
        self.lines.append({"names": names, "color": color, "end": end, "handle": handle,
                           "name": "" if end is None else end.name})  # fmt: skip

    def close(
        self, ledger: "Ledger", alt: str, names: pd.DataFrame, data: pd.DataFrame, *,
        measure: str, title: str | None = None, small: Sequence[str] | None = None,
        more: Sequence[str] = (),
    ) -> "Chart":  # fmt: skip
        """Write title, small line and names, and what the picture says in `alt_text`."""
        self.names.append(names[list(SERIES)].astype("str"))
        names = pd.concat(self.names, ignore_index=True).drop_duplicates()
        said, differs = captions.common(names, self.say)
        clock = captions.known(ledger, self.say)
        self.clocks += [clock] * (len(self.lines) - len(self.clocks))
        named = [line for line in self.lines if line["names"] is not None]
        if named:
            of = captions.labels(pd.DataFrame([line["names"] for line in named]), differs,
                                 self.labels)  # fmt: skip
            if len(set(self.clocks)) > 1:
                # The same line at two clocks: the clocks tell them apart.
                of = [
                    at if len(set(of)) == 1 else f"{name}, {at}" if of.count(name) > 1 else name
                    for name, at in zip(of, self.clocks, strict=True)
                ]
                clock = ""
            for line, name in zip(named, of, strict=True):
                line["name"] = name
                if line["end"] is not None:
                    line["end"].name = name
        parts = small or captions.small_line(ledger, names, self.say, clock)
        self._words(self.say[measure].format(what=title or said), [*parts, *more])
        self.told.append(alt)
        self.data.append(data)
        tell(self.ax, self, root_of(self.ax))
        self.ax.autoscale_view()
        if self.rows:  # an engine measures their names before it asks for the rest
            self.anchor.get_tightbbox()
        return cast("Chart", self.ax)

    def _words(self, title: str, parts: Sequence[str]) -> None:
        if not self.titles:
            self.title_text = clean(self.given.get("title", title))
            self.parts = [clean(part) for part in parts if part]
        elif "title" in self.given:
            self.title_text = clean(self.given["title"])
        if "subtitle" in self.given:
            self.parts = [part] if (part := clean(self.given["subtitle"])) else []
        if self.title_text and (self.title is None or self.title.axes is None):
            self.title = self.ax.set_title(self.title_text, loc="left", y=1.0, pad=0,
                                           fontweight="bold", va="bottom")  # fmt: skip
            self.title.set_parse_math(False)
            self.title_size = self.share * float(self.title.get_fontsize())
            under = colors.behind(self.ax, inside=False)
            self.title.set_color(colors.readable(self.title.get_color(), under))
        elif self.title is not None:
            self.title.set_text(self.title_text)


def _forget(_: Artist) -> None:
    """Remove a legend: it is drawn no more, as it has no axes from now on."""


def _hex(color: Any) -> str:
    return mpl.colors.to_hex(color) if mpl.colors.is_color_like(color) else ""


def _check(style: Mapping[str, Any]) -> None:
    known = ArtistInspector(Line2D).get_setters()
    aliases = {"c", "lw", "ls", "aa", "ms", "mew"}
    for name in style:
        if name not in known and name not in aliases:
            hint = nearest(name, [*OWN, "by", "ax", *known])
            msg = f"charts take no {name!r}" + (f". {hint}" if hint else "")
            raise LedgerError(msg)
