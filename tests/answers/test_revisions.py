"""What replaces what, worked by hand."""

import pandas as pd
import pytest
from ledgers import MINISTRY, article, says, series

import casualties as cas


def ids(ledger):
    return ledger.current()["report_id"].tolist()


def test_a_revision_replaces_what_it_refers_to():
    assert ids(article()) == ["p27", "t58", "m26"]


def test_a_later_total_for_the_same_day_replaces_and_another_day_does_not():
    rows = [
        {"report_id": "a", "value": 5, "period_end": "2024-03-05", "reported_at": "2024-03-05"},
        {"report_id": "b", "value": 6, "period_end": "2024-03-05", "reported_at": "2024-03-06"},
        {"report_id": "c", "value": 7, "period_end": "2024-03-06", "reported_at": "2024-03-07"},
    ]
    assert ids(cas.Ledger(rows, **MINISTRY)) == ["b", "c"]


def test_more_is_replaced_only_by_an_explicit_revise():
    rows = [
        {"value": 5, "reported_at": "2024-03-05 10:00"},
        {"value": 6, "reported_at": "2024-03-05 11:00"},
    ]
    ledger = cas.Ledger(rows, source="M", kind="more")
    assert ids(ledger) == ["r1", "r2"]
    assert ids(ledger.revise("r1", 4, reported_at="2024-03-06")) == ["r2", "r3"]


def test_correcting_a_replaced_figure_changes_the_record_not_the_toll():
    rows = [
        {"report_id": "old", "value": 58, "reported_at": "2024-03-05 15:36"},
        {"report_id": "new", "value": 60, "reported_at": "2024-03-05 18:00"},
    ]
    ledger = cas.Ledger(rows, **MINISTRY).revise("old", 57, reported_at="2024-03-06")
    assert ledger.totals()["total"].tolist() == [60]
    assert ledger.revisions()["delta"].tolist() == [2, -1]


def test_retracting_a_revision_brings_back_what_it_revised():
    ledger = article().retract("t58", reported_at="2020-09-30")
    assert ids(ledger) == ["t59", "p27", "m26"]


def test_a_revise_after_a_retract_restores():
    ledger = article().retract("t58", reported_at="2020-09-30")
    name = ledger.reports["report_id"].iloc[-1]
    again = ledger.revise(name, 58, reported_at="2020-10-01")
    assert again.totals()["total"].tolist() == [84]
    assert again.revisions()["change"].tolist() == ["revised", "revised", "retracted", "revised"]


def test_replacements_are_named_by_what_they_are():
    rows = [
        {"value": 5, "reported_at": "2024-03-05 10:00"},  # its day is not over
        {"value": 6, "reported_at": "2024-03-06 10:00"},
        {"value": 6, "reported_at": "2024-03-07 10:00"},
        {"value": 4, "reported_at": "2024-03-08 10:00"},
    ]
    frame = cas.Ledger(rows, period_end="2024-03-05", **MINISTRY).revisions()
    assert frame["change"].tolist() == ["updated", "reaffirmed", "revised"]
    assert frame["delta"].tolist() == [1, 0, -2]
    assert frame["lag"].tolist() == [1, 2, 3]
    assert frame["explicit"].tolist() == [False, False, False]


def test_a_lower_number_through_another_relay_is_relayed():
    rows = [
        {"value": 58, "via": "AFP", "reported_at": "2024-03-05 10:00"},
        {"value": 57, "via": "Reuters", "reported_at": "2024-03-05 20:00"},
        {"value": 56, "via": "Reuters", "reported_at": "2024-03-05 22:00"},
    ]
    frame = cas.Ledger(rows, period_end="2024-03-05", **MINISTRY).revisions()
    assert frame["change"].tolist() == ["relayed", "revised"]
    history = cas.Ledger(rows, period_end="2024-03-05", **MINISTRY).history()
    assert history["cause"].tolist() == ["first", "relayed", "revised"]
    assert history["report_id"].tolist() == ["r1", "r2", "r3"]


