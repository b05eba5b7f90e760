"""Section 5: the headline each time it changed and why; the totals of every vintage."""

from collections import namedtuple

from oracle.live import instants, live, overlap, revisions
from oracle.record import day_of, finite
from oracle.rows import ids, totals, works

#: The headline from an instant on; all but the cause is None when it is gone.
Step = namedtuple("Step", "instant day at total low high change cause report_id")


def history(reports, clock=None, date=None):
    """Return ``{series: [Step]}``; with `date`, of the number for that day."""
    day, replacements, out = day_of(date), revisions(reports, clock), {}
    moments = {at: works(reports, at) for at in instants(reports, clock)}
    for series in sorted({series for found in moments.values() for series in found}):
        out[series], old, then = [], None, None
        for at, found in moments.items():
            count = found.get(series)
            new, now = (count.upto(day), count.on(day)) if count else (None, None)
            if _shown(now) != _shown(then):
                told = [r for r in live(reports, at) if (r.series, r.instant) == (series, at)]
                mine = [r for r in replacements if (r.new.series, r.cause.instant) == (series, at)]
                cause = _cause(told, mine, (old, then), (new, now)) if out[series] else "first"
                change = now.total - then.total if now and then else None
                step = Step(at, *_shown(now), change, cause, now and now.report_id)
                out[series].append(step)
            old, then = new, now
    return {series: steps for series, steps in out.items() if steps}


def _shown(row):
    return (row.date, row.at, row.total, row.low, finite(row.high)) if row else (None,) * 5


def _cause(told, replacements, before, after):
    """Why the headline changed: `before` and `after` are (row, what is shown of it).

    `told` are the live reports that were published then.
    """
    (old, then), (new, now) = before, after
    path = {name for row in (old, new) if row for name in (*ids(row.path), row.report_id)}
    named = {r.change for r in replacements if {r.old.id, r.new.id} & path}
    if new is None or (old is not None and new.total < old.total):
        if new is not None and new.said and new.report.reason:
            named.add("revised")
        back = new is not None and new.date < old.date
        both = new is not None and overlap((then.low, then.high), (now.low, now.high))
        called = ("retracted", "relayed", "revised")
        return next((c for c in called if c in named), "unclear" if back or both else "fell")
    if old is not None and new.date > old.date:
        replacing = [r.new for r in replacements]
        fresh = [r for r in told if r.enters and r not in replacing]
        if any(r.end == new.date for r in fresh):
            return "new"
    return next((c for c in ("retracted", "relayed", "revised", "updated") if c in named), "new")


def vintages(reports, clock=None):
    """Return ``{instant: {(series, day): total}}``."""
    return {
        at: {(s, row.date): row.total for s, rows in totals(reports, at).items() for row in rows}
        for at in instants(reports, clock)
    }
