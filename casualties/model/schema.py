"""The columns of a report and their vocabulary (design, section 2)."""

from enum import IntEnum

#: What makes a series: what one source counts.
SERIES = ("event", "side", "category", "outcome", "definition", "source")


class Kind(IntEnum):
    """What a count says: so far, within the days, how many this adds, in one incident of a list."""

    TOTAL = 0
    PERIOD = 1
    MORE = 2
    INCIDENT = 3


class Qualifier(IntEnum):
    """How firmly the number was stated."""

    EXACT = 0
    ABOUT = 1
    AT_LEAST = 2
    MORE_THAN = 3
    AT_MOST = 4
    LESS_THAN = 5
    RANGE = 6


class Action(IntEnum):
    """What a report does to another one."""

    REPORT = 0
    REVISE = 1
    RETRACT = 2
    DENY = 3


class Basis(IntEnum):
    """What a total rests on (design, section 4, rule 7)."""

    STATED = 0
    DERIVED = 1
    FLOOR = 2
    CARRIED = 3


class Change(IntEnum):
    """How a replacement of one figure by another is called (design, section 3)."""

    RETRACTED = 0
    REAFFIRMED = 1
    UPDATED = 2
    RELAYED = 3
    REVISED = 4


class Cause(IntEnum):
    """Why a headline changed (design, section 5)."""

    FIRST = 0
    NEW = 1
    UPDATED = 2
    REVISED = 3
    RETRACTED = 4
    RELAYED = 5
    FELL = 6
    UNCLEAR = 7


class Severity(IntEnum):
    """How bad a finding is, worst first (design, section 8)."""

    CONTRADICTION = 0
    DOUBT = 1
    NOTE = 2


class Code(IntEnum):
    """What a finding is about (design, section 8)."""

    ARITHMETIC = 0
    FALLS = 1
    PARTS = 2
    BOUNDS = 3
    EARLY = 4
    CLASH = 5
    RELAYS = 6
    RESTART = 7
    REPEATED = 8
    ALIKE = 9
    CUMULATIVE = 10
    RESTATED = 11
    OVERLAP = 12
    DISAGREE = 13
    FLIPS = 14
    JUMP = 15
    QUOTE = 16
    DENIED = 17
    SILENT = 18

    @property
    def severity(self) -> Severity:
        """How bad a finding of this code is at worst."""
        if self <= Code.EARLY:
            return Severity.CONTRADICTION
        return Severity.DOUBT if self < Code.DENIED else Severity.NOTE


def words(codes: type[IntEnum]) -> tuple[str, ...]:
    """Return the words of an enumeration as they are written in tables.

    >>> words(Kind)
    ('total', 'period', 'more', 'incident')
    """
    return tuple(code.name.lower() for code in codes)


KINDS, QUALIFIERS, ACTIONS = words(Kind), words(Qualifier), words(Action)
BASES, CHANGES, CAUSES = words(Basis), words(Change), words(Cause)
SEVERITIES, CODES = words(Severity), words(Code)
VOCABULARY = {"kind": KINDS, "qualifier": QUALIFIERS, "action": ACTIONS}

#: Outcomes that people leave again, so that their number may fall.
STOCKS = ("missing", "captured", "detained", "displaced", "hospitalised", "in hospital")

#: Every column of a report, in order, with its default (``None``: no default, or a computed one).
COLUMNS: dict[str, str | None] = {
    "report_id": None,
    "event": "",
    "side": "all",
    "category": "all",
    "outcome": "killed",
    "definition": "",
    "source": None,
    "via": "",
    "kind": None,
    "value": None,
    "qualifier": "exact",
    "low": None,
    "high": None,
    "period_start": None,
    "period_end": None,
    "reported_at": None,
    "action": "report",
    "refers_to": "",
    "reason": "",
    "url": "",
    "note": "",
    "quote": "",
    "archived": "",
}
NAMES = (*SERIES, "via")
TEXTS = ("report_id", "refers_to", "reason", "url", "note", "quote", "archived")
COUNTS = ("value", "low", "high")
DAYS = ("period_start", "period_end")
CATEGORICAL = (*NAMES, "kind", "qualifier", "action")
REQUIRED = ("source", "reported_at", "kind")
