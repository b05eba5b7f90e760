"""Whose claim a tally takes when several sources count one thing."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.record import Record
from ..core.rows import Rows
from ..model.clocks import instant_column
from ..model.errors import LedgerError, both, one_or_more, refuse_unknown, shorten
from ..model.frames import count_column, day_column, unpack
from ..model.schema import CEILINGS, Basis, Qualifier
from ..words import part
from .adding import NUMBERS, Grid
from .compare import carried, moments, stocks

#: A policy is given the claims of one place, carried forward, by several sources. It returns some
#: of these rows, at most one a day.
Policy = Callable[[pd.DataFrame], pd.DataFrame]

#: The end of a remedy: how to choose one of several definitions.
BY_DEFINITION = both(
    "with where(definition=…), or put 'definition' in by=",
    "with --where definition=…, or say --by event --by outcome --by definition",
)
NO_DEFINITION = "no definition"
#: The columns that a policy must return of those that it is given.
_RETURNED = ["date", "covered", "definition", "source", "total", "low", "high"]
_WHO = ("definition", "source")


@dataclass(frozen=True, init=False, repr=False)
class Prefer:
    """Take, day by day, the first source named here that has a number; ignore the others.

    Parameters
    ----------
    *sources : str, or one mapping
        The sources, most trusted first; or, side by side, a source or a list of them. What is
        counted of a side that the mapping does not name must be counted by one series.

    Raises
    ------
    LedgerError
        If no source is named.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    >>> policy = cas.Prefer("Karabakh defence ministry", "AFP")
    >>> toll = ledger.where(event="Nagorno-Karabakh 2020", outcome="killed").tally(choose=policy)
    >>> print(toll[["total", "low", "high", "missing"]].tail(1).to_string(index=False))
    total low high               missing
       67  67 <NA> Azerbaijan · military

    >>> cas.Prefer({"Azerbaijan": "AFP", "Armenian side": ["Karabakh defence ministry", "AFP"]})
    Prefer({'Armenian side': ['Karabakh defence ministry', 'AFP'], 'Azerbaijan': ['AFP']})
    """

    sources: tuple[str, ...]
    by_side: tuple[tuple[str, tuple[str, ...]], ...]

    def __init__(self, *sources: str | Mapping[str, str | Sequence[str]]) -> None:
        sides = sources[0] if len(sources) == 1 and isinstance(sources[0], Mapping) else {}
        by_side = sorted((side, _names(one_or_more("Prefer", sides[side]))) for side in sides)
        object.__setattr__(self, "sources", () if by_side else _names(sources))
        object.__setattr__(self, "by_side", tuple(by_side))

    def __repr__(self) -> str:
        if self.by_side:
            return f"Prefer({ {side: list(names) for side, names in self.by_side} })"
        return f"Prefer({', '.join(map(repr, self.sources))})"

    def __call__(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return the claim to take on each day."""
        source, side = (claims[name].astype("str") for name in ("source", "side"))
        rank = pd.Series(0.0, claims.index)  # where a side is not named, any source will do
        for name, names in self.by_side or ((None, self.sources),):
            ranks = {name_: place for place, name_ in reversed([*enumerate(names)])}
            rank = rank.mask((side == name) | (name is None), source.map(ranks).astype(float))
        found = claims[rank.notna()]
        taken = _first(found.iloc[rank[rank.notna()].argsort(kind="stable")])
        twice = found.duplicated([*_days(claims), "source"], keep=False)
        for claim in found[twice & found.index.isin(taken.index)][:1].itertuples():
            place = part([str(claim.side), str(claim.category)]) or "the whole"
            msg = f"{claim.source} counts {place} by several definitions; "
            msg += f"choose one {BY_DEFINITION}"
            raise LedgerError(msg)
        return taken

    def check(self, series: pd.DataFrame) -> None:
        """Refuse the names of sources and sides that no series has."""
        sources = [*self.sources, *(name for _, names in self.by_side for name in names)]
        for column, names in (("side", list(dict(self.by_side))), ("source", sources)):
            words = sorted(series[column].astype("str").unique().tolist())
            refuse_unknown(names, words, f"{column} in {both('Prefer', '--prefer')}")


def _names(names: tuple[Any, ...]) -> tuple[str, ...]:
    odd = [name for name in names if not isinstance(name, str)]
    if odd or not names:
        msg = "Prefer needs the names of sources, most trusted first: Prefer('AFP', 'Reuters'), or "
        msg += "Prefer({'Azerbaijan': ['AFP', 'Reuters']}) side by side"
        raise LedgerError(msg + "".join(f"; {shorten(name)} is not a name" for name in odd[:1]))
    return names


def _days(claims: pd.DataFrame) -> list[str]:
    """Return the columns by which one claim is taken: the day, and the place if there are many."""
    return [name for name in ("place", "date") if name in claims]


