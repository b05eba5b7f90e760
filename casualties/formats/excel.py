"""Excel workbooks, by openpyxl (extra ``excel``): the cells of one sheet, nothing guessed."""

import datetime as dt
import io
import os
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, refuse_repeated
from ..model.schema import DAYS
from .whole import writable, write_whole

#: Excel's rows and the longest text of a cell.
_ROWS, _LONGEST = 2**20, 32_767
#: What cells of these types hold, whose value nobody knows.
_UNKNOWN = {
    "e": "an error; mend or clear it",
    "f": "a formula that was never worked out; open and save it in a spreadsheet, or paste the "
    "value",
}
#: How a character that XML does not keep is written, and what must not be taken for that.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def read(path: str | os.PathLike[str], sheet: str | int = 0) -> pd.DataFrame:
    """Return the cells of a sheet below its first row, which names the columns.

    The index holds the numbers of the sheet's rows, so that a problem can be found there. A date
    that is shown without a time of day is a date. Blank rows are left out.

    Raises
    ------
    LedgerError
        If the file is no workbook, the sheet is not there, or cells are merged, hold an error or
        a formula that was never worked out.
    """
    data = Path(path).read_bytes()
    openpyxl = _need_openpyxl()
    try:
        with warnings.catch_warnings(action="ignore"):  # of charts, lists and styles left out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            page = _sheet(path, book, sheet)
            cells, merged = _cells(book, page)
    except LedgerError:
        raise
    except zipfile.BadZipFile as error:
        old = " (it looks like an old .xls)" if data[:4] == b"\xd0\xcf\x11\xe0" else ""
        msg = f"{path}: not an Excel workbook{old}; save it as .xlsx, or as CSV"
        raise LedgerError(msg) from error
    except Exception as error:  # a zip of something else, or half of one: openpyxl says many things
        msg = f"{path}: not a whole Excel workbook ({error}); save it again as .xlsx"
        raise LedgerError(msg) from error
    _refuse_unknown(path, page.title, cells, merged)
    hours: dict[int, bool] = {}
    rows: dict[int, dict[int, Any]] = {}
    for cell in cells:
        if (value := _value(cell, page, hours)) is not None:
            rows.setdefault(cell["row"], {})[cell["column"]] = value
    if not rows:
        msg = f"{path}: sheet {page.title!r} is empty; the first row must name the columns"
        raise LedgerError(msg)
    first, *others = sorted(rows)
    head = {column: str(value).strip() for column, value in rows[first].items()}
    columns = sorted(head.keys() | {column for row in others for column in rows[row]})
    names = pd.Index([head.get(n) or f"Unnamed: {n - 1}" for n in columns], dtype=object)
    refuse_repeated(names, str(path))
    table = [[rows[row].get(column) for column in columns] for row in others]
    return pd.DataFrame(table, columns=names, index=others, dtype=object)


def _cells(book: Any, page: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the cells that are in a sheet, and the areas of merged ones.

    A formula without its result is of the type ``f``. The rows and cells of openpyxl would be
    twice as slow, and as many as there are places up to the last one that somebody formatted.
    """
    from openpyxl.worksheet import _reader

    class Parser(_reader.WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if cell["value"] is None and cell["data_type"] != "str":  # a text of no letters
                cell["data_type"] = "n" if element.find(_reader.FORMULA_TAG) is None else "f"
            return cell

    with book._archive.open(page._worksheet_path) as source:
        parser = Parser(
            source,
            page._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        cells = [cell for _, row in parser.parse() for cell in row]
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    return cells, sorted(area.ref for area in merged)


def _need_openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError as error:
        msg = "Excel needs openpyxl: pip install 'casualties[excel]'"
        raise ImportError(msg) from error
    return openpyxl


def _sheet(path: Any, book: Any, sheet: str | int) -> Any:
    pages = {page.title: page for page in book.worksheets}
    names = list(pages)
    if isinstance(sheet, int) and 0 <= sheet < len(names):
        return pages[names[sheet]]
    if sheet not in pages:
        msg = f"{path}: {LedgerError.from_unknown(sheet, names, 'sheet')}"
        raise LedgerError(msg)
    return pages[str(sheet)]


def _refuse_unknown(path: Any, title: str, cells: list[dict[str, Any]], merged: list[str]) -> None:
    """Raise if cells are merged, hold an error, or a formula without its result."""
    if merged:
        msg = (
            f"{path}: sheet {title!r} has merged cells ({', '.join(merged[:5])}), of which only "
            "the first holds anything; unmerge them and fill each"
        )
        raise LedgerError(msg)
    for cell in cells:
        if cell["data_type"] in _UNKNOWN:
            from openpyxl.utils import get_column_letter

            place = f"cell {get_column_letter(cell['column'])}{cell['row']} of sheet {title!r}"
            msg = f"{path}: {place} holds {_UNKNOWN[cell['data_type']]}"
            raise LedgerError(msg)


def _value(cell: dict[str, Any], page: Any, hours: dict[int, bool]) -> Any:
    """Return what a cell holds; `hours` collects which styles show a time of day."""
    value = cell["value"]
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        style = cell["style_id"]
        if style not in hours:
            from openpyxl.cell.read_only import ReadOnlyCell

            hours[style] = "h" in str(ReadOnlyCell(page, **cell).number_format).lower()
        return value if hours[style] else value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        if "_x" in value:
            value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return value if value.strip() else None
    return value


def write(reports: pd.DataFrame, tz: str, path: str | os.PathLike[str]) -> None:
    """Write reports as a workbook of one sheet; see :meth:`Ledger.to_excel`."""
    openpyxl = _need_openpyxl()
    if len(reports) >= _ROWS:
        msg = f"a sheet has {_ROWS:,} rows, and these are {len(reports):,} reports; use Parquet"
        raise LedgerError(msg)
    table = writable(reports, tz)
    for column in DAYS:  # as dates, but for those before the first that Excel has
        days = np.asarray(reports[column].values, "M8[D]")
        old = days < np.datetime64("1900-03-01")
        table[column] = np.where(old, table[column].to_numpy(object), days.astype(object))
    rows = [list(table.columns), *table.astype(object).itertuples(index=False)]
    rows = [[_plain(cell, number) for cell in row] for number, row in enumerate(rows)]
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("reports")
    page.freeze_panes = "A2"
    for row in rows:
        page.append([_written(page, cell) for cell in row])
    write_whole(path, book.save, binary=True)


def _plain(value: Any, row: int) -> Any:
    """Return what a cell of Excel can hold: a number, a day or a text."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, bool | int | float | np.number | dt.date):
        return value
    text = _ESCAPED.sub(r"_x005F_x\1_", str(value))
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if len(text) > _LONGEST:
        msg = f"report {row - 1} holds a text of {len(text):,} letters; a cell of Excel has room "
        msg += f"for {_LONGEST:,}: use CSV"
        raise LedgerError(msg)
    return text


def _written(page: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" is no formula
    elif isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    return cell
