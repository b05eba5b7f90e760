"""Frames to draw: rows of the answers, with the words of the reports that they rest on."""

import shlex
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from ..model import clocks
from ..model.errors import LedgerError, both
from ..model.schema import SERIES, STOCKS
from ..words import instant
from .captions import WORDS, clock_of, known
from .chart import Options

_SERIES = list(SERIES)
#: What a number is worded by: as computed with, and as its report gave it.
SAID = ("total", "low", "high", "value", "qualifier")


def local(instants: pd.Series, tz: str) -> np.ndarray:
    """Return instants as numbers of the date axis, by the clocks of the ledger's time zone."""
    return days(instants.dt.tz_convert(tz).dt.tz_localize(None))


def days(dates: pd.Series) -> np.ndarray:
    """Return calendar days as numbers of the date axis."""
    return np.asarray(date2num(np.asarray(dates.values, "M8[us]")), np.float64)


def placed(frame: pd.DataFrame, ledger: Any, *, day: bool = False) -> pd.DataFrame:
    """Add `at`, where rows stand: at the last day that they cover, or when they were reported."""
    at = days(frame["period_end"]) if day else local(frame["reported_at"], ledger.tz)
    return frame.assign(at=at)


def floats(column: pd.Series) -> np.ndarray:
    """Return counts as floats, ``NaN`` where unknown."""
    return column.to_numpy(np.float64, na_value=np.nan)


def evenly(places: Any, most: int) -> Any:
    """Return so many of several at the most, evenly chosen, with the first and the last."""
    return places.take(
        np.unique(np.linspace(0, len(places) - 1, min(len(places), most)).astype(int))
    )


def need(frame: pd.DataFrame, ledger: Any) -> pd.DataFrame:
    """Return the frame, or say that there is no number yet, and when there will be one."""
    if frame["total"].notna().any():
        return frame
    history = ledger._of(ledger._known.at(None)).history()
    first = history.loc[history["total"].notna(), "reported_at"]
    later = f"; the first is at {instant(first.min(), ledger.tz)}" if len(first) else ""
    msg = f"no report {known(ledger, WORDS) or 'nothing known'} has a number{later}"
    raise LedgerError(msg)


def one(names: pd.DataFrame, chart: str, columns: list[str]) -> None:
    """Refuse a chart of one thing for several."""
    several = [c for c in columns if names[c].nunique() > 1]
    if several:
        first = str(names[several[0]].iloc[0])
        chart = both(f"plot.{chart}()", f"plot {chart}")
        where, by = f"where({several[0]}={first!r})", f"by={several[0]!r}"
        shell = f"choose with --where {shlex.quote(f'{several[0]}={first}')}"
        panels = f" or draw one panel each with {by}" if len(several) == 1 else ""
        how = both(f"choose with {where}{panels}", shell)
        named = ", ".join(several)
        msg = f"{chart} shows one thing at a time, but here are several by {named}; {how}"
        raise LedgerError(msg)


# -- numbers over time ------------------------------------------------------------------------


def by_day(totals: pd.DataFrame, ledger: Any) -> pd.DataFrame:
    """Return a row to draw for each row of `totals` that has a number."""
    frame = need(totals, ledger).dropna(subset="total").reset_index(drop=True)
    return looked_at(stood_behind(frame, ledger.reports).assign(at=days(frame["date"])))


def reported(ledger: Any, date: Any = None) -> pd.DataFrame:
    """Return the headline by the moment it was reported, a row a change.

    With `fall` (``revised``, ``withdrawn``, ``fell``, ``unclear`` of what may be none, or blank)
    and `before_…`, the number before it as stated.
    """
    frame = need(ledger.history(date), ledger)
    frame = placed(looked_at(stood_behind(frame, ledger.reports)), ledger)
    order = frame.groupby(_SERIES, observed=True, sort=False)
    down = (frame["y"] < order["y"].shift()) & ~frame["outcome"].isin(STOCKS)  # these return
    how = {"revised": "revised", "retracted": "withdrawn", "unclear": "unclear"}
    frame["fall"] = frame["cause"].astype("str").map(how).fillna("fell").where(down, "")
    # What stands again, as another was withdrawn, was said before.
    said = frame["report_id"].map(ledger.reports.set_index("report_id")["reported_at"])
    frame["said_at"] = said.where(frame["cause"] == "retracted", frame["reported_at"])
    return frame.assign(**{f"before_{column}": order[column].shift() for column in SAID})


