"""The rows of a page that only grow: steps of numbers, figures replaced, reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ..display import day, plural
from ..model.schema import SERIES
from .answered import move
from .known import Facts, records
from .rows import Cell, Piece, Ref, Row, Small, refs
from .saying import CAUSES, exact, signed, why

#: So many steps of numbers, figures replaced and reports are listed at the most.
MOST_STEPS = 1500
MOST_REPLACED = 500
MOST_REPORTS = 1500


@dataclass(frozen=True)
class Path:
    """The number of one series, step by step.

    `when` is when each was reported, `moved` the change (0 if there is none; ``None`` where the
    same number was only given for another day).
    """

    what: str
    source: str
    rows: list[Row]
    when: list[Any]
    moved: list[int | None]


def paths(facts: Facts) -> tuple[list[Path], int]:
    """Return the steps of each series whose number changed, and how many such are not told."""
    size, left = len(facts.times), MOST_STEPS
    groups = {series: frame for series, frame in facts.history.groupby("series")}
    out, untold = [], 0
    for series in facts.series:
        frame = groups.get(series)
        if frame is None or len(frame) < 2:
            continue
        if len(frame) > left:
            untold += 1
            continue
        left -= len(frame)
        rows = [Row(_step(facts, row), [(row.born, size)]) for row in rows_of(frame)]
        moved = [
            None if now == was else int(by)
            for by, now, was in zip(
                frame["change"].fillna(0), frame["printed"], frame["was"], strict=True
            )
        ]
        names = (facts.what(series), facts.source(series))
        out.append(Path(*names, rows, frame["told"].tolist(), moved))
    return out, untold


def changes(told: Sequence[Path]) -> list[tuple[int, int]]:
    """Return the changes of all numbers, the newest first: the path and the step of each.

    Of those of one instant, first what fell or is gone, then what moved furthest.
    """
    steps = [
        (place, step)
        for place, path in enumerate(told)
        for step in range(1, len(path.when))
        if path.moved[step] is not None
    ]

    def moved(one: tuple[int, int]) -> tuple[Any, bool, int]:
        change_ = told[one[0]].moved[one[1]] or 0
        return told[one[0]].when[one[1]], change_ <= 0, abs(change_)

    return sorted(steps, key=moved, reverse=True)


def change(path: Path, step: int) -> Row:
    """Return a step with whose number it is of."""
    when, number, why_ = path.rows[step].cells
    return Row((when, (path.what, Small(path.source)), number, why_), path.rows[step].lives)


def rows_of(frame: pd.DataFrame) -> Iterable[Any]:
    """Return the rows of a table."""
    return frame.itertuples()


def _step(facts: Facts, row: Any) -> tuple[Cell, ...]:
    made = facts.made_by.get((row.series, row.told), [])
    # Of several reports of one instant, the one that states the number, if one does.
    by = facts.ids.get(row.report_id)
    made = [by] if by in made and isinstance(row.qualifier, str) else made
    reason = why(row.why, facts.reasons(made))
    return (
        (str(facts.reports["shown"].iat[made[0]]) if made else "",),
        move(row),
        (reason, " (", *refs(made), ")") if made else (reason,),
    )


def replaced(facts: Facts) -> list[Row]:
    """Return the figures that another one replaced, the newest last; repetitions apart."""
    frame = facts.ledger.revisions()
    frame = frame[frame["change"] != "reaffirmed"].sort_values("reported_at", kind="stable")
    frame = frame.tail(MOST_REPLACED)
    reports, size = facts.reports, len(facts.times)
    rows = []
    told = records(reports)
    for row in records(frame):
        old, new = facts.ids[row["old_id"]], facts.ids[row["new_id"]]
        after = "withdrawn" if row["change"] == "retracted" else told[new]["said"]
        series = facts.by_name[tuple(str(row[name]) for name in SERIES)]
        before = told[old]["said"]
        about = "" if exact(before, after) else "about "
        delta = 0 if pd.isna(row["delta"]) else row["delta"]
        change = (Small(about + signed(delta)),) if delta else ()
        how = {"relayed": CAUSES["relayed"]}.get(row["change"], str(row["change"]))
        cells: tuple[Cell, ...] = (
            (told[new]["shown"],),
            (facts.what(series), Small(f"{facts.source(series)}, {told[old]['dates']}")),
            (f"{before} → {after}", *change),
            (how + (f": {row['reason']}" if row["reason"] else ""),
             " (", Ref(old), ", ", Ref(new), ")"),
        )  # fmt: skip
        rows.append(Row(cells, [(told[new]["born"], size)]))
    return rows


# -- reports ---------------------------------------------------------------------------------------


def chosen(facts: Facts, named: Iterable[Ref]) -> list[int]:
    """Return the reports that are listed: all, or, of very many, those named and the last ones.

    Of the named ones, those named first come first.
    """
    count = len(facts.reports)
    if count <= MOST_REPORTS:
        return list(range(count))
    first = dict.fromkeys(ref.report for ref in named)
    return sorted(list(dict.fromkeys([*first, *range(count - 1, -1, -1)]))[:MOST_REPORTS])


@dataclass(frozen=True)
class Listed:
    """One report as it is listed."""

    report: int
    name: str
    what: str
    days: str
    number: str
    remarks: tuple[Piece, ...]


@dataclass(frozen=True)
class Published:
    """What one source said at one instant on one page: the reports that stand there on end."""

    shown: str
    source: str
    via: str
    url: str
    archived: str
    born: int
    reports: list[Listed]


def listed(facts: Facts, reports: Sequence[int]) -> list[Published]:
    """Return reports as they are listed, in the order of the ledger."""
    frame = facts.reports.iloc[list(reports)]
    out: list[Published] = []
    for report, row in zip(reports, records(frame), strict=True):
        page = Published(
            str(row["shown"]), str(row["source"]), str(row["via"]), str(row["url"]),
            str(row["archived"]), int(row["born"]), [],
        )  # fmt: skip
        if not out or page != replace(out[-1], reports=[]):
            out.append(page)
        spoke = row["action"] in ("report", "revise")
        out[-1].reports.append(
            Listed(
                report, row["report_id"], facts.what(int(row["series"])),
                row["dates"] if spoke else "", row["said"] if spoke else "", _remarks(facts, row),
            )
        )  # fmt: skip
    return out


def _remarks(facts: Facts, row: dict[str, Any]) -> tuple[Piece, ...]:
    """Say which report it is about, and its reason and note."""
    out: list[Piece] = []
    if row["action"] != "report":
        verb = {"revise": "revises", "retract": "withdraws", "deny": "denies"}[row["action"]]
        target = facts.ids.get(row["refers_to"])
        out += [f"{verb} ", row["refers_to"] if target is None else Ref(target)]
    quote = f"“{row['quote']}”" if row["quote"] else ""
    for text in (row["reason"], row["note"], quote):
        if text:
            out += ["; ", text] if out else [text]
    return tuple(out)


def span(facts: Facts) -> str:
    """Say which days the reports cover."""
    ends = facts.reports["period_end"]
    return plural(len(ends), "report") + (
        f" for days {day(ends.min())} to {day(ends.max())}" if len(ends) else ""
    )
