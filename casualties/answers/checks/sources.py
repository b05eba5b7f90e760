"""Claims beside one another: other sources for the same thing, and parts of a whole."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...core.rows import Rows
from ...core.running import totals as running_totals
from ...model.frames import NEVER, grouped, heads, matches, ordered, pack, unpack
from ...model.schema import SERIES, Basis, Code, Kind, Severity
from ...words import part
from ..compare import least_by_then, moments, quarters, stocks
from .findings import Findings, per_clock, split_by, sum_by


@dataclass
class Claims(Rows):
    """Numbers at the clocks at which they stand."""

    clock: np.ndarray  #: the place of the clock
    days: np.ndarray  #: a number of the days that are counted

    def slot(self, found: Findings, *without: str) -> np.ndarray:
        """Return a number of what each counts, some columns apart, with its days and clock."""
        return pack(per_clock(self.clock, _thing(found, *without)[self.series]), self.days)

    def place(self, found: Findings, column: str) -> np.ndarray:
        """Return the number of the side or category of each, 0 for ``all``."""
        names = found.record.series_table[column]
        codes = np.where(names == "all", 0, names.cat.codes.to_numpy(np.int64) + 1)
        return np.asarray(codes[self.series])


def claims(found: Findings) -> None:
    """Note ``disagree`` and ``parts``: running totals beside one another, and period counts."""
    record, seen = found.record, found.of(Kind.PERIOD)
    every = [running_totals(known) for known in found.clocks]
    rows, clock = Rows.concat(every), np.repeat(np.arange(len(every)), [*map(len, every)])
    totals = Claims(**vars(rows), clock=clock, days=rows.day)
    _disagree(found, totals)
    row, none = seen.row, np.zeros(len(seen.row), np.int64)
    high, days = np.where(record.open[row], NEVER, record.high[row]), (record.start, record.day)
    periods = Claims(
        record.series[row], record.day[row], record.speaks_of[row], record.best[row],
        record.low[row], high, none + Basis.STATED, none + NEVER, row, seen.clock,
        grouped(*(of[row] for of in days)),
    )  # fmt: skip
    for t in (totals, periods):
        _parts(found, t)
        _whole_among_parts(found, t, "side")
        _subtotals(found, t)
        _whole_among_parts(found, t, "category")


def _thing(found: Findings, *without: str) -> np.ndarray:
    """Return the number of what each series counts, some columns apart."""
    return grouped(*(of for name, of in zip(SERIES, found.codes.T, strict=True)
                     if name not in without))  # fmt: skip


def _disagree(found: Findings, t: Claims) -> None:
    """Code ``disagree``: sources that no count which never falls allows both, on one day."""
    least, most = quarters(found.record, t)
    day, instant = t.slot(found, "source"), moments(t)
    slot, proved = least_by_then(day, instant, least, stocks(found.record, t))
    # Of each thing and day the lowest high that is passed, and the first low that passes it most.
    # Its own low says nothing against a claim whose high was read as a quarter more.
    over = np.flatnonzero((proved > most) & (proved > least))
    over = over[ordered(day[over], most[over] - proved[over])]
    below = over[heads(day[over])]
    order = ordered(slot, least, instant)
    key = grouped(np.r_[slot[order], slot[below]], np.r_[least[order], proved[below]])
    above = order[np.unique(key[: len(order)], return_index=True)[1][key[len(order) :]]]
    source = found.record.series_table["source"].astype("str").to_numpy(object)
    found.add(
        Code.DISAGREE, "{source} says {value} through {day.days}, {against} says {another}",
        t.clock[above], {"below": t.row[below], "row": t.row[above]},
        source=source[t.series[below]], value=lambda n: _written(found, t, below[n]),
        against=source[t.series[above]], another=lambda n: _written(found, t, above[n]),
        day=t.day[below], series=t.series[above], found=t.total[above], expected=t.total[below],
        size=least[above] - most[below], group=unpack(day[above])[0],
    )  # fmt: skip


def _written(found: Findings, t: Rows, at: int) -> str:
    """Write a total as it may be printed."""
    total, low, high, basis, row = (int(of[at]) for of in (t.total, t.low, t.high, t.basis, t.row))
    states = row if basis == Basis.STATED else None
    return found.printed(total, low, None if high == NEVER else high, states)


# -- parts ----------------------------------------------------------------------------------------


def _parts(found: Findings, said: Claims) -> None:
    """Code ``parts``: stated wholes below their parts of the same instant or an earlier one."""
    slot = said.slot(found, "side", "category", "source")
    side, category = (said.place(found, column) for column in ("side", "category"))
    names = found.record.series_table[["side", "category"]]
    is_cell = (side > 0) & (category > 0)
    some, cell = np.flatnonzero((side > 0) | (category > 0)), np.flatnonzero(is_cell)
    whole = np.flatnonzero((said.basis == Basis.STATED) & ~said.open & ~is_cell)
    # Each is a part of the whole; a cell is one of its side and of its category, too.
    under = np.concatenate([some, cell, cell])
    of_side = np.concatenate([0 * some, side[cell], 0 * cell])
    of_category = np.concatenate([0 * some, 0 * cell, category[cell]])
    every = np.append(whole, under)
    line = np.append(side[whole], of_side), np.append(category[whole], of_category)
    top, key = np.split(grouped(slot[every], *line), [len(whole)])
    most = np.bincount(key, np.maximum(said.low[under], 0), minlength=len(every))
    few = said.high[whole] < most[top]
    pair, at = matches([top[few]], [key])
    whole, under = whole[few][pair], under[at]
    # Categories may overlap, but for the parts; sides do not, whatever is counted.
    listed = names["category"].isin(found.parts).to_numpy()[said.series[under]]
    listed |= category[whole] > 0
    then = said.instant[under] == said.instant[whole]
    then |= ~stocks(found.record, said)[whole] & (said.instant[under] < said.instant[whole])
    # Of several sources for a place the smallest low counts.
    order, place = np.flatnonzero(then), (whole, side[under], category[under])
    order = order[ordered(*(of[order] for of in (*place, said.low[under])))]
    order = order[heads(*(of[order] for of in place))]
    taken, least = _taken(*(of[order] for of in (*place, said.low[under], listed)))
    whole, under = whole[order], under[order]
    order = np.flatnonzero(taken & (least > said.high[whole]))
    order = order[ordered(whole[order], said.row[under[order]])]
    whole, under, least = whole[order], under[order], least[order]
    parts, first = split_by(under, whole), heads(whole)
    who = [part(names.iloc[said.series[of[0]]]) for of in parts]
    found.add(
        Code.PARTS, "{row.cite} in all, but {who}{sure}{expected:,}", said.clock[whole[first]],
        {"row": said.row[whole[first]], "parts": [said.row[of] for of in parts]},
        who=[f"{name} alone is " if len(of) == 1 else "its parts add up to "
             for name, of in zip(who, parts, strict=True)],
        sure=["at least " if (said.low[of] < said.high[of]).any() else "" for of in parts],
        expected=least[first], size=(least - said.high[whole])[first],
    )  # fmt: skip


def _taken(
    whole: np.ndarray, side: np.ndarray, category: np.ndarray, low: np.ndarray, listed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which parts of each whole come to most together, and what they come to at least.

    They are added by sides, or by categories, each its own number or the sum of its cells; or one
    of them alone is more.
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


#: What is told of the others, and how many tenths of their sum may be of no place: categories may
#: overlap, and are as much only if they are equal.
_AMONG = {"side": ("sides", 11), "category": ("categories", 10)}


def _whole_among_parts(found: Findings, t: Claims, column: str) -> None:
    """Code ``parts``, as a doubt: a part that is as much as two or more others together.

    They are of one source and the same days, and so it is on most of those: a whole by
    another name.
    """
    others, tenths = _AMONG[column]
    stated = (t.basis == Basis.STATED) & (t.total > 0)
    rows = np.flatnonzero(stated & (t.place(found, column) > 0))
    total, day, slot = t.total[rows], t.day[rows], grouped(t.slot(found, column)[rows])
    series = per_clock(t.clock[rows], t.series[rows])
    rest = sum_by(slot, total) - total
    asked = sum_by(slot, 0 * slot + 1) > 2
    much = asked & (total >= rest) & (10 * total <= tenths * rest)
    hits = np.flatnonzero(much & (2 * sum_by(series, much) > sum_by(series, asked)))
    hits = hits[ordered(series[hits], -day[hits], -slot[hits])]
    hits = hits[heads(series[hits])]
    found.add(
        Code.PARTS,
        f"{{name!r}} has {{row.cite}}, at least as many as the other {others} together "
        "({expected:,}): if it means all of them, whole={name!r} reads it so", t.clock[rows[hits]],
        {"row": t.row[rows[hits]], "parts": [t.row[rows[slot == slot[hit]]] for hit in hits]},
        name=found.record.series_table[column].astype("str").take(t.series[rows[hits]]).tolist(),
        found=total[hits], expected=rest[hits], severity=Severity.DOUBT,
    )  # fmt: skip


#: So many of the last days tell whether sides are made up of others.
_LATEST = 20


def _subtotals(found: Findings, t: Claims) -> None:
    """Code ``parts``, as a doubt: sides that are as much as those told beside them, as of regions.

    They and those that they are made of are most of what one source told of the same days, and ten
    people or more; and so it is on most of the last days, of which the last one is told.
    """
    stated, slot = (t.basis == Basis.STATED) & (t.total > 0), t.slot(found, "side")
    rows = np.flatnonzero(stated & (t.place(found, "side") > 0))
    rows = rows[ordered(slot[rows], found.record.rank[t.row[rows]])]
    thing, nth = unpack(slot[rows])[0], np.cumsum(heads(slot[rows]))
    latest = np.maximum.reduceat(nth, np.flatnonzero(heads(thing))) if len(rows) else nth
    rows = rows[latest[np.cumsum(heads(thing)) - 1] - nth < _LATEST]
    days, times = Counter[int](), Counter[int]()
    last: dict[int, tuple[int, list[int]]] = {}
    asked = per_clock(t.clock, t.series)
    for told in (told for told in split_by(rows, slot[rows]) if len(told) > 3):
        totals, who = t.total[told].tolist(), asked[told].tolist()
        days.update(who)
        runs = {top: run for at in range(len(told)) for top, run in _adding_up(totals, at)}
        made = {at for top, run in runs.items() for at in (top, *run)}
        if 2 * len(made) > len(told) and sum(totals[top] for top in runs) >= 10:
            if 2 * max(totals) < sum(totals):  # else one is the whole of them
                for top, run in runs.items():
                    times[who[top]] += 1
                    last[who[top]] = told[top], [told[at] for at in run]
    hits = [hit for who, hit in last.items() if 2 * times[who] > days[who]]
    tops, parts = [top for top, _ in hits], [t.row[run] for _, run in hits]
    names = found.record.series_table["side"].astype("str")
    found.add(
        Code.PARTS,
        "{name!r} has {row.cite}, as many as {parts.side} beside it together: if they are parts of "
        "it, keep it or them; else all are added up", t.clock[tops],
        {"row": t.row[tops], "parts": parts}, name=names.take(t.series[tops]).tolist(),
        found=t.total[tops], severity=Severity.DOUBT,
    )  # fmt: skip


def _adding_up(totals: list[int], at: int) -> Iterator[tuple[int, range]]:
    """Yield a place, and the places directly after or before it whose numbers make up its own."""
    for step in (1, -1):
        rest, end = totals[at], at + step
        while rest > 0 and 0 <= end < len(totals):
            rest, end = rest - totals[end], end + step
        if rest == 0 and abs(end - at) > 2:
            yield at, range(at + step, end, step)
