"""The tables of the rules, worked by hand, against the slow reading."""

import oracle
import pytest
from cases import ARTICLE, CASES, JAN, TZ, added, day, numbered, period, total


def book(*rows, tz="UTC", **fixed):
    """Completed reports; ids x1, x2, … unless they have one."""
    return oracle.complete(numbered(*rows, **fixed), tz)


def rows(reports, clock=None):
    return plain(oracle.totals(reports, clock))


def plain(found):
    """Day, total, low, high, basis and what is unexplained of each row of one series."""
    assert len(found) <= 1
    return [
        (r.date, r.total, r.low, r.high, r.basis, r.unexplained)
        for r in next(iter(found.values()), [])
    ]


def headline(reports, clock=None):
    """Day, total, low, high, basis of the last row."""
    found = rows(reports, clock)
    return found[-1][:5] if found else None


# -- the columns of a report ----------------------------------------------------------------------


def test_a_bare_date_is_the_end_of_that_day():
    (report,) = book(total(5, "2024-01-10", "2024-01-10"), tz=TZ)
    assert oracle.record.on_the_wall(report.instant, TZ).isoformat()[:19] == "2024-01-10T23:59:59"
    assert oracle.live([report], "2024-01-10 23:59:58") == []
    assert oracle.live([report], "2024-01-10") == [report]


def test_a_total_ends_on_the_local_day_and_a_period_on_the_day_it_starts():
    t, p = book(
        {"kind": "total", "value": 5, "reported_at": "2024-01-10T22:00+00:00"},
        {"kind": "period", "value": 5, "period_end": "2024-01-07", "reported_at": "2024-01-10"},
        tz=TZ,
    )
    assert t.end == day("2024-01-11")
    assert (p.start, p.end) == (day("2024-01-07"), day("2024-01-07"))


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ({"value": 58}, (58, 58, 58)),
        ({"value": 58, "qualifier": "about"}, (58, None, None)),
        ({"value": 58, "qualifier": "at_least"}, (58, 58, None)),
        ({"value": 58, "qualifier": "more_than"}, (58, 59, None)),
        ({"value": 58, "qualifier": "at_most"}, (58, None, 58)),
        ({"value": 58, "qualifier": "less_than"}, (58, None, 57)),
        ({"low": 50, "high": 60, "qualifier": "range"}, (50, 50, 60)),
        ({"value": 55, "low": 50, "high": 60}, (55, 50, 60)),
        ({"value": 10, "low": 20, "high": 30}, (10, 10, 30)),
        ({"value": 40, "low": 30, "high": 20}, (40, 20, 40)),
    ],
)
def test_bounds_come_from_the_qualifier_and_contradictions_span_all(cells, number):
    (report,) = book({"kind": "total", "reported_at": "2024-01-10"} | cells)
    assert (report.number, *report.bounds) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2,300", (2300, 2300, 2300)),
        (">=300", (300, 300, None)),
        ("300+", (300, 300, None)),
        ("at least four", (4, 4, None)),
        (">2300", (2300, 2301, None)),
        ("over 2,300", (2300, 2301, None)),
        ("<=50", (50, None, 50)),
        ("up to 50", (50, None, 50)),
        ("<50", (50, None, 49)),
        ("~30000", (30000, None, None)),
        ("c. 30", (30, None, None)),
        ("nearly 30", (30, None, None)),
        ("30 or more", (30, 30, None)),
        ("50-60", (50, 50, 60)),
        ("50–60", (50, 50, 60)),
        ("between 50 and 60", (50, 50, 60)),
        (" ", False),
    ],
)
def test_counts_are_read_as_people_write_them(text, number):
    (report,) = book({"kind": "total", "reported_at": "2024-01-10", "value": text})
    assert (report.carries and (report.number, *report.bounds)) == number


def test_a_revise_inherits_its_dates_and_a_given_number_stands_alone():
    a, b, c, d = book(
        total(100, "2024-01-10", "2024-01-10", qualifier="less_than"),
        {"action": "revise", "refers_to": "x1", "value": 57, "reported_at": "2024-01-12"},
        {"action": "retract", "refers_to": "x2", "reported_at": "2024-01-13"},
        {"action": "revise", "refers_to": "x3", "reported_at": "2024-01-14"},
    )
    assert (b.end, b.kind, b.number, b.bounds[1]) == (a.end, "total", 57, 57)
    assert not c.carries
    assert (d.number, d.bounds) == (b.number, b.bounds)
    assert oracle.live([a, b, c, d]) == [d]


