"""The numbers that stand at each clock, side by side, and the toll where nobody need choose."""

import math
from collections import defaultdict
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from ..answers.explain import grounds
from ..model.errors import LedgerError
from ..words import NONE, number, people, plain, printed, shorten
from .facts import Facts, last_known
from .markup import CALENDAR, Cells, Found, Row, day, lasting, part, refs, small, through, words

#: So many numbers are explained at the most, those of the page's own clock first.
MOST_EXPLAINED = 1_000
#: At the most: the last changes at which a toll is asked for, the groups of numbers that stand
#: beside each other, and the parts that a group has on the first screen of a phone.
MOST_TOLLS, MOST_GROUPS, MOST_PARTS = 60, 6, 4


class State(NamedTuple):
    """What is known of a series from the clock `begin` until before the clock `end`.

    Attributes
    ----------
    number, printed : int, str
        The number, 0 for none, and how it may be printed.
    struck : bool
        Whether it was withdrawn, or is denied by its own source.
    notes : list of str
        What must be said with it.
    rests : list of int
        The reports it rests on.
    more : str
        How it rests on them, as HTML; empty where one report states it.
    by : int or None
        The report that said it last.
    """

    series: int
    begin: int
    end: int
    number: int
    printed: str
    struck: bool
    notes: list[str]
    rests: list[int]
    more: str
    by: int | None


def states_of(facts: Facts) -> list[State]:
    """Return the states of all series, by series and time."""
    last = facts.size
    moments = [
        (series, *span)
        for series in facts.told
        for span in pairwise([*facts.born_of[series], last])
    ]
    # Those of the page's own clock are explained first, then those that began last.
    followed = {*facts.followed}
    closely = [moment for moment in moments if moment[0] in followed]
    latest = sorted(closely, key=lambda moment: 0 if moment[2] == last else last - moment[1])
    explained = {*latest[:MOST_EXPLAINED]}
    return [_state(facts, moment, explained=moment in explained) for moment in moments]


def _state(facts: Facts, moment: tuple[int, int, int], *, explained: bool) -> State:
    series, begin, _ = moment
    row = facts.latest(series, begin)
    if row is None or pd.isna(row.total):
        return _gone(facts, moment, row)
    by, stated, more = facts.ids.get(row.report_id), row.stated, ""
    rests = [] if by is None else [by]
    if explained:
        rests, stated, more = _grounds(facts, series, begin, row.printed)
    who = facts.deniers(rests, begin)
    speaks = through(row.date, row.at)
    if by is not None:
        # A number that was worked out is as old as the last report that changed it.
        shown = facts.shown(by) if row.stated else facts.when(row.reported_at)
        same = shown == day(row.date) + f", {row.at.removesuffix(':00')}" * bool(row.at)
        speaks += ", as reported then" if same else f"; reported {shown}"
    how = "denied by" if stated else "a report it rests on is denied by"
    notes = [speaks, *([f"{how} {people(who)}"] if who else []), *_silence(facts, series, begin)]
    own = stated and facts.source(series) in who
    return State(*moment, int(row.total), row.printed, own, notes, rests, more, by)


def _gone(facts: Facts, moment: tuple[int, int, int], row: Any) -> State:
    """Return the state of a series without a number: withdrawn, or never given."""
    series, begin, _ = moment
    last, was = facts.last_live(series, begin), ""
    rests = [] if last is None else [last]
    if row is not None:
        rests, was = facts.made_by.get((series, row.reported_at), []), row.was
    elif gone := last_known(facts.withdrawn[series], begin, itemgetter(0)):
        # No headline before: the number was withdrawn at the instant at which it was given.
        rests, was = [*gone[1:]], facts.said(gone[1])
    withdrew = [facts.ids.get(facts.cell(report, "refers_to"), report) for report in rests]
    who = facts.deniers(dict.fromkeys(withdrew), begin)
    notes = [f"withdrawn{f' {facts.shown(rests[-1])}' if rests else ''}"] if was else []
    notes += [f"denied by {people(who)}"] if who else []
    notes += _silence(facts, series, begin)
    by = max(rests, key=lambda report: facts.cell(report, "reported_at"), default=None)
    return State(*moment, 0, was or NONE, bool(was), notes, rests, "", by)


def _silence(facts: Facts, series: int, place: int) -> list[str]:
    """Say that the last live report of a series gives no number, if it gives none."""
    report = facts.last_live(series, place)
    if report is None or facts.said(report) != NONE:
        return []
    return [f"gave no number {facts.dates(report)} (reported {facts.shown(report)})"]


