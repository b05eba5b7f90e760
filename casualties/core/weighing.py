"""Which statements can be true together, each tried beside those before it (README, rule 6).

At each point stands some number that all statements taken so far allow. The next statement asks
that one point stands so much above another. Where it does not, it is raised, and so are the points
that have to follow. If the point that was counted from would have to be raised as well, the
statement cannot be true beside the others.

    node      ZERO     1       2       3        "at most 30 within 2 to 3" raises 1 to 270, and so
    before    0        100     200     300      2; "40 or more within 2" then asks 310 of 2, and
    after     0        270     270     300      310 of 3, and 280 of 1, where it came from
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise

from .statements import ZERO, Node, Side, Statement

#: More than any count: so far apart the points stand before anything is said.
_FAR = 1 << 60


class Weighing:
    """Numbers at the points of a series that the statements taken so far allow."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        points = (ZERO, *nodes)
        self._stands = {node: place * _FAR for place, node in enumerate(points)}
        #: The points that each point bounds: how many more they are at least, and what says so.
        self._ways: dict[Node, list[tuple[Node, int, Side | None]]] = {node: [] for node in points}
        for before, node in pairwise(points):
            self._ways[ZERO if node.cut else before].append((node, 0, None))

    def clash(self, statement: Statement, most: int | None, *, least: bool) -> list[Side]:
        """Add what a statement says at most, and if asked at least; if it cannot be, return why."""
        low_from, node, high_from = statement.low_from, statement.node, statement.high_from
        ways = [(low_from, node, statement.low, (statement, False))] if least else []
        ways += [] if most is None else [(node, high_from, -most, (statement, True))]
        for added, way in enumerate(ways):
            if clash := self._add(*way):
                if added:
                    self._ways[low_from].pop()
                return clash
        return []

    def _add(self, begin: Node, end: Node, more: int, side: Side) -> list[Side]:
        """Ask that `end` stands `more` above `begin`, and raise what has to follow.

        The points that lack most are raised first, so that each is raised once.
        """
        stands, tick = self._stands, 0
        raised: dict[Node, int] = {}
        # From which point each is raised, and by what.
        by: dict[Node, tuple[Node, Side | None]] = {}
        first = stands[end] - stands[begin] - more, tick, end, begin, side
        waiting: list[tuple[int, int, Node, Node, Side | None]] = [first]
        while waiting and waiting[0][0] < 0:
            lacks, _, node, before, way = heappop(waiting)
            if node in raised:
                continue
            raised[node], by[node] = stands[node] - lacks, (before, way)
            if node is begin:
                return self._round(node, by)
            for further, above, what in self._ways[node]:
                lacks = stands[further] - raised[node] - above
                if lacks < 0 and further not in raised:
                    tick += 1
                    heappush(waiting, (lacks, tick, further, node, what))
        stands |= raised
        self._ways[begin].append((end, more, side))
        return []

    @staticmethod
    def _round(last: Node, by: dict[Node, tuple[Node, Side | None]]) -> list[Side]:
        """Return what raised the points round from one to itself."""
        node, way = by[last]
        ways = [way]
        while node is not last:
            node, way = by[node]
            ways.append(way)
        return [side for side in ways if side is not None]
