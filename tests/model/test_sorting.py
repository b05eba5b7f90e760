"""Sorting and grouping by several whole numbers at once."""

import numpy as np
import pytest

from casualties.model.frames import grouped, ordered
from casualties.model.schema import Kind

#: How far the keys of a case reach: narrow ones fit together, wide ones need passes of their own.
REACHES = [(3,), (2, 900), (1 << 20, 1 << 21, 5), (1 << 40, 1 << 30), (1 << 50, 7, 1 << 61), (1,)]


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("size", [1, 499, 500, 3000])
@pytest.mark.parametrize("least", [0, -1])
def test_keys_sort_as_lexsort_does_with_the_first_the_most_important(reach, size, least):
    random = np.random.default_rng(size)
    keys = [random.integers(least * most, most, size) for most in reach]
    assert ordered(*keys).tolist() == np.lexsort(keys[::-1]).tolist()


def test_keys_may_reach_from_end_to_end():
    keys = np.resize([np.iinfo(np.int64).max, 0, np.iinfo(np.int64).min, 5], 900)
    assert ordered(keys).tolist() == np.argsort(keys, kind="stable").tolist()
    assert ordered(keys > 5, keys).tolist() == np.lexsort((keys, keys > 5)).tolist()


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("size", [1, 700])
@pytest.mark.parametrize("least", [0, -1])
def test_groups_of_equal_keys_are_numbered_in_order(reach, size, least):
    random = np.random.default_rng(size)
    keys = [random.integers(least * most, most, size) for most in reach]
    places = {
        key: n for n, key in enumerate(sorted(set(zip(*map(np.ndarray.tolist, keys), strict=True))))
    }
    expected = [places[key] for key in zip(*map(np.ndarray.tolist, keys), strict=True)]
    assert grouped(*keys).tolist() == expected


def test_nothing_is_sorted_and_grouped_too():
    none = np.zeros(0, np.int64)
    assert len(ordered(none, none)) == 0
    assert len(grouped(none)) == 0
    assert Kind.TOTAL < Kind.MORE, "codes are sorted as they stand"
