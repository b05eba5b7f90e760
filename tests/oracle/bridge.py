"""Section 7: reconcile, edits, changes, increments."""

from calendar import monthrange
from collections import namedtuple
from datetime import timedelta
from itertools import pairwise
from math import inf

from oracle.headlines import history
from oracle.live import instants, known, live
from oracle.record import COLUMNS, DAY, STOCKS, day_of, end_of, finite, instant, moved, on_the_wall
from oracle.rows import Incidents, works
from oracle.statements import moment

TERMS = ("corrected", "updated", "new", "unexplained", "withdrawn")


def reconcile(before, start, after, end, since=None):
    """A dict a series of two tables of reports, each at its clock (None: no limit).

    `since` is the last instant of `before`; by default that of its last known report.
    """
    old, new, out = works(before, start), works(after, end), []
    since = since or max(instants(before, start), default=None)
    for series in sorted({*old, *new}):
        was, now = (found[series].rows[-1] if series in found else None for found in (old, new))
        row = dict.fromkeys(TERMS, 0) | {
            "series": series, "opening_date": was and was.date, "opening": was and was.total,
            "closing_date": now and now.date, "closing": now and now.total,
        }  # fmt: skip
        if was is None:
            row["new"] = now.total
        elif now is None:
            row["withdrawn"] = -was.total
        else:
            row |= _bridge(series, was, now, new[series], after, end, since)
        out.append(row)
    return out


def _bridge(series, was, now, work, after, end, since):
    """The same days, recounted; and the growth from the opening's day to the closing's."""
    day, updated = _moved_to(was, after, end), 0
    if day is None:
        day = was.date
        updated = _updated(after, end, series, day, since)
    row = work.upto(day)
    then = row.total if row else 0
    growth = now.total - then
    cuts = [cut for cut in work.cuts if day < cut.report.end <= now.date]
    last = max(cuts, key=lambda cut: cut.at, default=None)
    term = "unexplained"
    if growth >= 0 or series[3] in STOCKS:
        term = "new"
    elif last is not None and (last.report.reason or last.kind == "fewer"):
        term = "corrected"
    row = {"updated": updated, "corrected": then - was.total - updated}
    return row | {term: growth + row.get(term, 0)}


def _moved_to(opened, after, end):
    """The later day that the report which the opening stood on speaks of by now, if a revise
    moved it there."""
    root = next((r.root for r in known(after, end) if r.id == opened.report_id), None)
    for r in live(after, end):
        if r.root is root and r.carries and not r.early and r.end > opened.date:
            return r.end if r.id != opened.report_id else None
    return None


def _updated(after, end, series, day, since):
    """The steps of a day that went on, each less what the day before rose by at that instant."""
    steps, eve = (history(after, end, d).get(series, []) for d in (day, day - DAY))
    rises = {step.instant: max(0, step.change or 0) for step in eve}
    return sum(
        max(0, (step.change or 0) - rises.get(step.instant, 0))
        for step in steps
        if step.instant > since and step.cause in ("new", "updated")
    )


def edits(before, after):
    """Reports added, removed and edited: by id, those with automatic ids by all else."""

    def cells(r):
        others = sorted((k, str(v)) for k, v in r.row.items() if k not in COLUMNS and v is not None)
        number = (r.value, r.low, r.high, r.qualifier, r.start, r.end, r.instant)
        return (
            r.series,
            r.via,
            r.kind,
            r.action,
            number,
            r.parent and r.parent.id,
            r.reason,
            others,
        )

    def named(reports):
        return {r.id: cells(r) for r in reports if r.row.get("report_id")}

    old, new = named(before), named(after)
    added, removed = [n for n in new if n not in old], [n for n in old if n not in new]
    left = [r for r in before if r.id not in old]
    for r in (r for r in after if r.id not in new):
        twin = next((other for other in left if cells(other) == cells(r)), None)
        if twin is None:
            added.append(r.id)
        else:
            left.remove(twin)
    edited = [n for n in new if n in old and new[n] != old[n]]
    return {"added": added, "removed": removed + [r.id for r in left], "edited": edited}


# -- stretches -----------------------------------------------------------------------------------


def stretch(day, freq):
    """The first and the last day of the calendar stretch of a day."""
    if freq == "W":
        monday = day - timedelta(day.weekday())
        return monday, monday + timedelta(6)
    if freq in ("M", "MS"):
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def changes(reports, clock=None, freq="D"):
    """A dict a series and stretch of reporting time in which something changed."""
    now, out, before = known(reports, clock), [], None
    for first, last in sorted({stretch(r.published, freq) for r in now}):
        end = end_of(last, now[0].tz)
        end = end if clock is None else min(end, instant(clock, now[0].tz))
        rows = reconcile(reports if before else [], before, reports, end, before)
        out += [row | {"start": first, "end": last} for row in rows if any(row[t] for t in TERMS)]
        before = end
    return sorted(out, key=lambda row: (row["series"], row["start"]))


