"""What the reports of one series say of its count *C* (README, rules 2 to 4).

Reports speak of *points*. A point is an instant and a place in it, since reports that speak of one
instant are read in the order of their standing. A total bounds *C* at its point. A period count
bounds what *C* rises by from one point to another. A `more` says what *C* is at least, and what it
rises by at most.

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
#: Things of which the last is read first: that, and the stack of the others; `None` for nothing.
Stack: TypeAlias = Any

#: A kind of statement: nobody had died before the day that the first total counts from.
ORIGIN = -1


@dataclass(slots=True, eq=False)
class Told:
    """A report that speaks for its chain, or is withdrawn, as numbers."""

    #: In this order reports are read: the instant at which its chain began, whether it is a total
    #: (it includes what else began then), and its standing.
    reading: tuple[int, bool, int]
    row: int
    kind: int
    figure: int  #: its series, kind and dates, whose last report is live; -1 if nothing replaces it
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
    ranged: bool  #: whether it gives no number of its own, but a range
    stock: bool
    unknown: bool  #: whether it is an incident without a number
    gone: bool  #: whether its chain was withdrawn, so that it says nothing any longer

    @property
    def adds(self) -> int:
        """Its number in a sum: a ceiling adds its low, but an incident of a list its number."""
        return self.low if self.ceiling and self.kind != Kind.INCIDENT else self.number

    @property
    def takes_away(self) -> bool:
        """Whether it is a `more` below zero."""
        return self.kind == Kind.MORE and self.number < 0

    @property
    def ceiling(self) -> bool:
        """Whether it says "at most" or "less than"."""
        return self.says in CEILINGS


def tell(record: Record, rows: np.ndarray, gone: np.ndarray) -> list[Told]:
    """Return reports as numbers, in the order given; `gone` says which are withdrawn."""
    standing, kind = record.rank[record.chain[rows]], record.kind[rows]
    reports, none = record.reports, np.full(len(rows), None)
    given = ~np.isnat(reports.days["period_start"][rows]) | (kind == Kind.PERIOD)
    low, is_total = record.low[rows], kind == Kind.TOTAL
    reading = zip(record.began[rows].tolist(), is_total.tolist(), standing.tolist(), strict=True)
    columns = (
        rows, kind, record.figure[rows], record.usable[rows], standing,
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
    number: int  #: of a total or a `more`: what *C* is; of a period count: what it adds
    low: int  #: likewise
    high: int | None  #: likewise, but of a `more`: what it adds
    said: "Row | None" = None  #: of a `more`: what was said before it
    linked: bool = True  #: of a `more`: no day lies between, and nothing since is withdrawn
    stale: bool = False  #: of a total: less than later reports say of an earlier day
    cuts: bool = False  #: of a total: less than earlier reports say of an earlier day
    most: int | None = None  #: what *C* rises by from `high_from` at most
    widened: Sequence[Told] = ()  #: of a total: the later `more`s of an earlier time that widen it
    high_from: "Node" = field(init=False)  #: the point that the high counts from
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
        """Whether it says what *C* is by itself, without a sum."""
        return self.kind == Kind.TOTAL

    @property
    def fewer(self) -> bool:
        """Whether it is a `more` below zero: it is read as a total."""
        return self.kind == Kind.TOTAL and self.told.kind == Kind.MORE

    @property
    def standing(self) -> int:
        """Rank of the first report of its chain."""
        return self.told.standing

    @property
    def compared(self) -> int | None:
        """The number of a total that is compared with earlier lows; of a range or ceiling its high.

        A total cuts the count if this is less.
        """
        says_at_most = self.told.ceiling or self.told.says == Qualifier.RANGE
        if says_at_most and not (self.fewer and self.high is None):
            return self.high
        return max(self.number, self.low)


#: A statement, and whether it bounds by what it says at most; else by what it says at least.
Side: TypeAlias = tuple[Statement, bool]


#: A number, and the stack of the statements that it is made of.
Made: TypeAlias = tuple[int, Stack]


class Sums(NamedTuple):
    """What the last total before a point, and the counts since, add up to."""

    stands: Made  #: at least this; time without a count adds nothing
    joined: Made | None  #: what they make without a gap; `None` where there is a gap


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
    begun: Stack = None  #: the believed statements that count from here
    ended: Stack = None  #: the believed statements that speak of this point
    total: Statement | None = None  #: the last total of this point, also if it is stale
    origin: bool = False  #: whether nobody had died by then
    refused: Stack = None  #: counts of this point that cannot be true
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


#: The point before the first death.
ZERO = Node((-NEVER, 0), high=0)


@dataclass(slots=True)
class Row:
    """A running total: the number at a point or through a day, and what it rests on."""

    number: int
    low: int
    high: int | None
    basis: Basis
    by: Statement | None  #: that states it
    path: Stack = None  #: the statements that it rests on
    day: int = 0
    at: int = 0  #: the instant that it speaks of
    node: Node | None = None  #: its point; `None` for a :meth:`Work.tip` without sums
    unexplained: int | None = None
    row: int = -1  #: the report that states it, or the last one of its day; -1 for none
    carried_to: int | None = None  #: the later day that it is carried to

    @property
    def through(self) -> int:
        """The day that the number is shown for."""
        return self.day if self.carried_to is None else self.carried_to

    def forget(self) -> None:
        """Let go of the statements that it rests on, and with them of all that the series said."""
        self.by, self.path, self.node = None, None, None

    def rests_on(self, row: int, instant: int) -> bool:
        """Whether the number rests on a report, which speaks of an instant."""
        for statement in each(self.path):
            if statement.told.instant < instant:
                break
            if statement.told.row == row:
                return True
        return row == self.row

    def carried(self, day: int, end: int, low: int, high: int | None) -> "Row":
        """Return the number carried to the end of a later day, with the bounds given."""
        return replace(self, at=end, low=low, high=high, basis=Basis.CARRIED, carried_to=day)


#: What a `more` adds to: the running total that the reports of earlier standing give for the latest
#: instant that they speak of (`None` for no report), and whether the `more` is linked to it: no day
#: lies between, and no report that speaks of then or later is withdrawn.
Said: TypeAlias = tuple[Row | None, bool]


def each(stack: Stack) -> Iterator[Any]:
    """Yield the things of a stack, the last first."""
    while stack is not None:
        last, stack = stack
        yield last


def between(number: int, low: int, high: int | None) -> int:
    """Return a number moved into its bounds."""
    number = max(number, low)
    return number if high is None else min(number, high)


def added_up(incidents: Sequence[Told]) -> Told:
    """Return the incidents of an instant as one: the last, with the sums of all their numbers."""
    highs = [one.high for one in incidents if one.high is not None]
    return replace(
        incidents[-1], number=sum(one.number for one in incidents),
        low=sum(one.low for one in incidents),
        high=sum(highs) if len(highs) == len(incidents) else None,
    )  # fmt: skip


def left_by(fewer: Told, stand: Row) -> tuple[int, int, int | None]:
    """Return the number, low and high that a `more` below zero leaves of what was said before."""
    low = max(0, stand.low + fewer.low) if fewer.low_given else 0
    high = None if fewer.high is None or stand.high is None else max(0, stand.high + fewer.high)
    return max(0, stand.number + fewer.adds), low, high
