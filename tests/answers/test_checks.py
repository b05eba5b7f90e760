"""For each code a ledger that has it, and a near miss that has not."""

import numpy as np
import pandas as pd
import pytest
from ledgers import article, says, series

import casualties as cas
from casualties.model.schema import CODES


def codes(ledger):
    return ledger.check()["code"].tolist()


def only(ledger):
    """The one finding of a ledger."""
    found = ledger.check()
    assert len(found) == 1, found[["code", "message"]].values.tolist()
    return found.iloc[0]


# -- arithmetic --------------------------------------------------------------------------------


def test_arithmetic_a_total_that_is_not_the_sum():
    # 58 through the 5th and 20 more by the 6th cannot be 84 through the 6th without a gap.
    ledger = says(
        ("total", "2024-03-05", 58, "2024-03-06 08:00"),
        ("period", "2024-03-06", 20, "2024-03-07 08:00"),
        ("total", "2024-03-06", 84, "2024-03-07 09:00"),
    )
    found = only(ledger)
    assert (found["code"], found["severity"]) == ("arithmetic", "contradiction")
    assert found["report_ids"] == "x2; x1; x3"
    assert found["found"] == 20
    assert codes(ledger.revise("x2", 26, reported_at="2024-03-08")) == []


def test_arithmetic_allows_what_the_bounds_allow():
    counts = [("period", "2024-03-06", 20), ("total", "2024-03-06", 84)]
    assert codes(series([("total", "2024-03-05", "at least 58"), *counts])) == []
    assert codes(series([("total", "2024-03-05", "50-57"), *counts])) == ["arithmetic"]


def test_arithmetic_growth_across_a_gap_is_no_contradiction():
    near = series(
        [("total", "2024-03-05", 58), ("period", "2024-03-08", 3), ("total", "2024-03-08", 84)]
    )
    assert codes(near) == []
    ledger = series(
        [("total", "2024-03-05", 58), ("period", "2024-03-08", 30), ("total", "2024-03-08", 84)]
    )
    assert only(ledger)["message"] == (
        "30 on 2024-03-08 cannot be true beside 84 through 2024-03-08 and 58 through 2024-03-05; "
        "it is not believed"
    )


def test_arithmetic_a_count_that_no_later_total_leaves_room_for():
    found = only(series([("period", "2024-03-03/2024-03-03", 20), ("total", "2024-03-08", 12)]))
    assert found["code"] == "arithmetic"
    assert found["message"] == (
        "20 on 2024-03-03 cannot be true beside 12 through 2024-03-08; it is not believed"
    )
    assert (found["found"], found["report_ids"]) == (20, "r1; r2")
    near = series([("period", "2024-03-03/2024-03-03", 12), ("total", "2024-03-08", 12)])
    assert codes(near) == []


def test_arithmetic_every_count_that_cannot_be_true_is_named():
    days = [("period", f"2024-03-0{day}", 20) for day in range(1, 8)]
    found = series([*days, ("total", "2024-03-08", 12)]).check()
    assert found["code"].tolist() == ["arithmetic"] * 7
    assert found["report_ids"].tolist() == [f"r{n}; r8" for n in range(1, 8)]


def test_arithmetic_names_the_smallest_set_and_what_a_more_goes_on_from():
    # 20 and 25 within two weeks, then 23 within both: the 25 and the 23 are enough.
    ledger = says(
        ("period", "2024-01-01/2024-01-07", 20, "2024-01-15"),
        ("period", "2024-01-08/2024-01-14", 25, "2024-01-15"),
        ("period", "2024-01-01/2024-01-14", 23, "2024-01-16"),
    )
    assert only(ledger)["report_ids"] == "x2; x3"
    # "5 more" goes on from the 100: 105 at least, and 103 is said of the same day later.
    ledger = says(
        ("total", "2024-01-01", 100, "2024-01-01"),
        ("more", "2024-01-02", 5, "2024-01-02 10:00"),
        ("total", "2024-01-02", 103, "2024-01-02 12:00"),
    )
    assert only(ledger)["report_ids"] == "x2; x3; x1"


def test_arithmetic_a_total_of_the_same_statement_that_a_more_does_not_add_up_to():
    rows = [
        ("total", "2024-01-01", 100, "2024-01-01"),
        ("more", "2024-01-02", 5, "2024-01-02 10:00"),
    ]
    ledger = says(*rows, ("total", "2024-01-02", 120, "2024-01-02 10:00"))
    found = only(ledger)
    assert (found["code"], found["severity"]) == ("arithmetic", "contradiction")
    assert found["message"] == (
        "120 through 2024-01-02 cannot be true beside 5 more by 2024-01-02 and 100 through "
        "2024-01-01"
    )
    assert ledger.totals()["total"].tolist() == [100, 120], "the total is believed"
    for fits in (105, "at least 101", "about 120"):
        assert codes(says(*rows, ("total", "2024-01-02", fits, "2024-01-02 10:00"))) == []
    # Two days later nobody counted what came in between.
    assert codes(says(*rows, ("total", "2024-01-04", 120, "2024-01-04 10:00"))) == []


def test_arithmetic_a_total_below_what_a_left_out_count_proves():
    ledger = series(
        [
            ("total", "2024-01-10", 100),
            ("period", "2024-01-01/2024-01-31", 500),
            ("total", "2024-02-05", 300),
        ]
    )
    found = ledger.check()
    assert found["code"].tolist() == ["arithmetic"]
    assert found["message"][0] == (
        "500 within 2024-01-01 to 2024-01-31 cannot be true beside 300 through 2024-02-05; it is "
        "not believed"
    )
    assert found["report_ids"][0] == "r2; r3"


def test_arithmetic_is_not_said_where_falls_says_it():
    ledger = series(
        [("total", "2024-03-05", 58), ("period", "2024-03-06", 2), ("total", "2024-03-06", 50)]
    )
    assert codes(ledger) == ["falls", "overlap"]


# -- falls -------------------------------------------------------------------------------------


def test_falls_a_lower_total_that_nobody_revised():
    ledger = series([("total", "2024-03-05", 35), ("total", "2024-03-06", 32)])
    found = only(ledger)
    assert (found["code"], found["severity"]) == ("falls", "contradiction")
    assert (found["found"], found["expected"], found["report_ids"]) == (32, 35, "r1; r2")
    assert codes(ledger.revise("r1", 31, reported_at="2024-05-01")) == []


def test_falls_is_a_doubt_where_the_high_is_not_below():
    found = only(series([("total", "2024-01-01", 100), ("total", "2024-01-02", "at least 80")]))
    assert (found["code"], found["severity"]) == ("falls", "doubt")
    assert found["message"].startswith(
        "at least 80 through 2024-01-02 may be lower than 100 through"
    )


@pytest.mark.parametrize(
    ("first", "then", "severity"),
    [
        ("about 100", 74, None),  # nobody said that they were at least so many
        (100, "about 80", "doubt"),  # 60 to 100
        (101, "about 80", "contradiction"),
        ("about 41", "about 30", None),
        (38, "about 30", "contradiction"),  # at most 37.5
        (37, "about 30", "doubt"),
    ],
)
def test_falls_about_is_give_or_take_a_quarter(first, then, severity):
    found = series([("total", "2024-01-01", first), ("total", "2024-01-02", then)]).check()
    assert found["severity"].tolist() == ([] if severity is None else [severity])


def test_falls_looks_back_to_the_highest_since_the_last_fall():
    rows = [("total", f"2024-01-0{day}", value)
            for day, value in enumerate([100, "at least 90", 95, 80, 85, 82], 1)]  # fmt: skip
    found = series(rows).check()
    # 90 and more may be 100; 80 falls from the 95, 82 from the 85.
    assert found[["found", "expected", "severity"]].values.tolist() == [
        [80, 95, "contradiction"], [82, 85, "contradiction"], [90, 100, "doubt"],
    ]  # fmt: skip


