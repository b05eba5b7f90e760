"""Which statements of a series are believed (README, rules 3 to 6).

Reports are taken instant by instant. Totals are believed before all else. A total that is less than
what was said before is stale, or it cuts the count: what lies before the cut and after it bound
each other no more. Of the counts the newest are believed first. Where statements cannot be true
together, the lowest in rank is refused. What ruled it out is kept with it: it is tried again when
one of those statements goes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from ..model.frames import NEVER
from ..model.schema import Kind
from .bounds import Bounds
from .statements import ORIGIN, Node, Said, Stack, Statement, Told, added_up, each, left_by
from .weighing import Weighing

#: One of the four below, and a standing. What has the higher rank is believed first.
Rank: TypeAlias = tuple[int, int]
#: What a `more` adds at most; counts; that nobody had died before the first start; totals.
ADDED, COUNT, FROM_ZERO, TOTAL = range(4)
#: What cannot be true: the instant of each, and what rules it out, with the instants of these.
Unbelieved: TypeAlias = dict[Rank, tuple[int, dict[Rank, int]]]
#: What a start says (rule 4).
FROM_NOTHING, RESTART, SLIP = range(3)


def rank_of(statement: Statement, most: bool = False) -> Rank:
    """Return the rank of a statement, or of what it says at most."""
    if statement.kind == ORIGIN:
        return FROM_ZERO, 0
    if statement.kind == Kind.TOTAL:
        return TOTAL, statement.standing
    return (ADDED if most and statement.kind == Kind.MORE else COUNT), statement.standing


@dataclass(slots=True)
class Step:
    """What was made of the reports of one instant."""

    instant: int
    day: int
    mark: int  #: for :meth:`Bounds.back_to`, to what was before it
    statements: list[Statement]
    most: int  #: the largest number said up to it
    first_start: int  #: the earliest start that a total up to it gives
    number: int | None = None  #: the running total then, where some total gives a start


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
        #: The totals that cut the count, in order, each with the highest total that it cuts.
        self.cuts: list[tuple[Statement, Statement | None]] = []
        self._since: Stack = None  #: totals since the last cut
        self._most = 0  #: their largest low
        self._mores: Stack = None  #: the `more`s so far
        self._last_more: Any = (-1,)  #: the latest reading of theirs
        #: Totals that give a start: its day, what it says, and the number; with the latest start
        #: and the largest number up to each.
        self._started: Stack = None

    @property
    def stock(self) -> bool:
        """Whether those counted may return."""
        return bool(self.steps) and self.steps[0].statements[0].told.stock

    def take_back(self, instant: int) -> None:
        """Take back what was made of an instant and all later ones.

        What a statement of these instants rules out is to be tried again: so its own instant, if it
        is earlier, is taken back, too.
        """
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

        Returns whether they can be true together with what is believed. Where they cannot,
        :meth:`weigh` is to be called, and the instant to be taken again.
        """
        for statement in self._begin(instant, told):
            node = statement.node
            if statement.told.stock:
                self.keep(node, "ended", (statement, node.ended))
            elif statement.stale or self.across(statement):
                continue
            elif self.refused(statement):
                self.keep(node, "refused", (statement, node.refused))
            elif statement.kind != ORIGIN or rank_of(statement) not in self.unbelieved:
                if not self.add(statement):
                    return False
            if statement.kind == ORIGIN:
                self.keep(node, "origin", rank_of(statement) not in self.unbelieved)
                self.moves(node)
        return True

    def weigh(self, to_come: Iterable[tuple[int, Sequence[Told]]]) -> None:
        """Find anew what cannot be true, from all that is said, also at the instants to come.

        Statements are tried by their rank, whatever their instant. Afterwards the last instant is
        to be taken again, with all from the first at which something else is believed now.
        """
        last = self.steps[-1].instant
        for instant, told in to_come:
            self._begin(instant, told)
        every = [statement for step in self.steps for statement in step.statements]
        every += [self.origin] if self.origin is not None else []
        weighing, unbelieved = Weighing(self.nodes), Unbelieved()
        # What a `more` adds at most is tried after all else.
        said = [one for one in every if not one.stale and not self.across(one)]
        said.sort(key=rank_of, reverse=True)
        tries = [(one, None if one.kind == Kind.MORE else one.most, True) for one in said]
        tries += [(one, one.high, False) for one in said if one.kind == Kind.MORE and one.linked]
        for statement, most, least in tries:
            tried = least or rank_of(statement) not in unbelieved
            if tried and (clash := weighing.clash(statement, most, least=least)):
                beside = {rank_of(*side): side[0].told.instant for side in clash}
                lowest = min(beside)
                unbelieved[lowest] = beside.pop(lowest), beside
        changed = unbelieved.keys() ^ self.unbelieved.keys()
        assert changed, "it would clash again"
        instants = [(unbelieved.get(rank) or self.unbelieved[rank])[0] for rank in changed]
        self.unbelieved = unbelieved
        self._undo(min([last, *instants]))

    def _begin(self, instant: int, told: Sequence[Told]) -> list[Statement]:
        """Return what the reports of the next instant say, with the origin if it is new."""
        last = self.steps[-1] if self.steps else Step(0, 0, 0, [], 0, NEVER)
        most = max(last.most, *(report.number for report in told))
        starts = [report.start for report in told if report.kind == Kind.TOTAL]
        first = min([last.first_start, *(start for start in starts if start is not None)])
        step = Step(instant, told[0].day, len(self._log), [], most, first)
        self.steps.append(step)
        before = self.origin
        step.statements = self._state(instant, told)
        new = self.origin is not None and self.origin is not before
        return [*step.statements, self.origin] if new and self.origin else step.statements

    # -- what they say ---------------------------------------------------------------------------

    def _state(self, instant: int, told: Sequence[Told]) -> list[Statement]:
        """Return what the reports of an instant say, totals first, and make its points.

        A `more` opens a point after what was published before it, and later reports of the instant
        include it. What is read after a `more` below zero has a point of its own, too.

            read        31    28    26 more    60    3 fewer    9
            point       0     0     1          1     2          3
        """
        found: list[Statement] = []
        node, before = self.new((instant, 0)), None
        for report in [added_up(told)] if told[0].kind == Kind.INCIDENT else told:
            if before is not None and (report.kind == Kind.MORE or before.takes_away):
                node = self.new((instant, node.key[1] + 1))
            before = report
            says = None if report.kind != Kind.TOTAL else self._start_of(report)
            if report.kind == Kind.MORE:
                statement = self._more(report, node)
                self.keep(self, "_mores", (report, self._mores))
                self.keep(self, "_last_more", max(self._last_more, report.reading))
            elif report.kind in (Kind.PERIOD, Kind.INCIDENT) or says == RESTART:
                # The incidents of a list count from those before them.
                begin = node.before if report.kind == Kind.INCIDENT else self.node(report.eve)
                adds = report.adds, report.low, report.high
                statement = Statement(report, Kind.PERIOD, node, begin, *adds, most=report.high)
            else:
                statement = self._total(report, node, slips=says == SLIP)
            found.append(statement)
            if statement.anchors:
                self._fall(statement)
                node.total = statement
                self.keep(self, "last", node)
            if report.kind == Kind.TOTAL and report.start is not None:
                if statement.anchors and self.origin is None and says == FROM_NOTHING:
                    zero = Statement(report, ORIGIN, self.node(report.eve), None, 0, 0, 0, most=0)
                    self.keep(self, "origin", zero)
                start, number = report.start, report.number
                *_, latest, most = self._started[0] if self._started else (start, number)
                started = start, says, number, max(latest, start), max(most, number)
                self.keep(self, "_started", (started, self._started))
        return sorted(found, key=lambda statement: not statement.anchors)

    def _total(self, total: Told, node: Node, *, slips: bool) -> Statement:
        """Return what a total says: a `more` of an earlier instant, told later, widens it."""
        low, high, widened = total.low, None if slips else total.high, list[Told]()
        mores = () if total.stock or self._last_more < total.reading else each(self._mores)
        for more in mores:
            if more.instant >= total.instant or more.reading < total.reading:
                continue
            widened.append(more)
            if high is not None:
                high = None if more.high is None else high + max(more.high, 0)
            if more.takes_away and more.low_given:
                low = max(0, low + more.low)
        said = total.number, low, high
        return Statement(total, Kind.TOTAL, node, None, *said, most=high, widened=widened)

    def _more(self, more: Told, node: Node) -> Statement:
        """Return what a `more` says, given what was said before."""
        stand, linked = self._said[more.row]
        if stand is None:
            kind = Kind.TOTAL if more.takes_away else Kind.MORE
            said = max(more.adds, 0), max(more.low, 0)
            return Statement(more, kind, node, None, *said, None, linked=False)
        if more.takes_away:
            left = left_by(more, stand)
            return Statement(more, Kind.TOTAL, node, None, *left, stand, most=left[-1])
        start = self.node(stand.at) if stand.at < node.key[0] else self._before(node)
        said = stand.number + more.adds, stand.low + more.low
        most = more.high if linked and (ADDED, more.standing) not in self.unbelieved else None
        return Statement(more, Kind.MORE, node, start, *said, more.high, stand, linked, most=most)

    def _before(self, node: Node) -> Node:
        """Return the point before another of the same instant, also if nothing live is said there.

        What was said there may have been replaced by what includes the `more` that added to it.
        """
        before = node.before
        if before is None or before.key[0] < node.key[0]:
            before = self.new((node.key[0], node.key[1] - 1))
        return before

    # -- since when (rule 4) -----------------------------------------------------------------------

    def _start_of(self, total: Told) -> int | None:
        """Return what the start of a total says, `None` where it gives none."""
        if total.start is None:
            return None
        place = bisect_left(self.steps, total.start, key=lambda step: step.day)
        stood = max(0, self.steps[place - 1].most if place else 0)
        for start, says, number, latest, most in each(self._started):
            if start == total.start:
                return int(says)
            if latest < total.start:  # and so are all starts before
                stood = max(stood, most)
                break
            if start < total.start:
                stood = max(stood, number)
        if stood <= 0:
            return FROM_NOTHING if total.start == self.first_start else SLIP
        lower = total.number < stood or total.number < self._on_the_eve(total.start)
        return RESTART if lower else SLIP

    # -- falls (rule 5) ----------------------------------------------------------------------------

    def _fall(self, total: Statement) -> None:
        """Find out whether a total is stale, or cuts the count."""
        if total.told.stock:
            return
        high, number, above = total.high, total.compared, list[Statement]()
        if high is not None and high < self._most and not total.fewer:
            since = each(self._since)
            total.stale = any(one.low > high and one.standing > total.standing for one in since)
            if total.stale:
                return
        if number is not None and number < self._most and not total.fewer:
            since = each(self._since)
            above = [one for one in since if one.low > number and one.standing < total.standing]
        if above or total.fewer:
            highest = max(above[::-1], key=lambda cut: cut.low) if above else None
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
        """Return the lowest number that cuts the count after a point, and the total that has it."""
        place = bisect_right(self.caps, node.key, key=lambda cap: cap[1].at)
        return self.caps[place] if place < len(self.caps) else None

    # -- what is believed ------------------------------------------------------------------------

    def refused(self, count: Statement) -> bool:
        """Whether a count cannot be true."""
        return (COUNT, count.standing) in self.unbelieved

    @property
    def statements(self) -> list[Statement]:
        """What the live reports say, in reading order."""
        every = [statement for step in self.steps for statement in step.statements]
        return sorted(every, key=lambda statement: statement.told.reading)

    @property
    def refusals(self) -> list[Statement]:
        """The counts that cannot be true, newest standing first."""
        every = [count for node in self.nodes for count in each(node.refused)]
        return sorted(every, key=lambda count: -count.standing)
