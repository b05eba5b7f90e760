"""Charts that are lists, with a row a claim or a count: timeline, sources, revisions."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..model.errors import LedgerError
from ..model.schema import FIGURE, SERIES
from ..words import clean, day, first_of, plural, printed
from . import captions, colors, marks, prepare
from .chart import Options, chart
from .sheet import End, Sheet, unbroken

#: So many sources have a row at the most.
MOST_SOURCES = 40


# -- who said what when ----------------------------------------------------------------------


@chart(highlight=True, window=True)
def timeline(ledger: Any, *, most: int = 30, options: Options) -> Axes:
    """Draw every claim of one thing at its moment, in its source's words, from the top down.

    Each source's claim of the newest day is in ink, others are grey; denied and withdrawn ones are
    struck through; an arrow leads from a number to what it was corrected to. A dot is a total, a
    plus so many more, or of some days, and ``?`` a source that declined to say.

    Parameters
    ----------
    most : int, default 30
        How many claims to draw at the most, the newest.

    Examples
    --------
    >>> import casualties as cas
    >>> tolls = cas.load_dataset("revised_tolls")
    >>> ax = tolls.where(event="Chile earthquake 2010", side="all").plot.timeline()
    >>> "802 by Chile government (2010-03-03), withdrawn" in ax.alt_text
    True
    """
    frame = _claims_made(ledger)
    prepare.refuse_several(frame, "timeline", "source", "definition")
    window = prepare.Window.of(ledger, options, day=False)
    frame = window.cut(frame)
    prepare.need_numbers(frame, ledger)
    count = len(frame)
    sheet = Sheet.on(ledger, options, window, 1.3)
    frame = frame.tail(most).copy()
    frame["who"] = captions.labels(frame, ["source", *sheet.common(frame)[1]], sheet.labels)
    frame["said"] = [captions.worded(row, sheet.say) for _, row in frame.iterrows()]
    frame["said"] = frame["said"].where(frame["y"].notna(), sheet.say["key declined"])
    frame["fate"] = [_fate(row, sheet.say) for _, row in frame.iterrows()]
    texts = frame["said"].map(unbroken) + " · " + frame["who"] + frame["fate"]
    y = sheet.place_rows([""] * len(texts), texts.tolist()[::-1])
    frame = frame.assign(text=texts).tail(len(y)).reset_index(drop=True)
    sheet.rows[-len(y) :] = _moments(frame, ledger.tz)
    x = frame["y"].fillna(0.0).to_numpy()
    sheet.count_limits(np.r_[x, frame["top"], frame["bottom"]], across=True)
    chosen = options.highlight
    in_ink = (frame["newest"] if chosen is None else frame["source"] == chosen).to_numpy(bool)
    ink, quiet = colors.ink(sheet.ax), colors.quiet(sheet.ax)
    for tone, claims in ((ink, frame[in_ink]), (colors.muted(sheet.ax), frame[~in_ink])):
        for mark, alike in claims.groupby("mark", sort=False):
            look = marks.Look(tone, tone, marks.MARKS[str(mark)]["marker"], mark=str(mark))
            marks.numbers(sheet, look, y[alike.index], alike, across=True)
    silent = frame["y"].isna().to_numpy()
    marks.sign(sheet, "declined", x[silent], y[silent], ink, (5, 0))
    for mark, gone in (("denied", frame["denied_by"] != ""), ("withdrawn", frame["withdrawn"])):
        marks.sign(sheet, mark, x[gone], y[gone])
    told = []
    for place, (_, row) in enumerate(frame.iterrows()):
        said, who = row["said"], row["who"]
        struck = slice(0, len(said)) if row["denied_by"] or row["withdrawn"] else None
        tone = ink if in_ink[place] else quiet
        End(sheet, float(x[place]), float(y[place]), row["text"], tone, struck=struck)
        by = f"{who} {said}" if silent[place] else f"{said} by {who}"
        told.append(f"{by} ({row['day']}){row['fate']}")
    _arrows(sheet, ledger, frame, x, y)
    alt = f"Who said what when: {sheet.what(frame)}, {sheet.known}: {first_of(told, 40)}"
    frame = frame.drop(columns=["who", "said", "fate", "text"])
    return sheet.close("timeline", alt, frame, left_out=count - len(frame))


def _claims_made(ledger: Any) -> pd.DataFrame:
    """Return the reports that state a number, in the order of publication, ready to be drawn.

    Among them are those that decline to and are live. `newest` says whether a report is the newest
    of its series, `denied_by` who denies it and `withdrawn` whether it was. Its dot is the `mark`;
    "99 fewer" stands at 99, by another mark.
    """
    live, declined = ledger.current(), prepare.silences(ledger)["report_id"].tolist()
    frame = prepare.stated_rows(ledger.reports, declined)
    frame = frame.sort_values("reported_at", kind="stable").reset_index(drop=True)
    silent = frame["report_id"].isin(declined)
    who = prepare.denials(ledger, day=False).groupby("report_id")["denied_by"].agg(dict.fromkeys)
    frame["denied_by"] = frame["report_id"].map(who.map(", ".join)).astype(object).fillna("")
    frame["withdrawn"] = frame["report_id"].isin(prepare.withdrawn_ids(ledger))
    frame["day"] = frame["reported_at"].dt.tz_convert(ledger.tz).dt.strftime("%Y-%m-%d")
    # Each incident of the last day is newest, but only one of other reports.
    stands = frame[frame["report_id"].isin(live["report_id"]) & ~silent]
    days = stands.groupby([*SERIES], observed=True)["period_end"]
    stands = stands[stands["period_end"] == days.transform("max")]
    last = (stands["kind"] == "incident") | ~stands.duplicated([*SERIES], keep="last")
    frame["newest"] = silent | frame["report_id"].isin(stands["report_id"][last])
    frame = prepare.placed(prepare.with_marks(frame), ledger)
    fewer = frame["y"] < 0
    frame["mark"] = np.select([fewer, frame["kind"] != "total"], ["fewer", "more"], "stated")
    mirrored = (("y", "y"), ("bottom", "top"), ("top", "bottom"))
    frame = frame.assign(**{name: frame[name].mask(fewer, -frame[of]) for name, of in mirrored})
    return frame.assign(ceiling=frame["ceiling"] & ~fewer)


def _fate(row: pd.Series, say: dict[str, str]) -> str:
    """Say what became of a claim: who denies it, and whether it was withdrawn."""
    denied = f", {say['denied by'].format(who=row['denied_by'])}" * bool(row["denied_by"])
    return denied + f", {say['withdrawn']}" * bool(row.get("withdrawn"))


def _looks(sheet: Sheet, rows: pd.DataFrame) -> list[marks.Look]:
    """Return the look of each row: rows of one source look alike."""
    first = rows.drop_duplicates("source")
    looks = dict(zip(first["source"], marks.looks(sheet, first), strict=True))
    return [looks[source] for source in rows["source"]]


def _moments(frame: pd.DataFrame, tz: str) -> list[str]:
    """Name rows by their moments: the day where it changes, the time of day where one is given."""
    when = frame["reported_at"].dt.tz_convert(tz)
    bare = (when + pd.Timedelta(1, "s")).dt.date > when.dt.date
    day = when.dt.strftime("%-d %b %Y").where(when.dt.date != when.dt.date.shift(), "")
    time = when.dt.strftime("%H:%M").where(~bare, "")
    return [" ".join(part for part in parts if part) for parts in zip(day, time, strict=True)]


def _arrows(sheet: Sheet, ledger: Any, frame: pd.DataFrame, x: np.ndarray, y: np.ndarray) -> None:
    """Draw an arrow from each number to what it was corrected to."""
    changes = ledger.revisions()
    changes = changes[(changes["change"] == "revised") & (changes["delta"] != 0).fillna(True)]
    ids = pd.Index(frame["report_id"])
    ends = np.stack([ids.get_indexer(changes[name]) for name in ("old_id", "new_id")], axis=1)
    pairs = ends[(ends >= 0).all(axis=1)].tolist()
    for old, new in pairs:
        sheet.ax.annotate(
            "", (x[new], y[new]), (x[old], y[old]), zorder=2.5, annotation_clip=False,
            arrowprops={"arrowstyle": "-|>", "color": colors.ink(sheet.ax), "linewidth": 0.9,
                        "shrinkA": 4, "shrinkB": 4, "connectionstyle": "arc3,rad=-0.25"},
        )  # fmt: skip
    if pairs:
        marks.explain(sheet, "arrow")


# -- each source's latest claim --------------------------------------------------------------


@chart(highlight=True, panels="definition")
def sources(ledger: Any, *, options: Options) -> Axes:
    """Draw each source's latest claim of one thing as a dot with its range, as stated.

    Several definitions get a panel each.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(definition="")
    >>> ledger = ledger.where(side="Armenian side", category="military", outcome="killed")
    >>> ax = ledger.as_of("2020-09-28 20:00").plot.sources()
    >>> "Azerbaijan defence ministry 550 through 2020-09-27, denied" in ax.alt_text
    True
    """
    frame = _latest_claims(ledger)
    prepare.refuse_several(frame, "sources", "source", "definition")
    sheet = Sheet.on(ledger, options)
    count = len(frame)
    frame = frame.head(MOST_SOURCES)
    names = captions.labels(frame, ["source", *sheet.common(frame)[1]], sheet.labels)
    texts = []
    for _, row in frame.iterrows():
        through = sheet.say["through"].format(day=day(row["date"])) + _fate(row, sheet.say)
        said = f"{unbroken(printed(row, sheet.say))} {through}"
        texts.append(sheet.say["key declined"] if np.isnan(row["y"]) else said)
    rows = sheet.place_rows(names, texts)
    frame, names = frame.head(len(rows)), names[: len(rows)]
    x, low, high = (frame[c].to_numpy(np.float64) for c in ("y", "bottom", "top"))
    sheet.count_limits(np.r_[x, high, low[np.isfinite(high)]], across=True)
    silent, denied = np.isnan(x), (frame["denied_by"] != "").to_numpy()
    marks.sign(sheet, "declined", 0 * rows[silent], rows[silent], shift=(5, 0))
    marks.sign(sheet, "denied", x[denied], rows[denied])
    looks, told = _looks(sheet, frame), []
    for place, (name, look, y) in enumerate(zip(names, looks, rows.tolist(), strict=True)):
        marks.numbers(sheet, look, np.array([y]), frame.iloc[[place]], across=True)
        tone = (colors.quiet if look.grey else colors.ink)(sheet.ax, inside=False)
        End(sheet, 0.0, y, texts[place], tone)
        told.append(f"{name} {clean(texts[place])}")
    opening = f"Latest claims of {sheet.what(frame)}"
    gone = prepare.withdrawn_texts(sheet, ledger, frame)
    alt = "; ".join([f"{opening}, {sheet.known}: {first_of(told, 12)}", *gone])
    return sheet.close("sources", alt, frame, more=gone, left_out=count - len(frame))


def _latest_claims(ledger: Any) -> pd.DataFrame:
    """Return the last running total of each series, ready to be drawn, and silent series last.

    A stated number keeps the bounds of its own report: other reports do not move them here.
    """
    frame = prepare.by_day(ledger.totals(), ledger).drop_duplicates([*SERIES], keep="last")
    frame = prepare.with_own_bounds(frame, ledger.reports)
    frame = prepare.with_marks(frame.assign(low=frame["low"].fillna(0)))
    frame = frame.sort_values("y", ascending=False, kind="stable")
    denied = ledger.current().set_index("report_id")["denied_by"]
    frame = frame.astype(dict.fromkeys(SERIES, "str"))
    frame["denied_by"] = frame["report_id"].map(denied).mask(frame["derived"]).fillna("")
    silent = prepare.silences(ledger)[[*SERIES]].astype("str").drop_duplicates()
    silent = silent[prepare.place_in(silent, frame) < 0].assign(denied_by="")
    return pd.concat([frame, silent], ignore_index=True) if len(silent) else frame


# -- revised counts --------------------------------------------------------------------------


@chart(highlight=True, window=True)
def revisions(ledger: Any, *, most: int = 12, scale: str = "count", options: Options) -> Axes:
    """Draw every step of each corrected count and its direction, the largest change on top.

    That a day went on is no correction.

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
    if scale not in ("count", "percent"):
        raise LedgerError.from_wrong(scale, "scale is 'count' or 'percent'")
    window = prepare.Window.of(ledger, options, day=False)
    steps, counts = _corrections(window.cut(prepare.placed(ledger.revisions(), ledger)))
    if scale == "percent":  # of a count that began at 0 there is none
        counts["size"] /= counts["old"].astype("float").replace(0.0, np.nan)
    count = len(counts)
    counts = counts.dropna(subset="size").sort_values("size", ascending=False, kind="stable")
    if counts.empty:
        none = f"no count {captions.known(ledger, captions.WORDS) or 'at all'} was revised"
        msg = f"{none}{' from a number above 0' * (count > 0)}, so there is nothing to draw"
        raise LedgerError(msg)
    sheet = Sheet.on(ledger, options, window, 1.2)
    counts = counts.head(most).reset_index(drop=True)
    names = captions.labels(counts, sheet.common(counts)[1], sheet.labels)
    paths = _paths(steps[steps["count"].isin(counts["count"])], ledger.reports, sheet.say)
    said = [_steps(paths[count], sheet.say) for count in counts["count"]]
    days = [f", {captions.covered(row, sheet.say)}" for _, row in counts.iterrows()]
    texts = [*map(str.__add__, map(unbroken, said), days)]
    y = sheet.place_rows(names, texts)
    counts = counts.head(len(y))
    looks, reach, told = _looks(sheet, counts), [], []
    for place, (_, row) in enumerate(counts.iterrows()):
        path = paths[row["count"]]
        if scale == "percent":
            ends, first = ["y", "bottom", "top"], path["y"].iloc[0]
            path[ends] = 100 * (path[ends] / first - 1)
        _path(sheet, looks[place], path, float(y[place]))
        text, struck = said[place], None
        if path["how"].iloc[-1] == "withdrawn":
            stop = text.rindex("→")
            struck = slice(stop - len(path["said"].iloc[-1]), stop)
        End(sheet, float(path["y"].iloc[0]), float(y[place]), texts[place], sheet.ink,
            struck=struck)  # fmt: skip
        reach += path[["y", "bottom", "top"]].to_numpy().ravel().tolist()
        told.append(f"{text} by {names[place]}{days[place]}")
    if scale == "percent":
        sheet.numbers(across=True)
        sheet.ax.xaxis.set_major_formatter(_percent)
        sheet.ax.update_datalim([(-5, 0), (5, 0)], updatey=False)  # also if nothing moved
        sheet.ax.axvline(0, color=colors.quiet(sheet.ax), linewidth=0.8, zorder=1)
    else:
        sheet.count_limits(reach, across=True)
    opening = f"Every step of {plural(len(counts), 'revised count')}, the largest change first"
    alt = f"{opening}, {sheet.known}: {first_of(told, 6)}"
    steps = steps[steps["count"].isin(counts["count"])].reset_index(drop=True)
    return sheet.close("revisions", alt, counts, steps, left_out=count - len(counts))


