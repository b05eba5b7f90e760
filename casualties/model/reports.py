"""The reports of a ledger as arrays: the one form that data has from the door to the answers."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import clocks
from .frames import Arrays, used
from .schema import COLUMNS, NAMES, VOCABULARY

#: A ledger of at most so many reports keeps its answers at clocks.
FEW = 20_000


@dataclass(frozen=True, eq=False)
class Reports(Arrays):
    """Reports as columns, one entry a report; once they are complete, nothing is changed.

    While a table is read, a blank name, kind, qualifier or action has the code -1::

        codes["source"]   0  1  0          words["source"]   ["AFP", "Army"]
        number["value"]   3  0  5          stated["value"]   True  False  True
        target           -1  0 -1          the second report refers to the first
    """

    tz: str  #: IANA name of the time zone whose calendar the days covered follow
    codes: dict[str, np.ndarray]  #: for each column of names, the position in its words
    words: dict[str, pd.Index]  #: for each column of names, its words, sorted; all are used
    fixed: dict[str, np.ndarray]  #: kind, qualifier and action as codes
    texts: dict[str, pd.Series]  #: report_id, refers_to, reason, url, note, quote, archived
    number: dict[str, np.ndarray]  #: value, low and high, 0 where not stated
    stated: dict[str, np.ndarray]  #: whether value, low and high are there
    days: dict[str, np.ndarray]  #: first and last day covered, local calendar
    reported: np.ndarray  #: instant reported, UTC
    target: np.ndarray  #: row that a linked report refers to, -1 for a plain one
    extras: pd.DataFrame  #: the columns that are not a report's, untouched

    def __len__(self) -> int:
        return len(self.reported)

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def take(self, rows: np.ndarray) -> "Reports":
        """Return the chosen reports; a target that is not among them becomes -1."""
        rows = np.arange(len(self))[rows]
        place = np.full(len(self) + 1, -1, np.int64)
        place[rows] = np.arange(len(rows))
        taken = super().take(rows)
        for name, codes in taken.codes.items():
            taken.codes[name], taken.words[name] = used(codes, taken.words[name])
        return replace(taken, target=place[taken.target])

    @classmethod
    def concat(cls, parts: Sequence["Reports"]) -> "Reports":
        """Return reports one below the other; each `target` counts from the first of all."""
        words: dict[str, pd.Index] = {}
        for name in NAMES:
            every = {word for part in parts for word in part.words[name]}
            words[name] = pd.Index(sorted(every), dtype="str")
        return super().concat([part._spelt(words) for part in parts])

    def _spelt(self, words: dict[str, pd.Index]) -> "Reports":
        """Return the reports with codes for these words, among which are its own."""
        codes = {}
        for name, old in self.words.items():
            place = np.append(words[name].get_indexer(old), -1).astype(np.int32)
            codes[name] = place[self.codes[name]]
        return replace(self, codes=codes, words=words)

    def told(self, name: str, rows: np.ndarray) -> list[str]:
        """Return the cells of some reports in a column of names or texts."""
        if name in self.texts:
            return list(self.texts[name].array[rows])
        return self.words[name].take(self.codes[name][rows]).tolist()

    def counts(self, name: str, rows: np.ndarray) -> list[int | None]:
        """Return `value`, `low` or `high` of some reports; ``None`` where it is not stated."""
        numbers = self.number[name][rows].astype(object)
        numbers[~self.stated[name][rows]] = None
        return numbers.tolist()

    def same_as(self, other: "Reports") -> bool:
        """Whether two sets of reports say the same in the same order, extra columns as text."""
        own, theirs = (
            reports.frame.assign(**reports.extras.map(as_text).astype(object))
            for reports in (self, other)
        )
        return {*own} == {*theirs} and own.equals(theirs[[*own]])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The reports as a table: the columns of a report in order, then the extra ones.

        It shares the arrays, so nothing of it may be handed out but copies.
        """
        words = self.words | {name: pd.Index(allowed) for name, allowed in VOCABULARY.items()}
        filled: dict[str, Any] = {
            **{name: pd.Categorical.from_codes(codes, words[name])
               for name, codes in (self.codes | self.fixed).items()},
            **self.texts,
            **{name: pd.Series(days, copy=False) for name, days in self.days.items()},
            **{name: pd.Series(pd.arrays.IntegerArray(self.number[name], ~there), copy=False)
               for name, there in self.stated.items()},
            "reported_at": clocks.instant_column(self.reported, self.tz),
        }  # fmt: skip
        filled = {column: filled[column] for column in COLUMNS}
        return pd.DataFrame(filled | dict(self.extras.items()), copy=False)


def as_text(cell: Any) -> str:
    """Return a cell of an extra column as text: 3 and 3.0 say the same."""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return "" if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell)
