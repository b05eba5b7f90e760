"""The 389 small ledgers that settle the rules: every cell of their running totals.

The library gives them, and so does the slow reading that it is held against elsewhere.
"""

import json
from pathlib import Path

import oracle
import pytest
from readings import plain

import casualties as cas

CASES = json.loads(Path(__file__).with_name("running_totals_cases.json").read_text("utf-8"))


def told(row):
    """A row as the cases write it: days as text, None for what is not known or the whole day."""
    cells = {column: plain(cell) for column, cell in row.items()}
    cells |= {column: cells[column] or None for column in ("at", "report_id")}
    return cells | {"date": cells["date"].isoformat()}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_running_totals_are_those_of_the_case(case):
    found = cas.Ledger(case["reports"], tz=case["tz"]).totals()
    assert [told(row) for row in found.to_dict("records")] == case["totals"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_slow_reading_gives_the_case_too(case):
    totals = oracle.totals(oracle.complete(case["reports"], case["tz"]), None)
    found = [
        {**dict(zip(oracle.SERIES, series, strict=True)), **{
            column: plain(getattr(row, column))
            for column in case["totals"][0] if column not in oracle.SERIES
        }}
        for series, rows in sorted(totals.items()) for row in rows
    ]  # fmt: skip
    for row in found:
        row |= {"date": row["date"].isoformat(), "at": row["at"] and row["at"].isoformat()}
    assert found == case["totals"]
