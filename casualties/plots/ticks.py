"""Axes of counts and of dates."""

from datetime import timedelta
from typing import Any

import numpy as np
from matplotlib import dates
from matplotlib.ticker import MaxNLocator

from ..words import number


def moments(x: Any) -> np.ndarray:
    """Return places on the date axis as instants, to the microsecond."""
    days: np.ndarray = np.asarray(x, np.float64)
    return np.datetime64(dates.get_epoch(), "us") + (days * 86_400e6).round().astype("m8[us]")


class Counts(MaxNLocator):
    """As many ticks as have room: at whole numbers, or closer if the axis spans less than one."""

    def __init__(self) -> None:
        super().__init__(nbins=7, min_n_ticks=2, steps=[1, 2, 2.5, 5, 10])

    def __call__(self) -> Any:
        """Return the places of the ticks."""
        each = 1.6 if self.axis.axis_name == "x" else 1.15  # matplotlib's own are closer
        bins = int(np.clip(self.axis.get_tick_space() / each, 1, 7))
        self.set_params(nbins=bins, integer=np.ptp(self.axis.get_view_interval()) >= 1)
        return super().__call__()


def written(x: float, _: Any = None) -> str:
    """Write a number beside an axis; one a day may be less than one."""
    return number(x) if float(x).is_integer() else f"{x:g}".replace("-", "−")


class Days(dates.AutoDateLocator):
    """Ticks at dates; a tick of a day stands `shift` (of a day) after the day's first moment.

    With a half, what was reported at the end of the 11th lies between the ticks of the 11th and
    the 12th, not on that of the 12th.
    """

    def __init__(self, shift: float, *, hours: bool) -> None:
        super().__init__(minticks=3)
        self.shift = timedelta(shift)
        self.intervald |= {dates.MONTHLY: [1, 6, 12], dates.DAILY: [1, 7]}
        self.intervald[dates.HOURLY] = [1, 3, 6, 12, 24] if hours else [24]
        self.intervald[dates.MINUTELY] = self.intervald[dates.SECONDLY] = [1, 5, 15, 30, 60]

    def __call__(self) -> Any:
        """Return the places of the ticks: as many as have room beside each other."""
        letter = self.axis.get_offset_text().get_fontsize() * self.axis.axes.figure.dpi / 72
        most = int(np.clip(self.axis.axes.bbox.width / (5.0 * letter), 2, 9))
        # Of fewer than four matplotlib knows no places; of more, every second, third, … is kept.
        whole = {dates.DAILY: 32, dates.MONTHLY: 12}
        self.maxticks = dict.fromkeys(self.intervald, max(most, 4)) | whole
        view = self.axis.get_view_interval()
        low, high = self.viewlim_to_dt()
        ticks = np.asarray(self.tick_values(low - self.shift, high - self.shift))
        if (ticks % 1 == 0).all():
            ticks = ticks + self.shift / timedelta(1)
        else:
            ticks = np.asarray(super().__call__())
        ticks = ticks[np.abs(ticks - np.mean(view)) <= np.ptp(view) / 2]
        return ticks[:: -(-len(ticks) // most) or 1]


class Dates(dates.ConciseDateFormatter):
    """Words of ticks; below the axis stand its name, and the year or day of the last tick."""

    def __init__(self, locator: Days, word: str, *, hours: bool) -> None:
        day, time = "%d %b", "%H:%M"  # a tick that is alone is written in the last way
        ticks = ["%Y", "%b", day, time, time, "%H:%M:%S" if hours else day]
        zeros = ["", "%Y", day, day, time, time if hours else day]
        below = ["", "%Y", "%Y", *["%d %b %Y"] * 2, "%d %b %Y" if hours else "%Y"]
        super().__init__(locator, formats=ticks, zero_formats=zeros, offset_formats=below)
        self.word, self.years = word, list[str]()

    def format_ticks(self, values: Any) -> list[str]:
        """Return the words of ticks, and keep their years."""
        self.years = [str(dates.num2date(value).year) for value in values]
        return list(super().format_ticks(values))

    def get_offset(self) -> str:
        """Return what stands below the axis."""
        below = super().get_offset()
        if below in self.years[1:]:  # of several the first and the last are told
            below = "–".join(dict.fromkeys([self.years[0], below]))
        return " · ".join(part for part in (self.word, below) if part)
