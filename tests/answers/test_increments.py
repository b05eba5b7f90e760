"""How many in each stretch of days, worked by hand."""

import pandas as pd
import pytest
from ledgers import article

import casualties as cas


def told(frame):
    """Start and end (month/day), value, low, high, complete."""
    return [
        (f"{row.start:%m-%d}", f"{row.end:%m-%d}", None if pd.isna(row.value) else row.value,
         None if pd.isna(row.low) else row.low, None if pd.isna(row.high) else row.high,
         row.complete)
        for row in frame.itertuples()
    ]  # fmt: skip


def totals(*rows, **fixed):
    written = [
        {"period_end": day, "value": value, "reported_at": f"2025-04-{place + 1:02d}"}
        for place, (day, value) in enumerate(rows)
    ]
    return cas.Ledger(written, source="Ministry", kind="total", **fixed)


def test_increments_stand_between_successive_totals():
    ledger = totals(("2024-03-01", 5), ("2024-03-02", 9), ("2024-03-05", 12))
    assert told(ledger.increments()) == [
        ("03-02", "03-02", 4, 4, 4, True), ("03-03", "03-05", 3, 3, 3, True)
    ]  # fmt: skip


def test_bounds_of_increments_are_those_of_both_totals():
    ledger = totals(
        ("2024-03-01", "4-6"), ("2024-03-02", "8-10"), ("2024-03-03", "at least 12"),
        ("2024-03-04", 14),
    )  # fmt: skip
    # 8 − 6 to 10 − 4; 12 − 10 to 14 − 8, since 14 is said of the next day; at most 14 − 12.
    assert told(ledger.increments()) == [
        ("03-02", "03-02", 4, 2, 6, True), ("03-03", "03-03", 4, 2, 6, True),
        ("03-04", "03-04", 2, 0, 2, True),
    ]  # fmt: skip


def test_increments_are_never_below_zero_but_for_a_fall():
    ledger = totals(("2024-03-01", "4-9"), ("2024-03-02", "5-9"), ("2024-03-03", 3))
    assert told(ledger.increments()) == [
        ("03-02", "03-02", 1, 0, 5, True), ("03-03", "03-03", -2, -6, 0, True)
    ]  # fmt: skip
    ledger = totals(("2024-03-01", "4-9"), ("2024-03-02", "5-9"), outcome="missing")
    assert told(ledger.increments()) == [("03-02", "03-02", 1, -4, 5, True)]


def test_a_month_is_from_its_last_number_to_the_next_months():
    ledger = totals(
        ("2024-01-10", 10), ("2024-01-20", 15), ("2024-02-15", 20), ("2024-03-31", 26),
        ("2024-04-30", 30),
    )  # fmt: skip
    # Numbers are carried to the end of the month; their high is the next number's.
    assert told(ledger.increments("MS")) == [
        ("01-11", "01-31", 5, 5, 10, False), ("02-01", "02-29", 5, 0, 11, False),
        ("03-01", "03-31", 6, 0, 6, False), ("04-01", "04-30", 4, 4, 4, True),
    ]  # fmt: skip


def test_a_gap_is_one_interval_and_never_spread():
    ledger = totals(("2024-01-31", 10), ("2024-04-30", 20), ("2024-05-31", 21))
    assert told(ledger.increments("MS")) == [
        ("02-01", "04-30", 10, 10, 10, True), ("05-01", "05-31", 1, 1, 1, True)
    ]  # fmt: skip


def test_the_first_number_is_no_increment():
    assert totals(("2024-01-10", 10)).increments().empty
    assert totals(("2024-01-10", 10)).increments("MS").empty
    # From 11 January to the end of February: nobody said how many of these were in January.
    ledger = totals(("2024-01-10", 10), ("2024-02-29", 25))
    assert told(ledger.increments("MS")) == [("01-11", "02-29", 15, 15, 15, True)]


