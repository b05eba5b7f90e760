"""The toll across parts: a part is not the whole, and only disjoint parts add up (design, 6).

All groups, days and places are worked out side by side, one element a number in force.
"""

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.spans import ragged
from ..model.clocks import NAT
from ..model.errors import LedgerError, both, shorten
from ..model.frames import count_column, day_column, pack, tidy, unpack
from .adding import NONE, Toll, add_up
from .choosing import BY_DEFINITION, Numbers, choose_numbers
from .claims import UNBOUNDED, Claims, carried, claims_of, distinct, read_age, rows_of
from .grid import DETAIL, WHOLE, Grid, pair, unpair
from .policies import Policy, named_policy

PARTS = ("civilian", "military")
_BY = ("event", "outcome")
_MORE_BY = ("definition", "source", "side")


def tally(
    self: Knowing,
    by: str | Sequence[str] = _BY,
    choose: Policy | str | None = None,
    parts: str | Sequence[str] | None = None,
    exhaustive: bool = False,
    max_age: int | None = None,
) -> pd.DataFrame:
    """Return the toll across parts: no part is taken for the whole, and nobody is counted twice.

    Within each group of `by`, the claims are of the *whole* (side ``all``, category ``all``), of
    *sides*, of *categories*, and of *cells* (a category of a side). Sides are disjoint; of the
    categories only those in `parts` are taken to be. A side's toll is the larger of its own
    number and the sum of its cells, a category's likewise; the toll is the largest of the stated
    whole, the sum of the sides and the sum of the categories. Each claim is carried forward to
    the days on which another one changes.

    Parameters
    ----------
    by : sequence of str, default ("event", "outcome")
        Columns that make a group: `event` and `outcome`, and any of `definition`, `source` and
        `side` (the whole is then all of that side).
    choose : callable, optional
        Which claim to take where several series count one thing: :class:`Prefer`, ``"latest"``,
        ``"lowest"``, ``"highest"``, or any function that takes the carried claims of one place (a
        DataFrame with `side`, `category`, `definition`, `source`, `date`, `covered`,
        `reported_at`, `total`, `low`, `high`) and returns at most one row a day.
    parts : str or sequence of str, default ("civilian", "military")
        The categories that do not overlap. Every other one is a detail, named but not added.
    exhaustive : bool, default False
        Your word that the sides, or the `parts`, make up the whole, so that the highest numbers
        of all of them bound it.
    max_age : int, optional
        For how many days after the day it covers a claim is carried forward; without limit if
        not given.

    Returns
    -------
    DataFrame
        A row per group and day for which a chosen claim has a number: the columns of `by`,
        `date`, `total`, `low`, `high` (Int64; ``<NA>`` is unbounded), `stated` (the whole as
        stated, Int64, ``<NA>`` if it is not), `added` (the best sum of parts, Int64), `remainder`
        (Int64, `stated` less `added` where the parts fall short of the whole), `missing` and
        `details` (str, names joined by ``"; "``) and `oldest` (datetime64, the day covered
        by the stalest number in the total). A place that some report names and that has no
        number in force is missing. A group in which nothing but details has numbers has rows
        without a total.

    Raises
    ------
    LedgerError
        If something is counted by several series and `choose` does not say which to take; if a
        policy names a source that counts nothing here, or takes a source that gives two
        definitions; if numbers of different definitions would be added; if nothing but details
        has numbers.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [
    ...     {"side": "A", "value": 500},
    ...     {"side": "B", "category": "civilian", "value": 7},
    ...     {"side": "B", "category": "military", "value": "at least 10"},
    ...     {"side": "B", "category": "children", "value": 3},
    ... ]
    >>> ledger = cas.Ledger(rows, source="AFP", kind="total", reported_at="2020-09-28")
    >>> ledger.tally()[["total", "low", "high", "added", "details"]]
       total  low  high  added       details
    0    517  517  <NA>    517  B · children
    """
    return tallied(self, by, choose, parts, exhaustive, max_age)[0]