def _corrections(changes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the steps that are corrections, and a row for each corrected count.

    In the steps, `count` numbers what they correct: one series, kind and period. A row has the
    first number of its count as `old`, and as `size` how far the last lies from that.
    """
    # No correction: the day went on, or another relay had another number.
    steps = changes[~changes["change"].isin(["reaffirmed", "updated", "relayed"])]
    steps = steps[(steps["delta"] != 0).fillna(True) & steps["old"].notna()].copy()
    steps["count"] = steps.groupby([*FIGURE], observed=True, sort=False, dropna=False).ngroup()
    # A withdrawal moves the number to nothing.
    moved = steps["delta"].fillna(steps["new"].fillna(0) - steps["old"]).astype("float")
    counts = steps.drop_duplicates("count").sort_values("count")
    return steps, counts.assign(size=moved.groupby(steps["count"]).sum().abs().to_numpy())


def _paths(steps: pd.DataFrame, reports: pd.DataFrame, say: Any) -> dict[int, pd.DataFrame]:
    """Return the numbers of each count, by its number: rows ready to be drawn, of one report each.

    `how` is the mark that led to a number, `said` its words. A withdrawal stands at the number that
    it withdrew. Where a day went on between two corrections, or an earlier number stood again, the
    path goes on from the number that the day had by then.
    """
    rows = prepare.stated_rows(reports).set_index("report_id", drop=False)
    rows = prepare.with_marks(rows[rows.index.isin([*steps["old_id"], *steps["new_id"]])])
    rows["said"] = [printed(row, say) for _, row in rows.iterrows()]
    number, found = rows["y"].to_dict(), dict[int, list[tuple[str, str]]]()
    for count, old, new in steps[["count", "old_id", "new_id"]].to_numpy(object).tolist():
        path = found.setdefault(int(count), [])
        if not path or path[-1][1] == "withdrawn" or number[path[-1][0]] != number[old]:
            path.append((old, ""))
        if new in number:
            path.append((new, "down" if number[new] < number[old] else "up"))
        else:
            path.append((old, "withdrawn"))
    return {
        count: rows.loc[[name for name, _ in path]].assign(how=[how for _, how in path])
        for count, path in found.items()
    }  # fmt: skip


def _steps(path: pd.DataFrame, say: dict[str, str]) -> str:
    """Write the steps of a row."""
    gone = (path["how"] == "withdrawn").to_numpy()
    return "→".join([*path["said"][~gone], *[say["withdrawn"]] * bool(gone[-1])])


def _percent(value: float, _: Any) -> str:
    return f"{value:+,.0f}%".replace("-", "−") if value else "0"


def _path(sheet: Sheet, look: marks.Look, path: pd.DataFrame, height: float) -> None:
    """Draw a row: where it began, each step up as ▲ and down as ▼, and a withdrawal.

    A range without a number of its own has neither: it would stand at one of its ends.
    """
    x, y = path["y"].to_numpy(), np.full(len(path), height)
    sheet.ax.plot(x, y, color=look.color, **{"linewidth": 1.8, "alpha": 0.7} | sheet.options.line)
    marks.numbers(sheet, look, y, path, across=True, dotted=False)
    how = path["how"].where(~path["range"] | (path["how"] == "withdrawn"), "")
    how.iloc[0] = "" if path["range"].iloc[0] else "first"
    for mark in ("first", "up", "withdrawn", "down"):
        led = (how == mark).to_numpy()
        marks.sign(sheet, mark, x[led], y[led], look.color, zorder=2.6, rows=path[led])
