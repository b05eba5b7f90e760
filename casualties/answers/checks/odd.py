"""Reports that are odd in themselves, or beside their likes."""

import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd

from ...core.record import Record, overlapping
from ...intake.cells import is_whole
from ...model.counts import Words, numbers_in
from ...model.frames import NEVER, grouped, heads, matches, ordered
from ...model.schema import COUNTS, NAMES, Action, Change, Code, Kind, Qualifier, Severity
from ...words import listed
from .findings import NO_DAY, NONE, Findings, Seen, per_clock, split_by, sum_by

#: Within this time two relays may tell of one statement that so many more were killed.
RELAYED = np.timedelta64(6, "h")


# -- one report by itself --------------------------------------------------------------------------


def _alone(found: Findings) -> None:
    """Codes ``bounds``, ``early``, ``quote`` and ``silent``: each a mask and a sentence."""
    record, reports, live = found.record, found.record.reports, found.live
    value, low, high = (
        np.where(reports.stated[name], reports.number[name], np.nan) for name in COUNTS
    )
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
        every = found.public if code == Code.QUOTE else live  # also of what was replaced
        some = every.take(odd[every.row])
        number, day = np.where(record.numbered, record.best, NONE)[some.row], record.day[some.row]
        found.add(code, sentence, some.clock, {"row": some.row}, found=number, size=day)


def _unquoted(record: Record, words: Words) -> np.ndarray:
    """Whether the number of each report is not in its quote; of one worked out the reason says how.

    Vague words hold the numbers that `words` gives them.
    """
    reports = record.reports
    quote, reason = (reports.texts[name].to_numpy(object) for name in ("quote", "reason"))
    out = record.numbered & (quote != "") & (reason == "")
    for row in np.flatnonzero(out).tolist():
        names = ("value",) if reports.stated["value"][row] else ("low", "high")
        told = {abs(int(reports.number[n][row])) for n in names if reports.stated[n][row]}
        out[row] = not told <= numbers_in(quote[row], words)
    return out


# -- two at once -----------------------------------------------------------------------------------

#: The last minute of a day, since its beginning.
_LAST = np.timedelta64(24 * 60 - 1, "m")

#: How numbers of one instant can be told apart.
_TOGETHER = (
    "the last in the table counts; tell them apart by side, category, definition, via or time of "
    "day, turn round a table that is kept newest first, or, if each is an incident of a list, say "
    "kind='incident'"
)


def _clash(found: Findings) -> None:
    """Code ``clash``: two numbers for the same dates at the same instant of standing."""
    record, seen = found.record, found.at(found.known.kept.spoke)
    seen = seen.take(record.numbered[seen.row] & (record.figure[seen.row] >= 0))
    seen = seen.take(ordered(record.rank[record.chain[seen.row]]))
    key = grouped(seen.per_clock(record.figure), record.said[seen.row])
    several = (np.bincount(key) > 1)[key]
    seen, key = seen.take(several), key[several]
    root, via = record.chain[seen.row], record.reports.codes["via"][seen.row]
    # Where the time of day is unknown, many numbers may have come at different times: only those
    # with an id, a page or a column of their own were told apart by who entered them.
    last_minute = record.local[root].astype("M8[m]") == record.local[root].astype("M8[D]") + _LAST
    marks = grouped(via, *(codes for codes, _ in _own_columns(record, seen.row).values()))
    own = pd.Series(marks).groupby(key).transform("nunique").to_numpy() > 1
    own |= ~record.automatic[root] | _has_page(record, root) | ~last_minute
    own |= _newest_first(found)[seen.clock]
    seen, key = seen.take(own), key[own]
    one, other = matches([key], [key])
    rows = seen.row[one], seen.row[other]
    unlike = (record.best[rows[0]] != record.best[rows[1]]) & ~overlapping(record, *rows)
    at = np.unique(one[unlike])
    at = at[ordered(key[at])]
    groups, first = split_by(seen.row[at], key[at]), seen.take(at[heads(key[at])])
    found.add(
        Code.CLASH, f"{{reports.say}} {{row.dates}}, all at {{root.instants}}; {_TOGETHER}",
        first.clock, {"reports": groups}, row=first.row, root=record.chain[first.row],
        found=[record.best[rows[-1]] for rows in groups], expected=record.best[first.row],
        size=[np.ptp(record.best[rows]) for rows in groups],
    )  # fmt: skip


