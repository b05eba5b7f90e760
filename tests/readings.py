"""The library and the slow reading, asked the same questions of the same tables.

``python tests/readings.py totals check --seeds 500 --presets restarts steps`` looks for tables on
which they differ and prints the smallest of each kind.
"""

import argparse
import random
from datetime import UTC, datetime

import oracle
import pandas as pd
from random_ledgers import PRESETS, ZONES, table

import casualties as cas

SERIES = list(oracle.SERIES)
BRIDGE = [
    "opening_date", "opening", "corrected", "updated", "new", "unexplained", "withdrawn",
    "closing", "closing_date",
]  # fmt: skip
REVISION = [
    "kind", "period_start", "period_end", "change", "old_id", "new_id", "old", "new", "delta",
    "reported_at", "lag", "explicit", "reason",
]  # fmt: skip
SUMMARY = [
    "kind", "period_start", "period_end", "n_revisions", "first", "latest", "min", "max",
    "median", "spread", "rel_spread", "min_lag", "max_lag", "lag_near_latest",
]  # fmt: skip
COMPARE = [
    "date", "sources", "lowest", "lowest_source", "highest", "highest_source", "spread", "ratio",
    "agree", "oldest",
]  # fmt: skip
TALLY = [
    "date", "total", "low", "high", "stated", "added", "remainder", "missing", "details", "oldest",
]  # fmt: skip


# -- plain cells -----------------------------------------------------------------------------------


def plain(cell):
    """A cell as Python has it: dates, moments in UTC, None for what is not known."""
    if cell is None or cell is pd.NaT or cell is pd.NA or cell != cell:
        return None
    if isinstance(cell, pd.Timestamp):
        cell = cell.to_pydatetime()
    if isinstance(cell, datetime):
        return cell.date() if cell.tzinfo is None else cell.astimezone(UTC)
    if hasattr(cell, "item"):
        cell = cell.item()
    return round(cell, 9) if isinstance(cell, float) else cell


def rows(frame, columns):
    """The cells of some columns, a tuple a row."""
    return [tuple(map(plain, row)) for row in frame[columns].astype(object).itertuples(index=False)]


def tuples(dicts, columns, key="series"):
    return [(*row[key], *[plain(row[c]) for c in columns]) for row in dicts]


def place(side, category):
    """How a place of the grid is called."""
    return " · ".join(name for name in (side, category) if name != "all")


# -- the questions -------------------------------------------------------------------------------


def _reports(ledger):
    columns = ["report_id", *SERIES, "via", "kind", "action", "value", "low", "high", "qualifier"]
    kept = ledger.reports[ledger.reports["action"].isin(["report", "revise"])]
    return rows(kept, [*columns, "period_start", "period_end", "reported_at"])


def _slow_reports(reports, clock):
    return [
        (r.id, *r.series, r.via, r.kind, r.action, r.value, r.low, r.high, r.qualifier, r.start,
         r.end, r.instant)
        for r in oracle.known(reports, clock)
        if r.action in ("report", "revise")
    ]  # fmt: skip


def _at(at):
    """The time of a day as the library writes it: blank for the whole day."""
    return "" if at is None else at.isoformat()


def _slow_totals(reports, clock, freq=None):
    asked = oracle.every_day if freq else oracle.totals
    return [
        (*series, r.date, _at(r.at), r.total, r.low, r.high, r.basis, r.unexplained,
         r.report_id or "")
        for series, found in sorted(asked(reports, clock).items())
        for r in found
    ]  # fmt: skip


def _slow_history(reports, clock, date=None):
    return [
        (*series, s.instant, s.day, _at(s.at), s.total, s.low, s.high, s.change, s.cause,
         s.report_id or "")
        for series, steps in sorted(oracle.history(reports, clock, date).items())
        for s in steps
    ]  # fmt: skip


def _not_fixed(ledger):
    """Steps of history whose cause is not compared: (series, instant).

    Where a `more` adds to what vague reports leave, the slow reading has it rest on the reports
    that the low of what was said before comes from too, the library on those of the number only.
    So a correction of the others may be called `revised` by one and `new`, `fell` or `unclear` by
    the other. The same is so of the total that says since when the count runs: what is summed from
    that day on rests on it in the slow reading only.
    """
    told = rows(ledger.reports, [*SERIES, "kind", "low", "high"])
    since = rows(ledger.reports, [*SERIES, "kind", "period_start"])
    since = {tuple(row[:-2]) for row in since if row[-2] == "total" and row[-1] is not None}
    more = {tuple(row[:-3]) for row in told if row[-3] == "more"}
    vague = {tuple(row[:-3]) for row in told if row[-2] is None or row[-2] != row[-1]}
    moved = rows(ledger.revisions(), [*SERIES, "reported_at"])
    return {tuple(row) for row in moved if tuple(row[:-1]) in more & vague | since}


