"""Reading counts as people write them: "58", "2,300", "at least 300", "50–60"."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

#: The largest count accepted; sums of millions of such counts stay exact in 64 bits.
MAX_COUNT = 10**12

# Thousands separators: comma, space, and the no-break, thin and narrow no-break spaces. A number
# that went through a column of floats ends in ".0".
_BLANKS = " \u00a0\u2009\u202f"
_NUMERALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBER = (
    rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?:[{_BLANKS}][0-9]{{3}})+|[0-9]+(?:\.0)?"
    # Longest first, so that "seventeen" is not read as "seven" and "teen".
    rf"|\b(?:{'|'.join(sorted(_NUMERALS, key=len, reverse=True))})\b)"
)
_PREFIXES = {
    "at_least": (">=", "≥", "=>", "at least", "no fewer than", "no less than", "not less than"),
    "more_than": (">", "more than", "over", "above"),
    "at_most": ("<=", "≤", "=<", "at most", "up to", "no more than", "not more than"),
    "less_than": ("<", "less than", "fewer than", "under", "below"),
    "about": (
        "~",
        "≈",
        "about",
        "around",
        "nearly",
        "almost",
        "approximately",
        "approx.",
        "approx",
        "roughly",
        "some",
        "circa",
        "ca.",
        "ca",
        "c.",
        "close to",
    ),
}
_SUFFIXES = {"+": "at_least", "or more": "at_least", "or fewer": "at_most", "or less": "at_most"}
_QUALIFIER_OF = {prefix: name for name, prefixes in _PREFIXES.items() for prefix in prefixes}
# Longest first, so that ">=" is not read as ">" and "=300".
_PREFIX = "|".join(re.escape(p) for p in sorted(_QUALIFIER_OF, key=len, reverse=True))
_WORDED = "is not one count; number words are read up to 'twenty': write it in digits"
_SUFFIX = "|".join(re.escape(suffix) for suffix in _SUFFIXES)
_FEWER = re.compile(rf"[-−]\s?(?P<signed>{_NUMBER})|(?P<number>{_NUMBER})\s(?:fewer|less)")
_ONE = re.compile(rf"(?P<prefix>{_PREFIX})?\s*(?P<number>{_NUMBER})(?:\s?(?P<suffix>{_SUFFIX}))?")
_DASH = r"\s*[-‐‑‒–—]\s*"
_RANGE = re.compile(
    rf"(?:between\s+(?P<a>{_NUMBER})\s+and\s+(?P<b>{_NUMBER})"
    rf"|(?:from\s+)?(?P<c>{_NUMBER})\s+to\s+(?P<d>{_NUMBER})"
    rf"|(?P<e>{_NUMBER}){_DASH}(?P<f>{_NUMBER}))"
)


class Count(NamedTuple):
    """A number of people as it was stated.

    Attributes
    ----------
    value : int or None
        The number as stated; ``None`` for a range, or when a word stands for bounds.
    low, high : int or None
        Inclusive bounds; ``None`` means unbounded on that side.
    qualifier : str
        ``exact``, ``about``, ``at_least``, ``more_than``, ``at_most``, ``less_than`` or ``range``.

    Examples
    --------
    >>> import casualties as cas
    >>> cas.parse_count("more than 2,300")
    Count(value=2300, low=2301, high=None, qualifier='more_than')
    >>> cas.Count(value=None, low=50, high=60, qualifier="range").high
    60
    """

    value: int | None
    low: int | None
    high: int | None
    qualifier: str


#: Nobody said a number: unknown is not zero.
UNKNOWN = Count(None, None, None, "exact")


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing: missing, or text of blanks only."""
    if isinstance(cell, str):
        return not cell.strip()
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def bounds(value: int, qualifier: str) -> tuple[int | None, int | None]:
    """Return the inclusive bounds that a qualifier gives to a stated value.

    >>> bounds(2300, "more_than")
    (2301, None)
    """
    return {
        "exact": (value, value),
        "at_least": (value, None),
        "more_than": (value + 1, None),
        "at_most": (None, value),
        "less_than": (None, value - 1),
    }.get(qualifier, (None, None))


