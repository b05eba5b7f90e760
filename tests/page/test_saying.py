"""Numbers as a newsroom may print them: never surer than their bounds and their reports."""

import pytest
from ledgers import says
from pages import Page

import casualties as cas
from casualties.page import publish
from casualties.page.markup import instant
from casualties.words import printed, why

#: Reports of one source, and the number that may be printed.
LEDGERS = {
    "stated": ([("total", "2024-03-01", 58, "2024-03-02")], "58"),
    "at least": ([("total", "2024-03-01", "at least 300", "2024-03-02")], "at least 300"),
    "more than": ([("total", "2024-03-01", "more than 3,000", "2024-03-02")], "more than 3,000"),
    "about": ([("total", "2024-03-01", "about 30,000", "2024-03-02")], "about 30,000"),
    "up to": ([("total", "2024-03-01", "up to 50", "2024-03-02")], "up to 50"),
    "fewer": ([("total", "2024-03-01", "<50", "2024-03-02")], "fewer than 50"),
    "range": ([("total", "2024-03-01", "50-60", "2024-03-02")], "50–60"),
    "so far": (
        [("total", "2024-03-28", 31, "2024-03-28 08:00"),
         ("period", "2024-03-28/2024-03-28", 28, "2024-03-28 20:00")],
        "31–59",
    ),
    "fewer so far": (
        [("total", "2024-03-28", "fewer than 7", "2024-03-28 08:00"),
         ("period", "2024-03-28/2024-03-28", 37, "2024-03-28 20:00")],
        "37–43",
    ),
    "floor": (
        [("total", "2024-01-01", 100, "2024-01-02"), ("more", "2024-06-01", 4, "2024-06-01")],
        "at least 104",
    ),
    "about after more": (
        [("total", "2024-03-01", 80, "2024-03-01"), ("total", "2024-03-02", "about 100",
                                                     "2024-03-02")],
        "about 100",
    ),
    "about after more than that": (
        [("total", "2024-03-02", "about 13", "2024-03-03"), ("total", "2024-03-01", 14,
                                                             "2024-03-04")],
        "about 13 (at least 14)",
    ),
    "fewer after some": (
        [("total", "2024-03-01", 9, "2024-03-01"), ("total", "2024-03-02", "fewer than 36",
                                                    "2024-03-02")],
        "fewer than 36 (9–35)",
    ),
    "raised": (
        [("total", "2024-03-02", "at least 7", "2024-03-03"), ("total", "2024-03-01", 10,
                                                               "2024-03-04")],
        "at least 10",
    ),
    "more than before": (
        [("total", "2024-03-01", 6, "2024-03-01"), ("total", "2024-03-02", "more than 5",
                                                    "2024-03-02")],
        "more than 5",
    ),
    "against a later count": (
        [("total", "2024-03-01", 100, "2024-03-02"), ("total", "2024-03-02", 130, "2024-03-03"),
         ("period", "2024-03-02/2024-03-02", 5, "2024-03-04")],
        "130 (105–130)",
    ),
    "fewer announced": (
        [("total", "2024-03-01", 100, "2024-03-02"), ("more", "2024-03-02", -7, "2024-03-03")],
        "93",
    ),
    "restored": (
        [("total", "2024-03-01", 100, "2024-03-02"),
         ("total", "2024-03-01", "about 100", "2024-03-03"),
         {"action": "retract", "refers_to": "x2", "reported_at": "2024-03-04"}],
        "100",
    ),
    "less than before": (
        [("total", "2024-03-01", 100, "2024-03-01"), ("total", "2024-03-02", "at least 80",
                                                      "2024-03-02")],
        "at least 80",
    ),
    "vague sum": (
        [("total", "2024-03-01", "about 100", "2024-03-02"), ("more", "2024-03-02", "about 20",
                                                              "2024-03-03")],
        "120 (with no bounds)",
    ),
    "zero": ([("total", "2024-03-01", 0, "2024-03-02")], "0"),
}  # fmt: skip


@pytest.mark.parametrize("case", LEDGERS)
def test_a_number_is_printed_no_surer_than_it_is(case):
    rows, number = LEDGERS[case]
    page = Page(publish.page(says(*rows)))
    assert page.at("headlines")[0][1].startswith((f"{number}|through ", f"{number}|by "))


def test_what_has_no_number_is_called_so():
    assert printed({"total": None, "low": None, "high": None}) == "no number"
    assert printed({"total": 0, "low": 0, "high": None}) == "at least 0"


def test_an_exact_number_that_others_bound_is_not_printed_as_exact():
    row = {"total": 12, "low": 12, "high": None, "qualifier": "exact", "value": 12}
    assert printed(row) == "at least 12"


def test_a_fall_with_a_reason_does_not_say_that_there_is_none():
    assert why("fell", []) == "lower, and no report says why"
    assert why("fell", ["", "bodies counted twice"]) == "lower: bodies counted twice"
    assert why("revised", ["a", "a"]) == "revised: a"


def test_steps_between_vague_numbers_are_vague():
    ledger = says(
        ("total", "2024-03-01", "about 200", "2024-03-01 10:00"),
        ("total", "2024-03-01", "more than 370", "2024-03-02 12:00"),
        ("total", "2024-03-02", 400, "2024-03-02 13:00"),
    )
    page = Page(publish.page(ledger))
    (row,) = page.at("bridges-day", 1)
    assert row[1:] == ("about 200 → more than 370", "about +170 updated")


