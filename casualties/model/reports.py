"""The reports of a ledger as arrays: the one form that data has from the door to the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import clocks
from .frames import used
from .schema import ACTIONS, COLUMNS, COUNTS, DAYS, KINDS, NAMES, QUALIFIERS, TEXTS

_WORDS = {"kind": KINDS, "qualifier": QUALIFIERS, "action": ACTIONS}


@dataclass(frozen=True, eq=False)
class Reports:
    """Complete, linked reports: every array has one entry a report, and is never written to."""

    tz: str  #: IANA name of the time zone whose calendar the days covered follow
    codes: Mapping[str, np.ndarray]  #: of each name, the position in its words
    words: Mapping[str, pd.Index]  #: of each name, its words, sorted; all are used
    fixed: Mapping[str, np.ndarray]  #: kind, qualifier and action as codes
    texts: Mapping[str, pd.Series]  #: report_id, refers_to, reason, url, note, quote, archived
    number: Mapping[str, np.ndarray]  #: value, low and high, 0 where not stated
    stated: Mapping[str, np.ndarray]  #: whether value, low and high are there
    days: Mapping[str, np.ndarray]  #: first and last day covered, local calendar
    reported: np.ndarray  #: instant reported, UTC
    target: np.ndarray  #: row that a linked report refers to, -1 for a plain one
    extras: pd.DataFrame  #: the columns that are not a report's, untouched

    def __len__(self) -> int:
        return len(self.reported)

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def take(self, rows: np.ndarray) -> "Reports":
        """Return the chosen reports; what they refer to must be among them."""
        codes, words = {}, {}
        for name in NAMES:
            codes[name], words[name] = used(self.codes[name][rows], self.words[name])
        place = np.full(len(self) + 1, -1, np.int64)
        place[rows] = np.arange(len(rows))
        arrays: dict[str, Any] = {
            field: {name: array[rows] for name, array in getattr(self, field).items()}
            for field in ("fixed", "number", "stated", "days")
        }
        return replace(
            self,
            codes=codes,
            words=words,
            texts={n: texts.take(rows).reset_index(drop=True) for n, texts in self.texts.items()},
            **arrays,
            reported=self.reported[rows],
            target=place[self.target[rows]],
            extras=self.extras.take(rows).reset_index(drop=True),
        )

    def append(self, new: "Reports") -> "Reports":
        """Return these reports with new ones, whose `target` counts from the first of these."""
        codes, words = {}, {}
        for name in NAMES:
            words[name] = self.words[name].union(new.words[name])
            codes[name] = _end_to_end(
                *(
                    part.codes[name]
                    if len(part.words[name]) == len(words[name])
                    else words[name].get_indexer(part.words[name])[part.codes[name]]
                    for part in (self, new)
                )
            )
        arrays: dict[str, Any] = {
            field: {
                name: _end_to_end(array, getattr(new, field)[name])
                for name, array in getattr(self, field).items()
            }
            for field in ("fixed", "number", "stated", "days")
        }
        return replace(
            self,
            codes=codes,
            words=words,
            texts={n: _join(texts, new.texts[n]) for n, texts in self.texts.items()},
            **arrays,
            reported=np.concatenate([self.reported, new.reported]),
            target=np.concatenate([self.target, new.target]),
            extras=_join_extras(self.extras, new.extras),
        )

    def told(self, name: str, rows: np.ndarray) -> list[str]:
        """Return a name or a text of some reports."""
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
        if set(self.extras.columns) != set(other.extras.columns):
            return False
        arrays = ("codes", "fixed", "number", "stated", "days")
        return (
            np.array_equal(self.reported, other.reported)
            and all(words.equals(other.words[name]) for name, words in self.words.items())
            and all(
                _equal(array, getattr(other, field)[name])
                for field in arrays
                for name, array in getattr(self, field).items()
            )
            and all(texts.equals(other.texts[name]) for name, texts in self.texts.items())
            and all(
                list(map(_as_text, cells)) == list(map(_as_text, other.extras[name]))
                for name, cells in self.extras.items()
            )
        )

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The reports as a table: the columns of a report in order, then the extra ones.

        It shares the arrays, so nothing of it may be handed out but copies.
        """
        filled: dict[str, Any] = {}
        for column in COLUMNS:
            if column in NAMES:
                filled[column] = pd.Categorical.from_codes(self.codes[column], self.words[column])
            elif column in _WORDS:
                filled[column] = pd.Categorical.from_codes(
                    self.fixed[column], pd.Index(_WORDS[column])
                )
            elif column in TEXTS:
                filled[column] = self.texts[column]
            elif column in DAYS:
                filled[column] = pd.Series(self.days[column], copy=False)
            elif column in COUNTS:
                counts = pd.arrays.IntegerArray(self.number[column], ~self.stated[column])
                filled[column] = pd.Series(counts, copy=False)
            else:
                filled[column] = clocks.instant_column(self.reported, self.tz)
        extras = {str(column): self.extras[column] for column in self.extras.columns}
        return pd.DataFrame(filled | extras, copy=False)


def _end_to_end(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return two arrays as one; what is the same in every row is held once, and stays so."""
    if len(old) and old.strides == (0,) and (new == old[0]).all():
        return np.broadcast_to(old[0], len(old) + len(new))
    return np.concatenate([old, new])


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are equal; of days, missing ones are."""
    if one.dtype.kind == "M":
        one, other = one.view(np.int64), other.view(np.int64)
    return np.array_equal(one, other)


def _as_text(cell: Any) -> str:
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return "" if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell)


def _join(old: pd.Series, new: pd.Series) -> pd.Series:
    return pd.concat([old, new], ignore_index=True)


def _join_extras(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Put extra columns under one another; what one side does not have is missing there."""
    size = len(old) + len(new)
    if not len(new.columns):
        return old.reindex(range(size)) if len(old.columns) else pd.DataFrame(index=range(size))
    both = pd.concat([old.astype(object), new.astype(object)], ignore_index=True)
    return both.infer_objects()