# -- increments ----------------------------------------------------------------------------------

#: One end of a stretch: the number that holds at an instant (None: not known); `own` is whether
#: the instant is the end of a day with a row or a count of its own.
End = namedtuple("End", "day instant row number own")


def increments(reports, clock=None, freq=None, between=None):
    """Return ``{series: [(start, end, days, value, low, high, complete)]}``."""
    out = {}
    for series, work in works(reports, clock).items():
        ends = [_end(work, at, row) for at, row in _instants(work)]
        if freq is not None or between is not None:
            days = _calendar(work, ends, freq, between)
            ends = [_end(work, end_of(day, work.tz), work.upto(day)) for day in days]
        out[series] = []
        for a, b in pairwise(ends):
            start = min(a.day + DAY, b.day)
            value, low, high = _difference(work, a, b)
            days = (b.day - start).days + 1
            out[series].append(
                (start, b.day, days, value, finite(low), finite(high), a.own and b.own)
            )
    return out


def _instants(work):
    """The instants of the rows, with them, the origin, and the days before believed counts."""
    return sorted((dict.fromkeys(work.begun) | {r.instant: r for r in work.rows}).items())


def _end(work, at, row):
    """An end at an instant; at the origin the number is 0, and that of the row after it."""
    day = on_the_wall(at, work.tz).date()
    number = row.total if row else (0 if work.begun.get(at) else None)
    told = at in work.begun or (row is not None and row.instant == at)
    return End(day, at, row, number, told and at == end_of(day, work.tz))


def _calendar(work, ends, freq, between):
    """The days at whose ends the stretches meet: a gap is one interval, never spread."""
    first, rows = ends[0].day, work.rows
    if between is not None:
        start, end = map(day_of, between)
        days = [start - DAY if start else first, end or rows[-1].date]
        return days if days[0] < days[1] else []
    told = {stretch(r.date, freq)[1] for r in rows if r.date > first}
    told |= {e.day for e in ends if e.own and stretch(e.day, freq)[1] == e.day}
    return [first, *sorted(day for day in told if day > first)]


def _difference(work, a, b):
    """(value, low, high): the difference of the numbers, and the tightest bounds it has."""
    if isinstance(work, Incidents):
        return _of_incidents(work, a, b)
    value = _within(work, a.instant, b.instant)
    if a.number is not None and b.row is not None and b.row.instant > a.instant:
        value = b.row.total - a.number
    begin, last = work.whole(a.instant), work.point(b.instant)
    stale = [end for end in (a, b) if end.row and end.row.said in work.stale]
    if stale or work.stock or work.apart(begin, last):
        (low, high), (least, most) = _bounds(work, a), _bounds(work, b)
        return value, least - high, most - low
    if _rolls(work, a, b):
        return None, 0, inf
    low, high = work.rise(begin, last)
    if value is None:
        return low if low == high else None, low, high
    return value if value < 0 else moved(value, low, high), low, high


def _bounds(work, end):
    """The bounds printed at an end of a stretch."""
    own = end.row is not None and end.row.instant == end.instant
    return (end.row.low, end.row.high) if own else work.at_end(end.instant)


def _within(work, start, end):
    """The most that the numbers of the counts within a stretch add up to; None without any."""
    made, last = {}, None
    for p in (p for p in work.points if start <= p[0] <= end):
        sums = [
            (made[s.start] or 0) + s.report.adds
            for s in work.counts
            if s.at == p and s.start in made
        ]
        made[p] = last = max([*sums, *([] if last is None else [last])], default=None)
    return last


def _rolls(work, a, b):
    """Whether a count that overlaps others, begun before a stretch, ends in it ("12 months
    ending"): no difference of numbers that were not stated."""
    counts = [s for s in work.counts if s.kind == "period"]
    return not all(e.row is not None and e.row.basis == "stated" for e in (a, b)) and any(
        s.start[0] < a.instant < s.at[0] <= b.instant
        and any(s.start < o.start < s.at < o.at or o.start < s.start < o.at < s.at for o in counts)
        for s in counts
    )


def _of_incidents(work, a, b):
    """A list taken at its word: the incidents that ended within the stretch."""
    eve = {r: end_of((r.start or r.end) - DAY, r.tz) for r in work.alive}
    later = [r for r in work.alive if a.instant < moment(r)]
    inside = [r for r in later if moment(r) <= b.instant]
    low = sum(max(r.span[0], 0) for r in inside if a.instant <= eve[r])
    high = sum(r.span[1] for r in later if eve[r] < b.instant)
    last = max(moment(r) for r in work.alive)
    if b.instant > last or a.instant < min(eve.values()):  # after the list, or before it
        high = inf
    value = moved(sum(r.number for r in inside), low, high) if inside or high == 0 else None
    return (value, -inf, inf) if work.alive[0].stock else (value, low, high)
