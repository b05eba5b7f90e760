"""The commands: each asks a ledger what the command line says, and prints or writes the answer.

Each takes the options as keywords. Those that choose the ledger's reports (`tz`, `where`, `as_of`)
are taken out of them by :func:`_ledger`; the rest are keywords of the question.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from .. import readers
from ..answers.bridge import edits, reconcile
from ..answers.choosing import Prefer
from ..datasets import list_datasets, load_dataset
from ..formats.csv import line_numbers
from ..formats.whole import write_whole
from ..ledger import Ledger
from ..model.errors import LedgerError, in_shell, refuse_unknown
from ..model.schema import CODES, SEVERITIES, report_schema
from ..repositories import from_git
from .printing import annotations, as_text, both_as_text, write

#: Endings of a ledger's file, and their form as in :func:`read_csv` and :meth:`Ledger.to_csv`.
_FORMS = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".xlsx": "excel"}


def run(options: argparse.Namespace) -> int:
    """Do what was asked and return the exit code: 0, 1 (findings) or 2 (cannot)."""
    keywords = vars(options)
    command = keywords.pop("command")
    try:
        _refuse_to_write_over(**keywords)
        return _COMMANDS.get(command, partial(_frame, command))(**keywords) or 0
    except (LedgerError, OSError, ImportError) as error:
        text = error.in_shell if isinstance(error, LedgerError) else str(error)
        if isinstance(error, OSError) and error.filename:
            text = f"{error.filename}: {error.strerror}"
        print("casualties:", "; ".join(map(str.strip, text.split("\n"))), file=sys.stderr)
        return 2


def _refuse_to_write_over(output: str = "", repo: str = "", path: Any = (), **said: Any) -> None:
    """Raise if a command would write over what it reads: a ledger, a table, a file of a clone."""
    read = [*path, *(said[name] for name in ("file", "table", "before", "after") if name in said)]
    if output and os.path.realpath(output) in {os.path.realpath(Path(repo, n)) for n in read}:
        raise LedgerError.of(output, "is what is read; write to another file")


# -- reading options ------------------------------------------------------------------------------


def _several(given: Sequence[str], option: str, form: str = "column=value") -> dict[str, list[str]]:
    """Read options written as NAME=VALUE; a name may have several values."""
    found: dict[str, list[str]] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            msg = f"{option} {text!r}: write it as {form}"
            raise LedgerError(msg)
        found.setdefault(name, []).append(value)
    return found


def _by_ending(forms: dict[str, str], path: str, what: str) -> str:
    """Return the form that the ending of a file's name stands for; `what` is in the file."""
    suffix = Path(path).suffix.lower()
    if suffix not in forms:
        raise LedgerError.of(path, f"the name of the {what} must end in {', '.join(forms)}")
    return forms[suffix]


def _ledger(name: str, options: dict[str, Any]) -> Ledger:
    """Read a ledger and choose its reports; the options that do so are taken out of `options`."""
    return _chosen([_read_ledger(name, options.pop("tz", None))], options)[0]


def _read_ledger(name: str, tz: str | None) -> Ledger:
    """Read a ledger from a file, or a bundled dataset if there is no file of that name."""
    if name in list_datasets() and not os.path.exists(name):
        ledger = load_dataset(name)
        return ledger if tz is None else Ledger(ledger.reports, tz=tz)
    what = f"ledger, which is no bundled dataset ({', '.join(list_datasets())}),"
    form = _by_ending(_FORMS, name, what)
    try:
        return getattr(readers, f"read_{form}")(name, tz=tz or "UTC")
    except LedgerError as error:
        if error.in_shell == str(error):
            raise
        msg = f"{error.told} (options of `casualties read`, which makes a ledger of it)"
        raise LedgerError(msg) from error


