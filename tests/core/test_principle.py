"""One principle: a count never falls, and every live report bounds it.

Each promise is worked by hand; the tables, one source, killed, in UTC.
"""

import pytest
from cases import JAN, added, period, total
from readings import plain, rows

import casualties as cas

M = {"source": "Ministry"}


def ledger(*reports, **fixed):
    """A ledger of reports with the ids x1, x2, …"""
    every = [
        {"report_id": f"x{n}"} | (M if row.get("action", "report") == "report" else {}) | row
        for n, row in enumerate(reports, 1)
    ]
    return cas.Ledger(every, **fixed)


def last(*reports, **fixed):
    """Total, low, high and basis of the headline."""
    frame = ledger(*reports, **fixed).totals().tail(1)
    return rows(frame, ["total", "low", "high", "basis"])[0]


def days(*reports, **fixed):
    """Day of the month, total, low, high and basis of every row."""
    frame = ledger(*reports, **fixed).totals()
    found = rows(frame, ["date", "total", "low", "high", "basis"])
    return [(day.day, *rest) for day, *rest in found]


def revised(value, of, at, **more):
    return {"action": "revise", "refers_to": of, "value": value, "reported_at": at} | more


def retracted(of, at):
    return {"action": "retract", "refers_to": of, "reported_at": at}


def on(day, value, at=None, **more):
    """A total through a day of January, published at its end or at `at`."""
    return total(value, JAN(day), at or JAN(day), **more)


# -- what replaces what ---------------------------------------------------------------------------


def test_a_retraction_brings_back_what_the_mistake_had_replaced():
    said = [on(10, 16, JAN(10) + " 10:00"), on(10, 160, JAN(10) + " 12:00")]
    assert last(*said)[0] == 160
    assert last(*said, retracted("x2", JAN(10) + " 12:05"))[0] == 16


def test_a_retract_withdraws_what_revises_the_report_too():
    said = [on(10, 100), revised(90, "x1", JAN(11)), revised(95, "x2", JAN(12))]
    assert last(*said)[0] == 95
    assert last(*said, retracted("x2", JAN(13)))[0] == 100  # 90 and the 95 that revises it
    assert ledger(*said, retracted("x1", JAN(13))).totals().empty


def test_a_revise_after_a_retract_restores():
    said = [on(10, 100), retracted("x1", JAN(11)), revised(90, "x2", JAN(12))]
    found = ledger(*said)
    assert found.totals()["total"].tolist() == [90]
    assert [plain(c) for c in found.history()["total"]] == [100, None, 90]


def test_a_chain_speaks_from_the_standing_of_its_first_report():
    # 58 and then 84 for the same day; that the 58 was 57 changes the record, not the toll.
    said = [on(10, 58, JAN(10) + " 10:00"), on(10, 84, JAN(10) + " 12:00")]
    assert last(*said, revised(57, "x1", JAN(11)))[0] == 84


def test_a_silence_erases_nothing():
    assert last(on(10, 16, JAN(10) + " 10:00"), on(10, None, JAN(10) + " 12:00"))[0] == 16


def test_a_total_is_replaced_as_a_total_whatever_it_counts_from():
    assert last(on(10, 16, JAN(11)), on(10, 20, JAN(12), start=JAN(1)))[0] == 20


def test_a_more_is_replaced_by_a_revise_only():
    said = [
        on(9, 100),
        added(5, JAN(10), JAN(10) + " 10:00"),
        added(5, JAN(10), JAN(10) + " 12:00"),
    ]
    assert last(*said)[0] == 110
    assert last(*said, revised(4, "x2", JAN(11)))[0] == 109


