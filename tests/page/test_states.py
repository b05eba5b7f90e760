"""The number of each series at each clock, and the reports it rests on."""

import re

import pytest
from ledgers import article, says
from pages import Page

import casualties as cas
from casualties.page import changing, facts, picture, publish, standing
from casualties.page.facts import Facts


def test_each_number_rests_on_its_reports_and_says_how():
    told = standing.states_of(Facts(article()))
    assert [(one.begin, one.end, one.printed, one.rests) for one in told] == [
        (0, 1, "at least 28", [0]),
        (1, 2, "59", [1]),
        (2, 3, "58", [3]),
        (3, 4, "84", [3, 4]),
    ]
    said = publish.page(article())
    page = Page(said)
    assert page.at("headlines", 2)[0][2].startswith(
        "[4]|explained" + "stated by this source ([4], revising 59 in [2] (27 instead of 28))"
    )


def test_a_floor_rests_on_the_count_that_proves_it():
    ledger = says(
        ("total", "2024-01-10", 100, "2024-01-11"),
        ("period", "2024-01-01/2024-01-31", 500, "2024-02-01"),
    )
    last = standing.states_of(Facts(ledger))[-1]
    assert last.printed == "500–600"
    assert 1 in last.rests
    assert last.more, "how is told on demand"


def test_a_silence_leads_to_the_report_that_gave_no_number():
    ledger = says(("total", "2024-03-05", None, "2024-03-05"), ("total", "2024-03-06", 5,
                                                                 "2024-03-06"),
                  ("total", "2024-03-07", None, "2024-03-07"))  # fmt: skip
    told = standing.states_of(Facts(ledger))
    assert [(one.printed, one.rests, one.notes) for one in told] == [
        (
            "no number",
            [0],
            ["gave no number through 5 March 2024 (reported 5 March 2024)"],
        ),
        ("5", [1], ["through 6 March 2024, as reported then"]),
        (
            "5",
            [1],
            [
                "through 6 March 2024, as reported then",
                "gave no number through 7 March 2024 (reported 7 March 2024)",
            ],
        ),
    ]


def test_beyond_a_bound_numbers_are_not_explained_but_still_lead_to_reports(monkeypatch):
    monkeypatch.setattr(standing, "MOST_EXPLAINED", 2)
    rows = [
        {"report_id": f"{source}{n}", "source": source, "value": n, "kind": "more",
         "reported_at": f"2024-03-{n:02d}"}
        for source in "ABCD" for n in (1, 2)
    ]  # fmt: skip
    ledger = cas.Ledger(rows).deny("D2", source="X", reported_at="2024-03-03")
    told = [one for one in standing.states_of(Facts(ledger)) if one.end == 3]
    assert [bool(one.more) for one in told] == [True, True, False, False]
    assert all(one.rests for one in told)
    assert told[3].notes[1:] == ["a report it rests on is denied by X"]


@pytest.mark.parametrize("drawn", [0, 1])
def test_pictures_are_bounded_and_what_is_not_drawn_is_named(monkeypatch, drawn):
    monkeypatch.setattr(picture, "MOST", drawn)
    rows = [
        {"source": source, "side": side, "value": n, "reported_at": f"2024-03-{n:02d}"}
        for source in "AB" for side in ("east", "west") for n in (1, 2)
    ]  # fmt: skip
    page = Page(publish.page(cas.Ledger(rows, kind="total")))
    assert len(page.root.find("svg", role="img")) == drawn
    assert f"Pictures not drawn: {2 - drawn}" in page.root.text
    assert all(len(one["windows"]) == len(page.times) for one in page.data["pictures"])


def test_in_a_picture_what_is_stated_withdrawn_or_a_bound_each_has_its_mark():
    rows = [
        {"report_id": "a", "value": 12, "reported_at": "2024-05-06 08:00"},
        {"report_id": "b", "value": 160, "reported_at": "2024-05-06 12:00"},
        {"action": "retract", "refers_to": "b", "reported_at": "2024-05-06 18:00", "kind": ""},
        {"value": "up to 50", "reported_at": "2024-05-07 12:00"},
        {"value": "30-40", "reported_at": "2024-05-08 12:00"},
        {"value": "at least 45", "reported_at": "2024-05-09 12:00"},
    ]
    told = Facts(cas.Ledger([{"kind": "total", "source": "M"} | row for row in rows]))
    (drawn,), _ = picture.pictures(told)
    (line,) = drawn.lines
    marks = [(mark.name, mark.y, mark.born) for mark in line.marks]
    # 160 is struck where its line ends, as it is withdrawn; 30 to 40 is a band, and in the key.
    assert marks == [
        ("dot", 12, 0), ("dot", 160, 1), ("dot", 12, 2), ("most", 50, 3), ("dot", 45, 5),
        ("stem", 45, 5), ("gone", 160, 2),
    ]  # fmt: skip
    assert line.marks[-1].x == 10 * 60, "at the withdrawal alone"
    assert set(drawn.marks) == {"dot", "most", "stem", "gone", "band"}, "the key names no other"


