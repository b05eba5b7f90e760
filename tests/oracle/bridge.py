"""Section 7: reconcile, edits, changes, increments."""

from calendar import monthrange
from datetime import datetime, time, timedelta
from itertools import pairwise

from oracle.headlines import history
from oracle.record import DAY, instant
from oracle.replaced import known
from oracle.running import every_day, totals
from oracle.sorting import STOCKS

TERMS = ("corrected", "updated", "new", "unexplained", "withdrawn")


def through(rows, day):
    """The number of a day, carried forward; 0 where there is none."""
    upto = [row for row in rows if day is not None and row[0] <= day]
    return upto[-1][1] if upto else 0


def reconcile(before, start, after, end, since=None):
    """A dict a series of two tables of reports, each at its clock (None: no limit).

    `since` is the last instant of `before`; by default that of its last known report.
    """
    old, new = totals(before, start), totals(after, end)
    if since is None:
        seen = [r.instant for r in known(before, start)]
        since = max(seen) if seen else None
    out = []
    for series in sorted({*old, *new}):
        was, now = old.get(series, []), new.get(series, [])
        row = dict.fromkeys(TERMS, 0) | {"series": series}
        row |= {"opening_date": was[-1][0] if was else None, "opening": was[-1][1] if was else None}
        row |= {"closing_date": now[-1][0] if now else None, "closing": now[-1][1] if now else None}
        out.append(row)
        if not was:
            row["new"] = row["closing"]
            continue
        if not now:
            row["withdrawn"] = -row["opening"]
            continue
        d0, d1 = row["opening_date"], row["closing_date"]
        recounted = through(now, d0) - row["opening"]
        for step in history(after, end, d0).get(series, []):
            if (since is None or step.instant > since) and step.cause in ("new", "updated"):
                row["updated"] += step.change or 0  # a number said anew is no step
        row["corrected"] = recounted - row["updated"]
        growth = through(now, d1) - through(now, d0)
        row["new" if growth > 0 or series[3] in STOCKS else "unexplained"] = growth
    return out


def edits(before, after):
    """Reports added, removed and edited: by id, those with automatic ids by all else."""

    def cells(r):
        stated = (r.series, r.via, r.kind, r.action, r.start, r.end, r.value, r.low, r.high)
        stated += (r.qualifier, r.instant, r.parent.id if r.parent else "", r.reason)
        return (*stated, str(r.row.get("url") or ""), str(r.row.get("note") or ""))

    def named(reports):
        return {r.id: cells(r) for r in reports if r.row.get("report_id")}

    def unnamed(reports):
        return [(r.id, cells(r)) for r in reports if not r.row.get("report_id")]

    old, new = named(before), named(after)
    added = [name for name in new if name not in old]
    removed = [name for name in old if name not in new]
    edited = [name for name in new if name in old and new[name] != old[name]]
    left = unnamed(before)
    for name, stated in unnamed(after):
        twin = next((pair for pair in left if pair[1] == stated), None)
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
    stretches = sorted({stretch(r.local.date(), freq) for r in now})
    out, before = [], None
    for first, last in stretches:
        end = instant(datetime.combine(last, time.max), now[0].tz)
        end = end if clock is None else min(end, instant(clock, now[0].tz))
        rows = reconcile(reports if before else [], before, reports, end, before)
        out += [row | {"start": first, "end": last} for row in rows if any(row[t] for t in TERMS)]
        before = end
    return sorted(out, key=lambda row: (row["series"], row["start"]))


def increments(reports, clock=None, freq=None):
    """Return ``{series: [(start, end, value, low, high, complete)]}``."""
    out = {}
    for series, rows in totals(reports, clock).items():
        stock = series[3] in STOCKS
        found = [(a[0] + DAY, b[0], *_difference(a, b, stock), True) for a, b in pairwise(rows)]
        out[series] = found if freq is None else _by_stretch(rows, stock, freq)
    return out


def _difference(before, after, stock):
    _, total, low, high, *_ = after
    _, was, was_low, was_high, *_ = before
    value = total - was
    least = None if was_high is None else low - was_high
    most = None if high is None else high - was_low
    if value >= 0 and not stock:
        least = None if least is None else max(0, least)
        most = None if most is None else max(0, most)
    return value, least, most


def _by_stretch(rows, stock, freq):
    """From the first number to the last one of each stretch that has one; a gap is not spread."""
    days = {row[0]: row for row in every_day(rows, stock)}
    last_of = {stretch(row[0], freq)[1]: row for row in rows[1:]}
    told = [(rows[0][0], rows[0]), *sorted(last_of.items())]
    out = []
    for (before, old), (end, new) in pairwise(told):
        a, b = (days.get(day) or _held(rows[-1], stock) for day in (before, end))
        complete = old[0] == before and new[0] == end
        complete &= stretch(before + DAY, freq)[0] == before + DAY  # not a part of a stretch
        out.append((before + DAY, end, *_difference(a, b, stock), complete))
    return out


def _held(row, stock):
    """The last row, carried on: nothing bounds it."""
    return (row[0], row[1], 0 if stock else row[2], None)
