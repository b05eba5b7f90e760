"""Short ways to an answer give what the whole kernel gives, on the same ledgers."""

import random

import numpy as np
import pandas as pd
import pytest
from random_ledgers import PRESETS, table

import casualties as cas
from casualties.core import record as rooms
from casualties.core import running, spans
from casualties.core.manner import Manner


def asked(rows):
    """Everything that a short way answers, of one ledger at two clocks."""
    ledger = cas.Ledger(rows)
    middle = ledger.reports["reported_at"].sort_values().iloc[len(rows) // 2]
    days = sorted(set(ledger.reports["period_end"]))
    for known in (ledger, ledger.as_of(middle)):
        yield known.totals()
        yield known.totals("D")
        yield known.history()
        yield from (known.history(day) for day in days[:: max(1, len(days) // 3)])
        yield known.vintages()
        yield known.changes()


@pytest.fixture
def whole(monkeypatch):
    """Send every series through the whole kernel, from its first report on, in small parts."""

    def turn():
        monkeypatch.setattr(
            rooms, "manner_of", lambda r: np.full(len(r.series_table), Manner.MIXED)
        )
        monkeypatch.setattr(rooms, "find_stops", lambda r: np.zeros(len(r.lines.rows), bool))
        monkeypatch.setattr(running, "CHUNK", 60)
        monkeypatch.setattr(spans, "CHUNK", 300)

    return turn


@pytest.mark.parametrize("preset", PRESETS)
def test_short_ways_and_the_whole_kernel_agree(preset, whole):
    drawn = [
        table(random.Random(f"{preset} {seed}"), preset, most=most, days=days)
        for seed in range(6)
        for most, days in ((12, 8), (40, 15))
    ]
    short = [list(asked(rows)) for rows in drawn]
    whole()
    for rows, found in zip(drawn, short, strict=True):
        for one, other in zip(found, asked(rows), strict=True):
            pd.testing.assert_frame_equal(one, other)
