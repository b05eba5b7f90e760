"""The one grammar of all charts (design, section 11).

Filled dot stated, hollow dot derived; band or whisker where there is a range; a fading stem where
there is no upper bound, one dotted edge instead of many; ``~`` about; × denied; ▼ revised down,
▽ fell with nothing revised; ``?`` declined to say; dashed after the last report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, ScaledTranslation

from . import colors
from .prepare import names_of, source_order
from .sheet import Sheet

#: Above so many marks in a line they would fuse: one edge instead of stems, no dots or whiskers.
MOST_MARKS = 60
#: Above so many, the tick marks of a line stand for themselves.
MOST_DOTS = 150
_TILDE = r"$\sim$"
_STEM = 17.0  # points


@dataclass(frozen=True)
class Look:
    """How a line is drawn: its colour, that of its texts, and the shape of its dots."""

    color: str
    text: str
    shape: str


def looks(sheet: Sheet, ledger: Any, groups: list[pd.DataFrame]) -> list[Look]:
    """Return how each series is drawn; the same source has the same colour in every chart."""
    names = names_of(groups)
    of = list(names["source"].astype("str"))
    chosen = colors.assign(of, source_order(ledger), sheet.taken(), sheet.colors)
    under = colors.behind(sheet.ax, inside=False)
    return [
        Look(color, colors.readable(color, under), colors.SHAPES[place % len(colors.SHAPES)])
        for color, place in chosen
    ]


def _key(
    sheet: Sheet, mark: str, *parts: tuple[dict[str, Any], Any, Any], wide: float = 1.2
) -> None:
    sheet.entry(sheet.say[f"key {mark}"], list(parts), wide=wide, at=mark)


def _ink(sheet: Sheet) -> str:
    return colors.ink(sheet.ax, inside=False)


def _dot(sheet: Sheet, *, hollow: bool, size: float = 5) -> dict[str, Any]:
    tone = _ink(sheet)
    under = "none" if not hollow else colors.behind(sheet.ax, inside=False)
    return {"marker": "o", "markersize": size, "color": tone, "linestyle": "none",
            "markeredgewidth": 1.1, "markerfacecolor": under if hollow else tone}  # fmt: skip


def steps(
    sheet: Sheet, look: Look, run: pd.DataFrame, solid: float, until: float,
    style: Mapping[str, Any], *, grey: bool = False,
) -> None:  # fmt: skip
    """Draw one line of the grammar.

    Parameters
    ----------
    run : DataFrame
        `at` (date number), `y` (``NaN`` where there is no number), `bottom`, `top` (``NaN``:
        unbounded), `derived`, `about`; in the order of `at`.
    solid, until : float
        The last report and the clock: the line ends at the clock, dashed after the last report.
    """
    ax = sheet.ax
    x, y = run["at"].to_numpy(np.float64), run["y"].to_numpy(np.float64)
    low, high = run["bottom"].to_numpy(np.float64), run["top"].to_numpy(np.float64)
    derived, about = run["derived"].to_numpy(bool), run["about"].to_numpy(bool)
    solid = max(solid, x[-1])
    color = colors.readable("0.6", colors.behind(ax, inside=True), 1.9) if grey else look.color
    look_of = {"color": color, "drawstyle": "steps-post", "zorder": 2.1, "solid_joinstyle": "miter"}
    thin = look_of | {"linewidth": 0.9 if not grey else 0.8} | dict(style)
    xs, ys = np.r_[x, solid], np.r_[y, y[-1]]
    ax.plot(xs, ys, **thin)
    if grey:
        return
    firm = np.r_[~derived, ~derived[-1]]
    if not derived.all():
        # Twice each step, so that a derived stretch between stated ones stays thin.
        at, held = np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1].copy()
        held[~np.repeat(firm, 2)[:-1]] = np.nan
        ax.plot(at, held, **look_of | {"linewidth": 1.8, "drawstyle": "default"} | dict(style))
    if until > solid and np.isfinite(y[-1]):
        after = {"linewidth": 1.1, "linestyle": (0, (3, 2.5)), "color": color, "zorder": 2.1}
        ax.plot([solid, until], [y[-1], y[-1]], **after)
        _key(sheet, "after", (after | {"color": _ink(sheet)}, [0, 1.8], [0, 0]), wide=1.8)
    has = np.isfinite(y)
    ranges = has & np.isfinite(high) & (high > np.nan_to_num(low))
    if ranges.any():
        _band(sheet, color, xs, low, high, ranges)
        if ranges.sum() <= MOST_MARKS:
            whiskers(sheet, color, x[ranges], low[ranges], high[ranges])
    edge = has & ~np.isfinite(high) & ~about
    if edge.any():
        open_above(sheet, color, x, y, edge)
    dots(sheet, look, x[has], y[has], derived[has], many=int(has.sum()))
    if (has & about).any():
        tildes(sheet, color, x[has & about], y[has & about])


def _band(sheet: Sheet, color: str, xs: np.ndarray, low: np.ndarray, high: np.ndarray,
          ranges: np.ndarray) -> None:  # fmt: skip
    """Shade from low to high as long as each number holds."""
    if not (np.diff(xs)[ranges] > 0).any():
        return
    keep = np.repeat(ranges, 2)
    at = np.repeat(xs, 2)[1:-1]
    bottom, top = np.repeat(low, 2), np.repeat(high, 2)
    sheet.ax.fill_between(
        at, np.where(keep, bottom, np.nan), np.where(keep, top, np.nan), where=keep, color=color,
        alpha=0.2, linewidth=0, zorder=1.2,
    )  # fmt: skip
    _key(sheet, "range", _thick(sheet))


def _thick(sheet: Sheet) -> tuple[dict[str, Any], Any, Any]:
    return ({"color": _ink(sheet), "alpha": 0.3, "linewidth": 7, "solid_capstyle": "butt"},
            [0, 1.2], [0, 0])  # fmt: skip


def whiskers(
    sheet: Sheet, color: str, x: np.ndarray, low: np.ndarray, high: np.ndarray, *,
    across: bool = False, key: bool = True,
) -> None:  # fmt: skip
    """Draw each range as a line with caps."""
    # About the middle, as a stated number may lie outside; as a list: of arrays of one element the
    # lowest matplotlib warns.
    middle, half = (low + high) / 2, ((high - low) / 2).tolist()
    place = {"xerr": half} if across else {"yerr": half}
    xy = (middle, x) if across else (x, middle)
    sheet.ax.errorbar(*xy, **place, fmt="none", ecolor=color, elinewidth=1.2, capsize=3, zorder=2.3)
    if key:
        tone = {"color": _ink(sheet), "linewidth": 1.2, "marker": "|", "markersize": 6}
        _key(sheet, "range", (tone, [0, 1.2], [0, 0]))


def open_above(
    sheet: Sheet, color: str, x: np.ndarray, y: np.ndarray, where: np.ndarray, *,
    across: bool = False,
) -> None:  # fmt: skip
    """Draw a fading stem up from each number without an upper bound, or one dotted edge."""
    ax = sheet.ax
    tone = _ink(sheet)
    if where.sum() > MOST_MARKS:
        shift = ScaledTranslation(0, 4.5 / 72, ax.figure.dpi_scale_trans)
        edge = np.where(where, y, np.nan)
        ax.plot(x, edge, linestyle=":", color=color, linewidth=1.4, drawstyle="steps-post",
                transform=ax.transData + shift, zorder=2.2)  # fmt: skip
        _key(sheet, "unbounded", ({"color": tone, "linestyle": ":", "linewidth": 1.4},
                                  [0, 1.4], [0.15, 0.15]))  # fmt: skip
        return
    turn = Affine2D().rotate_deg(-90 if across else 0)
    at = (y[where], x[where]) if across else (x[where], y[where])
    for part in range(5):
        path = Path([(0, part / 5), (0, (part + 1) / 5), (0, 1)],
                    [Path.MOVETO, Path.LINETO, Path.MOVETO])  # fmt: skip
        ax.plot(*at, linestyle="none", marker=MarkerStyle(path, transform=turn),
                markersize=2 * _STEM, markeredgewidth=2.0, color=color, alpha=0.95 - 0.18 * part,
                zorder=2.2)  # fmt: skip
    _key(sheet, "unbounded", *(
        ({"color": tone, "linewidth": 1.6, "alpha": 0.85 - 0.17 * part, "solid_capstyle": "butt"},
         [0.3 * part, 0.3 * part + 0.3], [0, 0])
        for part in range(4)
    ))  # fmt: skip


def dots(sheet: Sheet, look: Look, x: np.ndarray, y: np.ndarray, derived: np.ndarray, *,
         many: int, across: bool = False) -> None:  # fmt: skip
    """Draw filled dots for stated numbers, hollow ones for derived numbers."""
    keep = np.ones(len(x), bool)
    if many > MOST_DOTS:
        keep[:] = False
        keep[-1:] = True
    size = 5.0 if many <= 40 else 3.6 if many <= MOST_MARKS else 2.6
    size *= {"D": 0.86, "p": 1.12, "*": 1.5}.get(look.shape, 1.0)
    under = colors.behind(sheet.ax, inside=True)
    for hollow in (False, True):
        some = keep & (derived == hollow)
        if some.any():
            at = (y[some], x[some]) if across else (x[some], y[some])
            sheet.ax.plot(
                *at, linestyle="none", marker=look.shape, markersize=size, color=look.color,
                markerfacecolor=under if hollow else look.color, markeredgewidth=1.1, zorder=2.6,
            )  # fmt: skip
            _key(sheet, "derived" if hollow else "stated",
                 (_dot(sheet, hollow=hollow), [0.4], [0]), wide=0.8)  # fmt: skip


def tildes(sheet: Sheet, color: str, x: np.ndarray, y: np.ndarray, *, across: bool = False) -> None:
    """Write ``~`` over numbers that were given as about."""
    some = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_MARKS)).astype(int))
    dx, dy = (-9, 0) if across else (0, 7)  # above a row stands its text
    shift = ScaledTranslation(dx / 72, dy / 72, sheet.ax.figure.dpi_scale_trans)
    at = (y[some], x[some]) if across else (x[some], y[some])
    look = {"marker": _TILDE, "markersize": 8, "markeredgewidth": 0.4, "linestyle": "none"}
    sheet.ax.plot(*at, color=color, transform=sheet.ax.transData + shift, zorder=2.7, **look)
    _key(sheet, "about", (look | {"color": _ink(sheet)}, [0.4], [0]), wide=0.8)


def denied(sheet: Sheet, x: Any, y: Any) -> None:
    """Cross what somebody denies."""
    look = {"marker": "x", "markersize": 9, "markeredgewidth": 2, "linestyle": "none"}
    sheet.ax.plot(x, y, color=colors.ink(sheet.ax), zorder=5, **look)
    _key(sheet, "denied", (look | {"color": _ink(sheet), "markersize": 6}, [0.4], [0]), wide=0.8)


def falls(sheet: Sheet, color: str, x: Any, y: Any, *, revised: bool) -> None:
    """Mark numbers below the ones before: ▼ revised, ▽ with nothing revised."""
    face = colors.behind(sheet.ax, inside=True)
    fill = color if revised else face
    sheet.ax.plot(x, y, linestyle="none", marker="v", markersize=8.5, color=color,
                  markerfacecolor=fill, markeredgecolor=face if revised else color,
                  markeredgewidth=0.8 if revised else 1.3, zorder=4)  # fmt: skip
    tone = _ink(sheet)
    under = tone if revised else colors.behind(sheet.ax, inside=False)
    look = {"marker": "v", "markersize": 7, "linestyle": "none", "color": tone,
            "markeredgewidth": 1.1, "markerfacecolor": under}  # fmt: skip
    _key(sheet, "down" if revised else "fell", (look, [0.4], [0]), wide=0.8)


def declined(sheet: Sheet, color: str, x: Any, y: Any) -> None:
    """Write ``?`` where a source declined to give a number."""
    shown = colors.readable(color, colors.behind(sheet.ax, inside=True))
    look = {"marker": "$?$", "markersize": 8, "linestyle": "none", "markeredgewidth": 0.3}
    shift = ScaledTranslation(0, 7 / 72, sheet.ax.figure.dpi_scale_trans)
    sheet.ax.plot(x, y, color=shown, zorder=5, transform=sheet.ax.transData + shift, **look)
    _key(sheet, "declined", (look | {"color": _ink(sheet)}, [0.4], [0]), wide=0.8)
