"""Section 4 of the rules, each with an example worked by hand."""

import pandas as pd
import pytest
from ledgers import article, rows_of, series

import casualties as cas


def totals_at(ledger, when):
    frame = ledger.as_of(when).totals()
    return list(zip(frame["date"].dt.strftime("%d"), frame["total"], frame["basis"], strict=True))


def test_the_worked_example_of_28_september_2020():
    ledger = article()
    assert totals_at(ledger, "2020-09-28 14:10") == [("28", 28, "floor")]
    assert totals_at(ledger, "2020-09-28 15:00") == [("27", 31, "backed_out"), ("28", 59, "stated")]
    assert totals_at(ledger, "2020-09-28 16:00") == [("27", 31, "backed_out"), ("28", 58, "stated")]
    assert totals_at(ledger, "2020-09-29 01:00") == [("27", 31, "backed_out"), ("28", 84, "summed")]


def test_a_single_period_count_is_a_floor_without_upper_bound():
    assert rows_of(series([("period", "2024-03-05", 7)])) == [(5, 7, 7, None, "floor")]


def test_increments_without_a_gap_are_summed_on_the_last_total():
    ledger = series(
        [("total", "2024-03-05", 10), ("period", "2024-03-06", 3), ("more", "2024-03-07", 2)]
    )
    assert rows_of(ledger) == [
        (5, 10, 10, 10, "stated"), (6, 13, 13, 13, "summed"), (7, 15, 15, 15, "summed"),
    ]  # fmt: skip


def test_a_sum_across_a_gap_is_a_floor():
    ledger = series([("total", "2024-03-05", 10), ("period", "2024-03-08", 3)])
    assert rows_of(ledger) == [(5, 10, 10, 10, "stated"), (8, 13, 13, None, "floor")]


def test_a_later_total_bounds_a_floor_from_above():
    # 10 through the 5th, 3 on the 8th, 20 through the 12th: at most 20 through the 8th.
    ledger = series(
        [("total", "2024-03-05", 10), ("period", "2024-03-08", 3), ("total", "2024-03-12", 20)]
    )
    assert rows_of(ledger)[1] == (8, 13, 13, 20, "floor")
    assert ledger.totals()["unexplained"].tolist() == [pd.NA, pd.NA, 7]


def test_a_count_before_the_first_total_is_worked_back():
    # 4 on the 6th and 30 through the 6th mean 26 through the 5th.
    ledger = series([("period", "2024-03-06", 4), ("total", "2024-03-06", 30)])
    assert rows_of(ledger) == [(5, 26, 26, 26, "backed_out"), (6, 30, 30, 30, "stated")]


def test_a_total_less_later_increments_across_a_gap_is_a_ceiling():
    # 5 on the 3rd, then nothing until 30 through the 9th: at most 30 through the 3rd.
    ledger = series([("period", "2024-03-03", 5), ("total", "2024-03-09", 30)])
    assert rows_of(ledger)[0] == (3, 30, 5, 30, "ceiling")


def test_the_origin_is_zero_at_the_end_of_the_day_before_the_count_began():
    ledger = series([("total", "2024-03-04/2024-03-06", 9), ("period", "2024-03-04", 2)])
    assert rows_of(ledger) == [(4, 2, 2, 2, "summed"), (6, 9, 9, 9, "stated")]
    assert ledger.totals()["unexplained"].iloc[-1] == 7


def test_increments_up_to_the_day_of_the_origin_are_left_out():
    ledger = series([("period", "2024-03-03", 50), ("total", "2024-03-04/2024-03-06", 9)])
    assert rows_of(ledger) == [(6, 9, 9, 9, "stated")]


def test_overlapping_counts_are_counted_once():
    ledger = series(
        [("period", "2024-03-05/2024-03-09", 2), ("period", "2024-03-04/2024-03-08", 9)]
    )
    assert rows_of(ledger) == [(8, 9, 9, None, "floor")]


def test_a_count_that_straddles_a_total_is_left_out():
    ledger = series([("total", "2024-03-05", 10), ("period", "2024-03-04/2024-03-08", 9)])
    assert rows_of(ledger) == [(5, 10, 10, 10, "stated")]


def test_a_total_includes_the_more_of_the_same_instant():
    rows = [
        {"kind": "total", "value": 84, "period_end": "2024-03-05"},
        {"kind": "more", "value": 26, "period_end": "2024-03-05"},
    ]
    ledger = cas.Ledger(rows, source="Ministry", reported_at="2024-03-06 00:09")
    assert rows_of(ledger) == [(5, 84, 84, 84, "stated")]


def test_bounds_add_up_and_unbounded_ones_stay_so():
    ledger = series(
        [("total", "2024-03-05", "10-12"), ("period", "2024-03-06", "about 5"),
         ("period", "2024-03-07", "at least 3")]
    )  # fmt: skip
    assert rows_of(ledger) == [
        (5, 10, 10, 12, "stated"), (6, 15, 10, None, "summed"), (7, 18, 13, None, "summed"),
    ]  # fmt: skip


