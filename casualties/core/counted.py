"""Which live reports enter a running total, and why the others do not (section 4, rule 2).

A *segment* is one series at one clock. Segments are worked out side by side; what is rare
(restarts, `more` beside other counts, overlaps) is looked at only where it occurs.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ..model.frames import ordered, pack
from ..model.schema import Kind
from .record import Record
from .spans import NEVER, covering, heads, lay_out, least_to_come, most_so_far, reached
from .starts import Role, judge


class Reason(IntEnum):
    """Why a live report is left out of the running total, if it is."""

    COUNTED = 0
    ORIGIN = 1
    SO_FAR = 2
    STRADDLES = 3
    BEFORE_MORE = 4
    OVERLAPS = 5
    STEP = 6
    MORE_COUNTED = 7


@dataclass
class Counted:
    """The live reports of segments as they are used, in order, with the reason of each left out."""

    seg: np.ndarray
    row: np.ndarray
    kind: np.ndarray  #: a total that restarts is a period count here
    start: np.ndarray
    day: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    open: np.ndarray
    role: np.ndarray  #: what the start of a total says, see :mod:`casualties.starts`
    vague: np.ndarray  #: a running increment, which has no high in a sum
    reason: np.ndarray  #: why it is left out, ``COUNTED`` if it is not
    because: np.ndarray  #: the report that leaves it out, -1 for none (the origin)
    unproven: np.ndarray  #: left out, and proves no floor for a reason of its own
    shorter: np.ndarray  #: place of the next shorter step of the same count, -1 for none
    since: np.ndarray  #: per segment, the day after the origin, ``NEVER`` for none

    def take(self, segments: np.ndarray) -> "Counted":
        """Return the chosen segments."""
        keep = segments[self.seg]
        cells = {name: array[keep] for name, array in vars(self).items() if name != "since"}
        at = np.cumsum(keep) - 1
        cells["shorter"] = np.where(cells["shorter"] >= 0, at[cells["shorter"]], -1)
        return Counted(**cells, since=np.where(segments, self.since, NEVER))


def count(record: Record, seg: np.ndarray, rows: np.ndarray, size: int) -> Counted:
    """Return which live reports enter the running total, and how.

    Parameters
    ----------
    seg : ndarray of int
        Segment of each report, ascending.
    rows : ndarray of int
        The reports, in the order of the lines of the record within each segment.
    size : int
        How many segments there are.
    """
    starts = judge(record, seg, rows, size)
    role, kind = starts.role, record.kind[rows]
    anew = role == Role.RESTART
    if anew.any():  # a restart takes its place among the period counts of its day (rule 3)
        kind = np.where(anew, Kind.PERIOD, kind)
        order = ordered(seg, record.day[rows], kind != Kind.PERIOD)
        seg, rows, role, kind = seg[order], rows[order], role[order], kind[order]
    none = np.full(len(rows), -1, np.int64)
    c = Counted(
        seg, rows, kind, record.start[rows], record.day[rows], record.best[rows], record.low[rows],
        record.high[rows], record.open[rows] | (role == Role.SLIP) | (role == Role.LATE), role,
        record.so_far[rows] & (kind != Kind.TOTAL) & (role != Role.RESTART),
        np.zeros(len(rows), np.int64), none, np.zeros(len(rows), bool), none.copy(), starts.since,
    )  # fmt: skip
    increment = kind != Kind.TOTAL
    if not increment.any():
        return c
    # `since` is the day after the origin's: up to the origin the count is known to be 0.
    begins = starts.since[seg]
    c.reason[increment & (begins < NEVER) & (c.day < begins)] = Reason.ORIGIN
    period = np.flatnonzero(kind == Kind.PERIOD)
    more = np.flatnonzero(kind == Kind.MORE)
    origins = np.flatnonzero(starts.since < NEVER)
    total = np.flatnonzero(kind == Kind.TOTAL)
    origin = np.stack([pack(origins, starts.since[origins] - 1), np.full(len(origins), -1)])
    anchors = np.concatenate([np.stack([pack(seg[total], c.day[total]), total]), origin], axis=1)
    anchors = anchors[:, np.argsort(anchors[0], kind="stable")]

    out = np.full(len(rows), Reason.COUNTED)  # of period counts, by what leaves them out first
    _straddling(c, period, anchors, out)
    told = np.zeros(size, bool)  # the segments with a `more`
    told[seg[more]] = True
    beside, above = period[told[seg[period]]], total[told[seg[total]]]
    if len(beside) or len(above):
        _already_counted(record, c, more, beside, above, anchors, out)
    _so_far(record, c, period, total, out)
    c.reason[period] = np.where(c.reason[period] == Reason.ORIGIN, Reason.ORIGIN, out[period])
    _walk(c, period[c.reason[period] == Reason.COUNTED])
    if anew.any():
        _smaller_restarts(record, c)
    left = beside[c.reason[beside] != Reason.COUNTED]
    if len(left):  # of days before a `more` that counts, a count proves nothing
        c.unproven[left] |= _earlier_more(record, c, left, more, anchors)[1]
    return c


def _straddling(c: Counted, period: np.ndarray, anchors: np.ndarray, out: np.ndarray) -> None:
    """Leave out counts with an anchor inside: ``start <= anchor day < end``."""
    long = period[c.day[period] > c.start[period]]
    first = np.searchsorted(anchors[0], pack(c.seg[long], c.start[long]))
    inside = first < np.searchsorted(anchors[0], pack(c.seg[long], c.day[long]))
    out[long[inside]] = Reason.STRADDLES
    at = anchors[1, first[inside]]
    c.because[long[inside]] = np.where(at >= 0, c.row[at], -1)


def _so_far(
    record: Record, c: Counted, period: np.ndarray, total: np.ndarray, out: np.ndarray
) -> None:
    """Leave out counts that end on a running total's day and came later; they raise its high."""
    running = total[record.so_far[c.row[total]]]
    if not (len(running) and len(period)):
        return
    days = pack(c.seg[running], c.day[running])
    wanted = pack(c.seg[period], c.day[period])
    first, last = (np.searchsorted(days, wanted, side) for side in ("left", "right"))
    pair, at = lay_out(first, last)
    period, told = period[pair], running[at]
    later = record.said[c.row[period]] > record.said[c.row[told]]
    period, told = period[later], told[later]
    out[period], c.because[period] = Reason.SO_FAR, c.row[told]
    more = np.zeros(len(c.row), np.int64)
    np.maximum.at(more, told, c.high[period])
    c.high = c.high + more
    c.open = c.open.copy()
    c.open[told[c.open[period]]] = True