@pytest.mark.parametrize(
    ("old", "new", "called"),
    [
        ({"via": "AFP"}, {"via": "Reuters", "value": 57}, "relayed"),
        ({"via": "AFP"}, {"via": "AFP", "value": 57}, "revised"),
        ({"via": "AFP"}, {"via": "Reuters", "value": 60}, "updated"),
        ({"via": "AFP"}, {"via": "Reuters"}, "reaffirmed"),
        ({"via": "AFP"}, {"via": "Reuters", "value": 57, "reported_at": JAN(12) + " 11:00"},
         "revised"),
    ],
)  # fmt: skip
def test_two_relays_of_one_statement_are_no_revision(old, new, called):
    first = on(10, 58, JAN(10) + " 10:00") | old
    second = on(10, 58, JAN(10) + " 20:00") | new
    assert ledger(first, second).revisions()["change"].tolist() == [called]


# -- the table ------------------------------------------------------------------------------------

KILLED = period(28, JAN(28), JAN(28), JAN(28) + " 15:00")
IN_ALL = total(59, JAN(28), JAN(28) + " 15:00", start=JAN(27))
LOWER = [revised(27, "x1", JAN(28) + " 20:00"), revised(58, "x2", JAN(28) + " 20:00")]


def test_28_killed_on_monday_alone_is_a_floor():
    assert days(KILLED) == [(28, 28, 28, None, "floor")]


def test_59_in_all_leaves_31_for_the_day_before():
    assert days(KILLED, IN_ALL) == [(27, 31, 31, 31, "derived"), (28, 59, 59, 59, "stated")]


def test_27_and_58_by_revisions_leave_31_still():
    assert days(KILLED, IN_ALL, *LOWER) == [
        (27, 31, 31, 31, "derived"), (28, 58, 58, 58, "stated")
    ]  # fmt: skip


def test_26_more_after_midnight_is_84():
    found = days(KILLED, IN_ALL, *LOWER, added(26, JAN(28), JAN(29) + " 01:00"))
    assert found == [(27, 31, 31, 31, "derived"), (28, 84, 84, 84, "derived")]


def test_a_total_of_noon_is_a_point_on_the_way():
    said = [
        on(1, 30), on(2, 50, JAN(2) + " 12:00"), period(40, JAN(2), JAN(2), JAN(3) + " 08:00"),
        period(5, JAN(3), JAN(3), JAN(4) + " 08:00"),
    ]  # fmt: skip
    assert last(*said) == (75, 75, 75, "derived")  # 30 + 40 + 5, and 50 by noon of the 2nd


def test_28_killed_said_at_14_00_is_59_by_then():
    said = [on(27, 31), period(28, JAN(28), JAN(28), JAN(28) + " 14:00")]
    found = ledger(*said)
    assert days(*said)[-1] == (28, 59, 59, 59, "derived")
    assert found.totals()["at"].tolist() == ["", "14:00:00"]
    assert plain(found.totals(freq="D")["high"].iloc[-1]) == 59
    carried = ledger(*said, on(30, 70)).totals(freq="D").iloc[2]
    assert (carried["total"], carried["high"], carried["basis"]) == (59, 70, "carried")


def test_31_at_08_00_and_28_killed_today_is_31_to_59():
    morning = on(28, 31, JAN(28) + " 08:00")
    assert last(morning, period(28, JAN(28), JAN(28), JAN(28) + " 20:00")) == (31, 31, 59, "floor")


def test_31_at_08_00_and_26_more_and_28_killed_today_is_57_to_59():
    said = [
        on(28, 31, JAN(28) + " 08:00"), added(26, JAN(28), JAN(28) + " 12:00"),
        period(28, JAN(28), JAN(28), JAN(28) + " 20:00"),
    ]  # fmt: skip
    assert last(*said) == (57, 57, 59, "floor")


def test_a_count_of_the_whole_day_holds_the_26_more():
    said = [on(27, 31), added(26, JAN(28), JAN(28) + " 20:00")]
    assert last(*said, period(27, JAN(28), JAN(28), JAN(29) + " 08:00")) == (58, 58, 58, "derived")


def test_a_more_adds_to_what_was_said_and_a_later_total_raises_its_high():
    said = [on(27, 31, JAN(28) + " 00:30"), added(26, JAN(28), JAN(28) + " 20:00")]
    assert last(*said) == (57, 57, 57, "derived")
    assert last(*said, on(27, 32, JAN(29) + " 08:00")) == (57, 57, 58, "derived")  # 32 + 26


