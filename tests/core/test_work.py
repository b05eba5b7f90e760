"""What a growing list of reports gives is what the same reports give that are told at once.

Reports that come and go move only what follows from them; this compares it with working all
reports out, at every clock and wherever reports come, go and come again.
"""

import contextlib
import gc
import random
import time

import numpy as np
import pandas as pd
import pytest
import random_ledgers
from hypothesis import given
from hypothesis import strategies as st
from strategies import many, presets, seeds, zones

import casualties as cas
from casualties.core import headlines
from casualties.core import known as kept
from casualties.core.headlines import Walk, day_end
from casualties.core.known import Known, all_at_once
from casualties.core.points import Numbers
from casualties.core.running import totals
from casualties.core.work import Work


def told(row):
    """A running total as numbers."""
    if row is None:
        return None
    return row.at, row.day, row.number, row.low, row.high, row.basis, row.row


def headline(work):
    """The last row of all reports."""
    rows = work.rows()
    return told(rows[-1]) if rows else None


def alone(work):
    """The same reports, told at once."""
    return Work(work.told)


def walked(rows, tz):
    """The reports of each series as a walk through all clocks meets them."""
    ledger = cas.Ledger(rows, tz=tz)
    walk = Walk(ledger._known)
    for series in walk.known.series.tolist():
        yield from (event.work for event in walk.events(series))


@many(120)
@given(preset=presets, seed=seeds, tz=zones)
def test_the_tip_is_the_last_row_at_every_clock(preset, seed, tz):
    for work in walked(random_ledgers.table(random.Random(seed), preset), tz):
        assert told(work.tip()) == headline(work) == headline(alone(work))


@many(120)
@given(preset=presets, seed=seeds)
def test_the_tip_is_the_last_row_where_reports_come_and_go_in_the_middle(preset, seed):
    rng = random.Random(seed)
    longest = []
    for work in walked(random_ledgers.table(rng, preset), "UTC"):
        longest = max(longest, list(work.told), key=len)
    work, mine = Work(longest), list(longest)
    out = []
    for _ in range(8):
        if mine and (not out or rng.random() < 0.5):
            gone = rng.randrange(len(mine))
            out.append(mine.pop(gone))
        else:
            back = out.pop(rng.randrange(len(out)))
            gone = sum(one.reading < back.reading for one in mine)
            mine.insert(gone, back)
        work.tell(mine[gone:], gone)
        assert told(work.tip()) == headline(work) == headline(alone(work))


@pytest.mark.parametrize("preset", sorted(random_ledgers.PRESETS))
def test_every_kind_of_ledger_is_walked(preset):
    rng = random.Random(f"work {preset}")
    for _ in range(4):
        for work in walked(random_ledgers.table(rng, preset), "Asia/Yerevan"):
            assert told(work.tip()) == headline(alone(work))


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
    for work in walked(overlapping(60, widths), "Asia/Yerevan"):
        assert told(work.tip()) == headline(work)
    for stop in (20, 41):
        *_, work = walked(overlapping(stop, widths), "UTC")
        for day in sorted({one.day for one in work.told}):
            end = day_end(day, "UTC")
            assert numbers(work.through(day, end)) == through_day(work, day, end)


def test_a_history_of_counts_that_overlap_costs_what_they_cost():
    steps = [row | {"period_start": "1989-12-20", "value": 5 * place}
             for place, row in enumerate(overlapping(1500, [0]))]  # fmt: skip
    for rows in (overlapping(1500, [0, 3, 6]), steps):
        ledger = cas.Ledger(rows)
        begun = time.process_time()
        assert len(ledger.history()) > 1000
        assert len(ledger.history(date="1991-01-01")) > 300
        assert time.process_time() - begun < 3


def numbers(row):
    """The number of a row and its bounds."""
    return None if row is None else (row.number, row.low, row.high)


