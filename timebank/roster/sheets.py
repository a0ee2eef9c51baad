"""The cells of a roster file, whatever it is saved as: one grid of plain values for each sheet."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from timebank.outcome import Fault, Problem
from timebank.roster.sniff import kind_of

MOST_COLUMNS = 256
MOST_CELLS = 1_500_000
MOST_ROWS = 1 << 20  # of any sheet that a spreadsheet program can save; a file may claim any number

_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"))
_SPACES = re.compile("[\\s\u3000\u200b-\u200f\ufeff]*")
_DELIMITERS = ",\t;|"
_DITTO = frozenset(("同上", "〃", "″", '"', "''", "ditto"))
_LINES_IN_A_CELL = 12  # more than this means a quotation mark that was never closed

Watch = Callable[[], None]
"""Called at every row that is read; whoever wants to stop raises in it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as a grid.

    ``rows[0]`` is spreadsheet row 1; a blank cell is None. A cell merged downwards has its value in every
    row; ``filled`` holds the (row, column) of those that only got it so. ``across`` has the value for the
    cells that a merge to the right covers, which stay blank in ``rows``.
    """

    name: str
    rows: tuple[tuple[object, ...], ...]
    filled: frozenset[tuple[int, int]] = frozenset()
    across: Mapping[tuple[int, int], object] = field(default_factory=dict)
    hidden: bool = False

    def cell(self, row: int, column: int) -> object:
        """The value at a zero-based place, None past the end of a row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as read once, to be looked at and taken any number of times.

    ``encoding`` is utf-8, utf-16 or gb18030 and ``delimiter`` what parts the columns; both "" for a workbook.
    """

    path: Path
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""


def unwatched() -> None:
    """Nobody wants to stop."""


def open_file(path: Path, watch: Watch = unwatched) -> OpenedFile:
    """All sheets of an xlsx or csv file, in order; a csv file has one sheet without a name.

    Text may be UTF-8 with or without its mark, UTF-16 with it, or GB18030, and comma, tab, semicolon or
    bar separated. Formulas give the value last calculated. Raises Fault (facts: file) with the codes of
    :func:`timebank.roster.sniff.kind_of` and ``roster_unreadable``, and whatever ``watch`` raises.
    """
    opened = (_open_workbook if kind_of(path) == "xlsx" else _open_text)(path, watch)
    if not any(sheet.rows for sheet in opened.sheets):
        raise Fault("roster_empty", file=path.name)
    return opened


def open_sheets(source: Path | OpenedFile) -> tuple[Sheet, ...]:
    """The sheets of a file, opened here where that was not done before; raises as :func:`open_file`."""
    return (source if isinstance(source, OpenedFile) else open_file(source)).sheets


def _open_workbook(path: Path, watch: Watch) -> OpenedFile:
    try:
        with warnings.catch_warnings(), path.open("rb") as file, zipfile.ZipFile(path) as archive:
            warnings.simplefilter("ignore")  # extensions that openpyxl leaves out do not touch the values
            book = load_workbook(file, read_only=True, data_only=True)
            try:
                return OpenedFile(path, tuple(_grid(each, archive, path, watch) for each in book.worksheets))
            finally:
                book.close()
    except Problem:
        raise
    except Exception as error:  # a broken workbook fails in openpyxl in any number of ways
        raise Fault("roster_unreadable", file=path.name) from error


def _grid(sheet: object, archive: zipfile.ZipFile, path: Path, watch: Watch) -> Sheet:
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what the file says of its size may be wrong
    rows = _bounded(sheet.iter_rows(values_only=True), path, watch)  # type: ignore[attr-defined]
    merges = _merges(archive, sheet._worksheet_path) if rows else []  # type: ignore[attr-defined]
    filled: set[tuple[int, int]] = set()
    across: dict[tuple[int, int], object] = {}
    covered = 0
    for left, top, right, bottom in merges:
        covered += max(0, min(bottom + 1, len(rows)) - top) * (min(right, MOST_COLUMNS) - left + 1)
        if covered > MOST_CELLS:  # no two merges of a real sheet cover one cell
            raise Fault("roster_too_big", file=path.name)
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else None
        if value is None:
            continue
        for row in range(top, min(bottom + 1, len(rows))):
            if row > top:
                rows[row].extend([None] * (left + 1 - len(rows[row])))
                rows[row][left] = value
                filled.add((row, left))
            across.update({(row, column): value for column in range(left + 1, min(right, MOST_COLUMNS) + 1)})
    return Sheet(
        name=str(sheet.title),  # type: ignore[attr-defined]
        rows=tuple(tuple(row) for row in rows),
        filled=frozenset(filled),
        across=across,
        hidden=sheet.sheet_state != "visible",  # type: ignore[attr-defined]
    )


def _merges(archive: zipfile.ZipFile, part: str) -> list[tuple[int, int, int, int]]:
    """Zero-based (left, top, right, bottom) of merged cells, which openpyxl's streaming reader leaves out."""
    found = []
    with archive.open(part.lstrip("/")) as xml:
        for _, element in ElementTree.iterparse(xml):  # noqa: S314  # expat refuses entity bombs
            if element.tag.endswith("}mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref"))
                found.append((left - 1, top - 1, right - 1, bottom - 1))
            elif element.tag.endswith("}row"):
                element.clear()
    return found


