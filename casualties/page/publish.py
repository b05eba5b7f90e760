"""The page of a ledger as one file, under a policy that allows nothing but what it holds."""

import base64
import hashlib
from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..answers.tally import read_parts
from ..words import plain, visible
from .changing import changes
from .facts import Facts
from .markup import asset, dumps, packed, zipped
from .picture import for_script
from .sections import Sections

if TYPE_CHECKING:
    from ..ledger import Ledger

#: A longer heading is set smaller.
_WIDE = 60


def page(
    ledger: "Ledger", title: str | None = None, parts: str | Sequence[str] | None = None
) -> str:
    r"""Return the page of a ledger as HTML.

    Parameters
    ----------
    ledger : Ledger
        Told as known at its clock; what was reported later is not in the page in any form.
    title : str, optional
        The heading.
    parts : str or list of str, optional
        Categories that do not overlap, as for :meth:`Ledger.tally`.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [{"report_id": "a", "value": "at least 28", "reported_at": "2020-09-28 14:00"}]
    >>> text = page(cas.Ledger(rows, source="Ministry", kind="total"), "A toll")
    >>> "<h1 dir=\"auto\">A toll</h1>" in text, ">at least 28<" in text
    (True, True)
    """
    disjoint = None if parts is None else read_parts(parts, ledger.series())
    sections = Sections(ledger, title, disjoint)
    facts, heading, last = sections.facts, sections.title, sections.last
    dataset, texts = _dataset(facts, heading), dict[str, int]()
    numbers = {
        "times": facts.labels,
        "pools": {name: packed(rows, last, texts) for name, rows in sections.pools.items()},
        "pictures": [for_script(picture, texts) for picture in sections.pictures],
        "recent": changes(facts, sections.paths),
        "texts": list(map(sections.linked, texts)),
    }
    style, script = asset("page.css"), asset("page.js")
    return Template(asset("template.html")).substitute(
        policy=f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'",
        title=plain(heading),
        size=' class="long"' * (len(heading) > _WIDE),
        description=plain(dataset["description"]),
        style=style,
        dataset=dumps(dataset),
        clock=plain(facts.label),
        dateline=sections.sentences("dateline"),
        last=last,
        main=sections.main(),
        moves=sections.moves(),
        numbers=zipped(dumps(numbers)),
        script=script,
    )


def _dataset(facts: Facts, title: str) -> dict[str, Any]:
    """Return what search engines read of the data (schema.org)."""
    frame, name = facts.reports, visible(title)
    out: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Dataset", "name": name,
        "description": visible(f"{title}. {facts.span}, each with its source and its revisions, "
                               f"as known {facts.label}."),
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


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
