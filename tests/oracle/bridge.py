"""Reconcile, changes, increments."""

from itertools import pairwise
from math import inf

from oracle.headlines import history
from oracle.live import instants, known, live
from oracle.record import DAY, day_of, end_of, finite, instant, moved, on_the_wall, stretch
from oracle.rows import longest, works

TERMS = ("corrected", "updated", "new", "unexplained", "withdrawn")


def reconcile(before, start, after, end, since=None):
    """A dict a series of two tables of reports, each at its clock (None: no limit).

    `since` is the last instant of `before`; by default that of its last known report.
    """
    old, new, out = works(before, start), works(after, end), []
    since = since or max(instants(before, start), default=None)
    for series in sorted({*old, *new}):
        was, now = (found[series].upto() if series in found else None for found in (old, new))
        row = dict.fromkeys(TERMS, 0) | {
            "series": series, "opening_date": was and was.date, "opening": was and was.total,
            "closing_date": now and now.date, "closing": now and now.total,
        }  # fmt: skip
        if was is None:
            row["new"] = now.total
        elif now is None:
            row["withdrawn"] = -was.total
        else:
            _bridge(row, was, new[series], after, end, since)
        out.append(row)
    return out


def _bridge(row, was, count, after, end, since):
    """The same days, recounted; and the growth from the opening's day to the closing's."""
    chain = [r.root for r in known(after, end) if r.id == was.report_id]
    later = [r.end for r in live(after, end) if r.root in chain and r.enters and r.end > was.date]
    day = max(later, default=was.date)  # a revise moved what the opening stood on
    row["updated"] = 0 if later else _updated(after, end, row["series"], day, since)
    then = count.upto(day)
    then = then.total if then else 0
    row["corrected"] = then - row["opening"] - row["updated"]
    growth = row["closing"] - then
    cuts = [s for s in count.cuts if day < s.report.end <= row["closing_date"]]
    last = max(cuts, key=lambda s: s.at, default=None)
    said = last and (last.report.reason or last.kind == "fewer")
    term = "new" if growth >= 0 or count.stock else "corrected" if said else "unexplained"
    row[term] += growth


def _updated(after, end, series, day, since):
    """The steps of a day that went on, each less what the day before rose by at that instant."""
    steps, eve = (history(after, end, d).get(series, []) for d in (day, day - DAY))
    rises = {step.instant: max(0, step.change or 0) for step in eve}
    return sum(
        max(0, (step.change or 0) - rises.get(step.instant, 0))
        for step in steps
        if step.instant > since and step.cause in ("new", "updated")
    )


# -- stretches -----------------------------------------------------------------------------------


def changes(reports, clock=None, freq="D"):
    """A dict a series and stretch of reporting time in which something changed."""
    now, out, before = known(reports, clock), [], None
    for start, last in sorted({stretch(r.published, freq) for r in now}):
        end = end_of(last, now[0].tz)
        end = end if clock is None else min(end, instant(clock, now[0].tz))
        rows = reconcile(reports if before else [], before, reports, end, before)
        out += [row | {"start": start, "end": last} for row in rows if any(row[t] for t in TERMS)]
        before = end
    return out


# -- increments ----------------------------------------------------------------------------------


class End:
    """One end of a stretch: the number that holds at an instant (None: not known)."""

    def __init__(self, at, row, begun, tz):
        """Of an instant and the row that holds there; `begun` is {eve: whether nothing was before}.

        `own` is whether it is the end of a day with a row or a count of its own.
        """
        self.instant, self.row, self.day = at, row, on_the_wall(at, tz).date()
        self.number = row.total if row else 0 if begun.get(at) else None
        own = at in begun or (row is not None and row.instant == at)
        self.own = own and at == end_of(self.day, tz)


