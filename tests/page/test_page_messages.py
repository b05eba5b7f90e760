"""The sentences of a page, word for word (``messages.txt``): of its rows and its headings."""

from functools import partial

import pytest
from golden import Golden
from ledgers import says
from pages import Page

import casualties as cas
from casualties.page import publish

STORY = says(
    ("total", "2024-03-01", "at least 50", "2024-03-01 12:00"),
    ("total", "2024-03-03", 70, "2024-03-03"), ("total", "2024-03-04", 65, "2024-03-04"),
    {"action": "revise", "refers_to": "x3", "value": 64, "reported_at": "2024-03-05 10:00",
     "reason": "one was counted twice"},
    {"kind": "total", "value": 80, "source": "Rival", "reported_at": "2024-03-04"},
    {"action": "deny", "refers_to": "x5", "source": "Ministry", "reported_at": "2024-03-05 12:00"},
    {"kind": "total", "value": None, "source": "Hospital", "reported_at": "2024-03-04"},
    {"kind": "total", "value": 9, "source": "Police", "reported_at": "2024-03-04"},
    {"action": "retract", "refers_to": "x8", "reported_at": "2024-03-05 14:00"},
)  # fmt: skip
FIXED = {"source": "A", "kind": "total", "reported_at": "2024-03-05"}
PARTS = cas.Ledger([{"side": "N", "value": 11, "period_end": "2024-03-04"},
                    {"side": "S", "value": "about 60", "source": "B"}], **FIXED)  # fmt: skip
ADDED = says(("total", "2024-03-01", 80, "2024-03-02"), ("more", "2024-03-02", 4, "2024-03-02"))
RELAYED = cas.Ledger([{"value": 120, "via": "Reuters", "reported_at": "2024-03-08 10:00"},
                      {"value": 118, "via": "AFP", "reported_at": "2024-03-08 12:00"}],
                     source="A", kind="total")  # fmt: skip


def pool(ledger, name):
    """Return the rows of a pool at the page's own clock, a line each."""
    rows = "\n".join(" | ".join(row) for row in Page(publish.page(ledger)).at(name))
    return rows.replace("|explained", "|explained: ")


def hidden(node):
    return node is not None and ("hidden" in node.attrs or hidden(node.parent))


def seen(node):
    return node if isinstance(node, str) else "" if hidden(node) else "".join(
        map(seen, node.children))  # fmt: skip


def section(ledger, heading):
    """Return what a section says at the page's own clock, but for the rows of its tables."""
    (found,) = (node for node in Page(publish.page(ledger)).root.find("section", "footer")
                if node.find("h2")[0].text == heading)  # fmt: skip
    told = found.find("p", "caption", "summary", "h3", "figcaption", "li", "dt", "dd")
    return "\n".join(" ".join(seen(node).split()) for node in told if seen(node))


GOLDEN = Golden(__file__, {
    "numbers": partial(pool, STORY, "headlines"), "a number that was added up": partial(
        pool, ADDED, "headlines"), "a toll": partial(pool, PARTS, "tolls"),
    "first of each side": partial(pool, PARTS, "lead"),
    "steps": partial(pool, STORY, "steps-0"), "steps through relays": partial(
        pool, RELAYED, "steps-0"), "why the numbers changed": partial(pool, STORY, "bridges-day"),
    "denied or not given": partial(pool, STORY, "denied"),
    "who disagrees": partial(pool, STORY, "apart"), "what does not add up": partial(
        pool, RELAYED, "findings"), "reports": partial(pool, STORY, "reports"),
    **{heading: partial(section, STORY, heading) for heading in (
        "What is known", "What changed last", "How it got there", "Who disagrees",
        "What does not add up", "The reports", "How to read this page")},
    "nothing is known": partial(section, cas.Ledger([]), "What is known"),
    "nothing was found": partial(section, PARTS, "What does not add up"),
    "a part that is misspelt": partial(
        publish.page, PARTS.rename(category={"all": "women"}), parts=("men", "womn")),
    "parts of no name": partial(publish.page, PARTS, parts=7),
})  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN.names)
def test_what_a_page_says_is_what_the_file_of_messages_has(name):
    GOLDEN.compare(name)
