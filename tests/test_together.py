"""Ledgers put together, and where their reports can be read."""

import pytest
from ledgers import article

import casualties as cas

ROWS = [{"value": 5, "reported_at": "2024-05-06"}, {"value": 6, "reported_at": "2024-05-07"}]


def log(source="M", **fixed):
    return cas.Ledger(ROWS, source=source, kind="total", **fixed)


def test_automatic_names_are_given_anew_where_they_clash():
    one, two = log("A"), log("B").revise("r2", 7, reported_at="2024-05-08")
    both = cas.concat([one, two, log("C")])
    reports = both.reports
    assert reports["report_id"].tolist() == ["r1", "r2", "r4", "r5", "r3", "r6", "r7"]
    assert reports["refers_to"].tolist() == ["", "", "", "", "r5", "", ""]
    assert both.where(source="B").totals()["total"].tolist() == two.totals()["total"].tolist()
    assert both.where(source="A") == one


def test_names_of_their_own_that_clash_are_refused():
    with pytest.raises(cas.LedgerError, match="'p28'.*again|again: 'p28'"):
        cas.concat([article(), article()])


def test_only_what_each_knows_is_put_together():
    early = article().as_of("2020-09-28 15:00")
    both = cas.concat([early, log(tz="Asia/Yerevan")])
    assert len(both) == len(early) + 2
    assert both.known_at is None
    with pytest.raises(cas.LedgerError, match="several time zones"):
        cas.concat([article(), log()])
    with pytest.raises(cas.LedgerError, match="one at least, and cannot be"):
        cas.concat([])
    assert cas.concat([article()]) == article()


def test_extra_columns_of_either_are_kept():
    one = cas.Ledger([row | {"page": 3} for row in ROWS], source="A", kind="total")
    both = cas.concat([one, log("B")])
    assert both.reports["page"].isna().tolist() == [False, False, True, True]


def test_citations_tell_each_page_once():
    page = {"source": "AFP", "kind": "total", "url": "https://example.org/a"}
    ledger = cas.Ledger(
        [
            {**page, "value": 5, "reported_at": "2024-05-06", "quote": "five dead",
             "archived": "https://example.org/kept"},
            {**page, "value": 5, "reported_at": "2024-05-06", "quote": "five dead",
             "side": "north"},
            {**page, "value": 7, "reported_at": "2024-05-07", "quote": "seven dead"},
            {**page, "value": 8, "reported_at": "2024-05-08", "url": "https://example.org/b"},
        ],
    )  # fmt: skip
    cited = ledger.citations()
    assert cited["reports"].tolist() == [3, 1]


def test_citations_count_reports_by_source_relay_and_page():
    ledger = cas.load_dataset("karabakh_2020")
    cited = ledger.citations()
    assert cited["reports"].sum() == len(ledger)
    assert not cited.duplicated(["source", "via", "url"]).any()
    assert (cited["first_reported"] <= cited["last_reported"]).all()
    assert cited["first_reported"].is_monotonic_increasing
    assert str(cited["first_reported"].dt.tz) == "Asia/Yerevan"
    assert cas.Ledger([]).citations().empty
    denied = article().deny("p28", source="Rival", reported_at="2020-09-30", url="u")
    last = denied.citations().iloc[-1]
    assert (last["source"], last["url"], last["reports"]) == ("Rival", "u", 1)
