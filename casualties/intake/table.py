"""A table of any kind as a DataFrame whose columns are named as a report's are."""

import difflib
import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import LedgerError, Problems, both, naming, needed, refuse_repeated
from ..model.frames import typed
from ..model.schema import COLUMNS, COUNTS, DAYS, REQUIRED, SERIES, VOCABULARY
from .cells import blanks
from .options import Options, check_keywords


class Arrow(Protocol):
    """What can hand over its table as Arrow: Polars, pyarrow, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Table: TypeAlias = pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any] | Arrow
#: For a wide table: each column of numbers, with the columns of a report that it stands for.
Wide: TypeAlias = Mapping[str, Mapping[str, Any]]

_LINKED = ["revise", "retract", "deny"]
#: For a column, the linked reports that take it from the report they refer to: no keyword fills it.
_TAKING = {
    **dict.fromkeys((*SERIES, "kind", *DAYS), _LINKED),
    **{name: ["retract", "deny"] for name in (*COUNTS, "qualifier")},
    "source": ["revise", "retract"],  # who denies is the denial's own
}


def as_frame(
    reports: Table, options: Options, constants: Mapping[str, Any]
) -> tuple[pd.DataFrame, Options]:
    """Return reports as a new table with a report's columns, and the options for reading it.

    The `constants` fill every row left blank. The options then say what columns were called.
    """
    check_keywords(constants)
    constants = dict(constants)
    table = to_pandas(reports)
    wide = constants.pop("value") if isinstance(constants.get("value"), Mapping) else {}
    names = [*table.columns]
    table, called = named(table, options)
    options = replace(options, called=called)
    if not names and not len(table):  # no reports, which need no columns
        return table, options
    for theirs in (*options.columns, *wide):
        if theirs not in names and (theirs in wide or options.columns[theirs] not in called):
            place = f"no column {theirs!r} in the table; it has"
            raise LedgerError.from_missing_column(place, names, theirs)
    _refuse_columns(constants, table.columns, wide)
    check_wide(wide, names)
    table = without_na(table, options.na, wide)
    options = replace(options, filled=frozenset(constants.keys() - {*table.columns}))
    if wide:
        table, part = melt(table, wide)
        options = replace(options, called=called | {"value": part})
    for name in sorted(constants, key="action".__ne__):  # the action says what the others fill
        fill(table, name, constants[name])
    return table, options


def named(table: pd.DataFrame, options: Options) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a table with its columns named as a report's, and what each was called in it.

    Two columns that mean the same one are refused, but a day and a time are joined.
    """
    refuse_repeated(table.columns)
    called: dict[str, Any] = {}
    for ours in dict.fromkeys(filter(None, [*options.also, *options.columns.values()])):
        theirs = [name for name in options.names_of(ours) if name in table.columns]
        if len(theirs) == 2 and ours == "reported_at" and ours not in options.also:
            theirs.sort(key=lambda name: not UTC.search(name))  # it is called by what says its zone
            joined = _joined(table, theirs, options.na)
            table = table.assign(**{theirs[0]: joined}).drop(columns=theirs[1])
            theirs = theirs[:1]
        refuse_repeated([ours for name in table.columns if name in (ours, *theirs)])
        if theirs and ours in options.also:
            table = table.assign(**{ours: table[theirs[0]]})
        called |= {ours: theirs[0]} if theirs else {}
    names = {theirs: ours for ours, theirs in called.items() if ours not in options.also}
    return table.rename(columns=names), called


#: In the name of a column: its times are of this zone.
UTC = re.compile(r"(?i)(?<![a-z])(?:utc|gmt)(?![a-z])")
#: A time of day, and two of them, such as 14:00-15:30, of which the second is no offset from UTC.
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:Z|GMT|UTC|[+-]\d{2}:?\d{2}))?", re.ASCII)
_SPAN = re.compile(r"^(\d{1,2}(?::\d{2}){1,2})-(\d{1,2}(?::?\d{2})?)$", re.ASCII)


def _joined(table: pd.DataFrame, parts: list[str], na: Collection[str]) -> pd.Series:
    """Return a column of days and one of times, in either order, as one column of texts.

    A day cell that has a time of its own, as a datetime may, keeps it.
    """
    table = table[parts].astype(object).mask(np.column_stack([blanks(table[n], na) for n in parts]))
    cells = ([*table[name].where(table[name].notna(), "")] for name in parts)
    days, times = ([clocks.written(c)[0] or str(c).strip() for c in column] for column in cells)
    if all(_TIME.fullmatch(text) for text in days if text):
        days, times = times, days
    pairs = zip(days, [_SPAN.sub(r"\1 to \2", time) for time in times], strict=True)
    joined = [f"{day or '?'} {time}" if time else day for day, time in pairs]
    return pd.Series(joined, table.index, dtype=object)


