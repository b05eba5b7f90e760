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
        for seed, (most, days) in enumerate(((12, 8), (12, 8), (40, 15)))
    ]
    agree(drawn, whole)


def agree(drawn, whole):
    """Assert that ledgers answer alike by short ways and by the whole kernel."""
    short = [list(asked(rows)) for rows in drawn]
    whole()
    for rows, found in zip(drawn, short, strict=True):
        for one, other in zip(found, asked(rows), strict=True):
            pd.testing.assert_frame_equal(one, other)


def bulletins(rng):
    """A few days of one series: now and then a total, and counts after it that mostly follow."""
    rows, counts = [], rng.choice(["period", "more", "both"])
    for place in range(rng.randint(3, 14)):
        day, total = rng.randint(1, 9), rng.random() < (0.2 if rows else 0.8)
        hours = 24 * rng.choice([0, 1, 1, 2, 5]) + rng.choice([6, 12, 20, 23])
        row = {"report_id": f"r{place}", "source": "M", "value": rng.randint(0, 9)}
        row["period_end"] = pd.Timestamp(2024, 3, day)
        row["reported_at"] = row["period_end"] + pd.Timedelta(hours=hours)
        row["kind"] = rng.choice(["period", "more"]) if counts == "both" else counts
        if total:
            row |= {"kind": "total", "value": 20 * day + row["value"]}
        if rng.random() < (0.1 if total else 0.15) and row["kind"] != "more":
            first = 1 if total else max(1, day - rng.randint(1, 2))
            row["period_start"] = pd.Timestamp(2024, 3, first)
        if rng.random() < 0.1:
            row["qualifier"] = rng.choice(["about", "at_least", "more_than", "at_most"])
        if rows and rng.random() < 0.2 and (old := rng.choice(rows)).get("action", "") != "retract":
            when = old["reported_at"] + pd.Timedelta(hours=rng.choice([0, 1, 10, 60]))
            row = {"report_id": row["report_id"], "source": "M", "refers_to": old["report_id"],
                   "reported_at": when, "action": rng.choice(["revise", "retract"])}  # fmt: skip
            if row["action"] == "revise":
                row["value"] = rng.randint(0, 9)
        rows.append(row)
    return rows


def test_numbers_after_a_total_are_those_of_the_whole_kernel(whole):
    agree([bulletins(random.Random(seed)) for seed in range(15)], whole)


def test_a_day_is_known_as_long_as_one_of_its_counts_stands():
    rows = [
        {"kind": "total", "value": 10, "period_end": "2024-03-01", "reported_at": "2024-03-02"},
        {"report_id": "a", "reported_at": "2024-03-03 06:00"},  # a silence
        {"report_id": "b", "value": 3, "reported_at": "2024-03-03 08:00"},
        {"action": "revise", "refers_to": "a", "value": 5, "reported_at": "2024-03-03 10:00"},
        {"action": "retract", "refers_to": "b", "reported_at": "2024-03-03 12:00"},
    ]
    for row in rows[1:3]:
        row |= {"kind": "more", "period_end": "2024-03-02"}
    history = cas.Ledger(rows, source="M").history()
    assert history["total"].tolist() == [10, 13, 18, 15]
    assert history["high"].tolist() == [10, 13, 18, 15]


def test_from_when_a_later_total_counts_is_not_forgotten_where_days_are_asked_anew():
    rows = [
        {"value": 5, "kind": "period", "period_end": "2024-03-01", "reported_at": "2024-03-02"},
        {"value": 20, "period_end": "2024-03-01", "reported_at": "2024-03-03 06:00"},
        {"report_id": "bad", "value": 45, "period_end": "2024-03-02", "reported_at": "2024-03-04"},
        {"value": 9, "period_end": "2024-03-03", "reported_at": "2024-03-05"},
        {"value": 84, "period_start": "2024-03-01", "period_end": "2024-03-04",
         "reported_at": "2024-03-06"},
        {"action": "retract", "refers_to": "bad", "reported_at": "2024-03-07"},
    ]  # fmt: skip
    matrix = cas.Ledger(rows, source="M", kind="total").vintages()
    # 20 less the 5 of the first day had died before it, until 84 was said to count from that day.
    first = matrix.loc["2024-02-29"].astype(object).where(matrix.loc["2024-02-29"].notna(), None)
    assert first.tolist() == [None, 15, 15, 15, None, None]
    assert matrix.iloc[:, -1].dropna().tolist() == [20, 9, 84]
