"""Running totals as claims: what each series says on the days on which others speak as well."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.known import Known
from ..core.record import Record
from ..core.rows import Rows
from ..core.running import totals as running_totals
from ..core.spans import heads as series_heads
from ..core.spans import most_so_far, ragged
from ..model.clocks import instant_column
from ..model.errors import LedgerError, both, shorten
from ..model.frames import EARLIEST, day_numbers, grouped, ordered, pack
from ..model.schema import SERIES, STOCKS, Basis, Qualifier

#: Stands for "no upper bound" among numbers.
UNBOUNDED = np.iinfo(np.int64).max


@dataclass
class Claims:
    """Numbers by series and day: one element a row of ``totals``, in its order."""

    series: np.ndarray  #: place in the table of series
    day: np.ndarray  #: day covered, as a number of days
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray  #: ``UNBOUNDED`` where there is none
    stock: np.ndarray  #: whether those counted may return (design, section 4.11)
    instant: np.ndarray  #: that the number speaks of
    least: np.ndarray  #: the bounds that it is held to, in quarters: "about" is a quarter off …
    most: np.ndarray  #: … either way

    def take(self, keep: np.ndarray) -> "Claims":
        """Return the chosen elements."""
        return Claims(**{name: array[keep] for name, array in vars(self).items()})


def rows_of(known: Known) -> pd.DataFrame:
    """Return the rows of `totals`, with what :class:`Claims` holds and no frame shows.

    `reported_at` is that of the last report that each rests on.
    """
    found = running_totals(known)
    rows = found.frame(known.record)
    rows["instant"] = found.instant.astype("M8[us]").view(np.int64)
    rows["least"], rows["most"] = quarters(known.record, found)
    # The day before a count rests on the total from which it is worked back, the next row.
    row, place = found.row, np.arange(len(found))
    there = np.minimum.accumulate(np.where(row >= 0, place, len(row))[::-1])[::-1]
    rows["reported_at"] = instant_column(known.record.reported[row[there]], known.tz)
    return rows


def claims_of(rows: pd.DataFrame, table: pd.DataFrame) -> Claims:
    """Return the rows of ``totals`` as arrays, their series numbered as in `table`."""
    return Claims(
        place_in(rows, table),
        day_numbers(rows["date"].to_numpy()),
        rows["total"].to_numpy(np.int64),
        rows["low"].to_numpy(np.int64),
        rows["high"].to_numpy(np.int64, na_value=UNBOUNDED),
        rows["outcome"].isin(STOCKS).to_numpy(),
        *(rows[name].to_numpy(np.int64) for name in ("instant", "least", "most")),
    )


def quarters(record: Record, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of rows in quarters: "about" is give or take a quarter.

    Where a report gives bounds of its own, these are taken.
    """
    low, high = 4 * rows.low, np.where(rows.open, UNBOUNDED, 4 * np.where(rows.open, 0, rows.high))
    given = record.reports.stated
    about = record.reports.fixed["qualifier"][rows.row] == Qualifier.ABOUT
    about &= ~(given["low"][rows.row] | given["high"][rows.row])
    about &= (rows.basis == Basis.STATED) & (rows.row >= 0)
    low = np.where(about, np.maximum(low, 3 * rows.total), low)
    return low, np.where(about, np.minimum(high, 5 * rows.total), high)


def least_by_then(
    slot: np.ndarray, instant: np.ndarray, least: np.ndarray, stock: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what may be compared with each claim, as a number, and the largest low by then of it.

    A count never falls: what one source proves of an instant holds of later ones. Of people who
    may return it holds of that instant only.
    """
    slot = grouped(slot, np.where(stock, instant, 0))
    order = ordered(slot, instant)
    new = series_heads(slot[order], instant[order])
    first = np.flatnonzero(new)
    at_once = np.maximum.reduceat(least[order], first) if len(first) else least
    so_far = most_so_far(at_once, series_heads(slot[order[first]]))
    out = np.empty(len(least), np.int64)
    out[order] = so_far[np.cumsum(new) - 1]
    return slot, out


def series_of(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return the table of the series that the frames name, in the order of their names."""
    names = pd.concat([heads(frame) for frame in frames], ignore_index=True).drop_duplicates()
    names = names.sort_values(list(SERIES), ignore_index=True)
    return names.astype("category")


def heads(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the series columns, as text, of the first of each run of rows of one series."""
    first = _begins(rows)
    return rows.loc[first, list(SERIES)].astype("str").reset_index(drop=True)


def place_in(rows: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Return where the series of each row stands in a table of series."""
    first = _begins(rows)
    found = pd.MultiIndex.from_frame(table.astype("str")).get_indexer(
        pd.MultiIndex.from_frame(heads(rows))
    )
    return found.astype(np.int64)[np.cumsum(first) - 1]


def _begins(rows: pd.DataFrame) -> np.ndarray:
    """Whether each row is the first of a run of rows of one series."""
    begins = np.zeros(len(rows), bool)
    begins[:1] = True
    for column in SERIES:
        codes = rows[column].astype("category").cat.codes.to_numpy()
        begins[1:] |= codes[1:] != codes[:-1]
    return begins


def begins(key: np.ndarray) -> np.ndarray:
    """Whether each element of a sorted array is the first of its kind."""
    return np.r_[True, key[1:] != key[:-1]][: len(key)]


def distinct(key: np.ndarray) -> np.ndarray:
    """Return the distinct numbers, ascending."""
    key = np.sort(key)
    return key[begins(key)]


def carried(
    claims: Claims, group: np.ndarray, slots: np.ndarray, max_age: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Carry each number forward until the next of its series, at most `max_age` days.

    Parameters
    ----------
    claims : Claims
        By series and day.
    group : ndarray of int
        Group of each claim; the claims of one series are in one group.
    slots : ndarray of int
        Groups and days wanted, packed, ascending.

    Returns
    -------
    claim, slot : ndarray of int
        Each pair of a claim and a slot of its group in which it is in force.
    """
    start = np.searchsorted(slots, pack(group, claims.day))
    stop = np.searchsorted(slots, pack(group + 1, EARLIEST))
    again = claims.series[1:] == claims.series[:-1]
    stop[:-1] = np.where(again, start[1:], stop[:-1])
    if max_age is not None:
        last = np.searchsorted(slots, pack(group, claims.day + max_age), side="right")
        stop = np.minimum(stop, last)
    return ragged(start, stop)


def bounds_at(
    claims: Claims, claim: np.ndarray, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the bounds of claims as they hold on a day, and whether they are carried to it.

    A carried number has no high: more may have died since. Of people who return, a carried
    number has no low either (design, section 4.11).
    """
    old = claims.day[claim] < day
    low = np.where(old & claims.stock[claim], 0, claims.low[claim])
    return low, np.where(old, UNBOUNDED, claims.high[claim]), old


#: More days than there are.
_AGES = 10**6


def read_age(max_age: int | None) -> int | None:
    """Check how many days a claim may be carried."""
    whole = isinstance(max_age, int | np.integer) and not isinstance(max_age, bool)
    if max_age is None or (whole and max_age >= 0):
        return None if max_age is None else min(int(max_age), _AGES)
    msg = (
        f"{both('max_age', '--max-age')} is a number of days, 0 or more, and cannot be "
        f"{shorten(max_age)}; "
        "leave it out to carry claims forward without limit"
    )
    raise LedgerError(msg)
