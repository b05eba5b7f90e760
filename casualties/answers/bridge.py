"""Why a headline changed between two ledgers, or two clocks of one (design, section 7)."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ..core.following import ALWAYS
from ..core.headlines import Walk
from ..core.known import Knowing, Known
from ..core.running import totals as running_totals
from ..core.tip import Tip
from ..core.tips import NEVER_BEFORE
from ..model.clocks import local_days
from ..model.errors import LedgerError
from ..model.frames import count_column, day_column, day_numbers, tidy
from ..model.schema import STOCKS
from .stretches import read_freq, stretch

WHY = ("corrected", "updated", "new", "unexplained", "withdrawn")


def reconcile(before: Knowing, after: Knowing) -> pd.DataFrame:
    """Return why each headline changed between two ledgers, say yesterday's file and today's.

    Parameters
    ----------
    before, after : Ledger
        Two ledgers, or one at two clocks.

    Returns
    -------
    DataFrame
        A row per series that has a number in either: the series columns, `opening_date` and
        `opening` (the headline before, ``<NA>`` if there is none), `corrected` and `updated` (the
        opening's day, counted again: `updated` where reports after the last one of `before` say
        that the day went on, `corrected` all else), `new` (growth on later days, or of a series
        without a number before), `unexplained` (a fall on later days; people who return are
        `new`, negative), `withdrawn` (of a series without a number after), `closing` and
        `closing_date` (the headline after). Counts are Int64, days datetime64. ``opening +
        corrected + updated + new + unexplained + withdrawn == closing`` in every row, ``<NA>``
        being 0 in the sum.

    Raises
    ------
    LedgerError
        If one of the two is no ledger.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> bridge = cas.reconcile(ledger.as_of("2020-09-28 15:00"), ledger.as_of("2020-09-30"))
    >>> bridge[["opening", "corrected", "updated", "new", "closing"]]
       opening  corrected  updated  new  closing
    0       59         -1       26   20      104
    """
    sides = []
    for which, given in (("before", before), ("after", after)):
        if not isinstance(getattr(given, "_known", None), Known):
            msg = f"{which} is a {type(given).__name__}, not a Ledger; read it with cas.read_csv()"
            raise LedgerError(msg)
        sides.append(given._known)
    old, new = sides
    found = [running_totals(known) for known in sides]
    tables = [
        known.record.series_table.take(rows.series[rows.last])
        for known, rows in zip(sides, found, strict=True)
    ]
    names = [pd.MultiIndex.from_frame(table.astype("str")) for table in tables]
    every = names[0].union(names[1]).sort_values()
    places = [every.get_indexer(index) for index in names]
    table = every.to_frame(index=False).astype("category")
    bridges = [Bridge() for _ in range(len(table))]
    rows, since, same = found[0], _last_instant(old), _same_reports(old, new)
    for place, row in zip(places[0].tolist(), rows.last.tolist(), strict=True):
        bridge = bridges[place]
        bridge.opening_date, bridge.opening = int(rows.day[row]), int(rows.total[row])
        bridge.row = int(same[rows.row[row]]) if rows.row[row] >= 0 else -1
    walk = Walk(new)
    for place, row in zip(places[1].tolist(), found[1].last.tolist(), strict=True):
        bridges[place].close(int(found[1].day[row]), int(found[1].total[row]))
        _recount(walk, int(found[1].series[row]), [(since, ALWAYS, bridges[place])])
    return _frame(table, bridges)


@dataclass
class Bridge:
    """How one number became another."""

    opening_date: int | None = None
    opening: int = 0
    row: int = -1  #: the report that the opening stands on
    closing_date: int | None = None
    closing: int = 0
    corrected: int = 0
    updated: int = 0
    through: int = 0  #: the day's number as known after
    explained: bool = False  #: whether a fall since that day has its reason

    def open(self, tip: Tip) -> None:
        """Say what stood before."""
        self.opening_date, self.opening, self.row = tip.day, tip.number, tip.row

    def close(self, day: int, number: int) -> None:
        """Say what stands after."""
        self.closing_date, self.closing = day, number

    def settle(self, through: int, updated: int, explained: bool) -> None:
        """Say what became of the day that is counted again."""
        self.through, self.updated, self.explained = through, updated, explained
        self.corrected = through - self.opening - updated


def _last_instant(known: Known) -> int:
    """Return the instant of the last report that is known."""
    record = known.record
    if not len(known):
        return NEVER_BEFORE
    return int(record.reported[record.order[known.cut - 1]].astype("M8[us]").astype(np.int64))


def _same_reports(old: Known, new: Known) -> np.ndarray:
    """Return where each report of one ledger stands in another, by its name; -1 for none."""
    if old.record is new.record:
        return np.arange(len(old.record))
    names = (known.record.reports.texts["report_id"] for known in (new, old))
    return pd.Index(next(names)).get_indexer(pd.Index(next(names)))


def changes(self: Knowing, freq: str = "D") -> pd.DataFrame:
    """Return why each headline changed in each stretch of reporting time: what was *announced*.

    Parameters
    ----------
    freq : {"D", "W", "MS", "QS", "YS"}
        Days, weeks from Monday to Sunday, months, quarters or years, in the ledger's time zone.

    Returns
    -------
    DataFrame
        The columns of :meth:`Ledger.reconcile` from the end of each stretch to that of the next,
        with `start` and `end` (datetime64, its first and last day) after the series columns: a
        row per series and stretch in which `corrected`, `updated`, `new`, `unexplained` or
        `withdrawn` is not 0. The first stretch opens with nothing, so that the changes of a
        series add up to its headline.

    Raises
    ------
    LedgerError
        If `freq` is not one of these.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> changes = ledger.as_of("2020-09-28").changes()
    >>> changes[["start", "opening", "corrected", "updated", "new", "closing"]]
           start  opening  corrected  updated  new  closing
    0 2020-09-27     <NA>          0        0   16       16
    1 2020-09-28       16          0       15   27       58
    """
    read_freq(freq)
    known, record = self._known, self._known.record
    walk, numbers, bridges, days = Walk(known), list[int](), list[Bridge](), list[np.ndarray]()
    for series in known.series.tolist():
        instants = np.array(walk.instants(series), np.int64)
        local = day_numbers(local_days(instants.view("M8[us]"), known.tz))
        starts, ends = stretch(local, freq)
        last = np.flatnonzero(np.append(starts[1:] != starts[:-1], len(starts) > 0))
        stood = walk.headlines(series, instants[last].tolist())
        since = NEVER_BEFORE
        found = []
        for place, (was, now) in zip(last.tolist(), pairwise([None, *stood]), strict=True):
            bridge = Bridge()
            if was is not None:
                bridge.open(was)
            if now is not None:
                bridge.close(now.day, now.number)
            found.append((since, int(instants[place]), bridge))
            since = int(instants[place])
        _recount(walk, series, found)
        numbers += [series] * len(last)
        bridges += [bridge for _, _, bridge in found]
        days.append(np.stack([starts[last], ends[last]]))
    out = _frame(record.series_table.take(np.array(numbers, np.int64)), bridges)
    first, last = np.concatenate(days, axis=1) if days else np.zeros((2, 0), np.int64)
    place = list(out.columns).index("opening_date")
    for name, values in (("end", last), ("start", first)):
        out.insert(place, name, day_column(values))
    return tidy(out[(out[list(WHY)] != 0).any(axis=1)].reset_index(drop=True))


def _recount(walk: Walk, series: int, found: list[tuple[int, int, Bridge]]) -> None:
    """Find what became of the opening's days of bridges of one series, in one walk."""
    asked = [
        (since, until, bridge)
        for since, until, bridge in found
        if bridge.opening_date is not None and bridge.closing_date is not None
    ]
    recounted = walk.recounted(
        series, [(since, until, b.opening_date or 0, b.row) for since, until, b in asked]
    )
    for (_, _, bridge), settled in zip(asked, recounted, strict=True):
        bridge.settle(*settled)


