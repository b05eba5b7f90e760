"""Reading `value`, `low` and `high` as people write them, and their bounds and mistakes."""

import re
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..model.counts import UNKNOWN, Count, bounds, parse_count
from ..model.errors import Problems, both, shorten
from ..model.reports import Reports
from ..model.schema import COUNTS, MAX_COUNT, QUALIFIERS, Action, Kind, Qualifier
from .cells import Meant, read_each
from .options import Options

#: For each qualifier, by how much low and high differ from the value; NaN: no such bound.
_BEYOND = np.array([bounds(0, qualifier) for qualifier in QUALIFIERS], float)


#: What the name of a column says that does not hold people, one by one.
_UNIT = re.compile(
    r"[%‰]|\b(?:percent(?:age)?|pct|rate|ratio|tasa|taux|thousands|millions|тыс|млн"
    r"|(?<![0-9].)000s?|per (?:[0-9]+k?|capita|thousand|million))(?![a-z])"
)
_NUMERIC = (int, float, Decimal, np.integer, np.floating)


def read_counts(
    table: pd.DataFrame, qualifier: np.ndarray, options: Options, problems: Problems
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the numbers in the columns `value`, `low` and `high`, and where one is stated.

    A value such as "at least 300" says bounds and a qualifier: they are taken from it, and the
    qualifier is written into the array `qualifier`. A plain number leaves both to their columns.
    """
    number = {name: np.zeros(len(table), np.int64) for name in COUNTS}
    stated = {name: np.zeros(len(table), bool) for name in COUNTS}
    for name in [name for name in COUNTS if name in table.columns]:
        floats = options.thousands and pd.api.types.infer_dtype(table[name]) == "floating"
        if floats and table[name].any():
            what = f"column {name!r} holds decimals, where thousands={options.thousands!r}"
            problems.add(-1, name, None, what, "read it as text: dtype=str")
        for theirs in map(str, pd.unique(np.ravel(options.called.get(name, name)))):
            if unit := _UNIT.search(theirs.replace("_", " ").casefold()):
                what = f"column {theirs!r} says {unit[0]!r}, and counts are of people"
                problems.add(-1, name, None, what, "work out how many, and rename the column")
        read = partial(_read_cell, name=name, options=options)
        codes, counts = read_each(table[name], name, read, problems)
        counts.append(UNKNOWN)  # has the code -1
        told = np.array([QUALIFIERS.index(count.qualifier) for count in counts])[codes]
        # Which values say a qualifier: those also say bounds, which a blank low or high leaves.
        says = (told != Qualifier.EXACT) & (name == "value")
        for part in COUNTS if says.any() else (name,):
            parts = [getattr(count, "value" if part == name else part) for count in counts]
            given = np.array([n is not None for n in parts])[codes] & (says | (part == name))
            number[part][given] = np.array([n or 0 for n in parts], np.int64)[codes][given]
            stated[part] |= given
        for row in np.flatnonzero(says & (qualifier >= 0) & (qualifier != told)):
            word, cell = QUALIFIERS[qualifier[row]], shorten(table[name].iloc[row])
            what = f"value {cell} says {QUALIFIERS[told[row]]}, qualifier says {word!r}"
            problems.add(row, "qualifier", word, what, "leave one of them out")
        qualifier[says] = told[says]
    return number, stated


def _read_cell(cell: Any, name: str, options: Options) -> Meant[Count]:
    """Read a cell as a count."""
    if isinstance(cell, Count):
        return cell, "", ""
    if isinstance(cell, str):
        try:
            count = parse_count(cell, options.words, options.thousands)
        except ValueError as error:
            message, shown = getattr(error, "told", str(error)), shorten(cell)
            why, _, remedy = message.removeprefix(shown).partition("; ")
            return UNKNOWN, f"{name} {shown if message.startswith(shown) else ''}{why}", remedy
        if name == "value" or count.qualifier == "exact":
            return count, "", ""
        what = f"{name} {shorten(cell)} is not one number"
        return UNKNOWN, what, f"{name} is a plain inclusive bound"
    if isinstance(cell, bool) or not isinstance(cell, _NUMERIC):
        what = f"{name} {shorten(cell)} is a {type(cell).__name__}, not a count"
        return UNKNOWN, what, "write a number"
    if not -MAX_COUNT <= cell <= MAX_COUNT:
        return UNKNOWN, f"{name} {cell} is more than {MAX_COUNT:,}", "no count of people is"
    if cell != int(cell):
        remedy = "write a whole number of people, or read the column as text (dtype=str) and say "
        remedy += both("thousands='.'", "--thousands .") + " if the point separates thousands"
        return UNKNOWN, f"{name} {cell} is not whole", remedy
    return Count(int(cell), int(cell), int(cell), "exact"), "", ""


def settle(reports: Reports, rows: np.ndarray) -> None:
    """Give the rows of a mask their default qualifier, and the bounds that it implies, in place.

    "more_than" 300 without bounds gets the low 301; 300 alone gets "exact", low and high 300.
    """
    number, stated, qualifier = reports.number, reports.stated, reports.fixed["qualifier"]
    blank = rows & (qualifier < 0)
    ranged = ~stated["value"] & (stated["low"] | stated["high"])
    qualifier[blank] = np.where(ranged, Qualifier.RANGE, Qualifier.EXACT)[blank]
    for name, beyond in zip(("low", "high"), _BEYOND.T, strict=True):
        implied = rows & stated["value"] & ~stated[name] & ~np.isnan(beyond)[qualifier]
        step = beyond[qualifier[implied]].astype(np.int64)
        number[name][implied] = number["value"][implied] + step
        stated[name] |= implied


def states(reports: Reports) -> np.ndarray:
    """Return whether each report states a value or a bound."""
    return np.logical_or.reduce([reports.stated[name] for name in COUNTS])


def check_counts(reports: Reports, problems: Problems) -> None:
    """Note reports whose numbers make no count, and retractions and denials that carry one."""
    qualifier, action, kind = (reports.fixed[name] for name in ("qualifier", "action", "kind"))
    number, stated = reports.number, reports.stated
    value, any_number = stated["value"], states(reports)
    noted, below = np.zeros((2, len(reports)), bool)
    noted[[row for row, _ in problems.cells() if row >= 0]] = True
    remedy = "a count of people starts at 0; 'so many fewer' is kind 'more'"
    for name in COUNTS:
        negative = stated[name] & (number[name] < 0) & (kind != Kind.MORE) & ~below
        below |= negative
        for row, least in zip(np.flatnonzero(negative), number[name][negative], strict=True):
            problems.add(row, name, int(least), f"{name} {least} is negative", remedy)
    ranged, counting = qualifier == Qualifier.RANGE, ~noted & (action < Action.RETRACT)
    for column, rows, what, remedy in (
        ("low", ranged & ~stated["low"] & ~below, "a range without its lower bound",
         "give low, and high if known; an upper bound alone is a value: 'up to 5'"),
        ("low", ~ranged & ~value & any_number & ~below, "bounds without a value",
         "give the value, or say qualifier='range'"),
    ):  # fmt: skip
        problems.add(np.flatnonzero(rows & counting), column, None, what, remedy)
    what = "a retract or a deny carries no number"
    remedy = "leave value, low and high blank; another number is a report or a revise"
    silent = np.flatnonzero(any_number & (action >= Action.RETRACT))
    problems.add(silent, "value", None, what, remedy)