def test_the_last_number_is_carried_without_a_high():
    ledger = totals(("2024-01-31", 10), ("2024-02-15", 25))
    assert told(ledger.increments("MS")) == [("02-01", "02-29", 15, 15, None, False)]
    ledger = totals(("2024-01-31", 10), ("2024-02-15", 25), outcome="missing")
    assert told(ledger.increments("MS")) == [("02-01", "02-29", 15, -10, None, False)]


def test_a_carried_number_above_the_next_one_is_bounded_by_itself():
    # 20 through the 15th, then 12 on 31 March: the source counts anew from less.
    ledger = totals(("2024-01-31", 10), ("2024-02-15", 20), ("2024-03-31", 12))
    assert told(ledger.increments("MS")) == [
        ("02-01", "02-29", 10, 10, None, False), ("03-01", "03-31", -8, None, 0, False)
    ]  # fmt: skip


def test_weeks_run_from_monday_to_sunday():
    # 3 March 2024 was a Sunday.
    ledger = totals(("2024-03-03", 5), ("2024-03-04", 9), ("2024-03-10", 12))
    assert told(ledger.increments("W")) == [("03-04", "03-10", 7, 7, 7, True)]


def test_days_are_the_same_with_and_without_a_frequency():
    ledger = totals(("2024-03-03", 5), ("2024-03-04", 9), ("2024-03-10", 12))
    pd.testing.assert_frame_equal(ledger.increments("D"), ledger.increments())


def test_quarters_and_years():
    ledger = totals(("2023-12-31", 5), ("2024-03-31", 9), ("2024-12-31", 12))
    assert told(ledger.increments("QS")) == [
        ("01-01", "03-31", 4, 4, 4, True), ("04-01", "12-31", 3, 3, 3, True)
    ]  # fmt: skip
    assert told(ledger.increments("YS")) == [("01-01", "12-31", 7, 7, 7, True)]


def weeks(*rows):
    written = [
        {"period_start": start, "period_end": end, "value": value, "reported_at": "2025-04-01"}
        for start, end, value in rows
    ]
    return cas.Ledger(written, source="Ministry", kind="period")


def test_a_stated_week_is_what_it_says_also_where_the_total_is_a_floor():
    ledger = weeks(("2024-01-01", "2024-01-07", 12), ("2024-01-08", "2024-01-14", 9))
    stated = [("01-01", "01-07", 12, 12, 12, True), ("01-08", "01-14", 9, 9, 9, True)]
    assert told(ledger.increments()) == told(ledger.increments("W")) == stated
    assert ledger.increments()["days"].tolist() == [7, 7]
    # Within January at least 21: of the days after the 14th nobody speaks.
    assert told(ledger.increments("MS")) == [("01-01", "01-31", 21, 21, None, False)]


def test_the_deaths_between_two_days():
    ledger = totals(("2024-03-01", 5), ("2024-03-04", 9), ("2024-03-10", 12))

    def between(*days):
        return told(ledger.increments(between=days))

    assert between("2024-03-02", "2024-03-04") == [("03-02", "03-04", 4, 4, 4, True)]
    assert between("2024-03-05", None) == [("03-05", "03-10", 3, 3, 3, True)]
    assert between(None, "2024-03-04") == [("03-02", "03-04", 4, 4, 4, True)]
    # Through the 2nd the 5 of the 1st are carried: 5 to 9.
    assert between("2024-03-03", "2024-03-10") == [("03-03", "03-10", 7, 3, 7, False)]
    assert between("2024-04-01", None) == []
    with pytest.raises(cas.LedgerError, match="between"):
        ledger.increments(between="2024-03-02")


def test_a_stretch_that_no_report_speaks_of_is_unknown():
    rows = [
        {"kind": "total", "value": 100, "period_end": "2024-03-01"},
        {"kind": "period", "value": 5, "period_start": "2024-03-05", "period_end": "2024-03-06"},
    ]
    ledger = cas.Ledger(rows, source="Ministry", reported_at="2024-03-09")
    assert told(ledger.increments()) == [
        ("03-02", "03-04", None, 0, None, True), ("03-05", "03-06", 5, 5, 5, True),
    ]  # fmt: skip


