"""Other people's archives: a published table of vintages, and ledgers through snapshots."""

import tracemalloc

import pandas as pd
import pytest
from commits import Repo
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import many

import casualties as cas

# The toll of the World Trade Center by the city's medical examiner, release by release: 2,801
# (UPI, 6 September 2002), 2,792 (Los Angeles Times, 30 October 2003, of December
# 2002), 2,752 (BBC, 29 October 2003) and 2,749 (Southeast Missourian, 23 January 2004).
RELEASES = [("2002-09-06", 2801), ("2002-12-31", 2792),
            ("2003-10-29", 2752), ("2004-01-23", 2749)]  # fmt: skip


def releases():
    frame = pd.DataFrame(RELEASES, columns=["version", "toll"])
    frame["day"] = "2001-09-11"
    return cas.from_vintages(
        frame, date="day", reported_at="version", value="toll", source="NYC", kind="total"
    )


def test_published_vintages_give_their_published_values():
    ledger = releases()
    for clock, toll in (("2002-09-30", 2801), ("2003-01-01", 2792), ("2003-12-01", 2752)):
        assert ledger.as_of(clock).totals()["total"].tolist() == [toll]
    row = ledger.revision_summary().iloc[0]
    assert (row["first"], row["latest"], row["n_revisions"], row["spread"]) == (2801, 2749, 3, 52)
    assert ledger.vintages().iloc[0].tolist() == [toll for _, toll in RELEASES]
    assert ledger.revisions()["delta"].tolist() == [-9, -40, -3]


def vintages(**columns):
    frame = pd.DataFrame(
        {
            "day": ["2024-05-05", "2024-05-05", "2024-05-05", "2024-05-06"],
            "version": ["2024-05-06", "2024-05-07", "2024-05-08", "2024-05-08"],
            "deaths": [10, 10, None, 3],
            "region": ["North", "North", "North", "South"],
        }
    )
    if "kind" in columns:
        frame["total"] = [1, 2, 3, 4]
    columns = {
        "date": "day", "reported_at": "version", "value": "deaths", "kind": "total"
    } | columns  # fmt: skip
    return cas.from_vintages(frame, **columns)


def test_an_empty_number_after_a_number_withdraws_all_that_was_said():
    ledger = vintages(source="CDC", side="region")
    reports = ledger.reports
    assert reports["action"].tolist() == ["report", "report", "retract", "retract", "report"]
    assert reports["refers_to"].tolist() == ["", "", "r1", "r2", ""]
    assert ledger.as_of("2024-05-07").where(side="North").totals()["total"].tolist() == [10]
    assert ledger.where(side="North").totals().empty, "nothing comes back to life"
    short = vintages(source="CDC", side="region", compact=True)
    assert short.reports["action"].tolist() == ["report", "retract", "report"]


def test_vintages_decline_to_say_where_nothing_was_said_before():
    frame = pd.DataFrame({"day": "2024-05-05", "out": [f"2024-05-{d:02d}" for d in range(6, 13)],
                          "dead": [None, None, 10, None, None, 10, 10]})  # fmt: skip
    named = {"date": "day", "reported_at": "out", "value": "dead", "source": "CDC", "kind": "total"}
    ledger = cas.from_vintages(frame, **named)
    assert ledger.reports["action"].tolist() == ["report"] * 3 + ["retract"] + ["report"] * 3
    assert ledger.totals()["total"].tolist() == [10]
    short = cas.from_vintages(frame, **named, compact=True)
    assert short.reports["reported_at"].dt.day.tolist() == [6, 8, 9, 11]
    assert short.reports["action"].tolist() == ["report", "report", "retract", "report"]


def test_wide_vintages_keep_every_cell_and_extra_columns():
    frame = pd.DataFrame(
        {"out": ["2024-05-06", "2024-05-07"], "dead": [10, None], "hurt": [None, 20]}
        | {"day": "2024-05-05", "page": [3, 4], "url": "u"}
    )
    wide = {"dead": {"outcome": "killed"}, "hurt": {"outcome": "wounded"}}
    ledger = cas.from_vintages(
        frame,
        columns={"day": "period_end", "out": "reported_at"},
        value=wide,
        source="CDC",
        kind="total",
    )
    said = ledger.reports[["outcome", "action", "page", "url"]].values.tolist()
    assert said == [
        ["killed", "report", 3, "u"], ["wounded", "report", 3, "u"],
        ["killed", "retract", 4, "u"], ["wounded", "report", 4, "u"],
    ]  # fmt: skip
    with pytest.raises(cas.LedgerError, match="say which column holds the value: value="):
        cas.from_vintages(frame, date="day", reported_at="out", source="CDC", kind="total")
    with pytest.raises(cas.LedgerError, match="no period_end in row 1, column 'day'"):
        cas.from_vintages(
            frame.assign(day=["2024-05-05", None]), date="day", reported_at="out", value="dead",
            source="CDC", kind="total",
        )  # fmt: skip
    days = {"2024-05-06": pd.DataFrame({"place": ["N"], "2024-05-05": [3]})}
    value = {"2024-05-05": {"period_end": "2024-05-05"}}
    with pytest.raises(cas.LedgerError, match="a column for each day"):
        cas.from_snapshots(days, value=value, side="place", source="M", kind="total")


