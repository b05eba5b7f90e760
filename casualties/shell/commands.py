"""The commands: what was asked of a shell is asked of a ledger, and the answer printed."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from .. import readers
from ..answers.bridge import reconcile
from ..answers.choosing import Prefer
from ..answers.edits import edits
from ..datasets import list_datasets, load_dataset
from ..formats.csv import line_numbers
from ..formats.whole import write_whole
from ..ledger import Ledger
from ..model.errors import LedgerError, in_shell
from ..model.schema import CODES, NAMES, SERIES, SEVERITIES, report_schema
from ..repositories import from_git
from ..words import first_of
from .printing import annotations, as_text, both_as_text, write

_READERS: dict[str, Callable[..., Ledger]] = {
    ".csv": readers.read_csv,
    ".json": readers.read_json,
    ".parquet": readers.read_parquet,
    ".xlsx": readers.read_excel,
}


_WRITERS: dict[str, Callable[..., None]] = {
    ".csv": Ledger.to_csv,
    ".json": Ledger.to_json,
    ".parquet": Ledger.to_parquet,
    ".xlsx": Ledger.to_excel,
}


def run(options: argparse.Namespace) -> int:
    """Do what was asked and return the exit code: 0, 1 (findings) or 2 (cannot)."""
    try:
        return _COMMANDS.get(options.command, _frame)(options)
    except (LedgerError, OSError, ImportError) as error:
        text = error.in_shell if isinstance(error, LedgerError) else str(error)
        if isinstance(error, OSError) and error.filename:
            text = f"{error.filename}: {error.strerror}"
        print("casualties:", "; ".join(map(str.strip, text.split("\n"))), file=sys.stderr)
        return 2


# -- what was asked -------------------------------------------------------------------------------


def _pairs(given: list[str], option: str, form: str = "column=value") -> list[tuple[str, str]]:
    """Read options written as NAME=VALUE."""
    for text in given:
        if "=" not in text:
            msg = f"{option} {text!r}: write it as {form}"
            raise LedgerError(msg)
    return [(text.partition("=")[0], text.partition("=")[2]) for text in given]


def _several(given: list[str], option: str) -> dict[str, list[str]]:
    """Read options written as NAME=VALUE, of which a name may have several."""
    found: dict[str, list[str]] = {}
    for name, value in _pairs(given, option):
        found.setdefault(name, []).append(value)
    return found


def _by_ending(forms: dict[str, Any], path: str, what: str) -> Any:
    """Return what the ending of a file's name stands for."""
    suffix = Path(path).suffix.lower()
    if suffix not in forms:
        msg = f"{path}: the name of the {what} must end in {', '.join(forms)}"
        raise LedgerError(msg)
    return forms[suffix]


def _ledger(name: str, options: argparse.Namespace) -> Ledger:
    """Read a ledger, and choose what was asked for."""
    return _chosen(_read_ledger(name, options.tz), options)


def _read_ledger(name: str, tz: str | None) -> Ledger:
    if name in list_datasets() and not os.path.exists(name):
        ledger = load_dataset(name)
        return ledger if tz is None else Ledger(ledger.reports, tz=tz)
    read = _READERS.get(Path(name).suffix.lower())
    if read is None:
        known = ", ".join(_READERS)
        msg = f"{name}: not a {known} file, and no bundled dataset ({', '.join(list_datasets())})"
        raise LedgerError(msg)
    try:
        return read(name, tz=tz or "UTC")
    except LedgerError as error:
        if error.in_shell == str(error):
            raise
        msg = f"{error.told} (options of `casualties read`, which makes a ledger of it)"
        raise LedgerError(msg) from error


def _chosen(ledger: Ledger, options: argparse.Namespace) -> Ledger:
    chosen: dict[str, list[Any]] = dict(_several(options.where, "--where"))
    for column in chosen.keys() - {*SERIES}:
        if column in ledger.reports:  # an own column may hold numbers
            cells = {str(cell): cell for cell in ledger.reports[column].dropna().unique()}
            chosen[column] = [cells.get(text, text) for text in chosen[column]]
    ledger = ledger.where(**chosen)
    return ledger if options.as_of is None else ledger.as_of(options.as_of)


