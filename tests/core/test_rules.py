"""Sections 3 and 4 of the design: every table row, and every rule, with numbers worked by hand."""

import pandas as pd
import pytest
from ledgers import ARTICLE

import casualties as cas
from casualties.core.counted import Reason
from casualties.core.snapshot import workings


def says(*rows, **fixed):
    """A ledger of one source from rows ``(kind, days, value, instant, other columns)``.

    Days are ``"2024-01-10"`` or ``"2024-01-01/2024-01-31"``. A row of a mapping is taken as it is.
    """
    out = []
    for place, row in enumerate(rows):
        if isinstance(row, dict):
            out.append(row)
            continue
        kind, days, value, instant, *other = row
        start, _, end = days.partition("/")
        cells = {"report_id": f"r{place + 1}.", "kind": kind, "value": value}
        cells |= {"reported_at": instant, "period_end": end or start}
        cells |= {"period_start": start} if end or kind == "period" else {}
        out.append(cells | (other[0] if other else {}))
    for row in out:
        if row.get("action", "report") == "report":
            row.setdefault("source", "Ministry")
            row.setdefault("outcome", fixed.get("outcome", "killed"))
    return cas.Ledger(out, tz=fixed.get("tz", "UTC"))


def retract(report, instant):
    return {"action": "retract", "refers_to": report, "reported_at": instant}


def revise(report, value, instant, **other):
    return {"action": "revise", "refers_to": report, "value": value, "reported_at": instant} | other


def rows_of(ledger, **how):
    """``(day as mm-dd, total, low, high, basis)`` of every running total."""
    frame = ledger.totals(**how)
    columns = [
        [None if pd.isna(cell) else int(cell) for cell in frame[name]]
        for name in ("total", "low", "high")
    ]
    return list(
        zip(frame["date"].dt.strftime("%m-%d"), *columns, frame["basis"].astype(str), strict=True)
    )


def headline(ledger):
    return rows_of(ledger)[-1]


# -- section 3: who is live ---------------------------------------------------------------------


def live(ledger, when=None):
    ledger = ledger if when is None else ledger.as_of(when)
    return ledger.current()["report_id"].tolist()


SLIP = [
    ("total", "2024-01-05", 16, "2024-01-06 10:00"),
    ("total", "2024-01-05", 160, "2024-01-06 12:00"),
    retract("r2.", "2024-01-06 12:05"),
]


def test_a_retraction_brings_back_what_the_mistake_had_replaced():
    ledger = says(*SLIP)
    assert live(ledger, "2024-01-06 12:04") == ["r2."]
    assert live(ledger) == ["r1."]
    assert headline(ledger) == ("01-05", 16, 16, 16, "stated")
    told = ledger.history()
    assert told["total"].tolist() == [16, 160, 16]
    assert told["cause"].tolist() == ["first", "revised", "retracted"]


def test_a_revise_after_a_retract_restores_and_replaces_again():
    ledger = says(*SLIP, revise("r2.", 17, "2024-01-06 13:00"))
    assert headline(ledger) == ("01-05", 17, 17, 17, "stated")
    assert headline(ledger.as_of("2024-01-06 12:30"))[1] == 16
    moves = ledger.revisions()
    assert list(zip(moves["old"], moves["new"], moves["change"], strict=True)) == [
        (16, 160, "revised"), (160, pd.NA, "retracted"), (16, 17, "revised"),
        (pd.NA, 17, "revised"),
    ]  # fmt: skip


def test_a_silence_erases_nothing():
    ledger = says(
        ("total", "2024-01-05", 16, "2024-01-05 10:00"),
        ("total", "2024-01-05", None, "2024-01-05 18:00"),
    )
    assert live(ledger) == ["r1.", "r2."]
    assert headline(ledger) == ("01-05", 16, 16, 16, "stated")
    assert ledger.revisions().empty


def test_a_number_fills_a_silence_and_that_is_an_update():
    ledger = says(
        ("total", "2024-01-05", None, "2024-01-05 10:00"),
        ("total", "2024-01-05", 4, "2024-01-05 18:00"),
    )
    assert live(ledger) == ["r2."]
    assert ledger.revisions()["change"].tolist() == ["updated"]


