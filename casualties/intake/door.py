"""The door: every table of reports is read, checked and completed here, once.

What comes in may be text, numbers or dates of any kind; what goes out are complete arrays of
reports, every default filled in. All problems are raised together.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import Problems, both
from ..model.frames import used
from ..model.reports import Reports
from ..model.schema import COLUMNS, DAYS, KINDS, NAMES, TEXTS, VOCABULARY, Action, Kind
from . import links, numbers
from .cells import ADDS_UP, Meant, T, as_names, is_whole, read_each, read_name, read_text, read_word
from .dates import read_moments
from .options import Options
from .table import check_columns


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
    check_columns(
        table.columns, options, problems, silent=bool((_action(reports) > Action.REVISE).all())
    )
    _check_required(reports, options, problems)
    _check_zone(table, tz, options, problems)
    if before is not None:
        reports, problems.base = Reports.concat([before, reports]), len(before)
        unnamed = np.append(np.zeros(len(before), bool), unnamed)
    _complete(reports, unnamed, problems)
    # A series is counted by incidents or otherwise: its first odd row is told.
    for row, what in links.odd_kinds(reports).items():
        problems.add(row, "kind", KINDS[reports.fixed["kind"][row]], what, links.ONE_KIND)
    problems.raise_any()
    return reports


def _parse(
    table: pd.DataFrame, tz: str, options: Options, problems: Problems, before: pd.Series
) -> tuple[Reports, np.ndarray]:
    """Return a table, each column read by itself, and which of its rows have no name."""

    def read(name: str, as_one: Callable[..., Meant[T]]) -> tuple[np.ndarray, list[T]]:
        if name not in table.columns:
            return np.full(len(table), -1, np.int32), []
        return read_each(table[name], name, partial(as_one, name=name), problems)

    def moments(name: str) -> np.ndarray:
        if name not in table.columns:
            return np.full(len(table), clocks.NAT)
        return read_moments(table[name], name, tz, options.dates, problems)

    as_name = partial(read_name, whole=options.whole)
    named = {name: as_names(*read(name, as_name), COLUMNS[name]) for name in NAMES}
    fixed = {}
    for name in VOCABULARY:
        codes, places = read(name, read_word)
        fixed[name] = np.array([*places, -1], np.int32)[codes]
    texts = {}
    for name in TEXTS:
        codes, words = read(name, read_text)
        texts[name] = pd.Series(np.array([*words, ""], object)[codes], dtype="str")
    unnamed = (texts["report_id"] == "").to_numpy(bool)
    texts["report_id"] = links.name_reports(texts["report_id"], unnamed, before)
    number, stated = numbers.read_counts(table, fixed["qualifier"], options, problems)
    return Reports(
        tz=tz, codes={name: codes for name, (codes, _) in named.items()},
        words={name: words for name, (_, words) in named.items()},
        fixed=fixed, texts=texts, number=number, stated=stated,
        days={name: moments(name) for name in DAYS}, reported=moments("reported_at"),
        target=np.full(len(table), -1, np.int64),
        extras=table[[c for c in table.columns if c not in COLUMNS]].reset_index(drop=True),
    ), unnamed  # fmt: skip


def _action(draft: Reports) -> np.ndarray:
    return np.where(draft.fixed["action"] < 0, Action.REPORT, draft.fixed["action"])


#: A zone in the name of a column, and one at the end of a time.
_ZONE = re.compile(r"(?<![^\W_])(?:UTC|GMT)(?![^\W_])", re.I)
_ZONED = r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$"


def _check_zone(table: pd.DataFrame, tz: str, options: Options, problems: Problems) -> None:
    """Note a column whose name says that its times are of another zone than they are read in."""
    theirs = (name for name, ours in options.columns.items() if ours == "reported_at")
    zoned = [name for name in theirs if _ZONE.search(name)]
    if not zoned or tz in ("UTC", "GMT", "Etc/UTC") or "reported_at" not in table.columns:
        return
    times = (str(cell) for cell in table["reported_at"].dropna())
    if any(":" in time and not re.search(_ZONED, time) for time in times):
        what = f"column {zoned[0]!r} names a zone, and its times are read as those of {tz}"
        remedy = both("tz='UTC'", "--tz UTC") + ", or write the zone into each time"
        problems.add(-1, "reported_at", None, what, f"say {remedy}")


def _check_required(draft: Reports, options: Options, problems: Problems) -> None:
    """Note required cells that are blank; linked reports may read `source` and `kind` elsewhere."""
    own, denying = (_action(draft) == action for action in (Action.REPORT, Action.DENY))
    undated = np.isnat(draft.days["period_end"]) & own & ("period_end" in options.needs)
    for column, rows, remedy in (
        ("source", (draft.codes["source"] < 0) & (own | denying),
         "say who asserts the number (for a deny, who denies it)"),
        ("kind", (draft.fixed["kind"] < 0) & own, "say total, period, more or incident"),
        ("reported_at", np.isnat(draft.reported), "say when it became public"),
        ("period_end", undated, "say the day covered"),
    ):  # fmt: skip
        _note(problems, rows, column, (f"no {column}", remedy), (column,))
    # Incidents without a day, in a list that was published as a whole and has days.
    listed = (draft.fixed["kind"] == Kind.INCIDENT) & own
    words = draft.texts["report_id"][listed]
    for row, word in zip(np.flatnonzero(listed).tolist(), words, strict=True):
        if is_whole(word):
            problems.add(row, "report_id", word, f"report_id {word!r} means the whole", ADDS_UP)
    blank = listed & np.logical_and.reduce([np.isnat(days) for days in draft.days.values()])
    if blank.any() and not blank[listed].all() and len(np.unique(draft.reported)) == 1:
        said = "an incident without a day", f"give its day, or {ADDS_UP}"
        _note(problems, blank, "period_end", said, DAYS)


def _note(
    problems: Problems, rows: np.ndarray, column: str, said: tuple[str, str], beside: Sequence[str]
) -> None:
    """Note what some rows lack, where nothing is told of them, or of all, in the columns beside."""
    told = {row for row, name in problems.cells() if name in beside}
    if -1 not in told:
        untold = [row for row in np.flatnonzero(rows).tolist() if row not in told]
        problems.add(np.array(untold, int), column, None, *said)


def _complete(reports: Reports, unnamed: np.ndarray, problems: Problems) -> None:
    """Link the reports and fill in what was left blank, in place."""
    reports.fixed["action"][:] = _action(reports)
    links.find_targets(reports, unnamed, problems)
    roots, codes, words = reports.target < 0, reports.codes, reports.words
    for column in NAMES:
        if (default := COLUMNS[column]) is not None:
            codes[column][roots & (codes[column] < 0)] = words[column].get_loc(default)
    _default_days(reports, roots)
    links.fill_linked(reports, problems)
    for column in NAMES:
        codes[column], words[column] = used(codes[column], words[column])
    numbers.settle(reports, roots | numbers.states(reports))
    if not roots.all():
        links.fill_numbers(reports, problems)
        numbers.settle(reports, ~roots)
    _check_periods(reports, problems)
    numbers.check_counts(reports, problems)


def _default_days(reports: Reports, roots: np.ndarray) -> None:
    start, end = (reports.days[column] for column in DAYS)
    kind = reports.fixed["kind"]
    blank = roots & np.isin(kind, [Kind.PERIOD, Kind.INCIDENT]) & np.isnat(end)
    end[blank] = start[blank]
    period = roots & (kind == Kind.PERIOD)
    start[period & np.isnat(start)] = end[period & np.isnat(start)]
    blank = roots & ~period & np.isnat(end)
    end[blank] = clocks.local_days(reports.reported[blank], reports.tz)


def _check_periods(reports: Reports, problems: Problems) -> None:
    start, end = (reports.days[column] for column in DAYS)
    target = reports.target
    undated = (reports.fixed["kind"] == Kind.PERIOD) & (np.isnat(start) | np.isnat(end))
    # What is copied from a report without its days is that report's problem.
    own = undated & ~((target >= 0) & undated[target])
    said = "a period count without its days", "give period_start, period_end or both"
    _note(problems, own, "period_end", said, DAYS)
    for row in np.flatnonzero(end < start):
        first, last = (np.datetime_as_string(days[row], "D") for days in (start, end))
        what = f"period_end {last} is before period_start {first}"
        remedy = f"swap or mend the dates of {reports.texts['report_id'].iat[int(row)]!r}"
        problems.add(row, "period_end", last, what, remedy)
