"""What the charts on one pair of axes share: their lines, key, labels and words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import ArtistInspector
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
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
from . import captions, colors
from .artists import Anchor, Dates, Days, End, Entry, Note, Strokes
from .fitting import root_of
from .layout import Locator
from .saving import tell

if TYPE_CHECKING:
    from ..ledger import Ledger

    class Chart(Axes):
        """The axes given, with a sentence or two that say what the picture says."""

        alt_text: str


class Options(TypedDict, total=False):
    """What every chart takes besides its own parameters; any other keyword is for its lines."""

    by: str | None
    title: str | None
    subtitle: str | None
    labels: Mapping[str, str] | None
    colors: Mapping[str, Any] | None
    key: bool
    texts: Mapping[str, str] | None
    log: bool
    color: Any
    linewidth: float
    linestyle: Any
    alpha: float
    zorder: float
    rasterized: bool
    gid: str


#: In this order the key explains the marks.
_ORDER = (
    "muted known first latest stated derived whole long part range unbounded about denied down "
    "fell declined rest missing after claims"
).split()
_OWN = ("title", "subtitle", "labels", "colors", "key", "texts", "log")


class Sheet:
    """The charts of one pair of axes; found again there by a second call."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.lines: list[dict[str, Any]] = []
        self.names: list[pd.DataFrame] = []
        self.clocks: list[str] = []
        self.ends: list[End] = []
        self.notes: list[Note] = []
        self.entries: dict[str, Entry] = {}
        self.rows: list[Sequence[str]] = []
        self.counts: list[tuple[Any, MaxNLocator]] = []
        self.dates: Days | None = None
        self.date_words: Any = None
        self.column_names: list[tuple[float, str]] = []
        self.flush, self.key, self.muted, self.columns = False, True, 0, 0
        self.say: Mapping[str, str] = captions.WORDS
        self.memory: dict[Any, float] = {}
        self.tick_sizes: dict[str, float] = {}
        self.head: tuple[Any, ...] | None = None
        self.room, self.beside = (0.0, 0.0), 0.0
        self.reach = {"x": [np.inf, 1.0], "y": [np.inf, 1.0]}
        self.small: list[str] = []
        self.remark = ""
        self.title: Text | None = None
        self.title_text = ""
        self.told: list[str] = []
        self.given: dict[str, str | None] = {"title": None, "subtitle": None}
        self.labels: dict[str, str] = {}
        self.colors: Mapping[str, Any] | None = None
        # What the axes had before is honoured.
        had = [ax.get_title(loc=side) for side in ("left", "center", "right")]
        self.may_title = not any(had)
        # Those that are there stand above the key.
        self.titles = [
            (child, child.get_transform()) for child in ax.get_children()
            if isinstance(child, Text) and child.get_text() in had and child not in ax.texts
            and child.get_text()
        ]  # fmt: skip
        self.foreign = {_hex(line.get_color()) for line in ax.get_lines()}
        self.anchor = Anchor()
        self.anchor.sheet = self
        self.anchor.set_zorder(-100)
        ax.add_artist(self.anchor)
        self.subtitle = self.text(self.points(0, 1), colors.quiet(ax, inside=False), "small")
        self.more = self.text(self.points(0, 1), colors.quiet(ax, inside=False), "small")
        self.more.set_verticalalignment("center")
        ax.set_axes_locator(Locator(self, ax.get_axes_locator()))

    @classmethod
    def on(
        cls, ax: Axes | None, options: Mapping[str, Any], size: tuple[float, float] | None = None
    ) -> tuple["Sheet", dict[str, Any]]:
        """Return the sheet of the axes given, or of a new figure's, and the keywords of lines."""
        style = {name: value for name, value in options.items() if name not in _OWN}
        _check(style)
        colors.check(options.get("colors"))
        say = captions.words(options.get("texts"))
        if ax is None:
            import matplotlib.pyplot as plt

            # The texts take what they need of the whole figure (see layout).
            figure, ax = plt.subplots(figsize=size)
            figure.subplots_adjust(0.015, 0.015, 0.985, 0.985)
        found = [child.sheet for child in ax.get_children() if isinstance(child, Anchor)]
        sheet = found[0] if found else cls(ax)
        sheet.say = say
        sheet.key = bool(options.get("key", True))
        sheet.labels |= dict(options.get("labels") or {})
        sheet.colors = options.get("colors")
        for name in ("title", "subtitle"):
            if options.get(name) is not None:
                sheet.given[name] = str(options[name])
        if options.get("log"):
            sheet.log = True
        else:
            sheet.log = getattr(sheet, "log", False)
        return sheet, style

    log: bool

    # -- artists -----------------------------------------------------------------------------

    def points(self, x: float, y: float) -> Transform:
        """Return the transform of points counted from a corner of the axes."""
        figure = self.ax.figure
        corner = ScaledTranslation(x, y, self.ax.transAxes)
        return Affine2D().scale(1 / 72) + figure.dpi_scale_trans + corner

    def text(self, where: Transform, color: Any, size: Any = "small", **more: Any) -> Text:
        """Return a new text that is drawn as it stands: dollar signs are not mathematics."""
        text = self.ax.text(0, 0, "", transform=where, color=color, fontsize=size, visible=False,
                            **more)  # fmt: skip
        text.set_parse_math(False)
        return text

    def entry(
        self, name: str, parts: Sequence[tuple[dict[str, Any], Any, Any]], *, wide: float = 1.6,
        of_line: bool = False, at: str | None = None,
    ) -> Entry:  # fmt: skip
        """Add an entry to the key, once: small lines in units of the size of type."""
        where = at or name
        if where in self.entries:
            return self.entries[where]
        above = self.points(0, 1)
        lines = []
        for look, xs, ys in parts:
            line = Line2D([], [], transform=above, **look)
            line.set_clip_on(False)
            lines.append((line, xs, ys))
        text = self.text(above, colors.ink(self.ax, inside=False), "small", va="center")
        made = Entry(captions.clean(name), text, lines, wide, of_line=of_line)
        # Lines first, then the marks in the order of the grammar.
        made.rank = 0 if of_line else 1 + _ORDER.index(where) if where in _ORDER else 1
        self.ax.add_artist(made.strokes)
        made.strokes.set_clip_on(False)
        made.show(False)
        self.entries[where] = made
        return made

    def end(self, x: float, y: float, number: str, color: Any) -> End:
        """Add the label of a line's end."""
        text = self.text(self.points(1, 0), color, "small", va="center")
        made = End(x, y, number, text)
        self.ends.append(made)
        return made

    def note(
        self, x: float, y: float, full: str, color: Any, *, short: str = "",
        places: list[tuple[float, float]] | None = None,
        span: tuple[float, float] | None = None, beside: float = 8.0,
    ) -> None:  # fmt: skip
        """Add the label of a point, or of a row with what it spans; `short` where room is short.

        `beside` is how far from what a row spans its text stands, in points.
        """
        corner = self.points(0, 0)
        color = colors.readable(color, colors.behind(self.ax, inside=True))
        box = {"boxstyle": "square,pad=0.05", "ec": "none", "alpha": 0.75,
               "fc": colors.behind(self.ax, inside=True)}  # fmt: skip
        text = self.text(corner, color, "small", ha="center", va="center", zorder=4.5, bbox=box)
        line = Line2D([], [], transform=corner, color=color, linewidth=0.6, alpha=0.7,
                      gid="leader")  # fmt: skip
        line.set_clip_on(False)
        leader = Strokes([line])
        leader.set_visible(False)
        self.ax.add_artist(leader)
        texts = [captions.clean(t) for t in (full, short) if t]
        self.notes.append(Note(x, y, texts, text, leader, places, span, beside))

    # -- axes --------------------------------------------------------------------------------

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
        if self.log and scale == "linear":
            keywords = {"linthresh": 1.0} if low <= 0 else {}
            (ax.set_xscale if across else ax.set_yscale)(
                "symlog" if low <= 0 else "log", **keywords
            )
            scale = axis.get_scale()
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
        self._numbers(axis, scale)

    def numbers(self, *, across: bool = False) -> None:
        """Write whole numbers beside or below the axes."""
        axis = self.ax.xaxis if across else self.ax.yaxis
        self._numbers(axis, axis.get_scale())

    def _numbers(self, axis: Any, scale: str) -> None:
        if isinstance(axis.get_major_formatter(), ScalarFormatter) or scale != "linear":
            axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            if scale != "linear":
                axis.set_minor_formatter(NullFormatter())
        if scale == "linear" and type(axis.get_major_locator()) is AutoLocator:
            locator = MaxNLocator(nbins=7, integer=True, min_n_ticks=2, steps=[1, 2, 2.5, 5, 10])
            axis.set_major_locator(locator)
            self.counts.append((axis, locator))

    def date_axis(self, name: str = "", *, instants: bool = False) -> None:
        """Write concise dates below the axes."""
        axis = self.ax.xaxis
        if self.dates is None and type(axis.get_major_locator()) is AutoLocator:
            locator = Days(instants=instants)
            axis.set_major_locator(locator)
            self.date_words = Dates(locator)
            axis.set_major_formatter(self.date_words)
            self.dates = locator
        if name and not self.ax.get_xlabel():
            self.ax.set_xlabel(name, loc="left", fontsize="small")
            if self.date_words is not None:
                self.date_words.word = name

    def room_for_rows(self, wanted: int) -> int:
        """Return how many rows have room for a line each; the axes of a new figure grow."""
        spare = self.ax.get_window_extent().height * 72 / root_of(self.ax).dpi - 40
        line = 1.45 * FontProperties(size="small").get_size_in_points()
        return max(1, min(wanted, int(spare / line) - len(self.rows)))

    def place_rows(self, rows: Sequence[Sequence[str]]) -> np.ndarray:
        """Add rows with names of one or two lines; return their places, from the top down."""
        first = len(self.rows)
        self.rows = [*self.rows, *rows]
        self.flush = True
        y = -np.arange(first, len(self.rows), dtype=float)
        axis = self.ax.yaxis
        axis.set_major_locator(FixedLocator(list(-np.arange(len(self.rows), dtype=float))))
        self.name_rows(["\n".join(t for t in row if t) for row in self.rows])
        for label in axis.get_ticklabels():
            label.set_parse_math(False)
        self.ax.tick_params(axis="y", labelsize="small", length=0)
        self.ax.update_datalim([(0, 0.55), (0, y[-1] - 0.55)], updatex=False)
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

    def line(self, names: Mapping[str, Any], color: str, shape: str, end: End | None) -> None:
        """Note that a line is drawn, for the key and the labels."""
        name = f"line {len(self.lines)}"
        handle = {"color": color, "marker": shape, "markersize": 5, "linewidth": 1.8}
        entry = self.entry(name, [(handle, [0, 0.8, 1.6], [0, 0, 0])], of_line=True)
        entry.parts[0][0].set_markevery([1])
        self.lines.append({"names": names, "color": color, "end": end, "entry": entry})

    def close(
        self, ledger: "Ledger", alt: str, names: pd.DataFrame, *, title: str | None = None,
        small: Sequence[str] | None = None, note: str = "",
    ) -> "Chart":  # fmt: skip
        """Write title, small line and names, and what the picture says in `alt_text`."""
        self.names.append(names[list(SERIES)].astype("str"))
        names = pd.concat(self.names, ignore_index=True).drop_duplicates()
        said, differs = captions.common(names, self.say)
        clock = captions.known(ledger, self.say)
        self.clocks += [clock] * (len(self.lines) - len(self.clocks))
        if self.lines:
            of = captions.labels(pd.DataFrame([line["names"] for line in self.lines]), differs,
                                 self.labels)  # fmt: skip
            if len(set(self.clocks)) > 1:
                # The same line at two clocks: the clocks tell them apart.
                of = [
                    at if len(set(of)) == 1 else f"{name}, {at}" if of.count(name) > 1 else name
                    for name, at in zip(of, self.clocks, strict=True)
                ]
                clock = ""
            for line, name in zip(self.lines, of, strict=True):
                line["entry"].name = name
                if line["end"] is not None:
                    line["end"].name = name
            # A line alone needs no key: the title names it.
            if len(self.lines) == 1 and not self.muted:
                self.lines[0]["entry"].of_line = True
        self._words(
            title or said, small or captions.small_line(ledger, names, self.say, clock), note
        )
        self.told.append(alt)
        tell(self.ax, " ".join(dict.fromkeys(self.told)), root_of(self.ax))
        self.ax.autoscale_view()
        return cast("Chart", self.ax)

    def _words(self, title: str, small: Sequence[str], note: str) -> None:
        given = self.given["title"]
        if given is not None or (self.may_title and self.title_text == ""):
            self.title_text = captions.clean(title if given is None else given)
        elif self.may_title and self.title_text:
            self.title_text = captions.clean(title)
        if self.title_text and (self.title is None or self.title.axes is None):
            self.title = self.ax.set_title(self.title_text, loc="left", y=1.0, pad=0,
                                           fontweight="bold", va="bottom")  # fmt: skip
            self.title.set_parse_math(False)
            under = colors.behind(self.ax, inside=False)
            self.title.set_color(colors.readable(self.title.get_color(), under))
        elif self.title is not None:
            self.title.set_text(self.title_text)
        if self.given["subtitle"] is not None:
            self.small = [captions.clean(self.given["subtitle"])]
        elif self.may_title:
            self.small = [captions.clean(part) for part in small if part]
        self.small = [part for part in self.small if part]
        self.remark = captions.clean(note) if self.given["subtitle"] is None else ""


def _hex(color: Any) -> str:
    return mpl.colors.to_hex(color) if mpl.colors.is_color_like(color) else ""


def _check(style: Mapping[str, Any]) -> None:
    known = ArtistInspector(Line2D).get_setters()
    aliases = {"c", "lw", "ls", "aa", "ms", "mew"}
    for name in style:
        if name not in known and name not in aliases:
            hint = nearest(name, [*_OWN, "by", "ax", *known])
            msg = f"charts take no {name!r}" + (f". {hint}" if hint else "")
            raise LedgerError(msg)
