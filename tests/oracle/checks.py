"""Section 8: what does not add up; `jump`, `alike` and `quote` are not read here."""

from collections import Counter, namedtuple
from datetime import date, time
from itertools import groupby, pairwise
from math import inf
from statistics import median

from oracle.headlines import history
from oracle.live import deniers, known, live, overlap, revisions, speakers
from oracle.parts import PARTS, contradict, in_force
from oracle.record import DAY, STOCKS, on_the_wall
from oracle.rows import Incidents, longest, said_by, works
from oracle.statements import moment

RANK = ("contradiction", "doubt", "note")
CODES = dict.fromkeys(("arithmetic", "falls", "parts", "bounds", "early"), RANK[0])
CODES |= dict.fromkeys(("clash", "relays", "restart", "repeated", "cumulative"), RANK[1])
CODES |= dict.fromkeys(("restated", "overlap", "disagree", "flips"), RANK[1])
CODES |= dict.fromkeys(("denied", "silent"), RANK[2])

#: `series` is of `disagree` the thing, without a source; `number` is how many findings it is.
Finding = namedtuple("Finding", "code severity series date found number", defaults=[1])


def finding(code, series, day, found=None, severity=None):
    return Finding(code, severity or CODES[code], series, day, found)


def about(code, r, severity=None):
    """A finding about one report."""
    return finding(code, r.series, r.end, r.number, severity)


def check(reports, clock=None):
    """The findings, worst first; more than five doubts or notes of a kind in one."""
    now, out = known(reports, clock), []
    found = works(now)
    for work in found.values():
        if not isinstance(work, Incidents):
            for question in (_falls, _arithmetic, _restarts, _raised, _overlaps, _cumulative):
                out += question(work, now)
    for question in (_odd, _clashes, _relays, _restated, _flips):
        out += question(now)
    out += _disagree(found, now) + _parts(found, now)
    out += _whole_among_parts(found, 1, 11) + _whole_among_parts(found, 2, 10)
    codes, told = list(CODES), []
    out.sort(key=lambda f: (codes.index(f.code), f.severity, f.series, f.date or date.min))
    for (_, severity, _), group in groupby(out, key=lambda f: f[:3]):
        group = list(group)
        if len(group) > 5 and severity != "contradiction":
            group = [max(group, key=lambda f: f.found or 0)._replace(number=len(group))]
        told += group
    return sorted(told, key=lambda f: RANK.index(f.severity))


# -- one series ------------------------------------------------------------------------------------


def _falls(work, now):
    """One finding a cut, and one a stale total, each with the highest above it."""
    out = [about("falls", s.report, "note" if s.report.reason else None) for s in work.stale]
    for cut, top in work.cuts.items():
        r, high = cut.report, cut.high
        lowered = any(  # an explicit cut: its chain once said more
            x.carries and x.root is r.root and x.order < r.order and x.number > r.number
            for x in now
        )
        if high == inf and r.qualifier == "about":
            high = 1.25 * r.number  # as in `disagree`
        if cut.kind == "total" and not lowered:
            severity = "note" if r.reason else "contradiction" if high < top else "doubt"
            out.append(about("falls", r, severity))
    return out


def _arithmetic(work, now):
    """Counts that cannot be true; totals that the counts since the last one do not add up to."""
    out = [about("arithmetic", s.report) for s in work.refused]
    for p, total in work.anchors.items():
        stood = [q for q in work.points if q < p and work.anchored(q)]
        if work.stock or total.kind != "total" or not stood or work.apart(stood[-1], p):
            continue
        told = {*_joining(work, stood[-1], p), *work.anchored(stood[-1])[1]}
        edges = [e for e in work.edges if e[3] is None or e[3] in told]
        edges += [(s.at, s.start, -s.high, s) for s in told if s in work.counts]
        if longest(edges + said_by(total)) is None:
            out.append(about("arithmetic", total.report))
    return out


def _joining(work, begin, last):
    """The believed counts that join on from one point to another without a gap."""
    counts = [s for s in work.counts if s.start and s.linked and begin <= s.start and s.at <= last]
    ahead, back = {begin}, {last}
    for _ in counts:
        ahead |= {s.at for s in counts if s.start in ahead}
        back |= {s.start for s in counts if s.at in back}
    return [s for s in counts if s.start in ahead and s.at in back]