def test_arguments_that_cannot_be_meant_are_refused():
    with pytest.raises(cas.LedgerError, match="kind='total' names a column.*rename that column"):
        vintages(source="CDC", kind="total")
    assert len(vintages(source="CDC", kind="period")) == 5
    # The column of the number may be called as a kind is; then the kind is meant.
    table = pd.DataFrame({"day": ["2024-03-05"], "out": ["2024-03-06"], "total": [5]})
    made = cas.from_vintages(
        table, date="day", reported_at="out", value="total", source="CDC", kind="total"
    )
    assert made.reports["kind"].tolist() == ["total"]
    with pytest.raises(cas.LedgerError, match="source='deaths' names a column"):
        vintages(source="deaths", kind="period")
    with pytest.raises(
        cas.LedgerError, match="no column 'death' in the table.*Did you mean 'deaths'"
    ):
        vintages(source="CDC", kind="period", value="death")


def copies():
    return {
        "2024-05-06": pd.DataFrame(
            {"day": ["2024-05-04", "2024-05-05"], "dead": [4, 10], "hurt": [9, None]}
        ),
        "2024-05-07": pd.DataFrame(
            {"day": ["2024-05-04", "2024-05-05"], "dead": [4, 9], "hurt": [9, 20]}
        ),
        "2024-05-08": pd.DataFrame({"day": ["2024-05-05"], "dead": [9], "hurt": [20]}),
    }


def test_snapshots_report_only_what_changed():
    ledger = cas.from_snapshots(copies(), date="day", value="dead", source="MoH", kind="total")
    actions = ledger.reports["action"].tolist()
    assert actions == ["report", "report", "report", "retract"]
    assert ledger.as_of("2024-05-06").totals()["total"].tolist() == [4, 10]
    assert ledger.as_of("2024-05-07").totals()["total"].tolist() == [4, 9]
    assert ledger.totals()["total"].tolist() == [9]


def test_wide_snapshots_become_series():
    wide = {"dead": {"outcome": "killed"}, "hurt": {"outcome": "wounded"}}
    ledger = cas.from_snapshots(
        copies().items(), date="day", value=wide, source="MoH", kind="total"
    )
    assert ledger.series()["outcome"].tolist() == ["killed", "wounded"]
    assert ledger.where(outcome="wounded").as_of("2024-05-06").totals()["total"].tolist() == [9]


def test_snapshots_must_be_in_order_and_unambiguous():
    with pytest.raises(cas.LedgerError, match="oldest first"):
        cas.from_snapshots(
            reversed(copies().items()), date="day", value="dead", source="MoH", kind="total"
        )
    twice = pd.DataFrame({"day": ["2024-05-04"] * 2, "dead": [1, 2]})
    with pytest.raises(cas.LedgerError, match="two rows for .*2024-05-04"):
        cas.from_snapshots(
            {"2024-05-06": twice}, date="day", value="dead", source="MoH", kind="total"
        )
    with pytest.raises(cas.LedgerError, match="no column 'date' in the table"):
        cas.from_snapshots(copies(), date="date", value="dead", source="MoH", kind="total")


def test_a_number_that_is_missing_is_one_that_is_blank():
    cells = ["", pd.NA, None, 5, pd.NA]
    pages = {f"2024-05-{day:02d}": [{"day": "2024-05-04", "dead": cell}]
             for day, cell in enumerate(cells, start=6)}  # fmt: skip
    ledger = cas.from_snapshots(pages, date="day", value="dead", source="MoH", kind="total")
    assert ledger.reports["action"].tolist() == ["report", "retract"]


@st.composite
def simple(draw):
    rows = []
    for _ in range(draw(st.integers(1, 10))):
        day = draw(st.integers(1, 6))
        kind = draw(st.sampled_from(["total", "total", "period"]))
        row = {"kind": kind, "value": draw(st.integers(0, 30)), "period_end": f"2024-03-{day:02d}"}
        if kind == "period":
            row["period_start"] = row["period_end"]
        row["reported_at"] = f"2024-03-{draw(st.integers(7, 20)):02d} 12:00"
        rows.append(row | {"source": draw(st.sampled_from(["A", "B"]))})
    ledger = cas.Ledger(rows)
    for place in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from(ledger.reports["report_id"].tolist()[: len(rows)]))
        ledger = ledger.retract(name, reported_at=f"2024-04-{place + 1:02d}")
    return ledger


@pytest.mark.slow
@many(60)
@given(simple())
def test_a_ledger_survives_snapshots_at_every_instant(ledger):
    instants = sorted(set(ledger.reports["reported_at"]))
    # A copy says by its own instant when a number was there: one that came back, came back then.
    copies = [(at, ledger.as_of(at).current().drop(columns="reported_at")) for at in instants]
    snapshots = [(at, copy) for at, copy in copies if len(copy)]  # one without rows says nothing
    instants = [at for at, _ in snapshots]
    columns = {c: c for c in ("kind", "period_start", "low", "high", "qualifier", "outcome")}
    again = cas.from_snapshots(
        snapshots, date="period_end", value="value", source="source", tz=ledger.tz, **columns
    )
    figure = ["source", "kind", "period_start", "period_end", "value", "low", "high"]
    for at in instants:
        then = again.as_of(at), ledger.as_of(at)
        live = [x.current()[figure].sort_values(figure, ignore_index=True) for x in then]
        pd.testing.assert_frame_equal(*live)
        # Which of two that contradict each other was said last, a copy cannot tell of a number
        # that was only said again; and its reports have names of their own.
        if not any(x.check()["severity"].eq("contradiction").any() for x in then):
            pd.testing.assert_frame_equal(*(x.totals().drop(columns="report_id") for x in then))


