"""Reading columns of instants and of calendar days, in any of the forms that people write."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
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
    r"(?:(?:,|\s|t)\s*(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s?(?P<zone>z|[+-][0-9:]+)?)?"
)
_DAY, _MONTH, _YEAR = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[0-9]{4})"
_PLACES = {"d": _DAY, "m": _MONTH, "y": _YEAR}
#: What dates look like, by the order of their parts.
_FORMS = {
    "d name y": re.compile(rf"{_DAY}[ -]{_NAME}[ -]{_YEAR}{_CLOCK}", re.ASCII),
    "name d y": re.compile(rf"{_NAME} {_DAY},? {_YEAR}{_CLOCK}", re.ASCII),
} | {
    order: re.compile(
        rf"{_PLACES[order[0]]}(?P<sep>[./-]){_PLACES[order[1]]}(?P=sep){_PLACES[order[2]]}{_CLOCK}",
        re.ASCII,
    )
    for order in ORDERS
}
_CLOCKED = re.compile(r"%[-#]?[HIMSfpcX]")
_GMT = re.compile(r"(\d)\s?(?:GMT|UTC)$", re.ASCII)
#: A day with a time of day, which is a day where the caller says so.
_TIMED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*", re.ASCII)


def to_iso(text: str, dates: Sequence[str] = ()) -> str:
    """Return a date, with its time if it has one, as ISO text; ``""`` if it is not one.

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
    said = [_formatted(text, way) if "%" in way else ways.get(way, "") for way in dates]
    # What has no such month is told so, if it fits no other way.
    if fits := sorted(filter(None, said), key=lambda iso: _month(iso) > 12):
        return fits[0]
    read = {iso for iso in ways.values() if _month(iso) <= 12 and int(iso[8:10]) <= 31}
    read = read or {*ways.values()}
    return read.pop() if len(read) == 1 else ""


def _ways(text: str) -> dict[str, str]:
    """Return a date as ISO text, by each order in which its parts may be written."""
    plain = text.strip().casefold()
    found = {order: pattern.fullmatch(plain) for order, pattern in _FORMS.items()}
    return {order: _iso(match) for order, match in found.items() if match}


def _month(iso: str) -> int:
    return int(iso[5:7])


def _formatted(text: str, form: str) -> str:
    """Return a date of a certain format as ISO text."""
    try:
        stamp = dt.datetime.strptime(text, form)  # noqa: DTZ007  # the ledger's zone
    except ValueError:
        return ""
    return stamp.isoformat(" ") if _CLOCKED.search(form) else stamp.date().isoformat()


def _iso(found: re.Match[str]) -> str:
    """Return the parts of a date as ISO text."""
    month = found["m"]
    month = month if month.isdecimal() else str(_MONTHS.index(month[:3]) + 1)
    day = f"{found['y']}-{int(month):02d}-{int(found['d']):02d}"
    clock = found["clock"]
    return (
        day
        + (f" {clock:0>{5 if len(clock) < 6 else 8}}" if clock else "")
        + ((found["zone"] or "").upper())
    )


def _in_several_orders(texts: Iterable[str]) -> bool:
    """Whether some texts are dates only with the day first, others only with the month first."""
    fits = [
        {order for order in ("dmy", "mdy") if order in ways and _month(ways[order]) <= 12}
        for ways in map(_ways, texts)
    ]
    return len({order for orders in fits if len(orders) == 1 for order in orders}) > 1


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
        stamps = _read_stamps(column, tz, days)
        column = column.where(np.isnat(stamps))
    codes, cells = distinct(column)
    texts = np.array([isinstance(cell, str) for cell in cells], bool)
    cells[texts] = [in_ascii_digits(cell) for cell in cells[texts]]
    read, wrong = np.full(len(cells), clocks.NAT), [("", "")] * len(cells)
    # The caller's word comes first, even where ISO text could be read.
    written = [to_iso(c, dates) or c if dates else c for c in cells[texts]]
    read[texts] = clocks.read_iso(np.array(written, object), tz, days=days)
    # What could not be read at once is read by itself, or told with the reason why not.
    mixed = not dates and _in_several_orders(cells[texts & np.isnat(read)])
    for code in np.flatnonzero(np.isnat(read)):
        if not is_blank(cells[code]):
            read[code], why = _read_cell(cells[code], tz, days, dates, mixed)
            if why:
                wrong[code] = f"cannot read {name} {shorten(cells[code])}", why
    note_each(codes, cells, wrong, name, problems)
    return np.where(codes < 0, stamps, np.append(read, clocks.NAT)[codes])


def _read_cell(
    cell: Any, tz: str, days: bool, dates: tuple[str, ...], mixed: bool
) -> tuple[np.datetime64, str]:
    """Return what one cell means, or why it means nothing."""
    text = isinstance(cell, str)
    plain = (not mixed and to_iso(cell, dates)) or cell if text else clocks.bare(cell)
    if not days:
        moment, why = clocks.read_instant(plain, tz)
    elif dates and text and _TIMED.fullmatch(plain.strip()):
        return _day_of(plain.strip(), tz)  # the caller says that it is a day
    else:
        moment, why = clocks.read_day(plain)
    if why and text and not dates:
        if mixed or (_ways(cell) and not to_iso(cell) and "no such date" not in why):
            orders = both("dates='dmy', 'mdy' or 'ymd'", "--dates dmy, mdy or ymd")
            why = f"say which comes first, {orders}, or {why}"
        elif days and _TIMED.fullmatch(cell.strip()):
            order = both("dates='ymd'", "--dates ymd")
            why = f"it has a time of day: {order} reads the day of it, or {why}"
    return moment, why


def _day_of(text: str, tz: str) -> tuple[np.datetime64, str]:
    """Return the day of an instant, if it is one day as written and in the ledger's zone."""
    day, why = clocks.read_day(text[:10])
    instant, not_read = clocks.read_instant(text, tz)
    if not (why or not_read) and clocks.local_days(np.array([instant]), tz)[0] != day:
        return clocks.NAT, f"it is another day in {tz}; write the day covered as 2020-09-28"
    return day, why


def _read_stamps(column: pd.Series, tz: str, days: bool) -> np.ndarray:
    """Read a datetime column at once; ``NaT`` where a cell needs a closer look."""
    kept = column.where(column.dt.year.between(1678, 2261))
    if column.dt.tz is not None:
        found = clocks.utc_values(pd.DatetimeIndex(kept))
        return np.full(len(found), clocks.NAT) if days else found
    found = kept.to_numpy("M8[us]")
    bare = found == found.astype("M8[D]")  # pandas keeps dates as midnights
    if days:
        return np.where(bare, found, clocks.NAT)
    return np.where(bare, clocks.day_ends(found, tz), clocks.naive_values(found, tz))
