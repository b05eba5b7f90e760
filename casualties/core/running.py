"""The kernel of running totals: live reports in, one row per series and day out.

Design, section 4. Arrays in, arrays out. A *segment* is one series at one clock; segments are
worked out side by side, so that the same kernel serves a snapshot, a history and a matrix of
vintages.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..model.frames import pack
from ..model.schema import Basis, Kind
from .counted import Counted, count
from .entries import PROVED, Entries, connect, narrow, unexplained
from .floors import Floors, find_floors
from .record import Record
from .rows import Rows
from .spans import CHUNK, NEVER, heads


@dataclass
class Running(Rows):
    """Running totals with what they stand on."""

    since: np.ndarray  #: day of the anchor that the number stands on, ``-NEVER`` for none
    until: np.ndarray  #: day of the anchor that it is backed out from, else its own


@dataclass
class Work:
    """Everything that was worked out on the way to the running totals of live reports."""

    counted: Counted
    entries: Entries
    found: Running
    floors: Floors | None


def running(record: Record, seg: np.ndarray, rows: np.ndarray, size: int) -> Running:
    """Return the running totals of live reports.

    Parameters
    ----------
    seg : ndarray of int
        Segment of each report, ascending.
    rows : ndarray of int
        The reports, in the order of the lines of the record within each segment.
    size : int
        How many segments there are.
    """
    if len(seg) <= CHUNK:
        return _sum(record, count(record, seg, rows, size))[0]
    begin = np.flatnonzero(heads(seg))
    parts = []
    for one, other in pairwise([*begin[heads(begin // CHUNK)], len(seg)]):
        first, last = seg[one], seg[other - 1]
        c = count(record, seg[one:other] - first, rows[one:other], last - first + 1)
        parts.append(_sum(record, c)[0])
        parts[-1].seg += first
    return Running(
        **{name: np.concatenate([vars(p)[name] for p in parts]) for name in vars(parts[0])}
    )


def work_out(record: Record, seg: np.ndarray, rows: np.ndarray, size: int) -> Work:
    """Return the running totals of live reports with what was worked out on the way."""
    c = count(record, seg, rows, size)
    found, floors = _sum(record, c)
    entries = connect(record, c, floors)
    narrow(record, entries)
    return Work(c, entries, found, floors)


def _sum(record: Record, c: Counted) -> tuple[Running, Floors | None]:
    entries = connect(record, c)
    narrow(record, entries)
    found = shown(record, entries, numbers(record, entries))
    above = find_floors(record, c, found)
    if above is None:
        return found, None
    # Floors are anchors for what follows: the segments that have them are summed again. One that
    # is lower than an earlier floor and the increments since does not stand.
    raised = np.zeros(len(c.since), bool)
    raised[above.seg] = True
    some = c.take(raised)
    keep = np.ones(len(above.seg), bool)
    days = pack(found.seg, found.day)
    while True:
        floors = above.take(keep)
        entries = connect(record, some, floors)
        narrow(record, entries)
        number = numbers(record, entries)
        at = np.flatnonzero(entries.kind == PROVED)
        low = (at > entries.before[at] + 1) & (entries.row[at - 1] >= 0)
        worst = np.flatnonzero(low & (number.total[at - 1] > number.total[at]))
        # What was backed out for that day is all that was said of it.
        own = pack(floors.seg[worst], floors.day[worst])
        shown_too = np.append(days, -1)[np.searchsorted(days, own)] == own
        worst = worst[(entries.day[at[worst] - 1] == floors.day[worst]) | ~shown_too]
        if not len(worst):
            break
        keep[np.flatnonzero(keep)[worst[heads(floors.seg[worst])]]] = False
    again = shown(record, entries, number)
    return found.take(~raised[found.seg]) + again, floors


def numbers(record: Record, e: Entries) -> Running:
    """Return the number at each entry (rules 5 to 7)."""
    anchor, has_left, has_right = e.kind == Kind.TOTAL, e.left >= 0, e.right >= 0
    whole_left, whole_right = e.joined_left, e.joined_right
    high_right_known = has_right & ~e.open[e.right]
    low_right_known = whole_right & (e.up_to_right("open") == 0)
    high_left_known = whole_left & ~e.open[e.left] & (e.since_left("open") == 0)

    # Rule 5. From the left: the anchor (or 0) and the increments since; from the right: the
    # anchor less the increments still to come.
    from_left = np.where(has_left, e.value[e.left], 0) + e.since_left("value")
    from_right = e.value[e.right] - e.up_to_right("value")
    basis = np.select(
        [anchor, e.kind == PROVED, whole_left, whole_right, has_left | ~high_right_known],
        [Basis.STATED, Basis.FLOOR, Basis.SUMMED, Basis.BACKED_OUT, Basis.FLOOR],
        Basis.CEILING,
    )
    at_most = e.value[e.right] - e.up_to_right("counts")
    total = np.select(
        [basis == Basis.BACKED_OUT, basis == Basis.CEILING], [from_right, at_most], from_left
    )

    # Rule 6. Losses are not undone: the left anchor's low and the lows since always bound from
    # below, the right anchor's high less the lows to come from above; across no gap, the other
    # anchor bounds as well.
    low_left = np.where(has_left, e.low[e.left], 0) + e.since_left("low")
    low_left = np.where(anchor, low_left, np.maximum(low_left, e.proved))
    low_right = e.low[e.right] - e.up_to_right("high")
    high_right = e.high[e.right] - e.up_to_right("low")
    high_left = e.high[e.left] + e.since_left("high")
    low = np.where(low_right_known, np.maximum(low_left, low_right), low_left)
    high = np.minimum(
        np.where(high_right_known, high_right, NEVER), np.where(high_left_known, high_left, NEVER)
    )
    # Rule 9: of a stock, a sum says nothing but itself.
    stock = (e.row >= 0) & record.stock[e.row] & ~anchor
    low, high = np.where(stock, 0, low), np.where(stock, NEVER, high)
    rest, has_rest = unexplained(e)
    stands = np.where(e.kind == PROVED, e.earlier, e.left)
    since = np.where(stands >= 0, e.day[stands], -NEVER)
    back = (basis == Basis.BACKED_OUT) | (basis == Basis.CEILING)
    until = np.where(back, e.day[e.right], e.day)

    out = Running(
        e.seg, e.day, total, low, high, high == NEVER, basis, rest, has_rest, e.row, since, until
    )
    _put_in_bounds(out)
    return out


def shown(record: Record, e: Entries, number: Running) -> Running:
    """Return the row of each segment and day (rule 8): its last entry."""
    real = np.flatnonzero(e.row >= 0)
    last = np.r_[heads(e.seg[real], e.day[real])[1:], True][: len(real)]
    out = number.take(real[last])
    # The day before a period count with a gap before it and none up to the next anchor, unless
    # something is said of that day itself.
    taken = ~heads(e.seg) & (np.r_[0, e.day[:-1]][: len(e.day)] == e.start - 1)
    at = np.flatnonzero((e.kind == Kind.PERIOD) & e.gap & e.joined_right & ~taken)
    return out + _day_before(e, at, number.since[at]) if len(at) else out


def _day_before(e: Entries, at: np.ndarray, since: np.ndarray) -> Running:
    """Return what the counts `at`, subtracted from the next total, say of the day before them."""
    right = e.right[at]
    less = {name: (e.up_to_right(name) + back)[at] for name, back in e.back.items()}
    stood = np.where(e.left >= 0, e.low[e.left], 0) + e.since_left("low") - e.forward["low"]
    low = np.maximum(stood, e.proved)[at]
    low = np.where(less["open"] == 0, np.maximum(low, e.low[right] - less["high"]), low)
    high = np.where(e.open[right], NEVER, e.high[right] - less["low"])
    none = np.zeros(len(at), np.int64)
    out = Running(
        e.seg[at], e.start[at] - 1, e.value[right] - less["value"], low, high, e.open[right],
        np.full(len(at), Basis.BACKED_OUT), none, none.astype(bool), e.row[right], since,
        e.day[right],
    )  # fmt: skip
    _put_in_bounds(out)
    return out


def _put_in_bounds(out: Running) -> None:
    """No bound below 0; crossed bounds change places; the total is moved to the nearer one."""
    low, high = np.maximum(out.low, 0), np.maximum(out.high, 0)
    # Fewer than none is a contradiction, and bounds nothing: "exactly 0" is in no report.
    out.open = out.open | ((out.high < 0) & (low == 0))
    out.low, out.high = np.minimum(low, high), np.where(out.open, NEVER, np.maximum(low, high))
    out.total = np.clip(out.total, out.low, out.high)
