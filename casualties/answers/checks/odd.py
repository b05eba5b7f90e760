"""Reports that are odd in themselves, or beside their likes (design, section 8)."""

import unicodedata

import numpy as np

from ...core.counted import Counted, Reason
from ...core.known import Known
from ...core.record import Record
from ...core.spans import NEVER, heads
from ...core.starts import Role
from ...display import between
from ...model.frames import grouped, ordered, pack
from ...model.schema import NAMES, SERIES, Action, Code, Kind, Qualifier
from ..claims import ragged
from ..words import days, listed, numbers
from .findings import NO_DAY, NONE, Findings, beside, common, runs


def odd_reports(found: Findings, known: Known, c: Counted) -> None:
    """Note all that is seen without adding anything up."""
    record = known.record
    live = np.flatnonzero(known.live)
    numbered = live[record.numbered[live]]
    _bounds(found, numbered)
    _early(found, numbered)
    _clash(found, known, c)
    more = c.row[(c.kind == Kind.MORE) & (c.reason == Reason.COUNTED)]
    _repeated(found, more)
    _revised_by_a_more(found, known, more, c.row[c.kind == Kind.TOTAL])
    for place in range(len(NAMES)):
        _alike(found, np.flatnonzero(known.public), place)
    _denied(found, known, numbered)
    _silent(found, live[~record.numbered[live]])


def _bounds(found: Findings, rows: np.ndarray) -> None:
    """Code ``bounds``: low above value, or value above high, as stated."""
    record, reports = found.record, found.record.reports
    value, low, high = (reports.number[c][rows] for c in ("value", "low", "high"))
    has, has_low, has_high = (reports.stated[c][rows] for c in ("value", "low", "high"))
    says = reports.fixed["qualifier"][rows]
    best = value + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    odd = has & ((has_low & (low > best)) | (has_high & (best > high)))
    odd |= has_low & has_high & (low > high)
    odd = np.flatnonzero(odd)
    rows, value, has, low = rows[odd], value[odd], has[odd], low[odd]

    def tell(at: np.ndarray) -> list[str]:
        frame = record.frame
        cells = [frame[c].take(rows[at]) for c in ("low", "high")]
        return [
            f"{number} lies outside its own bounds, {between(*limits)}"
            if stated
            else f"the bounds {between(*limits)} are the wrong way round"
            for number, stated, *limits in zip(numbers(value[at]), has[at], *cells, strict=True)
        ]

    found.add(
        Code.BOUNDS, record.day[rows], record.series[rows], beside(rows), tell,
        found=np.where(has, value, NONE),
    )  # fmt: skip


def _early(found: Findings, rows: np.ndarray) -> None:
    """Code ``early``: through a day that had not begun anywhere when it was published."""
    record = found.record
    rows = rows[record.early[rows]]

    def tell(at: np.ndarray) -> list[str]:
        told = (found.say(rows[at]), found.dates(rows[at]), found.instants(rows[at]))
        return [
            f"{number} {dates} was published at {when}, before that day had begun anywhere; "
            "it enters no total"
            for number, dates, when in zip(*told, strict=True)
        ]

    found.add(
        Code.EARLY, record.day[rows], record.series[rows], beside(rows), tell,
        found=record.best[rows],
    )  # fmt: skip