def _first(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the first claim of each day, or of each place and day."""
    return claims.drop_duplicates(_days(claims))


#: Which claim each word takes: the columns by which claims are sorted, and whether upwards.
_WORDS = {"latest": (["covered", "reported_at"], False), "lowest": (["total"], True),
          "highest": (["total"], False)}  # fmt: skip


def check_policy(choose: Policy | str | None) -> None:
    """Refuse what is no policy."""
    known = isinstance(choose, str) and choose in _WORDS
    if not (choose is None or callable(choose) or known):
        words = ", ".join(map(repr, _WORDS))
        raise LedgerError.from_wrong(choose, f"choose takes a policy or one of {words}")


# -- the numbers in force --------------------------------------------------------------------------


def choose_numbers(
    grid: Grid, record: Record, claims: Rows, slots: np.ndarray, choose: Policy | str | None,
    age: int,
) -> pd.DataFrame:  # fmt: skip
    """Return the number in force at each place and slot, with the columns ``NUMBERS``.

    A carried number has no high, since more may have died, and of people who return no low.
    """
    _refuse_several(grid, np.unique(claims.series), choose)
    claim, slot = carried(claims, grid.group[grid.place[claims.series]], slots, age)
    force, day, table = claims.take(claim), unpack(slots)[1][slot], grid.series
    old = force.day < day
    definition, source = (table[c].cat.codes.to_numpy(np.int64)[force.series] for c in _WHO)
    low = np.where(old & stocks(record, force), 0, force.low)
    high = np.where(old | force.open, np.inf, force.high)
    # In a sum a ceiling adds its low: how many there are at most is no number.
    says = np.append(record.reports.fixed["qualifier"], Qualifier.EXACT)[force.row]
    adds = np.where((force.basis == Basis.STATED) & np.isin(says, CEILINGS), low, force.total)
    columns = (slot, grid.place[force.series], force.total, adds, low, high, force.day, source,
               definition, moments(force))  # fmt: skip
    numbers = pd.DataFrame(dict(zip(NUMBERS, columns, strict=True)))
    if choose is None or not len(claim):
        return numbers
    frame = table[["side", "category", *_WHO]].take(force.series).reset_index(drop=True)
    frame["date"], frame["covered"] = day_column(day), day_column(force.day)
    # A number with no report of its own is worked back from a later total: the next row's.
    row = pd.Series(claims.row).where(claims.row >= 0).bfill().to_numpy(np.int64)[claim]
    frame["reported_at"] = instant_column(record.reported[row], record.tz)
    frame["total"], frame["low"] = count_column(force.total), count_column(low)
    frame["high"] = count_column(np.where(old, 0, force.high), old | force.open)
    given = frame.assign(place=numbers["place"])
    rows: Any
    if isinstance(choose, str):
        sort_by, upwards = _WORDS[choose]
        rows = _first(given.sort_values(sort_by, ascending=upwards, kind="stable")).index
    elif isinstance(choose, Prefer):
        rows = choose(given).index
    else:
        places = frame.sort_values("date", kind="stable").groupby(numbers["place"])
        rows = [row for _, claims in places for row in _asked(choose, claims)]
    return numbers.take(rows).sort_values(["place", "slot"], ignore_index=True)


def _asked(choose: Policy, given: pd.DataFrame) -> pd.Index:
    """Return the claims that a policy of the caller's own takes of one place."""
    taken = choose(given.copy())
    msg = "the policy in choose= must return rows of the DataFrame that it is given, with the "
    msg += f"columns {', '.join(_RETURNED)}"
    if not isinstance(taken, pd.DataFrame) or not {*_RETURNED} <= {*taken.columns}:
        raise LedgerError(msg)
    if taken["date"].duplicated().any():
        msg = "the policy in choose= returned two rows for one day; it must choose one"
        raise LedgerError(msg)
    place = _comparable(given).get_indexer(_comparable(taken))
    if (place < 0).any():
        raise LedgerError(msg + "; it returned one that it was not given")
    return given.index[place]


def _comparable(claims: pd.DataFrame) -> pd.MultiIndex:
    """Return claims as texts, the same whatever their columns are made of."""
    numbers = claims[_RETURNED[-3:]].apply(pd.to_numeric, errors="coerce").astype(float)
    days = claims[_RETURNED[:2]].apply(pd.to_datetime, errors="coerce")
    return pd.MultiIndex.from_frame(claims[_RETURNED].assign(**numbers, **days).astype("str"))


# -- refusals --------------------------------------------------------------------------------------


def _refuse_several(grid: Grid, series: np.ndarray, choose: Policy | str | None) -> None:
    """Refuse several series of one place, unless `choose` takes one of them."""
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
    who = zip(names["source"], names["definition"], strict=True)
    told = ", ".join(source + (f" ({kind})" if kind else "") for source, kind in who)
    sources = ", ".join(map(repr, names["source"].drop_duplicates()[:3]))
    remedy = "say which to take, " + both(
        f"as in tally(choose=Prefer({sources})), or 'latest', 'lowest' or 'highest', or choose "
        "series with where()",
        f"with --prefer {shlex.quote(str(names['source'].iat[0]))} of tally, or choose series with "
        "--where COLUMN=VALUE",
    )
    if names["source"].nunique() == 1:  # between definitions no policy chooses
        remedy = f"choose one with {both('where(definition=…)', '--where definition=…')}"
    msg = f"{grid.labels[several[0]]} is counted by {len(names)} series: {told}; {remedy}"
    raise LedgerError(msg)
