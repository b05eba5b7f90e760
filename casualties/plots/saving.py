"""What a picture says goes with it: into notebooks, files, and to the pointer over its marks."""

import io
import re
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes

from ..words import clean, printed, web
from .fitting import sheets_of

if TYPE_CHECKING:
    from .sheet import Sheet


_MARK = r"<use [^>]*/>"


@dataclass
class Spot:
    """Marks of one line or row: where they stand, and the rows that they show."""

    gid: str
    x: np.ndarray
    y: np.ndarray
    rows: pd.DataFrame

    def says(self, place: int, sheet: "Sheet") -> str:
        """Return what a mark says: the number as stated, who, and when."""
        row = self.rows.iloc[place]
        when = row.get("reported_at", pd.NaT)
        when = row["date"] if pd.isna(when) else when
        who = str(row["source"])
        parts = [printed(row, sheet.say), sheet.labels.get(who, who), f"{when:%Y-%m-%d}"]
        return clean(" · ".join(parts))


def tell(ax: Axes, sheet: "Sheet") -> None:
    """Tie to the axes what they say, the frame drawn, and what the pointer finds."""
    chart: Any = ax
    chart.alt_text = " ".join(dict.fromkeys(sheet.told))
    chart.data = sheet.data[0] if len(sheet.data) == 1 else pd.concat(sheet.data, ignore_index=True)
    chart._repr_html_ = partial(_as_html, ax)
    if sheet.spots:
        chart.format_coord = partial(_under_pointer, sheet)
    canvas = chart.figure.canvas
    if not isinstance(vars(canvas).get("print_figure"), partial):
        canvas.print_figure = partial(_print, canvas)


def _as_html(ax: Axes) -> str:
    """Return what a notebook shows under the picture: the same in words."""
    return f"<p><small>{escape(str(getattr(ax, 'alt_text', '')))}</small></p>"


def _under_pointer(sheet: "Sheet", x: float, y: float) -> str:
    """Return what the mark nearest to the pointer says."""
    at = sheet.ax.transData.transform((x, y))
    best, said = np.inf, ""
    for spot in sheet.spots:
        away = np.hypot(*(sheet.ax.transData.transform(np.c_[spot.x, spot.y]) - at).T)
        if len(away) and np.nanmin(away) < best:
            best, said = np.nanmin(away), spot.says(int(np.nanargmin(away)), sheet)
    return said


def _print(canvas: Any, filename: Any, *args: Any, **keywords: Any) -> Any:
    """Print a figure with its description: in PNG, SVG and PDF; the text of SVG stays text."""
    kind = keywords.get("format")
    if kind is None and not isinstance(filename, io.IOBase):
        _, _, kind = str(filename).rpartition(".")
    kind = str(kind or rcParams["savefig.format"]).lower()
    charts = [ax for ax in canvas.figure.axes if getattr(ax, "alt_text", "")]
    alt = " ".join(dict.fromkeys(str(ax.alt_text) for ax in charts))
    title = " ".join(charts[0].get_title(loc="left").split()) if charts else ""
    subject = {"png": "Description", "svg": "Description", "pdf": "Subject"}.get(kind)
    if subject and alt:
        given = keywords.get("metadata") or {}
        keywords["metadata"] = {subject: alt} | ({"Title": title} if title else {}) | given
    draw = type(canvas).print_figure
    if kind != "svg":
        return draw(canvas, filename, *args, **keywords)
    page = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        draw(canvas, page, *args, **keywords | {"format": "svg"})
    text = page.getvalue().decode()
    for ax in charts:
        for sheet in sheets_of(ax):
            for spot in sheet.spots:
                text = _with_titles(text, spot, sheet)
    return _write(filename, text)


def _with_titles(text: str, spot: Spot, sheet: "Sheet") -> str:
    """Give each mark of an SVG its words, and the page of its report."""
    start = text.find(f'<g id="{spot.gid}">')
    end = text.find("</g>", start)
    part, places = text[start:end], iter(range(len(spot.x)))
    if start < 0 or len(re.findall(_MARK, part)) != len(spot.x):
        return text

    def told(mark: re.Match[str]) -> str:
        place = next(places)
        title = f"<title>{escape(spot.says(place, sheet))}</title>"
        url = str(spot.rows["url"].iloc[place]) if "url" in spot.rows else ""
        found = mark[0].removesuffix("/>") + f">{title}</use>"
        return f'<a href="{escape(url)}">{found}</a>' if web(url) else found

    return text[:start] + re.sub(_MARK, told, part) + text[end:]


def _write(filename: Any, text: str) -> None:
    if hasattr(filename, "write"):
        filename.write(text if isinstance(filename, io.TextIOBase) else text.encode())
    else:
        Path(filename).write_text(text, encoding="utf-8")
