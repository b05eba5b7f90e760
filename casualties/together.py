"""Ledgers put together: what several of them know, in one."""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from .core.record import Record
from .intake.links import refuse_mixture
from .ledger import Ledger
from .model.errors import LedgerError, shorten
from .model.reports import Reports

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
    for odd in (one for one in every if not isinstance(one, Ledger)):
        msg = f"concat takes a list of ledgers; {shorten(odd)} is none"
        raise LedgerError(msg)
    zones = sorted({ledger.tz for ledger in every})
    if len(zones) != 1:
        msg = (
            f"ledgers of several time zones ({', '.join(zones)}) cannot be put together; make them "
            "again with one tz"
            if zones
            else "no ledgers to put together"
        )
        raise LedgerError(msg)
    parts = [
        ledger._known.record.reports.take(np.flatnonzero(ledger._known.public)) for ledger in every
    ]
    joined = parts[0]
    highest = max((_highest(part) for part in parts), default=0)
    for place, part in enumerate(parts[1:], 1):
        part, highest = _renamed(joined, part, highest, place)
        target = np.where(part.target < 0, -1, part.target + len(joined))
        joined = joined.append(replace(part, target=target))
    refuse_mixture(joined)
    return Ledger._of(Record(joined), None)


def _highest(part: Reports) -> int:
    """Return the highest number of an automatic name."""
    ids = part.texts["report_id"]
    found = ids[ids.str.fullmatch(_AUTOMATIC.pattern)].str[1:]
    return int(max((int(number) for number in found), default=0))


def _renamed(before: Reports, part: Reports, highest: int, place: int) -> tuple[Reports, int]:
    """Return reports whose automatic names are free, and the highest number that is taken."""
    ids = part.texts["report_id"]
    clash = ids.isin(before.texts["report_id"])
    if not clash.any():
        return part, highest
    own = clash & ~ids.str.fullmatch(_AUTOMATIC.pattern)
    if own.any():
        some = ", ".join(shorten(name) for name in ids[own].head(5))
        msg = (
            f"ledger {place} uses names of reports before it again: {some}"
            + (f" and {own.sum() - 5:,} more" if own.sum() > 5 else "")
            + "; the same reports twice, or two reports that need names of their own"
        )
        raise LedgerError(msg)
    fresh = [f"r{highest + n}" for n in range(1, int(clash.sum()) + 1)]
    names = dict(zip(ids[clash], fresh, strict=True))
    texts = dict(part.texts)
    for column in ("report_id", "refers_to"):
        texts[column] = pd.Series([names.get(name, name) for name in texts[column]], dtype="str")
    return replace(part, texts=texts), highest + len(fresh)
