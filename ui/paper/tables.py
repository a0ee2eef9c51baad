"""A report on A4 pages: simple tables, upright or lying where they are wide, with numbered pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QPainter

from timebank.reports.shown import is_number, text, width
from timebank.reports.table import Report, Table
from ui.paper.ink import Ink, Side
from ui.paper.paged import Paged, write_paged

_SHORT, _LONG = 210.0, 297.0
_MARGIN, _FOOT = 14.0, 14.0
_ROW, _NOTE, _TITLE = 5.4, 4.4, 7.4
_SIZE, _HEAD_SIZE = 3.1, 2.9
_PAD = 1.6  # mm left and right of a text
_EM = 0.54  # a narrow character's share of an em, on average
_NARROWEST, _WIDEST = 13.0, 62.0
_TONE, _DARK, _QUIET, _LINE, _SHADE = "#0e5a5c", "#1b2430", "#56606b", "#d4d9dd", "#f3f6f6"


def print_table(report: Report, path: Path, *, never_overwrite: bool = False) -> Path:
    """Print a report into a PDF; returns the file written. Raises the Faults of ``timebank.files``."""
    return write_paged(paged_table(report), path, never_overwrite=never_overwrite)


def paged_table(report: Report) -> Paged:
    """The pages of a report."""
    natural = max((sum(_natural(table)) for table in report.tables), default=0.0)
    lying = natural > _SHORT - 2 * _MARGIN
    page = (_LONG, _SHORT) if lying else (_SHORT, _LONG)
    pages = _Setting(report, page).pages()

    def paint(painter: QPainter, number: int) -> None:
        ink = Ink(painter)
        for draw in pages[number].drawn:
            draw(ink)
        foot = page[1] - _FOOT / 2
        ink.text(_MARGIN, foot, report.title, 2.8, colour=_QUIET)
        said = report.page_text.format(page=number + 1, pages=len(pages))
        ink.text(page[0] - _MARGIN, foot, said, 2.8, colour=_QUIET, side=Side.RIGHT)

    return Paged(report.title, page, 600, len(pages), paint)


@dataclass
class _Sheet:
    """What is drawn on one page."""

    drawn: list[Callable[[Ink], object]] = field(default_factory=list)


class _Setting:
    """Sets a report into pages, from top to bottom."""

    def __init__(self, report: Report, page: tuple[float, float]) -> None:
        self._report = report
        self._width = page[0] - 2 * _MARGIN
        self._bottom = page[1] - _FOOT
        self._pages = [_Sheet()]
        self._y = _MARGIN

    def pages(self) -> list[_Sheet]:
        """The pages of the whole report."""
        self._text(self._report.title, 5.4, 8.6, colour=_TONE, bold=True)
        for line in self._report.heading:
            self._text(line, 3.1, 5.0, colour=_QUIET)
        self._rule(self._width, 0.4)
        for table in self._report.tables:
            self._table(table)
        return self._pages

    def _draw(self, draw: Callable[[Ink], object]) -> None:
        self._pages[-1].drawn.append(draw)

    def _rule(self, wide: float, thick: float) -> None:
        y = self._y
        self._draw(lambda ink: ink.line(_MARGIN, y, _MARGIN + wide, y, colour=_TONE, width=thick))

    def _text(self, said: str, size: float, height: float, *, colour: str, bold: bool = False) -> None:
        y = self._y + height * 0.72
        self._draw(lambda ink: ink.text(_MARGIN, y, said, size, colour=colour, bold=bold, width=self._width))
        self._y += height

    def _room(self, height: float) -> bool:
        """Whether ``height`` mm are left; where they are not, a page is begun."""
        if self._y + height <= self._bottom:
            return True
        self._pages.append(_Sheet())
        self._y = _MARGIN
        return False

    def _table(self, table: Table) -> None:
        columns = _columns(table, self._width)
        height = _ROW + 3.4 * (max((len(each.heading) for each in columns), default=1) - 1)
        self._y += 5
        self._room(_TITLE + height + 2 * _ROW)
        self._text(table.title, 3.9, _TITLE, colour=_DARK, bold=True)
        self._head(columns, height)
        for at, row in enumerate(table.rows):
            if not self._room(_ROW):
                self._head(columns, height)
            last = table.total and at == len(table.rows) - 1
            self._row(columns, [text(cell) for cell in row], last=last, shaded=at % 2 == 1)
        self._rule(sum(each.width for each in columns), 0.2)
        self._y += 1.5
        for note in table.notes:
            for line in _wrapped(note, self._width, 2.8):
                self._room(_NOTE)
                self._text(line, 2.8, _NOTE, colour=_QUIET)

    def _head(self, columns: list[_Column], height: float) -> None:
        top, wide = self._y, sum(each.width for each in columns)
        self._draw(lambda ink: ink.band(_MARGIN, top, wide, height, colour="#e3eeee"))
        left = _MARGIN
        for column in columns:
            for down, line in enumerate(column.heading):
                y = top + height - 2.1 - 3.4 * (len(column.heading) - 1 - down)
                self._cell(line, left, column, y, size=_HEAD_SIZE, bold=True)
            left += column.width
        self._y += height

    def _row(self, columns: list[_Column], row: list[str], *, last: bool, shaded: bool) -> None:
        top, wide = self._y, sum(each.width for each in columns)
        if last:
            self._rule(wide, 0.2)
        elif shaded:
            self._draw(lambda ink: ink.band(_MARGIN, top, wide, _ROW, colour=_SHADE))
        left = _MARGIN
        for column, said in zip(columns, row, strict=True):
            self._cell(said, left, column, top + _ROW * 0.68, bold=last)
            left += column.width
        self._y += _ROW

    def _cell(
        self, said: str, left: float, column: _Column, y: float, *, size: float = _SIZE, bold: bool = False
    ) -> None:
        right, room = column.right, column.width - 2 * _PAD
        x, side = (left + column.width - _PAD, Side.RIGHT) if right else (left + _PAD, Side.LEFT)
        self._draw(
            lambda ink: ink.text(
                x, y, said, size, colour=_DARK, bold=bold, side=side, width=room, whole=right
            )
        )


class _Column(NamedTuple):
    """How a column is set: its width, whether to the right, and its heading on lines."""

    width: float
    right: bool
    heading: list[str]


def _columns(table: Table, room: float) -> list[_Column]:
    return [
        _Column(
            wide,
            any(is_number(row[at]) for row in table.rows),
            _folded(table.columns[at].title, wide - 2 * _PAD),
        )
        for at, wide in enumerate(_fit(_natural(table), room))
    ]


def _natural(table: Table) -> list[float]:
    """The width in mm that each column would like: its longest cell on a line, its heading on two."""
    return [
        min(max(_heading(column.title), widest, _NARROWEST - 2 * _PAD) + 2 * _PAD, _WIDEST)
        for at, column in enumerate(table.columns)
        for widest in [max((_wide(text(row[at]), _SIZE) for row in table.rows), default=0.0)]
    ]


def _heading(said: str) -> float:
    """What a heading needs on two lines; no word of it is cut."""
    longest = max((_wide(word, _HEAD_SIZE) for word in _words(said)), default=0.0)
    return max(_wide(said, _HEAD_SIZE) / 2 + 2, longest + 1)


def _fit(natural: list[float], room: float) -> list[float]:
    """The widths in all the room there is, a little wider or narrower than they would like to be."""
    total = sum(natural)
    return [each * min(room / total, 1.6) for each in natural] if total else []


def _wide(said: str, size: float) -> float:
    return width(said) * size * _EM


def _folded(said: str, room: float) -> list[str]:
    """A heading on as many lines as it needs, three at most."""
    lines = _wrapped(said, room, _HEAD_SIZE)
    return lines if len(lines) <= 3 else [*lines[:2], "".join(lines[2:])]


def _wrapped(said: str, room: float, size: float) -> list[str]:
    """The text on lines that fit, broken at spaces or between hanzi."""
    lines, line = [], ""
    for word in _words(said):
        if line and _wide(line + word.rstrip(), size) > room:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


_NOT_FIRST = "，。；：、）”,.;:)"
_BRACKET = 6  # signs of a unit in brackets that stay together


def _words(said: str) -> list[str]:
    """Where lines may break: after spaces and slashes and beside every hanzi, but not before a stop."""
    words: list[str] = []
    for sign in said:
        last = words[-1][-1] if words else " "
        hanzi = 2 in (width(sign), width(last)) and sign not in _NOT_FIRST
        in_brackets = bool(words) and words[-1][0] == "（" and last != "）" and len(words[-1]) < _BRACKET
        if (last in " /" or hanzi) and not in_brackets:
            words.append(sign)
        else:
            words[-1] += sign
    return words
