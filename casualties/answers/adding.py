"""The places that a tally counts, and adding up those that are disjoint (design, section 6).

Within each group the claims are of the *whole*, of *sides*, of *categories* and of *cells*; what
is counted of any category that is not one of the disjoint parts is a *detail*.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.frames import NEVER, Arrays, heads, ordered, pack, unpack
from ..words import part

WHOLE, SIDE, CATEGORY, CELL, DETAIL = range(5)
#: Stands for "no number" among totals.
NONE = -1
#: Places among the names of sides or categories; 0 is ``all``.
Codes = np.ndarray | int


class Grid:
    """The places that are counted, by group, side and category; ``all`` is code 0 of both.

    ``group``, ``side``, ``category``, ``level`` and ``labels`` have one element a place; `place`
    one a series, -1 for those that are not `known`.
    """

    def __init__(
        self, table: pd.DataFrame, known: np.ndarray, by: list[str], parts: Sequence[str]
    ) -> None:
        self.series, self.parts = table, parts
        names = table.take(known).astype("str")
        groups = names.groupby(by, sort=True)
        self.groups, of = groups.ngroups, groups.ngroup().to_numpy(np.int64)
        self.names = groups.head(1)[by].sort_values(by, ignore_index=True).astype("category")
        # By side, all of that side is the whole.
        whole = pd.Series("all", index=names.index)
        self.sides, side = _codes(whole if "side" in by else names["side"])
        self.categories, category = _codes(names["category"])
        key = self._key(of, side, category)
        detail = (category > 0) & ~np.isin(self.categories, parts)[category]
        # A side of which only details are counted has a place too: one that is missing.
        of_side = self._key(of, side, 0)
        mute = detail & (side > 0) & ~np.isin(of_side, of_side[~detail])
        self._keys = np.unique(np.r_[key, of_side[mute]])
        self.group, rest = np.divmod(self._keys, len(self.sides) * len(self.categories))
        self.side, self.category = np.divmod(rest, len(self.categories))
        listed = np.isin(self.categories, parts)[self.category]
        self.level = np.select(
            [(self.category > 0) & ~listed, self.side == 0, self.category == 0],
            [DETAIL, np.where(self.category == 0, WHOLE, CATEGORY), SIDE],
            CELL,
        )
        self.place = np.full(len(table), -1)
        self.place[known] = self.find(of, side, category)
        counted = unpack(np.unique(pack(self.group, self.side)[self.side > 0]))[0]
        self.many_sides = np.bincount(counted, minlength=self.groups)
        sides = self.names["side"].take(self.group) if "side" in by else self.sides[self.side]
        self.labels = [
            part(words) or "the whole"
            for words in zip(sides, self.categories[self.category], strict=True)
        ]

    def _key(self, group: np.ndarray, side: Codes, category: Codes) -> np.ndarray:
        key: np.ndarray = (group * len(self.sides) + side) * len(self.categories) + category
        return key

    def find(self, group: np.ndarray, side: Codes, category: Codes) -> np.ndarray:
        """Return the places of groups, sides and categories, -1 where there is none."""
        return pd.Index(self._keys).get_indexer(self._key(group, side, category))

    def list_names(self, row: np.ndarray, place: np.ndarray, size: int) -> pd.Series:
        """Join the names of the places of each row; `row` is ascending."""
        edges = np.searchsorted(row, np.arange(size + 1))
        texts: dict[bytes, str] = {}
        out = []
        for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            key = place[begin:end].tobytes()
            if key not in texts:
                texts[key] = "; ".join(self.labels[p] for p in place[begin:end].tolist())
            out.append(texts[key])
        return pd.Series(out, dtype="str")


def _codes(names: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct names, ``all`` first, and the place of each name among them."""
    words = ["all", *sorted(set(names) - {"all"})]
    return np.array(words, object), pd.Categorical(names, words).codes.astype(np.int64)


@dataclass
class Numbers(Arrays):
    """The numbers in force: one element a place and slot (a group and day)."""

    slot: np.ndarray
    place: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray  #: ``NEVER`` where there is none
    covered: np.ndarray  #: the day that the number covers
    source: np.ndarray  #: a code, as of the definition
    definition: np.ndarray
    instant: np.ndarray  #: that the number speaks of


