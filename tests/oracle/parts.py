"""Several sources on one thing; the toll across parts."""

from collections import namedtuple
from math import inf

from oracle.live import known
from oracle.record import CEILINGS, SERIES, STOCKS, finite, grouped, moved
from oracle.rows import rests, works

WHOLE = ("all", "all")
PARTS = ("civilian", "military")
COUNTED = ("all", *PARTS)  # any other category is a detail

#: A number in force on a day: the last row of a series, carried without its high. `instant` is
#: what it speaks of, `about` the low and high of its own row, `about` as a quarter less or more.
Claim = namedtuple("Claim", "series covered instant total low high about reported_at adds")


def in_force(row, series, day, max_age=None):
    """The claim of a row on a day; None without a row, or where it is too old."""
    if row is None or (max_age is not None and (day - row.date).days > max_age):
        return None
    low, high, report, about = row.low, row.high, row.report, (row.low, row.high)
    if row.basis == "stated" and report.qualifier == "about" and report.span == (-inf, inf):
        about = max(low, 0.75 * row.total), min(1.25 * row.total, high)
    if row.date < day:
        low, high = 0 if series[3] in STOCKS else low, inf
    said = max(r.instant for r in ([report] if report else rests(row.path)))
    ceiling = row.basis == "stated" and report.qualifier in CEILINGS
    adds = low if ceiling else row.total  # at most so many is no number to add
    return Claim(series, row.date, row.instant, row.total, low, high, about, said, adds)


def contradict(low, high):
    """Whether no count that never falls allows the low of one claim and the high of another."""
    earlier = low.instant < high.instant and low.series[3] not in STOCKS
    return (earlier or low.instant == high.instant) and exceeds(low, high)


def exceeds(low, high):
    return low.series != high.series and low.about[0] > high.about[1]


def compare(reports, clock=None, max_age=None):
    """A dict a thing and day with two sources at least."""
    found, out = works(reports, clock), []
    days = {(series[:-1], row.date) for series, count in found.items() for row in count.rows}
    for thing, day in sorted(days):
        mine = [series for series in found if series[:-1] == thing]
        held = [in_force(found[s].upto(day), s, day, max_age) for s in mine]
        held = [claim for claim in held if claim]
        if len(held) < 2:
            continue
        low, high = min(held, key=lambda c: c.total), max(held, key=lambda c: c.total)
        pairs = [(a, b) for a in held for b in held]
        agree = not any(contradict(a, b) for a, b in pairs)
        if agree and any(exceeds(a, b) for a, b in pairs if b.covered < day):
            agree = None  # only because an old claim has lost its high
        out.append({
            "thing": thing, "date": day, "sources": len(held), "lowest": low.total,
            "lowest_source": low.series[-1], "highest": high.total, "agree": agree,
            "highest_source": high.series[-1], "spread": high.total - low.total,
            "ratio": high.total / low.total if low.total else None,
            "oldest": min(c.covered for c in held),
        })  # fmt: skip
    return out


# -- tally -----------------------------------------------------------------------------------------

EXTREMES = {
    "latest": lambda claim: (claim.covered, claim.reported_at),
    "lowest": lambda claim: -claim.total,
    "highest": lambda claim: claim.total,
}

#: `high` is that of the number itself, `most` the most that it can be, `adds` what it is in a sum.
Toll = namedtuple("Toll", "total low high most claims adds")


def tally(
    reports, clock=None, by=("event", "outcome"), choose=None, exhaustive=False, max_age=None
):
    """A dict a group and day. `choose` is None, a list of sources (Prefer), or one of "latest",
    "lowest", "highest". Raises ValueError where the rules say it raises."""
    found, out = works(reports, clock), []
    every = sorted({r.series for r in known(reports, clock) if r.counts})
    if isinstance(choose, list) and not {*choose} <= {r.series[-1] for r in reports}:
        raise ValueError("a policy names a source no group has")
    groups = grouped((tuple(s[SERIES.index(column)] for column in by), s) for s in every)
    for key, mine in sorted(groups.items()):
        places = grouped((("all" if "side" in by else s[1], s[2]), s) for s in mine)
        for day in sorted({row.date for s in mine if s in found for row in found[s].rows}):
            chosen = {}
            for place, several in places.items():
                several = [s for s in several if s in found]
                claims = [in_force(found[s].upto(day), s, day, max_age) for s in several]
                # A detail is named and never added, so nobody need choose.
                free = len(claims) < 2 or place[1] not in COUNTED
                claim = _choose([c for c in claims if c], choose, free)
                chosen |= {place: claim} if claim else {}
            latest = max((c.instant for c in chosen.values()), default=None)
            for place, c in chosen.items():  # no high of a number of an earlier instant
                chosen[place] = c if c.instant == latest else c._replace(high=inf)
            if any(c.covered == day for c in chosen.values()):
                counted = {p: {s[-1] for s in told if s in found} for p, told in places.items()}
                out.append({"by": key, "date": day} | _toll(chosen, counted, exhaustive))
    if out and all(row["total"] is None for row in out):
        raise ValueError("only details")
    return out


