"""Section 4, rules 4 to 10: one table of points, its bounds and the number printed at each.

All bounds are longest paths. An edge (a, b, n, cause) says that the count at b is at least n more
than at a; the point None is before the first death, where the count is 0.
"""

from collections import namedtuple
from functools import cached_property, lru_cache
from itertools import pairwise
from math import inf

from oracle.live import live, speakers
from oracle.record import DAY, end_of, finite, grouped, moved, on_the_wall
from oracle.statements import Printed, moment, statements


class Row(namedtuple("Row", "date at total low high basis unexplained report path instant said")):
    """A row: `at` is None for the whole day, `path` the ids that the number rests on."""

    @property
    def report_id(self):
        return self.report and self.report.id


def longest(edges, source=None):
    """{point: (longest path to it, its causes)}; None if paths never end."""
    far = {source: (0, ())}
    for _ in range(len({a for a, *_ in edges}) + 2):
        moved = False
        for a, b, more, cause in edges:
            if a in far and far[a][0] + more > far.get(b, (-inf,))[0]:
                far[b] = far[a][0] + more, (*far[a][1], *([cause] if cause else []))
                moved = True
        if not moved:
            return far
    return None


def said_by(s):
    """The edges of what must be true: of a `more`, only its low."""
    lower = (s.start, s.at, s.low, s)
    return [(None, *lower[1:])] if s.kind == "more" else [lower, (s.at, s.start, -s.high, s)]


def falls(found):
    """Rule 4: the cuts, with the low of the highest that each cuts, and the stale totals."""
    cuts, stale, since = {}, [], []  # since: the totals since the last cut that are not stale
    for s in sorted((s for s in found if s.anchors), key=lambda s: (s.at, s.report.standing)):
        later = [e.low for e in since if e.report.standing > s.report.standing]
        earlier = [e.low for e in since if e.report.standing < s.report.standing]
        if s.kind == "total" and max(later, default=-inf) > s.high:
            stale.append(s)
            continue
        if s.kind == "fewer" or max(earlier, default=-inf) > s.reach:
            cuts[s] = None if s.kind == "fewer" else max(earlier)
            since = []
        since.append(s)
    return cuts, stale


class Rows:
    """What a list and a running count have in common: `rows`, by day."""

    statements = counts = refused = left_out = stale = ()
    cuts, anchors, origin = {}, {}, None

    def upto(self, day=None):
        """The last row, or the last up to a day; None before the first."""
        return next((row for row in reversed(self.rows) if day is None or row.date <= day), None)

    def on(self, day=None):
        """The row of a day, or the one before it, carried."""
        row = self.upto(day)
        if row is None or day in (None, row.date):
            return row
        low, high = self.carried(row, day)
        return row._replace(
            date=day, at=None, low=low, high=high, basis="carried", unexplained=None, report=None
        )

    def row(self, instant, shown, report, unexplained=None):
        wall = on_the_wall(instant, self.tz)
        at = None if instant == end_of(wall.date(), self.tz) else wall.time()
        return Row(
            wall.date(), at, shown.number, shown.low, shown.high, shown.basis, unexplained, report,
            ids(shown.path), instant, shown.said,
        )  # fmt: skip


class Incidents(Rows):
    """Rule 10: a list taken at its word."""

    def __init__(self, speaking):
        self.alive = [r for r in speaking if r.carries and not r.early]
        self.tz, self.stock = self.alive[0].tz, self.alive[0].stock
        self.begun = {end_of(min(r.start or r.end for r in self.alive) - DAY, self.tz): True}

    @cached_property
    def rows(self):
        out = []
        for _, told in sorted(grouped((r.end, r) for r in self.alive).items()):
            until = max(moment(r) for r in told)
            some = [r for r in self.alive if moment(r) <= until]
            low, high = sum(max(r.span[0], 0) for r in some), sum(r.span[1] for r in some)
            low, high = (0, inf) if self.stock else (low, high)
            number = moved(sum(r.number for r in some), low, high)
            shown = Printed(number, low, high, "derived", some, some, None)
            out.append(self.row(until, shown, max(told, key=lambda r: r.reading)))
        return out

    def carried(self, row, day):
        """The low and high of a later day: nothing more is known after the last of the list."""
        return row.low, row.high if any(r.end > day for r in self.alive) else inf


