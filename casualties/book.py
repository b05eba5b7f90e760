"""The reports of a ledger as arrays: chains of corrections, and when each one ceased to stand.

Design, section 3. Everything is worked out once for all clocks. Reports are ranked by the instant
they became public (ties in ledger order); a clock is then a number of ranks, and a snapshot is two
comparisons.
"""

from functools import cached_property

import numpy as np
import pandas as pd

from . import clocks
from .links import look_up
from .schema import ACTIONS, KINDS, SERIES

TOTAL, PERIOD, MORE = range(len(KINDS))
REPORT, REVISE, RETRACT, DENY = range(len(ACTIONS))

#: A rank that never comes.
NEVER = np.iinfo(np.int64).max


class Book:
    """The validated reports of a ledger as arrays, with what can be worked out once and kept.

    Every array has one entry a report, in ledger order, and is never written to after it is made.
    """

    def __init__(self, frame: pd.DataFrame, tz: str) -> None:
        self.frame, self.tz = frame, tz

    def __len__(self) -> int:
        return len(self.frame)

    # -- the columns as arrays ---------------------------------------------------------------

    @cached_property
    def reported(self) -> np.ndarray:
        """Instant reported, UTC."""
        return clocks.utc_values(pd.DatetimeIndex(self.frame["reported_at"]))

    @cached_property
    def reported_day(self) -> np.ndarray:
        """Local calendar day reported."""
        return clocks.local_days(self.reported, self.tz)

    def codes(self, column: str) -> np.ndarray:
        """Positions of a categorical column in its categories."""
        return self.frame[column].cat.codes.to_numpy(np.int64)

    @cached_property
    def kind(self) -> np.ndarray:
        """Position in ``KINDS``."""
        return self.codes("kind")

    @cached_property
    def action(self) -> np.ndarray:
        """Position in ``ACTIONS``."""
        return self.codes("action")

    @cached_property
    def day(self) -> np.ndarray:
        """Last day covered, as a number of days."""
        return np.asarray(self.frame["period_end"].values, "M8[D]").astype(np.int64)

    @cached_property
    def start(self) -> np.ndarray:
        """First day covered, as a number of days; the last one where none is given."""
        first = np.asarray(self.frame["period_start"].values, "M8[D]")
        return np.where(np.isnat(first), self.day, first.astype(np.int64))

    @cached_property
    def since(self) -> np.ndarray:
        """First day of a total that gives one, as a number of days, else ``NEVER``."""
        first = np.asarray(self.frame["period_start"].values, "M8[D]")
        given = ~np.isnat(first) & (self.kind == TOTAL)
        return np.where(given, first.astype(np.int64), NEVER)

    # -- counts ------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        value, low, high = (self.frame[c].array for c in ("value", "low", "high"))
        has = [~np.asarray(a._mask) for a in (value, low, high)]
        number, lower, upper = (np.asarray(a._data) for a in (value, low, high))
        says = self.codes("qualifier")
        # "More than v" means at least v + 1, "less than v" at most v - 1: the best estimate
        # lies inside the bounds of the qualifier. A range without a value counts as its low.
        best = number + (says == 3) - (says == 5)
        best = np.where(has[0], best, np.where(has[1], lower, 0))
        # Bounds that do not hold the value are widened for computing (check() tells of them).
        lower = np.where(has[1], np.minimum(lower, best), 0)
        upper = np.where(has[2], np.maximum(upper, best), 0)
        counted = (has[0] | has[1]) & (self.action < RETRACT)
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

    # -- series ------------------------------------------------------------------------------

    @cached_property
    def _series(self) -> tuple[np.ndarray, pd.DataFrame]:
        # A denial, and what withdraws it, belong to the series of the report denied.
        about = self.about
        key = np.zeros(len(self), np.int64)
        for column in SERIES:
            codes = self.codes(column)[about]
            key = key * max(len(self.frame[column].cat.categories), 1) + codes
            if column != SERIES[-1] and key.size and key.max() > NEVER >> 33:
                key = np.unique(key, return_inverse=True)[1].astype(np.int64)
        _, first, series = np.unique(key, return_index=True, return_inverse=True)
        table = self.frame.loc[about[first], list(SERIES)].reset_index(drop=True)
        for column in SERIES:
            table[column] = table[column].cat.remove_unused_categories()
        return series.astype(np.int64), table

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
        used = np.flatnonzero(np.bincount(series, minlength=len(self.series_table)))
        place = np.zeros(len(self.series_table), np.int64)
        place[used] = np.arange(len(used))
        names = self.series_table.take(used)
        columns = {}
        for column in SERIES:
            words = names[column].cat.remove_unused_categories().cat
            codes = words.codes.to_numpy()[place[series]]
            columns[column] = pd.Series(pd.Categorical.from_codes(codes, words.categories))
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
        return np.argsort(self.reported, kind="stable")

    @cached_property
    def _instants(self) -> np.ndarray:
        return self.reported[self.order]

    def cut(self, clock: np.datetime64 | None) -> int:
        """How many reports were public at a clock."""
        if clock is None:
            return len(self)
        return int(np.searchsorted(self._instants, clock, side="right"))

    @cached_property
    def target(self) -> np.ndarray:
        """What a linked report refers to, -1 for a plain one."""
        target = np.full(len(self), -1, np.int64)
        linked = np.flatnonzero(self.action > REPORT)
        if len(linked):
            refers = self.frame["refers_to"].iloc[linked]
            target[linked] = look_up(self.frame["report_id"], refers)[1]
        return target

    @cached_property
    def chain(self) -> np.ndarray:
        """First report of the chain that each report belongs to; a denial begins one of its own."""
        here = np.arange(len(self))
        chain = np.where((self.action == REVISE) | (self.action == RETRACT), self.target, here)
        while not np.array_equal(further := chain[chain], chain):
            chain = further
        return chain

    @cached_property
    def about(self) -> np.ndarray:
        """First report of the chain that each report is about, seen through denials."""
        chain = self.chain
        return np.where(self.action[chain] == DENY, chain[self.target[chain]], chain)

    @cached_property
    def denial(self) -> np.ndarray:
        """Whether the report is a denial, or withdraws one."""
        return self.action[self.chain] == DENY

    # -- replacement -------------------------------------------------------------------------

    @cached_property
    def chain_next(self) -> np.ndarray:
        """The next report of the same chain, -1 at its end."""
        following = np.full(len(self), -1, np.int64)
        # By chain, then rank: only chains of more than one report matter.
        member = np.flatnonzero(np.bincount(self.chain, minlength=len(self))[self.chain] > 1)
        order = member[np.lexsort((self.rank[member], self.chain[member]))]
        together = self.chain[order[1:]] == self.chain[order[:-1]]
        following[order[:-1][together]] = order[1:][together]
        return following

    @cached_property
    def newer(self) -> np.ndarray:
        """The first known report from a chain of later standing that covers the same dates, or -1.

        Design, section 3, rule (b).
        """
        newer = np.full(len(self), -1, np.int64)
        rows = np.flatnonzero((self.kind != MORE) & ~self.denial)
        if not len(rows):
            return newer
        start = np.where(self.kind == PERIOD, self.start, 0)[rows]
        standing, rank = self.rank[self.chain[rows]], self.rank[rows]
        keys = (start, self.day[rows], self.kind[rows], self.series[rows])
        order = np.lexsort((rank, standing, *keys))
        rows, standing, rank = rows[order], standing[order], rank[order]
        new_dates = np.zeros(len(rows), bool)
        new_dates[0] = True
        for key in keys:
            new_dates[1:] |= key[order[1:]] != key[order[:-1]]
        dates = np.cumsum(new_dates)
        # From the last report back, the smallest rank so far among the same dates. Each block of
        # dates is shifted below the one after it, so that the running minimum starts anew there.
        shifted = rank + dates * (len(self) + 1)
        least = np.minimum.accumulate(shifted[::-1])[::-1] - dates * (len(self) + 1)
        # Only blocks of strictly later standing count: look behind the end of one's own.
        new_chain = np.r_[True, (standing[1:] != standing[:-1]) | new_dates[1:]]
        last = np.r_[np.flatnonzero(new_chain)[1:], len(rows)]
        after = last[np.cumsum(new_chain) - 1]
        inside = np.minimum(after, len(rows) - 1)
        found = (after < len(rows)) & (dates[inside] == dates)
        newer[rows[found]] = self.order[least[inside[found]]]
        return newer

    @cached_property
    def replaced_at(self) -> np.ndarray:
        """Rank of the report that replaced each one, ``NEVER`` if none did."""
        by_chain = np.where(self.chain_next >= 0, self.rank[self.chain_next], NEVER)
        by_newer = np.where(self.newer >= 0, self.rank[self.newer], NEVER)
        return np.minimum(by_chain, by_newer)

    @cached_property
    def born(self) -> np.ndarray:
        """Rank from which a report can be live; ``NEVER`` for a retract and a denial."""
        return np.where((self.action >= RETRACT) | self.denial, NEVER, self.rank)

    def live(self, cut: int) -> np.ndarray:
        """Whether each report is live when `cut` reports are public."""
        return (self.born < cut) & (self.replaced_at >= cut)

    @cached_property
    def lines(self) -> "Lines":
        """The reports that carry a number, in the order in which they are summed."""
        return Lines(self)

    # -- denials -----------------------------------------------------------------------------

    @cached_property
    def denied(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of denial and report denied, in the order in which they were denied.

        A denial marks the report it refers to, and the later reports of its chain that state the
        same number.
        """
        denials = np.flatnonzero(self.action == DENY)
        denials = denials[np.argsort(self.rank[denials])]
        target = self.target[denials]
        if not len(denials):
            return denials, target
        wanted = np.zeros(len(self), bool)
        wanted[self.chain[target]] = True
        members = np.flatnonzero(wanted[self.chain] & (self.action < RETRACT))
        left = pd.DataFrame({"chain": self.chain[target], "denial": denials, "target": target})
        right = pd.DataFrame({"chain": self.chain[members], "report": members})
        pairs = left.merge(right, on="chain", sort=False)
        denial, first, report = (pairs[c].to_numpy() for c in ("denial", "target", "report"))
        later = (self.rank[report] > self.rank[first]) & self.same_count(report, first)
        keep = (report == first) | later
        return denial[keep], report[keep]

    def active_denials(self, cut: int) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of denial and report denied when `cut` reports are public."""
        denial, report = self.denied
        keep = (self.rank[denial] < cut) & (self.replaced_at[denial] >= cut)
        keep &= self.rank[report] < cut
        return denial[keep], report[keep]


class Lines:
    """The reports that carry a number, in the order of their series, day and place in the day.

    That order is the same at every clock; a snapshot only leaves lines out.
    """

    def __init__(self, book: Book) -> None:
        rows = np.flatnonzero(book.numbered & ~book.denial)
        standing = book.chain[rows]
        kind = book.kind[rows]
        # Rule 3: period counts first, then totals and `more` by standing; at the same instant
        # the total includes the `more`.
        later = kind != PERIOD
        said = np.where(later, book.reported[standing].astype(np.int64), 0)
        order = np.lexsort(
            (book.rank[rows], book.rank[standing], kind == TOTAL, said, later,
             book.day[rows], book.series[rows])
        )  # fmt: skip
        self.rows = rows[order]
        self.born, self.replaced_at = book.born[self.rows], book.replaced_at[self.rows]

    def live(self, cut: int) -> np.ndarray:
        """Rows of the reports that are live when `cut` reports are public, in order."""
        return self.rows[(self.born < cut) & (self.replaced_at >= cut)]
