"""Errors: what is wrong, where, what is allowed, the nearest name and the remedy, all in one go."""

import difflib
import importlib
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

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
    """Write in both forms which column of a report `theirs` is; ``None``: it is an extra one."""
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
    places : frozenset of int
        The numbers of the rows that a problem is about, -1 for the whole table.

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

    places: frozenset[int] = frozenset()

    @classmethod
    def of(cls, place: Any, what: str, problems: pd.DataFrame | None = None) -> "LedgerError":
        """Make the error about a place, such as a file, whose name begins the message."""
        return cls(f"{place}: {what}", problems)

    @classmethod
    def from_wrong(cls, value: Any, meant: str) -> "LedgerError":
        """Make the error about a value of a wrong type; `meant` says which is right."""
        return cls(f"{meant}, and cannot be {shorten(value)}")

    @classmethod
    def from_missing_column(cls, place: str, columns: Iterable[Any], name: str) -> "LedgerError":
        """Make the error about a column that a table does not have; `place` begins the sentence."""
        names = [str(column) for column in columns]
        message = f"{place} {', '.join(names[:20])}"
        if 2 * sum(column.startswith("Unnamed: ") for column in names) >= len(names) > 0:
            message += "; delete the rows above the header, or skip them with pandas (skiprows=)"
        return cls(_joined(". ", message, nearest(name, names)))


class Problem(NamedTuple):
    """What is wrong with a cell of a row, or (-1) of the whole table, and how to mend it."""

    row: int
    column: str
    value: Any
    what: str
    remedy: str


class Problems:
    """Collects every problem of a table, to be raised together, each kind of them said once.

    Parameters
    ----------
    labels : sequence
        The labels of the table's rows.
    theirs : mapping of str to str or array
        What columns of a report are called in the table, where their name is another: one name, or
        one for each row.
    lines : callable, optional
        Gives the line of the file in which the row of each label begins.
    """

    def __init__(
        self, labels: Sequence[Any] | pd.Index, theirs: Mapping[str, Any] | None = None,
        lines: Callable[[], Any] | None = None,
    ) -> None:  # fmt: skip
        self.labels, self._theirs, self._lines = labels, dict(theirs or {}), lines
        #: How many reports of a ledger stand above the table: `add` counts rows from their first.
        self.base = 0
        self._found: list[Problem] = []

    def add(self, rows: Any, column: str, value: Any, what: str, remedy: str = "") -> None:
        """Note a problem of a row, of several, or (-1) of the whole table."""
        for row in np.atleast_1d(rows).tolist():
            self._found.append(Problem(max(row - self.base, -1), column, value, what, remedy))

    def cells(self) -> set[tuple[int, str]]:
        """Row and column of every problem."""
        return {(max(found.row + self.base, -1), found.column) for found in self._found}

    def label(self, row: int | np.integer[Any]) -> Any:
        """Return the label of a row, ``None`` if it is none of the table."""
        return self.labels[int(row) - self.base] if row >= self.base else None

    def raise_any(self) -> None:
        """Raise one :class:`LedgerError` for all that was found."""
        if not self._found:
            return
        self.base = 0
        # A row of a wide table was read once for each column of numbers: one label, one problem.
        wide = isinstance(self._theirs.get("value"), np.ndarray)
        rows = (self.label(p.row) if wide else p.row for p in self._found)
        cells = {(row, p.column, repr(p.value), p.what): p
                 for row, p in zip(rows, self._found, strict=True)}  # fmt: skip
        found = sorted(cells.values(), key=lambda problem: problem.row)
        lines = self._lines() if self._lines else None
        alike: dict[tuple[str, ...], list[Problem]] = {}
        for problem in found:
            words = (_QUOTED.sub("", text) for text in (problem.what, problem.remedy))
            alike.setdefault((problem.column, *words), []).append(problem)
        kinds = [self._message(problems, lines) for problems in alike.values()]
        if len(kinds) > SHOWN:
            kinds[SHOWN:] = [f"… {len(kinds):,} kinds in all" + both("; see .problems", "")]
        count = [f"{len(found):,} problems"] if len(kinds) > 1 else []
        message = "\n  ".join([*count, *kinds])
        table = pd.DataFrame({
            "row": pd.Series([self.label(p.row) for p in found], dtype=object),
            "line": pd.array([self._line(p, lines) for p in found], "Int64"),
            "column": [p.column for p in found],
            "value": pd.Series([p.value for p in found], dtype=object),
            "problem": [in_python(_joined("; ", p.what, p.remedy)) for p in found],
        })  # fmt: skip
        error = LedgerError(message, table)
        error.places = frozenset(p.row for p in self._found)
        raise error

    def _line(self, problem: Problem, lines: Any) -> int | None:
        return lines[self.label(problem.row)] if lines and problem.row >= 0 else None

    def _message(self, alike: list[Problem], lines: Any) -> str:
        """Return one line about problems of one kind: the first one, and how many more."""
        first, *others = alike
        text, line = first.what, self._line(first, lines)
        if first.row >= 0:
            text += f" in row {self.label(first.row)}"
            if (theirs := self._theirs.get(first.column)) is not None:
                text += f", column {theirs if isinstance(theirs, str) else theirs[first.row]!r}"
        if line not in (None, self.label(first.row)):
            text += f" (line {line})"
        if others:
            more = [
                f"{'' if p.value is None else shorten(p.value, 30) + ' in '}row {self.label(p.row)}"
                for p in others[:2]
            ]
            rest = ", …" if len(others) > 2 else ""
            text += f", and {len(others):,} more ({', '.join(more)}{rest})"
        return _joined("; ", text, first.remedy)


