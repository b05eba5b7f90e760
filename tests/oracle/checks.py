"""Section 8: what does not add up; `jump`, `alike` and `quote` are not read here."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, time
from itertools import groupby
from statistics import median

from oracle.believed import smallest, smallest_set
from oracle.bounds import possible
from oracle.headlines import history
from oracle.live import dates, early, known, live, speakers
from oracle.parts import PARTS, contradict, in_force
from oracle.record import DAY, STOCKS, on_the_wall
from oracle.revised import deniers, overlap, revisions
from oracle.rows import Incidents, ids, works
from oracle.statements import moment

RANK = ("contradiction", "doubt", "note")
CODES = dict.fromkeys(("arithmetic", "falls", "parts", "bounds", "early"), RANK[0])
CODES |= dict.fromkeys(("clash", "relays", "restart", "repeated", "cumulative"), RANK[1])
CODES |= dict.fromkeys(("restated", "overlap", "disagree", "flips"), RANK[1])
CODES |= dict.fromkeys(("denied", "silent"), RANK[2])


@dataclass
class Finding:
    """A finding; `ids` are the reports that it is about."""

    code: str
    severity: str
    series: tuple  # of `disagree` the thing: without a source; of `restated` ()
    date: date | None
    found: int | None = None
    expected: int | None = None
    ids: list = field(default_factory=list)
    number: int = 1  # how many findings this one stands for


def check(reports, clock=None):
    """The findings, worst first; more than five doubts or notes of a kind in one."""
    out = []
    for (code, severity, series), group in groupby(
        sorted(findings(reports, clock), key=_place), key=lambda f: (f.code, f.severity, f.series)
    ):
        group = list(group)
        if len(group) > 5 and severity != "contradiction":
            largest = max(group, key=lambda f: f.found or 0)
            names = [name for f in group for name in f.ids]
            group = [
                Finding(
                    code, severity, series, largest.date, largest.found, None, names, len(group)
                )
            ]
        out += group
    return sorted(out, key=lambda f: RANK.index(f.severity))


def _place(finding):
    codes = list(CODES)
    return (codes.index(finding.code), finding.severity, finding.series, finding.date or date.min)


def findings(reports, clock=None):
    """Every finding by itself."""
    now, out = known(reports, clock), []
    found = works(now)
    for series, work in found.items():
        if not isinstance(work, Incidents):
            told = [_falls, _arithmetic, _restarts, _repeated_totals, _overlaps, _cumulative]
            out += [f for question in told for f in question(series, work, now)]
    out += _odd(live(now)) + _repeated(live(now)) + _denied(now) + _clashes(now) + _restated(now)
    out += _relays(now) + _disagree(found, now) + _parts(found, now) + _flips(now)
    out += _whole_among_parts(found, 1, 11) + _whole_among_parts(found, 2, 10)
    return out


def _finding(code, series, day, found=None, expected=None, names=(), severity=None):
    names = list(dict.fromkeys(n if isinstance(n, str) else n.id for n in names))
    return Finding(code, severity or CODES[code], series, day, found, expected, names)


# -- one series ------------------------------------------------------------------------------------


def _falls(series, work, now):
    """One finding a cut, and one a stale total, each with the highest above it."""
    out, belief = [], work.belief
    totals = [s for s in work.statements if s.kind == "total" and s not in belief.stale]
    cuts = [(cut, top) for cut, top in belief.cuts if top and not _lowered(cut.report, now)]
    for s in belief.stale:
        above = [e for e in totals if e.at < s.at and e.standing > s.standing and e.low > s.high]
        cuts.append((s, max(above, key=lambda e: e.low)))
    for lower, top in cuts:
        r, high = lower.report, lower.high
        if high is None and r.qualifier == "about":
            high = 1.25 * r.number  # as in `disagree`
        sure = high is not None and high < top.low
        severity = "note" if r.reason else "contradiction" if sure else "doubt"
        pair = [top.report, r]
        out.append(_finding("falls", series, r.end, r.number, top.number, pair, severity))
    return out


def _lowered(report, now):
    """Whether a revision lowered the number (an explicit cut): its chain once said more."""
    chain = [r for r in now if r.root is report.root and r.carries and r.order < report.order]
    return any(r.number > report.number for r in chain)


def _arithmetic(series, work, now):
    """Counts that cannot be true; totals that the counts since the last one do not add up to."""
    out = []
    for s, then in work.belief.refused:
        names = ids([*smallest_set(s, then), s])
        out.append(_finding("arithmetic", series, s.report.end, s.report.number, None, names))
    if work.numbers.stock:
        return out
    for p, total in work.numbers.anchors.items():
        stood = [q for q in work.points if q < p and work.numbers.anchored(q) is not None]
        if total.kind == "total" and stood and work.segment(stood[-1]) == work.segment(p):
            told = {*_joining(work, stood[-1], p), *work.numbers.anchored(stood[-1])[1]}
            inside, edges = work.belief.graphs[work.segment(p)]
            own = [e for e in edges if e[3] is total]
            edges = [e for e in edges if e[3] is None or e[3] in told]
            edges += [(s.at, s.start, -s.high, s) for s in told if _adds_at_most(s)]
            if not possible(inside, edges + own):
                names = ids([*smallest(inside, edges, own), total])
                number = total.report.number
                out.append(_finding("arithmetic", series, total.report.end, number, None, names))
    return out


def _adds_at_most(statement):
    return getattr(statement, "kind", "") == "more" and statement.high is not None


def _joining(work, begin, last):
    """The believed counts that join on from one point to another without a gap."""
    counts = [s for s in work.numbers.counts if s.start is not None and s.linked]
    counts = [s for s in counts if begin <= s.start and s.at <= last]
    ahead, back = {begin}, {last}
    for _ in counts:
        ahead |= {s.at for s in counts if s.start in ahead}
        back |= {s.start for s in counts if s.at in back}
    return [s for s in counts if s.start in ahead and s.at in back]


def _restarts(series, work, now):
    """One finding a start that is a restart or a slip (section 4.3)."""
    origin, starts = work.origin and work.origin[1].start, {}
    for s in work.statements:
        if s.report.kind == "total" and s.report.start not in (None, origin):
            starts.setdefault(s.report.start, []).append(s.report)
    out = []
    for totals in starts.values():
        first = min(totals, key=lambda r: r.end)
        out.append(_finding("restart", series, first.end, first.number, None, totals))
    return out


def _overlaps(series, work, now):
    """Counts that add nothing: another sum says more by then, or a cut lies between."""
    out, numbers = [], work.numbers
    paths = {name for row in work.rows() for name in row.number_path}
    for s in numbers.counts:
        made, path = numbers.floors[s.at][0]
        own = s.adds if s.kind == "more" else numbers.floors[s.start][1][0] + s.adds
        if own < made and s.report.id not in paths:
            names = [s.report.id, *ids(path)]
            out.append(_finding("overlap", series, s.report.end, s.report.number, None, names))
    for s in work.belief.left_out:
        last = max((cut for cut, _ in work.belief.cuts if cut.at <= s.at), key=lambda cut: cut.at)
        pair = [s.report, last.report]
        out.append(_finding("overlap", series, s.report.end, s.report.number, None, pair))
    return out


def _cumulative(series, work, now):
    """Period counts of eight or more successive stretches that never fall."""
    counts = [s.report for s in work.statements if s.report.kind == "period"]

    def after(r):
        return [n for n in counts if n.start == r.end + DAY and n.number >= r.number]

    def run(r):
        return [r, *max((run(n) for n in after(r)), key=len, default=[])]

    runs = [run(r) for r in counts if not any(r in after(b) for b in counts)]
    return [
        _finding("cumulative", series, r[-1].end, r[-1].number, r[0].number, r)
        for r in runs
        if len(r) >= 8
    ]


# -- single reports ------------------------------------------------------------------------------


def _odd(alive):
    out = []
    for r in alive:
        if not r.carries:
            out.append(_finding("silent", r.series, r.end, None, None, [r]))
            continue
        given = [r.low, _meant(r), r.high]
        given = [x for x in given if x is not None]
        if given != sorted(given):
            out.append(_finding("bounds", r.series, r.end, r.value, None, [r]))
        if early(r):
            out.append(_finding("early", r.series, r.end, r.number, None, [r]))
    return out


def _meant(report):
    """The nearest number that the words allow: more than 5 is 6 at least."""
    off = {"more_than": 1, "less_than": -1}.get(report.qualifier, 0)
    return None if report.value is None else report.value + off


def _denied(now):
    denied = deniers(now)
    return [
        _finding("denied", r.series, r.end, r.number, None, [r])
        for r in live(now)
        if r.carries and denied[r.id]
    ]


def _repeated(alive):
    """The same `more` twice."""
    groups = {}
    for r in alive:
        if r.kind == "more" and r.carries and not early(r):
            groups.setdefault((r.series, r.end, r.number, r.bounds), []).append(r)
    return [
        _finding("repeated", series, day, number, None, group)
        for (series, day, number, _), group in groups.items()
        if len(group) > 1
    ]


def _repeated_totals(series, work, now):
    """A total revised by as much as a `more` in between said."""
    out, alive = [], live(now)
    mores = [s.report for s in work.statements if s.report.kind == "more" and s.report.number > 0]
    for old, new, _, explicit, _ in revisions(now):
        if not (explicit and new in alive and new.kind == "total" and new.series == series):
            continue
        for m in mores:
            between = old.instant < m.instant < new.instant
            if between and old.carries and new.carries and new.number - old.number == m.number:
                trio = [old, m, new]
                out.append(_finding("repeated", series, new.end, m.number, None, trio))
    return out


def _clashes(now):
    """Two different numbers for the same dates at the same instant; a bare date is none, but
    where both have an id or a page of their own."""
    groups = {}
    for r in speakers(now)[0]:
        if r.carries and dates(r):
            groups.setdefault((r.series, dates(r), r.root.instant), []).append(r)
    out = []
    for (series, _, at), group in groups.items():
        if on_the_wall(at, group[0].tz).time() == time(23, 59, 59):
            group = [r for r in group if r.root.row.get("report_id") or r.root.row.get("url")]
        apart = [
            r
            for r in group
            if any(o.number != r.number and not overlap(o.bounds, r.bounds) for o in group)
        ]
        if apart:
            pair = apart[-1].number, apart[0].number
            out.append(_finding("clash", series, apart[0].end, *pair, apart))
    return out


def _relays(now):
    """A lower number came through another relay."""
    return [
        _finding("relays", new.series, new.end, new.number, old.number, [old, new])
        for old, new, change, _, _ in revisions(now)
        if change == "relayed"
    ]


def _restated(now):
    """At one instant very many figures were changed or withdrawn, or every one of a side."""
    changed = {}
    for old, _, change, _, cause in revisions(now):
        if change != "reaffirmed" and old.carries:
            changed.setdefault(cause.instant, []).append(old)
    usual = median(len(group) for group in changed.values()) if changed else 0
    out = []
    for at, group in changed.items():
        stood = [r for r in live([r for r in now if r.instant < at]) if r.carries]
        sides = {r.series[1] for r in group}
        every = any(all(r in group for r in stood if r.series[1] == side) for side in sides)
        if (len(group) >= 20 or every) and len(group) >= 10 * usual:
            out.append(_finding("restated", (), None, len(group), None, group))
    return out


# -- several series ------------------------------------------------------------------------------


def _disagree(found, now):
    """Sources of one thing and day that no count which never falls allows both."""
    days, by_id = {}, {r.id: r for r in now}
    for series, work in found.items():
        for row in work.rows():
            claim = in_force([row], series, row.date, by_id)
            days.setdefault((series[:-1], row.date), []).append(claim)
    out = []
    for (thing, day), claims in days.items():
        pairs = [(a, b) for a in claims for b in claims if contradict(a, b)]
        if pairs:
            a, b = max(pairs, key=lambda pair: pair[0].about[0] - pair[1].about[1])
            names = [r for c in (a, b) for r in c.names]
            out.append(_finding("disagree", thing, day, a.total, b.total, names))
    return out


def _parts(found, now):
    """Wholes of one day, and of one period, against what they are made of."""
    days = {}  # (event, outcome, definition), days -> place -> [(low, high, instant, names)]
    for series, work in found.items():
        for row in work.rows():
            high = row.high if row.basis == "stated" else None
            claim = (row.low, high, row.instant, row.number_path, row.total)
            _claim(days, series, (row.date,), claim)
    for r in live(now):
        if r.kind == "period" and r.carries and not early(r):
            low, high = r.bounds
            claim = (max(low or 0, 0), high, moment(r), [r.id], r.number)
            _claim(days, r.series, (r.start, r.end), claim)
    out = []
    for (thing, when), places in days.items():
        for place, claims in places.items():
            for series, (_, high, at, names, number) in claims:
                least, made_of = _least(place, _by_then(places, at, thing[1] in STOCKS))
                if high is not None and least > high:
                    names = [*names, *made_of]
                    out.append(_finding("parts", series, when[-1], number, least, names))
    return out


def _whole_among_parts(found, place, tenths):
    """Parts that are, on most days, as much as two others together, or up to some tenths of it."""
    days, asked, last = {}, Counter(), {}
    for series, work in found.items():
        for row in work.rows() if series[place] != "all" else ():
            if row.basis == "stated" and row.total > 0:
                key = (*series[:place], *series[place + 1 :], row.date)
                days.setdefault(key, {})[series] = row
    for (*_, day), rows in sorted(days.items(), key=lambda pair: pair[0][-1]):
        for series, row in rows.items() if len(rows) > 2 else ():
            others = sum(other.total for other in rows.values()) - row.total
            asked[series] += 1
            if others <= row.total and 10 * row.total <= tenths * others:
                last.setdefault(series, []).append((day, row.total, others, rows.values()))
    return [
        _finding("parts", series, day, total, others, [r.report_id for r in rows], "doubt")
        for series, hits in last.items() if 2 * len(hits) > asked[series]
        for day, total, others, rows in hits[-1:]
    ]  # fmt: skip


def _claim(days, series, when, claim):
    key = ((series[0], series[3], series[4]), when)
    days.setdefault(key, {}).setdefault((series[1], series[2]), []).append((series, claim))


def _by_then(places, at, stock):
    """Of each place the claim with the smallest low, of the instant or an earlier one."""
    out = {}
    for place, claims in places.items():
        said = [claim for _, claim in claims if claim[2] == at or (claim[2] < at and not stock)]
        if said:
            out[place] = min(said, key=lambda claim: claim[0])
    return out


def _least(whole, lows):
    """The most that the parts of a whole prove, disjoint ones added, and their reports."""
    side, category = whole

    def best(*sums):
        sums = [s for s in sums if s is not None]
        return max(sums, key=lambda s: s[0], default=None)

    def own(s, c):
        return (lows[s, c][0], lows[s, c][3]) if (s, c) in lows and (s, c) != whole else None

    def added(sums):
        sums = [s for s in sums if s is not None]
        return (sum(low for low, _ in sums), [n for _, names in sums for n in names])

    sides = {s for s, _ in lows if s != "all"} if side == "all" else {side}
    inside = [own(s, c) for s, c in lows if side in ("all", s) and category in ("all", c)]
    sums = [*inside]
    if side == "all" and category in ("all", *PARTS):
        parts = PARTS if category == "all" else ()
        sums.append(added(best(own(s, category), added(own(s, c) for c in parts)) for s in sides))
    if category == "all":
        over = sides if side == "all" else ()
        sums.append(added(best(own(side, c), added(own(s, c) for s in over)) for c in PARTS))
    return best(*sums) or (0, [])


def _flips(now):
    """A number that went A, B, A, the way back being no explicit revision or retraction."""
    ordered = sorted(now, key=lambda r: r.order)
    explicit = [r for r in now if r.counts and r.action in ("revise", "retract")]
    went = {}  # (series, day, what) -> [(number, whether explicitly)]
    for place, r in enumerate(ordered):
        for other in live(ordered[: place + 1]) if r.counts else ():
            if other.series == r.series and dates(other) and other.carries:
                key = (r.series, other.end, dates(other))
                _went(went, key, other.number, r in explicit)
    for series, steps in history(now).items():
        told = {r.instant for r in explicit if r.series == series}
        for s in steps:
            if s.day is not None:
                _went(went, (series, None, "headline"), (s.day, s.total), s.instant in told)
    flips = set()
    for (series, day, _), steps in went.items():
        for (a, _), (b, _), (c, by_revision) in zip(steps, steps[1:], steps[2:], strict=False):
            same_day = day is not None or a[0] == b[0]
            if a == c and same_day and not by_revision and series[3] not in STOCKS:
                flips.add((series, day or a[0]))
    return [_finding("flips", series, day) for series, day in sorted(flips)]


def _went(went, key, number, explicitly):
    steps = went.setdefault(key, [])
    if not steps or steps[-1][0] != number:
        steps.append((number, explicitly))
