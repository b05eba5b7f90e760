"""The rows of a page about what changed and what does not add up, with their clocks."""

from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from ..answers.bridge import bridges
from ..answers.checks import findings_between
from ..model.schema import CODES, SERIES, SEVERITIES
from ..words import STEPS, first_of, plural, steps, why
from .facts import Facts, last_known
from .markup import CALENDAR, Cells, Found, Row, lasting, part, refs, small, through, words

#: The stretches before a clock that bridges span, in days and in words.
SPANS = {"day": (1, "24 hours"), "week": (7, "7 days"), "month": (30, "30 days")}
#: So many steps of numbers and findings are listed at the most.
MOST_STEPS, MOST_FOUND = 1500, 1000


# -- why numbers changed ---------------------------------------------------------------------------


def bridged(facts: Facts) -> dict[str, list[Row]]:
    """Write why each number changed over the day, week and month before each clock.

    ``still`` are the sentences of clocks at which none did; there is none where none was known.
    """
    # Pairs of clocks: each clock with a day before it, then each with a week before, ….
    size, days = len(facts.instants), [days for days, _ in SPANS.values()]
    ends = np.tile(facts.instants, len(SPANS))
    begins = ends - np.repeat(days, size).astype("m8[D]")
    frame = bridges(facts.known, begins, ends, facts.followed).dropna(subset="opening")

    # Pairs before which some number stood: each first one of a series adds one, its end takes it.
    told = facts.history.sort_values("told", kind="stable")
    stands = told["total"].notna().astype(int)
    change = stands - stands.groupby(told["series"]).shift(fill_value=0)
    places = np.searchsorted(told["told"], begins, side="right")
    spans, known = [*SPANS], {*np.flatnonzero(np.r_[0, change.cumsum()][places]).tolist()}
    found: dict[str, list[Found]] = {k + s: [] for k in ("bridges-", "still-") for s in spans}
    for row in list[Any](frame.to_dict("records")):
        series, (span, place) = row["number"], divmod(row["pair"], size)
        stamps = (pd.Timestamp(clocks[row["pair"]]) for clocks in (begins, ends))
        before, now = (last_known(facts.steps[series], stamp, attrgetter("told"))._asdict()
                       for stamp in stamps)  # fmt: skip
        if before["printed"] != now["printed"] or any(row[name] for name in STEPS):
            known.discard(row["pair"])
            moved = f"{before['printed']} → {now['printed']}"
            cells = facts.counted(series), words(moved), words(steps(row, before, now))
            found[f"bridges-{spans[span]}"].append((facts.place[series], cells, place, place + 1))
    for span, place in (divmod(pair, size) for pair in sorted(known)):
        sentence = part("bridges_none", about=SPANS[spans[span]][1])
        found[f"still-{spans[span]}"].append((0, (sentence,), place, place + 1))
    return {name: lasting(several) for name, several in found.items()}


def paths(facts: Facts) -> tuple[dict[int, list[Row]], int]:
    """Return the steps of each series that has several, and how many series are left out."""
    left, untold, out, size = MOST_STEPS, 0, dict[int, list[Row]](), facts.size
    for series in facts.told:
        rows = facts.steps[series]
        if 1 < len(rows) <= left:
            left -= len(rows)
            out[series] = [Row(_step(facts, row), [(row.born, size)]) for row in rows]
        elif len(rows) > 1:
            untold += 1
    return out, untold


def _step(facts: Facts, row: Any) -> Cells:
    made = facts.made_by.get((row.series, row.reported_at), [])
    # If one of the reports of the instant states the number, the others are not named.
    by = facts.ids.get(row.report_id)
    made = [by] if by in made and row.stated else made
    reason = words(why(row.why, [facts.cell(report, "reason") for report in made]))
    text = f"{row.was} → {row.printed}" if isinstance(row.was, str) else row.printed
    text = f"still {row.printed}" if row.was == row.printed else text
    return (
        facts.shown(made[0]) if made else "",
        words(text) + ("" if pd.isna(row.total) else small(through(row.date, row.at))),
        f"{reason} ({refs(made)})" if made else reason,
    )


