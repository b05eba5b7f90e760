"""Charts of what adds up: by days covered, from an opening to a closing number, across parts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..model.errors import LedgerError, both
from ..model.schema import SERIES, STOCKS
from ..words import STEPS, exact, instant, number, part, plural, printed, signed, steps
from . import colors, marks, prepare
from .chart import Options, chart
from .sheet import BAR, End, Sheet, unbroken

#: So many bars carry their number; of more none does.
MOST_NUMBERS = 16
#: More bars than this are drawn as one shape.
MOST_BARS = 400


@chart(window=True)
def increments(ledger: Any, freq: str | None = None, *, options: Options) -> Axes:
    """Draw how many a day in each stretch of days: a bar's area is its number; below zero a fall.

    A bar is as wide as its stretch, and as high as its number a day; its label is the number. A bar
    is hollow if an end of it has no report of its own, or its bounds moved it. What lies before
    the first bar, or in stretches of which no report speaks, is told under the title.

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
    '3 stretches, the first 31 on 2020-09-27, the last 20 from 2020-09-29 to 2020-09-30; no falls.'
    """
    window = prepare.Window.of(ledger, options, day=True)
    frame = ledger.increments(freq)
    frame = window.cut(frame.assign(at=prepare.days(frame["start"])))
    frame, unknown = frame[frame["value"].notna()], frame[frame["value"].isna()]
    if frame.empty:
        prepare.need_numbers(ledger.totals(), ledger)
        msg = "there is one running total only, so nothing between two of them to draw"
        raise LedgerError(msg)
    prepare.refuse_several(frame, "increments")
    sheet = Sheet.on(ledger, options, window)
    drawn = _moved_into_bounds(frame, "value")
    # A bar links to the page of the report behind its last day.
    pages = ledger.totals().merge(ledger.reports[["report_id", "url"]])
    pages = pages.rename(columns={"date": "end"})[[*SERIES, "end", "url"]]
    said = frame.assign(value=pd.array(drawn, "Int64")).merge(pages, "left")
    _bars(sheet, said, drawn != prepare.floats(frame["value"]))
    undrawn = _undrawn(sheet, ledger, frame, unknown)
    # A number that may be no lower is no fall, nor that of people who return.
    lower = (frame["value"] < 0) & (frame["high"] <= 0).fillna(False)
    returned = frame["outcome"].isin(STOCKS)
    falls, fell = frame[lower & ~returned], "" if returned.any() else "no falls"
    if len(falls):
        largest = _stretch(falls.nsmallest(1, "value").iloc[0], sheet)
        fell = f"{plural(len(falls), 'fall')}, the largest {largest}"
    ends = dict.fromkeys(_stretch(said.iloc[place], sheet) for place in (0, -1))
    stretches = plural(len(frame), "stretch")
    opening = f"{sheet.common(frame)[0]} by days covered, {sheet.known}: {stretches}, the first "
    opening += ", the last ".join(ends)
    alt = "; ".join(filter(None, [opening, fell, *undrawn]))
    return sheet.close("increments", alt, frame, more=undrawn)


def _undrawn(sheet: Sheet, ledger: Any, frame: pd.DataFrame, unknown: pd.DataFrame) -> list[str]:
    """Say what no bar shows: what came before the first, series of one total, unknown stretches."""
    begin, told = frame["start"].iloc[0], []
    totals = prepare.with_own_bounds(prepare.by_day(ledger.totals(), ledger), ledger.reports)
    drawn = prepare.place_in(totals, frame.head(1)) == 0
    before = totals[drawn & (totals["date"] < begin)]
    if len(before) and before["total"].iloc[-1]:
        n = printed(before.iloc[-1], sheet.say)
        told.append(sheet.say["undrawn"].format(n=n, day=f"{begin:%Y-%m-%d}"))
    others = prepare.last_numbers(sheet, totals[~drawn], frame)
    told += [sheet.say["no bar"].format(n=text) for text in others]
    if len(unknown):
        told.append(sheet.say["unknown"].format(n=plural(len(unknown), "stretch")))
    return told


def _moved_into_bounds(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return the numbers of a column, moved into their bounds where they lie outside."""
    value, low, high = (prepare.floats(frame[c]) for c in (name, "low", "high"))
    return np.fmin(np.fmax(value, low), high)


