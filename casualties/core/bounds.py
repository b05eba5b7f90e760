"""The tightest bounds that follow from what is believed (README, rules 6 and 7).

Each point has a *node*, with the low and the high of the count there. A believed statement bounds
one node by another: between them *C* rises by `low` or more, and by `most` or less. As the count
never falls, it is at each node at least what it was at the node before; but a node at which the
count is cut bounds nothing before it. A new statement moves only the bounds that follow from it.

    node            1        2       3          31 at 1; within 2 to 3: 28; at most 60 at 3
           |--31--->|--0--->|---28-->|
           |<-------+--(-60)---------|          low  31 31 59, high 31 32 60
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any

from ..model.frames import NEVER
from ..model.schema import Kind
from .statements import ZERO, Node, Point, Side, Statement, Sums, each


class Bounds:
    """Nodes in order, with the bounds that follow; all can be taken back."""

    def __init__(self) -> None:
        self.keys: list[Point] = []
        self.nodes: list[Node] = []
        #: Three entries a change: an object, an attribute and what it was; a list, a place and
        #: what followed; or `None`, nothing and the key of a new node.
        self._log: list[Any] = []
        self.touched = NEVER  #: the earliest instant at which something changed
        self.moved: Node | None = None  #: the first total whose bounds changed
        #: Numbers that cut the count, each below all later ones, and the totals that say them.
        self.caps: list[tuple[int, Statement]] = []

    # -- what can be taken back ------------------------------------------------------------------

    def keep(self, what: Any, name: str, value: Any) -> None:
        """Set an attribute until it is taken back."""
        self._log += what, name, getattr(what, name)
        self._set(what, name, value)

    def _set(self, what: Any, name: str, value: Any) -> None:
        setattr(what, name, value)
        if name in ("low", "high"):
            self.touched = min(self.touched, what.key[0])

    def end_with(self, what: list[Any], place: int, value: Any) -> None:
        """Put a value at a place of a list and drop what follows, until it is taken back."""
        self._log += what, place, what[place:]
        self._end(what, place, [value])

    def _end(self, what: list[Any], place: int, values: list[Any]) -> None:
        what[place:] = values
        if what is self.caps:  # from the cap before that place on, other caps count now
            self.touched = min(self.touched, what[place - 1][1].at[0] if place else -NEVER)

    def back_to(self, mark: int) -> None:
        """Take back what was done since the log was as long as `mark`."""
        log = self._log
        while len(log) > mark:
            value, name, what = log.pop(), log.pop(), log.pop()
            if what is None:  # a node came
                place = bisect_left(self.keys, value)
                self.touched = min(self.touched, value[0])
                del self.keys[place], self.nodes[place]
            elif isinstance(what, list):
                self._end(what, name, value)
            else:
                self._set(what, name, value)

    # -- nodes -----------------------------------------------------------------------------------

    def node(self, instant: int) -> Node:
        """Return the last node of an instant, a new one if it has none."""
        node = self.up_to(instant)
        return node if node is not None and node.key[0] == instant else self.new((instant, 0))

    def new(self, key: Point) -> Node:
        """Return a new node, with the low of the node before it and the high of the one after."""
        place = bisect_left(self.keys, key)
        node = Node(key)
        self._log += None, "", key
        self.touched = min(self.touched, key[0])
        if place:
            before = node.before = self.nodes[place - 1]
            self.keep(before, "after", node)
            node.sums = Sums(before.sums.stands, None)
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
        place = bisect_right(self.keys, (instant, NEVER))
        return self.nodes[place - 1] if place else None

    def from_on(self, instant: int) -> Node | None:
        """Return the first node from an instant on."""
        place = bisect_left(self.keys, (instant, -NEVER))
        return self.nodes[place] if place < len(self.nodes) else None

    def of_instant(self, instant: int) -> list[Node]:
        """Return the nodes of an instant, in order."""
        first = bisect_left(self.keys, (instant, -NEVER))
        return self.nodes[first : bisect_right(self.keys, (instant, NEVER))]

    # -- bounds ----------------------------------------------------------------------------------

    def add(self, statement: Statement) -> bool:
        """Add a statement; return whether it can be true. If not, all has to be taken back."""
        node, low, most = statement.node, statement.low, statement.most
        low_from, high_from = statement.low_from, statement.high_from
        says_least, says_most = (statement, False), (statement, True)
        self.keep(node, "ended", (statement, node.ended))
        if statement.start is not None:
            self.keep(statement.start, "begun", (statement, statement.start.begun))
        true = self._tighten(node, low_from.low + low, says_least, high=False)
        if most is not None and true:
            true = self._tighten(high_from, node.low - most, says_most, high=False)
        if not true:
            return False
        if most is not None and high_from.high != NEVER:
            self._tighten(node, high_from.high + most, says_most, high=True)
        if node.high != NEVER:
            self._tighten(low_from, node.high - low, says_least, high=True)
        return True

    def _tighten(self, first: Node, bound: int, by: Side, *, high: bool) -> bool:
        """Raise a low or lower a high, and then the bounds that follow, by the largest steps first.

        Returns whether that can be: it cannot where it comes round to the first node, or where
        somebody had died before the first death.
        """
        sign, waiting, tick, moved = -1 if high else 1, [(0, 0, first, bound, by)], 0, False
        while waiting:
            _, _, node, bound, by = heappop(waiting)
            if sign * bound <= sign * node.bound(high):
                continue
            if node is ZERO or (moved and node is first):
                return False
            self.keep(node, "high" if high else "low", bound)
            self.keep(node, "high_by" if high else "low_by", by)
            if node.total is not None:
                self.moves(node)
            moved = True
            for further, more, way in self._ways(node, high=high):
                follows = bound + sign * more
                if (gain := sign * (follows - further.bound(high))) > 0:
                    tick += 1
                    heappush(waiting, (-gain, tick, further, follows, way or by))
        return True

    def _ways(self, node: Node, *, high: bool) -> Iterator[tuple[Node, int, Side | None]]:
        """Yield the nodes whose bound follows from that of a node, and by which statement.

        Of a low: how many more it is there. Of a high: how many less.
        """
        counts = (node.ended, node.begun) if high else (node.begun, node.ended)
        following = node.before if high else node.after
        if following is not None and not (node if high else following).cut:
            yield following, 0, None
        for count in each(counts[0]):
            if count.kind == Kind.PERIOD:
                yield count.low_from if high else count.node, count.low, (count, False)
        for said in each(counts[1]):
            if said.most is not None:
                yield said.node if high else said.high_from, -said.most, (said, True)

    @staticmethod
    def path(node: Node | None, *, high: bool) -> list[Statement]:
        """Return the statements that the low, or the high, of a point follows from, in order."""
        statements: list[Statement] = []
        while node is not None and (side := node.high_by if high else node.low_by) is not None:
            said, most = side
            statements.append(said)
            node = said.node if most != high else said.high_from if most else said.low_from
        return list(dict.fromkeys(statements[::-1]))

    def moves(self, node: Node) -> None:
        """Note that the number of a node with a total may be another now."""
        if self.moved is None or node.key < self.moved.key:
            self.moved = node