def to_pandas(table: Any) -> pd.DataFrame:
    """Return a table of any kind as a new DataFrame whose columns are named by texts."""
    if isinstance(table, pd.DataFrame):
        frame = table.copy(deep=False)
    elif hasattr(table, "__arrow_c_stream__"):
        frame = _from_arrow(table)
    else:
        of_arrays = isinstance(table, Mapping) and any(hasattr(c, "dtype") for c in table.values())
        try:
            frame = pd.DataFrame(table, dtype=None if of_arrays else object)
            frame = frame if of_arrays else frame.apply(typed)
        except (ValueError, TypeError) as error:
            msg = f"cannot make a table of these reports ({error}); pass a DataFrame or dicts"
            raise LedgerError(msg) from error
    frame.columns = pd.Index([str(name) for name in frame.columns], dtype=object)
    for number, dtype in enumerate(frame.dtypes):
        cells = frame.iloc[:, number]
        if isinstance(dtype, pd.ArrowDtype):
            import pyarrow as pa

            frame.isetitem(number, pa.array(cells).to_pandas(types_mapper=_whole).array)
        try:
            cells.isna() if cells.dtype == object else None
        except ArithmeticError:  # a decimal that signals is missing, and stops whoever asks
            gone = [isinstance(cell, Decimal) and cell.is_snan() for cell in cells]
            frame.isetitem(number, cells.mask(np.array(gone), None).array)
    return frame


def _from_arrow(table: Any) -> pd.DataFrame:
    pa = needed("pyarrow", f"a table of {type(table).__module__.partition('.')[0]}", "parquet")
    try:
        arrow = pa.table(table)
    except (pa.ArrowInvalid, TypeError, ValueError, NotImplementedError) as error:
        msg = f"cannot make a table of this {type(table).__name__} ({error}); pass a DataFrame"
        raise LedgerError(msg) from error
    return arrow.to_pandas(types_mapper=_whole, ignore_metadata=True)


def _whole(kind: Any) -> Any:
    """Return the pandas dtype for a type of Arrow, if it is one of whole numbers."""
    from pyarrow import types

    if not types.is_integer(kind):
        return None
    return pd.UInt64Dtype() if types.is_uint64(kind) else pd.Int64Dtype()


def _refuse_columns(constants: Mapping[str, Any], names: Collection[str], wide: Wide) -> None:
    """Raise if a constant for a whole column is also the name of a column of the table."""
    for name, word in constants.items():
        known = (*wide, *VOCABULARY.get(name, ()))  # 'total' is a kind, whatever a column is called
        if isinstance(word, str) and word in names and word not in known:
            msg = f"{name}={word!r} also names a column of the table; if the column is meant, say "
            msg += f"{naming(word, name)}, if the word is, rename the column"
            raise LedgerError(msg)


def check_wide(wide: Wide, names: Collection[str]) -> None:
    """Raise if a column of numbers does not say what it counts, or says the same as another one."""
    for column, counts in wide.items():
        if not isinstance(counts, Mapping):
            meant = f"value={{{column!r}: …}} says what it counts, as in {{'outcome': 'killed'}}"
            raise LedgerError.from_wrong(counts, meant)
        check_keywords(counts, [name for name in COLUMNS if name != "value"])
        same = [name for name, other in wide.items() if other == counts]
        if len(same) > 1:
            msg = f"value={{…}} says the same of {same[0]!r} and {same[1]!r}; tell them apart"
            raise LedgerError(msg)
        _refuse_columns(counts, names, wide)


def without_na(table: pd.DataFrame, na: frozenset[str], wide: Wide) -> pd.DataFrame:
    """Return a table in which the caller's words for a blank (`na`) are blank."""
    blank = {
        name: table[name].astype(object).mask(gone, None)
        for name in table.columns
        if na and (name in COLUMNS or name in wide) and (gone := blanks(table[name], na)).any()
    }
    return table.assign(**blank)


