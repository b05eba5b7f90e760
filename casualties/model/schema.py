"""The columns of a report and their vocabulary, also as a JSON Schema."""

import json
import re
import unicodedata
from enum import IntEnum
from importlib.resources import files
from typing import Any

#: The largest count accepted; sums of millions of such counts stay exact in 64 bits.
MAX_COUNT = 10**12

#: What makes a series: what one source counts.
SERIES = ("event", "side", "category", "outcome", "definition", "source")


#: What a count says: so far, within the days, how many this adds, in one incident of a list.
Kind = IntEnum("Kind", "TOTAL PERIOD MORE INCIDENT", start=0)
#: How firmly the number was stated.
Qualifier = IntEnum("Qualifier", "EXACT ABOUT AT_LEAST MORE_THAN AT_MOST LESS_THAN RANGE", start=0)
#: Qualifiers that say at most how many.
CEILINGS = (Qualifier.AT_MOST, Qualifier.LESS_THAN)
#: What a report does to another one.
Action = IntEnum("Action", "REPORT REVISE RETRACT DENY", start=0)
#: What a total rests on (README, rule 8).
Basis = IntEnum("Basis", "STATED DERIVED FLOOR CARRIED", start=0)
#: How a replacement of one figure by another is called (README, rule 1).
Change = IntEnum("Change", "RETRACTED REAFFIRMED UPDATED RELAYED REVISED", start=0)
#: Why a headline changed.
Cause = IntEnum("Cause", "FIRST NEW UPDATED REVISED RETRACTED RELAYED FELL UNCLEAR", start=0)
#: How bad a finding is, worst first.
Severity = IntEnum("Severity", "CONTRADICTION DOUBT NOTE", start=0)
#: What a finding is about, worst first.
Code = IntEnum(
    "Code", "ARITHMETIC FALLS PARTS BOUNDS EARLY CLASH RELAYS RESTART REPEATED ALIKE CUMULATIVE "
    "RESTATED OVERLAP DISAGREE FLIPS JUMP QUOTE DENIED SILENT", start=0,
)  # fmt: skip


def severity_of(code: Code) -> Severity:
    """Return how bad a finding of a code is at worst."""
    if code <= Code.EARLY:
        return Severity.CONTRADICTION
    return Severity.DOUBT if code < Code.DENIED else Severity.NOTE


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
_RETURN = "missing", "captured", "detained", "displaced", "hospitalised", "hospitalized"
STOCKS = tuple(spelt for word in (*_RETURN, "in hospital") for spelt in (word, word.capitalize()))

#: Every column of a report, in order, with its default (``None``: no default, or a computed one).
COLUMNS: dict[str, str | None] = {
    "report_id": None, "event": "", "side": "all", "category": "all", "outcome": "killed",
    "definition": "", "source": None, "via": "", "kind": None, "value": None, "qualifier": "exact",
    "low": None, "high": None, "period_start": None, "period_end": None, "reported_at": None,
    "action": "report", "refers_to": "", "reason": "", "url": "", "note": "", "quote": "",
    "archived": "",
}  # fmt: skip
NAMES = (*SERIES, "via")
TEXTS = ("report_id", "refers_to", "reason", "url", "note", "quote", "archived")
COUNTS = ("value", "low", "high")
DAYS = ("period_start", "period_end")
#: What makes a figure: what one source counts, how, and of which days.
FIGURE = (*SERIES, "kind", *DAYS)
CATEGORICAL = (*NAMES, *VOCABULARY)
REQUIRED = ("source", "reported_at", "kind")


def _beside(name: str) -> str:
    """Return the text of a file in this folder."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def plainly(word: str) -> str:
    """Return what two spellings of a word share: no signs, capitals, remarks, nor what is counted.

    Letters of another form are plain ones, and what nobody sees is left out.

    >>> plainly("TOTAL killed: (2 places)"), plainly("ＡＬＬ")
    ('total', 'all')
    """
    word = re.sub(rf"[{_RAISED}]", " ", word)
    if not word.isascii():
        seen = (c for c in word if unicodedata.category(c) != "Cf")
        word = unicodedata.normalize("NFKC", "".join(seen))
    word = re.sub(rf"(?<=[\w:])\s*{_REMARK}\W*$", "", word, flags=re.IGNORECASE)
    parts = re.sub(r"[^\w\s]", " ", word).casefold().split()
    while len(parts) > 1 and (parts[-1] in _PEOPLE or parts[-1].isdecimal()):
        parts.pop()
    return " ".join(parts)


#: A remark in brackets behind a word for the whole, which stays one: a number, a note, "so far".
_REMARK = r"[(\[](?:[^()\[\]]*[0-9]|(?:all|both|provisional|preliminary|so far)\b)[^()\[\]]*[)\]]"
#: Digits of footnotes.
_RAISED = "¹²³⁰-⁹"
#: What is counted, after a word for the whole: "Total killed".
_PEOPLE = frozenset((
    "killed dead deaths died fatalities casualties victims wounded injured injuries missing toll "
    "reported confirmed recorded count number people persons убитых убито погибших погибло "
    "раненых muertos fallecidos heridos morts tués blessés tote verletzte"
).split())  # fmt: skip
#: Words for all sides or all categories, which are no part; the file has one a line.
WHOLE = frozenset(map(plainly, _beside("whole.txt").splitlines()))


# -- what a report looks like to a form, or to a program that drafts reports from articles ---------


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a report, for forms and for what drafts reports.

    It describes plain reports: corrections and denials are entered by :meth:`Ledger.revise`,
    :meth:`Ledger.retract` and :meth:`Ledger.deny`. :func:`read_json` reads a list of reports that
    it allows, if no `report_id` is there twice, every day is one of the calendar, no report ends
    before it begins, no incident lacks its day in a list that has days, no series is counted both
    by incidents and otherwise, and no side or category is another word for the whole than "all".

    Returns
    -------
    dict
        To be written as JSON.

    Examples
    --------
    >>> import casualties as cas
    >>> cas.report_schema()["required"]
    ['source', 'kind', 'reported_at']
    """
    schema: dict[str, Any] = json.loads(_beside("report.schema.json"))
    columns = schema["properties"]
    for name in columns.keys() & VOCABULARY.keys():
        columns[name]["enum"] = [*VOCABULARY[name]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
