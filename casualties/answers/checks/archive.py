"""How numbers moved while they were reported: ``restated``, ``flips`` and ``jump``."""

from typing import Any

import numpy as np
import pandas as pd

from ...core.headlines import steps
from ...core.known import Known
from ...core.record import Record
from ...model import clocks
from ...model.frames import NEVER, day_numbers, heads, ordered
from ...model.schema import Action, Change, Code, Kind
from .findings import NONE, Findings
from .odd import steps_of

#: A restatement changes at least so many figures, and so many times the median of the others.
RESTATED, TIMES = 20, 10

#: A step is out of proportion when it is this many times the next largest of its series …
JUMP = 10
#: … of at least this many others, and of at least this many people a day; one step in so many
#: can be.
JUMP_STEPS, JUMP_LEAST, JUMP_SHARE = 5, 30, 20

#: Of fewer people less than half is no sign of a slip.
HALVED = 10


def moves(found: Findings, known: Known) -> None:
    """Note what is seen by comparing reports of different times or days."""
    _restated(found, known)
    _flips(found, known)
    for kind in (Kind.TOTAL, Kind.PERIOD):
        _jump(found, known, kind)
    _halved(found, known)


# -- restated ---------------------------------------------------------------------------------


def _restated(found: Findings, known: Known) -> None:
    """Code ``restated``: instants at which a source changed far more figures than at others."""
    record = known.record
    every, change = found.always(steps_of)
    steps = every.take((change != Change.REAFFIRMED) & (record.rank[every.by] < known.cut))
    if np.unique(record.reported[steps.by], return_counts=True)[1].max(initial=0) < RESTATED:
        return
    steps = steps.take(ordered(steps.old, record.rank[steps.new]))
    old, chain = steps.old, record.chain[steps.old]
    moved = pd.DataFrame({
        "source": record.reports.codes["source"][record.about[old]],
        "at": record.reported[steps.by],
        # An announcement is a figure of its own.
        "figure": np.where(record.figure[old] >= 0, record.figure[old], -1 - chain),
        "old": old, "new": steps.new,
    })  # fmt: skip
    sizes = moved.groupby(["source", "at"], as_index=False).agg(size=("figure", "nunique"))
    many = sizes.loc[sizes["size"] >= RESTATED, "source"]
    if many.empty:
        return
    # The median of the others, for those above it: without the largest.
    sorts = sizes[sizes["source"].isin(many)].sort_values("size").groupby("source")["size"]
    usual = sorts.agg(lambda of: of[:-1].median()).fillna(0).rename("usual")
    big = sizes.join(usual, on="source", how="inner")
    big = big[(big["size"] >= RESTATED) & (big["size"] >= TIMES * big["usual"])]
    told = [of for _, of in moved.merge(big).groupby(["source", "at"])]
    # The report that each began and ended with stand for the many.
    first = np.array([of[["old", "new"]].iloc[0] for of in told], np.int64).reshape(-1, 2)
    found.add(
        Code.RESTATED, "{text}", {"row": first[:, 1], "last": [of["new"].iat[-1] for of in told]},
        text=[_restatement(found, of) for of in told], about=[of["old"].to_numpy() for of in told],
        day=day_numbers(clocks.local_days(big["at"].to_numpy(), record.tz)),
        found=big["size"].array, size=big["size"].array, series=record.series[first[:, 0]],
    )  # fmt: skip


def _restatement(found: Findings, moved: pd.DataFrame) -> str:
    """Say how many figures changed at an instant, by how much, when, and for which days."""
    record, old, new = found.record, moved["old"].to_numpy(), moved["new"].to_numpy()
    once = ~moved["figure"].duplicated().to_numpy()
    gone = np.count_nonzero(once & (record.action[new] == Action.RETRACT))
    changed = np.count_nonzero(once) - gone
    both = record.numbered[old] & record.numbered[new]
    by = np.where(both, record.best[new] - record.best[old], 0)
    day = record.day[old]
    how = f"by {by.sum():+,} in all"
    # Running totals are never added up: of them the change of the last day is told.
    if (record.kind[old] == Kind.TOTAL).any():
        on_last = [0, *by[both & (day == day.max())]][-1]
        how = f"that of the last day by {on_last:+,}, none by more than {np.abs(by).max():,}"
    what = [f"{changed:,} figures changed, {how}"] if changed else []
    what += [f"{gone:,} withdrawn"] if gone else []
    days = " to ".join(found.days(np.array([day.min(), day.max()])))
    usual, at = moved["usual"].max(), found.calendar.instant(moved["at"].iat[0], record.tz)
    mostly = f"at other times mostly {usual:,.0f}" if usual else "at no other time any"
    return f"{', '.join(what)}, at {at}, for days {days}; {mostly}"


