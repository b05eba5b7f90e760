"""The README is true: its code runs, its tables are complete, its pictures exist."""

import doctest
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

import casualties as cas
from casualties.model import schema
from casualties.model.counts import numbers_in
from casualties.plots import Plot

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_code_block_of_the_readme_runs():
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    parser = doctest.DocTestParser()
    flags = doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
    names: dict[str, object] = {}
    with pd.option_context(
        "display.width", 200, "display.max_columns", 30, "display.max_colwidth", 90
    ):
        for place, block in enumerate(blocks):
            test = parser.get_doctest(block, names, f"README block {place}", "README.md", 0)
            runner.run(test, clear_globs=False)
            names = test.globs
    assert len(blocks) > 8
    assert runner.failures == 0


def said(kind, value, through, at=None, **more):
    """Return a report through a day, or of days "first/last", that came out at its end."""
    start, _, end = str(through).rpartition("/")
    days = [_day(day) for day in (start, end) if day]
    row = {"kind": kind, "value": value, "period_end": days[-1], "reported_at": at or days[-1]}
    if len(days) > 1:
        row["period_start"] = days[0]
    return row | more


def _day(day):
    return f"2024-01-{int(day):02}" if len(day) < 3 else day


def _since(day, value, through, at=None):
    return said("total", value, through, at, period_start=_day(day))


def _later(report_id, at, **columns):
    return {"refers_to": report_id, "reported_at": at, "action": "revise"} | columns


MONDAY = [
    said("period", 28, "28/28", "2024-01-28 14:00", report_id="a"),
    said("total", 59, "28", "2024-01-28 14:00", period_start="2024-01-27", report_id="b"),
    _later("a", "2024-01-28 15:36", value=27),
    _later("b", "2024-01-28 15:36", value=58),
    said("more", 26, "28", "2024-01-29 00:09"),
]
#: The ledger of each line of the README's table, in its order.
LINES = [
    MONDAY[:1],
    MONDAY[:2],
    MONDAY[:4],
    MONDAY,
    [said("total", 30, "1"), said("total", 50, "2", "2024-01-02 12:00"),
     said("period", 40, "2/2", "2024-01-03 08:00"), said("period", 5, "3/3")],
    [said("total", 31, "27"), said("period", 28, "28/28", "2024-01-28 14:00")],
    [said("total", 31, "28", "2024-01-28 08:00"),
     said("period", 28, "28/28", "2024-01-28 20:00")],
    [said("total", 31, "28", "2024-01-28 08:00"), said("more", 26, "28", "2024-01-28 12:00"),
     said("period", 28, "28/28", "2024-01-28 20:00")],
    [said("total", 31, "27"), said("more", 26, "28", "2024-01-28 14:00"),
     said("period", 27, "28/28", "2024-01-29 08:00")],
    [said("total", 31, "27"), said("more", 26, "28"), said("total", 32, "27", "2024-01-29")],
    [said("total", 100, "10"), said("period", 500, "1/31")],
    [said("period", 5, "1/3"), said("period", 9, "1/5")],
    [said("period", 28, "10/10"), said("total", 100, "20")],
    [said("total", 100, "1"), said("total", "at least 80", "2")],
    [said("total", 80, "1"), said("total", "about 100", "2")],
    [said("total", 9, "1"), said("total", "fewer than 36", "2")],
    [said("total", 13, "1"), said("total", "11 to 17", "2")],
    [said("total", 50, "1"), said("more", 23, "2"), said("total", 52, "1", "2024-01-03")],
    [said("total", 60, "1"), said("more", 9, "2"), said("more", 3, "3"),
     said("period", 10, "2/2", "2024-01-04"), said("period", 2, "3/3", "2024-01-04")],
    [said("total", 900, "2023-12-31"), _since("1", 12, "10"), said("total", 915, "20"),
     _since("1", 15, "25")],
    [said("period", 20, "1/7"), said("period", 25, "8/14"),
     said("period", 23, "1/14", "2024-01-15")],
    [said("total", 31, "27"), said("total", 59, "28", "2024-01-28 14:00"),
     said("period", 27, "28/28", "2024-01-29 08:00")],
    [said("total", 100, "1"), said("more", 5, "2"), said("total", 120, "2")],
    [said("total", 60, "1"), said("period", 40, "2/2"), _since("3", 70, "9")],
    [said("total", 57, "1"), said("total", 61, "2"), said("more", 3, "1", "2024-01-03")],
    [said("total", 100, "1"), said("more", -7, "2")],
    [said("total", "fewer than 100", "1", report_id="a"), _later("a", "2024-01-02", value=57)],
    [said("total", 500, "10"), said("total", 100, "2204-01-10", "2024-01-11")],
    [said("total", 16, "1", "2024-01-01 10:00"),
     said("total", 160, "1", "2024-01-01 12:00", report_id="a"),
     _later("a", "2024-01-01 14:00", action="retract")],
    [said("total", 16, "1", "2024-01-01 10:00"), said("total", None, "1", "2024-01-01 18:00")],
    [said("total", 80, "2"), said("total", 100, "1", "2024-01-03")],
    [said("incident", value, day) for value, day in ((4, "1"), ("2 to 6", "2"), (7, "3"))],
    [said("total", 300, "1", outcome="missing"), said("total", 20, "2", outcome="missing")],
    [said("total", 280, "1", outcome="missing"), said("more", -20, "2", outcome="missing")],
    [said("total", 100, "1"), said("more", 4, "2024-06-01")],
]  # fmt: skip
LINE = re.compile(r"^\| (.+?) \| (.+?) \| (.*?) ?\|$", flags=re.M)