def _grounds(facts: Facts, series: int, place: int, printed: str) -> tuple[list[int], bool, str]:
    """Return the reports that a headline rests on, whether one states it, and how it does else."""

    def cite(row: int) -> str:
        return f"[{facts.number[row] + 1}]"

    lines, roles, bounding = grounds(facts.then[place]._known, series, cite, CALENDAR)
    # A stated number rests on its own report, whatever came before it; others on those added up.
    stated, more = "total" in roles.values(), ""
    behind = ("total",) if stated else ("from", "counted")
    rows = [row for row, role in roles.items() if role in behind] or list(roles)
    # Of a stated number that only follows another one, the list of steps says enough.
    if not stated or len(lines) > 2 or not set(roles.values()) <= {"total", "from"}:
        # A number that is not printed as its report states it rests on what bounds it, too.
        if bounding and facts.said(int(facts.number[rows[0]])) != printed:
            rows, stated = [*rows, *bounding], False
        more = words("\n".join(map(str.strip, lines)))
    return sorted({int(facts.number[row]) for row in rows}), stated, more


# -- side by side ----------------------------------------------------------------------------------


def groups(facts: Facts) -> dict[str, list[int]]:
    """Return the series under each heading: a side, or an event if there is no main one.

    Other events than the main one, and headings beyond `MOST_GROUPS`, are one group, the last.
    """
    main = facts.event is not None or facts.events == 1
    found: dict[str, list[int]] = defaultdict(list)
    for series in facts.told:
        names = facts.names[series]
        name = names["side"] if main else names["event"] or "No event named"
        other = main and names["event"] not in (facts.event, "")
        found["Other events" if other else name].append(series)
    order = sorted(found, key=lambda name: (name == "Other events", name != "all"))
    out: dict[str, list[int]] = {}
    whole = facts.event if order == ["all", "Other events"] else None
    for place, name in enumerate(order):
        beyond = place >= MOST_GROUPS - 1 and len(order) > MOST_GROUPS
        title = (whole or "All sides") if name == "all" else name
        title = ("Other sides" if main else "Other events") if beyond else title
        out.setdefault(title, []).extend(found[name])
    return {"Numbers": facts.told} if len(out) == 1 else out


def headlines(facts: Facts, states: list[State]) -> dict[str, list[tuple[Any, State]]]:
    """Return the states of each group in their order, each with its place in that order.

    What is struck stands last. Of each outcome the whole comes before the parts, then what is
    newest, then what is larger. A place in the order, compared from left to right::

        (struck, outcome, no number, a part), -instant, -number, place of the series
        `------------- level --------------'
    """
    outcomes = list(dict.fromkeys(facts.names[series]["outcome"] for series in facts.series))
    heading = {series: title for title, several in groups(facts).items() for series in several}

    def order(state: State) -> tuple[Any, ...]:
        names, title = facts.names[state.series], heading[state.series]
        newest = -math.inf if state.by is None else facts.cell(state.by, "reported_at").value
        # Under a heading of several sides or events, one of them is a part.
        whole = title == "Numbers" or (names["side"] in ("all", title) and title != "Other events")
        return (
            (state.struck, outcomes.index(names["outcome"]), state.printed == NONE,
             not whole or names["category"] != "all"),
            -newest, -state.number, facts.place[state.series],
        )  # fmt: skip

    out: dict[str, list[tuple[Any, State]]] = {title: [] for title in heading.values()}
    for place, state in sorted(((order(state), state) for state in states), key=itemgetter(0)):
        out[heading[state.series]].append((place, state))
    return out


def numbers(facts: Facts, title: str, states: list[tuple[Any, State]]) -> list[Row]:
    """Write the numbers of a group, with the reports that each rests on."""
    found: list[Found] = []
    for order, state in states:
        what, source = _what_and_source(facts, title, state)
        about = plain(f"explained: {state.printed}; {what}, {source}")
        more = part("explained", about=about, how=state.more)
        cells = (
            words(what) + small(source),
            _number(order, state) + small("; ".join(state.notes)),
            refs(state.rests) + more * bool(state.more),
        )
        found.append((order, cells, state.begin, state.end))
    return lasting(found)


def _what_and_source(facts: Facts, title: str, state: State) -> tuple[str, str]:
    """Say what is counted, without what the heading says, and by whom."""
    names = facts.names[state.series]
    unsaid = {column: "" for column in ("event", "side") if names[column] == title}
    return facts.thing_of(names | unsaid), names["source"]


def _number(order: Any, state: State) -> str:
    """Write a number as HTML: a whole in bold, a part plain, and struck where it does not stand."""
    struck, _, silent, part = order[0]
    tag = "s" if struck else "" if silent or part else "b"
    return f"<{tag}>{words(state.printed)}</{tag}>" if tag else words(state.printed)


