"""The grammar: each mark says what the reports say, in every chart."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from ledgers import article, says, series
from looking import Given, assert_clear, claims, ministry, of_parts, soldiers, texts_of
from matplotlib.colors import to_hex
from matplotlib.dates import date2num

import casualties as cas
from casualties.plots import Plot, colors
from casualties.plots.colors import SHAPES
from casualties.plots.sheet import Sheet


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    plt.close("all")


def marked(ax, marker):
    """Where a mark stands: its heights, or None if there is none."""
    found = [line for line in ax.get_lines() if line.get_marker() == marker]
    return [float(y) for line in found for y in line.get_ydata()]


def key_of(ax):
    """What the key names once the figure is drawn."""
    ax.figure.canvas.draw()
    sheet = next(child for child in ax.get_children() if hasattr(child, "legends"))
    key = sheet.legends.get("key")
    return [] if key is None else [text.get_text() for text in key.get_texts()]


def said(ax):
    return [text.get_text().replace("\u00a0", " ") for text, _ in texts_of(ax.figure)]


def dots(ax, *, hollow):
    from matplotlib.colors import to_hex

    under = to_hex(ax.get_facecolor())
    return [
        float(y) for line in ax.get_lines() for y in line.get_ydata()
        if line.get_marker() in SHAPES
        and (to_hex(line.get_markerfacecolor()) == under) == hollow
    ]  # fmt: skip


def test_stated_numbers_are_filled_and_derived_ones_hollow():
    rows = [("period", "2024-03-31/2024-03-31", 27), ("total", "2024-03-31", 58)]
    ax = series(rows).plot.totals()
    assert dots(ax, hollow=False) == [58.0]
    assert dots(ax, hollow=True) == [31.0]
    assert key_of(ax)[:2] == ["stated", "derived"]


def test_the_key_names_only_the_marks_present():
    ledger = series([("total", "2024-03-31", 3), ("total", "2024-04-02", 5)])
    assert key_of(ledger.plot.history()) == ["stated"]
    assert key_of(ledger.plot.history(key=False)) == []


def test_the_numbers_drawn_are_those_of_the_frames():
    for ledger in (ministry(), claims(3, 0, "at least 9"), article()):
        frame = ledger.totals()
        ax = ledger.plot.totals()
        assert sorted(dots(ax, hollow=False) + dots(ax, hollow=True)) == sorted(frame["total"])
        frame = ledger.history()
        ax = ledger.plot.history()
        assert sorted(dots(ax, hollow=False) + dots(ax, hollow=True)) == sorted(frame["total"])


def test_a_range_is_a_band_and_a_whisker_even_on_one_day():
    ax = series([("total", "2024-04-01", "10-14")]).plot.totals()
    reach = [c.get_segments()[0][:, 1].tolist() for c in ax.collections
             if hasattr(c, "get_segments") and len(c.get_segments())]  # fmt: skip
    assert [10.0, 14.0] in reach
    assert "10–14" in said(ax)
    ax = series([("total", "2024-03-20", "10-14"), ("total", "2024-04-02", 20)]).plot.totals()
    assert any("Poly" in type(c).__name__ for c in ax.collections)
    assert "between low and high" in key_of(ax)


def test_numbers_without_an_upper_bound_carry_a_stem_or_one_edge():
    few = series([("total", "2024-04-01", "at least 14")]).plot.totals()
    stems = [line for line in few.get_lines() if line.get_markersize() > 30]
    assert len(stems) == 5
    assert [line.get_ydata().tolist() for line in stems] == [[14.0]] * 5
    days = pd.date_range("2024-01-01", periods=90)
    frame = pd.DataFrame({"value": range(1, 91), "period_end": days, "qualifier": "at_least"})
    frame["reported_at"] = days + pd.Timedelta("1D")
    many = cas.Ledger(frame, source="M", kind="total").plot.totals()
    assert not [line for line in many.get_lines() if line.get_markersize() > 30]
    assert [line.get_linestyle() for line in many.get_lines()].count(":") == 1


def test_no_label_lies_over_a_stem_or_a_whisker():
    ax = soldiers().as_of("2020-10-08").plot.claims()
    notes = [box for text, box in texts_of(ax.figure) if "→" in text.get_text()]
    assert len(notes) == 2
    stems = [line for line in ax.get_lines() if line.get_markersize() > 30]
    tall = ax.figure.dpi / 72 * stems[0].get_markersize() / 2
    for x, y in np.concatenate([ax.transData.transform(line.get_xydata()) for line in stems]):
        assert not any(box.x0 < x < box.x1 and y < box.y1 and y + tall > box.y0 for box in notes)
    rows = [
        ("total", "2024-03-01", 90),
        ("total", "2024-03-08", 70),
        ("total", "2024-03-09", "60-140"),
    ]
    ax = series(rows).plot.history()
    (box,) = (box for text, box in texts_of(ax.figure) if text.get_text() == "90→70")
    for x, y in ax.transData.transform([(line[0][0], y) for c in ax.collections
                                        if hasattr(c, "get_segments") for line in c.get_segments()
                                        for y in np.linspace(60, 140, 50)]):  # fmt: skip
        assert not box.contains(x, y)


def test_a_label_without_room_beside_a_range_is_left_out():
    derna = cas.load_dataset("revised_tolls").where(event="Derna floods 2023", outcome="killed")
    ax = derna.plot.claims(by="side")
    ax.figure.canvas.draw()
    (whisker,) = (c for c in ax.collections if "LineCollection" in type(c).__name__)
    ends = [ax.transData.transform(end) for end in whisker.get_segments()[0]]
    boxes = [note.get_bbox_patch().get_window_extent() for note in ax.texts
             if note.get_visible() and note.get_text() and note.get_bbox_patch()]  # fmt: skip
    assert not any(box.contains(*end) for box in boxes for end in ends)


def test_about_is_a_tilde_and_no_stem():
    ax = series([("total", "2024-04-01", "about 200")]).plot.totals()
    assert marked(ax, r"$\sim$") == [200.0]
    assert not [line for line in ax.get_lines() if line.get_markersize() > 30]
    assert "about 200" in said(ax)


@pytest.mark.parametrize(
    ("given", "drawn", "label"),
    [("more than 3,000", 3000, "more than 3,000"), ("at least 14", 14, "at least 14"),
     ("up to 90", 90, "up to 90"), ("fewer than 100", 100, "fewer than 100"),
     ("10-14", None, "10–14"), ("about 7", 7, "about 7"), ("1,234", 1234, "1,234")],
)  # fmt: skip
@pytest.mark.parametrize("chart", ["totals", "history", "claims", "sources"])
def test_labels_are_as_stated(chart, given, drawn, label):
    ax = getattr(series([("total", "2024-04-01", given)]).plot, chart)()
    assert any(text.startswith(label) for text in said(ax))
    assert label in ax.alt_text
    at = dots(ax, hollow=False)
    # A range has no dot at either end.
    assert at == ([] if drawn is None else [drawn]) or chart == "sources"
    if given.startswith("more"):
        assert not any("3,001" in text for text in [*said(ax), ax.alt_text])


@pytest.mark.parametrize("chart", ["totals", "history"])
def test_what_is_withdrawn_states_no_number(chart):
    rows = [
        {"value": 100, "reported_at": "2024-03-05"},
        {"report_id": "b", "value": 100, "low": 90, "high": 110, "qualifier": "about",
         "reported_at": "2024-03-06"},
        {"action": "retract", "refers_to": "b", "reported_at": "2024-03-07"},
    ]  # fmt: skip
    fixed = {"source": "A", "kind": "total", "period_end": "2024-03-05"}
    ledger = cas.Ledger([row if "action" in row else row | fixed for row in rows])
    ax = getattr(ledger.plot, chart)()
    assert "100" in said(ax)
    assert "about 100" in getattr(ledger.as_of("2024-03-06").plot, chart)().alt_text
    if chart == "totals":
        assert "about" not in ax.alt_text
    else:
        assert "A 100 (2024-03-05);" in ax.alt_text


def test_a_restart_is_drawn_as_the_sum_that_it_makes():
    rows = [{"value": 48_000, "reported_at": "2024-01-19"},
            {"value": 12, "period_start": "2024-01-20", "reported_at": "2024-01-25"}]  # fmt: skip
    ax = cas.Ledger(rows, source="A", kind="total").plot.totals()
    assert (dots(ax, hollow=False), dots(ax, hollow=True)) == ([48_000.0], [48_012.0])


def test_a_stated_number_outside_its_bounds_keeps_them():
    rows = [("total", "2024-03-20", 9), ("total", "2024-04-02", "fewer than 36")]
    ax = series(rows).plot.totals()
    assert dots(ax, hollow=False) == [9.0, 36.0]
    reach = [c.get_segments()[0][:, 1].tolist() for c in ax.collections
             if hasattr(c, "get_segments") and len(c.get_segments())]  # fmt: skip
    assert [9.0, 35.0] in reach


def test_what_may_be_no_fall_is_not_marked_as_one():
    ax = series([("total", "2024-04-01", "about 100"), ("total", "2024-04-02", "about 95")])
    ax = ax.plot.history()
    assert marked(ax, "v") == []
    assert "no falls" not in ax.alt_text


def test_another_relay_is_no_revision():
    rows = [{"via": "Reuters", "value": 70, "reported_at": "2024-03-05 10:00"},
            {"via": "AFP", "value": 68, "reported_at": "2024-03-05 12:00"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="A", kind="total")
    ax = ledger.plot.history()
    assert "70→68 (through another relay)" in ax.alt_text
    assert "fell, nothing revised" in key_of(ax)
    with pytest.raises(cas.LedgerError, match="nothing to draw"):
        ledger.plot.revisions()


def test_revised_down_and_fallen_are_told_apart():
    rows = [("total", "2024-04-01", 59), ("total", "2024-04-02", 70), ("total", "2024-04-03", 65)]
    ledger = series(rows)
    ax = ledger.plot.history()
    hollow = [line for line in ax.get_lines() if line.get_marker() == "v"]
    assert [line.get_ydata().tolist() for line in hollow] == [[65.0]]
    assert "fell, nothing revised" in key_of(ax)
    assert "70→65 (fell)" in ax.alt_text
    ax = article().plot.history()
    assert marked(ax, "v") == [58.0]
    assert "revised down" in key_of(ax)
    assert "59→58 (revised down)" in ax.alt_text


def test_a_denial_is_crossed_from_its_instant():
    rows = [{"report_id": "a", "source": "A", "value": 58},
            {"report_id": "b", "source": "B", "value": 550}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05 08:00")
    ledger = ledger.deny("b", source="Rival", reported_at="2024-03-06 12:00")
    for chart in ("history", "claims"):
        ax = getattr(ledger.plot, chart)()
        cross = next(line for line in ax.get_lines() if line.get_marker() == "x")
        assert cross.get_ydata().tolist() == [550.0]
        assert cross.get_xdata().tolist() == [date2num(np.datetime64("2024-03-06T12:00"))]
        assert "550 by B, denied by Rival" in ax.alt_text
    before = ledger.as_of("2024-03-06 11:00").plot.claims()
    assert marked(before, "x") == []
    assert "denied" not in before.alt_text
    texts = [" ".join(text.split()) for text in said(ledger.plot.sources())]
    assert "550 through 2024-03-05, denied by Rival" in texts
    assert marked(ledger.plot.totals(), "x") == [550.0]


def rumour():
    """Eight sources that say much, and one that said the highest number once."""
    rows = [{"source": f"Source {n}", "value": value + n, "reported_at": f"2024-03-0{day} 10:00"}
            for n in range(8) for value, day in ((100, 1), (120, 7))]  # fmt: skip
    rumour = {"report_id": "z", "source": "Rumour", "value": 900, "reported_at": "2024-03-03"}
    return cas.Ledger([*rows, rumour], tz="UTC", kind="total")


@pytest.mark.parametrize("chart", ["claims", "history", "totals"])
def test_the_highest_number_is_named_and_what_is_denied_or_withdrawn_is_in_every_line(chart):
    ledger = rumour()
    denied = ledger.deny("z", source="Army", reported_at="2024-03-05")
    ax = getattr(denied.plot, chart)()
    assert marked(ax, "x") == [900.0]
    assert "denied" in key_of(ax)
    assert "Rumour 900" in said(ax)
    assert "900 by Rumour, denied by Army" in ax.alt_text
    more = denied.append([{"source": "Source 9", "value": 950, "reported_at": "2024-03-06",
                           "kind": "total"}])  # fmt: skip
    ax = getattr(more.plot, chart)()
    assert marked(ax, "x") == [900.0], "in grey as well"
    assert "900 by Rumour, denied by Army" in ax.alt_text
    if chart != "totals":
        ax = getattr(ledger.retract("z", reported_at="2024-03-05").plot, chart)()
        assert "withdrawn" in key_of(ax)
        assert "900 by Rumour, withdrawn" in ax.alt_text


@pytest.mark.parametrize("chart", ["history", "totals"])
def test_who_gives_no_number_is_named_and_stands_on_no_line_of_others(chart):
    rows = [{"side": "East", "value": 3, "reported_at": "2024-05-01"},
            {"side": "North", "value": 40, "reported_at": "2024-05-01"},
            {"side": "West", "value": None, "reported_at": "2024-05-03"}]  # fmt: skip
    ax = getattr(cas.Ledger(rows, source="Ministry", kind="total").plot, chart)()
    mark = next(line for line in ax.get_lines() if line.get_marker() == "$?$")
    assert not mark.get_transform().contains_branch(ax.transData), "below, at no number"
    assert "West" in said(ax)
    assert "West declined to give a number" in ax.alt_text


def test_a_number_that_stands_again_is_told_with_the_day_on_which_it_was_said():
    ledger = says(
        ("total", "2024-05-04", 90, "2024-05-04"),
        ("total", "2024-05-05", 95, "2024-05-05"),
        {"action": "retract", "refers_to": "x2", "reported_at": "2024-05-09"},
    )
    assert "Ministry 90 (2024-05-04);" in ledger.plot.history().alt_text


def test_a_denial_that_was_taken_back_is_not_drawn():
    ledger = cas.Ledger([{"report_id": "a", "source": "A", "value": 58}], kind="total",
                        reported_at="2024-03-05 08:00")  # fmt: skip
    ledger = ledger.append([
        {"report_id": "d", "source": "B", "action": "deny", "refers_to": "a",
         "reported_at": "2024-03-06"},
        {"action": "retract", "refers_to": "d", "reported_at": "2024-03-07"},
    ])  # fmt: skip
    assert marked(ledger.plot.claims(), "x") == []
    assert marked(ledger.as_of("2024-03-06").plot.claims(), "x") == [58.0]


def test_silence_is_a_question_mark():
    ledger = series([("total", "2024-04-01", 10), ("total", "2024-04-02", None)])
    ax = ledger.plot.history()
    assert marked(ax, "$?$") == [0.0], "at the foot"
    assert ax.alt_text.endswith("Ministry declined to give a number.")
    ledger = claims(10, None)
    assert marked(ledger.plot.claims(), "$?$") == [0.0]
    assert "declined to say" in said(ledger.plot.sources())


def test_a_silence_that_was_filled_or_withdrawn_is_none():
    ledger = cas.Ledger(
        [{"report_id": "a", "value": 10, "reported_at": "2024-03-05"},
         {"report_id": "b", "value": None, "reported_at": "2024-03-06"}],
        source="A", kind="total",
    )  # fmt: skip
    filled = ledger.revise("b", 57, reported_at="2024-03-07")
    for one in (filled, ledger.retract("b", reported_at="2024-03-07")):
        for chart in ("totals", "history"):
            assert "declined" in getattr(one.as_of("2024-03-06").plot, chart)().alt_text
            ax = getattr(one.plot, chart)()
            assert "declined" not in ax.alt_text
            assert marked(ax, "$?$") == []


def test_lines_end_at_the_clock_and_are_dashed_after_the_last_change():

    ledger = claims(58, at="2024-03-05 08:00").as_of("2024-03-09 12:00")
    ax = ledger.plot.history()
    dashed = [line for line in ax.get_lines() if line.get_linestyle() == "--"]
    assert [line.get_xdata().tolist() for line in dashed] == [
        [date2num(np.datetime64("2024-03-05T08:00")), date2num(np.datetime64("2024-03-09T12:00"))]
    ]
    assert not [line for line in claims(58).plot.history().get_lines()
                if line.get_linestyle() == "--"]  # fmt: skip


def test_a_withdrawn_number_ends_its_line():
    rows = [{"report_id": "a", "value": 58, "reported_at": "2024-03-05"}]
    ledger = cas.Ledger(rows, source="A", kind="total").retract("a", reported_at="2024-03-07")
    ax = ledger.plot.history()
    assert np.isnan(ax.get_lines()[0].get_ydata()).any()
    assert "withdrawn since" in ax.alt_text


def test_an_instant_lies_within_the_day_that_it_is_labelled_with():
    rows = [("total", f"2024-03-{day:02d}", day) for day in range(11, 17)]
    ax = series(rows).plot.history()  # each at the end of a day, from 1 April on
    ax.figure.canvas.draw()
    for tick, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True):
        assert 0.99 < tick % 1 < 1
        day = label.get_text().removesuffix(" Apr")
        assert day in {"01", "02", "03", "04", "05", "06", "07"}
    first = next(line for line in ax.get_lines() if line.get_marker() == "o").get_xdata()[0]
    assert ax.get_xticks()[0] == pytest.approx(first), "a whole day stands at its own tick"
    days = {"value": [1, 2, 3], "reported_at": ["2024-03-11 10:00", "2024-03-12", "2024-03-13"]}
    ax = cas.Ledger(days, source="A", kind="total").plot.history()
    assert {*(ax.get_xticks() % 1)} == {0.5}, "beside times, around it"


@pytest.mark.parametrize(
    ("first", "last", "drawn", "below"),
    [("2020-09-27", "2020-10-30", ["01 Oct", "08 Oct", "15 Oct", "22 Oct"], "reported · 2020"),
     ("2020-12-08", "2021-01-20",
      ["08 Dec", "15 Dec", "22 Dec", "01 Jan", "08 Jan", "15 Jan", "22 Jan"],
          "reported · 2020–2021"),
     ("2020-10-20", "2021-04-10", ["Nov", "Dec", "2021", "Feb", "Mar", "Apr"], "reported"),
     ("2020-09-27 15:00", "2020-09-28 13:00",
      ["18:00", "28 Sep", "06:00", "12:00"], "reported · 28 Sep 2020"),
     ("2018-05-01", "2028-05-01", ["2018", "2020", "2022", "2024", "2026", "2028"], "reported"),
     ("2020-01-25", "2020-02-12", ["25 Jan", "28 Jan", "31 Jan", "03 Feb", "06 Feb", "09 Feb",
      "12 Feb"], "reported · 2020"),
     ("2020-06-12", "2020-06-13", ["12 Jun", "13 Jun"], "reported · 2020")],
)  # fmt: skip
def test_dates_are_concise_and_never_of_a_time_that_nobody_gave(first, last, drawn, below):
    rows = [{"value": 3, "reported_at": first}, {"value": 5, "reported_at": last}]
    ax = cas.Ledger(rows, source="A", kind="total").plot.history()
    ax.figure.canvas.draw()
    assert [label.get_text() for label in ax.get_xticklabels()] == drawn
    assert ax.xaxis.get_offset_text().get_text() == below


def test_zero_is_not_half_clipped():
    ax = series([("total", "2024-04-01", 0), ("total", "2024-04-02", 4)]).plot.history()
    ax.figure.canvas.draw()
    height = ax.transData.transform((0, 0))[1] - ax.get_window_extent().y0
    assert height > 4
    assert ax.get_yticks()[ax.get_yticks() >= 0][0] == 0
    ax = series([("total", "2024-04-01", 50), ("total", "2024-04-02", 60)]).plot.history()
    assert ax.get_ylim()[0] == 0


def test_panels_begin_at_zero_where_nothing_lies_there():
    rows = [{"side": side, "value": value, "reported_at": f"2024-05-0{day}"}
            for side in "AB" for day, value in ((1, 50), (2, 60))]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="total")
    ax = ledger.plot.history(by="side")
    ax.figure.canvas.draw()
    assert ax.get_ylim()[0] == 0
    none = {"side": "C", "source": "M", "kind": "total", "value": 0, "reported_at": "2024-05-01"}
    ax = ledger.append([none]).plot.history(by="side")
    ax.figure.canvas.draw()
    assert ax.get_ylim()[0] < 0, "a dot at 0 is whole"


def test_claims_shade_from_the_lowest_to_the_highest_in_force():
    ax = claims(58, 550).plot.claims()
    shade = next(c for c in ax.collections if "Poly" in type(c).__name__)
    heights = shade.get_paths()[0].vertices[:, 1] if shade.get_paths() else []
    assert len(heights) == 0 or (heights.min(), heights.max()) == (58.0, 550.0)
    rows = [{"source": "A", "value": 5, "reported_at": "2024-03-05"},
            {"source": "B", "value": 9, "reported_at": "2024-03-06"},
            {"source": "A", "value": 7, "reported_at": "2024-03-08"}]  # fmt: skip
    ax = cas.Ledger(rows, kind="total").plot.claims()
    shade = next(c for c in ax.collections if "Poly" in type(c).__name__)
    assert shade.get_paths()[0].vertices[:, 1].min() == 5
    assert shade.get_paths()[0].vertices[:, 1].max() == 9


def test_the_same_source_has_the_same_colour_in_every_chart():
    ledger = soldiers().as_of("2020-10-08")
    found = []
    for chart in ("totals", "history", "claims", "sources"):
        ax = getattr(ledger.plot, chart)()
        of = {line.get_color() for line in ax.get_lines() if line.get_marker() == "o"}
        found.append(of)
    assert found[0] == found[1] == found[2]
    assert found[0] <= found[3] | found[0]
    given = ledger.plot.claims(colors={"Karabakh defence ministry": "#aa0000"})
    assert "#aa0000" in {line.get_color() for line in given.get_lines()}
    with pytest.raises(cas.LedgerError, match="is no colour"):
        ledger.plot.claims(colors={"Karabakh defence ministry": "reddish"})
    with pytest.raises(cas.LedgerError, match="unknown source or part in colors 'AFPP'"):
        ledger.plot.claims(colors={"AFPP": "red"})


def increments(*rows):
    frame = pd.DataFrame(rows, columns=["start", "end", "value", "low", "high", "complete"])
    frame[["start", "end"]] = frame[["start", "end"]].apply(pd.to_datetime)
    frame[["value", "low", "high"]] = frame[["value", "low", "high"]].astype("Int64")
    names = {"event": "", "side": "all", "category": "all", "outcome": "killed", "definition": ""}
    return frame.assign(**names, source="Ministry")


def test_all_increments_are_those_of_the_source_that_is_drawn():
    rows = [("A", 5, "2024-01-02"), ("B", 60, "2024-01-01"), ("B", 90, "2024-01-03")]
    table = pd.DataFrame(rows, columns=["source", "value", "reported_at"])
    ax = cas.Ledger(table, kind="total").plot.increments()
    assert "1 stretch, the first 30 from 2024-01-02 to 2024-01-03; no falls" in ax.alt_text


def test_increments_are_bars_as_wide_as_their_stretch_and_falls_below_zero():
    frame = increments(
        ("2024-03-02", "2024-03-02", 5, 5, 5, True),
        ("2024-03-03", "2024-03-06", 40, 30, None, True),
        ("2024-03-07", "2024-03-07", -7, None, 0, True),
        ("2024-03-08", "2024-03-08", 4, 2, 9, False),
    )
    ax = Plot(Given(ministry(), increments=frame)).increments()
    bars = sorted((bar.get_x(), bar.get_width(), bar.get_height()) for bar in ax.patches)
    assert [round(width) for _, width, _ in bars] == [1, 4, 1, 1]
    lengths = (frame["end"] - frame["start"]).dt.days + 1
    areas = [height * days for (*_, height), days in zip(bars, lengths, strict=True)]
    assert areas == [5, 40, -7, 4], "the area is the number"
    assert {"−7", "about 40 (at least 30)", "5"} <= set(said(ax))
    assert "the first 5 on 2024-03-02, the last 2–9 on 2024-03-08" in ax.alt_text
    assert "1 fall, the largest −7 on 2024-03-07" in ax.alt_text
    assert {"number of a stretch: the area", "worked out: no report of its own"} <= set(key_of(ax))


def test_a_bar_and_its_words_stay_within_the_bounds():
    rows = [("total", "2024-03-03", "up to 50", "2024-03-03"),
            ("total", "2024-03-04", "25-40", "2024-03-04")]  # fmt: skip
    ax = says(*rows).plot.increments()
    (bar,) = ax.patches
    assert bar.get_height() == 0, "not 25 fewer: there may have been up to 40 more"
    assert bar.get_facecolor()[3] == 0
    assert "−" not in ax.alt_text
    assert key_of(ax)[0] == "worked out: no report of its own"
    rows = [("total", f"2024-01-{day:02d}", n, f"2024-01-{day:02d}")
            for day, n in ((1, 100), (5, 130), (10, 180), (16, 200))]  # fmt: skip
    ax = says(*rows).plot.increments("W")
    assert {"30–80", "up to 70", "20 (with no bounds)"} <= set(said(ax))
    assert "at least: no upper bound" not in key_of(ax)


def test_bars_of_two_clocks_on_one_axes_are_named_by_them():
    ax = ministry().as_of("2020-10-05").plot.increments()
    ministry().as_of("2020-10-08").plot.increments(ax=ax)
    texts = " ".join(" ".join(said(ax)).split())
    assert texts.count("as known the end of 2020-10-05 +04") == 1
    assert texts.count("as known the end of 2020-10-08 +04") == 1


def test_what_no_bar_shows_is_told():
    rows = [("total", f"2022-01-{day}", number, f"2022-01-{day}")
            for day, number in ((12, 225), (15, 227), (20, 230))]  # fmt: skip
    ax = says(*rows).plot.increments()
    assert ax.alt_text.endswith("no falls; not drawn: 225 before 2022-01-13.")
    assert "not drawn: 225 before 2022-01-13" in " ".join(said(ax))
    assert ax.get_title(loc="left") == "Killed a day, by days covered"


def test_what_no_bar_shows_is_no_more_certain_than_its_report():
    rows = [("total", f"2022-01-{day}", number, f"2022-01-{day}")
            for day, number in ((12, "at least 225"), (15, 227), (20, 230))]  # fmt: skip
    ax = says(*rows).plot.increments()
    assert "not drawn: at least 225 before 2022-01-13" in " ".join(said(ax))
    assert "the last 3 from 2022-01-16 to 2022-01-20" in ax.alt_text


def test_series_of_one_total_are_named_where_they_have_no_bar():
    rebels = series([("total", "2022-01-15", "more than 500")], source="Rebels")
    rows = [("total", f"2022-01-{day}", number) for day, number in ((12, 225), (15, 227))]
    ax = cas.concat([series(rows), rebels]).plot.increments()
    assert "not drawn: Rebels more than 500" in ax.alt_text
    assert "not drawn: Rebels more than 500" in " ".join(" ".join(said(ax)).split())


def bridge(**columns):
    names = {"event": "", "side": "all", "category": "all", "outcome": "killed", "definition": "",
             "source": "Ministry"}  # fmt: skip
    numbers = {"opening": 59, "corrected": -1, "updated": 26, "new": 20, "unexplained": 0,
               "withdrawn": 0, "closing": 104} | columns  # fmt: skip
    names["opening_date"] = pd.Timestamp("2020-09-28")
    return pd.DataFrame([names | numbers]).astype(dict.fromkeys(numbers, "Int64"))


def test_the_waterfall_stands_on_the_bridge():
    ax = Plot(Given(ministry(), reconcile=bridge())).reconcile("2020-09-28 15:00", "2020-09-30")
    tops = [round(bar.get_y() + bar.get_height()) for bar in ax.patches]
    assert sorted(tops) == sorted([59, 104, 59, 84, 104, 104])
    ax.figure.canvas.draw()
    numbers = ["59", "−1", "+26", "+20", "0", "104"]  # each under its bar, above its name
    assert [label.get_text().split("\n")[0] for label in ax.get_xticklabels()] == numbers
    assert "went from 59 to 104 between" in ax.alt_text
    # The steps that are not 0, as everywhere.
    assert ": −1 corrected, +26 updated, +20 new." in ax.alt_text
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize("layout", [None, "tight", "constrained"])
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 3)])
def test_no_number_of_a_waterfall_is_hidden_where_room_is_short(shape, layout):
    _, axes = plt.subplots(*shape, figsize=(6.4, 4), layout=layout, squeeze=False)
    ministry().plot.reconcile("2020-09-28 15:00", "2020-09-30", ax=axes[0, 0])
    drawn = said(axes[0, 0])
    for number, name in (("59", "opening"), ("−1", "corrected"), ("+26", "updated"),
                         ("+20", "new"), ("0", "unexplained"), ("104", "closing")):  # fmt: skip
        assert f"{number}\n{name}" in drawn or f"{name} {number}" in drawn


def test_what_was_withdrawn_has_a_bar_of_its_own():
    frame = bridge(corrected=0, updated=0, new=0, withdrawn=-59, closing=None)
    ax = Plot(Given(ministry(), reconcile=frame)).reconcile("2020-09-28 15:00", "2020-09-30")
    written = {" ".join(sorted(text.split())) for text in said(ax)}  # in one line or two
    assert {"withdrawn −59", "? closing"} <= written
    assert "−59 withdrawn" in ax.alt_text


def test_parts_are_stacked_and_the_missing_ones_named():
    ax = of_parts().plot.parts()
    words = " | ".join(said(ax))
    for part in ("Armenian side · military 67", "Armenian side · civilian 11"):
        assert part in words.replace("\n", " ")
    assert "not counted: Azerbaijan · military" in words
    assert "not counted: Azerbaijan · military" in ax.alt_text
    line = next(line for line in ax.get_lines() if line.get_linewidth() == 1.8)
    assert line.get_ydata().tolist() == [67.0, 94.0, 94.0]


def test_a_stack_is_made_of_the_numbers_that_the_tally_added():
    fixed = {"source": "A", "kind": "total"}
    rows = [
        {"side": "east", "category": "civilian", "value": 40, "reported_at": "2024-03-01"},
        {"side": "east", "category": "military", "value": 10, "reported_at": "2024-03-05"},
        {"side": "east", "value": 30, "reported_at": "2024-03-04"},
        {"side": "west", "value": 5, "reported_at": "2024-03-05"},
    ]
    ledger = cas.Ledger(rows, **fixed)
    for age, parts in (
        (2, "east · not itemised about 20, east · military 10, west 5"),
        (None, "east · civilian at least 40, east · military 10, west 5"),
    ):
        ax = ledger.plot.parts(max_age=age)
        assert f"of which {parts}" in ax.alt_text
        assert ledger.tally(max_age=age)["total"].iloc[-1] == (35 if age else 55)
    # In a sum "more than 10" is at least 11; nothing is left that nobody itemised.
    over = cas.Ledger([rows[3] | {"value": "more than 10"}, rows[3] | {"side": "east"}], **fixed)
    assert "at least 16 through 2024-03-05, of which west more than 10, east 5;" in (
        over.plot.parts().alt_text
    )
    # Of the categories where they make more than the sides do.
    more = cas.Ledger([*rows, {"category": "civilian", "value": 90, "reported_at": "2024-03-05"}],
                      **fixed)  # fmt: skip
    told = "civilian · not itemised about 50, east · civilian at least 40, east · military 10;"
    assert f"of which {told}" in more.plot.parts().alt_text


def test_vintages_end_in_dots_and_take_time_by_the_curve(monkeypatch):
    asked = []
    plain = cas.Ledger.as_of
    monkeypatch.setattr(cas.Ledger, "as_of", lambda s, w: asked.append(w) or plain(s, w))
    ax = ministry().plot.vintages(most=10)
    assert len(asked) <= 10
    ends = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert 3 <= len(ends) <= 10
    assert all(len(line.get_xdata()) == 1 for line in ends)


def test_relative_vintages_end_at_the_latest():
    ledger = article()
    ax = ledger.plot.vintages(relative=True)
    ends = {float(line.get_ydata()[0]) for line in ax.get_lines() if line.get_marker() == "o"}
    # 28, 59 and 58 were known of the day that now has 84.
    assert ends == {-56.0, -25.0, -26.0, 0.0}


def test_the_key_of_vintages_names_the_curves_in_colour_and_the_words_what_is_drawn():
    rows = [("total", f"2024-04-{day:02d}", 10 * day) for day in (1, 2, 3)]
    rows[1:1] = [("total", "2024-04-01", 4)]
    ax = series(rows).plot.vintages(relative=True)
    assert key_of(ax) == ["stated", "known 2024-04-01", "known 2024-04-03", "latest"]
    assert ax.alt_text.endswith("the first curve ends at +6, the last at 0.")
    both = cas.concat([series(rows), series(rows[:3], source="Agency")])
    ax = both.plot.vintages(by="source")
    (small,) = ax.figure.legends
    told = {text.get_text() for text in small.get_texts()}
    assert told == {"stated", "known at first", "known just before", "latest"}


@pytest.mark.parametrize(("values", "now"), [((16,), "no number stands"), ((10, 16), "last at 10")])
def test_vintages_strike_what_was_withdrawn_and_draw_no_latest_curve_of_it(values, now):
    rows = [{"report_id": f"r{n}", "value": n, "reported_at": f"2024-01-0{day}"}
            for day, n in enumerate(values, 1)]  # fmt: skip
    gone = {"action": "retract", "refers_to": "r16", "reported_at": "2024-01-04"}
    ax = cas.Ledger([*rows, gone], source="M", kind="total").plot.vintages()
    assert f"{now}; withdrawn since: 16." in ax.alt_text
    assert "withdrawn" in key_of(ax)
    assert ("latest" in key_of(ax)) == (len(values) == 2)
    assert Sheet.of(ax).ends[0].fate == ("" if len(values) == 2 else " (withdrawn)")


def test_curves_of_two_clocks_are_told_apart_and_no_clock_stands_for_both():
    ledger = series([("total", f"2024-04-{day:02d}", 10 * day) for day in (1, 2, 3, 4)])
    ax = ledger.as_of("2024-04-02").plot.vintages()
    ledger.plot.vintages(ax=ax)
    texts = said(ax)
    assert not any("as known" in text for text in Sheet.of(ax).parts)
    assert sum("Ministry, as known" in text for text in texts) == 2


def test_revisions_show_every_step_and_its_direction():
    rows = [{"report_id": "a", "source": "A", "value": 10},
            {"report_id": "b", "source": "B", "value": 58}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    for name, value in (("a", 30), ("b", 57)):
        ledger = ledger.revise(name, value, reported_at="2024-03-06")
    ledger = ledger.revise("b", 60, reported_at="2024-03-07")
    ax = ledger.plot.revisions()
    texts = [text for text in said(ax) if "→" in text]
    assert [text.split(",")[0] for text in texts] == ["10→30", "58→57→60"]
    marks = [line.get_xdata().tolist() for line in ax.get_lines() if line.get_marker() == "v"]
    assert marks == [[57.0]]
    ax = ledger.plot.revisions(scale="percent")
    assert ax.get_xlim()[1] > 200
    with pytest.raises(cas.LedgerError, match="is 'count' or 'percent'"):
        ledger.plot.revisions(scale="share")
    with pytest.raises(cas.LedgerError, match="nothing to draw"):
        claims(1).plot.revisions()


def test_every_step_of_a_revision_is_marked_and_no_number_is_cut():
    ledger = says(("total", "2024-05-01", 30, "2024-05-01"))
    for place, n in enumerate((50, 40, 35, 45, 20)):
        ledger = ledger.revise("x1", n, reported_at=f"2024-05-0{place + 2}")
    ax = ledger.plot.revisions()
    (rises,) = [line for line in ax.lines if line.get_marker() == "^"]
    assert rises.get_xdata().tolist() == [50, 45]
    assert "revised up" in key_of(ax)
    assert "30→50→40→35→45→20, through 2024-05-01" in [" ".join(text.split()) for text in said(ax)]
    assert "30→50→40→35→45→20 by Ministry" in ax.alt_text


def test_what_is_added_to_a_total_is_not_marked_as_one():
    rows = [("total", "2024-05-01", 310, "2024-05-01"), ("more", "2024-05-02", 26, "2024-05-02"),
            ("more", "2024-05-03", -7, "2024-05-03"),
            ("period", "2024-05-04/2024-05-10", 20, "2024-05-11")]  # fmt: skip
    ax = says(*rows).plot.timeline()
    places = {marker: [x for line in ax.lines if line.get_marker() == marker
                       for x in line.get_xdata()] for marker in "o+_"}  # fmt: skip
    assert places["o"] == [310]
    assert sorted(places["+"]) == [20, 26]
    assert places["_"] == [7]
    assert {"so many more, or of some days", "so many fewer"} <= set(key_of(ax))


def test_a_number_that_was_withdrawn_is_struck_through_where_it_is_revised():
    ledger = cas.load_dataset("revised_tolls").where(event="Chile earthquake 2010", side="all")
    ax = ledger.plot.revisions()
    assert "withdrawn" in key_of(ax)
    sheet = next(child for child in ax.get_children() if hasattr(child, "legends"))
    struck = [end.said[end.struck] for end in sheet.ends if end.strike is not None]
    assert struck == ["802"]
    line = next(end.strike for end in sheet.ends if end.strike is not None)
    assert line.get_visible()
    assert 10 < np.ptp(line.get_xdata()) < 40, "the number, not the words after it"


def test_a_revision_that_was_withdrawn_is_struck():
    rows = [{"report_id": "a", "value": 100, "reported_at": "2024-01-01"},
            {"report_id": "b", "value": 90, "action": "revise", "refers_to": "a",
             "reported_at": "2024-01-02"},
            {"action": "retract", "refers_to": "b", "reported_at": "2024-01-03"}]  # fmt: skip
    plot = cas.Ledger(rows, source="M", kind="total").plot
    ax = plot.revisions()
    assert "100→90→withdrawn by M" in ax.alt_text
    ax.figure.canvas.draw()
    (end,) = Sheet.of(ax).ends
    assert end.said[end.struck] == "90"
    for ax in (plot.history(), plot.claims()):
        assert ax.alt_text.endswith("1 fall: 100→90 (revised down); 90 by M, withdrawn.")
        assert "withdrawn" in key_of(ax)
    whole = [*rows[:2], {"action": "retract", "refers_to": "a", "reported_at": "2024-01-03"}]
    whole = cas.Ledger(whole, source="M", kind="total")
    assert "100→90→withdrawn" in whole.plot.revisions().alt_text
    again = whole.append([{"value": 95, "action": "revise", "refers_to": "a", "source": "M",
                           "kind": "total", "reported_at": "2024-01-04"}])  # fmt: skip
    assert "100→90→withdrawn" in again.plot.revisions().alt_text


def test_revisions_draw_ranges_and_ceilings_as_every_chart_does():
    rows = [{"report_id": "a", "value": 1000}, {"report_id": "c", "value": 1000}]
    later = [{"value": "2,000-3,000", "refers_to": "a"}, {"value": "up to 900", "refers_to": "c"}]
    rows = [row | {"reported_at": "2024-01-02", "period_end": f"2024-01-0{day}"}
            for day, row in enumerate(rows, 1)]  # fmt: skip
    later = [row | {"action": "revise", "reported_at": "2024-01-03"} for row in later]
    ax = cas.Ledger([*rows, *later], source="M", kind="total").plot.revisions()
    assert not marked(ax, "^")
    assert {"between low and high", "up to: only the most is known"} <= {*key_of(ax)}


def test_a_number_that_nobody_stated_is_worded_by_its_bounds():
    rows = [{"value": 10, "kind": "total", "reported_at": "2024-03-10"},
            {"value": 5, "low": 4, "high": 9, "kind": "period", "period_start": "2024-03-11",
             "reported_at": "2024-03-12", "period_end": "2024-03-11"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="A")
    assert ledger.totals()["total"].tolist() == [10, 15]
    for ax in (ledger.plot.totals(), ledger.plot.history(), ledger.plot.sources()):
        assert "14–19" in ax.alt_text
    fell = ledger.append({"value": 12, "kind": "total", "source": "A", "period_end": "2024-03-13",
                          "reported_at": "2024-03-13"}).plot.history()  # fmt: skip
    assert "14–19→12" in " ".join([*said(fell), fell.alt_text])


def test_vague_numbers_are_worded_as_they_were_stated():
    fixed = {"source": "A", "reported_at": "2024-03-05", "period_start": "2024-03-05"}
    first = {"report_id": "a", "kind": "period", "value": 40, "qualifier": "at_least"}
    ledger = cas.Ledger([{**fixed, **first}])
    ledger = ledger.revise("a", 30, qualifier="about", reported_at="2024-03-06")
    ledger = ledger.revise("a", 20, reported_at="2024-03-07")
    ax = ledger.plot.revisions()
    assert "at least 40→about 30→20 by A" in ax.alt_text
    # What says the same again is no revision, though nobody knows how far it moved.
    again = cas.Ledger([{**fixed, **first}]).revise("a", None, reported_at="2024-03-06")
    with pytest.raises(cas.LedgerError, match="no count .* was revised"):
        again.plot.revisions()
    rows = [{"category": "all", "value": 100, "qualifier": "at_least"},
            {"category": "military", "value": 40, "qualifier": "about"},
            {"category": "civilian", "value": 30, "qualifier": "less_than"}]  # fmt: skip
    ax = cas.Ledger(rows, source="A", kind="total", reported_at="2024-03-05").plot.parts()
    assert (
        "at least 100 through 2024-03-05, of which military about 40, civilian fewer than 30, "
        "not itemised about 30; no part is missing."
    ) in ax.alt_text


def test_keywords_for_the_lines_have_the_short_names_of_matplotlib():
    rows = [{"value": value, "reported_at": f"2024-01-0{value}"} for value in (1, 2)]
    ax = cas.Ledger(rows, source="M", kind="total").plot.totals(lw=3)
    assert 3 in {line.get_linewidth() for line in ax.get_lines()}


def test_what_was_withdrawn_is_the_reason_why_nothing_can_be_drawn():
    rows = [{"report_id": "a", "value": 16, "reported_at": "2024-01-01"},
            {"action": "retract", "refers_to": "a", "reported_at": "2024-01-03"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="total")
    for chart in ("totals", "sources"):
        with pytest.raises(cas.LedgerError, match="has a number that stands"):
            getattr(ledger.plot, chart)()
    for chart in ("vintages", "totals", "sources", "claims"):
        with pytest.raises(cas.LedgerError, match="no report is known, so there is nothing to"):
            getattr(cas.Ledger([], source="x", kind="total").plot, chart)()


def test_no_mark_with_a_meaning_tells_lines_apart():
    assert not {"P", "+", "X", "x", "v", "^", "_"} & {*SHAPES}


@pytest.mark.parametrize("chart", ["totals", "sources"])
def test_who_withdrew_every_number_is_named(chart):
    rows = [{"value": 10, "reported_at": "2024-01-01"},
            {"report_id": "a", "value": 500, "source": "Rebels", "reported_at": "2024-01-02"},
            {"action": "retract", "refers_to": "a", "source": "Rebels",
             "reported_at": "2024-01-04"}]  # fmt: skip
    ax = getattr(cas.Ledger(rows, source="M", kind="total").plot, chart)()
    assert ax.alt_text.endswith("; Rebels 500, withdrawn.")
    assert "Rebels 500, withdrawn" in " ".join(" ".join(said(ax)).split())


def test_a_timeline_has_a_row_for_who_declined_to_say():
    rows = {"source": ["A", "B"], "value": [200, None], "reported_at": ["2024-01-01", "2024-01-02"]}
    ax = cas.Ledger(rows, kind="total").plot.timeline()
    assert "B declined to say (2024-01-02)" in ax.alt_text
    assert marked(ax, "$?$") == [-1.0]


def test_three_thousand_points_and_one_are_both_clear():
    days = pd.date_range("2015-01-01", periods=3000)
    frame = pd.DataFrame({"value": np.arange(3000) * 3 + 1, "period_end": days})
    frame["reported_at"] = days + pd.Timedelta("1D")
    ledger = cas.Ledger(frame, source="M", kind="total")
    for chart in ("totals", "history", "vintages", "increments"):
        ax = getattr(ledger.plot, chart)()
        assert_clear(ax.figure)
        plt.close(ax.figure)
    for chart in ("totals", "history", "claims", "vintages", "sources"):
        assert_clear(getattr(claims(3).plot, chart)().figure)


def test_colours_are_given_to_parts_as_well_and_a_refused_chart_leaves_the_axes_as_they_were():
    rows = [
        {"value": value, "reported_at": day, "side": side}
        for value, day, side in (
            (12, "2024-06-05", "Norte"),
            (15, "2024-06-07", "Norte"),
            (4, "2024-06-05", "Sur"),
        )
    ]
    ledger, given = cas.Ledger(rows, source="M", kind="total"), {"Norte": "#c0392b", "M": "#2c3e50"}
    for draw in (ledger.plot.history, ledger.plot.totals):
        drawn = {line.get_color() for line in draw(colors=given).lines}
        assert {"#c0392b", "#2c3e50"} <= drawn, "its own one to Norte, that of the source to Sur"
    _, ax = plt.subplots()
    with pytest.raises(cas.LedgerError, match="unknown text of a chart"):
        ledger.plot.history(ax=ax, texts={"at leest": "al menos"})
    assert not ax.artists
    ax.figure.canvas.draw()


def test_vintages_end_in_a_dot_that_says_what_kind_of_number_it_is():
    rows = [{"value": "up to 50", "reported_at": "2024-05-01"},
            {"value": 20, "reported_at": "2024-05-02"},
            {"value": 5, "kind": "more", "reported_at": "2024-05-03"}]  # fmt: skip
    ledger = cas.Ledger([{"kind": "total", "source": "M"} | row for row in rows])
    ax = ledger.plot.vintages()
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    hollow = [line.get_markerfacecolor() != line.get_color() for line in dots]
    assert hollow == [False, True], "20 was stated, 25 is derived, of up to 50 there is none"
    one = ledger.as_of("2024-05-01").plot.vintages().artists[0].keys
    assert {*one} == {"latest"}, "no colour is explained that is not there"


def test_sources_are_drawn_with_the_bounds_that_they_stated():
    rows = [{"source": "A", "value": 300, "reported_at": "2024-05-01"},
            {"source": "A", "value": "280-350", "reported_at": "2024-05-04"},
            {"source": "B", "value": 55, "reported_at": "2024-05-01"},
            {"source": "B", "value": "up to 70", "reported_at": "2024-05-04"}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total")
    assert ledger.totals()["low"].tolist() == [300, 300, 55, 55], "which the totals raise"
    told = ledger.plot.sources().alt_text
    assert "A 280–350 through 2024-05-04, B up to 70 through 2024-05-04." in told


def test_the_area_of_very_many_stretches_is_their_number_where_some_are_unknown():
    def count(value, first, last):
        start, end = (pd.Timestamp("2020-01-01") + pd.Timedelta(n, "D") for n in (first, last))
        return {"value": value, "period_start": start, "period_end": end,
                "reported_at": end + pd.Timedelta("1D")}  # fmt: skip

    rows = [count(10, n, n) for n in range(300)]
    rows += [count(30, 300, 320), count(40, 310, 330)]  # which of them is in both nobody knows
    rows += [count(10, n, n) for n in range(400, 550)]
    ledger = cas.Ledger(rows, source="S", kind="period")
    ax, known = ledger.plot.increments(), ledger.increments()["value"].dropna()
    assert len(known) > 400
    (bars,) = ax.patches
    heights, edges, _ = bars.get_data()
    assert np.nansum(heights * np.diff(edges)) == known.sum()


def test_less_than_one_a_day_fills_the_axes_and_its_ticks_tell_it():
    rows = [{"period_end": day, "value": n} for day, n in (("2024-01-03", 3), ("2024-02-05", 6))]
    ledger = cas.Ledger(rows, source="L", kind="incident", reported_at="2024-12-31")
    ax = ledger.plot.increments("MS")
    ax.figure.canvas.draw()
    assert ax.get_ylim()[1] < 0.3
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    assert "0" in ticks
    assert "0.1" in ticks
    assert len({*ticks}) == len(ticks)
    rows = [{"period_end": "2024-01-03", "value": n, "reported_at": "2024-01-04"} for n in (0, 1)]
    for row in rows:  # of counts they are whole, however few there are
        ax = cas.Ledger([row], source="L", kind="total").plot.totals()
        ax.figure.canvas.draw()
        ticks = {label.get_text() for label in ax.get_yticklabels()}
        assert {"0", "1"} <= ticks <= {"−1", "0", "1", "2"}


def test_titles_of_panels_say_the_measure():
    rows = [{"source": "A", "value": 5, "reported_at": "2024-06-05"},
            {"source": "A", "value": 9, "reported_at": "2024-06-07"},
            {"source": "B", "value": 7, "reported_at": "2024-06-05"}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total")
    ax = ledger.plot.increments(by="source")  # of B there is one total only
    assert ax.figure.get_suptitle() == "Killed a day, by days covered"
    assert ax.alt_text.startswith("1 panel. A: ")
    with pytest.raises(cas.LedgerError, match="one running total only"):
        ledger.where(source="B").plot.increments(by="source")
    lost = ledger.append([{"action": "retract", "refers_to": "r3", "reported_at": "2024-06-08"}])
    assert "withdrawn" in {*lost.plot.timeline().artists[0].keys}
    stocks = cas.Ledger(rows, kind="total", outcome="missing")
    assert "no falls" not in stocks.where(source="A").plot.history().alt_text


def test_the_ends_of_whiskers_take_no_colour():
    rows = [{"source": "Red Cross", "value": "30-40"}, {"source": "Ministry", "value": 9}]
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-06-05")
    alone = ledger.where(source="Ministry").plot.history().lines[0].get_color()
    ax = ledger.where(source="Red Cross").plot.history()
    ledger.where(source="Ministry").plot.history(ax=ax)
    assert alone in {line.get_color() for line in ax.lines if line.get_linestyle() != "None"}


def test_a_source_keeps_its_colour_in_a_part_of_its_ledger():
    rows = [
        {"source": source, "value": 10 * place + day, "reported_at": f"2024-05-0{day}"}
        for place, source in enumerate("ABC") for day in (1, 2, 3)
    ]  # fmt: skip
    whole = cas.Ledger(rows, kind="total")
    parts = (whole, whole.where(source=["B", "C"]), whole.where(source="C").as_of("2024-05-02"))
    first, second, third = colors.cycle()[:3]
    for part, colours in zip(
        parts, ([first, second, third], [second, third], [third]), strict=True
    ):
        drawn = [to_hex(line.get_color()) for line in part.plot.history().lines]
        assert list(dict.fromkeys(drawn)) == colours
        plt.close("all")


def test_rows_of_one_source_are_alike_however_many_there_are():
    rows = [
        {"report_id": f"{day}{change}", "source": f"S{day // 2}", "side": f"side {day}",
         "value": 90 - day - 5 * change, "kind": "total", "period_end": "2024-03-01",
         "reported_at": f"2024-03-0{2 + change}", "action": "revise" if change else "report",
         "refers_to": f"{day}0" if change else ""}
        for day in range(12) for change in (0, 1)
    ]  # fmt: skip
    ax = cas.Ledger(rows).plot.revisions()
    drawn = [to_hex(line.get_color()) for line in ax.get_lines() if len(line.get_xdata()) == 2]
    rows = [row for row in ax.data["source"].astype(str)]
    assert len(drawn) == len(rows) == 12
    assert len({*zip(rows, drawn, strict=True)}) == len({*drawn}) == 6


def test_of_many_denials_the_first_are_told_and_the_rest_counted():
    rows = [{"report_id": f"a{n}", "source": "A", "value": 10 + n, "kind": "total",
             "reported_at": f"2024-03-{n + 1:02d}"} for n in range(8)]  # fmt: skip
    rows += [{"source": "B", "action": "deny", "refers_to": f"a{n}", "reported_at": "2024-04-01"}
             for n in range(8)]  # fmt: skip
    told = cas.Ledger(rows).plot.history().alt_text
    assert told.count("denied by B") == 5
    assert "; and 3 more denied" in told


def test_small_multiples_without_a_mark_are_drawn():
    rows = {"side": "A", "value": [5, 8], "reported_at": ["2024-05-31", "2024-06-30"]}
    ledger = cas.Ledger(rows, source="M", kind="total")
    ax = ledger.plot.reconcile("2024-05-31", "2024-06-30", by="side")
    (small,) = ax.figure.legends
    assert "M" in small.get_title().get_text()
    assert len(ledger.plot.history(by="side", key=False).figure.legends) == 1


def test_dates_of_two_years_name_both_below():
    ledger = cas.load_dataset("revised_tolls").where(event="Iran protests 2019")
    ax = ledger.plot.history()
    ax.figure.canvas.draw()
    assert ax.xaxis.get_offset_text().get_text() == "reported · 2019–2020"


def test_of_many_lines_those_with_most_reports_are_named_and_no_fall_is_denied():
    rows = [{"value": 1000 + n, "reported_at": "2024-01-01", "source": f"S{n}"} for n in range(9)]
    rows += [{"value": n, "reported_at": f"2024-01-0{day}", "source": "M"}
             for day, n in ((2, 59), (3, 30), (4, 31))]  # fmt: skip
    ax = cas.Ledger(rows, kind="total").plot.history()
    assert "1 fall: 59→30" in ax.alt_text
    rows += [{"value": 5, "reported_at": "2024-01-02", "source": f"S{n}"} for n in range(9)]
    rows += [{"value": n, "reported_at": f"2024-01-0{n}", "source": f"S{k}"} for k in range(8)
             for n in (5, 6, 7)]  # fmt: skip
    ax = cas.Ledger(rows, kind="total").plot.history()
    assert "no falls" not in ax.alt_text


def test_a_difference_that_its_bounds_exclude_is_written_as_they_allow():
    rows = [{"value": "up to 120", "reported_at": "2024-03-05 12:00"},
            {"value": "at least 90", "reported_at": "2024-03-06 12:00"}]  # fmt: skip
    ax = cas.Ledger(rows, source="M", kind="total").plot.increments()
    assert "1 stretch, the first at least 0 on 2024-03-06; no falls" in ax.alt_text
    assert "−30" not in "".join(text.get_text() for text in ax.texts)
    assert ax.data["value"].tolist() == [-30], "the answer itself"


def test_an_axis_of_percent_has_one_zero_also_where_nothing_moved():
    rows = [{"report_id": "a", "value": 164, "reported_at": "2024-01-01", "kind": "total"},
            {"action": "retract", "refers_to": "a", "reported_at": "2024-01-02"}]  # fmt: skip
    ax = cas.Ledger(rows, source="M").plot.revisions(scale="percent")
    ax.figure.canvas.draw()
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert len(ticks) == len({*ticks}) > 2


@pytest.mark.parametrize("most", [0, -1, "a", True, None])
@pytest.mark.parametrize("chart", ["timeline", "revisions", "vintages"])
def test_how_many_are_drawn_is_a_number_from_one_on(chart, most):
    ledger = cas.load_dataset("karabakh_2020").where(source="AFP")
    with pytest.raises(cas.LedgerError, match="most is how many are drawn"):
        getattr(ledger.plot, chart)(most=most)


@pytest.mark.parametrize(
    ("chart", "options"),
    [
        ("vintages", {"relative": "x"}), ("vintages", {"relative": np.array([1, 2])}),
        ("revisions", {"scale": np.array([1, 2])}), ("revisions", {"scale": pd.NA}),
        ("revisions", {"scale": "log"}), ("parts", {"exhaustive": []}), ("history", {"by": 5}),
        ("history", {"highlight": ["A"]}), ("history", {"since": object()}),
        ("history", {"until": "x"}), ("history", {"key": "no"}), ("history", {"title": 5}),
        ("history", {"labels": ["A"]}), ("history", {"colors": {"Ministry": 5}}),
        ("history", {"texts": {"through": 5}}), ("history", {"color": "x"}),
        ("history", {"lw": "wide"}), ("history", {"alpha": []}), ("history", {"drawstyle": {}}),
        ("history", {"transform": 5}), ("history", {"data": 5}),
    ],
)  # fmt: skip
def test_an_option_of_a_wrong_type_is_refused_with_what_it_takes(chart, options):
    ledger = says(
        ("total", "2024-05-04", 90, "2024-05-04"), ("total", "2024-05-04", 80, "2024-05-05")
    )
    (name,) = options
    names = {"lw": "linewidth", "colors": "colour", "since": "moment", "until": "moment"}
    with pytest.raises(cas.LedgerError, match=names.get(name, name)):
        getattr(ledger.plot, chart)(**options)


def test_a_withdrawn_number_is_struck_wherever_it_is_written():
    ledger = rumour().retract("z", reported_at="2024-03-05")
    for options in ({}, {"highlight": "Source 1"}):
        ax = ledger.plot.history(**options)
        ax.figure.canvas.draw()
        sheet = Sheet.of(ax)
        (note,) = (note for note in sheet.notes if note.get_text() == "Rumour 900")
        if note.get_visible():
            box, (strike,) = (
                note.get_window_extent(),
                note.strike.get_window_extent().intervalx[None],
            )
            assert box.x0 < strike[0] < strike[1] <= box.x1 + 1
            assert box.y0 < note.strike.get_ydata()[0] < box.y1
        else:
            assert "Rumour 900 (withdrawn)" in said(ax)
    alone = cas.Ledger([{"report_id": "a", "value": 57, "reported_at": "2024-01-01"}], source="A",
                       kind="total").retract("a", reported_at="2024-01-02")  # fmt: skip
    ax = alone.plot.history()
    assert said(ax).count("57") == 1, "the end of its line says it, struck"


def test_the_key_names_a_shade_only_where_one_is_seen():
    rows = [{"source": who, "value": n, "reported_at": at}
            for at, n in (("2024-01-01", 5), ("2024-01-02", 7)) for who in "AB"]  # fmt: skip
    assert "lowest to highest claim" not in key_of(cas.Ledger(rows, kind="total").plot.claims())
    rows[0]["value"] = 4
    assert "lowest to highest claim" in key_of(cas.Ledger(rows, kind="total").plot.claims())


def test_a_grey_line_reaches_to_the_clock():
    rows = [{"source": "A", "value": 5, "reported_at": "2024-01-01"},
            {"source": "B", "value": 9, "reported_at": "2024-01-05"}]  # fmt: skip
    ax = cas.Ledger(rows, kind="total").plot.history(highlight="B")
    grey = next(line for line in ax.get_lines() if 5.0 in line.get_ydata())
    assert np.ptp(grey.get_xdata()) > 3.5


def test_what_is_left_of_a_part_has_not_its_name():
    rows = {"side": ["N", "N", "S"], "category": ["all", "civilian", "all"],
            "value": [120, 30, 20], "reported_at": "2024-01-02"}  # fmt: skip
    ax = cas.Ledger(rows, source="A", kind="total").plot.parts(labels={"N": "North"})
    written = {" ".join(text.split()) for text in said(ax)}
    assert {"North · not itemised about 90", "N · civilian 30", "S 20"} <= written
    assert "of which North · not itemised about 90, N · civilian 30, S 20" in ax.alt_text


def test_the_key_of_vintages_drawn_twice_says_no_date_of_one_of_them():
    ledger = ministry().as_of("2020-10-10")
    ax = ledger.as_of("2020-10-05").plot.vintages()
    ledger.plot.vintages(ax=ax)
    assert {"known at first", "known just before"} <= {*key_of(ax)}
    assert not any("2020" in text for text in key_of(ax))
