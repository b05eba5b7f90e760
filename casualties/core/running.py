"""The kernel of running totals: live reports in, one row per series and day out.

Design, section 4. Arrays in, arrays out. A *segment* is one series at one clock; segments are
worked out side by side, so that the same kernel serves a snapshot, a history and a matrix of
vintages.
"""

from dataclasses import dataclass, field

import numpy as np

from ..model.schema import Basis, Kind
from .counted import Counted, Keys, count
from .floors import Floors, find_floors
from .record import Record
from .spans import NEVER, Ladder, covering, heads, least_to_come, most_so_far, reached
from .starts import Role

#: The kind of an entry that is a floor proved by a count left out.
PROVED = Kind.MORE + 1


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
    since: np.ndarray  #: day of the anchor that the number stands on, ``-NEVER`` for none
    until: np.ndarray  #: day of the anchor that it is backed out from, else its own

    def take(self, keep: np.ndarray) -> "Running":
        """Return the chosen elements."""
        return Running(**{name: array[keep] for name, array in vars(self).items()})

    def __add__(self, other: "Running") -> "Running":
        both = Running(**{k: np.r_[v, vars(other)[k]] for k, v in vars(self).items()})
        return both.take(np.lexsort((both.day, both.seg)))

    @property
    def last(self) -> np.ndarray:
        """Position of the last row of each segment: the headline."""
        return np.flatnonzero(np.r_[self.seg[1:] != self.seg[:-1], len(self.seg) > 0])


@dataclass
class Entries:
    """What is counted, in order, with the origins (`row` -1) and floors put in.

    Sums look forward, from the anchor to the left, or back, from the anchor to the right. A count
    of several steps is the last one's number forward, and its differences back.
    """

    seg: np.ndarray
    row: np.ndarray
    day: np.ndarray
    start: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    low: np.ndarray  #: of totals, narrowed: rule 6
    high: np.ndarray
    open: np.ndarray
    left: np.ndarray  #: last anchor at or before, -1 if none; floors are anchors here
    right: np.ndarray  #: first anchor at or after, -1 if none
    before: np.ndarray  #: entry before the first of the segment
    spent: np.ndarray | None  #: where the count ends that a floor lies in, 0 for none
    proved: np.ndarray  #: the highest floor since the last total
    gap: np.ndarray  #: whether there is a gap before it, floors and running totals apart
    gaps: np.ndarray  #: cumulative number of gaps for those who look left
    gaps_right: np.ndarray  #: … and for those who look right, who see no floors
    forward: dict[str, np.ndarray] = field(default_factory=dict)  #: increments as added
    back: dict[str, np.ndarray] = field(default_factory=dict)  #: increments as subtracted
    sums: dict[str, np.ndarray] = field(default_factory=dict)  #: cumulative, forward
    sums_back: dict[str, np.ndarray] = field(default_factory=dict)

    def since_left(self, name: str) -> np.ndarray:
        """Sum of the increments after the left anchor (or from the first), this one included."""
        upto = np.r_[self.sums[name], 0]
        return upto[:-1] - upto[np.where(self.left >= 0, self.left, self.before)]

    def up_to_right(self, name: str) -> np.ndarray:
        """Sum of the increments after this entry, up to the right anchor."""
        sums = self.sums_back[name]
        return np.where(self.right >= 0, sums[self.right] - sums, 0)

    @property
    def joined_left(self) -> np.ndarray:
        """Whether there is a left anchor and no gap since it."""
        return (self.left >= 0) & (self.gaps[self.left] == self.gaps)

    @property
    def joined_right(self) -> np.ndarray:
        """Whether there is a right anchor and no gap up to it."""
        return (self.right >= 0) & (self.gaps_right[self.right] == self.gaps_right)

    @property
    def earlier(self) -> np.ndarray:
        """The last anchor before each entry, -1 if none."""
        place = np.arange(len(self.seg))
        return np.where(place > self.before + 1, np.r_[-1, self.left[:-1]][: len(place)], -1)


@dataclass
class Work:
    """Everything that was worked out on the way to the running totals of live reports."""

    counted: Counted
    entries: Entries
    found: Running
    floors: Floors | None


