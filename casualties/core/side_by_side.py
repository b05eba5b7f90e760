"""Running totals of many series side by side: those in which nothing overlaps or falls.

The points of such a series lie in a line, and each count reaches from one point to the next. One
pass forward and one back give the tightest bounds of all series at once (README, rules 7 to 10).
Every other series is worked out by itself, in :mod:`work`.

    point   eve   28th   29th   30th         31 through the eve, 28 on the 28th, "at most 7" on
    total   31                  70           the 29th, 70 through the 30th
    count         28     0-7     -
    low     31    59     59     70
    high    31    59     66     70
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..model.frames import NEVER, heads, least_to_come, most_so_far, ordered, pack
from ..model.schema import CEILINGS, Basis, Kind, Qualifier
from .known import Known
from .record import Record
from .rows import Rows

#: Sums below this one are safe to work with.
_SAFE = 1 << 59


def side_by_side(known: Known) -> tuple[np.ndarray, Rows]:
    """Return whether each series is worked out side by side, and the running totals of those."""
    record = known.record
    plain = np.zeros(len(record.series_table), bool)
    plain[known.series] = True
    live = known.counted
    odd = (record.kind[live] > Kind.PERIOD) | record.stock[live] | (record.since[live] != NEVER)
    plain[record.series[live[odd]]] = False
    live = live[plain[record.series[live]]]
    if int(record.best[live].sum() + record.low[live].sum() + record.high[live].sum()) > _SAFE:
        plain[:] = False
    if not len(live) or not plain.any():
        return plain, Rows.of([])
    lines = _Lines(record, live)
    plain[lines.series[lines.doubtful]] = False
    rows = lines.rows()
    return plain, rows.take(np.flatnonzero(plain[rows.series]))


@dataclass
class _Lines:
    """The points of many series, by series and instant; one element a point."""

    record: Record
    told: np.ndarray  #: the live reports, as rows of the record

    def __post_init__(self) -> None:
        record, told = self.record, self.told
        self.counts = np.flatnonzero(record.kind[told] == Kind.PERIOD)
        eves = record.eve[told[self.counts]]
        series = np.r_[record.series[told], record.series[told[self.counts]]]
        instant = np.r_[record.speaks_of[told], eves].astype("M8[us]").view(np.int64)
        order = ordered(series, instant)
        new = heads(series[order], instant[order])
        place = np.empty(len(order), np.int64)
        place[order] = np.cumsum(new) - 1
        self.series, self.instant = series[order][new], instant[order][new]
        #: The point of each report, and the point at which each count begins.
        self.at, self.begin = place[: len(told)], place[len(told) :]
        self.size = len(self.series)
        self.first = heads(self.series)  # whether it is the first point of its series
        totals = np.flatnonzero(record.kind[told] == Kind.TOTAL)
        #: The total, and the count, that ends at each point, as a place in `told`; -1 for none.
        self.total, self.count = np.full(self.size, -1), np.full(self.size, -1)
        self.total[self.at[totals]] = totals
        self.count[self.at[self.counts]] = self.counts

    def _said(self, column: np.ndarray, by: np.ndarray, none: int) -> np.ndarray:
        """Return what the reports `by` (-1: none) say at each point; `none` where there is none."""
        return np.where(by >= 0, column[self.told[by]], none)

    # -- bounds ----------------------------------------------------------------------------------

    @cached_property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The low and the high at each point; a high is ``NEVER`` where there is none."""
        record = self.record
        low, high = np.maximum(record.low, 0), np.where(record.open, NEVER, record.high)
        least, most = self._said(low, self.total, 0), self._said(high, self.total, NEVER)
        rise, most_rise = self._said(low, self.count, 0), self._said(high, self.count, NEVER)
        joins = most_rise != NEVER  # whether a count says how many were added at most
        up = np.cumsum(rise)
        most_up = np.cumsum(np.where(joins, most_rise, 0))
        beyond = int(up[-1] + most_up[-1] + np.where(most == NEVER, 0, most).max()) + 1
        most = np.where(most == NEVER, 2 * beyond, most)
        new = self.first | ~joins
        # No less than an earlier low and the counts since, no more than an earlier high and what
        # the counts since add at most; then the same from later bounds back.
        least = most_so_far(least - up, self.first) + up
        most = most_up - most_so_far(most_up - most, new)
        least = most_up - least_to_come(most_up - least, new)
        most = least_to_come(most - up, self.first) + up
        return least, np.where(most >= beyond, NEVER, most)

    @cached_property
    def doubtful(self) -> np.ndarray:
        """Whether something overlaps, falls or cannot be true at each point."""
        record, total = self.record, self.total
        low, high = self.bounds
        alone = (total >= 0).astype(int) + (self.count >= 0)  # one total and one count at most
        doubtful = (np.bincount(self.at, minlength=self.size) > alone) | (low > high)
        doubtful[self.at[self.counts[self.begin + 1 != self.at[self.counts]]]] = True
        least = self._said(np.maximum(record.low, 0), total, 0)
        before = np.where(self.first, 0, np.roll(most_so_far(least, self.first), 1))
        most = self._said(np.where(record.open, NEVER, record.high), total, NEVER)
        says = self._said(record.reports.fixed["qualifier"], total, 0)
        at_most = np.isin(says, (*CEILINGS, Qualifier.RANGE))
        number = np.where(at_most, most, np.maximum(self._said(record.best, total, NEVER), least))
        return doubtful | (total >= 0) & ((number < before) | (most < before))

    @property
    def _ranged(self) -> np.ndarray:
        """Whether a total gives a range without a number of its own at each point."""
        return self._said(~self.record.reports.stated["value"], self.total, 0).astype(bool)

    # -- numbers ---------------------------------------------------------------------------------

    def _within(self, number: np.ndarray) -> np.ndarray:
        """Return numbers moved into their bounds."""
        return np.minimum(np.maximum(number, self.bounds[0]), self.bounds[1])

    def numbers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return what stands at each point.

        Its number; its basis; what the last total before it and the counts since make, ``NEVER``
        where there is no such total or count; and whether its number is worked back from a later
        total.
        """
        record, place = self.record, np.arange(self.size)
        low, high = self.bounds
        is_total, counted = self.total >= 0, self.count >= 0
        says = self._said(record.reports.fixed["qualifier"], self.count, 0)
        adds = np.where(np.isin(says, CEILINGS), np.maximum(record.low, 0)[self.told[self.count]],
                        self._said(record.best, self.count, 0))  # fmt: skip
        said = self._said(record.best, self.total, 0)
        anchor, sums = self._within(said), np.cumsum(adds)
        begins = np.maximum.accumulate(np.where(self.first, place, 0))
        last = np.maximum.accumulate(np.where(is_total, place, -1))  # total up to each point
        gaps = np.cumsum(~counted & ~is_total)
        joined = (last >= begins) & (gaps == gaps[last])
        before = np.where(self.first, -1, np.roll(last, 1))  # the last total before each point
        stood = before >= begins
        base = np.where(stood, anchor[before] - sums[before], -sums[begins])
        made = base + sums
        after = np.minimum.accumulate(np.where(is_total, place, self.size)[::-1])[::-1]
        next_ = np.minimum(after, self.size - 1)  # total from each point on
        uncounted = np.cumsum(~counted)
        back = (after < self.size) & (self.series[next_] == self.series)
        back &= (uncounted[next_] == uncounted) & ~is_total & ~joined
        number = self._within(np.where(back, anchor[next_] - sums[next_] + sums, made))
        basis = np.where(joined | back | (low == high), Basis.DERIVED, Basis.FLOOR)
        says = self._said(record.reports.fixed["qualifier"], self.total, 0)
        raised = (says == Qualifier.AT_LEAST) | (says == Qualifier.MORE_THAN)
        raised &= is_total & (low > self._said(np.maximum(record.low, 0), self.total, 0))
        raised &= ~self._ranged
        stated = np.where(raised, low, np.where(self._ranged, anchor, said))
        number = np.where(is_total, stated, number)
        basis = np.where(is_total, np.where(raised, Basis.FLOOR, Basis.STATED), basis)
        since = stood & (np.cumsum(counted) > np.cumsum(counted)[before])
        return number, basis, np.where(since, made, NEVER), back

    # -- rows ------------------------------------------------------------------------------------

    def rows(self) -> Rows:
        """Return a row for each day that a report ends on, and for the eves worked back to."""
        record, told = self.record, self.told
        number, basis, made, back = self.numbers()
        series, day, chain = record.series[told], record.day[told], record.chain[told]
        is_total = record.kind[told] == Kind.TOTAL
        order = ordered(series, day, record.began[told], is_total, record.rank[chain])
        first = heads(series[order], day[order])  # whether each is read first of its day
        last = order[np.append(first[1:], True)]  # the report that is read last, of each day
        place = np.maximum.reduceat(self.at[order], np.flatnonzero(first))
        row = np.where(self.total[place] >= 0, told[self.total[place]], told[last])
        series, day = series[last], day[last]
        # The day before a count, where nothing ends on it.
        eve = self.begin[back[self.begin]]
        eve_day = record.start[told[self.counts]][back[self.begin]] - 1
        new = ~np.isin(pack(self.series[eve], eve_day), pack(series, day))
        place, row = np.r_[place, eve[new]], np.r_[row, np.full(int(new.sum()), -1)]
        series, day = np.r_[series, self.series[eve[new]]], np.r_[day, eve_day[new]]
        order = ordered(series, day)
        series, day, place, row = series[order], day[order], place[order], row[order]
        low, high = self.bounds
        explained = (self.total[place] >= 0) & (basis[place] != Basis.FLOOR)
        explained &= (made[place] != NEVER) & (row >= 0)
        rest = self._said(record.best, self.total, 0)[place] - made[place]
        return Rows(
            series, day, self.instant[place].astype("M8[us]"), number[place], low[place],
            high[place], basis[place], np.where(explained, rest, NEVER), row,
        )  # fmt: skip
