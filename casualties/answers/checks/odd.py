"""Reports that are odd by themselves, or beside reports like them."""

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

#: Two relays that announce "so many more" within this time may tell of one statement.
RELAYED = np.timedelta64(6, "h")


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
        number, day = np.where(record.numbered, record.best, NONE)[hits.row], record.day[hits.row]
        found.add(code, sentence, hits.clock, {"row": hits.row}, found=number, size=day)


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

#: The last minute of a day, since its beginning.
_LAST = np.timedelta64(24 * 60 - 1, "m")

#: How numbers of one instant can be told apart.
_TOGETHER = (
    "the last in the table counts; tell them apart by side, category, definition, via or time of "
    "day, turn round a table that is kept newest first, or, if each is an incident of a list, say "
    "kind='incident'"
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
    last_minute = record.local[root].astype("M8[m]") == record.local[root].astype("M8[D]") + _LAST
    marks = grouped(via, *(codes for codes, _ in _own_columns(record, seen.row).values()))
    apart = pd.Series(marks).groupby(key).transform("nunique").to_numpy() > 1
    apart |= ~record.automatic[root] | _has_page(record, root) | ~last_minute
    apart |= _newest_first(found)[seen.clock]
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


#: The text of a cell that holds nothing.
_BLANK = ("", "nan", "None", "<NA>", "NaT")


def _several_in_one(found: Findings) -> None:
    """Code ``clash``: one series, for which a column of one's own seems to name several places."""
    record = found.record
    if record.reports.extras.columns.empty:
        return
    figures = found.known.public & record.numbered & (record.figure >= 0)
    rows = np.flatnonzero(figures & (record.action == Action.REPORT))
    rows = rows[ordered(record.series[rows], record.rank[rows])]
    columns = record.series, record.figure, record.best, record.began
    series, figure, best, said = (column[rows] for column in columns)
    another = heads(figure, best) & ~heads(figure)
    lower = (np.diff(best, prepend=0) < 0) & ~heads(series)
    unlike = np.where(record.kind[rows] == Kind.PERIOD, another, lower)
    unlike &= heads(said)  # at one instant they clash
    several = sum_by(series, unlike) > 1
    rows, unlike = rows[several], unlike[several]
    for column, (codes, cells) in _own_columns(record, rows).items():
        filled = np.flatnonzero(~np.isin(cells[codes], _BLANK))
        of_series = split_by(filled, record.series[rows[filled]])
        hits = [_told_apart(record, rows[p], codes[p], unlike[p]) for p in of_series]
        old, row, born, ended = np.array([*filter(None, hits)], np.int64).reshape(-1, 4).T
        clock, place = found.between(born, ended)
        cell = dict(zip(rows.tolist(), cells[codes], strict=True))
        found.add(
            Code.CLASH, "{old.cite} ({was!r}), then {row.say} ({now!r}), and so again and again: "
            "one series, of which the last number counts; if column {column!r} names places or "
            "groups, columns={{{column!r}: 'side'}} adds them up",
            clock, {"old": old[place], "row": row[place]}, column=[column] * len(place),
            was=[*map(cell.get, old[place])], now=[*map(cell.get, row[place])],
        )  # fmt: skip


def _told_apart(
    record: Record, rows: np.ndarray, cells: np.ndarray, unlike: np.ndarray
) -> tuple[int, ...]:
    """Return two reports that show that cells tell a series apart, and the ranks at which they do.

    A turn is a number `unlike` the one before it, beside another cell. There are two or more; no
    number falls beside one cell (of totals, or for the same days); and at the second turn half of
    the reports or more have a cell that was there before::

        cells   A   B   A   B         the turns are the 7 and the 8
        best    40  7   41  8
    """
    last: dict[int, int] = {}
    hit: tuple[int, ...] = ()
    best, rank, times = record.best[rows], record.rank[rows], 0
    figure = np.where(record.kind[rows] == Kind.TOTAL, NONE, record.figure[rows])
    turns = unlike & (np.diff(cells, prepend=cells[:1]) != 0)
    for place, (cell, turn) in enumerate(zip(cells.tolist(), turns.tolist(), strict=True)):
        own = last.get(cell, place)
        if best[place] < best[own] and figure[place] == figure[own]:
            return hit and (*hit[:3], rank[place])
        last[cell], times = place, times + turn
        if turn and not hit and times > 1 and 2 * len(last) <= place + 1:
            hit = rows[place - 1], rows[place], rank[place], NEVER
    return hit


def _newest_first(found: Findings) -> np.ndarray:
    """Whether at each clock the table is kept newest first, with reports of three instants or more.

    Of such a table the last row of a date is the earliest.
    """
    seen = found.public.take(~found.record.denial[found.public.row])
    steps = np.diff(found.record.reported[seen.row]).astype(np.int64)
    # The clock of each step; a step from one clock to the next belongs to none.
    clock = np.where(heads(seen.clock), len(found.clocks), seen.clock)[1:]
    size = len(found.clocks) + 1
    later, earlier = (np.bincount(clock[sign], minlength=size) for sign in (steps > 0, steps < 0))
    return np.asarray((later == 0) & (earlier > 1))


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
    """Code ``repeated``: the same `more`, or the same incident of a list, twice."""
    record, more = found.record, found.of(Kind.MORE)
    more = more.take(ordered(record.rank[more.row]))
    for seen, key in ((more, grouped(*_count(record, more))), _alike_incidents(found)):
        groups = [group for group in split_by(np.arange(len(key)), key) if len(group) > 1]
        first = seen.take(np.array([group[0] for group in groups], np.int64))
        size = np.array([*map(len, groups)], np.int64)
        found.add(
            Code.REPEATED, "{row.cite} is there {times}; each is counted", first.clock,
            {"reports": [seen.row[group] for group in groups]}, row=first.row,
            times=["twice" if many == 2 else f"{many} times" for many in size.tolist()],
            size=record.best[first.row] * (size - 1),
        )  # fmt: skip


def _count(record: Record, seen: Seen) -> list[np.ndarray]:
    """Return keys that are equal where reports of one clock state the same count of a day."""
    columns = (record.series, record.day, record.best, record.low, record.high, record.open)
    return [seen.clock, *(column[seen.row] for column in columns)]


def _alike_incidents(found: Findings) -> tuple[Seen, np.ndarray]:
    """Return incidents of the same days and number, and a key that those share which may be one.

    They may be one if their page and their own columns are the same, and they have no id, a page,
    or a place (a side, or a column of one's own). So they may if two relays tell of them, and they
    have no ids, or a place and the same own columns. By a place alone, and by relays, only
    incidents of several people are compared: of one person there are many.
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
    seen, count, own, page = seen.take(order), count[order], own[order], page[order]
    rows = seen.row
    via, side = (np.array([*record.reports.told(name, rows)], object) for name in ("via", "side"))
    unnamed, several = record.automatic[record.chain[rows]], record.best[rows] > 1
    placed = several & ((side != "all") | bool(columns))
    # Each is compared with the one before it.
    same_own, told = own[1:] == own[:-1], via != ""
    twice = same_own & (page[1:] == page[:-1])
    twice &= (unnamed | _has_page(record, rows) | placed)[1:]
    relayed = (via[1:] != via[:-1]) & told[1:] & told[:-1] & several[1:]
    relayed &= (unnamed[1:] & unnamed[:-1]) | (same_own & placed[1:])
    new = np.append(True, ~((twice | relayed) & (count[1:] == count[:-1])))[: len(rows)]
    return seen, np.cumsum(new)


def _relayed(found: Findings) -> None:
    """Code ``repeated``: similar `more`s by different relays, within hours, also over midnight."""
    record, more = found.record, found.of(Kind.MORE)
    more = more.take(ordered(more.per_clock(record.series), record.rank[more.row]))
    old, new = more.row[:-1], more.row[1:]
    days, of_today = record.day[new] - record.day[old], record.day == record.reported_day
    via = record.reports.codes["via"]
    told = np.append(record.reports.words["via"] != "", False)[via]
    twice = (days == 1) & of_today[old] & of_today[new]
    twice |= (days == 0) & ~record.same_count(old, new)  # the same count is told already
    twice &= ~heads(more.per_clock(record.series))[1:]
    twice &= told[old] & told[new] & (via[old] != via[new])
    twice &= record.reported[new] - record.reported[old] <= RELAYED
    counts = record.best[old], record.best[new]
    twice &= 2 * np.minimum(*counts) >= np.maximum(*counts)
    found.add(
        Code.REPEATED,
        "{row.cite}{row.relays} and {old.cite}{old.relays} are both counted; if they tell of one "
        "statement, keep one of them",
        more.clock[1:][twice], {"old": old[twice], "row": new[twice]},
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


def _said_again(found: Findings) -> None:
    """Code ``repeated``: a number was corrected where a later report still says the same.

    The later one stands: the correction changes the record, not the toll.
    """
    record, moved, live = found.record, found.moves, found.live
    corrected = moved.explicit & np.isin(moved.change, (Change.REVISED, Change.RETRACTED))
    moved = moved.take(corrected & (record.figure[moved.old] >= 0) & record.numbered[moved.old])
    figures = (moved.clock, record.figure[moved.old]), (live.clock, record.figure[live.row])
    place, of_live = matches(*figures)
    moved, again = moved.take(place), live.row[of_live]
    old, row = moved.old, moved.new
    stands = record.same_count(old, again) & (record.began[again] > record.began[old])
    stands &= record.chain[again] != record.chain[old]
    stands &= record.reported[again] < record.reported[row]
    gone = record.action[row] == Action.RETRACT
    for withdrawn, how in enumerate(("was revised to {row.say}", "is withdrawn")):
        hits = stands & (gone == withdrawn)
        found.add(
            Code.REPEATED, f"{{old.cite}} {how}; {{again.source}} had said it again at "
            "{again.instants}, and that stands", moved.clock[hits],
            {"old": old[hits], "again": again[hits], "row": row[hits]},
            day=record.day[again][hits], found=record.best[again][hits],
        )  # fmt: skip


def _whole_row(found: Findings) -> None:
    """Code ``parts``, as a doubt: a `more` or incident whose relay or own column means the whole.

    It is at least as much as all others of its day or, if it is alone on its day, of its series.
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
        # For each look: the first report of each name, and all reports.
        every = zip(split_by(first, key[first]), split_by(rows, key), strict=True)
        pairs = [pair for pair in every if len(pair[0]) > 1]
        groups, about = [group for group, _ in pairs], [reports for _, reports in pairs]
        head = np.array([group[0] for group in groups], np.int64)
        found.add(
            Code.ALIKE,
            f"{column}: {{spelt}} differ only by case, spacing, signs, notes or Unicode form; "
            "to tally and compare they are different ones",
            clock[head], {"reports": [rows[group] for group in groups]}, row=rows[head],
            spelt=[listed([*map(_spelt, words[codes[group]])]) for group in groups],
            # Series columns are given where all reports with these names agree.
            about=about, day=NO_DAY, found=NONE, size=-look[codes[head]], group=place,
        )  # fmt: skip


@lru_cache(maxsize=65536)
def _seen(name: str) -> str:
    """Return what a reader sees of a name: its letters without blanks, signs and notes."""
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
    """Return a name in quotes; letters that look like others are written as their code numbers."""
    return repr(name) if name == _plain(name) else ascii(name)


#: At least so many counts that never fall are a run; with so many people, few of them need rise.
_RUN, _MANY = 8, 10


def _cumulative(found: Findings) -> None:
    """Code ``cumulative``: period counts of successive stretches, or `more`s, that never fall.

    Of incidents, each of another day, only a whole list is a run.
    """
    record, seen = found.record, found.of(Kind.PERIOD, Kind.MORE, Kind.INCIDENT)
    keys = record.kind[seen.row], record.day[seen.row], record.start[seen.row]
    seen = seen.take(ordered(seen.per_clock(record.series), *keys))
    rows, kind, series = seen.row, record.kind[seen.row], seen.per_clock(record.series)
    start, day, count = record.start[rows], record.day[rows], record.best[rows]
    new, period, listed = heads(series, kind), kind == Kind.PERIOD, kind == Kind.INCIDENT
    new[1:] |= (count[1:] < count[:-1]) | (period[1:] & (start[1:] != day[:-1] + 1))
    new[1:] |= listed[1:] & (day[1:] == day[:-1])
    run, rises = np.cumsum(new), ~new & (np.diff(count, prepend=0) > 0)
    # Of few people at least half of a run's steps rise: days on which nobody died are no total.
    size, whole = (sum_by(key, np.ones(len(key))) for key in (run, series))
    steps, many = sum_by(run, rises), count[new][run - 1] >= _MANY
    hits = (2 * steps >= size) | (many & (steps > 0))
    hits &= (size >= _RUN) & ((size == whole) | ~listed)
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
ODD_REPORTS = (
    _alone, _clash, _several_in_one, _repeated, _relayed, _raised, _said_again, _whole_row, _alike,
    _cumulative, _denied,
)  # fmt: skip
