"""Running totals as claims: what each series says on the days on which others speak as well."""

import numpy as np

from ..core.record import Record
from ..core.rows import Rows
from ..core.spans import NEVER, heads, most_so_far, ragged
from ..model.errors import LedgerError, both, shorten
from ..model.frames import EARLIEST, grouped, ordered, pack
from ..model.schema import STOCKS, Basis, Qualifier

#: Categories that do not overlap (design, section 6); all others are details.
PARTS = ("civilian", "military")


def stocks(record: Record, rows: Rows) -> np.ndarray:
    """Whether those that rows count may return (design, section 4.11)."""
    names: np.ndarray = record.series_table["outcome"].isin(STOCKS).to_numpy()
    return names[rows.series]


def moments(rows: Rows) -> np.ndarray:
    """Return the instants that rows speak of, as numbers."""
    return rows.instant.astype("M8[us]").view(np.int64)


def quarters(record: Record, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of rows in quarters: "about" is give or take a quarter.

    Where a report gives bounds of its own, these are taken.
    """
    low, high = 4 * rows.low, np.where(rows.open, NEVER, 4 * np.where(rows.open, 0, rows.high))
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
    new = heads(slot[order], instant[order])
    first = np.flatnonzero(new)
    at_once = np.maximum.reduceat(least[order], first) if len(first) else least
    so_far = most_so_far(at_once, heads(slot[order[first]]))
    out = np.empty(len(least), np.int64)
    out[order] = so_far[np.cumsum(new) - 1]
    return slot, out


def carried(
    rows: Rows, group: np.ndarray, slots: np.ndarray, max_age: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Carry each number forward until the next of its series, at most `max_age` days.

    Parameters
    ----------
    rows : Rows
        The numbers, by series and day.
    group : ndarray of int
        Group of each; the numbers of one series are in one group.
    slots : ndarray of int
        Groups and days wanted, packed, ascending.

    Returns
    -------
    claim, slot : ndarray of int
        Each pair of a number and a slot of its group in which it is in force.
    """
    start = np.searchsorted(slots, pack(group, rows.day))
    stop = np.searchsorted(slots, pack(group + 1, EARLIEST))
    again = rows.series[1:] == rows.series[:-1]
    stop[:-1] = np.where(again, start[1:], stop[:-1])
    if max_age is not None:
        last = np.searchsorted(slots, pack(group, rows.day + max_age), side="right")
        stop = np.minimum(stop, last)
    return ragged(start, stop)


#: More days than there are.
_AGES = 10**6


def read_age(max_age: int | None) -> int | None:
    """Check how many days a claim may be carried."""
    whole = isinstance(max_age, int | np.integer) and not isinstance(max_age, bool)
    if max_age is None or (whole and max_age >= 0):
        return None if max_age is None else min(int(max_age), _AGES)
    msg = (
        f"{both('max_age', '--max-age')} is a number of days, 0 or more, and cannot be "
        f"{shorten(max_age)}; leave it out to carry claims forward without limit"
    )
    raise LedgerError(msg)
