"""The pictures of a page: who said what, when, drawn for every clock and every width of screen.

Lines stand in the units of the data, minutes and people, and each clock has a window onto them
that is stretched to the width that the screen gives it. Marks and words stand at percentages of
the window, at a size of their own. The script moves them; it draws nothing anew.
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

#: So many pictures are drawn, with so many lines in colour and in all each, at the most.
MOST, COLORS, MOST_LINES = 4, 8, 40
#: A line is drawn from so many steps at the most, and all of a picture from so many.
STEPS, ALL_STEPS = 2_000, 20_000
#: Lines of more steps than this have no marks; what a letter takes of the width of a phone.
_MARKED, _LETTER = 60, 0.022
#: What may lie between the names of an axis of time, and of how many minutes about it is.
_TICKS = [("h", 60), ("3h", 180), ("6h", 360), ("D", 1440), ("2D", 2880), ("7D", 10080),
          ("14D", 20160), ("MS", 43830), ("3MS", 131490), ("6MS", 262980), ("YS", 525960),
          ("2YS", 1051920), ("5YS", 2629800), ("20YS", 10519200)]  # fmt: skip
#: The first of them that is no part of a day.
_DAYS = 3
#: The last second of the morning, at which whole days stand.
_NOON = dt.time(11, 59, 59)
#: Weeks begin on Mondays; whichever the clock, the same days are named.
_MONDAY = pd.Timestamp(1970, 1, 5)
#: What the marks mean, and how far down they stand in the key.
KEY = {"dot": ("stated", 8), "ring": ("worked out", 8), "stem": ("at least", 20),
       "most": ("at most", 2), "about": ("about", 8), "band": ("range", 8),
       "deny": ("denied", 8), "gone": ("withdrawn", 8)}  # fmt: skip


class Mark(NamedTuple):
    """What stands at a number: one of `KEY`, where, and the first clock that sees it."""

    name: str
    x: float
    y: int
    born: int


class Line(NamedTuple):
    """The steps of a source's number, its colour, and what stands at them.

    A step is a row of :attr:`Facts.history` from `x` on, in minutes, with `y`, the number, and
    `high`, ``None`` where there is none.
    """

    name: str
    color: str
    steps: list[Any]
    marks: list[Mark]


class Window(NamedTuple):
    """What a clock sees: up to where, up to which number, and how its axes are named.

    `late` says that what was said after the right end stands in the list of names alone, `labels`
    which falls are labelled.
    """

    right: float
    top: int
    step: int
    ticks: int
    late: bool
    labels: list[int]


class Picture(NamedTuple):
    """A thing, who said what of it, and what each clock sees; `born` is the first that does.

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
        """Which marks it has, and the first clock that sees each."""
        every = [(mark.born, mark.name) for line in self.lines for mark in line.marks]
        bands = [(s.born, "band") for line in self.lines for s in line.steps if _ranged(s)]
        return {name: born for born, name in sorted([*every, *bands], reverse=True)}


def _ranged(step: Any) -> bool:
    """Whether the bounds of a number are drawn.

    What has no floor is a line alone: a band down to 0 would look like a number of its own.
    """
    return step.y is not None and step.high is not None and 0 < step.low < step.high


def told_of(step: Any) -> str:
    """Write the number of a step, and when it was reported, as HTML; struck where it ended."""
    gone = step.y is None and isinstance(step.was, str)
    ended = "denied" if step.cause == "denied" else "withdrawn" * gone
    number = plain(step.was if ended == "withdrawn" else step.printed)
    return f"{f'<s>{number}</s> {ended}' if ended else number} ({step.said})"


def _falls(lines: list[Line]) -> list[Any]:
    """Return the steps that are lower than the one before, each after the colour of its line."""
    steps = ((line.color, step) for line in lines for step in line.steps)
    return [(color, step) for color, step in steps if step.y is not None and step.by < 0]


