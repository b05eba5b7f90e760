"""The commands of the command line and their options; none of it needs pandas."""

import argparse
from typing import Any

from ..datasets import list_datasets
from ..model.schema import CODES, KINDS, NAMES, SEVERITIES

#: The options of a command, each with its keywords for argparse.
Options = dict[str, dict[str, Any]]

CHARTS = ("timeline", "totals", "history", "claims", "increments", "parts", "vintages", "revisions",
          "sources", "reconcile")  # fmt: skip


def _once(metavar: str, about: str, **more: Any) -> dict[str, Any]:
    """Return an option that is given once; `more` goes to argparse."""
    return {"metavar": metavar, "help": about, **more}


def _often(metavar: str, about: str, **more: Any) -> dict[str, Any]:
    """Return an option that may be given again and again."""
    return {"metavar": metavar, "help": about, "action": "append", **more}


_LEDGER: Options = {
    "--tz": _once("ZONE", "time zone of naive instants (default: UTC, or the dataset's)"),
    "--as-of": _once("WHEN", "set the clock back"),
    "--where": _often("COLUMN=VALUE", "choose series; repeat a column for several values"),
}
_CLOCKS: Options = {
    "--from": _once("WHEN", "the earlier clock", dest="start"),
    "--to": _once("WHEN", "the later clock", dest="end"),
}
_FILE: Options = {"file": _once("FILE", "a ledger's file, or a bundled dataset"), **_LEDGER}
_TABLE: Options = {"--format": {"choices": ("table", "csv", "json"), "default": "table"}}
_ANSWER: Options = _FILE | _TABLE
_FREQ: Options = {"--freq": _once("FREQ", "D, W, MS, QS or YS")}
_AGE: Options = {"--max-age": _once("DAYS", "how long a claim is carried", type=int)}
_PARTS: Options = {"--parts": _often("CATEGORY", "disjoint ones (default: civilian, military)")}
#: Two ledgers, or one at two clocks.
_TWO: Options = {
    "before": _once("BEFORE", "a ledger's file, or a bundled dataset"),
    "after": _once("AFTER", "a later one", nargs="?"),
    **_LEDGER, **_TABLE, **_CLOCKS,
}  # fmt: skip


def _output(example: str, about: str, required: bool = True) -> Options:
    """Return the option that names the file to write."""
    return {"-o --output": _once(example, f"write {about}", required=required)}


_LEDGER_FILE = _output("ledger.csv", "a .csv, .json, .parquet or .xlsx file")


def _said(word: str) -> Options:
    """Return the options for reading a table; `word` is the help of those for a report's column."""
    return {
        "--column": _often("THEIRS=OURS", "a column and what it is; keep: THEIRS=", dest="columns"),
        "--value": _often("COLUMN[=OUTCOME]", "a column of numbers; of several, what each counts "
                          "(or COLUMN=NAME:WORD,…)"),
        "--kind": _once("KIND", f"{', '.join(KINDS)}; {word}"),
        **{f"--{name}": _once("WORD", word) for name in NAMES},
        "--word": _often("WORD=LEAST", "the least that a vague word means: dozens=24"),
        "--dates": _often("dmy|mdy|ymd|FORMAT", "how dates are written; the first that fits"),
        "--whole": _often("WORD", "means all sides, or all categories"),
        "--na": _often("WORD", "means a blank"),
        "--thousands": _once("SIGN", "what separates thousands"),
        "--encoding": _once("NAME", "of a CSV file (default: UTF-8)"),
        "--tz": _once("ZONE", "time zone of the ledger (default: UTC)"),
    }  # fmt: skip


