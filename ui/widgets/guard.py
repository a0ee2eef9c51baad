"""What a scanner types outside the one box: its Enter must confirm nothing, and its code is not to be lost.

Our own buttons are deaf to Enter. The system's file and print dialogs, where Qt draws them, are not.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)

from ui.widgets.burst import Burst

_TYPED_INTO = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_SAME_END_MS = 100
_CONFIRM = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_MODIFIED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class ScanGuard(QObject):
    """Watches the keys of whichever window has them, and keeps a scan's Enter and Space from dialogs.

    A scan that nothing can be typed into is told by ``stray``.
    """

    stray = Signal(str)
    """What was scanned while a list, a button or nothing had the cursor."""

    def __init__(
        self,
        parent: QObject,
        *,
        clock: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._burst = Burst()
        self._ended = -_SAME_END_MS
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        self._burst.clear()
        if window is not None:
            window.removeEventFilter(self)  # so that it is there once
            window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        at = int(event.timestamp()) or self._clock()
        if event.key() in _CONFIRM and not event.modifiers() & _MODIFIED:
            scanned = self._burst.live(at) or 0 <= at - self._ended <= _SAME_END_MS
            if event.key() == Qt.Key.Key_Space:
                self._burst.key(" ", at)
            elif scanned:
                return self._end(at)
            return scanned and isinstance(QApplication.activeWindow(), QDialog)
        if event.text() and not event.modifiers() & _MODIFIED and not event.isAutoRepeat():
            self._burst.key(event.text(), at)
        return False

    def _end(self, at: int) -> bool:
        """The Enter of a scan, or one that comes twice; returns whether nobody else is to hear it."""
        text = self._burst.text
        self._ended = at
        self._burst.clear()
        if isinstance(QApplication.activeWindow(), QDialog):
            return True
        if not text or isinstance(QApplication.focusWidget(), _TYPED_INTO):
            return False
        self.stray.emit(text)
        return True
