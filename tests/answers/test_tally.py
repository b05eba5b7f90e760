"""The toll across parts, worked by hand."""

import pandas as pd
import pytest

import casualties as cas


def toll_of(*rows, source="AFP", at="2024-03-05", **asked):
    """Tally a ledger of totals written (side, category, value, further columns)."""
    return ledger_of(*rows, source=source, at=at).tally(**asked)


def ledger_of(*rows, source="AFP", at="2024-03-05"):
    written = [
        {"side": side, "category": category, "value": value, "source": source,
         "reported_at": at, "report_id": f"x{place}"} | (more[0] if more else {})
        for place, (side, category, value, *more) in enumerate(rows)
    ]  # fmt: skip
    return cas.Ledger(written, kind="total")


def day(number, **more):
    return {"period_end": f"2024-03-{number:02d}", "reported_at": "2024-03-31"} | more


def plain(frame, *columns):
    rows = frame[list(columns)]
    return [
        tuple(None if pd.isna(cell) else cell for cell in row) for row in rows.itertuples(False)
    ]


BOUNDS = ("total", "low", "high")

# -- the table ------------------------------------------------------------------------------


def test_details_are_named_and_never_added():
    toll = toll_of(("all", "all", 100), ("all", "children", 30), ("all", "women", 20))
    assert plain(toll, *BOUNDS, "details", "missing") == [(100, 100, 100, "children; women", "")]
    assert plain(toll, "stated", "added") == [(100, None)]


def test_a_side_and_the_cells_of_another_add_up():
    rows = ("A", "all", 500), ("B", "civilian", 7), ("B", "military", 10)
    assert plain(toll_of(*rows), *BOUNDS, "stated", "added") == [(517, 517, None, None, 517)]
    assert plain(toll_of(*rows, exhaustive=True), *BOUNDS) == [(517, 517, 517)]


def test_a_number_beside_others_lies_within_its_own_bounds():
    more, fewer = ("S", "all", "more than 40"), ("S", "all", "fewer than 36")
    assert plain(toll_of(("N", "all", 113), more), *BOUNDS) == [(154, 154, None)], "not 153"
    assert plain(toll_of(("N", "all", 5), fewer, exhaustive=True), *BOUNDS) == [(5, 5, 40)]
    assert plain(toll_of(fewer), "total") == [(36,)], "alone it is as it was said"


def test_at_most_so_many_is_no_number_to_add():
    north, south = ("N", "all", 18), ("S", "all", "up to 9")
    whole = ("all", "all", 24)
    assert plain(toll_of(north, south, whole), *BOUNDS, "added") == [(24, 24, 24, 18)], "not 27"
    assert plain(toll_of(("S", "all", "up to 30"), whole), *BOUNDS) == [(24, 24, 24)], "not 30"
    assert plain(toll_of(("all", "all", "up to 30"), north, ("S", "all", 2)), *BOUNDS) == [
        (20, 20, 30)
    ]
    assert plain(toll_of(north, south, choose="highest"), "total") == [(18,)]
    policy = toll_of(north, south, whole, choose=lambda claims: claims.drop_duplicates("date"))
    assert plain(policy, "total") == [(24,)]


def test_parts_that_are_misspelt_are_refused():
    rows = [("all", "men", 200), ("all", "women", 150)]
    with pytest.raises(cas.LedgerError, match="unknown category in parts 'woman'.*'women'"):
        toll_of(*rows, parts=("men", "woman"))


def test_only_the_caller_can_say_that_the_parts_are_the_whole():
    rows = ("all", "civilian", 58), ("all", "military", 5)
    assert plain(toll_of(*rows), *BOUNDS) == [(63, 63, None)]
    assert plain(toll_of(*rows, exhaustive=True), *BOUNDS) == [(63, 63, 63)]


