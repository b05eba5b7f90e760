"""The page in words: numbers as they may be printed, why they changed, what is counted."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..answers.words import listed
from ..display import counted, number
from ..model.schema import SERIES

#: Why a number changed (design, section 5).
CAUSES = {
    "first": "first number",
    "new": "a new report",
    "updated": "updated as the day went on",
    "revised": "revised",
    "retracted": "a figure was withdrawn",
    "relayed": "a lower figure through another relay",
    "fell": "lower, and no report says why",
    "unclear": "may be lower, and no report says why",
    "fewer": "so many fewer, as the report says",
    "returned": "a later number; those counted may return",
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
        `total`, `low` and `high`, and `value` and `qualifier` of the report that states it, if one
        does.

    Examples
    --------
    >>> printed({"total": 67, "low": 67, "high": None})
    'at least 67'
    >>> printed({"total": 105, "low": 5, "high": None})
    'about 105, at least 5'
    >>> printed({"total": 31, "low": 31, "high": 59})
    '31 to 59'
    >>> printed({"total": 3000, "low": 3001, "high": None, "qualifier": "more_than", "value": 3000})
    'more than 3,000'
    >>> printed({"total": 36, "low": 9, "high": 35, "qualifier": "less_than", "value": 36})
    'fewer than 36 (9 to 35)'
    """
    total, low, high = row["total"], row["low"], row["high"]
    if pd.isna(total):
        return NONE
    low = 0 if pd.isna(low) else low
    how, value = row.get("qualifier"), row.get("value")
    if isinstance(how, str) and how != "range" and pd.notna(value):
        told = worded(value, None, None, how)
        if (how == "about" and low <= value and pd.isna(high)) or _implied(how, value, low, high):
            return told
        if how != "exact" or low != value or pd.notna(high):
            return f"{told} ({_within(low, high)})"
    if pd.notna(high):
        return f"fewer than {number(total)}" if low == 0 < total == high + 1 else _within(low, high)
    if low > total:
        return f"more than {number(total)}"
    if 0 < low < total:
        return f"about {number(total)}, at least {number(low)}"
    if low > 0:
        return f"at least {number(low)}"
    return f"{number(total)} or more" if total == 0 else f"{number(total)}, with no bounds"


def _implied(how: str, value: int, low: int, high: Any) -> bool:
    """Whether bounds are those that the words of a number hold already."""
    words = {
        "exact": (value, value), "at_least": (value, None), "more_than": (value + 1, None),
        "at_most": (0, value), "less_than": (0, value - 1),
    }  # fmt: skip
    return words.get(how) == (low, None if pd.isna(high) else high)


def _within(low: int, high: Any) -> str:
    """Write bounds."""
    if pd.isna(high):
        return f"{number(low)} or more" if low else "with no bounds"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def said(value: Any, low: Any, high: Any, qualifier: str) -> str:
    """Write the number of a report as it was stated, with the bounds that it gave beside it.

    >>> said(300, 300, None, "at_least"), said(4645, 793, 8498, "about")
    ('at least 300', 'about 4,645 (793 to 8,498)')
    """
    told = worded(value, low, high, qualifier)
    if qualifier == "range" or any(map(pd.isna, (value, low, high))) or low == high:
        return told
    return f"{told} ({number(low)} to {number(high)})"


def worded(value: Any, low: Any, high: Any, qualifier: str) -> str:
    """Write the number of a report in words, as it stands in a sentence.

    >>> worded(4645, 793, 8498, "about"), worded(None, 50, 60, "range")
    ('about 4,645', '50 to 60')
    """
    if pd.notna(value) and qualifier != "range":
        told = f"{number(-value)} fewer" if value < 0 else number(value)
        return WORDS[qualifier].format(n=told)
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
    short = {"fell": "lower", "unclear": "may be lower"}.get(cause, CAUSES[cause])
    return f"{short}: {given}"


def signed(value: Any) -> str:
    """Write a change.

    >>> signed(-1), signed(26)
    ('−1', '+26')
    """
    return f"{'−' if value < 0 else '+'}{abs(int(value)):,}"


def steps(row: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Write the steps of a bridge that are not 0; between vague numbers they are vague.

    `before` and `now` hold a number as it is `printed`, with its `total`, `low` and `high`.

    >>> step = dict.fromkeys(STEPS, 0) | {"new": 20}
    >>> steps(step, {"printed": "84", "low": 84}, {"printed": "104", "low": 104})
    '+20 new'
    >>> steps(step, {"printed": "350", "low": 350}, {"printed": "more than 369", "low": 370})
    'about +20 new'
    >>> none, known = dict.fromkeys(STEPS, 0), {"printed": "100", "low": 100, "high": 100}
    >>> steps(none, known, {"printed": "at least 100", "low": 100})
    'now less exact'
    >>> step = dict.fromkeys(STEPS, 0) | {"new": 10}
    >>> steps(step, {"printed": "40", "low": 40, "high": 40}, {"printed": "up to 50", "high": 50})
    'both may be the same number'
    """
    moved = [name for name in STEPS if row[name]]
    gone = now["printed"] == NONE
    if not moved:
        return "withdrawn" if gone else _surer(bounds(before), bounds(now))
    about = "" if exact(before["printed"]) and (gone or exact(now["printed"])) else "about "
    if about and not gone:
        then, since = bounds(before), bounds(now)
        if _overlap(then, since):
            return "both may be the same number"
        if moved == ["unexplained"] and then[0] <= since[1]:
            return CAUSES["unclear"]
    named = {"new": "later, as those counted may return"} if row["new"] < 0 else {}
    return ", ".join(f"{about}{signed(row[name])} {named.get(name, name)}" for name in moved)


def bounds(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return between what a number may lie; "about" is give or take a quarter."""
    low, high = (row.get(name) for name in ("low", "high"))
    if row["printed"].startswith("about ") and pd.isna(high):
        return 0.75 * row["total"], 1.25 * row["total"]
    return 0 if pd.isna(low) else low, float("inf") if pd.isna(high) else high


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two numbers that are bounded above may be one."""
    bounded = max(one[1], other[1]) < float("inf")
    return bounded and max(one[0], other[0]) <= min(one[1], other[1])


def _surer(before: tuple[float, float], now: tuple[float, float]) -> str:
    """Say whether a number that is neither larger nor smaller is known less or more exactly."""
    if now != before and now[0] <= before[0] and before[1] <= now[1]:
        return "now less exact"
    if now != before and before[0] <= now[0] and now[1] <= before[1]:
        return "now more exact"
    return "now stated otherwise"


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


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
WORDS = {
    "exact": "{n}",
    "about": "about {n}",
    "at_least": "at least {n}",
    "more_than": "more than {n}",
    "at_most": "up to {n}",
    "less_than": "fewer than {n}",
}


def day(value: Any) -> str:
    """Write a day."""
    at = pd.Timestamp(value)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def instant(value: Any, tz: str) -> str:
    """Write an instant."""
    at = pd.Timestamp(value)
    at = (at.tz_localize("UTC") if at.tzinfo is None else at).tz_convert(tz)
    if (at + pd.Timedelta(1, "s")).date() > at.date():
        return day(at)
    return f"{day(at)}, {at:%H:%M}" + (f"{at:%S}" if at.second else "")


def through(date: Any, at: Any = "") -> str:
    """Say through which day a number counts."""
    return f"by {at[:5]} on {day(date)}" if at else f"through {day(date)}"
