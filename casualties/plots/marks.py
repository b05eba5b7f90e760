"""The one grammar of all charts.

Filled dot stated, hollow dot derived; band or whisker where there is a range; a fading stem up
where there is no upper bound, one dotted edge instead of many, and down where only the most is
known; ``~`` about; × denied; / withdrawn; ▼ revised down, ▲ up, ▽ fell with nothing revised; ``?``
declined to say; + so many more, or of some days, and no total, – so many fewer; dashed after the
last change.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, ScaledTranslation

from ..words import clean
from . import colors, prepare
from .sheet import Sheet

#: Above so many marks in a line they would fuse: one edge instead of stems, no whiskers.
MOST_MARKS = 60
#: Above so many, only the last dot of a line is drawn.
MOST_DOTS = 150
_STEM = 17.0  # points

_DOT = {"marker": "o", "markersize": 5, "markeredgewidth": 1.1, "linestyle": "none"}
_BOX = _DOT | {"marker": "s", "markersize": 7}
_FALL = _DOT | {"marker": "v", "markersize": 8.5}
_BOLD = _DOT | {"marker": "x", "markersize": 9, "markeredgewidth": 2}
_LETTER = {"linestyle": "none", "markeredgewidth": 0.4, "markersize": 8}
_SHADE = {"linewidth": 7, "solid_capstyle": "butt"}
_HOLLOW = {"markerfacecolor": "none"}
#: How marks look. In this order the key explains them; the first go where there is no room for all.
MARKS: dict[str, dict[str, Any]] = {
    "stated": _DOT,
    "derived": _DOT | _HOLLOW,
    "more": _DOT | {"marker": "+", "markeredgewidth": 2},
    "fewer": _DOT | {"marker": "_", "markeredgewidth": 2},
    "after": {"linewidth": 1.1, "linestyle": (0, (3, 2.5))},
    "rest": _SHADE | {"alpha": 0.25},
    "whole": _BOX,
    "part": _BOX | _HOLLOW,
    "first": _BOLD | {"marker": "|"},
    "known": {"linewidth": 1.6, "marker": "o", "markersize": 3.4},
    "latest": {"linewidth": 1.6},
    "claims": _SHADE | {"alpha": 0.16},
    "range": _SHADE | {"alpha": 0.3},
    "ceiling": {"linewidth": 1.4, "linestyle": ":"},
    "unbounded": {"linewidth": 1.4, "linestyle": ":"},
    "about": _LETTER | {"marker": r"$\sim$"},
    "declined": _LETTER | {"marker": "$?$"},
    "fell": _FALL | _HOLLOW,
    "down": _FALL,
    "up": _FALL | {"marker": "^"},
    "arrow": _LETTER | {"marker": r"$\rightarrow$"},
    "withdrawn": _BOLD | {"marker": Path([(-0.7, -1), (0.7, 1)]), "markersize": 13},
    "denied": _BOLD,
    "muted": {"linewidth": 0.9, "color": "0.6"},
}


def explain(sheet: Sheet, mark: str, *looks: dict[str, Any], text: str = "") -> None:
    """Explain a mark in the key, once: as it usually looks, or by these looks over each other."""
    usual = MARKS[mark]
    size = {"markersize": sheet.share * min(usual.get("markersize", 0), 7)}
    drawn = [{"color": sheet.ink, **look} for look in looks or [usual | size]]
    kept = sheet.keys | {mark: (drawn, clean(text or sheet.say[f"key {mark}"]))}
    sheet.keys = {name: kept[name] for name in MARKS if name in kept}


@dataclass(frozen=True)
class Look:
    """How a line or row is drawn.

    Its colour and that of its texts, the shape of its dots, whether it stands back in grey, and
    which of `MARKS` its dots are where they are not derived.
    """

    color: str
    text: str
    shape: str = "o"
    grey: bool = False
    mark: str = "stated"


def looks(sheet: Sheet, names: pd.DataFrame) -> list[Look]:
    """Return the look of each line or row: a source has one colour in every chart."""
    chosen = colors.assign(names, sheet.sources, sheet.taken(), sheet.colors)
    under, grey = colors.behind(sheet.ax, inside=False), colors.muted(sheet.ax)
    found, highlight = [], sheet.options.highlight
    for source, (usual, rank) in zip(names["source"], chosen, strict=True):
        tone, muted = sheet.options.line.get("color", usual), highlight not in (None, source)
        if highlight is not None:
            tone = grey if muted else colors.ink(sheet.ax)
        shape = colors.SHAPES[rank % len(colors.SHAPES)]
        found.append(Look(tone, colors.readable(tone, under), shape, muted))
    return found


def steps(
    sheet: Sheet, look: Look, run: pd.DataFrame, style: dict[str, Any], solid: float = -np.inf
) -> None:
    """Draw a series as steps with its marks, up to the clock; dashed after the last change.

    Parameters
    ----------
    run : DataFrame
        Rows of one series as :func:`prepare.by_day` gives them, in the order of `at`.
    style : dict
        Keywords of matplotlib for the line.
    solid : float
        Where the dashes begin, if behind the last change.
    """
    ax, until = sheet.ax, sheet.until
    x, y, low, high = (run[c].to_numpy(np.float64) for c in ("at", "y", "bottom", "top"))
    solid = max(solid, x[-1], until if look.grey else solid)
    xs, ys = np.r_[x, solid], np.r_[y, y[-1]]
    line = {"color": look.color, "drawstyle": "steps-post", "zorder": 2.1,
            "solid_joinstyle": "miter", "linewidth": 0.8 if look.grey else 1.8}  # fmt: skip
    ax.plot(xs, ys, **line | style)
    if look.grey:
        return
    if until > solid and np.isfinite(y[-1]):
        ax.plot([solid, until], [y[-1]] * 2, color=look.color, zorder=2.1, **MARKS["after"])
        explain(sheet, "after")
    ranges = np.isfinite(y) & _ranged(run)
    if (np.diff(xs)[ranges] > 0).any():
        # One shape: where there is no range it is as thin as nothing.
        edges = [np.where(ranges, edge, y)[[*range(len(y)), -1]] for edge in (low, high)]
        ax.fill_between(xs, *edges, step="post", color=look.color, alpha=0.2, lw=0, zorder=1.2)
        explain(sheet, "range")
    numbers(sheet, look, x, run)


def _ranged(rows: pd.DataFrame) -> np.ndarray:
    """Return which numbers have a high above their low, without those that are ceilings."""
    low, high = np.nan_to_num(rows["bottom"]), rows["top"].to_numpy(np.float64)
    return np.isfinite(high) & (high > low) & ~rows["ceiling"].to_numpy(bool)


def numbers(
    sheet: Sheet, look: Look, places: np.ndarray, rows: pd.DataFrame, *, across: bool = False,
    dotted: bool = True,
) -> None:  # fmt: skip
    """Draw the marks of each number: its range, stem, ``~`` and, if `dotted`, its dot.

    The `places` are on the date axis; `across`, in a chart with a row a number, on the upright one.
    """
    y, low, high = (rows[c].to_numpy(np.float64) for c in ("y", "bottom", "top"))
    about, ceiling = rows["about"].to_numpy(bool), rows["ceiling"].to_numpy(bool)
    has = np.isfinite(y) & ~rows["entering"].to_numpy(bool)
    ranged = has & _ranged(rows)
    if 0 < ranged.sum() <= MOST_MARKS:
        lows = np.nan_to_num(low[ranged])
        caps = whiskers(sheet, look.color, places[ranged], lows, high[ranged], across=across)
        sheet.spots += [(cap, rows[ranged]) for cap in caps]
    stems(sheet, look.color, places, y, has & ~np.isfinite(high) & ~about, across=across)
    stems(sheet, look.color, places, y, has & ceiling, across=across, down=True)
    x, y = (y, places) if across else (places, y)
    dots(sheet, look, x, y, rows, has & dotted & ~rows["range"].to_numpy(bool))
    signed = prepare.evenly(np.flatnonzero(has & about), MOST_MARKS)
    sign(sheet, "about", x[signed], y[signed], look.color, (-9, 0) if across else (0, 7))


def whiskers(sheet: Sheet, color: Any, x: np.ndarray, low: np.ndarray, high: np.ndarray, *,
             across: bool = False) -> list[Line2D]:  # fmt: skip
    """Draw each range as a line with caps; return the lower caps and the upper ones."""
    # Around the middle, as the number may lie outside its range; half as a list, since of arrays
    # of one element the lowest matplotlib warns.
    middle, half = (low + high) / 2, ((high - low) / 2).tolist()
    xy, side = ((middle, x), "xerr") if across else ((x, middle), "yerr")
    how = {"fmt": "none", "elinewidth": 1.2, "capsize": 3, "zorder": 2.3, side: half}
    caps: list[Line2D] = sheet.ax.errorbar(*xy, color=color, **how).lines[1]
    if "range" not in sheet.keys:
        explain(sheet, "range", {"linewidth": 1.2, "marker": "|", "markersize": 6})
    return caps


def stems(sheet: Sheet, color: Any, x: np.ndarray, y: np.ndarray, where: np.ndarray, *,
          across: bool = False, down: bool = False) -> None:  # fmt: skip
    """Draw a fading stem from each number that has no bound on one side, or one dotted edge."""
    if not where.any():
        return
    ax, mark = sheet.ax, "ceiling" if down else "unbounded"
    if where.sum() > MOST_MARKS and not across:
        shift = ScaledTranslation(0, (-4.5 if down else 4.5) / 72, ax.figure.dpi_scale_trans)
        ax.plot(x, np.where(where, y, np.nan), color=color, drawstyle="steps-post",
                transform=ax.transData + shift, zorder=2.2, **MARKS[mark])  # fmt: skip
        explain(sheet, mark)
        return
    turn = Affine2D().rotate_deg((-90 if across else 0) + (180 if down else 0))
    feet = (y[where], x[where]) if across else (x[where], y[where])
    handles = []
    for part in range(5):
        path = Path([(0, part / 5), (0, (part + 1) / 5), (0, 1)],
                    [Path.MOVETO, Path.LINETO, Path.MOVETO])  # fmt: skip
        stem = {"linestyle": "none", "marker": turn.transform_path(path),
                "markeredgewidth": 2.0, "alpha": 0.95 - 0.18 * part}  # fmt: skip
        ax.plot(*feet, color=color, markersize=2 * _STEM * sheet.share, zorder=2.2, **stem)
        handles.append(stem | {"markersize": 11 * sheet.share})
    explain(sheet, mark, *handles)


def dots(sheet: Sheet, look: Look, x: np.ndarray, y: np.ndarray, rows: pd.DataFrame,
         where: np.ndarray) -> None:  # fmt: skip
    """Draw filled dots for stated numbers, hollow ones for derived; of very many only the last."""
    many, derived = int(where.sum()), rows["derived"].to_numpy(bool)
    keep = where.copy()
    if many > MOST_DOTS:
        keep[: np.flatnonzero(where)[-1]] = False
    size = 5.0 if many <= 40 else 3.6 if many <= MOST_MARKS else 2.6
    size *= sheet.share * {"D": 0.86, "p": 1.12, "*": 1.5, "+": 1.7, "_": 1.7}.get(look.shape, 1.0)
    shape = {"marker": look.shape, "markersize": size, "color": look.color, "zorder": 2.6}
    under = colors.behind(sheet.ax, inside=True)
    ways = (look.mark, keep & ~derived, look.color), ("derived", keep & derived, under)
    for mark, shown, face in ways:
        if shown.any():
            how = MARKS[mark] | shape | {"markerfacecolor": face}
            sheet.spots += zip(sheet.ax.plot(x[shown], y[shown], **how), [rows[shown]], strict=True)
            explain(sheet, mark)


def sign(sheet: Sheet, mark: str, x: Any, y: Any, color: Any = None,
         shift: tuple[float, float] = (0, 0), on: Any = None, rows: Any = None,
         **more: Any) -> None:  # fmt: skip
    """Draw a mark at each place and explain it; `shift` is in points, `on` another transform.

    The pointer says the numbers of the `rows`, if they are given.
    """
    if not np.size(x):
        return
    ax, look = sheet.ax, MARKS[mark]
    if mark in ("up", "down", "fell"):  # ▼ revised, ▽ with nothing revised
        faces = (color, colors.behind(ax, inside=True))[:: -1 if mark == "fell" else 1]
        look = look | dict(zip(("markerfacecolor", "markeredgecolor"), faces, strict=True))
    off = ScaledTranslation(shift[0] / 72, shift[1] / 72, ax.figure.dpi_scale_trans)
    size = {"markersize": look["markersize"] * max(sheet.share, 0.75), "zorder": 5}
    drawn = ax.plot(x, y, color=colors.ink(ax) if color is None else color,
                    transform=(on or ax.transData) + off, **look | size | more)  # fmt: skip
    sheet.spots += [] if rows is None else [(drawn[0], rows)]
    explain(sheet, mark)
