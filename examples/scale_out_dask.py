"""Many machines, one answer: a ledger kept as many Parquet files, asked part by part with Dask.

Reports of one event never change the numbers of another, so each file holds whole events and every
answer is found file by file. One machine answers a million reports in seconds and in about a
gigabyte, so this is needed only where a ledger does not fit in memory (some ten million reports),
or is kept as many files anyway. Needs the extra `dask`. Give a folder of such files to ask your
own; without one, the bundled revised tolls are laid out in a folder first.
"""

import sys
import tempfile
from pathlib import Path

import dask.dataframe as dd
import numpy as np
import pandas as pd

import casualties as cas

TZ = "UTC"


def write_parts(ledger: cas.Ledger, folder: Path, parts: int) -> None:
    """Write a ledger as so many Parquet files, each with all reports of its events."""
    events = ledger.series()["event"].astype(str).unique()
    for place, some in enumerate(np.array_split(events, parts)):
        ledger.where(event=list(some)).to_parquet(folder / f"part-{place:04d}.parquet")


def ask(path: Path, question: str) -> pd.DataFrame:
    """Return one answer of one file; names as text, so that the answers of all files are alike."""
    answer = getattr(cas.read_parquet(path, tz=TZ), question)()
    names = answer.select_dtypes("category").columns
    return answer.astype(dict.fromkeys(names, "str"))


def everything(folder: Path, question: str) -> dd.DataFrame:
    """Return one answer of all files, worked out when it is computed."""
    paths = sorted(folder.glob("*.parquet"))
    return dd.from_map(ask, paths, question=question, meta=ask(paths[0], question).iloc[:0])


def main() -> None:
    """Show the totals and the findings of every part together."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name)
        if len(sys.argv) == 1:
            write_parts(cas.load_dataset("revised_tolls"), folder, parts=4)
        totals = everything(folder, "totals").compute(scheduler="processes")
        findings = everything(folder, "check").compute(scheduler="processes")
    headlines = totals.groupby(["event", "outcome", "definition", "source"]).tail(1)
    print(f"{len(totals):,} totals of {headlines['event'].nunique():,} events; the last of each:\n")
    print(headlines[["event", "outcome", "source", "date", "total"]].to_string(index=False))
    print(f"\n{len(findings):,} findings:\n")
    print(findings.groupby(["severity", "code"]).size().to_string())


if __name__ == "__main__":
    main()
