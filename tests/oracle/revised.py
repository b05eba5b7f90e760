"""What replaced what, how that is called, who denies, and how a count's numbers moved."""

from itertools import pairwise
from statistics import median

from oracle.record import DAY
from oracle.replaced import _live, dates, known, live, starts_anew


def revisions(reports, clock=None):
    """Return ``[(old, new, change, explicit)]``, reports becoming public one by one."""
    now = sorted(known(reports, clock), key=lambda r: r.order)
    out = []
    for place, new in enumerate(now):
        if not new.counts:
            continue
        then, since = now[:place], now[: place + 1]
        chain = [r for r in then if r.root is new.root and r is not new]
        pairs = [(chain[-1], True)] if chain else []
        before = _live(then, starts_anew(_live(then, set())))
        anew = starts_anew(_live(since, set()))
        after = _live(since, anew)
        pairs += [
            (r, False)
            for r in before
            if r not in after
            and r.root is not new.root
            and new.number is not None
            and r.root.order < new.root.order
            and r.series == new.series
            and dates(r, anew) == dates(new, anew)
        ]
        for old, explicit in sorted(pairs, key=lambda pair: pair[0].order):
            out.append((old, new, change(old, new, explicit), explicit))
    return out


def change(old, new, explicit):
    if new.action == "retract":
        return "retracted"
    if old.number == new.number:
        return "reaffirmed"
    lower = old.number is not None and new.number.best < old.number.best
    on_time = old.local.date() <= old.end and new.local.date() <= old.end + DAY
    return "updated" if not explicit and not lower and on_time else "revised"


def best(report):
    return None if report.number is None else report.number.best


def revision_rows(reports, clock=None):
    """The rows of `revisions` as dicts, the columns of the design."""
    return [
        {
            "series": old.series,
            "kind": old.kind,
            "period_start": old.start,
            "period_end": old.end,
            "change": name,
            "old_id": old.id,
            "new_id": new.id,
            "old": best(old),
            "new": best(new),
            "delta": None if old.number is None or new.number is None else best(new) - best(old),
            "reported_at": new.instant,
            "lag": (new.local.date() - old.end).days,
            "explicit": explicit,
            "reason": new.reason,
        }
        for old, new, name, explicit in revisions(reports, clock)
    ]


def revision_summary(reports, clock=None, within=0.2):
    """A dict a series, kind and period that ever had a number; a `more` by itself."""
    groups = {}
    for r in known(reports, clock):
        if r.number is not None and r.counts:
            start = r.start if r.kind == "period" else None
            same = r.root.id if r.kind == "more" else None
            groups.setdefault((r.series, r.kind, start, r.end, same), []).append(r)
    alive = live(reports, clock)
    out = []
    for (series, kind, _, end, _), group in groups.items():
        group.sort(key=lambda r: (r.root.order, r.order))
        different = [group[0], *[b for a, b in pairwise(group) if best(a) != best(b)]]
        values = [best(r) for r in different]
        lags = [(r.local.date() - end).days for r in different]
        standing = [r for r in group if r in alive]
        latest = best(max(standing, key=lambda r: r.root.order)) if standing else None
        settled = None
        if latest is not None:
            near = [abs(v - latest) <= within * latest for v in values]
            settled = next((i for i in range(len(near)) if all(near[i:])), None)
        spread = max(values) - min(values)
        out.append(
            {
                "series": series,
                "kind": kind,
                "period_start": group[0].start,
                "period_end": end,
                "n_revisions": len(values) - 1,
                "first": values[0],
                "latest": latest,
                "min": min(values),
                "max": max(values),
                "median": median(values),
                "spread": spread,
                "rel_spread": spread / max(values) if max(values) else None,
                "min_lag": min(lags),
                "max_lag": max(lags),
                "lag_near_latest": None if settled is None else lags[settled],
            }
        )
    return out


def deniers(reports, clock=None):
    """Who denies each live report: ``{id: "A; B"}``, in the order in which they did."""
    now = sorted(known(reports, clock), key=lambda r: r.order)
    withdrawn = {r.root.id for r in now if r.action == "retract" and not r.counts}
    out = {}
    for report in live(reports, clock):
        said = []
        for denial in now:
            if denial.action != "deny" or denial.id in withdrawn:
                continue
            about = denial.parent
            again = (
                report.root is about.root
                and report.order > about.order
                and same_value(report, about)
            )
            if (report is about or again) and denial.source not in said:
                said.append(denial.source)
        out[report.id] = "; ".join(said)
    return out


def same_value(one, other):
    if one.value is None and other.value is None:
        return one.number == other.number
    return one.value == other.value