def test_a_stated_whole_below_its_parts_is_no_bound():
    toll = toll_of(("all", "all", 60), ("all", "civilian", 9), ("all", "military", 58))
    assert plain(toll, *BOUNDS, "stated", "added") == [(67, 67, None, 60, 67)]


def test_a_number_that_is_carried_forward_tells_its_age():
    toll = toll_of(
        ("A", "all", 10, {"period_end": "2024-01-01"}),
        ("B", "all", 5, {"period_end": "2024-03-01"}),
    )
    assert plain(toll, *BOUNDS, "missing", "oldest") == [
        (10, 10, None, "B", pd.Timestamp("2024-01-01")),
        (15, 15, None, "", pd.Timestamp("2024-01-01")),
    ]


def test_the_article_adds_up_to_67_and_says_what_is_missing():
    evening = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    toll = evening.where(event="Nagorno-Karabakh 2020", outcome="killed").tally(
        choose=cas.Prefer("Karabakh defence ministry", "AFP")
    )
    assert plain(toll.tail(1), *BOUNDS, "stated", "added", "missing") == [
        (67, 67, None, 67, 67, "Azerbaijan · military")
    ]


# -- bounds ----------------------------------------------------------------------------------


def test_the_low_is_the_best_of_the_lows_even_where_another_number_is_the_toll():
    # The whole is "about 100" (low 0); the parts are at least 40 and 30.
    toll = toll_of(
        ("all", "all", "about 100"), ("A", "all", "at least 40"), ("B", "all", "at least 30")
    )
    assert plain(toll, *BOUNDS) == [(100, 70, None)]


def test_the_stated_whole_bounds_the_toll():
    assert plain(toll_of(("all", "all", "60-70"), ("A", "all", 20)), *BOUNDS) == [(60, 60, 70)]
    toll = toll_of(("all", "all", "60-70"), ("A", "all", 50), ("B", "all", 15))
    assert plain(toll, *BOUNDS) == [(65, 65, 70)]


def test_a_carried_whole_bounds_nothing():
    toll = toll_of(("all", "all", 60, day(1)), ("A", "all", 20, day(2)))
    assert plain(toll, *BOUNDS) == [(60, 60, 60), (60, 60, None)]


def test_a_whole_whose_source_does_not_count_what_is_missing_is_no_bound():
    silent = ("B", "military", None, {"source": "Army"})
    assert plain(toll_of(("all", "all", 60), ("A", "all", 20), silent), *BOUNDS, "missing") == [
        (60, 60, None, "B · military")
    ]
    # AFP counts B's military later, so its whole holds them.
    later = ("B", "military", 9, day(9))
    toll = toll_of(("all", "all", 60, day(5)), ("A", "all", 20, day(5)), later)
    assert plain(toll.head(1), *BOUNDS, "missing") == [(60, 60, 60, "B · military")]
    # Reuters does.
    later = ("B", "military", 9, day(9, source="Reuters"))
    toll = toll_of(("all", "all", 60, day(5)), ("A", "all", 20, day(5)), later)
    assert plain(toll.head(1), *BOUNDS, "missing") == [(60, 60, None, "B · military")]


def test_parts_bound_nothing_while_one_is_missing():
    rows = ("A", "all", 10), ("B", "all", None)
    toll = toll_of(*rows, exhaustive=True)
    assert plain(toll, *BOUNDS, "missing") == [(10, 10, None, "B")]


def test_parts_bound_nothing_while_a_category_of_parts_is_not_counted():
    toll = toll_of(("all", "civilian", 58), exhaustive=True)
    assert plain(toll, *BOUNDS, "missing") == [(58, 58, None, "")]
    toll = toll_of(("all", "civilian", 58), exhaustive=True, parts="civilian")
    assert plain(toll, *BOUNDS) == [(58, 58, 58)]


def test_parts_bound_nothing_while_one_has_no_high():
    toll = toll_of(("A", "all", 10), ("B", "all", "at least 5"), exhaustive=True)
    assert plain(toll, *BOUNDS) == [(15, 15, None)]


