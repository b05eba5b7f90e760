"""Who is live when (README, rule 1): which report speaks for its chain, and what replaces it.

A clock is a `cut`: how many reports were public. A report speaks, or is live, in *stretches* of
clocks, ``born < cut <= ended``: mostly in one, in several where a retraction brings it back.
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
    """When reports stood: one element per report and stretch, by report and time."""

    row: np.ndarray  #: the report
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

    A retract withdraws the report that it names and what revises that. The last report of the
    chain that is not withdrawn speaks. Where all are withdrawn the chain is silent, and its last
    report stands for it. A denial speaks until it is retracted.
    """
    order = ordered(record.chain, record.rank)
    retracting = np.isin(record.chain, record.chain[record.action == Action.RETRACT])
    follows = ~heads(record.chain[order])
    old, new = order[np.flatnonzero(follows) - 1], order[follows]
    ended = np.full(len(record), NEVER)
    ended[old] = record.rank[new]
    row, plain = np.flatnonzero(~retracting), ~retracting[old]
    stretches, silences, pairs = _withdrawals(record, order[retracting[order]])
    spoke = Stretches(*np.hstack([[row, record.rank[row], ended[row]], stretches]))
    silent = Stretches(*silences)
    old, new = np.hstack([[old[plain], new[plain]], pairs])
    steps = Steps(old, new, np.ones(len(old), bool), new)
    return (
        spoke.take(ordered(spoke.row, spoke.born)), silent.take(~record.denial[silent.row]),
        steps.take(~record.denial[new]),
    )  # fmt: skip


def _withdrawals(record: Record, members: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return stretches, silences and steps of chains in which something is withdrawn."""
    stretches: tuple[list[tuple[int, int, int]], ...] = ([], [])  # of speech, of silence
    steps: list[tuple[int, int]] = []
    edges = [*np.flatnonzero(heads(record.chain[members])).tolist(), len(members)]
    for begin, end in pairwise(edges):
        chain = members[begin:end].tolist()
        speaker = last = before = chain[0]  # `last`: of those that retract nothing
        since = int(record.rank[speaker])
        for row, rank, now in _speakers(record, chain):
            silent = speaker < 0
            if now != speaker:
                stretches[silent].append((last if silent else speaker, since, rank))
                steps.append((before if silent else speaker, row))
                speaker, since = now, rank
            last = row if record.action[row] != Action.RETRACT else last
            before = row
        stretches[speaker < 0].append((last if speaker < 0 else speaker, since, NEVER))
    spoke, silences = (np.array(part, np.int64).reshape(-1, 3).T for part in stretches)
    return spoke, silences, np.array(steps, np.int64).reshape(-1, 2).T


def _speakers(record: Record, chain: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield each report of a chain, its rank, and who speaks from then on (-1: nobody)."""
    referring: dict[int, list[int]] = {}  # the reports that refer to each
    withdrew: dict[int, list[int]] = {}  # the reports that each retraction withdrew
    withdrawals = dict.fromkeys(chain, 0)  # how many retractions in force withdraw each report
    for place, row in enumerate(chain):
        target = int(record.target[row])
        if record.action[row] == Action.RETRACT:
            for report in withdrew.pop(target, []):  # it retracts a retraction
                withdrawals[report] -= 1
            gone, waiting = list[int](), [target]
            while waiting:
                gone.append(waiting.pop())
                waiting += referring.get(gone[-1], [])
            withdrew[row] = gone
            for report in gone:
                withdrawals[report] += 1
        if target >= 0:
            referring.setdefault(target, []).append(row)
        speakers = (
            report
            for report in map(chain.__getitem__, range(place, -1, -1))
            if not withdrawals[report] and record.action[report] != Action.RETRACT
        )
        yield row, int(record.rank[row]), next(speakers, -1)


# -- what replaces it ----------------------------------------------------------------------------


def living(record: Record, spoke: Stretches) -> Stretches:
    """Return when each report is live: it speaks, and no chain of later standing replaces it.

    A chain replaces another of the same series, kind and dates while it speaks of them with a
    number. Denials are left out.

        figure  standing  row  born  ended          of one figure: a chain of 0, revised by 2, and
        7       0         0    0     2              a chain of 1; of these 0 is live until 1 comes,
        7       0         2    2     NEVER          2 never, and 1 from then on
        7       1         1    1     NEVER
    """
    spoke = spoke.take(np.flatnonzero(~record.denial[spoke.row]))
    figure, standing = record.figure[spoke.row], record.rank[record.chain[spoke.row]]
    shared = np.flatnonzero(figure >= 0)
    shared = shared[(np.bincount(figure[shared]) > 1)[figure[shared]]]
    shared = shared[ordered(figure[shared], standing[shared], spoke.born[shared])]
    if not len(shared):
        return spoke
    alone = spoke.take(np.delete(np.arange(len(spoke.row)), shared))
    spoke, figure, standing = spoke.take(shared), figure[shared], standing[shared]
    born, ended, numbered = spoke.born, spoke.ended, record.numbered[spoke.row]
    # Mostly each chain goes on to speak of the figure, with a number: then the first report of a
    # chain of later standing ends a report for good.
    new = heads(figure, standing)
    begin, last = np.flatnonzero(new), np.append(new[1:], True)
    gaps = np.where(last, ended != NEVER, ended != np.append(born[1:], 0)) | ~numbered
    odd = np.bincount(figure, gaps) > 0
    chain = figure[begin]  # the figure of each chain
    newer = np.append(least_to_come(born[begin], heads(chain)), NEVER)[1:]
    newer = np.where(np.append(chain[1:], -1) == chain, newer, NEVER)[np.cumsum(new) - 1]
    until = np.minimum(ended, newer)
    keep = ~odd[figure] & (born < until)
    parts = [alone, Stretches(spoke.row[keep], born[keep], until[keep])]
    rest = np.flatnonzero(odd[figure])
    for first, after in pairwise([*np.flatnonzero(heads(figure[rest])).tolist(), len(rest)]):
        places = rest[first:after]
        parts.append(_untangle(spoke.take(places), standing[places], numbered[places]))
    found = Stretches.concat(parts)
    return found.take(ordered(found.row, found.born))


def _untangle(spoke: Stretches, standing: np.ndarray, numbered: np.ndarray) -> Stretches:
    """Return the live stretches of one figure, some chain of which ceases to speak of it.

    Chains are read from the latest standing back. Each is live while it speaks and no chain that
    was read before it speaks with a number.
    """
    taken: list[tuple[int, int]] = []  # when the chains read so far do: apart, in order
    found: list[tuple[int, int, int]] = []
    columns = (standing, spoke.row, spoke.born, spoke.ended, numbered)
    cells = zip(*(column[::-1].tolist() for column in columns), strict=True)
    for _, chain in groupby(cells, key=itemgetter(0)):
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
    """Return every replacement: the steps within chains, and those by another chain."""
    over = live.take(live.ended != NEVER)
    cause = record.order[over.ended]
    by_another = record.chain[cause] != record.chain[over.row]
    over, cause = over.take(by_another), cause[by_another]
    speaker = np.empty(len(record), np.int64)  # who speaks from each rank on: mostly its report
    speaker[spoke.born] = spoke.row
    implied = Steps(over.row, speaker[over.ended], np.zeros(len(cause), bool), cause)
    every = Steps.concat([chained, implied])
    return every.take(ordered(record.rank[every.by], record.rank[every.old]))
