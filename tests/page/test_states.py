"""The number of each series at each clock, and the reports it rests on."""

import pytest
from hypothesis import given
from ledgers import article, says
from pages import Page
from strategies import ledgers, many

import casualties as cas
from casualties.page import picture, publish, standing
from casualties.page.facts import Facts


def test_each_number_rests_on_its_reports_and_says_how():
    told = standing.states_of(Facts(article()))
    assert [(one.begin, one.end, one.printed, one.rests) for one in told] == [
        (0, 1, "at least 28", (0,)),
        (1, 2, "59", (1,)),
        (2, 3, "58", (3,)),
        (3, 4, "84", (3, 4)),
    ]
    said = publish.page(article())
    page = Page(said)
    assert page.at("headlines", 2)[0][2].startswith(
        "[4]|explained" + "stated by this source ([4], revising 59 in [2] (27 instead of 28))"
    )


def test_a_floor_rests_on_the_count_that_proves_it():
    ledger = says(
        ("total", "2024-01-10", 100, "2024-01-11"),
        ("period", "2024-01-01/2024-01-31", 500, "2024-02-01"),
    )
    last = standing.states_of(Facts(ledger))[-1]
    assert last.printed == "500–600"
    assert 1 in last.rests
    assert last.more, "how is told on demand"


def test_a_silence_leads_to_the_report_that_gave_no_number():
    ledger = says(("total", "2024-03-05", None, "2024-03-05"), ("total", "2024-03-06", 5,
                                                                 "2024-03-06"),
                  ("total", "2024-03-07", None, "2024-03-07"))  # fmt: skip
    told = standing.states_of(Facts(ledger))
    assert [(one.printed, one.rests, one.notes) for one in told] == [
        (
            "no number",
            (0,),
            ("gave no number through 5 March 2024 (reported 5 March 2024)",),
        ),
        ("5", (1,), ("through 6 March 2024, as reported then",)),
        (
            "5",
            (1,),
            (
                "through 6 March 2024, as reported then",
                "gave no number through 7 March 2024 (reported 7 March 2024)",
            ),
        ),
    ]


def test_one_report_of_a_series_needs_no_explaining(monkeypatch):
    @many(40)
    @given(ledgers())
    def holds(ledger):
        short = standing.states_of(Facts(ledger))
        with monkeypatch.context() as patch:
            patch.setattr(standing, "_alone", lambda *_: False)
            assert standing.states_of(Facts(ledger)) == short

    holds()


def test_beyond_a_bound_numbers_are_not_explained_but_still_lead_to_reports(monkeypatch):
    monkeypatch.setattr(standing, "MOST_EXPLAINED", 2)
    rows = [
        {"report_id": f"{source}{n}", "source": source, "value": n, "kind": "more",
         "reported_at": f"2024-03-{n:02d}"}
        for source in "ABCD" for n in (1, 2)
    ]  # fmt: skip
    ledger = cas.Ledger(rows).deny("D2", source="X", reported_at="2024-03-03")
    facts = Facts(ledger)
    told = [one for one in standing.states_of(facts) if one.end == len(facts.times)]
    assert [bool(one.more) for one in told] == [True, True, False, False]
    assert all(one.rests for one in told)
    assert told[3].notes[1:] == ("a report it rests on is denied by X",)
    assert "2 numbers not explained here" in Page(publish.page(ledger)).root.text


@pytest.mark.parametrize("drawn", [0, 1])
def test_pictures_are_bounded_and_what_is_not_drawn_is_named(monkeypatch, drawn):
    monkeypatch.setattr(picture, "MOST", drawn)
    rows = [
        {"source": source, "side": side, "value": n, "reported_at": f"2024-03-{n:02d}"}
        for source in "AB" for side in ("east", "west") for n in (1, 2)
    ]  # fmt: skip
    page = Page(publish.page(cas.Ledger(rows, kind="total")))
    assert len(page.root.find("svg", role="img")) == drawn
    assert f"Pictures not drawn: {2 - drawn}" in page.root.text
    assert all(len(one["windows"]) == len(page.times) for one in page.data["pictures"])
