"""Who replaces whom (design, section 3): from when to when each report is live, for all clocks.

Clocks are ranks: how many reports were public. A report is live in *spans* of ranks. Most have one;
a figure that a mistake had replaced comes back with the retraction of the mistake, and has two.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..model.frames import ordered
from ..model.schema import Action, Kind
from .spans import NEVER, Ladder, covering, heads, spread
from .starts import Role, judge

if TYPE_CHECKING:
    from .record import Record


@dataclass
class Spans:
    """When each report is live: ``born <= rank < ended``, and the further spans of a few."""

    born: np.ndarray  #: per report, ``NEVER`` if it is never live
    ended: np.ndarray
    row: np.ndarray  #: of each further span
    row_born: np.ndarray
    row_ended: np.ndarray


def find_spans(record: "Record") -> Spans:
    """Return when each report is live, rules (a) and (b) without the bracket of (b)."""
    born = np.where((record.action >= Action.RETRACT) | record.denial, NEVER, record.rank)
    ended = record.mended_at.copy()
    none = np.zeros(0, np.int64)
    # Only of a figure of which several reports speak is one replaced by another.
    rows = np.flatnonzero(record.figure >= 0)
    rows = rows[(np.bincount(record.figure[rows]) > 1)[record.figure[rows]]]
    if not len(rows):
        return Spans(born, ended, none, none, none)
    standing = record.rank[record.chain]
    rows = rows[ordered(record.figure[rows], standing[rows], record.nth[rows])]
    figure, standing, rank = record.figure[rows], standing[rows], record.rank[rows]
    # Silent chains neither replace others nor make a figure of two chains.
    several = np.bincount(figure[heads(figure, standing)]) > 1
    # Mostly a chain that speaks of a figure goes on to speak of it.
    following = record.chain_next[rows]
    goes_on = (record.figure[following] == figure) & record.numbered[following]
    stops = record.numbered[rows] & (following >= 0) & ~goes_on
    tangled = several & (np.bincount(figure[stops], minlength=len(several)) > 0)

    # Then what is said of it first, in a chain of later standing, ends a report for good.
    plain = several[figure] & ~tangled[figure]
    at = np.flatnonzero(plain)
    newer = _first_newer(figure[at], standing[at], np.where(record.numbered[rows], rank, NEVER)[at])
    ended[rows[at]] = np.minimum(ended[rows[at]], newer)
    replaced = rows[at][ended[rows[at]] <= rank[at]]  # a correction of what was replaced already
    born[replaced] = ended[replaced] = NEVER
    at = np.flatnonzero(tangled[figure])
    return _untangle(
        record, rows[at], figure[at], standing[at], Spans(born, ended, none, none, none)
    )


def _first_newer(figure: np.ndarray, standing: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Return the smallest rank among the chains of later standing of the same figure."""
    newer = np.full(len(rank), NEVER)
    if not len(rank):
        return newer
    # Where every chain is one report with a number, it is the next one.
    odd = np.zeros(int(figure[-1]) + 1, bool)
    odd[figure[(standing != rank) | (rank == NEVER)]] = True
    whole = odd[figure]
    newer[:-1] = np.where(whole[:-1] | heads(figure)[1:], NEVER, rank[1:])
    some = np.flatnonzero(whole)
    if len(some):
        newer[some] = _first_newer_of_chains(figure[some], standing[some], rank[some])
    return newer


def _first_newer_of_chains(
    figure: np.ndarray, standing: np.ndarray, rank: np.ndarray
) -> np.ndarray:
    newer = np.full(len(rank), NEVER)
    # From the last report back, the smallest so far of its figure. Each figure's ranks are shifted
    # below those of the next, so that the running minimum starts anew there.
    most = int(rank[rank < NEVER].max(initial=0)) + 2
    shift = (np.cumsum(heads(figure)) - 1) * most
    least = np.minimum.accumulate((np.minimum(rank, most - 1) + shift)[::-1])[::-1] - shift
    # One's own chain does not count: look behind its end.
    new = heads(figure, standing)
    last = np.r_[np.flatnonzero(new)[1:], len(rank)][np.cumsum(new) - 1]
    inside = np.minimum(last, len(rank) - 1)
    found = (last < len(rank)) & (figure[inside] == figure) & (least[inside] < most - 1)
    newer[found] = least[inside[found]]
    return newer


