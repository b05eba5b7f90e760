"""Whatever is passed to a public name, there is an answer or a `LedgerError`."""

import contextlib
import datetime as dt
import random
import warnings
from decimal import Decimal
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import casualties as cas
from casualties.model.schema import COLUMNS

ROWS = [
    {"report_id": "a", "value": 5, "reported_at": "2024-05-06", "side": "A", "desk": "x"},
    {"report_id": "b", "value": "at least 9", "reported_at": "2024-05-07", "via": "AFP"},
    {"report_id": "c", "value": 3, "reported_at": "2024-05-08", "category": "civilian"},
    {"report_id": "d", "action": "revise", "refers_to": "b", "value": 8,
     "reported_at": "2024-05-09"},
]  # fmt: skip
ODD = [
    None, True, 0, -1, 10**20, 1.5, float("nan"), float("inf"), "", "x", "killed", "2024-05-07",
    "D", "MS", b"x", (), ("A",), [], ["A", 5], {}, {"A": 5}, {"A": "B"}, {1, 2}, pd.NA, pd.NaT,
    dt.date(2024, 5, 7), dt.datetime(2024, 5, 7, 10), dt.time(3), dt.timedelta(1),  # noqa: DTZ001
    np.datetime64("2024-05-07"), np.timedelta64(5, "D"), np.int64(3), np.array([1, 2]),
    pd.Timestamp("2024-05-07", tz="UTC"), pd.Series(["A", "B"]), pd.DataFrame({"a": [1]}), object(),
    len, cas.Prefer("Ministry"), 3 + 4j, "\0", "\ud800", range(3), iter(()),
]  # fmt: skip
MEMBERS = {
    "as_of": ["when"], "where": ["source", "side", "desk", "via", "odd"],
    "append": ["reports", "repeated", "source", "columns", "words", "na", "dates", "whole"],
    "revise": ["report_id", "value", "reported_at", "reason", "low"],
    "retract": ["report_id", "reported_at", "reason"],
    "deny": ["report_id", "source", "reported_at"],
    "correct_entry": ["report_id", "value", "side", "reported_at"], "rename": ["source", "side"],
    "totals": ["freq"], "history": ["date"], "increments": ["freq", "between"],
    "changes": ["freq"], "compare": ["max_age", "by"], "revision_summary": ["within"],
    "tally": ["by", "choose", "parts", "exhaustive", "max_age"],
    "reconcile": ["start", "end"], "explain": ["date", "side"],
}  # fmt: skip
MAKERS = {
    "Ledger": ["reports", "tz", "source", "kind", "columns", "value", "thousands"],
    "from_snapshots": ["snapshots", "date", "value", "source", "kind", "on_bad", "id", "tz"],
    "from_vintages": ["frame", "date", "reported_at", "value", "source", "kind", "compact"],
    "concat": ["ledgers"], "parse_count": ["text", "words", "thousands"],
    "load_dataset": ["name"], "describe_dataset": ["name"], "Prefer": ["source"],
    "reconcile": ["before", "after"], "edits": ["before", "after"],
}  # fmt: skip
CHARTS = ["totals", "history", "claims", "increments", "parts", "sources", "revisions", "vintages"]
OPTIONS = ["title", "subtitle", "labels", "colors", "texts", "key", "by"]
POSITIONAL = {"Prefer", "concat", "parse_count", "load_dataset", "describe_dataset", "reconcile",
              "edits", "append", "as_of", "revise", "retract", "deny", "correct_entry"}  # fmt: skip


def call(rng, ledger):
    """A public name with odd arguments, ready to be called, and what it is."""
    kind = rng.choice(["member"] * 6 + ["maker"] * 4 + ["chart"])
    if kind == "chart":
        name, options = rng.choice(CHARTS), rng.sample(OPTIONS, rng.randint(1, 2))
        function = getattr(ledger.plot, name)
    elif kind == "member":
        name = rng.choice(sorted(MEMBERS))
        options, function = MEMBERS[name], getattr(ledger, name)
    else:
        name = rng.choice(sorted(MAKERS))
        options, function = MAKERS[name], getattr(cas, name)
    options = [o for o in options if rng.random() < 0.7] or options[:1]
    values = {option: rng.choice(ODD) for option in options}
    if "report_id" in MEMBERS.get(name, []) and rng.random() < 0.5:
        values["report_id"] = "a"
    first = [values.pop(options[0])] if name in POSITIONAL and options else []
    return name, function, first, values


