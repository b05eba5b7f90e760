"""The words of the charts: names, titles, numbers as they were stated, what the marks mean."""

import re
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

import pandas as pd

from ..model.errors import LedgerError, refuse_unknown
from ..words import NUMBERS, STEPS, day, instant, printed, shorten

#: The charts' own words; ``texts=`` replaces any of them, for other languages.
WORDS = {
    "figures": "Reported figures", "no relay": "no relay named", "reported": "reported",
    "known": "as known {when}", "end of": "the end of {when}", "between": "from {start} to {end}",
    "since": "since {when}", "until": "until {when}", "sources": "{n} sources",
    "through": "through {day}", "within": "within {day}", "on": "on {day}",
    "more lines": "{n} more in grey", "left out": "{n} more left out", "added": "{n} more",
    **NUMBERS,
    "denied by": "denied by {who}", "not counted": "not counted: {names}",
    "less latest": "each curve less the latest", "unknown": "not drawn: {n} without a number",
    "undrawn": "not drawn: {n} before {day}", "no bar": "not drawn: {n}",
    **{name: name for name in ("opening", *STEPS, "closing")},
    **{f"key {name}": name for name in ("stated", "derived", "about", "denied", "withdrawn",
                                        "latest")},
    "key range": "between low and high", "key claims": "lowest to highest claim",
    "key unbounded": "at least: no upper bound", "key ceiling": "up to: only the most is known",
    "key first": "first stated", "key known": "known {when}", "known first": "at first",
    "known last": "just before", "key after": "after the last change",
    "key down": "revised down", "key fell": "fell, nothing revised", "key arrow": "corrected",
    "key up": "revised up", "key more": "so many more, or of some days",
    "key whole": "number of a stretch: the area", "key part": "worked out: no report of its own",
    "key rest": "not itemised", "rest of": "{name} · not itemised",
    "key declined": "declined to say", "key fewer": "so many fewer",
    "title timeline": "{what}: who said what, when", "title totals": "{what}, by day covered",
    "title claims": "{what}, by source", "title claims via": "{what}, by relay and source",
    "title history": "{what}, as reported", "title vintages": "{what}, as it was known",
    "title increments": "{what} a day, by days covered", "title parts": "{what}, by part",
    "title revisions": "{what}, revised", "title sources": "{what}, each source's latest",
    "title reconcile": "{what}, from opening to closing",
}  # fmt: skip

#: The order of the names in a label: the event, who speaks, then what else tells lines apart.
_ORDER = ("event", "source", "definition", "outcome", "side", "category")


def words(texts: Mapping[str, str] | None) -> dict[str, str]:
    """Return the charts' words with those of the caller instead, where given."""
    refuse_unknown(texts or {}, [*WORDS], "text of a chart")
    for key, text in (texts or {}).items():
        takes = sorted({name for _, name, _, _ in Formatter().parse(WORDS[key]) if name})
        try:
            said = text.format(**{name: f"\0{name}" for name in takes})
        except (AttributeError, LookupError, ValueError):
            said = ""
        if not said or not all(f"\0{name}" in said for name in takes):
            told = " and ".join(f"{{{name}}}" for name in takes) or "nothing in braces"
            msg = f"the text {key!r} of a chart takes {told}, and cannot be {text!r}"
            raise LedgerError(msg)
    return {**WORDS, **(texts or {})}


def labels(names: pd.DataFrame, differs: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """Return a label for each series, made of the columns in which series differ.

    `given` holds the caller's own texts, for whole labels or for the names of a source, side, ….
    """
    columns = [c for c in _ORDER if c in differs] or ["source"]
    out = []
    told = names[columns].astype("str").to_dict("records")
    for row, source in zip(told, names["source"].astype("str"), strict=True):
        parts = [given.get(word, word) for word in row.values() if word not in ("", "all")]
        whole = "all" if {"side", "category"}.intersection(row) else source
        label = " · ".join(part for part in parts if part) or given.get(whole, whole)
        # A word of more than 40 letters is broken: no line could be.
        out.append(re.sub(r"(\S{40})(?=\S)", r"\1 ", shorten(given.get(label, label), 200)))
    return out


def joined(name: str, number: str) -> str:
    """Join a name and a number so that both can be read."""
    return f"{name}{':' if number and name[-1:].isdigit() else ''} {number}".strip()


def known(ledger: Any, say: Mapping[str, str]) -> str:
    """Say at which clock the ledger is drawn."""
    when = clock_of(ledger)
    return "" if when is None else say["known"].format(when=instant(when, ledger.tz, say["end of"]))


def clock_of(ledger: Any) -> pd.Timestamp | None:
    """Return the clock: that of the ledger or, without one, the last report."""
    if ledger.known_at is not None:
        return ledger.known_at
    return ledger.reports["reported_at"].max() if len(ledger) else None


def worded(row: pd.Series, say: Mapping[str, str]) -> str:
    """Write a claim as it was stated; behind a number that is no total, what it counts."""
    text, kind = printed(row, say), row.get("kind", "total")
    if kind == "more" and row["total"] >= 0:
        return say["added"].format(n=text)
    if kind in ("total", "more"):  # "7 fewer" says it
        return text
    return f"{text} {covered(row, say)}"


def covered(row: pd.Series, say: Mapping[str, str]) -> str:
    """Say which days a count covers, by its kind."""
    last = day(row["period_end"])
    if row["kind"] in ("total", "more"):
        return say["through"].format(day=last)
    days = dict.fromkeys([day(row["period_start"]), last])
    return say["within" if len(days) > 1 else "on"].format(day=" – ".join(days))
