"""What the schema of a report allows comes through the door."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import many

import casualties as cas
from casualties.__main__ import main
from casualties.model.schema import COLUMNS, MAX_COUNT, WHOLE, plainly

TYPES = {"string": str, "integer": int, "object": dict, "array": list, "null": type(None)}


def allows(schema, value):
    """Whether a schema allows a value: the words of JSON Schema that it uses, read one by one."""
    if isinstance(schema, bool):
        return schema
    known = {"$schema", "title", "description", "format", "then", "properties", "required",
             "additionalProperties", "items", "type", "enum", "const", "pattern", "minimum",
             "maximum", "allOf", "anyOf", "not", "if"}  # fmt: skip
    assert set(schema) <= known
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = [not kinds or any(isinstance(value, TYPES[kind]) for kind in kinds)]
    fits += ["enum" not in schema or value in schema["enum"]]
    fits += ["const" not in schema or value == schema["const"]]
    if isinstance(value, str) and "pattern" in schema:
        fits.append(re.search(schema["pattern"], value) is not None)
    if isinstance(value, int):
        fits += [value >= schema.get("minimum", value), value <= schema.get("maximum", value)]
    if isinstance(value, list):
        fits += [allows(schema.get("items", True), item) for item in value]
    if isinstance(value, dict):
        named = schema.get("properties", {})
        fits += [allows(named[name], item) for name, item in value.items() if name in named]
        fits += [name in value for name in schema.get("required", [])]
        fits.append(schema.get("additionalProperties", True) or set(value) <= set(named))
    fits += [allows(part, value) for part in schema.get("allOf", [])]
    fits.append("anyOf" not in schema or any(allows(part, value) for part in schema["anyOf"]))
    fits.append("not" not in schema or not allows(schema["not"], value))
    if "if" in schema and allows(schema["if"], value):
        fits.append(allows(schema["then"], value))
    return all(fits)


DRAFT = {
    "source": "Ministry", "kind": "total", "value": 58, "reported_at": "2020-09-28T15:36+04:00",
    "quote": "58 in all",
}  # fmt: skip
texts = st.sampled_from(
    [
        "",
        "all",
        "Total",
        "ALL ",
        "both  sides",
        "al\u200bl",
        "ＴＯＴＡＬ",
        "Total: (2 places)",
        "ς",
        "North",
        "a\0b",
        "x" * 300,
        "é",
        " ",
    ]
)
numbers = st.sampled_from([None, 0, 5, -5, 7, 10**12, 10**13, "5", 5.5])
moments = st.sampled_from([
    "2020-09-28", "2020-09-28T15:36+04:00", "2020-09-28T15:36:07Z", "2020-09-28 15:36",
    "1500-01-01", "2020-13-01", "soon", "",
])  # fmt: skip
days = st.sampled_from(["2020-09-27", "2020-09-28", "28/09/2020", "", "2020-09-28T10:00"])
drafts = st.fixed_dictionaries(
    {"source": texts, "kind": st.sampled_from(["total", "period", "more", "incident", "totl", ""]),
     "reported_at": moments},
    optional={"value": numbers, "low": numbers, "high": numbers, "side": texts, "category": texts,
              "qualifier": st.sampled_from(
                  "exact about at_least more_than at_most less_than range odd".split()),
              "period_start": days, "period_end": days, "event": texts, "quote": texts,
              "via": texts, "extra": texts, "action": st.just("report")},
)  # fmt: skip


def read(rows, folder):
    path = folder / "drafts.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return cas.read_json(path)


@pytest.mark.hypothesis
def test_what_the_schema_allows_is_read_as_it_is(tmp_path):
    schema = cas.report_schema()

    @many(2000)
    @given(st.one_of(drafts, drafts.map(DRAFT.__or__), drafts.map(lambda row: row | DRAFT)))
    def holds(row):
        ordered = row.get("period_start", "") <= row.get("period_end", "9")
        whole = {plainly(row.get(name, "")) for name in ("side", "category")} & WHOLE - {"all"}
        if ordered and not whole and allows(schema, row):
            assert len(read([row], tmp_path)) == 1

    holds()


def test_an_ordinary_draft_is_allowed_and_odd_ones_are_not(tmp_path):
    schema = cas.report_schema()
    good = [{}, {"value": None, "qualifier": "range", "low": 5, "high": 9}, {"value": None},
            {"kind": "more", "value": -7}, {"value": None, "low": 5}, {"side": "all"},
            {"kind": "period", "period_end": "2020-09-28"}, {"side": "Totalis"}]  # fmt: skip
    for change in good:
        assert allows(schema, DRAFT | change), change
        assert len(read([DRAFT | change], tmp_path)) == 1
    odd = [{"source": ""}, {"side": "a\0b"}, {"category": "a\0b"},
           {"kind": "period"}, {"value": -7}, {"extra": "x"},
           {"value": "58"}, {"reported_at": "2020-09-28 15:36"}, {"value": None, "high": 5},
           {"qualifier": "range"}, {"qualifier": "less_than", "value": 0}, {"action": "deny"},
           {"value": None, "low": 5, "qualifier": "about"}]  # fmt: skip
    for change in odd:
        assert not allows(schema, DRAFT | change), change
    assert not allows(schema, {"source": "M"})
    unsaid = {name: DRAFT[name] for name in DRAFT if name != "value"}
    assert not allows(schema, unsaid), "who gives no number says null"
    assert allows(schema, unsaid | {"value": None})


def test_the_schema_has_the_columns_of_a_report_in_their_order():
    columns = cas.report_schema()["properties"]
    assert [*columns] == [name for name in COLUMNS if name not in ("action", "refers_to")]
    for name in ("value", "low", "high"):
        assert (columns[name]["minimum"], columns[name]["maximum"]) == (-MAX_COUNT, MAX_COUNT)


def test_a_shell_prints_the_schema_and_reads_a_table(tmp_path, capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == cas.report_schema()
    table, out = tmp_path / "log.csv", tmp_path / "ledger.csv"
    table.write_text(
        "Day;Time;Killed;Injured;Place\n5/6/2024;14:00;at least 12;scores;North\n"
        "6/6/2024;;1.300;n/a;Total\n", encoding="utf-8",
    )  # fmt: skip
    ask = ["read", str(table), "-o", str(out), "--column", "Day=reported_at", "--column",
           "Time=reported_at", "--column", "Place=side", "--whole", "Total", "--value",
           "Killed=outcome:killed", "--value", "Injured=wounded", "--word", "scores=40", "--dates",
           "dmy", "--na", "n/a", "--thousands", ".", "--source", "M",
           "--kind", "total"]  # fmt: skip
    assert main(ask) == 0
    assert capsys.readouterr().out == f"{out}: 3 reports\n"
    told = cas.read_csv(out).reports
    assert told[["side", "outcome", "value", "low"]].values.tolist() == [
        ["North", "killed", 12, 12], ["North", "wounded", 40, 40], ["all", "killed", 1300, 1300]
    ]  # fmt: skip
    assert main([*ask[:-2], "--kind", "totl"]) == 2
    assert "Did you mean 'total'" in capsys.readouterr().err
    assert main([*ask, "--word", "scores=many"]) == 2
    assert "words['scores'] gives no bound" in capsys.readouterr().err