@dataclass
class Sums(Arrays):
    """Numbers by an ascending key, with what they are made of."""

    key: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    oldest: np.ndarray
    first: np.ndarray  #: the first and …
    last: np.ndarray  #: … the last definition of those added
    size: np.ndarray  #: how many were added

    def bounded(self, known: np.ndarray) -> "Sums":
        """Return the numbers without an upper bound where none is `known`."""
        self.high = np.where(known, self.high, NEVER)
        return self


def added(numbers: Sums) -> Sums:
    """Add up the numbers that have the same key; beside others "more than 40" is 41 at least."""
    numbers = numbers.take(ordered(numbers.key))
    first = np.flatnonzero(heads(numbers.key))
    many = np.diff(first, append=len(numbers.key))
    moved = np.clip(numbers.total, numbers.low, numbers.high)
    numbers.total = np.where(np.repeat(many, many) > 1, moved, numbers.total)
    out = numbers.take(first)
    if len(first):
        limitless = np.logical_or.reduceat(numbers.high == NEVER, first)
        numbers.high = np.where(numbers.high == NEVER, 0, numbers.high)
        for function, names in (
            (np.add, ("total", "low", "high", "size")), (np.minimum, ("oldest", "first")),
            (np.maximum, ("last",)),
        ):  # fmt: skip
            for name in names:
                setattr(out, name, function.reduceat(getattr(numbers, name), first))
        out.high[limitless] = NEVER
    return out


def larger(stated: Sums, parts: Sums) -> Sums:
    """Return the larger of two numbers for the same people; ties go to the stated one.

    Each bounds it from below. From above, one does that the toll does not pass.
    """
    both = Sums.concat([stated, parts])
    both = both.take(ordered(both.key, -both.total))
    new = heads(both.key)
    first = np.flatnonzero(new)
    out = both.take(first)
    if len(first):
        out.low = np.maximum.reduceat(both.low, first)
        passed = np.minimum(out.total, out.high)  # "fewer than 36" is 35 at most
        fits = both.high >= passed[np.cumsum(new) - 1]
        out.high = np.minimum.reduceat(np.where(fits, both.high, NEVER), first)
        out.size = np.ones(len(first), np.int64)
    return out


def add_up(
    grid: Grid,
    numbers: Numbers,
    group: np.ndarray,
    parts_bound: np.ndarray,
    whole_bounds: np.ndarray,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the toll of each row: the largest of the whole, the sides and the categories.

    `parts_bound` and `whole_bounds` say in which rows the parts, and the stated whole, can bound
    it from above. The toll has `total`, `low`, `high`, `oldest`, `stated` and `added`, with
    ``NONE`` and ``NEVER`` where there is no such number; further the rows in which numbers of
    different definitions would be added.
    """
    level, mixed = grid.level[numbers.place], []

    def at_level(wanted: int, key: np.ndarray) -> Sums:
        one, key = numbers.take(level == wanted), key[level == wanted]
        kinds = (one.definition, one.definition)
        counted = np.ones(len(key), np.int64)
        return Sums(key, one.total, one.low, one.high, one.covered, *kinds, counted)

    def along(wanted: int, code: np.ndarray, cells: np.ndarray, places: np.ndarray) -> Sums:
        """Add up the sides, or the categories: each its own number or the sum of its cells."""
        key = pack(numbers.slot, code[numbers.place])
        within = added(at_level(CELL, key))
        row = unpack(within.key)[0]
        mixed.append(row[within.first != within.last])
        within = within.bounded(parts_bound[row] & (within.size == cells[group[row]]))
        each = larger(at_level(wanted, key), within)
        each.key = unpack(each.key)[0]
        out = added(each)
        mixed.append(out.key[out.first != out.last])
        return out.bounded(parts_bound[out.key] & (out.size == places[group[out.key]]))

    listed = np.full(grid.groups, len(grid.parts))
    sides = along(SIDE, grid.side, listed, grid.many_sides)
    parts = larger(sides, along(CATEGORY, grid.category, grid.many_sides, listed))
    whole = at_level(WHOLE, numbers.slot)

    def put(numbers: Sums, name: str, nothing: int) -> np.ndarray:
        out = np.full(len(group), nothing)
        out[numbers.key] = getattr(numbers, name)
        return out

    found = {"stated": put(whole, "total", NONE), "added": put(parts, "total", NONE)}
    toll = larger(whole.bounded(whole_bounds[whole.key]), parts)
    found |= {name: put(toll, name, NONE) for name in ("total", "low", "oldest")}
    return found | {"high": put(toll, "high", NEVER)}, np.unique(np.concatenate(mixed))
