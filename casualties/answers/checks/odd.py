"""Reports that are odd in themselves, or beside their likes (design, section 8)."""

import unicodedata

import numpy as np
import pandas as pd

from ...core.changes import change_of, overlapping
from ...core.known import Known
from ...core.live import Steps
from ...core.record import Record
from ...core.spans import heads, ragged
from ...model.counts import Words as CountWords
from ...model.counts import numbers_in
from ...model.errors import shorten
from ...model.frames import grouped, ordered
from ...model.schema import NAMES, SERIES, Action, Change, Code, Kind, Qualifier
from ...words import between, listed, numbers
from .findings import NO_DAY, NONE, Findings, beside, common, runs


def odd_reports(found: Findings, known: Known) -> None:
    """Note all that is seen without adding anything up."""
    record = known.record
    live = np.flatnonzero(known.live)
    numbered = live[record.numbered[live]]
    _bounds(found, numbered)
    _early(found, numbered)
    _clash(found, known)
    counted = known.counted
    more = counted[record.kind[counted] == Kind.MORE]
    incidents = counted[record.kind[counted] == Kind.INCIDENT]
    _repeated(found, np.concatenate([more, _unmarked(record, incidents)]))
    _revised_by_a_more(found, known, more, counted[record.kind[counted] == Kind.TOTAL])
    _relays(found, known)
    for place in range(len(NAMES)):
        if (found.ever.once(_look_alike)[place] != NONE).any():
            _alike(found, np.flatnonzero(known.public), place)
    _cumulative(found, counted[record.kind[counted] == Kind.PERIOD])
    _quote(found, numbered)
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


def _clash(found: Findings, known: Known) -> None:
    """Code ``clash``: two numbers for the same dates at the same instant of standing."""
    record = known.record
    rows = known.speaking
    rows = rows[found.ever.once(_said_twice)[rows]]
    root = record.chain[rows]
    # Where the time of day is unknown, many numbers may have come at different times: only those
    # with an id, a page or a column of their own were told apart by who entered them.
    own = ~record.automatic[root] | (record.reports.texts["url"].take(root) != "").to_numpy(bool)
    rows = rows[own | ~_day_only(record, root) | _apart(record, rows)]
    figure, said = record.figure[rows], record.said[rows]
    rows = rows[ordered(figure, said, record.rank[record.chain[rows]])]
    first, stop = runs(heads(record.figure[rows], record.said[rows]))
    groups = []
    for begin, end in zip(first.tolist(), stop.tolist(), strict=True):
        if end - begin > 1:
            one, other = ragged(np.full(end - begin, begin), np.full(end - begin, end))
            pair = rows[begin + one], rows[other]
            apart = (record.best[pair[0]] != record.best[pair[1]]) & ~overlapping(record, *pair)
            if apart.any():
                groups.append(rows[begin + np.unique(one[apart])])
    head = np.array([group[0] for group in groups], np.int64)
    last = np.array([group[-1] for group in groups], np.int64)
    least = np.array([record.best[group].min() for group in groups], np.int64)
    most = np.array([record.best[group].max() for group in groups], np.int64)

    def tell(chosen: np.ndarray) -> list[str]:
        told = zip(
            chosen.tolist(), found.dates(head[chosen]), found.instants(record.chain[head[chosen]]),
            strict=True,
        )  # fmt: skip
        return [
            f"{listed(list(dict.fromkeys(found.say(groups[one]))))} {dates}, all at {when}: "
            + (_RELAYED if _several_relays(record, groups[one]) else _TOGETHER)
            for one, dates, when in told
        ]

    at = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    named = np.concatenate([np.zeros(0, np.int64), *groups])
    found.add(
        Code.CLASH, record.day[head], record.series[head], (at, named), tell,
        found=record.best[last], expected=record.best[head], size=most - least,
    )  # fmt: skip


#: How numbers of one instant can be told apart.
_TOGETHER = (
    "tell them apart by side, category or definition, by the time of day or via, or, if each is "
    "an incident of a list, say kind='incident'"
)
_RELAYED = "by different relays, and the last in the table counts; give the time of day of each"


def _several_relays(record: Record, rows: np.ndarray) -> bool:
    return len(set(record.reports.told("via", rows))) == len(rows)


def _said_twice(known: Known) -> np.ndarray:
    """Whether another number is given for the dates of each report at its instant of standing."""
    record = known.record
    out = np.zeros(len(record), bool)
    rows = np.flatnonzero(record.numbered & ~record.denial & (record.figure >= 0))
    slot = grouped(record.figure[rows], record.said[rows])
    out[rows] = np.bincount(slot)[slot] > 1
    return out


