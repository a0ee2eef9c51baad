"""A screen heard through a screen reader. As in :mod:`walk`, each check yields what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTableView,
    QTabWidget,
    QWidget,
)
from walk import name, seen
from walk_keys import stops

from ui.widgets import FormField
from ui.widgets.order import reading

_NO_ROLES = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window)
_ROWS = 3
"""Rows of a table that are read out; the others are like them."""


def _said(face: QAccessibleInterface) -> str:
    return face.text(QAccessible.Text.Name).strip()


def unnamed(root: QWidget) -> Iterator[str]:
    """What a screen reader could not announce: no name, no role, or not known to take the focus."""
    for widget in stops(root):
        if isinstance(widget, QTabBar) and widget.count() == 0:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or face.role() in _NO_ROLES:
            yield f"{name(widget)}: no role"
        elif not _said(face) and not isinstance(widget, QTabBar):
            yield f"{name(widget)} ({widget.objectName()}): no name"
        elif not face.state().focusable:
            yield f"{name(widget)}: says that it takes no focus"
        elif isinstance(widget, QComboBox) and not _labels(face):
            # On Linux a list's name is its choice; what is chosen there, only a label can say.
            yield f"{name(widget)}: no label"


def _labels(face: QAccessibleInterface) -> list[str]:
    flag = QAccessible.RelationFlag.Label
    return [_said(other) for other, kind in face.relations(flag) if kind & flag and _said(other)]


def unsure(root: QWidget) -> Iterator[str]:
    """Controls whose state a screen reader would tell wrongly, or not at all."""
    for widget in stops(root):
        face = QAccessible.queryAccessibleInterface(widget)
        state = face.state()
        if isinstance(widget, QAbstractButton) and widget.isCheckable():
            group = widget.group()
            if not state.checkable or bool(state.checked) != widget.isChecked():
                yield f"{name(widget)}: pressed or not is not said"
            if group is not None and group.exclusive() and face.role() != QAccessible.Role.RadioButton:
                yield f"{name(widget)}: one of several, and does not say so"
        if isinstance(widget, QLineEdit) and bool(state.readOnly) != widget.isReadOnly():
            yield f"{name(widget)}: read-only or not is not said"
        if isinstance(widget, QComboBox) and not (state.hasPopup or state.expandable):
            yield f"{name(widget)}: that it opens is not said"
    for field in seen(root):
        if isinstance(field, FormField) and field.problem is not None:
            face = QAccessible.queryAccessibleInterface(field.editor)
            if not face.text(QAccessible.Text.Description).strip():
                yield f"{name(field.editor)}: what is wrong with it is not said"


def mute_cells(root: QWidget) -> Iterator[str]:
    """Cells without words, and tables whose columns have no title to be read with a cell."""
    for view in seen(root):
        if not isinstance(view, QTableView) or view.model() is None:
            continue
        face = QAccessible.queryAccessibleInterface(view)
        for row in range(min(_ROWS, view.model().rowCount())):
            for column in range(view.model().columnCount()):
                if view.isColumnHidden(column) or view.isRowHidden(row):
                    continue
                cell = _cell(face, view, row, column)
                if cell is None:
                    yield f"{name(view)}: no cell at {row}, {column}"
                    return
                titles = [_said(each) for each in cell.tableCellInterface().columnHeaderCells()]
                if not any(titles):
                    yield f"{name(view)}: column {column} has no title to be read"
                index = view.model().index(row, column)
                if index.data(Qt.ItemDataRole.DecorationRole) is not None and not _said(cell):  # an icon
                    yield f"{name(view)}: column {titles} shows a picture and no words"


def _cell(face: QAccessibleInterface, view: QTableView, row: int, column: int) -> QAccessibleInterface | None:
    """A cell as a reader comes to it: after the titles, each row behind a title of its own."""
    cell = face.child((view.model().columnCount() + 1) * (row + 1) + column + 1)
    table = cell.tableCellInterface() if cell is not None else None
    return cell if table is not None and (table.rowIndex(), table.columnIndex()) == (row, column) else None


def out_of_order(root: QWidget) -> Iterator[str]:
    """Parts that a screen reader goes through in another order than the eye."""
    for widget in [root, *seen(root)]:
        if isinstance(widget, QAbstractItemView | QComboBox | QTabBar | QTabWidget):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None:
            continue
        parts = [face.child(n).object() for n in range(face.childCount())]
        shown = [each for each in parts if isinstance(each, QWidget) and each.isVisible()]
        read = list(reading(shown))
        if shown != read:
            wrong = next(n for n, (a, b) in enumerate(zip(shown, read, strict=True)) if a is not b)
            yield f"{name(widget)}: {name(shown[wrong])} is read before {name(read[wrong])}"
