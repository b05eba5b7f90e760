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
_NUMBER = "a bare number is not a date (a day number of a spreadsheet must be converted first)"


def zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name, or raise a ``ValueError`` that says what to pass."""
    try:
        return ZoneInfo(name)
    except Exception as error:
        msg = f"unknown time zone {name!r}; use an IANA name such as 'UTC' or 'Asia/Yerevan'"
        raise ValueError(msg) from error


def read_instant(value: Any, tz: str) -> tuple[np.datetime64, str]:
    """Read one instant; return it in UTC with the reason why not (``""`` if it could be read).

    A naive value is local to `tz`, a bare date is the last second of that day (nothing is known
    before it can have been; design, section 2), an aware one is converted.
    """
    if is_bare(value):
        day, why = read_day(value)
        return (day, why.replace(_HOW_DAY, _HOW)) if why else (day_ends(np.array([day]), tz)[0], "")
    if isinstance(value, str):
        match = _ISO.fullmatch(value.strip())
        if not match:
            return NAT, f"{_NUMBER}; {_HOW}" if _is_number(value) else _HOW
        value = value.strip()
    elif isinstance(value, bool) or not isinstance(value, dt.date | np.datetime64):
        return NAT, f"{_not_text(value)}; {_HOW}"
    try:
        stamp = pd.Timestamp(value)
        if not FIRST <= np.datetime64(stamp.replace(tzinfo=None), "us") <= LAST:
            return NAT, "only years 1678 to 2261 are kept; mend the year"
        if stamp.tzinfo is None:
            naive = stamp
            local: Any = naive.tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
            if local is not pd.NaT:
                stamp = local
            else:
                skipped = naive.tz_localize(tz, ambiguous=True, nonexistent="NaT") is pd.NaT
                how = "skipped this time" if skipped else "showed this time twice"
                return NAT, f"the clocks of {tz} {how}; add the offset, as in +04:00"
        return stamp.tz_convert("UTC").tz_localize(None).to_datetime64().astype("M8[us]"), ""
    except ValueError as error:
        out = "OutOfBounds" in type(error).__name__
        return NAT, "only years 1678 to 2261 are kept" if out else f"no such date; {_HOW}"


def is_bare(value: Any) -> bool:
    """Whether a value is a calendar date without a time of day."""
    if isinstance(value, str):
        return _ISO_DAY.fullmatch(value.strip()) is not None
    if isinstance(value, np.datetime64):
        return np.datetime_data(value)[0] == "D"
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdecimal()


def _not_text(value: Any) -> str:
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return _NUMBER
    return f"this {type(value).__name__} is not a date"


def read_day(value: Any) -> tuple[np.datetime64, str]:
    """Read one calendar day; return it with the reason why not (``""`` if it could be read)."""
    if isinstance(value, str):
        text = value.strip()
        if not _ISO_DAY.fullmatch(text[:10]) or text[10:] not in ("", " 00:00:00", "T00:00:00"):
            return NAT, f"{_NUMBER}; {_HOW_DAY}" if _is_number(text) else _HOW_DAY
        value = text[:10]
    elif isinstance(value, bool) or not isinstance(value, dt.date | np.datetime64):
        return NAT, f"{_not_text(value)}; {_HOW_DAY}"
    try:
        stamp = pd.Timestamp(value)
    except ValueError as error:
        out = "OutOfBounds" in type(error).__name__
        return NAT, "only years 1678 to 2261 are kept" if out else f"no such date; {_HOW_DAY}"
    if stamp.tzinfo is not None or stamp != stamp.normalize():
        return NAT, f"days covered are local calendar days, without a time; {_HOW_DAY}"
    day = stamp.to_datetime64().astype("M8[us]")
    if not FIRST <= day <= LAST:
        return NAT, "only years 1678 to 2261 are kept; mend the year"
    return day, ""


#: The layouts of ISO text that are read whole columns at a time, by their length. ``0`` is a
#: digit, ``T`` may be a space, ``+`` may be ``-``.
_LAYOUTS = {
    len(layout): layout
    for layout in (
        "0000-00-00",
        "0000-00-00T00:00",
        "0000-00-00T00:00:00",
        "0000-00-00T00:00:00Z",
        "0000-00-00T00:00+00:00",
        "0000-00-00T00:00:00+00:00",
    )
}
_SIGNS = {"T": b"T ", "+": b"+-"}


def read_iso(texts: np.ndarray, tz: str, *, days: bool) -> np.ndarray:
    """Read a column of ISO texts at once; ``NaT`` where :func:`read_instant` must look closer.

    Only the common layouts are read here, character by character, so that nothing is accepted
    that the slow readers would refuse.
    """
    found = np.full(len(texts), NAT)
    joined = "".join(texts)
    if not joined.isascii() or "\0" in joined:
        texts = np.array([t if t.isascii() and "\0" not in t else "" for t in texts], object)
    longest = max(_LAYOUTS) + 1  # a longer text is cut, and then has no known length
    letters = texts.astype(f"S{longest}")
    length = np.char.str_len(letters)
    letters = letters.view(np.uint8).reshape(len(texts), longest)
    for size in _LAYOUTS:
        rows = np.flatnonzero(length == size)
        if len(rows):
            found[rows] = read_letters(letters[rows, :size], tz, days=days)
    return found


def read_letters(letters: np.ndarray, tz: str, *, days: bool) -> np.ndarray:
    """Read ISO texts of one length, a row of characters each, as :func:`read_iso` does."""
    layout = _LAYOUTS.get(letters.shape[1], "")
    bare = len(layout) == 10
    if not layout or (days and not bare):
        return np.full(len(letters), NAT)
    read = _read_layout(np.ascontiguousarray(letters.T), layout, "" if bare else tz)
    read = np.where((read < FIRST) | (read > LAST), NAT, read)
    return day_ends(read, tz) if bare and not days else read


def _read_layout(letters: np.ndarray, layout: str, tz: str) -> np.ndarray:
    """Read texts of one layout, a row for each place in it; naive ones are local to `tz` if given.

    Nothing but digits and the layout's own signs is read.
    """
    fits, digits = np.ones(letters.shape[1], bool), letters - np.uint8(48)
    for place, mark in enumerate(layout):
        if mark == "0":
            fits &= digits[place] <= 9
        else:
            signs = [letters[place] == sign for sign in _SIGNS.get(mark, mark.encode())]
            fits &= np.logical_or.reduce(signs)

    def part(place: int, least: int, most: int) -> np.ndarray:
        """Read two digits, which must be within bounds."""
        number = digits[place] * np.uint8(10) + digits[place + 1]
        np.logical_and(fits, (number >= least) & (number <= most), out=fits)
        return number.astype(np.int32)

    months = (part(0, 0, 99) * 100 + part(2, 0, 99) - 1970) * 12 + part(5, 1, 12) - 1
    day = part(8, 1, 31)
    read = _days(np.where(fits, months * 31 + day - 1, 0))
    fits &= ~np.isnat(read)
    seconds = np.zeros(len(fits), np.int32)
    if "T" in layout:
        seconds += part(11, 0, 23) * 3600 + part(14, 0, 59) * 60
    if "T00:00:00" in layout:
        seconds += part(17, 0, 59)
    if "+" in layout:
        sign = layout.index("+")
        offset = part(sign + 1, 0, 23) * 3600 + part(sign + 4, 0, 59) * 60
        seconds -= np.where(letters[sign] == ord("+"), offset, -offset)
    read += seconds.astype("m8[s]")
    read[~fits] = NAT
    if tz not in ("", "UTC") and not {"+", "Z"} & set(layout):
        # An hour that the clocks skipped or showed twice is left for the slow reader to explain.
        local = pd.DatetimeIndex(read).tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
        read = utc_values(local)
    return read


def _days(places: np.ndarray) -> np.ndarray:
    """Return days from 31 places a month since 1970; ``NaT`` where the month is shorter."""
    least, most = int(places.min(initial=0)), int(places.max(initial=0))
    wide = most - least > 4 * len(places) + 10_000  # each is then looked at by itself
    every = places if wide else np.arange(least, most + 1)
    months = every // 31
    first = months.astype("M8[M]").astype("M8[D]")
    days = first + (every - months * 31)
    days[days >= (months + 1).astype("M8[M]").astype("M8[D]")] = NAT
    days = days.astype("M8[us]")
    return days if wide else days[places - least]


def query_instant(when: Moment, tz: str) -> np.datetime64:
    """Read the moment of a query: a bare date means the end of that day, local to `tz`."""
    if is_bare(when):
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


def show(instant: Any, tz: str) -> str:
    """Write an instant (naive: in UTC) for people: local to `tz`, to the minute, with its offset.

    The last second of a day is where a bare date stands: it is written as the end of that day.
    """
    stamp = pd.Timestamp(instant)
    stamp = (stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp).tz_convert(tz)
    offset = stamp.strftime("%z")
    offset = "UTC" if tz == "UTC" else offset[:3] + (":" + offset[3:] if offset[3:] != "00" else "")
    if (stamp + pd.Timedelta(1, "s")).normalize() > stamp.normalize():
        return f"the end of {stamp:%Y-%m-%d} {offset}"
    clock = f"{stamp:%H:%M}" if stamp.second == 0 else f"{stamp:%H:%M:%S}"
    return f"{stamp:%Y-%m-%d} {clock} {offset}"
