"""The page of a ledger as one file, whose security policy allows only what the file holds."""

import base64
import hashlib
import json
from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING

from ..answers.tally import read_parts
from ..words import plain
from .changing import changes
from .markup import asset, packed, zipped
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
    facts, heading, last, main = sections.facts, sections.title, sections.last, sections.main()
    texts: dict[str, int] = {}
    clocks = f"{facts.size:,} of {facts.every:,}" if facts.size < facts.every else "all"
    numbers = {
        "times": facts.labels,
        "pools": {name: packed(rows, last, texts) for name, rows in sections.pools.items()},
        "pictures": [for_script(picture, texts) for picture in sections.pictures],
        "recent": changes(facts, sections.paths),
        "texts": list(map(sections.linked, texts)),
    }
    style, script = asset("page.css"), asset("page.js")
    return Template(asset("template.html")).substitute(
        title=plain(heading), size=' class="long"' * (len(heading) > _WIDE), main=main,
        clock=plain(facts.label), clocks=clocks, last=last, style=style, script=script,
        style_hash=_digest(style), script_hash=_digest(script),
        numbers=zipped(json.dumps(numbers, ensure_ascii=False, separators=(",", ":"))),
    )  # fmt: skip


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
