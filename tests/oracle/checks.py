"""What does not add up; `jump`, `alike` and `quote` are not read here."""

from collections import Counter, namedtuple
from datetime import time
from itertools import groupby
from math import inf
from statistics import median

from oracle.headlines import history
from oracle.live import deniers, known, live, overlap, revisions, speakers
from oracle.parts import COUNTED, PARTS, contradict, in_force
from oracle.record import DAY, STOCKS, grouped, on_the_wall
from oracle.rows import longest, rests, works

CODES = dict.fromkeys(("arithmetic", "falls", "parts", "bounds", "early"), "contradiction")
CODES |= dict.fromkeys(("clash", "relays", "restart", "repeated", "cumulative"), "doubt")
CODES |= dict.fromkeys(("restated", "overlap", "disagree", "flips"), "doubt")
CODES |= dict.fromkeys(("denied", "silent"), "note")

#: `series` is of `disagree` the thing, without a source; `number` is how many findings it is.
Finding = namedtuple("Finding", "code severity series date found number", defaults=[1])

#: A row of the totals, or a period count: `days` are its last one and, of a period, its first.
Said = namedtuple("Said", "series days at low high number stated")


def finding(code, series, day, found=0, severity=None):
    return Finding(code, severity or CODES[code], series, day, found)


def about(code, r, severity=None):
    """A finding about one report."""
    return finding(code, r.series, r.end, r.number or 0, severity)


def check(reports, clock=None):
    """The findings, worst first; more than five doubts or notes of a kind in one."""
    now, out, told = known(reports, clock), [], []
    found = works(now)
    said = _said(found, now)
    for question in (_falls, _arithmetic, _restarts, _raised, _overlaps, _cumulative):
        out += [f for count in found.values() for f in question(count, now)]
    out += [*_reports(now), *_clashes(now), *_restated(now), *_flips(now)]
    out += [*_disagree(found), *_parts(said)]
    out += [*_whole_among_parts(said, 1, 11), *_whole_among_parts(said, 2, 10)]
    out.sort(key=lambda f: (f.severity, f.series, str(f.date)))
    for same in grouped((f[:3], f) for f in out).values():
        if len(same) > 5 and same[0].severity != "contradiction":
            same = [max(same, key=lambda f: f.found)._replace(number=len(same))]
        told += same
    return told


# -- one series ------------------------------------------------------------------------------------


def _falls(count, now):
    """A cut, or a stale total."""
    for s in [*count.cuts, *count.stale]:
        r, chain = s.report, [x for x in now if x.root is s.report.root and x.carries]
        high = 1.25 * r.number if s.high == inf and r.qualifier == "about" else s.high
        sure = s in count.stale or high < count.cuts[s]
        lowered = any(x.number > r.number and x.order < r.order for x in chain)  # an explicit cut
        if s.kind == "total" and (s in count.stale or not lowered):
            yield about("falls", r, "note" if r.reason else "contradiction" if sure else "doubt")


def _arithmetic(count, now):
    """Counts that cannot be true; totals that the counts since the last one do not add up to."""
    fewer = [s for s in count.statements if s.kind == "fewer"]
    taken = [s for s in fewer if s.said.high + s.report.span[1] < 0]  # more than there were
    yield from (about("arithmetic", s.report) for s in [*count.refused, *taken])
    for p, total in count.anchors.items():
        stood = [q for q in count.points if q < p and count.anchored(q)]
        if count.stock or total.kind != "total" or not stood or count.apart(stood[-1], p):
            continue
        told = {*_joining(count, stood[-1], p), *count.anchored(stood[-1])[1]}
        edges = [e for e in count.edges if e[3] is None or e[3] in told]
        edges += [(s.at, s.start, -s.high, s) for s in told if s in count.counts]
        if longest(edges + count.said_by(total)) is None:
            yield about("arithmetic", total.report)


def _joining(count, begin, last):
    """The believed counts that join on from one point to another without a gap."""
    counts = [s for s in count.counts if s.start and s.linked and begin <= s.start and s.at <= last]
    ahead, back = {begin}, {last}
    for _ in counts:
        ahead |= {s.at for s in counts if s.start in ahead}
        back |= {s.start for s in counts if s.at in back}
    return [s for s in counts if s.start in ahead and s.at in back]


