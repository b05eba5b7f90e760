"""What does not add up: findings, not repairs (design, section 8)."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ..core.known import Knowing, Known
from ..core.record import Record
from ..core.running import Entries, connect, unexplained
from ..core.snapshot import snapshot, totals_frame, workings
from ..core.spans import NEVER
from ..display import between, number, stated
from ..model.frames import count_column, day_column
from ..model.schema import SERIES, STOCKS, Kind, Qualifier

SEVERITY = {
    "arithmetic": "contradiction",
    "falls": "contradiction",
    "parts": "contradiction",
    "bounds": "contradiction",
    "early": "contradiction",
    "overlap": "doubt",
    "disagree": "doubt",
    "flips": "doubt",
    "jump": "doubt",
    "denied": "note",
    "silent": "note",
}
_ORDER = list(SEVERITY)

#: A step is out of proportion when it is this many times the next largest of its series …
JUMP = 10
#: … of at least this many others, and of at least this many people a day.
JUMP_STEPS, JUMP_LEAST = 5, 30


class _Findings:
    """Collects findings; each names the series and reports it is about."""

    def __init__(self, record: Record, live: np.ndarray) -> None:
        self.record, self.live = record, live
        self.ids = record.frame["report_id"].array
        self.sources = record.frame["source"].array
        self.counts = [record.frame[c].array for c in ("value", "low", "high", "qualifier")]
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        code: str,
        message: str,
        day: int,
        series: int,
        reports: Iterable[Any],
        found: int | None = None,
        expected: int | None = None,
    ) -> None:
        ids = dict.fromkeys(str(self.ids[row]) for row in reports if row >= 0)
        self.rows.append(
            {
                "severity": SEVERITY[code],
                "code": code,
                "message": message,
                "day": day,
                "found": found,
                "expected": expected,
                "report_ids": "; ".join(ids),
                "series": series,
            }
        )

    def say(self, row: int) -> str:
        """Write the number of a report as it was stated."""
        return stated(*(column[row] for column in self.counts))

    def frame(self) -> pd.DataFrame:
        rank = {code: place for place, code in enumerate(_ORDER)}
        rows = sorted(self.rows, key=lambda r: (rank[r["code"]], r["series"], r["day"]))
        table = pd.DataFrame(rows, columns=[*_EMPTY, "series"])
        out = table[["severity", "code", "message"]].astype("str")
        out["date"] = day_column(table["day"].to_numpy(np.int64))
        for column in ("found", "expected"):
            missing = table[column].isna().to_numpy(bool)
            cells = table[column].where(~missing, 0).to_numpy(object).astype(np.int64)
            out[column] = count_column(cells, missing)
        out["report_ids"] = table["report_ids"].astype("str")
        series = table["series"].to_numpy(np.int64)
        for column, names in self.record.series_columns(series).items():
            out[column] = names
        return out


_EMPTY = ("severity", "code", "message", "day", "found", "expected", "report_ids")


def check(self: Knowing) -> pd.DataFrame:
    """Return what does not add up; nothing is changed or hidden.

    Returns
    -------
    DataFrame
        A row a finding, worst first: `severity` (``contradiction``, ``doubt`` or ``note``),
        `code`, `message`, `date`, `found`, `expected` (Int64), `report_ids` (joined by
        ``"; "``) and the series columns. The README lists the codes.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = {"value": [58, 45], "reported_at": ["2020-09-28", "2020-09-29"]}
    >>> cas.Ledger(rows, source="Ministry", kind="total").check()[["severity", "code", "date"]]
            severity   code       date
    0  contradiction  falls 2020-09-29
    """
    known, record = self._known, self._known.record
    rows = known.lines
    found = _Findings(record, rows)
    counted = workings(known).counted
    _sums(found, record, connect(record, counted))
    _overlap(found, record, counted.row, counted.reason == 0, counted.since)
    _odd_reports(found, known, rows)
    _flips(found, known)
    _jumps(found, record, rows)
    everything = totals_frame(record, snapshot(known))
    _claims(found, record, everything)
    _parts(found, record, everything)
    return found.frame()


def _day(day: int) -> str:
    return str(np.datetime64(int(day), "D"))


def _sums(found: _Findings, record: Record, e: Entries) -> None:
    """Codes ``arithmetic`` and ``falls``: totals against the total and increments before them."""
    rest, known = unexplained(e)
    place = np.arange(len(e.seg))
    before = np.where(place > e.before + 1, place - 1, 0)
    left = np.where(known, e.left[before], 0)
    # Bounds of what the left anchor and the increments since it add up to.
    low = e.low[left] + e.sums["low"] - e.sums["low"][left]
    high = e.high[left] + e.sums["high"] - e.sums["high"][left]
    limitless = e.open[left] | (e.sums["open"] > e.sums["open"][left])
    joined = e.gaps == e.gaps[left]
    too_few = known & ~e.open & (e.high < low)
    too_many = known & joined & ~limitless & (e.low > high)
    # Who is missing, captured or displaced may be found, freed or return: no contradiction.
    leaving = record.series_table["outcome"].isin(STOCKS).to_numpy()
    too_few &= ~leaving[e.seg]
    falls = too_few & (e.row[left] >= 0) & (e.high < e.low[left])
    blamed = np.zeros(len(e.seg), bool)
    for at in np.flatnonzero(too_few | too_many):
        blamed[at] = True
        was, added = int(e.value[left[at]]), int(e.sums["value"][at] - e.sums["value"][left[at]])
        reports = [*e.row[left[at] : at], e.row[at]]
        now, day, series = int(e.value[at]), int(e.day[at]), int(e.seg[at])
        if falls[at]:
            text = (
                f"{number(now)} through {_day(day)} is lower than {number(was)} through "
                f"{_day(e.day[left[at]])}, and no report says that it was revised"
            )
            found.add("falls", text, day, series, [e.row[left[at]], e.row[at]], now, was + added)
            continue
        size, more = abs(int(rest[at])), "more" if rest[at] > 0 else "less"
        text = (
            f"{number(now)} through {_day(day)} is {number(size)} {more} than "
            f"{number(was + added)}: expected {number(was)} + {number(added)}"
        )
        found.add("arithmetic", text, day, series, reports, now, was + added)
    # Days whose bounds cross, unless the total that they lead to was blamed already.
    low_left = np.where(e.left >= 0, e.low[e.left], 0) + e.since_left("low")
    high_right = e.high[e.right] - e.up_to_right("low")
    crossed = (e.right >= 0) & ~e.open[e.right] & (low_left > high_right) & ~blamed[e.right]
    last = np.r_[e.seg[1:] != e.seg[:-1], True] if len(e.seg) else np.zeros(0, bool)
    crossed &= ~leaving[e.seg]
    worst = crossed & (last | ~np.r_[crossed[1:], False] | (np.r_[e.right[1:], -1] != e.right))
    for at in np.flatnonzero(worst & (e.kind != Kind.TOTAL)):
        text = (
            f"no number through {_day(e.day[at])} fits: the reports before it give at least "
            f"{number(low_left[at])}, those after it at most {number(max(high_right[at], 0))}"
        )
        reports = [*e.row[max(int(e.left[at]), int(e.before[at]) + 1) : e.right[at] + 1]]
        found.add(
            "arithmetic", text, int(e.day[at]), int(e.seg[at]), reports,
            int(low_left[at]), max(int(high_right[at]), 0),
        )  # fmt: skip


def _overlap(
    found: _Findings, record: Record, rows: np.ndarray, kept: np.ndarray, since: np.ndarray
) -> None:
    """Code ``overlap``: increments that were left out of the running total."""
    out = np.flatnonzero(~kept)
    if not len(out):
        return
    counts = rows[kept]
    for row in rows[out]:
        start, end, series = int(record.start[row]), int(record.day[row]), int(record.series[row])
        same = counts[record.series[counts] == series]
        total = record.kind[same] == Kind.TOTAL
        inside = total & (start <= record.day[same]) & (record.day[same] < end)
        touches = (record.kind[same] == Kind.PERIOD) & (record.start[same] <= end)
        touches &= record.day[same] >= start
        what = f"{found.say(row)} for {_day(start)} to {_day(end)}"
        if end < since[series] < NEVER:
            first = same[total & (record.since[same] == since[series])][:1]
            why = f"ends before the day that the totals count from, {_day(since[series])}"
        elif inside.any():
            first = same[inside][:1]
            why = f"straddles the total through {_day(record.day[first[0]])}"
        else:
            first = same[touches][:1]
            why = "overlaps a count of other days that is counted already"
        found.add("overlap", f"{what} {why}; it is left out", end, series, [row, *first],
                  int(record.best[row]))  # fmt: skip


def _odd_reports(found: _Findings, known: Known, rows: np.ndarray) -> None:
    """Codes ``bounds``, ``early``, ``denied`` and ``silent``: reports odd in themselves."""
    record, frame = known.record, known.record.frame
    value, low, high = (frame[c].array[rows] for c in ("value", "low", "high"))
    says = record.reports.fixed["qualifier"][rows]
    estimate = value + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    odd = ((low > estimate) | (estimate > high)).fillna(False).to_numpy(bool)
    for row in rows[odd]:
        value, low, high, _ = (column[row] for column in found.counts)
        text = f"{number(value)} lies outside its own bounds, {between(low, high)}"
        found.add("bounds", text, int(record.day[row]), int(record.series[row]), [row],
                  int(value))  # fmt: skip
    told = record.reported_day[rows]
    for row, on in zip(rows, told, strict=True) if (told < record.day[rows]).any() else ():
        if on < record.day[row]:
            text = (
                f"{found.say(row)} through {_day(record.day[row])} was published on "
                f"{_day(on)}, before that day had begun"
            )
            found.add("early", text, int(record.day[row]), int(record.series[row]), [row],
                      int(record.best[row]))  # fmt: skip
    live = known.live
    for denial, row in zip(*known.denials, strict=True):
        if live[row]:
            text = f"{found.say(row)} is denied by {found.sources[denial]}"
            found.add("denied", text, int(record.day[row]), int(record.series[row]), [row, denial],
                      int(record.best[row]))  # fmt: skip
    for row in np.flatnonzero(live & ~record.numbered):
        text = f"{found.sources[row]} gave no number through {_day(record.day[row])}"
        found.add("silent", text, int(record.day[row]), int(record.series[row]), [row])


def _flips(found: _Findings, known: Known) -> None:
    """Code ``flips``: a number that went A, B, A, among the latest totals or for the same days."""
    record = known.record
    rows = np.flatnonzero(known.public & record.numbered & (record.kind != Kind.MORE))
    period = record.kind[rows] == Kind.PERIOD
    keys = [np.where(period, record.start[rows], 0), np.where(period, record.day[rows], 0), period,
            record.series[rows]]  # fmt: skip
    order = np.lexsort((record.rank[rows], *keys))
    rows, keys = rows[order], [key[order] for key in keys]
    new = _changes(keys)
    # A late total for an earlier day says nothing of the latest number.
    group = np.cumsum(new)
    width = np.int64(1 << 22)
    day = record.day[rows] + (1 << 20)
    latest = np.maximum.accumulate(group * width + day) - group * width <= day
    rows, group = rows[latest], group[latest]
    value = record.best[rows]
    step = np.ones(len(rows), bool)
    step[1:] = (group[1:] != group[:-1]) | (value[1:] != value[:-1])
    rows, group, value = rows[step], group[step], value[step]
    back = np.r_[False, (group[2:] == group[:-2]) & (value[2:] == value[:-2]), False]
    # Flips that follow one another are one finding.
    for first in np.flatnonzero(back[1:] & ~back[:-1]):
        last = first + 2 + int(np.argmin(np.r_[back[first + 2 :], False]))
        row = rows[first + 1]
        text = (
            f"went {', '.join(number(v) for v in value[first : last + 1])}: "
            "back to a number that it had replaced; perhaps a stale relay"
        )
        found.add("flips", text, int(record.day[row]), int(record.series[row]),
                  rows[first : last + 1], int(value[first + 1]), int(value[first]))  # fmt: skip


def _changes(keys: list[np.ndarray]) -> np.ndarray:
    new = np.ones(len(keys[0]), bool)
    new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def _jumps(found: _Findings, record: Record, rows: np.ndarray) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series."""
    for kind in (Kind.TOTAL, Kind.PERIOD):
        some = rows[record.kind[rows] == kind]
        if len(some) <= JUMP_STEPS:
            continue
        series, day, value = record.series[some], record.day[some], record.best[some]
        if kind == Kind.TOTAL:
            span = np.diff(day, prepend=0)
            step = np.diff(value, prepend=0)
            step[_changes([series])] = 0
        else:
            span, step = day - record.start[some] + 1, value
        rate = step / np.maximum(span, 1)
        # The largest and the second largest rate of each series.
        order = np.lexsort((rate, series))
        last = np.flatnonzero(np.r_[series[order][1:] != series[order][:-1], True])
        size = np.diff(np.r_[-1, last])
        most, second = order[last], order[np.maximum(last - 1, 0)]
        big = (size > JUMP_STEPS + (kind == Kind.TOTAL)) & (rate[most] >= JUMP_LEAST)
        big &= rate[most] > JUMP * np.maximum(rate[second], 1)
        for at, usual in zip(most[big], rate[second][big], strict=True):
            row = some[at]
            text = (
                f"{number(value[at])} through {_day(day[at])} is a step of "
                f"{number(round(rate[at]))} a day; no other step of the series is above "
                f"{number(round(max(usual, 0)))} a day"
            )
            reports = [some[at - 1], row] if kind == Kind.TOTAL else [row]
            found.add("jump", text, int(day[at]), int(series[at]), reports, int(value[at]))