def test_falls_an_explicit_cut_is_none_and_counting_begins_anew_from_it():
    ledger = series(
        [("total", "2024-01-01", 100), ("total", "2024-01-02", 120), ("total", "2024-01-03", 90)]
    )
    assert codes(ledger) == ["falls"]
    cut = ledger.revise("r2", 85, reported_at="2024-05-01")
    assert codes(cut) == [], "85 is a cut, and 90 is above it"
    raised = ledger.revise("r2", 130, reported_at="2024-05-01")
    assert codes(raised) == ["falls"]


def test_falls_a_reason_makes_it_a_note():
    rows = [
        {"value": 1622, "reported_at": "2024-03-01"},
        {"value": 1421, "reported_at": "2024-03-02", "reason": "201 probable deaths removed"},
    ]
    found = only(cas.Ledger(rows, source="M", kind="total"))
    assert (found["code"], found["severity"]) == ("falls", "note")
    assert found["message"] == (
        "1,421 through 2024-03-02 is lower than 1,622 through 2024-03-01; the reason given: 201 "
        "probable deaths removed"
    )


def test_falls_so_many_fewer_is_none():
    assert codes(series([("total", "2024-03-01", 100), ("more", "2024-03-02", -7)])) == []


def test_falls_a_stale_total_is_told_with_the_later_one_that_says_more():
    ledger = says(
        ("total", "2024-03-02", 80, "2024-03-02"), ("total", "2024-03-01", 100, "2024-03-03")
    )
    found = only(ledger)
    assert (found["code"], found["report_ids"]) == ("falls", "x2; x1")


def test_falls_an_origin_in_between_does_not_matter():
    ledger = says(
        ("total", "2024-01-05", 0, "2024-01-06 08:00"),
        ("total", "2024-01-07", 10, "2024-01-08 08:00"),
        ("total", "2024-01-06/2024-01-08", 8, "2024-01-09 08:00"),
    )
    assert "falls" in codes(ledger)


@pytest.mark.parametrize("outcome", ["missing", "captured", "displaced", "hospitalised"])
def test_falls_people_who_return_may_be_fewer(outcome):
    ledger = series([("total", "2024-03-05", 35), ("total", "2024-03-06", 32)], outcome=outcome)
    assert codes(ledger) == []


def test_arithmetic_a_wider_restart_said_later_that_is_smaller():
    rows = [
        ("total", "2024-01-19", 48000, "2024-01-20 08:00"),
        ("total", "2024-01-20/2024-01-25", 12, "2024-01-26 08:00"),
        ("total", "2024-01-20/2024-01-26", 10, "2024-01-27 08:00"),
    ]
    found = says(*rows).check()
    assert found[["code", "report_ids"]].values.tolist() == [
        ["arithmetic", "x2; x3"], ["restart", "x1; x2; x3"],
    ]  # fmt: skip
    later = ("total", "2024-01-20/2024-01-25", 12, "2024-01-28 08:00")
    found = says(rows[0], rows[2], later).check()
    assert found["report_ids"][0] == "x2; x3", "the newest is believed first"


# -- parts -------------------------------------------------------------------------------------


def whole(value, *parts, **fixed):
    rows = [{"value": value, "source": "W"}]
    rows += [{"value": v, "source": s, "side": side, "category": c} for side, c, s, v in parts]
    return cas.Ledger(rows, **{"kind": "total", "reported_at": "2024-03-05"} | fixed)


FOUR = [("A", "civilian", "X", 1), ("A", "military", "X", 2), ("B", "civilian", "Y", 3)]


def test_parts_that_add_up_to_more_than_the_whole():
    found = only(whole(5, *FOUR))
    assert (found["code"], found["severity"]) == ("parts", "contradiction")
    assert found["report_ids"] == "r1; r2; r3; r4"
    assert (found["found"], found["expected"]) == (5, 6)
    assert codes(whole(6, *FOUR)) == []


def test_parts_that_fall_short_are_no_finding():
    assert codes(whole(60, *FOUR, ("B", "military", "Y", 4))) == []


def test_parts_counted_by_several_count_by_the_smallest_low():
    several = [*FOUR, ("B", "military", "Y", 4), ("B", "military", "Z", 40)]
    assert "parts" not in codes(whole(10, *several))
    assert "parts" in codes(whole(9, *several))


def test_parts_that_may_overlap_are_not_added():
    details = [("all", "children", "W", 30), ("all", "women", "W", 20)]
    assert codes(whole(40, *details)) == []
    found = only(whole(29, *details))
    assert found["message"] == "29 through 2024-03-05 in all, but children alone is 30"
    assert found["report_ids"] == "r1; r2"


def test_parts_a_side_counts_as_the_larger_of_its_number_and_its_cells():
    rows = [("A", "all", "W", 10), ("A", "civilian", "W", 3), ("B", "all", "W", 1),
            ("B", "civilian", "W", 4), ("B", "military", "W", 4)]  # fmt: skip
    found = whole(17, *rows).check()
    # 10 of side A, and 8 cells of side B, which says 1 itself.
    assert found[["code", "expected", "report_ids"]].values.tolist() == [
        ["parts", 8, "r4; r5; r6"],
        ["parts", 18, "r1; r2; r5; r6"],
    ]


def test_parts_of_categories_that_are_told_by_side():
    rows = [("A", "civilian", "W", 3), ("B", "civilian", "W", 4), ("all", "military", "W", 5)]
    found = only(whole(11, *rows))
    assert (found["expected"], found["report_ids"]) == (12, "r1; r2; r3; r4")
    children = [("A", "children", "W", 3), ("B", "children", "W", 4), ("all", "children", "W", 6)]
    assert only(whole(100, *children))["expected"] == 7, "sides are disjoint, whatever is counted"


def test_parts_of_one_side():
    rows = [("A", "all", "W", 4), ("A", "civilian", "X", 3), ("A", "military", "X", 2)]
    assert codes(whole("at least 4", *rows)) == ["parts"]


def test_parts_of_another_side_or_day_or_definition_say_nothing():
    rows = [
        {"side": "A", "category": "all", "value": 5},
        {"side": "B", "category": "civilian", "value": 9},
        {"side": "B", "category": "military", "value": 9},
    ]
    fixed = {"source": "M", "kind": "total", "reported_at": "2024-03-05 23:59"}
    assert codes(cas.Ledger(rows, **fixed)) == []
    same = [rows[0] | {"side": "B"}, *rows[1:]]
    assert codes(cas.Ledger(same, **fixed)) == ["parts"]
    earlier = [same[0] | {"period_end": "2024-03-04"}, *same[1:]]
    assert codes(cas.Ledger(earlier, **fixed)) == []
    excess = [same[0] | {"definition": "excess"}, *same[1:]]
    assert codes(cas.Ledger(excess, **fixed)) == []


def places(*numbers, day="2024-03-05", column="side"):
    return [{column: place, "value": n, "period_end": day, "reported_at": f"{day} 23:59"}
            for place, n in zip("NSWT", numbers, strict=True) if n is not None]  # fmt: skip


def test_a_part_that_is_as_much_as_the_others_together_may_be_the_whole():
    fixed = {"source": "M", "kind": "total"}
    found = only(cas.Ledger(places(5, 7, None, 12), **fixed))
    assert (found["code"], found["severity"], found["report_ids"]) == (
        "parts",
        "doubt",
        "r3; r1; r2",
    )
    assert (found["found"], found["expected"]) == (12, 12)
    assert codes(cas.Ledger(places(50, 70, 10, 140), **fixed)) == ["parts"], "ten of no place"
    for no_whole in ((5, 7, None, 11), (50, 70, 10, 150), (None, 7, None, 7), (1, 1, 1, 40)):
        assert codes(cas.Ledger(places(*no_whole), **fixed)) == []
    now_and_then = [*places(5, 7, None, 12), *places(6, 9, None, 20, day="2024-03-06"),
                    *places(7, 9, None, 30, day="2024-03-07")]  # fmt: skip
    assert codes(cas.Ledger(now_and_then, **fixed)) == [], "one day in three, by chance"
    details = places(30, 20, None, 55, column="category")
    assert codes(cas.Ledger(details, **fixed)) == []
    details[2]["value"] = 50
    assert codes(cas.Ledger(details, **fixed)) == ["parts"]