def _large(number: str, text: str) -> Cells:
    """Return a sentence that begins with a number, which is HTML already and set large."""
    return (f"<strong>{number}</strong> <span>{words(text)}</span>",)


def lead(facts: Facts, groups: dict[str, list[tuple[Any, State]]]) -> list[Row]:
    """Write what comes first in each group, for the first screen of a phone.

    That is the whole; where no number of it stands, the newest number of each part.
    """
    found: list[Found] = []
    for rank, (title, states) in enumerate(groups.items() if len(groups) > 1 else ()):
        # The parts that are told at each clock, with the level at which they stand.
        told: dict[int, dict[str, Any]] = defaultdict(dict)
        more = _large("", f"{shorten(title, 40)}: more parts, below")
        for order, state in states:
            part, level = facts.names[state.series]["category"], order[0]
            for place in range(state.begin, state.end):
                parts = told[place]
                if {level} >= {*parts.values()} and part not in parts and len(parts) <= MOST_PARTS:
                    parts[part] = level
                    shown = _first(facts, title, order, state) if len(parts) <= MOST_PARTS else more
                    found.append(((rank, *order), shown, place, place + 1))
    return lasting(found)


def _first(facts: Facts, title: str, order: Any, state: State) -> Cells:
    """Write a number in a line; long names are cut, which the list below has in full."""
    what, source = _what_and_source(facts, title, state)
    text = f"{shorten(title, 40)}: {shorten(what, 60)}, by {shorten(source, 40)}"
    # Of when it was said, the instant counted through is enough; nothing else is left out.
    notes = (shorten(note.partition("; reported")[0], 100) for note in state.notes)
    return _large(_number(order, state), f"{text}, {'; '.join(notes)}")


# -- the toll --------------------------------------------------------------------------------------


def tolls(facts: Facts) -> list[Row]:
    """Write the toll of the first outcome of one event, at clocks at which parts are added up.

    Where a source counts the whole, that is the toll, and stands among the numbers, unless its own
    parts are more. Where several series count one part, the caller of `tally` must choose one: a
    page has nobody to ask, and lists what each of them says.
    """
    outcome = next((facts.names[series]["outcome"] for series in facts.series), "")
    several = [series for series in facts.series if facts.names[series]["outcome"] == outcome]
    edges = {facts.size}.union(*(facts.born_of[series] for series in several))
    if facts.events != 1 or facts.told != facts.series:
        return []
    found: list[Found] = []
    for span in pairwise(sorted(edges)[-MOST_TOLLS:]):
        known = [facts.names[series] for series in several if facts.first([series]) <= span[0]]
        parts = {(names["side"], names["category"]) for names in known}
        if 1 < len(known) == len(parts):
            cells = _toll(facts, span[0], outcome, several)
            found += [(0, cells, *span)] if cells else []
    return lasting(found)


def _toll(facts: Facts, begin: int, outcome: str, several: list[int]) -> Cells | None:
    """Write the toll that several series add up to; ``None`` if there is none to print."""
    categories = {facts.names[series]["category"] for series in several}
    parts = [name for name in facts.parts or () if name in categories]
    try:
        frame = facts.then[begin].where(outcome=outcome).tally(parts=parts or None)
    except LedgerError:
        return None
    latest = (facts.latest(series, begin) for series in several)
    now = [last for last in latest if last is not None and pd.notna(last.total)]
    # A number that somebody denies is not added up: it stands among the others, with who denies it.
    denied = facts.deniers([facts.ids.get(last.report_id, -1) for last in now], begin)
    if denied or frame["total"].isna().all():
        return None
    row = frame[frame["total"].notna()].iloc[-1]
    of_day = [last.at for last in now if last.date == row["date"]]
    until = through(row["date"], max(of_day) if all(of_day) else "")
    who = people(facts.source(last.series) for last in now)
    told = [f"{outcome}, {until}, from the numbers of {who}"]
    if pd.notna(row["stated"]):
        if row["stated"] == row["total"] or len({facts.source(last.series) for last in now}) > 1:
            return None
        told.append(f"stated as {number(row['stated'])} in all")
    if row["oldest"] < row["date"]:
        told.append(f"the oldest of them is of {day(row['oldest'])}")
    if row["missing"]:
        told.append(f"no number of {row['missing']}")
    if row["details"]:
        details, unsaid = row["details"].replace("; ", ", "), "whether others count them too"
        told.append(f"{details}: not added, as the reports do not say {unsaid}")
    return _large(words(printed(row)), "; ".join(told))