def _printed(row: pd.Series, sheet: Sheet) -> str:
    """Write the number of a stretch, with its sign if fewer were counted."""
    ranged = row[["low", "value", "high"]].notna().all() and row["low"] < row["high"]
    if row["value"] < 0 and not ranged:
        return signed(row["value"])
    return printed(row.rename({"value": "total"}), sheet.say)


def _stretch(row: pd.Series, sheet: Sheet) -> str:
    first, last = (f"{row[c]:%Y-%m-%d}" for c in ("start", "end"))
    when = f"on {first}" if first == last else f"from {first} to {last}"
    return f"{_printed(row, sheet)} {when}"


def _bars(sheet: Sheet, frame: pd.DataFrame, moved: np.ndarray) -> None:
    """Draw a bar for each stretch, whose area is its number; `moved` ones are hollow."""
    ax = sheet.ax
    left, right = prepare.days(frame["start"]), prepare.days(frame["end"]) + 1
    length, middle = right - left, (left + right) / 2
    value, low, high = (prepare.floats(frame[c]) / length for c in ("value", "low", "high"))
    kinds = np.where(frame["complete"].to_numpy(bool, na_value=False) & ~moved, "whole", "part")
    sheet.reserve(np.r_[left, right], least=1.0)
    ranged = (high > low) & (len(value) <= marks.MOST_MARKS)
    reach = np.r_[value, high[ranged], low[ranged]]
    # A whisker that ends at 0 needs room below it.
    sheet.count_limits(reach, bars=not (reach == 0).any())
    line = marks.looks(sheet, frame.head(1))[0]
    color = line.color
    End(sheet, right[-1], value[-1], "", line.text, names=frame.iloc[-1].to_dict(),
        look=marks.MARKS["whole"] | {"color": color})  # fmt: skip
    gap = np.minimum(0.06 * length, 0.12 * np.median(length))
    if len(value) > MOST_BARS:  # one shape for all: they would fuse anyway
        gaps = np.flatnonzero(left[1:] > right[:-1]) + 1
        edges = np.insert(np.r_[left, right[-1]], gaps, right[gaps - 1])
        ax.stairs(np.insert(value, gaps, np.nan), edges, fill=True, color=color, zorder=2)
    else:
        faces = np.where(kinds == "whole", color, "none").tolist()
        bars = ax.bar(left + gap / 2, value, width=length - gap, align="edge", color=faces,
                      edgecolor=color, linewidth=1.0, zorder=2)  # fmt: skip
        told = frame.assign(**{BAR: [_stretch(row, sheet) for _, row in frame.iterrows()]})
        sheet.spots += ((bar, told.iloc[[place]]) for place, bar in enumerate(bars))
    for kind in np.unique(kinds):
        marks.explain(sheet, kind)
    if ranged.any():
        marks.whiskers(sheet, sheet.ink, middle[ranged], low[ranged], high[ranged])
    edge = ~np.isfinite(high) & (value >= 0) & (low >= value)
    marks.stems(sheet, color, middle, value, edge)
    ax.axhline(0, color=colors.ink(ax), linewidth=0.8, zorder=2.5)
    for place in range(len(value) if len(value) <= sheet.share * MOST_NUMBERS else 0):
        row, below = frame.iloc[place], value[place] < 0
        over = high[place] if ranged[place] and not below else value[place]
        above = [(0.0, 26.0 if edge[place] else 8.0)] * (not below)
        look = marks.MARKS[kinds[place]] | {"color": color}
        sheet.note(middle[place], over, _printed(row, sheet), sheet.ink, look,
                   _stretch(row, sheet), [*above, (0.0, -8.0)])  # fmt: skip
    sheet.date_axis()  # a bar stands over its days


# -- from an opening to a closing number -----------------------------------------------------


