"""Claims beside one another: other sources for the same thing, and parts of a whole."""

import numpy as np

from ...core.running import Running
from ...core.spans import NEVER, heads
from ...display import between, number
from ...model.frames import grouped, ordered, pack
from ...model.schema import SERIES, Basis, Code, Kind, Severity
from ..claims import ragged
from ..words import days
from .findings import Findings, beside, runs
from .sums import quarters

#: Categories that do not overlap (design, section 6); all others are details.
PARTS = ("civilian", "military")


def claims(found: Findings, totals: Running) -> None:
    """Note ``disagree`` and ``parts``, given the running totals."""
    _disagree(found, totals)
    _parts_of_totals(found, totals)
    _parts_of_periods(found)


def _thing(found: Findings, *without: str) -> np.ndarray:
    """Return the number of what each series counts, some columns apart."""
    keep = [place for place, column in enumerate(SERIES) if column not in without]
    return grouped(*found.codes.T[keep])


# -- disagree -------------------------------------------------------------------------------------


def _disagree(found: Findings, t: Running) -> None:
    """Code ``disagree``: sources whose bounds for the same thing and day do not overlap."""
    record = found.record
    thing = _thing(found, "source")[t.seg]
    low, high = 4 * t.low, np.where(t.open, NEVER, 4 * np.where(t.open, 0, t.high))
    stated = t.basis == Basis.STATED
    _, least, most = quarters(record, t.row[stated])
    low[stated], high[stated] = np.maximum(low[stated], least), np.minimum(high[stated], most)
    key = pack(thing, t.day)
    # The highest low and the lowest high of each thing and day.
    by_low, by_high = ordered(key, low), ordered(key, -high)
    last = np.flatnonzero(np.r_[key[by_low][1:] != key[by_low][:-1], True][: len(key)])
    above, below = by_low[last], by_high[last]
    apart = low[above] > high[below]
    above, below = above[apart], below[apart]

    def tell(chosen: np.ndarray) -> list[str]:
        one, other = below[chosen], above[chosen]
        cells = (
            found.sources(t.row[one]), _written(found, t, one), days(t.day[one]),
            found.sources(t.row[other]), _written(found, t, other),
        )  # fmt: skip
        return [
            f"{source} says {value} through {day}, {against} says {another}"
            for source, value, day, against, another in zip(*cells, strict=True)
        ]

    found.add(
        Code.DISAGREE, t.day[above], t.seg[above], beside(t.row[below], t.row[above]), tell,
        found=t.total[above], expected=t.total[below], size=low[above] - high[below],
        group=thing[above],
    )  # fmt: skip


def _written(found: Findings, t: Running, at: np.ndarray) -> list[str]:
    """Write totals: as stated, or with their bounds."""
    stated = zip(
        (t.basis[at] == Basis.STATED).tolist(), found.say(t.row[at]), t.total[at], t.low[at],
        np.where(t.open[at], 0, t.high[at]), t.open[at], strict=True,
    )  # fmt: skip
    return [
        text if own else number(low) if low == high else between(low, None if limitless else high)
        for own, text, _, low, high, limitless in stated
    ]


# -- parts ----------------------------------------------------------------------------------------


def _parts_of_totals(found: Findings, t: Running) -> None:
    """Code ``parts`` among running totals of the same day."""
    slot = pack(_thing(found, "side", "category", "source")[t.seg], t.day)
    whole = t.basis == Basis.STATED
    _parts(found, slot, t.row, t.seg, t.low, np.where(t.open, NEVER, t.high), whole)


def _parts_of_periods(found: Findings) -> None:
    """Code ``parts`` among counts of the same period."""
    record = found.record
    rows = found.known.lines
    rows = rows[record.kind[rows] == Kind.PERIOD]
    group = _thing(found, "side", "category", "source")[record.series[rows]]
    slot = grouped(group, record.start[rows], record.day[rows])
    high = np.where(record.open[rows], NEVER, record.high[rows])
    every = np.ones(len(rows), bool)
    _parts(found, slot, rows, record.series[rows], record.low[rows], high, every)


def _parts(
    found: Findings,
    slot: np.ndarray,
    row: np.ndarray,
    series: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    stated: np.ndarray,
) -> None:
    """Compare stated wholes with their parts, slot by slot: the same days of the same thing."""
    record = found.record
    side, category = _places(found, "side", series), _places(found, "category", series)
    order = ordered(slot, side, category, low)
    whole = np.flatnonzero(stated & ((side == 0) | (category == 0)) & (high < NEVER))
    # Of several sources for a place the smallest low counts.
    new = heads(slot[order], side[order], category[order])
    part = order[new]
    part = part[(side[part] > 0) | (category[part] > 0)]
    # Only slots with a whole and a part under it matter.
    part = part[np.isin(slot[part], slot[whole])]
    whole = whole[np.isin(slot[whole], slot[part])]
    if not len(whole):
        return
    at = np.unique(slot[np.r_[part, whole]], return_inverse=True)[1]
    grid = _Grid(at[: len(part)], side[part], category[part], low[part],
                 _listed(found, series[part]))  # fmt: skip
    limit, at, member = grid.beaten(at[len(part) :], side[whole], category[whole], high[whole])
    beaten = np.flatnonzero(limit > 0)
    whole, limit, member = whole[beaten], limit[beaten], part[member]
    at = np.searchsorted(beaten, at)
    at, member = (pair[ordered(at, row[member])] for pair in (at, member))
    exact = np.ones(len(whole), bool)
    np.logical_and.at(exact, at, low[member] == high[member])
    later = np.zeros(len(whole), bool)
    np.logical_or.at(later, at, record.said[row[member]] > record.said[row[whole[at]]])
    unsure = later & record.so_far[row[whole]]
    alone = np.bincount(at, minlength=len(whole)) == 1
    first = member[np.searchsorted(at, np.arange(len(whole)))]

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (
            found.cite(row[whole[chosen]]), alone[chosen], exact[chosen], limit[chosen],
            found.series_names(series[first[chosen]]), unsure[chosen],
        )  # fmt: skip
        return [
            f"{what} in all, but "
            + (f"{name} alone is " if one else "its parts add up to ")
            + ("" if sure else "at least ")
            + number(least)
            + ("; some came later than the whole, which was of its day so far" if late else "")
            for what, one, sure, least, name, late in zip(*cells, strict=True)
        ]

    # The whole is named first, then its parts in the order of the ledger.
    finding, named = np.r_[np.arange(len(whole)), at], np.r_[row[whole], row[member]]
    order = np.argsort(finding, kind="stable")
    found.add(
        Code.PARTS, record.day[row[whole]], series[whole], (finding[order], named[order]), tell,
        found=record.best[row[whole]], expected=limit,
        severity=np.where(unsure, Severity.DOUBT, Severity.CONTRADICTION),
        size=limit - high[whole],
    )  # fmt: skip


