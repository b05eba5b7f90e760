"""Messy tables: whose columns are whose, what their cells mean, and what they come in."""

import datetime as dt
import re
from decimal import Decimal

import pandas as pd
import pytest

import casualties as cas

GOOD = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05"}


def problem(make, error=cas.LedgerError):
    with pytest.raises(error) as found:
        make()
    return str(found.value)


def day(ledger):
    return ledger.reports["period_end"].dt.strftime("%m-%d").tolist()


def test_vague_words_are_coded_by_the_caller():
    rows = [GOOD | {"value": "Dozens"}, GOOD | {"value": 3}]
    assert "words=" in problem(lambda: cas.Ledger(rows))
    ledger = cas.Ledger(rows, words={"dozens": (24, None)})
    assert ledger.reports["qualifier"].tolist() == ["at_least", "exact"]
    more = ledger.append([GOOD | {"value": "scores"}], words={"scores": (40, None)})
    assert more.reports["low"].tolist() == [24, 3, 40]
    assert "runs backwards" in problem(lambda: cas.Ledger(rows, words={"dozens": (40, 20)}))


def test_words_for_blanks_are_blank():
    rows = [GOOD | {"value": "N/A", "note": "-"}, GOOD | {"value": " unknown ", "page": "-"}]
    reports = cas.Ledger(rows, na=("n/a", "unknown", "-")).reports
    assert reports["value"].isna().all()
    assert reports["note"].tolist() == ["", ""]
    assert reports["page"].tolist()[1] == "-", "an extra column is kept as it is"
    assert cas.Ledger(rows[:1], na="n/a").reports["note"].tolist() == ["-"]
    assert "no source in row 0" in problem(lambda: cas.Ledger([GOOD | {"source": "-"}], na=("-",)))


def test_a_number_that_means_a_blank_is_one_by_every_door(tmp_path):
    table = pd.DataFrame({"value": [999, 5], "reported_at": ["2024-05-10", "2024-05-11"]})
    given = {"source": "M", "kind": "total"}
    for dtype in (int, float, "Int64", object, str):
        typed = table.astype({"value": dtype})
        typed.to_csv(tmp_path / "table.csv", index=False)
        typed.to_json(tmp_path / "table.json", orient="records")
        typed.to_excel(tmp_path / "table.xlsx", index=False)
        for na in ("999", 999, 999.0, ["n/a", 999]):
            for ledger in (
                cas.Ledger(typed, na=na, **given),
                cas.read_csv(tmp_path / "table.csv", na=na, **given),
                cas.read_json(tmp_path / "table.json", na=na, **given),
                cas.read_excel(tmp_path / "table.xlsx", na=na, **given),
            ):
                assert ledger.reports["value"].astype(object).tolist() == [pd.NA, 5]


def test_a_day_that_means_a_blank_is_one_in_a_column_of_dates():
    first = pd.to_datetime(["1900-01-01", "2024-03-01"])
    ledger = cas.Ledger(pd.DataFrame([GOOD, GOOD]).assign(period_start=first), na="1900-01-01")
    assert ledger.reports["period_start"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "dates", "expected"),
    [
        ("05/03/2024", "dmy", "03-05"), ("05/03/2024", "mdy", "05-03"),
        ("5.3.2024", "dmy", "03-05"), ("2024/3/5", "ymd", "03-05"),
        ("2024-03-05", "dmy", "03-05"), ("5 Mar 2024", "mdy", "03-05"),
        ("05/03/24", "%d/%m/%y", "03-05"), ("2024-05-03", "%Y-%d-%m", "03-05"),
        ("5/3/2024 15:36", "dmy", "03-05"), ("5-3-2024 3:36", "dmy", "03-05"),
    ],
)  # fmt: skip
def test_the_caller_says_how_dates_are_written(text, dates, expected):
    assert day(cas.Ledger([GOOD | {"reported_at": text}], dates=dates)) == [expected]


@pytest.mark.parametrize(
    ("text", "dates", "said"),
    [
        ("05/03/2024", None, "say which comes first"), ("05/13/2024", "dmy", "no such date"),
        ("05/03/24", "dmy", "write it as"), ("5/3.2024", "dmy", "write it as"),
    ],
)  # fmt: skip
def test_an_order_is_never_guessed(text, dates, said):
    assert said in problem(lambda: cas.Ledger([GOOD | {"reported_at": text}], dates=dates))


def test_times_of_day_are_kept_and_dates_end_their_day():
    rows = [GOOD | {"reported_at": "5/3/2024 9:05"}, GOOD | {"reported_at": "5/3/2024"}]
    told = cas.Ledger(rows, dates="dmy", tz="Asia/Yerevan").reports["reported_at"]
    assert told.dt.strftime("%H:%M:%S%z").tolist() == ["09:05:00+0400", "23:59:59+0400"]
    told = cas.Ledger(rows[:1], dates="%d/%m/%Y %H:%M").reports["reported_at"]
    assert told.dt.hour.tolist() == [9]
    assert "use 'dmy'" in problem(lambda: cas.Ledger(rows, dates="day first"))


WIDE = {"Killed": {"outcome": "killed"}, "Hurt": {"outcome": "wounded", "definition": "treated"}}
LOG = [
    {"Killed": 58, "Hurt": 120, "reported_at": "2024-03-05", "url": "u"},
    {"Killed": "at least 60", "Hurt": None, "reported_at": "2024-03-06", "url": "v"},
    {"Killed": "", "Hurt": None, "reported_at": "2024-03-07", "url": "w"},
]


