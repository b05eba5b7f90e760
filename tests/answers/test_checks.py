"""Section 8: for each code a ledger that has it, and a near miss that has not."""

import numpy as np
import pandas as pd
import pytest
from ledgers import article, series

import casualties as cas


def codes(ledger):
    return ledger.check()["code"].tolist()


def test_arithmetic_a_total_that_is_not_the_sum():
    # 58 through the 28th and nothing more that day cannot become 84 without a gap.
    ledger = series(
        [("total", "2024-03-05", 58), ("more", "2024-03-06", 20), ("total", "2024-03-06", 84)]
    )
    found = ledger.check()
    assert found["code"].tolist() == ["arithmetic"]
    assert found["message"].item() == "84 through 2024-03-06 is 6 more than 78: expected 58 + 20"
    assert found["report_ids"].item() == "r1; r2; r3"
    assert (found["found"].item(), found["expected"].item()) == (84, 78)
    near = series(
        [("total", "2024-03-05", 58), ("more", "2024-03-06", 26), ("total", "2024-03-06", 84)]
    )
    assert codes(near) == []


def test_arithmetic_allows_what_the_bounds_allow():
    ledger = series(
        [
            ("total", "2024-03-05", "at least 58"),
            ("more", "2024-03-06", 20),
            ("total", "2024-03-06", 84),
        ]
    )
    assert codes(ledger) == []


def test_arithmetic_growth_across_a_gap_is_no_contradiction():
    near = series(
        [("total", "2024-03-05", 58), ("period", "2024-03-08", 3), ("total", "2024-03-08", 84)]
    )
    assert codes(near) == []
    ledger = series(
        [("total", "2024-03-05", 58), ("period", "2024-03-08", 30), ("total", "2024-03-08", 84)]
    )
    assert codes(ledger) == ["arithmetic"]


def test_falls_a_lower_total_that_nobody_revised():
    ledger = series([("total", "2024-03-05", 35), ("total", "2024-03-06", 32)])
    found = ledger.check()
    assert found["code"].tolist() == ["falls"]
    assert "32 through 2024-03-06 is lower than 35 through 2024-03-05" in found["message"].item()
    revised = ledger.revise("r1", 31, reported_at="2024-05-01")
    assert codes(revised) == []
    assert codes(series([("total", "2024-03-05", "about 35"), ("total", "2024-03-06", 32)])) == []


def test_falls_people_who_are_missing_may_be_found():
    ledger = series([("total", "2024-03-05", 35), ("total", "2024-03-06", 32)], outcome="missing")
    assert codes(ledger) == []


def whole(value, *parts):
    rows = [{"value": value, "source": "W"}]
    rows += [{"value": v, "source": s, "side": side, "category": c} for side, c, s, v in parts]
    return cas.Ledger(rows, kind="total", reported_at="2024-03-05")


FOUR = [("A", "civilian", "X", 1), ("A", "military", "X", 2), ("B", "civilian", "Y", 3)]


def test_parts_that_add_up_to_more_than_the_whole():
    assert codes(whole(5, *FOUR)) == ["parts"]
    assert codes(whole(6, *FOUR)) == []


def test_parts_that_nobody_counts_leave_the_sum_unbounded():
    assert codes(whole(60, *FOUR)) == []
    complete = [*FOUR, ("B", "military", "Y", 4)]
    assert codes(whole(60, *complete)) == ["parts"]
    assert codes(whole(10, *complete)) == []


def test_parts_counted_by_several_give_their_lowest_to_highest():
    several = [*FOUR, ("B", "military", "Y", 4), ("B", "military", "Z", 40)]
    found = whole(46, *several).check()
    assert "parts" not in found["code"].tolist()
    assert "parts" in codes(whole(47, *several))


def test_parts_of_one_side():
    rows = [
        {"side": "A", "category": "all", "value": 4, "source": "W"},
        {"side": "A", "category": "civilian", "value": 3, "source": "X"},
        {"side": "A", "category": "military", "value": 2, "source": "X"},
    ]
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    assert codes(ledger) == ["parts"]


def test_overlap_counts_that_cannot_both_be_added():
    ledger = series([("period", "2024-03-04/2024-03-08", 9), ("period", "2024-03-05", 2)])
    found = ledger.check()
    assert found["code"].tolist() == ["overlap"]
    assert found["report_ids"].item() == "r2; r1"
    assert (
        codes(series([("period", "2024-03-04/2024-03-08", 9), ("period", "2024-03-09", 2)])) == []
    )


def test_overlap_a_count_that_straddles_a_total():
    ledger = series([("total", "2024-03-05", 10), ("period", "2024-03-04/2024-03-08", 9)])
    assert "straddles the total through 2024-03-05" in ledger.check()["message"].item()
    near = series([("total", "2024-03-05", 10), ("period", "2024-03-06/2024-03-08", 9)])
    assert codes(near) == []


def claims(one, other, day="2024-03-05"):
    rows = [
        {"source": "A", "value": one, "period_end": "2024-03-05"},
        {"source": "B", "value": other, "period_end": day},
    ]
    return cas.Ledger(rows, kind="total", reported_at="2024-03-09")


def test_disagree_two_sources_on_the_same_day():
    found = claims(58, 550).check()
    assert found["code"].tolist() == ["disagree"]
    assert found["message"].item() == "A says 58 through 2024-03-05, B says 550"
    assert codes(claims("at least 58", 550)) == []
    assert codes(claims(58, 550, day="2024-03-06")) == []


