"""What can be asked of a shell: the commands and their options."""

import argparse
from collections.abc import Mapping
from typing import Any

from ..datasets import list_datasets
from ..model.schema import CODES, KINDS, NAMES, SEVERITIES

#: The frames that a ledger answers with, each by the command of its name.
FRAMES = {
    "totals": "running totals by day covered",
    "history": "the headline each time it changed",
    "revisions": "every replacement of one figure by another",
    "increments": "how many occurred in each stretch of days",
    "changes": "why the headline changed in each stretch of reporting",
    "compare": "several sources on the same thing",
    "tally": "the toll across parts",
}
CHARTS = ("totals", "history", "claims", "increments", "parts", "vintages", "revisions", "sources",
          "reconcile")  # fmt: skip
_DATA = "karabakh_2020"
_EXAMPLES = {
    "compare": f"compare {_DATA} --where outcome=killed --max-age 7",
    "tally": f"tally {_DATA} --where outcome=killed --prefer 'Armenian side=AFP' --format csv",
    "changes": f"changes {_DATA} --where source=AFP --freq W",
    "increments": f"increments {_DATA} --where source=AFP --between 2020-10-01..2020-10-31",
}


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
    ledger, table = _ledger(), _table()

    def command(name: str, about: str, example: str, *parents: argparse.ArgumentParser) -> Any:
        return commands.add_parser(
            name, help=about, description=about, epilog=f"example: casualties {example}",
            parents=list(parents),
        )  # fmt: skip

    for name, about in FRAMES.items():
        example = _EXAMPLES.get(name, f"{name} {_DATA} --where source=AFP --format csv")
        one = command(name, about, example, ledger, table)
        _file(one)
        _frame_options(one, name)
    one = command(
        "explain", "where a total comes from, report by report",
        f"explain {_DATA} --as-of 2020-09-28 --where 'source=Karabakh defence ministry' "
        "--where outcome=killed --where 'side=Armenian side'", ledger, table,
    )  # fmt: skip
    _file(one)
    one.add_argument("--date", help="the day covered (default: the last one)")
    one = command(
        "check", "what does not add up; exit 1 if any finding is as bad as --fail-on",
        f"check {_DATA} --ignore disagree --fail-on contradiction", ledger, table,
    )  # fmt: skip
    _file(one)
    one.add_argument("--ignore", action="append", default=[], metavar="CODE",
                     help=f"leave out findings: {', '.join(CODES)}")  # fmt: skip
    one.add_argument("--require", action="append", default=[], metavar="COLUMN",
                     help="exit 1 if a report leaves it blank")  # fmt: skip
    one.add_argument("--fail-on", choices=SEVERITIES[::-1], default="doubt",
                     help="exit 1 for findings at least that bad (default: doubt)")  # fmt: skip
    one = command(
        "reconcile", "why the numbers changed between two files, or two clocks of one",
        f"reconcile {_DATA} --from '2020-09-28 15:00' --to '2020-09-28 16:00' "
        "--where source=AFP", ledger, table,
    )  # fmt: skip
    one.add_argument("before", metavar="BEFORE")
    one.add_argument("after", metavar="AFTER", nargs="?")
    _clocks(one)
    one.add_argument("--exit-code", action="store_true",
                     help="exit 1 if something was removed, edited or unexplained")  # fmt: skip
    _from_git(command(
        "from-git", "the history of a file in a git repository as a ledger (a commit is not a "
        "publication)", "from-git clone data/deaths.csv -o ledger.csv --date day --value killed "
        "--source MoH --kind total --on-bad skip",
    ))  # fmt: skip
    _read_table(command(
        "read", "anyone's table as a ledger",
        "read log.csv -o ledger.csv --column Day=reported_at --value Killed=outcome:killed "
        "--dates dmy --na n/a --source Ministry --kind total",
    ))  # fmt: skip
    command("schema", "the JSON Schema of a report", "schema --many").add_argument(
        "--many", action="store_true", help="of a list of reports"
    )
    one = command(
        "plot", "draw a chart to a png, svg or pdf file",
        f"plot history {_DATA} --where source=AFP --where category=all -o toll.png", ledger,
    )  # fmt: skip
    one.add_argument("chart", metavar="CHART", choices=CHARTS, help=", ".join(CHARTS))
    _file(one)
    _output(one, "chart.png")
    _clocks(one)
    one = command(
        "page", "a page to publish: what is known, how it got there, every number's reports",
        f"page {_DATA} --where source=AFP -o toll.html", ledger,
    )  # fmt: skip
    _file(one)
    _output(one, "toll.html")
    one.add_argument("--title")
    return whole


