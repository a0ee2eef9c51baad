"""Drawing in millimetres: the same strokes and letters on a printer, in a PDF and in a preview."""

from __future__ import annotations

import math
import re
import threading
from enum import Enum
from functools import cache, lru_cache

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from timebank.paper import mark
from timebank.paper.font import FAMILY
from timebank.paper.qr import QUIET_MODULES, qr_rows
from ui.typeface import as_english, in_english

UNITS = 100  # to the millimetre: fonts are sized in whole units, and hinting has nothing to round
MODULE_MM = 0.5  # the least width of a QR module
_DARK = re.compile(rb"\x01+")
_PAPER = 6.5  # dots to the millimetre; the coarsest print heads have 7, a large screen has 4
_HANZI = 0x2E7F  # characters beyond this stand for words or syllables
_NOT_FIRST, _NOT_LAST = "，。；：、）”》,.;:)", "（“《("
_SMALLEST = 0.72  # text that is too wide shrinks to this share before it is cut with an ellipsis


class Side(Enum):
    """Which end of a text its position names."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


class Ink:
    """A painter whose one unit is a millimetre, from the top left corner of what is drawn."""

    def __init__(self, painter: QPainter) -> None:
        """``painter`` is already scaled to :data:`UNITS` a millimetre."""
        self.painter = painter
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = "#000000",
        bold: bool = False,
        side: Side = Side.LEFT,
        width: float | None = None,
        whole: bool = False,
    ) -> float:
        """Write one line with its baseline at ``y`` and an em of ``size`` mm; returns its width in mm.

        A text wider than ``width`` is set smaller, then cut with an ellipsis: but an amount must stay
        ``whole``, however small.
        """
        text, size, used = _fitted(text, size, bold, width, whole)
        self.painter.setFont(_font(size, bold, in_english(text)))
        self.painter.setPen(_colour(colour))
        self.painter.drawText(QPointF((x - used * side.value) * UNITS, y * UNITS), text)
        return used

    def folded(self, text: str, size: float, width: float) -> list[str]:
        """The text as one line or, where it is wider than ``width`` mm, as two."""
        return list(_wrapped(text, size, width, 2))

    def wrapped(self, text: str, size: float, width: float, most: int = 99) -> list[str]:
        """The text on lines no wider than ``width`` mm, broken at spaces or between hanzi.

        Beyond ``most`` lines the last takes the rest, and is set smaller when it is drawn.
        """
        return list(_wrapped(text, size, width, most))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: str, width: float, dashed: bool = False
    ) -> None:
        """Draw a straight line ``width`` mm thick."""
        self.painter.setPen(_pen(colour, width, dashed))
        self.painter.drawLine(QLineF(x1 * UNITS, y1 * UNITS, x2 * UNITS, y2 * UNITS))

    def frame(
        self, x: float, y: float, w: float, h: float, *, colour: str, width: float, radius: float = 0.0
    ) -> None:
        """Draw the outline of a box, with round corners of ``radius`` mm."""
        self.painter.setPen(_pen(colour, width, False))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(_rect(x, y, w, h), radius * UNITS, radius * UNITS)

    def band(
        self, x: float, y: float, w: float, h: float, *, colour: str, radius: float = 0, striped: bool = False
    ) -> None:
        """Fill a strip whose upper corners are round, solid or with slanting stripes."""
        self.painter.save()
        self.painter.translate(x * UNITS, y * UNITS)
        self.painter.fillPath(_band(w, h, radius, striped), _colour(colour))
        self.painter.restore()

    def circle(
        self, x: float, y: float, radius: float, *, colour: str, width: float, dashed: bool = False
    ) -> None:
        """Draw a circle around (x, y)."""
        self.painter.setPen(_pen(colour, width, dashed))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawEllipse(QPointF(x * UNITS, y * UNITS), radius * UNITS, radius * UNITS)

    def mark(self, x: float, y: float, size: float, colour: str) -> None:
        """Draw the name mark in a square of ``size`` mm."""
        at = QPointF(x * UNITS, y * UNITS)
        side = size * UNITS
        pen = _pen(colour, size * mark.STROKE, False)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = (mark.CENTRE - mark.RADIUS) * side
        ring = QRectF(at.x() + corner, at.y() + corner, 2 * mark.RADIUS * side, 2 * mark.RADIUS * side)
        span = 360 - (mark.GAP_END - mark.GAP_START)
        self.painter.drawArc(ring, round(mark.GAP_END * 16), round(span * 16))
        self.painter.drawPolyline([at + QPointF(px * side, py * side) for px, py in mark.HANDS])
        seed_x, seed_y, seed = mark.SEED
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QBrush(_colour(colour)))
        self.painter.drawEllipse(at + QPointF(seed_x * side, seed_y * side), seed * side, seed * side)

    def qr(self, x: float, y: float, box: float, code: str, *, dpi: int) -> None:
        """Draw the QR of ``code`` with its quiet zone, centred in a square of ``box`` mm.

        On paper its modules are a whole number of the device's dots and at least :data:`MODULE_MM`, even
        should the symbol then outgrow its box. A screen is too coarse for that: it shows the symbol in the
        size that it will have at ``dpi``.
        """
        rows = qr_rows(code)
        device = self.painter.combinedTransform()  # to the device's own dots
        fineness = device.m11() * UNITS  # dots to the millimetre
        paper = fineness if fineness >= _PAPER else dpi / 25.4
        dots = max(math.floor(box * paper / (len(rows) + 2 * QUIET_MODULES)), math.ceil(MODULE_MM * paper))
        module = dots * fineness / paper
        middle = device.map(QPointF((x + box / 2) * UNITS, (y + box / 2) * UNITS))
        corner = QPointF(len(rows), len(rows)) * (module / 2)
        self.painter.save()
        self.painter.resetTransform()
        self.painter.translate(QPointF((middle - corner).toPoint()))
        self.painter.scale(module, module)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, fineness < _PAPER)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(_colour("#000000"))
        self.painter.drawRects(_runs(rows))
        self.painter.restore()


def _runs(rows: list[bytes]) -> list[QRect]:
    """The dark stretches of each row; drawn as one shape, so that no seams show between them."""
    return [
        _run(run.start(), y, run.end() - run.start())
        for y, row in enumerate(rows)
        for run in _DARK.finditer(row)
    ]


@cache
def _run(x: int, y: int, length: int) -> QRect:
    """Kept, since making them anew would take longer than all else about a QR; a few thousand exist."""
    return QRect(x, y, length, 1)


@cache
def _band(w: float, h: float, radius: float, striped: bool) -> QPainterPath:
    shape = QPainterPath()
    shape.setFillRule(Qt.FillRule.WindingFill)
    if radius:
        shape.addRoundedRect(_rect(0, 0, w, 2 * radius), radius * UNITS, radius * UNITS)
    shape.addRect(_rect(0, radius, w, h - radius))
    return _stripes(w, h).intersected(shape) if striped else shape.simplified()


def _stripes(w: float, h: float) -> QPainterPath:
    path = QPainterPath()
    step = 1.6
    at = -h
    while at < w:
        corners = ((at, h), (at + h, 0), (at + h + step / 2, 0), (at + step / 2, h))
        path.addPolygon(QPolygonF([QPointF(px * UNITS, py * UNITS) for px, py in corners]))
        path.closeSubpath()
        at += step
    return path


@lru_cache(maxsize=256)  # the same names on every voucher of a sheet
def _wrapped(text: str, size: float, width: float, most: int) -> tuple[str, ...]:
    lines: list[str] = []
    rest = text.strip()
    while len(lines) + 1 < most and len(rest) > 1 and _width(rest, size, False) > width:
        fits = 1
        while fits < len(rest) - 1 and _width(rest[: fits + 1], size, False) <= width:
            fits += 1
        space = rest.rfind(" ", 0, fits + 1)
        hanzi = ord(rest[fits - 1]) > _HANZI or ord(rest[fits]) > _HANZI  # a line may end beside any
        cut = space if space > fits / 3 and not hanzi else fits
        while cut > 1 and (rest[cut] in _NOT_FIRST or rest[cut - 1] in _NOT_LAST):
            cut -= 1
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*lines, rest)


@lru_cache(maxsize=1024)  # serials never come again; names and labels do
def _fitted(text: str, size: float, bold: bool, width: float | None, whole: bool) -> tuple[str, float, float]:
    """The text as it will stand, its size and its width, in mm."""
    used = _width(text, size, bold)
    if width is None or used <= width:
        return text, size, used
    size *= width / used if whole else max(width / used, _SMALLEST)
    used = _width(text, size, bold)
    if used > width and not whole:
        metrics = QFontMetricsF(_font(size, bold, in_english(text)))
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width * UNITS)
        used = _width(text, size, bold)
    return text, size, used


def _width(text: str, size: float, bold: bool) -> float:
    return QFontMetricsF(_font(size, bold, in_english(text))).horizontalAdvance(text) / UNITS


class _Fonts(threading.local):
    """Fonts by thread: no two threads may use one QFont at a time, and a preview may run beside a print."""

    def __init__(self) -> None:
        self.known: dict[tuple[float, bool, bool], QFont] = {}


_fonts = _Fonts()


def _font(size: float, bold: bool, english: bool) -> QFont:
    font = _fonts.known.get((size, bold, english))
    if font is None:
        font = _fonts.known[size, bold, english] = _new_font(size, bold)
        if english:
            as_english(font)
    return font


def _new_font(size: float, bold: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(round(size * UNITS))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _colour(name: str) -> QColor:
    return QColor(name)


def _pen(colour: str, width: float, dashed: bool) -> QPen:
    pen = QPen(_colour(colour))
    pen.setWidthF(width * UNITS)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([4.0, 3.0])
    return pen


def _rect(x: float, y: float, w: float, h: float) -> QRectF:
    return QRectF(x * UNITS, y * UNITS, w * UNITS, h * UNITS)
