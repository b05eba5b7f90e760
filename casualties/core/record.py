"""What reports say: one table of arrays, one entry a report, and how reports are linked.

Reports are ranked by the instant they became public (ties in ledger order). A clock is then the
number of reports that were public.
"""

from collections.abc import Hashable
from functools import cached_property

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.frames import NEVER, day_numbers, grouped, heads, matches, ordered, tidy
from ..model.reports import Reports
from ..model.schema import SERIES, STOCKS, Action, Change, Kind, Qualifier


class Record:
    """The reports of a ledger as columns.

    Every array has one entry a report, in ledger order, and is never written to after it is made.
    """

    def __init__(self, reports: Reports) -> None:
        self.reports, self.tz = reports, reports.tz
        self.reported = reports.reported  #: instant reported, UTC
        self.kind = reports.fixed["kind"]  #: a :class:`Kind` each
        self.action = reports.fixed["action"]  #: an :class:`Action` each
        self.target = reports.target  #: what a linked report refers to, -1 for a plain one
        #: `best` is the number as it was said, of a range its low, and 0 where there is none. `low`
        #: and `high` are 0 where the report gives none; `open` says that there is no high, and
        #: `numbered` that the report carries a number.
        self.best, self.low, self.high, self.open, self.numbered = _counts(reports)

    def __len__(self) -> int:
        return len(self.reports)

    @property
    def frame(self) -> pd.DataFrame:
        """The reports as a table."""
        return self.reports.frame

    # -- the columns as kernels take them ----------------------------------------------------

    @cached_property
    def local(self) -> np.ndarray:
        """Local wall clock reported."""
        return clocks.local_times(self.reported, self.tz)

    @cached_property
    def reported_day(self) -> np.ndarray:
        """Local calendar day reported, as a number of days."""
        return day_numbers(self.local).astype(np.int32)

    @cached_property
    def day(self) -> np.ndarray:
        """Last day covered, as a number of days."""
        return day_numbers(self.reports.days["period_end"])

    @cached_property
    def start(self) -> np.ndarray:
        """First day covered, as a number of days; the last one where none is given."""
        first = self.reports.days["period_start"]
        start = np.where(np.isnat(first), self.day, day_numbers(first))
        return self.day if np.array_equal(start, self.day) else start

    @cached_property
    def since(self) -> np.ndarray:
        """First day of a total that gives one, as a number of days, else ``NEVER``."""
        first = self.reports.days["period_start"]
        return np.where(~np.isnat(first) & (self.kind == Kind.TOTAL), day_numbers(first), NEVER)

    # -- counts ------------------------------------------------------------------------------

    @property
    def vague(self) -> np.ndarray:
        """Whether the bounds leave more than one number."""
        return self.open | (self.low < self.high)

    def same_count(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Whether pairs of reports state the same value and bounds."""
        same = self.numbered[first] == self.numbered[second]
        for array in (self.best, self.low, self.high, self.open):
            same &= array[first] == array[second]
        return same

    def same_value(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Whether pairs of reports state the same value; of ranges, the same bounds."""
        number, stated = self.reports.number["value"], self.reports.stated["value"]
        same = (stated[first] & stated[second]) & (number[first] == number[second])
        return same | (~stated[first] & ~stated[second] & self.same_count(first, second))

    # -- series ------------------------------------------------------------------------------

    @cached_property
    def series(self) -> np.ndarray:
        """Number of the series, in the order of its names.

        A denial, and what withdraws it, belong to the series of the report denied.
        """
        return grouped(*(self.reports.codes[column][self.about] for column in SERIES))

    @cached_property
    def series_table(self) -> pd.DataFrame:
        """The names of each series."""
        report = np.zeros(int(self.series.max(initial=-1)) + 1, np.int64)  # one of each series
        report[self.series] = self.about
        codes, words = self.reports.codes, self.reports.words
        names = {c: pd.Categorical.from_codes(codes[c][report], words[c]) for c in SERIES}
        return tidy(pd.DataFrame(names))

    def series_columns(self, series: np.ndarray) -> dict[Hashable, pd.Series]:
        """Return the series columns for an array of series numbers."""
        used = np.zeros(len(self.series_table), bool)
        used[series] = True
        table = tidy(self.series_table[used].copy())
        return dict(table.take((np.cumsum(used) - 1)[series]).reset_index(drop=True).items())

    # -- chains ------------------------------------------------------------------------------

    @cached_property
    def automatic(self) -> np.ndarray:
        """Whether the report was not named by who entered it."""
        return self.reports.texts["report_id"].str.fullmatch(r"r\d+").to_numpy(bool)

    @cached_property
    def rank(self) -> np.ndarray:
        """Place of each report in the order of becoming public."""
        rank = np.empty(len(self), np.int64)
        rank[self.order] = np.arange(len(self))
        return rank

    @cached_property
    def order(self) -> np.ndarray:
        """Reports in the order of becoming public."""
        return ordered(self.reported.view(np.int64))

    def cut(self, clock: np.datetime64 | None) -> int:
        """How many reports were public at a clock."""
        if clock is None:
            return len(self)
        return int(np.searchsorted(self.reported, clock, side="right", sorter=self.order))

    @cached_property
    def chain(self) -> np.ndarray:
        """First report of the chain that each report belongs to; a denial begins one of its own."""
        continues = (self.action == Action.REVISE) | (self.action == Action.RETRACT)
        chain = np.where(continues, self.target, np.arange(len(self)))
        while not np.array_equal(further := chain[chain], chain):
            chain = further
        return chain

    @cached_property
    def about(self) -> np.ndarray:
        """First report of the chain that each report is about; a denial is about what it denies."""
        chain = self.chain
        return np.where(self.denial, chain[self.target[chain]], chain).astype(np.int32)

    @cached_property
    def denial(self) -> np.ndarray:
        """Whether the report is a denial, or withdraws one."""
        return self.action[self.chain] == Action.DENY

    @cached_property
    def moment(self) -> np.ndarray:
        """Number of the instant at which the report of each rank became public."""
        return np.cumsum(heads(self.reported[self.order])) - 1

    @cached_property
    def instants(self) -> np.ndarray:
        """The distinct instants at which something became public, microseconds, UTC."""
        return np.unique(self.reported).astype("M8[us]").view(np.int64)

    @cached_property
    def began(self) -> np.ndarray:
        """Number of the instant at which the chain of each report began."""
        number = np.empty(len(self), np.int64)
        number[self.order] = self.moment
        return number[self.chain]

    @cached_property
    def so_far(self) -> np.ndarray:
        """Whether the chain began before 23:59 of the last day covered."""
        over = (self.day * 24 * 60 + 24 * 60 - 1).astype("M8[m]")
        return self.local[self.chain] < over

    @cached_property
    def early(self) -> np.ndarray:
        """Whether the report came out before its last day began anywhere on Earth (UTC+14)."""
        return (self.reported + np.timedelta64(14, "h")).astype("M8[D]").astype(np.int64) < self.day

    @cached_property
    def usable(self) -> np.ndarray:
        """Whether the report enters running totals while it is live."""
        return self.numbered & ~self.denial & ~self.early

    @cached_property
    def unknown(self) -> np.ndarray:
        """Whether the report is of an incident in which nobody knows how many were counted."""
        speaks = (self.action < Action.RETRACT) & ~self.denial & ~self.early
        return (self.kind == Kind.INCIDENT) & speaks & ~self.numbered

    @cached_property
    def stock(self) -> np.ndarray:
        """Whether the report counts people who return: no other day bounds their number."""
        names = self.reports.words["outcome"].isin(STOCKS)
        return np.append(names, False)[self.reports.codes["outcome"][self.about]]

    @cached_property
    def figure(self) -> np.ndarray:
        """Number of its series, kind and dates; -1 where no other chain can replace the report."""
        counts = (self.kind <= Kind.PERIOD) & (self.action < Action.RETRACT) & ~self.denial
        first = np.where(self.kind == Kind.PERIOD, self.start, 0)
        number = grouped(self.series, self.kind, self.day, first)
        return np.where(counts, number, -1).astype(np.int32)

    # -- instants ----------------------------------------------------------------------------

    @cached_property
    def speaks_of(self) -> np.ndarray:
        """The instant that each count speaks of, UTC (rule 2).

        The end of its last day. Where its chain began before 23:59 of that day, the instant at
        which it began, but no earlier than the day itself.
        """
        days = self.reports.days["period_end"].astype("M8[us]")
        began = np.maximum(self.reported[self.chain], clocks.day_starts(days, self.tz))
        return np.where(self.so_far, began, clocks.day_ends(days, self.tz))

    @cached_property
    def eve(self) -> np.ndarray:
        """The end of the day before the first day covered, UTC."""
        days = self.start.astype("M8[D]").astype("M8[us]")
        return clocks.day_ends(days - clocks.DAY, self.tz)

    # -- denials -----------------------------------------------------------------------------

    @cached_property
    def denied(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of denial and report denied, in the order in which they were denied.

        A denial denies the report that it names. It also denies later reports of the same chain
        and, as two relays of one statement, earlier reports of other chains about the same figure:
        both where they state the same value.
        """
        denial, rank, chain = np.flatnonzero(self.action == Action.DENY), self.rank, self.chain
        named = self.target[denial]
        # A report that no other chain replaces, such as a `more`, has a figure of its own.
        figure = np.where(self.figure < 0, -1 - np.arange(len(self)), self.figure)
        of_chain, of_figure = (matches([key[named]], [key]) for key in (chain, figure))
        place, report = (np.append(*both) for both in zip(of_chain, of_figure, strict=True))
        denial, named = denial[place], named[place]
        later = rank[report] >= rank[named]
        relayed = (chain[report] != chain[named]) & (rank[report] < rank[denial])
        denied = np.where(np.arange(len(place)) < len(of_chain[0]), later, relayed)
        denied &= self.same_value(report, named) & (self.action[report] < Action.RETRACT)
        denial, report = denial[denied], report[denied]
        order = ordered(rank[denial], rank[report])
        return denial[order], report[order]


def _counts(reports: Reports) -> tuple[np.ndarray, ...]:
    """Return number, low, high, whether there is no high, and whether there is a number."""
    number, low, high = (reports.number[c] for c in ("value", "low", "high"))  # 0: not stated
    has_number, has_low, has_high = (reports.stated[c] for c in ("value", "low", "high"))
    numbered = (has_number | has_low) & (reports.fixed["action"] < Action.RETRACT)
    if all(map(np.array_equal, (low, high, has_low), (number, number, has_number))):
        return number, number, number, ~has_high, numbered  # every number is exact
    says = reports.fixed["qualifier"]
    # Bounds that contradict each other or the value are computed with as the smallest to the
    # largest of the three; check() tells of them.
    least = np.where(has_low & has_high, np.minimum(low, high), low)
    most = np.where(has_low & has_high, np.maximum(low, high), high)
    best = np.where(has_number, number, least)
    # No stated number moves: of "more than v" it is v, though at least v + 1 are meant.
    meant = number + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    meant = np.where(has_number, meant, best)
    low = np.where(has_low, np.minimum(least, meant), 0)
    high = np.where(has_high, np.maximum(most, meant), 0)
    return best, low, high, ~has_high, numbered


def change_of(record: Record, old: np.ndarray, new: np.ndarray, explicit: np.ndarray) -> np.ndarray:
    """Return what each replacement is called, as a :class:`Change`."""
    # The day went on: the old report came out on or before the last day it covers, and the new one
    # no later than the day after that.
    updated = ~explicit & (record.best[new] >= record.best[old])
    updated &= record.reported_day[old] <= record.day[old]
    updated &= record.reported_day[new] <= record.day[old] + 1
    # Two relays of one statement differ, and nobody said that the source revised.
    via, words = record.reports.codes["via"], record.reports.words["via"]
    told = np.append(words != "", False)[via[new]]
    relayed = ~explicit & (record.best[new] < record.best[old]) & told & (via[old] != via[new])
    relayed &= record.numbered[old] & record.numbered[new]
    relayed &= np.abs(record.reported[new] - record.reported[old]) <= clocks.DAY
    # The same number of other days, or told as another kind, is not the same statement.
    same = record.same_count(old, new) & (record.action[old] != Action.RETRACT)
    for column in (record.kind, record.day, record.start, record.since):
        same &= column[old] == column[new]
    return np.select(
        [record.action[new] == Action.RETRACT, same, updated, relayed],
        [Change.RETRACTED, Change.REAFFIRMED, Change.UPDATED, Change.RELAYED],
        Change.REVISED,
    )


def overlapping(record: Record, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether the bounds of pairs of reports overlap."""
    apart = ~record.open[first] & (record.high[first] < record.low[second])
    apart |= ~record.open[second] & (record.high[second] < record.low[first])
    return ~apart
