"""What does not add up within a series: what the running totals do not believe (design, 8)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import groupby, pairwise

import numpy as np

from ...core.conflicts import not_adding_up, ruled_out
from ...core.known import Known
from ...core.record import Record
from ...core.running import worked_out
from ...core.statements import Statement
from ...core.tips import Tips
from ...core.work import Work
from ...model.schema import Code, Kind, Qualifier, Severity
from .findings import NONE, Findings, Several

#: So many falls of one series, and perhaps its numbers are no totals.
_OFTEN = 3


@dataclass
class _One:
    """A finding about the report in a row, and others."""

    code: Code
    sentence: str
    row: int
    others: list[int]
    named: list[int]  #: all of them, in the order in which they are named
    numbers: dict[str, int] = field(default_factory=dict)


def sums(found: Findings, known: Known) -> None:
    """Note what was come upon in working out the running totals."""
    record = found.record

    @cache
    def said_most() -> np.ndarray:
        """Return the largest number that each chain has said, by its first report."""
        said = np.flatnonzero(known.public & record.numbered & ~record.denial)
        most = np.full(len(record), NONE)
        np.maximum.at(most, record.chain[said], record.best[said])
        return most

    def of_one(tips: Tips, work: Work) -> list[_One]:
        """Return what is found in one series."""
        falls = _falls(record, work, said_most)
        return [*_arithmetic(tips, work), *falls, *_restarts(record, work), *_overlaps(tips, work)]

    ones = [
        one for series, tips, work in worked_out(known) if work is not None
        for one in known.kept.once("sums", series, tips, partial(of_one, tips, work))
    ]  # fmt: skip
    ones.sort(key=lambda one: (one.code, one.sentence))
    for (code, sentence), alike in groupby(ones, key=lambda one: (one.code, one.sentence)):
        mine = list(alike)
        row = np.array([one.row for one in mine], np.int64)
        found.add(
            code, sentence, {"named": _several(one.named for one in mine)}, row=row,
            others=_several(one.others for one in mine),
            expected=np.array([one.numbers.get("expected", NONE) for one in mine]),
            severity=np.array([one.numbers.get("severity", code.severity) for one in mine]),
            size=np.array([one.numbers.get("size", record.best[one.row]) for one in mine]),
        )  # fmt: skip


def _several(rows: Iterable[list[int]]) -> Several:
    each = list(rows)
    stop = np.cumsum([len(one) for one in each])
    start = np.append(0, stop)[:-1]
    return Several(np.array([row for one in each for row in one], np.int64), start, stop)


def _arithmetic(tips: Tips, work: Work) -> Iterator[_One]:
    """Yield reports that cannot be true beside others: the smallest set that rules each out."""
    belief, stale = work.belief, set(map(id, work.belief.stale))
    beside = [(one, ruled_out(belief, one)) for one in belief.refused]
    # All that is believed adds up, but for what a `more` adds at most.
    if not work.stock and any(one.kind == Kind.MORE for one in belief.believed):
        # The places with a number of their own, and who says it.
        standing = [(place, one) for place, one in work.totals.items() if id(one) not in stale]
        origin = belief.origin
        if origin is not None and work.origin is not None and origin not in work.totals:
            since = [one for _, one in standing if one.told.eve == work.origin[0]]
            standing += [(origin, one) for one in since[:1]]
        standing.sort(key=lambda pair: pair[0])
        begin = {id(cut) for cut, _ in belief.cuts}
        for (before, stood), (place, total) in pairwise(standing):
            if not (total.fewer or id(total) in begin or place == before):
                others = not_adding_up(belief, total, before, stood)
                beside += [(total, others)] * bool(others)
    for one, others in beside:
        rows = [other.told.row for other in others]
        for other in (*others, one):
            if other.told.kind == Kind.MORE:
                rows += sorted(row for row, _ in tips.base_of(other.told))
        rows = [row for row in dict.fromkeys(rows) if row != one.told.row]
        yield _One(
            Code.ARITHMETIC,
            "{row.cite} cannot be true beside {others.cite}"
            + ("" if one.anchors else "; it is not believed"),
            one.told.row, rows, [one.told.row, *rows],
        )  # fmt: skip


def _falls(record: Record, work: Work, said_most: Callable[[], np.ndarray]) -> Iterator[_One]:
    """Yield the totals that are lower than an earlier one, which no revision lowered."""
    pairs = [
        (cut, top) for cut, top in work.belief.cuts
        if top is not None
        and said_most()[record.chain[cut.told.row]] <= record.best[cut.told.row]
    ]  # fmt: skip
    for stale in work.belief.stale:
        above = [
            one for one in work.statements
            if one.anchors and one.at < stale.at and one.standing > stale.standing
            and stale.high is not None and one.low > stale.high
        ]  # fmt: skip
        pairs.append((stale, max(above, key=lambda one: one.low)))
    reasons = record.reports.told("reason", np.array([low.told.row for low, _ in pairs], np.int64))
    often = reasons.count("") >= _OFTEN
    for (lower, higher), reason in zip(pairs, reasons, strict=True):
        row, number, sure = lower.told.row, lower.told.number, surely_lower(lower, higher)
        severity = Severity.CONTRADICTION if sure else Severity.DOUBT
        why = ", and no report says that it was revised"
        why += "; if these are counts of single days, say kind='period'" if often else ""
        yield _One(
            Code.FALLS,
            f"{{row.cite}} {'is' if sure else 'may be'} lower than {{others.cite}}"
            + ("; the reason given: {row.reason}" if reason else why),
            row, [higher.told.row], [higher.told.row, row],
            {"expected": higher.low, "severity": Severity.NOTE if reason else severity,
             "size": higher.low - number},
        )  # fmt: skip


def surely_lower(lower: Statement, higher: Statement) -> bool:
    """Whether a total is lower than another, and does not only say so little."""
    high = lower.high
    if high is None and lower.told.says == Qualifier.ABOUT:
        high = 5 * lower.told.number // 4  # as where sources disagree
    return high is not None and high < higher.low


def _restarts(record: Record, work: Work) -> Iterator[_One]:
    """Yield the totals that say that they count from a later day, a first one for each day."""
    origin = work.origin[0] if work.origin else None
    begun: dict[int, list[Statement]] = {}
    for one in work.statements:
        start = one.told.start
        if one.told.kind == Kind.TOTAL and start is not None and one.told.eve != origin:
            begun.setdefault(start, []).append(one)
    for start, totals in begun.items():
        one = min(totals, key=lambda total: total.told.day)
        before = [
            o for o in work.statements
            if o.told.day < start and o.told.kind == Kind.TOTAL and o.kind == Kind.TOTAL
        ]  # fmt: skip
        had = [max(before, key=lambda o: o.at).told.row] if before else []
        anew = one.kind == Kind.PERIOD
        then = "; it is added to that" if anew else ": from when it counts is not known"
        after = "{others.cite}" if had else "earlier counts"
        yield _One(
            Code.RESTART, f"{{row.cite}} counts from {{row.begins}}, after {after}{then}",
            one.told.row, had, [*had, one.told.row, *(o.told.row for o in totals if o is not one)],
            {"expected": int(record.best[had[0]])} if had else {},
        )  # fmt: skip


def _overlaps(tips: Tips, work: Work) -> Iterator[_One]:
    """Yield the counts that bound and add nothing, and those across a cut."""
    idle = work.adding_nothing()
    if idle:  # but for what another `more` adds to
        terms = [one.told for row in work.rows() for one in work.terms(row.place)]
        added_to = tips.beneath(one for one in terms if one.kind == Kind.MORE)
        idle = [(one, others) for one, others in idle if one.told.row not in added_to]
    adds = "{row.cite} bounds the total and adds nothing to it beside {others.cite}"
    found = [(adds, one, others) for one, others in idle]
    across = (
        "{row.cite} counts across {others.cite}, which is less than was said before; it is left out"
    )
    for one in work.belief.across:
        cuts = [cut for cut, _ in work.belief.cuts if cut.at <= one.at]
        found.append((across, one, [max(cuts, key=lambda cut: cut.at)]))
    for sentence, one, others in found:
        rows = [other.told.row for other in others]
        yield _One(Code.OVERLAP, sentence, one.told.row, rows, [one.told.row, *rows])