def connect(record: Record, c: Counted, floors: Floors | None = None) -> Entries:
    """Return the counted entries with their origins, gaps, sums and anchors (rules 1 to 4)."""
    some = np.flatnonzero(c.reason == 0)
    began = np.flatnonzero(c.since < NEVER)
    none, zeros = np.full(len(began), -1), np.zeros(len(began), np.int64)
    parts = {
        "seg": [c.seg[some], began],
        "row": [c.row[some], none],
        "day": [c.day[some], c.since[began] - 1],
        "start": [c.start[some], c.since[began] - 1],
        "kind": [c.kind[some], np.full(len(began), Kind.TOTAL)],
        "value": [c.value[some], zeros],
        "low": [c.low[some], zeros],
        "high": [c.high[some], zeros],
        "open": [c.open[some], zeros.astype(bool)],
        "counted": [some, none],
    }
    if floors is not None:
        for name in ("seg", "row", "day"):
            parts[name].append(getattr(floors, name))
        parts["start"].append(floors.day)
        for name in ("value", "low", "high"):
            parts[name].append(floors.total)
        parts["kind"].append(np.full(len(floors.seg), PROVED))
        parts["open"].append(np.ones(len(floors.seg), bool))
        parts["counted"].append(np.full(len(floors.seg), -1))
    cells = {name: np.concatenate(part) for name, part in parts.items()}
    if len(began) or floors is not None:
        # An origin closes its day, and so does a floor.
        order = np.lexsort((np.arange(len(cells["seg"])), cells["day"], cells["seg"]))
        cells = {name: array[order] for name, array in cells.items()}
    counted = cells.pop("counted")
    seg, kind = cells["seg"], cells["kind"]

    here, head = np.arange(len(seg)), heads(seg)
    front = np.maximum.accumulate(np.where(head, here, 0))
    spent = _spent(cells, here) if floors is not None else None
    left = _left(kind, spent, here, front)
    right = np.minimum.accumulate(np.where(kind == Kind.TOTAL, here, len(seg))[::-1])[::-1]
    tail = np.r_[head[1:], True][: len(seg)]
    back = np.minimum.accumulate(np.where(tail, here, len(seg))[::-1])[::-1]
    right = np.where((right <= back) & (kind != PROVED), right, -1)
    # Rule 9: a stock is bounded by no other day, so nothing is backed out.
    right = np.where(
        (kind != Kind.TOTAL) & (cells["row"] >= 0) & record.stock[cells["row"]], -1, right
    )
    e = Entries(
        **cells, left=left, right=right, before=front - 1, spent=spent, gap=head, gaps=here,
        gaps_right=here, proved=np.zeros(len(seg), np.int64),
    )  # fmt: skip
    e.gap = _gaps(e, here - 1, head)
    after = _after_running(record, e, c, counted)
    e.gaps = e.gaps_right = np.cumsum(e.gap | after)
    if spent is not None:
        e.gaps = np.cumsum((e.gap | after) & (spent == 0))
        # What follows a floor stands on it; what precedes looks past it to the next total.
        passed = np.maximum.accumulate(np.where(kind != PROVED, here, -1))
        previous = np.r_[-1, passed[:-1]]
        e.gap = _gaps(e, previous, previous < front) & (kind != PROVED)
        e.gaps_right = np.cumsum(e.gap | after)
        # Until the next total nothing is lower than a floor.
        block = heads(seg, np.cumsum(kind == Kind.TOTAL))
        e.proved = most_so_far(np.where(kind == PROVED, e.low, 0), block)
    _sum_up(record, e, c, counted)
    return e


def _spent(cells: dict[str, np.ndarray], here: np.ndarray) -> np.ndarray:
    """Return, for a floor within a count, where the count ends; 0 for all other entries.

    A step of that count stands on what stood before its first day, and so does all that follows.
    """
    spent = np.zeros(len(here), np.int64)
    period, floor = (np.flatnonzero(cells["kind"] == kind) for kind in (Kind.PERIOD, PROVED))
    key = Keys(cells["start"], cells["day"])
    ends = key(cells["seg"][period], cells["day"][period])
    day = key(cells["seg"][floor], cells["day"][floor])
    after = np.minimum(np.searchsorted(ends, day, side="right"), len(period) - 1)
    if len(period):
        at = period[after]
        begins = key(cells["seg"][at], cells["start"][at])
        inside = (ends[after] > day) & (begins <= day)
        spent[floor[inside]] = at[inside]
    return spent


def _left(
    kind: np.ndarray, spent: np.ndarray | None, here: np.ndarray, front: np.ndarray
) -> np.ndarray:
    """Return the last anchor at or before each entry; floors are anchors for what follows."""
    stops = (kind == Kind.TOTAL) | (kind == PROVED)
    if spent is not None:
        stops &= spent == 0
    last = np.maximum.accumulate(np.where(stops, here, -1))
    if spent is not None:
        inner = np.flatnonzero(spent)
        last = np.maximum(last, covering(inner, spent[inner], inner, len(here)))
    return np.where(last >= front, last, -1)


