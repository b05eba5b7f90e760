"""A version archive as reports: one row per figure and version."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.frames import day_numbers, grouped, ordered
from ..model.reports import Reports
from ..model.schema import COLUMNS, COUNTS, SERIES, Action
from .door import read_reports
from .named import is_column, need
from .options import Options
from .table import Wide, fill, melt, to_pandas


def read_vintages(
    frame: Any,
    given: Mapping[str, Any],
    wide: Wide,
    options: Options,
    tz: str,
    *,
    compact: bool,
) -> Reports:
    """Return the rows of a version archive as reports.

    An empty number after a number is a retraction of every report of that figure since the last
    empty one; an empty number with none before it declines to say.
    """
    table, chosen = _table(to_pandas(frame), given, wide, options)
    if len(wide) == 1:
        chosen["value"] = next(iter(wide))
    reports = read_reports(table, tz, replace(options, called=chosen))
    figure, order = _in_order(reports)
    plain = reports.fixed["action"] == Action.REPORT
    keep = np.ones(len(reports), bool)
    if compact:
        keep[order[1:]] = ~(
            _follows(order, figure, plain) & _says_the_same(reports, order[1:], order[:-1])
        )
    about, blank = _emptied(order, figure, plain & keep, reports)
    if keep.all() and not len(about):
        return reports
    keep[blank] = False
    named = table.assign(report_id=reports.texts["report_id"].to_numpy(object))
    gone = named.iloc[blank].drop(columns=[c for c in COLUMNS if c in named.columns])
    for column in ("reason", "url", "note", "quote", "archived", "via"):
        if column in named.columns:
            gone[column] = named[column].iloc[blank]
    gone["action"], gone["refers_to"] = "retract", named["report_id"].to_numpy()[about]
    instants = pd.Series(reports.reported[blank]).dt.tz_localize("UTC").astype(object)
    gone["reported_at"] = instants.to_numpy()
    place = np.r_[np.flatnonzero(keep), blank]
    table = pd.concat([named[keep].astype(object), gone.astype(object)])
    return read_reports(table.iloc[np.argsort(place, kind="stable")], tz, options)


def _table(
    frame: pd.DataFrame, given: Mapping[str, Any], wide: Wide, options: Options
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the archive with a report's names for its columns, and what they are called there."""
    chosen = {ours: theirs for theirs, ours in options.renamed.items()}
    for ours, theirs in chosen.items():
        need(frame, f"columns: {ours}", theirs)
    for column in wide:
        need(frame, "value", column)
    used = {*wide, given["period_end"], given["reported_at"]}
    chosen |= {ours: said for ours, said in given.items() if is_column(frame, ours, said, used)}
    for ours, name in (("period_end", "date"), ("reported_at", "reported_at")):
        if ours not in chosen:
            need(frame, name, given[ours])
    table = pd.DataFrame({ours: frame[theirs] for ours, theirs in chosen.items()}, frame.index)
    for column in wide:
        table[column] = frame[column]
    for name in frame.columns:
        if name not in chosen.values() and name not in table.columns:
            table[name] = frame[name]
    if wide == {name: {} for name in wide} and len(wide) == 1:
        table = table.rename(columns={next(iter(wide)): "value"})
    else:
        table = melt(table, wide, every=True)
    for ours, said in given.items():
        if ours not in chosen:
            fill(table, ours, said)
    return table, chosen


def _in_order(reports: Reports) -> tuple[np.ndarray, np.ndarray]:
    """Return the figure that each report is of, and the reports figure by figure, then in time."""
    columns = [reports.codes[name] for name in SERIES] + [reports.fixed["kind"]]
    columns += [day_numbers(reports.days[name]) for name in ("period_start", "period_end")]
    figure = grouped(*columns)
    return figure, ordered(figure, reports.reported.view(np.int64))


def _follows(order: np.ndarray, figure: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Whether each in order but the first is a plain report after one of the same figure."""
    one, other = order[1:], order[:-1]
    return (figure[one] == figure[other]) & plain[one] & plain[other]


def _says_the_same(reports: Reports, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    same = reports.fixed["qualifier"][one] == reports.fixed["qualifier"][other]
    for name in COUNTS:
        stated, number = reports.stated[name], reports.number[name]
        same &= stated[one] == stated[other]
        same &= ~stated[one] | (number[one] == number[other])
    return same


def _emptied(
    order: np.ndarray, figure: np.ndarray, counted: np.ndarray, reports: Reports
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of a report with a number and the empty one that withdraws it."""
    order = order[counted[order]]
    numbered = np.zeros(len(reports), bool)
    for name in COUNTS:
        numbered |= reports.stated[name]
    # The next empty one of the same figure, looking from the end.
    place = np.where(numbered[order], len(order), np.arange(len(order)))
    after = np.minimum.accumulate(place[::-1])[::-1]
    inside = numbered[order] & (after < len(order))
    inside[inside] = figure[order[after[inside]]] == figure[order[inside]]
    return order[inside], order[after[inside]]
