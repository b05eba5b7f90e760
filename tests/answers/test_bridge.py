"""Worked by hand; identities on random ledgers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from ledgers import article
from strategies import clocks, ledgers, many

import casualties as cas
from casualties.answers.bridge import bridges

WHY = ["corrected", "updated", "new", "unexplained", "withdrawn"]
BRIDGE = ["opening", *WHY, "closing"]
SERIES = ["event", "side", "category", "outcome", "definition", "source"]


def plain(frame, columns=BRIDGE):
    return [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in frame[columns].itertuples(index=False)
    ]


def ministry():
    return cas.load_dataset("karabakh_2020").where(
        source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    )


def totals(*rows, **fixed):
    """A ledger of totals written (value, day covered, reported at)."""
    written = [
        {"report_id": f"x{place}", "value": value, "period_end": f"2024-03-{day:02d}",
         "reported_at": f"2024-03-{at:02d} 08:00" if isinstance(at, int) else at}
        for place, (value, day, at) in enumerate(rows)
    ]  # fmt: skip
    return cas.Ledger(written, kind="total", **({"source": "M"} | fixed))


# -- the example of the article ---------------------------------------------------------------


def test_the_bridge_from_59_to_104():
    bridge = ministry().reconcile("2020-09-28 15:00", "2020-09-30")
    assert plain(bridge) == [(59, -1, 26, 20, 0, 0, 104)]
    assert bridge["opening_date"].tolist() == [pd.Timestamp("2020-09-28")]
    assert bridge["closing_date"].tolist() == [pd.Timestamp("2020-09-30")]


def test_the_bridge_between_59_and_58():
    assert plain(article().reconcile("2020-09-28 15:00", "2020-09-28 16:00")) == [
        (59, -1, 0, 0, 0, 0, 58)
    ]
    # The headline of 28 (Monday's dead) became the 59 in all; then -1 and 26 more.
    assert plain(article().reconcile("2020-09-28 15:00", "2020-09-29 01:00")) == [
        (59, -1, 26, 0, 0, 0, 84)
    ]


# -- what goes where -------------------------------------------------------------------------


def test_later_days_are_new_and_their_falls_unexplained():
    before = totals((10, 5, 6))
    assert plain(cas.reconcile(before, totals((9, 5, 6), (15, 6, 7)))) == [(10, -1, 0, 6, 0, 0, 15)]
    assert plain(cas.reconcile(before, totals((12, 5, 6), (11, 6, 7)))) == [
        (10, 2, 0, 0, -1, 0, 11)
    ]


def test_people_who_return_are_no_unexplained_fall():
    ledger = totals((10, 5, 6), (7, 6, 7), outcome="captured")
    assert plain(ledger.reconcile("2024-03-06", "2024-03-07")) == [(10, 0, 0, -3, 0, 0, 7)]


def test_a_headline_whose_day_is_gone_is_corrected_away():
    before, after = totals((10, 5, 6), (12, 7, 8)), totals((9, 5, 6))
    assert plain(cas.reconcile(before, after)) == [(12, -3, 0, 0, 0, 0, 9)]
    ledger = before.retract("x0", reported_at="2024-03-08 09:00")
    assert plain(ledger.reconcile("2024-03-06", "2024-03-09")) == [(10, -10, 0, 12, 0, 0, 12)]


def test_a_series_that_appears_is_new_and_one_that_goes_is_withdrawn():
    ledger, empty = totals((10, 5, 6)), cas.Ledger([])
    assert plain(cas.reconcile(empty, ledger)) == [(None, 0, 0, 10, 0, 0, 10)]
    bridge = cas.reconcile(ledger, empty)
    assert plain(bridge) == [(10, 0, 0, 0, 0, -10, None)]
    assert bridge["closing_date"].isna().all()
    withdrawn = ledger.retract("x0", reported_at="2024-03-07 08:00")
    assert plain(withdrawn.reconcile("2024-03-06", "2024-03-07")) == [(10, 0, 0, 0, 0, -10, None)]
    assert cas.reconcile(empty, empty).empty
    silent = totals((None, 5, 6))
    assert cas.reconcile(silent, silent).empty


def test_an_update_and_a_correction_that_cancel_are_both_told():
    # 50 so far; 26 more the same evening; then the total is revised down by 26.
    rows = [
        {"report_id": "t", "value": 50, "kind": "total", "reported_at": "2024-03-05 10:00"},
        {"report_id": "m", "value": 26, "kind": "more", "reported_at": "2024-03-05 20:00"},
        {"report_id": "c", "value": 24, "action": "revise", "refers_to": "t",
         "reported_at": "2024-03-05 22:00"},
    ]  # fmt: skip
    rows = [row | ({} if "action" in row else {"source": "M"}) for row in rows]
    bridge = cas.Ledger(rows).reconcile("2024-03-05 12:00", "2024-03-05 23:00")
    assert plain(bridge) == [(50, -26, 26, 0, 0, 0, 50)]


def test_only_corrections_of_what_the_number_rests_on_count():
    # 5 through the 3rd is corrected at the very instant at which 26 more are announced.
    rows = [
        {"report_id": "old", "value": 5, "period_end": "2024-03-03", "kind": "total",
         "reported_at": "2024-03-03"},
        {"report_id": "t", "value": 50, "kind": "total", "reported_at": "2024-03-05 10:00"},
        {"report_id": "m", "value": 26, "kind": "more", "reported_at": "2024-03-05 20:00"},
        {"report_id": "c", "value": 6, "action": "revise", "refers_to": "old",
         "reported_at": "2024-03-05 20:00"},
    ]  # fmt: skip
    rows = [row | ({} if "action" in row else {"source": "M"}) for row in rows]
    bridge = cas.Ledger(rows).reconcile("2024-03-05 12:00", "2024-03-05 23:00")
    # The eve, carried from the 3rd, rose by 1 at the same instant: so much is no day that went on.
    assert plain(bridge) == [(50, 1, 25, 0, 0, 0, 76)]


def test_a_rewritten_past_is_a_correction():
    # Today's file holds a report of the 5th that yesterday's file did not have.
    before = totals((10, 5, "2024-03-05 08:00"), (30, 9, "2024-03-09 08:00"), source="M")
    before = before.where(source="M")
    after = totals(
        (10, 5, "2024-03-05 08:00"), (30, 9, "2024-03-09 08:00"), (31, 9, "2024-03-09 07:00"),
        (33, 9, "2024-03-09 20:00"),
    )  # fmt: skip
    assert plain(cas.reconcile(before, after)) == [(30, 0, 3, 0, 0, 0, 33)]
    after = totals((10, 5, "2024-03-05 08:00"), (33, 9, "2024-03-09 08:00"))
    assert plain(cas.reconcile(before, after)) == [(30, 3, 0, 0, 0, 0, 33)]


def test_what_is_withdrawn_and_said_again_is_no_update():
    ledger = totals((59, 5, "2024-03-05 08:00"))
    ledger = ledger.retract("x0", reported_at="2024-03-05 09:00").append(
        {"value": 60, "kind": "total", "source": "M", "period_end": "2024-03-05",
         "reported_at": "2024-03-05 10:00"}
    )  # fmt: skip
    assert plain(ledger.reconcile("2024-03-05 08:30", "2024-03-05 11:00")) == [
        (59, 1, 0, 0, 0, 0, 60)
    ]


def test_a_bridge_needs_two_ledgers():
    with pytest.raises(cas.LedgerError, match="before is a DataFrame, not a Ledger"):
        cas.reconcile(article().reports, article())
    with pytest.raises(cas.LedgerError, match="after is a str"):
        cas.reconcile(article(), "today.csv")


@many(60)
@given(ledgers(), ledgers())
def test_the_bridge_adds_up_between_any_two_ledgers(before, after):
    bridge = cas.reconcile(before, after)
    assert (bridge["opening"].fillna(0) + bridge[WHY].sum(axis=1)).tolist() == bridge[
        "closing"
    ].fillna(0).tolist()
    for ledger, column in ((before, "opening"), (after, "closing")):
        heads = named(ledger.series())["latest"].dropna().to_dict()
        assert named(bridge.dropna(subset=column))[column].to_dict() == heads


def named(frame):
    """A frame with the names of its series, as text, for an index."""
    return frame.astype(dict.fromkeys(SERIES, "str")).set_index(SERIES)


@many(60)
@given(ledgers(moves=0, reasons=0, fewer=0), clocks, clocks)
def test_the_opening_day_is_recounted_as_history_follows_it(ledger, one, other):
    before, after = ledger.as_of(min(one, other)), ledger.as_of(max(one, other))
    for _, row in cas.reconcile(before, after).iterrows():
        if pd.isna(row["opening"]) or pd.isna(row["closing"]):
            continue
        told = after.where(**row[SERIES]).history(date=row["opening_date"])
        total = 0 if told.empty or pd.isna(told["total"].iat[-1]) else told["total"].iat[-1]
        assert row["corrected"] + row["updated"] == total - row["opening"]


# -- what small public files taught (the third edition) ----------------------------------------


def test_a_report_that_a_revise_moved_is_bridged_with_itself():
    # 115, three weeks later "at least 97" through that later day.
    ledger = totals((115, 1, 1)).revise(
        "x0", "at least 97", reported_at="2024-03-23 08:00", period_end="2024-03-22",
        reason="counted twice",
    )  # fmt: skip
    bridge = ledger.reconcile("2024-03-02", "2024-03-24")
    assert plain(bridge) == [(115, -18, 0, 0, 0, 0, 97)]


def test_a_fall_with_a_reason_is_corrected_and_one_without_unexplained():
    rows = [
        {"value": 1622, "reported_at": "2024-03-01"},
        {"value": 1421, "reported_at": "2024-03-02", "reason": "201 probable deaths removed"},
    ]
    ledger = cas.Ledger(rows, source="M", kind="total")
    assert plain(ledger.reconcile("2024-03-01", "2024-03-02")) == [(1622, -201, 0, 0, 0, 0, 1421)]
    silent = cas.Ledger([row | {"reason": ""} for row in rows], source="M", kind="total")
    assert plain(silent.reconcile("2024-03-01", "2024-03-02")) == [(1622, 0, 0, 0, -201, 0, 1421)]


def test_so_many_fewer_are_corrected():
    rows = [
        {"value": 100, "kind": "total", "reported_at": "2024-03-01"},
        {"value": "10 fewer", "kind": "more", "reported_at": "2024-03-02"},
    ]
    bridge = cas.Ledger(rows, source="M").reconcile("2024-03-01", "2024-03-02")
    assert plain(bridge) == [(100, -10, 0, 0, 0, 0, 90)]


def test_a_recount_of_days_long_over_is_no_day_that_went_on():
    copies = [
        (80, 1, 4),
        (100, 2, 4),
        (120, 3, 4),
        (90, 1, 5),
        (110, 2, 5),
        (130, 3, 5),
        (150, 4, 5),
    ]
    ledger = totals(*copies)
    assert plain(ledger.reconcile("2024-03-04", "2024-03-05")) == [(120, 10, 0, 20, 0, 0, 150)]


# -- changes ---------------------------------------------------------------------------------


def test_the_changes_of_the_article_day_by_day():
    frame = ministry().as_of("2020-09-30").changes()
    # The 16 of the evening of the 27th; on the 28th 15 more for the 27th, and 27 on the 28th;
    # on the 29th 26 more for the 28th; on the 30th 20 more.
    assert plain(frame) == [
        (None, 0, 0, 16, 0, 0, 16), (16, 0, 15, 27, 0, 0, 58), (58, 0, 26, 0, 0, 0, 84),
        (84, 0, 0, 20, 0, 0, 104),
    ]  # fmt: skip
    assert frame["start"].dt.day.tolist() == [27, 28, 29, 30]
    assert frame["end"].dt.day.tolist() == [27, 28, 29, 30]


def test_weeks_run_from_monday_to_sunday():
    # 3 March 2024 was a Sunday.
    ledger = totals((10, 3, "2024-03-03 12:00"), (12, 4, "2024-03-04 12:00"))
    frame = ledger.changes("W")
    assert frame["start"].tolist() == [pd.Timestamp("2024-02-26"), pd.Timestamp("2024-03-04")]
    assert frame["end"].tolist() == [pd.Timestamp("2024-03-03"), pd.Timestamp("2024-03-10")]
    assert plain(frame) == [(None, 0, 0, 10, 0, 0, 10), (10, 0, 0, 2, 0, 0, 12)]
    month = ledger.changes("MS")
    assert plain(month) == [(None, 0, 0, 12, 0, 0, 12)]
    assert month["end"].tolist() == [pd.Timestamp("2024-03-31")]


def test_stretches_are_days_of_the_ledgers_zone():
    ledger = cas.Ledger(
        [{"value": 5, "reported_at": "2024-03-05 21:00Z"}], source="M", kind="total",
        tz="Asia/Yerevan",
    )  # fmt: skip
    assert ledger.changes()["start"].dt.day.tolist() == [6]


def test_a_stretch_without_a_change_has_no_row():
    ledger = totals((10, 5, 5), (10, 6, 6), (11, 7, 7))
    assert ledger.changes()["start"].dt.day.tolist() == [5, 7]
    assert totals((0, 5, 5)).changes().empty


def test_a_number_that_is_withdrawn_and_returns():
    ledger = totals((10, 5, "2024-03-05 12:00")).retract("x0", reported_at="2024-03-07 08:00")
    ledger = ledger.append(
        {"value": 12, "kind": "total", "source": "M", "reported_at": "2024-03-09"}
    )
    assert plain(ledger.changes()) == [
        (None, 0, 0, 10, 0, 0, 10), (10, 0, 0, 0, 0, -10, None), (None, 0, 0, 12, 0, 0, 12)
    ]  # fmt: skip


def test_unknown_stretches_are_refused():
    for freq in ("H", "2D", None, ["D"]):
        with pytest.raises(cas.LedgerError, match="use one of D, W, MS, QS, YS"):
            article().changes(freq)


FREQS = ["D", "W", "MS"]


@many(60)
@given(ledgers(widest=3), clocks)
def test_changes_are_the_bridges_from_stretch_to_stretch(ledger, clock):
    ledger = ledger.as_of(clock)
    for freq in FREQS:
        frame = ledger.changes(freq)
        expected = []
        before = cas.Ledger([], tz=ledger.tz)
        days = pd.to_datetime(
            sorted(set(ledger.reports["reported_at"].dt.tz_convert(ledger.tz).dt.date))
        )
        periods = days.to_period({"MS": "M"}.get(freq, freq)).unique() if len(days) else []
        for period in periods:
            after = ledger.as_of(str(period.end_time.date()))
            bridge = cas.reconcile(before, after)
            bridge.insert(6, "start", period.start_time.normalize())
            bridge.insert(7, "end", period.end_time.normalize())
            expected += plain(bridge[(bridge[WHY] != 0).any(axis=1)], list(frame.columns))
            before = after
        found = plain(frame, list(frame.columns))
        assert sorted(found, key=str) == sorted(expected, key=str)
        assert [row[:7] for row in found] == sorted(row[:7] for row in found)


# -- edits -----------------------------------------------------------------------------------


def reports(**columns):
    given = {"report_id": ["a", "b"], "value": [28, 59], "reported_at": "2020-09-28", "source": "M"}
    return cas.Ledger(given | columns, kind="total")


def test_edits_name_what_was_added_removed_and_edited():
    found = cas.edits(reports(), reports(report_id=["b", "c"], value=[58, 28], note=["typo", ""]))
    assert plain(found, ["edit", "report_id", "value", "changed"]) == [
        ("added", "c", 28, ""), ("removed", "a", 28, ""),
        ("edited", "b", 58, "value: 59 → 58; low: 59 → 58; high: 59 → 58; note: blank → typo"),
    ]  # fmt: skip


def test_nothing_was_edited_between_equal_ledgers():
    for ledger in (reports(), article(), cas.Ledger([])):
        assert cas.edits(ledger, ledger).empty
    assert list(cas.edits(reports(), reports()).columns) == [
        "edit", "changed", *reports().reports.columns
    ]  # fmt: skip


def test_automatic_ids_name_nothing():
    rows = [{"value": value, "reported_at": "2024-03-05", "source": "M"} for value in (1, 2, 2)]
    one = cas.Ledger(rows, kind="total")
    # A row put in above changes every automatic id.
    other = cas.Ledger([rows[0] | {"value": 7}, *rows[:2]], kind="total")
    assert plain(cas.edits(one, other), ["edit", "value"]) == [("added", 7), ("removed", 2)]


def test_a_row_inserted_above_is_not_taken_for_the_openings_report():
    said = {"source": "M", "kind": "total"}
    rows = [{"value": 90, "reported_at": "2024-04-30"}, {"value": 100, "reported_at": "2024-05-01"}]
    moved = {"period_end": "2024-05-03", "reported_at": "2024-05-03"}
    after = cas.Ledger(rows, **said).revise("r1", 120, **moved)
    assert plain(cas.reconcile(cas.Ledger(rows[1:], **said), after)) == [(100, 0, 0, 20, 0, 0, 120)]


def test_instants_are_the_same_in_every_zone():
    one = cas.Ledger({"report_id": ["a"], "reported_at": "2024-03-05 12:00Z", "value": 1,
                      "period_end": "2024-03-05"}, source="M", kind="total")  # fmt: skip
    other = cas.Ledger(one.reports, tz="Asia/Yerevan")
    assert cas.edits(one, other).empty


def test_extra_columns_are_compared_as_text():
    one = reports(page=["3", ""])
    assert cas.edits(one, reports(page=[3.0, None])).empty
    assert plain(cas.edits(one, reports()), ["edit", "changed"]) == [("edited", "page: 3 → blank")]
    assert plain(cas.edits(reports(), one), ["edit", "changed"]) == [("edited", "page: blank → 3")]


def test_edits_see_the_reports_known_at_the_clocks():
    ledger = article()
    found = cas.edits(ledger.as_of("2020-09-28 15:00"), ledger.as_of("2020-09-28 16:00"))
    assert plain(found, ["edit", "report_id"]) == [("added", "p27"), ("added", "t58")]


def test_edits_have_the_dtypes_of_reports():
    found = cas.edits(reports(), reports(source="N", value=[28, 60]))
    expected = reports().reports.dtypes
    assert found["edit"].cat.categories.tolist() == ["added", "removed", "edited"]
    for name in expected.index:
        assert str(found[name].dtype) == str(expected[name]), name
    empty = cas.edits(cas.Ledger([]), cas.Ledger([]))
    assert {name: str(t) for name, t in empty.dtypes.items()} == {
        name: str(t) for name, t in found.dtypes.items()
    }


def test_edits_need_two_ledgers():
    with pytest.raises(cas.LedgerError, match="before is a str, not a Ledger"):
        cas.edits("yesterday.csv", article())


# -- frames ----------------------------------------------------------------------------------


def test_bridges_have_the_columns_and_dtypes_that_were_decided():
    day = "datetime64[us]"
    expected = dict.fromkeys(SERIES, "category") | {"opening_date": day}
    expected |= dict.fromkeys(BRIDGE, "Int64") | {"closing_date": day}
    for ledger in (article(), cas.Ledger([])):
        frame = cas.reconcile(ledger, ledger)
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == expected
        assert list(frame.columns) == list(expected)
        frame = ledger.changes()
        assert list(frame.columns) == [*SERIES, "start", "end", *list(expected)[6:]]
        assert str(frame["start"].dtype) == str(frame["end"].dtype) == day
        assert frame.index.equals(pd.RangeIndex(len(frame)))


def test_changes_of_many_days_take_no_longer_than_their_number():
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(1500), "D")
    ledger = cas.Ledger(
        {"value": np.arange(1500) % 7, "period_end": days, "period_start": days,
         "reported_at": days + pd.Timedelta(20, "h")},
        source="M", kind="period",
    )  # fmt: skip
    frame = ledger.changes()
    assert int(frame["new"].sum()) == int((np.arange(1500) % 7).sum())
    assert (frame[["corrected", "updated", "unexplained", "withdrawn"]] == 0).all(axis=None)


def test_clocks_the_wrong_way_round_are_refused():
    with pytest.raises(cas.LedgerError, match="give the earlier one first"):
        article().reconcile("2020-09-30", "2020-09-28")


@pytest.mark.hypothesis
def test_bridges_are_reconcile_at_each_of_many_clocks():
    @many(20)
    @given(ledgers())
    def holds(ledger):
        known = ledger._known
        clocks = np.unique(known.record.reported)
        for days in (1, 7):
            span = np.timedelta64(days, "D").astype("m8[us]")
            found = bridges(known, clocks - span, clocks, known.series.tolist())
            found = found[(found[list(WHY)] != 0).any(axis=1)]
            for place, at in enumerate(clocks):
                when = pd.Timestamp(at, tz="UTC")
                one = ledger.reconcile(when - pd.Timedelta(days=days), when)
                one = one[(one[list(WHY)] != 0).any(axis=1)].reset_index(drop=True)
                mine = found[found["pair"] == place].reset_index(drop=True)
                columns = list(one.columns)
                assert (
                    one.astype("str").values.tolist() == mine[columns].astype("str").values.tolist()
                )

    holds()


def test_changes_of_a_series_that_never_gave_a_number_are_none():
    rows = [{"source": "A", "value": None}, {"source": "B", "value": 5}]
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    assert ledger.changes()[["source", "new"]].values.tolist() == [["B", 5]]
