"""Section 2: rows as a user gives them, completed into reports. Only valid rows are read."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from oracle.words import parse

SERIES = ("event", "side", "category", "outcome", "definition", "source")
DAY = timedelta(days=1)
DEFAULTS = {"event": "", "side": "all", "category": "all", "outcome": "killed", "definition": ""}
COUNT = ("value", "low", "high")
STOCKS = ("missing", "captured", "detained", "displaced", "hospitalised")


@dataclass(eq=False)
class Report:
    position: int
    id: str
    series: tuple
    via: str
    kind: str
    action: str
    value: int | None  # as it was said
    low: int | None
    high: int | None
    qualifier: str
    start: date | None
    end: date | None
    instant: datetime  # UTC
    tz: str
    reason: str
    row: dict  # as it was given
    parent: "Report | None" = None

    @property
    def order(self):
        """When it became known; ties in ledger order."""
        return (self.instant, self.position)

    @property
    def root(self):
        """The first report of its chain; a denial begins a chain of its own."""
        return self.parent.root if self.action in ("revise", "retract") else self

    @property
    def standing(self):
        """The instant its chain speaks from; ties in ledger order."""
        return self.root.order

    @property
    def counts(self):
        """Whether it speaks of a number: not a denial, nor the withdrawal of one."""
        return self.root.action != "deny"

    @property
    def carries(self):
        """Whether it carries a number."""
        return self.action in ("report", "revise") and not (self.value is None and self.low is None)

    @property
    def published(self):
        """The local day on which it was published."""
        return on_the_wall(self.instant, self.tz).date()

    @property
    def stock(self):
        return self.series[3] in STOCKS

    @property
    def number(self):
        """The number as said; of a range without one, its low."""
        return self.low if self.value is None else self.value

    @property
    def bounds(self):
        """Its low and high (None: unknown); contradictory ones are the smallest to the largest."""
        value = self.value
        if value is not None:  # the nearest number that the words allow
            value += {"more_than": 1, "less_than": -1}.get(self.qualifier, 0)
        given = [x for x in (self.low, value, self.high) if x is not None]
        low = None if self.low is None else min(given)
        high = None if self.high is None else max(given)
        return low, high


def blank(cell):
    return cell is None or cell != cell or str(cell).strip() in ("", "<NA>", "NaT", "nan", "None")


def day_of(cell):
    if blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else datetime.fromisoformat(str(cell)).date()


def instant(when, tz):
    """A moment in UTC: a bare date is the end of that day, a naive one is local."""
    if isinstance(when, str):
        bare = len(when.strip()) <= 10
        when = datetime.fromisoformat(when.strip())
        when = when.date() if bare else when
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(23, 59, 59))
    if when.tzinfo is None:
        when = when.replace(tzinfo=ZoneInfo(tz))
    return when.astimezone(UTC)


def on_the_wall(moment, tz):
    return moment.astimezone(ZoneInfo(tz)).replace(tzinfo=None)


def default_bounds(value, qualifier):
    return {
        "exact": (value, value),
        "at_least": (value, None),
        "more_than": (value + 1, None),
        "at_most": (None, value),
        "less_than": (None, value - 1),
    }.get(qualifier, (None, None))


def complete(rows, tz="UTC"):
    """Return the reports of a table, in its order, with every default and inheritance."""
    moments = [instant(row["reported_at"], tz) for row in rows]
    names = [
        f"r{i + 1}" if blank(row.get("report_id")) else str(row["report_id"])
        for i, row in enumerate(rows)
    ]
    done = {}
    for i in sorted(range(len(rows)), key=lambda i: (moments[i], i)):
        done[names[i]] = _report(rows[i], i, names[i], moments[i], tz, done)
    return [done[name] for name in names]


def _report(row, position, name, moment, tz, done):
    own = {column: cell for column, cell in row.items() if not blank(cell)}
    action = own.get("action", "report")
    parent = done[str(own["refers_to"])] if "refers_to" in own else None
    if isinstance(own.get("value"), str):
        said = zip(("value", "low", "high", "qualifier"), parse(own.pop("value")), strict=True)
        own |= {column: cell for column, cell in said if cell is not None}
    cells = dict(own)
    if parent is not None:
        inherited = dict(zip(SERIES, parent.series, strict=True))
        inherited |= {"via": parent.via, "kind": parent.kind}
        inherited |= {"period_start": parent.start, "period_end": parent.end}
        cells = {k: v for k, v in inherited.items() if not blank(v)} | own
    if action == "revise" and not any(column in own for column in COUNT):
        chain = [r for r in done.values() if r.root is parent.root and r.carries]
        last = max(chain, key=lambda r: r.order) if chain else None
        if last is not None and "qualifier" in own:  # works the bounds out anew
            cells["value"] = last.value
            if own["qualifier"] == "range" or last.value is None:
                cells |= {"low": last.low, "high": last.high}
        elif last is not None:
            cells |= {"value": last.value, "low": last.low, "high": last.high}
            cells["qualifier"] = last.qualifier
    value, low, high = (_whole(cells.get(column)) for column in COUNT)
    ranged = value is None and not (low is None and high is None)
    qualifier = cells.get("qualifier", "range" if ranged else "exact")
    restores = action == "revise" and "qualifier" not in own and "qualifier" in cells
    if value is not None and not restores:
        bottom, top = default_bounds(value, qualifier)
        low = bottom if low is None else low
        high = top if high is None else high
    local = on_the_wall(moment, tz)
    kind = cells.get("kind", "")
    start, end = day_of(cells.get("period_start")), day_of(cells.get("period_end"))
    if kind == "period":
        start, end = start or end, end or start
    else:
        end = end or local.date()
    series = tuple(str(cells.get(column, DEFAULTS.get(column, ""))) for column in SERIES)
    return Report(
        position, name, series, str(cells.get("via", "")), kind, action, value, low, high,
        qualifier, start, end, moment, tz, str(own.get("reason", "")), row, parent,
    )  # fmt: skip


def _whole(cell):
    return None if blank(cell) else int(cell)
