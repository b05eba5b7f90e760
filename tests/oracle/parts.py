"""Section 5: several sources on one thing; section 6: the toll across parts."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from oracle.live import known
from oracle.numbers import moved
from oracle.record import SERIES, STOCKS
from oracle.rows import totals

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
    high: int | None
    about: tuple  # low and high of its own row, `about` as a quarter less or more
    reported_at: datetime
    names: list  # of the reports that its number rests on

    @property
    def source(self):
        return self.series[-1]

    @property
    def definition(self):
        return self.series[-2]


def in_force(rows, series, day, by_id, max_age=None):
    upto = [row for row in rows if row.date <= day]
    if not upto or (max_age is not None and (day - upto[-1].date).days > max_age):
        return None
    row = upto[-1]
    low, high = row.low, row.high
    report, about = by_id.get(row.report_id), (low, high)
    if row.basis == "stated" and report.qualifier == "about" and report.low is report.high is None:
        quarter = 1.25 * row.total
        about = max(low, 0.75 * row.total), quarter if high is None else min(quarter, high)
    if row.date < day:
        low, high = 0 if series[3] in STOCKS else low, None
    rests = [row.report_id] if row.report_id else row.number_path
    said = max(by_id[name].instant for name in rests)
    return Claim(series, row.date, row.instant, row.total, low, high, about, said, rests)


def contradict(low, high):
    """Whether no count that never falls allows the low of one claim and the high of another."""
    same = low.instant == high.instant
    in_time = same if low.series[3] in STOCKS else low.instant <= high.instant
    return in_time and exceeds(low, high)


def exceeds(low, high):
    other = low.series != high.series
    return other and high.about[1] is not None and low.about[0] > high.about[1]


def compare(reports, clock=None, max_age=None):
    """A dict a thing and day with two sources at least."""
    things, out = {}, []
    by_id = {r.id: r for r in reports}
    for series, rows in totals(reports, clock).items():
        things.setdefault(series[:-1], {})[series] = rows
    for thing, claims in sorted(things.items()):
        for day in sorted({row.date for rows in claims.values() for row in rows}):
            held = [in_force(claims[s], s, day, by_id, max_age) for s in sorted(claims)]
            held = [claim for claim in held if claim]
            if len(held) < 2:
                continue
            low, high = min(held, key=lambda c: c.total), max(held, key=lambda c: c.total)
            old = [c for c in held if c.covered < day]
            agree = not any(contradict(a, b) for a in held for b in held)
            if agree and any(exceeds(a, b) for a in held for b in old):
                agree = None  # only because an old claim has lost its high
            out.append({
                "thing": thing, "date": day, "sources": len(held),
                "lowest": low.total, "lowest_source": low.source,
                "highest": high.total, "highest_source": high.source,
                "spread": high.total - low.total,
                "ratio": high.total / low.total if low.total else None,
                "agree": agree, "oldest": min(c.covered for c in held),
            })  # fmt: skip
    return out


# -- tally -----------------------------------------------------------------------------------------


def tally(
    reports,
    clock=None,
    by=("event", "outcome"),
    choose=None,
    parts=PARTS,
    exhaustive=False,
    max_age=None,
):
    """A dict a group and day. `choose` is None, a list of sources (Prefer), a dict side -> sources,
    or one of "latest", "lowest", "highest". Raises ValueError where the design says it raises."""
    now, rows = known(reports, clock), totals(reports, clock)
    by_id = {r.id: r for r in now}
    if choose is not None and not isinstance(choose, str):
        named = (
            choose if isinstance(choose, list) else [n for v in choose.values() for n in _list(v)]
        )
        if not set(named) <= {r.series[-1] for r in now if r.counts}:
            raise ValueError("a policy names a source no group has")
    groups = {}  # by -> place -> {series}
    for r in now:
        if r.counts:
            place = (r.series[1], r.series[2])
            groups.setdefault(_key(r.series, by), {}).setdefault(place, set()).add(r.series)
    out = []
    for key, places in sorted(groups.items()):
        if "side" in by:
            places = {("all", category): s for (_, category), s in places.items()}
        out += _group(key, places, rows, by_id, choose, parts, exhaustive, max_age, by)
    if out and all(row["total"] is None for row in out):
        raise ValueError("only details")
    return out


def _list(names):
    return [names] if isinstance(names, str) else list(names)


def _key(series, by):
    return tuple(series[SERIES.index(column)] for column in by)


def _group(key, places, rows, by_id, choose, parts, exhaustive, max_age, by):
    days = sorted({r.date for found in places.values() for s in found for r in rows.get(s, [])})
    # A source counts a place if it has a number there, not only a silence.
    sources_of = {p: {s[-1] for s in found if s in rows} for p, found in places.items()}
    out = []
    for day in days:
        chosen = {}
        for place, found in places.items():
            claims = [in_force(rows[s], s, day, by_id, max_age) for s in sorted(found) if s in rows]
            # A detail is named and never added, so nobody need choose.
            several = len([s for s in found if s in rows]) > 1
            several &= place[1] in ("all", *parts)
            claim = _choose(place, [c for c in claims if c], several, choose)
            if claim:
                chosen[place] = claim
        if not any(claim.covered == day for claim in chosen.values()):
            continue  # rows stand on days with a number of their own
        latest = max(claim.instant for claim in chosen.values())
        for place, claim in chosen.items():  # no high of a number of an earlier instant
            if claim.instant < latest:
                chosen[place] = replace(claim, high=None)
        row, mixed = _toll(chosen, places, sources_of, parts, exhaustive)
        if mixed and "definition" not in by:
            raise ValueError("different definitions would be added")
        out.append({"by": key, "date": day} | row)
    return out


def _choose(place, claims, several, choose):
    if choose is None or (isinstance(choose, dict) and place[0] not in choose):
        if several:
            raise ValueError("a claim counted by several series needs choose=")
        return claims[0] if claims else None
    if choose == "latest":
        return max(claims, key=lambda c: (c.covered, c.reported_at), default=None)
    if choose == "lowest":
        return min(claims, key=lambda c: c.total, default=None)
    if choose == "highest":
        return max(claims, key=lambda c: c.total, default=None)
    for name in _list(choose[place[0]] if isinstance(choose, dict) else choose):
        found = [c for c in claims if c.source == name]
        if len(found) > 1:
            raise ValueError("a chosen source gives a part by several definitions")
        if found:
            return found[0]
    return None


@dataclass
class Toll:
    """A toll, the claims it is made of, and the most it can be."""

    total: int
    low: int
    high: int | None
    claims: list


def _sum(tolls):
    """The sum of disjoint parts; without a high."""
    if not tolls:
        return None
    claims = [claim for toll in tolls for claim in toll.claims]
    total = sum(moved(t.total, t.low, t.high) for t in tolls) if tolls[1:] else tolls[0].total
    return Toll(total, sum(t.low for t in tolls), None, claims)


def _of(claim):
    return Toll(claim.total, claim.low, claim.high, [claim]) if claim else None


def _larger(*tolls):
    """The largest toll, of equal ones the first named; its low is the best of all lows."""
    tolls = [t for t in tolls if t is not None]
    if not tolls:
        return None
    best = max(tolls, key=lambda t: t.total)  # the first of equals
    return Toll(best.total, max(t.low for t in tolls), best.high, best.claims)


def _toll(chosen, places, sources_of, parts, exhaustive):
    sides = sorted({s for s, _ in places if s != "all"})
    cells = {p: _of(chosen[p]) for p in chosen if p[0] != "all" and p[1] in parts}

    def together(side, category, pairs):
        own, found = chosen.get((side, category)), [cells[pair] for pair in pairs if pair in cells]
        mixed.append({claim.definition for toll in found for claim in toll.claims})
        return _larger(_of(own), _sum(found))

    mixed = []  # the definitions of what is added
    by_side = {s: together(s, "all", [(s, c) for c in parts]) for s in sides}
    by_category = {c: together("all", c, [(s, c) for s in sides]) for c in parts}
    side_tolls = {s: toll for s, toll in by_side.items() if toll}
    category_tolls = {c: toll for c, toll in by_category.items() if toll}
    whole = chosen.get(WHOLE)
    by_sides, by_categories = _sum([*side_tolls.values()]), _sum([*category_tolls.values()])
    toll = _larger(_of(whole), by_sides, by_categories)
    mixed += [{c.definition for c in t.claims} for t in (by_sides, by_categories) if t]
    mixed = any(len(definitions) > 1 for definitions in mixed)
    missing = _missing(chosen, places, sides, parts)
    details = sorted(p for p in chosen if p[1] != "all" and p[1] not in parts)
    row = {"total": None, "low": None, "high": None, "stated": whole.total if whole else None}
    row |= {
        "added": None,
        "remainder": None,
        "missing": missing,
        "details": details,
        "oldest": None,
    }
    if toll is None:
        return row, False
    row |= {"total": toll.total, "low": toll.low}
    sums = [t.total for t in (by_sides, by_categories) if t]
    row["added"] = max(sums) if sums else None
    if whole and sums and whole.total > row["added"]:
        row["remainder"] = whole.total - row["added"]
    row["oldest"] = min(claim.covered for claim in toll.claims)
    highs = []
    if whole and all(whole.source in sources_of.get(place, ()) for place in missing):
        highs.append(whole.high)
    if exhaustive and not missing:
        highs.append(_high_of([_side_high(s, chosen, side_tolls, parts) for s in sides]))
        highs.append(_high_of([_category_high(c, chosen, category_tolls, sides) for c in parts]))
    highs = [high for high in highs if high is not None and high >= _passed(toll)]
    row["high"] = min(highs) if highs else None
    return row, mixed


def _passed(toll):
    """The number that no high may be below: "fewer than 36" is 35 at most."""
    return toll.total if toll.high is None else min(toll.total, toll.high)


def _high_of(highs):
    return sum(highs) if highs and None not in highs else None


def _side_high(s, chosen, tolls, parts):
    return _part_high(chosen.get((s, "all")), [chosen.get((s, c)) for c in parts], tolls.get(s))


def _category_high(c, chosen, tolls, sides):
    return _part_high(chosen.get(("all", c)), [chosen.get((s, c)) for s in sides], tolls.get(c))


def _part_high(own, cells, toll):
    """The most a side or category can be: its own high, or the highs of all of its cells."""
    highs = [own.high if own else None]
    highs.append(_high_of([cell.high if cell else None for cell in cells]))
    highs = [high for high in highs if toll and high is not None and high >= _passed(toll)]
    return min(highs) if highs else None


def _missing(chosen, places, sides, parts):
    """Places that some known report names and that have no number in force; not details."""
    out = set()
    for s, c in places:
        if (s, c) == WHOLE or (c not in parts and c != "all") or (s, c) in chosen:
            continue
        cells = []
        if c == "all":
            cells = [(s, part) for part in parts]
        elif s == "all":
            cells = [(other, c) for other in sides]
        if not any(cell in chosen for cell in cells):
            out.add((s, c))
    for s in sides:  # a side with only details
        if all(place[1] not in parts and place[1] != "all" for place in places if place[0] == s):
            out.add((s, "all"))
    return sorted(out)