def test_a_count_that_is_as_much_as_the_others_of_its_days_may_be_of_the_whole():
    fixed = {"source": "M", "kind": "period"}
    two = [*places(5, 7, 9, 21), *places(6, 8, 10, 24, day="2024-03-06")]
    found = only(cas.Ledger(two, **fixed))
    assert (found["code"], found["severity"]) == ("parts", "doubt")
    assert (found["found"], found["expected"]) == (24, 24)
    assert "whole='T' reads it so" in found["message"]
    by_chance = [*places(5, 7, 9, 21), *places(6, 8, 10, 11, day="2024-03-06")]
    assert codes(cas.Ledger(by_chance, **fixed)) == []


def test_parts_of_one_period():
    fixed = {"kind": "period", "period_start": "2024-03-01", "period_end": "2024-03-04"}
    found = only(whole(5, *FOUR, **fixed))
    assert found["message"] == "5 within 2024-03-01 to 2024-03-04 in all, but its parts add up to 6"
    assert codes(whole("at least 5", *FOUR, **fixed)) == []


def test_parts_that_came_later_than_a_whole_of_the_day_so_far_are_none():
    rows = [
        {"value": 5, "reported_at": "2024-03-05 12:00"},
        {"value": 9, "category": "civilian", "reported_at": "2024-03-05 20:00"},
    ]
    assert codes(cas.Ledger(rows, kind="total", source="W")) == []
    rows[1]["reported_at"] = "2024-03-05 11:00"  # a count never falls
    assert only(cas.Ledger(rows, kind="total", source="W"))["message"] == (
        "5 through 2024-03-05 in all, but civilian alone is 9"
    )
    rows[1]["reported_at"] = "2024-03-05 12:00"
    assert only(cas.Ledger(rows, kind="total", source="W"))["severity"] == "contradiction"


def test_parts_of_which_only_one_day_was_counted_are_at_least_so_many():
    # Nobody said how many civilians there were before the 5th.
    rows = [{"value": 5}, {"value": 9, "category": "civilian", "kind": "period"}]
    days = {"reported_at": "2024-03-06", "period_end": "2024-03-05"}
    ledger = cas.Ledger(rows, source="W", kind="total", **days)
    assert only(ledger)["message"] == (
        "5 through 2024-03-05 in all, but civilian alone is at least 9"
    )


# -- reports odd in themselves --------------------------------------------------------------------


def test_bounds_that_do_not_hold_the_value():
    rows = {"source": "M", "kind": "total", "reported_at": "2024-03-05", "value": 5}
    above = cas.Ledger([rows | {"qualifier": "at_most", "high": 4}])
    assert only(above)["message"].startswith("up to 5 (up to 4) through")
    assert codes(cas.Ledger([rows | {"low": 5, "high": 9}])) == []
    assert codes(cas.Ledger([rows | {"value": "more than 5"}])) == []


def test_early_a_count_of_a_day_that_had_begun_nowhere():
    rows = {"source": "M", "kind": "total", "value": 5, "period_end": "2024-03-06"}
    found = only(cas.Ledger([rows | {"reported_at": "2024-03-05 09:59"}]))
    assert (found["code"], found["severity"]) == ("early", "contradiction")
    assert codes(cas.Ledger([rows | {"reported_at": "2024-03-05 10:00"}])) == []


def test_early_is_said_of_the_early_report_alone():
    rows = [
        {"period_end": "2204-01-10", "reported_at": "2024-01-12 08:00", "value": 100},
        {"period_end": "2024-01-10", "reported_at": "2024-01-12 08:00", "value": 500},
    ]
    found = cas.Ledger(rows, source="M", kind="total").check()
    assert found[["code", "report_ids"]].values.tolist() == [["early", "r1"]]


def test_denied_a_live_number():
    ledger = says(("total", "2024-03-05", "more than 550", "2024-03-06 08:00"))
    ledger = ledger.deny("x1", source="Rival", reported_at="2024-05-01")
    found = only(ledger.deny("x1", source="Other", reported_at="2024-05-01"))
    assert found["message"] == "more than 550 through 2024-03-05 is denied by Rival and Other"
    assert found["severity"] == "note"
    assert codes(ledger.revise("x1", 500, reported_at="2024-05-02")) == []


def test_silent_a_source_that_declined():
    found = only(series([("total", "2024-03-05", None)], source="Army"))
    assert (found["code"], found["severity"]) == ("silent", "note")
    assert found["message"] == "Army gave no number through 2024-03-05"
    assert codes(series([("total", "2024-03-05", None), ("total", "2024-03-05", 4)])) == []
    assert codes(series([("total", "2024-03-05", 16), ("total", "2024-03-05", None)])) == ["silent"]


# -- reports beside their likes -------------------------------------------------------------------


def test_clash_two_numbers_for_the_same_days_at_one_instant():
    rows = [("total", "2024-03-05", value, "2024-03-06 08:00") for value in (10, 12)]
    found = only(says(*rows))
    assert (found["code"], found["severity"]) == ("clash", "doubt")
    assert (found["found"], found["expected"], found["report_ids"]) == (12, 10, "x1; x2")
    same = ("total", "2024-03-05", 10, "2024-03-06 08:00")
    assert codes(says(same, same)) == []
    assert codes(says(rows[0], ("period", "2024-03-05", 9, "2024-03-06 08:00"))) == []


def test_clash_is_not_said_where_the_time_of_day_is_unknown_but_of_what_has_an_id_or_page():
    rows = [("total", "2024-03-05", value, "2024-03-06 23:59") for value in (10, 12)]
    unnamed = [
        {"report_id": "", "source": "M"}
        | dict(zip(("kind", "period_end", "value", "reported_at"), row, strict=True))
        for row in rows
    ]
    assert codes(cas.Ledger(unnamed)) == []
    paged = [row | {"url": f"https://example.org/{n}"} for n, row in enumerate(unnamed)]
    assert codes(cas.Ledger(paged)) == ["clash"]
    assert codes(says(*rows)) == ["clash"]
    zoned = [(*row[:3], "2024-03-06 23:59+00:00") for row in rows]
    assert codes(says(*zoned, tz="Asia/Yerevan")) == ["clash"]


def test_clash_a_corrected_one_is_none():
    rows = [("total", "2024-03-05", value, "2024-03-06 08:00") for value in (10, 12)]
    assert codes(says(*rows).retract("x1", reported_at="2024-03-07")) == []


def test_restart_a_total_that_counts_from_a_later_day():
    rows = [
        ("total", "2024-01-19", 48000, "2024-01-20 08:00"),
        ("total", "2024-01-20/2024-01-25", 12, "2024-01-26 08:00"),
    ]
    found = only(says(*rows))
    assert (found["code"], found["severity"]) == ("restart", "doubt")
    assert found["message"] == (
        "12 through 2024-01-25 counts from 2024-01-20, after 48,000 through 2024-01-19; it is "
        "read as a count from that day on"
    )
    assert found["report_ids"] == "x1; x2"


def test_restart_a_start_that_says_nothing():
    slip = says(
        ("total", "2024-01-10", 5, "2024-01-11 08:00"),
        ("total", "2024-01-11/2024-01-15", 12, "2024-01-16 08:00"),
    )
    assert only(slip)["message"] == (
        "12 through 2024-01-15 counts from 2024-01-11, after 5 through 2024-01-10; the total has "
        "no high"
    )
    late = says(
        ("total", "2024-01-01/2024-01-15", 12, "2024-01-16 08:00"),
        ("total", "2024-01-05/2024-01-20", 20, "2024-01-21 08:00"),
    )
    assert only(late)["message"] == (
        "20 through 2024-01-20 counts from 2024-01-05, beside 12 through 2024-01-15; the total has "
        "no high"
    )
    none = says(
        ("total", "2024-01-10", 0, "2024-01-11 08:00"),
        ("total", "2024-01-11/2024-01-15", 12, "2024-01-16 08:00"),
    )
    assert codes(none) == []