#: Each command: what it does, and its options.
COMMANDS: dict[str, tuple[str, Options]] = {
    "totals": ("running totals by day covered", _ANSWER | {
        "--freq": _once("D", "every day, not only those with reports")}),
    "history": ("the headline each time it changed", _ANSWER | {
        "--date": _once("DAY", "the number for this day covered")}),
    "revisions": ("every replacement of one figure by another", _ANSWER),
    "increments": ("how many occurred in each stretch of days", _ANSWER | _FREQ),
    "changes": ("why the headline changed in each stretch of reporting", _ANSWER | _FREQ),
    "compare": ("several sources on the same thing", _ANSWER | _AGE),
    "tally": ("the toll across parts", _ANSWER | _AGE | {
        "--by": _often("COLUMN", "what makes a group (default: event and outcome)"),
        "--prefer": _often("[SIDE=]SOURCE", "whose claim to take, most trusted first"),
        **_PARTS,
        "--exhaustive": {"action": "store_true", "help": "the parts named make up the whole"}}),
    "explain": ("where a total comes from, report by report", _ANSWER | {
        "--date": _once("DAY", "the day covered (default: the last one)")}),
    "check": ("what does not add up; exit 1 if any finding is as bad as --fail-on", _ANSWER | {
        "--format": {"choices": ("table", "csv", "json", "github"), "default": "table",
                     "help": "github: annotations beside the lines of a CSV file"},
        "--ignore": _often("CODE", f"leave out findings: {', '.join(CODES)}"),
        **_PARTS,
        "--fail-on": {"choices": SEVERITIES[::-1], "default": "doubt",
                      "help": "exit 1 for findings at least that bad (default: doubt)"}}),
    "reconcile": ("why the numbers changed between two files, or two clocks of one", _TWO | {
        **_output("bridge.csv", "the bridge alone to a .csv or .json file", required=False),
        "--exit-code": {"action": "store_true",
                        "help": "exit 1 if something was removed, edited or unexplained"}}),
    "edits": ("the reports that were added, removed or edited between two files", _TWO | {
        **_output("edits.csv", "them to a .csv or .json file", required=False)}),
    "from-git": ("the history of a file in git as a ledger (a commit is no publication)", {
        "repo": _once("REPO", "a local clone"),
        "path": _once("PATH", "the file in it; several are its names over time", nargs="+"),
        **_LEDGER_FILE,
        "--date": _once("COLUMN", "the column of the day covered"),
        **_said("a column, or a word for all rows"),
        "--reported-at": _once("COLUMN", "that says when (default: the commit's time)"),
        "--id": _once("COLUMN", "that tells the incidents of a list apart"),
        "--branch": _once("NAME", "a branch, tag or commit (default: HEAD)"),
        "--on-bad": {"choices": ("raise", "skip", "skip_rows"),
                     "help": "what to do with a copy, or its rows, that cannot be read"}}),
    "read": ("anyone's table as a ledger", {
        "table": _once("TABLE", "a CSV, JSON, Parquet or Excel file"), **_LEDGER_FILE,
        **_said("fills the cells left blank"),
        "--reported-at": _once("WHEN", "fills the cells left blank"),
        "--sheet": _once("NAME", "of an Excel file; needed if several hold tables")}),
    "schema": ("the JSON Schema of a report", {}),
    "plot": ("draw a chart to a png, svg or pdf file", {
        "chart": _once("CHART", ", ".join(CHARTS), choices=CHARTS), **_FILE, **_CLOCKS,
        **_output("chart.png", "a .png, .svg or .pdf file")}),
    "page": ("a page to publish: what is known, how it got there, every number's reports", {
        **_FILE, **_PARTS, **_output("toll.html", "the page"), "--title": _once("TEXT", "of it")}),
}  # fmt: skip


def parser(version: str) -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    whole = argparse.ArgumentParser(
        prog="casualties",
        description="Reported casualty figures with their sources, times and revisions.",
        epilog="FILE is a ledger's CSV, JSON, Parquet or Excel file, or the name of a bundled "
        f"dataset: {', '.join(list_datasets())}",
    )
    whole.add_argument("--version", action="version", version=f"casualties {version}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (about, options) in COMMANDS.items():
        command = commands.add_parser(
            name, help=about, description=about, argument_default=argparse.SUPPRESS
        )
        for option, keywords in options.items():
            command.add_argument(*option.split(), **keywords)
    return whole
