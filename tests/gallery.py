"""Draw every chart in every style and scale into the ignored folder ``gallery/``, to look at.

Not collected by pytest: ``python tests/gallery.py``, then open the pictures.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from ledgers import article, series

import casualties as cas

FOLDER = Path(__file__).parent.parent / "gallery"
STYLES = ["default", "dark_background", "grayscale", "seaborn-v0_8-whitegrid"]


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


def long(years, step):
    """A ledger of one source over years."""
    days = pd.date_range("2021-01-01", periods=int(years * 365))
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"value": np.cumsum(random.poisson(step, len(days))), "period_end": days})
    frame["reported_at"] = days + pd.Timedelta("30h")
    return cas.Ledger(frame, source="Ministry", kind="total")


CASES = {
    "article": article(),
    "one_report": series([("total", "2024-03-05", 3)]),
    "falls": series([("total", f"2024-03-{d:02d}", 500 - d * d) for d in range(1, 16)]),
    "at_least": series([("total", f"2024-03-{d:02d}", f"at least {d * 7}") for d in range(1, 9)]),
    "unknown": series([("total", "2024-03-05", 10), ("total", "2024-03-06", None)]),
    "range": series([("total", "2024-03-05", "10-14"), ("period", "2024-03-06", "5-9")]),
    "denied": cas.load_dataset("karabakh_2020")
    .as_of("2020-10-08")
    .where(side="Armenian side", category="military", outcome="killed"),
    "two": sources(2),
    "eight": sources(8),
    "forty": sources(40),
    "three_years": long(3, 4),
    "millions": long(2, 4000),
}


def main():
    """Draw all that can be drawn; say what cannot."""
    FOLDER.mkdir(exist_ok=True)
    for style in STYLES:
        for name, ledger in CASES.items():
            for size in ((6.4, 4.8), (4, 3)):
                with plt.style.context(style), plt.rc_context({"figure.figsize": size}):
                    for chart in ("totals", "history", "vintages", "revisions", "sources"):
                        try:
                            ax = getattr(ledger.plot, chart)()
                        except cas.LedgerError as error:
                            if style == "default" and size[0] > 5:
                                print(f"{name} {chart}: {error}")
                            continue
                        small = "" if size[0] > 5 else "_small"
                        ax.figure.savefig(FOLDER / f"{style}_{name}_{chart}{small}.png", dpi=70)
                        plt.close("all")


if __name__ == "__main__":
    main()
