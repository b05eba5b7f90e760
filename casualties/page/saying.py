"""The page in words: numbers as they may be printed, why they changed, what is counted."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..answers.words import listed
from ..display import counted, day, number
from ..model.schema import SERIES
from ..plots import captions

#: Why a number changed (design, section 5).
CAUSES = {
    "first": "first number",
    "new": "a new report",
    "updated": "updated as the day went on",
    "revised": "revised",
    "retracted": "withdrawn",
    "fell": "lower, and no report says why",
}
#: Stands for a number that is not there.
NONE = "no number"
#: The steps of a bridge (design, section 7).
STEPS = ("corrected", "updated", "new", "unexplained", "withdrawn")


def printed(row: Mapping[str, Any]) -> str:
    """Write a number as it may be printed: never surer than its bounds and its report.

    Parameters
    ----------
    row : mapping
        `total`, `low` and `high`, and `value`, `qualifier`, `given_low` and `given_high` of the
        report that stated it, if one did.

    Examples
    --------
    >>> printed({"total": 67, "low": 67, "high": None})
    'at least 67'
    >>> printed({"total": 31, "low": 31, "high": 59, "qualifier": "exact", "value": 31})
    '31 to 59'
    >>> printed({"total": 3001, "low": 3001, "high": None, "qualifier": "more_than", "value": 3000})
    'more than 3,000'
    """
    total, low, high = row["total"], row["low"], row["high"]
    if pd.isna(total):
        return NONE
    low = 0 if pd.isna(low) else low
    how, value = row.get("qualifier"), row.get("value")
    if isinstance(how, str) and value is not None and pd.notna(value):
        told = captions.WORDS[how].format(n=number(value), low="", high="")
        vague = pd.isna(high) and how in ("about", "at_least", "more_than")
        if vague and (how == "about" or low >= value):
            return told
        if how in ("at_most", "less_than") and low == 0 and pd.notna(high):
            return told
    if pd.isna(high):
        if low > 0:
            return f"at least {number(low)}"
        return f"{number(total)} or more" if total == 0 else f"{number(total)}, with no bounds"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def said(value: Any, low: Any, high: Any, qualifier: str) -> str:
    """Write the number of a report as it was stated.

    >>> said(300, 300, None, "at_least")
    'at least 300'
    """
    if pd.notna(value) and qualifier != "range":
        return captions.WORDS[qualifier].format(n=number(value), low="", high="")
    if pd.isna(low):
        return NONE if pd.isna(high) else f"up to {number(high)}"
    if pd.isna(high):
        return f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def thing(names: Mapping[str, Any], *, event: bool = True) -> str:
    """Say what is counted.

    >>> thing({"outcome": "killed", "event": "flood", "side": "all", "category": "civilian"})
    'Killed · flood · civilian'
    """
    known = {name: str(names.get(name, "")) for name in SERIES}
    if not event:
        known["event"] = ""
    text = counted(known)
    return text[:1].upper() + text[1:]


def why(cause: str, reasons: Sequence[str]) -> str:
    """Say why a number changed, with the reasons that were given."""
    given = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    if not given:
        return CAUSES[cause]
    return f"lower: {given}" if cause == "fell" else f"{CAUSES[cause]}: {given}"


def signed(value: Any) -> str:
    """Write a change.

    >>> signed(-1), signed(26)
    ('−1', '+26')
    """
    return f"{'−' if value < 0 else '+'}{abs(int(value)):,}"


def steps(row: Mapping[str, Any], *ends: str) -> str:
    """Write the steps of a bridge that are not 0; between vague `ends` they are vague.

    >>> steps({"corrected": -1, "updated": 26, "new": 20, "unexplained": 0, "withdrawn": 0})
    '−1 corrected, +26 updated, +20 new'
    >>> steps(dict.fromkeys(STEPS, 0) | {"new": 171}, "200", "more than 370")
    'about +171 new'
    """
    about = "" if exact(*(end for end in ends if end != NONE)) else "about "
    parts = [f"{about}{signed(row[name])} {name}" for name in STEPS if row[name]]
    return ", ".join(parts)


def exact(*texts: str) -> bool:
    """Whether numbers are written as such, without a word or a bound.

    >>> exact("2,300"), exact("at least 300")
    (True, False)
    """
    return all(text.replace(",", "").isdecimal() for text in texts)


def some(texts: Sequence[str], most: int, noun: str) -> str:
    """Write texts on end; of many, the first, and how many more there are."""
    if len(texts) <= most + 1:
        return "; ".join(texts)
    return "; ".join(texts[:most]) + f"; and {len(texts) - most:,} more {noun}"


def people(names: Sequence[str], most: int = 4) -> str:
    """Name sources, or, of many, say how many there are."""
    unique = list(dict.fromkeys(names))
    return listed(unique) if len(unique) <= most else f"{len(unique):,} sources"


def through(date: Any) -> str:
    """Say through which day a number counts."""
    return f"through {day(date)}"