def _two(options: argparse.Namespace) -> tuple[Ledger, Ledger]:
    """Return two ledgers, or one at two clocks."""
    before = _ledger(options.before, options)
    clocks = [clock for clock in (options.start, options.end) if clock is not None]
    if options.after is not None and not clocks:
        return before, _ledger(options.after, options)
    if options.after is None and len(clocks) == 2:
        return before.as_of(clocks[0]), before.as_of(clocks[1])
    msg = "give either two files, or one file with --from WHEN and --to WHEN"
    raise LedgerError(msg)


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return those of the options that were given, as keywords."""
    found = {name: getattr(options, name, None) for name in names}
    return {
        name: said for name, said in found.items()
        if said is not None and said is not False and said != []
    }  # fmt: skip


def _counted(given: list[str]) -> dict[str, dict[str, str]]:
    """Read what each column of numbers counts: Killed=killed, or Killed=side:North,outcome:…."""
    counted: dict[str, dict[str, str]] = {}
    for column, words in _pairs(given, "--value", "Killed=killed, to say what each counts"):
        for text in words.split(","):
            name, colon, word = text.partition(":")
            counted.setdefault(column, {}).update({name: word} if colon else {"outcome": text})
    return counted


def _said_of_table(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was said of a table, as keywords."""
    said = _given(options, "kind", *NAMES, "reported_at", "dates", "whole", "na", "thousands",
                  "encoding", "tz")  # fmt: skip
    words = dict(_pairs(options.word, "--word", "dozens=24"))
    for word, least in words.items():
        if not least.isdecimal():
            msg = f"--word {word}={least}: write a whole number, such as dozens=24"
            raise LedgerError(msg)
    columns = {theirs: ours or None for theirs, ours in _pairs(options.columns, "--column")}
    return said | {"columns": columns, "words": {word: int(n) for word, n in words.items()}}


# -- the commands ---------------------------------------------------------------------------------


def _frame(options: argparse.Namespace) -> int:
    """Print the answer that has the command's name."""
    asked = _given(options, "date", "freq", "max_age", "by", "parts", "exhaustive")
    if getattr(options, "between", None) is not None:
        first, dots, last = options.between.partition("..")
        if not dots:
            msg = f"--between {options.between!r}: write it as FIRST..LAST, such as "
            msg += "2024-05-06..2024-05-12"
            raise LedgerError(msg)
        asked["between"] = (first or None, last or None)
    prefer = getattr(options, "prefer", [])
    if any("=" in text for text in prefer):
        asked["choose"] = Prefer(_several(prefer, "--prefer"))
    elif prefer:
        asked["choose"] = Prefer(*prefer)
    ledger = _ledger(options.file, options)
    write(as_text(getattr(ledger, options.command)(**asked), options.format))
    return 0


def _explain(options: argparse.Namespace) -> int:
    told = _ledger(options.file, options).explain(options.date)
    write(f"{told}\n" if options.format == "table" else as_text(told.reports, options.format))
    return 0


def _check(options: argparse.Namespace) -> int:
    for code in options.ignore:
        if code not in CODES:
            raise LedgerError.from_unknown(code, list(CODES), "code")
    whole = _read_ledger(options.file, options.tz)
    ledger = _chosen(whole, options)
    lacking = {column: ids for column in options.require if (ids := _lacking(ledger, column))}
    found = ledger.check()
    found = found[~found["code"].isin(options.ignore)].reset_index(drop=True)
    told = {f"no {column} in {first_of(ids)}": ids for column, ids in lacking.items()}
    if options.format == "github":
        lines = _lines(options.file, whole)
        write(annotations(found, told, options.file, lines))
    else:
        for message in told:
            print(f"casualties: {message}", file=sys.stderr)
        write(as_text(found, options.format))
    bad = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]  # the worst stands first
    return int(found["severity"].isin(bad).any() or bool(lacking))


def _lacking(ledger: Ledger, column: str) -> list[str]:
    """Return the reports that leave a column blank."""
    reports = ledger.reports
    if column not in reports.columns:
        raise LedgerError.from_unknown(column, list(reports.columns), "column")
    blank = reports[column].isna() | (reports[column].astype(str) == "")
    return reports.loc[blank, "report_id"].tolist()


