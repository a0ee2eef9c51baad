"""A field of a form: its label, its editor, and what is wrong with it right below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import Words
from ui.widgets.announce import announce
from ui.widgets.button import Button
from ui.widgets.text import IconView, Text, restyle


class FormField(QWidget):
    """A label with its editor; a hint while all is well, the problem when it is not."""

    def __init__(
        self,
        look: Look,
        label: Words,
        editor: QWidget,
        *,
        hint: Words = "",
        holder: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``holder`` is what the editor stands in, where something else stands beside it."""
        super().__init__(parent)
        self._look, self._hint = look, hint
        self._problem: Words | None = None
        self.editor = editor
        self._label = Text(look, label, Role.LABEL)
        self._label.setBuddy(editor)
        self._icon = IconView(look, "error", Tone.BAD, ems=1.1)
        self._below = Text(look, hint, Role.SMALL, soft=True)
        below = QHBoxLayout()
        below.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._below, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._label)
        self._column.addWidget(holder or editor)
        self._column.addLayout(below)
        self._column.addStretch(1)
        self.setFocusProxy(editor)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def problem(self) -> Words | None:
        """What is wrong with the field, if anything."""
        return self._problem

    def put_label(self, label: Words) -> None:
        """Call the field something else."""
        self._label.put(label)
        self.refresh()

    def put_hint(self, hint: Words) -> None:
        """Say something else below the editor while all is well."""
        if hint != self._hint:
            self._hint = hint
            self.refresh()

    def put_problem(self, problem: Words | None) -> None:
        """Say what is wrong, or that nothing is. What was typed stays."""
        if problem == self._problem:
            return
        self._problem = problem
        restyle(self.editor, wrong=problem is not None)
        self.refresh()
        if problem is not None:
            announce(self.editor, self._below.text())

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        wrong = self._problem is not None
        below = self._hint if self._problem is None else self._problem
        self._below.put(below, Tone.BAD if wrong else Tone.PLAIN, soft=not wrong)
        self._icon.setVisible(wrong)
        self._below.setVisible(bool(self._below.text()))
        self._column.setSpacing(self._look.space(1))
        self._label.setVisible(bool(self._label.text()))
        if self._label.text():  # a switch says itself what it is
            self.editor.setAccessibleName(self._label.text())
        self.editor.setAccessibleDescription(self._below.text())


class Toggle(QCheckBox):
    """A switch for a setting that takes effect at once."""

    def __init__(self, look: Look, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._words = look, words
        self._size: QSize | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, words: Words) -> None:
        """Call the switch something else."""
        self._words = words
        self.refresh()

    def refresh(self) -> None:
        """Say it again in the current language, size and colours."""
        self.setText(self._look.say(self._words))
        self.setFont(self._look.font())
        self._size = None
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._size is None:  # layouts ask very often
            text = self.fontMetrics().horizontalAdvance(self.text())
            width = round(self._look.em * 2.8) + self._look.space(3) + text + 4
            self._size = QSize(width, self._look.target)
        return self._size

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return bool(self.rect().contains(pos))  # type: ignore[call-overload]

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = look.em * 1.5
        track = self.rect().toRectF()
        track.setSize(QSize(round(look.em * 2.8), round(height)).toSizeF())
        track.moveTop((self.height() - height) / 2)
        track.translate(1, 0)
        on = self.isChecked()
        edge = colours.accent if on else colours.edge
        painter.setPen(QPen(QColor(edge if self.isEnabled() else colours.line), 1.5))
        painter.setBrush(QColor(colours.accent if on and self.isEnabled() else colours.sunken))
        painter.drawRoundedRect(track, height / 2, height / 2)
        knob = track.adjusted(4, 4, -4, -4)
        knob.setWidth(knob.height())
        if on:
            knob.moveRight(track.right() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_accent if on else colours.soft))
        painter.drawEllipse(knob)
        text = self.rect().adjusted(round(track.width()) + look.space(3), 0, 0, 0)
        painter.setPen(QColor(colours.text if self.isEnabled() else colours.faint))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-3, -3, 3, 3).intersected(self.rect().toRectF().adjusted(1, 1, -1, -1))
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()


class Segments(QWidget):
    """A few choices side by side, one of them taken: arrow keys move, Space takes."""

    chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        choices: Sequence[tuple[str, Words]],
        *,
        name: Words = "",
        current: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        self._buttons: dict[str, Button] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for ident, words in choices:
            button = Button(look, words)
            button.setCheckable(True)
            button.setAutoExclusive(True)  # so that a screen reader says: one of several
            button.setObjectName(ident)
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[ident] = button
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if current:
            self.choose(current)
        self._group.buttonClicked.connect(self._clicked)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def current(self) -> str:
        """The id of the choice taken, or an empty string."""
        taken = self._group.checkedButton()
        return taken.objectName() if taken else ""

    def offer(self, idents: Sequence[str]) -> None:
        """Show only these choices."""
        for ident, button in self._buttons.items():
            button.setVisible(ident in idents)

    def choose(self, ident: str) -> None:
        """Take a choice without telling anyone."""
        self._buttons[ident].setChecked(True)
        self.setFocusProxy(self._buttons[ident])  # where the arrow keys begin

    def _clicked(self) -> None:
        self.choose(self.current)
        self.chosen.emit(self.current)

    def refresh(self) -> None:
        """Keep name and gaps in step with language and text size."""
        self._row.setSpacing(self._look.space(1))
        self.setAccessibleName(self._look.say(self._name))