def pictures(facts: Facts) -> tuple[list[Picture], list[str]]:
    """Draw what most reports are of, one thing of each side first; and name all other things.

    Of one number alone no line is drawn.
    """
    things: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for series in facts.told:
        if any(pd.notna(step.total) for step in facts.steps[series]):
            things[facts.thing(series)].append(series)
    told = [mine for mine in things.values() if sum(len(facts.steps[one]) for one in mine) > 1]
    sides = [(facts.names[mine[0]]["event"], facts.names[mine[0]]["side"]) for mine in told]
    order = sorted(range(len(told)), key=lambda at: (sides.index(sides[at]) != at, at))
    colors: dict[str, str] = {}  # a source has one in all pictures
    drawn = [_picture(facts, told[at], colors) for at in order[:MOST]]
    once = [mine[0] for mine in things.values() if sum(len(facts.steps[one]) for one in mine) == 1]
    undrawn = [facts.what(told[at][0]) for at in order[MOST:]]
    return drawn, undrawn + [f"{facts.what(one)}: one number" for one in once if told]


def _picture(facts: Facts, mine: list[int], colors: dict[str, str]) -> Picture:
    steps = facts.steps
    mine = sorted(mine, key=lambda one: (-len(steps[one]), -steps[one][-1].told.value))
    mine, others = mine[:MOST_LINES], mine[MOST_LINES:]
    left = [f"{plural(len(others), 'source')} more not drawn"] * bool(others)
    frame, bare = _at_their_days(facts.history[facts.history["series"].isin(mine)], facts.tz)
    begin = frame["told"].min()
    first = pd.Timestamp(local_times(np.array([begin], "M8[us]"), facts.tz)[0])
    if first.time() == _NOON:  # the day begins before it
        begin -= first - first.normalize()
    if bare or first.time() == _NOON:
        first = first.normalize()
    own: dict[str, str] = {}  # of equals that which no source of another picture has
    for series in mine[:COLORS]:
        source = facts.source(series)
        free = {f"c{n}" for n in range(COLORS)}.difference(own.values())
        own[source] = min(free, key=lambda c: (c != colors.get(source), c in colors.values(), c))
    colors |= own | colors
    most = min(STEPS, ALL_STEPS // len(mine))
    clocks = _minutes(facts, facts.instants, begin)
    told = [_thinned(frame[frame["series"] == series], most) for series in mine]
    lines = [_line(facts, rows, own, begin, clocks) for rows in told]
    drawn = sum(map(len, told))
    if drawn < len(frame):
        many = f"drawn from {drawn:,} of {len(frame):,} steps"
        left.append(f"{many}, the last of each stretch of time")
    windows = [_window(lines, place, end) for place, end in enumerate(clocks)]
    reach = {one.ticks: one.right for one in sorted(windows, key=attrgetter("right"))}
    ticks = {at: _named(first, max(at, _DAYS * bare), end) for at, end in reach.items()}
    title = facts.what(mine[0])
    title += f", by {facts.source(mine[0])}" if len(mine) == 1 else ": who said what, when"
    born = min(line.steps[0].born for line in lines)
    return Picture(title, lines, windows, ticks, born, "; ".join(left).capitalize())


def _at_their_days(frame: pd.DataFrame, tz: str) -> tuple[pd.DataFrame, bool]:
    """Return steps with what is said of a whole day at that day, and not at the midnight after it.

    Where all is, the names of the axis are moved instead.
    """
    told = frame["told"].to_numpy("M8[us]")
    over = local_times(told, tz) + np.timedelta64(1, "s")
    whole = over == over.astype("M8[D]")
    if whole.all():
        return frame, True
    noon = pd.Series(np.where(whole, told - np.timedelta64(12, "h"), told), frame.index)
    return frame.assign(told=noon.groupby(frame["series"]).cummax()), False


def _thinned(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the steps of a line; of very many, the last of each of so many stretches of time."""
    if len(frame) <= most:
        return frame
    since = (frame["told"] - frame["told"].iloc[0]).to_numpy().astype(float)
    stretch = np.floor(since / since[-1] * (most - 1))
    return frame[np.append(stretch[1:] != stretch[:-1], True)]


def _minutes(facts: Facts, instants: Any, begin: pd.Timestamp) -> list[float]:
    """Return instants in minutes of the local clock, which where it is put back stands still."""
    every = np.array([begin, *instants], "M8[us]")
    local = local_times(every, facts.tz)
    since = (local[1:] - local[0]) / np.timedelta64(1, "m")
    return np.maximum.accumulate(since.round(1)).tolist()


def _line(facts: Facts, frame: pd.DataFrame, own: Any, begin: Any, clocks: list[float]) -> Line:
    x, numbers = _minutes(facts, frame["told"], begin), frame[["total", "high"]].astype(object)
    numbers = numbers.where(numbers.notna(), None)
    frame = frame.assign(x=x, y=numbers["total"], high=numbers["high"])
    steps: list[Any] = list(frame.itertuples())
    source = facts.source(steps[0].series)
    color = own.get(source, "grey")
    told = [step for step in steps if step.y is not None]
    marked = color != "grey" and len(steps) <= _MARKED
    marks = [
        Mark(name, step.x, step.y, step.born)
        for step in told if marked for name in step.marks.split()
    ]  # fmt: skip
    # The line of a number that was withdrawn is struck where it ends.
    marks += [
        Mark("gone", now.x, was.y, now.born)
        for was, now in pairwise(steps)
        if marked and now.cause == "retracted" and was.y is not None
    ]
    marks += [
        Mark("deny", max(clocks[at], step.x), step.y, at)
        for step in told if step.stated
        for at, _, _ in facts.denied[facts.ids[step.report_id]]
    ]  # fmt: skip
    return Line(source, color, [*_ends(facts, steps, clocks)], marks)


def _ends(facts: Facts, steps: list[Any], clocks: list[float]) -> Iterator[Any]:
    """Yield steps, and where the line of one stops, denied by its own source, or goes on."""
    source = facts.source(steps[0].series)
    for step, after in pairwise([*steps, None]):
        yield step
        report = facts.ids[step.report_id] if step.stated else -1
        own = [span for *span, who in facts.denied[report] if who == source]
        for place in sorted({at for span in own for at in span if at < facts.size}):
            now = step._replace(x=max(clocks[place], step.x), born=place, by=0)
            if source in facts.deniers([report], place):
                said = facts.labels[place].partition(",")[0]
                now = now._replace(y=None, cause="denied", said=said)
            if after is None or now.x < after.x:
                yield now


def _window(lines: list[Line], place: int, end: float) -> Window:
    """Return what a clock sees."""
    told = (step for line in lines for step in line.steps if step.cause != "denied")
    steps = [step for step in told if step.born <= place]
    right = max(end, 0.1)
    if len(steps) >= 10:  # where few late reports would press the others together
        most = float(np.quantile([step.x for step in steps], 0.9)) * 1.15
        right = min(right, most) if 0 < most < right / 2 else right
    seen = [step for step in steps if step.x <= right]
    numbers = [number for step in seen for number in (step.y, step.high) if number is not None]
    top = max(max(numbers, default=0) * 1.06, 1)
    size = 10 ** max(len(str(int(top / 4))) - 1, 0)
    step = next(n * size for n in (1, 2, 5, 10) if top / (n * size) <= 6)
    which = next((at for at, tick in enumerate(_TICKS) if right / tick[1] <= 5), len(_TICKS) - 1)
    labels = _labels(lines, place, right)
    return Window(right, int(np.ceil(top)), step, which, right < end, labels)


def _labels(lines: list[Line], place: int, right: float) -> list[int]:
    """Return which falls are labelled: the latest ones that have room, on a phone too.

    Labels stand in one row above the picture, where they hide nothing.
    """
    found: list[tuple[float, float, int]] = []
    known = [(step.x / right, step, at) for at, (_, step) in enumerate(_falls(lines))
             if step.born <= place and step.x <= right]  # fmt: skip
    for x, step, at in sorted(known, key=lambda one: -one[0]):
        wide = _LETTER * len(f"{step.was} → {step.printed}")
        begin, end = (x - wide, x) if x > 0.5 else (x, x + wide)
        free = all(end < a or b < begin for a, b, _ in found)
        if begin >= 0 and end <= 1 and free:
            found.append((begin - _LETTER, end + _LETTER, at))
    return sorted(at for *_, at in found)


def _named(begin: pd.Timestamp, which: int, end: float) -> list[tuple[float, str]]:
    """Return the names of an axis of time, each with its minutes."""
    every, minutes = _TICKS[which]
    since = begin.normalize() - pd.Timedelta((begin - _MONDAY).days % 14, "D")
    if every.endswith("S"):
        since = pd.Timestamp(max(begin.year // 20 * 20, 1680), 1, 1)
    found: list[tuple[float, str]] = []
    for when in pd.date_range(since, begin + pd.Timedelta(int(end), "min"), freq=every):
        x, month = (when - begin) / pd.Timedelta(1, "min"), when.month_name()[:3]
        date = f"{when.year}" if every.endswith("YS") else f"{when.day} {month}"
        if every.endswith("MS"):  # the year is named once
            date = month if found and when.month > 1 else f"{month} {when.year}"
        if x >= 0:
            found.append((x, f"{when:%H:%M}" if every.endswith("h") and when.hour else date))
    if not every.endswith("YS") and (not found or found[0][0] > 0.6 * minutes):
        # Else nothing says when it begins.
        found.insert(0, (0.0, f"{begin.day} {begin.month_name()[:3]}"))
    return found


# -- as SVG ----------------------------------------------------------------------------------------


def drawn(picture: Picture, words: str, last: int) -> str:
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
    """Return the steps of a line, and the bounds of its numbers."""
    path, bands, pen = [], [], False
    stops = [*(step.x for step in line.steps[1:]), end]
    for step, stop in zip(line.steps, stops, strict=True):
        if step.y is not None:
            path.append(f"V{-step.y}H{stop:g}" if pen else f"M{step.x:g} {-step.y}H{stop:g}")
        pen = step.y is not None
        if _ranged(step):
            bands.append(f"M{step.x:g} {-step.low}H{stop:g}V{-step.high}H{step.x:g}Z")
            # One that has just been said is a whisker.
            path.append(f"M{step.x:g} {-step.low}V{-step.high}" if step.x == stop else "")
    band = f'<path class=band d="{"".join(bands)}"/>' if bands else ""
    return f'<g class={line.color}>{band}<path d="{"".join(path)}"/></g>'


def _grid(picture: Picture, window: Window) -> str:
    rules = ""
    for y in range(0, window.top + 1, window.step):
        at = _percent(1 - y / window.top)
        rules += f"<line x2=100% y1={at} y2={at} /><text class=y y={at}>{y:,}</text>"
    names = "".join(
        f"<text class=x x={_percent(x / window.right)} y=100%>{name}</text>"
        for x, name in picture.ticks[window.ticks]
        if x <= window.right
    )
    return rules + names


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _marks(picture: Picture, window: Window, last: int) -> Iterator[str]:
    """Yield marks, and the labels of falls, each with its place and the first clock that sees it.

    The labels come last, each in the colour of its line, at the top where nothing is drawn.
    """

    def place(x: float, y: int, born: int, *, shown: bool) -> str:
        at = f"x={_percent(x / window.right)} y={_percent(1 - y / window.top)}"
        return f"{at} data-p={x:g},{y},{born}{' hidden' * (not shown)}"

    for line in picture.lines:
        for name, x, y, born in line.marks:
            where = place(x, y, born, shown=x <= window.right and born <= last)
            yield f"<use class={line.color} href=#{name} {where} />"
    for number, (color, step) in enumerate(_falls(picture.lines)):
        where = place(step.x, window.top, step.born, shown=number in window.labels)
        side = " left" * (step.x > window.right / 2)
        text = plain(f"{step.was} → {step.printed}")
        yield f'<text data-fall class="{color}{side}" {where}>{text}</text>'


def for_script(picture: Picture, texts: dict[str, int]) -> dict[str, Any]:
    """Return what the script needs to set a picture back: its windows, ticks and numbers."""
    return {
        "windows": [[round(w.right, 1), *w[1:4], int(w.late), w.labels] for w in picture.windows],
        "ticks": picture.ticks,
        "lines": [
            [
                [step.born, texts.setdefault(told_of(step), len(texts))]
                for step in {step.born: step for step in line.steps}.values()
            ]
            for line in picture.lines[:COLORS]
        ],
    }