def _lines(name: str, ledger: Ledger) -> dict[str, int]:
    """Return the line of a CSV file in which each report begins."""
    if not (os.path.exists(name) and name.lower().endswith(".csv")):
        return {}
    with open(name, "rb") as file:
        whole = file.read()
    return dict(zip(ledger.reports["report_id"], line_numbers(whole, "utf-8-sig"), strict=True))


def _reconcile(options: argparse.Namespace) -> int:
    before, after = _two(options)
    bridge, changed = reconcile(before, after), edits(before, after)
    if options.output is None:
        write(both_as_text({"bridge": bridge, "edits": changed}, options.format))
    else:
        _write_table(bridge, options.output)
    wrong = (changed["edit"] != "added").any() or (bridge["unexplained"].fillna(0) != 0).any()
    return int(options.exit_code and wrong)


def _edits(options: argparse.Namespace) -> int:
    changed = edits(*_two(options))
    if options.output is None:
        write(as_text(changed, options.format))
    else:
        _write_table(changed, options.output)
    return 0


def _write_table(frame: pd.DataFrame, path: str) -> None:
    form = _by_ending({".csv": "csv", ".json": "json"}, path, "table")
    write_whole(path, as_text(frame, form))


def _from_git(options: argparse.Namespace) -> int:
    write_ledger = _by_ending(_WRITERS, options.output, "ledger")
    said = _said_of_table(options) | _given(options, "date", "id", "branch", "records", "on_bad")
    if len(options.value) == 1 and "=" not in options.value[0]:
        said["value"] = options.value[0]
    elif options.value:
        said["value"] = _counted(options.value)
    path = options.path[0] if len(options.path) == 1 else options.path
    ledger = from_git(options.repo, path, **said)
    write_ledger(ledger, options.output)  # a file that is there is not written over with nothing
    told = ledger._intake
    assert told is not None
    for when, why, skipped in told.loc[told["why"] != "", ["when", "why", "skipped"]].to_numpy():
        place = f"{'left out ' if skipped else ''}{when.isoformat()}"
        print(f"casualties: {place}: {in_shell(why)}", file=sys.stderr)
    write(
        f"{options.output}: {len(ledger):,} reports of {len(told):,} commits "
        f"({int(told['new'].sum()):,} new, {int(told['changed'].sum()):,} changed, "
        f"{int(told['vanished'].sum()):,} vanished; {int(told['skipped'].sum()):,} left out)\n"
    )
    return 0


def _read(options: argparse.Namespace) -> int:
    read = _by_ending(_READERS, options.table, "table")
    write_ledger = _by_ending(_WRITERS, options.output, "ledger")
    said = _said_of_table(options) | _given(options, "sheet")
    if options.value:
        said["value"] = _counted(options.value)
    ledger = read(options.table, **said)
    write_ledger(ledger, options.output)
    write(f"{options.output}: {len(ledger):,} reports\n")
    return 0


def _schema(options: argparse.Namespace) -> int:
    write(json.dumps(report_schema(many=options.many), ensure_ascii=False, indent=2) + "\n")
    return 0


def _plot(options: argparse.Namespace) -> int:
    form = _by_ending({".png": "png", ".svg": "svg", ".pdf": "pdf"}, options.output, "chart")
    clocks = [clock for clock in (options.start, options.end) if clock is not None]
    if len(clocks) != (2 if options.chart == "reconcile" else 0):
        msg = "plot reconcile needs --from WHEN and --to WHEN, which no other chart takes"
        raise LedgerError(msg)
    ledger = _ledger(options.file, options)
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure = getattr(ledger.plot, options.chart)(*clocks).figure
    figure.savefig(drawn := io.BytesIO(), format=form, dpi=150)
    write_whole(options.output, drawn.getvalue())
    plt.close(figure)
    return 0


def _page(options: argparse.Namespace) -> int:
    _ledger(options.file, options).to_html(options.output, title=options.title)
    return 0


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "explain": _explain,
    "check": _check,
    "reconcile": _reconcile,
    "edits": _edits,
    "from-git": _from_git,
    "read": _read,
    "schema": _schema,
    "plot": _plot,
    "page": _page,
}
