"""Which statements of a series are believed (design, sections 4.4 and 4.5), and what follows.

Totals are believed first; one that falls is stale, or cuts the count in two parts that bound each
other no more. Then the counts are believed, newest standing first, as far as they can be true.
"""

from bisect import bisect_left
from dataclasses import dataclass, field

from ..model.schema import Kind
from .bounds import Bounds, Edge
from .statements import Point, Statement


@dataclass
class Belief:
    """What is believed of the statements of a series, and the bounds of *C* at each point."""

    points: list[Point]  #: ascending
    low: list[int] = field(default_factory=list)
    high: list[int | None] = field(default_factory=list)
    #: What cuts the count after each point, so that no low that is printed there is above it.
    caps: dict[int, tuple[int, Statement]] = field(default_factory=dict)
    origin: int | None = None  #: the place before which nobody had died
    believed: list[Statement] = field(default_factory=list)
    refused: list[Statement] = field(default_factory=list)  #: counts that cannot be true
    across: list[Statement] = field(default_factory=list)  #: counts across a cut
    stale: list[Statement] = field(default_factory=list)
    #: Totals that cut the count, and the highest that each cuts (`None` for a `more` below zero).
    cuts: list[tuple[Statement, Statement | None]] = field(default_factory=list)
    #: Where the parts between cuts begin, with the edges of each and who says them.
    parts: list[tuple[int, Bounds, dict[Edge, Statement]]] = field(default_factory=list)

    def place(self, point: Point) -> int:
        """Return where a point stands among all."""
        return bisect_left(self.points, point)

    def path(self, place: int, *, high: bool) -> list[Statement]:
        """Return the statements on the path of the low, or of the high, of a place, in order."""
        for begin, bounds, said in reversed(self.parts):
            if place >= begin:
                edges = bounds.path(place - begin + 1, high=high)
                return list(dict.fromkeys(said[edge] for edge in edges if edge in said))
        return []


def compared(total: Statement) -> int | None:
    """Return the number by which a total cuts: of a range or a ceiling its high."""
    says_at_most = total.told.ceiling or total.told.ranged
    if says_at_most and not (total.fewer and total.high is None):
        return total.high
    return max(total.number, total.low)


def believe(found: list[Statement], points: list[Point], origin: Point | None) -> Belief:
    """Return what is believed of the statements of a series, given in reading order."""
    belief = Belief(points)
    if found and found[0].told.stock:
        _believe_stock(belief, found, origin)
        return belief
    _falls(belief, found)
    cuts = {belief.place(cut.at): cut for cut, _ in belief.cuts}
    begins = sorted(cuts.keys() | {0})
    mine: dict[int, list[Statement]] = {}
    for one in found:
        mine.setdefault(bisect_left(begins, belief.place(one.at) + 1) - 1, []).append(one)
    for part, begin in enumerate(begins):
        end = begins[part + 1] if part + 1 < len(begins) else len(points)
        _believe_part(belief, mine.get(part, []), begin, end, origin, cut=begin in cuts)
    least: tuple[int, Statement] | None = None
    for place in range(len(points) - 1, -1, -1) if cuts else ():
        if least is not None:
            belief.caps[place] = least
        if place in cuts:
            most = compared(cuts[place])
            if most is not None and (least is None or most < least[0]):
                least = most, cuts[place]
    return belief


def _believe_stock(belief: Belief, found: list[Statement], origin: Point | None) -> None:
    """People who return: reports bound only their own instant (section 4.11)."""
    belief.believed = list(found)
    belief.origin = None if origin is None else belief.place(origin)
    belief.low, belief.high = [0] * len(belief.points), [None] * len(belief.points)
    for total in found:
        if total.anchors and not total.fewer:
            place = belief.place(total.at)
            belief.low[place], belief.high[place] = total.low, total.high


def _falls(belief: Belief, found: list[Statement]) -> None:
    """Go through the totals by instant: which are stale, and which cut the count."""
    since: list[Statement] = []  # those since the last cut
    most = 0  # of their lows
    for total in sorted((s for s in found if s.anchors), key=lambda s: (s.at, s.standing)):
        if total.fewer:
            belief.cuts.append((total, None))
            since, most = [total], total.low
            continue
        high, number = total.high, compared(total)
        if high is not None and high < most:
            if any(e.low > high and e.standing > total.standing for e in since):
                belief.stale.append(total)
                continue
        if number is not None and number < most:
            above = [e for e in since if e.standing < total.standing and number < e.low]
            if above:
                belief.cuts.append((total, max(above, key=lambda e: e.low)))
                since, most = [], 0
        since.append(total)
        most = max(most, total.low)


def _believe_part(
    belief: Belief, found: list[Statement], begin: int, end: int, origin: Point | None,
    *, cut: bool,
) -> None:  # fmt: skip
    """Believe the statements between two cuts, and bound the points between them."""
    bounds = Bounds(end - begin + 1)

    def node(point: Point | None) -> int:
        """Return the node of a point; that before the first death for none."""
        return 0 if point is None else belief.place(point) - begin + 1

    newest = sorted(found, key=lambda one: -one.standing)
    stale = set(map(id, belief.stale))
    said = []
    for total in newest:
        if total.anchors and id(total) not in stale:
            edges: list[Edge] = [(0, node(total.at), total.low)]
            if total.high is not None:
                edges.append((node(total.at), 0, -total.high))
            said.append((total, edges))
    belief.believed += bounds.add_most(said)[0]
    if origin is not None and begin <= belief.place(origin) < end:
        if bounds.add([(node(origin), 0, 0)]):  # unless earlier totals rule it out
            belief.origin = belief.place(origin)
    counts, linked = [], []
    for count in newest:
        if count.anchors:
            continue
        if cut and (count.start is None or count.start < belief.points[begin]):
            belief.across.append(count)
            continue
        there, start = node(count.at), node(count.start)
        back = [] if count.high is None else [(there, start, -count.high)]
        if count.kind == Kind.MORE:
            counts.append((count, [(0, there, count.low)]))
            if count.linked:
                linked.append((count, back))
        else:
            counts.append((count, [(start, there, count.low), *back]))
    kept, refused = bounds.add_most(counts)
    belief.believed += kept
    belief.refused += refused
    # Of a `more` the high is used where it can be.
    gone = set(map(id, refused))
    bounds.add_most([(count, edges) for count, edges in linked if id(count) not in gone])
    belief.low += bounds.low[1:]
    belief.high += bounds.highs()[1:]
    pairs = [*said, *counts, *linked]
    causes = {edge: one for one, edges in pairs for edge in edges if id(one) not in gone}
    if belief.origin is not None and origin is not None and begin <= belief.origin < end:
        since = [one for one in found if one.anchors and one.told.eve == origin[0]]
        causes |= {(node(origin), 0, 0): one for one in since[:1]}
    belief.parts.append((begin, bounds, causes))
