"""Runs and stretches side by side: all questions of one kind are asked at once."""

import numpy as np

#: A rank or a day that never comes, and a bound that does not bind.
NEVER = np.iinfo(np.int64).max


def heads(*keys: np.ndarray) -> np.ndarray:
    """Whether each element begins a new run of equal keys."""
    new = np.ones(len(keys[0]), bool)
    if len(new):
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def ragged(start: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lay out the numbers from each `start` to its `stop`: the place of each pair, the number."""
    size = np.maximum(stop - start, 0)
    pair = np.repeat(np.arange(len(size)), size)
    return pair, np.arange(len(pair)) - np.repeat(np.cumsum(size) - size - start, size)


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
