"""Reports that are odd by themselves, or beside reports like them."""

import re
import unicodedata

import numpy as np
import pandas as pd

from ...core.record import Record, overlapping
from ...model.counts import Words, numbers_in
from ...model.frames import grouped, heads, matches, ordered
from ...model.schema import COUNTS, NAMES, Action, Code, Kind, Qualifier
from ...words import listed
from .findings import NO_DAY, NONE, Findings, per_clock, split_by, sum_by

# -- one report by itself --------------------------------------------------------------------------


def _alone(found: Findings) -> None:
    """Codes ``bounds``, ``early``, ``quote`` and ``silent``: each a mask and a sentence."""
    record, reports, live = found.record, found.record.reports, found.live
    value, low, high = (np.where(reports.stated[n], reports.number[n], np.nan) for n in COUNTS)
    says = reports.fixed["qualifier"]
    meant = value + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    amiss = _unquoted(record, found.words or {})
    for code, odd, sentence in (
        (Code.BOUNDS, (low > meant) | (meant > high) | (low > high),
         "{row.cite} contradicts its own bounds"),
        (Code.EARLY, record.early & record.numbered,
         "{row.cite} was published at {row.instants}, before that day had begun anywhere; it "
         "enters no total"),
        (Code.QUOTE, amiss, "{row.say} is not in its quote, {row.quotes}"),
        (Code.SILENT, ~record.numbered, "{row.source} gave no number {row.dates}"),
    ):  # fmt: skip
        every = found.public if code == Code.QUOTE else live  # quotes also of what was replaced
        hits = every.take(odd[every.row])
        number = np.where(record.numbered, record.best, NONE)[hits.row]
        found.add(code, sentence, hits.clock, {"row": hits.row}, found=number)


def _unquoted(record: Record, words: Words) -> np.ndarray:
    """Whether each report has a quote in which its number is not.

    A reason says how a number was worked out from a quote. Vague words stand for what `words` says.
    """
    reports = record.reports
    quote, reason = (reports.texts[name].to_numpy(object) for name in ("quote", "reason"))
    out = record.numbered & (quote != "") & (reason == "")
    for row in np.flatnonzero(out).tolist():
        names = ("value",) if reports.stated["value"][row] else ("low", "high")
        numbers = {abs(int(reports.number[n][row])) for n in names if reports.stated[n][row]}
        out[row] = not numbers <= numbers_in(quote[row], words)
    return out


# -- two at once -----------------------------------------------------------------------------------

#: How numbers of one instant can be told apart.
_TOGETHER = (
    "the last in the table counts; tell them apart by side, category, definition or time of day "
    "or, if each is an incident of a list, say kind='incident'"
)


def _clash(found: Findings) -> None:
    """Code ``clash``: two numbers for the same dates, whose chains began at the same instant."""
    record, seen = found.record, found.at(found.known.kept.spoke)
    seen = seen.take(record.numbered[seen.row] & (record.figure[seen.row] >= 0))
    seen = seen.take(ordered(record.rank[record.chain[seen.row]]))
    key = grouped(seen.per_clock(record.figure), record.began[seen.row])
    several = (np.bincount(key) > 1)[key]
    seen, key = seen.take(several), key[several]
    root, via = record.chain[seen.row], record.reports.codes["via"][seen.row]
    # Numbers of one bare date may have come at different times of it. They clash only if they were
    # told apart by who entered them: by an id, a page, a relay or a column of one's own.
    last_minute = record.local[root].astype("M8[m]").astype(np.int64) % 1440 == 1439  # of its day
    marks = grouped(via, *(codes for codes, _ in _own_columns(record, seen.row).values()))
    apart = pd.Series(marks).groupby(key).transform("nunique").to_numpy() > 1
    apart |= ~record.automatic[root] | _has_page(record, root) | ~last_minute
    seen, key = seen.take(apart), key[apart]
    pairs = matches([key], [key])
    rows = [seen.row[place] for place in pairs]
    unlike = (record.best[rows[0]] != record.best[rows[1]]) & ~overlapping(record, *rows)
    hits = np.unique(pairs[0][unlike])
    hits = hits[ordered(key[hits])]
    groups, first = split_by(seen.row[hits], key[hits]), seen.take(hits[heads(key[hits])])
    found.add(
        Code.CLASH, f"{{reports.say}} {{row.dates}}, all at {{root.instants}}; {_TOGETHER}",
        first.clock, {"reports": groups}, row=first.row, root=record.chain[first.row],
        found=[record.best[rows[-1]] for rows in groups], expected=record.best[first.row],
        size=[np.ptp(record.best[rows]) for rows in groups],
    )  # fmt: skip


