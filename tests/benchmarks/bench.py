"""Time the library side by side with pandas, DuckDB and Polars; every answer is compared first.

``python tests/benchmarks/bench.py [reports ...]`` (extra ``bench``). Machines are noisy: read the
ratios of one run, not the milliseconds. ``x`` is the library's time over the best peer's.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import casualties as cas
from casualties.totals import snapshot

SERIES = 1000


def reports(size, seed=0):
    """Random reports of 1,000 series: totals, period counts and `more`, two for each figure.

    Every second report revises (4 %), retracts (1 %) or denies (1 %) the first, or replaces it.
    """
    random = np.random.default_rng(seed)
    each = size // SERIES
    series, day = np.repeat(np.arange(SERIES), each), np.tile(np.arange(each) // 2, SERIES)
    size, second = len(series), np.tile(np.arange(each) % 2 == 1, SERIES)
    kind = np.array(["total", "period", "more"], object)[series % 3]
    date = np.datetime64("2010-01-01", "s") + day.astype("m8[D]")
    late = np.where(second, 80 * 3600, 30 * 3600) + random.integers(0, 3600, size)
    value = np.where(kind == "total", day * 20, 0) + random.integers(0, 20, size)
    names = np.array([f"r{place}" for place in range(size)], object)
    pick = np.where(second, random.random(size), 1)
    links = ["revise", "retract", "deny"]
    action = np.select([pick < 0.04, pick < 0.05, pick < 0.06], links, "report")
    linked = action != "report"
    frame = pd.DataFrame(
        {
            "report_id": names,
            "side": pd.Series(series).map(lambda place: f"side {place}"),
            "source": "S",
            "kind": kind,
            "value": pd.Series(value, dtype="Int64").mask(pick < 0.06).where(pick >= 0.04),
            "period_start": pd.Series(date).where(kind == "period"),
            "period_end": date,
            "reported_at": pd.Series(date + late.astype("m8[s]")).dt.tz_localize("UTC"),
            "action": action,
            "refers_to": np.where(linked, np.roll(names, 1), ""),
        }
    )
    frame.loc[pick < 0.04, "value"] = value[pick < 0.04]
    return frame


LIVE = """
with known as (
    select row_number() over () as place, *,
        case when refers_to = '' then report_id else refers_to end as chain
    from r
), k as (select * from known where reported_at <= $clock and action <> 'deny'),
c as (
    select *, lead(place) over (partition by chain order by reported_at, place) as later,
        min(reported_at) over (partition by chain) as standing
    from k
), g as (
    select *, max(standing) over (partition by side, kind, period_start, period_end) as newest
    from c
)
select report_id from g
where later is null and action <> 'retract' and (kind = 'more' or standing = newest)
"""


def live_pandas(frame, clock):
    """Names of the live reports, as one would write it in pandas."""
    k = frame[(frame["reported_at"] <= clock) & (frame["action"] != "deny")]
    k = k.assign(chain=k["refers_to"].where(k["refers_to"] != "", k["report_id"]))
    k = k.sort_values("reported_at", kind="stable")
    later = k.duplicated("chain", keep="last")
    standing = k.groupby("chain", sort=False)["reported_at"].transform("min")
    dates = k.groupby(["side", "kind", "period_start", "period_end"], dropna=False, sort=False)
    newest = standing.groupby(dates.ngroup(), sort=False).transform("max")
    keep = ~later & (k["action"] != "retract") & ((k["kind"] == "more") | (standing == newest))
    return k.loc[keep, "report_id"]


def live_polars(table, clock):
    """Names of the live reports, in Polars."""
    import polars as pl

    chain = pl.when(pl.col("refers_to") == "").then("report_id").otherwise("refers_to")
    k = table.lazy().with_row_index("place")
    k = k.filter((pl.col("reported_at") <= clock) & (pl.col("action") != "deny"))
    k = k.with_columns(chain.alias("chain")).sort("reported_at", "place")
    k = k.with_columns(
        (pl.col("place") == pl.col("place").last().over("chain")).alias("last"),
        pl.col("reported_at").min().over("chain").alias("standing"),
    )
    newest = pl.col("standing").max().over("side", "kind", "period_start", "period_end")
    keep = (pl.col("kind") == "more") | (pl.col("standing") == newest)
    keep &= pl.col("last") & (pl.col("action") != "retract")
    return k.filter(keep).select("report_id").collect()["report_id"]


def median(call, repeat=5):
    """Median time of a call in milliseconds, and its answer."""
    times, answer = [], None
    for _ in range(repeat):
        start = time.perf_counter()
        answer = call()
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times)), answer


def measure(size, folder, repeat=5):
    """Times of one size, after the answers were found equal."""
    frame = reports(size)
    path = folder / "reports.csv"
    frame.to_csv(path, index=False)
    out = {}
    out["pandas parses the CSV"], _ = median(lambda: pd.read_csv(path), repeat)
    out["read_csv"], _ = median(lambda: cas.read_csv(path), min(repeat, 3))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out["build from a frame"], ledger = median(lambda: cas.Ledger(frame), min(repeat, 3))
    out["(peak memory added, MB)"] = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    ) / 1024
    clock = frame["reported_at"].quantile(0.5).floor("s")
    ledger.as_of(clock).totals()
    clock += pd.Timedelta("12h")
    out["as_of"], known = median(lambda: ledger.as_of(clock), repeat)
    out["live reports: names"], mine = median(
        lambda: ledger.as_of(clock).current()["report_id"], repeat
    )
    out["live reports: arrays"], _ = median(
        lambda: ledger._book.live(ledger.as_of(clock)._cut).nonzero(), repeat
    )
    out["live reports: pandas"], theirs = median(lambda: live_pandas(frame, clock), min(repeat, 3))
    assert set(mine) == set(theirs), "pandas differs"
    try:
        import duckdb
        import polars as pl
    except ImportError:
        print("duckdb and polars are not installed (extra `bench`): pandas only")
    else:
        base = duckdb.connect()
        base.execute("set timezone = 'UTC'")
        base.register("input", frame)
        base.execute("create table r as select * from input")
        out["live reports: DuckDB"], theirs = median(
            lambda: base.execute(LIVE, {"clock": clock.to_pydatetime()}).df()["report_id"], repeat
        )
        assert set(mine) == set(theirs), "DuckDB differs"
        table = pl.from_pandas(frame)
        out["live reports: Polars"], theirs = median(
            lambda: live_polars(table, clock.to_pydatetime()), repeat
        )
        assert set(mine) == set(theirs), "Polars differs"
    out["totals at a clock: arrays"], _ = median(lambda: snapshot(ledger._book, known._cut), repeat)
    out["totals at a clock"], _ = median(known.totals, repeat)
    out["totals of everything"], _ = median(ledger.totals, repeat)
    out["history of everything"], history = median(ledger.history, min(repeat, 3))
    heads = ledger.totals().groupby("side", observed=True)["total"].last()
    last = history.groupby("side", observed=True)["total"].last()
    assert heads.sort_index().equals(last.sort_index()), "history differs from totals"
    out["revisions of everything"], _ = median(ledger.revisions, min(repeat, 3))
    out["check of everything"], _ = median(ledger.check, min(repeat, 3))
    one = ledger.where(side="side 0")
    out["vintages of one series"], _ = median(one.vintages, min(repeat, 3))
    return out


def imports():
    """How much longer importing the library takes than importing pandas, in percent."""

    def run(code):
        return min(
            median(lambda: subprocess.run([sys.executable, "-c", code], check=True), 1)[0]
            for _ in range(7)
        )

    empty = run("pass")
    return 100 * ((run("import casualties") - empty) / (run("import pandas") - empty) - 1)


def main(sizes):
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        columns = {size: measure(size, Path(name)) for size in sizes}
    table = pd.DataFrame(columns)
    if len(sizes) > 1:
        growth = np.log(table[sizes[-1]] / table[sizes[0]]) / np.log(sizes[-1] / sizes[0])
        table["growth"] = growth.round(2)
    print(table.round(1).to_string())
    top = table[sizes[-1]]
    peers = top[[row for row in top.index if row.startswith("live reports: ")]].drop(
        ["live reports: names", "live reports: arrays"]
    )
    print(
        f"\nlive reports, all columns: best peer / library = "
        f"{peers.min() / top['live reports: names']:.1f} (names only from the peer)"
    )
    share = peers.min() / top["live reports: arrays"]
    print(f"live reports, arrays: best peer / library = {share:.1f}")
    print(
        f"build / pandas parse = {top['build from a frame'] / top['pandas parses the CSV']:.1f}, "
        f"read_csv / pandas parse = {top['read_csv'] / top['pandas parses the CSV']:.1f}"
    )
    loop = top["totals at a clock"] * sizes[-1]
    print(f"loop of totals() / history() = {loop / top['history of everything']:,.0f}")
    print(f"check / totals = {top['check of everything'] / top['totals of everything']:.1f}")
    print(f"import casualties: {imports():.0f} % over import pandas")


if __name__ == "__main__":
    main([int(float(size)) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
