"""Charts with a row a count: how each was revised, and what each source says of one thing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from ..display import number
from ..model.errors import LedgerError
from ..model.schema import SERIES
from . import captions, colors, marks, prepare
from .chart import chart
from .sheet import Options, Sheet

if TYPE_CHECKING:
    from .accessor import Plot
    from .sheet import Chart


def _tall(rows: int) -> tuple[float, float]:
    from matplotlib import rcParams

    wide, tall = rcParams["figure.figsize"]
    each = 3.6 * rcParams["font.size"] / 72
    return wide, max(min(tall, 3.2), 1.5 + each * rows)


@chart
def revisions(
    self: "Plot", *, most: int = 12, scale: str = "count", ax: Axes | None = None,
    **options: Unpack[Options],
) -> "Chart":  # fmt: skip
    """Draw every step of each revised count and its direction, the largest change on top.

    Equal corrections of neighbouring days are one row.

    Parameters
    ----------
    most : int, default 12
        How many rows to draw at the most.
    scale : {"count", "percent"}
        Numbers as stated, or their distance from the first one in percent.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ax = ledger.plot.revisions(most=3)
    >>> len(ax.get_yticks())
    3
    """
    ledger = self._ledger
    if scale not in ("count", "percent"):
        msg = f"scale={scale!r} is not known; use 'count' or 'percent'"
        raise LedgerError(msg)
    frame = steps_of(ledger.revisions(), ledger.reports, captions.words(options.get("texts")))
    every = len(frame)
    if scale == "percent" and every:
        frame = by_share(frame)
    if frame.empty:
        when = captions.known(ledger, captions.WORDS)
        msg = f"no count {when} was revised, so there is nothing to draw"
        if every:
            msg = "every revised count began at 0, which has no percent; use scale='count'"
        raise LedgerError(msg)
    sheet, style = Sheet.on(ax, options, _tall(min(most, len(frame))))
    shown = frame.head(sheet.room_for_rows(most))
    names = shown[list(SERIES)].astype("str")
    title, differs = captions.common(names, sheet.say)
    labels, days = _row_names(shown, differs, sheet)
    y = sheet.place_rows(labels)
    paths = list(shown["path"])
    flat = np.concatenate([np.asarray(path, np.float64) for path in paths])
    order = prepare.source_order(ledger)
    chosen = colors.assign(list(names["source"]), order, set(), sheet.colors)
    if len(set(names["source"])) == 1:
        chosen = chosen[:1] * len(shown)
    if scale == "percent":
        _percent_axis(sheet, flat)
    else:
        sheet.count_limits(flat[np.isfinite(flat)], across=True)
    _steps(sheet, shown, paths, y, days, chosen, style, percent=scale == "percent")
    left_out = every - len(shown)
    small = captions.small_line(ledger, names, sheet.say)
    if left_out:
        small.append(sheet.say["left out"].format(n=f"{left_out:,}"))
    told = [
        f"{text} by {' · '.join(part for part in row if part)}, {day}"
        for text, row, day in zip(shown["text"], labels, days, strict=True)
    ]
    alt = (
        f"Every step of {captions.tells(len(shown), 'revised count')}, "
        f"{captions.known(ledger, sheet.say)}, the largest change first: "
        f"{captions.listing(told, 6)}"
        + (f"; {left_out:,} others are left out" if left_out else "") + "."
    )  # fmt: skip
    return sheet.close(ledger, alt, names, title=sheet.say["revised"].format(what=title),
                       small=small)  # fmt: skip


def _said(reports: pd.DataFrame, ids: set[str], say: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of some reports as they were stated."""
    spoken = prepare.spoken(reports[reports["report_id"].isin(ids)])
    spoken = spoken.rename(columns={"low": "given_low", "high": "given_high", "number": "total"})
    return {row["report_id"]: captions.stated(row, say) for _, row in spoken.iterrows()}