def test_a_correction_of_a_replaced_figure_changes_the_record_not_the_toll():
    ledger = says(
        ("total", "2024-01-05", 58, "2024-01-06 10:00"),
        ("total", "2024-01-05", 60, "2024-01-06 12:00"),
        revise("r1.", 57, "2024-01-06 14:00"),
    )
    assert live(ledger) == ["r2."]
    assert headline(ledger)[1] == 60
    assert ledger.revisions()["delta"].tolist() == [2, -1]


def test_a_revise_that_moves_its_date_frees_the_day_it_leaves():
    ledger = says(
        ("total", "2024-01-05", 16, "2024-01-06 10:00"),
        ("total", "2024-01-05", 20, "2024-01-06 12:00"),
        revise("r2.", 20, "2024-01-06 13:00", period_end="2024-01-06"),
    )
    assert rows_of(ledger) == [
        ("01-05", 16, 16, 16, "stated"), ("01-06", 20, 20, 20, "stated"),
    ]  # fmt: skip


def test_a_restart_and_a_total_of_the_same_day_do_not_replace_each_other():
    ledger = says(
        ("total", "2024-01-19", 48000, "2024-01-20 08:00"),
        ("total", "2024-01-20/2024-01-25", 12, "2024-01-26 08:00"),
        ("total", "2024-01-25", 48012, "2024-01-26 09:00"),
    )
    # Without the bracket 48,012 replaces 12, so nothing restarts and 12 stays replaced …
    assert live(ledger) == ["r1.", "r3."]
    # … but once another total with that start is live, both stand.
    more = says(
        ("total", "2024-01-19", 48000, "2024-01-20 08:00"),
        ("total", "2024-01-20/2024-01-25", 12, "2024-01-26 08:00"),
        ("total", "2024-01-25", 48012, "2024-01-26 09:00"),
        ("total", "2024-01-20/2024-01-26", 30, "2024-01-27 08:00"),
    )
    assert live(more) == ["r1.", "r2.", "r3.", "r4."]
    # The second restart straddles the total of the 25th; with the 48,000 it still proves 48,030.
    assert [(row[0], row[1], row[4]) for row in rows_of(more)] == [
        ("01-19", 48000, "stated"), ("01-25", 48012, "stated"), ("01-26", 48030, "floor"),
    ]  # fmt: skip


def test_an_early_count_is_live_but_enters_no_total():
    ledger = says(
        ("total", "2024-01-10", 500, "2024-01-11 08:00"),
        ("total", "2204-01-10", 100, "2024-01-12 08:00"),
    )
    assert live(ledger) == ["r1.", "r2."]
    assert rows_of(ledger) == [("01-10", 500, 500, 500, "stated")]


def test_a_day_has_begun_once_it_has_begun_at_utc_plus_14():
    # 2 January begins at UTC+14 when it is 10:00 UTC on the 1st.
    assert rows_of(says(("total", "2024-01-02", 5, "2024-01-01 09:59"))) == []
    assert headline(says(("total", "2024-01-02", 5, "2024-01-01 10:00")))[1] == 5


def test_early_goes_by_the_member_that_speaks():
    ledger = says(
        ("total", "2024-01-05", 5, "2024-01-03 08:00"),
        revise("r1.", 5, "2024-01-06 08:00"),
    )
    assert rows_of(ledger.as_of("2024-01-04")) == []
    assert headline(ledger)[1] == 5


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ((10, "2024-01-05 08:00"), (10, "2024-01-05 20:00"), "reaffirmed"),
        ((10, "2024-01-05 08:00"), (12, "2024-01-06 20:00"), "updated"),
        ((10, "2024-01-05 08:00"), (12, "2024-01-07 00:30"), "revised"),
        ((10, "2024-01-05 08:00"), (9, "2024-01-05 20:00"), "revised"),
        ((10, "2024-01-06 08:00"), (12, "2024-01-06 20:00"), "revised"),
        ((10, "2024-01-05 08:00"), ("at least 10", "2024-01-05 20:00"), "updated"),
    ],
)
def test_how_an_implicit_change_is_called(old, new, change):
    ledger = says(*(("total", "2024-01-05", *said) for said in (old, new)))
    assert ledger.revisions()["change"].tolist() == [change]