def test_in_a_picture_a_fall_has_the_mark_that_charts_give_it():
    rows = [
        {"report_id": "a", "value": 59, "reported_at": "2024-05-06 08:00"},
        {"value": 58, "reported_at": "2024-05-06 12:00", "action": "revise", "refers_to": "a"},
        {"value": 40, "reported_at": "2024-05-07 12:00"},
        {"value": "at most 50", "reported_at": "2024-05-08 12:00"},
        {"value": "10-45", "reported_at": "2024-05-09 12:00"},  # may be lower: no fall
    ]
    (drawn,), _ = picture.pictures(Facts(cas.Ledger(rows, kind="total", source="M")))
    marks = [(mark.name, mark.y) for line in drawn.lines for mark in line.marks]
    assert [mark for mark in marks if mark[0] in ("down", "fell")] == [("down", 58), ("fell", 40)]


def test_a_line_ends_where_its_number_does_and_is_struck_in_the_key():
    rows = [
        {"report_id": "a", "source": "A", "value": 90, "reported_at": "2024-03-04 10:00"},
        {"report_id": "b", "source": "B", "value": 70, "reported_at": "2024-03-04 11:00"},
        {"report_id": "b2", "source": "B", "value": 80, "reported_at": "2024-03-05 11:00"},
        {"source": "C", "value": 60, "reported_at": "2024-03-04 12:00"},
    ]
    ledger = cas.Ledger(rows, kind="total").deny("a", source="A", reported_at="2024-03-06 10:00")
    denial = ledger.reports["report_id"].iloc[-1]
    ledger = ledger.retract("b2", reported_at="2024-03-09 11:00")
    for told, names in (
        # What was said on the 4th and stands again on the 9th is of the 4th.
        (ledger, ["A: 90 denied (6 March 2024)", "B: 70 (4 March 2024)", "C: 60 (4 March 2024)"]),
        # A denial that is taken back lets the line go on.
        (ledger.retract(denial, reported_at="2024-03-09 12:00"),
         ["A: 90 (4 March 2024)", "B: 70 (4 March 2024)", "C: 60 (4 March 2024)"]),
        (ledger.retract("b", reported_at="2024-03-10"),
         ["A: 90 denied (6 March 2024)", "B: 70 withdrawn (10 March 2024)",
          "C: 60 (4 March 2024)"]),
    ):  # fmt: skip
        page = Page(publish.page(told))
        (figure,) = page.root.find("figure")
        items = figure.find("ul", **{"class": "names"})[0].find("li")
        assert sorted(item.text.replace("\n", "") for item in items) == names
        struck = [node.text for item in items for node in item.find("s")]
        assert len(struck) == sum("denied" in name or "withdrawn" in name for name in names)
        (drawn,), _ = picture.pictures(Facts(told))
        (line,) = (line for line in drawn.lines if line.name == "A")
        assert [(step.x, step.y) for step in line.steps][:2] == [(0, 90), (2880, None)]
        assert len(line.steps) == 2 + ("A: 90 (4 March 2024)" in names)


def test_what_one_number_alone_was_said_of_is_named_among_what_is_not_drawn():
    rows = [{"value": n, "reported_at": f"2024-03-0{n}"} for n in (1, 2)]
    rows.append({"definition": "confirmed", "source": "W", "value": 9, "reported_at": "2024-03-03"})
    page = Page(publish.page(cas.Ledger(rows[:2], kind="total", source="S")))
    assert "Pictures not drawn" not in page.root.text
    made = cas.Ledger([{"source": "S"} | row for row in rows], kind="total")
    text = Page(publish.page(made)).root.text
    assert "Pictures not drawn: 1Killed · confirmed: one number" in text


