"""Ledgers that are mended, renamed, filtered and fed by a scraper."""

import contextlib

import numpy as np
import pandas as pd
import pytest
from ledgers import says

import casualties as cas


def problem(make):
    with pytest.raises(cas.LedgerError) as found:
        make()
    return str(found.value)


def log():
    return says(
        {"value": "at least 82", "reported_at": "2024-05-06", "kind": "total", "via": "AFP",
         "desk": "east", "url": "a"},
        {"action": "revise", "refers_to": "x1", "value": 30, "desk": "",
         "reported_at": "2024-05-07"},
        {"value": 31, "reported_at": "2024-05-08", "kind": "total", "via": "Reuters",
         "desk": "west"},
        {"action": "deny", "refers_to": "x3", "source": "Army", "reported_at": "2024-05-09"},
    )  # fmt: skip


def test_a_typing_error_is_no_revision():
    ledger = log().correct_entry("x1", value=28)
    assert ledger.as_of("2024-05-06").totals()[["total", "low", "high"]].values.tolist() == [
        [28, 28, 28]
    ]
    assert ledger.revisions()["delta"].tolist() == [2]
    assert ledger.reports["report_id"].tolist() == ["x1", "x2", "x3", "x4"]
    assert ledger.reports["desk"].tolist()[0] == "east"
    told = cas.edits(log(), ledger)
    assert told[["edit", "report_id"]].values.tolist() == [["edited", "x1"]]
    others = [name for name in log().reports if name not in ("value", "low", "high", "qualifier")]
    assert ledger.reports[others].astype(str).equals(log().reports[others].astype(str))


def test_a_mended_row_comes_through_the_door():
    assert "is negative" in problem(lambda: log().correct_entry("x1", value=-3))
    assert "no report 'x9'" in problem(lambda: log().correct_entry("x9", value=3))
    assert "unknown column 'valeu'" in problem(lambda: log().correct_entry("x1", valeu=3))
    moved = log().correct_entry("x3", period_end="2024-05-07", desk="north")
    assert moved.reports["desk"].tolist()[2] == "north"
    assert moved.totals()["date"].dt.day.tolist() == [6, 7]
    early = log().as_of("2024-05-06").correct_entry("x1", value=5)
    assert len(early) == 1, "the clock is kept"
    assert "no report 'x3'" in problem(
        lambda: log().as_of("2024-05-06").correct_entry("x3", value=5)
    )


@pytest.mark.parametrize("report_id", ["x2", "x4"])
@pytest.mark.parametrize("name", ["source", "side", "kind", "period_start", "reported_at", "desk"])
def test_any_cell_of_a_linked_row_is_entered_or_refused(report_id, name):
    for cell in (None, pd.NA, pd.NaT, np.array([1, 2]), pd.Series([1, 2]), [1], {}):
        with contextlib.suppress(cas.LedgerError):
            assert len(log().correct_entry(report_id, **{name: cell})) == 4


def test_a_name_is_changed_throughout_and_series_are_joined():
    other = {"report_id": "y1", "value": 40, "reported_at": "2024-05-11", "kind": "total"}
    two = cas.concat([log(), says(other).rename(source={"Ministry": "MoH"})])
    assert two.series()["source"].tolist() == ["Ministry", "MoH"]
    joined = two.rename(source={"MoH": "Ministry"})
    assert joined.series()["source"].tolist() == ["Ministry"]
    assert joined.history()["total"].tolist()[-1] == 40
    # Who denies a number of AFP does not speak through AFP.
    assert set(log().rename(via={"AFP": "Agence"}).reports["via"]) == {"", "Agence", "Reuters"}
    assert "Did you mean 'Ministry'" in problem(lambda: log().rename(source={"Minstry": "M"}))
    assert "unknown column 'kind'" in problem(lambda: log().rename(kind={"total": "period"}))


def test_a_table_of_links_needs_no_column_of_numbers():
    ledger = log().retract("x3", reported_at="2024-05-10")
    row = {"action": "revise", "refers_to": "x3", "reported_at": "2024-05-11"}
    assert ledger.append([row]).totals()["total"].tolist()[-1] == 31
    assert "value={'Killed'" in problem(lambda: ledger.append([row | {"Killed": 5}]))


