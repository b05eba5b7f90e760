"""The benchmark's answers are equal, here on few reports; the times are read by hand."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

BENCH = Path(__file__).parent / "benchmarks" / "bench.py"
pytestmark = pytest.mark.extra


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pandas' word to DuckDB
def test_the_answers_of_the_benchmark_are_equal(tmp_path):
    bench = runpy.run_path(str(BENCH))
    times = bench["measure"](4000, tmp_path, repeat=1)  # four reports a series: revised, denied
    compared = times.loc["as_of(t).totals()"].dropna()
    assert {"casualties", "Pandas"} <= set(compared.index)


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_the_table_of_the_benchmark_is_printed(tmp_path, capsys):
    bench = runpy.run_path(str(BENCH))
    bench["show"]({size: bench["measure"](size, tmp_path, repeat=1) for size in (2000, 4000)})
    printed = capsys.readouterr().out
    assert "milliseconds at 4,000 reports" in printed
    assert "growth" in printed


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_the_answers_to_what_people_wait_for_are_equal(tmp_path):
    bench = runpy.run_path(str(BENCH))
    times = bench["waits"].measure(
        lambda size: bench["reports"](max(size, 2000), ("period",)), tmp_path, shrink=500
    )
    asked = times["Pandas"].notna()
    assert asked.sum() >= 12
    assert (times.loc[asked, "best peer / casualties"] > 0).all()


@pytest.mark.slow
def test_growth_is_measured_of_each_shape_and_question(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH.parent))
    growth = runpy.run_path(str(BENCH.with_name("growth.py")))
    found = pd.DataFrame(growth["measure"](["denials", "copies", "versions"], (40, 80)))
    assert {"from_snapshots", "from_vintages"} <= {*found["question"]}
    assert set(found["question"][found["shape"] == "denials"]) == {*growth["QUESTIONS"]}
    assert found["size"].eq(80).all()


def test_the_answers_of_the_archives_are_equal(monkeypatch, capsys):
    bench = runpy.run_path(str(BENCH.with_name("copies.py")))
    monkeypatch.setattr("sys.argv", ["copies.py", "12", "200", "12"])
    bench["main"]()
    assert capsys.readouterr().out.count("ratio") == 3