def test_a_given_qualifier_works_the_bounds_out_anew():
    _, b = book(
        total(100, "2024-01-10", "2024-01-10"),
        {"action": "revise", "refers_to": "x1", "qualifier": "at_least",
         "reported_at": "2024-01-12"},
    )  # fmt: skip
    assert (b.value, b.low, b.high) == (100, 100, None)


# -- who is live ----------------------------------------------------------------------------------


def test_a_later_total_replaces_one_for_the_same_day_and_a_more_replaces_nothing():
    a, b, c, d, e, f = book(
        total(5, "2024-01-10", "2024-01-10"),
        total(6, "2024-01-10", "2024-01-11"),
        period(2, "2024-01-09", "2024-01-10", "2024-01-10"),
        period(3, "2024-01-09", "2024-01-10", "2024-01-11"),
        added(1, "2024-01-12", "2024-01-12"),
        added(1, "2024-01-12", "2024-01-13"),
    )
    assert oracle.live([a, b, c, d, e, f]) == [b, d, e, f]


def test_correcting_a_replaced_figure_changes_the_record_not_the_toll():
    reports = book(
        total(58, "2024-01-10", "2024-01-10 10:00"),
        total(84, "2024-01-10", "2024-01-10 12:00"),
        {"action": "revise", "refers_to": "x1", "value": 57, "reported_at": "2024-01-11"},
    )
    assert headline(reports)[1] == 84


def test_57_for_58_speaks_from_the_standing_of_58():
    reports = book(
        total(58, "2024-01-10", "2024-01-10 15:36"),
        {"action": "revise", "refers_to": "x1", "value": 57, "reported_at": "2024-01-12"},
    )
    assert reports[1].standing[0] == reports[0].instant
    assert headline(reports)[1] == 57


# -- the worked example ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "through_27", "through_28"),
    [
        (1, None, (28, 28, None, "floor")),
        (2, (31, 31, 31, "derived"), (59, 59, 59, "stated")),
        (4, (31, 31, 31, "derived"), (58, 58, 58, "stated")),
        (5, (31, 31, 31, "derived"), (84, 84, 84, "derived")),
    ],
)
def test_the_worked_example(known, through_27, through_28):
    found = {row[0]: row[1:5] for row in rows(book(*ARTICLE[:known], tz=TZ))}
    assert found.get(day("2020-09-27")) == through_27
    assert found[day("2020-09-28")] == through_28


# -- the cases that must come out so --------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_the_cases_that_must_come_out_so(name):
    given, expected = CASES[name]
    found = [row[:5] for row in rows(book(*given))]
    assert found == [(day(row[0]), *row[1:]) for row in expected]


# -- the rules beside the table -------------------------------------------------------------------


def test_the_count_before_a_counted_monday_is_worked_back_from_the_total():
    found = rows(book(total(58, JAN(8), JAN(8)), period(27, JAN(8), JAN(8), JAN(8))))
    assert found[0][:5] == (day(JAN(7)), 31, 31, 31, "derived")


def test_without_an_anchor_to_the_left_a_gap_before_a_total_gives_a_floor():
    found = rows(book(period(5, JAN(1), JAN(2), JAN(2)), total(30, JAN(9), JAN(9))))
    assert [row[:5] for row in found] == [
        (day(JAN(2)), 5, 5, 30, "floor"),
        (day(JAN(9)), 30, 30, 30, "stated"),
    ]


def test_a_step_goes_back_as_its_difference():
    found = rows(
        book(
            period(5, JAN(3), JAN(4), JAN(5)),
            period(9, JAN(3), JAN(6), JAN(7)),
            total(20, JAN(6), JAN(7)),
        )
    )
    assert [row[:5] for row in found] == [
        (day(JAN(2)), 11, 11, 11, "derived"),
        (day(JAN(4)), 16, 16, 16, "derived"),
        (day(JAN(6)), 20, 20, 20, "stated"),
    ]


def test_growth_nobody_itemised_is_unexplained():
    found = rows(
        book(
            total(10, JAN(1), JAN(1)), period(5, JAN(3), JAN(3), JAN(3)), total(20, JAN(4), JAN(4))
        )
    )
    assert found[-1][5] == 5


