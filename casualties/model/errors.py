"""What is wrong, where, which are allowed, the nearest one and how to mend it, all in one go."""

import difflib
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

#: How many kinds of problems an error message shows.
SHOWN = 20
_NO_PROBLEMS = pd.DataFrame(columns=["row", "line", "column", "value", "problem"])
#: A remedy in both forms, as :func:`both` writes it.
_BOTH = re.compile("\x02([^\x02-\x04]*)\x03([^\x02-\x04]*)\x04")


def both(python: str, shell: str) -> str:
    """Write a remedy in both forms: in Python, and in the words of the command line."""
    return f"\x02{python}\x03{shell}\x04"


def naming(theirs: Any, ours: str | None) -> str:
    """Write how to say that a column is a report's, or (``None``) an extra one, in both forms."""
    option = shlex.quote(f"{theirs}={ours or ''}")
    return both(f"columns={{{theirs!r}: {ours!r}}}", f"--column {option}")


def in_python(text: str) -> str:
    """Return a message with its remedies in Python."""
    return _BOTH.sub(r"\1", text)


def in_shell(text: str) -> str:
    """Return a message with its remedies in the words of the command line."""
    return _BOTH.sub(r"\2", text)


class LedgerError(ValueError):
    """Something about the reports, or about a question put to a ledger, that must be mended first.

    Attributes
    ----------
    problems : pandas.DataFrame
        One row a problem: ``row`` (the label of the row), ``line`` (of the file, where there is
        one), ``column``, ``value`` (as it was given) and ``problem`` (what is wrong and how to mend
        it). Empty for a question that was wrong.
    told : str
        The message with its remedies in both forms, for another error to repeat.
    in_shell : str
        The message with its remedies in the words of the command line.

    Examples
    --------
    >>> import casualties as cas
    >>> try:
    ...     cas.Ledger([{"value": -5, "reported_at": "2024-05-06"}], source="AFP", kind="total")
    ... except cas.LedgerError as error:
    ...     error.problems[["row", "column", "value"]]
      row column value
    0   0  value    -5
    """

    def __init__(self, message: str, problems: pd.DataFrame | None = None) -> None:
        super().__init__(in_python(message))
        self.told, self.in_shell = message, in_shell(message)
        self.problems = _NO_PROBLEMS.copy() if problems is None else problems

    #: The numbers of the rows that have a problem, -1 for the whole table.
    places: frozenset[int] = frozenset()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.told, self.problems)

    @classmethod
    def from_unknown(cls, name: Any, allowed: Sequence[Any], what: str) -> "LedgerError":
        """Make the error about a name that is not one of those allowed."""
        return cls(unknown(what, name, allowed))

    @classmethod
    def from_missing_column(cls, place: str, columns: Iterable[Any], name: str) -> "LedgerError":
        """Make the error about a column that a table does not have; `place` begins the sentence."""
        names = [str(column) for column in columns]
        hint = nearest(name, names)
        msg = f"{place} {', '.join(names[:20])}"
        return cls(msg + (f". {hint}" if hint else ""))

    @classmethod
    def from_repeated_column(cls, name: str, where: str = "") -> "LedgerError":
        """Make the error about a column that is named twice."""
        head = f"{where}: " if where else ""
        return cls(f"{head}column {name!r} occurs more than once; keep one of them")


