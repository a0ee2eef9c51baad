"""A line that says how things stand, and the page that says what to do when there is nothing yet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.rules import explanation
from timebank.outcome import Problem
from timebank.phrases import phrases
from ui.look import TONE_ICONS, Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.widgets.announce import announce
from ui.widgets.button import Button, Kind
from ui.widgets.text import IconView, Text, restyle


class InlineNotice(QFrame):
    """A sentence in the flow of the screen, with at most one thing to do about it. Hidden when empty."""

    dismissed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("part", "wash")
        self.tone = Tone.PLAIN
        self._icon = IconView(look, "info", ems=1.5)
        self._text = Text(look)
        self._action = Button(look, "", kind=Kind.PLAIN)
        self._do: Callable[[], None] | None = None
        self._action.clicked.connect(self._act)
        self._close = Button(look, "", icon="close", kind=Kind.QUIET, hint=phrase("window.dismiss"))
        self._close.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._action)
        self._row.addWidget(self._close)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def show_notice(
        self,
        tone: Tone,
        words: Words,
        *,
        action: Words = "",
        do: Callable[[], None] | None = None,
        can_dismiss: bool = True,
    ) -> None:
        """Say ``words``; ``action`` is the button's words and ``do`` what it does."""
        self.tone, self._do = tone, do
        self._icon.put(TONE_ICONS[tone], tone)
        self._text.put(words, tone)
        self._action.put(action)
        self._action.setVisible(do is not None)
        self._close.setVisible(can_dismiss)
        restyle(self, tone=tone.value)
        self.refresh()
        self.show()
        announce(self, self.accessibleName(), urgent=tone is Tone.BAD)

    def show_problem(self, problem: Problem) -> None:
        """Say what stood in the way; where it was a rule, which one and its source are one key away."""
        if not explanation(problem, self._look.speech.language):
            self.show_notice(Tone.BAD, problem)
            return
        told = Spoken(
            lambda language: f"{phrases(language).problem(problem)}\n{explanation(problem, language)}"
        )
        self.show_notice(
            Tone.BAD, problem, action=phrase("window.why"), do=lambda: self.show_notice(Tone.BAD, told)
        )

    def dismiss(self) -> None:
        """Take the notice away."""
        self.hide()
        self.dismissed.emit()

    @property
    def text(self) -> str:
        """What is being said, in the current language."""
        return self._text.text()

    def _act(self) -> None:
        if self._do is not None:
            self._do()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self._row.setContentsMargins(look.space(4), look.space(1), look.space(1), look.space(1))
        self._row.setSpacing(look.space(3))
        self.setMinimumHeight(look.target + look.space(2))
        self.setAccessibleName(look.say(self._text.words))


class EmptyState(QWidget):
    """What a list shows while it is empty: a drawing, one sentence, and the key that begins."""

    def __init__(
        self,
        look: Look,
        icon: str,
        sentence: Words,
        next_step: Words = "",
        *,
        button: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._sentence = sentence
        middle = Qt.AlignmentFlag.AlignHCenter
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(IconView(look, icon, Tone.ACCENT, ems=3.6), 0, middle)
        self._texts = (Text(look, sentence, Role.HEADING), Text(look, next_step, soft=True))
        for text in self._texts:
            text.setAlignment(middle)
            self._column.addWidget(text)
            text.setVisible(bool(text.text()))
        if button is not None:
            self._column.addWidget(button, 0, middle)
        self._column.addStretch(2)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, sentence: Words, next_step: Words = "") -> None:
        """Say something else."""
        self._sentence = sentence
        for text, words in zip(self._texts, (sentence, next_step), strict=True):
            text.put(words)
            text.setVisible(bool(text.text()))
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        self._column.setSpacing(self._look.space(3))
        pad = self._look.space(6)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self.setAccessibleName(self._look.say(self._sentence))
