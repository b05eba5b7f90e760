"""The toll across parts: a part is not the whole, and only disjoint parts add up.

All groups, days and places are worked out side by side, in arrays with one element for each number
that is in force at a place on a day.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.running import totals as running_totals
from ..model.errors import LedgerError, both, one_or_more, refuse_unknown
from ..model.frames import day_column, pack, ragged, tidy, unpack
from .adding import DETAIL, WHOLE, Grid, add_up
from .choosing import BY_DEFINITION, NO_DEFINITION, Policy, check_policy, choose_numbers
from .compare import PARTS, carried, read_age

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
    whole, the sum of the sides and the sum of the categories. In a sum "up to 9" adds its low.
    Each claim is carried forward to the days on which another one changes.

    Parameters
    ----------
    by : sequence of str, default ("event", "outcome")
        Columns that make a group: `event` and `outcome`, and any of `definition`, `source` and
        `side` (the whole is then all of that side).
    choose : callable, optional
        Which claim to take where several series count one thing: :class:`Prefer`, ``"latest"``,
        ``"lowest"``, ``"highest"``, or any function that takes the carried claims of one place (a
        DataFrame with `side`, `category`, `definition`, `source`, `date`, `covered`,
        `reported_at`, `total`, `low`, `high`) and returns some of its rows, at most one a day.
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
        If `by` lacks `event` or `outcome` or names another column, or `max_age` is no number of
        days; if something is counted by several series and `choose` does not say which to take; if
        a policy names a source that the ledger does not have, or takes one that gives two
        definitions; if `parts` names what nobody counts, while other categories are left; if
        numbers of different definitions would be added; if nothing but details has numbers.

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
    self: Knowing, by: str | Sequence[str], choose: Policy | str | None,
    parts: str | Sequence[str] | None, exhaustive: bool, max_age: int | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Return a :func:`tally`, and the numbers that it chose, details apart.

    A chosen number has `row` (its place in the tally), `side`, `category`, `total`, `adds` (what it
    counts for in a sum), `low` and `high` (as of its own day).
    """
    columns, age = _read_by(by), read_age(max_age)
    check_policy(choose)
    known, record = self._known, self._known.record
    rows, table = running_totals(known), record.series_table
    grid = Grid(table, known.series, columns, read_parts(parts, table))
    place = grid.place[rows.series]
    _refuse_details(grid, place)
    group, detail = grid.group[place], grid.level[place] == DETAIL
    slot = pack(group, rows.day)
    slots = np.unique(slot)
    numbers = choose_numbers(grid, record, rows.take(~detail), slots, choose, age)

    # A row stands where a number is of that very day; a group that has none shows all its days.
    group_of_row, day = unpack(slots)
    own = np.isin(slots, slot[detail])
    own[numbers["slot"][numbers["covered"] == day[numbers["slot"]]]] = True
    stands = own | ~np.isin(group_of_row, group_of_row[own])
    numbers = numbers[stands[numbers["slot"]]].reset_index(drop=True)
    numbers["slot"] = (np.cumsum(stands) - 1)[numbers["slot"]]
    slots, group_of_row, day = slots[stands], group_of_row[stands], day[stands]
    placed = numbers["place"]
    chosen = numbers.rename(columns={"slot": "row"})[["row", "total", "adds", "low", "high"]]
    chosen["high"] = chosen["high"].replace(np.inf, np.nan).astype("Int64")
    chosen["side"] = grid.sides[grid.side[placed]].astype(str)
    chosen["category"] = grid.categories[grid.category[placed]].astype(str)
    # A number has no high beside one that speaks of a later instant.
    latest = numbers.groupby("slot")["instant"].transform("max")
    numbers["high"] = numbers["high"].mask(numbers["instant"] < latest, np.inf)

    row, missing = _missing(grid, numbers, group_of_row)
    # The stated whole bounds the toll if its source counts each missing place; the parts do only
    # if no place is missing.
    uncounted = row[~_counted_by_whole(grid, np.unique(rows.series), numbers, row, missing)]
    every_row = np.arange(len(slots))
    parts_bound = ~np.isin(every_row, row) & bool(exhaustive)
    toll, mixed = add_up(grid, numbers, group_of_row, parts_bound, ~np.isin(every_row, uncounted))
    _refuse_mixture(grid, mixed, numbers, day)
    claim, detail_row = carried(rows.take(detail), group[detail], slots, age)
    details = unpack(np.unique(pack(detail_row, place[detail][claim])))

    out = grid.names.take(group_of_row).reset_index(drop=True)
    out["date"] = day_column(day)
    for name in ("total", "low", "high", "stated", "added"):
        out[name] = toll[name].replace(np.inf, np.nan).astype("Int64")
    short = out["stated"] - out["added"]
    out["remainder"] = short.where(short > 0)
    out["missing"] = grid.list_names(row, missing, len(slots))
    out["details"] = grid.list_names(*details, len(slots))
    oldest, gone = toll["oldest"].fillna(0), toll["total"].isna()
    out["oldest"] = day_column(oldest.to_numpy(np.int64), gone.to_numpy())
    return tidy(out), chosen


