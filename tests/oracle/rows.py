"""Rules 5 to 11: a table of points, the bounds of each and the number printed there.

All bounds are longest paths. An edge (a, b, n, cause) says that the count at b is at least n more
than at a; the point None is before the first death, where the count is 0.
"""

from functools import cached_property, lru_cache
from itertools import pairwise
from math import inf

from oracle.live import live, speakers
from oracle.record import DAY, end_of, finite, first, grouped, moved, on_the_wall
from oracle.statements import Row, last_point, statements


def longest(edges, source=None):
    """{point: (longest path to it, its causes)}; None if paths never end."""
    far = {source: (0, ())}
    for _ in range(len({a for a, *_ in edges}) + 2):
        before = dict(far)
        for a, b, more, cause in edges:
            if a in far and far[a][0] + more > far.get(b, (-inf,))[0]:
                far[b] = far[a][0] + more, (*far[a][1], *([cause] if cause else []))
        if far == before:
            return far
    return None


def falls(found):
    """Rule 4: the cuts, with the low of the highest that each cuts, and the stale totals."""
    cuts, stale, since = {}, [], []  # since: the totals since the last cut that are not stale
    for s in sorted((s for s in found if s.anchors), key=lambda s: (s.at, s.report.standing)):
        newer = [e.low for e in since if e.report.standing > s.report.standing]
        older = [e.low for e in since if e.report.standing < s.report.standing]
        if s.kind == "total" and max(newer, default=-inf) > s.high:
            stale.append(s)
            continue
        if s.kind == "fewer" or max(older, default=-inf) > s.reach:
            cuts[s], since = max(older, default=0), []
        since.append(s)
    return cuts, stale