def test_highs_below_the_toll_are_no_bounds():
    # The parts, said to be all, hold 39; the whole says at least 50.
    rows = ("all", "all", "at least 50"), ("all", "civilian", 9), ("all", "military", 30)
    assert plain(toll_of(*rows, exhaustive=True), *BOUNDS) == [(50, 50, None)]


def test_cells_bound_a_side_only_if_they_are_all_of_the_parts():
    rows = ("A", "civilian", 3), ("A", "military", 4), ("B", "civilian", 5)
    assert plain(toll_of(*rows, exhaustive=True), *BOUNDS) == [(12, 12, None)]
    rows = (*rows, ("B", "military", 6))
    assert plain(toll_of(*rows, exhaustive=True), *BOUNDS) == [(18, 18, 18)]


# -- the larger of two numbers for the same people ----------------------------------------------


def test_a_side_counts_its_own_number_or_its_cells_whichever_is_larger():
    rows = ("A", "all", 20), ("A", "civilian", 9), ("A", "military", 14), ("B", "all", 5)
    assert plain(toll_of(*rows), "total", "added") == [(28, 28)]
    rows = ("A", "all", 30), ("A", "civilian", 9), ("A", "military", 14), ("B", "all", 5)
    assert plain(toll_of(*rows), "total", "added") == [(35, 35)]


def test_sides_and_categories_are_two_ways_to_count_and_not_added():
    rows = ("A", "all", 20), ("B", "all", 5), ("all", "civilian", 11), ("all", "military", 16)
    assert plain(toll_of(*rows), "total", "added") == [(27, 27)]
    # Cells count in both: civilians are 7 + 6 or "11", soldiers 16.
    rows = (*rows, ("A", "civilian", 7), ("B", "civilian", 6))
    assert plain(toll_of(*rows), "total") == [(29,)]


def test_the_oldest_day_is_that_of_the_numbers_in_the_total():
    # 10 from the parts is less than the stated 12, so the parts' age does not matter.
    toll = toll_of(("A", "all", 10, day(1)), ("all", "all", 12, day(3)))
    assert plain(toll, "total", "oldest") == [
        (10, pd.Timestamp("2024-03-01")), (12, pd.Timestamp("2024-03-03"))
    ]  # fmt: skip
    # A tie goes to the stated whole, then to the sides.
    toll = toll_of(("A", "all", 12, day(1)), ("all", "all", 12, day(3)))
    assert toll["oldest"].tolist()[-1] == pd.Timestamp("2024-03-03")
    toll = toll_of(("A", "all", 12, day(3)), ("all", "civilian", 12, day(1)))
    assert toll["oldest"].tolist()[-1] == pd.Timestamp("2024-03-03")


# -- missing ---------------------------------------------------------------------------------


def test_a_part_without_a_number_yet_is_missing_on_the_earlier_days():
    toll = toll_of(("A", "civilian", 3, day(5)), ("A", "military", 4, day(7)))
    assert plain(toll, "total", "missing") == [(3, "A · military"), (7, "")]


def test_a_side_is_missing_only_if_no_cell_of_it_has_a_number():
    rows = ("A", "all", None), ("A", "civilian", 3), ("B", "all", None)
    assert plain(toll_of(*rows), "total", "missing") == [(3, "B")]
    rows = ("all", "civilian", None), ("A", "civilian", 3)
    assert plain(toll_of(*rows), "total", "missing") == [(3, "")]


def test_a_side_with_only_details_is_missing():
    rows = ("A", "all", 10), ("B", "children", 4)
    assert plain(toll_of(*rows), *BOUNDS, "missing", "details") == [
        (10, 10, None, "B", "B · children")
    ]


def test_a_withdrawn_part_is_missing():
    ledger = ledger_of(("A", "all", 10), ("B", "all", 4))
    toll = ledger.retract("x1", reported_at="2024-03-06").tally()
    assert plain(toll, "total", "missing") == [(10, "B")]


