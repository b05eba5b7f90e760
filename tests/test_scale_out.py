"""Parts of a ledger, each with whole events, give the answers of the whole ledger."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

import casualties as cas

EXAMPLE = Path(__file__).parent.parent / "examples" / "scale_out_dask.py"


def in_order(frame):
    frame = frame.astype(dict.fromkeys(frame.select_dtypes("category").columns, "str"))
    keys = [c for c in frame.columns if c != "report_ids"]
    return frame.sort_values(keys, ignore_index=True)


@pytest.mark.extra
@pytest.mark.parametrize("question", ["totals", "check", "history", "revisions", "compare"])
@pytest.mark.parametrize("parts", [1, 3, 7])
def test_dask_finds_part_by_part_what_one_ledger_says(tmp_path, parts, question):
    pytest.importorskip("dask.dataframe")
    example = runpy.run_path(str(EXAMPLE))
    ledger = cas.load_dataset("revised_tolls")
    example["write_parts"](ledger, tmp_path, parts)
    assert len(list(tmp_path.iterdir())) == parts
    found = example["everything"](tmp_path, question).compute(scheduler="synchronous")
    whole = getattr(ledger, question)()
    assert len(whole)
    pd.testing.assert_frame_equal(
        in_order(found), in_order(whole), check_dtype=False, check_column_type=False
    )
