"""Claims beside one another: other sources for the same thing, and parts of a whole."""

from dataclasses import dataclass

import numpy as np

from ...core.rows import Rows
from ...core.running import totals as running_totals
from ...model.frames import NEVER, grouped, heads, matches, ordered, pack, unpack
from ...model.schema import SERIES, Basis, Code, Kind, Severity
from ...words import number, part
from ..compare import least_by_then, moments, quarters, stocks
from .findings import Findings, per_clock, split_by, sum_by


@dataclass
class Claims(Rows):
    """Numbers, once for each clock at which they stand."""

    clock: np.ndarray  #: the place of the clock
    days: np.ndarray  #: a number for the days that are counted

    def slot(self, found: Findings, *without: str) -> np.ndarray:
        """Return numbers of the claims, the same for those of one clock, thing and days.

        The thing is what a series counts, the columns `without` apart.
        """
        columns = [place for place, name in enumerate(SERIES) if name not in without]
        thing = grouped(*found.codes[:, columns].T)
        return pack(per_clock(self.clock, thing[self.series]), self.days)

    def place(self, found: Findings, column: str) -> np.ndarray:
        """Return the code of the side or category of each claim, 0 for ``all``."""
        names = found.record.series_table[column]
        codes = np.where(names == "all", 0, names.cat.codes.to_numpy(np.int64) + 1)
        return np.asarray(codes[self.series])


def claims(found: Findings) -> None:
    """Note ``disagree`` of running totals, and ``parts`` of running totals and of period counts."""
    record, seen = found.record, found.of(Kind.PERIOD)
    every = [running_totals(known) for known in found.clocks]
    rows, clock = Rows.concat(every), np.repeat(np.arange(len(every)), [*map(len, every)])
    totals = Claims(**vars(rows), clock=clock, days=rows.day)
    _disagree(found, totals)
    row, none = seen.row, np.zeros(len(seen.row), np.int64)
    high = np.where(record.open[row], NEVER, record.high[row])
    periods = Claims(
        record.series[row], record.day[row], record.speaks_of[row], record.best[row],
        record.low[row], high, none + Basis.STATED, none + NEVER, row, seen.clock,
        grouped(record.start[row], record.day[row]),
    )  # fmt: skip
    for said in (totals, periods):
        _parts(found, said)
        _whole_among_parts(found, said, "side", 11)
        _whole_among_parts(found, said, "category", 10)


def _disagree(found: Findings, said: Claims) -> None:
    """Code ``disagree``: sources of which no count that never falls allows both, on one day."""
    least, most = quarters(found.record, said)
    day, instant = said.slot(found, "source"), moments(said)
    slot, proved = least_by_then(day, instant, least, stocks(found.record, said))
    # Of each thing and day the high that is passed by most, and the first claim with that low.
    # No claim is set against its own low, which may be above a high read as a quarter more.
    over = np.flatnonzero((proved > most) & (proved > least))
    over = over[ordered(day[over], most[over] - proved[over])]
    below = over[heads(day[over])]
    order = ordered(slot, least, instant)
    key = grouped(np.r_[slot[order], slot[below]], np.r_[least[order], proved[below]])
    above = order[np.unique(key[: len(order)], return_index=True)[1][key[len(order) :]]]
    source = found.record.series_table["source"].astype("str").to_numpy(object)
    found.add(
        Code.DISAGREE, "{source} says {value} through {day.days}, {against} says {another}",
        said.clock[above], {"below": said.row[below], "row": said.row[above]},
        source=source[said.series[below]], value=lambda n: _written(found, said, below[n]),
        against=source[said.series[above]], another=lambda n: _written(found, said, above[n]),
        day=said.day[below], series=said.series[above], found=said.total[above],
        expected=said.total[below], size=least[above] - most[below], group=unpack(day[above])[0],
    )  # fmt: skip


def _written(found: Findings, said: Claims, place: int) -> str:
    """Write the number of a claim as it may be printed."""
    columns = (said.total, said.low, said.high, said.basis, said.row)
    total, low, high, basis, row = (int(column[place]) for column in columns)
    states = row if basis == Basis.STATED else None
    return found.printed(total, low, None if high == NEVER else high, states)


# -- parts ----------------------------------------------------------------------------------------


