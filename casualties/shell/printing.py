"""Frames on standard output: a table for people, CSV or JSON for scripts."""

import json
import os
import sys
from typing import Any

import numpy as np
import pandas as pd

from ..words import instant, number


def as_text(frame: pd.DataFrame, form: str) -> str:
    """Write a frame as a table, CSV or JSON; what is not known is blank."""
    shown = _dates(frame, form)
    if form == "csv":
        return shown.to_csv(index=False, lineterminator="\n")
    if form == "json":
        return json.dumps(_records(shown), ensure_ascii=False, indent=1) + "\n"
    if frame.empty:
        return "nothing\n"
    numbers = [c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c].dtype)
               and not pd.api.types.is_bool_dtype(frame[c].dtype)]  # fmt: skip
    for column in frame.columns:
        shown[column] = [_cell(value) for value in shown[column].astype(object)]
    # Columns that say the same thing in every row are said once, above.
    many = len(shown) > 1
    same = [c for c in shown.columns if many and shown[c].nunique() == 1 and shown[c].iat[0]]
    blank = [c for c in shown.columns if (shown[c] == "").all()]
    head = "".join(f"{c}: {shown[c].iat[0]}\n" for c in same)
    return head + _table(shown.drop(columns=[*same, *blank]), {*numbers})


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return number(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _table(shown: pd.DataFrame, numbers: set[Any]) -> str:
    """Lay out columns of text, numbers to the right."""
    if not len(shown.columns):
        return ""
    columns = []
    for name in shown.columns:
        cells = [" ".join(str(name).split()), *(" ".join(c.split()) for c in shown[name])]
        width = max(map(len, cells))
        columns.append([c.rjust(width) if name in numbers else c.ljust(width) for c in cells])
    lines = ("  ".join(row).rstrip() for row in zip(*columns, strict=True))
    return "\n".join(lines) + "\n"


def write(text: str) -> None:
    """Print a text whole; that its reader has gone (`| head`) is no error."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def both_as_text(frames: dict[str, pd.DataFrame], form: str) -> str:
    """Write several frames: one JSON object, or one below the other under their names."""
    if form == "json":
        found = {name: _records(_dates(frame, form)) for name, frame in frames.items()}
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    mark = "# " if form == "csv" else ""
    parts = [f"{mark}{name}\n{as_text(frame, form)}" for name, frame in frames.items()]
    return "\n".join(parts)


def annotations(
    findings: pd.DataFrame, lacking: dict[str, list[str]], file: str, lines: dict[str, int]
) -> str:
    """Write findings, and messages of what reports lack, as GitHub shows them beside a file.

    Each is one line, at the last line of the file in which one of its reports begins: what a push
    adds stands below what was there.
    """
    levels = {"contradiction": "error", "doubt": "warning", "note": "notice"}
    told = [("error", "require", message, ids) for message, ids in lacking.items()]
    columns = (findings[name].astype(str) for name in ("severity", "code", "message", "report_ids"))
    for severity, code, message, ids in zip(*columns, strict=True):
        told.append((levels[severity], code, f"{message} ({ids})", ids.split("; ")))
    written = []
    for level, title, message, ids in told:
        last = max((lines[name] for name in ids if name in lines), default=0)
        place = f"file={_escaped(file, ':,')}{f',line={last}' if last else ''},title={title}"
        written.append(f"::{level} {place}::{_escaped(message)}\n")
    return "".join(written)


def _escaped(text: str, more: str = "") -> str:
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _dates(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return a frame with days and instants as text."""
    shown = frame.copy()
    for column in frame.columns:
        cells = frame[column]
        if isinstance(cells.dtype, pd.DatetimeTZDtype):
            zone = str(cells.dt.tz)
            shown[column] = [
                None if pd.isna(at) else instant(at, zone) if form == "table" else at.isoformat()
                for at in cells
            ]
        elif pd.api.types.is_datetime64_dtype(cells.dtype):
            shown[column] = cells.dt.strftime("%Y-%m-%d")
    return shown


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = {name: frame[name].astype(object) for name in frame.columns}
    cells = {name: column.where(column.notna(), None).tolist() for name, column in plain.items()}
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