def _chosen(ledgers: list[Ledger], options: dict[str, Any]) -> list[Ledger]:
    """Choose the reports of ledgers and set their clocks, as options say.

    A value that only one of them has is no error: another one has no report with it.
    """
    wanted = [dict[str, list[Any]]() for _ in ledgers]
    for column, texts in _several(options.pop("where", ()), "--where").items():
        cells = [_cells(ledger, column) for ledger in ledgers]
        for own, chosen in zip(cells, wanted, strict=True):
            strange = [text for text in texts if not any(text in each for each in cells)]
            chosen[column] = [own[text] for text in texts if text in own] + strange
    found = [
        ledger.where(**chosen) if all(chosen.values()) else ledger.where(source=[])
        for ledger, chosen in zip(ledgers, wanted, strict=True)
    ]
    when = options.pop("as_of", None)
    return found if when is None else [ledger.as_of(when) for ledger in found]


def _cells(ledger: Ledger, column: str) -> dict[str, Any]:
    """Return the cells of a column by their text: an extra column may hold numbers."""
    cells = ledger.reports.get(column, pd.Series()).astype(object)
    return {str(cell): cell for cell in cells.where(cells.notna(), "")}


def _two(
    before: str, after: str | None = None, start: str | None = None, end: str | None = None,
    **chosen: Any,
) -> Sequence[Ledger]:  # fmt: skip
    """Return two ledgers, or one at two clocks."""
    if after is None and start is not None and end is not None:
        return _ledger(before, chosen)._between(start, end)
    if after is None or start is not None or end is not None:
        msg = "give either two files, or one file with --from WHEN and --to WHEN"
        raise LedgerError(msg)
    tz = chosen.pop("tz", None)
    return _chosen([_read_ledger(name, tz) for name in (before, after)], chosen)


def _of_table(
    columns: Sequence[str] = (), word: Sequence[str] = (), value: Sequence[str] = (), **options: Any
) -> dict[str, Any]:
    """Return the options for reading a table as keywords of :class:`Ledger`.

    ``--value`` names the column of the number. Of several such columns it says what each counts:
    ``Killed=killed``, or ``Killed=side:North,outcome:…``.
    """
    least = {name: texts[-1] for name, texts in _several(word, "--word", "dozens=24").items()}
    words = {name: int(text) if text.isdecimal() else text for name, text in least.items()}
    ours = {n: o if o[1:] else o[0] or None for n, o in _several(columns, "--column").items()}
    if len(value) == 1 and "=" not in value[0]:
        ours[value[0]] = "value"
    elif value:
        options["value"] = {}
        form = "Killed=killed, to say what each counts"
        for column, counts in _several(value, "--value", form).items():
            texts = ",".join(counts).split(",")
            pairs = (text if ":" in text else f"outcome:{text}" for text in texts)
            options["value"][column] = dict(pair.split(":", 1) for pair in pairs)
    return options | {"columns": ours, "words": words}


# -- the commands ---------------------------------------------------------------------------------


def _frame(
    command: str, file: str, format: str, prefer: Sequence[str] = (), **options: Any
) -> None:
    """Print the answer of the ledger's method that has the command's name."""
    if any("=" in text for text in prefer):
        options["choose"] = Prefer(_several(prefer, "--prefer"))
    elif prefer:
        options["choose"] = Prefer(*prefer)
    write(as_text(getattr(_ledger(file, options), command)(**options), format))


def _explain(file: str, format: str, **options: Any) -> None:
    explained = _ledger(file, options).explain(**options)
    write(f"{explained}\n" if format == "table" else as_text(explained.reports, format))


def _check(file: str, format: str, fail_on: str, ignore: Sequence[str] = (), **options: Any) -> int:
    refuse_unknown(ignore, CODES, "code")
    whole = _read_ledger(file, options.pop("tz", None))
    found = _chosen([whole], options)[0].check(**options)
    found = found[~found["code"].isin(ignore)].reset_index(drop=True)
    if format == "github":
        write(annotations(found, file, _lines(file, whole)))
    else:
        write(as_text(found, format))
    bad = SEVERITIES[: SEVERITIES.index(fail_on) + 1]  # the worst stands first
    return int(found["severity"].isin(bad).any())