def test_a_wide_row_is_several_reports():
    ledger = cas.Ledger(LOG, value=WIDE, source="M", kind="total")
    reports = ledger.reports
    assert reports["outcome"].tolist() == ["killed", "wounded", "killed", "killed"]
    assert reports["definition"].tolist() == ["", "treated", "", ""]
    assert reports["value"].astype(object).where(reports["value"].notna(), None).tolist() == [
        58, 120, 60, None,
    ]  # fmt: skip
    assert reports["url"].tolist() == ["u", "u", "v", "w"]
    assert "Killed" not in reports.columns
    said = problem(
        lambda: cas.Ledger([LOG[0] | {"Hurt": "x"}], value=WIDE, source="M", kind="total")
    )
    assert "value 'x' is not a count in row 0" in said
    assert "Did you mean 'Killed'" in problem(
        lambda: cas.Ledger(LOG, value={"Kiled": {}}, source="M", kind="total")
    )
    assert "says it too" in problem(
        lambda: cas.Ledger([LOG[0] | {"outcome": "x"}], value=WIDE, source="M", kind="total")
    )
    assert "unknown column 'outcom'" in problem(
        lambda: cas.Ledger(LOG, value={"Killed": {"outcom": "x"}}, source="M", kind="total")
    )


def test_a_wide_row_about_another_report_is_one():
    rows = [LOG[0] | {"report_id": "a", "Hurt": None},
            {"action": "retract", "refers_to": "a", "reported_at": "2024-03-06"}]  # fmt: skip
    ledger = cas.Ledger(rows, value=WIDE, source="M", kind="total")
    assert ledger.reports["action"].tolist() == ["report", "retract"]


def test_a_number_of_a_wide_row_revises_no_report_of_another_thing():
    # 120 wounded do not revise the 58 killed.
    revise = {"action": "revise", "refers_to": "a", "reported_at": "2024-03-06"}
    rows = [LOG[0] | {"report_id": "a", "Hurt": None}, revise | {"Hurt": 120}]
    said = problem(lambda: cas.Ledger(rows, value=WIDE, source="M", kind="total"))
    assert "this revise of 'a' says outcome 'wounded' in row 1" in said
    rows[1] |= {"Hurt": None, "Killed": 57}
    ledger = cas.Ledger(rows, value=WIDE, source="M", kind="total")
    assert ledger.totals()[["outcome", "total"]].to_numpy().tolist() == [["killed", 57]]


def test_a_renamed_column_is_named_in_its_problems():
    said = problem(
        lambda: cas.Ledger(
            [{"Deaths": "x", "Day": "2024-03-05"}, {"Deaths": 5, "Day": "soon"}],
            columns={"Deaths": "value", "Day": "reported_at"}, source="M", kind="total",
        )
    )  # fmt: skip
    assert "in row 0, column 'Deaths'" in said
    assert "in row 1, column 'Day'" in said


# -- frames of other libraries ---------------------------------------------------------------------


def table():
    return {
        "source": ["M", "M", None], "value": [5, None, 7], "page": [1.5, None, 2.0],
        "reported_at": [dt.date(2024, 3, 5), dt.date(2024, 3, 6), dt.date(2024, 3, 7)],
        "period_start": [dt.date(2024, 3, 1), None, None], "note": ["a", "", None],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dtype", "given", "cell"),
    [
        ("reported_at", ("date32",), dt.date(2024, 3, 5), "2024-03-05"),
        ("reported_at", ("date64",), dt.date(2024, 3, 5), "2024-03-05"),
        *(("reported_at", ("timestamp", unit, tz), pd.Timestamp("2024-03-05 10:30", tz=tz), at)
          for unit in ("s", "ms", "us", "ns")
          for tz, at in ((None, "2024-03-05 10:30"), ("Asia/Tokyo", "2024-03-05 10:30+09:00"))),
        ("value", ("decimal128", 10, 2), Decimal("12.00"), 12), ("value", ("uint8",), 13, 13),
        ("value", ("string",), "at least 5", "at least 5"), ("low", ("uint64",), 5, 5),
        ("high", ("float64",), 20.0, 20), ("note", ("large_string",), "kept", "kept"),
        ("value", ("string_view",), "at least 5", "at least 5"),
        ("url", ("null",), None, ""), ("note", ("int16",), 7, "7"),
    ],
)  # fmt: skip
def test_a_frame_of_arrows_dtypes_is_read_as_one_of_pandas(name, dtype, given, cell):
    pa = pytest.importorskip("pyarrow")
    kind, *parameters = dtype
    if not hasattr(pa, kind):
        pytest.skip(f"this pyarrow has no {kind}")
    cells = [given, given if name == "reported_at" else None]
    column = pd.arrays.ArrowExtensionArray(pa.array(cells, getattr(pa, kind)(*parameters)))
    row = {"source": "M", "kind": "total", "value": 12, "reported_at": "2024-03-06"}
    rows = [row | {name: cell}, row | {name: cell if cells[1] else None}]
    frame = pd.DataFrame(row | {name: column})
    assert cas.Ledger(frame, tz="Asia/Yerevan") == cas.Ledger(rows, tz="Asia/Yerevan")


