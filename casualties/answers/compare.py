"""What several sources say of the same thing."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.known import Knowing, Known
from ..core.record import Record
from ..core.rows import Rows
from ..core.running import totals as running_totals
from ..model.errors import LedgerError, both, refuse_unknown
from ..model.frames import NEVER, day_column, grouped, heads, ordered, pack, ragged, tidy, unpack
from ..model.schema import SERIES, STOCKS, Basis, Qualifier

#: Who may be compared, and the column that says how many of them there are.
_SPEAKERS = {"source": "sources", "via": "relays"}


def compare(self: Knowing, max_age: int | None = None, by: str = "source") -> pd.DataFrame:
    """Return what several sources say of the same thing, each carried forward.

    With ``by="via"``, what several relays say of one source's number.

    Parameters
    ----------
    max_age : int, optional
        For how many days after the day it covers a claim is carried forward; without limit if
        not given.
    by : {"source", "via"}, default "source"
        Whose claims are compared: those of sources, or those of one source that each relay passes
        on (``""`` where none is named). A revised number belongs to the relay that told of the
        revision.

    Returns
    -------
    DataFrame
        A row per thing (the series columns without `source`) and day on which at least two claims
        are in force, one of them of that very day: `date`, `sources` (how many), `lowest`,
        `lowest_source`, `highest`, `highest_source`, `spread` (highest − lowest), `ratio` (highest
        / lowest, missing when the lowest is 0), `agree` (whether a count that never falls allows
        all of them, "about" being a quarter off either way; ``<NA>`` where they would disagree if
        the high of an earlier day still held) and `oldest` (day covered by the stalest claim).
        Counts are Int64, days datetime64, `ratio` Float64, `agree` boolean. With ``by="via"`` a
        thing is a whole series, its `source` included, and the columns are called `relays`,
        `lowest_via` and `highest_via`.

    Raises
    ------
    LedgerError
        If `max_age` is no number of days, or `by` is neither word.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    >>> both = ["Karabakh defence ministry", "Azerbaijan defence ministry"]
    >>> ledger = ledger.where(source=both, category="military", side="Armenian side")
    >>> claims = ledger.compare(max_age=0)
    >>> claims[["lowest", "highest", "highest_source", "agree"]]
       lowest  highest               highest_source  agree
    0      31      550  Azerbaijan defence ministry  False
    """
    refuse_unknown([by], [*_SPEAKERS], "by")
    age, known, table = read_age(max_age), self._known, self._known.record.series_table
    if by == "via":
        known, table = _by_relay(known)
    record, rows = known.record, running_totals(known)
    if by == "via":  # what a relay adds to another's number is no number of its own
        stated = pd.Series(rows.basis == Basis.STATED)
        rows = rows.take(stated.groupby(rows.series).cummax().to_numpy(bool))
    things = [column for column in SERIES if column != by]
    stock, instant, bounds = stocks(record, rows), moments(rows), quarters(record, rows)
    thing = table.groupby(things, observed=True, sort=True).ngroup().to_numpy(np.int64)
    group = thing[rows.series]
    slots = np.unique(pack(group, rows.day))
    claim, slot = carried(rows, group, slots, age)
    # By day; within a day by series, so that ties go to the speaker first by name.
    order = ordered(slot, claim)
    order = order[(np.bincount(slot, minlength=len(slots))[slot] > 1)[order]]
    claim, slot = claim[order], slot[order]
    number, day = grouped(slot), unpack(slots[slot])[1]
    least, most = (bound[claim] for bound in bounds)
    old = rows.day[claim] < day
    _, proved = least_by_then(number, instant[claim], least, stock[claim])
    claims = pd.DataFrame({"row": number, "total": rows.total[claim], "least": least})
    claims["old"], claims["covered"] = np.where(old, most, NEVER), rows.day[claim]
    claims["apart"] = proved > most
    claims["who"] = table[by].astype("str").take(rows.series[claim]).to_numpy(object)

    said = claims.groupby("row")
    first = np.flatnonzero(heads(number))
    out = table.loc[rows.series[claim[first]], things].reset_index(drop=True)
    out["date"], out[_SPEAKERS[by]] = day_column(day[first]), said.size().astype("Int64")
    for name, index in (("lowest", said["total"].idxmin()), ("highest", said["total"].idxmax())):
        extreme = claims.loc[index].astype({"total": "Int64", "who": "str"})
        out[name], out[f"{name}_{by}"] = extreme["total"].array, extreme["who"].array
    out["spread"] = out["highest"] - out["lowest"]
    out["ratio"] = (out["highest"] / out["lowest"].where(out["lowest"] > 0)).astype("Float64")
    # Where only the high of an old claim, which holds no longer, is passed, nobody knows.
    unsure = said["old"].min() < said["least"].max()
    agree = ~said["apart"].any()
    out["agree"] = agree.astype("boolean").mask(agree & unsure)
    out["oldest"] = day_column(said["covered"].min().to_numpy())
    return tidy(out)


def _by_relay(known: Known) -> tuple[Known, pd.DataFrame]:
    """Return what is known with each pair of source and relay as a source of its own.

    Beside it, the names of each series, with `source` and `via`. A revised number belongs to the
    relay that told of the revision.
    """
    reports, record = known.reports, Record(known.reports)
    via = reports.codes["via"].copy()
    via[record.chain[record.order]] = via[record.order]  # the last relay of each chain
    told = zip(reports.codes["source"].tolist(), via[record.chain].tolist(), strict=True)
    pairs = pd.Index([f"{source:09} {relay:09}" for source, relay in told], dtype="str")
    codes, words = pd.factorize(pairs, sort=True)
    own = {"codes": codes.astype(np.int32), "words": words}
    changed = {field: getattr(reports, field) | {"source": column} for field, column in own.items()}
    apart = Record(replace(reports, **changed))
    table = apart.series_table
    places = np.array([pair.split() for pair in table["source"]], np.int64).reshape(-1, 2).T
    for name, place in zip(_SPEAKERS, places, strict=True):
        table = table.assign(**{name: pd.Categorical(reports.words[name].take(place))})
    return Known(apart, known.known_at), table


#: Categories that do not overlap; all others are details.
PARTS = ("civilian", "military")


def stocks(record: Record, rows: Rows) -> np.ndarray:
    """Whether each row counts people who may return (README, rule 12)."""
    return np.asarray(record.series_table["outcome"].isin(STOCKS))[rows.series]


def moments(rows: Rows) -> np.ndarray:
    """Return the instants that rows speak of, as numbers."""
    return rows.instant.astype("M8[us]").view(np.int64)


def quarters(record: Record, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return four times the low and the high of rows, so that quarters of a count are whole.

    "About 100" is read as 75 to 125, unless its report gives bounds of its own.
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
    """Return, for each claim, the largest low that any claim of its slot gives by its instant.

    A count never falls: a low that one source proves at an instant holds at later ones, too. Of
    people who may return (`stock`) it holds at that instant only, so that their slots are divided
    by instant. The slots so divided are returned first, as numbers.

        slot     0    0    0    1
        instant  8h   12h  20h  8h
        least    31   20   59   7
        proved   31   31   59   7
    """
    slot = grouped(slot, np.where(stock, instant, 0))
    order, proved = ordered(slot, instant, -least), np.empty(len(least), np.int64)
    proved[order] = pd.Series(least[order]).groupby(slot[order]).cummax()
    return slot, proved


def carried(
    rows: Rows, group: np.ndarray, slots: np.ndarray, max_age: int
) -> tuple[np.ndarray, np.ndarray]:
    """Carry each number forward until the next one of its series, at most `max_age` days.

        series 0 on days 1 and 4, series 1 on day 2; slots are days 1, 2 and 4 of one group

        claim  0  0  1  2  2
        slot   0  1  2  1  2

    Parameters
    ----------
    rows : Rows
        The numbers, by series and day.
    group : ndarray of int
        Group of each number; those of one series are in one group.
    slots : ndarray of int
        The groups and days that are asked about, packed, ascending.

    Returns
    -------
    claim, slot : ndarray of int
        Pairs of a number and a slot of its group in which the number is in force, by place.
    """
    start = np.searchsorted(slots, pack(group, rows.day))
    stop = np.searchsorted(slots, pack(group, rows.day + max_age), side="right")
    same = rows.series[1:] == rows.series[:-1]
    stop[:-1] = np.where(same, np.minimum(start[1:], stop[:-1]), stop[:-1])
    return ragged(start, stop)


#: More days than any claim is old by; still few enough for `pack`.
_NO_LIMIT = 10**6


def read_age(max_age: int | None) -> int:
    """Return for how many days a claim may be carried forward."""
    if max_age is None:
        return _NO_LIMIT
    whole = isinstance(max_age, int | np.integer) and not isinstance(max_age, bool)
    if not whole or max_age < 0:
        what = f"{both('max_age', '--max-age')} is a number of days, 0 or more, or left out"
        raise LedgerError.from_wrong(max_age, what)
    return min(int(max_age), _NO_LIMIT)
