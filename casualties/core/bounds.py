"""The tightest bounds that follow from what is believed (design, sections 4.5 and 4.6).

The count at each point is a node, and what is said of two points an *edge*: ``(a, b, more)`` says
that at *b* it is at least `more` above what it is at *a*. Node 0 is before the first death, where
it is 0. The least count that fits at a node is the longest path to it; the greatest is the shortest
way back. As the count never falls, there is an edge of 0 from each node to the next.

    node   0        1       2        3          31 at 1; within 2 to 3: 28; at most 60 at 3
           |--31--->|--0--->|---28-->|
           |<-------+--(-60)---------|          low  0 31 31 59, high 0 31 32 60
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate
from typing import TypeAlias, TypeVar

#: From a node, to a node, at least so many more.
Edge: TypeAlias = tuple[int, int, int]
T = TypeVar("T")


class Bounds:
    """Edges that are true together, and the least count that they leave at each node."""

    def __init__(self, size: int) -> None:
        self.size, self.edges = size, list[Edge]()
        self.low = [0] * size

    def add(self, edges: Iterable[Edge]) -> bool:
        """Add edges, all or none; return whether they can be true with those that are there."""
        both = [*self.edges, *edges]
        low = _farthest(self.size, both, self.low)
        if low is None:
            return False
        self.edges, self.low = both, low
        return True

    def add_most(self, some: Sequence[tuple[T, Sequence[Edge]]]) -> tuple[list[T], list[T]]:
        """Add what can be true, the first before the others; return what is, and what is not.

        Mostly all of it can. Where not, more and more is tried at once until something cannot be.
        """
        kept, refused = list[T](), list[T]()
        place, size = 0, len(some)
        while place < len(some):
            tried = some[place : place + size]
            if self.add(edge for _, edges in tried for edge in edges):
                kept += [what for what, _ in tried]
                place, size = place + len(tried), 2 * size
            elif size == 1:
                refused.append(tried[0][0])
                place += 1
            else:
                size = max(1, len(tried) // 2)
        return kept, refused

    def rise(self, begin: int, end: int) -> int | None:
        """Return what the count rises by at least from one node to another.

        From a later node to an earlier one that is less the most that it rises by, `None` where
        nothing bounds that. The shortest way is looked for by what each edge leaves open beyond
        the least counts, of equal ways the one that is nearer the end.
        """
        if begin > end and not self._crossing[begin]:
            return None
        slack, waiting = {begin: 0}, [(0, 0, begin)]
        while waiting:
            here, _, node = heappop(waiting)
            if node == end:
                return self.low[end] - self.low[begin] - here
            if here > slack[node]:
                continue
            edges = self._out[node]
            if 0 <= node < self.size - 1:
                edges = [*edges, (node + 1, 0)]
            for other, more in edges:
                open_ = here + self.low[other] - self.low[node] - more
                if other not in slack or open_ < slack[other]:
                    slack[other] = open_
                    heappush(waiting, (open_, abs(other - end), other))
        return None

    @cached_property
    def _out(self) -> list[list[tuple[int, int]]]:
        """The edges from each node."""
        out: list[list[tuple[int, int]]] = [[] for _ in range(self.size)]
        for begin, end, more in self.edges:
            out[begin].append((end, more))
        return out

    @cached_property
    def _crossing(self) -> list[bool]:
        """Whether an edge leads back from each node or a later one to an earlier one."""
        steps = [0] * (self.size + 1)
        for begin, end, _ in self.edges:
            if end < begin:
                steps[end + 1] += 1
                steps[begin + 1] -= 1
        return [count > 0 for count in accumulate(steps)]

    def path(self, node: int, *, high: bool) -> list[Edge]:
        """Return the edges of the longest path to a node, or of the shortest way back from it."""
        to = [0 if count is None else -count for count in self.highs()] if high else self.low
        steps: dict[int, list[Edge]] = {}
        for begin, end, more in self.edges:
            if high and to[begin] == to[end] + more:
                steps.setdefault(end, []).append((begin, end, more))
            if not high and to[end] == to[begin] + more:
                steps.setdefault(begin, []).append((begin, end, more))
        came: dict[int, Edge | None] = {0: None}
        waiting = [0]
        for here in waiting:
            by = [edge[0] if high else edge[1] for edge in steps.get(here, ())]
            edges = [*steps.get(here, ())]
            following = here - 1 if high else here + 1
            if 0 < following < self.size and to[following] == to[here]:
                by, edges = [*by, following], [*edges, (here, following, 0)]
            for other, edge in zip(by, edges, strict=True):
                if other not in came:
                    came[other] = edge
                    waiting.append(other)
        path: list[Edge] = []
        while (last := came.get(node)) is not None:
            path.append(last)
            node = last[0] + last[1] - node
        return path[::-1]

    def highs(self) -> list[int | None]:
        """Return the greatest count that the edges leave at each node; `None` where none is."""
        # The same from node 0 back: each node is turned round.
        last = self.size - 1
        turned = [(last - end, last - begin, more) for begin, end, more in self.edges]
        far = _farthest(self.size, turned, [NOWHERE] * last + [0], last)
        if far is None:
            raise AssertionError
        return [None if count < NOWHERE // 2 else -count for count in reversed(far)]


#: The place of nodes that no path leads to.
NOWHERE = -(1 << 61)


def _farthest(
    size: int, edges: Sequence[Edge], far: Sequence[int], source: int = 0
) -> list[int] | None:
    """Return the longest path from a source to each node, given paths that are no longer.

    Passes up and down the nodes are made until nothing changes; `None` where paths have no end.
    """
    up: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    down: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for begin, end, more in edges:
        (up if end > begin else down)[begin].append((end, more))
    far, came = list(far), [-1] * size
    turns = 0
    while True:
        moved = False
        for node in range(size):
            count, following = far[node], node + 1
            if following < size and far[following] < count:
                far[following], came[following] = count, node
            for other, more in up[node]:
                if far[other] < count + more:
                    far[other], came[other], moved = count + more, node, True
        for node in range(size - 1, -1, -1):
            count = far[node]
            for other, more in down[node]:
                if far[other] < count + more:
                    far[other], came[other], moved = count + more, node, True
        if far[source] > 0:
            return None
        if not moved:
            return far
        turns += 1
        if turns > _FEW and _goes_round(came):
            return None


#: So many passes are mostly enough; after them each looks for a circle.
_FEW = 2


def _goes_round(came: list[int]) -> bool:
    """Whether following from where each node was reached leads in a circle."""
    seen = [0] * len(came)
    for start in range(len(came)):
        node = start
        while node >= 0 and not seen[node]:
            seen[node] = start + 1
            node = came[node]
        if node >= 0 and seen[node] == start + 1:
            return True
    return False