def test_lists_are_refused_where_arrow_holds_them_too():
    pa = pytest.importorskip("pyarrow")
    column = pd.arrays.ArrowExtensionArray(pa.array([[5], [6]]))
    with pytest.raises(cas.LedgerError, match="not a count"):
        cas.Ledger(
            pd.DataFrame({"value": column}), source="M", kind="total", reported_at="2024-03-05"
        )


@pytest.mark.extra
@pytest.mark.parametrize("library", ["polars", "lazy", "pyarrow", "reader", "duckdb"])
def test_any_frame_that_hands_over_arrow_is_taken(library):
    pa = pytest.importorskip("pyarrow")
    arrow = pa.table(table())
    if library in ("polars", "lazy"):
        frame = pytest.importorskip("polars").DataFrame(table())
        frame = frame.lazy().collect() if library == "lazy" else frame
    elif library == "duckdb":
        frame = pytest.importorskip("duckdb").from_arrow(arrow)
    else:
        frame = arrow if library == "pyarrow" else arrow.to_reader()
    ledger = cas.Ledger(frame, kind="total", source="N")
    expected = cas.Ledger(table(), kind="total", source="N")
    assert ledger == expected
    assert ledger.reports["reported_at"].dt.hour.tolist() == [23] * 3, "dates end their day"
    assert ledger.reports["source"].tolist() == ["M", "M", "N"]


def test_what_holds_no_table_is_refused(monkeypatch):
    pa = pytest.importorskip("pyarrow")
    assert "pass a DataFrame" in problem(lambda: cas.Ledger(pa.array([1]).__arrow_c_array__))
    import sys

    arrow = pa.table(table())
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = problem(lambda: cas.Ledger(arrow, source="M", kind="total"), ImportError)
    assert "casualties[parquet]" in said


def test_ids_of_sixty_four_bits_stay_whole_through_arrow():
    pa = pytest.importorskip("pyarrow")
    numbers = pa.table({"value": [10**12, None], "reported_at": ["2024-03-05"] * 2})
    ledger = cas.Ledger(numbers, source="M", kind="more")
    assert ledger.reports["value"].iloc[0] == 10**12


# -- CSV as people save it -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding", "options", "expected"),
    [
        ("Tag;Tote\n5.3.2024;2300\n", "utf-8", {"dates": "dmy"}, [2300]),
        ("Tag\tTote\n2024-03-05\tabout 5\n", "utf-8", {}, [5]),
        ("Tag|Tote\n2024-03-05|5\n", "utf-8", {}, [5]),
        ('"Tag, local";Tote\n2024-03-05;"2,300"\n', "utf-8", {}, [2300]),
        ("Tag,Tote\n2024-03-05,5\n", "utf-16", {"encoding": "utf-16"}, [5]),
    ],
)
def test_a_spreadsheets_csv_is_read(tmp_path, content, encoding, options, expected):
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode(encoding))
    first = content.splitlines()[-2].replace('"', "")
    day = next(name for name in ("Tag, local", "Tag") if first.startswith(name))
    columns = {day: "reported_at", "Tote": "value"}
    ledger = cas.read_csv(path, columns=columns, source="M", kind="total", **options)
    assert ledger.reports["value"].tolist() == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Tag;Tote\n2024-03-05;2,5\n", "decimal comma in row 0, column 'Tote' .line 2.; .*digits"),
        (b"Tag;Tote\n2024-03-05;2.300\n", "decimal point"),
        ("Tag;Tote;Ort\n2024-03-05;5;Köln\n".encode("cp1252"), "cp1252.*Western Europe"),
        ("Tag;Tote\n2024-03-05;5\n".encode("utf-16"), "not utf-8-sig text"),
        (b"Tag;Tote\n2024-03-05;5;6\n", "what else separates. needs quotes"),
    ],
)
def test_a_csv_that_cannot_be_read_says_what_to_pass(tmp_path, content, said):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    columns = {"Tag": "reported_at", "Tote": "value"}
    with pytest.raises(cas.LedgerError, match=said):
        cas.read_csv(path, columns=columns, source="M", kind="total")


def test_readers_take_the_same_options(tmp_path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"Day": ["5/3/2024", "6/3/2024"], "Dead": ["dozens", "-"], "Source": "x"})
    frame.to_csv(tmp_path / "x.csv", index=False)
    frame.to_json(tmp_path / "x.json", orient="records")
    frame.to_parquet(tmp_path / "x.parquet")
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    options = {
        "columns": {"Day": "reported_at", "Source": None}, "value": {"Dead": {"outcome": "killed"}},
        "words": {"dozens": (24, None)}, "na": "-", "dates": "dmy", "tz": "Asia/Yerevan",
        "source": "M", "kind": "total",
    }  # fmt: skip
    expected = cas.Ledger(frame, **options)
    assert expected.reports["low"].iloc[0] == 24
    assert expected.reports["Source"].tolist() == ["x", "x"]
    for form in ("csv", "json", "parquet", "excel"):
        path = tmp_path / f"x.{'xlsx' if form == 'excel' else form}"
        assert getattr(cas, f"read_{form}")(path, **options) == expected, form


# -- a newsroom's sheet ---------------------------------------------------------------------------