def test_a_count_that_straddles_a_total_gives_low_and_high():
    # 500 within the month, of which nobody knows how many of the 100 are among them.
    assert last(on(10, 100), period(500, JAN(1), JAN(31), "2024-02-01")) == (
        500, 500, 600, "floor"
    )  # fmt: skip


def test_counts_from_one_day_on_are_floors():
    said = [period(5, JAN(1), JAN(3), JAN(4)), period(9, JAN(1), JAN(5), JAN(6))]
    assert days(*said) == [(3, 5, 5, None, "floor"), (5, 9, 9, None, "floor")]


def test_no_upper_bound_is_printed_as_the_number():
    said = [period(28, JAN(10), JAN(10), JAN(11)), on(20, 100)]
    assert days(*said)[0] == (10, 28, 28, 100, "floor")


def test_at_least_80_after_100_cuts_and_the_day_before_is_80_to_100():
    said = [on(1, 100), on(2, 80, qualifier="at_least")]
    assert days(*said) == [(1, 100, 80, 100, "stated"), (2, 80, 80, None, "stated")]
    assert ledger(*said).check()["code"].tolist() == ["falls"]


def test_about_100_after_80_is_at_least_80():
    assert last(on(1, 80), on(2, 100, qualifier="about")) == (100, 80, None, "stated")


def test_fewer_than_36_after_9_is_9_to_35():
    assert last(on(1, 9), on(2, 36, qualifier="less_than")) == (36, 9, 35, "stated")


def test_a_range_after_13_is_13_to_17():
    said = on(2, None, low=11, high=17, qualifier="range")
    assert last(on(1, 13), said) == (13, 13, 17, "stated")


def test_a_range_with_a_value_falls_only_where_its_high_is_below():
    said = [on(1, 13), on(2, 8, low=5, high=24, qualifier="range")]  # 24 is not below 13
    assert days(*said) == [(1, 13, 13, 13, "stated"), (2, 8, 13, 24, "stated")]
    assert ledger(*said).check().empty
    astride = period(3, JAN(1), JAN(3), JAN(3))  # then it is worked out by itself: 13 + 3
    assert days(*said, astride)[:2] == [(1, 13, 13, 13, "stated"), (2, 8, 13, 16, "stated")]
    assert "falls" not in ledger(*said, astride).check()["code"].tolist()
    said[1] = on(2, 8, low=5, high=12, qualifier="range")
    assert days(*said) == [(1, 13, 12, 13, "stated"), (2, 8, 5, 12, "stated")]
    assert ledger(*said).check()["code"].tolist() == ["falls"]


def test_a_number_worked_back_from_the_last_total_rests_on_nothing_else():
    said = [
        on(9, 55), period(35, JAN(9), JAN(9), JAN(10), low=30, high=79, qualifier="range"),
        period(31, JAN(8), JAN(10), JAN(11), qualifier="at_most"),
    ]  # fmt: skip
    assert days(*said)[0] == (8, 24, 24, 25, "derived")  # 55 - 35, but 55 - 31 at least
    assert "  from 55 through 2024-01-09 (x1); 35 (30–79) on 2024-01-09 (x2)" in str(
        ledger(*said).explain(JAN(8))
    )
    assert ledger(*said).check()[["code", "report_ids"]].values.tolist() == [["overlap", "x3; x1"]]


def test_23_more_goes_on_from_the_50_that_it_was_said_after():
    said = [on(1, 50), added(23, JAN(2), JAN(2)), on(1, 52, JAN(3))]
    assert last(*said) == (73, 73, 75, "derived")  # 50 + 23, at most 52 + 23


