"""The numbers of one news article, as known at 15:00 and at 16:00 on 28 September 2020.

Run it as it stands; it prints the figures and writes two charts into ``examples/output``.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import casualties as cas

OUTPUT = Path(__file__).parent / "output"
WHO = {
    "source": "Karabakh defence ministry",
    "side": "Armenian side",
    "category": "military",
    "outcome": "killed",
}


def main() -> None:
    """Tell how 59 became 58."""
    ledger = cas.load_dataset("karabakh_2020")
    ministry = ledger.where(**WHO)

    for clock in ("2020-09-28 15:00", "2020-09-28 16:00"):
        print(ledger.as_of(clock).explain(**WHO), end="\n\n")

    print("What had changed between the two:")
    changes = ledger.as_of("2020-09-28 16:00").revisions()
    since = ledger.as_of("2020-09-28 15:00").known_at
    changes = changes[(changes["delta"] != 0) & (changes["reported_at"] > since)]
    columns = ["source", "period_end", "old", "new", "delta", "change", "reason"]
    print(changes[columns].to_string(index=False), end="\n\n")

    print("Why the ministry's number fell:")
    bridge = ministry.reconcile("2020-09-28 15:00", "2020-09-28 16:00")
    columns = ["opening", "corrected", "updated", "new", "unexplained", "closing"]
    print(bridge[columns].to_string(index=False), end="\n\n")

    print("The toll of all sides on the evening of 28 September:")
    evening = ledger.as_of("2020-09-28 20:00").where(
        event="Nagorno-Karabakh 2020", outcome="killed"
    )
    toll = evening.tally(choose=cas.Prefer("Karabakh defence ministry", "AFP")).tail(1)
    print(toll[["date", "total", "low", "high", "missing"]].to_string(index=False), end="\n\n")

    print("Running totals of the ministry, as known at the end of 2 October:")
    totals = ministry.as_of("2020-10-02").totals()
    columns = ["date", "at", "total", "low", "high", "basis", "unexplained"]
    print(totals[columns].to_string(index=False))
    print(
        "at: the time of day that it speaks of, blank for the whole day; "
        "stated: said by the ministry; "
        "floor: as near to what its counts make as the rest allows; "
        "unexplained: stated, less what its counts since the total before make"
    )

    OUTPUT.mkdir(exist_ok=True)
    week = ministry.as_of("2020-10-04")
    for name in ("totals", "history"):
        path = OUTPUT / f"karabakh_2020_{name}.png"
        ax = getattr(week.plot, name)()
        ax.figure.savefig(path, dpi=120)
        print(f"\nChart written to {path}\n{ax.alt_text}")


if __name__ == "__main__":
    main()
