"""The tally, stacked: what each part adds, and what is missing."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..answers.tally import tallied
from ..display import number
from ..model.errors import LedgerError
from . import captions, colors, marks, prepare
from .chart import chart
from .sheet import Options, Sheet

if TYPE_CHECKING:
    from .accessor import Plot
    from .sheet import Chart

_GROUP = ["event", "outcome"]
_HATCHES = ("", "///", "...", "\\\\\\", "xxx", "++", "---", "ooo")


@chart
def parts(
    self: "Plot", *, choose: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    parts: str | Sequence[str] | None = None, exhaustive: bool = False, max_age: int | None = None,
    ax: Axes | None = None, **options: Unpack[Options],
) -> "Chart":  # fmt: skip
    """Draw the toll across parts, stacked; what is missing is named.

    Parameters
    ----------
    choose, parts, exhaustive, max_age
        As for :meth:`Ledger.tally`.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = {"side": ["A", "B", "B"], "category": ["all", "civilian", "military"]}
    >>> rows |= {"value": [500, 7, None], "reported_at": "2020-09-28"}
    >>> ax = cas.Ledger(rows, source="AFP", kind="total").plot.parts()
    >>> ax.alt_text.split(": ", 1)[1]
    '507 or more through 2020-09-28, of which A 500, B · civilian 7; not counted: B · military.'
    """
    ledger = self._ledger
    whole, chosen = tallied(ledger, _GROUP, choose, parts, exhaustive, max_age)
    whole = whole[whole["total"].notna()]
    if whole.empty:
        prepare.need(ledger.totals(), ledger)
        msg = "no part has a number, so there is nothing to draw"
        raise LedgerError(msg)
    prepare.one(whole, "parts", _GROUP)
    names = ledger.series()
    sheet, _ = Sheet.on(ax, options)
    title, _ = captions.common(names, sheet.say)
    stack = stacked(whole, chosen)
    texts = _texts(whole, chosen, stack, sheet.say)
    draw_parts(sheet, ledger, whole, stack, texts)
    last = whole.iloc[-1]
    told = [
        f"{name or 'not itemised'} {texts[name]}"
        for name, col in sorted(stack.items(), key=lambda part: (not part[0], -part[1][-1]))
        if col[-1] > 0
    ]
    gone = str(last["missing"])
    alt = (
        f"{title} across parts by day covered, {captions.known(ledger, sheet.say)}: "
        f"{texts['all']} through {last['date']:%Y-%m-%d}, of which {', '.join(told)}"
        + (f"; not counted: {gone}" if gone else "; no part is missing")
        + (f"; not added: {last['details']}" if str(last.get("details", "")) else "") + "."
    )  # fmt: skip
    return sheet.close(ledger, alt, names)


def stacked(whole: pd.DataFrame, chosen: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what each part adds in each row of a tally; under ``""`` what no part explains.

    As the tally added them: the sides, or the categories where they make more, each split into
    its cells as far as they go.
    """
    toll = prepare.floats(whole["total"])
    found: dict[str, np.ndarray] = {}
    place = pd.Series(np.arange(len(whole)), index=whole.index)
    for row, numbers in chosen.groupby("row"):
        if row not in place.index:
            continue
        names = zip(numbers["side"], numbers["category"], strict=True)
        totals = dict(zip(names, numbers["total"].astype(float), strict=True))
        ways = (_split(totals, 0), _split(totals, 1))
        for name, amount in max(ways, key=lambda way: sum(way.values())).items():
            found.setdefault(name, np.zeros(len(whole)))[place[row]] = amount
    found[""] = toll - np.sum(list(found.values()), axis=0) if found else toll
    return found


def _texts(
    whole: pd.DataFrame, chosen: pd.DataFrame, stack: dict[str, np.ndarray], say: Mapping[str, str]
) -> dict[str, str]:
    """Write what each part adds in the last row, and under "all" the toll.

    What one number leaves of another is "about" so many unless all of them are exact.
    """
    last = whole.iloc[-1]
    given = chosen[chosen["row"] == whole.index[-1]]
    bounds = {
        " · ".join(name for name in (row.side, row.category) if name != "all"):
            (row.total, row.low, row.high)
        for row in given.itertuples()
    }  # fmt: skip
    toll = (last["total"], last["low"], last["high"])
    exact = all(
        pd.notna(high) and total == low == high for total, low, high in (toll, *bounds.values())
    )
    out = {"all": captions.bounded(*toll, say)}
    for name, amounts in stack.items():
        amount = amounts[-1]
        if name in bounds and bounds[name][0] == amount:
            out[name] = captions.bounded(*bounds[name], say)
        else:
            n = number(round(amount))
            out[name] = n if exact or not amount else say["about"].format(n=n)
    return out