MONDAY = ("total", "2024-01-27", 31, "2024-01-28 00:30")


def more(via="", value=26, at="2024-01-28 20:00"):
    return {"kind": "more", "period_end": "2024-01-28", "value": value, "reported_at": at,
            "via": via}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "twice"),
    [("", "", True), ("AFP", "", True), ("AFP", "TASS", True), ("AFP", "AFP", True)],
)
def test_repeated_the_same_more_by_whatever_relay(one, other, twice):
    ledger = says(MONDAY, more(one), more(other, at="2024-01-28 21:00"))
    assert codes(ledger) == (["repeated"] if twice else [])


def test_repeated_says_what_is_counted_twice():
    found = only(says(MONDAY, more("AFP"), more("TASS"), more("AP")))
    assert found["message"] == "26 more by 2024-01-28 is there 3 times; each is counted"
    assert found["found"] == 26
    assert found["report_ids"] == "x2; x3; x4"
    assert codes(says(MONDAY, more("AFP"), more("AFP", value=25))) == []


def test_repeated_a_total_revised_by_as_much_as_a_more_in_between():
    ledger = says(("total", "2024-01-28", 58, "2024-01-28 15:36"), more())
    found = only(ledger.revise("x1", 84, reported_at="2024-01-28 22:00"))
    assert found["code"] == "repeated"
    assert found["message"] == (
        "58 through 2024-01-28 was revised to 84, after 26 more by 2024-01-28 had said as much; "
        "it may be counted twice"
    )
    assert found["found"] == 26
    up = ledger.revise("x1", 84, reported_at="2024-01-28 22:00").reports["report_id"].iloc[-1]
    assert found["report_ids"] == f"x1; x2; {up}"
    assert codes(ledger.revise("x1", 83, reported_at="2024-01-28 22:00")) == []
    assert codes(ledger.revise("x1", 84, reported_at="2024-01-28 19:00")) == []
    same = ledger.revise("x1", 84, reported_at="2024-01-28 20:00")
    assert codes(same) == ["repeated"], "both in one statement"
    again = same.revise("x1", 84, reported_at="2024-01-29", reason="said again")
    assert codes(again) == ["repeated"]
    anew = {"source": "Ministry", "kind": "total", "period_end": "2024-01-28", "value": 84}
    held = ledger.revise("x1", 84, reported_at="2024-01-28 22:00")
    held = held.append([anew | {"reported_at": "2024-01-28 23:00"}])
    assert "repeated" not in codes(held), "a new total holds them all"


def test_repeated_a_total_revised_down_by_as_much_as_was_taken_away():
    ledger = says(("total", "2024-01-27", 100, "2024-01-27"), more(value=-7))
    found = ledger.revise("x1", 93, reported_at="2024-01-29").check()
    assert found["code"].tolist() == ["repeated"]
    assert "after 7 fewer by 2024-01-28 had said as much" in found["message"].iloc[0]


def test_arithmetic_more_is_taken_away_than_there_was():
    found = only(says(("total", "2024-01-27", 5, "2024-01-27"), more(value=-7)))
    assert found["code"] == "arithmetic"
    assert found["message"] == ("7 fewer by 2024-01-28 cannot be true beside 5 through 2024-01-27")
    assert codes(says(("total", "2024-01-27", 7, "2024-01-27"), more(value=-7))) == []
    assert codes(says(("total", "2024-01-27", "at least 5", "2024-01-27"), more(value=-7))) == []


def test_relays_names_the_relay_where_only_the_second_has_one():
    first, second = (
        {"kind": "total", "value": v, "via": via, "reported_at": f"2024-01-28 1{hour}:00"}
        for v, via, hour in ((38, "", 0), (37, "TASS", 2))
    )
    assert only(says(first, second))["message"] == (
        "Ministry is quoted with 38 through 2024-01-28 and with 37 via TASS; nobody says that the "
        "source revised"
    )


def test_alike_names_that_differ_only_by_case_or_spacing():
    rows = [{"category": name, "source": source, "value": 3, "period_end": day}
            for day, (name, source) in zip(
                ["2024-03-01", "2024-03-02", "2024-03-03"],
                [("Civilian", "AFP"), ("civilian", "AFP"), ("civil ian", "Ministry")],
                strict=True)]  # fmt: skip
    found = only(cas.Ledger(rows, kind="total", reported_at="2024-03-05"))
    assert (found["code"], found["severity"]) == ("alike", "doubt")
    assert found["message"] == (
        "category: 'Civilian', 'civilian' and 'civil ian' "
        "differ only by case, spacing, signs, notes or Unicode form; to tally and compare they are "
        "different ones"
    )
    assert found["report_ids"] == "r1; r2; r3"
    assert (found["outcome"], found["source"], found["category"]) == ("killed", "", "")
    assert pd.isna(found["date"])
    assert codes(cas.Ledger(rows[:1], kind="total", reported_at="2024-03-05")) == []


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        ("Cafe\u0301 A1", r"'Cafe\u0301 A1'"),  # its accent is a letter of its own
        ("Café\u00a0A1", r"'Caf\xe9\xa0A1'"),
        ("\u200eCafé\u200b A1", r"'\u200eCafé\u200b A1'"),
        ("Café Ａ１", r"'Caf\xe9 \uff21\uff11'"),
        ("CAFE\u200d\u0301A1", "'CAFE\\u200d\u0301A1'"),
    ],
)
def test_alike_names_that_no_reader_can_tell_apart(other, shown):
    rows = [{"source": name, "value": 3} for name in ("Café A1", other, "Cafe A1", "Café A2")]
    found = only(cas.Ledger(rows, kind="total", reported_at="2024-03-05", period_end="2024-03-01"))
    assert found["code"] == "alike"
    assert found["message"].startswith(f"source: 'Café A1' and {shown} differ only by")


@pytest.mark.parametrize(("one", "other"), [("Govt - A", "Govt – A"), ("O'Hara", "O’Hara")])
def test_alike_names_with_other_dashes_and_apostrophes(one, other):
    rows = [{"source": name, "value": 3} for name in (one, other)]
    found = only(cas.Ledger(rows, kind="total", reported_at="2024-03-05"))
    assert found["code"] == "alike"


def test_alike_looks_at_relays_and_at_the_clock():
    rows = [MONDAY, more("Afp"), more("AFP", value=5, at="2024-01-28 22:00")]
    assert codes(says(*rows)) == ["alike"]
    assert codes(says(*rows).as_of("2024-01-28 21:00")) == []


def archive(changed, at="2024-06-01 10:00", others=()):
    """Forty daily totals, of which some were given anew at one instant."""
    days = pd.date_range("2024-03-01", periods=40).strftime("%Y-%m-%d")
    rows = [("total", day, 10 * n, "2024-05-01 10:00") for n, day in enumerate(days, 1)]
    rows += [("total", day, 10 * n + 1, at) for n, day in enumerate(days, 1)][:changed]
    for n, when in enumerate(others):
        rows += [("total", days[-1], 401 + n, when)]
    return says(*rows)


def test_restated_many_figures_at_one_instant_are_one_finding():
    found = only(archive(30))
    assert (found["code"], found["severity"]) == ("restated", "doubt")
    assert found["message"] == (
        "30 figures changed, that of the last day by +1, none by more than 1, at 2024-06-01 "
        "10:00 UTC, for days 2024-03-01 to 2024-03-30; at other times mostly 0"
    )
    assert (found["found"], f"{found['date']:%Y-%m-%d}") == (30, "2024-06-01")
    assert codes(archive(19)) == []


