"""The page of a ledger as one file, whose security policy allows only what the file holds."""

import base64
import hashlib
from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING

import pandas as pd

from ..answers.tally import read_parts
from ..words import plain, visible
from .changing import changes
from .facts import Facts
from .markup import asset, dumps, packed, part, zipped
from .picture import for_script
from .sections import Sections

if TYPE_CHECKING:
    from ..ledger import Ledger

#: A heading with more letters is set smaller.
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
    texts, revised = dict[str, int](), "each with its source and its revisions"
    about = visible(f"{heading}. {facts.span}, {revised}, as known {facts.label}.")
    numbers = {
        "times": facts.labels,
        "pools": {name: packed(rows, last, texts) for name, rows in sections.pools.items()},
        "pictures": [for_script(picture, texts) for picture in sections.pictures],
        "recent": changes(facts, sections.paths),
        "texts": list(map(sections.linked, texts)),
    }
    style, script = asset("page.css"), asset("page.js")
    return Template(asset("template.html")).substitute(
        script_hash=_digest(script),
        style_hash=_digest(style),
        title=plain(heading),
        size=' class="long"' * (len(heading) > _WIDE),
        description=plain(about),
        style=style,
        dataset=_dataset(facts, heading, about),
        clock=plain(facts.label),
        dateline=sections.sentences("dateline"),
        last=last,
        main=sections.main(),
        moves=sections.moves(),
        numbers=zipped(dumps(numbers)),
        script=script,
    )


def _dataset(facts: Facts, title: str, about: str) -> str:
    """Return what search engines read of the data (schema.org), as JSON."""
    frame, covered = facts.reports, ""
    if not frame.empty:
        last: pd.Timestamp = frame["reported_at"].max()
        begin, end = (f"{day:%Y-%m-%d}" for day in frame["period_end"].agg(["min", "max"]))
        outcomes = sorted({facts.names[series]["outcome"] for series in facts.series})
        covered = part("covered", last=last.isoformat(), days=f"{begin}/{end}",
                       outcomes=dumps(outcomes))  # fmt: skip
    return part("dataset", name=dumps(visible(title)), about=dumps(about), covered=covered)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
