"""The one grammar of all charts (design, section 11).

Filled dot stated, hollow dot derived; band or whisker where there is a range; a fading stem up
where there is no upper bound, one dotted edge instead of many, and down where only the most is
known; ``~`` about; × denied; / withdrawn; ▼ revised down, ▽ fell with nothing revised; ``?``
declined to say; dashed after the last report.
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
from .saving import Spot
from .sheet import Sheet

#: Above so many marks in a line they would fuse: one edge instead of stems, no whiskers.
MOST_MARKS = 60
#: Above so many, only the last dot of a line is drawn.
MOST_DOTS = 150
_STEM = 17.0  # points


@dataclass(frozen=True)
class Look:
    """How a line is drawn: its colour, that of its texts, the shape of its dots; grey or not."""

    color: str
    text: str
    shape: str = "o"
    grey: bool = False


def looks(sheet: Sheet, ledger: Any, sources: list[str], color: Any = None,
          highlight: str | None = None) -> list[Look]:  # fmt: skip
    """Return how the first lines are drawn, and at last the grey one of all beyond these.

    The same source has the same colour in every chart.
    """
    named = sources[: sheet.most]
    chosen = colors.assign(named, ledger._sources, sheet.taken(), sheet.colors)
    under = colors.behind(sheet.ax, inside=False)
    grey = colors.readable("0.6", colors.behind(sheet.ax, inside=True), 1.9)
    found = []
    for source, (own, place) in zip(named, chosen, strict=True):
        tone = own if color is None else color
        if highlight is not None:
            tone = colors.ink(sheet.ax) if source == highlight else grey
        shape = colors.SHAPES[place % len(colors.SHAPES)]
        muted = highlight is not None and source != highlight
        found.append(Look(tone, colors.readable(tone, under), shape, muted))
    rest = Look(grey, colors.readable(grey, under), grey=True)
    return found + [rest] * (len(sources) - len(named))


def steps(
    sheet: Sheet, look: Look, run: pd.DataFrame, solid: float, until: float,
    style: Mapping[str, Any],
) -> None:  # fmt: skip
    """Draw one line of the grammar.

    Parameters
    ----------
    run : DataFrame
        Rows of one series as :func:`prepare.running` gives them, in the order of `at`.
    solid, until : float
        The last report and the clock: the line ends at the clock, dashed after the last report.
    """
    ax = sheet.ax
    x, y, low, high = (run[c].to_numpy(np.float64) for c in ("at", "y", "bottom", "top"))
    firm = ~(run["derived"] | run["range"] | run["ceiling"]).to_numpy(bool)
    solid = max(solid, x[-1])
    look_of = {"color": look.color, "drawstyle": "steps-post", "zorder": 2.1,
               "solid_joinstyle": "miter"}  # fmt: skip
    xs, ys = np.r_[x, solid], np.r_[y, y[-1]]
    ax.plot(xs, ys, **look_of | {"linewidth": 0.8 if look.grey else 0.9} | dict(style))
    if look.grey:
        return
    if firm.any():
        # Twice each step, so that a derived stretch between stated ones stays thin.
        at, held = np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1].copy()
        held[~np.repeat(np.r_[firm, firm[-1]], 2)[:-1]] = np.nan
        ax.plot(at, held, **look_of | {"linewidth": 1.8, "drawstyle": "default"} | dict(style))
    if until > solid and np.isfinite(y[-1]):
        after = {"linewidth": 1.1, "linestyle": (0, (3, 2.5)), "zorder": 2.1}
        ax.plot([solid, until], [y[-1], y[-1]], color=look.color, **after)
        sheet.explain("after", after | {"color": sheet.ink})
    ranges = np.isfinite(y) & _ranged(run)
    if (np.diff(xs)[ranges] > 0).any():
        keep, at = np.repeat(ranges, 2), np.repeat(xs, 2)[1:-1]
        bottom, top = (np.where(keep, np.repeat(edge, 2), np.nan) for edge in (low, high))
        ax.fill_between(at, bottom, top, where=keep, color=look.color, alpha=0.2, linewidth=0,
                        zorder=1.2)  # fmt: skip
        sheet.explain("range", {"color": sheet.ink, "alpha": 0.3, "linewidth": 7,
                                "solid_capstyle": "butt"})  # fmt: skip
    numbers(sheet, look, x, run)


def _ranged(rows: pd.DataFrame) -> np.ndarray:
    """Return which numbers have bounds apart, of which not only the most is known."""
    low, high = np.nan_to_num(rows["bottom"]), rows["top"].to_numpy(np.float64)
    return np.isfinite(high) & (high > low) & ~rows["ceiling"].to_numpy(bool)


def numbers(
    sheet: Sheet, look: Look, at: np.ndarray, rows: pd.DataFrame, *, across: bool = False
) -> None:
    """Draw the numbers of rows: the one way from a row to its marks; `across` in rows of a list."""
    y, low, high = (rows[c].to_numpy(np.float64) for c in ("y", "bottom", "top"))
    about, ceiling = rows["about"].to_numpy(bool), rows["ceiling"].to_numpy(bool)
    has = np.isfinite(y) & ~rows["entering"].to_numpy(bool)
    ranged = has & _ranged(rows)
    if 0 < ranged.sum() <= MOST_MARKS:
        whiskers(sheet, look.color, at[ranged], np.nan_to_num(low[ranged]), high[ranged],
                 across=across)  # fmt: skip
    stems(sheet, look.color, at, y, has & ~np.isfinite(high) & ~about, across=across)
    stems(sheet, look.color, at, y, has & ceiling, across=across, down=True)
    x, y = (y, at) if across else (at, y)
    dots(sheet, look, x, y, rows, has & ~rows["range"].to_numpy(bool))
    some = np.flatnonzero(has & about)
    if len(some):
        some = some[np.unique(np.linspace(0, len(some) - 1, MOST_MARKS).astype(int))]
        sign(sheet, "about", x[some], y[some], look.color, (-9, 0) if across else (0, 7))


def whiskers(
    sheet: Sheet, color: Any, x: np.ndarray, low: np.ndarray, high: np.ndarray, *,
    across: bool = False,
) -> None:  # fmt: skip
    """Draw each range as a line with caps."""
    # About the middle, as a stated number may lie outside; as a list: of arrays of one element the
    # lowest matplotlib warns.
    middle, half = (low + high) / 2, ((high - low) / 2).tolist()
    place = {"xerr": half} if across else {"yerr": half}
    xy = (middle, x) if across else (x, middle)
    sheet.ax.errorbar(*xy, **place, fmt="none", ecolor=color, elinewidth=1.2, capsize=3, zorder=2.3)
    tone = {"color": sheet.ink, "linewidth": 1.2, "marker": "|", "markersize": 6}
    if "range" not in sheet.keys:
        sheet.explain("range", tone)


def stems(
    sheet: Sheet, color: Any, x: np.ndarray, y: np.ndarray, where: np.ndarray, *,
    across: bool = False, down: bool = False,
) -> None:  # fmt: skip
    """Draw a fading stem from each number that has no bound on one side, or one dotted edge."""
    if not where.any():
        return
    ax = sheet.ax
    mark = "ceiling" if down else "unbounded"
    if where.sum() > MOST_MARKS and not across:
        shift = ScaledTranslation(0, (-4.5 if down else 4.5) / 72, ax.figure.dpi_scale_trans)
        edge = {"linestyle": ":", "linewidth": 1.4}
        ax.plot(x, np.where(where, y, np.nan), color=color, drawstyle="steps-post",
                transform=ax.transData + shift, zorder=2.2, **edge)  # fmt: skip
        sheet.explain(mark, edge | {"color": sheet.ink})
        return
    turn = Affine2D().rotate_deg((-90 if across else 0) + (180 if down else 0))
    at = (y[where], x[where]) if across else (x[where], y[where])
    handles = []
    for part in range(5):
        path = Path([(0, part / 5), (0, (part + 1) / 5), (0, 1)],
                    [Path.MOVETO, Path.LINETO, Path.MOVETO])  # fmt: skip
        stem = {"linestyle": "none", "marker": MarkerStyle(path, transform=turn),
                "markeredgewidth": 2.0, "alpha": 0.95 - 0.18 * part}  # fmt: skip
        ax.plot(*at, color=color, markersize=2 * _STEM * sheet.share, zorder=2.2, **stem)
        handles.append(stem | {"color": sheet.ink, "markersize": 11 * sheet.share})
    sheet.stems.append((at, turn.transform((0, _STEM * sheet.share))))
    sheet.explain(mark, handles)


def dots(
    sheet: Sheet, look: Look, x: np.ndarray, y: np.ndarray, rows: pd.DataFrame,
    where: np.ndarray,
) -> None:  # fmt: skip
    """Draw filled dots for stated numbers, hollow ones for derived numbers."""
    many, derived = int(where.sum()), rows["derived"].to_numpy(bool)
    keep = where.copy()
    if many > MOST_DOTS:
        keep[: np.flatnonzero(where)[-1]] = False
    size = 5.0 if many <= 40 else 3.6 if many <= MOST_MARKS else 2.6
    size *= sheet.share * {"D": 0.86, "p": 1.12, "*": 1.5}.get(look.shape, 1.0)
    for hollow in (False, True):
        some = keep & (derived == hollow)
        if not some.any():
            continue
        at, gid = (x[some], y[some]), f"mark-{len(sheet.spots)}"
        edge = {"linestyle": "none", "markeredgewidth": 1.1}
        sheet.ax.plot(
            *at, marker=look.shape, markersize=size, color=look.color, zorder=2.6, gid=gid, **edge,
            markerfacecolor=colors.behind(sheet.ax, inside=True) if hollow else look.color,
        )  # fmt: skip
        sheet.spots.append(Spot(gid, *at, rows[some]))
        under = colors.behind(sheet.ax, inside=False) if hollow else sheet.ink
        sheet.explain("derived" if hollow else "stated", edge | {
            "marker": "o", "color": sheet.ink, "markersize": 5 * sheet.share,
            "markerfacecolor": under})  # fmt: skip


_FLAT = {"linestyle": "none", "markeredgewidth": 0.4, "markersize": 8}
_BOLD = {"linestyle": "none", "markeredgewidth": 2}
#: Signs of what somebody denies, took back, left out, or does not know for certain.
_SIGNS: dict[str, dict[str, Any]] = {
    "about": _FLAT | {"marker": r"$\sim$"},
    "declined": _FLAT | {"marker": "$?$"},
    "missing": _FLAT | {"marker": "$?$"},
    "denied": _BOLD | {"marker": "x", "markersize": 9},
    "withdrawn": _BOLD | {"marker": Path([(-0.7, -1), (0.7, 1)]), "markersize": 13},
}


def sign(
    sheet: Sheet, mark: str, x: Any, y: Any, color: Any = None, shift: tuple[float, float] = (0, 0)
) -> None:
    """Draw a sign at each place, so many points away from it, and explain it."""
    ax, look = sheet.ax, _SIGNS[mark]
    off = ScaledTranslation(shift[0] / 72, shift[1] / 72, ax.figure.dpi_scale_trans)
    size = {"markersize": look["markersize"] * max(sheet.share, 0.75)}
    ax.plot(x, y, color=colors.ink(ax) if color is None else color, zorder=5,
            transform=ax.transData + off, **look | size)  # fmt: skip
    size = {"markersize": sheet.share * min(look["markersize"], 7)}
    sheet.explain(mark, look | size | {"color": sheet.ink})


def falls(sheet: Sheet, color: Any, x: Any, y: Any, *, revised: bool) -> None:
    """Mark numbers below the ones before: ▼ revised, ▽ with nothing revised."""
    look = {"marker": "v", "linestyle": "none", "markeredgewidth": 1.2}
    face = colors.behind(sheet.ax, inside=True)
    sheet.ax.plot(x, y, color=color, markerfacecolor=color if revised else face, zorder=4,
                  markeredgecolor=face if revised else color,
                  markersize=8.5 * sheet.share, **look)  # fmt: skip
    under = sheet.ink if revised else colors.behind(sheet.ax, inside=False)
    look |= {"color": sheet.ink, "markerfacecolor": under, "markersize": 7 * sheet.share}
    sheet.explain("down" if revised else "fell", look)
