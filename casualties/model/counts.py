"""Reading counts as people write them: "58", "2,300", "at least 300", "50–60"."""

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from .errors import LedgerError, both, shorten
from .schema import MAX_COUNT

# Thousands separators: comma, space, and the no-break, thin and narrow no-break spaces. A number
# that went through a column of floats ends in ".0".
_BLANKS = " \u00a0\u2009\u202f"
_SEPARATORS = (",", ".", "'", "’", "٬", " ")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMERALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: 10 * ten for ten, word in enumerate(_TENS)} | {
    w: n for n, w in enumerate(_NUMERALS)
}


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of words, the longest first, so that ">=" is not read as ">" and "=300"."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SCALE = rf"(?:\s?(?:{_any_of(_SCALES)}))"
_DECIMAL = rf"[0-9]+\.[0-9]+{_SCALE}"
_DIGITS = (
    r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
    rf"|[1-9][0-9]{{0,2}}(?:[{_BLANKS}][0-9]{{3}})+|[0-9]+(?:\.0)?"
)
_NUMBER = rf"(?:{_DECIMAL}|(?:{_DIGITS}|\b(?:{_any_of(_NUMERALS)})\b){_SCALE}?)"
_PREFIXES = {
    "at_least": ">=|≥|=>|at least|no fewer than|no less than|not less than|minimum|a minimum of",
    "more_than": ">|more than|over|above",
    "at_most": "<=|≤|=<|at most|up to|no more than|not more than|maximum|a maximum of",
    "less_than": "<|less than|fewer than|under|below",
    "about": "~|≈|about|around|nearly|almost|approximately|approx.|approx|roughly|some|circa|ca.|ca"
    "|c.|close to",
}
_SUFFIXES = {"+": "at_least", "or more": "at_least", "or fewer": "at_most", "or less": "at_most"}
_QUALIFIER_OF = {word: name for name, words in _PREFIXES.items() for word in words.split("|")}
_ABOUT = tuple(_PREFIXES["about"].split("|"))
_DASH = r"\s*[-‐‑‒–—]\s*"
#: The notations: "99 fewer", a number with what qualifies it, and two that it lies between.
_FEWER = re.compile(rf"[-−]\s?({_NUMBER})|({_NUMBER})\s(?:fewer|less)")
_SINGLE = re.compile(
    rf"(?P<prefix>{_any_of(_QUALIFIER_OF)})?\s*(?P<number>{_NUMBER})"
    rf"(?:\s?(?P<suffix>{_any_of(_SUFFIXES)}))?"
)
_RANGE = re.compile(
    rf"(?:{_any_of(_ABOUT)})?\s*(?:between\s+({_NUMBER})\s+and\s+({_NUMBER})"
    rf"|(?:from\s+)?({_NUMBER})\s+to\s+({_NUMBER})|({_NUMBER}){_DASH}({_NUMBER}))"
)
#: What may stand around a count: that it is an estimate, footnotes, and what is counted.
_ESTIMATE = re.compile(r"(?:est\.?|estimated)\s+(.+)|(.+?)\s*(?:\(est(?:\.|imated?)?\)|\best\.)")
_NOTES = re.compile(r"(?<=[0-9+)])(?:\s?\[[0-9a-z ]{1,15}\]|[*†‡§¹²³]+)+$")
_UNIT = re.compile(r"(?:\s(?:people|persons))?\s(?:people|persons|dead|killed|deaths|fatalities)$")
_LIKE = "is not one count; write it like 58, 2,300, >=300, about 300 or 50-60"
#: What is wrong with a text in none of the notations: the first pattern found in it says.
_WRONG = {
    r"[0-9] more$": "says how many more; write the number alone, with kind 'more'",
    r"^[^0-9]*$": f"is not a count; if it stands for a blank, say {both('na=…', '--na WORD')}, if "
    "it is a vague word, say how to code it: "
    + both("words={'dozens': (24, None)}, a number in words as (24, 24)", "--word dozens=24")
    + "; drop the row of a second header or a note",
    "[%٪]": "is a share, not a count; write how many people",
    r"(?<![0-9.])[1-9][0-9]{0,2}(?:[.'’][0-9]{3})+(?![0-9.])": "has a sign between its digits, "
    "such as a decimal point; if it separates thousands, say so: "
    + both("thousands='.', or that sign", "--thousands ., or that sign"),
    r"[0-9][,.][0-9]|(?<![0-9])0[0-9]* [0-9]": "has a decimal point or a decimal comma; "
    "write out the whole number in digits",
    r"[^\W\d_]{2}": f"{_LIKE}; leave out other words",
    "": _LIKE,
}


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
    >>> cas.parse_count("50-60").high
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


#: For each vague word its least or its bounds (``None``: unbounded).
Words: TypeAlias = Mapping[str, int | tuple[int | None, int | None]]