def _claims(found: _Findings, record: Record, everything: pd.DataFrame) -> None:
    """Code ``disagree``: sources that each give a number for the same thing and day."""
    things = [column for column in SERIES if column != "source"]
    own = everything[everything["basis"].isin(["stated", "summed", "backed_out"])]
    if own.empty:
        return
    keys = [*things, "date"]
    group = own.groupby(keys, observed=True, sort=False).ngroup().to_numpy()
    several = np.bincount(group)[group] > 1
    own, group = own[several], group[several]
    for _, claims in own.groupby(group, sort=False):
        low = claims.loc[claims["low"].idxmax()]
        high = claims.loc[claims["high"].astype("Float64").fillna(np.inf).idxmin()]
        if pd.isna(high["high"]) or low["low"] <= high["high"]:
            continue
        text = (
            f"{high['source']} says {number(high['total'])} through {high['date']:%Y-%m-%d}, "
            f"{low['source']} says {number(low['total'])}"
        )
        day = int(np.datetime64(high["date"], "D").astype(np.int64))
        reports = _ids_of(found, [high, low], day)
        series = _series_of(record, low)
        found.add("disagree", text, day, series, reports, int(low["total"]), int(high["total"]))


def _series_of(record: Record, row: pd.Series) -> int:
    table = record.series_table
    same = np.ones(len(table), bool)
    for column in SERIES:
        same &= (table[column] == row[column]).to_numpy()
    return int(np.flatnonzero(same)[0])


