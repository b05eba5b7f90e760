"""Where a total comes from, told report by report."""

import pytest
from cases import ARTICLE, TZ, numbered
from ledgers import article, says, series

import casualties as cas


def test_a_stated_total_is_told_with_its_revision():
    text = str(article().as_of("2020-09-28 16:00").explain())
    assert text.splitlines() == [
        "58 killed · through 2020-09-28 14:30 +04, as known 2020-09-28 16:00 +04",
        "  stated by Ministry (t58, revising 59 in t59 (27 instead of 28))",
    ]


def test_a_day_worked_back_is_told_from_the_later_total():
    made = cas.Ledger(numbered(*ARTICLE[:4]), tz=TZ).explain("2020-09-27")
    assert str(made).splitlines()[1:] == [
        "  derived, as no report states it",
        "  = 58 through 2020-09-28 (x4, revising 59 in x2) − 27 on 2020-09-28 (x3, revising 28 in "
        "x1)",
    ]
    assert str(made).startswith("31 killed · through 2020-09-27, as known")


def test_a_sum_is_told_from_the_last_total():
    lines = str(
        series([("total", "2024-03-05", 10), ("more", "2024-03-06", 3)]).explain()
    ).splitlines()
    assert lines[0].startswith("13 killed · through 2024-03-06")
    assert lines[1:] == [
        "  derived, as no report states it",
        "  = 10 said before (r1) + 3 more by 2024-03-06 (r2)",
    ]


def test_a_floor_says_so_and_a_quiet_day_is_carried():
    told = series([("period", "2024-03-05", 10)]).explain("2024-03-09")
    assert str(told).startswith("at least 10 killed")
    assert "carried forward from 2024-03-05" in str(told)
    assert "a floor" in str(told)


def test_what_the_number_rests_on_is_quoted_and_its_kept_copy_told():
    base = {"source": "Ministry", "kind": "total", "side": "all"}
    ledger = cas.Ledger(
        [
            {**base, "report_id": "a", "value": 31, "reported_at": "2020-09-27 20:00",
             "quote": "another 31 dead"},
            {**base, "report_id": "b", "value": 27, "kind": "more",
             "reported_at": "2020-09-28 14:00", "quote": "27 more were killed",
             "archived": "https://example.org/kept"},
            {**base, "report_id": "c", "value": 60, "reported_at": "2020-09-28 15:00",
             "source": "AFP", "quote": "sixty"},
        ],
    )  # fmt: skip
    assert str(ledger.explain(source="Ministry")).splitlines()[-2:] == [
        "  a: “another 31 dead”",
        "  b: “27 more were killed”; kept copy: https://example.org/kept",
    ]


def test_other_sources_and_denials_are_told():
    ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    told = ledger.explain(
        source="Karabakh defence ministry",
        side="Armenian side",
        outcome="killed",
        category="military",
    )
    assert "another source, Azerbaijan defence ministry: 550" in str(told)
    assert "denied by Armenia defence ministry" in str(told)
    roles = {"total", "replaced", "denial", "other source"}
    assert set(told.reports["role"]) == roles
    assert told._repr_html_().startswith("<pre>58 killed")


def test_many_increments_are_cut_short():
    rows = [("period", f"2024-03-{day:02d}", 1) for day in range(2, 29)]
    text = str(series([("total", "2024-03-01", 10), *rows]).explain())
    assert "= 10 through 2024-03-01 (r1) + 1 on 2024-03-02 (r2) + " in text
    assert text.endswith(" + 1 on 2024-03-12 (r12) + 16 further reports")
    rows = [("more", f"2024-03-{day:02d}", 1) for day in range(2, 29)]
    text = str(series([("total", "2024-03-01", 10), *rows]).explain())
    assert "by then, worked out from (r1); (r2); " in text
    assert "(r12); 15 further reports + 1 more by 2024-03-28 (r28)" in text


