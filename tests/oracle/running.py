"""Section 4, rules 5 to 9: the rows of the running totals."""

from dataclasses import dataclass
from datetime import date

from oracle.record import DAY, Number
from oracle.replaced import known, live, usable
from oracle.sorting import STOCKS, Entry, in_order, sort_out


@dataclass
class Row:
    day: date
    total: int
    low: int
    high: int | None
    basis: str
    unexplained: int | None
    conflict: tuple | None = None  # its bounds, where they contradict each other
    first: date | None = None  # the day of the anchor it rests on; None: none
    last: date | None = None  # its day, or that of the total it is backed out of
    entry: Entry | None = None

    @property
    def cells(self):
        return (self.day, self.total, self.low, self.high, self.basis, self.unexplained)


def totals(reports, clock=None):
    """Return ``{series: [(day, total, low, high, basis, unexplained)]}`` as known at a clock."""
    found = {}
    for series, rows in worked(reports, clock).items():
        if rows:
            found[series] = [row.cells for row in rows]
    return found


def worked(reports, clock=None):
    """The rows of each series at a clock."""
    now = known(reports, clock)
    return {series: running(alive, now) for series, alive in usable_by_series(now).items()}


def usable_by_series(now):
    """Live reports that carry a number, the early ones left out."""
    by_series = {}
    for r in live(now):
        if usable(r):
            by_series.setdefault(r.series, []).append(r)
    return by_series


def running(alive, now):
    """The rows of one series, from its live and usable reports."""
    return _rows(*entries_of(alive, now))


def entries_of(alive, now):
    """The steps of one series in order, its floors among them; and whether it is a stock."""
    found = sort_out(alive, now)
    stock = alive[0].series[3] in STOCKS
    plain = in_order(found)
    floors = [] if stock else _floors(found, _rows(plain, stock))
    return in_order(found, floors), stock


# -- rule 6: a left-out count still proves a floor ------------------------------------------


def _floors(found, rows):
    own = {}
    for p in found.floors:
        day = p.end
        holding = [e.day for e in found.counted if e.kind == "period" and e.start <= day <= e.day]
        day = min(holding) if holding else day
        before, then = _at(rows, p.start - DAY), _at(rows, day)
        value = p.number.low + (before.low if before else 0)
        lower = then is None or then.total < value
        if lower and not any(t.day == day for t in found.totals) and value > own.get(day, (0,))[0]:
            own[day] = (value, p)
    floors = []
    for day in sorted(own):
        value, p = own[day]
        for earlier in floors:
            if not any(earlier.day < t.day <= day for t in found.totals):
                value = max(value, earlier.number.low)
        upto = _at(_rows(in_order(found, floors), False), day)
        if upto is None or upto.total <= value:
            floors.append(Entry("floor", day, day, Number(value, value, None), p))
    return floors


def _at(rows, day):
    """The last row of a day or before."""
    return next((row for row in reversed(rows) if row.day <= day), None)


# -- sums --------------------------------------------------------------------------------------


def _sum(numbers):
    numbers = list(numbers)
    return None if None in numbers else sum(numbers)


def _forward(entries):
    """What to add up on the way from an anchor: of steps, only the widest."""
    out = []
    for e in entries:
        if e.kind == "period":
            out = [x for x in out if not (x.kind == "period" and x.start == e.start)]
        out.append(e)
    return [_open(e) for e in out]


def _open(entry):
    """The number of a count in a sum: one that speaks of its day so far has no high."""
    n = entry.number
    return Number(n.best, n.low, None) if entry.open else n


def _backward(entry, right):
    """What a count takes away on the way back from an anchor: of a step, its difference."""
    n = _open(entry)
    if entry.open and right.day == entry.day and right.report.standing == entry.report.standing:
        n = entry.number
    if entry.shorter is None:
        return n
    less = _open(entry.shorter)
    low = 0 if less.high is None else max(0, n.low - less.high)
    high = None if n.high is None else n.high - less.low
    best = max(n.best - less.best, low)
    best = best if high is None else min(best, high)
    return Number(best, low, high)


