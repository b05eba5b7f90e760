"""Broken input, by the hundred: accepted with a known meaning, or refused with what to mend.

What a cell means is in README ("The columns of a report") and in :func:`casualties.parse_count`.
"""

import datetime as dt
import json
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import casualties as cas
from casualties.model.errors import SHOWN
from casualties.model.schema import COLUMNS

GOOD = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05"}
NONE = "no reported_at"
ISO = "write it as 2020-09-28"
DAY = "write the day as 2020-09-28"
YEARS = "1678 to 2261"
NOT_TEXT = "write it as text"
NOT_ONE = "is not one count"
NO_COUNT = "say na="
SERIAL = "day number of a spreadsheet must be converted"

REFUSED = {
    "value": {
        -1: "negative", -0.5: "not whole", 1.5: "not whole", "1.5": "decimal point",
        1e20: "no count of people", 10**20: "no count of people", 10**12 + 1: "no count of people",
        float("inf"): "no count of people", "1e3": NOT_ONE, "1E+06": NOT_ONE,
        "N/A": NO_COUNT, "n/a": NO_COUNT, "NA": NO_COUNT, "NaN": NO_COUNT, "null": NO_COUNT,
        "None": NO_COUNT, "-": NO_COUNT, "–": NO_COUNT, "?": NO_COUNT, "unknown": NO_COUNT,
        "#REF!": NO_COUNT, "#N/A": NO_COUNT, "inf": NO_COUNT, "true": NO_COUNT, "forty": "a number in words",
        "dozens": "words={'dozens'", "about": NO_COUNT, "~": NO_COUNT, "more than": NO_COUNT,
        "½": NO_COUNT, True: "is a bool",
        "2.300": "decimal point", "2'300": "separates thousands", "2,30": "decimal comma", "23,00": "decimal comma",
        "-5": "negative", "−5": "negative", "about -5": NOT_ONE, "+5": NOT_ONE,
        "5 wounded": NOT_ONE, "5 soldiers": NOT_ONE, "5;6": NOT_ONE, "5/6": NOT_ONE,
        "60-50": "runs backwards", "between 6 and 5": "runs backwards", "<0": "below zero",
        "less than 0": "below zero", "at least 5+": "twice", "=1+1": NOT_ONE, "0x10": NOT_ONE,
        "1_000": NOT_ONE, "5\0": NOT_ONE, "9" * 40: "no count of people", b"5": "is a bytes",
        Decimal("5.5"): "not whole", Decimal("Infinity"): "no count of people",
        Fraction(1, 3): "is a Fraction", dt.date(2024, 1, 1): "is a date",
        pd.Timedelta(5): "is a Timedelta", (5,): "is a tuple",
    },
    "low": {-1: "negative", 1.5: "not whole", "at least 3": "plain inclusive bound", "x": NO_COUNT},
    "high": {-1: "negative", "3+": "plain inclusive bound", float("inf"): "no count of people"},
    "reported_at": {
        "2024-02-30": "no such date", "2023-02-29": "no such date", "2024-13-01": "no such date",
        "2024-00-10": "no such date", "2024-03-00": "no such date", "0001-01-01": YEARS,
        "9999-12-31": YEARS, "1677-12-31": YEARS, "2262-01-01": YEARS, dt.date(1, 1, 1): YEARS,
        dt.datetime(9999, 12, 31): YEARS,  # noqa: DTZ001
        "24-03-05": ISO, "05/03/2024": "dates='dmy'", "05.03.2024": ISO,
        "31 Feb 2024": "no such date", "5 Mar 24": ISO, "5th March 2024": ISO, "5.3.24": ISO,
        "March 2024": ISO, "2024-03": ISO, "2024-W10-2": ISO,
        "20240305": SERIAL, 20240305: SERIAL, 45356: SERIAL, 45356.5: SERIAL, "45356": SERIAL,
        "45356.5": SERIAL, 1709600000: SERIAL, "2024": SERIAL,
        "2024-03-05 25:00": "no such date", "2024-03-05 24:00": "no such date",
        "2024-03-05 10:60": "no such date", "2024-03-05 10:00:60": "no such date",
        "2024-03-05 10:00+25:00": ISO, "2024-03-05 10:00 EST": ISO,
        "2024-03-05 10:00 PM": "%I:%M %p", "yesterday": ISO, "now": ISO,
        "N/A": ISO, "-": ISO, "2024-03-06\0": ISO, True: "this bool",
        dt.time(3): "this time", pd.Period("2024-03", "M"): "this Period",
        pd.Timedelta("1D"): "this Timedelta", None: NONE, "": NONE, " ": NONE,
        float("nan"): NONE, pd.NaT: NONE, pd.NA: NONE,
        "2024-03-31 02:30": "skipped this time", "2024-10-27 02:30": "showed this time twice",
        pd.Timestamp("2024-03-31 02:30"): "skipped this time",
        pd.Timestamp("2024-10-27 02:30"): "showed this time twice",
    },
    "period_end": {
        "2024-02-30": "no such date", "2024-03-05 10:00": DAY, "2024-03-05T00:00Z": DAY,
        "05.03.2024": DAY, "2024-03": DAY, "0001-01-01": YEARS, "9999-12-31": YEARS, 45356: SERIAL,
        "45356": SERIAL, True: "this bool", dt.datetime(2024, 3, 5, 1): "without a time",  # noqa: DTZ001
        pd.Timestamp("2024-03-05", tz="UTC"): "without a time", "N/A": DAY,
    },
    "period_start": {"2024-03-06": "before period_start", "2024-02-30": "no such date"},
    "kind": {
        "totl": "Did you mean 'total'?", "Total": "Did you mean 'total'?",
        " total": "Did you mean 'total'?", "cumulative": "use one of total, period, more",
        None: "no kind", "": "no kind", float("nan"): "no kind", True: NOT_TEXT,
        "a\0": "NUL", "\ud800": "half a character", "period": "without its days",
    },
    "source": {
        None: "no source", "": "no source", " ": "no source", float("nan"): "no source",
        7.5: NOT_TEXT, True: NOT_TEXT, b"M": NOT_TEXT, "a\0b": "NUL", "\ud800": "half a character",
        dt.date(2024, 1, 1): NOT_TEXT, ("M",): NOT_TEXT,
    },
    "qualifier": {
        "exactly": "Did you mean 'exact'?", "at least": "Did you mean 'at_least'?",
        ">=": "use one of", "range": "without its lower bound", 5: NOT_TEXT,
    },
    "action": {
        "retrac": "Did you mean 'retract'?", "REVISE": "Did you mean 'revise'?",
        "delete": "use one of report", "revise": "refers to nothing",
        "retract": "refers to nothing", "deny": "refers to nothing",
    },
    "refers_to": {"nobody": "say action revise", "r1": "say action revise", ("r1",): NOT_TEXT},
    "report_id": {5.5: NOT_TEXT, True: NOT_TEXT, "a\0": "NUL", (1,): NOT_TEXT},
    "event": {7.5: NOT_TEXT, "a\0": "NUL"},
    "note": {5.5: NOT_TEXT, ("x",): NOT_TEXT, "x\0": "NUL", "\ud800": "half a character"},
}  # fmt: skip
ACCEPTED = {
    "value": {
        -0.0: 0, "0": 0, 5.0: 5, "58.0": 58, "2,300": 2300, "2 300": 2300, 10**12: 10**12,
        np.int8(5): 5, np.float32(5): 5, Decimal("5"): 5, None: pd.NA, "": pd.NA, " ": pd.NA,
        float("nan"): pd.NA, pd.NA: pd.NA, pd.NaT: pd.NA, Decimal("NaN"): pd.NA,
        "٥٨": 58, "５８": 58, "5 killed": 5, "5*": 5, "5[12]": 5, "5 (est.)": 5, "1,23,456": 123456,
        "five": 5, "at least four": 4, "50-60": pd.NA, "≥5": 5, "5+": 5, "<1": 1, "at most 0": 0, "5 to 6": pd.NA,
    },
    "reported_at": {
        stated: pd.Timestamp(meant, tz="UTC")
        for stated, meant in {
            "1678-01-02": "1678-01-02 23:59:59", "2261-12-31": "2261-12-31 23:59:59",
            "2024-03-05T10:00Z": "2024-03-05 10:00", " 2024-03-05 ": "2024-03-05 23:59:59",
            "2024-03-05 10:00 +04:00": "2024-03-05 06:00", "2024-03-05T10:00z": "2024-03-05 10:00",
            "2024-03-05 10:00 GMT": "2024-03-05 10:00", "2024/03/05": "2024-03-05 23:59:59",
            "19/05/2024": "2024-05-19 23:59:59", "٢٠٢٤-٠٣-٠٥": "2024-03-05 23:59:59", dt.datetime(2024, 3, 5): "2024-03-05 23:59:59",  # noqa: DTZ001
            "2024-03-05 10:00+0400": "2024-03-05 06:00", "2024-03-05 10:00+04": "2024-03-05 06:00",
            "5 March 2024": "2024-03-05 23:59:59", "5-Mar-2024": "2024-03-05 23:59:59",
            "Sept. 5, 2024": "2024-09-05 23:59:59", "5 mar 2024 9:05": "2024-03-05 09:05",
            "March 5, 2024, 15:36:07 +04:00": "2024-03-05 11:36:07",
            dt.date(2024, 3, 5): "2024-03-05 23:59:59", np.datetime64("2024-03-05T10:00"): "2024-03-05 10:00",
            "2024-03-05T10:00:00.1234567Z": "2024-03-05 10:00:00.123456",
        }.items()
    },
    "period_end": {
        "2024-03-05T00:00:00": pd.Timestamp("2024-03-05"), dt.date(2024, 3, 4): pd.Timestamp("2024-03-04"),
        "2024-03-05 00:00:00": pd.Timestamp("2024-03-05"),
    },
    "source": {7: "7", " M ": " M ", "=1+1": "=1+1", "x" * 10**6: "x" * 10**6, "\u202eM": "\u202eM"},
    "report_id": {5: "5", None: "r1", "": "r1"},
    "qualifier": {None: "exact", "": "exact", "about": "about"},
    "action": {None: "report", "report": "report"},
    "note": {5: "5", None: "", "\u202e=cmd|x": "\u202e=cmd|x"},
    "low": {None: 5, "3": 3, 10: 10},
}  # fmt: skip


