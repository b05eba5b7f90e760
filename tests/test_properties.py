"""The fast answers against the slow, literal reading of the rules, on random ledgers."""

import oracle
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from strategies import clocks, ledgers, many

import casualties as cas

SERIES = list(oracle.SERIES)


def plain(value):
    return None if pd.isna(value) else value


def rows_of(frame):
    out = {}
    for row in frame.to_dict("records"):
        cells = (row["date"], row["total"], row["low"], plain(row["high"]))
        cells += (row["basis"], plain(row["unexplained"]))
        out.setdefault(tuple(row[c] for c in SERIES), []).append(cells)
    return out


@many(80)
@given(ledgers(), clocks)
def test_totals_follow_the_literal_rules_at_any_clock(ledger, clock):
    known = ledger.as_of(clock)
    assert rows_of(known.totals()) == oracle.totals(ledger.reports, known.known_at)


@many(80)
@given(ledgers(), clocks)
def test_current_reports_are_the_live_ones(ledger, clock):
    known = ledger.as_of(clock)
    expected = [r.id for r in oracle.live(oracle.read(ledger.reports), known.known_at)]
    assert known.current()["report_id"].tolist() == expected


def headlines(ledger, date=None):
    """The headline of each series at every instant, the slow way."""
    out = {}
    instants = sorted(set(ledger.reports["reported_at"]))
    for at in instants:
        found = rows_of(ledger.as_of(at).totals())
        for series in {tuple(r) for r in ledger.series()[SERIES].itertuples(index=False)}:
            rows = found.get(series, [])
            if date is not None:
                rows = [r for r in rows if r[0] <= date]
            now = rows[-1][:4] if rows else None
            if now is not None and date is not None:
                now = (date, *now[1:])
            if out.get(series, [(None, None)])[-1][1] != now:
                out.setdefault(series, []).append((at, now))
    return out


def told(frame):
    out = {}
    for row in frame.to_dict("records"):
        now = (row["date"], row["total"], row["low"], plain(row["high"]))
        series = tuple(row[c] for c in SERIES)
        out.setdefault(series, []).append((row["reported_at"], None if pd.isna(now[1]) else now))
    return out


@many(80)
@given(ledgers())
def test_history_is_the_headline_at_every_instant(ledger):
    assert told(ledger.history()) == headlines(ledger)


@many(100)
@given(
    st.sampled_from([("total", "period", "period"), ("total", "more"), ("period", "more")]).flatmap(
        lambda kinds: ledgers(most=14, sources=["Ministry"], kinds=kinds, widest=1)
    )
)
def test_history_of_days_that_hardly_overlap_is_the_headline_at_every_instant(ledger):
    assert told(ledger.history()) == headlines(ledger)


@many(80)
@given(ledgers())
def test_history_of_a_day_is_the_total_of_that_day_at_every_instant(ledger):
    day = pd.Timestamp("2024-03-07")
    assert told(ledger.history("2024-03-07")) == headlines(ledger, day)


@many(60)
@given(ledgers())
def test_vintages_are_the_totals_at_every_instant(ledger):
    matrix = ledger.vintages()
    assert list(matrix.columns) == sorted(set(ledger.reports["reported_at"]))
    for at in matrix.columns:
        column = matrix[at].dropna()
        totals = ledger.as_of(at).totals()
        assert column.tolist() == totals["total"].tolist()
        days = column.index.get_level_values("date")
        assert days.tolist() == totals["date"].tolist()


@many(60)
@given(ledgers(), clocks, clocks)
def test_the_earlier_of_two_clocks_counts(ledger, one, other):
    twice = ledger.as_of(one).as_of(other)
    both = min(ledger.as_of(one).known_at, ledger.as_of(other).known_at)
    assert twice.known_at == both
    assert twice == ledger.as_of(both)


@many(60)
@given(ledgers())
def test_totals_lie_within_their_bounds(ledger):
    totals = ledger.totals()
    assert (totals["low"] <= totals["total"]).all()
    assert (totals["total"] <= totals["high"]).fillna(True).all()
    assert (totals["low"] >= 0).all()


@many(60)
@given(ledgers(), clocks)
def test_where_commutes_with_as_of_and_totals(ledger, clock):
    for source in ledger.series()["source"].unique():
        one = ledger.where(source=source).as_of(clock)
        other = ledger.as_of(clock).where(source=source)
        assert one == other
        totals = ledger.as_of(clock).totals()
        expected = totals[totals["source"] == source].reset_index(drop=True)
        assert rows_of(one.totals()) == rows_of(expected)


@many(60)
@given(ledgers(), clocks)
def test_later_reports_never_change_an_earlier_clock(ledger, clock):
    known = ledger.as_of(clock)
    alone = cas.Ledger(known.reports, tz=ledger.tz)
    for name in ("totals", "history", "revisions", "current", "series", "revision_summary",
                 "compare", "check"):  # fmt: skip
        pd.testing.assert_frame_equal(getattr(known, name)(), getattr(alone, name)())