def test_what_separates_thousands_may_be_said():
    ledger = cas.Ledger([GOOD | {"value": "2.300"}], thousands=".")
    assert ledger.reports["value"].tolist() == [2300]
    assert "has a comma" in problem(lambda: cas.Ledger([GOOD | {"value": "2,3"}], thousands="."))
    assert "is none of" in problem(lambda: cas.Ledger([GOOD], thousands="x"))


def test_a_bound_of_one_of_several_columns_of_numbers_is_not_offered_to_all():
    row = {"source": "M", "kind": "total", "Killed": 10, "Injured": 50, "killed_low": 8}
    value = {"Killed": {"outcome": "killed"}, "Injured": {"outcome": "wounded"}}
    with pytest.raises(
        cas.LedgerError, match="a bound of the number, .*; say columns=.*None} to keep"
    ):
        cas.Ledger([row], value=value, reported_at="2024-03-05")


def test_a_column_of_wounded_is_not_read_as_killed():
    row = {"source": "M", "kind": "total", "Injured": 30, "reported_at": "2024-03-05"}
    with pytest.raises(cas.LedgerError, match="say outcome='wounded'"):
        cas.Ledger([row], columns={"Injured": "value"})
    ledger = cas.Ledger([row], columns={"Injured": "value"}, outcome="wounded")
    assert ledger.reports["outcome"].tolist() == ["wounded"]
    assert "is not one count" in problem(lambda: cas.Ledger([GOOD | {"value": "30 wounded"}]))
    with pytest.raises(cas.LedgerError, match="with kind 'more'"):
        cas.parse_count("12 more")


def test_a_vague_word_may_have_a_unit_after_it():
    for text in ("dozens killed", "Dozens dead", "dozens of people killed"):
        assert cas.parse_count(text, words={"dozens": 24}).low == 24


@pytest.mark.parametrize(("name", "bound"), [
    ("deaths_low", "low"), ("Killed (min)", "low"), ("lower bound", "low"), ("max", "high"),
    ("fatalities_upper", "high"),
])  # fmt: skip
def test_a_column_that_may_be_a_bound_is_not_quietly_an_extra(name, bound):
    row = GOOD | {name: 4}
    with pytest.raises(cas.LedgerError, match="may be a bound of the number"):
        cas.Ledger([row])
    assert cas.Ledger([row], columns={name: None}).reports[name].tolist() == [4]
    assert cas.Ledger([row], columns={name: bound}).reports[bound].tolist() == [4]


def test_a_word_may_be_coded_by_its_least():
    ledger = cas.Ledger([GOOD | {"value": "dozens of people"}], words={"dozens": 24})
    assert ledger.reports[["value", "low", "qualifier"]].values.tolist() == [[24, 24, "at_least"]]


@pytest.mark.parametrize(
    "word",
    [
        "Total",
        "ALL",
        " all ",
        "nationwide",
        "Both sides",
        "TOTAL:",
        "Country total",
        "Razem",
        "कुल",
        'סה"כ',
        "Total killed",
        "Итого убитых",
        "Total deaths [1]",
        "TOTAL (all towns)",
        "Total 2024",
        "Total¹",
        "City-wide",
        "al\u200bl",
        "ＡＬＬ",
        "to\u00adtal",
        "Overall total",
        "All sides combined",
        "all parties",
        "worldwide",
    ],
)
@pytest.mark.parametrize("column", ["side", "category"])
def test_the_whole_is_no_part(column, word):
    rows = [GOOD | {column: word, "value": 58}, GOOD | {column: "A", "value": 58}]
    said = problem(lambda: cas.Ledger(rows))
    assert f"{column} {word!r} means the whole in row 0; whole={word!r} reads it as 'all'" in said
    ledger = cas.Ledger(rows, whole=word)
    assert ledger.series()[column].tolist() == ["A", "all"]
    assert ledger.tally()["total"].tolist() == [58]


@pytest.mark.parametrize(
    "name",
    ["date", "Day", "TIME", "hour", "published", "end_date", "event_date", "Date of incident",
     "end", "when", "until", "occurred", "last_day", "announced", "posted", "pub_date", "asof",
     "reporting_date", "last_updated", "PublicationDate", "Uhrzeit", "Zeit", "Дата", "日期", "week",
     "Time (UTC)", "Local time", "Date of death"],
)  # fmt: skip
def test_a_column_that_may_say_when_is_never_quietly_an_extra_one(name):
    row = GOOD | {name: "2024-03-05"}
    assert f"column {name!r} may be the day covered" in problem(lambda: cas.Ledger([row]))
    assert cas.Ledger([row], columns={name: None}).reports[name].tolist() == ["2024-03-05"]
    ledger = cas.Ledger([row], columns={name: "period_end"})
    assert ledger.totals()["date"].dt.day.tolist() == [5]


@pytest.mark.parametrize("name", ["start", "begin", "Start Date", "datestart", "first_day"])
def test_a_column_that_may_be_the_first_day_is_not_offered_as_the_last(name):
    said = problem(lambda: cas.Ledger([GOOD | {name: "2024-03-05"}]))
    assert f"say columns={{{name!r}: 'period_start'}}" in said
    assert "period_end" not in said


