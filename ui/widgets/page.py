"""The frame of a page: its header, cards, and the sheet of keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.widgets.button import Button, Kind
from ui.widgets.flow import Flow
from ui.widgets.text import IconView, Rule, Text


class PageHeader(QWidget):
    """Title and subtitle of a page on the left, what can be done on the right."""

    def __init__(
        self,
        look: Look,
        title: Words,
        subtitle: Words = "",
        *,
        icon: str | None = None,
        actions: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._title = Text(look, title, Role.TITLE)
        self._subtitle = Text(look, subtitle, soft=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        words.addStretch(1)
        self._row = QHBoxLayout()
        if icon:
            self._row.addWidget(IconView(look, icon, Tone.ACCENT, ems=2.2), 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.addLayout(self._row, 1)
        self._actions = ButtonRow(look, actions) if actions else None
        if self._actions is not None:
            self._both.addWidget(self._actions, 0, Qt.AlignmentFlag.AlignVCenter)
        self._subtitle.setVisible(bool(subtitle))
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, title: Words, subtitle: Words = "") -> None:
        """Change what the header says."""
        self._title.put(title)
        self._subtitle.put(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        self._both.setContentsMargins(0, 0, 0, self._look.space(2))
        self._both.setSpacing(self._look.space(3))
        self._row.setSpacing(self._look.space(3))
        self.setAccessibleName(self._title.text())
        self._fold()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        """Put the actions below the title where there is no room beside it."""
        if self._actions is None:
            return
        gaps = self._look.em * 2.2 + 4 * self._look.space(3)
        lines = (self._title, self._subtitle) if self._subtitle.isVisibleTo(self) else (self._title,)
        words = max(line.fontMetrics().horizontalAdvance(line.text()) for line in lines)
        words = min(words, round(self._look.em * _WORDS))
        below = words + gaps + self._actions.sizeHint().width() > self.width()
        direction = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        if self._both.direction() != direction:
            self._both.setDirection(direction)


_WORDS = 18
"""Ems that a title and its subtitle keep to themselves; a longer subtitle wraps."""


class Card(QFrame):
    """A quiet frame around things that belong together; put them in ``body``."""

    def __init__(self, look: Look, title: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("part", "card")
        self._title = Text(look, title, Role.HEADING)
        self.body = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addLayout(self.body, 1)
        self._title.setVisible(bool(title))
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        pad = look.space(4)
        self._column.setContentsMargins(pad, look.space(3), pad, pad)
        self._column.setSpacing(look.space(3))
        self.body.setSpacing(look.space(3))
        self.setAccessibleName(self._title.text())


class ButtonRow(QWidget):
    """Buttons side by side, going on in the next line when large text needs it."""

    def __init__(self, look: Look, buttons: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.flow = Flow(self)
        for button in buttons:
            self.flow.addWidget(button)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self.flow.put_gaps(self._look.space(3), self._look.space(2))


class KeyHints(QWidget):
    """The keys of a screen, each with what it does."""

    def __init__(self, look: Look, rows: Sequence[tuple[str, Words]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        columns = 3 if len(rows) > _MANY else 2
        high = -(-len(rows) // columns)
        for n, (key, words) in sorted(enumerate(rows), key=lambda each: (each[0] % high, each[0] // high)):
            row, column = n % high, 2 * (n // high)
            self._grid.addWidget(Text(look, key, Role.LABEL, tone=Tone.ACCENT, wrap=False), row, column)
            self._grid.addWidget(Text(look, words), row, column + 1)
        for column in range(columns):
            self._grid.setColumnStretch(2 * column + 1, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._grid.setHorizontalSpacing(self._look.space(3))
        self._grid.setVerticalSpacing(self._look.space(2))
        self.setAccessibleName(self._look.say(phrase("window.keys_title")))


_MANY = 14
"""More keys than this stand in three columns."""


class KeySheet(QDialog):
    """What F1 shows: the keys of this screen, and the way to the guide. Open it with ``open()``.

    Esc or the button closes it; F1 once more asks for the guide, where there is one.
    """

    guide_asked = Signal()

    def __init__(
        self,
        look: Look,
        rows: Sequence[tuple[str, Words]],
        parent: QWidget | None = None,
        *,
        guide: bool = False,
    ) -> None:
        super().__init__(parent)
        self._guide = guide
        title = Text(look, phrase("window.keys_title"), Role.TITLE)
        self.setWindowTitle(title.text())
        self.setAccessibleName(title.text())
        self._hints = QScrollArea()
        self._hints.setWidgetResizable(True)
        self._hints.setFrameShape(QFrame.Shape.NoFrame)
        self._hints.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hints.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows = KeyHints(look, rows)
        self._hints.setWidget(self._rows)
        close = Button(look, phrase("window.close"), key="Esc", icon="close")
        close.clicked.connect(self.accept)
        buttons = [close]
        if guide:
            opener = Button(look, phrase("guide.open"), key="F1", icon="passbook", kind=Kind.PRIMARY)
            opener.clicked.connect(self._ask_guide)
            buttons.insert(0, opener)
        column = QVBoxLayout(self)
        pad = look.space(6)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.space(4))
        column.addWidget(title)
        column.addWidget(Rule())
        column.addWidget(self._hints, 1)
        row = QHBoxLayout()
        row.setSpacing(look.space(3))
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        column.addLayout(row)
        self._fit(look, pad)

    def _fit(self, look: Look, pad: int) -> None:
        """Large enough for all of it, within the smallest window."""
        wide = round(look.em * (62 if len(self._rows.findChildren(Text)) > 2 * _MANY else 46))
        wide = min(wide, _LARGEST.width())
        high = self._rows.heightForWidth(wide - 2 * pad - look.space(4)) + 3 * look.target + 3 * pad
        self.resize(wide, min(high, _LARGEST.height()))

    def _ask_guide(self) -> None:
        self.accept()
        self.guide_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._hints.verticalScrollBar()
        turn = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Up: -1}
        if event.key() == Qt.Key.Key_F1 and self._guide:
            self._ask_guide()
        elif event.key() in turn:
            bar.setValue(bar.value() + turn[Qt.Key(event.key())] * bar.pageStep() // 2)
        else:
            super().keyPressEvent(event)


_LARGEST = QSize(1300, 730)
