"""Section 2: rows as a user gives them, completed into reports. Only valid rows are read."""

from datetime import UTC, datetime, time, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pandas as pd

from oracle.words import parse

SERIES = ("event", "side", "category", "outcome", "definition", "source")
COUNT = ("value", "low", "high")
INHERITED = (*SERIES, "via", "kind", "period_start", "period_end")
COLUMNS = (*INHERITED, *COUNT, "qualifier", "action", "reason", "reported_at", "refers_to",
           "report_id")  # fmt: skip
DEFAULTS = dict.fromkeys(COLUMNS, "") | dict.fromkeys((*COUNT, "period_start", "period_end"))
DEFAULTS |= {"side": "all", "category": "all", "outcome": "killed", "action": "report"}
STOCKS = ("missing", "captured", "detained", "displaced", "hospitalised")
CEILINGS = ("at_most", "less_than")
DAY = timedelta(days=1)

#: How far the bounds that a qualifier gives are from the value.
BOUNDS = {
    "exact": {"low": 0, "high": 0}, "at_least": {"low": 0}, "more_than": {"low": 1},
    "at_most": {"high": 0}, "less_than": {"high": -1},
}  # fmt: skip


class Report:
    """A row with every default and inheritance, and what follows from its cells alone."""

    def __init__(self, row, position, tz, done):
        """Complete a row; `done` are the reports published before it."""
        self.row, self.position, self.tz, self.instant = row, position, tz, published(row, tz)
        self.published = on_the_wall(self.instant, tz).date()
        own = row | (parse(row["value"]) if isinstance(row.get("value"), str) else {})
        own = {name: cell for name, cell in own.items() if cell not in (None, "", " ")}
        self.parent = done.get(own.get("refers_to"))
        self.cells = cells = DEFAULTS | inherited(own, self.parent, done) | own
        self.id = cells["report_id"] or f"r{position + 1}"
        self.series = tuple(cells[column] for column in SERIES)
        self.via, self.kind, self.action = cells["via"], cells["kind"], cells["action"]
        self.reason, self.stock = cells["reason"], cells["outcome"] in STOCKS

        # The count: bounds that are not given come from the qualifier.
        vague = cells["value"] is None and (cells["low"], cells["high"]) != (None, None)
        cells["qualifier"] = cells["qualifier"] or ("range" if vague else "exact")
        for bound, off in BOUNDS.get(cells["qualifier"], {}).items():
            if cells["value"] is not None and cells[bound] is None:
                cells[bound] = cells["value"] + off
        self.value, self.low, self.high = (cells[column] for column in COUNT)
        self.qualifier = cells["qualifier"]
        # The number as said; of a range without one, its low. In a sum a ceiling adds its low, but
        # a list is taken at its word.
        self.number = self.low if self.value is None else self.value
        ceiling = self.qualifier in CEILINGS and self.kind != "incident"
        self.adds = self.low or 0 if ceiling else self.number
        self.fewer = self.kind == "more" and (self.number or 0) < 0
        # Whether it carries a number.
        self.carries = self.action in ("report", "revise") and self.number is not None
        # What is known of its low, the nearest number to its value that the words allow, its high;
        # from low to high, infinite if unknown: contradictory ones are the smallest to largest.
        off = {"more_than": 1, "less_than": -1}.get(self.qualifier, 0)
        given = (self.low, None if self.value is None else self.value + off, self.high)
        self.given = [x for x in given if x is not None]
        self.span = (
            -inf if self.low is None else min(self.given),
            inf if self.high is None else max(self.given),
        )
        self.bounds = tuple(map(finite, self.span))

        # The days.
        start, end = day_of(cells["period_start"]), day_of(cells["period_end"])
        if self.kind == "period":
            start, end = start or end, end or start
        self.start, self.end = start, end or self.published
        cells |= {"period_start": self.start, "period_end": self.end}
        # Whether its last day had begun nowhere on Earth when it was published.
        dawn = datetime.combine(self.end, time(), ZoneInfo("Etc/GMT-14"))
        self.early = self.instant < dawn
        self.enters = self.carries and not self.early  # the totals
        # What a later chain that replaces it has in common with it; None: nothing replaces it.
        dates = {"total": ("total", self.end), "period": ("period", self.start, self.end)}
        self.dates = dates.get(self.kind)

        # The chain: itself and all that it revises or retracts in turn. A denial begins its own.
        linked = self.action in ("revise", "retract")
        self.lineage = [self, *(self.parent.lineage if linked else [])]
        self.root = self.lineage[-1]
        self.order = (self.instant, position)  # when it became known
        self.standing = self.root.order  # the instant its chain speaks from
        # Its place in order of standing; of one instant a total includes the rest.
        self.reading = (self.root.instant, self.kind == "total", self.root.position)
        # Whether it speaks of a number: it is no denial, nor the withdrawal of one.
        self.counts = self.root.action != "deny"


def inherited(own, parent, done):
    """The cells that a report takes from what it refers to, and its number from the chain."""
    if parent is None:
        return {}
    cells = {column: parent.cells[column] for column in INHERITED}
    told = [r for r in done.values() if r.root is parent.root and r.carries]
    if own["action"] == "revise" and told and not own.keys() & set(COUNT):
        cells |= {column: told[-1].cells[column] for column in (*COUNT, "qualifier")}
        if own.get("qualifier", "range") != "range" and cells["value"] is not None:
            cells |= {"low": None, "high": None}  # the qualifier works the bounds out anew
    return cells


def complete(rows, tz="UTC"):
    """Return the reports of a table, in its order."""
    done = {}
    for position in sorted(range(len(rows)), key=lambda place: published(rows[place], tz)):
        report = Report(rows[position], position, tz, done)
        done[report.id] = report
    return sorted(done.values(), key=lambda r: r.position)


def published(row, tz):
    return instant(row["reported_at"], tz)


def finite(number):
    """A number or bound as it is handed out: None for what is not known."""
    return None if number in (-inf, inf) else number


def moved(number, low, high):
    """A number moved into bounds."""
    return min(max(number, low), high)


def first(pair):
    return pair[0]


def grouped(pairs):
    """{key: its values} of pairs, in their order."""
    groups = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def day_of(cell):
    return None if cell is None else datetime.fromisoformat(str(cell)).date()


def instant(when, tz):
    """A moment in UTC: a bare date is the end of that day, a naive one is local."""
    moment = datetime.fromisoformat(str(when).strip())
    if len(str(when).strip()) <= 10:
        moment = datetime.combine(moment, time(23, 59, 59))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(tz))
    return moment.astimezone(UTC)


def end_of(day, tz, at=time.max):
    return datetime.combine(day, at, ZoneInfo(tz)).astimezone(UTC)


def on_the_wall(moment, tz):
    return moment.astimezone(ZoneInfo(tz)).replace(tzinfo=None)


def stretch(day, freq):
    """The first and the last day of the calendar stretch of a day."""
    period = pd.Period(day, freq.removesuffix("S"))
    return period.start_time.date(), period.end_time.date()
