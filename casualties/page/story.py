"""All that a page tells, asked of its ledger before a line of it is laid out."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from ..formats import csv
from . import answered
from .known import Facts
from .listed import Path, Published, chosen, listed, paths, replaced, span
from .pictures import Picture, pictures
from .rows import More, Ref, Row, lasting
from .states import State, states_of, unexplained
from .times import Times
from .tolls import tolls

if TYPE_CHECKING:
    from ..ledger import Ledger

#: Numbers of so few series are written large.
_LEAD = 3
#: Letters that stand for themselves in the address that holds the CSV.
_SAFE = "/:?@!$'()*+,;=-._~&"


@dataclass(frozen=True)
class Story:
    """What a page tells.

    Attributes
    ----------
    pools : dict of str to list of Row
        The rows that change with the clock, by the name of their table.
    paths : list of Path
        The number of each series step by step; `untold` series have too many steps.
    begun : bool
        Whether a number was ever known.
    listed : list of Published
        The reports that are listed, of `count`.
    event : str
        Which event is meant where none is named, in a sentence; blank where the title says so.
    event_from : int
        The first clock that knows a report of it.
    csv : str
        All of them as CSV, as the address of a link holds it.
    """

    title: str
    clock: str
    zone: str
    times: Times
    pools: dict[str, list[Row]]
    paths: list[Path]
    untold: int
    unexplained: int
    pictures: list[Picture]
    undrawn: list[str]
    begun: bool
    listed: list[Published]
    event: str
    event_from: int
    count: int
    span: str
    csv: str
    dataset: dict[str, Any]


def story_of(ledger: "Ledger", title: str | None) -> Story:
    """Ask a ledger all that its page tells."""
    facts = Facts(ledger)
    states = states_of(facts)
    found = answered.Found(facts, states)
    toll = tolls(facts)
    pools = {
        "dateline": answered.dateline(facts),
        "tolls": toll,
        "lead": _lead(facts, states, toll),
        "headlines": answered.headlines(facts, states),
        "denied": found.sentences(),
        **{f"bridges-{name}": rows for name, rows in answered.bridged(facts).items()},
        "apart": answered.apart(facts, states),
        "findings": found.rows(),
        "replaced": replaced(facts),
    }
    steps, untold = paths(facts)
    drawn, undrawn = pictures(facts)
    last = len(facts.times) - 1
    first = ("tolls", "headlines", "findings", "replaced")
    named = _named([row for name in first for row in pools[name] if row.stands(last)])
    reports = facts.reports
    file = io.StringIO()
    csv.put(ledger.reports, ledger.tz, file)
    name = title or _title(facts)
    return Story(
        name, facts.times.label, ledger.tz, facts.times, pools, steps, untold, unexplained(facts),
        drawn, undrawn, not facts.history.empty, listed(facts, chosen(facts, named)),
        _event(facts, name), _event_from(facts), len(reports), span(facts),
        quote(file.getvalue(), safe=_SAFE), _dataset(facts, name),
    )  # fmt: skip


class _Whole(Facts):
    """A ledger of which every event is named, the main one too."""

    @cached_property
    def event(self) -> None:
        """No event goes without saying."""


def _lead(facts: Facts, states: list[State], toll: Sequence[Row]) -> list[Row]:
    """Write the numbers of few series large, at the clocks at which no toll stands."""
    if len(facts.series) > _LEAD:
        return []
    rows = answered.lead(facts if facts.events == 1 else _Whole(facts.ledger), states)
    return lasting(
        (rank, row.cells, place, place + 1)
        for rank, row in enumerate(rows)
        for begin, end in row.lives
        for place in range(begin, end)
        if not any(one.stands(place) for one in toll)
    )


def _named(rows: Sequence[Row]) -> Iterator[Ref]:
    for row in rows:
        for cell in row.cells:
            for piece in cell:
                inner = piece.pieces if isinstance(piece, More) else (piece,)
                yield from (one for one in inner if isinstance(one, Ref))


def _title(facts: Facts) -> str:
    event = facts.event
    return (
        f"{event}: reported casualties"
        if event and facts.events == 1
        else "Reported casualty figures"
    )


def _event(facts: Facts, title: str) -> str:
    """Say which event is meant where none is named."""
    event = facts.event or ""
    if facts.events > 1 and event:
        return f"Where no event is named it is {event}."
    return f"All of it is about {event}." if event and event not in title else ""


def _event_from(facts: Facts) -> int:
    """Return the first clock that knows a report of the main event."""
    mine = [one for one in facts.series if facts.names[one]["event"] == facts.event]
    return min((facts.born_of[one][0] for one in mine), default=0)


def _dataset(facts: Facts, title: str) -> dict[str, Any]:
    """Return what search engines read of the data (schema.org)."""
    frame = facts.reports
    out: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Dataset", "name": title,
        "description": f"{title}. {span(facts)}, each with its source and its revisions, as known "
        f"{facts.times.label}.",
        "inLanguage": "en", "isAccessibleForFree": True,
    }  # fmt: skip
    if frame.empty:
        return out
    last: pd.Timestamp = frame["reported_at"].max()
    ends = frame["period_end"]
    out |= {
        "dateModified": last.isoformat(),
        "temporalCoverage": f"{ends.min():%Y-%m-%d}/{ends.max():%Y-%m-%d}",
        "variableMeasured": sorted({facts.names[series]["outcome"] for series in facts.series}),
        "distribution": {"@type": "DataDownload", "encodingFormat": "text/csv",
                         "contentUrl": "#csv"},
    }  # fmt: skip
    return out
