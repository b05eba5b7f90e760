"""A slow, literal reading of sections 2 to 4 of the design, for property tests.

It works on one table of reports as plain Python dicts, one clock at a time, and shares no code
with the library.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

SERIES = ("event", "side", "category", "outcome", "definition", "source")
DAY = timedelta(days=1)


@dataclass
class Report:
    position: int
    id: str
    series: tuple
    kind: str
    action: str
    refers_to: str
    when: object
    start: object
    end: object
    value: int | None
    low: int | None
    high: int | None
    qualifier: str
    parent: "Report | None" = None
    best: int | None = None
    lo: int = 0
    hi: int | None = None
    chain: list = field(default_factory=list)

    @property
    def order(self):
        return (self.when, self.position)

    def root(self):
        return self.parent.root() if self.parent and self.action in ("revise", "retract") else self


def read(frame):
    """Turn a completed table of reports into linked reports with bounds."""
    reports = []
    for position, row in enumerate(frame.to_dict("records")):

        def some(value):
            return (
                None if value is None or value != value or str(value) in ("<NA>", "NaT") else value
            )

        report = Report(
            position=position,
            id=row["report_id"],
            series=tuple(row[c] for c in SERIES),
            kind=row["kind"],
            action=row["action"],
            refers_to=row["refers_to"],
            when=row["reported_at"],
            start=some(row["period_start"]),
            end=some(row["period_end"]),
            value=some(row["value"]),
            low=some(row["low"]),
            high=some(row["high"]),
            qualifier=row["qualifier"],
        )
        if report.value is not None:
            best = report.value
            if report.qualifier == "more_than":
                best = report.value + 1
            if report.qualifier == "less_than":
                best = report.value - 1
            report.best = best
        elif report.low is not None:
            report.best = report.low
        if report.best is not None:
            report.lo = 0 if report.low is None else min(report.low, report.best)
            report.hi = None if report.high is None else max(report.high, report.best)
        reports.append(report)
    by_id = {report.id: report for report in reports}
    for report in reports:
        if report.refers_to:
            report.parent = by_id[report.refers_to]
    return reports


def dates(report):
    if report.kind == "total":
        return ("total", report.end)
    if report.kind == "period":
        return ("period", report.start, report.end)
    return None


def counts(report):
    """Whether the report is part of the record of numbers, not a denial or its withdrawal."""
    return report.root().action != "deny"


def live(reports, clock):
    known = [r for r in reports if clock is None or r.when <= clock]
    out = []
    for report in known:
        if not counts(report) or report.action == "retract":
            continue
        chain = [r for r in known if r.root() is report.root()]
        if any(r.order > report.order for r in chain):
            continue  # (a)
        if dates(report) is not None and any(
            counts(r)
            and r.series == report.series
            and dates(r) == dates(report)
            and r.root().order > report.root().order
            for r in known
        ):
            continue  # (b)
        out.append(report)
    return out


@dataclass
class Entry:
    day: object
    start: object
    kind: str
    best: int
    lo: int
    hi: int | None
    report: Report | None
    gap: bool = False

    @property
    def anchor(self):
        return self.kind in ("total", "origin")


def entries(live_of_series):
    numbered = [r for r in live_of_series if r.best is not None]
    totals = [r for r in numbered if r.kind == "total"]
    starts = [r.start for r in totals if r.start is not None]
    origin = min(starts) - DAY if starts else None
    anchors = {r.end for r in totals} | ({origin} if origin else set())
    kept_periods, last_end = [], None
    periods = [r for r in numbered if r.kind == "period"]
    for r in sorted(periods, key=lambda r: (r.start, -r.end.toordinal())):
        if origin and r.end <= origin:
            continue
        if any(r.start <= a < r.end for a in anchors):
            continue
        if last_end is None or r.start > last_end:
            kept_periods.append(r)
            last_end = r.end
    mores = [r for r in numbered if r.kind == "more" and not (origin and r.end <= origin)]
    out = []
    for r in [*kept_periods, *mores, *totals]:
        start = r.start if r.kind == "period" else r.end
        out.append(Entry(r.end, start, r.kind, r.best, r.lo, r.hi, r))
    if origin:
        out.append(Entry(origin, origin, "origin", 0, 0, 0, None))

    def place(e):
        if e.kind == "period":
            return (e.day, 0)
        if e.kind == "origin":
            return (e.day, 2)
        root = e.report.root()
        return (e.day, 1, root.when, e.kind == "total", root.position, e.report.order)

    out.sort(key=place)
    for i, e in enumerate(out):
        if i == 0:
            e.gap = True
        elif e.kind == "period":
            e.gap = e.start > out[i - 1].day + DAY
        elif e.anchor:
            e.gap = e.day > out[i - 1].day
    return out


def _add(*numbers):
    return None if any(n is None for n in numbers) else sum(numbers)


def _bounds(lows, highs, total):
    low = max([0, *[x for x in lows if x is not None]])
    known = [x for x in highs if x is not None]
    high = max(0, min(known)) if known else None
    if high is not None and low > high:
        low, high = high, low
    total = max(total, low)
    return low, high, total if high is None else min(total, high)


def running(live_of_series):
    """Return ``[(day, total, low, high, basis, unexplained)]`` of one series."""
    e = entries(live_of_series)
    rows = {}
    extra = []
    for i, entry in enumerate(e):
        if entry.kind == "origin":
            continue
        lefts = [j for j in range(i + 1 if entry.anchor else i) if e[j].anchor]
        rights = [j for j in range(i, len(e)) if e[j].anchor]
        left = lefts[-1] if lefts else None
        right = rights[0] if rights else None
        since = [x for x in e[(left + 1 if left is not None else 0) : i + 1] if not x.anchor]
        after = [x for x in e[i + 1 : right] if not x.anchor] if right is not None else []
        gap_left = left is None or any(x.gap for x in e[left + 1 : i + 1])
        gap_right = right is None or any(x.gap for x in e[i + 1 : right + 1])
        base = e[left].best if left is not None else 0
        sum_left = base + sum(x.best for x in since)
        sum_right = e[right].best - sum(x.best for x in after) if right is not None else None
        if entry.anchor:
            basis, total = "stated", entry.best
        elif left is not None and not gap_left:
            basis, total = "summed", sum_left
        elif right is not None and not gap_right:
            basis, total = "backed_out", sum_right
        elif left is not None or right is None:
            basis, total = "floor", sum_left
        else:
            basis, total = "ceiling", sum_right
        lows = [(e[left].lo if left is not None else 0) + sum(x.lo for x in since)]
        highs = []
        if right is not None and not gap_right and all(x.hi is not None for x in after):
            lows.append(e[right].lo - sum(x.hi for x in after))
        if right is not None and e[right].hi is not None:
            highs.append(e[right].hi - sum(x.lo for x in after))
        if not gap_left:
            highs.append(_add(e[left].hi, *[x.hi for x in since]))
        low, high, total = _bounds(lows, highs, total)
        unexplained = None
        before = [j for j in range(i) if e[j].anchor]
        if entry.kind == "total" and before:
            k = before[-1]
            unexplained = entry.best - e[k].best - sum(x.best for x in e[k + 1 : i])
        rows[entry.day] = (entry.day, total, low, high, basis, unexplained)
        if entry.kind == "period" and entry.gap and right is not None and not gap_right:
            inside = [entry, *after]
            lows = [(e[left].lo if left is not None else 0) + sum(x.lo for x in since[:-1])]
            if all(x.hi is not None for x in inside):
                lows.append(e[right].lo - sum(x.hi for x in inside))
            highs = []
            if e[right].hi is not None:
                highs.append(e[right].hi - sum(x.lo for x in inside))
            low, high, total = _bounds(lows, highs, e[right].best - sum(x.best for x in inside))
            extra.append((entry.start - DAY, total, low, high, "backed_out", None))
    return sorted([*rows.values(), *extra], key=lambda row: row[0])


def totals(frame, clock=None):
    """Return ``{series: rows}`` as known at a clock."""
    alive = live(read(frame), clock)
    by_series = {}
    for report in alive:
        by_series.setdefault(report.series, []).append(report)
    found = {series: running(group) for series, group in by_series.items()}
    return {series: rows for series, rows in found.items() if rows}


# -- what changed, and how far -----------------------------------------------------------------


def _local_day(when, tz):
    return when.tz_convert(tz).tz_localize(None).normalize()


def _number(report):
    return (report.best, report.lo, report.hi) if report.best is not None else None


def revisions(frame, tz):
    """Return ``[(old, new, change, explicit)]``: one report at a time becomes public."""
    known = sorted(read(frame), key=lambda r: r.order)
    rows = []
    for place, new in enumerate(known):
        before, after = live(known[:place], None), live(known[: place + 1], None)
        chain = [r for r in known[:place] if r.root() is new.root()]
        pairs = []
        if chain and counts(new):
            pairs.append((chain[-1], True))
        pairs += [(r, False) for r in before if r not in after and r.root() is not new.root()]
        for old, explicit in sorted(pairs, key=lambda pair: pair[0].order):
            if new.action == "retract":
                change = "retracted"
            elif explicit:
                change = "revised"
            elif _number(old) == _number(new):
                change = "reaffirmed"
            elif _local_day(old.when, tz) <= old.end:
                change = "updated"
            else:
                change = "revised"
            rows.append((old, new, change, explicit))
    return rows


def summary(frame, tz, within):
    """Return one dict a count that was ever given a number, in no order."""
    groups = {}
    for report in read(frame):
        if report.best is not None and counts(report) and report.action != "retract":
            same = report.root().id if report.kind == "more" else None
            start = report.start if report.kind == "period" else None
            key = (report.series, report.kind, start, report.end, same)
            groups.setdefault(key, []).append(report)
    out = []
    for (series, kind, _, end, _), group in groups.items():
        group.sort(key=lambda r: (r.root().order, r.order))
        values = [r.best for r in group]
        lags = [(_local_day(r.when, tz) - r.end).days for r in group]
        ordered, half = sorted(values), len(values) // 2
        middle = ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
        near = [abs(v - values[-1]) <= within * values[-1] for v in values]
        settled = min(i for i in range(len(values)) if all(near[i:]))
        spread = max(values) - min(values)
        out.append(
            dict(zip(SERIES, series, strict=True))
            | {
                "kind": kind,
                "period_start": group[0].start,
                "period_end": end,
                "n_revisions": sum(a != b for a, b in pairwise(values)),
                "first": values[0],
                "latest": values[-1],
                "min": min(values),
                "max": max(values),
                "median": middle,
                "spread": spread,
                "rel_spread": spread / max(values) if max(values) else None,
                "min_lag": min(lags),
                "max_lag": max(lags),
                "lag_near_latest": lags[settled],
            }
        )
    return out


def deniers(frame, clock):
    """Return who denies each live report, in the order in which they did."""
    reports = read(frame)
    known = sorted((r for r in reports if clock is None or r.when <= clock), key=lambda r: r.order)
    withdrawn = {r.parent.id for r in known if r.action == "retract"}
    out = {}
    for report in live(reports, clock):
        said = []
        for denial in known:
            if denial.action != "deny" or denial.id in withdrawn:
                continue
            about = denial.parent
            again = (
                about.root() is report.root()
                and report.order > about.order
                and _number(report) == _number(about)
            )
            if (report is about or again) and denial.series[-1] not in said:
                said.append(denial.series[-1])
        out[report.id] = "; ".join(said)
    return out


# -- several sources, two clocks, every day: from the rows of `totals` ----------------------


def compare(found):
    """Return one dict a thing and day with two claims at least; `found` is what `totals` gives."""
    things = {}
    for series in sorted(found):
        things.setdefault(series[:-1], []).append(series)
    out = []
    for thing, claims in sorted(things.items()):
        for day in sorted({row[0] for series in claims for row in found[series]}):
            held = {}
            for series in claims:
                upto = [row for row in found[series] if row[0] <= day]
                if upto:
                    held[series[-1]] = upto[-1]
            if len(held) < 2:
                continue
            low = min(held, key=lambda source: held[source][1])
            high = max(held, key=lambda source: held[source][1])
            bottom = max(row[2] for row in held.values())
            tops = [row[3] for row in held.values() if row[3] is not None]
            lowest, highest = held[low][1], held[high][1]
            out.append(
                dict(zip(SERIES[:-1], thing, strict=True))
                | {
                    "date": day,
                    "sources": len(held),
                    "lowest": lowest,
                    "lowest_source": low,
                    "highest": highest,
                    "highest_source": high,
                    "spread": highest - lowest,
                    "ratio": highest / lowest if lowest else None,
                    "agree": not tops or bottom <= min(tops),
                }
            )
    return out


def bridge(before, after):
    """Return one dict a series of the two: why its headline changed."""

    def through(rows, day):
        upto = [row for row in rows if day is not None and row[0] <= day]
        return upto[-1][1] if upto else 0

    out = []
    for series in sorted({*before, *after}):
        old, new = before.get(series, []), after.get(series, [])
        d0, opening = (old[-1][0], old[-1][1]) if old else (None, 0)
        d1, closing = (new[-1][0], new[-1][1]) if new else (None, 0)
        same = through(new, d0)
        growth = through(new, d1 if d1 is not None else d0) - same
        out.append(
            dict(zip(SERIES, series, strict=True))
            | {
                "opening_date": d0,
                "opening": opening,
                "revised": same - opening,
                "new": max(growth, 0),
                "unexplained": min(growth, 0),
                "closing": closing,
                "closing_date": d1,
            }
        )
    return out


def every_day(rows):
    """Return the rows of one series with one for each day between, carried forward."""
    out = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        out.append(row)
        day = row[0] + DAY
        while following and day < following[0]:
            out.append((day, *row[1:4], "carried", None))
            day += DAY
    return out
