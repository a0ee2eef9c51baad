"""A report as a spreadsheet: one sheet for each table, numbers as numbers, text never as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from timebank.reports.shown import clean, is_like_formula, is_number, text, width
from timebank.reports.table import Cell, Count, Minutes, Report, Share, Table

_TITLE, _BOLD, _QUIET = Font(bold=True, size=14), Font(bold=True), Font(color="56606B", size=9)
_HEADER = PatternFill("solid", start_color="E3EEEE")
_RULE = Border(bottom=Side(style="thin", color="0E5A5C"))
_LONGEST = 32_000  # characters in a cell; the format allows 32,767
_NARROW, _WIDE = 9, 48


def write_workbook(report: Report, path: Path) -> None:
    """Write the report as .xlsx. Hours are numbers of hours, shares are numbers shown in percent."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = report.title, "Timebank"
    taken: set[str] = set()
    for table in report.tables:
        _sheet(book.create_sheet(_sheet_name(table.title, taken)), report, table)
    book.save(path)


def _sheet(sheet: Worksheet, report: Report, table: Table) -> None:
    lines = [report.title, *report.heading, table.title]
    for at, line in enumerate(lines, 1):
        _put(sheet, at, 1, line, _TITLE if at == 1 else _BOLD if at == len(lines) else _QUIET)
    header = len(lines) + 1
    for at, column in enumerate(table.columns, 1):
        cell = _put(sheet, header, at, column.title, _BOLD)
        cell.fill, cell.border = _HEADER, _RULE
        right = any(is_number(row[at - 1]) for row in table.rows)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="right" if right else None)
    for down, row in enumerate(table.rows, header + 1):
        last = table.total and down == header + len(table.rows)
        for at, value in enumerate(row, 1):
            _put(sheet, down, at, value, _BOLD if last else None)
    for down, note in enumerate(table.notes, header + len(table.rows) + 2):
        _put(sheet, down, 1, note, _QUIET)
    _lay_out(sheet, table, header)


def _put(sheet: Worksheet, row: int, column: int, value: Cell, font: Font | None) -> Any:
    cell = sheet.cell(row, column)
    match value:
        case Count(number):
            cell.value, cell.number_format = number, "#,##0"
        case Minutes():
            cell.value, cell.number_format = value.hours, "#,##0.00"
        case Share():
            cell.value, cell.number_format = value.ratio, "0.0%"
        case float():
            cell.value, cell.number_format = value, "0.00"
        case str():
            said = clean(value)[:_LONGEST]
            cell.value = said
            cell.data_type = "s"
            cell.quotePrefix = is_like_formula(said)  # stays text even when someone edits the cell
        case _:
            cell.value = value
    if font is not None:
        cell.font = font
    return cell


def _lay_out(sheet: Worksheet, table: Table, header: int) -> None:
    for at, column in enumerate(table.columns):
        widest = max((width(text(row[at])) for row in table.rows), default=0)
        letter = get_column_letter(at + 1)
        sheet.column_dimensions[letter].width = min(max(widest, width(column.title), _NARROW) + 2, _WIDE)
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if len(table.columns) > 6 else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _sheet_name(title: str, taken: set[str]) -> str:
    """The title as a sheet may be called: 31 characters, some signs forbidden, each name once."""
    name = re.sub(r"[\[\]:*?/\\]", " ", clean(title)).strip("' ")[:31] or "1"
    for number in _numbers(name):
        if number.casefold() not in taken:
            taken.add(number.casefold())
            return number
    raise AssertionError("names do not run out")


def _numbers(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name[:27]} {number}"
        number += 1
