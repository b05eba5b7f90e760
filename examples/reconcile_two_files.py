"""Two files of the same ledger, a day apart: one cell edited, one row gone, two new.

Prints the bridge from yesterday's numbers to today's, the edits and the new findings, and exits
with 1 when something is unexplained, contradictory, edited or gone. With two paths as arguments it
compares those files; without, it makes a pair from the bundled data, with a slip of the pen in
today's.
"""

import sys
import tempfile
from pathlib import Path

import casualties as cas

TZ = "Asia/Yerevan"


def make_files(folder: Path) -> tuple[Path, Path]:
    """Write yesterday's and today's file."""
    ledger = cas.load_dataset("karabakh_2020")
    ledger = ledger.where(source=["Karabakh defence ministry", "AFP"], outcome="killed")
    before, after = folder / "yesterday.csv", folder / "today.csv"
    ledger.as_of("2020-10-19").to_csv(before)
    # Two new ones came with the day: 43 more, and 772 in all.
    rows = ledger.as_of("2020-10-20").reports
    # One cell edited in place, two digits exchanged: 792 for 729.
    rows.loc[rows["report_id"] == "kdm-2020-10-19-total-729", ["value", "low", "high"]] = 792
    # One row gone.
    rows = rows[rows["report_id"] != "afp-2020-10-03-total-242-all"]
    cas.Ledger(rows, tz=TZ).to_csv(after)
    return before, after


def main(arguments: list[str]) -> int:
    """Print the bridge and the findings; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(a) for a in arguments] or list(make_files(Path(folder)))
        before, after = (cas.read_csv(path, tz=TZ) for path in paths)

    bridge = cas.reconcile(before, after)
    moved = bridge[(bridge["opening"] != bridge["closing"]) | (bridge["corrected"] != 0)]
    columns = ["source", "side", "category", "opening", "corrected", "updated", "new"]
    columns += ["unexplained", "closing"]
    print("From yesterday to today:")
    print(moved[columns].to_string(index=False))

    edits = cas.edits(before, after)
    print("\nReports that were added, removed or edited:")
    print(edits[["edit", "report_id", "changed"]].to_string(index=False))
    touched = (edits["edit"] != "added").any()

    old = before.check()
    found = after.check()
    fresh = found[~found["message"].isin(old["message"]) & (found["severity"] == "contradiction")]
    print("\nContradictions that were not there yesterday:")
    print(fresh[["code", "message"]].to_string(index=False) if len(fresh) else "none")
    return int(bool((bridge["unexplained"] != 0).any() or len(fresh) or touched))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