def test_a_rename_puts_no_words_into_the_mouth_of_another_relay():
    via = {"action": "revise", "refers_to": "x3", "value": 30, "via": "AP"}
    ledger = log().append([via | {"reported_at": "2024-05-10"}])
    assert "give it a name" in problem(lambda: ledger.rename(via={"AP": " "}))
    said = problem(lambda: log().rename(category={"all": "Total"}))
    assert "write 'all'" in said
    assert "where a table is read" in said, "rename does not take it"


def test_reports_are_chosen_by_their_relay_or_a_column_of_ones_own():
    afp = log().where(via="AFP")
    assert afp.reports["report_id"].tolist() == ["x1", "x2"], "with what revises it"
    assert log().where(via="Reuters").reports["report_id"].tolist() == ["x3", "x4"]
    assert log().where(desk="west").reports["report_id"].tolist() == ["x3", "x4"]
    assert log().where(desk=["east", "west"], source="Ministry") == log()
    assert "Did you mean 'east'" in problem(lambda: log().where(desk="eastern"))
    assert "Did you mean 'desk'" in problem(lambda: log().where(dessk="east"))


def test_a_scrapers_copy_that_says_nothing_new_is_left_out():
    rows = [{"value": 5, "reported_at": "2024-05-06 10:00", "period_end": "2024-05-06"},
            {"value": "at least 9", "reported_at": "2024-05-06 10:00", "side": "A"}]  # fmt: skip
    fixed = {"source": "Site", "kind": "total"}
    ledger = cas.Ledger(rows, **fixed)

    def hour(hour, *changed):
        later = [
            row | {"reported_at": f"2024-05-06 {hour}:00", "url": f"copy {hour}"} for row in rows
        ]
        for place, value in changed:
            later[place]["value"] = value
        return later

    ledger = ledger.append(hour(11), repeated="skip", **fixed)
    assert (len(ledger), ledger.intake.values.tolist()) == (2, [[2, 0, 2]])
    ledger = ledger.append(hour(12, (0, 6)), repeated="skip", **fixed)
    assert (len(ledger), ledger.intake.values.tolist()) == (3, [[2, 1, 1]])
    ledger = ledger.append(hour(13), repeated="skip", **fixed)
    assert (len(ledger), ledger.intake.values.tolist()) == (4, [[2, 1, 1]]), "5 again is news"
    assert ledger.where(side="all").history()["total"].tolist() == [5, 6, 5]
    assert len(ledger.append(hour(13), **fixed)) == 6
    assert "unknown repeated" in problem(lambda: ledger.append(hour(14), repeated="no", **fixed))


def test_what_adds_up_or_links_is_never_left_out():
    more = {"value": 5, "reported_at": "2024-05-06", "kind": "more"}
    ledger = says(more)
    assert len(ledger.append([more], source="Ministry", repeated="skip")) == 2
    again = {"action": "revise", "refers_to": "x1", "value": 6, "reported_at": "2024-05-07"}
    assert len(ledger.append([again], repeated="skip").append([again], repeated="skip")) == 3


def test_the_first_copy_of_a_number_that_was_entered_as_a_revision_reaffirms_it():
    ledger = log().revise("x3", 33, reported_at="2024-05-10 12:00", reason="recounted")
    hours = [{"value": 33, "period_end": "2024-05-08", "via": "Reuters", "desk": "west",
              "reported_at": f"2024-05-10 {hour}:00"} for hour in (13, 14, 15)]  # fmt: skip
    fed = ledger.append(hours, source="Ministry", kind="total", repeated="skip")
    assert (len(fed), fed.intake.values.tolist()) == (6, [[3, 1, 2]])
    assert fed.revisions()["change"].tolist()[-1] == "reaffirmed"


