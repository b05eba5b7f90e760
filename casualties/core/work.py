"""The running totals of one series as its reports come and go.

Reports are held by the instant that they speak of, and taken in that order. Where a report comes or
goes, what was made of its instant and of later ones is taken back, and made anew when somebody
asks.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from operator import attrgetter

from ..model.frames import NEVER
from ..model.schema import Basis, Kind
from .points import Numbers, counting_from
from .statements import Node, Row, Said, Statement, Told

#: A point among no others.
_ALONE = Node((0, 0))
_READING = attrgetter("reading")


class Work:
    """The reports of one series, and what they give.

    `told` has them in reading order: those that speak, and those that are withdrawn.
    """

    def __init__(self, told: Sequence[Told] = ()) -> None:
        self.told: list[Told] = []
        self.said: dict[int, Said] = {}  #: what each `more` adds to, by row
        self._numbers = Numbers(self.said, self._on_the_eve)
        self._figures: dict[int, list[Told]] = {}  # of each figure, the last one is live
        self._gone: list[Told] = []
        self._instants: list[int] = []
        self.live: dict[int, list[Told]] = {}  #: by the instant that they speak of
        self._starts: list[int] = []  # that totals give, ascending
        self._lows: list[int] = []  # of totals, ascending
        self.unknown: list[int] = []  #: instants of incidents without a number, ascending
        self._rows: list[Row] = []  # as they were last asked for
        self._changed = NEVER  # the first day that changed since that was asked
        self.whole = True  #: unless it was broken off while it was worked out
        self.state = b""  #: which reports these are, for who keeps it
        self.tell(told)

    @property
    def listed(self) -> bool:
        """Whether they are incidents of a list; a series is counted in one way only."""
        return bool(self.told) and self.told[0].kind == Kind.INCIDENT

    def holds(self, row: int, instant: int) -> bool:
        """Whether a report, which speaks of an instant, enters totals."""
        return any(one.row == row for one in self.live.get(instant, ()))

    # -- the reports ---------------------------------------------------------------------------

    def tell(self, told: Sequence[Told], begin: int = 0) -> None:
        """Make these the reports from a place on."""
        while len(self.told) > begin:
            one = self.told.pop()
            self.said.pop(one.row, None)
            if one.gone:
                self._gone.pop()
                continue
            self._move(one, away=True)
            if one.figure >= 0:
                figure = self._figures[one.figure]
                figure.pop()
                if figure:
                    self._move(figure[-1], away=False)
        for one in told:
            if one.kind == Kind.MORE and one.usable and not one.gone:
                self.said[one.row] = self._said_before(one)
            self.told.append(one)
            if one.gone:
                self._gone.append(one)
                continue
            if one.figure >= 0:
                figure = self._figures.setdefault(one.figure, [])
                if figure:
                    self._move(figure[-1], away=True)
                figure.append(one)
            self._move(one, away=False)

    def _move(self, one: Told, *, away: bool) -> None:
        """Put a report among the live ones, or take it away."""
        if one.unknown:
            _put(self.unknown, one.instant, away=away)
            self._numbers.touched = min(self._numbers.touched, one.instant)
        if not one.usable:
            return
        place, live = bisect_left(self._instants, one.instant), self.live.get(one.instant)
        if live is None:
            self._instants.insert(place, one.instant)
            self.live[one.instant] = [one]
        elif not away:
            insort(live, one, key=_READING)
        elif len(live) > 1:
            live.remove(one)
        else:
            del self.live[one.instant], self._instants[place]
        self._numbers.take_back(one.instant)
        if one.kind == Kind.TOTAL:
            _put(self._lows, one.low, away=away)
        if one.kind == Kind.TOTAL and one.start is not None:
            _put(self._starts, one.start, away=away)
            first = self._starts[0] if self._starts else NEVER
            if first != self._numbers.first_start:
                self._numbers.take_back(-NEVER)
                self._numbers.first_start = first

    def _said_before(self, one: Told) -> Said:
        """Return what the reports of earlier standing give for the latest instant they speak of."""
        place = bisect_right(self._instants, one.instant)
        if not place:
            return None, False
        then = self._instants[place - 1]
        linked = one.day - self.live[then][0].day <= 1  # else a day lies between
        linked &= all(other.instant < then for other in self._gone if other.usable)
        numbers = self.numbers
        return numbers.stand(numbers.holding(then)), linked

    def _on_the_eve(self, start: int) -> int:
        """Return the running total on the eve of a day from the reports that end before it."""
        steps = self._numbers.steps
        place = bisect_left(steps, start, key=lambda step: step.day)
        if not place:
            return 0
        last = steps[place - 1]
        later = any(
            own <= last.instant < max(others.values(), default=0)
            for own, others in self._numbers.unbelieved.values()
        )
        # Nor do the same reports say the same where a `more` was added to what others make.
        if self.said:
            mores = [one.reading for one in self.told if one.row in self.said and one.day < start]
            added = max(mores, default=())
            later |= any(one.reading < added for one in self.told if one.day >= start)
        known = last.first_start in (NEVER, self._numbers.first_start) and not later
        if known and last.number is not None:
            return last.number
        return self._alone_on_the_eve(start)

    def _alone_on_the_eve(self, start: int) -> int:
        before = Work([one for one in self.told if one.day < start])
        return before.rows()[-1].number if before.live else 0

    # -- what they give ------------------------------------------------------------------------

    @property
    def numbers(self) -> Numbers:
        """What all reports give, point by point."""
        numbers = self._numbers
        while len(numbers.steps) < len(self._instants):
            instant = self._instants[len(numbers.steps)]
            self.whole = False
            if not numbers.take(instant, self.live[instant]):
                to_come = self._instants[len(numbers.steps) :]
                numbers.weigh((instant, self.live[instant]) for instant in to_come)
            self.whole = True
        return numbers

    def bounds_at(self, end: int) -> tuple[int, int | None]:
        """Return the bounds at the end of a day without a row of its own."""
        numbers = self.numbers
        node = numbers.up_to(end)
        low = 0 if node is None else node.low
        if node is not None and (cap := numbers.cap(node)) is not None:
            low = min(low, cap[0])
        after = numbers.from_on(end)
        if self._open(end) or after is None:
            return low, None
        if node is not None and (node.key[0] == end or self.listed):
            return low, node.most  # between two incidents of a list there are no more
        return low, None if after.cut else after.most

    def _open(self, instant: int) -> bool:
        """Whether a list holds an incident without a number by then, so that there is no high."""
        return bool(self.unknown) and self.unknown[0] <= instant

    # -- rows (rules 9 and 10) ---------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return a row a day: those on which a report ends, and those before some counts."""
        numbers = self.numbers
        if numbers.touched < NEVER:
            place = bisect_left(numbers.steps, numbers.touched, key=lambda step: step.instant)
            first = numbers.steps[place - 1].day if place else -NEVER
            begin = bisect_left(numbers.steps, first, key=lambda step: step.day)
            last = numbers.steps[begin - 1].day if begin else -NEVER
            same = bisect_right(self._rows, last, key=lambda row: row.day)
            self._rows = [*self._rows[:same], *self._rows_from(begin, last)]
            self._changed = min(self._changed, first)
            numbers.touched = NEVER  # last, as it may be broken off before
        return self._rows

    def changed_rows(self) -> tuple[int, list[Row]]:
        """Return the first day that changed since this was last asked, and the rows from it on."""
        rows = self.rows()
        first, self._changed = self._changed, NEVER
        return first, rows[bisect_left(rows, first, key=lambda row: row.day) :]

    def _rows_from(self, begin: int, last: int) -> list[Row]:
        """Return the rows after a day, the last of the steps before one."""
        steps = self._numbers.steps
        out: dict[int, Row] = {}
        for place in range(begin, len(steps)):
            if place + 1 == len(steps) or steps[place + 1].day > steps[place].day:
                row = out[steps[place].day] = self._row(place)
                if row.basis != Basis.FLOOR and row.node is not None:
                    row.unexplained = self._numbers.unexplained(row.node)
        since = steps[begin - 1].instant + 1 if begin else -NEVER
        node = self._numbers.from_on(since)
        while node is not None:
            eve = self._eve(node)
            if eve is not None:
                out.setdefault(eve.day, eve)
            node = node.after
        return [out[day] for day in sorted(out) if day > last]

    def _row(self, place: int) -> Row:
        """Return the row of the day of a step, which is the last one of its day."""
        step = self._numbers.steps[place]
        row = self._numbers.stand(self._numbers.holding(step.instant))
        row.high = None if self._open(step.instant) else row.high
        row.day = step.day
        row.row = self._latest(place).row if row.by is None else row.by.told.row
        return row

    def _latest(self, place: int) -> Told:
        """Return the last report of the day of an instant that is read up to it."""
        live = self.live[self._instants[place]]
        last, day = live[-1], live[0].day
        while place and (live := self.live[self._instants[place - 1]])[0].day == day:
            last, place = max(last, live[-1], key=_READING), place - 1
        return last

    def _eve(self, node: Node) -> Row | None:
        """Return the row of the day before a count, where that is worked back from a total."""
        if node.sums.joined is not None or self._numbers.stock:
            return None
        for one in counting_from(node):
            if one.told.start is not None and self._numbers.back(node) is not None:
                row = self._numbers.stand(node)
                row.day = one.told.start - 1
                return row
        return None

    def tip(self) -> Row | None:
        """Return the last row; `None` for nothing.

        A last report that is an exact total, and that no other contradicts, needs no sums.
        """
        live = self.live[self._instants[-1]] if self._instants else []
        if len(live) == 1 and live[0].kind == Kind.TOTAL and not self._starts:
            one = live[0]
            surely = not self.said and one.number >= max(self._lows[-1:], default=0)
            if one.low == one.high and (surely or one is self.told[-1]):
                said = Statement(one, one.kind, _ALONE, None, one.number, one.low, one.high)
                return Row(
                    one.number, one.low, one.high, Basis.STATED, said, (said, None), one.day,
                    one.instant, row=one.row,
                )  # fmt: skip
        return self._row(len(self.numbers.steps) - 1) if self._instants else None

    def through(self, day: int, end: int) -> Row | None:
        """Return what stands at the end of a day, carried forward from the last row before it."""
        numbers = self.numbers
        place = bisect_right(numbers.steps, day, key=lambda step: step.day)
        since = numbers.steps[place - 1].instant if place else -NEVER
        node, row = numbers.up_to(end), None
        while row is None and node is not None and node.key[0] > since:
            row, node = self._eve(node), node.before
        if row is None and place:
            row = self._row(place - 1)
        if row is None or row.day == day:
            return row
        return row.carried(day, end, *self.bounds_at(end))

    # -- what a `more` adds to -----------------------------------------------------------------

    def base_of(self, more: Told) -> set[int]:
        """Return the reports that what was said before a `more` rests on, all the way."""
        rows, seen, waiting = set[int](), set[int](), [self.said[more.row][0]]
        for stand in waiting:
            there = stand.path if stand else None
            rows |= {stand.by.told.row} if stand and stand.by else set()
            while there is not None and id(there) not in seen:
                seen.add(id(there))
                one, there = there
                rows.add(one.told.row)
                waiting += [one.said] if one.told.kind == Kind.MORE else []
        return rows

    def beneath(self, mores: Iterable[Told]) -> set[int]:
        """Return the reports that the number or low before some `more` rests on, all the way."""
        rows, waiting, seen = set[int](), list(mores), set[int]()
        while waiting:
            more = waiting.pop()
            stand = self.said[more.row][0]
            if more.row in seen or stand is None:
                continue
            seen.add(more.row)
            before = Work(self.told[: self.told.index(more)]).numbers
            node = before.holding(stand.at)
            for one in (*before.terms(node), *before.path(node, high=False)):
                rows.add(one.told.row)
                if one.told.kind == Kind.MORE:
                    waiting.append(one.told)
        return rows


def _put(values: list[int], value: int, *, away: bool) -> None:
    """Put a number in its place among others, or take it away."""
    place = bisect_left(values, value)
    if away:
        del values[place]
    else:
        values.insert(place, value)
