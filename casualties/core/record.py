"""What reports say: one table of arrays, one entry a report, and how reports are linked.

Reports are ranked by the instant they became public (ties in ledger order); a clock is then a
number of ranks.
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
        #: The number as it was said, of a range its low (0 where there is none); bounds, 0 where
        #: unbounded; whether there is no upper bound; whether the report carries a number.
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
        given = ~np.isnat(first) & (self.kind == Kind.TOTAL)
        return np.where(given, day_numbers(first), NEVER)

    # -- counts ------------------------------------------------------------------------------

    @property
    def vague(self) -> np.ndarray:
        """Whether the bounds leave more than one number."""
        return self.open | (self.low < self.high)

    def same_count(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Whether pairs of reports state the same value and bounds."""
        same = self.numbered[one] == self.numbered[other]
        for array in (self.best, self.low, self.high, self.open):
            same &= array[one] == array[other]
        return same

    def same_value(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Whether pairs of reports state the same value; of ranges, the same bounds."""
        number, there = self.reports.number["value"], self.reports.stated["value"]
        same = (there[one] & there[other]) & (number[one] == number[other])
        return same | (~there[one] & ~there[other] & self.same_count(one, other))

    # -- series ------------------------------------------------------------------------------

    @cached_property
    def series(self) -> np.ndarray:
        """Number of the series, in the order of its names.

        A denial, and what withdraws it, belong to the series of the report denied.
        """
        codes = self.reports.codes
        return grouped(*(codes[column][self.about] for column in SERIES))

    @cached_property
    def series_table(self) -> pd.DataFrame:
        """The names of each series."""
        one = np.zeros(int(self.series.max(initial=-1)) + 1, np.int64)  # a report of each series
        one[self.series] = self.about
        codes, words = self.reports.codes, self.reports.words
        names = {c: pd.Categorical.from_codes(codes[c][one], words[c]) for c in SERIES}
        return tidy(pd.DataFrame(names))

    def series_columns(self, series: np.ndarray) -> dict[Hashable, pd.Series]:
        """Return the series columns for an array of series numbers."""
        found = np.zeros(len(self.series_table), bool)
        found[series] = True
        table = tidy(self.series_table[found].copy())
        return dict(table.take((np.cumsum(found) - 1)[series]).reset_index(drop=True).items())

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
        here = np.arange(len(self))
        chain = np.where(
            (self.action == Action.REVISE) | (self.action == Action.RETRACT), self.target, here
        )
        while not np.array_equal(further := chain[chain], chain):
            chain = further
        return chain

    @cached_property
    def linked(self) -> np.ndarray:
        """Whether each report is the first of a chain of several."""
        return np.bincount(self.chain, minlength=len(self)) > 1

    @cached_property
    def about(self) -> np.ndarray:
        """First report of the chain that each report is about, seen through denials."""
        chain = self.chain
        return np.where(self.denial, chain[self.target[chain]], chain).astype(np.int32)

    @cached_property
    def denial(self) -> np.ndarray:
        """Whether the report is a denial, or withdraws one."""
        return self.action[self.chain] == Action.DENY

    @cached_property
    def moment(self) -> np.ndarray:
        """The instant at which each rank became public, numbered in order."""
        return np.cumsum(heads(self.reported[self.order])) - 1

    @cached_property
    def instants(self) -> np.ndarray:
        """The distinct instants at which something became public, microseconds, UTC."""
        return np.unique(self.reported).astype("M8[us]").view(np.int64)

    @cached_property
    def said(self) -> np.ndarray:
        """The standing of each report: the number of the instant at which its chain began."""
        number = np.empty(len(self), np.int64)
        number[self.order] = self.moment
        return number[self.chain]

    @cached_property
    def so_far(self) -> np.ndarray:
        """Whether the last day covered was not over when the chain began (before 23:59)."""
        over = (self.day * 24 * 60 + 24 * 60 - 1).astype("M8[m]")
        return self.local[self.chain] < over

    @cached_property
    def early(self) -> np.ndarray:
        """Whether the last day covered had not begun anywhere on Earth (UTC+14) by then."""
        return (self.reported + np.timedelta64(14, "h")).astype("M8[D]").astype(np.int64) < self.day

    @cached_property
    def sums(self) -> np.ndarray:
        """Whether the report enters running totals while it is live."""
        return self.numbered & ~self.denial & ~self.early

    @cached_property
    def unknown(self) -> np.ndarray:
        """Whether the report is of an incident in which nobody knows how many were counted."""
        said = (self.action < Action.RETRACT) & ~self.denial & ~self.early
        return (self.kind == Kind.INCIDENT) & said & ~self.numbered

    @cached_property
    def stock(self) -> np.ndarray:
        """Whether the report counts people who return: no other day bounds their number."""
        names = self.reports.words["outcome"].isin(STOCKS)
        return np.append(names, False)[self.reports.codes["outcome"][self.about]]

    @cached_property
    def figure(self) -> np.ndarray:
        """Number of what is counted (series, kind and dates); -1 for what nothing else replaces."""
        counts = (self.kind <= Kind.PERIOD) & (self.action < Action.RETRACT) & ~self.denial
        first = np.where(self.kind == Kind.PERIOD, self.start, 0)
        number = grouped(self.series, self.kind, self.day, first)
        return np.where(counts, number, -1).astype(np.int32)

    # -- instants ----------------------------------------------------------------------------

    @cached_property
    def speaks_of(self) -> np.ndarray:
        """The instant that each count speaks of, UTC (rule 2).

        The end of its last day or, where its chain began to speak before 23:59 of that day, that
        moment, but not before the day began.
        """
        days = self.reports.days["period_end"].astype("M8[us]")
        said = np.maximum(self.reported[self.chain], clocks.day_starts(days, self.tz))
        return np.where(self.so_far, said, clocks.day_ends(days, self.tz))

    @cached_property
    def eve(self) -> np.ndarray:
        """The end of the day before the first day covered, UTC."""
        days = self.start.astype("M8[D]").astype("M8[us]")
        return clocks.day_ends(days - clocks.DAY, self.tz)

    # -- denials -----------------------------------------------------------------------------

    @cached_property
    def denied(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of denial and report denied, in the order in which they were denied.

        A denial marks the report it refers to, the later reports of its chain that state the same
        value, and what had told the same before it, as two relays of one statement do.
        """
        denials, rank = np.flatnonzero(self.action == Action.DENY), self.rank
        target, chain = self.target[denials], self.chain
        # What nothing else replaces, such as a `more`, is of no figure but its own.
        figure = np.where(self.figure < 0, -1 - np.arange(len(self)), self.figure)
        of_chain, twins = (matches([of[target]], [of]) for of in (chain, figure))
        pair, report = (np.append(*of) for of in zip(of_chain, twins, strict=True))
        told, said = rank[report], rank[target[pair]]
        twin = (chain[report] != chain[target[pair]]) & (told < rank[denials[pair]])
        fits = np.where(np.arange(len(pair)) < len(of_chain[0]), told >= said, twin)
        fits &= self.same_value(report, target[pair]) & (self.action[report] < Action.RETRACT)
        pair, report = pair[fits], report[fits]
        order = ordered(rank[denials[pair]], rank[report])
        return denials[pair][order], report[order]


def _counts(
    reports: Reports,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return number, low, high, whether there is no high, and whether there is a number."""
    number, lower, upper = (reports.number[c] for c in ("value", "low", "high"))
    has = [reports.stated[c] for c in ("value", "low", "high")]
    counted = (has[0] | has[1]) & (reports.fixed["action"] < Action.RETRACT)
    if all(map(np.array_equal, (lower, upper, has[1]), (number, number, has[0]))):
        return number, number, number, ~has[2], counted  # every number is exact
    says = reports.fixed["qualifier"]
    # No stated number moves: of "more than v" it is v, though at least v + 1 are meant.
    meant = number + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    least = np.where(has[1] & has[2], np.minimum(lower, upper), lower)
    best = np.where(has[0], number, np.where(has[1], least, 0))
    meant = np.where(has[0], meant, best)
    # Bounds that contradict each other or the value are the smallest to the largest of the
    # three for computing (check() tells of them).
    most = np.where(has[1], np.maximum(lower, upper), upper)
    lower = np.where(has[1], np.minimum(least, meant), 0)
    upper = np.where(has[2], np.maximum(most, meant), 0)
    return best, lower, upper, ~has[2], counted


_A_DAY = np.timedelta64(1, "D")


def change_of(record: Record, old: np.ndarray, new: np.ndarray, explicit: np.ndarray) -> np.ndarray:
    """Name each replacement, a :class:`Change` each."""
    # The day went on: the old report came out on or before the last day it covers, and the new one
    # no later than the day after it.
    updated = ~explicit & (record.best[new] >= record.best[old])
    updated &= record.reported_day[old] <= record.day[old]
    updated &= record.reported_day[new] <= record.day[old] + 1
    # Two relays of one statement differ, and nobody said that the source revised.
    via, words = record.reports.codes["via"], record.reports.words["via"]
    told = np.append(words != "", False)[via[new]]
    relayed = ~explicit & (record.best[new] < record.best[old]) & told & (via[old] != via[new])
    relayed &= record.numbered[old] & record.numbered[new]
    relayed &= np.abs(record.reported[new] - record.reported[old]) <= _A_DAY
    # The same number of other days, or told as something else, is not the same statement.
    same = record.same_count(old, new) & (record.action[old] != Action.RETRACT)
    for said in (record.kind, record.day, record.start, record.since):
        same &= said[old] == said[new]
    return np.select(
        [record.action[new] == Action.RETRACT, same, updated, relayed],
        [Change.RETRACTED, Change.REAFFIRMED, Change.UPDATED, Change.RELAYED],
        Change.REVISED,
    )


def overlapping(record: Record, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether the bounds of pairs of reports overlap."""
    apart = ~record.open[one] & (record.high[one] < record.low[other])
    apart |= ~record.open[other] & (record.high[other] < record.low[one])
    return ~apart
