"""Reading columns of instants and of calendar days, in the forms that people write."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.counts import in_ascii_digits, is_blank
from ..model.errors import Problems, both, shorten
from .cells import distinct, note_each

#: The orders of day, month and year that a caller can name.
ORDERS = ("dmy", "mdy", "ymd")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAME = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_CLOCK = (
    r"(?:(?:,|\s|t)\s*(?P<clock>[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2})?)\s?(?P<zone>z|[+-][0-9:]+)?)?"
)
_DAY, _MONTH, _YEAR = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[0-9]{4})"
_SIGN = r"(?P<sign>[./-])"
#: How dates look, by the order of their parts.
_FORMS = {
    "d name y": re.compile(rf"{_DAY}[ -]{_NAME}[ -]{_YEAR}{_CLOCK}", re.ASCII),
    "name d y": re.compile(rf"{_NAME} {_DAY},? {_YEAR}{_CLOCK}", re.ASCII),
    "dmy": re.compile(rf"{_DAY}{_SIGN}{_MONTH}(?P=sign){_YEAR}{_CLOCK}", re.ASCII),
    "mdy": re.compile(rf"{_MONTH}{_SIGN}{_DAY}(?P=sign){_YEAR}{_CLOCK}", re.ASCII),
    "ymd": re.compile(rf"{_YEAR}{_SIGN}{_MONTH}(?P=sign){_DAY}{_CLOCK}", re.ASCII),
}
_CLOCKED = re.compile(r"%[-#]?[HIMSfpcX]")
_GMT = re.compile(r"(\d)\s?(?:GMT|UTC)$", re.ASCII)


def to_iso(text: str, dates: Sequence[str] = ()) -> str:
    """Return a date, with its time if it has one, as ISO text; ``""`` if it is no date.

    Parameters
    ----------
    text : str
        Such as "27 Sep 2020 15:36", or, with `dates`, "05/03/2024".
    dates : sequence of str
        `ORDERS` and formats of :meth:`datetime.datetime.strptime`, of which the first that fits is
        taken. Dates that can be read in one way only are always read.

    Examples
    --------
    >>> to_iso("27 Sep 2020 15:36"), to_iso("05/03/2024", ["dmy"]), to_iso("05/03/2024")
    ('2020-09-27 15:36', '2024-03-05', '')
    >>> to_iso("19/05/2026"), to_iso("2026/05/19")
    ('2026-05-19', '2026-05-19')
    """
    text = _GMT.sub(r"\1Z", text.strip())
    ways = _ways(text)
    isos = [_formatted(text, way) if "%" in way else ways.get(way, "") for way in dates]
    # A reading with a month above 12 comes last: its error says that there is no such month.
    if fits := sorted(filter(None, isos), key=lambda iso: iso[5:7] > "12"):
        return fits[0]
    read = {iso for iso in ways.values() if iso[5:7] <= "12" and iso[8:10] <= "31"}
    read = read or {*ways.values()}
    return read.pop() if len(read) == 1 else ""


def _ways(text: str) -> dict[str, str]:
    """Return a date as ISO text, for each order in which its parts may be written."""
    plain = text.strip().casefold()
    found = {order: form.fullmatch(plain) for order, form in _FORMS.items()}
    return {order: _iso(match) for order, match in found.items() if match}


def _exchanged(cells: np.ndarray) -> list[int]:
    """Return the places of date cells in which day and month may be exchanged.

    A spreadsheet that takes 3/4/2020 for 4 March leaves 25/4/2020 a text. So it may be where each
    text can be read in one of its two orders only, and no date cell is of a day after the 12th.
    """
    dated = [place for place, cell in enumerate(cells) if isinstance(cell, dt.date)]
    texts = [{*_ways(cell).values()} for cell in cells if isinstance(cell, str)] if dated else []
    firm = (len(text) > 1 and sum(iso[5:7] <= "12" for iso in text) == 1 for text in texts)
    return dated if texts and all(firm) and all(cells[n].day <= 12 for n in dated) else []


def _formatted(text: str, form: str) -> str:
    """Return a date in a format of strptime as ISO text, ``""`` if it has another."""
    try:
        stamp = dt.datetime.strptime(text, form)  # noqa: DTZ007  # the ledger's zone
    except ValueError:
        return ""
    return stamp.isoformat(" ") if _CLOCKED.search(form) else stamp.date().isoformat()


def _iso(found: re.Match[str]) -> str:
    """Return the parts of a date that were found as ISO text."""
    month = found["m"] if found["m"].isdecimal() else _MONTHS.index(found["m"][:3]) + 1
    day = f"{found['y']}-{int(month):02d}-{int(found['d']):02d}"
    if clock := (found["clock"] or "").replace("h", ":"):
        day += f" {clock:0>{5 if len(clock) < 6 else 8}}"
    return day + (found["zone"] or "").upper()


def read_moments(
    column: pd.Series, name: str, tz: str, dates: tuple[str, ...], problems: Problems
) -> np.ndarray:
    """Read a column of instants in UTC, or of calendar days, as its `name` says.

    Parameters
    ----------
    column : Series
        Of any dtype; a naive datetime at midnight is a bare date, whatever the other cells are.
    name
        What the report's column is called.
    tz : str
        The zone of naive instants and of days.
    dates : tuple of str
        The orders and formats in which the caller says that dates are written.
    problems : Problems
        Takes what cannot be read.
    """
    days, stamps = name != "reported_at", np.full(len(column), clocks.NAT)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        zoned = np.full(len(column), column.dt.tz is not None)
        times = pd.to_datetime(column, utc=True).dt.tz_localize(None).to_numpy("M8[us]")
        bare = ~zoned & (times == times.astype("M8[D]"))  # pandas keeps dates as midnights
        stamps = clocks.placed(times, bare, zoned, tz, days=days)
        column = column.where(np.isnat(stamps))
    codes, cells = distinct(column)
    cells = np.array([in_ascii_digits(c) if isinstance(c, str) else c for c in cells], object)
    texts = np.array([clocks.written(cell)[0] for cell in cells], object)
    if dates:  # the caller's word comes first, even where ISO text could be read
        texts = np.array([to_iso(text, dates) or text for text in texts], object)
    read = clocks.read_iso(texts, tz, days=days)
    unread = np.flatnonzero(np.isnat(read))
    if not dates:
        texts[unread] = [to_iso(text) or text for text in texts[unread]]
    elif days:
        texts[unread] = _days_of(texts[unread], tz)
    read[unread] = clocks.read_iso(texts[unread], tz, days=days)
    wrong = [("", "")] * len(cells)
    for place in _exchanged(cells):
        wrong[place] = (f"{name} {cells[place]:%Y-%m-%d} may have day and month exchanged",
                       "read the file that the spreadsheet was given, or, if the date is right, "
                       "write the texts beside it as 2020-09-28")  # fmt: skip
    for code in np.flatnonzero(np.isnat(read)):
        if not is_blank(cell := cells[code]):
            why = _why_not(cell, texts[code], tz, days, dates)
            wrong[code] = f"cannot read {name} {shorten(cell)}", why
    note_each(codes, cells, wrong, name, problems)
    return np.where(codes < 0, stamps, np.append(read, clocks.NAT)[codes])


def _days_of(texts: Sequence[str] | np.ndarray, tz: str) -> list[str]:
    """Return the days of days with a time, where it is the same day in `tz`; else the texts."""
    local = clocks.local_days(clocks.read_iso(texts, tz, days=False), tz)
    days = local.astype("M8[D]").astype(str)
    return [day if text.startswith(day) else text for text, day in zip(texts, days, strict=True)]


def _why_not(cell: Any, text: str, tz: str, days: bool, dates: tuple[str, ...]) -> str:
    """Say why a cell could not be read; `text` is the cell, in ISO form if it could be put so."""
    why = clocks.why_not(text or cell, tz, days=days)
    if not dates and _ways(text) and not to_iso(text):
        orders = both("dates='dmy', 'mdy' or 'ymd'", "--dates dmy, mdy or ymd")
        return f"say which comes first, {orders}, or {why}"
    if days and not dates and not np.isnat(clocks.read_iso(_days_of([text], tz), tz, days=True)[0]):
        reads = "; " + both("dates='ymd'", "--dates ymd") + " reads the day of it, or "
        return "it has a time of day, and " + why.replace("; ", reads)
    return why
