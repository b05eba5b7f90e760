"""Charts of numbers over time: by day covered, by the moment reported, and who said what when."""

from bisect import bisect_left, insort
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..model.schema import STOCKS
from ..words import first_of, plural, printed, signed
from . import captions, colors, marks, prepare
from .chart import Options, chart
from .sheet import End, Sheet, unbroken

#: A line with more points is drawn as an image within an SVG or a PDF.
MOST_POINTS = 20_000
#: How many falls are labelled at the most, the largest ones.
MOST_FALLS = 5
#: What is said of a fall, by its cause; of other causes, that it fell.
_FELL = {"revised": "revised down", "retracted": "withdrawn", "relayed": "through another relay"}


@chart(highlight=True, window=True)
def totals(ledger: Any, *, options: Options) -> Axes:
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
    return _over_time(ledger, prepare.by_day(ledger.totals(), ledger), options, "totals")


@chart(highlight=True, window=True)
def history(ledger: Any, *, options: Options) -> Axes:
    """Draw the reported number by the moment it was reported, with its range.

    Steps hold until the next report. ▼ is a number revised down, ▽ one that fell with nothing
    revised; the largest falls are labelled.

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
    return _over_time(ledger, prepare.reported(ledger), options, "history")


@chart(highlight=True, window=True, panels="definition")
def claims(ledger: Any, *, options: Options) -> Axes:
    """Draw who said what when of one thing: each source's claims as steps, with their ranges.

    Shaded from the lowest to the highest claim in force; a denial is crossed from its instant.
    Several definitions get a panel each; on axes given, only claims of one are shaded between.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(definition="")
    >>> ledger = ledger.where(side="Armenian side", category="military", outcome="killed")
    >>> ax = ledger.as_of("2020-09-28 20:00").plot.claims()
    >>> "550 by Azerbaijan defence ministry, denied by Armenia defence ministry" in ax.alt_text
    True
    """
    frame = prepare.reported(ledger)
    prepare.refuse_several(frame, "claims", "source", "definition")
    return _over_time(ledger, frame, options, "claims")


def _over_time(ledger: Any, frame: pd.DataFrame, options: Options, name: str) -> Axes:
    """Draw rows as lines, with all marks: the body of the three charts above."""
    day, given = name == "totals", frame
    window = prepare.Window.of(ledger, options, day=day)
    frame = window.cut(frame, carry=True)
    denied = prepare.denials(ledger, day=day)
    denied, silent = window.cut(denied), window.cut(prepare.silences(ledger, day=day))
    sheet = Sheet.on(ledger, options, window)
    sheet.reserve(np.r_[frame["at"], window.clock], least=1.0 if day else 0.5)
    names, frame["line"] = prepare.lines_of(frame, options.highlight)
    denied = denied.assign(line=prepare.place_in(denied, names), fall="", ended=False)
    reach = frame[["y", "bottom", "top"]].to_numpy()[np.isfinite(frame["top"])]
    # Only totals are in lines: denials of other counts are told in words. A silence stands at 0.
    crosses = denied["y"][denied["kind"] == "total"]
    sheet.count_limits(np.r_[frame["y"], reach.ravel(), crosses, np.zeros(len(silent))])
    # Only claims of one definition are compared, the most frequent: others count something else.
    if name == "claims":
        _between(sheet, frame[frame["definition"].astype("str") == names["definition"].mode()[0]])
    named = names.head(sheet.most)
    looks = marks.looks(sheet, named)
    drawn = [(frame[frame["line"] == place], look) for place, look in enumerate(looks)]
    _others(sheet, frame[frame["line"] >= len(named)])
    ends = ", ".join(_lines(sheet, named, drawn))
    if len(names) > len(named):
        ends += f"; {plural(len(names) - len(named), 'other line')} in grey"
    fell = "" if day else _falls(sheet, frame, drawn)
    fell += "" if day else _struck(sheet, "withdrawn", prepare.withdrawn(frame), len(named))
    fell += _struck(sheet, "denied", denied[denied["line"] >= 0], len(named))
    gone = _silent(sheet, silent, names)
    # A tick names the end of its day, if all was said at the end of a day.
    at_end = (frame["at"] * 86_400).round() % 86_400 == 86_399
    shift = 0.0 if day else 1 - 1 / 86_400 if at_end.all() else 0.5
    hours = not (day or at_end.any())
    sheet.date_axis("" if day else sheet.say["reported"], shift=shift, hours=hours)
    of, when = sheet.what(names), sheet.known
    opening = {
        "totals": f"Running totals of {of} by day covered, {when}",
        "history": f"The reported number of {of} by the moment it was reported, {when}",
        "claims": f"Who said what when: {of}, {when}",
    }[name]
    unsaid = prepare.withdrawn_texts(sheet, ledger, given) if day else []
    alt = "; ".join([f"{opening}: {ends}{fell}{gone}", *unsaid])
    return sheet.close(name, alt, names, frame.drop(columns="line"), more=unsaid)


def _others(sheet: Sheet, rest: pd.DataFrame) -> None:
    """Draw all lines without a name as one grey line with gaps: it is quick, and its file short."""
    if rest.empty:
        return
    ends = rest.drop_duplicates("line", keep="last")
    points = pd.concat([rest, ends.assign(at=sheet.until), ends.assign(at=np.nan, y=np.nan)])
    points = points.sort_values("line", kind="stable")
    grey = marks.MARKS["muted"] | {"color": colors.muted(sheet.ax), "zorder": 2.1}
    grey |= {"drawstyle": "steps-post", "rasterized": len(points) > MOST_POINTS}
    sheet.ax.plot(points["at"], points["y"], **grey | sheet.options.line)
    sheet.muted += len(ends)
    marks.explain(sheet, "muted", text=sheet.say["more lines"].format(n=f"{sheet.muted:,}"))


def _lines(sheet: Sheet, names: pd.DataFrame, drawn: list[Any]) -> list[str]:
    """Draw a line for each series that is named, the first ones last, on top of the others.

    Returns the first and last number of each in words.
    """
    for run, look in drawn[::-1]:
        marks.steps(sheet, look, run, sheet.options.line)
    told, called = [], captions.labels(names, sheet.common(names)[1], sheet.labels)
    for label, name, (run, look) in zip(called, names.to_dict("records"), drawn, strict=True):
        stood, ended = run[np.isfinite(run["y"])], bool(run["y"].isna().iat[-1])
        if stood.empty:
            told.append(f"{label} without a number")
            continue
        ends = stood.tail(1) if ended or len(stood) < 2 else stood.iloc[[0, -1]]
        texts = [printed(row, sheet.say) for _, row in ends.iterrows()]
        days = ends["said_at" if "fall" in run else "date"].dt.strftime(" (%Y-%m-%d)")
        goes = " to ".join(dict.fromkeys(text + day for text, day in zip(texts, days, strict=True)))
        told.append(f"{label} {goes}{', withdrawn since' * ended}")
        marker = {} if look.grey else {"marker": look.shape, "markersize": 5}
        End(sheet, sheet.until, stood["y"].iat[-1], unbroken(texts[-1]), look.text,
            names=name, fate="withdrawn" * ended,
            look={"linewidth": 1.8, "color": look.color} | marker)  # fmt: skip
    return told


def _struck(sheet: Sheet, mark: str, rows: pd.DataFrame, named: int) -> str:
    """Mark totals that are denied or withdrawn, and label some: who denies them, or whose they are.

    The first `named` lines have names: what ends one is struck there, and what fell has the label
    of a fall, but on a grey line. Returns all denials in words, and the withdrawals that were no
    such fall.
    """
    crossed = rows[rows["kind"] == "total"]
    marks.sign(sheet, mark, crossed["at"], crossed["y"])
    grey = (rows["line"] >= named) | (rows["source"] != (sheet.options.highlight or rows["source"]))
    rows = rows[grey | (rows["fall"] == "")]
    apart = rows[(rows["kind"] == "total") & ~(rows["ended"] & (rows["line"] < named))]
    for _, row in apart.head(3).iterrows():
        who, number = sheet.labels.get(row["source"], row["source"]), printed(row, sheet.say)
        by, gone = sheet.say["denied by"].format(who=row["denied_by"]), mark == "withdrawn"
        named_so = captions.joined(who, number)
        text = named_so if gone or row["line"] >= named else by
        listed = f"{named_so} ({sheet.say['key withdrawn'] if gone else by})"
        # In a small chart the key and the words tell of denials: the list would take its room.
        listed *= gone or sheet.most == colors.MOST_LINES
        sheet.note(row["at"], row["y"], text, colors.quiet(sheet.ax), marks.MARKS[mark], listed,
                   struck=number if gone else None)  # fmt: skip
    told, more = "", len(rows) - MOST_FALLS
    for _, row in rows.head(MOST_FALLS).iterrows():
        by = f" by {row['denied_by']}" * bool(row["denied_by"])
        told += f"; {captions.worded(row, sheet.say)} by {row['source']}, {mark}{by}"
    return told + (f"; and {more:,} more {mark}" if more > 0 else "")


def _falls(sheet: Sheet, frame: pd.DataFrame, drawn: list[Any]) -> str:
    """Mark each fall of the lines and label the largest; return the falls in words."""
    shown = [run.assign(color=look.color) for run, look in drawn if not look.grey]
    falls = pd.concat(shown or [frame.head(0)]).query("fall in ['revised', 'withdrawn', 'fell']")
    for (color, how), group in falls.groupby(["color", "fall"]) if len(falls) else ():
        if how != "withdrawn" and len(group) <= marks.MOST_DOTS:
            mark = "down" if how == "revised" else "fell"
            marks.sign(sheet, mark, group["at"], group["y"], color, zorder=4)
    told, many = [], len(falls)
    for _, row in falls.nsmallest(MOST_FALLS, "change").iterrows():
        before = {name: row[f"before_{name}"] for name in prepare.WORDING}
        text = f"{printed(before, sheet.say)}→{printed(row, sheet.say)}"
        look = marks.MARKS["down" if row["fall"] == "revised" else "fell"]
        sheet.note(row["at"], row["y"], text, row["color"], look | {"color": row["color"]})
        told.append(f"{text} ({_FELL.get(row['cause'], 'fell')})")
    if many:
        more = "" if many == len(told) else f" and {many - len(told):,} smaller"
        return f"; {plural(many, 'fall')}: {', '.join(told)}{more}"
    # Fewer of those who return is no fall, and some numbers may be lower.
    return "" if (frame["outcome"].isin(STOCKS) | frame["fall"].ne("")).any() else "; no falls"


def _silent(sheet: Sheet, found: pd.DataFrame, names: pd.DataFrame) -> str:
    """Put ``?`` at the foot where a source declined: at no number, with its name."""
    if found.empty:
        return ""
    differs = sheet.common(pd.concat([names, found[names.columns].astype("str")]))[1]
    found = found.assign(label=captions.labels(found, differs, sheet.labels))
    foot, ink = sheet.ax.get_xaxis_transform(), colors.ink(sheet.ax)
    marks.sign(sheet, "declined", found["at"], 0 * found["at"], shift=(0, 7), on=foot)
    first = found.drop_duplicates("label")
    for _, row in first.head(3).iterrows():
        sheet.note(row["at"], 0.0, row["label"], ink, marks.MARKS["declined"])
    return f"; {first_of(first['label'].tolist())} declined to give a number"


def _between(sheet: Sheet, frame: pd.DataFrame) -> None:
    """Shade from the lowest to the highest claim in force.

    Of one source there is nothing to shade::

        row         A 5    B 9    A 7    B withdrawn
        in force    5      5, 9   7, 9   7
        shaded      -      5-9    7-9    -
    """
    if frame["line"].nunique() < 2:
        return
    rows = frame.sort_values("at", kind="stable")
    force, claims, spans = dict[float, float](), list[float](), []  # claims are sorted
    for line, y in rows[["line", "y"]].to_numpy().tolist():
        if line in force:
            del claims[bisect_left(claims, force.pop(line))]
        if np.isfinite(y):
            force[line] = y
            insort(claims, y)
        spans.append((claims[0], claims[-1]) if len(claims) > 1 else (np.nan, np.nan))
    days, (low, high) = np.r_[rows["at"], sheet.until], np.transpose([*spans, spans[-1]])
    sheet.ax.fill_between(days, low, high, step="post", linewidth=0, alpha=0.09, zorder=0.9,
                          color=colors.ink(sheet.ax),
                          rasterized=len(spans) > MOST_POINTS)  # fmt: skip
    if ((low < high)[:-1] & (np.diff(days) > 0)).any():
        marks.explain(sheet, "claims")


# -- what was known when ---------------------------------------------------------------------


@chart(window=True)
def vintages(ledger: Any, *, most: int = 60, relative: bool = False, options: Options) -> Axes:
    """Draw today's running total over the earlier ones, coloured by when they were known.

    A dot stands where each curve ends, hollow where the number is derived, and none where it is a
    range or "up to"; it is struck through if the number was withdrawn since. Where all numbers
    were withdrawn, there is no latest curve.

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
    prepare.refuse_several(ledger.series(), "vintages")
    window = prepare.Window.of(ledger, options, day=True)
    runs = [
        window.cut(run, carry=True) for run in _curves(ledger, most)
        if run["at"].iloc[-1] >= window.first and run["at"].iloc[0] <= window.clock
    ]  # fmt: skip
    if not runs:
        prepare.need_numbers(ledger.totals().head(0), ledger)
    clocks_known = [run["known_at"].iloc[0] for run in runs]
    stands = clocks_known[-1] == ledger.reports["reported_at"].max()
    sheet = Sheet.on(ledger, options, window)
    ax, last, earlier = sheet.ax, runs[-1], len(runs) - stands
    # The newer a curve, the more it stands out from what lies behind it.
    dark = colors.contrast("w", colors.behind(ax, inside=True)) > 4
    scale = mpl.colormaps["viridis" if dark else "viridis_r"]
    shades = [scale(share) for share in np.linspace(0.33, 0.9, earlier)]
    older, newest = {"linewidth": 1.0, "zorder": 2} | options.line, {"color": colors.ink(ax)}
    looks = [older | {"color": shade} for shade in shades]
    looks += [newest | {"linewidth": 1.6, "zorder": 3}] * stands
    base = last if relative else None
    drawn = [_curve(sheet, run, look, base) for look, run in zip(looks, runs, strict=True)]
    data = pd.concat(drawn, ignore_index=True)
    sheet.reserve(data["at"], least=1.0)
    sheet.date_axis(shift=0.0)
    sheet.count_limits(data["drawn"])
    tips = data.drop_duplicates("known_at", keep="last")
    gone = tips["report_id"].isin(prepare.withdrawn_ids(ledger)) & ~tips["derived"]
    gone.iloc[-1] |= not stands
    marks.sign(sheet, "withdrawn", tips["at"][gone], tips["drawn"][gone])
    ends = [printed(run.iloc[-1], sheet.say) for run in (runs[0], last)]
    if relative:  # the end is 0, not its number
        ax.axhline(0, **newest, linewidth=0.8, zorder=1)
        ends = [signed(y) for y in tips["drawn"].iloc[[0, -1]]]
    else:
        end, y = last[["at", "y"]].iloc[-1].tolist()
        End(sheet, end + 0.5, y, unbroken(ends[1]), sheet.ink, names=last.iloc[0].to_dict(),
            fate="" if stands else "withdrawn")  # fmt: skip
    _explain_curves(sheet, clocks_known[:earlier], shades, stands=stands)
    told = dict.fromkeys(printed(row, sheet.say) for _, row in tips[gone].iterrows())
    alt = (
        f"Running total of {sheet.what(last)} as it was known "
        f"at {plural(len(runs), 'instant')}, {sheet.known}"
        f"{', less the latest' if relative else ''}; the first curve ends at {ends[0]}, "
        + (f"the last at {ends[1]}" if stands else "and no number stands")
        + (f"; withdrawn since: {first_of([*told])}" if told else "")
    )
    return sheet.close("vintages", alt, last, data, more=[sheet.say["less latest"]] * relative)


