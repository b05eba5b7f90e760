"""The benchmark's answers are equal; run here on few reports, timed only by hand."""

import runpy
from pathlib import Path


def test_the_answers_of_the_benchmark_are_equal(tmp_path, capsys):
    bench = runpy.run_path(str(Path(__file__).parent / "benchmarks" / "bench.py"))
    times = bench["measure"](4000, tmp_path, repeat=1)
    assert all(value >= 0 for value in times.values())
    assert capsys.readouterr().err == ""
