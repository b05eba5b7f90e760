"""Rules 2 to 4: what each report of a series says, and of which instant.

A point is (instant, place): what one instant holds is read place by place.
"""

from collections import namedtuple
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from oracle.live import replaced
from oracle.record import CEILINGS, DAY, on_the_wall

#: What is printed at a point of a day: `at` is None for the whole day, `path` are the statements
#: that the number rests on, `said` the total or `more` below zero that says it. A row of the
#: running totals has a date, a report and what is unexplained.
Row = namedtuple(
    "Row",
    "instant day at total low high basis path said date report report_id unexplained",
    defaults=[None] * 4,
)
NOTHING = Row(None, None, None, 0, 0, inf, "floor", (), None)


@dataclass(eq=False)
class Statement:
    report: object
    kind: str  # total, fewer (a `more` below zero), more, count (a period, a restart, an incident)
    at: tuple  # the point it speaks of
    start: tuple | None  # the point a count starts from; None: from no known point
    number: int
    low: int  # of a total, `fewer` or `more` of what there is, of a count of what it adds
    high: float  # of a total or `fewer` of what there is, of a count or `more` of what it adds
    said: Row = NOTHING  # of a `more`: what the reports before it give for `start`
    linked: bool = True  # of a `more`: no day lies between, and no withdrawal took its high

    @property
    def anchors(self):
        return self.kind in ("total", "fewer")

    @property
    def reach(self):
        """The number it is compared by: its own or its low; of a range or ceiling its high."""
        capped = self.report.qualifier in (*CEILINGS, "range")
        by_high = capped and (self.kind == "total" or self.high < inf)
        return self.high if by_high else max(self.number, self.low)

    def joins(self, stood):
        """Whether it joins on to what stood without a gap."""
        told = self.linked and self.said.basis in ("stated", "derived")
        return told if self.kind == "more" else self.start in stood

    def after(self, stood):
        """The sum with this count, and what it rests on: `stood` is {point: the same}."""
        more = self.kind == "more"
        number, path = (self.said.total, self.said.path) if more else stood[self.start]
        return number + self.report.adds, (*path, self)


def places(alive):
    """The point of each report: at one instant, a `more` opens a place after those before it.

    So do an incident, and what follows a `more` below zero.
    """
    points, before = {}, None
    for r in sorted(alive, key=lambda r: (r.moment, r.reading)):
        place = 0
        if before is not None and before.moment == r.moment:
            place = points[before][1] + (r.kind in ("more", "incident") or before.fewer)
        points[r], before = (r.moment, place), r
    return points


def last_point(points, instant):
    """The last of some points at an instant."""
    return max((p for p in points if p[0] == instant), default=(instant, 0))


def starts(alive, eve_total):
    """{start: whether it is the origin, a restart or a slip} (rule 3).

    `eve_total(report)` is the running total on its eve from the reports that end before its start.
    """
    found = {}
    totals = [r for r in alive if r.kind == "total" and r.start is not None]
    for start in sorted({r.start for r in totals}):
        first = min((r for r in totals if r.start == start), key=lambda r: r.end)
        since = [r for r in totals if r.start < start and r.end <= first.end]
        stood = [r.number for r in alive if r.number > 0 and (r.end < start or r in since)]
        if not stood and "origin" not in found.values():
            found[start] = "origin"
        elif stood and first.number < max(*stood, eve_total(first)):
            found[start] = "restart"
        else:
            found[start] = "slip"
    return found


def statements(speaking, withdrawn, work):
    """The statements of what speaks in a series, what each start is, and {origin: what gives it}.

    `work(speaking, withdrawn)` answers the same question of fewer reports; its `.printed_at` is
    what is printed at an instant.
    """
    alive = [r for r in speaking if r.enters and not replaced(r, speaking)]
    points = places(alive)

    def of_those(known):
        return work(*(tuple(filter(known, some)) for some in (speaking, withdrawn)))

    def eve_total(report):
        before = of_those(lambda r: r.end < report.start)
        return before.printed_at(report.eve).total if before.statements else 0

    def whole(instant):
        return last_point(points.values(), instant)

    def total(r):
        """A `more` published after a total, of an earlier instant, widens it."""
        later = [m for m in alive if m.kind == "more" and m.reading > r.reading and not r.stock]
        spans = [m.span for m in later if m.moment < r.moment]
        slip = means.get(r.start) == "slip"
        more = inf if slip else sum(max(high, 0) for _, high in spans)
        fewer = sum(low for low, _ in spans if -inf < low < 0)
        low, high = max(0, max(0, r.span[0]) + fewer), r.span[1] + more
        return Statement(r, "total", points[r], None, r.number, low, high)

    def more(r):
        """What was said before, and its own number, low and high added to that."""
        at, (low, high), told = points[r], r.span, of_those(lambda x: x.reading < r.reading)
        then = max((s.at[0] for s in told.statements if s.at[0] <= at[0]), default=None)
        said = NOTHING if then is None else told.printed_at(then)
        if r.fewer:
            own = (said.total + r.number, said.low + low, said.high + high)
            return Statement(r, "fewer", at, None, *(max(0, n) for n in own), said)
        own = (r.number, said.low + max(low, 0), high, said)
        if then is None:
            return Statement(r, "more", at, None, *own, linked=False)
        start = whole(then) if then < at[0] else (at[0], at[1] - 1)
        days = on_the_wall(at[0], r.tz).date() - on_the_wall(then, r.tz).date()
        gone = any(x.enters and x.moment >= then for x in told.withdrawn)
        return Statement(r, "more", at, start, *own, linked=days <= DAY and not gone)

    def count(r):
        """From the day before its first; an incident from the one before it in the list."""
        start = before[points[r]] if r.kind == "incident" else whole(r.eve)
        return Statement(r, "count", points[r], start, r.number, max(0, r.span[0]), r.span[1])

    means = starts(alive, eve_total)
    first = [r for r in alive if r.kind == "total" and means.get(r.start) == "origin"]
    first = first or [r for r in alive if r.kind == "incident"]
    origin = [whole(min(r.eve for r in first))] if first else []
    before = {b: a for a, b in pairwise([*origin, *sorted(points.values())])}
    reads = {"total": total, "more": more, "period": count, "incident": count}
    found = {r: (count if means.get(r.start) == "restart" else reads[r.kind])(r) for r in alive}
    return [*found.values()], means, {p: found[min(first, key=points.get)] for p in origin}