def test_restated_is_measured_by_what_mostly_changes():
    assert only(archive(30, others=["2024-05-02 10:00"]))["message"].endswith(
        "at other times mostly 1"
    )
    ledger = archive(30)
    more_ = [
        {"report_id": f"y{n}", "source": "Ministry", "kind": "total", "value": 3000 + n,
         "period_end": f"2024-03-{n + 1:02d}", "reported_at": "2024-07-01 10:00"}
        for n in range(4)
    ]  # fmt: skip
    assert "restated" not in codes(ledger.append(more_)), "30 is less than ten times 4"


def test_restated_counts_what_was_withdrawn():
    ledger = archive(0)
    gone = [
        {"report_id": f"gone{n}", "action": "retract", "refers_to": f"x{n}",
         "reported_at": "2024-06-01 10:00"}
        for n in range(1, 26)
    ]  # fmt: skip
    assert only(ledger.append(gone))["message"].startswith("25 withdrawn, at 2024-06-01")


# -- overlap -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "message", "ids"),
    [
        (
            [
                ("total", "2024-03-01", 100),
                ("total", "2024-03-05", 130),
                ("period", "2024-03-03/2024-03-08", 20),
            ],
            "20 within 2024-03-03 to 2024-03-08 bounds the total and adds nothing to it beside "
            "130 through 2024-03-05",
            "r3; r2",
        ),
        (
            [("total", "2024-03-05", 10), ("period", "2024-03-04/2024-03-08", 9)],
            "9 within 2024-03-04 to 2024-03-08 bounds the total and adds nothing to it beside "
            "10 through 2024-03-05",
            "r2; r1",
        ),
    ],
)
def test_overlap_counts_that_bound_and_add_nothing(rows, message, ids):
    found = only(series(rows))
    assert (found["code"], found["severity"]) == ("overlap", "doubt")
    assert found["message"] == message
    assert found["report_ids"] == ids


def test_overlap_counts_side_by_side_and_steps_are_none():
    assert (
        codes(series([("period", "2024-03-04/2024-03-08", 9), ("period", "2024-03-09", 2)])) == []
    )
    assert codes(series([("total", "2024-03-05", 10), ("period", "2024-03-06", 9)])) == []
    steps = [("period", "2024-03-01/2024-03-03", 5), ("period", "2024-03-01/2024-03-05", 9)]
    assert codes(series(steps)) == []


def test_overlap_a_later_count_of_a_running_totals_day():
    ledger = says(
        ("total", "2024-01-28", 31, "2024-01-28 08:00"),
        ("period", "2024-01-28", 28, "2024-01-28 20:00"),
    )
    assert only(ledger)["message"] == (
        "28 on 2024-01-28 bounds the total and adds nothing to it beside 31 through 2024-01-28"
    )


def test_overlap_what_counts_is_none():
    both = [("period", "2024-03-04/2024-03-08", 9), ("period", "2024-03-05", 2)]
    assert codes(series(both)) == [], "each makes up a row"
    count = ("period", "2024-01-28", 27, "2024-01-29 08:00")
    assert codes(says(MONDAY, more(), count)) == []  # 31 + 27 is 58, more than 31 + 26
    assert codes(says(MONDAY, more(), ("total", "2024-01-27", 33, "2024-01-29 08:00"))) == []
    # 45 within days before; then 2 more and 44 more: 46, to which the 2 are needed.
    ledger = says(
        ("more", "2024-03-12", 2, "2024-03-12 06:00"),
        ("more", "2024-03-12", 44, "2024-03-12 20:00"),
        ("period", "2024-03-08/2024-03-11", 45, "2024-03-12 23:00"),
    )  # fmt: skip
    assert ledger.totals()["total"].tolist() == [45, 46]
    assert codes(ledger) == []


def test_a_start_after_counts_is_a_slip():
    ledger = says(
        ("period", "2024-03-01/2024-03-02", 4, "2024-03-03 08:00"),
        ("total", "2024-03-05/2024-03-06", 9, "2024-03-07 08:00"),
    )
    found = only(ledger)
    assert (found["code"], found["report_ids"]) == ("restart", "x2")


def test_relays_a_lower_number_through_another_relay():
    rows = [
        {"value": 58, "via": "AFP", "reported_at": "2024-01-01 10:00"},
        {"value": 57, "via": "Reuters", "reported_at": "2024-01-01 20:00"},
    ]
    ledger = cas.Ledger(rows, source="Ministry", kind="total")
    found = only(ledger)
    assert (found["code"], found["severity"], found["report_ids"]) == ("relays", "doubt", "r1; r2")
    assert found["message"] == (
        "Ministry is quoted with 58 through 2024-01-01 via AFP and with 57 via Reuters; nobody "
        "says that the source revised"
    )
    assert (found["found"], found["expected"]) == (57, 58)
    same = cas.Ledger([row | {"via": "AFP"} for row in rows], source="Ministry", kind="total")
    assert codes(same) == []


def test_restated_running_totals_are_never_added_up():
    days = pd.date_range("2024-03-01", periods=40).strftime("%Y-%m-%d")
    rows = [("total", day, 100 * n, "2024-05-01 10:00") for n, day in enumerate(days, 1)]
    rows += [("total", day, 100 * n + 50, "2024-06-01 10:00") for n, day in enumerate(days, 1)]
    message = only(says(*rows))["message"]
    assert message.startswith("40 figures changed, that of the last day by +50, none by more than")
    assert "2,000" not in message


def test_what_two_incidents_of_one_day_are_is_asked():
    rows = [
        {"report_id": name, "value": value, "period_end": "2024-03-05"}
        for name, value in (("a", 2), ("b", 3))
    ]
    found = only(cas.Ledger(rows, source="M", kind="period", reported_at="2024-03-06"))
    assert found["code"] == "clash"
    assert "kind='incident'" in found["message"]
    listed = cas.Ledger(rows, source="M", kind="incident", reported_at="2024-03-06")
    assert listed.totals()["total"].tolist() == [5]
    assert listed.check().empty


def test_a_month_below_an_earlier_total_is_contradicted():
    ledger = says(
        ("total", "2024-03-02", 100, "2024-03-03"), ("total", "2024-03-31", 639, "2024-04-01"),
        ("period", "2024-03-01/2024-03-31", 1561, "2024-04-20"),
    )  # fmt: skip
    assert codes(ledger) == ["arithmetic"]
    row = ledger.totals().iloc[-1]
    assert (row["total"], row["low"], row["high"]) == (639, 639, 1561)


# -- several sources -----------------------------------------------------------------------------


def claims(one, other, day="2024-03-05", **fixed):
    rows = [
        {"source": "A", "value": one, "period_end": "2024-03-05"},
        {"source": "B", "value": other, "period_end": day},
    ]
    return cas.Ledger(rows, **{"kind": "total", "reported_at": "2024-03-09"} | fixed)


def test_disagree_two_sources_on_the_same_day():
    found = only(claims(58, 550))
    assert (found["code"], found["severity"]) == ("disagree", "doubt")
    assert found["message"] == "A says 58 through 2024-03-05, B says 550"
    assert codes(claims("at least 58", 550)) == []
    assert codes(claims(58, 550, day="2024-03-06")) == []
    assert codes(claims("about 60", 75)) == []
    assert codes(claims("about 60", 76)) == ["disagree"]


def test_disagree_whatever_the_numbers_rest_on():
    rows = [
        {"source": "A", "kind": "total", "value": 20, "period_end": "2024-03-05"},
        {"source": "B", "kind": "period", "value": 30, "period_end": "2024-03-05"},
    ]
    found = only(cas.Ledger(rows, reported_at="2024-03-09"))
    assert found["message"] == "A says 20 through 2024-03-05, B says at least 30"


# -- flips and jumps ---------------------------------------------------------------------------


