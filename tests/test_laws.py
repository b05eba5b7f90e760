"""Laws that hold for every ledger, whatever its numbers are."""

import random
from datetime import datetime, timedelta

import oracle
import pandas as pd
import pytest
import random_ledgers
from hypothesis import given
from hypothesis import strategies as st
from strategies import ledgers, many, presets, seeds, tables, zones

import casualties as cas

SERIES = list(oracle.SERIES)
TERMS = ["corrected", "updated", "new", "unexplained", "withdrawn"]
ANSWERS = (
    "totals", "history", "revisions", "current", "series", "revision_summary", "compare",
    "increments", "changes", "vintages", "check",
)  # fmt: skip


def plain(frame):
    """Cells only: which categories a column could have does not matter."""
    frame = frame.reset_index() if frame.index.name or frame.index.nlevels > 1 else frame
    cells = frame.astype(object).where(frame.notna(), None)
    return list(map(str, frame.columns)), cells.to_numpy().tolist()


def number(cell):
    return 0 if pd.isna(cell) else int(cell)


@many(60)
@given(tables(), zones, st.data())
def test_as_of_is_the_ledger_of_what_was_known_then(rows, tz, data):
    reports, ledger = oracle.complete(rows, tz), cas.Ledger(rows, tz=tz)
    # One ledger, asked at clocks in any order, as a page asks it.
    for report in data.draw(st.lists(st.sampled_from(reports), min_size=1, max_size=2)):
        clock = report.instant
        known = [row for row, r in zip(rows, reports, strict=True) if r.instant <= clock]
        then, alone = ledger.as_of(clock), cas.Ledger(known, tz=tz)
        for name in ANSWERS:
            assert plain(getattr(then, name)()) == plain(getattr(alone, name)()), name


@many(30)
@given(tables("tally"), zones, st.data())
def test_as_of_a_tally_is_that_of_what_was_known_then(rows, tz, data):
    reports = oracle.complete(rows, tz)
    clock = data.draw(st.sampled_from(reports)).instant
    known = [row for row, r in zip(rows, reports, strict=True) if r.instant <= clock]
    found = []
    for ledger in (cas.Ledger(rows, tz=tz).as_of(clock), cas.Ledger(known, tz=tz)):
        try:
            found.append(plain(ledger.tally()))
        except cas.LedgerError:
            found.append("raises")
    assert found[0] == found[1]


def at_distinct_instants(rows):
    """The same rows, each at a minute of its own; a bare date becomes ten in the evening."""
    out = []
    for place, row in enumerate(rows):
        text = row["reported_at"]
        when = datetime.fromisoformat(text if len(text) > 10 else text + " 22:00")
        when = when.replace(minute=0) + timedelta(minutes=place)
        out.append(row | {"reported_at": when.isoformat(" ", "minutes")})
    return out


@many(60)
@given(tables(), zones, seeds)
def test_the_order_of_the_rows_does_not_matter(rows, tz, seed):
    rows = at_distinct_instants(rows)
    mixed = random_ledgers.shuffled(rows, random.Random(seed))
    one, other = cas.Ledger(rows, tz=tz), cas.Ledger(mixed, tz=tz)
    for name in ANSWERS:
        (columns, cells), (again, others) = (plain(getattr(x, name)()) for x in (one, other))
        assert columns == again
        assert sorted(map(str, cells)) == sorted(map(str, others)), name


@pytest.mark.parametrize(
    "kinds",
    [
        None,
        {"total": 1, "period": 1},
        {"total": 2, "more": 2},
        {"total": 1, "period": 5, "more": 2},
    ],
)
@many(60)
@given(seed=seeds)
def test_bounds_hold_the_truth_of_true_reports(kinds, seed):
    rows, course = random_ledgers.true_rows(random.Random(seed), kinds=kinds)
    if not rows:
        return
    ledger, reports = cas.Ledger(rows), oracle.complete(rows)
    for clock in sorted({r.instant for r in reports}):
        for row in ledger.as_of(clock).totals(freq="D").itertuples():
            truth = course.get(row.date.date(), 0)  # before the first day nothing had happened
            assert row.low <= truth
            if not row.at:  # else it speaks of a moment of its day
                assert pd.isna(row.high) or truth <= row.high


@many(100)
@given(seed=seeds, exhaustive=st.booleans(), max_age=st.sampled_from([None, 2]))
def test_a_tally_holds_the_truth_of_true_parts(seed, exhaustive, max_age):
    rows, course = random_ledgers.true_parts(random.Random(seed))
    one_sided = len({row["side"] for row in rows} & {"A", "B"}) == 1  # then A is not the whole
    try:
        frame = cas.Ledger(rows).tally(exhaustive=exhaustive and not one_sided, max_age=max_age)
    except cas.LedgerError:  # only details
        return
    for row in frame[frame["total"].notna()].itertuples():
        truth = course[row.date.date()]
        assert row.low <= truth
        assert pd.isna(row.high) or truth <= row.high