def _restarts(count, now):
    """A start that is a restart or a slip (rule 3)."""
    for start, what in count.starts.items():
        told = [r for r in count.alive if r.kind == "total" and r.start == start]
        if what != "origin":
            yield about("restart", min(told, key=lambda r: r.end))


def _raised(count, now):
    """A total revised by as much as a `more` in between said."""
    totals = [r.root for r in count.alive if r.kind == "total"]
    for old, new, _, explicit, _ in revisions(now):
        if explicit and new.root in totals and old.carries and new.carries:
            rise, then, since = new.number - old.number, old.instant, new.instant
            for r in (r for r in count.alive if r.kind == "more" and then < r.instant <= since):
                if r.number == rise != 0:
                    yield finding("repeated", r.series, new.end, rise)


def _overlaps(count, now):
    """Counts that add nothing: another sum says more by then, or a cut lies between."""
    told = {r for row in count.rows for r in rests(row.path)}
    idle = [s for s in count.counts if s.after(count.stands)[0] < count.made[s.at][0]]
    idle = [s for s in idle if s.report not in told]
    return [about("overlap", s.report) for s in [*idle, *count.left_out]]


def _cumulative(count, now):
    """Period counts of eight or more successive stretches that never fall."""
    counts = [r for r in count.alive if r.kind == "period"]

    def after(r):
        return [n for n in counts if n.start == r.end + DAY and n.number >= r.number]

    def run(r):
        return [r, *max((run(n) for n in after(r)), key=len, default=[])]

    runs = [run(r) for r in counts if not any(r in after(b) for b in counts)]
    return [about("cumulative", told[-1]) for told in runs if len(told) >= 8]


# -- reports ---------------------------------------------------------------------------------------


def _reports(now):
    """Silences, bounds that contradict, early days, denials, relays, the same `more` twice."""
    denied, alive = deniers(now), live(now)
    told = [r for r in alive if r.carries]
    mores = [(r.series, r.end, r.number, r.span) for r in told if r.kind == "more" and r.enters]
    return [
        *[about("silent", r) for r in alive if not r.carries],
        *[about("bounds", r) for r in told if r.given != sorted(r.given)],
        *[about("early", r) for r in told if r.early],
        *[about("denied", r) for r in told if denied[r.id]],
        *[
            about("relays", r.new)
            for r in revisions(now)
            if r.change == "relayed" and not r.new.reason
        ],
        *[finding("repeated", *more[:3]) for more, n in Counter(mores).items() if n > 1],
    ]


def _clashes(now):
    """Two different numbers for the same dates at the same instant; a bare date is none, but
    where both have an id or a page of their own."""

    def placed(r):
        named = r.root.cells["report_id"] or r.root.cells.get("url")
        return named or on_the_wall(r.root.instant, r.tz).time() != time(23, 59, 59)

    told = [r for r in speakers(now)[0] if r.carries and placed(r)]
    for group in grouped(((r.series, r.dates, r.root.instant), r) for r in told).values():
        pairs = [(a, b) for a in group for b in group if a.number != b.number]
        apart = [a for a, b in pairs if not overlap(a.span, b.span)]
        yield from (about("clash", r) for r in apart[-1:])


def _restated(now):
    """At one instant very many figures were changed or withdrawn, or every one of a side."""
    made = [r for r in revisions(now) if r.change != "reaffirmed" and r.old.carries]
    changed = grouped((r.cause.instant, r.old) for r in made)
    for at, group in changed.items():
        stood = live([r for r in now if r.instant < at])
        sides = grouped((r.series[1], r) for r in stood if r.carries)
        every = any({*side} <= {*group} for side in sides.values())
        usual = median(len(others) for others in changed.values())
        if (len(group) >= 20 or every) and len(group) >= 10 * usual:
            yield finding("restated", (), None, len(group))


