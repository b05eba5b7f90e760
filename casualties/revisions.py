"""What replaced what: the live reports, each replacement, and how far each count moved."""

import numpy as np
import pandas as pd

from .book import MORE, NEVER, PERIOD, RETRACT, Book
from .schema import count_column, tidy


def current(book: Book, cut: int) -> pd.DataFrame:
    """Return the live reports with `denied_by`; see :meth:`Ledger.current`."""
    rows = np.flatnonzero(book.live(cut))
    frame = book.frame.iloc[rows].reset_index(drop=True)
    denied_by = np.full(len(book), "", object)
    denial, report = book.active_denials(cut)
    deniers: dict[int, dict[str, None]] = {}
    for about, source in zip(report, book.frame["source"].take(denial), strict=True):
        deniers.setdefault(about, {})[source] = None
    for about, sources in deniers.items():
        denied_by[about] = "; ".join(sources)
    place = list(frame.columns).index("note") + 1
    frame.insert(place, "denied_by", pd.Series(denied_by[rows], dtype="str"))
    return tidy(frame)


def replacements(book: Book, cut: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return old and new report of every replacement known at `cut`, and whether it was explicit.

    Explicit ones are each step of a chain. Implicit ones end a report that was still live.
    """
    explicit = np.flatnonzero((book.chain_next >= 0) & ~book.denial)
    explicit = explicit[book.rank[book.chain_next[explicit]] < cut]
    ends = np.where(book.chain_next >= 0, book.rank[book.chain_next], NEVER)
    when = np.where(book.newer >= 0, book.rank[book.newer], NEVER)
    implicit = np.flatnonzero((when < cut) & (when < ends) & (book.born < when))
    old = np.r_[explicit, implicit]
    new = np.r_[book.chain_next[explicit], book.newer[implicit]]
    stated = np.r_[np.ones(len(explicit), bool), np.zeros(len(implicit), bool)]
    order = np.lexsort((book.rank[old], book.rank[new]))
    return old[order], new[order], stated[order]


def change_of(book: Book, old: np.ndarray, new: np.ndarray, explicit: np.ndarray) -> np.ndarray:
    """Name each replacement ``retracted``, ``revised``, ``reaffirmed`` or ``updated``."""
    # The day was not over when the old report came out on or before the last day it covers.
    unfinished = _reported_on(book, old) <= book.day[old]
    return np.select(
        [book.action[new] == RETRACT, explicit, book.same_count(old, new), unfinished],
        ["retracted", "revised", "reaffirmed", "updated"],
        "revised",
    ).astype(object)


def _reported_on(book: Book, rows: np.ndarray) -> np.ndarray:
    """Local day reported, as a number of days."""
    return book.reported_day[rows].astype("M8[D]").astype(np.int64)


def revisions(book: Book, cut: int) -> pd.DataFrame:
    """Return a row a replacement; see :meth:`Ledger.revisions`."""
    old, new, explicit = replacements(book, cut)
    frame = book.frame
    missing = ~book.numbered[old], ~book.numbered[new]
    out = pd.DataFrame(book.series_columns(book.series[old]))
    out["kind"] = frame["kind"].take(old).reset_index(drop=True)
    for column in ("period_start", "period_end"):
        out[column] = frame[column].take(old).reset_index(drop=True)
    out["change"] = pd.Series(change_of(book, old, new, explicit), dtype="str")
    out["old_id"] = frame["report_id"].take(old).reset_index(drop=True)
    out["new_id"] = frame["report_id"].take(new).reset_index(drop=True)
    out["old"] = count_column(book.best[old], missing[0])
    out["new"] = count_column(book.best[new], missing[1])
    out["delta"] = count_column(book.best[new] - book.best[old], missing[0] | missing[1])
    out["reported_at"] = frame["reported_at"].take(new).reset_index(drop=True)
    out["lag"] = count_column(_reported_on(book, new) - book.day[old])
    out["explicit"] = explicit
    out["reason"] = frame["reason"].take(new).reset_index(drop=True)
    return tidy(out)


def summary(book: Book, cut: int, within: float) -> pd.DataFrame:
    """Return how far each count moved; see :meth:`Ledger.revision_summary`."""
    rows = np.flatnonzero((book.rank < cut) & book.numbered)
    # `more` announcements are one count each: a chain. The others are counts of the same dates.
    single = np.where(book.kind == MORE, book.chain, -1)
    dates = np.where(book.kind == PERIOD, book.start, 0)
    keys = (single, dates, book.day, book.kind, book.series)
    # A figure that a newer one had replaced before it was corrected is not the latest one.
    standing = book.rank[book.chain]
    rows = rows[np.lexsort((book.rank[rows], standing[rows], *(key[rows] for key in keys)))]
    new = np.ones(len(rows), bool)
    new[1:] = np.logical_or.reduce([key[rows[1:]] != key[rows[:-1]] for key in keys])
    first = np.flatnonzero(new)
    last = np.r_[first[1:], len(rows)][: len(first)] - 1
    group = np.cumsum(new) - 1

    value, lag = book.best[rows], _reported_on(book, rows) - book.day[rows]
    latest, least, most = (
        value[last],
        np.minimum.reduceat(value, first),
        np.maximum.reduceat(value, first),
    )
    moved = ~new
    moved[1:] &= value[1:] != value[:-1]
    # From the report after the last one that was far off, all are near the latest value.
    far = np.abs(value - latest[group]) > within * latest[group]
    settled = np.maximum(
        np.maximum.reduceat(np.where(far, np.arange(len(rows)), -1), first) + 1, first
    )

    heads = rows[first]
    out = pd.DataFrame(book.series_columns(book.series[heads]))
    for column in ("kind", "period_start", "period_end"):
        out[column] = book.frame[column].take(heads).reset_index(drop=True)
    out["n_revisions"] = count_column(np.add.reduceat(moved.astype(np.int64), first))
    out["first"], out["latest"] = count_column(value[first]), count_column(latest)
    out["min"], out["max"] = count_column(least), count_column(most)
    out["median"] = pd.Series(value).groupby(group).median().astype("Float64")
    out["spread"] = count_column(most - least)
    out["rel_spread"] = (out["spread"] / out["max"].where(most > 0)).astype("Float64")
    out["min_lag"] = count_column(np.minimum.reduceat(lag, first))
    out["max_lag"] = count_column(np.maximum.reduceat(lag, first))
    out["lag_near_latest"] = count_column(lag[settled])
    return tidy(out)
