"""What happened between two instants of one series: sums and bounds of differences (design, 7)."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import accumulate

from ..model.schema import Kind
from .statements import Node, each
from .work import Work


class Rises:
    """What the count rises by at least between the nodes of a part."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self._place = {id(node): place for place, node in enumerate(nodes)}
        self._out: list[list[tuple[int, int]]] = [[] for _ in range(len(nodes) + 1)]
        steps = [0] * (len(nodes) + 1)
        for place, node in enumerate(nodes):
            for one in each(node.ended):
                start = self.at(one.start)
                self._out[-1 if one.kind == Kind.MORE else start].append((place, one.low))
                if one.most is not None:
                    self._out[place].append((start, -one.most))
                    steps[start + 1] += 1
                    steps[place + 1] -= 1
        # Whether something leads back from each node or a later one to an earlier one.
        self._crossing = [count > 0 for count in accumulate(steps)]

    def at(self, node: Node | None) -> int:
        """Return the place of a node, -1 before the first death."""
        return -1 if node is None else self._place[id(node)]

    def rise(self, begin: int, end: int) -> int | None:
        """Return what the count rises by at least from one place among the nodes to another.

        From a later one to an earlier one that is less the most that it rises by, `None` where
        nothing bounds that. The shortest way is looked for by what each edge leaves open beyond
        the least counts, of equal ways the one that is nearer the end.
        """
        if begin > end and not self._crossing[begin]:
            return None
        slack, waiting = {begin: 0}, [(0, 0, begin)]
        while waiting:
            so_far, _, place = heappop(waiting)
            if place == end:
                return self._low(end) - self._low(begin) - so_far
            if so_far > slack[place]:
                continue
            for other, more in self._beyond(place):
                left = so_far + self._low(other) - self._low(place) - more
                if other not in slack or left < slack[other]:
                    slack[other] = left
                    heappush(waiting, (left, abs(other - end), other))
        return None

    def _low(self, place: int) -> int:
        return self.nodes[place].low if place >= 0 else 0

    def _beyond(self, place: int) -> Iterator[tuple[int, int]]:
        if place < len(self.nodes) - 1:
            yield place + 1, 0
        yield from self._out[place]


class Differences:
    """What is believed of a series, as differences between two instants."""

    def __init__(self, work: Work) -> None:
        self.work, self.nodes = work, work.numbers.nodes
        self._rises: dict[int, Rises] = {}
        periods = [
            (one.start.key, one.at)
            for node in self.nodes
            for one in node.counts
            if one.kind == Kind.PERIOD and one.start is not None
        ]
        #: The instants at which believed counts begin; whether they are the origin.
        self.begun = {start[0]: False for start, _ in periods}
        self.begun |= {node.key[0]: True for node in self.nodes if node.origin}
        self._rolling = _rolling(sorted(periods))

    def within(self, begin: int, end: int) -> int | None:
        """Return the most that the counts within a stretch add up to; `None` without any."""
        made: dict[int, int] = {}
        most, counted = 0, False
        node = self.work.numbers.from_on(begin)
        while node is not None and node.key[0] <= end:
            for one in node.counts:
                if one.start is not None and id(one.start) in made:
                    own = one.number - (one.said.number if one.said is not None else 0)
                    most, counted = max(most, made[id(one.start)] + own), True
            made[id(node)] = most
            node = node.after
        return most if counted else None

    def rolls(self, begin: int, end: int) -> bool:
        """Whether a count that overlaps others, begun before a stretch, ends in it."""
        return any(start < begin < at <= end for start, at in self._rolling)

    def rise(self, begin: int, end: int) -> tuple[int, int | None] | None:
        """Return the least and the most that the count rises by between two instants.

        `None` where a cut lies between them.
        """
        bounds = self.work.numbers
        before, after = bounds.up_to(begin), bounds.up_to(end)
        if after is None:
            part = bounds.part(self.nodes[0])
        else:
            after = self.work.numbers.holding(end) if after.key[0] == end else after
            part = bounds.part(before or self.nodes[0])
            if after is None or after.key > part[-1].key or (before is None and part[0].cut):
                return None
        rises = self._rises.setdefault(id(part[0]), Rises(part))
        places = [rises.at(before), rises.at(after)]
        own = [
            node is not None and node.key[0] == at for node, at in ((before, begin), (after, end))
        ]
        if all(own) and all(node.low == node.high for node in (before, after) if node):
            rose = (0 if after is None else after.low) - (0 if before is None else before.low)
            return rose, rose
        # An instant between two points is no less than the first and no more than the other.
        earlier, later = places[0] + (not own[0]), places[1] + (not own[1])
        least = rises.rise(earlier, places[1]) if places[1] > places[0] else 0
        back = rises.rise(later, places[0]) if later < len(part) else None
        if places[0] == places[1] and all(own):
            back = 0
        return max(least or 0, 0), None if back is None else -back


def _rolling(periods: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return where period counts that overlap others begin and end, given in order."""
    found = set()
    for place, (start, at) in enumerate(periods):
        for other in periods[place + 1 :]:
            if other[0] >= at:
                break
            if start < other[0] and at < other[1]:
                found |= {(start[0], at[0]), (other[0][0], other[1][0])}
    return sorted(found)
