"""Section 7: reconcile, edits, changes, increments."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from oracle.bounds import difference
from oracle.headlines import history
from oracle.live import early, known, live
from oracle.numbers import moved
from oracle.record import DAY, SERIES, STOCKS, day_of, instant
from oracle.rows import Incidents, Row, works
from oracle.statements import day_of_instant, end_of, moment

TERMS = ("corrected", "updated", "new", "unexplained", "withdrawn")


def through(rows, day):
    """The number of a day, carried forward; 0 where there is none."""
    return next((row.total for row in reversed(rows) if row.date <= day), 0)


def reconcile(before, start, after, end, since=None):
    """A dict a series of two tables of reports, each at its clock (None: no limit).

    `since` is the last instant of `before`; by default that of its last known report.
    """
    old, new = works(before, start), works(after, end)
    if since is None:
        since = max((r.instant for r in known(before, start)), default=None)
    out = []
    for series in sorted({*old, *new}):
        was = old[series].rows() if series in old else []
        now = new[series].rows() if series in new else []
        row = dict.fromkeys(TERMS, 0) | {"series": series}
        row |= {"opening_date": was[-1].date, "opening": was[-1].total} if was else {
            "opening_date": None, "opening": None}  # fmt: skip
        row |= {"closing_date": now[-1].date, "closing": now[-1].total} if now else {
            "closing_date": None, "closing": None}  # fmt: skip
        out.append(row)
        if not was:
            row["new"] = row["closing"]
        elif not now:
            row["withdrawn"] = -row["opening"]
        else:
            _bridge(row, was[-1], new[series], now, after, end, since)
    return out


def _bridge(row, opened, work, now, after, end, since):
    """The same days, recounted; and the growth from the opening's day to the closing's."""
    d0, series = _moved_to(opened, after, end), row["series"]
    if d0 is None:
        d0 = opened.date
        row["updated"] = _updated(after, end, series, d0, since)
    row["corrected"] = through(now, d0) - row["opening"] - row["updated"]
    growth = row["closing"] - through(now, d0)
    cuts = [] if isinstance(work, Incidents) else [cut for cut, _ in work.belief.cuts]
    cuts = [cut for cut in cuts if d0 < cut.report.end <= row["closing_date"]]
    last = max(cuts, key=lambda cut: cut.at, default=None)
    if growth >= 0 or series[3] in STOCKS:
        row["new"] = growth
    elif last is not None and (last.report.reason or last.kind == "fewer"):
        row["corrected"] += growth
    else:
        row["unexplained"] = growth


def _moved_to(opened, after, end):
    """The later day that the report which the opening stood on speaks of by now, if a revise
    moved it there."""
    for r in live(after, end):
        chain = [x.id for x in known(after, end) if x.counts and x.root is r.root]
        if opened.report_id in chain and r.id != opened.report_id and r.carries and not early(r):
            return r.end if r.end > opened.date else None
    return None


def _updated(after, end, series, day, since):
    """The steps of a day that went on, each less what the day before rose by at that instant."""
    rises = {
        s.instant: max(0, s.change or 0) for s in history(after, end, day - DAY).get(series, [])
    }
    return sum(
        max(0, (step.change or 0) - rises.get(step.instant, 0))
        for step in history(after, end, day).get(series, [])
        if step.instant > since and step.cause in ("new", "updated")
    )


READ = (*SERIES, "via", "kind", "action", "value", "low", "high", "qualifier", "period_start",
        "period_end", "reported_at", "refers_to", "reason", "report_id")  # fmt: skip


def edits(before, after):
    """Reports added, removed and edited: by id, those with automatic ids by all else."""

    def cells(r):
        others = sorted((k, str(v)) for k, v in r.row.items() if k not in READ and v is not None)
        said = (r.value, r.low, r.high, r.qualifier, r.start, r.end, r.instant)
        return (
            *r.series,
            r.via,
            r.kind,
            r.action,
            *said,
            r.parent and r.parent.id,
            r.reason,
            others,
        )

    def named(reports):
        return {r.id: cells(r) for r in reports if r.row.get("report_id")}

    def unnamed(reports):
        return [(r.id, cells(r)) for r in reports if not r.row.get("report_id")]

    old, new = named(before), named(after)
    added = [name for name in new if name not in old]
    removed = [name for name in old if name not in new]
    edited = [name for name in new if name in old and new[name] != old[name]]
    left = unnamed(before)
    for name, said in unnamed(after):
        twin = next((pair for pair in left if pair[1] == said), None)
        if twin is None:
            added.append(name)
        else:
            left.remove(twin)
    removed += [name for name, _ in left]
    return {"added": added, "removed": removed, "edited": edited}


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
    now = known(reports, clock)
    out, before = [], None
    for first, last in sorted({stretch(r.published, freq) for r in now}):
        end = instant(datetime.combine(last, time.max), now[0].tz)
        end = end if clock is None else min(end, instant(clock, now[0].tz))
        rows = reconcile(reports if before else [], before, reports, end, before)
        out += [row | {"start": first, "end": last} for row in rows if any(row[t] for t in TERMS)]
        before = end
    return sorted(out, key=lambda row: (row["series"], row["start"]))


# -- increments ----------------------------------------------------------------------------------


@dataclass
class End:
    """One end of a stretch: an instant, and the number that holds there (None: not known)."""

    day: date
    instant: datetime
    row: Row | None
    number: int | None
    own: bool  # a whole day with a row or a count of its own


def increments(reports, clock=None, freq=None, between=None):
    """Return ``{series: [(start, end, days, value, low, high, complete)]}``."""
    out = {}
    for series, work in works(reports, clock).items():
        begun, tz = _begun(work), reports[0].tz
        ends = _ends(work, begun, tz)
        if freq is not None or between is not None:
            days = _calendar(work, ends, freq, between, tz)
            ends = [_end_of_day(work, begun, day, tz) for day in days]
        out[series] = []
        for a, b in pairwise(ends):
            start = min(a.day + DAY, b.day)
            days = (b.day - start).days + 1
            told = _difference(work, a, b)
            out[series].append((start, b.day, days, *told, a.own and b.own))
    return out


def _begun(work):
    """{instant: whether the count is 0 there}: the origin, and the days before believed counts."""
    if isinstance(work, Incidents):
        first = min(r.start or r.end for r in work.alive)
        return {end_of(first - DAY, work.alive[0].tz): True}
    begun = {s.start[0]: False for s in work.numbers.counts if s.kind == "period"}
    if work.belief.origin_at is not None:
        begun[work.belief.origin_at[0]] = True
    return begun


def _ends(work, begun, tz):
    """The instants of the rows, the origin, and the days before believed counts."""
    ends = {r.instant: End(r.date, r.instant, r, r.total, r.at is None) for r in work.rows()}
    for at, zero in begun.items():
        day = day_of_instant(at, tz)
        ends.setdefault(at, End(day, at, None, 0 if zero else None, True))
    return [ends[at] for at in sorted(ends)]


def _end_of_day(work, begun, day, tz):
    """A day's end: the number is carried there from the row before; at the origin it is 0."""
    at = end_of(day, tz)
    row = next((r for r in reversed(work.rows()) if r.date <= day), None)
    number = 0 if begun.get(at) else None
    number = row.total if row else number
    own = at in begun or (row is not None and row.instant == at)
    return End(day, at, row, number, own)