def test_a_first_stretch_begins_where_a_total_says_that_the_count_does():
    ledger = totals(("2024-03-03", 10), period_start="2024-03-01")
    assert told(ledger.increments()) == [("03-01", "03-03", 10, 10, 10, True)]


def test_incidents_of_a_stretch_are_added_up():
    rows = [{"value": v, "period_end": f"2024-03-0{d}"} for v, d in ((3, 1), ("4-6", 1), (2, 5))]
    ledger = cas.Ledger(rows, source="Ministry", kind="incident", reported_at="2024-03-09")
    assert told(ledger.increments("MS"))[0][2:4] == (9, 9)
    assert told(ledger.increments())[-1][2:5] == (2, 2, 2)


def test_an_incident_that_reaches_into_two_stretches_may_belong_to_either():
    rows = [
        {"value": 4, "period_end": "2024-01-05"},
        {
            "value": 12,
            "low": 10,
            "high": 20,
            "period_start": "2024-01-31",
            "period_end": "2024-02-02",
        },
        {"value": 1, "period_end": "2024-02-14"},
        {"value": 1, "period_end": "2024-03-01"},
    ]
    ledger = cas.Ledger(rows, source="U", kind="incident", reported_at="2024-06-01")
    assert [row[2:5] for row in told(ledger.increments("MS"))][:2] == [(4, 4, 24), (13, 1, 21)]
    january = ledger.increments(between=("2024-01-31", "2024-01-31"))
    assert told(january)[0][2:5] == (None, 0, 20)


def test_unknown_stretches_are_refused():
    for freq in ("M", "2W", 7, ["D"]):
        with pytest.raises(cas.LedgerError, match="unknown freq .*use one of D, W, MS, QS, YS"):
            article().increments(freq)


def test_increments_have_the_columns_and_dtypes_that_were_decided():
    names = ["event", "side", "category", "outcome", "definition", "source"]
    day = "datetime64[us]"
    expected = dict.fromkeys(names, "category") | {"start": day, "end": day, "days": "Int64"}
    expected |= {"value": "Int64", "low": "Int64", "high": "Int64", "complete": "bool"}
    for ledger in (article(), cas.Ledger([])):
        for freq in (None, "MS"):
            frame = ledger.increments(freq)
            assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == expected
            assert frame.index.equals(pd.RangeIndex(len(frame)))


def test_a_first_total_is_not_all_of_the_days_since_one_within_it():
    row = {"value": 4000, "reported_at": "2021-01-20", "period_start": "2020-09-27"}
    ledger = cas.Ledger([row], source="M", kind="total")
    (found,) = ledger.increments(between=("2020-10-10", None)).to_dict("records")
    assert pd.isna(found["value"])
    assert (found["low"], found["high"]) == (0, 4000)
    (whole,) = ledger.increments(between=(None, None)).to_dict("records")
    assert (whole["value"], whole["low"], whole["high"]) == (4000, 4000, 4000)


def test_a_list_says_nothing_of_the_time_before_its_first_incident():
    rows = [{"value": 5, "period_end": "2024-01-05"}, {"value": 2, "period_end": "2024-01-09"}]
    ledger = cas.Ledger(rows, source="U", kind="incident", reported_at="2024-06-01")
    before = ledger.increments(between=("2023-12-01", "2023-12-20"))
    assert told(before)[0][2:5] == (None, 0, None)
    across = ledger.increments(between=("2023-12-01", "2024-01-05"))
    assert told(across)[0][2:5] == (5, 5, None)
    assert told(ledger.increments(between=("2024-01-05", "2024-01-09")))[0][2:5] == (7, 7, 7)


