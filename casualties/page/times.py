"""The clocks that a page can be set to: the instants of its reports, and its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..model import clocks

if TYPE_CHECKING:
    from ..ledger import Ledger

#: A page can be set to this many clocks at the most …
MOST = 300
#: … and, as every finding is asked for at each, to no more than so many reports allow.
WORK = 120_000


@dataclass(frozen=True)
class Times:
    """Clocks in UTC, ascending; the last is the page's own.

    Attributes
    ----------
    instants : ndarray of datetime64
        The clocks. Empty if nothing was ever reported and the ledger has no clock.
    labels : list of str
        Each as people read it.
    every : int
        At how many instants something was reported.
    tz : str
        The time zone of the ledger.
    """

    instants: np.ndarray
    labels: list[str]
    every: int
    tz: str

    def __len__(self) -> int:
        """How many there are; one without a clock counts as one."""
        return max(len(self.instants), 1)

    def place(self, instants: np.ndarray) -> np.ndarray:
        """Return the first clock at which what was reported at an instant is known."""
        return np.searchsorted(self.instants, instants, side="left")

    def at(self, place: int) -> pd.Timestamp:
        """Return a clock as a ledger takes it."""
        return pd.Timestamp(self.instants[place]).tz_localize("UTC").tz_convert(self.tz)

    @property
    def label(self) -> str:
        """The page's own clock."""
        return self.labels[-1] if self.labels else "with no limit to the clock"


def times_of(ledger: "Ledger") -> Times:
    """Return the clocks of a ledger's page: all of its instants, or, of very many, some."""
    reported = ledger.reports["reported_at"].drop_duplicates()
    every = np.sort(clocks.utc_values(pd.DatetimeIndex(reported)))
    most = max(12, min(MOST, WORK // max(len(ledger), 1)))
    some = every
    if len(every) > most:
        some = every[np.unique(np.linspace(0, len(every) - 1, most).astype(int))]
    if ledger.known_at is not None:
        own = clocks.query_instant(ledger.known_at, ledger.tz)
        some = np.unique(np.append(some, own))
    labels = [clocks.show(at, ledger.tz) for at in some]
    if len(labels) > 1 and labels[-2] == labels[-1]:
        # The last report of a day and the end of that day are one moment to the reader.
        some, labels = np.delete(some, -2), labels[:-2] + labels[-1:]
    return Times(some, labels, len(every), ledger.tz)
