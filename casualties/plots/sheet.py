"""What the charts on one pair of axes share: their lines, key, labels and words."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator, FuncFormatter, NullFormatter, ScalarFormatter
from matplotlib.transforms import Affine2D, IdentityTransform, ScaledTranslation, Transform

from ..model.errors import LedgerError
from ..model.schema import SERIES
from ..words import clean
from . import captions, colors
from .fitting import GAP, PLACES, cell_of, fit, is_laid_out, lines_of_rows, place, width
from .ticks import Counts, Dates, Days, moments, written

if TYPE_CHECKING:
    from .chart import Options

#: So many points stand above and below the rows of a figure that is made for them.
HEAD = 122.0
#: The column of what a bar says, which no column of one's own is called.
BAR = "what the bar says"


def unbroken(text: str) -> str:
    """Return a number in words so that no line ends within it."""
    return clean(text).replace(" ", "\u00a0")


class End:
    """The end of a line or row: its name and number, written beside it or in the list below.

    Parameters
    ----------
    x, y : float
        Where the line ends.
    said : str
        The number in words, see :func:`unbroken`, and what stands behind it.
    struck : slice, optional
        The letters of the number that are struck through; with a `fate` all of them.
    fate : {"", "withdrawn"}
        What became of the number: the list, which strikes nothing, says it in words.
    look : dict, optional
        How the list shows the line; without it, it is not listed.
    names : mapping, optional
        The series columns, of which :meth:`Sheet.name_lines` makes the `name`.

    Attributes
    ----------
    whole : str
        The name and all that is `said`.
    lines : list of str
        What is written of it beside the end; empty where there is no room.
    """

    def __init__(
        self, sheet: "Sheet", x: float, y: float, said: str, color: Any, *,
        struck: slice | None = None, fate: str = "", look: dict[str, Any] | None = None,
        names: Mapping[Any, Any] | None = None, name: str = "", weight: str = "normal",
    ) -> None:  # fmt: skip
        where = sheet.points(1, 0)
        self.x, self.y, self.said = x, y, said
        self.text = sheet.text(where, color, va="center", weight=weight)
        self.struck = struck or slice(0, None)
        self.strike = sheet.strike(where, color) if struck is not None or fate else None
        self.fate = fate and f" ({sheet.say[f'key {fate}']})"
        self.look, self.names, self.name, self.clock = look, names, name, sheet.clock
        self.whole, self.lines = "", list[str]()
        sheet.ends.append(self)

    @property
    def tall(self) -> float:
        """How tall the written lines are, in points."""
        return float(self.text.get_fontsize()) * (1.4 * len(self.lines) - 0.15)

    def put(self, y: float, *, visible: bool) -> None:
        """Write the lines at height `y`, in points, and strike through what does not stand."""
        lines = self.lines if visible else []
        self.text.set(text="\n".join(lines).replace("\u00a0", " "), x=GAP + 1, y=y)
        if self.strike is None:
            return
        self.strike.set_visible(bool(lines))
        begin, first = 0, len(self.whole) - len(self.said) + (self.struck.start or 0)
        for row, line in enumerate(lines):
            begin = self.whole.index(line, begin)
            if first < begin + len(line):
                left = GAP + 1 + width(line[: first - begin], self.text)
                right = left + width(self.said[self.struck], self.text)
                y += 0.6 * (len(lines) - 1 - 2 * row) * float(self.text.get_fontsize())
                self.strike.set_data([left - 1, right], [y, y])
                break
            begin += len(line)


class Sheet(Artist):
    """The charts of one pair of axes: an artist there, so that a second call finds it.

    It is drawn first, and puts texts and legends in place for all others.
    """

    def __init__(self, ax: Axes) -> None:
        super().__init__()
        self.set(zorder=-100, clip_on=False)
        self.ax: Any = ax
        self.names: list[pd.DataFrame] = []
        self.ends: list[End] = []
        self.notes: list[Any] = []
        self.keys: dict[str, tuple[list[dict[str, Any]], str]] = {}
        self.legends: dict[str, Legend] = {}
        self.rows: list[str] = []
        self.columns: list[tuple[float, str, str]] = []
        #: What the pointer finds: marks with the rows that they show, bars with their words.
        self.spots: list[tuple[Any, pd.DataFrame]] = []
        self.data: list[pd.DataFrame] = []
        self.told: list[str] = []
        self.parts: list[str] = []
        self.unsaid: list[str] = []  #: what no mark says, as what is not drawn
        self.clocks, self.muted, self.named = set[str](), 0, False
        self.labels: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.sides = (0.0, 0.0)  #: how far texts reach to the left and right
        #: The axes' part of the figure, and the points that an engine gave to texts around them.
        self.measured: tuple[Any, float, float, float] | None = None
        #: Type is smaller where the axes' part of a figure is.
        room = np.divide(cell_of(ax), (29, 21)) / rcParams["font.size"]
        self.share = float(np.clip(min(room), 0.6, 1.0))
        self.size = self.share * FontProperties(size="small").get_size_in_points()
        if self.share < 1.0:
            ax.tick_params(labelsize=1.1 * self.size)
            for axis in (ax.xaxis, ax.yaxis):
                axis.get_offset_text().set_fontsize(1.1 * self.size)
        #: So many lines are named and in colour; where there is little room fewer.
        self.most = int(np.clip(5 * room[1], 3, colors.MOST_LINES))
        self.title: Text = self.ax._left_title
        self.title_text = self.wrote = ""
        self.ink = colors.ink(ax, inside=False)
        for side in ("top", "right", "left") if not ax.has_data() else ():
            ax.spines[side].set_visible(False)
        ax.add_artist(self)
        self.small = self.text(self.points(0, 1), colors.quiet(ax, inside=False), va="bottom")
        if ax.figure.get_layout_engine() is None and ax.get_subplotspec() is not None:
            ax.figure.canvas.figure.set_layout_engine("constrained")

    @staticmethod
    def of(ax: Axes) -> Any:
        """Return the sheet of axes, or None if no chart was drawn on them."""
        return next((child for child in ax.artists if isinstance(child, Sheet)), None)

    @classmethod
    def on(cls, ledger: Any, options: "Options", window: Any = None, wide: float = 1.0) -> "Sheet":
        """Return the sheet of the axes given, or of a new figure, `wide` times as wide as usual."""
        ax = options.ax
        if ax is None:
            import matplotlib.pyplot as plt

            size = np.multiply(rcParams["figure.figsize"], (wide, 1))
            ax = plt.subplots(figsize=size, layout="constrained")[1]
        self: Sheet = cls.of(ax) or cls(ax)
        self.options, self.new, self.sources = options, options.ax is None, ledger._sources
        self.window, self.until = (window.parts, window.clock) if window else ((), np.nan)
        self.say, self.key, self.colors = options.say, bool(options.key), options.colors or {}
        self.clock = captions.known(ledger, self.say)
        self.clocks.add(self.clock)
        self.labels |= options.labels or {}
        texts = (("title", options.title), ("subtitle", options.subtitle))
        self.given |= {name: text for name, text in texts if text is not None}
        return self

    # -- artists -----------------------------------------------------------------------------

    def get_tightbbox(self, _: Any = None) -> Any:
        """Break the texts into lines before a layout engine measures them."""
        first, self.measured = self.measured is None, None
        return fit(self, first=first)

    def draw(self, renderer: Any) -> None:
        """Put the texts in place where the axes are now, and draw the legends."""
        if not is_laid_out(self.ax):
            self.measured = None
        fit(self)
        place(self)
        for legend in self.get_children():
            legend.draw(renderer)

    def get_children(self) -> list[Artist]:
        """Return the legends, which :func:`fit` may have made anew."""
        return [legend for legend in self.legends.values() if legend.axes is not None]

    @property
    def scale(self) -> float:
        """How many pixels a point is."""
        return float(self.ax.figure.dpi) / 72

    def points(self, x: float, y: float) -> Transform:
        """Return the transform of points counted from a corner of the axes."""
        corner = ScaledTranslation(x, y, self.ax.transAxes)
        return Affine2D().scale(1 / 72) + self.ax.figure.dpi_scale_trans + corner

    def text(self, where: Transform, color: Any, **more: Any) -> Text:
        """Return a new text that is drawn as it stands: dollar signs are not mathematics."""
        text: Text = self.ax.text(0, 0, "", transform=where, color=color, fontsize=self.size,
                                  parse_math=False, in_layout=False, **more)  # fmt: skip
        return text

    def strike(self, where: Transform, color: Any) -> Any:
        """Return a new line that strikes through a number."""
        how = {"lw": 1.0, "clip_on": False, "zorder": 4.6, "in_layout": False}
        return self.ax.add_artist(Line2D([], [], transform=where, color=color, **how))

    def note(
        self, x: float, y: float, text: str, color: Any, look: dict[str, Any],
        listed: str | None = None, places: Any = PLACES, struck: str | None = None,
    ) -> None:  # fmt: skip
        """Add the label of a point.

        If it has no room, it is `listed` below with a mark's `look`: as it is, or in other words;
        with none it is left out. The number at its end is `struck` through, if it is given.
        """
        under = colors.behind(self.ax, inside=True)
        color = colors.readable(color, under)
        note = self.ax.annotate(
            clean(text), (x, y), (0, 0), textcoords="offset points", color=color, zorder=4.5,
            fontsize=self.size, ha="center", va="center", parse_math=False, visible=False,
            bbox={"boxstyle": "square,pad=0.05", "ec": "none", "alpha": 0.75, "fc": under},
            in_layout=False,
        )  # fmt: skip
        note.places, note.look, note.hidden = places, {"color": color} | look, False
        note.listed, note.number = clean(text if listed is None else listed), struck
        note.strike = None if struck is None else self.strike(IdentityTransform(), color)
        self.notes.append(note)

    # -- axes --------------------------------------------------------------------------------

    def reserve(self, x: Any, *, least: float) -> None:
        """Make room for dates, at least `least` days to each side; limits are not fixed."""
        low, high = np.nanmin(x), np.nanmax(x)
        wide = high - low
        pad = max(least - wide / 2, (0.03 - self.ax.margins()[0]) * wide, 0.0)
        self.ax.update_datalim([(low - pad, 0), (high + pad, 0)], updatey=False)

    def count_limits(self, values: Any, *, across: bool = False, bars: bool = False) -> None:
        """Let the axis of counts begin at 0, or a little below if a mark (no bar) lies at 0."""
        ax, values = self.ax, np.asarray(values, np.float64)
        values = values[np.isfinite(values)]
        axis = ax.xaxis if across else ax.yaxis
        scale, low, top = axis.get_scale(), values.min(initial=np.inf), values.max(initial=0) or 1.0
        if scale == "linear":
            marked = low <= 0.015 * top and not bars
            floor = 1.15 * low - 0.05 * top if low < 0 else -0.035 * top if marked else 0.0
            ceiling = 1.1 * top
        else:
            floor, ceiling = (low / 1.4 if low > 0 else 0.0), top * 1.6
        ax.update_datalim([(floor, floor), (ceiling, ceiling)], updatex=across, updatey=not across)
        stick = getattr(self.sticky_edges, axis.axis_name)
        stick[:] = [0.0] if scale == "linear" and floor == 0.0 else []  # margins end there
        self.numbers(across=across)

    def numbers(self, *, across: bool = False) -> None:
        """Write numbers beside or below the axes, and grid lines with them."""
        axis = self.ax.xaxis if across else self.ax.yaxis
        scale = axis.get_scale()
        if isinstance(axis.get_major_formatter(), ScalarFormatter) or scale != "linear":
            axis.set_major_formatter(FuncFormatter(written))
            axis.set_minor_formatter(NullFormatter())
        if scale == "linear" and type(axis.get_major_locator()) is AutoLocator:
            axis.set_major_locator(Counts())
        tone = colors.mixed(self.ax, colors.quiet(self.ax), 0.3, inside=True)
        self.ax.grid(visible=True, axis=axis.axis_name, color=tone, linewidth=0.6)
        self.ax.set_axisbelow(True)
        self.ax.tick_params(axis=axis.axis_name, length=0)

    def date_axis(self, name: str = "", *, shift: float = 0.5, hours: bool = False) -> None:
        """Write concise dates below the axes, of days only or with their hours."""
        axis = self.ax.xaxis
        if type(axis.get_major_locator()) is AutoLocator:
            days = Days(shift, hours=hours)
            axis.set_major_locator(days)
            axis.set_major_formatter(Dates(days, name * (not self.ax.get_xlabel()), hours=hours))
            # Half a number may stand below the axes, beside a date that reaches out of them.
            self.ax.tick_params(axis="x", pad=0.7 * axis.get_offset_text().get_fontsize())

    def place_rows(self, names: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        """Add the first rows that have room, and return their places, from the top down.

        All are as tall as the longest name or text needs; a figure of the chart's own is as tall
        as they.
        """
        wide, high = cell_of(self.ax)
        broken = map(lines_of_rows, names, texts, repeat(self.small), repeat(wide))
        lines = np.maximum.accumulate([max(map(len, row)) for row in broken])
        each, room = self.size * (1.2 * lines + 0.2), 0.5 * high - 10
        if self.new:
            each = np.maximum(each, 2.1 * self.size)
            room = each[-1] * max(len(names), 5)
            self.ax.figure.set_figheight((HEAD + room) / 72)
        before = len(self.rows)
        fits = each * (before + np.arange(1, len(names) + 1)) <= room
        rows = [*self.rows, *names[: max(1, int(fits.sum()))]]
        shared = {*map(Sheet.of, self.ax.get_shared_y_axes().get_siblings(self.ax))} - {self, None}
        if any(sheet.data and sheet.rows != rows for sheet in shared):
            msg = "these axes share the names of other rows; draw on axes made with sharey=False"
            raise LedgerError(msg)
        self.rows = rows
        y = -np.arange(len(rows), dtype=float)
        self.ax.tick_params(axis="y", length=0)
        self.ax.set_yticks(y, [""] * len(y))
        self.ax.update_datalim([(0, 0.6), (0, y[-1] - 0.6)], updatex=False)
        return y[before:]

    # -- lines and words ---------------------------------------------------------------------

    def taken(self) -> set[str]:
        """Return the colours that the axes already show."""
        shown = [patch.get_edgecolor() for patch in self.ax.patches]
        return {*map(to_hex, [*shown, *(line.get_color() for line in self.ax.get_lines())])}

    def close(
        self, chart: str, alt: str, names: pd.DataFrame, data: pd.DataFrame | None = None, *,
        span: str = "", more: Sequence[str] = (), left_out: int = 0,
    ) -> Any:  # fmt: skip
        """Write title, small line and names of lines; keep the data drawn, and its words `alt`."""
        data = names if data is None else data
        self.data.append(data.assign(at=moments(data["at"])) if "at" in data else data)
        self.names.append(names[list(SERIES)].astype("str"))
        names = pd.concat(self.names, ignore_index=True).drop_duplicates()
        what, differs = self.common(names)
        clock = "" if self.name_lines(differs) else self.clock
        parts = self.small_line(names, span or clock)
        lacking = [self.say["left out"].format(n=f"{left_out:,}")] if left_out else []
        title = self.say[f"title {chart}"].format(what=what)
        self.unsaid = [*dict.fromkeys([*self.unsaid, *more, *self.window, *lacking])]
        if "title" in self.given or self.own_title():
            self.title_text = self.wrote = clean(self.given.get("title", title))
            self.title = self.ax.set_title(self.wrote, loc="left", y=1.0, va="bottom",
                                           fontweight="bold", parse_math=False)  # fmt: skip
            color = colors.readable(self.title.get_color(), colors.behind(self.ax, inside=False))
            self.title.set(color=color, fontsize=self.share * float(self.title.get_fontsize()))
            self.parts = [clean(part) for part in [*parts, *self.unsaid] if part]
        if "subtitle" in self.given:
            self.parts = [part] if (part := clean(self.given["subtitle"])) else []
        self.told.append("; ".join([alt, *lacking]) + ".")
        self.ax.autoscale_view()
        return self.ax

    def name_lines(self, differs: Sequence[str]) -> bool:
        """Name lines by the columns in which they differ; return whether clocks differ as well."""
        lines = [end for end in self.ends if end.names is not None]
        several = len(self.clocks) > 1  # a clock tells a line from itself at another
        if lines:
            rows = pd.DataFrame([end.names for end in lines])
            names = captions.labels(rows, differs, self.labels)
            for end, name in zip(lines, names, strict=True):
                end.name = f"{name}, {end.clock}" if several and names.count(name) > 1 else name
        return several

    @property
    def known(self) -> str:
        """At which clock the ledger is drawn, and what window of time."""
        return ", ".join([self.clock, *self.window])

    def common(self, names: pd.DataFrame) -> tuple[str, list[str]]:
        """Return what all series count, as a title, and the columns in which they differ."""
        differs = [c for c in SERIES if names[c].nunique() > 1]
        same = [c for c in ("outcome", "side", "category", "definition") if c not in differs]
        parts = names[same].head(1).astype("str").to_numpy().ravel().tolist()
        title = " · ".join(self.labels.get(word, word) for word in parts if word not in ("", "all"))
        title = title or self.say["figures"]
        return title[:1].upper() + title[1:], differs

    def small_line(self, names: pd.DataFrame, clock: str) -> list[str]:
        """Return the parts of the small line: clock, who, event."""
        events, who = (names[c].astype("str").unique().tolist() for c in ("event", "source"))
        many = [self.say["sources"].format(n=f"{len(who):,}")]
        speaks = many if len(who) > 1 else [self.labels.get(name, name) for name in who]
        event = [self.labels.get(event, event) for event in events if len(events) == 1]
        return [clock, *speaks, *event]

    def what(self, names: pd.DataFrame) -> str:
        """Return what all series count, as it stands within a sentence."""
        title = self.common(names)[0]
        return title[:1].lower() + title[1:]

    def own_title(self) -> bool:
        """Whether the chart may write a title: the axes have no other, or ``title=`` was given."""
        if self.title.get_text() != self.wrote:
            return False
        others = (self.ax.title, self.ax._right_title)
        return "title" in self.given or not any(other.get_text() for other in others)
