"""Which reports rule out one that is not believed (README, rule 6)."""

from bisect import bisect_right
from typing import TypeAlias

from ..model.frames import NEVER
from ..model.schema import Kind
from .believed import COUNT, rank_of
from .statements import ZERO, Node, Statement, each
from .work import Work

#: From a place, to a place, at least so many more.
Between: TypeAlias = tuple[int, int, int]


def ruled_out(work: Work, count: Statement) -> list[Statement]:
    """Return the smallest set of statements that cannot be true together with a count.

    They are believed before it: totals, and counts of later standing. The count says that one
    point is at least, or at most, so much above another; the others, that it is not.
    """
    cuts = [cut.at for cut, _ in work.numbers.cuts]
    part = bisect_right(cuts, count.at)
    nodes = [node for node in work.numbers.nodes if bisect_right(cuts, node.key) == part]
    place = _places(nodes)
    said = [one for node in nodes for one in each(node.ended)
            if rank_of(one) > (COUNT, count.standing)]  # fmt: skip
    edges: list[tuple[Between, Statement]] = []
    for one in sorted(said, key=rank_of, reverse=True):
        edges += _edges(one, place, None if one.kind == Kind.MORE else one.most)
    there, start, size = place[count.node], place[count.low_from], len(nodes) + 1
    least = _fewest(size, edges, there, start, -count.low)
    if count.kind == Kind.MORE or count.high is None:
        return least
    most = _fewest(size, edges, start, there, count.high)
    return least if least and (not most or len(least) <= len(most)) else most


def _places(nodes: list[Node]) -> dict[Node, int]:
    """Return the place of each node; 0 is before the first death."""
    return {node: place for place, node in enumerate((ZERO, *nodes))}


def _edges(
    one: Statement, place: dict[Node, int], most: int | None
) -> list[tuple[Between, Statement]]:
    """Return what a statement says: at least its low more, and at most so much."""
    there = place[one.node]
    least = [((place[one.low_from], there, one.low), one)]
    return least if most is None else [*least, ((there, place[one.high_from], -most), one)]


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
    Beside what is believed this takes a `more` at its word for what it adds at most, also where
    that could not be used.
    """
    every = work.numbers.nodes
    nodes = [node for node in every if before.key <= node.key <= total.at]
    joining = _without_a_gap(nodes)
    if not any(one.kind == Kind.MORE and one.high is not None for one in joining):
        return []  # all of this was believed together already
    place = _places(nodes)
    low, high = (0, 0) if stood.node is not before else (stood.low, stood.high)
    said: list[tuple[Between, Statement]] = [((0, 1, low), stood)]
    said += [((1, 0, -high), stood)] if high is not None else []
    for one in joining:
        said += _edges(one, place, one.high)
    last = len(nodes)
    most = [] if total.high is None else _fewest(last + 1, said, 0, last, total.high)
    return _fewest(last + 1, said, last, 0, -total.low) or most


def _without_a_gap(nodes: list[Node]) -> list[Statement]:
    """Return the believed counts that join on from the first of some points to the last."""
    ahead, back = {nodes[0]}, {nodes[-1]}
    there = set(nodes)
    counts = [one for node in nodes for one in node.counts if one.start in there and one.linked]
    for one in counts:
        ahead |= {one.node} if one.start in ahead else set()
    for one in reversed(counts):
        back |= {one.start} if one.node in back and one.start is not None else set()
    return [one for one in counts if one.start in ahead and one.node in back]


def _fewest(
    size: int, edges: list[tuple[Between, Statement]], begin: int, end: int, limit: int
) -> list[Statement]:
    """Return the fewest statements that make a path longer than a limit; none if none do."""
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
        for (first, last, more), one in edges:
            if far[first] > -NEVER and far[first] + more > longer[last]:
                longer[last], along[last], moved = far[first] + more, (*paths[first], one), True
        if not moved:
            return []
        far, paths = longer, along
    return []