def test_more_adds_to_what_was_said_of_its_instant_also_where_that_is_replaced():
    # What "3 more" was added to is gone, so that nothing bounds it: the 1 is of the day before.
    said = [on(1, 1), on(2, "about 10", JAN(3)), added(3, JAN(2), JAN(4))]
    assert last(*said, on(2, "at least 3", JAN(5))) == (4, 4, None, "floor")  # and not exactly 4


def test_a_count_joins_on_over_a_report_that_a_cut_leaves_out():
    # "3 fewer" of nothing is 0; the 5 of that day counts across it, and 0 to 3 of the next join on.
    said = [added(-3, JAN(1), JAN(3)), period(5, JAN(1), JAN(1), JAN(4))]
    assert last(*said, period("fewer than 4", JAN(2), JAN(2), JAN(5)))[3] == "derived"


def test_the_total_on_the_eve_of_a_start_knows_only_what_ends_before_it():
    # Before the 2nd there are 0 to 3 more and 3 more, so that "8 since the 2nd" is no restart,
    # which would make 17; with the 8 less the 2 of three days, which end later, there were 9.
    said = [period(2, JAN(1), JAN(3), JAN(3)), on(3, 8, JAN(5), period_start=JAN(2))]
    mores = [added("fewer than 4", JAN(1), JAN(6)), added(3, JAN(1), JAN(7))]
    assert last(*said, *mores) == (8, 9, None, "stated")


def test_counts_within_the_days_may_say_more_than_the_announcements():
    said = [
        on(1, 60), period(9, JAN(2), JAN(2), JAN(2)), added(3, JAN(3), JAN(3)),
        period(10, JAN(2), JAN(2), JAN(4)), period(2, JAN(3), JAN(3), JAN(4)),
    ]  # fmt: skip
    assert last(*said)[0] == 72  # 60 + 10 + 2, and 60 + 9 + 3


def test_a_start_that_is_below_what_stood_counts_anew():
    said = [on(1, 900, "2024-01-01"), on(20, 12, start=JAN(2)), on(25, 915)]
    assert last(*said) == (915, 915, 915, "stated")
    assert last(*said, on(28, 15, start=JAN(2)))[0] == 915  # 900 + 15


def test_what_cannot_be_true_is_not_believed_and_named():
    said = [
        period(20, JAN(1), JAN(7), JAN(15)), period(25, JAN(8), JAN(14), JAN(15)),
        period(23, JAN(1), JAN(14), JAN(16)),
    ]  # fmt: skip
    assert last(*said)[0] == 23
    found = ledger(*said).check()
    assert found[["code", "report_ids"]].values.tolist() == [["arithmetic", "x2; x3"]]


def test_what_is_not_believed_widens_the_row_of_its_instant():
    said = [on(27, 31), on(28, 59, JAN(28) + " 14:00"), period(27, JAN(28), JAN(28), JAN(29))]
    assert [row[1:4] for row in days(*said)][-1][0] == 59
    assert "arithmetic" in ledger(*said).check()["code"].tolist()


def test_a_restart_adds_to_the_running_total_of_its_eve():
    said = [on(1, 60), period(40, JAN(2), JAN(2), JAN(2)), on(5, 70, start=JAN(3))]
    assert last(*said)[0] == 170  # 70 is below the 100 that stood
    assert ledger(*said).check()["code"].tolist() == ["restart"]


def test_a_more_of_an_earlier_day_widens_a_total_said_before_it():
    said = [on(1, 57), on(2, 61), added(3, JAN(1), JAN(3))]
    assert last(*said) == (61, 61, 64, "stated")


def test_7_fewer_of_100_is_93():
    found = ledger(on(1, 100), added(-7, JAN(2), JAN(2)))
    row = found.totals().iloc[-1]
    assert (row["total"], row["low"], row["high"], row["basis"]) == (93, 93, 93, "derived")
    assert (row["unexplained"], row["report_id"]) == (-7, "x2")
    assert found.check().empty


def test_fewer_than_100_revised_to_57_is_57():
    said = [on(1, 100, qualifier="less_than"), revised(57, "x1", JAN(2))]
    assert last(*said) == (57, 57, 57, "stated")


