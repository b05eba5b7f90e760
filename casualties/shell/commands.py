"""The commands: what was asked of a shell is asked of a ledger, and the answer printed."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import readers
from ..answers.bridge import reconcile
from ..answers.edits import edits
from ..answers.policies import Prefer
from ..datasets import list_datasets, load_dataset
from ..formats.whole import write_whole
from ..ledger import Ledger
from ..model.errors import LedgerError
from ..model.schema import CODES, NAMES, SEVERITIES, report_schema
from ..repositories import from_git
from . import asking, printing
from .remedies import in_shell

_READERS: dict[str, Callable[..., Ledger]] = {
    ".csv": readers.read_csv,
    ".json": readers.read_json,
    ".parquet": readers.read_parquet,
    ".xlsx": readers.read_excel,
}


def _read(name: str, tz: str | None) -> Ledger:
    if name in list_datasets() and not os.path.exists(name):
        ledger = load_dataset(name)
        return ledger if tz is None else Ledger(ledger.reports, tz=tz)
    read = _READERS.get(Path(name).suffix.lower())
    if read is None:
        known = ", ".join(_READERS)
        msg = f"{name}: not a {known} file, and no bundled dataset ({', '.join(list_datasets())})"
        raise LedgerError(msg)
    return read(name, tz=tz or "UTC")


def _chosen(name: str, options: argparse.Namespace) -> Ledger:
    ledger = _read(name, options.tz).where(**asking.chosen(options.where))
    return ledger.as_of(options.as_of) if options.as_of else ledger


def _run(options: argparse.Namespace) -> int:
    if options.command in asking.FRAMES:
        ledger = _chosen(options.file, options)
        printing.write(getattr(ledger, options.command)(**_asked(options)), options.format)
        return 0
    return _COMMANDS[options.command](options)


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """Return the keywords of an answer that were asked for."""
    names = ("date", "freq", "max_age", "by", "parts", "exhaustive")
    asked = {name: getattr(options, name, None) for name in names}
    asked = {name: value for name, value in asked.items() if value not in (None, False)}
    if getattr(options, "between", None) is not None:
        asked["between"] = asking.days(options.between)
    prefer = getattr(options, "prefer", [])
    if any("=" in text for text in prefer):
        sides: dict[str, list[str]] = {}
        for side, source in asking.pairs(prefer, "--prefer"):
            sides.setdefault(side, []).append(source)
        asked["choose"] = Prefer(sides)
    elif prefer:
        asked["choose"] = Prefer(*prefer)
    return asked


def _explain(options: argparse.Namespace) -> int:
    told = _chosen(options.file, options).explain(options.date)
    if options.format == "table":
        print(told)
    else:
        printing.write(told.reports, options.format)
    return 0


def _check(options: argparse.Namespace) -> int:
    for code in options.ignore:
        if code not in CODES:
            raise LedgerError.from_unknown(code, list(CODES), "code")
    ledger = _chosen(options.file, options)
    lacking = [_lacking(ledger, column) for column in options.require]
    found = ledger.check()
    found = found[~found["code"].isin(options.ignore)].reset_index(drop=True)
    printing.write(found, options.format)
    bad = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]  # the worst stands first
    return int(found["severity"].isin(bad).any() or any(lacking))


def _lacking(ledger: Ledger, column: str) -> bool:
    """Tell the reports that leave a column blank; whether there are any."""
    reports = ledger.reports
    if column not in reports.columns:
        raise LedgerError.from_unknown(column, list(reports.columns), "column")
    blank = reports.loc[reports[column].isna() | (reports[column].astype(str) == ""), "report_id"]
    some = ", ".join(blank.head(5)) + (f" and {len(blank) - 5:,} more" if len(blank) > 5 else "")
    if len(blank):
        print(f"casualties: no {column} in {some}", file=sys.stderr)
    return len(blank) > 0


def _reconcile(options: argparse.Namespace) -> int:
    before = _chosen(options.before, options)
    if options.after is not None and not (options.start or options.end):
        after = _chosen(options.after, options)
    elif options.after is None and options.start and options.end:
        before, after = before.as_of(options.start), before.as_of(options.end)
    else:
        msg = "give either two files, or one file with --from WHEN and --to WHEN"
        raise LedgerError(msg)
    bridge, changed = reconcile(before, after), edits(before, after)
    printing.write_both({"bridge": bridge, "edits": changed}, options.format)
    wrong = (changed["edit"] != "added").any() or (bridge["unexplained"].fillna(0) != 0).any()
    return int(options.exit_code and wrong)


def _from_git(options: argparse.Namespace) -> int:
    value: Any = options.value[0] if options.value else None
    if any("=" in text for text in options.value):
        named = asking.pairs(options.value, "--value")
        value = {column: {"outcome": outcome} for column, outcome in named}
    elif len(options.value) > 1:
        msg = "several --value: say what each counts, --value Killed=killed --value Hurt=wounded"
        raise LedgerError(msg)
    names = ("source", "event", "side", "category", "outcome", "definition", "via", "reported_at")
    fixed = {name: said for name in names if (said := getattr(options, name)) is not None}
    write = _writer(options.output)
    ledger = from_git(
        options.repo, options.path[0] if len(options.path) == 1 else options.path,
        date=options.date, value=value, kind=options.kind, tz=options.tz, branch=options.branch,
        records=options.records, encoding=options.encoding, on_bad=options.on_bad,
        **_said_of_table(options), **fixed,
    )  # fmt: skip
    write(ledger)  # a file that is there is not written over with nothing
    told = ledger.intake
    assert told is not None
    skipped = told[told["skipped"]]
    for when, why in zip(skipped["when"], skipped["why"], strict=True):
        print(
            f"casualties: left out {when.isoformat()}: {in_shell(why, archive=True)}",
            file=sys.stderr,
        )
    print(
        f"{options.output}: {len(ledger):,} reports of {len(told):,} commits "
        f"({int(told['new'].sum()):,} new, {int(told['changed'].sum()):,} changed, "
        f"{int(told['vanished'].sum()):,} vanished; {len(skipped):,} left out)"
    )
    return 0


def _said_of_table(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was said of a table, as keywords."""
    columns = asking.pairs(options.columns, "--column")
    words = {}
    for word, least in asking.pairs(options.word, "--word"):
        if not least.isdecimal():
            msg = f"--word {word}={least}: write a whole number, such as dozens=24"
            raise LedgerError(msg)
        words[word] = int(least)
    return {
        "columns": {theirs: ours or None for theirs, ours in columns},
        "words": words,
        **{name: getattr(options, name) for name in ("dates", "whole", "na", "thousands")},
    }


