"""Who is live when (README, rule 1): which report speaks for its chain, and what replaces it.

Clocks are ranks: how many reports were public. A report speaks, or is live, in *stretches* of
ranks, ``born < cut <= ended``; mostly in one, in more where a retraction brings it back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np

from ..model.frames import NEVER, Arrays, heads, least_to_come, ordered
from ..model.schema import Action
from .record import Record


@dataclass
class Stretches(Arrays):
    """Reports and when they stood, by report and time."""

    row: np.ndarray
    born: np.ndarray  #: rank of the report by which it came to stand
    ended: np.ndarray  #: rank of the report that ended it, ``NEVER`` while none has

    def at(self, cut: int) -> np.ndarray:
        """Return the reports that stand when `cut` reports are public."""
        return self.row[(self.born < cut) & (self.ended >= cut)]


@dataclass
class Steps(Arrays):
    """Every replacement of one report by another, in the order in which they happened."""

    old: np.ndarray
    new: np.ndarray
    explicit: np.ndarray  #: whether the new one says what it replaces
    by: np.ndarray  #: the report that made the change: the new one, or one that brought it back


# -- which report speaks for its chain -----------------------------------------------------------


def speaking(record: Record) -> tuple[Stretches, Stretches, Steps]:
    """Return when each report speaks for its chain, when chains are silent, and their steps.

    A silent chain is one of which all is withdrawn; its last report stands for it.

    A retract withdraws the report that it names and what revises that; the last report of the
    chain that is not withdrawn speaks. Denials are reports that speak until they are retracted.
    """
    order = ordered(record.chain, record.rank)
    retracting = np.isin(record.chain, record.chain[record.action == Action.RETRACT])
    follows = ~heads(record.chain[order])
    old, new = order[np.flatnonzero(follows) - 1], order[follows]
    ended = np.full(len(record), NEVER)
    ended[old] = record.rank[new]
    row, plain = np.flatnonzero(~retracting), ~retracting[old]
    stretches, gone, pairs = _withdrawals(record, order[retracting[order]])
    spoke = Stretches(*np.hstack([[row, record.rank[row], ended[row]], stretches]))
    old, new = np.hstack([[old[plain], new[plain]], pairs])
    about = ~record.denial[new]
    old, new = old[about], new[about]
    silent = Stretches(*gone)
    return (
        spoke.take(ordered(spoke.row, spoke.born)), silent.take(~record.denial[silent.row]),
        Steps(old, new, np.ones(len(old), bool), new),
    )  # fmt: skip


def _withdrawals(record: Record, members: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return stretches, silences and steps of chains in which something is withdrawn."""
    found: tuple[list[tuple[int, int, int]], ...] = ([], [])
    steps: list[tuple[int, int]] = []
    edges = [*np.flatnonzero(heads(record.chain[members])).tolist(), len(members)]
    for begin, end in pairwise(edges):
        chain = members[begin:end].tolist()
        speaker, since, last, before = -1, 0, -1, -1
        for who, rank, now in _speakers(record, chain):
            if now != speaker and before >= 0:
                found[speaker < 0].append((speaker if speaker >= 0 else last, since, rank))
                steps.append((speaker if speaker >= 0 else before, who))
            if now != speaker:
                speaker, since = now, rank
            last = who if record.action[who] != Action.RETRACT else last
            before = who
        found[speaker < 0].append((speaker if speaker >= 0 else last, since, NEVER))
    spoke, gone = (np.array(part, np.int64).reshape(-1, 3).T for part in found)
    return spoke, gone, np.array(steps, np.int64).reshape(-1, 2).T


