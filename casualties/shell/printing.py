"""Frames as text: a table for people, CSV or JSON for scripts."""

import datetime as dt
import json
import os
import sys
from functools import partial
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
        return _json(_records(shown))
    if frame.empty:
        return "nothing\n"
    numbers = {*frame.select_dtypes("number").columns}
    shown = shown.astype(object).map(_cell)
    shown = shown.loc[:, (shown != "").any()]
    # Columns that say the same thing in every row are said once, above.
    same = [c for c in shown.columns if len(shown) > 1 and shown[c].nunique() == 1]
    head = "".join(f"{c}: {shown[c].iat[0]}\n" for c in same)
    return head + _table(shown.drop(columns=same), numbers)


def _cell(value: Any) -> str:
    """Return a cell of a table for people."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return number(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _table(shown: pd.DataFrame, numbers: set[Any]) -> str:
    """Lay out columns of text, numbers to the right."""
    columns = []
    for name in shown.columns:
        cells = [" ".join(str(cell).split()) for cell in (name, *shown[name])]
        width = max(map(len, cells))
        columns.append([c.rjust(width) if name in numbers else c.ljust(width) for c in cells])
    return "".join("  ".join(row).rstrip() + "\n" for row in zip(*columns, strict=True))


def write(text: str) -> None:
    """Print a text whole; that its reader has gone (`| head`) is no error."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def both_as_text(frames: dict[str, pd.DataFrame], form: str) -> str:
    """Write several frames: one JSON object, or one below the other under their names."""
    if form == "json":
        return _json({name: _records(_dates(frame, form)) for name, frame in frames.items()})
    mark = "# " if form == "csv" else ""
    return "\n".join([f"{mark}{name}\n{as_text(frame, form)}" for name, frame in frames.items()])


def annotations(findings: pd.DataFrame, file: str, lines: dict[str, int]) -> str:
    """Write findings as annotations of GitHub.

    Each stands at the last line of the file in which one of its reports begins: of reports that
    contradict each other, the one that a push added is below the others.
    """
    levels, written = {"contradiction": "error", "doubt": "warning", "note": "notice"}, ""
    columns = findings[["severity", "code", "message", "report_ids"]].astype(str)
    for severity, code, message, ids in columns.itertuples(index=False):
        last = max((lines[name] for name in ids.split("; ") if name in lines), default=0)
        place = f"file={_escaped(file, ':,')}{f',line={last}' if last else ''},title={code}"
        written += f"::{levels[severity]} {place}::{_escaped(f'{message} ({ids})')}\n"
    return written


def _escaped(text: str, more: str = "") -> str:
    """Escape %, ends of lines and the signs in `more`, as annotations of GitHub must be."""
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _dates(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return a frame with days and instants as text."""
    shown = frame.copy()
    for column, cells in frame.items():
        if isinstance(cells.dtype, pd.DatetimeTZDtype):
            words = partial(instant, tz=str(cells.dt.tz))
            say = words if form == "table" else dt.datetime.isoformat
            shown[column] = cells.astype(object).map(say, na_action="ignore")
        elif pd.api.types.is_datetime64_dtype(cells.dtype):
            shown[column] = cells.dt.strftime("%Y-%m-%d")
    return shown


def _records(frame: pd.DataFrame) -> Any:
    """Return the rows of a frame as JSON has them: what is not known is null."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