def test_a_difference_that_the_words_do_not_fix_is_unknown():
    rows = [{"value": v, "reported_at": f"2024-03-0{n}"} for n, v in
            enumerate([58, "at least 57", "at least 70", "about 70"], 5)]  # fmt: skip
    frame = cas.Ledger(rows, period_end="2024-03-04", **MINISTRY).revisions()
    assert frame["delta"].isna().tolist() == [True, True, True]
    assert cas.Ledger(rows[::2], period_end="2024-03-04", **MINISTRY).revisions()[
        "delta"
    ].tolist() == [12]


def test_explicit_changes_keep_their_reason():
    frame = article().revisions()
    assert frame[["old", "new", "delta"]].values.tolist() == [[28, 27, -1], [59, 58, -1]]
    assert frame["reason"].tolist() == ["", "27 instead of 28"]
    assert frame["explicit"].all()


def test_a_denial_replaces_nothing_and_marks_the_same_number_later():
    ledger = cas.Ledger([{"report_id": "c", "value": 550, "reported_at": "2024-03-05"}], **MINISTRY)
    ledger = ledger.deny("c", source="Rival", reported_at="2024-03-06")
    ledger = ledger.deny("c", source="Other", reported_at="2024-03-07")
    assert ledger.current()["denied_by"].tolist() == ["Rival; Other"]
    assert ledger.as_of("2024-03-05").current()["denied_by"].tolist() == [""]
    same = ledger.revise("c", 550, reported_at="2024-03-08")
    assert same.current()["denied_by"].tolist() == ["Rival; Other"]
    assert ledger.revise("c", 500, reported_at="2024-03-08").current()["denied_by"].tolist() == [""]


def test_a_denial_marks_what_another_relay_had_told_of_the_same_statement():
    def told(report_id, via, at, value=28):
        return {"report_id": report_id, "source": "Ministry", "kind": "total", "value": value,
                "via": via, "reported_at": f"2024-05-05 {at}"}  # fmt: skip

    twice = cas.Ledger([told("a", "AFP", "10:00"), told("b", "Reuters", "10:05")])
    denied = twice.deny("a", source="Army", reported_at="2024-05-05 18:00")
    assert denied.current()["denied_by"].tolist() == ["Army"]
    assert denied.check()["code"].tolist() == ["denied"]
    # What is said once more afterwards, or otherwise, is another statement.
    for later in (told("c", "AP", "19:00"), told("c", "AP", "17:00", 30)):
        assert denied.append([later]).current()["denied_by"].tolist() == [""]


def test_denials_of_what_adds_up_mark_that_alone():
    said = {"kind": "incident", "value": 1, "period_end": "2024-01-01", "source": "U"}
    denial = {"action": "deny", "source": "X", "reported_at": "2024-06-02"}
    rows = [said | {"report_id": f"i{n}", "reported_at": "2024-06-01"} for n in range(4000)]
    rows += [denial | {"refers_to": f"i{n}"} for n in range(2000)]
    denied = cas.Ledger(rows)._known.record.denied
    assert [len(of) for of in denied] == [2000, 2000]
    assert (denied[1] == range(2000)).all()


def test_a_denial_can_be_withdrawn():
    ledger = cas.Ledger([{"report_id": "c", "value": 550, "reported_at": "2024-03-05"}], **MINISTRY)
    ledger = ledger.deny("c", source="Rival", reported_at="2024-03-06")
    name = ledger.reports["report_id"].iloc[-1]
    ledger = ledger.retract(name, reported_at="2024-03-07")
    assert ledger.current()["denied_by"].tolist() == [""]
    assert ledger.as_of("2024-03-06").current()["denied_by"].tolist() == ["Rival"]