def without_causes(found, steps):
    """Rows of history without the causes of some steps."""
    at = len(SERIES) + HISTORY.index("cause")
    return [
        (*row[:at], "?", *row[at + 1 :]) if row[: len(SERIES) + 1] in steps else row
        for row in found
    ]


def _vintages(ledger):
    matrix = ledger.vintages()
    out = []
    for at in matrix.columns:
        column = matrix[at].dropna()
        days = column.index.get_level_values("date") if column.index.nlevels > 1 else column.index
        out += [
            (plain(at), plain(day), plain(total)) for day, total in zip(days, column, strict=True)
        ]
    return out


def _slow_vintages(reports, clock):
    return [
        (at, day, total)
        for at, found in oracle.vintages(reports, clock).items()
        for (_, day), total in found.items()
    ]


def _slow_increments(reports, clock, freq=None, between=None):
    return [
        (*series, *row)
        for series, found in oracle.increments(reports, clock, freq, between).items()
        for row in found
    ]


def _policy(choose):
    if choose in ("latest", "lowest", "highest", None):
        return choose
    return cas.Prefer(*choose) if isinstance(choose, list) else cas.Prefer(choose)


def _names(cell):
    return sorted(cell.split("; ")) if isinstance(cell, str) and cell else []


def _tally(ledger, by=("event", "outcome"), choose=None, **options):
    try:
        frame = ledger.tally(by=by, choose=_policy(choose), **options)
    except cas.LedgerError:
        return "raises"
    columns = [*by, *TALLY]
    named = columns.index("missing"), columns.index("details")
    return [
        tuple(_names(cell) if i in named else cell for i, cell in enumerate(row))
        for row in rows(frame, columns)
    ]


def _slow_tally(reports, clock, by=("event", "outcome"), **options):
    try:
        found = oracle.tally(reports, clock, by, **options)
    except ValueError:
        return "raises"
    for row in found:
        for column in ("missing", "details"):
            side = row["by"][by.index("side")] if "side" in by else "all"
            row[column] = sorted(place(side if s == "all" else s, c) for s, c in row[column])
    return [(*row["by"], *[plain_or_list(row[c]) for c in TALLY]) for row in found]


def plain_or_list(cell):
    return cell if isinstance(cell, list) else plain(cell)


#: What the rules leave open of a finding is not compared: how far out of proportion a step must
#: be, which names are alike, and of which source a restatement is.
NOT_FIXED = ("jump", "alike", "restated")


def _check(ledger):
    frame = ledger.check()
    out = set()
    for row in rows(frame, ["code", "severity", "date", *SERIES]):
        code, severity, day, *series = row
        if code == "disagree":
            series = series[:-1]
        if code not in NOT_FIXED:
            # A total whose start says nothing falls without doubt to one, perhaps to the other.
            severity = None if code == "falls" else severity
            out.add((code, severity, tuple(series), day))
    return out


def _slow_check(reports, clock):
    return {
        (f.code, None if f.code == "falls" else f.severity, f.series, f.date)
        for f in oracle.check(reports, clock)
        if f.code not in NOT_FIXED
    }


TOTALS = ["date", "at", "total", "low", "high", "basis", "unexplained", "report_id"]
HISTORY = ["reported_at", "date", "at", "total", "low", "high", "change", "cause", "report_id"]
INCREMENTS = ["start", "end", "days", "value", "low", "high", "complete"]
SIDES, DEFINITIONS = ("event", "outcome", "side"), ("event", "outcome", "definition")


def ask(method, columns, key=SERIES, **options):
    """The library's side of a question: some columns of the frame of a method."""
    return lambda ledger: rows(getattr(ledger, method)(**options), [*key, *columns])


def _tallies(**options):
    """Both sides of a question to `tally`."""
    return (
        lambda ledger: _tally(ledger, **options),
        lambda reports, clock: _slow_tally(reports, clock, **options),
    )


def _dicts(answer, columns, key="series", **options):
    """The slow side of a question that dicts answer."""
    return lambda reports, clock: tuples(answer(reports, clock, **options), columns, key)