def printed(row):
    """Write a row of running totals as the README's table does."""
    low, high, number = row["low"], row["high"], f"{row['total']:,}"
    if pd.isna(high):
        number += f", at least {low:,}"
    elif not low == row["total"] == high:
        number += f", {low:,} to {high:,}"
    return f"{number} `{row['basis']}`"


def test_every_line_of_the_table_of_cases_comes_out_so():
    table = README.split("| reports | headline | beside it |\n|---|---|---|\n")[1].split("\n\n")[0]
    lines = LINE.findall(table)
    assert len(lines) == len(table.splitlines()) == len(LINES)
    for (told, headline, beside), reports in zip(lines, LINES, strict=True):
        rows = [row if "action" in row else row | {"source": "Ministry"} for row in reports]
        named = [{"report_id": f"x{place}"} | row for place, row in enumerate(rows)]
        ledger = cas.Ledger(named)
        totals = ledger.totals().to_dict("records")
        assert printed(totals[-1]) == headline, told
        before = re.search(r"the (?:day|row) before: (.*)", beside)
        assert before is None or printed(totals[-2]) == before[1], told
        rest = re.search(r"unexplained (\S+)", beside)
        assert rest is None or totals[-1]["unexplained"] == int(rest[1].replace("−", "-")), told
        codes = re.findall(r"`(\w+)`", beside[: before.start()] if before else beside)
        assert ledger.check()["code"].tolist() == codes, told


@pytest.mark.extra
def test_the_code_of_the_readme_is_typed(tmp_path):
    mypy = pytest.importorskip("mypy.api")
    parser = doctest.DocTestParser()
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    code = "".join(e.source for block in blocks for e in parser.get_examples(block))
    (tmp_path / "readme.py").write_text(code, encoding="utf-8")
    settings = "[mypy]\nstrict = True\n" + "".join(
        f"[mypy-{name}.*]\nfollow_imports = skip\nignore_missing_imports = True\n"
        for name in ("pandas", "matplotlib", "pyarrow")
    )
    (tmp_path / "mypy.ini").write_text(settings)
    told, problems, status = mypy.run(
        ["--config-file", str(tmp_path / "mypy.ini"), str(tmp_path / "readme.py")]
    )
    assert status == 0, told + problems
    (tmp_path / "readme.py").write_text(code + "ledger.totls()\n", encoding="utf-8")
    told, _, status = mypy.run(
        ["--config-file", str(tmp_path / "mypy.ini"), str(tmp_path / "readme.py")]
    )
    assert status == 1
    assert 'has no attribute "totls"' in told


def test_the_reference_lists_every_public_name():
    table = README.split("## Reference")[1]
    for name in cas.__all__:
        assert f"`{name}`" in table, name
    members = [name for name in dir(cas.Ledger) if not name.startswith("_")]
    for name in members:
        assert f"`{name}`" in table, name


def test_the_columns_and_codes_are_all_described():
    for column in schema.COLUMNS:
        assert f"`{column}`" in README, column
    words = (*schema.KINDS, *schema.BASES, *schema.CAUSES, *schema.CHANGES)
    for word in (*words, *schema.QUALIFIERS, *schema.ACTIONS):
        assert f"`{word}`" in README, word
    for word, code in zip(schema.CODES, schema.Code, strict=True):
        assert f"| `{word}` | {schema.SEVERITIES[schema.severity_of(code)]} |" in README, word


def test_the_public_surface_is_what_was_decided():
    assert sorted(cas.__all__) == sorted(
        ["Ledger", "LedgerError", "Prefer",
         "concat", "describe_dataset", "edits", "from_git", "from_snapshots", "from_vintages",
         "list_datasets", "load_dataset", "parse_count", "read_csv", "read_excel", "read_json",
         "read_parquet", "reconcile", "report_schema"]
    )  # fmt: skip


def test_every_picture_is_there():
    for path in set(re.findall(r"\]\((examples/pictures/.*?)\)", README)):
        assert (ROOT / path).stat().st_size > 1000