def _clash(found: Findings, known: Known, c: Counted) -> None:
    """Code ``clash``: two numbers for the same dates at the same instant of standing."""
    record = known.record
    rows = np.flatnonzero(record.in_force(known.cut) & record.numbered & (record.figure >= 0))
    # Totals that restart speak of the same dates as period counts do (section 3).
    figure = record.figure[rows]
    anew = c.row[c.role == Role.RESTART]
    if len(anew):
        again = np.isin(pack(record.series[rows], record.since[rows] % NEVER),
                        pack(record.series[anew], record.since[anew]))  # fmt: skip
        again &= record.since[rows] < NEVER
        figure = np.where(again, record.figure_if_restart[rows], figure)
    said, standing = record.said[rows], record.rank[record.chain[rows]]
    order = ordered(figure, said, standing)
    rows = rows[order]
    first, stop = runs(heads(figure[order], said[order]))
    # Where the time of day is unknown, many numbers may have come at different times.
    some = (stop - first > 1) & ~_day_only(record, record.chain[rows[first]])
    first, stop = first[some], stop[some]
    best = record.best[rows]
    at, member = ragged(first, stop)
    least, most = np.full(len(first), np.iinfo(np.int64).max), np.full(len(first), NONE)
    np.minimum.at(least, at, best[member])
    np.maximum.at(most, at, best[member])
    two = np.flatnonzero(least < most)
    first, stop, least, most = first[two], stop[two], least[two], most[two]
    last, other = best[stop - 1], best[first]

    def tell(chosen: np.ndarray) -> list[str]:
        heads_ = record.chain[rows[first[chosen]]]
        told = zip(chosen, found.dates(rows[first[chosen]]), found.instants(heads_), strict=True)
        return [
            f"{listed(list(dict.fromkeys(found.say(rows[first[one] : stop[one]]))))} {dates}, all "
            f"at {when}: tell them apart by category or definition"
            for one, dates, when in told
        ]

    at, member = ragged(first, stop)
    found.add(
        Code.CLASH, record.day[rows[first]], record.series[rows[first]], (at, rows[member]), tell,
        found=last, expected=np.where(other != last, other, np.where(last == most, least, most)),
        size=most - least,
    )  # fmt: skip


