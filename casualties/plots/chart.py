"""What makes a function a chart: the options that all take, and small multiples."""

import functools
import inspect
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.colors import is_color_like

from ..model.errors import LedgerError, shorten, unknown
from ..model.schema import NAMES, SERIES
from ..words import clean, plural
from . import captions, colors
from .fitting import LEGEND, Anchor, Ruler, columns_of, handles, write
from .sheet import OWN

_OPTIONS = """
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
            Colours of sources; by default each has the same one in every chart of a ledger.
        highlight : str, optional
            A source to draw in ink, the others in grey; of charts of several sources.
        since, until : str or date or datetime, optional
            Draw only what lies within; of charts with an axis of time.
        key : bool, default True
            Whether to explain the marks that are present.
        texts : dict, optional
            The chart's own words, for other languages: ``casualties.plots.captions.WORDS``.
        **options
            Keywords for the lines, as in matplotlib.

        Returns
        -------
        Axes
            Those drawn on (with `by`, the first panel's), with `alt_text`, the picture in words,
            and `data`, the frame that was drawn.
"""
#: Panels beyond this many are left out, and said to be.
MOST_PANELS = 12
#: What options are.
_KINDS: list[tuple[str, Any, str]] = [
    ("by", str, "a column"), ("key", bool, "True or False"),
    *((name, str, "a text") for name in ("title", "subtitle", "highlight")),
    *((name, Mapping, "a mapping of names") for name in ("labels", "colors", "texts")),
]  # fmt: skip


