"""How numbers moved while they were reported: ``restated``, ``flips``, ``jump``, ``relays``."""

from functools import partial

import numpy as np
import pandas as pd

from ...core.headlines import steps
from ...core.known import Known
from ...core.record import Record
from ...model import clocks
from ...model.frames import NEVER, day_numbers, heads, ordered
from ...model.schema import Action, Change, Code, Kind
from .findings import NONE, Findings

#: A restatement changes at least so many figures, and so many times the median of other instants.
RESTATED, TIMES = 20, 10

#: A step is out of proportion when it is more than this many times the next largest of its series.
JUMP = 10
#: There must be so many other steps, it must be of so many people a day, and only one step in so
#: many can be a jump.
JUMP_STEPS, JUMP_LEAST, JUMP_SHARE = 5, 30, 20


# -- restated ---------------------------------------------------------------------------------


def _restated(found: Findings) -> None:
    """Code ``restated``: instants at which a source changed far more figures than at others."""
    record, steps = found.record, found.moves.take(found.moves.change != Change.REAFFIRMED)
    times = np.unique(record.reported[steps.by], return_counts=True)[1]
    if times.max(initial=0) < TIMES:
        return
    steps = steps.take(ordered(steps.old, record.rank[steps.new]))
    old, figure = steps.old, record.figure[steps.old]
    moved = pd.DataFrame({
        "clock": steps.clock, "source": record.reports.codes["source"][record.about[old]],
        "at": record.reported[steps.by], "old": old, "new": steps.new,
        # Each `more` and each incident is a figure of its own.
        "figure": np.where(figure >= 0, figure, -1 - record.chain[old]),
    })  # fmt: skip
    thing = ["clock", "source", "at"]
    sizes = moved.groupby(thing, as_index=False).agg(size=("figure", "nunique"))
    # The median of the other instants. For one above it, that is the median without the largest.
    ascending = sizes.sort_values("size").groupby(thing[:2])["size"]
    usual = ascending.agg(lambda size: size[:-1].median()).fillna(0).rename("usual")
    big = sizes.join(usual, on=thing[:2])
    every = pd.MultiIndex.from_frame(big[thing]).isin(_all_of_a_side(record, moved, thing))
    many = (big["size"] >= RESTATED) | every
    big = big[many & (big["size"] >= TIMES * big["usual"])]
    groups = [group for _, group in moved.merge(big).groupby(thing)]
    # Of the many reports the first and the last are named.
    first, last = ([group["new"].iat[end] for group in groups] for end in (0, -1))
    found.add(
        Code.RESTATED, "{text}", big["clock"], {"row": first, "last": last},
        text=[_restatement(found, g) for g in groups], about=[g["old"].to_numpy() for g in groups],
        day=day_numbers(clocks.local_days(big["at"].to_numpy(), record.tz)),
        found=big["size"], size=big["size"],
    )  # fmt: skip


def _all_of_a_side(record: Record, moved: pd.DataFrame, thing: list[str]) -> pd.Index:
    """Return the clocks, sources and instants at which every figure of a side changed."""
    of_side, codes = ["source", "side"], record.reports.codes
    figures = pd.DataFrame({name: codes[name] for name in of_side})
    figures = figures.assign(figure=record.figure, first=record.reported)
    figures = figures[record.numbered & (record.figure >= 0)].groupby([*of_side, "figure"]).min()
    sides = moved.assign(side=codes["side"][record.about[moved["old"]]])
    sides = sides.groupby([*thing, "side"], as_index=False).agg(changed=("figure", "nunique"))
    several = sides[sides["changed"] >= TIMES]
    first = {key: np.sort(of.to_numpy()) for key, of in figures.groupby(of_side)["first"]}
    stood = [
        np.searchsorted(first[source, side], at)  # so many had been told before
        for source, side, at in several[[*of_side, "at"]].itertuples(index=False)
    ]
    return several[several["changed"] == stood].set_index(thing).index


def _restatement(found: Findings, moved: pd.DataFrame) -> str:
    """Write how many figures changed at an instant, by how much, and for which days."""
    record, old, new = found.record, moved["old"].to_numpy(), moved["new"].to_numpy()
    once = ~moved["figure"].duplicated().to_numpy()
    gone = np.count_nonzero(once & (record.action[new] == Action.RETRACT))
    changed = np.count_nonzero(once) - gone
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
    usual, at = moved["usual"].max(), found.calendar.instant(moved["at"].iat[0], record.tz)
    mostly = f"at other times mostly {usual:,.0f}" if usual else "at no other time any"
    return f"{', '.join(what)}, at {at}, for days {days}; {mostly}"


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


def _jump(found: Findings, kind: Kind) -> None:
    """Code ``jump``: a step out of all proportion to the other steps of its series.

    A step is a period count, or the rise from one total to the next; it is measured by the day.
    """
    record, seen = found.record, found.of(kind)
    keys = record.day[seen.row], record.rank[record.chain[seen.row]]
    seen = seen.take(ordered(seen.per_clock(record.series), *keys))
    row, series = seen.row, seen.per_clock(record.series)
    before, step = np.full(len(row), NONE), record.best[row]
    span = record.day[row] - record.start[row] + 1
    if kind == Kind.TOTAL:
        follows = np.flatnonzero(~heads(series))
        before, seen = row[follows - 1], seen.take(follows)
        row, series = seen.row, series[follows]
        step, span = (column[row] - column[before] for column in (record.best, record.day))
    rate = step / np.maximum(span, 1)
    # The steps of each series, the largest first: a jump is more than ten times the next one.
    order = np.lexsort((-rate, series))
    seen, before, rate, new = seen.take(order), before[order], rate[order], heads(series[order])
    begin, group = np.flatnonzero(new), np.cumsum(new) - 1
    nth, size = np.arange(len(row)) - begin[group], np.bincount(group)[group]
    big = (size > JUMP_STEPS) & (nth < np.maximum(size // JUMP_SHARE, 1)) & (nth < size - 1)
    big &= (rate >= JUMP_LEAST) & (rate > JUMP * np.maximum(np.append(rate, 1)[1:], 1))
    # What is larger than a jump is a jump, too.
    last = np.full(len(begin), NONE)
    np.maximum.at(last, group[big], nth[big])
    jumps = np.flatnonzero(nth <= last[group])
    usual = np.maximum(rate[(begin + last + 1)[group[jumps]]], 0)
    found.add(
        Code.JUMP,
        "{row.cite} is a step of {size:,} a day; the largest of the others is {other:,} a day",
        seen.clock[jumps], {"before": before[jumps], "row": seen.row[jumps]},
        size=np.rint(rate[jumps]), other=np.rint(usual).astype(np.int64),
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
MOVES = (
    _restated, _flips, partial(_jump, kind=Kind.TOTAL), partial(_jump, kind=Kind.PERIOD), _relays
)  # fmt: skip
