"""What several sources say of the same thing, worked by hand."""

import pandas as pd
import pytest

import casualties as cas


def claims(*rows, **fixed):
    """Compare totals written (source, value, day covered)."""
    written = [
        {"source": source, "value": value, "period_end": f"2024-03-{day:02d}"}
        for source, value, day in rows
    ]
    return cas.Ledger(written, kind="total", reported_at="2024-03-31", **fixed)


def test_58_against_550_stands_out():
    sources = ["Karabakh defence ministry", "Azerbaijan defence ministry"]
    ledger = cas.load_dataset("karabakh_2020").where(source=sources)
    frame = ledger.as_of("2020-09-28 20:00").compare()
    row = frame[(frame["category"] == "military") & (frame["date"] == "2020-09-28")].iloc[0]
    assert (row["lowest"], row["highest"], row["spread"], row["sources"]) == (58, 550, 492, 2)
    assert row["lowest_source"] == "Karabakh defence ministry"
    assert row["highest_source"] == "Azerbaijan defence ministry"
    assert row["ratio"] == pytest.approx(550 / 58)
    assert not row["agree"]
    # The 550 are those of the 27th.
    assert row["oldest"] == pd.Timestamp("2020-09-27")


def test_sources_agree_when_all_their_bounds_overlap():
    ledger = claims(("A", 10, 5), ("B", "at least 8", 5), ("C", "9-12", 5))
    assert ledger.compare()["agree"].tolist() == [True]
    more = ledger.append([{"value": 11, "source": "D", "reported_at": "2024-03-05"}], kind="total")
    assert more.compare()["agree"].tolist() == [False]


def test_a_claim_carried_forward_has_no_upper_bound():
    # On the 7th A's 10 of the 5th may have grown to B's 12: whether they agree is not known. B's 12
    # cannot have been A's 15.
    assert claims(("A", 10, 5), ("B", 12, 7)).compare()["agree"].isna().tolist() == [True]
    assert claims(("A", 12, 5), ("B", 12, 7)).compare()["agree"].tolist() == [True]
    assert claims(("A", 15, 5), ("B", 12, 7)).compare()["agree"].tolist() == [False]


def test_a_claim_of_the_morning_may_have_grown_by_night():
    rows = [
        {"source": "A", "value": 50, "reported_at": "2024-03-05 08:00"},
        {"source": "B", "value": 80, "reported_at": "2024-03-05 20:00"},
    ]
    ledger = cas.Ledger(rows, kind="total")
    assert ledger.compare()["agree"].tolist() == [True]
    assert ledger.check().empty
    rows[1]["reported_at"] = "2024-03-05 07:00"  # 80 by seven cannot be 50 by eight
    assert cas.Ledger(rows, kind="total").compare()["agree"].tolist() == [False]


def test_people_who_return_may_be_fewer_on_a_later_day():
    ledger = claims(("A", 15, 5), ("B", 12, 7), outcome="captured")
    assert ledger.compare()["agree"].tolist() == [True]


def test_a_claim_is_compared_for_its_age_and_not_a_day_longer():
    ledger = claims(("A", 10, 1), ("B", 12, 4), ("B", 13, 5))
    assert ledger.compare()["date"].dt.day.tolist() == [4, 5]
    assert ledger.compare(max_age=3)["date"].dt.day.tolist() == [4]
    assert ledger.compare(max_age=2).empty
    assert ledger.compare(max_age=4)["oldest"].dt.day.tolist() == [1, 1]
    with pytest.raises(cas.LedgerError, match="max_age is a number of days, 0 or more"):
        ledger.compare(max_age=-1)


def test_an_age_ends_before_the_next_claim_of_the_source():
    ledger = claims(("A", 10, 1), ("B", 12, 5), ("A", 11, 6))
    frame = ledger.compare(max_age=2)
    assert frame["date"].dt.day.tolist() == [6]
    assert frame["oldest"].dt.day.tolist() == [5]


def test_other_definitions_are_other_things():
    rows = [
        {"source": "A", "definition": "identified", "value": 5},
        {"source": "B", "definition": "excess", "value": 50},
        {"source": "A", "definition": "excess", "value": 40},
    ]
    frame = cas.Ledger(rows, kind="total", reported_at="2024-03-05").compare()
    assert frame[["definition", "lowest", "highest"]].to_numpy().tolist() == [["excess", 40, 50]]


def test_ties_go_to_the_source_first_by_name():
    frame = claims(("B", 10, 5), ("A", 10, 5)).compare()
    assert frame[["lowest_source", "highest_source"]].to_numpy().tolist() == [["A", "A"]]


def test_the_ratio_of_claims_needs_somebody_counted():
    assert claims(("A", 1, 5), ("B", 3, 5)).compare()["ratio"].tolist() == [3.0]
    assert claims(("A", 0, 5), ("B", 3, 5)).compare()["ratio"].tolist() == [pd.NA]