def _left(entries, i):
    """The anchor to the left of entry `i`, and floors nearer that lie within a step on the way."""
    skipped = []
    for j in range(i - 1, -1, -1):
        e = entries[j]
        if not e.anchor:
            continue
        if e.kind == "floor" and any(
            x.kind == "period" and x.start <= e.day for x in entries[j + 1 : i + 1]
        ):
            skipped.append(e)
            continue
        return j, skipped
    return None, skipped


def _between(entries, left, upto):
    begin = 0 if left is None else left + 1
    return [e for e in entries[begin:upto] if not e.anchor]


# -- rules 5 to 8 --------------------------------------------------------------------------


def _rows(entries, stock):
    if not stock:
        entries = _narrowed(entries)
    rows, extra = {}, []
    for i, e in enumerate(entries):
        if e.kind == "origin":
            continue
        if e.anchor:
            n, unexplained = e.number, None
            left, _ = _left(entries, i)
            if e.kind == "total" and left is not None:
                since = sum(x.best for x in _forward(_between(entries, left, i)))
                unexplained = n.best - entries[left].number.best - since
            basis = "stated" if e.kind == "total" else "floor"
            row = Row(e.day, n.best, n.low, n.high, basis, unexplained)
            row.first, row.last, row.entry = e.day, e.day, e
            if e.kind == "floor":
                row.first = entries[left].day if left is not None else None
            rows[e.day] = row
            continue
        rows[e.day] = _derived(entries, i, stock)
        if e.kind == "period" and e.gap and not stock:
            extra += _day_before(entries, i)
    for row in extra:
        rows.setdefault(row.day, row)
    return [rows[day] for day in sorted(rows)]


def _narrowed(entries):
    """A vague total's low is raised to what stood before it, if that does not pass its number."""
    out = list(entries)
    for i, e in enumerate(entries):
        left, skipped = _left(out, i)
        if e.kind != "total":
            continue
        candidates = [x.number.low for x in skipped]
        if left is not None:
            lows = sum(n.low for n in _forward(_between(out, left, i)))
            candidates.append(out[left].number.low + lows)
        low = max([e.number.low, *[c for c in candidates if c <= e.number.best]])
        out[i] = Entry(
            e.kind, e.start, e.day, Number(e.number.best, low, e.number.high), e.report, e.open,
            e.shorter, e.gap, e.gap_without_floors,
        )  # fmt: skip
    return out


def _right(entries, i):
    """The next total, with the counts up to it and whether there is no gap on the way."""
    for j in range(i + 1, len(entries)):
        if entries[j].kind in ("total", "origin"):
            way = [e for e in entries[i + 1 : j + 1] if e.kind != "floor"]
            after = [e for e in way if not e.anchor]
            return entries[j], after, not any(e.gap_without_floors for e in way)
    return None, [], False


def conflicts(entries):
    """Derived numbers that the reports around them leave no room for, with the total after."""
    entries = _narrowed(entries)
    out = []
    for i, e in enumerate(entries):
        if not e.anchor:
            rows = [_derived(entries, i, False)]
            rows += _day_before(entries, i) if e.kind == "period" and e.gap else []
            out += [(row, _right(entries, i)[0]) for row in rows if row.conflict]
    return out


def mismatches(entries):
    """Totals that are not what the anchor before and the increments since add up to."""
    entries = _narrowed(entries)
    out = []
    for i, e in enumerate(entries):
        left, skipped = _left(entries, i)
        if e.kind != "total" or left is None:
            continue
        way = [x for x in entries[left + 1 : i + 1] if x not in skipped]
        since = _between(entries, left, i)
        if any(x.gap for x in way):
            continue
        numbers = [entries[left].number, *_forward(since)]
        low, high = sum(n.low for n in numbers), _sum(n.high for n in numbers)
        if (e.number.high is not None and e.number.high < low) or (
            high is not None and e.number.low > high
        ):
            reports = [x.report for x in (entries[left], *since, e) if x.report]
            out.append((e, sum(n.best for n in numbers), reports))
    return out


