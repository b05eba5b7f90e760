"""How numbers moved while they were reported: ``restated``, ``flips``, ``jump``, ``relays``."""

from itertools import compress

import numpy as np
import pandas as pd

from ...core.headlines import steps
from ...core.known import Known
from ...core.record import Record
from ...model import clocks
from ...model.frames import NEVER, day_numbers, grouped, heads, ordered
from ...model.schema import Action, Change, Code, Kind
from .findings import NONE, Findings, sum_by

#: A restatement changes at least so many figures, and so many times the median of other instants.
RESTATED, TIMES = 20, 10

#: A step is out of proportion if it is of so many people a day, and so many times as large as all
#: but the largest twentieth of the steps of its series, of which there must be more than so many.
JUMP_LEAST, JUMP, JUMP_STEPS = 30, 10, 5


# -- restated ---------------------------------------------------------------------------------


def _restated(found: Findings) -> None:
    """Code ``restated``: instants at which a source changed far more figures than at others."""
    record, steps = found.record, found.moves.take(found.moves.change != Change.REAFFIRMED)
    steps = steps.take(ordered(steps.old, record.rank[steps.new]))
    old, figure, codes = steps.old, record.figure[steps.old], record.reports.codes
    moved = pd.DataFrame({
        "clock": steps.clock, "source": codes["source"][record.about[old]],
        "at": record.reported[steps.by], "side": codes["side"][record.about[old]],
        "old": old, "new": steps.new,
        # Each `more` and each incident is a figure of its own.
        "figure": np.where(figure >= 0, figure, -1 - record.chain[old]),
    })  # fmt: skip
    thing = ["clock", "source", "at"]
    sizes = moved.groupby(thing, as_index=False).agg(size=("figure", "nunique"))
    # The median of the other instants. For one above it, that is the median without the largest.
    ascending = sizes.sort_values("size", kind="stable")
    others = ascending[ascending.duplicated(thing[:2], keep="last")].groupby(thing[:2])["size"]
    big = sizes.join(others.median().rename("usual"), on=thing[:2]).fillna({"usual": 0})
    big = big[(big["size"] >= TIMES) & (big["size"] >= TIMES * big["usual"])]
    groups = [group for _, group in moved.merge(big).groupby(thing)]
    many = [g["figure"].nunique() >= RESTATED or _all_of_a_side(record, g) for g in groups]
    big, groups = big[np.array(many, bool)], [*compress(groups, many)]
    # Of the many reports the first and the last are named.
    first, last = ([group["new"].iat[end] for group in groups] for end in (0, -1))
    found.add(
        Code.RESTATED, "{text}", big["clock"], {"row": first, "last": last},
        text=[_restatement(found, g) for g in groups], about=[g["old"].to_numpy() for g in groups],
        day=day_numbers(clocks.local_days(big["at"].to_numpy(), record.tz)),
        found=big["size"], size=big["size"],
    )  # fmt: skip


def _all_of_a_side(record: Record, moved: pd.DataFrame) -> bool:
    """Whether every figure that a source had told of a side is among those that changed."""
    codes, told = record.reports.codes, record.numbered & (record.figure >= 0)
    told &= (codes["source"] == moved["source"].iat[0]) & (record.reported < moved["at"].iat[0])
    changed = moved.groupby("side")["figure"].nunique()
    stood = pd.Series(record.figure[told]).groupby(codes["side"][told]).nunique()
    return bool(((changed >= TIMES) & (changed == stood.reindex(changed.index))).any())


