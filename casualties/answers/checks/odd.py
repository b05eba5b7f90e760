"""Reports that are odd in themselves, or beside their likes."""

import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd

from ...core.record import Record, overlapping
from ...intake.cells import is_whole
from ...model.counts import Words, numbers_in
from ...model.frames import grouped, heads, ordered
from ...model.schema import COUNTS, NAMES, Action, Code, Kind, Qualifier, Severity
from ...words import listed
from .findings import NO_DAY, NONE, Findings, lists, same

#: Within this time two relays may tell of one statement that so many more were killed.
RELAYED = np.timedelta64(6, "h")


def odd_reports(found: Findings) -> None:
    """Note all that is seen without adding anything up."""
    for note in (
        _alone, _clash, _repeated, _relayed, _raised, _whole_row, _alike, _cumulative, _denied
    ):  # fmt: skip
        note(found)


# -- one report by itself --------------------------------------------------------------------------


def _alone(found: Findings) -> None:
    """Codes ``bounds``, ``early``, ``quote`` and ``silent``: each a mask and a sentence."""
    record, reports, live = found.record, found.record.reports, np.flatnonzero(found.known.live)
    value, low, high = (
        np.where(reports.stated[name], reports.number[name], np.nan) for name in COUNTS
    )
    says = reports.fixed["qualifier"]
    meant = value + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    # What holds at all clocks is found once: a page asks at many.
    amiss = found.known.kept.once(
        "unquoted", NONE, repr(found.words), lambda: _unquoted(record, found.words or {})
    )
    for code, odd, sentence in (
        (Code.BOUNDS, (low > meant) | (meant > high) | (low > high),
         "{row.cite} contradicts its own bounds"),
        (Code.EARLY, record.early & record.numbered,
         "{row.cite} was published at {row.instants}, before that day had begun anywhere; it "
         "enters no total"),
        (Code.QUOTE, amiss, "{row.say} is not in its quote, {row.quotes}"),
        (Code.SILENT, ~record.numbered, "{row.source} gave no number {row.dates}"),
    ):  # fmt: skip
        rows = live[odd[live]]
        number = np.where(record.numbered, record.best, NONE)[rows]
        found.add(code, sentence, {"row": rows}, found=number, size=record.day[rows])


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
    record, rows = found.record, found.known.speaking
    rows = rows[record.numbered[rows] & (record.figure[rows] >= 0)]
    rows = rows[ordered(record.rank[record.chain[rows]])]
    said = pd.DataFrame({"row": rows, "of": record.figure[rows], "at": record.said[rows]})
    said = said[said.duplicated(["of", "at"], keep=False)]
    if said.empty:
        return
    rows = said["row"].to_numpy()
    root, via = record.chain[rows], record.reports.codes["via"][rows]
    # Where the time of day is unknown, many numbers may have come at different times: only those
    # with an id, a page or a column of their own were told apart by who entered them.
    last_minute = record.local[root].astype("M8[m]") == record.local[root].astype("M8[D]") + _LAST
    own = [codes for codes, _ in _own_columns(record, rows).values()]
    marks = said.assign(mark=grouped(via, *own))
    apart = marks.groupby(["of", "at"])["mark"].transform("nunique") > 1
    # Where the table is kept newest first, the last row of a date is the earliest: the reports of
    # at least three instants stand so.
    steps = np.diff(record.reported[found.known.rows]).astype(np.int64)
    turned = bool((steps <= 0).all() and np.count_nonzero(steps) > 1)
    own = ~record.automatic[root] | _has_page(record, root) | ~last_minute | turned | apart
    said = said[own]
    pairs = said.merge(said, on=["of", "at"])
    one, other = pairs["row_x"].to_numpy(), pairs["row_y"].to_numpy()
    unlike = (record.best[one] != record.best[other]) & ~overlapping(record, one, other)
    said = said[said["row"].isin(one[unlike])]
    groups = lists(*(said[name].to_numpy() for name in ("row", "of", "at")))
    first, last = (np.array([rows[end] for rows in groups], np.int64) for end in (0, -1))
    found.add(
        Code.CLASH, f"{{reports.say}} {{row.dates}}, all at {{root.instants}}; {_TOGETHER}",
        {"reports": groups}, row=first, root=record.chain[first], found=record.best[last],
        expected=record.best[first], size=[np.ptp(record.best[rows]) for rows in groups],
    )  # fmt: skip