def _cases(table):
    return [
        pytest.param(column, cell, said, id=f"{column} {cell!r:.30}")
        for column, cells in table.items()
        for cell, said in cells.items()
    ]


@pytest.mark.parametrize(("column", "cell", "said"), _cases(REFUSED))
def test_a_cell_that_cannot_be_used_is_named_with_its_remedy(column, cell, said):
    tz = "Europe/Berlin" if ":30" in str(cell) else "UTC"
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger([GOOD, GOOD | {column: cell}], tz=tz)
    found = error.value.problems
    assert said in str(error.value)
    assert "in row 1" in str(error.value)
    row = found[found["problem"].str.contains(said, regex=False)].iloc[0]
    assert row["row"] == 1
    expected = {"period_start": "period_end", "qualifier": "low"}
    if said in ("before period_start", "without its lower bound"):
        assert row["column"] == expected[column]
    elif said in ("refers to nothing", "without its days"):
        assert row["column"] in ("refers_to", "period_end")
    else:
        assert row["column"] == column
    assert "; " in row["problem"], "no remedy"
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize(("column", "cell", "meant"), _cases(ACCEPTED))
def test_a_cell_with_a_known_meaning_is_read(column, cell, meant):
    row = cas.Ledger([GOOD | {"value": 5} | {column: cell}]).reports.iloc[0]
    if meant is pd.NA:
        assert pd.isna(row[column])
    else:
        assert row[column] == meant


