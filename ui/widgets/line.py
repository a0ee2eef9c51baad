"""A line of text that says when it has been filled in."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_PAUSE_MS = 600


class Line(QLineEdit):
    """``settled`` follows typing after a pause, Enter, or leaving the line; never twice for one text."""

    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._settle)
        self.textEdited.connect(self._edited)

    def put(self, text: str) -> None:
        """Fill it in without telling anyone."""
        self._last = text
        self._pause.stop()
        self.setText(text)

    def _edited(self) -> None:
        self._pause.start()

    def _settle(self) -> None:
        self._pause.stop()
        if self.text() != self._last:
            self._last = self.text()
            self.settled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self._settle()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._settle()