def _own_columns(record: Record, rows: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return numbers of what stands in each own column beside some reports, and its texts."""
    # A column may hold anything: half a character is no text to pandas.
    cells = {str(name): map(str, of.take(rows)) for name, of in record.reports.extras.items()}
    return {name: pd.factorize(np.array([*of], object)) for name, of in cells.items()}


def _has_page(record: Record, rows: np.ndarray) -> np.ndarray:
    return (record.reports.texts["url"].take(rows) != "").to_numpy(bool)


# -- twice, and alike ------------------------------------------------------------------------------


def _repeated(found: Findings) -> None:
    """Code ``repeated``: the same `more`, or the same incident of a list, twice."""
    record, more = found.record, found.of(Kind.MORE)
    more = more[ordered(record.rank[more])]
    groups = [*lists(more, *_count(record, more)), *_alike_incidents(found)]
    groups = [each for each in groups if len(each) > 1]
    first, size = [each[0] for each in groups], np.array([len(each) for each in groups], np.int64)
    found.add(
        Code.REPEATED, "{row.cite} is there {times}; each is counted", {"reports": groups},
        row=first, times=["twice" if many == 2 else f"{many} times" for many in size.tolist()],
        size=record.best[first] * (size - 1),
    )  # fmt: skip


def _count(record: Record, rows: np.ndarray) -> list[np.ndarray]:
    """Return what is counted by some reports, through which day, and how many."""
    same = (record.series, record.day, record.best, record.low, record.high, record.open)
    return [of[rows] for of in same]


def _alike_incidents(found: Findings) -> list[list[int]]:
    """Put together the incidents of the same days and number that may be one.

    Whose page and own columns are the same, if they have no id, a page, or a place: a side or a
    column of one's own; or that are told by two relays, and have no ids, or the same own columns.
    Those with a place alone, and by two relays, are of several people: of one person there are
    many.
    """
    record, rows = found.record, found.of(Kind.INCIDENT)
    rows = rows[ordered(record.rank[rows])]
    count = grouped(record.start[rows], *_count(record, rows))
    alike = np.bincount(count, minlength=1)[count] > 1
    rows, count = rows[alike], count[alike]
    columns = [codes for codes, _ in _own_columns(record, rows).values()]
    page = pd.factorize(record.reports.texts["url"].take(rows))[0]
    own = grouped(0 * rows, *columns)
    order = ordered(count, own, page)
    rows, count, own, page = (of[order] for of in (rows, count, own, page))
    via, side = (np.array([*record.reports.told(name, rows)], object) for name in ("via", "side"))
    unnamed, several = record.automatic[record.chain[rows]], record.best[rows] > 1
    placed = several & ((side != "all") | bool(columns))
    one, other = slice(None, -1), slice(1, None)
    same_own = own[one] == own[other]
    twice = same_own & (page[one] == page[other])
    twice &= (unnamed | _has_page(record, rows) | placed)[other]
    relayed = (via[one] != via[other]) & (via[one] != "") & (via[other] != "") & several[other]
    relayed &= (unnamed[one] & unnamed[other]) | (same_own & placed[other])
    apart = np.append(True, ~((twice | relayed) & (count[one] == count[other])))[: len(rows)]
    return lists(rows, np.cumsum(apart))


def _relayed(found: Findings) -> None:
    """Code ``repeated``: like `more`s by different relays, within hours, also over midnight."""
    record, more = found.record, found.of(Kind.MORE)
    more = more[ordered(record.series[more], record.rank[more])]
    one, other = more[:-1], more[1:]
    days, of_today = record.day[other] - record.day[one], record.day == record.reported_day
    via = record.reports.codes["via"]
    told = np.append(record.reports.words["via"] != "", False)[via]
    twice = (days == 1) & of_today[one] & of_today[other]
    twice |= (days == 0) & ~record.same_count(one, other)  # else it is told already
    twice &= record.series[one] == record.series[other]
    twice &= told[one] & told[other] & (via[one] != via[other])
    twice &= record.reported[other] - record.reported[one] <= RELAYED
    counts = record.best[one], record.best[other]
    twice &= 2 * np.minimum(*counts) >= np.maximum(*counts)
    found.add(
        Code.REPEATED,
        "{row.cite}{row.relays} and {old.cite}{old.relays} are both counted; if they tell of one "
        "statement, keep one of them",
        {"old": one[twice], "row": other[twice]},
    )  # fmt: skip


def _raised(found: Findings) -> None:
    """Code ``repeated``: a total revised by as much as a `more` in between said.

    All steps count of the chains of those totals that are live.
    """
    record, old, new = found.record, found.steps.old, found.steps.new
    more, total = found.of(Kind.MORE), found.of(Kind.TOTAL)
    rise = np.where(
        record.numbered[old] & record.numbered[new], record.best[new] - record.best[old], 0
    )
    some = found.steps.explicit & (record.action[new] == Action.REVISE) & (rise > 0)
    some &= np.isin(record.chain[new], record.chain[total])
    if not (some.any() and len(more)):
        return
    rises = pd.DataFrame({"old": old, "row": new, "series": record.series[new], "size": rise})[some]
    mores = pd.DataFrame({"more": more, "series": record.series[more], "size": record.best[more]})
    pairs = rises.merge(mores, on=["series", "size"])
    before, at, after = (record.reported[pairs[name]] for name in ("old", "more", "row"))
    pairs = pairs[(before < at) & (at <= after)]
    found.add(
        Code.REPEATED,
        "{old.cite} was revised to {row.say}, after {more.cite} had added as much; it may be "
        "counted twice",
        {name: pairs[name].array for name in ("old", "more", "row")},
        found=pairs["size"], size=pairs["size"],
    )  # fmt: skip


def _whole_row(found: Findings) -> None:
    """Code ``parts``, as a doubt: a row of what adds up whose relay or own column means the whole.

    It is as much as the others of its day together; alone on a day, as all others.
    """
    record, reports = found.record, found.record.reports
    rows = np.append(found.of(Kind.MORE), found.of(Kind.INCIDENT))
    series, best = record.series[rows], record.best[rows]
    via = pd.factorize(np.array(reports.told("via", rows), object))
    for column, (codes, names) in ({"via": via} | _own_columns(record, rows)).items():
        whole = np.array([len(name) < 40 and is_whole(name) for name in names], bool)[codes]
        if not whole.any():
            continue
        others = np.where(whole, 0, best)
        of_day, of_all = same(grouped(series, record.day[rows]), others), same(series, others)
        others = np.where(of_day > 0, of_day, of_all)
        hits = np.flatnonzero(whole & (others > 0) & (best >= others))
        found.add(
            Code.PARTS,
            "{row.cite} says {name!r} in column {column!r}, is at least as many as the others "
            "together ({expected:,}), and is added to them: if it means all of them, drop it",
            {"row": rows[hits]}, name=names[codes[hits]], column=[column] * len(hits),
            expected=others[hits], severity=Severity.DOUBT,
        )  # fmt: skip


# -- names that look alike, and runs -------------------------------------------------------------


def _alike(found: Findings) -> None:
    """Code ``alike``: names of one column that a reader hardly tells apart."""
    record, rows = found.record, np.flatnonzero(found.known.public)
    for place, column in enumerate(NAMES):
        codes, words = record.reports.codes[column][rows], record.reports.words[column]
        first = np.sort(np.unique(codes, return_index=True)[1])
        names, first = codes[first], rows[first]
        spelt = words.take(names).astype("str").to_numpy(object)
        look = pd.factorize(np.array([*map(_seen, spelt)], object), sort=True)[0]
        groups = [each for each in lists(np.arange(len(look)), look) if len(each) > 1]
        found.add(
            Code.ALIKE,
            f"{column}: {{spelt}} differ only by case, spacing, signs, notes or Unicode form",
            {"reports": [first[each] for each in groups]}, row=[first[each[0]] for each in groups],
            spelt=[listed([*map(_spelt, spelt[each])]) for each in groups],
            # Series columns are given where all reports with these names agree.
            about=[rows[np.isin(codes, names[each])] for each in groups],
            day=NO_DAY, found=NONE, size=-np.arange(len(groups)), group=place,
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
    record, kinds = found.record, (Kind.PERIOD, Kind.MORE, Kind.INCIDENT)
    rows = np.concatenate([found.of(kind) for kind in kinds])
    kind, series = record.kind[rows], record.series[rows]
    order = ordered(series, kind, record.day[rows], record.start[rows])
    rows, kind, series = rows[order], kind[order], series[order]
    start, day, count = record.start[rows], record.day[rows], record.best[rows]
    new, period, listed = heads(series, kind), kind == Kind.PERIOD, kind == Kind.INCIDENT
    new[1:] |= (count[1:] < count[:-1]) | (period[1:] & (start[1:] != day[:-1] + 1))
    new[1:] |= listed[1:] & (day[1:] == day[:-1])
    run, rises = np.cumsum(new), ~new & (np.diff(count, prepend=0) > 0)
    # Most of a run's steps rise: days on which nobody died are no running total.
    size, whole = (same(of, np.ones(len(run))) for of in (run, series))
    some = (size >= _RUN) & (2 * same(run, rises) >= size) & ((size == whole) | ~listed)
    runs = lists(rows[some], run[some])
    first = [run[0] for run in runs]
    found.add(
        Code.CUMULATIVE,
        "{size:,} counts in a row, {one.say} to {row.say}, from {one.begins} to {row.ends}, never "
        "fall; if they are running totals, say kind='total'",
        {"reports": runs}, one=first, row=[run[-1] for run in runs], size=[*map(len, runs)],
        expected=record.best[first],
    )  # fmt: skip


def _denied(found: Findings) -> None:
    """Code ``denied``: a live number that somebody denies."""
    record, (denial, about) = found.record, found.known.denials
    mine = found.known.live[about] & record.numbered[about]
    row = np.unique(about[mine])
    found.add(
        Code.DENIED, "{row.cite} is denied by {denials.source}",
        {"row": row, "denials": lists(denial[mine], about[mine])},
    )  # fmt: skip