def _places(found: Findings, column: str, series: np.ndarray) -> np.ndarray:
    """Return numbers of the sides or categories of series, 0 for ``all``."""
    words = found.record.series_table[column].cat.categories
    codes = found.codes[series, SERIES.index(column)] + 1
    whole = np.flatnonzero(words == "all") + 1
    return np.where(np.isin(codes, whole), 0, codes)


def _listed(found: Findings, series: np.ndarray) -> np.ndarray:
    words = found.record.series_table["category"].cat.categories
    return words.isin(PARTS)[found.codes[series, SERIES.index("category")]]


class _Grid:
    """The lowest numbers of the places of each slot, ``all`` being place 0 of both axes."""

    def __init__(
        self,
        slot: np.ndarray,
        side: np.ndarray,
        category: np.ndarray,
        low: np.ndarray,
        listed: np.ndarray,
    ) -> None:
        self.width = int(max(side.max(), category.max())) + 1
        cell = (side > 0) & (category > 0)
        # Each side is its own number or the sum of its cells, each category likewise.
        by_side, by_category = slot * self.width + side, slot * self.width + category
        own_side = (side > 0) & (category == 0)
        own_side &= low >= _sum_of_same(by_side, np.where(cell & listed, low, 0))
        own_category = (category > 0) & (side == 0)
        own_category &= low >= _sum_of_same(by_category, np.where(cell, low, 0))
        in_sides = own_side | (cell & listed & (_sum_of_same(by_side, own_side) == 0))
        in_categories = own_category | (cell & (_sum_of_same(by_category, own_category) == 0))
        here, cells = np.arange(len(slot)), np.flatnonzero(cell)
        self.under_all = _Under(slot, here, low, in_sides, in_categories & listed)
        self.under_side = _Under(by_side[cells], cells, low[cells], listed[cells])
        self.under_category = _Under(by_category[cells], cells, low[cells], cell[cells])

    def beaten(
        self, slot: np.ndarray, side: np.ndarray, category: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what the parts of each whole come to if that is above its high, else 0.

        And these parts, as pairs of a whole and a part.
        """
        limit, pairs = np.zeros(len(slot), np.int64), []
        for under, mine, key in (
            (self.under_all, (side == 0) & (category == 0), slot),
            (self.under_side, side > 0, slot * self.width + side),
            (self.under_category, category > 0, slot * self.width + category),
        ):
            one = np.flatnonzero(mine & (side < self.width) & (category < self.width))
            least, group, how = under.at(key[one])
            above = least > high[one]
            one, group, how = one[above], group[above], how[above]
            limit[one] = least[above]
            at, part = under.members(group, how)
            pairs.append((one[at], part))
        at, part = (np.concatenate(both) for both in zip(*pairs, strict=True))
        return limit, at, part


class _Under:
    """The parts under wholes: by key, what they come to by adding up in some ways, or alone."""

    def __init__(
        self, key: np.ndarray, place: np.ndarray, low: np.ndarray, *ways: np.ndarray
    ) -> None:
        order = ordered(key, low)
        self.place, low = place[order], low[order]
        self.ways = [way[order] for way in ways]
        self.start, self.stop = runs(heads(key[order]))
        self.keys = key[order][self.start]
        sums = [np.where(way, low, 0) for way in self.ways]
        if len(self.start):
            sums = [np.add.reduceat(each, self.start) for each in sums]
        self.limits = np.stack([*sums, low[self.stop - 1]])

    def at(self, key: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what the parts of keys come to at most, their group, and which way that is."""
        if not len(self.keys):
            return (np.zeros(len(key), np.int64),) * 3
        group = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        limits = np.where(self.keys[group] == key, self.limits[:, group], 0)
        return limits.max(axis=0), group, limits.argmax(axis=0)

    def members(self, group: np.ndarray, how: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the parts that these come to so much by, as pairs of an element and a part."""
        at, place = ragged(self.start[group], self.stop[group])
        alone = np.zeros(len(self.place), bool)
        alone[self.stop - 1] = True
        mine = np.stack([*self.ways, alone])[how[at], place]
        return at[mine], self.place[place[mine]]


def _sum_of_same(key: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sum of the values that have the same key, at each of them."""
    of = grouped(key)
    return np.bincount(of, values)[of].astype(np.int64)
