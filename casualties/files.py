"""Writing a ledger to a file: thin methods over :mod:`casualties.io`."""

import os
from typing import TYPE_CHECKING

from . import io

if TYPE_CHECKING:
    import pandas as pd

    from .book import Book


class Files:
    """The formats that a ledger can be written in and read back from."""

    _book: "Book"

    if TYPE_CHECKING:

        @property
        def reports(self) -> pd.DataFrame:
            """The reports known at the clock."""

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
        io.write_csv(self.reports, self._book.tz, path, spreadsheet_safe=spreadsheet_safe)

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
        io.write_json(self.reports, self._book.tz, path)

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
        io.write_parquet(self.reports, path)
