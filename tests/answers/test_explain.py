"""Where a total comes from, told report by report."""

import pytest
from ledgers import article, series

import casualties as cas


def test_a_stated_total_is_told_with_its_revision_and_its_parts():
    text = str(article().as_of("2020-09-28 16:00").explain())
    assert text.splitlines() == [
        "58 killed · through 2020-09-28, as known 2020-09-28 16:00 +04",
        "  stated by Ministry (t58, revising 59 in t59 (27 instead of 28))",
        "  = 0 through 2020-09-26, before the count began",
        "    + 27 on 2020-09-28 (p27, revising 28 in p28) + 31 that nobody itemised",
    ]


def test_a_day_worked_back_is_told_from_the_later_total():
    text = str(article().as_of("2020-09-28 16:00").explain("2020-09-27"))
    assert "worked back from a later total" in text
    assert "= 58 through 2020-09-28 (t58, revising 59" in text
    assert "− 27 on 2020-09-28 (p27" in text


def test_a_sum_is_told_from_the_last_total():
    lines = str(
        series([("total", "2024-03-05", 10), ("more", "2024-03-06", 3)]).explain()
    ).splitlines()
    assert lines[0].startswith("13 killed · through 2024-03-06")
    assert lines[-2:] == ["  = 10 through 2024-03-05 (r1)", "    + 3 more by 2024-03-06 (r2)"]


def test_a_floor_says_so_and_a_quiet_day_is_carried():
    told = series([("period", "2024-03-05", 10)]).explain("2024-03-09")
    assert "(at least 10)" in str(told)
    assert "carried forward from 2024-03-05" in str(told)
    assert "a floor" in str(told)


def test_other_sources_and_denials_are_told():
    ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    told = ledger.explain(
        source="Karabakh defence ministry",
        side="Armenian side",
        outcome="killed",
        category="military",
    )
    assert "another source: Azerbaijan defence ministry says 550" in str(told)
    assert "denied by Armenia defence ministry" in str(told)
    assert set(told.reports["role"]) == {
        "total",
        "from",
        "counted",
        "replaced",
        "denial",
        "other source",
    }
    assert told._repr_html_().startswith("<pre>58 killed")


def test_many_increments_are_cut_short():
    rows = [("more", f"2024-03-{day:02d}", 1) for day in range(1, 31)]
    text = str(series([("total", "2024-03-01", 10), *rows][:29]).explain())
    assert "22 in 22 further reports" in text


def test_what_cannot_be_explained_says_what_to_choose():
    ledger = cas.load_dataset("karabakh_2020")
    with pytest.raises(
        cas.LedgerError, match="series match; explain.. tells of one: choose by event"
    ):
        ledger.explain()
    with pytest.raises(cas.LedgerError, match="the first day with one is 2020-09-27"):
        article().explain("2020-09-01")
    with pytest.raises(cas.LedgerError, match="no number of killed by Ministry"):
        series([("total", "2024-03-05", None)]).explain()


def test_a_sum_over_several_days_and_a_total_after_it_are_told():
    counts = [("period", "2024-03-03/2024-03-05", 20), ("total", "2024-03-05", 25)]
    told = series([("total", "2024-03-02", 5), *counts]).explain()
    assert "stated by Ministry (r3)" in str(told)
    assert "+ 20 for 2024-03-03 to 2024-03-05" in str(told)
    assert repr(told) == str(told)
    assert "20 for" not in str(series(counts).explain()), "nothing says what it began from"


def test_a_ledger_without_a_number_has_nothing_to_explain():
    ledger = cas.Ledger([{"source": "A", "reported_at": "2024-03-05"}], kind="total", value=None)
    with pytest.raises(cas.LedgerError):
        ledger.explain()
    with pytest.raises(cas.LedgerError, match="0 series match"):
        cas.Ledger([]).explain()