@lru_cache(maxsize=2000)
def count(speaking, withdrawn):
    return Count(speaking, withdrawn)


class Count(Rows):
    """What some reports of one series give: those that speak, and those that are withdrawn."""

    def __init__(self, speaking, withdrawn):
        self.withdrawn = withdrawn
        self.statements, self.origin = statements(speaking, withdrawn, count)
        self.tz, self.stock = (speaking[0].tz, speaking[0].stock) if speaking else ("UTC", False)
        points = {s.at for s in self.statements} | {s.start for s in self.statements if s.start}
        self.points = sorted(points | ({self.origin[0]} if self.origin else set()))
        self.cuts, self.stale = ({}, []) if self.stock else falls(self.statements)
        self.stated = {s.at: s for s in self.statements if s.anchors}
        self.anchors = {p: s for p, s in self.stated.items() if s not in self.stale}
        self.zero = dict([self.origin] if self.origin else [])
        self.counts, self.refused, self.left_out = [], [], []
        self.edges = self.never_falls(self.points)
        if self.stock:  # rule 11: reports bound only their own instant
            self.edges += [e for s in self.statements if s.kind == "total" for e in said_by(s)]
            self.counts = [s for s in self.statements if not s.anchors]
        else:
            self.believe()
        least, most = longest(self.edges), longest([(b, a, *e) for a, b, *e in self.edges])
        self.bounds = {p: (least[p][0], -most.get(p, [-inf])[0]) for p in self.points}
        self.low_path = {p: least[p][1] for p in self.points}
        self.high_path = {p: most[p][1] for p in self.points if p in most}
        self.heard = [s for s in self.statements if not s.anchors and s not in self.left_out]
        self.made, self.stands = self.sums(self.counts)

    # -- rules 4 to 6 ------------------------------------------------------------------------------

    def never_falls(self, points):
        """The count is at least 0 and, but at a cut, never falls."""
        edges = [(None, p, 0, None) for p in points]
        if not self.stock:
            edges += [(a, b, 0, None) for a, b in pairwise(points) if not self.apart(a, b)]
        return edges

    def apart(self, start, point):
        """Whether a cut lies between two points; None is before all."""
        return any((start is None or start < cut.at) and cut.at <= point for cut in self.cuts)

    def believe(self):
        """Totals first, then counts, newest standing first, then the highs of each `more`."""
        self.edges += [edge for s in self.anchors.values() for edge in said_by(s)]
        for point, total in self.zero.items():
            if not self.add([(point, None, 0, total)]):
                self.zero = {}
        newest_first = [s for s in self.statements if not s.anchors]
        newest_first.sort(key=lambda s: s.report.standing, reverse=True)
        for s in newest_first:
            told = self.left_out if self.apart(s.start, s.at) else self.counts
            told = told if told is self.left_out or self.add(said_by(s)) else self.refused
            told.append(s)
        for s in self.counts:
            if s.kind == "more" and s.linked:
                self.add([(s.at, s.start, -s.high, s)])

    def add(self, edges):
        """Believe what can be true together with what is believed; tell whether it can."""
        possible = longest(self.edges + edges) is not None
        self.edges += edges if possible else []
        return possible

    def rise(self, a, b):
        """The low and high of what the count rises by between points of any instants; from None
        it is the count itself."""
        edges = self.never_falls(sorted({*self.points, b, *([a] if a else [])})) + self.edges
        return longest(edges, a)[b][0], -longest(edges, b).get(a, [-inf])[0]

    def cap(self, p):
        """No low before a cut is above the number that cut it: that, and the cut."""
        caps = [(cut.reach, (cut,)) for cut in self.cuts if p < cut.at]
        return min(caps, key=lambda cap: cap[0], default=(inf, ()))

    # -- rules 5, 7 and 9 --------------------------------------------------------------------------

    def anchored(self, p):
        """The number of the believed total of a point in sums, and that total; None without."""
        if p in self.anchors:
            return moved(self.anchors[p].number, *self.bounds[p]), (self.anchors[p],)
        return (0, (self.zero[p],)) if p in self.zero else None

    def sums(self, counts):
        """{point: the most that the counts up to it add up to}, {point: what stands from it on}."""
        made, stands, last = {}, {}, (0, ())
        for p in self.points:
            made[p] = largest([last, *(s.after(stands) for s in counts if s.at == p)])
            stands[p] = last = self.anchored(p) or made[p]
        return made, stands

    @cached_property
    def joined(self):
        """{point: sum} where the counts join on to a total or the origin without a gap."""
        out = {}
        for p in self.points:
            told = [s for s in self.counts if s.at == p and (s.kind == "more" or s.start in out)]
            joins = [s for s in told if s.linked and s.said.basis in ("stated", "derived")]
            sums = [s.after(out) for s in told if s.kind == "period" or s in joins]
            found = self.anchored(p) or (largest(sums) if sums else None)
            if p[1] > 0 and not found and not self.holds(p):
                found = out.get((p[0], p[1] - 1))
            out |= {p: found} if found else {}
        return out

    @cached_property
    def backward(self):
        """{point: sum} where a later total less the counts up to it gives it."""
        out = {}
        for p in [] if self.stock else reversed(self.points):
            rests = [
                (out[s.at][0] - s.report.adds, (*out[s.at][1], s))
                for s in self.counts
                if s.kind == "period" and s.start == p and s.at in out
            ]
            if self.total(p) and p in self.anchors:
                out[p] = self.anchored(p)
            elif rests:
                out[p] = largest(rests)
        return out

    def total(self, p):
        return p in self.stated and self.stated[p].kind == "total"

    def holds(self, p):
        """Whether something that is not refused or left out speaks of a point."""
        return p in self.stated or any(s.at == p for s in self.counts)

    def whole(self, instant):
        """The last point of an instant."""
        return max((p for p in self.points if p[0] == instant), default=(instant, 0))

    def point(self, instant):
        """The last point of an instant with something to print."""
        held = [p for p in self.points if p[0] == instant and self.holds(p)]
        return max(held, default=self.whole(instant))

    def at(self, instant):
        """What is printed at an instant, or the last before it."""
        return self.printed(self.point(max(p[0] for p in self.points if p[0] <= instant)))

    def printed(self, p):
        """What is printed at a point."""
        said, (low, high) = self.stated.get(p), self.bounds[p]
        if said in self.stale:
            return Printed(said.number, said.low, inf, "stated", (said,), (said,), said)
        basis, (number, path) = self.number(p, said, low, high)
        if basis != "stated" or said.report.value is None:
            number = moved(number, low, high)
        lows, highs = [(low, self.low_path[p]), self.cap(p)], [high]
        for s in self.refused:  # the row is widened until it meets what the words allow
            if s.at[0] == p[0] and not (self.total(p) and s.report.standing < said.report.standing):
                from_low, from_high = self.bounds.get(s.start, (0, inf))
                lows.append((from_high + s.high if s.linked else inf, (s,)))
                highs.append(s.low if s.kind == "more" else from_low + s.low)
        low, low_path = min(lows, key=lambda low: low[0])
        return Printed(number, low, max(highs), basis, path, low_path, said)

    def number(self, p, said, low, high):
        """Rule 7: the basis and the sum."""
        if said is not None and said.kind == "fewer":
            return "derived", (said.number, (said,))
        if said is not None:
            least = said.report.qualifier in ("at_least", "more_than") and low > said.report.low
            return (
                ("floor", (low, self.low_path[p])) if least else ("stated", (said.number, (said,)))
            )
        if p in self.joined:
            more = self.made[p][0] > self.joined[p][0]
            return ("floor", self.made[p]) if more else ("derived", self.joined[p])
        if p in self.backward:
            return "derived", self.backward[p]
        if low == high:
            return "derived", (low, self.low_path[p] + self.high_path[p])
        here = [s for s in self.heard if s.at[0] == p[0]]
        here = [] if any(s in self.counts for s in here) else here  # nothing here is believed
        return "floor", largest([self.made[p], *(s.after(self.stands) for s in here)])

    def unexplained(self, p):
        """Rule 9."""
        said = self.stated.get(p)
        if said is None or self.stock or said in self.stale:
            return None
        before = [q for q in self.points if q < p and self.anchored(q)]
        if said.kind == "fewer":
            stood = any(q in self.zero or self.total(q) for q in before)
            return said.report.number if stood else None
        if before and (said in self.cuts or any(before[-1] < s.at <= p for s in self.heard)):
            return said.number - self.sums(self.heard)[0][p][0]
        return None

    # -- rule 8 ------------------------------------------------------------------------------------

    @cached_property
    def rows(self):
        """A row per last day of a report, and the days before that a later total gives."""
        rows = {}
        for day, told in grouped((s.report.end, s) for s in self.statements).items():
            p = self.point(max(s.at[0] for s in told))
            shown = self.printed(p)
            last = max((s.report for s in told), key=lambda r: r.reading)
            says = shown.said.report if self.total(p) else last
            unexplained = None if shown.basis == "floor" else self.unexplained(p)
            rows[day] = self.row(p[0], shown, says, unexplained)
        for s in self.counts:
            if s.kind == "period" and s.start in self.backward and s.start not in self.joined:
                row = self.row(s.start[0], self.printed(s.start), None)
                rows.setdefault(row.date, row)
        return [rows[day] for day in sorted(rows)]

    def carried(self, row, day):
        """The low and high of a day: those of its end."""
        return self.at_end(end_of(day, self.tz))

    def at_end(self, instant):
        """The low and high of the end of an instant."""
        if self.stock:
            return 0, inf
        low, high = self.rise(None, self.whole(instant))
        return min(low, self.cap(self.whole(instant))[0]), high

    @property
    def begun(self):
        """{instant: whether the count is 0 there}: the origin, the days before believed counts."""
        begun = {s.start[0]: False for s in self.counts if s.kind == "period"}
        return begun | {p[0]: True for p in self.zero}