def _curve(
    sheet: Sheet, run: pd.DataFrame, look: dict[str, Any], base: pd.DataFrame | None
) -> pd.DataFrame:
    """Draw a curve, less another (`base`) if one is given; return it with what is `drawn`."""
    x, y = run["at"].to_numpy(), run["y"].to_numpy()
    if base is not None:
        y = y - np.r_[0.0, base["y"]][np.searchsorted(base["at"], x, side="right")]
    sheet.ax.plot(np.r_[x, x[-1] + 0.5], np.r_[y, y[-1]], drawstyle="steps-post", **look)
    tip = run.iloc[-1]
    if not (tip["range"] or tip["ceiling"]):
        marks.explain(sheet, "derived" if tip["derived"] else "stated")
        face = colors.behind(sheet.ax, inside=True) if tip["derived"] else look["color"]
        dot = sheet.ax.plot(x[-1], y[-1], marker="o", markersize=4, color=look["color"],
                            markerfacecolor=face, zorder=3.1)  # fmt: skip
        sheet.spots += [(dot[0], run.tail(1))]
    return run.assign(drawn=y)


def _explain_curves(sheet: Sheet, known: Any, shades: list[Any], *, stands: bool) -> None:
    """Name the latest curve in the key, if it `stands`, and the first and the last before it."""
    if stands:
        marks.explain(sheet, "latest")
    for mark, which, place in [("first", "first", 0), ("known", "last", -1)][: len(known)]:
        # Each of several charts has a scale of its own.
        several = sheet.options.by or sheet.data
        when = sheet.say[f"known {which}"] if several else f"{known[place]:%Y-%m-%d}"
        look = marks.MARKS["known"] | {"color": shades[place]}
        marks.explain(sheet, mark, look, text=sheet.say["key known"].format(when=when))


def _curves(ledger: Any, most: int) -> list[pd.DataFrame]:
    """Return the running total as known at each of some clocks, evenly chosen; the last is today's.

    Only clocks to be drawn are asked. One that knows no more than the one before takes its place;
    one that knows no number is left out.
    """
    instants = ledger.reports["reported_at"].drop_duplicates().sort_values(ignore_index=True)
    found, curve = list[pd.DataFrame](), ["date", "total"]
    for when in prepare.evenly(instants, most):
        run = ledger.as_of(when).totals()
        if found and run[curve].equals(found[-1][curve]):
            found.pop()
        found.append(run.assign(known_at=when))
    rows = pd.concat([run for run in found if len(run)] or [ledger.totals()], ignore_index=True)
    curves = prepare.by_day(rows, ledger).groupby("known_at", sort=False)
    return [run.reset_index(drop=True) for _, run in curves]
