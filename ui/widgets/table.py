"""A table that is calm to read and can be used without a mouse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.look import Look, Role
from ui.say import Words
from ui.widgets.rows import ROW, TableModel

_SAMPLE = 40
"""Rows looked at to choose the width of a column."""


class DataTable(QTableView):
    """Shows a :class:`TableModel`. Enter or a double click opens a row, Ctrl+C copies rows for a spreadsheet.

    Letters are left to the one box of the screen; they do not jump about in the table.
    """

    opened = Signal(object)
    """the record of a row that was opened"""
    chosen = Signal(object)
    """the record under the cursor, or None"""

    def __init__(self, look: Look, name: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        self._empty: QWidget | None = None
        self._natural: dict[int, int] = {}
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.doubleClicked.connect(self._open)
        look.changed.connect(self.refresh)
        self.refresh()

    def put_model(self, model: TableModel[Any], *, sortable: bool = True) -> None:
        """Show ``model``; a click on a title sorts where ``sortable``."""
        self.setModel(model)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(sortable)
        self.selectionModel().currentRowChanged.connect(self._moved)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._counted)
        model.modelReset.connect(self._stretch)  # Qt forgets the modes of the columns at a reset
        self.fit_columns()
        self._counted()

    def put_empty(self, page: QWidget) -> None:
        """Show ``page`` in place of rows while there are none."""
        if self._empty is not None:
            self._empty.hide()
            self._empty.deleteLater()
        page.setParent(self.viewport())
        self._empty = page
        self._counted()

    def records(self) -> list[object]:
        """The records of the selected rows, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.model().index(row, 0).data(ROW) for row in rows]

    def go(self, row: int) -> None:
        """Put the cursor on a row and make it visible."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.model().index(row, 0)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def fit_columns(self) -> None:
        """Make every column as wide as its title and first rows need; columns that stretch take the rest."""
        model = self.model()
        if not isinstance(model, TableModel):
            return
        header, pad = self.horizontalHeader(), self._look.space(7)
        cell = self.fontMetrics()
        stretching = [n for n, column in enumerate(model.columns) if column.stretch]
        self._natural.clear()
        for n, column in enumerate(model.columns):
            texts = [str(model.index(row, n).data() or "") for row in range(min(_SAMPLE, model.rowCount()))]
            widest = max((cell.horizontalAdvance(text) for text in texts), default=0)
            icon = self._look.space(8) if column.icon else 0
            natural = max(widest + icon + pad, header.sectionSizeHint(n), self._look.target)
            header.resizeSection(n, natural)
            if n in stretching:
                self._natural[n] = natural
        self._stretch()
        header.setStretchLastSection(not stretching)

    def _stretch(self) -> None:
        """Let columns that stretch take the room that is left; where there is too little, scroll sideways."""
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        fixed = sum(header.sectionSize(n) for n in range(header.count()) if n not in self._natural)
        left = self.viewport().width() - fixed - sum(self._natural.values())
        stretching = list(self._natural) if left >= 0 else []
        for n in range(header.count()):
            last = stretching[-1:] == [n]  # takes what is left, to the pixel
            header.setSectionResizeMode(n, mode.Stretch if last else mode.Interactive)
            if n in self._natural and not last:
                header.resizeSection(
                    n, self._natural[n] + left // max(1, len(stretching)) * (n in stretching)
                )

    def copy(self) -> None:
        """Put the selected rows on the clipboard, as a spreadsheet takes them."""
        model = self.model()
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        lines = [[str(model.index(row, n).data() or "") for n in range(model.columnCount())] for row in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if self.currentIndex().isValid():
                self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            self.copy()
        elif event.text().isprintable() and event.text().strip() and not event.modifiers() & _COMMANDS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self.model() is not None and self.model().rowCount():
            self.go(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()
        if self._natural:
            self._stretch()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and not self.property("fitted"):
            self.fit_columns()  # it came into a window: titles are set as the stylesheet says

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place_empty()
        return super().viewportEvent(event)

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self.setFont(look.font())
        self.horizontalHeader().setFont(look.font(Role.SMALL))
        self.horizontalHeader().setMinimumHeight(round(look.target * 0.9))
        self.verticalHeader().setMinimumSectionSize(look.target)
        self.verticalHeader().setDefaultSectionSize(look.target)
        self.setIconSize(look.icon_size)
        self.setAccessibleName(look.say(self._name))
        self.fit_columns()

    def _open(self, index: QModelIndex) -> None:
        record = index.data(ROW)
        if record is not None:
            self.opened.emit(record)

    def _moved(self, current: QModelIndex) -> None:
        self.chosen.emit(current.data(ROW) if current.isValid() else None)

    def _counted(self) -> None:
        empty = self.model() is None or self.model().rowCount() == 0
        if self._empty is not None:
            self._empty.setVisible(empty)
            self._place_empty()
        if not empty:
            self.fit_once()

    def fit_once(self) -> None:
        """Fit the columns when the first rows have come, and leave them to the person after that."""
        if not self.property("fitted"):
            self.setProperty("fitted", True)
            self.fit_columns()

    def _place_empty(self) -> None:
        if self._empty is not None and self._empty.isVisibleTo(self.viewport()):
            self._empty.setGeometry(self.viewport().rect())


_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
