"""What the charts on one pair of axes share: their lines, key, labels and words."""

import io
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, TypedDict

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.artist import Artist, ArtistInspector
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
from .layout import Locator, root_of, settle

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


class Dates(mdates.ConciseDateFormatter):
    """Concise dates; a tick alone is written whole."""

    def __init__(self, locator: Any) -> None:
        day = "%d %b %Y"
        super().__init__(
            locator, offset_formats=["", "%Y", "%b %Y", day, day, day],
            zero_formats=["", "%Y", "%b", "%d %b", "%H:%M", "%H:%M"],
        )  # fmt: skip
        self.word, self.joined, self.alone = "", False, False

    def format_ticks(self, values: Any) -> list[str]:
        """Return the words of the ticks."""
        words = super().format_ticks(values)
        self.alone = len(values) == 1
        if self.alone:
            when = mdates.num2date(values[0])
            words = [when.strftime("%d %b %Y" if when.hour == when.minute == 0 else "%d %b %H:%M")]
        return list(words)

    def get_offset(self) -> str:
        """Return the year or month of all ticks."""
        parts = [self.word if self.joined else "", "" if self.alone else super().get_offset()]
        return " · ".join(part for part in parts if part)


class Anchor(Artist):
    """Draws nothing; ties a sheet to its axes, so that clearing them clears it. Drawn first."""

    sheet: "Sheet"

    def draw(self, renderer: Any) -> None:
        """Draw nothing; what does not fit now that all is in its place is taken back."""
        settle(self.sheet, renderer)


class Strokes(Artist):
    """Some small lines around a text, apart from the lines of the data."""

    def __init__(self, lines: Sequence[Line2D]) -> None:
        super().__init__()
        self.lines = list(lines)

    def set_figure(self, fig: Any) -> None:
        """Tie the lines to a figure."""
        super().set_figure(fig)
        for line in self.lines:
            line.set_figure(fig)

    def draw(self, renderer: Any) -> None:
        """Draw the lines."""
        if self.get_visible():
            for line in self.lines:
                line.draw(renderer)


class Entry:
    """One entry of the key: small lines and what they mean."""

    def __init__(self, name: str, text: Text, parts: Sequence[tuple[Line2D, Any, Any]], wide: float,
                 *, of_line: bool) -> None:  # fmt: skip
        self.name, self.text, self.wide, self.of_line = name, text, wide, of_line
        self.parts, self.rank = list(parts), 0
        self.strokes = Strokes([line for line, _, _ in parts])

    def put(self, x: float, y: float, size: float) -> None:
        """Put the entry where it starts, in points, in type of this size."""
        self.text.set(x=x + (self.wide + 0.4) * size, y=y + 0.6 * size)
        for line, xs, ys in self.parts:
            line.set_data(x + np.asarray(xs) * size, y + (0.6 + np.asarray(ys)) * size)

    def show(self, visible: bool) -> None:
        """Show or hide the entry."""
        self.text.set_visible(visible)
        self.strokes.set_visible(visible)


class End:
    """The name and the last number of a line, to be written beside its end."""

    def __init__(self, x: float, y: float, number: str, text: Text) -> None:
        self.x, self.y, self.text, self.name = x, y, text, ""
        self.number = number.replace(" ", "\u00a0")  # a number is never broken


