"""The number of each series at every clock, side by side, and the toll where nothing is chosen."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..answers.explain import grounds
from ..model.errors import LedgerError
from ..words import NONE, people, plain, shorten
from .facts import Facts, last_known
from .markup import CALENDAR, Cells, Found, Row, day, lasting, part, refs, small, through, words

#: So many numbers are explained at the most, those of the page's own clock first.
MOST_EXPLAINED = 1_000
#: So many tolls are asked for, so many groups of numbers stand beside each other, and so many
#: parts of one lead, at the most.
MOST_TOLLS, MOST_GROUPS, MOST_PARTS = 60, 6, 4
#: How the row of a report is marked in a text.
_MARKED = re.compile("\x02([0-9]{1,9})\x03")


class State(NamedTuple):
    """What is known of a series from one clock until before another.

    `number` is the number and `printed` how it may be printed, `struck` whether it is withdrawn or
    denied by its own source, `notes` what must be said with it, `rests` the reports it rests on and
    `more` how, as HTML, where that is more than that one report states it; `by` is the report that
    it was last said in.
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
    # Those of the page's own clock are explained first, in their order, then the latest.
    followed = {*facts.followed}
    turns = (moment for moment in moments if moment[0] in followed)
    latest = sorted(turns, key=lambda one: 0 if one[2] == last else last - one[1])
    explained = {*latest[:MOST_EXPLAINED]}
    return [_state(facts, moment, explained=moment in explained) for moment in moments]


def _state(facts: Facts, moment: tuple[int, int, int], *, explained: bool) -> State:
    series, begin, _ = moment
    row = facts.latest(series, begin)
    if row is None or pd.isna(row.total):
        return _gone(facts, moment, row)
    by, stated, more = facts.ids.get(row.report_id), row.stated, ""
    rests = [] if by is None else [by]
    # Of a series of one report there is nothing to explain.
    if explained and not (stated and _alone(facts, series, begin)):
        rests, stated, more = _grounds(facts, series, begin, row.printed)
    who = facts.deniers(rests, begin)
    hour = row.at
    speaks = through(row.date, hour)
    if by is not None:
        # What is worked out is as old as the last report that changed it.
        shown = facts.shown(by) if row.stated else facts.when(row.reported_at)
        same = shown == day(row.date) + (f", {hour[:5]}" if hour else "")
        speaks += ", as reported then" if same else f"; reported {shown}"
    how = "denied by" if stated else "a report it rests on is denied by"
    notes = [speaks, *([f"{how} {people(who)}"] if who else []), *_silence(facts, series, begin)]
    own = stated and facts.source(series) in who
    return State(*moment, int(row.total), row.printed, own, notes, rests, more, by)


def _alone(facts: Facts, series: int, place: int) -> bool:
    """Whether a clock knows one report of a series, so that there is nothing to explain."""
    return next(iter(facts.born_of[series].items())) == (place, 1)


def _gone(facts: Facts, moment: tuple[int, int, int], row: Any) -> State:
    """Return the state of a series without a number: withdrawn, or never given."""
    series, begin, _ = moment
    last, was = facts.last_live(series, begin), ""
    rests = [] if last is None else [last]
    if row is not None:
        rests, was = facts.made_by.get((series, row.reported_at), []), row.was
    elif gone := last_known(facts.withdrawn[series], begin, itemgetter(0)):
        # A number withdrawn at the instant at which it was given was never a headline.
        _, was, rests = gone
    given = [facts.ids.get(facts.cell(report, "refers_to"), report) for report in rests]
    who = facts.deniers(dict.fromkeys(given), begin)
    notes = [f"withdrawn{f' {facts.shown(rests[-1])}' if rests else ''}"] if was else []
    notes += [f"denied by {people(who)}"] if who else []
    notes += _silence(facts, series, begin)
    by = max(rests, key=lambda one: facts.cell(one, "reported_at"), default=None)
    return State(*moment, 0, was or NONE, bool(was), notes, rests, "", by)


def _silence(facts: Facts, series: int, place: int) -> list[str]:
    """Say that the last live report of a series gives no number, if it gives none."""
    report = facts.last_live(series, place)
    if report is None or facts.said(report) != NONE:
        return []
    return [f"gave no number {facts.dates(report)} (reported {facts.shown(report)})"]


