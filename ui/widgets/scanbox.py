"""The one box: a scanner's burst, a name by input method, pinyin or a number all go in here."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
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
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

from timebank.domain.scanned import Codes, Outcome, Reading, read_scan
from ui.look import Look, Role, paint_icon
from ui.say import Words, phrase
from ui.widgets.burst import GAP_MS, Burst
from ui.widgets.button import Button, Kind
from ui.widgets.pictures import pictures_in

PAUSE_MS = 120
"""Silence after which a scan without Enter or Tab is taken as ended."""
AGAIN_MS = 1500
"""A code scanned again within this time was held under the scanner for too long, not shown twice."""
SAME_END_MS = 100
"""Within this time of a scan's end another Enter or Tab belongs to it: many send CR and LF."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ENDS = (*ENTER, Qt.Key.Key_Tab)
STEERING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
CONTROL = Qt.KeyboardModifier.ControlModifier
MODIFIED = CONTROL | Qt.KeyboardModifier.AltModifier
LINE_ENDS = (Qt.Key.Key_M, Qt.Key.Key_J)
"""With Ctrl, what CR and LF are on a keyboard."""
START_MARK = Qt.Key.Key_B
"""With Ctrl, what STX is on a keyboard: a scan may begin with it, and a person may mean something by it."""


