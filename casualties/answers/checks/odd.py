"""Reports that are odd in themselves, or beside their likes (design, section 8)."""

import re
import unicodedata

import numpy as np
import pandas as pd

from ...core.known import Known
from ...core.live import Steps
from ...core.record import Record, change_of, overlapping
from ...model.counts import Words as CountWords
from ...model.counts import numbers_in
from ...model.frames import grouped, heads, ordered
from ...model.schema import COUNTS, NAMES, Action, Change, Code, Kind, Qualifier
from ...words import listed
from .findings import NO_DAY, NONE, Findings, alike, ends

#: Within this time two relays may tell of one statement that so many more were killed.
RELAYED = np.timedelta64(6, "h")


def odd_reports(found: Findings, known: Known) -> None:
    """Note all that is seen without adding anything up."""
    record, live = known.record, np.flatnonzero(known.live)
    total, period, more, incident = (known.counted[record.kind[known.counted] == k] for k in Kind)
    _alone(found, known, live)
    _clash(found, known)
    # Incidents that have no id of their own, or a page that another may have, too.
    mute = record.automatic[record.chain[incident]] | _has_page(record, incident)
    _repeated(found, np.concatenate([more, incident[mute]]))
    _told_by_two_relays(found, more)
    _revised_by_a_more(found, known, more, total)
    _relays(found, known)
    _alike(found, np.flatnonzero(known.public))
    _cumulative(found, period)
    _denied(found, known, live[record.numbered[live]])


# -- one report by itself --------------------------------------------------------------------------


def _alone(found: Findings, known: Known, live: np.ndarray) -> None:
    """Codes ``bounds``, ``early``, ``quote`` and ``silent``: each a mask and a sentence."""
    record, reports = known.record, known.record.reports
    value, low, high = (
        np.where(reports.stated[name], reports.number[name], np.nan) for name in COUNTS
    )
    says = reports.fixed["qualifier"]
    meant = value + (says == Qualifier.MORE_THAN) - (says == Qualifier.LESS_THAN)
    none, turned = np.isnan(value), low > high
    quoted = _unquoted(known, found.words) if found.words else found.always(_unquoted)
    for code, odd, sentence in (
        (Code.BOUNDS, (low > meant) | (meant > high) | (turned & ~none),
         "{found:,} lies outside its own bounds, {row.bounds}"),
        (Code.BOUNDS, turned & none, "the bounds {row.bounds} are the wrong way round"),
        (Code.EARLY, record.early & record.numbered,
         "{row.cite} was published at {row.instants}, before that day had begun anywhere; it "
         "enters no total"),
        (Code.QUOTE, quoted, "{row.say} is not in its quote, {row.quotes}"),
        (Code.SILENT, ~record.numbered, "{row.source} gave no number {row.dates}"),
    ):  # fmt: skip
        rows = live[odd[live]]
        number = np.where(record.numbered & ~(turned & none), record.best, NONE)[rows]
        found.add(code, sentence, {"row": rows}, found=number)


def _unquoted(known: Known, words: CountWords | None = None) -> np.ndarray:
    """Whether the number of each report is not in its quote; of one worked out the reason says how.

    Vague words hold the numbers that `words` gives them.
    """
    reports = known.record.reports
    quote, reason = (reports.texts[name].to_numpy(object) for name in ("quote", "reason"))
    out = known.record.numbered & (quote != "") & (reason == "")
    for row in np.flatnonzero(out).tolist():
        names = ("value",) if reports.stated["value"][row] else ("low", "high")
        told = {abs(int(reports.number[n][row])) for n in names if reports.stated[n][row]}
        out[row] = not told <= numbers_in(quote[row], words or {})
    return out


# -- two at once -----------------------------------------------------------------------------------

#: How numbers of one instant can be told apart.
_TOGETHER = (
    "tell them apart by side, category or definition, by the time of day or via, or, if each is "
    "an incident of a list, say kind='incident'"
)
_TURNED = (
    "the table is kept newest first, and of one date its last row counts; give the time of day of "
    "each, or turn it round"
)
_RELAYED = "by different relays, and the last in the table counts; give the time of day of each"


