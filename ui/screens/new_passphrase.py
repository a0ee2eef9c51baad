"""A passphrase that is chosen now: typed twice, or left empty."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.look import Look
from ui.say import Words, phrase
from ui.widgets import FormField


class NewPassphrase(QWidget):
    """Two fields; the second is asked for once the first has something in it."""

    def __init__(self, look: Look, label: Words, hint: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.first, self.again = QLineEdit(), QLineEdit()
        for edit in (self.first, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._first = FormField(look, label, self.first, hint=hint)
        self._again = FormField(look, phrase("setup.passphrase_again"), self.again)
        self.first.textChanged.connect(self._typed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._first)
        self._column.addWidget(self._again)
        self._again.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def problem(self) -> Words | None:
        """What is wrong, if anything."""
        return self._again.problem

    def read(self) -> str | None:
        """The passphrase, empty for none; None where the two differ, which is then said."""
        text = self.first.text().strip()
        differ = bool(text) and text != self.again.text().strip()
        self._again.put_problem(phrase("setup.passphrases_differ") if differ else None)
        if differ:
            self.again.setFocus()
            self.again.selectAll()
        return None if differ else text

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.again.clear()

    def _typed(self, text: str) -> None:
        self._again.setVisible(bool(text.strip()))
        self._again.put_problem(None)

    def refresh(self) -> None:
        """Keep the font in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        for edit in (self.first, self.again):
            edit.setFont(self._look.font())
