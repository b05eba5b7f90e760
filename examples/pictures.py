"""Draw the pictures of the README into ``examples/pictures``, at twice the size they are shown."""

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
FOUR = [
    "Karabakh defence ministry",
    "Armenian authorities",
    "Armenia prime minister",
    "Azerbaijan president",
]


def main(folder: Path) -> None:
    """Draw one picture of each chart, and the first one of the README."""
    folder.mkdir(exist_ok=True)
    war = cas.load_dataset("karabakh_2020")
    soldiers, ministry = (
        war.where(definition="", **WHO),
        war.where(source="Karabakh defence ministry", **WHO),
    )
    tolls = cas.load_dataset("revised_tolls")
    derna = tolls.where(event="Derna floods 2023", side="Derna", outcome="killed")
    dead = war.as_of("2020-09-28 20:00").where(event=WHO["event"], outcome="killed", definition="")
    choose = cas.Prefer("Karabakh defence ministry", "Azerbaijan Prosecutor General", "AFP")
    charts = {
        "hero": lambda: derna.plot.timeline(title="How many died in Derna: who said what, when"),
        "totals": lambda: ministry.as_of("2020-11-20").plot.totals(),
        "history": lambda: ministry.as_of("2020-10-04").plot.history(),
        "claims": lambda: soldiers.as_of("2020-10-08").plot.claims(),
        "increments": lambda: ministry.as_of("2020-10-20").plot.increments(),
        "parts": lambda: dead.plot.parts(choose=choose),
        "vintages": lambda: ministry.as_of("2020-10-04").plot.vintages(),
        "revisions": lambda: tolls.plot.revisions(most=8, scale="percent"),
        "sources": lambda: derna.where(definition="").plot.sources(),
        "reconcile": lambda: ministry.plot.reconcile("2020-09-28 15:00", "2020-09-30"),
        "panels": lambda: soldiers.where(source=FOUR).plot.totals(by="source"),
    }
    for name, draw in charts.items():
        ax = draw()
        ax.figure.savefig(folder / f"{name}.png", dpi=160, metadata={"Software": None})
        plt.close(ax.figure)
        print(f"{name}: {ax.alt_text}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
