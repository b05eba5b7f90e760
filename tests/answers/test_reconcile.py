"""Sections 6 and 7: claims, parts and bridges, worked by hand; identities on random ledgers."""

import pandas as pd
import pytest
from hypothesis import given
from ledgers import article
from strategies import clocks, ledgers, many

import casualties as cas

BRIDGE = ["opening", "revised", "new", "unexplained", "closing"]


def evening():
    return cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")


def test_the_bridge_between_59_and_58():
    ledger = article()
    bridge = ledger.reconcile("2020-09-28 15:00", "2020-09-28 16:00")
    assert bridge[BRIDGE].values.tolist() == [[59, -1, 0, 0, 58]]
    bridge = ledger.reconcile("2020-09-28 14:10", "2020-09-29 01:00")
    assert bridge[BRIDGE].values.tolist() == [[28, 56, 0, 0, 84]]


def test_later_days_are_new_and_falls_are_unexplained():
    def ledger(*values):
        rows = [
            {"value": value, "period_end": f"2024-03-{5 + place:02d}"}
            for place, value in enumerate(values)
        ]
        return cas.Ledger(rows, source="M", kind="total", reported_at="2024-04-01")

    assert cas.reconcile(ledger(10), ledger(9, 15))[BRIDGE].values.tolist() == [[10, -1, 6, 0, 15]]
    assert cas.reconcile(ledger(10), ledger(12, 11))[BRIDGE].values.tolist() == [[10, 2, 0, -1, 11]]
    assert cas.reconcile(ledger(10, 12), ledger(9))[BRIDGE].values.tolist() == [[12, -3, 0, 0, 9]]


def test_a_series_that_appears_or_disappears_opens_or_closes_at_zero():
    ledger = article()
    empty = cas.Ledger([], tz="Asia/Yerevan")
    assert cas.reconcile(empty, ledger)[BRIDGE].values.tolist() == [[0, 0, 84, 0, 84]]
    assert cas.reconcile(ledger, empty)[BRIDGE].values.tolist() == [[84, -84, 0, 0, 0]]
    assert cas.reconcile(ledger, empty)["closing_date"].isna().all()
    assert cas.reconcile(empty, empty).empty
    with pytest.raises(cas.LedgerError, match="before is a DataFrame"):
        cas.reconcile(ledger.reports, ledger)


@many(60)
@given(ledgers(), ledgers())
def test_the_bridge_adds_up_between_any_two_ledgers(before, after):
    bridge = cas.reconcile(before, after)
    total = bridge["opening"] + bridge["revised"] + bridge["new"] + bridge["unexplained"]
    assert (total == bridge["closing"]).all()
    heads = after.series().set_index("source")["latest"].dropna().to_dict()
    found = bridge.dropna(subset="closing_date").set_index("source")["closing"].to_dict()
    assert found == heads


@many(60)
@given(ledgers(), clocks, clocks, clocks)
def test_bridges_meet_across_a_chain_of_clocks(ledger, one, two, three):
    first, second, third = sorted([one, two, three])
    left, right = ledger.reconcile(first, second), ledger.reconcile(second, third)
    ends = dict(zip(left["source"], left["closing"], strict=True))
    for source, opening in zip(right["source"], right["opening"], strict=True):
        assert ends.get(source, 0) == opening


def test_58_against_550_stands_out():
    frame = evening().compare()
    row = frame[(frame["category"] == "military") & (frame["date"] == "2020-09-28")].iloc[0]
    assert (row["lowest"], row["highest"], row["spread"], row["sources"]) == (58, 550, 492, 2)
    assert row["lowest_source"] == "Karabakh defence ministry"
    assert row["highest_source"] == "Azerbaijan defence ministry"
    assert row["ratio"] == pytest.approx(550 / 58)
    assert not row["agree"]


