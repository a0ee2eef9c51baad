"""The rows that could not be taken, given back as a spreadsheet to be mended and read again."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from timebank.files import write_whole
from timebank.outcome import Refusal
from timebank.roster.headers import Profile
from timebank.roster.layout import Table, tables_of
from timebank.roster.mapping import ADDED_HEADERS, Choice, original_headers
from timebank.roster.rows import RowProblem
from timebank.roster.sheets import OpenedFile, Sheet, open_sheets

_NAMELESS = "Sheet1"  # what a csv file's one sheet is called here
_BLAME = PatternFill("solid", fgColor="FFF2CC")
_BOLD = Font(bold=True)
_REASON_WIDTH = 60
_MOST_EXACT = 1e15  # above this a float has lost figures: it is written so that it is not taken for a number
_LOOKS_ESCAPED = re.compile(r"['=@\t\r]|[+-](?![\d\s-])")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the new file: its cells, and which of them is to blame."""

    cells: tuple[object, ...]
    blame: frozenset[int] = frozenset()
    head: bool = False


def write_rejects(
    source: Path | OpenedFile,
    problems: Iterable[RowProblem],
    sentence: Callable[[RowProblem], str],
    out: Path,
    *,
    language: str = "zh_CN",
    choices: Mapping[str, Choice] | None = None,
    profile: Profile | None = None,
) -> None:
    """Write the rows of ``source`` that have problems to ``out``, an xlsx or csv file by its name.

    Headers come along, and titles where they matter; cells are as they were read. Two columns are added at the
    end: the row's number in the original, and the reason in ``language``; they are ignored when the mended file
    is read. In a workbook the cells to blame are coloured; in csv the reason begins with the column's name.
    ``choices`` by layout are those that the file was read with, ``profile`` what it was read as. Refuses with
    ``rejects_need_workbook`` where rows of several sheets would go into one csv file; raises Fault as
    :func:`timebank.roster.sheets.open_file` and :func:`timebank.files.write_whole` do.
    """
    by_sheet: dict[str, list[RowProblem]] = {}
    for problem in problems:
        by_sheet.setdefault(problem.sheet, []).append(problem)
    sheets = [sheet for sheet in open_sheets(source) if sheet.name in by_sheet]
    as_text = out.suffix.lower() == ".csv"
    if as_text and len(sheets) > 1:
        raise Refusal("rejects_need_workbook", file=out.name, sheets="、".join(each.name for each in sheets))

    def said(problem: RowProblem) -> str:
        # With its colon the reason is never taken for a word of a header.
        names = as_text and problem.column
        return f"{problem.column}：{sentence(problem)}" if names else sentence(problem)

    added = ADDED_HEADERS[language]
    pages = {
        sheet.name: _lines(sheet, _tables(sheet, profile, choices or {}), by_sheet[sheet.name], said, added)
        for sheet in sheets
    }
    if as_text:
        write_whole(out, lambda path: _write_text(path, pages))
    else:
        write_whole(out, _workbook(pages).save)


def _lines(
    sheet: Sheet,
    read_as: tuple[Profile, list[Table]],
    problems: Iterable[RowProblem],
    said: Callable[[RowProblem], str],
    added: tuple[str, str],
) -> list[_Line]:
    """The titles that matter, then every row under its header."""
    by_row: dict[int, list[RowProblem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row - 1, []).append(problem)
    profile, tables = read_as
    width = _width(sheet, tables)
    # A title may say the month or the kind of all services below it; of people it says nothing.
    first = tables[0].header_rows[0] if tables and profile == "services" else 0
    lines = [_Line(tuple(sheet.cell(at, column) for column in range(width))) for at in range(first)]
    written: tuple[int, ...] = ()
    for row, own in sorted(by_row.items()):
        header = max((t.header_rows for t in tables if t.header_rows[-1] < row), default=())
        if header != written:
            for at in header:
                cells = (sheet.cell(at, column) for column in range(width))
                lines.append(_Line((*cells, *(added if at == header[0] else ())), head=True))
            written = header
        blamed = {problem.column for problem in own if problem.column}
        blame = {
            column
            for table in tables
            if row in table.data_rows
            for column, label in table.plan.headers.items()
            if label in blamed
        }
        cells = (sheet.cell(row, column) for column in range(width))
        reasons = "；".join(dict.fromkeys(map(said, own)))
        lines.append(_Line((*cells, _first_number(sheet, row, width), reasons), frozenset(blame)))
    return lines


def _tables(
    sheet: Sheet, profile: Profile | None, choices: Mapping[str, Choice]
) -> tuple[Profile, list[Table]]:
    """The tables as people or as services; where it is not said, as whichever the sheet is more of."""
    if profile is not None:
        return profile, tables_of(sheet, profile, choices)[0]
    people = tables_of(sheet, "people", choices)[0]
    services = tables_of(sheet, "services", choices)[0]
    understood = [sum(len(table.plan.fields) for table in tables) for tables in (people, services)]
    return ("people", people) if understood[0] >= understood[1] else ("services", services)


def _width(sheet: Sheet, tables: list[Table]) -> int:
    """How many columns are the original's: what an earlier file of rejected rows added is left out."""
    for table in tables:
        headers = sorted(table.plan.headers.items())
        kept = original_headers([label for _, label in headers])
        if len(kept) < len(headers):
            return headers[len(kept)][0]
    return max((len(row) for row in sheet.rows), default=0)


def _first_number(sheet: Sheet, row: int, width: int) -> object:
    """The number of a row in the very first file, which a file of rejected rows keeps."""
    kept = sheet.cell(row, width)
    return kept if kept is not None and str(kept).strip().isdigit() else row + 1


def _workbook(pages: Mapping[str, list[_Line]]) -> Workbook:
    book = Workbook(write_only=True)
    for name, lines in pages.items():
        page = book.create_sheet(name or _NAMELESS)
        width = max(len(line.cells) for line in lines)
        page.column_dimensions[get_column_letter(width)].width = _REASON_WIDTH
        for line in lines:
            page.append([_cell(page, line, at, last=at == width - 1) for at in range(len(line.cells))])
    if not book.worksheets:
        book.create_sheet(_NAMELESS)
    return book


def _cell(page: object, line: _Line, at: int, *, last: bool) -> object:
    """A cell as it was; text stays text, whatever a spreadsheet would make of it."""
    value = line.cells[at]
    plain = not isinstance(value, str) and at not in line.blame and not line.head
    if plain:
        return value
    said = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    cell = WriteOnlyCell(page, value=said)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    if line.head:
        cell.font = _BOLD
    if at in line.blame:
        cell.fill = _BLAME
    if last and not line.head:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _write_text(path: Path, pages: Mapping[str, list[_Line]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for name, lines in pages.items():
            if name:  # a workbook's sheet may be called after its month, which bare days need
                writer.writerow([name])
            for line in lines:
                writer.writerow([_text(value) for value in line.cells])


def _text(value: object) -> str:
    """A cell as csv keeps it; what a spreadsheet would calculate, or our reader unwrap, gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _MOST_EXACT else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    said = str(value)
    return f"'{said}" if _LOOKS_ESCAPED.match(said) else said
