"""The number of each series at every clock, and the reports that it rests on."""

import re
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import pandas as pd

from ..answers.explain import grounds
from ..core.known import Known
from ..display import day
from .known import Facts, last_known
from .rows import More, Piece, Ref
from .saying import NONE, people, worded

#: So many numbers are explained at the most, those of the page's own clock first.
MOST_EXPLAINED = 700
#: Roles of the reports that a number rests on which no report states.
_SUMMED = ("from", "counted")
#: How the row of a report is marked in a text.
_MARKED = re.compile("\x02([0-9]{1,9})\x03")


@dataclass(frozen=True)
class State:
    """What is known of a series from one clock until before another.

    `printed` is the number as it may be printed, `total` what it is computed with (``None`` if
    there is none), `low` and `high` its bounds (``None``: no upper one), `through` its last day,
    `notes` what must be said with it, `rests` the reports it rests on and `more` how, where that is
    more than that one report states it.
    """

    series: int
    begin: int
    end: int
    printed: str
    total: int | None
    low: int
    high: int | None
    through: str
    notes: tuple[str, ...]
    rests: tuple[int, ...]
    more: tuple[Piece, ...]


def states_of(facts: Facts) -> list[State]:
    """Return the states of all series, by series and time."""
    moments = [(series, *span) for series in facts.series for span in _spans(facts, series)]
    last = len(facts.times)
    # Those of the page's own clock in their order, then the latest.

    def turn(moment: tuple[int, int, int]) -> tuple[bool, int, int]:
        earlier = moment[2] != last
        return earlier, -moment[1] * earlier, facts.rank[moment[0]]

    order = sorted(moments, key=turn)
    explained = set(order[:MOST_EXPLAINED])
    silences = _silences(facts)
    return [
        _state(facts, moment, silences[moment[0]], explained=moment in explained)
        for moment in moments
    ]


def unexplained(facts: Facts) -> int:
    """Return how many numbers of the page's own clock are not explained."""
    return max(0, len(facts.series) - MOST_EXPLAINED)


def _spans(facts: Facts, series: int) -> list[tuple[int, int]]:
    """Return from which clock until which one nothing is reported of a series."""
    born = facts.born_of[series]
    return list(zip(born, [*born[1:], len(facts.times)], strict=True))


def _silences(facts: Facts) -> dict[int, list[tuple[int, str, int]]]:
    """Return the reports of each series: since when, which one, and that it gives no number."""
    frame = facts.reports[facts.reports["action"].isin(["report", "revise"])]
    columns = (frame[name].tolist() for name in ("series", "born", "dates", "shown", "said"))
    out: dict[int, list[tuple[int, str, int]]] = {series: [] for series in facts.series}
    told = zip(*columns, frame.index, strict=True)
    for series, born, dates, shown, said, report in told:
        silent = f"gave no number {dates} (reported {shown})" if said == NONE else ""
        out[series].append((born, silent, int(report)))
    for rows in out.values():
        rows.sort(key=itemgetter(0))
    return out


def _state(
    facts: Facts,
    moment: tuple[int, int, int],
    silences: list[tuple[int, str, int]],
    *,
    explained: bool,
) -> State:
    series, begin, end = moment
    last = last_known(silences, begin, itemgetter(0))
    silent = [last[1]] if last and last[1] else []
    row = facts.latest(series, begin)
    rests: tuple[int, ...] = (last[2],) if last else ()
    # A number withdrawn at the instant at which it was given was never a headline.
    gone = last_known(facts.withdrawn.get(series, []), begin, itemgetter(0))
    was = gone[1] if gone else ""
    if row is not None:
        rests, was = tuple(facts.made_by.get((series, row.at), ())), row.was
    elif gone:
        rests = gone[2]
    if row is None or pd.isna(row.total):
        word, notes = ("withdrawn", [f"it was {was}"]) if was else (NONE, [])
        told = tuple(notes + silent)
        return State(series, begin, end, word, None, 0, None, "", told, rests, ())
    more: tuple[Piece, ...] = ()
    known = Known(facts.known.record, np.datetime64(facts.times.instants[begin], "us"))
    rows, stated = (
        [int(facts.rows[report]) for report in rests],
        bool(facts.totals[list(rests)].all()),
    )
    if explained and not (stated and facts.alone(series, begin)):
        rows, stated, more = _grounds(facts, known, series, row.printed)
        rests = tuple(sorted({int(facts.number[row]) for row in rows}))
    notes = _denied(facts, known, rows, stated=stated)
    date = day(row.date)
    told = tuple(notes + silent)
    high = None if pd.isna(row.high) else int(row.high)
    return State(
        series, begin, end, row.printed, int(row.total), int(row.low), high, date, told, rests, more
    )


def _grounds(
    facts: Facts, known: Known, series: int, printed: str
) -> tuple[list[int], bool, tuple[Piece, ...]]:
    """Return the reports that a headline rests on, whether one states it, and else how it does."""
    lines, roles, bounding = grounds(known, series, lambda row: f"\x02{row}\x03", worded)
    # A stated number rests on its own report, whatever came before it.
    stated = "total" in roles.values()
    on = ("total",) if stated else _SUMMED
    rows = [row for row, role in roles.items() if role in on] or list(roles)
    # What came before a stated number, and nothing between, is told by its steps.
    if stated and len(lines) <= 2 and set(roles.values()) <= {"total", "from"}:
        return rows, stated, ()
    # Where it is not printed as its own report states it, it rests on what bounds it too.
    if bounding and facts.reports["said"].iat[int(facts.number[rows[0]])] != printed:
        rows, stated = [*rows, *bounding], False
    return rows, stated, _linked(facts, "\n".join(map(str.strip, lines)))


def _denied(facts: Facts, known: Known, rows: list[int], *, stated: bool) -> list[str]:
    """Say who denies the reports that a number rests on."""
    who = [
        str(facts.reports["source"].iat[int(facts.number[denial])])
        for denial, about in zip(*known.denials, strict=True)
        if int(about) in rows
    ]
    told = "denied by {}" if stated else "a report it rests on is denied by {}"
    return [told.format(people(who))] if who else []


def _linked(facts: Facts, text: str) -> tuple[Piece, ...]:
    """Cut a text at the reports that it names, for what is opened on demand."""
    pieces: list[str | Ref] = []
    for place, part in enumerate(_MARKED.split(text)):
        # A text of the ledger's own may hold such marks; it names no report that is not known.
        if place % 2 and int(part) < len(facts.number) and facts.known.public[int(part)]:
            pieces.append(Ref(int(facts.number[int(part)])))
        elif part:
            pieces.append(part)
    return (More(tuple(pieces)),)
