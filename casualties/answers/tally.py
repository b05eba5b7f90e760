"""The toll across parts: a part is not the whole, and only disjoint parts add up (design, 6).

Within each group the claims form a grid of places: the *whole*, *sides*, *categories* and
*cells*; what is counted of any further category is a *detail*. All groups, days and places are
worked out side by side, one element a number in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..model.errors import LedgerError, shorten
from ..model.frames import count_column, day_column, day_numbers, pack, tidy, unpack
from .claims import (
    UNBOUNDED,
    Claims,
    begins,
    bounds_at,
    carried,
    claims_of,
    distinct,
    ragged,
    read_age,
    rows_of,
    series_of,
)
from .policies import Policy, Prefer, Ranking

WHOLE, SIDE, CATEGORY, CELL, DETAIL = range(5)
#: Stands for "no number" among totals.
NONE = -1

PARTS = ("civilian", "military")
_BY = ("event", "outcome")
_MORE_BY = ("definition", "source", "side")
#: What a policy is given.
COLUMNS = (
    "side", "category", "definition", "source",
    "date", "covered", "reported_at", "total", "low", "high",
)  # fmt: skip
_ASKED = ("date", "covered", "definition", "source", "total", "low", "high")


def tally(
    self: Knowing,
    by: str | Sequence[str] = _BY,
    choose: Policy | None = None,
    parts: str | Sequence[str] | None = None,
    exhaustive: bool = False,
    max_age: int | None = None,
) -> pd.DataFrame:
    """Return the toll across parts: no part is taken for the whole, and nobody is counted twice.

    Within each group of `by`, the claims are of the *whole* (side ``all``, category ``all``), of
    *sides*, of *categories*, and of *cells* (a category of a side). Sides are disjoint; of the
    categories only those in `parts` are taken to be. A side's toll is the larger of its own
    number and the sum of its cells, a category's likewise; the toll is the largest of the stated
    whole, the sum of the sides and the sum of the categories. Each claim is carried forward to
    the days on which another one changes.

    Parameters
    ----------
    by : sequence of str, default ("event", "outcome")
        Columns that make a group: `event` and `outcome`, and any of `definition`, `source` and
        `side` (the whole is then all of that side).
    choose : callable, optional
        Which claim to take where several series count one thing: :class:`Prefer`,
        :class:`Latest`, :class:`Lowest`, :class:`Highest`, or any function that takes the
        carried claims of one place (a DataFrame with `side`, `category`, `definition`,
        `source`, `date`, `covered`, `reported_at`, `total`, `low`, `high`) and returns at most
        one row a day.
    parts : str or sequence of str, default ("civilian", "military")
        The categories that do not overlap. Every other one is a detail, named but not added.
    exhaustive : bool, default False
        Your word that the sides, or the `parts`, make up the whole, so that the highest numbers
        of all of them bound it.
    max_age : int, optional
        For how many days after the day it covers a claim is carried forward; without limit if
        not given.

    Returns
    -------
    DataFrame
        A row per group and day for which a chosen claim has a number: the columns of `by`,
        `date`, `total`, `low`, `high` (Int64; ``<NA>`` is unbounded), `stated` (the whole as
        stated, Int64, ``<NA>`` if it is not), `added` (the best sum of parts, Int64), `missing`
        and `details` (str, names joined by ``"; "``) and `oldest` (datetime64, the day covered
        by the stalest number in the total). A place that some report names and that has no
        number in force is missing. A group in which nothing but details has numbers has rows
        without a total.

    Raises
    ------
    LedgerError
        If something is counted by several series and `choose` does not say which to take; if a
        policy names a source that counts nothing here, or takes a source that gives two
        definitions; if numbers of different definitions would be added; if nothing but details
        has numbers.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [
    ...     {"side": "A", "value": 500},
    ...     {"side": "B", "category": "civilian", "value": 7},
    ...     {"side": "B", "category": "military", "value": "at least 10"},
    ...     {"side": "B", "category": "children", "value": 3},
    ... ]
    >>> ledger = cas.Ledger(rows, source="AFP", kind="total", reported_at="2020-09-28")
    >>> ledger.tally()[["total", "low", "high", "added", "details"]]
       total  low  high  added       details
    0    517  517  <NA>    517  B · children
    """
    columns, age = _read_by(by), read_age(max_age)
    rows, known = rows_of(self._known), self._known.record.series_table.take(self._known.series)
    grid = Grid(known, columns, _read_parts(parts, known))
    claims = claims_of(rows, grid.series)
    _refuse_details(grid, claims)
    group = grid.group[grid.place[claims.series]]
    slots = distinct(every := pack(group, claims.day))
    detail = grid.level[grid.place[claims.series]] == DETAIL
    numbers = _chosen(grid, claims, np.flatnonzero(~detail), slots, rows, choose, age)

    # A row stands where a number is of that very day; a group that has none shows all its days.
    group, day = unpack(slots)
    own = np.zeros(len(slots), bool)
    own[numbers.slot[numbers.covered == day[numbers.slot]]] = True
    own[np.searchsorted(slots, every[detail])] = True
    told = np.zeros(grid.groups, bool)
    told[group[own]] = True
    stands = own | ~told[group]
    numbers = numbers.take(stands[numbers.slot])
    numbers.slot = (np.cumsum(stands) - 1)[numbers.slot]
    slots, group, day = slots[stands], group[stands], day[stands]

    row, missing = _missing(grid, numbers, group)
    # The stated whole bounds the toll if its source counts what is missing; the parts only if
    # nothing is.
    uncounted = row[~_counted_by_whole(grid, claims, numbers, row, missing)]
    parts_bound = np.full(len(slots), bool(exhaustive)) & ~_among(row, len(slots))
    toll = _toll(grid, numbers, group, parts_bound, ~_among(uncounted, len(slots)))
    _refuse_mixture(grid, toll.mixed, numbers, day)
    told_by = claims.take(detail)
    place = grid.place[told_by.series]
    claim, at = carried(told_by, grid.group[place], slots, age)
    detail_row, detail = unpair(distinct(pair(at, place[claim])))

    out = grid.names.take(group).reset_index(drop=True)
    out["date"] = day_column(day.astype("M8[D]"))
    for name in ("total", "low", "high", "stated", "added"):
        values = getattr(toll, name)
        out[name] = count_column(values, (values == NONE) | (values == UNBOUNDED))
    out["missing"] = grid.list_names(row, missing, len(slots))
    out["details"] = grid.list_names(detail_row, detail, len(slots))
    oldest = toll.oldest.astype("M8[D]")
    oldest[toll.total == NONE] = np.datetime64("NaT")
    out["oldest"] = day_column(oldest)
    return tidy(out)


# -- the question ----------------------------------------------------------------------------


def _read_by(by: str | Sequence[str]) -> list[str]:
    names = [by] if isinstance(by, str) else list(by)
    allowed = [*_BY, *_MORE_BY]
    for name in names:
        if name not in allowed:
            raise LedgerError.from_unknown(name, allowed, "column in by")
    lacking = [name for name in _BY if name not in names]
    if lacking:
        msg = (
            f"by needs {' and '.join(lacking)} too: numbers of different events or outcomes are "
            f"not added; write by={(*_BY, *(name for name in names if name not in _BY))!r}"
        )
        raise LedgerError(msg)
    return list(dict.fromkeys(names))


def _read_parts(parts: str | Sequence[str] | None, known: pd.DataFrame) -> tuple[str, ...]:
    if parts is None:
        return PARTS
    names = (parts,) if isinstance(parts, str) else tuple(dict.fromkeys(parts))
    odd = [name for name in names if not isinstance(name, str) or name == "all"]
    if odd or not names:
        what = f"; {shorten(odd[0])} is none" if odd else ""
        msg = f"parts needs categories that do not overlap, such as {PARTS!r}{what}"
        raise LedgerError(msg)
    words = known["category"].astype("str").unique().tolist()
    others = [word for word in words if word not in (*names, "all")]
    for name in names:
        # A category that nobody counts may be meant; a misspelt one would make it a detail.
        if name not in words and get_close_matches(name, others, 1, 0.85):
            raise LedgerError.from_unknown(name, words, "category in parts")
    return names


# -- the grid --------------------------------------------------------------------------------


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
        self.categories, self._width = categories, (len(sides), len(categories))
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
            " · ".join(word for word in words if word != "all") or "all"
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


# -- which numbers ---------------------------------------------------------------------------


@dataclass
class Numbers:
    """The numbers in force: one element a place and slot (a group and day)."""

    slot: np.ndarray
    place: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covered: np.ndarray  #: the day that the number covers
    source: np.ndarray
    definition: np.ndarray

    def take(self, keep: np.ndarray) -> "Numbers":
        """Return the chosen elements."""
        return Numbers(**{name: array[keep] for name, array in vars(self).items()})


def _chosen(
    grid: Grid,
    claims: Claims,
    these: np.ndarray,
    slots: np.ndarray,
    rows: pd.DataFrame,
    choose: Policy | None,
    age: int | None,
) -> Numbers:
    """Return the number in force at each place and slot, of the claims that may be added."""
    claims = claims.take(these)
    _refuse_several(grid, claims, choose)
    place = grid.place[claims.series]
    claim, slot = carried(claims, grid.group[place], slots, age)
    day = unpack(slots)[1][slot]
    low, high, _ = bounds_at(claims, claim, day)
    numbers = Numbers(
        slot, place[claim], claims.total[claim], low, high, claims.day[claim],
        grid.source[claims.series[claim]], grid.definition[claims.series[claim]],
    )  # fmt: skip
    if choose is None or not len(claim):
        return numbers
    frame = rows.iloc[these[claim]].reset_index(drop=True)
    frame["covered"], frame["date"] = frame["date"], day_column(day.astype("M8[D]"))
    frame["low"], frame["high"] = count_column(low), count_column(high, high == UNBOUNDED)
    frame = frame[list(COLUMNS)]
    if isinstance(choose, Ranking):
        here = pair(numbers.place, numbers.slot)
        taken = choose.first(frame, here)
        if isinstance(choose, Prefer):
            _refuse_definitions(grid, numbers, taken, here)
        return numbers.take(taken)
    return _ask(grid, choose, frame, numbers, slots)


def _ask(
    grid: Grid, choose: Policy, frame: pd.DataFrame, numbers: Numbers, slots: np.ndarray
) -> Numbers:
    """Return what a policy of the caller's own takes, place by place."""
    found, place = [], []
    for one, at in sorted(pd.Series(numbers.place).groupby(numbers.place).indices.items()):
        given = frame.iloc[at].sort_values("date", kind="stable", ignore_index=True)
        taken = choose(given.copy())
        if not isinstance(taken, pd.DataFrame) or not set(_ASKED) <= set(taken.columns):
            msg = (
                "the policy in choose= must return rows of the DataFrame that it is given, "
                f"with the columns {', '.join(_ASKED)}"
            )
            raise LedgerError(msg)
        taken = taken[list(_ASKED)].dropna(subset="total")
        if taken["date"].duplicated().any():
            msg = "the policy in choose= returned two rows for one day; it must choose one"
            raise LedgerError(msg)
        if not taken["date"].isin(given["date"]).all():
            msg = "the policy in choose= returned a day that it was not given"
            raise LedgerError(msg)
        found.append(taken.astype({"source": "str", "definition": "str"}))
        place.append(np.full(len(taken), one))
    every, places = pd.concat(found, ignore_index=True), np.concatenate(place)
    return Numbers(
        np.searchsorted(slots, pack(grid.group[places], day_numbers(every["date"].to_numpy()))),
        places,
        every["total"].to_numpy(np.int64),
        every["low"].to_numpy(np.int64, na_value=0),
        every["high"].to_numpy(np.int64, na_value=UNBOUNDED),
        day_numbers(every["covered"].to_numpy()),
        pd.Index(grid.sources).get_indexer(every["source"]),
        pd.Index(grid.definitions).get_indexer(every["definition"]),
    )


