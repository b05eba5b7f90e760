"""How findings are come by: at many clocks in one go, and without following what cannot matter."""

import random

from hypothesis import given
from ledgers import says
from random_ledgers import table
from strategies import ledgers, many, presets, seeds, zones

import casualties as cas
from casualties.answers.checks import archive, findings_between
from casualties.model.schema import SERIES
from casualties.words import ISO

#: Texts that random tables lack: names alike, what means the whole, numbers in quotes.
TEXTS = {
    "via": ("", "AFP", "afp", "Total"), "place": ("North", "north", "Total"),
    "quote": ("", "5 dead", "five"), "url": ("", "https://one.example"),
}  # fmt: skip


@many(60)
@given(seeds, presets, zones)
def test_what_is_found_at_many_clocks_is_what_is_found_at_each(seed, preset, tz):
    rng = random.Random(seed)
    rows = table(rng, preset)
    for name in rng.sample(sorted(TEXTS), 2):
        rows = [row | {name: rng.choice(TEXTS[name])} for row in rows]
    ledger = cas.Ledger(rows, tz=tz)
    clocks = [ledger.as_of(when) for when in ledger.reports["reported_at"].drop_duplicates()]
    clocks.sort(key=lambda clock: clock.known_at)
    said = ["severity", "code", "message", "report_ids", *SERIES]
    every = findings_between([clock._known for clock in clocks], ISO)
    every = [row | {"report_ids": "; ".join(row["report_ids"])} for row in every]
    for place, clock in enumerate(clocks):
        there = sorted([row[name] for name in said] for row in every if place in row["places"])
        assert there == sorted(clock.check()[said].astype(str).values.tolist())


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
