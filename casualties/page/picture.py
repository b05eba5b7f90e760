"""The pictures of a page: who said what, when, drawn for every clock and every width of screen.

Lines are drawn once, in minutes and people; each clock has a window onto them, which is stretched
to the width of the screen. Marks and words stand at percentages of the window, and keep their size.
The script moves them, and draws no line anew.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..model.clocks import local_times
from ..words import plain, plural
from .facts import Facts
from .markup import day

#: At the most: pictures, lines of one (which have a colour each), and steps that make a line.
MOST, MOST_LINES, STEPS = 4, 8, 2_000
#: A line of more steps has no marks.
_MARKED = 60
#: The steps of an axis of time, by their names in pandas, and how many minutes each has.
_TICKS = [("h", 60), ("3h", 180), ("6h", 360), ("D", 1440), ("2D", 2880), ("7D", 10080),
          ("14D", 20160), ("MS", 43830), ("3MS", 131490), ("6MS", 262980), ("YS", 525960),
          ("2YS", 1051920), ("5YS", 2629800), ("20YS", 10519200)]  # fmt: skip
#: The place of the first step of whole days.
_DAYS = 3
#: Where whole days stand: twelve hours before their last second.
_NOON = dt.time(11, 59, 59)
#: Weeks begin on Mondays, and steps of days are counted from this one, at every clock.
_MONDAY = pd.Timestamp(1970, 1, 5)
#: What the marks mean, and how far down they stand in the key.
KEY = {"dot": ("stated", 8), "ring": ("worked out", 8), "stem": ("at least", 20),
       "most": ("at most", 2), "about": ("about", 8), "band": ("range", 8),
       "deny": ("denied", 8), "gone": ("withdrawn", 8), "down": ("revised down", 18),
       "fell": ("fell, with nothing revised", 18)}  # fmt: skip


class Mark(NamedTuple):
    """A mark: its name in `KEY`, its place in minutes and people, and the first clock to see it."""

    name: str
    x: float
    y: int
    born: int


class Line(NamedTuple):
    """The line of a source: its name, its colour, its steps and their marks.

    A step is a row of :attr:`Facts.history` with `x`, the minutes from which on it holds, and `y`,
    the number; `y` and `high` are ``None`` if there is none.
    """

    name: str
    color: str
    steps: list[Any]
    marks: list[Mark]


class Window(NamedTuple):
    """What a clock sees of a picture.

    Attributes
    ----------
    right, top : float, int
        Where it ends, in minutes and people; it begins at 0.
    step, ticks : int
        The step of the axis of people, and that of the axis of time by its place in `_TICKS`.
    late : bool
        Whether it ends before the clock: what was said later stands in the list of names alone.
    """

    right: float
    top: int
    step: int
    ticks: int
    late: bool


class Picture(NamedTuple):
    """A thing that is counted: the lines of its sources, and a window for each clock.

    `ticks` names the axis of time, by the step. `born` is the first clock that sees the picture,
    `left` says what is not drawn.
    """

    title: str
    lines: list[Line]
    windows: list[Window]
    ticks: dict[int, list[tuple[float, str]]]
    born: int
    left: str

    @property
    def marks(self) -> dict[str, int]:
        """The names of its marks, each with the first clock that sees one."""
        born = [(mark.born, mark.name) for line in self.lines for mark in line.marks]
        born += [(s.born, "band") for line in self.lines for s in line.steps if _ranged(s)]
        return {name: first for first, name in sorted(born, reverse=True)}  # the first comes last


def _ranged(step: Any) -> bool:
    """Whether a band is drawn between low and high; one down to 0 would look like a number."""
    return step.y is not None and step.high is not None and 0 < step.low < step.high


def told_of(step: Any) -> str:
    """Write the number of a step and its day as HTML; a withdrawn or denied number is struck."""
    gone = step.y is None and isinstance(step.was, str)
    ended = "denied" if step.cause == "denied" else "withdrawn" * gone
    number = plain(step.was if ended == "withdrawn" else step.printed)
    return f"{f'<s>{number}</s> {ended}' if ended else number} ({step.said})"


def pictures(facts: Facts) -> tuple[list[Picture], list[str]]:
    """Draw the things with most reports, one of each side first; and name all others.

    A thing of which one number was said gets no picture.
    """
    things: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for series in facts.told:
        if any(pd.notna(step.total) for step in facts.steps[series]):
            things[facts.thing(series)].append(series)
    told = [group for group in things.values() if sum(len(facts.steps[s]) for s in group) > 1]
    once = [group[0] for group in things.values() if sum(len(facts.steps[s]) for s in group) == 1]
    sides = [(facts.names[group[0]]["event"], facts.names[group[0]]["side"]) for group in told]
    order = sorted(range(len(told)), key=lambda n: (sides.index(sides[n]) != n, n))
    colors: dict[str, str] = {}  # a source has one in all pictures
    drawn = [_picture(facts, told[n], colors) for n in order[:MOST]]
    undrawn = [facts.what(told[n][0]) for n in order[MOST:]]
    return drawn, undrawn + [f"{facts.what(series)}: one number" for series in once if told]


def _picture(facts: Facts, group: list[int], colors: dict[str, str]) -> Picture:
    """Draw the series of one thing; add the colours of new sources to `colors`."""
    steps = facts.steps
    group = sorted(group, key=lambda series: (-len(steps[series]), -steps[series][-1].told.value))
    group, others = group[:MOST_LINES], group[MOST_LINES:]
    left = [f"{plural(len(others), 'source')} more not drawn"] * bool(others)
    frame, bare = _at_their_days(facts.history[facts.history["series"].isin(group)], facts.tz)
    begin = frame["told"].min()
    first = pd.Timestamp(local_times(np.array([begin], "M8[us]"), facts.tz)[0])
    if first.time() == _NOON:  # the day begins before it
        begin -= first - first.normalize()
    if bare or first.time() == _NOON:
        first = first.normalize()
    own: dict[str, str] = {}  # its colour, else one of no other picture, else any that is free
    for series in group:
        source = facts.source(series)
        free = {f"c{n}" for n in range(MOST_LINES)}.difference(own.values())
        own[source] = min(free, key=lambda c: (c != colors.get(source), c in colors.values(), c))
    colors |= own | colors
    clocks = _minutes(facts, facts.instants, begin)
    # Of very many steps some, evenly chosen, make a line, the last among them.
    rows = (frame[frame["series"] == series] for series in group)
    told = [r.iloc[np.unique(np.linspace(len(r) - 1, 0, STEPS).astype(int))] for r in rows]
    lines = [_line(facts, rows, own, begin, clocks) for rows in told]
    drawn = sum(map(len, told))
    if drawn < len(frame):
        left.append(f"drawn from {drawn:,} of {len(frame):,} steps")
    windows = [_window(lines, place, end) for place, end in enumerate(clocks)]
    reach = {w.ticks: w.right for w in sorted(windows, key=attrgetter("right"))}  # the widest
    ticks = {step: _time_names(first, max(step, _DAYS * bare), end) for step, end in reach.items()}
    title = facts.what(group[0])
    title += f", by {facts.source(group[0])}" if len(group) == 1 else ": who said what, when"
    born = min(line.steps[0].born for line in lines)
    return Picture(title, lines, windows, ticks, born, "; ".join(left).capitalize())


def _at_their_days(frame: pd.DataFrame, tz: str) -> tuple[pd.DataFrame, bool]:
    """Move steps that are of a whole day from its last second to its noon.

    If all steps are so none is moved, and the second answer is true: the axis names days alone.
    """
    told = frame["told"].to_numpy("M8[us]")
    later = local_times(told, tz) + np.timedelta64(1, "s")
    whole = later == later.astype("M8[D]")
    if whole.all():
        return frame, True
    noon = pd.Series(np.where(whole, told - np.timedelta64(12, "h"), told), frame.index)
    return frame.assign(told=noon.groupby(frame["series"]).cummax()), False


def _minutes(facts: Facts, instants: Any, begin: pd.Timestamp) -> list[float]:
    """Return instants as minutes of the local clock, which stands still where it is put back."""
    local = local_times(np.array([begin, *instants], "M8[us]"), facts.tz)
    since = (local[1:] - local[0]) / np.timedelta64(1, "m")
    return np.maximum.accumulate(since.round(1)).tolist()


def _line(facts: Facts, frame: pd.DataFrame, own: Any, begin: Any, clocks: list[float]) -> Line:
    x, numbers = _minutes(facts, frame["told"], begin), frame[["total", "high"]].astype(object)
    numbers = numbers.where(numbers.notna(), None)
    said = frame["said"].map(day)
    frame = frame.assign(x=x, y=numbers["total"], high=numbers["high"], said=said)
    steps: list[Any] = list(frame.itertuples())
    source, marked = facts.source(steps[0].series), steps if len(steps) <= _MARKED else []
    marks = [
        Mark(name, step.x, step.y, step.born)
        for step in marked if step.y is not None for name in step.marks.split()
    ]  # fmt: skip
    # A line is struck where its number was withdrawn.
    marks += [
        Mark("gone", now.x, was.y, now.born)
        for was, now in pairwise(marked)
        if now.cause == "retracted" and was.y is not None
    ]
    marks += [
        Mark("deny", max(clocks[born], step.x), step.y, born)
        for step in steps if step.stated and step.y is not None
        for born, *_ in facts.denied[facts.ids[step.report_id]]
    ]  # fmt: skip
    return Line(source, own[source], [*_with_stops(facts, steps, clocks)], marks)


def _with_stops(facts: Facts, steps: list[Any], clocks: list[float]) -> Iterator[Any]:
    """Yield the steps, and where a line stops, denied by its own source, or goes on after that."""
    source = facts.source(steps[0].series)
    for step, after in pairwise([*steps, None]):
        yield step
        report = facts.ids[step.report_id] if step.stated else -1
        own = [span for *span, who in facts.denied[report] if who == source]
        for place in sorted({edge for span in own for edge in span if edge < facts.size}):
            more = step._replace(x=max(clocks[place], step.x), born=place, by=0)
            if source in facts.deniers([report], place):
                said = facts.labels[place].partition(",")[0]
                more = more._replace(y=None, cause="denied", said=said)
            if after is None or more.x < after.x:
                yield more


def _window(lines: list[Line], place: int, end: float) -> Window:
    """Return the window of the clock at a place, whose instant is the minute `end`."""
    steps = [s for line in lines for s in line.steps if s.cause != "denied" and s.born <= place]
    right = max(end, 0.1)
    if len(steps) >= 10:  # a few late reports would press the others together
        most = float(np.quantile([step.x for step in steps], 0.9)) * 1.15
        right = min(right, most) if 0 < most < right / 2 else right
    seen = [step for step in steps if step.x <= right]
    numbers = [number for step in seen for number in (step.y, step.high) if number is not None]
    top = max(max(numbers, default=0) * 1.06, 1)
    size = 10 ** max(len(str(int(top / 4))) - 1, 0)
    step = next(n * size for n in (1, 2, 5, 10) if top / (n * size) <= 6)
    ticks = [place for place, (_, minutes) in enumerate(_TICKS) if right / minutes <= 5]
    which = min(ticks, default=len(_TICKS) - 1)
    return Window(right, int(np.ceil(top)), step, which, right < end)


def _time_names(begin: pd.Timestamp, which: int, end: float) -> list[tuple[float, str]]:
    """Return the names of an axis of time from `begin` on, each with its place in minutes."""
    freq, minutes = _TICKS[which]
    since = begin.normalize() - pd.Timedelta((begin - _MONDAY).days % 14, "D")
    if freq.endswith("S"):
        since = pd.Timestamp(max(begin.year // 20 * 20, 1680), 1, 1)
    found: list[tuple[float, str]] = []
    for when in pd.date_range(since, begin + pd.Timedelta(int(end), "min"), freq=freq):
        x, month = (when - begin) / pd.Timedelta(1, "min"), when.month_name()[:3]
        date = f"{when.year}" if freq.endswith("YS") else f"{when.day} {month}"
        if freq.endswith("MS"):  # the year is named once
            date = month if found and when.month > 1 else f"{month} {when.year}"
        if x >= 0:
            found.append((x, f"{when:%H:%M}" if freq.endswith("h") and when.hour else date))
    if not freq.endswith("YS") and (not found or found[0][0] > 0.6 * minutes):
        # Else nothing would say when the axis begins.
        found.insert(0, (0.0, f"{begin.day} {begin.month_name()[:3]}"))
    return found


# -- as SVG ----------------------------------------------------------------------------------------


def as_svg(picture: Picture, words: str, last: int) -> str:
    """Return a picture as it is seen at the page's own clock."""
    window, end = picture.windows[last], picture.windows[last].right
    paths = "".join(_paths(line, max(end, line.steps[-1].x)) for line in picture.lines[::-1])
    marks = "".join(_marks(picture, window, last))
    return (
        f'<svg role="img" aria-label="{plain(words)}"><g class="grid">{_grid(picture, window)}</g>'
        f'<svg viewBox="0 {-window.top} {end:g} {window.top}" preserveAspectRatio="none">{paths}'
        f'</svg><g class="marks">{marks}</g></svg>'
    )