# -- flips -------------------------------------------------------------------------------------


def _flips(found: Findings, known: Known) -> None:
    """Code ``flips``: a number that went A, B, A with nothing that says so; one a day."""
    every = found.always(_every_flip)
    shown = every[every["rank"] < known.cut].drop_duplicates(["series", "day"])
    for headlines, flips in shown.groupby("headlines"):
        what = "total through {day.days}" if headlines else "number {then.dates}"
        cells: dict[str, Any] = {str(name): flips[name].to_numpy() for name in flips}
        found.add(
            Code.FLIPS,
            f"the {what} went {{expected:,}}, {{found:,}}, {{expected:,}}: back to one that had "
            "been replaced; perhaps a stale relay",
            {name: cells.pop(name) for name in ("row", "then", "again")}, **cells,
        )  # fmt: skip


def _every_flip(known: Known) -> pd.DataFrame:
    """Return all flips by day: of the same dates rather than of headlines, the largest first."""
    flips = [_flips_of_figures(known), _flips_of_headlines(known)]
    every = pd.concat(flips, keys=[False, True], names=["headlines", None]).reset_index("headlines")
    every["size"] = (every["found"] - every["expected"]).abs()
    order = ["series", "day", "headlines", "size"]
    return every.sort_values(order, ascending=[True, True, True, False])


def _flips_of_figures(known: Known) -> pd.DataFrame:
    """Return the numbers for the same dates that went A, B, A."""
    record, live = known.record, known.kept.live
    some = (live.born < np.minimum(live.ended, known.cut)) & record.numbered[live.row]
    some &= ~record.stock[live.row] & (record.figure[live.row] >= 0)
    row, born = live.row[some], live.born[some]
    order = ordered(record.figure[row], born)
    row, born = row[order], born[order]
    says_so = _says_so(record, record.order[born])
    columns = (record.series[row], record.day[row], record.best[row], row, born, says_so)
    return _back_again(record.figure[row], *columns)


def _flips_of_headlines(known: Known) -> pd.DataFrame:
    """Return the headlines of one day that went A, B, A."""
    record = known.record
    found = [
        (step.series, now.day, now.number, now.row, step.instant)
        for step in steps(known, series=_may_come_back(known))
        if (now := step.now) is not None and not record.stock[now.row]
    ]
    series, day, number, row, instant = np.array(found, np.int64).reshape(-1, 5).T
    reported = record.reported.astype("M8[us]").view(np.int64)
    rows = known.rows[_says_so(record, known.rows)]
    explicit = set(zip(record.series[rows].tolist(), reported[rows].tolist(), strict=True))
    says_so = [pair in explicit for pair in zip(series.tolist(), instant.tolist(), strict=True)]
    rank = np.searchsorted(reported[record.order], instant)
    return _back_again(np.cumsum(heads(series, day)), series, day, number, row, rank, says_so)


def _back_again(of: np.ndarray, *columns: np.ndarray | list[bool]) -> pd.DataFrame:
    """Return the numbers of one thing that went A, B, A where nothing explicit says so."""
    names = ("series", "day", "found", "row", "rank", "says_so")
    told = pd.DataFrame(dict(zip(names, columns, strict=True))).assign(of=of)
    told = told[heads(of, told["found"].to_numpy())]  # successive different numbers
    one, two = (told.groupby("of")[["found", "row"]].shift(before) for before in (2, 1))
    back = (one["found"] == told["found"]) & ~told["says_so"].astype(bool)
    told = told.assign(expected=told["found"], found=two["found"], again=told["row"])
    out = told.assign(row=one["row"], then=two["row"])[back]
    return out.drop(columns=["of", "says_so"]).astype(np.int64)


