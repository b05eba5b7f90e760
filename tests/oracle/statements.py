"""Section 4, rules 1 to 3: what each report of a series says, and of which instant.

A point is (instant, place): what one instant holds is read place by place.
"""

from collections import namedtuple
from dataclasses import dataclass
from datetime import datetime, time
from math import inf

from oracle.live import replaced
from oracle.record import CEILINGS, DAY, end_of, instant, on_the_wall

#: What is printed at a point: `path` and `low_path` are the statements that the number and the low
#: rest on, `said` the total or `more` below zero that says it.
Printed = namedtuple("Printed", "number low high basis path low_path said")
NOTHING = Printed(0, 0, inf, "floor", (), (), None)


@dataclass(eq=False)
class Statement:
    report: object
    kind: str  # total, fewer (a `more` below zero), period, more
    at: tuple  # the point it speaks of
    start: tuple | None  # the point a count starts from; None: from no known point
    number: int
    low: int  # of a total, `fewer` or `more` of the count, of a period of what it adds
    high: float  # of a total or `fewer` of the count, of a period or `more` of what it adds
    said: Printed = NOTHING  # of a `more`: what the reports before it give for `start`
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

    def after(self, stood):
        """The sum with this count, and what it rests on: `stood` is {point: the same}."""
        more = self.kind == "more"
        number, path = (self.said.number, self.said.path) if more else stood[self.start]
        return number + self.report.adds, (*path, self)


def moment(report):
    """The instant a report speaks of: the end of its last day, or when it was published in it."""
    dawn, night = (
        instant(datetime.combine(report.end, at), report.tz) for at in (time(), time(23, 59))
    )
    standing = report.root.instant
    return end_of(report.end, report.tz) if standing >= night else max(standing, dawn)


def places(alive):
    """The point of each report: at one instant, a `more` opens a place after those before it.

    So does what follows a `more` below zero.
    """
    points, before = {}, None
    for r in sorted(alive, key=lambda r: (moment(r), r.reading)):
        at, place = moment(r), 0
        if before is not None and points[before][0] == at:
            place = points[before][1] + (r.kind == "more" or before.fewer)
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


def statements(speaking, withdrawn, count):
    """The statements of the reports that speak in a series, and its origin (point, total) or None.

    `count(speaking, withdrawn)` answers the same question of fewer reports; its `.at(instant)`
    is what is printed there.
    """
    alive = [r for r in speaking if r.carries and not r.early and not replaced(r, speaking)]
    points = places(alive)

    def of_those(known):
        return count(*(tuple(filter(known, some)) for some in (speaking, withdrawn)))

    def eve_total(start):
        eve = of_those(lambda r: r.end < start)
        return eve.at(end_of(start - DAY, alive[0].tz)).number if eve.statements else 0

    def whole(instant):
        """The last place of an instant."""
        return max((p for p in points.values() if p[0] == instant), default=(instant, 0))

    def eve_of(report):
        return whole(end_of(report.start - DAY, report.tz))

    def total(r):
        """A total; a `more` published after it of an earlier instant widens it."""
        later = [m for m in alive if m.kind == "more" and m.reading > r.reading]
        spans = [m.span for m in later if moment(m) < moment(r) and not m.stock]
        high = inf if r.start in slips else r.span[1] + sum(max(high, 0) for _, high in spans)
        fewer = sum(low for low, _ in spans if -inf < low < 0)
        low = max(0, max(0, r.span[0]) + fewer)
        return Statement(r, "total", points[r], None, r.number, low, high)

    def more(r):
        """What was said before, and its own number, low and high added to that."""
        at, (low, high), told = points[r], r.span, of_those(lambda x: x.reading < r.reading)
        then = max((s.at[0] for s in told.statements if s.at[0] <= at[0]), default=None)
        said = NOTHING if then is None else told.at(then)
        if r.fewer:
            own = (said.number + r.number, said.low + low, said.high + high)
            return Statement(r, "fewer", at, None, *(max(0, n) for n in own), said)
        least = said.low + max(low, 0)
        if then is None:
            return Statement(r, "more", at, None, r.number, least, high, said, False)
        start = whole(then) if then < at[0] else (at[0], at[1] - 1)
        days = on_the_wall(at[0], r.tz).date() - on_the_wall(then, r.tz).date()
        gone = any(x.carries and not x.early and moment(x) >= then for x in told.withdrawn)
        return Statement(
            r, "more", at, start, r.number, least, high, said, days <= DAY and not gone
        )

    def period(r):
        return Statement(r, "period", points[r], eve_of(r), r.number, max(0, r.span[0]), r.span[1])

    origin, restarts, slips = starts(alive, eve_total)
    reads = {"total": total, "more": more, "period": period}
    found = [reads["period" if r.start in restarts else r.kind](r) for r in alive]
    return found, origin and (eve_of(origin), origin)
