"""The number of each series at every clock, side by side, and the toll where nothing is chosen."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from ..answers.explain import grounds
from ..model.errors import LedgerError
from ..words import NONE, people, printed, shorten
from .facts import WORK, Facts, last_known
from .markup import (
    CALENDAR,
    Cells,
    More,
    Piece,
    Ref,
    Row,
    Small,
    Struck,
    day,
    lasting,
    line,
    refs,
    through,
)

#: So many numbers are explained at the most, those of the page's own clock first.
MOST_EXPLAINED = 1_000
#: So many tolls are asked for, and so many groups of numbers stand beside each other, at the most.
MOST_TOLLS, MOST_GROUPS = 60, 6
#: Roles of the reports that a number rests on which no report states.
_SUMMED = ("from", "counted")
#: How the row of a report is marked in a text.
_MARKED = re.compile("\x02([0-9]{1,9})\x03")


@dataclass(frozen=True)
class State:
    """What is known of a series from one clock until before another.

    `printed` is the number as it may be printed, `struck` whether it is withdrawn or denied by its
    own source, `notes` what must be said with it, `rests` the reports it rests on and `more` how,
    where that is more than that one report states it; `told` is when it was said, and how many.
    """

    series: int
    begin: int
    end: int
    printed: str
    struck: bool
    notes: tuple[str, ...]
    rests: tuple[int, ...]
    more: tuple[Piece, ...]
    told: tuple[int, int]


def states_of(facts: Facts) -> list[State]:
    """Return the states of all series, by series and time."""
    last = len(facts.times)
    moments = [
        (series, *span)
        for series in facts.told
        for span in pairwise([*facts.born_of[series], last])
    ]
    # Those of the page's own clock are explained first, in their order, then the latest.
    turns = sorted(moments, key=lambda one: 0 if one[2] == last else last - one[1])
    left, explained, followed = WORK, set(), {*facts.followed}
    for moment in turns[:MOST_EXPLAINED]:
        left -= sum(facts.born_of[moment[0]].values())
        if moment[0] in followed and (moment[2] == last or left > 0):
            explained.add(moment)
    return [_state(facts, moment, explained=moment in explained) for moment in moments]


def _state(facts: Facts, moment: tuple[int, int, int], *, explained: bool) -> State:
    series, begin, _ = moment
    row = facts.latest(series, begin)
    if row is None or pd.isna(row.total):
        return _gone(facts, moment, row)
    by = facts.ids.get(row.report_id)
    rests: tuple[int, ...] = () if by is None else (by,)
    more: tuple[Piece, ...] = ()
    stated = row.stated
    if explained and not (stated and _alone(facts, series, begin)):
        rests, stated, more = _grounds(facts, series, begin, row.printed)
    who = facts.deniers(rests, begin)
    how = "denied by {}" if stated else "a report it rests on is denied by {}"
    speaks = through(row.date, row.hour)
    if by is not None:
        shown = facts.shown(by)
        same = shown == day(row.date) + (f", {row.hour[:5]}" if row.hour else "")
        speaks += ", as reported then" if same else f"; reported {shown}"
    silent = _silence(facts, series, begin)
    notes = (speaks, *([how.format(people(who))] if who else []), *silent)
    own, told = stated and facts.source(series) in who, _newest(facts, [] if by is None else [by])
    return State(*moment, row.printed, own, notes, rests, more, (told, int(row.total)))


def _newest(facts: Facts, reports: Sequence[int]) -> int:
    """Return when the last of some reports was published, before all instants for none."""
    return max((int(facts.at(one).astype(np.int64)) for one in reports), default=-(2**63))


def _alone(facts: Facts, series: int, place: int) -> bool:
    """Whether a clock knows one report of a series, so that there is nothing to explain."""
    return next(iter(facts.born_of[series].items())) == (place, 1)


def _gone(facts: Facts, moment: tuple[int, int, int], row: Any) -> State:
    """Return the state of a series without a number: withdrawn, or never given."""
    series, begin, _ = moment
    last, was = facts.last_live(series, begin), ""
    rests: tuple[int, ...] = () if last is None else (last,)
    if row is not None:
        rests, was = tuple(facts.made_by.get((series, row.reported_at), ())), row.was
    elif gone := last_known(facts.withdrawn[series], begin, itemgetter(0)):
        # A number withdrawn at the instant at which it was given was never a headline.
        _, was, rests = gone
    given = [facts.ids.get(facts.cell(report, "refers_to"), report) for report in rests]
    who = facts.deniers(dict.fromkeys(given), begin)
    notes = [f"withdrawn{f' {facts.shown(rests[-1])}' if rests else ''}"] if was else []
    notes += [f"denied by {people(who)}"] if who else []
    notes += _silence(facts, series, begin)
    told = _newest(facts, rests), 0
    return State(*moment, was or NONE, bool(was), tuple(notes), rests, (), told)


def _silence(facts: Facts, series: int, place: int) -> list[str]:
    """Say that the last live report of a series gives no number, if it gives none."""
    report = facts.last_live(series, place)
    if report is None or facts.said(report) != NONE:
        return []
    return [f"gave no number {facts.dates(report)} (reported {facts.shown(report)})"]


def _grounds(
    facts: Facts, series: int, place: int, printed_: str
) -> tuple[tuple[int, ...], bool, tuple[Piece, ...]]:
    """Return the reports that a headline rests on, whether one states it, and else how it does."""
    known = facts.then[place]._known
    lines, roles, bounding = grounds(known, series, lambda row: f"\x02{row}\x03", CALENDAR)
    # A stated number rests on its own report, whatever came before it.
    stated = "total" in roles.values()
    on = ("total",) if stated else _SUMMED
    rows = [row for row, role in roles.items() if role in on] or list(roles)
    more: tuple[Piece, ...] = ()
    # What came before a stated number, and nothing between, is told by its steps.
    if not stated or len(lines) > 2 or not set(roles.values()) <= {"total", "from"}:
        # Where it is not printed as its own report states it, it rests on what bounds it too.
        if bounding and facts.said(int(facts.number[rows[0]])) != printed_:
            rows, stated = [*rows, *bounding], False
        more = _linked(facts, "\n".join(map(str.strip, lines)))
    return tuple(sorted({int(facts.number[row]) for row in rows})), stated, more


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


# -- side by side ----------------------------------------------------------------------------------


def groups(facts: Facts) -> dict[str, list[int]]:
    """Return the series that stand together, by the heading: those of each side, or event.

    What is of another event than the main one, and what is of too many, stands last.
    """
    main = facts.event is not None or facts.events == 1
    found: dict[str, list[int]] = defaultdict(list)
    for series in facts.told:
        names = facts.names[series]
        if main and names["event"] not in (facts.event, ""):
            found["Other events"].append(series)
        else:
            found[names["side"] if main else names["event"] or "No event named"].append(series)
    order = sorted(found, key=lambda name: (name == "Other events", name != "all"))
    out: dict[str, list[int]] = {}
    for place, name in enumerate(order):
        beyond = place >= MOST_GROUPS - 1 and len(order) > MOST_GROUPS
        title = "All sides" if name == "all" else name
        if title != name and order == ["all", "Other events"]:
            title = facts.event or title
        title = ("Other sides" if main else "Other events") if beyond else title
        out.setdefault(title, []).extend(found[name])
    return {"Numbers": facts.told} if len(out) == 1 else out


def headlines(facts: Facts, states: list[State]) -> dict[str, list[Row]]:
    """Write the number of each series at each clock, with the reports it rests on, by group.

    The newest come first, of each outcome; of those said at one instant the whole before a part,
    and the larger one; what is withdrawn, or denied by its own source, last.
    """
    of = {series: title for title, mine in groups(facts).items() for series in mine}
    outcomes = list(dict.fromkeys(facts.names[series]["outcome"] for series in facts.series))
    found: dict[str, list[tuple[Any, Cells, int, int]]] = {title: [] for title in of.values()}
    for state in states:
        names, title = facts.names[state.series], of[state.series]
        outcome = outcomes.index(names["outcome"])
        order = (
            state.struck, outcome, state.printed == NONE, -state.told[0],
            names["category"] != "all", -state.told[1], facts.place[state.series],
        )  # fmt: skip
        number = Struck(state.printed) if state.struck else state.printed
        unsaid = {name: "" for name in ("event", "side") if names[name] == title}
        cells: Cells = (
            (facts.thing_of(names | unsaid), Small(facts.source(state.series))),
            (number, Small("; ".join(state.notes))) if state.notes else (number,),
            (*refs(state.rests), *state.more),
        )
        found[title].append((order, cells, state.begin, state.end))
    return {title: lasting(rows) for title, rows in found.items()}


def lead(numbers: dict[str, list[Row]], size: int) -> list[Row]:
    """Write what stands first in each group, for screens that hold no more at once."""
    found: list[tuple[Any, Cells, int, int]] = []
    for rank, (title, rows) in enumerate(numbers.items() if len(numbers) > 1 else ()):
        for place in range(size):
            row = next((row for row in rows if row.stands(place)), None)
            if row is not None:
                what, number, _ = row.cells
                small = [piece.text for piece in (*what, *number) if isinstance(piece, Small)]
                # Here a long name is cut: in full it stands with the numbers themselves.
                named = f"{shorten(title, 40)}: {shorten(str(what[0]), 60)}"
                told = ", ".join([f"{named}, by {shorten(small[0], 40)}", *small[1:]])
                found.append((rank, (number[:1], (told.partition(";")[0],)), place, place + 1))
    return lasting(found)


# -- the toll --------------------------------------------------------------------------------------


def tolls(facts: Facts) -> list[Row]:
    """Write the toll of each outcome of one event, at the clocks at which nothing must be chosen.

    Where several series count one part the caller of `tally` must say which to take: a page has
    nobody to ask, and lists what each one says. Where that is so of what is reported on most, no
    other toll stands in its place.
    """
    if facts.events != 1 or facts.told != facts.series:
        return []
    found, left = list[tuple[Any, Cells, int, int]](), MOST_TOLLS
    clocks = {*range(len(facts.times))}
    outcomes = dict.fromkeys(facts.names[series]["outcome"] for series in facts.series)
    for rank, outcome in enumerate(outcomes):
        mine = [one for one in facts.series if facts.names[one]["outcome"] == outcome]
        spans = [span for span in _plain(facts, mine) if clocks.issuperset(range(*span))]
        left -= len(spans)
        if left < 0:
            break
        alone = len(outcomes) == 1
        rows = [(span, _toll(facts, span[0], outcome, mine, alone)) for span in spans]
        found += [(rank, cells, *span) for span, cells in rows if cells]
        if not rank:
            clocks = {place for span, cells in rows if cells for place in range(*span)}
    return lasting(found)


def _plain(facts: Facts, series: list[int]) -> list[tuple[int, int]]:
    """Return the stretches in which several places are counted, each by one series."""
    edges = {born for one in series for born in facts.born_of[one]}
    for report, denials in facts.denied.items():
        if facts.reports["series"].iat[report] in series:
            edges |= {place for begin, end, _ in denials for place in (begin, end)}
    edges = {edge for edge in edges if edge < len(facts.times)}
    out = []
    for span in pairwise([*sorted(edges), len(facts.times)]):
        known = [one for one in series if facts.first([one]) <= span[0]]
        if len(known) > 1 and len({_part(facts, one) for one in known}) == len(known):
            out.append(span)
    return out


def _part(facts: Facts, series: int) -> tuple[str, str]:
    return facts.names[series]["side"], facts.names[series]["category"]


def _toll(
    facts: Facts, begin: int, outcome: str, series: list[int], alone: bool
) -> Cells | None:  # fmt: skip
    then = facts.then[begin]
    try:
        frame = (then if alone else then.where(outcome=outcome)).tally()
    except LedgerError:
        return None
    frame = frame[frame["total"].notna()]
    if frame.empty:
        return None
    row = frame.iloc[-1]
    now = {one: facts.latest(one, begin) for one in series}
    counted = [one for one, last in now.items() if last is not None and pd.notna(last.total)]
    whole = [one for one in counted if set(_part(facts, one)) == {"all"}]
    same = pd.notna(row["stated"]) and row["stated"] == row["total"]
    if pd.notna(row["stated"]) and not same and len({*map(facts.source, counted)}) > 1:
        return None  # one source's whole is not the sum of others' parts: each is listed by itself
    by = {one: facts.ids.get(now[one].report_id) for one in counted}
    if any(
        facts.source(one) in facts.deniers([report], begin)
        for one, report in by.items() if report is not None
    ):  # fmt: skip
        return None  # what its own source denies is no toll: the numbers stand by themselves
    who = people([facts.source(one) for one in (whole if same else counted)])
    of_day = [now[one].hour for one in counted if now[one].date == row["date"]]
    until = through(row["date"], max(of_day) if all(of_day) else "")
    told = [f"{outcome}, {until}, from the numbers of {who}"]
    if pd.notna(row["stated"]) and not same:
        told.append(f"stated as {now[whole[0]].printed} in all")
    if row["oldest"] < row["date"]:
        told.append(f"the oldest of them is of {day(row['oldest'])}")
    if row["missing"]:
        told.append(f"no number of {row['missing']}")
    if row["details"]:
        details = row["details"].replace("; ", ", ")
        told.append(
            f"{details}: not added, as the reports do not say whether others count them too"
        )
    known = {name: None if pd.isna(row[name]) else row[name] for name in ("total", "low", "high")}
    if same:
        known |= {"value": now[whole[0]].value, "qualifier": now[whole[0]].qualifier}
    return line(printed(known), "; ".join(told))
