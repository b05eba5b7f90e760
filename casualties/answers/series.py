"""What a ledger holds: its series, where its reports can be read, which are live, what moved."""

import numpy as np
import pandas as pd

from ..core.known import Knowing
from ..core.record import change_of, overlapping
from ..core.running import totals as running_totals
from ..model.errors import LedgerError
from ..model.frames import count_column, heads, ordered, tidy
from ..model.schema import CHANGES, FIGURE, Change, Kind


def series(self: Knowing) -> pd.DataFrame:
    """Return a row a series: what each source counts.

    Returns
    -------
    DataFrame
        The series columns, `reports` (how many, denials apart), `revisions` (how often a
        figure was revised or retracted), `first_reported` and `last_reported`, `first_date` and
        `last_date` (the first and the last `period_end` of its live numbers), and the headline
        with its bounds: `latest`, `low` and `high` (Int64).

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 16:00")
    >>> ledger.where(source="AFP", category="civilian").series()[["side", "reports", "latest"]]
                side  reports  latest
    0  Armenian side        2       2
    1     Azerbaijan        2       7
    2            all        2       9
    """
    known, record, present = self._known, self._known.record, self._known.series
    reported, dates = (
        record.frame[column].iloc[rows].groupby(record.series[rows]).agg(["size", "min", "max"])
        for column, rows in (("reported_at", known.rows), ("period_end", known.counted))
    )
    found = known.steps
    change = change_of(record, found.old, found.new, found.explicit)
    revised = found.old[(change == Change.REVISED) | (change == Change.RETRACTED)]
    revisions = np.bincount(record.series[revised], minlength=len(record.series_table))
    totals = running_totals(known)
    totals = totals.take(totals.last)
    headlines = totals.frame(record).set_index(totals.series)
    out = pd.DataFrame(record.series_columns(present)).set_index(present)
    out["reports"] = reported["size"].astype("Int64")
    out["revisions"] = count_column(revisions[present]).array
    out["first_reported"], out["last_reported"] = reported["min"], reported["max"]
    out["first_date"], out["last_date"] = dates["min"], dates["max"]
    out[["latest", "low", "high"]] = headlines[["total", "low", "high"]]
    return out.reset_index(drop=True)


def citations(self: Knowing) -> pd.DataFrame:
    """Return where the known reports can be read: a row per source, relay and page.

    Returns
    -------
    DataFrame
        `source`, `via`, `url`, `first_reported`, `last_reported` (in the ledger's zone),
        `reports` (how many, Int64), the first reported first. A denial is listed under the source
        that denies.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [
    ...     {"value": 5, "reported_at": "2024-05-06", "url": "https://example.org/a"},
    ...     {"value": 7, "reported_at": "2024-05-07", "url": "https://example.org/b"},
    ... ]
    >>> ledger = cas.Ledger(rows, source="Ministry", via="AFP", kind="total")
    >>> ledger.citations()[["source", "via", "url", "reports"]]
         source  via                    url  reports
    0  Ministry  AFP  https://example.org/a        1
    1  Ministry  AFP  https://example.org/b        1
    """
    known = self._known
    frame = tidy(known.record.frame.loc[known.public].reset_index(drop=True).copy())
    pages = frame.groupby(["source", "via", "url"], observed=True, sort=False)["reported_at"]
    found = pages.agg(["min", "max", "size"])
    out = found.set_axis(["first_reported", "last_reported", "reports"], axis=1).reset_index()
    out = out.astype({"reports": "Int64"})
    return out.sort_values(["first_reported", "last_reported"], kind="stable", ignore_index=True)


def current(self: Knowing) -> pd.DataFrame:
    """Return the live reports: those that nothing known at the clock has replaced.

    Returns
    -------
    DataFrame
        The columns of `reports`, plus `denied_by` (str): who denies the number, joined by
        ``"; "``, ``""`` if nobody.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
    >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
    >>> ledger = ledger.deny("a", source="Rival", reported_at="2020-09-29")
    >>> ledger.current()[["report_id", "value", "denied_by"]]
      report_id  value denied_by
    0         a     28     Rival
    """
    known, record = self._known, self._known.record
    rows = np.flatnonzero(known.live)
    frame = record.frame.iloc[rows].reset_index(drop=True)
    frame = frame.drop(columns="denied_by", errors="ignore")  # of a ledger made of live reports
    denial, about = known.denials
    deniers: dict[int, list[str]] = {}
    for row, who in zip(about.tolist(), record.reports.told("source", denial), strict=True):
        deniers.setdefault(row, []).append(who)
    by = ["; ".join(dict.fromkeys(deniers.get(row, ()))) for row in rows.tolist()]
    place = list(frame.columns).index("archived") + 1
    frame.insert(place, "denied_by", pd.Series(by, dtype="str"))
    return tidy(frame)