#: What stands in a cell that holds nothing.
_BLANK = ("", "nan", "None", "<NA>", "NaT")


def _several_in_one(found: Findings) -> None:
    """Code ``clash``: one series, of which a column of one's own seems to name several places."""
    record = found.record
    if record.reports.extras.columns.empty:
        return
    some = found.known.public & record.numbered & (record.figure >= 0)
    rows = np.flatnonzero(some & (record.action == Action.REPORT))
    rows = rows[ordered(record.series[rows], record.rank[rows])]
    columns = record.series, record.figure, record.best, record.said
    series, figure, best, said = (of[rows] for of in columns)
    another = heads(figure, best) & ~heads(figure)
    lower = (np.diff(best, prepend=0) < 0) & ~heads(series)
    other = np.where(record.kind[rows] == Kind.PERIOD, another, lower)
    other &= heads(said)  # at one instant they clash
    several = sum_by(series, other) > 1
    rows, other = rows[several], other[several]
    for column, (codes, cells) in _own_columns(record, rows).items():
        some = np.flatnonzero(~np.isin(cells[codes], _BLANK))
        of_series = split_by(some, record.series[rows[some]])
        hits = [_told_apart(record, rows[told], codes[told], other[told]) for told in of_series]
        one, row, born, ended = np.array([*filter(None, hits)], np.int64).reshape(-1, 4).T
        clock, place = found.between(born, ended)
        cell = dict(zip(rows.tolist(), cells[codes], strict=True))
        found.add(
            Code.CLASH, "{one.cite} ({was!r}), then {row.say} ({now!r}), and so again and again: "
            "one series, of which the last number counts; if column {column!r} names places or "
            "groups, columns={{{column!r}: 'side'}} adds them up",
            clock, {"one": one[place], "row": row[place]}, column=[column] * len(place),
            was=[cell[each] for each in one[place]], now=[cell[each] for each in row[place]],
        )  # fmt: skip


def _told_apart(
    record: Record, rows: np.ndarray, cells: np.ndarray, other: np.ndarray
) -> tuple[int, ...]:
    """Return the reports by which cells are seen to tell a series apart, and the ranks it is so.

    Twice or more a number is another one, not higher, where the cell is another; that of each cell
    does not fall: of totals, or for the same days. Half of the reports or more have a cell that was
    there before.
    """
    last: dict[int, int] = {}
    hit: tuple[int, ...] = ()
    best, rank, times = record.best[rows], record.rank[rows], 0
    figure = np.where(record.kind[rows] == Kind.TOTAL, NONE, record.figure[rows])
    turns = other & (np.diff(cells, prepend=cells[:1]) != 0)
    for at, (cell, turn) in enumerate(zip(cells.tolist(), turns.tolist(), strict=True)):
        own = last.get(cell, at)
        if best[at] < best[own] and figure[at] == figure[own]:
            return hit and (*hit[:3], rank[at])
        last[cell], times = at, times + turn
        if turn and not hit and times > 1 and 2 * len(last) <= at + 1:
            hit = rows[at - 1], rows[at], rank[at], NEVER
    return hit


def _newest_first(found: Findings) -> np.ndarray:
    """Whether at each clock the table is kept newest first, with reports of three instants or more.

    There the last row of a date is the earliest.
    """
    about = found.public.take(~found.record.denial[found.public.row])
    steps = np.diff(found.record.reported[about.row]).astype(np.int64)
    clock = np.where(heads(about.clock), len(found.clocks), about.clock)[1:]  # of the second one
    size = len(found.clocks) + 1
    later, earlier = (np.bincount(clock[some], minlength=size) for some in (steps > 0, steps < 0))
    turned: np.ndarray = (later == 0) & (earlier > 1)
    return turned


