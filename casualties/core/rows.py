"""Rows of running totals: one a segment and day, as arrays side by side."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from ..model.frames import ordered


@dataclass
class Rows:
    """Running totals: one element per segment and day, ordered by both."""

    seg: np.ndarray
    day: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray  #: ``NEVER`` where `open`
    open: np.ndarray
    basis: np.ndarray
    unexplained: np.ndarray
    explained: np.ndarray  #: whether there is an anchor to the left of a stated total
    row: np.ndarray  #: the last report that the row rests on

    def take(self, keep: np.ndarray) -> Self:
        """Return the chosen elements."""
        return type(self)(**{name: array[keep] for name, array in vars(self).items()})

    @property
    def last(self) -> np.ndarray:
        """Position of the last row of each segment: the headline."""
        return np.flatnonzero(np.r_[self.seg[1:] != self.seg[:-1], len(self.seg) > 0])

    def __add__(self, other: Self) -> Self:
        both = type(self)(**{k: np.r_[v, vars(other)[k]] for k, v in vars(self).items()})
        return both.take(ordered(both.seg, both.day))

    def beside(self, other: "Rows", size: int) -> "Rows":
        """Put rows of other segments in their places; there are `size` segments in all."""
        counts = [np.bincount(rows.seg, minlength=size) for rows in (self, other)]
        before = [np.cumsum(count) - count for count in counts]
        mine = np.arange(len(self.seg)) + before[1][self.seg]
        theirs = np.arange(len(other.seg)) + before[0][other.seg]
        both = {}
        for field in fields(Rows):
            array = getattr(self, field.name)
            both[field.name] = np.empty(len(mine) + len(theirs), array.dtype)
            both[field.name][mine] = array
            both[field.name][theirs] = getattr(other, field.name)
        return Rows(**both)
