"""What does not add up within a series: what the running totals do not believe."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby, pairwise
from typing import TypeAlias

import numpy as np

from ...core.conflicts import not_adding_up, ruled_out
from ...core.record import Record
from ...core.running import worked_out
from ...core.statements import Node, Statement
from ...core.work import Work
from ...model.schema import Code, Kind, Qualifier, Severity
from .findings import NONE, Findings

#: So many falls of one series, and perhaps its numbers are no totals.
_OFTEN = 3
#: A finding: what it is about, the sentence, all the reports that are named, the report, the others
#: that the sentence tells, and numbers of :meth:`Findings.add`.
_One: TypeAlias = tuple[Code, str, list[int], int, list[int], int, Severity, int]
_CELLS = ("row", "others", "expected", "severity", "size")


def sums(found: Findings) -> None:
    """Note what was come upon in working out the running totals."""
    record, ones = found.record, list[tuple[int, _One]]()
    for clock, known in enumerate(found.clocks):
        # The largest number that each chain has said, by its first report.
        said = np.flatnonzero(known.public & record.numbered & ~record.denial)
        most = np.full(len(record), NONE)
        np.maximum.at(most, record.chain[said], record.best[said])
        for series, work in worked_out(known):
            if not work.listed:
                each = partial(_of_one, record, work, most)
                ones += [(clock, one) for one in known.kept.once("sums", series, work.state, each)]
    ones.sort(key=lambda one: one[1][:2])
    for (code, sentence), alike in groupby(ones, key=lambda one: one[1][:2]):
        clocks, every = zip(*alike, strict=True)
        _, _, named, *cells = zip(*every, strict=True)
        found.add(code, sentence, clocks, {"named": named}, **dict(zip(_CELLS, cells, strict=True)))


def _of_one(record: Record, work: Work, most: np.ndarray) -> list[_One]:
    """Return what is found in one series."""
    return [*contradictions(record, work, most), *_restarts(record, work), *_overlaps(work)]


def _arithmetic(work: Work) -> Iterator[_One]:
    """Yield reports that cannot be true beside others: the smallest set that rules each out."""
    numbers = work.numbers
    beside = [(one, ruled_out(work, one)) for one in numbers.refusals]
    # All that is believed adds up, but for what a `more` adds at most.
    counts = (one for node in numbers.nodes for one in node.counts)
    if not numbers.stock and any(one.kind == Kind.MORE for one in counts):
        beside += [
            (total, others) for (before, stood), (_, total) in pairwise(_standing(work))
            if not total.cuts and (others := not_adding_up(work, total, before, stood))
        ]  # fmt: skip
    worst = Severity.CONTRADICTION
    for one, others in beside:
        mores = (other.told for other in (*others, one) if other.told.kind == Kind.MORE)
        bases = (row for more in mores for row in sorted(work.base_of(more)))
        row = one.told.row
        rows = [*dict.fromkeys((row, *(other.told.row for other in others), *bases))][1:]
        told = "{row.cite} cannot be true beside {others.cite}"
        told += "" if one.anchors else "; it is not believed"
        yield Code.ARITHMETIC, told, [row, *rows], row, rows, NONE, worst, one.told.number
    for one in (one for one in numbers.statements if one.fewer):
        had, taken = None if one.said is None else one.said.high, one.told.high
        if had is not None and taken is not None and had + taken < 0:
            row, rows = one.told.row, sorted(work.base_of(one.told))
            told = "{row.cite} takes away more than {others.cite}"
            yield Code.ARITHMETIC, told, [row, *rows], row, rows, NONE, worst, one.told.number


def contradictions(record: Record, work: Work, most: np.ndarray) -> list[_One]:
    """Return what contradicts in one series, but for falls from the `most` that a chain said."""
    return [*_arithmetic(work), *_falls(record, work, most)]


def _standing(work: Work) -> Iterator[tuple[Node, Statement]]:
    """Yield the points with a number of their own, and who says it, in order."""
    for node in work.numbers.nodes:
        firm = node.total is not None and not node.total.stale
        said = node.total if firm else work.numbers.origin if node.origin else None
        if said is not None:
            yield node, said


def _falls(record: Record, work: Work, most: np.ndarray) -> Iterator[_One]:
    """Yield the totals that are lower than an earlier one, which no revision lowered."""
    pairs = [
        (cut, top) for cut, top in work.numbers.cuts
        if top and most[record.chain[cut.told.row]] <= cut.told.number
    ]  # fmt: skip
    every = work.numbers.statements
    for stale in (one for one in every if one.stale):
        above = (o for o in every if o.anchors and o.at < stale.at and o.standing > stale.standing)
        pairs.append((stale, max(above, key=lambda one: one.low)))
    reasons = record.reports.told("reason", np.array([low.told.row for low, _ in pairs], np.int64))
    often = reasons.count("") >= _OFTEN
    for (lower, higher), reason in zip(pairs, reasons, strict=True):
        row, other, high = lower.told.row, higher.told.row, lower.high
        if high is None and lower.told.says == Qualifier.ABOUT:
            high = 5 * lower.told.number // 4  # as where sources disagree
        sure = high is not None and high < higher.low  # and does not only say so little
        why = "; the reason given: {row.reason}" if reason else ", and no report says why"
        if often and not reason:
            why += "; if these are counts of single days, say kind='period'"
        told = f"{{row.cite}} {'is' if sure else 'may be'} lower than {{others.cite}}{why}"
        worst = Severity.CONTRADICTION if sure else Severity.DOUBT
        worst = Severity.NOTE if reason else worst
        size = higher.low - lower.told.number
        yield Code.FALLS, told, [other, row], row, [other], higher.low, worst, size


def _restarts(record: Record, work: Work) -> Iterator[_One]:
    """Yield the totals that say that they count from a later day, a first one for each day."""
    every, zero = work.numbers.statements, work.numbers.origin
    origin = zero.node.key[0] if zero else None
    begun: dict[int, list[Statement]] = {}
    for one in every:
        start = one.told.start
        if one.told.kind == Kind.TOTAL and start is not None and one.told.eve != origin:
            begun.setdefault(start, []).append(one)
    for start, totals in begun.items():
        one = min(totals, key=lambda total: total.told.day)
        before = [o for o in every if o.told.day < start and Kind.TOTAL == o.kind == o.told.kind]
        had = [max(before, key=lambda o: o.at).told.row] if before else []
        anew = one.kind == Kind.PERIOD
        then = "; it is added to that" if anew else ": from when it counts is not known"
        after = "after {others.cite}"
        if not had and zero and not any(o.told.day < start for o in every):  # nothing stood
            had, after = [zero.told.row], "and {others.cite} from {others.begins}"
        told = f"{{row.cite}} counts from {{row.begins}}, {after}{then}"
        named = [*had, one.told.row, *(o.told.row for o in totals if o is not one)]
        stood, size = int(record.best[had[0]]) if had else NONE, one.told.number
        yield Code.RESTART, told, named, one.told.row, had, stood, Severity.DOUBT, size


def _overlaps(work: Work) -> Iterator[_One]:
    """Yield the counts that bound and add nothing, and those across a cut."""
    numbers = work.numbers
    idle, used = numbers.adding_nothing(), set[int]()
    if idle:  # but for what a number rests on, and what another `more` adds to
        terms = [one.told for row in work.rows() if row.node for one in numbers.terms(row.node)]
        used = work.beneath(one for one in terms if one.kind == Kind.MORE)
        used |= {one.row for one in terms}
    told = "{row.cite} bounds the total and adds nothing to it beside {others.cite}"
    found = [(told, one, others) for one, others in idle if one.told.row not in used]
    told = "{row.cite} counts across {others.cite}, less than was said before; it is left out"
    for one in filter(numbers.across, numbers.statements):
        found.append((told, one, [cut for cut, _ in numbers.cuts if cut.at <= one.at][-1:]))
    for told, one, others in found:
        row, rows = one.told.row, [other.told.row for other in others]
        yield Code.OVERLAP, told, [row, *rows], row, rows, NONE, Severity.DOUBT, one.told.number
