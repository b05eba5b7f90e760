"""How many in each stretch of the days covered."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

import numpy as np
import pandas as pd

from ..core.differences import Differences
from ..core.headlines import ends_of
from ..core.known import Knowing, all_at_once
from ..core.record import Record
from ..core.running import work_of
from ..core.statements import Row, Told
from ..core.statements import between as moved_between
from ..core.work import Work
from ..model.clocks import Moment, local_days
from ..model.errors import LedgerError
from ..model.frames import NEVER, day_column, day_numbers
from ..model.schema import Basis
from .asked import day_of, read_freq, stretch


def increments(
    self: Knowing,
    freq: str | None = None,
    between: tuple[Moment | None, Moment | None] | None = None,
) -> pd.DataFrame:
    """Return how many there were in each stretch of the days covered: what *occurred*.

    Parameters
    ----------
    freq : {None, "D", "W", "MS", "QS", "YS"}
        Without it, stretches reach from one row of :meth:`Ledger.totals`, or the day before a
        count, to the next. With it there is one row per calendar stretch (days, weeks from Monday
        to Sunday, months, quarters, years).
    between : (str or date or None, str or date or None), optional
        Instead: one row from the end of the day before the first to the end of the second;
        ``None`` is where the numbers begin or end.

    Returns
    -------
    DataFrame
        The series columns, `start` and `end` (datetime64, first and last day), `days` (Int64,
        how many that are), `value` (Int64: the number at the end less that at the start, ``<NA>``
        where no report speaks of the stretch), `low` and `high` (Int64: the least and the most
        that the reports leave for the difference, not below 0 but for a fall or people who may
        return; ``<NA>`` is unbounded) and `complete` (bool, whether both ends are ends of days
        with a row or a count of their own; else `low` and `high` are those between the two moments,
        and the first day is the one after the first moment's). A fall is negative, unless the
        reports prove a rise: then `value` lies within its bounds. A stretch without a row of its
        own is joined with the next one; of a list of incidents, which counts them all, it has a
        row of 0.

    Raises
    ------
    LedgerError
        If `freq` is not one of these, `between` no pair of days, or both are given.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [
    ...     {"value": 12, "period_start": "2024-05-06", "period_end": "2024-05-12",
    ...      "reported_at": "2024-05-14"},
    ...     {"value": 9, "period_start": "2024-05-13", "period_end": "2024-05-19",
    ...      "reported_at": "2024-05-21"},
    ... ]
    >>> weeks = cas.Ledger(rows, source="Ministry", kind="period")
    >>> weeks.increments()[["start", "end", "value", "low", "high"]]
           start        end  value  low  high
    0 2024-05-06 2024-05-12     12   12    12
    1 2024-05-13 2024-05-19      9    9     9
    """
    if freq is not None:
        read_freq(freq)
    if freq is not None and between is not None:
        msg = "increments() takes freq or between, not both; leave one of them out"
        raise LedgerError(msg)
    asked = None if between is None else _days_between(between)
    known, found = self._known, []
    for series in known.series.tolist():
        with all_at_once():
            counted = _Counted(known.record, work_of(known, series))
            found += [
                (series, min(begin.day + 1, end.day), end.day, *counted.difference(begin, end),
                 begin.own and end.own)
                for begin, end in pairwise(counted.ends(freq, asked))
            ]  # fmt: skip
    names = ["series", "start", "end", "value", "low", "high", "complete"]
    out = pd.DataFrame(found, columns=names)
    columns = known.record.series_columns(out.pop("series").to_numpy(np.int64))
    out.insert(2, "days", out["end"] - out["start"] + 1)
    for name in ("start", "end"):
        out[name] = day_column(out[name].to_numpy(np.int64))
    counts = dict.fromkeys(["days", "value", "low", "high"], "Int64")
    out = out.astype(counts | {"complete": bool})
    return pd.concat([pd.DataFrame(columns), out], axis=1)


def _days_between(asked: tuple[Moment | None, Moment | None]) -> tuple[int | None, int | None]:
    if not (isinstance(asked, tuple | list) and len(asked) == 2):
        what = "between is a pair of days, such as ('2024-05-06', None)"
        raise LedgerError.from_wrong(asked, what)
    start, end = (None if day is None else day_of(day) for day in asked)
    if start is not None and end is not None and end < start:
        msg = f"between ends before it begins: {asked!r}; give the earlier day first"
        raise LedgerError(msg)
    return start, end


@dataclass
class _End:
    """One end of a stretch: an instant, and the number that holds there."""

    day: int
    instant: int
    row: Row | None
    number: int | None
    own: bool  #: whether it is the end of a day that has a row, or from which a count begins


class _Counted:
    """The numbers of a series, and what happened between them."""

    def __init__(self, record: Record, work: Work) -> None:
        self.tz, self.work, self.rows = record.tz, work, work.rows()
        self.counts = _Incidents(record, work) if work.listed else Differences(work)
        self.begun = self.counts.begun
        eves = local_days(np.array(list(self.begun), np.int64).view("M8[us]"), self.tz)
        self.eves = day_numbers(eves).tolist()  #: the days of the instants in `begun`
        self.day_ends = ends_of({*self.eves, *(row.day for row in self.rows)}, self.tz)

    def ends(self, freq: str | None, asked: tuple[int | None, int | None] | None) -> list[_End]:
        """Return where stretches end and begin, in order.

        Unless `freq` or days are asked for, that is at the rows, the origin, and before counts.
        """
        found = {at: self.end(day, at, None) for day, at in zip(self.eves, self.begun, strict=True)}
        found |= {row.at: self.end(row.day, row.at, row) for row in self.rows}
        ends = [found[instant] for instant in sorted(found)]
        if not self.rows or (freq is None and asked is None):
            return ends if self.rows else []
        holding = [None, *self.rows]  # the last row through a day holds at its end
        day_ends = ends_of(self.calendar(ends, freq, asked), self.tz)
        nth = [bisect_right(self.rows, day, key=lambda row: row.day) for day in day_ends]
        return [self.end(*at, holding[n]) for at, n in zip(day_ends.items(), nth, strict=True)]

    def end(self, day: int, instant: int, row: Row | None) -> _End:
        """Return one end of a stretch, given the row whose number holds there."""
        number = row.number if row else 0 if self.begun.get(instant) else None
        own = row is not None and row.at == instant == self.day_ends.get(day)
        return _End(day, instant, row, number, own or instant in self.begun)

    def calendar(
        self, ends: list[_End], freq: str | None, asked: tuple[int | None, int | None] | None
    ) -> list[int]:
        """Return the days at whose ends stretches meet; days without a row are in one stretch."""
        first = ends[0].day
        if asked is not None:
            start, end = asked
            begin = first if start is None else start - 1
            end = self.rows[-1].day if end is None else end
            return [begin, end] if begin < end else []
        day = np.array([row.day for row in self.rows], np.int64)
        if self.work.listed:  # a list counts them all: a stretch without an incident had none
            day = np.arange(first, day[-1] + 1)
        whole = np.array([e.day for e in ends if e.instant == self.day_ends[e.day]], np.int64)
        own = whole[stretch(whole, freq or "D")[1] == whole]
        last = np.unique(np.append(stretch(day[day > first], freq or "D")[1], own))
        return [first, *last[last > first].tolist()]

    def bounds(self, end: _End) -> tuple[int, int | None]:
        """Return the bounds of the number at one end."""
        if end.row is not None and end.row.at == end.instant:
            return end.row.low, end.row.high
        return self.work.bounds_at(end.instant)

    def difference(self, begin: _End, end: _End) -> tuple[int | None, int | None, int | None]:
        """Return the number at the end less that at the begin, and the tightest bounds of it."""
        differences, instants = self.counts, (begin.instant, end.instant)
        if isinstance(differences, _Incidents):
            return differences.within(*instants)
        cut, rows = differences.cut_between(*instants), (begin.row, end.row)
        if begin.number is not None and end.row is not None and end.row.at > begin.instant:
            value: int | None = end.row.number - begin.number
        else:
            value = None if cut else differences.within(*instants)
        own = (row.by for row, at in zip(rows, instants, strict=True) if row and row.at == at)
        stale = any(total and total.stale for total in own)
        may_fall = self.work.numbers.stock or cut
        if may_fall or stale:
            (low, high), (least, most) = map(self.bounds, (begin, end))
            fewest = None if high is None else least - high
            if not may_fall:  # what is stale is not believed
                fewest = max(fewest or 0, 0)
            return value, fewest, None if most is None else most - low
        stated = all(row is not None and row.basis == Basis.STATED for row in rows)
        if not stated and differences.rolls(*instants):
            return None, 0, None
        low, high = differences.rise(*instants)
        if value is None:
            return low if low == high else None, low, high
        return value if value < 0 == low else moved_between(value, low, high), low, high


class _Incidents:
    """The incidents of a list, by when they ended.

    For :class:`_Counted` they stand for :class:`Differences`.
    """

    def __init__(self, record: Record, work: Work) -> None:
        incidents = [told for told in work.told if (told.usable or told.unknown) and not told.gone]
        known = [incident for incident in incidents if not incident.unknown]
        self.by_end, by_eve = (sorted(incidents, key=attrgetter(c)) for c in ("instant", "eve"))
        self.ends, self.eves = [told.instant for told in self.by_end], [told.eve for told in by_eve]
        eves = sorted(told.eve for told in known)
        #: The instants before incidents; whether nobody had been counted by then.
        self.begun = dict.fromkeys(eves, False) | dict.fromkeys(eves[:1], True)
        said = record.reported[[told.row for told in known]].astype("M8[us]").view(np.int64)
        #: A list counts all until it was published.
        self._last = max([-NEVER, *said.tolist(), *(told.instant for told in known)])
        self._ended, self._begun = _highs(self.by_end), _highs(by_eve)

    def within(self, begin: int, end: int) -> tuple[int | None, int | None, int | None]:
        """Add up the incidents that ended within a stretch: a list is taken at its word.

        Of an incident that reaches beyond the stretch, any share may belong to the stretch.
        """
        first, last = (bisect_right(self.ends, instant) for instant in (begin, end))
        ended = self.by_end[first:last]
        low = sum(one.low for one in ended if one.eve >= begin)
        # All that began before the end, but for those that were over by the begin.
        reach = self._begun[:, bisect_left(self.eves, end)] - self._ended[:, first]
        unbounded, most = reach.tolist()
        # Of what lies before it, or after it was published, a list says nothing.
        high = None if unbounded or end > self._last or begin < min(self.begun) else most
        value = None
        numbers = [one.number for one in ended if not one.unknown]
        if numbers or high == 0:
            value = moved_between(sum(numbers), low, high)
        return (value, None, None) if self.by_end[0].stock else (value, low, high)


def _highs(incidents: list[Told]) -> np.ndarray:
    """Return sums over the first 0, 1, 2, … incidents.

    how many have no high
    their highs
    """
    highs = [one.high for one in incidents]
    sums = [[0, *(high is None for high in highs)], [0, *(high or 0 for high in highs)]]
    return np.cumsum(sums, axis=1, dtype=np.int64)
