"""The toll across parts, never counted twice (design, section 6)."""

from typing import Any

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.snapshot import snapshot, totals_frame
from ..model.errors import LedgerError
from ..model.schema import SERIES
from .carried import carry
from .policies import Policy

_COUNTS = ["total", "low", "high"]


def tally(
    self: Knowing,
    by: str | tuple[str, ...] | list[str] = ("event", "outcome"),
    choose: Policy | None = None,
) -> pd.DataFrame:
    """Return the toll across parts, without double counting.

    The parts are the (side, category) pairs with neither column ``all``.

    Parameters
    ----------
    by : sequence of str, default ("event", "outcome")
        Series columns that make a group.
    choose : callable, optional
        How to choose between several claims for one part: :class:`Prefer`, :class:`Latest`,
        :class:`Lowest`, :class:`Highest`, or any function that takes the sources' totals for
        a part (the columns of `totals` and `reported_at`, each source carried forward) and
        returns one row a day.

    Returns
    -------
    DataFrame
        The columns of `by`, `date`, `total`, `low`, `high` (Int64; ``<NA>`` is unbounded),
        `parts` (how many have a number) and `missing` (those without one, by name). A row
        for every day on which a part changes; with a part missing the total is a floor.

    Raises
    ------
    LedgerError
        If a part has several claims and `choose` is not given.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [{"side": "A", "value": 58}, {"side": "B", "value": "at least 7"}]
    >>> ledger = cas.Ledger(
    ...     rows, category="civilian", source="AFP", kind="total", reported_at="2020-09-28"
    ... )
    >>> ledger.tally()[["total", "low", "high", "parts"]]
       total  low  high  parts
    0     65   65  <NA>      2
    """
    known, record = self._known, self._known.record
    found = snapshot(known)
    frame = totals_frame(record, found)
    frame["reported_at"] = record.frame["reported_at"].take(found.row).reset_index(drop=True)
    names = record.series_table.take(known.series)
    return _tally(frame, names, (by,) if isinstance(by, str) else tuple(by), choose)


def _parts(known: pd.DataFrame, by: list[str]) -> Any:
    """Return the parts of each group: the (side, category) pairs with neither column ``all``."""
    series = known[list(SERIES)].drop_duplicates()
    series = series[(series["side"] != "all") & (series["category"] != "all")]
    keys = [*by, *(c for c in ("side", "category") if c not in by)]
    return series.sort_values(list(SERIES)).groupby(keys, observed=True, sort=True)


def _tally(
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
            raise LedgerError.from_unknown(column, SERIES, "series column in by")
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
