"""Dates as people write them, as ISO text; 5/3/2024 needs the caller's word on its order."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence

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
_NAMED = [
    re.compile(rf"{_DAY}[ -]{_NAME}[ -]{_YEAR}{_CLOCK}", re.ASCII),
    re.compile(rf"{_NAME} {_DAY},? {_YEAR}{_CLOCK}", re.ASCII),
]
_ORDERED = {
    order: re.compile(
        rf"{_PLACES[order[0]]}(?P<sep>[./-]){_PLACES[order[1]]}(?P=sep){_PLACES[order[2]]}{_CLOCK}",
        re.ASCII,
    )
    for order in ORDERS
}
_TIMED = re.compile(r"%[-#]?[HIMSfpcX]")


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
    text = text.strip()
    plain = text.casefold()
    for order in dates:
        if "%" in order:
            if written := _formatted(text, order):
                return written
        elif found := _ORDERED[order].fullmatch(plain):
            return _iso(found)
    for pattern in _NAMED:
        if found := pattern.fullmatch(plain):
            return _iso(found)
    read = {_iso(found) for p in _ORDERED.values() if (found := p.fullmatch(plain))}
    read = {iso for iso in read if int(iso[5:7]) <= 12 and int(iso[8:10]) <= 31}
    return read.pop() if len(read) == 1 else ""


def _formatted(text: str, form: str) -> str:
    """Return a date of a certain format as ISO text."""
    try:
        stamp = dt.datetime.strptime(text, form)  # noqa: DTZ007  # the ledger's zone
    except ValueError:
        return ""
    if not _TIMED.search(form):
        return stamp.date().isoformat()
    return stamp.isoformat(" ", "seconds" if not stamp.microsecond else "microseconds")


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


def in_several_orders(texts: Iterable[str]) -> bool:
    """Whether some texts are dates only with the day first, others only with the month first."""
    orders = set()
    for text in texts:
        fits = {
            order for order in ("dmy", "mdy")
            if (found := _ORDERED[order].fullmatch(text.strip().casefold()))
            and int(found["m"]) <= 12
        }  # fmt: skip
        orders |= fits if len(fits) == 1 else set()
    return len(orders) > 1


def is_ambiguous(text: str) -> bool:
    """Whether a text is a date whose order of day and month must be said."""
    fits = any(pattern.fullmatch(text.strip().casefold()) for pattern in _ORDERED.values())
    return fits and not to_iso(text)
