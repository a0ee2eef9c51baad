"""Buttons. They show their key, are never pressed by Enter, and never cut their words."""

from __future__ import annotations

from enum import Enum
from typing import cast

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.look import Look, Role, Tone, paint_icon
from ui.say import Words, phrase

MNEMONIC = Qt.TextFlag.TextShowMnemonic


class Kind(Enum):
    """How loud a button is. At most one ``PRIMARY`` on a screen."""

    PRIMARY = "primary"
    PLAIN = "plain"
    QUIET = "quiet"
    DANGER = "danger"


class Button(QPushButton):
    """A button with words, an optional icon and the key that does the same.

    Space presses it and Enter does not: a scanner's Enter must never confirm anything.
    ``key`` is only shown (``"F5"``); the shortcut itself belongs to the action.
    """

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        icon: str | None = None,
        key: str = "",
        kind: Kind = Kind.PLAIN,
        hint: Words = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._icon, self._kind, self._hint = look, words, icon, kind, hint
        self._key = shown_key(key)
        self.action: QAction | None = None
        """What it does, where that is an action of the window."""
        self._allowed, self._reason = True, cast(Words, "")
        self._size: QSize | None = None
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, words: Words, *, icon: str | None = None, hint: Words | None = None) -> None:
        """Say ``words`` instead."""
        self._words = words
        self._icon = icon or self._icon
        self._hint = self._hint if hint is None else hint
        self.refresh()

    @property
    def words(self) -> Words:
        """What it says, or what is said of it where it has only an icon."""
        return self._words or self._hint

    @property
    def kind(self) -> Kind:
        """How loud it is."""
        return self._kind

    def forbid(self, reason: Words) -> None:
        """Keep the button from being used, whatever else is said, and say why; empty words end it."""
        self._reason = reason
        super().setEnabled(self._allowed and not reason)
        self.refresh()

    def setEnabled(self, enabled: bool) -> None:
        self._allowed = enabled
        super().setEnabled(enabled and not self._reason)

    def bind(self, action: QAction) -> None:
        """Press ``action``, and be usable just when it is."""
        self.action = action
        self.clicked.connect(action.trigger)
        self._key = shown_key(action.shortcut().toString(QKeySequence.SequenceFormat.PortableText))
        link = action.enabledChanged.connect(self.setEnabled)
        # A method of Python's own stays connected after the button is gone; the action outlives many buttons.
        self.destroyed.connect(lambda: QObject.disconnect(link))
        self.setEnabled(action.isEnabled())
        self.refresh()

    def show_key(self, key: str) -> None:
        """Show another key on the button, or none."""
        self._key = shown_key(key)
        self.refresh()

    def listen(self, key: str) -> None:
        """Be pressed by ``key`` while the button is in sight, where no action of the window is."""
        QShortcut(QKeySequence(key), self, self.click)
        self.show_key(key)

    def refresh(self) -> None:
        """Say it again in the current language, size and colours."""
        words = self._look.say(self._words)
        hint = self._look.say(self._reason or self._hint)
        self.setFont(self._look.font(Role.LABEL if self._kind is Kind.PRIMARY else Role.BODY))
        self.setText(words)
        self.setAccessibleName(words.replace("&", "") or hint)
        key = self._look.say(phrase("window.key", key=self._key)) if self._key else ""
        self.setAccessibleDescription("  ".join(part for part in (hint, key) if part))
        self.setToolTip("  ".join(part for part in (hint or words.replace("&", ""), self._key) if part))
        self.setProperty("key", self._key)
        self._size = None
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Enter ends here; Ctrl+Enter, which no scanner sends, goes on to whoever asked for it.
            event.setAccepted(not event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            return
        super().keyPressEvent(event)

    def _parts(self) -> tuple[float, float, float, QFont]:
        """Widths of icon, words and key with the gap before each, and the key's font."""
        metrics = QFontMetricsF(self.font())
        gap = self._look.space(2)
        icon = self._look.em * 1.35 + (gap if self.text() else 0) if self._icon else 0.0
        text = metrics.size(MNEMONIC, self.text()).width() + 1
        key_font = self._look.font(Role.SMALL)
        key = QFontMetricsF(key_font).horizontalAdvance(self._key) + 3 * gap if self._key else 0.0
        return icon, text, key, key_font

    def sizeHint(self) -> QSize:
        if self._size is None:  # layouts ask very often
            icon, text, key, _ = self._parts()
            side = self._look.space(3 if self._kind is Kind.QUIET else 4) * 2
            height = max(self._look.target, round(QFontMetricsF(self.font()).height() + self._look.space(4)))
            self._size = QSize(max(height, round(icon + text + key + side)), height)
        return self._size

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def _colours(self) -> tuple[str | None, str | None, str]:
        """Ground, edge and ink for the state of the moment."""
        colours = self._look.palette
        hover = self.isEnabled() and (self.underMouse() or self.isDown())
        if not self.isEnabled():
            quiet = self._kind is Kind.QUIET
            return (None if quiet else colours.ground), (None if quiet else colours.line), colours.faint
        if self._kind is Kind.PRIMARY:
            return (colours.accent_strong if hover else colours.accent), None, colours.on_accent
        if self._kind is Kind.DANGER:
            return (colours.bad_wash if hover else colours.surface), colours.bad, colours.bad
        ground = colours.sunken if hover else (None if self._kind is Kind.QUIET else colours.surface)
        return ground, (None if self._kind is Kind.QUIET else colours.edge), colours.text

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look
        ground, edge, ink = self._colours()
        if self.isChecked():
            ground, edge, ink = look.palette.accent_wash, look.palette.accent, look.palette.accent
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, look.radius, look.radius)
        if self.hasFocus():
            primary = self._kind is Kind.PRIMARY
            inset = 3.0 if primary else 1.0
            ring = look.palette.on_accent if primary else look.palette.accent
            painter.setPen(QPen(QColor(ring), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), look.radius - 1, look.radius - 1
            )
        self._paint_words(painter, area, ink)
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF, ink: str) -> None:
        look = self._look
        icon, text, key, key_font = self._parts()
        x = area.left() + max(look.space(2), (area.width() - icon - text - key) / 2)
        if self._icon:
            side = look.em * 1.35
            tone = self._look.ink(Tone.ACCENT) if self._kind is Kind.PLAIN and self.isEnabled() else ink
            paint_icon(painter, self._icon, tone, QRectF(x, area.center().y() - side / 2, side, side))
        painter.setPen(QColor(ink))
        painter.setFont(self.font())
        place = QRectF(x + icon, area.top(), text, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | MNEMONIC, self.text())
        if self._key:
            self._paint_key(painter, QRectF(x + icon + text, area.top(), key, area.height()), ink, key_font)

    def _paint_key(self, painter: QPainter, place: QRectF, ink: str, font: QFont) -> None:
        height = QFontMetricsF(font).height()
        chip = QRectF(0, 0, place.width() - self._look.space(2), height)
        chip.moveCenter(place.center())
        chip.moveRight(place.right())
        colour = QColor(ink)
        colour.setAlphaF(0.45)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, self._look.radius / 2, self._look.radius / 2)
        painter.setPen(QColor(ink))
        painter.setFont(font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._key)


def shown_key(key: str) -> str:
    """A portable shortcut as people read it: ``Ctrl+=`` is pressed as Ctrl and plus."""
    for written, read in _READ:
        key = key.replace(written, read)
    return key


_READ = (("Ctrl+=", "Ctrl +"), ("Ctrl+-", "Ctrl −"), ("Return", "Enter"), ("Left", "←"), ("Right", "→"))
