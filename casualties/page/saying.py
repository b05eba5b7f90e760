"""Days and instants as a newspaper prints them."""

from typing import Any

import numpy as np
import pandas as pd

from ..words import Calendar

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


def day(value: Any) -> str:
    """Write a day."""
    at = pd.Timestamp(np.datetime64(value, "D") if isinstance(value, int) else value)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def instant(value: Any, tz: str) -> str:
    """Write an instant."""
    at = pd.Timestamp(value)
    at = (at.tz_localize("UTC") if at.tzinfo is None else at).tz_convert(tz)
    if (at + pd.Timedelta(1, "s")).date() > at.date():
        return day(at)
    return f"{day(at)}, {at:%H:%M}" + (f":{at:%S}" if at.second else "")


def through(date: Any, at: Any = "") -> str:
    """Say through which day a number counts."""
    return f"by {at[:5]} on {day(date)}" if at else f"through {day(date)}"


def _moment(value: Any, tz: str) -> str:
    """Write an instant as it stands after "at"."""
    text = instant(value, tz)
    return text if "," in text else f"the end of {text}"


CALENDAR = Calendar(day, _moment)
