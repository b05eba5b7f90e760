"""Other people's archives: a published table of vintages, and ledgers through snapshots."""

import tracemalloc

import pandas as pd
import pytest
from hypothesis import given
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
    return cas.from_vintages(frame, date="day", reported_at="version", value="toll", source="NYC")


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
    columns = {"date": "day", "reported_at": "version", "value": "deaths"} | columns
    return cas.from_vintages(frame, **columns)


def test_vintages_keep_repeats_and_missing_values():
    ledger = vintages(source="CDC", side="region")
    assert len(ledger) == 4
    assert ledger.revisions()["change"].tolist() == ["reaffirmed", "revised"]
    assert ledger.where(side="North").totals().empty  # the last version declines to say
    assert len(vintages(source="CDC", side="region", compact=True)) == 3


def test_arguments_that_cannot_be_meant_are_refused():
    with pytest.raises(cas.LedgerError, match="kind='total' names a column.*rename that column"):
        vintages(source="CDC", kind="total")
    assert len(vintages(source="CDC", kind="period")) == 4
    # The column of the number may be called as a kind is; then the kind is meant.
    table = pd.DataFrame({"day": ["2024-03-05"], "out": ["2024-03-06"], "total": [5]})
    made = cas.from_vintages(
        table, date="day", reported_at="out", value="total", source="CDC", kind="total"
    )
    assert made.reports["kind"].tolist() == ["total"]
    with pytest.raises(cas.LedgerError, match="source='deaths' names a column"):
        vintages(source="deaths", kind="period")
    with pytest.raises(cas.LedgerError, match="value='death' is no column.*Did you mean 'deaths'"):
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
    ledger = cas.from_snapshots(copies(), date="day", value="dead", source="MoH")
    actions = ledger.reports["action"].tolist()
    assert actions == ["report", "report", "report", "retract"]
    assert ledger.as_of("2024-05-06").totals()["total"].tolist() == [4, 10]
    assert ledger.as_of("2024-05-07").totals()["total"].tolist() == [4, 9]
    assert ledger.totals()["total"].tolist() == [9]


def test_wide_snapshots_become_series():
    wide = {"dead": {"outcome": "killed"}, "hurt": {"outcome": "wounded"}}
    ledger = cas.from_snapshots(copies().items(), date="day", value=wide, source="MoH")
    assert ledger.series()["outcome"].tolist() == ["killed", "wounded"]
    assert ledger.where(outcome="wounded").as_of("2024-05-06").totals()["total"].tolist() == [9]


def test_snapshots_must_be_in_order_and_unambiguous():
    with pytest.raises(cas.LedgerError, match="oldest first"):
        cas.from_snapshots(reversed(copies().items()), date="day", value="dead", source="MoH")
    twice = pd.DataFrame({"day": ["2024-05-04"] * 2, "dead": [1, 2]})
    with pytest.raises(cas.LedgerError, match="two rows for .*2024-05-04"):
        cas.from_snapshots({"2024-05-06": twice}, date="day", value="dead", source="MoH")
    with pytest.raises(cas.LedgerError, match="date='date' is no column"):
        cas.from_snapshots(copies(), date="date", value="dead", source="MoH")


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


@many(60)
@given(simple())
def test_a_ledger_survives_snapshots_at_every_instant(ledger):
    instants = sorted(set(ledger.reports["reported_at"]))
    snapshots = ((at, ledger.as_of(at).current()) for at in instants)
    columns = {c: c for c in ("kind", "period_start", "low", "high", "qualifier", "outcome")}
    again = cas.from_snapshots(
        snapshots, date="period_end", value="value", source="source", tz=ledger.tz, **columns
    )
    for at in instants:
        pd.testing.assert_frame_equal(again.as_of(at).totals(), ledger.as_of(at).totals())


def test_memory_grows_with_the_changes_not_with_the_copies():
    days = pd.date_range("2020-01-01", periods=1000)
    frame = pd.DataFrame({"day": days, "dead": range(1000)})

    def many(copies):
        at = pd.date_range("2024-01-01", periods=copies, freq="D")
        return ((when, frame) for when in at)

    def peak(copies):
        tracemalloc.start()
        cas.from_snapshots(many(copies), date="day", value="dead", source="M")
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(30) < 1.5 * peak(2)


def test_a_matrix_too_large_says_how_large():
    frame = pd.DataFrame({"day": pd.date_range("1700-01-01", periods=8000)})
    frame["at"] = frame["day"] + pd.Timedelta("1D")
    frame["value"] = range(8000)
    ledger = cas.from_vintages(frame, date="day", reported_at="at", value="value", source="M")
    with pytest.raises(cas.LedgerError, match="8,000 rows and 8,000 columns.*where.*history"):
        ledger.vintages()
