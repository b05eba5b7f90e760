"""Claims beside one another: other sources for the same thing, and parts of a whole."""

import numpy as np

from ...core.rows import Rows
from ...model.frames import NEVER, grouped, heads, ordered, pack
from ...model.schema import SERIES, Basis, Code, Kind, Severity
from ...words import part
from ..compare import PARTS, least_by_then, moments, quarters, stocks
from .findings import Findings, alike


def claims(found: Findings, totals: Rows) -> None:
    """Note ``disagree`` and ``parts``, given the running totals."""
    _disagree(found, totals)
    record, thing = found.record, _thing(found, "side", "category", "source")
    _parts(found, totals, pack(thing[totals.series], totals.day))
    row = found.known.counted
    row = row[record.kind[row] == Kind.PERIOD]
    series, none = record.series[row], np.zeros(len(row), np.int64)
    high = np.where(record.open[row], NEVER, record.high[row])
    periods = Rows(
        series, record.day[row], record.speaks_of[row], record.best[row], record.low[row], high,
        none + Basis.STATED, none, none > 0, row,
    )  # fmt: skip
    _parts(found, periods, grouped(thing[series], record.start[row], periods.day))
    _whole_among_parts(found, totals, "side", "sides", 11)
    _whole_among_parts(found, totals, "category", "categories", 10)


def _thing(found: Findings, *without: str) -> np.ndarray:
    """Return the number of what each series counts, some columns apart."""
    return grouped(*(of for name, of in zip(SERIES, found.codes.T, strict=True)
                     if name not in without))  # fmt: skip


def _disagree(found: Findings, t: Rows) -> None:
    """Code ``disagree``: sources that no count which never falls allows both, on one day."""
    thing = _thing(found, "source")[t.series]
    least, most = quarters(found.record, t)
    day, instant = pack(thing, t.day), moments(t)
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
        {"below": t.row[below], "row": t.row[above]},
        source=source[t.series[below]], value=_written(found, t, below), day=t.day[below],
        against=source[t.series[above]], another=_written(found, t, above),
        series=t.series[above], found=t.total[above], expected=t.total[below],
        size=least[above] - most[below], group=thing[above],
    )  # fmt: skip


def _written(found: Findings, t: Rows, at: np.ndarray) -> list[str]:
    """Write totals as they may be printed."""
    none = np.full(len(t), None)
    high, row = np.where(t.open, none, t.high), np.where(t.basis == Basis.STATED, t.row, none)
    columns = (of[at].tolist() for of in (t.total, t.low, high, row))
    return [found.printed(*cells) for cells in zip(*columns, strict=True)]


# -- parts ----------------------------------------------------------------------------------------


def _parts(found: Findings, said: Rows, slot: np.ndarray) -> None:
    """Code ``parts``: stated wholes below their parts of the same instant or an earlier one.

    Those of one `slot` are of the same days of the same thing.
    """
    side, category = (_places(found, name, said.series) for name in ("side", "category"))
    bounded = (said.basis == Basis.STATED) & ~said.open
    stock = stocks(found.record, said)
    some = (side > 0) | (category > 0)
    cell = (side > 0) & (category > 0)
    pairs = []
    for wholes, parts, line in (
        ((side == 0) & (category == 0), some, 0 * side),
        ((side > 0) & (category == 0), cell, side),
        ((side == 0) & (category > 0), cell, category),
    ):
        key = grouped(slot, line)
        most = _same(key, np.where(parts, np.maximum(said.low, 0), 0))
        below = np.flatnonzero(parts)
        below = below[ordered(key[below])]
        for whole in np.flatnonzero(wholes & bounded & (said.high < most)).tolist():
            edges = (np.searchsorted(key[below], key[whole], which) for which in ("left", "right"))
            pairs += [(whole, part) for part in below[slice(*edges)].tolist()]
    if not pairs:
        return
    whole, under = np.array(pairs, np.int64).T
    then = said.instant[under] == said.instant[whole]
    then |= ~stock[whole] & (said.instant[under] < said.instant[whole])
    whole, under = whole[then], under[then]
    # Of several sources for a place the smallest low counts.
    order = ordered(whole, side[under], category[under], said.low[under])
    whole, under = whole[order], under[order]
    first = heads(whole, side[under], category[under])
    whole, under = whole[first], under[first]
    if not len(whole):
        return
    words = found.record.series_table["category"].cat.categories
    listed = words.isin(PARTS)[found.codes[said.series[under], SERIES.index("category")]]
    listed |= category[whole] > 0  # sides do not overlap, whatever is counted
    least, taken = _come_to(whole, side[under], category[under], said.low[under], listed)
    taken &= least > said.high[whole]
    _note(found, said, whole[taken], under[taken], least[taken])


