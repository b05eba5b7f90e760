"""The kernel of running totals: live reports in, one row per series and day out.

Design, section 4. Arrays in, arrays out. A *segment* is one series at one clock; segments are
worked out side by side, so that the same kernel serves a snapshot, a history and a matrix of
vintages.
"""

from dataclasses import dataclass

import numpy as np

from ..model.schema import Basis, Kind
from .record import NEVER, Record


@dataclass
class Running:
    """Running totals: one element per segment and day, ordered by both."""

    seg: np.ndarray
    day: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    open: np.ndarray
    basis: np.ndarray
    unexplained: np.ndarray
    explained: np.ndarray  #: whether there is an anchor to the left of a stated total
    row: np.ndarray  #: the last report that the row rests on

    def take(self, keep: np.ndarray) -> "Running":
        """Return the chosen elements."""
        return Running(**{name: array[keep] for name, array in vars(self).items()})

    @property
    def last(self) -> np.ndarray:
        """Position of the last row of each segment: the headline."""
        return np.flatnonzero(np.r_[self.seg[1:] != self.seg[:-1], len(self.seg) > 0])


@dataclass
class Entries:
    """What is counted, in order, with the origins (`row` -1) put in."""

    seg: np.ndarray
    row: np.ndarray
    day: np.ndarray
    start: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    open: np.ndarray
    # Derived by `connect`: cumulative sums of increments and gaps, and the anchors on both sides.
    gaps: np.ndarray
    sums: dict[str, np.ndarray]
    left: np.ndarray  #: last anchor at or before, -1 if none
    right: np.ndarray  #: first anchor at or after, -1 if none
    before: np.ndarray  #: entry before the first of the segment

    def since_left(self, name: str) -> np.ndarray:
        """Sum of the increments after the left anchor (or from the first), this one included."""
        upto = np.r_[self.sums[name], 0]
        return upto[:-1] - upto[np.where(self.left >= 0, self.left, self.before)]

    def up_to_right(self, name: str) -> np.ndarray:
        """Sum of the increments after this entry, up to the right anchor."""
        return np.where(self.right >= 0, self.sums[name][self.right] - self.sums[name], 0)

    @property
    def joined_left(self) -> np.ndarray:
        """Whether there is a left anchor and no gap since it."""
        return (self.left >= 0) & (self.gaps[self.left] == self.gaps)

    @property
    def joined_right(self) -> np.ndarray:
        """Whether there is a right anchor and no gap up to it."""
        return (self.right >= 0) & (self.gaps[self.right] == self.gaps)


