"""A table as it was read: its first rows, and above each column what it was taken for, to be corrected."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableView, QWidget

from timebank.domain.categories import CATEGORIES
from timebank.roster.columns import ColumnReading
from timebank.roster.mapping import CHOICES, IGNORE
from timebank.roster.survey import TableView, column_letters
from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.tint import TintDelegate, quiet_numbers
from ui.screens.words import category_words
from ui.widgets.rows import NOWHERE, Index

_CHOOSER, _WHY, _HEAD = 0, 1, 2
_TONES = {"sure": Tone.GOOD, "likely": Tone.GOOD, "doubtful": Tone.WARN, "aside": Tone.PLAIN}
_ICONS = {"sure": "check", "likely": "check", "doubtful": "warning", "aside": None}


def field_words(field: str) -> Words:
    """What a field is called; a category that is ticked by its name."""
    if field.startswith("flag:"):
        return phrase("importing.ticked", category=category_words(field.removeprefix("flag:")))
    return phrase(f"roster.field.{field or IGNORE}")


class _Chooser(QComboBox):
    """A choice above a column. The wheel scrolls the table instead of changing it by accident."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ColumnsTable(QTableView):
    """Row by row what a spreadsheet shows, with a chooser and a reason above each column."""

    corrected = Signal(int, str)
    """the place of a column, and the field that it holds as the person says"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = context.look
        self.choosers: list[_Chooser] = []
        self.after: QWidget | None = None
        """Where Tab comes from before it comes to the first column."""
        self._table: TableView | None = None
        self._rows = _Shown(self._look, self)
        self.setModel(self._rows)
        self.setItemDelegate(TintDelegate(self))
        quiet_numbers(self.verticalHeader())
        self._fields = QStandardItemModel(self)
        self._known: list[str] = []
        self.setShowGrid(True)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._look.changed.connect(self.refresh)
        self.refresh()

    def put(self, table: TableView) -> None:
        """Show a table; the focus stays in the column where it was."""
        at = next((n for n, chooser in enumerate(self.choosers) if chooser.hasFocus()), None)
        self._table = table
        self._fill_fields(table)
        if not self._rows.put(table):  # Qt drops what stands in cells when a model begins anew
            self._make_choosers(table)
        for chooser, reading in zip(self.choosers, table.columns, strict=True):
            chooser.blockSignals(True)
            chooser.setCurrentIndex(self._known.index(reading.field or IGNORE))
            chooser.blockSignals(False)
        self._name_choosers()
        self._fit()
        if at is not None and at < len(self.choosers):
            self.choosers[at].setFocus()

    def first_doubt(self) -> QWidget | None:
        """The chooser that should be looked at first, else the first one."""
        doubtful = {each.place for each in self._table.doubtful} if self._table else set()
        ordered = sorted(range(len(self.choosers)), key=lambda place: place not in doubtful)
        return self.choosers[ordered[0]] if ordered else None

    def _fill_fields(self, table: TableView) -> None:
        known = [*CHOICES[table.profile]]
        known += [each.field for each in table.columns if each.field and each.field not in known]
        if table.profile == "people":
            known += [flag for code in CATEGORIES if (flag := f"flag:{code}") not in known]
        known = [IGNORE, *dict.fromkeys(known)]
        if known != self._known:
            self._known = known
            self._fields.clear()
            for field in known:
                self._fields.appendRow(QStandardItem(self._look.say(field_words(field))))

    def _make_choosers(self, table: TableView) -> None:
        self.choosers = []
        for place in range(len(table.columns)):
            chooser = _Chooser()
            chooser.setModel(self._fields)
            chooser.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            chooser.setMaxVisibleItems(12)
            chooser.activated.connect(lambda row, place=place: self.corrected.emit(place, self._known[row]))
            self.setIndexWidget(self._rows.index(_CHOOSER, place), chooser)
            self.choosers.append(chooser)
        before = self.after
        for chooser in self.choosers:
            if before is not None:
                QWidget.setTabOrder(before, chooser)
            before = chooser

    def _name_choosers(self) -> None:
        if self._table is None:
            return
        for chooser, reading in zip(self.choosers, self._table.columns, strict=True):
            letters = column_letters(reading.column)
            name = phrase("importing.column_holds", letters=letters, header=reading.header)
            chooser.setAccessibleName(self._look.say(name))
            chooser.setAccessibleDescription(self._look.say(phrase(f"columns.why_{reading.why}")))
            chooser.setToolTip(chooser.accessibleDescription())

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self.setFont(look.font())
        self.horizontalHeader().setFont(look.font(Role.SMALL))
        self.verticalHeader().setFont(look.font(Role.SMALL))
        self.setAccessibleName(look.say(phrase("importing.as_read")))
        for row, field in enumerate(self._known):
            self._fields.item(row).setText(look.say(field_words(field)))
        for chooser in self.choosers:
            chooser.setFont(look.font())
        self._rows.said_anew()
        self._name_choosers()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Each column as wide as its words, and all of them as wide as the screen where there is room."""
        table, look = self._table, self._look
        if table is None:
            return
        pad, narrow, wide = look.space(8), round(look.em * 8), round(look.em * 20)
        metrics = self.fontMetrics()
        widths = []
        for place, reading in enumerate(table.columns):
            chosen = metrics.horizontalAdvance(look.say(field_words(reading.field))) + look.space(18)
            texts = [row.cells[place] for row in table.shown]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0) + pad
            why = metrics.horizontalAdvance(look.say(phrase(f"columns.why_{reading.why}")))
            widths.append(max(chosen, narrow, why + look.icon_size.width() + pad, min(wide, widest)))
        spare = self.viewport().width() - sum(widths)
        more = max(0, spare // max(1, len(widths)))
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width + min(more, narrow))
        self.verticalHeader().setMinimumWidth(metrics.horizontalAdvance("00000"))
        self.setRowHeight(_CHOOSER, look.target + look.space(2))
        for row in range(_WHY, self._rows.rowCount()):
            self.resizeRowToContents(row)
        for chooser in self.choosers:
            chooser.setMinimumHeight(look.target)


