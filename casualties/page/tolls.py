"""The toll across parts at every clock, where the reports leave nothing to choose."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..display import day
from ..model.errors import LedgerError
from .known import Facts
from .rows import Cells, Row, lasting, line
from .saying import people, printed

#: A page asks for so many tolls at the most.
MOST = 60


def tolls(facts: Facts) -> list[Row]:
    """Write the toll of each outcome of one event, at the clocks at which nothing must be chosen.

    Where several series count one part the caller of `tally` must say which to take: a page has
    nobody to ask, and lists what each one says. Where that is so of what is reported on most, no
    other toll stands in its place.
    """
    groups: dict[str, list[int]] = {}
    for series in facts.series:
        groups.setdefault(facts.names[series]["outcome"], []).append(series)
    if facts.events != 1:
        return []

    def found() -> Iterator[tuple[Any, Cells, int, int]]:
        left, told = MOST, [(0, len(facts.times))]
        for rank, (outcome, series) in enumerate(groups.items()):
            spans = [span for span in _plain(facts, series) if _within(span, told)]
            left -= len(spans)
            if left < 0:
                return
            part = facts.ledger.where(outcome=outcome)
            rows = [(span, _toll(facts, part, span[0], outcome, series)) for span in spans]
            rows = [(span, cells) for span, cells in rows if cells]
            for (begin, end), cells in rows:
                yield rank, cells or (), begin, end
            if not rank:
                told = [span for span, _ in rows]

    return lasting(found())


def _within(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return any(begin <= span[0] and span[1] <= end for begin, end in joined)


def _plain(facts: Facts, series: list[int]) -> list[tuple[int, int]]:
    """Return the stretches in which several places are counted, each by one series."""
    first = {one: facts.born_of[one][0] for one in series}
    edges = sorted({born for one in series for born in facts.born_of[one]})
    out = []
    for begin, end in zip(edges, [*edges[1:], len(facts.times)], strict=True):
        known = [one for one in series if first[one] <= begin]
        places = {_place(facts, one) for one in known}
        if len(known) > 1 and len(places) == len(known):
            out.append((begin, end))
    return out


def _place(facts: Facts, series: int) -> tuple[str, str]:
    return facts.names[series]["side"], facts.names[series]["category"]


def _numbered(facts: Facts, series: int, place: int) -> bool:
    """Whether a series has a number at a clock."""
    last = facts.latest(series, place)
    return last is not None and pd.notna(last.total)


def _toll(facts: Facts, part: Any, begin: int, outcome: str, series: list[int]) -> Cells | None:
    try:
        frame = part.as_of(facts.times.at(begin)).tally()
    except LedgerError:
        return None
    frame = frame[frame["total"].notna()]
    if frame.empty:
        return None
    row = frame.iloc[-1]
    counted = [one for one in series if _numbered(facts, one, begin)]
    whole = [one for one in counted if set(_place(facts, one)) == {"all"}]
    same = pd.notna(row["stated"]) and row["stated"] == row["total"]
    if pd.notna(row["stated"]) and not same and len({*map(facts.source, counted)}) > 1:
        return None  # one source's whole is not the sum of others' parts: each is listed by itself
    who = people([facts.source(one) for one in (whole if same else counted)])
    parts = [f"{outcome}, through {day(row['date'])}, from the numbers of {who}"]
    if pd.notna(row["stated"]) and not same:
        parts.append(f"stated as {facts.latest(whole[0], begin).printed} in all")
    if row["oldest"] < row["date"]:
        parts.append(f"the oldest of them is of {day(row['oldest'])}")
    if row["missing"]:
        parts.append(f"no number of {row['missing']}")
    if row["details"]:
        details = row["details"].replace("; ", ", ")
        parts.append(
            f"{details}: not added, as the reports do not say whether others count them too"
        )
    known = {name: None if pd.isna(row[name]) else row[name] for name in ("total", "low", "high")}
    if same:
        own = facts.latest(whole[0], begin)
        known |= {"value": own.value, "qualifier": own.qualifier}
    return line(printed(known), "; ".join(parts))