@many(60)
@given(ledgers(), st.data())
def test_a_bridge_adds_up_to_the_unit(ledger, data):
    instants = sorted(set(ledger.reports["reported_at"]))
    start, end = data.draw(st.tuples(st.sampled_from(instants), st.sampled_from(instants)))
    for row in ledger.reconcile(min(start, end), max(start, end)).to_dict("records"):
        terms = sum(number(row[term]) for term in TERMS)
        assert number(row["opening"]) + terms == number(row["closing"])


@many(60)
@given(ledgers(), st.sampled_from(["D", "W", "MS"]))
def test_changes_add_up_to_the_headline(ledger, freq):
    frame, totals = ledger.changes(freq), ledger.totals()
    last = totals.groupby(SERIES, observed=True).tail(1)
    closing = {tuple(row[c] for c in SERIES): row["total"] for row in last.to_dict("records")}
    sums = {}
    for row in frame.to_dict("records"):
        series = tuple(row[c] for c in SERIES)
        sums[series] = sums.get(series, 0) + sum(number(row[term]) for term in TERMS)
    for series in {*sums, *closing}:
        assert sums.get(series, 0) == closing.get(series, 0)


@many(60)
@given(ledgers(), st.sampled_from([None, "D", "W", "MS"]))
def test_increments_between_rows_add_up_to_the_last_total_less_the_first(ledger, freq):
    ends = {}
    for row in ledger.totals().to_dict("records"):
        series = tuple(row[c] for c in SERIES)
        first, _ = ends.get(series, (row, None))
        ends[series] = first, row
    sums, unknown = {}, set()
    for row in ledger.increments(freq).to_dict("records"):
        series = tuple(row[c] for c in SERIES)
        if pd.isna(row["value"]):
            unknown.add(series)
        elif row["end"] > ends[series][0]["date"] or pd.isna(ends[series][0]["date"]):
            sums[series] = sums.get(series, 0) + row["value"]
        if not pd.isna(row["value"]) and row["value"] >= 0 and ledger_never_falls(ledger, series):
            assert pd.isna(row["low"]) or row["low"] <= row["value"]
            assert pd.isna(row["high"]) or row["value"] <= row["high"]


def ledger_never_falls(ledger, series):
    """Whether nothing cuts the count of a series, so that bounds are those of a difference."""
    mine = ledger.where(**dict(zip(SERIES, series, strict=True)))
    fewer = (mine.reports["kind"] == "more") & (mine.reports["value"].fillna(0) < 0)
    low = (mine.reports["kind"] == "more") & (mine.reports["low"].fillna(0) < 0)
    return not (fewer | low).any() and "falls" not in set(mine.check()["code"])


@many(60)
@given(ledgers(), st.sampled_from([None, "D"]))
def test_a_total_that_no_report_states_lies_within_its_bounds(ledger, freq):
    for row in ledger.totals(freq).itertuples():
        assert row.low >= 0
        assert pd.isna(row.high) or row.low <= row.high
        if row.basis in ("derived", "floor"):
            assert row.low <= row.total
            assert pd.isna(row.high) or row.total <= row.high


@many(60)
@given(tables("tally"))
def test_a_tally_never_adds_a_detail(rows):
    details = {row["report_id"] for row in rows if row.get("category") == "children"}
    for row in rows:  # what is about a detail goes with it
        if row.get("refers_to") in details:
            details.add(row["report_id"])
    without = [row for row in rows if row["report_id"] not in details]
    try:
        whole = cas.Ledger(rows).tally()
        less = cas.Ledger(without).tally() if without else whole.iloc[:0]
    except cas.LedgerError:  # only details
        return
    both = whole.merge(less, on=["event", "outcome", "date"], suffixes=("", "_without"))
    for column in ("total", "low", "added", "stated"):
        assert plain(both[[column]])[1] == plain(both[[column + "_without"]])[1]


@many(60)
@given(tables("tally"))
def test_a_tally_lies_within_its_bounds(rows):
    try:
        frame = cas.Ledger(rows).tally()
    except cas.LedgerError:
        return
    for row in frame[frame["total"].notna()].itertuples():
        assert row.low >= 0  # of "more than 49" the number is 49, and the low 50
        assert pd.isna(row.high) or row.low <= row.high


@many(30)
@given(ledgers(), presets)
def test_a_later_report_never_changes_an_earlier_clock(ledger, preset):
    later = random_ledgers.table(random.Random(preset), preset)
    last = max(ledger.reports["reported_at"])
    listed = (ledger.reports["kind"] == "incident").any()
    apart = {} if listed == (preset == "incidents") else {"definition": "counted otherwise"}
    fresh = [
        {k: v for k, v in row.items() if k != "report_id"}
        | {"report_id": f"later{i}", "reported_at": (last + timedelta(days=1)).isoformat()}
        | apart
        for i, row in enumerate(later)
        if "refers_to" not in row
    ]
    longer = ledger.append(fresh).as_of(last)
    for name in ANSWERS:
        assert plain(getattr(longer, name)()) == plain(getattr(ledger, name)()), name
