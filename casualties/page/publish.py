"""The page of a ledger as one file, under a policy that allows nothing but what it holds."""

import base64
import gzip
import hashlib
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from ..formats import csv
from ..words import plain, visible
from .changing import bridged, changes, dateline, doubts, paths, replaced
from .facts import Facts
from .markup import Packed, dumps
from .picture import packed, pictures
from .sections import Sections, chosen
from .standing import headlines, lead, states_of, tolls

if TYPE_CHECKING:
    from ..ledger import Ledger

#: Letters that stand for themselves in the address that holds the CSV.
_SAFE = "/:?@!$'()*+,;=-._~&"
#: A longer heading is set smaller.
_WIDE = 60
#: A longer CSV is packed.
_LONG = 1_000_000


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
    sections = told(ledger, title)
    facts, heading = sections.facts, sections.title
    last, dataset = len(facts.times) - 1, _dataset(facts, heading)
    pack = Packed(last)
    numbers = {
        "times": facts.times.labels,
        "pools": {name: pack.pool(rows) for name, rows in sections.pools.items()},
        "pictures": [packed(picture, pack) for picture in sections.pictures],
        "recent": changes(facts, sections.paths),
        "texts": list(pack.texts),
    }
    style, script = _part("page.css"), _part("page.js")
    return Template(_part("template.html")).substitute(
        policy=f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'",
        title=plain(heading),
        size=' class="long"' * (len(heading) > _WIDE),
        description=plain(dataset["description"]),
        style=style,
        dataset=dumps(dataset),
        clock=plain(facts.times.label),
        dateline=sections.sentences("dateline"),
        last=last,
        main=sections.main(),
        moves=sections.moves(),
        numbers=dumps(numbers),
        script=script,
    )


def told(ledger: "Ledger", title: str | None) -> Sections:
    """Ask a ledger all that its page tells."""
    facts = Facts(ledger)
    last = len(facts.times) - 1
    numbers = headlines(facts, states_of(facts))
    pools = {
        "dateline": dateline(facts),
        "tolls": tolls(facts),
        "lead": lead(numbers, last + 1),
        **{f"headlines-{place}": rows for place, rows in enumerate(numbers.values())},
        **{f"bridges-{name}": rows for name, rows in bridged(facts).items()},
        **doubts(facts),
        "replaced": replaced(facts),
    }
    first = ("headlines", "apart", "findings", "replaced")
    named = [row for name, rows in pools.items() if name.partition("-")[0] in first
             for row in rows if row.stands(last)]  # fmt: skip
    about = f"{facts.event}: reported casualties" if facts.event and facts.events == 1 else ""
    return Sections(
        facts, title or about or "Reported casualty figures", pools, *paths(facts),
        *pictures(facts), chosen(facts, named), *_csv(ledger),
    )  # fmt: skip


def _csv(ledger: "Ledger") -> tuple[str, str]:
    """Return all reports as CSV for a spreadsheet: an address that holds it, and a file's name."""
    text = csv.written(ledger.reports, ledger.tz, spreadsheet_safe=True)
    if len(text) > _LONG:
        data = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        return f"data:application/gzip;base64,{data}", "reports.csv.gz"
    return f"data:text/csv;charset=utf-8,{quote(text, safe=_SAFE)}", "reports.csv"


def _dataset(facts: Facts, title: str) -> dict[str, Any]:
    """Return what search engines read of the data (schema.org)."""
    frame, name = facts.reports, visible(title)
    out: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Dataset", "name": name,
        "description": visible(f"{title}. {facts.span}, each with its source and its revisions, "
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