def test_a_day_that_has_not_begun_anywhere_enters_nothing():
    said = [on(10, 500, JAN(11)), total(100, "2204-01-10", JAN(12))]
    assert last(*said)[0] == 500
    assert ledger(*said).check()["code"].tolist() == ["early"]


# -- the rules beside the table ----------------------------------------------------------------


def test_a_stale_total_keeps_its_number_without_a_high():
    # 80 through the 2nd, though 100 were said of the 1st later on.
    said = [on(2, 80), on(1, 100, JAN(3))]
    assert days(*said) == [(1, 100, 100, 100, "stated"), (2, 80, 80, None, "stated")]
    assert ledger(*said).check()["code"].tolist() == ["falls"]


def test_at_least_7_is_raised_to_what_was_counted_before():
    row = ledger(on(1, 9), on(2, 7, qualifier="at_least")).totals().iloc[-1]
    # 7 is below the 9 of the day before: the source counts anew from less.
    assert (row["total"], row["basis"]) == (7, "stated")
    said = [period(9, JAN(1), JAN(1), JAN(1)), on(2, 7, qualifier="at_least")]
    row = ledger(*said).totals().iloc[-1]
    assert (row["total"], row["low"], row["basis"], row["report_id"]) == (9, 9, "floor", "x2")
    assert plain(row["unexplained"]) is None


def test_incidents_are_added_up_as_they_end():
    def incident(value, day, **more):
        return {"kind": "incident", "value": value, "period_end": JAN(day),
                "reported_at": JAN(day)} | more  # fmt: skip

    said = [incident(3, 1), incident(2, 1), incident("4-6", 3)]
    assert days(*said) == [(1, 5, 5, 5, "derived"), (3, 9, 9, 11, "derived")]
    # From one without a number on nobody knows how many at most, also between two rows.
    unknown = ledger(*said, incident(None, 2, report_id="u"))
    assert unknown.totals()["high"].fillna(-1).tolist() == [5, -1]
    assert unknown.totals("D")["high"].fillna(-1).tolist() == [5, -1, -1]
    assert unknown.increments()["high"].fillna(-1).tolist() == [5, -1, 6]
    only = unknown.increments(between=(JAN(2), JAN(2)))
    assert only[["value", "low", "high"]].fillna(-1).to_numpy().tolist() == [[-1, 0, -1]]
    assert "no number on 2024-01-02" in str(unknown.explain())
    known = unknown.revise("u", 7, reported_at=JAN(9))
    assert known.totals()["high"].tolist() == [5, 12, 18]
    assert unknown.retract("u", reported_at=JAN(9)).totals()["high"].tolist() == [5, 11]


def test_those_who_return_bound_no_other_day():
    said = [on(1, 100), added(5, JAN(2), JAN(2)), on(4, 90)]
    assert days(*said, outcome="missing") == [
        (1, 100, 100, 100, "stated"), (2, 105, 0, None, "derived"), (4, 90, 90, 90, "stated"),
    ]  # fmt: skip


def test_growth_that_nobody_itemised_is_no_riddle():
    unexplained = ledger(on(1, 100), on(5, 120)).totals()["unexplained"]
    assert unexplained.isna().all()
    counted = ledger(on(1, 10), period(5, JAN(3), JAN(3), JAN(3)), on(4, 20)).totals()
    assert plain(counted["unexplained"].iloc[-1]) == 5  # 20 less 10 and 5
    fell = ledger(on(1, 100), period(5, JAN(3), JAN(3), JAN(3)), on(4, 90)).totals()
    assert plain(fell["unexplained"].iloc[-1]) == -15  # 90 less the 105 that stood


def test_every_row_says_which_report_it_rests_on():
    found = ledger(KILLED, IN_ALL, added(26, JAN(28), JAN(29) + " 01:00")).totals()
    assert found["report_id"].tolist() == ["", "x3"]  # of the day before no report speaks
    assert found["at"].tolist() == ["", ""]
