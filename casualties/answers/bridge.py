"""Why a headline changed between two ledgers, or two clocks of one (design, section 7)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.events import Events
from ..core.headlines import headlines
from ..core.known import Knowing, Known
from ..core.snapshot import snapshot
from ..model.clocks import local_days
from ..model.errors import LedgerError
from ..model.frames import count_column, day_column, day_numbers, pack, tidy
from ..model.schema import STOCKS, Cause
from .claims import begins, place_in, ragged, series_of
from .history import causes
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
    found = [snapshot(known) for known in sides]
    tables = [
        known.record.series_table.take(rows.seg[rows.last])
        for known, rows in zip(sides, found, strict=True)
    ]
    table = series_of(*tables)
    place = [place_in(names, table) for names in tables]
    opening, closing = (
        _ends(len(table), at, rows.day[rows.last], rows.total[rows.last])
        for at, rows in zip(place, found, strict=True)
    )
    # The opening's day as known after, carried forward from the last row before it.
    rows = found[1]
    number = np.full(len(new.record.series_table), -1)
    number[rows.seg[rows.last]] = place[1]
    key = pack(number[rows.seg], rows.day)
    order = np.argsort(key)
    at = np.searchsorted(key[order], pack(np.arange(len(table)), opening.day), side="right") - 1
    at = np.where(at >= 0, order[at], at) if len(order) else at
    through = np.zeros(len(table), np.int64)
    there = (at >= 0) & opening.known
    there[there] = number[rows.seg[at[there]]] == np.flatnonzero(there)
    through[there] = rows.total[at[there]]
    # What went on of that day in reports after the last one of `before`.
    updated = np.zeros(len(table), np.int64)
    if len(old) and len(table):
        events = Events(new)
        of = np.append(number, -1)[events.series]
        later = events.instant > old.record.reported[old.record.order[len(old) - 1]]
        at = np.flatnonzero(later & (of >= 0) & opening.known[of] & closing.known[of])
        _, up = _recounted(new, events, at, opening.day[of[at]])
        np.add.at(updated, of[at], up)
    return _frame(table, opening, closing, through, updated)


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
    events = Events(known)
    now = headlines(record, events)
    start, end = stretch(day_numbers(local_days(events.instant, known.tz)), freq)
    key = pack(events.series, start)
    first = np.flatnonzero(begins(key))
    last = np.r_[first[1:], len(key)][: len(first)] - 1
    number = np.cumsum(begins(key)) - 1
    closing = Ends(now.known[last], now.day[last], now.total[last])
    # Each stretch opens with what the series had at the end of the one before.
    series = events.series[last]
    again, then = ~begins(series), np.maximum(first - 1, 0)
    opening = Ends(now.known[then] & again, now.day[then], np.where(again, now.total[then], 0))

    at = np.flatnonzero((opening.known & closing.known)[number])
    total, up = _recounted(known, events, at, opening.day[number[at]])
    through, updated = np.zeros(len(last), np.int64), np.zeros(len(last), np.int64)
    through[number[at]] = total  # the last of each stretch stays
    np.add.at(updated, number[at], up)
    out = _frame(record.series_table.take(series), opening, closing, through, updated)
    place = list(out.columns).index("opening_date")
    for name, days in (("end", end), ("start", start)):
        out.insert(place, name, day_column(days[last]))
    return tidy(out[(out[list(WHY)] != 0).any(axis=1)].reset_index(drop=True))


def bridges(known: Known, clocks: np.ndarray, span: np.timedelta64) -> pd.DataFrame:
    """Return `reconcile` from each of many clocks, less a span, to that clock.

    Parameters
    ----------
    known : Known
        The reports known at the last of the clocks or later.
    clocks : ndarray of datetime64
        Clocks in UTC, ascending.
    span : timedelta64
        How long before each clock its bridge begins.

    Returns
    -------
    DataFrame
        The columns of `reconcile` after `clock` (int, place in `clocks`) and `number` (int, that
        of the series), a row per clock and series of which something was reported in between.
    """
    record, events = known.record, Events(known)
    now = headlines(record, events)
    # The last event of each series up to each clock and up to its beginning: -1 if there is none.
    ends = [_last_event(events, np.asarray(at, "M8[us]")) for at in (clocks - span, clocks)]
    place, number = np.nonzero(ends[0] < ends[1])
    opens, closes = (end[place, number] for end in ends)
    began = np.maximum(opens, 0)
    known_then = now.known[began] & (opens >= 0)
    opening = Ends(known_then, now.day[began], np.where(known_then, now.total[began], 0))
    closing = Ends(now.known[closes], now.day[closes], now.total[closes])
    through, updated = np.zeros(len(opens), np.int64), np.zeros(len(opens), np.int64)
    both = np.flatnonzero(opening.known & closing.known)
    if len(both):
        through[both], updated[both] = _paths(known, events, now.day, opens[both], closes[both])
    out = _frame(record.series_table.take(number), opening, closing, through, updated)
    out.insert(0, "number", number)
    out.insert(0, "clock", place)
    return out


def _last_event(events: Events, clocks: np.ndarray) -> np.ndarray:
    """Return the last event of each series up to each clock, -1 for none: a row a clock."""
    order = np.argsort(events.instant, kind="stable")
    upto = np.searchsorted(events.instant[order], clocks, side="right")
    out = np.full((len(clocks), len(events.starts) - 1), -1)
    last = np.full(out.shape[1], -1)
    done = 0
    for place, until in enumerate(upto.tolist()):
        these = order[done:until]
        np.maximum.at(last, events.series[these], these)
        out[place], done = last, until
    return out


def _paths(
    known: Known, events: Events, day: np.ndarray, opens: np.ndarray, closes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the opening's day as known at the closing, and what of its growth went on.

    Several pairs open with one event: each of these is followed once, to the last that closes.
    """
    starts, which = np.unique(opens, return_inverse=True)
    until = np.zeros(len(starts), np.int64)
    np.maximum.at(until, which, closes)
    # In each round every series is followed from one of its openings.
    series = events.series[starts]
    turn = np.arange(len(starts)) - np.searchsorted(series, series)
    through, updated = np.zeros(len(opens), np.int64), np.zeros(len(opens), np.int64)
    for round_ in range(int(turn.max()) + 1):
        mine = np.flatnonzero(turn == round_)
        pair, at = ragged(starts[mine] + 1, until[mine] + 1)
        total, up = _recounted(known, events, at, day[starts[mine]][pair])
        so_far = np.r_[0, np.cumsum(up)]
        asked = np.flatnonzero(turn[which] == round_)
        last = np.searchsorted(at, closes[asked])
        first = np.searchsorted(at, opens[asked] + 1)
        through[asked] = total[last]
        updated[asked] = so_far[last + 1] - so_far[first]
    return through, updated