def test_one_source_is_no_comparison():
    for ledger in (cas.Ledger([]), claims(("A", 1, 5), ("A", 3, 6)), claims(("A", None, 5))):
        frame = ledger.compare()
        assert frame.empty
        assert list(frame.columns) == [
            "event", "side", "category", "outcome", "definition", "date", "sources", "lowest",
            "lowest_source", "highest", "highest_source", "spread", "ratio", "agree", "oldest",
        ]  # fmt: skip


def test_a_comparison_has_the_dtypes_that_were_decided():
    text = str(pd.Series([""], dtype="str").dtype)
    expected = ["category"] * 5 + ["datetime64[us]", "Int64", "Int64", text, "Int64", text]
    expected += ["Int64", "Float64", "boolean", "datetime64[us]"]
    for ledger in (claims(("A", 1, 5), ("B", 3, 5)), cas.Ledger([])):
        assert [str(dtype) for dtype in ledger.compare().dtypes] == expected


def relayed(*rows):
    """Totals of one ministry written (report_id, value, relay, time on 28 September 2020)."""
    written = [
        {"report_id": name, "value": value, "via": via, "reported_at": f"2020-09-28 {time}"}
        for name, value, via, time in rows
    ]
    return cas.Ledger(written, source="Ministry", kind="total")


def test_two_relays_of_one_number_stand_side_by_side():
    ledger = relayed(("a", 58, "AFP", "15:00"), ("b", 57, "Reuters", "16:00"))
    assert ledger.compare().empty  # the ministry alone says something
    (row,) = ledger.compare(by="via").to_dict("records")
    assert (row["source"], row["relays"], row["spread"]) == ("Ministry", 2, 1)
    assert (row["lowest"], row["lowest_via"]) == (57, "Reuters")
    assert (row["highest"], row["highest_via"]) == (58, "AFP")
    assert not row["agree"]  # 58 by three cannot be 57 by four
    assert ledger.as_of("2020-09-28 15:30").compare(by="via").empty


def test_what_names_no_relay_is_compared_with_what_does():
    ledger = relayed(("a", 57, "AFP", "15:00"), ("b", 58, "", "16:00"))
    frame = ledger.compare(by="via")
    assert frame[["lowest_via", "highest_via"]].to_numpy().tolist() == [["AFP", ""]]
    assert frame["agree"].tolist() == [True]


def test_a_revised_number_is_that_of_the_relay_that_told_of_the_revision():
    ledger = relayed(("a", 59, "AFP", "14:00"), ("b", 60, "Reuters", "15:00"))
    later = ledger.revise("a", 58, reported_at="2020-09-28 16:00", via="TASS")
    frame = later.compare(by="via")
    ends = ["lowest", "lowest_via", "highest", "highest_via"]
    assert frame[ends].to_numpy().tolist() == [[58, "TASS", 60, "Reuters"]]
    before = later.as_of("2020-09-28 15:30").compare(by="via")
    assert before[ends].to_numpy().tolist() == [[59, "AFP", 60, "Reuters"]]


def test_relays_are_compared_within_one_source():
    rows = [{"source": "A", "via": "AFP", "value": 5}, {"source": "B", "via": "TASS", "value": 9}]
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    assert ledger.compare(by="via").empty
    with pytest.raises(cas.LedgerError, match="unknown by 'vai'.*'via'"):
        ledger.compare(by="vai")


def test_what_a_relay_adds_to_anothers_number_is_no_number_of_its_own():
    whole = {"value": 100, "kind": "total", "via": "AFP", "reported_at": "2024-01-01"}
    for added in ({"value": 5, "kind": "more"}, {"value": -5, "kind": "more"},
                  {"value": 28, "kind": "period", "period_end": "2024-01-02"}):  # fmt: skip
        rows = [whole, added | {"via": "AP", "reported_at": "2024-01-02"}]
        assert cas.Ledger(rows, source="Ministry").compare(by="via").empty
    own = {"value": 103, "kind": "total", "via": "AP", "reported_at": "2024-01-02"}
    more = {"value": 4, "kind": "more", "via": "AP", "reported_at": "2024-01-03"}
    frame = cas.Ledger([whole, own, more], source="Ministry").compare(by="via")
    assert frame[["lowest", "highest"]].to_numpy().tolist() == [[100, 103], [100, 107]]


def test_a_claim_that_both_allow_does_not_hide_that_two_older_ones_disagree():
    found = claims(("A", 400, 10), ("B", 200, 30), ("C", 170, 31)).compare()
    assert found["agree"].tolist() == [False, False]
    found = claims(("A", 400, 10), ("B", 200, 30), ("C", "at least 170", 31)).compare()
    assert found["agree"].tolist() == [False, False]
