"""Stars for a lifetime of service, drawn."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, Tone
from ui.say import phrase

_INNER = 0.44
"""The inner corners' distance from the middle, as a share of the points'."""


class StarRow(QWidget):
    """So many stars of so many: those reached are full, the others outlined. Hidden where there are none."""

    def __init__(self, look: Look, ems: float = 1.5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._ems = look, ems
        self.reached, self.of = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, reached: int, of: int) -> None:
        """Show ``reached`` full stars of ``of``."""
        self.reached, self.of = reached, of
        self.setVisible(of > 0)
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        said = self._look.say(phrase("reporting.stars", count=self.reached, of=self.of))
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.em * self._ems
        return QSize(round(side * 1.12 * max(1, self.of)), round(side))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = look.em * self._ems
        for at in range(self.of):
            full = at < self.reached
            ink = QColor(look.ink(Tone.WARN) if full else look.palette.edge)
            pen = QPen(ink, max(1.2, side / 16))
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(ink if full else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_star(QRectF(at * side * 1.12, 0, side, side)))
        painter.end()


def _star(box: QRectF) -> QPolygonF:
    middle = QPointF(box.center().x(), box.center().y() + box.height() * 0.04)
    reach = box.height() * 0.46
    points = []
    for corner in range(10):
        away = reach if corner % 2 == 0 else reach * _INNER
        angle = math.pi * (corner / 5 - 0.5)
        points.append(middle + QPointF(away * math.cos(angle), away * math.sin(angle)))
    return QPolygonF(points)