def _untangle(
    record: "Record", rows: np.ndarray, figure: np.ndarray, standing: np.ndarray, spans: Spans
) -> Spans:
    """Work out the spans of figures of which some chain ceases to speak.

    At any rank the latest standing that speaks is known; a report is live where that is not later
    than its own.
    """
    if not len(rows):
        return spans
    begin, end = record.rank[rows], np.minimum(record.mended_at[rows], len(record))
    shift = (np.cumsum(heads(figure)) - 1) * (len(record) + 1)
    slots = np.unique(np.r_[shift + begin, (shift + end)[end < len(record)]])
    time = slots % (len(record) + 1)
    first, last = np.searchsorted(slots, shift + begin), np.searchsorted(slots, shift + end)
    speaks = record.numbered[rows]
    latest = covering(first[speaks], last[speaks], standing[speaks], len(slots))
    rises, falls = Ladder(latest), Ladder(-latest)
    place, active, again = first, np.arange(len(rows)), []
    spans.born[rows] = spans.ended[rows] = NEVER
    found = np.zeros(len(rows), bool)
    while len(active):
        start = falls.next_above(place, -standing[active] - 1)
        inside = start < last[active]
        active, start = active[inside], start[inside]
        stop = np.minimum(rises.next_above(start, standing[active]), last[active])
        row = rows[active]
        until = np.where(
            stop < last[active], time[np.minimum(stop, len(time) - 1)], record.mended_at[row]
        )
        once = ~found[active]
        spans.born[row[once]], spans.ended[row[once]] = time[start[once]], until[once]
        again.append((row[~once], time[start[~once]], until[~once]))
        found[active] = True
        more = stop < last[active]
        place, active = stop[more], active[more]
    spans.row, spans.row_born, spans.row_ended = (
        np.concatenate([part[i] for part in again]) for i in range(3)
    )
    return spans


# -- restarts: the bracket of rule (b) ---------------------------------------------------------


def may_restart(record: "Record") -> np.ndarray:
    """Whether each series has a total whose start comes after the day of another total."""
    total = np.flatnonzero(record.sums & (record.kind == Kind.TOTAL))
    size = len(record.series_table)
    first, last = np.full(size, NEVER), np.full(size, -NEVER)
    np.minimum.at(first, record.series[total], record.day[total])
    given = total[record.since[total] < NEVER]
    np.maximum.at(last, record.series[given], record.since[given])
    return first < last


