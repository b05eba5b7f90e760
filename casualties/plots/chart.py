"""What makes a function a chart: the options that all take, and small multiples."""

import functools
import inspect
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from ..model.errors import LedgerError, unknown
from ..model.schema import NAMES, SERIES
from ..words import clean, plural
from . import captions, colors
from .fitting import columns_of, fill, legend
from .options import Options
from .saving import tell
from .sheet import Sheet

#: Panels beyond this many are left out, and said to be.
MOST_PANELS = 12


def chart(
    *, several: bool = False, window: bool = False, one: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Make a function a chart: its options checked, documented, and small multiples with `by`.

    `several` sources can be told apart, so that one may be highlighted; a `window` of time may be
    drawn; several values of a column of which only `one` is drawn get a panel each.
    """
    refused = ("highlight",) * (not several) + ("since", "until") * (not window)

    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "options"]

        @functools.wraps(function)
        def method(self: Any, *arguments: Any, **given: Any) -> Any:
            mine = {p.name: given.pop(p.name) for p in own if p.name in given}
            options = Options.of(given)
            options.check(function.__name__, refused, self._ledger)
            if options.by is None and options.ax is None and one:
                found = self._ledger.series()
                things = found[[c for c in SERIES if c not in ("source", *one)]].drop_duplicates()
                apart = [c for c in one if found[c].nunique() > 1 and len(things) == 1]
                options = replace(options, by=apart[0] if apart else None)

            @functools.wraps(function)
            def draw(plot: Any, options: Options) -> Any:
                return tell(function(plot, *arguments, options=options, **mine))

            return draw(self, options) if options.by is None else _panels(self, draw, options)

        common = [
            inspect.Parameter(p.name, p.VAR_KEYWORD) if p.name == "line" else p
            for p in inspect.signature(Options).parameters.values()
        ]
        method.__signature__ = inspect.Signature([*own, *common])  # type: ignore[attr-defined]
        method.__doc__ = _documented(function)
        return method

    return make


def _documented(function: Callable[..., Any]) -> str:
    """Return the documentation of a chart, with that of the options that all take."""
    doc, common = (inspect.cleandoc(each.__doc__ or "") for each in (function, Options))
    head, examples, tail = doc.partition("\nExamples\n")
    if "Parameters\n-----" not in head:
        head = head.rstrip() + "\n\nParameters\n----------"
    common = common.partition("Parameters\n----------\n")[2]
    return f"{head.rstrip()}\n{common}\n\n{examples.lstrip()}{tail}"


def _panels(plot: Any, draw: Callable[..., Any], options: Options) -> Any:
    """Draw one panel for each value of a series column, on shared axes."""
    import matplotlib.pyplot as plt

    ledger, by, say = plot._ledger, str(options.by), options.say
    if by not in NAMES:
        raise LedgerError(unknown("column to draw by", by, list(NAMES)))
    if options.ax is not None:
        msg = "by= draws a figure of its own: leave out ax=, or draw each panel with where()"
        raise LedgerError(msg)
    found = ledger.reports
    found = found[found["action"] != "deny"].assign(panel=found[by].astype("str"))
    sizes = found["panel"].value_counts(sort=False)
    values = sizes.sort_values(ascending=False, kind="stable").index.tolist()
    clock = captions.clock_of(ledger)  # one for all panels
    every = ((v, ledger.where(**{by: v}).as_of(clock)) for v in values[: 4 * MOST_PANELS])
    known = ((v, part) for v, part in every if part.totals()["total"].notna().any())
    shown = dict(itertools.islice(known, MOST_PANELS))
    if not shown:
        msg = "nothing is known, so there is nothing to draw"
        raise LedgerError(msg)
    wide = 1 if len(shown) == 1 else 2 if len(shown) in (2, 4) else 3
    tall = -(-len(shown) // wide)
    figure, axes = plt.subplots(
        tall, wide, figsize=(3.4 * wide + 0.4, 2.7 * tall + 0.8), layout="constrained",
        sharex=True, sharey=draw.__name__ not in ("sources", "revisions", "timeline"),
        squeeze=False,
    )  # fmt: skip
    labels, charts = options.labels or {}, []
    for ax, (value, part) in zip(axes.flat, shown.items(), strict=False):
        title = labels.get(value, value) or say["no relay" if by == "via" else "figures"]
        charts.append(draw(type(plot)(part), replace(options, title=title, subtitle="", ax=ax)))
    for ax in axes.flat[len(shown) :]:
        ax.remove()
    names = found[found["panel"].isin([*shown])]
    small = captions.small_line(len(ledger), names, say, captions.known(ledger, say), labels)
    if len(values) > len(shown):
        small.append(say["left out"].format(n=f"{len(values) - len(shown):,}"))
    title = captions.common(names, say, labels)[0] if options.title is None else options.title
    small = small if options.subtitle is None else [clean(options.subtitle)]
    _frame(figure, charts, title, small, key=bool(options.key))
    first = charts[0]
    told = (f"{value}: {ax.alt_text}" for value, ax in zip(shown, charts, strict=True))
    first.alt_text = f"{plural(len(shown), 'panel')}. {' '.join(told)}"
    first.data = pd.concat([ax.data for ax in charts], ignore_index=True)
    for ax in charts[1:]:
        ax.alt_text = ""
    return first


def _frame(figure: Any, charts: list[Any], title: str, small: list[str], *, key: bool) -> None:
    """Write one title above all panels, and one key and small line below them."""
    figure.suptitle(clean(title), x=0.012, ha="left", fontweight="bold", parse_math=False,
                    color=colors.ink(charts[0], inside=False))  # fmt: skip
    marks: dict[str, Any] = {}
    for sheet in map(Sheet.of, charts):
        sheet.title.set_fontsize(0.85 * sheet.title.get_fontsize())
        marks = {text: looks for looks, text in sheet.keys.values() if key} | marks
        sheet.key = False
    if not marks and not any(small):
        return
    room = 72 * figure.get_figwidth() - 20
    found = legend(
        figure.legend, [(looks, text) for text, looks in marks.items()], sheet.ink,
        ncols=columns_of([*marks], sheet.small, room), title_fontsize="small",
        title="\n".join(fill(small, sheet.small, room, 3)), fontsize="small",
        loc="outside lower left", alignment="left",
    )  # fmt: skip
    found.get_title().set(parse_math=False, color=sheet.small.get_color())
