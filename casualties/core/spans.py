"""Runs and stretches side by side: all questions of one kind are asked at once."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

#: How many elements are worked on at once: their arrays stay where the processor is quick, and a
#: history needs little memory.
CHUNK = 50_000

#: A rank or a day that never comes, and a bound that does not bind.
NEVER = np.iinfo(np.int64).max


def heads(*keys: np.ndarray) -> np.ndarray:
    """Whether each element begins a new run of equal keys."""
    new = np.ones(len(keys[0]), bool)
    if len(new):
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def lay_out(start: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lay out the numbers from each `start` to its `stop`: the place of each pair, the number."""
    size = np.maximum(stop - start, 0)
    pair = np.repeat(np.arange(len(size)), size)
    return pair, np.arange(len(pair)) - np.repeat(np.cumsum(size) - size - start, size)


def spread(
    start: np.ndarray, stop: np.ndarray
) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Lay out the numbers from each `start` to its `stop`, a chunk at a time.

    Yields where the chunk begins and ends, and for every number in it the place of its pair within
    the chunk and the number itself.
    """
    length = np.maximum(stop - start, 0)
    part = (np.cumsum(length) - length) // CHUNK
    edges = np.r_[0, np.flatnonzero(np.diff(part)) + 1, len(start)]
    for begin, end in pairwise(edges):
        yield begin, end, *lay_out(start[begin:end], stop[begin:end])


def most_so_far(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the running maximum of each run, which begins where `new` says."""
    if not len(values):
        return values
    # Each run is shifted above the one before it, so that the maximum starts anew there.
    least, run = int(values.min()), np.cumsum(new) - 1
    span = int(values.max()) - least + 1
    if span * (int(run[-1]) + 2) >= 1 << 62:
        levels, rank = np.unique(values, return_inverse=True)
        return levels[most_so_far(rank, new)]
    shift = run * span - least
    return np.maximum.accumulate(values + shift) - shift


def least_to_come(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the running minimum from the end of each run back."""
    return -most_so_far(-values[::-1], np.r_[new[1:], True][::-1][: len(new)])[::-1]


def reached(follow: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the places that are reached from where `new` says by going from each to `follow`.

    All walk at once: the steps double. A place that is the size is the end.
    """
    here = np.append(new, False)
    follow = np.append(follow, len(follow))
    steps = 1
    while steps <= len(new):
        here[follow[here]] = True
        follow = follow[follow]
        steps *= 2
    return here[:-1]
