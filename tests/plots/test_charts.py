"""Charts: what is drawn, where, and that nothing overlaps or is left behind."""

import matplotlib as mpl
import pytest
from ledgers import article, series

import casualties as cas

mpl.use("Agg")
import matplotlib.pyplot as plt

CLOCKS = ("2020-09-28 15:00", "2020-09-30")


@pytest.fixture(autouse=True)
def no_figure_left():
    before = dict(plt.rcParams)
    yield
    plt.close("all")
    assert dict(plt.rcParams) == before


def two(*values):
    """A ledger of several sources of one thing."""
    rows = [{"source": f"Source {place}", "value": value} for place, value in enumerate(values)]
    return cas.Ledger(rows, kind="total", reported_at="2024-03-05")


def draw(name, ledger, ax=None):
    arguments = CLOCKS if name == "reconcile" else ()
    return getattr(ledger.plot, name)(*arguments, ax=ax)


CHARTS = ["totals", "history", "vintages", "revisions", "sources", "reconcile"]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_draws_on_the_axes_given_and_returns_them(name):
    figure, (mine, other) = plt.subplots(1, 2, figsize=(12, 4))
    box = other.get_position().bounds
    ax = draw(name, article(), mine)
    assert ax is mine
    assert ax.has_data()
    assert not other.has_data()
    assert other.get_position().bounds == box
    assert ax.get_title(loc="left").startswith("Killed")
    assert ax.alt_text.endswith(".")
    draw(name, article(), mine)  # a second time on the same axes
    figure.canvas.draw()


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(
    "look", ["default", "dark_background", "grayscale", "seaborn-v0_8-whitegrid"]
)
def test_every_chart_follows_the_style_and_writes_vectors(name, look, tmp_path):
    with plt.style.context(look):
        ax = draw(name, article())
        ax.figure.savefig(tmp_path / "x.svg")
        ax.figure.savefig(tmp_path / "x.pdf")
        plt.close(ax.figure)
    assert "<image" not in (tmp_path / "x.svg").read_text()


def test_totals_are_steps_with_dots_at_stated_numbers():
    ax = article().as_of("2020-09-28 16:00").plot.totals()
    assert ax.lines[0].get_drawstyle() == "steps-post"
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_ydata().tolist() for line in dots] == [[58.0]]
    assert ax.get_ylim()[0] == 0


def test_totals_shade_bounds_and_point_up_where_there_are_none():
    ax = series(
        [("total", "2024-03-05", "10-12"), ("total", "2024-03-06", "at least 14")]
    ).plot.totals()
    kinds = [type(c).__name__ for c in ax.collections]
    assert "FillBetweenPolyCollection" in kinds or "PolyCollection" in kinds
    assert "LineCollection" in kinds
    assert len(ax.containers) == 1


def test_totals_cross_denied_numbers():
    ledger = two(58, 550).deny("r2", source="Rival", reported_at="2024-03-06")
    crosses = [line for line in ledger.plot.totals().lines if line.get_marker() == "x"]
    assert [line.get_ydata().tolist() for line in crosses] == [[550.0]]


def test_history_marks_and_labels_downward_revisions():
    ax = article().plot.history()
    assert "59→58" in [text.get_text() for text in ax.texts]
    marks = [line for line in ax.lines if line.get_marker() == "v"]
    assert [line.get_ydata().tolist() for line in marks] == [[58.0]]


def test_history_labels_only_the_largest_falls():
    rows = [("total", "2024-03-05", 500 - place * place) for place in range(15)]
    ax = series(rows).plot.history()
    assert sum("→" in text.get_text() for text in ax.texts) <= 5


def test_revisions_put_the_largest_change_on_top():
    ledger = two(10, 58).revise("r1", 30, reported_at="2024-03-06")
    ax = ledger.revise("r2", 57, reported_at="2024-03-06").plot.revisions()
    labels = [(text.xy[1], text.get_text()) for text in ax.texts if "→" in text.get_text()]
    assert [text for _, text in sorted(labels, reverse=True)] == ["10→30", "58→57"]
    with pytest.raises(cas.LedgerError, match="nothing to draw"):
        two(1).plot.revisions()


def test_sources_show_each_claim_once():
    ax = two(58, 550, "at least 60").plot.sources()
    assert sorted(ax.lines[0].get_xdata().tolist()) == [58.0, 60.0, 550.0]
    assert len(ax.get_yticklabels()) == 3


def test_the_waterfall_stands_on_the_bridge():
    ax = article().plot.reconcile("2020-09-28 15:00", "2020-09-28 16:00")
    assert [bar.get_height() for bar in ax.patches][:5] == [59, 1, 0, 0, 58]
    assert "−1" in [text.get_text() for text in ax.texts]


def test_charts_of_one_thing_say_what_to_choose():
    ledger, say = two(1, 2), "here are several by source; choose with where"
    with pytest.raises(cas.LedgerError, match=say):
        ledger.plot.vintages()
    with pytest.raises(cas.LedgerError, match=say):
        ledger.plot.reconcile("2024-03-01", "2024-03-06")
    with pytest.raises(cas.LedgerError, match="here are several by side"):
        ledger.append([{"side": "A", "value": 3, "reported_at": "2024-03-05"}], source="X",
                      kind="total").plot.sources()  # fmt: skip


