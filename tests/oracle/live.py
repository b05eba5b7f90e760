"""Section 3: which reports are known, which speak for their chains, which are live."""

from datetime import datetime, time, timedelta, timezone

from oracle.record import instant

FIRST_DAWN = timezone(timedelta(hours=14))


def known(reports, clock=None):
    """The reports published by a clock, in ledger order; None is no limit."""
    if clock is None or not reports:
        return list(reports)
    at = instant(clock, reports[0].tz)
    return [r for r in reports if r.instant <= at]


def early(report):
    """A count through a day that had begun nowhere on Earth when it was published."""
    return report.instant < datetime.combine(report.end, time(), tzinfo=FIRST_DAWN)


def speakers(reports, clock=None):
    """The report that speaks for each chain; of a chain that is withdrawn, its last member."""
    chains = {}
    for r in sorted(known(reports, clock), key=lambda r: r.order):
        if r.counts:
            chains.setdefault(r.root.id, []).append(r)
    speaking, withdrawn = [], []
    for chain in chains.values():
        said = [r for r in chain if r.action != "retract"]
        retracts = [r for r in chain if r.action == "retract"]
        left = [
            r
            for r in said
            if not any(r.order < x.order and is_or_revises(r, x.parent) for x in retracts)
        ]
        if left:
            speaking.append(left[-1])
        else:
            withdrawn.append(said[-1])
    return sorted(speaking, key=lambda r: r.position), withdrawn


def is_or_revises(report, named):
    """Whether a report is the one named, or revises it directly or in turn."""
    while report is not None:
        if report is named:
            return True
        report = report.parent if report.action in ("revise", "retract") else None
    return False


def replaced(report, among):
    """Whether a later chain that speaks with a number has the same series, kind and dates."""
    return dates(report) is not None and any(
        other.carries
        and other.standing > report.standing
        and other.series == report.series
        and dates(other) == dates(report)
        for other in among
    )


def dates(report):
    if report.kind == "total":
        return ("total", report.end)
    return ("period", report.start, report.end) if report.kind == "period" else None


def live(reports, clock=None):
    """The live reports, in ledger order."""
    speaking, _ = speakers(reports, clock)
    return [r for r in speaking if not replaced(r, speaking)]
