"""What a report looks like to a form, or to a program that drafts reports from articles."""

from typing import Any

from ..model.counts import MAX_COUNT
from ..model.schema import COLUMNS, KINDS, QUALIFIERS
from .door import WHOLE

_DAY = r"(?:1[7-9]|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_TEXT = r"^[^\u0000\ud800-\udfff]*$"
_FILLED = r"^[^\u0000\ud800-\udfff]*[^\s\u0000\ud800-\udfff][^\u0000\ud800-\udfff]*$"
#: What each column means, where its name does not say it.
_MEANS = {
    "side": "Whose casualties are counted, not who is blamed or who speaks; 'all' for the whole.",
    "category": "civilian, military or any finer group; 'all' for the undivided whole.",
    "outcome": "killed, wounded, missing, …; never added to one another.",
    "definition": "How it was counted, where that differs: identified, estimated, excess, …",
    "source": "Who asserts the number.",
    "via": "Who relayed it.",
    "kind": "total: how many so far; period: how many within the days; more: how many this adds to "
    "what the source said before; incident: how many in one incident of a list.",
    "value": "The number as stated; null where the source declined to say, never zero for that.",
    "qualifier": "How firmly it was stated.",
    "low": "The lower bound, where a range was stated.",
    "high": "The upper bound, where a range was stated.",
    "period_start": "First day covered, local calendar.",
    "period_end": "Last day covered, local calendar.",
    "reported_at": "When it became public: a day, or an instant with its offset.",
    "reason": "Why it changed, or how the number was worked out.",
    "quote": "The words of the page that carry the number.",
    "archived": "A kept copy of the page.",
}


def report_schema(*, many: bool = False) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a report, for forms and for what drafts reports.

    It is of plain reports: corrections and denials are entered by :meth:`Ledger.revise`,
    :meth:`Ledger.retract` and :meth:`Ledger.deny`. A list of what it allows is read by
    :func:`read_json` as it is, if no `report_id` is there twice, every day is one of the calendar
    and none ends before it begins.

    Parameters
    ----------
    many : bool, default False
        The schema of a list of reports instead.

    Returns
    -------
    dict
        To be written as JSON.

    Examples
    --------
    >>> import casualties as cas
    >>> cas.report_schema()["required"]
    ['source', 'kind', 'reported_at']
    >>> cas.report_schema(many=True)["type"]
    'array'
    """
    properties = {name: _property(name) for name in COLUMNS if name not in ("action", "refers_to")}
    schema: dict[str, Any] = {
        "title": "A reported casualty figure",
        "type": "object",
        "properties": properties,
        "required": ["source", "kind", "reported_at"],
        "additionalProperties": False,
        "allOf": _rules(),
    }
    if many:
        schema = {"title": "Reported casualty figures", "type": "array", "items": schema}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _property(name: str) -> dict[str, Any]:
    """Return the schema of a column."""
    means = {"description": _MEANS[name]} if name in _MEANS else {}
    if name in ("kind", "qualifier"):
        return means | {"enum": [*(KINDS if name == "kind" else QUALIFIERS)]}
    if name in ("value", "low", "high"):
        return means | {"type": ["integer", "null"], "minimum": -MAX_COUNT, "maximum": MAX_COUNT}
    if name in ("period_start", "period_end"):
        return means | {"type": "string", "format": "date", "pattern": f"^{_DAY}$"}
    if name == "reported_at":
        return means | {"type": "string", "pattern": f"^{_DAY}(?:{_TIME})?$"}
    if name in ("side", "category"):
        return means | {"type": "string", "pattern": f"^(?:all|(?!{_whole()}){_TEXT[1:-1]})$"}
    return means | {"type": "string", "pattern": _FILLED if name == "source" else _TEXT}


def _whole() -> str:
    """Return a pattern of the names of the whole, in any case and between any signs."""
    words = [
        r"[\s\W]+".join("".join(_any_case(letter) for letter in part) for part in word.split())
        for word in sorted(WHOLE)
    ]
    return rf"[\s\W]*(?:{'|'.join(words)})[\s\W]*$"


def _any_case(letter: str) -> str:
    both = {letter, letter.upper(), letter.lower()} if len(letter.upper()) == 1 else {letter}
    return f"[{''.join(sorted(both))}]"


def _rules() -> list[dict[str, Any]]:
    """Return what columns say of one another."""
    number: dict[str, Any] = {"type": "integer"}

    def has(**columns: Any) -> dict[str, Any]:
        return {"properties": columns, "required": [*columns]}

    not_below = {name: {"minimum": 0} for name in ("value", "low", "high")}
    dated = [{"required": [name]} for name in ("period_start", "period_end")]
    return [
        {"if": has(kind={"const": "period"}), "then": {"anyOf": dated}},
        {"if": {"not": has(kind={"const": "more"})}, "then": {"properties": not_below}},
        {  # bounds without a value are a range, which has a low
            "if": {"not": has(value=number), "anyOf": [has(low=number), has(high=number)]},
            "then": has(low=number) | {"properties": {"qualifier": {"const": "range"}}},
        },
        {"if": has(qualifier={"const": "range"}), "then": has(low=number)},
        {
            "if": has(qualifier={"const": "less_than"}, value={"const": 0}),
            "then": False,
        },
    ]
