"""Every number, instant, day, name and change in words, once: for charts, page and messages."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from .model.counts import bounds as implied
from .model.schema import SERIES

#: How numbers are written; `texts=` of a chart replaces any of them, for other languages.
NUMBERS = {
    "exact": "{n}",
    "about": "about {n}",
    "at_least": "at least {n}",
    "more_than": "more than {n}",
    "at_most": "up to {n}",
    "less_than": "fewer than {n}",
    "range": "{low}–{high}",
    "fewer": "{n} fewer",
    "no number": "no number",
    "no bounds": "with no bounds",
}
Say: TypeAlias = Mapping[str, str]
#: Stands for a number that is not there.
NONE = NUMBERS["no number"]
#: Qualifiers of a number below zero, in words: at least −7 is "up to 7 fewer".
_OF_FEWER = {"at_least": "at_most", "at_most": "at_least",
             "more_than": "less_than", "less_than": "more_than"}  # fmt: skip

#: Why a number changed.
CAUSES = {
    "first": "first number",
    "new": "a new report",
    "updated": "updated as the day went on",
    "revised": "revised",
    "retracted": "a figure was withdrawn",
    "relayed": "a lower figure through another relay",
    "fell": "lower, and no report says why",
    "unclear": "may be lower, and no report says why",
    "fewer": "so many fewer, as the report says",
    "returned": "a later number; those counted may return",
}
#: Characters that do not print but are kept: ends of lines, and the joiners without a width that
#: Persian words and emoji are written with.
_KEPT = "\n\u200c\u200d"
#: The steps of a bridge.
STEPS = ("corrected", "updated", "new", "unexplained", "withdrawn")


# -- numbers ---------------------------------------------------------------------------------------


def number(value: Any) -> str:
    """Write a count with thousands separators; an unknown one as "?".

    >>> number(2300), number(-224)
    ('2,300', '−224')
    """
    return "?" if pd.isna(value) else f"{int(value):,}".replace("-", "−")


def signed(value: Any) -> str:
    """Write a change with its sign.

    >>> signed(-1), signed(26), signed(0)
    ('−1', '+26', '0')
    """
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value))}"


def between(low: Any, high: Any, say: Say = NUMBERS) -> str:
    """Write bounds.

    >>> between(60, 64), between(7, None), between(0, 50), between(31, 31), between(None, None)
    ('60–64', 'at least 7', 'up to 50', '31', 'with no bounds')
    >>> between(-9, -5), between(-7, 0)
    ('5–9 fewer', 'up to 7 fewer')
    """
    low, high = 0 if pd.isna(low) else low, None if pd.isna(high) else high
    if low < 0 and high is not None and high <= 0:
        return say["fewer"].format(n=between(-high, -low, say))
    if high is None:
        return say["at_least"].format(n=number(low)) if low else say["no bounds"]
    if low == high:
        return say["exact"].format(n=number(low))
    if not low:
        return say["at_most"].format(n=number(high))
    return say["range"].format(low=number(low), high=number(high))


def stated(value: Any, low: Any, high: Any, qualifier: str, say: Say = NUMBERS) -> str:
    """Write the number of a report as it was stated, and its bounds where they say more.

    >>> stated(300, 300, None, "at_least"), stated(4645, 793, 8498, "about")
    ('at least 300', 'about 4,645 (793–8,498)')
    >>> stated(None, 50, 60, "range"), stated(-7, -7, -7, "exact")
    ('50–60', '7 fewer')
    """
    if pd.isna(value):
        return say["no number"] if pd.isna(low) and pd.isna(high) else between(low, high, say)
    n, how = number(abs(value)), "exact" if qualifier == "range" else qualifier
    if value < 0:
        n, how = say["fewer"].format(n=n), _OF_FEWER.get(how, how)
    text = say[how].format(n=n, low=n, high=n)
    low, high = min(0, value) if pd.isna(low) else low, None if pd.isna(high) else high
    least, most = implied(value, qualifier)
    least = min(0, value) if least is None else least
    about = high is None and qualifier == "about" and low <= value
    if about or (qualifier != "range" and (low, high) == (least, most)):
        return text
    if high is None and how == "exact" and low == value:
        return between(low, high, say)
    return f"{text} ({between(low, high, say)})"


def printed(row: Mapping[str, Any] | pd.Series, say: Say = NUMBERS) -> str:
    """Write the number in a row of an answer, never surer than its bounds and its report allow.

    Parameters
    ----------
    row : mapping
        `total`, `low` and `high`, and, where a report states the number, its `value` and
        `qualifier`.
    say : mapping
        The words, as :data:`NUMBERS`.

    Examples
    --------
    >>> printed({"total": 67, "low": 67, "high": None})
    'at least 67'
    >>> printed({"total": 105, "low": 5, "high": None})
    'about 105 (at least 5)'
    >>> printed({"total": 31, "low": 31, "high": 59})
    '31–59'
    >>> printed({"total": 3000, "low": 3001, "high": None, "qualifier": "more_than", "value": 3000})
    'more than 3,000'
    >>> printed({"total": 36, "low": 9, "high": 35, "qualifier": "less_than", "value": 36})
    'fewer than 36 (9–35)'
    """
    total, low, high = row["total"], row["low"], row["high"]
    if pd.isna(total):
        return say["no number"]
    how, value = row.get("qualifier"), row.get("value")
    if isinstance(how, str) and pd.notna(value):
        return stated(value, low, high, how, say)
    n, low = number(total), 0 if pd.isna(low) else low
    if pd.notna(high):
        if low == 0 < total == high + 1:
            return say["less_than"].format(n=n)
        return between(low, high, say)
    if low > total:
        return say["more_than"].format(n=n)
    if low == total:
        return say["at_least"].format(n=n)
    return f"{say['about'].format(n=n) if low else n} ({between(low, high, say)})"


def bounds(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return the bounds of a `printed` number; those of "about" are a quarter less and more."""
    low, high = (row.get(name) for name in ("low", "high"))
    if row["printed"].startswith("about ") and pd.isna(high):
        return 0.75 * row["total"], 1.25 * row["total"]
    return 0 if pd.isna(low) else low, float("inf") if pd.isna(high) else high


