"""The sections of a page, from what is known to the last report, as known at its own clock."""

import re
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..formats import csv
from ..words import plain, plural, web
from .changing import SPANS, bridged, change_of, changes, doubts, paths
from .facts import Facts, last_known
from .markup import REF, Row, part, refs, table, words, zipped
from .picture import KEY, Picture, as_svg, pictures, told_of
from .standing import headlines, lead, numbers, states_of, tolls

if TYPE_CHECKING:
    from ..ledger import Ledger

#: At the most: reports that are listed.
MOST = 1500
#: At the most: last changes that are told, reports whose list stands open, and series whose steps
#: are not folded away.
RECENT, _SHORT, _PATHS = 8, 20, 8
#: Letters that are not escaped in the address that holds the CSV; a longer CSV is compressed.
_SAFE, _LONG = "/:?@!$'()*+,;=-._~&", 1_000_000
#: An address of the web; its group is the host, without user, port and "www".
_HOST = re.compile(r"(?i)https?://(?:[^/?#\\]*@)?(?:www\.)?([^/?#\\:]+).*", re.DOTALL)
#: How many rows of each table stand open at each clock; the others are folded away.
_OPEN = {"headlines": 5, "bridges": 6, "apart": 12, "findings": 12}


class Sections:
    """Asks a ledger all that its page tells, and writes the sections of the page.

    Attributes
    ----------
    pools : dict of str to list of Row
        The rows that change with the clock, by the name of their table.
    paths, untold : dict of int to list of Row, int
        The steps of each series that changed, and how many of these are left out.
    pictures, undrawn : list
        The pictures, and the names of things without one.
    listed : list of int
        The reports that are listed, known once :meth:`main` has written what names them.
    """

    def __init__(self, ledger: "Ledger", title: str | None, parts: Sequence[str] | None) -> None:
        facts = self.facts = Facts(ledger, parts)
        self.last = facts.size - 1
        about = f"{facts.event}: reported casualties" if facts.event and facts.events == 1 else ""
        self.title = title or about or "Reported casualty figures"
        self.sides = headlines(facts, states_of(facts))
        sides = [numbers(facts, side, states) for side, states in self.sides.items()]
        self.pools = {
            "tolls": tolls(facts),
            "lead": lead(facts, self.sides),
            **{f"headlines-{place}": rows for place, rows in enumerate(sides)},
            **bridged(facts),
            **doubts(facts),
        }
        self.paths, self.untold = paths(facts)
        self.pools |= {f"steps-{place}": rows for place, rows in enumerate(self.paths.values())}
        self.pictures, self.undrawn = pictures(facts)

    def main(self) -> str:
        """Return all sections.

        Of very many reports those are listed that the sections of numbers and findings name, the
        first named, and the last ones as long as there is room.
        """
        numbers, doubts = [self._known(), self._recent(), self._missing()], self._doubts()
        named = [int(ref[1]) - 1 for text in (*numbers, doubts) for ref in REF.finditer(text)]
        last = reversed(range(len(self.facts.reports)))
        self.listed = sorted([*dict.fromkeys([*named, *last])][:MOST])
        self._there = {*self.listed}
        parts = [*numbers, self._path(), doubts, self._reports()]
        return self.linked("\n".join(filter(None, parts)))

    def linked(self, text: str) -> str:
        """Return HTML of :meth:`main` or beside it, without links to reports not listed there."""
        if len(self.listed) == len(self.facts.reports):
            return text
        return REF.sub(lambda ref: ref[0] if int(ref[1]) - 1 in self._there else ref[2], text)

    def sentences(self, name: str, kind: str = "") -> str:
        """Return the sentences of a pool; `kind` is an attribute of their element."""
        rows = (row for row in self.pools[name] if row.stands(self.last))
        shown = "".join(f"<p>{row.cells[0]}</p>" for row in rows)
        return f'<div{kind} data-pool="{name}">{shown}</div>' if self.pools[name] else ""

    def _rows(self, rows: Iterable[Row]) -> Iterator[str]:
        """Yield the rows of a table that stand at the page's own clock."""
        for row in rows:
            if row.stands(self.last):
                yield f"<tr><th scope=row>{'<td>'.join(row.cells)}"

    def _table(self, name: str, about: str = "") -> str:
        """Return a table, what stands there without rows, and the fold of further rows.

        `about` is what its caption names.
        """
        kind, rows = name.partition("-")[0], self.pools[name]
        most, now = _OPEN[kind], [*self._rows(rows)]
        some = " hidden" * bool(now)
        none = "" if kind == "bridges" else part(f"{kind}_none", name=name, some=some)
        pool = f'data-pool="{name}" data-most="{most}"'
        shown = table(kind, now[:most], pool, about)
        text = none + part("shown", name=name, hidden=" hidden" * (not now), table=shown)
        if len(rows) <= most:
            return text
        rest = table(kind, now[most:], f'data-rest="{name}"', about, hidden=True)
        left, more = max(len(now) - most, 0), part(f"{kind}_more")
        return text + part("folded", name=name, few=" hidden" * (not left), more=more,
                           count=f"{left:,}", table=rest)  # fmt: skip

    # -- sections --------------------------------------------------------------------------------

    def _known(self) -> str:
        facts, lead = self.facts, ' class="lead"'
        sides = [
            part("side", begin=_from(facts.first({state.series for _, state in states})),
                 heading=f"<h3>{words(title)}</h3>" * (len(self.sides) > 1),
                 table=self._table(f"headlines-{place}", title))
            for place, (title, states) in enumerate(self.sides.items())
        ]  # fmt: skip
        return part(
            "known", tolls=self.sentences("tolls", lead), event=self._event(),
            none="" if facts.told else part("none"), lead=self.sentences("lead", lead),
            sides="\n".join(sides),
            untold=_left("untold", len(facts.series) - len(facts.told), "number"),
            far=_left("far", len(facts.told) - len(facts.followed), "number"),
        )  # fmt: skip

    def _event(self) -> str:
        """Say which event the numbers are about where rows name none."""
        facts, event = self.facts, self.facts.event
        if not event or (facts.events == 1 and event in self.title):
            return ""
        series = [one for one in facts.series if facts.names[one]["event"] == event]
        return part("main_event", begin=_from(facts.first(series)), event=words(event))

    def _recent(self) -> str:
        """Return what changed last, whose rows the script takes from the steps, and the bridges."""
        chosen = changes(self.facts, self.paths)[:RECENT]
        if not chosen:
            return ""
        told = list(self.paths.items())
        rows = [change_of(self.facts, told[path][0], told[path][1][at]) for path, at in chosen]
        bridges = [self._table(f"bridges-{span}", over) + self.sentences(f"still-{span}")
                   for span, (_, over) in SPANS.items()]  # fmt: skip
        return part(
            "recent", table=table("recent", self._rows(rows), f'data-recent="{RECENT}"'),
            bridges="\n".join(bridges),
        )  # fmt: skip

    def _missing(self) -> str:
        now = any(row.stands(self.last) for row in self.pools["denied"])
        told = self.sentences("denied")
        return told and part("missing", hidden=" hidden" * (not now), told=told)

    def _path(self) -> str:
        if not (self.pictures or self.undrawn or self.paths):
            return ""
        names = "".join(f"<li>{words(name)}</li>" for name in self.undrawn)
        undrawn = part("undrawn", begin=_from(self.last), many=len(self.undrawn), names=names)
        return part(
            "path", pictures="\n".join(map(self._figure, self.pictures)),
            undrawn=undrawn * bool(self.undrawn), steps=self._steps() if self.paths else "",
        )  # fmt: skip

    def _figure(self, picture: Picture) -> str:
        names, said, chip = "", [], part("chip") * (len(picture.lines) > 1)
        for line in picture.lines:
            number = told_of(last_known(line.steps, self.last, attrgetter("born")))
            said.append(f"{line.name}: {number.replace('<s>', '').replace('</s>', '')}")
            names += part("name", begin=_from(line.steps[0].born), color=line.color, chip=chip,
                          name=plain(line.name), number=number)  # fmt: skip
        key = "".join(
            part("mark", begin=_from(picture.marks[name]), name=name, y=y, means=means)
            for name, (means, y) in KEY.items() if name in picture.marks
        )  # fmt: skip
        told = f"{picture.title}, as known {self.facts.label}. {'; '.join(said)}."
        return part(
            "figure", begin=_from(picture.born), title=words(picture.title),
            clock=plain(self.facts.label),
            early=" hidden" * (not picture.windows[self.last].late), names=names, key=key,
            drawn=as_svg(picture, told, self.last),
            wide=" wide" * (max(window.top for window in picture.windows) >= 1_000_000),
            left=f"<p>{picture.left}</p>" * bool(picture.left),
        )  # fmt: skip

    def _steps(self) -> str:
        told = []
        for place, (series, rows) in enumerate(self.paths.items()):
            name = f"steps-{place}"
            shown = table("steps", self._rows(rows), f'data-pool="{name}"')
            told.append(part("path_of", name=name, what=words(self.facts.what(series)),
                             source=plain(self.facts.source(series)), many=f"{len(rows):,}",
                             table=shown))  # fmt: skip
        first, rest = told[:_PATHS], told[_PATHS:]
        more = part("rest", many=f"{len(rest):,}", paths="\n".join(rest)) * bool(rest)
        return part("steps", first="\n".join(first), rest=more,
                    untold=_left("unstepped", self.untold, "series"))  # fmt: skip

    def _doubts(self) -> str:
        apart = part("apart", table=self._table("apart")) if self.pools["apart"] else ""
        table_, unlisted = self._table("findings"), self.sentences("unlisted")
        return apart + part("doubts", table=table_, unlisted=unlisted)

    def _reports(self) -> str:
        facts, count, clock = self.facts, len(self.listed), plain(self.facts.label)
        every = count == len(facts.reports)
        listed = table("reports", self._listed(), 'data-pool="reports"')
        listed = part("list", kind="all" if every else "screen", many=f"{count:,}", table=listed,
                      open=" open" * (count <= _SHORT))  # fmt: skip
        address, file = _csv(facts.ledger)
        return part(
            "reports", some="" if every else part("some", many=f"{count:,}", clock=clock),
            file=file, address=plain(address), span=plain(facts.span), clock=clock,
            tz=plain(facts.tz), list=listed * bool(count),
        )  # fmt: skip

    def _listed(self) -> Iterator[str]:
        """Yield the rows of reports, in the order of the ledger, under a row for each page.

        That row is the head of all rows below it up to the next one of its width (a rule of HTML).
        """
        facts, of = self.facts, self.facts.rows[self.listed]
        rows: list[Any] = facts.reports.iloc[self.listed].to_dict("records")
        said = zip(self.listed, rows, facts.cited.say(of), facts.cited.dates(of), strict=True)
        before: Any = None
        for report, row, number, days in said:
            if (page := [row[name] for name in _PAGE]) != before:
                before, born = page, f" data-b={row['born']}" if row["born"] else ""
                yield part("page_of", begin=born, shown=plain(facts.shown(report)),
                           source=words(row["source"]), where=_where(row))  # fmt: skip
            about = row["action"] in ("retract", "deny")
            yield part("report", number=report + 1, name=words(row["report_id"]),
                       what=words(facts.what(row["series"])),
                       days="" if about else f"<small>{plain(days)}</small>",
                       said="" if about else plain(number),
                       remarks=_remarks(facts, row))  # fmt: skip