def test_what_cannot_be_explained_says_what_to_choose():
    ledger = cas.load_dataset("karabakh_2020")
    with pytest.raises(
        cas.LedgerError, match="series match; one is told of at a time: choose by event"
    ):
        ledger.explain()
    with pytest.raises(cas.LedgerError, match="the first day with one is 2020-09-28"):
        article().explain("2020-09-01")
    with pytest.raises(cas.LedgerError, match="no number of killed by Ministry"):
        series([("total", "2024-03-05", None)]).explain()


def test_a_sum_over_several_days_and_a_total_after_it_are_told():
    counts = [("period", "2024-03-03/2024-03-05", 20), ("total", "2024-03-05", 25)]
    told = series([("total", "2024-03-02", 5), *counts]).explain()
    assert "stated by Ministry (r3)" in str(told)
    assert repr(told) == str(told)
    assert "20 within" not in str(series(counts).explain()), "nothing says what it began from"


def test_a_ledger_without_a_number_has_nothing_to_explain():
    ledger = cas.Ledger([{"source": "A", "value": None, "reported_at": "2024-03-05"}], kind="total")
    with pytest.raises(cas.LedgerError):
        ledger.explain()
    with pytest.raises(cas.LedgerError, match="no report is known at the clock"):
        cas.Ledger([]).explain()


def told(*rows, date=None, **fixed):
    """The lines that explain() writes of a ledger of (kind, days, value, reported_at)."""
    return str(says(*rows, **fixed).explain(date)).splitlines()[1:]


TEN = ("total", "2024-01-10", 100, "2024-01-11 08:00")


def test_a_floor_is_told_with_the_counts_that_prove_it_and_what_bounds_it():
    wide = ("period", "2024-01-01/2024-01-31", 500, "2024-02-01 08:00")
    assert told(TEN, wide) == [
        "  a floor: what the reports add up to; there may be more",
        "  = 500 within 2024-01-01 to 2024-01-31 (x2)",
        "  at most 600: 100 through 2024-01-10 (x1); 500 within 2024-01-01 to 2024-01-31 (x2)",
    ]
    rows = [
        TEN,
        ("total", "2024-01-16", 105, "2024-01-17 08:00"),
        ("period", "2024-01-15/2024-01-20", 30, "2024-01-21 08:00"),
        ("period", "2024-01-21", 4, "2024-01-22 08:00"),
    ]
    assert told(*rows, date="2024-01-20")[1:] == [
        "  = 100 through 2024-01-10 (x1) + 30 within 2024-01-15 to 2024-01-20 (x3)",
        "  at most 135: 105 through 2024-01-16 (x2); 30 within 2024-01-15 to 2024-01-20 (x3)",
    ]
    assert told(*rows)[1] == (
        "  = 100 through 2024-01-10 (x1) + 30 within 2024-01-15 to 2024-01-20 (x3) + 4 on "
        "2024-01-21 (x4)"
    )


def test_a_low_that_an_earlier_total_proves_is_told():
    lines = told(
        ("total", "2024-01-01", 80, "2024-01-02 08:00"),
        ("period", "2024-01-02", 5, "2024-01-03 07:00"),
        ("total", "2024-01-02", "about 100", "2024-01-03 08:00"),
    )
    assert lines[-2] == "  at least 85: 80 through 2024-01-01 (x1); 5 on 2024-01-02 (x2)"


def test_a_restart_is_told_with_what_it_adds_to():
    lines = told(
        ("total", "2024-01-19", 48000, "2024-01-20 08:00"),
        ("total", "2024-01-20/2024-01-25", 12, "2024-01-26 08:00"),
        ("total", "2024-01-20/2024-01-26", 30, "2024-01-27 08:00"),
    )
    assert lines[1:] == [
        "  = 48,000 through 2024-01-19 (x1) + 30 through 2024-01-26 (x3), counted anew from "
        "2024-01-20",
    ]