# -- linked reports --------------------------------------------------------------------------------

FIRST = GOOD | {"report_id": "a", "event": "E"}


def link(action, refers_to="a", **columns):
    return {"report_id": "z", "action": action, "refers_to": refers_to,
            "reported_at": "2024-03-06"} | columns  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "column", "said"),
    [
        ([FIRST, link("revise", "b", value=6)], "refers_to", "'b' is no report"),
        ([FIRST, link("revise", "A", value=6)], "refers_to", "Did you mean 'a'?"),
        ([FIRST, link("revise", "z", value=6)], "reported_at", "listed before it"),
        ([link("revise", value=6), FIRST | {"reported_at": "2024-03-07"}], "reported_at", "older"),
        ([link("revise", value=6), FIRST | {"reported_at": "2024-03-06"}], "reported_at", "listed"),
        (
            [
                FIRST,
                link("revise", "y", report_id="x", value=6),
                link("revise", "x", report_id="y", value=7),
            ],
            "reported_at",
            "listed before it",
        ),
        ([FIRST, link("revise", value=6, event="F")], "event", "another event is another series"),
        ([FIRST, link("revise", value=6, side="x")], "side", "another side is another series"),
        ([FIRST, link("revise", value=6, source="N")], "source", "another source is another"),
        ([FIRST, link("retract", kind="more")], "kind", "leave it blank"),
        ([FIRST, link("retract", period_end="2024-03-01")], "period_end", "leave it blank"),
        ([FIRST, link("retract", value=6)], "value", "carries no number"),
        ([FIRST, link("deny", source="N", value=6)], "value", "carries no number"),
        ([FIRST, link("deny")], "source", "who denies it"),
        ([FIRST, link("retract"), link("deny", "z", report_id="y", source="N")], "refers_to",
         "cannot refer to a retract"),
        ([FIRST, link("deny", source="N"), link("revise", "z", report_id="y", value=4)],
         "refers_to", "cannot refer to a deny"),
        ([FIRST, FIRST], "report_id", "used again"),
        ([FIRST, link("revise", value=None)], "", ""),
        ([FIRST | {"low": 9, "high": 3, "value": None, "qualifier": "range"}], "", ""),
        ([FIRST | {"low": 3, "value": None}], "low", "a range without") ,
        ([FIRST | {"high": 3, "value": None}], "low", "without its lower bound"),
        ([FIRST | {"high": 3, "value": None, "qualifier": "exact"}], "low", "without a value"),
        ([FIRST | {"value": 0, "qualifier": "less_than"}], "high", "high -1 is negative"),
        ([FIRST | {"value": "at least 5", "qualifier": "about"}], "qualifier", "leave one of them"),
    ],
)  # fmt: skip
def test_links_and_bounds_that_cannot_be_are_refused(rows, column, said):
    if said == "a range without":  # low alone is a range that is open above
        assert cas.Ledger(rows).reports["qualifier"].item() == "range"
        return
    if not said:
        cas.Ledger(rows)
        return
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger(rows)
    found = error.value.problems
    assert any(found["problem"].str.contains(said, regex=False) & (found["column"] == column))
    assert found["problem"].str.contains("; ").all()


