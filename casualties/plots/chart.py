"""Makes a function a chart: its options are checked, and `by` draws small multiples."""

import functools
import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import ArtistInspector
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.colors import is_color_like
from matplotlib.lines import Line2D

from ..model.errors import LedgerError, nearest, refuse_unknown
from ..model.schema import NAMES, SERIES
from ..words import clean, first_of, plural
from . import captions
from .fitting import columns_of, fill, legend, wrap
from .saving import give_words
from .sheet import Sheet

#: Panels beyond this many are left out, and said to be.
MOST_PANELS = 12

#: The type of each option, and what an error calls it.
_KINDS: dict[str, tuple[Any, str]] = {
    "ax": (Axes, "an Axes of matplotlib"), "by": (str, "a column"), "scale": (str, "a text"),
    **dict.fromkeys(("key", "relative", "exhaustive"), ((bool, np.bool_), "True or False")),
    **dict.fromkeys(("title", "subtitle", "highlight"), (str, "a text")),
    **dict.fromkeys(("labels", "colors", "texts"), (Mapping, "a mapping of names")),
}  # fmt: skip


#: The keywords of a line that its chart does not set itself.
_LINE = {*ArtistInspector(Line2D).get_setters()} - {"data", "xdata", "ydata", "figure", "transform"}


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options that every chart takes, and what it returns.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; default a new figure. Limits, scales and texts that the axes have are
        honoured; a second call adds to the first. A figure without a layout gets
        matplotlib's constrained one.
    by : str, optional
        A series column, or ``"via"``: small multiples on shared axes, one for each of its
        values.
    title, subtitle : str, optional
        Default: what is counted, at which clock, by whom, in words; ``""`` for none.
    labels : dict, optional
        Names and what to write instead.
    colors : dict, optional
        Colours of sources or parts; by default a source has one in every chart of a ledger.
    highlight : str, optional
        A source to draw in ink, the others in grey; of charts of several sources.
    since, until : str or date or datetime, optional
        Draw only what lies within; of charts with an axis of time.
    key : bool, default True
        Whether to explain the marks that are present.
    texts : dict, optional
        The chart's own words, for other languages: ``casualties.plots.captions.WORDS``.
    **line
        Keywords for the lines, as in matplotlib.

    Returns
    -------
    Axes
        Those drawn on (with `by`, the first panel's), with `alt_text`, the picture in words,
        and `data`, the frame that was drawn.
    """

    ax: Axes | None = None
    by: str | None = None
    title: str | None = None
    subtitle: str | None = None
    labels: Mapping[str, str] | None = None
    colors: Mapping[str, Any] | None = None
    highlight: str | None = None
    since: Any = None
    until: Any = None
    key: bool | None = True
    texts: Mapping[str, str] | None = None
    line: dict[str, Any] = field(default_factory=dict)

    @functools.cached_property
    def say(self) -> dict[str, str]:
        """The charts' words, with those of the caller instead, where given."""
        return captions.words(self.texts)

    def check(self, name: str, refused: tuple[str, ...], ledger: Any, own: Any) -> None:
        """Refuse an option that this chart does not take, and a value that no chart takes.

        The chart's `own` options are checked, too.
        """
        for option in (option for option in refused if getattr(self, option) is not None):
            msg = f"plot.{name}() takes no {option}=: there is nothing in it to choose by that"
            raise LedgerError(msg)
        for option, (kind, what) in _KINDS.items():
            given = own.get(option, getattr(self, option, None))
            if given is not None and not isinstance(given, kind):
                raise LedgerError.from_wrong(given, f"{option} is {what}")
            texts = (given or {}).values() if option in ("labels", "texts") else ()
            if not all(isinstance(text, str) for text in texts):
                raise LedgerError.from_wrong(given, f"{option} gives texts")
        captions.words(self.texts)  # refuses a text that charts do not have
        if self.highlight is not None:
            refuse_unknown([self.highlight], ledger._sources, "source to highlight")
        given = self.colors or {}
        reports = ledger._of(ledger._known.at(None)).reports if given else ledger.reports.head(0)
        parts = reports[["side", "category"]].astype("str").to_numpy().ravel()
        known = {*ledger._sources, *parts} - {""}
        for name, color in given.items():
            if name not in known and not known.issuperset(str(name).split(" · ")):
                refuse_unknown([name], sorted(known), "source or part in colors")
            if not is_color_like(color):
                msg = f"colors={{{name!r}: {color!r}}} is no colour; pass a name or '#1f77b4'"
                raise LedgerError(msg)
        for name, value in self.line.items():
            if name not in _LINE:
                hint = nearest(name, [*OPTIONS, *_LINE])
                msg = f"charts take no {name!r}" + (f". {hint}" if hint else "")
                raise LedgerError(msg)
            try:
                Line2D([], []).set(**{name: value})
            except (TypeError, ValueError) as error:
                raise LedgerError.from_wrong(value, f"{name} is as matplotlib takes it") from error


OPTIONS = [option.name for option in fields(Options) if option.name != "line"]


# -- charts --------------------------------------------------------------------------------------


def chart(*, highlight: bool = False, window: bool = False, panels: str = "") -> Callable[..., Any]:
    """Make a function of a ledger a chart, which takes the common options beside its own.

    With `highlight` the chart takes ``highlight=``, with `window` it takes ``since=`` and
    ``until=``. It draws one value of the column `panels`: several get a panel each.
    """
    refused = ("highlight",) * (not highlight) + ("since", "until") * (not window)

    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "options"]

        @functools.wraps(function)
        def method(self: Any, *arguments: Any, **given: Any) -> Any:
            named = {p.name: given.pop(p.name) for p in own[1:] if p.name in given}
            most = named.get("most", 1)
            if not pd.api.types.is_integer(most) or most < 1:
                raise LedgerError.from_wrong(most, "most is how many are drawn, one at least")
            chosen = {name: given.pop(name) for name in OPTIONS if name in given}
            given = {name: value for name, value in given.items() if value is not None}
            line = normalize_kwargs(given, Line2D)  # matplotlib has short names, such as lw
            options, ledger = Options(**chosen, line=line), self._ledger
            options.check(function.__name__, refused, ledger, named)
            if options.by is None and options.ax is None and panels:
                found = ledger.series().dropna(subset=["latest", "low", "high"], how="all")
                things = found.drop_duplicates([c for c in SERIES if c not in ("source", panels)])
                if len(things) == 1 and found[panels].nunique() > 1:
                    options = replace(options, by=panels)

            @functools.wraps(function)
            def draw(ledger: Any, options: Options) -> Any:
                return give_words(function(ledger, *arguments, options=options, **named))

            return draw(ledger, options) if options.by is None else _panels(ledger, draw, options)

        *common, _ = inspect.signature(Options).parameters.values()
        lines = inspect.Parameter("line", inspect.Parameter.VAR_KEYWORD)
        method.__signature__ = inspect.Signature([*own, *common, lines])  # type: ignore[attr-defined]
        shared = inspect.cleandoc(Options.__doc__ or "").replace("Parameters\n----------\n", "")
        method.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\nNotes\n-----\n{shared}"
        return method

    return make


