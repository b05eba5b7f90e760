"""Frames to draw: rows of the answers, with the words of the reports that they rest on."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from ..model import clocks
from ..model.errors import LedgerError, both
from ..model.schema import SERIES, STOCKS
from .captions import WORDS, clock_of, joined, known, labels, worded
from .chart import Options

#: The columns that a number is put into words from: as computed with, and as its report gave it.
WORDING = ("total", "low", "high", "value", "qualifier")


def local(instants: pd.Series, tz: str) -> np.ndarray:
    """Return instants as numbers of the date axis, by the clocks of the ledger's time zone."""
    return days(instants.dt.tz_convert(tz).dt.tz_localize(None))


def days(dates: pd.Series) -> np.ndarray:
    """Return calendar days as numbers of the date axis."""
    return np.asarray(date2num(np.asarray(dates.values, "M8[us]")), np.float64)


def placed(frame: pd.DataFrame, ledger: Any, *, day: bool = False) -> pd.DataFrame:
    """Add `at`, the place of each row on the date axis: its last day, or when it was reported."""
    place = days(frame["period_end"]) if day else local(frame["reported_at"], ledger.tz)
    return frame.assign(at=place)


def floats(column: pd.Series) -> np.ndarray:
    """Return counts as floats, ``NaN`` where unknown."""
    return column.to_numpy(np.float64, na_value=np.nan)


def evenly(places: Any, most: int) -> Any:
    """Return at most so many of some places, evenly chosen, the first and the last among them."""
    chosen = np.linspace(0, len(places) - 1, min(len(places), most)).astype(int)
    return places.take(np.unique(chosen))


def need_numbers(frame: pd.DataFrame, ledger: Any) -> pd.DataFrame:
    """Return the frame; if it has no number, refuse to draw."""
    if frame["total"].notna().any():
        return frame
    msg = "no report is known, so there is nothing to draw"
    if clock := known(ledger, WORDS):
        msg = f"no report {clock} has a number that stands within what is drawn"
    raise LedgerError(msg)


def refuse_several(frame: pd.DataFrame, chart: str, *free: str) -> None:
    """Refuse several things in a chart of one: only the series columns `free` may differ."""
    several = [c for c in SERIES if c in frame and c not in free and frame[c].nunique() > 1]
    if not several:
        return
    column, first = several[0], str(frame[several[0]].iloc[0])
    shell = f"choose with --where {shlex.quote(f'{column}={first}')}"
    how = f"choose with where({column}={first!r}) or draw one panel each with by={column!r}"
    msg = f"{both(f'plot.{chart}()', f'plot {chart}')} shows one thing at a time, "
    msg += f"but here are several by {', '.join(several)}; {both(how, shell)}"
    raise LedgerError(msg)


# -- numbers over time ------------------------------------------------------------------------


def by_day(totals: pd.DataFrame, ledger: Any) -> pd.DataFrame:
    """Return the rows of `totals` that have a number, ready to be drawn."""
    frame = need_numbers(totals, ledger).dropna(subset="total").reset_index(drop=True)
    return with_marks(with_wording(frame, ledger.reports).assign(at=days(frame["date"])))


def reported(ledger: Any) -> pd.DataFrame:
    """Return the headline by the moment it was reported, a row a change, ready to be drawn.

    `fall` says how a number is lower than the one before: ``revised``, ``withdrawn``, ``fell``, or
    ``unclear`` where it may be no lower; blank for all others. The columns `before_…` hold the
    number before, as stated.
    """
    frame = need_numbers(ledger.history(), ledger)
    frame = placed(with_marks(with_wording(frame, ledger.reports)), ledger)
    series = frame.groupby([*SERIES], observed=True, sort=False)
    down = (frame["y"] < series["y"].shift()) & ~frame["outcome"].isin(STOCKS)  # people return
    how = {"revised": "revised", "retracted": "withdrawn", "unclear": "unclear"}
    frame["fall"] = frame["cause"].astype("str").map(how).fillna("fell").where(down, "")
    # After a withdrawal an earlier number stands again, which was said at its own instant.
    said = frame["report_id"].map(ledger.reports.set_index("report_id")["reported_at"])
    frame["said_at"] = said.where(frame["cause"] == "retracted", frame["reported_at"])
    return frame.assign(**{f"before_{column}": series[column].shift() for column in WORDING})


