"""Counts written as people write them."""

import re

WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
PREFIXES = {
    "at_least": (">=", "at least"),
    "more_than": (">", "more than", "over"),
    "at_most": ("<=", "at most", "up to"),
    "less_than": ("<", "less than", "fewer than", "under"),
    "about": ("~", "c.", "approx.", "some", "about", "around", "nearly"),
}
SUFFIXES = ("+", "or more")


def parse(text):
    """Return ``(value, low, high, qualifier)`` of a number in words; bounds only for a range."""
    text = " ".join(str(text).lower().split())
    apart = re.fullmatch(r"between (.+) and (.+)|(\S+?) ?[-–] ?(\S+)", text)
    if apart:
        low, high = [part for part in apart.groups() if part]
        return None, _whole(low), _whole(high), "range"
    for qualifier, prefixes in PREFIXES.items():
        for prefix in sorted(prefixes, key=len, reverse=True):
            if text.startswith(prefix):
                return _whole(text.removeprefix(prefix).strip()), None, None, qualifier
    for suffix in SUFFIXES:
        if text.endswith(suffix):
            return _whole(text.removesuffix(suffix).strip()), None, None, "at_least"
    return _whole(text), None, None, None


def _whole(text):
    return WORDS.index(text) if text in WORDS else int(text.replace(",", ""))