def test_memory_grows_with_the_changes_not_with_the_copies():
    days = pd.date_range("2020-01-01", periods=300)
    frame = pd.DataFrame({"day": days, "dead": range(300)})

    def many(copies):
        at = pd.date_range("2024-01-01", periods=copies, freq="D")
        return ((when, frame) for when in at)

    def peak(copies):
        tracemalloc.start()
        cas.from_snapshots(many(copies), date="day", value="dead", source="M", kind="total")
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(30)  # what is imported, or kept for later, the first time
    assert peak(120) < 2 * peak(30)


def test_a_matrix_too_large_says_how_large():
    frame = pd.DataFrame({"day": pd.date_range("1700-01-01", periods=8000)})
    frame["at"] = frame["day"] + pd.Timedelta("1D")
    frame["value"] = range(8000)
    ledger = cas.from_vintages(
        frame, date="day", reported_at="at", value="value", source="M", kind="total"
    )
    with pytest.raises(cas.LedgerError, match="8,000 rows and 8,000 columns.*where.*history"):
        ledger.vintages()


# -- copies: what is kept, what is refused, what is told -------------------------------------------

NAMED = {"date": "day", "value": "dead", "source": "MoH", "kind": "total"}


def copy(*rows, **columns):
    names = ["day", "dead", *columns]
    return pd.DataFrame([dict(zip(names, row, strict=False)) | columns for row in rows])


def test_a_vanished_figure_takes_every_report_of_it_along():
    pages = [copy(("2024-05-05", n)) for n in (10, 12, 11)] + [copy(("2024-05-04", 1))]
    days = [f"2024-05-{day:02d}" for day in range(6, 10)]
    ledger = cas.from_snapshots(zip(days, pages, strict=True), **NAMED)
    reports = ledger.reports
    assert reports["action"].tolist() == ["report"] * 4 + ["retract"] * 3
    assert reports["refers_to"].tolist()[4:] == ["r1", "r2", "r3"]
    assert ledger.totals()["total"].tolist() == [1], "nothing comes back to life"
    again = cas.from_snapshots(
        [*zip(days, pages, strict=True), ("2024-05-10", copy(("2024-05-05", 7)))], **NAMED
    )
    assert again.totals()["total"].tolist() == [7]
    assert again.reports["action"].tolist()[-2:] == ["report", "retract"]


def test_what_was_read_is_told_copy_by_copy():
    pages = [
        ("2024-05-06", copy(("2024-05-04", 4), ("2024-05-05", 10))),
        ("2024-05-07", copy(("2024-05-04", 4), ("2024-05-05", 10))),
        ("2024-05-08", copy(("2024-05-04", 5), ("2024-05-06", 10))),
    ]
    told = cas.from_snapshots(pages, **NAMED, tz="Asia/Yerevan").intake
    assert told.columns.tolist() == ["when", "rows", "new", "changed", "vanished", "skipped", "why"]
    counts = told[["rows", "new", "changed", "vanished"]].values.tolist()
    assert counts == [[2, 2, 0, 0], [2, 0, 0, 0], [2, 1, 1, 1]]
    assert told["when"].dt.strftime("%d %H:%M%z").tolist()[0] == "06 23:59+0400"
    assert not told["skipped"].any()
    assert cas.Ledger([]).intake is None


@pytest.mark.parametrize("spelling", ["58", 58.0, " 58 ", "58.0"])
def test_another_spelling_of_a_number_is_no_change(spelling):
    pages = {"2024-05-06": copy(("2024-05-05", 58)), "2024-05-07": copy(("2024-05-05", spelling))}
    assert len(cas.from_snapshots(pages, **NAMED)) == 1
    other = {"2024-05-06": copy(("2024-05-05", 58)),
             "2024-05-07": copy((pd.Timestamp("2024-05-05"), spelling))}  # fmt: skip
    assert len(cas.from_snapshots(other, **NAMED)) == 1