def _clash(found: Findings, known: Known) -> None:
    """Code ``clash``: two numbers for the same dates at the same instant of standing."""
    record, rows = known.record, known.speaking
    rows = rows[record.numbered[rows] & (record.figure[rows] >= 0)]
    rows = rows[ordered(record.rank[record.chain[rows]])]
    said = pd.DataFrame({"row": rows, "at": grouped(record.figure[rows], record.said[rows])})
    said = said[said["at"].duplicated(keep=False)]
    if said.empty:
        return
    rows = said["row"].to_numpy()
    root = record.chain[rows]
    # Where the time of day is unknown, many numbers may have come at different times: only those
    # with an id, a page or a column of their own were told apart by who entered them.
    day_only = record.local[root].astype("M8[m]").astype(np.int64) % (24 * 60) == 24 * 60 - 1
    own = ~record.automatic[root] | _has_page(record, root) | ~day_only
    # Where the table is kept newest first, the last row of a date is the earliest.
    turned = _newest_first(known)
    own |= turned
    if not own.all():
        via = record.reports.codes["via"][rows].astype(np.int64) + 1
        marks = pd.Series(grouped(_marks(record, rows), via), index=said.index)
        own |= (marks.groupby(said["at"]).transform("nunique") > 1).to_numpy()
    said = said[own]
    pairs = said.merge(said, on="at")
    pair = pairs["row_x"].to_numpy(), pairs["row_y"].to_numpy()
    apart = (record.best[pair[0]] != record.best[pair[1]]) & ~overlapping(record, *pair)
    said = said[said["row"].isin(pair[0][apart])]
    groups = alike(said["row"].to_numpy(), said["at"].to_numpy())
    first, last = ends(groups)
    relays = (record.reports.told("via", np.array(rows)) for rows in groups)
    found.add(
        Code.CLASH, "{reports.say} {row.dates}, all at {root.instants}: {remedy}",
        {"reports": groups}, row=first, root=record.chain[first],
        remedy=[
            _TURNED if turned and record.automatic[rows[0]]
            else _RELAYED if len(set(via)) == len(via) else _TOGETHER
            for rows, via in zip(groups, relays, strict=True)
        ],
        found=record.best[last], expected=record.best[first],
        size=[np.ptp(record.best[rows]) for rows in groups],
    )  # fmt: skip


def _newest_first(known: Known) -> bool:
    """Whether the reports of at least three instants stand in the table newest first."""
    reported = known.record.reported[known.rows].view(np.int64)
    steps = np.diff(reported)
    return bool((steps <= 0).all() and np.count_nonzero(steps) > 1)


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
    groups = alike(rows, *(column[rows] for column in same), *own)
    first, size = ends(groups)[0], np.array([len(each) for each in groups], np.int64)
    found.add(
        Code.REPEATED, "{row.cite} is there {times}; each is counted", {"reports": groups},
        row=first, times=["twice" if many == 2 else f"{many} times" for many in size.tolist()],
        size=record.best[first] * (size - 1),
    )  # fmt: skip


def _told_by_two_relays(found: Findings, more: np.ndarray) -> None:
    """Code ``repeated``: different `more`s of one day by different relays, within hours."""
    record = found.record
    more = more[ordered(record.series[more], record.day[more], record.rank[more])]
    one, other = more[:-1], more[1:]
    via = record.reports.codes["via"]
    told = np.append(record.reports.words["via"] != "", False)[via]
    twice = (record.series[one] == record.series[other]) & (record.day[one] == record.day[other])
    twice &= told[one] & told[other] & (via[one] != via[other]) & ~record.same_count(one, other)
    twice &= record.reported[other] - record.reported[one] <= RELAYED
    least, most = (of(record.best[one], record.best[other]) for of in (np.minimum, np.maximum))
    twice &= 2 * least >= most
    found.add(
        Code.REPEATED,
        "{row.cite}{row.relays} and {old.cite}{old.relays} are both counted; if they tell of one "
        "statement, keep one of them",
        {"old": one[twice], "row": other[twice]},
        size=record.best[other[twice]],
    )  # fmt: skip