def test_a_list_counts_all_until_it_was_published():
    rows = [{"value": 5, "low": 3, "high": 8, "period_end": "2024-02-10"},
            {"value": 7, "low": 6, "high": 9, "period_end": "2024-03-20"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="U", kind="incident", reported_at="2024-06-01")
    assert [row[2:5] for row in told(ledger.increments("MS"))] == [(5, 3, 8), (7, 6, 9)]
    until_may = ledger.increments(between=("2024-03-01", "2024-05-31"))
    assert told(until_may)[0][2:5] == (7, 6, 9)
    beyond = ledger.increments(between=("2024-03-01", "2024-06-02"))
    assert told(beyond)[0][2:5] == (7, 6, None)


def test_a_month_without_an_incident_in_a_list_is_a_stretch_of_its_own():
    rows = [{"value": 5, "period_end": "2025-01-20"}, {"value": 7, "period_end": "2025-03-10"}]
    events = cas.Ledger(rows, source="UCDP", kind="incident", reported_at="2025-05-01")
    assert events.increments("MS")["value"].tolist() == [5, 0, 7]


def test_an_incident_of_a_list_is_counted_in_its_own_days():
    rows = [{"value": 12, "period_end": "2024-01-03"},
            {"value": 5, "period_start": "2024-01-12", "period_end": "2024-01-14"}]  # fmt: skip
    found = cas.Ledger(rows, source="U", kind="incident", reported_at="2024-06-01").increments()
    assert found["start"].dt.day.tolist() == [3, 4, 12]
    assert found["end"].dt.day.tolist() == [3, 11, 14]
    assert [row[2:5] for row in told(found)] == [(12, 12, 12), (0, 0, 0), (5, 5, 5)]


def test_increments_lie_within_what_the_reports_leave_of_them():
    # Worked back from "about 26", 22 stood on the eve; exactly 2 were killed on the 2nd.
    rows = [
        {"kind": "period", "period_end": "2024-06-02", "value": 2, "reported_at": "2024-06-03"},
        {"kind": "period", "period_start": "2024-06-01", "period_end": "2024-06-04", "value": 4,
         "reported_at": "2024-06-05"},
        {"kind": "total", "period_end": "2024-06-04", "value": "about 26",
         "reported_at": "2024-06-06"},
    ]  # fmt: skip
    ledger = cas.Ledger(rows, source="Ministry")
    second = ("06-02", "06-02", 2, 2, 2, True)
    assert told(ledger.increments("D"))[1] == told(ledger.increments())[1] == second
    assert told(ledger.increments(between=("2024-06-02", "2024-06-02"))) == [second]


def test_increments_across_a_cut_are_no_sum_of_counts():
    # 69; 44 within the 3rd to 6th, and then 18 in all: no count says what was added to what.
    rows = [
        {"kind": "total", "period_end": "2024-06-01", "value": 69, "reported_at": "2024-06-01"},
        {"kind": "period", "period_start": "2024-06-03", "period_end": "2024-06-06", "value": 44,
         "reported_at": "2024-06-06 20:00"},
        {"kind": "total", "period_end": "2024-06-06", "value": 18, "reported_at": "2024-06-06"},
    ]  # fmt: skip
    assert told(cas.Ledger(rows, source="Ministry").increments())[-1][2:5] == (None, None, 0)


def test_a_stale_total_is_no_base_of_later_increments():
    # 50 through the 3rd is stale beside 80 through the 2nd; exactly 16 were killed on the 5th.
    rows = [
        {"kind": "total", "period_end": "2024-06-03", "value": 50, "reported_at": "2024-06-03"},
        {"kind": "total", "period_end": "2024-06-02", "value": 80, "reported_at": "2024-06-04"},
        {"kind": "period", "period_end": "2024-06-05", "value": 16, "reported_at": "2024-06-05"},
        {"kind": "total", "period_end": "2024-06-06", "value": 100, "reported_at": "2024-06-06"},
    ]
    ledger = cas.Ledger(rows, source="Ministry")
    for stretches in (ledger.increments("D"), ledger.increments()):
        assert told(stretches)[2] == ("06-05", "06-05", 16, 16, 16, True)
