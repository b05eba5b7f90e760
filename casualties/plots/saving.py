"""A picture's words go with it: into files, and to the pointer over its marks."""

import io
import os
import re
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import cbook, rc_context, rcParams
from matplotlib.lines import Line2D

from ..words import clean, web
from . import captions
from .sheet import BAR, Sheet


def give_words(chart: Any) -> Any:
    """Give the axes `alt_text`, `data` and words under the pointer; files will hold the words."""
    sheet = Sheet.of(chart)
    chart.alt_text = " ".join(dict.fromkeys(sheet.told))
    chart.data = sheet.data[0] if len(sheet.data) == 1 else pd.concat(sheet.data, ignore_index=True)
    if sheet.spots:
        chart.format_coord = partial(_under_pointer, sheet)
    canvas = chart.figure.canvas
    if not isinstance(vars(canvas).get("print_figure"), partial):
        canvas.print_figure = partial(_print, canvas)
    return chart


def _words(sheet: Sheet, row: pd.Series) -> str:
    """Return what a mark says: the number as stated, who, and when; or the words of a `bar`."""
    if BAR in row:
        return clean(row[BAR])
    when, who = row.get("reported_at", pd.NaT), str(row["source"])
    when = row["date"] if pd.isna(when) else when
    parts = [captions.worded(row, sheet.say), sheet.labels.get(who, who), f"{when:%Y-%m-%d}"]
    return clean(" · ".join(filter(None, parts)))


def _under_pointer(sheet: Sheet, x: float, y: float) -> str:
    """Return what the mark nearest to the pointer says."""
    pointer = sheet.ax.transData.transform((x, y))
    best, said = np.inf, ""
    for mark, shown in sheet.spots:
        if isinstance(mark, Line2D):
            away = np.hypot(*(sheet.ax.transData.transform(mark.get_xydata()) - pointer).T)
        else:
            box = mark.get_window_extent()
            away = np.hypot(*np.maximum(box.min - pointer, pointer - box.max).clip(0))
        if np.nanmin(away) < best:
            best, said = np.nanmin(away), _words(sheet, shown.iloc[np.nanargmin(away)])
    return said


def _print(canvas: Any, filename: Any, *args: Any, **keywords: Any) -> Any:
    """Print a figure with its description: in PNG, SVG and PDF; the text of SVG stays text."""
    path = Path(filename if isinstance(filename, str | os.PathLike) else "")
    kind = str(keywords.get("format") or path.suffix[1:] or rcParams["savefig.format"]).lower()
    charts = [ax for ax in canvas.figure.axes if getattr(ax, "alt_text", "")]
    alt = " ".join(dict.fromkeys(str(ax.alt_text) for ax in charts))
    subject = {"png": "Description", "svg": "Description", "pdf": "Subject"}.get(kind)
    if subject and alt:
        keywords["metadata"] = {subject: alt} | (keywords.get("metadata") or {})
    draw = type(canvas).print_figure
    if kind != "svg":
        return draw(canvas, filename, *args, **keywords)
    spots = [(sheet, *spot) for sheet in map(Sheet.of, charts) for spot in sheet.spots]
    for place, (_, mark, _) in enumerate(spots):
        mark.set_gid(f"mark-{place}")
    page = io.BytesIO()
    with rc_context({"svg.fonttype": "none"}):
        draw(canvas, page, *args, **keywords | {"format": "svg"})
    text = page.getvalue().decode()
    for sheet, mark, shown in spots:
        text = _with_titles(text, mark, sheet, shown)
    with cbook.open_file_cm(filename, "w", encoding="utf-8") as file:
        file.write(text if cbook.file_requires_unicode(file) else text.encode())
    return None


def _with_titles(text: str, drawn: Any, sheet: Sheet, shown: pd.DataFrame) -> str:
    """Give each mark of a group of an SVG, or its bar, its words, and the page of its report."""
    head, begin, rest = text.partition(f'<g id="{drawn.get_gid()}">')
    part, end, tail = rest.partition("</g>")
    tag = "use" if isinstance(drawn, Line2D) else "path"
    marks = f"<{tag} [^>]*/>"
    if len(re.findall(marks, part)) != len(shown):
        return text
    stated = shown.iterrows()

    def told(mark: re.Match[str]) -> str:
        _, row = next(stated)
        url, title = str(row.get("url", "")), f"<title>{escape(_words(sheet, row))}</title>"
        found = mark[0].removesuffix("/>") + f">{title}</{tag}>"
        return f'<a href="{escape(url)}">{found}</a>' if web(url) else found

    return head + begin + re.sub(marks, told, part) + end + tail
