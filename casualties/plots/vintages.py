"""Today's running total over the earlier ones, coloured by when they were known."""

from typing import TYPE_CHECKING, Any, Unpack

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..display import number
from ..model.schema import SERIES
from . import captions, colors, prepare
from .chart import chart
from .sheet import Options, Sheet

if TYPE_CHECKING:
    from .accessor import Plot
    from .sheet import Chart


@chart
def vintages(
    self: "Plot", *, most: int = 60, relative: bool = False, ax: Axes | None = None,
    **options: Unpack[Options],
) -> "Chart":  # fmt: skip
    """Draw today's running total over the earlier ones, coloured by when they were known.

    A dot stands where each curve ends.

    Parameters
    ----------
    most : int, default 60
        How many curves to draw at the most, evenly chosen.
    relative : bool, default False
        Draw each curve less the latest one: how far the first numbers were off.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ax = ledger.as_of("2020-09-30").plot.vintages(most=5)
    >>> ax.alt_text.split(" as it")[0]
    'Running total of killed · Armenian side · military'
    """
    ledger = self._ledger
    prepare.one(ledger.series(), "vintages", list(SERIES))
    curves = prepare.vintages(ledger, most)
    sheet, style = Sheet.on(ax, options)
    names = curves[-1][1][list(SERIES)].head(1)
    title, _ = captions.common(names, sheet.say)
    drawn = _curves(curves, relative=relative)
    _limits(sheet, drawn, relative=relative)
    _draw(sheet, ledger, drawn, style)
    if relative:
        sheet.ax.axhline(0, color=colors.ink(sheet.ax), linewidth=0.8, zorder=1)
    sheet.date_axis()
    first, last = drawn[0], drawn[-1]
    alt = (
        f"Running total of {captions.lower(title)} as it was known at "
        f"{captions.tells(len(drawn), 'instant')}, {captions.known(ledger, sheet.say)}"
        + (", less the latest" if relative else "")
        + f"; the first curve ends at {number(float(first[3][-1]))}, "
        f"the last at {number(float(last[3][-1]))}."
    )
    note = sheet.say["less latest"] if relative else ""
    return sheet.close(ledger, alt, names, note=note)


Curve = tuple[float, np.ndarray, np.ndarray, np.ndarray]


def _curves(curves: list[tuple[pd.Timestamp, pd.DataFrame]], *, relative: bool) -> list[Curve]:
    """Return when known, days, heights to draw and totals of each curve."""
    last = curves[-1][1]
    days, totals = prepare.days(last["date"]), prepare.floats(last["total"])
    found = []
    for when, frame in curves:
        x, y = prepare.days(frame["date"]), prepare.floats(frame["total"])
        high = y - prepare.level(x, days, totals) if relative else y
        known = float(mpl.dates.date2num(when.tz_convert("UTC").tz_localize(None)))
        found.append((known, x, high, y))
    return found


def _limits(sheet: Sheet, drawn: list[Curve], *, relative: bool) -> None:
    x = np.concatenate([curve[1] for curve in drawn])
    y = np.concatenate([curve[2] for curve in drawn])
    sheet.reserve(x, least=1.0)
    if not relative:
        sheet.count_limits(y)
        return
    reach = max(float(np.abs(y).max(initial=0.0)), 1.0)
    sheet.ax.update_datalim([(0, max(y.max(), 0.1 * reach)), (0, min(y.min(), -0.1 * reach))],
                            updatex=False)  # fmt: skip
    sheet.numbers()


def _draw(sheet: Sheet, ledger: Any, drawn: list[Curve], style: dict[str, Any]) -> None:
    ax, tone = sheet.ax, colors.ink(sheet.ax)
    when = np.array([curve[0] for curve in drawn])
    share = (when - when[0]) / max(when[-1] - when[0], 1e-9)
    shades = _shades(ax)
    for place, (_, x, y, _) in enumerate(drawn[:-1]):
        color = shades(share[place])
        ax.plot(
            np.r_[x, x[-1] + 0.5],
            np.r_[y, y[-1]],
            **{"color": color, "drawstyle": "steps-post", "linewidth": 1.0} | style,
        )
        ax.plot(x[-1], y[-1], marker="o", markersize=3.4, color=color, zorder=3.1)
    _, x, y, _ = drawn[-1]
    ax.plot(np.r_[x, x[-1] + 0.5], np.r_[y, y[-1]], drawstyle="steps-post", color=tone,
            linewidth=1.6, zorder=3)  # fmt: skip
    ax.plot(x[-1], y[-1], marker="o", markersize=5, color=tone, zorder=3)
    row = prepare.running(ledger).iloc[-1]
    sheet.end(x[-1] + 0.5, y[-1], captions.stated(row, sheet.say), colors.ink(ax, inside=False))
    ink = colors.ink(ax, inside=False)
    sheet.entry(sheet.say["key latest"], [({"color": ink, "linewidth": 1.6}, [0, 1.2], [0, 0])],
                wide=1.2, at="latest")  # fmt: skip
    if len(drawn) > 1:
        zone = ledger.tz
        first, last = (
            f"{pd.Timestamp(mpl.dates.num2date(at)).tz_convert(zone):%Y-%m-%d}"
            for at in (when[0], when[-1])
        )
        parts = [
            ({"color": shades(k / 23), "linewidth": 7, "solid_capstyle": "butt"},
             [k / 4, k / 4 + 0.26], [0, 0])
            for k in range(24)
        ]  # fmt: skip
        text = sheet.say["key known"].format(first=first, last=last)
        sheet.entry(text, parts, wide=6.2, at=f"known {len(sheet.told)}")


def _shades(ax: Axes) -> Any:
    """Return a colour map from far to near that stands out from what lies behind."""
    dark = colors.contrast("w", colors.behind(ax, inside=True)) > 4
    base = mpl.colormaps["viridis"] if dark else mpl.colormaps["viridis_r"]
    return mpl.colors.LinearSegmentedColormap.from_list(
        "known", [base(v) for v in np.linspace(0.18, 0.88, 32)]
    )
