"""What a page asks its ledger once: the reports, the headlines and who counts what."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..answers.words import Words
from ..core.known import Known
from ..model.schema import SERIES, STOCKS
from ..plots import prepare
from .saying import NONE, printed, said, thing
from .times import Times, times_of

if TYPE_CHECKING:
    from ..ledger import Ledger


@dataclass(frozen=True)
class Facts:
    """A ledger with its answers, its reports numbered from 0 as on the page."""

    ledger: "Ledger"

    @cached_property
    def known(self) -> Known:
        """The reports as the answers take them."""
        known: Known = self.ledger._known
        return known

    @cached_property
    def rows(self) -> np.ndarray:
        """The row in the record of each report of the page."""
        return np.flatnonzero(self.known.public)

    @cached_property
    def number(self) -> np.ndarray:
        """The report of the page in each row of the record."""
        return np.cumsum(self.known.public) - 1

    @cached_property
    def times(self) -> Times:
        """The clocks of the page."""
        return times_of(self.ledger)

    @cached_property
    def reports(self) -> pd.DataFrame:
        """The reports, with `series`, `born` (the first clock that knows it), `dates`, `shown`.

        And `said`, the number as it was stated.
        """
        frame, record = self.ledger.reports, self.known.record
        frame["series"] = record.series[self.rows]
        frame["born"] = self.times.place(record.reported[self.rows])
        frame["dates"] = Words(record).dates(self.rows)
        frame["shown"] = Words(record).instants(self.rows)
        stated = (frame[name].tolist() for name in ("value", "low", "high", "qualifier"))
        frame["said"] = [said(*cells) for cells in zip(*stated, strict=True)]
        return frame

    @cached_property
    def ids(self) -> dict[str, int]:
        """The report of each name."""
        return {name: place for place, name in enumerate(self.reports["report_id"])}

    # -- series ------------------------------------------------------------------------------

    @cached_property
    def names(self) -> list[dict[str, str]]:
        """The names of every series, by its number."""
        table = self.known.record.series_table.astype("str")
        return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]

    @cached_property
    def by_name(self) -> dict[tuple[str, ...], int]:
        """The number of the series of some names."""
        return {tuple(names.values()): place for place, names in enumerate(self.names)}

    @cached_property
    def series(self) -> list[int]:
        """The series of reports: the killed first, then what most reports are of."""
        mine = self.reports.loc[self.reports["action"] != "deny", "series"]
        count: dict[int, int] = dict(Counter(mine.tolist()))
        things: dict[tuple[str, ...], int] = {}
        for one, reports in count.items():
            things[self.thing(one)] = things.get(self.thing(one), 0) + reports
        return sorted(
            count,
            key=lambda one: (
                self.names[one]["outcome"] != "killed", -things[self.thing(one)],
                self.thing(one), -count[one], one,
            ),
        )  # fmt: skip

    @cached_property
    def born_of(self) -> dict[int, list[int]]:
        """The clocks at which something new is known of each series, denials included."""
        out: dict[int, set[int]] = {}
        for series, born in zip(
            *(self.reports[c].tolist() for c in ("series", "born")), strict=True
        ):
            out.setdefault(series, set()).add(born)
        return {series: sorted(born) for series, born in out.items()}

    def alone(self, series: int, place: int) -> bool:
        """Whether a clock knows one report of a series, so that there is nothing to explain."""
        return self._known_first[series] == (place, 1)

    @cached_property
    def _known_first(self) -> dict[int, tuple[int, int]]:
        """The first clock that knows a series, and how many of its reports."""
        born = Counter(zip(self.reports["series"], self.reports["born"], strict=True))
        return {one: (at[0], born[one, at[0]]) for one, at in self.born_of.items()}

    @cached_property
    def rank(self) -> dict[int, int]:
        """The place of each series in that order."""
        return {one: place for place, one in enumerate(self.series)}

    def thing(self, series: int) -> tuple[str, ...]:
        """Return what a series counts, whoever says so."""
        return tuple(word for name, word in self.names[series].items() if name != "source")

    def source(self, series: int) -> str:
        """Name who counts."""
        return self.names[series]["source"]

    @cached_property
    def event(self) -> str | None:
        """The event of more than half of the reports, which need not be named each time.

        Where some are of no event it must be, so that none is read as another's.
        """
        events = Counter(self.names[one]["event"] for one in self.reports["series"])
        for name, count in events.most_common(1):
            return name if "" not in events and 2 * count > len(self.reports) else None
        return None

    @cached_property
    def events(self) -> int:
        """How many events the reports are of."""
        return len({self.names[one]["event"] for one in self.series})

    def what(self, series: int) -> str:
        """Say what a series counts."""
        return self.thing_of(self.names[series])

    def thing_of(self, names: Mapping[str, str]) -> str:
        """Say what is counted, leaving the main event unsaid."""
        return thing(names, event=names["event"] != self.event)

    def label(self, series: int) -> str:
        """Say what a series counts, within a sentence."""
        text = self.what(series)
        return text[:1].lower() + text[1:]

    # -- headlines ---------------------------------------------------------------------------

    @cached_property
    def history(self) -> pd.DataFrame:
        """The headline of each series each time it changed, as it may be printed.

        The columns of `history`, `series` (its number), `told` (when, UTC), `born` (a clock),
        `printed`, `was` (the number before) and `why` (as
        :data:`casualties.page.saying.CAUSES`).
        """
        frame = self.ledger.history().reset_index(drop=True)
        frame = prepare.stood_behind(frame, self.ledger.reports)
        names = zip(*(frame[column].astype("str") for column in SERIES), strict=True)
        frame["series"] = [self.by_name[name] for name in names]
        frame["told"] = _utc(frame["reported_at"])
        frame["born"] = self.times.place(frame["told"].to_numpy())
        frame["printed"] = [printed(row) for row in records(frame)]
        before = frame.groupby("series")
        frame["was"] = before["printed"].shift().astype(object)
        fell = frame["cause"].isin(["fell", "unclear"]) & frame["outcome"].isin(STOCKS)
        reports = self.ledger.reports
        below = (reports["kind"] == "more") & (reports["value"] < 0).fillna(False)
        less = frame["report_id"].isin(reports.loc[below, "report_id"])
        less &= frame["cause"].isin(["fell", "unclear"])
        frame["why"] = frame["cause"].astype("str").mask(less, "fewer").mask(fell, "returned")
        return frame

    @cached_property
    def _headlines(self) -> dict[int, list[Any]]:
        """The headlines of each series, in order."""
        out: dict[int, list[Any]] = {}
        rows: Iterable[Any] = self.history.itertuples()
        for row in rows:
            out.setdefault(row.series, []).append(row)
        return out

    def latest(self, series: int, place: int) -> Any:
        """Return the headline of a series at a clock, a row of `history`; ``None`` for none."""
        return last_known(self._headlines.get(series, []), place, attrgetter("born"))

    @cached_property
    def made_by(self) -> dict[tuple[int, Any], list[int]]:
        """The reports of each series and instant, denials apart."""
        frame = self.reports
        keep = frame[frame["action"] != "deny"]
        out: dict[tuple[int, Any], list[int]] = {}
        instants = _utc(keep["reported_at"])
        for report, series, at in zip(keep.index, keep["series"], instants, strict=True):
            out.setdefault((int(series), at), []).append(int(report))
        return out

    @cached_property
    def _live(self) -> dict[int, list[tuple[int, int, int]]]:
        """The reports of each series and when they are live: after how many, up to how many."""
        stretches, record = self.known.kept.live, self.known.record
        of = stretches.take(np.flatnonzero(self.known.public[stretches.row]))
        out: dict[int, list[tuple[int, int, int]]] = {}
        columns = (record.series[of.row], of.born, of.ended, of.row)
        for series, born, ended, row in zip(*(c.tolist() for c in columns), strict=True):
            out.setdefault(series, []).append((born, ended, row))
        return out

    @cached_property
    def silent(self) -> set[int]:
        """The series of which some report gives no number."""
        rows = self.rows[~self.known.record.numbered[self.rows]]
        return set(self.known.record.series[rows].tolist())

    def last_live(self, series: int, cut: int) -> int | None:
        """Return the live report of a series that was published last; ``None`` if there is none."""
        rank = self.known.record.rank
        rows = [row for born, ended, row in self._live.get(series, ()) if born < cut <= ended]
        return int(self.number[max(rows, key=lambda row: rank[row])]) if rows else None

    @cached_property
    def withdrawn(self) -> dict[int, list[tuple[int, str, tuple[int, int]]]]:
        """The numbers of each series that were withdrawn: since when, which, given and taken by."""
        frame = self.reports[self.reports["action"] == "retract"].sort_values("born", kind="stable")
        out: dict[int, list[tuple[int, str, tuple[int, int]]]] = {}
        columns = (frame[name].tolist() for name in ("series", "born", "refers_to"))
        said_ = self.reports["said"].tolist()
        for report, series, born, target in zip(frame.index, *columns, strict=True):
            given = self.ids.get(target)
            if given is not None and said_[given] != NONE:
                out.setdefault(series, []).append((born, said_[given], (given, int(report))))
        return out

    def reasons(self, reports: list[int]) -> list[str]:
        """Return the reasons that reports give."""
        return [str(self.reports["reason"].iat[report]) for report in reports]


def last_known(rows: list[Any], place: int, born: Callable[[Any], int]) -> Any:
    """Return the last of some rows that is known at a clock."""
    at = bisect_right(rows, place, key=born)
    return rows[at - 1] if at else None


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def _utc(instants: pd.Series) -> pd.Series:
    return instants.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]")
