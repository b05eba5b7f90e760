"""What stands after one report more, as far as that follows from what stood before it.

Each of these returns `None` where it does not follow: then the reports are worked out as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..model.schema import Basis, Kind, Qualifier
from .statements import Said, Told, fewer
from .tip import Path, Tip
from .work import between

#: After every instant.
ALWAYS = 1 << 62
#: A first day that no total gives, where totals count from several.
SEVERAL = -(1 << 40)
#: Before all that is read at an instant.
FIRST = (-1, False, -1)


@dataclass(slots=True)
class Ahead:
    """What totals and `more`s up to a report mean for those that speak of later instants."""

    most: int = 0  #: the largest low of the totals since the last cut
    latest: int = -1  #: the latest standing among them
    widens: tuple[int, bool, int] = FIRST  #: the last `more`, in reading order
    origin: int | None = None  #: the first day, where totals say that they count from it
    cuts: int = 0  #: how many totals cut the count; -1 where that is not known
    anchor: int = -1  #: place of the last total, or count that reaches back over others
    since: int = -1  #: place of the last report that is no count of some days
    unsure: int = -1  #: place of the last report whose tip has to be worked out


def _compared(one: Told) -> int | None:
    """Return the number by which a total cuts: of a range or a ceiling its high."""
    return one.high if one.ceiling or one.ranged else max(one.number, one.low)


def look_ahead(
    before: Ahead,
    one: Told,
    place: int,
    tip: Tip | None,
    said: Mapping[int, Said],
    *,
    back: bool,
) -> Ahead:
    """Return what a report more means for those that speak of later instants.

    `back` says whether it is a count that reaches back over what other reports speak of.
    """
    found = Ahead(
        before.most, before.latest, before.widens, before.origin, before.cuts, before.anchor,
        before.since, before.unsure,
    )  # fmt: skip
    if back:
        found.anchor = place
    if one.kind != Kind.PERIOD:
        found.since = place
    if tip is None or not tip.follows:
        found.unsure = place
    if one.kind == Kind.MORE:
        found.widens = max(found.widens, one.reading)
        if one.takes_away:
            stand = said[one.row].stand
            found.most = fewer(one, stand)[1] if stand is not None else 0
            found.latest, found.cuts, found.anchor = one.standing, -1, place
    if one.kind != Kind.TOTAL:
        return found
    found.anchor = place
    if one.start is not None and found.origin != one.start:
        found.origin = SEVERAL if place else one.start
    if one.stock:
        return found
    if found.origin == SEVERAL and one.start is not None:  # perhaps it is a count
        found.most, found.latest, found.cuts = ALWAYS, ALWAYS, -1
        return found
    number = _compared(one)
    cuts = number is not None and number < before.most
    stale = one.high is not None and one.high < before.most
    if (cuts or stale) and before.latest > one.standing:  # which of them is not known
        found.most, found.latest, found.cuts = ALWAYS, ALWAYS, -1
    elif cuts:
        found.most, found.latest = one.low, one.standing
        found.cuts = before.cuts + 1 if before.cuts >= 0 else -1
    else:
        found.most, found.latest = max(before.most, one.low), max(before.latest, one.standing)
    return found


def counted(
    tip: Tip | None, one: Told, floor: int, joined: int | None, low: int, high: int | None
) -> Tip | None:
    """Return what stands after a count."""
    if high is not None and high < low:
        return None
    if one.stock:
        low, high = 0, None
    if joined is not None and floor <= joined:
        number, basis = joined, Basis.DERIVED
    elif joined is None and low == high:
        number, basis = low, Basis.DERIVED
    else:
        number, basis = floor, Basis.FLOOR
    return Tip(
        one.instant, one.day, between(number, low, high), low, high, basis, one.row, None, floor,
        joined, Path(one.row, one.instant, tip.path if tip else None), False, stock=one.stock,
    )  # fmt: skip


def confirmed(tip: Tip, one: Told, before: Tip | None, *, first: bool) -> Tip | None:
    """Return what stands after a count up to the very point of a total, where both can be true."""
    if not tip.firm or one.stock or (before is None and not first):
        return None
    if before is None:
        since = tip.stated is not None and tip.stated.start is not None
        return tip if one.low <= tip.number and not since else None
    if one.eve < before.instant or not before.follows or tip.number - one.low < before.low:
        return None
    if one.eve == before.instant and one.high is not None and before.high is not None:
        return tip if tip.number - one.high <= before.high else None
    return tip


def incident(tip: Tip | None, one: Told) -> Tip:
    """Return what stands after one incident more of a list (section 4.10)."""
    number = one.number + (tip.floor if tip else 0)
    low = one.low + ((tip.joined or 0) if tip else 0)
    high = None
    if one.high is not None and (tip is None or tip.high is not None):
        high = one.high + ((tip.high or 0) if tip else 0)
    printed = (0, None) if one.stock else (low, high)
    path = Path(one.row, ALWAYS, tip.path if tip else None)
    return Tip(
        one.instant, one.day, between(number, *printed), *printed, Basis.DERIVED, one.row, None,
        number, low, path, False, stock=one.stock,
    )  # fmt: skip


def total(tip: Tip | None, one: Told, ahead: Ahead, before: Told | None) -> Tip | None:
    """Return what stands after a total, given the report before it and its tip, if that is known.

    An exact total says what stands, whatever did before.
    """
    exact = one.low == one.high and not one.ranged
    if before is not None and one.start is not None and ahead.origin != one.start:
        return None
    if not one.stock and ahead.widens > one.reading:  # by a later `more` of an earlier instant
        return None
    together = before is not None and before.instant == one.instant
    if (
        together
        and before is not None
        and (before.kind == Kind.TOTAL or before.takes_away or before.standing > one.standing)
    ):
        return None
    low, high = one.low, one.high
    if not one.stock and before is not None:
        compared = _compared(one)
        cuts = compared is not None and compared < ahead.most
        stale = high is not None and high < ahead.most
        if (cuts or stale) and ahead.latest > one.standing:
            return None
        if not cuts and not exact:
            if tip is None or together:
                return None
            low = max(low, tip.low)
            if high is not None and high < low:
                return None
    number, basis, path = one.number, Basis.STATED, Path(one.row, one.instant, None)
    anchor = between(number, low, high)
    if one.ranged:
        number = anchor
    elif low > one.low and one.says in (Qualifier.AT_LEAST, Qualifier.MORE_THAN):
        number, basis = low, Basis.FLOOR
        path = Path(one.row, one.instant, tip.path if tip else None)
    return Tip(
        one.instant, one.day, number, low, high, basis, one.row, one, anchor, anchor, path, exact,
        stock=one.stock,
    )  # fmt: skip