def test_an_explicit_change_is_revised_unless_it_says_the_same():
    ledger = says(
        ("total", "2024-01-05", 10, "2024-01-05 08:00"),
        revise("r1.", 12, "2024-01-05 09:00", report_id="a"),
        revise("a", 12, "2024-01-05 10:00"),
    )
    assert ledger.revisions()["change"].tolist() == ["revised", "reaffirmed"]


def test_each_replacement_is_judged_at_its_own_instant():
    # 16, replaced by 160, brought back, replaced again by 17.
    ledger = says(*SLIP, ("total", "2024-01-05", 17, "2024-01-06 13:00"))
    moves = ledger.revisions()
    assert list(zip(moves["old_id"], moves["new_id"], strict=True))[-1] == ("r1.", "r4.")
    assert moves["old"].tolist() == [16, 160, 16]


def test_the_latest_number_of_a_withdrawn_count_is_unknown():
    withdrawn = says(*SLIP[:2], retract("r2.", "2024-01-06 12:05"), retract("r1.", "2024-01-07"))
    summary = withdrawn.revision_summary()
    assert summary["latest"].isna().all()
    assert summary["lag_near_latest"].isna().all()
    assert summary["max"].tolist() == [160]
    assert says(*SLIP).revision_summary()["latest"].tolist() == [16]


# -- section 4: the worked example and the cases -------------------------------------------------


def test_the_worked_example():
    rows = [row if "action" in row else row | {"source": "Ministry"} for row in ARTICLE]
    ledger = cas.Ledger(rows, tz="Asia/Yerevan")
    short = [(row[0], row[1], row[4]) for row in rows_of(ledger.as_of("2020-09-28 14:00"))]
    assert short == [("09-28", 28, "floor")]
    sunday = ("09-27", 31, "backed_out")
    for when, monday in [
        ("2020-09-28 14:30", ("09-28", 59, "stated")),
        ("2020-09-28 15:36", ("09-28", 58, "stated")),
        ("2020-09-29 00:09", ("09-28", 84, "summed")),
    ]:
        short = [(row[0], row[1], row[4]) for row in rows_of(ledger.as_of(when))]
        assert short == [sunday, monday]


def test_after_a_fall_at_least_stays_as_stated():
    ledger = says(
        ("total", "2024-01-01", 100, "2024-01-02 08:00"),
        ("total", "2024-01-02", "at least 80", "2024-01-03 08:00"),
    )
    assert headline(ledger) == ("01-02", 80, 80, None, "stated")


def test_a_vague_total_is_at_least_what_was_counted_before():
    ledger = says(
        ("total", "2024-01-01", 80, "2024-01-02 08:00"),
        ("total", "2024-01-02", "about 100", "2024-01-03 08:00"),
    )
    assert headline(ledger) == ("01-02", 100, 80, None, "stated")


def test_a_narrowed_low_is_handed_on_until_a_total_falls_below_it():
    ledger = says(
        ("total", "2024-01-01", 80, "2024-01-02 08:00"),
        ("total", "2024-01-02", "about 100", "2024-01-03 08:00"),
        ("period", "2024-01-03", 5, "2024-01-04 08:00"),
        ("total", "2024-01-03", "about 90", "2024-01-04 09:00"),
        ("total", "2024-01-04", "about 70", "2024-01-05 08:00"),
        ("total", "2024-01-05", "about 75", "2024-01-06 08:00"),
    )
    assert [row[2] for row in rows_of(ledger)] == [80, 80, 85, 0, 0]


def test_a_count_that_straddles_a_total_proves_a_floor():
    ledger = says(
        ("total", "2024-01-10", 100, "2024-01-11 08:00"),
        ("period", "2024-01-01/2024-01-31", 500, "2024-02-01 08:00"),
    )
    assert rows_of(ledger) == [
        ("01-10", 100, 100, 100, "stated"), ("01-31", 500, 500, None, "floor"),
    ]  # fmt: skip


