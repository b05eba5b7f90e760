"""Hostile input: whatever comes to the door is accepted or refused, never crashed on."""

import datetime as dt
import threading

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import article
from strategies import ledgers, many

import casualties as cas
from casualties.model.schema import COLUMNS

mpl.use("Agg")

cells = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "N/A", "-", "nan", "inf", "total", "period", "more", "revise", "retract", "deny",
         "exact", "range", "r1", "r2", "2024-03-05", "2024-02-30", "0001-01-01", "9999-12-31",
         "2024-03-05T10:00+14:00", "58", "2,300", ">=300", "50-60", "\x00", "\ud800", "=1+1",
         "\u202eabc", "<script>"]
    ),
    st.text(max_size=8),
    st.integers(-(10**20), 10**20),
    st.integers(0, 5),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.just(pd.NaT),
    st.just(pd.NA),
    st.just(pd.Timestamp("2024-03-05", tz="UTC")),
    st.just(np.datetime64("2024-03-05")),
    st.just(np.float64("inf")),
    st.just([1]),
    st.just({"a": 1}),
    st.just(b"bytes"),
    st.just(dt.time(3)),
)  # fmt: skip
rows = st.dictionaries(st.sampled_from([*COLUMNS, "extra"]), cells, max_size=12)


@many(300)
@given(st.lists(rows, max_size=5))
def test_any_table_is_read_or_refused_with_a_reason(table):
    try:
        ledger = cas.Ledger(table)
    except cas.LedgerError as error:
        if not str(error):
            raise
        return
    ledger.totals(), ledger.history(), ledger.revisions(), ledger.check(), repr(ledger)


good = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05"}


@many(300)
@given(st.sampled_from([*COLUMNS]), cells)
def test_any_single_cell_is_read_or_refused_with_a_reason(column, cell):
    try:
        ledger = cas.Ledger([good, good | {"period_end": "2024-03-04", column: cell}])
    except cas.LedgerError as error:
        if not str(error):
            raise
        return
    ledger.totals(), ledger.history(), ledger.check()


@many(100)
@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused_with_a_reason(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"source,kind,reported_at,value\n" + content)
    for read in (cas.read_csv, cas.read_json):
        try:
            read(path)
        except cas.LedgerError as error:
            if "any.csv" not in str(error):
                raise


NASTY = ["<script>alert(1)</script>", '"><img onerror=alert(1)>', "\x07\x1b[31m", "\u202eevil",
         "x" * 10_000, "=cmd()", "@SUM(1)", "a & b"]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_hostile_names_are_inert(name):
    import matplotlib.pyplot as plt

    ledger = cas.Ledger([good | {"source": name, "event": name}])
    page = ledger._repr_html_() + ledger.explain()._repr_html_()
    assert "<script" not in page
    assert "<img" not in page
    assert len(repr(ledger)) < 3000
    ax = ledger.plot.sources()
    ax.figure.canvas.draw()
    plt.close("all")


def test_threads_may_read_one_ledger_at_once():
    ledger = cas.Ledger(cas.load_dataset("karabakh_2020").reports, tz="Asia/Yerevan")
    whole = cas.load_dataset("karabakh_2020")
    clocks = [whole.as_of("2020-10-03"), whole.as_of("2020-10-04"), whole]
    expected = [(clock.totals(), clock.history(), clock.increments()) for clock in clocks]
    wrong = []

    def read():
        for place in range(3):
            clock = ledger if place == 2 else ledger.as_of(f"2020-10-0{place + 3}")
            told = (clock.totals(), clock.history(), clock.increments())
            wrong.extend(
                1 for one, other in zip(told, expected[place], strict=True) if not one.equals(other)
            )

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@many(60)
@given(ledgers(sources=["Ministry"]), st.integers(0, 100))
def test_retracting_what_had_replaced_nothing_equals_never_having_had_it(ledger, seed):
    current = ledger.current()
    alone = current[current["action"] == "report"]
    changes = ledger.revisions()
    fresh = alone[~alone["report_id"].isin(changes["new_id"])]
    if fresh.empty:
        return
    name = fresh["report_id"].iloc[seed % len(fresh)]
    without = ledger.retract(name, reported_at="2024-06-01").totals()
    reports = ledger.reports
    about = (reports["report_id"] == name) | (reports["refers_to"] == name)
    if reports.loc[about, "report_id"].isin(reports["refers_to"]).sum() > 1:
        return
    # A newer count for the same dates keeps later corrections of an older one out of the toll, so
    # it has replaced something even where nothing stood when it came.
    mine, others = reports[reports["report_id"] == name].iloc[0], reports[~about]
    same = others["kind"].eq(mine["kind"]) & others["period_end"].eq(mine["period_end"])
    if (same & (others["kind"] != "more")).any():
        return
    never = cas.Ledger(others, tz=ledger.tz).totals()
    pd.testing.assert_frame_equal(without, never)


@many(60)
@given(ledgers(), st.randoms())
def test_the_order_of_rows_reported_at_other_times_does_not_matter(ledger, random):
    reports = ledger.reports
    if reports["reported_at"].duplicated().any():
        return
    order = list(range(len(reports)))
    random.shuffle(order)
    mixed = cas.Ledger(reports.iloc[order], tz=ledger.tz)
    pd.testing.assert_frame_equal(mixed.totals(), ledger.totals())
    pd.testing.assert_frame_equal(mixed.history(), ledger.history())


def test_bare_dates_and_instants_of_a_query():
    ledger = article()
    assert len(ledger.as_of(dt.date(2020, 9, 28))) == 4
    assert len(ledger.as_of(pd.Timestamp("2020-09-28 15:00"))) == 2
    assert len(ledger.as_of(np.datetime64("2020-09-28"))) == 4
    assert len(ledger.as_of("2020-09-28T10:30Z")) == 2