@chart()
def reconcile(ledger: Any, start: Any, end: Any, *, options: Options) -> Axes:
    """Draw a waterfall from the opening to the closing number.

    Corrected, updated (the day went on), new (later days) and unexplained.

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
    >>> ax.alt_text.split(": ")[1]
    '−1 corrected, +26 updated, +20 new.'
    """
    bridge = ledger.reconcile(start, end)
    begin, close = (ledger.as_of(when) for when in (start, end))
    if bridge.empty:
        prepare.need_numbers(close.totals(), close)
    prepare.refuse_several(bridge, "reconcile")
    row = bridge.iloc[0]
    sheet = Sheet.on(close, options)
    first, last = (instant(at.known_at, ledger.tz, sheet.say["end of"]) for at in (begin, close))
    ends = [_headline(begin, row["opening"], sheet), _headline(close, row["closing"], sheet)]
    _waterfall(sheet, row, [end["printed"] for end in ends])
    # Steps are "about" beside a vague number, but not beside none.
    sure = [end | ({"printed": "0"} if end["printed"] == "?" else {}) for end in ends]
    alt = (
        f"Why the number of {sheet.what(bridge)} went from {ends[0]['printed']} to "
        f"{ends[1]['printed']} between {first} and {last}: {steps(row, *sure)}"
    )
    between = sheet.say["between"].format(start=first, end=last)
    return sheet.close("reconcile", alt, bridge, span=between)


def _headline(known: Any, stood: Any, sheet: Sheet) -> dict[Any, Any]:
    """Return the opening or closing number: in words as `printed`, with its total and bounds."""
    told = known.totals()
    if pd.isna(stood) or told.empty or told["total"].iloc[-1] != stood:
        return {"printed": number(stood), "total": stood, "low": stood, "high": stood}
    row = prepare.by_day(told, known).iloc[-1]
    return row[["total", "low", "high"]].to_dict() | {"printed": printed(row, sheet.say)}


def _waterfall(sheet: Sheet, row: pd.Series, said: Sequence[str]) -> None:
    """Draw a row of :meth:`reconcile` as floating bars.

    Each bar reaches from one level to the next::

        values    59 opening   -1 corrected   +26 updated   +20 new   0 unexplained   closing
        levels    59           58             84            104       104
        bars      0-59         58-59          58-84         84-104    -               0-104
    """
    ax, before = sheet.ax, len(sheet.columns)
    steps = [name for name in STEPS if name != "withdrawn" or row[name]]
    values = [0 if pd.isna(row[name]) else int(row[name]) for name in ("opening", *steps)]
    levels = np.cumsum(values)
    shade = colors.assign(pd.DataFrame([row]), sheet.sources, set(), sheet.colors)[0][0]
    x = before + (before > 0) + np.arange(len(steps) + 2)
    ends, begin = np.r_[levels, levels[-1]], np.r_[0, levels[:-1], 0]
    edges = [shade, *(colors.ink(ax) if step < 0 else shade for step in values[1:]), shade]
    inner = [colors.mixed(ax, edge, 0.3, inside=True) for edge in edges[1:-1]]
    low, high = np.minimum(begin, ends), np.maximum(begin, ends)
    bars = ax.bar(x, high - low, bottom=low, width=0.62, color=[shade, *inner, shade],
                  edgecolor=edges, linewidth=1.0, zorder=2)  # fmt: skip
    ax.hlines(ends[:-1], x[:-1] + 0.31, x[1:] - 0.31, colors.quiet(ax), linewidth=0.9, zorder=1.5)
    vague = not exact(*(text for text in said if text != "?"))
    moved = [sheet.say["about"].format(n=signed(v)) if vague and v else signed(v)
            for v in values[1:]]  # fmt: skip
    names = [sheet.say[name] for name in ("opening", *steps, "closing")]
    texts = [said[0], *moved, said[1]]
    sheet.columns += zip(x.tolist(), names, texts, strict=True)
    told = pd.DataFrame({BAR: map(" ".join, zip(names, texts, strict=True))})
    sheet.spots += ((bar, told.iloc[[place]]) for place, bar in enumerate(bars))
    ax.tick_params(axis="x", length=0)
    sheet.count_limits(levels, bars=True)
    ax.update_datalim([(x[0] - 0.6, 0), (x[-1] + 0.6, 0)], updatey=False)