def test_a_revise_takes_what_it_leaves_blank_but_not_the_page():
    rows = [
        {"report_id": "a", "value": "at least 58", "event": "E", "via": "AFP", "url": "u",
         "note": "n", "period_start": "2024-03-01", "reported_at": "2024-03-05"},
    ]  # fmt: skip
    new = cas.Ledger(rows, **MINISTRY).revise("a", 57, reported_at="2024-03-06").reports.iloc[-1]
    assert (new["event"], new["via"]) == ("E", "AFP")
    assert (new["qualifier"], new["low"], new["high"]) == ("exact", 57, 57)
    assert (new["url"], new["note"]) == ("", "")
    assert str(new["period_start"].date()) == "2024-03-01"


def test_a_number_after_a_range_is_exact():
    rows = [{"report_id": "a", "value": "50-60", "reported_at": "2024-03-05"}]
    new = cas.Ledger(rows, **MINISTRY).revise("a", 57, reported_at="2024-03-06").current().iloc[0]
    assert (new["value"], new["low"], new["high"], new["qualifier"]) == (57, 57, 57, "exact")


def summary(values, **columns):
    rows = [
        {"value": value, "reported_at": f"2024-03-{6 + place:02d}"}
        for place, value in enumerate(values)
    ]
    ledger = cas.Ledger(rows, period_end="2024-03-05", **MINISTRY)
    return ledger.revision_summary(**columns).iloc[0]


def test_summary_of_a_count_that_returns_to_an_earlier_value():
    row = summary([10, 12, None, 12, 10, 11])
    assert (row["n_revisions"], row["first"], row["latest"]) == (3, 10, 11)
    assert (row["min"], row["max"], row["spread"]) == (10, 12, 2)
    assert row["median"] == 10.5  # of 10, 12, 10, 11: the successive different numbers
    assert row["rel_spread"] == pytest.approx(2 / 12)
    assert (row["min_lag"], row["max_lag"]) == (1, 6)


def test_summary_of_one_report_and_of_zero():
    row = summary([7])
    assert (row["n_revisions"], row["spread"], row["lag_near_latest"]) == (0, 0, 1)
    row = summary([0, 0])
    assert (row["n_revisions"], row["max"]) == (0, 0)
    assert pd.isna(row["rel_spread"])
    row = summary([5, 0])  # near zero is zero
    assert row["lag_near_latest"] == 2


def test_near_is_within_a_share_of_the_latest_inclusive():
    assert summary([80, 100])["lag_near_latest"] == 1
    assert summary([79, 100])["lag_near_latest"] == 2
    assert summary([79, 100], within=0.21)["lag_near_latest"] == 1


def test_several_reports_on_one_day_are_read_in_order():
    rows = [{"value": v, "reported_at": "2024-03-06"} for v in (3, 4, 5)]
    row = cas.Ledger(rows, period_end="2024-03-05", **MINISTRY).revision_summary().iloc[0]
    assert (row["n_revisions"], row["first"], row["latest"]) == (2, 3, 5)


def test_a_source_that_denies_twice_is_named_once():
    ledger = series([("total", "2024-03-05", 58)])
    for day in ("2024-04-05", "2024-04-06"):
        ledger = ledger.deny("r1", source="Rival", reported_at=day)
    ledger = ledger.deny("r1", source="Other", reported_at="2024-04-07")
    assert ledger.current()["denied_by"].tolist() == ["Rival; Other"]
    ledger = ledger.deny("r1", source="Rival; Other", reported_at="2024-04-08")
    assert ledger.current()["denied_by"].tolist() == ["Rival; Other; Rival; Other"]
    frame = ledger.current()
    assert list(frame.columns).index("denied_by") == list(frame.columns).index("archived") + 1


def test_a_share_below_zero_is_refused():
    with pytest.raises(cas.LedgerError, match="such as 0.2, and cannot be -1"):
        series([("total", "2024-03-05", 58)]).revision_summary(within=-1)


def test_counts_of_other_days_and_other_announcements_are_not_one_count():
    ledger = series(
        [
            ("period", "2024-03-01/2024-03-05", 9), ("period", "2024-03-05/2024-03-05", 4),
            ("more", "2024-03-05", 2), ("more", "2024-03-05", 3),
        ]
    )  # fmt: skip
    summary = ledger.revision_summary()
    assert summary["n_revisions"].tolist() == [0, 0, 0, 0]
    assert sorted(summary["latest"]) == [2, 3, 4, 9]


