"""Reports that are odd in themselves, or beside their likes (design, section 8)."""

import unicodedata

import numpy as np
import pandas as pd

from ...core.known import Known
from ...core.live import Steps
from ...core.record import Record, change_of, overlapping
from ...model.counts import Words as CountWords
from ...model.counts import numbers_in
from ...model.frames import grouped, heads, ordered, ragged
from ...model.schema import NAMES, Action, Change, Code, Kind, Qualifier
from ...words import listed
from .findings import NO_DAY, NONE, Findings, Several, runs


def odd_reports(found: Findings, known: Known) -> None:
    """Note all that is seen without adding anything up."""
    record = known.record
    live = np.flatnonzero(known.live)
    numbered = live[record.numbered[live]]
    total, period, more, incident = (known.counted[record.kind[known.counted] == k] for k in Kind)
    _bounds(found, numbered)
    early = numbered[record.early[numbered]]
    found.add(
        Code.EARLY,
        "{row.cite} was published at {row.instants}, before that day had begun anywhere; it enters "
        "no total",
        {"row": early},
    )
    _clash(found, known)
    # Incidents that have no id of their own, or a page that another may have, too.
    mute = record.automatic[record.chain[incident]] | _has_page(record, incident)
    _repeated(found, np.concatenate([more, incident[mute]]))
    _revised_by_a_more(found, known, more, total)
    _relays(found, known)
    _alike(found, np.flatnonzero(known.public))
    _cumulative(found, period)
    _quote(found, numbered)
    _denied(found, known, numbered)
    silent = live[~record.numbered[live]]
    found.add(
        Code.SILENT, "{row.source} gave no number {row.dates}", {"row": silent}, found=NONE
    )  # fmt: skip


def _bounds(found: Findings, rows: np.ndarray) -> None:
    """Code ``bounds``: low above value, or value above high, as stated."""
    reports = found.record.reports
    value, low, high = (reports.number[c][rows] for c in ("value", "low", "high"))
    has, has_low, has_high = (reports.stated[c][rows] for c in ("value", "low", "high"))
    says = reports.fixed["qualifier"][rows]
    best = value + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    outside = has & ((has_low & (low > best)) | (has_high & (best > high)))
    turned = has_low & has_high & (low > high)
    found.add(
        Code.BOUNDS, "{found:,} lies outside its own bounds, {row.bounds}",
        {"row": rows[outside | (turned & has)]},
    )  # fmt: skip
    found.add(
        Code.BOUNDS, "the bounds {row.bounds} are the wrong way round",
        {"row": rows[turned & ~has]}, found=NONE,
    )  # fmt: skip


# -- two at once -----------------------------------------------------------------------------------

#: How numbers of one instant can be told apart.
_TOGETHER = (
    "tell them apart by side, category or definition, by the time of day or via, or, if each is "
    "an incident of a list, say kind='incident'"
)
_RELAYED = "by different relays, and the last in the table counts; give the time of day of each"