def through_day(work, day, end):
    """What stands at the end of a day, of all reports told at once."""
    work = alone(work)
    rows = [row for row in work.rows() if row.day <= day]
    if not rows:
        return None
    return numbers(rows[-1]) if rows[-1].day == day else (rows[-1].number, *work.bounds_at(end))


@many(150)
@given(
    preset=st.sampled_from(sorted(random_ledgers.PRESETS)),
    seed=seeds, tz=zones,
)  # fmt: skip
def test_a_day_long_past_is_as_when_all_is_worked_out(preset, seed, tz):
    for work in walked(random_ledgers.table(random.Random(seed), preset), tz):
        if work.listed or not work.told:
            continue
        for day in sorted({one.day for one in work.told} | {min(one.day for one in work.told) + 1}):
            end = day_end(day, tz)
            assert numbers(work.through(day, end)) == through_day(work, day, end)


@many(150)
@given(seed=seeds)
def test_a_day_long_past_is_so_of_totals_alone(seed):
    rng = random.Random(seed)
    rows, _ = random_ledgers.true_rows(rng, kinds={"total": 1}, most=8, vague=0.7)
    for work in walked(rows, "UTC"):
        for day in sorted({one.day for one in work.told}):
            end = day_end(day, "UTC")
            assert numbers(work.through(day, end)) == through_day(work, day, end)


def test_an_incident_that_is_told_late_joins_the_list_at_its_own_day():
    said = [("05-01", 2, "05-02"), ("05-03", 5, "05-04"), ("05-02", 4, "05-05"),
            ("05-03", 1, "05-06")]  # fmt: skip
    rows = [
        {"value": value, "period_end": f"2024-{day}", "reported_at": f"2024-{out}"}
        for day, value, out in said
    ]
    history = cas.Ledger(rows, source="S", kind="incident").history()
    assert history["total"].tolist() == [2, 7, 11, 12]  # 2; and 5; and 4 in between; and 1
    assert history["date"].dt.day.tolist() == [1, 3, 3, 3]
    assert history["report_id"].tolist() == ["r1", "r2", "r2", "r4"]


@many(40)
@given(presets, seeds, st.integers(1, 40))
def test_a_question_that_is_broken_off_leaves_nothing_half_done(preset, seed, after):
    rows = random_ledgers.table(random.Random(seed), preset)
    ledger, left = cas.Ledger(rows), [after]
    work_out = Numbers._sums

    def tired(self, node):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return work_out(self, node)

    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(Numbers, "_sums", tired)
        for clock in sorted(set(ledger.reports["reported_at"])):
            ledger.as_of(clock).check()
            ledger.as_of(clock).totals()
    for answer in ("totals", "check"):
        again, fresh = (getattr(one, answer)() for one in (ledger, cas.Ledger(rows)))
        pd.testing.assert_frame_equal(again, fresh)


def test_many_counts_that_cannot_be_true_together_are_weighed_once():
    """Counts of the seven days up to each day: every third of these cannot be true."""
    rng, first = random.Random(2), pd.Timestamp("2020-01-01")
    days = [first + pd.Timedelta(n, "D") for n in range(300)]
    said = [f"{day + pd.Timedelta('1D'):%Y-%m-%d}T09:00+00:00" for day in days]
    ledger = cas.Ledger(
        pd.DataFrame({
            "value": [rng.randint(5, 9) for _ in days], "period_end": days,
            "period_start": [day - pd.Timedelta("6D") for day in days],
            "reported_at": said,
        }), source="M", kind="period",
    )  # fmt: skip
    begin = time.process_time()
    totals, history = ledger.totals(), ledger.history()
    assert time.process_time() - begin < 8  # it took half a minute where each was tried anew
    assert (ledger.check()["code"] == "arithmetic").sum() > 20
    assert history["total"].iloc[-1] == totals["total"].iloc[-1]


