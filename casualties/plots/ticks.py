"""Axes of counts and of dates: ticks evenly spaced, and each month named where it begins."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.dates import DateLocator, date2num, get_epoch, num2date
from matplotlib.ticker import Formatter, MaxNLocator

from ..words import number

#: How far ticks may be apart, from close to far, each a multiple of its unit.
_STEPS = [
    (step, unit)
    for unit, steps in {
        "s": (1, 5, 15, 30), "m": (1, 5, 15, 30), "h": (1, 3, 6, 12), "D": (1, 2, 3, 4, 7, 14),
        "M": (1, 2, 3, 6), "Y": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
    }.items()
    for step in steps
]  # fmt: skip
#: From where steps of days and years are counted: weeks begin on Mondays, decades in 2000.
_FROM = {"D": np.datetime64("1970-01-05"), "Y": np.datetime64("2000")}
#: Of each unit: how a tick is written, how one that begins a larger unit, and the larger unit.
_CLOCK = ("%H:%M", "%d %b", "%Y-%m-%d")
_WORDS = {
    "s": ("%H:%M:%S", "%d %b", "%Y-%m-%d"), "m": _CLOCK, "h": _CLOCK,
    "D": ("%d", "%d %b", "%Y-%m"), "M": ("%b", "%Y", "%Y"), "Y": ("%Y", "%Y", ""),
}  # fmt: skip


def moments(x: Any) -> np.ndarray:
    """Return places on the date axis as instants, to the microsecond."""
    days: np.ndarray = np.asarray(x, np.float64)
    return np.datetime64(get_epoch(), "us") + (days * 86_400e6).round().astype("m8[us]")


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


class Days(DateLocator):
    """Ticks at dates; a tick of a day stands `shift` (of a day) after the day's first moment.

    With a half, what was reported at the end of the 11th lies between the ticks of the 11th and
    the 12th, not on that of the 12th.
    """

    def __init__(self, shift: float, *, hours: bool) -> None:
        super().__init__()
        self.shift, self.unit = shift, "D"
        self.steps = _STEPS if hours else [pair for pair in _STEPS if pair[1] in "DMY"]

    def __call__(self) -> Any:
        """Return the places of the ticks: as many as have room beside each other."""
        letter = self.axis.get_offset_text().get_fontsize() * self.axis.axes.figure.dpi / 72
        most = int(np.clip(self.axis.axes.bbox.width / (5.0 * letter), 2, 9))
        low, high = sorted(self.axis.get_view_interval())
        ends = moments([low, high])
        for step, unit in self.steps:
            begin = _FROM.get(unit, np.datetime64("1970")).astype(f"M8[{unit}]")
            start, stop = (int((end.astype(begin.dtype) - begin).astype(int)) for end in ends)
            if (stop - start) // step > most + 1:
                continue
            places = begin + np.arange(start - start % step - step, stop + 1, step)
            ticks = np.asarray(date2num(places.astype("M8[us]")), np.float64)
            ticks += self.shift * (unit == "D")
            ticks = ticks[(low <= ticks) & (ticks <= high)]
            if len(ticks) <= most:
                self.unit = unit
                return ticks
        return np.empty(0)


class Dates(Formatter):
    """Words of ticks: each says what it changes; below the axis stands what all of them share."""

    def __init__(self, locator: Days, word: str) -> None:
        self.days, self.word, self.shared = locator, word, ""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Write the date under the pointer."""
        return f"{num2date(x):%Y-%m-%d %H:%M}"

    def format_ticks(self, values: Any) -> list[str]:
        """Return the words of the ticks."""
        if not len(values):
            return []
        unit = self.days.unit
        usual, fresh, larger = _WORDS[unit]
        days, named = num2date([values[0] - 1e-6, *values]), list[bool]()
        words: list[str] = []
        for before, day in pairwise(days):
            named.append(f"{before:{larger}}" != f"{day:{larger}}" or (unit == "D" and not words))
            year = " %Y" if before.year != day.year and unit not in "MY" else ""
            words.append(day.strftime(fresh + year if named[-1] else usual))
        year = f"{days[1]:%Y}"
        told = year != f"{days[-1]:%Y}" or any(year in word for word in words)
        # Of hours the first day is told, unless its tick tells it.
        shared = "%d %b %Y" if unit in "smh" and not named[0] else "" if told else "%Y"
        self.shared = days[1].strftime(shared)
        return words

    def get_offset(self) -> str:
        """Return what stands below the axis: its name, and the year or day that all ticks share."""
        return " · ".join(part for part in (self.word, self.shared) if part)