def test_a_high_raised_by_a_later_count_of_the_day_is_told():
    lines = told(
        ("total", "2024-01-28", 31, "2024-01-28 08:00"),
        ("period", "2024-01-28", 28, "2024-01-28 20:00"),
    )
    assert lines[-1] == "  at most 59: 31 through 2024-01-28 (x1); 28 on 2024-01-28 (x2)"


def test_steps_are_told_as_they_are_added_and_taken_away():
    steps = [
        ("period", "2024-01-01/2024-01-03", 5, "2024-01-04 08:00"),
        ("period", "2024-01-01/2024-01-05", 9, "2024-01-06 08:00"),
    ]
    total = ("total", "2024-01-05", 50, "2024-01-06 08:00")
    assert told(*steps, total, date="2024-01-03")[-1] == (
        "  from 50 through 2024-01-05 (x3); 9 within 2024-01-01 to 2024-01-05 (x2); 5 within "
        "2024-01-01 to 2024-01-03 (x1)"
    )
    before = ("total", "2023-12-31", 41, "2024-01-01 08:00")
    assert told(before, *steps)[1:] == [
        "  = 41 through 2023-12-31 (x1) + 9 within 2024-01-01 to 2024-01-05 (x3)",
    ]


def test_a_carried_total_is_bounded_by_the_next_one():
    rows = [
        ("total", "2024-01-05", 10, "2024-01-06 08:00"),
        ("total", "2024-01-07", 12, "2024-01-08 08:00"),
    ]
    for date, limits in [("2024-01-06", "10–12 "), ("2024-01-08", "at least 12 ")]:
        assert str(says(*rows).explain(date)).startswith(limits)
    assert str(says(*rows, outcome="missing").explain("2024-01-06")).startswith(
        "10 (with no bounds) missing"
    )


def test_people_who_return_are_bounded_by_no_other_day():
    lines = told(("period", "2024-01-06", 3, "2024-01-07 08:00"), outcome="displaced")
    assert lines[-1] == "  those counted may return, so that no other day bounds this number"


def test_what_contradicts_the_number_is_told_with_what_rules_it_out():
    made = says(
        ("total", "2024-01-01", 100, "2024-01-02 08:00"),
        ("total", "2024-01-10", 130, "2024-01-11 08:00"),
        ("period", "2024-01-02/2024-01-10", 5, "2024-01-12 08:00"),
    ).explain()
    assert str(made).splitlines() == [
        "130 (105–130) killed · through 2024-01-10, as known 2024-01-12 08:00 UTC",
        "  stated by Ministry (x2)",
        "  at least 105, as what is not believed allows so few",
        "  5 within 2024-01-02 to 2024-01-10 (x3) cannot be true beside 100 through 2024-01-01 "
        "(x1) and 130 through 2024-01-10 (x2); it is not believed",
    ]
    roles = dict(zip(made.reports["report_id"], made.reports["role"], strict=True))
    assert roles == {"x1": "against", "x2": "total", "x3": "against"}


def test_a_number_that_is_raised_is_told_with_what_raises_it():
    lines = told(
        ("period", "2024-01-01", 9, "2024-01-01 23:59"),
        ("total", "2024-01-02", "at least 7", "2024-01-03 08:00"),
    )
    assert lines == [
        "  stated by Ministry (x2) as at least 7", "  at least 9: 9 on 2024-01-01 (x1)"
    ]  # fmt: skip


def test_so_many_fewer_is_told_with_what_was_said_before():
    text = str(series([("total", "2024-01-01", 100), ("more", "2024-01-02", -7)]).explain())
    assert text.splitlines()[-1] == "  = 100 said before (r1), 7 fewer by 2024-01-02 (r2)"


def test_the_reason_of_a_lower_total_is_told():
    rows = [
        {"value": 1622, "reported_at": "2024-03-01"},
        {"value": 1421, "reported_at": "2024-03-02", "reason": "201 probable deaths removed"},
    ]
    text = str(cas.Ledger(rows, source="M", kind="total").explain())
    assert text.splitlines()[-1] == (
        "  1,421 through 2024-03-02 (r2) is lower than 1,622 through 2024-03-01 (r1); the reason "
        "given: 201 probable deaths removed"
    )