def test_nothing_to_draw_says_when_there_will_be():
    ledger = article().as_of("2020-09-01")
    with pytest.raises(cas.LedgerError, match="has a number; the first is at 2020-09-28 14:00"):
        ledger.plot.totals()
    with pytest.raises(cas.LedgerError, match="nothing known has a number"):
        cas.Ledger([]).plot.history()


def boxes(ax):
    ax.figure.canvas.draw()
    root = ax.figure
    texts = [
        t for t in [*ax.texts, ax.title, ax._left_title] if t.get_text().strip() and t.get_visible()
    ]
    legend = ax.get_legend()
    texts += list(legend.get_texts()) if legend else []
    texts += [t for t in ax.get_yticklabels() if t.get_text()]
    return root, [(t.get_text(), t.get_window_extent()) for t in texts]


@pytest.mark.parametrize("size", [(6.4, 4.8), (4, 3)])
@pytest.mark.parametrize("many", [1, 2, 8, 40])
@pytest.mark.parametrize("name", ["totals", "history", "sources"])
def test_no_two_texts_overlap_or_leave_the_figure(name, many, size):
    values = [5 + 3 * place for place in range(many)]
    with plt.rc_context({"figure.figsize": size}):
        ax = draw(name, two(*values))
        root, found = boxes(ax)
    for place, (text, box) in enumerate(found):
        assert -1 <= box.x0, text
        assert box.x1 <= root.bbox.x1 + 1, text
        for other, more in found[place + 1 :]:
            assert not box.overlaps(more), (text, other)
    if many == 40 and name != "sources":
        assert any("32 more" in text for text, _ in found)


def test_names_are_drawn_as_they_stand():
    names = ["Հայաստան", "Россия", "العراق", "Ελλάδα", "a $x_1^2$ \\alpha"]
    rows = [{"source": name, "value": 3 + place} for place, name in enumerate(names)]
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    for name in ("totals", "history", "sources"):
        ax = draw(name, ledger)
        texts = [*ax.texts, *ax.get_yticklabels()]
        legend = ax.get_legend()
        texts += legend.get_texts() if legend else []
        said = [text for text in texts if "$x_1" in text.get_text()]
        assert said, name
        assert not any(text.get_parse_math() for text in said)
        ax.figure.canvas.draw()


def test_importing_the_library_does_not_import_matplotlib():
    import subprocess
    import sys

    code = "import casualties, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "values",
    [[3], [0], [3_000_000], [9, 7, 4], [None, 5], list(range(0, 3000, 3))],
    ids=["three", "zero", "millions", "falls", "unknown", "three years"],
)
def test_any_scale_can_be_drawn(values):
    import pandas as pd

    days = pd.date_range("2021-01-01", periods=len(values))
    frame = pd.DataFrame({"value": pd.array(values, dtype="Int64"), "period_end": days})
    frame["reported_at"] = days + pd.Timedelta("1D")
    ledger = cas.Ledger(frame, source="M", kind="total")
    for name in ("totals", "history", "vintages", "sources"):
        draw(name, ledger).figure.canvas.draw()
        plt.close("all")


@pytest.mark.parametrize("size", [(6.4, 4.8), (4, 3)])
@pytest.mark.parametrize("name", ["revisions", "reconcile", "vintages"])
def test_no_two_texts_of_the_other_charts_overlap(name, size):
    with plt.rc_context({"figure.figsize": size}):
        ledger = cas.load_dataset("revised_tolls") if name == "revisions" else article()
        root, found = boxes(draw(name, ledger))
    for place, (text, box) in enumerate(found):
        assert -1 <= box.x0, text
        assert box.x1 <= root.bbox.x1 + 1, text
        for other, more in found[place + 1 :]:
            assert not box.overlaps(more), (text, other)


def test_history_of_a_day_says_which():
    ax = article().plot.history(date="2020-09-27")
    assert "through 2020-09-27" in ax.alt_text


def test_a_bridge_without_numbers_is_refused():
    silent = cas.Ledger([{"source": "A", "reported_at": "2024-03-05"}], kind="total", value=None)
    with pytest.raises(cas.LedgerError, match="nothing to reconcile"):
        silent.plot.reconcile("2024-03-04", "2024-03-06")


def test_labels_that_do_not_fit_beside_the_axes_become_a_legend():
    ledger = two(*range(5, 12))
    figure, ax = plt.subplots(figsize=(3, 1.5))
    ledger.plot.totals(ax=ax)
    assert ax.get_legend() is not None
    _, narrow = plt.subplots(1, 2, figsize=(6, 3))
    ledger.plot.totals(ax=narrow[0])
    assert narrow[0].get_legend() is not None
    figure = plt.figure(figsize=(10, 4))
    inner = figure.subfigures(1, 2)[0].subplots()
    assert ledger.plot.totals(ax=inner) is inner
    with plt.rc_context({"figure.figsize": (2, 1)}):
        assert ledger.plot.totals().get_legend() is not None
    figure, edge = plt.subplots()
    edge.set_position([0.1, 0.1, 0.95, 0.8])
    assert ledger.plot.totals(ax=edge).get_legend() is not None