def test_rows_may_move_be_inserted_and_change_their_order():
    rows = [(f"2024-05-{day:02d}", day) for day in range(1, 9)]
    orders = [rows, rows[::-1], [*rows[:3], ("2024-05-20", 1), *rows[3:]], rows[2:] + rows[:2],
              [("2024-04-30", 0), *rows]]  # fmt: skip
    days = [f"2024-06-{day:02d}" for day in range(1, 6)]
    told = cas.from_snapshots(
        {when: copy(*order) for when, order in zip(days, orders, strict=True)}, **NAMED
    ).intake
    counts = told[["new", "changed", "vanished"]].values.tolist()
    assert counts == [[8, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]


def test_relay_page_note_reason_and_extra_columns_are_kept():
    page = copy(("2024-05-05", 10), agency="AFP", url="https://example.org", note="n", page=3)
    ledger = cas.from_snapshots({"2024-05-06": page}, **NAMED, via="agency", reason="daily")
    row = ledger.reports.iloc[0]
    assert row[["via", "url", "note", "reason", "page"]].tolist() == [
        "AFP", "https://example.org", "n", "daily", 3,
    ]  # fmt: skip
    assert "agency" not in ledger.reports.columns


def test_a_column_that_one_copy_lacks_is_blank_there_and_never_a_constant():
    one, two = copy(("2024-05-05", 10), region="North"), copy(("2024-05-05", 10))
    ledger = cas.from_snapshots({"2024-05-06": one, "2024-05-07": two}, **NAMED, side="region")
    assert set(ledger.reports["side"]) == {"North", "all"}
    stands = "other columns say what is counted: what was said before stands"
    assert ledger.intake["why"].tolist() == ["", f"no column 'region': blank here; {stands}"]
    assert ledger.reports["action"].tolist() == ["report", "report"]
    later = {"2024-05-06": two, "2024-05-07": one}
    with pytest.raises(cas.LedgerError, match="of some copies, but of none before.*columns="):
        cas.from_snapshots(later, **NAMED, side="region")
    ledger = cas.from_snapshots(later, **NAMED, columns={"region": "side"})
    assert ledger.intake["why"].tolist() == ["no column 'region': blank here", stands]
    ledger = cas.from_snapshots(later, **NAMED, columns={"region": "side"})
    # The archive tells of places now; its source has not withdrawn the whole.
    assert ledger.reports["side"].tolist() == ["all", "North"]
    assert ledger.reports["action"].tolist() == ["report", "report"]
    never = cas.from_snapshots({"2024-05-06": two}, **NAMED, side="region")
    assert never.reports["side"].tolist() == ["region"], "no copy has such a column: a constant"


def test_what_vanishes_in_the_same_form_is_withdrawn_also_after_another_form():
    two = pd.DataFrame({"day": ["2024-05-05"] * 2, "dead": [2, 3], "region": ["N", "S"]})
    pages = {"2024-05-06": two.drop(columns="region")[:1], "2024-05-07": two, "2024-05-08": two[:1]}
    ledger = cas.from_snapshots(pages, **NAMED, columns={"region": "side"})
    assert ledger.intake["vanished"].tolist() == [0, 0, 1]
    assert ledger.reports[["side", "action"]].values.tolist() == [
        ["all", "report"], ["N", "report"], ["S", "report"], ["S", "retract"],
    ]  # fmt: skip


def test_one_of_several_columns_of_numbers_may_come_later():
    wide = {"dead": {"outcome": "killed"}, "hurt": {"outcome": "wounded"}}
    pages = {"2024-05-06": copy(("2024-05-05", 10)), "2024-05-07": copy(("2024-05-05", 10), hurt=3)}
    ledger = cas.from_snapshots(pages, date="day", value=wide, source="M", kind="total")
    assert ledger.reports["outcome"].tolist() == ["killed", "wounded"]
    assert ledger.intake["why"].tolist() == ["no column 'hurt': what it said stands", ""]


def bad(value="dead", **options):
    pages = [
        ("2024-05-06", copy(("2024-05-05", 10))),
        ("2024-05-07", options.pop("page")),
        ("2024-05-08", copy(("2024-05-05", 11))),
    ]
    return cas.from_snapshots(pages, date="day", value=value, source="M", kind="total", **options)


BAD = {
    "a number that is none": (copy(("2024-05-05", "x")), "'x' is not a count in row 0.*'dead'"),
    "a blank date": (copy((None, 5)), "no period_end in row 0, column 'day'"),
    "a date that is none": (copy(("5/5", 5)), "cannot read period_end '5/5' in row 0.*'day'"),
    "two rows for a figure": (
        copy(("2024-05-05", 5), ("2024-05-05", 6)), "in row 0, column 'dead', and 1 more .row 1",
    ),
    "no column of the day": (pd.DataFrame({"dead": [1]}), "no column 'day' in the table"),
    "no column of the number": (pd.DataFrame({"day": ["2024-05-05"]}), "no column 'dead' in"),
    "a column twice": (
        pd.DataFrame([["2024-05-05", 1, 2]], columns=["day", "dead", "dead"]), "more than once",
    ),
    "a fraction": (copy(("2024-05-05", 1.5)), "not whole"),
    "a word that is a column of numbers": (
        copy(("2024-05-05", 5), M=7), "source='M' names a column of the table",
    ),
    "a near miss": (copy(("2024-05-05", 5), Note="x", sourec="x", categori="y"), "did you mean"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_copy_is_named_or_left_out_and_listed(name):
    page, said = BAD[name]
    with pytest.raises(cas.LedgerError, match=said) as error:
        bad(page=page)
    assert "the copy of 2024-05-07" in str(error.value)
    ledger = bad(page=page, on_bad="skip")
    assert ledger.reports["value"].tolist() == [10, 11]
    told = ledger.intake
    assert told["skipped"].tolist() == [False, True, False]
    assert told["why"].str.contains(said).tolist() == [False, True, False]
    assert "the copy of" not in told["why"].iloc[1]


def test_a_number_cannot_be_gone_before_it_was_reported():
    one = copy(("2024-05-05", 5), said="2024-06-01 10:00")
    two = copy(("2024-05-04", 5), said="2024-05-07")
    with pytest.raises(
        cas.LedgerError, match="'r1', reported 2024-06-01 .* is gone by.* 2024-05-07 UTC"
    ):
        cas.from_snapshots(
            {"2024-05-06": one, "2024-05-07": two.reindex(columns=one.columns)}, **NAMED,
            reported_at="said",
        )  # fmt: skip


def test_a_copy_out_of_order_is_left_out_when_asked():
    pages = [("2024-05-07", copy(("2024-05-05", 1))), ("2024-05-06", copy(("2024-05-05", 2)))]
    assert len(cas.from_snapshots(pages, **NAMED, on_bad="skip")) == 1
    with pytest.raises(cas.LedgerError, match="the copy of 2024-05-06: .*oldest first"):
        cas.from_snapshots(pages, **NAMED)
    with pytest.raises(cas.LedgerError, match="Did you mean 'skip'"):
        cas.from_snapshots(pages, **NAMED, on_bad="skp")


def test_options_reach_every_copy():
    pages = {"2024-05-06": copy(("5/6/2024", "dozens"), ("6/6/2024", "-"))}
    ledger = cas.from_snapshots(
        pages, columns={"day": "period_end", "dead": "value"}, source="M", dates="dmy", na="-",
        words={"dozens": (24, None)}, kind="total",
    )  # fmt: skip
    assert ledger.reports[["low"]].values.tolist() == [[24]]
    assert ledger.reports["period_end"].dt.month.tolist() == [6]


@pytest.mark.extra
def test_copies_of_other_libraries_are_taken():
    pl = pytest.importorskip("polars")
    pages = {"2024-05-06": pl.DataFrame({"day": ["2024-05-05"], "dead": [5]}),
             "2024-05-07": [{"day": "2024-05-05", "dead": 6}]}  # fmt: skip
    ledger = cas.from_snapshots(pages, **NAMED)
    assert ledger.reports["value"].tolist() == [5, 6]


def test_a_column_of_numbers_that_is_renamed_withdraws_nothing():
    wide = {"suspect": {"definition": "suspect"}, "confirmed": {"definition": "confirmed"}}
    one = pd.DataFrame(
        {"day": ["2018-05-20", "2018-05-21"], "suspect": [17, 19], "confirmed": [2, 3]}
    )
    two = one.rename(columns={"suspect": "deaths"}).iloc[1:]
    ledger = cas.from_snapshots(
        {"2018-05-21": one, "2018-05-22": two, "2018-05-23": one.assign(suspect=[17, 20])},
        date="day", value=wide, source="x", kind="total",
    )  # fmt: skip
    suspect = ledger.where(definition="suspect")
    assert suspect.history()["total"].tolist() == [19, 20]
    assert ledger.intake["vanished"].tolist() == [0, 1, 0], "a day of those confirmed is gone"
    assert ledger.intake["why"].tolist() == ["", "no column 'suspect': what it said stands", ""]


def test_a_copy_without_rows_withdraws_nothing():
    one = copy(("2024-05-05", 5))
    ledger = cas.from_snapshots({"2024-05-06": one, "2024-05-07": one.iloc[:0]}, **NAMED)
    assert ledger.totals()["total"].tolist() == [5]
    assert ledger.intake["rows"].tolist() == [1, 0]
    assert ledger.intake["why"].tolist() == ["", "no rows: what was said before stands"]


def test_a_column_of_days_may_have_several_names():
    pages = {
        "2022-03-07": pd.DataFrame({"day": ["2022-03-06"], "dead": [29]}),
        "2022-03-08": pd.DataFrame({"date": ["2022-03-06"], "dead": [31]}),
    }
    both = {"day": "period_end", "date": "period_end"}
    ledger = cas.from_snapshots(pages, columns=both, value="dead", source="x", kind="total")
    assert ledger.history()["total"].tolist() == [29, 31]


def test_what_is_counted_must_be_said():
    with pytest.raises(cas.LedgerError, match="kind='total'"):
        cas.from_snapshots({}, date="day", value="dead", source="MoH")


@pytest.mark.parametrize(
    "odd", [pd.DataFrame({"day": [1]}), [pd.DataFrame({"d": [1]})] * 2, [1], "ab"]
)
def test_copies_without_their_instants_are_refused(odd):
    with pytest.raises(cas.LedgerError, match="copies with the instant of each"):
        cas.from_snapshots(odd, date="day", value="dead", source="M", kind="total")


def test_no_copies_are_an_empty_ledger():
    ledger = cas.from_snapshots({}, **NAMED)
    assert len(ledger) == 0
    assert ledger.intake.empty


@st.composite
def histories(draw):
    """Copies of a small table whose rows come, go, move and change."""
    figures = [(f"2024-05-{day:02d}", side) for day in (4, 5, 6) for side in ("N", "S")]
    pages = []
    for _ in range(draw(st.integers(1, 6))):
        chosen = draw(st.lists(st.sampled_from(figures), unique=True, max_size=6))
        rows = [(*figure, draw(st.sampled_from([None, 1, 2, "3", "about 4"]))) for figure in chosen]
        pages.append(pd.DataFrame(rows, columns=["day", "side", "dead"]))
    return pages


@many(150)
@given(histories())
def test_each_copy_can_be_read_back_at_its_instant(pages):
    days = [f"2024-06-{day:02d}" for day in range(1, len(pages) + 1)]
    ledger = cas.from_snapshots(zip(days, pages, strict=True), **NAMED)
    last = pages[0]
    for when, page in zip(days, pages, strict=True):
        last = page = page if len(page) else last  # a copy without rows says nothing
        stands = ledger.as_of(when).current().query("action != 'retract'")
        latest = stands.drop_duplicates(["side", "period_end"], keep="last")
        told = set(zip(latest["period_end"].dt.strftime("%Y-%m-%d"), latest["side"],
                       latest["value"], strict=True))  # fmt: skip
        said = {
            (row.day, row.side, cas.parse_count(row.dead).value)
            for row in page.itertuples()
            if cas.parse_count(row.dead).value is not None
        }
        assert told == said


def test_a_column_that_no_copy_has_is_refused():
    pages = {"2024-05-06": copy(("2024-05-05", 10))}
    with pytest.raises(cas.LedgerError, match="no copy has a column 'Regoin'"):
        cas.from_snapshots(pages, **NAMED, columns={"Regoin": "side"})
    wide = {"dead": {"outcome": "killed"}, "hrut": {"outcome": "wounded"}}
    with pytest.raises(cas.LedgerError, match="no copy has a column 'hrut'"):
        cas.from_snapshots(pages, date="day", value=wide, source="M", kind="total")


cells = st.sampled_from(
    [None, "", " ", "x", "58", 58, 58.0, 1.5, -1, "2024-05-05", "5/5/2024", "about 4", "total",
     pd.Timestamp("2024-05-05"), pd.Timestamp("2024-05-05", tz="UTC"), pd.NaT, pd.NA, [1], {"a": 1},
     b"x", True, float("inf"), "\0", "\ud800", "retract", "r1"]
)  # fmt: skip
others = "side kind low qualifier note Value x report_id action reported_at period_start".split()
rows = st.fixed_dictionaries(
    {"day": st.one_of(st.sampled_from(["2024-05-05", "2024-05-06"]), cells), "dead": cells},
    optional=dict.fromkeys(others, cells),
)


@example([[{"day": "2024-05-05", "dead": "\ud800"}]], "raise", False)
@many(20)
@given(
    st.lists(st.lists(rows, max_size=3), max_size=4),
    st.sampled_from(["raise", "skip"]),
    st.booleans(),
)
def test_any_copies_are_read_or_refused_with_a_reason(pages, on_bad, wide):
    value = {"dead": {"outcome": "killed"}, "low": {"outcome": "wounded"}} if wide else "dead"
    days = [f"2024-06-{day:02d}" for day in range(1, len(pages) + 1)]
    try:
        ledger = cas.from_snapshots(
            zip(days, pages, strict=True), date="day", value=value, source="M", side="side",
            on_bad=on_bad, kind="total",
        )  # fmt: skip
    except cas.LedgerError as error:
        if not str(error):
            raise
        return
    ledger.totals(), ledger.history(), ledger.intake


@many(200)
@given(st.lists(rows, max_size=5), st.booleans(), st.booleans())
def test_any_vintages_are_read_or_refused_with_a_reason(table, wide, compact):
    value = {"dead": {"outcome": "killed"}, "low": {"outcome": "wounded"}} if wide else "dead"
    try:
        ledger = cas.from_vintages(
            table, date="day", reported_at="reported_at", value=value, source="M", side="side",
            compact=compact, kind="total",
        )  # fmt: skip
    except cas.LedgerError as error:
        if not str(error):
            raise
        return
    ledger.totals(), ledger.history()


def test_a_column_of_days_that_says_when_ends_the_day():
    page = copy(("2024-05-05", 10), out=pd.Timestamp("2024-05-06"))
    ledger = cas.from_snapshots({"2024-05-07": page}, **NAMED, reported_at="out")
    assert str(ledger.reports["reported_at"].item()) == "2024-05-06 23:59:59+00:00"


def test_a_pile_of_which_no_copy_can_be_read_is_an_error_even_when_bad_ones_are_skipped():
    copies = {"2024-05-06": pd.DataFrame({"day": ["2024-05-05"], "dead": [3]})}
    with pytest.raises(cas.LedgerError, match="no copy could be read"):
        cas.from_snapshots(
            copies, date="Day", value="dead", source="M", kind="total", on_bad="skip"
        )


# -- one bad row -----------------------------------------------------------------------------------

BY_SIDE = {"date": "day", "value": "dead", "side": "side", "source": "M", "kind": "total"}


def by_side(*rows):
    return pd.DataFrame(rows, columns=["day", "side", "dead"])


def test_one_bad_row_costs_that_row_and_not_the_copy():
    pages = {
        "2024-05-06": by_side(("2024-05-05", "N", 1), ("2024-05-05", "S", 2)),
        "2024-05-07": by_side(("2024-05-05", "N", "many"), ("2024-05-05", "S", 3)),
        "2024-05-08": by_side(("2024-05-05", "N", "many"), ("2024-13-05", "S", 4)),
        "2024-05-09": by_side(("2024-05-05", "N", 7)),
    }
    ledger = cas.from_snapshots(pages, **BY_SIDE, on_bad="skip_rows")
    counts = ledger.intake[["rows", "new", "changed", "vanished"]].values.tolist()
    assert counts == [[2, 2, 0, 0], [2, 0, 1, 0], [2, 0, 0, 0], [1, 0, 1, 1]]
    assert not ledger.intake["skipped"].any()
    why = ledger.intake["why"]
    assert why[1].startswith("1 row left out: value 'many' is not a count in row 0, column 'dead'")
    assert why[2].startswith("2 rows left out: value 'many' is not a count in row 0")
    assert why[2].endswith("(the first of 2 problems)")
    for day, north, south in ((6, 1, 2), (7, 1, 3), (8, 1, 3)):  # what cannot be read says nothing
        then = ledger.as_of(f"2024-05-{day:02d}").totals()
        assert then["total"].tolist() == [north, south]
    assert ledger.totals()["total"].tolist() == [7], "the south is gone from a copy read whole"


def test_a_figure_that_stands_twice_costs_its_rows_and_not_the_copy():
    pages = {
        "2024-05-06": by_side(("2024-05-05", "N", 1), ("2024-05-05", "S", 2)),
        "2024-05-07": by_side(
            ("2024-05-05", "N", 3), ("2024-05-05", "N", 4), ("2024-05-05", "S", 5), ("x", "S", 6)
        ),
    }
    ledger = cas.from_snapshots(pages, **BY_SIDE, on_bad="skip_rows")
    assert ledger.totals()["total"].tolist() == [1, 5], "which of 3 and 4 is right, nobody knows"
    assert ledger.intake["why"][1].startswith("3 rows left out: cannot read period_end 'x'")
    frame = pd.DataFrame({"day": "2024-05-05", "out": "2024-05-06", "side": ["N", "N", "S"],
                          "dead": [3, 4, 5]})  # fmt: skip
    said = BY_SIDE | {"kind": "more", "reported_at": "out"}
    assert cas.from_vintages(frame, **said, on_bad="skip_rows").reports["value"].tolist() == [5]


def test_nothing_that_can_be_read_is_an_error_whatever_may_be_left_out():
    bad = copy(("2024-05-05", "many"))
    for on_bad in ("skip", "skip_rows"):
        with pytest.raises(cas.LedgerError, match="no copy could be read .of 2.*'many' is not"):
            cas.from_snapshots({"2024-05-06": bad, "2024-05-07": bad}, **NAMED, on_bad=on_bad)
    with pytest.raises(cas.LedgerError, match="no row could be read .of 1.; the first: value"):
        cas.from_vintages(
            bad.assign(out="2024-05-06"), reported_at="out", **NAMED, on_bad="skip_rows"
        )


def test_one_bad_row_of_a_repository_and_of_a_table_of_versions_costs_that_row(tmp_path):
    repo = Repo(tmp_path / "clone")
    for text in ("2024-05-05,1\n2024-05-06,2\n", "2024-05-05,x\n2024-05-06,3\n"):
        repo.commit("day,dead\n" + text)
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED, on_bad="skip_rows")
    assert ledger.reports["value"].tolist() == [1, 2, 3]
    frame = pd.DataFrame({"day": "2024-05-01", "out": ["2024-05-02", "2024-05-03", "2024-05-04"],
                          "dead": [5, "x", 7]})  # fmt: skip
    ledger = cas.from_vintages(frame, reported_at="out", **NAMED, on_bad="skip_rows")
    assert ledger.history()["total"].tolist() == [5, 7]
    assert ledger.intake[["reports", "skipped"]].values.tolist() == [[2, 1]]
    assert ledger.intake["why"].item().startswith("value 'x' is not a count")
    with pytest.raises(cas.LedgerError, match="unknown on_bad 'skip'"):
        cas.from_vintages(frame, reported_at="out", **NAMED, on_bad="skip")


def test_a_copy_without_rows_and_columns_withdraws_nothing():
    pages = {"2024-05-06": copy(("2024-05-05", 5)), "2024-05-07": pd.DataFrame()}
    ledger = cas.from_snapshots(pages, **NAMED)
    assert ledger.totals()["total"].tolist() == [5]
    assert ledger.intake["why"].tolist() == ["", "no rows: what was said before stands"]


def test_words_for_blanks_are_blank_in_every_column_of_a_copy():
    page = by_side(("2024-05-05", "NA", 10), ("2024-05-05", "N", 3), ("2024-05-06", "N", "NA"))
    ledger = cas.from_snapshots({"2024-05-06": page}, **BY_SIDE, na="NA")
    assert ledger.reports[["side", "value"]].values.tolist() == [["all", 10], ["N", 3]]


def test_a_number_that_was_corrected_in_a_list_of_versions_is_no_second_incident():
    frame = pd.DataFrame({"day": "2024-05-01", "out": ["2024-05-02", "2024-05-03"], "dead": [4, 6]})
    ledger = cas.from_vintages(
        frame, date="day", reported_at="out", value="dead", source="M", kind="incident"
    )
    assert ledger.reports["action"].tolist() == ["report", "revise"]
    assert ledger.totals()["total"].tolist() == [6]


def test_what_a_more_is_corrected_to_is_not_added_to_it():
    said = {"date": "day", "value": "dead", "source": "M", "kind": "more"}
    for numbers, total in (([20, 23], 23), ([20, 20], 20), ([20, None, 21, 22], 22)):
        at = [f"2024-05-0{place + 2}" for place in range(len(numbers))]
        frame = pd.DataFrame({"day": "2024-05-01", "at": at, "dead": numbers})
        copies = {when: frame.iloc[[place]].drop(columns="at") for place, when in enumerate(at)}
        for ledger in (cas.from_vintages(frame, reported_at="at", **said),
                       cas.from_snapshots(copies, **said)):  # fmt: skip
            assert ledger.totals()["total"].tolist() == [total]
    days = pd.DataFrame({"day": ["2024-05-01", "2024-05-02"], "at": "2024-05-03", "dead": [20, 3]})
    assert cas.from_vintages(days, reported_at="at", **said).totals()["total"].tolist()[-1] == 23
    with pytest.raises(cas.LedgerError, match="two rows for one figure of 2024-05-01"):
        cas.from_vintages(days.assign(day="2024-05-01"), reported_at="at", **said)


def test_an_id_is_the_same_whether_written_as_a_whole_number_or_a_decimal():
    said = {"date": "day", "value": "dead", "source": "U", "kind": "incident", "id": "no"}
    one = pd.DataFrame({"no": [101, 102], "day": "2024-05-01", "dead": [4, 2]})
    two = one.assign(no=[101.0, 102.0], dead=[4, 3])
    ledger = cas.from_snapshots({"2024-05-02": one, "2024-05-03": two}, **said)
    assert ledger.intake[["new", "changed", "vanished"]].values.tolist() == [[2, 0, 0], [0, 1, 0]]
    frame = pd.concat([one.astype(object), two.astype(object)], ignore_index=True)
    frame["at"] = ["2024-05-02", "2024-05-02", "2024-05-03", "2024-05-03"]
    ledger = cas.from_vintages(frame, reported_at="at", **said)
    assert ledger.totals()["total"].tolist() == [7]


def test_a_column_may_be_the_day_and_the_instant_of_a_version():
    frame = pd.DataFrame({"day": ["2024-05-01", "2024-05-02"], "dead": [4, 6]})
    ledger = cas.from_vintages(
        frame, date="day", reported_at="day", value="dead", source="M", kind="total"
    )
    assert ledger.reports["period_end"].dt.day.tolist() == [1, 2]
    assert ledger.reports["reported_at"].dt.day.tolist() == [1, 2]


def test_incidents_of_one_day_in_a_list_of_versions_are_told_apart_by_their_ids():
    frame = pd.DataFrame({"event_id": ["a", "b"] * 2, "day": "2024-05-01", "dead": [4, 2, 4, 3],
                          "out": ["2024-05-02", "2024-05-02", "2024-05-03", "2024-05-03"]}
                         )  # fmt: skip
    said = {"date": "day", "reported_at": "out", "value": "dead", "source": "U"}
    with pytest.raises(cas.LedgerError, match="in row 0, column 'dead', and 3 more.*id=…"):
        cas.from_vintages(frame, **said, kind="incident")
    ledger = cas.from_vintages(frame, **said, kind="incident", id="event_id")
    assert ledger.totals()["total"].tolist() == [7], "4 and 3; of the second, 2 was corrected to 3"
    assert ledger.as_of("2024-05-02").totals()["total"].tolist() == [6]
    with pytest.raises(cas.LedgerError, match="no event_id in row 3, column 'event_id'"):
        cas.from_vintages(
            frame.assign(event_id=["a", "b", "a", ""]), **said, kind="incident", id="event_id"
        )
    for name, told in (
        ("Total", "event_id 'Total' means the whole in row 3, .*; drop a row that"),
        ("a", "give each of them an id of its own in column 'event_id'"),
    ):
        listed = frame.assign(event_id=["a", "b", "a", name])
        with pytest.raises(cas.LedgerError, match=told):
            cas.from_vintages(listed, **said, kind="incident", id="event_id")
    with pytest.raises(
        cas.LedgerError, match="source='dead' names a column.*, which holds numbers"
    ):
        cas.from_vintages(frame, **said | {"source": "dead"}, kind="incident", id="event_id")
    for odd in ("event", "report_id", ["event_id"]):
        with pytest.raises(cas.LedgerError, match="is no column of the table's own"):
            cas.from_vintages(frame, **said, kind="incident", id=odd)


@pytest.mark.parametrize("on_bad", ["skip", "skip_rows"])
def test_why_a_copy_was_not_read_is_one_sentence(on_bad):
    bad = copy(("2024-05-05", "many"), ("2024-13-05", 3))
    ledger = cas.from_snapshots(
        {"2024-05-06": copy(("2024-05-05", 1)), "2024-05-07": bad}, **NAMED, on_bad=on_bad
    )
    why = ledger.intake["why"].iloc[1]
    assert "value 'many' is not a count in row 0" in why
    assert why.endswith("(the first of 2 problems)")
    assert "\n" not in why


def test_the_copies_after_one_that_was_left_out_are_laid_beside_the_one_before_it():
    pages = [copy(("2024-05-05", 1)), copy(("2024-05-05", "x"), ("2024-05-04", 9)),
             copy(("2024-05-05", 1), ("2024-05-04", 9)), copy(("2024-05-05", 1))]  # fmt: skip
    days = [f"2024-05-{day:02d}" for day in range(6, 10)]
    ledger = cas.from_snapshots(zip(days, pages, strict=True), **NAMED, on_bad="skip")
    counts = ledger.intake[["new", "changed", "vanished"]].values.tolist()
    assert counts == [[1, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert ledger.reports["reported_at"].dt.day.tolist() == [6, 8, 9]


def test_names_and_actions_of_a_copys_rows_are_not_those_of_reports():
    pages = {day: copy(("2024-05-05", n), report_id="a", action="report")
             for day, n in (("2024-05-06", 5), ("2024-05-07", 6))}  # fmt: skip
    ledger = cas.from_snapshots(pages, **NAMED)
    assert ledger.reports["report_id"].tolist() == ["r1", "r2"]


def test_a_day_and_a_time_of_two_columns_are_joined_in_versions_too():
    frame = pd.DataFrame({"day": "2024-05-05", "out": ["2024-05-06"] * 2, "at": ["10:00", "9:00"],
                          "dead": [12, 10]})  # fmt: skip
    ledger = cas.from_vintages(
        frame, columns={"day": "period_end", "out": "reported_at", "at": "reported_at"},
        value="dead", source="CDC", kind="total",
    )  # fmt: skip
    assert ledger.history()["total"].tolist() == [10, 12]


def test_what_is_wrong_with_a_copy_is_in_the_problems_of_its_error():
    with pytest.raises(cas.LedgerError, match="the copy of 2024-05-07") as error:
        bad(page=copy(("2024-05-05", "many"), ("2024-13-05", 3)))
    assert error.value.problems[["row", "value"]].values.tolist() == [
        [0, "many"],
        [1, "2024-13-05"],
    ]


def test_what_a_copy_that_was_left_out_has_as_a_column_is_no_constant():
    pages = {
        "2024-05-06": copy(("2024-05-05", 10)),
        "2024-05-07": copy(("2024-05-05", "many"), region="North"),
    }
    with pytest.raises(cas.LedgerError, match="side='region' names a column of some copies"):
        cas.from_snapshots(pages, **NAMED, side="region", on_bad="skip")
    ledger = cas.from_snapshots(pages, **NAMED, columns={"region": "side"}, on_bad="skip")
    assert ledger.reports["side"].tolist() == ["all"]