def test_a_name_that_is_taken_is_not_given_to_an_unnamed_report():
    rows = [GOOD, GOOD | {"report_id": "r1"}, GOOD | {"report_id": "r4"}]
    assert cas.Ledger(rows).reports["report_id"].tolist() == ["r5", "r1", "r4"]


# -- whole tables ------------------------------------------------------------------------------------


def test_columns_that_are_doubled_swapped_or_strange_are_refused():
    doubled = pd.DataFrame([[5, 6]], columns=["value", "value"])
    with pytest.raises(cas.LedgerError, match="'value' occurs more than once"):
        cas.Ledger(doubled, source="M", kind="total", reported_at="2024-03-05")
    swapped = pd.DataFrame([GOOD]).rename(columns={"value": "reported_at", "reported_at": "value"})
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger(swapped)
    assert set(error.value.problems["column"]) == {"value", "reported_at"}
    named = pd.DataFrame([GOOD]).rename(columns=str.title)
    with pytest.raises(cas.LedgerError, match="unknown column 'Kind': did you mean 'kind'"):
        cas.Ledger(named)
    with pytest.raises(cas.LedgerError, match="missing column 'source'"):
        cas.Ledger(pd.DataFrame(columns=["html"]))
    with pytest.raises(cas.LedgerError, match="source='value' also names a column"):
        cas.Ledger([GOOD], source="value")
    with pytest.raises(cas.LedgerError, match="unknown column 'sorce'"):
        cas.Ledger([GOOD], sorce="N")
    with pytest.raises(cas.LedgerError, match="is a complex, not a count in row 0"):
        cas.Ledger([GOOD | {"value": 5 + 0j}])
    for table in (5, "reports", [1, 2], {"value": [1, 2], "source": ["M"]}, None):
        if table is None:
            assert len(cas.Ledger(table)) == 0  # as an empty table
            continue
        with pytest.raises(cas.LedgerError):
            cas.Ledger(table)


def test_mixed_time_zones_are_instants_of_one_ledger():
    when = ["2024-03-05 10:00", "2024-03-05T10:00+04:00", "2024-03-05T10:00Z",
            pd.Timestamp("2024-03-05 10:00", tz="America/New_York")]  # fmt: skip
    ledger = cas.Ledger([GOOD | {"reported_at": w} for w in when], tz="Europe/Berlin")
    hours = ledger.reports["reported_at"].dt.hour.tolist()
    assert hours == [10, 7, 11, 16]


