"""What a linked report refers to is looked up by its name, and nothing goes round in circles."""

import contextlib
import random
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import many

import casualties as cas
from casualties.intake import links


def texts(words):
    return pd.Series(words, dtype="str")


def plainly(ids, refers):
    """The first row of each name, and of each name referred to, one by one."""
    first = {}
    for row, name in enumerate(ids):
        first.setdefault(name, row)
    return [first[name] for name in ids], [first.get(name, -1) for name in refers]


def drawn(seed):
    rng = random.Random(seed)
    some = ["".join(rng.choices("aé日\u0301b", k=rng.randint(0, 4))) for _ in range(40)]
    ids = rng.sample(some, rng.randint(1, 30))
    return (list(dict.fromkeys(ids)) if seed % 3 else ids), rng.choices(some, k=rng.randint(0, 9))


@pytest.mark.parametrize("seed", range(40))
def test_names_are_found_as_by_reading_each(seed):
    ids, refers = drawn(seed)
    found = links.look_up(texts(ids), texts(refers))
    assert tuple(part.tolist() for part in found) == plainly(ids, refers)


LINKS = st.fixed_dictionaries({
    "report_id": st.sampled_from(["a", "b", "c", ""]),
    "refers_to": st.sampled_from(["a", "b", "c", ""]),
    "action": st.sampled_from(["report", "revise", "retract", "deny"]),
    "reported_at": st.sampled_from(["", "2024-05-06", "5/6/2024", "2024-05-07 10:00", "soon"]),
    "value": st.sampled_from([None, 5, "dozens"]),
})  # fmt: skip


@many(300)
@given(st.lists(LINKS, min_size=1, max_size=5))
def test_any_mixture_of_links_and_unread_cells_ends(rows):
    begun = time.process_time()
    with contextlib.suppress(cas.LedgerError):
        cas.Ledger(rows, source="Ministry", kind="total").totals()
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("when", ["", "1/2/2024"])
def test_a_circle_of_reports_that_were_not_read_is_told(when):
    for first, second in (("a", "a"), ("a", "b")):
        rows = [
            {"report_id": one, "refers_to": other, "action": "revise", "value": 5}
            for one, other in {(first, second), (second, first)}
        ]
        with pytest.raises(cas.LedgerError, match="reported_at"):
            cas.Ledger(pd.DataFrame(rows).assign(reported_at=when), source="M", kind="total")