def test_a_denied_part_still_counts():
    ledger = ledger_of(("A", "all", 10), ("B", "all", 4))
    toll = ledger.deny("x1", source="Rival", reported_at="2024-03-06").tally()
    assert plain(toll, *BOUNDS, "missing") == [(14, 14, None, "")]


def test_a_claim_is_carried_for_its_age_and_not_a_day_longer():
    rows = ("A", "all", 10, day(1)), ("B", "all", 5, day(4)), ("B", "all", 6, day(5))
    assert plain(toll_of(*rows, max_age=3), "total", "missing") == [
        (10, "B"), (15, ""), (6, "A")
    ]  # fmt: skip
    assert plain(toll_of(*rows, max_age=4), "total") == [(10,), (15,), (16,)]
    assert plain(toll_of(*rows, max_age=0), "total") == [(10,), (5,), (6,)]


def test_details_are_those_in_force():
    rows = ("all", "all", 10, day(1)), ("all", "all", 12, day(4)), ("all", "children", 4, day(4))
    assert plain(toll_of(*rows), "total", "details") == [(10, ""), (12, "children")]
    rows = ("all", "children", 4, day(1)), ("all", "all", 12, day(2)), ("all", "all", 12, day(4))
    assert plain(toll_of(*rows, max_age=2), "total", "details") == [
        (None, "children"), (12, "children"), (12, "")
    ]  # fmt: skip


def test_a_carried_number_of_people_who_return_has_no_low():
    rows = ("A", "all", 10, day(1, outcome="missing")), ("B", "all", 5, day(4, outcome="missing"))
    assert plain(toll_of(*rows), *BOUNDS) == [(10, 10, None), (15, 5, None)]


# -- details only ----------------------------------------------------------------------------


def test_a_tally_of_nothing_but_details_says_which_parts_it_could_be_given():
    rows = ("all", "men", 10), ("all", "women", 4)
    with pytest.raises(cas.LedgerError, match=r"parts=\('men', 'women'\)"):
        toll_of(*rows)
    toll = toll_of(*rows, parts=("men", "women"))
    assert plain(toll, *BOUNDS, "details") == [(14, 14, None, "")]


def test_a_group_of_nothing_but_details_has_no_total():
    rows = (
        ("all", "all", 10, {"event": "e1"}), ("A", "children", 4, {"event": "e2"}),
    )  # fmt: skip
    toll = toll_of(*rows)
    assert plain(toll, "event", *BOUNDS, "stated", "added", "missing", "details", "oldest") == [
        ("e1", 10, 10, 10, 10, None, "", "", pd.Timestamp("2024-03-05")),
        ("e2", None, None, None, None, None, "A", "A · children", None),
    ]


def test_a_group_of_which_nothing_was_chosen_is_not_dropped():
    rows = (
        ("A", "all", 10, {"event": "e1"}), ("A", "all", 4, {"event": "e2", "source": "Reuters"}),
    )  # fmt: skip
    toll = toll_of(*rows, choose=cas.Prefer("AFP"))
    assert plain(toll, "event", "total", "missing") == [("e1", 10, ""), ("e2", None, "A")]


# -- policies --------------------------------------------------------------------------------


def two(**more):
    """A · military by X and, a day later, by Y; A · civilian by X; the whole by X."""
    rows = [
        {"side": "A", "category": "civilian", "source": "X", "value": 3},
        {"side": "A", "category": "military", "source": "X", "value": 10},
        {"side": "A", "category": "military", "source": "Y", "value": "at least 8",
         "reported_at": "2024-03-06"},
    ]  # fmt: skip
    rows = [{"reported_at": "2024-03-05", "period_end": "2024-03-05"} | row for row in rows]
    return cas.Ledger(rows, kind="total", **more)