def parse_count(
    text: Any, words: Mapping[str, tuple[int | None, int | None]] | None = None
) -> Count:
    """Read one count as people write it.

    Parameters
    ----------
    text : str, int or blank
        ``58``, ``2,300``, ``>=300``, ``300+``, ``300 or more``, ``at least 300``, ``>2300``,
        ``over 2,300``, ``<=50``, ``up to 50``, ``<50``, ``~30000``, ``about 30,000``, ``c. 30``,
        ``some 50``, ``50-60``, ``between 50 and 60`` and the like, and ``zero`` to ``twenty`` in
        words; upper case and surrounding blanks do not matter. ``99 fewer`` is −99, which only a
        `more` may say. ``58.0`` is 58, as a column of
        floats writes it; any other decimal point is refused. A blank (``None``, NaN, ``""``) is
        the unknown count: nobody said a number.
    words : mapping of str to (low, high), optional
        How vague words are coded, inclusive, ``None`` for unbounded. There is no default: what
        "dozens" means is the caller's declared choice.

    Returns
    -------
    Count
        The stated value, its inclusive bounds and its qualifier.

    Raises
    ------
    ValueError
        If the text is not one count, is fractional, or is a word not in `words`.

    Examples
    --------
    >>> parse_count("at least 300")
    Count(value=300, low=300, high=None, qualifier='at_least')
    >>> parse_count("50–60")
    Count(value=None, low=50, high=60, qualifier='range')
    >>> parse_count("Dozens", words={"dozens": (24, None)})
    Count(value=24, low=24, high=None, qualifier='at_least')
    >>> parse_count(None)
    Count(value=None, low=None, high=None, qualifier='exact')
    """
    if isinstance(text, Count):
        return text
    if is_blank(text):
        return UNKNOWN
    plain = re.sub(r"\s+", " ", str(text)).strip().casefold()
    for word, pair in (words or {}).items():
        if plain == word.strip().casefold():
            return _coded(word, *pair)
    if fewer := _FEWER.fullmatch(plain):
        value = -_whole(fewer["signed"] or fewer["number"], text)
        return Count(value, value, value, "exact")
    if one := _ONE.fullmatch(plain):
        if one["prefix"] and one["suffix"]:
            raise ValueError(_problem(text, "says its qualifier twice; write '300+' or '>=300'"))
        qualifier = _SUFFIXES.get(one["suffix"]) or _QUALIFIER_OF.get(one["prefix"], "exact")
        value = _whole(one["number"], text)
        if qualifier == "less_than" and value == 0:
            raise ValueError(_problem(text, "would be below zero; write 0"))
        return Count(value, *bounds(value, qualifier), qualifier)
    if pair_found := _RANGE.fullmatch(plain):
        low, high = (_whole(number, text) for number in pair_found.groups() if number)
        if low > high:
            if plain.startswith("twenty"):
                raise ValueError(_problem(text, _WORDED))
            raise ValueError(_problem(text, "runs backwards; write the lower bound first"))
        return Count(None, low, high, "range")
    raise ValueError(_problem(text, _why(plain)))


def _coded(word: str, low: int | None, high: int | None) -> Count:
    if low is None and high is None:
        msg = f"words[{word!r}] gives no bound; give at least one of (low, high)"
        raise ValueError(msg)
    if low is not None and high is not None:
        if low > high:
            msg = f"words[{word!r}] runs backwards: {low} is above {high}"
            raise ValueError(msg)
        return Count(low, low, high, "exact") if low == high else Count(None, low, high, "range")
    return Count(low, low, None, "at_least") if high is None else Count(high, None, high, "at_most")


def _whole(number: str, text: object) -> int:
    if number in _NUMERALS:
        return _NUMERALS.index(number)
    digits = re.sub(rf"[,{_BLANKS}]", "", number.removesuffix(".0"))
    if len(digits) > 18 or int(digits) > MAX_COUNT:
        raise ValueError(_problem(text, f"is more than {MAX_COUNT:,}; no count of people is"))
    return int(digits)


def _problem(text: object, why: str) -> str:
    shown = repr(text)
    return f"{shown if len(shown) <= 60 else shown[:57] + '...'} {why}"


def _why(plain: str) -> str:
    if not re.search(r"[0-9]", plain):
        if any(re.search(rf"\b{word}\b", plain) for word in _NUMERALS):
            return _WORDED
        return (
            "is not a count; leave the value blank if the source declined to say, or, "
            "if it is a vague word, say how to code it: "
            "parse_count(text, words={'dozens': (24, None)})"
        )
    if re.search(r"[0-9],[0-9]{1,2}(?![0-9,])", plain):
        return "has a decimal comma; write a whole number, thousands as 2,300"
    if re.search(r"[0-9]\.[0-9]", plain):
        return "has a decimal point; write a whole number, thousands with a comma or a space"
    return "is not one count; write it like 58, 2,300, >=300, about 300 or 50-60"