def _grounds(facts: Facts, series: int, place: int, printed: str) -> tuple[list[int], bool, str]:
    """Return the reports that a headline rests on, whether one states it, and else how it does."""
    known = facts.then[place]._known
    lines, roles, bounding = grounds(known, series, lambda row: f"\x02{row}\x03", CALENDAR)
    # A stated number rests on its own report, whatever came before it; others on those added up.
    stated, more = "total" in roles.values(), ""
    on = ("total",) if stated else ("from", "counted")
    rows = [row for row, role in roles.items() if role in on] or list(roles)
    # What came before a stated number, and nothing between, is told by its steps.
    if not stated or len(lines) > 2 or not set(roles.values()) <= {"total", "from"}:
        # Where it is not printed as its own report states it, it rests on what bounds it too.
        if bounding and facts.said(int(facts.number[rows[0]])) != printed:
            rows, stated = [*rows, *bounding], False
        more = _linked(facts, "\n".join(map(str.strip, lines)))
    return sorted({int(facts.number[row]) for row in rows}), stated, more


def _linked(facts: Facts, text: str) -> str:
    """Write a text with links to the reports that it names."""
    told = _MARKED.split(text)
    for place, one in enumerate(told):
        # A text of the ledger's own may hold such marks; it names no report that is not known.
        known = place % 2 and int(one) < len(facts.number) and facts.known.public[int(one)]
        told[place] = refs([int(facts.number[int(one)])]) if known else words(one)
    return "".join(told)


# -- side by side ----------------------------------------------------------------------------------


