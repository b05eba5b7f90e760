"""The two calendars: instants (UTC, when it became public) and days (local, what it covers)."""

import datetime as dt
import re
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

#: Whatever a query accepts as a moment: ISO text, a date, a datetime or a timestamp.
Moment: TypeAlias = str | dt.date | pd.Timestamp | np.datetime64

#: Instants and days are kept to the microsecond, within the years that every pandas can hold.
FIRST, LAST = np.datetime64("1678-01-01", "us"), np.datetime64("2261-12-31", "us")
NAT = np.datetime64("NaT", "us")
DAY = np.timedelta64(1, "D")

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
    r"\s?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_HOW = "write it as 2020-09-28 15:36 or 2020-09-28T15:36+04:00"
_HOW_DAY = "write the day as 2020-09-28"


def zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name, or raise a ``ValueError`` that says what to pass."""
    try:
        return ZoneInfo(name)
    except Exception as error:
        msg = f"unknown time zone {name!r}; use an IANA name such as 'UTC' or 'Asia/Yerevan'"
        raise ValueError(msg) from error


def read_instant(value: Any, tz: str) -> tuple[np.datetime64, str]:
    """Read one instant; return it in UTC with the reason why not (``""`` if it could be read).

    A naive value is local to `tz`, a bare date is 00:00 of that day, an aware one is converted.
    """
    if isinstance(value, str):
        match = _ISO.fullmatch(value.strip())
        if not match:
            return NAT, _HOW
        value = value.strip()
    elif isinstance(value, bool) or not isinstance(value, dt.date | np.datetime64):
        return NAT, f"{_not_text(value)}; {_HOW}"
    try:
        stamp = pd.Timestamp(value)
        if not FIRST <= np.datetime64(stamp.replace(tzinfo=None), "us") <= LAST:
            return NAT, "only years 1678 to 2261 are kept; mend the year"
        if stamp.tzinfo is None:
            naive = stamp
            stamp = naive.tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
            if stamp is pd.NaT:
                skipped = naive.tz_localize(tz, ambiguous=True, nonexistent="NaT") is pd.NaT
                how = "skipped this time" if skipped else "showed this time twice"
                return NAT, f"the clocks of {tz} {how}; add the offset, as in +04:00"
        return stamp.tz_convert("UTC").tz_localize(None).to_datetime64().astype("M8[us]"), ""
    except ValueError as error:
        out = "OutOfBounds" in type(error).__name__
        return NAT, "only years 1678 to 2261 are kept" if out else f"no such date; {_HOW}"


def _not_text(value: Any) -> str:
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return "a bare number is not a date (a day number of a spreadsheet must be converted first)"
    return f"this {type(value).__name__} is not a date"


def read_day(value: Any) -> tuple[np.datetime64, str]:
    """Read one calendar day; return it with the reason why not (``""`` if it could be read)."""
    if isinstance(value, str):
        text = value.strip()
        if not _ISO_DAY.fullmatch(text[:10]) or text[10:] not in ("", " 00:00:00", "T00:00:00"):
            return NAT, _HOW_DAY
        value = text[:10]
    elif isinstance(value, bool) or not isinstance(value, dt.date | np.datetime64):
        return NAT, f"{_not_text(value)}; {_HOW_DAY}"
    try:
        stamp = pd.Timestamp(value)
    except ValueError as error:
        out = "OutOfBounds" in type(error).__name__
        return NAT, "only years 1678 to 2261 are kept" if out else f"no such day; {_HOW_DAY}"
    if stamp.tzinfo is not None or stamp != stamp.normalize():
        return NAT, f"days covered are local calendar days, without a time; {_HOW_DAY}"
    day = stamp.to_datetime64().astype("M8[us]")
    if not FIRST <= day <= LAST:
        return NAT, "only years 1678 to 2261 are kept; mend the year"
    return day, ""


def read_iso(texts: np.ndarray, tz: str, *, days: bool) -> np.ndarray:
    """Read a column of ISO texts at once; ``NaT`` where :func:`read_instant` must look closer.

    Only texts of one well-known length and punctuation are read here, so that nothing is
    accepted that the slow readers would refuse.
    """
    found = np.full(len(texts), NAT)
    if not len(texts):
        return found
    letters = texts.astype("U32").view("U1").reshape(len(texts), 32)
    length = (letters != "").sum(axis=1)
    dashed = (letters[:, 4] == "-") & (letters[:, 7] == "-")
    timed = dashed & np.isin(letters[:, 10], ["T", " "]) & (letters[:, 13] == ":")
    signed = np.isin(letters[:, 16], ["+", "-"]) | np.isin(letters[:, 19], ["+", "-"])
    zulu = letters[:, 19] == "Z"
    for size, pattern, aware in _LAYOUTS[: 1 if days else None]:
        rows = (length == size) & (timed if size > 10 else dashed)
        rows &= (zulu if size == 20 else signed) if aware else ~signed
        if rows.any():
            found[rows] = _read_layout(texts[rows], pattern, tz, days=days, aware=aware)
    found[(found < FIRST) | (found > LAST)] = NAT
    return found


# Length of the text, its layout, whether it carries an offset.
_LAYOUTS: tuple[tuple[int, str, bool], ...] = (
    (10, "%Y-%m-%d", False),
    (16, "%Y-%m-%dT%H:%M", False),
    (19, "%Y-%m-%dT%H:%M:%S", False),
    (20, "%Y-%m-%dT%H:%M:%S%z", True),
    (22, "%Y-%m-%dT%H:%M%z", True),
    (25, "%Y-%m-%dT%H:%M:%S%z", True),
)


def _read_layout(
    texts: np.ndarray, pattern: str, tz: str, *, days: bool, aware: bool
) -> np.ndarray:
    plain = pd.Series(texts).str.replace(" ", "T", regex=False)
    read = pd.to_datetime(plain, format=pattern, errors="coerce", utc=aware)
    if days:
        return np.asarray(read.values, "M8[us]")
    if not aware:
        # An hour that the clocks skipped or showed twice is left for the slow reader to explain.
        read = read.dt.tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
    return utc_values(pd.DatetimeIndex(read))


def query_instant(when: Moment, tz: str) -> np.datetime64:
    """Read the moment of a query: a bare date means the end of that day, local to `tz`."""
    bare = (
        (isinstance(when, str) and _ISO_DAY.fullmatch(when.strip()) is not None)
        or (isinstance(when, dt.date) and not isinstance(when, dt.datetime))
        or (isinstance(when, np.datetime64) and np.datetime_data(when)[0] == "D")
    )
    if bare:
        day, why = read_day(when)
        if not why:
            return day_starts(np.array([day + DAY]), tz)[0] - np.timedelta64(1, "us")
    instant, why = read_instant(when, tz)
    if why:
        msg = f"cannot read {when!r} as a moment: {why}"
        raise ValueError(msg)
    return instant


def query_day(date: Moment) -> np.datetime64:
    """Read the day of a query."""
    day, why = read_day(date)
    if why:
        msg = f"cannot read {date!r} as a day: {why}"
        raise ValueError(msg)
    return day


def day_starts(days: np.ndarray, tz: str) -> np.ndarray:
    """Return the UTC instants at which local days begin (the first that exists)."""
    local = pd.DatetimeIndex(days).tz_localize(
        tz, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward"
    )
    return utc_values(local)


def local_days(instants: np.ndarray, tz: str) -> np.ndarray:
    """Return the local calendar day of UTC instants; ``NaT`` stays ``NaT``."""
    if tz == "UTC":
        return instants.astype("M8[D]").astype("M8[us]")
    local = pd.DatetimeIndex(instants).tz_localize("UTC").tz_convert(tz).tz_localize(None)
    return np.asarray(local.values, "M8[D]").astype("M8[us]")


def utc_values(index: Any) -> np.ndarray:
    """Return an aware datetime column or index as naive UTC values to the microsecond."""
    return np.asarray(index.tz_convert("UTC").tz_localize(None).values, "M8[us]")


def utc_column(instants: np.ndarray) -> pd.Series:
    """Return naive UTC values as an aware column."""
    return pd.Series(instants.astype("M8[us]")).dt.tz_localize("UTC")


def show(instant: Any, tz: str) -> str:
    """Write an instant for people: local to `tz`, to the minute, with its offset."""
    stamp = pd.Timestamp(instant).tz_localize("UTC").tz_convert(tz)
    offset = stamp.strftime("%z")
    offset = "UTC" if tz == "UTC" else offset[:3] + (":" + offset[3:] if offset[3:] != "00" else "")
    if (stamp + pd.Timedelta(1, "us")).normalize() > stamp.normalize():
        return f"the end of {stamp:%Y-%m-%d} {offset}"
    clock = f"{stamp:%H:%M}" if stamp.second == 0 else f"{stamp:%H:%M:%S}"
    return f"{stamp:%Y-%m-%d} {clock} {offset}"
