"""Section 5: the headline each time it changed and why; the totals of every vintage."""

from collections import namedtuple

from oracle.live import instants, live, overlap, revisions
from oracle.record import day_of, finite
from oracle.rows import totals, works

#: The headline from an instant on; all but the cause is None when it is gone.
Step = namedtuple("Step", "instant day at total low high change cause report_id")


def history(reports, clock=None, date=None):
    """Return ``{series: [Step]}``; with `date`, of the number for that day."""
    day, replacements, out, before = day_of(date), revisions(reports, clock), {}, {}
    for at in instants(reports, clock):
        found = works(reports, at)
        for series in sorted({*found, *out}):
            old, new, work = before.get(series, (None, None)), (None, None), found.get(series)
            if work:
                new = work.upto(day), work.on(day)
            before[series], then, now = new, old[1], new[1]
            if _shown(now) == _shown(then):
                continue
            told = [r for r in live(reports, at) if r.instant == at and r.series == series]
            mine = [r for r in replacements if r.cause.instant == at and r.cause.series == series]
            cause = _cause(told, mine, old, new) if series in out else "first"
            change = now.total - then.total if now and then else None
            step = Step(at, *_shown(now), change, cause, now and now.report_id)
            out.setdefault(series, []).append(step)
    return out


def _shown(row):
    return (row.date, row.at, row.total, row.low, finite(row.high)) if row else (None,) * 5


def _cause(told, replacements, before, after):
    """Why the headline changed: `before` and `after` are (row, what is shown of it).

    `told` are the live reports that were published then.
    """
    (old, then), (new, now) = before, after
    path = {name for row in (old, new) if row for name in (*row.path, row.report_id)}
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
        fresh = [r for r in told if r.carries and not r.early and r not in replacing]
        if any(r.end == new.date for r in fresh):
            return "new"
    return next((c for c in ("retracted", "relayed", "revised", "updated") if c in named), "new")


def vintages(reports, clock=None):
    """Return ``{instant: {(series, day): total}}``."""
    return {
        at: {(s, row.date): row.total for s, rows in totals(reports, at).items() for row in rows}
        for at in instants(reports, clock)
    }