class Problems:
    """Collects every problem of a table, to be raised together, each kind of them said once.

    Parameters
    ----------
    labels : sequence
        The labels of the table's rows.
    theirs : mapping of str to str or array
        What columns of a report are called in the table, where their name is another: one name, or
        one for each row.
    where : str
        What the table is (a path), said first.
    lines : callable, optional
        Gives the line of the file in which the row of each label begins.
    """

    def __init__(
        self,
        labels: Sequence[Any] | pd.Index,
        theirs: Mapping[str, Any] | None = None,
        where: str = "",
        lines: Callable[[], Any] | None = None,
    ) -> None:
        self.labels, self.where = labels, where
        self._theirs, self._lines = dict(theirs or {}), lines
        #: How many rows stand before the first of the table, while they are looked at together.
        self.base = 0
        self._found: list[tuple[int, str, Any, str, str]] = []

    def add(
        self,
        rows: int | np.integer[Any] | np.ndarray,
        column: str,
        value: Any,
        what: str,
        remedy: str = "",
    ) -> None:
        """Note a problem of a row, of several, or (-1) of the whole table."""
        for row in np.atleast_1d(rows).tolist():
            self._found.append((max(row - self.base, -1), column, value, what, remedy))

    def cells(self) -> set[tuple[int, str]]:
        """Row and column of every problem."""
        return {(max(row + self.base, -1), column) for row, column, *_ in self._found}

    def label(self, row: int | np.integer[Any]) -> Any:
        """Return the label of a row, ``None`` if it is none of the table."""
        place = int(row) - self.base
        return self.labels[place] if place >= 0 else None

    def raise_any(self) -> None:
        """Raise one :class:`LedgerError` for all that was found."""
        if not self._found:
            return
        self.base = 0
        found = sorted(self._found, key=lambda problem: problem[0])
        lines = self._lines() if self._lines else None
        line = [lines[self.label(p[0])] if lines and p[0] >= 0 else None for p in found]
        alike: dict[tuple[str, ...], list[int]] = {}
        for place, (_, column, _, what, remedy) in enumerate(found):
            kind = (column, _QUOTED.sub("", what), _QUOTED.sub("", remedy))
            alike.setdefault(kind, []).append(place)
        told = [self._told(found, line, places) for places in alike.values()]
        if len(told) > SHOWN:
            more = f"… and {len(told) - SHOWN:,} more kinds: see .problems of this error"
            told = [*told[:SHOWN], more]
        message = told[0]
        if len(told) > 1:
            message = f"{len(found):,} problems\n" + "\n".join(f"  {text}" for text in told)
        table = pd.DataFrame(
            {
                "row": pd.Series([self.label(p[0]) for p in found], dtype=object),
                "line": pd.array(line, "Int64"),
                "column": [p[1] for p in found],
                "value": pd.Series([p[2] for p in found], dtype=object),
                "problem": [in_python(f"{p[3]}; {p[4]}" if p[4] else p[3]) for p in found],
            }
        )
        error = LedgerError((f"{self.where}: " if self.where else "") + message, table)
        error.places = frozenset(p[0] for p in found)
        raise error

    def _told(
        self, found: list[tuple[int, str, Any, str, str]], line: list[Any], places: list[int]
    ) -> str:
        """Return one line about problems of one kind: the first one, and how many more."""
        row, column, _, what, remedy = found[places[0]]
        text = what + (f" in row {self.label(row)}" if row >= 0 else "")
        if column in self._theirs and row >= 0:
            theirs = self._theirs[column]
            text += f", column {theirs if isinstance(theirs, str) else theirs[row]!r}"
        if line[places[0]] not in (None, self.label(row)):
            text += f" (line {line[places[0]]})"
        if len(places) > 1:
            more = [
                f"{'' if found[p][2] is None else shorten(found[p][2], 30) + ' in '}row "
                f"{self.label(found[p][0])}"
                for p in places[1:3]
            ]
            rest = ", …" if len(places) > 3 else ""
            text += f", and {len(places) - 1:,} more ({', '.join(more)}{rest})"
        return text + (f"; {remedy}" if remedy else "")


def refuse_repeated(names: Iterable[str], where: str = "") -> None:
    """Raise if a column is named twice; `where` is what the table is."""
    columns = pd.Index(list(names), dtype=object)
    if columns.has_duplicates:
        raise LedgerError.from_repeated_column(columns[columns.duplicated()][0], where)


#: What tells problems of one kind apart: words in quotes and numbers.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9]+")


def one_or_more(name: str, said: Any) -> tuple[str, ...]:
    """Return a word or several as a tuple, none where nothing was said.

    >>> one_or_more("na", "n/a"), one_or_more("na", ["-", "?"]), one_or_more("na", None)
    (('n/a',), ('-', '?'), ())
    """
    if said is None or isinstance(said, str):
        return (said,) if said else ()
    if not isinstance(said, Collection) or not all(isinstance(word, str) for word in said):
        msg = f"{name} is a word or a list of words, and cannot be {shorten(said)}"
        raise LedgerError(msg)
    return tuple(said)


def in_one_sentence(message: str) -> str:
    r"""Return the first of the problems that a message tells, and of how many it is.

    >>> in_one_sentence("toll.csv: 2 problems\n  no source in row 0\n  no kind in row 3")
    'no source in row 0 (the first of 2 problems)'
    """
    head, *told = message.splitlines()
    if told and head.endswith(" problems"):
        return f"{told[0].strip()} (the first of {head.rpartition(': ')[2]})"
    return " ".join([head, *map(str.strip, told)])


def shorten(value: Any, most: int = 60) -> str:
    """Write a value for an error message, on one line and not too long."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(name: Any, allowed: Iterable[Any]) -> str:
    """Write "Did you mean …?" for the nearest allowed name, or nothing if none is near."""
    near = {str(a).casefold(): str(a) for a in allowed}
    close = difflib.get_close_matches(str(name).casefold()[:200], list(near), 1, 0.6)
    return f"Did you mean {near[close[0]]!r}?" if close else ""


def unknown(what: str, name: Any, allowed: Sequence[Any]) -> str:
    """Write the message about a name that is not one of those allowed."""
    some = ", ".join(str(a) for a in allowed[:10]) or "none"
    more = f", … ({len(allowed):,} in all)" if len(allowed) > 10 else ""
    hint = nearest(name, allowed)
    return f"unknown {what} {shorten(name)}; use one of {some}{more}" + (
        f". {hint}" if hint else ""
    )