# -- across parts ----------------------------------------------------------------------------


@chart(window=True)
def parts(
    ledger: Any, *, choose: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    parts: str | Sequence[str] | None = None, exhaustive: bool = False, max_age: int | None = None,
    options: Options,
) -> Axes:  # fmt: skip
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
    'at least 507 through 2020-09-28, of which A 500, B · civilian 7; not counted: B · military.'
    """
    whole, chosen = ledger._tallied(["event", "outcome"], choose, parts, exhaustive, max_age)
    chosen["name"] = [*map(part, zip(chosen["side"], chosen["category"], strict=True))]
    chosen["added"] = _moved_into_bounds(chosen, "adds")
    window = prepare.Window.of(ledger, options, day=True)
    day = prepare.days(whole["date"])
    whole = whole.assign(at=day)[(day >= window.first) & (day <= window.clock)]
    whole = prepare.need_numbers(whole, ledger).dropna(subset="total")
    prepare.refuse_several(whole, "parts")
    stack = _stacked(whole, chosen)
    # The stack must add up to the toll: in a sum "up to 9" counts as its low, "more than 10" as 11.
    odd = (stack[""] < 0) | ((stack[""] > 0) & whole["stated"].isna().to_numpy())
    if odd.any():
        least = _stacked(whole, chosen.assign(total=chosen["added"]))
        stack = stack.where(~odd, least.reindex(columns=stack.columns, fill_value=0.0), axis=0)
    if not stack.drop(columns="").to_numpy().any():
        msg = "nothing here counts a part, only the whole: draw it with "
        msg += both("plot.totals(), or name the parts: parts=('men', 'women')", "plot totals")
        raise LedgerError(msg)
    sheet = Sheet.on(ledger, options, window)
    names = ledger.series()
    texts, rests = _texts(whole, chosen, stack, sheet.say)
    called: dict[Any, str] = {name: sheet.labels.get(str(name), str(name)) for name in stack}
    called |= {name: sheet.say["rest of"].format(name=called[name]) for name in rests}
    _stack(sheet, whole, stack, texts, called)
    last = whole.iloc[-1]
    told = [f"{called[name] or 'not itemised'} {texts[name]}" for name in stack if texts[name]]
    gone = str(last["missing"])
    alt = (
        f"{sheet.common(names)[0]} across parts by day covered, {sheet.known}: "
        f"{texts['all']} through {last['date']:%Y-%m-%d}, of which {', '.join(told)}"
        + (f"; not counted: {gone}" if gone else "; no part is missing")
        + (f"; not added: {last['details']}" if last["details"] else "")
    )  # fmt: skip
    more = [sheet.say["not counted"].format(names=gone)] if gone else []
    return sheet.close("parts", alt, names, whole, more=more)


def _stacked(whole: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return what each part adds in each row of a tally; under ``""`` what no part explains.

    The sides add up, or the categories where they make more, as in the tally; each is split into
    its cells, and what they leave of it. The part that adds most in the last row is first::

        chosen    A, all 500   B, civilian 7   B, military 10
        stack     A 500   B · military 10   B · civilian 7
    """
    cells = chosen[(chosen["side"] != "all") & (chosen["category"] != "all")]
    found = []
    for way, across in (("side", "category"), ("category", "side")):
        tops = chosen[(chosen[way] != "all") & (chosen[across] == "all")]
        within = cells.groupby(["row", way])["total"].sum()
        within = within.reindex(pd.MultiIndex.from_frame(tops[["row", way]]), fill_value=0)
        tops = tops.assign(total=tops["total"] - within.to_numpy())
        parts = pd.concat([cells, tops[tops["total"] > 0]]).astype({"total": "float"})
        found.append(parts.pivot_table("total", "row", "name").reindex(whole.index).fillna(0.0))
    sides, categories = found[0].align(found[1], fill_value=0.0)
    stack = sides.where(sides.sum(axis=1) >= categories.sum(axis=1), categories, axis=0)
    stack = stack[stack.iloc[-1].sort_values(ascending=False, kind="stable").index]
    return stack.assign(**{"": prepare.floats(whole["total"]) - stack.sum(axis=1)})


