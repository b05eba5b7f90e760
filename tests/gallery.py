"""Draw every chart in many styles and scales into the ignored folder ``gallery/``, to look at.

Not collected by pytest: ``make gallery``, then open ``gallery/index.html`` and scroll.
"""

import html
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "plots"))
from ledgers import article, series
from looking import CHARTS, of_parts, soldiers

import casualties as cas

FOLDER = Path(__file__).parent.parent / "gallery"
STYLES = ["default", "dark_background", "grayscale", "ggplot", "seaborn-v0_8", "fivethirtyeight"]


def sources(count, top=3000):
    """A ledger of so many sources that each report a growing total for ten weeks."""
    random = np.random.default_rng(count)
    names = ["Հայաստան", "Россия и друзья", "العراق", "Ελλάδα", "a $x_1^2$ \\alpha", "AFP"]
    names += [f"Monitor number {place} of a long name" for place in range(count)]
    frames = []
    for place in range(count):
        days = pd.date_range("2024-01-01", periods=10, freq="7D")
        value = np.cumsum(random.integers(0, max(top // (10 + place), 2), 10))
        frame = pd.DataFrame({"period_end": days, "value": value, "source": names[place]})
        frame["reported_at"] = days + pd.Timedelta("20h")
        frames.append(frame)
    return cas.Ledger(pd.concat(frames, ignore_index=True), kind="total", category="civilian")


def long(days, step, **columns):
    """A ledger of one source over so many days."""
    dates = pd.date_range("2016-01-01", periods=days)
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"value": np.cumsum(random.poisson(step, days)), "period_end": dates})
    frame["reported_at"] = dates + pd.Timedelta("30h")
    return cas.Ledger(frame, source="Ministry", kind="total", **columns)


CASES = {
    "the article": article(),
    "soldiers": soldiers(),
    "Derna": cas.load_dataset("revised_tolls").where(
        event="Derna floods 2023", side="Derna", outcome="killed"
    ),
    "parts": of_parts(),
    "one report": series([("total", "2024-03-05", 3)]),
    "zero": series([("total", "2024-03-05", 0), ("total", "2024-03-06", 0)]),
    "a wide range": series([("total", "2024-03-05", "793-8498")]),
    "ranges": series([("total", "2024-03-05", "10-14"), ("total", "2024-03-09", "up to 90")]),
    "falls": series([("total", f"2024-03-{d:02d}", 500 - d * d) for d in range(1, 16)]),
    "at least": series([("total", f"2024-03-{d:02d}", f"at least {d * 7}") for d in range(1, 9)]),
    "silence": series([("total", "2024-03-05", 10), ("total", "2024-03-06", None)]),
    "eight": sources(8),
    "forty": sources(40),
    "3,000 days": long(3000, 4),
    "3,000 days at least": long(3000, 4, qualifier="at_least"),
    "millions": long(700, 4000),
}


def pictures():
    """Yield a heading, a name and a way to draw for every picture."""
    for style in STYLES:
        for name, draw in CHARTS.items():
            yield f"Style {style}", f"{style} {name}", style, draw
    for case, ledger in CASES.items():
        for name in ("totals", "history", "claims", "increments", "parts", "vintages", "revisions",
                     "sources"):  # fmt: skip
            yield f"Case: {case}", f"{case} {name}", "default", getattr(ledger.plot, name)
    for layout in (None, "tight", "constrained"):
        for shape, size in (((1, 2), (6.4, 4.8)), ((2, 3), (6.4, 4.8)), ((2, 3), (13, 8))):
            where = f"{layout or 'no'} layout, {shape[0]} × {shape[1]}, {size[0]:g} × {size[1]:g}"
            yield "Grids", where, "default", lambda a=(shape, size, layout): grid(*a)
    yield "Small multiples", "by source", "default", lambda: soldiers().plot.totals(by="source")


def grid(shape, size, layout):
    """Draw several charts in one figure."""
    _, axes = plt.subplots(*shape, figsize=size, layout=layout)
    names = ["history", "claims", "totals", "sources", "reconcile", "vintages"]
    for name, ax in zip(names, axes.flat, strict=False):
        CHARTS[name](ax=ax)
    return axes.flat[0]


def main():
    """Draw all that can be drawn into one page; say what cannot."""
    FOLDER.mkdir(exist_ok=True)
    page, last = [], ""
    for heading, name, style, draw in pictures():
        if heading != last:
            page.append(f"<h2>{html.escape(heading)}</h2>")
            last = heading
        with plt.style.context(style):
            try:
                ax = draw()
            except cas.LedgerError as error:
                page.append(f"<p>{html.escape(f'{name}: {error}')}</p>")
                continue
            file = f"{name.replace(' ', '_').replace(',', '')}.png"
            ax.figure.savefig(FOLDER / file, dpi=90)
            plt.close("all")
        alt = html.escape(ax.alt_text, quote=True)
        page.append(
            f'<figure><img src="{file}" alt="{alt}" loading="lazy">'
            f"<figcaption><b>{html.escape(name)}</b> {alt}</figcaption></figure>"
        )
    style = (
        "body{font:14px sans-serif;background:#eee;margin:2em}figure{display:inline-block;"
        "vertical-align:top;width:31%;margin:.5em}img{width:100%}figcaption{font-size:11px}"
    )
    body = "\n".join(page)
    (FOLDER / "index.html").write_text(
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Gallery</title>"
        f"<style>{style}</style><h1>Gallery</h1>{body}</html>",
        encoding="utf-8",
    )
    print(FOLDER / "index.html")


if __name__ == "__main__":
    main()
