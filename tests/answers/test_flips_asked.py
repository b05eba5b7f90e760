"""Headlines are followed only in the series in which a number can come back."""

from hypothesis import given
from ledgers import says
from strategies import ledgers, many

import casualties as cas
from casualties.answers.checks import archive


def test_no_headline_is_followed_where_every_report_is_of_a_later_day():
    rows = [{"value": n, "reported_at": f"2024-05-{n:02d}", "kind": "total"} for n in range(1, 9)]
    assert archive._may_come_back(says(*rows)._known).tolist() == []
    same = [row | {"period_end": "2024-05-01"} for row in rows[:3]]
    assert archive._may_come_back(says(*same)._known).tolist() == [0]


@many(60)
@given(ledgers())
def test_what_is_not_followed_never_comes_back(ledger):
    def flips():
        found = cas.Ledger(ledger.reports, tz=ledger.tz).check()
        return found.loc[found["code"] == "flips", ["message", "report_ids"]].values.tolist()

    found, followed = flips(), archive._may_come_back
    archive._may_come_back = lambda known: known.series
    try:
        assert flips() == found
    finally:
        archive._may_come_back = followed
