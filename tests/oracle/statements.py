"""Section 4, rules 1 to 3: what each report of a series says, and of which instant."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from oracle.live import early, replaced
from oracle.record import DAY

CEILINGS = ("at_most", "less_than")


@dataclass(eq=False)
class Statement:
    """A point is (instant, place): what one instant holds is read place by place."""

    report: object
    kind: str  # total, fewer (a `more` below zero), period, more
    at: tuple  # the point it speaks of
    start: tuple | None  # the point a count starts from; None: from no known point
    number: int
    low: int  # of a total or `fewer` of the count, of a period of what it adds
    high: int | None
    said: object = None  # of a `more`: the row at `start` from the reports of earlier standing
    linked: bool = True  # of a `more`: no day lies between, and no withdrawal took its high

    @property
    def anchors(self):
        return self.kind in ("total", "fewer")

    @property
    def adds(self):
        """Its number in a sum: a ceiling adds its low."""
        if self.kind == "more":
            return self.number  # what was said before is in it
        return self.low if self.report.qualifier in CEILINGS else self.number

    @property
    def standing(self):
        return self.report.standing


# -- rule 1 ------------------------------------------------------------------------------------


def moment(report):
    """The instant a report speaks of, and whether it is the end of its day."""
    zone = ZoneInfo(report.tz)
    standing = report.root.instant
    if standing >= _utc(datetime.combine(report.end, time(23, 59)), zone):
        return end_of(report.end, report.tz)
    return max(standing, _utc(datetime.combine(report.end, time()), zone))


def end_of(day, tz):
    return _utc(datetime.combine(day, time(23, 59, 59, 999999)), ZoneInfo(tz))


def _utc(local, zone):
    return local.replace(tzinfo=zone).astimezone(UTC)


# -- rule 3 ------------------------------------------------------------------------------------


def starts(alive, told, eve_total):
    """The total that gives the origin (None without one), and the starts that are restarts, slips.

    `told` are all that speak, also those replaced: what a `more` adds to needs them.
    `eve_total(reports, day)` is the running total at the end of a day from some reports.
    """
    origin, restarts, slips = None, set(), set()
    totals = [r for r in alive if r.kind == "total"]
    for start in sorted({r.start for r in totals if r.start is not None}):
        own = [r for r in totals if r.start == start]
        first = min(own, key=lambda r: r.end)
        before = [
            r
            for r in alive
            if r.number > 0
            and (
                r.end < start
                or (r in totals and r.start is not None and r.start < start and r.end <= first.end)
            )
        ]
        if not before and origin is None:
            origin = first
            continue
        stood = [r.number for r in before]
        stood.append(eve_total([r for r in told if r.end < start], start - DAY))
        if before and first.number < max(stood):
            restarts.add(start)
        else:
            slips.add(start)
    return origin, restarts, slips


# -- rule 2 ------------------------------------------------------------------------------------


def in_place(alive):
    """The point of each report: at one instant, a `more` opens a place after those before it.

    So does what follows a `more` below zero.
    """
    points, by_instant = {}, {}
    for r in alive:
        by_instant.setdefault(moment(r), []).append(r)
    for instant, told in by_instant.items():
        place, before = 0, None
        for r in sorted(told, key=reading_order):
            if before is not None and (r.kind == "more" or fewer(before)):
                place += 1
            points[r] = (instant, place)
            before = r
    return points


def fewer(report):
    return report.kind == "more" and report.number < 0


def reading_order(report):
    """By standing; of one instant of publication a total includes the rest."""
    instant, position = report.standing
    return (instant, report.kind == "total", position)


def said_before(more, reports):
    """Those of the reports that a `more` adds to: of earlier standing."""
    return [r for r in reports if reading_order(r) < reading_order(more)]


def statements(speaking, withdrawn, work):
    """The statements of the reports that speak in a series, and its origin (point, total) or None.

    `work(speaking, withdrawn)` answers the same question of fewer reports; its `.at(instant)`
    is what they give for an instant: number, low, high, basis.
    """
    alive = [r for r in speaking if r.carries and not early(r) and not replaced(r, speaking)]

    def eve_total(before, eve):
        worked = work(before, [r for r in withdrawn if r.end <= eve])
        return worked.at(end_of(eve, before[0].tz)).number if worked.statements else 0

    origin, restarts, slips = starts(alive, speaking, eve_total)
    points = in_place(alive)
    final = {}  # the last place of an instant
    for instant, place in points.values():
        final[instant] = max(place, final.get(instant, 0))

    def whole(instant):
        return (instant, final.get(instant, 0))

    found = []
    for r in alive:
        low, high = r.bounds
        if r.kind == "more":
            found.append(_more(r, points[r], whole, speaking, withdrawn, work))
        elif r.kind == "period" or r.start in restarts:
            begin = whole(end_of(r.start - DAY, r.tz))
            found.append(Statement(r, "period", points[r], begin, r.number, max(low or 0, 0), high))
        else:
            high = None if r.start in slips else high
            found.append(Statement(r, "total", points[r], None, r.number, max(low or 0, 0), high))
    if not any(r.stock for r in alive):
        widen(found)
    if origin is None:
        return found, None
    return found, (whole(end_of(origin.start - DAY, origin.tz)), origin)


def _more(report, at, whole, speaking, withdrawn, work):
    """A `more`: what was said before, and its own number, low and high added to that."""
    told = work(said_before(report, speaking), said_before(report, withdrawn))
    thens = [s.at[0] for s in told.statements if s.at[0] <= at[0]]
    low, high = report.bounds
    if not thens:
        own = max(report.number, 0)
        own = low or 0 if report.qualifier in CEILINGS else own
        kind = "fewer" if fewer(report) else "more"
        return Statement(report, kind, at, None, own, max(low or 0, 0), None, None, False)
    then = max(thens)
    said = told.at(then)
    if fewer(report):
        number = max(0, said.number + report.number)
        least = 0 if low is None else max(0, said.low + low)
        most = None if high is None or said.high is None else max(0, said.high + high)
        return Statement(report, "fewer", at, None, number, least, most, said)
    start = whole(then) if then < at[0] else (at[0], at[1] - 1)
    days = day_of_instant(at[0], report.tz) - day_of_instant(then, report.tz)
    gone = any(r.carries and not early(r) and moment(r) >= then for r in told.withdrawn)
    own = low or 0 if report.qualifier in CEILINGS else report.number
    least = said.low + (low or 0)
    linked = days <= DAY and not gone
    return Statement(report, "more", at, start, said.number + own, least, high, said, linked)


def day_of_instant(instant, tz):
    return instant.astimezone(ZoneInfo(tz)).date()


def widen(found):
    """A `more` published after a total of a later instant widens it."""
    for total in (s for s in found if s.kind == "total"):
        for more in found:
            if more.report.kind != "more" or more.at[0] >= total.at[0]:
                continue
            if reading_order(more.report) < reading_order(total.report):
                continue
            low, high = more.report.bounds
            if total.high is not None:
                total.high = None if high is None else total.high + max(high, 0)
            if more.kind == "fewer" and low is not None:
                total.low = max(0, total.low + low)