@pytest.mark.parametrize("dtype", ["object", "str", "string", "category"])
def test_a_column_of_any_dtype_says_the_same(dtype):
    table = pd.DataFrame({"value": ["5", "at least 6"], "reported_at": "2024-03-05"}, dtype=dtype)
    ledger = cas.Ledger(table, source="M", kind="more")
    assert ledger.reports["low"].tolist() == [5, 6]
    dates = pd.to_datetime(pd.Series(["2024-03-05 10:00", None]))
    zoned = pd.DataFrame(
        {"value": 5, "reported_at": dates, "note": pd.Series(["x", None], dtype=dtype)}
    )
    with pytest.raises(cas.LedgerError, match="no reported_at in row 1"):
        cas.Ledger(zoned, source="M", kind="more", tz="Europe/Berlin")
    notes = cas.Ledger(zoned.iloc[:1], source="M", kind="more", tz="Europe/Berlin").reports
    assert notes["note"].tolist() == ["x"]
    assert notes["reported_at"].dt.hour.tolist() == [10]


def test_thousands_of_problems_make_a_short_message():
    size = 30_000
    table = {"source": "M", "kind": "total", "value": [f"x{row}" for row in range(size)],
             "reported_at": "2024-03-05"}  # fmt: skip
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger(table)
    assert len(error.value.problems) == size
    assert str(error.value) == (
        "value 'x0' is not one count in row 0, and 29,999 more ('x1' in row 1, 'x2' in row 2, …); "
        "write it like 58, 2,300, >=300, about 300 or 50-60"
    )


def test_each_kind_of_problem_is_said_once_with_its_column_and_line(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        'Day,Killed,Hurt,Who\n2024-03-05,many,,"M,\nspeaking"\n\nsoon,lots,2,M\n2024-03-07,3,x,M\n'
    )
    with pytest.raises(cas.LedgerError) as error:
        cas.read_csv(
            path, columns={"Day": "reported_at", "Who": "source"}, kind="total",
            value={"Killed": {"outcome": "killed"}, "Hurt": {"outcome": "wounded"}},
        )  # fmt: skip
    assert str(error.value).splitlines()[1:] == [
        "  value 'many' is not a count in row 0, column 'Killed' (line 2), and 2 more ('lots' in "
        "row 1, 'x' in row 2); if it stands for a blank, say na=…, if it is a vague word, say how "
        "to code it: words={'dozens': (24, None)}, a number in words as (24, 24); "
        "drop the row of a second header or a note",
        "  cannot read reported_at 'soon' in row 1, column 'Day' (line 5); "
        "write it as 2020-09-28 15:36 or 2020-09-28T15:36+04:00",
    ]
    table = error.value.problems[["row", "line", "column", "value"]]
    assert table.values.tolist() == [
        [0, 2, "value", "many"], [1, 5, "value", "lots"], [1, 5, "reported_at", "soon"],
        [2, 6, "value", "x"],
    ]  # fmt: skip


def test_of_many_kinds_of_problems_the_first_are_shown():
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger([{"source": "M", "kind": "total", **{f"{c}s": 1 for c in COLUMNS}}] * 3)
    assert len(str(error.value).splitlines()) <= SHOWN + 2


def test_ten_thousand_references_to_nobody_are_told_at_once():
    rows = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05",
            "action": "revise", "refers_to": [f"nobody {row}" for row in range(10_000)]}  # fmt: skip
    start = time.process_time()
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger(rows)
    assert len(error.value.problems) == 10_000
    assert time.process_time() - start < 5


# -- files ---------------------------------------------------------------------------------------------