def _paths(line: Line, end: float) -> str:
    """Return a line and the bands of its numbers as SVG, up to the minute `end`."""
    path, bands, pen = [], [], False
    stops = [*(step.x for step in line.steps[1:]), end]
    for step, stop in zip(line.steps, stops, strict=True):
        if step.y is not None:
            path.append(f"V{-step.y}H{stop:g}" if pen else f"M{step.x:g} {-step.y}H{stop:g}")
        pen = step.y is not None
        if _ranged(step):
            bands.append(f"M{step.x:g} {-step.low}H{stop:g}V{-step.high}H{step.x:g}Z")
            # A number that was only just said has no width: its band is a whisker.
            path.append(f"M{step.x:g} {-step.low}V{-step.high}" if step.x == stop else "")
    band = f'<path class=band d="{"".join(bands)}"/>' if bands else ""
    return f'<g class={line.color}>{band}<path d="{"".join(path)}"/></g>'


def _grid(picture: Picture, window: Window) -> str:
    rules = ""
    for y in range(0, window.top + 1, window.step):
        height = _percent(1 - y / window.top)
        rules += f"<line x2=100% y1={height} y2={height} />"
        rules += f"<text class=y y={height}>{y:,}</text>"
    names = "".join(
        f"<text class=x x={_percent(x / window.right)} y=100%>{name}</text>"
        for x, name in picture.ticks[window.ticks]
        if x <= window.right
    )
    return rules + names


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _marks(picture: Picture, window: Window, last: int) -> Iterator[str]:
    """Yield the marks as SVG; ``data-p`` tells the script where and from which clock on."""
    for line in picture.lines:
        for name, x, y, born in line.marks:
            place = f"x={_percent(x / window.right)} y={_percent(1 - y / window.top)}"
            hidden = " hidden" * (x > window.right or born > last)
            yield f"<use class={line.color} href=#{name} {place} data-p={x:g},{y},{born}{hidden} />"


def for_script(picture: Picture, texts: dict[str, int]) -> dict[str, Any]:
    """Return what the script needs to set a picture back: its windows, ticks and numbers."""
    said = [[[born, texts.setdefault(told_of(step), len(texts))] for born, step in steps.items()]
            for steps in ({s.born: s for s in line.steps} for line in picture.lines)]  # fmt: skip
    windows = [[round(w.right, 1), *w[1:4], int(w.late)] for w in picture.windows]
    return {"windows": windows, "ticks": picture.ticks, "lines": said}