def odd_calls(seed, times):
    """Exceptions that are none of those promised, with how they came about."""
    rng, found = random.Random(seed), {}
    ledger = cas.Ledger(ROWS, source="Ministry", kind="total")
    for _ in range(times):
        name, function, first, values = call(rng, ledger)
        try:
            function(*first, **values)
        except (cas.LedgerError, ImportError, MemoryError):
            pass
        except ValueError as error:  # of parse_count, which says so
            if name != "parse_count":
                found[name, type(error).__name__, str(error)[:60]] = (first, values)
        except TypeError as error:
            if "argument" not in str(error):  # a call that does not fit the signature
                found[name, type(error).__name__, str(error)[:60]] = (first, values)
        except Exception as error:
            found[name, type(error).__name__, str(error)[:60]] = (first, values)
        plt.close("all")
    return found


CELLS = [
    None, float("nan"), pd.NA, pd.NaT, "", " ", "x", "total", "2024-05-06", "2024-05-06 10:00", 0,
    5, -5, 5.5, 10**13, True, b"x", [1], {"a": 1}, {1}, ("a",), Decimal("5"), Decimal("NaN"),
    Fraction(1, 3), dt.date(2024, 5, 6), dt.datetime(9999, 12, 31), dt.time(3), dt.timedelta(1),  # noqa: DTZ001
    pd.Timestamp("1677-10-01"), pd.Timestamp("2024-05-06", tz="Asia/Tokyo"), pd.Period("2024"),
    np.datetime64("2024-05-06"), np.float32(5), np.bool_(True), "\ud800", "\0", "5\u200b", 2**70,
    object(), float("inf"), "at least 5", "~5", "5-6",
]  # fmt: skip
DTYPES = ["object", "str", "string", "category", "Int64", "float64", "bool", "boolean",
          "datetime64[s]", "datetime64[ns, Asia/Tokyo]", "timedelta64[s]", "period[D]",
          "int64[pyarrow]", "string[pyarrow]", "date32[pyarrow]", "timestamp[ms][pyarrow]",
          "timestamp[us, tz=UTC][pyarrow]", "null[pyarrow]",
          "decimal128(9, 2)[pyarrow]"]  # fmt: skip
ZONES = ["UTC", "America/St_Johns", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Apia"]
FILLED = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-05-06"}


def odd_frame(rng):
    """A table of report columns and others, with cells and dtypes of any kind."""
    size = rng.randint(0, 3)
    names = rng.sample([*COLUMNS, "own", "date", " value", 5, ""], rng.randint(0, 7))
    columns = {}
    for name in names:
        pool = rng.choice([CELLS, CELLS[:8], rng.sample(CELLS, 3)])
        column = pd.Series([rng.choice(pool) for _ in range(size)], dtype=object)
        with contextlib.suppress(Exception):
            column = column.astype(rng.choice(DTYPES))
        columns[name] = column
    frame = pd.DataFrame(columns)
    if rng.random() < 0.7:
        frame = frame.assign(**{n: v for n, v in FILLED.items() if n not in frame})
    if rng.random() < 0.1 and len(frame.columns):
        frame = pd.concat([frame, frame.iloc[:, :1]], axis=1)
    return frame


def odd_tables(seed, times):
    """Exceptions that are none of those promised, with the tables that raise them."""
    rng, found = random.Random(seed), {}
    for _ in range(times):
        frame, tz = odd_frame(rng), rng.choice(ZONES)
        try:
            ledger = cas.Ledger(frame, tz=tz)
            repr(ledger), ledger.totals("D"), ledger.history(), ledger.check(), ledger.tally()
        except (cas.LedgerError, ImportError):
            pass
        except Exception as error:
            found[type(error).__name__, str(error)[:60]] = frame.to_dict("list"), frame.dtypes, tz
    return found


@pytest.mark.parametrize(
    ("odd", "seed", "times"),
    [
        (odd_calls, 0, 400),
        pytest.param(odd_calls, 1, 10_000, marks=pytest.mark.slow),
        (odd_tables, 0, 100),
        pytest.param(odd_tables, 1, 250, marks=pytest.mark.slow),
    ],
)
def test_odd_arguments_and_tables_give_an_answer_or_a_ledger_error(odd, seed, times):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not odd(seed, times)
