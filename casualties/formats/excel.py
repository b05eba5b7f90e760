"""Excel workbooks, by openpyxl (extra ``excel``): the cells of one sheet, nothing guessed."""

import datetime as dt
import io
import os
import re
import shlex
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import LedgerError, both, needed, refuse_repeated, unknown
from ..model.schema import DAYS
from ..words import listed
from .whole import writable

_EXTRA = ("openpyxl", "Excel", "excel")
#: How many rows a sheet of Excel may have, and how many letters a cell.
_ROWS, _LONGEST = 2**20, 32_767
#: Numbers from here on have more digits than Excel keeps.
_DIGITS = 10**15
#: What a cell may hold that is no value, by the type that :func:`_cells` gives it.
_UNKNOWN = {
    "e": "an error; mend or clear it",
    "f": "a formula that was never worked out; open and save it in a spreadsheet, or paste the "
    "value",
    "struck": "what is struck through; clear it, or undo that if it still holds",
    "signed": "a number that is shown with a sign of its format, as in 10+; write it as a text",
}
#: A sign that a number format adds, and the first number of a format that is not Excel's own.
_SIGN = re.compile(r'"[^"]*[<>≤≥~≈+][^"]*"|\\[<>≤≥~≈+]')
_OWN = 164
#: How a character that XML does not keep is written, and those characters.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def read(path: str | os.PathLike[str], sheet: str | None = None) -> pd.DataFrame:
    """Return the cells of a sheet below its first row, which names the columns.

    The index holds the numbers of the sheet's rows, so that a problem can be found there. Blank
    rows are left out. Of several sheets `sheet` names one. A date without a time of day is a date,
    and raised text is a footnote. Else a cell is read as it is, whatever its format.

    Raises
    ------
    LedgerError
        If the file is no workbook, the sheet is not there, or cells are merged or struck through,
        hold an error or a formula that was never worked out.
    """
    data = io.BytesIO(Path(path).read_bytes())
    openpyxl = needed(*_EXTRA)
    try:
        with warnings.catch_warnings(action="ignore"):  # of charts, lists and styles left out
            look = {"read_only": True, "data_only": True, "rich_text": True}
            book = openpyxl.load_workbook(data, **look)
            rows = _rows(path, book, _sheet(path, book, sheet))
    except LedgerError:
        raise
    except Exception as error:  # no zip, one of something else, or half of one
        what = f"not an Excel workbook (.xlsx): {error}; save it as one, or as CSV"
        raise LedgerError.of(path, what) from error
    if not rows:
        raise LedgerError.of(path, "the sheet is empty; the first row must name the columns")
    first, *below = sorted(rows)
    head = {column: str(value).strip() for column, value in rows[first].items()}
    columns = sorted(head.keys() | {column for row in below for column in rows[row]})
    names = pd.Index([head.get(n) or f"Unnamed: {n - 1}" for n in columns], dtype=object)
    refuse_repeated(names, str(path))
    table = [[rows[row].get(column) for column in columns] for row in below]
    return pd.DataFrame(table, columns=names, index=below, dtype=object)


def _sheet(path: Any, book: Any, sheet: str | None) -> Any:
    """Return the sheet of a name; without one, the only one."""
    names = [page.title for page in book.worksheets]
    if sheet is None and len(names) > 1:
        remedy = both(f"sheet={names[0]!r}", f"--sheet {shlex.quote(names[0])}")
        msg = f"{path}: of the sheets {listed(names)} one is read; say which, as in {remedy}"
        raise LedgerError(msg)
    sheet = names[0] if sheet is None else sheet
    if sheet not in names:
        raise LedgerError.of(path, unknown("sheet", sheet, names))
    return book[sheet]


