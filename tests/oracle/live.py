"""Which reports are known, live, denied; what replaced what, and how that is called."""

from collections import namedtuple
from itertools import pairwise
from statistics import median

from oracle.record import DAY, grouped, instant


def known(reports, clock=None):
    """The reports published by a clock, in ledger order; None is no limit."""
    at = clock and reports and instant(clock, reports[0].tz)
    return [r for r in reports if clock is None or r.instant <= at]


def instants(reports, clock=None):
    """The moments of publication up to a clock."""
    return sorted({r.instant for r in known(reports, clock)})


def speakers(reports, clock=None):
    """The report that speaks for each chain; of a chain that is withdrawn, its last member."""
    now = sorted(known(reports, clock), key=lambda r: r.order)
    retracts = [r for r in now if r.action == "retract"]

    def withdrawn(r):
        return any(x.parent in r.lineage and x.order > r.order for x in retracts)

    said = [r for r in now if r.counts and r.action != "retract"]
    last = {r.root: r for r in said}
    speaking = {r.root: r for r in said if not withdrawn(r)}
    gone = [r for root, r in last.items() if root not in speaking]
    return sorted(speaking.values(), key=lambda r: r.position), gone


def replaced(report, among):
    """Whether a later chain that speaks with a number has the same series, kind and dates."""
    same = [r for r in among if (r.series, r.dates) == (report.series, report.dates)]
    return any(r.carries and r.standing > report.standing for r in same)


def live(reports, clock=None):
    """The live reports, in ledger order."""
    speaking, _ = speakers(reports, clock)
    return [r for r in speaking if not replaced(r, speaking)]


def deniers(reports, clock=None):
    """Who denies each live report: ``{id: "A; B"}``, in the order in which they did."""
    now = sorted(known(reports, clock), key=lambda r: r.order)
    withdrawn = [r.root for r in now if r.action == "retract"]
    denials = [r for r in now if r.action == "deny" and r not in withdrawn]
    return {
        r.id: "; ".join(dict.fromkeys(d.series[-1] for d in denials if marks(d, r)))
        for r in live(reports, clock)
    }


def marks(denial, r):
    """Whether a denial is of what a report says: what its chain said before it, or what another
    of the same dates says and is denied after it."""
    said = denial.parent
    same = said.value == r.value and (r.value is not None or said.span == r.span)
    if said.root is r.root:
        return same and said.order <= r.order
    return same and (said.series, said.dates) == (r.series, r.dates) and denial.order > r.order


# -- revisions ----------------------------------------------------------------------------------

#: `cause` is the report whose publication made the change. Explicit: who speaks for a chain
#: changes, and `new` is the cause. Implicit: a later chain replaces a live report, and `new`
#: speaks for that chain.
Revision = namedtuple("Revision", "old new change explicit cause")


def revisions(reports, clock=None):
    """The replacements, reports becoming public one by one."""
    now, out = sorted(known(reports, clock), key=lambda r: r.order), []
    for place, cause in enumerate(now):
        then, since = now[:place], now[: place + 1]
        chain = [r for r in then if r.root is cause.root and r.counts]
        spoke, speaks = (
            [r for r in speakers(told)[0] if r.root is cause.root] for told in (then, since)
        )
        gone = [r for r in live(then) if r not in live(since) and r.root is not cause.root]
        pairs = [(old, *speaks, False) for old in gone]
        pairs += [((spoke or chain)[-1], cause, True)] if chain and spoke != speaks else []
        out += [Revision(old, new, change(old, new, by), by, cause) for old, new, by in pairs]
    return out


def change(old, new, explicit):
    """How a change is called: the first of these."""
    lower = old.carries and new.carries and new.number < old.number
    same = (old.value, old.low, old.high) == (new.value, new.low, new.high)
    same &= (old.kind, old.start, old.end) == (new.kind, new.start, new.end)
    soon = abs(new.instant - old.instant) <= DAY
    calls = {
        "retracted": new.action == "retract",
        "reaffirmed": same and old.action != "retract",
        "updated": not (explicit or lower)
        and old.published <= old.end and new.published <= old.end + DAY,
        "relayed": lower and not explicit and new.via not in ("", old.via) and soon,
        "revised": True,
    }  # fmt: skip
    return next(name for name, so in calls.items() if so)


def overlap(one, other):
    """Whether two pairs of bounds overlap."""
    return max(one[0], other[0]) <= min(one[1], other[1])


def revision_rows(reports, clock=None):
    """The rows of `revisions` as dicts, the columns of the rules."""
    out = []
    for old, new, name, explicit, cause in revisions(reports, clock):
        then, now = (r.number if r.carries else None for r in (old, new))
        # Where the bounds of the two overlap and one is vague, what one is more is not known; nor
        # is a total compared with a count of a day.
        vague = any(r.span[0] < r.span[1] for r in (old, new)) and overlap(old.span, new.span)
        vague |= old.kind != new.kind
        out.append({
            "series": old.series, "kind": old.kind, "period_start": old.start,
            "period_end": old.end, "change": name, "old_id": old.id, "new_id": new.id,
            "old": then, "new": now, "delta": None if vague or None in (then, now) else now - then,
            "reported_at": cause.instant, "lag": (cause.published - old.end).days,
            "explicit": explicit, "reason": new.reason,
        })  # fmt: skip
    return out


def revision_summary(reports, clock=None, within=0.2):
    """A dict a series, kind and period that ever had a number; a `more`, an incident by itself."""
    alive, out = live(reports, clock), []
    told = [r for r in known(reports, clock) if r.carries and r.counts]
    told.sort(key=lambda r: (r.standing, r.order))
    groups = grouped(((r.series, r.dates), r) for r in told)
    for (series, _), group in groups.items():
        different = [group[0], *[b for a, b in pairwise(group) if a.number != b.number]]
        values, lags = zip(
            *[(r.number, (r.published - r.end).days) for r in different], strict=True
        )
        latest = next((r.number for r in reversed(group) if r in alive), None)
        far = [latest is None or abs(value - latest) > within * abs(latest) for value in values]
        near = [lag for i, lag in enumerate(lags) if not any(far[i:])]  # from then on
        spread = max(values) - min(values)
        out.append({
            "series": series, "kind": group[0].kind, "period_start": group[0].start,
            "period_end": group[0].end, "n_revisions": len(values) - 1, "first": values[0],
            "latest": latest, "min": min(values), "max": max(values), "median": median(values),
            "spread": spread, "rel_spread": spread / max(values) if max(values) > 0 else None,
            "min_lag": min(lags), "max_lag": max(lags),
            "lag_near_latest": near[0] if near else None,
        })  # fmt: skip
    return out
