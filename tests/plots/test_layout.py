"""Charts as guests: whatever the style, the size, the grid and the layout, all can be read."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from looking import CHARTS, assert_clear, assert_inside, claims, ministry, soldiers, texts_of, tolls

import casualties as cas
from casualties.plots import fitting

STYLES = ["default", "fivethirtyeight"]
ALL = [name for name in plt.style.available if not name.startswith("_")]
LAYOUTS = [None, "tight", "constrained"]


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = dict(plt.rcParams)
    yield
    plt.close("all")
    assert dict(plt.rcParams) == before


def look_at(figure):
    """Draw, and look at every chart of a figure."""
    assert_clear(figure)
    for ax in figure.axes:
        assert_inside(ax)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_alone_can_be_read_in_every_style(name, style):
    with plt.style.context(style):
        look_at(CHARTS[name]().figure)


@pytest.mark.parametrize("size", [(4, 3), (3, 6)])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_on_axes_given_can_be_read_at_every_size(name, size):
    figure, ax = plt.subplots(figsize=size)
    CHARTS[name](ax=ax)
    look_at(figure)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("shape", "size"), [((1, 2), (6.4, 4.8)), ((2, 3), (13, 8))])
def test_charts_in_a_grid_can_be_read(shape, size, layout):
    figure, axes = plt.subplots(*shape, figsize=size, layout=layout, squeeze=False)
    for name, ax in zip(["history", "claims", "totals", "sources", "reconcile", "vintages"],
                        axes.flat, strict=False):  # fmt: skip
        CHARTS[name](ax=ax)
    look_at(figure)


@pytest.mark.slow
@pytest.mark.parametrize(("style", "layout"), [*zip(ALL[::3], LAYOUTS * len(ALL), strict=False)])
def test_all_charts_in_grids_in_every_third_built_in_style(style, layout):
    with plt.style.context(style):
        figure, axes = plt.subplots(3, 3, figsize=(19, 15), layout=layout)
        for name, ax in zip(list(CHARTS), axes.flat, strict=False):
            CHARTS[name](ax=ax)
        look_at(figure)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "style"), [*zip([*CHARTS] * len(ALL), ALL, strict=False)])
def test_charts_alone_and_small_in_every_built_in_style(name, style):
    with plt.style.context(style):
        _, ax = plt.subplots(figsize=(4.5, 3.5))
        look_at(CHARTS[name](ax=ax).figure)


@pytest.mark.parametrize("many", [1, 2, 8, 40])
@pytest.mark.parametrize("name", ["totals", "history", "claims", "sources"])
def test_many_sources_can_be_told_apart(name, many):
    ledger = claims(*[5 + 3 * place for place in range(many)])
    ax = getattr(ledger.plot, name)()
    found = assert_clear(ax.figure)
    if many == 40 and name != "sources":
        assert any("32 more" in text.get_text() for text, _ in found)


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_even_six_panels_of_a_small_figure_are_clear(layout):
    figure, axes = plt.subplots(2, 3, layout=layout)
    for name, ax in zip(["history", "claims", "totals", "sources", "reconcile", "vintages"],
                        axes.flat, strict=True):  # fmt: skip
        CHARTS[name](ax=ax)
    assert_clear(figure)


def test_axes_do_not_collapse_under_any_layout():
    for layout in LAYOUTS:
        figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout=layout)
        for ax in axes.flat:
            soldiers().as_of("2020-10-08").plot.claims(ax=ax)
        figure.canvas.draw()
        for ax in axes.flat:
            box = ax.get_window_extent()
            assert box.width > 0.35 * figure.bbox.width / 2
            assert box.height > 0.35 * figure.bbox.height


def test_panels_of_a_grid_keep_one_size():
    figure, axes = plt.subplots(2, 2, figsize=(10, 8))
    for ax in axes.flat:
        ministry().as_of("2020-10-08").plot.history(ax=ax)
    figure.canvas.draw()
    boxes = [ax.get_window_extent() for ax in axes.flat]
    assert len({round(box.height) for box in boxes}) == 1
    assert round(boxes[0].x0) == round(boxes[2].x0)
    assert round(boxes[0].x1) == round(boxes[2].x1)


def test_both_falls_of_the_ministry_are_labelled_alone_and_in_two_panels():
    for shape in ((1, 1), (1, 2)):
        figure, axes = plt.subplots(*shape, squeeze=False)
        for ax in axes.flat:
            ministry().as_of("2020-10-04").plot.history(ax=ax)
        said = [text.get_text() for text, _ in assert_clear(figure)]
        for label in ("59→58", "158→151"):
            assert said.count(label) == shape[1]


def test_labels_hide_no_mark_and_falls_without_room_are_listed_below():
    told = [("09-28 14:00", 59), ("10-02 10:00", "more than 3,000"), ("10-04", "at least 3,100"),
            ("10-06", "about 3,500"), ("10-08", "3,600-4,000"), ("10-10", "up to 5,000"),
            ("10-12", 6000), ("10-18", 4100), ("10-22", 3900)]  # fmt: skip
    rows = [{"report_id": day, "value": n, "reported_at": f"2020-{day}"} for day, n in told]
    rows += [{"value": 58, "action": "revise", "refers_to": "09-28 14:00",
              "reported_at": "2020-09-28 15:36"},
             {"action": "retract", "refers_to": "10-12", "reported_at": "2020-10-14"},
             {"value": 12, "kind": "more", "reported_at": "2020-10-20"},
             {"value": 20_000, "source": "UN", "reported_at": "2020-10-15"}]  # fmt: skip
    ledger = cas.Ledger(rows, source="Ministry", kind="total")
    ledger = ledger.deny("10-18", source="Rebels", reported_at="2020-10-19 09:00")
    figure, axes = plt.subplots(2, 2)
    ledger.where(source="Ministry").plot.totals(ax=axes[0, 0])
    ledger.where(source="Ministry").plot.history(ax=axes[0, 1])
    ledger.plot.claims(ax=axes[1, 0])
    found = assert_clear(figure)
    for ax in figure.axes[:3]:
        dots = [
            line.get_xydata()
            for line in ax.get_lines()
            if line.get_linestyle() == "None" and line.get_transform() == ax.transData
        ]
        dots = ax.transData.transform(np.concatenate(dots))
        boxes = [box for text, box in found if text in _sheet(ax).notes]
        assert not any(box.count_contains(dots) for box in boxes)
    for ax in (axes[0, 1], axes[1, 0]):
        listed = _sheet(ax).legends.get("list")
        below = listed.get_texts() if listed else []
        said = " ".join(text.get_text() for text, _ in found if text.axes is ax or text in below)
        assert all(fall in said for fall in ("59→58", "6,000→up to 5,000", "at least 4,112→3,900"))


def test_limits_scales_and_texts_that_are_there_are_honoured():
    figure, ax = plt.subplots()
    ax.set(title="Mine", xlabel="when", ylabel="people", yscale="log")
    ax.set_ylim(1, 500)
    before = mpl.dates.date2num(np.array(["2020-09-01", "2020-12-01"], "M8[D]"))
    ax.set_xlim(before)
    ministry().plot.history(ax=ax)
    assert ax.get_title() == "Mine"
    assert ax.get_title(loc="left") == ""
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("when", "people", "log")
    assert ax.get_ylim() == (1, 500)
    assert ax.get_xlim() == tuple(before)
    assert_clear(figure)


def test_a_title_that_is_given_later_stays():
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    for ax in (left, right):
        ministry().plot.history(ax=ax)
    left.set_title("Mine", loc="left")
    right.set_title("In the middle")
    found = [text.get_text() for text, _ in assert_clear(figure)]
    assert {"Mine", "In the middle"} <= set(found)
    assert not any(text.startswith("Killed") for text in found)


def test_heads_of_one_column_begin_at_one_place_and_no_number_is_cut():
    with plt.style.context("ggplot"):
        figure, axes = plt.subplots(2, 2, figsize=(10, 8))
        names = ("parts", "claims", "sources", "totals")
        for name, ax in zip(names, axes.flat, strict=True):
            CHARTS[name](ax=ax)
        found = assert_clear(figure)
    assert not any("…" in text.get_text() and "→" in text.get_text() for text, _ in found)
    begin = [_titles(ax)[0].get_window_extent().x0 for ax in axes.flat]
    assert abs(begin[0] - begin[2]) < 2
    assert abs(begin[1] - begin[3]) < 2


@pytest.mark.parametrize(("shape", "size"), [((3, 3), (18, 14)), ((1, 1), (4, 3))])
@pytest.mark.parametrize("name", ["revisions", "sources"])
def test_names_of_rows_are_broken_into_lines_and_never_shortened(name, shape, size):
    figure, axes = plt.subplots(*shape, figsize=size, squeeze=False)
    CHARTS[name](ax=axes[0, 0])
    look_at(figure)
    names = [label.get_text() for label in axes[0, 0].get_yticklabels()]
    assert len(names) >= 3
    assert not any("…" in name for name in names)
    if name == "revisions":
        assert "Heat wave in France 2003 · French health ministry · excess" in [
            " ".join(name.split()) for name in names
        ]


def test_a_figure_of_a_chart_is_as_tall_as_its_rows_need():
    ax = tolls().plot.revisions()
    assert len(ax.get_yticks()) == 12
    look_at(ax.figure)
    assert ax.figure.get_figheight() > ministry().plot.revisions().figure.get_figheight()


def test_drawing_twice_shows_all_and_goes_on_with_the_colours():
    figure, ax = plt.subplots()
    claims(900, at="2024-03-05").plot.totals(ax=ax)
    claims(12, at="2024-06-05").plot.totals(ax=ax)
    look_at(figure)
    assert ax.get_ylim()[1] > 900
    first, last = mpl.dates.num2date(ax.get_xlim())
    assert first.month <= 3
    assert last.month >= 6
    dots = [line.get_color() for line in ax.get_lines() if line.get_marker() in "os"]
    assert len(set(dots)) == 2


def test_colours_of_what_was_drawn_before_are_not_taken():
    _, ax = plt.subplots()
    ax.plot(pd.date_range("2024-03-01", periods=3), [1, 2, 3])
    claims(5).plot.totals(ax=ax)
    assert ax.get_lines()[1].get_color() != ax.get_lines()[0].get_color()


def test_shared_axes_show_all():
    figure, (left, right) = plt.subplots(1, 2, sharex=True, sharey=True, figsize=(11, 4))
    claims(900, at="2024-03-05").plot.totals(ax=left)
    claims(12, at="2024-06-05").plot.totals(ax=right)
    look_at(figure)
    assert left.get_ylim() == right.get_ylim()
    assert left.get_ylim()[1] > 900


def test_rows_of_shared_axes_are_not_read_as_those_of_others():
    one, other = claims(5, 6), claims(6, 5)
    _, (left, right) = plt.subplots(1, 2, sharey=True)
    one.plot.sources(ax=left)
    with pytest.raises(cas.LedgerError, match="draw on axes made with sharey=False"):
        other.plot.sources(ax=right)
    one.plot.sources(ax=right)


def test_words_beside_rows_are_broken_and_never_shortened():
    rows = [{"report_id": "a", "value": 550, "source": "Azerbaijan defence ministry"},
            {"value": 58, "source": "Karabakh ministry"}]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", reported_at="2020-09-28")
    ledger = ledger.deny("a", source="Armenia defence ministry", reported_at="2020-10-29")
    texts = [text for text, _ in texts_of(ledger.plot.sources().figure)]
    shown = {" ".join(str(text.get_text()).split()) for text in texts}
    assert {
        "550 through 2020-09-28, denied by Armenia defence ministry",
        "58 through 2020-09-28",
    } <= shown


def test_axes_that_were_cleared_begin_anew():
    figure, ax = plt.subplots()
    claims(900, 5).plot.totals(ax=ax)
    ax.clear()
    ax.plot([1, 2], [3, 4])
    figure.canvas.draw()
    claims(7).plot.totals(ax=ax)
    assert all("Source 1" not in text.get_text() for text, _ in assert_clear(figure))


def test_every_text_can_be_found_and_removed():
    ax = soldiers().as_of("2020-10-08").plot.claims()
    ax.figure.canvas.draw()
    for text in [*ax.texts, *ax.findobj(mpl.legend.Legend)]:
        text.remove()
    ax.set_title("", loc="left")
    ax.figure.canvas.draw()
    left = [t.get_text() for t, _ in assert_clear(ax.figure)]
    assert not any("ministry" in text or "denied" in text for text in left)


def test_figures_can_be_pickled_and_drawn_again():
    import pickle

    ax = soldiers().as_of("2020-10-08").plot.claims()
    again = pickle.loads(pickle.dumps(ax.figure))
    again.canvas.draw()
    assert again.axes[0].alt_text == ax.alt_text


def test_subfigures_and_insets_are_drawn_in():
    figure = plt.figure(figsize=(11, 4))
    left, right = figure.subfigures(1, 2)
    ministry().as_of("2020-10-08").plot.history(ax=left.subplots())
    soldiers().as_of("2020-10-08").plot.claims(ax=right.subplots())
    look_at(figure)
    _, ax = plt.subplots()
    inner = ax.inset_axes((0.2, 0.2, 0.5, 0.5))
    assert ministry().plot.totals(ax=inner) is inner
    ax.figure.canvas.draw()


def test_small_multiples_share_axes_colours_and_one_key():
    whole = soldiers()
    ax = whole.plot.totals(by="source")
    figure = ax.figure
    look_at(figure)
    panels = [panel for panel in figure.axes if panel.get_title(loc="left")]
    assert panels[0].get_title(loc="left").replace("\n", " ") == "Karabakh defence ministry"
    assert len({panel.get_ylim() for panel in panels}) == 1
    assert ax.alt_text.startswith(f"{len(panels)} panels. Karabakh defence ministry: Running")
    with pytest.raises(cas.LedgerError, match="unknown column to draw by 'sauce'"):
        whole.plot.totals(by="sauce")
    with pytest.raises(cas.LedgerError, match="leave out ax="):
        whole.plot.totals(by="source", ax=ax)


def test_panels_that_cannot_be_drawn_leave_no_hole_and_the_key_fits_the_figure():
    ax = cas.load_dataset("revised_tolls").plot.claims(by="event")  # some have several outcomes
    figure = ax.figure
    look_at(figure)
    assert 3 < len(figure.axes) < 12
    box, key = figure.bbox, figure.legends[0].get_window_extent()
    assert box.x0 < key.x0 < key.x1 < box.x1
    ledger = cas.Ledger(
        [{"source": name, "value": 5 + n, "reported_at": f"2024-03-{n + 5:02d}"}
         for name in "ABCDE" for n in range(2)], kind="total",
    )  # fmt: skip
    figure = ledger.plot.totals(by="source").figure
    look_at(figure)
    dated = [any(label.get_text() for label in ax.get_xticklabels()) for ax in figure.axes]
    assert dated == [False, False, True, True, True], "the last of each column has dates"


def test_the_title_of_a_single_panel_fits_its_figure():
    figure = soldiers().plot.revisions(by="source").figure
    lines = figure.get_suptitle().split("\n")
    assert " ".join(lines) == "Killed · Armenian side · military, revised"
    assert len(lines) > 1
    assert_clear(figure)


def test_relays_of_one_source_have_a_panel_each():
    rows = [
        {"report_id": "a", "value": 58, "via": "AFP", "reported_at": "2020-09-28 15:00"},
        {"report_id": "b", "value": 57, "via": "Reuters", "reported_at": "2020-09-28 16:00"},
        {"value": 31, "reported_at": "2020-09-27 20:00"},
    ]
    ledger = cas.Ledger(rows, source="Ministry", kind="total")
    ledger = ledger.append(
        [{"action": "deny", "refers_to": "a", "source": "Rival", "via": "TASS",
          "reported_at": "2020-09-29"}]
    )  # fmt: skip
    figure = ledger.plot.claims(by="via").figure
    look_at(figure)
    names = [panel.get_title(loc="left") for panel in figure.axes]
    assert names == ["AFP", "Reuters", "no relay named"]  # TASS told of the denial only
    ends = [panel.lines[0].get_ydata()[-1] for panel in figure.axes]
    assert ends == [58, 57, 31]


def test_panels_name_who_speaks_and_the_small_line_counts_what_is_drawn():
    rows = {"side": [*"AABB"], "source": [*"MNMO"], "value": [5, 6, 7, None]}
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-05-01", via="AFP")
    ax = ledger.plot.history(by="side")
    assert "M 7" in [text.get_text().replace("\u00a0", " ") for text, _ in texts_of(ax.figure)]
    (small,) = ax.figure.legends
    assert "2 sources" in small.get_title().get_text()
    assert ledger.where(side="A").plot.claims(by="via").figure.get_suptitle() == (
        "Killed · A, by relay and source"
    )


def test_names_are_drawn_as_they_stand():
    names = ["Հայաստան", "Россия", "العراق", "Ελλάδα", "a $x_1^2$ \\alpha"]
    rows = [{"source": name, "value": 3 + place} for place, name in enumerate(names)]
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    for chart in ("totals", "history", "claims", "sources"):
        found = assert_clear(getattr(ledger.plot, chart)().figure)
        said = [text for text, _ in found if "$x_1" in text.get_text()]
        assert said, chart
        assert not any(text.get_parse_math() for text in said)


def test_every_text_stands_out_from_what_lies_behind_it():
    from casualties.plots.colors import behind, contrast

    for style in ["default", "dark_background", "ggplot"]:
        with plt.style.context(style):
            for name in ("claims", "parts"):
                ax = CHARTS[name]()
                ax.figure.canvas.draw()
                inside = {note for note in _sheet(ax).notes}
                for text in [*ax.texts, *_titles(ax)]:
                    under = behind(ax, inside=text in inside)
                    assert contrast(text.get_color(), under) >= 4.45, (style, name, text)
                plt.close("all")


def _sheet(ax):
    return next(child for child in ax.get_children() if hasattr(child, "legends"))


def _titles(ax):
    return [c for c in ax.get_children() if isinstance(c, mpl.text.Text) and c.get_text()]


def test_names_of_rows_are_whole_in_a_figure_that_is_saved_tightly(tmp_path):
    figure = cas.load_dataset("revised_tolls").plot.revisions().figure
    figure.savefig(tmp_path / "chart.png", dpi=200, bbox_inches="tight")
    ink = np.asarray(plt.imread(tmp_path / "chart.png"))[:, :, :3].min(axis=2) < 0.5
    assert ink.any(axis=0).argmax() > 10, "points of a margin, as a notebook keeps it"


def test_a_waterfall_alone_leaves_no_empty_strip():
    for _ in range(2):  # drawn again, too
        ax = CHARTS["reconcile"]()
        ax.figure.canvas.draw()
        below = ax.xaxis.get_tightbbox().y0
        assert 0 <= below < 0.3 * ax.xaxis.get_tightbbox().height
        above = ax.figure.bbox.y1 - ax._left_title.get_window_extent().y1
        assert 0 <= above < ax._left_title.get_window_extent().height


def test_a_tight_grid_of_rows_and_lines_leaves_room_for_the_data():
    figure, axes = plt.subplots(1, 3, figsize=(15, 4), layout="tight")
    tolls().plot.revisions(ax=axes[0])
    soldiers().plot.sources(ax=axes[1])
    soldiers().as_of("2020-10-08").plot.claims(ax=axes[2])
    figure.canvas.draw()
    assert axes[0].get_window_extent().width > 0.2 * figure.bbox.width / 3


def test_claims_that_were_withdrawn_are_drawn_beside_those_of_another_definition():
    chile = cas.load_dataset("revised_tolls").where(event="Chile earthquake 2010", side="all")
    ax = chile.plot.claims()
    assert len(ax.figure.axes) == 1
    assert "802 (2010-03-03), withdrawn since" in ax.alt_text


def test_words_under_a_waterfall_are_turned_only_where_one_has_no_room():
    ax = ministry().plot.reconcile("2020-10-25", "2020-10-27")
    ax.figure.canvas.draw()
    assert ax.get_xticklabels()[-1].get_text().split() == ["at", "least", "1,009", "closing"]
    assert ax.get_xticklabels()[-1].get_rotation() == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_line_strikes_a_label_of_a_small_chart_and_what_has_no_room_is_listed(layout):
    early, october = (ministry().as_of(day) for day in ("2020-09-30", "2020-10-12"))
    figure, axes = plt.subplots(2, 3, figsize=(9, 4), layout=layout)
    for ledger, row in zip((early, october), axes, strict=True):
        for name, ax in zip(("history", "claims", "increments"), row, strict=True):
            getattr(ledger.plot, name)(ax=ax)
    for _ in range(2):  # in the picture, and drawn again
        assert_clear(figure)
        for ax in figure.axes:
            _, lines, _ = fitting._obstacles(_sheet(ax))
            notes = [note for note in _sheet(ax).notes if note.get_visible()]
            for box in (note.get_window_extent() for note in notes):
                assert not any(line.intersects_bbox(box, filled=False) for line in lines)
            listed = _sheet(ax).legends.get("list")
            below = [text.get_text() for text in listed.get_texts()] if listed else []
            hidden = [note.listed for note in _sheet(ax).notes if note.hidden]
            assert [text for text in below if text in hidden] == hidden
            assert all(note.get_visible() or note.hidden for note in _sheet(ax).notes)
