"""Which reports cannot be true together (README, rule 6).

A statement says that from one point to another *C* rises by so much at least; what it says at most
is the same backwards, below zero. Statements that follow each other make a path, and what they add
up to bounds what *C* rises by from its begin to its end.
"""

from bisect import bisect_right
from typing import TypeAlias

from ..model.frames import NEVER
from ..model.schema import Kind
from .believed import COUNT, rank_of
from .statements import ZERO, Node, Statement, each
from .work import Work

#: From a place, to a place, at least so many more, as a statement says.
Edge: TypeAlias = tuple[int, int, int, Statement]


def ruled_out(work: Work, count: Statement) -> list[Statement]:
    """Return the smallest set of statements that cannot be true together with a count.

    These are believed before the count: totals, and counts of later standing.
    """
    cuts = [cut.at for cut, _ in work.numbers.cuts]
    part = bisect_right(cuts, count.at)
    nodes = [node for node in work.numbers.nodes if bisect_right(cuts, node.key) == part]
    place = _places(nodes)
    believed = [one for node in nodes for one in each(node.ended)
                if rank_of(one) > (COUNT, count.standing)]  # fmt: skip
    edges: list[Edge] = []
    for statement in sorted(believed, key=rank_of, reverse=True):
        edges += _edges(statement, place, None if statement.kind == Kind.MORE else statement.most)
    end, begin, size = place[count.node], place[count.low_from], len(nodes) + 1
    least = _fewest(size, edges, end, begin, -count.low)
    if count.kind == Kind.MORE or count.high is None:
        return least
    most = _fewest(size, edges, begin, end, count.high)
    return least if least and (not most or len(least) <= len(most)) else most


def _places(nodes: list[Node]) -> dict[Node, int]:
    """Return the place of each node; 0 is before the first death."""
    return {node: place for place, node in enumerate((ZERO, *nodes))}


def _edges(statement: Statement, place: dict[Node, int], most: int | None) -> list[Edge]:
    """Return what a statement says: at least its low more and, where given, at most so much."""
    begin, end = place[statement.low_from], place[statement.node]
    edges = [(begin, end, statement.low, statement)]
    if most is not None:
        edges.append((end, place[statement.high_from], -most, statement))
    return edges


def not_adding_up(work: Work, total: Statement, before: Node, stood: Statement) -> list[Statement]:
    """Return the smallest set of statements that a total does not add up from; none if it does.

    Parameters
    ----------
    work : Work
        The reports of the series.
    total : Statement
        A believed total.
    before : Node
        The point of the last one before it, or of the origin.
    stood : Statement
        What says the number there; of the origin a total that counts from it.

    Notes
    -----
    What a `more` adds at most is taken at its word here, also where it is not believed.
    """
    nodes = [node for node in work.numbers.nodes if before.key <= node.key <= total.at]
    joining = _without_a_gap(nodes)
    if not any(count.kind == Kind.MORE and count.high is not None for count in joining):
        return []  # all of this is believed together
    place = _places(nodes)
    low, high = (0, 0) if stood.node is not before else (stood.low, stood.high)
    edges: list[Edge] = [(0, 1, low, stood)]
    edges += [(1, 0, -high, stood)] if high is not None else []
    for count in joining:
        edges += _edges(count, place, count.high)
    last = len(nodes)
    most = [] if total.high is None else _fewest(last + 1, edges, 0, last, total.high)
    return _fewest(last + 1, edges, last, 0, -total.low) or most


def _without_a_gap(nodes: list[Node]) -> list[Statement]:
    """Return the believed counts on the ways from the first of some points to the last."""
    ahead, back = {nodes[0]}, {nodes[-1]}  # what counts lead to, and what they lead from
    counts = [count for node in nodes for count in node.counts if count.linked]
    for count in counts:
        ahead |= {count.node} if count.start in ahead else set()
    for count in reversed(counts):
        back |= {count.start} if count.node in back and count.start is not None else set()
    return [count for count in counts if count.start in ahead and count.node in back]


def _fewest(size: int, edges: list[Edge], begin: int, end: int, limit: int) -> list[Statement]:
    """Return the fewest statements that make a path longer than a limit; none if none do.

    Each round lets the paths to all places grow by one statement.
    """
    far = [-NEVER] * size
    far[begin] = 0
    paths: list[tuple[Statement, ...]] = [()] * size
    for _ in range(len(edges) + 1):
        for node in range(size - 1):  # the count never falls
            if far[node] > far[node + 1]:
                far[node + 1], paths[node + 1] = far[node], paths[node]
        if far[end] > limit:
            return list(dict.fromkeys(paths[end]))
        longer, along, moved = list(far), list(paths), False
        for first, last, more, statement in edges:
            if far[first] > -NEVER and far[first] + more > longer[last]:
                longer[last], along[last] = far[first] + more, (*paths[first], statement)
                moved = True
        if not moved:
            return []
        far, paths = longer, along
    return []
