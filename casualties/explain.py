"""Where one total comes from, report by report (design, section 5)."""

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import clocks
from .book import PERIOD, TOTAL, Book
from .display import counted, day, number, stated
from .running import BACKED_OUT, BASES, Entries, Running, connect, first_since, running
from .schema import SERIES, LedgerError

_WHY = {
    "stated": "stated by",
    "summed": "summed from the last total and what came after it",
    "backed_out": "worked back from a later total",
    "floor": "a floor: what was itemised, with days that nobody counted between",
    "ceiling": "a ceiling: a later total less what was itemised after this day",
    "carried": "carried forward",
}


@dataclass(frozen=True)
class Explanation:
    """One total, told report by report; print it, or read `reports`.

    Attributes
    ----------
    text : str
        What :func:`print` shows.
    reports : DataFrame
        The reports that the text speaks of, with the columns of a report and `role`
        (``total``, ``from``, ``counted``, ``replaced``, ``denial`` or ``other source``).
    """

    text: str
    reports: pd.DataFrame

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


class _Teller:
    """Writes about the reports of a book as known at a cut."""

    def __init__(self, book: Book, cut: int) -> None:
        self.book, self.cut = book, cut
        self.told: dict[int, str] = {}

    def name(self, row: int, role: str) -> str:
        self.told.setdefault(int(row), role)
        return str(self.book.frame["report_id"].iat[row])

    def number(self, row: int) -> str:
        cells = self.book.frame.iloc[row]
        return stated(cells["value"], cells["low"], cells["high"], cells["qualifier"])

    def speaker(self, row: int) -> str:
        cells = self.book.frame.iloc[row]
        return cells["source"] + (f" via {cells['via']}" if cells["via"] else "")

    def before(self, row: int) -> str:
        """Say what the report replaced: its own chain, or an older figure for the same days."""
        book = self.book
        chain = np.flatnonzero((book.chain_next == row) & ~book.denial)
        if len(chain):
            old, verb = int(chain[0]), "revising"
        else:
            live_before = (book.newer == row) & (book.replaced_at == book.rank[row])
            older = np.flatnonzero(live_before & (book.born < book.rank[row]))
            if not len(older):
                return ""
            old, verb = int(older[0]), "after"
        reason = book.frame["reason"].iat[row] if verb == "revising" else ""
        why = f" ({reason})" if reason else ""
        return f", {verb} {self.number(old)} in {self.name(old, 'replaced')}{why}"

    def denials(self, row: int) -> str:
        denial, about = self.book.active_denials(self.cut)
        said = [
            f"{self.book.frame['source'].iat[d]} ({self.name(d, 'denial')})"
            for d in denial[about == row]
        ]
        return f", denied by {'; '.join(said)}" if said else ""

    def cite(self, row: int, role: str) -> str:
        return f"({self.name(row, role)}{self.before(row)}{self.denials(row)})"


def explain(
    book: Book,
    cut: int,
    known_at: np.datetime64 | None,
    date: np.datetime64 | None,
    series: int,
) -> Explanation:
    """Tell where the total of one series through a day comes from; see :meth:`Ledger.explain`."""
    rows = book.lines.live(cut)
    seg = book.series[rows]
    rows, seg = rows[seg == series], np.zeros((seg == series).sum(), np.int64)
    since = first_since(book, seg, rows, 1)
    found = running(book, seg, rows, since)
    wanted = None if date is None else int(date.astype("M8[D]").astype(np.int64))
    upto = np.flatnonzero(found.day <= wanted) if wanted is not None else np.arange(len(found.day))
    names = book.series_table.iloc[series]
    if not len(upto):
        _refuse(book, names, found.day, date, known_at)
    at = int(upto[-1])
    here = int(found.day[at])
    carried = wanted is not None and here < wanted
    through = np.datetime64(wanted if carried else here, "D")
    moment = known_at if known_at is not None else book.reported[book.order[cut - 1]]
    teller = _Teller(book, cut)
    limits = "" if found.low[at] == found.total[at] == found.high[at] else (
        f" (at least {number(found.low[at])})" if found.open[at]
        else f" ({number(found.low[at])}–{number(found.high[at])})"
    )  # fmt: skip
    lines = [
        f"{number(found.total[at])} {counted(names)} · through {through}, "
        f"as known {clocks.show(moment, book.tz)}{limits}"
    ]
    if carried:
        lines.append(
            f"  carried forward from {np.datetime64(here, 'D')}, the last day with a report"
        )
    e = connect(book, seg, rows, since)
    lines += _whence(teller, e, found, at)
    lines += _others(teller, book, cut, series, through)
    told = sorted(teller.told, key=lambda row: book.rank[row])
    frame = book.frame.iloc[told].reset_index(drop=True)
    frame.insert(1, "role", pd.Series([teller.told[row] for row in told], dtype="str"))
    return Explanation("\n".join(lines), frame)


