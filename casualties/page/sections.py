"""The sections of a page, from what is known to the last report, as known at its own clock."""

import base64
import gzip
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from ..formats import csv
from ..words import plain, plural, web
from .changing import SPANS, bridged, change_of, changes, dateline, doubts, paths, replaced, since
from .facts import Facts, last_known, records
from .markup import REF, Row, refs, table, words
from .picture import KEY, Picture, drawn, pictures, told_of
from .standing import headlines, lead, numbers, states_of, tolls

if TYPE_CHECKING:
    from ..ledger import Ledger

#: So many reports are listed at the most.
MOST = 1500
#: So many of the last changes are told; a list of reports no longer than this stands open.
RECENT, _SHORT, _PATHS = 8, 20, 8
#: Letters that stand for themselves in the address that holds the CSV; a longer CSV is packed.
_SAFE, _LONG = "/:?@!$'()*+,;=-._~&", 1_000_000
#: The stretches of the bridges in words.
_OVER = {"day": "24 hours", "week": "7 days", "month": "30 days"}


class _Table(NamedTuple):
    """A table of which so many rows stand `open` at each clock, the others folded under `more`."""

    open: int
    head: tuple[str, ...]
    caption: str
    more: str
    none: str  #: what is said where it is empty


_TABLES = {
    "headlines": _Table(
        5, ("who are counted, by whom", "number", "rests on"),
        "{}: each source's latest number", "More numbers", "No number is known.",
    ),
    "bridges": _Table(
        6, ("who are counted, by whom", "then → now", "difference"), "Over the last {}",
        "More numbers", "No number that was known {} before is different now.",
    ),
    "apart": _Table(
        12, ("what they say", "severity", "reports"),
        "What was said of the same days; later numbers are not set against earlier ones",
        "More", "No two sources contradict each other about the same days.",
    ),
    "findings": _Table(
        12, ("finding", "severity", "reports"),
        "Worst first; no report was changed for them", "More findings", "Nothing was found.",
    ),
    "replaced": _Table(
        0, ("when", "figure", "change", "why"), "The latest last", "Figures that were replaced",
        "No figure was replaced by another.",
    ),
}  # fmt: skip