def _come_to(
    whole: np.ndarray, side: np.ndarray, category: np.ndarray, low: np.ndarray, listed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the parts of each whole come to at least, and whether each part is among these.

    They are added by sides, or by categories, each its own number or the sum of its cells; or one
    of them alone is more.
    """
    cell = (side > 0) & (category > 0)

    def taken(own: np.ndarray, line: np.ndarray, cells: np.ndarray) -> np.ndarray:
        key = grouped(whole, line)
        own = own & (low >= _same(key, np.where(cells, low, 0)))
        return own | (cells & (_same(key, own) == 0))

    sides = taken((side > 0) & (category == 0), side, cell & listed)
    categories = taken((category > 0) & (side == 0), category, cell) & listed
    alone = np.zeros(len(whole), bool)
    order = ordered(whole, low)
    alone[order[np.append(heads(whole[order])[1:], True)]] = True
    ways = np.stack([sides, categories, alone])
    least = np.stack([_same(grouped(whole), np.where(way, low, 0)) for way in ways])
    best = least.argmax(axis=0)
    here = np.arange(len(whole))
    return least[best, here], ways[best, here]


def _note(
    found: Findings, said: Rows, whole: np.ndarray, under: np.ndarray, least: np.ndarray
) -> None:
    """Note wholes and the parts that come to more, as pairs."""
    order = ordered(whole, said.row[under])
    whole, under, least = whole[order], under[order], least[order]
    parts = alike(under, whole, least=1)
    which = heads(whole)
    whole, least = whole[which], least[which]
    sure = ["at least " if (said.low[p] < said.high[p]).any() else "" for p in parts]
    names = found.record.series_table[["side", "category"]].astype("str").to_numpy(object)
    who = [
        f"{part(names[said.series[of[0]]]) or 'all'} alone is "
        if len(of) == 1 else "its parts add up to "
        for of in parts
    ]  # fmt: skip
    found.add(
        Code.PARTS, "{row.cite} in all, but {who}{sure}{expected:,}",
        {"row": said.row[whole], "parts": [said.row[of] for of in parts]},
        who=who, sure=sure, expected=least, size=least - said.high[whole],
    )  # fmt: skip


def _whole_among_parts(found: Findings, t: Rows, column: str, others: str, tenths: int) -> None:
    """Code ``parts``, as a doubt: a part that is as much as two or more others together.

    They are of one source and day, and so it is on most days: a whole by another name. A tenth more
    may be of no place; categories may overlap, and are as much only if they are equal.
    """
    stated = (t.basis == Basis.STATED) & (t.total > 0)
    rows = np.flatnonzero(stated & (_places(found, column, t.series) > 0))
    total, series = t.total[rows], t.series[rows]
    slot = grouped(pack(_thing(found, column)[series], t.day[rows]))
    rest = _same(slot, total) - total
    asked = _same(slot, np.ones(len(slot), np.int64)) > 2
    much = asked & (total >= rest) & (10 * total <= tenths * rest)
    size = len(found.codes)
    days, of = (np.bincount(series[which], minlength=size) for which in (much, asked))
    hits = np.flatnonzero(much & (2 * days > of)[series])
    hits = hits[ordered(series[hits], -t.day[rows[hits]])]
    hits = hits[heads(series[hits])]
    hit = np.full(len(rows), -1)
    hit[slot[hits]] = np.arange(len(hits))
    parts = np.flatnonzero(hit[slot] >= 0)
    names = found.record.series_table[column].astype("str").to_numpy(object)
    found.add(
        Code.PARTS,
        "{name!r} has {row.cite}, at least as many as the other {others} together ({expected:,}): "
        "if it means all of them, whole={name!r} reads it so",
        {"row": t.row[rows[hits]], "parts": alike(t.row[rows[parts]], hit[slot[parts]], least=1)},
        name=names[series[hits]], others=[others] * len(hits), found=total[hits],
        expected=rest[hits], severity=Severity.DOUBT,
    )  # fmt: skip


def _places(found: Findings, column: str, series: np.ndarray) -> np.ndarray:
    """Return numbers of the sides or categories of series, 0 for ``all``."""
    words = found.record.series_table[column].cat.categories
    codes = found.codes[series, SERIES.index(column)] + 1
    return np.where(np.isin(codes, np.flatnonzero(words == "all") + 1), 0, codes)


def _same(key: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sum of the values that have the same key, a number of a group, at each of them."""
    return np.bincount(key, values)[key].astype(np.int64) if len(key) else key
