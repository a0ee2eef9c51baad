"""The sheet on which a scanner is tried out: a code like a voucher's, and bars for scanners that know only those."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from timebank.domain.scanner_check import BARS, TEST_CODE
from timebank.paper.bars import bars
from timebank.phrases import phrases
from ui.paper.ink import UNITS, Ink, Side
from ui.paper.paged import Paged

_PAGE = (210.0, 297.0)
_DPI = 600
_MIDDLE, _QR, _MODULE, _HIGH = 105.0, 62.0, 0.5, 16.0  # mm
_DARK, _QUIET = "#1b2430", "#56606b"


def paged_scanner_sheet(language: str) -> Paged:
    """One A4 page."""
    say = phrases(language)

    def paint(painter: QPainter, _number: int) -> None:
        ink = Ink(painter)
        ink.text(_MIDDLE, 32, say("scan.test"), 8, colour=_DARK, bold=True, side=Side.CENTRE)
        ink.text(_MIDDLE, 41, say("scan.sheet_about"), 3.6, colour=_QUIET, side=Side.CENTRE, width=180)
        ink.qr(_MIDDLE - _QR / 2, 52, _QR, TEST_CODE, dpi=_DPI)
        ink.text(_MIDDLE, 121, say("scan.sheet_qr"), 4, colour=_DARK, side=Side.CENTRE, width=180)
        for turn, text in enumerate(BARS):
            top = 140 + turn * 38
            _paint_bars(painter, text, top)
            ink.text(_MIDDLE, top + _HIGH + 6, text, 4.4, colour=_DARK, side=Side.CENTRE)
        ink.text(_MIDDLE, 258, say("scan.sheet_bars"), 4, colour=_DARK, side=Side.CENTRE, width=180)

    return Paged(say("scan.test"), _PAGE, _DPI, 1, paint, codes=lambda _page: (TEST_CODE,))


def _paint_bars(painter: QPainter, text: str, top: float) -> None:
    modules = bars(text)
    x = _MIDDLE - len(modules) * _MODULE / 2
    for dark, run in groupby(modules):
        width = len(list(run)) * _MODULE
        if dark:
            area = QRectF(x * UNITS, top * UNITS, width * UNITS, _HIGH * UNITS)
            painter.fillRect(area, QColor("#000000"))
        x += width