def needed(module: str, what: str, extra: str) -> Any:
    """Import an optional library, or name the extra that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        msg = f"{what} needs {module}: pip install 'casualties[{extra}]'"
        raise ImportError(msg) from error


def refuse_repeated(names: Iterable[str], where: str = "") -> None:
    """Raise if a column is named twice; `where` is what the table is."""
    columns = pd.Index(list(names), dtype=object)
    for name in columns[columns.duplicated()][:1]:
        message = f"column {name!r} occurs more than once; keep one of them"
        raise LedgerError(_joined(": ", where, message))


def refuse_unknown(names: Iterable[Any], allowed: Sequence[Any], what: str) -> None:
    """Raise for the first name that is not one of those allowed."""
    for name in names:
        if not isinstance(name, str) or name not in allowed:
            raise LedgerError(unknown(what, name, allowed))


#: What tells problems of one kind apart: words in quotes and numbers.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9]+")


def one_or_more(name: str, words: Any, kind: Any = str) -> tuple[Any, ...]:
    """Return a word (or what else is of the `kind`) or several as a tuple, none for a blank.

    >>> one_or_more("na", "n/a"), one_or_more("na", ["-", "?"]), one_or_more("na", None)
    (('n/a',), ('-', '?'), ())
    """
    if words is None or isinstance(words, kind):
        return () if words in (None, "") else (words,)
    if not isinstance(words, Collection) or not all(isinstance(word, kind) for word in words):
        raise LedgerError.from_wrong(words, f"{name} is a word or a list of words")
    return tuple(words)


def in_one_sentence(message: str) -> str:
    r"""Return the first of the problems in a message, and how many there are.

    >>> in_one_sentence("toll.csv: 2 problems\n  no source in row 0\n  no kind in row 3")
    'no source in row 0 (the first of 2 problems)'
    """
    head, *lines = message.splitlines()
    if lines and head.endswith(" problems"):
        return f"{lines[0].strip()} (the first of {head.rpartition(': ')[2]})"
    return " ".join([head, *map(str.strip, lines)])


def shorten(value: Any, most: int = 60) -> str:
    """Write a value for an error message, on one line and not too long."""
    text = repr(value).replace("\n", " ")
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(name: Any, allowed: Iterable[Any]) -> str:
    """Write "Did you mean …?" for the nearest allowed name, or nothing if none is near."""
    words = {str(word).casefold(): str(word) for word in allowed}
    close = difflib.get_close_matches(str(name).casefold()[:200], list(words), 1, 0.6)
    return f"Did you mean {words[close[0]]!r}?" if close else ""


def unknown(what: str, name: Any, allowed: Sequence[Any]) -> str:
    """Write the message about a name that is not one of those allowed."""
    first = ", ".join(str(word) for word in allowed[:10])
    more = f", … ({len(allowed):,} in all)" if len(allowed) > 10 else ""
    use = f"use one of {first}{more}" if first else "no report has any"
    return _joined(". ", f"unknown {what} {shorten(name)}; {use}", nearest(name, allowed))


def _joined(mark: str, *texts: str) -> str:
    """Join the texts that are not blank."""
    return mark.join(filter(None, texts))
