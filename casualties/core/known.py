"""The reports known at a clock: what every answer is asked of."""

import gc
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np

from ..model.frames import ordered
from ..model.reports import FEW, Reports
from ..model.schema import Kind
from .live import Steps, Stretches, living, replaced, speaking
from .record import Record
from .rows import Rows
from .statements import Told, tell

T = TypeVar("T")


@contextmanager
def all_at_once() -> Iterator[None]:
    """Collect no garbage meanwhile.

    Looking for it takes as long as working out a series, all of which is needed up to its end.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Kept:
    """What is worked out of a record once, for all clocks."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._thread = threading.local()  # two threads cannot work on one series together

    @property
    def made(self) -> dict[Hashable, Any]:
        """What this thread made at the last clock asked; of a large ledger only while `keeping`."""
        if len(self.record) > FEW:
            return vars(self._thread).get("made", {})
        return vars(self._thread).setdefault("made", {})

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep what is made at each clock for the next one, of a large ledger too."""
        vars(self._thread).setdefault("made", {})
        try:
            yield
        finally:
            if len(self.record) > FEW:
                del self._thread.made

    def once(self, what: str, series: int, state: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of a series when it was last asked, if its state is the same.

        A page asks a small ledger at many clocks, between which few series change.
        """
        kept = self.made
        last = kept.get((what, series))
        if last is None or last[0] != state:
            with all_at_once():
                last = kept[what, series] = state, make()
        made: T = last[1]
        return made

    @cached_property
    def _speaking(self) -> tuple[Stretches, Stretches, Steps]:
        return speaking(self.record)

    @property
    def spoke(self) -> Stretches:
        """When each report speaks for its chain."""
        return self._speaking[0]

    @cached_property
    def live(self) -> Stretches:
        """When each report is live."""
        return living(self.record, self.spoke)

    @cached_property
    def replacements(self) -> Steps:
        """Every replacement, explicit or not, at any clock."""
        spoke, _, steps = self._speaking
        return replaced(self.record, spoke, self.live, steps)

    @cached_property
    def denials(self) -> Stretches:
        """When each denial stood."""
        return self.spoke.take(self.record.denial[self.spoke.row])

    @cached_property
    def entries(self) -> "Entries":
        """When each report speaks with a number or of an incident, and when its chain is silent."""
        record, (spoke, silent, _) = self.record, self._speaking
        spoke = spoke.take(((record.numbered & ~record.denial) | record.unknown)[spoke.row])
        every = Stretches.concat([spoke, silent])
        row, gone = every.row, np.arange(len(every.row)) >= len(spoke.row)
        is_total, standing = record.kind[row] == Kind.TOTAL, record.rank[record.chain[row]]
        order = ordered(record.series[row], record.began[row], is_total, standing, every.born)
        every, gone = every.take(order), gone[order]
        starts = np.searchsorted(record.series[every.row], np.arange(len(record.series_table) + 1))
        return Entries(record, every.row, gone, every.born, every.ended, starts)


@dataclass
class Entries:
    """Stretches in which reports speak with a number or of an incident, or chains are silent.

    They are ordered by series; those of a series are in reading order (:class:`Told`).
    """

    record: Record
    row: np.ndarray  #: the report; of a silent chain its last one
    gone: np.ndarray  #: whether the chain is silent
    born: np.ndarray
    ended: np.ndarray
    starts: np.ndarray  #: the place at which each series begins, and the end

    def told(self, places: np.ndarray) -> list[Told]:
        """Return the reports at some places, as numbers."""
        return tell(self.record, self.row[places], self.gone[places])


class Known:
    """The reports of a record that were public at a clock (``None``: no limit)."""

    def __init__(
        self, record: Record, known_at: np.datetime64 | None, kept: Kept | None = None
    ) -> None:
        self.record, self.known_at, self.tz = record, known_at, record.tz
        self.kept = Kept(record) if kept is None else kept
        self.cut = record.cut(known_at)
        #: The running totals, once they are worked out, and which series were so side by side.
        self.totals: Rows | None = None
        self.side_by_side = np.zeros(0, bool)

    def __len__(self) -> int:
        return self.cut

    def at(self, known_at: np.datetime64 | None) -> "Known":
        """Return the same reports as known at another clock."""
        return Known(self.record, known_at, self.kept)

    @property
    def public(self) -> np.ndarray:
        """Whether each report is known."""
        return self.record.rank < self.cut

    @property
    def reports(self) -> Reports:
        """The known reports, in ledger order."""
        every = self.record.reports
        return every if self.cut == len(every) else every.take(np.flatnonzero(self.public))

    @property
    def rows(self) -> np.ndarray:
        """The known reports but for denials and what withdraws these."""
        return np.flatnonzero(self.public & ~self.record.denial)

    @cached_property
    def live(self) -> np.ndarray:
        """Whether each report is live: nothing known has replaced it."""
        live = np.zeros(len(self.record), bool)
        live[self.kept.live.at(self.cut)] = True
        return live

    @cached_property
    def counted(self) -> np.ndarray:
        """The live reports that enter totals."""
        return np.flatnonzero(self.live & self.record.usable)

    def standing(self, series: int) -> np.ndarray:
        """Return the places of the entries of a series that stand, in reading order."""
        entries = self.kept.entries
        begin, end = entries.starts[series : series + 2].tolist()
        stands = (entries.born[begin:end] < self.cut) & (entries.ended[begin:end] >= self.cut)
        return np.asarray(begin + np.flatnonzero(stands))

    @property
    def series(self) -> np.ndarray:
        """The numbers of the series that have a known report, ascending."""
        return np.unique(self.record.series[self.rows])

    @property
    def steps(self) -> Steps:
        """Every replacement that is known."""
        every = self.kept.replacements
        return every.take(self.record.rank[every.by] < self.cut)

    @property
    def denials(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of standing denial and known report denied, in the order of the denials."""
        denial, report = self.record.denied
        keep = np.isin(denial, self.kept.denials.at(self.cut)) & self.public[report]
        return denial[keep], report[keep]

    @property
    def clock(self) -> np.datetime64 | None:
        """The clock, or, where it has no limit, the instant of the last report."""
        if self.known_at is not None or not self.cut:
            return self.known_at
        return self.record.reported[self.record.order[-1]]


class Knowing(Protocol):
    """What answers are bound to: a ledger, of which they need only what it knows."""

    _known: Known
