"""The two calendars: instants (UTC, when it became public) and days (local, what it covers)."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from .errors import LedgerError, both

#: Whatever a query accepts as a moment: ISO text, a date, a datetime or a timestamp.
Moment: TypeAlias = str | dt.date | pd.Timestamp | np.datetime64

#: Instants and days are kept to the microsecond, within the years that every pandas can hold.
FIRST, LAST = np.datetime64("1678-01-01", "us"), np.datetime64("2261-12-31T23:59:59.999999", "us")
NAT = np.datetime64("NaT", "us")
DAY = np.timedelta64(1, "D")

#: A day, a time of day, and its offset from UTC.
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)"
    r"\s?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
_NONE = ("", "", "")
_HOW = "write it as 2020-09-28 15:36 or 2020-09-28T15:36+04:00"
_HOW_DAY = "write the day as 2020-09-28"
_YEARS = "only years 1678 to 2261 are kept; mend the year, or convert it from another calendar"
#: What texts that are no dates look like, and what is wrong with them.
_NOT_ISO = (
    (re.compile(r"^-?\d+(?:\.\d*)?(?:e.\d+)?$", re.ASCII),
     "a bare number is not a date (a day number of a spreadsheet must be converted first)"),
    (re.compile(r"^\d{8}$", re.ASCII),
     "a day in digits is read by " + both("dates='%Y%m%d'", "--dates %Y%m%d")),
    (re.compile(r"^(?:\d{1,2}[./-]){2}\d{2}\b|^\d+ [^\W\d]+\.? \d{2}$|^[^\W\d]+\.? \d+, \d{2}$"),
     "a year of two digits may be of any century: say how it is written, by its own signs, "
     + both("dates='%d/%m/%y', '%d %b %y' or '%d/%m/%y %H:%M'",
            "--dates %d/%m/%y, '%d %b %y' or '%d/%m/%y %H:%M'")),
    (re.compile(r"^\d{4}(?:-\d{2})?$|^[^\W\d]+\.? \d{2,4}$|^\d{1,2} ?[-–—] ?\d{1,2} [^\W\d]"),
     "a year, month or several days are told by the first, period_start, and the last, period_end"),
    (re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? \w", re.IGNORECASE),
     "leave the day of the week out"),
    (re.compile(r"^[?] "), "its day is blank: fill the days down (ffill of pandas)"),
    (re.compile(r"\d ?[AaPp]\.?[Mm]\b"), "write its time as 21:30 (for 9:30 pm), or say "
     "how it is written: " + both("dates='%d/%m/%Y %I:%M %p'", "--dates '%d/%m/%Y %I:%M %p'")),
    (re.compile(r"\d (?!(?:[AP]M|GMT|UTC)$)\w*[A-Z]{2,}$"),
     "a zone is told by its offset, as in +04:00"),
)  # fmt: skip


def check_zone(name: str) -> None:
    """Raise if this is not the IANA name of a time zone."""
    try:
        ZoneInfo(name)
    except Exception as error:
        msg = f"unknown time zone {name!r}; use an IANA name such as 'UTC' or 'Asia/Yerevan'"
        raise LedgerError(msg) from error


def written(value: Any) -> tuple[str, str]:
    """Return a moment as ISO text, or ``""`` and why it is none; texts and numbers stay as written.

    A naive datetime at midnight is written as a bare date.
    """
    if isinstance(value, str):
        return value.strip(), ""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "", "it is blank"
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return str(value).removesuffix(".0"), ""  # which may be a day in digits
    if not isinstance(value, dt.date | np.datetime64):
        return "", f"this {type(value).__name__} is not a date"
    try:
        stamp = pd.Timestamp(value)
        if stamp.tzinfo is not None:
            return stamp.tz_convert("UTC").isoformat(), ""
    except (ValueError, OverflowError):
        return "", _YEARS
    return stamp.isoformat()[: 10 if stamp == stamp.normalize() else None], ""


def is_bare(value: Any) -> bool:
    """Whether a moment is a calendar date without a time of day."""
    return len(written(value)[0]) == 10


def read_iso(texts: Sequence[str] | np.ndarray, tz: str, *, days: bool) -> np.ndarray:
    """Read ISO texts as instants in UTC, or as days; ``NaT`` where one cannot be read.

    A time without an offset is local to `tz`; a bare date is the last second of that day (nothing
    is known before it can have been). :func:`why_not` says why a text cannot be read::

        text    2020-09-28 15:36   2020-09-28T15:36Z   2020-09-28
        bare    no                 no                  yes
        zoned   no                 yes                 no

    Where days are read, a midnight without an offset is bare as well.
    """
    parts = [form.groups("") if (form := _ISO.fullmatch(text)) else _NONE for text in texts]
    plain = pd.Index(["".join(part) for part in parts], dtype=object)
    read = utc_values(pd.to_datetime(plain, format="ISO8601", errors="coerce", utc=True))
    zoned = np.array([zone != "" for _, _, zone in parts], bool)
    bare = np.array([not (clock.strip("T 0:.") if days else clock) for _, clock, _ in parts], bool)
    return placed(read, bare & ~zoned, zoned, tz, days=days)


def placed(
    times: np.ndarray, bare: np.ndarray, zoned: np.ndarray, tz: str, *, days: bool
) -> np.ndarray:
    """Return times as instants in UTC: `zoned` ones are in UTC, `bare` ones dates, others local.

    ``NaT`` stands for a local time that the clocks skipped or showed twice, and for a year that is
    not kept. With `days`, a bare time is a calendar day, and any other is ``NaT``.
    """
    times = np.where((times < FIRST) | (times > LAST), NAT, times)
    if days:
        return np.where(bare, times, NAT)
    local = ~(bare | zoned)
    clock = pd.DatetimeIndex(times[local])
    times[local] = utc_values(clock.tz_localize(tz, ambiguous="NaT", nonexistent="NaT"))
    times[bare] = day_ends(times[bare], tz)
    return times


def why_not(value: Any, tz: str, *, days: bool) -> str:
    """Say why a value, which may be written in ISO text already, cannot be read."""
    (text, why), how = written(value), _HOW_DAY if days else _HOW
    if why:
        return f"{why}; {how}"
    if not _ISO.fullmatch(text):
        return "".join(f"{why}; " for form, why in _NOT_ISO if form.search(text)) + how
    if not "1678" <= text[:4] <= "2261":
        return _YEARS
    try:
        stamp = pd.Timestamp(text)
    except ValueError:
        return f"no such date; {how}"
    if days:
        return f"days covered are local calendar days, without a time; {how}"
    local = stamp.tz_localize(tz, ambiguous=True, nonexistent="NaT")
    what = "skipped this time" if local is pd.NaT else "showed this time twice"
    return f"the clocks of {tz} {what}; add the offset, as in +04:00"


def read_moment(value: Any, what: str, tz: str, *, days: bool = False) -> np.datetime64:
    """Read one instant (or day), or raise why it cannot be read; `what` says what it is."""
    read = read_iso([written(value)[0]], tz, days=days)[0]
    if np.isnat(read):
        msg = f"cannot read {value!r} as a {what}: {why_not(value, tz, days=days)}"
        raise LedgerError(msg)
    return read


def query_instant(when: Moment, tz: str) -> np.datetime64:
    """Read the moment of a query: a bare date means the end of that day, local to `tz`."""
    second = np.timedelta64(999_999 if is_bare(when) else 0, "us")  # the last one, to its end
    return read_moment(when, "moment", tz) + second


def query_day(date: Moment) -> np.datetime64:
    """Read the day of a query."""
    return read_moment(date, "day", "UTC", days=True)


def day_starts(days: np.ndarray, tz: str) -> np.ndarray:
    """Return the UTC instants at which local days begin (the first that exists)."""
    local, first = pd.DatetimeIndex(days), np.ones(len(days), bool)
    return utc_values(local.tz_localize(tz, ambiguous=first, nonexistent="shift_forward"))


def local_times(instants: np.ndarray, tz: str) -> np.ndarray:
    """Return the local wall clock of UTC instants; ``NaT`` stays ``NaT``."""
    local = pd.DatetimeIndex(instants).tz_localize("UTC").tz_convert(tz).tz_localize(None)
    return np.asarray(local.values, "M8[us]")


def day_ends(days: np.ndarray, tz: str) -> np.ndarray:
    """Return the UTC instants of the last second of local days; ``NaT`` stays ``NaT``."""
    return day_starts(days + DAY, tz) - np.timedelta64(1, "s")


def local_days(instants: np.ndarray, tz: str) -> np.ndarray:
    """Return the local calendar day of UTC instants; ``NaT`` stays ``NaT``."""
    return local_times(instants, tz).astype("M8[D]").astype("M8[us]")


def utc_values(index: Any) -> np.ndarray:
    """Return an aware index as a new array of naive UTC values, to the microsecond."""
    return np.array(index.tz_convert("UTC").tz_localize(None).values, "M8[us]")


def instant_column(instants: np.ndarray, tz: str) -> pd.Series:
    """Return naive UTC values as an aware column, shown in `tz`."""
    naive = pd.Series(instants.astype("M8[us]", copy=False), copy=False)
    return naive.dt.tz_localize("UTC").dt.tz_convert(tz)
