"""Every sentence of check, and why a question is not answered, word for word (``messages.txt``)."""

from functools import partial

import pytest
from golden import Golden
from ledgers import article, says, series

import casualties as cas
from casualties.model.schema import CODES

DAY = "2024-03-05"
RUN = [("total", f"2024-03-0{day}", 10 * day) for day in range(1, 8)]


def checked(ledger, **options):
    """Return severity, code and sentence of each finding, a line each."""
    found = ledger.check(**options)
    return "\n".join(found["severity"].astype(str) + " " + found["code"].astype(str) + ": "
                     + found["message"])  # fmt: skip


def found(*rows, **fixed):
    """Of (kind, days, value), reported a day each; or of rows with their instants."""
    make = series if all(isinstance(row, tuple) and len(row) == 3 for row in rows) else says
    ledger = make(list(rows)) if make is series else says(*rows, **fixed)
    return partial(checked, ledger)


def sheet(*rows, parts=None, **fixed):
    fixed = {"source": "W", "kind": "total", "reported_at": DAY} | fixed
    return partial(checked, cas.Ledger(list(rows), **fixed), parts=parts)


def link(action, report_id, at, **more):
    return {"action": action, "refers_to": report_id, "reported_at": at} | more


def moved(gone):
    """Forty daily totals, of which thirty are given anew, or withdrawn, at one instant."""
    days = [f"2024-0{3 + n // 28}-{n % 28 + 1:02d}" for n in range(40)]
    rows = [("total", day, 10 * n, "2024-05-01 10:00") for n, day in enumerate(days, 1)]
    anew = [("total", day, 10 * n + 1, "2024-06-01 10:00") for n, day in enumerate(days[:30], 1)]
    withdrawn = [link("retract", f"x{n}", "2024-06-01 10:00") for n in range(1, 31)]
    return found(*rows, *(withdrawn if gone else anew))


FOUR = [{"value": 5}, {"value": 1, "side": "A", "category": "civilian"},
        {"value": 2, "side": "A", "category": "military"}, {"value": 3, "side": "B"}]  # fmt: skip
MORE = ("more", "2024-03-06", 26, "2024-03-06 20:00")
TWICE = {"value": 5, "kind": "incident", "period_end": "2024-03-01"}
FINDINGS = {
    "arithmetic": found(("total", DAY, 58), ("period", "2024-03-06", 20),
                        ("total", "2024-03-06", 84)),
    "arithmetic of a total": found(("total", DAY, 100, DAY), ("more", "2024-03-06", 5,
        "2024-03-06 10:00"), ("total", "2024-03-06", 120, "2024-03-06 10:00")),
    "falls": found(("total", DAY, 35), ("total", "2024-03-06", 32)),
    "falls, perhaps": found(("total", DAY, 100), ("total", "2024-03-06", "at least 80")),
    "falls with a reason": sheet({"value": 1622}, {"value": 1421, "reported_at": "2024-03-06",
        "reason": "201 probable deaths removed"}),
    "falls after so many fewer": found(("total", DAY, 100), ("more", "2024-03-06", -7),
                                       ("total", "2024-03-07", 80)),
    "falls often": found(*(("total", day, 100 - n) for n, (_, day, _) in enumerate(RUN[:4]))),
    "falls, a stale total": found(("total", "2024-03-06", 80, "2024-03-06"),
                                  ("total", DAY, 100, "2024-03-07")),
    "parts": sheet(*FOUR), "parts, one alone": sheet({"value": 5}, {"value": "at least 9",
        "side": "A", "category": "civilian"}),
    "parts, some vague": sheet({"value": 5}, {"value": "at least 4", "side": "A"},
                               {"value": 3, "side": "B"}),
    "parts, a whole among them": sheet(*({"side": side, "value": n} for side, n in
                                         (("N", 5), ("S", 7), ("T", 12)))),
    "bounds": sheet({"value": 5, "low": 7, "high": 9}),
    "early": sheet({"value": 5, "period_end": "2024-03-06", "reported_at": "2024-03-05 09:59"}),
    "clash": found(*(("total", DAY, value, "2024-03-06 08:00") for value in (10, 12))),
    "relays": sheet({"value": 58, "via": "AFP", "reported_at": "2024-03-05 10:00"},
                    {"value": 57, "via": "Reuters", "reported_at": "2024-03-05 20:00"}),
    "restart": found(("total", DAY, 48000, DAY), ("total", "2024-03-06/2024-03-08", 12,
                                                  "2024-03-08")),
    "restart, a slip": found(("total", DAY, 5, DAY), ("total", "2024-03-06/2024-03-08", 12,
                                                      "2024-03-08")),
    "restart beside the origin": found(("total", "2024-03-01/2024-03-05", 12, DAY),
                                       ("total", "2024-03-03/2024-03-08", 20, "2024-03-08")),
    "repeated": found(("total", DAY, 31, DAY), MORE, (*MORE[:3], "2024-03-06 21:00")),
    "repeated, an incident": sheet(TWICE, TWICE),
    "repeated by a revision": found(("total", "2024-03-06", 58, "2024-03-06 15:36"), MORE,
        link("revise", "x1", "2024-03-06 22:00", value=84)),
    "alike": sheet({"value": 5, "category": "Civilian"}, {"value": 5, "category": "civilian"}),
    "cumulative": found(*(("period", day, n) for _, day, n in [*RUN, ("", "2024-03-08", 80)])),
    "restated": moved(gone=False), "restated, withdrawn": moved(gone=True),
    "overlap": found(("total", DAY, 10), ("period", "2024-03-04/2024-03-08", 9)),
    "overlap across a cut": found(("total", DAY, 58), ("period", "2024-03-06", 2),
                                  ("total", "2024-03-06", 50)),
    "disagree": sheet({"value": 58, "source": "A"}, {"value": "at least 550", "source": "B"}),
    "flips": found(*(("total", DAY, value) for value in (60, 61, 60))),
    "jump": found(*RUN, *(("total", f"2024-03-{day:02d}", 10 * day) for day in range(8, 13)),
                  ("total", "2024-03-13", 50_000)),
    "quote": sheet({"value": 81, "quote": "18 dead so far"}),
    "denied": found(("total", DAY, "more than 550", DAY),
                    link("deny", "x1", "2024-03-06", source="Rival")),
    "silent": sheet({"value": None}),
    "many of one kind": found(*(("total", f"2024-03-0{day}", 100 + day + wrong, f"2024-04-0{n}")
        for day in range(1, 8) for n, wrong in enumerate([0, day, 0], 1))),
    "of a side and a category": sheet(*({"value": value, "side": "B", "category": "civilian",
        "reported_at": at} for value, at in ((100, DAY), (90, "2024-03-06")))),
}  # fmt: skip