def _restatement(found: Findings, moved: pd.DataFrame) -> str:
    """Write how many figures changed at an instant, by how much, and for which days."""
    record, old, new = found.record, moved["old"].to_numpy(), moved["new"].to_numpy()
    retract = record.action[new] == Action.RETRACT
    changed, gone = (moved["figure"][of].nunique() for of in (~retract, retract))
    both = record.numbered[old] & record.numbered[new]
    by = np.where(both, record.best[new] - record.best[old], 0)
    day = record.day[old]
    how = f"by {by.sum():+,} in all"
    # Running totals are never added up: the change of their last day is told.
    if (record.kind[old] == Kind.TOTAL).any():
        on_last = [0, *by[both & (day == day.max())]][-1]
        how = f"that of the last day by {on_last:+,}, none by more than {np.abs(by).max():,}"
    what = [f"{changed:,} figures changed, {how}"] if changed else []
    what += [f"{gone:,} withdrawn"] if gone else []
    days = " to ".join(found.days(np.array([day.min(), day.max()])))
    usual, when = moved["usual"].iat[0], found.calendar.instant(moved["at"].iat[0], record.tz)
    return f"{', '.join(what)}, at {when}, for days {days}; at other times mostly {usual:,.0f}"


# -- flips -------------------------------------------------------------------------------------


def _flips(found: Findings) -> None:
    """Code ``flips``: a number went A, B, A, and no report says that it was corrected back."""
    every = _every_flip(found.known)
    clock, place = found.between(every["rank"].to_numpy())
    shown = every.iloc[place].assign(clock=clock).drop_duplicates(["clock", "series", "day"])
    cells = {str(name): column.to_numpy() for name, column in shown.items()}
    found.add(
        Code.FLIPS, "the number for {day.days} went {expected:,}, {found:,}, {expected:,}: back to "
        "one that had been replaced; perhaps a stale relay",
        cells.pop("clock"), {name: cells.pop(name) for name in ("row", "then", "again")}, **cells,
    )  # fmt: skip


def _every_flip(known: Known) -> pd.DataFrame:
    """Return all flips by series and day, those of figures before those of headlines.

    Of each such kind the largest is first.
    """
    both = np.concatenate([_figures(known), _headlines(known)], axis=1)
    first, thing = pd.DataFrame(both.T, columns=_SAID), ["headlines", "thing", "number"]
    first = first[heads(*first[thing].to_numpy().T)]  # successive different numbers of one thing
    then, again = (first.shift(-by, fill_value=NONE) for by in (1, 2))
    flips = first.assign(
        expected=first["number"], found=then["number"], then=then["row"], again=again["row"],
        size=(then["number"] - first["number"]).abs(), rank=again["rank"],
    )  # fmt: skip
    back = [*thing, "low", "high"]  # "more than 40" after 38 is no way back to 40
    flips = flips[(first[back] == again[back]).all(axis=1) & (again["explicit"] == 0)]
    order = ["series", "day", "headlines", "size"]
    return flips.sort_values(order, ascending=[True, True, True, False])


#: A number that stood: whether as a headline, what it is a number of, its series and day, the
#: number, its report, the rank from which it stood, whether a revise or retract made it so, bounds.
_SAID = ["headlines", "thing", "series", "day", "number", "row", "rank", "explicit", "low", "high"]


def _figures(known: Known) -> np.ndarray:
    """Return the numbers for the same dates, in the order in which they were live: ``_SAID``."""
    record, live = known.record, known.kept.live
    live = live.take((live.born < np.minimum(live.ended, known.cut)) & record.numbered[live.row])
    live = live.take(~record.stock[live.row] & (record.figure[live.row] >= 0))
    live = live.take(ordered(record.figure[live.row], live.born))
    row, explicit = live.row, _says_so(record, record.order[live.born])
    figure, series, day = record.figure[row], record.series[row], record.day[row]
    said = record.best[row], row, live.born, explicit, record.low[row], record.high[row]
    return np.stack([0 * row, figure, series, day, *said])


