"""What is read at the door, and what is refused with a reason."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from ledgers import MINISTRY, article

import casualties as cas
from casualties.model.counts import numbers_in

GOOD = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05"}


def problem(*rows, **fixed):
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger([GOOD | row for row in rows], **fixed)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("58", (58, 58, 58, "exact")),
        (" 2,300 ", (2300, 2300, 2300, "exact")),
        ("2 300", (2300, 2300, 2300, "exact")),
        ("2\u202f300", (2300, 2300, 2300, "exact")),
        ("2\u2009300", (2300, 2300, 2300, "exact")),
        ("2\u00a0300", (2300, 2300, 2300, "exact")),
        (">=300", (300, 300, None, "at_least")),
        ("300+", (300, 300, None, "at_least")),
        ("AT LEAST 300", (300, 300, None, "at_least")),
        (">2300", (2300, 2301, None, "more_than")),
        ("more than 2,300", (2300, 2301, None, "more_than")),
        ("over 2,300", (2300, 2301, None, "more_than")),
        ("<=50", (50, None, 50, "at_most")),
        ("at most 50", (50, None, 50, "at_most")),
        ("up to 50", (50, None, 50, "at_most")),
        ("<50", (50, None, 49, "less_than")),
        ("~30000", (30000, None, None, "about")),
        ("about 30,000", (30000, None, None, "about")),
        ("around 30,000", (30000, None, None, "about")),
        ("nearly 30,000", (30000, None, None, "about")),
        ("50-60", (None, 50, 60, "range")),
        ("50–60", (None, 50, 60, "range")),
        ("between 50 and 60", (None, 50, 60, "range")),
        ("3 million", (3_000_000, 3_000_000, 3_000_000, "exact")),
        ("2.5 million", (2_500_000, 2_500_000, 2_500_000, "exact")),
        ("20–30 million", (None, 20_000_000, 30_000_000, "range")),
        ("~10,000+", (10_000, None, None, "about")),
        ("~50,000–80,000", (50_000, None, None, "about")),
        ("est. 2,000", (2000, None, None, "about")),
        ("2,000 (est.)", (2000, None, None, "about")),
        ("58[1]", (58, 58, 58, "exact")),
        ("58*", (58, 58, 58, "exact")),
        ("at least 300 dead", (300, 300, None, "at_least")),
        ("434 people", (434, 434, 434, "exact")),
        ("12 people killed", (12, 12, 12, "exact")),
        ("more than 300 people killed", (300, 301, None, "more_than")),
        ("minimum 50", (50, 50, None, "at_least")),
        ("a maximum of 50", (50, None, 50, "at_most")),
        ("58[citation needed]", (58, 58, 58, "exact")),
        ("٣٠٠", (300, 300, 300, "exact")),
        ("1,23,456", (123_456, 123_456, 123_456, "exact")),
        ("١،٢٣٤", (1234, 1234, 1234, "exact")),
    ],
)
def test_counts_are_read_as_people_write_them(text, expected):
    assert tuple(cas.parse_count(text)) == expected
    row = cas.Ledger([GOOD | {"value": text}]).reports.iloc[0]
    cells = [None if pd.isna(row[c]) else row[c] for c in ("value", "low", "high")]
    assert (*cells, row["qualifier"]) == expected


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("between five hundred and six hundred", {500, 600}),
        ("two thousand and three thousand", {2000, 3000}),
        ("two hundred and a hundred", {200, 100}),
        ("one million two hundred thousand and six", {1_200_006}),
        ("five hundred and six", {506}),
        ("six hundred thousand and five hundred", {600_500}),
        ("ten thousand ten eleven thousand", {10_010, 11_000}),
    ],
)
def test_numbers_in_words_are_found_in_a_text(text, numbers):
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dozens", "words="), ("5.5", "decimal"), ("60-50", "backwards"),
        ("<0", "below zero"), ("2,30", "comma"), ("N/A", "say na="),
        ("1" * 30, "no count of people"), ("at least 300+", "twice"), ("2.300", "thousands='.'"),
        ("1.2345678 million", "no whole number"), ("12 soldiers", "leave out other"),
        ("0,123", "decimal"), ("0 123", "decimal"), ("1.23.456", "decimal"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_read_say_why(text, said):
    with pytest.raises(ValueError, match=said):
        cas.parse_count(text)
    assert "in row 0" in problem({"value": text})


@pytest.mark.parametrize("text", ["99 fewer", "-99", "−99", -99])
def test_so_many_fewer_is_a_more_below_zero(text):
    number = cas.parse_count(str(text))
    assert (number.value, number.low, number.high) == (-99, -99, -99)
    row = cas.Ledger([GOOD | {"kind": "more", "value": text}]).reports.iloc[0]
    assert (row["value"], row["low"], row["high"], row["qualifier"]) == (-99, -99, -99, "exact")


@pytest.mark.parametrize("kind", ["total", "period", "incident"])
def test_only_a_more_may_be_below_zero(kind):
    for text in (-1918, "99 fewer"):
        said = problem({"kind": kind, "value": text, "period_end": "2024-03-05"})
        assert "is negative in row 0; a count of people starts at 0" in said
        assert "'so many fewer' is kind 'more'" in said


def incident(**row):
    return GOOD | {"kind": "incident"} | row


def test_incidents_of_a_series_are_read_and_added_up():
    rows = [incident(value=3), incident(value="at least 2", period_end="2024-03-06",
                                        reported_at="2024-03-07")]  # fmt: skip
    ledger = cas.Ledger(rows)
    assert ledger.totals()["total"].tolist() == [3, 5]
    assert ledger.reports["kind"].tolist() == ["incident", "incident"]


def test_a_series_is_counted_by_incidents_or_otherwise():
    assert "kind 'more' in a series that is counted by its incidents in row 1" in problem(
        {"kind": "incident"}, {"kind": "more"}, {"kind": "total"}
    )
    for apart in ({"source": "N"}, {"definition": "listed"}, {"side": "A"}):
        assert len(cas.Ledger([GOOD, incident(**apart)])) == 2


def test_a_mixture_is_one_problem_a_series():
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger([GOOD, incident(), incident(), incident(source="N"), GOOD | {"source": "N"}])
    assert error.value.problems[["row", "column", "value"]].values.tolist() == [
        [1, "kind", "incident"], [4, "kind", "total"],
    ]  # fmt: skip


def test_what_is_appended_is_counted_as_the_series_is():
    listed = cas.Ledger([incident(report_id="a")])
    with pytest.raises(cas.LedgerError, match="kind 'total' in a series .* in row 1; a list"):
        listed.append([incident(), GOOD])
    with pytest.raises(cas.LedgerError, match="kind 'incident' in a series that is counted other"):
        cas.Ledger([GOOD]).append([incident()])
    with pytest.raises(cas.LedgerError, match="kind 'total' in a series"):
        listed.revise("a", 4, kind="total", reported_at="2024-03-06")
    with pytest.raises(cas.LedgerError, match="kind 'total' in a series .* in row r1; a list"):
        cas.concat([listed, cas.Ledger([GOOD])])
    assert len(listed.append([incident(), GOOD | {"source": "N"}])) == 3


def test_who_denies_an_incident_may_count_otherwise():
    denied = cas.Ledger([incident(report_id="a")]).deny("a", source="N", reported_at="2024-03-06")
    name = denied.reports["report_id"].iloc[-1]
    denied = denied.retract(name, reported_at="2024-03-07")
    assert len(denied.append([GOOD | {"source": "N", "reported_at": "2024-03-08"}])) == 4


def test_a_vague_word_is_coded_by_the_caller():
    assert cas.parse_count("Dozens", words={"dozens": (24, None)}) == (24, 24, None, "at_least")
    assert cas.parse_count("some", words={"some": (2, 9)}) == (None, 2, 9, "range")
    assert cas.parse_count("few", words={"few": (None, 9)}) == (9, None, 9, "at_most")
    count = cas.parse_count("dozens", words={"dozens": (24, None)})
    assert cas.Ledger([GOOD | {"value": count}]).reports["low"].item() == 24


def test_defaults_are_filled_in():
    row = cas.Ledger([GOOD]).reports.iloc[0]
    said = row[["report_id", "event", "side", "category", "outcome", "action"]].tolist()
    assert said == ["r1", "", "all", "all", "killed", "report"]
    assert row["period_end"] == pd.Timestamp("2024-03-05")
    assert pd.isna(row["period_start"])
    assert (row["low"], row["high"]) == (5, 5)


def test_dtypes_are_those_of_a_report():
    dtypes = cas.Ledger([GOOD]).reports.dtypes.astype(str)
    assert dtypes["value"] == dtypes["low"] == dtypes["high"] == "Int64"
    assert dtypes["reported_at"] == "datetime64[us, UTC]"
    assert dtypes["period_end"] == "datetime64[us]"
    assert dtypes["source"] == dtypes["kind"] == "category"


def test_the_last_day_covered_is_local():
    late = cas.Ledger([GOOD | {"reported_at": "2020-09-28T22:30+00:00"}], tz="Asia/Yerevan")
    assert late.reports["period_end"].item() == pd.Timestamp("2020-09-29")


def test_instants_of_any_kind_are_the_same_instant():
    when = [
        "2020-09-28 15:36", "2020-09-28T15:36+04:00", "2020-09-28T11:36Z",
        dt.datetime(2020, 9, 28, 15, 36),  # noqa: DTZ001
        pd.Timestamp("2020-09-28 11:36", tz="UTC"), np.datetime64("2020-09-28T15:36"),
    ]  # fmt: skip
    ledger = cas.Ledger([GOOD | {"reported_at": w} for w in when], tz="Asia/Yerevan")
    assert ledger.reports["reported_at"].nunique() == 1


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("08/09/2020", "write it as"), ("2020-02-30", "no such date"), ("2020-09", "write it as"),
        ("0001-01-01", "1678 to 2261"), ("9999-12-31", "1678 to 2261"), (44102, "day number"),
        ("2021-03-28 01:30", "skipped this time"), ("2021-10-31 01:30", "showed this time twice"),
        (None, "no reported_at"), ("", "no reported_at"),
    ],
)  # fmt: skip
def test_dates_are_never_guessed(when, said):
    assert said in problem({"reported_at": when}, tz="Europe/London")


@pytest.mark.parametrize(
    ("when", "said"),
    [("2021-03-28 01:30", "skipped this time"), ("2021-10-31 01:30", "showed this time twice")],
)
def test_such_an_hour_is_told_of_a_column_of_datetimes_too(when, said):
    when = pd.to_datetime(["2021-03-05 10:00", when])
    with pytest.raises(cas.LedgerError, match=f"in row 1; the clocks of Europe/London {said}"):
        cas.Ledger({"reported_at": when}, source="M", kind="total", value=5, tz="Europe/London")


def test_a_time_shown_twice_is_read_with_its_offset():
    row = GOOD | {"reported_at": "2021-10-31 01:30+00:00"}
    assert len(cas.Ledger([row], tz="Europe/London")) == 1


def test_days_have_no_time():
    assert "write the day as" in problem({"period_end": "2024-03-05 10:00"})


def test_one_error_names_ten_different_mistakes(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        "report_id,source,kind,value,period_start,period_end,reported_at,action,refers_to\n"
        "a,M,totl,5,,,2024-03-05,,\n"
        "b,M,total,-5,,,2024-03-05,,\n"
        "c,M,total,5.5,,,2024-03-05,,\n"
        "d,M,total,dozens,,,2024-03-05,,\n"
        "d,M,total,5,,,2024-03-05,,\n"
        "e,M,period,5,2024-03-05,2024-03-01,2024-03-05,,\n"
        "f,M,total,5,,,2024-02-30,,\n"
        "g,,total,5,,,2024-03-05,,\n"
        "h,,,5,,,2024-03-06,revise,nowhere\n"
        "i,,,5,,,2024-03-01,revise,c\n"
    )
    with pytest.raises(cas.LedgerError) as error:
        cas.read_csv(path)
    text = str(error.value)
    for said in (
        "unknown kind 'totl' in row 0 (line 2); use one of total, period, more, incident.",
        "Did you mean 'total'?",
        "negative", "decimal point", "'dozens' is not a count",
        "report_id 'd' is used again in row 4",
        "before period_start", "2024-02-30", "no source in row 7", "refers_to 'nowhere'",
        "older than what it is about",
    ):  # fmt: skip
        assert said in text
    assert len(error.value.problems) == 10
    assert list(error.value.problems.columns) == ["row", "line", "column", "value", "problem"]


def test_names_of_columns_are_suggested():
    with pytest.raises(
        cas.LedgerError, match="unknown column 'reportd_at': did you mean 'reported_at'"
    ):
        cas.Ledger([{"source": "M", "kind": "total", "value": 1, "reportd_at": "2024-03-05"}])
    with pytest.raises(cas.LedgerError, match="unknown column 'sorce'"):
        cas.Ledger([{"kind": "total", "reported_at": "2024-03-05"}], sorce="M")
    with pytest.raises(cas.LedgerError, match="missing column 'kind'"):
        cas.Ledger([{"source": "M", "reported_at": "2024-03-05"}])


def test_circles_are_refused():
    rows = [
        GOOD | {"report_id": "a", "action": "revise", "refers_to": "b"},
        GOOD | {"report_id": "b", "action": "revise", "refers_to": "a"},
    ]
    with pytest.raises(cas.LedgerError, match="listed before it"):
        cas.Ledger(rows)


def test_rows_may_stand_in_any_order_of_time():
    rows = [
        GOOD | {"report_id": "b", "action": "revise", "refers_to": "a", "value": 4,
                "reported_at": "2024-03-06"},
        GOOD | {"report_id": "a"},
    ]  # fmt: skip
    assert cas.Ledger(rows).totals()["total"].tolist() == [4]


def test_a_hundred_thousand_problems_make_a_short_message():
    frame = pd.DataFrame({"value": np.full(100_000, -1), "reported_at": "2024-03-05"})
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger(frame, **MINISTRY)
    assert len(error.value.problems) == 100_000
    assert len(str(error.value)) < 3000
    assert "99,999 more" in str(error.value)


def test_odd_bounds_are_kept_and_widened():
    ledger = cas.Ledger([GOOD | {"value": 5, "low": 7, "high": 9}])
    assert ledger.reports[["value", "low", "high"]].iloc[0].tolist() == [5, 7, 9]
    assert ledger.totals()[["total", "low", "high"]].iloc[0].tolist() == [5, 5, 9]


def test_extra_columns_are_kept():
    ledger = cas.Ledger([GOOD | {"page": 3}]).append([GOOD | {"page": 4}]).append([GOOD])
    assert ledger.reports["page"].tolist()[:2] == [3, 4]
    assert pd.isna(ledger.reports["page"].iloc[2])


def test_a_ledger_cannot_be_changed_through_what_it_handed_out():
    ledger = article()
    for frame, column in ((ledger.reports, "value"), (ledger.totals(), "total")):
        frame.loc[0, column] = 999
    assert ledger == article()
    with pytest.raises(AttributeError, match="never changed"):
        ledger.tz = "UTC"


def test_a_ledger_does_not_follow_its_input():
    frame = pd.DataFrame([GOOD])
    ledger = cas.Ledger(frame)
    frame.loc[0, "value"] = 999
    assert ledger.reports["value"].item() == 5


def test_appending_keeps_the_clock_and_names_new_rows():
    ledger = article().as_of("2020-09-28 15:00")
    more = ledger.append(
        [{"value": 3, "reported_at": "2020-09-28 14:45"}], source="X", kind="total"
    )
    assert len(more) == 3
    assert more.known_at == ledger.known_at
    with pytest.raises(cas.LedgerError, match="report_id 'p28' is used again in row 0"):
        ledger.append([GOOD | {"report_id": "p28"}])


def test_unknown_questions_say_what_is_allowed():
    ledger = article()
    with pytest.raises(cas.LedgerError, match="Did you mean 'Ministry'"):
        ledger.where(source="Minstry")
    with pytest.raises(cas.LedgerError, match="unknown column 'sorce'"):
        ledger.where(sorce="M")
    with pytest.raises(cas.LedgerError, match="no report 'p29' is known.*Did you mean 'p28'"):
        ledger.revise("p29", 3, reported_at="2020-10-01")
    with pytest.raises(cas.LedgerError, match="cannot read 'noon' as a moment"):
        ledger.as_of("noon")
    with pytest.raises(cas.LedgerError, match="unknown time zone"):
        cas.Ledger([GOOD], tz="Yerevan")


def test_a_clock_copies_nothing_and_never_goes_forward():
    ledger = article()
    early = ledger.as_of("2020-09-28 15:00")
    assert early._known.record is ledger._known.record
    assert early.as_of("2030-01-01").known_at == early.known_at
    assert ledger.known_at is None
    assert str(early.known_at) == "2020-09-28 15:00:00+04:00"


def test_representations_are_short_and_escaped():
    ledger = cas.Ledger([GOOD | {"source": "<script>alert(1)</script>"}])
    assert "<script>" not in ledger._repr_html_()
    assert "1 report, 1 series, 1 source" in repr(ledger)
    assert repr(cas.Ledger([])).startswith("Ledger: 0 reports")


def test_a_cell_is_blamed_once():
    said = problem({"value": "x", "low": 9, "high": 3, "qualifier": "range"})
    assert "above high" not in said
    said = problem({"kind": "period", "period_end": "nonsense"})
    assert "cannot read period_end" in said
    assert "without its days" not in said


def test_a_thousand_events_sides_and_categories_are_told_apart():
    names = [f"n{place}" for place in range(2000)]
    ledger = cas.Ledger(
        {"event": names, "side": names[::-1], "category": names, "value": range(2000)},
        source="M", kind="total", reported_at="2024-03-05",
    )  # fmt: skip
    totals = ledger.totals()
    assert len(totals) == 2000
    found = ledger.where(event="n7", side="n1992").totals()
    assert found["total"].tolist() == [7]


def test_an_error_can_be_pickled_with_its_problems():
    import pickle

    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger([GOOD | {"value": -1}])
    again = pickle.loads(pickle.dumps(error.value))
    assert str(again) == str(error.value)
    assert again.problems.equals(error.value.problems)


def test_words_that_are_coded_wrongly_are_refused():
    assert cas.parse_count("5", words={"dozens": (24, None)}).value == 5
    assert tuple(cas.parse_count("a few", words={"a few": (3, 3)})) == (3, 3, 3, "exact")
    with pytest.raises(ValueError, match="gives no bound"):
        cas.parse_count("some", words={"some": (None, None)})
    with pytest.raises(ValueError, match="runs backwards"):
        cas.parse_count("some", words={"some": (9, 2)})


def test_one_report_can_be_appended_as_one_dict():
    ledger = cas.Ledger([GOOD]).append(GOOD | {"value": 7})
    assert ledger.reports["value"].tolist() == [5, 7]


def test_ledgers_are_equal_only_to_ledgers_that_say_the_same():
    ledger = cas.Ledger([GOOD | {"page": 5.0}])
    assert ledger == cas.Ledger([GOOD | {"page": 5}])
    assert ledger != "a ledger"
    assert ledger != cas.Ledger([GOOD])
    assert ledger != cas.Ledger([GOOD | {"page": 6}])
    assert ledger != cas.Ledger([GOOD | {"value": 6, "page": 5}])
    assert ledger != cas.Ledger([GOOD | {"page": 5}], tz="Asia/Yerevan")


def test_a_long_ledger_shows_its_last_reports_and_how_many_more():
    shown = repr(cas.Ledger([GOOD | {"value": v} for v in range(14)]))
    assert shown.endswith("… and 4 earlier reports")
    assert "13" in shown
    assert len(shown.splitlines()) == 3 + 1 + 10 + 1


@pytest.mark.parametrize("when", ["2024-02-30", "soon", 5])
def test_a_question_with_a_date_that_is_none_is_refused(when):
    ledger = cas.Ledger([GOOD])
    for ask in (ledger.as_of, ledger.history, lambda day: ledger.explain(date=day)):
        with pytest.raises(cas.LedgerError, match="cannot read"):
            ask(when)


# -- lists and formats that say too little ---------------------------------------------------------


def test_an_incident_with_a_first_day_alone_ended_that_day():
    rows = [{"value": 7, "period_start": "2023-01-05"}, {"value": 9, "period_start": "2023-02-05"}]
    ledger = cas.Ledger(rows, source="U", kind="incident", reported_at="2023-06-01")
    assert ledger.totals()[["date", "total"]].astype(str).values.tolist() == [
        ["2023-01-05", "7"], ["2023-02-05", "16"],
    ]  # fmt: skip


def test_an_incident_without_a_day_in_a_list_with_days_is_refused():
    rows = [{"value": 4, "period_end": "2023-01-05"}, {"value": 6, "period_end": "2023-02-05"},
            {"report_id": "Total", "value": 10}]  # fmt: skip
    with pytest.raises(cas.LedgerError, match="an incident without a day in row 2; give its day"):
        cas.Ledger(rows, source="U", kind="incident", reported_at="2023-06-01")


@pytest.mark.parametrize("form", ["%d-%b", "%b %Y", "%Y", "%d %Y", "dm"])
def test_a_format_of_dates_names_day_month_and_year(form):
    with pytest.raises(
        cas.LedgerError, match="a format of day, month and year, .*nobody may guess"
    ):
        cas.Ledger([], dates=form)


@pytest.mark.parametrize(
    "form", ["%d.%m.%y", "%j/%Y", "%Y-%m-%dT%H:%M%z", "%c", "%m/%d/%Y %I:%M %p"]
)
def test_a_format_may_be_written_in_any_signs_of_the_standard_library(form):
    assert len(cas.Ledger([], dates=form)) == 0


def test_of_several_orders_the_first_that_fits_is_taken():
    rows = [{"value": 3, "period_end": day} for day in ("06/25/2024", "26/06/2024", "07/06/2024")]
    fixed = {"source": "M", "kind": "total", "reported_at": "2024-08-01"}
    ledger = cas.Ledger(rows, dates=["mdy", "dmy"], **fixed)
    days = ledger.reports["period_end"].dt.strftime("%m-%d").tolist()
    assert days == ["06-25", "06-26", "07-06"]
    with pytest.raises(cas.LedgerError, match="no such date"):
        cas.Ledger(rows, dates="mdy", **fixed)


def test_a_value_with_a_semicolon_is_named_whole():
    with pytest.raises(cas.LedgerError) as error:
        cas.Ledger([{"value": "43 (28 adults; 15 children)"}], source="M", kind="total",
                   reported_at="2024-03-05")  # fmt: skip
    assert "value '43 (28 adults; 15 children)' is not one count in row 0; write" in str(
        error.value
    )