DIFFERENCES = {
    "−1,000 or lower": ({"value": 6000}, {"value": 5000, "low": 3600, "qualifier": "at_most"}),
    "−212 or lower": ({"value": "at least 4,112"}, {"value": 3900}),
    "more than +29": ({"value": 31}, {"value": "more than 60"}),
    "below −50": ({"value": 100}, {"value": "fewer than 50"}),
    "at least +6": ({"value": "60-64"}, {"value": 70}),
    "about +500": ({"value": "more than 1,000"}, {"value": "more than 1,500"}),
    "about +26": ({"value": "more than 1,000"}, {"value": 26, "kind": "more"}),
    "about −26": ({"value": "more than 1,000"}, {"value": -26, "kind": "more"}),
}


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_a_difference_is_no_surer_than_its_numbers_and_no_larger_than_was_said(difference):
    first, second = DIFFERENCES[difference]
    rows = [{"kind": "total", "reported_at": "2024-03-01 10:00"} | first,
            {"kind": "total", "reported_at": "2024-03-02 12:00"} | second]  # fmt: skip
    (row,) = Page(publish.page(cas.Ledger(rows, source="A"))).at("bridges-day")
    assert row[2].rpartition(" ")[0] == difference


def test_what_may_be_lower_or_may_return_is_no_plain_difference():
    ledger = says(
        ("total", "2024-03-01", "about 100", "2024-03-01 10:00"),
        ("total", "2024-03-02", "at least 90", "2024-03-02 12:00"),
    )
    (row,) = Page(publish.page(ledger)).at("bridges-day")
    assert row[2] == "may be lower, and no report says why"
    rows = [("total", "2024-03-01", 40, "2024-03-01 10:00"),
            ("total", "2024-03-02", 22, "2024-03-02 12:00")]  # fmt: skip
    missing = Page(publish.page(says(*rows, outcome="missing"))).at("bridges-day")
    assert [row[2] for row in missing] == ["−18 later, as those counted may return"]
    assert [row[2] for row in Page(publish.page(says(*rows))).at("bridges-day")] == [
        "−18 unexplained"
    ]


def test_each_step_says_what_came_of_the_number():
    ledger = cas.Ledger(
        [{"report_id": "a", "value": 100, "reported_at": "2024-03-05 10:00"},
         {"report_id": "b", "value": 100, "low": 90, "high": 110, "qualifier": "about",
          "reported_at": "2024-03-06 10:00", "period_end": "2024-03-05"},
         {"report_id": "c", "value": 120, "via": "Reuters", "reported_at": "2024-03-08 10:00"},
         {"report_id": "d", "value": 118, "via": "AFP", "reported_at": "2024-03-08 12:00"}],
        source="A", kind="total",
    )  # fmt: skip
    page = Page(publish.page(ledger.retract("b", reported_at="2024-03-07")))
    assert [row[1:] for row in page.at("steps-0")] == [
        ("100|by 10:00 on 5 March 2024", "first number ([1])"),
        ("100 → about 100 (90–110)|through 5 March 2024", "updated as the day went on ([2])"),
        ("about 100 (90–110) → 100|by 10:00 on 5 March 2024", "a figure was withdrawn ([5])"),
        ("100 → 120|by 10:00 on 8 March 2024", "a new report ([3])"),
        ("120 → 118|by 12:00 on 8 March 2024", "a lower figure through another relay ([4])"),
    ]


def test_a_silence_that_was_filled_or_withdrawn_is_none():
    ledger = cas.Ledger(
        [{"report_id": "a", "value": 10, "reported_at": "2024-03-05"},
         {"report_id": "b", "value": None, "reported_at": "2024-03-06"}],
        source="A", kind="total",
    )  # fmt: skip
    filled = ledger.revise("b", 57, reported_at="2024-03-07")
    for one in (filled, ledger.retract("b", reported_at="2024-03-07")):
        page = Page(publish.page(one))
        assert "gave no number" in page.at("headlines", 1)[0][1]
        assert "gave no number" not in page.at("headlines", 2)[0][1]


def test_a_denial_of_an_older_report_is_no_denial_of_a_stated_number():
    ledger = cas.Ledger(
        [{"report_id": "a", "value": 5, "reported_at": "2024-03-05"},
         {"report_id": "b", "value": 7, "reported_at": "2024-03-06"},
         {"report_id": "c", "value": 2, "kind": "more", "reported_at": "2024-03-07"}],
        source="A", kind="total",
    )  # fmt: skip
    old = Page(publish.page(ledger.deny("a", source="B", reported_at="2024-03-08")))
    assert "denied" not in old.at("headlines", 1)[0][1]
    new = Page(publish.page(ledger.deny("b", source="B", reported_at="2024-03-08")))
    assert new.at("headlines")[0][1] == (
        "9|through 7 March 2024, as reported then; a report it rests on is denied by B"
    )


def test_instants_are_written_as_a_newspaper_does():
    assert instant("2024-03-01 14:00:30", "UTC") == "1 March 2024, 14:00:30"
    assert instant("2024-03-01 12:30", "Asia/Yerevan") == "1 March 2024, 16:30"
    assert instant("2024-03-01 23:59:59", "UTC") == "1 March 2024"
    read = Page(publish.page(says(("total", "2024-03-01", 5, "2024-03-01 21:59:59"))))
    assert read.at("headlines")[0][1] == "5|by 21:59:59 on 1 March 2024, as reported then"
