"""The page as a file: whole, self-contained, small, a good document, every text inert."""

import base64
import hashlib
import os
import re
import time
from itertools import pairwise

import matplotlib as mpl
import pytest
from ledgers import article
from pages import Page

import casualties as cas
from casualties.core import known
from casualties.page import publish
from casualties.page.changing import doubts
from casualties.page.facts import Facts

NASTY = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eevil", "a & b",
         "</style></table></script>", "'onclick='x", "]]><!--",
         "{{7*7}} $title ${title}"]  # fmt: skip


def written(ledger, tmp_path, **options):
    path = tmp_path / "toll.html"
    ledger.to_html(path, **options)
    assert list(tmp_path.iterdir()) == [path]
    text = path.read_text(encoding="utf-8")
    return text, Page(text)


def test_the_article_is_told_number_by_number(tmp_path):
    text, page = written(article(), tmp_path, title="The toll")
    assert '<h1 dir="auto">The toll</h1>' in text
    assert "<title>The toll</title>" in text
    words = " ".join(page.root.text.split())
    for said in ("84", "28 September 2020, 15:36", "revised: 27 instead of 28", "revises [2]"):
        assert said in words, said
    row = page.root.find("tbody", data_pool="headlines-0")[0].rows[0]
    assert row.rows[1].said == "84"
    assert {a.attrs["href"] for a in row.rows[2].find("a")} == {"#r4", "#r5"}


