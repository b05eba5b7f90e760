"""``ledger.plot``: one method a chart, each bound to the function that draws it."""

from typing import Any, NoReturn

from ..model.errors import LedgerError
from .bars import increments, parts, reconcile
from .lines import claims, history, totals, vintages
from .row_charts import revisions, sources, timeline


class Plot:
    """The charts of a ledger; see the README for a picture of each."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        """Name the charts."""
        charts = ", ".join(name for name in vars(Plot) if not name.startswith("_"))
        msg = f"say which chart: ledger.plot.totals(), or another of {charts}"
        raise LedgerError(msg)

    timeline = timeline
    totals = totals
    history = history
    claims = claims
    increments = increments
    parts = parts
    vintages = vintages
    revisions = revisions
    sources = sources
    reconcile = reconcile