def _rows(path: Any, book: Any, page: Any) -> dict[int, dict[int, Any]]:
    """Return what the cells of a sheet hold, by row and column, or refuse what is no value.

    Only cells that are in the file are read: openpyxl's own would be one for every place up to the
    last formatted one.
    """
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet import _reader

    place = f"{path}: sheet {page.title!r}"
    signed = {_OWN + n for n, form in enumerate(book._number_formats) if _SIGN.search(form)}
    styles = [*enumerate(book._cell_styles)]
    odd = {number: "signed" for number, style in styles if style.numFmtId in signed}
    odd |= {number: "struck" for number, style in styles if book._fonts[style.fontId].strike}

    class Parser(_reader.WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            own = element.find(_reader.INLINE_STRING) if element.get("t") == "inlineStr" else None
            if own is not None:  # read below: openpyxl would lose what is escaped in it
                element.set("t", "n")
            cell: dict[str, Any] = super().parse_cell(element)
            if own is not None:
                run, text = (_reader.INLINE_STRING[:-2] + tag for tag in "rt")
                rich = own.find(run) is not None
                cell["value"] = CellRichText.from_tree(own) if rich else own.findtext(text)
            value, kind = cell["value"], cell["data_type"]
            if value is None and kind != "str":  # "str": an empty text
                kind = "n" if element.find(_reader.FORMULA_TAG) is None else "f"
            elif value is not None:
                parts = value if isinstance(value, list) else ()
                partly = any(hasattr(part, "font") and part.font.strike for part in parts)
                kind = "struck" if partly else odd.get(cell["style_id"], kind)
            if kind in _UNKNOWN:
                name = f"{get_column_letter(cell['column'])}{cell['row']}"
                raise LedgerError.of(place, f"cell {name} holds {_UNKNOWN[kind]}")
            return cell

    with book._archive.open(page._worksheet_path) as source:
        dates, spans = book._date_formats, book._timedelta_formats
        options = {"epoch": book.epoch, "date_formats": dates, "timedelta_formats": spans}
        parser = Parser(source, page._shared_strings, data_only=True, **options)
        rows: dict[int, dict[int, Any]] = {}
        for row, cells in parser.parse():
            held = {cell["column"]: _value(cell["value"]) for cell in cells}
            if held := {column: value for column, value in held.items() if value is not None}:
                rows[row] = held
    if parser.merged_cells and parser.merged_cells.mergeCell:
        areas = ", ".join(sorted(area.ref for area in parser.merged_cells.mergeCell)[:5])
        what = f"merged cells ({areas}), of which only the first holds anything; unmerge them and "
        raise LedgerError.of(place, f"{what}fill each")
    return rows


def _value(value: Any) -> Any:
    """Return what a cell holds; a date without a time of day is a date."""
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):  # parts of a text that look different: raised ones are footnotes
        raised = [hasattr(p, "font") and p.font.vertAlign == "superscript" for p in value]
        texts = zip(map(str, value), raised, strict=True)
        value = "".join(f"[{text.strip()}]" if high else text for text, high in texts)
    if isinstance(value, str):
        value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return value if value.strip() else None
    return value


def written(reports: pd.DataFrame, tz: str) -> bytes:
    """Return reports as a workbook of one sheet; see :meth:`Ledger.to_excel`."""
    book = needed(*_EXTRA).Workbook(write_only=True)
    if len(reports) >= _ROWS:
        msg = f"a sheet has {_ROWS:,} rows, and these are {len(reports):,} reports; use Parquet"
        raise LedgerError(msg)
    table = writable(reports, tz)
    for column in DAYS:  # as dates, but for those before the first that Excel has
        days = np.asarray(reports[column].values, "M8[D]")
        old = days < np.datetime64("1900-03-01")
        table[column] = np.where(old, table[column].to_numpy(object), days.astype(object))
    page = book.create_sheet("reports")
    page.freeze_panes = "A2"
    rows: list[Any] = [table.columns, *table.astype(object).itertuples(index=False)]
    cells = [[_written(page, cell, n - 1) for cell in row] for n, row in enumerate(rows)]
    for row in cells:
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _written(page: Any, value: Any, report: int) -> Any:
    """Return a cell: blank, or with a number, a day, or anything else as text."""
    from openpyxl.cell import WriteOnlyCell

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return WriteOnlyCell(page)
    day = isinstance(value, dt.date) and getattr(value, "tzinfo", None) is None
    if day or (isinstance(value, int | float | np.number) and -_DIGITS < value < _DIGITS):
        return WriteOnlyCell(page, value)
    text = _ESCAPED.sub(r"_x005F_x\1_", str(value))
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if len(text) > _LONGEST:
        msg = f"report {report} holds a text of {len(text):,} letters; a cell of Excel has room "
        msg += f"for {_LONGEST:,}: use CSV"
        raise LedgerError(msg)
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"  # a text that begins with "=" is no formula
    return cell