def _panels(ledger: Any, draw: Callable[..., Any], options: Options) -> Any:
    """Draw one panel for each value of a series column, on shared axes."""
    by, say = str(options.by), options.say
    refuse_unknown([by], NAMES, "column to draw by")
    if options.ax is not None:
        msg = "by= draws a figure of its own: leave out ax=, or draw each panel with where()"
        raise LedgerError(msg)
    sizes = ledger.reports.query("action != 'deny'")[by].astype("str").value_counts(sort=False)
    values = sizes.sort_values(ascending=False, kind="stable").index.tolist()
    clock = captions.clock_of(ledger)  # one for all panels
    split = ((v, ledger.where(**{by: v}).as_of(clock)) for v in values[: 4 * MOST_PANELS])
    known = ((v, part) for v, part in split if part.totals()["total"].notna().any())
    labels = options.labels or {}
    heads = {v: labels.get(v, v) or say["no relay" if by == "via" else "figures"] for v in values}
    shown = dict(itertools.islice(known, MOST_PANELS))
    if not shown:  # which is refused
        return draw(ledger, replace(options, by=None))
    figure, drawn = _draw_panels(draw, options, heads, shown)
    charts, sheets = [*drawn.values()], [*map(Sheet.of, drawn.values())]
    names = pd.concat([part for sheet in sheets for part in sheet.names], ignore_index=True)
    what, differs = sheets[0].common(names)
    for sheet in sheets if "source" in differs and by != "source" else ():
        sheet.named = True
        sheet.name_lines([column for column in differs if column != by])
    gone = [head for value, head in heads.items() if value not in drawn]
    lacking = [f"{say['left out'].format(n=f'{len(gone):,}')}: {first_of(gone)}"] * bool(gone)
    small = [*sheets[0].small_line(names, captions.known(ledger, say)), *lacking]
    title = say.get(f"title {draw.__name__} {by}", say[f"title {draw.__name__}"]).format(what=what)
    title = title if options.title is None else options.title
    small = small if options.subtitle is None else [options.subtitle]
    _frame(figure, sheets, title, [*filter(None, map(clean, small))], key=bool(options.key))
    first = charts[0]
    told = [f"{heads[value]}: {ax.alt_text}" for value, ax in drawn.items()]
    told += [f"{names}." for names in lacking]
    first.alt_text = f"{plural(len(drawn), 'panel')}. {' '.join(told)}"
    first.data = pd.concat([ax.data for ax in charts], ignore_index=True)
    for ax in charts[1:]:
        ax.alt_text = ""
    return first