def chart(
    *, several: bool = False, window: bool = False, one: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Make a function a chart: its options checked, documented, and small multiples with `by`.

    `several` sources can be told apart, so that one may be highlighted; a `window` of time may be
    drawn; several values of a column of which only `one` is drawn get a panel each.
    """

    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        refused: tuple[str, ...] = () if several else ("highlight",)
        refused += () if window else ("since", "until")

        @functools.wraps(function)
        def method(self: Any, *arguments: Any, by: str | None = None, **options: Any) -> Any:
            _check(function.__name__, options | {"by": by}, refused, self._ledger)
            if by is None and one and options.get("ax") is None:
                found = self._ledger.series()
                things = found[[c for c in SERIES if c not in ("source", *one)]].drop_duplicates()
                apart = [c for c in one if found[c].nunique() > 1 and len(things) == 1]
                by = apart[0] if apart else None
            if by is None:
                return function(self, *arguments, **options)
            return _panels(self, function, by, arguments, options)

        _document(method, function)
        return method

    return make


def _document(method: Any, function: Callable[..., Any]) -> None:
    """Put the common options into the signature and the documentation of a chart."""
    given = inspect.signature(function)
    kept = [p for p in given.parameters.values() if p.kind is not p.VAR_KEYWORD]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in ({"by": None} | OWN).items()
    ]
    rest = inspect.Parameter("line", inspect.Parameter.VAR_KEYWORD)
    method.__signature__ = given.replace(parameters=[*kept, *extra, rest])
    doc = inspect.cleandoc(function.__doc__ or "")
    common = inspect.cleandoc("x\n" + _OPTIONS)[2:]
    head, sep, tail = doc.partition("\nExamples\n")
    if "Parameters\n-----" not in head:
        head = head.rstrip() + "\n\nParameters\n----------"
    method.__doc__ = head.rstrip() + "\n" + common.strip("\n") + "\n\n" + sep.lstrip("\n") + tail


def _check(name: str, options: dict[str, Any], refused: tuple[str, ...], ledger: Any) -> None:
    """Refuse options that mean nothing: of this chart, or of any."""
    for option in refused:
        if options.get(option) is not None:
            msg = f"plot.{name}() takes no {option}=: there is nothing in it to choose by that"
            raise LedgerError(msg)
    for option, kind, what in _KINDS:
        given = options.get(option)
        if given is not None and not isinstance(given, kind):
            msg = f"{option} is {what}, and cannot be {shorten(given)}"
            raise LedgerError(msg)
        if option in ("labels", "texts") and not all(
            isinstance(t, str) for t in (given or {}).values()
        ):
            msg = f"{option} gives texts, and cannot be {shorten(given)}"
            raise LedgerError(msg)
    if (wanted := options.get("highlight")) is not None and wanted not in ledger._sources:
        raise LedgerError(unknown("source to highlight", wanted, ledger._sources))
    if given := options.get("colors"):
        parts = (ledger.series()[column].astype("str") for column in ("side", "category"))
        known = {*ledger._sources, *itertools.chain(*parts)}
        for name, color in given.items():
            if name not in known and not known.issuperset(str(name).split(" · ")):
                raise LedgerError(unknown("source or part in colors", name, sorted(known)))
            if not is_color_like(color):
                msg = f"colors={{{name!r}: {color!r}}} is no colour; pass a name or '#1f77b4'"
                raise LedgerError(msg)


def _panels(
    plot: Any, function: Callable[..., Any], by: str, arguments: Any, options: dict[str, Any]
) -> Any:
    """Draw one panel for each value of a series column, on shared axes."""
    import matplotlib.pyplot as plt

    ledger = plot._ledger
    if by not in NAMES:
        raise LedgerError(unknown("column to draw by", by, list(NAMES)))
    if options.pop("ax", None) is not None:
        msg = "by= draws a figure of its own: leave out ax=, or draw each panel with where()"
        raise LedgerError(msg)
    found = ledger.reports
    found = found[found["action"] != "deny"].assign(panel=found[by].astype("str"))
    sizes = found["panel"].value_counts(sort=False)
    values = sizes.sort_values(ascending=False, kind="stable").index.tolist()
    say = captions.words(options.get("texts"))
    title, subtitle = options.pop("title", None), options.pop("subtitle", None)
    labels = dict(options.get("labels") or {})
    drawable, clock = [], captions.clock_of(ledger)
    for value in values[: 4 * MOST_PANELS]:
        part = ledger.where(**{by: value}).as_of(clock)  # one clock for all panels
        if part.totals()["total"].notna().any():
            drawable.append((value, part))
    if not drawable:
        msg = "nothing is known, so there is nothing to draw"
        raise LedgerError(msg)
    shown = drawable[:MOST_PANELS]
    wide = 1 if len(shown) == 1 else 2 if len(shown) in (2, 4) else 3
    tall = -(-len(shown) // wide)
    rows = function.__name__ in ("sources", "revisions", "timeline")
    figure, axes = plt.subplots(
        tall, wide, figsize=(3.4 * wide + 0.4, 2.7 * tall + 0.8), layout="constrained",
        sharex=True, sharey=not rows, squeeze=False,
    )  # fmt: skip
    charts: list[Any] = []
    for ax, (value, part) in zip(axes.flat, shown, strict=False):
        name = labels.get(value, value) or say["no relay" if by == "via" else "figures"]
        more = options | {"title": name, "subtitle": "", "ax": ax}
        charts.append(function(type(plot)(part), *arguments, **more))
    for ax in list(axes.flat)[len(shown) :]:
        ax.remove()
    names = found[found["panel"].isin([value for value, _ in shown])]
    small = captions.small_line(len(ledger), names, say, captions.known(ledger, say), labels)
    if len(values) > len(shown):
        small.append(say["left out"].format(n=f"{len(values) - len(shown):,}"))
    said = captions.common(names, say, labels)[0] if title is None else title
    _frame(figure, charts, said, small if subtitle is None else [clean(subtitle)],
           key=options.get("key", True))  # fmt: skip
    first = charts[0]
    first.alt_text = f"{plural(len(shown), 'panel')}. " + " ".join(
        f"{value}: {ax.alt_text}" for (value, _), ax in zip(shown, charts, strict=True)
    )
    first.data = pd.concat([ax.data for ax in charts], ignore_index=True)
    for ax in charts[1:]:
        ax.alt_text = ""
    return first


def _frame(figure: Any, charts: list[Any], title: str, small: list[str], *, key: bool) -> None:
    """Write one title above all panels, and one key and small line below them."""
    figure.suptitle(clean(title), x=0.012, ha="left", fontweight="bold", parse_math=False,
                    color=colors.ink(charts[0], inside=False))  # fmt: skip
    looks: dict[str, Any] = {}
    for ax in charts:
        (sheet,) = (child.sheet for child in ax.get_children() if isinstance(child, Anchor))
        sheet.title.set_fontsize(0.85 * sheet.title.get_fontsize())
        looks = {text: look for look, text in sheet.keys.values() if key} | looks
        sheet.key = False
    if not looks and not any(small):
        return
    ruler, room = Ruler(charts[0], figure._get_renderer()), 72 * figure.get_figwidth() - 20
    found = figure.legend(
        handles([*looks.values()]), ["x"] * len(looks), alignment="left", fontsize="small",
        ncols=columns_of([*looks], ruler, sheet.small, room), title_fontsize="small",
        title="\n".join(ruler.fill(small, sheet.small, room, 3)),
        **LEGEND | {"loc": "outside lower left"},
    )  # fmt: skip
    write(found, [*looks], sheet.ink)
    found.get_title().set(parse_math=False, color=sheet.small.get_color())
