"""The command line: the frames and charts of a ledger's file, for scripts."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from . import __version__, readers
from .answers.bridge import reconcile
from .answers.checks import SEVERITY
from .datasets import list_datasets, load_dataset
from .display import number
from .formats.whole import write_whole
from .ledger import Ledger
from .model.clocks import show
from .model.errors import LedgerError

_FRAMES = {
    "totals": "running totals by day covered",
    "history": "the headline each time it changed",
    "revisions": "every replacement of one figure by another",
}
_CHARTS = (
    "totals", "history", "claims", "increments", "parts", "vintages", "revisions", "sources",
    "reconcile",
)  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--tz", help="time zone of naive instants (default: UTC, or the dataset's)")
    shared.add_argument("--as-of", metavar="WHEN", help="set the clock back")
    shared.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE",
        help="choose series; repeat a column for several values",
    )  # fmt: skip
    table = argparse.ArgumentParser(add_help=False)
    table.add_argument("--format", choices=("table", "csv", "json"), default="table")
    parser = argparse.ArgumentParser(
        prog="casualties",
        description="Reported casualty figures with their sources, times and revisions.",
        epilog="FILE is a ledger's CSV, JSON or Parquet file, or the name of a bundled dataset: "
        + ", ".join(list_datasets()),
    )
    parser.add_argument("--version", action="version", version=f"casualties {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, about: str, example: str, *parents: argparse.ArgumentParser) -> Any:
        return commands.add_parser(
            name, help=about, description=about, epilog=f"example: casualties {example}",
            parents=[shared, *parents],
        )  # fmt: skip

    dataset = "karabakh_2020"
    for name, about in _FRAMES.items():
        one = command(name, about, f"{name} {dataset} --where source=AFP --format csv", table)
        one.add_argument("file", metavar="FILE")
    one = command(
        "explain", "where a total comes from, report by report",
        f"explain {dataset} --as-of 2020-09-28 --where 'source=Karabakh defence ministry' "
        "--where outcome=killed --where 'side=Armenian side'",
        table,
    )  # fmt: skip
    one.add_argument("file", metavar="FILE")
    one.add_argument("--date", help="the day covered (default: the last one)")
    one = command(
        "check", "what does not add up; exit 1 if any finding is more than a note",
        f"check {dataset} --ignore disagree --ignore parts", table,
    )  # fmt: skip
    one.add_argument("file", metavar="FILE")
    one.add_argument("--ignore", action="append", default=[], metavar="CODE")
    one = command(
        "reconcile", "why the numbers changed between two files, or two clocks of one",
        f"reconcile {dataset} --from '2020-09-28 15:00' --to '2020-09-28 16:00' "
        "--where source=AFP",
        table,
    )  # fmt: skip
    one.add_argument("before", metavar="BEFORE")
    one.add_argument("after", metavar="AFTER", nargs="?")
    _clocks(one)
    one = command(
        "plot", "draw a chart to a png, svg or pdf file",
        f"plot history {dataset} --where source=AFP --where category=all -o toll.png",
    )  # fmt: skip
    one.add_argument("chart", metavar="CHART", choices=_CHARTS, help=", ".join(_CHARTS))
    one.add_argument("file", metavar="FILE")
    one.add_argument("-o", "--output", required=True, metavar="chart.png")
    _clocks(one)
    return parser


def _clocks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", metavar="WHEN", help="the earlier clock")
    parser.add_argument("--to", dest="end", metavar="WHEN", help="the later clock")


def _read(name: str, tz: str | None) -> Ledger:
    if name in list_datasets() and not os.path.exists(name):
        ledger = load_dataset(name)
        return ledger if tz is None else Ledger(ledger.reports, tz=tz)
    read = {
        ".csv": readers.read_csv,
        ".json": readers.read_json,
        ".parquet": readers.read_parquet,
    }
    suffix = Path(name).suffix.lower()
    if suffix not in read:
        known = ", ".join(read)
        msg = f"{name}: not a {known} file, and no bundled dataset ({', '.join(list_datasets())})"
        raise LedgerError(msg)
    return read[suffix](name, tz=tz or "UTC")


def _chosen(ledger: Ledger, options: argparse.Namespace) -> Ledger:
    columns: dict[str, list[str]] = {}
    for pair in options.where:
        column, equals, value = pair.partition("=")
        if not equals:
            msg = f"--where {pair!r}: write it as column=value"
            raise LedgerError(msg)
        columns.setdefault(column, []).append(value)
    ledger = ledger.where(**columns)
    return ledger.as_of(options.as_of) if options.as_of else ledger


def _write(frame: pd.DataFrame, form: str) -> None:
    shown = frame.copy()
    for column in frame.columns:
        if isinstance(frame[column].dtype, pd.DatetimeTZDtype):
            if form == "table":
                shown[column] = [show(at, str(frame[column].dt.tz)) for at in frame[column]]
            else:
                shown[column] = [at.isoformat() for at in frame[column]]
        elif pd.api.types.is_datetime64_dtype(frame[column].dtype):
            shown[column] = frame[column].dt.strftime("%Y-%m-%d")
    if form == "csv":
        text = shown.to_csv(index=False, lineterminator="\n")
    elif form == "json":
        text = shown.to_json(orient="records", force_ascii=False, indent=1) + "\n"
    elif frame.empty:
        text = "nothing\n"
    else:
        for column in frame.columns:
            if pd.api.types.is_integer_dtype(frame[column].dtype):
                shown[column] = ["" if pd.isna(v) else number(v) for v in frame[column]]
        # Columns that say the same thing in every row are said once, above.
        same = [
            c for c in shown.columns
            if len(shown) > 1 and shown[c].nunique(dropna=False) == 1 and str(shown[c].iloc[0])
        ]  # fmt: skip
        blank = [c for c in shown.columns if shown[c].astype(str).eq("").all()]
        head = "".join(f"{c}: {shown[c].iloc[0]}\n" for c in same)
        shown = shown.drop(columns=[*same, *blank])
        text = head + shown.to_string(index=False, na_rep="", max_colwidth=None) + "\n"
    sys.stdout.write(text)


def _run(options: argparse.Namespace) -> int:
    if options.command == "reconcile":
        return _reconcile(options)
    ledger = _chosen(_read(options.file, options.tz), options)
    if options.command in _FRAMES:
        _write(getattr(ledger, options.command)(), options.format)
    elif options.command == "explain":
        told = ledger.explain(options.date)
        if options.format == "table":
            print(told)
        else:
            _write(told.reports, options.format)
    elif options.command == "check":
        for code in options.ignore:
            if code not in SEVERITY:
                raise LedgerError.from_unknown(code, list(SEVERITY), "code")
        found = ledger.check()
        found = found[~found["code"].isin(options.ignore)].reset_index(drop=True)
        _write(found, options.format)
        return int((found["severity"] != "note").any())
    else:
        _plot(ledger, options)
    return 0


def _reconcile(options: argparse.Namespace) -> int:
    before = _chosen(_read(options.before, options.tz), options)
    if options.after is not None:
        if options.start or options.end:
            msg = "give either two files, or one file with --from and --to"
            raise LedgerError(msg)
        bridge = reconcile(before, _chosen(_read(options.after, options.tz), options))
    elif options.start and options.end:
        bridge = before.reconcile(options.start, options.end)
    else:
        msg = "give two files, or one file with --from WHEN and --to WHEN"
        raise LedgerError(msg)
    _write(bridge, options.format)
    return 0


def _plot(ledger: Ledger, options: argparse.Namespace) -> None:
    suffix = Path(options.output).suffix.lower()
    if suffix not in (".png", ".svg", ".pdf"):
        msg = f"{options.output}: the name of the chart must end in .png, .svg or .pdf"
        raise LedgerError(msg)
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    if options.chart == "reconcile":
        if not (options.start and options.end):
            msg = "plot reconcile needs --from WHEN and --to WHEN"
            raise LedgerError(msg)
        ax = ledger.plot.reconcile(options.start, options.end)
    else:
        ax = getattr(ledger.plot, options.chart)()
    write_whole(
        options.output,
        lambda file: ax.figure.savefig(file, format=suffix[1:], dpi=150),
        binary=True,
    )
    plt.close(ax.figure)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 (findings) or 2 (cannot)."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except BrokenPipeError:  # the reader of the pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (LedgerError, OSError, ImportError) as error:
        text = str(error)
        if isinstance(error, OSError):
            text = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print("casualties: " + "; ".join(text.split("\n")).replace("  ", " "), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
