"""Putting ledgers together: what several of them know, in one."""

import itertools
import re
from collections.abc import Iterable, Iterator
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
    names = [name for part in parts for name in part.texts["report_id"]]
    highest = max((int(name[1:]) for name in names if _AUTOMATIC.fullmatch(name)), default=0)
    free = map("r{}".format, itertools.count(highest + 1))
    joined = parts[0]
    for place, part in enumerate(parts[1:], 1):
        part = _renamed(joined, part, free, place)
        target = np.where(part.target < 0, -1, part.target + len(joined))
        joined = Reports.concat([joined, replace(part, target=target)])
    refuse_mixture(joined)
    return Ledger._from(joined)


def _renamed(before: Reports, part: Reports, free: Iterator[str], place: int) -> Reports:
    """Return reports in which automatic names that `before` has as well are `free` ones."""
    ids = part.texts["report_id"]
    clash = ids[ids.isin(before.texts["report_id"])].tolist()
    if own := [name for name in clash if not _AUTOMATIC.fullmatch(name)]:
        again = first_of([*map(shorten, own)])
        msg = f"ledger {place} uses names of reports before it again: {again}"
        msg += "; the same reports twice, or two reports that need names of their own"
        raise LedgerError(msg)
    names = dict(zip(clash, free, strict=False))
    texts = {
        column: pd.Series([names.get(name, name) for name in part.texts[column]], dtype="str")
        for column in ("report_id", "refers_to")
    }
    return replace(part, texts=part.texts | texts)
