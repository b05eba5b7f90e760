"""Counts that overlap each other, one more at a time: bounds and sums at each instant.

They are those since the last exact total, or since the beginning, in the order of the instants
that they speak of, as long as all can be true together. A count more bounds its own instant from
where it begins, and may tighten what is before it; only what changes is gone through.

    5 within the 1st-3rd, then 9 within the 1st-5th

    instant   eve   3rd   5th
    low         0     5     9
    sums        0     5     9
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Any

from .statements import Told
from .tip import Path


@dataclass
class Stair:
    """What is known of an instant."""

    low: int
    high: int | None
    sums: int  #: what the counts that ended by then add up to at most, from the total on
    joined: int | None  #: what they add up to without a gap
    path: Path | None  #: the reports of `sums`
    joined_path: Path | None
    begin: list[tuple[int, int, int | None]] = field(default_factory=list)  #: to, least, most
    end: list[tuple[int, int, int | None]] = field(default_factory=list)  #: from, least, most


class Stairs:
    """Counts from an exact total on (`None`: from the beginning)."""

    def __init__(self, base: Told | None) -> None:
        self.instants: list[int] = []
        self.stairs: dict[int, Stair] = {}
        self._undo: list[list[Any]] = []
        if base is not None:
            path = Path(base.row, base.instant, None)
            number = base.number
            self.instants = [base.instant]
            self.stairs = {base.instant: Stair(number, number, number, number, path, path)}

    def __len__(self) -> int:
        return len(self._undo)

    def push(self, one: Told) -> bool:
        """Add a count; return whether it can be true with the others, else leave it out."""
        self._undo.append([])
        begin = self._stair(one.eve, new=False)
        here = self._stair(one.instant, new=True)
        self._keep(begin, "begin", [*begin.begin, (one.instant, one.low, one.high)])
        self._keep(here, "end", [*here.end, (one.eve, one.low, one.high)])
        made = begin.sums + one.adds
        if made > here.sums:
            self._keep(here, "sums", made)
            self._keep(here, "path", Path(one.row, one.instant, begin.path))
        if begin.joined is not None and begin.joined + one.adds > (here.joined or -1):
            self._keep(here, "joined", begin.joined + one.adds)
            self._keep(here, "joined_path", Path(one.row, one.instant, begin.joined_path))
        high = begin.high
        fits = self._raise(one.instant, begin.low + one.low, one.instant)
        if fits and high is not None and one.high is not None:
            fits = self._lower(one.instant, high + one.high)
        if fits and here.high is not None:
            fits = self._lower_before(one.instant)
        if not fits:
            self.cut(len(self._undo) - 1)
        return fits

    def skip(self) -> bool:
        """Add a count that says nothing here; return whether that is true."""
        self._undo.append([])
        return True

    def bounds_at(self, instant: int) -> tuple[int, int | None]:
        """Return the bounds of an instant of which perhaps nothing speaks."""
        place = bisect_left(self.instants, instant + 1) - 1
        low = self.stairs[self.instants[place]].low if place >= 0 else 0
        if place < 0 or self.instants[place] != instant:
            place += 1
        after = self.stairs[self.instants[place]] if place < len(self.instants) else None
        return low, after.high if after else None

    def cut(self, size: int) -> None:
        """Forget all counts but so many."""
        while len(self._undo) > size:
            for stair, name, value in reversed(self._undo.pop()):
                if stair is None:
                    del self.stairs[value]
                    del self.instants[bisect_left(self.instants, value)]
                else:
                    setattr(stair, name, value)

    # -- one instant ---------------------------------------------------------------------------

    def _keep(self, stair: Stair, name: str, value: Any) -> None:
        self._undo[-1].append((stair, name, getattr(stair, name)))
        setattr(stair, name, value)

    def _stair(self, instant: int, *, new: bool) -> Stair:
        """Return what is known of an instant, which may be a new one."""
        if instant in self.stairs:
            return self.stairs[instant]
        place = bisect_left(self.instants, instant)
        before = self.stairs[self.instants[place - 1]] if place else None
        after = None if new or place == len(self.instants) else self.stairs[self.instants[place]]
        stair = Stair(
            before.low if before else 0, after.high if after else None,
            before.sums if before else 0, None, before.path if before else None, None,
        )  # fmt: skip
        insort(self.instants, instant)
        self.stairs[instant] = stair
        self._undo[-1].append((None, "", instant))
        return stair

    def _raise(self, instant: int, low: int, last: int) -> bool:
        """Raise the low of an instant, and what follows; whether all can be true."""
        waiting = [(instant, low)]
        first = True
        while waiting:
            instant, low = waiting.pop()
            stair = self.stairs[instant]
            if low <= stair.low and not first:
                continue
            if instant == last and not first:
                return False  # a circle: more follows from it than it says
            self._keep(stair, "low", max(low, stair.low))
            first = False
            if stair.high is not None and stair.low > stair.high:
                return False
            place = bisect_left(self.instants, instant) + 1
            if place < len(self.instants):
                waiting.append((self.instants[place], stair.low))
            waiting += [(to, stair.low + least) for to, least, _ in stair.begin]
            waiting += [(to, stair.low - most) for to, _, most in stair.end if most is not None]
        return True

    def _lower(self, instant: int, high: int) -> bool:
        """Lower the high of an instant, and what follows; whether all can be true."""
        waiting = [(instant, high)]
        while waiting:
            instant, high = waiting.pop()
            stair = self.stairs[instant]
            if stair.high is not None and high >= stair.high:
                continue
            if high < stair.low:
                return False
            self._keep(stair, "high", high)
            waiting += self._below(instant)
        return True

    def _lower_before(self, instant: int) -> bool:
        """Lower what is before an instant of which most is known already."""
        return all(self._lower(*pair) for pair in self._below(instant))

    def _below(self, instant: int) -> list[tuple[int, int]]:
        """Return what the high of an instant says of others."""
        stair = self.stairs[instant]
        high = stair.high
        if high is None:
            return []
        place = bisect_left(self.instants, instant)
        found = [(self.instants[place - 1], high)] if place else []
        found += [(to, high - least) for to, least, _ in stair.end]
        found += [(to, high + most) for to, _, most in stair.begin if most is not None]
        return found
