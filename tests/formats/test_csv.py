"""The fields of a CSV file: read as they stand, or refused by their row."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import many

import casualties as cas
from casualties.formats.csv import parse

pieces = st.sampled_from([*'ab,,\n\n" \rx\t', "\r\n", "é", '""', '"b"', ',"', '",', "\x01"])


@many(1500)
@given(st.sampled_from([["x", "y"], ["x", "y", "z"]]), st.lists(pieces, max_size=20))
def test_what_is_read_is_what_the_standard_library_reads(names, body):
    text = ",".join(names) + "\n" + "".join(body)
    try:
        table = parse(text.encode(), "x.csv", "utf-8")
    except cas.LedgerError:
        return
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    assert table.to_numpy().tolist() == [row for row in rows if any(row)]


@many(300)
@given(
    st.lists(st.lists(st.text(max_size=4), min_size=2, max_size=2), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_standard_library_writes_is_read_back(rows, end):
    rows = [row for row in rows if any(row)]
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([["x", "y"], *rows])
    try:
        data = file.getvalue().encode()
    except UnicodeEncodeError:
        return
    assert parse(data, "x.csv", "utf-8").to_numpy().tolist() == rows


def test_a_field_may_hold_a_page(tmp_path):
    row = {"value": 5, "reported_at": "2024-05-06", "note": "x" * 200_000}
    ledger = cas.Ledger([row], source="M", kind="total")
    ledger.to_csv(tmp_path / "x.csv")
    assert cas.read_csv(tmp_path / "x.csv") == ledger


def test_a_quote_that_is_not_closed_is_told(tmp_path):
    (tmp_path / "x.csv").write_text('source,value\nM,5\n"N,6\n')
    with pytest.raises(cas.LedgerError, match="a quote may not be closed"):
        cas.read_csv(tmp_path / "x.csv")


def test_an_unknown_encoding_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("source,kind,reported_at,value\nM,total,2024-03-05,\n")
    with pytest.raises(cas.LedgerError, match="unknown encoding 'utf-9'"):
        cas.read_csv(path, encoding="utf-9")
    assert len(cas.read_csv(path, encoding="UTF-8")) == 1
    assert len(cas.read_csv(path, encoding="latin-1")) == 1


def test_blank_rows_and_columns_of_a_sheet_are_no_reports(tmp_path):
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
