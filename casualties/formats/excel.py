"""Excel workbooks, by openpyxl (extra ``excel``): the cells of one sheet, nothing guessed."""

import datetime as dt
import io
import os
import re
import shlex
import warnings
from collections.abc import Collection
from itertools import islice
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
#: Types of cells whose value nobody knows, with what they hold and the remedy.
_UNKNOWN = {
    "e": "an error; mend or clear it",
    "f": "a formula that was never worked out; open and save it in a spreadsheet, or paste the "
    "value",
}
#: The parts of a number format: what is not shown, texts, the number, and signs.
_FORMAT = re.compile(
    r'\[[^\]]*\]|[_*].|"(?P<text>[^"]*)"|\\(?P<sign>.)|(?P<number>[#0?][#0?.,]*(?:e[+-]0+)?)|(?P<other>[-+<>=~])'
)
#: How a character that XML does not keep is written, and those characters.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def read(
    path: str | os.PathLike[str], sheet: str | int | None = None, counts: Collection[str] = ()
) -> pd.DataFrame:
    """Return the cells of a sheet below its first row, which names the columns.

    The index holds the numbers of the sheet's rows, so that a problem can be found there. Blank
    rows are left out. Without `sheet` the first sheet is read, and no other may hold a table. A
    date that is shown without a time of day is a date, and raised text is a footnote. In a column
    named in `counts`, a percentage and a number that is shown with signs or words, such as 10 as
    "10+", are texts.

    Raises
    ------
    LedgerError
        If the file is no workbook, the sheet is not there, or cells are merged, hidden or struck
        through, hold an error or a formula that was never worked out.
    """
    data = Path(path).read_bytes()
    openpyxl = needed(*_EXTRA)
    try:
        with warnings.catch_warnings(action="ignore"):  # of charts, lists and styles left out
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, rich_text=True
            )
            page = _sheet(path, book, sheet)
            cells, merged, hidden = _cells(book, page)
    except LedgerError:
        raise
    except Exception as error:  # no zip, one of something else, or half of one
        old = " (it looks like an old .xls)" if data[:4] == b"\xd0\xcf\x11\xe0" else ""
        msg = f"{path}: not an Excel workbook{old}: {error}; save it as .xlsx, or as CSV"
        raise LedgerError(msg) from error
    _refuse_unknown(path, page, cells, merged, hidden)
    forms = _forms(page)
    rows: dict[int, dict[int, Any]] = {}
    for cell in cells:
        if (value := _value(cell, forms)) is not None:
            rows.setdefault(cell["row"], {})[cell["column"]] = value
    if not rows:
        msg = f"{path}: sheet {page.title!r} is empty; the first row must name the columns"
        raise LedgerError(msg)
    first, *below = sorted(rows)
    head = {column: str(value).strip() for column, value in rows[first].items()}
    counted = {column for column, name in head.items() if name in counts}
    for cell in (cell for cell in cells if cell["column"] in counted):
        value = rows.get(cell["row"], {}).get(cell["column"])
        if isinstance(value, int | float):
            rows[cell["row"]][cell["column"]] = _shown(value, forms[cell["style_id"]])
    columns = sorted(head.keys() | {column for row in below for column in rows[row]})
    names = pd.Index([head.get(n) or f"Unnamed: {n - 1}" for n in columns], dtype=object)
    refuse_repeated(names, str(path))
    table = [[rows[row].get(column) for column in columns] for row in below]
    return pd.DataFrame(table, columns=names, index=below, dtype=object)


