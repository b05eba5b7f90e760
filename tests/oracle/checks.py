"""Section 8: what does not add up. `jump` is not fixed by the design and is not read here."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from statistics import median
from unicodedata import normalize

from oracle.headlines import headline
from oracle.parts import PARTS
from oracle.record import SERIES, stated
from oracle.replaced import _live, dates, early, judge, known, live, starts_anew
from oracle.revised import best, deniers, revisions
from oracle.running import conflicts, entries_of, mismatches, usable_by_series, worked
from oracle.sorting import STOCKS, sort_out

CODES = {
    "arithmetic": "contradiction",
    "falls": "contradiction",
    "parts": "contradiction",
    "bounds": "contradiction",
    "early": "contradiction",
    "clash": "doubt",
    "restart": "doubt",
    "repeated": "doubt",
    "alike": "doubt",
    "restated": "doubt",
    "overlap": "doubt",
    "disagree": "doubt",
    "flips": "doubt",
    "denied": "note",
    "silent": "note",
}
RANK = ("contradiction", "doubt", "note")


@dataclass
class Finding:
    """A finding. `ids` are the reports that it is about at least; a message may need others."""

    code: str
    severity: str
    series: tuple  # of `disagree` the thing: without a source; of `alike` and `restated` ()
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
            ids = [name for f in group for name in f.ids]
            group = [
                Finding(code, severity, series, largest.date, largest.found, None, ids, len(group))
            ]
        out += group
    return sorted(out, key=lambda f: RANK.index(f.severity))


def _place(finding):
    codes = list(CODES)
    return (codes.index(finding.code), finding.severity, finding.series, finding.date or date.min)


def findings(reports, clock=None):
    """Every finding by itself."""
    now = known(reports, clock)
    out = []
    for series, alive in usable_by_series(now).items():
        found = sort_out(alive, now)
        fallen = [] if series[3] in STOCKS else _falls(series, found, alive, now)
        out += fallen
        if series[3] not in STOCKS:
            out += _arithmetic(series, alive, now, {f.date for f in fallen})
        out += _overlaps(series, found)
        out += _restarts(series, alive)
        out += _repeated(series, found, now)
    out += _odd(live(now)) + _denied(now) + _clashes(now) + _alike(now) + _restated(now)
    rows = worked(now)
    out += _disagree(rows) + _parts(rows, live(now)) + _flips(now)
    return out


def _finding(code, series, day, found=None, expected=None, reports=(), severity=None):
    ids = list(dict.fromkeys(r.id for r in reports))
    return Finding(code, severity or CODES[code], series, day, found, expected, ids)


# -- one series ------------------------------------------------------------------------------------


def about(report):
    """The bounds of a report, `about` as a quarter more or less."""
    n = report.number
    if report.qualifier == "about" and report.low is None and report.high is None:
        return 0.75 * n.best, 1.25 * n.best
    return n.low, n.high


def _falls(series, found, alive, now):
    out, peak = [], None
    for t in sorted(found.totals, key=lambda t: (t.day, t.report.root.order)):
        low, high = about(t.report)
        cut = _lowered(t.report, now)
        lower = peak is not None and t.number.best < peak[0]
        if lower and not cut:
            sure = high is not None and high < peak[0]
            severity = "contradiction" if sure else "doubt"
            said = [peak[1], t.report]
            out.append(_finding("falls", series, t.day, t.number.best, None, said, severity))
        if lower or cut or peak is None or low > peak[0]:
            peak = (low, t.report)
    again = [r for r in alive if r.kind == "total" and r.start in found.restarts]
    for wide in sorted(again, key=lambda r: (r.end, r.root.order)):
        narrow = [
            r
            for r in again
            if r.start == wide.start
            and r.end < wide.end
            and r.root.order < wide.root.order
            and r.number.best > wide.number.best
        ]
        if narrow:
            most = max(narrow, key=lambda r: r.number.best)
            high = wide.number.high
            sure = high is not None and high < most.number.low
            severity = "contradiction" if sure else "doubt"
            said = [most, wide]
            out.append(_finding("falls", series, wide.end, wide.number.best, None, said, severity))
    return out


def _lowered(report, now):
    """Whether a revise lowered the number (an explicit cut): its chain once said more."""
    chain = [r for r in now if r.root is report.root and r.number is not None]
    return any(r.number.best > report.number.best for r in chain)


def _arithmetic(series, alive, now, fallen):
    entries, _ = entries_of(alive, now)
    out, blamed = [], set(fallen)
    for e, expected, reports in mismatches(entries):
        if e.day not in fallen:
            blamed.add(e.day)
            out.append(_finding("arithmetic", series, e.day, e.number.best, expected, reports))
    last = {}
    for row, right in conflicts(entries):
        if right is not None and right.day not in blamed:
            last[right.day] = row  # the nearest to the total
    for row in last.values():
        low, high = row.conflict
        out.append(_finding("arithmetic", series, row.day, low, max(high, 0)))
    return out


def _overlaps(series, found):
    return [_finding("overlap", series, r.end, best(r), None, [r]) for r, _ in found.left_out]


def _restarts(series, alive):
    totals = [r for r in alive if r.kind == "total"]
    _, restarts, slips = judge(totals)
    return [
        _finding("restart", series, t.end, best(t), None, [t])
        for t in totals
        if t.start in restarts | slips
    ]


def _repeated(series, found, now):
    out, groups = [], {}
    mores = [e.report for e in found.counted if e.kind == "more"]
    for m in mores:
        groups.setdefault((m.number, m.end), []).append(m)
    for (number, day), group in groups.items():
        relays = [m.via for m in group]
        if len(group) > 1 and (len(set(relays)) > 1 or "" in relays):
            out.append(_finding("repeated", series, day, number.best, None, group))
    for t in found.totals:
        before = t.report.parent if t.report.action == "revise" else None
        if before is None or before.number is None:
            continue
        for m in mores:
            if (
                before.instant < m.instant < t.report.instant
                and t.report.number.best - before.number.best == m.number.best > 0
            ):
                said = [before, m, t.report]
                out.append(_finding("repeated", series, t.day, m.number.best, None, said))
    return out


# -- single reports ------------------------------------------------------------------------------


def _odd(alive):
    out = []
    for r in alive:
        if r.number is None:
            out.append(_finding("silent", r.series, r.end, None, None, [r]))
            continue
        value = None if r.value is None else stated(r.value, r.qualifier)
        pairs = [(r.low, value), (value, r.high), (r.low, r.high)]
        if any(a is not None and b is not None and a > b for a, b in pairs):
            out.append(_finding("bounds", r.series, r.end, r.value, None, [r]))
        if early(r):
            out.append(_finding("early", r.series, r.end, best(r), None, [r]))
    return out


def _denied(now):
    said = deniers(now)
    return [
        _finding("denied", r.series, r.end, best(r), None, [r])
        for r in live(now)
        if r.number is not None and said[r.id]
    ]


def _clashes(now):
    anew = starts_anew(_live(now, set()))
    groups = {}
    chains = {}
    for r in sorted(now, key=lambda r: r.order):
        if r.counts:
            chains[r.root.id] = r
    for r in chains.values():
        timeless = (r.root.local.hour, r.root.local.minute) == (23, 59)
        if r.number is not None and dates(r, anew) and not timeless:
            groups.setdefault((r.series, dates(r, anew), r.standing), []).append(r)
    return [
        _finding("clash", series, group[0].end, best(group[-1]), best(group[0]), group)
        for (series, _, _), group in groups.items()
        if len({best(r) for r in group}) > 1
    ]


def _alike(now):
    out = []
    for place, _ in enumerate(SERIES):
        spellings = {}
        for r in now:
            name = r.series[place]
            same = normalize("NFKC", name).casefold()
            spellings.setdefault("".join(same.split()), set()).add(name)
        out += [_finding("alike", (), None) for names in spellings.values() if len(names) > 1]
    return out


def _restated(now):
    changed = {}
    for _, new, change, _ in revisions(now):
        if change != "reaffirmed":
            changed.setdefault(new.instant, []).append(new)
    usual = median(len(group) for group in changed.values()) if changed else 0
    return [
        _finding("restated", (), None, len(group), None, group)
        for group in changed.values()
        if len(group) >= 20 and len(group) >= 10 * usual
    ]


# -- several series ------------------------------------------------------------------------------


def _bounds(row):
    report = row.entry.report
    if row.basis == "stated" and report.qualifier == "about":
        low, high = about(report)
        return max(low, row.low), high
    return row.low, row.high


def _disagree(rows):
    days = {}
    for series, found in rows.items():
        for row in found:
            days.setdefault((series[:-1], row.day), []).append(row)
    out = []
    for (thing, day), claims in days.items():
        highs = [(high, row) for row in claims for high in [_bounds(row)[1]] if high is not None]
        low, lowest = max(((_bounds(row)[0], row) for row in claims), key=lambda pair: pair[0])
        if len(claims) > 1 and highs:
            high, highest = min(highs, key=lambda pair: pair[0])
            if low > high:
                out.append(_finding("disagree", thing, day, lowest.total, highest.total))
    return out


def _parts(rows, alive):
    """Wholes of one day, and of one period, against what they are made of."""
    out = []
    days = {}  # (event, outcome, definition), day -> place -> [(series, low, high, report)]
    for series, found in rows.items():
        for row in found:
            claim = (series, row.low, row.high, row.entry.report, row.basis == "stated")
            _claim(days, series, ("day", row.day), claim)
    for r in alive:
        if r.kind == "period" and r.number is not None and not early(r):
            claim = (r.series, r.number.low, r.number.high, r, True)
            _claim(days, r.series, ("period", r.start, r.end), claim)
    for (_, when), places in days.items():
        for place, claims in places.items():
            for series, _, high, report, is_stated in claims:
                least, made_of = _least(place, places)
                if not is_stated or high is None or least <= high:
                    continue
                later = any(r.standing > report.standing for r in made_of)
                severity = "doubt" if report.running and later else "contradiction"
                out.append(
                    _finding("parts", series, when[-1], best(report), least, [report], severity)
                )
    return out


def _claim(days, series, when, claim):
    key = ((series[0], series[3], series[4]), when)
    days.setdefault(key, {}).setdefault((series[1], series[2]), []).append(claim)


def _least(whole, places):
    """The most that the parts of a whole prove: the smallest low of each, disjoint ones added."""
    side, category = whole
    lows = {place: min(c[1] for c in claims) for place, claims in places.items()}
    inside = [
        (s, c)
        for s, c in places
        if (s, c) != whole and side in ("all", s) and category in ("all", c)
    ]
    sums = [(lows[place], [place]) for place in inside]
    sides = sorted({s for s, _ in inside if s != "all"})
    categories = sorted({c for _, c in inside if c in PARTS})

    def larger(own, cells):
        """A side's or a category's low: its own or that of its cells."""
        cells = [cell for cell in cells if cell in lows]
        total = sum(lows[cell] for cell in cells)
        if own in inside and lows[own] >= total:
            return lows[own], [own]
        return total, cells

    if side == "all" and category == "all":
        by_side = [larger((s, "all"), [(s, c) for c in PARTS]) for s in sides]
        by_category = [larger(("all", c), [(s, c) for s in sides]) for c in categories]
        disjoint = [by_side, by_category]
    elif category == "all":
        disjoint = [[larger(None, [(side, c)]) for c in categories]]
    elif side == "all":
        disjoint = [[larger(None, [(s, category)]) for s in sides]]
    else:
        disjoint = []
    sums += [(sum(low for low, _ in g), [p for _, places in g for p in places]) for g in disjoint]
    least, made_of = max(sums, key=lambda pair: pair[0], default=(0, []))
    return least, [c[3] for place in made_of for c in places[place]]


def _flips(now):
    """A number that went A, B, A, the way back being no explicit revision or retraction."""
    ordered = sorted(now, key=lambda r: r.order)
    explicit = {r.order for r in now if r.counts and r.action in ("revise", "retract")}
    went = {}  # what -> [(number, whether explicitly)]
    for place, r in enumerate(ordered):
        if r.series[3] in STOCKS or not r.counts:
            continue
        then = ordered[: place + 1]
        anew = starts_anew(_live(then, set()))
        for other in live(then):
            what = dates(other, anew)
            if other.series == r.series and what and other.number is not None:
                _went(went, (r.series, other.end, what), best(other), r.order in explicit)
    for at in sorted({r.instant for r in now}):
        told = {r.series for r in now if r.instant == at and r.order in explicit}
        for series, rows in worked(now, at).items():
            _, number = headline(rows)
            if number and series[3] not in STOCKS:
                _went(went, (series, "headline"), (number[0], number[1]), series in told)
    flips = set()
    for key, steps in went.items():
        for (a, _), (b, _), (c, by_revision) in zip(steps, steps[1:], steps[2:], strict=False):
            if a == c and not by_revision:
                if key[1] != "headline":
                    flips.add((key[0], key[1]))
                elif a[0] == b[0]:
                    flips.add((key[0], a[0]))
    return [_finding("flips", series, day) for series, day in sorted(flips)]


def _went(went, key, number, explicitly):
    steps = went.setdefault(key, [])
    if not steps or steps[-1][0] != number:
        steps.append((number, explicitly))
