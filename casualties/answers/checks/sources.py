"""Claims beside one another: other sources for the same thing, and parts of a whole."""

from dataclasses import dataclass

import numpy as np

from ...core.rows import Rows
from ...core.spans import NEVER, heads, ragged
from ...model.frames import grouped, ordered, pack
from ...model.schema import SERIES, STOCKS, Basis, Code, Kind, Severity
from ...words import number
from ..claims import least_by_then, quarters
from .findings import Findings, beside, runs

#: Categories that do not overlap (design, section 6); all others are details.
PARTS = ("civilian", "military")


def claims(found: Findings, totals: Rows) -> None:
    """Note ``disagree`` and ``parts``, given the running totals."""
    _disagree(found, totals)
    _parts_of_totals(found, totals)
    _parts_of_periods(found)
    _whole_among_parts(found, totals, "side")
    _whole_among_parts(found, totals, "category")


def _thing(found: Findings, *without: str) -> np.ndarray:
    """Return the number of what each series counts, some columns apart."""
    keep = [place for place, column in enumerate(SERIES) if column not in without]
    return grouped(*found.codes.T[keep])


# -- disagree -------------------------------------------------------------------------------------


def _disagree(found: Findings, t: Rows) -> None:
    """Code ``disagree``: sources that no count which never falls allows both, on one day."""
    record = found.record
    thing = _thing(found, "source")[t.series]
    least, most = quarters(record, t)
    key = pack(thing, t.day)
    slot = grouped(key)
    stock = record.series_table["outcome"].isin(STOCKS).to_numpy()[t.series]
    instant = t.instant.astype("M8[us]").view(np.int64)
    proved = least_by_then(slot, instant, least, stock)
    # Of each thing and day the lowest high that is passed, and the highest low that passes it.
    # Its own low says nothing against a claim whose high was read as a quarter more.
    over = np.flatnonzero((proved > most) & (proved > least))
    over = over[ordered(slot[over], most[over] - proved[over])]
    below = over[heads(slot[over])]
    above = np.array([_first_above(slot, instant, least, proved, at) for at in below.tolist()], int)

    def tell(chosen: np.ndarray) -> list[str]:
        one, other = below[chosen], above[chosen]
        cells = (
            _sources(found, t, one), _written(found, t, one), found.days(t.day[one]),
            _sources(found, t, other), _written(found, t, other),
        )  # fmt: skip
        return [
            f"{source} says {value} through {day}, {against} says {another}"
            for source, value, day, against, another in zip(*cells, strict=True)
        ]

    found.add(
        Code.DISAGREE, t.day[above], t.series[above], beside(t.row[below], t.row[above]), tell,
        found=t.total[above], expected=t.total[below], size=least[above] - most[below],
        group=thing[above],
    )  # fmt: skip


def _first_above(
    slot: np.ndarray, instant: np.ndarray, least: np.ndarray, proved: np.ndarray, at: int
) -> int:
    """Return the claim whose low another one's high does not allow."""
    mine = (slot == slot[at]) & (instant <= instant[at]) & (least == proved[at])
    return int(np.flatnonzero(mine)[0])


def _sources(found: Findings, t: Rows, at: np.ndarray) -> list[str]:
    return found.record.series_table["source"].astype("str").take(t.series[at]).tolist()


