"""Section 5: several sources on one thing; section 6: the toll across parts."""

from collections import namedtuple
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf

from oracle.live import known
from oracle.record import SERIES, STOCKS, finite, moved
from oracle.rows import works

WHOLE = ("all", "all")
PARTS = ("civilian", "military")


@dataclass(frozen=True)
class Claim:
    """A number in force on a day: the last row of a series, carried without its high."""

    series: tuple
    covered: date
    instant: datetime  # that it speaks of
    total: int
    low: int
    high: float
    about: tuple  # low and high of its own row, `about` as a quarter less or more
    reported_at: datetime

    @property
    def source(self):
        return self.series[-1]


def in_force(row, series, day, by_id, max_age=None):
    """The claim of a row on a day; None without a row, or where it is too old."""
    if row is None or (max_age is not None and (day - row.date).days > max_age):
        return None
    low, high, report = row.low, row.high, row.report
    about = (low, high)
    if row.basis == "stated" and report.qualifier == "about" and report.span == (-inf, inf):
        about = max(low, 0.75 * row.total), min(1.25 * row.total, high)
    if row.date < day:
        low, high = 0 if series[3] in STOCKS else low, inf
    said = max(by_id[name].instant for name in ([report.id] if report else row.path))
    return Claim(series, row.date, row.instant, row.total, low, high, about, said)


def contradict(low, high):
    """Whether no count that never falls allows the low of one claim and the high of another."""
    same = low.instant == high.instant
    in_time = same if low.series[3] in STOCKS else low.instant <= high.instant
    return in_time and exceeds(low, high)


def exceeds(low, high):
    return low.series != high.series and low.about[0] > high.about[1]


def compare(reports, clock=None, max_age=None):
    """A dict a thing and day with two sources at least."""
    found, by_id, out = works(reports, clock), {r.id: r for r in reports}, []
    things = {(series[:-1], row.date) for series, work in found.items() for row in work.rows}
    for thing, day in sorted(things):
        rows = {series: work.upto(day) for series, work in found.items() if series[:-1] == thing}
        held = [in_force(row, series, day, by_id, max_age) for series, row in rows.items()]
        held = [claim for claim in held if claim]
        if len(held) < 2:
            continue
        low, high = min(held, key=lambda c: c.total), max(held, key=lambda c: c.total)
        agree = not any(contradict(a, b) for a in held for b in held)
        if agree and any(exceeds(a, b) for a in held for b in held if b.covered < day):
            agree = None  # only because an old claim has lost its high
        out.append({
            "thing": thing, "date": day, "sources": len(held), "lowest": low.total,
            "lowest_source": low.source, "highest": high.total, "highest_source": high.source,
            "spread": high.total - low.total, "agree": agree,
            "ratio": high.total / low.total if low.total else None,
            "oldest": min(c.covered for c in held),
        })  # fmt: skip
    return out


# -- tally -----------------------------------------------------------------------------------------

#: `high` is that of the number itself, `most` the most that it can be.
Toll = namedtuple("Toll", "total low high most claims")


def tally(
    reports, clock=None, by=("event", "outcome"), choose=None, parts=PARTS, exhaustive=False,
    max_age=None,
):  # fmt: skip
    """A dict a group and day. `choose` is None, a list of sources (Prefer), a dict side -> sources,
    or one of "latest", "lowest", "highest". Raises ValueError where the design says it raises."""
    now, found, out = known(reports, clock), works(reports, clock), []
    by_id, groups = {r.id: r for r in now}, {}  # by -> place -> {series: work or None}
    sources = {r.series[-1] for r in now if r.counts}
    named = choose.values() if isinstance(choose, dict) else [choose]
    named = (
        set() if isinstance(choose, str | None) else {n for names in named for n in _list(names)}
    )
    if not named <= sources:
        raise ValueError("a policy names a source no group has")
    for series in sorted({r.series for r in now if r.counts}):
        cells = dict(zip(SERIES, series, strict=True))
        place = ("all" if "side" in by else cells["side"], cells["category"])
        group = groups.setdefault(tuple(cells[column] for column in by), {})
        group.setdefault(place, {})[series] = found.get(series)
    for key, places in sorted(groups.items()):
        works_of = [w for told in places.values() for w in told.values() if w]
        for day in sorted({row.date for w in works_of for row in w.rows}):
            chosen = {}
            for place, told in places.items():
                claims = [
                    in_force(w.upto(day), series, day, by_id, max_age)
                    for series, w in told.items() if w
                ]  # fmt: skip
                # A detail is named and never added, so nobody need choose.
                several = len(claims) > 1 and place[1] in ("all", *parts)
                chosen[place] = _choose(place, [c for c in claims if c], several, choose)
            chosen = {place: claim for place, claim in chosen.items() if claim}
            if any(claim.covered == day for claim in chosen.values()):
                row = _toll(_of_one_instant(chosen), places, parts, exhaustive)
                out.append({"by": key, "date": day} | row)
    if out and all(row["total"] is None for row in out):
        raise ValueError("only details")
    return out