def test_incidents_are_told_one_by_one():
    rows = [{"value": v, "reported_at": f"2024-03-0{v}"} for v in (1, 2, 3)]
    lines = str(cas.Ledger(rows, source="M", kind="incident").explain()).splitlines()
    assert lines[1:] == [
        "  the incidents of a list, added up",
        "  = 1 on 2024-03-01 (r1) + 2 on 2024-03-02 (r2) + 3 on 2024-03-03 (r3)",
    ]


def test_an_early_report_and_a_silence_enter_nothing():
    first = ("total", "2024-01-10", 500, "2024-01-11 08:00")
    early = ("total", "2204-01-10", 100, "2024-01-12 08:00")
    silent = ("total", "2024-01-10", None, "2024-01-12 09:00")
    made = says(first, early, silent).explain()
    assert str(made).splitlines()[2:] == [
        "  early: 100 through 2204-01-10 (x2) was published before that day had begun, and enters "
        "nothing",
        "  no number through 2024-01-10 (x3)",
    ]
    assert made.reports["role"].tolist() == ["total", "early", "silent"]


def test_what_a_retraction_brought_back_says_so():
    rows = [
        ("total", "2024-01-05", 16, "2024-01-06 10:00"),
        ("total", "2024-01-05", 160, "2024-01-06 12:00"),
    ]
    made = says(*rows).retract("x2", reported_at="2024-01-06 12:05").explain()
    assert str(made).splitlines()[1] == (
        "  stated by Ministry (x1, in force again since r3, in place of 160 in x2)"
    )
    assert made.reports["role"].tolist() == ["total", "replaced", "retraction"]


def test_a_total_below_what_came_before_says_that_the_source_counts_anew():
    lines = told(
        ("total", "2024-01-05", 10, "2024-01-06 08:00"),
        ("total", "2024-01-06", 7, "2024-01-07 08:00"),
    )
    assert lines[-1] == (
        "  7 through 2024-01-06 (x2) is lower than 10 through 2024-01-05 (x1), and no report says "
        "why"
    )


def test_a_high_is_told_from_the_later_total():
    lines = told(
        ("period", "2024-01-03", 5, "2024-01-04 08:00"),
        ("period", "2024-01-05", 2, "2024-01-06 08:00"),
        ("total", "2024-01-09", 30, "2024-01-10 08:00"),
        date="2024-01-03",
    )
    assert lines == [
        "  a floor: what the reports add up to; there may be more",
        "  = 5 on 2024-01-03 (x1)",
        "  at most 28: 30 through 2024-01-09 (x3); 2 on 2024-01-05 (x2)",
    ]


def test_what_bounds_a_carried_number_from_above_is_told():
    ledger = says(
        ("total", "2024-01-02", 10, "2024-01-02"), ("total", "2024-01-06", 30, "2024-01-06")
    )
    told = ledger.explain(date="2024-01-04")
    assert "at most 30 by then: 30 through 2024-01-06 (x2)" in str(told)
    assert told.reports["report_id"].tolist() == ["x1", "x2"]


def test_what_was_said_before_a_more_is_told_as_it_was_said():
    ledger = says(("total", "2024-01-01", "at least 30", "2024-01-01"),
                  ("more", "2024-01-02", 20, "2024-01-02"))  # fmt: skip
    assert "at least 30 said before (x1) + 20 more" in str(ledger.explain())
    ledger = says(("total", "2024-01-01", 10, "2024-01-01"),
                  ("period", "2024-01-05/2024-01-05", "about 5", "2024-01-06"),
                  ("more", "2024-01-09", 20, "2024-01-09"))  # fmt: skip
    assert "about 15 (at least 10) by then, worked out from (x1); (x2) + 20 more" in str(
        ledger.explain()
    )