def _whence(teller: _Teller, e: Entries, found: Running, at: int) -> list[str]:
    """Tell the anchor and the increments that one running total rests on."""
    basis, here = BASES[found.basis[at]], int(found.day[at])
    on_day = np.flatnonzero((e.row >= 0) & (e.day <= here))
    lines = []
    if basis == "stated":
        row = int(found.row[at])
        lines.append(f"  stated by {teller.speaker(row)} {teller.cite(row, 'total')}")
        place = int(np.flatnonzero(e.row == row)[0])
        between = _increments(e, e.left[place - 1] if place else -1, place)
        if len(between) or (place and e.left[place - 1] >= 0):
            first = int(e.left[place - 1]) if place else -1
            sums = _terms(teller, e, first, between)
            if sums and found.explained[at]:
                rest = int(found.unexplained[at])
                more = (
                    ""
                    if not rest
                    else (f" {'+' if rest > 0 else '−'} {number(abs(rest))} that nobody itemised")
                )
                lines.append(f"  = {sums}{more}")
        return lines
    lines.append(f"  {_WHY[basis]}")
    if found.basis[at] == BACKED_OUT or basis == "ceiling":
        after = np.flatnonzero((e.day > here) & (e.kind == TOTAL) & (e.row >= 0))
        right = int(after[0])
        later = [i for i in range(right) if e.day[i] > here and e.kind[i] != TOTAL]
        row = int(e.row[right])
        text = f"{teller.number(row)} through {np.datetime64(int(e.day[right]), 'D')} "
        text += teller.cite(row, "from")
        for i in later:
            text += f" − {_term(teller, e, i)}"
        lines.append(f"  = {text}")
        return lines
    place = int(on_day[-1])
    first = int(e.left[place])
    lines.append(f"  = {_terms(teller, e, first, _increments(e, first, place + 1))}")
    return lines


def _increments(e: Entries, first: int, stop: int) -> list[int]:
    return [i for i in range(first + 1, stop) if e.kind[i] != TOTAL]


def _term(teller: _Teller, e: Entries, i: int) -> str:
    row, days = int(e.row[i]), np.datetime64(int(e.day[i]), "D")
    when = f"on {days}"
    if e.kind[i] == PERIOD and e.start[i] < e.day[i]:
        when = f"for {np.datetime64(int(e.start[i]), 'D')} to {days}"
    elif e.kind[i] != PERIOD:
        when = f"more by {days}"
    return f"{teller.number(row)} {when} {teller.cite(row, 'counted')}"


def _terms(teller: _Teller, e: Entries, first: int, increments: list[int]) -> str:
    terms = []
    if first >= 0:
        through = np.datetime64(int(e.day[first]), "D")
        if e.row[first] >= 0:
            row = int(e.row[first])
            terms.append(f"{teller.number(row)} through {through} {teller.cite(row, 'from')}")
        else:
            terms.append(f"0 through {through}, before the count began")
    if len(increments) > 12:
        shown = [_term(teller, e, i) for i in increments[:3]]
        middle = increments[3:-3]
        total = number(e.value[middle].sum())
        shown.append(f"{total} in {len(middle)} further reports")
        shown += [_term(teller, e, i) for i in increments[-3:]]
        terms += shown
    else:
        terms += [_term(teller, e, i) for i in increments]
    return "\n    + ".join(terms)


def _others(
    teller: _Teller, book: Book, cut: int, series: int, through: np.datetime64
) -> list[str]:
    """Tell what other sources say of the same thing, through the same day or before."""
    table = book.series_table
    same = np.ones(len(table), bool)
    for column in SERIES:
        if column not in ("source", "definition"):
            same &= (table[column] == table[column].iat[series]).to_numpy()
    same[series] = False
    lines = []
    live = np.flatnonzero(book.live(cut) & (book.day <= through.astype(np.int64)))
    for other in np.flatnonzero(same):
        mine = live[book.series[live] == other]
        if not len(mine):
            continue
        totals = mine[book.kind[mine] == TOTAL]
        mine = totals if len(totals) else mine
        row = int(mine[np.lexsort((book.rank[mine], book.day[mine]))[-1]])
        definition = str(table["definition"].iat[other])
        how = f" ({definition})" if definition else ""
        until = day(book.frame["period_end"].iat[row])
        says = "gave no number" if not book.numbered[row] else f"says {teller.number(row)}"
        lines.append(
            f"  another source: {book.frame['source'].iat[row]}{how} {says} through {until} "
            f"{teller.cite(row, 'other source')}"
        )
    return lines


def _refuse(
    book: Book,
    names: pd.Series,
    days: np.ndarray,
    date: Any,
    known_at: np.datetime64 | None,
) -> None:
    clock = "" if known_at is None else f" as known {clocks.show(known_at, book.tz)}"
    first = f"; the first day with one is {np.datetime64(int(days[0]), 'D')}" if len(days) else ""
    until = "" if date is None else f" through {np.datetime64(date, 'D')}"
    msg = f"no number of {counted(names)} by {names['source']}{until}{clock}{first}"
    raise LedgerError(msg)
