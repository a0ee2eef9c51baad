"""The rows that could not be taken, given back as a spreadsheet to be mended and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from timebank.files import write_whole
from timebank.roster.layout import Table, tables_of
from timebank.roster.rows import RowProblem
from timebank.roster.sheets import Sheet, open_sheets

ROW_HEADER = "原行号 Row"
REASON_HEADER = "原因 Reason"

_NAMELESS = "Sheet1"  # what a csv file's one sheet is called here


def write_rejects(
    source: Path, problems: Iterable[RowProblem], sentence: Callable[[RowProblem], str], out: Path
) -> None:
    """Write the rows of ``source`` that have problems to ``out``, with headers, row numbers and reasons.

    The two columns that are added stand last and are ignored when the mended file is read. Raises Fault as
    :func:`timebank.roster.sheets.open_sheets` and :func:`timebank.files.write_whole` do.
    """
    reasons: dict[str, dict[int, list[str]]] = {}
    for problem in problems:
        reasons.setdefault(problem.sheet, {}).setdefault(problem.row - 1, []).append(sentence(problem))
    book = Workbook(write_only=True)
    for sheet in open_sheets(source):
        if sheet.name in reasons:
            _write_sheet(book, sheet, reasons[sheet.name])
    if not book.worksheets:
        book.create_sheet(_NAMELESS)
    write_whole(out, book.save)


def _write_sheet(book: Workbook, sheet: Sheet, reasons: dict[int, list[str]]) -> None:
    page = book.create_sheet(sheet.name or _NAMELESS)
    width = max(map(len, sheet.rows))
    tables = _tables(sheet)
    written: tuple[int, ...] = ()
    for row in sorted(reasons):
        header = max((t.header_rows for t in tables if t.header_rows[-1] < row), default=())
        if header != written:
            for at in header:
                last = at == header[-1]
                page.append(_cells(page, sheet, at, width, (ROW_HEADER, REASON_HEADER) if last else ()))
            written = header
        page.append(_cells(page, sheet, row, width, (row + 1, "；".join(reasons[row]))))


def _tables(sheet: Sheet) -> list[Table]:
    """The tables as people or as services, whichever the sheet is more of."""
    readings = [tables_of(sheet, "people")[0], tables_of(sheet, "services")[0]]
    return max(readings, key=lambda tables: sum(len(table.plan.fields) for table in tables))


def _cells(page: object, sheet: Sheet, row: int, width: int, more: tuple[object, ...]) -> list[object]:
    values = [*(sheet.cell(row, column) for column in range(width)), *more]
    return [_as_text(page, value) if isinstance(value, str) else value for value in values]


def _as_text(page: object, value: str) -> WriteOnlyCell:
    """A text cell that no spreadsheet turns into a number or a formula."""
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
