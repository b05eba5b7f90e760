"""The ledger: reports and a clock; it builds, keeps the clock, grows, and binds the answers."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from . import words
from .answers import bridge
from .answers import series as series_
from .answers import totals as totals_
from .answers.asked import matching
from .answers.checks import check
from .answers.compare import compare
from .answers.explain import explain
from .answers.increments import increments
from .answers.lives import denied
from .answers.tally import tallied, tally
from .core.known import Known
from .core.record import Record
from .formats import csv, excel, json, parquet
from .formats.whole import write_whole
from .intake.door import corrected, read_reports, renamed, said_anew
from .intake.options import Options, check_keywords
from .intake.table import Table, as_frame
from .model import clocks
from .model.clocks import Moment
from .model.counts import Count
from .model.errors import LedgerError, in_python, nearest, refuse_unknown
from .model.frames import tidy
from .model.reports import Reports
from .model.schema import COLUMNS, NAMES

if TYPE_CHECKING:
    from .plots import Plot


class Ledger:
    """A set of reported figures and a clock; all it answers, it answers as known at that clock.

    A ledger is never changed: every method returns something new.

    Parameters
    ----------
    reports : DataFrame, list of dict, or dict of columns
        One row a report; a frame of Polars, an Arrow table, or anything that can hand over Arrow
        is taken as well (extra ``parquet``). Only `source`, `reported_at`, `kind` and (for
        ``kind="period"``) a period are required; the README lists all columns and their defaults.
        Extra columns are kept untouched.
    tz : str, default "UTC"
        IANA name of the time zone that naive instants are in and whose calendar days are meant.
    columns : mapping of str to str or None, optional
        Columns of the table and the column of a report that each one is: ``{"Deaths": "value"}``.
        ``None`` keeps a column as an extra one whose name is nearly that of a report's.
        Several of their names may mean one column: the table must have one of them. Only a day
        and a time are joined: ``{"Day": "reported_at", "Time": "reported_at"}``. A column may be
        two of a report:
        ``{"Date": ["reported_at", "period_end"]}``.
    words : mapping of str to int or (low, high), optional
        How vague words are coded, as in :func:`parse_count`: ``{"dozens": (24, None)}``.
    thousands : str, optional
        What separates thousands, as in :func:`parse_count`: ``"."``.
    na : str, number or list of them, optional
        What means a blank in a report's columns: ``("n/a", "-", 999)``; 999.0 is the same.
    dates : str or list of str, optional
        How dates are written that can be read in several ways: ``"dmy"``, ``"mdy"``, ``"ymd"``,
        or a format such as ``"%d/%m/%y %H:%M"``; of several the first that fits is taken. ISO
        and "27 Sep 2020 15:36" are always read. With it, a day covered may have a time.
    whole : str or list of str, optional
        Words in `side` or `category` that mean all: ``"Total"``. Words that look like it are
        refused otherwise, since a whole that is taken for a part counts everybody twice.
    **said
        The above, and columns of a report, each a constant that fills every row left blank. A
        linked report takes its series, its kind and its days from the report it is about. For a
        wide table `value` says what each column of numbers counts, so that a row is several:
        ``value={"Killed": {"outcome": "killed"}, "Hurt": {"outcome": "wounded"}}``.

    Raises
    ------
    LedgerError
        With every problem of the table at once, in ``.problems``.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.Ledger(
    ...     {"value": [59, 58], "reported_at": ["2020-09-28 14:00", "2020-09-28 15:36"]},
    ...     tz="Asia/Yerevan",
    ...     source="Karabakh defence ministry",
    ...     kind="total",
    ... )
    >>> ledger.totals()[["date", "total"]]
            date  total
    0 2020-09-28     58
    >>> ledger.as_of("2020-09-28 15:00").totals()[["date", "total"]]
            date  total
    0 2020-09-28     59
    """

    _known: Known
    _intake: pd.DataFrame | None
    #: The sources of the ledger that this one was chosen from by :meth:`where`.
    _within: list[str] | None

    def __init__(self, reports: Table, *, tz: str = "UTC", **said: Any) -> None:
        vars(self).update(vars(self._read(reports, tz, *Options.split(said))))

    @classmethod
    def _read(cls, table: Table, tz: str, options: Options, given: Mapping[str, Any]) -> "Ledger":
        clocks.check_zone(tz)
        frame, options = as_frame(table, options, given)
        return cls._from(read_reports(frame, tz, options))

    @classmethod
    def _from(
        cls, reports: Reports, known_at: np.datetime64 | None = None,
        intake: pd.DataFrame | None = None, within: list[str] | None = None,
    ) -> "Ledger":  # fmt: skip
        """Return a ledger of reports, with its clock at `known_at`."""
        return cls._of(Known(Record(reports), known_at), intake, within)

    @classmethod
    def _of(
        cls, known: Known, intake: pd.DataFrame | None = None, within: list[str] | None = None
    ) -> "Ledger":
        ledger = cls.__new__(cls)
        vars(ledger).update(_known=known, _intake=intake, _within=within)
        return ledger

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a ledger is never changed, so {name!r} cannot be set; its methods return new ones"
        raise AttributeError(msg)

    def __getstate__(self) -> tuple[Any, ...]:
        return self._known.record.reports, self._known.known_at, self._intake, self._within

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        vars(self).update(vars(self._from(*state)))

    # -- what it holds -----------------------------------------------------------------------

    @property
    def tz(self) -> str:
        """IANA name of the time zone of the ledger.

        Examples
        --------
        >>> import casualties as cas
        >>> cas.load_dataset("karabakh_2020").tz
        'Asia/Yerevan'
        """
        return self._known.tz

    @property
    def known_at(self) -> pd.Timestamp | None:
        """The clock, local to `tz`; ``None`` is no limit.

        Examples
        --------
        >>> import casualties as cas
        >>> str(cas.load_dataset("karabakh_2020").as_of("2020-09-28 15:00").known_at)
        '2020-09-28 15:00:00+04:00'
        """
        if self._known.known_at is None:
            return None
        return pd.Timestamp(self._known.known_at).tz_localize("UTC").tz_convert(self.tz)

    @property
    def reports(self) -> pd.DataFrame:
        """The reports known at the clock, in ledger order: a copy, with every column filled in.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> ledger.as_of("2020-09-28 15:00").reports[["report_id", "value", "kind"]].tail(1)
                                      report_id  value   kind
        26  afp-2020-09-28-armenian-civilians-2      2  total
        """
        known = self._known
        return tidy(known.record.frame.loc[known.public].reset_index(drop=True).copy())

    @property
    def intake(self) -> pd.DataFrame | None:
        """What was read and left out when the ledger was made, if that is told; else ``None``.

        After :func:`from_snapshots` and :func:`from_git` it has a row for each copy, in their
        order: `when` (in the ledger's zone), `rows`, `new`, `changed` and `vanished` (figures,
        Int64), `skipped` (whether the copy was left out) and `why` (or which columns it lacks).
        After :func:`from_vintages` with ``on_bad="skip_rows"`` it has one row: `reports`, `skipped`
        and `why`. After :meth:`append` with ``repeated="skip"`` it has one row: `rows`, `new` and
        `repeated`. A ledger that a method makes of such a ledger has no `intake`.

        Examples
        --------
        >>> import casualties as cas, pandas as pd
        >>> copy = pd.DataFrame({"day": ["2024-05-05"], "dead": [10]})
        >>> ledger = cas.from_snapshots(
        ...     {"2024-05-06": copy}, date="day", value="dead", source="M", kind="total"
        ... )
        >>> ledger.intake["new"].tolist()
        [1]
        """
        intake = None if self._intake is None else self._intake.copy()
        if intake is not None and "why" in intake:
            intake["why"] = intake["why"].map(in_python).astype("str")
        return intake

    def __len__(self) -> int:
        """Return how many reports are known at the clock."""
        return len(self._known)

    # -- another ledger ----------------------------------------------------------------------

    def as_of(self, when: Moment) -> "Ledger":
        """Return the ledger with its clock set back.

        Parameters
        ----------
        when : str, date, datetime or Timestamp
            A naive moment is local to `tz`; a bare date means the end of that day. A later
            clock than the current one changes nothing.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> len(ledger.as_of("2020-09-27")) < len(ledger)
        True
        """
        clock, limit = clocks.query_instant(when, self.tz), self._known.known_at
        known = self._known.at(clock if limit is None else min(clock, limit))
        return self._of(known, within=self._within)

    def where(self, /, **columns: Any) -> "Ledger":
        """Return the series whose columns equal the value or are in the list.

        Parameters
        ----------
        **columns
            `event`, `side`, `category`, `outcome`, `definition` or `source`, each a value or a
            list of values: revisions and denials of the chosen series come along. Or `via`, or
            a column of one's own: the reports with that value (``""``: with none), what revises,
            withdraws or denies them, and what they are about.

        Raises
        ------
        LedgerError
            For a column that is not one of these, and for a value that no series (or, of `via`
            and own columns, no report) of the whole ledger has, whatever the clock, with the
            nearest ones. Who only denies has no series.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> ledger.where(source="AFP", category="civilian").series()["side"].tolist()
        ['Armenian side', 'Azerbaijan', 'all']
        """
        record = self._known.record
        keep = matching(record, columns)
        if keep.all():
            return self
        chosen = record.reports.take(np.flatnonzero(keep))
        return self._from(chosen, self._known.known_at, within=self._sources)

    @property
    def _sources(self) -> list[str]:
        """The sources of the ledger that this one was chosen from; their order gives colours."""
        reports = self._known.record.reports
        return self._within or [*dict.fromkeys(reports.told("source", np.arange(len(reports))))]

    def append(
        self, reports: Table, *, repeated: Literal["keep", "skip"] = "keep", **said: Any
    ) -> "Ledger":
        """Return a ledger with more reports, and the same clock.

        Parameters
        ----------
        reports : DataFrame, list of dict, or dict of columns
            As for :class:`Ledger`; they may refer to reports of this one by `report_id`.
        repeated : {"keep", "skip"}
            With ``"skip"``, a report is left out if it says what the last report of its figure
            says, as a scraper's hourly copy does. All columns are compared, also those of one's
            own, except `report_id`, `reported_at`, `url`, `note` and `archived`; where the last
            report is a revision, only its number, bounds and days. A `more`, an incident, a
            revision, a retraction and a denial are always kept. :attr:`Ledger.intake` then tells
            how many were left out.
        **said
            As for :class:`Ledger`.

        Raises
        ------
        LedgerError
            With every problem of the rows, as :class:`Ledger`: a `report_id` that is there already,
            and a `refers_to` that is not, among them.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.Ledger([], tz="UTC")
        >>> ledger = ledger.append(
        ...     [{"value": "at least 3", "reported_at": "2024-05-06"}], source="Army", kind="total"
        ... )
        >>> len(ledger)
        1
        """
        if isinstance(reports, dict) and not any(
            pd.api.types.is_list_like(cell) and not isinstance(cell, Count)
            for cell in reports.values()
        ):
            reports = [reports]
        before = self._known.record.reports
        table, options = as_frame(reports, *Options.split(said))
        longer = read_reports(table, self.tz, options, before=before)
        refuse_unknown([repeated], ["keep", "skip"], "repeated")
        if repeated == "keep":
            return self._with(longer)
        keep = said_anew(longer, len(before))
        new = int(keep[len(before) :].sum())
        intake = pd.DataFrame({"rows": [len(table)], "new": [new], "repeated": [len(table) - new]})
        return self._with(longer.take(np.flatnonzero(keep)), intake.astype("Int64"))

    def correct_entry(self, report_id: str, /, **columns: Any) -> "Ledger":
        """Return the ledger with one row as it should have been entered.

        For a typing error of whoever keeps the ledger, which is no report of the source:
        :func:`edits` tells it, and `reconcile` between the two ledgers; within the new one nothing
        does. What the source corrected is :meth:`revise`.

        Parameters
        ----------
        report_id : str
            The row, which keeps its place.
        **columns
            Its columns as they should be. Bounds that are not given follow from the value, and the
            value says its qualifier: "at least 51" is corrected to ``"at least 15"``; 15 alone is
            exact. A revise with the number of the report that it revises goes on to follow it; one
            with that number and another qualifier keeps it, as it may have been said: correct it
            as well.

        Raises
        ------
        LedgerError
            If there is no such report, or the row does not pass the door.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 82, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> mended = ledger.correct_entry("a", value=28)
        >>> mended.totals()["total"].tolist(), len(mended.revisions())
        ([28], 0)
        """
        check_keywords(columns, [*COLUMNS, *self._known.record.reports.extras.columns])
        self._check_known(report_id)
        return self._with(corrected(self._known.record.reports, report_id, columns))

    def rename(self, **columns: Mapping[str, str]) -> "Ledger":
        """Return the ledger with names changed throughout; series of one name are joined.

        Parameters
        ----------
        **columns
            `event`, `side`, `category`, `outcome`, `definition`, `source` or `via`, each with its
            old names and the new ones: ``source={"MoH": "Ministry of Health"}``. A `via` is never
            renamed to a blank, since a revise without one has that of what it revises.

        Raises
        ------
        LedgerError
            For a column that is none of these, and for a name that the ledger does not have.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="MoH", kind="total")
        >>> ledger.rename(source={"MoH": "Ministry of Health"}).series()["source"].tolist()
        ['Ministry of Health']
        """
        check_keywords(columns, NAMES)
        return self._with(renamed(self._known.record.reports, columns))

    def _with(self, reports: Reports, intake: pd.DataFrame | None = None) -> "Ledger":
        """Return a ledger of other reports, with the same clock."""
        return self._from(reports, self._known.known_at, intake)

    def revise(
        self, report_id: str, value: Any, *, reported_at: Moment, reason: str = "", **columns: Any
    ) -> "Ledger":
        """Return a ledger in which `report_id` is revised to `value`.

        Parameters
        ----------
        report_id : str
            The report that is corrected; it stays in the ledger.
        value : int or str
            The new number, in any notation of :func:`parse_count`.
        reported_at : str, date, datetime or Timestamp
            When the correction became public.
        reason : str, optional
            Why it was corrected.
        **columns
            Other columns of the correction but its `report_id`; the rest is taken from what it
            revises, except `reason`, `url`, `note`, `quote`, `archived` and columns of one's own.
            ``value=None`` with no `low` and `high` takes the last number of its chain, so that a
            revise after a retract restores.

        Raises
        ------
        LedgerError
            If no such report is known at the clock, or the correction does not pass the door.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.Ledger(
        ...     [{"report_id": "first", "value": 28, "reported_at": "2020-09-28 14:00"}],
        ...     source="Ministry",
        ...     kind="total",
        ... )
        >>> mended = ledger.revise("first", 27, reported_at="2020-09-28 15:36")
        >>> mended.revisions()["delta"].tolist()
        [-1]
        """
        check_keywords(columns, [c for c in COLUMNS if c not in ("action", "refers_to")])
        row = {"value": value, "reported_at": reported_at, "reason": reason}
        return self._link("revise", report_id, row | columns)

    def retract(
        self, report_id: str, *, reported_at: Moment, reason: str = "", url: str = "",
        note: str = "",
    ) -> "Ledger":  # fmt: skip
        """Return a ledger in which `report_id` is withdrawn without another number.

        `report_id`, `reported_at` and `reason` are those of :meth:`revise`; `url` and `note` are
        columns of the retraction.

        See Also
        --------
        revise : replace it with another number.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> ledger.retract("a", reported_at="2020-09-29", reason="a typing error").totals().empty
        True
        """
        row = {"reported_at": reported_at, "reason": reason, "url": url, "note": note}
        return self._link("retract", report_id, row)

    def deny(
        self, report_id: str, *, source: str, reported_at: Moment, url: str = "", note: str = ""
    ) -> "Ledger":
        """Return a ledger in which `source` denies `report_id`; the number stays, marked.

        `report_id` and `reported_at` are those of :meth:`revise`; `source` is who denies it, `url`
        and `note` are columns of the denial.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> denied = ledger.deny("a", source="Rival", reported_at="2020-09-29")
        >>> denied.current()["denied_by"].tolist(), denied.totals()["total"].tolist()
        (['Rival'], [28])
        """
        row = {"source": source, "reported_at": reported_at, "url": url, "note": note}
        return self._link("deny", report_id, row)

    def _link(self, action: str, report_id: str, row: dict[str, Any]) -> "Ledger":
        self._check_known(report_id)
        return self.append([{"action": action, "refers_to": report_id} | row])

    def _check_known(self, report_id: str) -> None:
        if not isinstance(report_id, str):
            raise LedgerError.from_wrong(report_id, "a report is named by one report_id")
        ids = self._known.record.reports.texts["report_id"][self._known.public].tolist()
        if report_id not in ids:
            hint = nearest(report_id, ids[-10_000:])
            msg = f"no report {report_id!r} is known in this ledger{hint and f'. {hint}'}"
            raise LedgerError(msg)

    # -- what it answers ---------------------------------------------------------------------

    citations, series, current = series_.citations, series_.series, series_.current
    revisions, revision_summary = series_.revisions, series_.revision_summary
    totals, history, vintages = totals_.totals, totals_.history, totals_.vintages
    compare, tally, check, explain = compare, tally, check, explain
    increments, changes = increments, bridge.changes
    _tallied, _denied = tallied, denied  # for charts: what `tally` and `current` are made of

    # -- between two clocks ------------------------------------------------------------------

    def reconcile(self, start: Moment, end: Moment) -> pd.DataFrame:
        """Return why each headline changed between two clocks.

        The same as ``cas.reconcile(self.as_of(start), self.as_of(end))``, with its columns.

        Parameters
        ----------
        start, end : str, date, datetime or Timestamp
            The two clocks, as for :meth:`as_of`.

        Raises
        ------
        LedgerError
            If the later clock is given first.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> bridge = ledger.reconcile("2020-09-28 15:00", "2020-09-28 16:00")
        >>> bridge[["opening", "corrected", "updated", "new", "closing"]].values.tolist()
        [[59, -1, 0, 0, 58]]
        """
        return bridge.reconcile(*self._between(start, end))

    def _between(self, start: Moment, end: Moment) -> tuple["Ledger", "Ledger"]:
        """Return the ledger at two clocks, of which the first must be the earlier one."""
        before, after = self.as_of(start), self.as_of(end)
        if clocks.query_instant(start, self.tz) > clocks.query_instant(end, self.tz):
            msg = f"the clock {start!r} is later than {end!r}; give the earlier one first"
            raise LedgerError(msg)
        return before, after

    @property
    def plot(self) -> "Plot":
        """The charts of the ledger, a method each.

        `timeline`, `totals`, `history`, `claims`, `increments`, `parts`, `vintages`, `revisions`,
        `sources` and `reconcile`.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> len(ledger.plot.history().data) == len(ledger.history())
        True
        """
        from .plots import Plot

        return Plot(self)

    # -- files -------------------------------------------------------------------------------

    def to_csv(self, path: str | os.PathLike[str], *, spreadsheet_safe: bool = False) -> None:
        """Write the known reports to a CSV file, whole or not at all.

        Parameters
        ----------
        path : path
            The file; :func:`read_csv` with the same `tz` gives an equal ledger.
        spreadsheet_safe : bool, default False
            Put an apostrophe before texts that a spreadsheet would run as a formula. Such a file
            no longer gives an equal ledger.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.csv"
        >>> ledger.to_csv(file)
        >>> cas.read_csv(file) == ledger
        True
        """
        write_whole(path, csv.written(self.reports, self.tz, spreadsheet_safe=spreadsheet_safe))

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Write the known reports to a JSON file (records, UTF-8), whole or not at all.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.json"
        >>> ledger.to_json(file)
        >>> cas.read_json(file) == ledger
        True
        """
        write_whole(path, json.written(self.reports, self.tz))

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write the known reports to a Parquet file (extra ``parquet``), whole or not at all.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.parquet"
        >>> ledger.to_parquet(file)
        >>> cas.read_parquet(file) == ledger
        True
        """
        write_whole(path, parquet.written(self.reports))

    def to_excel(self, path: str | os.PathLike[str]) -> None:
        """Write the known reports to an Excel workbook (extra ``excel``), whole or not at all.

        Days are Excel's dates; instants are text with their offset, since Excel has no time zones.
        In columns of one's own, whole numbers of 16 digits are text as well; of decimals Excel
        keeps 15 digits.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "ledger.xlsx"
        >>> ledger.to_excel(file)
        >>> cas.read_excel(file) == ledger
        True
        """
        write_whole(path, excel.written(self.reports, self.tz))

    def to_html(
        self, path: str | os.PathLike[str], title: str | None = None,
        parts: str | Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        """Write a page to publish: one file that loads nothing, whole or not at all.

        It tells what is known at the clock, as it may be printed, how each number got there, who
        disagrees and what does not add up; every number leads to its reports, which it holds as
        CSV as well. Its clock can be set back where scripts run; without, it is complete.

        Parameters
        ----------
        path : path
            The file, replaced whole or not at all.
        title : str, optional
            Its heading; by default that of the event.
        parts : str or list of str, optional
            Categories that do not overlap, as for :meth:`tally`: what may be added up.

        Examples
        --------
        >>> import casualties as cas
        >>> rows = [{"report_id": "a", "value": 28, "reported_at": "2020-09-28 14:00"}]
        >>> ledger = cas.Ledger(rows, source="Ministry", kind="total")
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "toll.html"
        >>> ledger.to_html(file, title="A toll")
        >>> "<title>A toll</title>" in file.read_text(encoding="utf-8")
        True
        """
        from .page.publish import page

        with self._known.kept.keeping():  # it asks at many clocks
            text = page(self, title, parts)
        write_whole(path, text)

    # -- how it behaves ----------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Whether both have the same time zone and know the same reports, in the same order."""
        if not isinstance(other, Ledger):
            return NotImplemented
        return self.tz == other.tz and self._known.reports.same_as(other._known.reports)

    __hash__ = None  # type: ignore[assignment]

    def _parts(self) -> tuple[list[str], pd.DataFrame, list[str]]:
        """Return what is shown of it: a header, its last reports, and how many more there are."""
        reports, known = self.reports, self._known
        lines = words.header(reports, len(known.series), self.tz, known.known_at)
        table = words.overview(reports, self.tz)
        hidden = len(reports) - len(table)
        return lines, table, [f"… and {words.plural(hidden, 'earlier report')}"] * (hidden > 0)

    def __repr__(self) -> str:
        return words.as_text(*self._parts())

    def _repr_html_(self) -> str:
        return words.as_html(*self._parts())