def _calendar(work, ends, freq, between, tz):
    """The days at whose ends the stretches meet: a gap is one interval, never spread."""
    first, rows = ends[0].day, work.rows()
    if between is not None:
        start, end = (day_of(day) for day in between)
        days = [start - DAY if start else first, end or rows[-1].date]
        return days if days[0] < days[1] else []
    told = {stretch(r.date, freq)[1] for r in rows if r.date > first}
    whole = [e.day for e in ends if e.instant == end_of(e.day, tz)]
    told |= {day for day in whole if stretch(day, freq)[1] == day}
    return [first, *sorted(day for day in told if day > first)]


def _difference(work, a, b):
    """(value, low, high): the difference of the numbers, and the tightest bounds it has."""
    if isinstance(work, Incidents):
        return _of_incidents(work, a, b)
    begin = max((p for p in work.points if p[0] == a.instant), default=(a.instant, 0))
    last = work.numbers.at_end(b.instant) if work.points[0][0] <= b.instant else begin
    last = last if last[0] == b.instant else (b.instant, 0)
    if a.number is not None and b.row is not None and b.row.instant > a.instant:
        value = b.row.total - a.number
    else:
        value = _within(work, a.instant, b.instant)
    cut = work.segment(begin) < work.segment(last)
    if cut or work.numbers.stock or _stale(work, a) or _stale(work, b):
        (low, high), (least, most) = _bounds(work, a), _bounds(work, b)
        return value, None if high is None else least - high, None if most is None else most - low
    if _rolls(work, a, b):
        return None, 0, None
    graph = work.belief.graphs.get(work.segment(begin), ((), ()))
    low, high = difference(*graph, begin, last)
    if value is None:
        return low if low == high else None, low, high
    return value if value < 0 else moved(value, low, high), low, high


def _of_incidents(work, a, b):
    """A list taken at its word: the incidents that ended within the stretch."""
    inside = [r for r in work.alive if a.instant < moment(r) <= b.instant]
    eve = {r.id: end_of((r.start or r.end) - DAY, r.tz) for r in work.alive}
    low = sum(max(r.bounds[0] or 0, 0) for r in inside if a.instant <= eve[r.id])
    reach = [r for r in work.alive if a.instant < moment(r) and eve[r.id] < b.instant]
    highs = [r.bounds[1] for r in reach]
    over = b.instant > max(moment(r) for r in work.alive)  # after the last of the list, or before
    over |= a.instant < min(eve.values())
    high = None if None in highs or over else sum(highs)
    value = moved(sum(r.number for r in inside), low, high) if inside or high == 0 else None
    return (value, None, None) if work.alive[0].stock else (value, low, high)


def _stale(work, end):
    """Whether the row of an end is that of a total that bounds nothing."""
    stale = [s.report.id for s in work.belief.stale]
    return end.row is not None and end.row.says and end.row.report_id in stale


def _bounds(work, end):
    """The bounds printed at an end of a stretch."""
    if end.row is not None and end.row.instant == end.instant:
        return end.row.low, end.row.high
    return work.bounds_at(end.instant)[:2]


def _within(work, start, end):
    """The most that the numbers of the counts within a stretch add up to; None without any."""
    made, most, counted = {}, 0, False
    for p in work.points:
        if not start <= p[0] <= end:
            continue
        for s in work.numbers.counts:
            if s.at == p and s.start in made:
                own = s.adds - (s.said.number if s.said else 0)
                most, counted = max(most, made[s.start] + own), True
        made[p] = most
    return most if counted else None


def _rolls(work, a, b):
    """Whether a count that overlaps others, begun before a stretch, ends in it ("12 months
    ending"): no difference of numbers that were not stated."""
    if all(e.row is not None and e.row.basis == "stated" for e in (a, b)):
        return False
    counts = [s for s in work.numbers.counts if s.kind == "period"]
    return any(
        s.start[0] < a.instant < s.at[0] <= b.instant
        and any(s.start < o.start < s.at < o.at or o.start < s.start < o.at < s.at for o in counts)
        for s in counts
    )
