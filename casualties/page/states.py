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
    `by` that with the time of day that it speaks of, which sorts, `notes` what must be said with
    it, `rests` the reports it rests on and `more` how, where that is more than that one report
    states it.
    """

    series: int
    begin: int
    end: int
    printed: str
    total: int | None
    low: int
    high: int | None
    through: str
    by: str
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
    return [_state(facts, moment, explained=moment in explained) for moment in moments]


def unexplained(facts: Facts) -> int:
    """Return how many numbers of the page's own clock are not explained."""
    return max(0, len(facts.series) - MOST_EXPLAINED)


def _spans(facts: Facts, series: int) -> list[tuple[int, int]]:
    """Return from which clock until which one nothing is reported of a series."""
    born = facts.born_of[series]
    return list(zip(born, [*born[1:], len(facts.times)], strict=True))


def _state(facts: Facts, moment: tuple[int, int, int], *, explained: bool) -> State:
    series, begin, end = moment
    known = facts.known.at(np.datetime64(facts.times.instants[begin], "us"))
    row = facts.latest(series, begin)
    none = row is None or pd.isna(row.total)
    last = facts.last_live(series, known.cut) if none or series in facts.silent else None
    silent = _silence(facts, last)
    if none:
        # A number withdrawn at the instant at which it was given was never a headline.
        gone = last_known(facts.withdrawn.get(series, []), begin, itemgetter(0))
        rests: tuple[int, ...] = () if last is None else (last,)
        was = ""
        if row is not None:
            rests, was = tuple(facts.made_by.get((series, row.told), ())), row.was
        elif gone:
            _, was, rests = gone
        word, notes = ("withdrawn", [f"it was {was}"]) if was else (NONE, [])
        told = tuple(notes + silent)
        return State(series, begin, end, word, None, 0, None, "", "", told, rests, ())
    by = facts.ids.get(row.report_id)
    rests = () if by is None else (by,)
    more: tuple[Piece, ...] = ()
    rows, stated = [int(facts.rows[one]) for one in rests], isinstance(row.qualifier, str)
    if explained and not (stated and facts.alone(series, begin)):
        rows, stated, more = _grounds(facts, known, series, row.printed)
        rests = tuple(sorted({int(facts.number[row]) for row in rows}))
    told = tuple(_denied(facts, known, rows, stated=stated) + silent)
    high, date = None if pd.isna(row.high) else int(row.high), day(row.date)
    return State(
        series, begin, end, row.printed, int(row.total), int(row.low), high, date,
        f"{date} {row.at or '24:00'}", told, rests, more,
    )  # fmt: skip


def _silence(facts: Facts, report: int | None) -> list[str]:
    """Say that a report gives no number, if it gives none."""
    if report is None or facts.reports["said"].iat[report] != NONE:
        return []
    dates, shown = (str(facts.reports[name].iat[report]) for name in ("dates", "shown"))
    return [f"gave no number {dates} (reported {shown})"]


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
