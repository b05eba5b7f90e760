"""Section 3: which reports are live at a clock; and rule 1 of section 4, which starts are what."""

from datetime import datetime, time, timedelta, timezone

from oracle.record import instant

FIRST_DAWN = timezone(timedelta(hours=14))


def moment(clock, reports):
    """A clock as a moment in UTC; None is no limit."""
    if clock is None:
        return None
    return instant(clock, reports[0].tz if reports else "UTC")


def known(reports, clock=None):
    at = moment(clock, reports)
    return [r for r in reports if at is None or r.instant <= at]


def early(report):
    """A count through a day that had begun nowhere on Earth when it was published."""
    return report.instant < datetime.combine(report.end, time(), tzinfo=FIRST_DAWN)


def live(reports, clock=None):
    """The live reports, in ledger order."""
    now = known(reports, clock)
    return _live(now, starts_anew(_live(now, set())))


def starts_anew(reports):
    """The series and starts that are restarts, of live reports."""
    by_series = {}
    for r in reports:
        if usable(r) and r.kind == "total":
            by_series.setdefault(r.series, []).append(r)
    return {(series, start) for series, totals in by_series.items() for start in judge(totals)[1]}


def usable(report):
    return report.number is not None and not early(report)


def _live(now, anew):
    chains = {}
    for r in sorted(now, key=lambda r: r.order):
        if r.counts:
            chains.setdefault(r.root.id, []).append(r)
    last = {name: chain[-1] for name, chain in chains.items()}
    out = []
    for r in now:
        if not r.counts or r.action == "retract" or last[r.root.id] is not r:
            continue  # (a)
        mine = dates(r, anew)
        if mine is not None and any(
            other.number is not None
            and other.root.order > r.root.order
            and other.series == r.series
            and dates(other, anew) == mine
            for other in last.values()
        ):
            continue  # (b)
        out.append(r)
    return out


def dates(report, anew):
    """The kind and the dates of what may be replaced; a restart has the kind `period`."""
    if report.kind == "total" and (report.series, report.start) in anew:
        return ("period", report.start, report.end)
    if report.kind == "total":
        return ("total", report.end)
    return ("period", report.start, report.end) if report.kind == "period" else None


def judge(totals):
    """Rule 1: the start that gives the origin, those that are restarts, and the slips."""
    origin, restarts, slips = None, set(), set()
    for start in sorted({t.start for t in totals if t.start is not None}):
        if not any(t.end < start and (t.number.high is None or t.number.high > 0) for t in totals):
            if origin is None:
                origin = start
            else:
                slips.add(start)
            continue
        before = [t for t in totals if t.end < start and t.start not in restarts]
        previous = max(before, key=lambda t: (t.end, t.root.order))
        first = min((t for t in totals if t.start == start), key=lambda t: t.end)
        (restarts if first.number.best < previous.number.best else slips).add(start)
    return origin, restarts, slips
