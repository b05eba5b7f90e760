"""Charts of numbers over time: by day covered, by the moment reported, and who said what when."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..model.schema import SERIES
from . import captions, colors, marks, prepare
from .chart import chart
from .sheet import Options, Sheet

if TYPE_CHECKING:
    from .accessor import Plot
    from .sheet import Chart

#: How many falls are labelled at the most, the largest ones.
MOST_FALLS = 5
#: What is said of a fall, by its cause; of any other there is nothing to say but that it fell.
_FELL = defaultdict(
    lambda: "fell",
    revised="revised down", retracted="withdrawn", relayed="through another relay",
)  # fmt: skip


@chart
def totals(self: "Plot", *, ax: Axes | None = None, **options: Unpack[Options]) -> "Chart":
    """Draw running totals by day covered.

    Filled dots are stated numbers, hollow ones derived; bands and whiskers reach from low to
    high; a fading stem stands where there is no upper bound.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ax = ledger.as_of("2020-09-28 16:00").plot.totals()
    >>> [int(y) for y in ax.lines[0].get_ydata()]
    [31, 58, 58]
    """
    ledger = self._ledger
    frame = prepare.running(ledger)
    sheet, style = Sheet.on(ax, options)
    denied = prepare.denied_days(ledger)
    until = prepare.clock(ledger, day=True)
    _room(sheet, frame, denied, until, 1.0)
    groups = prepare.split(frame)
    drawn = _draw(sheet, ledger, groups, style, until, {})
    denied = _of(denied, drawn)
    _cross(sheet, denied)
    gone = _silent(sheet, ledger, drawn, day=True)
    sheet.date_axis()
    names = prepare.names_of(groups)
    title, _ = captions.common(names, sheet.say)
    alt = (
        f"Running totals of {captions.lower(title)} by day covered, "
        f"{captions.known(ledger, sheet.say)}: {_ends(groups, drawn, sheet)}"
        f"{_denials(denied, sheet)}{gone}."
    )
    return sheet.close(ledger, alt, names)


@chart
def history(
    self: "Plot", *, date: Any = None, ax: Axes | None = None, **options: Unpack[Options]
) -> "Chart":
    """Draw the reported number by the moment it was reported, with its range.

    Steps hold until the next report. ▼ is a number revised down, ▽ one that fell with nothing
    revised; the largest falls are labelled.

    Parameters
    ----------
    date : str or date, optional
        Follow the total through this day instead of the last one.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ax = ledger.as_of("2020-09-28 16:00").plot.history(title="The ministry's number")
    >>> ax.get_title(loc="left")
    "The ministry's number"
    """
    ledger = self._ledger
    frame = prepare.reported(ledger, date)
    sheet, style = Sheet.on(ax, options)
    denied = prepare.denials(ledger)
    if date is not None:
        denied = denied[denied["period_end"] == prepare.day_of(date)]
    until = prepare.clock(ledger)
    _room(sheet, frame, denied, until, 0.5)
    groups = prepare.split(frame)
    drawn = _draw(sheet, ledger, groups, style, until, prepare.last_reported(ledger))
    fell = _fall(sheet, groups[: len(drawn)], drawn)
    denied = _of(denied, drawn)
    _cross(sheet, denied)
    gone = _silent(sheet, ledger, drawn, day=False)
    sheet.date_axis(sheet.say["reported"], instants=True)
    names = prepare.names_of(groups)
    title, _ = captions.common(names, sheet.say)
    if date is not None:
        title += " " + sheet.say["through"].format(day=f"{prepare.day_of(date):%Y-%m-%d}")
    alt = (
        f"The reported number of {captions.lower(title)} by the moment it was reported, "
        f"{captions.known(ledger, sheet.say)}: {_ends(groups, drawn, sheet)}; "
        f"{fell}{_denials(denied, sheet)}{gone}."
    )
    return sheet.close(ledger, alt, names, title=title if date is not None else None)


@chart
def claims(
    self: "Plot", *, date: Any = None, ax: Axes | None = None, **options: Unpack[Options]
) -> "Chart":
    """Draw who said what when of one thing: each source's claims as steps, with their ranges.

    Shaded from the lowest to the highest claim in force; a denial is crossed from its instant.

    Parameters
    ----------
    date : str or date, optional
        Follow the claims for this day instead of each source's last one.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020")
    >>> ledger = ledger.where(side="Armenian side", category="military", outcome="killed")
    >>> ax = ledger.as_of("2020-09-28 20:00").plot.claims()
    >>> "550 by Azerbaijan defence ministry, denied by Armenia defence ministry" in ax.alt_text
    True
    """
    ledger = self._ledger
    frame = prepare.reported(ledger, date)
    prepare.one(frame, "claims", [c for c in SERIES if c not in ("source", "definition")])
    sheet, style = Sheet.on(ax, options)
    denied = prepare.denials(ledger)
    if date is not None:
        denied = denied[denied["period_end"] == prepare.day_of(date)]
    until = prepare.clock(ledger)
    _room(sheet, frame, denied, until, 0.5)
    groups = prepare.split(frame)
    _between(sheet, groups, until)
    drawn = _draw(sheet, ledger, groups, style, until, prepare.last_reported(ledger))
    fell = _fall(sheet, groups[: len(drawn)], drawn)
    denied = _of(denied, drawn)
    _cross(sheet, denied)
    gone = _silent(sheet, ledger, drawn, day=False)
    sheet.date_axis(sheet.say["reported"], instants=True)
    names = prepare.names_of(groups)
    title, _ = captions.common(names, sheet.say)
    live = [last for last in (group.iloc[-1] for group in groups) if np.isfinite(last["y"])]
    ends = [captions.stated(pick(live, key=lambda last: last["y"]), sheet.say)
            for pick in (min, max) if len(live) > 1]  # fmt: skip
    spread = f" from {ends[0]} to {ends[1]}" if ends else ""
    alt = (
        f"Who said what when: {captions.lower(title)}, {captions.known(ledger, sheet.say)}. "
        f"The last claims{spread}: {_ends(groups, drawn, sheet)}; {fell}"
        f"{_denials(denied, sheet)}{gone}."
    )
    return sheet.close(ledger, alt, names)


# -- what they share -------------------------------------------------------------------------


def _room(
    sheet: Sheet, frame: pd.DataFrame, denied: pd.DataFrame, until: float, least: float
) -> None:
    sheet.reserve(np.r_[frame["at"], until], least=least)
    high = np.where(np.isfinite(frame["top"]), frame["top"], frame["y"])
    low = np.where(np.isfinite(frame["top"]), frame["bottom"], frame["y"])
    sheet.count_limits(np.r_[frame["y"], high, low, denied["y"]])


def _draw(
    sheet: Sheet, ledger: Any, groups: list[pd.DataFrame], style: dict[str, Any], until: float,
    last: dict[tuple[str, ...], float],
) -> list[tuple[pd.Series, marks.Look]]:  # fmt: skip
    """Draw a line for each series; return the names and looks of those that are not grey."""
    found = marks.looks(sheet, ledger, groups)
    drawn = []
    names = prepare.names_of(groups)
    solid = [
        max(last.get(tuple(name), -np.inf), float(group["at"].to_numpy()[-1]))
        for name, group in zip(names.to_numpy(), groups, strict=True)
    ]
    for rank, group in reversed(list(enumerate(groups))):
        muted = rank >= colors.MOST_LINES
        if not muted:
            continue
        marks.steps(sheet, found[rank], group, solid[rank], until, style, grey=True)
        sheet.muted += 1
    for rank, (group, look) in enumerate(zip(groups, found, strict=True)):
        if rank >= colors.MOST_LINES:
            break
        if "color" in style:
            shade = colors.readable(style["color"], colors.behind(sheet.ax, inside=False))
            look = marks.Look(style["color"], shade, look.shape)
        marks.steps(sheet, look, group, solid[rank], until, style)
        row = group.iloc[-1]
        end, stood = None, group[np.isfinite(group["y"])]
        if len(stood):
            text = captions.stated(stood.iloc[-1], sheet.say)
            if not np.isfinite(row["y"]):
                text = f"{text}, {sheet.say['withdrawn']}"
            y = float(stood["y"].iloc[-1])
            end = sheet.end(max(until, solid[rank]), y, text, look.text)
        series = {column: str(row[column]) for column in SERIES}
        sheet.line(series, look.color, look.shape, end)
        drawn.append((row, look))
    if sheet.muted:
        text = sheet.say["more lines"].format(n=f"{sheet.muted:,}")
        sheet.entries.pop("muted", None)
        sheet.entry(text, [({"color": "0.6", "linewidth": 0.9}, [0, 1.6], [0, 0])], at="muted")
    return drawn


def _of(frame: pd.DataFrame, drawn: list[tuple[pd.Series, marks.Look]]) -> pd.DataFrame:
    """Return the rows of the series that are drawn in colour."""
    parts = [prepare.same(frame, row) for row, _ in drawn]
    return pd.concat(parts) if parts else frame.iloc[:0]


def _fall(
    sheet: Sheet, groups: list[pd.DataFrame], drawn: list[tuple[pd.Series, marks.Look]]
) -> str:
    """Mark every fall and label the largest; say them in words."""
    found = []
    for group, (_, look) in zip(groups, drawn, strict=True):
        for how in ("revised", "fell"):
            some = group[group["fall"] == how]
            if len(some) and len(some) <= marks.MOST_DOTS:
                marks.falls(sheet, look.color, some["at"], some["y"], revised=how == "revised")
            found += [(row, look) for _, row in some.nsmallest(MOST_FALLS, "change").iterrows()]
    found.sort(key=lambda pair: pair[0]["change"])
    told = []
    for row, look in found[:MOST_FALLS]:
        before = {name: row[f"before_{name}"] for name in prepare.BEFORE}
        text = f"{captions.stated(before, sheet.say)}→{captions.stated(row, sheet.say)}"
        sheet.note(row["at"], row["y"], text, look.color)
        told.append(f"{text} ({_FELL[row['cause']]})")
    many = sum(int((group["fall"] != "").sum()) for group in groups)
    vague = sum(int((group["y"].diff() < 0)[group["cause"] == "unclear"].sum()) for group in groups)
    maybe = f"{captions.tells(vague, 'number')} that may be lower" if vague else ""
    if not many:
        return maybe or "no falls"
    more = "" if many == len(told) else f" and {many - len(told):,} smaller"
    text = f"{captions.tells(many, 'fall')}: {', '.join(told)}{more}"
    return "; ".join(part for part in (text, maybe) if part)


def _silent(
    sheet: Sheet, ledger: Any, drawn: list[tuple[pd.Series, marks.Look]], *, day: bool
) -> str:
    """Write a question mark where a source declined to give a number."""
    found = prepare.silences(ledger, day=day)
    if found.empty:
        return ""
    frame = pd.DataFrame([row for row, _ in drawn])
    who = list(dict.fromkeys(found["source"].astype("str")))
    for row, look in drawn:
        mine = prepare.same(found, row)
        if len(mine):
            run = _levels(sheet, look)
            marks.declined(sheet, look.color, mine["at"], prepare.level(
                mine["at"].to_numpy(), run[0], run[1]))  # fmt: skip
    keys = list(SERIES)
    drawn_of = {tuple(row) for row in frame[keys].astype("str").to_numpy()} if len(frame) else set()
    other = found[[tuple(row) not in drawn_of for row in found[keys].astype("str").to_numpy()]]
    if len(other):
        marks.declined(sheet, colors.ink(sheet.ax), other["at"], np.zeros(len(other)))
    return f"; {captions.listing(who)} declined to give a number"


def _levels(sheet: Sheet, look: marks.Look) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps last drawn in a look."""
    line = next(
        line for line in reversed(sheet.ax.get_lines())
        if line.get_color() == look.color and line.get_drawstyle() == "steps-post"
        and line.get_linestyle() != ":"
    )  # fmt: skip
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)