def _read_table(options: argparse.Namespace) -> int:
    fixed = {
        name: said for name in ("kind", *NAMES, "reported_at")
        if (said := getattr(options, name)) is not None
    }  # fmt: skip
    wide: dict[str, dict[str, str]] = {}
    for column, counts in asking.pairs(options.value, "--value"):
        wide[column] = {}
        for pair in counts.split(","):
            name, colon, word = pair.partition(":")
            wide[column] |= {name: word} if colon else {"outcome": name}
    if wide:
        fixed["value"] = wide
    suffix = Path(options.table).suffix.lower()
    read = _READERS.get(suffix)
    if read is None:
        msg = f"{options.table}: not a {', '.join(_READERS)} file"
        raise LedgerError(msg)
    if suffix == ".csv":
        fixed["encoding"] = options.encoding
    if options.sheet is not None:
        fixed["sheet"] = options.sheet
    write = _writer(options.output)
    ledger = read(options.table, tz=options.tz, **_said_of_table(options), **fixed)
    write(ledger)
    print(f"{options.output}: {len(ledger):,} reports")
    return 0


def _schema(options: argparse.Namespace) -> int:
    print(json.dumps(report_schema(many=options.many), ensure_ascii=False, indent=2))
    return 0


def _writer(path: str) -> Callable[[Ledger], None]:
    """Return what writes a ledger to a file by the ending of its name."""
    forms = {".csv": Ledger.to_csv, ".json": Ledger.to_json, ".parquet": Ledger.to_parquet,
             ".xlsx": Ledger.to_excel}  # fmt: skip
    suffix = Path(path).suffix.lower()
    if suffix not in forms:
        msg = f"{path}: the name of the ledger must end in {', '.join(forms)}"
        raise LedgerError(msg)
    write: Any = forms[suffix]
    return lambda ledger: write(ledger, path)


def _plot(options: argparse.Namespace) -> int:
    suffix = Path(options.output).suffix.lower()
    if suffix not in (".png", ".svg", ".pdf"):
        msg = f"{options.output}: the name of the chart must end in .png, .svg or .pdf"
        raise LedgerError(msg)
    ledger = _chosen(options.file, options)
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
    return 0


def _page(options: argparse.Namespace) -> int:
    _chosen(options.file, options).to_html(options.output, title=options.title)
    return 0


_COMMANDS = {
    "explain": _explain,
    "check": _check,
    "reconcile": _reconcile,
    "from-git": _from_git,
    "read": _read_table,
    "schema": _schema,
    "plot": _plot,
    "page": _page,
}


def run(options: argparse.Namespace) -> int:
    """Do what was asked and return the exit code: 0, 1 (findings) or 2 (cannot)."""
    try:
        return _run(options)
    except BrokenPipeError:  # the reader of the pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (LedgerError, OSError, ImportError) as error:
        text = str(error)
        if isinstance(error, OSError) and error.filename:
            text = f"{error.filename}: {error.strerror}"
        print(
            f"casualties: {in_shell(text, archive=options.command == 'from-git')}", file=sys.stderr
        )
        return 2
