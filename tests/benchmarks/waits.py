"""Time what people wait for beside pandas, DuckDB and Polars; answers are compared first.

Each question is asked at two sizes, so that its growth is seen: 1.0 is linear. Where the answer
itself grows faster than what is asked (a matrix of days by instants), the size is the answer's.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import waits_peers
from timing import installed, median, plain, rows

import casualties as cas

DAY = np.datetime64("2001-01-01", "s")


@dataclass
class Wait:
    """A question, how the peers are asked it, and how answers are made alike."""

    what: str
    sizes: tuple[int, int]
    made: Any  #: a size → what is asked
    ask: Any
    peer: Any = None  #: asked of a peer's tables; None where no peer does the same
    alike: Any = None  #: an answer → a plain frame
    growth: Any = field(default=lambda size: size)  #: what the time may grow with


# -- what is asked ----------------------------------------------------------------------------


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


def counted(count):
    """One series that begins with a total, and goes on with a count of each day alone."""
    return bulletins(count).assign(kind=np.where(np.arange(count), "period", "total"))


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


# -- answers made alike -----------------------------------------------------------------------


def cells(table):
    """Every cell of complete reports, in their order; a text that is always blank is no number."""
    texts = {column: table[column].astype(object) for column in waits_peers.TEXTS}
    return plain(table.assign(**texts), [*texts, *waits_peers.COUNTS, *waits_peers.DATES])


def written(path):
    """Every cell of the reports in a file, read by pandas."""
    if path.suffix == ".csv":
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    else:
        table = pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))
    for column in waits_peers.DATES:
        table[column] = pd.to_datetime(table[column], format="ISO8601")
    return cells(table.assign(**{c: pd.to_numeric(table[c]) for c in waits_peers.COUNTS}))


def matrix(frame):
    """A matrix of days by instants, whichever of them are its columns."""
    for day in ("reported_at", "period_end"):
        frame = frame.set_index(day) if day in frame else frame
    turned = frame.index.name == "reported_at"
    frame = frame.astype(float).T if turned else frame.astype(float)
    days, instants = pd.to_datetime(frame.index), pd.to_datetime(frame.columns, utc=True)
    return pd.DataFrame(frame.to_numpy(), days.as_unit("s"), instants.as_unit("s"))


def numbers(*columns):
    """How answers are made alike by some columns, in the order of the first."""

    def alike(table):
        table = table.rename(columns={"period_end": "date", "value": "found"})
        return plain(table, columns).sort_values(columns[0], ignore_index=True)

    return alike


def lower(findings):
    """What is found of totals that are lower than earlier ones."""
    if "code" in findings:
        findings = findings[findings["code"] == "falls"]
    return numbers("event", "date", "found", "expected")(findings)


# -- the questions ----------------------------------------------------------------------------


def waits(reports, folder: Path):
    """Yield the questions; `reports` makes the million reports of the large table."""

    def ledger(size):
        made = cas.Ledger(reports(size))
        made.totals()
        return made

    def file(size):
        path = folder / "read.json"
        ledger(size).to_json(path)
        return path

    def to(name, write):
        """Write a file, and return where it is."""
        write(folder / name)
        return folder / name

    day, when = pd.Timestamp("2030-01-01"), pd.Timestamp("2030-01-02", tz="UTC")
    row = {"report_id": "new", "value": 3, "kind": "period", "side": "side 001", "source": "S",
           "period_start": day, "period_end": day, "reported_at": when}  # fmt: skip
    rest = {"category": "all", "outcome": "killed", "qualifier": "exact", "low": 3, "high": 3,
            "action": "report"}  # fmt: skip
    complete = dict.fromkeys(waits_peers.TEXTS, "") | row | rest
    told = numbers("reported_at", "date", "total")
    big, fifth, long = (10**5, 10**6), (2 * 10**4, 2 * 10**5), (2_000, 20_000)
    yield Wait(
        "== of two ledgers", big, lambda n: (ledger(n), ledger(n)),
        lambda m: m[0] == m[1], lambda p: p.same(), lambda same: pd.DataFrame({"same": [same]}),
    )  # fmt: skip
    yield Wait(
        "revise one report", fifth, ledger,
        lambda m: m.revise("r1", 3, reported_at=when),
        lambda p: p.revise("r1", 3, when), cells,
    )  # fmt: skip
    yield Wait(
        "append one report", fifth, ledger, lambda m: m.append([row]),
        lambda p: p.append(complete), cells,
    )  # fmt: skip
    yield Wait(
        "to_csv", big, ledger, lambda m: to("ours.csv", m.to_csv),
        lambda p: to("theirs.csv", p.to_csv), written,
    )  # fmt: skip
    yield Wait(
        "to_json", big, ledger, lambda m: to("ours.json", m.to_json),
        lambda p: to("theirs.json", p.to_json), written,
    )  # fmt: skip
    yield Wait(
        "read_json", big, file, cas.read_json, lambda p: p.read_json(folder / "read.json"), cells
    )
    yield Wait(
        "history() of one mixed series", long, lambda n: cas.Ledger(bulletins(n)),
        lambda m: m.history(), lambda p: p.history(), told,
    )  # fmt: skip
    yield Wait(
        "history() of one total, then counts", long, lambda n: cas.Ledger(counted(n)),
        lambda m: m.history(), lambda p: p.history(), told,
    )  # fmt: skip
    yield Wait(
        "vintages()", (1_000, 6_000), lambda n: cas.Ledger(revised(n)),
        lambda m: m.vintages(), lambda p: p.vintages(), matrix, lambda n: n * n // 2,
    )  # fmt: skip
    yield Wait(
        "vintages() of a mixed series", (500, 2_000), lambda n: cas.Ledger(bulletins(n)),
        lambda m: m.vintages(), lambda p: p.mixed_vintages(), matrix, lambda n: n * n,
    )  # fmt: skip
    yield Wait("plot.vintages()", (1_000, 3_000), lambda n: cas.Ledger(revised(n)), draw)
    yield Wait(
        "tally() of 40 sides", (100, 1_000), lambda n: cas.Ledger(parts(n)),
        lambda m: m.tally(), lambda p: p.tally(), numbers("date", "total"),
    )  # fmt: skip
    yield Wait(
        "explain() among sources", (100, 1_000), lambda n: cas.Ledger(sources(n)),
        lambda m: m.explain(source="source 5"),
    )  # fmt: skip
    yield Wait(
        "check() with a finding each", (10**4, 10**5), lambda n: cas.Ledger(falls(n)),
        lambda m: m.check(), lambda p: p.falls(), lower,
    )  # fmt: skip


def tables(made):
    """The reports of the ledgers that are asked, a table each; a file has none."""
    ledgers = made if isinstance(made, tuple) else (made,)
    return [ledger.reports for ledger in ledgers if isinstance(ledger, cas.Ledger)]


def measure(reports, folder, shrink=1):
    """Return a row a question: milliseconds of each who answers, growth, and the best peer's ratio.

    Every answer of a peer is compared with the library's.
    """
    found, names = {}, installed()
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
        if wait.peer is not None:
            alike, held = wait.alike(rows(answer)), tables(made)
            del made, answer
            for name in names:
                row[name], other = beside(getattr(waits_peers, name)(*held), wait)
                pd.testing.assert_frame_equal(
                    alike, other, check_dtype=False, check_names=False, check_exact=True,
                    obj=f"{wait.what} by {name}",
                )  # fmt: skip
            row["best peer / casualties"] = min(row[name] for name in names) / times[1]
        found[wait.what] = row
    columns = ["size", "smaller", "casualties", "growth", *names, "best peer / casualties"]
    return pd.DataFrame(found).T.reindex(columns=columns)


def beside(peer, wait):
    """Return the time of a peer, of several times where it is short, and its answer."""
    time, answer = median(lambda: wait.peer(peer), 1)
    if time < 1000:
        time, answer = median(lambda: wait.peer(peer), 3)
    return time, wait.alike(rows(answer))
