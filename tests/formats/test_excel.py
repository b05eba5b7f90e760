"""Excel workbooks: what people's logs hold, and what is refused by the cell's name."""

import datetime as dt
import re
import sys
import time
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pytest
from ledgers import article

import casualties as cas
from casualties.formats import excel

openpyxl = pytest.importorskip("openpyxl")
rich_text = pytest.importorskip("openpyxl.cell.rich_text")
cell_text = pytest.importorskip("openpyxl.cell.text")

HEAD = ["source", "kind", "value", "reported_at"]


def book(tmp_path, rows, change=lambda page: None, title="Log"):
    path = tmp_path / "log.xlsx"
    work = openpyxl.Workbook()
    page = work.active
    page.title = title
    for row in rows:
        page.append(row)
    change(page)
    work.save(path)
    return path


def problem(path, **options):
    with pytest.raises(cas.LedgerError) as error:
        cas.read_excel(path, **options)
    assert "log.xlsx" in str(error.value)
    return str(error.value)


def test_a_round_trip_gives_an_equal_ledger(tmp_path):
    odd = cas.Ledger(
        [
            {"value": "about 3", "source": "Հայաստան", "note": 'a,"b"\r\nc_x000D_', "page": 3.5},
            {"value": None, "source": "  Москва ", "note": "=1+1", "period_end": "1890-01-05"},
            {"value": ">7", "source": "=cmd()", "reported_at": "2024-03-06T10:00:00.123456+02:00"},
            {"value": 8, "source": "S", "note": "a\u2028\x85\ufffe\uffff\x7f\t\x1b\n"},
        ],
        tz="Asia/Kathmandu", kind="total", reported_at="2024-03-05 10:00",
    )  # fmt: skip
    for ledger in (odd, article(), cas.Ledger([]), cas.load_dataset("karabakh_2020")):
        ledger.to_excel(tmp_path / "x.xlsx")
        assert cas.read_excel(tmp_path / "x.xlsx", tz=ledger.tz) == ledger
        assert list(tmp_path.iterdir()) == [tmp_path / "x.xlsx"]
    page = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert page.title == "reports"


def test_numbers_and_instants_that_excel_cannot_keep_are_text(tmp_path):
    own = {"post": pd.array([1_800_000_000_000_000_001, None], "Int64"), "far": [np.inf, 1e22],
           "at": pd.to_datetime(["2024-05-06 10:00+09:00", "2024-05-07 10:00+09:00"])}  # fmt: skip
    told = pd.DataFrame({"value": [5, 6], "reported_at": "2024-05-06"}).assign(**own)
    ledger = cas.Ledger(told, source="M", kind="total")
    ledger.to_excel(tmp_path / "x.xlsx")
    assert cas.read_excel(tmp_path / "x.xlsx") == ledger


