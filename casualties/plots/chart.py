"""What makes a function a chart: the options that all take, and small multiples."""

import copy
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import matplotlib as mpl

from ..model.errors import LedgerError, shorten, unknown
from ..model.schema import SERIES
from . import captions, colors
from .prepare import source_order
from .sheet import Sheet

if TYPE_CHECKING:
    from .sheet import Chart

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = """
        ax : Axes, optional
            Where to draw; default a new figure. Limits, scales and texts that the axes have are
            honoured; a second call adds to the first.
        by : str, optional
            A series column: small multiples on shared axes, one for each of its values.
        title, subtitle : str, optional
            Default: what is counted, at which clock, by whom, in words; ``""`` for none.
        labels : dict, optional
            Names and what to write instead.
        colors : dict, optional
            Colours of sources; by default each has the same one in every chart of a ledger.
        key : bool, default True
            Whether to explain the marks that are present.
        texts : dict, optional
            The chart's own words, for other languages: ``casualties.plots.captions.WORDS``.
        log : bool, default False
            Whether counts are on a logarithmic axis.
        **options
            Keywords for the lines, as in matplotlib.

        Returns
        -------
        Axes
            Those drawn on (with `by`, the first panel's), with `alt_text`: the picture in words.
"""
#: Panels beyond this many are left out, and said to be.
MOST_PANELS = 12


def chart(function: F) -> F:
    """Make a chart: with `by`, small multiples; and the common options in its documentation."""

    @functools.wraps(function)
    def method(self: Any, *arguments: Any, by: str | None = None, **options: Any) -> Any:
        _check_names(options)
        if by is not None and not isinstance(by, str):
            msg = f"by names a column, and cannot be {shorten(by)}"
            raise LedgerError(msg)
        if by is None:
            return function(self, *arguments, **options)
        return _panels(self, function, by, arguments, options)

    given = inspect.signature(function)
    kept = [p for p in given.parameters.values() if p.kind is not p.VAR_KEYWORD]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in {"by": None, "title": None, "subtitle": None, "labels": None,
                              "colors": None, "key": True, "texts": None, "log": False}.items()
    ]  # fmt: skip
    rest = inspect.Parameter("line", inspect.Parameter.VAR_KEYWORD)
    method.__signature__ = given.replace(parameters=[*kept, *extra, rest])  # type: ignore[attr-defined]
    doc = inspect.cleandoc(function.__doc__ or "")
    common = inspect.cleandoc("x\n" + _OPTIONS)[2:]
    head, sep, tail = doc.partition("\nExamples\n")
    if "Parameters\n-----" not in head:
        head = head.rstrip() + "\n\nParameters\n----------"
    method.__doc__ = head.rstrip() + "\n" + common.strip("\n") + "\n\n" + sep.lstrip("\n") + tail
    return method  # type: ignore[return-value]


def _check_names(options: dict[str, Any]) -> None:
    """Refuse names, colours and texts that are none."""
    for option in ("key", "log"):
        if not isinstance(options.get(option, True), bool):
            msg = f"{option} is True or False, and cannot be {shorten(options[option])}"
            raise LedgerError(msg)
    for option in ("title", "subtitle"):
        if not isinstance(options.get(option), str | None):
            msg = f"{option} is a text, and cannot be {shorten(options[option])}"
            raise LedgerError(msg)
    for option in ("labels", "colors", "texts"):
        said = options.get(option)
        if said is not None and not isinstance(said, Mapping):
            msg = f"{option} is a mapping of names, and cannot be {shorten(said)}"
            raise LedgerError(msg)
        for text in (said or {}).values() if option != "colors" else ():
            if not isinstance(text, str):
                msg = f"{option} gives texts, and cannot be {shorten(text)}"
                raise LedgerError(msg)