def test_a_column_that_says_something_else_is_an_extra_one():
    names = ("place weapon year data status from to date_prec time_precision candidate site "
             "response_time deaths_per_day").split()  # fmt: skip
    reports = cas.Ledger([GOOD | dict.fromkeys(names, "x")]).reports
    assert {*names} <= {*reports}


def test_columns_of_numbers_are_met_with_what_to_say():
    row = {"Killed": 3, "Injured": 5, "reported_at": "2024-05-06", "source": "M", "kind": "total"}
    said = problem(lambda: cas.Ledger([row]))
    assert "value={'Killed': {'outcome': 'killed'}, 'Injured': {'outcome': 'wounded'}}" in said
    assert "did you mean" not in said.casefold()


@pytest.mark.parametrize("order", [["Day", "Time"], ["Time", "Day"]])
def test_a_day_and_a_time_are_joined(order):
    days, times = ["2024-05-05", "2024-05-06", "5 May 2024"], ["14:00", "", "9:05"]
    frame = pd.DataFrame({"Day": days, "Time": times, "value": [1, 2, 3]})
    ledger = cas.Ledger(
        frame, columns=dict.fromkeys(order, "reported_at"), source="M", kind="total"
    )
    told = ledger.reports["reported_at"].dt.strftime("%d %H:%M").tolist()
    assert told == ["05 14:00", "06 23:59", "05 09:05"]


def test_a_day_cell_that_has_a_time_keeps_it_beside_a_column_of_times():
    def joined(time):
        frame = pd.DataFrame({"Day": [pd.Timestamp("2024-06-05 08:00")], "Time": [time]})
        columns = dict.fromkeys(frame, "reported_at")
        return cas.Ledger(frame, columns=columns, value=5, source="M", kind="total", na="n/a")

    for blank in (None, "", "n/a"):
        assert joined(blank).reports["reported_at"].dt.strftime("%d %H:%M").tolist() == ["05 08:00"]
    assert "cannot read reported_at '2024-06-05T08:00:00 09:30'" in problem(lambda: joined("09:30"))


def test_of_several_names_a_table_needs_one():
    columns = {"Deaths": "value", "Dead": "value"}
    for name in columns:
        ledger = cas.Ledger(
            [{name: 3, "reported_at": "2024-05-06"}], columns=columns, source="M", kind="total"
        )
        assert ledger.reports["value"].tolist() == [3]
    both = {"Deaths": 3, "Dead": 4, "reported_at": "2024-05-06"}
    said = problem(lambda: cas.Ledger([both], columns=columns, source="M", kind="total"))
    assert "occurs more than once" in said


def test_a_word_that_names_a_column_is_refused_in_a_wide_table():
    row = {"n": 3, "side_a": "A", "reported_at": "2024-05-06"}
    said = problem(
        lambda: cas.Ledger([row], value={"n": {"side": "side_a"}}, source="M", kind="total")
    )
    assert "also names a column of the table" in said


def test_midnight_is_read_by_its_cell():
    when = pd.to_datetime(["2024-05-06 00:00", "2024-05-07 14:00"])
    alone = pd.DataFrame({"reported_at": when[:1], "value": [1]})
    among = pd.DataFrame({"reported_at": when, "value": [1, 2]})
    mixed = pd.DataFrame({"reported_at": [when[0], "2024-05-07 14:00"], "value": [1, 2]})
    for frame in (alone, among, mixed):
        ledger = cas.Ledger(frame, source="M", kind="total", tz="Asia/Yerevan")
        assert ledger.reports["reported_at"].dt.strftime("%H:%M:%S").iloc[0] == "23:59:59"


