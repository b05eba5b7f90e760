"""The grid of a tally: the places that are counted, and how they are named (design, section 6).

Within each group the claims are of the *whole*, of *sides*, of *categories* and of *cells*; what
is counted of any category that is not one of the disjoint parts is a *detail*.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from .claims import series_of

WHOLE, SIDE, CATEGORY, CELL, DETAIL = range(5)


def pair(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return two small numbers in one that sorts as both."""
    return (np.asarray(one, np.int64) << 32) + other


def unpair(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the two numbers of packed pairs."""
    return key >> 32, key & ((1 << 32) - 1)


#: Places among the names of sides or categories; 0 is ``all``.
Codes = np.ndarray | int


class Grid:
    """The places that are counted, by group, side and category; ``all`` is code 0 of both.

    ``group``, ``side``, ``category`` and ``level`` have one element a place; ``place``,
    ``source`` and ``definition`` one a series of the table ``series``.
    """

    def __init__(self, known: pd.DataFrame, by: list[str], parts: tuple[str, ...]) -> None:
        self.series, self.parts = series_of(known), parts
        table = self.series.astype("str")
        grouped = table.groupby(by, sort=True)
        self.groups = grouped.ngroups
        self.names = grouped.head(1)[by].sort_values(by, ignore_index=True).astype("category")
        self.sources, self.source = np.unique(table["source"], return_inverse=True)
        self.definitions, self.definition = np.unique(table["definition"], return_inverse=True)
        # By side, all of that side is the whole.
        sides, side = _codes(
            table["side"] if "side" not in by else pd.Series("all", index=table.index)
        )
        categories, category = _codes(table["category"])
        of_group = grouped.ngroup().to_numpy(np.int64)
        self.side_words, self.categories = sides, categories
        self._width = len(sides), len(categories)
        key = self._key(of_group, side, category)
        detail = (category > 0) & ~np.isin(categories, parts)[category]
        # A side of which only details are counted has a place too: one that is missing.
        of_side = self._key(of_group, side, 0)
        mute = detail & (side > 0) & ~np.isin(of_side, of_side[~detail])
        every = np.unique(np.r_[key, of_side[mute]])
        self._keys = every
        self.group, rest = np.divmod(every, len(sides) * len(categories))
        self.side, self.category = np.divmod(rest, len(categories))
        listed = np.isin(categories, parts)[self.category]
        self.level = np.select(
            [(self.category > 0) & ~listed, self.side == 0, self.category == 0],
            [DETAIL, np.where(self.category == 0, WHOLE, CATEGORY), SIDE],
            CELL,
        )
        self.place = self.find(of_group, side, category)
        self.sides = np.bincount(
            np.unique(pair(self.group, self.side)[self.side > 0]) >> 32, minlength=self.groups
        )
        side_names = sides[self.side] if "side" not in by else self.names["side"].take(self.group)
        self.labels = [
            " · ".join(word for word in words if word != "all") or "the whole"
            for words in zip(side_names, categories[self.category], strict=True)
        ]

    def _key(self, group: np.ndarray, side: Codes, category: np.ndarray | int) -> np.ndarray:
        return (np.asarray(group, np.int64) * self._width[0] + side) * self._width[1] + category

    def find(self, group: np.ndarray, side: Codes, category: np.ndarray | int) -> np.ndarray:
        """Return the places of groups, sides and categories, -1 where there is none."""
        key = self._key(group, side, category)
        at = np.minimum(np.searchsorted(self._keys, key), max(len(self._keys) - 1, 0))
        return np.where(self._keys[at] == key, at, -1) if len(key) else at

    def list_names(self, row: np.ndarray, place: np.ndarray, size: int) -> pd.Series:
        """Join the names of the places of each row; `row` is ascending.

        Rows with the same places share one text. They are told by a number, which grows with
        each place: that of the places before it, and the place.
        """
        start, stop = (np.searchsorted(row, np.arange(size), side=s) for s in ("left", "right"))
        told, nth = np.zeros(size, np.int64), np.arange(len(row)) - start[row]
        order = np.argsort(nth, kind="stable")
        edges = np.searchsorted(nth[order], np.arange(nth.max(initial=-1) + 2))
        so_far = 1
        for begin, end in pairwise(edges):
            at = order[begin:end]
            one = np.unique(pair(told[row[at]], place[at]), return_inverse=True)[1]
            told[row[at]] = so_far + one
            so_far += len(at)
        _, first, of = np.unique(told, return_index=True, return_inverse=True)
        texts = ["; ".join(self.labels[p] for p in place[start[r] : stop[r]]) for r in first]
        return pd.Series(np.array(texts, object)[of], dtype="str")


def _codes(names: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct names, ``all`` first, and the place of each name among them."""
    words = ["all", *sorted(set(names) - {"all"})]
    return np.array(words, object), pd.Categorical(names, words).codes.astype(np.int64)