def _lines(name: str, ledger: Ledger) -> dict[str, int]:
    """Return the line of a CSV file in which each report begins."""
    if not (os.path.exists(name) and name.lower().endswith(".csv")):
        return {}
    lines = line_numbers(Path(name).read_bytes(), "utf-8-sig")
    return dict(zip(ledger.reports["report_id"], lines, strict=True))


def _reconcile(format: str, output: str | None = None, exit_code: bool = False, **two: Any) -> int:
    before, after = _two(**two)
    bridge, changed = reconcile(before, after), edits(before, after)
    if output is None:
        write(both_as_text({"bridge": bridge, "edits": changed}, format))
    else:
        _put(bridge, format, output)
    wrong = (changed["edit"] != "added").any() or (bridge["unexplained"].fillna(0) != 0).any()
    return int(exit_code and wrong)


def _edits(format: str, output: str | None = None, **two: Any) -> None:
    _put(edits(*_two(**two)), format, output)


def _put(frame: pd.DataFrame, format: str, output: str | None) -> None:
    """Print a frame, or write it to a file."""
    if output is None:
        write(as_text(frame, format))
    else:
        form = _by_ending({".csv": "csv", ".json": "json"}, output, "table")
        write_whole(output, as_text(frame, form))


def _from_git(repo: str, path: list[str], output: str, **options: Any) -> None:
    form, options = _by_ending(_FORMS, output, "ledger"), _of_table(**options)
    ledger = from_git(repo, path[0] if len(path) == 1 else path, **options)
    getattr(ledger, f"to_{form}")(output)  # a file that is there is not written over with nothing
    log = pd.DataFrame(ledger._intake)
    for when, why, skipped in log.loc[log["why"] != "", ["when", "why", "skipped"]].to_numpy():
        place = f"{'left out ' if skipped else ''}{when.isoformat()}"
        print(f"casualties: {place}: {in_shell(why)}", file=sys.stderr)
    figures = ", ".join(f"{log[name].sum():,} {name}" for name in ("new", "changed", "vanished"))
    left = f"{log['skipped'].sum():,} left out"
    write(f"{output}: {len(ledger):,} reports of {len(log):,} commits ({figures}; {left})\n")


def _read(table: str, output: str, **options: Any) -> None:
    read = getattr(readers, f"read_{_by_ending(_FORMS, table, 'table')}")
    for option, ending in (("encoding", ".csv"), ("sheet", ".xlsx")):
        if option in options and not table.lower().endswith(ending):
            msg = f"--{option} is of {ending} files, and {table} is none; leave it out"
            raise LedgerError(msg)
    form, ledger = _by_ending(_FORMS, output, "ledger"), read(table, **_of_table(**options))
    getattr(ledger, f"to_{form}")(output)
    write(f"{output}: {len(ledger):,} reports\n")


def _schema() -> None:
    write(json.dumps(report_schema(), ensure_ascii=False, indent=2) + "\n")


def _plot(chart: str, file: str, output: str, **options: Any) -> None:
    form = _by_ending({".png": "png", ".svg": "svg", ".pdf": "pdf"}, output, "chart")
    clocks = [options.pop(name) for name in ("start", "end") if name in options]
    if len(clocks) != (2 if chart == "reconcile" else 0):
        msg = "plot reconcile needs --from WHEN and --to WHEN, which no other chart takes"
        raise LedgerError(msg)
    ledger = _ledger(file, options)
    import matplotlib as mpl

    mpl.use("Agg")
    figure = getattr(ledger.plot, chart)(*clocks).figure
    figure.savefig(drawn := io.BytesIO(), format=form, dpi=150)
    write_whole(output, drawn.getvalue())


def _page(file: str, output: str, **options: Any) -> None:
    _ledger(file, options).to_html(output, **options)


_COMMANDS: dict[str, Callable[..., int | None]] = {
    "explain": _explain, "check": _check, "reconcile": _reconcile, "edits": _edits,
    "from-git": _from_git, "read": _read, "schema": _schema, "plot": _plot, "page": _page,
}  # fmt: skip