def test_policies_choose_between_claims():
    def toll(choose):
        return plain(two().tally(choose=choose, exhaustive=True), *BOUNDS)

    assert toll(cas.Prefer("Y", "X")) == [(11, 11, None)]
    assert toll(cas.Prefer("X")) == [(13, 13, 13)]
    assert toll("latest") == [(11, 11, None)]
    assert toll("lowest") == [(11, 11, None)]
    assert toll("highest") == [(13, 13, 13)]
    assert toll(lambda claims: claims[claims["source"] == "X"]) == [(13, 13, 13)]


def test_what_is_not_chosen_is_missing():
    toll = two().tally(choose=cas.Prefer("Y"))
    assert plain(toll, "total", "missing") == [(8, "A · civilian")]


def test_the_latest_claim_is_of_the_newest_day_and_then_the_latest_said():
    rows = (
        ("A", "all", 5, day(5, source="X", reported_at="2024-03-20")),
        ("A", "all", 6, day(6, source="Y", reported_at="2024-03-07")),
        ("A", "all", 7, day(6, source="Z", reported_at="2024-03-08")),
    )
    toll = toll_of(*rows, choose="latest")
    assert plain(toll, "total") == [(5,), (7,)]


def test_a_policy_is_asked_day_by_day():
    rows = (
        ("A", "all", 5, day(1, source="X")), ("A", "all", 9, day(2, source="Y")),
        ("A", "all", 6, day(4, source="X")),
    )  # fmt: skip
    assert plain(toll_of(*rows, choose=cas.Prefer("Y", "X")), "total") == [(5,), (9,)]
    assert plain(toll_of(*rows, choose=cas.Prefer("Y", "X"), max_age=1), "total") == [
        (5,), (9,), (6,)
    ]  # fmt: skip


def test_sources_are_preferred_side_by_side():
    rows = (
        ("A", "all", 5, {"source": "X"}), ("A", "all", 6, {"source": "Y"}),
        ("B", "all", 7, {"source": "X"}), ("B", "all", 8, {"source": "Y"}),
        ("C", "all", 100, {"source": "Z"}),
    )  # fmt: skip
    policy = cas.Prefer({"A": ["X", "Y"], "B": "Y"})
    assert plain(toll_of(*rows, choose=policy), "total") == [(113,)]
    with pytest.raises(cas.LedgerError, match="B is counted by 2 series: X, Y"):
        toll_of(*rows, choose=cas.Prefer({"A": "X"}))


def test_a_policy_that_names_nobody_here_is_refused():
    with pytest.raises(cas.LedgerError, match="unknown source in Prefer 'XX'; use one of X, Y"):
        two().tally(choose=cas.Prefer("X", "XX"))
    with pytest.raises(cas.LedgerError, match="unknown side in Prefer 'Aa'; use one of A"):
        two().tally(choose=cas.Prefer({"Aa": "X"}))
    with pytest.raises(cas.LedgerError, match="'highest', and cannot be 'newest'$"):
        two().tally(choose="newest")
    with pytest.raises(cas.LedgerError, match="most trusted first"):
        cas.Prefer()
    with pytest.raises(cas.LedgerError, match="7 is not a name"):
        cas.Prefer("X", 7)
    with pytest.raises(cas.LedgerError, match="side by side"):
        cas.Prefer({"A": []})


def test_policies_are_values():
    assert cas.Prefer("a", "b") == cas.Prefer("a", "b") != cas.Prefer("b", "a")
    assert cas.Prefer({"A": "x", "B": ["y"]}) == cas.Prefer({"B": "y", "A": ["x"]})
    assert len({cas.Prefer("a"), cas.Prefer("a"), cas.Prefer("b")}) == 2
    assert repr(cas.Prefer("a", "b")) == "Prefer('a', 'b')"
    assert repr(cas.Prefer({"A": "x"})) == "Prefer({'A': ['x']})"