def _open_text(path: Path, watch: Watch) -> OpenedFile:
    text, encoding = _decoded(path)
    delimiter = _delimiter(text)
    try:
        rows = _bounded(_records(text, delimiter), path, watch)
    except csv.Error as error:
        raise Fault("roster_unreadable", file=path.name) from error
    return OpenedFile(path, (Sheet("", tuple(tuple(row) for row in rows)),), encoding, delimiter)


def _decoded(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
            break
        return text, encoding.removesuffix("-sig")
    raise Fault("roster_not_a_table", file=path.name)


def _records(text: str, delimiter: str) -> Iterator[list[object]]:
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if any(cell.count("\n") > _LINES_IN_A_CELL for record in records for cell in record):
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE))
    for record in records:
        yield [_unescaped(cell) for cell in record]


def _delimiter(text: str) -> str:
    """The delimiter by which most of the first lines have one same number of columns, and most columns."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]

    def agreement(delimiter: str) -> int:
        widths = [len(record) for record in csv.reader(lines, delimiter=delimiter)]
        return max(((width - 1) * widths.count(width) for width in set(widths)), default=0)

    return max(_DELIMITERS, key=agreement)


def _unescaped(cell: str) -> str:
    """A csv cell without what keeps Excel from turning it into a number: ="123" or a leading apostrophe."""
    if formula := re.fullmatch(r'="([^"]*)"', cell.strip()):
        return formula[1]
    return cell[1:] if cell.startswith("'") else cell


def _bounded(rows: Iterable[Iterable[object]], path: Path, watch: Watch) -> list[list[object]]:
    """The rows with blank cells as None and without the blank tail; raises Fault ``roster_too_big``."""
    kept: list[list[object]] = []
    cells = last = 0
    for number, row in enumerate(rows, start=1):
        watch()
        values = [None if _blank(value) else value for value in row]
        while values and values[-1] is None:
            values.pop()
        if kept:
            values = [_above(kept[-1], at) if value in _DITTO else value for at, value in enumerate(values)]
        cells += len(values)
        if len(values) > MOST_COLUMNS or cells > MOST_CELLS or number > MOST_ROWS:
            raise Fault("roster_too_big", file=path.name)
        if values:
            last = number
        kept.append(values)
    return kept[:last]


def _above(row: list[object], column: int) -> object:
    return row[column] if column < len(row) else None


def _blank(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, str) and (_SPACES.fullmatch(value) is not None or value.strip() in _ERRORS)
