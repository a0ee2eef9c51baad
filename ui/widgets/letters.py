"""Alt held down shows a letter on everything that has no key of its own; Alt with the letter goes there or presses it.

The letters are the mnemonics of the window. They stand in no phrase, so that they fit both languages, cut no word and
are unique on whatever is shown: the first letter of what is written that nothing before it has, a hanzi by its pinyin.
No scanner holds Alt for a letter, and nothing is left switched on when the key is let go.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from timebank.domain.names import spelling
from ui.look import Look, Role
from ui.widgets.button import Button, Kind
from ui.widgets.order import stops

_SHOWN_AFTER_MS = 250
"""Who knows the letter has pressed it by then."""


def letters(window: QWidget) -> dict[str, QWidget]:
    """A letter for each stop of Tab that shows no key of its own, in the order of reading; there are 26."""
    found: dict[str, QWidget] = {}
    for widget in stops(window):
        if not widget.property("key"):
            wanted = [*_initials(_words(widget)), *ascii_uppercase]
            letter = next((each for each in wanted if each not in found), "")
            if letter:
                found[letter] = widget
    return found


def _words(widget: QWidget) -> str:
    return (widget.text() if isinstance(widget, QAbstractButton) else "") or widget.accessibleName()


def _initials(words: str) -> list[str]:
    """Letters that stand for ``words``: of each word the first, and then all others."""
    heads = [each[0].upper() for each in spelling(words).split()]
    return [each for each in [*heads, *words.upper()] if each in ascii_uppercase]


def press(widget: QWidget) -> None:
    """Go to a control, and press it where it is a button; what cannot be taken back waits for Space."""
    widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
    if isinstance(widget, QAbstractButton) and not (
        isinstance(widget, Button) and widget.kind is Kind.DANGER
    ):
        widget.click()


class AltLetters(QObject):
    """Watches the keys of whichever window has them."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._badges: Badges | None = None
        self._held = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._held.timeout.connect(self.show)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)

    @property
    def badges(self) -> Badges | None:
        """The letters while they are shown."""
        return self._badges

    def _watch(self, window: QWindow | None) -> None:
        self.hide()
        if window is not None:
            window.removeEventFilter(self)  # so that it is there once
            window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.isAutoRepeat():
            return False
        if event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Alt:
                self._held.start()
                return False
            self.hide()
            return event.modifiers() == Qt.KeyboardModifier.AltModifier and self._pressed(event.key())
        if event.type() == QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_Alt:
            self.hide()
        return False

    def _pressed(self, key: int) -> bool:
        window = QApplication.activeWindow()
        letter = chr(key) if ord("A") <= key <= ord("Z") else ""
        widget = letters(window).get(letter) if window is not None and letter else None
        if widget is not None:
            QTimer.singleShot(0, widget, lambda: press(widget))  # when everyone has heard the key
        return widget is not None

    def show(self) -> None:
        """Show the letters of the window that is worked in."""
        self.hide()
        window = QApplication.activeWindow()
        if window is not None:
            self._badges = Badges(self._look, letters(window), window)
            self._badges.show()

    def hide(self) -> None:
        """Take them away."""
        self._held.stop()
        if self._badges is not None:
            self._badges.hide()
            self._badges.deleteLater()
            self._badges = None


class Badges(QWidget):
    """The letters over a window, each at the corner of what it stands for. Mouse and focus go through it."""

    def __init__(self, look: Look, found: Mapping[str, QWidget], window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        self.places = {
            letter: widget.mapTo(window, QPoint())
            for letter, widget in found.items()
            if not widget.visibleRegion().isEmpty()
        }
        """Where each is, for those in sight."""
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font(Role.SMALL)
        side = QFontMetricsF(font).height()
        painter.setFont(font)
        for letter, corner in self.places.items():
            chip = QRectF(corner.x() - side * 0.25, corner.y() - side * 0.25, side * 1.2, side)
            chip.moveLeft(max(0.0, chip.left()))
            chip.moveTop(max(0.0, chip.top()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.palette.text))
            painter.drawRoundedRect(chip, look.radius / 2, look.radius / 2)
            painter.setPen(QColor(look.palette.surface))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
        painter.end()
