"""Adding up disjoint parts: the larger of two numbers for the same people (design, section 6)."""

from dataclasses import dataclass, replace

import numpy as np

from .choosing import Numbers
from .claims import UNBOUNDED, begins, distinct
from .grid import CATEGORY, CELL, SIDE, WHOLE, Grid, pair

#: Stands for "no number" among totals.
NONE = -1


@dataclass
class Sums:
    """Numbers by an ascending key, with what they are made of."""

    key: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    oldest: np.ndarray
    definitions: tuple[np.ndarray, np.ndarray]  #: the first and the last of those added
    size: np.ndarray  #: how many were added

    def at(self, keys: np.ndarray) -> "Sums":
        """Return the numbers at ascending keys, which hold all of one's own."""
        place = np.searchsorted(keys, self.key)

        def put(values: np.ndarray, nothing: int) -> np.ndarray:
            out = np.full(len(keys), nothing)
            out[place] = values
            return out

        first, last = self.definitions
        return Sums(
            keys, put(self.total, NONE), put(self.low, NONE), put(self.high, UNBOUNDED),
            put(self.oldest, UNBOUNDED), (put(first, 0), put(last, 0)), put(self.size, 0),
        )  # fmt: skip

    def bounded(self, known: np.ndarray) -> "Sums":
        """Return the numbers without an upper bound where none is `known`."""
        return replace(self, high=np.where(known, self.high, UNBOUNDED))


def added(numbers: Sums) -> Sums:
    """Add up the numbers that have the same key."""
    order = np.argsort(numbers.key, kind="stable")
    key = numbers.key[order]
    first = np.flatnonzero(begins(key))

    def over(function: np.ufunc, values: np.ndarray) -> np.ndarray:
        return function.reduceat(values[order], first) if len(first) else values[:0]

    open_ = numbers.high == UNBOUNDED
    high = over(np.add, np.where(open_, 0, numbers.high))
    return Sums(
        key[first],
        over(np.add, numbers.total),
        over(np.add, numbers.low),
        np.where(over(np.logical_or, open_), UNBOUNDED, high),
        over(np.minimum, numbers.oldest),
        (over(np.minimum, numbers.definitions[0]), over(np.maximum, numbers.definitions[1])),
        over(np.add, numbers.size),
    )


def larger(stated: Sums, parts: Sums) -> Sums:
    """Return the larger of two numbers for the same people; ties go to the stated one.

    Each bounds it from below. From above, one does that the toll does not pass.
    """
    keys = distinct(np.r_[stated.key, parts.key])
    one, other = stated.at(keys), parts.at(keys)
    total = np.maximum(one.total, other.total)
    high = np.minimum(*(np.where(s.high < total, UNBOUNDED, s.high) for s in (one, other)))
    own = one.total >= other.total

    def of_larger(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        return np.where(own, mine, theirs)

    first, last = map(of_larger, one.definitions, other.definitions)
    return Sums(
        keys, total, np.maximum(one.low, other.low), high,
        of_larger(one.oldest, other.oldest), (first, last), np.ones(len(keys), np.int64),
    )  # fmt: skip


@dataclass
class Toll:
    """The toll of each row; ``NONE`` and ``UNBOUNDED`` where there is no such number."""

    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    oldest: np.ndarray
    stated: np.ndarray
    added: np.ndarray
    mixed: np.ndarray  #: rows in which numbers of different definitions would be added


def add_up(
    grid: Grid,
    numbers: Numbers,
    group: np.ndarray,
    parts_bound: np.ndarray,
    whole_bounds: np.ndarray,
) -> Toll:
    """Return the toll of each row: the largest of the whole, the sides and the categories.

    `parts_bound` and `whole_bounds` say in which rows the parts, and the stated whole, can bound
    it from above.
    """
    level, mixed = grid.level[numbers.place], []

    def at_level(wanted: int, key: np.ndarray) -> Sums:
        keep = np.flatnonzero(level == wanted)
        keep = keep[np.argsort(key[keep], kind="stable")]
        one = numbers.take(keep)
        counted = np.ones(len(keep), np.int64)
        kinds = (one.definition, one.definition)
        return Sums(key[keep], one.total, one.low, one.high, one.covered, kinds, counted)

    def along(wanted: int, code: np.ndarray, cells: np.ndarray, places: np.ndarray) -> Sums:
        """Add up the sides, or the categories: each its own number or the sum of its cells."""
        key = pair(numbers.slot, code[numbers.place])
        within = added(at_level(CELL, key))
        row = within.key >> 32
        mixed.append(row[within.definitions[0] != within.definitions[1]])
        within = within.bounded(parts_bound[row] & (within.size == cells[group[row]]))
        each = larger(at_level(wanted, key), within)
        out = added(replace(each, key=each.key >> 32))
        mixed.append(out.key[out.definitions[0] != out.definitions[1]])
        return out.bounded(parts_bound[out.key] & (out.size == places[group[out.key]]))

    listed = np.full(grid.groups, len(grid.parts))
    sides = along(SIDE, grid.side, listed, grid.sides)
    categories = along(CATEGORY, grid.category, grid.sides, listed)
    whole = at_level(WHOLE, numbers.slot)
    parts = larger(sides, categories)
    toll = larger(whole.bounded(whole_bounds[whole.key]), parts).at(rows := np.arange(len(group)))
    return Toll(
        toll.total, toll.low, toll.high, toll.oldest, whole.at(rows).total, parts.at(rows).total,
        distinct(np.concatenate(mixed)),
    )  # fmt: skip
