"""The fields of a CSV file: both parsers read the same, or the quick one leaves it to the other."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import many

import casualties as cas
from casualties.formats import csv as fields

pieces = st.sampled_from([*'ab,,\n\n" \rx\t', "\r\n", "é", '""', '"b"', ',"', '",', "\x01"])


@many(1500)
@given(st.sampled_from([["x", "y"], ["x", "y", "z"]]), st.lists(pieces, max_size=20))
def test_the_quick_parser_reads_what_the_other_reads(names, body):
    pytest.importorskip("pyarrow")
    data = (",".join(names) + "\n" + "".join(body)).encode()
    quick = fields._in_parallel(data, names, ",")
    if quick is not None:
        slow = fields._one_by_one("", data, "utf-8-sig", names, ",")
        assert quick.astype("str").to_dict("list") == slow.astype("str").to_dict("list")


@many(300)
@given(
    st.lists(st.lists(st.text(max_size=4), min_size=2, max_size=2), min_size=1, max_size=4),
)
def test_what_pandas_writes_is_read_back_by_the_quick_parser(rows):
    pytest.importorskip("pyarrow")
    table = pd.DataFrame(rows, columns=["x", "y"])
    try:
        data = table.to_csv(index=False, lineterminator="\n", quoting=1).encode()
    except UnicodeEncodeError:
        return
    quick = fields._in_parallel(data, ["x", "y"], ",")
    if quick is None:
        assert b"\r" in data or b"\0" in data
        return
    assert quick.astype(object).to_numpy().tolist() == rows


def test_an_unknown_encoding_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("source,kind,reported_at,value\nM,total,2024-03-05,\n")
    with pytest.raises(cas.LedgerError, match="unknown encoding 'utf-9'"):
        cas.read_csv(path, encoding="utf-9")
    assert len(cas.read_csv(path, encoding="UTF-8")) == 1
    assert len(cas.read_csv(path, encoding="latin-1")) == 1


@pytest.mark.parametrize("quick", [True, False])
def test_blank_rows_and_columns_of_a_sheet_are_no_reports(tmp_path, monkeypatch, quick):
    if not quick:
        monkeypatch.setattr(fields, "_in_parallel", lambda data, names, mark: None)
    path = tmp_path / "x.csv"
    path.write_text(
        "source,,kind,reported_at,value,,\n,,,,,,\nM,,total,2024-03-05,5,why,\n,,,,,,\n"
        "M,,total,2024-03-06,x,,\n"
    )
    with pytest.raises(cas.LedgerError, match=r"is not a count in row 3 \(line 5\)"):
        cas.read_csv(path)
    path.write_text(path.read_text().replace("x", "7"))
    reports = cas.read_csv(path).reports
    assert reports["value"].tolist() == [5, 7]
    assert reports["Unnamed: 5"].tolist() == ["why", ""]
    assert not {"", "Unnamed: 1", "Unnamed: 6"} & {*reports.columns}


def test_a_ledgers_own_file_keeps_columns_that_are_called_like_days(tmp_path):
    row = {"value": 5, "reported_at": "2024-05-06", "week": 19, "Killed": 3}
    kept = {"week": None, "Killed": None}
    ledger = cas.Ledger([row], source="M", kind="total", columns=kept)
    ledger.to_csv(tmp_path / "own.csv")
    assert cas.read_csv(tmp_path / "own.csv") == ledger