def stood_behind(frame: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Add `value, qualifier, url` of the report that states each number.

    They are missing where no report states it: it was derived, or raised to what others leave.
    """
    totals = reports[reports["kind"] == "total"].set_index("report_id")
    given = totals.reindex(frame["report_id"]).reset_index(drop=True)
    # Only of a range without a value is the number worked out, within it.
    least = given["value"].fillna(given["low"]).fillna(0)
    most = given["value"].fillna(given["high"]).fillna(frame["total"])
    states = frame["total"].between(least, most).fillna(False)
    if "basis" in frame:
        states &= frame["basis"] == "stated"
    said = ["value", "qualifier", "url"]
    frame[said] = given[said].astype(object).where(states)
    return frame


def looked_at(frame: pd.DataFrame) -> pd.DataFrame:
    """Add what is drawn of each number to rows worded as :func:`stood_behind` and `spoken` do.

    `y, bottom, top` are floats; `derived` of what no report states, or of what is raised to what
    others leave, `about` of a number without bounds, `range` of one that has no number of its own,
    `ceiling` of one that is known by its most alone.
    """
    says, low, high = frame["qualifier"], floats(frame["low"]), floats(frame["high"])
    return frame.assign(
        y=floats(frame["total"]), bottom=low, top=high,
        derived=says.isna().to_numpy(), about=says.isin(["about"]).to_numpy(),
        range=(says.isin(["range"]) & frame["value"].isna()).to_numpy(bool),
        ceiling=says.isin(["at_most", "less_than"]).to_numpy() & ~(low > 0), entering=False,
    )  # fmt: skip


def denials(ledger: Any, *, day: bool, date: Any = None) -> pd.DataFrame:
    """Return numbers that somebody denies, worded like other rows, with `at, y, denied_by`.

    By day covered those in force; else every denial that stands, at its instant.
    """
    found = ledger.current().query("denied_by != ''") if day else ledger._denied()
    if date is not None:
        found = found[found["period_end"] == clocks.query_day(date)]
    return spoken(placed(found, ledger, day=day))


def withdrawn(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a row of each number of `reported` that was withdrawn, as :func:`denials` do."""
    gone = frame[frame["y"].isna() | (frame["fall"] == "withdrawn")].dropna(subset="before_total")
    before = {name: gone[f"before_{name}"] for name in SAID}
    return gone.assign(**before, y=floats(gone["before_total"]), kind="total", denied_by="")


def denies_itself(source: str, denied_by: str) -> bool:
    """Whether a source is one of those who deny its number."""
    return source in denied_by.split("; ")


def disowned(frame: pd.DataFrame, denied: pd.DataFrame, until: float) -> pd.Series:
    """Return from where on the axis the number of each row stands denied by its own source.

    ``NaN`` of what is not, or not before the next row of its series; `denied` is as of
    :func:`denials`.
    """
    own = np.array([*map(denies_itself, denied["source"], denied["denied_by"])], bool)
    at = denied[own].drop_duplicates("report_id").set_index("report_id")["at"]
    since = frame["report_id"].map(at).clip(lower=frame["at"]).mask(frame["derived"])
    following = frame.groupby(_SERIES, observed=True)["at"].shift(-1)
    return since.mask((since >= following) | (since > until))


def spoken(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports that state a number, worded like rows of answers; of a range its low."""
    keep = reports["action"].isin(["report", "revise"])
    number = reports["value"].fillna(reports["low"]).fillna(reports["high"])
    return reports.assign(total=number, y=floats(number))[keep & number.notna()]


def silences(ledger: Any, *, day: bool = False) -> pd.DataFrame:
    """Return the live reports that decline to give a number: series columns and `at`."""
    live = ledger.current()
    return placed(live[live[["value", "low", "high"]].isna().all(axis=1)], ledger, day=day)


def level(at: np.ndarray, run: pd.DataFrame) -> np.ndarray:
    """Return the height of the steps of a run at given places, ``NaN`` before the first."""
    place = np.searchsorted(run["at"].to_numpy(), at, side="right")
    return np.r_[np.nan, run["y"].to_numpy()][place]


def split(frame: pd.DataFrame, first: str | None, most: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Tell series apart: `first`, the one that says most, then the one with the largest number.

    Where there are more than `most` the highest and the lowest number that stands come before.
    Returns the series columns, a row a series, as text, and the place among them of each row's.
    """
    groups = frame.groupby(_SERIES, observed=True, sort=False)
    said = frame.assign(line=groups.ngroup(), size=groups["y"].transform("size"))
    ends = said.drop_duplicates("line", keep="last").sort_values("line")
    live = ends.loc[ends["disowned"].isna(), "y"].dropna().sort_values(kind="stable").index
    outer = live[[0, -1]] if len(ends) > most and len(live) else live[:0]
    inner = pd.Series(~ends.index.isin(outer), ends.index)
    order = np.lexsort([-ends["y"].fillna(-1.0), -ends["size"], inner, ends["source"] != first])
    place = np.argsort(order)[said["line"].to_numpy()]
    return ends[_SERIES].iloc[order].astype("str").reset_index(drop=True), place


def place_in(frame: pd.DataFrame, names: pd.DataFrame) -> np.ndarray:
    """Return where the series of each row stands in a table of names, -1 where it does not."""
    wanted = pd.MultiIndex.from_frame(names[_SERIES].astype("str"))
    return wanted.get_indexer(pd.MultiIndex.from_frame(frame[_SERIES].astype("str")))


def last_reported(ledger: Any, names: pd.DataFrame) -> np.ndarray:
    """Return when each series of a table of names was last reported on."""
    found = ledger.reports
    denies = found["action"] == "deny"  # nor does what withdraws one speak of a number
    denies |= found["refers_to"].isin(found["report_id"][denies])
    found = found[~denies].sort_values("reported_at").drop_duplicates(_SERIES, keep="last")
    return local(found["reported_at"], ledger.tz)[place_in(names, found)]


# -- the window that is drawn -----------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """What is drawn of an axis of dates: all up to the clock, or from `since` to `until`."""

    first: float
    clock: float  #: where lines end
    parts: tuple[str, ...] = ()  #: said in the small line

    @classmethod
    def of(cls, ledger: Any, options: Options, *, day: bool) -> "Window":
        """Read the window of a chart by days covered, or by instants."""
        edges, parts = {"since": -np.inf, "until": np.inf}, []
        for name in edges:
            if (when := getattr(options, name)) is None:
                continue
            instant = pd.Timestamp(clocks.query_instant(when, ledger.tz))
            if name == "since" and clocks.is_bare(when):  # a day begins with its first moment
                instant -= pd.Timedelta(1, "D") - pd.Timedelta(1, "us")
            edges[name] = float(local(pd.Series([instant]).dt.tz_localize("UTC"), ledger.tz)[0])
            parts.append(options.say[name].format(when=str(when)))
        when = clock_of(ledger)
        clock = np.nan if when is None else float(local(pd.Series([when]), ledger.tz)[0])
        first, clock = edges["since"], min(clock, edges["until"])
        if first >= clock:
            msg = f"nothing lies since={options.since!r}; the chart ends before it"
            raise LedgerError(msg)
        return cls(first, float(np.floor(clock)) if day else clock, tuple(parts))

    def cut(self, frame: pd.DataFrame, *, carry: bool = False) -> pd.DataFrame:
        """Return the rows within; with `carry` also the one in force when the window opens."""
        if not self.parts:
            return frame
        early = frame["at"] < self.first
        found = frame[~early & (frame["at"] <= self.clock)]
        if carry and early.any():
            last = frame[early].drop_duplicates(_SERIES, keep="last").dropna(subset="y")
            last = last.assign(at=self.first, entering=True)
            if "fall" in last:
                last["fall"] = ""
            found = pd.concat([last, found]).sort_index(kind="stable")
        if carry and found.empty:
            msg = f"nothing was said {' '.join(self.parts)}, so there is nothing to draw"
            raise LedgerError(msg)
        return found.reset_index(drop=True)