def melt(table: pd.DataFrame, wide: Wide) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a wide table as a long one, a row for each number, and the column of each number.

    ::

        Day    Killed  Hurt          Day    value  outcome
        6 May       3     7    →     6 May      3  killed     Killed
        7 May             2          6 May      7  wounded    Hurt
                                     7 May      2  wounded    Hurt

    A blank cell is no report where the row has a number elsewhere. A row without any number is one
    report.
    """
    filled = np.column_stack([~blanks(table[column]) for column in wide])
    filled[~filled.any(axis=1), 0] = True
    row, place = np.nonzero(filled)
    long = lengthened(table, wide, row, place)
    if "action" in long.columns:  # without a number, what it refers to says what is counted
        names = sorted({name for names in wide.values() for name in names})
        long[names] = long[names].mask(long["action"].isin(_LINKED) & blanks(long["value"]), None)
    return long, np.array([*wide], object)[place]


def lengthened(table: pd.DataFrame, wide: Wide, row: np.ndarray, part: np.ndarray) -> pd.DataFrame:
    """Return numbers of a wide table as a long one, each by its row and by its place in `wide`."""
    given = {"value", *(name for names in wide.values() for name in names)} - wide.keys()
    if twice := sorted(given & {*table.columns}):
        value = both("value={…}", "--value")
        msg = f"column {twice[0]!r} is in the table, and {value} says it too; drop one of them"
        raise LedgerError(msg)
    columns = {"value": table.reindex(columns=[*wide]).astype(object).to_numpy()[row, part]}
    for name in sorted(given - {"value"}):
        columns[name] = np.array([names.get(name) for names in wide.values()], object)[part]
    long = table.drop(columns=[*wide], errors="ignore").iloc[row]
    # As objects: pandas takes no half of a character for text, and the door names its row.
    return long.assign(**{n: pd.Series(c, long.index, dtype=object) for n, c in columns.items()})


def fill(table: pd.DataFrame, name: str, value: Any) -> None:
    """Put a constant where its column is blank, but not where a linked report takes the column."""
    blank = blanks(table[name]) if name in table.columns else np.ones(len(table), bool)
    if "action" in table.columns:
        blank = blank & ~table["action"].isin(_TAKING.get(name, [])).to_numpy(bool)
    if name not in table.columns or blank.any():
        put(table, name, blank, value)


def put(table: pd.DataFrame, name: str, rows: np.ndarray, value: Any) -> None:
    """Put a value into some rows of a column, which need not be there yet."""
    old = table[name] if name in table.columns else [None] * len(table)
    cells = [value if chosen else cell for chosen, cell in zip(rows, old, strict=True)]
    table[name] = pd.Series(cells, table.index, dtype=object)


def check_columns(
    names: Collection[str], options: Options, problems: Problems, *, silent: bool = False
) -> None:
    """Note columns of a report that are missing, and extra columns that are probably one of them.

    A `silent` table has only linked reports, which need no numbers.
    """
    if not len(names):
        return

    def note(column: str, what: str, remedy: str) -> None:
        problems.add(-1, column, None, what, remedy)

    extra = [name for name in names if name not in {*COLUMNS, *options.kept}]
    counted = {name: _OUTCOMES[_bare(name)] for name in extra if _bare(name) in _OUTCOMES}
    there, numbers = {*names} - options.filled, [c for c in COUNTS if c in names]
    misspelt = set()
    for name in extra:
        if ours := "" if name in counted else _near(name, names, options):
            what = f"unknown column {name!r}: did you mean {ours!r}?"
            note(ours, what, _naming_it(name, [ours], there, options))
            misspelt.add(ours)
        elif may := next((may for may in _MAY_BE if may[0].fullmatch(_spaced(name))), None):
            _, meant, what = may
            if not {*meant} <= {*(numbers or ["value"])}:
                # A bound is offered to nobody: of several numbers it bounds one.
                remedy = _naming_it(name, () if "low" in meant else meant, there, options)
                note(name, f"column {name!r} may be {what}", remedy)
    # Linked reports take their source and kind from the report that they refer to.
    taken = ("source", "kind") if {"refers_to", "action"} <= {*names} else ()
    for column in [c for c in REQUIRED if c not in {*names, *taken, *misspelt}]:
        option = f"by --{column.replace('_', '-')}"
        remedy = f"add it, or give it once for all rows {both('as a keyword', option)}"
        note(column, f"missing column {column!r}", remedy)
    theirs = options.called.get("value")
    outcome = _OUTCOMES.get(_bare(theirs), "killed") if isinstance(theirs, str) else "killed"
    if outcome != "killed" and "outcome" not in names:
        what = f"column {theirs!r} is read as killed where nothing says the outcome"
        note("outcome", what, f"say {both(f'outcome={outcome!r}', f'--outcome {outcome}')}")
    if not (numbers or (silent and not counted) or misspelt & {*COUNTS}):
        which = both("columns={…: 'value'}", "--column …=value")
        remedy = f"say which one holds the number: {which}"
        if counted:
            value = {name: {"outcome": outcome} for name, outcome in counted.items()}
            option = shlex.join(f"--value={name}={outcome}" for name, outcome in counted.items())
            remedy = f"say what the columns of numbers count: {both(f'value={value}', option)}"
        note("value", "no column 'value'", remedy)


def _naming_it(name: str, meant: Sequence[str], there: set[str], options: Options) -> str:
    """Return the remedy for an extra column that may be meant as columns of a report.

    Those that are `there` it cannot be as well, but a time may stand beside the days reported.
    """
    ways = [naming(name, column) for column in meant if column not in there]
    if "reported_at" in there.intersection(meant):
        days = options.called.get("reported_at", "reported_at")
        option = shlex.join(f"--column={part}=reported_at" for part in (days, name))
        columns = dict.fromkeys((days, name), "reported_at")
        ways.append(f"(if it is the time of day) {both(f'columns={columns}', option)}")
    either = " or ".join(ways) + ", or " * bool(ways)
    return f"say {either}{naming(name, None)} to keep it as an extra column"


def _spaced(name: str) -> str:
    """Return the words of a name in lower case; those of "EventDate (UTC)" are "event date utc"."""
    return re.sub(r"[\W_]+|(?<=[a-z])(?=[A-Z])", " ", name).strip().casefold()


def _bare(name: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return _spaced(name).replace(" ", "")


#: Names that people give to a column of numbers, and the outcome that each one counts.
_OUTCOMES = {
    name: group.split()[0]
    for group in "killed deaths dead died fatalities kills killedcum totaldeaths; missing; wounded "
    "injured injuries hurt injury; captured prisoners; displaced".split(";")
    for name in group.split()
}
#: What a column of days or instants is called: a date, whatever stands before it; a day or a time,
#: with what may stand before or after it; or when something was done.
_BEFORE = "last|end|event|incident|report|reporting|publication|local"
_AFTER = "end|reported|published|updated|local|(?:utc|gmt)(?: .*)?|of(?: .*|event|incident)"
_MOMENT = re.compile(
    rf"(?:(?:.* |{_BEFORE})?(?:date|datetime|timestamp|datum|fecha|дата|日期)"
    rf"|(?:(?:{_BEFORE}) ?)?(?:day|time|hour|week|month|zeit|uhrzeit|время|时间))"
    rf"(?: ?(?:{_AFTER}))?"
    r"|(?!reported ?at$)(?:last )?(?:end|when|until|occurred|announced|posted|published|reported"
    r"|updated|as ?of)(?: ?(?:at|on))?(?: utc| gmt)?"
)
_FIRST = re.compile("(?:date ?)?(?:start|begin)(?: ?(?:date|day|time))?|first (?:date|day)")
_BEST = re.compile("best(?: ?estimate)?|estimate|number|count|toll|total|deaths ?best")
_BOUND = re.compile(
    rf"(?:(?:{'|'.join(_OUTCOMES)}) ?)?(?:low|lower|min|minimum|high|upper|max|maximum)"
    "(?: ?(?:bound|estimate|count))?"
)
#: What an extra column may be, by the words of its name: columns of a report, and that in words.
_MAY_BE = (
    (_FIRST, ("period_start",), "the first day covered"),
    (_MOMENT, ("period_end", "reported_at"), "the day covered, or when it was reported"),
    (_BEST, ("value",), "the number that low and high bound"),
    (_BOUND, ("low", "high"), "a bound of the number, low or high"),
)


def _near(name: str, names: Collection[str], options: Options) -> str:
    """Return the column of a report that this is but for case, signs, a plural or a letter.

    Of a column that the caller gave in another way, only the very name is suspicious.
    """
    given, bare = {*options.called, *options.filled}, _bare(name)
    lacking = {c.replace("_", ""): c for c in COLUMNS if c not in names or c in given}
    if bare in lacking:
        return lacking[bare]
    single = re.sub("s$", "", re.sub("ies$", "y", bare))
    sought = [ours for ours, column in lacking.items() if column not in given]
    for ours in difflib.get_close_matches(single, sought, 1, 0.8):
        if ours == single or (len(ours) > 4 and abs(len(ours) - len(single)) <= 1):
            return lacking[ours]
    return ""