def test_sources_agree_when_all_their_bounds_overlap():
    rows = [{"value": 10, "source": "A"}, {"value": "at least 8", "source": "B"},
            {"value": "9-12", "source": "C"}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    assert ledger.compare()["agree"].tolist() == [True]
    more = ledger.append([{"value": 11, "source": "D", "reported_at": "2024-03-05"}], kind="total")
    assert more.compare()["agree"].tolist() == [False]


def test_one_source_is_no_comparison():
    assert article().compare().empty


def test_the_article_adds_up_to_at_least_67():
    toll = evening().where(event="Nagorno-Karabakh 2020", outcome="killed")
    row = toll.tally(choose=cas.Prefer("Karabakh defence ministry", "AFP")).iloc[-1]
    assert (row["total"], row["low"], row["parts"]) == (67, 67, 3)
    assert pd.isna(row["high"])
    assert row["missing"] == "Azerbaijan · military"


def parts(**columns):
    rows = [
        {"side": "A", "category": "civilian", "source": "X", "value": 3},
        {"side": "A", "category": "military", "source": "X", "value": 10},
        {"side": "A", "category": "military", "source": "Y", "value": "at least 8",
         "reported_at": "2024-03-06"},
        {"side": "all", "category": "all", "source": "X", "value": 99},
    ]  # fmt: skip
    rows = [{"reported_at": "2024-03-05", "period_end": "2024-03-05"} | row for row in rows]
    return cas.Ledger(rows, kind="total", **columns)


def test_policies_choose_between_claims():
    ledger = parts()

    def toll(choose):
        row = ledger.tally(choose=choose).iloc[-1]
        return row["total"], row["low"], None if pd.isna(row["high"]) else row["high"]

    assert toll(cas.Prefer("Y", "X")) == (11, 11, None)
    assert toll(cas.Prefer("X")) == (13, 13, 13)
    assert toll(cas.Latest()) == (11, 11, None)
    assert toll(cas.Lowest()) == (11, 11, None)
    assert toll(cas.Highest()) == (13, 13, 13)
    assert toll(lambda claims: claims[claims["source"] == "X"]) == (13, 13, 13)
    assert cas.Prefer("a", "b") == cas.Prefer("a", "b")
    with pytest.raises(cas.LedgerError, match="most trusted first"):
        cas.Prefer()


def test_several_claims_without_a_policy_show_the_call_to_write():
    with pytest.raises(cas.LedgerError) as error:
        parts().tally()
    assert "A · military is counted by 2 series: X, Y" in str(error.value)
    assert "tally(choose=Prefer('X', 'Y'))" in str(error.value)


def test_a_part_that_is_not_counted_yet_is_missing():
    rows = [
        {"category": "civilian", "value": 3, "period_end": "2024-03-05"},
        {"category": "military", "value": 4, "period_end": "2024-03-07"},
    ]
    ledger = cas.Ledger(rows, source="X", side="A", kind="total", reported_at="2024-03-08")
    toll = ledger.tally()
    assert toll["total"].tolist() == [3, 7]
    assert toll["missing"].tolist() == ["A · military", ""]
    assert toll["high"].isna().tolist() == [True, False]


def test_a_bound_that_is_gone_is_not_carried_forward():
    # 10 through the 5th, then at least 12: the part, and so the sum, has no upper bound any more.
    rows = [
        {"category": "civilian", "value": 10, "period_end": "2024-03-05"},
        {"category": "civilian", "value": "at least 12", "period_end": "2024-03-06"},
        {"category": "military", "value": 3, "period_end": "2024-03-05"},
    ]
    toll = cas.Ledger(rows, source="X", side="A", kind="total", reported_at="2024-03-08").tally()
    assert toll[["total", "low"]].to_numpy().tolist() == [[13, 13], [15, 15]]
    assert toll["high"].tolist() == [13, pd.NA]


def test_a_tally_can_be_by_side():
    assert parts().tally(by="side", choose=cas.Highest())["side"].tolist() == ["A"]
    with pytest.raises(cas.LedgerError, match="Did you mean 'side'"):
        parts().tally(by="sides")


def test_nothing_to_compare_is_an_empty_answer():
    empty = cas.Ledger([])
    assert empty.compare().empty
    assert empty.tally().empty
    silent = cas.Ledger(
        [{"side": "A", "category": "civilian", "source": "M", "reported_at": "2024-03-05"}],
        kind="total",
        value=None,
    )
    assert silent.tally().empty
    assert silent.compare().empty


def test_a_policy_must_choose_one_row_a_day():
    rows = [{"source": "A", "value": 5}, {"source": "B", "value": 9}]
    ledger = cas.Ledger(rows, kind="total", side="X", category="civilian", reported_at="2024-03-05")
    with pytest.raises(cas.LedgerError, match="two rows for one day"):
        ledger.tally(choose=lambda claims: claims)


def test_a_day_on_which_no_part_changed_is_not_repeated():
    rows = [
        {"side": "X", "period_end": "2024-03-04", "value": 5},
        {"side": "X", "period_end": "2024-03-05", "value": 5},
        {"side": "X", "period_end": "2024-03-06", "value": 6},
    ]
    toll = cas.Ledger(
        rows, kind="total", source="M", category="civilian", reported_at="2024-03-07"
    ).tally()
    assert toll["date"].dt.day.tolist() == [4, 6]
    assert toll["total"].tolist() == [5, 6]


def test_a_headline_whose_day_is_gone_is_taken_back_in_full():
    rows = [
        {"report_id": "a", "value": 10, "period_end": "2024-03-05", "reported_at": "2024-03-06"},
        {"report_id": "b", "value": 12, "period_end": "2024-03-07", "reported_at": "2024-03-08"},
        {"report_id": "c", "action": "retract", "refers_to": "a", "reported_at": "2024-03-08"},
    ]
    ledger = cas.Ledger(rows, source="M", kind="total")
    bridge = ledger.reconcile("2024-03-06", "2024-03-09")
    columns = ["opening", "revised", "new", "unexplained", "closing"]
    assert bridge[columns].values.tolist() == [[10, -10, 12, 0, 12]]


def test_the_ratio_of_claims_needs_somebody_counted():
    def ratio(*values):
        rows = [{"source": f"S{place}", "value": value} for place, value in enumerate(values)]
        return cas.Ledger(rows, kind="total", reported_at="2024-03-05").compare()["ratio"].tolist()

    assert ratio(1, 3) == [3.0]
    assert ratio(0, 3) == [pd.NA]


def test_a_whole_of_one_side_is_no_part_of_the_toll():
    rows = [
        {"side": "A", "category": "all", "value": 50},
        {"side": "A", "category": "civilian", "value": 5},
        {"side": "A", "category": "military"},
        {"side": "B", "category": "military"},
    ]
    toll = cas.Ledger(rows, source="M", kind="total", reported_at="2024-03-05").tally()
    assert toll["total"].tolist() == [5]
    assert toll["missing"].tolist() == ["A · military; B · military"]


def test_a_choice_to_make_names_definitions_and_the_first_sources():
    rows = [
        {"source": f"S{place}", "definition": "identified" if place else "", "value": 5}
        for place in range(5)
    ]
    ledger = cas.Ledger(rows, kind="total", side="A", category="civilian", reported_at="2024-03-05")
    with pytest.raises(cas.LedgerError) as error:
        ledger.tally()
    assert "5 series: S0, S1 (identified), S2 (identified)" in str(error.value)
    assert "Prefer('S0', 'S1', 'S2')), or Latest()" in str(error.value)


def test_a_policy_hands_back_the_columns_it_was_given():
    claims = parts().totals().assign(reported_at=pd.Timestamp("2024-03-05", tz="UTC"))
    for policy in (cas.Prefer("X"), cas.Latest(), cas.Lowest(), cas.Highest()):
        assert list(policy(claims).columns) == list(claims.columns)
