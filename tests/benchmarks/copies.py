"""Time archives beside plain pandas that makes the same difference of the same copies.

``python tests/benchmarks/copies.py [copies] [cells] [commits]``. What is new, changed and gone
in each copy is compared first. Machines are noisy: read the ratios of one run, not the seconds.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import casualties as cas

KEY = ["day", "region"]
REGIONS = [f"region {place:02d}" for place in range(20)]
START = pd.Timestamp("2024-01-01", tz="UTC")


def copies(size, cells, order, seed=0):
    """Yield copies of a table: five numbers change in each, and every tenth has a day more.

    Rows stand by ``day`` (the new ones last) or by ``region`` (new ones throughout).
    """
    random = np.random.default_rng(seed)
    days = pd.date_range("2020-01-01", periods=cells // 20 + size // 10 + 1).strftime("%Y-%m-%d")
    numbers = random.integers(0, 500, (len(days), 20))
    for place in range(size):
        many = cells // 20 + place // 10
        numbers[random.integers(0, many, 5), random.integers(0, 20, 5)] += 1
        table = pd.DataFrame(
            {"day": np.repeat(days[:many], 20), "region": REGIONS * many,
             "dead": numbers[:many].ravel()}
        )  # fmt: skip
        if order == "region":
            table = table.sort_values("region", kind="stable", ignore_index=True)
        yield START + pd.Timedelta(place, "h"), table


def with_pandas(pages):
    """Return how many figures are new, changed and gone in each copy, and the changes."""
    last, told, changes = None, [], []
    for when, page in pages:
        if last is None:
            told.append((len(page), 0, 0))
        else:
            both = last.merge(page, on=KEY, how="outer", suffixes=("_old", "_new"), indicator=True)
            step = both[both["dead_old"] != both["dead_new"]]
            changes.append(step.assign(reported_at=when))
            told.append(
                tuple(int((step["_merge"] == w).sum()) for w in ("right_only", "both", "left_only"))
            )
        last = page
    return told, changes


def with_casualties(pages):
    """Return the ledger of the same copies."""
    return cas.from_snapshots(
        pages, date="day", value="dead", source="M", side="region", kind="total"
    )


def repository(folder, pages):
    """Write the copies as commits of one file."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    stream = io.BytesIO()
    for place, (when, page) in enumerate(pages, 1):
        text = page.to_csv(index=False, lineterminator="\n").encode()
        seconds = int(when.timestamp())
        stream.write(b"blob\nmark :%d\ndata %d\n" % (2 * place, len(text)) + text + b"\n")
        stream.write(b"commit refs/heads/main\nmark :%d\n" % (2 * place + 1))
        stream.write(b"committer x <x> %d +0000\ndata 1\nx\n" % seconds)
        if place > 1:
            stream.write(b"from :%d\n" % (2 * place - 1))
        stream.write(b"M 100644 :%d toll.csv\n\n" % (2 * place))
    command = ["git", "-C", folder, "fast-import", "--quiet"]
    subprocess.run(command, input=stream.getvalue(), check=True)


def from_commits(folder):
    """Yield the copies of a repository, read by pandas."""
    log = ["git", "-C", folder, "log", "--reverse", "--format=%H %ct", "main", "--", "toll.csv"]
    told = subprocess.run(log, capture_output=True, check=True, text=True).stdout
    ask = subprocess.Popen(
        ["git", "-C", folder, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    for line in told.splitlines():
        commit, seconds = line.split()
        ask.stdin.write(f"{commit}:toll.csv\n".encode())
        ask.stdin.flush()
        size = int(ask.stdout.readline().split()[2])
        data = ask.stdout.read(size + 1)
        yield pd.Timestamp(int(seconds), unit="s", tz="UTC"), pd.read_csv(io.BytesIO(data))
    ask.communicate()


def seconds(call):
    """Return the answer of a call and the seconds it took."""
    start = time.perf_counter()
    answer = call()
    return answer, time.perf_counter() - start


def compare(name, ours, theirs, cells):
    """Print the times of both, whose answers must be equal."""
    (ledger, mine), ((told, _), other) = seconds(ours), seconds(theirs)
    counts = ledger.intake[["new", "changed", "vanished"]].values.tolist()
    assert [list(row) for row in told] == counts, name
    print(
        f"{name}: {mine:.1f} s ({mine / cells * 1e6:.2f} µs a cell), pandas {other:.1f} s; "
        f"ratio {mine / other:.2f}"
    )
    return mine / other


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time archives beside plain pandas.")
    parser.add_argument("copies", nargs="?", type=int, default=1000)
    parser.add_argument("cells", nargs="?", type=int, default=10_000)
    parser.add_argument("commits", nargs="?", type=int, default=1500)
    given = parser.parse_args()
    for order in ("day", "region"):
        pages = list(copies(given.copies, given.cells, order))
        every = sum(len(page) for _, page in pages)
        name = f"from_snapshots, {given.copies:,} copies by {order}"
        compare(name, lambda p=pages: with_casualties(p), lambda p=pages: with_pandas(p), every)
    with tempfile.TemporaryDirectory() as folder:
        pages = list(copies(given.commits, 1000, "day"))
        every = sum(len(page) for _, page in pages)
        repository(folder, pages)
        named = {"date": "day", "value": "dead", "source": "M", "side": "region", "kind": "total"}
        compare(
            f"from_git, {given.commits:,} commits",
            lambda: cas.from_git(Path(folder), "toll.csv", **named),
            lambda: with_pandas(from_commits(folder)),
            every,
        )


if __name__ == "__main__":
    sys.exit(main())
