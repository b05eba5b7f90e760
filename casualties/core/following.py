"""What stands after one report more, where that follows from what stood before it.

The short way to a headline: mostly reports speak of later and later instants, each of one of its
own, and no number but the last one is asked for.

    31 through the 27th     28 on the 28th     5 on the 30th
    31                      59                 64, at least: nobody counted the 29th
"""

from typing import NamedTuple

from ..model.schema import Basis, Kind
from .statements import Node, Row, Statement, between
from .told import Told

#: A point among no others.
_ALONE = Node((0, 0))


class Tip(NamedTuple):
    """What stands at an instant after all that speak of it or of an earlier one."""

    row: Row
    sum: int  #: what a total and the counts since make
    joined: bool  #: whether they do without a gap


def after(before: Tip | None, one: Told, *, surely: bool) -> Tip | None:
    """Return what stands after a report more, `None` where more has to be looked at.

    An exact total says what stands, whatever did before, if it is `surely` not stale; a count is
    added, if it begins when something was said before or later; incidents are a list (4.10).
    """
    said = Statement(one, one.kind, _ALONE, None, one.number, one.low, one.high)
    low, high, row = one.low, one.high, Row(one.number, 0, None, Basis.STATED, said, (said, None))
    row.day, row.at, row.row = one.day, one.instant, one.row
    if one.kind == Kind.TOTAL:
        row.low, row.high = low, high
        return Tip(row, one.number, joined=True) if surely and low == high else None
    listed = one.kind == Kind.INCIDENT
    made, touches = one.number if listed else one.adds, listed
    joined = listed
    if before is not None:
        here, made, low = before.row, before.sum + made, before.row.low + low
        touches = listed or one.eve == here.at
        joined = touches and before.joined
        high = None if high is None or here.high is None else here.high + high
        row.path = said, here.path
        if one.eve < here.at and not listed:
            return None
    if one.kind == Kind.MORE or (one.stock and not listed):
        return None
    row.low, row.high = (0, None) if one.stock else (low, high if touches else None)
    row.number, row.by = between(made, row.low, row.high), None
    row.basis = Basis.DERIVED if joined else Basis.FLOOR
    return Tip(row, made, joined)
