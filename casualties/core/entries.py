"""What is counted, in order, with its gaps, sums and anchors (design, section 4, rules 1 to 4).

Also what follows from the anchors alone: lows that are narrowed, and what is left unexplained.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..model.frames import ordered, pack
from ..model.schema import Kind
from .counted import Counted
from .floors import Floors
from .record import Record
from .spans import NEVER, Ladder, covering, heads, least_to_come, most_so_far, reached
from .starts import Role

#: The kind of an entry that is a floor proved by a count left out.
PROVED = Kind.MORE + 1


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
    cells: dict[str, Any] = {name: np.concatenate(part) for name, part in parts.items()}
    if len(began) or floors is not None:
        # An origin closes its day, and so does a floor.
        order = ordered(cells["seg"], cells["day"])
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
    ends = pack(cells["seg"][period], cells["day"][period])
    day = pack(cells["seg"][floor], cells["day"][floor])
    after = np.minimum(np.searchsorted(ends, day, side="right"), len(period) - 1)
    if len(period):
        at = period[after]
        begins = pack(cells["seg"][at], cells["start"][at])
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
        days = pack(e.seg[told], e.day[told])
        after[period] = np.isin(pack(e.seg[period], e.start[period] - 1), days)
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
    vague = stated & (e.low < e.value) & ~record.stock[e.row]
    if not vague.any():
        return
    stops = (e.kind == Kind.TOTAL) | (e.kind == PROVED)
    e.low = e.low.copy()
    if e.spent is not None:
        # A floor within a count is handed on as it is.
        stops &= e.spent == 0
        inner = most_so_far(np.where(e.spent > 0, e.low, 0), heads(e.seg, np.cumsum(stops)))
        before = np.where(heads(e.seg), 0, np.r_[0, inner[:-1]])
        raised = vague & (before <= e.value)
        e.low[raised] = np.maximum(e.low, before)[raised]
    vague &= e.earlier >= 0
    if not vague.any():
        return
    with_vague = np.zeros(int(e.seg[-1]) + 1, bool)
    with_vague[e.seg[vague]] = True
    at = np.flatnonzero(stops & with_vague[e.seg])
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
