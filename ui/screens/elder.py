"""The page turned to the elder: the name, the balance and what was just done, in very large type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.people import Profile
from ui.look import ELDER_TARGET, Look, Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.person_card import balances
from ui.screens.printing import print_slip
from ui.screens.scroll import Scroll
from ui.widgets import Button, Text

_LARGEST = 0.1
"""Height of the largest type as a share of the page: 77 px on a screen of 768."""


class LargeText(Text):
    """Words set as large as the page allows, whatever text size the clerk likes."""

    def __init__(
        self, look: Look, words: Words, share: float, tone: Tone = Tone.PLAIN, *, soft: bool = False
    ) -> None:
        super().__init__(look, words, Role.TITLE, tone=tone, soft=soft)
        self._share = share
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def fit(self, height: int) -> None:
        """Set it for a page so many pixels high."""
        font = QFont(self.font())
        font.setPixelSize(max(round(self._look.em * 1.5), round(height * _LARGEST * self._share)))
        self.setFont(font)


class ElderView(QDialog):
    """Fills the window. Esc, F8 or the button goes back, Ctrl+P prints a slip. Open it with ``open()``."""

    def __init__(
        self, context: ScreenContext, profile: Profile, done: Words = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        look = context.look
        self._context, self._profile, self._done = context, profile, done
        self._figures = balances(context, profile)[:2]
        self.setWindowTitle(look.say(phrase("actions.elder_view")))
        self._texts = [LargeText(look, profile.member.name, 1.0)]
        if done:
            self._texts.append(LargeText(look, done, 0.62, Tone.GOOD))
        for label, value, tone in self._figures:
            self._texts += [LargeText(look, label, 0.5, soft=True), LargeText(look, value, 1.2, tone)]
        scroll = Scroll(look)
        scroll.column.addStretch(1)
        for text in self._texts:
            scroll.column.addWidget(text)
        scroll.column.addStretch(1)
        self.slip = Button(look, phrase("elder.slip"), icon="print", key="Ctrl+P")
        self.slip.clicked.connect(self.print_slip)
        self.back = Button(look, phrase("window.close"), key="Esc", icon="arrow-left")
        self.back.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(look.space(4))
        row.addStretch(1)
        for button in (self.slip, self.back):
            button.setMinimumHeight(max(60, round(look.em * ELDER_TARGET)))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        pad = look.space(8)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.space(4))
        column.addWidget(scroll, 1)
        column.addLayout(row)
        if parent is not None:
            self.resize(parent.window().size())
        self.setAccessibleName(" ".join(text.text() for text in self._texts))
        self._fit()

    def print_slip(self) -> None:
        """Print what the page says, to be taken home."""
        lines: list[tuple[Words, Words]] = [
            (label, value) for label, value, _tone in balances(self._context, self._profile)[1:]
        ]
        if self._done:
            lines.insert(0, (phrase("elder.done"), self._done))
        label, value, _tone = self._figures[0] if self._figures else ("", "", Tone.PLAIN)
        print_slip(
            self._context,
            self,
            self._profile.member,
            phrase("elder.slip_title"),
            lines,
            balance=(label, value) if self._figures else None,
            then=self._printing,
        )

    def _printing(self, dialog: object) -> None:
        self.preview = dialog

    def _fit(self) -> None:
        for text in self._texts:
            text.fit(self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_F8:
            self.accept()
        elif control and event.key() == Qt.Key.Key_P:
            self.print_slip()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # a scanner's, or a hand's: it closes nothing
        else:
            super().keyPressEvent(event)
