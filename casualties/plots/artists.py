"""The small pieces of a chart that stand around its data: dates, key, labels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.text import Text

from .fitting import settle

if TYPE_CHECKING:
    from .sheet import Sheet


class Days(mdates.AutoDateLocator):
    """Ticks at dates; where they are days and instants are drawn, in the middle of each day.

    What was reported at the end of the 11th then lies between the 11th and the 12th, not on
    the tick of the 12th.
    """

    def __init__(self, *, instants: bool) -> None:
        super().__init__(minticks=2, maxticks=8)
        self.instants, self.shift = instants, 0.0
        # In narrow axes there is room for two or three ticks, whatever the stretch.
        for freq, longest in ((mdates.MONTHLY, 12), (mdates.DAILY, 31), (mdates.HOURLY, 24),
                              (mdates.MINUTELY, 60), (mdates.SECONDLY, 60)):  # fmt: skip
            self.intervald[freq] = [*self.intervald[freq], longest]

    def __call__(self) -> Any:
        """Return the places of the ticks."""
        ticks = np.asarray(super().__call__(), np.float64)
        steps = np.diff(ticks)
        whole = len(ticks) > 0 and bool((ticks % 1 == 0).all())
        daily = whole and (len(steps) == 0 or (steps.min() >= 1 and steps.max() < 28))
        self.shift = 0.5 if self.instants and daily else 0.0
        if self.shift and (steps == 1).all():
            ticks = np.r_[ticks[0] - 1, ticks]
        low, high = sorted(self.axis.get_view_interval())
        ticks = ticks + self.shift
        return ticks[(ticks >= low) & (ticks <= high)] if self.shift else ticks


class Dates(mdates.ConciseDateFormatter):
    """Concise dates; a tick alone is written whole."""

    def __init__(self, locator: Days) -> None:
        day = "%d %b %Y"
        super().__init__(
            locator, offset_formats=["", "%Y", "%b %Y", day, day, day],
            zero_formats=["", "%Y", "%b", "%d %b", "%H:%M", "%H:%M"],
        )  # fmt: skip
        self.days, self.word, self.joined, self.alone = locator, "", False, False

    def format_ticks(self, values: Any) -> list[str]:
        """Return the words of the ticks."""
        values = np.asarray(values, np.float64) - self.days.shift
        words = super().format_ticks(values)
        self.alone = len(values) == 1
        if self.alone:
            when = mdates.num2date(values[0])
            words = [when.strftime("%d %b %Y" if when.hour == when.minute == 0 else "%d %b %H:%M")]
        return list(words)

    def get_offset(self) -> str:
        """Return the year or month of all ticks."""
        parts = [self.word if self.joined else "", "" if self.alone else super().get_offset()]
        return " · ".join(part for part in parts if part)


class Anchor(Artist):
    """Draws nothing; ties a sheet to its axes, so that clearing them clears it. Drawn first."""

    sheet: "Sheet"

    def draw(self, renderer: Any) -> None:
        """Draw nothing; what does not fit now that all is in its place is taken back."""
        settle(self.sheet, renderer)


class Strokes(Artist):
    """Some small lines around a text, apart from the lines of the data."""

    def __init__(self, lines: Sequence[Line2D]) -> None:
        super().__init__()
        self.lines = list(lines)

    def set_figure(self, fig: Any) -> None:
        """Tie the lines to a figure."""
        super().set_figure(fig)
        for line in self.lines:
            line.set_figure(fig)

    def draw(self, renderer: Any) -> None:
        """Draw the lines."""
        if self.get_visible():
            for line in self.lines:
                line.draw(renderer)


class Entry:
    """One entry of the key: small lines and what they mean."""

    def __init__(self, name: str, text: Text, parts: Sequence[tuple[Line2D, Any, Any]], wide: float,
                 *, of_line: bool) -> None:  # fmt: skip
        self.name, self.text, self.wide, self.of_line = name, text, wide, of_line
        self.parts, self.rank = list(parts), 0
        self.strokes = Strokes([line for line, _, _ in parts])

    def put(self, x: float, y: float, size: float) -> None:
        """Put the entry where it starts, in points, in type of this size."""
        self.text.set(x=x + (self.wide + 0.4) * size, y=y + 0.6 * size)
        for line, xs, ys in self.parts:
            line.set_data(x + np.asarray(xs) * size, y + (0.6 + np.asarray(ys)) * size)

    def show(self, visible: bool) -> None:
        """Show or hide the entry."""
        self.text.set_visible(visible)
        self.strokes.set_visible(visible)


class End:
    """The name and the last number of a line, to be written beside its end."""

    def __init__(self, x: float, y: float, number: str, text: Text) -> None:
        self.x, self.y, self.text, self.name = x, y, text, ""
        self.number = number.replace(" ", "\u00a0")  # a number is never broken


class Note:
    """The label of a point, with a thin line to it where it stands apart."""

    def __init__(self, x: float, y: float, full: Sequence[str], text: Text, leader: Strokes,
                 places: list[tuple[float, float]] | None,
                 span: tuple[float, float] | None, beside: float) -> None:  # fmt: skip
        self.x, self.y, self.full, self.text, self.leader = x, y, full, text, leader
        self.places, self.span, self.beside = places, span, beside

    def show(self, visible: bool) -> None:
        """Show or hide the label."""
        self.text.set_visible(visible)
        self.leader.set_visible(False)

    def lead(self, start: np.ndarray, to: tuple[float, float], tall: float) -> None:
        """Draw the thin line where the label is not beside its point."""
        if abs(to[1] - start[1]) > 17:
            edge = to[1] - np.sign(to[1] - start[1]) * tall / 2
            first = start[1] + np.sign(to[1] - start[1]) * 5
            self.leader.lines[0].set_data([start[0], to[0]], [first, edge])
            self.leader.set_visible(True)