def _csv(ledger: "Ledger") -> tuple[str, str]:
    """Return all reports as CSV for a spreadsheet: an address that holds them, and a file name."""
    text = csv.written(ledger.reports, ledger.tz, spreadsheet_safe=True)
    if len(text) > _LONG:
        return f"data:application/gzip;base64,{zipped(text)}", "reports.csv.gz"
    return f"data:text/csv;charset=utf-8,{quote(text, safe=_SAFE)}", "reports.csv"


#: The columns that reports share under one head.
_PAGE = ("reported_at", "source", "via", "url", "archived")
_VERBS = {"report": "", "revise": "revises", "retract": "withdraws", "deny": "denies"}


def _remarks(facts: Facts, row: dict[str, Any]) -> str:
    """Write which report it is about, its reason, its note and its quote."""
    target = facts.ids.get(row["refers_to"])
    about = words(row["refers_to"]) if target is None else refs([target])
    quoted = f"“{row['quote']}”" if row["quote"] else ""
    said = [f"{_VERBS[row['action']]} {about}".strip()]
    said += [words(text) for text in (row["reason"], row["note"], quoted)]
    return "; ".join(filter(None, said))


def _where(row: dict[str, Any]) -> str:
    """Write who relays a report, its page and the kept copy of that."""
    via, url, archived = row["via"], row["url"], row["archived"]
    told = [words(f"{via}: {url}" if via and url else via or url)]
    if web(url):
        told = [f'<a href="{plain(url)}">{words(via or _HOST.sub(lambda hit: hit[1], url))}</a>']
    if archived:
        link = f'<a href="{plain(archived)}">kept copy</a>'
        told.append(link if web(archived) else f"kept copy: {words(archived)}")
    return "".join(f", {text}" for text in told if text)


def _from(place: int) -> str:
    """Return the attribute that says from which clock on an element is shown."""
    return f" data-from={place}" if place else ""


def _left(name: str, count: int, noun: str) -> str:
    """Return the sentence of a part about how many are left out, if any are."""
    return part(name, many=plural(count, noun)) if count else ""