def test_a_count_that_overlaps_a_counted_one_proves_a_floor():
    ledger = says(
        ("period", "2023-12-31/2024-01-05", 10, "2024-01-06 08:00"),
        ("period", "2024-01-01/2024-01-31", 50, "2024-02-01 08:00"),
    )
    assert headline(ledger) == ("01-31", 50, 50, None, "floor")


def test_a_floor_stands_on_what_was_counted_before_its_first_day():
    # 100 through the 10th; 30 within the 15th to the 20th straddles the total through the 16th.
    ledger = says(
        ("total", "2024-01-10", 100, "2024-01-11 08:00"),
        ("total", "2024-01-16", 105, "2024-01-17 08:00"),
        ("period", "2024-01-15/2024-01-20", 30, "2024-01-21 08:00"),
        ("period", "2024-01-21", 4, "2024-01-22 08:00"),
        ("total", "2024-01-22", 140, "2024-01-23 08:00"),
    )
    assert rows_of(ledger) == [
        ("01-10", 100, 100, 100, "stated"),
        ("01-16", 105, 105, 105, "stated"),
        ("01-20", 130, 130, None, "floor"),
        ("01-21", 134, 134, 140, "summed"),
        ("01-22", 140, 140, 140, "stated"),
    ]
    assert ledger.totals()["unexplained"].tolist()[-1] == 6


def test_steps_of_one_count_give_a_row_each():
    ledger = says(
        ("period", "2024-01-01/2024-01-03", 5, "2024-01-04 08:00"),
        ("period", "2024-01-01/2024-01-05", 9, "2024-01-06 08:00"),
    )
    assert rows_of(ledger) == [("01-03", 5, 5, None, "floor"), ("01-05", 9, 9, None, "floor")]


def test_going_back_a_step_counts_as_its_difference():
    # 50 through the 5th, 9-11 of them since the 1st, 5-6 of those by the 3rd.
    ledger = says(
        ("period", "2024-01-01/2024-01-03", "5-6", "2024-01-04 08:00"),
        ("period", "2024-01-01/2024-01-05", "9-11", "2024-01-06 08:00"),
        ("total", "2024-01-05", 50, "2024-01-06 08:00"),
    )
    # 50 − (3 to 6) through the 3rd; less another 5 to 6 before the 1st.
    assert rows_of(ledger) == [
        ("12-31", 41, 38, 42, "backed_out"),
        ("01-03", 46, 44, 47, "backed_out"),
        ("01-05", 50, 50, 50, "stated"),
    ]


def test_a_step_that_exceeds_a_wider_one_is_left_out():
    ledger = says(
        ("period", "2024-01-01/2024-01-03", 12, "2024-01-04 08:00"),
        ("period", "2024-01-01/2024-01-05", 9, "2024-01-06 08:00"),
    )
    # The count left out still proves 12 by the last day of the one that holds it.
    assert rows_of(ledger) == [("01-05", 12, 12, None, "floor")]


RESTART = [
    ("total", "2024-01-19", 48000, "2024-01-20 08:00"),
    ("total", "2024-01-20/2024-01-25", 12, "2024-01-26 08:00"),
    ("total", "2024-01-20/2024-01-26", 30, "2024-01-27 08:00"),
]


def test_a_source_that_begins_to_count_anew_adds_to_what_it_had():
    assert rows_of(says(*RESTART)) == [
        ("01-19", 48000, 48000, 48000, "stated"),
        ("01-25", 48012, 48012, 48012, "summed"),
        ("01-26", 48030, 48030, 48030, "summed"),
    ]


def test_a_restart_said_before_its_day_is_over_keeps_its_high():
    rows = [*RESTART[:2], ("total", "2024-01-20/2024-01-26", 30, "2024-01-26 08:00")]
    assert headline(says(*rows)) == ("01-26", 48030, 48030, 48030, "summed")


def test_a_start_after_a_smaller_total_says_nothing():
    ledger = says(
        ("total", "2024-01-10", 5, "2024-01-11 08:00"),
        ("total", "2024-01-11/2024-01-15", 12, "2024-01-16 08:00"),
    )
    assert headline(ledger) == ("01-15", 12, 12, None, "stated")