def tallied(
    self: Knowing,
    by: str | Sequence[str],
    choose: Policy | str | None,
    parts: str | Sequence[str] | None,
    exhaustive: bool,
    max_age: int | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a :func:`tally`, and the numbers that it chose of all but details.

    The chosen ones have `row` (its place in the tally), `side`, `category`, and `total`,
    `low` and `high` as of their own day.
    """
    columns, age = _read_by(by), read_age(max_age)
    rows, known = rows_of(self._known), self._known.record.series_table.take(self._known.series)
    grid = Grid(known, columns, _read_parts(parts, known))
    claims = claims_of(rows, grid.series)
    _refuse_details(grid, claims)
    group = grid.group[grid.place[claims.series]]
    slots = distinct(every := pack(group, claims.day))
    detail = grid.level[grid.place[claims.series]] == DETAIL
    policy = named_policy(choose)
    numbers = choose_numbers(grid, claims, np.flatnonzero(~detail), slots, rows, policy, age)

    # A row stands where a number is of that very day; a group that has none shows all its days.
    group, day = unpack(slots)
    own = np.zeros(len(slots), bool)
    own[numbers.slot[numbers.covered == day[numbers.slot]]] = True
    own[np.searchsorted(slots, every[detail])] = True
    told = np.zeros(grid.groups, bool)
    told[group[own]] = True
    stands = own | ~told[group]
    numbers = numbers.take(stands[numbers.slot])
    numbers.slot = (np.cumsum(stands) - 1)[numbers.slot]
    slots, group, day = slots[stands], group[stands], day[stands]
    # No high counts of a number that speaks of an earlier instant than another of the row.
    latest = np.full(len(slots), np.iinfo(np.int64).min)
    np.maximum.at(latest, numbers.slot, numbers.instant)
    earlier = numbers.instant < latest[numbers.slot]
    own_high, numbers.high = numbers.high, np.where(earlier, UNBOUNDED, numbers.high)

    row, missing = _missing(grid, numbers, group)
    # The stated whole bounds the toll if its source counts what is missing; the parts only if
    # nothing is.
    uncounted = row[~_counted_by_whole(grid, claims, numbers, row, missing)]
    parts_bound = np.full(len(slots), bool(exhaustive)) & ~_among(row, len(slots))
    toll = add_up(grid, numbers, group, parts_bound, ~_among(uncounted, len(slots)))
    _refuse_mixture(grid, toll.mixed, numbers, day)
    told_by = claims.take(detail)
    place = grid.place[told_by.series]
    claim, at = carried(told_by, grid.group[place], slots, age)
    detail_row, detail = unpair(distinct(pair(at, place[claim])))

    out = _table(grid, toll, group, day)
    out["missing"] = grid.list_names(row, missing, len(slots))
    out["details"] = grid.list_names(detail_row, detail, len(slots))
    oldest = toll.oldest.astype("M8[D]")
    oldest[toll.total == NONE] = NAT
    out["oldest"] = day_column(oldest)
    return tidy(out), _chosen(grid, numbers, own_high)


def _table(grid: Grid, toll: Toll, group: np.ndarray, day: np.ndarray) -> pd.DataFrame:
    """Return the numbers of each group and day."""
    out = grid.names.take(group).reset_index(drop=True)
    out["date"] = day_column(day.astype("M8[D]"))
    for name in ("total", "low", "high", "stated", "added"):
        values = getattr(toll, name)
        out[name] = count_column(values, (values == NONE) | (values == UNBOUNDED))
    short = (toll.stated == NONE) | (toll.added == NONE) | (toll.stated <= toll.added)
    out["remainder"] = count_column(toll.stated - toll.added, short)
    return out


def _chosen(grid: Grid, numbers: Numbers, own_high: np.ndarray) -> pd.DataFrame:
    """Return the numbers that were added up, with the highs of their own days."""
    chosen = pd.DataFrame({"row": numbers.slot, "total": numbers.total, "low": numbers.low})
    chosen["high"] = count_column(own_high, own_high == UNBOUNDED)
    for name, words, codes in (
        ("side", grid.side_words, grid.side), ("category", grid.categories, grid.category)
    ):  # fmt: skip
        chosen[name] = words[codes[numbers.place]].astype(str)
    return chosen


# -- the question ----------------------------------------------------------------------------


def _read_by(by: str | Sequence[str]) -> list[str]:
    names = _names("by", by)
    allowed = [*_BY, *_MORE_BY]
    for name in names:
        if name not in allowed:
            raise LedgerError.from_unknown(name, allowed, "column in by")
    lacking = [name for name in _BY if name not in names]
    if lacking:
        whole = (*_BY, *(name for name in names if name not in _BY))
        msg = (
            f"by needs {' and '.join(lacking)} too: numbers of different events or outcomes are "
            f"not added; write {both(f'by={whole!r}', ' '.join(f'--by {name}' for name in whole))}"
        )
        raise LedgerError(msg)
    return list(dict.fromkeys(names))


def _names(what: str, said: Any) -> list[str]:
    """Return a name or several as a list."""
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, Collection) or not all(isinstance(name, str) for name in names):
        msg = f"{what} takes names, and cannot be {shorten(said)}"
        raise LedgerError(msg)
    return list(names)


def _read_parts(parts: str | Sequence[str] | None, known: pd.DataFrame) -> tuple[str, ...]:
    if parts is None:
        return PARTS
    names = tuple(dict.fromkeys(_names("parts", parts)))
    if "all" in names or not names:
        what = "; 'all' is none" if names else ""
        msg = f"parts needs categories that do not overlap, such as {PARTS!r}{what}"
        raise LedgerError(msg)
    words = known["category"].astype("str").unique().tolist()
    others = [word for word in words if word not in (*names, "all")]
    for name in names:
        # A category that nobody counts may be meant; a misspelt one would make it a detail.
        if name not in words and get_close_matches(name, others, 1, 0.85):
            raise LedgerError.from_unknown(name, words, "category in parts")
    return names


# -- what is missing ------------------------------------------------------------------------


def _missing(grid: Grid, numbers: Numbers, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places without a number in force, as pairs of row and place."""
    asked = np.flatnonzero((grid.level != WHOLE) & (grid.level != DETAIL))
    edges = np.searchsorted(grid.group[asked], np.arange(grid.groups + 1))
    row, nth = ragged(edges[group], edges[group + 1])
    absent = np.ones(len(row), bool)
    begin = np.searchsorted(row, np.arange(len(group)))
    nth_of = np.full(len(grid.level), -1)
    nth_of[asked] = np.arange(len(asked)) - edges[grid.group[asked]]
    # A side and a category have a number where one of their cells has.
    side, category = grid.find(grid.group, grid.side, 0), grid.find(grid.group, 0, grid.category)
    for one in (np.arange(len(nth_of)), side, category):
        of = np.where(one >= 0, nth_of[one], -1)[numbers.place]
        absent[(begin[numbers.slot] + of)[of >= 0]] = False
    return row[absent], asked[nth[absent]]


def _counted_by_whole(
    grid: Grid, claims: Claims, numbers: Numbers, row: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """Whether the source of each row's whole counts the missing place."""
    whole = np.full(int(row.max(initial=-1)) + 1, -1)
    at = np.flatnonzero((grid.level[numbers.place] == WHOLE) & (numbers.slot < len(whole)))
    whole[numbers.slot[at]] = numbers.source[at]
    counted = distinct(claims.series)
    pairs = pair(grid.place[counted], grid.source[counted])
    return (whole[row] >= 0) & np.isin(pair(place, whole[row]), pairs)


def _among(rows: np.ndarray, size: int) -> np.ndarray:
    out = np.zeros(size, bool)
    out[rows] = True
    return out


# -- refusals --------------------------------------------------------------------------------


def _refuse_details(grid: Grid, claims: Claims) -> None:
    """Refuse a tally in which nothing can be added."""
    place = distinct(grid.place[claims.series])
    if not len(place) or (grid.level[place] != DETAIL).any():
        return
    words = tuple(sorted({grid.categories[c] for c in grid.category[place]}))
    msg = (
        f"nothing can be added: {', '.join(words)} may overlap. If they do not, say so with "
        + both(f"tally(parts={words!r})", " ".join(f"--parts {word!r}" for word in words))
    )
    raise LedgerError(msg)


def _refuse_mixture(grid: Grid, mixed: np.ndarray, numbers: Numbers, day: np.ndarray) -> None:
    """Refuse to add numbers of different definitions."""
    if not len(mixed):
        return
    at = np.flatnonzero((numbers.slot == mixed[0]) & (grid.level[numbers.place] != WHOLE))
    words = ", ".join(
        f"{grid.labels[place]} ({grid.definitions[definition] or 'no definition'})"
        for place, definition in zip(numbers.place[at], numbers.definition[at], strict=True)
    )
    date = np.datetime64(int(day[mixed[0]]), "D")
    msg = (
        f"numbers of different definitions would be added on {date}: {words}; "
        f"choose one definition {BY_DEFINITION}"
    )
    raise LedgerError(msg)
