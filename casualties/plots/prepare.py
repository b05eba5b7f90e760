"""Frames to draw: what the answers return, with the reports that stand behind each number."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from ..model import clocks
from ..model.errors import LedgerError
from ..model.schema import SERIES
from .captions import clock_of, known, show, words

if TYPE_CHECKING:
    from ..ledger import Ledger

_SERIES = list(SERIES)


def source_order(ledger: "Ledger") -> list[str]:
    """Return the sources of the whole ledger in its order: a source's place is its colour."""
    whole = getattr(ledger, "_sources_of_whole", None)
    if whole is not None:
        return [str(name) for name in whole]
    return list(dict.fromkeys(ledger.reports["source"].astype("str")))


def local(instants: pd.Series, tz: str) -> np.ndarray:
    """Return instants as numbers of the date axis, by the clocks of the ledger's time zone."""
    naive = instants.dt.tz_convert(tz).dt.tz_localize(None)
    return np.asarray(date2num(np.asarray(naive.values, "M8[us]")), np.float64)


def days(dates: pd.Series) -> np.ndarray:
    """Return calendar days as numbers of the date axis."""
    return np.asarray(date2num(np.asarray(dates.values, "M8[us]")), np.float64)


def floats(column: pd.Series) -> np.ndarray:
    """Return counts as floats, ``NaN`` where unknown."""
    return column.to_numpy(np.float64, na_value=np.nan)


def clock(ledger: "Ledger", *, day: bool = False) -> float:
    """Return the clock as a number of the date axis: the instant, or the day it lies in."""
    when = clock_of(ledger)
    if when is None:
        return float("nan")
    at = float(local(pd.Series([when]), ledger.tz)[0])
    return float(np.floor(at)) if day else at


def need(frame: pd.DataFrame, ledger: Any) -> pd.DataFrame:
    """Return the frame, or say that there is no number yet, and when there will be one."""
    if frame["total"].notna().any():
        return frame
    whole = ledger._of(ledger._known.record, None)
    history = whole.history()
    first = history.loc[history["total"].notna(), "reported_at"]
    later = f"; the first is at {show(first.min(), ledger.tz)}" if len(first) else ""
    msg = f"no report {known(ledger, words(None)) or 'nothing known'} has a number{later}"
    raise LedgerError(msg)


def one(names: pd.DataFrame, chart: str, columns: list[str], remedy: str = "") -> None:
    """Refuse a chart of one thing for several."""
    several = [c for c in columns if names[c].astype("str").nunique() > 1]
    if several:
        first = str(names[several[0]].iloc[0])
        msg = (
            f"plot.{chart}() shows one thing at a time, but here are several by "
            f"{', '.join(several)}; choose with where({several[0]}={first!r})"
            f" or draw one panel each with by={several[0]!r}{remedy}"
        )
        raise LedgerError(msg)


