"""What it means that a total says from which day it counts (design, section 4, rule 1)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from ..model.frames import ordered
from ..model.schema import Kind
from .spans import NEVER, heads

if TYPE_CHECKING:
    from .record import Record


class Role(IntEnum):
    """What the start of a total says."""

    PLAIN = 0  #: nothing odd
    RESTART = 1  #: the source began to count anew
    SLIP = 2  #: a slip after an earlier total
    LATE = 3  #: a slip after the origin


@dataclass
class Starts:
    """What the starts of live totals say."""

    since: np.ndarray  #: per segment, the day after the origin; ``NEVER`` where there is none
    role: np.ndarray  #: per report, ``PLAIN``, ``RESTART``, ``SLIP`` or ``LATE``


def judge(record: "Record", seg: np.ndarray, rows: np.ndarray, size: int) -> Starts:
    """Judge the starts of the totals of each segment.

    Parameters
    ----------
    seg : ndarray of int
        Segment of each report, ascending.
    rows : ndarray of int
        Reports that carry a number, by day within each segment.
    size : int
        How many segments there are.
    """
    role = np.zeros(len(rows), np.int64)
    total = np.flatnonzero(record.kind[rows] == Kind.TOTAL)
    given = total[record.since[rows[total]] < NEVER]
    first, last = np.full(size, NEVER), np.full(size, -NEVER)
    np.minimum.at(first, seg[given], record.since[rows[given]])
    if not len(given):
        return Starts(first, role)
    np.maximum.at(last, seg[given], record.since[rows[given]])
    # Nothing is odd where there is one start, and no total of an earlier day.
    begin = np.full(size, NEVER)
    np.minimum.at(begin, seg[total], record.day[rows[total]])
    odd = (first < last) | (begin < first) & (first < NEVER)
    if odd.any():
        some = total[odd[seg[total]]]
        role[some], origin = _judge_odd(record, seg[some], rows[some])
        first[odd] = NEVER
        first[seg[some][origin]] = record.since[rows[some]][origin]
    return Starts(first, role)


def _judge_odd(
    record: "Record", seg: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the role of each total, and whether its start is the origin; totals are by day."""
    day, since, number = record.day[rows], record.since[rows], record.best[rows]
    here = np.arange(len(rows))
    front = np.maximum.accumulate(np.where(heads(seg), here, 0))
    given = np.flatnonzero(since < NEVER)
    # One element per segment and start: its total of the earliest day, and the first total that
    # is not of an earlier day than the start.
    order = given[ordered(seg[given], since[given])]
    new = heads(seg[order], since[order])
    group = np.empty(len(given), np.int64)
    group[np.searchsorted(given, order)] = np.cumsum(new) - 1
    head = order[new]
    earliest = heads(seg[head])
    base = min(int(day.min()), int(since[given].min()))
    width = max(int(day.max()), int(since[given].max())) - base + 1
    behind = np.searchsorted(seg * width + day - base, seg[head] * width + since[head] - base) - 1

    # Whether a start restarts depends on earlier starts only (their restarts are skipped in
    # looking for the total before it), so that going round ends with the one answer there is.
    counts = record.open[rows] | (record.high[rows] > 0)
    anew = np.zeros(len(rows), bool)
    while True:
        kept = _last_of(~anew, here, front)
        above = _last_of(~anew & counts, here, front)
        after = (behind >= front[head]) & (above[behind] >= 0)
        restarts = after & (number[head] < number[kept[behind]])
        now = np.zeros(len(rows), bool)
        now[given] = restarts[group]
        if np.array_equal(now, anew):
            break
        anew = now
    verdict = np.select(
        [restarts, after, ~earliest], [Role.RESTART, Role.SLIP, Role.LATE], Role.PLAIN
    )
    role = np.zeros(len(rows), np.int64)
    role[given] = verdict[group]
    origin = np.zeros(len(rows), bool)
    origin[given] = (role[given] == Role.PLAIN) & earliest[group]
    return role, origin


def _last_of(which: np.ndarray, here: np.ndarray, front: np.ndarray) -> np.ndarray:
    """Return the last of `which` up to each place within its segment, -1 where there is none."""
    last = np.maximum.accumulate(np.where(which, here, -1))
    return np.where(last >= front, last, -1)
