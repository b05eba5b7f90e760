"""How calls are timed, whom they are timed beside, and how answers are made alike."""

import sys
import time

import numpy as np
import pandas as pd


def median(call, repeat=5):
    """Median time of a call in milliseconds, and its answer."""
    times, answer = [], None
    for _ in range(repeat):
        start = time.perf_counter()
        answer = call()
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times)), answer


def installed():
    """Names of the peers that are installed."""
    found = ["Pandas"]
    for name, module in (("DuckDB", "duckdb"), ("Polars", "polars")):
        try:
            __import__(module)
        except ImportError:
            print(f"{name} is not installed (extra `bench`)", file=sys.stderr)
        else:
            found.append(name)
    return found


def rows(answer):
    """An answer as a frame of pandas where it is a table, whoever gave it."""
    if hasattr(answer, "reports"):  # a ledger
        return answer.reports
    if hasattr(answer, "to_pandas"):  # of Polars
        return answer.to_pandas()
    return answer.df() if hasattr(answer, "df") else answer  # of DuckDB, or no table


def plain(frame, columns):
    """Columns as plain arrays: missing numbers as NaN, texts as blank, dates as seconds."""
    out = {}
    for column in columns:
        values = frame[column]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            if values.dt.tz is not None:
                values = values.dt.tz_convert("UTC").dt.tz_localize(None)
            out[column] = values.to_numpy("M8[s]").astype(np.int64)
        elif pd.api.types.is_numeric_dtype(values.dtype):
            out[column] = values.to_numpy(np.float64, na_value=np.nan)
        else:
            out[column] = values.astype(object).fillna("").to_numpy()
    return pd.DataFrame(out)