def test_a_whole_day_stands_at_its_day_beside_reports_with_a_time_and_about_is_no_floor():
    rows = [
        {"value": 300, "reported_at": "2024-05-01"},
        {"value": 310, "reported_at": "2024-05-02 09:00"},
        {"value": "about 330", "reported_at": "2024-05-05"},
    ]
    told = Facts(cas.Ledger([{"kind": "total", "source": "M"} | row for row in rows]))
    (drawn,), _ = picture.pictures(told)
    (line,) = drawn.lines
    # In minutes; whole days stand at noon.
    assert [step.x for step in line.steps] == [12 * 60, 33 * 60, 4 * 24 * 60 + 12 * 60]
    assert [mark.name for mark in line.marks] == ["dot", "dot", "about"]
    assert [name for _, name in drawn.ticks[drawn.windows[-1].ticks]][:2] == ["1 May", "2 May"]
    # A range that has just been said is a whisker.
    told = Facts(
        cas.Ledger(rows[:1], kind="total", source="M").append(
            [
                rows[0]
                | {"kind": "total", "source": "M", "value": "310-400", "reported_at": "2024-05-04"}
            ]
        )
    )
    (drawn,), _ = picture.pictures(told)
    assert "M4320 -310V-400" in picture.as_svg(drawn, "", 1)


def _sources(*counts):
    return cas.Ledger([
        {"source": source, "value": n, "reported_at": f"2024-03-{n:02d}", "kind": "total"}
        for source, count in zip("ABCD", counts, strict=False) for n in range(1, count + 1)
    ])  # fmt: skip


def test_of_very_many_numbers_the_first_are_told_and_the_page_says_how_many_are_not(monkeypatch):
    monkeypatch.setattr(facts, "MOST_SERIES", 2)
    page = Page(publish.page(_sources(3, 1, 2, 1)))
    told = [row[0] for row in page.at("headlines")]
    assert told == ["Killed|A", "Killed|C"], "those of which most was reported"
    assert "2 numbers more not told here" in page.root.text
    assert "7 reports for days" in page.root.text, "which counts all"
    with monkeypatch.context() as patch:
        patch.setattr(facts, "MOST_REPORTS", 4)
        assert [row[0] for row in Page(publish.page(_sources(3, 1, 2))).at("headlines")] == [
            "Killed|A"
        ], "those of no more than four reports together"
    assert "2 numbers more" not in Page(publish.page(_sources(3, 2))).root.text


def test_a_long_line_is_drawn_from_some_of_its_steps_and_says_so(monkeypatch):
    monkeypatch.setattr(picture, "STEPS", 4)
    page = Page(publish.page(_sources(10)))
    (line,) = page.root.find("path", d=...)[-1:]
    assert re.findall(r"-(\d+)", line.attrs["d"]) == ["1", "4", "7", "10"]
    assert "Drawn from 4 of 10 steps" in page.root.text


def test_sources_that_no_line_is_drawn_of_are_counted(monkeypatch):
    monkeypatch.setattr(picture, "MOST_LINES", 1)
    assert "1 source more not drawn" in Page(publish.page(_sources(3, 2))).root.text


def test_findings_beyond_a_bound_are_counted(monkeypatch):
    monkeypatch.setattr(changing, "MOST_FOUND", 1)
    rows = [{"value": n, "reported_at": f"2024-03-0{day}", "period_end": "2024-03-01"}
            for day, n in enumerate((9, 8, 7), 1)]  # fmt: skip
    falls = [{"source": name, "event": "other", "value": 30 - n,
              "reported_at": f"2024-04-{n}"}
             for name in "XY" for n in (20, 10)]  # fmt: skip
    page = Page(publish.page(cas.Ledger([*rows, *falls], source="S", kind="total")))
    assert len(page.at("findings")) == 1
    assert page.at("unlisted") == [("1 finding more, of the less grave, not listed here.",)]


def test_an_axis_of_time_says_when_it_begins():
    rows = [{"value": n, "reported_at": f"2023-09-{day}", "period_end": f"2023-09-{day}"}
            for day, n in ((12, 20), (13, 15), (28, 30))]  # fmt: skip
    page = Page(publish.page(cas.Ledger(rows, source="S", kind="total")))
    (drawn,) = page.data["pictures"]
    # From a Tuesday on: weeks begin on Mondays, the first six days later.
    weeks = drawn["ticks"][str(drawn["windows"][-1][3])]
    assert [name for _, name in weeks] == ["12 Sep", "18 Sep", "25 Sep"]


def test_a_first_series_of_very_many_reports_is_told_and_not_followed(monkeypatch):
    monkeypatch.setattr(facts, "MOST_REPORTS", 2)
    page = Page(publish.page(_sources(3, 1)))
    assert len(page.at("headlines")) == 1
    assert page.at("bridges-day", 1) == []
    assert "1 number not explained here, nor why changed" in page.root.text
    assert "1 number more not told here" in page.root.text
