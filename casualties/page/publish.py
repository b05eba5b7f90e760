"""The page of a ledger as one file, under a policy that allows nothing but what it holds."""

import base64
import gzip
import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from ..formats import csv
from ..formats.html import plain
from ..words import visible
from .changing import SPANS, Path, bridged, changes, dateline, doubts, paths, replaced, since
from .facts import Facts, Times
from .listing import Published, chosen, listed, span
from .markup import Markup
from .picture import Picture, packed, pictures
from .pieces import Packed, Row, dumps
from .sections import Sections
from .standing import groups, headlines, lead, states_of, tolls

if TYPE_CHECKING:
    from ..ledger import Ledger

#: Letters that stand for themselves in the address that holds the CSV.
_SAFE = "/:?@!$'()*+,;=-._~&"
#: A longer heading is set smaller.
_WIDE = 60
#: A longer CSV is packed.
_LONG = 1_000_000


@dataclass(frozen=True)
class Story:
    """What a page tells, asked of its ledger before a line of it is laid out.

    `pools` are the rows that change with the clock, by the name of their table; `groups` the
    headings under which numbers stand beside each other, and `since` from which clock on the
    differences over some days can be told. Of `untold` numbers the steps are not told, `unfollowed`
    are not followed closely, and `more` are not told at all. `event` says in
    a sentence which event is meant where none is named, from the clock `event_from` on. The
    reports that are `listed` are of `count`; all of them are in `csv`, the address of a `file`.
    """

    title: str
    times: Times
    pools: dict[str, list[Row]]
    groups: dict[str, int]
    since: dict[str, int]
    paths: list[Path]
    untold: int
    unfollowed: int
    more: int
    pictures: list[Picture]
    undrawn: list[str]
    begun: bool
    listed: list[Published]
    event: str
    event_from: int
    count: int
    span: str
    csv: str
    file: str
    dataset: dict[str, Any]


def page(ledger: "Ledger", title: str | None = None) -> str:
    r"""Return the page of a ledger as HTML.

    Parameters
    ----------
    ledger : Ledger
        Told as known at its clock; what was reported later is not in the page in any form.
    title : str, optional
        The heading.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [{"report_id": "a", "value": "at least 28", "reported_at": "2020-09-28 14:00"}]
    >>> text = page(cas.Ledger(rows, source="Ministry", kind="total"), "A toll")
    >>> "<h1 dir=\"auto\">A toll</h1>" in text, ">at least 28<" in text
    (True, True)
    """
    story = story_of(ledger, title)
    last = len(story.times) - 1
    sections = Sections(
        story, Markup({one.report for page_ in story.listed for one in page_.reports}, last)
    )
    pack = Packed(last)
    numbers = {
        "times": story.times.labels,
        "pools": {name: pack.pool(rows) for name, rows in story.pools.items()},
        "pictures": [packed(picture, pack) for picture in story.pictures],
        "recent": changes(story.paths),
        "texts": list(pack.texts),
    }
    style, script = _part("page.css"), _part("page.js")
    return Template(_part("template.html")).substitute(
        policy=f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'",
        title=plain(story.title),
        size=' class="long"' * (len(story.title) > _WIDE),
        description=plain(story.dataset["description"]),
        style=style,
        dataset=dumps(story.dataset),
        clock=plain(story.times.label),
        dateline=sections.dateline(),
        last=last,
        main=sections.main(),
        footer=sections.footer(),
        numbers=dumps(numbers),
        script=script,
    )


def story_of(ledger: "Ledger", title: str | None) -> Story:
    """Ask a ledger all that its page tells."""
    facts = Facts(ledger)
    last = len(facts.times) - 1
    numbers, told = headlines(facts, states_of(facts)), doubts(facts)
    pools = {
        "dateline": dateline(facts),
        "tolls": tolls(facts),
        "lead": lead(numbers, last + 1),
        **{f"headlines-{place}": rows for place, rows in enumerate(numbers.values())},
        **{f"bridges-{name}": rows for name, rows in bridged(facts).items()},
        **told,
        "replaced": replaced(facts),
    }
    steps, untold = paths(facts)
    drawn, undrawn = pictures(facts)
    first = ("headlines", "apart", "findings", "replaced")
    named = [row for name, rows in pools.items() if name.partition("-")[0] in first
             for row in rows if row.stands(last)]  # fmt: skip
    name = title or _title(facts)
    address, file = _csv(ledger)
    begins = {title: min(min(facts.born_of[series]) for series in mine)
              for title, mine in groups(facts).items()}  # fmt: skip
    return Story(
        name, facts.times, pools, begins, {name: since(facts, name) for name in SPANS}, steps,
        untold, len(facts.told) - len(facts.followed), len(facts.series) - len(facts.told),
        drawn, undrawn, not facts.history.empty,
        listed(facts, chosen(facts, named)), _event(facts, name), _event_from(facts),
        len(facts.reports), span(facts), address, file, _dataset(facts, name),
    )  # fmt: skip


def _csv(ledger: "Ledger") -> tuple[str, str]:
    """Return all reports as CSV for a spreadsheet: an address that holds it, and a file's name."""
    file = io.StringIO()
    csv.put(ledger.reports, ledger.tz, file, spreadsheet_safe=True)
    text = file.getvalue()
    if len(text) > _LONG:
        data = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        return f"data:application/gzip;base64,{data}", "reports.csv.gz"
    return f"data:text/csv;charset=utf-8,{quote(text, safe=_SAFE)}", "reports.csv"


def _title(facts: Facts) -> str:
    named = facts.event and facts.events == 1
    return f"{facts.event}: reported casualties" if named else "Reported casualty figures"


def _event(facts: Facts, title: str) -> str:
    """Say which event is meant where none is named."""
    event = facts.event or ""
    if facts.events > 1 and event:
        return f"Where no event is named it is {event}."
    return f"All of it is about {event}." if event and event not in title else ""


def _event_from(facts: Facts) -> int:
    """Return the first clock that knows a report of the main event."""
    mine = [series for series in facts.series if facts.names[series]["event"] == facts.event]
    return min((min(facts.born_of[series]) for series in mine), default=0)


def _dataset(facts: Facts, title: str) -> dict[str, Any]:
    """Return what search engines read of the data (schema.org)."""
    frame, name = facts.reports, visible(title)
    out: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Dataset", "name": name,
        "description": visible(f"{title}. {span(facts)}, each with its source and its revisions, "
                               f"as known {facts.times.label}."),
        "inLanguage": "en", "isAccessibleForFree": True,
    }  # fmt: skip
    if not frame.empty:
        last: pd.Timestamp = frame["reported_at"].max()
        ends = frame["period_end"]
        out |= {
            "dateModified": last.isoformat(),
            "temporalCoverage": f"{ends.min():%Y-%m-%d}/{ends.max():%Y-%m-%d}",
            "variableMeasured": sorted({facts.names[one]["outcome"] for one in facts.series}),
            "distribution": {"@type": "DataDownload", "encodingFormat": "text/csv",
                             "contentUrl": "#csv"},
        }  # fmt: skip
    return out


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
