"""How numbers moved while they were reported: ``restated``, ``flips`` and ``jump``."""

from dataclasses import dataclass

import numpy as np

from ...core.counted import Counted
from ...core.events import Events
from ...core.headlines import headlines
from ...core.known import Known
from ...core.manner import Manner, manner_of
from ...core.record import Record
from ...core.replacements import change_of, replacements
from ...core.spans import NEVER, heads
from ...model import clocks
from ...model.frames import day_numbers, ordered
from ...model.schema import SERIES, STOCKS, Action, Change, Code, Kind
from ..words import days, numbers
from .findings import NONE, Findings, beside, common, runs

#: A restatement changes at least so many figures, and so many times the median of the others.
RESTATED, TIMES = 20, 10

#: A step is out of proportion when it is this many times the next largest of its series …
JUMP = 10
#: … of at least this many others, and of at least this many people a day; one step in so many
#: can be.
JUMP_STEPS, JUMP_LEAST, JUMP_SHARE = 5, 30, 20


def moves(found: Findings, known: Known, c: Counted) -> None:
    """Note what is seen by comparing reports of different times or days."""
    _restated(found, known)
    _flips(found, known)
    for kind in (Kind.TOTAL, Kind.PERIOD):
        _jump(found, c, kind)


# -- restated ---------------------------------------------------------------------------------


