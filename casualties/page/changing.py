"""The rows of a page about what changed, and what does not add up, each with when it stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..answers.bridge import bridges
from ..answers.checks import findings_between
from ..model.schema import CODES, SERIES, SEVERITIES
from ..words import CAUSES, STEPS, exact, plural, signed, some, steps, why
from .facts import Facts, records
from .markup import CALENDAR, Cell, Cells, Ref, Row, Small, lasting, line, refs, through

#: The stretches before a clock over which bridges are told, in days.
SPANS = {"day": 1, "week": 7, "month": 30}
#: So many steps of numbers, figures replaced and findings are listed at the most.
MOST_STEPS, MOST_REPLACED, MOST_FOUND = 1500, 500, 1000
_Found = Iterator[tuple[Any, Cells, int, int]]


def dateline(facts: Facts) -> list[Row]:
    """Say how much is known at each clock: reports, sources, the last report."""
    frame, size = facts.reports, len(facts.times)
    if frame.empty:
        return [Row(line("No report is known."), [(0, size)])]
    order = np.argsort(facts.known.record.rank[facts.rows])
    born = frame["born"].to_numpy()[order]
    sources = np.cumsum(~frame["source"].iloc[order].duplicated().to_numpy())

    last = np.searchsorted(born, np.arange(size), side="right") - 1

    def cells(last: int) -> Cells:
        if last < 0:
            return line("No report is known.")
        who = f"{plural(last + 1, 'report')} by {plural(int(sources[last]), 'source')}"
        return ((f"{who}; last report: ", facts.shown(int(order[last]))),)

    return lasting((0, cells(known), at, at + 1) for at, known in enumerate(last.tolist()))


# -- why numbers changed ---------------------------------------------------------------------------


def since(facts: Facts, span: str) -> int:
    """Return the first clock at which some number was known so long before."""
    if facts.history.empty:
        return len(facts.times)
    first = facts.history["told"].min()
    return int(facts.times.place(first + pd.Timedelta(SPANS[span], "D")))


def bridged(facts: Facts) -> dict[str, list[Row]]:
    """Write why each number changed over stretches of time before each clock."""
    instants, size = facts.times.instants, len(facts.times.instants)
    if not size or facts.history.empty:
        return {span: [] for span in SPANS}
    days = np.repeat(list(SPANS.values()), size).astype("m8[D]").astype("m8[us]")
    ends = np.tile(instants, len(SPANS))
    begins = ends - days
    frame = bridges(facts.known, begins, ends, facts.followed)
    frame = frame[frame["opening"].notna()]
    numbers = [
        (mine["told"].to_numpy(), records(mine[["printed", "total", "low", "high"]]))
        for _, mine in facts.history.groupby("series")
    ]
    known = dict(zip(np.unique(facts.history["series"]).tolist(), numbers, strict=True))

    def number_at(series: int, clock: np.datetime64) -> dict[str, Any]:
        told, rows = known[series]
        return rows[np.searchsorted(told, clock, "right") - 1]

    def found(span: int) -> _Found:
        mine = frame[frame["pair"] // size == span]
        for row in records(mine[["number", "pair", *STEPS]]):
            series, place = row["number"], row["pair"] % size
            before, now = (number_at(series, at[row["pair"]]) for at in (begins, ends))
            cells: Cells = (
                facts.counted(series),
                (f"{before['printed']} → {now['printed']}",),
                (steps(row, before, now),),
            )
            if before["printed"] != now["printed"] or any(row[name] for name in STEPS):
                yield facts.place[series], cells, place, place + 1

    return {name: lasting(found(span)) for span, name in enumerate(SPANS)}


def paths(facts: Facts) -> tuple[dict[int, list[Row]], int]:
    """Return the steps of each series whose number changed, and how many such are not told."""
    left, untold, out = MOST_STEPS, 0, dict[int, list[Row]]()
    groups = dict(iter(facts.history.groupby("series")))
    for series in facts.told:
        steps_: list[Any] = list(groups[series].itertuples()) if series in groups else []
        if 1 < len(steps_) <= left:
            left -= len(steps_)
            size = len(facts.times)
            out[series] = [Row(_step(facts, row), [(row.born, size)]) for row in steps_]
        elif len(steps_) > 1:
            untold += 1
    return out, untold


def _step(facts: Facts, row: Any) -> Cells:
    made = facts.made_by.get((row.series, row.reported_at), [])
    # Of several reports of one instant, the one that states the number, if one does.
    by = facts.ids.get(row.report_id)
    made = [by] if by in made and row.stated else made
    reason = why(row.why, [facts.cell(report, "reason") for report in made])
    new = "no number" if pd.isna(row.total) else row.printed
    text = f"{row.was} → {new}" if isinstance(row.was, str) else new
    text = f"still {new}" if row.was == new else text
    return (
        (facts.shown(made[0]) if made else "",),
        (text,) if pd.isna(row.total) else (text, Small(through(row.date, row.hour))),
        (reason, " (", *refs(made), ")") if made else (reason,),
    )


def changes(facts: Facts, told: Iterable[int]) -> list[tuple[int, int]]:
    """Return the changes of some series, the newest first: the place and the step of each.

    Of those of one instant, first what fell or is gone, then what moved furthest.
    """
    frame = facts.history
    places = {series: place for place, series in enumerate(told)}
    frame = frame.assign(step=frame.groupby("series").cumcount(), by=frame["change"].fillna(0))
    # The same number that is only given for another day has not changed.
    moved = frame["series"].isin(places) & (frame["step"] > 0) & (frame["printed"] != frame["was"])
    frame = frame[moved]
    frame = frame.assign(fell=frame["by"] <= 0, far=frame["by"].abs())
    frame = frame.assign(path=frame["series"].map(places)).sort_values(
        ["told", "fell", "far", "path"], ascending=[False, False, False, True], kind="stable"
    )
    return list(zip(frame["path"].tolist(), frame["step"].tolist(), strict=True))


def change_of(facts: Facts, series: int, step: Row) -> Row:
    """Return a step with whose number it is of."""
    when, number, reason = step.cells
    return Row((when, facts.counted(series), number, reason), step.lives)


def replaced(facts: Facts) -> list[Row]:
    """Return the figures that another one replaced, the newest last; repetitions apart."""
    frame = facts.ledger.revisions()
    frame = frame[frame["change"] != "reaffirmed"].sort_values("reported_at", kind="stable")
    size, rows, left = len(facts.times), list[Row](), frame.iloc[:-MOST_REPLACED]["new_id"]
    frame = frame.tail(MOST_REPLACED)
    for series, row in zip(facts.series_in(frame), records(frame), strict=True):
        old, new = facts.ids[row["old_id"]], facts.ids[row["new_id"]]
        before, after, born = facts.said(old), facts.said(new), facts.cell(new, "born")
        if row["change"] == "retracted":
            back = facts.returned(series, old, born)
            after = "withdrawn" if back is None else f"{facts.said(back)} again"
        delta = 0 if pd.isna(row["delta"]) else row["delta"]
        about = "" if exact(before, after) else "about "
        moved = (Small(about + signed(delta)),) if delta else ()
        how = {"relayed": CAUSES["relayed"]}.get(row["change"], str(row["change"]))
        cells: Cells = (
            (facts.shown(new),),
            (facts.what(series), Small(f"{facts.source(series)}, {facts.dates(old)}")),
            (f"{before} → {after}", *moved),
            (how + (f": {row['reason']}" if row["reason"] else ""),
             " (", Ref(old), ", ", Ref(new), ")"),
        )  # fmt: skip
        rows.append(Row(cells, [(born, size)]))
    born_ = [facts.cell(facts.ids[name], "born") for name in left]
    earlier = lasting(
        (0, line("before", "", "", f"{plural(count, 'figure')} replaced, not listed here"),
         at, at + 1)
        for at, count in enumerate(np.searchsorted(born_, range(size), "right").tolist()) if count
    )  # fmt: skip
    return earlier + rows


# -- what does not add up --------------------------------------------------------------------------


def doubts(facts: Facts) -> dict[str, list[Row]]:
    """Write the findings, worst first: of sources that disagree, all others, and sentences.

    The sentences say what is denied, and who gave no number and none since.
    """
    found = findings_between([then._known for then in facts.then], CALENDAR)
    found = sorted(found, key=lambda row: _order(row))
    series = facts.series_in(pd.DataFrame(found, columns=[*SERIES])) if found else []
    pools: dict[str, list[tuple[Any, Cells, int, int]]] = {"apart": [], "findings": []}
    told: dict[tuple[int, str], list[str]] = defaultdict(list)
    unlisted = Counter(place for row in found[MOST_FOUND:] for place in row["places"])
    for order, (row, of) in enumerate(zip(found, series, strict=True)):
        pool = pools["apart" if row["code"] == "disagree" else "findings"]
        cells = _cells(facts, row) if order < MOST_FOUND else None
        for place in row["places"]:
            if cells:
                pool.append((order, cells, place, place + 1))
            head = {"denied": "Denied: ", "silent": "Not given: "}.get(row["code"])
            if head and not (row["code"] == "silent" and _filled(facts, of, row, place)):
                what = _what(facts, row) if row["source"] else ""
                who = f" ({what[:1].lower()}{what[1:]})" if what else ""
                told[place, head].append(f"{row['message']}{who}")
    sentences = [
        (head, line(f"{head}{some(texts, 2, 'below')}."), place, place + 1)
        for (place, head), texts in told.items()
    ]
    more = [
        (0, line(f"{plural(count, 'finding')} more, of the less grave, not listed here."),
         place, place + 1) for place, count in sorted(unlisted.items())
    ]  # fmt: skip
    pools_ = {"denied": lasting(sentences), "unlisted": lasting(more)}
    return pools_ | {name: lasting(pool) for name, pool in pools.items()}


def _filled(facts: Facts, series: int, row: dict[str, Any], place: int) -> bool:
    """Whether a series that gave no number has one now, of that day or a later one."""
    last = facts.latest(series, place)
    return (
        last is not None and pd.notna(last.total) and last.date >= np.datetime64(row["date"], "D")
    )


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    severity, code = SEVERITIES.index(row["severity"]), CODES.index(row["code"])
    return severity, code, tuple(row[name] for name in SERIES), row["date"], row["message"]


def _what(facts: Facts, row: dict[str, Any]) -> str:
    text = facts.thing_of(row) if row["outcome"] else ""
    # Of these the message itself names the source, or several.
    source = "" if row["code"] in ("silent", "disagree") else row["source"]
    return ", by ".join(part for part in (text, source) if part)


def _cells(facts: Facts, row: dict[str, Any]) -> Cells:
    what = _what(facts, row)
    message: Cell = (row["message"][:1].upper() + row["message"][1:],)
    named = list(_named(facts, row["report_ids"].split("; ")))
    return (
        (*message, Small(what)) if what else message,
        (row["severity"], Small(row["code"])),
        refs(named, 3),
    )


def _named(facts: Facts, parts: list[str]) -> Iterator[int]:
    """Yield the reports of joined names, any of which may hold what joins them."""
    start = 0
    while start < len(parts):
        stop = start + 1
        for until in range(start + 1, len(parts) + 1):
            report = facts.ids.get("; ".join(parts[start:until]))
            if report is not None:
                yield report
                stop = until
                break
        start = stop
