"""The places that a tally counts, and adding up those that are disjoint.

A *place* is a side and a category within a group. It is one of five kinds; with the parts civilian
and military, for instance::

              all        civilian   military   children
    all       whole      category   category   detail
    A         side       cell       cell       detail
    B         side       cell       cell       detail
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..model.frames import pack, unpack
from ..words import part

WHOLE, SIDE, CATEGORY, CELL, DETAIL = range(5)
#: Positions among the names of sides or categories; 0 is ``all``.
Codes = np.ndarray | int


class Grid:
    """The places that are counted, in order of group, side and category.

    ``group``, ``side``, ``category``, ``level`` (the kind) and ``labels`` have one element a place.
    ``place`` has one a series: its place, -1 for a series that is not `known`.
    """

    def __init__(
        self, table: pd.DataFrame, known: np.ndarray, by: list[str], parts: Sequence[str]
    ) -> None:
        self.series, self.parts = table, parts
        names = table.take(known).astype("str")
        groups = names.groupby(by, sort=True)
        self.groups, group = groups.ngroups, groups.ngroup().to_numpy(np.int64)
        self.names = groups.head(1)[by].sort_values(by, ignore_index=True).astype("category")
        # Where sides are groups, all of a side is the whole of its group.
        whole = pd.Series("all", index=names.index)
        self.sides, side = _codes(whole if "side" in by else names["side"])
        self.categories, category = _codes(names["category"])
        detail = (category > 0) & ~np.isin(self.categories, parts)[category]
        # A side of which only details are counted has a place too: one that is missing.
        side_key = self._key(group, side, 0)
        only_details = detail & (side > 0) & ~np.isin(side_key, side_key[~detail])
        self._keys = np.unique(np.r_[self._key(group, side, category), side_key[only_details]])
        self.group, rest = np.divmod(self._keys, len(self.sides) * len(self.categories))
        self.side, self.category = np.divmod(rest, len(self.categories))
        listed = np.isin(self.categories, parts)[self.category]
        self.level = SIDE * (self.side > 0) + CATEGORY * (self.category > 0)  # both: CELL
        self.level[(self.category > 0) & ~listed] = DETAIL
        self.place = np.full(len(table), -1)
        self.place[known] = self.find(group, side, category)
        #: How many sides each group has.
        group_of_side = unpack(np.unique(pack(self.group, self.side)[self.side > 0]))[0]
        self.many_sides = np.bincount(group_of_side, minlength=self.groups)
        sides = self.names["side"].take(self.group) if "side" in by else self.sides[self.side]
        names_of_places = zip(sides, self.categories[self.category], strict=True)
        self.labels = [part(words) or "the whole" for words in names_of_places]

    def _key(self, group: np.ndarray, side: Codes, category: Codes) -> np.ndarray:
        return np.asarray((group * len(self.sides) + side) * len(self.categories) + category)

    def find(self, group: np.ndarray, side: Codes, category: Codes) -> np.ndarray:
        """Return the place of each group, side and category, -1 where there is none."""
        return pd.Index(self._keys).get_indexer(self._key(group, side, category))

    def list_names(self, row: np.ndarray, place: np.ndarray, size: int) -> pd.Series:
        """Join the names of the places of each row, in the order given; there are `size` rows."""
        names = pd.Series(np.array(self.labels, object)[place]).groupby(row).agg("; ".join)
        return names.reindex(np.arange(size), fill_value="").astype("str")


def _codes(names: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct names, ``all`` first, and the position of each name among them."""
    words = ["all", *sorted(set(names) - {"all"})]
    return np.array(words, object), pd.Categorical(names, words).codes.astype(np.int64)


#: The columns of the numbers in force: a row a place and slot (a group on a day). `adds` is what
#: the number counts for in a sum, `high` infinite where there is none, `covered` the day that the
#: number covers, `instant` the one that it speaks of.
NUMBERS = (
    "slot", "place", "total", "adds", "low", "high", "covered", "source", "definition", "instant",
)  # fmt: skip


#: A line of the grid in a slot: a side with its cells, or a category with its cells.
_LINE = ["slot", "line"]


