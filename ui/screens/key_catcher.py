"""A line that notes every key as it arrives: its name, its time, and whether an input method had a hand in it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from timebank.domain.scanner_check import Source, Stroke

END_MS = 400
"""Silence after which what came is looked at."""
_TOGETHER_MS = 150
"""A Tab this soon after another key is a scanner's; later, a person's."""
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ONLY_HELD = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


class KeyCatcher(QLineEdit):
    """Scan into it. Function keys, Esc and a Tab pressed by hand keep their meaning."""

    began = Signal()
    caught = Signal(object)
    """A tuple of :class:`Stroke`, once it has been quiet for a moment."""

    def __init__(
        self,
        *,
        clock: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._strokes: list[Stroke] = []
        self._last = 0
        self._composed = ""
        self._quiet = QTimer(self, singleShot=True, interval=END_MS)
        self._quiet.timeout.connect(self.finish)

    def finish(self) -> None:
        """It has been quiet: tell what came."""
        self._quiet.stop()
        strokes, self._strokes = tuple(self._strokes), []
        if strokes:
            self.caught.emit(strokes)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._is_mark(event):
                event.accept()  # a scanner's STX is no shortcut here
                return True
            tab = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
            if tab and self._strokes and self._at(event) - self._last <= _TOGETHER_MS:
                self.keyPressEvent(event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _ONLY_HELD or key == Qt.Key.Key_Escape or Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
            super().keyPressEvent(event)
            return
        ends = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
        self._note(_name(event), event.text(), self._at(event), Source.KEY)
        event.accept()
        if not ends and not event.modifiers() & _CONTROL:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        preedit, whole = event.preeditString(), event.commitString()
        if len(preedit) > len(self._composed):
            self._note("", preedit[len(self._composed) :], self._clock(), Source.COMPOSING)
        if whole:
            self._note("", whole, self._clock(), Source.COMMITTED)
        self._composed = preedit
        super().inputMethodEvent(event)

    def _note(self, key: str, text: str, at: int, source: Source) -> None:
        if not self._strokes:
            self.clear()
            self.began.emit()
        gap = at - self._last if self._strokes else 0
        self._last = at
        self._strokes.append(Stroke(key, text, max(0, gap), source))
        self._quiet.start()

    def _is_mark(self, event: QKeyEvent) -> bool:
        key = event.key()
        return event.modifiers() == _CONTROL and Qt.Key.Key_A <= key <= Qt.Key.Key_Underscore

    def _at(self, event: QKeyEvent) -> int:
        return int(event.timestamp()) or self._clock()


def _name(event: QKeyEvent) -> str:
    """The key's name as keyboards have it: ``A``, ``Return``, ``Ctrl+B``."""
    name = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
    printable = "".join(each for each in name if each.isprintable())
    prefix = "Ctrl+" if event.modifiers() & _CONTROL else "Alt+" if event.modifiers() & _ALT else ""
    return f"{prefix}{printable}"


_ALT = Qt.KeyboardModifier.AltModifier
