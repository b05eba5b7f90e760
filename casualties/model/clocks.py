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
_YEARS = range(1678, 2262)
NAT = np.datetime64("NaT", "us")
DAY = np.timedelta64(1, "D")

_ISO = re.compile(
    r"\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)"
    r"\s?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?\s*",
    re.ASCII,
)
_HOW = "write it as 2020-09-28 15:36 or 2020-09-28T15:36+04:00"
_HOW_DAY = "write the day as 2020-09-28"
_NO_YEAR = "only years 1678 to 2261 are kept; mend the year"
_NUMBER = "a bare number is not a date (a day number of a spreadsheet must be converted first)"
#: What texts that are no dates look like, and what is wrong with them.
_NOT_ISO = (
    (re.compile(r"^\d+(?:\.\d*)?$", re.ASCII), _NUMBER),
    (re.compile(r"^(?:\d{1,2}[./-]){2}\d{2}\b|^(?:\d+ )?[^\W\d]+\.? (?:\d+, )?\d{2}$"),
     "a year of two digits may be of any century: say how it is written, "
     + both("dates='%d-%b-%y'", "--dates %d-%b-%y")),
    (re.compile(r"\d ?[AaPp]\.?[Mm]\.?$"), "say how a time with am or pm is written, "
     + both("dates='%m/%d/%Y %I:%M %p'", "--dates '%m/%d/%Y %I:%M %p'")),
    (re.compile(r"\d (?![AP]M$)\w*[A-Z]{2,}$"), "a zone is told by its offset, as in +04:00"),
)  # fmt: skip


def check_zone(name: str) -> None:
    """Raise if this is not the IANA name of a time zone."""
    try:
        ZoneInfo(name)
    except Exception as error:
        msg = f"unknown time zone {name!r}; use an IANA name such as 'UTC' or 'Asia/Yerevan'"
        raise LedgerError(msg) from error


def read_moments(
    cells: Sequence[Any], tz: str, *, days: bool = False
) -> tuple[np.ndarray, list[str]]:
    """Read instants, in UTC, or calendar days; with the reasons why not (``""``: it was read).

    A naive instant is local to `tz`, a bare date is the last second of that day (nothing is known
    before it can have been; design, section 2), an aware one is converted.
    """
    found = [_read(cell, days) for cell in cells]
    why = [reason for _, reason in found]
    aware = np.array([stamp is not None and stamp.tzinfo is not None for stamp, _ in found], bool)
    plain = [
        stamp.astimezone(dt.UTC).replace(tzinfo=None) if stamp and stamp.tzinfo else stamp
        for stamp, _ in found
    ]
    moments = np.array(plain, "M8[us]")
    if days:
        return moments, why
    whole = np.array([*map(is_bare, cells)], bool)
    local = np.where(whole, day_ends(moments, tz), naive_values(moments, tz))
    instants = np.where(aware, moments, local)
    for place in np.flatnonzero(np.isnat(instants) & ~np.isnat(moments)):
        shown = pd.Timestamp(moments[place]).tz_localize(tz, ambiguous=True, nonexistent="NaT")
        how = "skipped this time" if shown is pd.NaT else "showed this time twice"
        why[place] = f"the clocks of {tz} {how}; add the offset, as in +04:00"
    return instants, why


def read_moment(value: Any, tz: str, *, days: bool = False) -> tuple[np.datetime64, str]:
    """Read one moment, as :func:`read_moments` does."""
    moments, why = read_moments([value], tz, days=days)
    return moments[0], why[0]


def _read(value: Any, days: bool) -> tuple[Any, str]:
    """Return a moment as it is written, ``None`` with the reason why not."""
    how = _HOW_DAY if days else _HOW
    try:
        if isinstance(value, str):
            if not (iso := _ISO.fullmatch(value)):
                like = (why for form, why in _NOT_ISO if form.search(value.strip()))
                return None, "; ".join([*like, how])
            day, time, zone = iso.groups("")
            if time.startswith("24"):  # the next midnight, but only to newer releases of Python
                return None, f"no such date; {how}"
            stamp: Any = dt.datetime.fromisoformat(f"{day}T{time or '00:00'}{zone}")
        elif isinstance(value, dt.date | np.datetime64):
            stamp = pd.Timestamp(value)
        else:
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            what = _NUMBER if number else f"this {type(value).__name__} is not a date"
            return None, f"{what}; {how}"
    except ValueError as error:
        outside = "OutOfBounds" in type(error).__name__
        return None, _NO_YEAR if outside else f"no such date; {how}"
    if stamp is pd.NaT:
        return None, f"it is blank; {how}"
    if stamp.year not in _YEARS:
        return None, _NO_YEAR
    if days and (stamp.tzinfo or stamp.time() != dt.time()):
        return None, f"days covered are local calendar days, without a time; {how}"
    return stamp, ""