def _choose(claims, choose, free):
    """The claim of a place; `free`: without a policy, it can be but one."""
    if isinstance(choose, str):
        return max(claims, key=EXTREMES[choose], default=None)
    if choose is None and not free:
        raise ValueError("a claim counted by several series needs choose=")
    told = [[c for c in claims if c.series[-1] == name] for name in choose or []]
    told = claims[:1] if choose is None else next(filter(None, told), [])
    if len(told) > 1:
        raise ValueError("a chosen source gives a part by several definitions")
    return told[0] if told else None


def added(tolls):
    """The sum of disjoint parts; where one has no number (None), without a most."""
    tolls = list(tolls)
    told = [t for t in tolls if t]
    claims = [claim for t in told for claim in t.claims]
    if len({claim.series[-2] for claim in claims}) > 1:
        raise ValueError("different definitions would be added")
    adds = sum(moved(t.adds, t.low, t.high) for t in told) if told[1:] else told and told[0].adds
    total = adds if told[1:] else told and told[0].total
    most = inf if None in tolls else sum(t.most for t in told)
    return Toll(total, sum(t.low for t in told), inf, most, claims, adds) if told else None


def largest(*tolls):
    """The largest toll, of equal ones the first; its low is the best, its most the least that is
    not passed ("fewer than 36" is 35 at most)."""
    told = [t for t in tolls if t]
    best = max(told, key=lambda t: t.adds, default=None)
    low = max((t.low for t in told), default=0)
    most = [t.most for t in told if t.most >= max(min(best.total, best.high), low)]
    return best and best._replace(low=low, most=min(most, default=inf))


def _toll(chosen, counted, exhaustive):
    """The cells of a row: `chosen` is {place: claim}, `counted` {place: who has counted it}."""
    sides = sorted({s for s, _ in counted} - {"all"})

    def own(*place):
        claim = chosen.get(place)
        return claim and Toll(claim.total, claim.low, claim.high, claim.high, [claim], claim.adds)

    def cells(side, category):
        """Of a side or category, its cells; of a cell, itself."""
        return {(s, c) for s in (sides if side == "all" else [side])
                for c in (PARTS if category == "all" else [category])}  # fmt: skip

    known = {(s, c) for s, c in counted if c in COUNTED} - {WHOLE}
    missing = {place for place in known if not chosen.keys() & {place, *cells(*place)}}
    missing |= {(s, "all") for s in sides if s not in {side for side, _ in known}}
    whole = own(*WHOLE)
    by_side = [largest(own(s, "all"), added(own(s, c) for c in PARTS)) for s in sides]
    by_category = [largest(own("all", c), added(own(s, c) for s in sides)) for c in PARTS]
    sums = [toll for toll in (added(by_side), added(by_category)) if toll]
    if missing or not exhaustive:
        sums = [toll._replace(most=inf) for toll in sums]
    if whole and any(whole.claims[0].series[-1] not in counted.get(p, ()) for p in missing):
        whole = whole._replace(most=inf)
    toll, best = largest(whole, *sums), largest(*sums)
    best = best and best.total
    short = whole and sums and whole.total > best
    return {
        "total": toll and toll.total, "low": toll and toll.low,
        "high": toll and finite(toll.most), "stated": whole and whole.total, "added": best,
        "remainder": whole.total - best if short else None, "missing": sorted(missing),
        "details": sorted(p for p in chosen if p[1] not in COUNTED),
        "oldest": toll and min(claim.covered for claim in toll.claims),
    }  # fmt: skip
