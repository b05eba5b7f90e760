"""What a bare date, a blank and a keyword mean at the door."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import casualties as cas

GOOD = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05"}
A = GOOD | {"report_id": "a"}


def number(ledger, name):
    row = ledger.reports.set_index("report_id").loc[name]
    cells = [None if pd.isna(row[c]) else row[c] for c in ("value", "low", "high")]
    return (*cells, row["qualifier"])


def problem(make):
    with pytest.raises(cas.LedgerError) as error:
        make()
    return str(error.value)


# -- dates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when",
    ["2024-03-30", dt.date(2024, 3, 30), np.datetime64("2024-03-30"), pd.Timestamp("2024-03-30")],
)
@pytest.mark.parametrize("tz", ["UTC", "Asia/Yerevan", "America/Santiago", "Europe/London"])
def test_a_bare_date_is_the_last_second_of_that_day(when, tz):
    ledger = cas.Ledger([GOOD | {"reported_at": when}], tz=tz)
    told = ledger.reports["reported_at"].item()
    assert told.isoformat().startswith("2024-03-30T23:59:59")
    assert ledger.as_of("2024-03-30").totals()["total"].tolist() == [5]
    assert ledger.as_of("2024-03-30 23:59").totals().empty
    assert ledger.reports["period_end"].item() == pd.Timestamp("2024-03-30")


def test_a_day_that_ends_when_the_clocks_go_back_has_one_end():
    # Santiago, 6 April 2024: at 24:00 the clocks showed 23:00 again.
    ledger = cas.Ledger([GOOD | {"reported_at": "2024-04-06"}], tz="America/Santiago")
    assert ledger.reports["reported_at"].item().isoformat() == "2024-04-06T23:59:59-04:00"


def test_dates_are_read_alike_one_by_one_and_by_the_column():
    alone = cas.Ledger([GOOD | {"reported_at": dt.date(2024, 3, 5)}])
    frame = pd.DataFrame([GOOD, GOOD])
    frame["reported_at"] = pd.to_datetime(frame["reported_at"])
    together = cas.Ledger(frame)  # pandas keeps dates as midnights
    assert together.reports["reported_at"][0] == alone.reports["reported_at"][0]
    frame.loc[1, "reported_at"] = pd.Timestamp("2024-03-05 10:00")
    assert cas.Ledger(frame).reports["reported_at"].dt.hour.tolist() == [23, 10]


def test_instants_are_shown_in_the_zone_of_the_ledger():
    ledger = cas.Ledger([GOOD | {"reported_at": "2024-03-05T10:00Z"}], tz="Asia/Yerevan")
    assert str(ledger.reports["reported_at"].dtype) == "datetime64[us, Asia/Yerevan]"
    assert ledger.reports["reported_at"].item().hour == 14
    assert "2024-03-05 14:00 +04" in repr(ledger)


@pytest.mark.parametrize("text", ["15h20", "3.20 pm", "1403-02-17", "11 Sep", "5/6 14:00"])
def test_a_moment_that_lacks_a_part_is_refused(text):
    with pytest.raises(cas.LedgerError, match=f"cannot read reported_at '{text}' in row 0"):
        cas.Ledger([GOOD | {"reported_at": text}])


def test_a_blank_day_beside_a_time_is_refused():
    rows = [{"Day": "5/6/2024", "Hour": "09:30", "N": 3}, {"Day": "", "Hour": "11:00", "N": 4}]
    columns = {"Day": "reported_at", "Hour": "reported_at", "N": "value"}
    with pytest.raises(cas.LedgerError, match=r"cannot read reported_at '\? 11:00' in row 1"):
        cas.Ledger(rows, columns=columns, dates="dmy", source="M", kind="total")


def test_a_time_with_an_h_is_read():
    ledger = cas.Ledger([GOOD | {"reported_at": "1 May 2024 9h05"}])
    assert ledger.reports["reported_at"].item() == pd.Timestamp("2024-05-01 09:05", tz="UTC")
    both = {"columns": {"Day": "reported_at", "Time": "reported_at"}, "source": "M"}
    table = {"Day": ["2024-05-01"], "Time": ["15h20"], "value": [1]}
    joined = cas.Ledger(table, kind="total", **both).reports["reported_at"]
    assert joined.item() == pd.Timestamp("2024-05-01 15:20", tz="UTC")


# -- counts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [None, "", "  ", float("nan"), pd.NA, pd.NaT])
def test_a_blank_is_the_unknown_count(blank):
    assert tuple(cas.parse_count(blank)) == (None, None, None, "exact")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c. 30", (30, None, None, "about")),
        ("ca. 30", (30, None, None, "about")),
        ("approx. 30", (30, None, None, "about")),
        ("some 50", (50, None, None, "about")),
        ("30 or more", (30, 30, None, "at_least")),
        ("thirty or more", None),
        ("5 or fewer", (5, None, 5, "at_most")),
        ("at least four", (4, 4, None, "at_least")),
        ("Twenty", (20, 20, 20, "exact")),
        ("seventeen", (17, 17, 17, "exact")),
        ("between two and four", (None, 2, 4, "range")),
        ("zero", (0, 0, 0, "exact")),
        ("twenty-one", None),
        ("four hundred", None),
        ("at least 30 or more", None),
    ],
)
def test_further_notations_are_read(text, expected):
    if expected is None:
        with pytest.raises(ValueError, match=r"digits|say na=|twice"):
            cas.parse_count(text)
    else:
        assert tuple(cas.parse_count(text)) == expected


def test_bounds_that_contradict_each_other_are_kept():
    ledger = cas.Ledger([GOOD | {"value": None, "low": 9, "high": 3}])
    assert number(ledger, "r1") == (None, 9, 3, "range")


# -- what a revise takes ---------------------------------------------------------------------------


def chain(first, *links):
    rows = [A | first | {"reported_at": "2024-03-05 00:00"}]
    for place, link in enumerate(links):
        rows.append(
            {"report_id": "bcdefg"[place], "refers_to": "abcdef"[place], "action": "revise"}
            | {"reported_at": f"2024-03-05 {place + 1:02d}:00"}
            | link
        )
    return rows


@pytest.mark.parametrize(
    ("first", "links", "expected"),
    [
        ({"value": "fewer than 100"}, [{"value": 57}], (57, 57, 57, "exact")),
        ({"value": "50-60"}, [{"value": 57}], (57, 57, 57, "exact")),
        ({"value": "about 50"}, [{"low": 40, "high": 60}], (None, 40, 60, "range")),
        ({"value": 5, "low": 3, "high": 9}, [{}], (5, 3, 9, "exact")),
        ({"value": 5, "low": 3, "high": 9}, [{"low": 4}], (None, 4, None, "range")),
        ({"value": 5, "low": 3, "high": 9}, [{"qualifier": "at_least"}], (5, 5, None, "at_least")),
        ({"value": "50-60"}, [{"qualifier": "range"}], (None, 50, 60, "range")),
        ({"value": 28}, [{"action": "retract"}, {}], (28, 28, 28, "exact")),
        ({"value": 28}, [{"value": 27}, {"action": "retract"}, {}], (27, 27, 27, "exact")),
        ({"value": 28}, [{"qualifier": "about"}, {}], (28, None, None, "about")),
        ({"value": 28}, [{"value": 30}, {"refers_to": "a"}], (30, 30, 30, "exact")),
        ({"value": None}, [{}], (None, None, None, "exact")),
        ({"value": None}, [{"value": 4}, {"action": "retract"}, {}], (4, 4, 4, "exact")),
    ],
)
@pytest.mark.parametrize("step", ["at once", "one by one"])
def test_a_revise_takes_the_last_number_of_its_chain_or_none_of_it(first, links, expected, step):
    rows = chain(first, *links)
    if step == "at once":
        ledger = cas.Ledger(rows)
    else:  # on append only the chain comes through the door again
        ledger = cas.Ledger([GOOD | {"report_id": "z", "value": 99}, rows[0]])
        for row in rows[1:]:
            ledger = ledger.append([{"value": None} | row])
    assert number(ledger, rows[-1]["report_id"]) == expected


def test_what_came_later_is_not_taken():
    rows = chain({"value": 28}, {"value": 27})
    early = {"report_id": "x", "refers_to": "a", "action": "revise", "value": None}
    early["reported_at"] = "2024-03-05 00:30"
    assert number(cas.Ledger([*rows, early]), "x") == (28, 28, 28, "exact")
    assert number(cas.Ledger(rows).append(early), "x") == (28, 28, 28, "exact")


def test_a_qualifier_alone_cannot_be_said_of_a_range():
    rows = chain({"value": "50-60"}, {"qualifier": "about"})
    assert "a qualifier alone, of a range" in problem(lambda: cas.Ledger(rows))


def test_a_revise_may_move_its_day_and_kind_and_nothing_else():
    moved = cas.Ledger([A]).revise(
        "a", 6, reported_at="2024-03-06", period_end="2024-03-04", kind="more", via="AFP"
    )
    row = moved.reports.iloc[1]
    assert (row["kind"], row["period_end"].day, row["source"]) == ("more", 4, "M")
    for column in ("event", "side", "category", "outcome", "definition", "source"):
        said = problem(
            lambda c=column: cas.Ledger([A]).revise("a", 6, reported_at="2024-03-06", **{c: "x"})
        )
        assert f"another {column} is another series" in said


def test_a_total_revised_to_a_period_is_one_of_its_last_day():
    ledger = cas.Ledger([A]).revise("a", 4, reported_at="2024-03-06", kind="period")
    again = ledger.revise("r2", 3, reported_at="2024-03-07").retract("r3", reported_at="2024-03-08")
    days = again.reports.iloc[1:][["period_start", "period_end"]]
    assert (days == pd.Timestamp("2024-03-05")).all(axis=None)
    through = {"reported_at": "2024-03-06", "kind": "period", "period_start": "2024-03-01"}
    row = cas.Ledger([A]).revise("a", 4, **through).reports.iloc[1]
    assert (row["period_start"].day, row["period_end"].day) == (1, 5)


def test_a_withdrawn_denial_cannot_be_revised():
    ledger = cas.Ledger([A]).deny("a", source="N", reported_at="2024-03-06")
    ledger = ledger.retract("r2", reported_at="2024-03-07")
    assert "revise of a denial" in problem(lambda: ledger.revise("r3", 4, reported_at="2024-03-08"))


# -- automatic names -------------------------------------------------------------------------------


def test_an_automatic_name_cannot_be_referred_to_from_its_own_table():
    link = {"action": "revise", "refers_to": "r1", "value": 4, "reported_at": "2024-03-06"}
    said = problem(lambda: cas.Ledger([GOOD, link]))
    assert "automatic name" in said
    assert "report_id of its own" in said
    assert cas.Ledger([GOOD]).append([link]).totals()["total"].tolist() == [4]
    assert (
        cas.Ledger([GOOD]).revise("r1", 4, reported_at="2024-03-06").totals()["total"].item() == 4
    )
    assert len(cas.Ledger([GOOD | {"report_id": "r1"}, link])) == 2


# -- nothing becomes data by accident --------------------------------------------------------------


def test_keywords_that_are_no_columns_are_refused_everywhere(tmp_path):
    ledger = cas.Ledger([A])
    path = tmp_path / "x.csv"
    ledger.to_csv(path)
    frame = pd.DataFrame({"d": ["2024-03-05"], "v": [1], "at": ["2024-03-06"]})
    named = {"date": "d", "value": "v", "source": "M"}
    for make, hint in (
        (lambda: cas.Ledger([GOOD], timezone="UTC"), "timezone"),
        (lambda: cas.read_csv(path, sep=","), "sep"),
        (lambda: ledger.append([GOOD], page=3), "page"),
        (lambda: ledger.revise("a", 4, reported_at="2024-03-06", resaon="x"), "'reason'"),
        (lambda: cas.from_snapshots({"2024-03-06": frame}, **named, categry="x"), "'category'"),
        (lambda: cas.from_vintages(frame, reported_at="at", **named, categry="x"), "'category'"),
    ):
        said = problem(make)
        assert "unknown column" in said
        assert hint in said


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("Value", "value"), ("perod_end", "period_end"), ("Period End", "period_end"), ("URL", "url"),
     ("values", "value"), ("sourc", "source"), ("Reported-At", "reported_at"), ("vxlue", "value"),
     ("sides", "side"), ("Notes", "note"), ("urls", "url"), ("vias", "via"), ("highs", "high"),
     ("categories", "category")],
)  # fmt: skip
def test_a_near_miss_is_a_problem_until_it_is_kept(theirs, ours):
    row = {name: cell for name, cell in GOOD.items() if name != ours} | {theirs: GOOD.get(ours)}
    said = problem(lambda: cas.Ledger([row]))
    assert f"unknown column {theirs!r}: did you mean {ours!r}?" in said
    assert f"columns={{{theirs!r}: None}}" in said
    assert len(cas.Ledger([row], columns={theirs: ours})) == 1
    if ours in ("url", "period_end"):
        kept = cas.Ledger([row | {theirs: "x"}], columns={theirs: None})
        assert kept.reports[theirs].tolist() == ["x"]


def test_a_name_that_is_not_near_or_stands_beside_the_right_one_is_extra():
    rows = [GOOD | {"Value": "x", "sites": 1, "notes2": 2, "vai": 3}]
    assert {"Value", "sites", "notes2", "vai"} <= set(cas.Ledger(rows).reports.columns)


def test_a_table_without_numbers_is_refused_unless_nothing_in_it_has_one():
    row = {k: v for k, v in GOOD.items() if k != "value"}
    assert "no column 'value'" in problem(lambda: cas.Ledger([row | {"Deaths": 5}]))
    assert len(cas.Ledger([row], value=None)) == 1
    ledger = cas.Ledger([A])
    later = {"reported_at": "2024-03-06", "refers_to": "a"}
    assert len(ledger.append([later | {"action": "retract"}])) == 2
    assert len(ledger.append([later | {"action": "deny", "source": "N"}])) == 2


def test_theirs_to_ours_says_what_is_wrong():
    assert "no column 'Death' in the table" in problem(
        lambda: cas.Ledger([GOOD | {"Deaths": 1}], columns={"Death": "value"})
    )
    assert "unknown column 'valeu'" in problem(
        lambda: cas.Ledger([GOOD | {"Deaths": 1}], columns={"Deaths": "valeu"})
    )
    assert "is a column of a report" in problem(
        lambda: cas.Ledger([GOOD | {"event": 1}], columns={"event": None})
    )
    assert "also names a column" in problem(
        lambda: cas.Ledger([{k: v for k, v in GOOD.items() if k != "source"} | {"AFP": 1}],
                           source="AFP")
    )  # fmt: skip


def test_a_keyword_fills_every_row_left_blank():
    rows = [GOOD, GOOD | {"source": None}, GOOD | {"source": " "}, GOOD | {"via": "AP"}]
    reports = cas.Ledger(rows, source="N", via="AFP").reports
    assert reports["source"].tolist() == ["M", "N", "N", "M"]
    assert reports["via"].tolist() == ["AFP", "AFP", "AFP", "AP"]


def test_a_keyword_does_not_speak_over_the_report_that_a_row_is_about():
    rows = [
        A | {"kind": "period", "period_start": "2024-03-04", "period_end": "2024-03-05"},
        {"report_id": "b", "action": "revise", "refers_to": "a", "value": 4,
         "reported_at": "2024-03-06"},
        {"report_id": "c", "action": "retract", "refers_to": "b", "reported_at": "2024-03-07"},
        {"report_id": "d", "value": 9, "reported_at": "2024-03-07"},
    ]  # fmt: skip
    reports = cas.Ledger(rows, source="N", kind="total", note="read by hand").reports
    assert reports["kind"].tolist() == ["period"] * 3 + ["total"]
    assert reports["source"].tolist() == ["M"] * 3 + ["N"]
    assert set(reports["note"]) == {"read by hand"}
    denied = cas.Ledger([A]).append(
        [{"action": "deny", "refers_to": "a", "reported_at": "2024-03-06"}], source="N"
    )
    assert denied.reports["source"].tolist() == ["M", "N"]


def test_retract_and_deny_say_where_to_read_it():
    ledger = cas.Ledger([A]).retract(
        "a", reported_at="2024-03-06", reason="r", url="https://example.org", note="n"
    )
    assert ledger.reports.iloc[1][["reason", "url", "note"]].tolist() == [
        "r", "https://example.org", "n",
    ]  # fmt: skip
    ledger = cas.Ledger([A]).deny(
        "a", source="N", reported_at="2024-03-06", url="https://example.org", note="n"
    )
    assert ledger.reports.iloc[1][["url", "note"]].tolist() == ["https://example.org", "n"]


def test_a_blank_bound_leaves_the_range_that_the_value_says():
    rows = [{"value": "1-58"}, {"value": 5, "low": 3, "high": 9}]
    ledger = cas.Ledger(rows, source="M", kind="total", reported_at="2024-03-05")
    assert ledger.reports[["low", "high"]].values.tolist() == [[1, 58], [3, 9]]


def test_a_span_of_times_is_no_offset(tmp_path):
    path = tmp_path / "log.csv"
    asked = {"source": "P", "kind": "total", "tz": "Asia/Yerevan", "columns": {
        "Date": "reported_at", "Time": "reported_at", "Dead": "value"}}  # fmt: skip
    for span in ("14:00-15:30", "09:00-17:00", "10:00-12", "10:00-1200"):
        path.write_text(f"Date,Time,Dead\n2024-03-12,13:00,4\n2024-03-12,{span},5\n")
        with pytest.raises(cas.LedgerError, match="cannot read reported_at '2024-03-12 .* to "):
            cas.read_csv(path, **asked)
    path.write_text("Date,Time,Dead\n2024-03-12,14:00+05:00,4\n2024-03-12,14:00 -05:00,5\n")
    hours = cas.read_csv(path, **asked).reports["reported_at"].dt.strftime("%H:%M").tolist()
    assert hours == ["13:00", "23:00"]


@pytest.mark.parametrize("offset", ["+15:00", "-17:00", "+04:60"])
def test_no_clock_is_further_from_utc_than_fourteen_hours(offset):
    with pytest.raises(cas.LedgerError, match="cannot read reported_at"):
        cas.Ledger([{"value": 1, "reported_at": f"2025-01-01 09:00{offset}"}],
                   kind="total", source="A")  # fmt: skip


@pytest.mark.parametrize("text", ["٢٬٣٠٠", "\u200f2,300", "2٬300\u200e"])
def test_signs_of_arabic_writing_in_a_count_are_read(text):
    assert cas.parse_count(text).value == 2300
    assert cas.parse_count(text.replace(",", "٬"), thousands="٬").value == 2300


def test_times_of_utc_are_not_read_as_local_ones():
    def read(name, *cells, tz="Asia/Yerevan"):
        rows = pd.DataFrame({name: cells, "value": range(len(cells))})
        said = {"columns": {name: "reported_at"}, "source": "M", "kind": "total", "tz": tz}
        return cas.Ledger(rows, **said).reports["reported_at"].dt.strftime("%H:%M").tolist()

    for name in ("Date (UTC)", "reported GMT", "utc_time"):
        with pytest.raises(
            cas.LedgerError, match="has times of UTC, and tz is another zone in row 1"
        ):
            read(name, "2024-05-06", "2024-05-06 09:30")
    # With the zone in the cell, in a ledger of UTC, or of a whole day nothing is doubtful.
    assert read("Date (UTC)", "2024-05-06", "2024-05-06 09:30Z") == ["23:59", "13:30"]
    assert read("Date (UTC)", "2024-05-06 09:30", tz="UTC") == ["09:30"]
    assert read("Outcome", "2024-05-06 09:30") == ["09:30"]
    # Of several names only that which the table has counts; of a day and a time, either.
    said = {"source": "M", "kind": "total", "tz": "Asia/Yerevan"}
    rows = pd.DataFrame({"Date": ["2024-05-06 09:30"], "value": [3]})
    names = dict.fromkeys(("Date", "Date (UTC)"), "reported_at")
    assert len(cas.Ledger(rows, columns=names, **said)) == 1
    rows = rows.assign(Date="2024-05-06", **{"Time (GMT)": "09:30"})
    with pytest.raises(cas.LedgerError, match=r"column 'Time \(GMT\)' has times of UTC"):
        cas.Ledger(rows, columns=dict.fromkeys(("Date", "Time (GMT)"), "reported_at"), **said)