def _ids_of(found: _Findings, rows: list[pd.Series], day: int) -> list[int]:
    """Return the newest live report of each series for the day, or the last one before."""
    record, ids = found.record, []
    for row in rows:
        mine = found.live[record.series[found.live] == _series_of(record, row)]
        mine = mine[record.day[mine] <= day] if (record.day[mine] <= day).any() else mine
        ids.append(int(mine[np.lexsort((record.rank[mine], record.day[mine]))[-1]]))
    return ids


def _parts(found: _Findings, record: Record, everything: pd.DataFrame) -> None:
    """Code ``parts``: stated wholes against the bounds of the sum of their parts."""
    side, category = everything["side"] == "all", everything["category"] == "all"
    wholes = everything[(side | category) & (everything["basis"] == "stated")]
    pieces = everything[~side & ~category]
    if wholes.empty or pieces.empty:
        return
    key = ["event", "outcome", "definition"]
    for names, parts in pieces.groupby(key, observed=True, sort=False):
        mine = wholes
        for column, name in zip(key, names, strict=True):
            mine = mine[mine[column] == name]
        for _, whole in mine.iterrows():
            some = parts
            for column in ("side", "category"):
                if whole[column] != "all":
                    some = some[some[column] == whole[column]]
            if len(some):
                _whole(found, record, whole, some)


