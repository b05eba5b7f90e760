"""Several claims about one thing, parts of a whole, and why a number changed (design, 6 and 7)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .schema import SERIES, LedgerError, count_column, tidy, unknown

#: A policy takes the totals of one part by several sources and returns one row a day.
Policy = Callable[[pd.DataFrame], pd.DataFrame]

_THING = [column for column in SERIES if column != "source"]
_COUNTS = ["total", "low", "high"]


# -- policies --------------------------------------------------------------------------------


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


# -- carrying forward ------------------------------------------------------------------------


def carry(totals: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """Carry each series forward to every day on which another one of its group has a row.

    Parameters
    ----------
    totals : DataFrame
        Rows of ``totals``, by series and date.
    group : ndarray of int
        The group that each row belongs to.

    Returns
    -------
    DataFrame
        The rows of `totals` with repeats of earlier rows, and the column `group`; by group, date
        and series.
    """
    if totals.empty:
        return totals.assign(group=group)
    date = totals["date"].to_numpy("M8[D]").astype(np.int64)
    series = totals.groupby(list(SERIES), observed=True, sort=False).ngroup().to_numpy()
    days = pd.DataFrame({"group": group, "date": date}).drop_duplicates()
    first = pd.DataFrame({"group": group, "series": series, "first": date})
    first = first.groupby(["group", "series"], as_index=False)["first"].min()
    grid = days.merge(first, on="group")
    grid = grid[grid["date"] >= grid["first"]]
    # The last row of the series on or before the day.
    order = np.lexsort((date, series))
    key, wanted = _pair(series[order], date[order]), _pair(grid["series"], grid["date"])
    source = order[np.searchsorted(key, wanted, side="right") - 1]
    out = totals.iloc[source].reset_index(drop=True)
    out["group"] = grid["group"].to_numpy()
    out["date"] = grid["date"].to_numpy().astype("M8[D]").astype("M8[us]")
    out["_series"] = grid["series"].to_numpy()
    return out.sort_values(["group", "date", "_series"], ignore_index=True).drop(columns="_series")


def _pair(series: np.ndarray | pd.Series, day: np.ndarray | pd.Series) -> np.ndarray:
    return (np.asarray(series, np.int64) << 22) + np.asarray(day, np.int64) + (1 << 20)


def compare(totals: pd.DataFrame) -> pd.DataFrame:
    """Return what several sources say of the same thing and day; see :meth:`Ledger.compare`."""
    thing = totals.groupby(_THING, observed=True, sort=True).ngroup().to_numpy()
    claims = carry(totals, thing)
    by = ["group", "date"]
    grouped = claims.groupby(by, sort=True)
    low, high = (
        claims.loc[grouped["total"].idxmin()],
        claims.loc[grouped["total"].idxmax()],
    )
    out = low[_THING].reset_index(drop=True)
    out["date"] = low["date"].to_numpy()
    out["sources"] = count_column(grouped["source"].size().to_numpy(np.int64))
    for name, rows in (("lowest", low), ("highest", high)):
        out[name] = rows["total"].array
        out[f"{name}_source"] = rows["source"].astype("str").array
    out["spread"] = out["highest"] - out["lowest"]
    share = out["highest"] / out["lowest"].where(out["lowest"] > 0)
    out["ratio"] = share.astype("Float64")
    top = claims["high"].astype("Float64").fillna(np.inf).groupby([claims[b] for b in by]).min()
    bottom = claims["low"].astype("Float64").groupby([claims[b] for b in by]).max()
    out["agree"] = (bottom <= top).to_numpy(bool)
    return tidy(out[out["sources"] > 1].reset_index(drop=True))


# -- the toll across parts -------------------------------------------------------------------


def _parts(known: pd.DataFrame, by: list[str]) -> Any:
    """Return the parts of each group: the (side, category) pairs with neither column ``all``."""
    series = known[list(SERIES)].drop_duplicates()
    series = series[(series["side"] != "all") & (series["category"] != "all")]
    keys = [*by, *(c for c in ("side", "category") if c not in by)]
    return series.sort_values(list(SERIES)).groupby(keys, observed=True, sort=True)


def tally(
    totals: pd.DataFrame, known: pd.DataFrame, by: tuple[str, ...], choose: Policy | None
) -> pd.DataFrame:
    """Return the toll across parts; see :meth:`Ledger.tally`.

    Parameters
    ----------
    totals : DataFrame
        Running totals, with `reported_at` of the last report that each rests on.
    known : DataFrame
        The series columns of every series that has a known report.
    """
    for column in by:
        if column not in SERIES:
            raise LedgerError(unknown("series column in by", column, SERIES))
    keys = list(by)
    chosen = []
    for key, series in _parts(known, keys):
        names = dict(
            zip([*keys, *(c for c in ("side", "category") if c not in keys)], key, strict=True)
        )
        claims = totals
        for column, name in names.items():
            claims = claims[claims[column] == name]
        if len(series) > 1 and choose is None:
            raise LedgerError(_which_source(names, series))
        claims = carry(claims.reset_index(drop=True), np.zeros(len(claims), np.int64))
        claims = claims.drop(columns="group")
        one = claims if choose is None else choose(claims)
        if one["date"].duplicated().any():
            msg = "the policy in choose= returned two rows for one day; it must choose one"
            raise LedgerError(msg)
        label = " · ".join(str(names[c]) for c in ("side", "category"))
        chosen.append((tuple(names[c] for c in keys), label, one[["date", *_COUNTS]]))
    rows = []
    for key in dict.fromkeys(key for key, _, _ in chosen):
        group = [(label, one.set_index("date")) for k, label, one in chosen if k == key]
        rows.extend(_add_up(dict(zip(keys, key, strict=True)), group))
    columns = [*keys, "date", *_COUNTS, "parts", "missing"]
    out = pd.DataFrame(rows, columns=columns)
    for column in [*_COUNTS, "parts"]:
        out[column] = out[column].astype("Int64")
    out["date"] = out["date"].astype("datetime64[us]")
    for column in keys:
        out[column] = out[column].astype("category")
    out["missing"] = out["missing"].astype("str")
    return out


def _add_up(
    names: dict[str, str], group: list[tuple[str, pd.DataFrame]]
) -> list[dict[str, object]]:
    """Add up the parts of one group on every day on which one of them changes."""
    days = sorted(set().union(*(set(one.index) for _, one in group)))
    if not days:
        return []
    # Whole rows are carried: a bound that is gone stays gone.
    held = {label: one.sort_index().reindex(days, method="ffill") for label, one in group}
    rows, last = [], None
    for place, date in enumerate(days):
        now = {label: one.iloc[place] for label, one in held.items()}
        missing = [label for label, row in now.items() if pd.isna(row["total"])]
        found = [row for row in now.values() if not pd.isna(row["total"])]
        unbounded = missing or any(pd.isna(row["high"]) for row in found)
        sums = {
            "total": sum(int(row["total"]) for row in found),
            "low": sum(int(row["low"]) for row in found),
            "high": pd.NA if unbounded else sum(int(row["high"]) for row in found),
            "parts": len(found),
            "missing": "; ".join(missing),
        }
        state = [tuple(row.astype(object).where(row.notna(), None)) for row in now.values()]
        if state != last:
            rows.append(names | {"date": date} | sums)
        last = state
    return rows


def _which_source(names: dict[str, str], series: pd.DataFrame) -> str:
    """Say that a part has several claims, and show the call that chooses between them."""
    part = " · ".join(str(names[c]) for c in ("side", "category"))
    claims = [
        str(row.source) + (f" ({row.definition})" if row.definition else "")
        for row in series.itertuples()
    ]
    some = ", ".join(repr(str(source)) for source in series["source"].drop_duplicates()[:3])
    return (
        f"{part} is counted by {len(claims)} series: {', '.join(claims)}; say which to take, "
        f"as in tally(choose=Prefer({some})), or Latest(), Lowest() or Highest(), "
        "or choose series with where()"
    )


# -- why it changed --------------------------------------------------------------------------


def bridge(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return why the headline of each series changed between two tables of totals.

    See :func:`casualties.reconcile`.
    """
    keys = list(SERIES)
    sides = [frame.assign(**{c: frame[c].astype("str") for c in keys}) for frame in (before, after)]
    heads = [
        side.groupby(keys, sort=True).tail(1).set_index(keys)[["date", "total"]] for side in sides
    ]
    index = heads[0].index.union(heads[1].index, sort=True)
    opening, closing = (head.reindex(index) for head in heads)
    ends = [opening["date"], closing["date"]]
    # The total through the day of the opening, and through that of the closing, as known after.
    same = _through(sides[1], index, ends[0])
    last = _through(sides[1], index, ends[1])
    start = opening["total"].fillna(0).to_numpy(np.int64)
    growth = last - same
    end = closing["total"].fillna(0).to_numpy(np.int64)
    out = index.to_frame(index=False)
    for column in keys:
        out[column] = out[column].astype("category")
    out["opening_date"] = ends[0].to_numpy("M8[us]")
    out["opening"] = count_column(start)
    out["revised"] = count_column(same - start)
    out["new"] = count_column(np.maximum(growth, 0))
    out["unexplained"] = count_column(np.minimum(growth, 0))
    out["closing"] = count_column(end)
    out["closing_date"] = ends[1].to_numpy("M8[us]")
    return out


def _through(totals: pd.DataFrame, index: pd.MultiIndex, dates: pd.Series) -> np.ndarray:
    """Return the total of each series through a day, carried forward; 0 before its first."""
    codes = index.get_indexer(pd.MultiIndex.from_frame(totals[list(SERIES)]))
    day = totals["date"].to_numpy("M8[D]").astype(np.int64)
    order = np.lexsort((day, codes))
    wanted = dates.to_numpy("M8[D]")
    missing = np.isnat(wanted)
    key = _pair(codes[order], day[order])
    series = np.arange(len(index))
    place = (
        np.searchsorted(key, _pair(series, np.where(missing, 0, wanted.astype(np.int64))), "right")
        - 1
    )
    found = (place >= 0) & ~missing
    source = order[np.where(found, place, 0)] if len(order) else np.zeros(len(index), np.int64)
    if len(order):
        found &= codes[source] == series
    total = (
        totals["total"].to_numpy(np.int64)[source] if len(order) else np.zeros(len(index), np.int64)
    )
    return np.where(found, total, 0)
