"""The README is true: its code runs, its tables are complete, its pictures exist."""

import doctest
import re
import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

import casualties as cas
from casualties.answers.checks import SEVERITY
from casualties.model import schema
from casualties.plots.accessor import Plot

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
    for code, severity in SEVERITY.items():
        assert f"| `{code}` | {severity} |" in README, code


def test_the_public_surface_is_what_was_decided():
    assert sorted(cas.__all__) == sorted(
        ["Count", "Highest", "Latest", "Ledger", "LedgerError", "Lowest", "Prefer",
         "concat", "describe_dataset", "edits", "from_git", "from_snapshots", "from_vintages",
         "list_datasets", "load_dataset", "parse_count", "read_csv", "read_excel", "read_json",
         "read_parquet", "reconcile"]
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
    for basis in ("stated", "summed"):
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
