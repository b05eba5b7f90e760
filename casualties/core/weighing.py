"""Which statements can be true together, each tried beside those before it (README, rule 6).

At each point stands some number that all statements taken so far allow. One more asks that its
point stands so much above another: where it does not, it is raised, and what has to follow. What
comes round to where it began cannot be.

    node      ZERO     1       2       3        "at most 30 within 2 to 3" raises 1 to 270, and so
    before    0        100     200     300      2; "40 or more within 2" then asks 310 of 2, and
    after     0        270     270     300      310 of 3, and 280 of 1, where it came from
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise

from .statements import ZERO, Node, Side, Statement

#: More than any count: as far are points apart of which nothing is said.
_FAR = 1 << 60


class Weighing:
    """What a number of statements allow at the points of a series."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        points = (ZERO, *nodes)
        self._stands = {node: place * _FAR for place, node in enumerate(points)}
        #: The points that each one bounds: by how many more they are at least, and what says so.
        self._ways: dict[Node, list[tuple[Node, int, Side | None]]] = {node: [] for node in points}
        for before, node in pairwise(points):
            self._ways[ZERO if node.cut else before].append((node, 0, None))

    def clash(self, one: Statement, most: int | None, *, least: bool = True) -> list[Side]:
        """Add what a statement says at least, and at most; if it cannot be, return why."""
        ways = [(one.low_from, one.node, one.low, (one, False))] if least else []
        ways += [] if most is None else [(one.node, one.high_from, -most, (one, True))]
        for added, way in enumerate(ways):
            if clash := self._add(*way):
                if added:
                    self._ways[one.low_from].pop()
                return clash
        return []

    def _add(self, begin: Node, end: Node, more: int, side: Side) -> list[Side]:
        """Ask of a point that it stands so much above another, and raise what has to follow.

        The farthest are raised first, so that each is raised once.
        """
        stands, tick = self._stands, 0
        raised: dict[Node, int] = {}
        by: dict[Node, tuple[Node, Side | None]] = {}
        first = stands[end] - stands[begin] - more, tick, end, begin, side
        waiting: list[tuple[int, int, Node, Node, Side | None]] = [first]
        while waiting and waiting[0][0] < 0:
            left, _, node, before, way = heappop(waiting)
            if node in raised:
                continue
            raised[node], by[node] = stands[node] - left, (before, way)
            if node is begin:
                return self._round(node, by)
            for other, further, what in self._ways[node]:
                if (left := stands[other] - raised[node] - further) < 0 and other not in raised:
                    tick += 1
                    heappush(waiting, (left, tick, other, node, what))
        stands |= raised
        self._ways[begin].append((end, more, side))
        return []

    @staticmethod
    def _round(last: Node, by: dict[Node, tuple[Node, Side | None]]) -> list[Side]:
        """Return what leads round to a point."""
        node, way = by[last]
        found = [way]
        while node is not last:
            node, way = by[node]
            found.append(way)
        return [side for side in found if side is not None]