class Sections:
    """Asks a ledger all that its page tells, and lays it out.

    Attributes
    ----------
    pools : dict of str to list of Row
        The rows that change with the clock, by the name of their table.
    paths : dict of int to list of Row
        The steps of each number; of `untold` numbers they are not told, as there are too many.
    pictures, undrawn : list
        The pictures, and what has none.
    listed : list of int
        The reports that are listed.
    """

    def __init__(self, ledger: "Ledger", title: str | None) -> None:
        facts = self.facts = Facts(ledger)
        self.last = len(facts.times) - 1
        about = f"{facts.event}: reported casualties" if facts.event and facts.events == 1 else ""
        self.title = title or about or "Reported casualty figures"
        self.sides = headlines(facts, states_of(facts))
        sides = [numbers(facts, side, states) for side, states in self.sides.items()]
        self.pools = {
            "dateline": dateline(facts),
            "tolls": tolls(facts),
            "lead": lead(facts, self.sides),
            **{f"headlines-{place}": rows for place, rows in enumerate(sides)},
            **{f"bridges-{name}": rows for name, rows in bridged(facts).items()},
            **doubts(facts),
            "replaced": replaced(facts),
        }
        self.paths, self.untold = paths(facts)
        self.pictures, self.undrawn = pictures(facts)
        self.listed = self._chosen()

    def _chosen(self) -> list[int]:
        """Return the reports that are listed: all, or, of very many, those named and the last ones.

        Of the named ones, those that rows name first come first.
        """
        count = len(self.facts.reports)
        first = ("headlines", "apart", "findings", "replaced")
        cells = (
            cell for name, rows in self.pools.items() if name.partition("-")[0] in first
            for row in rows if row.stands(self.last) for cell in row.cells
        )  # fmt: skip
        named = [int(ref[1]) - 1 for cell in cells for ref in REF.finditer(cell)]
        return sorted([*dict.fromkeys([*named, *range(count - 1, -1, -1)])][:MOST])

    def linked(self, text: str) -> str:
        """Return HTML whose links lead only to the reports that the page lists."""
        if len(self.listed) == len(self.facts.reports):
            return text
        there = {f"{one + 1}" for one in self.listed}
        return REF.sub(lambda ref: ref[0] if ref[1] in there else ref[2], text)

    def main(self) -> str:
        """Return all sections."""
        parts = (
            self._known(), self._recent(), self._path(), self._doubts(), self._reports(),
        )  # fmt: skip
        return self.linked("\n".join(text for part in parts for text in part))

    def sentences(self, name: str, kind: str = "") -> str:
        """Return sentences that change with the clock."""
        rows = (row for row in self.pools[name] if row.stands(self.last))
        shown = "".join(f"<p{row.born(self.last)}>{row.cells[0]}</p>" for row in rows)
        return f'<div{kind} data-pool="{name}">{shown}</div>' if self.pools[name] else ""

    def _rows(self, rows: Iterable[Row]) -> Iterator[str]:
        """Yield the rows of a table that stand."""
        for row in rows:
            if row.stands(self.last):
                yield f"<tr{row.born(self.last)}><th scope=row>{'<td>'.join(row.cells)}"

    def _table(self, name: str, about: str = "", *, hidden: bool = False) -> str:
        """Return one of the tables; `about` is what its words are about."""
        kind, rows = name.partition("-")[0], self.pools[name]
        most, head, caption, more, none = _TABLES[kind]
        now, caption = [*self._rows(rows)], caption.format(about)
        pool = f'data-pool="{name}" data-most="{most}"'
        text = (
            f'<p data-none="{name}"{_hidden(bool(now))}>{plain(none.format(about))}</p>'
            f'<div data-any="{name}"{_hidden(not now or not most)}>'
            f"{table(kind, now[:most], head, caption, pool, hidden=hidden)}</div>"
        )
        if len(rows) > most:
            pool, unseen = f'data-rest="{name}"', hidden or most > 0
            text += (
                f'<details class="fold" data-any="{name}+"{_hidden(len(now) <= most)}>'
                f'<summary>{more}: <span data-count="{name}+">{max(len(now) - most, 0):,}</span>'
                f"</summary>{table(kind, now[most:], head, caption, pool, hidden=unseen)}</details>"
            )
        return text

    # -- sections --------------------------------------------------------------------------------

    def _known(self) -> Iterator[str]:
        facts, lead = self.facts, ' class="lead"'
        yield '<section id="known" tabindex="-1"><h2>What is known</h2>'
        yield self.sentences("tolls", lead)
        if meant := _event(facts, self.title):
            mine = [one for one in facts.series if facts.names[one]["event"] == facts.event]
            yield f"<p{_from(facts.first(mine))}>{words(meant)}</p>"
        if not facts.told:
            yield _note("No number is known.")
        yield f'<div class="phone">{self.sentences("lead", lead)}</div><div class="sides">'
        for place, (title, states) in enumerate(self.sides.items()):
            heading = f"<h3>{words(title)}</h3>" * (len(self.sides) > 1)
            begin = facts.first({state.series for _, state in states})
            shown = self._table(f"headlines-{place}", title, hidden=True)
            yield f"<div{_from(begin)}>{heading}{shown}</div>"
        yield "</div>"
        yield f'<div class="said">{self.sentences("denied")}</div>'
        if more := len(facts.series) - len(facts.told):
            yield _note(f"{plural(more, 'number')} more not told here, nor a toll across sides: "
                        "the reports below, as CSV, hold them.")  # fmt: skip
        if far := len(facts.told) - len(facts.followed):
            yield _note(f"{plural(far, 'number')} not explained here, nor why "
                        "changed: the page follows the first ones alone, as all have very many "
                        "reports.")  # fmt: skip
        yield "</section>"

    def _recent(self) -> Iterator[str]:
        """Yield what changed last and why, whose parts the script fills from the steps."""
        chosen = changes(self.facts, self.paths)[:RECENT]
        if self.facts.history.empty:
            return
        yield '<section class="changed"><h2>What changed last</h2>'
        if not chosen and not self.untold:
            yield _note("No headline has changed since the first.")
        if chosen:
            told = list(self.paths.items())
            rows = [change_of(self.facts, told[path][0], told[path][1][at]) for path, at in chosen]
            cells = (cell.replace("<small>", "<small>, ") for cell in rows[0].cells)
            when, *rest = (f"<span>{cell}</span>" for cell in cells)
            yield f'<p data-last class="last">Last change: {when}: {"; ".join(rest)}</p>'
            head = ("when", "who are counted, by whom", "number", "why")
            yield table("recent", self._rows(rows), head, "The last changes, the newest first",
                        f'data-recent="{RECENT}"')  # fmt: skip
            yield "<h3>Why the numbers changed</h3>"
            yield _note("From the number known then to the number known now, and what made the "
                        "difference. A number that was not known then is not told.")  # fmt: skip
            for span in SPANS:
                begin = since(self.facts, span)
                told_since = _from(begin) + _hidden(begin > self.last)
                yield f"<div{told_since}>{self._table(f'bridges-{span}', _OVER[span])}</div>"
        yield "</section>"

    def _path(self) -> Iterator[str]:
        if not (self.pictures or self.undrawn or self.paths or self.pools["replaced"]):
            return
        yield "<section><h2>How it got there</h2>"
        for picture in self.pictures:
            yield self._figure(picture)
        if self.undrawn:
            names = "".join(f"<li>{words(name)}</li>" for name in self.undrawn)
            yield (
                f'<details class="fold screen"{_from(self.last)}><summary>Pictures not '
                f"drawn: {len(self.undrawn):,}</summary><ul>{names}</ul></details>"
            )
        yield from self._steps()
        if self.paths or self.pools["replaced"]:
            yield self._table("replaced")
        yield "</section>"

    def _figure(self, picture: Picture) -> str:
        clock, names, said = self.facts.times.label, "", []
        for line in picture.named:
            step = last_known(line.steps, self.last, attrgetter("born"))
            number = told_of(step) if step else ""
            said.append(f"{line.name}: {number}")
            chip = f'<span class="{line.color}">{_CHIP * (len(picture.lines) > 1)}</span>'
            names += (f"<li{_from(line.steps[0].born)}>{chip}<bdi>{plain(line.name)}</bdi>: "
                      f"<b>{plain(number)}</b></li>")  # fmt: skip
        if grey := [line.steps[0].born for line in picture.lines if line.color == "grey"]:
            names += f'<li class="grey"{_from(min(grey))}>{_CHIP}other sources'
        marks = "".join(
            f'<li{_from(born)}><svg aria-hidden="true"><use href="#{name}" x="8" y="{y}"/></svg>'
            f"{means}"
            for name, (means, y) in KEY.items()
            if (born := picture.marks.get(name)) is not None
        )
        left = f"<p>{picture.left}</p>" * bool(picture.left)
        told = f"{picture.title}, as known {clock}. {'; '.join(said)}."
        return (
            f"<figure{_from(picture.born)}><figcaption><b>{words(picture.title)}</b> <span>as "
            f"known <span data-clock>{plain(clock)}</span>"
            f"<span data-late{_hidden(not picture.windows[self.last].late)}>; what was said later "
            "stands with the names alone</span></span></figcaption>"
            f'<div class="plate">{drawn(picture, told, self.last)}</div>'
            f'<ul class="names">{names}</ul>{left}<ul class="key">{marks}</ul></figure>'
        )

    def _steps(self) -> Iterator[str]:
        if not self.paths:
            return
        yield "<h3>Every number, step by step</h3>"
        for place, (series, rows) in enumerate(self.paths.items()):
            if place == _PATHS:
                yield (
                    '<details class="fold" data-inner><summary>More numbers: <span>'
                    f"{len(self.paths) - _PATHS:,}</span></summary>"
                )
            name, head = f"steps-{place}", ("when", "number", "why")
            what, source = words(self.facts.what(series)), plain(self.facts.source(series))
            body, pool = self._rows(rows), f'data-pool="{name}"'
            yield (
                f'<details class="fold" data-any="{name}"><summary><span>{what}</span>: '
                f'<bdi>{source}</bdi> (<span data-count="{name}">{len(rows):,}</span>)</summary>'
                f"{table('steps', body, head, 'Step by step', pool, hidden=True)}</details>"
            )
        if len(self.paths) > _PATHS:
            yield "</details>"
        if self.untold:
            yield _note(f"{plural(self.untold, 'series')} with very many steps not told here; the "
                        "reports below, as CSV, hold them.")  # fmt: skip

    def _doubts(self) -> Iterator[str]:
        if self.pools["apart"]:
            yield "<section><h2>Who disagrees</h2>"
            yield self._table("apart")
            yield "</section>"
        yield "<section><h2>What does not add up</h2>"
        yield self._table("findings")
        yield self.sentences("unlisted")
        yield "</section>"

    def _reports(self) -> Iterator[str]:
        facts, count, times = self.facts, len(self.listed), self.facts.times
        every = count == len(facts.reports)
        yield '<section id="reports"><h2>The reports</h2>'
        if not every:
            yield _note(f"{count:,} of them are listed here: those behind the numbers of the "
                        f"page's own clock, {times.label}, and the last ones. All are in the "
                        "CSV file, in order: [1] is its first report. On paper they are left "
                        "out.")  # fmt: skip
        address, file = _csv(facts.ledger)
        yield (f'<p><a id="csv" download="{file}" href="{plain(address)}">All reports as '
               f"CSV</a>: {plain(facts.span)}, as known {plain(times.label)}; times in the "
               f"zone {plain(times.tz)}.</p>")  # fmt: skip
        if count:
            listed = table(
                "reports", self._listed(), ("report", "who are counted", "number", "remarks"),
                "Reports in the order of the ledger, under who said so, when and where",
                'data-pool="reports"', hidden=True,
            )  # fmt: skip
            yield (
                f'<details class="fold {"all" if every else "screen"}"'
                f"{' open' * (count <= _SHORT)}><summary>Reports: "
                f'<span data-count="reports">{count:,}</span></summary>{listed}</details>'
            )
        yield "</section>"

    def _listed(self) -> Iterator[str]:
        """Yield reports in the order of the ledger, those of one page under who said so, and when.

        A head row heads those below it up to the next of its width (HTML's own rule for columns).
        """
        facts, of = self.facts, self.facts.rows[self.listed]
        rows = records(facts.reports.iloc[self.listed])
        said = zip(self.listed, rows, facts.cited.say(of), facts.cited.dates(of), strict=True)
        for _, page in groupby(said, lambda one: [one[1][name] for name in _PAGE]):
            for place, (report, row, number, days) in enumerate(page):
                if not place:
                    born = f" data-b={row['born']}" if row["born"] else ""
                    yield (f"<tr{born}><th colspan=4 scope=col>{plain(facts.shown(report))} "
                           f"<b>{words(row['source'])}</b>{_where(row)}")  # fmt: skip
                what = words(facts.what(row["series"]))
                about, number = row["action"] in ("retract", "deny"), plain(number)
                small = "" if about else f"<small>{plain(days)}</small>"
                yield (f"<tr id=r{report + 1}><th scope=row>[{report + 1}] "
                       f"{words(row['report_id'])}<td>{what}{small}<td>{number * (not about)}"
                       f"<td>{_remarks(facts, row)}")  # fmt: skip

    def moves(self) -> str:
        """Return how far the clock can be set back."""
        times = self.facts.times
        of = f"{len(times):,} of {times.every:,}" if len(times) < times.every else "all"
        note = _note(f"Where scripts run, the clock of this page can be set back to {of} "
                     "instants at which something was reported.")  # fmt: skip
        return note * bool(self.last)