def first_since(record: Record, seg: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    """Return, per segment, the earliest day that a live total counts from (``NEVER`` if none)."""
    since = np.full(size, NEVER)
    given = record.since[rows] < NEVER
    np.minimum.at(since, seg[given], record.since[rows[given]])
    return since


def counted(record: Record, seg: np.ndarray, rows: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Return which live reports enter the running total (rules 1 and 2).

    Left out are increments up to the origin's day, period counts that straddle an anchor, and
    period counts that overlap one already counted.
    """
    kind, day, start = record.kind[rows], record.day[rows], record.start[rows]
    # `since` is the day after the origin's: up to the origin the count is known to be 0.
    keep = (kind == Kind.TOTAL) | (since[seg] == NEVER) | (day >= since[seg])
    long = np.flatnonzero(keep & (kind == Kind.PERIOD) & (day > start))
    if not len(long):
        return keep
    # One key per segment and day, so that one sorted array serves every segment.
    base = min(int(start.min()), int(day.min())) - 2
    width = int(day.max()) - base + 2
    anchors = (seg * width + day - base)[kind == Kind.TOTAL]
    first, last = (seg * width + d - base for d in (start, day))
    inside = np.searchsorted(anchors, last[long]) > np.searchsorted(anchors, first[long])
    origin = since[seg[long]] - 1
    inside |= (start[long] <= origin) & (origin < day[long])
    keep[long[inside]] = False
    period = np.flatnonzero(keep & (kind == Kind.PERIOD))
    period = period[np.lexsort((-last[period], first[period]))]
    begin, end = first[period], last[period]
    if (begin[1:] > end[:-1]).all():
        return keep
    # Walk by start, wider first, and keep each that starts after the last kept one ends. Every
    # segment walks at once: `follow` is the next one to keep, and the reached ones double.
    follow = np.r_[np.searchsorted(begin, end, side="right"), len(period)]
    reached = np.zeros(len(period) + 1, bool)
    reached[0] = True
    reached[:-1] |= np.r_[True, seg[period[1:]] != seg[period[:-1]]]
    steps = 1
    while steps <= len(period):
        reached[follow[reached]] = True
        follow = follow[follow]
        steps *= 2
    keep[period[~reached[:-1]]] = False
    return keep


def connect(record: Record, seg: np.ndarray, rows: np.ndarray, since: np.ndarray) -> Entries:
    """Return the counted entries with their origins, gaps, sums and anchors (rules 1 to 4)."""
    keep = counted(record, seg, rows, since)
    seg, rows = seg[keep], rows[keep]
    # The origin closes its day: it stands before the first entry of a later day. Where the
    # entries of a segment are all of later days, that is at its front.
    began = np.flatnonzero(since < NEVER)
    first = np.searchsorted(seg, began)
    origin_day = since[began] - 1
    place = first.copy()
    early = record.day[rows] < np.append(since, NEVER)[seg] if len(began) else np.zeros(0, bool)
    if early.any():
        early_seg = seg[early & (since[seg] < NEVER)]
        place += np.bincount(early_seg, minlength=len(since))[began]

    def put(values: np.ndarray, origin: np.ndarray | int) -> np.ndarray:
        return np.insert(values, place, origin)

    seg, row = put(seg, began), put(rows, -1)
    kind, day = put(record.kind[rows], Kind.TOTAL), put(record.day[rows], origin_day)
    start = put(record.start[rows], origin_day)
    value, low, high = (put(a[rows], 0) for a in (record.best, record.low, record.high))
    is_open = put(record.open[rows], 0)

    here = np.arange(len(seg))
    head = np.r_[True, seg[1:] != seg[:-1]] if len(seg) else np.zeros(0, bool)
    front = np.maximum.accumulate(np.where(head, here, 0))
    anchor = kind == Kind.TOTAL
    # Rule 4. The entry before the first of a segment does not count: the first always has a gap.
    yesterday = np.r_[0, day[:-1]]
    gap = np.select(
        [head, kind == Kind.PERIOD, anchor], [True, start > yesterday + 1, day > yesterday]
    )
    left = np.maximum.accumulate(np.where(anchor, here, -1))
    left = np.where(left >= front, left, -1)
    right = np.minimum.accumulate(np.where(anchor, here, len(seg))[::-1])[::-1]
    tail = np.r_[head[1:], True] if len(seg) else head
    back = np.minimum.accumulate(np.where(tail, here, len(seg))[::-1])[::-1]
    right = np.where(right <= back, right, -1)
    sums = {
        name: np.cumsum(np.where(anchor, 0, array))
        for name, array in (("value", value), ("low", low), ("high", high), ("open", is_open))
    }
    return Entries(
        seg, row, day, start, kind, value, low, high, is_open,
        np.cumsum(gap), sums, left, right, front - 1,
    )  # fmt: skip


def unexplained(e: Entries) -> tuple[np.ndarray, np.ndarray]:
    """Return stated − (left anchor + increments since it) at every total, and where that exists.

    Rule 7, for every entry; entries without an anchor to their left have none.
    """
    place = np.arange(len(e.seg))
    earlier = np.where(place > e.before + 1, np.r_[-1, e.left[:-1]][: len(place)], -1)
    known = (e.kind == Kind.TOTAL) & (e.row >= 0) & (earlier >= 0)
    expected = e.value[earlier] + e.sums["value"] - e.sums["value"][earlier]
    return np.where(known, e.value - expected, 0), known


def running(record: Record, seg: np.ndarray, rows: np.ndarray, since: np.ndarray) -> Running:
    """Return the running totals of live reports.

    Parameters
    ----------
    seg : ndarray of int
        Segment of each report, ascending.
    rows : ndarray of int
        The reports, in the order of :class:`Lines` within each segment.
    since : ndarray of int
        Per segment, the first day that its totals count from, ``NEVER`` if they do not say.
    """
    e = connect(record, seg, rows, since)
    anchor, has_left, has_right = e.kind == Kind.TOTAL, e.left >= 0, e.right >= 0
    whole_left, whole_right = e.joined_left, e.joined_right

    # Rule 5. From the left: the anchor (or 0) and the increments since; from the right: the
    # anchor less the increments still to come.
    from_left = np.where(has_left, e.value[e.left], 0) + e.since_left("value")
    from_right = e.value[e.right] - e.up_to_right("value")
    basis = np.select(
        [anchor, whole_left, whole_right, has_left | ~has_right],
        [Basis.STATED, Basis.SUMMED, Basis.BACKED_OUT, Basis.FLOOR],
        Basis.CEILING,
    )
    total = np.where((basis == Basis.BACKED_OUT) | (basis == Basis.CEILING), from_right, from_left)

    # Rule 6. Losses are not undone: the left anchor's low and the lows since always bound from
    # below, the right anchor's high less the lows to come from above; across no gap, the other
    # anchor bounds as well.
    low_left = np.where(has_left, e.low[e.left], 0) + e.since_left("low")
    low_right = e.low[e.right] - e.up_to_right("high")
    high_right = e.high[e.right] - e.up_to_right("low")
    high_left = e.high[e.left] + e.since_left("high")
    low_right_known = whole_right & (e.up_to_right("open") == 0)
    high_right_known = has_right & ~e.open[e.right]
    high_left_known = whole_left & ~e.open[e.left] & (e.since_left("open") == 0)
    low = np.where(low_right_known, np.maximum(low_left, low_right), low_left)
    high = np.minimum(
        np.where(high_right_known, high_right, NEVER), np.where(high_left_known, high_left, NEVER)
    )
    rest, has_rest = unexplained(e)

    # Rule 8: the last real entry of each segment and day.
    real = np.flatnonzero(e.row >= 0)
    shown = real[_last_of(e.seg[real], e.day[real])]
    out = Running(
        e.seg[shown], e.day[shown], total[shown], low[shown], high[shown],
        high[shown] == NEVER, basis[shown], rest[shown], has_rest[shown], e.row[shown],
    )  # fmt: skip

    # The day before a period count with a gap before it and none up to the next anchor.
    gap = np.diff(e.gaps, prepend=0) > 0
    at = np.flatnonzero((e.kind == Kind.PERIOD) & gap & whole_right)
    if len(at):
        own_low, own_high = e.low[at], e.high[at]
        known = low_right_known[at] & ~e.open[at]
        before = np.where(
            known,
            np.maximum((low_left - e.low)[at], low_right[at] - own_high),
            (low_left - e.low)[at],
        )
        extra = Running(
            e.seg[at], e.start[at] - 1, from_right[at] - e.value[at], before,
            np.where(high_right_known[at], high_right[at] - own_low, NEVER), ~high_right_known[at],
            np.full(len(at), Basis.BACKED_OUT), np.zeros(len(at), np.int64),
            np.zeros(len(at), bool), e.row[e.right[at]],
        )  # fmt: skip
        out = Running(**{k: np.r_[v, vars(extra)[k]] for k, v in vars(out).items()})
        out = out.take(np.lexsort((out.day, out.seg)))
    _put_in_bounds(out)
    return out


def _last_of(seg: np.ndarray, day: np.ndarray) -> np.ndarray:
    if not len(seg):
        return np.zeros(0, bool)
    return np.r_[(seg[1:] != seg[:-1]) | (day[1:] != day[:-1]), True]


def _put_in_bounds(out: Running) -> None:
    """No bound below 0; crossed bounds change places; the total is moved to the nearer one."""
    low, high = np.maximum(out.low, 0), np.maximum(out.high, 0)
    out.low, out.high = np.minimum(low, high), np.where(out.open, NEVER, np.maximum(low, high))
    out.total = np.clip(out.total, out.low, out.high)
