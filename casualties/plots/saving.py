"""What a picture says goes with it: into notebooks and into the files that it is saved to."""

import io
from functools import partial
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib import rcParams
from matplotlib.axes import Axes


def tell(ax: Axes, words: str, figure: Any) -> None:
    """Tie a description to the axes, to what notebooks show of them, and to saved files."""
    chart: Any = ax
    chart.alt_text = words
    chart._repr_html_ = partial(_as_html, ax)
    describe(figure)


def _as_html(ax: Axes) -> str:
    """Return what a notebook shows under the picture: the same in words."""
    return f"<p><small>{escape(str(getattr(ax, 'alt_text', '')))}</small></p>"


def describe(figure: Any) -> None:
    """Let the figure write what it says into the files that it is saved to."""
    canvas = figure.canvas
    if not isinstance(vars(canvas).get("print_figure"), partial):
        canvas.print_figure = partial(_print, canvas)


def _print(canvas: Any, filename: Any, *args: Any, **keywords: Any) -> Any:
    """Print a figure with its description: in PNG, SVG and PDF; the text of SVG stays text."""
    kind = keywords.get("format")
    if kind is None and not isinstance(filename, io.IOBase):
        _, _, kind = str(filename).rpartition(".")
    kind = str(kind or rcParams["savefig.format"]).lower()
    told = [str(ax.alt_text) for ax in canvas.figure.axes if getattr(ax, "alt_text", "")]
    alt = " ".join(dict.fromkeys(told))
    heads = [ax.get_title(loc="left") for ax in canvas.figure.axes if getattr(ax, "alt_text", "")]
    title = " ".join(heads[0].split()) if heads else ""
    words = {
        "png": {"Description": alt, "Title": title},
        "svg": {"Description": alt, "Title": title},
        "pdf": {"Subject": alt, "Title": title},
    }.get(kind)
    if words and alt:
        given = keywords.get("metadata") or {}
        keywords["metadata"] = {name: text for name, text in words.items() if text} | given
    draw = type(canvas).print_figure
    if kind == "svg":
        with mpl.rc_context({"svg.fonttype": "none"}):
            return draw(canvas, filename, *args, **keywords)
    return draw(canvas, filename, *args, **keywords)
