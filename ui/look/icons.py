"""The drawn icons, tinted by the palette and rendered from their outlines at the size that is asked for."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from timebank.assets import asset


@cache
def drawing(name: str) -> bytes:
    """The SVG of icon ``name``. Raises FileNotFoundError for a name that is not drawn: a defect."""
    return asset("icons", f"{name}.svg").read_bytes()


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    svg = drawing(name).replace(b"currentColor", colour.encode("ascii"))
    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        raise ValueError(f"icon {name} cannot be drawn")
    return renderer


def paint_icon(painter: QPainter, name: str, colour: str, area: QRectF) -> None:
    """Draw icon ``name`` in ``colour``, as large as fits square into ``area``."""
    side = min(area.width(), area.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(area.center())
    _renderer(name, colour).render(painter, square)


class _Engine(QIconEngine):
    """Renders one drawing afresh for every size and pixel ratio."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        colour = self._disabled if mode == QIcon.Mode.Disabled else self._colour
        paint_icon(painter, self._name, colour, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        # PySide hands a clone to Qt without letting go of it: unless we hold on to it, Qt is left with a
        # deleted engine. Qt clones only an icon that is changed after copying, so these stay few.
        clone = _Engine(self._name, self._colour, self._disabled)
        _CLONES.append(clone)
        return clone


_CLONES: list[_Engine] = []


def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """Icon ``name`` in ``colour`` (``#rrggbb``); ``disabled`` is its colour where it cannot be used."""
    drawing(name)
    return QIcon(_Engine(name, colour, disabled or colour))