def test_flips_a_number_that_comes_back():
    day = "2024-03-05"
    ledger = series([("total", day, v) for v in (60, 61, 60, 61)])
    found = only(ledger)
    assert (found["code"], found["severity"]) == ("flips", "doubt")
    assert (found["found"], found["expected"]) == (61, 60)
    assert codes(series([("total", day, v) for v in (60, 61, 62)])) == []
    assert codes(series([("total", day, v) for v in (60, 61, 60)], outcome="missing")) == []


@pytest.mark.parametrize("third", ["more than 60", "about 60", "at least 60"])
def test_flips_a_vaguer_number_is_no_way_back(third):
    ledger = series([("total", "2024-03-05", v) for v in (60, 61, third)])
    assert "flips" not in codes(ledger)


def test_flips_a_day_before_1970_is_named():
    rows = [("total", "1960-01-01", n, f"1960-01-0{d} 10:00") for d, n in ((2, 9), (3, 12), (4, 9))]
    (message,) = says(*rows).check()["message"]
    assert message.startswith("the number for 1960-01-01 went 9, 12, 9")


def test_flips_an_explicit_way_back_is_none():
    rows = [("total", "2024-03-05", v, f"2024-03-06 0{v}:00") for v in (4, 5)]
    ledger = says(*rows)
    assert codes(ledger.retract("x2", reported_at="2024-03-07")) == []
    assert codes(ledger.revise("x2", 4, reported_at="2024-03-07")) == []
    assert codes(says(*rows, ("total", "2024-03-05", 4, "2024-03-07 08:00"))) == ["flips"]


def test_flips_a_stale_total_after_a_more():
    rows = [
        ("total", "2024-01-28", 58, "2024-01-28 15:36"),
        ("more", "2024-01-28", 26, "2024-01-28 20:00"),
    ]
    found = says(*rows, ("total", "2024-01-28", 58, "2024-01-28 21:00")).check()
    assert found["code"].tolist() == ["arithmetic", "flips"]
    assert found["report_ids"][0] == "x2; x3; x1"  # 58 and 26 more are not 58
    found = found.iloc[1]
    assert found["message"] == (
        "the number for 2024-01-28 went 58, 84, 58: back to one that had been replaced; "
        "perhaps a stale relay"
    )
    assert (found["found"], found["expected"], found["report_ids"]) == (84, 58, "x1; x2; x3")
    assert codes(says(*rows).retract("x2", reported_at="2024-01-28 21:00")) == []


def test_flips_a_late_total_of_an_earlier_day_is_none():
    ledger = series(
        [("total", "2024-03-06", 20), ("total", "2024-03-05", 10), ("total", "2024-03-06", 20)]
    )
    assert codes(ledger) == []


def steps(values):
    days = pd.date_range("2020-01-01", periods=len(values))
    frame = pd.DataFrame({"value": values, "period_end": days})
    frame["reported_at"] = days + pd.Timedelta("34h")
    return cas.Ledger(frame, source="M", kind="total")


SURGE = (350_000 + np.cumsum(np.random.default_rng(1).integers(900, 1100, 60))).tolist()


def test_jump_a_typed_total_but_not_a_surge():
    found = only(steps([*SURGE[:9], 790_800]))
    assert (found["code"], found["severity"]) == ("jump", "doubt")
    assert "790,800 through 2020-01-10 is a step of" in found["message"]
    assert codes(steps(SURGE)) == []
    assert codes(steps(np.cumsum([1, 2, 5, 12, 30, 80, 200, 500]).tolist())) == []


def test_jump_two_typed_totals_do_not_hide_each_other():
    typed = [*SURGE[:20], 790_800, *SURGE[21:40], 3_790_800, *SURGE[41:]]
    found = steps(typed).check()
    assert found["code"].tolist() == ["falls", "falls", "jump", "jump"]


def test_a_typed_total_is_found_at_its_clock_and_seen_after_its_correction():
    rows = [
        ("total", f"2020-01-{n:02d}", value, f"2020-01-{n + 1:02d} 10:00")
        for n, value in enumerate(SURGE[:20], 1)
    ]
    typed = [*rows, ("total", "2020-01-20", 790_800, "2020-01-22 10:00")]
    ledger = says(*typed, ("total", "2020-01-20", SURGE[19], "2020-01-23 10:00"))
    assert codes(ledger.as_of("2020-01-22 12:00")) == ["jump"]
    found = only(ledger)
    assert found["code"] == "flips"
    assert "790,800" in found["message"]


# -- all together --------------------------------------------------------------------------------


def test_more_than_five_doubts_of_one_code_in_one_series_are_one_finding():
    days = [f"2024-03-{day:02d}" for day in range(1, 8)]
    rows = [("total", day, 100 + place + wrong, f"2024-04-0{n} {place:02d}:00")
            for place, day in enumerate(days)
            for n, wrong in enumerate([0, place, 0], 1) if place]  # fmt: skip
    five = says(*[row for row in rows if row[1] < "2024-03-07"])
    assert codes(five) == ["flips"] * 5
    found = only(says(*rows))
    assert found["message"].startswith(
        "6 findings of this kind from 2024-03-02 to 2024-03-07; the largest: "
        "the number for 2024-03-07 went 106, 112, 106: back"
    )
    assert f"{found['date']:%Y-%m-%d}" == "2024-03-07"
    assert (found["found"], found["expected"]) == (112, 106)


def test_contradictions_are_never_put_together():
    values = [100 - n for n in range(20)]
    assert (
        codes(series([("total", f"2024-03-{n + 1:02d}", v) for n, v in enumerate(values)]))
        == ["falls"] * 19
    )


def test_days_on_which_sources_disagree_are_one_finding():
    rows = [
        {"source": source, "value": value + n * factor, "period_end": f"2024-03-{n + 1:02d}"}
        for n in range(9)
        for source, value, factor in (("A", 10, 1), ("B", 20, 2), ("C", 21, 2))
    ]
    found = only(cas.Ledger(rows, kind="total", reported_at="2024-04-01"))
    assert found["message"] == (
        "9 findings of this kind from 2024-03-01 to 2024-03-09; the largest: "
        "A says 18 through 2024-03-09, C says 37"
    )


def test_findings_come_worst_first():
    found = cas.load_dataset("karabakh_2020").check()
    assert found["severity"].drop_duplicates().tolist() == ["contradiction", "doubt", "note"]
    assert list(found["severity"].cat.categories) == ["contradiction", "doubt", "note"]
    assert list(found["code"].cat.categories) == list(CODES)


