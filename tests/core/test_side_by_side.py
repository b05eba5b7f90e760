"""Series that are worked out side by side come out as each does by itself."""

import random

import numpy as np
import random_ledgers
from hypothesis import given
from ledgers import says
from strategies import many, presets, seeds, zones

import casualties as cas
from casualties.core.rows import Rows
from casualties.core.running import _rows, work_of
from casualties.core.side_by_side import side_by_side


def compared(ledger):
    """How many series were worked out side by side, each compared with what it gives by itself."""
    known = ledger._known
    apart, rows = side_by_side(known)
    chosen = np.flatnonzero(apart)
    alone = [
        row for series in chosen.tolist() for row in _rows(series, work_of(known, series))
    ]  # fmt: skip
    expected = Rows.of(alone).frame(known.record).to_dict("records")
    assert rows.frame(known.record).to_dict("records") == expected
    return len(rows)


@many(200)
@given(preset=presets, seed=seeds, tz=zones)
def test_they_are_as_each_by_itself(preset, seed, tz):
    ledger = cas.Ledger(random_ledgers.table(random.Random(seed), preset), tz=tz)
    for clock in (None, "2024-03-03 12:00"):
        compared(ledger if clock is None else ledger.as_of(clock))


@many(200)
@given(seed=seeds)
def test_they_are_so_of_few_days_and_vague_words(seed):
    rows, _ = random_ledgers.true_rows(
        random.Random(seed), kinds={"total": 2, "period": 3}, most=6, vague=0.7
    )
    compared(cas.Ledger(rows))


def test_true_totals_and_counts_of_whole_days_go_side_by_side():
    hours = (24,)
    for kinds in ({"total": 1}, {"period": 1}):
        found = [
            compared(cas.Ledger(random_ledgers.true_rows(
                random.Random(seed), kinds=kinds, most=4, vague=0, hours=hours
            )[0]))
            for seed in range(60)
        ]  # fmt: skip
        assert sum(rows > 0 for rows in found) > 8


def test_the_picture_of_the_room():
    ledger = says(
        dict(value=31, period_end="2020-09-27", kind="total", reported_at="2020-09-28"),
        dict(value=28, period_end="2020-09-28", kind="period", reported_at="2020-09-29"),
        dict(value="up to 7", period_end="2020-09-29", kind="period", reported_at="2020-09-30"),
        dict(value=70, period_end="2020-09-30", kind="total", reported_at="2020-10-01"),
    )
    assert compared(ledger) == 4
    totals = ledger.totals()
    assert totals["low"].tolist() == [31, 59, 59, 70]
    assert totals["high"].tolist() == [31, 59, 66, 70]