def parse_count(text: Any, words: Words | None = None, thousands: str = "") -> Count:
    """Read one count as people write it.

    Parameters
    ----------
    text : str, int or blank
        ``58``, ``2,300``, ``>=300``, ``300+``, ``300 or more``, ``at least 300``, ``>2300``, ``over
        2,300``, ``<=50``, ``up to 50``, ``<50``, ``~30000``, ``about 30,000``, ``c. 30``, ``some
        50``, ``50-60``, ``between 50 and 60`` and the like, and ``zero`` to ``twenty`` in words;
        ``3 million``, ``20–30 million``; estimates: ``est. 2,000``, ``2,000 (est.)``, ``~10,000+``,
        and ``~50,000–80,000``, of which the number is the lower one, without bounds; footnotes
        (``58[1]``, ``58*``) and ``people``, ``persons``, ``dead``, ``killed``, ``deaths``
        or ``fatalities`` after the number, also behind ``people``; digits of any script. Upper case
        and surrounding blanks do not matter. ``99 fewer`` is −99, which only a `more` may say.
        ``58.0`` is 58, as a column of floats writes it; any other decimal point is refused but
        before a word such as ``million``.
        A blank (``None``, NaN, ``""``) is the unknown count: nobody said a number.
    words : mapping of str to int or (low, high), optional
        How vague words are coded: the least, or inclusive bounds, ``None`` for unbounded. There
        is no default: what "dozens" means is the caller's declared choice.
    thousands : {"", ".", ",", "'", "’", "٬", " "}
        What separates thousands, where it is not a comma or a blank: ``"2.300"`` is then 2,300.

    Returns
    -------
    Count
        The stated value, its inclusive bounds and its qualifier.

    Raises
    ------
    LedgerError
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
    if not isinstance(thousands, str) or thousands not in ("", *_SEPARATORS):
        msg = f"thousands={thousands!r} is none of {', '.join(map(repr, _SEPARATORS))}"
        raise LedgerError(msg)
    if words is not None and not isinstance(words, Mapping):
        raise LedgerError.from_wrong(words, "words is a mapping such as {'dozens': 24}")
    if isinstance(text, Count):
        return text
    if is_blank(text):
        return UNKNOWN
    plain, coded = _plain(str(text), thousands), _coded(words or {})
    alone = _UNIT.sub("", plain)
    for word in (plain, alone, alone.removesuffix(" of")):  # "dozens of people" is "dozens"
        if word in coded:
            return coded[word]
    vague = plain.startswith(_ABOUT)
    plain = _UNIT.sub("", _NOTES.sub("", plain))
    if estimate := _ESTIMATE.fullmatch(plain):
        vague, plain = True, _UNIT.sub("", estimate[1] or estimate[2])
    if fewer := _FEWER.fullmatch(plain):
        value = -_whole(fewer[1] or fewer[2], text)
        return Count(value, value, value, "exact")
    if single := _SINGLE.fullmatch(plain):
        prefix = _QUALIFIER_OF.get(single["prefix"], "")
        if prefix and single["suffix"] and not vague:
            raise _refused(text, "says its qualifier twice; write '300+' or '>=300'")
        qualifier = "about" if vague else _SUFFIXES.get(single["suffix"]) or prefix or "exact"
        value = _whole(single["number"], text)
        if qualifier == "less_than" and value == 0:
            raise _refused(text, "would be below zero; write 0")
        return Count(value, *bounds(value, qualifier), qualifier)
    if pair := _RANGE.fullmatch(plain):
        first, last = filter(None, pair.groups())
        scale = re.search(_SCALE, last)
        if scale and not re.search(_SCALE, first):
            first += scale[0]
        low, high = _whole(first, text), _whole(last, text)
        grouped = re.compile(rf"[,{_BLANKS}][0-9]{{3}}").search
        if low < 1000 <= 1000 * low <= high and grouped(last) and not grouped(first):
            raise _refused(text, "may have lost a thousand; write both numbers in full")
        if low > high:
            raise _refused(text, "runs backwards or is no range; write the lower first, in digits")
        return Count(low, None, None, "about") if vague else Count(None, low, high, "range")
    raise _refused(text, next(why for wrong, why in _WRONG.items() if re.search(wrong, plain)))


def _refused(text: object, why: str) -> LedgerError:
    """Return the error about a text that is no count."""
    return LedgerError(f"{shorten(text)} {why}")


def in_ascii_digits(text: str) -> str:
    """Return a text with the digits of any script as those of ASCII.

    >>> in_ascii_digits("٣٠٠")
    '300'
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _plain(text: str, thousands: str) -> str:
    """Return text in lower case, with plain digits, single blanks and commas for thousands."""
    plain = in_ascii_digits(re.sub("[\u200e\u200f\u061c]", "", text))
    plain = re.sub("[٬،]", ",", plain)
    plain = re.sub(r"\s+", " ", plain).strip().casefold()
    thousands = thousands.replace("٬", ",")
    if thousands and thousands != ",":
        if re.search(r"[0-9],[0-9]", plain):
            raise _refused(text, f"has a comma, where thousands={thousands!r}; mend one of them")
        plain = re.sub(rf"(?<=[0-9]){re.escape(thousands)}(?=[0-9]{{3}}(?![0-9]))", ",", plain)
    return plain


