"""Section 4, rules 1 to 4: what is counted, in which order, and where the gaps are."""

from dataclasses import dataclass, field
from datetime import date

from oracle.record import DAY, Number, Report
from oracle.replaced import judge

STOCKS = ("missing", "captured", "detained", "displaced", "hospitalised")


@dataclass(eq=False)
class Entry:
    """One step of the running total of a series."""

    kind: str  # period, more, total, origin or floor
    start: date
    day: date
    number: Number
    report: Report | None = None
    open: bool = False  # "so far": no high in a sum
    shorter: "Entry | None" = None  # of steps: the next shorter one
    gap: bool = False  # before it, floors included
    gap_without_floors: bool = False

    @property
    def anchor(self):
        return self.kind in ("total", "origin", "floor")


@dataclass
class Sorted:
    """What rules 1 to 3 make of the live reports of one series."""

    origin: date | None  # the day at whose end the count is 0
    restarts: set
    slips: set
    totals: list = field(default_factory=list)  # entries
    counted: list = field(default_factory=list)  # entries that are no anchors
    left_out: list = field(default_factory=list)  # (report, why)
    floors: list = field(default_factory=list)  # period counts left out that prove a floor


def sort_out(alive, now):
    """Sort live, usable reports of one series; `now` are all reports known, to tell repetitions."""
    first, restarts, slips = judge([r for r in alive if r.kind == "total"])
    origin = first - DAY if first else None
    found = Sorted(origin, restarts, slips)
    totals = [r for r in alive if r.kind == "total" and r.start not in restarts]
    periods = [r for r in alive if r.kind == "period"]
    periods += [r for r in alive if r.kind == "total" and r.start in restarts]
    mores = [r for r in alive if r.kind == "more"]
    anchors = {r.end for r in totals} | ({origin} if origin else set())

    def straddles(p):
        return any(p.start <= day < p.end for day in anchors)

    def later_mores(p):
        """The earlier `more`s of later days, with no anchor from the count's last day to theirs."""
        return [
            m
            for m in mores
            if m.standing < p.standing
            and p.end < m.end
            and not any(p.end <= day <= m.end for day in anchors)
        ]

    def so_far(p):
        return any(t.running and t.end == p.end and t.standing < p.standing for t in totals)

    for t in totals:  # a total that speaks of its day so far is raised by later counts of the day
        high = None if t.start in slips else t.number.high
        raising = [p for p in periods if p.end == t.end and t.running and t.standing < p.standing]
        if raising and high is not None:
            tops = [p.number.high for p in raising]
            high = None if None in tops else high + max(tops)
        found.totals.append(
            Entry("total", t.end, t.end, Number(t.number.best, t.number.low, high), t)
        )

    more_left_out = {}
    for m in mores:
        if origin and m.end <= origin:
            more_left_out[m] = "origin"
        elif any(
            m.standing < p.standing
            and p.start <= m.end <= p.end
            and not straddles(p)
            and not later_mores(p)
            for p in periods
        ):
            more_left_out[m] = "counted in a period"
        elif any(
            m.standing < t.standing and t.end < m.end and not repeats(t, m, now) for t in totals
        ):
            more_left_out[m] = "counted in a total"
    found.left_out += more_left_out.items()

    kept, uncounted = [], {}
    for p in sorted(periods, key=lambda p: (p.start, -p.end.toordinal(), p.root.order)):
        wider = [k for k in kept if k.start == p.start]
        if so_far(p):
            uncounted[p] = "so far"
        elif origin and p.end <= origin:
            uncounted[p] = "origin"
        elif straddles(p):
            uncounted[p] = "straddles"
        elif later_mores(p):
            uncounted[p] = "before a more"
        elif wider and any(
            k.number.high is not None and p.number.low > k.number.high for k in wider
        ):
            uncounted[p] = "more than the wider"
        elif wider and wider[-1].end == p.end:  # a period and a restart: the later speaks
            uncounted[p] = "overlaps"
        elif kept and not wider and p.start <= max(k.end for k in kept):
            uncounted[p] = "overlaps"
        else:
            kept.append(p)
    found.left_out += uncounted.items()

    steps = {}
    for p in sorted(kept, key=lambda p: p.end):
        entry = Entry("period", p.start, p.end, p.number, p)
        entry.open = p.running and p.kind == "period"  # a restart keeps its high
        entry.shorter = steps.get(p.start)
        steps[p.start] = entry
        found.counted.append(entry)
    for m in mores:
        if m not in more_left_out:
            found.counted.append(Entry("more", m.end, m.end, m.number, m, m.running))

    for p, why in uncounted.items():
        counting = [m for m in mores if m not in more_left_out]
        unsure = any(
            m.standing < p.standing
            and p.end < m.end
            and not any(p.end <= t.end <= m.end for t in totals)
            for m in counting
        )
        outgrown = p.kind == "total" and any(
            w.kind == "total"
            and w.start == p.start
            and w.end > p.end
            and w.root.order > p.root.order
            and w.number.best < p.number.best
            for w in periods
        )
        if why not in ("so far", "origin") and not unsure and not outgrown:
            found.floors.append(p)
    return found


def repeats(total, more, now):
    """Whether a total only says again (`reaffirmed`) what one from before the `more` said."""
    chains = {}
    for r in sorted(now, key=lambda r: r.order):
        if r.counts and r.series == total.series and r.order < total.root.order:
            chains[r.root.id] = r  # its last member then
    said = [
        r
        for r in chains.values()
        if r.number is not None
        and r.kind == "total"
        and r.end == total.end
        and r.root is not total.root
    ]
    if not said:
        return False
    before = max(said, key=lambda r: r.root.order)
    if before.number != total.number:
        return False
    return before.standing < more.standing or repeats(before, more, now)


def in_order(found, floors=()):
    """Rule 3, with the gaps of rule 4."""
    entries = [*found.counted, *found.totals, *floors]
    if found.origin:
        entries.append(Entry("origin", found.origin, found.origin, Number(0, 0, 0)))

    def place(e):
        if e.kind == "period":
            return (e.day, 0)
        if e.kind == "origin":
            return (e.day, 2)
        if e.kind == "floor":
            return (e.day, 3)
        return (e.day, 1, e.report.standing, e.kind == "total", e.report.root.position)

    entries.sort(key=place)
    open_days = {t.day for t in found.totals if t.report.running}
    for i, e in enumerate(entries):
        e.gap = _gap(e, entries[:i], open_days)
        e.gap_without_floors = _gap(e, [x for x in entries[:i] if x.kind != "floor"], open_days)
    return entries


def _gap(entry, before, open_days):
    if not before:
        return True
    previous = before[-1].day
    if entry.kind == "period":
        return entry.start > previous + DAY or entry.start - DAY in open_days
    if entry.kind == "more":
        return entry.day > previous + DAY
    return entry.day > previous
