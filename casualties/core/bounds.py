"""The tightest bounds that follow from what is believed (design, sections 4.5 and 4.6).

The count at each point is a *node*. What is believed of two of them bounds one by the other: from
where a count starts to its own point *C* rises by `least` or more and by `most` or less. As the
count never falls, it is at each node what it is at the one before, or more; but a cut bounds
nothing before it. What is added moves only the bounds that follow from it.

    node            1        2       3          31 at 1; within 2 to 3: 28; at most 60 at 3
           |--31--->|--0--->|---28-->|
           |<-------+--(-60)---------|          low  31 31 59, high 31 32 60
"""

from bisect import bisect_left, bisect_right
from heapq import heappop, heappush
from typing import Any, TypeAlias

from ..model.frames import NEVER
from .statements import Node, Point, Statement, Sums, each

#: More than every place in an instant.
LAST = 1 << 62
#: A statement, and whether what counts of it is the most that it says.
Side: TypeAlias = tuple[Statement, bool]


class Bounds:
    """Nodes in order, with the bounds that follow; all can be taken back."""

    def __init__(self) -> None:
        self.keys: list[Point] = []
        self.nodes: list[Node] = []
        self._log: list[Any] = []  # what, name and value before, one after another
        self.touched = NEVER  #: the earliest instant at which something changed
        self.moved: Node | None = None  #: the first total whose bounds changed

    # -- what can be taken back ------------------------------------------------------------------

    @property
    def mark(self) -> int:
        """What :meth:`back_to` takes to come back to here."""
        return len(self._log)

    def keep(self, what: Any, name: str, value: Any) -> None:
        """Set an attribute until it is taken back."""
        self._log += what, name, getattr(what, name)
        setattr(what, name, value)

    def end_with(self, what: list[Any], place: int, value: Any) -> None:
        """Make a list end with a value at a place, until it is taken back."""
        self._log += what, place, what[place:]
        what[place:] = [value]

    def back_to(self, mark: int) -> None:
        """Take back what was done since a mark."""
        log = self._log
        while len(log) > mark:
            value, name, what = log.pop(), log.pop(), log.pop()
            if isinstance(what, list):
                what[name:] = value
                continue
            if what is not None:
                setattr(what, name, value)
                if name in ("low", "high"):
                    self.touched = min(self.touched, what.key[0])
                continue
            place = bisect_left(self.keys, value)
            self.touched = min(self.touched, value[0])
            del self.keys[place], self.nodes[place]

    # -- nodes -----------------------------------------------------------------------------------

    def node(self, instant: int) -> Node:
        """Return the last node of an instant, a new one if it has none."""
        place = bisect_right(self.keys, (instant, LAST))
        if place and self.keys[place - 1][0] == instant:
            return self.nodes[place - 1]
        return self.new((instant, 0))

    def new(self, key: Point) -> Node:
        """Return a new node, which is as much as the one before it."""
        place = bisect_left(self.keys, key)
        node = Node(key)
        self._log += None, "", key
        self.touched = min(self.touched, key[0])
        if place:
            before = node.before = self.nodes[place - 1]
            self.keep(before, "after", node)
            node.sums = Sums(before.sums.stands, before.sums.path, None, None)
            node.low, node.low_by = before.low, before.low_by
        if place < len(self.nodes):
            after = node.after = self.nodes[place]
            self.keep(after, "before", node)
            if not after.cut:
                node.high, node.high_by = after.high, after.high_by
        self.keys.insert(place, key)
        self.nodes.insert(place, node)
        return node

    def up_to(self, instant: int) -> Node | None:
        """Return the last node up to an instant."""
        place = bisect_right(self.keys, (instant, LAST))
        return self.nodes[place - 1] if place else None

    def from_on(self, instant: int) -> Node | None:
        """Return the first node from an instant on."""
        place = bisect_left(self.keys, (instant, -LAST))
        return self.nodes[place] if place < len(self.nodes) else None

    # -- bounds ----------------------------------------------------------------------------------

    def add(self, one: Statement) -> list[Side]:
        """Add a statement; return what cannot be true together, if it can not.

        Then all has to be taken back.
        """
        node, start, least, most = one.node, one.start, one.least, one.most
        self.keep(node, "ended", (one, node.ended))
        if start is not None and (least is not None or most is not None):
            self.keep(start, "begun", (one, start.begun))
        low = one.low if least is None or start is None else start.low + least
        clash: list[Side] = []
        if low > node.low:
            clash = self._raise(node, low, (one, False))
        if most is not None and not clash:
            if start is None and node.low > most:
                clash = [*path(node, high=False), (one, True)]
            elif start is not None and node.low - most > start.low:
                clash = self._raise(start, node.low - most, (one, True))
        if clash:
            return clash
        if most is not None and (start is None or start.high != NEVER):
            self._lower(node, most if start is None else start.high + most, one)
        if start is not None and least is not None and node.high != NEVER:
            self._lower(start, node.high - least, one)
        return []

    def _raise(self, first: Node, low: int, by: Side) -> list[Side]:
        """Raise a low, and what follows from it, by the largest steps first.

        What comes round to the first node, or to more than a total says, cannot be.
        """
        waiting, tick, raised = [(first.low - low, 0, first, low, by[0])], 0, False
        while waiting:
            _, _, node, low, one = heappop(waiting)
            if low <= node.low:
                continue
            if node is first and raised:
                return _circle(first, by)
            raised = True
            self._set(node, "low", low, one)
            after = node.after
            if after is not None and after.low < low and not after.cut:
                tick += 1
                heappush(waiting, (after.low - low, tick, after, low, one))
            for one in each(node.begun):
                if one.least is not None and one.node.low < low + one.least:
                    tick += 1
                    end, more = one.node, low + one.least
                    heappush(waiting, (end.low - more, tick, end, more, one))
            for one in each(node.ended):
                if one.most is None:
                    continue
                start, more = one.start, low - one.most
                if start is None:
                    if more > 0:
                        return [*path(node, high=False), (one, True)]
                elif more > start.low:
                    tick += 1
                    heappush(waiting, (start.low - more, tick, start, more, one))
        return []

    def _lower(self, node: Node, high: int, one: Statement) -> None:
        """Lower a high, and what follows from it."""
        waiting, tick = [(high, 0, node, one)], 0
        while waiting:
            high, _, node, one = heappop(waiting)
            if high >= node.high:
                continue
            self._set(node, "high", high, one)
            found = [(high, node.before, one)] if not node.cut else []
            found += [
                (high - one.least, one.start, one)
                for one in each(node.ended)
                if one.least is not None
            ]
            found += [
                (high + one.most, one.node, one) for one in each(node.begun) if one.most is not None
            ]
            for high, other, one in found:
                if other is not None and high < other.high:
                    tick += 1
                    heappush(waiting, (high, tick, other, one))

    def _set(self, node: Node, name: str, value: int, one: Statement) -> None:
        self.keep(node, name, value)
        self.keep(node, f"{name}_by", one)
        self.touched = min(self.touched, node.key[0])
        if node.total is not None:
            self.moves(node)

    def moves(self, node: Node) -> None:
        """Note that what a total says may be another number now."""
        if self.moved is None or node.key < self.moved.key:
            self.moved = node


def path(node: Node | None, *, high: bool) -> list[Side]:
    """Return the statements on the path of a low or of a high, in order."""
    found: dict[Side, None] = {}
    while node is not None and (one := node.high_by if high else node.low_by) is not None:
        # What it says at most bounds what is before its own point, but not before its start.
        most = (
            node.key < one.node.key
            if not high
            else one.start is None or (one.least is None or node.key > one.start.key)
        )
        if (one, most) in found:  # what cannot be goes round
            return [*found][[*found].index((one, most)) :]
        found[one, most] = None
        if most == high:
            node = one.start if high or one.least is not None else None
        else:
            node = one.node
    return [*found][::-1]


def _circle(first: Node, by: Side) -> list[Side]:
    """Return the statements on the way from the end of one round to its begin, and it."""
    one, most = by
    found, node = [by], one.node if most else one.start
    while node is not None and node is not first and node.low_by is not None:
        one = node.low_by
        most = node.key < one.node.key
        if (one, most) == by:
            break
        found.append((one, most))
        node = one.node if most else one.start if one.least is not None else None
    return found
