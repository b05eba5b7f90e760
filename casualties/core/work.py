"""The running totals of one series as its reports come and go.

Reports are held by the instant that they speak of, and taken in that order. Where a report comes or
goes, what was made of its instant and of later ones is taken back. It is made anew when somebody
asks.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from operator import attrgetter

from ..model.frames import NEVER
from ..model.schema import Basis, Kind
from .points import Numbers, counting_from
from .statements import Node, Row, Said, Statement, Told

#: Stands for the point of a total of which no sums are made.
_ALONE = Node((0, 0))
_READING = attrgetter("reading")


class Work:
    """The reports of one series, and what they give."""

    def __init__(self, told: Sequence[Told] = ()) -> None:
        self.told: list[Told] = []  #: in reading order, also those that are withdrawn
        self.said: dict[int, Said] = {}  #: what each `more` adds to, by row
        self._numbers = Numbers(self.said, self._on_the_eve)
        self._figures: dict[int, list[Told]] = {}  # reports of each figure: the last one is live
        self._gone: list[Told] = []  # the reports that are withdrawn
        self._instants: list[int] = []  # that live reports speak of, ascending
        self.live: dict[int, list[Told]] = {}  #: by the instant that they speak of
        self._starts: list[int] = []  # of live totals, ascending
        self._lows: list[int] = []  # of live totals, ascending
        self.unknown: list[int] = []  #: instants of incidents without a number, ascending
        self._rows: list[Row] = []  # as they were last asked for
        self._changed = NEVER  # the first day of which `changed_rows` has to tell
        self.whole = True  #: False where it was broken off while it was worked out
        self.state = b""  #: names the reports, for who keeps this
        self.tell(told)

    @property
    def listed(self) -> bool:
        """Whether these are incidents of a list: then all reports of the series are."""
        return bool(self.told) and self.told[0].kind == Kind.INCIDENT

    def holds(self, row: int, instant: int) -> bool:
        """Whether a report, which speaks of an instant, is live and enters totals."""
        return any(report.row == row for report in self.live.get(instant, ()))

    # -- the reports ---------------------------------------------------------------------------

    def tell(self, told: Sequence[Told], begin: int = 0) -> None:
        """Replace the reports from a place on by others."""
        while len(self.told) > begin:
            report = self.told.pop()
            self.said.pop(report.row, None)
            if report.gone:
                self._gone.pop()
                continue
            self._move(report, away=True)
            if report.figure >= 0:
                figure = self._figures[report.figure]
                figure.pop()
                if figure:
                    self._move(figure[-1], away=False)
        for report in told:
            if report.kind == Kind.MORE and report.usable and not report.gone:
                self.said[report.row] = self._said_before(report)
            self.told.append(report)
            if report.gone:
                self._gone.append(report)
                continue
            if report.figure >= 0:
                figure = self._figures.setdefault(report.figure, [])
                if figure:
                    self._move(figure[-1], away=True)
                figure.append(report)
            self._move(report, away=False)

    def _move(self, report: Told, *, away: bool) -> None:
        """Put a report among the live ones, or take it away."""
        instant, numbers = report.instant, self._numbers
        if report.unknown:
            _put(self.unknown, instant, away=away)
            numbers.touched = min(numbers.touched, instant)
        if not report.usable:
            return
        place, live = bisect_left(self._instants, instant), self.live.get(instant)
        if live is None:
            self._instants.insert(place, instant)
            self.live[instant] = [report]
        elif not away:
            insort(live, report, key=_READING)
        elif len(live) > 1:
            live.remove(report)
        else:
            del self.live[instant], self._instants[place]
        numbers.take_back(instant)
        if report.kind == Kind.TOTAL:
            _put(self._lows, report.low, away=away)
        if report.kind == Kind.TOTAL and report.start is not None:
            _put(self._starts, report.start, away=away)
            first = self._starts[0] if self._starts else NEVER
            if first != numbers.first_start:
                numbers.take_back(-NEVER)
                numbers.first_start = first

    def _said_before(self, more: Told) -> Said:
        """Return what a `more` adds to, from the reports told so far."""
        place = bisect_right(self._instants, more.instant)
        if not place:
            return None, False
        then = self._instants[place - 1]
        linked = more.day - self.live[then][0].day <= 1  # else a day lies between
        linked &= all(report.instant < then for report in self._gone if report.usable)
        numbers = self.numbers
        return numbers.stand(numbers.holding(then)), linked

    def _on_the_eve(self, start: int) -> int:
        """Return the running total on the eve of a day from the reports that end before it.

        Mostly that is what stands there by now. It is worked out anew where a later report may have
        moved it: by another start, by a clash, or by a `more` that was added to it.
        """
        steps = self._numbers.steps
        place = bisect_left(steps, start, key=lambda step: step.day)
        if not place:
            return 0
        last = steps[place - 1]
        moved = last.first_start not in (NEVER, self._numbers.first_start)
        moved |= any(
            own <= last.instant < max(others.values(), default=0)
            for own, others in self._numbers.unbelieved.values()
        )
        if self.said:
            mores = (report for report in self.told if report.row in self.said)
            last_more = max((more.reading for more in mores if more.day < start), default=())
            moved |= any(report.reading < last_more for report in self.told if report.day >= start)
        if last.number is not None and not moved:
            return last.number
        before = Work([report for report in self.told if report.day < start])
        return before.rows()[-1].number if before.live else 0

    # -- what they give ------------------------------------------------------------------------

    @property
    def numbers(self) -> Numbers:
        """What all reports give, point by point."""
        numbers, instants = self._numbers, self._instants
        while len(numbers.steps) < len(instants):
            instant = instants[len(numbers.steps)]
            self.whole = False
            if not numbers.take(instant, self.live[instant]):
                to_come = instants[len(numbers.steps) :]
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
            return low, node.most  # between two days of a list there are no incidents
        return low, None if after.cut else after.most

    def _open(self, instant: int) -> bool:
        """Whether a list holds an incident without a number by then: there is no high."""
        return bool(self.unknown) and self.unknown[0] <= instant

    # -- rows (rules 9 and 10) ---------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return a row for each day that some report ends on, and for the eves of :meth:`_eve`."""
        numbers = self.numbers
        if numbers.touched < NEVER:
            place = bisect_left(numbers.steps, numbers.touched, key=lambda step: step.instant)
            first = numbers.steps[place - 1].day if place else -NEVER
            begin = bisect_left(numbers.steps, first, key=lambda step: step.day)
            last = numbers.steps[begin - 1].day if begin else -NEVER
            same = bisect_right(self._rows, last, key=lambda row: row.day)
            self._rows = [*self._rows[:same], *self._rows_from(begin, last)]
            self._changed = min(self._changed, first)
            numbers.touched = NEVER  # not before, as it may be broken off
        return self._rows

    def changed_rows(self) -> tuple[int, list[Row]]:
        """Return the first day that changed since this was last asked, and the rows from it on."""
        rows = self.rows()
        first, self._changed = self._changed, NEVER
        return first, rows[bisect_left(rows, first, key=lambda row: row.day) :]

    def _rows_from(self, begin: int, last: int) -> list[Row]:
        """Return the rows of the steps from a place on; `last` is the day of the step before."""
        steps = self._numbers.steps
        rows: dict[int, Row] = {}
        for place in range(begin, len(steps)):
            if place + 1 == len(steps) or steps[place + 1].day > steps[place].day:
                row = rows[steps[place].day] = self._row(place)
                if row.basis != Basis.FLOOR and row.node is not None:
                    row.unexplained = self._numbers.unexplained(row.node)
        node = self._numbers.from_on(steps[begin - 1].instant + 1 if begin else -NEVER)
        while node is not None:
            if (eve := self._eve(node)) is not None:
                rows.setdefault(eve.day, eve)
            node = node.after
        return [rows[day] for day in sorted(rows) if day > last]

    def _row(self, place: int) -> Row:
        """Return the row of the day of a step, which is the last one of its day."""
        step = self._numbers.steps[place]
        row = self._numbers.stand(self._numbers.holding(step.instant))
        row.high = None if self._open(step.instant) else row.high
        row.day = step.day
        row.row = self._latest(place).row if row.by is None else row.by.told.row
        return row

    def _latest(self, place: int) -> Told:
        """Return the report of a day that is read last, among those up to one of its instants."""
        live = self.live[self._instants[place]]
        last, day = live[-1], live[0].day
        while place and (live := self.live[self._instants[place - 1]])[0].day == day:
            last, place = max(last, live[-1], key=_READING), place - 1
        return last

    def _eve(self, node: Node) -> Row | None:
        """Return the row of the day before a count, where that is worked back from a total."""
        if node.sums.joined is not None or self._numbers.stock:
            return None
        for count in counting_from(node):
            if count.told.start is not None and self._numbers.back(node) is not None:
                row = self._numbers.stand(node)
                row.day = count.told.start - 1
                return row
        return None

    def tip(self) -> Row | None:
        """Return the last row; `None` for nothing.

        If the last report is an exact total that no other contradicts, no sums are needed.
        """
        if not self._instants:
            return None
        last, *others = self.live[self._instants[-1]]
        if not others and last.kind == Kind.TOTAL and not self._starts:
            surely = not self.said and last.number >= self._lows[-1]
            if last.low == last.high and (surely or last is self.told[-1]):
                said = last.number, last.low, last.high
                total = Statement(last, last.kind, _ALONE, None, *said)
                stands = Row(*said, Basis.STATED, total, (total, None))
                stands.day, stands.at, stands.row = last.day, last.instant, last.row
                return stands
        return self._row(len(self.numbers.steps) - 1)

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
        """Return the reports that what was said before a `more` rests on, all the way back."""
        rows, seen, waiting = set[int](), set[int](), [self.said[more.row][0]]
        for stand in waiting:
            path = stand.path if stand else None
            rows |= {stand.by.told.row} if stand and stand.by else set()
            while path is not None and id(path) not in seen:
                seen.add(id(path))
                statement, path = path
                rows.add(statement.told.row)
                waiting += [statement.said] if statement.told.kind == Kind.MORE else []
        return rows


def _put(values: list[int], value: int, *, away: bool) -> None:
    """Put a number in its place among others, or take it away."""
    place = bisect_left(values, value)
    if away:
        del values[place]
    else:
        values.insert(place, value)