def test_formulas_in_texts_are_written_as_text(tmp_path):
    cas.Ledger(
        [{"value": 1, "source": "=1+1", "reported_at": "2024-03-05"}], kind="total"
    ).to_excel(tmp_path / "x.xlsx")
    cells = [c for row in openpyxl.load_workbook(tmp_path / "x.xlsx").active for c in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "=1+1" in [cell.value for cell in cells]


def test_excels_own_dates_are_dates_or_instants(tmp_path):
    rows = [HEAD, ["M", "total", 5, dt.date(2024, 3, 5)],
            ["M", "total", 6.0, pd.Timestamp("2024-03-06 15:36").to_pydatetime()],
            ["M", "total", 7, pd.Timestamp("2024-03-07").to_pydatetime()]]  # fmt: skip

    def timed(page):
        page["D4"].number_format = "dd/mm/yyyy hh:mm"

    told = cas.read_excel(book(tmp_path, rows, timed)).reports["reported_at"]
    assert told.dt.strftime("%H:%M:%S").tolist() == ["23:59:59", "15:36:00", "23:59:59"]


def test_rows_are_named_by_the_numbers_of_the_sheet(tmp_path):
    rows = [[], HEAD, ["M", "total", 5, "2024-03-05"], [], ["M", "total", "x", "2024-03-06"]]
    path = book(tmp_path, rows, lambda page: page.insert_rows(1))
    assert "is not a count in row 6" in problem(path)
    rows[-1][2] = 7
    assert cas.read_excel(book(tmp_path, rows)).reports["value"].tolist() == [5, 7]


def test_a_formatted_cell_in_the_last_row_costs_nothing(tmp_path):
    def stray(page):
        for column in (3, 2**14):
            page.cell(2**20, column).number_format = "0.00"

    path = book(tmp_path, [HEAD, ["M", "total", 5, "2024-03-05"]], stray)
    tracemalloc.start()
    try:
        assert len(cas.read_excel(path)) == 1
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_a_long_sheet_takes_little_longer_than_with_pandas(tmp_path):
    path = book(tmp_path, [HEAD, *(["M", "total", row, "2024-03-05"] for row in range(3000))])

    def spent(read):
        began = time.process_time()
        assert len(read(path)) == 3000
        return time.process_time() - began

    assert min(spent(cas.read_excel) / spent(pd.read_excel) for _ in range(3)) < 1.3


def test_a_formula_whose_result_is_no_text_is_a_blank_cell(tmp_path):
    path = book(tmp_path, [HEAD, ["M", "total", "=A9", "2024-03-05"]])
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as parts:
        files = {name: parts.read(name) for name in parts.namelist()}
    said = b'<c r="C2" t="str"><f>IF(A9="","",A9)</f><v></v></c>'  # as spreadsheets write it
    files[sheet] = re.sub(rb'<c r="C2"><f>A9</f><v ?/?>(</v>)?</c>', said, files[sheet])
    assert said in files[sheet]
    with zipfile.ZipFile(path, "w") as parts:
        for name, content in files.items():
            parts.writestr(name, content)
    assert cas.read_excel(path).reports["value"].isna().tolist() == [True]


def test_dates_as_text_need_their_order(tmp_path):
    rows = [HEAD, ["M", "total", 5, "05/03/2024"], ["M", "total", 6, dt.date(2024, 3, 6)]]
    assert "say which comes first" in problem(book(tmp_path, rows))
    ledger = cas.read_excel(tmp_path / "log.xlsx", dates="dmy")
    assert ledger.reports["period_end"].dt.day.tolist() == [5, 6]


def test_a_sheet_is_chosen_by_its_name(tmp_path):
    def second(page):
        other = page.parent.create_sheet("Other")
        other.append(HEAD)
        other.append(["N", "total", 9, "2024-03-05"])

    path = book(tmp_path, [HEAD, ["M", "total", 5, "2024-03-05"]], second)
    assert cas.read_excel(path, sheet="Log").reports["source"].tolist() == ["M"]
    assert cas.read_excel(path, sheet="Other").reports["source"].tolist() == ["N"]
    assert "unknown sheet 'Othr'; use one of Log, Other. Did you mean 'Other'?" in problem(
        path, sheet="Othr"
    )
    assert "unknown sheet 5" in problem(path, sheet=5)


def merge(page):
    page.merge_cells("A2:A3")


def formula(page):
    page["C2"] = "=2+3"


def error(page):
    page["C2"] = "#REF!"


def strike(page):
    page["C2"].font = openpyxl.styles.Font(strike=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (merge, "merged cells (A2:A3)"),
        (strike, "sheet 'Log': cell C2 holds what is struck through"),
        (formula, "sheet 'Log': cell C2 holds a formula"),
        (error, "sheet 'Log': cell C2 holds an error"),
        (lambda page: page.delete_rows(1, 9), "is empty"),
        (lambda page: page.insert_cols(1), None),
        (lambda page: page.cell(1, 5, "value"), "'value' occurs more than once"),
        (lambda page: page.cell(1, 3, "values"), "did you mean 'value'"),
        (lambda page: page.cell(2, 5, "stray"), None),
    ],
)
def test_a_broken_sheet_is_read_or_refused(tmp_path, change, said):
    path = book(tmp_path, [HEAD, ["M", "total", 5, "2024-03-05"]], change)
    if said:
        assert said in problem(path)
    else:
        assert cas.read_excel(path).reports["value"].tolist() == [5]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not an Excel workbook"),
        (b"source,kind\nM,total\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "save it as one"),
        (b"PK\x05\x06" + bytes(18), "not an Excel workbook"),
    ],
    ids=["empty", "a CSV file", "an old workbook", "an empty archive"],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, said):
    path = tmp_path / "log.xlsx"
    path.write_bytes(content)
    assert said in problem(path)