@dataclass
class Ends:
    """The last day with a number of each series, and the number; 0 where there is none."""

    known: np.ndarray
    day: np.ndarray
    total: np.ndarray


def _ends(size: int, place: np.ndarray, day: np.ndarray, total: np.ndarray) -> Ends:
    out = Ends(np.zeros(size, bool), np.zeros(size, np.int64), np.zeros(size, np.int64))
    out.known[place], out.day[place], out.total[place] = True, day, total
    return out


def _recounted(
    known: Known, events: Events, at: np.ndarray, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Follow the numbers through the days `day` at the events `at`, which ascend.

    Returns
    -------
    total, updated : ndarray of int
        The number after each event, 0 if there is none, and its step there if that is called new
        or updated, else 0.
    """
    record = known.record
    now = headlines(record, events, at, day)
    # Before the first of several events on end, the number is asked once more.
    asked = events.starts[events.series[at]] < at
    on_end = asked & np.append(False, (np.diff(at) == 1) & (np.diff(day) == 0))[: len(at)]
    was = now.take(np.maximum(np.arange(len(at)) - 1, 0))
    was.known &= on_end
    fresh = np.flatnonzero(asked & ~on_end)
    earlier = headlines(record, events, at[fresh] - 1, day[fresh])
    for name, values in vars(was).items():
        values[fresh] = getattr(earlier, name)
    cause = causes(known, events, at, was, now)
    went_on = was.known & now.known & ((cause == Cause.NEW) | (cause == Cause.UPDATED))
    return now.total, np.where(went_on, now.total - was.total, 0)


def _frame(
    series: pd.DataFrame,
    opening: Ends,
    closing: Ends,
    through: np.ndarray,
    updated: np.ndarray,
) -> pd.DataFrame:
    """Return the bridge of each series from the four numbers that it rests on.

    `through` is the number of the opening's day as known after, `updated` what of its growth is
    called new or updated.
    """
    both = opening.known & closing.known
    growth = closing.total - through
    may_fall = series["outcome"].isin(STOCKS).to_numpy() | ~opening.known
    out = series.reset_index(drop=True)
    out["opening_date"] = day_column(opening.day, ~opening.known)
    out["opening"] = count_column(opening.total, ~opening.known)
    for name, values in (
        ("corrected", through - opening.total - updated),
        ("updated", updated),
        ("new", np.where(may_fall, growth, np.maximum(growth, 0))),
        ("unexplained", np.where(may_fall, 0, np.minimum(growth, 0))),
    ):
        out[name] = count_column(np.where(both | (name == "new") & ~opening.known, values, 0))
    out["withdrawn"] = count_column(np.where(closing.known, 0, -opening.total))
    out["closing"] = count_column(closing.total, ~closing.known)
    out["closing_date"] = day_column(closing.day, ~closing.known)
    return out
