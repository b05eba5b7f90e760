"""Names are looked up by fingerprints, and read where these do not decide."""

import random

import numpy as np
import pandas as pd
import pytest

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


@pytest.mark.parametrize("seed", range(40))
def test_names_of_one_fingerprint_are_told_apart(seed, monkeypatch):
    one = links.fingerprints
    monkeypatch.setattr(
        links, "fingerprints",
        lambda t: None if one(t) is None else one(t) % np.uint64(3) << np.uint64(60),
    )  # fmt: skip
    ids, refers = drawn(seed)
    found = links.look_up(texts(ids), texts(refers))
    assert tuple(part.tolist() for part in found) == plainly(ids, refers)


def test_a_fingerprint_is_of_the_text_whatever_stands_beside_it():
    if getattr(texts(["ab"]).dtype, "storage", "") != "pyarrow":
        pytest.skip("texts are not held by Arrow here")
    alone, beside = links.fingerprints(texts(["ab"])), links.fingerprints(texts(["", "ab", "abcd"]))
    assert alone[0] == beside[1]
    assert len(set(beside.tolist())) == 3
    assert links.fingerprints(texts(["ab", "ab"]).iloc[1:])[0] == alone[0]
    assert links.fingerprints(texts(["a" * 50])) is None, "long names are compared as they are"
