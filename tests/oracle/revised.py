"""Section 3: what replaced what, how that is called, who denies, how a count's numbers moved."""

from datetime import timedelta
from itertools import pairwise
from statistics import median

from oracle.live import is_or_revises, known, live, speakers
from oracle.record import DAY


def revisions(reports, clock=None):
    """Return ``[(old, new, change, explicit, cause)]``, reports becoming public one by one.

    `cause` is the report whose publication made the change. Explicit: who speaks for a chain
    changes, and `new` is the cause. Implicit: a later chain replaces a live report, and `new`
    speaks for that chain.
    """
    now = sorted(known(reports, clock), key=lambda r: r.order)
    out = []
    for place, cause in enumerate(now):
        if not cause.counts:
            continue
        then, since = now[:place], now[: place + 1]
        before, after = _spokesman(then, cause.root), _spokesman(since, cause.root)
        pairs = [
            (old, after, False)
            for old in live(then)
            if old.root is not cause.root and old not in live(since)
        ]
        chain = [r for r in then if r.counts and r.root is cause.root]
        if chain and before is not after:
            pairs.append((before or chain[-1], cause, True))
        for old, new, explicit in sorted(pairs, key=lambda pair: pair[0].order):
            out.append((old, new, change(old, new, explicit), explicit, cause))
    return out


def _spokesman(reports, root):
    return next((r for r in speakers(reports)[0] if r.root is root), None)


def change(old, new, explicit):
    """How a change is called, in this order."""
    if new.action == "retract":
        return "retracted"
    if (old.value, old.low, old.high) == (new.value, new.low, new.high) and old.action != "retract":
        return "reaffirmed"
    lower = old.carries and new.carries and new.number < old.number
    on_time = old.published <= old.end and new.published <= old.end + DAY
    if not explicit and not lower and on_time:
        return "updated"
    apart = abs(new.instant - old.instant)
    if not explicit and lower and new.via not in ("", old.via) and apart <= timedelta(days=1):
        return "relayed"
    return "revised"


def said(report):
    """The number as it was said; None without one."""
    return report.number if report.carries else None


def overlap(one, other):
    """Whether two pairs of bounds overlap; None is unbounded."""
    low = max((x for x in (one[0], other[0]) if x is not None), default=None)
    high = min((x for x in (one[1], other[1]) if x is not None), default=None)
    return low is None or high is None or low <= high


def _delta(old, new):
    """New less old; unknown where the bounds of the two overlap and one is vague."""
    if not old.carries or not new.carries:
        return None
    vague = any(None in r.bounds or r.bounds[0] < r.bounds[1] for r in (old, new))
    return None if vague and overlap(old.bounds, new.bounds) else new.number - old.number


def revision_rows(reports, clock=None):
    """The rows of `revisions` as dicts, the columns of the design."""
    return [
        {
            "series": old.series, "kind": old.kind, "period_start": old.start,
            "period_end": old.end, "change": name, "old_id": old.id, "new_id": new.id,
            "old": said(old), "new": said(new), "delta": _delta(old, new),
            "reported_at": cause.instant, "lag": (cause.published - old.end).days,
            "explicit": explicit, "reason": new.reason,
        }
        for old, new, name, explicit, cause in revisions(reports, clock)
    ]  # fmt: skip


def revision_summary(reports, clock=None, within=0.2):
    """A dict a series, kind and period that ever had a number; a `more`, an incident by itself."""
    groups = {}
    for r in known(reports, clock):
        if r.carries and r.counts:
            start = r.start if r.kind == "period" else None
            by_itself = None if r.kind in ("total", "period") else r.root.id
            groups.setdefault((r.series, r.kind, start, r.end, by_itself), []).append(r)
    alive = live(reports, clock)
    out = []
    for (series, kind, _, end, _), group in groups.items():
        group.sort(key=lambda r: (r.standing, r.order))
        different = [group[0], *[b for a, b in pairwise(group) if a.number != b.number]]
        values = [r.number for r in different]
        lags = [(r.published - end).days for r in different]
        latest = [r.number for r in group if r in alive]
        latest = latest[-1] if latest else None
        settled = None
        if latest is not None:
            near = [abs(v - latest) <= within * abs(latest) for v in values]
            settled = next((i for i in range(len(near)) if all(near[i:])), None)
        spread = max(values) - min(values)
        out.append({
            "series": series, "kind": kind, "period_start": group[0].start, "period_end": end,
            "n_revisions": len(values) - 1, "first": values[0], "latest": latest,
            "min": min(values), "max": max(values), "median": median(values), "spread": spread,
            "rel_spread": spread / max(values) if max(values) > 0 else None,
            "min_lag": min(lags), "max_lag": max(lags),
            "lag_near_latest": None if settled is None else lags[settled],
        })  # fmt: skip
    return out


def deniers(reports, clock=None):
    """Who denies each live report: ``{id: "A; B"}``, in the order in which they did."""
    now = sorted(known(reports, clock), key=lambda r: r.order)
    withdrawn = {r.root for r in now if r.action == "retract" and not r.counts}
    denials = [r for r in now if r.action == "deny" and r not in withdrawn]
    return {
        report.id: "; ".join(dict.fromkeys(d.series[-1] for d in denials if denies(d, report)))
        for report in live(reports, clock)
    }


def denies(denial, report):
    """It marks what it refers to, and what later revises that to the same value."""
    about = denial.parent
    return is_or_revises(report, about) and (
        report is about
        or (
            report.value == about.value
            and (report.value is not None or report.bounds == about.bounds)
        )
    )