def test_a_clean_ledger_has_no_findings():
    assert article().check().empty
    found = cas.Ledger([]).check()
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == (
        cas.load_dataset("karabakh_2020").check().dtypes.astype(str).to_dict()
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_thousand_consistent_reports_have_no_findings(seed):
    random = np.random.default_rng(seed)
    frames = []
    for place in range(50):
        days = pd.date_range("2022-01-01", periods=200)
        daily = random.poisson(random.integers(1, 60), 200)
        kind = ("total", "period", "more")[place % 3]
        value = np.cumsum(daily) if kind == "total" else daily
        frame = pd.DataFrame({"value": value, "period_end": days, "kind": kind})
        frame["period_start"] = days if kind == "period" else pd.NaT
        hours = random.integers(24, 90, 200) if kind != "more" else np.full(200, 30)
        frame["reported_at"] = days + pd.to_timedelta(hours, unit="h")
        frame["side"] = f"side {place}"
        frames.append(frame)
    ledger = cas.Ledger(pd.concat(frames, ignore_index=True), source="M", category="civilian")
    assert len(ledger) == 10_000
    assert ledger.check().empty


def test_findings_name_only_reports_known_at_the_clock():
    rows = [
        {"source": "A", "value": 5, "reported_at": "2024-03-05"},
        {"source": "B", "value": 9, "reported_at": "2024-03-05"},
        {"source": "A", "value": 6, "reported_at": "2024-03-08"},
    ]
    ledger = cas.Ledger(rows, kind="total", period_end="2024-03-04")
    assert ledger.as_of("2024-03-06").check()["report_ids"].tolist() == ["r1; r2"]
    assert ledger.check()["report_ids"].tolist() == ["r3; r2"]


def test_a_more_adds_to_the_number_that_its_total_replaced():
    rows = [
        {"kind": "total", "value": 16, "reported_at": "2020-09-27 23:00"},
        {"kind": "more", "value": 15, "reported_at": "2020-09-28 09:03"},
        {"kind": "total", "value": 31, "reported_at": "2020-09-28 09:03"},
    ]
    fixed = {"source": "M", "period_end": "2020-09-27"}
    ledger = cas.Ledger([row | {"period_start": "2020-09-27"} if row["kind"] == "total" else row
                         for row in rows], **fixed)  # fmt: skip
    assert "arithmetic" not in ledger.check()["code"].tolist()
    odd = cas.Ledger(ledger.reports.assign(value=[16, 15, 30], low=pd.NA, high=pd.NA))
    assert "arithmetic" in odd.check()["code"].tolist()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ["repeated"]),
        ({"report_id": "b"}, ["repeated"]),
        ({"via": "AFP", "reported_at": "2024-05-06 10:10"}, ["repeated"]),
        ({"url": "https://example.org/other"}, []),
        ({"place": "Lori"}, []),
        ({"value": 6}, []),
        ({"period_start": "2024-04-30"}, []),
    ],
)
def test_an_incident_that_is_entered_twice_is_doubted(changes, codes):
    one = {"value": 5, "reported_at": "2024-05-06", "place": "Shirak", "period_end": "2024-05-01",
           "period_start": "2024-05-01", "report_id": "a",
           "url": "https://example.org/a"}  # fmt: skip
    ledger = cas.Ledger([one, one | {"report_id": "c"} | changes], source="Desk", kind="incident")
    assert ledger.check()["code"].tolist() == codes
    if codes:
        assert ledger.check()["message"].tolist() == [
            "5 on 2024-05-01 is there twice; each is counted"
        ]


def test_incidents_without_a_page_are_told_apart_by_their_ids():
    one = {"value": 5, "reported_at": "2024-05-06"}
    listed = {"source": "Desk", "kind": "incident"}
    assert cas.Ledger([one, one], **listed).check()["code"].tolist() == ["repeated"]
    named = [one | {"report_id": "a"}, one | {"report_id": "b"}]
    assert cas.Ledger(named, **listed).check().empty


def test_daily_deaths_read_as_totals_are_told_so():
    days = [(20, 30), (21, 12), (22, 41), (23, 9), (24, 15), (25, 3)]
    rows = [{"value": n, "reported_at": f"2024-05-{day}"} for day, n in days]
    falls = cas.Ledger(rows, source="M", kind="total").check()
    assert set(falls["code"]) == {"falls"}
    assert (
        falls["message"]
        .str.endswith("; if these are counts of single days, say kind='period'")
        .all()
    )
    fell_once = cas.Ledger(rows[:2], source="M", kind="total").check()["message"]
    assert not fell_once.str.contains("single days").any()
    told = [row | {"reason": "counted twice before"} for row in rows]
    explained = cas.Ledger(told, source="M", kind="total").check()["message"]
    assert not explained.str.contains("single days").any()


def test_two_relays_of_one_bare_date_are_doubted_in_either_order():
    rows = [{"value": 87, "via": "Reuters"}, {"value": 92, "via": "AFP"}]
    same = {"source": "Ministry", "kind": "total", "reported_at": "2024-05-06"}
    for order in (rows, rows[::-1]):
        found = cas.Ledger(order, **same).check()
        (clash,) = found.loc[found["code"] == "clash", "message"]
        assert "the last in the table counts; tell them apart by" in clash


def test_many_names_that_look_alike_are_one_finding_without_days(tmp_path):
    rows = [
        {"source": source, "value": 5, "side": f"side {n}", "reported_at": f"2024-05-0{n}"}
        for n in range(1, 9) for source in (f"Name {n}", f"name {n}")
    ]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total")
    (message,) = ledger.check().query("code == 'alike'")["message"]
    many = "8 findings of this kind; the first: source:"
    assert message.startswith(many)
    ledger.to_html(tmp_path / "page.html")
    assert many in (tmp_path / "page.html").read_text("utf-8")


# -- quotes, and running totals that are said to be counts ----------------------------------------


@pytest.mark.parametrize(
    ("value", "quote", "fits"),
    [
        (5, "five and six soldiers", True),
        (11, "five and six soldiers", False),
        (600, "five and six hundred", True),
        (2051, "two thousand and fifty-one dead", True),
        (27, "27 fighters were killed", True), (27, "twenty-seven fighters", True),
        (1200, "some 1.200 troops", True), (2300, "2,300 people", True),
        (2_500_000, "2.5 million fled", True), (300, "٣٠٠ قتيل", True),
        (251, "two hundred and fifty-one dead", True), (27, "28 fighters were killed", False),
        (7, "27 fighters", False), (12, "a dozen", False), ("50-60", "between 50 and 60", True),
        ("50-60", "at least 50", False), ("more than 1,000", "over 1,000 dead", True),
        (3, "", True),
    ],
)  # fmt: skip
def test_a_number_stands_in_its_quote(value, quote, fits):
    row = {"value": value, "quote": quote, "reported_at": "2024-05-06", "kind": "total"}
    assert ("quote" in says(row).check()["code"].tolist()) == (not fits)
    assert says(row | {"reason": "worked out"}).check().empty


def test_a_vague_word_of_the_callers_stands_in_the_quote():
    words = {"a dozen": 12, "dozens": (24, None)}
    row = {"value": "a dozen", "quote": "A dozen people were killed", "reported_at": "2024-05-06"}
    ledger = cas.Ledger([row], source="AFP", kind="total", words=words)
    assert ledger.check()["code"].tolist() == ["quote"]
    assert ledger.check(words=words).empty
    assert ledger.check(words={"dozens": 24})["code"].tolist() == ["quote"]
    with pytest.raises(cas.LedgerError, match="is the least, such as 24"):
        ledger.check(words={"a dozen": 12.5})