def _apart(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether its relay or an own column tells a report from another of its figure and instant."""
    if not len(rows):
        return np.zeros(0, bool)
    mark = _marks(record, rows)
    group = grouped(record.figure[rows], record.said[rows])
    first = np.full(int(group.max()) + 1, -1)
    first[group[::-1]] = np.arange(len(rows))[::-1]
    differs = mark != mark[first[group]]
    several = np.zeros(len(first), bool)
    several[group[differs]] = True
    found: np.ndarray = several[group]
    return found


def _marks(record: Record, rows: np.ndarray) -> np.ndarray:
    """Return a number of what `via` and own columns hold beside each report."""
    own = record.reports.extras.take(rows).astype(object)
    cells = own.assign(via=record.reports.told("via", rows)).to_numpy()
    return pd.factorize(np.array(["\0".join(map(str, row)) for row in cells], object))[0]


def _unmarked(record: Record, rows: np.ndarray) -> np.ndarray:
    """Return the incidents that have no id of their own, or a page that another may have, too."""
    page = (record.reports.texts["url"].take(rows) != "").to_numpy(bool)
    return rows[record.automatic[record.chain[rows]] | page]


def _relays(found: Findings, known: Known) -> None:
    """Code ``relays``: a lower number by another relay, and nobody said that it was revised."""
    record = known.record
    every, change = found.ever.once(steps_of)
    steps = every.take((change == Change.RELAYED) & (record.rank[every.by] < known.cut))
    old, new = steps.old, steps.new

    def tell(chosen: np.ndarray) -> list[str]:
        one, other = old[chosen], new[chosen]
        told = record.reports.told
        cells = (told("source", one), found.cite(one), told("via", one), found.say(other),
                 told("via", other))  # fmt: skip
        return [
            f"{source} is quoted with {was}{f' by {by}' if by else ''} and with {now} by {relay}; "
            "nobody says that the source revised"
            for source, was, by, now, relay in zip(*cells, strict=True)
        ]

    found.add(
        Code.RELAYS, record.day[new], record.series[new], beside(old, new), tell,
        found=record.best[new], expected=record.best[old],
        size=record.best[old] - record.best[new],
    )  # fmt: skip


def steps_of(known: Known) -> tuple[Steps, np.ndarray]:
    """Return every replacement that is known, and how each is called."""
    steps = known.steps
    return steps, change_of(known.record, steps.old, steps.new, steps.explicit)


def _day_only(record: Record, rows: np.ndarray) -> np.ndarray:
    """Whether only the day of these reports is known: they are of its last minute."""
    minute = record.local[rows].astype("M8[m]").astype(np.int64)
    return minute % (24 * 60) == 24 * 60 - 1


def _repeated(found: Findings, rows: np.ndarray) -> None:
    """Code ``repeated``: the same `more` twice, or the same incident on the same page."""
    record = found.record
    # Of incidents the first day, the page and own columns must be the same, too.
    incident = np.flatnonzero(record.kind[rows] == Kind.INCIDENT)
    of = rows[incident]
    own = np.zeros((3, len(rows)), np.int64)
    page = pd.factorize(record.reports.texts["url"].take(of))[0]
    own[:, incident] = record.start[of], page, _marks(record, of)
    keys = [*(a[rows] for a in (record.series, record.day, record.best, record.low, record.high,
                                record.open)), *own]  # fmt: skip
    order = ordered(*keys, record.rank[rows])
    rows = rows[order]
    first, stop = runs(heads(*(key[order] for key in keys)))
    some = stop - first > 1
    first, stop = first[some], stop[some]
    at, member = ragged(first, stop)
    head, times = rows[first], stop - first

    def tell(chosen: np.ndarray) -> list[str]:
        told = (found.say(head[chosen]), found.dates(head[chosen]), times[chosen])
        return [
            f"{number} {dates} is there {'twice' if count == 2 else f'{count} times'}; "
            "each is counted"
            for number, dates, count in zip(*told, strict=True)
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
    steps = known.steps
    of = np.full(len(record), NONE)
    of[steps.new[steps.explicit]] = steps.old[steps.explicit]
    new = new[of[new] >= 0]
    old = of[new]
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


def _alike(found: Findings, rows: np.ndarray, place: int) -> None:
    """Code ``alike``: names of one column that differ only by case, spacing or Unicode form."""
    record, column = found.record, NAMES[place]
    codes, words = record.reports.codes[column], record.reports.words[column]
    first = np.full(len(words), len(record), np.int64)
    np.minimum.at(first, codes[rows], rows)
    alike = found.ever.once(_look_alike)[place]
    used = np.flatnonzero((first < len(record)) & (alike != NONE))
    alike = alike[used]
    several = (np.bincount(alike)[alike] if len(alike) else alike) > 1
    used, alike = used[several], alike[several]
    names = words.astype("str").to_numpy(object)
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


def _look_alike(known: Known) -> list[np.ndarray]:
    """Return which names of each column look alike, by a number of each look; -1: like none."""
    out = []
    for column in NAMES:
        names = known.record.reports.words[column].astype("str")
        _, alike = np.unique(np.array([_seen(name) for name in names], object), return_inverse=True)
        out.append(np.where((np.bincount(alike) > 1)[alike] if len(alike) else False, alike, NONE))
    return out


def _seen(name: str) -> str:
    """Return the letters of a name that a reader tells apart."""
    letters = _plain(unicodedata.normalize("NFKC", name))
    letters = "".join(c for c in letters if not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", letters.casefold())


def _plain(name: str) -> str:
    """Return a name with one hyphen, one apostrophe, and Arabic letters for Persian ones."""
    name = "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in name)
    return name.translate(_SAME)


_SAME = str.maketrans("−’‘ʼ`´یکى", "-" + 5 * "'" + "يكي")


def _spelt(name: str) -> str:
    """Return a name in quotes; letters that look like others by their numbers."""
    plain = unicodedata.is_normalized("NFKC", name) and name == _plain(name)
    return repr(name) if plain else ascii(name)


#: Fewer counts than this that never fall are no run.
_RUN = 8


def _cumulative(found: Findings, rows: np.ndarray) -> None:
    """Code ``cumulative``: period counts of successive stretches that never fall."""
    record = found.record
    rows = rows[ordered(record.series[rows], record.day[rows], record.start[rows])]
    series, start, day, count = (
        a[rows] for a in (record.series, record.start, record.day, record.best)
    )
    new = heads(series)
    new[1:] |= (start[1:] != day[:-1] + 1) | (count[1:] < count[:-1])
    first, stop = runs(new)
    rises = np.cumsum(np.append(False, count[1:] > count[:-1]))
    # Most of a run's steps rise: days on which nobody died are no running total.
    some = (stop - first >= _RUN) & (2 * (rises[stop - 1] - rises[first]) >= stop - first)
    first, stop = first[some], stop[some]
    at, member = ragged(first, stop)

    def tell(chosen: np.ndarray) -> list[str]:
        one, last = rows[first[chosen]], rows[stop[chosen] - 1]
        told = (stop[chosen] - first[chosen], found.say(one), found.say(last),
                found.days(record.start[one]), found.days(record.day[last]))  # fmt: skip
        return [
            f"{size:,} counts of successive stretches, {low} to {high}, from {begin} to {end}, "
            "never fall; if they are running totals, say kind='total'"
            for size, low, high, begin, end in zip(*told, strict=True)
        ]

    found.add(
        Code.CUMULATIVE, record.day[rows[stop - 1]], series[first], (at, rows[member]), tell,
        found=count[stop - 1], expected=count[first], size=stop - first,
    )  # fmt: skip


def _quote(found: Findings, rows: np.ndarray) -> None:
    """Code ``quote``: the number of a report is not in the words that it quotes.

    Of a number that was worked out the reason says how.
    """
    record, texts = found.record, found.record.reports.texts
    rows = rows[found.ever.once(_unquoted)[rows]]
    if found.ever.words:
        rows = rows[_lacks(record, rows, found.ever.words)]

    def tell(at: np.ndarray) -> list[str]:
        told = (found.say(rows[at]), texts["quote"].take(rows[at]))
        return [f"{number} is not in its quote, {shorten(quote, 120)}"
                for number, quote in zip(*told, strict=True)]  # fmt: skip

    found.add(
        Code.QUOTE, record.day[rows], record.series[rows], beside(rows), tell,
        found=record.best[rows],
    )  # fmt: skip


def _unquoted(known: Known) -> np.ndarray:
    """Whether the number of each report is not in the words that it quotes."""
    texts = known.record.reports.texts
    out = (texts["quote"] != "").to_numpy(bool) & (texts["reason"] == "").to_numpy(bool)
    out &= known.record.numbered
    rows = np.flatnonzero(out)
    out[rows] = _lacks(known.record, rows, {})
    return out


def _lacks(record: Record, rows: np.ndarray, words: CountWords) -> np.ndarray:
    """Whether numbers of reports are not in their quotes, where vague words hold some."""
    number, stated = record.reports.number, record.reports.stated
    out = []
    for row, quote in zip(rows.tolist(), record.reports.texts["quote"].take(rows), strict=True):
        names = ("value",) if stated["value"][row] else ("low", "high")
        told = {abs(int(number[name][row])) for name in names if stated[name][row]}
        out.append(not told <= numbers_in(quote, words))
    return np.array(out, bool)


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