def test_a_second_start_with_no_total_before_it_says_nothing():
    ledger = says(
        ("total", "2024-01-01/2024-01-15", 12, "2024-01-16 08:00"),
        ("total", "2024-01-05/2024-01-20", 20, "2024-01-21 08:00"),
    )
    assert rows_of(ledger) == [
        ("01-15", 12, 12, 12, "stated"), ("01-20", 20, 20, None, "stated"),
    ]  # fmt: skip


def test_a_later_wider_restart_that_is_smaller_takes_the_floor_from_the_narrower():
    rows = [*RESTART[:2], ("total", "2024-01-20/2024-01-26", 10, "2024-01-27 08:00")]
    assert headline(says(*rows)) == ("01-26", 48010, 48010, 48010, "summed")
    # Said the other way round, the narrower one is the newer and proves 12.
    rows = [*RESTART[:1], rows[2], ("total", "2024-01-20/2024-01-25", 12, "2024-01-28 08:00")]
    assert headline(says(*rows)) == ("01-26", 48012, 48012, None, "floor")


MONDAY = ("total", "2024-01-27", 31, "2024-01-28 00:30")


def test_a_later_count_of_the_day_takes_the_place_of_a_more():
    ledger = says(
        MONDAY,
        ("more", "2024-01-28", 26, "2024-01-28 20:00"),
        ("period", "2024-01-28", 27, "2024-01-29 08:00"),
    )
    assert headline(ledger) == ("01-28", 58, 58, 58, "summed")


def test_a_running_count_has_no_high_in_a_sum():
    ledger = says(MONDAY, ("period", "2024-01-28", 28, "2024-01-28 14:00"))
    assert headline(ledger) == ("01-28", 59, 59, None, "summed")


def test_a_count_of_days_before_an_earlier_more_is_left_out():
    ledger = says(
        MONDAY,
        ("more", "2024-01-28", 26, "2024-01-28 20:00"),
        ("more", "2024-01-29", 5, "2024-01-29 20:00"),
        ("period", "2024-01-28", 27, "2024-01-30 08:00"),
    )
    assert headline(ledger)[:3] == ("01-29", 62, 62)


def test_a_total_said_again_leaves_a_more_alone():
    more = ("more", "2024-01-28", 26, "2024-01-28 20:00")
    again = says(MONDAY, more, ("total", "2024-01-27", 31, "2024-01-29 08:00"))
    assert headline(again)[:3] == ("01-28", 57, 57)
    thrice = says(
        MONDAY,
        more,
        ("total", "2024-01-27", 31, "2024-01-29 08:00"),
        ("total", "2024-01-27", 31, "2024-01-30 08:00"),
    )
    assert headline(thrice)[:3] == ("01-28", 57, 57)
    other = says(MONDAY, more, ("total", "2024-01-27", 33, "2024-01-29 08:00"))
    assert headline(other) == ("01-27", 33, 33, 33, "stated")


def test_a_count_of_the_day_after_a_running_total_leaves_a_gap():
    ledger = says(
        ("total", "2024-01-28", 31, "2024-01-28 08:00"),
        ("period", "2024-01-29", 5, "2024-01-30 08:00"),
    )
    assert headline(ledger) == ("01-29", 36, 36, None, "floor")


def test_a_later_count_of_a_running_totals_day_raises_its_high():
    ledger = says(
        ("total", "2024-01-28", 31, "2024-01-28 08:00"),
        ("period", "2024-01-28", 28, "2024-01-28 20:00"),
    )
    assert rows_of(ledger) == [("01-28", 31, 31, 59, "stated")]


def test_a_day_is_over_at_one_minute_to_midnight_of_the_ledgers_zone():
    rows = [MONDAY, ("period", "2024-01-28", 28, "2024-01-28 19:58:59+00:00")]
    assert headline(says(*rows, tz="Asia/Yerevan"))[3] is None
    rows = [MONDAY, ("period", "2024-01-28", 28, "2024-01-28 19:59:00+00:00")]
    assert headline(says(*rows, tz="Asia/Yerevan"))[3] == 59