def _gaps(e: Entries, previous: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Rule 4, given the entry before each one and whether there is none."""
    yesterday = e.day[previous] if len(e.day) else e.day
    begins = np.select(
        [e.kind == Kind.PERIOD, e.kind == Kind.MORE], [e.start - 1, e.day - 1], e.day
    )
    return first | (begins > yesterday)


def _after_running(record: Record, e: Entries, c: Counted, counted: np.ndarray) -> np.ndarray:
    """Whether a count starts the day after a running total, which leaves the rest of that day."""
    after = np.zeros(len(e.seg), bool)
    # A restart is a total here too: it keeps its high as a total does.
    told = ((e.kind == Kind.TOTAL) & (e.row >= 0)) | (np.append(c.role, 0)[counted] == Role.RESTART)
    told = np.flatnonzero(told)
    told = told[record.so_far[e.row[told]]]
    period = np.flatnonzero(e.kind == Kind.PERIOD)
    if len(told) and len(period):
        key = Keys(e.start, e.day)
        days = key(e.seg[told], e.day[told])
        after[period] = np.isin(key(e.seg[period], e.start[period] - 1), days)
    return after


def _sum_up(record: Record, e: Entries, c: Counted, counted: np.ndarray) -> None:
    """Cumulate the increments as they are added, and as they are subtracted (rule 2)."""
    increment = (counted >= 0) & (e.kind != Kind.TOTAL)
    vague = increment & np.append(c.vague, False)[counted]
    limitless = vague | e.open

    def only(values: np.ndarray) -> np.ndarray:
        return np.where(increment, values, 0)

    add = {
        "value": only(e.value), "low": only(e.low),
        "high": only(np.where(limitless, 0, e.high)), "open": only(limitless).astype(np.int64),
    }  # fmt: skip
    # A running count is known in full when it comes with the total that it is subtracted from.
    right = e.right
    with_total = vague & (right >= 0) & (e.day[right] == e.day) & (e.row[right] >= 0)
    with_total &= record.said[e.row[right]] == record.said[e.row]
    unlimited = np.where(with_total, e.open, limitless)
    take = {
        "value": add["value"],
        # A `more` is never subtracted in a high.
        "low": np.where(e.kind == Kind.MORE, 0, add["low"]),
        "high": only(np.where(unlimited, 0, e.high)), "open": only(unlimited).astype(np.int64),
    }  # fmt: skip
    steps = np.flatnonzero(np.append(c.shorter, -1)[counted] >= 0)
    if len(steps):
        place = np.full(len(c.row) + 1, -1)
        place[counted] = np.arange(len(counted))
        short = place[c.shorter[counted[steps]]]
        # A step is a difference: what the longer count adds to the shorter.
        low = np.where(limitless[short], 0, np.maximum(e.low[steps] - e.high[short], 0))
        high = np.where(unlimited[steps], NEVER, e.high[steps] - e.low[short])
        take = {name: array.copy() for name, array in take.items()}
        take["low"][steps] = low
        take["high"][steps] = np.where(unlimited[steps], 0, high)
        take["value"][steps] = np.clip(e.value[steps] - e.value[short], low, high)
        # Forward, the longer takes the place of the shorter.
        for array in add.values():
            array[steps] -= array[short].copy()
    take["counts"] = np.where(e.kind == Kind.MORE, 0, take["value"])
    e.forward, e.back = add, take
    e.sums = {name: np.cumsum(array) for name, array in add.items()}
    e.sums_back = {name: np.cumsum(array) for name, array in take.items()}


def narrow(record: Record, e: Entries) -> None:
    """Raise a vague total's low to what the anchor before it and the lows between prove (rule 6).

    Unless that passes its number: no stated number moves.
    """
    stated = (e.kind == Kind.TOTAL) & (e.row >= 0)
    vague = stated & (e.low < e.value) & (e.earlier >= 0) & ~record.stock[e.row]
    if not vague.any():
        return
    with_vague = np.zeros(int(e.seg[-1]) + 1, bool)
    with_vague[e.seg[vague]] = True
    stops = with_vague[e.seg] & ((e.kind == Kind.TOTAL) | (e.kind == PROVED))
    e.low = e.low.copy()
    if e.spent is not None:
        # A floor within a count is handed on as it is.
        inner = np.where(e.spent > 0, e.low, 0)
        stops &= e.spent == 0
        new = heads(e.seg, np.cumsum(stops))
        before = np.r_[0, most_so_far(inner, new)[:-1]]
        raised = vague & (before <= e.value) & (np.arange(len(e.seg)) > e.before + 1)
        e.low[raised] = np.maximum(e.low, before)[raised]
    at = np.flatnonzero(stops)
    # Less the increments up to them, lows are handed on as a running maximum, which starts anew at
    # a total whose number is below it.
    low, number = (array[at] - e.sums["low"][at] for array in (e.low, e.value))
    new = heads(e.seg[at])
    below = Ladder(-number).next_above(np.arange(1, len(at) + 1), -low)
    ends = np.r_[np.flatnonzero(new)[1:], len(at)][np.cumsum(new) - 1]
    follow = np.minimum(least_to_come(below, new), ends)
    handed = most_so_far(low, reached(follow, new)) + e.sums["low"][at]
    e.low[at] = np.where(stated[at], handed, e.low[at])


def unexplained(e: Entries) -> tuple[np.ndarray, np.ndarray]:
    """Return stated − (left anchor + increments since it) at every total, and where that exists.

    Rule 7, for every entry; entries without an anchor to their left have none.
    """
    earlier = e.earlier
    known = (e.kind == Kind.TOTAL) & (e.row >= 0) & (earlier >= 0)
    expected = e.value[earlier] + e.sums["value"] - e.sums["value"][earlier]
    return np.where(known, e.value - expected, 0), known


def running(
    record: Record, seg: np.ndarray, rows: np.ndarray, size: int, since: np.ndarray | None = None
) -> Running:
    """Return the running totals of live reports.

    Parameters
    ----------
    seg : ndarray of int
        Segment of each report, ascending.
    rows : ndarray of int
        The reports, in the order of the lines of the record within each segment.
    size : int
        How many segments there are.
    since : ndarray of int, optional
        Per segment, the day after the origin, where the reports are only some of those live.
    """
    return _sum(record, count(record, seg, rows, size, since))[0]


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
    found = rows_of(record, entries)
    floors = find_floors(record, c, entries, found)
    if floors is None:
        return found, None
    # Floors are anchors for what follows: the segments that have them are summed again.
    raised = np.zeros(len(c.since), bool)
    raised[floors.seg] = True
    entries = connect(record, c.take(raised), floors)
    narrow(record, entries)
    return found.take(~raised[found.seg]) + rows_of(record, entries), floors


def rows_of(record: Record, e: Entries) -> Running:
    """Return the row of each segment and day (rules 5 to 8)."""
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

    # Rule 8: the last real entry of each segment and day.
    real = np.flatnonzero(e.row >= 0)
    shown = real[np.r_[heads(e.seg[real], e.day[real])[1:], True][: len(real)]]
    out = Running(
        e.seg[shown], e.day[shown], total[shown], low[shown], high[shown],
        high[shown] == NEVER, basis[shown], rest[shown], has_rest[shown], e.row[shown],
        since[shown], until[shown],
    )  # fmt: skip

    # The day before a period count with a gap before it and none up to the next anchor, unless
    # something is said of that day itself.
    taken = ~heads(e.seg) & (np.r_[0, e.day[:-1]][: len(e.day)] == e.start - 1)
    at = np.flatnonzero((e.kind == Kind.PERIOD) & e.gap & whole_right & ~taken)
    if len(at):
        known = low_right_known[at] & (e.back["open"][at] == 0)
        stood = np.where(has_left, e.low[e.left], 0) + e.since_left("low") - e.forward["low"]
        before = np.maximum(stood, e.proved)[at]
        less = low_right[at] - e.back["high"][at]
        out = out + Running(
            e.seg[at], e.start[at] - 1, from_right[at] - e.back["value"][at],
            np.where(known, np.maximum(before, less), before),
            np.where(high_right_known[at], high_right[at] - e.back["low"][at], NEVER),
            ~high_right_known[at], np.full(len(at), Basis.BACKED_OUT), np.zeros(len(at), np.int64),
            np.zeros(len(at), bool), e.row[e.right[at]], since[at], e.day[e.right[at]],
        )  # fmt: skip
    _put_in_bounds(out)
    return out


def _put_in_bounds(out: Running) -> None:
    """No bound below 0; crossed bounds change places; the total is moved to the nearer one."""
    low, high = np.maximum(out.low, 0), np.maximum(out.high, 0)
    out.low, out.high = np.minimum(low, high), np.where(out.open, NEVER, np.maximum(low, high))
    out.total = np.clip(out.total, out.low, out.high)
