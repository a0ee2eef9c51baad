"""A slip (小票) for an elder: what was just done and what is left, read without looking for glasses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtGui import QImage, QPainter

from timebank.paper.faces import SlipFace
from timebank.phrases import phrases
from ui.paper.ink import Ink, Side
from ui.paper.paged import Paged

_BLACK = "#000000"


@dataclass(frozen=True)
class _Paper:
    """A kind of paper in mm: its width, its length (0: as long as needed), what is left white, an em."""

    width: float
    length: float
    edge: float
    size: float
    dpi: int


SLIPS = {
    "roll80": _Paper(80, 0, 5.0, 5.0, 203),
    "roll58": _Paper(58, 0, 5.2, 4.2, 203),
    "a5": _Paper(148, 210, 14.0, 7.0, 600),
}


def paged_slip(face: SlipFace, layout: str) -> Paged:
    """A slip on ``roll80``, ``roll58`` or ``a5``; on a roll as long as needed, on A5 on as many pages."""
    paper = SLIPS[layout]
    pages = _Slip(face, paper).pages()
    length = paper.length or max(60, math.ceil(pages[0][1] + 6))

    def paint(painter: QPainter, number: int) -> None:
        ink = Ink(painter)
        for draw in pages[number][0]:
            draw.paint(ink, paper)
        if not paper.length:
            y = length - 0.5
            ink.line(0, y, paper.width, y, colour=_BLACK, width=0.2, dashed=True)

    return Paged(face.title, (paper.width, length), paper.dpi, len(pages), paint)


@dataclass(frozen=True)
class _Line:
    """A line of the slip, its baseline at ``y``; a rule where there is no text."""

    y: float
    text: str = ""
    size: float = 0.0
    bold: bool = False
    side: Side = Side.LEFT
    mark: bool = False

    def paint(self, ink: Ink, paper: _Paper) -> None:
        """Draw it."""
        left, right = paper.edge, paper.width - paper.edge
        if self.mark:
            ink.mark(paper.width / 2 - self.size / 2, self.y - self.size, self.size, _BLACK)
        elif not self.text:
            ink.line(left, self.y, right, self.y, colour=_BLACK, width=0.3)
        else:
            x = left + (right - left) * self.side.value
            ink.text(
                x, self.y, self.text, self.size,
                bold=self.bold, side=self.side, width=right - left, whole=True,
            )  # fmt: skip


class _Slip:
    """Sets a slip from the top, and says how long it is."""

    def __init__(self, face: SlipFace, paper: _Paper) -> None:
        self._face, self._paper = face, paper
        self._say = phrases(face.language)
        self._y = 3.0 if not paper.length else paper.edge
        self._pages: list[tuple[list[_Line], float]] = []
        self._lines: list[_Line] = []
        self._scrap = QImage(1, 1, QImage.Format.Format_Mono)
        self._painter = QPainter(self._scrap)
        self._ink = Ink(self._painter)

    def pages(self) -> list[tuple[list[_Line], float]]:
        """The lines of each page with the end of the last."""
        face, size = self._face, self._paper.size
        try:
            self._mark(size * 2.0)
            self._text(face.network_name, size * 0.72, centre=True)
            self._text(face.title, size * 1.3, bold=True, centre=True, before=0.45)
            self._rule()
            self._text(face.name, size * 1.25, bold=True, before=0.2)
            self._text(f"{face.number}   {face.when}", size * 0.72)
            self._rule()
            for label, value in face.lines:
                self._pair(label, value)
            if face.balance is not None:
                self._rule()
                self._text(face.balance[0], size * 0.85, before=0.15)
                self._y += size * 0.1
                self._lines.append(_Line(self._down(size * 2.5), face.balance[1], size * 1.9, bold=True))
            self._rule()
            for words in filter(None, (face.note, face.station_name, self._say("slip.ask"))):
                self._text(words, size * 0.72)
        finally:
            self._painter.end()
        self._pages.append((self._lines, self._y))
        return self._pages

    def _down(self, height: float) -> float:
        """Go down by ``height``; the baseline there, on the next page where this one is full."""
        paper = self._paper
        if paper.length and self._y + height > paper.length - paper.edge:
            self._pages.append((self._lines, self._y))
            self._lines, self._y = [], paper.edge
        self._y += height
        return self._y

    def _mark(self, size: float) -> None:
        self._lines.append(_Line(self._down(size), size=size, mark=True))

    def _rule(self) -> None:
        gap = self._paper.size * 0.55
        self._lines.append(_Line(self._down(gap)))
        self._y += gap * 0.3

    def _text(
        self, text: str, size: float, *, bold: bool = False, centre: bool = False, before: float = 0.0
    ) -> None:
        room = self._paper.width - 2 * self._paper.edge
        side = Side.CENTRE if centre else Side.LEFT
        self._y += before * self._paper.size
        for line in self._ink.wrapped(text, size * (1.06 if bold else 1.0), room):
            self._lines.append(_Line(self._down(size * 1.32), line, size, bold, side))

    def _pair(self, label: str, value: str) -> None:
        """Label and value on a line where both fit, else the value below, to the right."""
        size, room = self._paper.size, self._paper.width - 2 * self._paper.edge
        together = f"{label}　{value}"
        if len(self._ink.wrapped(together, size * 1.02, room)) == 1:
            y = self._down(size * 1.5)
            self._lines.append(_Line(y, label, size * 0.85))
            self._lines.append(_Line(y, value, size, bold=True, side=Side.RIGHT))
            return
        self._text(label, size * 0.85, before=0.15)
        for line in self._ink.wrapped(value, size * 1.06, room):
            self._lines.append(_Line(self._down(size * 1.32), line, size, bold=True, side=Side.RIGHT))