def test_several_claims_without_a_policy_show_the_call_to_write():
    with pytest.raises(cas.LedgerError) as error:
        two().tally()
    assert "A · military is counted by 2 series: X, Y" in str(error.value)
    assert "tally(choose=Prefer('X', 'Y'))" in str(error.value)


def test_several_claims_of_the_whole_are_named_so():
    with pytest.raises(cas.LedgerError, match="the whole is counted by 2 series: AFP, X"):
        toll_of(("all", "all", 5), ("all", "all", 6, {"source": "X"}))


def test_a_source_that_declines_makes_no_choice_necessary():
    rows = ("A", "all", 5), ("A", "all", None, {"source": "Y"})
    assert plain(toll_of(*rows), "total", "missing") == [(5, "")]


def test_a_policy_sees_the_carried_claims_of_one_place():
    seen = []

    def first(claims):
        seen.append(claims)
        return claims.groupby("date", as_index=False).head(1)

    rows = (
        ("A", "all", 5, day(1, source="X")), ("A", "all", 9, day(2, source="Y")),
        ("B", "all", 1, day(3, source="Y")),
    )  # fmt: skip
    toll = toll_of(*rows, choose=first)
    assert plain(toll, "total") == [(5,), (6,)]
    assert [list(claims.columns) for claims in seen] == [
        ["side", "category", "definition", "source", "date", "covered", "reported_at", "total",
         "low", "high"]
    ] * 2  # fmt: skip
    assert plain(seen[0], "source", "total", "low", "high") == [
        ("X", 5, 5, 5), ("X", 5, 5, None), ("Y", 9, 9, 9), ("X", 5, 5, None), ("Y", 9, 9, None)
    ]  # fmt: skip
    assert seen[0]["date"].dt.day.tolist() == [1, 2, 2, 3, 3]
    assert seen[0]["covered"].dt.day.tolist() == [1, 1, 2, 1, 2]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (lambda claims: claims, "two rows for one day"),
        (lambda claims: claims["total"], "must return rows of the DataFrame"),
        (lambda claims: claims[["date", "total"]], "with the columns date, covered"),
        (
            lambda claims: claims.head(1).assign(date=pd.Timestamp("2030-01-01")),
            "one that it was not given",
        ),
        (lambda claims: claims.head(1).assign(source="mean"), "one that it was not given"),
    ],
)
def test_a_policy_must_choose_one_row_a_day(policy, message):
    with pytest.raises(cas.LedgerError, match=message):
        two().tally(choose=policy)


# -- definitions -----------------------------------------------------------------------------


def test_a_preferred_source_with_two_definitions_is_refused():
    rows = ("A", "all", 5, {"definition": "identified"}), ("A", "all", 9, {"definition": "excess"})
    with pytest.raises(cas.LedgerError, match="AFP counts A by several definitions"):
        toll_of(*rows, choose=cas.Prefer("AFP"))
    with pytest.raises(cas.LedgerError, match=r"counted by 2 series: AFP \(excess\), AFP \(ident"):
        toll_of(*rows)
    assert plain(toll_of(*rows, choose="highest"), "total") == [(9,)]
    toll = toll_of(*rows, by=("event", "outcome", "definition"))
    assert plain(toll, "definition", "total") == [("excess", 9), ("identified", 5)]


def test_numbers_of_different_definitions_are_not_added():
    rows = ("A", "all", 5, {"definition": "identified"}), ("B", "all", 9, {"definition": "excess"})
    with pytest.raises(cas.LedgerError, match=r"A \(identified\), B \(excess\)"):
        toll_of(*rows)
    assert plain(toll_of(*rows, by=("event", "outcome", "definition")), "total") == [(9,), (5,)]
    cells = ("A", "civilian", 5, {"definition": "identified"}), ("A", "military", 9)
    with pytest.raises(cas.LedgerError, match=r"A · military \(no definition\)"):
        toll_of(*cells)