class ScanBox(QLineEdit):
    """Takes what is scanned or typed and says when it is meant.

    A Chinese input method would eat a scanner's letters, yet names are typed with it. So it stays on until it
    is caught swallowing a scan; then it is switched off here, ``swallowed`` asks for one more scan, and the
    clerk can switch it on again with the button in the box. Pinyin finds names either way.
    """

    submitted = Signal(str)
    """Something is meant: after Enter, or after a scan of a whole code."""
    edited = Signal(str)
    """A person is typing; not sent while a scanner types."""
    scanned = Signal(object)
    """The :class:`Reading` of a whole code, just before it is submitted."""
    misread = Signal(object)
    """The :class:`Reading` of a scan that is not one whole code of ours. Nothing is submitted; it stays
    selected, so that the next scan replaces it."""
    picked = Signal()
    """Enter in the empty box: what the arrow keys chose in the steered list is meant."""
    repeated = Signal(str)
    """The same code came once more at once and was let go."""
    pictures = Signal(object)
    """Pictures were pasted or dropped here: a tuple of files and bitmaps."""
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
        self._skew = 0  # from our clock to that of the keys
        self._ended = -SAME_END_MS  # when the last scan ended, by the keys' clock
        self._eaten: int | None = None  # when the rest of a scan that an input method ate came last
        self._last: tuple[str, int] = ("", -AGAIN_MS)
        self._part: tuple[str, int] = ("", -AGAIN_MS)
        self._steered: QAbstractItemView | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._paused)
        self._mark = QTimer(self, singleShot=True, interval=GAP_MS)
        self._mark.timeout.connect(self._no_mark)
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
        pasted = event.matches(QKeySequence.StandardKey.Paste)
        return usable and (pasted or (_prints(event) and event.text() != " "))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                # A line edit would keep Ctrl+Z for its own letters. Here it reverses what was done at the desk.
                if event.matches(QKeySequence.StandardKey.Undo):
                    event.ignore()
                    return False
                if self._marks(event):  # a scanner's marks are no shortcuts
                    event.accept()
                    return True
            # A Tab moves focus before keyPressEvent could see it; one that ends a scan must not.
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
                at = self._at(event)
                if self._burst.live(at) or self._of_last_scan(at) or self._still_eaten():
                    self.keyPressEvent(event)
                    return True
        return super().event(event)

    def _marks(self, event: QKeyEvent) -> bool:
        """Whether a key with Ctrl is, or may be, one of the marks around a scan."""
        if event.modifiers() != CONTROL or event.key() == Qt.Key.Key_Control:
            return False
        return event.key() == START_MARK or self._burst.live(self._at(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, key = self._at(event), event.key()
        if self._is_eaten(event):
            event.accept()
        elif key in ENDS:
            event.accept()  # and goes no further: no button hears a scanner's Enter
            if not self._of_last_scan(at):
                self._end(at, scanned=self._burst.live(at))
        elif self._marks(event):
            event.accept()
            self._take_mark(event, at)
        elif key == Qt.Key.Key_Escape and self.text():
            event.accept()
            self.ready()
            self.edited.emit("")
        elif event.matches(QKeySequence.StandardKey.Paste) and self.take_pictures(
            QGuiApplication.clipboard().mimeData()
        ):
            event.accept()
        elif key in STEERING and self._steered is not None and self._steered.isVisible():
            QCoreApplication.sendEvent(self._steered, event)
        elif _prints(event) and not event.isAutoRepeat():
            if self._mark.isActive():
                self._mark.stop()
                self._burst.key("\x02", at)
            self._burst.key(event.text(), at)
            super().keyPressEvent(event)
            if self._burst.running():
                self._pause.start()
        else:
            super().keyPressEvent(event)

    def _take_mark(self, event: QKeyEvent, at: int) -> None:
        if not self._burst.live(at):
            self._mark.start()
        elif event.key() in LINE_ENDS:
            self._end(at, scanned=True)
        else:
            self._burst.key(event.text() or "\x03", at)
            self._pause.start()

    def _no_mark(self) -> None:
        """No scan followed: it was a person's shortcut after all."""
        meant = QKeySequence(CONTROL | START_MARK)
        widget: QWidget | None = self
        while widget is not None:
            for action in widget.actions():
                if action.shortcut() == meant and action.isEnabled():
                    action.trigger()
                    return
            widget = widget.parentWidget()

    def take_pictures(self, data: QMimeData) -> bool:
        """Say which pictures are in ``data``; False where there are none, and text is text."""
        whole = data.hasText() and self._codes.whole("".join(data.text().split()))
        found = () if whole else pictures_in(data)
        if found:
            self.pictures.emit(found)
        return bool(found)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if pictures_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take_pictures(event.mimeData()):
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
            self._eaten = self._clock()
            self.swallowed.emit()
            return
        whole = event.commitString()
        if len(whole) == 1 and not length and not event.replacementLength():
            # Not composed: an input method set to full-width letters hands on each key by itself.
            self._burst.key(whole, self._clock() + self._skew)
        super().inputMethodEvent(event)
        if self._burst.running():
            self._pause.start()

    def _is_eaten(self, event: QKeyEvent) -> bool:
        """Whether this key is the rest of a scan whose beginning an input method ate."""
        if not self._still_eaten():
            self._eaten = None
            return False
        self._eaten = None if event.key() in ENDS else self._clock()
        return True

    def _still_eaten(self) -> bool:
        return self._eaten is not None and self._clock() - self._eaten <= SAME_END_MS

    def _of_last_scan(self, at: int) -> bool:
        """Whether an Enter or Tab now belongs to the scan that has just ended."""
        return 0 <= at - self._ended <= SAME_END_MS and not self._burst.running()

    def _at(self, event: QKeyEvent) -> int:
        now = self._clock()
        at = int(event.timestamp()) or now
        self._skew = at - now
        return at

    def _typed(self, text: str) -> None:
        if not self._burst.running():
            self.edited.emit(text)

    def _paused(self) -> None:
        """A burst without an end: a scanner that sends none, where it looks like a code at all."""
        reading = read_scan(self._burst.text, self._codes)
        if reading.outcome in (Outcome.TYPED, Outcome.FOREIGN):
            self._burst.clear()
            self.edited.emit(self.text())
        else:
            self._end(self._clock() + self._skew, scanned=True)

    def _end(self, at: int, *, scanned: bool) -> None:
        """What was scanned or typed is meant, unless it is no whole code, or the same scan over again."""
        self._pause.stop()
        raw = self._burst.text
        self._burst.clear()
        if not scanned:
            self._submit(self.text().strip())
            return
        self._ended = at
        self._understand(raw)

    def take_scan(self, raw: str) -> None:
        """What a scanner typed while the keys went elsewhere."""
        self.ready()
        self.setText(raw)
        self._understand(raw)

    def _understand(self, raw: str) -> None:
        reading = self._joined(read_scan(raw, self._codes))
        if reading.outcome is Outcome.TYPED:
            self._submit(self.text().strip())
        elif reading.outcome is Outcome.WHOLE:
            self._take(reading)
        else:
            self.setText(reading.text)
            self.selectAll()
            self.misread.emit(reading)

    def _submit(self, text: str) -> None:
        if text:
            self.selectAll()
            self.submitted.emit(text)
        elif self._steered is not None and self._steered.isVisible():
            self.picked.emit()

    def _joined(self, reading: Reading) -> Reading:
        """A code in two parts with a pause between them, as some scanners without a cable send it, is one."""
        (before, when), now = self._part, self._clock()
        self._part = ("", 0)
        if reading.outcome is not Outcome.WHOLE:
            both = read_scan(before + reading.text, self._codes) if now - when < AGAIN_MS else reading
            if before and both.outcome is Outcome.WHOLE:
                return both
            self._part = (reading.text, now)
        return reading

    def _take(self, reading: Reading) -> None:
        now, text = self._clock(), reading.text
        again = text == self._last[0] and now - self._last[1] < AGAIN_MS
        self._last = (text, now)
        self.setText(text)
        self.selectAll()
        if again:
            self.repeated.emit(text)
        else:
            self.scanned.emit(reading)
            self.submitted.emit(text)


def _prints(event: QKeyEvent) -> bool:
    text = event.text()
    return bool(text) and text.isprintable() and not event.modifiers() & MODIFIED