def _ledger() -> argparse.ArgumentParser:
    """Return what every command that reads a ledger takes."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--tz", help="time zone of naive instants (default: UTC, or the dataset's)")
    shared.add_argument("--as-of", metavar="WHEN", help="set the clock back")
    shared.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE",
        help="choose series; repeat a column for several values",
    )  # fmt: skip
    return shared


def _table() -> argparse.ArgumentParser:
    table = argparse.ArgumentParser(add_help=False)
    table.add_argument("--format", choices=("table", "csv", "json"), default="table")
    return table


def _file(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="FILE")


def _output(one: argparse.ArgumentParser, example: str) -> None:
    one.add_argument("-o", "--output", required=True, metavar=example)


def _clocks(one: argparse.ArgumentParser) -> None:
    one.add_argument("--from", dest="start", metavar="WHEN", help="the earlier clock")
    one.add_argument("--to", dest="end", metavar="WHEN", help="the later clock")


def _frame_options(one: argparse.ArgumentParser, name: str) -> None:
    if name == "history":
        one.add_argument("--date", help="the number for this day covered")
    if name in ("totals", "increments", "changes"):
        one.add_argument("--freq", help="D, W, MS, QS or YS" if name != "totals" else "D")
    if name == "increments":
        one.add_argument("--between", metavar="FIRST..LAST",
                         help="one row from the first day to the last; blank is where the numbers "
                         "begin or end")  # fmt: skip
    if name in ("compare", "tally"):
        one.add_argument("--max-age", type=int, metavar="DAYS", help="how long a claim is carried")
    if name != "tally":
        return
    one.add_argument("--by", action="append", metavar="COLUMN",
                     help="what makes a group (default: event and outcome)")  # fmt: skip
    one.add_argument("--prefer", action="append", default=[], metavar="[SIDE=]SOURCE",
                     help="whose claim to take, most trusted first")  # fmt: skip
    one.add_argument("--parts", action="append", metavar="CATEGORY",
                     help="disjoint categories (default: civilian and military)")  # fmt: skip
    one.add_argument("--exhaustive", action="store_true",
                     help="the parts named make up the whole")  # fmt: skip


def _from_git(one: argparse.ArgumentParser) -> None:
    one.add_argument("repo", metavar="REPO", help="a local clone")
    one.add_argument("path", metavar="PATH", nargs="+",
                     help="the file in it; several are its names over time")  # fmt: skip
    _output(one, "ledger.csv")
    one.add_argument("--date", metavar="COLUMN", help="the column of the day covered")
    one.add_argument("--value", action="append", default=[], metavar="COLUMN[=OUTCOME]",
                     help="the column of the number; of several, what each counts")  # fmt: skip
    one.add_argument("--kind", help=f"{', '.join(KINDS)}, or a column")
    for name in NAMES:
        one.add_argument(f"--{name}", help="a column, or a word for all rows")
    one.add_argument("--reported-at", metavar="COLUMN",
                     help="a column that says when (default: the commit's time)")  # fmt: skip
    one.add_argument("--branch", default="HEAD")
    one.add_argument("--records", default="", metavar="a.b", help="JSON: the way to the records")
    _table_options(one)
    one.add_argument("--on-bad", choices=("raise", "skip"), default="raise",
                     help="what to do with a copy that cannot be read")  # fmt: skip


def _read_table(one: argparse.ArgumentParser) -> None:
    one.add_argument("table", metavar="TABLE", help="a CSV, JSON, Parquet or Excel file")
    _output(one, "ledger.csv")
    one.add_argument("--value", action="append", default=[], metavar="COLUMN=COLUMN:WORD,…",
                     help="a column of numbers and what it counts")  # fmt: skip
    for name in ("kind", *NAMES, "reported-at"):
        one.add_argument(f"--{name}", metavar="WORD", help="fills the cells left blank")
    one.add_argument("--sheet", help="of an Excel file (default: the first)")
    _table_options(one)


def _table_options(one: argparse.ArgumentParser) -> None:
    """Add what somebody says of a table."""
    one.add_argument("--column", "--columns", dest="columns", action="append", default=[],
                     metavar="THEIRS=OURS",
                     help="a column and the report's that it is; or keep it: THEIRS=")  # fmt: skip
    one.add_argument("--word", action="append", default=[], metavar="WORD=LEAST",
                     help="how a vague word is coded: dozens=24")  # fmt: skip
    one.add_argument("--dates", action="append", default=[], metavar="dmy|mdy|ymd|FORMAT",
                     help="how dates are written; of several the first that fits")  # fmt: skip
    one.add_argument("--whole", action="append", default=[], metavar="WORD",
                     help="means all sides, or all categories")  # fmt: skip
    one.add_argument("--na", action="append", default=[], metavar="WORD", help="means a blank")
    one.add_argument("--thousands", default="", metavar="SIGN", help="what separates thousands")
    one.add_argument("--encoding", default="utf-8-sig")
    one.add_argument("--tz", default="UTC", help="time zone of the ledger (default: UTC)")


def pairs(given: list[str], option: str) -> list[tuple[str, str]]:
    """Read options written as NAME=VALUE."""
    from ..model.errors import LedgerError

    found = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            msg = f"{option} {text!r}: write it as column=value"
            raise LedgerError(msg)
        found.append((name, value))
    return found


def days(given: str) -> tuple[str | None, str | None]:
    """Read two days written as FIRST..LAST, either of which may be blank."""
    from ..model.errors import LedgerError

    first, dots, last = given.partition("..")
    if not dots:
        msg = f"--between {given!r}: write it as FIRST..LAST, such as 2024-05-06..2024-05-12"
        raise LedgerError(msg)
    return first or None, last or None


def chosen(given: list[str]) -> Mapping[str, list[str]]:
    """Return the values of each column that were asked for."""
    columns: dict[str, list[str]] = {}
    for column, value in pairs(given, "--where"):
        columns.setdefault(column, []).append(value)
    return columns