def test_a_stock_takes_no_bound_from_another_day():
    found = rows(
        book(
            total(100, JAN(1), JAN(1)),
            added(5, JAN(2), JAN(2)),
            total(90, JAN(4), JAN(4)),
            outcome="missing",
        )
    )
    assert [row[:5] for row in found] == [
        (day(JAN(1)), 100, 100, 100, "stated"),
        (day(JAN(2)), 105, 0, None, "derived"),
        (day(JAN(4)), 90, 90, 90, "stated"),
    ]


def test_a_carried_row_holds_its_low_and_takes_the_next_high():
    reports = book(total(10, JAN(1), JAN(1)), total(12, JAN(4), JAN(4)))
    assert [row[:5] for row in plain(oracle.every_day(reports))] == [
        (day(JAN(1)), 10, 10, 10, "stated"),
        (day(JAN(2)), 10, 10, 12, "carried"),
        (day(JAN(3)), 10, 10, 12, "carried"),
        (day(JAN(4)), 12, 12, 12, "stated"),
    ]


def test_a_carried_row_before_a_fall_reaches_from_the_lower_to_the_higher():
    reports = book(total(10, JAN(1), JAN(1)), total(7, JAN(3), JAN(3)))
    assert plain(oracle.every_day(reports))[1][:5] == (day(JAN(2)), 10, 7, None, "carried")


def test_an_origin_that_what_was_said_before_it_rules_out_says_nothing():
    reports = book(
        total(10, JAN(1), JAN(1)),
        added(-3, JAN(2), JAN(2)),  # of the 10, though a 0 replaces it
        total(0, JAN(1), JAN(3)),
        total(5, JAN(5), JAN(5), period_start=JAN(4)),
    )
    assert [row[:5] for row in rows(reports)] == [
        (day(JAN(1)), 0, 0, 0, "stated"),
        (day(JAN(2)), 7, 5, 7, "derived"),
        (day(JAN(5)), 5, 5, 5, "stated"),
    ]


# -- how a change is called -----------------------------------------------------------------------


def changes_of(*rows):
    return [row["change"] for row in oracle.revision_rows(book(*rows))]


def test_how_a_change_is_called():
    then = total(10, JAN(10), JAN(10) + " 10:00")
    assert changes_of(then, total(10, JAN(10), JAN(10) + " 12:00")) == ["reaffirmed"]
    assert changes_of(then, total(12, JAN(10), JAN(11))) == ["updated"]
    assert changes_of(then, total(12, JAN(10), JAN(12))) == ["revised"]  # a later recount
    assert changes_of(then, total(9, JAN(10), JAN(10) + " 12:00")) == ["revised"]  # a fall
    late = total(10, JAN(10), JAN(11))
    assert changes_of(late, total(12, JAN(10), JAN(11) + " 23:59:59")) == ["revised"]
    said = {"action": "revise", "refers_to": "x1", "value": 12, "reported_at": JAN(10)}
    assert changes_of(then, said) == ["revised"]
    assert changes_of(then, said | {"value": 10}) == ["reaffirmed"]
    assert changes_of(then, {"action": "retract", "refers_to": "x1", "reported_at": JAN(11)}) == [
        "retracted"
    ]
    silent = total(None, JAN(10), JAN(10) + " 10:00")
    assert changes_of(silent, total(12, JAN(10), JAN(10))) == ["updated"]


def test_a_summary_is_without_a_latest_number_once_it_is_withdrawn():
    withdrawn = {"action": "retract", "refers_to": "x1", "reported_at": JAN(12)}
    (row,) = oracle.revision_summary(book(total(10, JAN(10), JAN(10)), withdrawn))
    assert (row["first"], row["latest"], row["n_revisions"]) == (10, None, 0)


def test_a_denial_marks_its_report_and_a_revision_to_the_same_value():
    rows = [
        total(10, JAN(10), JAN(10)),
        {"action": "deny", "refers_to": "x1", "source": "Rival", "reported_at": JAN(11)},
        {"action": "revise", "refers_to": "x1", "qualifier": "at_least", "reported_at": JAN(12)},
        {"action": "retract", "refers_to": "x2", "reported_at": JAN(13)},
    ]
    assert oracle.deniers(book(*rows), JAN(10)) == {"x1": ""}
    assert oracle.deniers(book(*rows), JAN(11)) == {"x1": "Rival"}
    assert oracle.deniers(book(*rows), JAN(12)) == {"x3": "Rival"}
    assert oracle.deniers(book(*rows), JAN(13)) == {"x3": ""}


