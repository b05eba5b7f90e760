"""The headline each time it changed and why; the totals of every vintage."""

from dataclasses import dataclass
from datetime import date, datetime

from oracle.record import day_of
from oracle.replaced import known, live, usable
from oracle.revised import revisions
from oracle.running import worked
from oracle.sorting import STOCKS


@dataclass
class Step:
    """The headline from an instant on; `day`, `total`, `low`, `high` None when it is gone."""

    instant: datetime
    day: date | None
    total: int | None
    low: int | None
    high: int | None
    change: int | None
    cause: str

    @property
    def number(self):
        return (self.day, self.total, self.low, self.high)


def headline(rows, day=None, stock=False):
    """The last row, or that of a day, and ``(day, total, low, high)`` as it is shown."""
    if day is not None:
        rows, later = [r for r in rows if r.day <= day], [r for r in rows if r.day > day]
    if not rows:
        return None, None
    row = rows[-1]
    if day is None or row.day == day:
        return row, (row.day, row.total, row.low, row.high)
    low, high = row.low, later[0].high if later else None  # carried, rule 8
    if stock:
        low, high = 0, None
    elif high is not None and high < row.total:
        low, high = min(low, high), row.total
    return row, (day, row.total, low, high)


def history(reports, clock=None, date=None):
    """Return ``{series: [Step]}``."""
    day = day_of(date)
    replaced = revisions(reports, clock)
    out, before = {}, {}
    for at in sorted({r.instant for r in known(reports, clock)}):
        found = worked(reports, at)
        for series in sorted({*found, *out}):
            stock = series[3] in STOCKS
            row, now = headline(found.get(series, []), day, stock)
            old_row, then = before.get(series, (None, None))
            before[series] = (row, now)
            if now == then:
                continue
            cause = _cause(reports, replaced, at, series, old_row, row, series not in out)
            moved = now[1] - then[1] if now and then else None
            step = Step(at, *(now or (None, None, None, None)), moved, cause)
            out.setdefault(series, []).append(step)
    return out


def _cause(reports, replaced, at, series, old, new, first):
    if first:
        return "first"
    changes = {
        change
        for before, after, change, _ in replaced
        if after.instant == at
        and after.series == series
        and any(rests_on(row, r) for row in (old, new) if row for r in (before, after))
    }
    if new is None or (old is not None and new.total < old.total):
        return next((c for c in ("retracted", "revised") if c in changes), "fell")
    if old is not None and new.day > old.day:
        replacing = [after for _, after, _, _ in replaced]
        if any(
            r.instant == at and r.series == series and r.end > old.day and r not in replacing
            for r in live(reports, at)
            if usable(r)
        ):
            return "new"
    return next((c for c in ("retracted", "revised", "updated") if c in changes), "new")


def rests_on(row, report):
    """Whether a report ends between the days of the anchor and of the number."""
    return (row.first is None or row.first <= report.end) and report.end <= row.last


def vintages(reports, clock=None):
    """Return ``{instant: {(series, day): total}}``."""
    return {
        at: {(s, row.day): row.total for s, rows in worked(reports, at).items() for row in rows}
        for at in sorted({r.instant for r in known(reports, clock)})
    }
