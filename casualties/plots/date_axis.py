"""Ticks at days and instants, and their words."""

from typing import Any

import matplotlib.dates as mdates
import numpy as np


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
        """Return the places of the ticks: as many as have room beside each other."""
        letter = self.axis.get_offset_text().get_fontsize() * self.axis.axes.figure.dpi / 72
        most = int(np.clip(self.axis.axes.bbox.width / (5.0 * letter), 3, 9))
        self.maxticks = dict.fromkeys(self.intervald, most)
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

    def __init__(self, locator: Days, word: str) -> None:
        day = "%d %b %Y"
        super().__init__(
            locator, offset_formats=["", "%Y", "%b %Y", day, day, day],
            zero_formats=["", "%Y", "%b", "%d %b", "%H:%M", "%H:%M"],
        )  # fmt: skip
        self.days, self.word, self.alone = locator, word, False

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
        """Return what the dates are of, and the year or month of all ticks."""
        parts = [self.word, "" if self.alone else super().get_offset()]
        return " · ".join(part for part in parts if part)
