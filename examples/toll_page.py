"""Pages to publish: 28 September 2020 as known at 15:00 and at the day's end, and Derna 2023.

Run it as it stands; it writes three pages into ``examples/output``, each a file that loads nothing.
"""

from pathlib import Path

import casualties as cas

OUTPUT = Path(__file__).parent / "output"


def pages() -> dict[str, cas.Ledger]:
    """Return the ledgers whose pages are written, by the name of the file."""
    war = cas.load_dataset("karabakh_2020").where(event="Nagorno-Karabakh 2020")
    return {
        "karabakh_2020-09-28_15-00": war.as_of("2020-09-28 15:00"),
        "karabakh_2020-09-28": war.as_of("2020-09-28"),
        "derna_2023": cas.load_dataset("revised_tolls").where(event="Derna floods 2023"),
    }


def main(folder: Path = OUTPUT) -> None:
    """Write the pages and say what stands on top of each."""
    folder.mkdir(exist_ok=True)
    for name, ledger in pages().items():
        path = folder / f"{name}.html"
        ledger.to_html(path)
        print(f"{path.name}: {path.stat().st_size // 1000:,} kB")
        known = ledger.series().sort_values("reports", ascending=False).head(3)
        print(known[["side", "category", "source", "latest", "low", "high"]].to_string(index=False))


if __name__ == "__main__":
    main()
