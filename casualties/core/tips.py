"""What stands at the end of a growing list of reports (design, sections 4.2 and 5).

A headline, and what was said before a `more`, are asked of reports in their order of standing.
Mostly what stands at a report follows from what stood at the one before it: its *tip*. Where it
does not, the reports since the last firm total are worked out as a whole.

=========================  ==========  ======  ===  ====
report                     speaks of   number  low  high
=========================  ==========  ======  ===  ====
31 through the 27th        27th, end       31   31    31
28 killed on the 28th      28th, end       59   59    59
"5 more" after two days    30th, end       64   64     –
=========================  ==========  ======  ===  ====
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..model.schema import Basis, Kind
from .following import (
    ALWAYS,
    FIRST,
    SEVERAL,
    Ahead,
    confirmed,
    counted,
    incident,
    look_ahead,
    total,
)
from .stairs import Stairs
from .statements import Said, Stand, Statement, Told, fewer, lies_between
from .tip import Path, Tip, path_of
from .work import Row, Work, between

#: Before every instant.
NEVER_BEFORE = -(1 << 62)


class Tips:
    """The reports of one series, and what stands at the end of each beginning.

    `told` has them in reading order. Those that are live are held by the instant that they speak
    of as well, each with its tip: what stands there, of all that speak of no later instant.
    """

    def __init__(self, tz: str, told: Sequence[Told] = ()) -> None:
        self.tz = tz
        self.told: list[Told] = []
        self.said: dict[int, Said] = {}
        self._figures: dict[int, list[Told]] = {}  # of each figure, the last one is live
        self._gone: list[Told] = []
        self._keys: list[tuple[int, tuple[int, bool, int]]] = []
        self._live: list[Told] = []
        self._tips: list[Tip | None] = []  # None where it has to be worked out
        self._ahead: list[Ahead] = []
        #: What the last change was about: the earliest instant, the latest, and the cuts before.
        self._changed = ALWAYS, NEVER_BEFORE, -1
        self._work: Work | None = None  # once it is worked out as a whole
        #: The counts after a place, as far as they were needed.
        self._stairs: Stairs | None = None
        self._base = -1
        self.tell(told)

    @property
    def listed(self) -> bool:
        """Whether they are incidents of a list; a series is counted in one way only."""
        return bool(self.told) and self.told[0].kind == Kind.INCIDENT

    # -- the reports ---------------------------------------------------------------------------

    def tell(self, told: Sequence[Told], begin: int = 0) -> None:
        """Make these the reports from a place on."""
        self._work = None
        before = self.told[begin:]
        cuts = self._ahead[-1].cuts if self._live and len(self._ahead) == len(self._live) else -1
        reach = self._reach(before, ALWAYS)
        while len(self.told) > begin:
            self._pop()
        for one in told:
            self.push(one)
        until = max((one.instant for one in (*before, *told)), default=NEVER_BEFORE)
        self._changed = self._reach(told, reach), until, cuts

    def push(self, one: Told) -> None:
        """Add a report after all others."""
        self._work = None
        if one.kind == Kind.MORE and one.usable and not one.gone:
            self.said[one.row] = self._said_before(one)
        self.told.append(one)
        if one.gone:
            self._gone.append(one)
            return
        if one.figure >= 0:
            figure = self._figures.setdefault(one.figure, [])
            if figure:
                self._take_out(figure[-1])
            figure.append(one)
        self._put_in(one)

    def _pop(self) -> None:
        one = self.told.pop()
        if one.gone:
            self._gone.pop()
            return
        self._take_out(one)
        self.said.pop(one.row, None)
        if one.figure >= 0:
            figure = self._figures[one.figure]
            figure.pop()
            if figure:
                self._put_in(figure[-1])

    def _put_in(self, one: Told) -> None:
        if one.usable:
            key = one.instant, one.reading
            place = bisect_left(self._keys, key)
            self._keys.insert(place, key)
            self._live.insert(place, one)
            self._forget(place)

    def _take_out(self, one: Told) -> None:
        if one.usable:
            place = bisect_left(self._keys, (one.instant, one.reading))
            del self._keys[place], self._live[place]
            self._forget(place)

    def _forget(self, place: int) -> None:
        """Forget what stands from a place on."""
        del self._tips[place:], self._ahead[place:]
        if self._stairs is not None:
            if place <= self._base:
                self._stairs = None
            else:
                self._stairs.cut(place - self._base - 1)

    def _up_to(self, instant: int) -> int:
        """Return how many live reports speak of an instant or an earlier one."""
        return bisect_left(self._keys, (instant + 1, FIRST))

    # -- what stands ---------------------------------------------------------------------------

    def tip(self) -> Tip | None:
        """Return what stands at the end of all reports; `None` for nothing."""
        if not self._live:
            return None
        self._step_on()
        last = len(self._live) - 1
        if self._tips[last] is None:
            work, _ = self._window(last, self._live[last].instant)
            self._tips[last] = self._tip_of(work, work.rows()[-1])
        return self._tips[last]

    def through(self, day: int, end: int) -> Tip | None:
        """Return what stands at the end of a day, carried forward from the last row before it."""
        tip = self.tip()
        if tip is None:
            return None
        if tip.day <= day and tip.follows:
            return tip if tip.day == day else tip.carried(day, end, tip.low, None)
        if self.listed:
            return self._listed_through(day, end)
        after, ahead = self._up_to(end), self._ahead[-1]
        if 0 < after < len(self._live) and max(ahead.anchor, ahead.unsure) < after:
            # Counts alone bound nothing before them.
            here, following = self._tips[after - 1], self._tips[after]
            if here is not None and following is not None and here.follows:
                if here.day == day:
                    return here
                return here.carried(day, end, here.low, following.high)
        for shortly in (self._on_stairs_through, self._among_totals_through):
            if (found := shortly(after, day, end)) is not None:
                return found
        work, _ = self._window(self._parting(after), end)
        rows = [row for row in work.rows() if row.day <= day]
        if not rows:
            return None
        tip = self._tip_of(work, rows[-1])
        return tip if tip.day == day else tip.carried(day, end, *work.bounds_at(end))

    def _on_stairs_through(self, after: int, day: int, end: int) -> Tip | None:
        """Return what stands at the end of a day since which only counts came, if they are sure."""
        ahead = self._ahead[-1]
        here = self._tips[after - 1] if after - 1 > max(ahead.since, ahead.unsure) else None
        stairs = self._stairs_to(len(self._live), ahead.since) if here else None
        if here is None or stairs is None or here.stated is not None:
            return None
        found = self._on_stair(stairs, here, self._live[after - 1])
        if found is None:
            return None
        return found if found.day == day else found.carried(day, end, *stairs.bounds_at(end))

    def _among_totals_through(self, after: int, day: int, end: int) -> Tip | None:
        """Return what stands at the end of a day after which only totals came, without a fall.

        They say nothing of it but that it is no higher than they are.
        """
        here, ahead = self._tips[after - 1] if after else None, self._ahead[-1]
        later = self._live[after:]
        sure = ahead.unsure < after - 1 and ahead.cuts == self._ahead[after - 1].cuts >= 0
        if here is None or here.stated is None or here.stated.ranged or here.stock or not sure:
            return None
        if ahead.origin == SEVERAL or any(one.kind != Kind.TOTAL for one in later):
            return None
        most = min((one.high for one in later if one.high is not None), default=None)
        highs = [high for high in (here.high, most) if high is not None]
        if highs and min(highs) < here.low:
            return None
        if here.day == day:
            return replace(here, high=min(highs, default=None))
        return here.carried(day, end, here.low, most)

    def _listed_through(self, day: int, end: int) -> Tip | None:
        before = Tips(self.tz, [one for one in self.told if one.day <= day])
        tip, over = before.tip(), len(before.told) == len(self.told)
        if tip is None or tip.day == day:
            return tip
        return tip.carried(day, end, tip.low, None if over else tip.high)

    def work(self) -> Work:
        """Work out all reports as a whole."""
        if self._work is None:
            self._work = Work(list(self.told), self.said, self._on_the_eve, self.tz)
        return self._work

    def rows(self) -> list[Row]:
        """Return the running totals of all reports."""
        if not self.listed:
            return self.work().rows()
        self._step_on()
        last = {tip.day: tip for tip in self._tips if tip is not None}
        return [
            Row(day, tip.instant, place, Stand(tip.number, tip.low, tip.high, tip.basis, None),
                None, tip.row)
            for place, (day, tip) in enumerate(last.items())
        ]  # fmt: skip

    def changed_rows(self) -> tuple[int, int, list[Row]]:
        """Return the first and last day that the last change can have touched, and their rows."""
        if not self._live or self.listed:
            return NEVER_BEFORE, ALWAYS, self.rows()
        self._step_on()
        reach, until, cuts = self._changed
        last = len(self._live) - 1
        if cuts == self._ahead[-1].cuts >= 0:
            last = self._parting(self._up_to(until))
        work, begin = self._window(last, reach)
        first = self._live[begin].day if begin else NEVER_BEFORE
        final = self._live[last].day if last < len(self._live) - 1 else ALWAYS
        return first, final, work.rows()

    # -- what was said before ------------------------------------------------------------------

    def _said_before(self, one: Told) -> Said:
        """Return what the reports of earlier standing give for the latest instant they speak of."""
        place = self._up_to(one.instant)
        if not place:
            return Said(None, None, False)
        then = self._live[place - 1].instant
        self._step_on()
        here, ahead = self._tips[place - 1], self._ahead[-1]
        if place == len(self._live):
            here = self.tip()
        elif max(ahead.anchor, ahead.unsure) >= place or here is None or not here.follows:
            here = None  # what came later may bound it
        if here is not None:
            stand = Stand(here.number, here.low, here.high, here.basis, None)
        else:
            last = len(self._live) - 1
            found = self._window(last, then)[0].at(then)
            assert found is not None
            stand = found
        linked = all(other.instant < then for other in self._gone if other.usable)
        return Said(then, stand, linked)

    def _before(self, more: Told) -> "Tips":
        """Return the reports that are read before a `more`."""
        return Tips(self.tz, self.told[: self.told.index(more)])

    def base_of(self, more: Told) -> set[tuple[int, int]]:
        """Return the reports, and their instants, that what was said before a `more` rests on."""
        then = self.said[more.row].then
        if then is None:
            return set()
        before = self._before(more)
        tip = before.tip()
        if tip is not None and then == tip.instant:
            return set(tip.path.rows()) if tip.path is not None else set()
        work = before.work()
        return before._path(work.terms(work.at_end(then)))

    def _on_the_eve(self, told: list[Told], instant: int) -> int:
        """Return the running total at an instant from some reports."""
        stand = Tips(self.tz, told).work().at(instant)
        return stand.number if stand else 0

    # -- worked out as a whole -----------------------------------------------------------------

    def _firm(self, place: int) -> bool:
        """Whether an exact total stands at a place that parts what is before it from the rest."""
        tip = self._tips[place]
        return tip is not None and tip.firm and tip.stated is self._live[place]

    def _window(self, last: int, until: int) -> tuple[Work, int]:
        """Work out the reports up to a place, from the last firm total that parts them.

        That total speaks of an instant before `until`, and before what any later one reaches.
        """
        reach, starts, least, read = until, set[int](), ALWAYS, self._live[last].reading
        for place in range(last, 0, -1):
            one = self._live[place]
            if one.instant < reach and self._firm(place):
                ahead = self._ahead[place]
                fine = least >= one.low or ahead.latest == one.standing
                fine &= ahead.widens < read
                if (
                    fine
                    and starts <= {ahead.origin}
                    and self._live[place - 1].instant < one.instant
                ):
                    told = sorted(self._live[place : last + 1], key=lambda o: o.reading)
                    return Work(told, self.said, self._on_the_eve, self.tz), place
            if one.kind == Kind.TOTAL:
                read = min(read, one.reading)
                least = min(least, one.number, one.low if one.high is None else one.high)
                if one.start is not None:
                    starts.add(one.start)
            reach = self._reach([one], reach)
        told = self.told
        if last < len(self._live) - 1:
            told = sorted(self._live[: last + 1], key=lambda o: o.reading)
        return Work(told, self.said, self._on_the_eve, self.tz), 0

    def _parting(self, place: int) -> int:
        """Return the first place from one on at which a firm total parts all that is later."""
        ahead, last = self._ahead[-1], len(self._live) - 1
        if ahead.cuts < 0 or ahead.origin == SEVERAL:
            return last
        for here in range(max(place, ahead.unsure), last):
            if self._firm(here) and self._ahead[here].cuts == ahead.cuts:
                if self._live[here].instant < self._live[here + 1].instant:
                    return here
        return last

    def _reach(self, told: Sequence[Told], reach: int) -> int:
        """Return the earliest instant that bounds reports, or a given earlier one."""
        for one in told:
            if one.gone:
                continue
            reach = min(reach, one.instant)
            if one.kind == Kind.PERIOD:
                reach = min(reach, one.eve + 1)
            said = self.said.get(one.row)
            if said is not None:
                reach = min(reach, NEVER_BEFORE if said.then is None else said.then + 1)
        return reach

    def _path(self, terms: list[Statement]) -> set[tuple[int, int]]:
        """Return the reports that make up a number, what a `more` adds to among them."""
        rows = {(one.told.row, one.told.instant) for one in terms}
        for one in terms[:1]:
            if one.told.kind == Kind.MORE:
                rows |= self.base_of(one.told)
        return rows

    def beneath(self, mores: Iterable[Told]) -> set[int]:
        """Return the reports that the number or low before some `more` rests on, all the way."""
        rows, waiting, seen = set[int](), list(mores), set[int]()
        while waiting:
            more = waiting.pop()
            then = self.said[more.row].then
            if more.row in seen or then is None:
                continue
            seen.add(more.row)
            work = self._before(more).work()
            place = work.at_end(then)
            for one in (*work.terms(place), *work.belief.path(place, high=False)):
                rows.add(one.told.row)
                if one.told.kind == Kind.MORE:
                    waiting.append(one.told)
        return rows

    def _tip_of(self, work: Work, row: Row) -> Tip:
        """Return a row as a tip."""
        stand, place = row.stand, row.place
        floor, joined = work.tip_sums(place)
        by = stand.by
        return Tip(
            row.at, row.day, stand.number, stand.low, stand.high, stand.basis, row.row,
            by.told if by else None, floor, joined, path_of(self._path(work.terms(place))), False,
            (stand.low, stand.high) == (work.belief.low[place], work.belief.high[place]),
            work.stock, whole=True,
        )  # fmt: skip

    # -- one report more -----------------------------------------------------------------------

    def _step_on(self) -> None:
        """Say what stands at each report, as far as that follows from what stood before it."""
        for place in range(len(self._ahead), len(self._live)):
            one = self._live[place]
            tip = self._tips[place - 1] if place else None
            before = self._ahead[place - 1] if place else Ahead()
            sure = not place or (tip is not None and tip.follows)
            found = self._after(place, tip, one, before, sure=sure)
            self._tips.append(found)
            back = tip is not None and one.kind == Kind.PERIOD and one.eve < tip.instant
            self._ahead.append(look_ahead(before, one, place, found, self.said, back=back))

    def _after(
        self, place: int, tip: Tip | None, one: Told, ahead: Ahead, *, sure: bool
    ) -> Tip | None:
        """Return what stands after a report more, `None` where that does not follow."""
        if one.kind == Kind.INCIDENT:
            return incident(tip, one)
        if one.kind == Kind.TOTAL:
            before = self._live[place - 1] if place else None
            return total(tip if sure else None, one, ahead, before)
        if not sure or (tip is not None and one.instant < tip.instant + tip.whole):
            return None
        if one.kind == Kind.MORE:
            # What a total of this instant may not have believed widens what follows it there.
            several = place > 1 and self._live[place - 2].instant == one.instant
            if several and self._live[place - 1].kind == Kind.TOTAL:
                return None
            return self._more(tip, one)
        if tip is not None and one.eve < tip.instant and ahead.since < place - 1:
            return self._on_stairs(place, tip, one, ahead.since)
        if tip is not None and one.instant == tip.instant:
            earlier = self._tips[place - 2] if place > 1 else None
            return confirmed(tip, one, earlier, first=place == 1)
        if tip is not None and one.eve < tip.instant:
            return None
        gap = tip is None or one.eve > tip.instant
        floor = (tip.floor if tip else 0) + one.adds
        joined = None if gap or tip is None or tip.joined is None else tip.joined + one.adds
        low = (tip.low if tip else 0) + one.low
        high = None
        if not gap and tip is not None and tip.high is not None and one.high is not None:
            high = tip.high + one.high
        return counted(tip, one, floor, joined, low, high)

    def _on_stairs(self, place: int, tip: Tip, one: Told, since: int) -> Tip | None:
        """Return what stands after a count that overlaps others."""
        stairs = self._stairs_to(place + 1, since)
        return None if stairs is None else self._on_stair(stairs, tip, one)

    @staticmethod
    def _on_stair(stairs: Stairs, tip: Tip, one: Told) -> Tip | None:
        stair = stairs.stairs.get(one.instant)
        if stair is None or (stair.joined is None and stair.low == stair.high):
            return None
        found = counted(tip, one, stair.sums, stair.joined, stair.low, stair.high)
        if found is None:
            return None
        exact = found.basis == Basis.DERIVED
        return replace(found, path=stair.joined_path if exact else stair.path)

    def _stairs_to(self, end: int, since: int) -> Stairs | None:
        """Return the counts up to a place, since the last report that is none, as stairs.

        `None` where that is no exact total, one of them reaches across it, or they contradict.
        """
        base = self._live[since] if since >= 0 else None
        if base is not None and not self._firm(since):
            return None
        if self._stairs is None or self._base != since:
            self._stairs, self._base = Stairs(base), since
        stairs = self._stairs
        for one in self._live[since + 1 + len(stairs) : end]:
            across = base is not None and one.eve < base.instant
            if one.stock or (across and base is not None and one.instant > base.instant):
                return None
            if not (stairs.skip() if across else stairs.push(one)):
                return None
        return stairs

    def _more(self, tip: Tip | None, one: Told) -> Tip | None:
        said = self.said[one.row]
        own, then, stand = one.adds, said.then, said.stand
        if then is None or stand is None:
            if tip is not None or one.takes_away:
                return None
            return counted(None, one, max(own, 0), None, max(one.low, 0), None)
        if tip is None or then != tip.instant or stand.number != tip.number or one.stock:
            return None
        if one.takes_away:
            number, low, high = fewer(one, stand)
            number = between(number, low, high)
            path = Path(one.row, one.instant, tip.path)
            return Tip(
                one.instant, one.day, number, low, high, Basis.DERIVED, one.row, None, number,
                number, path, False,
            )  # fmt: skip
        linked = said.linked and not lies_between(then, one.instant, self.tz)
        joined = stand.number + own if linked and stand.basis != Basis.FLOOR else None
        high = None
        if linked and tip.high is not None and one.high is not None:
            high = tip.high + one.high
        low = max(tip.low, stand.low + one.low)
        floor = max(tip.floor, stand.number + own)
        return counted(tip, one, floor, joined, low, high)