def _written(found: Findings, t: Rows, at: np.ndarray) -> list[str]:
    """Write totals as they may be printed."""
    columns = (t.total[at], t.low[at], t.high[at], t.open[at], t.basis[at], t.row[at])
    return [
        found.printed(
            total, low, None if limitless else high, row if basis == Basis.STATED else None
        )
        for total, low, high, limitless, basis, row in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


# -- parts ----------------------------------------------------------------------------------------


def _parts_of_totals(found: Findings, t: Rows) -> None:
    """Code ``parts`` among running totals of the same day."""
    slot = pack(_thing(found, "side", "category", "source")[t.series], t.day)
    whole = t.basis == Basis.STATED
    stock = found.record.series_table["outcome"].isin(STOCKS).to_numpy()[t.series]
    instant = t.instant.astype("M8[us]").view(np.int64)
    _parts(found, _Said(slot, t.row, t.series, t.low, t.high, instant, whole, stock))


def _parts_of_periods(found: Findings) -> None:
    """Code ``parts`` among counts of the same period."""
    record = found.record
    rows = found.known.counted
    rows = rows[record.kind[rows] == Kind.PERIOD]
    group = _thing(found, "side", "category", "source")[record.series[rows]]
    slot = grouped(group, record.start[rows], record.day[rows])
    high = np.where(record.open[rows], NEVER, record.high[rows])
    instant = record.speaks_of[rows].astype("M8[us]").view(np.int64)
    every = np.ones(len(rows), bool)
    _parts(
        found,
        _Said(slot, rows, record.series[rows], record.low[rows], high, instant, every,
              record.stock[rows]),
    )  # fmt: skip


def _whole_among_parts(found: Findings, t: Rows, column: str) -> None:
    """Code ``parts``, as a doubt: a part that is as much as two or more others together.

    They are of one source and day, and so it is on most days: a whole by another name. A tenth more
    may be of no place; categories may overlap, and are as much only if they are equal.
    """
    stated = (t.basis == Basis.STATED) & (t.total > 0)
    rows = np.flatnonzero(stated & (_places(found, column, t.series) > 0))
    total, series = t.total[rows], t.series[rows]
    slot = grouped(pack(_thing(found, column)[series], t.day[rows]))
    others = np.bincount(slot, total)[slot].astype(np.int64) - total
    asked = np.bincount(slot)[slot] > 2
    alike = asked & (total >= others)
    alike &= 10 * total <= (11 if column == "side" else 10) * others
    size = len(found.codes)
    often = 2 * np.bincount(series[alike], minlength=size) >= np.bincount(
        series[asked], minlength=size
    )
    hits = np.flatnonzero(alike & often[series])
    hits = hits[ordered(series[hits], -t.day[rows[hits]])]
    hits = hits[heads(series[hits])]
    hit_of = np.full(len(rows), -1)
    hit_of[slot[hits]] = np.arange(len(hits))
    part = np.flatnonzero(hit_of[slot] >= 0)
    part = part[np.argsort(hit_of[slot[part]], kind="stable")]
    name_of = found.record.series_table[column].astype("str").to_numpy(object)
    others_of = "sides" if column == "side" else "categories"

    def tell(chosen: np.ndarray) -> list[str]:
        cited = found.cite(t.row[rows[hits[chosen]]])
        return [
            f"{name!r} has {what}, at least as many as the other {others_of} together "
            f"({number(int(many))}): if it means all of them, whole={name!r} reads it so"
            for name, what, many in zip(
                name_of[series[hits[chosen]]], cited, others[hits[chosen]], strict=True
            )
        ]

    found.add(
        Code.PARTS, t.day[rows[hits]], series[hits], (hit_of[slot[part]], t.row[rows[part]]), tell,
        found=total[hits], expected=others[hits],
        severity=np.full(len(hits), Severity.DOUBT, np.int64),
    )  # fmt: skip


@dataclass
class _Said:
    """Numbers of wholes and parts, one element each."""

    slot: np.ndarray  #: what may be compared: the same days of the same thing
    row: np.ndarray
    series: np.ndarray
    low: np.ndarray
    high: np.ndarray
    instant: np.ndarray
    stated: np.ndarray
    stock: np.ndarray

    def take(self, keep: np.ndarray) -> "_Said":
        """Return the chosen elements."""
        return _Said(**{name: array[keep] for name, array in vars(self).items()})


def _parts(found: Findings, said: _Said) -> None:
    """Compare stated wholes with their parts of the same instant or an earlier one."""
    side, category = _places(found, "side", said.series), _places(found, "category", said.series)
    parts = (side > 0) | (category > 0)
    wholes = said.stated & ((side == 0) | (category == 0)) & (said.high < NEVER)
    wholes &= said.high < _most(said, side, category, parts)
    whole, part = np.flatnonzero(wholes), np.flatnonzero(parts)
    part = part[ordered(said.slot[part])]
    # Wholes of one slot and instant are asked of the same parts.
    key = grouped(said.slot[whole], said.instant[whole], said.stock[whole].astype(np.int64))
    asked = whole[np.unique(key, return_index=True)[1]]
    slots = said.slot[part]
    at, place = ragged(*(np.searchsorted(slots, said.slot[asked], which)
                         for which in ("left", "right")))  # fmt: skip
    part, one = part[place], asked[at]
    then = said.instant[part] == said.instant[one]
    then |= ~said.stock[one] & (said.instant[part] < said.instant[one])
    at, part = at[then], part[then]
    # Of several sources for a place the smallest low counts.
    order = ordered(at, side[part], category[part], said.low[part])
    at, part = at[order], part[order]
    first = heads(at, side[part], category[part])
    at, part = at[first], part[first]
    if not len(part):
        return
    listed = _listed(found, said.series[part])
    grid = _Grid(at, side[part], category[part], said.low[part], listed)
    limit, at, member = grid.beaten(key, side[whole], category[whole], said.high[whole])
    beaten = [
        (int(whole[one]), int(limit[one]), np.sort(said.row[part[member[at == one]]]))
        for one in np.flatnonzero(limit > 0).tolist()
    ]
    _note(found, said, beaten)


def _most(said: _Said, side: np.ndarray, category: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return what the parts of each whole can come to at the most, whoever says when."""
    low = np.where(part, np.maximum(said.low, 0), 0)
    cell = np.where((side > 0) & (category > 0), low, 0)
    by_side, by_category = (_sum_of_same(grouped(said.slot, of), cell) for of in (side, category))
    own = np.where(side > 0, by_side, by_category)
    return np.where((side == 0) & (category == 0), _sum_of_same(said.slot, low), own)


def _note(found: Findings, said: _Said, beaten: list[tuple[int, int, np.ndarray]]) -> None:
    record = found.record
    beaten = sorted(beaten, key=lambda one: one[0])
    whole = np.array([one for one, _, _ in beaten], np.int64)
    limit = np.array([least for _, least, _ in beaten], np.int64)

    def tell(chosen: np.ndarray) -> list[str]:
        texts = []
        for place in chosen.tolist():
            one, least, parts = beaten[place]
            what = found.cite(said.row[[one]])[0]
            parts = parts[parts >= 0]
            sure = "" if (record.low[parts] == record.high[parts]).all() else "at least "
            who = "its parts add up to "
            if len(parts) == 1:
                who = f"{found.series_names(record.series[parts])[0]} alone is "
            texts.append(f"{what} in all, but {who}{sure}{number(least)}")
        return texts

    # The whole is named first, then its parts in the order of the ledger.
    pairs = [(place, row) for place, (one, _, parts) in enumerate(beaten)
             for row in (int(said.row[one]), *parts.tolist())]  # fmt: skip
    at, named = np.array(pairs, np.int64).reshape(-1, 2).T
    rows = said.row[whole]
    found.add(
        Code.PARTS, record.day[rows], said.series[whole], (at, named), tell,
        found=record.best[rows], expected=limit, size=limit - said.high[whole],
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
