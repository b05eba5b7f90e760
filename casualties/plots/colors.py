"""Colours: one per source whatever is drawn, and texts that can be read where they stand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb, to_rgba

from ..words import part

#: Filled where stated, hollow where derived; the shape tells lines apart in grey as well.
SHAPES = ("o", "s", "D", "p", "h", "8", "d", "*")
#: Lines beyond this many are drawn in grey.
MOST_LINES = 8


def cycle() -> list[str]:
    """Return the colours of the current style."""
    given = rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])
    return list(dict.fromkeys(to_hex(color) for color in given))


def own(rank: int) -> str:
    """Return the colour of a source by its rank: one of the style, then darker, then mixed ones."""
    colours = cycle()
    color, third = (np.array(to_rgb(colours[r % len(colours)])) for r in (rank, rank + 3))
    turn = rank // len(colours) % 3
    return to_hex(tuple((color, 0.6 * color, 0.42 * (color + third))[turn]))


def behind(ax: Axes, *, inside: bool) -> str:
    """Return the colour behind texts within or around the axes; what is see-through is on white."""
    under = np.ones(3)
    for patch in (ax.figure.patch, ax.patch)[: 1 + inside]:
        *face, alpha = to_rgba(patch.get_facecolor())
        under = under * (1 - alpha) + np.array(face) * alpha
    return to_hex(under)


def contrast(color: Any, under: Any) -> float:
    """Return the contrast ratio of two colours (WCAG 2.1)."""
    parts = np.array([to_rgb(color), to_rgb(under)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    dark, light = np.sort(linear @ [0.2126, 0.7152, 0.0722])
    return float((light + 0.05) / (dark + 0.05))


def readable(color: Any, under: Any, least: float = 4.5) -> str:
    """Return a colour as it is, or darker or lighter until it can be read."""
    parts = np.array(to_rgb(color))
    towards = np.zeros(3) if contrast("k", under) > contrast("w", under) else np.ones(3)
    found = (tuple(parts * (1 - share) + towards * share) for share in np.linspace(0, 1, 21))
    return to_hex(next(mixed for mixed in found if contrast(mixed, under) >= least))


def ink(ax: Axes, *, inside: bool = True) -> str:
    """Return the colour of the style's texts, so that it can be read."""
    return readable(rcParams["text.color"], behind(ax, inside=inside))


def quiet(ax: Axes, *, inside: bool = True) -> str:
    """Return a grey that can be read, for what matters less."""
    color = mixed(ax, rcParams["text.color"], 0.62, inside=inside)
    return readable(color, behind(ax, inside=inside))


def muted(ax: Axes) -> str:
    """Return the grey of lines that stand back."""
    return readable("0.6", behind(ax, inside=True), 1.9)


def assign(
    names: pd.DataFrame, order: Sequence[str], taken: Iterable[str], given: Mapping[str, Any]
) -> list[tuple[str, int]]:
    """Return the colour and the rank of each line.

    The rank is the place of its source in `order`, that of the whole ledger; if its colour is
    `taken`, the next rank whose colour is free. Colours `given` by the caller come first: those of
    parts, then those of sources.
    """
    named = names.reindex(columns=["source", "side", "category"]).astype("str")
    sources, sides, categories = (named[column].tolist() for column in named)
    parts = map(part, zip(sides, categories, strict=True))
    rank_of = {name: rank for rank, name in enumerate(order)}
    # The colour of another source is not free.
    others = {own(rank_of[name]) for name in set(sources) if name in rank_of}
    found: list[tuple[str, int]] = []
    used = set(taken)
    for called in zip(parts, sides, categories, sources, strict=True):
        first = best = rank_of.get(called[-1], len(rank_of))
        if own(first) in used:
            ranks = range(first + 1, first + 3 * len(cycle()))
            best = next((r for r in ranks if own(r) not in used | others), first)
        color = to_hex(next((given[name] for name in called if name in given), own(best)))
        used.add(color)
        found.append((color, best))
    return found


def mixed(ax: Axes, color: Any, share: float, *, inside: bool) -> str:
    """Return so much (`share`) of a colour, the rest of what lies behind it."""
    over, under = (np.array(to_rgb(c)) for c in (color, behind(ax, inside=inside)))
    return to_hex(share * over + (1 - share) * under)