#: Numbers within a text, in digits and in words.
_WRITTEN = re.compile(
    rf"(?P<dotted>(?<![0-9.])[0-9]{{1,3}}(?:\.[0-9]{{3}})+(?![0-9]))"
    rf"|(?:{_DIGITS}){_DASH}(?:{_DIGITS}){_SCALE}|{_DECIMAL}|(?:{_DIGITS}){_SCALE}?"
)


@cache
def _in_words() -> re.Pattern[str]:
    """Return the pattern of a number in words, such as "two thousand and fifty-one".

    Of "two thousand and three thousand" the first is 2,000: what follows belongs to another number.
    """
    gap, tens, units = r"[\s-]+", _any_of(_TENS[2:]), _any_of(_NUMERALS[1:10])
    number = rf"(?:(?:{tens})(?:{gap}(?:{units}))?|{_any_of(_NUMERALS)})\b"
    for scale in ("hundred", *_SCALES):
        larger = scale if scale == "hundred" else _any_of(_SCALES)
        rest = rf"{gap}(?:and\s+)?(?>{number})(?!{gap}(?:{larger})\b)"
        number = rf"(?:(?:{number}|a){gap}{scale}\b(?:{rest})?|{number})"
    return re.compile(rf"\b{number}")


def numbers_in(text: str, words: Words | None = None) -> set[int]:
    """Return the numbers that a text holds, in digits of any script, English or vague words.

    >>> sorted(numbers_in("A dozen of the 58", words={"a dozen": 12}))
    [12, 58]
    >>> sorted(numbers_in("Twenty-seven of 1.200 troops, then 2.5 million, or half a million"))
    [27, 1200, 500000, 2500000]
    >>> sorted(numbers_in("between five hundred and six hundred"))
    [500, 600]
    """
    plain, coded = _plain(text, ""), _coded(words or {})
    counts = [count for word, count in coded.items() if re.search(rf"\b{re.escape(word)}\b", plain)]
    plain = re.sub(r"\bhalf a(?= [mb]illion\b)", "0.5", plain)
    for match in _WRITTEN.finditer(plain):
        with contextlib.suppress(ValueError):
            counts.append(parse_count(match[0], thousands="." if match["dotted"] else ""))
    found = {part for count in counts for part in count[:3] if part is not None}
    return found | {_spoken(match[0]) for match in _in_words().finditer(plain)}


def _spoken(text: str) -> int:
    """Return the number that words say, such as "two thousand and fifty-one"."""
    whole = part = 0
    for word in re.findall("[a-z]+", text):
        if word in _SCALES:
            whole, part = whole + max(part, 1) * _SCALES[word], 0
        elif word == "hundred":
            part = max(part, 1) * 100
        else:
            part += _SMALL.get(word, 0)
    return whole + part


def _coded(words: Words) -> dict[str, Count]:
    """Return the counts that vague words mean: their least, or their bounds."""
    counts = {}
    for word, meant in words.items():
        low, high = meant if isinstance(meant, tuple) and len(meant) == 2 else (meant, None)
        odd = any(isinstance(end, bool) or not isinstance(end, int | None) for end in (low, high))
        if odd or low is high is None or not isinstance(word, str):
            msg = f"words[{word!r}] gives no bound: it is the least, such as 24, or (low, high), "
            msg += f"and cannot be {meant!r}"
            raise LedgerError(msg)
        if low is None or high is None:
            value, qualifier = (high, "at_most") if low is None else (low, "at_least")
        elif low <= high:
            value, qualifier = (low, "exact") if low == high else (None, "range")
        else:
            msg = f"words[{word!r}] runs backwards: {low} is above {high}"
            raise LedgerError(msg)
        counts[_plain(word, "")] = Count(value, low, high, qualifier)
    return counts


def _whole(number: str, text: object) -> int:
    """Return a number as it is written, such as "2,300" or "3 million", as a whole number."""
    scale = next((word for word in _SCALES if number.endswith(word)), "")
    number = number.removesuffix(scale).rstrip()
    if number in _NUMERALS:
        number = str(_NUMERALS.index(number))
    digits = re.sub(rf"[,{_BLANKS}]", "", number.removesuffix(".0"))
    count = Decimal(digits) * _SCALES.get(scale, 1)
    if len(digits) > 18 or count > MAX_COUNT:
        raise _refused(text, f"is more than {MAX_COUNT:,}; no count of people is")
    if count != int(count):
        raise _refused(text, "is no whole number of people; write it out in digits")
    return int(count)
