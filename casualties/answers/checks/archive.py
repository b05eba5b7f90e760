"""How numbers moved while they were reported: ``restated``, ``flips`` and ``jump``."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from ...core.headlines import steps
from ...core.known import Known
from ...core.record import Record
from ...core.spans import NEVER, heads, most_so_far
from ...model import clocks
from ...model.frames import day_numbers, ordered
from ...model.schema import SERIES, Action, Change, Code, Kind
from ...words import numbers
from .findings import NO_DAY, NONE, Findings, beside, common, runs
from .odd import steps_of

#: A restatement changes at least so many figures, and so many times the median of the others.
RESTATED, TIMES = 20, 10

#: A step is out of proportion when it is this many times the next largest of its series …
JUMP = 10
#: … of at least this many others, and of at least this many people a day; one step in so many
#: can be.
JUMP_STEPS, JUMP_LEAST, JUMP_SHARE = 5, 30, 20


def moves(found: Findings, known: Known) -> None:
    """Note what is seen by comparing reports of different times or days."""
    _restated(found, known)
    _flips(found, known)
    for kind in (Kind.TOTAL, Kind.PERIOD):
        _jump(found, known, kind)


# -- restated ---------------------------------------------------------------------------------


def _restated(found: Findings, known: Known) -> None:
    """Code ``restated``: instants at which a source changed far more figures than at others."""
    record = known.record
    steps, change = found.ever.once(steps_of)
    moved = (change != Change.REAFFIRMED) & (record.rank[steps.by] < known.cut)
    if np.count_nonzero(moved) < RESTATED:
        return
    old, new, change = steps.old[moved], steps.new[moved], change[moved]
    instant = record.reported[steps.by[moved]].astype(np.int64)
    source = record.series_table["source"].cat.codes.to_numpy(np.int64)[record.series[old]]
    order = ordered(source, instant, old, record.rank[new])
    old, new, change, instant, source = (a[order] for a in (old, new, change, instant, source))
    begin, _ = runs(heads(source, instant))
    group = np.cumsum(heads(source, instant)) - 1
    # Each figure once: a series, kind and dates; an announcement is a figure of its own.
    figure = np.where(record.figure[old] >= 0, record.figure[old], -1 - record.chain[old])
    once = _first_of_each(group, figure)
    size = np.bincount(group[once], minlength=len(begin))
    usual = _median_of_others(size, source[begin])
    big = np.flatnonzero((size >= RESTATED) & (size >= TIMES * usual))
    place = np.full(len(begin), NONE)
    place[big] = np.arange(len(big))
    mine = np.flatnonzero(place[group] >= 0)
    at, old, new, once = place[group[mine]], old[mine], new[mine], once[mine]
    count = len(big)
    gone = np.bincount(at[once & (change[mine] == Change.RETRACTED)], minlength=count)
    both = record.numbered[old] & record.numbered[new]
    by = np.where(both, record.best[new] - record.best[old], 0)
    net, most = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(net, at, by)
    np.maximum.at(most, at, np.abs(by))
    # Running totals are never added up: of them the change of the last day is told.
    totals = np.zeros(count, bool)
    np.logical_or.at(totals, at, record.kind[old] == Kind.TOTAL)
    first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(first, at, record.day[old])
    np.maximum.at(last, at, record.day[old])
    on_last = np.zeros(count, np.int64)
    newest = both & (record.day[old] == last[at])
    on_last[at[newest]] = by[newest]
    moment = instant[begin[big]].astype("M8[us]")
    size = size[big]

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (size[chosen] - gone[chosen], gone[chosen], totals[chosen], net[chosen],
                 on_last[chosen], most[chosen], found.days(first[chosen]), found.days(last[chosen]),
                 map(found.instant, moment[chosen]), usual[big[chosen]])  # fmt: skip
        return [_restatement(*told) for told in zip(*cells, strict=True)]

    names = np.stack(
        [common(found.codes[record.series[old], c], at, count) for c in range(len(SERIES))], axis=1
    )
    # The report that each began and ended with stand for the many.
    start, stop = runs(heads(at))
    on = day_numbers(clocks.local_days(moment, record.tz))
    found.add(
        Code.RESTATED, on, record.series[old[start]],
        (np.repeat(np.arange(count), 2), np.stack([new[start], new[stop - 1]], 1).reshape(-1)),
        tell, found=size, size=size, names=names,
    )  # fmt: skip


def _restatement(
    changed: int, gone: int, totals: bool, net: int, on_last: int, most: int,
    first: str, last: str, when: str, usual: float,
) -> str:  # fmt: skip
    """Say how many figures changed at an instant, and by how much."""
    how = f"that of the last day by {on_last:+,}, none by more than {most:,}"
    how = how if totals else f"by {net:+,} in all"
    what = [f"{changed:,} figures changed, {how}"] if changed else []
    what += [f"{gone:,} withdrawn"] if gone else []
    mostly = f"at other times mostly {usual:,.0f}" if usual else "at no other time any"
    return f"{', '.join(what)}, at {when}, for days {first} to {last}; {mostly}"


def _first_of_each(group: np.ndarray, figure: np.ndarray) -> np.ndarray:
    """Whether each element is the first of its group and figure."""
    order = ordered(group, figure)
    first = np.zeros(len(group), bool)
    first[order[heads(group[order], figure[order])]] = True
    return first


def _median_of_others(size: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Return the median of the other sizes of the same source, 0 where there are none."""
    order = ordered(source, size)
    begin, stop = runs(heads(source[order]))
    group = np.cumsum(heads(source[order])) - 1
    begin, others, place = begin[group], (stop - begin)[group] - 1, np.arange(len(order))
    out = np.zeros(len(order))
    some = np.flatnonzero(others > 0)
    middle = []
    for half in ((others - 1) // 2, others // 2):
        at = begin + half
        middle.append(size[order][np.minimum(at + (at >= place), len(order) - 1)])
    out[order[some]] = (middle[0][some] + middle[1][some]) / 2
    return out


# -- flips -------------------------------------------------------------------------------------


def _flips(found: Findings, known: Known) -> None:
    """Code ``flips``: a number that went A, B, A with nothing that says so; one a day."""
    every = found.ever.once(_ever_flips)
    keep = every.back < known.cut
    series, day, one, two, rows, headline, _ = (column[keep] for column in vars(every).values())
    # The first of a day: of the same dates rather than of headlines, then the largest.
    order = ordered(series, day, headline, -np.abs(two - one))
    order = order[heads(series[order], day[order])]
    series, day, one, two, rows, headline = (
        array[order] for array in (series, day, one, two, rows, headline)
    )

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (
            np.where(headline[chosen], "total", "number"), found.dates(rows[chosen, 1]),
            found.days(day[chosen]), headline[chosen], numbers(one[chosen]), numbers(two[chosen]),
        )  # fmt: skip
        return [
            f"the {what} {f'through {until}' if whole else dates} went {was}, {then}, {was}: back "
            "to one that had been replaced; perhaps a stale relay"
            for what, dates, until, whole, was, then in zip(*cells, strict=True)
        ]

    found.add(
        Code.FLIPS, day, series, beside(*rows.T), tell, found=two, expected=one,
        size=np.abs(two - one),
    )  # fmt: skip


@dataclass
class _Flips:
    """Numbers that went A, B, A: one element each."""

    series: np.ndarray
    day: np.ndarray
    one: np.ndarray
    two: np.ndarray
    rows: np.ndarray  #: the reports of the three, a row each
    headline: np.ndarray  #: whether they are headlines
    back: np.ndarray  #: rank of the report by which the first one was back


def _ever_flips(known: Known) -> _Flips:
    """Return all numbers that went A, B, A up to a clock."""
    both = _flips_of_figures(known), _flips_of_headlines(known)
    columns = zip(*(vars(flips).values() for flips in both), strict=True)
    return _Flips(*(np.concatenate(parts) for parts in columns))


def _flips_of_figures(known: Known) -> _Flips:
    """Return those of a number for the same dates."""
    record, live = known.record, known.kept.live
    some = (live.born < np.minimum(live.ended, known.cut)) & record.numbered[live.row]
    some &= ~record.stock[live.row] & (record.figure[live.row] >= 0)
    row, born = live.row[some], live.born[some]
    order = ordered(record.figure[row], born)
    row, born = row[order], born[order]
    back = _back(record.figure[row], record.best[row], _says_so(record, record.order[born]))
    rows, third = row[back], back[:, 2]
    first, middle = rows[:, 0], rows[:, 1]
    return _Flips(
        record.series[middle], record.day[middle], record.best[first], record.best[middle], rows,
        np.zeros(len(rows), bool), born[third],
    )  # fmt: skip


def _flips_of_headlines(known: Known) -> _Flips:
    """Return those of headlines of one day."""
    record = known.record
    explicit = set(zip(*_explicitly(known), strict=True))
    told: dict[int, list[tuple[int, int, int, int]]] = {}  # day, number, instant, report
    for step in steps(known, series=_may_come_back(known)):
        now = step.now
        if now is not None and not now.stock:
            told.setdefault(step.series, []).append((now.day, now.number, step.instant, now.row))
    found = list[tuple[int, ...]]()
    for series, numbers_ in told.items():
        first = [next(group) for _, group in groupby(numbers_, key=itemgetter(0, 1))]
        for one, two, three in zip(first, first[1:], first[2:], strict=False):
            back = one[:2] == three[:2] and one[0] == two[0]
            if back and (series, three[2]) not in explicit:
                found.append((series, *one[:2], two[1], one[3], two[3], three[3], three[2]))
    columns = np.array(found, np.int64).reshape(-1, 8).T
    instants = record.reported[record.order].astype("M8[us]").view(np.int64)
    back, whole = np.searchsorted(instants, columns[7]), np.ones(len(found), bool)
    return _Flips(columns[0], columns[1], columns[2], columns[3], columns[4:7].T, whole, back)


def _may_come_back(known: Known) -> np.ndarray:
    """Return the series whose headline can have changed twice and stayed on its day.

    Where all are plain numbers of a day each, a report of a later day than all before moves the
    headline to that day: without two instants on end that bring no later day nothing comes back.
    """
    record, rows = known.record, known.rows
    odd = ~record.numbered[rows] | record.early[rows] | (record.kind[rows] > Kind.PERIOD)
    odd |= (record.action[rows] == Action.RETRACT) | (record.since[rows] != NEVER)
    odd |= record.day[rows] != record.day[record.chain[rows]]
    rows_ = rows[ordered(record.series[rows], record.reported[rows].view(np.int64))]
    series, day = record.series[rows_], record.day[rows_]
    start, _ = runs(heads(series, record.reported[rows_].view(np.int64)))
    if not len(start):
        return series
    day, series = np.maximum.reduceat(day, start), series[start]
    new = heads(series)
    before = np.append(NO_DAY, most_so_far(day, new)[:-1])
    late = ~new & (day <= before)
    twice = late & np.append(False, late[:-1])
    return np.unique(np.concatenate([series[twice], record.series[rows[odd]]]))


def _explicitly(known: Known) -> tuple[list[int], list[int]]:
    """Return the series and instants at which something was explicitly revised or withdrawn."""
    record = known.record
    rows = known.rows[_says_so(record, known.rows)]
    instants = record.reported[rows].astype("M8[us]").view(np.int64)
    return record.series[rows].tolist(), instants.tolist()


def _says_so(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether reports are explicit revisions or retractions."""
    return (record.action[rows] == Action.REVISE) | (record.action[rows] == Action.RETRACT)


def _back(
    key: np.ndarray, value: np.ndarray, explicit: np.ndarray, day: np.ndarray | int = 0
) -> np.ndarray:
    """Return the places of each A, B, A among successive different numbers of one key and day.

    A way back that is explicit is none.
    """
    day = np.broadcast_to(day, len(key))
    step = np.flatnonzero(heads(key, value, day))
    one, two, three = step[:-2], step[1:-1], step[2:]
    back = (key[one] == key[three]) & (value[one] == value[three]) & ~explicit[three]
    back &= (day[one] == day[two]) & (day[two] == day[three])
    return np.stack([one, two, three], axis=1)[back]


# -- jump --------------------------------------------------------------------------------------


def _jump(found: Findings, known: Known, kind: Kind) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series."""
    record = known.record
    row = known.counted[record.kind[known.counted] == kind]
    row = row[ordered(record.series[row], record.day[row], record.rank[record.chain[row]])]
    series, day, value = record.series[row], record.day[row], record.best[row]
    before = np.full(len(row), NONE)
    if kind == Kind.TOTAL:
        follows = ~heads(series)
        keep = np.flatnonzero(follows)
        span, step = np.diff(day, prepend=0)[keep], np.diff(value, prepend=0)[keep]
        before = row[keep - 1]
        row, series, day, value = (a[keep] for a in (row, series, day, value))
    else:
        span, step = day - record.start[row] + 1, value
    rate = step / np.maximum(span, 1)
    # By size: a jump is more than ten times the next one, among the largest of its series.
    order = np.lexsort((-rate, series))
    sorted_rate, new = np.maximum(rate[order], 1), heads(series[order])
    begin, stop = runs(new)
    group = np.cumsum(new) - 1
    nth = np.arange(len(order)) - begin[group]
    size = (stop - begin)[group]
    following = np.r_[sorted_rate[1:], 1][: len(order)]
    big = (size > JUMP_STEPS) & (nth < np.maximum(size // JUMP_SHARE, 1)) & (nth < size - 1)
    big &= (rate[order] >= JUMP_LEAST) & (sorted_rate > JUMP * following)
    # All that are larger than one that stands out stand out.
    last = np.full(len(begin), NONE)
    np.maximum.at(last, group[big], nth[big])
    out = np.flatnonzero(nth <= last[group])
    at, usual = order[out], rate[order[begin[group[out]] + last[group[out]] + 1]]
    before, row = before[at], row[at]

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (found.cite(row[chosen]), numbers(np.rint(rate[at[chosen]]).astype(np.int64)),
                 numbers(np.rint(np.maximum(usual[chosen], 0)).astype(np.int64)))  # fmt: skip
        return [
            f"{what} is a step of {step} a day; the largest of the others is {other} a day"
            for what, step, other in zip(*cells, strict=True)
        ]

    pairs = np.stack([before, row], axis=1)
    found.add(
        Code.JUMP, day[at], series[at], (np.repeat(np.arange(len(at)), 2), pairs.reshape(-1)),
        tell, found=value[at], size=np.rint(rate[at]).astype(np.int64),
    )  # fmt: skip
