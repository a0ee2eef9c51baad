"""The way between the screens, down the left side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.look import Look, Role, Tone, paint_icon
from ui.say import Words, phrase
from ui.widgets.text import IconView, Text


@dataclass(frozen=True)
class Place:
    """A screen one can go to: id, icon, words, and the key that goes there."""

    id: str
    icon: str
    words: Words
    key: str = ""


class _Item(QPushButton):
    """One place; the one we are at carries a bar at its side and bold words, not colour alone."""

    def __init__(self, look: Look, place: Place) -> None:
        super().__init__()
        self.place, self._look = place, look
        self.count = 0
        self.setCheckable(True)
        self.setAutoExclusive(True)  # so that a screen reader says: one of several
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        words = self._look.say(self.place.words)
        self.setText(words)
        waiting = self._look.say(phrase("window.waiting", count=self.count)) if self.count else ""
        self.setAccessibleName(f"{words} {waiting}".strip())
        key = self._look.say(phrase("window.key", key=self.place.key)) if self.place.key else ""
        self.setAccessibleDescription(key)
        self.setToolTip(f"{words}  {self.place.key}".strip())
        self.setProperty("key", self.place.key)
        self.setFont(self._look.font(Role.LABEL))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = self._look
        text = QFontMetricsF(look.font(Role.LABEL)).horizontalAdvance(self.text())
        key = QFontMetricsF(look.font(Role.SMALL)).horizontalAdvance(self.place.key)
        width = look.space(4) + look.em * 1.5 + look.space(3) + text + look.space(4) + key + look.space(4)
        return QSize(round(width), look.target)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(2, 1, -2, -1)
        here, hover = self.isChecked(), self.underMouse()
        if here or hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_wash if here else colours.sunken))
            painter.drawRoundedRect(area, look.radius, look.radius)
        if here:
            painter.setBrush(QColor(colours.accent))
            bar = QRectF(area.left(), area.top() + area.height() * 0.22, 4, area.height() * 0.56)
            painter.drawRoundedRect(bar, 2, 2)
        side = look.em * 1.5
        x = area.left() + look.space(4)
        ink = colours.accent if here else colours.text
        icon_ink = colours.accent if here else colours.soft
        paint_icon(painter, self.place.icon, icon_ink, QRectF(x, area.center().y() - side / 2, side, side))
        painter.setFont(look.font(Role.LABEL if here else Role.BODY))
        painter.setPen(QColor(ink))
        text = area.adjusted(look.space(4) + side + look.space(3), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        right = area.adjusted(0, 0, -look.space(3), 0)
        if self.count:
            self._paint_count(painter, right)
        else:
            painter.setFont(look.font(Role.SMALL))
            painter.setPen(QColor(colours.soft))
            painter.drawText(
                right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.place.key
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), look.radius, look.radius)
        painter.end()

    def _paint_count(self, painter: QPainter, right: QRectF) -> None:
        look = self._look
        font = look.font(Role.SMALL)
        text = str(self.count) if self.count < 100 else "99+"
        metrics = QFontMetricsF(font)
        badge = QRectF(0, 0, metrics.horizontalAdvance(text) + look.em, metrics.height())
        badge.moveCenter(right.center())
        badge.moveRight(right.right())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.palette.wash(Tone.WARN)))
        painter.drawRoundedRect(badge, badge.height() / 2, badge.height() / 2)
        painter.setPen(QColor(look.ink(Tone.WARN)))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class NavigationRail(QFrame):
    """The screens with their icons, words and keys; scrolls where the window is too low for all of them."""

    chosen = Signal(str)

    def __init__(
        self, look: Look, title: Words, places: Sequence[Place], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("part", "rail")
        self._items: dict[str, _Item] = {}
        self._group = QButtonGroup(self)
        self._mark = IconView(look, "mark", Tone.ACCENT, ems=2.2)
        self._title = Text(look, title, Role.HEADING, tone=Tone.ACCENT, wrap=False)
        self._head = QHBoxLayout()
        self._head.addWidget(self._mark)
        self._head.addWidget(self._title, 1)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        for place in places:
            item = _Item(look, place)
            self._items[place.id] = item
            self._group.addButton(item)
            self._list.addWidget(item)
        self._list.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._scroll, 1)
        self._group.buttonClicked.connect(self._clicked)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def current(self) -> str:
        """The id of the place we are at, or an empty string."""
        item = self._group.checkedButton()
        return item.place.id if isinstance(item, _Item) else ""

    def go(self, ident: str) -> None:
        """Show that we are at a place, without telling anyone."""
        self._items[ident].setChecked(True)

    def put_count(self, ident: str, count: int) -> None:
        """Show how many things wait at a place; zero shows its key again."""
        self._items[ident].count = count
        self._items[ident].refresh()

    def _clicked(self) -> None:
        self.chosen.emit(self.current)

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self._column.setContentsMargins(0, look.space(4), 0, look.space(2))
        self._column.setSpacing(look.space(3))
        self._head.setContentsMargins(look.space(3), 0, look.space(3), 0)
        self._head.setSpacing(look.space(2))
        self._list.setContentsMargins(look.space(1.5), 0, look.space(1.5), 0)
        self._list.setSpacing(look.space(0.5))
        widest = max((item.sizeHint().width() for item in self._items.values()), default=0)
        head = self._title.sizeHint().width() + self._mark.sizeHint().width() + look.space(8)
        self.setFixedWidth(max(widest + look.space(4), head))
        self.setAccessibleName(look.say(phrase("window.places")))
