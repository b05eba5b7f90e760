"""A folder of dated copies of a table becomes a ledger: what was revised, when, by how much.

The copies are made from the bundled data, as the history of a public dataset would look: two CSV
files a day, each overwriting what the one before it said.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import pandas as pd

import casualties as cas

OUTPUT = Path(__file__).parent / "output"
TZ = "Asia/Yerevan"


def make_copies(folder: Path) -> None:
    """Write a copy of the table at 15:00 and at the end of each day, 27 September to 31 October."""
    ledger = cas.load_dataset("karabakh_2020").where(
        event="Nagorno-Karabakh 2020",
        source=["Karabakh defence ministry", "Azerbaijan Prosecutor General"],
        side=["Armenian side", "Azerbaijan"],
        outcome="killed",
        definition="",
    )
    for day in pd.date_range("2020-09-27", "2020-10-31"):
        for hour, clock in (("1500", day + pd.Timedelta("15h")), ("2359", day.date())):
            totals = ledger.as_of(clock).totals()
            table = totals[["date", "side", "category", "source", "total"]]
            table.to_csv(folder / f"{day:%Y-%m-%d} {hour}.csv", index=False)


def copies(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Read the copies one by one, each with its time."""
    for path in sorted(folder.glob("*.csv")):
        yield f"{path.stem[:-2]}:{path.stem[-2:]}", pd.read_csv(path)


def main() -> None:
    """Turn the copies into a ledger and tell what was revised."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_copies(folder)
        ledger = cas.from_snapshots(
            copies(folder),
            date="date",
            value="total",
            source="source",
            side="side",
            category="category",
            event="Nagorno-Karabakh 2020",
            tz=TZ,
            kind="total",
        )
    print(ledger, end="\n\n")
    changes = ledger.revisions()
    changes["reported_at"] = changes["reported_at"].dt.strftime("%Y-%m-%d %H:%M")
    columns = ["source", "period_end", "reported_at", "old", "new", "delta", "change"]
    print(changes[columns].to_string(index=False), end="\n\n")
    summary = ledger.revision_summary()
    summary = summary[summary["n_revisions"] > 0]
    columns = ["source", "period_end", "n_revisions", "first", "latest", "spread", "max_lag"]
    print(summary[columns].to_string(index=False))
    OUTPUT.mkdir(exist_ok=True)
    ax = ledger.plot.revisions()
    ax.figure.savefig(OUTPUT / "ledger_from_snapshots.png", dpi=120)
    print(f"\n{ax.alt_text}")


if __name__ == "__main__":
    main()