def _clash(found: Findings, known: Known) -> None:
    """Code ``clash``: two numbers for the same dates at the same instant of standing."""
    record = known.record
    rows = known.speaking
    rows = rows[record.numbered[rows] & (record.figure[rows] >= 0)]
    slot = grouped(record.figure[rows], record.said[rows])
    rows = rows[np.bincount(slot)[slot] > 1]
    rows = rows[ordered(record.rank[record.chain[rows]])]
    every = Several.alike(rows, record.figure[rows], record.said[rows])
    at, rows = every.of(np.arange(len(every.start)))
    root = record.chain[rows]
    # Where the time of day is unknown, many numbers may have come at different times: only those
    # with an id, a page or a column of their own were told apart by who entered them.
    day_only = record.local[root].astype("M8[m]").astype(np.int64) % (24 * 60) == 24 * 60 - 1
    own = ~record.automatic[root] | _has_page(record, root) | ~day_only
    if not own.all():
        marks = grouped(
            _marks(record, rows), record.reports.codes["via"][rows].astype(np.int64) + 1
        )
        own |= (pd.Series(marks).groupby(at).transform("nunique") > 1).to_numpy()
    every = Several.alike(rows[own], at[own])
    at, rows = every.of(np.arange(len(every.start)))
    one, place = ragged(every.start[at], every.stop[at])
    pair = rows[one], every.rows[place]
    apart = (record.best[pair[0]] != record.best[pair[1]]) & ~overlapping(record, *pair)
    rows = rows[np.unique(one[apart])]
    group = Several.alike(rows, record.figure[rows], record.said[rows])
    best = record.best[group.rows]
    spread = best
    if len(best):
        spread = np.maximum.reduceat(best, group.start) - np.minimum.reduceat(best, group.start)
    relays = [
        len(set(record.reports.told("via", group.rows[begin:end]))) == end - begin
        for begin, end in zip(group.start, group.stop, strict=True)
    ]
    found.add(
        Code.CLASH, "{reports.say} {row.dates}, all at {root.instants}: {remedy}",
        {"reports": group}, row=group.first, root=record.chain[group.first],
        remedy=[_RELAYED if several else _TOGETHER for several in relays],
        found=record.best[group.last], expected=record.best[group.first], size=spread,
    )  # fmt: skip


def _marks(record: Record, rows: np.ndarray) -> np.ndarray:
    """Return a number of what own columns hold beside each report."""
    cells = record.reports.extras.take(rows).astype(object).to_numpy()
    return pd.factorize(np.array(["\0".join(map(str, row)) for row in cells], object))[0]


def _has_page(record: Record, rows: np.ndarray) -> np.ndarray:
    return (record.reports.texts["url"].take(rows) != "").to_numpy(bool)


def _relays(found: Findings, known: Known) -> None:
    """Code ``relays``: a lower number by another relay, and nobody said that it was revised."""
    record = known.record
    every, change = found.always(steps_of)
    steps = every.take((change == Change.RELAYED) & (record.rank[every.by] < known.cut))
    was = record.best[steps.old]
    found.add(
        Code.RELAYS,
        "{old.source} is quoted with {old.cite}{old.relays} and with {row.say}{row.relays}; nobody "
        "says that the source revised",
        {"old": steps.old, "row": steps.new},
        expected=was,
        size=was - record.best[steps.new],
    )


def steps_of(known: Known) -> tuple[Steps, np.ndarray]:
    """Return every replacement that is known, and how each is called."""
    steps = known.steps
    return steps, change_of(known.record, steps.old, steps.new, steps.explicit)


# -- twice, and alike ------------------------------------------------------------------------------


def _repeated(found: Findings, rows: np.ndarray) -> None:
    """Code ``repeated``: the same `more` twice, or the same incident on the same page."""
    record = found.record
    # Of incidents the first day, the page and own columns must be the same, too.
    incident = np.flatnonzero(record.kind[rows] == Kind.INCIDENT)
    of = rows[incident]
    own = np.zeros((3, len(rows)), np.int64)
    page = pd.factorize(record.reports.texts["url"].take(of))[0]
    own[:, incident] = record.start[of], page, _marks(record, of)
    by_rank = ordered(record.rank[rows])
    rows, own = rows[by_rank], own[:, by_rank]
    same = (record.series, record.day, record.best, record.low, record.high, record.open)
    group = Several.alike(rows, *(column[rows] for column in same), *own)
    times = np.array([f"{size} times" if size > 2 else "twice" for size in group.size], object)
    found.add(
        Code.REPEATED, "{row.cite} is there {times}; each is counted",
        {"reports": group}, row=group.first, times=times,
        size=record.best[group.first] * (group.size - 1),
    )  # fmt: skip


def _revised_by_a_more(found: Findings, known: Known, more: np.ndarray, total: np.ndarray) -> None:
    """Code ``repeated``: a total revised by as much as a `more` in between said.

    All steps count of the chains of those totals that are live.
    """
    record, steps = known.record, known.steps
    live = np.zeros(len(record), bool)
    live[record.chain[total]] = True
    old, new = steps.old, steps.new
    rise = record.best[new] - record.best[old]
    some = steps.explicit & (record.action[new] == Action.REVISE) & live[record.chain[new]]
    some &= record.numbered[new] & record.numbered[old] & (rise > 0)
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
    more = more[order[place]]
    found.add(
        Code.REPEATED,
        "{old.cite} was revised to {row.say}, after {more.cite} had added as much; it may be "
        "counted twice",
        {"old": old[step], "more": more, "row": new[step]},
        found=record.best[more],
        size=record.best[more],
    )