def _headlines(known: Known) -> np.ndarray:
    """Return the headlines in the order in which they stood: ``_SAID``.

    Successive headlines of the same day are numbers of one thing.
    """
    record, rows = known.record, known.rows[_says_so(known.record, known.rows)]
    reported = record.reported.astype("M8[us]").view(np.int64)
    explicit = set(zip(record.series[rows].tolist(), reported[rows].tolist(), strict=True))
    found = [
        (step.series, now.day, now.number, now.row, step.instant,
         (step.series, step.instant) in explicit, now.low, NEVER if now.high is None else now.high)
        for step in steps(known, series=_may_come_back(known))
        if (now := step.now) is not None and not record.stock[now.row]
    ]  # fmt: skip
    said = np.array(found, np.int64).reshape(-1, 8).T
    said[4] = np.searchsorted(reported[record.order], said[4])
    return np.stack([0 * said[0] + 1, np.cumsum(heads(*said[:2])), *said])


def _may_come_back(known: Known) -> np.ndarray:
    """Return the series whose headline can have changed twice and stayed on its day.

    If a series has nothing but plain totals and period counts, a report of a later day than all
    before it moves the headline to that day. So two successive instants must bring no later day.
    """
    record, rows = known.record, known.rows
    # A report that enters no total, or whose day was revised, moves the headline to no later day.
    moves = record.usable[rows] & (record.day[rows] == record.day[record.chain[rows]])
    day = pd.Series(np.where(moves, record.day[rows], -NEVER))
    day = day.groupby([record.series[rows], record.reported[rows]]).max()
    late = day <= day.groupby(level=0).cummax().groupby(level=0).shift()
    twice = late & late.groupby(level=0).shift(fill_value=False)
    return np.unique(twice.index[twice].get_level_values(0))


def _says_so(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether reports are explicit revisions or retractions."""
    return (record.action[rows] == Action.REVISE) | (record.action[rows] == Action.RETRACT)


# -- jump --------------------------------------------------------------------------------------


def _jump(found: Findings) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series.

    A step is a period count, or the rise from one total to the next; it is measured by the day.
    """
    record, seen = found.record, found.of(Kind.TOTAL, Kind.PERIOD)
    keys = record.kind[seen.row], record.day[seen.row], record.rank[record.chain[seen.row]]
    seen = seen.take(ordered(seen.per_clock(record.series), *keys))
    row, total = seen.row, record.kind[seen.row] == Kind.TOTAL
    group = grouped(seen.per_clock(record.series), total)
    before = np.where(total, np.roll(row, 1), NONE)
    count = record.best[row] - np.where(total, record.best[before], 0)
    days = record.day[row] - np.where(total, record.day[before], record.start[row] - 1)
    steps = ~(total & heads(group))
    seen, before, group = seen.take(steps), before[steps], group[steps]
    rate = (count / np.maximum(days, 1))[steps]
    rates = pd.Series(rate).groupby(group)
    usual = rates.transform("quantile", 0.95, interpolation="lower").to_numpy()
    large = (rate >= JUMP_LEAST) & (rate > JUMP * np.maximum(usual, 1))
    jumps = np.flatnonzero(large & (sum_by(group, 0 * group + 1) > JUMP_STEPS))
    found.add(
        Code.JUMP,
        "{row.cite} is a step of {size:,} a day; most of the others are of {usual:,} a day or less",
        seen.clock[jumps], {"before": before[jumps], "row": seen.row[jumps]},
        size=np.rint(rate[jumps]), usual=np.rint(usual[jumps]).astype(np.int64),
    )  # fmt: skip


def _relays(found: Findings) -> None:
    """Code ``relays``: a lower number by another relay, where no report gives a reason."""
    record, moved = found.record, found.moves
    unreasoned = (record.reports.texts["reason"].take(moved.new) == "").to_numpy(bool)
    moved = moved.take((moved.change == Change.RELAYED) & unreasoned)
    old = record.best[moved.old]
    found.add(
        Code.RELAYS,
        "{old.source} is quoted with {old.cite}{old.relays} and with {row.say}{row.relays}; "
        "nobody says that the source revised",
        moved.clock, {"old": moved.old, "row": moved.new}, expected=old,
        size=old - record.best[moved.new],
    )  # fmt: skip


#: The checks that compare reports of different times or days.
MOVES = (_restated, _flips, _jump, _relays)
