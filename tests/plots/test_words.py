"""The words of charts: names, options, what the picture says to those who cannot see it."""

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ledgers import says
from looking import CHARTS, claims, ministry, soldiers, texts_of
from PIL import Image

import casualties as cas
from casualties.plots import lines
from casualties.plots.captions import WORDS
from casualties.plots.sheet import Sheet


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    plt.close("all")


def said(ax):
    return [text.get_text() for text, _ in texts_of(ax.figure)]


def test_title_and_subtitle_are_the_callers_if_given():
    ax = claims(3, 4).plot.totals(title="Killed so far", subtitle="my own words")
    assert ax.get_title(loc="left") == "Killed so far"
    assert "my own words" in said(ax)
    ax = claims(3).plot.totals(title="", subtitle="")
    assert ax.get_title(loc="left") == ""


def test_labels_and_texts_replace_names_and_words():
    ax = claims(3, 4).plot.claims(labels={"Source 0": "Министерство"}, texts={"reported": "вышло"})
    assert any("Министерство" in text for text in said(ax))
    assert any(text.startswith("вышло") for text in said(ax))
    with pytest.raises(cas.LedgerError, match=r"unknown text of a chart 'known_as'"):
        claims(3).plot.totals(texts={"known_as": "x"})
    for text in ("según {cuando}", "según {"):
        with pytest.raises(cas.LedgerError, match=r"'known' of a chart takes {when}, and cannot"):
            claims(3).plot.totals(texts={"known": text})
    assert all(isinstance(text, str) for text in WORDS.values())


def test_keywords_reach_the_lines():
    ax = claims(3, 4).plot.totals(linewidth=5)
    assert 5 in {line.get_linewidth() for line in ax.get_lines()}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_described_in_words(name):
    ax = CHARTS[name]()
    assert ax.alt_text.endswith(".")
    assert len(ax.alt_text) > 60
    assert "nan" not in ax.alt_text


def test_the_description_is_true():
    two = ["Karabakh defence ministry", "Azerbaijan defence ministry"]
    ledger = soldiers().where(source=two).as_of("2020-09-28 20:00")
    text = ledger.plot.claims().alt_text
    assert text == (
        "Who said what when: killed · Armenian side · military, as known 2020-09-28 20:00 +04: "
        "Karabakh defence ministry 16 (2020-09-27) to 58 (2020-09-28), "
        "Azerbaijan defence ministry 550 (2020-09-28); "
        "1 fall: 59→58 (revised down); "
        "550 by Azerbaijan defence ministry, denied by Armenia defence ministry."
    )
    many = claims(*range(5, 45)).plot.totals().alt_text
    assert many.endswith("32 other lines in grey.")


def test_the_description_is_saved_with_the_picture():
    figure, (left, right) = plt.subplots(1, 2)
    ministry().plot.totals(ax=left)
    ministry().plot.history(ax=right)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    kept = Image.open(file).text
    assert kept["Description"] == f"{left.alt_text} {right.alt_text}"
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Title": "Mine"})
    page = file.getvalue().decode()
    assert "<title>Mine</title>" in page
    assert "as known" in re.search("<dc:description>(.*?)</dc:description>", page, re.S)[1]