def _restarts(work, now):
    """One finding a start that is a restart or a slip (section 4.3)."""
    origin = work.origin and work.origin[1].start
    totals = [s.report for s in work.statements if s.report.kind == "total"]
    starts = {r.start for r in totals} - {None, origin}
    firsts = [min((r for r in totals if r.start == s), key=lambda r: r.end) for s in starts]
    return [about("restart", first) for first in firsts]


def _raised(work, now):
    """A total revised by as much as a `more` in between said."""
    mores = [s.report for s in work.statements if s.report.kind == "more" and s.report.number > 0]
    alive = {s.report for s in work.statements}
    return [
        finding("repeated", new.series, new.end, more.number)
        for old, new, _, explicit, _ in revisions(now)
        if explicit and new in alive and new.kind == "total" and old.carries
        for more in mores
        if old.instant < more.instant < new.instant and new.number - old.number == more.number
    ]


def _overlaps(work, now):
    """Counts that add nothing: another sum says more by then, or a cut lies between."""
    told = {name for row in work.rows for name in row.path}
    idle = [s for s in work.counts if s.after(work.stands)[0] < work.made[s.at][0]]
    idle = [s for s in idle if s.report.id not in told]
    return [about("overlap", s.report) for s in idle + work.left_out]


def _cumulative(work, now):
    """Period counts of eight or more successive stretches that never fall."""
    counts = [s.report for s in work.statements if s.report.kind == "period"]

    def after(r):
        return [n for n in counts if n.start == r.end + DAY and n.number >= r.number]

    def run(r):
        return [r, *max((run(n) for n in after(r)), key=len, default=[])]

    runs = [run(r) for r in counts if not any(r in after(b) for b in counts)]
    return [about("cumulative", r[-1]) for r in runs if len(r) >= 8]


# -- reports ---------------------------------------------------------------------------------------


def _odd(now):
    """Silences, bounds that contradict, days not begun, denials, the same `more` twice."""
    denied, alive = deniers(now), live(now)
    told = [r for r in alive if r.carries]
    mores = [(r.series, r.end, r.number, r.span) for r in told if r.kind == "more" and not r.early]
    return [
        *[finding("silent", r.series, r.end) for r in alive if not r.carries],
        *[about("bounds", r) for r in told if r.given != sorted(r.given)],
        *[about("early", r) for r in told if r.early],
        *[about("denied", r) for r in told if denied[r.id]],
        *[finding("repeated", *more[:3]) for more, n in Counter(mores).items() if n > 1],
    ]


def _clashes(now):
    """Two different numbers for the same dates at the same instant; a bare date is none, but
    where both have an id or a page of their own."""
    groups = {}
    for r in speakers(now)[0]:
        bare = on_the_wall(r.root.instant, r.tz).time() == time(23, 59, 59)
        named = r.root.row.get("report_id") or r.root.row.get("url")
        if r.carries and r.dates and (named or not bare):
            groups.setdefault((r.series, r.dates, r.root.instant), []).append(r)
    apart = [
        [
            r
            for r in group
            if not all(overlap(o.span, r.span) or o.number == r.number for o in group)
        ]
        for group in groups.values()
    ]
    return [
        finding("clash", told[0].series, told[0].end, told[-1].number) for told in apart if told
    ]


def _relays(now):
    """A lower number came through another relay."""
    return [about("relays", r.new) for r in revisions(now) if r.change == "relayed"]


def _restated(now):
    """At one instant very many figures were changed or withdrawn, or every one of a side."""
    changed = {}
    for r in revisions(now):
        if r.change != "reaffirmed" and r.old.carries:
            changed.setdefault(r.cause.instant, []).append(r.old)
    usual, out = median([len(group) for group in changed.values()] or [0]), []
    for at, group in changed.items():
        stood = [r for r in live([r for r in now if r.instant < at]) if r.carries]
        sides = {r.series[1] for r in group}
        every = any(all(r in group for r in stood if r.series[1] == side) for side in sides)
        if (len(group) >= 20 or every) and len(group) >= 10 * usual:
            out.append(finding("restated", (), None, len(group)))
    return out


