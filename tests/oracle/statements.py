"""Rules 2 to 4: what each report of a series says, and of which instant.

A point is (instant, place): what one instant holds is read place by place.
"""

from collections import namedtuple
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from math import inf

from oracle.live import replaced
from oracle.record import CEILINGS, DAY, end_of, on_the_wall

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


def moment(report):
    """The instant a report speaks of: the end of its last day, or when it was published in it."""
    dawn, night = (end_of(report.end, report.tz, at) for at in (time(), time(23, 59)))
    standing = report.root.instant
    return end_of(report.end, report.tz) if standing >= night else max(standing, dawn)


def places(alive):
    """The point of each report: at one instant, a `more` opens a place after those before it.

    So do an incident, and what follows a `more` below zero.
    """
    points, before = {}, None
    for r in sorted(alive, key=lambda r: (moment(r), r.reading)):
        at, place = moment(r), 0
        if before is not None and points[before][0] == at:
            place = points[before][1] + (r.kind in ("more", "incident") or before.fewer)
        points[r], before = (at, place), r
    return points


def starts(alive, eve_total):
    """The total that gives the origin (None without one), and the starts that are restarts, slips.

    `eve_total(start)` is the running total on the eve from the reports that end before a start.
    """
    origin, restarts, slips = None, [], []
    totals = [r for r in alive if r.kind == "total" and r.start is not None]
    for start in sorted({r.start for r in totals}):
        first = min((r for r in totals if r.start == start), key=lambda r: r.end)
        since = [r for r in totals if r.start < start and r.end <= first.end]
        stood = [r.number for r in alive if r.number > 0 and (r.end < start or r in since)]
        if not stood and origin is None:
            origin = first
        elif stood and first.number < max(*stood, eve_total(start)):
            restarts.append(start)
        else:
            slips.append(start)
    return origin, restarts, slips


def statements(speaking, withdrawn, work):
    """The statements of what speaks in a series, and its origin (point, its total) or None.

    `work(speaking, withdrawn)` answers the same question of fewer reports; its `.printed_at` is
    what is printed at an instant.
    """
    alive = [r for r in speaking if r.enters and not replaced(r, speaking)]
    points = places(alive)

    def of_those(known):
        return work(*(tuple(filter(known, some)) for some in (speaking, withdrawn)))

    def eve_total(start):
        eve = of_those(lambda r: r.end < start)
        return eve.printed_at(end_of(start - DAY, eve.tz)).total if eve.statements else 0

    def whole(instant):
        """The last place of an instant."""
        return max((p for p in points.values() if p[0] == instant), default=(instant, 0))

    def eve(day):
        return whole(end_of(day - DAY, alive[0].tz))

    def total(r):
        """A `more` published after a total, of an earlier instant, widens it."""
        later = [m for m in alive if m.kind == "more" and m.reading > r.reading and not r.stock]
        spans = [m.span for m in later if moment(m) < moment(r)]
        high = inf if r.start in slips else r.span[1] + sum(max(high, 0) for _, high in spans)
        low = max(0, max(0, r.span[0]) + sum(low for low, _ in spans if -inf < low < 0))
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
        gone = any(x.enters and moment(x) >= then for x in told.withdrawn)
        return Statement(r, "more", at, start, *own, linked=days <= DAY and not gone)

    def count(r):
        """From the day before its first; an incident from the one before it in the list."""
        start = before[points[r]] if r.kind == "incident" else eve(r.start)
        return Statement(r, "count", points[r], start, r.number, max(0, r.span[0]), r.span[1])

    origin, restarts, slips = starts(alive, eve_total)
    day = origin and origin.start
    listed = [r for r in alive if r.kind == "incident"]
    if listed:
        origin, day = min(listed, key=points.get), min(r.start or r.end for r in listed)
        before = {b: a for a, b in pairwise([eve(day), *sorted(points.values())])}
    reads = {"total": total, "more": more, "period": count, "incident": count}
    found = [(count if r.start in restarts else reads[r.kind])(r) for r in alive]
    return found, origin and (eve(day), next(s for s in found if s.report is origin))