def _split(numbers: dict[tuple[str, str], float], way: int) -> dict[str, float]:
    """Return the cells of each side (or, the other way, category), and what they leave of it."""
    out: dict[str, float] = {}
    inside: dict[str, float] = {}
    for names, number_ in numbers.items():
        if "all" not in names:
            out[" · ".join(names)] = number_
            inside[names[way]] = inside.get(names[way], 0.0) + number_
    for names, number_ in numbers.items():
        rest = number_ - inside.get(names[way], 0.0)
        if names[way] != "all" and names[1 - way] == "all" and rest > 0:
            out[names[way]] = rest
    return out


def draw_parts(
    sheet: Sheet, ledger: Any, whole: pd.DataFrame, stack: dict[str, np.ndarray],
    texts: Mapping[str, str],
) -> None:  # fmt: skip
    """Draw the stack under the line of the tally."""
    ax = sheet.ax
    x = prepare.days(whole["date"])
    toll, low, high = (prepare.floats(whole[c]) for c in ("total", "low", "high"))
    until = prepare.clock(ledger, day=True)
    solid = x[-1] + 0.5  # a count holds through its last day
    until = max(until, solid)
    sheet.reserve(np.r_[x, until], least=1.0)
    sheet.count_limits(np.r_[toll, high], bars=True)
    base, xs = np.zeros(len(x)), np.r_[x, solid]
    palette = colors.cycle()
    order = sorted((name for name in stack if name), key=lambda name: -stack[name][-1])
    ink = colors.ink(ax)
    for place, name in enumerate([*order, ""]):
        amount = stack[name]
        if not amount.any():
            continue
        given = (sheet.colors or {}).get(name)
        color = given or (palette[place % len(palette)] if name else colors.quiet(ax))
        face, hatch = (color, _HATCHES[place % len(_HATCHES)]) if name else ("none", "////")
        bottom, top = np.r_[base, base[-1]], np.r_[base + amount, (base + amount)[-1]]
        ax.fill_between(
            xs, bottom, top, step="post", facecolor=_tint(ax, face), edgecolor=color, hatch=hatch,
            linewidth=0.0, zorder=1.0,
        )  # fmt: skip
        ax.plot(xs, top, drawstyle="steps-post", color=color, linewidth=0.8, zorder=1.6)
        if name:
            shade = colors.readable(color, colors.behind(ax, inside=False))
            end = sheet.end(solid, float(base[-1] + amount[-1] / 2), texts[name], shade)
            end.name = sheet.labels.get(name, name)
            box = {"color": color, "linewidth": 7, "solid_capstyle": "butt"}
            sheet.entry(
                end.name, [(box, [0, 1], [0, 0])], wide=1.0, of_line=True, at=f"part {name}"
            )
        else:
            tone = colors.ink(ax, inside=False)
            box = {"color": tone, "linewidth": 7, "alpha": 0.25, "solid_capstyle": "butt"}
            sheet.entry(sheet.say["key rest"], [(box, [0, 1], [0, 0])], wide=1.0, at="rest")
        base = base + amount
    look = marks.Look(ink, ink, "o")
    run = pd.DataFrame({"at": x, "y": toll, "bottom": low, "top": high,
                        "derived": whole["stated"].ne(whole["total"]).fillna(True).to_numpy(bool),
                        "about": False})  # fmt: skip
    marks.steps(sheet, look, run, solid, until, {})
    end = sheet.end(solid, float(toll[-1]), texts["all"], colors.ink(ax, inside=False))
    end.text.set_fontweight("bold")
    gone = whole["missing"].astype("str").to_numpy() != ""
    if gone.any():
        names = str(whole["missing"].iloc[-1]) or str(whole["missing"][gone].iloc[-1])
        some = np.flatnonzero(gone)
        some = some[np.unique(np.linspace(0, len(some) - 1, min(len(some), 30)).astype(int))]
        mark = {"marker": "$?$", "markersize": 8, "linestyle": "none", "markeredgewidth": 0.3}
        from matplotlib.transforms import ScaledTranslation

        shift = ScaledTranslation(-8 / 72, 6 / 72, ax.figure.dpi_scale_trans)
        ax.plot(x[some], toll[some], color=ink, zorder=5, transform=ax.transData + shift, **mark)
        text = sheet.say["key missing"].format(names=captions.clean(names))
        sheet.entry(text, [(mark | {"color": colors.ink(ax, inside=False)}, [0.4], [0])], wide=0.8,
                    at="missing")  # fmt: skip
    sheet.date_axis()


def _tint(ax: Axes, color: Any) -> Any:
    if color == "none":
        return color
    return colors.mixed(ax, color, 0.55, inside=True)