def spoken(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports that state a number, with that `number`; of a range its low."""
    number = reports["value"].fillna(reports["low"]).fillna(reports["high"])
    keep = number.notna() & reports["action"].isin(["report", "revise"])
    return reports.assign(number=number.astype("Float64"))[keep]


def stood_behind(frame: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Add `value, qualifier, given_low, given_high` of the report that states each number.

    They are ``<NA>`` where no report states it: it was derived, or raised to what others leave.
    """
    columns = {"value": "value", "qualifier": "qualifier", "low": "given_low",
               "high": "given_high"}  # fmt: skip
    totals = reports[reports["kind"] == "total"].set_index("report_id")
    frame = frame.join(totals[[*columns]].astype(object).rename(columns=columns), on="report_id")
    given = ("value", "given_low", "given_high")
    value, low, high = (frame[name].astype("Int64") for name in given)
    # Only of a range without a value is the number worked out, within it.
    least, most = value.fillna(low).fillna(0), value.fillna(high).fillna(frame["total"])
    other = (frame["total"] < least) | (most < frame["total"])
    if "basis" in frame:
        other |= frame["basis"] != "stated"
    frame.loc[other.fillna(False), [*columns.values()]] = pd.NA
    return frame


def running(ledger: "Ledger") -> pd.DataFrame:
    """Return the running totals to draw: `at, y, bottom, top, derived, about` and who denies."""
    frame = need(ledger.totals(), ledger)
    frame = frame[frame["total"].notna()].reset_index(drop=True)
    frame = stood_behind(frame, ledger.reports)
    frame["at"] = days(frame["date"])
    return _drawn(frame)


#: What is kept of the number before a fall.
BEFORE = ("total", "low", "high", "value", "qualifier", "given_low", "given_high")


def reported(ledger: "Ledger", date: Any = None) -> pd.DataFrame:
    """Return the headline by the moment it was reported, a row a change.

    With the columns of :func:`running`, `fall` (``revised``, ``fell`` or blank) and `before`, the
    number before it as stated then.
    """
    frame = need(ledger.history(date), ledger).reset_index(drop=True)
    frame = stood_behind(frame, ledger.reports)
    frame["at"] = local(frame["reported_at"], ledger.tz)
    frame["reported_at"] = frame["reported_at"].dt.tz_convert(ledger.tz)
    frame = _drawn(frame)
    order = frame.groupby(_SERIES, observed=True, sort=False)
    before = order["y"].shift()
    # What is unclear may be no fall.
    down = (frame["y"] < before).to_numpy() & (frame["cause"] != "unclear").to_numpy()
    called = frame["cause"].isin(["revised", "retracted"]).to_numpy()
    frame["fall"] = np.where(down, np.where(called, "revised", "fell"), "")
    for column in BEFORE:
        frame[f"before_{column}"] = order[column].shift()
    return frame


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    frame["y"] = floats(frame["total"])
    frame["bottom"], frame["top"] = floats(frame["low"]), floats(frame["high"])
    frame["derived"] = frame["qualifier"].isna().to_numpy()
    frame["about"] = frame["qualifier"].isin(["about"]).to_numpy()
    return frame


def denied_days(ledger: "Ledger") -> pd.DataFrame:
    """Return the live totals that somebody denies: series columns, `at` (day), `y`, `denied_by`."""
    live = ledger.current()
    live = spoken(live[(live["denied_by"] != "") & (live["kind"] == "total")])
    return live.assign(at=days(live["period_end"]), y=live["number"])


def denials(ledger: "Ledger") -> pd.DataFrame:
    """Return the denials of totals: series columns, `at` (the instant), `y`, `denied_by`."""
    reports = ledger.reports
    taken_back = set(reports.loc[reports["action"] == "retract", "refers_to"])
    deny = reports[(reports["action"] == "deny") & ~reports["report_id"].isin(taken_back)]
    deny = deny[["refers_to", "source", "reported_at"]]
    deny = deny.rename(columns={"source": "denied_by", "refers_to": "report_id"})
    said = spoken(reports)
    said = said[said["kind"] == "total"].drop(columns="reported_at")
    both = said.merge(deny, on="report_id")
    both = both.sort_values("reported_at", kind="stable")
    return both.assign(at=local(both["reported_at"], ledger.tz), y=both["number"])


def silences(ledger: "Ledger", *, day: bool = False) -> pd.DataFrame:
    """Return the live reports that decline to give a number: series columns and `at`."""
    live = ledger.current()
    found = live[~live[["value", "low", "high"]].notna().any(axis=1)]
    at = days(found["period_end"]) if day else local(found["reported_at"], ledger.tz)
    return found.assign(at=at)


def level(at: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the height of steps at given places, 0 before the first."""
    place = np.searchsorted(x, at, side="right") - 1
    return np.where(place < 0, 0.0, np.nan_to_num(y[np.maximum(place, 0)]))


def split(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Split into series, the one that says most first, then the one with the largest number."""
    groups = [group for _, group in frame.groupby(_SERIES, observed=True, sort=False)]
    last = [-np.nan_to_num(group["y"].to_numpy()[-1], nan=-1.0) for group in groups]
    return [groups[place] for place in np.lexsort([last, [-len(group) for group in groups]])]


def names_of(groups: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the series columns, a row a group."""
    return pd.DataFrame({c: [str(group[c].iat[0]) for group in groups] for c in _SERIES})


def same(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Return the rows of one series."""
    keep = np.ones(len(frame), bool)
    for column in _SERIES:
        keep &= (frame[column].astype("str") == str(names[column])).to_numpy()
    return frame[keep]


def last_reported(ledger: "Ledger") -> dict[tuple[str, ...], float]:
    """Return when each series was last reported on."""
    reports = ledger.reports
    reports = reports[reports["action"] != "deny"]
    last = reports.groupby(_SERIES, observed=True, sort=False)["reported_at"].max()
    at = local(last.reset_index(drop=True), ledger.tz).tolist()
    return {tuple(map(str, name)): when for name, when in zip(last.index, at, strict=True)}


def vintages(ledger: "Ledger", most: int) -> list[tuple[pd.Timestamp, pd.DataFrame]]:
    """Return today's running total last, after earlier ones, evenly chosen, as known then.

    Every clock is asked on its own, so that the time taken is that of the curves drawn.
    """
    final = need(ledger.totals(), ledger)
    final = final[final["total"].notna()]
    at = ledger.reports["reported_at"].drop_duplicates().sort_values(ignore_index=True)
    chosen = np.unique(np.linspace(0, len(at) - 1, min(most, len(at))).astype(int))
    found: list[tuple[pd.Timestamp, pd.DataFrame]] = []
    for when in at.iloc[chosen[:-1]]:
        then = ledger.as_of(when).totals()
        then = then[then["total"].notna()]
        if len(then) and not (found and _alike(then, found[-1][1])):
            found.append((when, then))
    if found and _alike(final, found[-1][1]):
        found.pop()
    return [*found, (at.iloc[-1], final)]


def _alike(one_: pd.DataFrame, other: pd.DataFrame) -> bool:
    columns = ["date", "total"]
    return len(one_) == len(other) and bool(
        (one_[columns].to_numpy() == other[columns].to_numpy()).all()
    )


def day_of(value: Any) -> pd.Timestamp:
    """Return the day of a query."""
    try:
        return pd.Timestamp(clocks.query_day(value))
    except ValueError as error:
        raise LedgerError(str(error)) from error
