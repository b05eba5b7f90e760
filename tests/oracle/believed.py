"""Section 4, rules 4 and 5: falls, and counts that cannot be true."""

from dataclasses import dataclass, field
from itertools import combinations

from oracle.bounds import bounds, edges_of, possible
from oracle.statements import CEILINGS


@dataclass
class Belief:
    """What is believed of the statements of a series; a point's bounds are those of rule 6."""

    cuts: list = field(default_factory=list)  # (statement that cuts, highest that it cuts or None)
    stale: list = field(default_factory=list)  # (total)
    believed: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (count not believed, edges and points then)
    left_out: list = field(default_factory=list)  # counts across a cut
    highs: list = field(default_factory=list)  # every `more` whose high is used
    origin: object = None  # the total that says since when; None where it cannot be true
    origin_at: tuple | None = None
    caps: dict = field(default_factory=dict)  # point -> (lowest number of a later cut, the cut)
    bounds: dict = field(default_factory=dict)  # point -> low, high, path of low, path of high
    graphs: dict = field(default_factory=dict)  # segment -> (points, edges)


def reach(total):
    """The number a total is compared by: its own or its low; of a range or ceiling its high.

    None where nothing bounds it.
    """
    open_fewer = total.kind == "fewer" and total.high is None
    if total.report.qualifier in (*CEILINGS, "range") and not open_fewer:
        return total.high
    return max(total.number, total.low)


def falls(found, belief):
    """Rule 4: go through the totals by instant; a `more` below zero is a cut (rule 10)."""
    since = []  # the totals since the last cut that are not stale
    for total in sorted((s for s in found if s.anchors), key=lambda s: (s.at, s.standing)):
        later = [e for e in since if e.standing > total.standing]
        earlier = [e for e in since if e.standing < total.standing]
        if total.kind == "fewer":
            belief.cuts.append((total, None))
            since = []
        elif total.high is not None and any(e.low > total.high for e in later):
            belief.stale.append(total)
            continue
        elif reach(total) is not None:
            above = [e for e in earlier if e.low > reach(total)]
            if above:
                belief.cuts.append((total, max(above, key=lambda e: e.low)))
                since = []
        since.append(total)


def believe(found, origin, points):
    """What is believed; `origin` is (point, the total that says so) or None."""
    belief = Belief()
    if found and found[0].report.stock:  # rule 11: reports bound only their own instant
        belief.believed = list(found)
        belief.origin_at, belief.origin = origin or (None, None)
        belief.bounds = {p: (0, None, (), ()) for p in points}
        belief.bounds |= {s.at: (s.low, s.high, (s,), (s,)) for s in found if s.kind == "total"}
        return belief
    falls(found, belief)
    segments = {}
    for p in points:
        segments.setdefault(sum(cut.at <= p for cut, _ in belief.cuts), []).append(p)
    for segment, inside in segments.items():
        _believe_segment(segment, inside, found, origin, belief)
    for cut, _ in belief.cuts:  # no low before a cut is above the number that cut it
        for p in points:
            if p < cut.at and (p not in belief.caps or reach(cut) < belief.caps[p][0]):
                belief.caps[p] = (reach(cut), cut)
    return belief


def _believe_segment(segment, inside, found, origin, belief):
    """Between two cuts: totals first, then counts, newest standing first."""
    edges = edges_of(inside)
    for s in found:
        if s.anchors and s.at in inside and s not in belief.stale:
            edges.append((None, s.at, s.low, s))
            if s.high is not None:
                edges.append((s.at, None, -s.high, s))
            belief.believed.append(s)
    if origin is not None and origin[0] in inside:
        zero = (origin[0], None, 0, origin[1])
        if possible(inside, [*edges, zero]):
            edges.append(zero)
            belief.origin_at, belief.origin = origin
    counts = [s for s in found if not s.anchors and s.at in inside]
    newest_first = sorted(counts, key=lambda s: s.standing, reverse=True)
    for s in newest_first:
        if segment > 0 and s.start not in inside:
            belief.left_out.append(s)
        elif possible(inside, edges + said_by(s)):
            edges += said_by(s)
            belief.believed.append(s)
        else:
            belief.refused.append((s, (inside, list(edges))))
    for s in newest_first:
        if s.kind == "more" and s in belief.believed and s.linked and s.high is not None:
            upper = (s.at, s.start, -s.high, s)
            if possible(inside, [*edges, upper]):
                edges.append(upper)
                belief.highs.append(s)
    belief.bounds |= bounds(inside, edges)
    belief.graphs[segment] = (inside, edges)


def said_by(count):
    """The edges of a count that must be true: of a `more`, only its low."""
    if count.kind == "more":
        return [(None, count.at, count.low, count)]
    lower = (count.start, count.at, count.low, count)
    if count.high is None:
        return [lower]
    return [lower, (count.at, count.start, -count.high, count)]


def smallest_set(count, then):
    """The smallest set of the statements believed `then` that rules a count out."""
    inside, edges = then
    return smallest(inside, edges, said_by(count))


def smallest(inside, edges, ruled_out):
    """The smallest set of statements whose edges make those of another impossible."""
    always = [e for e in edges if e[3] is None] + ruled_out
    told = list(dict.fromkeys(e[3] for e in edges if e[3] is not None))
    for size in range(len(told) + 1):
        for some in combinations(told, size):
            if not possible(inside, always + [e for e in edges if e[3] in some]):
                return some
    return tuple(told)
