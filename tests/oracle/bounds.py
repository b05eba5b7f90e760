"""Section 4, rule 6: the tightest bounds that follow, as longest paths between all points.

An edge (a, b, n, cause) says that the count at b is at least n more than at a; the point None
is before the first death, where the count is 0.
"""


def edges_of(points):
    """The count is at least 0 and never falls."""
    return [(a, b, 0, None) for a, b in zip([None, *points], points, strict=False)]


def longest(nodes, edges, source=None):
    """The longest path from a node to each other and its last edge; None if paths never end."""
    far, last = {source: 0}, {}
    for _ in range(len(nodes) + 1):
        moved = False
        for a, b, more, cause in edges:
            if a in far and (b not in far or far[a] + more > far[b]):
                far[b], last[b], moved = far[a] + more, (a, cause), True
        if not moved:
            return far, last
        if far[source] > 0:
            return None
    return None


def possible(points, edges):
    return longest([None, *points], edges) is not None


def bounds(points, edges):
    """{point: (low, high, causes of the low, causes of the high)}; high None for none."""
    nodes = [None, *points]
    out, out_last = longest(nodes, edges)
    back, back_last = longest(nodes, [(b, a, more, cause) for a, b, more, cause in edges])
    return {
        p: (out[p], -back[p] if p in back else None, _path(out_last, p), _path(back_last, p))
        for p in points
    }


def difference(points, edges, a, b):
    """The low and high of what the count rises by from point `a` to point `b`."""
    nodes = sorted({*points, a, b})
    edges = [e for e in edges if e[3] is not None] + edges_of(nodes)
    out, _ = longest([None, *nodes], edges, a)
    back, _ = longest([None, *nodes], edges, b)
    return out[b], -back[a] if a in back else None


def _path(last, node):
    causes = []
    while node in last and node is not None:
        node, cause = last[node]
        if cause is not None:
            causes.append(cause)
    return tuple(causes[::-1])
