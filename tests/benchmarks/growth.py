"""How the time of everything public grows with the reports, over the shapes that ledgers have.

Each question is asked of a fresh ledger of each shape, of 10³, 10⁴ and 10⁵ reports, in processor
time. An exponent is that of the last step; 1.0 is linear. Where the answer itself has more rows
than the reports grew by, it is divided by the exponent of the answer.
"""

import copy
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import casualties as cas

SIZES = (1_000, 10_000, 100_000)
#: The longest that a question may take, in seconds; what takes longer is said to.
PATIENCE = 30


# -- the shapes -------------------------------------------------------------------------------


def reported(count, days, **columns):
    """Reports of a value each, the first `days` of which are of one day each, and so on again."""
    place = np.arange(count)
    day = np.datetime64("1750-01-01", "s") + (place % days).astype("m8[D]")
    turn = (place // days).astype("m8[m]")
    return pd.DataFrame({
        "report_id": [f"a{n}" for n in place], "source": "S", "kind": "total",
        "value": place % days + 10, "period_end": day,
        "reported_at": pd.Series(day + np.timedelta64(30, "h") + turn).dt.tz_localize("UTC"),
    }).assign(**columns)  # fmt: skip


def named(count, many, word="{}"):
    """Names, each of which stands `many` times together."""
    return [word.format(n // many) for n in range(count)]


def linked(count, action, every, **columns):
    """Totals, each followed by reports about the one before: chains of `every` reports."""
    table = reported(count, count)
    first = np.arange(count) % every == 0
    about = np.where(first, "", np.char.add("a", np.maximum(np.arange(count) - 1, 0).astype(str)))
    changes = {name: np.where(first, table[name], said) for name, said in columns.items()}
    table = table.assign(action=np.where(first, "report", action), refers_to=about, **changes)
    table.loc[~first, "period_end"] = pd.NaT
    return table


def overlapping(count):
    """Counts of a week each, a day after one another."""
    table = reported(count, count, kind="period", value=7)
    return table.assign(period_start=table["period_end"] - pd.Timedelta("6D"))


def copies(count):
    """Copies of a table of a hundred days, in each of which one day changed."""
    days, dead, made = pd.date_range("2020-01-01", periods=100), np.arange(100), []
    for turn in range(count // 100):
        dead = dead + (np.arange(100) == turn % 100)
        when = pd.Timestamp("2021-01-01", tz="UTC") + pd.Timedelta(turn, "h")
        made.append((when, pd.DataFrame({"day": days, "n": dead})))
    return made


def versions(count):
    """Versions of the numbers of many days, ten of each."""
    table = reported(count, max(count // 10, 1))
    return pd.DataFrame(
        {"day": table["period_end"], "n": np.arange(count), "out": table["reported_at"]}
    )


SHAPES = {
    "one long series": lambda n: reported(n, n),
    "many series": lambda n: reported(n, 10, event=named(n, 10)),
    "many sources of one thing": lambda n: reported(n, 10, source=named(n, 10)),
    "many sides": lambda n: reported(n, 10, side=named(n, 10, "side {}")),
    "alike names": lambda n: reported(
        n, 10, source=[f"{' ' * (k % 2)}Name {k // 20}" for k in range(n)], event=named(n, 20)
    ),
    "revised again and again": lambda n: reported(n, max(n // 10, 1)),
    "chains of ten": lambda n: linked(n, "revise", 10),
    "one chain": lambda n: linked(n, "revise", n),
    "denials": lambda n: linked(n, "deny", 2, source="D", value=pd.NA, kind=""),
    "silences": lambda n: reported(n, n, value=np.where(np.arange(n) % 2, np.nan, np.arange(n))),
    "findings": lambda n: reported(n, n, value=np.where(np.arange(n) % 2, 5, 10)),
    "counts that overlap": overlapping,
    "counts of a day": lambda n: reported(n, n, kind="period"),
    "each adds to the last": lambda n: reported(n, n, kind="more", value=3),
    "incidents": lambda n: reported(n, n // 10, kind="incident"),
    "at least": lambda n: reported(n, n, qualifier="at_least"),
}

# -- the questions ----------------------------------------------------------------------------


def chart(name, **said):
    """Return how a chart is drawn."""

    def draw(ledger):
        import matplotlib.pyplot as plt

        getattr(ledger.plot, name)(**said)
        plt.close("all")

    return draw


def written(form):
    """Return how a ledger is written to a file and read again."""

    def write(ledger):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            getattr(ledger, f"to_{form}")(path)
            if form != "html":
                getattr(cas, f"read_{form}")(path)

    return write


def middle(ledger):
    """Return an instant at which half of the reports are known."""
    return ledger.reports["reported_at"].sort_values().iloc[len(ledger) // 2]


def first(ledger):
    """Return the columns of one series."""
    row = ledger.reports.iloc[0]
    return {name: row[name] for name in ("event", "side", "source")}


ROW = {"source": "N", "kind": "total", "value": 3, "reported_at": "2400-01-01"}
QUESTIONS = {
    "Ledger": lambda m: cas.Ledger(m.reports),
    "as_of, totals": lambda m: m.as_of(middle(m)).totals(),
    "where": lambda m: m.where(**first(m)),
    "append": lambda m: m.append([ROW | {"reported_at": "2260-01-01"}]),
    "append, repeated": lambda m: m.append(m.reports.drop(columns="report_id").tail(5).assign(
        action="report", refers_to="", kind="total"), repeated="skip", definition="x"),
    "revise": lambda m: m.revise("a0", 3, reported_at="2260-01-01"),
    "correct_entry": lambda m: m.correct_entry("a0", value=3),
    "rename": lambda m: m.rename(source={m.reports["source"].iloc[0]: "T"}),
    "concat": lambda m: cas.concat([m, cas.Ledger([ROW | {"reported_at": "2260-01-01"}])]),
    "edits": lambda m: cas.edits(m.as_of(middle(m)), m),
    "totals": lambda m: m.totals(),
    "history": lambda m: m.history(),
    "revisions": lambda m: m.revisions(),
    "revision_summary": lambda m: m.revision_summary(),
    "current": lambda m: m.current(),
    "series": lambda m: m.series(),
    "citations": lambda m: m.citations(),
    "increments": lambda m: m.increments(),
    "changes": lambda m: m.changes(),
    "reconcile": lambda m: m.reconcile(middle(m), "2260-01-01"),
    "compare": lambda m: m.compare(),
    "tally": lambda m: m.tally(choose="latest"),
    "check": lambda m: m.check(),
    "explain": lambda m: m.explain(**first(m)),
    "repr": repr,
    "to_csv, read_csv": written("csv"),
    "to_json, read_json": written("json"),
    "to_html": written("html"),
    "plot.totals": chart("totals", by="event"),
    "plot.history": lambda m: chart("history")(m.where(**first(m))),
    "plot.claims": lambda m: chart("claims")(m.where(event=first(m)["event"])),
}  # fmt: skip


def stop(*_):
    """Break off what takes too long."""
    raise TimeoutError


def spent(ask, made):
    """Return the processor time of a question in seconds, and the rows of its answer.

    It is endless where it takes too long, and ``None`` where the shape cannot be asked.
    """
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    began = time.process_time()
    try:
        answer = ask(made)
    except cas.LedgerError:  # no question to this shape
        return None, 1
    except TimeoutError:
        return float("inf"), 1
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    took = max(time.process_time() - began, 1e-4)  # what the clock can tell
    return took, max(len(answer), 1) if isinstance(answer, pd.DataFrame) else 1


def cases():
    """Yield the shapes, how each is made of a number of reports, and what it is asked."""
    for shape, make in SHAPES.items():
        yield shape, lambda size, make=make: cas.Ledger(make(size)), QUESTIONS
    named = {"date": "day", "value": "n", "source": "S", "kind": "total"}
    yield "copies", copies, {"from_snapshots": lambda pages: cas.from_snapshots(pages, **named)}
    yield (
        "versions",
        versions,
        {"from_vintages": lambda frame: cas.from_vintages(frame, reported_at="out", **named)},
    )


def measure(words=(), sizes=SIZES):
    """Yield a row a shape and question: seconds at the largest size reached, and the exponent.

    Of `words`, which are shapes and questions, only those are asked.
    """
    for shape, make, questions in cases():
        if words and not {shape, *questions}.intersection(words):
            continue
        made = [make(size) for size in sizes]
        for question, ask in questions.items():
            if words and not (shape in words or question in words):
                continue
            seconds, rows = [], []
            for one in made:
                took, many = spent(ask, copy.copy(one))
                if took is None:
                    break
                seconds, rows = [*seconds, took], [*rows, many]
                if took > PATIENCE:
                    break
            exponent = np.nan
            if len(seconds) > 1:
                step = np.log(sizes[len(seconds) - 1] / sizes[len(seconds) - 2])
                grown = max(np.log(rows[-1] / rows[-2]) / step, 1)
                exponent = np.log(seconds[-1] / seconds[-2]) / step / grown
            if seconds:
                yield {"question": question, "shape": shape, "size": sizes[len(seconds) - 1],
                       "seconds": seconds[-1], "exponent": exponent}  # fmt: skip


def main():
    """Measure what is named, or all, at the sizes that are given; print each question's worst."""
    signal.signal(signal.SIGPROF, stop)
    words = [word for word in sys.argv[1:] if not word.isdecimal()]
    sizes = [int(word) for word in sys.argv[1:] if word.isdecimal()] or SIZES
    rows = []
    for row in measure(words, sizes):
        rows.append(row)
        print({name: str(cell) for name, cell in row.items()}, file=sys.stderr, flush=True)
    table = pd.DataFrame(rows).sort_values("exponent", ascending=False, na_position="last")
    worst = table.drop_duplicates("question")
    print("| question | worst shape | at | seconds | exponent |\n|---|---|---|---|---|")
    for row in worst.itertuples():
        print(f"| `{row.question}` | {row.shape} | {row.size:,} | {row.seconds:.2f} "
              f"| {row.exponent:.2f} |")  # fmt: skip


if __name__ == "__main__":
    main()
