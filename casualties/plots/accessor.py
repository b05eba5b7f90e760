"""``ledger.plot``: one method a chart, each bound to the function that draws it."""

from typing import TYPE_CHECKING

from .bars import increments, reconcile
from .lines import claims, history, totals
from .rows import revisions, sources
from .stack import parts
from .vintages import vintages

if TYPE_CHECKING:
    from ..ledger import Ledger


class Plot:
    """The charts of a ledger; see the README for a picture of each."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger

    totals = totals
    history = history
    claims = claims
    increments = increments
    parts = parts
    vintages = vintages
    revisions = revisions
    sources = sources
    reconcile = reconcile
