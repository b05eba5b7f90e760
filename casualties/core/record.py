"""What is worked out once, for all clocks: chains of corrections, and when each report stood.

Design, section 3. Reports are ranked by the instant they became public (ties in ledger order); a
clock is then a number of ranks, and a snapshot is two comparisons.
"""

from functools import cached_property

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.frames import day_numbers, grouped, ordered, used
from ..model.reports import Reports
from ..model.schema import SERIES, STOCKS, Action, Kind, Qualifier
from . import replacing
from .lines import Lines
from .manner import manner_of
from .plain import Plain
from .spans import NEVER, heads
from .stops import find_stops


class Record:
    """The reports of a ledger, with what can be worked out once and kept.

    Every array has one entry a report, in ledger order, and is never written to after it is made.
    """

    def __init__(self, reports: Reports) -> None:
        self.reports, self.tz = reports, reports.tz

    def __len__(self) -> int:
        return len(self.reports)

    @property
    def frame(self) -> pd.DataFrame:
        """The reports as a table."""
        return self.reports.frame

    # -- the columns as kernels take them ----------------------------------------------------

    @property
    def reported(self) -> np.ndarray:
        """Instant reported, UTC."""
        return self.reports.reported

    @cached_property
    def local(self) -> np.ndarray:
        """Local wall clock reported."""
        return clocks.local_times(self.reported, self.tz)

    @cached_property
    def reported_day(self) -> np.ndarray:
        """Local calendar day reported, as a number of days."""
        return day_numbers(self.local).astype(np.int32)

    @property
    def kind(self) -> np.ndarray:
        """A :class:`Kind` each."""
        return self.reports.fixed["kind"]

    @property
    def action(self) -> np.ndarray:
        """An :class:`Action` each."""
        return self.reports.fixed["action"]

    @property
    def target(self) -> np.ndarray:
        """What a linked report refers to, -1 for a plain one."""
        return self.reports.target

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
        if not given.any():
            return np.broadcast_to(np.int64(NEVER), len(self))
        return np.where(given, day_numbers(first), NEVER)

    # -- counts ------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        number, lower, upper = (self.reports.number[c] for c in ("value", "low", "high"))
        has = [self.reports.stated[c] for c in ("value", "low", "high")]
        counted = (has[0] | has[1]) & (self.action < Action.RETRACT)
        if all(map(np.array_equal, (lower, upper, has[1]), (number, number, has[0]))):
            return number, number, number, ~has[2], counted  # every number is exact
        says = self.reports.fixed["qualifier"]
        # "More than v" means at least v + 1, "less than v" at most v - 1: the best estimate
        # lies inside the bounds of the qualifier. A range without a value counts as its low.
        best = number + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
        least = np.where(has[1] & has[2], np.minimum(lower, upper), lower)
        best = np.where(has[0], best, np.where(has[1], least, 0))
        # Bounds that contradict each other or the value are the smallest to the largest of the
        # three for computing (check() tells of them).
        most = np.where(has[1], np.maximum(lower, upper), upper)
        lower = np.where(has[1], np.minimum(least, best), 0)
        upper = np.where(has[2], np.maximum(most, best), 0)
        return best, lower, upper, ~has[2], counted

    @property
    def best(self) -> np.ndarray:
        """Best estimate (0 where there is no number)."""
        return self._counts[0]

    @property
    def low(self) -> np.ndarray:
        """Lower bound, 0 where unbounded."""
        return self._counts[1]

    @property
    def high(self) -> np.ndarray:
        """Upper bound, 0 where unbounded (see `open`)."""
        return self._counts[2]

    @property
    def open(self) -> np.ndarray:
        """Whether there is no upper bound."""
        return self._counts[3]

    @property
    def numbered(self) -> np.ndarray:
        """Whether the report carries a number."""
        return self._counts[4]

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
    def _series(self) -> tuple[np.ndarray, pd.DataFrame]:
        # A denial, and what withdraws it, belong to the series of the report denied.
        about, codes, words = self.about, self.reports.codes, self.reports.words
        key = np.zeros(len(self), np.int64)
        for column in SERIES:
            if len(words[column]) > 1:
                key = _dense(key * len(words[column]) + codes[column][about])
        one = np.zeros(int(key.max(initial=-1)) + 1, np.int64)  # a report of each series
        one[key] = np.arange(len(key))
        table = {
            column: pd.Categorical.from_codes(*used(codes[column][about[one]], words[column]))
            for column in SERIES
        }
        return key, pd.DataFrame(table)

    @property
    def series(self) -> np.ndarray:
        """Number of the series, in the order of its names."""
        return self._series[0]

    @property
    def series_table(self) -> pd.DataFrame:
        """The names of each series."""
        return self._series[1]

    def series_columns(self, series: np.ndarray) -> dict[str, pd.Series]:
        """Return the series columns for an array of series numbers."""
        found = np.zeros(len(self.series_table), bool)
        found[series] = True
        columns = {}
        for column in SERIES:
            cat = self.series_table[column].array
            codes, words = used(cat.codes[found], cat.categories)
            place = np.zeros(len(found), np.min_scalar_type(-len(words) - 1))
            place[found] = codes
            each = place[series] if len(words) > 1 else np.zeros(len(series), np.int8)
            columns[column] = pd.Series(
                pd.Categorical.from_codes(each, words, validate=False), copy=False
            )
        return columns

    # -- chains ------------------------------------------------------------------------------

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
    def about(self) -> np.ndarray:
        """First report of the chain that each report is about, seen through denials."""
        chain = self.chain
        if not self.denial.any():
            return chain
        return np.where(self.denial, chain[self.target[chain]], chain).astype(np.int32)

    @cached_property
    def denial(self) -> np.ndarray:
        """Whether the report is a denial, or withdraws one."""
        return self.action[self.chain] == Action.DENY

    # -- replacement -------------------------------------------------------------------------

    @cached_property
    def _chained(self) -> tuple[np.ndarray, np.ndarray]:
        following, nth = np.full(len(self), -1, np.int32), np.zeros(len(self), np.int32)
        # By chain, then rank: only chains of more than one report matter.
        member = np.flatnonzero(np.bincount(self.chain, minlength=len(self))[self.chain] > 1)
        order = member[ordered(self.chain[member], self.rank[member])]
        new = heads(self.chain[order])
        following[order[:-1]] = np.where(new[1:], -1, order[1:])
        here = np.arange(len(order))
        nth[order] = here - np.maximum.accumulate(np.where(new, here, 0))
        return following, nth

    @property
    def chain_next(self) -> np.ndarray:
        """The next report of the same chain, -1 at its end."""
        return self._chained[0]

    @property
    def nth(self) -> np.ndarray:
        """Place of each report in its chain."""
        return self._chained[1]

    @cached_property
    def mended_at(self) -> np.ndarray:
        """Rank of the next report of the same chain, ``NEVER`` at its end: rule (a)."""
        return np.where(self.chain_next >= 0, self.rank[self.chain_next], NEVER)

    @cached_property
    def said(self) -> np.ndarray:
        """The standing of each report: the instant at which its chain began, numbered in order."""
        number = np.empty(len(self), np.int64)
        number[self.order] = np.cumsum(heads(self.reported[self.order])) - 1
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
    def stock(self) -> np.ndarray:
        """Whether the report counts people who return: no other day bounds their number."""
        names = self.reports.words["outcome"].isin(STOCKS)
        return np.append(names, False)[self.reports.codes["outcome"][self.about]]

    @cached_property
    def restarting(self) -> np.ndarray:
        """Whether the report is of a series whose totals may restart."""
        return replacing.may_restart(self)[self.series]

    @cached_property
    def _figures(self) -> tuple[np.ndarray, np.ndarray]:
        counts = (self.kind != Kind.MORE) & (self.action < Action.RETRACT) & ~self.denial
        again = np.flatnonzero(counts & (self.since < NEVER) & self.restarting)
        keys = [self.series, self.kind, self.day, np.where(self.kind == Kind.PERIOD, self.start, 0)]
        if len(again):
            apart = self.series[again], np.full(len(again), Kind.PERIOD), self.day[again]
            more = (*apart, self.since[again])
            keys = [np.r_[key, added] for key, added in zip(keys, more, strict=True)]
        number = grouped(*keys)
        figure = np.where(counts, number[: len(self)], -1).astype(np.int32)
        if not len(again):
            return figure, np.broadcast_to(np.int32(-1), len(self))
        if_restart = np.full(len(self), -1, np.int32)
        if_restart[again] = number[len(self) :]
        return figure, if_restart

    @property
    def figure(self) -> np.ndarray:
        """Number of what is counted (series, kind and dates); -1 for `more` and what has none."""
        return self._figures[0]

    @property
    def figure_if_restart(self) -> np.ndarray:
        """The same for totals that restart, which speak of the dates that a period count does."""
        return self._figures[1]

    @cached_property
    def spans(self) -> replacing.Spans:
        """When each report is live, restarts apart."""
        return replacing.find_spans(self)

    @cached_property
    def replacements(self) -> replacing.Replacements:
        """Every replacement, explicit or not, at any clock."""
        return replacing.find_replacements(self)

    @cached_property
    def first_said(self) -> np.ndarray:
        """The instant from which each number has stood, said again or not."""
        return replacing.first_said(self)

    def in_force(self, cut: int) -> np.ndarray:
        """Whether each report is the last of its chain: rule (a)."""
        return (
            (self.rank < cut)
            & (self.mended_at >= cut)
            & (self.action < Action.RETRACT)
            & ~self.denial
        )

    def live(self, cut: int) -> np.ndarray:
        """Whether each report is live when `cut` reports are public."""
        spans = self.spans
        live = (spans.born < cut) & (spans.ended >= cut)
        live[spans.row[(spans.row_born < cut) & (spans.row_ended >= cut)]] = True
        if self.restarting.any():
            rows = np.flatnonzero(self.in_force(cut) & self.restarting)
            rows = rows[np.argsort(self.series[rows], kind="stable")]
            live[rows] = replacing.bracketed(self, self.series[rows], rows)[0]
        return live

    @cached_property
    def place(self) -> np.ndarray:
        """Place of each report among the lines, -1 if it enters no total."""
        place = np.full(len(self), -1, np.int32)
        place[self.lines.rows] = np.arange(len(self.lines.rows))
        return place

    @cached_property
    def lines(self) -> Lines:
        """The reports that enter totals, in the order in which they are summed."""
        return Lines(self)

    @cached_property
    def manner(self) -> np.ndarray:
        """How each series is counted: a :class:`Manner` each."""
        return manner_of(self)

    @cached_property
    def plain(self) -> Plain:
        """The lines of series that need no kernel, ready to be summed."""
        return Plain(self)

    @cached_property
    def stops(self) -> np.ndarray:
        """Whether each line is a total past which nothing of an earlier day speaks."""
        return find_stops(self)

    # -- denials -----------------------------------------------------------------------------

    @cached_property
    def denied(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of denial and report denied, in the order in which they were denied.

        A denial marks the report it refers to, and the later reports of its chain that state the
        same value.
        """
        denials = np.flatnonzero(self.action == Action.DENY)
        denials = denials[np.argsort(self.rank[denials])]
        target = self.target[denials]
        if not len(denials):
            return denials, target
        wanted = np.zeros(len(self), bool)
        wanted[self.chain[target]] = True
        members = np.flatnonzero(wanted[self.chain] & (self.action < Action.RETRACT))
        left = pd.DataFrame({"chain": self.chain[target], "denial": denials, "target": target})
        right = pd.DataFrame({"chain": self.chain[members], "report": members})
        pairs = left.merge(right, on="chain", sort=False)
        denial, first, report = (pairs[c].to_numpy() for c in ("denial", "target", "report"))
        later = (self.rank[report] > self.rank[first]) & self.same_value(report, first)
        keep = (report == first) | later
        return denial[keep], report[keep]


def _dense(key: np.ndarray) -> np.ndarray:
    """Return whole numbers from 0 on as those that occur, numbered in order."""
    most = int(key.max(initial=0))
    if most > 4 * len(key) + 1000:
        return np.unique(key, return_inverse=True)[1].astype(np.int64)
    occurs = np.zeros(most + 1, bool)
    occurs[key] = True
    return key if occurs.all() else (np.cumsum(occurs) - 1)[key]