# -- causes ---------------------------------------------------------------------------------------


def causes(*rows, date=None):
    found = oracle.history(book(*rows), date=date)
    return [(step.total, step.cause) for step in next(iter(found.values()))]


def test_the_causes_of_a_headline():
    revised = {"action": "revise", "refers_to": "x1", "value": 12, "reported_at": JAN(13)}
    withdrawn = {"action": "retract", "refers_to": "x1", "reported_at": JAN(14)}
    assert causes(total(10, JAN(10), JAN(10)), total(11, JAN(10), JAN(11)), revised) == [
        (10, "first"),
        (11, "updated"),
    ]
    assert causes(total(10, JAN(10), JAN(10)), revised, withdrawn) == [
        (10, "first"),
        (12, "revised"),
        (None, "retracted"),
    ]
    assert causes(
        total(10, JAN(10), JAN(10)), total(9, JAN(11), JAN(11)), added(1, JAN(11), JAN(12))
    ) == [
        (10, "first"),
        (9, "fell"),
        (10, "new"),
    ]
    assert causes(total(10, JAN(10), JAN(10)), total(12, JAN(12), JAN(12))) == [
        (10, "first"),
        (12, "new"),
    ]


# -- the toll across parts ------------------------------------------------------------------------


def toll(*claims, **options):
    """The last row of the tally of (side, category, value[, source[, day]])."""
    rows = []
    for claim in claims:
        side, category, value, source, on = (*claim, *("AFP", JAN(10))[len(claim) - 3 :])
        rows.append(total(value, on, on, side=side, category=category, source=source))
    return oracle.tally(book(*rows), **options)[-1]


def shown(row):
    return (row["total"], row["low"], row["high"])


def test_details_are_named_and_never_added():
    row = toll(("all", "all", 100), ("all", "children", 30), ("all", "women", 20))
    assert shown(row) == (100, 100, 100)
    assert row["details"] == [("all", "children"), ("all", "women")]
    assert row["missing"] == []


def test_sides_are_added_and_a_side_is_the_sum_of_its_cells():
    row = toll(("A", "all", 500), ("B", "civilian", 7), ("B", "military", 10))
    assert shown(row) == (517, 517, None)


def test_only_an_exhaustive_list_of_parts_has_a_high():
    claims = [("all", "civilian", 58), ("all", "military", 5)]
    assert shown(toll(*claims)) == (63, 63, None)
    assert shown(toll(*claims, exhaustive=True)) == (63, 63, 63)


def test_parts_that_pass_the_whole_are_the_toll_without_a_high():
    row = toll(("all", "all", 60), ("all", "civilian", 9), ("all", "military", 58))
    assert shown(row) == (67, 67, None)
    assert (row["stated"], row["added"]) == (60, 67)


def test_the_stalest_number_is_named():
    row = toll(("A", "all", 10, "AFP", JAN(1)), ("B", "all", 5, "AFP", "2024-03-01"))
    assert shown(row) == (15, 15, None)
    assert row["oldest"] == day(JAN(1))
    aged = toll(("A", "all", 10, "AFP", JAN(1)), ("B", "all", 5, "AFP", "2024-03-01"), max_age=30)
    assert shown(aged) == (5, 5, None)
    assert aged["missing"] == [("A", "all")]


def test_the_tally_of_the_article():
    row = toll(
        ("Armenian side", "military", 58, "Ministry"),
        ("Armenian side", "civilian", 2, "Ministry"),
        ("Azerbaijan", "civilian", 7, "Baku"),
        ("Azerbaijan", "military", None, "Baku"),
        ("all", "all", 67, "AFP"),
    )
    assert shown(row) == (67, 67, None)
    assert row["missing"] == [("Azerbaijan", "military")]


def test_a_silence_of_its_own_source_is_not_counted_in_a_whole():
    row = toll(("all", "all", 67), ("Azerbaijan", "military", None))
    assert shown(row) == (67, 67, None)
    assert row["missing"] == [("Azerbaijan", "military")]


def test_a_tally_of_details_alone_raises():
    with pytest.raises(ValueError, match="details"):
        toll(("all", "children", 30))