def test_a_more_of_a_later_day_leaves_a_gap():
    ledger = says(
        ("total", "2024-01-01", 100, "2024-01-02 08:00"),
        ("more", "2024-06-01", 4, "2024-06-02 08:00"),
    )
    assert headline(ledger) == ("06-01", 104, 104, None, "floor")


def test_a_more_is_never_subtracted_in_a_high():
    ledger = says(
        ("period", "2024-01-05", 3, "2024-01-06 06:00"),
        ("more", "2024-01-05", 4, "2024-01-06 07:00"),
        ("total", "2024-01-05", 30, "2024-01-06 08:00"),
    )
    assert rows_of(ledger)[0] == ("01-04", 23, 23, 27, "backed_out")


def test_a_running_count_is_exact_where_its_total_came_with_it():
    apart = says(
        ("period", "2024-01-05", 3, "2024-01-05 12:00"),
        ("total", "2024-01-05", 30, "2024-01-05 12:30"),
    )
    assert rows_of(apart)[0] == ("01-04", 27, 0, 27, "backed_out")
    together = says(
        ("period", "2024-01-05", 3, "2024-01-05 12:00"),
        ("total", "2024-01-05", 30, "2024-01-05 12:00"),
    )
    assert rows_of(together)[0] == ("01-04", 27, 27, 27, "backed_out")


def test_without_a_total_that_has_a_high_there_is_no_ceiling():
    counts = ("period", "2024-01-03", 5, "2024-01-04 08:00")
    vague = says(counts, ("total", "2024-01-09", "about 30", "2024-01-10 08:00"))
    assert rows_of(vague)[0] == ("01-03", 5, 5, None, "floor")
    exact = says(counts, ("total", "2024-01-09", 30, "2024-01-10 08:00"))
    assert rows_of(exact)[0] == ("01-03", 30, 5, 30, "ceiling")


def test_a_carried_row_is_bounded_by_the_next_one():
    ledger = says(
        ("total", "2024-01-05", 10, "2024-01-06 08:00"),
        ("total", "2024-01-07", 12, "2024-01-08 08:00"),
        ("total", "2024-01-09", "5-9", "2024-01-10 08:00"),
    )
    carried = [row[1:4] for row in rows_of(ledger, freq="D") if row[4] == "carried"]
    assert carried == [(10, 10, 12), (12, 9, 12)]


def test_stocks_are_bounded_by_no_other_day():
    ledger = says(
        ("total", "2024-01-05", 10, "2024-01-06 08:00"),
        ("period", "2024-01-06", 3, "2024-01-07 08:00"),
        ("total", "2024-01-08", "about 30", "2024-01-09 08:00"),
        outcome="displaced",
    )
    assert rows_of(ledger) == [
        ("01-05", 10, 10, 10, "stated"),
        ("01-06", 13, 0, None, "summed"),
        ("01-08", 30, 0, None, "stated"),
    ]
    assert rows_of(ledger, freq="D")[2] == ("01-07", 13, 0, None, "carried")


def test_stocks_are_not_worked_back():
    ledger = says(
        ("period", "2024-01-06", 3, "2024-01-07 08:00"),
        ("total", "2024-01-06", 30, "2024-01-07 09:00"),
        outcome="missing",
    )
    assert rows_of(ledger) == [("01-06", 30, 30, 30, "stated")]


# -- what is kept for check() and explain() -------------------------------------------------------


def left_out(ledger):
    """``{report: (why, because of)}`` of the live reports that enter no total."""
    work = workings(ledger._known).counted
    ids = ledger.reports["report_id"]
    return {
        ids[row]: (Reason(why).name.lower(), ids[by] if by >= 0 else None)
        for row, why, by in zip(work.row, work.reason, work.because, strict=True)
        if why
    }