def _earlier_more(
    record: Record, c: Counted, period: np.ndarray, more: np.ndarray, anchors: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Look for a `more` of a later day, said before a count, with no anchor from its day to that.

    Returns whether there is one, whether there is one that counts, and the earliest.
    """
    days = pack(c.seg[more], c.day[more])
    block = np.searchsorted(anchors[0], days)
    padded = np.append(anchors[0], -1)
    own = padded[block] == days  # an anchor of its own day is in between
    new = heads(c.seg[more], block)
    after = np.searchsorted(days, pack(c.seg[period], c.day[period]), side="right")
    inside = np.minimum(after, len(more) - 1)
    together = (after < len(more)) & (c.seg[more[inside]] == c.seg[period])
    here = np.searchsorted(anchors[0], pack(c.seg[period], c.day[period]))
    together &= block[inside] == here
    never = int(record.said.max()) + 1
    said = record.said[c.row[more]]
    answers = []
    for counts in (~own, ~own & (c.reason[more] == Reason.COUNTED)):
        coded = np.where(counts, said, never) * len(more) + np.arange(len(more))
        least = least_to_come(coded, new)[inside]
        answers.append(together & (least // len(more) < record.said[c.row[period]]))
        if len(answers) == 1:
            first = np.where(answers[0], more[least % len(more)], -1)
    return answers[0], answers[1], first


def _already_counted(
    record: Record,
    c: Counted,
    more: np.ndarray,
    period: np.ndarray,
    total: np.ndarray,
    anchors: np.ndarray,
    out: np.ndarray,
) -> None:
    """Leave out each `more` that a later report counted, and counts of days before a `more`."""
    said, days = record.said[c.row], pack(c.seg[more], c.day[more])
    covered = np.zeros(len(more), bool)
    if len(period):
        held, _, first = _earlier_more(record, c, period, more, anchors)
        own = held & (out[period] == Reason.COUNTED)
        out[period[own]], c.because[period[own]] = Reason.BEFORE_MORE, c.row[first[own]]
        # A later count that holds its day, straddles no anchor and is not left out for a `more`.
        able = period[out[period] == Reason.COUNTED]
        begin = np.searchsorted(days, pack(c.seg[able], c.start[able]))
        end = np.searchsorted(days, pack(c.seg[able], c.day[able]), side="right")
        top = covering(begin, end, said[able] * len(able) + np.arange(len(able)), len(more))
        covered = (top >= 0) & (top // max(len(able), 1) > said[more])
        c.because[more[covered]] = c.row[able[top[covered] % max(len(able), 1)]]
    if len(total):
        # A later total of an earlier day, unless it says again what was said before the `more`.
        # Twice the instant from which its number stood; one said first must be later than the
        # `more`, one said again no earlier.
        stood = record.first_said[c.row[total]]
        level = np.where(stood < said[total], 2 * stood, 2 * said[total] - 1)
        coded = (level + 1) * len(total) + np.arange(len(total))
        most = most_so_far(coded, heads(c.seg[total]))
        before = np.searchsorted(pack(c.seg[total], c.day[total]), days) - 1
        known = (before >= 0) & (c.seg[total[before]] == c.seg[more])
        later = known & (most[before] // len(total) - 1 >= 2 * said[more])
        c.because[more[later]] = c.row[total[most[before[later]] % len(total)]]
        covered |= later
    c.reason[more[covered & (c.reason[more] == Reason.COUNTED)]] = Reason.MORE_COUNTED


def _walk(c: Counted, period: np.ndarray) -> None:
    """Walk the counts by start, wider first, and keep each that starts after the last one kept.

    Those that start with one kept are its steps, unless a narrower one exceeds a wider.
    """
    period = period[ordered(c.seg[period], c.start[period], -c.day[period])]
    if len(period) < 2:
        return
    begin, end = pack(c.seg[period], c.start[period]), pack(c.seg[period], c.day[period])
    if (begin[1:] > end[:-1]).all():
        return
    here = reached(np.searchsorted(begin, end, side="right"), heads(c.seg[period]))
    new = heads(begin)
    group = np.cumsum(new) - 1
    kept = here[new][group]
    out = period[~kept]
    c.reason[out] = Reason.OVERLAPS
    blocking = np.maximum.accumulate(np.where(here, np.arange(len(period)), 0))
    c.because[out] = c.row[period[blocking[~kept]]]

    some = period[kept & (np.bincount(group)[group] > 1)]
    if not len(some):
        return
    new = heads(c.seg[some], c.start[some])
    # The smallest high of the wider ones; one that is left out exceeds it, and changes nothing.
    levels, rank = np.unique(np.where(c.open[some], NEVER, c.high[some]), return_inverse=True)
    least = -most_so_far(-(rank * len(some) + np.arange(len(some))), new)
    wider = np.r_[least[:1], least[:-1]]
    exceeds = ~new & (c.low[some] > levels[wider // len(some)])
    c.reason[some[exceeds]] = Reason.STEP
    c.because[some[exceeds]] = c.row[some[wider[exceeds] % len(some)]]
    steps = some[~exceeds]
    follows = ~heads(c.seg[steps], c.start[steps])
    c.shorter[steps[:-1][follows[1:]]] = steps[1:][follows[1:]]


def _smaller_restarts(record: Record, c: Counted) -> None:
    """Let no restart prove a floor that exceeds a wider one of the same start, said later."""
    anew = np.flatnonzero(c.role == Role.RESTART)
    anew = anew[ordered(c.seg[anew], c.start[anew], -c.day[anew])]
    new = heads(c.seg[anew], c.start[anew])
    begin = np.maximum.accumulate(np.where(new, np.arange(len(anew)), 0))
    narrow = np.flatnonzero(c.reason[anew] != Reason.COUNTED)
    pair, at = lay_out(begin[narrow], narrow)
    wide = anew[at]
    small = anew[narrow[pair]]
    later = record.said[c.row[wide]] > record.said[c.row[small]]
    c.unproven[small[later & (c.value[wide] < c.value[small])]] = True