@pytest.mark.parametrize("preset", sorted(random_ledgers.PRESETS))
def test_what_was_asked_before_changes_no_answer(preset):
    # A cut caps the rows before it, also those that were worked out at an earlier clock.
    for seed in range(3):
        rng = random.Random(f"{preset}{seed}")
        record = cas.Ledger(random_ledgers.table(rng, preset), tz="Asia/Yerevan")._known.record
        known, clocks = Known(record, None), record.instants.tolist()
        rng.shuffle(clocks)
        for clock in (np.datetime64(at, "us") for at in clocks):
            again, anew = totals(known.at(clock)), totals(Known(record, clock))
            assert again.frame(record).equals(anew.frame(record)), (seed, clock)


def test_a_later_cut_caps_the_rows_of_an_earlier_clock_and_no_day_has_two_rows():
    rows = [
        {"value": 47, "reported_at": "2024-01-05"},
        {"value": 20, "kind": "more", "reported_at": "2024-01-07 13:00"},
        {"value": 39, "reported_at": "2024-01-07"},
    ]
    ledger = cas.Ledger([{"kind": "total", "source": "S"} | row for row in rows])
    assert ledger.as_of("2024-01-07 14:00").totals()["low"].tolist() == [47, 67]
    assert ledger.totals()["low"].tolist() == [39, 39]
    day = "2024-01-02"
    ledger = cas.Ledger([
        {"kind": "total", "source": "S", "value": 100, "reported_at": day},
        {"kind": "period", "source": "S", "value": 10, "period_start": day, "period_end": day,
         "reported_at": "2024-01-03"},
        {"kind": "more", "source": "S", "value": 5, "reported_at": "2024-01-04", "report_id": "m"},
    ]).revise("m", 6, reported_at="2024-01-05")  # fmt: skip
    assert ledger.as_of("2024-01-04").totals()["total"].tolist() == [90, 100, 105]
    assert ledger.totals()["total"].tolist() == [90, 100, 106]


def test_garbage_is_collected_again_also_after_what_is_broken_off():
    @all_at_once()
    def broken_off():
        with all_at_once():
            assert not gc.isenabled()
        assert not gc.isenabled(), "an outer one still holds"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert gc.isenabled()
    gc.disable()  # by the user
    try:
        ledger = cas.Ledger({"value": [5], "reported_at": ["2024-01-01"]}, source="M", kind="total")
        assert len(ledger.history()) == 1
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_history_keeps_its_rows_and_not_what_they_rest_on():
    rows = [{"value": n, "period_end": f"2024-01-0{n}", "reported_at": f"2024-01-0{n}"}
            for n in (1, 2, 3)]  # fmt: skip
    ledger = cas.Ledger(rows, source="M", kind="period")
    steps = headlines.steps(ledger._known)
    assert [step.now.number for step in steps] == [1, 3, 6]
    assert all(step.now.node is step.now.path is step.now.by is None for step in steps)


def test_what_a_history_worked_out_is_worked_out_once_while_it_is_kept(monkeypatch):
    taken, take = [], Numbers.take
    monkeypatch.setattr(Numbers, "take", lambda *said: taken.append(said[1]) or take(*said))
    monkeypatch.setattr(headlines, "FEW", 3)
    monkeypatch.setattr(kept, "FEW", 3)
    ledger = cas.Ledger([
        {"value": 7, "period_start": f"2024-01-{day:02d}", "period_end": f"2024-01-{day + 6:02d}",
         "reported_at": f"2024-01-{day + 7:02d}"} for day in range(1, 20)
    ], source="M", kind="period")  # fmt: skip
    clocks = ["2024-01-29", "2024-01-15"]
    expected = [totals(ledger.as_of(clock)._known).total.tolist() for clock in clocks]
    with ledger._known.kept.keeping():
        ledger.history()
        taken.clear()
        found = [totals(ledger.as_of(clock)._known).total.tolist() for clock in clocks]
    assert (found, taken) == (expected, [])