@pytest.mark.parametrize("name", ["karabakh_2020", "revised_tolls"])
def test_every_link_within_the_page_leads_somewhere(tmp_path, name):
    ledger = cas.load_dataset(name)
    ledger = ledger.where(source=ledger.series()["source"].iloc[:12].astype("str").tolist())
    _, page = written(ledger, tmp_path)
    links = [a.attrs["href"] for a in page.root.find("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(page.marks)
    assert all(link.startswith(("#", "https://", "http://", "data:text/csv")) for link in links)
    assert sum(1 for mark in page.marks if re.fullmatch(r"r\d+", mark)) == len(ledger)
    assert not re.findall(r"\b(nan|NaT|<NA>|None)\b", page.root.find("main")[0].text)


def test_every_report_shows_source_relay_instant_page_and_note(tmp_path):
    rows = {"report_id": ["a"], "source": "Ministry", "via": "Agency", "value": "about 30",
            "reported_at": "2024-03-05 10:00", "url": "https://example.org/a",
            "note": "on air"}  # fmt: skip
    _, page = written(cas.Ledger(rows, kind="total"), tmp_path)
    head, report = page.root.find("tbody", data_pool="reports")[0].rows
    assert head.text.strip() == "5 March 2024, 10:00 Ministry, Agency"
    assert head.find("a")[0].attrs["href"] == "https://example.org/a"
    cells = [cell.text.strip() for cell in report.rows]
    assert cells == ["[1] a", "Killedthrough 5 March 2024", "about 30", "on air"]


def test_the_page_allows_nothing_but_its_own_style_and_script(tmp_path):
    text, page = written(cas.load_dataset("karabakh_2020").where(source="AFP"), tmp_path)
    policy = page.root.find("meta", http_equiv="Content-Security-Policy")[0].attrs["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert "unsafe" not in policy
    tags = {node.tag for node in page.root.all()}
    assert not tags & {"img", "link", "iframe", "object", "embed", "base", "foreignobject"}
    assert " style=" not in text
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []


def test_the_csv_within_is_that_of_to_csv(tmp_path):
    for ledger in (cas.load_dataset("karabakh_2020").as_of("2020-10-01"), article()):
        _, page = written(ledger, tmp_path)
        file = tmp_path / "ledger.csv"
        ledger.to_csv(file)
        assert page.csv == file.read_bytes().decode()
        file.write_bytes(page.csv.encode())
        assert cas.read_csv(file, tz=ledger.tz) == ledger
        file.unlink()


def test_the_event_is_named_somewhere(tmp_path):
    ledger = cas.load_dataset("revised_tolls").where(event="Derna floods 2023")
    text, page = written(ledger, tmp_path)
    assert page.root.find("h1")[0].text == "Derna floods 2023: reported casualties"
    text, page = written(ledger, tmp_path, title="The toll")
    assert "Where no event is named it is Derna floods 2023." in text
    text, page = written(cas.load_dataset("karabakh_2020").as_of("2020-10-01"), tmp_path)
    assert "Where no event is named it is Nagorno-Karabakh 2020." in text


def test_it_is_a_good_document(tmp_path):
    text, page = written(cas.load_dataset("karabakh_2020").as_of("2020-10-01"), tmp_path)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    levels = [int(node.tag[1]) for node in page.root.all() if re.fullmatch(r"h\d", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in page.root.find("table"):
        assert len(table.find("caption")) == 1
        assert table.find("caption")[0].text
        heads = table.find("thead")[0].find("th", scope="col")
        assert heads, "columns without names"
        for row in table.find("tbody")[0].rows:
            # A head within a list of reports heads the rows below it, up to the next one.
            over = row.rows[0].attrs.get("colspan")
            assert row.rows[0].attrs["scope"] == ("col" if over else "row")
            assert len(row.rows) == (1 if over else len(heads))
    for fold in page.root.find("summary"):
        if fold.text == "explained":
            assert re.match("explained: .+; .+", fold.attrs["aria-label"])
    for picture in page.root.find("svg", role="img"):
        assert len(picture.attrs["aria-label"]) > 40
        assert picture.find("text"), "text stays text"
    for field in page.root.find("input", "select"):
        assert page.root.find("label", **{"for": field.attrs["id"]})
    assert len(set(page.marks)) == len(page.marks)


@pytest.mark.parametrize("name", NASTY)
def test_hostile_texts_are_inert(tmp_path, name):
    row = {c: name for c in ("event", "side", "source", "via", "reason", "note", "definition")}
    rows = [
        row | {"report_id": name, "value": 5, "reported_at": "2024-03-05", "url": "javascript:x()"},
        row | {"value": 4, "reported_at": "2024-03-06", "url": f"https://example.org/{name}"},
        row | {"value": 6, "reported_at": "2024-03-07", "source": f"{name} too"},
    ]
    ledger = cas.Ledger(rows, kind="total")
    ledger = ledger.deny(name, source=name, reported_at="2024-03-08", note=name)
    text, page = written(ledger, tmp_path, title=name)
    assert len(page.root.find("script")) == 2
    assert not page.root.find("img")
    assert "\u202e" not in text
    assert "%E2%80%AE" in text or "\u202e" not in name, "the data keep what the page does not show"
    assert not any(a.attrs["href"].startswith("javascript") for a in page.root.find("a"))
    if "\u202e" not in name:
        assert page.root.find("h1")[0].text == name
        assert name in "".join(page.data["texts"]) + page.root.text
        assert name in page.at("headlines", 0)[0][0]


def test_names_that_look_like_the_pages_own_marks_name_no_other_report(tmp_path):
    rows = [
        {"report_id": "a; b", "source": "A\x027\x03\x02", "value": 5, "reported_at": "2024-03-05"},
        {"report_id": "c", "source": "A\x027\x03\x02", "value": 3, "reported_at": "2024-03-06"},
        {"source": "A\x027\x03\x02", "value": 2, "kind": "more", "reported_at": "2024-03-07"},
    ]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total").deny("c", source="\x021\x03", reported_at="2024-03-08")
    _, page = written(ledger, tmp_path)
    assert next(row for row in page.at("findings") if "falls" in row[1])[2] == "[1], [2]"
    assert "A\ufffd7\ufffd\ufffd" in page.root.text


def test_letters_that_the_charts_font_lacks_are_drawn_without_a_warning(tmp_path):
    rows = [{"source": "国防部", "value": n, "reported_at": f"2024-03-0{n}"} for n in (1, 2, 3)]
    _text, page = written(cas.Ledger(rows, kind="total", event="حرب 😀 $x^2$"), tmp_path)
    assert len(page.root.find("svg", role="img")) == 1


def test_joined_letters_and_pictures_of_several_parts_are_kept(tmp_path):
    note = "👨\u200d👩\u200d👧 می\u200cخواهم"
    rows = [{"source": "وزارة الصحة", "value": 3, "reported_at": "2024-03-05", "note": note}]
    _, page = written(cas.Ledger(rows, kind="total"), tmp_path)
    assert note in page.root.text
    assert page.root.find("h1", dir="auto")


def test_names_from_the_right_leave_the_order_of_their_row(tmp_path):
    rows = [{"source": "وزارة الصحة", "value": n, "reported_at": f"2024-03-0{n}", "via": "צה״ל",
             "note": "قالت الوزارة 5 قتلى (غزة)"} for n in (2, 3)]  # fmt: skip
    text, page = written(cas.Ledger(rows, kind="total"), tmp_path)
    table = page.root.find("tbody", data_pool="reports")[0]
    assert [one.text for one in table.find("bdi")][:1] == ["وزارة الصحة"]
    assert "2 March 2024 <b><bdi>وزارة الصحة</bdi></b>, <bdi>" in text
    assert "<bdi>قالت الوزارة 5 قتلى (غزة)</bdi>" in text, "a sentence is one, with its number"
    assert "plaintext" not in text, "no row takes its direction from its first letter"


def test_a_row_of_the_first_screen_is_two_columns_whatever_its_names_are_written_in(tmp_path):
    rows = [{"side": side, "source": "وزارة الصحة", "value": 5, "reported_at": "2024-03-05"}
            for side in ("غزة", "North")]  # fmt: skip
    _, page = written(cas.Ledger(rows, kind="total"), tmp_path)
    leads = page.root.find("div", data_pool="lead")[0].rows
    # Each child of a row is a cell of a grid: a name beside them would be one of its own.
    assert [[node.tag for node in lead.rows] for lead in leads] == [["strong", "span"]] * 2


def test_the_large_numbers_name_their_event_where_there_are_several(tmp_path):
    rows = [{"event": event, "value": value, "reported_at": f"2024-03-0{day}"}
            for event, value, day in (("E1", 3, 1), ("E2", 11, 2), ("E2", 12, 3))]  # fmt: skip
    _, page = written(cas.Ledger(rows, source="MoH", kind="total"), tmp_path)
    assert [row[1].partition(",")[0] for row in page.at("lead")] == [
        "E2: Killed", "Other events: Killed · E1"
    ]  # fmt: skip
    (note,) = [p for p in page.root.find("p", data_from=...) if "Where no event" in p.text]
    assert note.attrs["data-from"] == "1", "not before the first report of E2"


def test_what_stands_first_of_each_side_leads_where_there_are_several():
    rows = [
        {"side": "A", "value": 500, "reported_at": "2024-03-05"},
        {"side": "B", "value": 7, "reported_at": "2024-03-06"},
    ]
    page = Page(publish.page(cas.Ledger(rows, source="Ministry", kind="total")))
    assert [row[0] for row in page.at("lead", 0)] == ["500"]
    assert page.at("tolls", 0) == []
    assert page.at("lead", 1) == [
        ("500", "A: Killed, by Ministry, through 5 March 2024, as reported then"),
        ("7", "B: Killed, by Ministry, through 6 March 2024, as reported then"),
    ]
    assert page.at("tolls", 1)[0][0] == "at least 507"


def test_a_clock_leaves_no_trace_of_what_came_later(tmp_path):
    text, _ = written(article().as_of("2020-09-28 15:00"), tmp_path)
    assert "59" in text
    for later in ("t58", "m26", "27 instead of 28", "15:36"):
        assert later not in text


def test_the_same_ledger_gives_the_same_file(tmp_path):
    ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 16:00")
    before = dict(mpl.rcParams)
    assert written(ledger, tmp_path)[0] == written(ledger, tmp_path)[0]
    assert dict(mpl.rcParams) == before


def pace():
    """How fast the machine is now: the seconds that ten million plain steps take."""
    began, count = time.process_time(), 0
    for step in range(10_000_000):
        count += step
    return time.process_time() - began


@pytest.mark.slow
def test_a_page_of_karabakh_2020_is_small_and_soon_written(tmp_path):
    ledger = cas.load_dataset("karabakh_2020")
    file = tmp_path / "ledger.csv"
    ledger.to_csv(file)
    size = file.stat().st_size
    file.unlink()
    before, began = pace(), time.process_time()
    text, page = written(ledger, tmp_path)
    # Eight seconds where the plain steps take less than half a second, as on most machines.
    assert time.process_time() - began < 8 * max(1, (before + pace()) / 0.9)
    assert len(page.times) == ledger.reports["reported_at"].nunique()
    assert len(text.encode()) <= 3 * size


def test_what_a_page_of_a_large_ledger_keeps_on_the_way_is_gone_when_it_is_written(monkeypatch):
    write, kept = publish.page, []

    def page(ledger, *said):
        text = write(ledger, *said)
        kept.extend(ledger._known.kept.made)
        return text

    small = page(article())
    monkeypatch.setattr(known, "FEW", 3)
    monkeypatch.setattr(publish, "page", page)
    large = article()
    assert write(large) == small
    kept.clear()
    large.to_html(os.devnull)
    assert kept
    assert large._known.kept.made == {}


def test_a_finding_names_reports_whose_names_hold_what_joins_names():
    names, values = ["a; b", "b", "a"], [10, 5, 7]
    days = ["2024-03-01", "2024-03-02", "2024-03-03"]
    table = {"report_id": names, "value": values, "reported_at": days}
    ledger = cas.Ledger(table, source="S", kind="total")
    assert ledger.check()["report_ids"].tolist() == ["a; b; b"]
    (found,) = doubts(Facts(ledger))["findings"]
    assert found.cells[-1] == "<a href=#r1>[1]</a>, <a href=#r2>[2]</a>"


@pytest.mark.slow
def test_what_is_folded_or_left_out_is_said(tmp_path):
    rows = [{"source": f"S{n % 40}", "value": n, "reported_at": f"2024-03-{n % 28 + 1:02d}"}
            for n in range(1800)]  # fmt: skip
    _, page = written(cas.Ledger(rows, kind="more"), tmp_path)
    words = page.root.text
    assert "More numbers: 35" in words
    assert "1,500 of them are listed here: those behind the numbers of the page's own" in words
    assert "All are in the CSV file, in order: [1] is its first report." in words
    assert "On paper they are left out." in words
    assert len(page.root.find("details", **{"class": "fold screen"})) == 1
    assert not page.root.find("details", **{"class": "fold all"})
    assert len(page.root.find("tbody", data_pool="headlines-0")[0].rows) == 5
    named = {a.attrs["href"] for a in page.root.find("a") if a.attrs["href"].startswith("#r")}
    assert {link[1:] for link in named} <= set(page.marks)


EMPTY = {
    "nothing": (lambda: cas.Ledger([]), "No number is known."),
    "silence": (
        lambda: cas.Ledger([{"source": "A", "value": None, "kind": "total",
                             "reported_at": "2024-03-05"}]),
        "gave no number through 5 March 2024",
    ),
    "withdrawn": (
        lambda: cas.Ledger([{"report_id": "a", "source": "A", "value": 5, "kind": "total",
                             "reported_at": "2024-03-05"}]).retract("a", reported_at="2024-03-06"),
        "withdraws [1]",
    ),
    "before": (
        lambda: cas.Ledger([{"source": "A", "value": 5, "kind": "total",
                             "reported_at": "2024-03-05"}]).as_of("2024-03-01"),
        "As known 1 March 2024",
    ),
    "denied": (
        lambda: cas.Ledger([{"report_id": "a", "source": "A", "value": 5, "kind": "total",
                             "reported_at": "2024-03-05"}]).deny(
            "a", source="B", reported_at="2024-03-06"),
        "denied by B",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EMPTY)
def test_ledgers_with_little_to_tell_have_a_page_too(tmp_path, case):
    make, said = EMPTY[case]
    _, page = written(make(), tmp_path)
    assert said in page.root.text


def test_a_number_that_is_withdrawn_is_not_in_force():
    page = Page(publish.page(EMPTY["withdrawn"][0]()))
    assert page.at("headlines", 0)[0][1] == "5|through 5 March 2024, as reported then"
    assert page.at("headlines", 1)[0][1] == "5|withdrawn 6 March 2024"
    assert [node.text for node in page.root.find("s")] == ["5", "5"], "and beside its picture"


def test_a_number_that_is_withdrawn_and_denied_is_told_as_both():
    ledger = EMPTY["withdrawn"][0]().deny("a", source="B", reported_at="2024-03-07")
    page = Page(publish.page(ledger))
    assert page.at("headlines", 1)[0][1] == "5|withdrawn 6 March 2024"
    assert page.at("headlines", 2)[0][1] == "5|withdrawn 6 March 2024; denied by B"
    first = ledger.deny("a", source="C", reported_at="2024-03-06 12:00")
    assert Page(publish.page(first)).at("headlines")[0][1].endswith("; denied by C and B")


def test_no_number_of_the_first_screen_stands_without_its_denial_or_silence():
    ledger = cas.Ledger(
        [{"report_id": "a", "side": "A", "value": 500, "reported_at": "2024-03-05"},
         {"report_id": "b", "side": "B", "value": 7, "reported_at": "2024-03-06"},
         {"side": "B", "value": None, "reported_at": "2024-03-07"}],
        source="Ministry", kind="total",
    )  # fmt: skip
    denied = Page(publish.page(ledger.deny("a", source="Army", reported_at="2024-03-08")))
    assert sorted(row[1].partition("as reported then; ")[2] for row in denied.at("lead")) == [
        "denied by Army", "gave no number through 7 March 2024 (reported 7 March 2024)",
    ]  # fmt: skip
    assert denied.at("tolls") == []
    taken = ledger.retract("a", reported_at="2024-03-08")
    taken = taken.deny("a", source="Army", reported_at="2024-03-09")
    assert ("500", "A: Killed, by Ministry, withdrawn 8 March 2024; denied by Army") in Page(
        publish.page(taken)
    ).at("lead")


def test_a_long_name_leaves_room_on_the_first_screen():
    name = "The fire of the night in the long street behind the old station " * 3
    rows = [
        {"event": name, "side": side, "value": n, "kind": "total", "reported_at": f"2024-03-0{n}"}
        for n, side in enumerate((name + "east", name + "west"), 3)
    ]
    page = Page(publish.page(cas.Ledger(rows, source="Ministry " * 20)))
    assert page.root.find("h1")[0].attrs["class"] == "long"
    for _, said in page.at("lead"):
        assert len(said) < 180
        assert "…" in said
    assert name + "east" in page.groups()


def test_a_toll_stands_where_nothing_must_be_chosen():
    rows = [
        {"side": "A", "value": 500, "reported_at": "2024-03-05"},
        {"side": "B", "category": "civilian", "value": 7, "reported_at": "2024-03-06"},
        {"side": "B", "category": "military", "value": 10, "reported_at": "2024-03-06"},
        {"side": "B", "category": "military", "value": 11, "reported_at": "2024-03-07",
         "source": "Another"},
    ]  # fmt: skip
    page = Page(publish.page(cas.Ledger(rows, source="Ministry", kind="total")))
    assert page.at("tolls", 0) == []
    assert page.at("tolls", 1) == [
        ("at least 517",
         "killed, through 6 March 2024, from the numbers of Ministry; the oldest of them is of "
         "5 March 2024"),
    ]  # fmt: skip
    assert page.at("tolls", 2) == [], "B · military is counted by two"


def test_a_write_that_fails_leaves_the_old_page_whole(tmp_path, monkeypatch):
    path = tmp_path / "toll.html"
    article().to_html(path)
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        cas.Ledger([]).to_html(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_quote_and_a_kept_copy_stand_with_their_report(tmp_path):
    row = {"value": 100, "reported_at": "2024-01-01", "quote": "a hundred people",
           "url": "https://example.org/a", "archived": "https://kept.example.org/a"}  # fmt: skip
    rows = [row, row | {"side": "A", "archived": "box <7>"}]
    _, page = written(cas.Ledger(rows, source="M", kind="total"), tmp_path)
    assert "“a hundred people”" in page.root.text
    assert "https://kept.example.org/a" in [a.attrs["href"] for a in page.root.find("a")]
    assert "kept copy: box <7>" in page.root.text


def test_what_changed_last_comes_before_what_is_missing_and_that_before_the_picture(tmp_path):
    ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 15:36")
    _, page = written(ledger, tmp_path)
    heads = [node.text for node in page.root.find("h2")]
    assert heads[:4] == [
        "What is known", "What changed last", "What is denied or not given", "How it got there",
    ]  # fmt: skip


def test_a_page_of_one_number_has_no_section_with_nothing_in_it(tmp_path):
    cas.Ledger([{"value": 5, "reported_at": "2025-01-01"}], kind="total", source="A").to_html(
        tmp_path / "one.html"
    )
    text = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "How it got there" not in text
    assert not re.search(r"<h2>[^<]*</h2>\s*</section>", text)
