"""The reports of a page as they are listed, under who said so, when and where."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from ..formats.html import plain, web
from ..words import plural
from .facts import Facts, records
from .markup import Markup, words
from .pieces import More, Piece, Ref, Row
from .saying import day

#: So many reports are listed at the most.
MOST = 1500


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


def chosen(facts: Facts, rows: Iterable[Row]) -> list[int]:
    """Return the reports that are listed: all, or, of very many, those named and the last ones.

    Of the named ones, those that rows name first come first.
    """
    count = len(facts.reports)
    if count <= MOST:
        return list(range(count))
    first = dict.fromkeys(ref.report for row in rows for ref in _refs(row))
    return sorted(list(dict.fromkeys([*first, *range(count - 1, -1, -1)]))[:MOST])


def _refs(row: Row) -> Iterator[Ref]:
    for cell in row.cells:
        for piece in cell:
            inner = piece.pieces if isinstance(piece, More) else (piece,)
            yield from (one for one in inner if isinstance(one, Ref))


def listed(facts: Facts, reports: Sequence[int]) -> list[Published]:
    """Return reports as they are listed, in the order of the ledger."""
    frame = facts.reports.iloc[list(reports)]
    of = facts.rows[list(reports)]
    frame = frame.assign(said=facts.cited.say(of), dates=facts.cited.dates(of))
    frame["shown"] = [facts.shown(report) for report in reports]
    out: list[Published] = []
    for report, row in zip(reports, records(frame), strict=True):
        names = {name: row[name] for name in ("shown", "source", "via", "url", "archived", "born")}
        page = Published(**names, reports=[])
        if not out or page != replace(out[-1], reports=[]):
            out.append(page)
        days, number = (row["dates"], row["said"]) if row["action"] in ("report", "revise") else (
            "", "")  # fmt: skip
        what = facts.what(int(row["series"]))
        remarks = _remarks(facts, row)
        out[-1].reports.append(Listed(report, row["report_id"], what, days, number, remarks))
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


def as_rows(one: Published, markup: Markup) -> str:
    """Return a head row that says who, when and where, and the reports under it."""
    relay = one.via or _host(one.url)
    where = words(f"{one.via}: {one.url}" if one.via and one.url else one.via or one.url)
    if web(one.url):
        where = f'<a href="{plain(one.url)}">{words(relay)}</a>'
    if one.archived:
        kept = f"kept copy: {words(one.archived)}"
        kept = f'<a href="{plain(one.archived)}">kept copy</a>' if web(one.archived) else kept
        where = f"{where}, {kept}" if where else kept
    # It heads the rows below it up to the next of its width (HTML's own rule for columns).
    born = f" data-b={one.born}" if one.born else ""
    head = f"<tr{born}><th colspan=4 scope=col>{plain(one.shown)} <b>{words(one.source)}</b>"
    rows = []
    for it in one.reports:
        days = f"<small>{plain(it.days)}</small>" if it.days else ""
        rows.append(
            f"<tr id=r{it.report + 1}><th scope=row>[{it.report + 1}] {words(it.name)}"
            f"<td>{words(it.what)}{days}<td>{plain(it.number)}<td>{markup.cell(it.remarks)}"
        )
    return "\n".join([head + (f", {where}" if where else ""), *rows])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url