def _between(sheet: Sheet, groups: list[pd.DataFrame], until: float) -> None:
    """Shade from the lowest to the highest claim in force."""
    if len(groups) < 2:
        return
    at = np.unique(np.r_[np.concatenate([group["at"].to_numpy() for group in groups]), until])
    table = np.full((len(groups), len(at)), np.nan)
    for row, group in enumerate(groups):
        x, y = group["at"].to_numpy(), group["y"].to_numpy()
        place = np.searchsorted(x, at, side="right") - 1
        table[row] = np.where(place < 0, np.nan, y[np.maximum(place, 0)])
    several = np.isfinite(table).sum(axis=0) > 1
    low = np.where(several, np.nanmin(np.where(np.isnan(table), np.inf, table), axis=0), np.nan)
    high = np.where(several, np.nanmax(np.where(np.isnan(table), -np.inf, table), axis=0), np.nan)
    tone = colors.ink(sheet.ax)
    sheet.ax.fill_between(at, low, high, step="post", where=several, color=tone, alpha=0.09,
                          linewidth=0, zorder=0.9)  # fmt: skip
    shade = {"color": tone, "alpha": 0.16, "linewidth": 7, "solid_capstyle": "butt"}
    sheet.entry(sheet.say["key claims"], [(shade, [0, 1.2], [0, 0])], wide=1.2, at="claims")


