"""The number at each point, and the reports that it rests on (README, rules 8 to 10).

A number is stated by a total, or it is the sum of the last total and the counts since, or it is
worked back from a later total. Where nothing else is known, the sum is a floor.

    point    28th   29th   30th   1st       31 through the 28th, 9 on the 29th, 70 through the 1st,
    total    31                   70        2 of them on the 1st
    count           9             2
    joined   31     40     -      70        the sum without a gap
    stands   31     40     40     70        the sum at least
    back                   68               a later total less the counts up to it
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from ..model.frames import NEVER
from ..model.schema import Basis, Kind, Qualifier
from .believed import Beliefs
from .statements import Made, Node, Row, Stack, Statement, Sums, Told, between, each

#: What nothing is made of.
_ZERO: Made = (0, None)
_number = itemgetter(0)


class Numbers(Beliefs):
    """What is believed of a series, and what it gives."""

    _backs: dict[Node, Made | None]  #: what :meth:`back` found
    _heards: dict[Node, Made]  #: what :meth:`_heard` found

    def back_to(self, mark: int) -> None:
        """Take back what was done since a mark."""
        super().back_to(mark)
        self._backs, self._heards = {}, {}

    def take(self, instant: int, told: Sequence[Told]) -> bool:
        """Take the reports of the next instant, and add up."""
        self.moved, self._heards = None, {}
        if not super().take(instant, told):
            return False
        anchors = any(statement.anchors for statement in self.steps[-1].statements)
        if anchors or self.moved is not None or len(self.steps) == 1:
            self._backs = {}  # else no total is new to work back from
        node = self.from_on(instant)
        if self.moved is not None and node is not None and self.moved.key < node.key:
            node = self.moved
        while node is not None:
            if (sums := self._sums(node)) != node.sums:
                self.keep(node, "sums", sums)
            node = node.after
        step = self.steps[-1]
        if self.first_start < NEVER:
            step.number = self.stand(self.holding(instant)).number
        # What is worked back from its totals may be another number now.
        waiting = [one.node for one in step.statements if one.anchors and not self.stock]
        for node in waiting:
            self.touched = min(self.touched, node.key[0])
            starts = (count.start for count in node.counts if count.kind == Kind.PERIOD)
            waiting += [start for start in starts if start is not None and start.total is None]
        return True

    # -- sums ------------------------------------------------------------------------------------

    def _limits(self, node: Node) -> tuple[int, int | None]:
        """Return the bounds at a point; of a stock only its own total bounds it."""
        if not self.stock:
            return node.low, node.most
        total = node.total
        return (0, None) if total is None or total.fewer else (total.low, total.high)

    def _sums(self, node: Node) -> Sums:
        """Return what the total and the counts up to a point add up to."""
        total, counts = node.total, node.counts
        if total is not None and not total.stale:
            stands = between(total.number, *self._limits(node)), (total, None)
            return Sums(stands, stands)
        if node.origin:
            return Sums(_ZERO, _ZERO)
        sums = [_plus(base, count) for count in counts if (base := _base(count).joined)]
        joined = max(sums, key=_number, default=None)
        if not counts and total is None and node.key[1] > 0 and node.before:
            joined = node.before.sums.joined
        return Sums(_made(node, counts), joined)

    # -- numbers ---------------------------------------------------------------------------------

    def stand(self, node: Node) -> Row:
        """Return the running total at a point."""
        (low, high), total = self._limits(node), node.total
        stand = self._stated(node, total, low, high) if total else self._counted(node, low, high)
        stand.node, stand.at = node, node.key[0]
        if total is not None and total.stale:
            return stand
        if (cap := self.cap(node)) is not None:
            stand.low = min(stand.low, cap[0])
        if self.unbelieved:
            self._widen(node, stand)
        return stand

    def _stated(self, node: Node, total: Statement, low: int, high: int | None) -> Row:
        """Return the running total at a point with a total."""
        number, path = total.number, (total, None)
        if total.stale:
            return Row(number, total.low, None, Basis.STATED, total, path)
        if total.fewer:
            path = total, None if total.said is None else total.said.path
            return Row(between(number, low, high), low, high, Basis.DERIVED, None, path)
        if total.told.ranged:
            number = between(number, low, high)
        elif low > total.told.low and total.told.says in (Qualifier.AT_LEAST, Qualifier.MORE_THAN):
            return Row(low, low, high, Basis.FLOOR, total, _stack(self.path(node, high=False)))
        return Row(number, low, high, Basis.STATED, total, path)

    def _counted(self, node: Node, low: int, high: int | None) -> Row:
        """Return the running total at a point without a total."""
        (made, joined), basis = node.sums, Basis.DERIVED
        if joined is not None:
            made = max(joined, made, key=_number)
            basis = Basis.DERIVED if made is joined else Basis.FLOOR
        elif (back := self.back(node)) is not None or low == high:
            made = back[0] if back else low, _stack(self._left(node))
        else:
            basis = Basis.FLOOR
            made = self._as_reported(node) if self.unbelieved else made
        return Row(between(made[0], low, high), low, high, basis, None, made[1])

    def _as_reported(self, node: Node) -> Made:
        """Return the sum at a point; with the refused counts of its instant if none is believed."""
        nodes = self.of_instant(node.key[0])
        if any(point.counts for point in nodes):
            return _made(node, node.counts)
        return _made(node, [count for point in nodes for count in each(point.refused)])

    def _widen(self, node: Node, stand: Row) -> None:
        """Widen bounds until they meet what the refused counts of an instant allow (rule 6)."""
        nodes = self.of_instant(node.key[0])
        for count in (count for point in nodes for count in each(point.refused)):
            if stand.by is not None and count.standing < stand.by.standing:
                continue
            start, low = count.start, count.low
            least = low if count.kind == Kind.MORE or start is None else start.low + low
            top = start.most if start is not None and count.linked else None
            most = None if top is None or count.high is None else top + count.high
            if most is not None and most < node.low:
                stand.low = min(stand.low, most)
            if stand.high is not None and least > stand.high:
                stand.high = least

    def back(self, node: Node) -> Made | None:
        """Return what a later total less the counts up to it gives, `None` without one.

        Of several such numbers it is the largest.
        """
        if self.last is None or self.last.key <= node.key:
            return None
        waiting, seen, found = [node], set[Node](), self._backs
        for point in waiting:
            if point not in found and point not in seen:
                seen.add(point)
                if not _says(point):
                    waiting += [count.node for count in counting_from(point)]
        for point in sorted(seen, key=lambda node: node.key, reverse=True):
            best: Made | None = None
            if _says(point):
                best = point.sums.stands[0], (point.total, None)
            for count in () if _says(point) else counting_from(point):
                after = found[count.node]
                if after is not None and (best is None or after[0] - count.number > best[0]):
                    best = after[0] - count.number, (count, after[1])
            found[point] = best
        return found[node]

    # -- what it rests on ------------------------------------------------------------------------

    def _left(self, node: Node) -> list[Statement]:
        """Return the later total that a number is worked back from, then the counts up to it.

        Where there is none, the bounds leave one number: then all that bounds it.
        """
        if (back := self.back(node)) is not None:
            *counts, total = each(back[1])
            return [total, *counts]
        return list(dict.fromkeys([*self.path(node, high=False), *self.path(node, high=True)]))

    def terms(self, node: Node) -> list[Statement]:
        """Return what the number at a point is made of.

        A total, then the counts that are added to it, in order. A sum that begins with a `more`
        goes on from what was said before that. Where the number is worked back from a later total,
        that total, then the counts that are taken from it. Where the bounds leave one number, all
        that bounds it.
        """
        stand = self.stand(node)
        if node.total is None and node.sums.joined is None and stand.basis == Basis.DERIVED:
            return self._left(node)
        return summed(stand.path)

    def holding(self, instant: int) -> Node:
        """Return the last point of an instant at which a total or count stands, else its last."""
        nodes = self.of_instant(instant)
        standing = (node for node in reversed(nodes) if node.total is not None or node.counts)
        return next(standing, nodes[-1])

    def unexplained(self, node: Node) -> int | None:
        """Return how much a total is above the last total before it and the counts since."""
        total = node.total
        if total is None or self.stock or total.stale:
            return None
        if total.fewer:
            stood = any(before.origin or _says(before) for before in _back_from(node))
            return total.told.number if stood else None
        counts, stood = self.since(node)
        if not stood or not (total.cuts or counts):
            return None
        made, path = self._heard(node)
        if not counts and path is not None:  # it falls from the total before it, as printed
            made = self.stand(path[0].node).number
        return total.number - made

    def since(self, node: Node) -> tuple[list[Statement], bool]:
        """Return the counts since the last total or origin before a point, and if there is one.

        They are believed or not; the last comes first.
        """
        counts = [*each(node.refused), *node.counts]
        for before in _back_from(node):
            if _firm(before):
                return counts, True
            counts += [*each(before.refused), *before.counts]
        return counts, False

    def _heard(self, node: Node) -> Made:
        """Return what the counts up to a point make without its own total, believed or not."""
        if not self.unbelieved:
            return _made(node, node.counts)
        if node in self._heards:
            return self._heards[node]
        made: dict[Node | None, Made] = {}
        stood = _ZERO
        for point in self.nodes:
            most = stood
            for count in (*point.counts, *each(point.refused)):
                base = _base(count).stands if count.kind == Kind.MORE else made[count.start]
                most = max(most, _plus(base, count), key=_number)
            stood = made[point] = point.sums.stands if _firm(point) else most
            self._heards[point] = most
        return self._heards[node]

    def adding_nothing(self) -> list[tuple[Statement, list[Statement]]]:
        """Return the believed counts beside which another sum is larger, and the terms of that."""
        found = list[tuple[Statement, list[Statement]]]()
        for node in self.nodes:
            most, path = _made(node, node.counts)
            less = [one for one in node.counts if _base(one).stands[0] + one.number < most]
            found += [(one, summed(path)) for one in less]
        return found


def summed(path: Stack) -> list[Statement]:
    """Return the terms of a sum, in order, from the last `more` on if there is one."""
    terms: list[Statement] = []
    for statement in each(path):
        terms.append(statement)
        if statement.told.kind == Kind.MORE:
            break
    return terms[::-1]


def counting_from(node: Node) -> list[Statement]:
    """Return the believed period counts that begin at a point."""
    return [one for one in each(node.begun) if one.kind == Kind.PERIOD][::-1]


def _base(count: Statement) -> Sums:
    """Return what a count is added to: the sums where it begins.

    Of a `more` that is 0, as its number includes what was said before.
    """
    if count.start is not None and count.kind == Kind.PERIOD:
        return count.start.sums
    said = count.said
    if said is None:  # nothing: a list begins with its first incident
        return Sums(_ZERO, _ZERO if count.told.kind == Kind.INCIDENT else None)
    base = 0, said.path
    return Sums(base, base if count.linked and said.basis != Basis.FLOOR else None)


def _made(node: Node, counts: list[Statement]) -> Made:
    """Return the largest sum that ends with one of some counts, or at the point before."""
    before = _ZERO if node.before is None else node.before.sums.stands
    return max([before, *(_plus(_base(count).stands, count) for count in counts)], key=_number)


def _plus(base: Made, count: Statement) -> Made:
    return base[0] + count.number, (count, base[1])


def _back_from(node: Node) -> Iterator[Node]:
    """Yield the points before one, the last first."""
    while node.before is not None:
        node = node.before
        yield node


def _stack(statements: list[Statement]) -> Stack:
    """Return statements as a stack, by the instants that they speak of."""
    stack: Stack = None
    for statement in sorted(statements, key=lambda statement: statement.told.instant):
        stack = statement, stack
    return stack


def _firm(node: Node) -> bool:
    """Whether a believed total, or the origin, says what the count is."""
    return node.origin or (node.total is not None and not node.total.stale)


def _says(node: Node) -> bool:
    """Whether a believed total, and no `more` below zero, says what the count is."""
    return node.total is not None and not node.total.stale and not node.total.fewer
