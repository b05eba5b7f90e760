"""The door: every table of reports is read, checked and completed here, once (design, section 2).

What comes in may be text, numbers or dates of any kind; what goes out are complete arrays of
reports, every default filled in. All problems are raised together.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import Problems, nearest, unknown
from ..model.reports import Reports
from ..model.schema import (
    CATEGORICAL,
    COLUMNS,
    COUNTS,
    DAYS,
    NAMES,
    REQUIRED,
    TEXTS,
    VOCABULARY,
    Action,
    Kind,
)
from . import links
from .cells import RowsOf
from .kinds import one_way_of_counting
from .moments import read_moments
from .numbers import Counts, read_counts
from .options import Options, plainly
from .texts import Names, read_names, read_texts


def read_reports(
    table: pd.DataFrame,
    tz: str,
    options: Options,
    where: str = "",
    before: Reports | None = None,
) -> Reports:
    """Check and complete a table of reports.

    Parameters
    ----------
    table : DataFrame
        As :func:`casualties.intake.table.as_frame` returns it; its index labels name the rows in
        error messages.
    tz : str
        The time zone that naive instants are in, and whose calendar the days covered follow.
    options : Options
        What the caller says about the table.
    where : str, optional
        What the table is (a path), said first in an error message.
    before : Reports, optional
        Reports that passed the door already, which the new ones join and may refer to.

    Returns
    -------
    Reports
        Those of `before`, then the new ones.

    Raises
    ------
    LedgerError
        With every problem that was found.
    """
    extras = table[[c for c in table.columns if c not in COLUMNS]].reset_index(drop=True)
    if before is None:
        problems = Problems(table.index, columns=options.theirs)
        parsed = _parse(table, tz, options, problems)
        _check(table, parsed, options, problems)
        _complete(parsed, tz, problems, None, np.empty(0, np.int64))
        one_way_of_counting(parsed.names, parsed.action, parsed.target, problems, None)
        problems.raise_any(where)
        return parsed.reports(tz, extras)
    # Of the reports before, only those that the new ones name come through the door again.
    names = (
        read_texts(table.get(c), c, len(table), Problems(table.index))
        for c in ("report_id", "refers_to")
    )
    rows = links.named(before, *names)
    among = np.full(len(before) + 1, -1, np.int64)
    among[rows] = np.arange(len(rows))
    linked = among[before.target[rows]]
    problems, old_ids = Problems(table.index, len(rows), options.theirs), before.texts["report_id"]
    parsed = _parse(table, tz, options, problems, old_ids)
    _check(table, parsed, options, problems)
    parsed = _parsed(before, rows) + parsed
    _complete(parsed, tz, problems, old_ids, linked)
    target = np.concatenate([linked, parsed.target[len(rows) :]])
    one_way_of_counting(parsed.names, parsed.action, target, problems, before)
    problems.raise_any(where)
    new = parsed.since(len(rows))
    # What is referred to stands among the named ones, or among the new.
    place = np.concatenate([rows, len(before) + np.arange(len(table)), [-1]])
    return before.append(replace(new, target=place[new.target]).reports(tz, extras))


def _check(table: pd.DataFrame, parsed: "_Parsed", options: Options, problems: Problems) -> None:
    """Note what is missing in a table that was read column by column."""
    _check_columns(table, parsed, options, problems)
    _check_required(parsed, options, problems)
    problems.shift = 0


@dataclass
class _Parsed:
    """The columns of a table, each read by itself, then completed in place."""

    names: dict[str, Names]
    texts: dict[str, pd.Series]
    counts: Counts
    days: dict[str, np.ndarray]
    reported: np.ndarray
    target: np.ndarray
    unnamed: np.ndarray

    @property
    def action(self) -> np.ndarray:
        """What each report does."""
        return self.names["action"].codes

    def __add__(self, other: "_Parsed") -> "_Parsed":
        return _Parsed(
            {c: self.names[c] + other.names[c] for c in CATEGORICAL},
            {c: pd.concat([self.texts[c], other.texts[c]], ignore_index=True) for c in TEXTS},
            self.counts + other.counts,
            {c: np.r_[self.days[c], other.days[c]] for c in DAYS},
            np.r_[self.reported, other.reported],
            np.r_[self.target, other.target],
            np.r_[self.unnamed, other.unnamed],
        )

    def since(self, first: int) -> "_Parsed":
        """Return the rows from one on."""
        return _Parsed(
            {c: Names(names.codes[first:], names.words) for c, names in self.names.items()},
            {c: texts.iloc[first:].reset_index(drop=True) for c, texts in self.texts.items()},
            self.counts.since(first),
            {c: days[first:] for c, days in self.days.items()},
            self.reported[first:],
            self.target[first:].copy(),
            self.unnamed[first:],
        )

    def reports(self, tz: str, extras: pd.DataFrame) -> Reports:
        """Return completed columns as reports."""
        settled = {name: self.names[name].settled() for name in NAMES}
        return Reports(
            tz=tz,
            codes={name: codes for name, (codes, _) in settled.items()},
            words={name: words for name, (_, words) in settled.items()},
            fixed={name: self.names[name].codes for name in VOCABULARY},
            texts=self.texts,
            number=self.counts.number,
            stated=self.counts.stated,
            days=self.days,
            reported=self.reported,
            target=self.target,
            extras=extras,
        )


def _parse(
    table: pd.DataFrame,
    tz: str,
    options: Options,
    problems: Problems,
    before: pd.Series | None = None,
) -> _Parsed:
    size, dates = len(table), options.dates
    names = {c: read_names(table.get(c), c, size, problems) for c in CATEGORICAL}
    for column in VOCABULARY:
        _check_vocabulary(names[column], column, problems)
    for column in ("side", "category"):
        _check_whole(names[column], column, options.whole, problems)
    blank = read_texts(None, "", size, problems)
    texts = {c: read_texts(table[c], c, size, problems) if c in table else blank for c in TEXTS}
    unnamed = (texts["report_id"] == "").to_numpy(bool)
    texts["report_id"] = links.name_reports(texts["report_id"], unnamed, before)
    return _Parsed(
        names,
        texts,
        read_counts(table, names["qualifier"], size, options, problems),
        {c: read_moments(table.get(c), c, size, "", dates, problems) for c in DAYS},
        read_moments(table.get("reported_at"), "reported_at", size, tz, dates, problems),
        np.full(size, -1, np.int64),
        unnamed,
    )


def _parsed(reports: Reports, rows: np.ndarray) -> _Parsed:
    """Return reports that passed the door as columns that join those of a new table."""
    names = {c: Names(reports.codes[c][rows], list(reports.words[c])) for c in NAMES}
    names |= {c: Names(codes[rows], list(VOCABULARY[c])) for c, codes in reports.fixed.items()}
    counts = Counts(0)
    counts.number = {c: reports.number[c][rows] for c in COUNTS}
    counts.stated = {c: reports.stated[c][rows] for c in COUNTS}
    return _Parsed(
        names,
        {c: texts.iloc[rows] for c, texts in reports.texts.items()},
        counts,
        {c: days[rows] for c, days in reports.days.items()},
        reports.reported[rows],
        np.full(len(rows), -1, np.int64),
        np.zeros(len(rows), bool),
    )


def _complete(
    parsed: _Parsed,
    tz: str,
    problems: Problems,
    old_ids: pd.Series | None,
    linked: np.ndarray,
) -> None:
    """Link the reports and fill in what was left blank, in place.

    `linked` is what the first of them refer to, which passed the door already.
    """
    names, texts, days = parsed.names, parsed.texts, parsed.days
    action = names["action"].fixed(VOCABULARY["action"], default=Action.REPORT)
    ids = texts["report_id"]
    target = links.find_targets(
        action, ids, texts["refers_to"], parsed.unnamed, parsed.reported, problems, old_ids
    )
    names["action"].codes, parsed.target = action, target
    roots = target < 0
    for column in NAMES:
        default = COLUMNS[column]
        if default is not None:
            names[column].fill(roots, default)
    names["kind"].recode(VOCABULARY["kind"])
    names["qualifier"].recode(VOCABULARY["qualifier"])
    kind, qualifier = names["kind"].codes, names["qualifier"].own()
    _default_days(roots, kind, days, parsed.reported, tz)
    links.fill_linked(action, target, names, days, ids, problems)
    parsed.counts.settle(roots | parsed.counts.any(), qualifier)
    if (target >= 0).any():
        chain = links.roots(np.concatenate([linked, target[len(linked) :]]), action)
        links.fill_numbers(
            action, chain, parsed.reported, qualifier, parsed.counts, len(linked), problems
        )
        parsed.counts.settle(target >= 0, qualifier)
    _check_periods(kind, days, target, ids, problems)
    parsed.counts.check(qualifier, action, kind, problems)


def _check_columns(
    table: pd.DataFrame, parsed: _Parsed, options: Options, problems: Problems
) -> None:
    """Note columns that are missing, and those that are nearly a report's."""
    present = set(table.columns)
    if not present:
        return
    strangers = [c for c in table.columns if c not in COLUMNS and c not in options.kept]
    lacking = [c for c in COLUMNS if c not in present]
    plain = {c: re.sub(r"[\W_]", "", c.casefold()) for c in strangers}
    counted = [c for c in strangers if plain[c] in _OUTCOMES]
    dated = [c for c in strangers if plain[c] in _MOMENTS]
    strangers = [c for c in strangers if c not in (*counted, *dated)]
    missed = {column: _near(column, strangers) for column in lacking}
    linked = "refers_to" in present and "action" in present
    for column in lacking:
        required = column in REQUIRED and not (column in ("source", "kind") and linked)
        stranger = missed[column]
        if not stranger and required:  # a required one is looked for further away
            near = nearest(column, [c for c in strangers if c not in missed.values()])
            stranger = near.split("'")[1] if near else ""
        if stranger:
            what = f"unknown column {stranger!r}: did you mean {column!r}?"
            remedy = (
                f"say columns={{{stranger!r}: {column!r}}}, or columns={{{stranger!r}: None}} to "
                "keep it as an extra column"
            )
            problems.add(-1, column, None, what, remedy)
        elif required:
            remedy = "add it, or give it once for all rows as a keyword"
            problems.add(-1, column, None, f"missing column {column!r}", remedy)
    for column in dated:
        what = f"column {column!r} may be the day covered, or when it was reported"
        remedy = (
            f"say columns={{{column!r}: 'period_end'}} or columns={{{column!r}: 'reported_at'}}, "
            f"or columns={{{column!r}: None}} to keep it as an extra column"
        )
        problems.add(-1, column, None, what, remedy)
    best = next((c for c in strangers if plain[c] in _BEST), "")
    if best and "value" not in present and present & set(COUNTS):
        what = f"column {best!r} may be the number that low and high bound"
        remedy = f"say columns={{{best!r}: 'value'}}, or columns={{{best!r}: None}} to keep it"
        problems.add(-1, "value", None, what, remedy)
    numbered = present & set(COUNTS) or any(missed[column] for column in COUNTS if column in missed)
    action = parsed.names["action"]
    silent = np.array([word in ("retract", "deny") for word in [*action.words, "", ""]])
    if not numbered and not silent[action.codes].all():
        what, remedy = "no column 'value'", "say which one holds the number: columns={…: 'value'}"
        if counted:
            of = (f"{c!r}: {{'outcome': {_OUTCOMES[plain[c]]!r}}}" for c in counted)
            remedy = f"say what the columns of numbers count: value={{{', '.join(of)}}}"
        problems.add(-1, "value", None, what, remedy)


