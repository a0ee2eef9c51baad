"""The one box: a scanner's burst, a name by input method, pinyin or a number all go in here."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QEvent,
    QIODevice,
    QMimeData,
    QObject,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QImageWriter,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

from ui.look import Look, Role, paint_icon
from ui.say import Words, phrase
from ui.widgets.burst import Burst, Codes, one_code
from ui.widgets.button import Button, Kind

PAUSE_MS = 120
"""Silence after which a scan without Enter or Tab is taken as ended."""
AGAIN_MS = 1500
"""A code scanned again within this time was held under the scanner for too long, not shown twice."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STEERING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
MODIFIED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class ScanBox(QLineEdit):
    """Takes what is scanned or typed and says when it is meant.

    A Chinese input method would eat a scanner's letters, yet names are typed with it. So it stays on until it
    is caught swallowing a scan; then it is switched off here, ``swallowed`` asks for one more scan, and the
    clerk can switch it on again with the button in the box. Pinyin finds names either way.
    """

    submitted = Signal(str)
    """Something is meant: after Enter, after a scan's Tab, or after a scan of a whole code."""
    edited = Signal(str)
    """A person is typing; not sent while a scanner types."""
    half_read = Signal(str)
    """A scan ended in the middle of a code. It stays selected, so the next scan replaces it."""
    repeated = Signal(str)
    """The same code came once more at once and was let go."""
    picture = Signal(object)
    """A picture was pasted or dropped here: its Path, or the bytes of one copied from a chat."""
    swallowed = Signal()
    """The input method ate a scan and was switched off."""
    input_method_changed = Signal(bool)

    def __init__(
        self,
        look: Look,
        codes: Codes,
        *,
        hint: Words | None = None,
        name: Words | None = None,
        clock: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._codes, self._clock = look, codes, clock
        self._first_hint = self._hint = hint or phrase("window.scan_hint")
        self._name = name or phrase("window.scan_name")
        self._burst, self._composing = Burst(), Burst()
        self._composed = 0
        self._last: tuple[str, int] = ("", -AGAIN_MS)
        self._steered: QAbstractItemView | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._paused)
        self._switch = Button(look, "", icon="ime-chinese", kind=Kind.QUIET, parent=self)
        self._switch.clicked.connect(self._toggle_input_method)
        self.textEdited.connect(self._typed)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self.setFont(look.font(Role.INPUT))
        self.setPlaceholderText(look.say(self._hint))
        self.setAccessibleName(look.say(self._name))
        self.setAccessibleDescription(look.say(self._hint))
        on = self.input_method
        hint = phrase("window.input_method_on" if on else "window.input_method_off")
        self._switch.put("", icon="ime-chinese" if on else "ime-letters", hint=hint)
        self.setTextMargins(round(look.em * 2.4), 0, look.target, 0)
        self.updateGeometry()
        self._place_switch()

    def put_hint(self, hint: Words | None) -> None:
        """Ask for something in particular, or for anything again."""
        wanted = hint or self._first_hint
        if wanted != self._hint:
            self._hint = wanted
            self.refresh()

    def _place_switch(self) -> None:
        side = self._look.target
        self._switch.setGeometry(self.width() - side - 4, (self.height() - side) // 2, side, side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_switch()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = self._look.em * 1.7
        place = QRectF(self._look.space(3.5), (self.height() - side) / 2, side, side)
        paint_icon(painter, "scan", self._look.palette.accent, place)
        painter.end()

    def sizeHint(self) -> QSize:
        height = max(round(self._look.target * 1.2), round(QFontMetricsF(self.font()).height() * 1.7))
        return QSize(round(self._look.em * 32), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._look.em * 14), self.sizeHint().height())

    @property
    def input_method(self) -> bool:
        """Whether an input method may compose in this box."""
        return self.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def set_input_method(self, on: bool) -> None:
        """Let an input method compose here, or keep it out."""
        if on != self.input_method:
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on)
            self.refresh()
            self.input_method_changed.emit(on)

    def _toggle_input_method(self) -> None:
        self.set_input_method(not self.input_method)

    def steer(self, view: QAbstractItemView | None) -> None:
        """Let the arrow keys move in ``view`` while the cursor stays in the box."""
        self._steered = view

    def adopt_stray_keys(self, window: QWidget) -> None:
        """Take every letter that nothing else in ``window`` wanted: a scan lands here wherever focus is."""
        window.installEventFilter(self)

    def ready(self) -> None:
        """Empty the box and put the cursor in it, for the next person."""
        self._pause.stop()
        self._burst.clear()
        self.clear()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._is_stray(event):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.keyPressEvent(event)
            return True
        return False

    def _is_stray(self, event: QKeyEvent) -> bool:
        usable = self.isVisible() and self.isEnabled() and not self.hasFocus()
        return usable and _prints(event) and event.text() != " "

    def event(self, event: QEvent) -> bool:
        # A line edit would keep Ctrl+Z for its own letters. Here it reverses what was done at the desk.
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if override and event.matches(QKeySequence.StandardKey.Undo):  # type: ignore[attr-defined]
            event.ignore()
            return False
        # A Tab moves focus before keyPressEvent could see it; one that ends a scan must not.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            scanned = event.key() == Qt.Key.Key_Tab and self._burst.live(self._at(event))
            if scanned:
                event.accept()
                self._end(scanned=True)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, key = self._at(event), event.key()
        if key in ENTER:
            event.accept()  # and goes no further: no button hears a scanner's Enter
            self._end(scanned=self._burst.live(at))
        elif key == Qt.Key.Key_Escape and self.text():
            event.accept()
            self.ready()
            self.edited.emit("")
        elif event.matches(QKeySequence.StandardKey.Paste) and self.take_picture(
            QGuiApplication.clipboard().mimeData()
        ):
            event.accept()
        elif key in STEERING and self._steered is not None and self._steered.isVisible():
            QCoreApplication.sendEvent(self._steered, event)
        elif _prints(event) and not event.isAutoRepeat():
            self._burst.key(event.text(), at)
            super().keyPressEvent(event)
            if self._burst.running():
                self._pause.start()
        else:
            super().keyPressEvent(event)

    def take_picture(self, data: QMimeData) -> bool:
        """Say which picture is in ``data``; False where there is none, and text is text."""
        found = picture_in(data)
        if found is not None:
            self.picture.emit(found)
        return found is not None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_in(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take_picture(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        length = len(event.preeditString())
        if length > self._composed:
            self._composing.key(event.preeditString()[self._composed :], self._clock())
        self._composed = length
        if self._composing.running():
            self._composing.clear()
            self._composed = 0
            QGuiApplication.inputMethod().reset()
            self.set_input_method(False)
            self.ready()
            self.swallowed.emit()
            return
        super().inputMethodEvent(event)

    def _at(self, event: QKeyEvent) -> int:
        return int(event.timestamp()) or self._clock()

    def _typed(self, text: str) -> None:
        if not self._burst.running():
            self.edited.emit(text)

    def _paused(self) -> None:
        scan = one_code(self._burst.text, self._codes)
        if self._codes.complete(scan) or self._codes.begins(scan):
            self._end(scanned=True)
        else:
            self._burst.clear()
            self.edited.emit(self.text())

    def _end(self, *, scanned: bool) -> None:
        """What was scanned or typed is meant, unless it is empty, half, or the same scan over again."""
        self._pause.stop()
        text = one_code(self._burst.text, self._codes) if scanned else self.text().strip()
        self._burst.clear()
        if not text:
            return
        if scanned:
            self.setText(text)
            if self._codes.begins(text) and not self._codes.complete(text):
                self.selectAll()
                self.half_read.emit(text)
                return
            now = self._clock()
            again = text == self._last[0] and now - self._last[1] < AGAIN_MS
            self._last = (text, now)
            if again:
                self.selectAll()
                self.repeated.emit(text)
                return
        self.selectAll()
        self.submitted.emit(text)


def _prints(event: QKeyEvent) -> bool:
    text = event.text()
    return bool(text) and text.isprintable() and not event.modifiers() & MODIFIED


def picture_in(data: QMimeData) -> Path | bytes | None:
    """The picture that was copied or is being dragged: a file's path, or a bitmap as PNG bytes."""
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    image = data.imageData() if data.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return None
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