def increments(reports, clock=None, freq=None, between=None):
    """Return ``{series: [(start, end, days, value, low, high, complete)]}``."""
    out = {}
    for series, count in works(reports, clock).items():
        # Where counts begin, and whether there are none before: not so of days before counts.
        begun = {s.report.eve: False for s in count.counts if s.kind == "count"}
        begun |= {p[0]: True for p in count.zero}
        rows = {row.instant: row for row in count.rows}
        ends = [End(at, rows.get(at), begun, count.tz) for at in sorted({*rows, *begun})]
        if freq is not None or between is not None:
            days = _calendar(count.rows, ends, freq, between)
            ends = [End(end_of(d, count.tz), count.upto(d), begun, count.tz) for d in days]
        out[series] = []
        for a, b in pairwise(ends):
            start, complete = min(a.day + DAY, b.day), a.own and b.own
            value, low, high = (_of_a_list if count.listed else _of_counts)(count, a, b)
            told = (b.day - start).days + 1, value, finite(low), finite(high), complete
            out[series].append((start, b.day, *told))
    return out


def _calendar(rows, ends, freq, between):
    """The days at whose ends the stretches meet: a gap is one interval, never spread."""
    begin = ends[0].day
    if between is not None:
        start, end = map(day_of, between)
        days = [start - DAY if start else begin, end or rows[-1].date]
        return days if days[0] < days[1] else []
    told = {stretch(row.date, freq)[1] for row in rows if row.date > begin}
    told |= {e.day for e in ends if e.own and stretch(e.day, freq)[1] == e.day}
    return [begin, *sorted(day for day in told if day > begin)]


def _of_counts(count, a, b):
    """(value, low, high): the difference of the numbers, and the tightest bounds it has."""
    begin, last = count.whole(a.instant), count.point(b.instant)
    cut = count.apart(begin, last)
    value = None if cut else _within(count, a.instant, b.instant)
    if a.number is not None and b.row is not None and b.row.instant > a.instant:
        value = b.row.total - a.number
    said = [count.stated.get(count.point(end.instant)) for end in (a, b)]
    stale = any(s in count.stale for s in said)
    apart = count.stock or cut
    if stale or apart:
        (low, high), (least, most) = (count.bounds_at(end.instant) for end in (a, b))
        return value, max(least - high, -inf if apart else 0), most - low
    if _rolls(count, a, b):
        return None, 0, inf
    low, high = count.rise(begin, last)
    if value is None:
        return low if low == high else None, low, high
    return value if value < 0 == low else moved(value, low, high), low, high


def _within(count, start, end):
    """The most that the numbers of the counts within a stretch add up to; None without any."""
    inside = [s for s in count.counts if s.start and start <= s.start[0] and s.at[0] <= end]
    edges = [(s.start, s.at, s.report.adds, s) for s in inside]
    edges += [(a, b, 0, None) for a, b in pairwise(count.points)]
    return longest(edges, count.points[0])[count.points[-1]][0] if inside else None


def _rolls(count, a, b):
    """Whether a count that overlaps others, begun before a stretch, ends in it ("12 months
    ending"): no difference of numbers that were not stated."""
    counts = [s for s in count.counts if s.kind == "count"]
    across = [s for s in counts if s.start[0] < a.instant < s.at[0] <= b.instant]
    pairs = [sorted((s, o), key=lambda s: (s.start, s.at)) for s in across for o in counts]
    stated = all(end.row is not None and end.row.basis == "stated" for end in (a, b))
    return not stated and any(s.start < o.start < s.at < o.at for s, o in pairs)


def _of_a_list(count, a, b):
    """A list taken at its word: the incidents that ended within the stretch."""
    inside = [r for r in count.alive if a.instant < r.moment <= b.instant]
    low = sum(max(r.span[0], 0) for r in inside if a.instant <= r.eve)
    told = [*count.alive, *count.silent]
    high = sum(r.span[1] for r in told if r.eve < b.instant and a.instant < r.moment)
    begun = min(r.eve for r in count.alive)
    until = max(max(r.moment, r.instant) for r in count.alive)
    if a.instant < begun or until < b.instant:  # before the list, or after it was published
        high = inf
    value = moved(sum(r.number for r in inside), low, high) if inside or high == 0 else None
    return (value, -inf, inf) if count.stock else (value, low, high)