def sums_of(numbers: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add up the numbers that agree in the columns `by`.

    Beside others a number counts for what it `adds`, moved into its bounds: "more than 40" for 41.
    """
    adds, low, high = (numbers[name].to_numpy() for name in ("adds", "low", "high"))
    several = numbers.duplicated(by, keep=False)
    adds = np.where(several, np.minimum(np.maximum(adds, low), high).astype(np.int64), adds)
    total = np.where(several, adds, numbers["total"])
    sums = dict.fromkeys(("total", "adds", "low", "high", "size"), "sum")
    others = {"oldest": "min", "first": "min", "last": "max"}
    return numbers.assign(total=total, adds=adds).groupby(by, as_index=False).agg(sums | others)


def larger(stated: pd.DataFrame, parts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the larger of two numbers for the same people; ties go to the stated one.

    The lows of both bound it. A high bounds it, too, unless the larger number, or a low, is above
    that high.
    """
    both = pd.concat([stated, parts], ignore_index=True)
    both = both.sort_values("adds", ascending=False, kind="stable")
    both["low"] = both.groupby(by)["low"].transform("max")
    both["toll"] = both[["total", "high"]].min(axis=1)  # "fewer than 36" is 35 at most
    toll = np.maximum(both.groupby(by)["toll"].transform("first"), both["low"])
    both["high"] = both["high"].where(both["high"] >= toll, np.inf)
    both["high"] = both.groupby(by)["high"].transform("min")
    return both.drop_duplicates(by).drop(columns="toll").assign(size=1)


def add_up(
    grid: Grid, numbers: pd.DataFrame, group: np.ndarray, parts_bound: np.ndarray,
    whole_bounds: np.ndarray,
) -> tuple[pd.DataFrame, pd.Series]:  # fmt: skip
    """Return the toll of each slot: the largest of the whole, the sides and the categories.

    Parameters
    ----------
    grid : Grid
        The places.
    numbers : DataFrame
        The numbers in force, with the columns ``NUMBERS``.
    group : ndarray of int
        The group of each slot.
    parts_bound, whole_bounds : ndarray of bool
        In which slots the highs of the parts, and of the stated whole, bound the toll.

    Returns
    -------
    toll : DataFrame
        A row a slot: `total`, `low`, `high`, `oldest`, `stated` and `added`, missing where there is
        no such number.
    mixed : Series
        The slots in which numbers of different definitions would be added.
    """
    place, mixed, definition = numbers["place"].to_numpy(), list[pd.Series](), numbers["definition"]
    level = grid.level[place]
    every = numbers[["slot", "total", "adds", "low", "high"]].assign(
        oldest=numbers["covered"], first=definition, last=definition, size=1
    )

    def summed(parts: pd.DataFrame, by: list[str], needed: np.ndarray) -> pd.DataFrame:
        """Add up; a sum has a high where parts may bound, and it is of as many as `needed`."""
        out = sums_of(parts, by)
        mixed.append(out.loc[out["first"] != out["last"], "slot"])
        known = parts_bound[out["slot"]] & (out["size"] == needed[group[out["slot"]]])
        return out.assign(high=out["high"].where(known, np.inf))

    def along(wanted: int, code: np.ndarray, cells: np.ndarray, places: np.ndarray) -> pd.DataFrame:
        """Add up the sides, or the categories: of each its own number or the sum of its cells."""
        lines = every.assign(line=code[place])
        within = summed(lines[level == CELL], _LINE, cells)
        return summed(larger(lines[level == wanted], within, _LINE), ["slot"], places)

    listed = np.full(grid.groups, len(grid.parts))
    sides = along(SIDE, grid.side, listed, grid.many_sides)
    parts = larger(sides, along(CATEGORY, grid.category, grid.many_sides, listed), ["slot"])
    whole = every[level == WHOLE]
    bounded = whole.assign(high=whole["high"].where(whole_bounds[whole["slot"]], np.inf))
    toll = larger(bounded, parts, ["slot"]).set_index("slot").reindex(np.arange(len(group)))
    toll["stated"], toll["added"] = (found.set_index("slot")["total"] for found in (whole, parts))
    return toll, pd.concat(mixed)
