"""Incidents of a list, taken at its word: they add up (design, section 4.10)."""

from ..model.schema import Basis
from .statements import Stand, Told
from .work import Row, between


def incident_rows(told: list[Told]) -> list[Row]:
    """Return a row a day on which an incident of one series ended."""
    days: dict[int, list[Told]] = {}
    for one in told:
        if one.usable and not one.gone:
            days.setdefault(one.day, []).append(one)
    rows = list[Row]()
    number, low, high = 0, 0, 0
    open_ = False
    for day in sorted(days):
        ended = days[day]
        number += sum(one.number for one in ended)
        low += sum(one.low for one in ended)
        high += sum(one.high or 0 for one in ended)
        open_ = open_ or any(one.high is None for one in ended)
        last = max(ended, key=lambda one: one.reading)
        bounds = (0, None) if last.stock else (low, None if open_ else high)
        stand = Stand(between(number, *bounds), *bounds, Basis.DERIVED, None)
        instant = max(one.instant for one in ended)
        rows.append(Row(day, instant, len(rows), stand, None, last.row))
    return rows
