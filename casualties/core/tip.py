"""A headline as it follows report by report: the number, and the reports it rests on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..model.schema import Basis
from .statements import Told


@dataclass(slots=True)
class Tip:
    """What stands at the last point of some reports."""

    instant: int
    day: int
    number: int
    low: int
    high: int | None
    basis: Basis
    row: int  #: the report that states the number, or the last of its day
    stated: Told | None  #: the total that states it
    floor: int  #: what the counts make of it at least
    joined: int | None  #: what they make of it without a gap
    path: "Path | None"  #: the reports that the number rests on, the latest first
    firm: bool  #: whether an exact total of its own instant stands here
    follows: bool = True  #: whether what stands next follows from this: its row is not widened
    stock: bool = False  #: whether those counted may return
    whole: bool = False  #: whether it was worked out as a whole
    carried_to: int | None = None  #: the later day that it is carried to

    @property
    def through(self) -> int:
        """The day that the number is shown for."""
        return self.day if self.carried_to is None else self.carried_to

    def rests_on(self, row: int, instant: int) -> bool:
        """Whether the number rests on a report, which speaks of an instant."""
        here = self.path
        while here is not None and here.instant >= instant:
            if here.row == row:
                return True
            here = here.before
        return row == self.row

    def carried(self, day: int, end: int, low: int, high: int | None) -> "Tip":
        """Return the number as it is carried to the end of a later day."""
        low, high = (0, None) if self.stock else (low, high)
        return replace(self, instant=end, low=low, high=high, basis=Basis.CARRIED, carried_to=day)


@dataclass(slots=True)
class Path:
    """A report that a number rests on, and those before it."""

    row: int
    instant: int  #: that it speaks of
    before: "Path | None"

    def rows(self) -> Iterator[tuple[int, int]]:
        """Yield the reports and the instants that they speak of."""
        here: Path | None = self
        while here is not None:
            yield here.row, here.instant
            here = here.before


def path_of(rows: Iterable[tuple[int, int]]) -> Path | None:
    """Return reports, each with the instant that it speaks of, as a path."""
    path: Path | None = None
    for row, instant in sorted(rows, key=lambda pair: pair[1]):
        path = Path(row, instant, path)
    return path