def test_dates_may_be_written_in_several_ways():
    rows = [GOOD | {"reported_at": text} for text in ("05/03/2024", "3.5.24 10:00")]
    ledger = cas.Ledger(rows, dates=["dmy", "%m.%d.%y %H:%M"])
    assert ledger.reports["reported_at"].dt.strftime("%m-%d %H:%M").tolist() == [
        "03-05 23:59", "03-05 10:00"
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2020-06-22T17:00:00", "2020-06-22T00:00:00Z"])
def test_a_day_with_a_time_is_a_day_when_the_caller_says_so(text):
    row = GOOD | {"period_end": text, "reported_at": "2020-06-24"}
    assert "has a time of day" in problem(lambda: cas.Ledger([row]))
    assert cas.Ledger([row], dates="ymd").totals()["date"].dt.day.tolist() == [22]


@pytest.mark.parametrize(
    ("options", "said"),
    [({"na": [None]}, "na is a word"), ({"dates": 5}, "dates is a word"),
     ({"words": ["x"]}, "words is"),
     ({"columns": "Day"}, "columns is a mapping"), ({"whole": [1]}, "whole is a word")],
)  # fmt: skip
def test_options_that_are_none_are_refused(options, said):
    assert said in problem(lambda: cas.Ledger([GOOD], **options))


def test_two_columns_of_numbers_may_not_count_the_same():
    row = {"confirmed": 4, "suspected": 5, "reported_at": "2024-05-06"}
    for its in ({}, {"outcome": "killed"}):
        value = {"confirmed": its, "suspected": its}
        said = problem(lambda: cas.Ledger([row], value=value, source="M", kind="total"))  # noqa: B023
        assert "says the same of 'confirmed' and 'suspected'" in said
    said = problem(lambda: cas.Ledger([row], value={"confirmed": 1}, source="M", kind="total"))
    assert "says what it counts" in said


def test_a_best_estimate_between_low_and_high_is_the_number():
    row = {"low": 4, "best": 5, "high": 9, "reported_at": "2024-05-06"}
    said = problem(lambda: cas.Ledger([row], source="U", kind="incident"))
    assert "say columns={'best': 'value'}" in said
    ledger = cas.Ledger([row], columns={"best": "value"}, source="U", kind="incident")
    assert ledger.totals()[["total", "low", "high"]].values.tolist() == [[5, 4, 9]]


@pytest.mark.parametrize("text", ["20–25,000", "2-3,000"])
def test_a_lost_thousand_is_not_read(text):
    assert "lost a thousand" in problem(lambda: cas.Ledger([GOOD | {"value": text}]))
    assert cas.parse_count("20,000–25,000").low == 20_000


@pytest.mark.parametrize("text", ["1.2k", "1.5", "1.2.3"])
def test_a_decimal_is_not_said_to_be_thousands(text):
    said = problem(lambda: cas.parse_count(text))
    assert "decimal point" in said
    assert "thousands" not in said


def test_decimals_are_no_thousands():
    for value, text in ((1.2, "1.200"), (2.0, "2.000")):
        said = [GOOD | {"value": value}, GOOD | {"value": 1.2}]
        assert "say thousands='.' if the point separates" in problem(
            lambda said=said: cas.Ledger(said)
        )
        read = cas.Ledger([GOOD | {"value": text}], thousands=".").reports["value"]
        assert read.tolist() == [int(value * 1000)]
    frame = pd.DataFrame([GOOD, GOOD]).assign(value=[3.0, 4.0])
    assert "read it as text" in problem(lambda: cas.Ledger(frame, thousands="."))


def test_a_date_that_can_be_read_in_one_way_only_is_read_whatever_stands_beside_it():
    rows = [GOOD | {"reported_at": text} for text in ("13/10/2023", "10/14/2023")]
    assert cas.Ledger(rows).reports["reported_at"].dt.day.tolist() == [13, 14]
    with pytest.raises(cas.LedgerError, match="'3/4/2023' in row 2.*say which comes first"):
        cas.Ledger([*rows, GOOD | {"reported_at": "3/4/2023"}])


@pytest.mark.parametrize(
    "word", ["TOTAL:", "Insgesamt", "Всего", "Subtotal", "Sub-total", "Σ", "Total (2 places)",
             "Total nacional", "Gran total", "TOTALES", "Tous", "I alt", "Ogółem", "Вкупно",
             "Общий итог:", "الإجمالى", "مجموع کل", "總計", "전체", "ทั้งหมด", "Tổng số", "कुल योग"],
)  # fmt: skip
def test_the_whole_is_known_in_several_tongues(word):
    assert "means the whole" in problem(lambda: cas.Ledger([GOOD | {"side": word}]))
    part = f"{word} (soldiers)"
    assert cas.Ledger([GOOD | {"side": part}]).series()["side"].tolist() == [part]


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("5/6/24", "period_end", "a year of two digits"), ("5 Mar 24", "reported_at", "two digits"),
        ("0025-03-04", "period_end", "only years 1678 to 2261"),
        ("2024-05-06 10:00 EST", "reported_at", "a zone is told by its offset"),
        ("2024-13-05", "period_end", "; no such date"),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_told_its_true_cause(text, column, said):
    message = problem(lambda: cas.Ledger([GOOD | {column: text}]))
    assert said in message
    assert "which comes first" not in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024-05-06 24:00", "; no such date; write"), ("2024-05-06 15:30h", "; write the day as"),
        ("2024-05-06T00:00:00Z", "; days covered are local calendar days, without a time; write"),
    ],
)  # fmt: skip
def test_a_day_with_a_time_is_offered_its_day_only_where_that_is_read(text, told):
    row, new_york = GOOD | {"period_end": text}, {"tz": "America/New_York"}
    said = problem(lambda: cas.Ledger([row], **new_york))
    assert told in said
    assert "reads the day of it" not in said
    whole = GOOD | {"period_end": "2024-05-06T10:00:00"}
    assert "dates='ymd' reads the day of it" in problem(lambda: cas.Ledger([whole], **new_york))
    assert day(cas.Ledger([whole], dates="ymd", **new_york)) == ["05-06"]


@pytest.mark.parametrize("cell", ["20240305", 20240305])
def test_a_day_in_eight_digits_is_told_its_format_which_reads_it(cell):
    row = GOOD | {"period_end": cell}
    assert "a day in digits is read by dates='%Y%m%d'" in problem(lambda: cas.Ledger([row]))
    assert day(cas.Ledger([row], dates="%Y%m%d")) == ["03-05"]
    assert "a bare number is not a date" in problem(
        lambda: cas.Ledger([GOOD | {"period_end": 45356}], dates="%Y%m%d")
    )


def test_a_bare_year_is_told_as_one():
    for year in ("2024", 2024):
        said = problem(lambda year=year: cas.Ledger([GOOD | {"period_end": year}]))
        assert "several days are told by the first, period_start, and the last, period_end" in said


def test_a_midnight_to_the_millisecond_is_a_day():
    for text in ("2024-03-05 00:00:00.000", "2024-03-05T00:00:00.000"):
        assert day(cas.Ledger([GOOD | {"period_end": text}])) == ["03-05"]


