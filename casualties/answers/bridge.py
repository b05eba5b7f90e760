"""What changed between two ledgers, or two clocks of one."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..core.headlines import Walk
from ..core.known import Knowing, Known
from ..core.running import totals as running_totals
from ..model.clocks import local_days
from ..model.errors import LedgerError
from ..model.frames import NEVER, count_column, day_column, day_numbers, heads, tidy
from ..model.reports import Reports, as_text
from ..model.schema import COLUMNS, SERIES, STOCKS
from ..words import STEPS
from .asked import read_freq, stretch


def _two_ledgers(before: Knowing, after: Knowing) -> tuple[Known, Known]:
    """Return what two ledgers know."""
    for which, given in (("before", before), ("after", after)):
        if not isinstance(getattr(given, "_known", None), Known):
            msg = f"{which} is a {type(given).__name__}, not a Ledger; read it with cas.read_csv()"
            raise LedgerError(msg)
    return before._known, after._known


def reconcile(before: Knowing, after: Knowing) -> pd.DataFrame:
    """Return why each headline changed between two ledgers, say yesterday's file and today's.

    Parameters
    ----------
    before, after : Ledger
        Two ledgers, or one at two clocks.

    Returns
    -------
    DataFrame
        A row per series that has a number in either: the series columns, `opening_date` and
        `opening` (the headline before, ``<NA>`` if there is none), `updated` and `corrected` (what
        the opening's day was recounted by: as reports after the last one of `before` say that the
        day went on, and for all other causes), `new` (growth on later days, or of a series
        without a number before), `unexplained` (a fall on later days; people who return are
        `new`, negative), `withdrawn` (of a series without a number after), `closing` and
        `closing_date` (the headline after). Counts are Int64, days datetime64. ``opening +
        corrected + updated + new + unexplained + withdrawn == closing`` in every row, ``<NA>``
        being 0 in the sum.

    Raises
    ------
    LedgerError
        If one of the two is no ledger.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> bridge = cas.reconcile(ledger.as_of("2020-09-28 15:00"), ledger.as_of("2020-09-30"))
    >>> bridge[["opening", "corrected", "updated", "new", "closing"]]
       opening  corrected  updated  new  closing
    0       59         -1       26   20      104
    """
    old, new = _two_ledgers(before, after)
    reports = old.record.reports, new.record.reports
    same = reports[0] is reports[1]
    key = np.tile(reports[0].texts["report_id"], 2) if same else _together(*reports)[-1]
    ids = [pd.Index(keys) for keys in np.split(key, [len(old.record)])]
    walk, headlines = Walk(new), list[dict[tuple[str, ...], Headline]]()
    for known, own_ids in zip((old, new), ids, strict=True):
        rows = running_totals(known)
        rows = rows.take(rows.last)
        row = np.append(ids[1].get_indexer(own_ids), -1)[rows.row]  # its place in the later one
        numbers = np.stack([rows.day, rows.total, row, rows.series], axis=1).tolist()
        names = known.record.series_table.take(rows.series).astype("str")
        keys = names.itertuples(index=False, name=None)
        headlines.append(dict(zip(keys, map(Headline._make, numbers), strict=True)))
    last = old.record.reported[old.public].astype("M8[us]").view(np.int64).max(initial=-NEVER)
    every, made = sorted(headlines[0] | headlines[1]), list[tuple[int, ...]]()
    for name in every:
        opening, closing = (known.get(name, _NONE) for known in headlines)
        made += _bridged(walk, [(int(last), NEVER, opening, closing)])
    return _frame(pd.DataFrame(every, columns=[*SERIES], dtype="str").astype("category"), made)


class Headline(NamedTuple):
    """A headline: its day, its number, the report that it rests on, and its series."""

    day: int
    number: int
    row: int
    series: int


#: Stands for a headline that is not there.
_NONE = Headline(NEVER, 0, -1, -1)
#: An instant, a later one, and the headlines at both.
Span = tuple[int, int, Headline, Headline]


def _bridged(walk: Walk, spans: list[Span]) -> list[tuple[int, ...]]:
    """Return what bridges of one series are made of, found in one walk.

    A bridge has the day and the number of its opening and of its closing (the day is ``NEVER``
    where there is no headline), then, as :meth:`Walk.recounted` gives them: the number through the
    opening's day by the second instant, how much that day went on, and whether a fall since has its
    reason.
    """
    both = [span for span in spans if _NONE not in span]
    asked = [(since, until, was.day, was.row) for since, until, was, _ in both]
    found = iter(walk.recounted(both[0][-1].series, asked) if both else ())
    return [
        (*was[:2], *now[:2], *((0, 0, False) if _NONE in (was, now) else next(found)))
        for _, _, was, now in spans
    ]


def changes(self: Knowing, freq: str = "D") -> pd.DataFrame:
    """Return why each headline changed in each stretch of reporting time: what was *announced*.

    Parameters
    ----------
    freq : {"D", "W", "MS", "QS", "YS"}
        Days, weeks from Monday to Sunday, months, quarters or years, in the ledger's time zone.

    Returns
    -------
    DataFrame
        The columns of :meth:`Ledger.reconcile` from the end of each stretch to that of the next,
        with `start` and `end` (datetime64, its first and last day) after the series columns: a
        row per series and stretch in which `corrected`, `updated`, `new`, `unexplained` or
        `withdrawn` is not 0. The first stretch opens with nothing, so that the changes of a
        series add up to its headline.

    Raises
    ------
    LedgerError
        If `freq` is not one of these.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(
    ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    ... )
    >>> changes = ledger.as_of("2020-09-28").changes()
    >>> changes[["start", "opening", "corrected", "updated", "new", "closing"]]
           start  opening  corrected  updated  new  closing
    0 2020-09-27     <NA>          0        0   16       16
    1 2020-09-28       16          0       15   27       58
    """
    known = self._known
    instants = np.unique(known.record.reported[known.public]).astype("M8[us]")
    starts, days = stretch(day_numbers(local_days(instants, known.tz)), read_freq(freq))
    last = np.append(heads(starts)[1:], True)[: len(starts)]
    ends = instants[last]
    begins = np.append(np.int64(-NEVER).view("M8[us]"), ends)[:-1]
    out = bridges(known, begins, ends, known.series)
    out = out[(out[[*STEPS]] != 0).any(axis=1)].sort_values(["number", "pair"], ignore_index=True)
    pair = out.pop("pair").to_numpy()
    place = list(out.columns).index("opening_date")
    out.insert(place, "end", day_column(days[last][pair]))
    out.insert(place, "start", day_column(starts[last][pair]))
    return tidy(out.drop(columns="number"))


def bridges(
    known: Known, begins: np.ndarray, ends: np.ndarray, asked: Iterable[int]
) -> pd.DataFrame:
    """Return :func:`reconcile` between many pairs of clocks of one ledger.

    Parameters
    ----------
    known : Known
        The reports known at the last of the clocks or later.
    begins, ends : ndarray of datetime64
        Pairs of clocks in UTC, the earlier one and the later one.
    asked : ints
        The numbers of the series that are asked about.

    Returns
    -------
    DataFrame
        The columns of :func:`reconcile` after `pair` (int, place of the clocks) and `number` (int,
        that of the series): a row per pair and series of which something was reported in between.
    """
    begins, ends = (clocks.astype("M8[us]").astype(np.int64) for clocks in (begins, ends))
    walk, found, made = Walk(known), list[tuple[int, int]](), list[tuple[int, ...]]()
    for series in asked:
        instants = np.array(walk.instants(series), np.int64)
        # The last event up to each beginning and each end: -1 for none.
        last = np.stack([np.searchsorted(instants, t, "right") - 1 for t in (begins, ends)])
        pairs = np.flatnonzero(last[0] < last[1])
        wanted = np.setdiff1d(last[:, pairs], [-1])
        tips = walk.headlines(series, instants[wanted].tolist())
        headlines = {
            event: Headline(tip.day, tip.number, tip.row, series) if tip else _NONE
            for event, tip in zip(wanted.tolist(), tips, strict=True)
        }
        made += _bridged(walk, [
            (*span, headlines.get(before, _NONE), headlines[after])
            for *span, before, after in np.stack([begins, ends, *last])[:, pairs].T.tolist()
        ])  # fmt: skip
        found += [(pair, series) for pair in pairs.tolist()]
    pair, number = np.array(found, np.int64).reshape(-1, 2).T
    out = _frame(known.record.series_table.take(number), made)
    out.insert(0, "number", number)
    out.insert(0, "pair", pair)
    return out.sort_values(["pair", "number"], ignore_index=True)


def _frame(series: pd.DataFrame, made: list[tuple[int, ...]]) -> pd.DataFrame:
    """Return bridges (see :func:`_bridged`), and the names of their series, as a table."""
    columns = np.array(made, np.int64).reshape(-1, 7).T
    opening_date, opening, closing_date, closing, through, updated, explained = columns
    begun, gone = opening_date == NEVER, closing_date == NEVER
    growth = np.where(gone, 0, closing - through)
    may_fall = series["outcome"].isin(STOCKS).to_numpy(bool) | begun
    fall = np.where(may_fall, 0, np.minimum(growth, 0))
    corrected = np.where(begun | gone, 0, through - opening - updated)
    out = series.reset_index(drop=True)
    out["opening_date"] = day_column(np.where(begun, 0, opening_date), begun)
    out["opening"] = count_column(opening, begun)
    for name, values in (
        ("corrected", corrected + fall * explained), ("updated", updated),
        ("new", np.where(may_fall, growth, np.maximum(growth, 0))),
        ("unexplained", fall * (1 - explained)), ("withdrawn", np.where(gone, -opening, 0)),
    ):  # fmt: skip
        out[name] = count_column(values)
    out["closing"] = count_column(closing, gone)
    out["closing_date"] = day_column(np.where(gone, 0, closing_date), gone)
    return out


# -- which reports two ledgers do not share --------------------------------------------------------

EDITS = ("added", "removed", "edited")

#: The form of automatic ids; the same id names another row once a row was inserted above.
_AUTOMATIC = r"r\d+"


def edits(before: Knowing, after: Knowing) -> pd.DataFrame:
    """Return the reports that were added, removed and edited between two ledgers.

    A report is never edited; a file of reports may be. Reports are the same if they have the same
    `report_id`; those with automatic ids (``r1``, ``r2``, …), if all their other columns are.

    Parameters
    ----------
    before, after : Ledger
        Two ledgers, say yesterday's file and today's.

    Returns
    -------
    DataFrame
        A row per report: `edit` (``added``, ``removed`` or ``edited``), `changed` (str, each
        column that was edited with its old and its new cell, joined by ``"; "``) and the columns
        of the report: as it is after, or was before if it was removed. In the order of `edit`,
        then of the ledgers.

    Raises
    ------
    LedgerError
        If one of the two is no ledger.

    Examples
    --------
    >>> import casualties as cas
    >>> rows = {"report_id": ["a", "b"], "value": [28, 59], "reported_at": "2020-09-28"}
    >>> before = cas.Ledger(rows, source="Ministry", kind="total")
    >>> rows = {"report_id": ["a", "c"], "value": [27, 59], "reported_at": "2020-09-28"}
    >>> after = cas.Ledger(rows, source="Ministry", kind="total")
    >>> cas.edits(before, after)[["edit", "report_id", "changed"]]
          edit report_id         changed
    0    added         c
    1  removed         b
    2   edited         a  value: 28 → 27; low: 28 → 27; high: 28 → 27
    """
    reports = [known.reports for known in _two_ledgers(before, after)]
    every, text, key = _together(*reports)
    old, new = np.split(np.arange(len(every)), [len(reports[0])])
    place = pd.Index(key[old]).get_indexer(key[new])
    was, now = old[place[place >= 0]], new[place >= 0]
    text = text.drop(columns="report_id")
    cells = text.to_numpy(object)
    edited = (cells[was] != cells[now]).any(axis=1)
    rows = [new[place < 0], np.setdiff1d(old, was), now[edited]]  # in the order of EDITS
    changed = [""] * (len(rows[0]) + len(rows[1])) + [
        "; ".join(f"{name}: {was or 'blank'} → {now or 'blank'}"
                  for name, was, now in zip(text.columns, *pair, strict=True) if was != now)
        for pair in zip(cells[was[edited]], cells[now[edited]], strict=True)
    ]  # fmt: skip
    out = tidy(every.iloc[np.concatenate(rows)].reset_index(drop=True))
    codes = np.repeat(np.arange(len(EDITS)), [*map(len, rows)])
    out.insert(0, "edit", pd.Series(pd.Categorical.from_codes(codes, pd.Index(EDITS))))
    out.insert(1, "changed", pd.Series(changed, dtype="str"))
    return out


def _together(before: Reports, after: Reports) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return the reports of both in one table, the same as texts, and the key of each report.

    Instants are in the zone of the later ledger; a missing cell is a blank text. Reports with the
    same key are the same; within a ledger each key is there once.
    """
    every = after.concat([replace(before, tz=after.tz), after]).frame
    # A file may hold the 3 of an extra column as 3 or as 3.0; both are the same text.
    text = pd.DataFrame({
        name: column.astype("str").where(column.notna(), "")
        if name in COLUMNS else column.map(as_text).astype("str")
        for name, column in every.items()
    })  # fmt: skip
    keys = text["report_id"].to_numpy(object).copy()
    rows = np.flatnonzero(text["report_id"].str.fullmatch(_AUTOMATIC))
    # Alike reports are told apart by their number within their ledger.
    alike = text.iloc[rows].groupby([c for c in text if c != "report_id"], sort=False).ngroup()
    nth = alike.groupby([rows < len(before), alike]).cumcount()
    keys[rows] = (alike * (len(text) + 1) + nth).to_numpy(object)
    return every, text, keys