def _may_come_back(known: Known) -> np.ndarray:
    """Return the series whose headline can have changed twice and stayed on its day.

    Where all are plain numbers of a day each, a report of a later day than all before moves the
    headline to that day: without two instants on end that bring no later day nothing comes back.
    """
    record, rows = known.record, known.rows
    odd = ~record.numbered[rows] | record.early[rows] | (record.kind[rows] > Kind.PERIOD)
    odd |= (record.action[rows] == Action.RETRACT) | (record.since[rows] != NEVER)
    odd |= record.day[rows] != record.day[record.chain[rows]]
    series = record.series[rows]
    day = pd.Series(record.day[rows]).groupby([series, record.reported[rows]]).max()
    late = day <= day.groupby(level=0).cummax().groupby(level=0).shift()
    twice = late & late.groupby(level=0).shift(fill_value=False)
    return np.union1d(day.index[twice].get_level_values(0), series[odd]).astype(np.int64)


def _says_so(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether reports are explicit revisions or retractions."""
    return (record.action[rows] == Action.REVISE) | (record.action[rows] == Action.RETRACT)


# -- jump --------------------------------------------------------------------------------------


def _jump(found: Findings, known: Known, kind: Kind) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series."""
    record = known.record
    row = known.counted[record.kind[known.counted] == kind]
    row = row[ordered(record.series[row], record.day[row], record.rank[record.chain[row]])]
    before, step = np.full(len(row), NONE), record.best[row]
    span = record.day[row] - record.start[row] + 1
    if kind == Kind.TOTAL:
        follows = np.flatnonzero(~heads(record.series[row]))
        before, row = row[follows - 1], row[follows]
        step, span = (of[row] - of[before] for of in (record.best, record.day))
    rate = step / np.maximum(span, 1)
    # By size: a jump is more than ten times the next one, among the largest of its series.
    order = np.lexsort((-rate, record.series[row]))
    row, before, rate = row[order], before[order], rate[order]
    new = heads(record.series[row])
    begin, group = np.flatnonzero(new), np.cumsum(new) - 1
    nth, size = np.arange(len(row)) - begin[group], np.bincount(group)[group]
    big = (size > JUMP_STEPS) & (nth < np.maximum(size // JUMP_SHARE, 1)) & (nth < size - 1)
    big &= (rate >= JUMP_LEAST) & (rate > JUMP * np.maximum(np.append(rate, 1)[1:], 1))
    # All that are larger than one that stands out stand out.
    last = np.full(len(begin), NONE)
    np.maximum.at(last, group[big], nth[big])
    out = np.flatnonzero(nth <= last[group])
    usual = np.maximum(rate[(begin + last + 1)[group[out]]], 0)
    size, other = (np.rint(of).astype(np.int64) for of in (rate[out], usual))
    found.add(
        Code.JUMP,
        "{row.cite} is a step of {size:,} a day; the largest of the others is {other:,} a day",
        {"before": before[out], "row": row[out]}, size=size, other=other,
    )  # fmt: skip


def _halved(found: Findings, known: Known) -> None:
    """Code ``jump``: a number that was replaced by less than a half of it, and nobody says why."""
    record = known.record
    every, change = found.always(steps_of)
    old, new = every.old, every.new
    some = (change == Change.REVISED) & ~every.explicit & (record.rank[every.by] < known.cut)
    some &= record.numbered[old] & record.numbered[new] & ~record.stock[new]
    some &= (2 * record.best[new] < record.best[old]) & (record.best[old] >= HALVED)
    some &= record.reported[old] < record.reported[new]  # else they clash
    some &= (record.reports.texts["reason"].take(new) == "").to_numpy(bool)
    # One that goes back to what there was before has corrected a slip.
    before, past = np.full(len(record), -1), record.rank[every.by] < known.cut
    before[new[past]] = old[past]
    was = np.where(before[old] < 0, record.best[old], record.best[before[old]])
    some &= 2 * record.best[new] < was
    old, new = old[some], new[some]
    found.add(
        Code.JUMP,
        "{old.cite} became {row.say}, less than half, and no report says that it was revised",
        {"old": old, "row": new}, expected=record.best[old],
        size=record.best[old] - record.best[new],
    )  # fmt: skip