def _alike(found: Findings, rows: np.ndarray) -> None:
    """Code ``alike``: names of one column that differ only by case, spacing or Unicode form."""
    record = found.record
    for place, (column, alike) in enumerate(found.always(_look_alike).items()):
        codes = record.reports.codes[column]
        first = np.full(len(alike), len(record), np.int64)
        np.minimum.at(first, codes[rows], rows)
        names = np.flatnonzero((first < len(record)) & (alike != NONE))
        names = names[ordered(first[names])]
        group = Several.alike(names, alike[names])
        count = len(group.start)
        if not count:
            continue
        # Series columns are given where all reports with these names agree.
        at, used = group.of(np.arange(count))
        of = np.full(len(alike), NONE)
        of[used] = at
        mine = rows[of[codes[rows]] >= 0]
        words = record.reports.words[column].astype("str").to_numpy(object)
        spelt = [
            listed([_spelt(name) for name in words[group.rows[begin:end]]])
            for begin, end in zip(group.start, group.stop, strict=True)
        ]
        found.add(
            Code.ALIKE,
            f"{column}: {{spelt}} differ only by case, spacing or Unicode form",
            {"reports": group._replace(rows=first[group.rows])}, row=first[group.first],
            spelt=spelt, about=Several.alike(mine, of[codes[mine]]),
            day=NO_DAY, found=NONE, size=-np.arange(count), group=place,
        )  # fmt: skip


def _look_alike(known: Known) -> dict[str, np.ndarray]:
    """Return which names of a column look alike, by a number of each look; -1: like none."""
    out = {}
    for column in NAMES:
        names = known.record.reports.words[column].astype("str")
        alike = np.unique(np.array([*map(_seen, names)], object), return_inverse=True)[1]
        several = np.bincount(alike)[alike] > 1 if len(alike) else alike > 0
        if several.any():
            out[column] = np.where(several, alike, NONE)
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
    start, day, count = record.start[rows], record.day[rows], record.best[rows]
    new = heads(record.series[rows])
    new[1:] |= (start[1:] != day[:-1] + 1) | (count[1:] < count[:-1])
    first, stop = runs(new)
    rises = np.cumsum(np.append(False, count[1:] > count[:-1]))
    # Most of a run's steps rise: days on which nobody died are no running total.
    some = (stop - first >= _RUN) & (2 * (rises[stop - 1] - rises[first]) >= stop - first)
    run = Several(rows, first[some], stop[some])
    found.add(
        Code.CUMULATIVE,
        "{size:,} counts of successive stretches, {one.say} to {row.say}, from {one.begins} to "
        "{row.ends}, never fall; if they are running totals, say kind='total'",
        {"reports": run}, one=run.first, row=run.last, size=run.size,
        expected=record.best[run.first],
    )  # fmt: skip


# -- what is said of a report ----------------------------------------------------------------------


def _quote(found: Findings, rows: np.ndarray) -> None:
    """Code ``quote``: the number of a report is not in the words that it quotes.

    Of a number that was worked out the reason says how.
    """
    rows = rows[found.always(_unquoted)[rows]]
    if found.words:
        rows = rows[_lacks(found.record, rows, found.words)]
    found.add(Code.QUOTE, "{row.say} is not in its quote, {row.quotes}", {"row": rows})


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
    denial, about = known.denials
    mine = np.isin(about, rows)
    denials = Several.alike(denial[mine], about[mine], least=1)
    row = np.unique(about[mine])
    found.add(
        Code.DENIED, "{row.cite} is denied by {denials.source}", {"row": row, "denials": denials},
        size=found.record.best[row],
    )  # fmt: skip