def _own_columns(record: Record, rows: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return numbers of what stands in each own column beside some reports, and its texts."""
    # A column may hold anything: half a character is no text to pandas.
    once, place = np.unique(rows, return_inverse=True)
    cells = {str(name): map(str, of.take(once)) for name, of in record.reports.extras.items()}
    found = {name: pd.factorize(np.array([*of], object)) for name, of in cells.items()}
    return {name: (codes[place], texts) for name, (codes, texts) in found.items()}


def _has_page(record: Record, rows: np.ndarray) -> np.ndarray:
    return (record.reports.texts["url"].take(rows) != "").to_numpy(bool)


# -- twice, and alike ------------------------------------------------------------------------------


def _repeated(found: Findings) -> None:
    """Code ``repeated``: the same `more`, or the same incident of a list, twice."""
    record, more = found.record, found.of(Kind.MORE)
    more = more.take(ordered(record.rank[more.row]))
    for seen, key in ((more, grouped(*_count(record, more))), _alike_incidents(found)):
        groups = [each for each in split_by(np.arange(len(key)), key) if len(each) > 1]
        first = seen.take(np.array([each[0] for each in groups], np.int64))
        size = np.array([*map(len, groups)], np.int64)
        found.add(
            Code.REPEATED, "{row.cite} is there {times}; each is counted", first.clock,
            {"reports": [seen.row[each] for each in groups]}, row=first.row,
            times=["twice" if many == 2 else f"{many} times" for many in size.tolist()],
            size=record.best[first.row] * (size - 1),
        )  # fmt: skip


def _count(record: Record, seen: Seen) -> list[np.ndarray]:
    """Return what is counted by some reports at which clock, through which day, and how many."""
    same = (record.series, record.day, record.best, record.low, record.high, record.open)
    return [seen.clock, *(of[seen.row] for of in same)]


def _alike_incidents(found: Findings) -> tuple[Seen, np.ndarray]:
    """Return incidents of the same days and number, and a number of those that may be one.

    Whose page and own columns are the same, if they have no id, a page, or a place: a side or a
    column of one's own; or that are told by two relays, and have no ids, or the same own columns.
    Those with a place alone, and by two relays, are of several people: of one person there are
    many.
    """
    record, seen = found.record, found.of(Kind.INCIDENT)
    seen = seen.take(ordered(record.rank[seen.row]))
    count = grouped(record.start[seen.row], *_count(record, seen))
    alike = np.bincount(count, minlength=1)[count] > 1
    seen, count = seen.take(alike), count[alike]
    rows = seen.row
    columns = [codes for codes, _ in _own_columns(record, rows).values()]
    page = pd.factorize(record.reports.texts["url"].take(rows))[0]
    own = grouped(0 * rows, *columns)
    order = ordered(count, own, page)
    seen, rows, count, own, page = seen.take(order), *(of[order] for of in (rows, count, own, page))
    via, side = (np.array([*record.reports.told(name, rows)], object) for name in ("via", "side"))
    unnamed, several = record.automatic[record.chain[rows]], record.best[rows] > 1
    placed = several & ((side != "all") | bool(columns))
    one, other = slice(None, -1), slice(1, None)
    same_own = own[one] == own[other]
    twice = same_own & (page[one] == page[other])
    twice &= (unnamed | _has_page(record, rows) | placed)[other]
    relayed = (via[one] != via[other]) & (via[one] != "") & (via[other] != "") & several[other]
    relayed &= (unnamed[one] & unnamed[other]) | (same_own & placed[other])
    new = np.append(True, ~((twice | relayed) & (count[one] == count[other])))[: len(rows)]
    return seen, np.cumsum(new)


def _relayed(found: Findings) -> None:
    """Code ``repeated``: like `more`s by different relays, within hours, also over midnight."""
    record, more = found.record, found.of(Kind.MORE)
    more = more.take(ordered(more.per_clock(record.series), record.rank[more.row]))
    one, other = more.row[:-1], more.row[1:]
    days, of_today = record.day[other] - record.day[one], record.day == record.reported_day
    via = record.reports.codes["via"]
    told = np.append(record.reports.words["via"] != "", False)[via]
    twice = (days == 1) & of_today[one] & of_today[other]
    twice |= (days == 0) & ~record.same_count(one, other)  # else it is told already
    twice &= ~heads(more.per_clock(record.series))[1:]
    twice &= told[one] & told[other] & (via[one] != via[other])
    twice &= record.reported[other] - record.reported[one] <= RELAYED
    counts = record.best[one], record.best[other]
    twice &= 2 * np.minimum(*counts) >= np.maximum(*counts)
    found.add(
        Code.REPEATED,
        "{row.cite}{row.relays} and {old.cite}{old.relays} are both counted; if they tell of one "
        "statement, keep one of them",
        more.clock[1:][twice], {"old": one[twice], "row": other[twice]},
    )  # fmt: skip


def _raised(found: Findings) -> None:
    """Code ``repeated``: a total revised by as much as a `more` in between said, or took away.

    All steps count of the chains of those totals that are live.
    """
    record, moved, total, more = found.record, found.moves, *map(found.of, (Kind.TOTAL, Kind.MORE))
    some = moved.explicit & (record.action[moved.new] == Action.REVISE)
    moved = moved.take(some & record.numbered[moved.old] & record.numbered[moved.new])
    live = total.clock, record.chain[total.row]
    moved = moved.take(matches((moved.clock, record.chain[moved.new]), live)[0])
    rise = record.best[moved.new] - record.best[moved.old]
    added = more.clock, record.series[more.row], record.best[more.row]
    place, at = matches((moved.clock, record.series[moved.new], rise), added)
    moved, more, rise = moved.take(place), more.take(at), rise[place]
    before, then, after = (record.reported[rows] for rows in (moved.old, more.row, moved.new))
    some = (rise != 0) & (before < then) & (then <= after)
    found.add(
        Code.REPEATED,
        "{old.cite} was revised to {row.say}, after {more.cite} had said as much; it may be "
        "counted twice",
        moved.clock[some],
        {"old": moved.old[some], "more": more.row[some], "row": moved.new[some]}, found=rise[some],
    )  # fmt: skip


def _said_again(found: Findings) -> None:
    """Code ``repeated``: a report changed after its source had said its number again, which stands.

    Its correction changes the record, not the toll.
    """
    record, moved, live = found.record, found.moves, found.live
    some = moved.explicit & np.isin(moved.change, (Change.REVISED, Change.RETRACTED))
    moved = moved.take(some & (record.figure[moved.old] >= 0) & record.numbered[moved.old])
    figures = record.figure[moved.old], record.figure[live.row]
    place, at = matches((moved.clock, figures[0]), (live.clock, figures[1]))
    moved, again = moved.take(place), live.row[at]
    old, row = moved.old, moved.new
    stands = record.same_count(old, again) & (record.said[again] > record.said[old])
    stands &= record.chain[again] != record.chain[old]
    stands &= record.reported[again] < record.reported[row]
    gone = record.action[row] == Action.RETRACT
    for withdrawn, how in enumerate(("was revised to {row.say}", "is withdrawn")):
        some = stands & (gone == withdrawn)
        found.add(
            Code.REPEATED, f"{{old.cite}} {how}; {{again.source}} had said it again at "
            "{again.instants}, and that stands", moved.clock[some],
            {"old": old[some], "again": again[some], "row": row[some]},
            day=record.day[again][some], found=record.best[again][some],
        )  # fmt: skip


def _whole_row(found: Findings) -> None:
    """Code ``parts``, as a doubt: a row of what adds up whose relay or own column means the whole.

    It is as much as the others of its day together; alone on a day, as all others.
    """
    record, reports = found.record, found.record.reports
    seen = found.of(Kind.MORE, Kind.INCIDENT)
    rows, series, best = seen.row, seen.per_clock(record.series), record.best[seen.row]
    via = pd.factorize(np.array(reports.told("via", rows), object))
    for column, (codes, names) in ({"via": via} | _own_columns(record, rows)).items():
        whole = np.array([len(name) < 40 and is_whole(name) for name in names], bool)[codes]
        if not whole.any():
            continue
        others = np.where(whole, 0, best)
        of_day, of_all = sum_by(grouped(series, record.day[rows]), others), sum_by(series, others)
        others = np.where(of_day > 0, of_day, of_all)
        hits = np.flatnonzero(whole & (others > 0) & (best >= others))
        found.add(
            Code.PARTS,
            "{row.cite} says {name!r} in column {column!r}, is at least as many as the others "
            "together ({expected:,}), and is added to them: if it means all of them, drop it",
            seen.clock[hits], {"row": rows[hits]}, name=names[codes[hits]],
            column=[column] * len(hits), expected=others[hits], severity=Severity.DOUBT,
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
        first = np.sort(np.unique(per_clock(clock, codes), return_index=True)[1])
        key = per_clock(clock, look[codes])
        # Of each look the first report with each name, and all reports.
        every = zip(split_by(first, key[first]), split_by(rows, key), strict=True)
        pairs = [pair for pair in every if len(pair[0]) > 1]
        groups, about = ([pair[of] for pair in pairs] for of in (0, 1))
        head = np.array([group[0] for group in groups], np.int64)
        found.add(
            Code.ALIKE,
            f"{column}: {{spelt}} differ only by case, spacing, signs, notes or Unicode form",
            clock[head], {"reports": [rows[group] for group in groups]}, row=rows[head],
            spelt=[listed([*map(_spelt, words[codes[group]])]) for group in groups],
            # Series columns are given where all reports with these names agree.
            about=about, day=NO_DAY, found=NONE, size=-look[codes[head]], group=place,
        )  # fmt: skip


@lru_cache(maxsize=65536)
def _seen(name: str) -> str:
    """Return the letters of a name that a reader tells apart: no blanks, signs or notes."""
    letters = _plain(_NOTES.sub("", name)).casefold()
    unseen = ("Cc", "Cf", "Pd", "Zl", "Zp", "Zs")
    kept = (c for c in letters if c != "." and unicodedata.category(c) not in unseen)
    return _plain("".join(kept))


def _plain(name: str) -> str:
    """Return a name with one hyphen, one apostrophe, and Arabic letters for Persian ones."""
    return unicodedata.normalize("NFKC", name).translate(_SAME)


#: Marks of footnotes at the end of a name.
_NOTES = re.compile(r"(?<=\w)(?:\s*\[\w{1,3}\]|[*†‡¹²³⁰-⁹])+\s*$")
_SAME = str.maketrans("−‐‒–—―’‘ʼ`´یکى", 6 * "-" + 5 * "'" + "يكي")


def _spelt(name: str) -> str:
    """Return a name in quotes; letters that look like others by their numbers."""
    return repr(name) if name == _plain(name) else ascii(name)


#: Fewer counts than this that never fall are no run.
_RUN = 8


def _cumulative(found: Findings) -> None:
    """Code ``cumulative``: period counts of successive stretches, or `more`s, that never fall.

    Or a whole list of incidents, each of another day: a plain list hardly ever rises throughout.
    """
    record, seen = found.record, found.of(Kind.PERIOD, Kind.MORE, Kind.INCIDENT)
    keys = record.kind, record.day, record.start
    seen = seen.take(ordered(seen.per_clock(record.series), *(of[seen.row] for of in keys)))
    rows, kind, series = seen.row, record.kind[seen.row], seen.per_clock(record.series)
    start, day, count = record.start[rows], record.day[rows], record.best[rows]
    new, period, listed = heads(series, kind), kind == Kind.PERIOD, kind == Kind.INCIDENT
    new[1:] |= (count[1:] < count[:-1]) | (period[1:] & (start[1:] != day[:-1] + 1))
    new[1:] |= listed[1:] & (day[1:] == day[:-1])
    run, rises = np.cumsum(new), ~new & (np.diff(count, prepend=0) > 0)
    # Most of a run's steps rise: days on which nobody died are no running total.
    size, whole = (sum_by(of, np.ones(len(run))) for of in (run, series))
    some = (size >= _RUN) & (2 * sum_by(run, rises) >= size) & ((size == whole) | ~listed)
    runs, begun = split_by(rows[some], run[some]), seen.take(some).take(heads(run[some]))
    found.add(
        Code.CUMULATIVE,
        "{size:,} counts in a row, {one.say} to {row.say}, from {one.begins} to {row.ends}, never "
        "fall; if they are running totals, say kind='total'",
        begun.clock, {"reports": runs}, one=begun.row, row=[run[-1] for run in runs],
        size=[*map(len, runs)], expected=record.best[begun.row],
    )  # fmt: skip


def _denied(found: Findings) -> None:
    """Code ``denied``: a live number that somebody denies."""
    live, (denial, about) = found.live, found.record.denied
    live = live.take(found.record.numbered[live.row])
    denials = found.at(found.known.kept.denials)
    pair, at = matches([denial], [denials.row])
    place, told = matches((live.clock, live.row), (denials.clock[at], about[pair]))
    denied = live.take(np.unique(place))
    found.add(
        Code.DENIED, "{row.cite} is denied by {denials.source}", denied.clock,
        {"row": denied.row, "denials": split_by(denial[pair][told], place)},
    )  # fmt: skip


#: All that is seen without adding anything up.
ODD_REPORTS = (
    _alone, _clash, _several_in_one, _repeated, _relayed, _raised, _said_again, _whole_row, _alike,
    _cumulative, _denied,
)  # fmt: skip
