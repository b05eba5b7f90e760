"""What stands at the end of a growing list of reports (design, sections 4.2 and 5).

A headline, and what was said before a `more`, are asked of reports in their order of standing.
Mostly a report speaks of a later instant than all before it: then what stands follows from what
stood and the report, its *tip*. Where it does not, the reports since the last firm total are worked
out as a whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..model.schema import Basis, Kind, Qualifier
from .incidents import incident_rows
from .statements import Said, Stand, Statement, Told, fewer, lies_between, not_replaced
from .work import Row, Work, between


@dataclass(slots=True)
class Tip:
    """What stands at the last point of some reports."""

    instant: int
    day: int
    number: int
    low: int
    high: int | None
    basis: Basis
    row: int  #: the report that states the number, or the last of its day
    stated: Told | None  #: the total that states it
    floor: int  #: what the counts make of it at least
    joined: int | None  #: what they make of it without a gap
    most: int  #: the largest low of the totals since the last cut
    path: "Path | None"  #: the reports that the number rests on, the latest first
    origin: int | None  #: the first day, where totals say that they count from it
    firm: bool  #: whether an exact total of its own instant stands here
    follows: bool = True  #: whether what stands next follows from this: its row is not widened
    stock: bool = False  #: whether those counted may return
    cuts: int = 0  #: how many totals cut the count; -1 where that is not known
    whole: bool = False  #: whether it was worked out as a whole
    carried_to: int | None = None  #: the later day that it is carried to

    @property
    def through(self) -> int:
        """The day that the number is shown for."""
        return self.day if self.carried_to is None else self.carried_to

    def rests_on(self, row: int, instant: int) -> bool:
        """Whether the number rests on a report, which speaks of an instant."""
        here = self.path
        while here is not None and here.instant >= instant:
            if here.row == row:
                return True
            here = here.before
        return row == self.row


@dataclass(slots=True)
class Path:
    """A report that a number rests on, and those before it."""

    row: int
    instant: int  #: that it speaks of
    before: "Path | None"

    def rows(self) -> Iterator[tuple[int, int]]:
        """Yield the reports and the instants that they speak of."""
        here: Path | None = self
        while here is not None:
            yield here.row, here.instant
            here = here.before


def path_of(rows: Iterable[tuple[int, int]]) -> Path | None:
    """Return reports, each with the instant that it speaks of, as a path."""
    path: Path | None = None
    for row, instant in sorted(rows, key=lambda pair: pair[1]):
        path = Path(row, instant, path)
    return path


#: Reports that are looked at again, one by one, when one of them is replaced.
_AGAIN = 50
#: A first day that no total gives, where totals count from several.
_SEVERAL = -(1 << 40)


class Tips:
    """The reports of one series in reading order, and what stands at the end of each beginning."""

    def __init__(self, tz: str) -> None:
        self.tz = tz
        self.told: list[Told] = []
        self.said: dict[int, Said] = {}
        self._tips: list[Tip | None] = []
        self._sure: list[bool] = []  # whether each tip is worked out
        self._last: dict[int, int] = {}  # the last report of each figure
        self._undo: list[tuple[int, int]] = []
        #: Where the last change began, and the earliest instant that what went was about.
        self._changed = 0, ALWAYS
        self._through: dict[int, Tip | None] = {}  # what stands at the end of earlier days

    def tell(self, told: Sequence[Told], begin: int = 0) -> None:
        """Make these the reports from a place on."""
        reach, grows = self._reach(self.told[begin:], ALWAYS), begin == len(self.told)
        self._changed = begin, reach
        cuts = {self._cuts(len(self.told) - 1), self._cuts(begin - 1)}
        while len(self.told) > begin:
            self._pop()
        for one in told:
            self.push(one)
        if self._through:
            cuts.add(self._cuts(len(self.told) - 1))
            settled = len(cuts) == 1 and -1 not in cuts  # no cut came or went
            until = self._parted(begin, self._reach(told, reach)) if settled else NEVER_BEFORE
            if grows and all(self._sure[begin:]) and not any(o.kind == Kind.TOTAL for o in told):
                until = max(until, self._reach(told, reach) - 1)  # counts bound nothing before them
            self._through = {end: tip for end, tip in self._through.items() if end <= until}

    def push(self, one: Told) -> None:
        """Add a report after all others."""
        if one.kind == Kind.MORE and one.usable and not one.gone:
            self.said[one.row] = self._said_before(one)
        replaced = self._last.get(one.figure, -1) if one.figure >= 0 and not one.gone else -1
        tip: Tip | None = None
        sure = True
        if replaced < 0:
            tip, sure = self._step(self._tips[-1] if self._tips else None, one,
                                   not self._tips or self._sure[-1])  # fmt: skip
        else:
            tip, sure = self._step_without(replaced, one)
        self._undo.append((one.figure if not one.gone else -1, replaced))
        if one.figure >= 0 and not one.gone:
            self._last[one.figure] = len(self.told)
        self.told.append(one)
        self._tips.append(tip)
        self._sure.append(sure)

    def _cuts(self, place: int) -> int:
        """Return how many cuts there are up to a place, -1 where that is not known."""
        if place < 0:
            return 0
        tip = self._tips[place]
        return -1 if not self._sure[place] else 0 if tip is None else tip.cuts

    def _pop(self) -> None:
        one, (figure, replaced) = self.told.pop(), self._undo.pop()
        self._tips.pop()
        self._sure.pop()
        self.said.pop(one.row, None)
        if figure >= 0:
            if replaced < 0:
                del self._last[figure]
            else:
                self._last[figure] = replaced

    def tip(self) -> Tip | None:
        """Return what stands at the end of all reports; `None` for nothing."""
        return self._tip(len(self.told) - 1)

    def _tip(self, place: int) -> Tip | None:
        if place < 0:
            return None
        if not self._sure[place]:
            self._tips[place] = self._worked_out(place)
            self._sure[place] = True
        return self._tips[place]

    def through(self, day: int, end: int) -> Tip | None:
        """Return what stands at the end of a day, carried forward from the last row before it."""
        tip = self.tip()
        if tip is None:
            return None
        if tip.day <= day and tip.follows:
            return tip if tip.day == day else _carried(tip, day, end, tip.low, None)
        if end not in self._through:
            self._through[end] = self._at_the_end_of(day, end)
        return self._through[end]

    def _at_the_end_of(self, day: int, end: int) -> Tip | None:
        if self.told[0].kind == Kind.INCIDENT:
            before = Tips(self.tz)
            before.tell([one for one in self.told if one.day <= day])
            tip, over = before.tip(), len(before.told) == len(self.told)
            if tip is None or tip.day == day:
                return tip
            return _carried(tip, day, end, tip.low, None if over else tip.high)
        work, _ = self._window(len(self.told) - 1, end)
        rows = [row for row in work.rows() if row.day <= day]
        if not rows:
            return None
        tip = self._tip_of(work, rows[-1])
        return tip if tip.day == day else _carried(tip, day, end, *work.bounds_at(end))

    def work(self) -> Work:
        """Work out all reports as a whole."""
        return Work(self.told, self.said, self._on_the_eve, self.tz)

    def rows(self) -> list[Row]:
        """Return the running totals of all reports."""
        if self.told and self.told[0].kind == Kind.INCIDENT:
            return incident_rows(self.told)
        return self.work().rows()

    def changed_rows(self) -> tuple[int, list[Row]]:
        """Return the rows that the last change can have touched, and the first day of them."""
        if not self.told or self.told[0].kind == Kind.INCIDENT:
            return NEVER_BEFORE, self.rows()
        begin, reach = self._changed
        work, first = self._window(len(self.told) - 1, reach, begin)
        return self.told[first].day if first else NEVER_BEFORE, work.rows()

    # -- what was said before ----------------------------------------------------------------------

    def _said_before(self, one: Told) -> Said:
        """Return what the reports of earlier standing give for the latest instant they speak of."""
        tip = self._tip(len(self.told) - 1)
        if tip is None:
            return Said(None, None, False)
        then, stand = tip.instant, Stand(tip.number, tip.low, tip.high, tip.basis, None)
        if then > one.instant:
            alive = not_replaced(self.told)
            before = max((o.instant for o in alive if o.instant <= one.instant), default=None)
            if before is None:
                return Said(None, None, False)
            then = before
            found = self._window(len(self.told) - 1, then)[0].at(then)
            assert found is not None
            stand = found
        linked = all(o.instant < then for o in self.told if o.gone and o.usable)
        return Said(then, stand, linked)

    def _on_the_eve(self, told: list[Told], instant: int) -> int:
        """Return the running total at an instant from some reports."""
        tips = Tips(self.tz)
        tips.tell(told)
        stand = tips.work().at(instant)
        return stand.number if stand else 0

    # -- worked out as a whole ---------------------------------------------------------------------

    def _window(
        self, last: int, until: int | None = None, before: int | None = None
    ) -> tuple[Work, int]:
        """Work out the reports up to a place, from the last firm total that parts them.

        That total speaks of an instant before `until` and stands in front of the place `before`.
        """
        reach = self.told[last].instant if until is None else until
        begin, starts = 0, set[int]()
        for place in range(last, -1, -1):
            one = self.told[place]
            tip = self._tips[place] if self._sure[place] else None
            if tip is not None and tip.firm and tip.stated is one and tip.instant < reach:
                ahead = before is None or place < before
                if ahead and starts <= {tip.origin} and self._last[one.figure] == place:
                    begin = place
                    break
            if not one.gone and one.kind == Kind.TOTAL and one.start is not None:
                starts.add(one.start)
            reach = self._reach([one], reach)
        work = Work(self.told[begin : last + 1], self.said, self._on_the_eve, self.tz)
        return work, begin

    def _parted(self, before: int, reach: int) -> int:
        """Return the instant of the last firm total that parts what changed from what stood."""
        for place in range(before - 1, -1, -1):
            one, tip = self.told[place], self._tips[place] if self._sure[place] else None
            if tip is not None and tip.firm and tip.stated is one:
                if tip.instant < reach and self._last[one.figure] == place:
                    return tip.instant
            reach = self._reach([one], reach)
        return NEVER_BEFORE

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

    def _worked_out(self, last: int) -> Tip | None:
        """Work out what stands at the end of the reports up to a place."""
        work, _ = self._window(last)
        if not work.statements:
            return None
        return self._tip_of(work, work.rows()[-1], last)

    def _path(self, terms: list[Statement]) -> set[tuple[int, int]]:
        """Return the reports that make up a number, what a `more` adds to among them."""
        rows = {(one.told.row, one.told.instant) for one in terms}
        for one in terms[:1]:
            if one.told.kind == Kind.MORE:
                rows |= self.base_of(one.told)
        return rows

    def base_of(self, more: Told) -> set[tuple[int, int]]:
        """Return the reports, and their instants, that what was said before a `more` rests on."""
        then, last = self.said[more.row].then, self.told.index(more) - 1
        tip = self._tip(last)
        if then is None or tip is None:
            return set()
        if then == tip.instant:
            return set(tip.path.rows()) if tip.path is not None else set()
        work, _ = self._window(last, then)
        return self._path(work.terms(work.at_end(then)))

    def beneath(self, mores: Iterable[Told]) -> set[int]:
        """Return the reports that the number or low before some `more` rests on, all the way."""
        rows, waiting, seen = set[int](), list(mores), set[int]()
        while waiting:
            more = waiting.pop()
            then = self.said[more.row].then
            if more.row in seen or then is None:
                continue
            seen.add(more.row)
            work, _ = self._window(self.told.index(more) - 1, then)
            place = work.at_end(then)
            for one in (*work.terms(place), *work.belief.path(place, high=False)):
                rows.add(one.told.row)
                if one.told.kind == Kind.MORE:
                    waiting.append(one.told)
        return rows

    def _tip_of(self, work: Work, row: Row, last: int = -1) -> Tip:
        """Return a row as a tip, of the reports up to a place."""
        stand, place = row.stand, row.place
        floor, joined = work.tip_sums(place)
        starts = {one.start for one in self.told[: last + 1] if one.kind == Kind.TOTAL} - {None}
        origin = None if not starts else starts.pop() if len(starts) == 1 else _SEVERAL
        if origin is not None and work.belief.origin is None:
            origin = _SEVERAL
        most = max((one.low for one in work.since_last_cut()), default=0)
        by = stand.by
        firm = (
            by is not None and by not in work.belief.stale and by.low == by.high
            and work.belief.low[place] == work.belief.high[place] == stand.number
        )  # fmt: skip
        return Tip(
            row.at, row.day, stand.number, stand.low, stand.high, stand.basis, row.row,
            by.told if by else None, floor, joined, most,
            path_of(self._path(work.terms(place))), origin, firm,
            (stand.low, stand.high) == (work.belief.low[place], work.belief.high[place]),
            work.stock, -1, whole=True,
        )  # fmt: skip

    # -- one report more ---------------------------------------------------------------------------

    def _step_without(self, replaced: int, one: Told) -> tuple[Tip | None, bool]:
        """Return the tip of a report that replaces an earlier one."""
        begin, place = replaced, len(self.told) - 1
        while begin <= place and place - begin < _AGAIN:  # what was replaced since may be older
            _, older = self._undo[place]
            begin, place = begin if older < 0 else min(begin, older), place - 1
        if len(self.told) - begin > _AGAIN or not (begin == 0 or self._sure[begin - 1]):
            return None, False
        tip, sure = (self._tips[begin - 1] if begin else None), True
        again = [*self.told[begin:], one]
        alive = {id(o) for o in not_replaced(again)}
        for other in again:
            if id(other) in alive:
                tip, sure = self._step(tip, other, sure)
        return tip, sure

    def _step(self, tip: Tip | None, one: Told, sure: bool) -> tuple[Tip | None, bool]:
        """Return the tip after one report more, and whether it follows from the tip before."""
        if one.gone or not one.usable:
            return tip, sure
        if one.kind == Kind.INCIDENT:
            return _incident(tip, one), True
        if not sure or (tip is not None and not tip.follows):
            return None, False
        found = self._one_more(tip, one)
        return found, found is not None

    def _one_more(self, tip: Tip | None, one: Told) -> Tip | None:
        """Return what stands after a report that speaks of no earlier instant, else `None`."""
        if tip is not None and one.instant < tip.instant + tip.whole:
            return None
        if one.kind == Kind.TOTAL:
            return _total(tip, one)
        if one.kind == Kind.MORE:
            return self._more(tip, one)
        if tip is not None and (one.eve < tip.instant or one.instant == tip.instant):
            return None
        gap = tip is None or one.eve > tip.instant
        number = one.adds
        floor = (tip.floor if tip else 0) + number
        joined = None if gap or tip is None or tip.joined is None else tip.joined + number
        low = (tip.low if tip else 0) + one.low
        high = None
        if not gap and tip is not None and tip.high is not None and one.high is not None:
            high = tip.high + one.high
        return _counted(tip, one, floor, joined, low, high)

    def _more(self, tip: Tip | None, one: Told) -> Tip | None:
        said = self.said[one.row]
        own, then, stand = one.adds, said.then, said.stand
        if then is None or stand is None:
            if tip is not None or one.number < 0:
                return None
            return _counted(None, one, max(own, 0), None, max(one.low, 0), None)
        if tip is None or then != tip.instant or stand.number != tip.number or one.stock:
            return None
        if one.number < 0:
            number, low, high = fewer(one, stand)
            number = between(number, low, high)
            return Tip(
                one.instant, one.day, number, low, high, Basis.DERIVED, one.row, None, number,
                number, low, Path(one.row, one.instant, tip.path), tip.origin, False, cuts=-1,
            )  # fmt: skip
        linked = said.linked and not lies_between(then, one.instant, self.tz)
        joined = stand.number + own if linked and stand.basis != Basis.FLOOR else None
        high = tip.high + one.high if linked and None not in (tip.high, one.high) else None
        low = max(tip.low, stand.low + one.low)
        floor = max(tip.floor, stand.number + own)
        return _counted(tip, one, floor, joined, low, high)


def _carried(tip: Tip, day: int, end: int, low: int, high: int | None) -> Tip:
    """Return a number as it is carried to the end of a later day."""
    low, high = (0, None) if tip.stock else (low, high)
    return replace(tip, instant=end, low=low, high=high, basis=Basis.CARRIED, carried_to=day)


def _counted(
    tip: Tip | None, one: Told, floor: int, joined: int | None, low: int, high: int | None
) -> Tip | None:
    """Return what stands after a count."""
    if high is not None and high < low:
        return None
    if one.stock:
        low, high = 0, None
    if joined is not None and floor <= joined:
        number, basis = joined, Basis.DERIVED
    elif joined is None and low == high:
        number, basis = low, Basis.DERIVED
    else:
        number, basis = floor, Basis.FLOOR
    return Tip(
        one.instant, one.day, between(number, low, high), low, high, basis, one.row, None, floor,
        joined, tip.most if tip else 0, Path(one.row, one.instant, tip.path if tip else None),
        tip.origin if tip else None, False, stock=one.stock,
        cuts=tip.cuts if tip else 0,
    )  # fmt: skip


def _incident(tip: Tip | None, one: Told) -> Tip:
    """Return what stands after one incident more of a list (section 4.10)."""
    number = one.number + (tip.floor if tip else 0)
    low = one.low + (tip.most if tip else 0)
    high = None
    if one.high is not None and (tip is None or tip.high is not None):
        high = one.high + ((tip.high or 0) if tip else 0)
    later = tip is None or one.day >= tip.day
    instant = max(one.instant, tip.instant) if tip else one.instant
    printed = (0, None) if one.stock else (low, high)
    return Tip(
        instant, one.day if tip is None or later else tip.day, between(number, *printed), *printed,
        Basis.DERIVED, one.row if tip is None or later else tip.row, None, number, None, low,
        Path(one.row, ALWAYS, tip.path if tip else None), None, False, stock=one.stock,
    )  # fmt: skip


#: Before and after every instant.
NEVER_BEFORE, ALWAYS = -(1 << 62), 1 << 62


def _total(tip: Tip | None, one: Told) -> Tip | None:
    """Return what stands after a total."""
    if one.start is not None and (tip.origin != one.start if tip else False):
        return None
    low, high, most, cuts = one.low, one.high, one.low, False
    if tip is not None and tip.instant == one.instant:
        return None
    if tip is not None and not one.stock:
        compared = one.high if one.ceiling or one.ranged else max(one.number, one.low)
        cuts = compared is not None and compared < tip.most
        if not cuts:
            most = max(most, tip.most)
            if low != high:
                low = max(low, tip.low)
                if high is not None and high < low:
                    return None
    number, basis, path = one.number, Basis.STATED, Path(one.row, one.instant, None)
    anchor = between(number, low, high)
    if one.ranged:
        number = anchor
    elif low > one.low and one.says in (Qualifier.AT_LEAST, Qualifier.MORE_THAN):
        number, basis = low, Basis.FLOOR
        path = Path(one.row, one.instant, tip.path if tip else None)
    origin = one.start if one.start is not None else tip.origin if tip else None
    return Tip(
        one.instant, one.day, number, low, high, basis, one.row, one, anchor, anchor, most,
        path, origin, low == high and one.low == one.high, stock=one.stock,
        cuts=tip.cuts + cuts if tip and tip.cuts >= 0 else -1 if tip else 0,
    )  # fmt: skip