def _own_columns(record: Record, rows: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return, for each column of one's own, the codes of the cells of reports, and their texts."""
    # A column may hold what is no text to pandas, such as half a character: objects are compared.
    once, place = np.unique(rows, return_inverse=True)
    cells = {str(name): map(str, c.take(once)) for name, c in record.reports.extras.items()}
    found = {name: pd.factorize(np.array([*texts], object)) for name, texts in cells.items()}
    return {name: (codes[place], texts) for name, (codes, texts) in found.items()}


def _has_page(record: Record, rows: np.ndarray) -> np.ndarray:
    return (record.reports.texts["url"].take(rows) != "").to_numpy(bool)


# -- twice, and alike ------------------------------------------------------------------------------


def _repeated(found: Findings) -> None:
    """Code ``repeated``: the same `more`, or the same incident of a list, twice.

    Incidents of the same days and number are the same if their page and own columns are, and they
    have a page, or no ids that tell them apart.
    """
    record, seen = found.record, found.of(Kind.MORE, Kind.INCIDENT)
    seen = seen.take(ordered(record.rank[seen.row]))
    columns = (record.kind, record.series, record.start, record.day, record.best, record.low,
               record.high, record.open)  # fmt: skip
    key = grouped(seen.clock, *(column[seen.row] for column in columns))
    several = np.bincount(key, minlength=1)[key] > 1
    seen, key, row = seen.take(several), key[several], seen.row[several]
    ids = np.where(record.automatic[record.chain[row]] | _has_page(record, row), -1, row)
    pages = pd.factorize(record.reports.texts["url"].take(row))[0]
    marks = (ids, pages, *(codes for codes, _ in _own_columns(record, row).values()))
    incident = record.kind[row] == Kind.INCIDENT
    key = grouped(key, *(np.where(incident, codes, 0) for codes in marks))
    groups = [group for group in split_by(np.arange(len(key)), key) if len(group) > 1]
    first = seen.take(np.array([group[0] for group in groups], np.int64))
    size = np.array([*map(len, groups)], np.int64)
    found.add(
        Code.REPEATED, "{row.cite} is there {times}; each is counted", first.clock,
        {"reports": [seen.row[group] for group in groups]}, row=first.row,
        times=["twice" if many == 2 else f"{many} times" for many in size.tolist()],
        size=record.best[first.row] * (size - 1),
    )  # fmt: skip


def _raised(found: Findings) -> None:
    """Code ``repeated``: a total revised by as much as a `more` in between said, or took away.

    The revisions are all those of the chains of live totals.
    """
    record, moved, total, more = found.record, found.moves, *map(found.of, (Kind.TOTAL, Kind.MORE))
    revised = moved.explicit & (record.action[moved.new] == Action.REVISE)
    moved = moved.take(revised & record.numbered[moved.old] & record.numbered[moved.new])
    live = total.clock, record.chain[total.row]
    moved = moved.take(matches((moved.clock, record.chain[moved.new]), live)[0])
    rise = record.best[moved.new] - record.best[moved.old]
    added = more.clock, record.series[more.row], record.best[more.row]
    place, of_more = matches((moved.clock, record.series[moved.new], rise), added)
    moved, more, rise = moved.take(place), more.take(of_more), rise[place]
    before, then, after = (record.reported[rows] for rows in (moved.old, more.row, moved.new))
    hits = (rise != 0) & (before < then) & (then <= after)
    found.add(
        Code.REPEATED,
        "{old.cite} was revised to {row.say}, after {more.cite} had said as much; it may be "
        "counted twice",
        moved.clock[hits],
        {"old": moved.old[hits], "more": more.row[hits], "row": moved.new[hits]}, found=rise[hits],
    )  # fmt: skip


# -- names that look alike, and runs -------------------------------------------------------------


def _alike(found: Findings) -> None:
    """Code ``alike``: names of one column that a reader hardly tells apart."""
    record, clock, rows = found.record, found.public.clock, found.public.row
    for place, column in enumerate(NAMES):
        words = record.reports.words[column].astype("str").to_numpy(object)
        look = pd.factorize(np.array([*map(_seen, words)], object), sort=True)[0]
        if len(look) == len(np.unique(look)):
            continue
        codes = record.reports.codes[column][rows]
        first = np.sort(np.unique(per_clock(clock, codes), return_index=True)[1])  # of each name
        groups = [g for g in split_by(first, clock[first], look[codes[first]]) if len(g) > 1]
        head = np.array([group[0] for group in groups], np.int64)
        named = [rows[group] for group in groups]
        found.add(
            Code.ALIKE,
            f"{column}: {{spelt}} differ only by case, spacing, signs, notes or Unicode form; "
            "to tally and compare they are different ones",
            clock[head], {"reports": named}, row=rows[head],
            spelt=[listed([*map(_spelt, words[codes[group]])]) for group in groups],
            about=named, day=NO_DAY, found=NONE, group=place,
        )  # fmt: skip


def _seen(name: str) -> str:
    """Return what a reader sees of a name: letters and digits in one form, without a footnote."""
    letters = unicodedata.normalize("NFKC", re.sub(r"\[\w{1,3}\]$", "", name)).casefold()
    kept = (letter for letter in letters if unicodedata.category(letter)[0] in "LMN")
    return unicodedata.normalize("NFKC", "".join(kept))


def _spelt(name: str) -> str:
    """Return a name in quotes; letters that look like others are written as their code numbers."""
    return repr(name) if name == unicodedata.normalize("NFKC", name) else ascii(name)


#: At least so many counts that never fall are a run; with so many people, few of them need rise.
_RUN, _MANY = 8, 10


def _cumulative(found: Findings) -> None:
    """Code ``cumulative``: period counts of successive stretches, or `more`s, that never fall."""
    record, seen = found.record, found.of(Kind.PERIOD, Kind.MORE)
    keys = record.kind[seen.row], record.day[seen.row], record.start[seen.row]
    seen = seen.take(ordered(seen.per_clock(record.series), *keys))
    rows, kind, series = seen.row, record.kind[seen.row], seen.per_clock(record.series)
    start, day, count = record.start[rows], record.day[rows], record.best[rows]
    new, apart = heads(series, kind), (kind == Kind.PERIOD)[1:] & (start[1:] != day[:-1] + 1)
    new[1:] |= (count[1:] < count[:-1]) | apart
    run, rises = np.cumsum(new), ~new & (np.diff(count, prepend=0) > 0)
    # Of few people at least half of a run's steps rise: days on which nobody died are no total.
    size, steps, many = sum_by(run, 0 * run + 1), sum_by(run, rises), count[new][run - 1] >= _MANY
    hits = (size >= _RUN) & ((2 * steps >= size) | (many & (steps > 0)))
    runs, first = split_by(rows[hits], run[hits]), seen.take(hits).take(heads(run[hits]))
    found.add(
        Code.CUMULATIVE,
        "{size:,} counts in a row, {first.say} to {row.say}, from {first.begins} to {row.ends}, "
        "never fall; if they are running totals, say kind='total'",
        first.clock, {"reports": runs}, first=first.row, row=[run[-1] for run in runs],
        size=[*map(len, runs)], expected=record.best[first.row],
    )  # fmt: skip


def _denied(found: Findings) -> None:
    """Code ``denied``: a live number that somebody denies."""
    live, (denial, about) = found.live, found.record.denied
    live = live.take(found.record.numbered[live.row])
    standing = found.at(found.known.kept.denials)
    pair, at_clock = matches([denial], [standing.row])
    place, denies = matches((live.clock, live.row), (standing.clock[at_clock], about[pair]))
    denied = live.take(np.unique(place))
    found.add(
        Code.DENIED, "{row.cite} is denied by {denials.source}", denied.clock,
        {"row": denied.row, "denials": split_by(denial[pair][denies], place)},
    )  # fmt: skip


#: The checks of single reports, and of reports beside one another, that add nothing up.
ODD_REPORTS = (_alone, _clash, _repeated, _raised, _alike, _cumulative, _denied)
