"""Words and icons on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.look import Look, Role, Tone, paint_icon
from ui.say import Words


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the stylesheet selects by, and let it look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Text(QLabel):
    """Words in one role of the type scale; they follow language, text size and colours."""

    def __init__(
        self,
        look: Look,
        words: Words = "",
        role: Role = Role.BODY,
        *,
        tone: Tone = Tone.PLAIN,
        soft: bool = False,
        wrap: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._role, self._tone, self._soft = look, words, role, tone, soft
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, words: Words, tone: Tone | None = None, *, soft: bool | None = None) -> None:
        """Say ``words`` instead, in another tone where given."""
        self._words = words
        self._tone = self._tone if tone is None else tone
        self._soft = self._soft if soft is None else soft
        self.refresh()

    @property
    def words(self) -> Words:
        """What is being said."""
        return self._words

    def refresh(self) -> None:
        """Say it again in the current language, size and colours."""
        look = self._look
        self.setFont(look.font(self._role))
        colour = look.palette.soft if self._soft else look.ink(self._tone)
        palette = QPalette(look_palette(self))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.setPalette(palette)
        self._heights = {}
        self.setText(look.say(self._words))

    def heightForWidth(self, width: int) -> int:
        height = self._heights.get(width)
        if height is None:  # layouts ask thirty times over, and each time Qt would set the text anew
            height = self._heights[width] = super().heightForWidth(width)
        return height


def look_palette(widget: QWidget) -> QPalette:
    """The palette a widget would have without its own changes."""
    parent = widget.parentWidget()
    return parent.palette() if parent else QPalette()


class IconView(QWidget):
    """One drawn icon, so many ems large; decoration beside words, so silent to a screen reader."""

    def __init__(
        self,
        look: Look,
        name: str,
        tone: Tone = Tone.PLAIN,
        ems: float = 1.5,
        *,
        soft: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._name, self._tone, self._ems, self._soft = look, name, tone, ems, soft
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.refresh)

    def put(self, name: str, tone: Tone | None = None, *, soft: bool | None = None) -> None:
        """Show icon ``name`` instead."""
        self._name = name
        self._tone = self._tone if tone is None else tone
        self._soft = self._soft if soft is None else soft
        self.update()

    def refresh(self) -> None:
        """Draw again in the current size and colours."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = round(self._look.em * self._ems)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._look.palette.soft if self._soft else self._look.ink(self._tone)
        paint_icon(painter, self._name, colour, QRectF(self.rect()))
        painter.end()


class Rule(QFrame):
    """A quiet line between two parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "line")
        self.setFixedHeight(1)