def _ends(
    groups: list[pd.DataFrame], drawn: list[tuple[pd.Series, marks.Look]], sheet: Sheet
) -> str:
    """Say how each line goes: first and last number."""
    names = prepare.names_of(groups[: len(drawn)])
    _, differs = captions.common(names, sheet.say)
    told = []
    for name, group in zip(captions.labels(names, differs, sheet.labels), groups, strict=False):
        run = group[np.isfinite(group["y"])]
        if run.empty:
            told.append(f"no number by {name}")
            continue
        first, last = run.iloc[0], run.iloc[-1]
        when = "reported_at" if "fall" in group else "date"
        text = captions.stated(last, sheet.say)
        if not np.isfinite(group["y"].iloc[-1]):
            text += ", withdrawn since"
        elif len(run) > 1:
            text = f"{captions.stated(first, sheet.say)} ({first[when]:%Y-%m-%d}) to {text}"
        told.append(f"{text} ({last[when]:%Y-%m-%d}) by {name}")
    more = len(groups) - len(drawn)
    tail = f"; {captions.tells(more, 'other line')} in grey" if more else ""
    return captions.listing(told, colors.MOST_LINES) + tail


def _cross(sheet: Sheet, denied: pd.DataFrame) -> None:
    """Cross the numbers that are denied, and say by whom where there is room."""
    if denied.empty:
        return
    marks.denied(sheet, denied["at"], denied["y"])
    who = denied.groupby(["at", "y"])["denied_by"].agg(lambda n: ", ".join(dict.fromkeys(n)))
    tone, short = colors.quiet(sheet.ax), sheet.say["key denied"]
    for at, y, name in who.reset_index().head(3).to_numpy().tolist():
        text = sheet.say["denied by"].format(who=captions.clean(name))
        sheet.note(at, y, text, tone, short=short)


def _denials(denied: pd.DataFrame, sheet: Sheet) -> str:
    if denied.empty:
        return ""
    told = [
        f"{captions.stated(row, sheet.say)} by {row['source']}, denied by {row['denied_by']}"
        for _, row in denied.assign(
            total=denied["number"], given_low=denied["low"], given_high=denied["high"]
        )
        .head(MOST_FALLS)
        .iterrows()
    ]
    return (
        "; "
        + "; ".join(told)
        + (f"; {len(denied) - MOST_FALLS:,} more denied" if len(denied) > MOST_FALLS else "")
    )