def _panels(
    plot: Any, function: Callable[..., Any], by: str, arguments: Any, options: dict[str, Any]
) -> "Chart":
    """Draw one panel for each value of a series column, on shared axes."""
    import matplotlib.pyplot as plt

    ledger = plot._ledger
    if by not in SERIES:
        raise LedgerError(unknown("column to draw by", by, list(SERIES)))
    if options.pop("ax", None) is not None:
        msg = "by= draws a figure of its own: leave out ax=, or draw each panel with where()"
        raise LedgerError(msg)
    found = ledger.series()
    values = list(dict.fromkeys(found.sort_values("reports", ascending=False, kind="stable")[by]
                                .astype("str")))  # fmt: skip
    if not values:
        msg = "nothing is known, so there is nothing to draw"
        raise LedgerError(msg)
    say = captions.words(options.get("texts"))
    given = {name: colors.own(rank) for rank, name in enumerate(source_order(ledger))}
    given |= dict(options.pop("colors", None) or {})
    title, subtitle = options.pop("title", None), options.pop("subtitle", None)
    labels = dict(options.get("labels") or {})
    drawable, clock = [], captions.clock_of(ledger)
    for value in values[: 4 * MOST_PANELS]:
        part = ledger.where(**{by: value})
        part = part if clock is None else part.as_of(clock)  # one clock for all panels
        if part.totals()["total"].notna().any():
            drawable.append((value, part))
    shown = drawable[:MOST_PANELS]
    wide = 1 if len(shown) == 1 else 2 if len(shown) in (2, 4) else 3
    tall = -(-len(shown) // wide)
    size = (3.3 * wide + 0.4, 2.7 * tall + 0.7)
    figure, axes = plt.subplots(tall, wide, figsize=size, sharex=True, sharey=True, squeeze=False,
                                layout="constrained")  # fmt: skip
    charts: list[Any] = []
    for ax, (value, part) in zip(axes.flat, shown, strict=False):
        name = labels.get(value, value) or say["figures"]
        more = options | {"title": name, "subtitle": "", "colors": given, "ax": ax}
        charts.append(function(type(plot)(part), *arguments, **more))
    for ax in list(axes.flat)[len(shown) :]:
        ax.remove()
    names = found[found[by].astype("str").isin([value for value, _ in shown])]
    said, _ = captions.common(names, say)
    small = captions.small_line(ledger, names, say)
    if len(values) > len(shown):
        small.append(say["left out"].format(n=f"{len(values) - len(shown):,}"))
    _frame(
        figure,
        charts,
        said if title is None else title,
        " · ".join(small) if subtitle is None else subtitle,
        key=options.get("key", True),
    )
    first = charts[0]
    first.alt_text = f"{captions.tells(len(shown), 'panel')}. " + " ".join(
        f"{value}: {ax.alt_text}" for (value, _), ax in zip(shown, charts, strict=True)
    )
    for ax in charts[1:]:
        ax.alt_text = ""
    return first


def _frame(figure: Any, charts: list[Any], title: str, small: str, *, key: bool) -> None:
    """Write one title above all panels, and one key and small line below them."""
    head = figure.suptitle(captions.clean(title), x=0.012, ha="left", fontweight="bold")
    head.set_parse_math(False)
    head.set_color(colors.ink(charts[0], inside=False))
    handles: dict[str, Any] = {}
    for ax in charts:
        sheet = Sheet.on(ax, {})[0]
        if sheet.title is not None:
            sheet.title.set_fontsize("medium")
        marks = [e for e in sheet.entries.values() if not e.of_line] if key else []
        for entry in sorted(marks, key=lambda entry: entry.rank):
            handles.setdefault(entry.name, copy.copy(entry.parts[0][0]))
        sheet.key = False
    if not handles and not small:
        return
    for handle in handles.values():
        handle.set_transform(mpl.transforms.IdentityTransform())
    room = 72 * figure.get_figwidth() / (0.7 * mpl.rcParams["font.size"])
    wide = max((len(name) for name in handles), default=1) + 6
    legend = figure.legend(
        list(handles.values()), list(handles), loc="outside lower left", frameon=False,
        fontsize="small", ncols=max(1, int(room / wide)), alignment="left",
        title=captions.clean(small), title_fontsize="small", handlelength=1.4,
    )  # fmt: skip
    legend.get_title().set_color(colors.quiet(charts[0], inside=False))
    for text in [legend.get_title(), *legend.get_texts()]:
        text.set_parse_math(False)