def bracketed(record: "Record", seg: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which reports in force are live where totals may restart, and who speaks for each.

    Parameters
    ----------
    seg : ndarray of int
        Segment of each report, ascending: a series at a clock.
    rows : ndarray of int
        The reports in force, rule (a).

    Returns
    -------
    live : ndarray of bool
    speaker : ndarray of int
        The report of latest standing that speaks of the same dates, -1 for none.
    """
    figure = record.figure[rows]
    live, speaker = _not_replaced(record, seg, rows, figure)
    judged = np.flatnonzero(live & record.sums[rows])
    judged = judged[ordered(seg[judged], record.place[rows[judged]])]
    size = int(seg[-1]) + 1 if len(seg) else 0
    role = judge(record, seg[judged], rows[judged], size).role
    anew = judged[role == Role.RESTART]
    if not len(anew):
        return live, speaker
    # All totals with such a start are restarts, whether they were live or not: they speak of the
    # same dates as period counts do.
    since = record.since[rows]
    starts = np.flatnonzero((record.kind[rows] == Kind.TOTAL) & (since < NEVER))
    base = int(since[starts].min())
    key = seg * (int(since[starts].max()) - base + 1) + since - base
    restarts = starts[np.isin(key[starts], key[anew])]
    figure = figure.copy()
    figure[restarts] = record.figure_if_restart[rows[restarts]]
    return _not_replaced(record, seg, rows, figure)


def _not_replaced(
    record: "Record", seg: np.ndarray, rows: np.ndarray, figure: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rule (b) among the reports in force of each segment, for figures as given."""
    live, speaker = np.ones(len(rows), bool), np.full(len(rows), -1, np.int64)
    some = np.flatnonzero(figure >= 0)
    if not len(some):
        return live, speaker
    standing, speaks = record.rank[record.chain[rows]], record.numbered[rows]
    heard = np.where(speaks, standing, -1)
    some = some[ordered(seg[some], figure[some], heard[some])]
    new = heads(seg[some], figure[some])
    last = np.r_[np.flatnonzero(new)[1:], len(some)] - 1
    top = some[last][np.cumsum(new) - 1]
    live[some] = standing[some] >= heard[top]
    speaker[some] = np.where(speaks[top], rows[top], -1)
    return live, speaker


# -- replacements ------------------------------------------------------------------------------


@dataclass
class Replacements:
    """Every replacement of one report by another, in the order in which they happened."""

    old: np.ndarray
    new: np.ndarray
    explicit: np.ndarray  #: whether the new one says what it replaces

    def take(self, keep: np.ndarray) -> "Replacements":
        """Return the chosen ones."""
        return Replacements(**{name: array[keep] for name, array in vars(self).items()})


def find_replacements(record: "Record") -> Replacements:
    """Return each step of each chain, and each end of a span that is not such a step."""
    chained = np.flatnonzero((record.chain_next >= 0) & ~record.denial)
    spans = record.spans
    old, ended = np.r_[np.arange(len(record)), spans.row], np.r_[spans.ended, spans.row_ended]
    implicit = (np.r_[spans.born, spans.row_born] < ended) & (ended < record.mended_at[old])
    implicit &= ~record.restarting[old]
    old, ended = old[implicit], ended[implicit]
    old_apart, new_apart = _replaced_apart(record)
    old = np.r_[chained, old, old_apart]
    new = np.r_[record.chain_next[chained], record.order[ended], new_apart]
    explicit = np.r_[np.ones(len(chained), bool), np.zeros(len(old) - len(chained), bool)]
    order = ordered(record.rank[new], record.rank[old])
    return Replacements(old[order], new[order], explicit[order])


def _replaced_apart(record: "Record") -> tuple[np.ndarray, np.ndarray]:
    """Return old and new of what is replaced implicitly in series that may restart.

    One report at a time becomes public, and replaces others when it comes.
    """
    rows = np.flatnonzero(record.restarting & ~record.denial)
    rows = rows[ordered(record.series[rows], record.rank[rows])]
    new = heads(record.series[rows])
    begin = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
    was = np.zeros(len(record), bool)
    parts = [np.zeros((2, 0), np.int64)]
    for first, last, seg, member in spread(begin, np.arange(1, len(rows) + 1)):
        event, row = rows[first:last][seg], rows[member]
        force = (record.action[row] != Action.RETRACT) & (
            record.mended_at[row] > record.rank[event]
        )
        seg, event, row = seg[force], event[force], row[force]
        live, speaker = bracketed(record, seg, row)
        order = ordered(row, seg)
        event, row, live, speaker = event[order], row[order], live[order], speaker[order]
        same = ~heads(row)
        before = np.where(same, np.r_[False, live[:-1]], was[row]) if len(row) else live
        gone = before & ~live & (speaker == event)
        parts.append(np.stack([row[gone], event[gone]]))
        tail = np.r_[~same[1:], True] if len(row) else same
        was[row[tail]] = live[tail]
    old, replaced_by = np.concatenate(parts, axis=1)
    return old, replaced_by


def first_said(record: "Record") -> np.ndarray:
    """Return the instant from which each number has stood unchanged, said again or not.

    A report that reaffirms another (section 3) says what the other said, from when it said it.
    """
    found = record.replacements
    again = record.same_count(found.old, found.new) & record.numbered[found.new]
    says = np.arange(len(record))
    for explicit in (True, False):
        some = again & (found.explicit == explicit)
        says[found.new[some]] = found.old[some]
    while not np.array_equal(further := says[says], says):
        says = further
    return record.said[says]
