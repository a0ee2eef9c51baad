"""The words of a fingerprint, large: what two people compare by phone, word by word or by number."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from timebank.desk.key_words import key_words
from ui.look import Look, Role, Tone
from ui.say import Spoken, phrase
from ui.widgets import Text

_WORDS = 8
_LARGE_EM = 19  # pixels to the height of body text from which four words find no room side by side


class KeyWords(QWidget):
    """Eight words, each above its number in the list, and the digits below for those who ask for them."""

    def __init__(self, look: Look, *, role: Role = Role.TITLE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.fingerprint = ""
        self._cells: list[tuple[Text, Text]] = []
        self._grid = QGridLayout()
        for _ in range(_WORDS):
            cell = (
                Text(look, "", role, tone=Tone.ACCENT, wrap=False),
                Text(look, "", Role.SMALL, soft=True, wrap=False),
            )
            for text in cell:
                text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._cells.append(cell)
        self._digits = Text(look, "", Role.SMALL, soft=True)
        self._digits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addWidget(self._digits)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, fingerprint: str) -> None:
        """Show the words of another fingerprint; hidden while there is none."""
        self.fingerprint = fingerprint
        self._digits.put(phrase("trust.digits", fingerprint=fingerprint) if fingerprint else "")
        for at, (word, number) in enumerate(self._cells):
            word.put(Spoken(partial(self._word, at)) if fingerprint else "")
            number.put(
                str(key_words(fingerprint, self._look.speech.language)[at].number) if fingerprint else ""
            )
        self.refresh()

    def _word(self, at: int, language: str) -> str:
        return key_words(self.fingerprint, language)[at].word if self.fingerprint else ""

    @property
    def text(self) -> str:
        """The words as they are said now."""
        return " ".join(word.text() for word, _ in self._cells)

    def refresh(self) -> None:
        """Keep gaps and columns in step with the text size."""
        look = self._look
        columns = 4 if look.em < _LARGE_EM else 2
        self._grid.setHorizontalSpacing(look.space(4))
        self._grid.setVerticalSpacing(0)
        for at, (word, number) in enumerate(self._cells):
            row, column = divmod(at, columns)
            self._grid.addWidget(word, 2 * row, column)
            self._grid.addWidget(number, 2 * row + 1, column)
        self.setAccessibleName(self.text)
