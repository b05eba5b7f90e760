"""The two calendars: instants (UTC, when it became public) and days (local, what it covers)."""

import datetime as dt
import re
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

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
    r"\s?(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
#: Bare days, instants without their zone, and instants with it: only these are read at once.
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = rf"{_DATE}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?"
_ZONED = rf"{_TIME}(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_HOW = "write it as 2020-09-28 15:36 or 2020-09-28T15:36+04:00"
_HOW_DAY = "write the day as 2020-09-28"
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


def read_instant(value: Any, tz: str) -> tuple[np.datetime64, str]:
    """Read one instant; return it in UTC with the reason why not (``""`` if it could be read).

    A naive value is local to `tz`, a bare date is the last second of that day (nothing is known
    before it can have been; design, section 2), an aware one is converted.
    """
    stamp, why = _read(value, _HOW)
    if why:
        return NAT, why
    naive = stamp.tz_localize(None).to_datetime64().astype("M8[us]")
    if is_bare(value):
        return day_ends(np.array([naive]), tz)[0], ""
    if stamp.tzinfo is not None:
        return stamp.tz_convert("UTC").tz_localize(None).to_datetime64().astype("M8[us]"), ""
    instant = naive_values(np.array([naive]), tz)[0]
    if np.isnat(instant):
        later = stamp.tz_localize(tz, ambiguous=True, nonexistent="NaT")
        how = "skipped this time" if later is pd.NaT else "showed this time twice"
        return NAT, f"the clocks of {tz} {how}; add the offset, as in +04:00"
    return instant, ""


def read_day(value: Any) -> tuple[np.datetime64, str]:
    """Read one calendar day; return it with the reason why not (``""`` if it could be read)."""
    stamp, why = _read(value, _HOW_DAY)
    if why:
        return NAT, why
    if stamp.tzinfo is not None or stamp != stamp.normalize():
        return NAT, f"days covered are local calendar days, without a time; {_HOW_DAY}"
    return stamp.to_datetime64().astype("M8[us]"), ""


def _read(value: Any, how: str) -> tuple[Any, str]:
    """Return a moment as a timestamp, with the reason why not."""
    if isinstance(value, str):
        value = value.strip()
        if not _ISO.fullmatch(value):
            return pd.NaT, "".join(f"{why}; " for form, why in _NOT_ISO if form.search(value)) + how
    elif isinstance(value, bool) or not isinstance(value, dt.date | np.datetime64):
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        what = _NUMBER if number else f"this {type(value).__name__} is not a date"
        return pd.NaT, f"{what}; {how}"
    try:
        stamp: Any = pd.Timestamp(value)
        if stamp is pd.NaT:
            return stamp, f"it is blank; {how}"
        if FIRST <= np.datetime64(stamp.replace(tzinfo=None), "us") <= LAST:
            return stamp, ""
    except ValueError as error:
        if "OutOfBounds" not in type(error).__name__:
            return pd.NaT, f"no such date; {how}"
    return pd.NaT, "only years 1678 to 2261 are kept; mend the year"


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


def read_iso(texts: np.ndarray, tz: str, *, days: bool) -> np.ndarray:
    """Read a column of ISO texts at once; ``NaT`` where :func:`read_instant` must look closer."""
    plain = np.array([text if text.isascii() else "" for text in texts], object)
    written = pd.Series(plain, dtype="str").str
    found = np.full(len(texts), NAT)
    instants = {_DATE: day_ends, _TIME: naive_values, _ZONED: _as_read}
    for pattern, in_utc in ({_DATE: _as_read} if days else instants).items():
        rows = np.flatnonzero(written.fullmatch(pattern).to_numpy(bool))
        read = pd.to_datetime(plain[rows], format="ISO8601", errors="coerce", utc=True)
        values = utc_values(read)
        found[rows] = in_utc(np.where((values < FIRST) | (values > LAST), NAT, values), tz)
    return found


def _as_read(values: np.ndarray, _tz: str) -> np.ndarray:
    return values


def query_instant(when: Moment, tz: str) -> np.datetime64:
    """Read the moment of a query: a bare date means the end of that day, local to `tz`."""
    when = bare(when)
    day, why = read_day(when) if is_bare(when) else (NAT, "")
    if not why and not np.isnat(day):
        return day_starts(np.array([day + DAY]), tz)[0] - np.timedelta64(1, "us")
    return _read_query(when, "moment", *read_instant(when, tz))


def query_day(date: Moment) -> np.datetime64:
    """Read the day of a query."""
    return _read_query(date, "day", *read_day(date))


def _read_query(asked: Any, what: str, read: np.datetime64, why: str) -> np.datetime64:
    """Return what was read of a query, or refuse what is no moment: text, NaT, NaN or None."""
    if pd.api.types.is_scalar(asked) and pd.isna(asked):
        why = "it is blank; leave it out for no limit"
    if why or np.isnat(read):
        msg = f"cannot read {asked!r} as a {what}: {why}"
        raise LedgerError(msg)
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