class _Shown(QAbstractTableModel):
    """The chooser's row, the row of reasons, and the rows of the file."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._table: TableView | None = None

    def put(self, table: TableView) -> bool:
        """Show ``table``; False where it has other columns or rows than the one before and all begins anew."""
        same = self._shape == (len(table.columns), len(table.shown))
        if same:
            self._table = table
            self.said_anew()
        else:
            self.beginResetModel()
            self._table = table
            self.endResetModel()
        return same

    @property
    def _shape(self) -> tuple[int, int]:
        return (len(self._table.columns), len(self._table.shown)) if self._table else (0, 0)

    def said_anew(self) -> None:
        """Everything is to be drawn again."""
        if self.rowCount() and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self._table is None else _HEAD + len(self._table.shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self._table is None else len(self._table.columns)

    def flags(self, _index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._table is None or not index.isValid() or index.row() == _CHOOSER:
            return None
        reading = self._table.columns[index.column()]
        if index.row() == _WHY:
            return self._why(reading, role)
        row = self._table.shown[index.row() - _HEAD]
        palette, said = self._look.palette, row.cells[index.column()]
        aside = not row.head and not reading.field
        answers: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: said,
            Qt.ItemDataRole.ToolTipRole: said,
            Qt.ItemDataRole.FontRole: self._look.font(Role.LABEL) if row.head else None,
            Qt.ItemDataRole.BackgroundRole: QColor(palette.sunken) if row.head else None,
            Qt.ItemDataRole.ForegroundRole: QColor(palette.soft) if aside else None,
        }
        return answers.get(role)

    def _why(self, reading: ColumnReading, role: int) -> Any:
        doubt = reading.certainty == "doubtful" or reading.why == "unknown"
        tone = Tone.WARN if doubt else _TONES[reading.certainty]
        palette, icon = self._look.palette, "warning" if doubt else _ICONS[reading.certainty]
        said = self._look.say(phrase(f"columns.why_{reading.why}"))
        ink = palette.soft if tone is Tone.PLAIN else self._look.ink(tone)
        answers: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: said,
            Qt.ItemDataRole.ToolTipRole: said,
            Qt.ItemDataRole.FontRole: self._look.font(Role.SMALL),
            Qt.ItemDataRole.BackgroundRole: QColor(palette.wash(tone) if doubt else palette.surface),
            Qt.ItemDataRole.ForegroundRole: QColor(ink),
            Qt.ItemDataRole.DecorationRole: self._look.icon(icon, ink) if icon else None,
        }
        return answers.get(role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self._table is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return column_letters(self._table.columns[section].column)
        if section < _HEAD:
            return self._look.say(phrase("importing.read_as")) if section == _CHOOSER else ""
        return str(self._table.shown[section - _HEAD].number)
