"""The frames that are handed out: their columns and dtypes, and every cell on random ledgers."""

from operator import itemgetter

import numpy as np
import oracle
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import article
from strategies import clocks, ledgers, many

import casualties as cas

SERIES = dict.fromkeys(oracle.SERIES, "category")
DAY, INSTANT = "datetime64[us]", "datetime64[us, UTC]"
COUNTED = {"kind": "category", "period_start": DAY, "period_end": DAY}
BOUNDS = dict.fromkeys(["total", "low", "high"], "Int64")
REPORTS = (
    {"report_id": "str"} | SERIES | {"via": "category", "kind": "category", "value": "Int64"}
    | {"qualifier": "category", "low": "Int64", "high": "Int64", "period_start": DAY}
    | {"period_end": DAY, "reported_at": INSTANT, "action": "category", "refers_to": "str"}
    | {"reason": "str", "url": "str", "note": "str"}
)  # fmt: skip
THING = {name: dtype for name, dtype in SERIES.items() if name != "source"}
FRAMES = {
    "reports": REPORTS,
    "current": REPORTS | {"denied_by": "str"},
    "series": SERIES
    | {"reports": "Int64", "revisions": "Int64", "first_reported": INSTANT}
    | {"last_reported": INSTANT, "first_date": DAY, "last_date": DAY, "latest": "Int64"},
    "revisions": SERIES | COUNTED
    | {"change": "str", "old_id": "str", "new_id": "str", "old": "Int64", "new": "Int64"}
    | {"delta": "Int64", "reported_at": INSTANT, "lag": "Int64", "explicit": "bool"}
    | {"reason": "str"},
    "revision_summary": SERIES | COUNTED
    | dict.fromkeys(["n_revisions", "first", "latest", "min", "max"], "Int64")
    | {"median": "Float64", "spread": "Int64", "rel_spread": "Float64"}
    | dict.fromkeys(["min_lag", "max_lag", "lag_near_latest"], "Int64"),
    "totals": SERIES | {"date": DAY} | BOUNDS | {"basis": "category", "unexplained": "Int64"},
    "history": SERIES | {"reported_at": INSTANT, "date": DAY} | BOUNDS
    | {"change": "Int64", "cause": "str"},
    "compare": THING
    | {"date": DAY, "sources": "Int64", "lowest": "Int64", "lowest_source": "str"}
    | {"highest": "Int64", "highest_source": "str", "spread": "Int64", "ratio": "Float64"}
    | {"agree": "bool"},
    "tally": {"event": "category", "outcome": "category", "date": DAY} | BOUNDS
    | {"parts": "Int64", "missing": "str"},
    "check": {"severity": "str", "code": "str", "message": "str", "date": DAY, "found": "Int64"}
    | {"expected": "Int64", "report_ids": "str"} | SERIES,
    "reconcile": SERIES
    | {"opening_date": DAY, "opening": "Int64", "revised": "Int64", "new": "Int64"}
    | {"unexplained": "Int64", "closing": "Int64", "closing_date": DAY},
}  # fmt: skip


def full():
    """A ledger in which every frame has rows."""
    rows = [
        {"side": side, "category": category, "source": source, "value": value}
        for side, category, source, value in [
            ("A", "civilian", "X", 5), ("A", "military", "X", "at least 7"),
            ("B", "civilian", "Y", 4), ("all", "all", "X", 40), ("all", "all", "Y", 50),
        ]
    ]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    ledger = ledger.revise("r1", 4, reported_at="2024-03-06", reason="counted twice")
    return ledger.deny("r4", source="Z", reported_at="2024-03-07")


def ask(ledger, name):
    if name == "reconcile":
        return ledger.reconcile("2024-03-05", "2024-03-08")
    answer = getattr(ledger, name)
    return answer if name == "reports" else answer()


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("make", [full, lambda: cas.Ledger([])], ids=["full", "empty"])
def test_a_frame_has_the_columns_and_dtypes_that_were_decided(name, make):
    frame = ask(make(), name)
    text = str(pd.Series([""], dtype="str").dtype)  # `object` before pandas 3
    found = {c: "str" if str(d) in (text, "str") else str(d) for c, d in frame.dtypes.items()}
    assert list(frame.columns) == list(FRAMES[name])
    assert found == FRAMES[name]
    assert frame.index.equals(pd.RangeIndex(len(frame)))
    assert (make is full) == (len(frame) > 0)