def exact(*texts: str) -> bool:
    """Whether all numbers are written in digits alone, without a word or a bound.

    >>> exact("2,300"), exact("at least 300")
    (True, False)
    """
    return all(text.replace(",", "").isdecimal() for text in texts)


# -- days and instants -----------------------------------------------------------------------------


def day(value: Any) -> str:
    """Write a calendar day, given as one or as days since 1970."""
    if isinstance(value, int | np.integer):
        value = np.datetime64(int(value), "D")
    return "?" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def local(when: Any, tz: str) -> tuple[pd.Timestamp, str]:
    """Return an instant (naive: in UTC) in a time zone, and its time of day in words.

    The last second of a day stands for a bare date: its time of day is ``""``.
    """
    stamp = pd.Timestamp(when)
    stamp = (stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp).tz_convert(tz)
    if (stamp + pd.Timedelta(1, "s")).date() > stamp.date():
        return stamp, ""
    return stamp, f"{stamp:%H:%M}" if stamp.second == 0 else f"{stamp:%H:%M:%S}"


def instant(when: Any, tz: str, end: str = "the end of {when}") -> str:
    """Write an instant (naive: in UTC): local to `tz`, to the minute, with its offset.

    A bare date, which is the last second of its day, is written as its `end`.
    """
    stamp, clock = local(when, tz)
    offset = stamp.strftime("%z")
    offset = "UTC" if tz == "UTC" else offset[:3] + (":" + offset[3:] if offset[3:] != "00" else "")
    return f"{day(stamp)} {clock} {offset}" if clock else end.format(when=f"{day(stamp)} {offset}")


@dataclass(frozen=True)
class Calendar:
    """How messages write a day and an instant (naive, in UTC) of a time zone."""

    day: Callable[[Any], str] = day
    instant: Callable[[Any, str], str] = instant


#: As answers write them; a page for readers has its own.
ISO = Calendar()


# -- names -----------------------------------------------------------------------------------------


def counted(names: Mapping[str, Any] | pd.Series) -> str:
    """Write what a series counts: outcome first, then event, side, category and definition.

    >>> counted({"outcome": "killed", "event": "", "side": "all", "category": "civilian"})
    'killed · civilian'
    """
    others = [str(names.get(c, "")) for c in ("event", "side", "category", "definition")]
    others = [word for word in others if word not in ("", "all")]
    return " · ".join([str(names["outcome"]), *others])


