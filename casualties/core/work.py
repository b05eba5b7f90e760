"""The running totals of one series, worked out from its reports (design, section 4).

The one way to a total: statements, what is believed of them, the bounds that follow, and the
number that is printed at each point.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..model.schema import Basis, Kind, Qualifier
from .believed import Belief, believe
from .statements import OnTheEve, Point, Said, Stand, Statement, Told, statements


def between(number: int, low: int, high: int | None) -> int:
    """Return a number moved into its bounds."""
    number = max(number, low)
    return number if high is None else min(number, high)


@dataclass
class Row:
    """A running total: the number through a day, and what it rests on."""

    day: int
    at: int  #: the instant that it speaks of
    place: int  #: among the points
    stand: Stand
    unexplained: int | None
    row: int  #: the report that states it, or the last one of its day; -1 for none


class Work:
    """What some reports of one series give; it takes what :func:`statements` takes."""

    def __init__(
        self, told: list[Told], said: Mapping[int, Said], on_the_eve: OnTheEve, tz: str
    ) -> None:
        self.statements, origin = statements(told, said, on_the_eve, tz)
        points = {one.at for one in self.statements}
        points |= {one.start for one in self.statements if one.start is not None}
        self.origin: Point | None = None
        if origin is not None:
            places = [place for instant, place in points if instant == origin]
            self.origin = origin, max(places, default=0)
            points.add(self.origin)
        self.points: list[Point] = sorted(points)
        self.belief: Belief = believe(self.statements, self.points, self.origin)
        self.stock = bool(self.statements) and self.statements[0].told.stock

    # -- numbers (section 4.7) -------------------------------------------------------------------

    @cached_property
    def _counts(self) -> tuple[dict[int, list[Statement]], dict[int, list[Statement]]]:
        """The counts that end at each place: those believed, and all but those across a cut."""
        believed: dict[int, list[Statement]] = {}
        heard: dict[int, list[Statement]] = {}
        for one in self.belief.believed:
            if not one.anchors:
                believed.setdefault(self.belief.place(one.at), []).append(one)
        for place, counts in believed.items():
            heard[place] = list(counts)
        for one in self.belief.refused:
            heard.setdefault(self.belief.place(one.at), []).append(one)
        return believed, heard

    @cached_property
    def totals(self) -> dict[int, Statement]:
        """The last total of each place that has one, stale ones too."""
        return {self.belief.place(one.at): one for one in self.statements if one.anchors}

    @cached_property
    def anchors(self) -> list[int | None]:
        """What a believed total, or the origin, says of each point, moved into its bounds."""
        out: list[int | None] = [None] * len(self.points)
        if self.belief.origin is not None:
            out[self.belief.origin] = 0
        belief, stale = self.belief, set(map(id, self.belief.stale))
        for one in self.statements:
            if one.anchors and id(one) not in stale:
                place = belief.place(one.at)
                out[place] = between(one.number, belief.low[place], belief.high[place])
        return out

    def _sums(self, counts: dict[int, list[Statement]]) -> list[tuple[int, int]]:
        """Return what counts add up to at most before and from the total of each point on."""
        out: list[tuple[int, int]] = []
        here = 0
        for place, anchor in enumerate(self.anchors):
            made = here
            for one in counts.get(place, ()):
                before = 0 if one.kind == Kind.MORE else out[self._start(one)][1]
                made = max(made, before + one.number)
            here = made if anchor is None else anchor
            out.append((made, here))
        return out

    def _start(self, count: Statement) -> int:
        """Return the place where a count begins."""
        return self.belief.place(count.start) if count.start is not None else -1

    @cached_property
    def _floors(self) -> list[tuple[int, int]]:
        return self._sums(self._counts[0])

    @cached_property
    def _made(self) -> list[tuple[int, int]]:
        """The same of all counts that were heard."""
        return self._sums(self._counts[1]) if self.belief.refused else self._floors

    @cached_property
    def joined(self) -> list[int | None]:
        """The number where counts join on to a total, or to the origin, without a gap."""
        out = list(self.anchors)
        refused = {self.belief.place(one.at) for one in self.belief.refused}
        for place in sorted({*self._counts[0], *refused}):
            if out[place] is not None:
                continue
            sums = []
            for one in self._counts[0].get(place, ()):
                if one.kind == Kind.MORE:
                    if one.linked and one.said is not None and one.said.basis != Basis.FLOOR:
                        sums.append(one.number)
                elif (before := out[self._start(one)]) is not None:
                    sums.append(before + one.number)
            if sums:
                out[place] = max(sums)
            elif not self._holds(place) and self.points[place][1] > 0:
                out[place] = out[place - 1]  # nothing that is believed opened this place
        return out

    @cached_property
    def back(self) -> list[int | None]:
        """The number where a later total less the counts up to it gives one."""
        out: list[int | None] = [None] * len(self.points)
        if self.stock:
            return out
        for place in range(len(self.points) - 1, -1, -1):
            if place in self._totals_back:
                out[place] = self.anchors[place]
                continue
            for one in self._counting_from.get(place, ()):
                after = out[self.belief.place(one.at)]
                if after is not None:
                    rest = after - one.number
                    out[place] = rest if out[place] is None else max(rest, out[place] or 0)
        return out

    def stand(self, place: int) -> Stand:
        """Return what stands at a place among the points."""
        low, high = self.belief.low[place], self.belief.high[place]
        total = self.totals.get(place)
        if total is not None and total in self.belief.stale:
            return Stand(total.number, total.low, None, Basis.STATED, total)
        stand = self._counted(place, low, high) if total is None else _stated(total, low, high)
        if place in self.belief.caps:
            stand.low = min(stand.low, self.belief.caps[place][0])
        self._widen(place, stand)
        return stand

    def _counted(self, place: int, low: int, high: int | None) -> Stand:
        floor, joined, back = self._floors[place][0], self.joined[place], self.back[place]
        if joined is not None and floor <= joined:
            return Stand(between(joined, low, high), low, high, Basis.DERIVED, None)
        if joined is None and back is not None:
            return Stand(between(back, low, high), low, high, Basis.DERIVED, None)
        if joined is None and low == high:
            return Stand(low, low, high, Basis.DERIVED, None)
        if joined is None:
            floor = self._as_reported(place)
        return Stand(between(floor, low, high), low, high, Basis.FLOOR, None)

    def _holds(self, place: int) -> bool:
        """Whether something that is not refused or left out speaks of a place."""
        return place in self.totals or place in self._counts[0]

    def _as_reported(self, place: int) -> int:
        """Return what the counts of an instant would make it where none of them is believed."""
        first = bisect_left(self.points, (self.points[place][0], NOTHING))
        here = range(first, bisect_right(self.points, (self.points[place][0], -NOTHING)))
        most = self._floors[place][0]
        if any(p in self._counts[0] for p in here):
            return most
        for one in (one for p in here for one in self._counts[1].get(p, ())):
            before = 0 if one.kind == Kind.MORE else self._floors[self._start(one)][1]
            most = max(most, before + one.number)
        return most

    def _widen(self, place: int, stand: Stand) -> None:
        """Widen bounds until they meet what the words of counts not believed allow (4.5)."""
        belief, low = self.belief, self.belief.low[place]
        for one in belief.refused:
            if one.at[0] != self.points[place][0]:
                continue
            if stand.by is not None and one.standing < stand.by.standing:
                continue
            start = self._start(one)
            least = one.low if one.kind == Kind.MORE else belief.low[start] + one.low
            top = belief.high[start] if start >= 0 and one.linked else None
            most = None if top is None or one.high is None else top + one.high
            if most is not None and most < low:
                stand.low = min(stand.low, most)
            if stand.high is not None and least > stand.high:
                stand.high = least

    def at_end(self, instant: int) -> int:
        """Return the last place up to an instant, in which something stands if it is one's own."""
        last = place = bisect_right(self.points, (instant, -NOTHING)) - 1
        while place >= 0 and self.points[place][0] == self.points[last][0]:
            if self._holds(place):
                return place
            place -= 1
        return last

    def from_on(self, instant: int) -> int:
        """Return the first place from an instant on."""
        return bisect_left(self.points, (instant, NOTHING))

    def at(self, instant: int) -> Stand | None:
        """Return what stands at the last point up to an instant."""
        place = self.at_end(instant)
        return None if place < 0 else self.stand(place)

    def bounds_at(self, end: int) -> tuple[int, int | None]:
        """Return the bounds at the end of a day without a row of its own."""
        place = bisect_right(self.points, (end, -NOTHING)) - 1
        if self.stock:
            return 0, None
        low, here = 0, False
        if place >= 0:
            low, here = self.belief.low[place], self.points[place][0] == end
        if place in self.belief.caps:
            low = min(low, self.belief.caps[place][0])
        after = place if here else place + 1
        cut = not here and any(self.belief.place(one.at) == after for one, _ in self.belief.cuts)
        high = None if after >= len(self.points) or cut else self.belief.high[after]
        return low, high

    def rise(self, begin: int, end: int) -> tuple[int, int | None] | None:
        """Return the least and the most that the count rises by between two instants.

        `None` where a cut lies between them.
        """
        places = [bisect_right(self.points, (at, -NOTHING)) - 1 for at in (begin, end)]
        if places[1] >= 0 and self.points[places[1]][0] == end:
            places[1] = self.at_end(end)
        first, bounds, _ = next(
            part for part in reversed(self.belief.parts) if part[0] <= max(places[0], 0)
        )
        last = next((p for p, _, _ in self.belief.parts if p > first), len(self.points))
        at_first = places[0] < 0 <= places[1] and any(
            self.belief.place(one.at) == 0 for one, _ in self.belief.cuts
        )
        if places[1] >= last or at_first:
            return None
        own = [place >= 0 and self.points[place][0] == at
               for place, at in zip(places, (begin, end), strict=True)]  # fmt: skip
        low, high = self.belief.low, self.belief.high
        if all(own) and all(low[place] == high[place] for place in places):
            exact = low[places[1]] - low[places[0]]
            return exact, exact
        before, after = (place - first + 1 for place in places)
        # An instant between two points is no less than the first and no more than the other.
        least = bounds.rise(before if own[0] else before + 1, after) if after > before else 0
        later = after if own[1] else after + 1
        back = bounds.rise(later, before) if later < bounds.size else None
        if after == before and own[0] and own[1]:
            back = 0
        return max(least or 0, 0), None if back is None else -back

    # -- rows (sections 4.8 and 4.9) -------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return a row a day: those on which a report ends, and those before some counts."""
        days: dict[int, list[Statement]] = {}
        for one in self.statements:
            days.setdefault(one.told.day, []).append(one)
        out = {}
        for day, told in days.items():
            instant = max(one.at[0] for one in told)
            place = self.at_end(instant)
            stand = self.stand(place)
            by = stand.by or max(told, key=lambda one: one.told.reading)
            rest = None if stand.basis == Basis.FLOOR else self.unexplained(place)
            out[day] = Row(day, instant, place, stand, rest, by.told.row)
        for counts in self._counts[0].values():
            for one in counts:
                if one.kind != Kind.PERIOD or one.told.start is None:
                    continue
                day, place = one.told.start - 1, self._start(one)
                if day not in out and self.joined[place] is None and self.back[place] is not None:
                    out[day] = Row(day, self.points[place][0], place, self.stand(place), None, -1)
        return [out[day] for day in sorted(out)]

    def unexplained(self, place: int) -> int | None:
        """Return what a total is above what the counts since the one before it would make it."""
        total = self.totals.get(place)
        if total is None or total.told.stock or total in self.belief.stale:
            return None
        before = place - 1
        while before >= 0 and self.anchors[before] is None:
            before -= 1
        if total.fewer:
            stood = any(
                p == self.belief.origin or (p in self.totals and not self.totals[p].fewer)
                for p in range(place) if self.anchors[p] is not None
            )  # fmt: skip
            return total.told.number if stood else None
        if before < 0:
            return None
        counted = any(p in self._counts[1] for p in range(before + 1, place + 1))
        if counted or any(total is cut for cut, _ in self.belief.cuts):
            return total.number - self._made[place][0]
        return None

    def adding_nothing(self) -> list[tuple[Statement, list[Statement]]]:
        """Return the believed counts that bound a number and add nothing, and what makes it up.

        Another sum says more by then, and no number rests on them.
        """
        found = [
            (one, place)
            for place, counts in sorted(self._counts[0].items())
            for one in counts
            if (self._gives(one, exact=False) or 0) < self._floors[place][0]
        ]
        if not found:
            return []
        paths = {id(one) for row in self.rows() for one in self.terms(row.place)}
        return [
            (one, self._added_up(place, self._floors[place][0], exact=False))
            for one, place in found
            if id(one) not in paths
        ]

    # -- increments (section 7) ------------------------------------------------------------------

    @cached_property
    def begun(self) -> dict[int, bool]:
        """The instants at which believed counts begin; whether they are the origin."""
        found = {
            one.start[0]: False
            for counts in self._counts[0].values()
            for one in counts
            if one.kind == Kind.PERIOD and one.start is not None
        }
        if self.belief.origin is not None:
            found[self.points[self.belief.origin][0]] = True
        return found

    def within(self, begin: int, end: int) -> int | None:
        """Return the most that the counts within a stretch add up to; `None` without any."""
        made: dict[int, int] = {}
        most, counted = 0, False
        first = bisect_left(self.points, (begin, NOTHING))
        for place in range(first, bisect_right(self.points, (end, -NOTHING))):
            for one in self._counts[0].get(place, ()):
                start = self._start(one)
                if start in made:
                    own = one.number - (one.said.number if one.said is not None else 0)
                    most, counted = max(most, made[start] + own), True
            made[place] = most
        return most if counted else None

    @cached_property
    def _rolling(self) -> list[tuple[int, int]]:
        """Where believed period counts that overlap others begin and end."""
        spans = sorted(
            (one.start, one.at)
            for counts in self._counts[0].values()
            for one in counts
            if one.kind == Kind.PERIOD and one.start is not None
        )
        found = set()
        for place, (start, at) in enumerate(spans):
            for other in spans[place + 1 :]:
                if other[0] >= at:
                    break
                if start < other[0] and at < other[1]:
                    found |= {(start[0], at[0]), (other[0][0], other[1][0])}
        return sorted(found)

    def rolls(self, begin: int, end: int) -> bool:
        """Whether a count that overlaps others, begun before a stretch, ends in it."""
        return any(start < begin < at <= end for start, at in self._rolling)

    # -- paths -----------------------------------------------------------------------------------

    def tip_sums(self, place: int) -> tuple[int, int | None]:
        """Return what the counts up to a place come to at least, and without a gap."""
        return self._floors[place][1], self.joined[place]

    def terms(self, place: int) -> list[Statement]:
        """Return what the number at a place is made of: a total, then counts, in order.

        Of a number that is worked back from a later total that comes first, and the counts are
        taken from it. A sum that begins with a `more` goes on from what was said before it. Of a
        number that is what the bounds leave, these are all that bound it.
        """
        stand, total = self.stand(place), self.totals.get(place)
        if stand.basis == Basis.FLOOR and total is not None:
            return self.belief.path(place, high=False)
        if total is not None:
            return [total]
        joined = self.joined[place]
        if stand.basis == Basis.DERIVED and joined is None:
            if self.back[place] is not None:
                return self._worked_back(place)
            both = [*self.belief.path(place, high=False), *self.belief.path(place, high=True)]
            return list(dict.fromkeys(both))
        exact = stand.basis == Basis.DERIVED
        wanted = joined if exact else self._as_reported(place)
        return self._added_up(place, wanted, exact=exact)

    def itemised(self, place: int) -> list[Statement]:
        """Return the total before a place, and the counts since, heard and believed or not."""
        return self._added_up(place, self._made[place][0], exact=False)

    def _added_up(self, place: int, wanted: int | None, *, exact: bool) -> list[Statement]:
        """Return the statements that add up to a number, from the total before them on."""
        terms: list[Statement] = []
        first = place  # counts that are not believed may only end where the sum does
        while place >= 0 and (place == first or self.anchors[place] is None):
            counts = self._counts[1 if place == first else 0].get(place, ())
            if not exact and wanted is not None:
                stood = self._floors[place - 1][1] if place else 0
                counts = () if stood >= wanted else counts  # what stood already is as much
            gives = [one for one in counts if self._gives(one, exact=exact) == wanted]
            if not gives:
                place -= 1
                continue
            one = gives[0]
            terms.insert(0, one)
            if one.kind == Kind.MORE:
                return terms
            place, first = self._start(one), -1
            wanted = self.joined[place] if exact else self._floors[place][1]
        total = self.totals.get(place)
        return terms if total is None else [total, *terms]

    def _gives(self, count: Statement, *, exact: bool) -> int | None:
        """Return the number that a count gives for its point."""
        if count.kind == Kind.MORE:
            return count.number
        before = self.joined[self._start(count)] if exact else self._floors[self._start(count)][1]
        return None if before is None else before + count.number

    def _worked_back(self, place: int) -> list[Statement]:
        """Return the later total, and the counts up to it, that give a number."""
        counts: list[Statement] = []
        while (here := self.back[place]) is not None and place not in self._totals_back:
            for one in self._counting_from.get(place, ()):
                after = self.back[self.belief.place(one.at)]
                if after is not None and after - one.number == here:
                    counts.append(one)
                    place = self.belief.place(one.at)
                    break
            else:
                return counts
        return [self.totals[place], *counts]

    @cached_property
    def _totals_back(self) -> set[int]:
        """The places of totals from which numbers are worked back."""
        stale = set(map(id, self.belief.stale))
        return {
            place for place, one in self.totals.items() if not one.fewer and id(one) not in stale
        }

    @cached_property
    def _counting_from(self) -> dict[int, list[Statement]]:
        """The believed period counts that begin at each place."""
        found: dict[int, list[Statement]] = {}
        for counts in self._counts[0].values():
            for one in counts:
                if one.kind == Kind.PERIOD:
                    found.setdefault(self._start(one), []).append(one)
        return found


#: Less than every number.
NOTHING = -(1 << 62)


def _stated(total: Statement, low: int, high: int | None) -> Stand:
    """Return what stands where a total says it."""
    if total.fewer:
        return Stand(between(total.number, low, high), low, high, Basis.DERIVED, None)
    if total.told.ranged:
        return Stand(between(total.number, low, high), low, high, Basis.STATED, total)
    raised = low > total.told.low
    if raised and total.told.says in (Qualifier.AT_LEAST, Qualifier.MORE_THAN):
        return Stand(low, low, high, Basis.FLOOR, total)
    return Stand(total.number, low, high, Basis.STATED, total)