def _draw_panels(
    draw: Callable[..., Any], options: Options, heads: Mapping[Any, str], shown: dict[Any, Any]
) -> tuple[Any, dict[Any, Any]]:
    """Draw a panel for each ledger; return the figure, and the axes of each value.

    A first drawing finds out which have nothing to draw: then the figure is drawn without them.
    """
    from matplotlib.pyplot import close, subplots

    count, drawn = len(shown), dict[Any, Any]()
    wide = {1: 1, 2: 2, 4: 2}.get(count, 3)
    tall = -(-count // wide)
    figure, axes = subplots(
        tall, wide, figsize=(3.4 * wide + 0.4, 2.7 * tall + 0.8), squeeze=False, sharex=True,
        sharey=draw.__name__ not in ("sources", "revisions", "timeline"), layout="constrained",
    )  # fmt: skip
    free = [*axes.flat]
    for ax, (value, part) in zip(free, shown.items(), strict=False):
        own = replace(options, title=heads[value], subtitle="", ax=ax)
        try:
            drawn[value] = draw(part, own)
        except LedgerError as error:  # of one total there are no increments, …
            refused = error
    if len(drawn) < count:
        close(figure)
        if not drawn:
            raise refused
        return _draw_panels(draw, options, heads, {value: shown[value] for value in drawn})
    for ax, above in zip(free[count:], free[count - wide :], strict=False):
        ax.remove()
        above.tick_params(axis="x", labelbottom=True)  # it is the last of its column
    return figure, drawn


def _frame(figure: Any, sheets: list[Sheet], title: str, small: list[str], *, key: bool) -> None:
    """Write one title above all panels, and one key and small line below them."""
    room = 72 * figure.get_figwidth() - 20
    head = figure.suptitle("", x=0.012, ha="left", fontweight="bold", parse_math=False,
                           color=sheets[0].ink)  # fmt: skip
    head.set_text("\n".join(wrap(clean(title), head, room)))
    marks: dict[str, Any] = {}
    for sheet in sheets:
        sheet.title.set_fontsize(0.85 * sheet.title.get_fontsize())
        marks = {text: looks for looks, text in sheet.keys.values() if key} | marks
        sheet.key = False
    size = sheet.small.get_fontsize()
    found = legend(
        figure, [(looks, text) for text, looks in marks.items()], sheet.ink,
        ncols=columns_of([*marks], sheet.small, room), prop={"size": size}, title_fontsize=size,
        title="\n".join(fill(small, sheet.small, room, 3)), loc="outside lower left",
        alignment="left", borderaxespad=0.6,
    )  # fmt: skip
    figure.legends.append(found)  # its own method takes no legend without a mark
    found.get_title().set(parse_math=False, color=sheet.small.get_color())
