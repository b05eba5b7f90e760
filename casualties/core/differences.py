"""What happened between two instants of one series: sums and bounds of differences."""

from bisect import bisect_left, bisect_right
from heapq import heappop, heappush
from itertools import accumulate

from ..model.frames import NEVER
from ..model.schema import Kind
from .statements import ZERO, Node, Point, each
from .work import Work


class Differences:
    """What is believed of a series, as differences between two instants."""

    def __init__(self, work: Work) -> None:
        self.numbers, self.nodes = work.numbers, work.numbers.nodes
        # The time before the first death is at -1: the last element of what follows.
        self._place = {node: place for place, node in enumerate(self.nodes)} | {ZERO: -1}
        self._cuts = [place for place, node in enumerate(self.nodes) if node.cut]
        self._low = [*(node.low for node in self.nodes), 0]
        #: From each place: the places that it bounds, and how many more they are at least.
        self._out: list[list[tuple[int, int]]] = [[] for _ in self._low]
        for place, node in enumerate(self.nodes):
            if not place or not node.cut:
                self._out[place - 1].append((place, 0))
        changes, periods = [0] * len(self._low), []
        for place, node in enumerate(self.nodes):
            for statement in each(node.ended):
                start, most = self._place[statement.high_from], statement.most
                self._out[self._place[statement.low_from]].append((place, statement.low))
                if most is not None:
                    self._out[place].append((start, -most))
                if start >= 0 and (statement.kind == Kind.PERIOD or most is not None):
                    changes[start + 1] += 1
                    changes[place] -= 1
                if statement.kind == Kind.PERIOD and statement.start is not None:
                    periods.append((statement.start.key, statement.at))
        #: The places that no count reaches across: the best way need not go beyond one and back.
        self._bridges = [place for place, across in enumerate(accumulate(changes)) if not across]
        #: The instants at which believed counts begin; whether they are the origin.
        self.begun = {start[0]: False for start, _ in periods}
        self.begun |= {node.key[0]: True for node in self.nodes if node.origin}
        self._rolling = _rolling(sorted(periods))

    def within(self, begin: int, end: int) -> int | None:
        """Return the most that the counts within a stretch add up to; `None` without any."""
        made: dict[Node, int] = {}  # the largest sum up to each point
        most, counted = 0, False
        node = self.numbers.from_on(begin)
        while node is not None and node.key[0] <= end:
            for count in node.counts:
                if count.start in made:
                    adds = count.number - (count.said.number if count.said is not None else 0)
                    most, counted = max(most, made[count.start] + adds), True
            made[node] = most
            node = node.after
        return most if counted else None

    def rolls(self, begin: int, end: int) -> bool:
        """Whether a count that overlaps others, begun before a stretch, ends in it."""
        first, last = (bisect_right(self._rolling, (instant, NEVER)) for instant in (begin, end))
        return any(start < begin for _, start in self._rolling[first:last])

    def cut_between(self, begin: int, end: int) -> bool:
        """Whether the count is cut between two instants."""
        nodes = self.numbers.up_to(begin), self._holding(end)
        first, last = (bisect_right(self._cuts, self._place[node or ZERO]) for node in nodes)
        return first < last

    def _holding(self, instant: int) -> Node | None:
        """Return the point at which something stands at an instant, else the last one before it."""
        node = self.numbers.up_to(instant)
        own = node is not None and node.key[0] == instant
        return self.numbers.holding(instant) if own else node

    def rise(self, begin: int, end: int) -> tuple[int, int | None]:
        """Return the least and the most that the count rises by between two instants.

        No cut may lie between them.
        """
        before, after = self.numbers.up_to(begin) or ZERO, self._holding(end) or ZERO
        begins, ends = before.key[0] == begin, after.key[0] == end  # whether a point is there
        first, last = self._place[before], self._place[after]
        if begins and ends and before.low == before.high and after.low == after.high:
            return after.low - before.low, after.low - before.low
        # Between two points *C* is no less than at the first, and no more than at the second.
        later = last + (not ends)
        least = self._rise(first + (not begins), last) if last > first else 0
        beyond = later == len(self.nodes) or (later > last and self.nodes[later].cut)
        back = None if beyond else self._rise(later, first)
        if first == last and begins and ends:
            back = 0
        return max(least or 0, 0), None if back is None else -back

    def _rise(self, begin: int, end: int) -> int | None:
        """Return what the count rises by at least from one place among the nodes to another.

        From a later place to an earlier one this is minus the most that it rises by, and `None`
        where nothing bounds that.

        It is the longest way from begin to end by the steps of `_out`. Each step is measured by
        its slack, which is never below zero: by how much the lows of its two ends differ more than
        the step asks for. So the way with the least slack is looked for; of equal ones that nearer
        the end. A way through the time before the first death gives the low of the end less the
        high of the begin.
        """
        early, late = min(begin, end), max(begin, end)
        bridges = self._bridges
        least = bridges[bisect_right(bridges, early) - 1] if early >= 0 else 0
        last = bridges[bisect_left(bridges, late)]
        low, high = self._low, NEVER if begin < 0 else self.nodes[begin].high
        most = high - low[begin]
        slack, waiting = {begin: 0}, [(0, 0, begin)]
        while waiting:
            so_far, _, place = heappop(waiting)
            if place == end:
                return low[end] - low[begin] - so_far
            for further, more in self._out[place] if so_far == slack[place] else ():
                left = so_far + low[further] - low[place] - more
                if least <= further <= last and left < min(most, slack.get(further, NEVER)):
                    slack[further] = left
                    heappush(waiting, (left, abs(further - end), further))
        return None if high == NEVER else low[end] - high


def _rolling(periods: list[tuple[Point, Point]]) -> list[tuple[int, int]]:
    """Return the last and first instant of period counts that overlap others, by the last.

    Only counts that each begin before the other ends and reach beyond it do. They are given as
    begin and end, by begin.
    """
    found = set[tuple[int, int]]()
    for place, (start, end) in enumerate(periods):
        for later in range(place + 1, len(periods)):
            second_start, second_end = periods[later]
            if second_start >= end:
                break
            if start < second_start and end < second_end:
                found |= {(end[0], start[0]), (second_end[0], second_start[0])}
    return sorted(found)
