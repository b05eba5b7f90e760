"""A page to publish: what is known, how it got there, every number with its reports."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..core.known import Known
from ..display import counted, day, header, number, plural, stated
from ..formats import html
from ..formats.html import Link, Mark, Piece
from ..model.clocks import show
from ..model.schema import SERIES
from .checks import check
from .citations import citations
from .explain import Explanation, explain
from .history import history
from .totals import totals

#: Roles of the reports that a number rests on.
_RESTS = ("total", "from", "counted")
_NUMBERS = ("total", "low", "high", "change", "reports")


class _At:
    """What was known at a clock, to be asked."""

    def __init__(self, known: Known) -> None:
        self._known = known


def page(known: Known, title: str | None) -> str:
    """Return the page of what is known, as HTML."""
    return html.document(title or "Reported casualty figures", _Page(known).parts(title))


class _Page:
    """Writes the parts of a page."""

    def __init__(self, known: Known) -> None:
        self._known, self._tz = known, known.tz
        self._at = _At(known)
        self._reports = known.record.frame.loc[known.public]
        self._names = {
            name: f"report-{place}" for place, name in enumerate(self._reports["report_id"], 1)
        }

    def parts(self, title: str | None) -> Iterator[str]:
        """Yield the parts, from the heading to the citations."""
        yield html.heading(title or "Reported casualty figures", 1)
        known = self._known
        for line in header(self._reports, len(known.series), self._tz, known.known_at):
            yield html.paragraph(line)
        yield html.paragraph(
            "Each number is one that a source stated, or is worked out from such numbers alone; "
            "beside it stand the reports it rests on. A blank is unknown, not zero. No upper bound "
            "means that the reports give none."
        )
        series = self._series()
        yield html.heading("What is known", 2)
        yield self._overview(series)
        for place, (names, days, steps) in enumerate(series):
            yield from self._one(place, names, days, steps)
        yield html.heading("What does not add up", 2)
        yield self._findings()
        yield html.heading("The reports", 2)
        yield self._all()
        yield html.heading("Where to read them", 2)
        yield self._cited()

    def _series(self) -> list[tuple[dict[str, str], pd.DataFrame, pd.DataFrame]]:
        """Return each series that has a number, with its totals and its history."""
        by = list(SERIES)
        days = dict(iter(totals(self._at).groupby(by, observed=True, sort=False)))
        steps = dict(iter(history(self._at).groupby(by, observed=True, sort=False)))
        return [
            (dict(zip(by, map(str, key), strict=True)), frame, steps[key])
            for key, frame in days.items()
        ]

    def _explained(
        self, names: dict[str, str], *, date: Any = None, clock: Any = None
    ) -> Explanation:
        known = self._known
        if clock is not None:
            instant = np.datetime64(clock.tz_convert("UTC").tz_localize(None), "us")
            known = Known(known.record, instant)
        return explain(_At(known), date, **names)

    def _links(self, told: Explanation) -> list[Piece]:
        rests = told.reports["role"].astype(str).isin(_RESTS)
        links: list[Piece] = [self._link(name) for name in told.reports.loc[rests, "report_id"]]
        # A long sum is told in short; all its reports stand below.
        more = re.search(r"in ([\d,]+) further reports", told.text)
        return [*links, f"and {more[1]} more of this series"] if more else links

    def _link(self, name: str) -> Link:
        return Link(name, f"#{self._names[name]}") if name in self._names else Link(name, "")

    def _overview(self, series: list[tuple[dict[str, str], pd.DataFrame, pd.DataFrame]]) -> str:
        rows: list[Any] = []
        for place, (names, days, _) in enumerate(series):
            last = days.iloc[-1]
            rows.append([
                Link(counted(names), f"#series-{place}"), names["source"], number(last["total"]),
                _count(last["low"]), _count(last["high"]), day(last["date"]), str(last["basis"]),
                self._links(self._explained(names)),
            ])  # fmt: skip
        head = ["what", "source", "total", "low", "high", "through", "basis", "rests on"]
        return html.table(head, rows, _NUMBERS) if rows else html.paragraph("No number is known.")

    def _one(
        self, place: int, names: dict[str, str], days: pd.DataFrame, steps: pd.DataFrame
    ) -> Iterator[str]:
        yield html.heading(f"{counted(names)}: {names['source']}", 2, f"series-{place}")
        yield html.verbatim(str(self._explained(names)))
        rows: list[Any] = [
            [day(row.date), number(row.total), _count(row.low), _count(row.high), str(row.basis),
             self._links(self._explained(names, date=row.date))]
            for row in _rows(days)
        ]  # fmt: skip
        head = ["through", "total", "low", "high", "basis", "rests on"]
        yield html.table(head, rows, _NUMBERS, "Running total by day covered")
        rows = []
        for row in _rows(steps):
            gone = pd.isna(row.total)
            rests = [] if gone else self._links(self._explained(names, clock=row.reported_at))
            rows.append([
                show(row.reported_at, self._tz), "" if gone else day(row.date),
                "withdrawn" if gone else number(row.total), _count(row.low), _count(row.high),
                _signed(row.change), str(row.cause), rests,
            ])  # fmt: skip
        head = ["reported", "through", "total", "low", "high", "change", "cause", "rests on"]
        yield html.table(head, rows, _NUMBERS, "How it got there")

    def _findings(self) -> str:
        found = check(self._at)
        if found.empty:
            return html.paragraph("Nothing was found.")
        rows: list[Any] = [
            [str(row.severity), str(row.code), str(row.message),
             [self._link(name) for name in _ids(row.report_ids)]]
            for row in _rows(found)
        ]  # fmt: skip
        return html.table(["severity", "code", "finding", "reports"], rows)

    def _all(self) -> str:
        rows: list[Any] = []
        for row in self._reports.to_dict("records"):
            about = row["refers_to"]
            said = stated(row["value"], row["low"], row["high"], row["qualifier"])
            action = str(row["action"])
            days = day(row["period_end"])
            if pd.notna(row["period_start"]):
                days = f"{day(row['period_start'])} to {days}"
            rows.append([
                Mark(row["report_id"], self._names[row["report_id"]]),
                show(row["reported_at"], self._tz), row["source"], row["via"],
                counted({name: row[name] for name in SERIES}), str(row["kind"]), days,
                said if action in ("report", "revise") else "",
                [] if action == "report" else [f"{action} of", self._link(about)],
                row["reason"], Link(row["url"], row["url"]), row["note"],
            ])  # fmt: skip
        head = ["report", "reported", "source", "via", "what", "kind", "days", "number", "action",
                "reason", "page", "note"]  # fmt: skip
        return html.table(head, rows, ["number"], plural(len(rows), "report"))

    def _cited(self) -> str:
        rows = [
            [row.source, row.via, Link(row.url, row.url), show(row.first_reported, self._tz),
             show(row.last_reported, self._tz), number(row.reports)]
            for row in _rows(citations(self._at))
        ]  # fmt: skip
        return html.table(["source", "via", "page", "first", "last", "reports"], rows, _NUMBERS)


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return iter(frame.itertuples())


def _count(value: Any) -> str:
    return "" if pd.isna(value) else number(value)


def _signed(value: Any) -> str:
    return "" if pd.isna(value) else f"{int(value):+,}"


def _ids(cell: Any) -> list[str]:
    return list(cell) if isinstance(cell, list | tuple) else str(cell).split("; ") if cell else []