def test_every_public_name_has_a_docstring_with_an_example():
    named = {name: getattr(cas, name) for name in cas.__all__}
    for owner in (cas.Ledger, Plot):
        members = [name for name in dir(owner) if not name.startswith("_")]
        named |= {f"{owner.__name__}.{name}": getattr(owner, name) for name in members}
    for name, member in named.items():
        assert member.__doc__, name
        assert ">>> " in member.__doc__, name
        assert "+SKIP" not in member.__doc__, name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("karabakh_2020", 0),
        ("reconcile_two_files", 1),
        ("ledger_from_snapshots", 0),
        ("toll_page", 0),
        pytest.param("scale_out_dask", 0, marks=pytest.mark.extra),
    ],
)
def test_every_example_runs_as_it_stands(name, code, tmp_path):
    if name == "scale_out_dask":
        pytest.importorskip("dask.dataframe")
    path = ROOT / "examples" / f"{name}.py"
    done = subprocess.run(
        [sys.executable, str(path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert done.stdout
    assert done.stderr == ""


def test_the_first_command_tells_where_its_charts_are_and_what_its_words_mean(capsys):
    runpy.run_path(str(ROOT / "examples" / "karabakh_2020.py"), run_name="__main__")
    text, *charts = capsys.readouterr().out.split("\nChart written to ")
    for chart, name in zip(charts, ("totals", "history"), strict=True):
        path = Path(chart.splitlines()[0])
        assert path == ROOT / "examples" / "output" / f"karabakh_2020_{name}.png"
        assert path.exists()
    *table, words = text.splitlines()
    for basis in ("stated", "floor"):
        assert sum(basis in row for row in table[-5:]) > 0
        assert basis in words
    assert "unexplained: " in words

    names = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert names == {
        "karabakh_2020",
        "reconcile_two_files",
        "ledger_from_snapshots",
        "scale_out_dask",
        "pictures",
        "toll_page",
        "page_picture",
    }


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_every_notebook_runs_from_top_to_bottom(path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code), "not run"
    assert all(cell.outputs for cell in code[1:]), "without outputs"
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": ROOT}}).execute()


def test_the_pictures_can_be_drawn_again(tmp_path):
    mpl.use("Agg")
    draw = runpy.run_path(str(ROOT / "examples" / "pictures.py"))["main"]
    draw(tmp_path)
    assert len(list(tmp_path.glob("*.png"))) == 11


def test_the_numbers_in_prose_about_the_data_are_theirs():
    war = cas.load_dataset("karabakh_2020").reports
    tolls = cas.load_dataset("revised_tolls").reports
    said = f"{len(war)} reports by {war['source'].nunique()} speakers"
    assert said in README
    assert f"{tolls['event'].nunique()} events, from Oklahoma City 1995 to Kerr County" in README
    assert f"counted anew: {len(tolls)} reports" in README
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"completed ({len(war)} reports)" in changes
    notebook = (ROOT / "notebooks" / "02_reconciling_revisions.ipynb").read_text(encoding="utf-8")
    maria = tolls[(tolls["event"] == "Hurricane Maria 2017")]
    maria = maria[maria["source"] == "Puerto Rico government"].groupby("definition", observed=True)
    last = maria["value"].last()
    assert f"{last['excess'] // last['counted']} times the old one" in notebook
    assert tolls["event"].nunique() == 60  # notebook 3: "Of sixty events"


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_every_cell_of_a_notebook_that_draws_keeps_its_picture(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    drawing = [cell for cell in cells if ".plot." in "".join(cell["source"]) and "outputs" in cell]
    assert drawing
    for cell in drawing:
        assert any("image/png" in output.get("data", {}) for output in cell["outputs"])


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_every_number_in_the_prose_of_a_notebook_is_in_the_data_or_its_outputs(path):
    known = {46, 107, 292}  # 2,975 by 64, tested above; 84 and 23; at least 231, 21 and 40
    for name in cas.list_datasets():
        reports = cas.load_dataset(name).reports
        known |= set(reports["value"].dropna().astype(int))
    prose = ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            prose += "".join(cell["source"]) + "\n"
        for output in cell.get("outputs", []):
            shown = output.get("text", output.get("data", {}).get("text/plain", ""))
            known |= numbers_in("".join(shown))
    prose = re.sub(r"\d\d:\d\d|\b(19|20)\d\d\b|\d+ (August|September|October|December)", " ", prose)
    told = {number for line in prose.splitlines() for number in numbers_in(line) if number > 12}
    assert told <= known, told - known


def test_the_readme_knows_at_how_many_instants_the_page_can_be_set():
    many = cas.load_dataset("karabakh_2020").reports["reported_at"].nunique()
    assert f"with its {many} instants" in README