def test_a_whole_of_another_definition_is_compared_and_not_added():
    rows = ("all", "all", 50, {"definition": "excess"}), ("A", "all", 5), ("B", "all", 9)
    assert plain(toll_of(*rows), "total", "added") == [(50, 14)]


# -- groups ----------------------------------------------------------------------------------


def test_a_tally_can_be_by_side():
    rows = ("A", "all", 20), ("A", "civilian", 9), ("A", "military", 14), ("B", "civilian", 5)
    toll = toll_of(*rows, ("all", "all", 90), by=("event", "outcome", "side"))
    assert plain(toll, "side", *BOUNDS, "stated", "added") == [
        ("A", 23, 23, None, 20, 23), ("B", 5, 5, None, None, 5), ("all", 90, 90, 90, 90, None)
    ]  # fmt: skip


def test_a_tally_can_be_by_source():
    rows = ("A", "all", 20), ("A", "all", 25, {"source": "X"}), ("B", "all", 5, {"source": "X"})
    toll = toll_of(*rows, by=("event", "outcome", "source"))
    assert plain(toll, "source", "total") == [("AFP", 20), ("X", 30)]


def test_what_a_tally_can_be_by_is_named():
    with pytest.raises(cas.LedgerError, match="Did you mean 'side'"):
        two().tally(by="sides")
    with pytest.raises(cas.LedgerError, match="by needs event and outcome too"):
        two().tally(by="side")
    with pytest.raises(cas.LedgerError, match="unknown column in by 'category'"):
        two().tally(by=("event", "outcome", "category"))


def test_parts_and_ages_that_mean_nothing_are_refused():
    ledger = ledger_of(("all", "civilians", 3), ("all", "military", 4))
    with pytest.raises(cas.LedgerError, match="Did you mean 'civilians'"):
        ledger.tally(parts=("civilian", "military"))
    # in the words of every other option that takes a word or several
    with pytest.raises(cas.LedgerError, match="parts is a word or a list of words"):
        ledger.tally(parts=(7,))
    for parts in ((), "all"):
        with pytest.raises(cas.LedgerError, match="categories that do not overlap"):
            ledger.tally(parts=parts)
    for age in (-1, 1.5, "3", True):
        with pytest.raises(cas.LedgerError, match="max_age is a number of days"):
            ledger.tally(max_age=age)


def test_events_and_outcomes_are_never_added():
    rows = (
        ("A", "all", 20, {"event": "e1"}), ("A", "all", 25, {"event": "e2"}),
        ("A", "all", 3, {"event": "e1", "outcome": "wounded"}),
    )  # fmt: skip
    assert plain(toll_of(*rows), "event", "outcome", "total") == [
        ("e1", "killed", 20), ("e1", "wounded", 3), ("e2", "killed", 25)
    ]  # fmt: skip


# -- which days ------------------------------------------------------------------------------


def test_a_row_stands_on_the_days_that_a_number_covers():
    rows = ("A", "all", 5, day(4)), ("A", "all", 5, day(5)), ("B", "all", 6, day(9))
    assert toll_of(*rows)["date"].dt.day.tolist() == [4, 5, 9]
    # Days of claims that are not chosen make no rows; those of details do.
    rows = (*rows, ("A", "all", 7, day(7, source="Z")), ("A", "children", 1, day(6)))
    toll = toll_of(*rows, choose=cas.Prefer("AFP"))
    assert toll["date"].dt.day.tolist() == [4, 5, 6, 9]
    assert toll["details"].tolist() == ["", "", "A · children", "A · children"]


def test_what_the_parts_leave_of_the_whole_is_the_remainder():
    toll = toll_of(("all", "all", 100), ("all", "civilian", 60), ("all", "military", 10))
    assert toll[["total", "stated", "added", "remainder"]].values.tolist() == [[100, 100, 70, 30]]
    toll = toll_of(("all", "all", 60), ("all", "civilian", 9), ("all", "military", 58))
    assert toll["total"].tolist() == [67]
    assert toll["remainder"].isna().all(), "the parts are more than the whole"


