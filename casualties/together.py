"""Putting ledgers together: what several of them know, in one."""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from .intake.links import refuse_mixture
from .ledger import Ledger
from .model.errors import LedgerError, shorten
from .model.reports import Reports
from .words import first_of

_AUTOMATIC = re.compile(r"r[0-9]+", re.ASCII)


def concat(ledgers: Iterable[Ledger]) -> Ledger:
    """Put ledgers together, in their order, with all that each of them knows at its clock.

    Automatic names (``r`` and digits) that clash are given anew, also where they are referred to.

    Parameters
    ----------
    ledgers : iterable of Ledger
        Of one time zone.

    Returns
    -------
    Ledger
        Without a limit to its clock.

    Raises
    ------
    LedgerError
        If there is none, their time zones differ, two reports have one name of their own, or a
        series is counted by incidents in one and otherwise in another.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = [{"value": 5, "reported_at": "2024-05-06"}]
    >>> army, police = (cas.Ledger(rows, source=s, kind="total") for s in ("Army", "Police"))
    >>> cas.concat([army, police]).reports["report_id"].tolist()
    ['r1', 'r2']
    """
    every = list(ledgers) if isinstance(ledgers, Iterable) else [ledgers]
    if not every or not all(isinstance(each, Ledger) for each in every):
        raise LedgerError.from_wrong(ledgers, "concat takes a list of ledgers, one at least")
    zones = sorted({ledger.tz for ledger in every})
    if len(zones) > 1:
        msg = f"ledgers of several time zones ({', '.join(zones)}); make them again with one tz"
        raise LedgerError(msg)
    parts = [ledger._known.reports for ledger in every]
    above = np.cumsum([0, *map(len, parts)])
    joined = Reports.concat([
        replace(part, target=np.where(part.target < 0, -1, part.target + start))
        for part, start in zip(parts, above[:-1], strict=True)
    ])  # fmt: skip
    refuse_mixture(joined)
    ids = joined.texts["report_id"].to_numpy(object, copy=True)
    again = np.flatnonzero(pd.Index(ids).duplicated())
    if own := [name for name in ids[again] if not _AUTOMATIC.fullmatch(name)]:
        msg = f"several ledgers use names of reports again: {first_of([*map(shorten, own)])}; the "
        msg += "same reports twice, or two reports that need names of their own"
        raise LedgerError(msg)
    highest = max((int(name[1:]) for name in ids if _AUTOMATIC.fullmatch(name)), default=0)
    ids[again] = [f"r{number}" for number in range(highest + 1, highest + 1 + len(again))]
    about = np.where(joined.target < 0, joined.texts["refers_to"], ids[joined.target])
    texts = {"report_id": pd.Series(ids, dtype="str"), "refers_to": pd.Series(about, dtype="str")}
    return Ledger._from(replace(joined, texts=joined.texts | texts))
