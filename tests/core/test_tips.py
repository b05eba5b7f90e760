"""What stands at the end of a growing list of reports is the last row of the whole.

The headline follows from what stood and the report, as long as reports speak of later and later
instants; this compares it with working all reports out, at every clock and wherever reports come,
go and come again.
"""

import random
import time

import numpy as np
import pytest
import random_ledgers
from hypothesis import given
from hypothesis import strategies as st
from strategies import many, presets, seeds, zones

import casualties as cas
from casualties.core.headlines import Walk, day_end
from casualties.core.tips import Tips


def headline(tips):
    """The last row of all reports, worked out as a whole."""
    rows = tips.rows()
    if not rows:
        return None
    row, stand = rows[-1], rows[-1].stand
    return row.at, row.day, stand.number, stand.low, stand.high, stand.basis, row.row


def tip_of(tips):
    """What stands at the end, as the reports were told one by one."""
    tip = tips.tip()
    if tip is None:
        return None
    return tip.instant, tip.day, tip.number, tip.low, tip.high, tip.basis, tip.row


def alone(tips):
    """The same reports, told to a room that has seen nothing else."""
    other = Tips(tips.tz)
    other.tell(tips.told)
    return other


def walked(rows, tz):
    """The reports of each series as a walk through all clocks meets them."""
    ledger = cas.Ledger(rows, tz=tz)
    walk = Walk(ledger._known)
    for series in walk.known.series.tolist():
        yield from (event.tips for event in walk.events(series))


@many(120)
@given(preset=presets, seed=seeds, tz=zones)
def test_the_tip_is_the_last_row_at_every_clock(preset, seed, tz):
    for tips in walked(random_ledgers.table(random.Random(seed), preset), tz):
        assert tip_of(tips) == headline(tips) == headline(alone(tips))


@many(120)
@given(preset=presets, seed=seeds)
def test_the_tip_is_the_last_row_where_reports_come_and_go_in_the_middle(preset, seed):
    rng = random.Random(seed)
    told = []
    for tips in walked(random_ledgers.table(rng, preset), "UTC"):
        told = max(told, tips.told, key=len)
    tips, mine = Tips("UTC"), list(told)
    tips.tell(mine)
    out = []
    for _ in range(8):
        if mine and (not out or rng.random() < 0.5):
            gone = rng.randrange(len(mine))
            out.append(mine.pop(gone))
        else:
            back = out.pop(rng.randrange(len(out)))
            gone = sum(one.reading < back.reading for one in mine)
            mine.insert(gone, back)
        tips.tell(mine[gone:], gone)
        assert tip_of(tips) == headline(tips) == headline(alone(tips))


@pytest.mark.parametrize("preset", sorted(random_ledgers.PRESETS))
def test_every_kind_of_ledger_is_walked(preset):
    rng = random.Random(f"tips {preset}")
    for _ in range(4):
        for tips in walked(random_ledgers.table(rng, preset), "Asia/Yerevan"):
            assert tip_of(tips) == headline(alone(tips))


def overlapping(size, widths):
    """True counts of one source, each of some days back, published in order."""
    days = [str(day) for day in np.arange("1989-12-01", "2000-01-01", dtype="M8[D]")]
    return [
        {"kind": "period", "source": "M",
         "value": sum(n % 7 for n in range(place - width, place + 1)),
         "period_start": days[place - width + 20], "period_end": days[place + 20],
         "reported_at": f"{days[place + 21]} 09:00"}
        for place in range(size) for width in (widths[place % len(widths)],)
    ]  # fmt: skip


@pytest.mark.parametrize("widths", [[0, 3, 6], [2], [1, 0, 0, 9]])
def test_counts_that_overlap_are_followed_as_the_whole_is_worked_out(widths):
    for tips in walked(overlapping(60, widths), "Asia/Yerevan"):
        assert tip_of(tips) == headline(tips)
    for stop in (20, 41):
        *_, tips = walked(overlapping(stop, widths), "UTC")
        for day in sorted({one.day for one in tips.told}):
            end = day_end(day, "UTC")
            through, work = tips.through(day, end), tips.work()
            assert (through.low, through.high) == (work.at(end).low, work.at(end).high)
            assert through.number == work.at(end).number


def test_a_history_of_counts_that_overlap_costs_what_they_cost():
    steps = [row | {"period_start": "1989-12-20", "value": 5 * place}
             for place, row in enumerate(overlapping(1500, [0]))]  # fmt: skip
    for rows in (overlapping(1500, [0, 3, 6]), steps):
        ledger = cas.Ledger(rows)
        begun = time.process_time()
        assert len(ledger.history()) > 1000
        assert len(ledger.history(date="1991-01-01")) > 300
        assert time.process_time() - begun < 3


def through_day(tips, day, end):
    """What stands at the end of a day, of all reports worked out as a whole."""
    work = alone(tips).work()
    rows = [row for row in work.rows() if row.day <= day]
    if not rows:
        return None
    row, stand = rows[-1], rows[-1].stand
    if row.day == day:
        return stand.number, stand.low, stand.high
    return stand.number, *work.bounds_at(end)


@many(150)
@given(
    preset=st.sampled_from(["vague", "plain", "steps", "floors", "days", "mixed", "morning"]),
    seed=seeds, tz=zones,
)  # fmt: skip
def test_a_day_long_past_is_as_when_all_is_worked_out(preset, seed, tz):
    for tips in walked(random_ledgers.table(random.Random(seed), preset), tz):
        if tips.listed or not tips.told:
            continue
        for day in sorted({one.day for one in tips.told} | {min(one.day for one in tips.told) + 1}):
            end = day_end(day, tz)
            tip = tips.through(day, end)
            found = None if tip is None else (tip.number, tip.low, tip.high)
            assert found == through_day(tips, day, end)


@many(150)
@given(seed=seeds)
def test_a_day_long_past_is_so_of_totals_alone(seed):
    rng = random.Random(seed)
    rows, _ = random_ledgers.true_rows(rng, kinds={"total": 1}, most=8, vague=0.7)
    for tips in walked(rows, "UTC"):
        for day in sorted({one.day for one in tips.told}):
            end = day_end(day, "UTC")
            tip = tips.through(day, end)
            found = None if tip is None else (tip.number, tip.low, tip.high)
            assert found == through_day(tips, day, end)
