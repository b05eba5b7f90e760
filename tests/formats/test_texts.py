"""Files are written by column, each different cell once, and say what row by row would say."""

import csv
import json
import random

import pytest
from random_ledgers import PRESETS, ZONES, table

import casualties as cas
from casualties.formats.whole import writable

NASTY = ["a,b", '"q"', "x\ny", "%s %d", "100%", "=1", "  ", "é", "\t", "nan", "None", "[1]", "a\rb"]


def ledger(seed):
    rng = random.Random(seed)
    rows = table(rng, rng.choice(list(PRESETS)), most=30)
    for row in rows:
        row["reason"] = rng.choice([*NASTY[: 12 + seed % 2], ""])
        if seed % 3 == 0:
            row["page"] = rng.choice([1, 2.5, None, "x", True, [1, 2], {"a": 1}])
        if seed % 5 == 0:
            row["mark"] = rng.choice([*NASTY[:12], None])
        if seed % 4 == 0 and len(row["reported_at"]) > 10:
            row["reported_at"] += ":01.250"
    return cas.Ledger(rows, tz=rng.choice([*ZONES, "Europe/Amsterdam"]))


@pytest.mark.parametrize("seed", range(30))
def test_a_csv_is_that_of_pandas(seed, tmp_path):
    made = ledger(seed)
    made.to_csv(tmp_path / "ours.csv")
    plain = writable(made.reports, made.tz)
    returns = plain.astype(str).apply(lambda column: column.str.contains("\r")).any(axis=None)
    quoting = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    plain.to_csv(tmp_path / "theirs.csv", index=False, lineterminator="\n", quoting=quoting)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


@pytest.mark.parametrize("seed", range(30))
def test_json_holds_each_cell_that_is_not_blank(seed, tmp_path):
    made = ledger(seed)
    made.to_json(tmp_path / "ours.json")
    found = json.loads((tmp_path / "ours.json").read_text(encoding="utf-8"))
    plain = writable(made.reports, made.tz).to_dict("records")
    assert list(found[0]) == list(plain[0]), "the first names every column"
    for place, (one, row) in enumerate(zip(found, plain, strict=True)):
        cells = {
            k: v
            for k, v in row.items()
            if isinstance(v, list | dict)
            or not (v is None or v != v or v == "" or str(v) == "<NA>")
        }
        assert cells == ({k: v for k, v in one.items() if v is not None} if not place else one)
    assert cas.read_json(tmp_path / "ours.json", tz=made.tz) == made


def test_no_report_is_a_file_too(tmp_path):
    cas.Ledger([]).to_csv(tmp_path / "none.csv")
    cas.Ledger([]).to_json(tmp_path / "none.json")
    assert (tmp_path / "none.csv").read_text().count("\n") == 1
    assert (tmp_path / "none.json").read_text() == "[]\n"