def _day_only(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether only the day of these reports is known: they are of its last minute."""
    minute = record.local[rows].astype("M8[m]").astype(np.int64)
    return minute % (24 * 60) == 24 * 60 - 1


def _repeated(found: Findings, rows: np.ndarray) -> None:
    """Code ``repeated``: the same `more` twice, by another relay or none."""
    record = found.record
    via = record.reports.codes["via"]
    words = record.reports.words["via"]
    blank = words.get_loc("") if "" in words else NONE
    keys = [a[rows] for a in (record.series, record.day, record.best, record.low, record.high,
                              record.open)]  # fmt: skip
    order = ordered(*keys, record.rank[rows])
    rows = rows[order]
    first, stop = runs(heads(*(key[order] for key in keys)))
    some = stop - first > 1
    first, stop = first[some], stop[some]
    at, member = ragged(first, stop)
    relay = via[rows[member]].astype(np.int64)
    same = np.ones(len(first), bool)
    np.logical_and.at(same, at, (relay == relay[np.searchsorted(at, at)]) & (relay != blank))
    first, stop = first[~same], stop[~same]
    at, member = ragged(first, stop)
    head, times = rows[first], stop - first

    def tell(chosen: np.ndarray) -> list[str]:
        told = (found.say(head[chosen]), days(record.day[head[chosen]]), times[chosen])
        return [
            f"{number} more by {day} is there {'twice' if count == 2 else f'{count} times'}; "
            "each is counted"
            for number, day, count in zip(*told, strict=True)
        ]

    found.add(
        Code.REPEATED, record.day[head], record.series[head], (at, rows[member]), tell,
        found=record.best[head], size=record.best[head] * (times - 1),
    )  # fmt: skip


def _revised_by_a_more(found: Findings, known: Known, more: np.ndarray, total: np.ndarray) -> None:
    """Code ``repeated``: a total revised by as much as a `more` in between said.

    All steps count of the chains of those totals that are live.
    """
    record = known.record
    live = np.zeros(len(record), bool)
    live[record.chain[total]] = True
    new = (record.action == Action.REVISE) & known.public & record.numbered & live[record.chain]
    new = np.flatnonzero(new)
    old = _before(record)[new]
    rise = record.best[new] - record.best[old]
    some = record.numbered[old] & (rise > 0)
    new, old, rise = new[some], old[some], rise[some]
    # The `more` of the same series and size that came after the old and no later than the new.
    alike = grouped(np.r_[record.series[new], record.series[more]], np.r_[rise, record.best[more]])
    instant = grouped(record.reported.view(np.int64))
    key = alike[len(new) :] * len(record) + instant[more]
    order = ordered(key)
    first, stop = (
        np.searchsorted(key[order], alike[: len(new)] * len(record) + instant[row], "right")
        for row in (old, new)
    )
    step, place = ragged(first, stop)
    old, new, more = old[step], new[step], more[order[place]]

    def tell(chosen: np.ndarray) -> list[str]:
        told = (found.cite(old[chosen]), found.say(new[chosen]), found.cite(more[chosen]))
        return [
            f"{was} was revised to {now}, after {announced} had added as much; it may be "
            "counted twice"
            for was, now, announced in zip(*told, strict=True)
        ]

    found.add(
        Code.REPEATED, record.day[new], record.series[new], beside(old, more, new), tell,
        found=record.best[more], size=record.best[more],
    )  # fmt: skip


def _before(record: Record) -> np.ndarray:
    """Return the report before each one in its chain, -1 for the first."""
    before = np.full(len(record), NONE)
    chained = np.flatnonzero(record.chain_next >= 0)
    before[record.chain_next[chained]] = chained
    return before


def _alike(found: Findings, rows: np.ndarray, place: int) -> None:
    """Code ``alike``: names of one column that differ only by case, spacing or Unicode form."""
    record, column = found.record, NAMES[place]
    codes, words = record.reports.codes[column], record.reports.words[column]
    first = np.full(len(words), len(record), np.int64)
    np.minimum.at(first, codes[rows], rows)
    used = np.flatnonzero(first < len(record))
    names = words.astype("str").to_numpy(object)
    plain = [_seen(name) for name in names[used].tolist()]
    _, alike = np.unique(np.array(plain, object), return_inverse=True)
    several = np.bincount(alike)[alike] > 1
    used, alike = used[several], alike[several]
    order = ordered(alike, first[used])
    used, alike = used[order], alike[order]
    start, stop = runs(heads(alike))
    # Series columns are given where all reports with these names agree.
    group = np.full(len(words), NONE)
    group[used] = np.cumsum(heads(alike)) - 1
    mine = rows[group[codes[rows]] >= 0]
    shared = [
        common(found.codes[record.series[mine], c], group[codes[mine]], len(start))
        for c in range(len(SERIES))
    ]

    def tell(chosen: np.ndarray) -> list[str]:
        written = [_spelt(name) for name in names[used].tolist()]
        return [
            f"{column}: {listed(written[one:other])} differ only by case, spacing or Unicode form"
            for one, other in zip(start[chosen], stop[chosen], strict=True)
        ]

    at, member = ragged(start, stop)
    found.add(
        Code.ALIKE, np.full(len(start), NO_DAY), record.series[first[used[start]]],
        (at, first[used[member]]), tell,
        size=-np.arange(len(start)), group=np.full(len(start), place),
        names=np.stack(shared, axis=1),
    )  # fmt: skip


def _seen(name: str) -> str:
    """Return the letters of a name that a reader tells apart."""
    letters = unicodedata.normalize("NFKC", name)
    letters = "".join(c for c in letters if not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", letters.casefold())


def _spelt(name: str) -> str:
    """Return a name in quotes; letters that look like others by their numbers."""
    return repr(name) if unicodedata.is_normalized("NFKC", name) else ascii(name)


def _denied(found: Findings, known: Known, rows: np.ndarray) -> None:
    """Code ``denied``: a live number that somebody denies."""
    record = known.record
    standing = np.zeros(len(record), bool)
    standing[rows] = True
    denial, about = known.denials
    denial, about = denial[standing[about]], about[standing[about]]
    order = np.argsort(about, kind="stable")
    denial, about = denial[order], about[order]
    start, stop = runs(heads(about))
    row = about[start]

    def tell(chosen: np.ndarray) -> list[str]:
        said = zip(chosen, found.say(row[chosen]), found.dates(row[chosen]), strict=True)
        return [
            f"{number} {dates} is denied by "
            f"{listed(list(dict.fromkeys(found.sources(denial[start[one] : stop[one]]))))}"
            for one, number, dates in said
        ]

    at, member = ragged(start, stop)
    # The report denied comes first, then who denies it.
    at, named = np.r_[np.arange(len(row)), at], np.r_[row, denial[member]]
    order = np.argsort(at, kind="stable")
    found.add(
        Code.DENIED, record.day[row], record.series[row], (at[order], named[order]), tell,
        found=record.best[row], size=record.best[row],
    )  # fmt: skip


def _silent(found: Findings, rows: np.ndarray) -> None:
    """Code ``silent``: a source declined to give a number."""
    record = found.record

    def tell(at: np.ndarray) -> list[str]:
        told = (found.sources(rows[at]), found.dates(rows[at]))
        return [f"{source} gave no number {dates}" for source, dates in zip(*told, strict=True)]

    found.add(Code.SILENT, record.day[rows], record.series[rows], beside(rows), tell)
