"""Small ledgers whose page would embarrass a newsroom if it said a little more than it knows."""

import pytest
from pages import Page

import casualties as cas
from casualties.__main__ import main
from casualties.page import picture, publish


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Pages without their pictures, which these tests do not look at."""
    monkeypatch.setattr(picture, "MOST", 0)


def page(*rows, **fixed):
    """The page of reports (number, day reported, other columns), by default totals of MoH."""
    made = [{"value": value, "reported_at": at} | more for value, at, more in rows]
    return Page(publish.page(cas.Ledger(made, **{"source": "MoH", "kind": "total"} | fixed)))


def numbers(read, place=None):
    return [row[1].split("|")[0] for row in read.at("headlines", place)]


def test_a_floor_does_not_stand_alone_for_a_larger_number():
    read = page(("about 100", "2024-01-01 10:00", {}), (5, "2024-01-02 10:00", {"kind": "more"}))
    assert numbers(read) == ["about 105 (at least 5)"]


def test_the_bounds_that_a_report_gave_stand_beside_its_number():
    read = page((50, "2024-01-01", {"low": 40, "high": 60}))
    assert numbers(read) == ["50 (40–60)"]
    assert "50 (40–60)" in read.at("reports")[-1][2]


def test_a_toll_does_not_lead_with_what_somebody_denies():
    made = [{"report_id": "w", "side": "B", "value": 100, "reported_at": "2024-01-01"},
            {"side": "A", "value": 60, "reported_at": "2024-01-01"}]  # fmt: skip
    ledger = cas.Ledger(made, source="MoH", kind="total")
    for who in ("MoH", "Army"):
        read = Page(publish.page(ledger.deny("w", source=who, reported_at="2024-01-02")))
        assert read.at("tolls") == []
        assert "from the numbers of MoH" in read.at("tolls", 0)[0][1], "as it stood before"


def test_a_toll_of_the_afternoon_is_not_told_through_the_day():
    read = page(*((n, "2024-01-01 14:00", {"side": s}) for s, n in (("A", 5), ("B", 4))))
    assert read.at("tolls")[0][1].startswith("killed, by 14:00 on 1 January 2024")


def test_what_may_be_lower_is_not_called_lower():
    read = page((40, "2024-01-01", {}), ("at most 50", "2024-01-02", {}),
                (None, "2024-01-03", {"low": 45}))  # fmt: skip
    words = " ".join(" ".join(row) for row in read.at("steps-0"))
    assert "may be lower, and no report says why" in words
    assert "; lower" not in words


def test_people_who_return_are_no_fall_without_a_reason():
    read = page((10, "2024-01-01", {}), (4, "2024-01-02", {}), outcome="missing")
    words = " ".join(" ".join(row) for row in read.at("steps-0"))
    assert "a later number; those counted may return" in words
    assert "no report says why" not in words


def test_no_difference_is_made_of_numbers_that_may_be_one():
    read = page((40, "2024-01-01 10:00", {}), ("at most 50", "2024-01-02 09:00", {}))
    assert [row[1:] for row in read.at("bridges-week")] == []
    read = page((40, "2024-01-01 10:00", {}), ("at most 50", "2024-01-02 11:00", {}))
    assert [row[2] for row in read.at("bridges-day")] == ["their bounds overlap"]


WEAKER = {
    "100 → at least 100": {"value": "at least 100"},
    "100 → about 100": {"value": "about 100"},
    "100 → 100 (90–110)": {"value": 100, "low": 90, "high": 110},
}


@pytest.mark.parametrize("numbers", WEAKER)
def test_a_number_that_is_only_less_exact_is_told_among_the_differences(numbers):
    rows = [{"value": 100, "reported_at": "2024-01-01 10:00"},
            WEAKER[numbers] | {"reported_at": "2024-01-02 12:00"},
            {"value": 100, "reported_at": "2024-01-03 13:00"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="MoH", kind="total", period_end="2024-01-01")
    read = Page(publish.page(ledger))
    back = " → ".join(numbers.split(" → ")[::-1])
    assert [[row[1:] for row in read.at("bridges-day", place)] for place in range(3)] == [
        [], [(numbers, "now stated otherwise")], [(back, "now stated otherwise")],
    ]  # fmt: skip
    assert [row[1:] for row in read.at("bridges-week")] == []
    assert "about +0" not in read.root.text


def test_a_zero_that_is_withdrawn_is_told_among_the_differences():
    taken = {"action": "retract", "refers_to": "a", "kind": None}
    read = page((0, "2024-01-01 10:00", {"report_id": "a"}), (None, "2024-01-02 12:00", taken))
    assert [row[1:] for row in read.at("bridges-day")] == [("0 → no number", "withdrawn")]


def test_a_range_leads_to_the_reports_of_both_its_ends():
    day = {"period_start": "2024-03-28", "period_end": "2024-03-28", "kind": "period"}
    rows = [(30, "2024-03-28 08:00", {"report_id": "a"}),
            (31, "2024-03-28 20:00", {"action": "revise", "refers_to": "a", "kind": None}),
            (28, "2024-03-28 20:00", day)]  # fmt: skip
    read = page(*rows)
    (row,) = read.at("headlines")
    assert row[1].startswith("31–59|by 20:00 on 28 March 2024")
    assert row[2].startswith("[2], [3]|explained")
    assert "([2], [3])" in read.at("steps-0")[-1][2]
    # One who denies an end of it does not deny the number.
    denial = ("", "2024-03-28 21:00", {"action": "deny", "refers_to": "c", "source": "B"})
    rows[2] = (28, "2024-03-28 20:00", day | {"report_id": "c"})
    note = page(*rows, denial).at("headlines")[0][1]
    assert note == (
        "31–59|by 20:00 on 28 March 2024, as reported then; a report it rests on is denied by B"
    )
    # A lower end that an earlier report proves.
    read = page((40, "2024-03-28", {}), ("at most 50", "2024-03-29", {}))
    assert read.at("headlines")[0][1].startswith("up to 50 (40–50)")
    assert read.at("headlines")[0][2].startswith("[1], [2]|explained")
    # What a number stated as such was counted up from is not among its own reports.
    read = page((40, "2024-03-28", {}), (50, "2024-03-29", {}))
    assert read.at("headlines")[0][2] == "[2]"


def test_a_reason_is_that_of_the_report_that_states_the_number():
    read = page(
        (10, "2024-01-01", {}),
        (12, "2024-01-02", {"reason": "includes the north"}),
        (3, "2024-01-02", {"kind": "period", "period_start": "2023-12-20",
                           "period_end": "2023-12-25", "reason": "old figures"}),
    )  # fmt: skip
    words = " ".join(" ".join(row) for row in read.at("steps-0"))
    assert "includes the north" in words
    assert "old figures" not in words


def test_sources_whose_bounds_overlap_do_not_disagree():
    same = [(100, "2024-01-01", {"source": name}) for name in "AB"]
    read = page(*same, ("about 100", "2024-01-01", {"source": "C"}))
    assert read.at("apart") == []
    read = page(*same, (150, "2024-01-01", {"source": "C"}))
    assert [row[0].split("|")[0] for row in read.at("apart")] == [
        "A says 100 through 1 January 2024, C says 150"
    ]


def test_a_first_number_is_not_set_against_a_final_one_of_another_source():
    read = page((10, "2024-01-01", {"source": "A"}), (6000, "2024-03-01", {"source": "B"}))
    assert read.at("apart") == []


def test_a_number_withdrawn_as_soon_as_it_was_given_is_told_as_withdrawn():
    given, taken = {"report_id": "a"}, {"action": "retract", "refers_to": "a", "kind": None}
    for at in ("2024-01-01 10:00", "2024-01-01 11:00"):
        read = page((5, "2024-01-01 10:00", given), (None, at, taken))
        (row,) = read.at("headlines")
        day = at.replace("2024-01-01 ", "1 January 2024, ")
        assert row[1] == f"5|withdrawn {day}"
        assert [node.text for node in read.root.find("s")] == ["5"], "struck"
        assert "[2]" in row[2], "to the report that withdrew it"
    # What was said before it stands again, and a silence is no number to withdraw.
    assert numbers(page((4, "2024-01-01 09:00", {}), (5, "2024-01-01 10:00", given),
                        (None, "2024-01-01 10:00", taken))) == ["4"]  # fmt: skip
    silent = page((None, "2024-01-01 10:00", given), (None, "2024-01-01 10:00", taken))
    assert numbers(silent) == ["no number"]


def test_a_silence_that_a_number_followed_is_not_told_at_the_top():
    rows = [(16, "2024-01-01 10:00", {}), (None, "2024-01-01 18:00", {})]
    assert not any("Not given" in row[0] for row in page(*rows).at("denied"))
    assert any("Not given" in row[0] for row in page(rows[1]).at("denied"))


def test_a_number_given_again_for_a_later_day_did_not_change():
    read = page((36, "2024-01-01", {}), (36, "2024-01-02", {}))
    assert read.at("steps-0")[-1][1] == "still 36|through 2 January 2024"
    assert read.root.find("tbody", data_recent=...) == []


def test_a_finding_names_no_source_twice_and_none_alone_of_several():
    rows = [(10, "2024-01-01", {"source": "A"}), (90, "2024-01-01", {"source": "B"}),
            (None, "2024-01-02", {"source": "C"})]  # fmt: skip
    read = page(*rows)
    rows = read.at("apart") + read.at("findings")
    assert {row[1].split("|")[1]: row[0] for row in rows} == {
        "disagree": "A says 10 through 1 January 2024, B says 90|Killed",
        "silent": "C gave no number through 2 January 2024|Killed",
    }
    assert read.at("denied") == [("Not given: C gave no number through 2 January 2024 (killed).",)]


def test_a_page_adds_up_the_parts_that_its_caller_names(tmp_path):
    told = {"men": 60, "women": 27, "children": 33}
    rows = [{"category": name, "value": n, "reported_at": "2024-05-03"} for name, n in told.items()]
    ledger = cas.Ledger(rows, source="M", kind="total")
    assert "120" not in Page(publish.page(ledger)).root.text
    assert "120" in Page(publish.page(ledger, parts=[*told])).root.text
    ledger.to_csv(tmp_path / "ledger.csv")
    words = ["page", str(tmp_path / "ledger.csv"), "-o", str(tmp_path / "toll.html")]
    assert main([*words, *(word for name in told for word in ("--parts", name))]) == 0
    assert "120" in (tmp_path / "toll.html").read_text(encoding="utf-8")
    assert main(["check", words[1], "--parts", "men", "--fail-on", "contradiction"]) == 0


def test_a_toll_names_whose_numbers_are_in_it():
    rows = [
        (60, "2024-03-01", {"side": "A"}), (30, "2024-03-01", {"side": "B"}),
    ]  # fmt: skip
    told = page(*rows).at("tolls")
    assert "from the numbers of MoH" in told[0][1]
    # Where somebody counts the whole that is the toll, and stands among the numbers.
    assert page(*rows, (50, "2024-03-05", {"source": "UN"})).at("tolls") == []
    # Who gave no number is not named.
    silent = page(
        (12, "2024-03-01", {"side": "A"}), (None, "2024-03-01", {"side": "B", "source": "X"})
    )
    assert "from the numbers of MoH" in silent.at("tolls")[0][1]
    # One source that contradicts itself is told so.
    one = page((60, "2024-03-01", {}), (9, "2024-03-01", {"category": "civilian"}),
               (58, "2024-03-01", {"category": "military"}))  # fmt: skip
    assert one.at("tolls")[0][0] == "at least 67"
    assert "stated as 60 in all" in one.at("tolls")[0][1]


def test_details_are_not_said_to_be_part_of_others():
    rows = [
        (10, "2024-03-01", {"category": "civilian"}),
        (5, "2024-03-01", {"category": "military"}),
    ]
    told = page(*rows, (4, "2024-03-01", {"category": "police"})).at("tolls")[0][1]
    assert "the reports do not say whether others count them too" in told


def test_what_is_of_no_event_is_not_read_as_the_main_ones():
    rows = [(5, "2024-03-01", {"event": "flood"}), (6, "2024-03-02", {"event": "flood"}),
            (9, "2024-03-03", {})]  # fmt: skip
    told = {title: [row[1].split("|")[0] for row in rows]
            for title, rows in page(*rows).groups().items()}  # fmt: skip
    assert told == {"flood": ["6"], "No event named": ["9"]}


def test_the_newest_number_stands_first_and_what_its_own_source_denies_last_and_struck():
    rows = [
        (11300, "2024-03-01", {"source": "Red Crescent", "report_id": "a"}),
        (6000, "2024-03-02", {"source": "Ambassador"}),
        (4255, "2024-03-09", {"source": "WHO"}),
        (None, "2024-03-03", {"source": "Red Crescent", "action": "deny", "refers_to": "a",
                              "kind": None}),
    ]  # fmt: skip
    read = page(*rows)
    assert numbers(read) == ["4,255", "6,000", "11,300"]
    assert [node.text for node in read.root.find("s")] == ["11,300"]
    assert "denied by Red Crescent" in read.at("headlines")[-1][1]
    assert numbers(read, 0) == ["11,300"]
    assert "denied" not in read.at("headlines", 0)[0][1]
    # What another source denies stands where it stood.
    rows[3] = (None, "2024-03-03", rows[3][2] | {"source": "Mayor"})
    assert page(*rows).root.find("s") == []


def test_no_part_stands_for_the_whole_of_a_side():
    rows = [
        (11, "2024-03-01", {"category": "civilian"}), (58, "2024-03-01", {"category": "military"}),
        (69, "2024-03-01", {"report_id": "w"}), (12, "2024-03-02", {"category": "civilian"}),
        (3, "2024-03-01", {"side": "B", "category": "police"}),
    ]  # fmt: skip
    read = page(*rows)
    assert [row[1].split("|")[0] for row in read.groups()["All sides"]] == ["69", "12", "58"]
    assert [row[0] for row in read.at("lead")] == ["69", "3"]
    assert large(read) == ["69"], "nor is a part alone in large type"
    # Without a number of the whole that stands, its parts stand together, the newest first.
    taken = (None, "2024-03-03", {"action": "retract", "refers_to": "w", "kind": None})
    read = page(*rows, taken)
    assert [row[1].split(", by")[0] for row in read.at("lead")] == [
        "All sides: Killed · civilian", "All sides: Killed · military", "B: Killed · police",
    ]  # fmt: skip
    assert [row[0] for row in read.at("lead")] == ["12", "58", "3"]
    assert large(read) == []
    assert numbers(read) == ["12", "58", "69", "3"], "what is withdrawn last"
    # Of several sides under one heading none is the whole.
    events = [(n, f"2024-03-0{n}", {"event": event, "side": side})
              for n, event, side in ((1, "E1", "A"), (2, "E1", "B"), (3, "E2", "A"))]  # fmt: skip
    read = page(*events, (4, "2024-03-04", {"event": "E3"}))
    assert large(read) == ["4"]


def test_of_very_many_parts_the_first_screen_says_that_there_are_more():
    rows = [(n, f"2024-03-0{n}", {"category": f"group {n}"}) for n in range(1, 8)]
    told = page(*rows, (9, "2024-03-01", {"side": "B"})).at("lead")
    assert [row[0] for row in told] == ["7", "6", "5", "4", "", "9"]
    assert told[4][1] == "All sides: more parts, below"


def large(read):
    """The numbers that the tables set large."""
    return [node.text for node in read.root.find("b") if node.parent.tag == "td"]


def test_a_revision_that_is_taken_back_leaves_the_old_number():
    taken = {"action": "retract", "refers_to": "b", "kind": None}
    read = page((58, "2024-01-01", {"report_id": "a"}),
                (60, "2024-01-02", {"report_id": "b", "action": "revise", "refers_to": "a",
                                    "kind": None}), (None, "2024-01-03", taken))  # fmt: skip
    assert numbers(read) == ["58"]
    # A total replaces another of its day, wherever both begin.
    begun = page(
        (16, "2024-01-02 10:00", {"period_start": "2024-01-01"}),
        (20, "2024-01-02 12:00", {"report_id": "b"}),
        (None, "2024-01-03", taken),
    )
    assert numbers(begun) == ["16"]


def test_nothing_is_said_of_days_before_which_nothing_was_known():
    said = "No number that was known {} before is different now."
    for days, spans in ((0, []), (1, ["24 hours"]), (8, ["24 hours", "7 days"])):
        last = f"2024-01-{1 + days:02d} 12:00"
        read = page((5, "2024-01-01 12:00", {}), (6, last, {"source": "B"}), (7, last, {}))
        shown = [one for one in ("24 hours", "7 days", "30 days")
                 if any(said.format(one) == p.text and not hidden(p) for p in read.root.find("p"))
                 or any(f"Over the last {one}" == c.text and not hidden(c)
                        for c in read.root.find("caption"))]  # fmt: skip
        assert shown == spans
    # Nor of days before which all that was known had been withdrawn.
    gone = {"action": "retract", "refers_to": "a", "kind": None}
    read = page((5, "2024-01-01", {"report_id": "a"}), (None, "2024-01-03", gone),
                (6, "2024-01-19", {"source": "B"}), (7, "2024-01-20", {"source": "C"}))  # fmt: skip
    told = [p.text for p in read.root.find("p") if not hidden(p)]
    assert [one for one in ("24 hours", "7 days", "30 days") if said.format(one) in told] == [
        "24 hours"
    ]


def hidden(node):
    return node is not None and ("hidden" in node.attrs or hidden(node.parent))
