"""The headline each time it changed and why; the totals of every vintage."""

from collections import namedtuple

from oracle.live import instants, live, overlap, revisions
from oracle.record import day_of, finite
from oracle.rows import rests, totals, works

#: The headline from an instant on; all but the cause is None when it is gone.
Step = namedtuple("Step", "instant day at total low high change cause report_id")


def history(reports, clock=None, date=None):
    """Return ``{series: [Step]}``; with `date`, of the number for that day."""
    replacements, out = revisions(reports, clock), {}
    moments = {at: works(reports, at) for at in instants(reports, clock)}
    for series in sorted({series for found in moments.values() for series in found}):
        out[series], old = [], None
        for at, found in moments.items():
            new = found[series].on(day_of(date)) if series in found else None
            if _shown(new) != _shown(old):
                told = [r for r in live(reports, at) if (r.series, r.instant) == (series, at)]
                mine = [r for r in replacements if (r.new.series, r.cause.instant) == (series, at)]
                cause = _cause(told, mine, old, new) if out[series] else "first"
                change = new.total - old.total if new and old else None
                out[series].append(Step(at, *_shown(new), change, cause, new and new.report_id))
            old = new
    return {series: steps for series, steps in out.items() if steps}


def _shown(row):
    return (row.date, row.at, row.total, row.low, finite(row.high)) if row else (None,) * 5


def _cause(told, replacements, old, new):
    """Why the headline changed; `told` are the live reports that were published then."""
    path = {r for row in (old, new) if row for r in (*rests(row.path), row.report)}
    named = {r.change for r in replacements if {r.old, r.new} & path}
    if new is None or (old is not None and new.total < old.total):
        named -= {"updated"}
        named |= {"revised"} if new and new.said and new.report.reason else set()
        unclear = new and (new.day < old.day or overlap((old.low, old.high), (new.low, new.high)))
        other = "unclear" if unclear else "fell"
    else:
        fresh = [r for r in told if r.enters and r not in [x.new for x in replacements]]
        on = old is not None and any(new.day == r.end > old.day for r in fresh)
        named, other = set() if on else named, "new"
    causes = ("retracted", "relayed", "revised", "updated")
    return next((cause for cause in causes if cause in named), other)


def vintages(reports, clock=None):
    """Return ``{instant: {(series, day): total}}``."""
    return {
        at: {(s, row.date): row.total for s, rows in totals(reports, at).items() for row in rows}
        for at in instants(reports, clock)
    }