def _speakers(record: Record, chain: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield each report of a chain, its rank, and who speaks from then on (-1: nobody)."""
    revisers: dict[int, list[int]] = {}  # what refers to each report
    takes_away: dict[int, list[int]] = {}  # what each retraction withdrew
    withdrawn = dict.fromkeys(chain, 0)
    for place, row in enumerate(chain):
        target = int(record.target[row])
        if record.action[row] == Action.RETRACT:
            for back in takes_away.pop(target, []):  # a retraction that is itself withdrawn
                withdrawn[back] -= 1
            gone, todo = list[int](), [target]
            while todo:
                gone.append(todo.pop())
                todo += revisers.get(gone[-1], [])
            takes_away[row] = gone
            for one in gone:
                withdrawn[one] += 1
        if target >= 0:
            revisers.setdefault(target, []).append(row)
        speaks = (
            one
            for one in map(chain.__getitem__, range(place, -1, -1))
            if not withdrawn[one] and record.action[one] != Action.RETRACT
        )
        yield row, int(record.rank[row]), next(speaks, -1)


# -- what replaces it ----------------------------------------------------------------------------


def living(record: Record, spoke: Stretches) -> Stretches:
    """Return when each report is live: it speaks, and no chain of later standing replaces it.

    A chain replaces another of the same series, kind and dates while it speaks of them with a
    number. Denials are left out.
    """
    spoke = spoke.take(np.flatnonzero(~record.denial[spoke.row]))
    figure, standing = record.figure[spoke.row], record.rank[record.chain[spoke.row]]
    at = np.flatnonzero(figure >= 0)
    at = at[(np.bincount(figure[at]) > 1)[figure[at]]]
    at = at[ordered(figure[at], standing[at], spoke.born[at])]
    if not len(at):
        return spoke
    figure, standing = figure[at], standing[at]
    born, ended, numbered = spoke.born[at], spoke.ended[at], record.numbered[spoke.row[at]]
    # Mostly each chain goes on to speak of the figure, with a number: then the first report of a
    # chain of later standing ends a report for good.
    new = heads(figure, standing)
    begin, last = np.flatnonzero(new), np.append(new[1:], True)
    gaps = np.where(last, ended != NEVER, ended != np.append(born[1:], 0)) | ~numbered
    odd = np.bincount(figure, gaps) > 0
    chain = figure[begin]
    newer = np.append(least_to_come(born[begin], heads(chain)), NEVER)[1:]
    newer = np.where(np.append(chain[1:], -1) == chain, newer, NEVER)[np.cumsum(new) - 1]
    until = np.minimum(ended, newer)
    keep = ~odd[figure] & (born < until)
    parts = [Stretches(spoke.row[at[keep]], born[keep], until[keep])]
    rest = np.flatnonzero(odd[figure])
    for one, other in pairwise([*np.flatnonzero(heads(figure[rest])).tolist(), len(rest)]):
        mine = rest[one:other]
        parts.append(_untangle(spoke.take(at[mine]), standing[mine], numbered[mine]))
    alone = np.ones(len(spoke.row), bool)
    alone[at] = False
    found = Stretches.concat([*parts, spoke.take(alone)])
    return found.take(ordered(found.row, found.born))


def _untangle(spoke: Stretches, standing: np.ndarray, numbered: np.ndarray) -> Stretches:
    """Return the live stretches of one figure of which some chain ceases to speak.

    Chains are read from the latest standing back: what is left of each is when it speaks and none
    of those read before it does with a number.
    """
    taken: list[tuple[int, int]] = []  # when these speak with a number: apart, in order
    found: list[tuple[int, int, int]] = []
    columns = (standing, spoke.row, spoke.born, spoke.ended, numbered)
    lines = zip(*(column[::-1].tolist() for column in columns), strict=True)
    for _, chain in groupby(lines, key=itemgetter(0)):
        stretches = list(chain)
        for _, row, born, ended, _ in stretches:
            place = bisect_right(taken, born, key=itemgetter(1))
            while place < len(taken) and taken[place][0] < ended:
                if born < taken[place][0]:
                    found.append((row, born, taken[place][0]))
                born, place = taken[place][1], place + 1
            if born < ended:
                found.append((row, born, ended))
        for _, _, born, ended, number in stretches:
            if number:
                first = bisect_left(taken, born, key=itemgetter(1))
                last = bisect_right(taken, ended, key=itemgetter(0))
                joined = [(born, ended), *taken[first:last]]
                taken[first:last] = [(min(joined)[0], max(end for _, end in joined))]
    return Stretches(*np.array(found, np.int64).reshape(-1, 3).T)


def replaced(record: Record, spoke: Stretches, live: Stretches, chained: Steps) -> Steps:
    """Return every replacement: the steps of each chain, and what another chain replaced."""
    # A report is ended by another chain, or by its own, which the steps of that chain tell of.
    over = live.take(live.ended != NEVER)
    cause = record.order[over.ended]
    other = record.chain[cause] != record.chain[over.row]
    over, cause = over.take(other), cause[other]
    begins = np.empty(len(record), np.int64)  # who speaks from each rank on: mostly its report
    begins[spoke.born] = spoke.row
    implied = Steps(over.row, begins[over.ended], np.zeros(len(cause), bool), cause)
    every = Steps.concat([chained, implied])
    return every.take(ordered(record.rank[every.by], record.rank[every.old]))
