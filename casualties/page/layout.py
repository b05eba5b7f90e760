"""The sections of a page, from the heading to the last report, as known at its own clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..display import plural
from ..formats.html import plain, web
from .answered import SPANS
from .listed import Listed, Path, Published, change, changes
from .markup import Markup, words
from .pictures import Picture
from .rows import Row
from .story import Story

#: Of each table so many rows stand open, the others are folded.
_OPEN = {"headlines": 12, "bridges-day": 6, "bridges-week": 6, "bridges-month": 6, "apart": 12,
         "findings": 12, "replaced": 0}  # fmt: skip
#: So many of the last changes are told; a list of reports no longer than this stands open.
_RECENT, _SHORT, _PATHS = 8, 20, 8
#: The stretches of the bridges in words.
_OVER = {"day": "24 hours", "week": "7 days", "month": "30 days"}
_WORDS = {
    "a number alone": "stated so, or bounded to exactly this by what was stated",
    "at least": "the reports give no upper bound",
    "31 to 59": "the reports bound it so; in brackets behind a number that was stated otherwise",
    "about, more than, up to": "as it was stated",
    "with no bounds": "added up or carried from vague numbers, or of people who may return",
    "through": "the last day that a number counts; not the day it was reported",
    "withdrawn": "taken back, with nothing said before it that would stand again",
    "corrected": "what was counted before is now counted otherwise",
    "updated": "the same day, which went on",
    "new": "later days, or an announcement of more",
    "unexplained": "a fall that no report explains",
}


@dataclass(frozen=True)
class Layout:
    """Lays a story out; `last` is the place of the page's own clock."""

    story: Story
    markup: Markup
    last: int

    def dateline(self) -> str:
        """Return how much is known, under the heading."""
        return self.markup.sentences("dateline", self.story.pools["dateline"], self.last)

    def main(self) -> str:
        """Return all sections."""
        return "\n".join(
            [*self._known(), *self._path(), *self._apart(), *self._findings(), *self._reports()]
        )

    def _pool(self, name: str) -> list[Row]:
        return self.story.pools.get(name, [])

    def _sentences(self, name: str, *, large: bool = False) -> str:
        rows = self._pool(name)
        return self.markup.sentences(name, rows, self.last, large=large) if rows else ""

    def _table(self, name: str, head: Sequence[str], caption: str, noun: str, none: str) -> str:
        return self.markup.folded(
            name, self._pool(name), self.last, head, caption, most=_OPEN[name], noun=noun, none=none
        )

    # -- sections --------------------------------------------------------------------------------

    def _known(self) -> Iterator[str]:
        yield '<section id="known" tabindex="-1"><h2>What is known</h2>'
        yield self._sentences("tolls", large=True)
        yield self._sentences("lead", large=True)
        yield f'<div class="said">{self._last_change()}</div>'
        if self.story.event:
            yield f"<p{_from(self.story.event_from)}>{words(self.story.event)}</p>"
        yield self._table(
            "headlines", ["who are counted, by whom", "number", "rests on"],
            "Each source's latest number", "More numbers", "No number is known.",
        )  # fmt: skip
        yield f'<div class="said">{self._sentences("denied")}</div>'
        if self.story.unexplained:
            yield _note(f"{plural(self.story.unexplained, 'number')} not explained here: the page "
                        "explains the first ones only.")  # fmt: skip
        yield "</section>"

    def _path(self) -> Iterator[str]:
        story = self.story
        if not story.begun:
            return
        yield "<section><h2>How it got there</h2>"
        for place, picture in enumerate(story.pictures):
            yield self._figure(place, picture)
        if story.undrawn:
            names = "".join(f"<li>{words(name)}</li>" for name in story.undrawn)
            yield (f'<details class="fold screen"{_from(self.last)}><summary>Pictures not drawn: '
                   f"{len(story.undrawn):,}</summary><ul>{names}</ul></details>")  # fmt: skip
        yield from self._changes()
        if story.paths or story.pools["replaced"]:
            yield self._table(
                "replaced", ["when", "figure", "change", "why"], "The latest last",
                "Figures that were replaced", "No figure was replaced by another.",
            )  # fmt: skip
        yield "</section>"

    def _changes(self) -> Iterator[str]:
        story = self.story
        if not story.paths and not story.untold:
            yield _note("No headline has changed since the first.")
            return
        yield self._recent()
        yield "<h3>Why the numbers changed</h3>"
        yield _note("From the number known then to the number known now, and what made the "
                    "difference. A number that was not known then is not told.")  # fmt: skip
        for span in SPANS:
            yield self._table(
                f"bridges-{span}", ["who are counted, by whom", "then → now", "difference"],
                f"Over the last {_OVER[span]}", "More numbers",
                f"No number that was known {_OVER[span]} before is different now.",
            )  # fmt: skip
        yield from self._steps(story.paths, story.untold)

    def _figure(self, place: int, picture: Picture) -> str:
        x, top, _, bottom = picture.box
        wide = float(picture.svg.split('viewBox="', 1)[1].split('"', 1)[0].split()[2])
        cover = (
            f'<rect class="cover" x="{x:.1f}" y="{top - 1:.1f}" width="0" '
            f'height="{bottom - top + 1.4:.1f}" data-right="{wide}"/>'
        )
        svg = picture.svg.replace(
            "<svg ", f'<svg role="img" aria-label="{plain(picture.words)}" ', 1
        )
        svg = svg.removesuffix("</svg>") + cover + picture.above + "</svg>"
        # The labels of the lines tell of the last clock: at an earlier one their names do.
        names = "".join(
            f'<li{_from(line.born)}><svg viewBox="0 0 28 10" aria-hidden="true"><path d="M0 5H28" '
            f'stroke="{line.color}" stroke-width="4"/></svg><bdi>{plain(line.name)}</bdi></li>'
            for line in picture.lines
        )
        return (
            f'<figure{_from(picture.born)}><figcaption id="f{place}"><b>{words(picture.title)}</b> '
            f"<span>as known "
            f"{plain(self.story.clock)}<span data-cover></span></span></figcaption>"
            f'<div class="plate" tabindex="0" role="group" aria-labelledby="f{place}">{svg}</div>'
            f'<ul class="names" hidden>{names}</ul></figure>'
        )

    def _last_change(self) -> str:
        """Return the newest change as a sentence, whose parts the script fills from the steps."""
        some = changes(self.story.paths)[:1]
        if not some:
            return ""
        row = change(self.story.paths[some[0][0]], some[0][1])
        when, *rest = (f"<span>{self.markup.line(cell)}</span>" for cell in row.cells)
        return f'<p data-last class="last">Last change: {when}: {"; ".join(rest)}</p>'

    def _recent(self) -> str:
        some = changes(self.story.paths)[:_RECENT]
        rows = [change(self.story.paths[path], step) for path, step in some]
        head = ["when", "who are counted, by whom", "number", "why"]
        table = self.markup.table(
            "recent", self.markup.rows(rows, self.last), head,
            "The last changes, the newest first", pool=f'data-recent="{_RECENT}"',
        )  # fmt: skip
        return table if rows else ""

    def _steps(self, paths: Sequence[Path], untold: int) -> Iterator[str]:
        if not paths:
            return
        yield "<h3>Every number, step by step</h3>"
        told = [self._one_path(place, path) for place, path in enumerate(paths)]
        yield from told[:_PATHS]
        if len(told) > _PATHS:
            yield (
                f'<details class="fold" data-inner><summary>More numbers: <span>'
                f"{len(told) - _PATHS:,}</span></summary>"
            )
            yield from told[_PATHS:]
            yield "</details>"
        if untold:
            yield _note(f"{plural(untold, 'series')} with very many steps not told here; the "
                        "reports below, as CSV, hold them.")  # fmt: skip

    def _one_path(self, place: int, path: Path) -> str:
        name, what, source = f"steps-{place}", words(path.what), plain(path.source)
        table = self.markup.table(
            "steps", self.markup.rows(path.rows, self.last), ["when", "number", "why"],
            "Step by step", pool=f'data-pool="{name}"', hidden=True,
        )  # fmt: skip
        return (
            f'<details class="fold" data-any="{name}"><summary><span>{what}</span>: '
            f'<bdi>{source}</bdi> (<span data-count="{name}">{len(path.rows):,}</span>)'
            f"</summary>{table}</details>"
        )

    def _apart(self) -> Iterator[str]:
        if not self._pool("apart"):
            return
        yield "<section><h2>Who disagrees</h2>"
        yield self._table(
            "apart", ["what several sources count", "lowest", "highest"],
            "The lowest and the highest of the latest numbers, each through its own day",
            "More counts", "No two sources give different numbers of one thing.",
        )  # fmt: skip
        yield "</section>"

    def _findings(self) -> Iterator[str]:
        yield "<section><h2>What does not add up</h2>"
        yield self._table(
            "findings", ["finding", "severity", "reports"],
            "Worst first; no report was changed for them", "More findings",
            "Nothing was found.",
        )  # fmt: skip
        yield "</section>"

    def _reports(self) -> Iterator[str]:
        story = self.story
        count = sum(len(one.reports) for one in story.listed)
        yield '<section id="reports"><h2>The reports</h2>'
        if count < story.count:
            yield _note(f"{count:,} of them are listed here: those behind the numbers of the "
                        f"page's own clock, {story.clock}, and the last ones. All are in the CSV "
                        "file, in order: [1] is its first report.")  # fmt: skip
        yield (f'<p><a id="csv" download="reports.csv" href="data:text/csv;charset=utf-8,'
               f'{plain(story.csv)}">All reports as CSV</a>: {plain(story.span)}, as known '
               f"{plain(story.clock)}; times in the zone {plain(story.zone)}.</p>")  # fmt: skip
        if count:
            body = "\n".join(self._published(one) for one in story.listed)
            table = self.markup.table(
                "reports", body, ["report", "who are counted", "number", "remarks"],
                "Reports in the order of the ledger, under who said so, when and where",
                pool='data-pool="reports"', hidden=True,
            )  # fmt: skip
            yield (
                f'<details class="fold all"{" open" if count <= _SHORT else ""}><summary>Reports: '
                f'<span data-count="reports">{count:,}</span></summary>{table}</details>'
            )
        yield "</section>"

    def _published(self, one: Published) -> str:
        """Return a head row that says who, when and where, and the reports under it."""
        relay = one.via or _host(one.url)
        where = words(f"{one.via}: {one.url}" if one.via and one.url else one.via or one.url)
        if web(one.url):
            where = f'<a href="{plain(one.url)}">{words(relay)}</a>'
        if one.archived:
            kept = "kept copy" if web(one.archived) else f"kept copy: {words(one.archived)}"
            kept = f'<a href="{plain(one.archived)}">{kept}</a>' if web(one.archived) else kept
            where = f"{where}, {kept}" if where else kept
        # It heads the rows below it up to the next of its width (HTML's own rule for columns).
        head = (
            f"<tr{_born(one)}><th colspan=4 scope=col>{plain(one.shown)} "
            f"<b>{words(one.source)}</b>{f', {where}' if where else ''}"
        )
        return "\n".join([head, *map(self._listed, one.reports)])

    def _listed(self, one: Listed) -> str:
        days = f"<small>{plain(one.days)}</small>" if one.days else ""
        return (
            f"<tr id=r{one.report + 1}><th scope=row>[{one.report + 1}] {words(one.name)}"
            f"<td>{words(one.what)}{days}<td>{plain(one.number)}"
            f"<td>{self.markup.cell(one.remarks)}"
        )

    def footer(self) -> str:
        """Return how the page is to be read."""
        words = "".join(f"<dt>{plain(k)}</dt><dd>{plain(v)}</dd>" for k, v in _WORDS.items())
        moves = ""
        if self.last:
            some = len(self.story.times) < self.story.times.every
            of = f"{len(self.story.times):,} of {self.story.times.every:,}" if some else "all"
            moves = _note(f"Where scripts run, the clock of this page can be set back to {of} "
                          "instants at which something was reported.")  # fmt: skip
        return (
            f"<h2>How to read this page</h2>{moves}"
            + _note("Every number is one that a source stated, or is worked out from such numbers "
                    "alone. Unknown is not zero, a denial no correction, a part not the whole.")
            + f"<dl>{words}</dl>"
        )  # fmt: skip


def _born(one: Published) -> str:
    return f" data-b={one.born}" if one.born else ""


def _from(place: int) -> str:
    """Return from which clock on an element is shown."""
    return f" data-from={place}" if place else ""


def _note(text: str) -> str:
    return f"<p>{plain(text)}</p>"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url
