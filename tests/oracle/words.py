"""Counts written as people write them."""

import re

WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
NOTATIONS = {
    "range": r"between (.+) and (.+)|(\S+?) ?[-–] ?(\S+)",
    "at_least": r"(?:>=|at least)(.+)|(.+)(?:\+|or more)",
    "more_than": r"(?:>|more than|over)(.+)",
    "at_most": r"(?:<=|at most|up to)(.+)",
    "less_than": r"(?:<|less than|fewer than|under)(.+)",
    "about": r"(?:~|c\.|approx\.|some|about|around|nearly)(.+)",
    "": r"(.+)",
}


def parse(text):
    """Return the cells that a number in words gives: a value or a range, and its qualifier."""
    text = " ".join(text.lower().split())
    for qualifier, notation in NOTATIONS.items():
        found = re.fullmatch(notation, text)
        if found:
            numbers = [_whole(part.strip()) for part in found.groups() if part]
            cells = zip(("low", "high") if numbers[1:] else ("value",), numbers, strict=True)
            return {"value": None, **dict(cells)} | ({"qualifier": qualifier} if qualifier else {})
    return {}


def _whole(text):
    return WORDS.index(text) if text in WORDS else int(text.replace(",", ""))
