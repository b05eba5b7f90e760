"""Stretches side by side: the largest that covers each place, and where a limit is passed next.

Places are positions of an array (events of a series, instants of a figure, anchors of a sum). All
questions of one kind are asked at once.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

#: How many elements are worked on at once: their arrays stay where the processor is quick, and a
#: history needs little memory.
CHUNK = 50_000

#: A rank or a day that never comes, and a bound that does not bind.
NEVER = np.iinfo(np.int64).max

NOTHING = -1  #: where no stretch covers a place


def covering(first: np.ndarray, last: np.ndarray, keys: np.ndarray, size: int) -> np.ndarray:
    """Return, per place, the largest key of the stretches ``first <= place < last`` (-1: none).

    Each stretch is covered by two overlapping ones whose length is a power of two; maxima are then
    handed down from long ones to short ones. Keys are not negative.
    """
    best = np.full(size, NOTHING, np.int64)
    some = np.flatnonzero(first < last)
    if not len(some):
        return best
    first, last, keys = first[some], last[some], keys[some]
    level = np.frexp(last - first)[1] - 1
    for step in range(int(level.max()), -1, -1):
        at = level == step
        np.maximum.at(best, first[at], keys[at])
        np.maximum.at(best, last[at] - (1 << step), keys[at])
        if step:
            half = 1 << (step - 1)
            down = best.copy()
            np.maximum(down[half:], best[:-half], out=down[half:])
            best = down
    return best


class Ladder:
    """The maxima of all stretches of an array whose length is a power of two."""

    def __init__(self, values: np.ndarray) -> None:
        self.size = len(values)
        self.steps = [values]
        while (half := 1 << (len(self.steps) - 1)) * 2 <= self.size:
            shorter = self.steps[-1]
            self.steps.append(np.maximum(shorter[:-half], shorter[half:]))

    def next_above(self, place: np.ndarray, limit: np.ndarray) -> np.ndarray:
        """Return the first place from `place` on whose value exceeds `limit`, else the size."""
        place = place.copy()
        for level in range(len(self.steps) - 1, -1, -1):
            largest, length = self.steps[level], 1 << level
            inside = place + length <= self.size
            at = np.where(inside, place, 0)
            place += length * (inside & (largest[at] <= limit))
        return place


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


def sums_above(
    when: np.ndarray,
    place: np.ndarray,
    weights: np.ndarray,
    asked: np.ndarray,
    limit: np.ndarray,
) -> np.ndarray:
    """Return, for each question, the sums of the weights up to a time and above a place.

    Parameters
    ----------
    when, place : ndarray of int, length n
        The time and place of each weight; neither is negative.
    weights : ndarray of int, k × n
        Several weights each.
    asked, limit : ndarray of int, length m
        What is summed has a time of at most `asked` and a place above `limit`.

    Returns
    -------
    ndarray of int, k × m
        Places are split in halves again and again, each half in order of time; of a half that is
        above the limit the whole sum is taken, and the other is split.
    """
    order = np.argsort(when, kind="stable")
    place, weights = place[order], weights[:, order]
    out = np.zeros((len(weights), len(asked)), np.int64)
    begin = np.zeros(len(asked), np.int64)
    end = np.searchsorted(when[order], asked, side="right")
    top = int(max(place.max(initial=0), limit.max(initial=0)))
    for bit in range(top.bit_length() - 1, -1, -1):
        upper = (place >> bit & 1).astype(bool)
        lower = np.append(0, np.cumsum(~upper))
        order = np.argsort(upper, kind="stable")
        place, weights = place[order], weights[:, order]
        sums = np.zeros((len(weights), len(place) + 1), np.int64)
        np.cumsum(weights, axis=1, out=sums[:, 1:])
        above = lower[-1] + begin - lower[begin], lower[-1] + end - lower[end]
        goes_up = (limit >> bit & 1).astype(bool)
        out += np.where(goes_up, 0, sums[:, above[1]] - sums[:, above[0]])
        begin = np.where(goes_up, above[0], lower[begin])
        end = np.where(goes_up, above[1], lower[end])
    return out


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
