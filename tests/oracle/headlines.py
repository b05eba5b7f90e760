"""Section 5: the headline each time it changed and why; the totals of every vintage."""

from dataclasses import dataclass
from datetime import date, datetime, time

from oracle.live import early, known, live
from oracle.record import day_of
from oracle.revised import overlap, revisions
from oracle.rows import totals, works


@dataclass
class Step:
    """The headline from an instant on; all but the cause is None when it is gone."""

    instant: datetime
    day: date | None
    at: time | None
    total: int | None
    low: int | None
    high: int | None
    change: int | None
    cause: str
    report_id: str | None


def headline(work, day, tz):
    """The last row, or the last up to a day, and what is shown of it; (None, None) without one."""
    rows = [] if work is None else [r for r in work.rows() if day is None or r.date <= day]
    if not rows:
        return None, None
    row = rows[-1]
    return row, row if day is None or row.date == day else work.carried(row, day, tz)


def history(reports, clock=None, date=None):
    """Return ``{series: [Step]}``; with `date`, of the number for that day."""
    day, replacements, out, before = day_of(date), revisions(reports, clock), {}, {}
    for at in sorted({r.instant for r in known(reports, clock)}):
        found = works(reports, at)
        for series in sorted({*found, *out}):
            row, now = headline(found.get(series), day, reports[0].tz)
            old_row, then = before.get(series, (None, None))
            before[series] = (row, now)
            if _shown(now) == _shown(then):
                continue
            cause = "first"
            if series in out:
                cause = _cause(reports, replacements, at, series, (old_row, then), (row, now))
            change = now.total - then.total if now and then else None
            report_id = now.report_id if now else None
            step = Step(at, *_shown(now), change, cause, report_id)
            out.setdefault(series, []).append(step)
    return out


def _shown(row):
    return (row.date, row.at, row.total, row.low, row.high) if row else (None,) * 5


def _cause(reports, replacements, at, series, before, after):
    """Why the headline changed: `before` and `after` are (row, what is shown of it)."""
    (old, then), (new, now) = before, after
    path = {name for row in (old, new) if row for name in (*row.number_path, row.report_id)}
    mine = [r for r in replacements if r[4].instant == at and r[4].series == series]
    named = {r[2] for r in mine if r[0].id in path or r[1].id in path}
    if new is None or (old is not None and new.total < old.total):
        reason = new is not None and new.says and _by_id(reports, new.report_id).reason
        for cause in ("retracted", "relayed", "revised"):
            if cause in named or (cause == "revised" and reason):
                return cause
        back = new is not None and new.date < old.date
        both = new is not None and overlap((then.low, then.high), (now.low, now.high))
        return "unclear" if back or both else "fell"
    if old is not None and new.date > old.date:
        replacing = [r[1] for r in mine]
        if any(
            r.instant == at and r.series == series and r.end == new.date and r not in replacing
            for r in live(reports, at)
            if r.carries and not early(r)
        ):
            return "new"
    return next((c for c in ("retracted", "relayed", "revised", "updated") if c in named), "new")


def _by_id(reports, name):
    return next(r for r in reports if r.id == name)


def vintages(reports, clock=None):
    """Return ``{instant: {(series, day): total}}``."""
    return {
        at: {(s, row.date): row.total for s, rows in totals(reports, at).items() for row in rows}
        for at in sorted({r.instant for r in known(reports, clock)})
    }