def test_running_totals_said_to_be_counts_are_found():
    def counts(numbers, kind="period"):
        rows = [
            (kind, f"2024-04-{day:02d}", n, f"2024-04-{day:02d}")
            for day, n in enumerate(numbers, 1)
        ]
        return says(*rows).check()["code"].tolist()

    assert counts([n * (n + 1) // 2 for n in range(30)]) == ["cumulative"]
    assert counts([0, 5, 9, 9, 14, 20, 31, 40]) == ["cumulative"]
    assert counts([0, 5, 9, 9, 14, 20, 31]) == [], "seven are no run"
    assert counts([0, 0, 0, 0, 0, 0, 0, 1, 1]) == [], "days on which nobody died"
    assert counts([0, 5, 9, 3, 14, 20, 31, 40]) == []
    assert counts([0, 5, 9, 9, 14, 20, 31, 40], "total") == []


# -- what a newcomer's sheets had ------------------------------------------------------------------


def sheet(*rows, **more):
    """Rows without ids, as a sheet has them."""
    return cas.Ledger([dict(row) for row in rows], **({"kind": "total", "source": "M"} | more))


def test_the_parts_of_the_caller_are_held_against_the_whole():
    told = {"men": 60, "women": 27, "children": 33, "elderly": 8, "all": 125}
    ledger = sheet(*({"category": name, "value": n, "reported_at": "2024-05-03"}
                     for name, n in told.items()))  # fmt: skip
    assert ledger.check().empty
    found = ledger.check(parts=("men", "women", "children", "elderly"))
    assert found["message"].tolist() == [
        "125 through 2024-05-03 in all, but its parts add up to 128"
    ]
    assert ledger.check(parts=("men", "women", "children")).empty
    with pytest.raises(cas.LedgerError, match="unknown category in parts 'menn'"):
        ledger.check(parts="menn")


@pytest.mark.parametrize("other", ["North*", "north", "Nor th", "No-rth"])
def test_signs_and_hyphens_do_not_make_another_name(other):
    rows = [{"side": side, "value": 40, "reported_at": "2025-01-31"} for side in ("North", other)]
    assert codes(sheet(*rows)) == ["alike"]
    assert codes(sheet(rows[0], rows[1] | {"side": "North 1"})) == []


@pytest.mark.parametrize("kind", ["period", "more"])
def test_running_totals_read_as_counts_of_either_kind_are_doubted(kind):
    def found(values):
        rows = [{"value": n, "reported_at": f"2025-02-{day:02}", "period_end": f"2025-02-{day:02}"}
                for day, n in enumerate(values, 1)]  # fmt: skip
        checked = cas.Ledger(rows, source="P", kind=kind).check()
        return checked.query("code == 'cumulative'")["message"].tolist()

    assert found(range(10, 130, 10)) == [
        "12 counts in a row, 10 to 120, from 2025-02-01 to 2025-02-12, never fall; if they are "
        "running totals, say kind='total'"
    ]
    assert not found([4] * 12), "all alike"
    assert not found(range(7))
    assert found([*range(1, 12), 3])


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ["repeated"]),
        ({"via": "AFP"}, ["repeated"]),
        ({"via": "AFP", "url": "https://example.org/afp"}, []),
        ({"side": "South"}, []),
        ({"period_end": "2024-05-02"}, []),
        ({"outcome": "wounded"}, []),
        ({"value": 5}, []),
    ],
)
def test_one_incident_under_two_ids_is_doubted_where_its_place_is_told(changes, codes):
    one = {"report_id": "k1", "value": 4, "period_end": "2024-05-01", "side": "North",
           "via": "Reuters", "url": "https://example.org/reuters"}  # fmt: skip
    listed = {"source": "Desk", "kind": "incident", "reported_at": "2024-06-01"}
    rows = [one, one | {"report_id": "k2"} | changes]
    assert cas.Ledger(rows, **listed).check()["code"].tolist() == codes
    alone = [row | {"value": 1, "url": ""} for row in rows]
    assert cas.Ledger(alone, **listed).check().empty, "of one person there are many"


def test_a_number_that_was_soon_replaced_is_looked_for_in_its_quote_too():
    rows = [{"value": 81, "quote": "18 dead so far", "reported_at": "2024-05-06 09:00"},
            {"value": 83, "quote": "83 dead", "reported_at": "2024-05-06 20:00"}]  # fmt: skip
    found = cas.Ledger(rows, source="Ministry", kind="total").check()
    assert found["code"].tolist() == ["quote"]
    assert "81 is not in its quote, '18 dead so far'" in found["message"][0]


# -- the message ---------------------------------------------------------------------------------


def test_a_message_says_first_of_which_side_and_category_it_speaks():
    rows = [
        {"side": side, "category": category, "value": value, "reported_at": f"2024-03-0{day}"}
        for side, category in (("A", "all"), ("B", "civilian"))
        for day, value in ((5, 100), (6, 90))
    ]
    fall = "90 through 2024-03-06 is lower than 100 through 2024-03-05, and no report says why"
    found = cas.Ledger(rows, source="Ministry", kind="total").check()
    assert found["message"].tolist() == [f"A: {fall}", f"B · civilian: {fall}"]


def test_no_finding_tells_a_number_that_nobody_stated():
    # "more than 90" is told as 90, and not as the 91 that it is at least.
    falls = only(says(
        ("total", "2024-03-05", "more than 90", "2024-03-06 08:00"),
        ("total", "2024-03-06", "fewer than 80", "2024-03-07 08:00"),
    ))  # fmt: skip
    assert (falls["code"], falls["expected"]) == ("falls", 90)
    rows = [{"value": 60}, {"value": "more than 70", "category": "civilian"}]
    parts = only(cas.Ledger(rows, source="Ministry", kind="total", reported_at="2024-03-05"))
    assert parts["message"] == "60 through 2024-03-05 in all, but civilian alone is more than 70"
    assert (parts["code"], parts["expected"]) == ("parts", 70)


def test_relays_a_reason_says_that_the_source_revised():
    rows = [
        {"value": 58, "via": "AFP", "reported_at": "2024-03-05 10:00"},
        {"value": 57, "via": "Reuters", "reported_at": "2024-03-05 12:00"},
    ]
    assert codes(cas.Ledger(rows, source="Ministry", kind="total")) == ["relays"]
    rows[1]["reason"] = "one was counted twice"
    assert codes(cas.Ledger(rows, source="Ministry", kind="total")) == []


def test_restated_every_figure_of_a_side():
    # Ten are withdrawn at once: all of A, of which there is no other; of B one is left.
    days = range(1, 11)
    rows = [
        {"report_id": f"{side}{day}", "side": side, "value": 10 + day,
         "period_end": f"2024-03-{day:02d}"}
        for side in "AB" for day in days
    ] + [{"side": "B", "value": 30, "period_end": "2024-03-11"}]  # fmt: skip
    rows = [row | {"reported_at": "2024-03-12"} for row in rows]
    gone = [
        {"action": "retract", "refers_to": f"{side}{day}", "reported_at": f"2024-03-{at}"}
        for side, at in (("A", 15), ("B", 16)) for day in days
    ]  # fmt: skip
    ledger = cas.Ledger([*rows, *gone], source="Ministry", kind="total")
    found = ledger.as_of("2024-03-15").check().query("code == 'restated'")
    assert found["side"].tolist() == ["A"]
    (message,) = found["message"]
    assert message.startswith("A: 10 withdrawn, at the end of 2024-03-15 UTC")
    alone = cas.Ledger([*rows, *gone[10:]], source="Ministry", kind="total")
    assert "restated" not in codes(alone)


def test_cumulative_a_toll_that_pauses():
    def daily(*values):
        return says(*(
            ("period", f"2024-03-{day:02d}", value, f"2024-03-{day:02d} 23:00")
            for day, value in enumerate(values, 1)
        ))  # fmt: skip

    assert codes(daily(40, 45, 46, 46, 46, 47, 47, 47, 47)) == ["cumulative"]
    assert codes(daily(12, 12, 12, 12, 12, 12, 12, 12, 12)) == []  # as many each day
    assert codes(daily(0, 0, 1, 1, 1, 1, 1, 2, 2)) == []  # few people


@pytest.mark.parametrize("outcome", ["Missing", "hospitalized", "In hospital"])
def test_people_who_return_are_known_by_either_spelling(outcome):
    rows = [{"value": 300, "reported_at": "2024-03-05"}, {"value": 20, "reported_at": "2024-03-08"}]
    ledger = cas.Ledger(rows, source="Ministry", kind="total", outcome=outcome)
    assert codes(ledger) == []
    assert ledger.totals()["unexplained"].isna().all()


def test_falls_are_measured_from_what_a_more_below_zero_left():
    rows = [{"value": 100, "reported_at": "2024-01-01"},
            {"value": -7, "reported_at": "2024-01-02", "kind": "more"},
            {"value": 80, "reported_at": "2024-01-03"}]  # fmt: skip
    (message,) = cas.Ledger(rows, source="M", kind="total").check()["message"]
    assert message.startswith("80 through 2024-01-03 is lower than the 93 after 7 fewer by 2024-")


def test_a_more_without_a_number_is_silent_in_english():
    rows = [{"value": 60, "reported_at": "2024-01-01"},
            {"value": None, "reported_at": "2024-01-02", "kind": "more"}]  # fmt: skip
    (message,) = cas.Ledger(rows, source="M", kind="total").check()["message"]
    assert message == "M gave no number by 2024-01-02"


def test_alike_names_of_which_one_has_a_footnote():
    rows = [{"side": side, "value": 6, "reported_at": "2024-01-01"} for side in ("Gaza[1]", "Gaza")]
    (message,) = cas.Ledger(rows, source="M", kind="total").check()["message"]
    assert message.startswith("side: 'Gaza[1]' and 'Gaza' differ only by")