HEAD, ROW = "source,kind,value,reported_at\n", "M,total,5,2024-03-05\n"
CSV = {
    "empty": (b"", "the file is empty"),
    "a line end": (b"\n", "the file is empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "the file is empty"),
    "a first line of blanks": (b" \nsource,value,kind,reported_at\n", "the first line is blank"),
    "a first line of commas": (b",,\n1,2,3,4\n", "the first line is blank"),
    "a header alone": (HEAD.encode(), 0),
    "a header without its line end": (HEAD.strip().encode(), 0),
    "a byte order mark": (b"\xef\xbb\xbf" + (HEAD + ROW).encode(), 1),
    "UTF-16": ((HEAD + ROW).encode("utf-16"), "save it as UTF-8"),
    "UTF-32": ((HEAD + ROW).encode("utf-32"), "save it as UTF-8"),
    "Latin-1": ((HEAD + ROW.replace("M", "é")).encode("latin-1"), "save it as UTF-8"),
    "Latin-1 in the header": ((HEAD.strip() + ",café\n").encode("latin-1"), "save it as UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "save it as UTF-8"),
    "an archive": (b"PK\x03\x04" + bytes(range(256)), "save it as UTF-8"),
    "a page": (b"<!DOCTYPE html><html><body>404</body></html>", "missing column 'source'"),
    "semicolons": ((HEAD + ROW).replace(",", ";").encode(), 1),
    "tabs": ((HEAD + ROW).replace(",", "\t").encode(), 1),
    "a short row": ((HEAD + ROW + "M,total,5\n").encode(), "row 1 has fewer fields"),
    "a long row": ((HEAD + ROW + "M,total,5,2024-03-05,x\n").encode(), "row 1 has more fields"),
    "a long first row": ((HEAD + "M,total,5,2024-03-05,x\n").encode(), "row 0 has more fields"),
    "thousands without quotes": ((HEAD + "M,total,2,300,2024-03-05\n").encode(), "needs quotes"),
    "thousands in quotes": ((HEAD + 'M,total,"2,300",2024-03-05\n').encode(), 1),
    "a footer": ((HEAD + ROW + "Source: ministry\n").encode(), "a note below the table"),
    "a comment above": (("# made by hand\n" + HEAD + ROW).encode(), "row 0 has more fields"),
    "a spreadsheet's first line": (("sep=;\r\n" + (HEAD + ROW).replace(",", ";")).encode(), "a title above"),
    "a column twice": ((HEAD.strip() + ",value\n" + ROW.strip() + ",6\n").encode(), "more than once"),
    "two unnamed columns": ((HEAD.strip() + ",,\n" + ROW.strip() + ",a,b\n").encode(), 1),
    "an unnamed column": (("," + HEAD + "0," + ROW).encode(), 1),
    "an open quote": ((HEAD + '"M,total,5,2024-03-05\n').encode(), "mend the quotes"),
    "an open quote at the end": ((HEAD + ROW + 'M,total,5,"2024-03-05\n').encode(), "mend the quotes"),
    "a NUL": ((HEAD + ROW.replace("M", "M\0")).encode(), "NUL"),
    "a NUL at the end of a day": ((HEAD + ROW.replace("-05", "-05\0")).encode(), "cannot read reported_at"),
    "old line ends": ((HEAD + ROW).replace("\n", "\r").encode(), 1),
    "DOS line ends": ((HEAD + ROW).replace("\n", "\r\n").encode(), 1),
    "a DOS end of file": ((HEAD + ROW + "\x1a").encode(), "row 1 has fewer fields"),
    "blank lines": ((HEAD + "\n" + ROW + "\n\n" + ROW).encode(), 2),
    "no header": ((ROW * 2).encode(), "more than once|missing column"),
    "spaces in the header": ((HEAD.replace(",", ", ") + ROW).encode(), "did you mean 'kind'"),
    "capitals in the header": ((HEAD.title() + ROW).encode(), "did you mean 'kind'"),
    "columns in another order": (b"value,kind,reported_at,source\n5,total,2024-03-05,M\n", 1),
    "swapped columns": (b"source,kind,reported_at,value\nM,total,5,2024-03-05\n", "2 problems"),
    "spreadsheet days": ((HEAD + "M,total,5,45356\n").encode(), "day number of a spreadsheet"),
    "floats": ((HEAD + "M,total,5.0,2024-03-05\n").encode(), 1),
    "mixed line ends": ((HEAD + ROW.replace("\n", "\r\n") + ROW).encode(), 2),
    "a line end in quotes": ((HEAD + '"M\nN",total,5,2024-03-05\n').encode(), 1),
    "a carriage return in quotes": ((HEAD + '"M\rN",total,5,2024-03-05\n').encode(), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", CSV)
def test_a_broken_csv_file_is_read_or_refused(tmp_path, name):
    data, expected = CSV[name]
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    if isinstance(expected, int):
        ledger = cas.read_csv(path)
        assert len(ledger) == expected
        assert (ledger.reports["value"] == (2300 if "thousands" in name else 5)).all()
        return
    with pytest.raises(cas.LedgerError, match=expected.replace("\\t", "\\\\t")) as error:
        cas.read_csv(path)
    assert "x.csv" in str(error.value)


def one(**cells):
    return json.dumps([{"source": "M", "kind": "total", "reported_at": "2024-03-05"} | cells])


JSON = {
    "empty": ("", "not JSON"),
    "null": ("null", "not a list of objects"),
    "an object": ("{}", "not a list of objects"),
    "a list of lists": ("[[1]]", "not a list of objects"),
    "a number": ("3", "not a list of objects"),
    "cut off": ('[{"source":"M"', "not JSON"),
    "lines": (one()[1:-1] + "\n" + one()[1:-1], "not JSON"),
    "nested for ever": ("[" * 100_000, "not JSON"),
    "said twice": ('[{"source":"M","source":"N"}]', "'source' is said twice"),
    "an object in a cell": (one(source={"a": 1}), "is a dict, not text"),
    "half a character": (one(source="\ud800"), "half a character"),
    "half a character in an own column": (one(desk="x\udfff"), "desk .* holds half a char"),
    "infinity": (one(value=float("inf")), "no count of people"),
    "too large to hold": (one(value=1).replace('"value": 1', '"value": 1e400'), "no count of people"),
    "too many digits": (one(value=1).replace('"value": 1', '"value": ' + "9" * 5000), "limit"),
    "a row without keys": (one()[:-1] + ", {}]", "no kind in row 1"),
    "an empty list": ("[]", 0),
    "not a number": (one(value=float("nan")), 1),
    "a null": (one(value=None), 1),
    "a number as text": (one(value="at least 5"), 1),
    "a byte order mark": ("\ufeff" + one(value=5), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_a_broken_json_file_is_read_or_refused(tmp_path, name):
    text, expected = JSON[name]
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    if isinstance(expected, int):
        assert len(cas.read_json(path)) == expected
        return
    with pytest.raises(cas.LedgerError, match=expected):
        cas.read_json(path)


def test_json_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(one().encode("utf-16"))
    with pytest.raises(cas.LedgerError, match="not JSON in UTF-8"):
        cas.read_json(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-10],
        lambda data: b"PAR1 nothing PAR1",
        lambda data: bytes(255 - b if 100 < at < 200 else b for at, b in enumerate(data)),
        lambda data: (HEAD + ROW).encode(),
    ],
    ids=["empty", "half", "no end", "magic alone", "spoiled", "a CSV file"],
)
def test_a_broken_parquet_file_is_refused(tmp_path, spoil):
    pytest.importorskip("pyarrow")
    path = tmp_path / "x.parquet"
    cas.Ledger([GOOD] * 3).to_parquet(path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(cas.LedgerError, match="not a Parquet file"):
        cas.read_parquet(path)


def test_an_empty_folder_is_not_a_parquet_ledger(tmp_path):
    pytest.importorskip("pyarrow")
    with pytest.raises(cas.LedgerError, match="no columns in it"):
        cas.read_parquet(tmp_path)


def test_a_parquet_file_of_another_table_is_refused_by_its_columns(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "x.parquet"
    pd.DataFrame({"Deaths": [1.5], "Day": [45356]}).to_parquet(path)
    with pytest.raises(cas.LedgerError) as error:
        cas.read_parquet(
            path, columns={"Deaths": "value", "Day": "reported_at"}, source="M", kind="total"
        )
    assert error.value.problems["column"].tolist() == ["value", "reported_at"]


@pytest.mark.parametrize("read", [cas.read_csv, cas.read_json, cas.read_parquet])
def test_a_file_that_is_not_there_is_said_by_its_name(tmp_path, read):
    if read is cas.read_parquet:
        pytest.importorskip("pyarrow")
    with pytest.raises(FileNotFoundError, match="nothing"):
        read(tmp_path / "nothing")


def test_a_decimal_that_signals_is_missing_as_any_other():
    row = GOOD | {"value": Decimal("sNaN"), "note": Decimal("sNaN")}
    reports = cas.Ledger([row, GOOD]).reports
    assert reports["value"].isna().tolist() == [True, False]
    assert reports["note"].tolist() == ["", ""]