def test_denied_a_live_number():
    ledger = series([("total", "2024-03-05", "more than 550")])
    ledger = ledger.deny("r1", source="Rival", reported_at="2024-05-01")
    assert ledger.check()["message"].item() == ">550 is denied by Rival"
    assert ledger.check()["severity"].item() == "note"
    assert codes(ledger.revise("r1", 500, reported_at="2024-05-02")) == []


def test_flips_a_number_that_comes_back():
    day = "2024-03-05"
    ledger = series(
        [("total", day, 60), ("total", day, 61), ("total", day, 60), ("total", day, 61)]
    )
    found = ledger.check()
    assert found["code"].tolist() == ["flips"]
    assert "went 60, 61, 60, 61" in found["message"].item()
    assert codes(series([("total", day, 60), ("total", day, 61), ("total", day, 62)])) == []


def test_flips_a_late_total_of_an_earlier_day_is_none():
    ledger = series(
        [("total", "2024-03-06", 20), ("total", "2024-03-05", 10), ("total", "2024-03-06", 20)]
    )
    assert codes(ledger) == []


def test_bounds_that_do_not_hold_the_value():
    rows = {"source": "M", "kind": "total", "reported_at": "2024-03-05", "value": 5}
    ledger = cas.Ledger([rows | {"low": 7, "high": 9}])
    assert ledger.check()["message"].item() == "5 lies outside its own bounds, 7–9"
    assert codes(cas.Ledger([rows | {"low": 5, "high": 9}])) == []
    assert codes(cas.Ledger([rows | {"value": "more than 5"}])) == []


def test_silent_a_source_that_declined():
    assert codes(series([("total", "2024-03-05", None)])) == ["silent"]
    assert codes(series([("total", "2024-03-05", None), ("total", "2024-03-05", 4)])) == []


def test_early_a_count_of_a_day_to_come():
    rows = {"source": "M", "kind": "total", "value": 5, "period_end": "2024-03-06"}
    assert codes(cas.Ledger([rows | {"reported_at": "2024-03-05 23:59"}])) == ["early"]
    assert codes(cas.Ledger([rows | {"reported_at": "2024-03-06 00:00"}])) == []


def steps(values):
    days = pd.date_range("2020-01-01", periods=len(values))
    frame = pd.DataFrame({"value": values, "period_end": days})
    frame["reported_at"] = days + pd.Timedelta("1D")
    return cas.Ledger(frame, source="M", kind="total")


def test_jump_a_typed_total_but_not_a_surge():
    totals = (350_000 + np.cumsum(np.random.default_rng(1).integers(900, 1100, 10))).tolist()
    typed = steps([*totals[:9], 790_800])
    assert codes(typed) == ["jump"]
    assert "790,800" in typed.check()["message"].item()
    assert codes(steps(totals)) == []
    assert codes(steps(np.cumsum([1, 2, 5, 12, 30, 80, 200, 500]).tolist())) == []


def test_findings_come_worst_first():
    order = cas.load_dataset("karabakh_2020").check()["severity"].drop_duplicates().tolist()
    assert order == ["contradiction", "doubt", "note"]


def test_a_clean_ledger_has_no_findings():
    assert article().check().empty
    assert cas.Ledger([]).check().empty


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
        frame["reported_at"] = days + pd.to_timedelta(random.integers(24, 90, 200), unit="h")
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


def test_arithmetic_a_count_that_no_later_total_leaves_room_for():
    ledger = series([("period", "2024-03-03/2024-03-03", 20), ("total", "2024-03-08", 12)])
    found = ledger.check()
    assert found["code"].tolist() == ["arithmetic"]
    assert found["message"].item() == (
        "no number through 2024-03-03 fits: the reports before it give at least 20, "
        "those after it at most 12"
    )
    assert (found["found"].item(), found["expected"].item()) == (20, 12)
    assert found["report_ids"].item() == "r1; r2"
    near = series([("period", "2024-03-03/2024-03-03", 12), ("total", "2024-03-08", 12)])
    assert codes(near) == []


def test_overlap_a_count_from_before_the_totals_begin():
    rows = [
        {"kind": "period", "period_start": "2024-03-01", "period_end": "2024-03-02", "value": 4,
         "reported_at": "2024-03-03"},
        {"kind": "total", "period_start": "2024-03-05", "period_end": "2024-03-06", "value": 9,
         "reported_at": "2024-03-07"},
    ]  # fmt: skip
    found = cas.Ledger(rows, source="M").check()
    assert found["code"].tolist() == ["overlap"]
    assert "ends before the day that the totals count from, 2024-03-05" in found["message"].item()
    assert found["report_ids"].item() == "r1; r2"


def test_early_is_said_of_the_early_report_alone():
    rows = [
        {"period_end": "2024-03-09", "reported_at": "2024-03-05", "value": 9},
        {"period_end": "2024-03-04", "reported_at": "2024-03-05", "value": 4},
    ]
    found = cas.Ledger(rows, source="M", kind="total").check()
    assert found[["code", "report_ids"]].values.tolist() == [["early", "r1"]]


def test_parts_of_another_side_say_nothing_of_a_whole():
    rows = [
        {"side": "A", "category": "all", "value": 5},
        {"side": "B", "category": "civilian", "value": 9},
        {"side": "B", "category": "military", "value": 9},
    ]
    fixed = {"source": "M", "kind": "total", "reported_at": "2024-03-05"}
    assert codes(cas.Ledger(rows, **fixed)) == []
    assert codes(cas.Ledger([rows[0] | {"side": "B"}, *rows[1:]], **fixed)) == ["parts"]