def test_several_sources_of_a_place_need_a_policy():
    claims = [("all", "all", 10, "AFP"), ("all", "all", 12, "Reuters")]
    with pytest.raises(ValueError, match="choose"):
        toll(*claims)
    assert shown(toll(*claims, choose=["Reuters", "AFP"])) == (12, 12, 12)
    assert shown(toll(*claims, choose="lowest")) == (10, 10, 10)


# -- bridges and increments -----------------------------------------------------------------------


def test_from_59_at_15_00_to_104_on_the_30th():
    reports = book(*ARTICLE, total(104, "2020-09-30", "2020-09-30 18:00"), tz=TZ)
    (row,) = oracle.reconcile(reports, "2020-09-28 15:00", reports, "2020-09-30")
    assert (row["opening"], row["corrected"], row["updated"]) == (59, -1, 26)
    assert (row["new"], row["unexplained"], row["withdrawn"], row["closing"]) == (20, 0, 0, 104)


def test_a_series_without_a_number_after_is_all_withdrawn():
    withdrawn = {"action": "retract", "refers_to": "x1", "reported_at": JAN(12)}
    reports = book(total(10, JAN(10), JAN(10)), withdrawn)
    (row,) = oracle.reconcile(reports, JAN(11), reports, None)
    assert (row["opening"], row["withdrawn"], row["closing"]) == (10, -10, None)


def test_increments_are_never_spread_and_a_fall_stays_one():
    reports = book(total(10, JAN(1), JAN(1)), total(16, JAN(4), JAN(4)), total(15, JAN(6), JAN(6)))
    (found,) = oracle.increments(reports).values()
    assert found == [
        (day(JAN(2)), day(JAN(4)), 3, 6, 6, 6, True),
        (day(JAN(5)), day(JAN(6)), 2, -1, -1, 0, True),  # 15 less what was 15 to 16
    ]
    assert oracle.increments(reports, freq="D") == oracle.increments(reports)


# -- findings -------------------------------------------------------------------------------------


def said(*rows, clock=None, **fixed):
    return [(f.code, f.severity) for f in oracle.check(book(*rows, **fixed), clock)]


@pytest.mark.parametrize(
    ("name", "findings"),
    [
        ("16, a mistaken 160, its retraction", []),
        ("16, then declined to say", [("silent", "note")]),
        ("100, then at least 80", [("falls", "doubt")]),
        ("80, then about 100", []),
        ("100 through 10 January, 500 within January", []),
        ("5 within the 1st to 3rd, 9 within the 1st to 5th", []),
        ("48,000, then 12 and 30 since 20 January", [("restart", "doubt")]),
        ("5, then 12 since 11 January", [("restart", "doubt")]),
        ("31 in a total at 08:00, 28 killed today at 20:00", [("overlap", "doubt")]),
        ("500 through 10 January 2024, then 100 through 2204", [("early", "contradiction")]),
    ],
)
def test_the_cases_of_section_4_have_these_findings(name, findings):
    assert said(*CASES[name][0]) == findings


def test_arithmetic_is_a_sum_without_a_gap_that_does_not_come_out():
    then, now = total(58, JAN(5), JAN(5)), total(84, JAN(6), JAN(7))
    assert said(then, added(20, JAN(6), JAN(6)), now) == [("arithmetic", "contradiction")]
    assert said(then, added(26, JAN(6), JAN(6)), now) == []


def test_arithmetic_is_a_day_that_no_number_fits():
    assert said(period(20, JAN(3), JAN(3), JAN(3)), total(12, JAN(8), JAN(8))) == [
        ("arithmetic", "contradiction")
    ]


def test_falls_since_the_last_fall_or_explicit_cut():
    rows = [total(35, JAN(5), JAN(5)), total(32, JAN(6), JAN(6)), total(33, JAN(7), JAN(7))]
    assert said(*rows) == [("falls", "contradiction")]
    assert said(*rows, outcome="missing") == []
    cut = [
        total(35, JAN(5), JAN(5)),
        total(36, JAN(6), JAN(6)),
        {"action": "revise", "refers_to": "x2", "value": 32, "reported_at": JAN(7)},
        total(33, JAN(8), JAN(8)),
    ]
    assert said(*cut) == []