def test_a_day_with_a_time_of_another_zone_is_one_only_where_both_agree():
    row = GOOD | {"period_end": "2020-06-22T10:00:00Z", "reported_at": "2020-06-24"}
    assert day(cas.Ledger([row], dates="ymd", tz="Asia/Yerevan")) == ["06-22"]
    row["period_end"] = "2020-06-22T22:00:00Z"
    said = problem(lambda: cas.Ledger([row], dates="ymd", tz="Asia/Yerevan"))
    assert "days covered are local calendar days, without a time" in said


def test_a_column_of_the_very_name_beside_a_mapped_one_is_a_problem():
    row = {"Source": "x", "Who": "M", "value": 1, "reported_at": "2024-05-06"}
    for options in ({"columns": {"Who": "source"}}, {"source": "M"}):
        assert "columns={'Source': None} to keep it" in problem(
            lambda: cas.Ledger([row], kind="total", **options)  # noqa: B023
        )
    kept = cas.Ledger([row], kind="total", columns={"Who": "source", "Source": None})
    assert kept.reports[["source", "Source"]].values.tolist() == [["M", "x"]]


def test_a_problem_of_a_wide_table_names_their_column():
    said = problem(
        lambda: cas.Ledger([LOG[0] | {"Hurt": "x"}], value=WIDE, source="M", kind="total")
    )
    assert "value 'x' is not a count in row 0, column 'Hurt'" in said


def test_a_kind_that_a_column_is_called_by_is_the_kind():
    row = {"total": 5, "reported_at": "2024-05-06"}
    assert "no column 'value'" in problem(lambda: cas.Ledger([row], source="M", kind="total"))
    ledger = cas.Ledger([row], source="M", kind="total", columns={"total": "value"})
    assert ledger.totals()["total"].tolist() == [5]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ({"value": "一百二十三"}, "a number in words as (24, 24)"),
        ({"value": "1.2万"}, "in row 0; write out the whole number in digits"),
        ({"value": "100 %"}, "is a share, not a count in row 0; write how many people"),
        ({"value": "men"}, "drop the row of a second header"),
        ({"reported_at": "03/02/25"}, "dates='%d/%m/%y', "),
        ({"reported_at": "2025-02-03 9.30 p.m."}, "write its time as 21:30"),
        (
            {"period_end": "2025-02"},
            "are told by the first, period_start, and the last, period_end",
        ),
        ({"period_end": "3-9 Feb 2025"}, "several days are told by the first, period_start"),
    ],
)
def test_a_refusal_names_the_true_cause_and_a_remedy_that_works(cell, told):
    assert told in problem(lambda: cas.Ledger([GOOD | cell], dates="dmy"))


def test_a_cell_that_several_numbers_stand_beside_is_one_problem():
    row = {"Killed": 5, "Hurt": 4, "reported_at": "2/3/2025"}
    value = {"Killed": {"outcome": "killed"}, "Hurt": {"outcome": "wounded"}}
    with pytest.raises(cas.LedgerError) as told:
        cas.Ledger([row], source="S", kind="total", value=value)
    assert told.value.problems[["row", "column", "value"]].values.tolist() == [
        [0, "reported_at", "2/3/2025"]
    ]


def test_rows_of_one_label_are_told_apart():
    table = pd.DataFrame([GOOD | {"value": "many"}] * 2, index=[0, 0])
    with pytest.raises(cas.LedgerError) as told:
        cas.Ledger(table)
    assert len(told.value.problems) == 2


def test_an_own_column_keeps_its_name():
    message = problem(lambda: cas.Ledger([GOOD | {"Desk": 1}], columns={"Desk": "desk"}))
    assert "unknown column 'desk'" in message
    assert message.endswith("a column of one's own keeps its name, and is not named here")


@pytest.mark.parametrize("days", ["reported_at", "Day"])
def test_a_time_beside_its_days_is_told_to_name_both(days):
    row = {"source": "M", "kind": "total", "value": 5, days: "2024-03-05", "time": "12:00"}
    columns = {days: "reported_at"}
    said = problem(lambda: cas.Ledger([row], columns=columns))
    remedy = columns | {"time": "reported_at"}
    assert f"columns={remedy}" in said
    assert "columns={'time': 'reported_at'}" not in said
    assert cas.Ledger([row], columns=remedy).reports["reported_at"].dt.hour.tolist() == [12]


@pytest.mark.parametrize(
    ("row", "said"),
    [({"value": None, "high": 5}, "an upper bound alone is a value: 'up to 5'"),
     ({"reported_at": "Mon, 06 May 2024 14:00 GMT"}, "leave the day of the week out; write it"),
     ],
)  # fmt: skip
def test_a_fault_is_one_problem_with_its_own_remedy(row, said):
    message = problem(lambda: cas.Ledger([GOOD | row]))
    assert said in message
    assert not re.search("problems|negative|zone", message)


