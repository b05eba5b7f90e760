"""The fast answers against the slow, literal reading of the rules, on random tables."""

import random

import oracle
import pytest
import random_ledgers
import readings
from hypothesis import given
from hypothesis import strategies as st
from strategies import many, presets, seeds

import casualties as cas


@pytest.mark.parametrize("question", readings.QUESTIONS)
@many(100)
@given(preset=presets, seed=seeds, late=st.booleans())
def test_the_library_answers_as_the_slow_reading_does(question, preset, seed, late):
    rng = random.Random(seed)
    rows, tz = random_ledgers.table(rng, preset), rng.choice(random_ledgers.ZONES)
    clock = None if late else rng.choice(oracle.complete(rows, tz)).instant
    found, expected = readings.answers(question, rows, tz, clock)
    assert found == expected


@pytest.mark.parametrize("preset", sorted(random_ledgers.PRESETS))
def test_every_kind_of_ledger_is_read_alike(preset):
    rng = random.Random(f"alike {preset}")
    rows, tz = random_ledgers.table(rng, preset), rng.choice(random_ledgers.ZONES)
    for question in ("reports", "totals", "daily", "revisions", "increments", "check"):
        found, expected = readings.answers(question, rows, tz)
        assert found == expected, question


@many(100)
@given(preset=presets, seed=seeds)
def test_a_bridge_is_that_of_the_slow_reading(preset, seed):
    rng = random.Random(seed)
    rows, tz = random_ledgers.table(rng, preset), rng.choice(random_ledgers.ZONES)
    reports = oracle.complete(rows, tz)
    start, end = sorted(rng.choice(reports).instant for _ in range(2))
    found, expected = readings.bridge(rows, tz, start, end)
    assert found == expected


@many(60)
@given(preset=presets, seed=seeds)
def test_the_earlier_of_two_clocks_counts(preset, seed):
    rng = random.Random(seed)
    rows = random_ledgers.table(rng, preset)
    ledger = cas.Ledger(rows)
    one, other = (rng.choice(oracle.complete(rows)).instant for _ in range(2))
    twice = ledger.as_of(one).as_of(other)
    assert twice == ledger.as_of(min(one, other))


@many(60)
@given(preset=presets, seed=seeds)
def test_where_commutes_with_as_of_and_totals(preset, seed):
    rng = random.Random(seed)
    rows = random_ledgers.table(rng, preset)
    ledger, clock = cas.Ledger(rows), rng.choice(oracle.complete(rows)).instant
    columns = [*readings.SERIES, "date", "total", "low", "high", "basis"]
    for source in ledger.series()["source"].unique():
        one = ledger.where(source=source).as_of(clock)
        assert one == ledger.as_of(clock).where(source=source)
        totals = ledger.as_of(clock).totals()
        mine = totals[totals["source"] == source]
        assert readings.rows(one.totals(), columns) == readings.rows(mine, columns)