def test_what_is_about_is_give_or_take_a_quarter_where_it_falls():
    assert said(total(35, JAN(5), JAN(5), qualifier="about"), total(32, JAN(6), JAN(6))) == []
    fell = said(total(50, JAN(5), JAN(5)), total(36, JAN(6), JAN(6), qualifier="about"))
    assert fell == [("falls", "contradiction")]  # 36 and a quarter is 45
    may = said(total(45, JAN(5), JAN(5)), total(36, JAN(6), JAN(6), qualifier="about"))
    assert may == [("falls", "doubt")]


def test_a_part_that_exceeds_its_whole():
    whole = total(60, JAN(10), JAN(10))
    parts = [
        total(9, JAN(10), JAN(10), category="civilian"),
        total(58, JAN(10), JAN(10), category="military"),
    ]
    assert said(whole, *parts) == [("parts", "contradiction")]
    assert said(whole | {"value": 70}, *parts) == []  # that parts fall short is no finding
    morning = whole | {"reported_at": JAN(10) + " 08:00"}
    assert said(morning, *parts) == []  # what came later may hold more
    elsewhere = total(40, JAN(10), JAN(10), category="military", source="AFP")
    assert said(whole, *parts, elsewhere)[0][0] == "disagree"  # the smallest low counts


def test_a_detail_that_exceeds_its_whole():
    assert said(total(60, JAN(10), JAN(10)), total(61, JAN(10), JAN(10), category="children")) == [
        ("parts", "contradiction")
    ]


def test_bounds_that_contradict_the_value():
    assert said(total(10, JAN(10), JAN(10), low=20, high=30)) == [("bounds", "contradiction")]
    assert said(total(10, JAN(10), JAN(10), qualifier="more_than")) == []


def test_two_numbers_at_one_instant_clash_where_the_time_is_known():
    at = JAN(10) + " 10:00"
    assert said(total(10, JAN(9), at), total(12, JAN(9), at)) == [("clash", "doubt")]
    assert said(total(10, JAN(9), at), total(10, JAN(9), at)) == []
    bare = [total(10, JAN(9), JAN(10)), total(12, JAN(9), JAN(10))]
    assert said(*bare) == [("clash", "doubt")]  # each has an id of its own
    assert oracle.check(oracle.complete([{"source": "M"} | row for row in bare])) == []


def test_the_same_more_twice():
    two = [added(4, JAN(9), JAN(9), via="AFP"), added(4, JAN(9), JAN(10), via="TASS")]
    assert said(*two) == [("repeated", "doubt")]
    assert said(two[0], two[1] | {"via": "AFP"}) == [("repeated", "doubt")]


def test_a_total_revised_by_what_a_more_said():
    rows = [
        total(58, JAN(9), JAN(9) + " 10:00"),
        added(26, JAN(9), JAN(9) + " 12:00"),
        {"action": "revise", "refers_to": "x1", "value": 84, "reported_at": JAN(10)},
    ]
    assert said(*rows) == [("repeated", "doubt")]


def test_a_mass_restatement_is_one_finding():
    days = [JAN(i + 1) for i in range(25)]
    first = [period(5, on, on, on) for on in days]
    again = [period(6, on, on, "2024-03-01") for on in days]
    assert ("restated", "doubt") not in said(*first)
    assert said(*first, *again).count(("restated", "doubt")) == 0  # the only instant is the usual
    one = [period(7 + i, days[0], days[0], f"2024-02-{i + 10}") for i in range(3)]
    assert said(*first, *one, *again).count(("restated", "doubt")) == 1


def test_a_stale_relay_flips_a_number():
    rows = [total(n, JAN(9), f"{JAN(10)} 1{i}:00") for i, n in enumerate((60, 61, 60))]
    assert said(*rows) == [("flips", "doubt")]
    assert said(*rows, outcome="missing") == []
    back = {"action": "retract", "refers_to": "x2", "reported_at": JAN(11)}
    assert said(*rows[:2], back) == []


def test_a_denied_number_is_noted():
    denial = {"action": "deny", "refers_to": "x1", "source": "Rival", "reported_at": JAN(12)}
    assert said(total(5, JAN(9), JAN(9)), denial) == [("denied", "note")]


def test_more_than_five_notes_of_a_kind_are_one():
    rows = [period(None, JAN(i), JAN(i), JAN(i)) for i in range(1, 8)]
    (found,) = oracle.check(book(*rows))
    assert (found.code, found.number) == ("silent", 7)
