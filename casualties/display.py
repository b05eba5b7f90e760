"""How counts, series and ledgers are written for people: plain text and escaped HTML."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .model import clocks
from .model.schema import SERIES

_SIGN = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<", "about": "~"}


def number(value: Any) -> str:
    """Write a count with thousands separators; an unknown one as "?".

    >>> number(2300)
    '2,300'
    """
    return "?" if pd.isna(value) else f"{int(value):,}"


def stated(value: Any, low: Any, high: Any, qualifier: str) -> str:
    """Write a count as it was stated.

    >>> stated(300, 300, None, "at_least")
    '≥300'
    >>> stated(None, None, None, "exact")
    'no number'
    """
    if pd.isna(value):
        return "no number" if pd.isna(low) else between(low, high)
    sign = _SIGN.get(qualifier, "")
    return sign + (f"{number(-value)} fewer" if value < 0 else number(value))


def between(low: Any, high: Any) -> str:
    """Write bounds.

    >>> between(50, None), between(None, 60), between(50, 60), between(60, 60)
    ('50 or more', '60 or fewer', '50–60', '60')
    """
    if pd.isna(high):
        return f"{number(low)} or more"
    if pd.isna(low):
        return f"{number(high)} or fewer"
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def counted(names: pd.Series | dict[str, str]) -> str:
    """Say in words what a series counts: outcome first, then event, side, category, definition.

    >>> counted({"outcome": "killed", "event": "", "side": "all", "category": "civilian"})
    'killed · civilian'
    """
    parts = [str(names["outcome"])]
    for column in ("event", "side", "category", "definition"):
        word = str(names.get(column, ""))
        if word not in ("", "all"):
            parts.append(word)
    return " · ".join(parts)


def day(value: Any) -> str:
    """Write a calendar day."""
    return "?" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def shorten(text: str, most: int) -> str:
    """Cut a long text with an ellipsis; what cannot be printed becomes a sign for it."""
    text = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    text = " ".join(text[: 4 * most].split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plural(count: int, noun: str) -> str:
    """Write a number of things.

    >>> plural(1, "source"), plural(1200, "report"), plural(2, "series"), plural(3, "stretch")
    ('1 source', '1,200 reports', '2 series', '3 stretches')
    """
    ending = "" if count == 1 or noun.endswith("s") else "es" if noun.endswith("ch") else "s"
    return f"{count:,} {noun}{ending}"


def header(frame: pd.DataFrame, series: int, tz: str, known_at: np.datetime64 | None) -> list[str]:
    """Return the lines that say what a ledger holds."""
    sources = frame.loc[frame["action"] != "deny", "source"].nunique()
    head = ", ".join(
        [plural(len(frame), "report"), plural(series, "series"), plural(sources, "source")]
    )
    lines = [f"Ledger: {head}"]
    if len(frame):
        first, last = (
            clocks.show(at, tz) for at in (frame["reported_at"].min(), frame["reported_at"].max())
        )
        span = f"{day(frame['period_end'].min())} to {day(frame['period_end'].max())}"
        lines.append(f"reported {first} to {last}, for days {span}")
    clock = "with no limit to the clock" if known_at is None else clocks.show(known_at, tz)
    lines.append(f"time zone {tz}, as known {clock}")
    return lines


def overview(frame: pd.DataFrame, tz: str, most: int = 10) -> pd.DataFrame:
    """Return the last reports as a short table of text."""
    some = frame.tail(most)
    rows: Sequence[dict[str, str]] = [
        {
            "report_id": shorten(row["report_id"], 28),
            "reported": clocks.show(row["reported_at"], tz),
            "source": shorten(row["source"], 30),
            "counted": shorten(counted({c: row[c] for c in SERIES}), 44),
            "kind": row["kind"],
            "through": day(row["period_end"]),
            "number": row["action"] + " of " + shorten(row["refers_to"], 28)
            if row["action"] in ("retract", "deny")
            else stated(row["value"], row["low"], row["high"], row["qualifier"]),
        }
        for row in some.to_dict("records")
    ]
    return pd.DataFrame(rows)


def as_text(lines: list[str], table: pd.DataFrame, hidden: int) -> str:
    """Return a header over a table as text."""
    body = [table.to_string(index=False, max_colwidth=None)] if len(table) else []
    if hidden:
        body.append(f"… and {plural(hidden, 'earlier report')}")
    return "\n".join([*lines, *body])


def as_html(lines: list[str], table: pd.DataFrame, hidden: int) -> str:
    """Return a header over a table as HTML, everything escaped."""
    head = "<br>".join(html.escape(line) for line in lines)
    columns = "".join(f"<th>{html.escape(str(c))}</th>" for c in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    body = f"<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    more = f"<p>… and {html.escape(plural(hidden, 'earlier report'))}</p>" if hidden else ""
    return f"<div><p>{head}</p>{body if len(table) else ''}{more}</div>"
