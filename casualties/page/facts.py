"""What a page asks its ledger once: its clocks, reports, series and headlines."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from ..answers.cited import Cited
from ..answers.lives import denials, lives
from ..answers.totals import stepwise
from ..model import clocks
from ..model.schema import CEILINGS, QUALIFIERS, SERIES, STOCKS
from ..words import NONE, plural, printed, thing
from .markup import CALENDAR, day, instant, small, words

if TYPE_CHECKING:
    from ..ledger import Ledger

#: Values that hold for some clocks, by the number of a thing: from a clock, until before a clock.
Spans: TypeAlias = dict[int, list[tuple[int, int, Any]]]
#: A page can be set to this many clocks at the most, and of many to so many at least …
MOST, LEAST = 300, 6
#: … and, as findings are asked for at each, to no more than so many reports allow.
WORK = 120_000
#: The first series are told, at most so many, with at most so many reports together.
MOST_SERIES, MOST_REPORTS = 1_000, 25_000

#: The marks of a picture at numbers with these qualifiers; at all others a dot.
_MARKS = {"about": "about", **dict.fromkeys((QUALIFIERS[code] for code in CEILINGS), "most")}
#: Further marks at numbers that are lower for these causes.
_FALLS = {"revised": " down", "relayed": " fell", "fell": " fell"}


def _clocks(ledger: "Ledger") -> tuple[np.ndarray, list[str], int]:
    """Return the clocks of a page, and how people read each, and the number of all instants.

    The clocks are the instants of the ledger, or some of very many, in UTC, ascending.
    """
    every = np.unique(clocks.utc_values(pd.DatetimeIndex(ledger.reports["reported_at"])))
    many = min(len(every), max(LEAST, min(MOST, WORK // max(len(ledger), 1))))
    chosen = every[np.unique(np.linspace(0, len(every) - 1, many).astype(int))]
    if ledger.known_at is not None:
        chosen = np.unique(np.append(chosen, clocks.query_instant(ledger.known_at, ledger.tz)))
    labels = [instant(at, ledger.tz) for at in chosen] or ["with no limit to the clock"]
    if len(labels) > 1 and labels[-2] == labels[-1]:
        # The last report, and the end of its day, are one moment to the reader.
        chosen, labels = np.delete(chosen, -2), labels[:-2] + labels[-1:]
    return chosen, labels, len(every)


class Facts:
    """A ledger and its answers. Reports are numbered from 0, as on the page, clocks by their place.

    Attributes
    ----------
    ledger : Ledger
        As known at the page's own clock.
    parts : list of str, optional
        Categories that do not overlap; ``None`` for the usual.
    known : Known
        The reports as the answers take them; `cited` writes what they say.
    rows, number : ndarray of int
        The row in the record of each report of the page, and the report in each row.
    instants : ndarray of datetime64
        The clocks that the page can be set to, in UTC, ascending; the last is its own. There is
        none if nothing was ever reported and the ledger has no clock.
    labels : list of str
        Each clock as people read it, `size` of them: one, where there are no reports and no clock.
        Something was reported at so many instants: `every`.
    then : list of Ledger
        The ledger as known at each clock, with what it was asked already.
    reports : DataFrame
        The reports, with the number of their `series` and `born`, the first clock that knows them.
    ids : dict of str to int
        The report of each name.
    names : list of dict
        The names of every series, by its number.
    born_of : dict of int to Counter
        How many reports of each series are new at which clocks, ascending, denials included.
    series, place : list of int, dict of int to int
        The series in the order of the page, and the place of each.
    told, followed : list of int
        The series that the page tells: all, or the first ones if they are very many or very long.
        Those whose changes it explains, too: the same, unless the first alone is too long.
    event, events : str or None, int
        The main event, and how many there are.
    """

    def __init__(self, ledger: "Ledger", parts: Sequence[str] | None = None) -> None:
        known, frame = ledger._known, ledger.reports
        self.ledger, self.parts, self.known, self.tz = ledger, parts, known, ledger.tz
        self.rows, self.number = np.flatnonzero(known.public), np.cumsum(known.public) - 1
        self.instants, self.labels, self.every = _clocks(ledger)
        self.size, self.label = len(self.labels), self.labels[-1]
        self.then = [ledger.as_of(pd.Timestamp(at, tz="UTC")) for at in self.instants]
        frame["series"] = known.record.series[self.rows]
        frame["born"] = self.clock_of(known.record.reported[self.rows])
        self.reports, self.cited = frame, Cited(known.record, CALENDAR)
        self._columns: dict[Any, list[Any]] = {name: frame[name].tolist() for name in frame}
        self.ids = {name: place for place, name in enumerate(self._columns["report_id"])}
        self.names: list[Any] = known.record.series_table.astype("str").to_dict("records")
        groups: Any = frame.groupby("series")["born"]
        self.born_of = {series: Counter(sorted(born.tolist())) for series, born in groups}
        self.series = self._ordered()
        self.place = {series: place for place, series in enumerate(self.series)}
        sizes = np.cumsum([sum(self.born_of[series].values()) for series in self.series])
        most = int(np.searchsorted(sizes, MOST_REPORTS, side="right"))
        self.told = self.series[: max(1, min(most, MOST_SERIES))]
        self.followed = self.told if most else []
        self.event = self._main_event()
        self.events = len({self.names[series]["event"] for series in self.series})

    def clock_of(self, instants: Any) -> np.ndarray:
        """Return the first clock at which what was reported at an instant is known."""
        return np.searchsorted(self.instants, np.asarray(instants, "M8[us]"), side="left")

    def said(self, report: int) -> str:
        """Write the number of a report as it was stated."""
        return self.cited.say(self.rows[[report]])[0]

    def dates(self, report: int) -> str:
        """Write the days that a report covers."""
        return self.cited.dates(self.rows[[report]])[0]

    def shown(self, report: int) -> str:
        """Write when a report was published."""
        return self.when(self.cell(report, "reported_at"))

    def when(self, at: Any) -> str:
        """Write an instant."""
        return instant(at, self.tz)

    def cell(self, report: int, name: str) -> Any:
        """Return what a report says in a column."""
        return self._columns[name][report]

    # -- series ------------------------------------------------------------------------------

    def _ordered(self) -> list[int]:
        """Return the series of reports: the killed first, then what most reports are of."""
        counting = self.reports.loc[self.reports["action"] != "deny", "series"].tolist()
        count, things = Counter(counting), Counter[tuple[str, ...]]()
        for series, many in count.items():
            things[self.thing(series)] += many

        def order(series: int) -> tuple[Any, ...]:
            thing_ = self.thing(series)
            killed = self.names[series]["outcome"] == "killed"
            return not killed, -things[thing_], thing_, -count[series], series

        return sorted(count, key=order)

    def thing(self, series: int) -> tuple[str, ...]:
        """Return what a series counts: its names but for the source."""
        return tuple(word for name, word in self.names[series].items() if name != "source")

    def source(self, series: int) -> str:
        """Name who counts."""
        return self.names[series]["source"]

    def _main_event(self) -> str | None:
        """Return the event of more than half of the reports, which need not be named each time.

        There is none where some reports are of no event: they would be read as its own.
        """
        events = Counter(self.names[series]["event"] for series in self._columns["series"])
        name, count = max(events.items(), key=itemgetter(1), default=("", 0))
        return name if "" not in events and 2 * count > len(self.reports) else None

    def first(self, series: Iterable[int]) -> int:
        """Return the first clock that knows a report of some series."""
        return min((min(self.born_of[one]) for one in series), default=0)

    @property
    def span(self) -> str:
        """How many reports there are, and which days they cover."""
        ends = self.reports["period_end"]
        days = f" for days {day(ends.min())} to {day(ends.max())}" if len(ends) else ""
        return plural(len(ends), "report") + days

    def what(self, series: int) -> str:
        """Say what a series counts."""
        return self.thing_of(self.names[series])

    def counted(self, series: int) -> str:
        """Say what a series counts, and by whom, as a cell."""
        return words(self.what(series)) + small(self.source(series))

    def thing_of(self, names: Mapping[str, str]) -> str:
        """Say what is counted, leaving the main event unsaid."""
        return thing(names, event=names["event"] != self.event)

    # -- headlines ---------------------------------------------------------------------------

    @cached_property
    def history(self) -> pd.DataFrame:
        """The headline of each series each time it changed, as it may be printed.

        The columns of :meth:`Ledger.history`, and

        - `series`, its number; `told`, the instant (UTC); `born`, the first clock that knows it;
        - `stated`, whether a report states it; `said`, the instant of that report, else `told`;
        - `printed`, `was`, the number as printed and the one before; `by`, their difference, 0 if
          unknown; `why`, the cause as in :data:`casualties.words.CAUSES`;
        - `marks`, those that stand at it in a picture: no dot at a range without a number.
        """
        frame = stepwise(self.known, series=np.sort(np.array(self.told, np.int64)))
        frame["told"] = frame["reported_at"].dt.tz_convert("UTC").dt.tz_localize(None)
        frame["born"] = self.clock_of(frame["told"])
        frame["stated"] = frame["row"] >= 0
        by_id = self.reports.set_index("report_id")[["qualifier", "value", "reported_at"]]
        says = by_id.reindex(frame["report_id"]).reset_index(drop=True)
        frame["said"] = says["reported_at"].where(frame["stated"], frame["reported_at"])
        # Only what a report states is printed in its words.
        own = says[["value", "qualifier"]].where(frame["stated"])
        cells: Any = frame[["total", "low", "high"]].join(own).astype(object).to_dict("records")
        frame["printed"] = [*map(printed, cells)]
        frame["was"] = frame.groupby("series")["printed"].shift().astype(object)
        frame["by"] = frame["change"].fillna(0).astype(int)
        fell = frame["cause"].isin(["fell", "unclear"])
        why = frame["cause"].astype("str").mask(fell & says["value"].lt(0).fillna(False), "fewer")
        frame["why"] = why.mask(fell & frame["outcome"].isin(STOCKS), "returned")
        mark = says["qualifier"].astype("object").map(_MARKS).fillna("dot")
        mark = mark.mask(says["value"].isna() & mark.ne("most"), "").where(frame["stated"], "ring")
        mark += np.where(frame["high"].isna() & mark.ne("about"), " stem", "")
        frame["marks"] = mark + frame["why"].map(_FALLS).where(frame["by"] < 0).fillna("")
        return frame

    @cached_property
    def steps(self) -> dict[int, list[Any]]:
        """The rows of `history`, by series, without what pictures alone show."""
        unread = [*SERIES, "change", "cause", "row", "marks", "said"]
        groups: Any = self.history.drop(columns=unread).groupby("series")
        return defaultdict(list, {series: [*rows.itertuples()] for series, rows in groups})

    def latest(self, series: int, place: int) -> Any:
        """Return the headline of a series at a clock, a row of `history`; ``None`` for none."""
        return last_known(self.steps[series], place, attrgetter("born"))

    @cached_property
    def made_by(self) -> dict[tuple[int, Any], list[int]]:
        """The reports of each series and instant, without denials."""
        keep = self.reports[self.reports["action"] != "deny"]
        groups: Any = keep.groupby(["series", "reported_at"]).groups
        return {key: rows.tolist() for key, rows in groups.items()}

    # -- what is in force --------------------------------------------------------------------

    @cached_property
    def _live(self) -> Spans:
        """The reports of each series, while they are live."""
        found = lives(self.known)
        series = self.known.record.series[found["row"].to_numpy()].tolist()
        return self._spans(found, series, self.number[found["row"]].tolist())

    @cached_property
    def denied(self) -> Spans:
        """Who denies each report, while the denial stands."""
        found = denials(self.known)
        by = self.reports["source"].take(self.number[found["row"]])
        return self._spans(found, self.number[found["about"]].tolist(), by.tolist())

    def _spans(self, found: pd.DataFrame, keys: list[int], what: list[Any]) -> Spans:
        """Return stretches of time as stretches of clocks, each with what holds then."""
        since, until = (self.clock_of(found[name]).tolist() for name in ("since", "until"))
        out: Spans = defaultdict(list)
        for key, *span in zip(keys, since, until, what, strict=True):
            out[key].append(tuple(span))
        return out

    def last_live(self, series: int, place: int) -> int | None:
        """Return the live report of a series that was published last; ``None`` if there is none."""
        rank = self.known.record.rank
        live = _standing(self._live, series, place)
        return max(live, key=lambda report: rank[self.rows[report]], default=None)

    def deniers(self, reports: Iterable[int], place: int) -> list[str]:
        """Return who denies some reports at a clock."""
        return [who for report in reports for who in _standing(self.denied, report, place)]

    @cached_property
    def withdrawn(self) -> dict[int, list[tuple[int, int, int]]]:
        """Withdrawn numbers by series: since which clock, the report of it, the one that did it."""
        taken = self.reports[self.reports["action"] == "retract"].sort_values("born", kind="stable")
        out: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        rows: Any = taken[["born", "series", "refers_to"]].itertuples()
        for report, born, series, about in rows:
            if about in self.ids and self.said(self.ids[about]) != NONE:
                out[series].append((born, self.ids[about], report))
        return out


def _standing(spans: Spans, key: int, place: int) -> list[Any]:
    """Return the values of a thing that hold at a clock."""
    return [what for begin, end, what in spans[key] if begin <= place < end]


def last_known(rows: list[Any], clock: Any, born: Callable[[Any], Any]) -> Any:
    """Return the last row that is born by a clock, which is what `born` gives; or ``None``."""
    count = bisect_right(rows, clock, key=born)
    return rows[count - 1] if count else None
