"""Time what people wait for beside plain pandas that does the same; answers are compared first.

Each question is asked at two sizes, so that its growth is seen: 1.0 is linear. Where the answer
itself grows faster than what is asked (a matrix of days by instants), the size is the answer's.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from timing import median

import casualties as cas

DAY = np.datetime64("2001-01-01", "s")


@dataclass
class Wait:
    """A question: what it is asked of, how pandas does the same, and how answers are compared."""

    what: str
    sizes: tuple[int, int]
    made: Any  #: a size → what is asked
    ask: Any
    peer: Any = None
    compare: Any = None
    growth: Any = field(default=lambda size: size)  #: what the time may grow with


def days(count):
    """Days from the first one on."""
    return DAY + np.arange(count).astype("m8[D]")


def instants(count):
    """Instants of different hours, as an aware column."""
    begin = np.datetime64("2012-01-02T01", "s")
    return pd.Series(begin + np.arange(count) * np.timedelta64(3601, "s")).dt.tz_localize("UTC")


def revised(count):
    """Totals of one series, each day's said twice."""
    table = {"value": np.arange(count) % 997, "period_end": np.resize(days(count // 2), count)}
    return pd.DataFrame(table | {"reported_at": instants(count), "kind": "total", "source": "S"})


def matrix(frame):
    """The same as vintages, in pandas."""
    found = frame.pivot_table(index="period_end", columns="reported_at", values="value")
    return found.ffill(axis=1).astype("Int64")


def parts(count):
    """Totals of forty sides on each of some days."""
    return pd.DataFrame(
        {
            "side": np.repeat([f"side {place:02d}" for place in range(40)], count),
            "value": np.tile(np.arange(count), 40) * 3,
            "period_end": np.tile(days(count), 40),
            "reported_at": pd.Timestamp("2020-01-01", tz="UTC"),
            "kind": "total",
            "source": "S",
        }
    )


def added(frame):
    """The same as the tally of parts, in pandas."""
    wide = frame.pivot_table(index="period_end", columns="side", values="value", observed=True)
    return wide.ffill().sum(axis=1)


def bulletins(count):
    """One series that mixes: a count of each day, and a total every fiftieth day."""
    place = np.arange(count)
    kind = np.where(place % 50 == 0, "total", "period")
    when = pd.Series(days(count) + np.timedelta64(30, "h")).dt.tz_localize("UTC")
    value = np.where(kind == "total", place * 10, place % 7)
    return pd.DataFrame(
        {"kind": kind, "value": value, "period_end": days(count), "reported_at": when,
         "source": "S"}
    )  # fmt: skip


def falls(count):
    """Two totals of many sources, the second of them lower: a finding each."""
    return pd.DataFrame(
        {
            "source": np.repeat([f"source {place}" for place in range(count)], 2),
            "event": np.repeat([f"event {place}" for place in range(count)], 2),
            "value": np.tile([10, 5], count),
            "period_end": np.tile(days(2), count),
            "reported_at": pd.Timestamp("2020-01-01", tz="UTC"),
            "kind": "total",
        }
    )


def sources(count):
    """One total of each of many sources of one thing."""
    return [
        {"source": f"source {place}", "value": place, "kind": "total", "reported_at": "2024-01-05"}
        for place in range(count)
    ]


def draw(ledger):
    """Draw the chart of vintages."""
    import matplotlib.pyplot as plt

    ledger.plot.vintages()
    plt.close("all")


def waits(reports, folder: Path):
    """Yield the questions; `reports` makes the million reports of the large table."""

    def ledger(size):
        made = cas.Ledger(reports(size))
        made.totals()
        return made

    def written(size):
        path = folder / f"{size}.json"
        ledger(size).to_json(path)
        return path

    first = {"value": 3, "kind": "period", "side": "side 001", "source": "S",
             "period_end": "2030-01-01", "reported_at": "2030-01-02"}  # fmt: skip
    big, fifth = (10**5, 10**6), (2 * 10**4, 2 * 10**5)
    yield Wait(
        "== of two ledgers", big, lambda n: (ledger(n), ledger(n)),
        lambda m: m[0] == m[1], lambda m: m[0].reports.equals(m[1].reports),
        lambda a, b: a is b is True,
    )  # fmt: skip
    yield Wait(
        "revise one report", fifth, ledger, lambda m: m.revise("r1", 3, reported_at="2030-01-02")
    )
    yield Wait("append one report", fifth, ledger, lambda m: m.append([first]))
    yield Wait(
        "to_csv", big, ledger, lambda m: m.to_csv(folder / "ours.csv"),
        lambda m: m.reports.to_csv(folder / "theirs.csv", index=False),
    )  # fmt: skip
    yield Wait(
        "to_json", big, ledger, lambda m: m.to_json(folder / "ours.json"),
        lambda m: m.reports.to_json(folder / "theirs.json", orient="records"),
    )  # fmt: skip
    yield Wait(
        "read_json", big, written, cas.read_json,
        lambda path: pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))),
        lambda a, b: len(a) == len(b),
    )  # fmt: skip
    yield Wait(
        "history() of one mixed series", (2_000, 20_000), lambda n: cas.Ledger(bulletins(n)),
        lambda m: m.history(),
    )  # fmt: skip
    yield Wait(
        "vintages()", (1_000, 6_000), lambda n: (cas.Ledger(revised(n)), revised(n)),
        lambda m: m[0].vintages(), lambda m: matrix(m[1]),
        lambda a, b: np.array_equal(a.to_numpy(float, na_value=-1), b.to_numpy(float, na_value=-1)),
        growth=lambda n: n * n // 2,
    )  # fmt: skip
    yield Wait("plot.vintages()", (1_000, 3_000), lambda n: cas.Ledger(revised(n)), draw)
    yield Wait(
        "tally() of 40 sides", (100, 1_000), lambda n: (cas.Ledger(parts(n)), parts(n)),
        lambda m: m[0].tally()["total"], lambda m: added(m[1]),
        lambda a, b: a.tolist() == b.tolist(),
    )  # fmt: skip
    yield Wait(
        "explain() among sources", (100, 1_000), lambda n: cas.Ledger(sources(n)),
        lambda m: m.explain(source="source 5"),
    )  # fmt: skip
    yield Wait(
        "check() with a finding each", (10**4, 10**5), lambda n: cas.Ledger(falls(n)),
        lambda m: m.check(), compare=lambda a, b: (a["code"] == "falls").sum() > len(a) / 2,
    )  # fmt: skip


def measure(reports, folder, shrink=1):
    """Return a row a question: milliseconds at both sizes, growth, and what pandas takes."""
    rows = {}
    for wait in waits(reports, folder):
        sizes = [max(size // shrink, 40) for size in wait.sizes]
        times = []
        for size in sizes:
            made = wait.made(size)
            time, answer = median(lambda m=made, w=wait: w.ask(m), 3)
            times.append(time)
        row = {"size": sizes[1], "smaller": times[0], "casualties": times[1]}
        grown = wait.growth(sizes[1]) / wait.growth(sizes[0])
        if grown > 1:
            row["growth"] = np.log(times[1] / times[0]) / np.log(grown)
        other = None
        if wait.peer is not None:
            row["pandas"], other = median(lambda m=made, w=wait: w.peer(m), 1)
            row["pandas / casualties"] = row["pandas"] / times[1]
        if wait.compare is not None:
            assert wait.compare(answer, other), f"{wait.what}: answers differ"
        rows[wait.what] = row
    return pd.DataFrame(rows).T