def _revised_by_a_more(found: Findings, known: Known, more: np.ndarray, total: np.ndarray) -> None:
    """Code ``repeated``: a total revised by as much as a `more` in between said.

    All steps count of the chains of those totals that are live.
    """
    record, steps = known.record, known.steps
    old, new = steps.old, steps.new
    some = steps.explicit & (record.action[new] == Action.REVISE)
    some &= np.isin(record.chain[new], record.chain[total]) & record.numbered[new]
    some &= record.numbered[old] & (record.best[new] > record.best[old])
    old, new = old[some], new[some]
    if not (len(old) and len(more)):
        return
    rises = pd.DataFrame({"old": old, "new": new, "series": record.series[new]})
    rises["size"] = record.best[new] - record.best[old]
    mores = pd.DataFrame({"more": more, "series": record.series[more], "size": record.best[more]})
    pairs = rises.merge(mores, on=["series", "size"])
    when = {name: record.reported[pairs[name].to_numpy()] for name in ("old", "more", "new")}
    pairs = pairs[(when["old"] < when["more"]) & (when["more"] <= when["new"])]
    found.add(
        Code.REPEATED,
        "{old.cite} was revised to {row.say}, after {more.cite} had added as much; it may be "
        "counted twice",
        {"old": pairs["old"].array, "more": pairs["more"].array, "row": pairs["new"].array},
        found=pairs["size"].array, size=pairs["size"].array,
    )  # fmt: skip


# -- names that look alike, and runs -------------------------------------------------------------


def _alike(found: Findings, rows: np.ndarray) -> None:
    """Code ``alike``: names of one column that a reader hardly tells apart."""
    record = found.record
    for place, (column, look) in enumerate(found.always(_look_alike).items()):
        codes = record.reports.codes[column]
        names, first = np.unique(codes[rows], return_index=True)
        order = ordered(first)
        names, first = names[order], rows[first[order]]
        keep = look[names] != NONE
        groups = alike(np.flatnonzero(keep), look[names[keep]])
        # Series columns are given where all reports with these names agree.
        of = np.full(len(look), NONE)
        for at, each in enumerate(groups):
            of[names[each]] = at
        mine = rows[of[codes[rows]] != NONE]
        words = record.reports.words[column].astype("str").to_numpy(object)
        found.add(
            Code.ALIKE,
            f"{column}: {{spelt}} differ only by case, spacing, hyphens, notes or Unicode form",
            {"reports": [first[each] for each in groups]}, row=[first[each[0]] for each in groups],
            spelt=[listed([_spelt(name) for name in words[names[each]]]) for each in groups],
            about=alike(mine, of[codes[mine]], least=1), day=NO_DAY, found=NONE,
            size=-np.arange(len(groups)), group=place,
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
    """Return the letters of a name that a reader tells apart: no blanks, hyphens or notes."""
    letters = _plain(unicodedata.normalize("NFKC", _NOTES.sub("", name)))
    letters = "".join(
        c for c in letters if not c.isspace() and unicodedata.category(c) not in ("Cf", "Pd")
    )
    return unicodedata.normalize("NFKC", letters.casefold())


def _plain(name: str) -> str:
    """Return a name with one hyphen, one apostrophe, and Arabic letters for Persian ones."""
    name = "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in name)
    return name.translate(_SAME)


#: Marks of footnotes at the end of a name.
_NOTES = re.compile(r"(?<=\w)(?:\s*\[\w{1,3}\]|[*†‡¹²³⁰-⁹])+\s*$")
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
    edges = np.append(np.flatnonzero(new), len(rows))
    first, stop = edges[:-1], edges[1:]
    rises = np.cumsum(np.append(False, count[1:] > count[:-1]))
    # Most of a run's steps rise: days on which nobody died are no running total.
    some = (stop - first >= _RUN) & (2 * (rises[stop - 1] - rises[first]) >= stop - first)
    first, stop = first[some], stop[some]
    found.add(
        Code.CUMULATIVE,
        "{size:,} counts of successive stretches, {one.say} to {row.say}, from {one.begins} to "
        "{row.ends}, never fall; if they are running totals, say kind='total'",
        {"reports": [rows[slice(*pair)] for pair in zip(first, stop, strict=True)]},
        one=rows[first], row=rows[stop - 1], size=stop - first, expected=record.best[rows[first]],
    )  # fmt: skip


def _denied(found: Findings, known: Known, rows: np.ndarray) -> None:
    """Code ``denied``: a live number that somebody denies."""
    denial, about = known.denials
    mine = np.isin(about, rows)
    denials, row = alike(denial[mine], about[mine], least=1), np.unique(about[mine])
    found.add(
        Code.DENIED, "{row.cite} is denied by {denials.source}", {"row": row, "denials": denials},
        size=found.record.best[row],
    )  # fmt: skip
