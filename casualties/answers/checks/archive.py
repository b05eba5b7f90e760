"""How numbers moved while they were reported: ``restated``, ``flips`` and ``jump``."""

from itertools import groupby
from operator import itemgetter

import numpy as np

from ...core.headlines import steps
from ...core.known import Known
from ...core.record import Record
from ...model import clocks
from ...model.frames import NEVER, day_numbers, grouped, heads, most_so_far, ordered
from ...model.schema import Action, Change, Code, Kind
from .findings import NO_DAY, NONE, Findings, Several, runs
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
    every, change = found.always(steps_of)
    steps = every.take((change != Change.REAFFIRMED) & (record.rank[every.by] < known.cut))
    when = record.reported[steps.by]
    source = record.reports.codes["source"][record.about[steps.old]].astype(np.int64)
    place = ordered(steps.old, record.rank[steps.new])
    group = Several.alike(place, source[place], when.view(np.int64)[place], least=1)
    old, new = steps.old[group.rows], steps.new[group.rows]
    # Each figure once: a series, kind and dates; an announcement is a figure of its own.
    figure = np.where(record.figure[old] >= 0, record.figure[old], -1 - record.chain[old])
    number = np.repeat(np.arange(len(group.start)), group.size)
    once = np.zeros(len(old), bool)
    once[np.unique(grouped(number, figure), return_index=True)[1]] = True
    size = np.bincount(number[once], minlength=len(group.start))
    usual = _median_of_others(size, source[group.first])
    big = np.flatnonzero((size >= RESTATED) & (size >= TIMES * usual))
    when, begin, stop = when[group.first[big]], group.start[big], group.stop[big]
    texts = []
    for at, usually, *ends in zip(when, usual[big], begin, stop, strict=True):
        what, days = _restatement(found, *(of[slice(*ends)] for of in (old, new, once)))
        mostly = f"at other times mostly {usually:,.0f}" if usually else "at no other time any"
        instant = found.calendar.instant(at, record.tz)
        texts.append(f"{what}, at {instant}, for days {days}; {mostly}")
    # The report that each began and ended with stand for the many.
    found.add(
        Code.RESTATED, "{text}", {"row": new[begin], "last": new[stop - 1]}, text=texts,
        about=Several(old, begin, stop),
        day=day_numbers(clocks.local_days(when, record.tz)), found=size[big], size=size[big],
        series=record.series[old[begin]],
    )  # fmt: skip


def _restatement(
    found: Findings, old: np.ndarray, new: np.ndarray, once: np.ndarray
) -> tuple[str, str]:
    """Say how many figures changed at an instant, by how much, and for which days."""
    record = found.record
    gone = np.count_nonzero(once & (record.action[new] == Action.RETRACT))
    changed = np.count_nonzero(once) - gone
    both = record.numbered[old] & record.numbered[new]
    by = np.where(both, record.best[new] - record.best[old], 0)
    day = record.day[old]
    how = f"by {by.sum():+,} in all"
    # Running totals are never added up: of them the change of the last day is told.
    if (record.kind[old] == Kind.TOTAL).any():
        last = by[both & (day == day.max())]
        on_last = last[-1] if len(last) else 0
        how = f"that of the last day by {on_last:+,}, none by more than {np.abs(by).max():,}"
    what = [f"{changed:,} figures changed, {how}"] if changed else []
    what += [f"{gone:,} withdrawn"] if gone else []
    return ", ".join(what), " to ".join(found.days(np.array([day.min(), day.max()])))


