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
from ...words import number
from .findings import NONE, Findings

#: If a series falls so many times, its numbers may be no totals.
_OFTEN = 3
#: A finding: its code and sentence, the reports that `report_ids` names, and ``_CELLS``: the report
#: and the others that the sentence tells, and numbers, as in :meth:`Findings.add`.
_Finding: TypeAlias = tuple[Code, str, list[int], int, list[int], int, Severity, int]
_CELLS = ("row", "others", "expected", "severity", "size")


def sums(found: Findings) -> None:
    """Note what does not add up in the running totals of each series."""
    record, every = found.record, list[tuple[int, _Finding]]()
    for clock, known in reversed([*enumerate(found.clocks)]):  # of the last most is kept already
        # The largest number that each chain has said, at its first report.
        said = np.flatnonzero(known.public & record.numbered & ~record.denial)
        most = np.full(len(record), NONE)
        np.maximum.at(most, record.chain[said], record.best[said])
        for series, work in worked_out(known):
            if not work.listed:
                look = partial(_in_series, record, work, most)
                of_series = known.kept.once("sums", series, work.state, look)
                every += [(clock, finding) for finding in of_series]
    every.sort(key=lambda pair: (pair[1][:2], pair[0]))
    for (code, sentence), alike in groupby(every, key=lambda pair: pair[1][:2]):
        clocks, findings = zip(*alike, strict=True)
        _, _, named, *cells = zip(*findings, strict=True)
        found.add(code, sentence, clocks, {"named": named}, **dict(zip(_CELLS, cells, strict=True)))


def _in_series(record: Record, work: Work, most: np.ndarray) -> list[_Finding]:
    """Return what is found in one series."""
    return [*contradictions(record, work, most), *_restarts(record, work), *_overlaps(work)]


def _arithmetic(work: Work) -> Iterator[_Finding]:
    """Yield reports that cannot be true beside others: the smallest set that rules each out."""
    numbers = work.numbers
    ruled = [(statement, ruled_out(work, statement)) for statement in numbers.refusals]
    # What is believed adds up, except for the highs of a `more`, which are used where they can be.
    counts = (count for node in numbers.nodes for count in node.counts)
    if not numbers.stock and any(count.kind == Kind.MORE for count in counts):
        ruled += [
            (total, others) for (before, stood), (_, total) in pairwise(_standing(work))
            if not total.cuts and (others := not_adding_up(work, total, before, stood))
        ]  # fmt: skip
    for less in numbers.statements:
        had, most = None if less.said is None else less.said.high, less.told.high
        if less.fewer and had is not None and most is not None and had + most < 0:
            ruled.append((less, []))
    worst = Severity.CONTRADICTION
    for statement, others in ruled:
        told = statement.told
        mores = (other.told for other in (*others, statement) if other.told.kind == Kind.MORE)
        bases = (row for more in mores for row in sorted(work.base_of(more)))
        rows = [*dict.fromkeys((told.row, *(other.told.row for other in others), *bases))]
        sentence = "{row.cite} cannot be true beside {others.cite}"
        sentence += "" if statement.anchors else "; it is not believed"
        yield Code.ARITHMETIC, sentence, rows, told.row, rows[1:], NONE, worst, told.number


def contradictions(record: Record, work: Work, most: np.ndarray) -> list[_Finding]:
    """Return the contradictions and the falls of one series.

    A total that revises a higher one is no fall: `most` holds, at the first report of each chain,
    the largest number that the chain has said.
    """
    return [*_arithmetic(work), *_falls(record, work, most)]


def _standing(work: Work) -> Iterator[tuple[Node, Statement]]:
    """Yield the points of believed totals, and the origin, each with the total that says it."""
    for node in work.numbers.nodes:
        if node.total is not None and not node.total.stale:
            yield node, node.total
        elif node.origin and work.numbers.origin is not None:
            yield node, work.numbers.origin


