"""Which statements of a series are believed (README, rules 3 to 6).

Reports are taken instant by instant. Totals are believed first; one that falls is stale, or cuts
the count in two parts that bound each other no more. Of the counts the newest are believed first,
as far as they can be true: of those that cannot be true together the lowest in rank is refused, and
what it was refused beside is kept, so that it is tried again when one of those goes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from ..model.frames import NEVER
from ..model.schema import Kind
from .bounds import Bounds
from .statements import ORIGIN, Chain, Node, Said, Statement, Told, added_up, each, fewer
from .weighing import Weighing

#: What is believed first has the higher rank: totals, the origin, counts, what a `more` adds at
#: most; of each the newest standing.
Rank: TypeAlias = tuple[int, int]
#: What cannot be true: its instant, and what rules it out, each with its own.
Unbelieved: TypeAlias = dict[Rank, tuple[int, dict[Rank, int]]]
LINKED, COUNT, FROM_ZERO, TOTAL = range(4)
#: What a start says (rule 4).
FROM_NOTHING, RESTART, SLIP = range(3)


def rank_of(one: Statement, most: bool = False) -> Rank:
    """Return the rank of a statement, or of what it says at most."""
    if one.kind == ORIGIN:
        return FROM_ZERO, 0
    if one.kind == Kind.TOTAL:
        return TOTAL, one.standing
    return (LINKED if most and one.kind == Kind.MORE else COUNT), one.standing


@dataclass(slots=True)
class Step:
    """What was made of the reports of one instant."""

    instant: int
    day: int
    mark: int  #: of the bounds, before it
    statements: list[Statement]
    most: int  #: the largest number said up to it
    first_start: int  #: the earliest start that a total up to it gives
    number: int | None = None  #: what stood then, where totals count from a start


class Beliefs(Bounds):
    """The statements of a series, those that are believed, and the bounds that follow."""

    def __init__(self, said: Mapping[int, Said], on_the_eve: Callable[[int], int]) -> None:
        super().__init__()
        self._said, self._on_the_eve = said, on_the_eve
        self.steps: list[Step] = []
        self.first_start = NEVER  #: the earliest day that a live total counts from
        self.origin: Statement | None = None  #: that nobody had died before
        self.unbelieved: Unbelieved = {}
        self.last: Node | None = None  #: the point of the last total
        #: Totals that cut the count, and the highest that each cuts, in order.
        self.cuts: list[tuple[Statement, Statement | None]] = []
        self._since: Chain = None  #: totals since the last cut
        self._most = 0  #: the largest low of these
        self._mores: Chain = None
        self._widest: Any = (-1,)  #: the last of these in reading order
        #: Totals that give a start: that, what it says, the number; the latest start, and the
        #: largest number, up to each.
        self._started: Chain = None

    @property
    def stock(self) -> bool:
        """Whether those counted may return."""
        return bool(self.steps) and self.steps[0].statements[0].told.stock

    def take_back(self, instant: int) -> None:
        """Take back what was made of an instant and all later ones."""
        again = bool(self.unbelieved)
        while again:
            again = False
            for rank, (own, others) in list(self.unbelieved.items()):
                if own >= instant or any(other >= instant for other in others.values()):
                    del self.unbelieved[rank]
                    again |= own < instant
                    instant = min(instant, own)
        self._undo(instant)

    def _undo(self, instant: int) -> None:
        if self.steps and self.steps[-1].instant >= instant:
            place = bisect_left(self.steps, instant, key=lambda step: step.instant)
            self.back_to(self.steps[place].mark)
            del self.steps[place:]

    def take(self, instant: int, told: Sequence[Told]) -> bool:
        """Take the reports of the next instant, in reading order.

        Returns whether they can be true together with what is believed; else all is to be weighed,
        and the instant to be taken again.
        """
        for one in self._begin(instant, told):
            if one.told.stock:
                self.keep(one.node, "ended", (one, one.node.ended))
            elif one.stale or self.across(one):
                continue
            elif self.refused(one):
                self.keep(one.node, "refused", (one, one.node.refused))
            elif one.kind != ORIGIN or rank_of(one) not in self.unbelieved:
                if not self.add(one):
                    return False
            if one.kind == ORIGIN:
                self.keep(one.node, "origin", rank_of(one) not in self.unbelieved)
                self.moves(one.node)
        return True

    def weigh(self, to_come: Iterable[tuple[int, Sequence[Told]]]) -> None:
        """Weigh all that is said, with that of the instants to come, by its rank, not its instant.

        Then the last instant, and all from the first that is now believed otherwise, are to be
        taken again.
        """
        last = self.steps[-1].instant
        for instant, told in to_come:
            self._begin(instant, told)
        found = [one for step in self.steps for one in step.statements]
        found += [self.origin] if self.origin is not None else []
        said = [one for one in found if not one.stale and not self.across(one)]
        said.sort(key=rank_of, reverse=True)
        weighing, unbelieved = Weighing(self.nodes), Unbelieved()
        tries = [(one, None if one.kind == Kind.MORE else one.most, True) for one in said]
        tries += [(one, one.high, False) for one in said if one.kind == Kind.MORE and one.linked]
        for one, most, least in tries:
            tried = least or rank_of(one) not in unbelieved
            if tried and (clash := weighing.clash(one, most, least=least)):
                beside = {rank_of(*side): side[0].told.instant for side in clash}
                lowest = min(beside)
                unbelieved[lowest] = beside.pop(lowest), beside
        changed = unbelieved.keys() ^ self.unbelieved.keys()
        assert changed, "it would clash again"
        instants = [(unbelieved.get(rank) or self.unbelieved[rank])[0] for rank in changed]
        self.unbelieved = unbelieved
        self._undo(min([last, *instants]))

    def _begin(self, instant: int, told: Sequence[Told]) -> list[Statement]:
        """Return what the reports of the next instant say, with the origin if one gives it."""
        last = self.steps[-1] if self.steps else Step(0, 0, 0, [], 0, NEVER)
        starts = [one.start for one in told if one.kind == Kind.TOTAL and one.start is not None]
        step = Step(
            instant, told[0].day, self.mark, [], max(last.most, *(one.number for one in told)),
            min([last.first_start, *starts]),
        )  # fmt: skip
        self.steps.append(step)
        had = self.origin
        step.statements = self._state(instant, told)
        new = self.origin is not None and self.origin is not had
        return [*step.statements, self.origin] if new and self.origin else step.statements

    # -- what they say ---------------------------------------------------------------------------

    def _state(self, instant: int, told: Sequence[Told]) -> list[Statement]:
        """Return what the reports of an instant say, totals first, and make its points.

        A `more` opens a point after what was published before it; what comes later includes it,
        but for what comes after a `more` below zero.
        """
        found: list[Statement] = []
        node, before = self.new((instant, 0)), None
        for one in [added_up(told)] if told[0].kind == Kind.INCIDENT else told:
            if before is not None and (one.kind == Kind.MORE or before.takes_away):
                node = self.new((instant, node.key[1] + 1))
            before = one
            says = None if one.kind != Kind.TOTAL else self._start_of(one)
            if one.kind == Kind.MORE:
                found.append(self._more(one, node))
                self.keep(self, "_mores", (found[-1], self._mores))
                self.keep(self, "_widest", max(self._widest, one.reading))
            elif one.kind in (Kind.PERIOD, Kind.INCIDENT) or says == RESTART:
                # The incidents of a list count from those before them.
                begin = node.before if one.kind == Kind.INCIDENT else self.node(one.eve)
                said = one.adds, one.low, one.high
                found.append(Statement(one, Kind.PERIOD, node, begin, *said, most=one.high))
            else:
                found.append(self._total(one, node, slips=says == SLIP))
            if found[-1].anchors:
                self._fall(found[-1])
                node.total = found[-1]
                self.keep(self, "last", node)
            if one.kind == Kind.TOTAL and one.start is not None:
                if found[-1].anchors and self.origin is None and says == FROM_NOTHING:
                    zero = Statement(one, ORIGIN, self.node(one.eve), None, 0, 0, 0, most=0)
                    self.keep(self, "origin", zero)
                *_, top, most = self._started[0] if self._started else (one.start, one.number)
                last = (one.start, says, one.number, max(top, one.start), max(most, one.number))
                self.keep(self, "_started", (last, self._started))
        return sorted(found, key=lambda one: not one.anchors) if len(found) > 1 else found

    def _total(self, one: Told, node: Node, *, slips: bool) -> Statement:
        low, high, widened = one.low, None if slips else one.high, list[Told]()
        mores = () if one.stock or self._widest < one.reading else each(self._mores)
        for more in (more.told for more in mores if more.at[0] < node.key[0]):
            if more.reading < one.reading:
                continue
            widened.append(more)
            if high is not None:  # of an earlier instant, published later
                high = None if more.high is None else high + max(more.high, 0)
            if more.takes_away and more.low_given:
                low = max(0, low + more.low)
        return Statement(
            one, Kind.TOTAL, node, None, one.number, low, high, most=high, widened=widened
        )

    def _more(self, one: Told, node: Node) -> Statement:
        """Return what a `more` says, given what was said before."""
        own, (stand, linked) = one.adds, self._said[one.row]
        if stand is None:
            kind = Kind.TOTAL if one.takes_away else Kind.MORE
            return Statement(one, kind, node, None, max(own, 0), max(one.low, 0), None, None, False)
        if one.takes_away:
            number, low, high = fewer(one, stand)
            return Statement(one, Kind.TOTAL, node, None, number, low, high, stand, most=high)
        start = self.node(stand.at) if stand.at < node.key[0] else self._before(node)
        low, number = stand.low + one.low, stand.number + own
        used = linked and (LINKED, one.standing) not in self.unbelieved
        most = one.high if used else None
        return Statement(
            one, Kind.MORE, node, start, number, low, one.high, stand, linked, most=most
        )

    def _before(self, node: Node) -> Node:
        """Return the point before another of the same instant, also if nothing live is said there.

        What was said there may have been replaced by what includes the `more` that added to it.
        """
        before = node.before
        if before is None or before.key[0] < node.key[0]:
            before = self.new((node.key[0], node.key[1] - 1))
        return before

    # -- since when (rule 4) -----------------------------------------------------------------------

    def _start_of(self, one: Told) -> int | None:
        """Return what the start of a total says, `None` where it gives none."""
        if one.start is None:
            return None
        place = bisect_left(self.steps, one.start, key=lambda step: step.day)
        stood = max(0, self.steps[place - 1].most if place else 0)
        for start, says, number, top, most in each(self._started):
            if start == one.start:
                return int(says)
            stood = max(stood, most if top < one.start else number if start < one.start else 0)
            if top < one.start:
                break
        if stood <= 0:
            return FROM_NOTHING if one.start == self.first_start else SLIP
        lower = one.number < stood or one.number < self._on_the_eve(one.start)
        return RESTART if lower else SLIP

    # -- falls (rule 5) ----------------------------------------------------------------------------

    def _fall(self, total: Statement) -> None:
        """See whether a total is stale, or cuts the count."""
        if total.told.stock:
            return
        high, number, above = total.high, total.compared, list[Statement]()
        if high is not None and high < self._most and not total.fewer:
            since = each(self._since)
            total.stale = any(o.low > high and o.standing > total.standing for o in since)
            if total.stale:
                return
        if number is not None and number < self._most and not total.fewer:
            above = [
                one for one in each(self._since)
                if one.standing < total.standing and number < one.low
            ]  # fmt: skip
        if above or total.fewer:
            highest = max(above[::-1], key=lambda one: one.low) if above else None
            self.end_with(self.cuts, len(self.cuts), (total, highest))
            if number is not None:
                lower = bisect_left(self.caps, number, key=itemgetter(0))
                self.end_with(self.caps, lower, (number, total))
            self.keep(self, "_since", None)
            self.keep(self, "_most", 0)
            total.cuts = total.node.cut = True
            total.node.low, total.node.low_by = 0, None
        self.keep(self, "_since", (total, self._since))
        self.keep(self, "_most", max(self._most, total.low))

    def across(self, count: Statement) -> bool:
        """Whether a count counts across a cut."""
        if not self.cuts or count.kind <= Kind.TOTAL:
            return False
        place = bisect_right(self.cuts, count.at, key=lambda cut: cut[0].at)
        return place > 0 and (count.start is None or count.start.key < self.cuts[place - 1][0].at)

    def cap(self, node: Node) -> tuple[int, Statement] | None:
        """Return what cuts the count after a point by the lowest number, and that."""
        place = bisect_right(self.caps, node.key, key=lambda cap: cap[1].at)
        return self.caps[place] if place < len(self.caps) else None

    # -- what is believed ------------------------------------------------------------------------

    def refused(self, count: Statement) -> bool:
        """Whether a count cannot be true."""
        return bool(self.unbelieved) and (COUNT, count.standing) in self.unbelieved

    @property
    def statements(self) -> list[Statement]:
        """What the live reports say, in reading order."""
        every = [one for step in self.steps for one in step.statements]
        return sorted(every, key=lambda one: one.told.reading)

    @property
    def refusals(self) -> list[Statement]:
        """The counts that cannot be true, newest standing first."""
        every = [one for node in self.nodes for one in each(node.refused)]
        return sorted(every, key=lambda one: -one.standing)