def revisions(self: Knowing) -> pd.DataFrame:
    """Return a row a replacement of one figure by another.

    Returns
    -------
    DataFrame
        The series columns, `kind`, `period_start`, `period_end`, `change` (``revised``,
        ``updated``, ``relayed``, ``reaffirmed`` or ``retracted``), `old_id`, `new_id`, `old`,
        `new`, `delta` (new − old; ``<NA>`` where the kinds differ, or where the bounds overlap and
        one of the two numbers is vague), `reported_at` (of the report that made the change), `lag`
        (days from `period_end` to then), `explicit` (whether the new report says what it replaces)
        and `reason`.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> ledger.as_of("2020-09-28 16:00").revisions()[["old", "new", "delta", "change"]]
       old  new  delta   change
    0   16   31     15  updated
    1   28   27     -1  revised
    2   59   58     -1  revised
    """
    known, record = self._known, self._known.record
    found = known.steps
    old, new, explicit = found.old, found.new, found.explicit
    frame = record.frame
    out = frame[[*FIGURE]].take(old).reset_index(drop=True)
    change = change_of(record, old, new, explicit)
    out["change"] = pd.Categorical.from_codes(change, pd.Index(CHANGES))
    out["old_id"], out["new_id"] = (frame["report_id"].take(rows).array for rows in (old, new))
    out["old"] = count_column(record.best[old], ~record.numbered[old])
    out["new"] = count_column(record.best[new], ~record.numbered[new])
    unsure = (record.vague[old] | record.vague[new]) & overlapping(record, old, new)
    out["delta"] = (out["new"] - out["old"]).mask(unsure | (record.kind[old] != record.kind[new]))
    out["reported_at"] = frame["reported_at"].take(found.by).array
    out["lag"] = count_column(record.reported_day[found.by] - record.day[old])
    out["explicit"] = explicit
    out["reason"] = frame["reason"].take(new).array
    return tidy(out)


def revision_summary(self: Knowing, within: float = 0.2) -> pd.DataFrame:
    """Return how far each count moved: a row per series, kind and period; per `more` and incident.

    Parameters
    ----------
    within : float, default 0.2
        A number is near the latest if it differs by at most this share of the latest.

    Returns
    -------
    DataFrame
        The series columns, `kind`, `period_start`, `period_end`, `n_revisions` (changes of value),
        `first`, `latest`, `min`, `max`, `median`, `spread` (max − min), `rel_spread` (spread / max,
        missing when max is 0), `min_lag` and `max_lag` (of the different numbers, days after
        `period_end`) and `lag_near_latest` (the lag from which on all reports were near).

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").as_of("2020-09-28 16:00")
    >>> afp = ledger.where(source="AFP", event="Nagorno-Karabakh 2020", category="all")
    >>> afp.revision_summary()[["period_end", "n_revisions", "first", "latest", "spread"]]
      period_end  n_revisions  first  latest  spread
    0 2020-09-27            0     39      39       0
    1 2020-09-28            1     68      67       1
    """
    number = isinstance(within, int | float | np.integer | np.floating)
    number = number and not isinstance(within, bool | np.timedelta64)
    if not number or not 0 <= within <= 1e9:  # more is no share
        raise LedgerError.from_wrong(within, "within is a share of the latest value, such as 0.2")
    known, record = self._known, self._known.record
    rows = np.flatnonzero(known.public & record.numbered)
    # Of a `more` and an incident each chain is a count; else reports of the same dates are one.
    single = np.where(record.kind >= Kind.MORE, record.chain, -1)
    keys = (record.series, record.kind, record.day, record.figure, single)
    # By standing: a correction of what a newer report has replaced is not the latest number.
    standing = record.rank[record.chain]
    rows = rows[ordered(*(key[rows] for key in keys), standing[rows], record.rank[rows])]
    new = heads(*(key[rows] for key in keys))
    said = pd.DataFrame({"count": np.cumsum(new), "row": rows, "value": record.best[rows]})
    said["lag"] = record.reported_day[rows] - record.day[rows]
    # The latest number is the one that stands; a count that was withdrawn has none.
    said["latest"] = said["value"].where(known.live[rows])
    said["latest"] = said.groupby("count")["latest"].transform("last")
    # The successive different numbers of each count.
    said = said[new | heads(said["value"].to_numpy())]
    far = (said["value"] - said["latest"]).abs() > within * said["latest"].abs()
    # All numbers after the last one that was far off are near the latest value.
    far_ahead = (far | said["latest"].isna())[::-1].groupby(said["count"]).cummax()[::-1]
    said["near"] = said["lag"].mask(far_ahead)
    found = said.groupby("count").agg(
        head=("row", "first"), n_revisions=("value", "size"), first=("value", "first"),
        latest=("latest", "first"), min=("value", "min"), max=("value", "max"),
        median=("value", "median"), spread=("value", "max"), rel_spread=("value", "max"),
        min_lag=("lag", "min"), max_lag=("lag", "max"), lag_near_latest=("near", "first"),
    )  # fmt: skip
    head = found.pop("head").to_numpy()
    found = found.astype(dict.fromkeys(found, "Int64") | {"median": "Float64"})
    found["n_revisions"] -= 1
    found["spread"] -= found["min"]
    found["rel_spread"] = (found["spread"] / found["max"].where(found["max"] > 0)).astype("Float64")
    out = record.frame[[*FIGURE]].take(head).reset_index(drop=True)
    return tidy(pd.concat([out, found.reset_index(drop=True)], axis=1))