#: Names that people give to columns of days and instants, and to columns of numbers.
_MOMENTS = frozenset(
    "date day time hour datetime timestamp published publishedat publicationdate reported "
    "datereported reportdate reportedon enddate startdate asof updated updatedat".split()
)
_OUTCOMES = {
    name: outcome
    for outcome, names in {
        "killed": "killed deaths dead died fatalities kills killedcum totaldeaths",
        "wounded": "wounded injured injuries hurt injury",
        "missing": "missing",
        "captured": "captured prisoners",
        "displaced": "displaced",
    }.items()
    for name in names.split()
}
_BEST = frozenset("best bestestimate estimate number count toll total deathsbest".split())
#: What a side or a category is called that is no part, but all of them.
WHOLE = frozenset((
    "all", "total", "totals", "sum", "subtotal", "grand total", "overall", "nationwide", "combined",
    "national total", "everyone", "everybody", "both sides", "all sides", "all areas",
    "all regions", "all places", "all categories", "all groups", "whole country", "gesamt",
    "insgesamt", "totale",
    "totaal", "всего", "итого", "المجموع", "合計", "合计", "总计", "toplam", "suma",
))  # fmt: skip


def _check_whole(names: Names, column: str, whole: frozenset[str], problems: Problems) -> None:
    """Read the words for the whole that the caller names, and note those that look like it."""
    rows_of = RowsOf(names.codes)
    for code, name in enumerate(names.words):
        plain = plainly(name)
        if plain in whole:
            names.words[code] = "all"
        elif plain in WHOLE and name != "all":
            what = f"{column} {name!r} means the whole"
            remedy = (
                f"whole={name!r} reads it as 'all'; taken for a part, it counts everybody twice"
            )
            for row in rows_of(code):
                problems.add(row, column, name, what, remedy)
    if names.words.count("all") > 1:
        merged = names + Names(np.zeros(0, np.int32), [])
        names.codes, names.words = merged.codes, merged.words


