"""The helpers that answer questions about stretches all at once, against answering one by one."""

import numpy as np
import pytest

from casualties.model import frames


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
    assert frames.most_so_far(values, new).tolist() == most.tolist()
    assert frames.least_to_come(values, new).tolist() == least.tolist()
    far = values * (1 << 58)
    assert frames.most_so_far(far, new).tolist() == (most * (1 << 58)).tolist()


def test_numbers_are_laid_out():
    start, stop = np.array([3, 5, 9, 0]), np.array([5, 5, 12, 1])
    pair, number = frames.ragged(start, stop)
    assert pair.tolist() == [0, 0, 2, 2, 2, 3]
    assert number.tolist() == [3, 4, 9, 10, 11, 0]