TWO = cas.Ledger({"side": ["A", "A", "B"], "source": ["X", "Y", "X"], "value": [5, 7, 4]},
                 kind="total", reported_at=DAY)  # fmt: skip
MEN = cas.Ledger([{"category": "men", "value": 60}, {"category": "women", "value": 27}],
                 source="X", kind="total", reported_at=DAY)  # fmt: skip
DEFINED = cas.Ledger([{"side": "A", "definition": "identified", "value": 60},
                      {"side": "B", "definition": "excess", "value": 90}],
                     source="X", kind="total", reported_at=DAY)  # fmt: skip
ONE = cas.Ledger([{"definition": name, "value": 60} for name in ("identified", "excess")],
                 source="X", kind="total", reported_at=DAY)  # fmt: skip
LISTS = cas.Ledger([{"value": 5, "tags": ["a"], "number": 5}], source="X", kind="total",
                   reported_at=DAY)  # fmt: skip
QUESTIONS = {
    "no such freq": partial(article().increments, "M"),
    "freq and between": partial(article().increments, "D", between=(DAY, None)),
    "between one day": partial(article().increments, between=DAY),
    "between backwards": partial(article().increments, between=(DAY, "2024-03-01")),
    "where a misspelt name": partial(article().where, source="Minstry"),
    "where no such column": partial(article().where, sauce="Ministry"),
    "where lists": partial(LISTS.where, tags="a"),
    "where another type": partial(LISTS.where, number="5"),
    "no ledger": partial(cas.reconcile, "yesterday.csv", article()),
    "clocks backwards": partial(article().reconcile, "2020-09-30", "2020-09-29"),
    "by no speaker": partial(TWO.compare, by="vai"), "age": partial(TWO.compare, max_age=-1),
    "within": partial(TWO.revision_summary, within=-1),
    "several sources": TWO.tally, "no policy": partial(TWO.tally, choose="newest"),
    "no sources": cas.Prefer, "no name of a source": partial(cas.Prefer, "X", 7),
    "an unknown source": partial(TWO.tally, choose=cas.Prefer("XX")),
    "an unknown side": partial(TWO.tally, choose=cas.Prefer({"C": ["X"]})),
    "a policy without rows": partial(TWO.tally, choose=lambda claims: None),
    "a policy with two rows": partial(TWO.tally, choose=lambda claims: claims),
    "a policy that makes up": partial(TWO.tally, choose=lambda c: c.head(1).assign(source="Z")),
    "several definitions": partial(ONE.tally, choose=cas.Prefer("X")),
    "definitions added": DEFINED.tally, "parts that may overlap": MEN.tally,
    "a misspelt part": partial(MEN.tally, parts=("men", "woman")),
    "parts of one": partial(MEN.tally, parts=7), "by too little": partial(TWO.tally, by="side"),
    "explain several": TWO.explain, "explain none": partial(TWO.explain, side="A", outcome="x"),
    "explain a day without a number": partial(article().explain, "2020-09-01"),
    "explain nothing": article().as_of("2020-01-01").explain,
}  # fmt: skip

GOLDEN = Golden(__file__, FINDINGS | QUESTIONS)


@pytest.mark.parametrize("name", GOLDEN.names)
def test_what_an_answer_says_is_what_the_file_of_messages_has(name):
    GOLDEN.compare(name)


def test_every_code_has_a_sentence_in_the_file():
    assert {name.partition(",")[0].split()[0] for name in FINDINGS} >= {*CODES}
