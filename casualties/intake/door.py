"""The door: every table of reports is read, checked and completed here, once.

What comes in may be text, numbers or dates of any kind; what goes out are complete arrays of
reports, every default filled in. All problems are raised together.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.counts import is_blank
from ..model.errors import LedgerError, Problems, refuse_unknown
from ..model.frames import heads, ordered, used
from ..model.reports import Reports, as_text
from ..model.schema import COLUMNS, COUNTS, DAYS, FIGURE, NAMES, TEXTS, VOCABULARY, Action, Kind
from . import cells, links, numbers
from .cells import ADDS_UP, Meant, T
from .dates import read_moments
from .options import Options
from .table import UTC, check_columns, put


def read_reports(
    table: pd.DataFrame, tz: str, options: Options, before: Reports | None = None
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
    problems = Problems(table.index, options.called, lines=options.lines)
    names = pd.Series(dtype="str") if before is None else before.texts["report_id"]
    reports, unnamed = _parse(table, tz, options, problems, names)
    silent = bool((reports.fixed["action"] != Action.REPORT).all())
    check_columns(table.columns, options, problems, silent=silent)
    _check_required(reports, options, problems)
    if before is not None:
        reports, problems.base = Reports.concat([before, reports]), len(before)
        unnamed = np.append(np.zeros(len(before), bool), unnamed)
    _complete(reports, unnamed, problems)
    links.check_kinds(reports, problems)
    problems.raise_any()
    return reports


def _parse(
    table: pd.DataFrame, tz: str, options: Options, problems: Problems, before: pd.Series
) -> tuple[Reports, np.ndarray]:
    """Read each column by itself; return the reports, and which of them have no name.

    `before` holds the names of the reports that stand above the table.
    """

    def read(name: str, read_cell: Callable[..., Meant[T]]) -> tuple[np.ndarray, list[T]]:
        if name not in table.columns:
            return np.full(len(table), -1, np.int32), []
        return cells.read_each(table[name], name, partial(read_cell, name=name), problems)

    def moments(name: str) -> np.ndarray:
        if name not in table.columns:
            return np.full(len(table), clocks.NAT)
        read = read_moments(table[name], name, tz, options.dates, problems)
        if name == "reported_at" and UTC.search(theirs := options.called.get(name, "")):
            there = read_moments(table[name], name, "UTC", options.dates, Problems(table.index))
            whole_day = there + np.timedelta64(1, "s") == (there + clocks.DAY).astype("M8[D]")
            rows = np.flatnonzero((there != read) & ~np.isnat(read) & ~whole_day)
            what = f"column {theirs!r} has times of UTC, and tz is another zone"
            remedy = "write 09:30Z for 09:30, or, if they are local times, rename the column"
            problems.add(rows, name, None, what, remedy)
        return read

    as_name = partial(cells.read_name, whole=options.whole)
    named = {name: cells.as_names(*read(name, as_name), COLUMNS[name]) for name in NAMES}
    fixed = {}
    for name in VOCABULARY:
        codes, places = read(name, cells.read_word)
        fixed[name] = np.array([*places, -1], np.int32)[codes]
    fixed["action"][fixed["action"] < 0] = Action.REPORT
    texts = {}
    for name in TEXTS:
        codes, words = read(name, cells.read_text)
        texts[name] = pd.Series(np.array([*words, ""], object)[codes], dtype="str")
    unnamed = (texts["report_id"] == "").to_numpy(bool)
    texts["report_id"] = links.name_reports(texts["report_id"], before)
    extras = table[[c for c in table.columns if c not in COLUMNS]].reset_index(drop=True)
    for name in map(str, extras):
        if extras[name].dtype == object:
            read(name, cells.read_own)
    number, stated = numbers.read_counts(table, fixed["qualifier"], options, problems)
    return Reports(
        tz=tz, codes={name: codes for name, (codes, _) in named.items()},
        words={name: words for name, (_, words) in named.items()},
        fixed=fixed, texts=texts, number=number, stated=stated,
        days={name: moments(name) for name in DAYS}, reported=moments("reported_at"),
        target=np.full(len(table), -1, np.int64),
        extras=extras,
    ), unnamed  # fmt: skip


def _check_required(draft: Reports, options: Options, problems: Problems) -> None:
    """Note required cells that are blank; linked reports take `source` and `kind` from another."""
    plain, denying = (draft.fixed["action"] == action for action in (Action.REPORT, Action.DENY))
    undated = np.isnat(draft.days["period_end"]) & plain & ("period_end" in options.needs)
    named = options.id or "report_id"
    ids = draft.extras[options.id].map(as_text) if options.id else draft.texts["report_id"]
    for column, rows, remedy in (
        ("source", (draft.codes["source"] < 0) & (plain | denying),
         "say who asserts the number (for a deny, who denies it)"),
        ("kind", (draft.fixed["kind"] < 0) & plain, "say total, period, more or incident"),
        ("reported_at", np.isnat(draft.reported), "say when it became public"),
        ("period_end", undated, "say the day covered"),
        (named, (ids.str.strip() == "").to_numpy(bool) & bool(options.id), "it may not be blank"),
    ):  # fmt: skip
        _note(problems, rows, column, (f"no {column}", remedy), (column,))
    listed = (draft.fixed["kind"] == Kind.INCIDENT) & plain
    for row, word in ids[listed | bool(options.id)].items():
        if cells.is_whole(word):
            problems.add(row, named, word, f"{named} {word!r} means the whole", ADDS_UP)
    # In a list that was published as a whole and has days, each incident needs its day.
    blank = listed & np.logical_and.reduce([np.isnat(days) for days in draft.days.values()])
    if blank.any() and not blank[listed].all() and len(np.unique(draft.reported)) == 1:
        problem = "an incident without a day", f"give its day, or {ADDS_UP}"
        _note(problems, blank, "period_end", problem, DAYS)


def _note(
    problems: Problems, rows: np.ndarray, column: str, wrong: tuple[str, str], beside: Sequence[str]
) -> None:
    """Note what rows lack, but for rows with a problem in the columns `beside`.

    A problem of a whole column, which has the row -1, is one of every row.
    """
    known = {row for row, name in problems.cells() if name in beside}
    if -1 not in known:
        others = [row for row in np.flatnonzero(rows).tolist() if row not in known]
        problems.add(np.array(others, int), column, None, *wrong)


def _complete(reports: Reports, unnamed: np.ndarray, problems: Problems) -> None:
    """Link the reports and fill in what was left blank, in place."""
    links.find_targets(reports, unnamed, problems)
    plain, codes, words = reports.target < 0, reports.codes, reports.words
    for column in NAMES:
        if (default := COLUMNS[column]) is not None:
            own = plain | (reports.fixed["action"] == Action.DENY) & (column == "via")
            codes[column][own & (codes[column] < 0)] = words[column].get_loc(default)
    start, end = (reports.days[column] for column in DAYS)
    dated = np.isin(reports.fixed["kind"], [Kind.PERIOD, Kind.INCIDENT])
    period = plain & (reports.fixed["kind"] == Kind.PERIOD)
    end[:] = np.where(plain & dated & np.isnat(end), start, end)
    start[:] = np.where(period & np.isnat(start), end, start)
    blank = plain & ~period & np.isnat(end)
    end[blank] = clocks.local_days(reports.reported[blank], reports.tz)
    links.fill_linked(reports, problems)
    # A total has no first day: one that is revised to a period count has that of its last day.
    period = ~plain & (reports.fixed["kind"] == Kind.PERIOD)
    start[:] = np.where(period & np.isnat(start), end, start)
    end[:] = np.where(period & np.isnat(end), start, end)
    for column in NAMES:
        codes[column], words[column] = used(codes[column], words[column])
    numbers.settle(reports, plain | numbers.states(reports))
    if not plain.all():
        links.fill_numbers(reports, problems)
        numbers.settle(reports, ~plain)
    _check_periods(reports, problems)
    numbers.check_counts(reports, problems)


def _check_periods(reports: Reports, problems: Problems) -> None:
    """Note period counts without their days, and periods that end before they begin."""
    start, end = (reports.days[column] for column in DAYS)
    target = reports.target
    undated = (reports.fixed["kind"] == Kind.PERIOD) & (np.isnat(start) | np.isnat(end))
    # If the report that it refers to has no days either, that one has the problem.
    own = undated & ~((target >= 0) & undated[target])
    problem = "a period count without its days", "give period_start, period_end or both"
    _note(problems, own, "period_end", problem, DAYS)
    for row in np.flatnonzero(end < start):
        first, last = (np.datetime_as_string(days[row], "D") for days in (start, end))
        what = f"period_end {last} is before period_start {first}"
        remedy = f"swap or mend the dates of {reports.texts['report_id'].iat[int(row)]!r}"
        problems.add(row, "period_end", last, what, remedy)


# -- what comes again: a scraper's hourly copy, and rows that are entered anew ---------------------

#: Kinds of which two reports of one figure add up: neither replaces the other.
ADDING = (Kind.MORE, Kind.INCIDENT)
#: Columns that may differ between a report and its repetition.
_BESIDE = ("report_id", "reported_at", "url", "note", "archived")


def said_anew(reports: Reports, before: int) -> np.ndarray:
    """Return which reports to keep: the first `before`, and of the others what says something new.

    A plain report is left out if the last one of its figure says the same, word for word. A
    `more`, an incident, and what another report refers to are kept.
    """
    frame = reports.frame
    texts = frame.astype(object).mask(frame.isna(), "").astype(str)
    says = [name for name in texts if name not in _BESIDE]
    wording, figure = (cells.hashed(*(texts[name] for name in names)) for names in (says, FIGURE))
    order = ordered(figure, reports.reported.view(np.int64))
    again = np.zeros(len(reports), bool)
    again[order] = ~heads(wording[order])
    again[:before] = False
    again[reports.target[reports.target >= 0]] = False
    adds = np.isin(reports.fixed["kind"], ADDING)
    return ~again | adds | (reports.fixed["action"] != Action.REPORT)


def corrected(reports: Reports, report_id: str, columns: Mapping[str, Any]) -> Reports:
    """Return reports with one as it should have been entered; see :meth:`Ledger.correct_entry`."""
    row = (reports.texts["report_id"] == report_id).to_numpy(bool)
    table = _freed(reports, row)
    start, end = (reports.days[name][row] for name in DAYS)
    by_default = np.isin(reports.fixed["kind"][row], [Kind.TOTAL, Kind.MORE]) | np.isnat(start)
    by_default &= end == clocks.local_days(reports.reported[row], reports.tz)
    if "reported_at" in columns and (by_default & (reports.target[row] < 0)).all():
        columns = {"period_end": None, **columns}  # a default follows what it came from
    if "value" in columns:
        columns = {"low": None, "high": None, "qualifier": None, **columns}
    elif "qualifier" in columns and reports.stated["value"][row].all():  # a range is its bounds
        columns = {"low": None, "high": None, **columns}
    for name, cell in columns.items():
        put(table, name, row, cell)
    if "report_id" in columns:  # what refers to it goes on to do so
        about = (table["refers_to"] == report_id).to_numpy(bool)
        put(table, "refers_to", about, columns["report_id"])
    return _entered(table, reports.tz)


def renamed(reports: Reports, columns: Mapping[str, Mapping[str, str]]) -> Reports:
    """Return reports with names changed throughout; see :meth:`Ledger.rename`."""
    table = _freed(reports, np.zeros(len(reports), bool))
    for name, new in columns.items():
        if not isinstance(new, Mapping) or not all(isinstance(w, str) for w in new.values()):
            msg = f"{name} takes old names and new ones, such as {{'MoH': 'Ministry'}}"
            raise LedgerError(msg)
        for old, word in new.items():
            refuse_unknown([old], list(reports.words[name]), name)
            if name == "via" and is_blank(word):
                msg = "a revise without a relay has that of what it revises; give it a name"
                raise LedgerError.of(repr(old), msg)
        table[name] = table[name].map(lambda word, new=new: new.get(word, word))
    return _entered(table, reports.tz)


def _freed(reports: Reports, kept: np.ndarray) -> pd.DataFrame:
    """Return reports as a table in which linked ones leave blank what they have from another.

    So they take it anew when the table is read. Rows that are `kept` stay as they are.
    """
    table, last = reports.frame.astype(object), links.said_before(reports)
    linked = np.flatnonzero((reports.target >= 0) & ~kept)
    action = reports.fixed["action"][linked]
    for name, column in (reports.codes | reports.days | {"kind": reports.fixed["kind"]}).items():
        same = column[linked] == column[reports.target[linked]]
        same &= (action != Action.DENY) | (name not in ("source", "via"))  # these are its own
        table.loc[linked[same], name] = None
    # A revise with the very number that its chain said last had none of its own.
    numbered = [*reports.number.values(), *reports.stated.values(), reports.fixed["qualifier"]]
    same = (last[linked] >= 0) & (action == Action.REVISE)
    same &= np.logical_and.reduce([part[linked] == part[last[linked]] for part in numbered])
    table.loc[linked[same], [*COUNTS, "qualifier"]] = None
    return table


def _entered(table: pd.DataFrame, tz: str) -> Reports:
    """Return a changed table of all reports, read through the door once more."""
    extras = {name: None for name in table.columns if name not in COLUMNS}
    return read_reports(table, tz, Options(columns=extras))
