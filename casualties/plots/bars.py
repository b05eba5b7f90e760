"""Charts of changes: by days covered, and from an opening to a closing number."""

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..display import number
from ..model import clocks
from ..model.errors import LedgerError
from ..model.schema import SERIES
from . import captions, colors, marks, prepare
from .chart import chart
from .sheet import Options, Sheet

if TYPE_CHECKING:
    from .accessor import Plot
    from .sheet import Chart

#: Up to so many bars carry their number.
MOST_NUMBERS = 16
#: Beyond so many, bars are one shape.
MOST_BARS = 400
#: The steps of the bridge between opening and closing, and their hatches for print in grey.
_STEPS = {"corrected": "////", "updated": "....", "new": "", "unexplained": "xxxx",
          "withdrawn": "----"}  # fmt: skip


def signed(value: float) -> str:
    """Write a change with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value))}"


@chart
def increments(
    self: "Plot", freq: str | None = None, *, ax: Axes | None = None, **options: Unpack[Options]
) -> "Chart":
    """Draw how many a day in each stretch of days: a bar's area is its number; below zero a fall.

    A bar is as wide as its stretch, and as high as its number a day; its label is the number. A bar
    is hollow if an end of it has no report of its own. What lies before the first bar, or in
    stretches of which no report speaks, is told in the key.

    Parameters
    ----------
    freq : str, optional
        ``"D"``, ``"W"``, ``"MS"``, …: one bar for each calendar stretch.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ax = ledger.as_of("2020-09-30").plot.increments()
    >>> ax.alt_text.split(": ")[1]
    '3 stretches, 104 in all, the most 53 on 2020-09-28; no falls.'
    """
    ledger: Any = self._ledger
    frame = ledger.increments(freq) if freq is not None else ledger.increments()
    frame, unknown = frame[frame["value"].notna()], frame[frame["value"].isna()]
    if frame.empty:
        prepare.need(ledger.totals(), ledger)
        msg = "there is one running total only, so nothing between two of them to draw"
        raise LedgerError(msg)
    prepare.one(frame, "increments", list(SERIES))
    sheet, style = Sheet.on(ax, options)
    title, _ = captions.common(frame, sheet.say)
    draw_increments(sheet, ledger, frame, style)
    undrawn = _undrawn(sheet, ledger, frame, unknown)
    value = prepare.floats(frame["value"])
    top, low = int(np.argmax(value)), int(np.argmin(value))
    fell = "; no falls"
    if value[low] < 0:
        many = captions.tells(int((value < 0).sum()), "fall")
        fell = f"; {many}, the largest {_stretch(frame.iloc[low], sheet)}"
    # From one end to the other a number may be sure where those within are not.
    span = ledger.increments(between=(frame["start"].iloc[0], frame["end"].iloc[-1])).iloc[0]
    if unknown.empty and pd.notna(span["value"]) and span["value"] == value.sum():
        least, most = span["low"], span["high"]
    else:
        least, most = (frame[column].sum(skipna=False) for column in ("low", "high"))
    in_all = captions.bounded(value.sum(), least, most, sheet.say)
    alt = (
        f"{title} by days covered, {captions.known(ledger, sheet.say)}: "
        f"{captions.tells(len(frame), 'stretch')}, {in_all} in all, "
        f"the most {_stretch(frame.iloc[top], sheet)}"
        f"{fell}{'; ' if undrawn else ''}{undrawn}."
    )
    return sheet.close(ledger, alt, frame, title=sheet.say["per stretch"].format(what=title))


def _undrawn(sheet: Sheet, ledger: Any, frame: pd.DataFrame, unknown: pd.DataFrame) -> str:
    """Tell in the key what no bar shows: what came before, and stretches without a number."""
    begin = frame["start"].iloc[0]
    totals = ledger.totals()
    before = totals.loc[totals["date"] < begin, ["total", "low", "high"]]
    told = []
    if len(before) and before["total"].iloc[-1]:
        last = before.iloc[-1]
        n = captions.bounded(last["total"], last["low"], last["high"], sheet.say)
        told.append(sheet.say["undrawn"].format(n=n, day=f"{begin:%Y-%m-%d}"))
    if len(unknown):
        told.append(sheet.say["no number"].format(n=captions.tells(len(unknown), "stretch")))
    for text in told:
        sheet.entry(text, [], wide=0.0)
    return "; ".join(told)


def _stretch(row: pd.Series, sheet: Sheet) -> str:
    first, last = (f"{row[c]:%Y-%m-%d}" for c in ("start", "end"))
    when = f"on {first}" if first == last else f"from {first} to {last}"
    if row["value"] < 0:
        return f"{signed(row['value'])} {when}"
    return f"{captions.bounded(row['value'], row['low'], row['high'], sheet.say)} {when}"


def draw_increments(sheet: Sheet, ledger: Any, frame: pd.DataFrame, style: dict[str, Any]) -> None:
    """Draw bars of a frame with `start, end, value, low, high, complete`."""
    ax = sheet.ax
    left, right = prepare.days(frame["start"]), prepare.days(frame["end"]) + 1
    value, low, high = (prepare.floats(frame[c]) for c in ("value", "low", "high"))
    # The area of a bar is its number: it is as high as that is a day.
    said, length = value, right - left
    value, low, high = value / length, low / length, high / length
    whole = frame["complete"].fillna(False).to_numpy(bool)
    sheet.reserve(np.r_[left, right], least=1.0)
    ranged = np.isfinite(high) & np.isfinite(low) & (high > low)
    many = len(value) > marks.MOST_MARKS
    reach = np.r_[value, high[ranged & (not many)], low[ranged & (not many)]]
    # The end of a whisker at 0 is a mark that needs room below it.
    sheet.count_limits(reach, bars=not (reach == 0).any())
    color = colors.assign([str(frame["source"].iloc[0])], prepare.source_order(ledger),
                          sheet.taken(), sheet.colors)[0][0]  # fmt: skip
    color = style.get("color", color)
    gap = np.minimum(0.06 * (right - left), 0.12 * np.median(right - left))
    tone = colors.ink(ax, inside=False)
    kinds = {"whole": whole, "part": ~whole}
    for kind, some in kinds.items():
        if not some.any():
            continue
        face = color if kind == "whole" else "none"
        if len(value) > MOST_BARS:  # one shape for all: they would fuse anyway
            edges = np.r_[left, right[-1]]
            ax.stairs(np.where(some, value, np.nan), edges, fill=True, color=color, zorder=2)
        else:
            place, wide = (left + gap / 2)[some], (right - left - gap)[some]
            ax.bar(place, value[some], width=wide, align="edge", facecolor=face, edgecolor=color,
                   linewidth=1.0, zorder=2)  # fmt: skip
        box = {"marker": "s", "markersize": 7, "linestyle": "none", "color": tone,
               "markeredgewidth": 1.0}  # fmt: skip
        under = colors.behind(ax, inside=False)
        box |= {"markerfacecolor": under} if kind == "part" else {}
        sheet.entry(sheet.say[f"key {kind}"], [(box, [0.4], [0])], wide=0.8, at=kind)
    middle = (left + right) / 2
    edge = ~np.isfinite(high) & (value >= 0)
    if ranged.any() and not many:
        marks.whiskers(sheet, tone, middle[ranged], low[ranged], high[ranged])
    if edge.any():
        marks.open_above(sheet, color, middle, value, edge)
    down = value < 0
    ax.axhline(0, color=colors.ink(ax), linewidth=0.8, zorder=2.5)
    if len(value) <= MOST_NUMBERS:
        reach = np.where(ranged & (value >= 0), high, value)
        for x, y, v, stem in zip(middle, reach, said, edge, strict=True):
            above = (0.0, 26.0 if stem else 8.0)
            places = [(0.0, -8.0)] if v < 0 else [above, (0.0, -8.0)]
            sheet.note(x, y, number(v) if v >= 0 else signed(v), tone, places=places)
    elif down.any():
        for place in np.argsort(value)[: min(int(down.sum()), 5)]:
            sheet.note(middle[place], value[place], signed(said[place]), tone,
                       places=[(0.0, -13.0), (0.0, 13.0)])  # fmt: skip
    sheet.date_axis(instants=True)  # a bar stands over its days
    sheet.lines.append({"names": frame.iloc[0][list(SERIES)].astype("str").to_dict(),
                        "color": color, "end": None, "entry": _unseen(sheet)})  # fmt: skip


def _unseen(sheet: Sheet) -> Any:
    return sheet.entry(f"bars {len(sheet.lines)}", [], of_line=True)


@chart
def reconcile(
    self: "Plot", start: Any, end: Any, *, ax: Axes | None = None, **options: Unpack[Options]
) -> "Chart":
    """Draw a waterfall from the opening to the closing number, with the reasons given.

    Corrected, updated (the day went on), new (later days) and unexplained. Where the change is
    small against the opening, the axis does not begin at zero, and says so.

    Parameters
    ----------
    start, end : str, date, datetime or Timestamp
        The two clocks.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ax = ledger.plot.reconcile("2020-09-28 15:00", "2020-09-30")
    >>> ax.alt_text.split(": ")[1].split(". ")[0]
    'corrected -1, updated +26, new +20, unexplained +0'
    """
    ledger = self._ledger
    bridge = ledger.reconcile(start, end)
    if bridge.empty:
        msg = f"no report as known {end} has a number, so there is nothing to reconcile"
        raise LedgerError(msg)
    prepare.one(bridge, "reconcile", list(SERIES))
    sheet, _ = Sheet.on(ax, options)
    title, _ = captions.common(bridge, sheet.say)
    row = bridge.iloc[0]
    first, last = (
        captions.show(pd.Timestamp(clocks.query_instant(when, ledger.tz)).tz_localize("UTC"),
                      ledger.tz)
        for when in (start, end)
    )  # fmt: skip
    floor = draw_bridge(sheet, ledger, row)
    why = reasons(ledger, start, end)
    values = {name: 0 if pd.isna(row[name]) else int(row[name]) for name in ("opening", *_STEPS)}
    alt = (
        f"Why the number of {captions.lower(title)} went from {number(row['opening'])} to "
        f"{number(row['closing'])} between {first} and {last}: "
        + ", ".join(f"{name} {values[name]:+,}" for name in _STEPS
                    if name != "withdrawn" or values[name])
        + (f". Reasons given: {'; '.join(why)}" if why else "") + "."
    )  # fmt: skip
    between = sheet.say["between"].format(start=first, end=last)
    small = captions.small_line(ledger.as_of(end), bridge, sheet.say, between)
    if floor:
        small.append(sheet.say["axis"].format(n=number(floor)))
    return sheet.close(ledger, alt, bridge, small=small, note="; ".join(why))


def reasons(ledger: Any, start: Any, end: Any) -> list[str]:
    """Return the reasons given for what was revised between two clocks, each once."""
    after = ledger.as_of(end).revisions()
    from_ = pd.Timestamp(clocks.query_instant(start, ledger.tz)).tz_localize("UTC")
    moved = after[(after["reported_at"] > from_) & (after["reason"].astype("str") != "")]
    return [captions.clean(text) for text in dict.fromkeys(moved["reason"].astype("str"))]


def draw_bridge(sheet: Sheet, ledger: Any, row: pd.Series) -> float:
    """Draw a row of :meth:`reconcile` as floating bars; return where the axis begins."""
    ax = sheet.ax
    steps = [name for name in _STEPS if name != "withdrawn" or row[name]]
    values = [0 if pd.isna(row[name]) else int(row[name]) for name in ("opening", *steps)]
    levels = np.cumsum(values)
    first = sheet.columns
    sheet.columns += len(steps) + 3
    ends = [values[0], int(levels[-1])]
    top = float(max(levels.max(), 1))
    moves = levels.max() - levels.min()
    # Cut where the smallest of the levels leaves the changes less than an eighth of the height.
    floor = 0.0
    free = ax.get_autoscaley_on() and ax.get_yscale() == "linear" and not sheet.log
    if min(levels) > 0 and 0 < moves < top / 8 and first == 0 and free:
        floor = float(max(levels.min() - 1.2 * moves, 0))
    color = colors.assign([str(row["source"])], prepare.source_order(ledger), set(), sheet.colors)
    shade, tone = color[0][0], colors.ink(ax)
    x = first + np.arange(len(steps) + 2)
    for place, height in ((x[0], ends[0]), (x[-1], ends[1])):
        ax.bar(place, height - floor, bottom=floor, width=0.62, color=shade, zorder=2)
    for i, name in enumerate(steps, 1):
        low, high = sorted((levels[i - 1], levels[i]))
        fill = tone if levels[i] < levels[i - 1] else shade
        face = colors.mixed(ax, fill, 0.3, inside=True)
        ax.bar(x[i], high - low, bottom=low, width=0.62, facecolor=face, edgecolor=fill,
               hatch=_STEPS[name] or None, linewidth=1.0, zorder=2)  # fmt: skip
    for i in range(len(steps) + 1):
        ax.plot([x[i] + 0.31, x[i + 1] - 0.31], [levels[i]] * 2, color=colors.quiet(ax),
                linewidth=0.9, zorder=1.5)  # fmt: skip
    texts = [number(row["opening"]), *(signed(v) if v else "0" for v in values[1:]),
             number(row["closing"])]  # fmt: skip
    for i, text in enumerate(texts):
        high = max(levels[i - 1], levels[i]) if 0 < i <= len(steps) else ends[0 if i == 0 else 1]
        sheet.note(x[i], float(high), text, tone, places=[(0.0, 8.0)])
    _columns(sheet, first, x, [sheet.say[name] for name in ("opening", *steps, "closing")])
    if floor:
        _cut(sheet, floor, top + 0.14 * (top - floor))
    else:
        sheet.count_limits(levels, bars=True)
    ax.update_datalim([(first - 0.6, 0), (x[-1] + 0.6, 0)], updatey=False)
    return floor


def _columns(sheet: Sheet, first: int, x: np.ndarray, names: list[str]) -> None:
    """Name the columns, those of an earlier call kept."""
    sheet.column_names += zip(x.tolist(), names, strict=True)
    sheet.ax.set_xticks([at for at, _ in sheet.column_names], [n for _, n in sheet.column_names],
                        fontsize="small")  # fmt: skip
    sheet.ax.tick_params(axis="x", length=0)


def _cut(sheet: Sheet, floor: float, top: float) -> None:
    """Begin the axis above zero, and mark that it does."""
    ax = sheet.ax
    ax.update_datalim([(0, floor), (0, top)], updatex=False)
    sheet.numbers()
    tone, d = colors.ink(ax), 0.012
    for y in (0.03, 0.05):
        ax.plot([-d, d], [y, y + 0.02], transform=ax.transAxes, color=tone, linewidth=1,
                clip_on=False)  # fmt: skip
