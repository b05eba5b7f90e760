"""The number at each point, and the reports that it rests on (README, rules 8 to 10)."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from ..model.frames import NEVER
from ..model.schema import Basis, Kind, Qualifier
from .believed import Beliefs
from .bounds import path
from .statements import Made, Node, Row, Stack, Statement, Sums, Told, between, each

#: Before anything is counted.
_ZERO: Made = (0, None)
_number = itemgetter(0)


class Numbers(Beliefs):
    """What is believed of a series, and what it gives."""

    #: What is worked back to each point, and what all that was heard makes there, once asked.
    _backs: dict[Node, Made | None]
    _heards: dict[Node, Made]

    def back_to(self, mark: int) -> None:
        """Take back what was done since a mark."""
        super().back_to(mark)
        self._backs, self._heards = {}, {}

    def take(self, instant: int, told: Sequence[Told]) -> bool:
        """Take the reports of the next instant, and add up."""
        self.moved, self._heards = None, {}
        if not super().take(instant, told):
            return False
        anchors = any(one.anchors for one in self.steps[-1].statements)
        if anchors or self.moved is not None or len(self.steps) == 1:
            self._backs = {}  # but for these, counts lead nowhere new
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
            starts = (one.start for one in node.counts if one.kind == Kind.PERIOD)
            waiting += [start for start in starts if start is not None and start.total is None]
        return True

    # -- sums ------------------------------------------------------------------------------------

    def _limits(self, node: Node) -> tuple[int, int | None]:
        """Return the bounds at a point."""
        if not self.stock:
            return node.low, node.most
        total = node.total
        return (0, None) if total is None or total.fewer else (total.low, total.high)

    def _sums(self, node: Node) -> Sums:
        """Return what the counts up to a point make."""
        total, counts = node.total, node.counts
        if total is not None and not total.stale:
            stands = between(total.number, *self._limits(node)), (total, None)
            return Sums(stands, stands)
        if node.origin:
            return Sums(_ZERO, _ZERO)
        joins = [_plus(base, one) for one in counts if (base := _base(one).joined)]
        joined = max(joins, key=_number, default=None)
        if not counts and total is None and node.key[1] > 0 and node.before:
            joined = node.before.sums.joined
        return Sums(_made(node, counts), joined)

    # -- numbers ---------------------------------------------------------------------------------

    def stand(self, node: Node) -> Row:
        """Return what stands at a point."""
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
        number, there = total.number, (total, None)
        if total.stale:
            return Row(number, total.low, None, Basis.STATED, total, there)
        if total.fewer:
            there = total, None if total.said is None else total.said.path
            return Row(between(number, low, high), low, high, Basis.DERIVED, None, there)
        if total.told.ranged:
            number = between(number, low, high)
        elif low > total.told.low and total.told.says in (Qualifier.AT_LEAST, Qualifier.MORE_THAN):
            there = _in_a_row(self.path(node, high=False))
            return Row(low, low, high, Basis.FLOOR, total, there)
        return Row(number, low, high, Basis.STATED, total, there)

    def _counted(self, node: Node, low: int, high: int | None) -> Row:
        (made, joined), basis = node.sums, Basis.DERIVED
        if joined is not None:
            made = max(joined, made, key=_number)
            basis = Basis.DERIVED if made is joined else Basis.FLOOR
        elif (back := self.back(node)) is not None or low == high:
            made = back[0] if back else low, _in_a_row(self._left(node))
        else:
            basis = Basis.FLOOR
            made = self._as_reported(node) if self.unbelieved else made
        return Row(between(made[0], low, high), low, high, basis, None, made[1])

    def _as_reported(self, node: Node) -> Made:
        """Return what the counts of an instant would make it where none of them is believed."""
        nodes = self.of_instant(node.key[0])
        if any(here.counts for here in nodes):
            return _made(node, node.counts)
        return _made(node, [one for here in nodes for one in each(here.refused)])

    def _widen(self, node: Node, stand: Row) -> None:
        """Widen bounds until they meet what the words of counts not believed allow (rule 6)."""
        for one in (one for here in self.of_instant(node.key[0]) for one in each(here.refused)):
            if stand.by is not None and one.standing < stand.by.standing:
                continue
            start, low = one.start, one.low
            least = low if one.kind == Kind.MORE or start is None else start.low + low
            top = start.most if start is not None and one.linked else None
            most = None if top is None or one.high is None else top + one.high
            if most is not None and most < node.low:
                stand.low = min(stand.low, most)
            if stand.high is not None and least > stand.high:
                stand.high = least

    def back(self, node: Node) -> Made | None:
        """Return what a later total less the counts up to it gives, `None` without one."""
        if self.last is None or self.last.key <= node.key:
            return None
        waiting, seen, found = [node], set[Node](), self._backs
        for here in waiting:
            if here not in found and here not in seen:
                seen.add(here)
                if not _says(here):
                    waiting += [one.node for one in counting_from(here)]
        for here in sorted(seen, key=lambda node: node.key, reverse=True):
            best: Made | None = (here.sums.stands[0], (here.total, None)) if _says(here) else None
            for one in () if _says(here) else counting_from(here):
                after = found[one.node]
                if after is not None and (best is None or after[0] - one.number > best[0]):
                    best = after[0] - one.number, (one, after[1])
            found[here] = best
        return found[node]

    # -- what it rests on ------------------------------------------------------------------------

    def _left(self, node: Node) -> list[Statement]:
        """Return the later total, and the counts up to it, that give a number; else its bounds."""
        if (back := self.back(node)) is not None:
            *counts, total = each(back[1])
            return [total, *counts]
        both = [*self.path(node, high=False), *self.path(node, high=True)]
        return list(dict.fromkeys(both))

    def path(self, node: Node | None, *, high: bool) -> list[Statement]:
        """Return the statements on the path of the low, or of the high, of a point, in order."""
        return list(dict.fromkeys(one for one, _ in path(node, high=high)))

    def terms(self, node: Node) -> list[Statement]:
        """Return what the number at a point is made of: a total, then counts, in order.

        Of a number that is worked back from a later total that comes first, and the counts are
        taken from it. A sum that begins with a `more` goes on from what was said before it. Of a
        number that is what the bounds leave, these are all that bound it.
        """
        stand = self.stand(node)
        if node.total is None and node.sums.joined is None and stand.basis == Basis.DERIVED:
            return self._left(node)
        return summed(stand.path)

    def holding(self, instant: int) -> Node:
        """Return the last point of an instant of reports, in which something stands if it can."""
        nodes = self.of_instant(instant)
        standing = (node for node in reversed(nodes) if node.total is not None or node.counts)
        return next(standing, nodes[-1])

    def unexplained(self, node: Node) -> int | None:
        """Return what a total is above what the counts since the one before it would make it."""
        total = node.total
        if total is None or self.stock or total.stale:
            return None
        if total.fewer:
            stood = any(before.origin or _says(before) for before in _back_from(node))
            return total.told.number if stood else None
        counts, stood = self.since(node)
        counted = stood and (total.cuts or counts)
        return total.number - self._heard(node)[0] if counted else None

    def since(self, node: Node) -> tuple[list[Statement], bool]:
        """Return the counts heard since the total, or the origin, before a point, if there is one.

        The last first, believed or not.
        """
        counts = [*each(node.refused), *node.counts]
        for before in _back_from(node):
            if _firm(before):
                return counts, True
            counts += [*each(before.refused), *before.counts]
        return counts, False

    def itemised(self, node: Node) -> list[Statement]:
        """Return the total before a point, and the counts since, heard and believed or not."""
        return summed(self._heard(node)[1])

    def _heard(self, node: Node) -> Made:
        """Return what all counts that were heard make, believed or not."""
        if not self.unbelieved:
            return _made(node, node.counts)
        if node in self._heards:
            return self._heards[node]
        made: dict[Node | None, Made] = {}
        stood = _ZERO
        for here in self.nodes:
            counts = (*here.counts, *each(here.refused))
            most = stood
            for one in counts:
                base = _base(one).stands if one.kind == Kind.MORE else made[one.start]
                most = max(most, _plus(base, one), key=_number)
            stood = made[here] = here.sums.stands if _firm(here) else most
            self._heards[here] = most
        return self._heards[node]

    def adding_nothing(self) -> list[tuple[Statement, list[Statement]]]:
        """Return the believed counts beside which another sum says more by then, and its terms."""
        found = list[tuple[Statement, list[Statement]]]()
        for node in self.nodes:
            most, there = _made(node, node.counts)
            less = [one for one in node.counts if _base(one).stands[0] + one.number < most]
            found += [(one, summed(there)) for one in less]
        return found


def summed(there: Stack) -> list[Statement]:
    """Return the terms of a sum, in order; one that begins with a `more` goes on from it."""
    terms: list[Statement] = []
    for one in each(there):
        terms.append(one)
        if one.told.kind == Kind.MORE:
            break
    return terms[::-1]


def counting_from(node: Node) -> list[Statement]:
    """Return the believed period counts that begin at a point."""
    return [one for one in each(node.begun) if one.kind == Kind.PERIOD][::-1]


def _base(count: Statement) -> Sums:
    """Return what stands where a count begins; of a `more` this is in its number already."""
    if count.start is not None and count.kind == Kind.PERIOD:
        return count.start.sums
    said = count.said
    if said is None:  # a list begins with its first one
        return Sums(_ZERO, _ZERO if count.told.kind == Kind.INCIDENT else None)
    base = 0, said.path
    return Sums(base, base if count.linked and said.basis != Basis.FLOOR else None)


def _made(node: Node, counts: list[Statement]) -> Made:
    """Return what counts up to a point come to, or what stood before it, if that is more."""
    most = _ZERO if node.before is None else node.before.sums.stands
    for one in counts:
        made = _plus(_base(one).stands, one)
        most = made if made[0] > most[0] else most
    return most


def _plus(base: Made, one: Statement) -> Made:
    return base[0] + one.number, (one, base[1])


def _back_from(node: Node) -> Iterator[Node]:
    """Yield the points before one, the last first."""
    while node.before is not None:
        node = node.before
        yield node


def _in_a_row(statements: list[Statement]) -> Stack:
    """Return statements as a path, the latest first."""
    there: Stack = None
    for one in sorted(statements, key=lambda one: one.told.instant):
        there = one, there
    return there


def _firm(node: Node) -> bool:
    """Whether a believed total, or the origin, says what the count is."""
    return node.origin or (node.total is not None and not node.total.stale)


def _says(node: Node) -> bool:
    """Whether a believed total, and no `more` below zero, says what the count is."""
    return node.total is not None and not node.total.stale and not node.total.fewer