def _csv(ledger: "Ledger") -> tuple[str, str]:
    """Return all reports as CSV for a spreadsheet: an address that holds it, and a file's name."""
    text = csv.written(ledger.reports, ledger.tz, spreadsheet_safe=True)
    if len(text) > _LONG:
        data = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        return f"data:application/gzip;base64,{data}", "reports.csv.gz"
    return f"data:text/csv;charset=utf-8,{quote(text, safe=_SAFE)}", "reports.csv"


#: What reports must share to stand under one head.
_PAGE = ("reported_at", "source", "via", "url", "archived")
_VERBS = {"report": "", "revise": "revises", "retract": "withdraws", "deny": "denies"}


def _remarks(facts: Facts, row: dict[str, Any]) -> str:
    """Say which report it is about, and its reason and note."""
    target = facts.ids.get(row["refers_to"])
    about = words(row["refers_to"]) if target is None else refs([target])
    quoted = f"“{row['quote']}”" if row["quote"] else ""
    said = [f"{_VERBS[row['action']]} {about}".strip()]
    said += [words(text) for text in (row["reason"], row["note"], quoted)]
    return "; ".join(filter(None, said))


def _where(row: dict[str, Any]) -> str:
    """Say where a report stands: who relays it, its address and its kept copy."""
    via, url, archived = row["via"], row["url"], row["archived"]
    told = [words(f"{via}: {url}" if via and url else via or url)]
    if web(url):
        told = [f'<a href="{plain(url)}">{words(via or _host(url))}</a>']
    if archived:
        link = f'<a href="{plain(archived)}">kept copy</a>'
        told.append(link if web(archived) else f"kept copy: {words(archived)}")
    return "".join(f", {text}" for text in told if text)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url


def _event(facts: Facts, title: str) -> str:
    """Say which event is meant where none is named."""
    event = facts.event or ""
    if facts.events > 1 and event:
        return f"Where no event is named it is {event}."
    return f"All of it is about {event}." if event and event not in title else ""


_CHIP = '<svg aria-hidden="true"><path d="M0 6H24"/></svg>'


def _hidden(yes: bool) -> str:
    return " hidden" * yes


def _from(place: int) -> str:
    """Return from which clock on an element is shown."""
    return f" data-from={place}" if place else ""


def _note(text: str) -> str:
    return f"<p>{plain(text)}</p>"