def _restated(found: Findings, known: Known) -> None:
    """Code ``restated``: instants at which a source changed far more figures than at others."""
    record = known.record
    steps = replacements(known)
    change = change_of(record, steps.old, steps.new, steps.explicit)
    moved = change != Change.REAFFIRMED
    old, new, when, change = (
        steps.old[moved],
        steps.new[moved],
        record.rank[steps.new[moved]],
        change[moved],
    )
    instant = record.reported[record.order[when]].astype(np.int64)
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
    net = np.zeros(count, np.int64)
    np.add.at(net, at, np.where(both, record.best[new] - record.best[old], 0))
    first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(first, at, record.day[old])
    np.maximum.at(last, at, record.day[old])
    moment = instant[begin[big]].astype("M8[us]")
    size = size[big]

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (size[chosen] - gone[chosen], gone[chosen], net[chosen], days(first[chosen]),
                 days(last[chosen]), moment[chosen], usual[big[chosen]])  # fmt: skip
        texts = []
        for changed, withdrawn, by, one, other, when, mostly in zip(*cells, strict=True):
            what = [f"{changed:,} figures changed, by {by:+,} in all"] if changed else []
            what += [f"{withdrawn:,} withdrawn"] if withdrawn else []
            texts.append(
                f"{', '.join(what)}, at {clocks.show(when, record.tz)}, for days {one} to {other}; "
                + (f"at other times mostly {mostly:,.0f}" if mostly else "at no other time any")
            )
        return texts

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
    parts = [_flips_of_figures(known), _flips_of_headlines(known)]
    series, day, one, two, rows = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("series", "day", "one", "two", "rows")
    )
    headline = np.repeat([False, True], [len(part.day) for part in parts])
    # The first of a day: of the same dates rather than of headlines, then the largest.
    order = ordered(series, day, headline, -np.abs(two - one))
    order = order[heads(series[order], day[order])]
    series, day, one, two, rows, headline = (
        array[order] for array in (series, day, one, two, rows, headline)
    )

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (
            np.where(headline[chosen], "total", "number"), found.dates(rows[chosen, 1]),
            days(day[chosen]), headline[chosen], numbers(one[chosen]), numbers(two[chosen]),
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


def _flips_of_figures(known: Known) -> _Flips:
    """Return those of a number for the same dates."""
    record, spans = known.record, known.record.spans
    row = np.r_[np.arange(len(record)), spans.row]
    born, ended = np.r_[spans.born, spans.row_born], np.r_[spans.ended, spans.row_ended]
    some = (born < np.minimum(ended, known.cut)) & record.numbered[row] & ~record.stock[row]
    # Totals that may restart speak of the days since they say that they count: figures apart.
    anew = record.figure_if_restart[row]
    figure = np.where(anew >= 0, anew + 2 * len(record), record.figure[row])
    some &= figure >= 0
    row, born, figure = row[some], born[some], figure[some]
    order = ordered(figure, born)
    row, by, figure = row[order], record.order[born[order]], figure[order]
    back = _back(figure, record.best[row], _says_so(record, by))
    rows = row[back]
    first, middle = rows[:, 0], rows[:, 1]
    return _Flips(
        record.series[middle], record.day[middle], record.best[first], record.best[middle], rows
    )


def _flips_of_headlines(known: Known) -> _Flips:
    """Return those of headlines of one day; where all are totals, there are no others."""
    record = known.record
    stock = record.series_table["outcome"].isin(STOCKS).to_numpy()
    apart = (manner_of(record) != Manner.TOTALS) & ~stock
    if not apart.any():
        none = np.zeros(0, np.int64)
        return _Flips(none, none, none, none, none.reshape(0, 3))
    events = Events(known)
    at = np.flatnonzero(apart[events.series] & _may_return(record, events))
    now = headlines(record, events, at)
    at, now = at[now.known], now.take(now.known)
    explicit, last = np.zeros(events.size, bool), np.zeros(events.size, np.int64)
    explicit[events.of[known.rows[_says_so(record, known.rows)]]] = True
    np.maximum.at(last, events.of[known.rows], record.rank[known.rows])
    back = _back(events.series[at], now.total, explicit[at], now.day)
    return _Flips(
        events.series[at[back[:, 0]]], now.day[back[:, 0]], now.total[back[:, 0]],
        now.total[back[:, 1]], record.order[last[at[back]]],
    )  # fmt: skip


def _may_return(record: Record, events: Events) -> np.ndarray:
    """Whether the headline of each event has to be known to find all that go A, B, A on one day.

    Where reports of a later day came that nothing can keep from being counted, the day moves on.
    A count of later days that may be left out moves it on or changes nothing, unless there are
    `more` that it could leave out. So where a ledger grows day by day, nothing has to be known.
    """
    lines, first = events.lines, events.first
    day, kind = record.day[lines], record.kind[lines]
    base = int(day.min(initial=0))
    latest = events.cover_max(np.arange(len(lines)), day - base) + base
    new = heads(events.series)
    before = np.where(new, base - 1, np.r_[base - 1, latest[:-1]][: events.size])[first]
    later = (day > before) & (record.action[lines] == Action.REPORT)
    later &= events.of[lines] == first
    sure = (kind == Kind.MORE) | ((kind == Kind.TOTAL) & (record.since[lines] == NEVER))
    sure |= (kind == Kind.PERIOD) & (record.start[lines] > before)
    new[first[later & sure]] = True
    mixed = np.zeros(len(record.series_table), bool)
    mixed[record.series[lines[kind == Kind.MORE]]] = True
    rows = np.flatnonzero(events.of >= 0)
    reports = np.bincount(events.of[rows], minlength=events.size)
    onward = np.bincount(first[later & (kind == Kind.PERIOD)], minlength=events.size)
    still = ~new & ((onward < reports) | mixed[events.series])
    run = np.cumsum(new) - 1
    twice = np.bincount(run, still)[run] > 1
    return twice & (still | np.r_[still[1:], False][: events.size])


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


def _jump(found: Findings, c: Counted, kind: Kind) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series."""
    some = np.flatnonzero(c.kind == kind)
    series, day, value = c.seg[some], c.day[some], c.value[some]
    before = np.full(len(some), NONE)
    if kind == Kind.TOTAL:
        follows = ~heads(series)
        before[follows] = c.row[some[np.flatnonzero(follows) - 1]]
        span, step = np.diff(day, prepend=0), np.diff(value, prepend=0)
        keep = np.flatnonzero(follows)
        some, series, day, value, before = (a[keep] for a in (some, series, day, value, before))
        span, step = span[keep], step[keep]
    else:
        span, step = day - c.start[some] + 1, value
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
    row = c.row[some[at]]

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (found.cite(row[chosen]), numbers(np.rint(rate[at[chosen]]).astype(np.int64)),
                 numbers(np.rint(np.maximum(usual[chosen], 0)).astype(np.int64)))  # fmt: skip
        return [
            f"{what} is a step of {step} a day; the largest of the others is {other} a day"
            for what, step, other in zip(*cells, strict=True)
        ]

    pairs = np.stack([before[at], row], axis=1)
    found.add(
        Code.JUMP, day[at], series[at], (np.repeat(np.arange(len(at)), 2), pairs.reshape(-1)),
        tell, found=value[at], size=np.rint(rate[at]).astype(np.int64),
    )  # fmt: skip