def test_a_revision_may_be_listed_before_what_it_revises():
    rows = [
        {"report_id": "new", "action": "revise", "refers_to": "old", "value": 4,
         "reported_at": "2024-03-06"},
        {"report_id": "old", "value": 5, "reported_at": "2024-03-05"},
    ]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="total")
    changes = ledger.revisions()
    assert changes[["old_id", "new_id", "change", "explicit"]].values.tolist() == [
        ["old", "new", "revised", True]
    ]
    assert ledger.totals()["total"].tolist() == [4]
    assert ledger.history()["cause"].tolist() == ["first", "revised"]


def test_a_count_that_was_always_zero_has_no_relative_spread():
    summary = series([("total", "2024-03-05", 0), ("total", "2024-03-05", 0)]).revision_summary()
    assert summary["spread"].tolist() == [0]
    assert summary["rel_spread"].isna().tolist() == [True]


def test_what_is_brought_back_later_is_no_revision_before():
    day = {"source": "M", "kind": "total", "period_end": "2024-05-01"}
    ledger = cas.Ledger([
        day | {"report_id": "y", "value": 90, "reported_at": "2024-05-01"},
        day | {"report_id": "x", "value": 100, "reported_at": "2024-05-02"},
        {"report_id": "moved", "action": "revise", "refers_to": "x", "value": 110,
         "period_end": "2024-05-02", "reported_at": "2024-05-03"},
        {"report_id": "back", "action": "retract", "refers_to": "moved",
         "reported_at": "2024-05-04"},
    ])  # fmt: skip
    assert [len(ledger.as_of(f"2024-05-0{day}").revisions()) for day in (1, 2, 3, 4)] == [
        0,
        1,
        2,
        4,
    ]


def test_of_a_list_a_replacement_counts_whose_incident_had_a_part_in_the_number():
    first = ("incident", "2024-03-07", 36, "2024-03-07 20:00")
    rows = [
        first,
        ("incident", "2024-03-08", 17, "2024-03-08"),
        {"action": "retract", "refers_to": "x2", "reported_at": "2024-03-08"},
        {"action": "revise", "refers_to": "x2", "value": 32, "reported_at": "2024-03-08"},
    ]
    history = says(*rows).history()  # the 17 was withdrawn before anybody could add it
    assert history[["total", "cause"]].values.tolist() == [[36, "first"], [68, "revised"]]
    gone = {"action": "retract", "refers_to": "x1", "reported_at": "2024-03-09"}
    assert says(first, rows[1], gone).history()["cause"].tolist() == ["first", "new", "retracted"]


def test_the_same_number_told_as_something_else_is_a_revision():
    first = {"value": 100, "reported_at": "2024-01-01", "kind": "total"}
    said = first | {"value": 28, "reported_at": "2024-01-02", "report_id": "a"}
    ledger = cas.Ledger([first, said], source="S")
    when = {"period_start": "2024-01-02", "reported_at": "2024-01-03"}
    within = ledger.revise("a", 28, kind="period", **when)
    found = within.revisions().iloc[0]
    assert (found["change"], found["old"], found["new"]) == ("revised", 28, 28)
    assert pd.isna(found["delta"]), "a total is not compared with a count of a day"
    assert within.history()[["total", "cause"]].to_numpy().tolist() == [
        [100, "first"], [28, "fell"], [128, "revised"],
    ]  # fmt: skip
    bridge = within.reconcile("2024-01-02", "2024-01-03").iloc[0]
    assert (bridge["corrected"], bridge["updated"], bridge["new"]) == (100, 0, 0)
    moved = ledger.revise("a", 28, period_end="2024-01-03", reported_at="2024-01-04")
    assert moved.revisions()[["change", "delta"]].to_numpy().tolist() == [["revised", 0]]
    assert moved.history()["cause"].iloc[-1] == "revised"