def test_incidents_are_told_apart_by_their_names_from_copy_to_copy():
    import pandas as pd

    one = pd.DataFrame({"event_id": ["k1", "k2"], "day": "2024-05-01", "dead": [4, 2]})
    two = pd.DataFrame(
        {"event_id": ["k3", "k2", "k1"], "day": ["2024-05-03", "2024-05-01", "2024-05-01"],
         "dead": [1, 3, 4]}
    )  # fmt: skip
    named = {"date": "day", "value": "dead", "source": "List", "kind": "incident"}
    copies = {"2024-05-06": one, "2024-05-08": two, "2024-05-09": two.iloc[:2]}
    ledger = cas.from_snapshots(copies, **named, id="event_id")
    assert ledger.history()["total"].tolist() == [6, 8, 4]
    assert ledger.intake[["new", "changed", "vanished"]].values.tolist() == [
        [2, 0, 0], [1, 1, 0], [0, 0, 1]
    ]  # fmt: skip
    assert set(ledger.reports["event_id"].dropna()) == {"k1", "k2", "k3"}
    assert "id=…" in problem(lambda: cas.from_snapshots(copies, **named))
    lost = {"2024-05-06": one.assign(event_id=["k1", None])}
    said = problem(lambda: cas.from_snapshots(lost, **named, id="event_id"))
    assert "no event_id in row 1, column 'event_id'" in said
    assert "id='event' is no column" in problem(
        lambda: cas.from_snapshots(copies, **named, id="event")
    )


def test_own_texts_come_back_from_a_file_as_they_were(tmp_path):
    rows = [{"value": n, "reported_at": "2024-05-06", "side": str(n), "code": code, "n": n,
             "x": n / 2} for n, code in enumerate(["01", "2", "1e3"])]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="total")
    for name in ("csv", "json"):
        path = tmp_path / f"ledger.{name}"
        getattr(ledger, f"to_{name}")(path)
        again = getattr(cas, f"read_{name}")(path)
        assert again == ledger
        assert again.where(code="01").reports["n"].tolist() == [0]


def test_whole_numbers_of_ones_own_stay_whole_where_other_rows_lack_them(tmp_path):
    post, row = 1_800_000_000_000_000_001, {"value": 5, "reported_at": "2024-05-06", "source": "M"}
    ledger = cas.Ledger([row | {"post": post}], kind="total")
    other = cas.Ledger([row | {"source": "N"}], kind="total")
    copies = {
        "2024-05-06": pd.DataFrame({"day": ["2024-05-05"], "n": 5, "post": post}),
        "2024-05-07": pd.DataFrame({"day": ["2024-05-05", "2024-05-06"], "n": [5, 6]}),
    }
    (tmp_path / "x.csv").write_text(
        f"source,value,reported_at,post\nM,5,2024-05-06,{post}\nM,6,2024-05-07,\n"
    )
    for longer in (
        ledger.append([row], kind="total"), ledger.revise("r1", 6, reported_at="2024-05-07"),
        cas.concat([ledger, other]), cas.Ledger([row | {"post": post}, row], kind="total"),
        cas.Ledger({**row, "value": [5, 6], "post": [post, None]}, kind="total"),
        cas.from_snapshots(copies, date="day", value="n", source="M", kind="total"),
        cas.read_csv(tmp_path / "x.csv", kind="total"),
    ):  # fmt: skip
        assert longer.reports["post"].dropna().tolist() == [post]
        assert len(longer) == 2
    assert ledger.revise("r1", 6, reported_at="2024-05-07").as_of("2024-05-06") == ledger
    fine = ledger.append([row | {"post": 0.5}], kind="total")
    assert fine.reports["post"].tolist() == [post, 0.5], "beside a fraction, too"


def test_a_default_day_follows_a_mended_instant():
    rows = [{"report_id": "a", "value": 5, "reported_at": "2042-05-03 10:00"}]
    ledger = cas.Ledger(rows, source="M", kind="total").correct_entry("a", reported_at="2024-05-02")
    assert ledger.totals()["date"].astype(str).tolist() == ["2024-05-02"]


def test_days_that_are_stated_stay_where_an_instant_is_mended():
    week = {"report_id": "w", "kind": "period", "value": 12, "period_start": "2024-05-01",
            "period_end": "2024-05-07", "reported_at": "2024-05-07 20:00"}  # fmt: skip
    for kind in ("period", "incident"):
        ledger = cas.Ledger([week | {"kind": kind}], source="M")
        for at in ("2024-05-07 19:30", "2024-05-08"):
            days = ledger.correct_entry("w", reported_at=at).reports["period_end"]
            assert days.dt.day.tolist() == [7]
    revise = {"action": "revise", "refers_to": "x1", "reported_at": "2024-05-07"}
    ledger = says(("total", "2024-05-06", 5, "2024-05-06"), revise | {"period_end": "2024-05-07"})
    moved = ledger.correct_entry("x2", reported_at="2024-05-08")
    assert moved.reports["period_end"].dt.day.tolist() == [6, 7]