def test_names_are_replaced_in_titles_and_under_the_pointer_too(tmp_path):
    rows = [{"value": 26, "reported_at": "2025-07-07 10:00"},
            {"value": 35, "reported_at": "2025-07-07 18:30"}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", source="Cruz Roja", event="Valencia")
    labels = {"killed": "muertos", "Valencia": "València", "Cruz Roja": "Creu Roja"}
    ax = ledger.plot.history(labels=labels)
    ax.figure.savefig(tmp_path / "chart.svg")
    assert ax.get_title(loc="left").startswith("Muertos, ")
    assert any("· Creu Roja · València" in text for text in said(ax))
    assert "<title>26 · Creu Roja · 2025-07-07</title>" in (tmp_path / "chart.svg").read_text()


def test_the_frame_drawn_has_moments_and_not_places_on_an_axis():
    drawn = ministry().plot.history().data
    assert drawn["at"].dtype.kind == "M"
    assert (drawn["at"].dt.date >= drawn["reported_at"].dt.date.min()).all()


def test_the_whole_beside_its_parts_is_named_as_the_whole():
    rows = [{"side": side, "value": n} for side, n in (("North", 9), ("South", 3), ("all", 12))]
    ledger = cas.Ledger(rows, source="Ministry", kind="total", reported_at="2024-05-06")
    told = ledger.plot.totals().alt_text
    assert "all 12 (2024-05-06), North 9 (2024-05-06), South 3 (2024-05-06)" in told


def test_the_text_of_svg_is_text_and_rcparams_stay(tmp_path):
    before = dict(plt.rcParams)
    ax = ministry().as_of("2020-10-04").plot.history()
    ax.figure.savefig(tmp_path / "x.svg")
    ax.figure.savefig(tmp_path / "x.pdf")
    page = (tmp_path / "x.svg").read_text()
    assert "<image" not in page
    assert "59→58</text>" in page
    assert dict(plt.rcParams) == before


def test_importing_the_library_does_not_import_matplotlib():
    import subprocess
    import sys

    code = "import casualties, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_signatures_name_the_options():
    import inspect

    from casualties.plots import Plot

    for name in CHARTS:
        chart = getattr(Plot, name)
        parameters = inspect.signature(chart).parameters
        assert {"ax", "by", "title", "subtitle", "labels", "colors", "key", "texts"} <= set(
            parameters
        )
        assert parameters["ax"].kind is inspect.Parameter.KEYWORD_ONLY
        assert "small multiples" in chart.__doc__


def test_marks_of_an_svg_say_their_number_and_link_to_its_page():
    file = io.BytesIO()
    ax = ministry().as_of("2020-10-04").plot.history()
    ax.figure.savefig(file, format="svg")
    page = file.getvalue().decode()
    assert "<title>16 · Karabakh defence ministry · 2020-09-27</title>" in page
    assert '<a href="https://' in page
    x, y = ax.lines[0].get_xydata()[0]
    assert ax.format_coord(x, y).startswith("16 · ")
    assert list(ax.data["total"]) == list(ministry().as_of("2020-10-04").history()["total"])


def test_the_ends_of_a_range_in_an_svg_say_it_and_link_to_its_page():
    rows = [{"value": "50-60", "reported_at": "2024-05-01", "url": "https://one.example"},
            {"value": "70 to 90", "reported_at": "2024-05-02"}]  # fmt: skip
    ledger, file = cas.Ledger(rows, source="Ministry", kind="total"), io.BytesIO()
    ax = ledger.plot.history()
    ax.figure.savefig(file, format="svg")
    page = file.getvalue().decode()
    assert page.count("<title>50–60 · Ministry · 2024-05-01</title></use></a>") == 2
    assert page.count("<title>70–90 · Ministry · 2024-05-02</title>") == 2
    assert ax.format_coord(*ax.get_lines()[0].get_xydata()[0]).startswith("50–60 · ")


def test_marks_of_every_chart_of_an_svg_say_their_number():
    figure, axes = plt.subplots(1, 2)
    for ax in axes:
        ministry().as_of("2020-10-04").plot.history(ax=ax)
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    page = file.getvalue().decode()
    assert page.count("<title>16 · Karabakh defence ministry · 2020-09-27</title>") == 2


def test_bars_curves_and_steps_say_their_number_under_the_pointer_and_in_an_svg():
    ledger = ministry().as_of("2020-10-04")
    told = {"increments": "53 on 2020-09-28", "reconcile": "corrected −1",
            "vintages": "84 · Karabakh defence ministry · 2020-09-28",
            "revisions": "151 · Karabakh defence ministry · 2020-10-02"}  # fmt: skip
    for name, text in told.items():
        clocks = ("2020-09-28 15:00", "2020-09-30") if name == "reconcile" else ()
        ax, file = getattr(ledger.plot, name)(*clocks), io.BytesIO()
        ax.figure.savefig(file, format="svg")
        assert f"<title>{text}</title>" in file.getvalue().decode(), name
        middle = np.mean([ax.get_xlim(), ax.get_ylim()], axis=1)
        said = ax.format_coord(*middle)
        assert f"<title>{said}</title>" in file.getvalue().decode(), name


def test_clock_and_who_counts_are_the_last_to_leave_the_small_line():
    ledger, source = ministry().as_of("2020-10-04"), "Karabakh defence ministry"
    _, axes = plt.subplots(2, 2)
    ledger.plot.increments(ax=axes[0, 1])
    ledger.plot.reconcile("2020-09-28 15:00", "2020-10-04", ax=axes[0, 0])
    axes[0, 0].figure.canvas.draw()
    for ax, clock in zip(axes[0], ("from 2020-09-28 15:00", "as known the end of"), strict=True):
        small = " ".join(Sheet.of(ax).small.get_text().split())
        assert clock in small
        assert source in small


def test_a_second_call_keeps_what_the_first_said_is_not_drawn():
    _, ax = plt.subplots()
    for source, first in (("A", 5), ("B", 7)):
        rows = {"value": [first, 9], "reported_at": ["2024-01-01", "2024-01-02"]}
        cas.Ledger(rows, source=source, kind="total").plot.increments(ax=ax)
    assert [part for part in Sheet.of(ax).parts if "not drawn" in part] == [
        "not drawn: 5 before 2024-01-02", "not drawn: 7 before 2024-01-02"
    ]  # fmt: skip


def test_one_source_is_highlighted_and_a_window_is_drawn():
    ax = soldiers().plot.claims(highlight="AFP", since="2020-09-29", until="2020-10-04")
    assert "since 2020-09-29, until 2020-10-04" in ax.alt_text
    assert ax.data["source"].eq("AFP").any()
    for chart, option in (("reconcile", "since"), ("increments", "highlight")):
        more = {"start": "2020-09-28", "end": "2020-09-30"} if chart == "reconcile" else {}
        with pytest.raises(cas.LedgerError, match=f"takes no {option}="):
            getattr(ministry().plot, chart)(**more, **{option: "AFP"})
    with pytest.raises(cas.LedgerError, match="unknown source to highlight 'AFB'"):
        soldiers().plot.claims(highlight="AFB")


def test_a_timeline_says_every_claim_and_what_became_of_it():
    tolls = cas.load_dataset("revised_tolls").where(event="Chile earthquake 2010", side="all")
    ax = tolls.plot.timeline()
    assert "802 by Chile government (2010-03-03), withdrawn" in ax.alt_text
    ax.figure.canvas.draw()
    sheet = next(child for child in ax.get_children() if hasattr(child, "legends"))
    assert [end.strike is not None for end in sheet.ends] == [True] + [False] * 6
    struck = sheet.ends[0]
    assert struck.text.get_text()[struck.struck] == "802"
    begin, end = struck.strike.get_xdata()
    assert begin < struck.text.get_position()[0] < end < begin + 40


@pytest.mark.parametrize("kind", ["more", "period", "incident"])
@pytest.mark.parametrize("name", ["timeline", "totals", "history", "claims"])
def test_a_denial_of_any_kind_of_count_is_told(kind, name):
    rows = [{"report_id": "a", "value": 4, "reported_at": "2024-01-01", "period_end": "2024-01-01"},
            {"value": 3, "reported_at": "2024-01-03", "period_end": "2024-01-03"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="Min", kind=kind)
    ledger = ledger.deny("a", source="Riv", reported_at="2024-01-02")
    assert "denied by Riv" in getattr(ledger.plot, name)().alt_text


def test_so_many_fewer_are_not_so_many_more():
    rows = [{"value": 100, "kind": "total", "reported_at": "2024-01-01"},
            {"value": -7, "kind": "more", "reported_at": "2024-01-02"},
            {"low": -9, "high": -5, "kind": "more", "reported_at": "2024-01-03"}]  # fmt: skip
    told = cas.Ledger(rows, source="Min").plot.timeline().alt_text
    assert "7 fewer by Min" in told
    assert "5–9 fewer by Min" in told
    assert "more by Min" not in told


def test_the_days_of_a_report_are_all_its_days():
    rows = [("period", "2024-05-04/2024-05-10", 20, "2024-05-11"),
            ("period", "2024-05-12/2024-05-12", 3, "2024-05-12")]  # fmt: skip
    told = says(*rows).plot.timeline().alt_text
    assert "20 within 2024-05-04 – 2024-05-10 by" in told
    assert "3 on 2024-05-12 by" in told
    week = says(rows[0]).revise("x1", 23, reported_at="2024-05-13").plot.revisions()
    assert "20→23 by Ministry, within 2024-05-04 – 2024-05-10." in week.alt_text


def test_a_timeline_says_what_became_of_claims_in_the_words_of_the_caller():
    ledger = says(("total", "2024-05-04", 20, "2024-05-04"))
    ledger = ledger.deny("x1", source="Riv", reported_at="2024-05-05")
    ledger = ledger.retract("x1", reported_at="2024-05-06")
    texts = {"denied by": "desmentido por {who}", "withdrawn": "retirado"}
    ax = ledger.plot.timeline(texts=texts)
    assert "20 by Ministry (2024-05-04), desmentido por Riv, retirado." in ax.alt_text
    assert not {"denied by", "withdrawn"} & {*" ".join(said(ax)).split("·")}


def test_panels_left_out_are_named():
    rows = [{"side": "East", "value": 3}, {"side": "West", "category": "civilian", "value": 4},
            {"side": "West", "category": "military", "value": 5}]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="total", reported_at="2024-05-05")
    ax = ledger.plot.timeline(by="side")
    assert ax.alt_text.endswith(" 1 more left out: West.")
    small = ax.figure.legends[0].get_title().get_text()
    assert "1 more left out: West" in " ".join(small.split())


def test_the_newest_claim_is_that_of_the_newest_day():
    rows = [("incident", f"2024-05-0{day}", n, f"2024-05-0{told}")
            for day, n, told in ((4, 3, 6), (5, 2, 6), (5, 1, 6), (2, 9, 7))]  # fmt: skip
    drawn = says(*rows).plot.timeline().data
    assert drawn.loc[drawn["newest"], "value"].tolist() == [2, 1]


def test_what_is_denied_and_withdrawn_is_told_as_both():
    rows = [{"report_id": "a", "value": 4, "reported_at": "2024-01-01"},
            {"report_id": "b", "value": 6, "reported_at": "2024-01-03"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="Min", kind="total")
    ledger = ledger.deny("b", source="Riv", reported_at="2024-01-04")
    ledger = ledger.retract("b", reported_at="2024-01-05")
    assert "6 by Min (2024-01-03), denied by Riv, withdrawn" in ledger.plot.timeline().alt_text


def test_people_who_return_and_vague_numbers_are_no_falls():
    for first, then, outcome in ((300, 20, "missing"), (9, "at least 7", "killed")):
        rows = [{"value": first, "reported_at": "2024-01-01"},
                {"value": then, "reported_at": "2024-01-03"}]  # fmt: skip
        ledger = cas.Ledger(rows, source="Min", kind="total", outcome=outcome)
        assert "1 fall" not in ledger.plot.history().alt_text
        assert "1 fall" not in ledger.plot.increments().alt_text


def test_a_waterfall_between_vague_numbers_is_no_surer_than_they_are():
    rows = [{"value": "about 300", "reported_at": "2024-01-01"},
            {"value": "at least 500", "reported_at": "2024-01-05"}]  # fmt: skip
    ax = cas.Ledger(rows, source="Min", kind="total").plot.reconcile("2024-01-02", "2024-01-06")
    assert "went from about 300 to at least 500" in ax.alt_text
    assert ax.alt_text.endswith(": about +200 new.")
    drawn = " ".join(str(text) for text, *_ in texts_of(ax.figure))
    assert all(word in drawn for word in ("about 300", "about +200", "at least 500"))


def test_a_denial_that_was_taken_back_and_again_stands_in_every_chart():
    rows = [{"report_id": "a", "value": 9, "reported_at": "2024-01-01"}]
    ledger = cas.Ledger(rows, source="Min", kind="total")
    ledger = ledger.deny("a", source="Riv", reported_at="2024-01-02")
    denial = ledger.reports["report_id"].iloc[-1]
    ledger = ledger.retract(denial, reported_at="2024-01-03")
    assert "denied" not in ledger.plot.timeline().alt_text
    taken = ledger.reports["report_id"].iloc[-1]
    ledger = ledger.retract(taken, reported_at="2024-01-04")
    for name in ("timeline", "claims", "totals", "sources"):
        assert "denied" in getattr(ledger.plot, name)().alt_text, name


def test_the_shade_of_very_many_claims_is_an_image_in_an_svg(tmp_path, monkeypatch):
    for most, images in ((20_000, False), (10, True)):
        monkeypatch.setattr(lines, "MOST_POINTS", most)
        soldiers().plot.claims().figure.savefig(tmp_path / "claims.svg")
        text = (tmp_path / "claims.svg").read_text(encoding="utf-8")
        assert ("<image" in text) == images


def test_a_bare_date_stands_at_the_tick_of_its_own_day():
    rows = {"value": [23, 30], "reported_at": ["2025-07-01", "2025-07-02"]}
    ax = cas.Ledger(rows, source="M", kind="total").plot.claims()
    ticks = [tick.get_text() for tick in ax.get_xticklabels()]
    assert ticks == ["01 Jul", "02 Jul"]
    assert ax.get_xticks() == pytest.approx(sorted({*ax.lines[0].get_xdata()}))
    rows["reported_at"] = ["2025-07-01 09:00", "2025-07-02 11:00"]
    ax = cas.Ledger(rows, source="M", kind="total").plot.claims()
    assert "12:00" in [tick.get_text() for tick in ax.get_xticklabels()]


def test_the_end_of_a_day_is_said_in_the_words_of_the_caller():
    texts = {"known": "según lo sabido {when}", "end of": "al final del {when}"}
    ledger = cas.Ledger({"value": [5], "reported_at": ["2025-07-01"]}, source="M", kind="total")
    ax = ledger.plot.claims(texts=texts)
    assert "según lo sabido al final del 2025-07-01 UTC" in ax.alt_text
    assert "the end of" not in ax.alt_text


def test_a_withdrawn_number_is_struck_where_the_one_before_it_stands_again():
    rows = [{"report_id": "a", "value": 31, "reported_at": "2024-05-01"},
            {"report_id": "b", "value": 95, "reported_at": "2024-05-02"},
            {"action": "retract", "refers_to": "b", "reported_at": "2024-05-03"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="Ministry", kind="total")
    ax = ledger.plot.history()
    assert ax.data["fall"].tolist() == ["", "", "withdrawn"]
    assert "1 fall: 95→31 (withdrawn)" in ax.alt_text
    assert {"withdrawn"} == {*Sheet.of(ax).keys} & {"withdrawn", "down"}
    same = ledger.plot.reconcile("2024-05-01", "2024-05-03").alt_text
    assert "from 31 to 31" in same
    assert "no change" in same


def test_words_of_another_language_hold_the_number():
    rows = {"value": ["at least 5"], "reported_at": "2024-03-05"}
    ledger = cas.Ledger(rows, source="A", kind="total")
    with pytest.raises(cas.LedgerError, match="'at_least' of a chart takes .n., and cannot be 'al"):
        ledger.plot.totals(texts={"at_least": "al menos"})
    assert "al menos 5" in ledger.plot.totals(texts={"at_least": "al menos {n}"}).alt_text