class Note:
    """The label of a point, with a thin line to it where it stands apart."""

    def __init__(self, x: float, y: float, full: Sequence[str], text: Text, leader: Strokes,
                 places: list[tuple[float, float]] | None, *, slide: bool) -> None:  # fmt: skip
        self.x, self.y, self.full, self.text, self.leader = x, y, full, text, leader
        self.places, self.slide = places, slide

    def show(self, visible: bool) -> None:
        """Show or hide the label."""
        self.text.set_visible(visible)
        self.leader.set_visible(False)

    def lead(self, start: np.ndarray, to: tuple[float, float], tall: float) -> None:
        """Draw the thin line where the label is not beside its point."""
        if abs(to[1] - start[1]) > 17:
            edge = to[1] - np.sign(to[1] - start[1]) * tall / 2
            first = start[1] + np.sign(to[1] - start[1]) * 5
            self.leader.lines[0].set_data([start[0], to[0]], [first, edge])
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
        self.entries: dict[str, Entry] = {}
        self.rows: list[Sequence[str]] = []
        self.counts: list[tuple[Any, MaxNLocator]] = []
        self.dates: mdates.AutoDateLocator | None = None
        self.date_words: Any = None
        self.column_names: list[tuple[float, str]] = []
        self.flush, self.key, self.muted, self.columns = False, True, 0, 0
        self.say: Mapping[str, str] = captions.WORDS
        self.memory: dict[Any, float] = {}
        self.tick_sizes: dict[str, float] = {}
        self.head: tuple[Any, ...] | None = None
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
        places: list[tuple[float, float]] | None = None, slide: bool = False,
    ) -> None:  # fmt: skip
        """Add the label of a point, and a shorter one for where that has no room."""
        corner = self.points(0, 0)
        color = colors.readable(color, colors.behind(self.ax, inside=True))
        box = {"boxstyle": "square,pad=0.05", "ec": "none", "alpha": 0.75,
               "fc": colors.behind(self.ax, inside=True)}  # fmt: skip
        text = self.text(corner, color, "small", ha="center", va="center", zorder=4.5, bbox=box)
        line = Line2D([], [], transform=corner, color=color, linewidth=0.6, alpha=0.7)
        line.set_clip_on(False)
        leader = Strokes([line])
        leader.set_visible(False)
        self.ax.add_artist(leader)
        self.notes.append(
            Note(
                x,
                y,
                [captions.clean(t) for t in (full, short) if t],
                text,
                leader,
                places,
                slide=slide,
            )
        )

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

    def date_axis(self, name: str = "") -> None:
        """Write concise dates below the axes."""
        axis = self.ax.xaxis
        if self.dates is None and type(axis.get_major_locator()) is AutoLocator:
            locator = mdates.AutoDateLocator(minticks=2, maxticks=8)
            # In narrow axes there is room for two or three ticks, whatever the stretch.
            for freq, longest in ((mdates.MONTHLY, 12), (mdates.DAILY, 31), (mdates.HOURLY, 24),
                                  (mdates.MINUTELY, 60), (mdates.SECONDLY, 60)):  # fmt: skip
                locator.intervald[freq] = [*locator.intervald[freq], longest]
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
        chart: Any = self.ax
        chart.alt_text = " ".join(dict.fromkeys(self.told))
        chart._repr_html_ = partial(_as_html, self.ax)
        describe(root_of(self.ax))
        self.ax.autoscale_view()
        return chart

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


def _as_html(ax: Axes) -> str:
    """Return what a notebook shows under the picture: the same in words."""
    return f"<p><small>{escape(str(getattr(ax, 'alt_text', '')))}</small></p>"


# -- saving ----------------------------------------------------------------------------------


def describe(figure: Any) -> None:
    """Let the figure write what it says into the files that it is saved to."""
    canvas = figure.canvas
    if not isinstance(vars(canvas).get("print_figure"), partial):
        canvas.print_figure = partial(_print, canvas)


def _print(canvas: Any, filename: Any, *args: Any, **keywords: Any) -> Any:
    """Print a figure with its description: in PNG, SVG and PDF; the text of SVG stays text."""
    kind = keywords.get("format")
    if kind is None and not isinstance(filename, io.IOBase):
        _, _, kind = str(filename).rpartition(".")
    kind = str(kind or rcParams["savefig.format"]).lower()
    told = [str(ax.alt_text) for ax in canvas.figure.axes if getattr(ax, "alt_text", "")]
    alt = " ".join(dict.fromkeys(told))
    heads = [ax.get_title(loc="left") for ax in canvas.figure.axes if getattr(ax, "alt_text", "")]
    title = " ".join(heads[0].split()) if heads else ""
    words = {
        "png": {"Description": alt, "Title": title},
        "svg": {"Description": alt, "Title": title},
        "pdf": {"Subject": alt, "Title": title},
    }.get(kind)
    if words and alt:
        given = keywords.get("metadata") or {}
        keywords["metadata"] = {name: text for name, text in words.items() if text} | given
    draw = type(canvas).print_figure
    if kind == "svg":
        with mpl.rc_context({"svg.fonttype": "none"}):
            return draw(canvas, filename, *args, **keywords)
    return draw(canvas, filename, *args, **keywords)