QUESTIONS = {
    "reports": (_reports, _slow_reports),
    "totals": (ask("totals", TOTALS), _slow_totals),
    "daily": (ask("totals", TOTALS, freq="D"), lambda r, t: _slow_totals(r, t, "D")),
    "current": (
        ask("current", ["report_id", "denied_by"], ()),
        lambda r, t: list(oracle.deniers(r, t).items()),
    ),
    "revisions": (ask("revisions", REVISION), _dicts(oracle.revision_rows, REVISION)),
    "summary": (ask("revision_summary", SUMMARY), _dicts(oracle.revision_summary, SUMMARY)),
    "history": (ask("history", HISTORY), _slow_history),
    "history-of-a-day": (
        ask("history", HISTORY, date="2024-03-05"),
        lambda r, t: _slow_history(r, t, "2024-03-05"),
    ),
    "vintages": (_vintages, _slow_vintages),
    "compare": (ask("compare", COMPARE, SERIES[:-1]), _dicts(oracle.compare, COMPARE, "thing")),
    "compare-two-days": (
        ask("compare", COMPARE, SERIES[:-1], max_age=2),
        _dicts(oracle.compare, COMPARE, "thing", max_age=2),
    ),
    "increments": (ask("increments", INCREMENTS), _slow_increments),
    "increments-weekly": (
        ask("increments", INCREMENTS, freq="W"),
        lambda r, t: _slow_increments(r, t, "W"),
    ),
    "increments-between": (
        ask("increments", INCREMENTS, between=("2024-03-04", None)),
        lambda r, t: _slow_increments(r, t, None, ("2024-03-04", None)),
    ),
    "changes": (
        ask("changes", ["start", "end", *BRIDGE]),
        _dicts(oracle.changes, ["start", "end", *BRIDGE]),
    ),
    "changes-weekly": (
        ask("changes", ["start", "end", *BRIDGE], freq="W"),
        _dicts(oracle.changes, ["start", "end", *BRIDGE], freq="W"),
    ),
    "tally": _tallies(),
    "tally-exhaustive": _tallies(exhaustive=True, max_age=2),
    "tally-by-side": _tallies(by=SIDES, choose="highest"),
    "tally-preferred": _tallies(choose=["Ministry", "Monitor"]),
    "tally-lowest": _tallies(choose="lowest", by=DEFINITIONS),
    "tally-highest": _tallies(choose="highest", exhaustive=True),
    "check": (_check, _slow_check),
}


def answers(question, table_, tz, clock=None):
    """What the library and the slow reading answer, in no order."""
    fast, slow = QUESTIONS[question]
    ledger, reports = cas.Ledger(table_, tz=tz), oracle.complete(table_, tz)
    ledger = ledger if clock is None else ledger.as_of(clock)
    found, expected = fast(ledger), slow(reports, clock)
    if question.startswith("history"):
        steps = _not_fixed(ledger)
        found, expected = without_causes(found, steps), without_causes(expected, steps)
    if isinstance(found, list) and isinstance(expected, list):
        return sorted(found, key=str), sorted(expected, key=str)
    return found, expected


def bridge(table_, tz, start, end):
    """The same of `reconcile` between two clocks."""
    reports = oracle.complete(table_, tz)
    found = rows(cas.Ledger(table_, tz=tz).reconcile(start, end), [*SERIES, *BRIDGE])
    expected = tuples(oracle.reconcile(reports, start, reports, end), BRIDGE)
    return sorted(found, key=str), sorted(expected, key=str)


# -- the smallest table on which they differ -------------------------------------------------


def smallest(table_, differs):
    """Take rows away as long as the readings still differ."""
    place = 0
    while place < len(table_):
        names, gone = {table_[place]["report_id"]}, 0
        while gone != len(names):  # with all that refers to it
            gone = len(names)
            names |= {r["report_id"] for r in table_ if r.get("refers_to") in names}
        less = [row for row in table_ if row["report_id"] not in names]
        if less and differs(less):
            table_, place = less, 0
        else:
            place += 1
    return table_


def difference(question, table_, tz, clock):
    """What tells the two readings apart on a table, in words; `""` if nothing does."""
    try:
        found, expected = answers(question, table_, tz, clock)
    except Exception as error:  # the library fails: a difference too
        return f"   library: {type(error).__name__}: {error}"[:300]
    if found == expected:
        return ""
    if "raises" in (found, expected):
        return f"   library: {found}\n   slow:    {expected}"
    only = [row for row in found if row not in expected]
    return f"   library: {only}\n   slow:    {[row for row in expected if row not in found]}"


def search(question, presets, seeds, show):
    """Print the smallest tables on which a question has two answers; return how many differ."""
    different = 0
    for preset in presets:
        for seed in seeds:
            rng = random.Random(f"{preset} {seed}")
            given, tz = table(rng, preset), rng.choice(ZONES)
            for clock in (None, rng.choice(oracle.complete(given, tz)).instant):
                if not difference(question, given, tz, clock):
                    continue
                different += 1
                if different <= show:
                    less = smallest(
                        given, lambda some, tz=tz, at=clock: difference(question, some, tz, at)
                    )
                    print(f"\n{question}: {preset} {seed}, {tz}, at {clock}")
                    for row in less:
                        print("  ", {k: v for k, v in row.items() if v not in ("all", "killed")})
                    print(difference(question, less, tz, clock))
                break
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="*", default=[*QUESTIONS])
    parser.add_argument("--presets", nargs="*", default=[*PRESETS])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="tables to print for each question")
    told = parser.parse_args()
    seeds = range(told.first, told.first + told.seeds)
    for question in told.questions:
        different = search(question, told.presets, seeds, told.show)
        print(f"{question}: {different} of {len(seeds) * len(told.presets)} tables differ")


if __name__ == "__main__":
    main()