def _flips(now):
    """A number that went A, B, A, the way back being no explicit revision or retraction."""
    ordered = sorted(now, key=lambda r: r.order)
    explicit = [r for r in now if r.counts and r.action in ("revise", "retract")]
    went = {}  # (series, day, what) -> [(number, whether explicitly)]
    for place, r in enumerate(ordered):
        for other in live(ordered[: place + 1]) if r.counts else ():
            if other.series == r.series and other.dates and other.carries:
                key = (r.series, other.end, other.dates)
                went.setdefault(key, []).append((other.number, r in explicit))
    for series, steps in history(now).items():
        told = {r.instant for r in explicit if r.series == series}
        for s in steps:
            if s.day is not None:
                step = ((s.day, s.total), s.instant in told)
                went.setdefault((series, None, "headline"), []).append(step)
    flips = set()
    for (series, day, _), steps in went.items():
        steps = [steps[0], *[b for a, b in pairwise(steps) if a[0] != b[0]]]
        for (a, _), (b, _), (c, by_revision) in zip(steps, steps[1:], steps[2:], strict=False):
            same_day = day is not None or a[0] == b[0]
            if a == c and same_day and not by_revision and series[3] not in STOCKS:
                flips.add((series, day or a[0]))
    return [finding("flips", series, day) for series, day in flips]


# -- several series ------------------------------------------------------------------------------


def _disagree(found, now):
    """Sources of one thing and day that no count which never falls allows both."""
    days, by_id, out = {}, {r.id: r for r in now}, []
    for series, work in found.items():
        for row in work.rows:
            claim = in_force(row, series, row.date, by_id)
            days.setdefault((series[:-1], row.date), []).append(claim)
    for (thing, day), claims in days.items():
        pairs = [(a, b) for a in claims for b in claims if contradict(a, b)]
        if pairs:
            a, _ = max(pairs, key=lambda pair: pair[0].about[0] - pair[1].about[1])
            out.append(finding("disagree", thing, day, a.total))
    return out


def _parts(found, now):
    """Wholes of one day, and of one period, against what they are made of."""
    said = [  # (series, days, instant, low, high, number)
        (series, (row.date,), row.instant, row.low, row.high if row.basis == "stated" else inf,
         row.total)
        for series, work in found.items() for row in work.rows
    ] + [
        (r.series, (r.start, r.end), moment(r), max(r.span[0], 0), r.span[1], r.number)
        for r in live(now) if r.kind == "period" and r.carries and not r.early
    ]  # fmt: skip
    out = []
    for series, days, at, _, high, number in said:
        lows = {}
        for other, when, then, low, *_ in said:
            place, same = other[1:3], (other[0], other[3:5]) == (series[0], series[3:5])
            by_then = then == at or (then < at and series[3] not in STOCKS)
            if same and when == days and by_then and place != series[1:3]:
                lows[place] = min(low, lows.get(place, inf))
        if _least(series[1:3], lows) > high:
            out.append(finding("parts", series, days[-1], number))
    return out


def _least(whole, lows):
    """The most that the parts of a whole prove, disjoint ones added."""
    side, category = whole
    sides = {s for s, _ in lows} - {"all"} if side == "all" else {side}

    def low(*place):
        return lows.get(place, 0)

    sums = [n for (s, c), n in lows.items() if side in ("all", s) and category in ("all", c)]
    if side == "all" and category in ("all", *PARTS):
        cells = PARTS if category == "all" else ()
        sums.append(sum(max(low(s, category), sum(low(s, c) for c in cells)) for s in sides))
    if category == "all":
        over = sides if side == "all" else ()
        sums.append(sum(max(low(side, c), sum(low(s, c) for s in over)) for c in PARTS))
    return max(sums, default=0)


def _whole_among_parts(found, place, tenths):
    """Parts that are, on most days, as much as two others together, or up to some tenths of it."""
    days, asked, last = {}, Counter(), {}
    for series, work in found.items():
        for row in work.rows if series[place] != "all" else ():
            if row.basis == "stated" and row.total > 0:
                key = (row.date, *series[:place], *series[place + 1 :])
                days.setdefault(key, {})[series] = row.total
    for (day, *_), totals in sorted(days.items()):
        for series, total in totals.items() if len(totals) > 2 else ():
            others = sum(totals.values()) - total
            asked[series] += 1
            if others <= total and 10 * total <= tenths * others:
                last.setdefault(series, []).append((day, total))
    return [
        finding("parts", series, *hits[-1], "doubt")
        for series, hits in last.items()
        if 2 * len(hits) > asked[series]
    ]
