"""What the reports of one series say of its count *C* (design, sections 4.1 to 4.3).

Reports speak of *points*: an instant, and a place in it, since what one instant holds is read in
order of standing. A total bounds *C* at its point; a period count what *C* rises by from one point
to another; a `more` what *C* is at least, and what it rises by at most.

    "31 this morning", "26 more" at noon, "28 today" at eight in the evening

    eve        08:00      12:00        20:00
     |----------|----------|------------|
                31
                    >= 57, <= 26 more
     |<------------- 28 --------------->|
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..model import clocks
from ..model.schema import Basis, Kind, Qualifier
from .record import Record

#: An instant (microseconds, UTC) and a place in it.
Point: TypeAlias = tuple[int, int]


@dataclass(slots=True, eq=False)
class Told:
    """A report that speaks for its chain, as numbers."""

    row: int
    kind: int
    figure: int  #: what it may replace: its series, kind and dates; -1 for nothing
    usable: bool  #: whether it enters totals; else it only replaces
    standing: int  #: rank of the first report of its chain
    reading: tuple[int, bool, int]  #: by standing; of one instant, totals include the rest
    instant: int  #: that it speaks of
    day: int
    start: int | None  #: first day covered, of a count and of a total that gives one
    eve: int  #: the instant before its first day
    number: int
    low: int  #: 0 where it gives none
    high: int | None
    low_given: bool
    says: int  #: a :class:`Qualifier`
    ranged: bool  #: whether it gives a range without a number of its own
    stock: bool
    gone: bool  #: whether its chain was withdrawn, so that it says nothing any longer

    @property
    def adds(self) -> int:
        """Its number in a sum: a ceiling adds its low."""
        return self.low if self.ceiling else self.number

    @property
    def takes_away(self) -> bool:
        """Whether it is a `more` below zero."""
        return self.kind == Kind.MORE and self.number < 0

    @property
    def ceiling(self) -> bool:
        """Whether it says at most how many."""
        return self.says in (Qualifier.AT_MOST, Qualifier.LESS_THAN)


def tell(record: Record, rows: np.ndarray, gone: np.ndarray) -> list[Told]:
    """Return some reports as numbers, in the order given; `gone` says which are withdrawn."""
    record_of_chain = record.rank[record.chain[rows]]
    has = record.reports.stated
    columns = (
        rows, record.kind[rows], record.figure[rows], record.sums[rows], record_of_chain,
        record.said[rows], record.speaks_of[rows].astype("M8[us]").view(np.int64),
        record.day[rows], record.start[rows], record.eve[rows].astype("M8[us]").view(np.int64),
        record.best[rows], record.low[rows], record.high[rows], record.open[rows], has["low"][rows],
        record.reports.fixed["qualifier"][rows], ~has["value"][rows], record.stock[rows],
        ~np.isnat(record.reports.days["period_start"][rows]), gone,
    )  # fmt: skip
    return [
        Told(
            row, kind, figure, usable, standing, (said, kind == Kind.TOTAL, standing), instant, day,
            start if given or kind == Kind.PERIOD else None, eve, number,
            low if kind == Kind.MORE else max(low, 0), None if limitless else high, low_given,
            says, ranged, stock, withdrawn,
        )
        for (
            row, kind, figure, usable, standing, said, instant, day, start, eve, number, low, high,
            limitless, low_given, says, ranged, stock, given, withdrawn,
        ) in zip(*(column.tolist() for column in columns), strict=True)
    ]  # fmt: skip


@dataclass(slots=True, eq=False)
class Statement:
    """What one live report says of *C*."""

    told: Told
    kind: int  #: a total that restarts is a period count
    at: Point
    start: Point | None  #: where a count begins; `None` where that is not known
    number: int  #: of a total and of a `more` that *C* is; of a period count what it adds
    low: int  #: likewise
    high: int | None  #: likewise, but of a `more` what it adds
    said: "Stand | None" = None  #: of a `more`: what was said before
    linked: bool = True  #: of a `more`: no day lies between, and nothing since is withdrawn

    @property
    def anchors(self) -> bool:
        """Whether it says what *C* is, and no sum is needed."""
        return self.kind == Kind.TOTAL

    @property
    def fewer(self) -> bool:
        """Whether it is a `more` below zero, which says what *C* is."""
        return self.kind == Kind.TOTAL and self.told.kind == Kind.MORE

    @property
    def standing(self) -> int:
        """Rank of the first report of its chain."""
        return self.told.standing


@dataclass(slots=True)
class Stand:
    """What stands at a point."""

    number: int
    low: int
    high: int | None
    basis: Basis
    by: Statement | None  #: that states it


@dataclass(slots=True)
class Said:
    """What a `more` adds to: what the reports of earlier standing give for the latest instant."""

    then: int | None  #: that instant; `None` where nothing was said before
    stand: Stand | None
    linked: bool  #: whether no report that speaks of then or later is withdrawn


#: Works out what some reports give on the eve of a day: the reports, and that instant.
OnTheEve: TypeAlias = Callable[[list[Told], int], int]


def not_replaced(told: Iterable[Told]) -> list[Told]:
    """Return the reports that are live among those that speak, which enter totals."""
    last: dict[int, int] = {}
    for one in told:
        if one.figure >= 0 and not one.gone:
            last[one.figure] = max(one.standing, last.get(one.figure, -1))
    return [
        one
        for one in told
        if one.usable and not one.gone
        and (one.figure < 0 or one.standing >= last[one.figure])
    ]  # fmt: skip


def statements(
    told: list[Told], said: Mapping[int, Said], on_the_eve: OnTheEve, tz: str
) -> tuple[list[Statement], int | None]:
    """Return what reports of a series say, in reading order, and the instant of the origin.

    Parameters
    ----------
    told : list of Told
        In reading order: those that speak, and those that are withdrawn.
    said : mapping of int to Said
        What each `more` adds to, by row.
    on_the_eve : callable
        Takes reports and an instant and returns the running total that they give for it.
    tz : str
        The zone whose days are meant.
    """
    alive = not_replaced(told)
    origin, restarts, slips = starts(told, alive, on_the_eve)
    places, final = _places(alive)

    def whole(instant: int) -> Point:
        """Return the last point of an instant."""
        return instant, final.get(instant, 0)

    found = []
    for one, place in zip(alive, places, strict=True):
        at = one.instant, place
        if one.kind == Kind.MORE:
            found.append(_more(one, at, whole, said[one.row], tz))
        elif one.kind == Kind.PERIOD or one.start in restarts:
            begin = whole(one.eve)
            found.append(Statement(one, Kind.PERIOD, at, begin, one.adds, one.low, one.high))
        else:
            high = None if one.start in slips else one.high
            found.append(Statement(one, Kind.TOTAL, at, None, one.number, one.low, high))
    _widen(found)
    return found, origin


def _places(alive: list[Told]) -> tuple[list[int], dict[int, int]]:
    """Return the place of each report in its instant, and the last place of each instant.

    A `more` opens a place after what was published before it; what comes later includes it, but
    for what comes after a `more` below zero.
    """
    final: dict[int, int] = {}
    before: dict[int, Told] = {}
    places = []
    for one in alive:
        place, last = final.get(one.instant, 0), before.get(one.instant)
        if last is not None and (one.kind == Kind.MORE or last.takes_away):
            place += 1
        final[one.instant], before[one.instant] = place, one
        places.append(place)
    return places, final


# -- since when (section 4.3) --------------------------------------------------------------------


def starts(
    told: list[Told], alive: list[Told], on_the_eve: OnTheEve
) -> tuple[int | None, set[int], set[int]]:
    """Return the instant of the origin, and the first days of restarts and of slips.

    What ended before a start stood there: the first start before which nothing stood is the
    origin; totals that count anew from less than what stood are restarts; other starts are slips.
    """
    origin: int | None = None
    restarts: set[int] = set()
    slips: set[int] = set()
    totals = [one for one in alive if one.kind == Kind.TOTAL]
    begun: dict[int, Told] = {}  # the first total of each start
    for one in totals:
        if one.start is not None and (one.start not in begun or one.day < begun[one.start].day):
            begun[one.start] = one
    for start, first in sorted(begun.items()):
        stood = [
            one.number
            for one in alive
            if one.number > 0
            and (one.day < start or (one.kind == Kind.TOTAL and one.start is not None
                                     and one.start < start and one.day <= first.day))
        ]  # fmt: skip
        if not stood and origin is None:
            origin = first.eve
        elif stood and first.number < max(stood):
            restarts.add(start)
        elif stood and first.number < on_the_eve([o for o in told if o.day < start], first.eve):
            restarts.add(start)
        else:
            slips.add(start)
    return origin, restarts, slips


# -- what a `more` adds to -----------------------------------------------------------------------


def _more(one: Told, at: Point, whole: Callable[[int], Point], said: Said, tz: str) -> Statement:
    """Return what a `more` says, given what was said before."""
    own, then, stand = one.adds, said.then, said.stand
    if then is None or stand is None:
        kind = Kind.TOTAL if one.takes_away else Kind.MORE
        return Statement(one, kind, at, None, max(own, 0), max(one.low, 0), None, None, False)
    if one.takes_away:
        return Statement(one, Kind.TOTAL, at, None, *fewer(one, stand), stand)
    start = whole(then) if then < at[0] else (at[0], at[1] - 1)
    linked = said.linked and not lies_between(then, at[0], tz)
    low = stand.low + one.low
    return Statement(one, Kind.MORE, at, start, stand.number + own, low, one.high, stand, linked)


def fewer(one: Told, stand: Stand) -> tuple[int, int, int | None]:
    """Return the number, low and high that a `more` below zero leaves of what was said before."""
    low = max(0, stand.low + one.low) if one.low_given else 0
    high = None if one.high is None or stand.high is None else max(0, stand.high + one.high)
    return max(0, stand.number + one.adds), low, high


def lies_between(then: int, now: int, tz: str) -> bool:
    """Whether a day lies between two instants."""
    return now - then > _TWO_DAYS or (
        now - then > _A_DAY - _HOUR and _local_day(now, tz) - _local_day(then, tz) > 1
    )


_HOUR = 3_600_000_000
_A_DAY, _TWO_DAYS = 24 * _HOUR, 50 * _HOUR


def _local_day(instant: int, tz: str) -> int:
    local = clocks.local_times(np.array([instant], "M8[us]"), tz)
    return int(local.astype("M8[D]").view(np.int64)[0])


def _widen(found: list[Statement]) -> None:
    """Widen totals that were published before a `more` of an earlier instant."""
    mores = [s for s in found if s.told.kind == Kind.MORE]
    stock = bool(mores) and mores[0].told.stock
    for total in (s for s in found if s.anchors and not s.fewer) if mores and not stock else ():
        for more in mores:
            one = more.told
            if more.at[0] >= total.at[0] or one.reading < total.told.reading:
                continue
            if total.high is not None:
                total.high = None if one.high is None else total.high + max(one.high, 0)
            if more.fewer and one.low_given:
                total.low = max(0, total.low + one.low)