class Count:
    """What some reports of one series give: those that speak, and those that are withdrawn."""

    def __init__(self, speaking, withdrawn):
        self.withdrawn = withdrawn
        self.statements, self.starts, self.zero = statements(speaking, withdrawn, work)
        self.alive = [s.report for s in self.statements]
        self.tz, self.stock = (speaking[0].tz, speaking[0].stock) if speaking else ("UTC", False)
        self.listed = any(r.kind == "incident" for r in self.alive)
        # Of a list with an incident without a number nobody knows how many at most.
        listed = [r for r in speaking if r.kind == "incident" and not r.early]
        self.silent = [r for r in listed if not r.carries]
        points = {p for s in self.statements for p in (s.at, s.start)} | {*self.zero}
        self.points = sorted(points - {None})
        self.cuts, self.stale = ({}, []) if self.stock else falls(self.statements)
        self.stated = {s.at: s for s in self.statements if s.anchors}
        self.anchors = {p: s for p, s in self.stated.items() if s not in self.stale}
        self.edges = self.never_falls(self.points)
        self.believe()
        self.least = longest(self.edges)
        self.most = longest([(b, a, *edge) for a, b, *edge in self.edges])
        self.bounds = {p: (self.least[p][0], -self.most.get(p, [-inf])[0]) for p in self.points}
        self.made, self.stands = self.sums(self.counts)
        _, self.joined = self.sums(self.counts, gaps=False)

    # -- rules 4 to 6 ------------------------------------------------------------------------------

    def never_falls(self, points):
        """The count is at least 0 and, but at a cut, never falls; stocks return."""
        pairs = [] if self.stock else pairwise(points)
        chain = [(a, b, 0, None) for a, b in pairs if not self.apart(a, b)]
        return [(None, p, 0, None) for p in points] + chain

    def apart(self, start, point):
        """Whether a cut lies between two points; None is before all."""
        return any((start is None or start < cut.at) and cut.at <= point for cut in self.cuts)

    def said_by(self, s):
        """The edges of what must be true: of a `more`, only its low."""
        if self.stock and s.kind != "total":  # rule 11: reports bound only their own instant
            return []
        if s.kind == "more":
            return [(None, s.at, s.low, s)]
        return [(s.start, s.at, s.low, s), (s.at, s.start, -s.high, s)]

    def believe(self):
        """Totals first, then counts, newest standing first, then the highs of each `more`."""
        self.edges += [edge for s in self.anchors.values() for edge in self.said_by(s)]
        self.zero = {p: s for p, s in self.zero.items() if self.add([(p, None, 0, s)])}
        newest = sorted(self.statements, key=lambda s: s.report.standing, reverse=True)
        counts = [s for s in newest if not s.anchors]
        self.left_out = [s for s in counts if self.apart(s.start, s.at)]
        self.heard = [s for s in counts if s not in self.left_out]
        self.counts = [s for s in self.heard if self.add(self.said_by(s))]
        self.refused = [s for s in self.heard if s not in self.counts]
        for s in self.counts:
            if s.kind == "more" and s.linked and not self.stock:
                self.add([(s.at, s.start, -s.high, s)])

    def add(self, edges):
        """Believe what can be true together with what is believed; tell whether it can."""
        possible = longest(self.edges + edges) is not None
        self.edges += edges if possible else []
        return possible

    def rise(self, a, b):
        """The low and high of what the count rises by between points of any instants; from None
        it is the count itself."""
        edges = self.never_falls(sorted({*self.points, a, b} - {None})) + self.edges
        return longest(edges, a)[b][0], -longest(edges, b).get(a, [-inf])[0]

    def cap(self, p):
        """No low before a cut is above the number that cut it."""
        return min((cut.reach for cut in self.cuts if p < cut.at), default=inf)

    def bounds_at(self, instant):
        """The low and high of the end of an instant: of its row, or what they would be."""
        own = [(row.low, row.high) for row in self.rows if row.instant == instant]
        if own or self.stock:
            return own[0] if own else (0, inf)
        low, high = self.rise(None, self.whole(instant))
        return min(low, self.cap(self.whole(instant))), high

    # -- rules 5, 7 and 9: a sum is (number, what it rests on) -------------------------------------

    def anchored(self, p):
        """The sum that the believed total of a point gives, or the origin; None without one."""
        if p in self.anchors:
            return moved(self.anchors[p].number, *self.bounds[p]), (self.anchors[p],)
        return (0, (self.zero[p],)) if p in self.zero else None

    def sums(self, counts, gaps=True):
        """{point: the most that the counts up to it add up to}, {point: what stands from it on}.

        Without gaps, only where they join on to a total or the origin.
        """
        made, stands = {}, {None: (0, ())}
        for p, before in zip(self.points, [None, *self.points], strict=False):
            idle = before in stands and before == (p[0], p[1] - 1) and not self.holds(p)
            sums = [stands[before]] if gaps or idle else []
            sums += [s.after(stands) for s in counts if s.at == p and (gaps or s.joins(stands))]
            made[p] = max(sums, key=first, default=None)
            stands |= {p: self.anchored(p) or made[p]} if self.anchored(p) or sums else {}
        return made, stands

    @cached_property
    def backward(self):
        """{point: sum} where a later total less the counts up to it gives it."""
        out = {}
        for p in [] if self.stock else reversed(self.points):
            later = [s for s in self.counts if s.kind == "count" and s.start == p and s.at in out]
            sums = [(out[s.at][0] - s.report.adds, (*out[s.at][1], s)) for s in later]
            if self.total(p) and p in self.anchors:
                out[p] = self.anchored(p)
            elif sums:
                out[p] = max(sums, key=first)
        return out

    def total(self, p):
        return p in self.stated and self.stated[p].kind == "total"

    def holds(self, p):
        """Whether something that is not refused or left out speaks of a point."""
        return p in self.stated or any(s.at == p for s in self.counts)

    def whole(self, instant):
        return last_point(self.points, instant)

    def point(self, instant):
        """The last point of an instant with something to print."""
        held = [p for p in self.points if p[0] == instant and self.holds(p)]
        return max(held, default=self.whole(instant))

    def printed_at(self, instant):
        """What is printed at an instant, or the last before it."""
        return self.printed(self.point(max(p[0] for p in self.points if p[0] <= instant)))

    def printed(self, p, report=None):
        """What is printed at a point, as a row of a report."""
        said, (low, high) = self.stated.get(p), self.bounds[p]
        basis, (number, path) = self.number(p, said, low, high)
        if basis != "stated" or said.report.value is None:
            number = moved(number, low, high)
        lows, highs = [low, self.cap(p)], [high]
        for s in self.refused:  # the row is widened until it meets what the words allow
            if s.at[0] == p[0] and not (self.total(p) and s.report.standing < said.report.standing):
                from_low, from_high = self.bounds.get(s.start, (0, inf))
                lows.append(from_high + s.high if s.linked else inf)
                highs.append(s.low if s.kind == "more" else from_low + s.low)
        if said in self.stale:
            number, lows, highs = said.number, [said.low], [inf]
        highs += [inf for r in self.silent if r.moment <= p[0]]
        wall = on_the_wall(p[0], self.tz)
        at = None if p[0] == end_of(wall.date(), self.tz) else wall.time()
        unexplained = self.unexplained(p, said) if report and basis != "floor" else None
        return Row(
            p[0], wall.date(), at, number, min(lows), max(highs), basis, path, said,
            wall.date(), report, report and report.id, unexplained,
        )  # fmt: skip

    def number(self, p, said, low, high):
        """Rule 7: the basis and the sum."""
        if said is not None:
            open_ = said.kind == "total" and said.report.qualifier in ("at_least", "more_than")
            if open_ and said not in self.stale and low > said.report.low:
                return "floor", (low, self.least[p][1])
            return "derived" if said.kind == "fewer" else "stated", (said.number, (said,))
        if p in self.joined:
            more = self.made[p][0] > self.joined[p][0]
            return ("floor", self.made[p]) if more else ("derived", self.joined[p])
        if p in self.backward:
            return "derived", self.backward[p]
        if low == high:
            return "derived", (low, self.least[p][1] + self.most[p][1])
        here = [s for s in self.heard if s.at[0] == p[0]]
        here = [] if any(s in self.counts for s in here) else here  # nothing here is believed
        return "floor", max([self.made[p], *(s.after(self.stands) for s in here)], key=first)

    def unexplained(self, p, said):
        """Rule 9."""
        if said is None or self.stock or said in self.stale:
            return None
        before = [q for q in self.points if q < p and self.anchored(q)]
        if said.kind == "fewer":
            stood = any(q in self.zero or self.total(q) for q in before)
            return said.report.number if stood else None
        since = before and any(before[-1] < s.at <= p for s in self.heard)
        if not since and not (before and said in self.cuts):
            return None
        made, path = self.sums(self.heard)[0][p]
        return said.number - (self.printed(path[-1].at).total if path and not since else made)

    # -- rule 8 ------------------------------------------------------------------------------------

    @cached_property
    def rows(self):
        """A row per last day of a report, and the days before that a later total gives."""
        rows = {}
        for day, told in grouped((s.report.end, s) for s in self.statements).items():
            p = self.point(max(s.at[0] for s in told))
            last = max((s.report for s in told), key=lambda r: r.reading)
            rows[day] = self.printed(p, self.stated[p].report if self.total(p) else last)
        for s in self.counts:
            if s.kind == "count" and s.start in self.backward and s.start not in self.joined:
                rows.setdefault(s.report.start - DAY, self.printed(s.start))
        return [rows[day] for day in sorted(rows)]

    def upto(self, day=None):
        """The last row, or the last up to a day; None before the first."""
        return next((row for row in reversed(self.rows) if day is None or row.date <= day), None)

    def on(self, day=None):
        """The row of a day, or the one before it, carried: with the bounds of the day's end."""
        row = self.upto(day)
        if row is None or day in (None, row.date):
            return row
        night = end_of(day, self.tz)
        low, high = self.bounds_at(night)
        if self.listed:  # nothing is left open but what comes after the list or has no number
            over = all(r.end <= day for r in self.alive)
            silent = any(r.moment <= night for r in self.silent)
            low, high = row.low, inf if over or silent else row.high
        return row._replace(
            date=day, at=None, low=low, high=high, basis="carried", unexplained=None, report_id=None
        )


work = lru_cache(maxsize=2000)(Count)


def rests(path):
    """The reports that statements rest on; a `more` also on those of what was said before."""
    return {r for s in path for r in (s.report, *rests(s.said.path))}


def works(reports, clock=None):
    """{series: its Count} of the series with something to print."""
    speaking, gone = (grouped((r.series, r) for r in some) for some in speakers(reports, clock))
    series = sorted({r.series for r in live(reports, clock) if r.enters})
    return {s: work(tuple(speaking[s]), tuple(gone.get(s, []))) for s in series}


def totals(reports, clock=None):
    """Return ``{series: [Row]}`` as known at a clock (None: no limit)."""
    return {series: public(count.rows) for series, count in works(reports, clock).items()}


def every_day(reports, clock=None):
    """Return ``{series: [Row]}`` with the days between, carried (``freq="D"``)."""
    out = {}
    for series, count in works(reports, clock).items():
        begin, end = count.rows[0].date, count.rows[-1].date
        out[series] = public(count.on(begin + n * DAY) for n in range((end - begin).days + 1))
    return out


def public(rows):
    return [row._replace(high=finite(row.high)) for row in rows]