def with_wording(frame: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Add `value, qualifier, url` of the report that states each number.

    They are missing where no report states it: it was derived, or other reports moved it.
    """
    totals = reports[reports["kind"] == "total"].set_index("report_id")
    given = totals.reindex(frame["report_id"]).reset_index(drop=True)
    # The number of a range without a value is worked out, and lies within the range.
    least = given["value"].fillna(given["low"]).fillna(0)
    most = given["value"].fillna(given["high"]).fillna(frame["total"])
    states = frame["total"].between(least, most).fillna(False)
    if "basis" in frame:
        states &= frame["basis"] == "stated"
    said = ["value", "qualifier", "url"]
    frame[said] = given[said].astype(object).where(states)
    return frame


def with_own_bounds(frame: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Give each stated number the bounds of its own report: as stated, moved by no other."""
    own = reports.set_index("report_id")[["low", "high"]].reindex(frame["report_id"])
    low, high = (frame[c].where(frame["derived"], own[c].array) for c in ("low", "high"))
    return frame.assign(low=low, high=high)


def with_marks(frame: pd.DataFrame) -> pd.DataFrame:
    """Add to each number what is drawn of it, from its wording.

    `y, bottom, top` are the number, its low and its high as floats. True or false are `derived`
    (no report states it), `about`, `range` (one without a number of its own), `ceiling` (only its
    most is known) and `entering` (said before the window opens).
    """
    says, low, high = frame["qualifier"], floats(frame["low"]), floats(frame["high"])
    return frame.assign(
        y=floats(frame["total"]), bottom=low, top=high,
        derived=says.isna().to_numpy(), about=says.isin(["about"]).to_numpy(),
        range=(says.isin(["range"]) & frame["value"].isna()).to_numpy(bool),
        ceiling=says.isin(["at_most", "less_than"]).to_numpy() & ~(low > 0), entering=False,
    )  # fmt: skip


def denials(ledger: Any, *, day: bool) -> pd.DataFrame:
    """Return the numbers that somebody denies, as :func:`stated_rows`, with `at` and `denied_by`.

    On an axis of days covered, those in force; else all, each at the instant of its denial.
    """
    found = ledger.current().query("denied_by != ''") if day else ledger._denied()
    return stated_rows(placed(found, ledger, day=day))


def withdrawn_ids(ledger: Any) -> set[str]:
    """Return the reports whose number was withdrawn and stands no more."""
    changes = ledger.revisions()
    gone = changes.loc[changes["change"] == "retracted", "old_id"]
    return {*gone} - {*ledger.current()["report_id"]}


def withdrawn_texts(sheet: Any, ledger: Any, frame: pd.DataFrame) -> list[str]:
    """Write the last number of each series that has none in a frame, as all were withdrawn."""
    found = stated_rows(ledger.reports)
    found = found[found["report_id"].isin(withdrawn_ids(ledger))]
    found = found[place_in(found, frame.drop_duplicates([*SERIES])) < 0]
    return [f"{text}, {sheet.say['withdrawn']}" for text in last_numbers(sheet, found, frame)]


def last_numbers(sheet: Any, rows: pd.DataFrame, beside: pd.DataFrame) -> list[str]:
    """Write the last number of each series, named so that it differs from the rows `beside`.

    Of more than six, the first five are written, and how many more there are.
    """
    rows = rows.drop_duplicates([*SERIES], keep="last")
    names = [table[[*SERIES]].astype("str") for table in (beside, rows)]
    differs = sheet.common(pd.concat(names))[1]
    numbers = (worded(row, sheet.say) for _, row in rows.iterrows())
    texts = [*map(joined, labels(rows, differs, sheet.labels), numbers)]
    more = [sheet.say["left out"].format(n=f"{len(texts) - 5:,}")]
    return texts if len(texts) < 7 else texts[:5] + more


def withdrawn(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of :func:`reported` that were withdrawn, in rows like :func:`denials`.

    Those that `ended` their line left it without a number.
    """
    frame = frame.assign(ended=frame["y"].isna() & ~frame["line"].duplicated(keep="last"))
    moved = (frame["cause"] == "retracted") & (frame["y"] != frame["before_total"])
    gone = frame[frame["y"].isna() | moved].dropna(subset="before_total")
    before = {name: gone[f"before_{name}"] for name in WORDING}
    return gone.assign(**before, y=floats(gone["before_total"]), kind="total", denied_by="")


def stated_rows(reports: pd.DataFrame, also: Sequence[str] = ()) -> pd.DataFrame:
    """Return the reports that state a number, with it as `total` and `y`; of a range its low.

    Those of the ids `also` are kept, too, which state none.
    """
    number = reports["value"].fillna(reports["low"]).fillna(reports["high"])
    keep = reports["action"].isin(["report", "revise"]) & number.notna()
    keep |= reports["report_id"].isin(also)
    return reports.assign(total=number, y=floats(number))[keep]


def silences(ledger: Any, *, day: bool = False) -> pd.DataFrame:
    """Return the live reports that decline to give a number, with their place `at`."""
    live = ledger.current()
    return placed(live[live[["value", "low", "high"]].isna().all(axis=1)], ledger, day=day)


def lines_of(frame: pd.DataFrame, first: str | None) -> tuple[pd.DataFrame, np.ndarray]:
    """Put the series into the order in which they are named; return their names, and each row's.

    The source `first` comes first, then the series with most rows, then the largest last number::

        frame           B 5, A 7, A 9, C 1
        names           A, B, C                 a row a series
        line of a row   1, 0, 0, 2              its place in the names
    """
    groups = frame.groupby([*SERIES], observed=True, sort=False)
    numbered = frame.assign(line=groups.ngroup(), size=groups["y"].transform("size"))
    ends = numbered.drop_duplicates("line", keep="last").sort_values("line")
    order = np.lexsort([-ends["y"].fillna(-1.0), -ends["size"], ends["source"] != first])
    lines = np.argsort(order)[numbered["line"].to_numpy()]
    return ends[[*SERIES]].iloc[order].astype("str").reset_index(drop=True), lines


def place_in(frame: pd.DataFrame, names: pd.DataFrame) -> np.ndarray:
    """Return the row of a table of names that holds the series of each row, -1 for none."""
    wanted = pd.MultiIndex.from_frame(names[[*SERIES]].astype("str"))
    return wanted.get_indexer(pd.MultiIndex.from_frame(frame[[*SERIES]].astype("str")))


# -- the window that is drawn -----------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """The part of the date axis that is drawn: up to the clock, or from `since` to `until`."""

    first: float
    clock: float  #: where lines end
    parts: tuple[str, ...] = ()  #: what the small line says of it

    @classmethod
    def of(cls, ledger: Any, options: Options, *, day: bool) -> "Window":
        """Read the window of a chart by days covered, or by instants."""
        edges, parts = {"since": -np.inf, "until": np.inf}, []
        for name in edges:
            if (when := getattr(options, name)) is None:
                continue
            edge = pd.Timestamp(clocks.query_instant(when, ledger.tz))
            if name == "since" and clocks.is_bare(when):  # a day begins with its first moment
                edge -= pd.Timedelta(1, "D") - pd.Timedelta(1, "us")
            edges[name] = float(local(pd.Series([edge]).dt.tz_localize("UTC"), ledger.tz)[0])
            parts.append(options.say[name].format(when=str(when)))
        when = clock_of(ledger)
        clock = np.nan if when is None else float(local(pd.Series([when]), ledger.tz)[0])
        first, clock = edges["since"], min(clock, edges["until"])
        if first >= clock:
            msg = f"nothing lies since={options.since!r}; the chart ends before it"
            raise LedgerError(msg)
        return cls(first, float(np.floor(clock)) if day else clock, tuple(parts))

    def cut(self, frame: pd.DataFrame, *, carry: bool = False) -> pd.DataFrame:
        """Return the rows within; with `carry` also those in force when it opens, at its edge."""
        if not self.parts:
            return frame
        early = frame["at"] < self.first
        found = frame[~early & (frame["at"] <= self.clock)]
        if carry and early.any():
            last = frame[early].drop_duplicates([*SERIES], keep="last").dropna(subset="y")
            last = last.assign(at=self.first, entering=True)
            if "fall" in last:
                last["fall"] = ""
            found = pd.concat([last, found]).sort_index(kind="stable")
        if carry and found.empty:
            msg = f"nothing was said {' '.join(self.parts)}, so there is nothing to draw"
            raise LedgerError(msg)
        return found.reset_index(drop=True)