# -- adding up -------------------------------------------------------------------------------


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


def _toll(
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


def _missing(grid: Grid, numbers: Numbers, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places without a number in force, as pairs of row and place."""
    asked = np.flatnonzero((grid.level != WHOLE) & (grid.level != DETAIL))
    edges = np.searchsorted(grid.group[asked], np.arange(grid.groups + 1))
    row, nth = ragged(edges[group], edges[group + 1])
    absent = np.ones(len(row), bool)
    begin = np.searchsorted(row, np.arange(len(group)))
    nth_of = np.full(len(grid.level), -1)
    nth_of[asked] = np.arange(len(asked)) - edges[grid.group[asked]]
    # A side and a category have a number where one of their cells has.
    side, category = grid.find(grid.group, grid.side, 0), grid.find(grid.group, 0, grid.category)
    for one in (np.arange(len(nth_of)), side, category):
        of = np.where(one >= 0, nth_of[one], -1)[numbers.place]
        absent[(begin[numbers.slot] + of)[of >= 0]] = False
    return row[absent], asked[nth[absent]]


def _counted_by_whole(
    grid: Grid, claims: Claims, numbers: Numbers, row: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """Whether the source of each row's whole counts the missing place."""
    whole = np.full(int(row.max(initial=-1)) + 1, -1)
    at = np.flatnonzero((grid.level[numbers.place] == WHOLE) & (numbers.slot < len(whole)))
    whole[numbers.slot[at]] = numbers.source[at]
    counted = distinct(claims.series)
    pairs = pair(grid.place[counted], grid.source[counted])
    return (whole[row] >= 0) & np.isin(pair(place, whole[row]), pairs)


def _among(rows: np.ndarray, size: int) -> np.ndarray:
    out = np.zeros(size, bool)
    out[rows] = True
    return out


# -- refusals --------------------------------------------------------------------------------


def _refuse_details(grid: Grid, claims: Claims) -> None:
    """Refuse a tally in which nothing can be added."""
    place = distinct(grid.place[claims.series])
    if not len(place) or (grid.level[place] != DETAIL).any():
        return
    words = tuple(sorted({grid.categories[c] for c in grid.category[place]}))
    msg = (
        f"nothing can be added: {', '.join(words)} may overlap. If they do not, say so with "
        f"tally(parts={words!r})"
    )
    raise LedgerError(msg)


def _refuse_several(grid: Grid, claims: Claims, choose: Policy | None) -> None:
    """Refuse to choose by chance between several series that count one place."""
    series = distinct(claims.series)
    if isinstance(choose, Prefer):
        choose.check(grid.series)
        if not choose.by_side:
            return
        named = grid.series["side"].isin(list(dict(choose.by_side))).to_numpy()
        series = series[~named[series]]
    elif choose is not None:
        return
    place = grid.place[series]
    several = np.flatnonzero(np.bincount(place, minlength=len(grid.labels)) > 1)
    if not len(several):
        return
    names = grid.series.take(series[place == several[0]]).astype("str")
    claims_ = [
        source + (f" ({definition})" if definition else "")
        for source, definition in zip(names["source"], names["definition"], strict=True)
    ]
    some = ", ".join(map(repr, names["source"].drop_duplicates()[:3]))
    how = f"Prefer({some})"
    if isinstance(choose, Prefer):
        how = f"Prefer({{…, {names['side'].iat[0]!r}: [{some}]}})"
    msg = (
        f"{grid.labels[several[0]]} is counted by {len(names)} series: {', '.join(claims_)}; say "
        f"which to take, as in tally(choose={how}), or Latest(), Lowest() or Highest(), or choose "
        "series with where()"
    )
    raise LedgerError(msg)


def _refuse_definitions(grid: Grid, numbers: Numbers, taken: np.ndarray, here: np.ndarray) -> None:
    """Refuse a preferred source that counts a place by several definitions."""
    key = pd.factorize(here)[0] * np.int64(len(grid.sources)) + numbers.source
    _, of, times = np.unique(key, return_inverse=True, return_counts=True)
    twice = np.flatnonzero(times[of[taken]] > 1)
    if not len(twice):
        return
    at = taken[twice[0]]
    both = np.flatnonzero(key == key[at])
    words = [grid.definitions[code] or "no definition" for code in numbers.definition[both]]
    msg = (
        f"{grid.sources[numbers.source[at]]} counts {grid.labels[numbers.place[at]]} by several "
        f"definitions: {', '.join(words)}; choose one with where(definition=…), or put "
        "'definition' in by="
    )
    raise LedgerError(msg)


def _refuse_mixture(grid: Grid, mixed: np.ndarray, numbers: Numbers, day: np.ndarray) -> None:
    """Refuse to add numbers of different definitions."""
    if not len(mixed):
        return
    at = np.flatnonzero((numbers.slot == mixed[0]) & (grid.level[numbers.place] != WHOLE))
    words = ", ".join(
        f"{grid.labels[place]} ({grid.definitions[definition] or 'no definition'})"
        for place, definition in zip(numbers.place[at], numbers.definition[at], strict=True)
    )
    date = np.datetime64(int(day[mixed[0]]), "D")
    msg = (
        f"numbers of different definitions would be added on {date}: {words}; "
        "choose one definition with where(definition=…), or put 'definition' in by="
    )
    raise LedgerError(msg)
