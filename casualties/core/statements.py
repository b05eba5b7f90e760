"""What the reports of one series say of its count *C* (README, rules 2 to 4).

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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..model.frames import NEVER
from ..model.schema import CEILINGS, Basis, Kind, Qualifier
from .record import Record

#: An instant (microseconds, UTC) and a place in it.
Point: TypeAlias = tuple[int, int]
#: The last of a row of things, and the row of those before it.
Chain: TypeAlias = Any

#: The kind of what the first total with a start says of the day before it: that nobody had died.
ORIGIN = -1


@dataclass(slots=True, eq=False)
class Told:
    """A report that speaks for its chain, as numbers."""

    reading: tuple[int, bool, int]  #: by standing; of one instant, totals include the rest
    row: int
    kind: int
    figure: int  #: what it may replace: its series, kind and dates; -1 for nothing
    usable: bool  #: whether it enters totals; else it only replaces
    standing: int  #: rank of the first report of its chain
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
    unknown: bool  #: whether it is an incident without a number
    gone: bool  #: whether its chain was withdrawn, so that it says nothing any longer

    @property
    def adds(self) -> int:
        """Its number in a sum: a ceiling adds its low, but in a list it is taken at its word."""
        return self.low if self.ceiling and self.kind != Kind.INCIDENT else self.number

    @property
    def takes_away(self) -> bool:
        """Whether it is a `more` below zero."""
        return self.kind == Kind.MORE and self.number < 0

    @property
    def ceiling(self) -> bool:
        """Whether it says at most how many."""
        return self.says in CEILINGS


def tell(record: Record, rows: np.ndarray, gone: np.ndarray) -> list[Told]:
    """Return some reports as numbers, in the order given; `gone` says which are withdrawn."""
    standing, kind = record.rank[record.chain[rows]], record.kind[rows]
    reports, none = record.reports, np.full(len(rows), None)
    given = ~np.isnat(reports.days["period_start"][rows]) | (kind == Kind.PERIOD)
    low, is_total = record.low[rows], kind == Kind.TOTAL
    reading = zip(record.said[rows].tolist(), is_total.tolist(), standing.tolist(), strict=True)
    columns = (
        rows, kind, record.figure[rows], record.sums[rows], standing,
        record.speaks_of[rows].astype("M8[us]").view(np.int64), record.day[rows],
        np.where(given, record.start[rows], none),
        record.eve[rows].astype("M8[us]").view(np.int64), record.best[rows],
        np.where(kind == Kind.MORE, low, np.maximum(low, 0)),
        np.where(record.open[rows], none, record.high[rows]), reports.stated["low"][rows],
        reports.fixed["qualifier"][rows], ~reports.stated["value"][rows], record.stock[rows],
        record.unknown[rows], gone,
    )  # fmt: skip
    cells = zip(*(column.tolist() for column in columns), strict=True)
    return [Told(read, *cell) for read, cell in zip(reading, cells, strict=True)]


@dataclass(slots=True, eq=False)
class Statement:
    """What one live report says of *C*."""

    told: Told
    kind: int  #: a total that restarts is a period count
    node: "Node"  #: the point that it speaks of
    start: "Node | None"  #: where a count begins; `None` where that is not known
    number: int  #: of a total and of a `more` that *C* is; of a period count what it adds
    low: int  #: likewise
    high: int | None  #: likewise, but of a `more` what it adds
    said: "Row | None" = None  #: of a `more`: what was said before
    linked: bool = True  #: of a `more`: no day lies between, and nothing since is withdrawn
    stale: bool = False  #: of a total: less than later reports say of an earlier day
    cuts: bool = False  #: of a total: less than earlier reports say of an earlier day
    most: int | None = None  #: what *C* rises by from the start at most
    widened: Sequence[Told] = ()  #: of a total: by each `more` that came later, of an earlier time
    high_from: "Node" = field(init=False)  #: the point that this counts from
    low_from: "Node" = field(init=False)  #: the point that the low counts from

    def __post_init__(self) -> None:
        self.high_from = self.start or ZERO
        self.low_from = self.high_from if self.kind == Kind.PERIOD else ZERO

    @property
    def at(self) -> Point:
        """The point that it speaks of."""
        return self.node.key

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

    @property
    def compared(self) -> int | None:
        """The number by which a total cuts: of a range or a ceiling its high."""
        says_at_most = self.told.ceiling or self.told.says == Qualifier.RANGE
        if says_at_most and not (self.fewer and self.high is None):
            return self.high
        return max(self.number, self.low)


#: A statement, and whether what counts of it is the most that it says.
Side: TypeAlias = tuple[Statement, bool]


#: A number, and the statements that it is made of, the last first.
Made: TypeAlias = tuple[int, Chain]


class Sums(NamedTuple):
    """What the counts up to a point make."""

    stands: Made  #: what the last total and the counts since come to at least
    joined: Made | None  #: what they make without a gap


_NOTHING = Sums((0, None), None)


@dataclass(slots=True, eq=False)
class Node:
    """A point, the bounds of the count there, and what the reports make of it."""

    key: Point
    low: int = 0
    high: int = NEVER
    low_by: Side | None = None  #: the last on the path of the low
    high_by: Side | None = None
    before: "Node | None" = None
    after: "Node | None" = None
    cut: bool = False  #: whether the count was cut here
    begun: Chain = None  #: the believed statements that count from here, the newest first
    ended: Chain = None  #: those that speak of this point
    total: Statement | None = None  #: the last total of this point, also if it is stale
    origin: bool = False  #: whether nobody had died by then
    refused: Chain = None  #: counts of this point that cannot be true
    sums: Sums = _NOTHING

    def bound(self, high: bool) -> int:
        """Return the low, or the high, ``NEVER`` where there is none."""
        return self.high if high else self.low

    @property
    def most(self) -> int | None:
        """The high, `None` where there is none."""
        return None if self.high == NEVER else self.high

    @property
    def counts(self) -> list[Statement]:
        """The believed counts that end here."""
        return [one for one in each(self.ended) if one.kind > Kind.TOTAL]


#: Before the first death.
ZERO = Node((-NEVER, 0), high=0)


@dataclass(slots=True)
class Row:
    """A running total: the number at a point or through a day, and what it rests on."""

    number: int
    low: int
    high: int | None
    basis: Basis
    by: Statement | None  #: that states it
    path: Chain = None  #: the statements that it rests on, the last first
    day: int = 0
    at: int = 0  #: the instant that it speaks of
    node: Node | None = None
    unexplained: int | None = None
    row: int = -1  #: the report that states it, or the last one of its day; -1 for none
    carried_to: int | None = None  #: the later day that it is carried to

    @property
    def through(self) -> int:
        """The day that the number is shown for."""
        return self.day if self.carried_to is None else self.carried_to

    def rests_on(self, row: int, instant: int) -> bool:
        """Whether the number rests on a report, which speaks of an instant."""
        for one in each(self.path):
            if one.told.instant < instant:
                break
            if one.told.row == row:
                return True
        return row == self.row

    def carried(self, day: int, end: int, low: int, high: int | None) -> "Row":
        """Return the number as it is carried to the end of a later day."""
        basis = Basis.CARRIED
        return replace(self, at=end, low=low, high=high, basis=basis, carried_to=day)


#: What a `more` adds to: what the reports of earlier standing give for the latest instant that they
#: speak of, and whether no day lies between, and no report that speaks of then or later is
#: withdrawn.
Said: TypeAlias = tuple[Row | None, bool]


def each(row: Chain) -> Iterator[Any]:
    """Yield the last of a row of things, and those before it."""
    while row is not None:
        last, row = row
        yield last


def between(number: int, low: int, high: int | None) -> int:
    """Return a number moved into its bounds."""
    number = max(number, low)
    return number if high is None else min(number, high)


def added_up(incidents: Sequence[Told]) -> Told:
    """Return the incidents of an instant as one, the last, with the sum of what all say."""
    highs = [one.high for one in incidents if one.high is not None]
    return replace(
        incidents[-1], number=sum(one.number for one in incidents),
        low=sum(one.low for one in incidents),
        high=sum(highs) if len(highs) == len(incidents) else None,
    )  # fmt: skip


def fewer(one: Told, stand: Row) -> tuple[int, int, int | None]:
    """Return the number, low and high that a `more` below zero leaves of what was said before."""
    low = max(0, stand.low + one.low) if one.low_given else 0
    high = None if one.high is None or stand.high is None else max(0, stand.high + one.high)
    return max(0, stand.number + one.adds), low, high