def test_bounds_never_fall_below_zero_and_fewer_than_none_bounds_nothing():
    ledger = series([("period", "2024-03-06", 9), ("total", "2024-03-06", 5)])
    assert rows_of(ledger)[0] == (5, 0, 0, None, "backed_out")


def test_bounds_that_contradict_each_other_change_places():
    # 20 through the 5th and 4 on the 6th make at least 24, but 15 through the 6th says at most 15.
    ledger = series(
        [("total", "2024-03-05", 20), ("period", "2024-03-06", 4), ("total", "2024-03-07", 15)]
    )
    assert rows_of(ledger)[1] == (6, 24, 15, 24, "summed")


def test_more_than_counts_as_one_more():
    ledger = series([("total", "2024-03-05", "more than 2,300")])
    assert rows_of(ledger) == [(5, 2301, 2301, None, "stated")]


def test_a_silence_does_not_erase_what_was_said_before():
    rows = [("total", "2024-03-05", 10), ("total", "2024-03-05", None)]
    assert rows_of(series(rows)) == [(5, 10, 10, 10, "stated")]


def test_every_day_is_filled_forward():
    frame = series([("total", "2024-03-05", 10), ("total", "2024-03-08", 12)]).totals(freq="D")
    assert frame["total"].tolist() == [10, 10, 10, 12]
    assert frame["basis"].tolist() == ["stated", "carried", "carried", "stated"]
    assert cas.Ledger([]).totals(freq="D").empty
    with pytest.raises(cas.LedgerError, match="freq 'W' is not known"):
        series([]).totals(freq="W")


def test_history_tells_each_change_of_the_headline_and_its_cause():
    frame = article().history()
    assert frame["total"].tolist() == [28, 59, 58, 84]
    assert frame["change"].tolist() == [pd.NA, 31, -1, 26]
    assert frame["cause"].tolist() == ["first", "new", "revised", "new"]


def test_history_of_one_day_follows_that_day():
    frame = article().history("2020-09-27")
    assert frame["total"].tolist() == [31]
    assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == ["2020-09-27"]


def test_a_withdrawn_number_leaves_a_row_without_one():
    ledger = series([("total", "2024-03-05", 10)]).retract("r1", reported_at="2024-04-09")
    frame = ledger.history()
    assert frame["cause"].tolist() == ["first", "retracted"]
    assert frame["total"].isna().tolist() == [False, True]


def test_totals_hold_until_the_next_report():
    ledger = article()
    before = ledger.as_of("2020-09-28 15:35:59").totals()
    assert before["total"].tolist() == [31, 59]
    assert ledger.as_of("2020-09-28 15:36").totals()["total"].tolist() == [31, 58]


def test_a_bare_date_asks_for_the_end_of_that_day():
    assert len(article().as_of("2020-09-28")) == 4
    assert len(article().as_of("2020-09-29")) == 5


def test_series_of_other_definitions_are_not_mixed():
    rows = [{"value": 46706, "definition": "any time"}, {"value": 41329, "definition": "28 days"}]
    ledger = cas.Ledger(rows, source="DHSC", kind="total", reported_at="2020-08-12")
    assert ledger.totals()["total"].tolist() == [41329, 46706]
    assert ledger.revisions().empty


def test_history_of_increments_alone_adds_and_withdraws():
    ledger = series(
        [("period", "2024-03-05/2024-03-05", 4), ("period", "2024-03-06/2024-03-06", 5)]
    )
    ledger = ledger.retract("r1", reported_at="2024-04-10")
    told = ledger.history()
    assert told["total"].tolist() == [4, 9, 5]
    assert told["high"].isna().all()
    assert told["cause"].tolist() == ["first", "new", "retracted"]


def test_vintages_of_several_series_are_told_apart_and_none_are_empty():
    rows = [
        {"source": "A", "value": 5, "reported_at": "2024-03-05"},
        {"source": "B", "value": 9, "reported_at": "2024-03-06"},
    ]
    matrix = cas.Ledger(rows, kind="total").vintages()
    assert matrix.index.names[-2:] == ["source", "date"]
    assert matrix.iloc[:, 0].astype(object).where(matrix.iloc[:, 0].notna(), None).tolist() == [
        5, None,
    ]  # fmt: skip
    assert matrix.iloc[:, 1].tolist() == [5, 9]
    empty = cas.Ledger([]).vintages()
    assert empty.shape == (0, 0)
    silent = cas.Ledger(
        [{"source": "A", "reported_at": "2024-03-05"}], kind="total", value=None
    ).vintages()
    assert silent.shape == (0, 1)
