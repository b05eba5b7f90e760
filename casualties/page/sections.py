"""The sections of a page, from what is known to the last report, as known at its own clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..formats.html import plain
from ..words import plural
from .changing import SPANS, Path, change_of, changes
from .listing import as_rows
from .markup import Markup, words
from .picture import KEY, Line, Picture, drawn, latest

if TYPE_CHECKING:
    from .publish import Story

#: Of each table so many rows stand open, the others are folded.
_OPEN = {"headlines": 5, "bridges": 6, "apart": 12, "findings": 12, "replaced": 0}
#: So many of the last changes are told; a list of reports no longer than this stands open.
_RECENT, _SHORT, _PATHS = 8, 20, 8
#: The stretches of the bridges in words.
_OVER = {"day": "24 hours", "week": "7 days", "month": "30 days"}
_WORDS = {
    "a number alone": "stated so, or bounded to exactly this by what was stated",
    "at least": "the reports give no upper bound",
    "31–59": "the reports bound it so; in brackets behind a number that was stated otherwise",
    "about, more than, up to": "as it was stated",
    "with no bounds": "added up or carried from vague numbers, or of people who may return",
    "through": "the last day that a number counts; not the day it was reported",
    "struck through": "withdrawn, or denied by the very source it is ascribed to",
    "corrected": "what was counted before is now counted otherwise",
    "updated": "the same day, which went on",
    "new": "later days, or an announcement of more",
    "unexplained": "a fall that no report explains",
}


@dataclass(frozen=True)
class Sections:
    """Lays a story out."""

    story: "Story"
    markup: Markup

    def main(self) -> str:
        """Return all sections."""
        parts = (
            self._known(), self._recent(), self._path(), self._doubts(), self._reports(),
        )  # fmt: skip
        return "\n".join(text for part in parts for text in part)

    def dateline(self) -> str:
        """Return how much is known, under the heading."""
        return self._sentences("dateline")

    def _sentences(self, name: str, *, large: bool = False) -> str:
        rows = self.story.pools.get(name, [])
        return self.markup.sentences(name, rows, large=large) if rows else ""

    def _table(
        self, name: str, head: Sequence[str], caption: str, noun: str, none: str,
        *, hidden: bool = False,
    ) -> str:  # fmt: skip
        return self.markup.folded(
            name, self.story.pools[name], head, caption, most=_OPEN[name.partition("-")[0]],
            noun=noun, none=none, hidden=hidden,
        )  # fmt: skip

    # -- sections --------------------------------------------------------------------------------

    def _known(self) -> Iterator[str]:
        story = self.story
        yield '<section id="known" tabindex="-1"><h2>What is known</h2>'
        yield self._sentences("tolls", large=True)
        if story.event:
            yield f"<p{_from(story.event_from)}>{words(story.event)}</p>"
        if not story.groups:
            yield _note("No number is known.")
        yield f'<div class="phone">{self._sentences("lead", large=True)}</div><div class="sides">'
        for place, (title, begin) in enumerate(story.groups.items()):
            table = self._table(
                f"headlines-{place}", ["who are counted, by whom", "number", "rests on"],
                f"{title}: each source's latest number", "More numbers", "No number is known.",
                hidden=True,
            )  # fmt: skip
            heading = f"<h3>{words(title)}</h3>" * (len(story.groups) > 1)
            yield f"<div{_from(begin)}>{heading}{table}</div>"
        yield "</div>"
        yield f'<div class="said">{self._sentences("denied")}</div>'
        if story.more:
            yield _note(f"{plural(story.more, 'number')} more, each of few reports, not told here, "
                        "and no toll across sides: the reports below, as CSV, hold "
                        "them.")  # fmt: skip
        if story.unfollowed:
            yield _note(f"{plural(story.unfollowed, 'number')} not explained here, nor why "
                        "changed: the page follows the first ones alone, as all have very many "
                        "reports.")  # fmt: skip
        yield "</section>"

    def _recent(self) -> Iterator[str]:
        """Yield what changed last and why, whose parts the script fills from the steps."""
        story = self.story
        chosen = changes(story.paths)[:_RECENT]
        if not story.begun:
            return
        yield '<section class="changed"><h2>What changed last</h2>'
        if not chosen and not story.untold:
            yield _note("No headline has changed since the first.")
        if chosen:
            rows = [change_of(story.paths[path], step) for path, step in chosen]
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
                yield f"<div{_from(story.since[span], self.markup.last)}>{table}</div>"
        yield "</section>"

    def _path(self) -> Iterator[str]:
        story = self.story
        if not story.begun:
            return
        yield "<section><h2>How it got there</h2>"
        if story.pictures:
            yield _SYMBOLS
        for picture in story.pictures:
            yield self._figure(picture)
        if story.undrawn:
            names = "".join(f"<li>{words(name)}</li>" for name in story.undrawn)
            yield (
                f'<details class="fold screen"{_from(self.markup.last)}><summary>Pictures not '
                f"drawn: {len(story.undrawn):,}</summary><ul>{names}</ul></details>"
            )
        yield from self._steps()
        if story.paths or story.pools["replaced"]:
            yield self._table(
                "replaced", ["when", "figure", "change", "why"], "The latest last",
                "Figures that were replaced", "No figure was replaced by another.",
            )  # fmt: skip
        yield "</section>"

    def _figure(self, picture: Picture) -> str:
        last = self.markup.last
        names, said = "", []
        for line in picture.named:
            step = latest(line, last)
            number = step.told if step else ""
            said.append(f"{line.name}: {number}")
            names += _name(line, number, len(picture.lines) > 1)
        if grey := [line.steps[0].born for line in picture.lines if line.color == "grey"]:
            names += f'<li class="grey"{_from(min(grey))}>{_CHIP}other sources'
        late = "; what was said later stands with the names alone"
        left = f"<p>{picture.left}</p>" * bool(picture.left)
        told = f"{picture.title}, as known {self.story.times.label}. {'; '.join(said)}."
        return (
            f"<figure{_from(picture.born)}><figcaption><b>{words(picture.title)}</b> <span>as "
            f"known <span data-clock>{plain(self.story.times.label)}</span>"
            f"<span data-late{'' if picture.windows[last].late else ' hidden'}>{late}</span></span>"
            f'</figcaption><div class="plate">{drawn(picture, told, last)}</div>'
            f'<ul class="names">{names}</ul>{left}{_key(picture)}</figure>'
        )

    def _steps(self) -> Iterator[str]:
        paths, untold = self.story.paths, self.story.untold
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
            "steps", self.markup.rows(path.rows), ["when", "number", "why"], "Step by step",
            pool=f'data-pool="{name}"', hidden=True,
        )  # fmt: skip
        return (
            f'<details class="fold" data-any="{name}"><summary><span>{what}</span>: '
            f'<bdi>{source}</bdi> (<span data-count="{name}">{len(path.rows):,}</span>)'
            f"</summary>{table}</details>"
        )

    def _doubts(self) -> Iterator[str]:
        if self.story.pools["apart"]:
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
        yield self._sentences("unlisted")
        yield "</section>"

    def _reports(self) -> Iterator[str]:
        story = self.story
        count = sum(len(page.reports) for page in story.listed)
        yield '<section id="reports"><h2>The reports</h2>'
        if count < story.count:
            yield _note(f"{count:,} of them are listed here: those behind the numbers of the "
                        f"page's own clock, {story.times.label}, and the last ones. All are in the "
                        "CSV file, in order: [1] is its first report. On paper they are left "
                        "out.")  # fmt: skip
        yield (f'<p><a id="csv" download="{story.file}" href="{plain(story.csv)}">All reports as '
               f"CSV</a>: {plain(story.span)}, as known {plain(story.times.label)}; times in the "
               f"zone {plain(story.times.tz)}.</p>")  # fmt: skip
        if count:
            body = "\n".join(as_rows(page, self.markup) for page in story.listed)
            table = self.markup.table(
                "reports", body, ["report", "who are counted", "number", "remarks"],
                "Reports in the order of the ledger, under who said so, when and where",
                pool='data-pool="reports"', hidden=True,
            )  # fmt: skip
            kind = "all" if count == story.count else "screen"
            yield (
                f'<details class="fold {kind}"{" open" * (count <= _SHORT)}><summary>Reports: '
                f'<span data-count="reports">{count:,}</span></summary>{table}</details>'
            )
        yield "</section>"

    def footer(self) -> str:
        """Return how the page is to be read."""
        terms = "".join(f"<dt>{plain(k)}</dt><dd>{plain(v)}</dd>" for k, v in _WORDS.items())
        moves = ""
        if self.markup.last:
            times = self.story.times
            of = f"{len(times):,} of {times.every:,}" if len(times) < times.every else "all"
            moves = _note(f"Where scripts run, the clock of this page can be set back to {of} "
                          "instants at which something was reported.")  # fmt: skip
        return (
            f"<h2>How to read this page</h2>{moves}"
            + _note("Every number is one that a source stated, or is worked out from such numbers "
                    "alone. Unknown is not zero, a denial no correction, a part not the whole.")
            + f"<dl>{terms}</dl>"
        )  # fmt: skip


_CHIP = '<svg aria-hidden="true"><path d="M0 6H24"/></svg>'
#: What the pictures mark with.
_SYMBOLS = (
    '<svg class="unseen" aria-hidden="true"><defs><circle id="dot" r="3"/>'
    '<circle id="ring" r="2.7" class="ring"/><g id="stem"><path d="M0-3v-5"/>'
    '<path d="M0-8v-5" opacity=".55"/><path d="M0-13v-5" opacity=".25"/></g>'
    '<path id="deny" d="M-5-5 5 5M-5 5 5-5"/></defs></svg>'
)


def _name(line: Line, number: str, several: bool) -> str:
    return (
        f'<li{_from(line.steps[0].born)}><span class="{line.color}">{_CHIP * several}</span>'
        f"<bdi>{plain(line.name)}</bdi>: <b>{plain(number)}</b></li>"
    )


def _key(picture: Picture) -> str:
    """Return what the marks of a picture mean, those alone that it has."""
    marks = "".join(
        f'<li{_from(born)}><svg aria-hidden="true"><use href="#{name}" x="8" y="{y}"/></svg>{means}'
        for name, (means, y) in KEY.items()
        if (born := picture.marks.get(name)) is not None
    )
    return f'<ul class="key">{marks}</ul>'


def _from(place: int, last: int | None = None) -> str:
    """Return from which clock on an element is shown; hidden if that is after the last one."""
    hidden = " hidden" if last is not None and place > last else ""
    return f" data-from={place}{hidden}" if place else ""


def _note(text: str) -> str:
    return f"<p>{plain(text)}</p>"