def test_a_range_is_not_lost_with_its_qualifier():
    ledger = says(("total", "2024-05-06", "50-60", "2024-05-06"))
    said = problem(lambda: ledger.correct_entry("x1", qualifier="about"))
    assert "give the value" in said
    assert ledger.correct_entry("x1", qualifier="range") == ledger


def test_a_report_that_is_given_another_name_keeps_what_is_about_it():
    ledger = log().correct_entry("x1", report_id="first")
    assert ledger.reports["report_id"].tolist() == ["first", "x2", "x3", "x4"]
    assert ledger.reports["refers_to"].tolist() == ["", "first", "", "x3"]
    assert "is used again" in problem(lambda: log().correct_entry("x1", report_id="x3"))


def test_places_that_are_an_own_column_are_told_apart():
    rows = [{"value": 10, "District": "N"}, {"value": 4, "District": "S"}]
    ledger = cas.Ledger(rows, source="M", kind="total", reported_at="2024-01-02")
    assert ledger.check()["code"].tolist() == ["clash"]
    assert "by side" in ledger.check()["message"].iloc[0]
    again = [{"value": 10}, {"value": 4}]
    assert cas.Ledger(again, source="M", kind="total", reported_at="2024-01-02").check().empty


@pytest.mark.parametrize(
    "ask",
    [
        lambda led: cas.concat([led, None]), lambda led: cas.concat(led) and led.deny(1, source="x",
                                                                          reported_at="2024-05-06"),
        lambda led: led.retract(["x1"], reported_at="2024-05-09"),
        lambda led: led.where(source=None), lambda led: led.where(source=float("nan")),
        lambda led: led.tally(by=None), lambda led: led.tally(parts=5),
        lambda led: led.tally(choose=5), lambda led: led.as_of(float("nan")),
        lambda led: led.plot.totals(labels="x"), lambda led: led.plot.totals(colors=["red"]),
        lambda led: led.plot.totals(texts=5), lambda led: led.plot.totals(labels={"a": 3}),
        lambda led: cas.from_snapshots({}, value={}, date="d", kind="total", source="M"),
    ],
)  # fmt: skip
def test_odd_arguments_are_told_in_plain_words(ask):
    problem(lambda: ask(log()))


def test_a_typing_error_in_the_qualifier_takes_its_bounds_along():
    mended = log().correct_entry("x3", qualifier="at_least").totals()
    assert mended[["total", "low"]].iloc[-1].tolist() == [31, 31]
    assert mended["high"].isna().iloc[-1]


def test_what_an_own_column_leaves_blank_can_be_asked_for():
    assert log().where(desk="").reports["report_id"].tolist() == ["x1", "x2", "x3", "x4"]
    assert log().where(desk=["west", ""], via="AFP").reports["report_id"].tolist() == ["x1", "x2"]


def test_the_last_day_of_a_series_is_that_of_a_number_that_stands():
    rows = [{"value": 100, "kind": "total", "reported_at": "2024-02-10"},
            {"value": 130, "kind": "total", "reported_at": "2024-04-10"},
            {"action": "retract", "refers_to": "x2", "reported_at": "2024-04-11"}]  # fmt: skip
    (row,) = says(*rows).series().to_dict("records")
    assert (row["latest"], str(row["last_date"].date())) == (100, "2024-02-10")


def test_a_revise_without_a_number_follows_what_is_corrected():
    rows = [{"report_id": "a", "value": 81, "reported_at": "2024-05-01"},
            {"report_id": "b", "action": "revise", "refers_to": "a", "reported_at": "2024-05-02",
             "reason": "of which all military"},
            {"report_id": "c", "action": "revise", "refers_to": "a", "reported_at": "2024-05-03",
             "value": 20},
            {"report_id": "d", "action": "revise", "refers_to": "a", "reported_at": "2024-05-04",
             "value": 81}]  # fmt: skip
    ledger = cas.Ledger(rows, source="Ministry", kind="total")
    assert ledger.correct_entry("a", value=18).reports["value"].tolist() == [18, 18, 20, 81]
    assert ledger.correct_entry("b", value=18).reports["value"].tolist() == [81, 18, 20, 81]
    assert ledger.rename(source={"Ministry": "MoH"}).reports["value"].tolist() == [81, 81, 20, 81]