def test_what_is_left_out_is_kept_with_the_reason():
    origin = says(
        ("period", "2024-01-03", 5, "2024-01-04 08:00"),
        ("total", "2024-01-04/2024-01-06", 9, "2024-01-07 08:00"),
        ("period", "2024-01-01/2024-01-05", 7, "2024-01-08 08:00"),
    )
    assert left_out(origin) == {"r1.": ("origin", None), "r3.": ("straddles", None)}
    total = says(
        ("total", "2024-01-05", 9, "2024-01-06 08:00"),
        ("period", "2024-01-01/2024-01-06", 7, "2024-01-08 08:00"),
    )
    assert left_out(total) == {"r2.": ("straddles", "r1.")}
    overlaps = says(
        ("period", "2024-01-01/2024-01-05", 9, "2024-01-06 08:00"),
        ("period", "2024-01-04/2024-01-06", 7, "2024-01-08 08:00"),
    )
    assert left_out(overlaps) == {"r2.": ("overlaps", "r1.")}
    step = says(
        ("period", "2024-01-01/2024-01-05", 9, "2024-01-06 08:00"),
        ("period", "2024-01-01/2024-01-03", 12, "2024-01-04 08:00"),
    )
    assert left_out(step) == {"r2.": ("step", "r1.")}
    so_far = says(
        ("total", "2024-01-28", 31, "2024-01-28 08:00"),
        ("period", "2024-01-28", 28, "2024-01-28 20:00"),
    )
    assert left_out(so_far) == {"r2.": ("so_far", "r1.")}


def test_what_is_left_out_for_a_more_names_the_more_and_the_other_way_round():
    more = ("more", "2024-01-28", 26, "2024-01-28 20:00")
    count = ("period", "2024-01-28", 27, "2024-01-30 08:00")
    assert left_out(says(MONDAY, more, count)) == {"r2.": ("more_counted", "r3.")}
    total = ("total", "2024-01-27", 33, "2024-01-29 08:00")
    assert left_out(says(MONDAY, more, total)) == {"r2.": ("more_counted", "r3.")}
    later = says(MONDAY, more, ("more", "2024-01-29", 5, "2024-01-29 20:00"), count)
    assert left_out(later) == {"r4.": ("before_more", "r3.")}


def test_restarts_and_floors_are_kept():
    ledger = says(*RESTART)
    work = workings(ledger._known)
    assert work.counted.role.tolist() == [0, 1, 1]
    assert work.floors is None
    ledger = says(
        ("total", "2024-01-10", 100, "2024-01-11 08:00"),
        ("period", "2024-01-01/2024-01-31", 500, "2024-02-01 08:00"),
    )
    floors = workings(ledger._known).floors
    assert (floors.total.tolist(), floors.row.tolist()) == ([500], [1])


# -- causes of a history --------------------------------------------------------------------------


def test_a_lower_number_of_a_later_day_fell():
    ledger = says(
        ("total", "2024-01-01", 100, "2024-01-02 08:00"),
        ("total", "2024-01-02", 80, "2024-01-03 08:00"),
    )
    assert ledger.history()["cause"].tolist() == ["first", "fell"]


def test_a_correction_of_a_day_that_the_number_does_not_rest_on_is_no_cause():
    ledger = says(
        ("total", "2024-01-01", 100, "2024-01-02 08:00"),
        ("total", "2024-01-02", 120, "2024-01-03 08:00"),
        ("total", "2024-01-03", 130, "2024-01-04 08:00"),
        revise("r1.", 90, "2024-01-04 08:00"),
    )
    assert ledger.history()["cause"].tolist() == ["first", "new", "new"]


def test_the_number_of_a_day_in_between_is_bounded_by_the_next():
    ledger = says(
        ("total", "2024-01-01", 100, "2024-01-02 08:00"),
        ("total", "2024-01-05", 120, "2024-01-06 08:00"),
    )
    told = ledger.history("2024-01-03")
    assert told["high"].astype(object).where(told["high"].notna(), None).tolist() == [None, 120]


def test_a_contradiction_never_says_exactly_none():
    # 25 through the 10th cannot hold 30 killed on the 10th.
    ledger = says(
        ("period", "2024-01-10", 30, "2024-01-11 09:00"),
        ("total", "2024-01-10", 25, "2024-01-11 10:00"),
    )
    row = ledger.totals().iloc[0]
    assert (row["total"], row["low"], pd.isna(row["high"])) == (0, 0, True)
    assert "arithmetic" in ledger.check()["code"].tolist()
