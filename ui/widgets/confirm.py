"""Asking before what cannot be undone. Everything else is simply done, and can be reversed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.widgets.button import Button, Kind
from ui.widgets.page import ButtonRow
from ui.widgets.text import IconView, Text

CONFIRM_KEY = "Ctrl+Return"


class Confirmation(QDialog):
    """Says what will happen and that it stays so. Ctrl+Enter or the button confirms; Enter does nothing.

    Use ``open()`` and the signals ``accepted`` and ``rejected``.
    """

    def __init__(
        self,
        look: Look,
        title: Words,
        sentence: Words,
        do: Words,
        parent: QWidget | None = None,
        *,
        after: Words | None = None,
    ) -> None:
        """``after`` says how it can be undone; where not said, that it cannot."""
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(look.say(title))
        self.setAccessibleDescription(look.say(sentence))
        cancel = Button(look, phrase("window.cancel"), key="Esc")
        cancel.clicked.connect(self.reject)
        self.confirm = Button(look, do, key=CONFIRM_KEY, kind=Kind.DANGER)
        self.confirm.clicked.connect(self.accept)
        words = QVBoxLayout()
        words.setSpacing(look.space(2))
        words.addWidget(Text(look, title, Role.TITLE))
        words.addWidget(Text(look, sentence))
        words.addWidget(Text(look, phrase("window.cannot_undo") if after is None else after, soft=True))
        top = QHBoxLayout()
        top.setSpacing(look.space(4))
        top.addWidget(IconView(look, "warning", Tone.WARN, ems=2.6), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        column = QVBoxLayout(self)
        pad = look.space(6)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.space(6))
        column.addLayout(top)
        column.addWidget(ButtonRow(look, [cancel, self.confirm]))
        self.setMinimumWidth(round(look.em * 32))
        cancel.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        # Words that go on in further lines need the height that a layout alone does not give a dialog.
        layout = self.layout()
        assert layout is not None
        self.setMinimumHeight(max(layout.totalHeightForWidth(self.width()), 0))
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.accept()
            return
        super().keyPressEvent(event)