def test_a_remedy_works_when_it_is_obeyed():
    short = cas.Ledger([GOOD | {"reported_at": "03/02/25"}], dates="%d/%m/%y")
    assert day(short) == ["02-03"]
    evening = cas.Ledger([GOOD | {"reported_at": "2025-02-03 9:30 pm"}], dates="%Y-%m-%d %I:%M %p")
    assert evening.reports["reported_at"].dt.hour.tolist() == [21]
    words = {"一百二十三": (123, 123)}
    assert cas.Ledger([GOOD | {"value": "一百二十三"}], words=words).reports["low"].item() == 123
    below = {"Casualties 2025": ["Date"], "Unnamed: 1": ["Killed"]}
    read = lambda: cas.Ledger(below, columns={"Date": "reported_at"})  # noqa: E731
    assert "delete the rows above the header, or skip them with pandas" in problem(read)
    empty = cas.Ledger([])
    assert "'killed'; no report has any" in problem(lambda: empty.where(outcome="killed"))


@pytest.mark.parametrize("word", ["Total", "GRAND TOTAL:", "合计", "Total 2025"])
def test_a_row_of_a_list_that_adds_up_the_others_is_refused_by_its_id(word):
    rows = {"id": ["244657", word], "value": [2, 2], "period_end": ["2025-02-03", "2025-02-28"]}
    asked = {"columns": {"id": "report_id"}, "source": "G", "reported_at": "2025-03-01"}
    told = problem(lambda: cas.Ledger(rows, kind="incident", **asked))
    assert f"report_id {word!r} means the whole in row 1, column 'id'; drop a row" in told
    assert len(cas.Ledger(rows, kind="total", **asked)) == 2, "no list"
    copies = {"2025-03-01": pd.DataFrame(rows)}
    named = {"date": "period_end", "value": "value", "id": "id"}
    told = problem(lambda: cas.from_snapshots(copies, **named, source="G", kind="incident"))
    assert f"id {word!r} means the whole in row 1, column 'id'; drop a row" in told


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Killed (thousands)", "thousands"), ("deaths_in_millions", "millions"), ("Dead, %", "%"),
        ("Deaths ('000)", "000"), ("Deaths per 100k", "per 100k"), ("Death rate", "rate"),
        ("Muertos (tasa)", "tasa"), ("Погибло, тыс.", "тыс"),
    ],
)  # fmt: skip
def test_a_column_whose_name_says_another_unit_holds_no_counts(name, unit):
    row = {name: 3, "Hurt": 4, "reported_at": "2024-05-06"}
    wide = {name: {"outcome": "killed"}, "Hurt": {"outcome": "wounded"}}
    for options in ({"columns": {name: "value"}}, {"value": wide}):
        said = problem(lambda: cas.Ledger([row, row], source="M", kind="total", **options))  # noqa: B023
        assert f"column {name!r} says {unit!r}, and counts are of people" in said
        assert "rename the column" in said
    copies = {"2024-05-06": pd.DataFrame([row])}
    ask = {"date": "reported_at", "source": "M", "kind": "total"}
    assert "counts are of people" in problem(lambda: cas.from_snapshots(copies, value=name, **ask))


def test_a_place_that_is_called_like_a_unit_is_a_place():
    row = {"Thousand Oaks": 12, "Milliona": 1, "reported_at": "2018-11-09"}
    places = {name: {"side": name.lower()} for name in ("Thousand Oaks", "Milliona")}
    assert len(cas.Ledger([row], source="M", kind="total", value=places)) == 2
    for plain in (
        "Killed per day",
        "Rateau",
        "Killed 2000",
        "Killed of 1,000",
        "Killed in Millionka",
    ):
        row = {plain: 3, "reported_at": "2024-05-06"}
        ledger = cas.Ledger([row], source="M", kind="total", columns={plain: "value"})
        assert ledger.reports["value"].tolist() == [3]


def test_one_column_may_be_the_day_and_the_publication():
    rows = pd.DataFrame(
        {"Date": ["03/02/2025", "04/02/2025"], "n": [4, 5], "Time": ["9:30", "10:00"]}
    )
    said = {"dates": "dmy", "source": "P", "kind": "period"}
    date = {"Date": ["reported_at", "period_end"]}
    ledger = cas.Ledger(rows, columns=date | {"n": "value", "Time": "reported_at"}, **said)
    assert day(ledger) == ["02-03", "02-04"]
    assert ledger.reports["reported_at"].dt.hour.tolist() == [9, 10]
    ledger = cas.from_vintages(rows.drop(columns="Time"), columns=date, value="n", **said)
    assert day(ledger) == ["02-03", "02-04"]
    assert ledger.reports["reported_at"].dt.hour.tolist() == [23, 23]
    for wrong, told in (
        (date | {"n": "period_end"}, "'period_end' occurs more than once"),
        ({"Date": ["reported_at", "day"]}, "unknown column 'day'"),
    ):
        assert told in problem(lambda wrong=wrong: cas.Ledger(rows, columns=wrong, **said))


def test_days_and_months_that_a_spreadsheet_exchanged_are_refused():
    rows = [{"reported_at": dt.date(2024, 5, 3), "value": 100},
            {"reported_at": "13/03/2024", "value": 120}]  # fmt: skip
    for dates in (None, "dmy"):
        text = problem(lambda dates=dates: cas.Ledger(rows, source="M", kind="total", dates=dates))
        assert "2024-05-03 may have day and month exchanged in row 0" in text
    for row in ({"reported_at": "2024-03-13"}, {"reported_at": dt.date(2024, 5, 13)}):
        assert len(cas.Ledger([rows[0], row | {"value": 1}], source="M", kind="total")) == 2
