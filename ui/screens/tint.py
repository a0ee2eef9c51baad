"""Cells with a ground of their own, which the stylesheet of tables would paint over."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex


class TintDelegate(QStyledItemDelegate):
    """Paints what a model gives as its background."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(ground, QColor):
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)


def quiet_numbers(header: QHeaderView) -> None:
    """Row numbers beside a grid need no lines of their own."""
    header.setStyleSheet("QHeaderView::section { border: 0; }")
    header.setHighlightSections(False)