def bridges(known: Known, begins: np.ndarray, ends: np.ndarray) -> pd.DataFrame:
    """Return `reconcile` between many pairs of clocks.

    Parameters
    ----------
    known : Known
        The reports known at the last of the clocks or later.
    begins, ends : ndarray of datetime64
        Pairs of clocks in UTC, the earlier one and the later one.

    Returns
    -------
    DataFrame
        The columns of `reconcile` after `pair` (int, place of the clocks) and `number` (int, that
        of the series), a row per pair and series of which something was reported in between.
    """
    walk, places, numbers, made = Walk(known), list[int](), list[int](), list[Bridge]()
    begins, ends = (at.astype("M8[us]").astype(np.int64) for at in (begins, ends))
    for series in known.series.tolist():
        instants = np.array(walk.instants(series), np.int64)
        # The last event of each series up to each clock and up to its beginning: -1 for none.
        first, last = (np.searchsorted(instants, at, side="right") - 1 for at in (begins, ends))
        asked = np.flatnonzero(first < last)
        stood = walk.headlines(series, instants.tolist())
        found = []
        for place in asked.tolist():
            bridge = Bridge()
            was = stood[first[place]] if first[place] >= 0 else None
            if was is not None:
                bridge.open(was)
            now = stood[last[place]]
            if now is not None:
                bridge.close(now.day, now.number)
            found.append((int(begins[place]), int(ends[place]), bridge))
        _recount(walk, series, found)
        places += asked.tolist()
        numbers += [series] * len(asked)
        made += [bridge for _, _, bridge in found]
    out = _frame(known.record.series_table.take(np.array(numbers, np.int64)), made)
    out.insert(0, "number", np.array(numbers, np.int64))
    out.insert(0, "pair", np.array(places, np.int64))
    return out.sort_values(["pair", "number"], ignore_index=True)


def _frame(series: pd.DataFrame, bridges: list[Bridge]) -> pd.DataFrame:
    """Return bridges as a table."""

    def column(name: str) -> np.ndarray:
        return np.array([getattr(bridge, name) or 0 for bridge in bridges], np.int64)

    fresh, gone = (
        np.array([getattr(bridge, name) is None for bridge in bridges], bool)
        for name in ("opening_date", "closing_date")
    )
    growth = np.where(
        fresh, column("closing"), np.where(gone, 0, column("closing") - column("through"))
    )
    may_fall = series["outcome"].isin(STOCKS).to_numpy(bool) | fresh
    fall = np.where(may_fall, 0, np.minimum(growth, 0))
    explained = column("explained").astype(bool)
    out = series.reset_index(drop=True)
    out["opening_date"] = day_column(column("opening_date"), fresh)
    out["opening"] = count_column(column("opening"), fresh)
    corrected = np.where(fresh | gone, 0, column("corrected")) + np.where(explained, fall, 0)
    for name, values in (
        ("corrected", corrected),
        ("updated", np.where(fresh | gone, 0, column("updated"))),
        ("new", np.where(may_fall, growth, np.maximum(growth, 0))),
        ("unexplained", np.where(explained, 0, fall)),
        ("withdrawn", np.where(gone, -column("opening"), 0)),
    ):
        out[name] = count_column(values)
    out["closing"] = count_column(column("closing"), gone)
    out["closing_date"] = day_column(column("closing_date"), gone)
    return out
