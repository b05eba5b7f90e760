"""The sections of a page, from what is known to the last report, as known at its own clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from ..words import plain, plural, web
from .changing import SPANS, change_of, changes, since
from .facts import Facts, last_known, records
from .markup import Markup, Piece, Ref, Row, words
from .picture import KEY, Picture, drawn, told_of
from .standing import groups

#: So many reports are listed at the most.
MOST = 1500
#: Of each table so many rows stand open, the others are folded.
_OPEN = {"headlines": 5, "bridges": 6, "apart": 12, "findings": 12, "replaced": 0}
#: So many of the last changes are told; a list of reports no longer than this stands open.
_RECENT, _SHORT, _PATHS = 8, 20, 8
#: The stretches of the bridges in words.
_OVER = {"day": "24 hours", "week": "7 days", "month": "30 days"}


@dataclass(frozen=True)
class Sections:
    """Lays out what a page tells, all of it asked of its ledger before.

    `pools` are the rows that change with the clock, by the name of their table. Of `untold`
    numbers the steps are not told, as there are too many. `listed` are the places of the reports
    that are listed; all of them are in `csv`, the address of a `file`.
    """

    facts: Facts
    title: str
    pools: dict[str, list[Row]]
    paths: dict[int, list[Row]]
    untold: int
    pictures: list[Picture]
    undrawn: list[str]
    listed: list[int]
    csv: str
    file: str

    @cached_property
    def markup(self) -> Markup:
        """Writes rows as known at the page's own clock."""
        return Markup({*self.listed}, len(self.facts.times) - 1)

    def main(self) -> str:
        """Return all sections."""
        parts = (
            self._known(), self._recent(), self._path(), self._doubts(), self._reports(),
        )  # fmt: skip
        return "\n".join(text for part in parts for text in part)

    def sentences(self, name: str, *, large: bool = False) -> str:
        """Return sentences that change with the clock, what each begins with large."""
        shown, write = "", self.markup
        for row in self.pools[name]:
            if row.stands(write.last):
                head, *rest = map(write.cell, row.cells)
                first = f"<strong>{head}</strong>" if large else head
                shown += f"<p{write.born(row)}>{' '.join([first, *rest])}</p>"
        kind = ' class="lead"' if large else ""
        return f'<div{kind} data-pool="{name}">{shown}</div>' if self.pools[name] else ""

    def _table(
        self, name: str, head: Sequence[str], caption: str, noun: str, none: str,
        *, hidden: bool = False,
    ) -> str:  # fmt: skip
        """Return a table of which so many rows stand open at each clock, the others folded."""
        rows, write = self.pools[name], self.markup
        now = [row for row in rows if row.stands(write.last)]
        kind = name.partition("-")[0]
        most = _OPEN[kind]
        pool = f'data-pool="{name}" data-most="{most}"'
        shown = write.table(kind, write.rows(now[:most]), head, caption, pool=pool, hidden=hidden)
        text = (
            f'<p data-none="{name}"{_hidden(bool(now))}>{plain(none)}</p>'
            f'<div data-any="{name}"{_hidden(not now or not most)}>{shown}</div>'
        )
        if len(rows) > most:
            inner = write.table(
                kind, write.rows(now[most:]), head, caption, pool=f'data-rest="{name}"',
                hidden=hidden or most > 0,
            )  # fmt: skip
            count = max(len(now) - most, 0)
            text += (
                f'<details class="fold" data-any="{name}+"{_hidden(not count)}><summary>{noun}: '
                f'<span data-count="{name}+">{count:,}</span></summary>'
                f"{inner}</details>"
            )
        return text

    # -- sections --------------------------------------------------------------------------------

    def _known(self) -> Iterator[str]:
        facts = self.facts
        yield '<section id="known" tabindex="-1"><h2>What is known</h2>'
        yield self.sentences("tolls", large=True)
        if meant := _event(facts, self.title):
            mine = [one for one in facts.series if facts.names[one]["event"] == facts.event]
            yield f"<p{_from(facts.first(mine))}>{words(meant)}</p>"
        if not facts.told:
            yield _note("No number is known.")
        yield f'<div class="phone">{self.sentences("lead", large=True)}</div><div class="sides">'
        sides = groups(facts)
        for place, (title, mine) in enumerate(sides.items()):
            table = self._table(
                f"headlines-{place}", ["who are counted, by whom", "number", "rests on"],
                f"{title}: each source's latest number", "More numbers", "No number is known.",
                hidden=True,
            )  # fmt: skip
            heading = f"<h3>{words(title)}</h3>" * (len(sides) > 1)
            yield f"<div{_from(facts.first(mine))}>{heading}{table}</div>"
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
        chosen = changes(self.facts, self.paths)[:_RECENT]
        if self.facts.history.empty:
            return
        yield '<section class="changed"><h2>What changed last</h2>'
        if not chosen and not self.untold:
            yield _note("No headline has changed since the first.")
        if chosen:
            paths = [*self.paths.items()]
            steps = [(paths[path][0], paths[path][1][step]) for path, step in chosen]
            rows = [change_of(self.facts, *step) for step in steps]
            when, *rest = (f"<span>{self.markup.line(cell)}</span>" for cell in rows[0].cells)
            yield f'<p data-last class="last">Last change: {when}: {"; ".join(rest)}</p>'
            yield self.markup.table(
                "recent", self.markup.rows(rows), ["when", "who are counted, by whom", "number",
                "why"], "The last changes, the newest first", pool=f'data-recent="{_RECENT}"',
            )  # fmt: skip
            yield "<h3>Why the numbers changed</h3>"
            yield _note("From the number known then to the number known now, and what made the "
                        "difference. A number that was not known then is not told.")  # fmt: skip
            for span in SPANS:
                table = self._table(
                    f"bridges-{span}", ["who are counted, by whom", "then → now", "difference"],
                    f"Over the last {_OVER[span]}", "More numbers",
                    f"No number that was known {_OVER[span]} before is different now.",
                )  # fmt: skip
                yield f"<div{_from(since(self.facts, span), self.markup.last)}>{table}</div>"
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
                f'<details class="fold screen"{_from(self.markup.last)}><summary>Pictures not '
                f"drawn: {len(self.undrawn):,}</summary><ul>{names}</ul></details>"
            )
        yield from self._steps()
        if self.paths or self.pools["replaced"]:
            yield self._table(
                "replaced", ["when", "figure", "change", "why"], "The latest last",
                "Figures that were replaced", "No figure was replaced by another.",
            )  # fmt: skip
        yield "</section>"

    def _figure(self, picture: Picture) -> str:
        last, clock = self.markup.last, self.facts.times.label
        names, said = "", []
        for line in picture.named:
            step = last_known(line.steps, last, attrgetter("born"))
            number = told_of(step) if step else ""
            said.append(f"{line.name}: {number}")
            chip = f'<span class="{line.color}">{_CHIP * (len(picture.lines) > 1)}</span>'
            names += (f"<li{_from(line.steps[0].born)}>{chip}<bdi>{plain(line.name)}</bdi>: "
                      f"<b>{plain(number)}</b></li>")  # fmt: skip
        if grey := [line.steps[0].born for line in picture.lines if line.color == "grey"]:
            names += f'<li class="grey"{_from(min(grey))}>{_CHIP}other sources'
        late = "; what was said later stands with the names alone"
        left = f"<p>{picture.left}</p>" * bool(picture.left)
        told = f"{picture.title}, as known {clock}. {'; '.join(said)}."
        return (
            f"<figure{_from(picture.born)}><figcaption><b>{words(picture.title)}</b> <span>as "
            f"known <span data-clock>{plain(clock)}</span>"
            f"<span data-late{'' if picture.windows[last].late else ' hidden'}>{late}</span></span>"
            f'</figcaption><div class="plate">{drawn(picture, told, last)}</div>'
            f'<ul class="names">{names}</ul>{left}{_key(picture)}</figure>'
        )

    def _steps(self) -> Iterator[str]:
        if not self.paths:
            return
        yield "<h3>Every number, step by step</h3>"
        told = [self._one_path(*each) for each in enumerate(self.paths)]
        yield from told[:_PATHS]
        if len(told) > _PATHS:
            yield (
                f'<details class="fold" data-inner><summary>More numbers: <span>'
                f"{len(told) - _PATHS:,}</span></summary>"
            )
            yield from told[_PATHS:]
            yield "</details>"
        if self.untold:
            yield _note(f"{plural(self.untold, 'series')} with very many steps not told here; the "
                        "reports below, as CSV, hold them.")  # fmt: skip

    def _one_path(self, place: int, series: int) -> str:
        name, rows = f"steps-{place}", self.paths[series]
        what, source = words(self.facts.what(series)), plain(self.facts.source(series))
        table = self.markup.table(
            "steps", self.markup.rows(rows), ["when", "number", "why"], "Step by step",
            pool=f'data-pool="{name}"', hidden=True,
        )  # fmt: skip
        return (
            f'<details class="fold" data-any="{name}"><summary><span>{what}</span>: '
            f'<bdi>{source}</bdi> (<span data-count="{name}">{len(rows):,}</span>)'
            f"</summary>{table}</details>"
        )

    def _doubts(self) -> Iterator[str]:
        if self.pools["apart"]:
            yield "<section><h2>Who disagrees</h2>"
            yield self._table(
                "apart", ["what they say", "severity", "reports"],
                "What was said of the same days; later numbers are not set against earlier ones",
                "More", "No two sources contradict each other about the same days.",
            )  # fmt: skip
            yield "</section>"
        yield "<section><h2>What does not add up</h2>"
        yield self._table(
            "findings", ["finding", "severity", "reports"],
            "Worst first; no report was changed for them", "More findings", "Nothing was found.",
        )  # fmt: skip
        yield self.sentences("unlisted")
        yield "</section>"

    def _reports(self) -> Iterator[str]:
        facts, count, times = self.facts, len(self.listed), self.facts.times
        yield '<section id="reports"><h2>The reports</h2>'
        if count < len(facts.reports):
            yield _note(f"{count:,} of them are listed here: those behind the numbers of the "
                        f"page's own clock, {times.label}, and the last ones. All are in the "
                        "CSV file, in order: [1] is its first report. On paper they are left "
                        "out.")  # fmt: skip
        yield (f'<p><a id="csv" download="{self.file}" href="{plain(self.csv)}">All reports as '
               f"CSV</a>: {plain(facts.span)}, as known {plain(times.label)}; times in the "
               f"zone {plain(times.tz)}.</p>")  # fmt: skip
        if count:
            table = self.markup.table(
                "reports", "\n".join(self._listed()),
                ["report", "who are counted", "number", "remarks"],
                "Reports in the order of the ledger, under who said so, when and where",
                pool='data-pool="reports"', hidden=True,
            )  # fmt: skip
            kind = "all" if count == len(facts.reports) else "screen"
            yield (
                f'<details class="fold {kind}"{" open" * (count <= _SHORT)}><summary>Reports: '
                f'<span data-count="reports">{count:,}</span></summary>{table}</details>'
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
                       f"<td>{self.markup.cell(_remarks(facts, row))}")  # fmt: skip

    def moves(self) -> str:
        """Return how far the clock can be set back."""
        times = self.facts.times
        of = f"{len(times):,} of {times.every:,}" if len(times) < times.every else "all"
        note = _note(f"Where scripts run, the clock of this page can be set back to {of} "
                     "instants at which something was reported.")  # fmt: skip
        return note * bool(self.markup.last)


