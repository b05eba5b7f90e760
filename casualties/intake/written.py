"""Dates as people write them, as ISO text; 5/3/2024 needs the caller's word on its order."""

import datetime as dt
import re

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


def to_iso(text: str, dates: str) -> str:
    """Return a date, with its time if it has one, as ISO text; ``""`` if it is not one.

    Parameters
    ----------
    text : str
        Such as "27 Sep 2020 15:36", or, with `dates`, "27/09/2020".
    dates : str
        One of `ORDERS`, a format of :meth:`datetime.datetime.strptime`, or ``""``: then only
        dates that can be read in one way are read.

    Examples
    --------
    >>> to_iso("27 Sep 2020 15:36", ""), to_iso("05/03/2024", "dmy"), to_iso("05/03/2024", "")
    ('2020-09-27 15:36', '2024-03-05', '')
    """
    text = text.strip()
    if "%" in dates:
        try:
            stamp = dt.datetime.strptime(text, dates)  # noqa: DTZ007  # the ledger's zone
        except ValueError:
            return to_iso(text, "")
        if not _TIMED.search(dates):
            return stamp.date().isoformat()
        return stamp.isoformat(" ", "seconds" if not stamp.microsecond else "microseconds")
    plain = text.casefold()
    patterns = [*_NAMED, _ORDERED[dates]] if dates else _NAMED
    found = next((match for pattern in patterns if (match := pattern.fullmatch(plain))), None)
    if found is None:
        return ""
    month = found["m"]
    month = month if month.isdecimal() else str(_MONTHS.index(month[:3]) + 1)
    day = f"{found['y']}-{int(month):02d}-{int(found['d']):02d}"
    clock = found["clock"]
    return (
        day
        + (f" {clock:0>{5 if len(clock) < 6 else 8}}" if clock else "")
        + ((found["zone"] or "").upper())
    )


def is_ambiguous(text: str) -> bool:
    """Whether a text is a date whose order of day and month must be said."""
    return any(pattern.fullmatch(text.strip().casefold()) for pattern in _ORDERED.values())