def test_a_more_that_bounds_is_told_with_all_that_it_rests_on():
    ledger = says(("total", "2024-01-05", 10, "2024-01-05 08:00"),
                  ("more", "2024-01-05", 3, "2024-01-05 12:00"),
                  ("total", "2024-01-05", "at least 12", "2024-01-05 18:00"))  # fmt: skip
    text = str(ledger.explain())
    assert "at least 13: 10 said before (x1) + 3 more by 2024-01-05 (x2)" in text
    later = says(("total", "2024-01-05", 10, "2024-01-05 08:00"),
                 ("more", "2024-01-05", 3, "2024-01-05 12:00"),
                 ("total", "2024-01-05", "at least 12", "2024-01-05 18:00"),
                 ("more", "2024-01-06", 2, "2024-01-06 09:00"))  # fmt: skip
    text = str(later.explain())
    assert "at least 13 by then, worked out from (x1); (x2); (x3, after 10 in x1) + 2" in text


def test_a_vague_lower_total_may_be_lower():
    told = str(says(("total", "2024-01-01", 100, "2024-01-01"),
                    ("total", "2024-01-02", "at least 80", "2024-01-02")).explain())  # fmt: skip
    assert "may be lower than 100" in told
    assert "20 fewer" not in told


def test_what_was_said_before_a_more_and_withdrawn_does_not_stand():
    rows = [("total", "2024-01-01", 50, "2024-01-01"), ("more", "2024-01-02", 23, "2024-01-02")]
    ledger = says(*rows)
    assert "0, as nothing" not in str(ledger.explain())
    ledger = ledger.retract(ledger.reports["report_id"].iloc[0], reported_at="2024-01-03")
    assert "= 0, as nothing that stands was said before + 23 more" in str(ledger.explain())


# -- sums that must be true ------------------------------------------------------------------------

FIRST = ("total", "2024-01-02", 20)
WITHIN = ("period", "2024-01-03/2024-01-05", 2)


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        ([FIRST, WITHIN, ("total", "2024-01-05", "5-24")], "  stated by Ministry (r3) as 5–24"),
        ([("total", "2024-01-04", 7), ("period", "2024-01-05", 5),
          ("total", "2024-01-06", "at least 8"), ("period", "2024-01-07", 10)],
         "  from at least 8 through 2024-01-06 (r3); 10 on 2024-01-07 (r4)"),
        ([("total", "2024-01-04", 13), ("total", "2024-01-05", "5-24"),
          ("period", "2024-01-06", 10)],
         "  from 5–24 through 2024-01-05 (r2); 10 on 2024-01-06 (r3)"),
    ],
)  # fmt: skip
def test_a_sum_that_is_told_makes_the_number_that_it_explains(reports, told):
    assert told in str(series(reports).explain()).splitlines()


def test_about_so_many_is_lower_where_a_quarter_more_is():
    rows = [("total", "2024-01-01", 101, "2024-01-01"),
            ("total", "2024-01-02", "about 80", "2024-01-02")]  # fmt: skip
    assert "is lower than 101 through 2024-01-01" in str(says(*rows).explain())
    assert says(*rows).check()["severity"].tolist() == ["contradiction"], "as the check says"


def test_after_the_last_incident_of_a_list_there_may_be_more():
    rows = [{"value": 5, "period_end": "2024-01-05"}, {"value": 3, "period_end": "2024-01-12"}]
    ledger = cas.Ledger(rows, source="U", kind="incident", reported_at="2024-06-01")
    assert str(ledger.explain("2024-01-12")).startswith("8 killed")
    assert str(ledger.explain("2024-03-01")).startswith("at least 8 killed")
    assert str(ledger.explain("2024-01-08")).startswith("5 killed")


