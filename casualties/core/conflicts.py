"""Which reports rule out one that is not believed (design, section 4.5)."""

from ..model.schema import Kind
from .believed import Belief
from .bounds import NOWHERE, Edge
from .statements import Statement


def ruled_out(belief: Belief, count: Statement) -> list[Statement]:
    """Return the smallest set of statements that cannot be true together with a count.

    They are believed before it: totals, and counts of later standing. The count says that one
    point is at least, or at most, so much above another; the others, that it is not.
    """
    place = belief.place(count.at)
    begin, _, said = next(part for part in reversed(belief.parts) if part[0] <= place)
    size = 1 + sum(begin <= belief.place(p) for p in belief.points)
    there = place - begin + 1
    start = 0 if count.start is None else belief.place(count.start) - begin + 1
    edges = [
        (edge, one)
        for edge, one in said.items()
        if one.anchors or (one.standing > count.standing and not _high_of_a_more(edge, one))
    ]
    refused = set(map(id, belief.refused))
    edges = [(edge, one) for edge, one in edges if id(one) not in refused]
    if count.kind == Kind.MORE:
        return _fewest(size, edges, there, 0, -count.low)
    least = _fewest(size, edges, there, start, -count.low)
    most = [] if count.high is None else _fewest(size, edges, start, there, count.high)
    return least if least and (not most or len(least) <= len(most)) else most


def not_adding_up(
    belief: Belief, total: Statement, before: int, stood: Statement
) -> list[Statement]:
    """Return the smallest set of statements that a total does not add up from; none if it does.

    Parameters
    ----------
    belief : Belief
        What is believed.
    total : Statement
        A believed total.
    before : int
        The place of the last one before it, or of the origin.
    stood : Statement
        What says the number there; of the origin a total that counts from it.

    Notes
    -----
    Beside what is believed this takes a `more` at its word for what it adds at most, also where
    that could not be used.
    """
    last = belief.place(total.at)
    joining = _without_a_gap(belief, before, last)
    if not any(one.kind == Kind.MORE and one.high is not None for one in joining):
        return []  # all of this was believed together already

    def node(one: Statement) -> tuple[int, int]:
        start = before if one.start is None else belief.place(one.start)
        return start - before + 1, belief.place(one.at) - before + 1

    low, high = (0, 0) if belief.place(stood.at) != before else (stood.low, stood.high)
    said: list[tuple[Edge, Statement]] = [((0, 1, low), stood)]
    said += [((1, 0, -high), stood)] if high is not None else []
    for one in joining:
        start, there = node(one)
        least = (0 if one.kind == Kind.MORE else start, there, one.low)
        said += [(least, one)]
        said += [((there, start, -one.high), one)] if one.high is not None else []
    size = last - before + 2
    most = [] if total.high is None else _fewest(size, said, 0, size - 1, total.high)
    return _fewest(size, said, size - 1, 0, -total.low) or most


def _without_a_gap(belief: Belief, before: int, last: int) -> list[Statement]:
    """Return the believed counts that join on from one place to another."""
    spans = [
        (belief.place(one.start), belief.place(one.at), one)
        for one in belief.believed
        if not one.anchors and one.start is not None and one.linked
    ]
    spans = sorted((s for s in spans if before <= s[0] and s[1] <= last), key=lambda s: s[:2])
    ahead, back = {before}, {last}
    for _ in spans:
        ahead |= {end for start, end, _ in spans if start in ahead}
        back |= {start for start, end, _ in spans if end in back}
    return [one for start, end, one in spans if start in ahead and end in back]


def _high_of_a_more(edge: Edge, one: Statement) -> bool:
    """Whether an edge is what a `more` says at most, which is believed last."""
    return one.kind == Kind.MORE and edge[0] != 0


def _fewest(
    size: int, edges: list[tuple[Edge, Statement]], begin: int, end: int, limit: int
) -> list[Statement]:
    """Return the fewest statements that make a path longer than a limit; none if none do."""
    far = [NOWHERE] * size
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
            if far[first] > NOWHERE and far[first] + more > longer[last]:
                longer[last], along[last], moved = far[first] + more, (*paths[first], one), True
        if not moved:
            return []
        far, paths = longer, along
    return []