def _flips(now):
    """A number that went A, B, A, the way back being no explicit revision or retraction."""
    ordered, went = sorted((r for r in now if r.counts), key=lambda r: r.order), []
    explicit = [r for r in ordered if r.action in ("revise", "retract")]
    for place, cause in enumerate(ordered):
        told = [r for r in live(ordered[: place + 1]) if r.series == cause.series and r.carries]
        went += [((r.series, r.dates), (r.end, r.number, cause in explicit, r.span)) for r in told]
    for series, steps in history(now).items():
        told = {r.instant for r in explicit if r.series == series}
        for s in (s for s in steps if s.day is not None):
            step = (s.day, s.total, s.instant in told, (s.low, s.high))
            went.append(((series, "headline"), step))
    flips = set()
    for (series, _), steps in grouped(went).items():
        steps = [next(same) for _, same in groupby(steps, key=lambda step: step[:2])]
        for a, b, c in zip(steps, steps[1:], steps[2:], strict=False):
            same = a[:2] == c[:2] and a[0] == b[0] and a[3] == c[3]
            if same and not c[2] and series[3] not in STOCKS:
                flips.add((series, a[0]))
    return [finding("flips", *flip) for flip in flips]


# -- several series ------------------------------------------------------------------------------


def _disagree(found):
    """Sources of one thing and day that no count which never falls allows both."""
    claims = [in_force(row, s, row.date) for s, count in found.items() for row in count.rows]
    for (thing, day), told in grouped(((c.series[:-1], c.covered), c) for c in claims).items():
        pairs = [(a, b) for a in told for b in told if contradict(a, b)]
        pairs.sort(key=lambda pair: pair[1].about[1] - pair[0].about[0])
        yield from (finding("disagree", thing, day, a.total) for a, _ in pairs[:1])


def _said(found, now):
    """What the rows of totals and the live period counts say."""
    rows = [
        Said(s, (row.date,), row.instant, row.low, row.high, row.total, row.basis == "stated")
        for s, count in found.items()
        for row in count.rows
    ]
    return rows + [
        Said(r.series, (r.end, r.start), r.moment, max(r.span[0], 0), r.span[1], r.number, True)
        for r in live(now)
        if r.kind == "period" and r.enters
    ]


def _parts(said):
    """Wholes of one day, and of one period, against what they are made of."""
    for whole in (s for s in said if s.stated):
        event, side, category, outcome, definition, _ = whole.series
        lows = grouped(
            (s.series[1:3], s.low)
            for s in said
            if (s.days, s.series[0], s.series[3:5]) == (whole.days, event, (outcome, definition))
            and (s.at == whole.at or (s.at < whole.at and outcome not in STOCKS))
            and s.series[1:3] != (side, category)
        )
        lows = {place: min(several) for place, several in lows.items()}
        within = [n for (s, c), n in lows.items() if side in ("all", s) and category in ("all", c)]
        if max([_least(side, category, lows), *within]) > whole.high:
            yield finding("parts", whole.series, whole.days[0], whole.number)


def _least(side, category, lows):
    """The most that a place, its sides or its categories prove; details are not added."""
    sides = {s for s, _ in lows} - {"all"} if side == "all" and category in COUNTED else ()
    by_side = sum(_least(s, category, lows) for s in sides)
    by_category = sum(_least(side, c, lows) for c in (PARTS if category == "all" else ()))
    return max(lows.get((side, category), 0), by_side, by_category)


def _whole_among_parts(said, place, tenths):
    """Parts that are, on most days, as much as two others together, or up to some tenths of it."""
    parts = [p for p in said if p.stated and p.number > 0 and p.series[place] != "all"]
    days = grouped(((p.days, p.series[:place], p.series[place + 1 :]), p) for p in parts)
    days = [several for _, several in sorted(days.items()) if len(several) > 2]
    told = grouped(((p.series, len(p.days)), (p, several)) for several in days for p in several)
    for asked in told.values():
        wholes = []
        for part, several in asked:
            others = sum(p.number for p in several) - part.number
            if others <= part.number and 10 * part.number <= tenths * others:
                wholes.append(part)
        if 2 * len(wholes) > len(asked):
            last = wholes[-1]
            yield finding("parts", last.series, last.days[0], last.number, "doubt")