def part(names: Iterable[str]) -> str:
    """Name a part by its side and category; nothing for the whole.

    >>> part(["A", "civilian"]), part(["all", "military"]), part(["all", "all"])
    ('A · civilian', 'military', '')
    """
    return " · ".join(name for name in names if name != "all")


def thing(names: Mapping[str, Any], *, event: bool = True) -> str:
    """Say what is counted, as a title.

    >>> thing({"outcome": "killed", "event": "flood", "side": "all", "category": "civilian"})
    'Killed · flood · civilian'
    """
    hidden = {} if event else {"event": ""}
    text = counted({name: str(names.get(name, "")) for name in SERIES} | hidden)
    return text[:1].upper() + text[1:]


def visible(text: object) -> str:
    """Return text with a blank or "\ufffd" in place of each character that does not print."""
    text = str(text)
    seen = (c if c.isprintable() or c in _KEPT else " " if c.isspace() else "\ufffd" for c in text)
    return text if text.isprintable() else "".join(seen)


def clean(text: object) -> str:
    """Write a text on one line, with all its characters :func:`visible`."""
    return " ".join(visible(text).split())


def shorten(text: str, most: int) -> str:
    """Write a text on one line; a long one is cut with an ellipsis."""
    text = clean(text[: 4 * most])
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plural(count: int, noun: str) -> str:
    """Write a number of things.

    >>> plural(1, "source"), plural(1200, "report"), plural(2, "series"), plural(3, "stretch")
    ('1 source', '1,200 reports', '2 series', '3 stretches')
    """
    ending = "" if count == 1 or noun.endswith("s") else "es" if noun.endswith("ch") else "s"
    return f"{count:,} {noun}{ending}"


def listed(words: Sequence[str]) -> str:
    """Write a list of words as a sentence does.

    >>> listed(["10", "12", "15"])
    '10, 12 and 15'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def first_of(names: Sequence[str], most: int = 5, mark: str = ", ") -> str:
    """Write the first names, and how many more there are.

    >>> first_of(["A", "B", "C"], 2)
    'A, B and 1 more'
    """
    first = mark.join(names[:most])
    return first if len(names) <= most else f"{first} and {len(names) - most:,} more"


def people(names: Iterable[str]) -> str:
    """Name up to four sources; of more, say how many there are."""
    unique = list(dict.fromkeys(names))
    return listed(unique) if len(unique) <= 4 else f"{len(unique):,} sources"


# -- changes ---------------------------------------------------------------------------------------


def why(cause: str, reasons: Sequence[str]) -> str:
    """Say why a number changed, with the reasons that were given."""
    given = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    if not given:
        return CAUSES[cause]
    short = {"fell": "lower", "unclear": "may be lower"}.get(cause, CAUSES[cause])
    return f"{short}: {given}"


def difference(by: Any, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Write the difference of two numbers, no surer than they are.

    Each is given as it is `printed`, with its `total`, `low` and `high`.

    >>> sure = {"printed": "60", "low": 60, "high": 60}
    >>> floor = {"printed": "at least 70", "low": 70}
    >>> difference(10, sure, sure | {"printed": "70"}), difference(10, sure, floor)
    ('+10', 'at least +10')
    >>> difference(30, floor, {"printed": "at least 100", "low": 100})
    'about +30'
    """
    if exact(before["printed"], now["printed"]):
        return signed(by)
    then, since = bounds(before), bounds(now)
    least = max(since[0] - then[1], 0) or min(since[1] - then[0], 0)
    guess = any(row["printed"].startswith("about ") for row in (before, now))
    if guess or not least:
        return f"about {signed(by)}"
    # From 31 to "more than 60" it is more than 29, which is 30 or more.
    more = abs(least) == abs(by) + 1
    if by < 0:  # "at least −5" may be read as −5, or more than that
        return f"below {signed(by)}" if more else f"{signed(least)} or lower"
    return f"more than {signed(by)}" if more else f"at least {signed(least)}"