def _texts(
    whole: pd.DataFrame, chosen: pd.DataFrame, stack: pd.DataFrame, say: Mapping[str, str]
) -> tuple[dict[Any, str], list[Any]]:
    """Write what each part adds in the last row, and under "all" the toll; list what are rests.

    A part that adds its own number is written as stated. What one number leaves of another is
    "about" so many, unless all are exact; where nothing is left, nothing is written.
    """
    given = chosen[chosen["row"] == whole.index[-1]].set_index("name")
    toll = whole.iloc[-1]
    rows = [toll, *(row for _, row in given.iterrows())]
    exact = all(pd.notna(r["high"]) and r["total"] == r["low"] == r["high"] for r in rows)
    out, rests = dict[Any, str]([("all", printed(toll, say))]), list[Any]()
    for name, amount in stack.iloc[-1].items():
        row: Any = given.loc[name] if name in given.index else None
        as_said = row is not None and amount in (row["total"], row["added"])
        if as_said and (row["low"] or pd.notna(row["high"])):
            out[name] = printed(row, say)
        else:
            n = number(round(amount))
            out[name] = "" if not amount else n if exact else say["about"].format(n=n)
            rests += [name] * (name != "" and row is not None and not as_said)
    return out, rests


def _stack(sheet: Sheet, whole: Any, stack: Any, texts: Any, called: Any) -> None:
    """Draw the parts on top of each other, and the toll as a line over them."""
    ax, x = sheet.ax, whole["at"].to_numpy()
    toll, high = prepare.floats(whole["total"]), prepare.floats(whole["high"])
    solid = float(x[-1]) + 0.5  # so that the last count is seen to hold
    until = sheet.until = max(sheet.until, solid)
    sheet.reserve(np.r_[x, until], least=1.0)
    sheet.count_limits(np.r_[toll, high], bars=True)
    base, palette, ink = np.zeros(len(x) + 1), colors.cycle(), colors.ink(ax)
    for place, name in enumerate(map(str, stack)):
        amount = np.r_[stack[name], stack[name].iloc[-1]]
        if not (amount.any() or texts[name]):
            continue
        color = sheet.colors.get(name, palette[place % len(palette)] if name else colors.quiet(ax))
        face = colors.mixed(ax, color, 0.55 if name else 0.15, inside=True)
        ax.fill_between(np.r_[x, solid], base, base + amount, step="post", facecolor=face,
                        linewidth=0.0, zorder=1.0)  # fmt: skip
        ax.plot(np.r_[x, solid], base + amount, drawstyle="steps-post", color=color, linewidth=0.8,
                zorder=1.6)  # fmt: skip
        if name:
            shade = colors.readable(color, colors.behind(ax, inside=False))
            End(sheet, until, float(base[-1] + amount[-1] / 2), unbroken(texts[name]), shade,
                name=called[name],
                look=marks.MARKS["rest"] | {"color": color, "alpha": 1})  # fmt: skip
        else:
            marks.explain(sheet, "rest")
        base = base + amount
    stated = whole["stated"].eq(whole["total"]).fillna(False).to_numpy(bool)
    said = pd.Series("exact", whole.index).where(stated)
    run = prepare.with_marks(whole.assign(value=whole["total"], qualifier=said, source=""))
    marks.steps(sheet, marks.Look(ink, ink), run, {}, solid)
    End(sheet, until, float(toll[-1]), unbroken(texts["all"]), sheet.ink, weight="bold",
        look={"linewidth": 1.8, "color": ink})  # fmt: skip
    sheet.date_axis(shift=0.0)