def bare(value: Any) -> Any:
    """Return a naive datetime at midnight as the date that it is (design, section 2)."""
    if isinstance(value, np.datetime64 | dt.datetime) and not pd.isna(value):
        stamp = pd.Timestamp(value)
        return stamp.date() if stamp.tzinfo is None and stamp == stamp.normalize() else value
    return value


def is_bare(value: Any) -> bool:
    """Whether a value is a calendar date without a time of day."""
    if isinstance(value, str):
        return len(value.strip()) == 10
    if isinstance(value, np.datetime64):
        return np.datetime_data(value)[0] == "D"
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def query_instant(when: Moment, tz: str) -> np.datetime64:
    """Read the moment of a query: a bare date means the end of that day, local to `tz`."""
    when = bare(when)
    day = read_moment(when, tz, days=True)[0] if is_bare(when) else NAT
    if not np.isnat(day):
        return day_starts(np.array([day + DAY]), tz)[0] - np.timedelta64(1, "us")
    return _read_query(when, "moment", *read_moment(when, tz))


def query_day(date: Moment) -> np.datetime64:
    """Read the day of a query."""
    return _read_query(date, "day", *read_moment(date, "UTC", days=True))


def _read_query(asked: Any, what: str, read: np.datetime64, why: str) -> np.datetime64:
    """Return what was read of a query, or refuse what is no moment: text, NaT, NaN or None."""
    if pd.api.types.is_scalar(asked) and pd.isna(asked):
        why = "it is blank; leave it out for no limit"
    if why or np.isnat(read):
        msg = f"cannot read {asked!r} as a {what}: {why}"
        raise ValueError(msg)
    return read


def naive_values(local: np.ndarray, tz: str) -> np.ndarray:
    """Return local clock times in UTC, ``NaT`` where the clocks skipped it or showed it twice."""
    if tz == "UTC":
        return local
    return utc_values(pd.DatetimeIndex(local).tz_localize(tz, ambiguous="NaT", nonexistent="NaT"))


def day_starts(days: np.ndarray, tz: str) -> np.ndarray:
    """Return the UTC instants at which local days begin (the first that exists)."""
    local = pd.DatetimeIndex(days).tz_localize(
        tz, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward"
    )
    return utc_values(local)


def local_times(instants: np.ndarray, tz: str) -> np.ndarray:
    """Return the local wall clock of UTC instants; ``NaT`` stays ``NaT``."""
    if tz == "UTC":
        return instants
    local = pd.DatetimeIndex(instants).tz_localize("UTC").tz_convert(tz).tz_localize(None)
    return np.asarray(local.values, "M8[us]")


def day_ends(days: np.ndarray, tz: str) -> np.ndarray:
    """Return the UTC instants of the last second of local days; ``NaT`` stays ``NaT``."""
    return day_starts(days + DAY, tz) - np.timedelta64(1, "s")


def local_days(instants: np.ndarray, tz: str) -> np.ndarray:
    """Return the local calendar day of UTC instants; ``NaT`` stays ``NaT``."""
    return local_times(instants, tz).astype("M8[D]").astype("M8[us]")


def utc_values(index: Any) -> np.ndarray:
    """Return an aware datetime column or index as new naive UTC values to the microsecond."""
    return np.array(index.tz_convert("UTC").tz_localize(None).values, "M8[us]")


def instant_column(instants: np.ndarray, tz: str) -> pd.Series:
    """Return naive UTC values as an aware column, shown in `tz`."""
    naive = pd.Series(instants.astype("M8[us]", copy=False), copy=False)
    return naive.dt.tz_localize("UTC").dt.tz_convert(tz)