#: What reports must share to stand under one head.
_PAGE = ("reported_at", "source", "via", "url", "archived")


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


def chosen(facts: Facts, rows: Iterable[Row]) -> list[int]:
    """Return the reports that are listed: all, or, of very many, those named and the last ones.

    Of the named ones, those that rows name first come first.
    """
    count = len(facts.reports)
    if count <= MOST:
        return list(range(count))
    cells = (cell for row in rows for cell in row.cells)
    pieces = (one for cell in cells for it in cell for one in getattr(it, "pieces", (it,)))
    first = dict.fromkeys(one.report for one in pieces if isinstance(one, Ref))
    return sorted(list(dict.fromkeys([*first, *range(count - 1, -1, -1)]))[:MOST])


def _event(facts: Facts, title: str) -> str:
    """Say which event is meant where none is named."""
    event = facts.event or ""
    if facts.events > 1 and event:
        return f"Where no event is named it is {event}."
    return f"All of it is about {event}." if event and event not in title else ""


_CHIP = '<svg aria-hidden="true"><path d="M0 6H24"/></svg>'


def _key(picture: Picture) -> str:
    """Return what the marks of a picture mean, those alone that it has."""
    marks = "".join(
        f'<li{_from(born)}><svg aria-hidden="true"><use href="#{name}" x="8" y="{y}"/></svg>{means}'
        for name, (means, y) in KEY.items()
        if (born := picture.marks.get(name)) is not None
    )
    return f'<ul class="key">{marks}</ul>'


def _hidden(yes: bool) -> str:
    return " hidden" * yes


def _from(place: int, last: int | None = None) -> str:
    """Return from which clock on an element is shown; hidden if that is after the last one."""
    return f" data-from={place}{_hidden(last is not None and place > last)}" if place else ""


def _note(text: str) -> str:
    return f"<p>{plain(text)}</p>"