def test_half_a_workbook_is_refused(tmp_path):
    path = book(tmp_path, [HEAD])
    path.write_bytes(path.read_bytes()[:-300])
    assert "workbook" in problem(path)


def test_a_workbook_that_is_not_there_is_said_by_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.xlsx"):
        cas.read_excel(tmp_path / "nothing.xlsx")


def test_a_text_too_long_for_a_cell_is_refused(tmp_path):
    row = {"value": 1, "source": "M", "reported_at": "2024-03-05", "note": "x" * 40_000}
    with pytest.raises(cas.LedgerError, match="report 0 holds a text of 40,000"):
        cas.Ledger([row], kind="total").to_excel(tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


def test_without_openpyxl_the_extra_is_named(tmp_path, monkeypatch):
    path = book(tmp_path, [HEAD])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for ask in (lambda: cas.read_excel(path), lambda: article().to_excel(path)):
        with pytest.raises(ImportError, match=r"pip install 'casualties\[excel\]'"):
            ask()


def test_of_several_sheets_one_must_be_named(tmp_path):
    path = tmp_path / "months.xlsx"
    rows = pd.DataFrame({"value": [1], "reported_at": ["2025-03-01"]})
    asked = {"kind": "total", "source": "A"}
    rows.to_excel(path, sheet_name="March", index=False)
    assert len(cas.read_excel(path, **asked)) == 1
    with pd.ExcelWriter(path, mode="a") as book:
        rows.assign(remark="x").to_excel(book, sheet_name="April", index=False)
    with pytest.raises(
        cas.LedgerError, match="of the sheets March and April one is read; say which.*'March'"
    ):
        cas.read_excel(path, **asked)
    assert cas.read_excel(path, sheet="April", **asked).reports["remark"].tolist() == ["x"]


@pytest.mark.parametrize("form", ['0" dead"', "#,##0_);[Red](#,##0)", "0.00E+00", '"$"0', "0%"])
def test_a_cell_is_read_as_it_is_whatever_its_format(tmp_path, form):
    path = book(tmp_path, [["reported_at", "value", "own"], ["2024-05-01", 12, 0.4]],
                lambda page: setattr(page["B2"], "number_format", form))  # fmt: skip
    told = cas.read_excel(path, source="M", kind="total").reports
    assert told[["value", "own"]].values.tolist() == [[12, 0.4]]


@pytest.mark.parametrize("form", ['0"+"', '">"0', "\\~0"])
def test_a_number_that_is_shown_with_a_sign_is_refused(tmp_path, form):
    path = book(tmp_path, [["reported_at", "value"], ["2024-05-01", 12]],
                lambda page: setattr(page["B2"], "number_format", form))  # fmt: skip
    assert "sheet 'Log': cell B2 holds a number that is shown with a sign" in problem(path)


def test_a_part_of_a_cell_that_is_struck_or_raised_is_no_digit_of_its_number(tmp_path):
    def part(text, **font):
        return rich_text.TextBlock(cell_text.InlineFont(**font), text)

    def read(cell):
        path = book(tmp_path, [["Day", "N"], ["2024-05-01", rich_text.CellRichText(cell)]])
        shared = openpyxl.load_workbook(path, rich_text=True)
        shared.save(path)
        return cas.read_excel(
            path, columns={"Day": "reported_at", "N": "value"}, source="M", kind="total"
        )

    with pytest.raises(cas.LedgerError, match="sheet .*: cell B2 holds what is struck through"):
        read([part("15 ", strike=True), "130"])
    for cell in (["15", part("2", vertAlign="superscript")], [part("15", b=True)]):
        assert read(cell).reports["value"].tolist() == [15]
    # Excel keeps equal texts of many cells once, so that what is read must stay as it was.
    shared = rich_text.CellRichText(["15", part("2", vertAlign="superscript")])
    assert [excel._value(shared) for _ in range(2)] == ["15[2]", "15[2]"]
