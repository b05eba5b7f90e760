"""Draw the pictures of the README into ``examples/pictures``."""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

import casualties as cas

WHO = {
    "event": "Nagorno-Karabakh 2020",
    "side": "Armenian side",
    "category": "military",
    "outcome": "killed",
}


def main(folder: Path) -> None:
    """Draw one picture of each chart."""
    folder.mkdir(exist_ok=True)
    war = cas.load_dataset("karabakh_2020")
    ministry = war.where(source="Karabakh defence ministry", **WHO)
    tolls = cas.load_dataset("revised_tolls")
    charts = {
        "totals": lambda: ministry.as_of("2020-11-20").plot.totals(),
        "history": lambda: ministry.as_of("2020-10-04").plot.history(),
        "vintages": lambda: ministry.as_of("2020-10-04").plot.vintages(),
        "revisions": lambda: tolls.plot.revisions(),
        "sources": lambda: war.as_of("2020-09-28").where(**WHO).plot.sources(),
        "reconcile": lambda: ministry.plot.reconcile("2020-09-28 15:00", "2020-09-30"),
    }
    for name, draw in charts.items():
        ax = draw()
        ax.figure.savefig(folder / f"{name}.png", dpi=80, metadata={"Software": None})
        plt.close(ax.figure)
        print(f"{name}: {ax.alt_text}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
