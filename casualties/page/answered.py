"""The rows of a page that change with its clock: each says when it stands."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from ..answers.bridge import bridges
from ..answers.checks import findings
from ..display import plural
from ..model.schema import CODES, SERIES, SEVERITIES, STOCKS
from .known import Facts, records
from .rows import Cell, Cells, Row, Small, lasting, line, refs
from .saying import STEPS, bounds, some, steps, through, worded
from .states import State

#: The stretches before a clock over which bridges are told, in days.
SPANS = {"day": 1, "week": 7, "month": 30}
_Found = Iterator[tuple[Any, Cells, int, int]]


def dateline(facts: Facts) -> list[Row]:
    """Say how much is known at each clock: reports, sources, the last report."""
    frame, size = facts.reports, len(facts.times)
    if frame.empty:
        return [Row(line("No report is known."), [(0, size)])]
    order = np.argsort(facts.known.record.reported[facts.rows], kind="stable")
    born = frame["born"].to_numpy()[order]
    sources = np.cumsum(~frame["source"].iloc[order].duplicated().to_numpy())
    shown = frame["shown"].to_numpy()[order]

    def found() -> _Found:
        for place in range(size):
            known = int(np.searchsorted(born, place, side="right"))
            cells: Cells = line("No report is known.")
            if known:
                who = plural(int(sources[known - 1]), "source")
                text = f"{plural(known, 'report')} by {who}; last report: "
                cells = ((text, shown[known - 1]),)
            yield 0, cells, place, place + 1

    return lasting(found())


def headlines(facts: Facts, states: list[State]) -> list[Row]:
    """Write the number of each series at each clock, with the reports it rests on."""
    return lasting(
        (
            facts.rank[state.series],
            (
                (facts.what(state.series), Small(facts.source(state.series))),
                _number(state),
                (*refs(state.rests), *state.more),
            ),
            state.begin,
            state.end,
        )
        for state in states
    )


def lead(facts: Facts, states: list[State]) -> list[Row]:
    """Write the numbers large, where there are few."""
    return lasting(
        (
            facts.rank[state.series],
            line(
                state.printed,
                f"{facts.label(state.series)}"
                + (f", through {state.through}" if state.through else "")
                + f", by {facts.source(state.series)}"
                + "".join(f"; {note}" for note in state.notes),
            ),
            state.begin,
            state.end,
        )
        for state in states
    )


def _number(state: State) -> Cell:
    small = [f"through {state.through}"] * bool(state.through) + list(state.notes)
    return (state.printed, Small("; ".join(small))) if small else (state.printed,)


# -- changes ---------------------------------------------------------------------------------------


def move(row: Any) -> Cell:
    """Write a number before and after, and its last day."""
    new = "no number" if pd.isna(row.total) else row.printed
    text = f"{row.was} → {new}" if isinstance(row.was, str) else new
    text = f"still {new}" if row.was == new else text
    return (text,) if pd.isna(row.total) else (text, Small(through(row.date)))


def bridged(facts: Facts) -> dict[str, list[Row]]:
    """Write why each number changed over stretches of time before each clock."""
    clocks, size = facts.times.instants, len(facts.times.instants)
    if not size or facts.history.empty:
        return {span: [] for span in SPANS}
    days = np.repeat(list(SPANS.values()), size).astype("m8[D]").astype("m8[us]")
    ends = np.tile(clocks, len(SPANS))
    begins = ends - days
    frame = bridges(facts.known, begins, ends)
    frame = frame[frame["opening"].notna()]
    shown: dict[int, tuple[list[Any], list[dict[str, Any]]]] = {}
    for row in records(facts.history[["series", "told", "printed", "total", "low", "high"]]):
        at, numbers = shown.setdefault(row["series"], ([], []))
        at.append(int(np.datetime64(row["told"], "us").astype(int)))
        numbers.append(row)
    pairs = [at.astype("M8[us]").astype(int).tolist() for at in (begins, ends)]

    def number_at(series: int, clock: int) -> dict[str, Any]:
        at, numbers = shown[series]
        return numbers[bisect_right(at, clock) - 1]

    def found(span: int) -> _Found:
        mine = frame[frame["pair"] // size == span]
        for row in records(mine[["number", "pair", *STEPS]]):
            series, place = row["number"], row["pair"] % size
            before, now = (number_at(series, at[row["pair"]]) for at in pairs)
            cells: Cells = (
                (facts.what(series), Small(facts.source(series))),
                (f"{before['printed']} → {now['printed']}",),
                (steps(row, before, now),),
            )
            if before["printed"] != now["printed"] or any(row[name] for name in STEPS):
                yield facts.rank[series], cells, place, place + 1

    return {name: lasting(found(span)) for span, name in enumerate(SPANS)}


# -- who disagrees ---------------------------------------------------------------------------------


def apart(facts: Facts, states: list[State]) -> list[Row]:
    """Write, of each thing that several sources count, the lowest and the highest number."""
    things: dict[tuple[str, ...], list[State]] = {}
    for state in states:
        things.setdefault(facts.thing(state.series), []).append(state)

    def found() -> _Found:
        for mine in things.values():
            if len({state.series for state in mine}) < 2:
                continue
            rank = min(facts.rank[state.series] for state in mine)
            edges = sorted({state.begin for state in mine} | {len(facts.times)})
            for begin, end in pairwise(edges):
                now = [s for s in mine if s.begin <= begin < s.end and s.total is not None]
                if len(now) > 1 and not _agree(facts, now):
                    yield rank, _apart(facts, now), begin, end

    return lasting(found())


def _agree(facts: Facts, now: list[State]) -> bool:
    """Whether all bounds overlap; a number of an earlier instant has no upper one (section 8)."""
    last = max(state.by for state in now)
    lows, highs = [], []
    for state in now:
        old = state.by < last
        returns = facts.names[state.series]["outcome"] in STOCKS
        low, high = bounds(vars(state))
        lows.append(0 if old and returns else low)
        highs.append(float("inf") if old else high)
    return max(lows) <= min(highs)


def _apart(facts: Facts, now: list[State]) -> Cells:
    # Of equals the first by name, as it would have been at that clock.
    order = sorted(now, key=lambda state: (state.total, facts.source(state.series)))
    ends: list[Cell] = [
        (one.printed, Small(f"{facts.source(one.series)}, through {one.through}"))
        for one in (order[0], order[-1])
    ]
    what = (facts.what(now[0].series), Small(plural(len(now), "source")))
    return (what, *ends)


# -- what does not add up --------------------------------------------------------------------------


class Found:
    """The findings at every clock, asked once."""

    def __init__(self, facts: Facts, states: list[State]) -> None:
        self.facts = facts
        self.states: dict[int, list[State]] = {}
        for state in states:
            self.states.setdefault(state.series, []).append(state)
        instants = facts.times.instants
        clocks = [facts.known.at(np.datetime64(at, "us")) for at in instants] or [facts.known]
        self.at = [_findings(findings(known, worded).frame()) for known in clocks]

    def rows(self) -> list[Row]:
        """Write the findings, worst first."""

        def found() -> _Found:
            for place, rows in enumerate(self.at):
                for row in rows:
                    yield self._order(row), self._cells(row), place, place + 1

        return lasting(found())

    def sentences(self) -> list[Row]:
        """Say in a sentence what is denied, and who gave no number."""

        def found() -> _Found:
            for place, rows in enumerate(self.at):
                for order, code, head in ((0, "denied", "Denied: "), (1, "silent", "Not given: ")):
                    texts = [
                        self._short(row)
                        for row in rows
                        if row.code == code and not (code == "silent" and self._filled(row, place))
                    ]
                    if texts:
                        text = head + some(texts, 2, "below") + "."
                        yield order, line(text), place, place + 1

        return lasting(found())

    def _filled(self, row: Any, place: int) -> bool:
        """Whether a series that gave no number has one now, of that day or a later one."""
        series = self.facts.by_name.get(tuple(str(getattr(row, name)) for name in SERIES), -1)
        return any(
            state.total is not None and not pd.isna(row.date)
            and state.through >= f"{row.date:%Y-%m-%d}"
            for state in self.states.get(series, ())
            if state.begin <= place < state.end
        )  # fmt: skip

    def _order(self, row: Any) -> tuple[Any, ...]:
        names = tuple(str(getattr(row, name)) for name in SERIES)
        severity, code = SEVERITIES.index(row.severity), CODES.index(row.code)
        date = "" if pd.isna(row.date) else f"{row.date:%Y-%m-%d}"
        return (severity, code, names, date, row.message)

    def _what(self, row: Any) -> str:
        names = {name: str(getattr(row, name)) for name in SERIES}
        if not any(names.values()):
            return ""
        text = self.facts.thing_of(names) if names["outcome"] else ""
        # Of these the message itself names the source, or several.
        source = "" if row.code in ("silent", "disagree") else names["source"]
        return ", by ".join(part for part in (text, source) if part)

    def _short(self, row: Any) -> str:
        names = {name: str(getattr(row, name)) for name in SERIES}
        what = self._what(row)
        who = f" ({what[:1].lower() + what[1:]})" if what and names["source"] else ""
        return f"{row.message}{who}"

    def _cells(self, row: Any) -> Cells:
        what = self._what(row)
        message: Cell = (row.message[:1].upper() + row.message[1:],)
        named = list(self._named(str(row.report_ids).split("; ")))
        return (
            (*message, Small(what)) if what else message,
            (str(row.severity), Small(str(row.code))),
            refs(named, 3),
        )

    def _named(self, parts: list[str]) -> Iterator[int]:
        """Yield the reports of joined names, any of which may hold what joins them."""
        start = 0
        while start < len(parts):
            stop = start + 1
            for until in range(start + 1, len(parts) + 1):
                report = self.facts.ids.get("; ".join(parts[start:until]))
                if report is not None:
                    yield report
                    stop = until
                    break
            start = stop


def _findings(frame: pd.DataFrame) -> list[SimpleNamespace]:
    """Return the rows of a table of findings."""
    names = ("severity", "code", "message", "date", "report_ids", *SERIES)
    columns = (frame[name].tolist() for name in names)
    return [
        SimpleNamespace(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)
    ]
