"""Reports as a table of text and whole numbers, for formats that know nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.schema import CATEGORICAL, DAYS

#: So many rows are written at a time; bounds the memory of a file.
CHUNK = 100_000


def writable(reports: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Return reports as text and whole numbers: ISO days, instants local to `tz` with offset."""
    out = reports.copy()
    for column in DAYS:
        out[column] = _days(np.asarray(out[column].values))
    out["reported_at"] = _instants(out["reported_at"], tz, _fine(out))
    for column in CATEGORICAL:
        out[column] = out[column].astype("str")
    return out


@dataclass(frozen=True)
class Cells:
    """The cells of a column: its different ones, and which each row has (``None``: one a row)."""

    words: list[Any]
    codes: np.ndarray | None

    @property
    def first(self) -> Any:
        """The cell of the first row."""
        return self.words[0 if self.codes is None else self.codes[0]]

    def written(self, write: Callable[[Any], str]) -> str | list[str]:
        """Write each different cell once; return one text if it is that of every row."""
        texts = list(map(write, self.words))
        if self.codes is None:
            return texts
        if len(texts) == 1:
            return texts[0]
        each: list[str] = np.array(texts, object)[self.codes].tolist()
        return each


def pieces(reports: pd.DataFrame, tz: str) -> Iterator[dict[str, Cells]]:
    """Yield the cells of the columns, as :func:`writable` has them, some rows at a time."""
    fine = _fine(reports)
    for start in range(0, len(reports), CHUNK):
        some = reports.iloc[start : start + CHUNK]
        yield {str(name): _cells(some[name], str(name), tz, fine) for name in some.columns}


def lines(columns: list[str | list[str]]) -> Iterator[str]:
    """Put the texts of columns together row by row; a text alone stands in every row."""
    fixed, varying = [""], []
    for column in columns:
        if isinstance(column, str):
            fixed[-1] += column.replace("%", "%%")
        else:
            fixed.append("")
            varying.append(column)
    return map("%s".join(fixed).__mod__, zip(*varying, strict=True))


def _cells(column: pd.Series, name: str, tz: str, fine: bool) -> Cells:
    if name in CATEGORICAL:
        return Cells(list(column.cat.categories), column.cat.codes.to_numpy())
    if name in DAYS:
        codes, found = pd.factorize(np.asarray(column.values, "M8[us]").view(np.int64))
        return Cells(_days(found.view("M8[us]")).tolist(), codes)
    if name == "reported_at":
        return Cells(_instants(column, tz, fine).tolist(), None)
    if isinstance(column.dtype, pd.StringDtype | pd.Int64Dtype) and not _mostly_differs(column):
        codes, words = pd.factorize(column, use_na_sentinel=False)
        return Cells(_boxed(pd.Series(words)), codes)
    return Cells(_boxed(column), None)


def _boxed(column: pd.Series) -> list[Any]:
    """Return cells as Python's own numbers and texts."""
    return pd.DataFrame({0: column}).to_dict("list")[0]


def _mostly_differs(column: pd.Series) -> bool:
    some = column.iloc[:1000]
    return len(some) < 2 or some.nunique() > len(some) / 2


def _fine(reports: pd.DataFrame) -> bool:
    """Whether some instant is not a whole second."""
    instants = clocks.utc_values(pd.DatetimeIndex(reports["reported_at"]))
    return bool((instants.view(np.int64) % 1_000_000 != 0).any())


def _days(days: np.ndarray) -> np.ndarray:
    days = days.astype("M8[D]")
    return np.where(np.isnat(days), "", np.datetime_as_string(days)).astype(object)


def _instants(instants: pd.Series, tz: str, fine: bool) -> np.ndarray:
    utc = clocks.utc_values(pd.DatetimeIndex(instants))
    minutes = (clocks.local_times(utc, tz) - utc) / np.timedelta64(1, "m")
    odd = minutes != np.round(minutes)  # local mean time: written in UTC
    minutes = np.where(odd, 0, minutes).astype(np.int64)
    text = np.datetime_as_string(utc + minutes.astype("m8[m]"), "us" if fine else "s")
    offsets, which = np.unique(minutes, return_inverse=True)
    ends = [f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in offsets]
    return text.astype(object) + np.array(ends, object)[which]