def changes(facts: Facts, told: Iterable[int]) -> list[tuple[int, int]]:
    """Return the changes of some series, the newest first: the places of the series and the step.

    At one instant, numbers that fell or are gone come first, then those that moved furthest.
    """
    moved = [
        (-row.told.value, row.by > 0, -abs(row.by), place, step)
        for place, series in enumerate(told)
        for step, row in enumerate(facts.steps[series])
        # A number that is given again, for another day, has not changed.
        if step and row.printed != row.was
    ]
    return [(place, step) for *_, place, step in sorted(moved)]


def change_of(facts: Facts, series: int, step: Row) -> Row:
    """Return a step with a cell more: whose number it is."""
    when, number, reason = step.cells
    return Row((when, facts.counted(series), number, reason), step.lives)


# -- what does not add up --------------------------------------------------------------------------


def doubts(facts: Facts) -> dict[str, list[Row]]:
    """Write the findings, worst first, by the name of their table.

    ``apart`` are sources that disagree, ``findings`` all others; ``denied`` are sentences about
    what is denied, and who gave no number and none since; ``unlisted`` counts what is left out.
    """
    clocks = [then._known for then in facts.then]
    found = sorted(findings_between(clocks, CALENDAR, facts.parts), key=_order)
    pools: dict[str, list[Found]] = {"apart": [], "findings": []}
    told: dict[tuple[int, str], list[str]] = defaultdict(list)
    unlisted = [0] * facts.size
    for order, row in enumerate(found):
        pool = pools["apart" if row["code"] == "disagree" else "findings"]
        cells = _cells(facts, row) if order < MOST_FOUND else None
        for place in row["places"]:
            if cells:
                pool.append((order, cells, place, place + 1))
            else:
                unlisted[place] += 1
            head = {"denied": "Denied: ", "silent": "Not given: "}.get(row["code"])
            if head and not (row["code"] == "silent" and _filled(facts, row, place)):
                what = _what(facts, row) if row["source"] else ""
                who = f" ({what[:1].lower()}{what[1:]})" if what else ""
                told[place, head].append(f"{row['message']}{who}")
    sentences = [
        (head, (words(f"{head}{first_of(texts, 3, '; ')}."),), place, place + 1)
        for (place, head), texts in told.items()
    ]
    more = "{} more, of the less grave, not listed here."
    left = [
        (0, (more.format(plural(count, "finding")),), place, place + 1)
        for place, count in enumerate(unlisted) if count
    ]  # fmt: skip
    return {
        "denied": lasting(sentences),
        "unlisted": lasting(left),
        **{name: lasting(pool) for name, pool in pools.items()},
    }


def _filled(facts: Facts, row: dict[str, Any], place: int) -> bool:
    """Whether a source that gave no number has given one since, of that day or a later one."""
    silent = facts.ids[row["report_ids"][0]]
    last, day = facts.latest(facts.cell(silent, "series"), place), np.datetime64(row["date"], "D")
    return last is not None and pd.notna(last.total) and last.date >= day


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    severity, code = SEVERITIES.index(row["severity"]), CODES.index(row["code"])
    return severity, code, tuple(row[name] for name in SERIES), row["date"], row["message"]


def _what(facts: Facts, row: dict[str, Any]) -> str:
    text = facts.thing_of(row) if row["outcome"] else ""
    # The message of these names the source, or several.
    source = "" if row["code"] in ("silent", "disagree") else row["source"]
    return ", by ".join(part for part in (text, source) if part)


def _cells(facts: Facts, row: dict[str, Any]) -> Cells:
    return (
        words(row["message"][:1].upper() + row["message"][1:]) + small(_what(facts, row)),
        row["severity"] + small(row["code"]),
        refs([facts.ids[name] for name in row["report_ids"]], 3),
    )
