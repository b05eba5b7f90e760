"""What does not add up within a series: the rules of running totals, told (design, section 8)."""

import numpy as np

from ...core.counted import Counted, Reason
from ...core.entries import PROVED, Entries, unexplained
from ...core.record import Record
from ...core.running import Work
from ...core.spans import NEVER, Ladder, heads, most_so_far, reached
from ...core.starts import Role
from ...model.frames import ordered, pack
from ...model.schema import Code, Kind, Qualifier, Severity
from ..claims import ragged
from ..words import days, numbers
from .findings import NONE, Findings, beside, runs


def sums(found: Findings, work: Work) -> None:
    """Note what the kernel of running totals came upon."""
    fell = _falls(found, work.counted)
    _arithmetic(found, work.entries, fell)
    _overlap(found, work.counted)
    _restart(found, work.counted)


def quarters(record: Record, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return number, low and high of reports in quarters: "about" is give or take a quarter.

    Where a report gives bounds of its own, these are taken.
    """
    number, low = 4 * record.best[rows], 4 * record.low[rows]
    high = np.where(record.open[rows], NEVER, 4 * record.high[rows])
    about = record.reports.fixed["qualifier"][rows] == Qualifier.ABOUT
    given = record.reports.stated
    about &= ~(given["low"][rows] | given["high"][rows])
    low = np.where(about, 3 * record.best[rows], low)
    high = np.where(about, 5 * record.best[rows], high)
    return number, low, high


# -- falls ------------------------------------------------------------------------------------


def _falls(found: Findings, c: Counted) -> np.ndarray:
    """Code ``falls``; return which reports it is about."""
    record = found.record
    at = np.flatnonzero((c.kind == Kind.TOTAL) & ~record.stock[c.row])
    rows, seg = c.row[at], c.seg[at]
    number, low, high = quarters(record, rows)
    high[c.role[at] > 0] = NEVER  # a start that says nothing leaves no high
    was = _highest_before(seg, number, low, cut=_cut(found, rows))
    late = np.flatnonzero(was >= 0)
    plain = (rows[was[late]], rows[late], low[was[late]], number[late], high[late])
    before, after, least, number, high = (
        np.concatenate(pair) for pair in zip(plain, _smaller_restarts(record, c), strict=True)
    )
    sure = high < least

    def tell(chosen: np.ndarray) -> list[str]:
        one, other = before[chosen], after[chosen]
        told = (found.say(other), found.dates(other), found.say(one), found.dates(one))
        return [
            f"{now} {dates} {'is' if certain else 'may be'} lower than {then} {earlier}, "
            "and no report says that it was revised"
            for now, dates, then, earlier, certain in zip(*told, sure[chosen], strict=True)
        ]

    found.add(
        Code.FALLS, record.day[after], record.series[after], beside(before, after), tell,
        found=record.best[after], expected=-(-least // 4),
        severity=np.where(sure, Severity.CONTRADICTION, Severity.DOUBT), size=least - number,
    )  # fmt: skip
    fell = np.zeros(len(record), bool)
    fell[after] = True
    return fell


def _cut(found: Findings, rows: np.ndarray) -> np.ndarray:
    """Whether a revision lowered each total: its chain once said more."""
    record = found.record
    said = np.flatnonzero(found.known.public & record.numbered)
    most = np.zeros(len(record), np.int64)
    np.maximum.at(most, record.chain[said], record.best[said])
    return most[record.chain[rows]] > record.best[rows]


def _highest_before(
    seg: np.ndarray, number: np.ndarray, low: np.ndarray, cut: np.ndarray
) -> np.ndarray:
    """Return, of each total that falls, which of those before it has the highest low, else -1.

    Only totals since the last fall or explicit cut count.
    """
    found, new = np.full(len(seg), NONE), heads(seg)
    # Only series in which some total is below an earlier low need a closer look.
    begin, stop = runs(new)
    group = np.cumsum(new) - 1
    top = most_so_far(low, new)
    below = np.r_[False, ~new[1:] & (number[1:] < top[:-1])][: len(seg)] & ~cut
    some = np.flatnonzero(np.bincount(group, below, len(begin))[group] > 0)
    if not len(some):
        return found
    new, number, low, cut = heads(seg[some]), number[some], low[some], cut[some]
    here = np.arange(len(some))
    begin, stop = runs(new)
    group = np.cumsum(new) - 1
    # The last earlier total whose low is above the number of each, within its series.
    back = Ladder(low[::-1]).next_above(len(some) - here, number[::-1][len(some) - 1 - here])
    above = len(some) - 1 - back
    above = np.where((above >= begin[group]) & ~cut, above, NONE)
    # From each total, the next one that falls when nothing before it counts, or is cut.
    after = np.full(len(some) + 1, len(some), np.int64)
    np.minimum.at(after, above, here)  # -1 is the last, which is not looked at
    after = np.minimum.accumulate(after[:-1][::-1])[::-1]
    next_cut = np.minimum.accumulate(np.where(cut, here, len(some))[::-1])[::-1]
    next_cut = np.r_[next_cut[1:], len(some)]
    follow = np.minimum(np.minimum(after, next_cut), stop[group])
    start = reached(follow, new)
    fall = start & ~new & ~cut
    # Of the totals since the last start, the one with the highest low; of equals the first.
    since = np.maximum.accumulate(np.where(start, here, 0))
    order = ordered(since, low, -here)
    begun = since[order]
    last = np.flatnonzero(np.r_[begun[1:] != begun[:-1], True])
    highest = np.full(len(some), NONE)
    highest[begun[last]] = order[last]
    at = np.flatnonzero(fall)
    found[some[at]] = some[highest[since[at - 1]]]
    return found


def _smaller_restarts(record: Record, c: Counted) -> tuple[np.ndarray, ...]:
    """Return restarts that exceed a wider one of the same start, said later, and that one."""
    anew = np.flatnonzero((c.role == Role.RESTART) & ~record.stock[c.row])
    anew = anew[ordered(c.seg[anew], c.start[anew], c.day[anew])]
    begin, _ = runs(heads(c.seg[anew], c.start[anew]))
    first = begin[np.cumsum(heads(c.seg[anew], c.start[anew])) - 1]
    wide, small = (anew[part] for part in ragged(first, np.arange(len(anew))))
    one, other = c.row[small], c.row[wide]
    number, _, high = quarters(record, other)
    least = quarters(record, one)[1]
    standing = record.rank[record.chain]
    worse = np.flatnonzero((standing[other] > standing[one]) & (number < 4 * record.best[one]))
    # The highest of those that exceed it.
    order = worse[ordered(wide[worse], record.best[one[worse]])]
    last = order[np.r_[wide[order][1:] != wide[order][:-1], True][: len(order)]]
    return one[last], other[last], least[last], number[last], high[last]


# -- arithmetic ---------------------------------------------------------------------------------


def _arithmetic(found: Findings, e: Entries, fell: np.ndarray) -> None:
    """Code ``arithmetic``: totals against what came before them, and days without a number."""
    record = found.record
    known = unexplained(e)[1]
    place, left = np.arange(len(e.seg)), np.where(known, e.earlier, 0)
    stock = (e.row >= 0) & record.stock[e.row]
    # Bounds of what the left anchor and the increments since it add up to.
    low = e.low[left] + e.sums["low"] - e.sums["low"][left]
    high = e.high[left] + e.sums["high"] - e.sums["high"][left]
    # Until the next total nothing is lower than a floor (rule 6).
    low = np.maximum(low, np.where(known, e.proved[np.maximum(place - 1, 0)], 0))
    limitless = e.open[left] | (e.sums["open"] > e.sums["open"][left])
    joined = known & (e.gaps == e.gaps[left])
    too_few = joined & ~e.open & (e.high < low)
    too_many = joined & ~limitless & (record.low[e.row] > high)
    too_many &= ~_adds_to_replaced(found, e, left, known)
    blamed = (too_few | too_many) & ~stock
    told = fell[e.row] & (e.row >= 0)
    at = np.flatnonzero(blamed & ~told)
    first = left[at]
    was, now = e.value[first], e.value[at]
    added = e.sums["value"][at] - e.sums["value"][first]

    def tell(chosen: np.ndarray) -> list[str]:
        rest = (now - was - added)[chosen]
        cells = (
            found.cite(e.row[at[chosen]]), numbers(np.abs(rest)), rest > 0,
            numbers((was + added)[chosen]), numbers(was[chosen]), numbers(added[chosen]),
        )  # fmt: skip
        return [
            f"{total} is {by} {'more' if above else 'less'} than {due}: expected {then} + {more}"
            for total, by, above, due, then, more in zip(*cells, strict=True)
        ]

    finding, entry = ragged(first, at + 1)
    found.add(
        Code.ARITHMETIC, e.day[at], e.seg[at], (finding, e.row[entry]), tell,
        found=now, expected=was + added,
    )  # fmt: skip
    _no_number(found, e, blamed | told, stock)


def _adds_to_replaced(
    found: Findings, e: Entries, left: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """Whether a total is the number that it replaced, and the `more` said since: 16, 15 more, 31.

    A `more` adds to what the source had said, which no entry holds any longer.
    """
    steps, replaced = found.known.record.replacements, np.full(len(found.record), NONE)
    replaced[steps.new] = steps.old
    old = np.append(replaced, NONE)[e.row]
    mores = np.cumsum(e.kind == Kind.MORE)
    added = e.sums["value"] - e.sums["value"][left]
    adds_up = found.record.best[old] + added == e.value
    return known & (mores > mores[left]) & (old != NONE) & adds_up


def _no_number(found: Findings, e: Entries, blamed: np.ndarray, stock: np.ndarray) -> None:
    """Days whose bounds cross, unless the total that they lead to was blamed already."""
    place = np.arange(len(e.seg))
    following = np.minimum.accumulate(np.where(e.kind == Kind.TOTAL, place, len(place))[::-1])[::-1]
    right = np.where(e.kind == PROVED, np.append(e.seg, -1)[following] == e.seg, False)
    right = np.where(right, following, e.right)  # floors look at the next total here
    stood = np.where(e.left >= 0, e.low[e.left], 0) + e.since_left("low")
    low = np.maximum(stood, e.proved)
    taken = e.sums_back["low"]
    high = e.high[right] - (taken[right] - taken)
    crossed = (right >= 0) & ~e.open[right] & (low > high) & ~blamed[right]
    crossed &= (e.kind != Kind.TOTAL) & ~stock
    # One finding for all the days that lead to one total: the last, floors apart.
    some = np.flatnonzero(crossed)
    some = some[ordered(right[some], e.kind[some] != PROVED, some)]
    at = some[np.r_[right[some][1:] != right[some][:-1], True][: len(some)]]
    day, low, high, right = e.day[at], low[at], high[at], right[at]
    # Before a count up to the total itself it is the day before, unless the count exceeds it.
    less = np.maximum(stood - e.forward["low"], e.proved)[at]
    rest = high - e.back["low"][at]
    before = (e.kind[at] == Kind.PERIOD) & e.gap[at] & e.joined_right[at] & (0 <= rest)
    before &= rest < less
    day = np.where(before, e.start[at] - 1, day)
    low, high = np.where(before, less, low), np.maximum(np.where(before, rest, high), 0)

    def tell(chosen: np.ndarray) -> list[str]:
        cells = (days(day[chosen]), numbers(low[chosen]), numbers(high[chosen]))
        return [
            f"no number through {until} fits: the reports before it give at least {least}, those "
            f"after it at most {most}"
            for until, least, most in zip(*cells, strict=True)
        ]

    first = np.where(e.left[at] >= 0, e.left[at], e.before[at] + 1)
    finding, entry = ragged(first, right + 1)
    found.add(
        Code.ARITHMETIC, day, e.seg[at], (finding, e.row[entry]), tell, found=low, expected=high
    )


# -- what is left out -----------------------------------------------------------------------------


def _overlap(found: Findings, c: Counted) -> None:
    """Code ``overlap``: counts that are left out of the running total."""
    record = found.record
    at = np.flatnonzero(c.reason != Reason.COUNTED)
    rows, because, reason = c.row[at], c.because[at], c.reason[at]
    since = np.where(c.since < NEVER, c.since, 0)[c.seg[at]]

    def tell(chosen: np.ndarray) -> list[str]:
        why = found.left_out(reason[chosen], because[chosen], since[chosen])
        return [
            f"{what} {how}; it is left out"
            for what, how in zip(found.cite(rows[chosen]), why, strict=True)
        ]

    found.add(
        Code.OVERLAP, record.day[rows], record.series[rows], beside(rows, because), tell,
        found=record.best[rows], size=record.best[rows],
    )  # fmt: skip


def _restart(found: Findings, c: Counted) -> None:
    """Code ``restart``: totals that count from a day before which the series had a number."""
    record = found.record
    at = np.flatnonzero(c.role > 0)
    if not len(at):
        return
    rows, role, since = c.row[at], c.role[at], record.since[c.row[at]]
    # The last total of an earlier day that is no restart.
    total = np.flatnonzero(c.kind == Kind.TOTAL)
    total = total[np.argsort(pack(c.seg[total], c.day[total]), kind="stable")]
    key = pack(c.seg[total], c.day[total])
    place = np.searchsorted(key, pack(c.seg[at], since)) - 1
    before = np.where(place >= 0, np.append(total, NONE)[place], NONE)
    before = np.where(
        (before >= 0) & (c.seg[before] == c.seg[at]) & (role != Role.LATE), before, NONE
    )
    had = np.where(before >= 0, c.row[before], NONE)
    origin = c.since[c.seg[at]]

    def tell(chosen: np.ndarray) -> list[str]:
        one, other = rows[chosen], had[chosen]
        cells = (
            found.cite(one), days(since[chosen]), found.cite(other), role[chosen].tolist(),
            days(np.where(origin[chosen] < NEVER, origin[chosen], since[chosen])),
        )  # fmt: skip
        return [
            f"{what} counts from {day}, "
            + {
                Role.RESTART: f"after {which}; it is added to that",
                Role.SLIP: f"after {which}, and is not below it: from when it counts is not known",
                Role.LATE: f"others from {first}: from when it counts is not known",
            }[why]
            for what, day, which, why, first in zip(*cells, strict=True)
        ]

    found.add(
        Code.RESTART, record.day[rows], record.series[rows], beside(had, rows), tell,
        found=record.best[rows],
        expected=np.where(had >= 0, record.best[had], NONE), size=record.best[rows],
    )  # fmt: skip