def _list(names):
    return [names] if isinstance(names, str) else list(names)


def _choose(place, claims, several, choose):
    if choose is None or (isinstance(choose, dict) and place[0] not in choose):
        if several:
            raise ValueError("a claim counted by several series needs choose=")
        return claims[0] if claims else None
    extremes = {
        "latest": lambda c: (c.covered, c.reported_at),
        "lowest": lambda c: -c.total,
        "highest": lambda c: c.total,
    }
    if isinstance(choose, str):
        return max(claims, key=extremes[choose], default=None)
    for name in _list(choose[place[0]] if isinstance(choose, dict) else choose):
        found = [c for c in claims if c.source == name]
        if len(found) > 1:
            raise ValueError("a chosen source gives a part by several definitions")
        if found:
            return found[0]
    return None


def _of_one_instant(chosen):
    """No high counts of a number that speaks of an earlier instant than another."""
    latest = max(claim.instant for claim in chosen.values())
    return {
        place: claim if claim.instant == latest else replace(claim, high=inf)
        for place, claim in chosen.items()
    }


def added(tolls):
    """The sum of disjoint parts; where one has no number (None), without a most."""
    tolls = list(tolls)
    told = [t for t in tolls if t]
    if not told:
        return None
    claims = [claim for t in told for claim in t.claims]
    if len({claim.series[-2] for claim in claims}) > 1:
        raise ValueError("different definitions would be added")
    total = sum(moved(t.total, t.low, t.high) for t in told) if told[1:] else told[0].total
    all_of_them = sum(t.most for t in told) if None not in tolls else inf
    return Toll(total, sum(t.low for t in told), inf, all_of_them, claims)


def largest(*tolls):
    """The largest toll, of equal ones the first; its low is the best, its most the least that is
    not passed ("fewer than 36" is 35 at most)."""
    told = [t for t in tolls if t]
    if not told:
        return None
    best = max(told, key=lambda t: t.total)
    most = [t.most for t in told if t.most >= min(best.total, best.high)]
    return best._replace(low=max(t.low for t in told), most=min(most, default=inf))


def _toll(chosen, places, parts, exhaustive):
    """The cells of a row: `chosen` is {place: claim}, `places` {place: {series: its rows}}."""
    sides = sorted({s for s, _ in places} - {"all"})
    missing = _missing(chosen, places, sides, parts)

    def own(*place):
        claim = chosen.get(place)
        return claim and Toll(claim.total, claim.low, claim.high, claim.high, [claim])

    whole = own(*WHOLE)
    by_side = [largest(own(s, "all"), added(own(s, c) for c in parts)) for s in sides]
    by_category = [largest(own("all", c), added(own(s, c) for s in sides)) for c in parts]
    sums = [toll for toll in (added(by_side), added(by_category)) if toll]
    if missing or not exhaustive:
        sums = [toll._replace(most=inf) for toll in sums]
    for place in missing if whole else ():
        counted = [series[-1] for series, work in places.get(place, {}).items() if work]
        if whole.claims[0].source not in counted:
            whole = whole._replace(most=inf)
    toll = largest(whole, *sums)
    best = max((t.total for t in sums), default=None)
    short = whole and sums and whole.total > best
    return {
        "total": toll and toll.total, "low": toll and toll.low,
        "high": toll and finite(toll.most), "stated": whole and whole.total, "added": best,
        "remainder": whole.total - best if short else None, "missing": missing,
        "details": sorted(p for p in chosen if p[1] not in ("all", *parts)),
        "oldest": toll and min(claim.covered for claim in toll.claims),
    }  # fmt: skip


def _missing(chosen, places, sides, parts):
    """Places that some known report names and that have no number in force; not details."""

    def cells(s, c):
        within = [(s, part) for part in parts] if c == "all" else []
        return within + ([(side, c) for side in sides] if s == "all" else [])

    counted = [(s, c) for s, c in places if c in ("all", *parts)]
    out = {p for p in counted if p != WHOLE and not chosen.keys() & {p, *cells(*p)}}
    out |= {(s, "all") for s in sides if s not in [side for side, _ in counted]}  # only details
    return sorted(out)