def test_what_widens_a_total_is_told():
    rows = [
        {"kind": "total", "value": 57, "reported_at": "2024-01-01"},
        {"kind": "total", "value": 61, "reported_at": "2024-01-02"},
        {"kind": "more", "value": -3, "period_end": "2024-01-01", "reported_at": "2024-01-03"},
    ]
    told = str(cas.Ledger(rows, source="S").explain())
    assert told.startswith("61 (58–61) killed")
    assert "stated by S (r2), widened by 3 fewer by 2024-01-01 (r3)" in told


def test_what_adds_no_number_is_named_all_the_same():
    ceiling = told(("period", "2024-01-02", "up to 5", "2024-01-02"))
    assert ceiling[1] == "  = 0, as no number is added by up to 5 on 2024-01-02 (x1)"
    assert told(
        ("period", "2024-01-01", 0, "2024-01-01"), ("more", "2024-01-02", 23, "2024-01-02")
    )[1] == ("  = at least 0 by then, worked out from (x1) + 23 more by 2024-01-02 (x2)")


def test_what_widens_a_bound_is_named():
    lines = told(
        ("total", "2024-01-03", 25, "2024-01-03"),
        ("more", "2024-01-02", 12, "2024-01-04"),
        date="2024-01-02",
    )
    assert lines[1] == "  = 0, as nothing that stands was said before + 12 more by 2024-01-02 (x2)"
    assert lines[2] == (
        "  at most 37: 25 through 2024-01-03 (x1), widened by 12 more by 2024-01-02 (x2)"
    )


def test_the_low_before_a_more_and_that_of_a_floor_are_told_with_their_reports():
    # "about 38" has no low of its own: 31 were counted before it.
    lines = told(
        ("total", "2024-01-01", 31, "2024-01-01 20:00"),
        ("total", "2024-01-02", "about 38", "2024-01-02 20:00"),
        ("more", "2024-01-03", 4, "2024-01-03 20:00"),
    )
    assert lines[-1] == "  = about 38 said before (x1); (x2) + 4 more by 2024-01-03 (x3)"
    # 35 through the 4th, at most 10 of them since the 1st: 25 had died by the 2nd, not 15.
    lines = told(
        ("total", "2024-01-04", 35, "2024-01-05 08:00"),
        ("period", "2024-01-01/2024-01-04", "up to 10", "2024-01-06 08:00"),
        ("period", "2024-01-02", 15, "2024-01-03 08:00"),
        date="2024-01-02",
    )
    assert any(line.startswith("  at least 25: 35 through 2024-01-04 (x1)") for line in lines)


def test_a_fall_is_told_from_the_number_as_it_was_stated():
    ledger = says(
        ("total", "2024-01-01", "more than 5,300", "2024-01-02 08:00"),
        ("total", "2024-01-05", 3252, "2024-01-06 08:00"),
    )
    assert ledger.totals()["unexplained"].iloc[-1] == -2048
    assert "is lower than more than 5,300 through 2024-01-01 (x1)" in str(ledger.explain())


def test_what_is_worked_back_from_a_later_total_takes_ceilings_away():
    text = str(series([("total", "2024-01-10", 59), ("period", "2024-01-09", "up to 4"),
                       ("period", "2024-01-10", "up to 5")]).explain("2024-01-08"))  # fmt: skip
    assert "= 59 through 2024-01-10 (r1) − up to 4 on 2024-01-09 (r2) − up to 5 on" in text


def test_a_low_is_said_to_come_from_a_later_lower_total():
    text = str(
        series([("total", "2024-01-05", 44), ("total", "2024-01-07", 26)]).explain("2024-01-05")
    )
    assert "at least 26: a later total is lower, 26 through 2024-01-07 (r2)" in text


def test_of_people_who_return_a_sum_may_be_too_much():
    rows = [{"value": 16, "reported_at": "2024-01-05"},
            {"value": 5, "reported_at": "2024-01-07", "kind": "more"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="total", outcome="missing")
    assert "there may be fewer or more" in str(ledger.explain())