def _falls(record: Record, work: Work, most: np.ndarray) -> Iterator[_Finding]:
    """Yield the totals that cut the count without revising it, and the stale ones."""
    pairs = [
        (cut, top) for cut, top in work.numbers.cuts
        if top and most[record.chain[cut.told.row]] <= cut.told.number
    ]  # fmt: skip
    totals = [statement for statement in work.numbers.statements if statement.anchors]
    for stale in (total for total in totals if total.stale):
        later = (t for t in totals if t.at < stale.at and t.standing > stale.standing)
        pairs.append((stale, max(later, key=lambda total: total.low)))
    reasons = record.reports.told("reason", np.array([low.told.row for low, _ in pairs], np.int64))
    often = reasons.count("") >= _OFTEN
    for (lower, higher), reason in zip(pairs, reasons, strict=True):
        row, above, high = lower.told.row, higher.told.row, lower.high
        if high is None and lower.told.says == Qualifier.ABOUT:
            high = 5 * lower.told.number // 4  # as where sources disagree
        sure = high is not None and high < higher.low
        why = "; the reason given: {row.reason}" if reason else ", and no report says why"
        if often and not reason:
            why += "; if these are counts of single days, say kind='period'"
        top = f"the {number(higher.number)} after " if higher.fewer else ""
        sentence = f"{{row.cite}} {'is' if sure else 'may be'} lower than {top}{{others.cite}}{why}"
        severity = Severity.CONTRADICTION if sure else Severity.DOUBT
        severity = Severity.NOTE if reason else severity
        size = higher.low - lower.told.number
        yield Code.FALLS, sentence, [above, row], row, [above], higher.number, severity, size


def _restarts(record: Record, work: Work) -> Iterator[_Finding]:
    """Yield the totals that count from another day than the origin: of each day the first one."""
    every, origin = work.numbers.statements, work.numbers.origin
    eve = origin.node.key[0] if origin else None
    starting: dict[int, list[Statement]] = {}
    for total in every:
        start = total.told.start
        if total.told.kind == Kind.TOTAL and start is not None and total.told.eve != eve:
            starting.setdefault(start, []).append(total)
    for start, totals in starting.items():
        first = min(totals, key=lambda total: total.told.day)
        before = [s for s in every if s.told.day < start and Kind.TOTAL == s.kind == s.told.kind]
        before += [origin] if origin and not before else []
        stood = [max(before, key=lambda total: total.at).told.row] if before else []
        beside = "beside" if before == [origin] else "after"
        restarts = first.kind == Kind.PERIOD
        then = "it is read as a count from that day on" if restarts else "the total has no high"
        sentence = f"{{row.cite}} counts from {{row.begins}}, {beside} {{others.cite}}; {then}"
        row, number = first.told.row, first.told.number
        named = [*stood, row, *(total.told.row for total in totals if total is not first)]
        expected = int(record.best[stood[0]]) if stood else NONE
        yield Code.RESTART, sentence, named, row, stood, expected, Severity.DOUBT, number


def _overlaps(work: Work) -> Iterator[_Finding]:
    """Yield the counts that add nothing to any number, and those across a cut."""
    numbers = work.numbers
    idle, used = numbers.adding_nothing(), set[int]()
    if idle:  # but what a row, or the base of a `more` in it, rests on is used
        terms = [term.told for row in work.rows() if row.node for term in numbers.terms(row.node)]
        bases = (work.base_of(told) for told in terms if told.kind == Kind.MORE)
        used = {told.row for told in terms}.union(*bases)
    sentence = "{row.cite} bounds the total and adds nothing to it beside {others.cite}"
    found = [(sentence, count, others) for count, others in idle if count.told.row not in used]
    sentence = "{row.cite} counts across {others.cite}, less than was said before; it is left out"
    for count in filter(numbers.across, numbers.statements):
        cuts = [cut for cut, _ in numbers.cuts if cut.at <= count.at]
        found.append((sentence, count, cuts[-1:]))
    for sentence, count, others in found:
        row, rows, number = count.told.row, [other.told.row for other in others], count.told.number
        yield Code.OVERLAP, sentence, [row, *rows], row, rows, NONE, Severity.DOUBT, number