# -- the question ----------------------------------------------------------------------------


def _read_by(by: str | Sequence[str]) -> list[str]:
    names = one_or_more("by", by)
    refuse_unknown(names, [*_BY, *_MORE_BY], "column in by")
    if not {*_BY} <= {*names}:
        whole = tuple(dict.fromkeys([*_BY, *names]))
        msg = "by needs event and outcome too: numbers of different ones are not added; write "
        msg += both(f"by={whole!r}", " ".join(f"--by {name}" for name in whole))
        raise LedgerError(msg)
    return list(dict.fromkeys(names))


def read_parts(parts: str | Sequence[str] | None, series: pd.DataFrame) -> tuple[str, ...]:
    """Return the categories that are disjoint, checked against the names of the series."""
    if parts is None:
        return PARTS
    names = tuple(dict.fromkeys(one_or_more("parts", parts)))
    if "all" in names or not names:
        what = f"parts are categories that do not overlap, such as {PARTS!r}; 'all' is none"
        raise LedgerError.from_wrong(parts, what)
    words = series["category"].astype("str").unique().tolist()
    # A category that nobody counts yet may be meant; a misspelt one would make it a detail.
    if not set(words) <= {*names, "all"}:
        refuse_unknown(names, words, "category in parts")
    return names


# -- what is missing ------------------------------------------------------------------------


def _missing(grid: Grid, numbers: pd.DataFrame, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places without a number in force, as pairs of row and place.

    A side or a category has a number where one of its cells has.
    """
    added = np.flatnonzero((grid.level != WHOLE) & (grid.level != DETAIL))
    edges = np.searchsorted(grid.group[added], np.arange(grid.groups + 1))
    row, nth = ragged(edges[group], edges[group + 1])
    slot, place = (numbers[name].to_numpy() for name in ("slot", "place"))
    side, category = grid.side[place], grid.category[place]
    places = (place, grid.find(group[slot], side, 0), grid.find(group[slot], 0, category))
    counted = np.concatenate([pack(slot, with_number) for with_number in places])
    absent = ~np.isin(pack(row, added[nth]), counted)
    return row[absent], added[nth[absent]]


def _counted_by_whole(
    grid: Grid, series: np.ndarray, numbers: pd.DataFrame, row: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """Whether each missing place is counted, at some time, by the source of its row's whole."""
    whole = numbers[grid.level[numbers["place"]] == WHOLE].set_index("slot")["source"]
    speaker = whole.reindex(row, fill_value=-1).to_numpy()
    source = grid.series["source"].cat.codes.to_numpy(np.int64)
    return (speaker >= 0) & np.isin(pack(place, speaker), pack(grid.place[series], source[series]))


# -- refusals --------------------------------------------------------------------------------


def _refuse_details(grid: Grid, place: np.ndarray) -> None:
    """Refuse a tally that has nothing but details."""
    if not len(place) or (grid.level[place] != DETAIL).any():
        return
    words = tuple(sorted(grid.categories[np.unique(grid.category[place])]))
    msg = f"nothing can be added: {', '.join(words)} may overlap. If they do not, say so with "
    msg += both(f"tally(parts={words!r})", " ".join(f"--parts {word!r}" for word in words))
    raise LedgerError(msg)


def _refuse_mixture(grid: Grid, mixed: pd.Series, numbers: pd.DataFrame, day: np.ndarray) -> None:
    """Refuse to add numbers of different definitions; `mixed` are the slots with some."""
    if mixed.empty:
        return
    slot = mixed.min()
    parts = numbers[(numbers["slot"] == slot) & (grid.level[numbers["place"]] != WHOLE)]
    kinds = grid.series["definition"].cat.categories[parts["definition"]]
    told = zip(parts["place"], kinds, strict=True)
    words = ", ".join(f"{grid.labels[place]} ({kind or NO_DEFINITION})" for place, kind in told)
    msg = f"numbers of different definitions would be added on {np.datetime64(int(day[slot]), 'D')}"
    msg += f": {words}; choose one definition {BY_DEFINITION}"
    raise LedgerError(msg)
