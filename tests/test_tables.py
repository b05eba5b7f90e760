"""The tables of the rules against the library."""

import pytest
import readings
from cases import ARTICLE, CASES, JAN, TZ, day, numbered, total

import casualties as cas

ROW = ["date", "total", "low", "high", "basis"]


def totals(ledger):
    return readings.rows(ledger.totals(), ROW)


@pytest.mark.parametrize("name", CASES)
def test_the_cases_of_section_4(name):
    given, expected = CASES[name]
    ledger = cas.Ledger(numbered(*given))
    assert totals(ledger) == [(day(row[0]), *row[1:]) for row in expected]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (1, [(day("2020-09-28"), 28, 28, None, "floor")]),
        (
            2,
            [
                (day("2020-09-27"), 31, 31, 31, "derived"),
                (day("2020-09-28"), 59, 59, 59, "stated"),
            ],
        ),
        (
            4,
            [
                (day("2020-09-27"), 31, 31, 31, "derived"),
                (day("2020-09-28"), 58, 58, 58, "stated"),
            ],
        ),
        (
            5,
            [
                (day("2020-09-27"), 31, 31, 31, "derived"),
                (day("2020-09-28"), 84, 84, 84, "derived"),
            ],
        ),
    ],
)
def test_the_worked_example_of_section_4(known, expected):
    assert totals(cas.Ledger(numbered(*ARTICLE[:known]), tz=TZ)) == expected


@pytest.mark.parametrize(
    ("name", "findings"),
    [
        ("16, then declined to say", {"silent"}),
        ("100, then at least 80", {"falls"}),
        ("48,000, then 12 and 30 since 20 January", {"restart"}),
        ("5, then 12 since 11 January", {"restart"}),
        ("31 in a total at 08:00, 28 killed today at 20:00", {"overlap"}),
        ("500 through 10 January 2024, then 100 through 2204", {"early"}),
    ],
)
def test_the_findings_of_section_4(name, findings):
    assert set(cas.Ledger(numbered(*CASES[name][0])).check()["code"]) == findings


def claims(*places):
    """Totals of places: (side, category, value), one source, one day."""
    return [total(value, JAN(10), JAN(10), side=s, category=c) for s, c, value in places]


TALLIES = {
    "all 100; children 30; women 20": (
        claims(("all", "all", 100), ("all", "children", 30), ("all", "women", 20)),
        {},
        (100, 100, 100),
    ),
    "side A 500; side B civilian 7, military 10": (
        claims(("A", "all", 500), ("B", "civilian", 7), ("B", "military", 10)),
        {},
        (517, 517, None),
    ),
    "civilian 58, military 5": (
        claims(("all", "civilian", 58), ("all", "military", 5)),
        {},
        (63, 63, None),
    ),
    "civilian 58, military 5, and no other": (
        claims(("all", "civilian", 58), ("all", "military", 5)),
        {"exhaustive": True},
        (63, 63, 63),
    ),
    "stated whole 60; civilian 9, military 58": (
        claims(("all", "all", 60), ("all", "civilian", 9), ("all", "military", 58)),
        {},
        (67, 67, None),
    ),
    "A 10 through 1 January; B 5 through 1 March": (
        [
            total(10, JAN(1), JAN(1), side="A"),
            total(5, "2024-03-01", "2024-03-01", side="B"),
        ],
        {},
        (15, 15, None),
    ),
    "the article": (
        [
            total(58, JAN(10), JAN(10), side="Armenian side", category="military"),
            total(2, JAN(10), JAN(10), side="Armenian side", category="civilian"),
            total(7, JAN(10), JAN(10), side="Azerbaijan", category="civilian", source="Baku"),
            total(None, JAN(10), JAN(10), side="Azerbaijan", category="military", source="Baku"),
            total(67, JAN(10), JAN(10), source="AFP"),
        ],
        {},
        (67, 67, None),
    ),
}


@pytest.mark.parametrize("name", TALLIES)
def test_the_tallies_of_section_6(name):
    given, options, expected = TALLIES[name]
    last = cas.Ledger(numbered(*given)).tally(**options).tail(1)
    assert readings.rows(last, ["total", "low", "high"]) == [expected]


def test_what_the_tallies_of_section_6_name():
    def last(name):
        given, options, _ = TALLIES[name]
        return cas.Ledger(numbered(*given)).tally(**options).iloc[-1]

    assert sorted(last("all 100; children 30; women 20")["details"].split("; ")) == [
        "children",
        "women",
    ]
    assert last("the article")["missing"] == "Azerbaijan · military"
    assert last("A 10 through 1 January; B 5 through 1 March")["oldest"].date() == day(JAN(1))


def test_parts_that_pass_the_whole_are_found():
    given, _, _ = TALLIES["stated whole 60; civilian 9, military 58"]
    assert cas.Ledger(numbered(*given)).check()["code"].tolist() == ["parts"]


def test_from_59_at_15_00_to_104_on_the_30th():
    rows = numbered(*ARTICLE, total(104, "2020-09-30", "2020-09-30 18:00"))
    bridge = cas.Ledger(rows, tz=TZ).reconcile("2020-09-28 15:00", "2020-09-30")
    columns = ["opening", "corrected", "updated", "new", "unexplained", "withdrawn", "closing"]
    assert bridge[columns].to_numpy().tolist() == [[59, -1, 26, 20, 0, 0, 104]]