def _derived(entries, i, stock):
    left, skipped = _left(entries, i)
    since = _forward(_between(entries, left, i + 1))
    no_gap_left = left is not None and not any(
        e.gap for e in entries[left + 1 : i + 1] if e not in skipped
    )
    base = entries[left].number if left is not None else Number(0, 0, None)
    right, after, no_gap_right = _right(entries, i)
    back = [(e, _backward(e, right)) for e in after]
    forwards = base.best + sum(n.best for n in since)
    if stock:
        basis = "summed" if no_gap_left else "floor"
        return _rests(Row(entries[i].day, forwards, 0, None, basis, None), entries, i, left, None)
    if no_gap_left:
        basis, total = "summed", forwards
    elif no_gap_right:
        basis, total = "backed_out", right.number.best - sum(n.best for _, n in back)
    elif left is not None or right is None or right.number.high is None:
        basis, total = "floor", forwards
    else:
        basis = "ceiling"
        total = right.number.best - sum(n.best for e, n in back if e.kind != "more")
    lows = [base.low + sum(n.low for n in since), *[e.number.low for e in skipped]]
    highs = []
    if no_gap_right:
        lows += _less(right.number.low, [n.high for _, n in back])
    if right is not None and right.number.high is not None:
        highs.append(right.number.high - sum(n.low for e, n in back if e.kind != "more"))
    if no_gap_left:
        high = _sum([base.high, *[n.high for n in since]])
        highs += [] if high is None else [high]
    return _rests(_row(entries[i].day, total, lows, highs, basis), entries, i, left, right)


def _rests(row, entries, i, left, right):
    """Note between which days the reports of a derived number end."""
    row.entry = entries[i]
    row.first = entries[left].day if left is not None else None
    row.last = right.day if row.basis in ("backed_out", "ceiling") else row.day
    return row


def _less(low, highs):
    return [] if None in highs else [low - sum(highs)]


def _day_before(entries, i):
    """The row of the day before a count with a gap before it and none up to the next total."""
    right, after, no_gap_right = _right(entries, i)
    if not no_gap_right:
        return []
    back = [(e, _backward(e, right)) for e in [entries[i], *after]]
    left, skipped = _left(entries, i)
    since = _forward(_between(entries, left, i))
    base = entries[left].number.low if left is not None else 0
    lows = [base + sum(n.low for n in since), *[e.number.low for e in skipped]]
    lows += _less(right.number.low, [n.high for _, n in back])
    highs = []
    if right.number.high is not None:
        highs.append(right.number.high - sum(n.low for e, n in back if e.kind != "more"))
    total = right.number.best - sum(n.best for _, n in back)
    row = _row(entries[i].start - DAY, total, lows, highs, "backed_out")
    return [_rests(row, entries, i, left, right)]


def _row(day, total, lows, highs, basis):
    low = max(0, *lows)
    high = max(0, min(highs)) if highs else None
    conflict = (low, min(highs)) if highs and low > min(highs) else None
    if highs and min(highs) < 0 and low == 0:
        high = None  # fewer than none is a contradiction, and bounds nothing
    if high is not None and low > high:
        low, high = high, low
    total = max(total, low)
    total = total if high is None else min(total, high)
    return Row(day, total, low, high, basis, None, conflict)


def every_day(rows, stock=False):
    """Rule 8: the rows of one series (as `totals` gives them) and every day between, carried."""
    out = []
    for i, row in enumerate(rows):
        out.append(row)
        following = rows[i + 1] if i + 1 < len(rows) else None
        day, total, low, _, _, _ = row
        high = following[3] if following else None
        if stock:
            low, high = 0, None
        elif high is not None and high < total:
            low, high = min(low, high), total
        day += DAY
        while following and day < following[0]:
            out.append((day, total, low, high, "carried", None))
            day += DAY
    return out
