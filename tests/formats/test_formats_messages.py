"""What is said of a file that cannot be read or written, word for word (``messages.txt``)."""

import sys
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from golden import Golden

import casualties as cas

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("pyarrow")

SAID = {"source": "M", "kind": "total", "reported_at": "2024-03-05"}
FIVE = cas.Ledger([SAID | {"value": 5}])


def csv(content, **options):
    def make():
        Path("log.csv").write_bytes(content)
        cas.read_csv("log.csv", **options)

    return make


def json(content):
    def make():
        Path("log.json").write_text(content, "utf-8")
        cas.read_json("log.json")

    return make


def excel(change=lambda page: None, sheet=None):
    """A workbook of March and April, or (`change`) of March alone with an odd cell."""

    def make():
        book = openpyxl.Workbook()
        for row in (["value", "reported_at"], [5, "2024-03-05"]):
            book.active.append(row)
        book.active.title = "March"
        if change(book.active) == "two":
            book.create_sheet("April")
        book.save("log.xlsx")
        cas.read_excel("log.xlsx", sheet=sheet, source="M", kind="total")

    return make


def shown(style):
    return lambda page: [setattr(page["A2"], name, value) for name, value in style.items()][:0]


def bytes_of(name, read):
    def make():
        Path(name).write_bytes(b"no such file")
        read(name)

    return make


def written(write, ledger=FIVE):
    def make():
        Path("folder").mkdir()
        write(ledger)

    return make


def without(module, do):
    """Do something where a library is not installed."""

    def make():
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            do()

    return make


GOLDEN = Golden(__file__, {
    "an empty file": csv(b""), "a column twice": csv(b"source,source\na,b\n"),
    "fewer fields": csv(b"source,kind\nM\n"), "more fields": csv(b"a,b\n1,2,3\n1,2,3\n"),
    "another encoding": csv(b"source\n\xc9\n"), "no such encoding": csv(b"a\n", encoding="utf-9"),
    "a quote that is not closed": csv(b'source,kind\n"M,total\n'),
    "a problem with its line": csv(
        b"source,kind,reported_at,value\n\nM,total,2024-03-05,dozens\n"),
    "no JSON": json("{"), "a name twice": json('[{"value": 5, "value": 6}]'),
    "JSON of something else": json('{"data": [], "days": []}'),
    "no workbook": bytes_of("log.xlsx", cas.read_excel),
    "an empty sheet": excel(lambda page: page.delete_rows(1, 2)),
    "several sheets": excel(lambda page: "two"), "no such sheet": excel(sheet="Marsh"),
    "merged cells": excel(lambda page: page.merge_cells("A2:B2")),
    "struck through": excel(shown({"font": openpyxl.styles.Font(strike=True)})),
    "shown with a sign": excel(shown({"number_format": '0"+"'})),
    "a formula": excel(shown({"value": "=1+1"})), "an error": excel(shown({"value": "#REF!"})),
    "no Parquet": bytes_of("log.parquet", cas.read_parquet),
    "Parquet without columns": lambda: (
        pd.DataFrame(index=range(1)).to_parquet("log.parquet", index=False),
        cas.read_parquet("log.parquet")),
    "cells of several types": written(
        lambda ledger: ledger.to_parquet("log.parquet"),
        cas.Ledger([SAID | {"value": 5, "own": own} for own in (12, "12a")])),
    "a long text": written(lambda ledger: ledger.to_excel("log.xlsx"),
                           cas.Ledger([SAID | {"value": 5, "note": "x" * 40_000}])),
    "a folder": written(lambda ledger: ledger.to_csv("folder")),
    "no name": written(lambda ledger: ledger.to_csv("")),
    "no such folder": written(lambda ledger: ledger.to_csv("nowhere/log.csv")),
    "a compressed file": written(lambda ledger: ledger.to_csv("log.csv.gz")),
    "no openpyxl": without("openpyxl", partial(FIVE.to_excel, "log.xlsx")),
    "no pyarrow": without("pyarrow", partial(FIVE.to_parquet, "log.parquet")),
})  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN.names)
def test_what_is_said_of_a_file_is_what_the_file_of_messages_has(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    GOLDEN.compare(name)