def groups(facts: Facts) -> dict[str, list[int]]:
    """Return the series that stand together, by the heading: those of each side, or event.

    What is of another event than the main one, and what is of too many, stands last.
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
    """Return the states of each group in their order, each after what it is ordered by.

    Of each outcome the whole comes before the parts, but for one that a newer number of a part is
    above; then what is newest; of those said at one instant the larger one; what is withdrawn, or
    denied by its own source, last. The order begins with a level: whether it is struck, its
    outcome, whether it is no number, and whether it stands with the parts.
    """
    outcomes = list(dict.fromkeys(facts.names[series]["outcome"] for series in facts.series))
    heading = {one: title for title, mine in groups(facts).items() for one in mine}

    def order(state: State) -> tuple[Any, ...]:
        names, title = facts.names[state.series], heading[state.series]
        newest = -math.inf if state.by is None else facts.cell(state.by, "reported_at").value
        # Under a heading of several sides or events, that of one is a part.
        whole = title == "Numbers" or (names["side"] in ("all", title) and title != "Other events")
        return (
            (state.struck, outcomes.index(names["outcome"]), state.printed == NONE,
             not whole or names["category"] != "all"),
            -newest, -state.number, facts.place[state.series],
        )  # fmt: skip

    ordered = [(order(state), state) for state in states]
    parts: dict[Any, Any] = defaultdict(list)
    for (level, *newest), state in ordered:
        if level[-1]:
            told = state.begin, state.end, newest[0], state.number
            parts[heading[state.series], level].append(told)
    parts = {of: np.array(told, float).T for of, told in parts.items()}
    for place, ((level, *newest), state) in enumerate(ordered):
        of_parts = (*level[:-1], True)
        if (said := parts.get((heading[state.series], of_parts))) is not None:
            begin, end, since, count = said
            above = (begin < state.end) & (state.begin < end) & (since < newest[0])
            if (above & (count > state.number)).any():
                ordered[place] = (of_parts, *newest), state
    ordered.sort(key=itemgetter(0))
    return {
        title: [pair for pair in ordered if heading[pair[1].series] == title]
        for title in dict.fromkeys(heading.values())
    }


def numbers(facts: Facts, title: str, states: list[tuple[Any, State]]) -> list[Row]:
    """Write the numbers of a group, with the reports that each rests on."""
    found: list[Found] = []
    for order, state in states:
        what, source = _named(facts, title, state)
        about = plain(f"explained: {state.printed}; {what}, {source}")
        more = part("explained", about=about, how=state.more)
        cells = (
            words(what) + small(source),
            _number(order, state) + small("; ".join(state.notes)),
            refs(state.rests) + more * bool(state.more),
        )
        found.append((order, cells, state.begin, state.end))
    return lasting(found)


def _named(facts: Facts, title: str, state: State) -> tuple[str, str]:
    """Say what is counted, as it need be said under a heading, and by whom."""
    names = facts.names[state.series]
    unsaid = {column: "" for column in ("event", "side") if names[column] == title}
    return facts.thing_of(names | unsaid), names["source"]


def _number(order: Any, state: State) -> str:
    """Write a number; what may be set large, as that of a whole that stands, is marked so."""
    struck, _, silent, part = order[0]
    tag = "s" if struck else "" if silent or part else "b"
    return f"<{tag}>{words(state.printed)}</{tag}>" if tag else words(state.printed)


def _large(number: str, text: str) -> Cells:
    """Return a sentence about a number that it begins with, which is HTML already."""
    return (f"<strong>{number}</strong> <span>{words(text)}</span>",)


def lead(facts: Facts, groups: dict[str, list[tuple[Any, State]]]) -> list[Row]:
    """Write what stands first in each group, for screens that hold no more at once.

    That is the whole; where no number of it stands, the newest of each part, with its name.
    """
    found: list[Found] = []
    for rank, (title, states) in enumerate(groups.items() if len(groups) > 1 else ()):
        first, told = dict[int, Any](), defaultdict[int, set[str]](set)
        more = _large("", f"{shorten(title, 40)}: more parts, below")
        for order, state in states:
            part, level = facts.names[state.series]["category"], order[0]
            known = range(state.begin, state.end)
            leads = [at for at in known if first.setdefault(at, level) == level]
            leads = [at for at in leads if part not in told[at] and len(told[at]) <= MOST_PARTS]
            if not leads:
                continue
            what, source = _named(facts, title, state)
            # Here a long name is cut: in full it stands with the numbers themselves.
            text = f"{shorten(title, 40)}: {shorten(what, 60)}, by {shorten(source, 40)}"
            text += "".join(f", {note.partition(';')[0]}" for note in state.notes[:1])
            cells = _large(_number(order, state), text)
            for at in leads:
                shown = cells if len(told[at]) < MOST_PARTS else more
                found.append(((rank, *order), shown, at, at + 1))
                told[at].add(part)
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
    found, left = list[Found](), MOST_TOLLS
    clocks = {*range(facts.size)}
    outcomes = dict.fromkeys(facts.names[series]["outcome"] for series in facts.series)
    for rank, outcome in enumerate(outcomes):
        mine = [one for one in facts.series if facts.names[one]["outcome"] == outcome]
        spans = [span for span in _plain(facts, mine) if clocks.issuperset(range(*span))]
        left -= len(spans)
        if left < 0:
            break
        rows = [(span, _toll(facts, span[0], outcome, mine)) for span in spans]
        found += [(rank, cells, *span) for span, cells in rows if cells]
        if not rank:
            clocks = {place for span, cells in rows if cells for place in range(*span)}
    return lasting(found)


def _plain(facts: Facts, series: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which several places are counted, each by one series."""
    edges = {facts.size}.union(*(facts.born_of[one] for one in series))
    for span in pairwise(sorted(edges)):
        known = [one for one in series if facts.first([one]) <= span[0]]
        if len(known) > 1 and len({_part(facts, one) for one in known}) == len(known):
            yield span


def _part(facts: Facts, series: int) -> tuple[str, str]:
    return facts.names[series]["side"], facts.names[series]["category"]


def _toll(facts: Facts, begin: int, outcome: str, series: list[int]) -> Cells | None:
    try:
        categories = {facts.names[one]["category"] for one in series}
        parts = [name for name in facts.parts or () if name in categories]
        frame = facts.then[begin].where(outcome=outcome).tally(parts=parts or None)
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
    by = {one: facts.ids.get(now[one].report_id, -1) for one in counted}
    if any(facts.source(one) in facts.deniers([by[one]], begin) for one in counted):
        return None  # what its own source denies is no toll: the numbers stand by themselves
    who = people([facts.source(one) for one in (whole if same else counted)])
    of_day = [now[one].at for one in counted if now[one].date == row["date"]]
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
    stating = facts.rows[by[whole[0]]] if same and now[whole[0]].stated else None
    number = facts.cited.printed(row["total"], row["low"], row["high"], stating)
    return _large(words(number), "; ".join(told))
