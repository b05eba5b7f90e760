"""What each chart says in words, and why one is not drawn, word for word (``messages.txt``)."""

import matplotlib.pyplot as plt
import pytest
from golden import Golden
from ledgers import article, says

import casualties as cas

DAY = "2024-03-05"


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def rows(*cells, **fixed):
    fixed = {"source": "A", "kind": "total", "reported_at": DAY} | fixed
    return cas.Ledger([dict(row) for row in cells], **fixed)


STORY = says(
    ("total", "2024-03-01", "at least 50", "2024-03-01 12:00"),
    ("total", "2024-03-03", 70, "2024-03-03"), ("total", "2024-03-04", 65, "2024-03-04"),
    {"action": "revise", "refers_to": "x3", "value": 64, "reported_at": "2024-03-05 10:00"},
    {"kind": "total", "value": "more than 80", "source": "Rival", "reported_at": "2024-03-04"},
    {"action": "deny", "refers_to": "x5", "source": "Ministry", "reported_at": "2024-03-05 12:00"},
    {"kind": "total", "value": None, "source": "Hospital", "reported_at": "2024-03-04"},
)  # fmt: skip
PARTS = rows({"side": "N", "category": "civilian", "value": 11},
             {"side": "N", "category": "military", "value": "about 60"},
             {"side": "S", "category": "military", "value": None})  # fmt: skip
SIDES = rows({"side": "N", "value": 3}, {"side": "S", "value": 4})
CLAIMS = rows({"value": 3}, {"source": "B", "value": 4})
GONE = rows({"report_id": "a", "value": 16}).retract("a", reported_at="2024-03-07")


def drawn(ledger, name, *clocks, **options):
    """Return the alternative text of a chart."""
    return lambda: getattr(ledger.plot, name)(*clocks, **options).alt_text


def on_rows_of_others():
    _, axes = plt.subplots(1, 2, sharey=True)
    for ledger, ax in zip((CLAIMS, SIDES.where(side="N")), axes, strict=True):
        ledger.plot.sources(ax=ax)


GOLDEN = Golden(__file__, {
    **{name: drawn(STORY, name) for name in ("timeline", "totals", "history", "claims", "sources")},
    "increments": drawn(STORY.where(source="Ministry"), "increments"), "parts": drawn(PARTS,
    "parts"), "vintages": drawn(STORY.where(source="Ministry"), "vintages"),
    "vintages less the latest": drawn(STORY.where(source="Ministry"), "vintages", relative=True),
    "revisions": drawn(STORY, "revisions"),
    "revisions in percent": drawn(STORY, "revisions", scale="percent"),
    "reconcile": drawn(article(), "reconcile", "2020-09-28 15:00", "2020-09-29 12:00"),
    "panels": drawn(CLAIMS, "totals", by="source"),
    "no chart named": lambda: CLAIMS.plot(),
    "no number stands": drawn(GONE, "totals"), "no report": drawn(rows(), "history"),
    "before the first report": drawn(STORY.as_of("2024-01-01"), "totals"),
    "nothing since": drawn(STORY, "history", since="2024-06-01"),
    "nothing until": drawn(STORY, "history", until="2024-01-01"),
    "several sides": drawn(SIDES, "claims"), "several sides of latest claims": drawn(
        SIDES, "sources"), "several sources": drawn(CLAIMS, "vintages"),
    "one running total": drawn(CLAIMS, "increments"), "only the whole": drawn(GONE.as_of(
        DAY), "parts"),
    "nothing revised": drawn(CLAIMS, "revisions"), "no such scale": drawn(STORY, "revisions",
                                                                          scale="log"),
    "nothing above 0 revised": drawn(rows({"value": 0, "report_id": "a"}).revise(
        "a", 4, reported_at="2024-03-06"), "revisions", scale="percent"),
    "rows of others": on_rows_of_others, "an option of no chart": drawn(CLAIMS, "totals", titel=1),
    "an option of other charts": drawn(article(), "increments", highlight="Ministry"),
    "a title that is no text": drawn(CLAIMS, "totals", title=5),
    "labels that are no texts": drawn(CLAIMS, "totals", labels={"A": 5}),
    "a text that charts do not have": drawn(CLAIMS, "totals", texts={"known_as": "x"}),
    "a text without its word": drawn(CLAIMS, "totals", texts={"known": "as of"}),
    "highlight nobody": drawn(CLAIMS, "claims", highlight="C"),
    "a colour of nobody": drawn(CLAIMS, "claims", colors={"C": "red"}),
    "no colour": drawn(CLAIMS, "claims", colors={"A": "rde"}),
    "none at all": drawn(STORY, "timeline", most=0),
    "panels by no column": drawn(CLAIMS, "totals", by="sauce"),
    "panels on axes": lambda: CLAIMS.plot.totals(by="source", ax=plt.figure().add_subplot()),
})  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN.names)
def test_what_a_chart_says_is_what_the_file_of_messages_has(name):
    GOLDEN.compare(name)
