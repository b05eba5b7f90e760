"""The page of a ledger as one file: template, style, script, and a policy that allows no more."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ..formats.html import clean, plain
from .embedded import Embedded, dumps
from .layout import Layout
from .listed import changes
from .markup import Markup
from .story import story_of

if TYPE_CHECKING:
    from ..ledger import Ledger


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
    >>> "<h1 dir=\"auto\">A toll</h1>" in text, "<strong>at least 28</strong>" in text
    (True, True)
    """
    story = story_of(ledger, title)
    last = len(story.times) - 1
    markup = Markup({one.report for page_ in story.listed for one in page_.reports})
    layout = Layout(story, markup, last)
    embedded = Embedded(story.times)
    for name, rows in story.pools.items():
        embedded.add(name, rows)
    style, script = _part("page.css"), _part("page.js")
    dataset = {name: clean(text) if isinstance(text, str) else text
               for name, text in story.dataset.items()}  # fmt: skip
    return Template(_part("template.html")).substitute(
        policy=f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'",
        title=plain(story.title),
        description=plain(dataset["description"]),
        style=style,
        dataset=dumps(dataset),
        clock=plain(story.clock),
        dateline=layout.dateline(),
        last=last,
        main=layout.main(),
        footer=layout.footer(),
        numbers=embedded.json([picture.places for picture in story.pictures], changes(story.paths)),
        script=script,
    )


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
