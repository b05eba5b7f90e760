"""Which number of each place a tally takes, by the caller's policy (design, section 6)."""

import shlex
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, both
from ..model.frames import count_column, day_column, day_numbers, pack, unpack
from .claims import UNBOUNDED, Claims, bounds_at, carried, distinct
from .grid import Grid, pair
from .policies import Policy, Prefer, Ranking

#: How one definition is chosen of several.
BY_DEFINITION = both(
    "with where(definition=…), or put 'definition' in by=",
    "with --where definition=…, or add --by definition",
)

#: What a policy is given.
COLUMNS = (
    "side", "category", "definition", "source",
    "date", "covered", "reported_at", "total", "low", "high",
)  # fmt: skip
_ASKED = ("date", "covered", "definition", "source", "total", "low", "high")


@dataclass
class Numbers:
    """The numbers in force: one element a place and slot (a group and day)."""

    slot: np.ndarray
    place: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covered: np.ndarray  #: the day that the number covers
    source: np.ndarray
    definition: np.ndarray
    instant: np.ndarray  #: that the number speaks of

    def take(self, keep: np.ndarray) -> "Numbers":
        """Return the chosen elements."""
        return Numbers(**{name: array[keep] for name, array in vars(self).items()})


def choose_numbers(
    grid: Grid,
    claims: Claims,
    these: np.ndarray,
    slots: np.ndarray,
    rows: pd.DataFrame,
    choose: Policy | None,
    age: int | None,
) -> Numbers:
    """Return the number in force at each place and slot, of the claims that may be added."""
    claims = claims.take(these)
    _refuse_several(grid, claims, choose)
    place = grid.place[claims.series]
    claim, slot = carried(claims, grid.group[place], slots, age)
    day = unpack(slots)[1][slot]
    low, high, _ = bounds_at(claims, claim, day)
    numbers = Numbers(
        slot, place[claim], claims.total[claim], low, high, claims.day[claim],
        grid.source[claims.series[claim]], grid.definition[claims.series[claim]],
        claims.instant[claim],
    )  # fmt: skip
    if choose is None or not len(claim):
        return numbers
    frame = rows.iloc[these[claim]].reset_index(drop=True)
    frame["covered"], frame["date"] = frame["date"], day_column(day.astype("M8[D]"))
    frame["low"], frame["high"] = count_column(low), count_column(high, high == UNBOUNDED)
    frame = frame[list(COLUMNS)]
    if isinstance(choose, Ranking):
        here = pair(numbers.place, numbers.slot)
        taken = choose.first(frame, here)
        if isinstance(choose, Prefer):
            _refuse_definitions(grid, numbers, taken, here)
        return numbers.take(taken)
    return _ask(grid, choose, frame, numbers, slots)


def _ask(
    grid: Grid, choose: Policy, frame: pd.DataFrame, numbers: Numbers, slots: np.ndarray
) -> Numbers:
    """Return what a policy of the caller's own takes, place by place."""
    found, place = [], []
    for one, at in sorted(pd.Series(numbers.place).groupby(numbers.place).indices.items()):
        given = frame.iloc[at].sort_values("date", kind="stable", ignore_index=True)
        taken = choose(given.copy())
        if not isinstance(taken, pd.DataFrame) or not set(_ASKED) <= set(taken.columns):
            msg = (
                "the policy in choose= must return rows of the DataFrame that it is given, "
                f"with the columns {', '.join(_ASKED)}"
            )
            raise LedgerError(msg)
        taken = taken[list(_ASKED)].dropna(subset="total")
        if taken["date"].duplicated().any():
            msg = "the policy in choose= returned two rows for one day; it must choose one"
            raise LedgerError(msg)
        if not taken["date"].isin(given["date"]).all():
            msg = "the policy in choose= returned a day that it was not given"
            raise LedgerError(msg)
        found.append(taken.astype({"source": "str", "definition": "str"}))
        place.append(np.full(len(taken), one))
    every, places = pd.concat(found, ignore_index=True), np.concatenate(place)
    # What a policy returns speaks of the instant of the claim that it took.
    said = ["place", "date", "source", "definition"]
    known = frame.astype({"source": "str", "definition": "str"}).assign(
        place=numbers.place, instant=numbers.instant
    )
    instant = every.assign(place=places).merge(
        known.drop_duplicates(said)[[*said, "instant"]], on=said, how="left"
    )["instant"]
    return Numbers(
        np.searchsorted(slots, pack(grid.group[places], day_numbers(every["date"].to_numpy()))),
        places,
        every["total"].to_numpy(np.int64),
        every["low"].to_numpy(np.int64, na_value=0),
        every["high"].to_numpy(np.int64, na_value=UNBOUNDED),
        day_numbers(every["covered"].to_numpy()),
        pd.Index(grid.sources).get_indexer(every["source"]),
        pd.Index(grid.definitions).get_indexer(every["definition"]),
        instant.fillna(0).to_numpy(np.int64),
    )


def _refuse_several(grid: Grid, claims: Claims, choose: Policy | None) -> None:
    """Refuse to choose by chance between several series that count one place."""
    series = distinct(claims.series)
    if isinstance(choose, Prefer):
        choose.check(grid.series)
        if not choose.by_side:
            return
        named = grid.series["side"].isin(list(dict(choose.by_side))).to_numpy()
        series = series[~named[series]]
    elif choose is not None:
        return
    place = grid.place[series]
    several = np.flatnonzero(np.bincount(place, minlength=len(grid.labels)) > 1)
    if not len(several):
        return
    names = grid.series.take(series[place == several[0]]).astype("str")
    claims_ = [
        source + (f" ({definition})" if definition else "")
        for source, definition in zip(names["source"], names["definition"], strict=True)
    ]
    some = ", ".join(map(repr, names["source"].drop_duplicates()[:3]))
    how, option = f"Prefer({some})", str(names["source"].iat[0])
    if isinstance(choose, Prefer):
        how = f"Prefer({{…, {names['side'].iat[0]!r}: [{some}]}})"
        option = f"{names['side'].iat[0]}={option}"
    remedy = both(
        f"as in tally(choose={how}), or 'latest', 'lowest' or 'highest', or choose series with "
        "where()",
        f"with --prefer {shlex.quote(option)}, or choose series with --where COLUMN=VALUE",
    )
    msg = (
        f"{grid.labels[several[0]]} is counted by {len(names)} series: {', '.join(claims_)}; say "
        f"which to take, {remedy}"
    )
    raise LedgerError(msg)


def _refuse_definitions(grid: Grid, numbers: Numbers, taken: np.ndarray, here: np.ndarray) -> None:
    """Refuse a preferred source that counts a place by several definitions."""
    key = pd.factorize(here)[0] * np.int64(len(grid.sources)) + numbers.source
    _, of, times = np.unique(key, return_inverse=True, return_counts=True)
    twice = np.flatnonzero(times[of[taken]] > 1)
    if not len(twice):
        return
    at = taken[twice[0]]
    both = np.flatnonzero(key == key[at])
    words = [grid.definitions[code] or "no definition" for code in numbers.definition[both]]
    msg = (
        f"{grid.sources[numbers.source[at]]} counts {grid.labels[numbers.place[at]]} by several "
        f"definitions: {', '.join(words)}; choose one {BY_DEFINITION}"
    )
    raise LedgerError(msg)