def cells(frame, columns=None):
    """Rows as tuples of plain values; what is missing is ``None``."""
    frame = frame if columns is None else frame[list(columns)]
    plain = frame.astype(object).where(frame.notna(), None)
    return [tuple(row) for row in plain.itertuples(index=False)]


def plain_cells(rows, columns):
    return [
        tuple(None if row[c] is None or row[c] is pd.NaT else row[c] for c in columns)
        for row in rows
    ]


def found_totals(ledger):
    """What :func:`oracle.totals` gives, by series."""
    return oracle.totals(ledger.reports, None) if len(ledger) else {}


@many(80)
@given(ledgers())
def test_revisions_are_what_changes_as_reports_become_public_one_by_one(ledger):
    expected = [
        (
            *old.series, old.kind, old.start, old.end, change, old.id, new.id, old.best, new.best,
            None if old.best is None or new.best is None else new.best - old.best, new.when,
            (new.when.tz_convert(ledger.tz).tz_localize(None).normalize() - old.end).days,
            explicit, "",
        )
        for old, new, change, explicit in oracle.revisions(ledger.reports, ledger.tz)
    ]  # fmt: skip
    assert cells(ledger.revisions()) == expected


@many(80)
@given(ledgers(), clocks)
def test_a_live_number_names_those_who_deny_it(ledger, clock):
    known = ledger.as_of(clock)
    current = known.current()
    assert dict(zip(current["report_id"], current["denied_by"], strict=True)) == oracle.deniers(
        ledger.reports, known.known_at
    )


@many(80)
@given(ledgers(), st.sampled_from([0, 0.2, 1]))
def test_the_summary_of_revisions_is_that_of_each_count_by_itself(ledger, within):
    columns = list(FRAMES["revision_summary"])
    expected = plain_cells(oracle.summary(ledger.reports, ledger.tz, within), columns)
    found = cells(ledger.revision_summary(within))
    assert sorted(found, key=str) == sorted(expected, key=str)
    by = [(row[:6], row[6]) for row in found]
    assert [s for s, _ in by] == sorted(s for s, _ in by)


@many(80)
@given(ledgers(sources=["Ministry", "Monitor", "Agency"]))
def test_compare_is_each_day_with_every_claim_carried_forward(ledger):
    columns = list(FRAMES["compare"])
    assert cells(ledger.compare()) == plain_cells(oracle.compare(found_totals(ledger)), columns)


@many(80)
@given(ledgers(), clocks, clocks)
def test_a_bridge_is_built_of_the_same_days_and_the_later_ones(ledger, one, other):
    before, after = ledger.as_of(one), ledger.as_of(other)
    columns = list(FRAMES["reconcile"])
    expected = oracle.bridge(found_totals(before), found_totals(after))
    assert cells(cas.reconcile(before, after)) == plain_cells(expected, columns)


@many(60)
@given(ledgers())
def test_every_day_between_has_the_last_number(ledger):
    columns = ["date", "total", "low", "high", "basis", "unexplained"]
    rows = found_totals(ledger)
    expected = [row for series in sorted(rows) for row in oracle.every_day(rows[series])]
    assert cells(ledger.totals(freq="D"), columns) == expected


@many(60)
@given(ledgers(sources=["Ministry", "Monitor", "Agency"]))
def test_a_policy_takes_one_claim_a_day(ledger):
    if ledger.reports.empty:
        return
    parts = cas.Ledger(ledger.reports.assign(side="A", category="civilian"), tz=ledger.tz)
    rows = found_totals(parts)
    days = sorted({row[0] for found in rows.values() for row in found})
    order = ["Monitor", "Ministry"]
    by_total = itemgetter(1)
    for policy, best in (
        (cas.Lowest(), lambda held: min(held.values(), key=by_total)),
        (cas.Highest(), lambda held: max(held.values(), key=by_total)),
        (cas.Prefer(*order), lambda held: next((held[s] for s in order if s in held), None)),
    ):
        toll = parts.tally(choose=policy)
        told = dict(zip(toll["date"], cells(toll, ["total", "low", "high"]), strict=True))
        now = None
        for day in days:
            held = {}
            for series, found in rows.items():
                upto = [row for row in found if row[0] <= day]
                if upto:
                    held[series[-1]] = upto[-1]
            chosen = best(held)
            now = told.get(day, now)
            if chosen is not None:
                assert now[0] == chosen[1]
                if not isinstance(policy, cas.Prefer):
                    continue
                assert now == chosen[1:4]


def test_names_of_the_article_are_in_the_order_of_section_two():
    assert list(article().reports.columns) == list(REPORTS)
    assert np.isin(["r1"], full().reports["report_id"]).all()
