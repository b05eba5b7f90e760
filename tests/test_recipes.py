"""The recipes run as they stand, one after the other, in an empty folder."""

import doctest
import re
import shlex
import shutil
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from ledgers import article

import casualties as cas
from casualties.__main__ import main

PAGE = Path(__file__).parent.parent / "examples" / "recipes.md"
RECIPES = PAGE.read_text(encoding="utf-8")


def test_every_recipe_runs(tmp_path, monkeypatch):
    pytest.importorskip("openpyxl")
    pytest.importorskip("pyarrow")
    if shutil.which("git") is None:
        pytest.skip("no git here")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", RECIPES, flags=re.DOTALL)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    names: dict[str, object] = {}
    with pd.option_context("display.width", 200, "display.max_columns", 30):
        for place, block in enumerate(blocks):
            test = doctest.DocTestParser().get_doctest(block, names, f"recipe {place}", "", 0)
            runner.run(test, clear_globs=False)
            names = test.globs
    plt.close("all")
    assert len(blocks) > 12
    assert runner.failures == 0


def test_the_commands_of_the_recipes_are_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    article().to_csv("ledger.csv")
    article().to_csv("before.csv")
    for name, killed in (("may", 5), ("june", 6)):
        days = {"Day": ["2024-05-05", "2024-05-06"], "Killed": [3, killed]}
        pd.DataFrame(days).to_csv(f"{name}_table.csv", index=False)
    shell = re.findall(r"```sh\n(.*?)```", RECIPES, flags=re.DOTALL)
    lines = [line for block in shell for line in block.splitlines()]
    asked = [
        shlex.split(part) for line in lines for part in line.split("&&") if "casualties " in part
    ]
    assert len(asked) == 7
    for words in asked:
        assert main(words[1:]) == ("may.csv" in words and words[1] == "reconcile"), words
    capsys.readouterr()


@pytest.mark.parametrize(
    "name",
    "reports series totals history revisions revision_summary increments changes check citations "
    "current vintages compare".split(),
)
def test_frames_go_to_parquet_and_excel_without_a_hitch(tmp_path, name):
    pytest.importorskip("pyarrow")
    pytest.importorskip("openpyxl")
    ledger = cas.load_dataset("karabakh_2020").where(source="AFP")
    frame = ledger.reports if name == "reports" else getattr(ledger, name)()
    frame = frame.rename(columns=str)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame.to_parquet(tmp_path / "x.parquet")
        zoned = frame.select_dtypes("datetimetz").columns
        plain = frame.assign(**{c: frame[c].dt.tz_localize(None) for c in zoned})
        plain.to_excel(tmp_path / "x.xlsx")
    assert len(pd.read_parquet(tmp_path / "x.parquet")) == len(frame)