def test_no_high_counts_of_a_number_of_an_earlier_instant():
    whole = {"value": 100, "reported_at": "2024-03-05 08:00"}
    part = {"value": 60, "category": "civilian", "reported_at": "2024-03-05"}
    toll = cas.Ledger([whole, part], source="M", kind="total").tally()
    assert toll[["total", "low"]].values.tolist() == [[100, 100]]
    assert toll["high"].isna().all()
    same = cas.Ledger([whole | {"reported_at": "2024-03-05"}, part], source="M", kind="total")
    assert same.tally()["high"].tolist() == [100]


def test_nothing_to_add_is_an_empty_answer():
    columns = ["event", "outcome", "date", "total", "low", "high", "stated", "added",
               "remainder", "missing", "details", "oldest"]  # fmt: skip
    for ledger in (cas.Ledger([]), ledger_of(("A", "civilian", None))):
        toll = ledger.tally()
        assert toll.empty
        assert list(toll.columns) == columns
        assert ledger.tally(choose="latest").empty
        assert ledger.tally(choose=lambda claims: claims).empty


def test_a_tally_has_the_columns_and_dtypes_that_were_decided():
    toll = toll_of(("A", "all", 5), ("A", "children", 2), ("B", "all", None))
    assert {name: str(dtype) for name, dtype in toll.dtypes.items()} == {
        "event": "category", "outcome": "category", "date": "datetime64[us]", "total": "Int64",
        "low": "Int64", "high": "Int64", "stated": "Int64", "added": "Int64", "remainder": "Int64",
        "missing": str(pd.Series([""], dtype="str").dtype),
        "details": str(pd.Series([""], dtype="str").dtype), "oldest": "datetime64[us]",
    }  # fmt: skip
    empty = cas.Ledger([]).tally()
    assert empty.dtypes.to_dict() == toll.dtypes.to_dict() | {
        name: empty[name].dtype for name in ("event", "outcome")
    }


def test_a_part_that_nobody_counts_beside_categories_that_are_left_is_refused():
    told = [("all", "men", 35), ("all", "women", 15), ("all", "children", 12)]
    with pytest.raises(cas.LedgerError, match="unknown category in parts 'man'.*'men'"):
        toll_of(*told, parts=("man", "women", "children"))
    # One that nobody counts yet may be named where no other category is left over.
    assert toll_of(*told, parts=("men", "women", "children", "police"))["total"].tolist() == [62]


def test_a_source_may_be_preferred_before_it_has_spoken():
    rows = [{"source": "A", "value": 1, "reported_at": "2025-01-01"},
            {"source": "B", "value": 2, "reported_at": "2025-01-02"}]  # fmt: skip
    early = cas.Ledger(rows, kind="total").as_of("2025-01-01")
    assert early.tally(choose=cas.Prefer("B", "A"))["total"].tolist() == [1]


def test_a_high_below_the_low_of_a_part_bounds_nothing():
    toll = toll_of(("all", "all", 500), ("A", "all", "more than 500"))
    assert plain(toll, *BOUNDS) == [(500, 501, None)]


def test_a_policy_may_return_its_claims_in_columns_of_another_kind():
    said = (500, "A", 1), (520, "B", 1), ("at least 530", "A", 3)
    rows = [{"value": value, "source": who, "reported_at": f"2024-01-0{day}"}
            for value, who, day in said]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total")

    def highest(claims, kind):
        return claims.astype(kind).sort_values("total").drop_duplicates("date", keep="last")

    for kind in ({"total": float}, {"high": "Float64"}, object):
        frame = ledger.tally(choose=lambda claims, kind=kind: highest(claims, kind))
        assert frame.equals(ledger.tally(choose="highest"))