def steps_of(
    revisions: pd.DataFrame, reports: pd.DataFrame, say: Mapping[str, str]
) -> pd.DataFrame:
    """Return a row for each revised count: its `path` of numbers, how each step is `down`, a text.

    Counts of neighbouring days of one series that were corrected at the same instants by the
    same numbers are one row, from `first_day` to `last_day`, `days` in all.
    """
    keys = [*SERIES, "kind", "period_start", "period_end"]
    moved = revisions[revisions["change"] != "reaffirmed"]
    moved = moved[(moved["delta"] != 0).fillna(True) & moved["old"].notna()].copy()
    # A day that goes on and another relay are no correction, but they are steps of the count.
    moved["corrected"] = ~moved["change"].isin(["updated", "relayed"])
    counts = moved.groupby(keys, observed=True, sort=False, dropna=False)
    moved = moved[counts["corrected"].transform("any").astype(bool)].copy()
    if moved.empty:
        return moved
    down = (moved["new"] < moved["old"]).fillna(True).astype(bool)
    moved["is_down"] = np.where(down, np.where(moved["corrected"], "revised", "fell"), "")
    old, new = (moved[name].astype("str") for name in ("old_id", "new_id"))
    said, gone = _said(reports, {*old, *new}, say), moved["new"].isna()
    moved["was"], moved["said"] = old.map(said), new.map(said).where(~gone, say["withdrawn"])
    # Days with vague numbers are alike only where these are worded alike.
    vague = moved["delta"].isna() & ~gone
    moved["alike"] = (moved["was"] + "→" + moved["said"]).where(vague, "")
    counts = moved.groupby(keys, observed=True, sort=False, dropna=False)
    frame = counts.agg(
        old=("old", "first"), new=("new", list), down=("is_down", list), said=("said", list),
        deltas=("delta", lambda d: tuple(d.astype("float").round(0))),
        at=("reported_at", tuple), was=("was", "first"), alike=("alike", tuple),
    ).reset_index()  # fmt: skip
    frame["path"] = [
        [float(old), *(np.nan if pd.isna(n) else float(n) for n in new)]
        for old, new in zip(frame["old"], frame["new"], strict=True)
    ]
    frame["said"] = [[was, *said] for was, said in zip(frame["was"], frame["said"], strict=True)]
    frame = _neighbours(frame)
    frame["text"] = [
        _text(path, said, days, any(alike))
        for path, said, days, alike in zip(
            frame["path"], frame["said"], frame["days"], frame["alike"], strict=True
        )
    ]
    return _largest(frame, _change(frame))