def _whole(found: _Findings, record: Record, whole: pd.Series, parts: pd.DataFrame) -> None:
    upto = parts[parts["date"] <= whole["date"]]
    low, high = 0, 0
    held: list[pd.Series] = []
    open_columns = [c for c in ("side", "category") if whole[c] == "all"]
    names = [parts[c].unique() for c in open_columns]
    expected = int(np.prod([len(n) for n in names]))
    complete = all(len(n) > 1 for n in names)
    groups = upto.groupby(["side", "category"], observed=True)
    complete &= groups.ngroups == expected
    for _, claims in groups:
        last = claims.groupby("source", observed=True).tail(1)
        held.extend(row for _, row in last.iterrows())
        low += int(last["low"].min())
        # What was counted on an earlier day may have grown since.
        if last["high"].isna().any() or (last["date"] < whole["date"]).any():
            complete = False
        else:
            high += int(last["high"].max())
    if not pd.isna(whole["high"]) and whole["high"] < low:
        limit, text = low, f"at least {number(low)}"
    elif complete and whole["low"] > high:
        limit, text = high, f"at most {number(high)}"
    else:
        return
    day = int(np.datetime64(whole["date"], "D").astype(np.int64))
    what = f"{number(whole['total'])} in all through {_day(day)}, but its parts add up to {text}"
    found.add("parts", what, day, _series_of(record, whole), _ids_of(found, [whole, *held], day),
              int(whole["total"]), limit)  # fmt: skip
