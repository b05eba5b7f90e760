"""Section 4, rules 8 and 10: the rows of the running totals."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from oracle.believed import believe, smallest_set
from oracle.live import early, live, speakers
from oracle.numbers import Numbers, Printed, moved
from oracle.record import DAY
from oracle.statements import end_of, moment, reading_order, statements


@dataclass
class Row:
    date: date
    at: time | None  # None: the whole day
    total: int
    low: int
    high: int | None
    basis: str
    unexplained: int | None
    report_id: str | None
    number_path: list  # ids of the reports that the number, the low and the high rest on
    low_path: list
    high_path: list
    instant: datetime
    says: bool = False  # whether a total, or a `more` below zero, of that very point says it


class Work:
    """Everything that some reports of one series give: what speaks, and what is withdrawn."""

    def __init__(self, speaking, withdrawn, seen=None):
        seen = {} if seen is None else seen
        self.speaking, self.withdrawn = speaking, withdrawn

        def again(fewer, gone):
            key = (*(r.id for r in fewer), None, *(r.id for r in gone))
            if key not in seen:
                seen[key] = Work(fewer, gone, seen)
            return seen[key]

        self.statements, self.origin = statements(speaking, withdrawn, again)
        points = {s.at for s in self.statements}
        points |= {s.start for s in self.statements if s.start is not None}
        points |= {self.origin[0]} if self.origin else set()
        self.points = sorted(points)
        self.belief = believe(self.statements, self.origin, self.points)
        self.numbers = Numbers(self.statements, self.points, self.belief)

    def at(self, instant):
        """What is printed at the end of an instant."""
        return self.numbers.printed(self.numbers.at_end(instant))

    def rows(self):
        """Rule 8: a row per last day of a report, and the days before that a later total gives."""
        by_day = {}
        for s in self.statements:
            by_day.setdefault(s.report.end, []).append(s)
        rows = {}
        for day, told in by_day.items():
            p = self.numbers.at_end(max(s.at[0] for s in told))
            shown = self.numbers.printed(p)
            last = max((s.report for s in told), key=reading_order)
            says = shown.total.report if shown.total is not None else last
            unexplained = None if shown.basis == "floor" else self.numbers.unexplained(p)
            rows[day] = _row(day, p[0], shown, says.tz, unexplained, says.id)
            rows[day].says = p in self.numbers.stated
        for s in self.numbers.counts:
            if s.kind != "period" or s.start not in self.numbers.backward:
                continue
            day = s.report.start - DAY
            if day not in rows and s.start not in self.numbers.joined:
                shown = self.numbers.printed(s.start)
                rows[day] = _row(day, s.start[0], shown, s.report.tz, None, None)
        return [rows[day] for day in sorted(rows)]

    def carried(self, row, day, tz):
        """The row of a day without one of its own: the bounds of the end of that day."""
        low, high, low_path, high_path = self.bounds_at(end_of(day, tz))
        return replace(
            row, date=day, at=None, low=low, high=high, basis="carried", unexplained=None,
            report_id=None, low_path=ids(low_path), high_path=ids(high_path),
        )  # fmt: skip

    def bounds_at(self, instant):
        """The bounds of any instant, and what they rest on."""
        before = [p for p in self.points if p[0] <= instant]
        after = [p for p in self.points if p[0] > instant]
        low, high, low_path, high_path = 0, None, (), ()
        if self.numbers.stock:
            return low, high, low_path, high_path
        if before:
            low, high, low_path, high_path = self.belief.bounds[before[-1]]
            cap = self.belief.caps.get(before[-1])
            low, low_path = (cap[0], (cap[1],)) if cap and cap[0] < low else (low, low_path)
        if not before or before[-1][0] < instant:
            high, high_path = None, ()
            if after and self.segment((instant, 0)) == self.segment(after[0]):
                _, high, _, high_path = self.belief.bounds[after[0]]
        return low, high, low_path, high_path

    def segment(self, point):
        """How many cuts lie before or at a point."""
        return sum(cut.at <= point for cut, _ in self.belief.cuts)


class Incidents:
    """Rule 10: a list taken at its word."""

    def __init__(self, speaking):
        self.alive = [r for r in speaking if r.carries and not early(r)]

    def rows(self):
        out = []
        for day in sorted({r.end for r in self.alive}):
            until = max(moment(r) for r in self.alive if r.end == day)
            done = [r for r in self.alive if moment(r) <= until]
            low = sum(max(r.bounds[0] or 0, 0) for r in done)
            highs = [r.bounds[1] for r in done]
            high = None if None in highs else sum(highs)
            if done[0].stock:
                low, high = 0, None
            number = moved(sum(r.number for r in done), low, high)
            last = max((r for r in done if r.end == day), key=reading_order)
            shown = Printed(number, low, high, "derived")
            row = _row(day, until, shown, last.tz, None, last.id)
            row.number_path = row.low_path = row.high_path = [r.id for r in done]
            out.append(row)
        return out

    def carried(self, row, day, tz):
        high = row.high if any(r.end > day for r in self.alive) else None
        return replace(row, date=day, at=None, high=high, basis="carried", report_id=None)


def _row(day, instant, shown, tz, unexplained, report_id):
    whole = instant == end_of(day, tz)
    at = None if whole else instant.astimezone(ZoneInfo(tz)).time()
    return Row(
        day, at, shown.number, shown.low, shown.high, shown.basis, unexplained, report_id,
        ids(shown.number_path), ids(shown.low_path), ids(shown.high_path), instant,
    )  # fmt: skip


def ids(causes):
    """The ids of statements; a `more` rests also on the reports of what was said before."""
    out = []
    for cause in causes:
        said = getattr(cause, "said", None)
        if said is not None:
            out += ids(said.number_path) + ids(said.low_path)
        out.append(getattr(cause, "report", cause).id)
    return list(dict.fromkeys(out))


def works(reports, clock=None):
    """{series: Work or Incidents} of the series with something to print."""
    speaking, withdrawn = speakers(reports, clock)
    out = {}
    for series in sorted({r.series for r in live(reports, clock) if r.carries and not early(r)}):
        own = [r for r in speaking if r.series == series]
        if any(r.kind == "incident" for r in own):
            out[series] = Incidents(own)
        else:
            out[series] = Work(own, [r for r in withdrawn if r.series == series])
    return out


def totals(reports, clock=None):
    """Return ``{series: [Row]}`` as known at a clock (None: no limit)."""
    return {series: work.rows() for series, work in works(reports, clock).items()}


def every_day(reports, clock=None):
    """Return ``{series: [Row]}`` with the days between, carried (``freq="D"``)."""
    out = {}
    for series, work in works(reports, clock).items():
        out[series] = []
        for row in work.rows():
            if out[series]:
                last = out[series][-1]
                day = last.date + DAY
                while day < row.date:
                    out[series].append(work.carried(last, day, reports[0].tz))
                    day += DAY
            out[series].append(row)
    return out


def believed(reports, clock=None):
    """Return ``{series: {...}}``: what `check()` says of falls and arithmetic, as report ids."""
    out = {}
    for series, work in works(reports, clock).items():
        if isinstance(work, Incidents):
            continue
        belief = work.belief
        out[series] = {
            "cuts": [(cut.report.id, ids([top])[-1]) for cut, top in belief.cuts if top],
            "fewer": [cut.report.id for cut, top in belief.cuts if top is None],
            "stale": [s.report.id for s in belief.stale],
            "left_out": [s.report.id for s in belief.left_out],
            "refused": [
                (s.report.id, sorted(set(ids([s, *smallest_set(s, then)])) - {s.report.id}))
                for s, then in belief.refused
            ],
        }
    return out