def _median_of_others(size: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Return the median of the other sizes of the same source, 0 where there are none.

    It is that for sizes above the median, and for the others not much less than themselves.
    """
    order = ordered(source, size)
    begin, stop = runs(heads(source[order]))
    others = stop - begin - 1
    ascending = size[order]
    median = (
        ascending[begin + np.maximum(others - 1, 0) // 2] + ascending[begin + others // 2]
    ) / 2
    out: np.ndarray = np.where(others > 0, median, 0)[grouped(source)]
    return out


# -- flips -------------------------------------------------------------------------------------


def _flips(found: Findings, known: Known) -> None:
    """Code ``flips``: a number that went A, B, A with nothing that says so; one a day."""
    every = np.concatenate([found.always(of) for of in (_flips_of_figures, _flips_of_headlines)])
    every = every[every[:, -1] < known.cut]
    series, day, one, two, whole = every.T[:5]
    # The first of a day: of the same dates rather than of headlines, then the largest.
    order = ordered(series, day, whole, -np.abs(two - one))
    every = every[order[heads(series[order], day[order])]]
    went = (
        "went {expected:,}, {found:,}, {expected:,}: back to one that had been replaced; perhaps a "
        "stale relay"
    )
    for headline, what in enumerate(("number {then.dates}", "total through {day.days}")):
        series, day, one, two, _, *rows = every[every[:, 4] == headline].T[:8]
        found.add(
            Code.FLIPS, f"the {what} {went}",
            dict(zip(("row", "then", "again"), rows, strict=True)),
            series=series, day=day, found=two, expected=one, size=np.abs(two - one),
        )  # fmt: skip


def _flips_of_figures(known: Known) -> np.ndarray:
    """Return the numbers for the same dates that went A, B, A, a row each.

    Series, day, A, B, whether it is a headline, the three reports, and the rank of the report by
    which A was back.
    """
    record, live = known.record, known.kept.live
    some = (live.born < np.minimum(live.ended, known.cut)) & record.numbered[live.row]
    some &= ~record.stock[live.row] & (record.figure[live.row] >= 0)
    row, born = live.row[some], live.born[some]
    order = ordered(record.figure[row], born)
    row, born = row[order], born[order]
    # Successive different numbers; a way back that is explicit is none.
    step = np.flatnonzero(heads(record.figure[row], record.best[row]))
    one, two, three = step[:-2], step[1:-1], step[2:]
    figure, best = record.figure[row], record.best[row]
    back = (figure[one] == figure[three]) & (best[one] == best[three])
    back &= ~_says_so(record, record.order[born[three]])
    one, two, three = one[back], two[back], three[back]
    middle = row[two]
    columns = (record.series[middle], record.day[middle], best[one], best[two], 0 * two, row[one],
               middle, row[three], born[three])  # fmt: skip
    return np.stack(columns, axis=1)


def _flips_of_headlines(known: Known) -> np.ndarray:
    """Return the headlines of one day that went A, B, A, as :func:`_flips_of_figures`."""
    record = known.record
    instants = record.reported[record.order].astype("M8[us]").view(np.int64)
    rows = known.rows[_says_so(record, known.rows)]
    said = record.reported[rows].astype("M8[us]").view(np.int64)
    explicit = set(zip(record.series[rows].tolist(), said.tolist(), strict=True))
    found = list[tuple[int, ...]]()
    every = steps(known, series=_may_come_back(known))
    for series, mine in groupby(every, key=lambda step: step.series):
        told = [
            (now.day, now.number, step.instant, now.row)
            for step in mine if (now := step.now) is not None and not record.stock[now.row]
        ]  # fmt: skip
        told = [next(group) for _, group in groupby(told, key=itemgetter(0, 1))]
        for one, two, three in zip(told, told[1:], told[2:], strict=False):
            back = one[:2] == three[:2] and one[0] == two[0]
            if back and (series, three[2]) not in explicit:
                rank = int(np.searchsorted(instants, three[2]))
                found.append((series, *one[:2], two[1], 1, one[3], two[3], three[3], rank))
    return np.array(found, np.int64).reshape(-1, 9)


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


def _says_so(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether reports are explicit revisions or retractions."""
    return (record.action[rows] == Action.REVISE) | (record.action[rows] == Action.RETRACT)


# -- jump --------------------------------------------------------------------------------------


def _jump(found: Findings, known: Known, kind: Kind) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series."""
    record = known.record
    row = known.counted[record.kind[known.counted] == kind]
    row = row[ordered(record.series[row], record.day[row], record.rank[record.chain[row]])]
    day, step = record.day[row], record.best[row]
    before, span = np.full(len(row), NONE), day - record.start[row] + 1
    if kind == Kind.TOTAL:
        follows = np.flatnonzero(~heads(record.series[row]))
        before = row[follows - 1]
        row = row[follows]
        span, step = day[follows] - record.day[before], step[follows] - record.best[before]
    rate = step / np.maximum(span, 1)
    # By size: a jump is more than ten times the next one, among the largest of its series.
    order = np.lexsort((-rate, record.series[row]))
    row, before, rate = row[order], before[order], rate[order]
    new = heads(record.series[row])
    begin, stop = runs(new)
    group = np.cumsum(new) - 1
    nth, size = np.arange(len(row)) - begin[group], (stop - begin)[group]
    larger = np.maximum(rate, 1)
    following = np.r_[larger[1:], 1][: len(row)]
    big = (size > JUMP_STEPS) & (nth < np.maximum(size // JUMP_SHARE, 1)) & (nth < size - 1)
    big &= (rate >= JUMP_LEAST) & (larger > JUMP * following)
    # All that are larger than one that stands out stand out.
    last = np.full(len(begin), NONE)
    np.maximum.at(last, group[big], nth[big])
    out = np.flatnonzero(nth <= last[group])
    usual = rate[begin[group[out]] + last[group[out]] + 1]
    step, other = (np.rint(a).astype(np.int64) for a in (rate[out], np.maximum(usual, 0)))
    found.add(
        Code.JUMP,
        "{row.cite} is a step of {size:,} a day; the largest of the others is {other:,} a day",
        {"before": before[out], "row": row[out]}, size=step, other=other,
    )  # fmt: skip
