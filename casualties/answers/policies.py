"""How to choose between several claims for one part of a toll (design, section 6)."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from ..model.errors import LedgerError

#: A policy takes the totals of one part by several sources and returns one row a day.
Policy = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, init=False)
class Prefer:
    """Take, day by day, the first source named here that has a number; ignore the others.

    Parameters
    ----------
    *sources : str
        The sources, most trusted first.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 20:00")
    >>> policy = cas.Prefer("Karabakh defence ministry", "AFP")
    >>> toll = ledger.where(event="Nagorno-Karabakh 2020", outcome="killed").tally(choose=policy)
    >>> print(toll[["total", "low", "high", "missing"]].tail(1).to_string(index=False))
    total low high               missing
       67  67 <NA> Azerbaijan · military
    """

    sources: tuple[str, ...]

    def __init__(self, *sources: str) -> None:
        if not sources or not all(isinstance(source, str) for source in sources):
            msg = "Prefer needs the names of sources, most trusted first: Prefer('AFP', 'Reuters')"
            raise LedgerError(msg)
        object.__setattr__(self, "sources", sources)

    def __call__(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return the preferred claim of each day."""
        order = {source: place for place, source in enumerate(self.sources)}
        place = claims["source"].astype("str").map(order)
        named = claims.assign(_place=place)[place.notna()]
        return _first(named, "_place", ascending=True)


@dataclass(frozen=True)
class Latest:
    """Take, day by day, the claim that was reported last.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.Ledger(
    ...     {"source": ["AFP", "Army"], "value": [7, 9],
    ...      "reported_at": ["2024-05-07", "2024-05-06"]},
    ...     kind="total", side="A", category="military", period_end="2024-05-05",
    ... )
    >>> ledger.tally(choose=cas.Latest())["total"].tolist()
    [7]
    """

    def __call__(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return the claim of each day that was reported last."""
        return _first(claims, "reported_at", ascending=False)


@dataclass(frozen=True)
class Lowest:
    """Take, day by day, the lowest claim.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.Ledger(
    ...     {"source": ["AFP", "Army"], "value": [7, 9],
    ...      "reported_at": ["2024-05-07", "2024-05-06"]},
    ...     kind="total", side="A", category="military", period_end="2024-05-05",
    ... )
    >>> ledger.tally(choose=cas.Lowest())["total"].tolist()
    [7]
    """

    def __call__(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return the lowest claim of each day."""
        return _first(claims, "total", ascending=True)


@dataclass(frozen=True)
class Highest:
    """Take, day by day, the highest claim.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.Ledger(
    ...     {"source": ["AFP", "Army"], "value": [7, 9],
    ...      "reported_at": ["2024-05-07", "2024-05-06"]},
    ...     kind="total", side="A", category="military", period_end="2024-05-05",
    ... )
    >>> ledger.tally(choose=cas.Highest())["total"].tolist()
    [9]
    """

    def __call__(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return the highest claim of each day."""
        return _first(claims, "total", ascending=False)


def _first(claims: pd.DataFrame, by: str, *, ascending: bool) -> pd.DataFrame:
    ordered = claims.sort_values(["date", by], ascending=[True, ascending], kind="stable")
    return ordered.drop_duplicates("date")[list(claims.columns.drop("_place", errors="ignore"))]
