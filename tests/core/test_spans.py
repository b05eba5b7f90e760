"""The helpers that answer questions about stretches all at once, against answering one by one."""

import numpy as np
import pytest

from casualties.core import spans


@pytest.mark.parametrize("seed", range(20))
def test_running_extremes_begin_anew_with_each_run(seed):
    random = np.random.default_rng(seed)
    values = random.integers(-9, 9, random.integers(1, 30))
    new = random.random(len(values)) < 0.3
    new[0] = True
    starts = np.flatnonzero(new)
    runs = np.split(values, starts[1:])
    most = np.concatenate([np.maximum.accumulate(run) for run in runs])
    least = np.concatenate([np.minimum.accumulate(run[::-1])[::-1] for run in runs])
    assert spans.most_so_far(values, new).tolist() == most.tolist()
    assert spans.least_to_come(values, new).tolist() == least.tolist()
    far = values * (1 << 58)
    assert spans.most_so_far(far, new).tolist() == (most * (1 << 58)).tolist()


def test_places_are_reached_by_going_on_from_each_start():
    follow = np.array([2, 2, 4, 4, 6, 6])
    new = np.array([True, False, False, True, False, False])
    assert spans.reached(follow, new).tolist() == [True, False, True, True, True, False]


def test_numbers_are_laid_out_a_chunk_at_a_time(monkeypatch):
    start, stop = np.array([3, 5, 9, 0]), np.array([5, 5, 12, 1])
    pair, number = spans.lay_out(start, stop)
    assert pair.tolist() == [0, 0, 2, 2, 2, 3]
    assert number.tolist() == [3, 4, 9, 10, 11, 0]
    monkeypatch.setattr(spans, "CHUNK", 2)
    chunks = [(b, e, pair.tolist(), n.tolist()) for b, e, pair, n in spans.spread(start, stop)]
    assert chunks == [(0, 1, [0, 0], [3, 4]), (1, 3, [1, 1, 1], [9, 10, 11]), (3, 4, [0], [0])]
