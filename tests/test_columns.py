"""The columns of the frames that are handed out, and their dtypes."""

import numpy as np
import oracle
import pandas as pd
import pytest
from ledgers import article

import casualties as cas

SERIES = dict.fromkeys(oracle.SERIES, "category")
DAY, INSTANT = "datetime64[us]", "datetime64[us, UTC]"
COUNTED = {"kind": "category", "period_start": DAY, "period_end": DAY}
BOUNDS = dict.fromkeys(["total", "low", "high"], "Int64")
REPORTS = (
    {"report_id": "str"} | SERIES | {"via": "category", "kind": "category", "value": "Int64"}
    | {"qualifier": "category", "low": "Int64", "high": "Int64", "period_start": DAY}
    | {"period_end": DAY, "reported_at": INSTANT, "action": "category", "refers_to": "str"}
    | {"reason": "str", "url": "str", "note": "str", "quote": "str", "archived": "str"}
)  # fmt: skip
BRIDGE = (
    {"opening_date": DAY}
    | dict.fromkeys(
        ["opening", "corrected", "updated", "new", "unexplained", "withdrawn", "closing"], "Int64"
    )
    | {"closing_date": DAY}
)
THING = {name: dtype for name, dtype in SERIES.items() if name != "source"}
FRAMES = {
    "reports": REPORTS,
    "current": REPORTS | {"denied_by": "str"},
    "series": SERIES
    | {"reports": "Int64", "revisions": "Int64", "first_reported": INSTANT}
    | {"last_reported": INSTANT, "first_date": DAY, "last_date": DAY, "latest": "Int64"}
    | {"low": "Int64", "high": "Int64"},
    "revisions": SERIES | COUNTED
    | {"change": "category", "old_id": "str", "new_id": "str", "old": "Int64", "new": "Int64"}
    | {"delta": "Int64", "reported_at": INSTANT, "lag": "Int64", "explicit": "bool"}
    | {"reason": "str"},
    "revision_summary": SERIES | COUNTED
    | dict.fromkeys(["n_revisions", "first", "latest", "min", "max"], "Int64")
    | {"median": "Float64", "spread": "Int64", "rel_spread": "Float64"}
    | dict.fromkeys(["min_lag", "max_lag", "lag_near_latest"], "Int64"),
    "totals": SERIES | {"date": DAY, "at": "str"} | BOUNDS
    | {"basis": "category", "unexplained": "Int64", "report_id": "str"},
    "history": SERIES | {"reported_at": INSTANT, "date": DAY, "at": "str"} | BOUNDS
    | {"change": "Int64", "cause": "category", "report_id": "str"},
    "compare": THING
    | {"date": DAY, "sources": "Int64", "lowest": "Int64", "lowest_source": "str"}
    | {"highest": "Int64", "highest_source": "str", "spread": "Int64", "ratio": "Float64"}
    | {"agree": "boolean", "oldest": DAY},
    "tally": {"event": "category", "outcome": "category", "date": DAY} | BOUNDS
    | dict.fromkeys(["stated", "added", "remainder"], "Int64")
    | {"missing": "str", "details": "str", "oldest": DAY},
    "check": {"severity": "category", "code": "category", "message": "str", "date": DAY}
    | {"found": "Int64", "expected": "Int64", "report_ids": "str"} | SERIES,
    "reconcile": SERIES | BRIDGE,
    "changes": SERIES | {"start": DAY, "end": DAY} | BRIDGE,
    "increments": SERIES | {"start": DAY, "end": DAY}
    | dict.fromkeys(["days", "value", "low", "high"], "Int64") | {"complete": "bool"},
}  # fmt: skip


def full():
    """A ledger in which every frame has rows."""
    rows = [
        {"side": side, "category": category, "source": source, "value": value}
        for side, category, source, value in [
            ("A", "civilian", "X", 5), ("A", "military", "X", "at least 7"),
            ("B", "civilian", "Y", 4), ("all", "all", "X", 40), ("all", "all", "Y", 50),
        ]
    ]  # fmt: skip
    ledger = cas.Ledger(rows, kind="total", reported_at="2024-03-05")
    ledger = ledger.append(
        [{"side": "A", "category": "civilian", "source": "X", "value": 6, "kind": "total",
          "period_end": "2024-03-06", "reported_at": "2024-03-06"}]
    )  # fmt: skip
    ledger = ledger.revise("r1", 4, reported_at="2024-03-06", reason="counted twice")
    return ledger.deny("r4", source="Z", reported_at="2024-03-07")


def ask(ledger, name):
    if name == "reconcile":
        return ledger.reconcile("2024-03-05", "2024-03-08")
    if name == "tally":
        return ledger.tally(choose="latest")
    answer = getattr(ledger, name)
    return answer if name == "reports" else answer()


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("make", [full, lambda: cas.Ledger([])], ids=["full", "empty"])
def test_a_frame_has_the_columns_and_dtypes_that_were_decided(name, make):
    frame = ask(make(), name)
    text = str(pd.Series([""], dtype="str").dtype)  # `object` before pandas 3
    found = {c: "str" if str(d) in (text, "str") else str(d) for c, d in frame.dtypes.items()}
    assert list(frame.columns) == list(FRAMES[name])
    assert found == FRAMES[name]
    assert frame.index.equals(pd.RangeIndex(len(frame)))
    assert (make is full) == (len(frame) > 0)


def test_names_of_the_article_are_in_the_order_of_section_two():
    assert list(article().reports.columns) == list(REPORTS)
    assert np.isin(["r1"], full().reports["report_id"]).all()
