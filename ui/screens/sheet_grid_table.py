"""A grid to type into: every cell is open as soon as one is in it, Enter goes on, and names are completed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from timebank.desk.desk import Desk
from timebank.domain.kinds import KINDS
from ui.look import Role
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.sheet_grid_model import PARTS, VERDICT, GridModel
from ui.screens.tint import TintDelegate, quiet_numbers
from ui.screens.words import kind_words
from ui.widgets import announce

_MOST = 6
_ROLES = {"volunteers": "volunteer", "elder": "elder"}
_ON_ENTER = ("volunteers", "elder", "start", "length")
_SHARES = {"volunteers": 15, "elder": 12, "start": 13, "length": 10, "kind": 9, "note": 10}
"""How the width is shared out; the desk's word has its own."""
_BETWEEN = "、，,；;/"
Index = QModelIndex | QPersistentModelIndex


class SheetGrid(QTableView):
    """The table. Tab goes through all cells, Enter through those that every line needs."""

    def __init__(self, context: ScreenContext, model: GridModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._look = context, context.look
        self.model_of = model
        self.setModel(model)
        self.suggestions = Suggestions(context, parent)
        self.suggestions.itemClicked.connect(lambda _item: self._take_and_go())
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.CurrentChanged
            | triggers.AnyKeyPressed
            | triggers.SelectedClicked
            | triggers.DoubleClicked
        )
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setHighlightSections(False)
        quiet_numbers(self.verticalHeader())
        model.dataChanged.connect(lambda *_: self._fit_rows())
        model.rowsInserted.connect(lambda *_: self._fit_rows())
        model.rowsRemoved.connect(lambda *_: self._fit_rows())
        self._look.changed.connect(self.refresh)
        self.refresh()

    # Moving

    def go(self, row: int, column: int) -> None:
        """Open a cell."""
        row = max(0, min(row, self.model_of.rowCount() - 1))
        index = self.model_of.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if self.indexWidget(index) is None:
            self.edit(index)

    def go_on(self) -> None:
        """To the next cell that a line needs; behind the last one, to the next line."""
        here = self.currentIndex()
        part = PARTS[here.column()]
        needed = [each for each in _ON_ENTER if PARTS.index(each) > here.column()]
        line = self.model_of.lines[here.row()]
        verdict_length = part == "start" and _has_end(line.texts[here.column()])
        if needed and not verdict_length and part in _ON_ENTER:
            self.go(here.row(), PARTS.index(needed[0]))
        else:
            self.go(here.row() + 1, 0)

    def step(self, by: int) -> None:
        """One cell on or back, as Tab goes; out of the grid before its first cell and behind a first blank line."""
        here = self.currentIndex()
        at = here.row() * VERDICT + here.column() + by
        rest = self.model_of.lines[here.row() :]
        done = at // VERDICT > here.row() and all(line.typed.blank for line in rest)
        if at < 0 or done:
            self.setFocus()
            self.focusNextPrevChild(by > 0)
        else:
            self.go(at // VERDICT, at % VERDICT)

    def up_down(self, by: int) -> None:
        """The same cell one line up or down."""
        here = self.currentIndex()
        self.go(here.row() + by, here.column())

    def _take_and_go(self) -> None:
        editor = self._delegate.editor
        if editor is not None:
            self.take_suggestion(editor)
            self.go_on()

    def take_suggestion(self, editor: QLineEdit) -> None:
        """Put the suggestion under the cursor into the cell, if there is one."""
        taken = self.suggestions.taken()
        if taken:
            before = editor.text()
            cut = max((before.rfind(mark) for mark in _BETWEEN), default=-1) + 1
            editor.setText(before[:cut] + taken)
            self._put(editor)
        self.suggestions.hide()

    def typed(self, editor: QLineEdit) -> None:
        """Something was typed into the open cell: keep it, and look for what may be meant."""
        self._put(editor)
        part = PARTS[self.currentIndex().column()]
        text = editor.text()
        last = text[max((text.rfind(mark) for mark in _BETWEEN), default=-1) + 1 :].strip()
        self.suggestions.ask(part, last, editor)

    def _put(self, editor: QLineEdit) -> None:
        here = self.currentIndex()
        self.model_of.put(here.row(), here.column(), editor.text())

    def paste(self, text: str) -> None:
        """A block from a spreadsheet goes into the cells from here on."""
        here = self.currentIndex()
        self.suggestions.hide()
        lines = self.model_of.paste(here.row(), here.column(), text)
        self.go(here.row() + lines, 0)

    def remove_line(self) -> None:
        """Take the line out."""
        here = self.currentIndex()
        self.suggestions.hide()
        self.setFocus()
        self.model_of.remove([self.model_of.lines[here.row()]])
        self.model_of.typed.emit()
        self.go(here.row(), here.column())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            kept = self.editTriggers()
            self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            self.setCurrentIndex(self.model_of.index(0, 0))
            self.setEditTriggers(kept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whatever is typed where no cell is open goes into the one that is marked; Enter opens it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _COMMANDS:
            event.accept()
            self.go(self.currentIndex().row(), min(self.currentIndex().column(), VERDICT - 1))
        else:
            super().keyPressEvent(event)

    # Looks

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self.setFont(look.font())
        self.setIconSize(look.icon_size)
        self.horizontalHeader().setFont(look.font(Role.SMALL))
        self.verticalHeader().setFont(look.font(Role.SMALL))
        self.verticalHeader().setMinimumSectionSize(look.target)
        self.verticalHeader().setMinimumWidth(round(look.em * 2.5))
        self.horizontalHeader().setMinimumHeight(round(look.target * 0.9))
        self.setAccessibleName(look.say(phrase("grid.title")))
        self._fit()

    def _fit(self) -> None:
        width = self.viewport().width()
        heading = self.horizontalHeader().fontMetrics()
        word = max(round(width * 0.3), round(self._look.em * 15))
        share = max(1, width - word) / sum(_SHARES.values())
        used = 0
        for at, part in enumerate(PARTS):
            title = heading.horizontalAdvance(self._look.say(phrase(f"grid.{part}"))) + self._look.space(8)
            own = max(round(share * _SHARES[part]), title)
            self.setColumnWidth(at, own)
            used += own
        self.setColumnWidth(VERDICT, max(width - used, round(self._look.em * 12)))
        self._fit_rows()

    def _fit_rows(self) -> None:
        """A line is as high as the desk's word needs."""
        room = self.columnWidth(VERDICT) - self._look.icon_size.width() - self._look.space(6)
        for row, line in enumerate(self.model_of.lines):
            height = self._look.target
            said = "" if line.verdict is None else self._look.say(self.model_of.words(line.verdict))
            if said:
                flags = Qt.TextFlag.TextWordWrap
                lines = self.fontMetrics().boundingRect(0, 0, room, 10_000, flags, said)
                height = max(height, lines.height() + self._look.space(4))
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)


class _CellEdit(QLineEdit):
    """The open cell. A block on the clipboard goes to the grid."""

    pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if "\t" in text or "\n" in text.strip("\r\n"):
                event.accept()
                self.pasted.emit(text)
                return
        super().keyPressEvent(event)


class _Delegate(TintDelegate):
    """Opens cells, and hears the keys that move between them."""

    def __init__(self, grid: SheetGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.editor: QLineEdit | None = None

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        edit = _CellEdit(parent)
        grid = self._grid
        title = grid.model_of.headerData(index.column(), Qt.Orientation.Horizontal)
        said = grid._context.look.say(phrase("grid.cell", line=index.row() + 1, part=title))
        edit.setAccessibleName(said)
        verdict = grid.model_of.lines[index.row()].verdict
        if verdict is not None and grid.model_of.blamed(index.row(), index.column()):
            edit.setAccessibleDescription(grid._context.look.say(grid.model_of.words(verdict)))
        edit.setFont(grid.font())
        edit.setFrame(False)
        edit.textEdited.connect(lambda _text: grid.typed(edit))
        edit.pasted.connect(grid.paste)
        self.editor = edit
        return edit

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if editor.text() != text:
            editor.setText(text)

    def setModelData(self, _editor: QWidget, _model: object, _index: Index) -> None:
        """What was typed is with the model already."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        editor.setGeometry(option.rect)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
        super().destroyEditor(editor, index)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if not isinstance(editor, QLineEdit):
            return super().eventFilter(editor, event)
        suggestions = self._grid.suggestions
        if event.type() == QEvent.Type.FocusOut:
            suggestions.hide()
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                if suggestions.isVisible():
                    event.accept()
                return False  # one level back is the window's
            if event.type() == QEvent.Type.KeyPress:
                return self._key(editor, event)
        return super().eventFilter(editor, event)

    def _key(self, editor: QLineEdit, event: QKeyEvent) -> bool:
        """Whether a key was for the grid."""
        grid, key = self._grid, event.key()
        plain = not event.modifiers() & _COMMANDS
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if plain:
                grid.take_suggestion(editor)
                grid.go_on()
            return plain
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            grid.take_suggestion(editor)
            grid.step(1 if key == Qt.Key.Key_Tab else -1)
            return True
        if key == Qt.Key.Key_Escape:
            grid.suggestions.hide()
            return True
        if key == Qt.Key.Key_Delete and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            grid.remove_line()
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = -1 if key == Qt.Key.Key_Up else 1
            if not grid.suggestions.step(by):
                grid.up_down(by)
            return True
        return False


_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Suggestions(QListWidget):
    """What may be meant by what was typed so far, below the open cell. Arrows choose, Enter takes, Esc closes."""

    def __init__(self, context: ScreenContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._look = context, context.look
        self._texts: list[str] = []
        self._beside: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def ask(self, part: str, text: str, beside: QWidget) -> None:
        """Look for what ``text`` may mean in a part of the line."""
        self._beside = beside
        if not text:
            self.hide()
        elif part in _ROLES:
            role = _ROLES[part]

            def work(desk: Desk) -> list[tuple[str, str]]:
                found = desk.people.search(text, role=role, limit=_MOST)
                names = [each.name for each in found]
                return [
                    (
                        f"{each.name}    {each.number}",
                        each.name if names.count(each.name) == 1 else f"{each.name} {each.number}",
                    )
                    for each in found
                ]

            self._context.read(work, lambda found: self._arrived(beside, found), slot="sheet names")
        elif part == "kind":
            say = self._look.say
            low = text.lower()
            names = [
                say(kind_words(each.code))
                for each in KINDS.values()
                if any(low in word.lower() for word in (each.zh, each.en, *each.aliases))
            ]
            self._arrived(beside, [(name, name) for name in names[:_MOST]])
        else:
            self.hide()

    def _arrived(self, beside: QWidget, found: list[tuple[str, str]]) -> None:
        if beside is not self._beside or not beside.hasFocus():
            return
        assert isinstance(beside, QLineEdit)
        exact = len(found) == 1 and found[0][1] == beside.text().strip()
        if not found or exact:
            self.hide()
            return
        self.clear()
        self._texts = [text for _, text in found]
        for shown, _ in found:
            self.addItem(shown)
        self.setFont(self._look.font())
        self.setAccessibleName(self._look.say(phrase("grid.suggestions")))
        self.setCurrentRow(0)
        self._place(beside)
        self.show()
        self.raise_()

    def _place(self, beside: QWidget) -> None:
        owner = self.parentWidget()
        assert owner is not None
        height = self.count() * self._look.target + self._look.space(3)
        widest = max(
            (self.fontMetrics().horizontalAdvance(self.item(n).text()) for n in range(self.count())),
            default=0,
        )
        width = max(beside.width(), widest + self._look.space(10))
        below = beside.mapTo(owner, QPoint(0, beside.height()))
        if below.y() + height > owner.height():
            below.setY(max(0, below.y() - beside.height() - height))
        below.setX(max(0, min(below.x(), owner.width() - width)))
        self.setGeometry(below.x(), below.y(), width, height)

    def step(self, by: int) -> bool:
        """Choose the next or the one before; False where nothing is suggested."""
        if not self.isVisible():
            return False
        self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + by)))
        announce(self, self.currentItem().text())
        return True

    def taken(self) -> str:
        """What the chosen suggestion stands for, "" where nothing is suggested."""
        return self._texts[self.currentRow()] if self.isVisible() and self.currentRow() >= 0 else ""


def _has_end(text: str) -> bool:
    return any(mark in text for mark in ("-", "–", "—", "~", "～", "到", "至"))