def _parts(found: Findings, said: Claims) -> None:
    """Code ``parts``: stated wholes below their parts of the same instant or an earlier one.

    The whole of parts is all, or a side or a category, of which cells are parts::

        part        A   B   A civilian   A civilian   A civilian
        its whole  all all     all           A         civilian
    """
    slot = said.slot(found, "side", "category", "source")
    side, category = (said.place(found, column) for column in ("side", "category"))
    is_cell = (side > 0) & (category > 0)
    part_, cell = np.flatnonzero((side > 0) | (category > 0)), np.flatnonzero(is_cell)
    whole = np.flatnonzero((said.basis == Basis.STATED) & ~said.open & ~is_cell)
    under = np.concatenate([part_, cell, cell])
    of_side = np.concatenate([0 * part_, side[cell], 0 * cell])
    of_category = np.concatenate([0 * part_, 0 * cell, category[cell]])
    every = np.append(whole, under)
    line = np.append(side[whole], of_side), np.append(category[whole], of_category)
    top, key = np.split(grouped(slot[every], *line), [len(whole)])
    # Only wholes below all their parts together, whichever of these may be added, can be too low.
    most = np.bincount(key, np.maximum(said.low[under], 0), minlength=len(every))
    few = said.high[whole] < most[top]
    pair, place = matches([top[few]], [key])
    whole, under = whole[few][pair], under[place]
    # Categories may overlap, except for the parts of a tally; sides never do.
    listed = found.record.series_table["category"].isin(found.parts).to_numpy()[said.series[under]]
    listed |= category[whole] > 0
    then = said.instant[under] == said.instant[whole]
    then |= ~stocks(found.record, said)[whole] & (said.instant[under] < said.instant[whole])
    # If several sources give a part, the smallest low counts.
    order, columns = np.flatnonzero(then), (whole, side[under], category[under])
    order = order[ordered(*(column[order] for column in (*columns, said.low[under])))]
    order = order[heads(*(column[order] for column in columns))]
    taken, least = _taken(*(column[order] for column in (*columns, said.low[under], listed)))
    whole, under = whole[order], under[order]
    order = np.flatnonzero(taken & (least > said.high[whole]))
    order = order[ordered(whole[order], said.row[under[order]])]
    whole, under, least = whole[order], under[order], least[order]
    groups, first = split_by(under, whole), heads(whole)
    alone = np.array([len(parts) == 1 for parts in groups], bool)
    found.add(
        Code.PARTS, "{row.cite} in all, but {told}", said.clock[whole[first]],
        {"row": said.row[whole[first]], "parts": [said.row[parts] for parts in groups]},
        told=lambda n: _all_in_all(found, said, groups[n], int(least[first][n])),
        expected=np.where(alone, said.total[under[first]], least[first]),
        size=(least - said.high[whole])[first],
    )  # fmt: skip


def _all_in_all(found: Findings, said: Claims, parts: list[int], least: int) -> str:
    """Write which number a part has alone, or what several add up to at least."""
    if len(parts) == 1:
        names = found.record.series_table[["side", "category"]].iloc[said.series[parts[0]]]
        return f"{part(names)} alone is {_written(found, said, parts[0])}"
    some = "at least " if (said.low[parts] < said.high[parts]).any() else ""
    return f"its parts add up to {some}{number(least)}"


def _taken(
    whole: np.ndarray, side: np.ndarray, category: np.ndarray, low: np.ndarray, listed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which parts of each whole make the most, and how many these are at least.

    Three ways are compared: sides are added up, or categories, each by its own number or, if that
    is more, by the sum of its cells; or the largest part is taken alone. Only `listed` parts are of
    categories that do not overlap.
    """
    cell, ways = (side > 0) & (category > 0), []
    for line, own, cells in ((side, category == 0, cell & listed), (category, side == 0, cell)):
        key = grouped(whole, line)
        own = own & (low >= sum_by(key, np.where(cells, low, 0)))
        ways.append(own | (cells & (sum_by(key, own) == 0)))
    ways[1] &= listed
    order = ordered(whole, low)
    alone = np.zeros(len(whole), bool)
    alone[order[np.append(heads(whole[order])[1:], True)[: len(order)]]] = True
    ways.append(alone)
    sums = np.stack([sum_by(grouped(whole), np.where(way, low, 0)) for way in ways])
    best, every = sums.argmax(axis=0), np.arange(len(whole))
    return np.stack(ways)[best, every], sums[best, every]


def _whole_among_parts(found: Findings, said: Claims, column: str, tenths: int) -> None:
    """Code ``parts``, as a doubt: a part that is as much as the others together.

    Perhaps it is the whole by another name. The others are two or more, of the same source and
    days, and so it is on most of these. Up to so many tenths of their sum it may be: a side can
    count some of no place; a category, since others may overlap, must be equal to their sum.
    """
    part_ = (said.basis == Basis.STATED) & (said.total > 0) & (said.place(found, column) > 0)
    said, slot = said.take(part_), grouped(said.slot(found, column)[part_])
    total, series = said.total, per_clock(said.clock, said.series)
    rest = sum_by(slot, total) - total
    asked = sum_by(slot, 0 * slot + 1) > 2
    much = asked & (total >= rest) & (10 * total <= tenths * rest)
    hits = np.flatnonzero(much & (2 * sum_by(series, much) > sum_by(series, asked)))
    hits = hits[ordered(series[hits], -said.day[hits], -slot[hits])]
    hits = hits[heads(series[hits])]
    found.add(
        Code.PARTS,
        "{name!r} has {row.cite}, at least as many as the others together ({expected:,}): if it "
        "means all of them, whole={name!r} reads it so", said.clock[hits],
        {"row": said.row[hits], "parts": [said.row[slot == slot[hit]] for hit in hits]},
        name=found.record.series_table[column].astype("str").take(said.series[hits]).tolist(),
        found=total[hits], expected=rest[hits], severity=Severity.DOUBT,
    )  # fmt: skip
