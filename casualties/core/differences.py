"""What happened between two instants of one series: sums and bounds of differences."""

from bisect import bisect_left, bisect_right
from heapq import heappop, heappush
from itertools import accumulate

from ..model.frames import NEVER
from ..model.schema import Kind
from .statements import ZERO, Node, each
from .work import Work


class Differences:
    """What is believed of a series, as differences between two instants."""

    def __init__(self, work: Work) -> None:
        self.numbers, self.nodes = work.numbers, work.numbers.nodes
        self._place = {node: place for place, node in enumerate(self.nodes)} | {ZERO: -1}
        self._cuts = [place for place, node in enumerate(self.nodes) if node.cut]
        # The last one stands for the time before the first death, which is at -1.
        self._low = [*(node.low for node in self.nodes), 0]
        self._out = [
            [] if following is None or following.cut else [(place + 1, 0)]
            for place, following in enumerate((*self.nodes[1:], None))
        ] + [[(0, 0)]]
        over, periods = [0] * (len(self.nodes) + 1), []
        for place, node in enumerate(self.nodes):
            for one in each(node.ended):
                start = self._place[one.high_from]
                self._out[self._place[one.low_from]].append((place, one.low))
                if one.most is not None:
                    self._out[place].append((start, -one.most))
                if start >= 0 and (one.kind == Kind.PERIOD or one.most is not None):
                    over[start + 1] += 1
                    over[place] -= 1
                if one.kind == Kind.PERIOD and one.start is not None:
                    periods.append((one.start.key, one.at))
        #: The places that no count reaches across: no way need come back by one of them.
        across = accumulate(over)
        self._bridges = [place for place, many in enumerate(across) if not many]
        #: The instants at which believed counts begin; whether they are the origin.
        self.begun = {start[0]: False for start, _ in periods}
        self.begun |= {node.key[0]: True for node in self.nodes if node.origin}
        self._rolling = _rolling(sorted(periods))

    def within(self, begin: int, end: int) -> int | None:
        """Return the most that the counts within a stretch add up to; `None` without any."""
        made: dict[int, int] = {}
        most, counted = 0, False
        node = self.numbers.from_on(begin)
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
        ends = [bisect_right(self._rolling, at, key=lambda ends: ends[0]) for at in (begin, end)]
        return any(start < begin for _, start in self._rolling[slice(*ends)])

    def cut_between(self, begin: int, end: int) -> bool:
        """Whether the count is cut between two instants."""
        after = self.numbers.up_to(begin), self._holding(end)
        first, last = (bisect_right(self._cuts, self._place[node or ZERO]) for node in after)
        return first < last

    def _holding(self, instant: int) -> Node | None:
        node = self.numbers.up_to(instant)
        own = node is not None and node.key[0] == instant
        return self.numbers.holding(instant) if own else node

    def rise(self, begin: int, end: int) -> tuple[int, int | None]:
        """Return the least and the most that the count rises by between two instants.

        No cut may lie between them.
        """
        before, after = self.numbers.up_to(begin), self._holding(end)
        own = [node is not None and node.key[0] == at
               for node, at in ((before, begin), (after, end))]  # fmt: skip
        first, last = self._place[before or ZERO], self._place[after or ZERO]
        if all(own) and all(node.low == node.high for node in (before, after) if node):
            return self._low[last] - self._low[first], self._low[last] - self._low[first]
        # An instant between two points is no less than the first and no more than the other.
        later = last + (not own[1])
        least = self._rise(first + (not own[0]), last) if last > first else 0
        beyond = later == len(self.nodes) or (later > last and self.nodes[later].cut)
        back = None if beyond else self._rise(later, first)
        if first == last and all(own):
            back = 0
        return max(least or 0, 0), None if back is None else -back

    def _rise(self, begin: int, end: int) -> int | None:
        """Return what the count rises by at least from one place among the nodes to another.

        From a later one to an earlier one that is less the most that it rises by, `None` where
        nothing bounds that. The shortest way is looked for by what each step leaves open beyond
        the least counts, of equal ways the one that is nearer the end. A way by the time before the
        first death is the low of the end less the high of the begin.
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
            for other, more in self._out[place] if so_far == slack[place] else ():
                left = so_far + low[other] - low[place] - more
                if least <= other <= last and left < min(most, slack.get(other, NEVER)):
                    slack[other] = left
                    heappush(waiting, (left, abs(other - end), other))
        return None if high == NEVER else low[end] - high


def _rolling(periods: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return where period counts that overlap others end and begin, given in order of begin."""
    found = set()
    for place, (start, at) in enumerate(periods):
        for other in map(periods.__getitem__, range(place + 1, len(periods))):
            if other[0] >= at:
                break
            if start < other[0] and at < other[1]:
                found |= {(at[0], start[0]), (other[1][0], other[0][0])}
    return sorted(found)