def largest(sums):
    """The largest sum, the first of equal ones."""
    return max(sums, key=lambda made: made[0])


def ids(causes):
    """The ids of statements; a `more` rests also on the reports of what was said before."""
    out = []
    for cause in causes:
        if hasattr(cause, "said"):
            out += ids(cause.said.path) + ids(cause.said.low_path)
        out.append(getattr(cause, "report", cause).id)
    return list(dict.fromkeys(out))


def works(reports, clock=None):
    """{series: Count or Incidents} of the series with something to print."""
    speaking, withdrawn = (
        grouped((r.series, r) for r in some) for some in speakers(reports, clock)
    )
    out = {}
    for series in sorted({r.series for r in live(reports, clock) if r.carries and not r.early}):
        own, gone = speaking[series], withdrawn.get(series, [])
        listed = any(r.kind == "incident" for r in own)
        out[series] = Incidents(own) if listed else count(tuple(own), tuple(gone))
    return out


def totals(reports, clock=None):
    """Return ``{series: [Row]}`` as known at a clock (None: no limit)."""
    return {series: public(work.rows) for series, work in works(reports, clock).items()}


def every_day(reports, clock=None):
    """Return ``{series: [Row]}`` with the days between, carried (``freq="D"``)."""
    out = {}
    for series, work in works(reports, clock).items():
        days = (work.rows[-1].date - work.rows[0].date).days + 1
        out[series] = public(work.on(work.rows[0].date + n * DAY) for n in range(days))
    return out


def public(rows):
    return [row._replace(high=finite(row.high)) for row in rows]
