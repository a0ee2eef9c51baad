"""The page turned to the elder: the name, the balance and what was just done, in very large type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from timebank.desk.people import Profile
from ui.look import ELDER_TARGET, Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.person_card import figures
from ui.widgets import Button, Text


class ElderView(QDialog):
    """Fills the window. Esc, F8 or the button goes back. Open it with ``open()``."""

    def __init__(
        self, context: ScreenContext, profile: Profile, done: Words = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        look = context.look
        self.setWindowTitle(look.say(phrase("actions.elder_view")))
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        pad = look.space(8)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.space(4))
        column.addStretch(1)
        lines: list[tuple[Words, Role, Tone, bool]] = [(profile.member.name, Role.DISPLAY, Tone.PLAIN, False)]
        if done:
            lines.append((done, Role.VERDICT, Tone.GOOD, False))
        for label, value, tone in figures(context, profile)[:2]:
            lines.append((label, Role.TITLE, Tone.PLAIN, True))
            lines.append((value, Role.DISPLAY, tone, False))
        for words, role, tone, soft in lines:
            text = Text(look, words, role, tone=tone, soft=soft)
            text.setAlignment(middle)
            column.addWidget(text)
        column.addStretch(1)
        back = Button(look, phrase("window.close"), key="Esc", icon="arrow-left")
        back.clicked.connect(self.accept)
        back.setMinimumHeight(round(look.em * ELDER_TARGET))
        column.addWidget(back, 0, middle)
        if parent is not None:
            self.resize(parent.window().size())
        self.setAccessibleName(" ".join(look.say(words) for words, *_ in lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F8:
            self.accept()
        else:
            super().keyPressEvent(event)
