"""How totals changed with time: the headline at every instant, and the matrix of vintages.

An *event* is an instant at which a series had a report. Nothing changes between events, and the
reports that a number rests on are few: the last total and what came after it. So the kernel of
:mod:`casualties.running` is run on those few reports, for many events side by side.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from . import clocks
from .book import MORE, NEVER, PERIOD, RETRACT, TOTAL, Book
from .revisions import change_of, replacements
from .running import Running, running
from .schema import KINDS, SERIES, LedgerError, count_column
from .totals import date_column

#: How many reports are laid side by side at once; bounds the memory of a history.
CHUNK = 2_000_000
#: How many cells a matrix of vintages may have.
MAX_CELLS = 50_000_000


class Events:
    """The instants at which each series had a report, up to a clock, by series and time.

    `first` and `last` give, for each line of the book, the events at which it was live
    (``first <= event < last``).
    """

    def __init__(self, book: Book, cut: int) -> None:
        rows = np.flatnonzero((book.rank < cut) & ~book.denial)
        rows = rows[np.lexsort((book.rank[rows], book.series[rows]))]
        series, instant = book.series[rows], book.reported[rows]
        new = np.ones(len(rows), bool)
        new[1:] = (series[1:] != series[:-1]) | (instant[1:] != instant[:-1])
        self.series, self.instant = series[new], instant[new]
        self.size = len(self.series)
        count = len(book.series_table)
        self.starts = np.searchsorted(self.series, np.arange(count + 1))
        self.of = np.full(len(book), -1, np.int64)
        self.of[rows] = np.cumsum(new) - 1

        lines = book.lines
        known = lines.rows[lines.born < cut]
        first, last = self.of[known], self.starts[book.series[known] + 1]
        ended = book.replaced_at[known]
        gone = ended < cut
        last[gone] = self.of[book.order[ended[gone]]]
        # A correction of what had already been replaced is never live.
        lived = first < last
        self.lines, self.first, self.last = known[lived], first[lived], last[lived]
        self.line_starts = np.searchsorted(book.series[self.lines], np.arange(count + 1))

    def cover_max(self, lines: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return, per event, the largest key of the given lines that are live then (-1: none)."""
        return self.highest(self.first[lines], self.last[lines], keys)

    def highest(self, first: np.ndarray, last: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Return, per event, the largest key of the spans ``first <= event < last`` (-1: none).

        Each span of events is covered by two overlapping spans whose length is a power of two;
        maxima are then handed down from long spans to short ones.
        """
        best = np.full(self.size, -1, np.int64)
        if not len(first):
            return best
        level = np.frexp(last - first)[1] - 1
        for step in range(int(level.max()), -1, -1):
            at = level == step
            np.maximum.at(best, first[at], keys[at])
            np.maximum.at(best, last[at] - (1 << step), keys[at])
            if step:
                half = 1 << (step - 1)
                down = best.copy()
                np.maximum(down[half:], best[:-half], out=down[half:])
                best = down
        return best

    def since(self, book: Book) -> np.ndarray:
        """Return, per event, the earliest day that a live total counts from (see the kernel)."""
        far = 1 << 40
        given = np.flatnonzero(book.since[self.lines] < NEVER)
        earliest = self.cover_max(given, far - book.since[self.lines[given]])
        return np.where(earliest < 0, NEVER, far - earliest)

    def windows(
        self, events: np.ndarray, start: np.ndarray, stop: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Lay out the live lines from `start` to `stop` of each event, a chunk at a time.

        Yields the events of the chunk, the segment of each line in it and the line's report.
        """
        for begin, end, seg, line in spread(start, stop):
            event = events[begin:end][seg]
            live = (self.first[line] <= event) & (event < self.last[line])
            yield events[begin:end], seg[live], self.lines[line[live]]


def spread(
    start: np.ndarray, stop: np.ndarray
) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Lay out the numbers from each `start` to its `stop`, a chunk at a time.

    Yields where the chunk begins and ends, and for every number in it the place of its pair within
    the chunk and the number itself.
    """
    length = np.maximum(stop - start, 0)
    part = (np.cumsum(length) - length) // CHUNK
    edges = np.r_[0, np.flatnonzero(np.diff(part)) + 1, len(start)]
    for begin, end in pairwise(edges):
        size = length[begin:end]
        seg = np.repeat(np.arange(end - begin), size)
        offset = np.cumsum(size) - size
        yield begin, end, seg, np.arange(len(seg)) - np.repeat(offset - start[begin:end], size)


def headlines(book: Book, events: Events, day: int | None) -> dict[str, np.ndarray]:
    """Return the headline (or the number for `day`) at every event.

    Keys: ``known`` (whether there is a number), ``total``, ``low``, ``high``, ``open``, ``day``.
    """
    lines, size = events.lines, events.size
    out = {name: np.zeros(size, np.int64) for name in ("total", "low", "high", "day")}
    out |= {name: np.zeros(size, bool) for name in ("known", "open")}
    if not size or not len(lines):
        return out
    here = np.arange(len(lines))
    total = book.kind[lines] == TOTAL
    upto = np.ones(len(lines), bool) if day is None else book.day[lines] <= day
    left = events.cover_max(np.flatnonzero(total & upto), here[total & upto])

    # Where what follows the last total only has to be added up, it is.
    easy = _adds_up(book, events, anchored=day is None)[events.series]
    _sum_after(book, events, np.flatnonzero(easy), left, upto, out)

    # The others: from the last total up to the day (or the first line) to the next one after it
    # (or the last live line).
    asked = np.flatnonzero(~easy)
    if not len(asked):
        return out
    left = left[asked]
    line_starts = events.line_starts[events.series[asked]]
    start = np.where(left >= 0, left, line_starts)
    # A wide period count that begins by the day can keep others from being counted.
    matters = upto if day is None else upto | (book.start[lines] <= day)
    stop = events.cover_max(np.flatnonzero(matters), here[matters])[asked] + 1
    if day is not None:
        later = np.flatnonzero(total & ~upto)
        right = len(lines) - events.cover_max(later, len(lines) - later)[asked]
        stop = np.where(right < len(lines) + 1, right + 1, stop)
    since = events.since(book)[asked]
    done = 0
    for chosen, seg, rows in events.windows(asked, start, stop):
        found = running(book, seg, rows, since[done : done + len(chosen)])
        done += len(chosen)
        if day is not None:
            found = found.take(found.day <= day)
        last = found.take(found.last)
        at = chosen[last.seg]
        out["known"][at] = True
        for name in ("total", "low", "high", "open", "day"):
            out[name][at] = getattr(last, name)
    return out


def _adds_up(book: Book, events: Events, *, anchored: bool) -> np.ndarray:
    """Whether the headline of each series is a total and the increments after it, at any time.

    That is so where days never overlap, and there are no totals or (`anchored`) increments of one
    kind only, so that days without a count can be told by their number.
    """
    lines = events.lines
    series, kind = book.series[lines], book.kind[lines]
    has = np.zeros((len(KINDS), len(book.series_table)), bool)
    has[kind, series] = True
    easy = ~has[TOTAL] | (anchored & ~(has[PERIOD] & has[MORE]))
    period = lines[kind == PERIOD]
    key = np.unique(np.stack([book.series[period], book.start[period], book.day[period]]), axis=1)
    clash = (key[0, 1:] == key[0, :-1]) & (key[1, 1:] <= key[2, :-1])
    easy[key[0, 1:][clash]] = False
    return easy


def _sum_after(
    book: Book,
    events: Events,
    at: np.ndarray,
    left: np.ndarray,
    upto: np.ndarray,
    out: dict[str, np.ndarray],
) -> None:
    """Add the live increments after the last total to it, at the events `at`.

    Events in a row with the same last total are a *run*; each increment enters a run at one event
    and leaves it at another.
    """
    if not len(at):
        return
    lines = events.lines
    new = np.r_[True, (np.diff(events.series[at]) != 0) | (np.diff(left[at]) != 0)]
    begin, end = at[new], np.r_[at[1:][new[1:]], at[-1] + 1]
    base = left[begin]
    start = np.where(base >= 0, base + 1, events.line_starts[events.series[begin]])
    some = np.flatnonzero(upto)
    stop = np.maximum.reduceat(events.cover_max(some, some)[at], np.flatnonzero(new)) + 1
    sums = {name: np.zeros(events.size + 1, np.int64) for name in ("best", "low", "high", "open")}
    sums |= {name: np.zeros(events.size + 1, np.int64) for name in ("count", "days")}
    latest = np.full(events.size, -1)
    for one, _, seg, line in spread(start, stop):
        run, row = one + seg, lines[line]
        first, last = (
            np.maximum(events.first[line], begin[run]),
            np.minimum(events.last[line], end[run]),
        )
        # A period count that began by the day of the total straddles it.
        period = book.kind[row] == PERIOD
        after = (base[run] < 0) | ~period | (book.start[row] > book.day[lines[base[run]]])
        keep = np.flatnonzero((first < last) & upto[line] & after)
        first, last, row, period = first[keep], last[keep], row[keep], period[keep]
        counted = {name: getattr(book, name)[row] for name in ("best", "low", "high", "open")}
        counted |= {"count": np.ones(len(row), np.int64)}
        counted |= {"days": np.where(period, book.day[row] - book.start[row] + 1, 0)}
        for name, values in counted.items():
            np.add.at(sums[name], first, values)
            np.subtract.at(sums[name], last, values)
        np.maximum(latest, events.highest(first, last, line[keep]), out=latest)
    added = {name: np.cumsum(values)[:-1][at] for name, values in sums.items()}
    anchor, latest = left[at], latest[at]
    stated = anchor >= 0
    row = lines[anchor]
    last_day = book.day[lines[np.maximum(latest, anchor)]]
    whole = stated & ((added["days"] == 0) | (added["days"] == last_day - book.day[row]))
    is_open = ~whole | book.open[row] | (added["open"] > 0)
    out["known"][at] = stated | (added["count"] > 0)
    out["total"][at] = np.where(stated, book.best[row], 0) + added["best"]
    out["low"][at] = np.where(stated, book.low[row], 0) + added["low"]
    out["high"][at] = np.where(is_open, 0, book.high[row] + added["high"])
    out["open"][at] = out["known"][at] & is_open
    out["day"][at] = np.where(out["known"][at], last_day, 0)


def causes(book: Book, events: Events, cut: int) -> dict[str, np.ndarray]:
    """Return, for every event, what kinds of change its reports made."""
    old, new, explicit = replacements(book, cut)
    change = change_of(book, old, new, explicit)
    flags = {}
    for name in ("retracted", "revised", "updated"):
        flags[name] = np.zeros(events.size, bool)
        flags[name][events.of[new[change == name]]] = True
    fresh = (events.of >= 0) & (book.action < RETRACT)
    fresh[new] = False
    flags["new"] = np.zeros(events.size, bool)
    flags["new"][events.of[fresh]] = True
    return flags


def history(book: Book, cut: int, date: np.datetime64 | None = None) -> pd.DataFrame:
    """Return the headline each time it changed; see :meth:`Ledger.history`."""
    events = Events(book, cut)
    day = None if date is None else int(date.astype("M8[D]").astype(np.int64))
    now = headlines(book, events, day)
    if day is not None:
        now["day"] = np.full(events.size, day)
    began = np.zeros(events.size, bool)
    began[events.starts[:-1][events.starts[:-1] < events.starts[1:]]] = True

    def before(values: np.ndarray) -> np.ndarray:
        return np.r_[values[:1], values[:-1]]

    was_known = before(now["known"]) & ~began
    different = np.zeros(events.size, bool)
    for name in ("total", "low", "high", "open", "day"):
        different |= now[name] != before(now[name])
    shown = (now["known"] != was_known) | (now["known"] & was_known & different)
    # The first number of a series may come after others were withdrawn: `first` is said once.
    ever = np.cumsum(now["known"]) - now["known"]
    ever -= ever[events.starts[events.series]] if events.size else 0
    flags = causes(book, events, cut)
    later = flags["new"] & (now["day"] > before(now["day"])) & was_known & now["known"]
    cause = np.select(
        [ever == 0, later, flags["retracted"], flags["revised"], flags["updated"]],
        ["first", "new", "retracted", "revised", "updated"],
        "new",
    )
    at = np.flatnonzero(shown)
    gone = ~now["known"][at]
    out = pd.DataFrame(book.series_columns(events.series[at]))
    out["reported_at"] = clocks.utc_column(events.instant[at])
    out["date"] = date_column(now["day"][at], gone)
    out["total"], out["low"] = (count_column(now[name][at], gone) for name in ("total", "low"))
    out["high"] = count_column(now["high"][at], gone | now["open"][at])
    steps = (now["total"] - before(now["total"]))[at]
    out["change"] = count_column(steps, gone | ~was_known[at])
    out["cause"] = pd.Series(cause[at].astype(object), dtype="str")
    return out


def vintages(book: Book, cut: int) -> pd.DataFrame:
    """Return the matrix of totals by day and instant known; see :meth:`Ledger.vintages`."""
    events = Events(book, cut)
    instants = np.unique(book.reported[book.rank < cut])
    series, days, seen = _all_rows(book, events, len(instants))
    matrix = np.zeros((len(days), len(instants)), np.int64)
    filled = np.zeros(matrix.shape, bool)
    column = np.searchsorted(instants, events.instant)
    # A vintage holds for its series until the series' next event.
    ends = np.full(events.size, len(instants))
    again = np.flatnonzero(events.series[1:] == events.series[:-1])
    ends[again] = column[again + 1]
    for event, found in seen:
        at = np.searchsorted(_key(series, days), _key(events.series[event], found.day))
        span = ends[event] - column[event]
        row = np.repeat(at, span)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(span) - span, span)
        place = np.repeat(column[event], span) + offset
        matrix[row, place] = np.repeat(found.total, span)
        filled[row, place] = True
    dates = date_column(days)
    present = np.unique(series)
    index: pd.Index = pd.DatetimeIndex(dates, name="date")
    if len(present) > 1:
        names = book.series_columns(series)
        index = pd.MultiIndex.from_arrays(
            [*(names[c].astype("str") for c in SERIES), dates], names=[*SERIES, "date"]
        )
    columns = pd.DatetimeIndex(clocks.utc_column(instants), name="reported_at")
    data = {
        place: pd.arrays.IntegerArray(matrix[:, place].copy(), ~filled[:, place])
        for place in range(len(instants))
    }
    out = pd.DataFrame(data, index=index)
    out.columns = columns
    return out


def _all_rows(
    book: Book, events: Events, instants: int
) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, Running]]]:
    """Return every series and day that ever has a total, and the totals at each event."""
    everything = np.arange(events.size)
    start, stop = (events.line_starts[events.series + step] for step in (0, 1))
    stop = stop if len(events.lines) else start
    highest = _most_days(book, events)
    if highest * instants > MAX_CELLS:
        msg = (
            f"the matrix of vintages would have about {highest:,} rows and {instants:,} columns; "
            "choose fewer series with where(), or use history(), which keeps only the changes"
        )
        raise LedgerError(msg)
    seen: list[tuple[np.ndarray, Running]] = []
    keys = [np.zeros(0, np.int64)]
    if events.size and len(events.lines):
        since = events.since(book)
        done = 0
        for chosen, seg, rows in events.windows(everything, start, stop):
            found = running(book, seg, rows, since[done : done + len(chosen)])
            done += len(chosen)
            event = chosen[found.seg]
            seen.append((event, found))
            keys.append(np.unique(_key(events.series[event], found.day)))
    key = np.unique(np.concatenate(keys))
    return key >> _BITS, (key & ((1 << _BITS) - 1)) - _SHIFT, seen


def _most_days(book: Book, events: Events) -> int:
    """Return about how many rows a matrix of vintages has: one a series and day reported."""
    rows = events.lines
    return len(np.unique(_key(book.series[rows], book.day[rows])))


# Series and day in one number: days of 1678 to 2261 fit in 22 bits once they are above zero.
_BITS, _SHIFT = 22, 1 << 20


def _key(series: np.ndarray, day: np.ndarray) -> np.ndarray:
    return (series << _BITS) + day + _SHIFT
