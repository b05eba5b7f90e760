"""Time the library side by side with pandas, DuckDB and Polars; every answer is compared first.

``python tests/benchmarks/bench.py [reports ...]`` (extra ``bench``). Machines are noisy: read the
ratios of one run, not the milliseconds.
"""

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import casualties as cas

sys.path.insert(0, str(Path(__file__).parent))
import peers
import waits
from timing import installed, median, plain, rows

SERIES = 1000
#: What the series are of: all period counts, or half totals. What a `more` adds to is what was
#: said before it, which no peer is asked.
KINDS, PERIOD = ("total", "period"), ("period",)
#: How many pairs of an instant and a report the peers may lay out to answer history().
PAIRS = 20_000_000


def reports(size, kinds=KINDS, seed=0):
    """Random reports of 1,000 series, of one kind each, two for each figure.

    Every second report revises (4 %: 2 % of all), retracts (1 %) or denies (1 %) the first, or
    replaces it without saying so.
    """
    random = np.random.default_rng(seed)
    each = size // SERIES
    series, day = np.repeat(np.arange(SERIES), each), np.tile(np.arange(each) // 2, SERIES)
    size, second = len(series), np.tile(np.arange(each) % 2 == 1, SERIES)
    kind = np.array(kinds, object)[series % len(kinds)]
    date = np.datetime64("2010-01-01", "s") + day.astype("m8[D]")
    late = np.where(second, 80 * 3600, 30 * 3600) + random.integers(0, 3600, size)
    value = np.where(kind == "total", day * 20, 0) + random.integers(0, 20, size)
    names = np.array([f"r{place}" for place in range(size)], object)
    pick = np.where(second, random.random(size), 1)
    links = ["revise", "retract", "deny"]
    action = np.select([pick < 0.04, pick < 0.05, pick < 0.06], links, "report")
    linked = action != "report"
    silent = linked & (action != "revise")
    return pd.DataFrame(
        {
            "report_id": names,
            "side": pd.Series(series).map(lambda place: f"side {place:03d}"),
            "source": "S",
            "kind": kind,
            "value": pd.Series(value, dtype="Int64").mask(silent),
            "period_start": pd.Series(date).where(kind == "period"),
            "period_end": date,
            "reported_at": pd.Series(date + late.astype("m8[s]")).dt.tz_localize("UTC"),
            "action": action,
            "refers_to": np.where(linked, np.roll(names, 1), ""),
        }
    )


# -- answers made alike -----------------------------------------------------------------------


def _plain(frame, columns):
    """Columns as plain arrays, in their order."""
    return plain(frame, columns).sort_values(list(columns), ignore_index=True)


def _names(live):
    return pd.DataFrame({"report_id": sorted(live["report_id"])})


def _totals(frame):
    # What the peers leave unexplained is all growth, also where nobody itemised any.
    return _plain(frame, ["side", "date", "total", "high", "basis"])


def _history(frame):
    """Rows at which the number changed, from rows at every instant."""
    frame = frame.rename(columns={"known": "reported_at"})
    state = frame[["date", "total"]].astype(object).where(frame["total"].notna(), None)
    before = state.groupby(frame["side"].astype(object), sort=False).shift(1)
    same = [
        (a == b) | (a.isna() & b.isna())
        for a, b in ((state[c], before[c]) for c in ("date", "total"))
    ]
    frame = frame.assign(date=frame["date"].where(frame["total"].notna()))
    return _plain(frame[~(same[0] & same[1])], ["side", "reported_at", "date", "total"])


def _vintages(frame):
    return _plain(frame.rename(columns={"known": "reported_at"}), ["reported_at", "date", "total"])


def _long(matrix, denials):
    """A matrix of vintages as rows, without the instants at which something was only denied."""
    matrix = matrix.loc[:, ~matrix.columns.isin(denials)]
    cells = matrix.reset_index().melt("date", var_name="reported_at", value_name="total")
    cells["reported_at"] = pd.DatetimeIndex(cells["reported_at"])
    return _vintages(cells.dropna())


def _revisions(frame):
    frame = frame.rename(columns={"old_id": "report_id"})
    return _plain(frame, ["report_id", "new_id", "delta"])


# -- one size ---------------------------------------------------------------------------------


def measure(size, folder, repeat=5, of=KINDS):
    """Times of one size, in milliseconds: a row a task, a column for each who does it.

    Every answer of a peer is compared with the library's.
    """
    frame = reports(size, of)
    path = folder / "reports.csv"
    frame.to_csv(path, index=False)
    few = min(repeat, 3)
    times = {}

    def note(task, who, call, times_run=repeat):
        times.setdefault(task, {})[who], answer = median(call, times_run)
        return answer

    others = [getattr(peers, name) for name in installed()]
    ledger = note("build from a frame", "casualties", lambda: cas.Ledger(frame), few)
    note("build from a frame", "parse", lambda: pd.read_csv(path, parse_dates=peers.DATES), few)
    read = note("read_csv", "casualties", lambda: cas.read_csv(path), few)
    assert read == ledger, "what was read differs"
    del read
    made = []
    for kind in others:
        if kind is not peers.Pandas:
            made.append(note("build from a frame", kind.__name__, lambda k=kind: k(frame), few))
        else:
            made.append(kind(frame))
        found = rows(note("read_csv", kind.__name__, lambda k=kind: k.read(path), few))
        same = (plain(table, frame.columns) for table in (frame, found))
        pd.testing.assert_frame_equal(*same, check_dtype=False)

    middle = frame["reported_at"].quantile(0.5).floor("s")
    note("first totals", "casualties", lambda: ledger.as_of(middle).totals(), 1)
    clock = middle + pd.Timedelta("12h")
    count = max(1, min(20, PAIRS // (size // SERIES) ** 2))
    one, some = "side 001", [f"side {place:03d}" for place in range(count)]
    chosen, single = ledger.where(side=some), ledger.where(side=one)
    known = note("as_of(t)", "casualties", lambda: ledger.as_of(clock))

    denials = frame.loc[(frame["action"] == "deny") & (frame["side"] == one), "reported_at"]

    tasks = [
        ("as_of(t).current()", lambda: known.current(), lambda p: p.live(clock), _names),
        ("as_of(t).totals()", lambda: ledger.as_of(clock).totals(), lambda p: p.totals(clock),
         _totals),
        ("totals()", ledger.totals, None, None),
        ("history() of a few series", chosen.history, lambda p: p.history(some), _history),
        ("history()", ledger.history, None, None),
        ("vintages() of one series", single.vintages, lambda p: p.vintages(one), _vintages),
        ("revisions()", ledger.revisions, lambda p: p.revisions(), _revisions),
        ("check()", ledger.check, None, None),
    ]  # fmt: skip
    for task, mine, theirs, alike in tasks:
        answer = note(task, "casualties", mine)
        if theirs is None:
            continue
        answer = _long(answer, denials) if alike is _vintages else alike(answer)
        for peer in made:
            found = note(task, type(peer).__name__, lambda t=theirs, p=peer: t(p), few)
            pd.testing.assert_frame_equal(answer, alike(rows(found)), check_dtype=False)
    # What stands at the end of the history is what the totals say.
    heads, last = (
        table.groupby("side", observed=True).tail(1)[["side", "total"]].dropna()
        for table in (ledger.totals(), ledger.history())
    )
    assert dict(heads.to_numpy()) == dict(last.to_numpy()), "history differs from totals"
    # A few steps of the loop that history() saves, each with a clock not asked before.
    clocks = frame["reported_at"].sample(min(repeat, 5), random_state=0)
    step = np.median([median(lambda c=c: ledger.as_of(c).totals(), 1)[0] for c in clocks])
    times["history()"]["loop"] = float(step) * frame["reported_at"].nunique()
    return pd.DataFrame(times).T


# -- memory and imports -----------------------------------------------------------------------


def memory(size):
    """Peak memory of building a ledger and asking it, in MB, beside its own frame (Linux)."""

    def status(name):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

    frame = reports(size)
    clock = frame["reported_at"].quantile(0.5)
    cas.Ledger(reports(1000)).check()  # what is imported late is imported now
    own = frame.memory_usage(deep=True, index=False).sum() / 2**20
    out = {"given frame": own}
    asked = {
        "build": lambda ledger: None,
        "totals": lambda ledger: ledger.as_of(clock).totals(),
        "history": lambda ledger: ledger.history(),
        "revisions": lambda ledger: ledger.revisions(),
        "check": lambda ledger: ledger.check(),
    }
    ledger = None
    for task, ask in asked.items():
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark starts anew
        start = status("VmRSS")
        ledger = cas.Ledger(frame) if ledger is None else ledger
        ask(ledger)
        out[task] = status("VmHWM") - start
        if task == "build":
            out["ledger's frame"] = (
                ledger._known.record.frame.memory_usage(deep=True, index=False).sum() / 2**20
            )
    out["whole process"] = max(status("VmRSS"), status("VmHWM"))
    # What answers leave behind, of a ledger built anew.
    del ledger
    tracemalloc.start()
    ledger = cas.Ledger(frame)
    built = tracemalloc.get_traced_memory()[0]
    for ask in asked.values():
        ask(ledger)
    gc.collect()
    out["kept when all was asked"] = (tracemalloc.get_traced_memory()[0] - built) / 2**20
    return out


def in_child(size):
    """Measure the memory in a process of its own."""
    call = [sys.executable, __file__, "--memory", str(size)]
    return json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)


def remember(size):
    """Print the memory of one size."""
    if not Path("/proc/self/clear_refs").exists():
        return
    held = in_child(size)
    frame = held["ledger's frame"]
    print(f"\nmemory at {size:,} reports: MB, and times the ledger's own frame")
    for task, used in held.items():
        print(f"  {task:<24}{used:9,.0f}  {used / frame:6.1f}")
    print(flush=True)


def imports():
    """How much longer importing the library takes than importing pandas, in percent."""

    def run(code):
        return min(
            median(lambda: subprocess.run([sys.executable, "-c", code], check=True), 1)[0]
            for _ in range(7)
        )

    empty = run("pass")
    return 100 * ((run("import casualties") - empty) / (run("import pandas") - empty) - 1)


# -- the table --------------------------------------------------------------------------------


def show(results):
    """Print the times of the largest size, the ratios to the best peer and the growth."""
    sizes = sorted(results)
    table = results[sizes[-1]].copy()
    names = [name for name in ("Pandas", "DuckDB", "Polars") if name in table]
    table["best peer / casualties"] = table[names].min(axis=1) / table["casualties"]
    if len(sizes) > 1:
        first = results[sizes[0]]["casualties"].reindex(table.index)
        growth = np.log(table["casualties"] / first) / np.log(sizes[-1] / sizes[0])
        table["growth"] = growth
        for size in sizes[:-1]:
            table.insert(0, f"{size:,}", results[size]["casualties"])
    with pd.option_context("display.width", 200, "display.max_columns", 20):
        print(f"milliseconds at {sizes[-1]:,} reports (first columns: casualties at fewer)")
        print(table.round(2).astype(object).where(table.notna(), "").to_string())
    mine = table["casualties"]
    parse = table.loc["build from a frame", "parse"]
    print(f"\nbuild / pandas parse of the CSV = {mine['build from a frame'] / parse:.1f}")
    print(f"read_csv / pandas parse of the CSV = {mine['read_csv'] / parse:.1f}")
    print(
        f"loop of totals() / history() = {table.loc['history()', 'loop'] / mine['history()']:,.0f}"
    )
    print(f"check() / totals() = {mine['check()'] / mine['totals()']:.1f}")


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time casualties beside pandas, DuckDB, Polars.")
    parser.add_argument("sizes", nargs="*", type=lambda text: int(float(text)))
    parser.add_argument("--memory", type=int, help="print the memory of one size as JSON")
    given = parser.parse_args()
    if given.memory:
        print(json.dumps(memory(given.memory)))
        return
    sizes = sorted(given.sizes or [10_000, 100_000, 1_000_000])
    with tempfile.TemporaryDirectory() as name:
        for of in (PERIOD, KINDS):
            print(f"series of {', '.join(of)}: ", end="")
            show({size: measure(size, Path(name), of=of) for size in sizes})
            print(flush=True)
        print("what people wait for: milliseconds at the size, and at the smaller one")
        table = waits.measure(partial(reports, kinds=PERIOD), Path(name))
        with pd.option_context("display.width", 200):
            shown = table.round(dict.fromkeys(table, 2) | {"best peer / casualties": 3})
            print(shown.astype(object).where(table.notna(), "").to_string(), flush=True)
    remember(sizes[-1])
    print(f"import casualties: {imports():.0f} % over import pandas")


if __name__ == "__main__":
    main()