def _near(column: str, strangers: list[str]) -> str:
    """Return the stranger whose name is a report's but for case, spacing, signs or one letter."""
    plain = {stranger: re.sub(r"[\W_]", "", stranger.casefold()) for stranger in strangers}
    mine = column.replace("_", "")
    same = [stranger for stranger, name in plain.items() if name == mine]
    if not same and len(mine) >= 5:
        same = [stranger for stranger, name in plain.items() if _one_letter(name, mine)]
    return same[0] if same else ""


def _one_letter(one: str, other: str) -> bool:
    """Whether two names differ by one letter that is added, left out or another."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), -1)
    if at < 0:
        return len(one) != len(other)
    return one[at + 1 :] in (other[at:], other[at + 1 :]) or one[at:] == other[at + 1 :]


def _check_vocabulary(names: Names, column: str, problems: Problems) -> None:
    allowed, rows_of = VOCABULARY[column], RowsOf(names.codes)
    for code, name in enumerate(names.words):
        if name not in allowed:
            what, remedy = unknown(column, name, allowed).split("; ", 1)
            rows = rows_of(code)
            for row in rows:
                problems.add(row, column, name, what, remedy)
            names.own()[rows] = -2  # stated, but not to be used


def _check_required(parsed: _Parsed, options: Options, problems: Problems) -> None:
    """Note required cells that are blank; linked reports may read `source` and `kind` elsewhere."""
    action = parsed.names["action"]
    own, denying = (
        np.array([word in said for word in [*action.words, None, "report"]])[action.codes]
        for said in (("report",), ("deny",))
    )
    blank = {
        "source": (parsed.names["source"].codes == -1) & (own | denying),
        "kind": (parsed.names["kind"].codes == -1) & own,
        "reported_at": np.isnat(parsed.reported),
    }
    if "period_end" in options.needs:
        blank["period_end"] = np.isnat(parsed.days["period_end"]) & own
    remedy = {
        "period_end": "say the day covered",
        "source": "say who asserts the number (for a deny, who denies it)",
        "kind": "say total, period, more or incident",
        "reported_at": "say when it became public",
    }
    told = problems.cells()
    for column, rows in blank.items():
        if (-1, column) in told:
            continue  # the whole column is missing: said once
        for row in np.flatnonzero(rows):
            if (int(row) + problems.shift, column) not in told:
                problems.add(row, column, None, f"no {column}", remedy[column])


def _default_days(
    roots: np.ndarray,
    kind: np.ndarray,
    days: dict[str, np.ndarray],
    reported: np.ndarray,
    tz: str,
) -> None:
    start, end = days["period_start"], days["period_end"]
    period = roots & (kind == Kind.PERIOD)
    one = period & np.isnat(end)
    end[one] = start[one]
    one = period & np.isnat(start)
    start[one] = end[one]
    one = roots & (kind != Kind.PERIOD) & np.isnat(end)
    end[one] = clocks.local_days(reported[one], tz)


def _check_periods(
    kind: np.ndarray,
    days: dict[str, np.ndarray],
    target: np.ndarray,
    ids: pd.Series,
    problems: Problems,
) -> None:
    start, end = days["period_start"], days["period_end"]
    told = problems.cells()
    undated = (kind == Kind.PERIOD) & (np.isnat(start) | np.isnat(end))
    # What is copied from a report without its days is that report's problem.
    for row in np.flatnonzero(undated & ~((target >= 0) & undated[target])):
        if not {(row, "period_start"), (row, "period_end")} & told:
            what = "a period count without its days"
            problems.add(row, "period_end", None, what, "give period_start, period_end or both")
    for row in np.flatnonzero(end < start):
        first, last = (np.datetime_as_string(d[row], "D") for d in (start, end))
        what = f"period_end {last} is before period_start {first}"
        problems.add(
            row, "period_end", last, what, f"swap or mend the dates of {ids.iat[int(row)]!r}"
        )