def _cells(book: Any, page: Any) -> tuple[list[dict[str, Any]], list[str], set[int]]:
    """Return the cells of a sheet, the areas of merged cells, and the hidden rows.

    A formula without its result has the type ``f``. Only cells that are in the file are returned:
    openpyxl's own would be one for every place up to the last formatted one, and twice as slow.
    """
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.worksheet import _reader

    class Parser(_reader.WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            own = element.find(_reader.INLINE_STRING) if element.get("t") == "inlineStr" else None
            if own is not None:  # read below: openpyxl would make objects of it
                element.set("t", "n")
            cell: dict[str, Any] = super().parse_cell(element)
            if own is not None:
                parts, text = (_reader.INLINE_STRING[:-2] + tag for tag in "rt")
                rich = own.find(parts) is not None
                cell["value"] = CellRichText.from_tree(own) if rich else own.findtext(text)
            if cell["value"] is None and cell["data_type"] != "str":  # "str": an empty text
                cell["data_type"] = "n" if element.find(_reader.FORMULA_TAG) is None else "f"
            return cell

    with book._archive.open(page._worksheet_path) as source:
        dates, spans = book._date_formats, book._timedelta_formats
        options = {"epoch": book.epoch, "date_formats": dates, "timedelta_formats": spans}
        parser = Parser(source, page._shared_strings, data_only=True, **options)
        cells = [cell for _, row in parser.parse() for cell in row]
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    rows = parser.row_dimensions.items()
    hidden = {int(row) for row, look in rows if look.get("hidden") in ("1", "true")}
    return cells, sorted(area.ref for area in merged), hidden


def _sheet(path: Any, book: Any, sheet: str | int | None) -> Any:
    """Return the sheet of a name or place; without one the first, if no other holds a table."""
    names = [page.title for page in book.worksheets]
    if sheet is None:
        wide = {name: width for name, page in zip(names, book.worksheets, strict=True)
                if (width := _width(page))}  # fmt: skip
        if wide.keys() - {names[0]}:
            most, every = max(wide, key=wide.__getitem__), dict.fromkeys([names[0], *wide])
            remedy = both(f"sheet={most!r}", f"--sheet {shlex.quote(most)}")
            msg = f"{path}: of the sheets {listed([*every])} one is read; say which with {remedy}"
            raise LedgerError(msg)
        sheet = 0
    if isinstance(sheet, int) and 0 <= sheet < len(names):
        return book.worksheets[sheet]
    if sheet not in names:
        raise LedgerError.of(path, unknown("sheet", sheet, names))
    return book[sheet]


def _width(page: Any) -> int:
    """Return how many columns the header of a sheet names, 0 if no row is below it."""
    rows = (sum(cell is not None for cell in row) for row in page.iter_rows(values_only=True))
    head, *below = [*islice(filter(None, rows), 2)] or [0]
    return head if below else 0


def _refuse_unknown(
    path: Any, page: Any, cells: list[dict[str, Any]], merged: list[str], hidden: set[int]
) -> None:
    """Raise if cells are merged, hidden or struck through, hold an error, or lack a result."""
    sheet = f"sheet {page.title!r}"
    if merged:
        msg = f"{path}: {sheet} has merged cells ({', '.join(merged[:5])}), of which only "
        msg += "the first holds anything; unmerge them and fill each"
        raise LedgerError(msg)
    if unseen := sorted(hidden & {cell["row"] for cell in cells if cell["value"] is not None}):
        msg = f"{path}: {sheet} has hidden rows ({', '.join(map(str, unseen[:5]))}), which would "
        msg += "be counted and nobody sees; show them (a filter hides rows, too), or delete them"
        raise LedgerError(msg)
    fonts = page.parent._fonts
    styles = enumerate(page.parent._cell_styles)
    struck = {number for number, style in styles if fonts[style.fontId].strike}
    odd = (cell for cell in cells if cell["data_type"] in _UNKNOWN or cell["style_id"] in struck
           or isinstance(cell["value"], list))  # fmt: skip
    for cell in odd:
        what = _UNKNOWN.get(cell["data_type"], "")
        parts = cell["value"] if isinstance(cell["value"], list) else ()
        partly = any(getattr(getattr(part, "font", None), "strike", False) for part in parts)
        if not what and (partly or (cell["style_id"] in struck and cell["value"] is not None)):
            what = "what is struck through; clear it, or undo that if it still holds"
        if what:
            from openpyxl.utils import get_column_letter

            place = f"cell {get_column_letter(cell['column'])}{cell['row']} of {sheet}"
            raise LedgerError.of(path, f"{place} holds {what}")


def _value(cell: dict[str, Any], forms: list[str]) -> Any:
    """Return what a cell holds; a date that is shown without a time of day is a date."""
    value = cell["value"]
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value if "h" in forms[cell["style_id"]] else value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):  # parts of a text that look different: raised ones are footnotes
        looks = [getattr(getattr(part, "font", None), "vertAlign", None) for part in value]
        texts = zip(map(str, value), looks, strict=True)
        value = "".join(f"[{t.strip()}]" if look == "superscript" else t for t, look in texts)
    if isinstance(value, str):
        if "_x" in value:
            value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return value if value.strip() else None
    return value


def _shown(value: float, form: str) -> Any:
    """Return a number, or the text that its format shows: a share, or with signs, ``10+``."""
    if "%" in form:
        return f"{100 * value:g}%"
    text, signs, numbers = "", "", 0
    for found in _FORMAT.finditer(form.partition(";")[0] if value > 0 else ""):
        sign = found["text"] or found["sign"] or found["other"] or ""
        signs, numbers = signs + sign.strip(), numbers + bool(found["number"])
        text += f"{value:.15g}" if found["number"] else sign
    return text if signs and numbers == 1 else value


def _forms(page: Any) -> list[str]:
    """Return the number format of each style."""
    from openpyxl.cell.read_only import ReadOnlyCell

    styles = range(len(page.parent._cell_styles))
    return [str(ReadOnlyCell(page, 1, 1, "", "n", n).number_format).lower() for n in styles]


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
