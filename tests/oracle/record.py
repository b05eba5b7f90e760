"""Rows as a user gives them, completed into reports. Only valid rows are read."""

import re
from datetime import UTC, datetime, time, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pandas as pd

SERIES = ("event", "side", "category", "outcome", "definition", "source")
COUNT = ("value", "low", "high")
INHERITED = (*SERIES, "via", "kind", "period_start", "period_end")
DEFAULTS = dict.fromkeys((*INHERITED, "qualifier", "reason", "report_id"), "")
DEFAULTS |= dict.fromkeys((*COUNT, "period_start", "period_end"))
DEFAULTS |= {"side": "all", "category": "all", "outcome": "killed", "action": "report"}
STOCKS = ("missing", "captured", "detained", "displaced", "hospitalised")
CEILINGS = ("at_most", "less_than")
DAY = timedelta(days=1)

#: The bounds that a qualifier gives: the nearest number to the value that the words allow.
BOUNDS = {"exact": ("low", "high"), "at_least": ("low",), "more_than": ("low",)}
BOUNDS |= dict.fromkeys(CEILINGS, ("high",))

#: Counts as people write them.
WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
NOTATIONS = {
    "range": r"between (.+) and (.+)|(\S+?) ?[-–] ?(\S+)",
    "at_least": r"(?:>=|at least)(.+)|(.+)(?:\+|or more)",
    "more_than": r"(?:>|more than|over)(.+)",
    "at_most": r"(?:<=|at most|up to)(.+)",
    "less_than": r"(?:<|less than|fewer than|under)(.+)",
    "about": r"(?:~|c\.|approx\.|some|about|around|nearly)(.+)",
}


class Report:
    """A row with every default and inheritance, and what follows from its cells alone."""

    def __init__(self, row, position, tz, done):
        """Complete a row; `done` are the reports published before it."""
        self.position, self.tz = position, tz
        self.instant = instant(row["reported_at"], tz)
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
        self.qualifier, self.value = cells["qualifier"], cells["value"]
        off = {"more_than": 1, "less_than": -1}.get(self.qualifier, 0)
        nearest = None if self.value is None else self.value + off
        for bound in BOUNDS.get(self.qualifier, ()):
            cells[bound] = nearest if cells[bound] is None else cells[bound]
        self.low, self.high = cells["low"], cells["high"]
        # The number as said; of a range without one, its low. In a sum a ceiling adds its low, but
        # a list is taken at its word.
        self.number = self.low if self.value is None else self.value
        ceiling = self.qualifier in CEILINGS and self.kind != "incident"
        self.adds = self.low or 0 if ceiling else self.number
        self.fewer = self.kind == "more" and (self.number or 0) < 0
        # Whether it carries a number.
        self.carries = self.action in ("report", "revise") and self.number is not None
        # What is known of low, number and high; the span from low to high, infinite if unknown:
        # contradictory ones are the smallest to the largest.
        self.given = [x for x in (self.low, nearest, self.high) if x is not None]
        low = -inf if self.low is None else min(self.given)
        self.span = low, inf if self.high is None else max(self.given)
        self.bounds = tuple(map(finite, self.span))

        # The days.
        start, end = day_of(cells["period_start"]), day_of(cells["period_end"])
        if self.kind == "period":
            start, end = start or end, end or start
        self.start, self.end = start, end or self.published
        cells |= {"period_start": self.start, "period_end": self.end}
        self.eve = end_of((self.start or self.end) - DAY, tz)
        # Whether its last day had begun nowhere on Earth when it was published.
        self.early = self.instant < end_of(self.end, "Etc/GMT-14", time())
        self.enters = self.carries and not self.early  # the totals

        # The chain: itself and all that it revises or retracts in turn. A denial begins its own.
        linked = self.action in ("revise", "retract")
        self.lineage = [self, *(self.parent.lineage if linked else [])]
        self.root = self.lineage[-1]
        self.order = (self.instant, position)  # when it became known
        self.standing = self.root.order  # the instant its chain speaks from
        # The instant it speaks of: the end of its last day, or when it was published in it.
        dawn, night = (end_of(self.end, tz, at) for at in (time(), time(23, 59)))
        within = self.root.instant < night
        self.moment = max(self.root.instant, dawn) if within else end_of(self.end, tz)
        # What a later chain that replaces it has in common with it: nothing has the chain of a
        # `more` or an incident.
        dates = {"total": (self.end,), "period": (self.start, self.end)}
        self.dates = (self.kind, *dates.get(self.kind, (self.end, self.root)))
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


def parse(text):
    """Return the cells that a number in words gives: a value or a range, and its qualifier."""
    text = " ".join(text.lower().split())
    for qualifier, notation in NOTATIONS.items():
        found = re.fullmatch(notation, text)
        if found:
            value, *high = [_whole(part.strip()) for part in found.groups() if part]
            bounds = {"low": value, "high": high[0]} if high else {}
            return {"value": None if high else value, "qualifier": qualifier, **bounds}
    return {"value": _whole(text)} if text else {}


def _whole(text):
    return WORDS.index(text) if text in WORDS else int(text.replace(",", ""))


def complete(rows, tz="UTC"):
    """Return the reports of a table, in its order."""
    done = {}
    for position in sorted(range(len(rows)), key=lambda i: instant(rows[i]["reported_at"], tz)):
        report = Report(rows[position], position, tz, done)
        done[report.id] = report
    return sorted(done.values(), key=lambda r: r.position)


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