def by_share(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the counts by their change in shares of the first number, without those from 0."""
    first = frame["path"].map(lambda path: path[0])
    size = _change(frame) / first.replace(0.0, np.nan)
    return _largest(frame[size.notna()], size[size.notna()])


def _change(frame: pd.DataFrame) -> pd.Series:
    """Return how far each count has moved; a withdrawn one by all of its number."""
    return frame["path"].map(lambda path: abs(np.nan_to_num(path[-1]) - path[0]))


def _largest(frame: pd.DataFrame, size: pd.Series) -> pd.DataFrame:
    order = size.sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _neighbours(frame: pd.DataFrame) -> pd.DataFrame:
    """Make equal corrections of neighbouring days one row, drawn by the last of these days."""
    keys = [*SERIES, "kind", "deltas", "at", "alike"]
    frame = frame.sort_values("period_end", kind="stable")
    apart = frame.groupby(keys, observed=True, sort=False)["period_end"].diff()
    frame["run"] = (apart != pd.Timedelta(days=1)).groupby(
        [frame[k] for k in keys], observed=True
    ).cumsum()  # fmt: skip
    grouped = frame.groupby([*keys, "run"], observed=True, sort=False)
    return grouped.agg(
        path=("path", "last"), down=("down", "last"), days=("path", "size"), said=("said", "last"),
        first_day=("period_end", "first"), last_day=("period_end", "last"),
    ).reset_index()  # fmt: skip


def _text(path: list[float], said: list[str], days: int, vague: bool) -> str:
    each = f" × {days:,} days" if days > 1 else ""
    if each and not np.isfinite(path[-1]):
        return said[-1]
    if each and not vague:
        change = path[-1] - path[0]
        return f"{'+' if change > 0 else '−'}{number(abs(change))}{each}"
    words = [*said[:2], "…", *said[-2:]] if len(said) > 5 else said
    return "→".join(words) + each


def _row_names(
    shown: pd.DataFrame, differs: list[str], sheet: Sheet
) -> tuple[list[list[str]], list[str]]:
    """Return what to write beside each row, and which days it is about."""
    rest = [c for c in differs if c != "source"]
    days = [
        f"{a:%Y-%m-%d}" if a == b else f"{a:%Y-%m-%d} – {b:%Y-%m-%d}"
        for a, b in zip(shown["first_day"], shown["last_day"], strict=True)
    ]
    how = shown["kind"].astype("str").map({"period": "within"}).fillna("through")
    days = [sheet.say[word].format(day=day) for word, day in zip(how, days, strict=True)]
    details = captions.labels(shown, rest, sheet.labels) if rest else [""] * len(shown)
    split = "source" in differs and bool(rest)
    heads = captions.labels(shown, ["source"], sheet.labels) if split or not rest else details
    second = details if split else [""] * len(shown)
    return [[head, detail] for head, detail in zip(heads, second, strict=True)], days


def _percent_axis(sheet: Sheet, flat: np.ndarray) -> None:
    ax = sheet.ax
    sheet.numbers(across=True)
    ax.xaxis.set_major_formatter(FuncFormatter(_percent))
    ax.axvline(0, color=colors.quiet(ax), linewidth=0.8, zorder=1)


def _percent(value: float, _: Any) -> str:
    return f"{value:+,.0f}%".replace("-", "−") if value else "0"


def _steps(
    sheet: Sheet, shown: pd.DataFrame, paths: list[list[float]], y: np.ndarray, days: list[str],
    chosen: list[tuple[str, int]], style: dict[str, Any], *, percent: bool,
) -> None:  # fmt: skip
    """Draw each row: where it began, where it went, and each step down as ▼."""
    ax, tone = sheet.ax, colors.ink(sheet.ax, inside=False)
    for i, path in enumerate(paths):
        x = np.asarray(path)
        if percent:
            x = 100 * (x / x[0] - 1)
        x = x[np.isfinite(x)]
        color, place = chosen[i]
        ax.plot(x, np.full(len(x), y[i]), color=color, **{"linewidth": 1.8, "alpha": 0.7} | style)
        ax.plot(x[0], y[i], marker="|", markersize=11, markeredgewidth=2, color=color)
        down = np.asarray(shown["down"].iloc[i])[: len(x) - 1]
        shape = colors.SHAPES[place % len(colors.SHAPES)]
        look = marks.Look(color, color, shape)
        up = x[1:][down == ""]
        if len(up):
            marks.dots(sheet, look, np.full(len(up), y[i]), up, np.zeros(len(up), bool), many=1,
                       across=True)  # fmt: skip
        for how in ("revised", "fell"):
            lower = x[1:][down == how]
            if len(lower):
                level = np.full(len(lower), y[i])
                marks.falls(sheet, color, lower, level, revised=how == "revised")
        middle = x[-1] if len(x) > 1 else x[0]
        text = shown["text"].iloc[i]
        sheet.note(float(middle), float(y[i]), f"{text}, {days[i]}", tone, short=text,
                   span=(float(x.min()), float(x.max())))  # fmt: skip
    bar = {"marker": "|", "markersize": 9, "markeredgewidth": 2, "linestyle": "none", "color": tone}
    sheet.entry(sheet.say["key first"], [(bar, [0.4], [0])], wide=0.8, at="first")


@chart
def sources(self: "Plot", *, ax: Axes | None = None, **options: Unpack[Options]) -> "Chart":
    """Draw each source's latest claim of one thing as a dot with its range, as stated.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020")
    >>> ledger = ledger.where(side="Armenian side", category="military", outcome="killed")
    >>> ax = ledger.as_of("2020-09-28 20:00").plot.sources()
    >>> "Azerbaijan defence ministry 550 through 2020-09-27, denied" in ax.alt_text
    True
    """
    ledger = self._ledger
    frame = latest_claims(ledger)
    prepare.one(frame, "sources", [c for c in SERIES if c not in ("source", "definition")])
    sheet, _ = Sheet.on(ax, options, _tall(len(frame)))
    every = len(frame)
    frame = frame.head(sheet.room_for_rows(every))
    title, differs = captions.common(frame, sheet.say)
    names = captions.labels(frame, [c for c in differs if c in ("source", "definition")],
                            sheet.labels)  # fmt: skip
    rows = sheet.place_rows([[name] for name in names])
    x, low, high = (frame[c].to_numpy(np.float64) for c in ("y", "bottom", "top"))
    sheet.count_limits(np.r_[x, np.where(np.isfinite(high), high, x), low[np.isfinite(high)]],
                       across=True)  # fmt: skip
    chosen = colors.assign(list(frame["source"].astype("str")), prepare.source_order(ledger),
                           set(), sheet.colors)  # fmt: skip
    tone = colors.ink(sheet.ax)
    told = []
    for i, row in frame.reset_index(drop=True).iterrows():
        place = int(str(i))
        color, shape = chosen[place][0], colors.SHAPES[chosen[place][1] % len(colors.SHAPES)]
        at, here = rows[place : place + 1], x[place : place + 1]
        if not np.isfinite(here[0]):
            text = sheet.say["key declined"]
            marks.declined(sheet, color, [0.0], at)
            sheet.note(0.0, at[0], text, tone, span=(0.0, 0.0))
            told.append(f"{names[place]} {text}")
            continue
        text = _claim(sheet, row, color, shape, at, here, low[place], high[place])
        edges = np.r_[here, [low[place], high[place]] if np.isfinite(high[place]) else here]
        short = captions.stated(row, sheet.say)
        beside = 8.0 if np.isfinite(high[place]) or row["about"] else 24.0  # a stem stands there
        sheet.note(float(here[0]), float(at[0]), text, tone, short=short,
                   span=(float(edges.min()), float(edges.max())), beside=beside)  # fmt: skip
        told.append(f"{names[place]} {text}")
    alt = (
        f"Latest claims of {captions.lower(title)} by "
        f"{captions.tells(frame['source'].nunique(), 'source')}, "
        f"{captions.known(ledger, sheet.say)}: {captions.listing(told, 12)}"
        + (f"; {every - len(frame):,} lower ones are left out" if every > len(frame) else "")
        + "."
    )
    left_out = sheet.say["left out"].format(n=f"{every - len(frame):,}")
    return sheet.close(ledger, alt, frame, note=left_out if every > len(frame) else "")


def _claim(
    sheet: Sheet, row: pd.Series, color: str, shape: str, at: np.ndarray, here: np.ndarray,
    low: float, high: float,
) -> str:  # fmt: skip
    """Draw one claim with its range; return it in words."""
    if np.isfinite(high) and high > low:
        marks.whiskers(sheet, color, at, np.array([low]), np.array([high]), across=True)
    elif not np.isfinite(high) and not row["about"]:
        marks.open_above(sheet, color, at, here, np.ones(1, bool), across=True)
    look = marks.Look(color, color, shape)
    marks.dots(sheet, look, at, here, np.array([row["derived"]]), many=1, across=True)
    if row["about"]:
        marks.tildes(sheet, color, at, here, across=True)
    text = f"{captions.stated(row, sheet.say)} "
    text += sheet.say["through"].format(day=f"{row['date']:%Y-%m-%d}")
    if row["denied_by"]:
        marks.denied(sheet, here, at)
        text += ", " + sheet.say["denied by"].format(who=captions.clean(row["denied_by"]))
    return text


def latest_claims(ledger: Any) -> pd.DataFrame:
    """Return each series' last running total, as drawn, with `denied_by`; silent ones last."""
    frame = prepare.running(ledger).groupby(list(SERIES), observed=True, sort=False).tail(1)
    frame = frame.sort_values("y", ascending=False, kind="stable")
    denied = ledger.current().set_index("report_id")["denied_by"]
    frame = frame.astype(dict.fromkeys(SERIES, "str"))
    frame["denied_by"] = frame["report_id"].map(denied).mask(frame["derived"]).fillna("")
    silent = prepare.silences(ledger)[list(SERIES)].astype("str").drop_duplicates()
    silent = silent.merge(frame[list(SERIES)], how="left", indicator=True)
    silent = silent[silent["_merge"] == "left_only"][list(SERIES)]
    return pd.concat([frame, silent], ignore_index=True) if len(silent) else frame