def steps(row: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Write the steps of a bridge that are not 0; "about" where a number is vague.

    `before` and `now` hold a number as it is `printed`, with its `total`, `low` and `high`.

    >>> step = dict.fromkeys(STEPS, 0) | {"new": 20}
    >>> steps(step, {"printed": "84", "low": 84}, {"printed": "104", "low": 104})
    '+20 new'
    >>> steps(step, {"printed": "at least 84", "low": 84}, {"printed": "more than 103", "low": 104})
    'about +20 new'
    >>> none, known = dict.fromkeys(STEPS, 0), {"printed": "100", "low": 100, "high": 100}
    >>> steps(none, known, {"printed": "at least 100", "low": 100})
    'now stated otherwise'
    >>> step = dict.fromkeys(STEPS, 0) | {"new": 10}
    >>> steps(step, {"printed": "40", "low": 40, "high": 40}, {"printed": "up to 50", "high": 50})
    'their bounds overlap'
    """
    moved = [name for name in STEPS if row[name]]
    gone = now["printed"] == NONE
    if not moved:
        same = before["printed"] == now["printed"]
        return "withdrawn" if gone else "no change" if same else "now stated otherwise"
    about = "" if exact(before["printed"]) and (gone or exact(now["printed"])) else "about "
    if about and not gone:
        then, since = bounds(before), bounds(now)
        bounded = max(then[1], since[1]) < float("inf")
        if bounded and max(then[0], since[0]) <= min(then[1], since[1]):
            return "their bounds overlap"
        if moved == ["unexplained"] and then[0] <= since[1]:
            return CAUSES["unclear"]
    told = {name: about + signed(row[name]) for name in moved}
    if len(moved) == 1 and not gone:
        # Added to "more than 1,000", which is 1,001 or more, 26 are at least 1,027.
        above = before["printed"].startswith("more than ") and not now.get("stated", True)
        raised = above and now["low"] == now["total"] > 0
        by = row[moved[0]] - (before["low"] - before["total"] if raised else 0)
        told = {moved[0]: difference(by, before, now)}
    named = {"new": "later, as those counted may return"} if row["new"] < 0 else {}
    return ", ".join(f"{by} {named.get(name, name)}" for name, by in told.items())


# -- ledgers ---------------------------------------------------------------------------------------


def header(frame: pd.DataFrame, series: int, tz: str, known_at: np.datetime64 | None) -> list[str]:
    """Return the lines that say what a ledger holds."""
    sources = frame.loc[frame["action"] != "deny", "source"].nunique()
    head = [plural(len(frame), "report"), plural(series, "series"), plural(sources, "source")]
    lines = [f"Ledger: {', '.join(head)}"]
    if len(frame):
        first, last = (instant(frame["reported_at"].agg(end), tz) for end in ("min", "max"))
        span = f"{day(frame['period_end'].min())} to {day(frame['period_end'].max())}"
        lines.append(f"reported {first} to {last}, for days {span}")
    clock = "with no limit to the clock" if known_at is None else instant(known_at, tz)
    return [*lines, f"time zone {tz}, as known {clock}"]


def overview(frame: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Return the last ten reports as a table of short texts."""
    return pd.DataFrame([
        {
            "report_id": shorten(row["report_id"], 28),
            "reported": instant(row["reported_at"], tz),
            "source": shorten(row["source"], 30),
            "counted": shorten(counted({c: row[c] for c in SERIES}), 44),
            "kind": row["kind"],
            "through": day(row["period_end"]),
            "number": row["action"] + " of " + shorten(row["refers_to"], 28)
            if row["action"] in ("retract", "deny")
            else stated(row["value"], row["low"], row["high"], row["qualifier"]),
        }
        for row in frame.tail(10).to_dict("records")
    ])  # fmt: skip


def as_text(lines: list[str], table: pd.DataFrame, more: list[str]) -> str:
    """Return lines, a table below them, and further lines below that, as text."""
    body = [table.to_string(index=False, max_colwidth=None)] if len(table) else []
    return "\n".join([*lines, *body, *more])


def as_html(lines: list[str], table: pd.DataFrame, more: list[str]) -> str:
    """Return the same as HTML, everything escaped."""
    body = table.to_html(index=False, border=0) if len(table) else ""
    below = "".join(f"<p>{text}</p>" for text in more)
    return f"<div><p>{'<br>'.join(map(html.escape, lines))}</p>{body}{below}</div>"


def plain(text: object) -> str:
    """Return text escaped for HTML, with all its characters :func:`visible`.

    >>> plain('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(visible(text), quote=True)


def web(address: str) -> bool:
    """Whether an address is one of the web, which a link may lead to.

    >>> web("https://example.org"), web("javascript:alert()")
    (True, False)
    """
    return address.casefold().startswith(("https://", "http://"))
