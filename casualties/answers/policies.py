"""Policies: whose claim a tally takes when several sources count one thing (design, section 6)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, shorten
from .claims import begins

#: A policy takes the carried claims of one place by several sources; it returns one row a day.
Policy = Callable[[pd.DataFrame], pd.DataFrame]


class Ranking:
    """A policy that takes the first claim in some order, day by day."""

    def keys(self, claims: pd.DataFrame) -> Sequence[np.ndarray]:
        """Return what claims are ordered by, most important first; NaN is never taken."""
        raise NotImplementedError

    def first(self, claims: pd.DataFrame, place_and_day: np.ndarray) -> np.ndarray:
        """Return where the claim to take stands, for each place and day that has one."""
        keys = [np.asarray(key, float) for key in self.keys(claims)]
        some = np.flatnonzero(~np.isnan(keys[0]))
        order = some[np.lexsort([key[some] for key in (*reversed(keys), place_and_day)])]
        return order[begins(place_and_day[order])]

    def __call__(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return the claim to take on each day."""
        day = pd.factorize(claims["date"], sort=True)[0]
        return claims.iloc[self.first(claims, day)]


@dataclass(frozen=True, init=False, repr=False)
class Prefer(Ranking):
    """Take, day by day, the first source named here that has a number; ignore the others.

    Parameters
    ----------
    *sources : str, or one mapping
        The sources, most trusted first; or, side by side, a source or a list of them. What is
        counted of a side that the mapping does not name must be counted by one series.

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
        by_side: list[tuple[str, tuple[str, ...]]] = []
        names: tuple[str, ...] = ()
        if len(sources) == 1 and isinstance(sources[0], Mapping):
            for side, wanted in sources[0].items():
                by_side.append((side, _names([wanted] if isinstance(wanted, str) else wanted)))
        else:
            names = _names(sources)
        if not names and not by_side:
            raise LedgerError(_HOW)
        object.__setattr__(self, "sources", names)
        object.__setattr__(self, "by_side", tuple(sorted(by_side)))

    def __repr__(self) -> str:
        if self.by_side:
            return f"Prefer({ {side: list(names) for side, names in self.by_side} })"
        return f"Prefer({', '.join(map(repr, self.sources))})"

    def keys(self, claims: pd.DataFrame) -> Sequence[np.ndarray]:
        """Return the place of each claim's source in the order of preference."""
        source = claims["source"].astype("str")
        if not self.by_side:
            return [_place(source, self.sources)]
        side = claims["side"].astype("str")
        place = np.where(side.isin(list(dict(self.by_side))), np.nan, 0.0)
        for name, sources in self.by_side:
            here = (side == name).to_numpy()
            place[here] = _place(source[here], sources)
        return [place]

    def check(self, series: pd.DataFrame) -> None:
        """Refuse the names of sources and sides that no series has."""
        words = [str(word) for word in series["source"].astype("str").unique()]
        sides = [str(word) for word in series["side"].astype("str").unique()]
        for side, _ in self.by_side:
            if side not in sides:
                raise LedgerError.from_unknown(side, sorted(sides), "side in Prefer")
        for name in [*self.sources, *(name for _, names in self.by_side for name in names)]:
            if name not in words:
                raise LedgerError.from_unknown(name, sorted(words), "source in Prefer")


_HOW = (
    "Prefer needs the names of sources, most trusted first: Prefer('AFP', 'Reuters'), or "
    "Prefer({'Azerbaijan': ['AFP', 'Reuters']}) side by side"
)


def _names(names: Any) -> tuple[str, ...]:
    if not isinstance(names, Collection):
        raise LedgerError(_HOW)
    found = tuple(name for name in names if isinstance(name, str))
    if not found or len(found) < len(names):
        odd = [name for name in names if not isinstance(name, str)]
        msg = _HOW + (f"; {shorten(odd[0])} is not a name" if odd else "")
        raise LedgerError(msg)
    return found


def _place(source: pd.Series, order: tuple[str, ...]) -> np.ndarray:
    places = {name: place for place, name in reversed(list(enumerate(order)))}
    return source.map(places).to_numpy(float)


class _Latest(Ranking):
    """Take the claim of the newest day covered, then the one reported last."""

    def keys(self, claims: pd.DataFrame) -> Sequence[np.ndarray]:
        """Return the days since the day covered, and the rank of the report from the last one."""
        covered = claims["covered"].to_numpy("M8[D]").astype(np.int64)
        return [-covered, -claims["reported_at"].rank(method="dense").to_numpy()]


class _Lowest(Ranking):
    """Take the lowest claim, or with a sign of -1 the highest."""

    def __init__(self, sign: int = 1) -> None:
        self.sign = sign

    def keys(self, claims: pd.DataFrame) -> Sequence[np.ndarray]:
        """Return the totals, with the sign."""
        return [self.sign * claims["total"].to_numpy(np.int64)]


def named_policy(choose: Policy | str | None) -> Policy | None:
    """Return the policy that a word names: "latest", "lowest" or "highest"."""
    named = {"latest": _Latest(), "lowest": _Lowest(), "highest": _Lowest(-1)}
    if choose is None or callable(choose):
        return choose
    if not isinstance(choose, str):
        words = ", ".join(map(repr, named))
        msg = f"choose takes a policy or one of {words}, and cannot be {shorten(choose)}"
        raise LedgerError(msg)
    if choose not in named:
        raise LedgerError.from_unknown(choose, list(named), "word in choose")
    return named[choose]
